# %% [markdown]
# # 02 · Backpropagation: the chain rule, and the losses it starts from
#
# A network computes its loss in many simple steps. From the derivative of each step, a backward pass computes the gradient of the loss with respect to every value, at a few times the cost of the forward pass. In this lesson you write the backward pass for single numbers, matrices and a two-layer network. You also write the losses from which the backward pass starts.
#
# **You will be able to** draw a formula as a graph and differentiate it line by line · write the backward pass of a layer without guessing transposes · compute softmax cross-entropy for scores of any size · say which loss tolerates outliers, and why.
#
# [[time]]
#
# **Points** 100 · **Before** lesson 01 · **Leads to** 03, activation functions.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then run the check below it. You can do the exercises in any order.
#
# **A convention for the whole course.** `dx` is the gradient of the loss (in section 1, of `out`) with respect to `x`, so it always has the shape of `x`. A forward function returns a **cache** of the arrays that its backward function needs. The gradient with respect to a step's output is the step's **upstream gradient**, `dout`.

# %%
import numpy as np

from cs231n_lib import MLP, SGD, LiveDashboard, Trainer, datasets, losses
from cs231n_lib.course import milestones, mine
from cs231n_lib.functions.activations import sigmoid_forward
from cs231n_lib.lessons.backpropagation import checks, experiments, explorables, pictures

# %% [markdown] beside="reference"
# [[reference sheet]]

# %% [markdown] beside="warm-up"
# ## Warm-up
#
# Answer three questions about earlier lessons from memory, for no points.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown]
# ## 1 · A computational graph, line by line
#
# What is the derivative of $1/(1 + e^{-(wx + b)})$ with respect to $w$? Write the formula as six steps so small that each derivative is obvious, and multiply the derivatives from the last step to the first. This is **backpropagation**, a special case of reverse-mode automatic differentiation. Run the next cell. **Before you move the sliders, predict** which gradients vanish when x is 0, which nearly vanish when z is 8, and which node makes the latter so small.

# %%
pictures.explore_circuit(use=mine)

# %% [markdown]
# <details><summary><strong>What you should have seen</strong> (open this after moving the sliders)</summary>
#
# *When x is 0*, only `dw` vanishes, because `dw` = `dz` · x.
#
# *When z is 8* (w = 4, x = 2, b = 0), the gradients with respect to d and e are still −0.999, but those with respect to n, w and x are only −0.0003, 0.0007 and 0.0013. The node exp causes this, because its derivative is $e^n = e^{-8} = 0.0003$. A sigmoid whose slope is close to 0 is called *saturated* (lesson 03).
#
# </details>
#
# Each backward line of the table multiplies the upstream gradient, from the line above, by the step's **local derivative**. **In the exercise, replace the question marks with code.**
#
# | forward | local derivative | backward, upstream times local |
# |---|---|---|
# | `out = 1 / d` | $\partial\, out/\partial d = -1/d^2$ | `dd` = $1 \cdot (-1/d^2)$ |
# | `d = 1 + e` | $\partial d/\partial e = 1$ | `de` = ? |
# | `e = exp(n)` | $\partial e/\partial n = e^n = e$ | `dn` = ? |
# | `n = -z` | $\partial n/\partial z = -1$ | `dz` = ? |
# | `z = p + b` | 1 for p, 1 for b | `dp`, `db` = ? |
# | `p = w * x` | x for w, w for x | `dw`, `dx` = ? |
#
# With w = 2, x = −1 and b = 3 you should get z = 1, e = 0.368, d = 1.368, out = 0.731, `dd` = −0.534 and `dz` = 0.197.
#
# **The closed form.** The product of the first four local derivatives is $dz = (-1/d^2) \cdot e \cdot (-1) = e/d^2$. Since $out = 1/d$ and $e/d = (d - 1)/d = 1 - out$, this product is $out\,(1 - out)$, which depends on the output alone.
#
# [[exercise sigmoid_graph]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute the forward lines for the numbers above. Then replace the question marks from top to bottom, and check each line.</details>
# <details><summary>Hint 1: one line fails, and the lines after it pass</summary>
# The check compares each line with the value that <em>your</em> previous line implies. So look for a wrong derivative or sign only in the line that fails.</details>
# <details><summary>Hint 2: the idea</summary>
# To get from <code>dd</code> to <code>de</code>, multiply by the derivative of <code>1 + e</code> with respect to e. Adding a constant does not change a derivative.</details>
# <details><summary>Hint 3: the outline</summary>
# A sum passes its gradient to both terms unchanged. A product passes to each factor the gradient times the <em>other</em> factor.</details>


# %% exercise="sigmoid_graph"
def sigmoid_graph(w, x, b):
    """1 / (1 + exp(-(w x + b))), and its gradient with respect to each intermediate value and input.

    w, x, b: numbers.
    Returns a dictionary of numbers with the keys
    "out", the output;
    "dd", "de", "dn", "dz", "db", "dw", "dx", each computed in one line as in the table;
    "short", the derivative with respect to z once more, from the output alone.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · Gradients add up at a fork
#
# The graph of *swish*, $out = x \cdot \sigma(x)$, forks at x. If you change x slightly, the output changes both through the factor x and through the sigmoid. So **gradients that meet at a fork add up**. Call the output of the sigmoid $s$. (With s held fixed, the partial derivative $\partial\, out/\partial x$ is s alone. The *total* derivative adds the path through s.)
#
# 1. The product sends $dout \cdot s$ directly to x, and $ds = dout \cdot x$ to s.
# 2. By exercise 1, the sigmoid sends $ds \cdot s(1 - s)$ to x as well.
# 3. The sum is $dx = dout \cdot s + ds \cdot s (1 - s)$.
#
# If x = 2 and dout = 1, then s = 0.88. The direct path contributes 0.88 and the path through the sigmoid 2 · 0.88 · 0.12 = 0.21, so dx is 1.09.
#
# In code, add the second gradient with `+=`, because `=` would overwrite the first.
#
# [[exercise swish_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw x with two outgoing arrows. In the backward pass, each arrow brings one gradient back to x.</details>
# <details><summary>Hint 1: right at 0, wrong elsewhere</summary>
# At x = 0 the path through the sigmoid contributes 0. You probably have only the direct path.</details>
# <details><summary>Hint 2: the idea</summary>
# Multiply the derivatives along each path, and add the two products.</details>
# <details><summary>Hint 3: the outline</summary>
# Unpack <code>x, s = cache</code>. Compute the gradient along the direct path and the gradient with respect to s. Multiply the second by the sigmoid's derivative, and add the first.</details>

# %%
pictures.fork(use=mine)


# %% exercise="swish_backward"
def swish_backward(dout, cache):
    """Gradient of out = x * s, where s = sigmoid(x).

    dout: gradient with respect to out.  cache: (x, s).  All of one shape, any, and not changed.
    Returns dx, of the same shape.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · The affine layer, forward pass
#
# In an affine layer, every output is a weighted sum of all inputs plus a bias. For N examples with D features and M outputs,
#
# $$out = x\,w + b, \qquad x: (N, D),\quad w: (D, M),\quad b: (M,),\quad out: (N, M) .$$
#
# NumPy adds the bias to every row.
#
# [[exercise affine_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the shapes of x, w and b side by side. What shape must the result have? Which arrays will the backward pass need?</details>
# <details><summary>Hint 1: shapes do not match, or a value is missing</summary>
# The operator <code>@</code> needs equal inner sizes, as in (N, D) @ (D, M), while <code>*</code> multiplies entry by entry. Return two values, the output and the cache.</details>
# <details><summary>Hint 2: the idea</summary>
# One matrix product computes all the weighted sums at once.</details>
# <details><summary>Hint 3: the outline</summary>
# Multiply, add the bias, and return the result with a tuple of the two arrays that the backward pass needs.</details>

# %%
pictures.affine_shapes()


# %% exercise="affine_forward"
def affine_forward(x, w, b):
    """Affine layer.

    x: (N, D)  w: (D, M)  b: (M,); no array is changed
    Returns (out, cache): out is (N, M), cache is the pair (x, w).
    """
    # SOLUTION


# %% [markdown]
# ## 4 · The affine layer, backward pass
#
# **Step by step.** One output is $out_{nm} = \sum_d x_{nd}\, w_{dm} + b_m$. The weight $w_{dm}$ affects *every* example n, so its gradient is a sum over n. The input $x_{nd}$ affects every output of example n, and $b_m$ affects every example. So
#
# $$dw_{dm} = \sum_n x_{nd}\, dout_{nm}, \qquad dx_{nd} = \sum_m dout_{nm}\, w_{dm}, \qquad db_m = \sum_n dout_{nm} .$$
#
# **As matrix products.** A sum of products over one index that two matrices share is a matrix product. For $dw$ the sum runs over n, the *rows* of both x and dout, so $dw = x^\top dout$. Row d of $x^\top$ is column d of x, so entry (d, m) of this product is the first sum above. Which product is $dx$? If N, D and M differ, the shapes leave only one choice, as the figure above shows.
#
# Do not divide by N, because `dout` already contains the 1/N of the loss. `db` has the shape of b, **(M,)**, so use `dout.sum(axis=0)`. With `keepdims=True` its shape is (1, M), and an update `b -= lr * db` fails.
#
# [[exercise affine_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Before any product, write down the shapes of the three results. Each gradient has the same shape as the array it belongs to. If N, D and M differ, only one product has this shape.</details>
# <details><summary>Hint 1: a shape is wrong, or db is too small by a factor of N</summary>
# dx is (N, D), so M is the inner size of the product, and one factor is transposed. For db, sum over the rows with <code>axis=0</code>, without a mean and without <code>keepdims=True</code>.</details>
# <details><summary>Hint 2: the idea</summary>
# The index that a formula sums over is the inner dimension of a matrix product, or the axis of a sum.</details>
# <details><summary>Hint 3: the outline</summary>
# The gradients of x and w are matrix products, each with one factor transposed. The gradient of b is dout summed over the rows.</details>


# %% exercise="affine_backward"
def affine_backward(dout, cache):
    """Gradients of the affine layer.

    dout: (N, M)  cache: the pair (x, w), of shapes (N, D) and (D, M); no array is changed
    Returns (dx, dw, db): (N, D), (D, M) and (M,).
    """
    # SOLUTION


# %% [markdown]
# ## 5 · In-place changes in a backward pass
#
# In the layer $out = x + t$ with $t = \tanh(x w)$, x also has a direct path to the output. Let $dh$ be the gradient with respect to $x w$. Since $\tanh' = 1 - \tanh^2$,
#
# $$dh = dout \cdot (1 - t^2), \qquad dw = x^\top dh, \qquad dx = dout + dh\, w^\top .$$
#
# The function below is meant to compute these gradients, but its author tried to save memory. **Two of its lines change arrays that other code still needs.** The caller may need `dout` for another branch, and the next call needs the `cache`. Run the function's cell, and make your prediction. Which line makes which gradient wrong?
#
# [[exercise residual_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Go through the function line by line. For each assignment, ask whether it makes a new array or changes an existing one.</details>
# <details><summary>Hint 1: dx is wrong and dw is right</summary>
# Follow <code>dout</code> through the function. Which array does the name refer to in the last line?</details>
# <details><summary>Hint 2: the idea</summary>
# Every <code>*=</code>, <code>+=</code> and <code>x[…] = …</code> writes into an existing array. A product makes a new array and leaves its factors unchanged.</details>
# <details><summary>Hint 3: the outline</summary>
# Give the gradient with respect to tanh's input a new name, such as <code>dh</code>. Use <code>dh</code> in both results.</details>


# %%
def buggy_residual_backward(dout, cache):
    x, w, t = cache
    t *= t  # the square, without a new array
    dout *= 1 - t  # back through tanh
    dx = dout @ w.T
    dw = x.T @ dout
    return dx + dout, dw  # x also has a direct path to the output


checks.predict_second_call(lambda: pictures.second_call(buggy_residual_backward, use=mine))


# %% exercise="residual_backward"
def residual_backward(dout, cache):
    """Gradients of the layer above, with dout and the cache left unchanged.

    dout: (N, D)  cache: (x, w, t), of shapes (N, D), (D, D) and (N, D)
    Returns (dx, dw): (N, D) and (D, D).
    """
    # SOLUTION


# %% [markdown]
# <details><summary><strong>Which line makes which gradient wrong?</strong> (open this when your check is green)</summary>
#
# The line `dout *= …` makes *dx* wrong in both calls, even if each gets a new copy of `dout`, because the last line then adds $dh$ for the direct path instead of the original `dout`. The line `t *= t` makes *both gradients* wrong in the second call, because it leaves $t^2$ in the cache and the second call squares this again. In the first call dw is right, because it is computed from $dh$.
#
# </details>
#
# ## 6 · Softmax cross-entropy
#
# A backward pass starts with the gradient of a loss. For classification this loss is usually the **softmax cross-entropy**. Softmax turns the scores of an example into probabilities, which are positive and add up to 1. The cross-entropy depends only on the probability p of the *right* class. It is −log p, so it is 0 for p = 1 and large for small p.

# %%
pictures.softmax(use=mine)

# %% [markdown]
# For scores $s$ $(N, K)$ and labels $y$ $(N,)$, the loss is the mean over the examples,
#
# $$p_{nk} = \frac{e^{s_{nk}}}{\sum_j e^{s_{nj}}}, \qquad L = -\frac1N \sum_n \log p_{n, y_n} = \frac1N \sum_n \Big( \log \sum_j e^{s_{nj}} - s_{n, y_n} \Big) .$$
#
# **Step by step.** Start from the form on the right. With $S = \sum_j e^{s_j}$, the derivative of $\log S$ with respect to $s_k$ is $1/S$ times the derivative of $S$, which gives $e^{s_k}/S = p_k$. The second term adds $-1$ at the right class only. **The closed form** is $dscores = (p - \text{one-hot})/N$, where one-hot is 1 at the right class and 0 elsewhere.
#
# **Large scores** cause two problems.
#
# 1. $e^{1000}$ overflows. But a constant subtracted from a row of scores leaves $p$ unchanged, so subtract each row's own maximum first, $\tilde s_{nk} = s_{nk} - \max_j s_{nj}$.
# 2. After the shift, $p$ may round to 0. For scores of 1,000 and 0 with label 1, $p_1 = e^{-1000}$ is 0.0 in float64, and `-np.log(p)` is infinite although the loss is 1,000. (`-np.log(p + 1e-12)` returns only 27.6.) So for the loss, **do not take the log of $p$**. Instead, compute $\log p_{nk} = \tilde s_{nk} - \log \sum_j e^{\tilde s_{nj}}$. Here, $\log p_1$ is $-1000 - \log(1 + 0.0) = -1000$.
#
# [[exercise softmax_cross_entropy]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute everything on paper for one example with three scores, in the order of the text. Then ask along which axis each step works for N examples.</details>
# <details><summary>Hint 1: NaN, infinity, or a gradient off by a factor</summary>
# Do you subtract the maximum of <em>each row</em>? Do you take the log of a p that may have been rounded to 0? A wrong factor is probably a missing 1/N.</details>
# <details><summary>Hint 2: the idea</summary>
# Compute <code>log_p</code> first, as the shifted scores minus the log of the sum of their exponentials, and then <code>p = np.exp(log_p)</code>.</details>
# <details><summary>Hint 3: the outline</summary>
# Shift the scores. Compute log_p and p from them, and then the loss and the gradient. To read or change the right class's entry of every row, index with the row numbers 0 … N − 1 (<code>np.arange</code>) and y.</details>


# %% exercise="softmax_cross_entropy"
def softmax_cross_entropy(scores, y):
    """Cross-entropy of the softmax of each row, mean over the examples.

    scores: (N, K), of any size, not changed  y: (N,) labels, 0 to K-1
    Returns (loss, dscores): a number, and (N, K).
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Binary cross-entropy
#
# For two classes with labels 0 and 1, one score $s$, the **logit**, is enough, and $p = \sigma(s)$ is the probability of label 1. Then
#
# $$L = -\frac1N \sum_n \big( y_n \log p_n + (1 - y_n) \log (1 - p_n) \big) .$$
#
# **Step by step.** First, $\partial L/\partial p = \frac1N \big(\frac{1-y}{1-p} - \frac{y}{p}\big) = \frac1N \frac{p - y}{p(1-p)}$. The sigmoid multiplies this by $p(1-p)$, which cancels the denominator. **The closed form** is $dscores = (p - y)/N$, which is also defined at p = 0 and p = 1. The loss is $-\log \sigma(s) = \log(1 + e^{-s})$ for label 1, and $\log(1 + e^{s})$ for label 0. As written, both expressions can overflow, but `np.logaddexp(0, v)` computes $\log(1 + e^v)$ without overflow. For a logit of 0 the loss is ln 2 = 0.69, whatever the label.
#
# [[exercise binary_cross_entropy]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the loss of a logit of 1,000 for both labels by hand. Which form of the formula gives a finite number?</details>
# <details><summary>Hint 1: NaN, or a large loss that should be small</summary>
# In NumPy 0 · log 0 is NaN, so the loss must not use p. If the loss is too large, check the sign of the exponent.</details>
# <details><summary>Hint 2: the idea</summary>
# Label 1 needs log(1 + e^(−s)), and label 0 needs log(1 + e^(+s)). Which sign does <code>1 - 2 * y</code> have?</details>
# <details><summary>Hint 3: the outline</summary>
# Average the losses of the examples. For the gradient, take p from <code>sigmoid_forward</code>.</details>


# %% exercise="binary_cross_entropy"
def binary_cross_entropy(scores, y):
    """Cross-entropy of two classes from one logit each, mean over the examples.

    scores: (N,) logits of any size, not changed  y: (N,) of 0 and 1, integers
    Get p from sigmoid_forward(scores)[0], imported in the first cell, where no logit overflows.
    Returns (loss, dscores): a number, and (N,).
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Backpropagation through a two-layer network
#
# The next three cells draw a two-layer network, ask you for a prediction and train such a network on digits. The training cell trains the library's network, which is fast enough to watch, but first checks that *your* layers and loss give the same updates. Between the affine layers, ReLU turns the output h of the first into $a = \max(0, h)$, so the gradient passes only where h is positive.

# %%
pictures.two_layers()

# %%
checks.predict_start()

# %%
digits = datasets.load_digits()
display(experiments.same_numbers(mine, digits))
rng = np.random.default_rng(0)
network = MLP([64, 50, 10], rng=rng)
history = Trainer(network, SGD(lr=0.2), batch_size=32, rng=rng).fit(
    (digits.x_train, digits.y_train),
    (digits.x_validation, digits.y_validation),
    epochs=20,
    callbacks=[LiveDashboard()],
)

# %% [markdown]
# The H **hidden units** lie between the affine layers. A column of `h` contains one unit's inputs to ReLU for all examples, and a column of `a` contains the unit's outputs. In the plot, *dead units* (lesson 03) are those whose output is 0 for every example.
#
# λ is the strength of a penalty on large weights but not on biases.
#
# | forward (read down) | shape | backward (read up) |
# |---|---|---|
# | `h`, first affine layer, of `x` | (N, H) | `dw1`, `db1` from `dh` |
# | `a`, ReLU of `h` | (N, H) | `dh = da * (h > 0)` |
# | `scores`, second affine layer, of `a` | (N, K) | `da`, `dw2`, `db2` from `dscores` |
# | `loss`, softmax cross-entropy of `scores` and `y` | number | `dscores` |
# | `loss` plus $\tfrac12\lambda\,(\sum w_1^2 + \sum w_2^2)$ | number | λ `w1` added to `dw1`, λ `w2` to `dw2` |
#
# The last row contains a fork, because each weight reaches the loss through its layer and through the penalty. The ½ cancels the 2 of the square, so the penalty ½λ Σw² has the gradient λw. There is **no ReLU after the second layer**, because scores may be negative. Build on `mine.affine_forward`, `mine.affine_backward` and `mine.softmax_cross_entropy`.
#
# [[exercise two_layer_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the forward pass first, and keep what each layer returns. Then write one backward line for each forward line, in reverse order.</details>
# <details><summary>Hint 1: dw2 and db2 are right, dw1 and db1 are not</summary>
# The gradient passes ReLU only where h, the input of ReLU in the forward pass, is positive.</details>
# <details><summary>Hint 2: the idea</summary>
# Each weight has two paths to the loss, so its gradient is a sum. The penalty contributes λ·w for each weight matrix and nothing for the biases.</details>
# <details><summary>Hint 3: the outline</summary>
# Call <code>mine.affine_backward</code> with dscores and the cache of the second layer. Send the first result back through ReLU's mask and the first layer. Add the penalty's gradients last.</details>


# %% exercise="two_layer_loss"
def two_layer_loss(x, y, w1, b1, w2, b2, lam):
    """Loss and gradients of affine, ReLU, affine, softmax cross-entropy.

    x: (N, D)  y: (N,) labels  w1: (D, H)  b1: (H,)  w2: (H, K)  b2: (K,)
    lam: strength λ of the penalty ½ λ Σ w² on w1 and w2, not on the biases. No array is changed.
    Returns (loss, dw1, db1, dw2, db2).
    """
    # SOLUTION


# %% [markdown]
# ## 9 · The L2 loss
#
# The same network can predict a price, a distance or an age. Leave out the softmax and compare the scores $s$ $(N, M)$ with targets $y$ $(N, M)$. With residuals $r = s - y$, the **L2 loss** is the squared length of each row of r, averaged over the examples,
#
# $$L = \frac1N \sum_n \sum_m r_{nm}^2, \qquad dscores = \frac{2\, r}{N} .$$
#
# Step by step, $r^2$ has the derivative $2r$, $\partial r/\partial s$ is 1, and the 1/N of the mean remains. The loss has no ½, because the summary this course started from writes it without one. If N = 2, the residuals (3, 4) and (0, 0) have the L2 loss (9 + 16)/2 = 12.5 and the gradients (3, 4) and (0, 0).
#
# [[exercise l2_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute the loss for the residuals in the text. Then ask how the loss changes if one score changes.</details>
# <details><summary>Hint 1: off by a factor of 2, or wrong with three outputs</summary>
# Without a ½ in the loss, the 2 of the square stays in the gradient. <code>np.mean</code> would divide by N·M.</details>
# <details><summary>Hint 2: the idea</summary>
# Sum over the outputs, and average over the examples only.</details>
# <details><summary>Hint 3: the outline</summary>
# Add up all squares with <code>np.sum</code>. Divide this sum and the gradient by the number of examples, <code>len(y)</code>.</details>

# %%
checks.predict_pull(lambda: pictures.regression_losses(use=mine))


# %% exercise="l2_loss"
def l2_loss(scores, y):
    """Squared residuals, summed over the outputs, mean over the examples.

    scores, y: (N, M), not changed
    Returns (loss, dscores): a number, and (N, M).
    """
    # SOLUTION


# %% [markdown]
# ## 10 · The L1 loss
#
# The **L1 loss** uses the absolute value of the residual instead of its square, $L = \frac1N \sum_n \sum_m |r_{nm}|$. The slope of $|r|$ is +1 for every positive r and −1 for every negative r. At r = 0, where the prediction is exact, there is a kink (lesson 01) and no slope. Use 0 there, because an exact prediction needs no correction. The residuals (3, 4) and (0, 0) have the L1 loss 7/2 = 3.5 and the gradients (½, ½) and (0, 0).
#
# **Huber's loss**, this lesson's bonus, is quadratic for small residuals, like L2, and linear for large ones, like L1.
#
# [[exercise l1_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Copy your L2 loss and mark what changes. What is the slope of |r| on each side of 0?</details>
# <details><summary>Hint 1: only the exact predictions are wrong</summary>
# What is your gradient where r is 0?</details>
# <details><summary>Hint 2: the idea</summary>
# The gradient depends only on the sign of the residual. If yours grows with the residual, it belongs to the L2 loss.</details>
# <details><summary>Hint 3: the outline</summary>
# Use the absolute value, and <code>np.sign</code> (−1, 0 or 1) for its derivative.</details>


# %% exercise="l1_loss"
def l1_loss(scores, y):
    """Absolute residuals, summed over the outputs, mean over the examples.

    scores, y: (N, M), not changed
    Returns (loss, dscores): a number, and (N, M).
    The gradient is 0 where a prediction is exact.
    """
    # SOLUTION


# %% [markdown]
# ## 11 · Regression as classification
#
# The summary also recommends dividing the range of the targets into K bins and letting the network predict the bin as a class. For edges $e_0 < \dots < e_K$, **bin k covers $e_k \le y < e_{k+1}$, and the outer bins also contain all targets beyond the edges**. Train with softmax cross-entropy. To get a number back, take the mean of the bins' centres $c_k = (e_k + e_{k+1})/2$, weighted by the softmax probabilities, $\hat y_n = \sum_k p_{nk}\, c_k$.
#
# The edges 0, 1, 2 and 4 make three bins with the centres 0.5, 1.5 and 3. The targets 0.5, 2, 9 and −1 belong to bins 0, 2, 2 and 0. With probabilities ½, ¼ and ¼, the prediction is 0.25 + 0.375 + 0.75 = 1.375.
#
# [[exercise binned_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the edges on a line and mark three targets, one of them on an edge. First turn targets into labels, because you have a loss for labels.</details>
# <details><summary>Hint 1: an error about a label that does not exist</summary>
# Targets beyond the edges belong to the first or the last bin. So only the <em>inner</em> edges, <code>edges[1:-1]</code>, decide the label.</details>
# <details><summary>Hint 2: the idea</summary>
# A bin includes its left edge, so the label is the number of inner edges that are ≤ y, not &lt; y.</details>
# <details><summary>Hint 3: the outline</summary>
# <code>np.searchsorted</code> counts the inner edges below each target, and <code>side</code> decides whether an edge equal to the target counts. Then call the loss, and weight the centres.</details>


# %% exercise="binned_loss"
def binned_loss(scores, y, edges):
    """Regression as classification.

    scores: (N, K), one for each bin, of any size  y: (N,) targets
    edges: (K + 1,), increasing; no array is changed
    Find each target's bin yourself. Loss and gradient come from
    mine.softmax_cross_entropy(scores, labels).
    Returns (loss, dscores, predictions): a number, (N, K) and (N,), where
    predictions are means of the bins' centres, weighted by the probabilities.
    """
    # SOLUTION


# %%
checks.predict_robustness(pictures.robustness)
explorables.outlier(use=mine)

# %% [markdown]
# In the explorable, press *At the edge of the data*. Which fits does the outlier tilt now? Which would it tilt at x = 60, far to the right of the figure?
#
# <details><summary><strong>Claim C24</strong> says that <em>the L2 loss is not robust to outliers, but L1 or binning is</em>. Does it hold? Predict the result above before you open this.</summary>
#
# It **holds with conditions**. In this experiment some targets are far too high. The table shows the root mean squared distance of each fit from the true line, y = 2 + 0.6x (mean over 20 data sets of 60 points with noise of standard deviation 0.35).
#
# | outliers | none | 5 % | 20 % | 40 % | 50 % |
# |---|---|---|---|---|---|
# | L2 | 0.06 | 1.4 | 4.7 | 9.3 | 11.6 |
# | L1 | 0.08 | 0.07 | 0.15 | 0.4 | 9.2 |
# | bins, mean | 0.23 | 0.4 | 1.2 | 2.2 | 2.7 |
# | bins, most likely | 0.39 | 0.4 | 2.3 | 4.2 | 4.7 |
#
# With 5 % outliers the *L2* fit is already off by 1.4, which is four times the standard deviation of the noise. The summary says that outliers introduce huge gradients, and under L2 they do. The *L1* fit moves little until nearly half of the targets are outliers, **if these are far off only in y**. An outlier that is far off in *x*, a **high-leverage point**, can tilt the L1 line as well. In 20 data sets of 20 points, an outlier at y = −6 changes the slope of the L1 line from 0.60 to 0.58 on average at x = 10, the edge of the figure, and to about −0.18 in each set at x = 60. *Bins* limit the damage, but with 20 % outliers the weighted mean of their centres is still off by 1.2, about an eighth of the bins' range of 10. Without outliers the bins are less accurate than the lines.
#
# </details>
#
# ### The best constant prediction
#
# The simplest model predicts one number for all examples. The next cell finds this number by gradient descent under L2 and L1. Change **one** number, such as the 100, or add a sixth target. Write what you expect on the first line, then run the cell.
#
# <details><summary>What you may have found</summary>
#
# Under L2, gradient descent ends at the *mean* of the targets, where the residuals add up to 0, and under L1 at the *median*, where as many targets lie above as below. Moving an outlier further away does not change the median. With an even number of targets, every value between the two middle targets has the same L1 loss, so descent stops at the first one it reaches.
#
# </details>

# %%
# I expect:
targets = np.array([1.0, 2.0, 3.0, 4.0, 100.0])

for name, slope in {"L2": lambda r: 2 * r, "L1": np.sign}.items():
    guess = 0.0
    for _ in range(2000):
        guess -= 0.01 * np.mean(slope(guess - targets))
    print(f"{name}: {guess:.1f}")

# %% [markdown] beside="milestone"
# ## Milestone: Fashion-MNIST with a hidden layer
#
# Your `two_layer_loss` now trains a network with 784 inputs, 100 hidden units and 10 outputs on 4,000 training images of Fashion-MNIST. In lesson 01 a linear classifier had a mean accuracy of 82.2 % over 20 seeds on the 1,000 validation images. **Before you run the next cell, guess** how many percentage points one hidden layer adds to this accuracy.

# %% beside="milestone"
milestones.run(2, use=mine)

# %% [markdown]
# ## ★ Bonus · Huber's loss
#
# The L2 loss is smooth at a residual of 0, and the gradient of the L1 loss stays bounded for large residuals. **Huber's loss** (1964) has both properties. For a residual $r$ and a limit $\delta$,
#
# $$\ell(r) = \begin{cases} \tfrac12 r^2 & |r| \le \delta \\ \delta\,(|r| - \tfrac12\delta) & |r| > \delta \end{cases} \qquad\qquad L = \frac1N \sum_n \sum_m \ell(r_{nm}), \quad r = \text{scores} - y .$$
#
# At the limit both parts have the value $\tfrac12\delta^2$ and the slope $\delta$, so there is no jump and no kink. The residuals 0.5 and 3 have the losses 0.125 and 2.5 for δ = 1, and 0.125 and 4 for δ = 2. Derive the slope of each part yourself.
#
# With δ = 1 Huber's loss is also called *smooth L1*, and the object detector [Fast R-CNN](https://arxiv.org/abs/1504.08083) uses it to place boxes.
#
# [[exercise huber_loss]]
#
# <details><summary>Hint 1: the loss is right only for δ = 1</summary>
# δ occurs three times: as the limit, as the slope of the linear part, and in the term ½δ that makes the parts meet.</details>
# <details><summary>Hint 2: the idea</summary>
# <code>np.where(near, …, …)</code> combines two formulas in one array. Compute <code>near</code> from the <em>absolute value</em> of each residual.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute both parts, choose between them, sum, and average over the examples. The gradient is r limited to ±δ (<code>np.clip</code>). Divide it by N as well.</details>


# %% exercise="huber_loss"
def huber_loss(scores, y, delta=1.0):
    """Huber's loss of the residuals, summed over the outputs, mean over the examples.

    scores, y: (N, M), not changed  delta: the limit, above 0
    Returns (loss, dscores): a number, and (N, M).
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# The next cell fits a line through the origin to 21 points. The true slope is 2, and the last target is too high. Under which loss does the slope follow the outlier?

# %% beside="bonus"
x = np.linspace(-1, 1, 21)[:, np.newaxis]
print("too high by     L2  Huber     L1")
for outlier in (0, 10, 100, 1000):
    y = 2 * x
    y[-1] += outlier
    slopes = []
    for loss in (losses.l2_loss, checks.huber_loss.reference, losses.l1_loss):
        w = 0.0
        for step in range(1000):
            w -= 0.9 * 0.99**step * np.sum(loss(w * x, y)[1] * x)
        slopes.append(f"{w:6.2f}")
    print(f"{outlier:11}", *slopes)

# %% [markdown]
# ## What the summary got wrong
#
# - The statement *the L2 loss is equivalent to MSE* (the mean squared error) is true up to a factor. MSE averages over the M outputs too, so it is the L2 loss divided by M. Without a penalty the minimiser is the same, but the right learning rate is not.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | along a path, at a fork? | derivatives multiply, and gradients add |
# | which transpose? | the one that gives `dw` the shape of `w` |
# | who owns `dout` and the cache? | others, so change neither |
# | where is the 1/N? | in the loss, once |
# | gradient of softmax cross-entropy? | (p − one-hot) / N; with equal scores the loss is ln K |
# | log of a softmax? | shifted scores minus the log of the sum of their exponentials, never the log of p |
# | targets with outliers? | L1 or Huber, or bins if you know the range |
#
# **References.** Stanford's CS231n notes, [*Backpropagation, intuitions*](https://cs231n.github.io/optimization-2/) and [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/) (losses).
# D. Rumelhart, G. Hinton and R. Williams, *Learning representations by back-propagating errors*, 1986, [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0).
# P. Huber, [*Robust estimation of a location parameter*](https://link.springer.com/chapter/10.1007/978-1-4612-4380-9_35), 1964.
# P. Ramachandran, B. Zoph and Q. Le, *Searching for activation functions*, 2017 (swish), [arXiv:1710.05941](https://arxiv.org/abs/1710.05941).
#
# ## Reflection
#
# Answer in the next cell, in five to eight sentences. **A friend writes the backward pass of a layer whose input goes to two other layers as well. The layer passes the gradient check on its own, but the gradient of the whole network is wrong. Name two different bugs that would cause this, and describe an experiment that would reveal each.** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points for naming overwriting at the fork (`dx = …` where `+=` belongs) or a branch left out. 2 points for naming an array that is changed in place (`dout` or the cache) and then used by another branch or a second call. 1 point per bug for an experiment that would reveal it, such as checking the network with all but one branch removed (only the last branch passes), calling the backward function twice and comparing, or comparing `dout` before and after.
#
# **A model answer.** On its own, the layer is correct, so the bug lies in what it shares with its neighbours. First, the three gradients that meet at the shared input may be assigned instead of added, so that only the last gradient remains. To detect this bug, I would check the gradient of the network with two of the three branches multiplied by 0. Only the last branch passes on its own, and with all three branches the analytic gradient equals that of the last. Second, the backward pass may change `dout` or its cache in place. This does no harm in a check of the layer alone, because nothing reads the array again, but in the network another branch does. To detect this change, I would copy `dout` and the cache before the call and compare them afterwards, or call the backward function twice. If the second result differs, an array was changed. Making the arrays read-only would even show which line changes them.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. Each row of the table was tested with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `affine_forward(x, w, b)` | `nn.Linear(D, M)` | its weight is (M, D), our w transposed |
# | `dx += …` at a fork | `loss.backward()` | adds into `.grad`, also from one step to the next, so call `optimizer.zero_grad()` before each |
# | `softmax_cross_entropy(scores, y)` | `F.cross_entropy(scores, y)` | takes scores; if you pass probabilities, it takes the softmax of these, with no error |
# | `binary_cross_entropy(scores, y)` | `nn.BCEWithLogitsLoss()` | labels must be floats; `nn.BCELoss` takes probabilities |
# | `l2_loss(scores, y)` | `nn.MSELoss()` | divides by M as well, so our loss and gradient are M times as large |
# | `l1_loss(scores, y)` | `nn.L1Loss()` | divides by M as well |
# | `huber_loss(scores, y, delta)` | `nn.HuberLoss(delta=1.0)` | divides by M as well, and `nn.SmoothL1Loss(beta=δ)` also by δ |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("02_backpropagation")
