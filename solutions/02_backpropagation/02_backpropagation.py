# %% [markdown]
# # 02 · Backpropagation: the chain rule, and the losses it starts from
#
# A network is a long chain of simple steps. If each step knows its own derivative, the gradient of the whole comes for the price of
# a second walk through the chain, backwards. In this lesson you make that walk by hand, then in matrices, and end with all gradients of
# a network of two layers, and with the losses at which every such walk begins.
#
# **You will be able to** draw a formula as a graph and differentiate it line by line · write the backward pass of a layer without guessing
# transposes · compute softmax cross-entropy with any scores · say which loss tolerates outliers, and why.
#
# [[time]]
#
# **Points** 100 · **Before** lesson 01, and the chain rule: the derivative of $f(g(x))$ is $f'(g(x))\, g'(x)$ ·
# **Leads to** 03, more functions to put between the layers.
#
# **How it works.** Write one function at a time, run its cell (Shift+Enter), then run the check below it. The check tells you
# whether it is right, or which mistake it is. Exercises do not depend on one another: leave one and come back.
#
# **A convention for the whole course.** `dx` is the gradient of the loss with respect to `x`, so it always has the shape of `x`. What a
# forward function keeps for its backward function is its `cache`. What comes from above is `dout`.

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
# Three questions about earlier lessons, from memory: that is what makes it stay. They give no points. A wrong answer is told what is wrong with it, and you
# may answer again.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown]
# ## 1 · One line at a time
#
# What is the derivative of $1/(1 + e^{-(wx + b)})$ with respect to $w$? You could reach for a table of rules. Or write the formula as six
# steps so small that each one's derivative is obvious, and multiply, from the end to the start: that is **backpropagation** (in mathematics, reverse-mode
# differentiation). Run the next cell, and move the sliders: **above** each edge is its
# value, **below** it the gradient of the output. **Before you move
# them, predict:** which of the gradients vanish when x is 0? And which of them (nearly) vanish when z is 8: from which node on?

# %%
pictures.explore_circuit(use=mine)

# %% [markdown]
# <details><summary><strong>What you should have seen</strong> (open it after you have moved the sliders)</summary>
#
# *x is 0:* only the gradient of w, for it is the gradient of z times x. That of x is the gradient of z times w, and stays.
#
# *z is 8* (w = 4, x = 2, b = 0): those of d and e are still −0.999; from n on it is 0.0003. The node exp is to blame: its own derivative is
# $e^n = e^{-8} = 0.0003$. Such a node is called *saturated*; lesson 03 is about what it does to a network.
#
# </details>
#
# Here is the walk as a table. Each backward line is what comes from the line above, times the step's own derivative. **The question marks are your exercise.**
#
# | forward | its own derivative | backward: what comes from above, times that |
# |---|---|---|
# | `out = 1 / d` | $\partial\, out/\partial d = -1/d^2$ | `dd` = $1 \cdot (-1/d^2)$ |
# | `d = 1 + e` | $\partial d/\partial e = 1$ | `de` = ? |
# | `e = exp(n)` | $\partial e/\partial n = e^n = e$ | `dn` = ? |
# | `n = -z` | $\partial n/\partial z = -1$ | `dz` = ? |
# | `z = p + b` | 1 for p, 1 for b | `dp`, `db` = ? |
# | `p = w * x` | x for w, w for x | `dw`, `dx` = ? |
#
# All of these are single numbers. Check yourself with w = 2, x = −1, b = 3: then z = 1, e = 0.368, d = 1.368, out = 0.731, `dd` = −0.534 and `dz` = 0.197.
#
# **The short formula.** Multiply the first four rows out: $dz = (-1/d^2) \cdot e \cdot (-1) = e/d^2$. Since $out = 1/d$ and
# $e/d = (d - 1)/d = 1 - out$, that is $out\,(1 - out)$: the same number from the output alone, nothing else kept.
#
# [[exercise sigmoid_graph]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute the forward lines for the numbers in the text. Then fill in the question marks of the table from top to bottom, and check each against these numbers.</details>
# <details><summary>Hint 1: one line fails, and the lines after it pass</summary>
# Each line is compared with what follows from <em>your</em> line before it. So look only at the line that fails: its own derivative, and its sign.</details>
# <details><summary>Hint 2: which derivative goes with which name?</summary>
# To come from <code>d</code> to <code>e</code>, multiply <code>dd</code> by the derivative of <code>1 + e</code> with respect to e. A constant that is added changes nothing.</details>
# <details><summary>Hint 3: the end of the walk</summary>
# A sum hands its gradient to both terms unchanged. A product hands each factor the gradient times the <em>other</em> factor.</details>


# %% exercise="sigmoid_graph"
def sigmoid_graph(w, x, b):
    """1 / (1 + exp(-(w x + b))), and its gradient with respect to every value on the way.

    w, x, b: numbers.
    Returns a dictionary of numbers with the keys
    "out", the output;
    "dd", "de", "dn", "dz", "db", "dw", "dx", each written as one line of the table;
    "short", the derivative with respect to z once more, from the output alone.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · When the road forks
#
# In $out = x \cdot \sigma(x)$, a function called *swish*, x goes two ways: as a factor, and into the sigmoid. Nudge x, and the output changes for both
# reasons at once. So **gradients that meet where the road forked add up**. (The ∂ matters here: with s held fixed, $\partial\, out/\partial x$ is s alone; the
# *total* derivative adds the other way.) Call the output of the sigmoid $s$; all arrays have one shape.
#
# 1. The product: the direct way brings $dout \cdot s$ to x, and $ds = dout \cdot x$ to s.
# 2. The sigmoid, by exercise 1: $ds \cdot s(1 - s)$ arrives at x, too.
# 3. The sum: $dx = dout \cdot s + ds \cdot s (1 - s)$.
#
# With numbers: x = 2, dout = 1. Then s = 0.88; the direct way brings 0.88, the way through the sigmoid 2 · 0.88 · 0.12 = 0.21, together 1.09.
#
# In code the second arrival is `+=`. Write `=`, and the first is lost: a classic bug of hand-written backward passes.
#
# [[exercise swish_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw x with two arrows that leave it. Each arrow brings back one gradient, and you need both.</details>
# <details><summary>Hint 1: right at 0, wrong elsewhere</summary>
# At x = 0 the second way carries nothing. You probably have only the first.</details>
# <details><summary>Hint 2: arguments are changed</summary>
# <code>dx = dout</code> makes no copy, only a second name. A product of two arrays is a new array, which you may change.</details>
# <details><summary>Hint 3: nothing to recompute</summary>
# The cache holds x and s = sigmoid(x): <code>x, s = cache</code>.</details>

# %%
pictures.fork(use=mine)


# %% exercise="swish_backward"
def swish_backward(dout, cache):
    """Gradient of out = x * s, where s = sigmoid(x).

    dout: gradient with respect to out.  cache: (x, s).  All of one shape, any.
    Returns dx.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · A layer, forward
#
# The workhorse: every output is a weighted sum of all inputs, plus a bias. For N examples with D features and M outputs,
#
# $$out = x\,w + b, \qquad x: (N, D),\quad w: (D, M),\quad b: (M,),\quad out: (N, M) .$$
#
# The first block of the picture shows the shapes. The bias is added to every row; NumPy does so by itself. Think already of
# the way back: it will need x and w.
#
# [[exercise affine_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the shapes of x, w and b beside each other. What shape must the result have, and what will the backward pass need again?</details>
# <details><summary>Hint 1: shapes do not match</summary>
# The inner sizes of a product must agree: (N, D) @ (D, M). <code>*</code> is another thing: entry by entry.</details>
# <details><summary>Hint 2: returns an array where 2 values are asked</summary>
# A forward function returns a pair: the output, and the cache.</details>
# <details><summary>Hint 3: the last line</summary>
# It returns two values. The second is the cache, a tuple of the two arrays that the backward pass needs.</details>

# %%
pictures.affine_shapes()


# %% exercise="affine_forward"
def affine_forward(x, w, b):
    """Affine layer.

    x: (N, D)  w: (D, M)  b: (M,)
    Returns (out, cache): out is (N, M), cache is the pair (x, w).
    """
    # SOLUTION


# %% [markdown]
# ## 4 · A layer, backward
#
# **Staged.** One output is $out_{nm} = \sum_d x_{nd}\, w_{dm} + b_m$. A road fork everywhere: $w_{dm}$ works in *every* example n, so its gradient adds up over n;
# $x_{nd}$ works in every output m, so its gradient adds up over m; and $b_m$ is added in every row:
#
# $$dw_{dm} = \sum_n x_{nd}\, dout_{nm}, \qquad dx_{nd} = \sum_m dout_{nm}\, w_{dm}, \qquad db_m = \sum_n dout_{nm} .$$
#
# **Short.** A sum over the index that two arrays share is a matrix product: $dw$ sums over n, the *rows* of both x and dout, so $dw = x^\top dout$. Which product is
# $dx$? **Why they agree:** row d of $x^\top$ is column d of x, so entry (d, m) of the product is just the first sum. And the shapes leave no other choice (picture above).
#
# No 1/N anywhere: the mean belongs to the loss, and `dout` carries it. And `db` has the shape of b, **(M,)**: plain `dout.sum(axis=0)`. With `keepdims=True`, which
# much published code writes here, it is (1, M): the same numbers, but another shape, and an update `b -= lr * db` then fails.
#
# [[exercise affine_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the shape of each of the three results before you write any product. Each gradient has the shape of its value, which leaves only one way to combine the arrays.</details>
# <details><summary>Hint 1: a shape is wrong</summary>
# Write the shapes side by side: dout (N, M), w (D, M), and dx must become (N, D). M has to vanish: it must be the inner size of the product, so one of the two is transposed.</details>
# <details><summary>Hint 2: db is too small by a factor N, or has the shape (1, M)</summary>
# A sum, not a mean: over the rows, <code>axis=0</code>. Leave out <code>keepdims=True</code>: db must look like b, (M,).</details>
# <details><summary>Hint 3: all three</summary>
# The gradients of x and w are matrix products, each with one factor transposed. The gradient of b is a sum of dout. Say for each of the three which index is summed.</details>


# %% exercise="affine_backward"
def affine_backward(dout, cache):
    """Gradients of the affine layer.

    dout: (N, M)  cache: the pair (x, w), of shapes (N, D) and (D, M)
    Returns (dx, dw, db): (N, D), (D, M) and (M,).
    """
    # SOLUTION


# %% [markdown]
# ## 5 · Borrowed arrays
#
# Below is a layer with a way around: $out = x + t$, $t = \tanh(x w)$, with x $(N, D)$ and w $(D, D)$. With $dh$ for the gradient at $x w$, shape (N, D), and
# since $\tanh' = 1 - \tanh^2$:
#
# $$dh = dout \cdot (1 - t^2), \qquad dw = x^\top dh, \qquad dx = dout + dh\, w^\top .$$
#
# The function computes exactly this. Its author wanted to save memory. **Two of its lines change what is not theirs**: `dout` belongs to the caller, who
# may still need it, and what is in the `cache` belongs to the next call. Predict, then read the picture like a detective: which bar is due to which line?
#
# [[exercise residual_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Go through the function line by line. For each assignment, ask whether it makes a new array or changes one that belongs to somebody else.</details>
# <details><summary>Hint 1: dx is wrong, dw is right</summary>
# Follow <code>dout</code> through the function. What does the name mean in the last line?</details>
# <details><summary>Hint 2: all values right, but "changes its argument"</summary>
# Every <code>*=</code>, <code>+=</code> and <code>x[…] = …</code> writes into an array that exists already. Whose is it?</details>
# <details><summary>Hint 3: a new name for a new thing</summary>
# Give the gradient in front of tanh a name of its own, such as <code>dh</code>. A product makes a new array and leaves its factors alone.</details>


# %%
def buggy_residual_backward(dout, cache):
    x, w, t = cache
    t *= t  # the square, without a new array
    dout *= 1 - t  # back through tanh
    dx = dout @ w.T
    dw = x.T @ dout
    return dx + dout, dw  # x also goes around tanh


checks.predict_second_call(lambda: pictures.second_call(buggy_residual_backward, use=mine))


# %% exercise="residual_backward"
def residual_backward(dout, cache):
    """buggy_residual_backward, which changes neither dout nor what is in the cache.

    dout: (N, D)  cache: (x, w, t), of shapes (N, D), (D, D) and (N, D)
    Returns (dx, dw): (N, D) and (D, D).
    """
    # SOLUTION


# %% [markdown]
# <details><summary><strong>Which bar was due to which line?</strong> (open it when your check is green)</summary>
#
# *dx, both calls:* `dout *= …`. After it the name `dout` means $dh$, so the last line adds $dh$ where the way around brings the old `dout`. *dw, second call:* `t *= t`. The cache now holds $t^2$, and the second call squares that once
# more. The first dw is right, for it needs $dh$ and finds it.
#
# </details>
#
# ## 6 · A loss for classes
#
# A walk back needs a start: the gradient of a loss. For classes it is the **softmax cross-entropy**. Softmax turns the scores of an example into
# probabilities: all positive, sum 1, the largest score the likeliest class. The cross-entropy asks only what the *right* class got: minus the log of its probability, 0
# if that is 1, and large if it is small. Look at one example first, with four classes; the formulas follow.

# %%
pictures.softmax(use=mine)

# %% [markdown]
# Scores $s$ $(N, K)$, labels $y$ $(N,)$. The loss is the mean over the examples:
#
# $$p_{nk} = \frac{e^{s_{nk}}}{\sum_j e^{s_{nj}}}, \qquad L = -\frac1N \sum_n \log p_{n, y_n} = \frac1N \sum_n \Big( \log \sum_j e^{s_{nj}} - s_{n, y_n} \Big) .$$
#
# **Staged,** from the form on the right: the derivative of $\log S$ with $S = \sum_j e^{s_j}$ is $1/S$, times that of $S$, $e^{s_k}$: together $p_k$. The second term brings $-1$ at the right
# class only. **Short:** $dscores = (p - \text{one-hot})/N$, where one-hot is 1 at the right class and 0 elsewhere: the same two terms, written for a whole row at once.
#
# **Any scores.** Two traps, and most published answers fall into the second:
#
# 1. $e^{1000}$ overflows. But $p$ stays the same when a row is shifted by a constant, so subtract each row's own maximum first, $\tilde s_{nk} = s_{nk} - \max_j s_{nj}$.
# 2. After that, $p$ may round to 0. Scores (1000, 0) with label 1: $p_1 = e^{-1000}$ is 0.0 in float64, and `-np.log(p)` says infinity where the loss is 1000 (and `-np.log(p + 1e-12)` says 27.6, which is no better). So for the loss **do not take the log of
#    $p$**; write the log out: $\log p_{nk} = \tilde s_{nk} - \log \sum_j e^{\tilde s_{nj}}$. Here that is $-1000 - \log(1 + 0.0) = -1000$.
#
# [[exercise softmax_cross_entropy]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take one example with three scores and compute everything on paper, in the order of the text. Then ask of each step along which axis it works for N examples.</details>
# <details><summary>Hint 1: NaN or infinity for large scores</summary>
# Does <em>each row</em> lose its own maximum? If so and the loss is still infinite: is there an <code>np.log(p)</code>? A small p has rounded to 0 before the log. Compute <code>log_p</code> first, as shifted scores minus the log of the sum, and then <code>p = np.exp(log_p)</code>.</details>
# <details><summary>Hint 2: the gradient is off by a factor</summary>
# Is the 1/N of the mean in it?</details>
# <details><summary>Hint 3: one entry from each row</summary>
# Index with two arrays, the row numbers 0 … N − 1 (<code>np.arange</code>) and y. That picks the right class of every example, to read and to change. (<code>log_p[:, y]</code> would be N whole columns.)</details>


# %% exercise="softmax_cross_entropy"
def softmax_cross_entropy(scores, y):
    """Cross-entropy of the softmax of each row, mean over the examples.

    scores: (N, K), of any size  y: (N,) labels, 0 to K-1
    Returns (loss, dscores): a number, and (N, K).
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Yes or no
#
# For two classes one score suffices, the *logit* $s$, with $p = \sigma(s)$ for "yes" (the right end of the picture of softmax). With labels 0 and 1,
#
# $$L = -\frac1N \sum_n \big( y_n \log p_n + (1 - y_n) \log (1 - p_n) \big) .$$
#
# **Staged:** $\partial L/\partial p = \frac1N \big(\frac{1-y}{1-p} - \frac{y}{p}\big) = \frac1N \frac{p - y}{p(1-p)}$; through the sigmoid, times $p(1-p)$. **Short:** $dscores = (p - y)/N$. They agree, as the
# denominators cancel; only the short one survives p = 0. Stable loss: $-\log \sigma(s) = \log(1 + e^{-s})$, and for label 0 the same with $+s$. `np.logaddexp(0, v)` is $\log(1 + e^v)$, for any v. For the logit 0 the loss is ln 2 = 0.69, whatever the label.
#
# [[exercise binary_cross_entropy]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the loss of one logit of 1000 for both labels by hand. Which form of the formula gives a finite number?</details>
# <details><summary>Hint 1: NaN for large logits</summary>
# 0 · log 0 is NaN. Do not form p for the loss.</details>
# <details><summary>Hint 2: the loss is large where it should be small</summary>
# Label 1: log(1 + e^(−s)). Label 0: log(1 + e^(+s)). Which sign is <code>1 - 2 * y</code>?</details>
# <details><summary>Hint 3: a sigmoid that copes with ±1000</summary>
# Use <code>sigmoid_forward</code> from the first cell. Its first result is p.</details>


# %% exercise="binary_cross_entropy"
def binary_cross_entropy(scores, y):
    """Cross-entropy of two classes from one logit each, mean over the examples.

    scores: (N,) logits of any size  y: (N,) of 0 and 1, integers
    For p take sigmoid_forward(scores)[0], imported in the first cell: no logit overflows there.
    Returns (loss, dscores): a number, and (N,).
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Two layers, all gradients
#
# Now walk the whole road: a network of two layers, from its inputs to the loss and back. The next cell draws it, and the one after it lets such a network learn to read digits, as fast as you can watch. So fast is
# only the library's; what its cell shows first, measured now, is that the layers and the loss that *you* wrote take the same steps. Between the layers is ReLU, $a = \max(0, h)$: it passes what is positive, so the gradient passes where h was positive.

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
# (The columns of `h` and `a` are the **hidden units**; *dead units* in the plot are those whose ReLU is 0 for every example: lesson 03.) All that training needs for a step are the loss and its gradients.
# λ is the strength of a penalty on large weights; biases are spared.
#
# | forward (read down) | shape | backward (read up) |
# |---|---|---|
# | `h`: first affine layer, of `x` | (N, H) | `dw1`, `db1` from `dh` |
# | `a`: ReLU of `h` | (N, H) | `dh = da * (h > 0)` |
# | `scores`: second affine layer, of `a` | (N, K) | `da`, `dw2`, `db2` from `dscores` |
# | `loss`: softmax cross-entropy of `scores` and `y` | number | `dscores` |
# | `loss` plus $\tfrac12\lambda\,(\sum w_1^2 + \sum w_2^2)$ | number | λ `w1` added to `dw1`, λ `w2` to `dw2` |
#
# The last row is a fork again: each weight reaches the loss through its layer and through the penalty. The ½ and the 2 of the square cancel: the penalty ½λ Σw² has the gradient λw, and a penalty λ Σw²,
# without the ½, would have 2λw. Much published code mixes the two, and its gradient is half of what it should be. And there is **no ReLU behind the second layer**: scores may be negative. Build on what you have
# written: `mine.affine_forward`, `mine.affine_backward` and `mine.softmax_cross_entropy` are yours where they have full marks, otherwise the library's. At the end of the lesson this function trains on clothes.
#
# [[exercise two_layer_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the forward pass first, and keep what each layer returns. Then go through these lines in reverse order, one backward line for each.</details>
# <details><summary>Hint 1: dw2 and db2 are right, dw1 and db1 are not</summary>
# What lies between them is ReLU. Its mask comes from h, the input in the forward pass.</details>
# <details><summary>Hint 2: right without penalty, wrong with it</summary>
# ½λ in the loss, λ·w in the gradient, for both weights, added, and nothing for the biases. Without the ½ in the loss the gradient would have to be 2λ·w.</details>
# <details><summary>Hint 3: the first two lines back</summary>
# Call <code>mine.affine_backward</code> for the second layer, which needs dscores and the second cache. Its first result then goes through ReLU's mask.</details>


# %% exercise="two_layer_loss"
def two_layer_loss(x, y, w1, b1, w2, b2, lam):
    """Loss and gradients of affine, ReLU, affine, softmax cross-entropy.

    x: (N, D)  y: (N,) labels  w1: (D, H)  b1: (H,)  w2: (H, K)  b2: (K,)
    lam: strength of the penalty
    Returns (loss, dw1, db1, dw2, db2).
    """
    # SOLUTION


# %% [markdown]
# ## 9 · A loss for numbers
#
# The same network can predict a price, a distance, an age: leave out the softmax and compare scores $s$ $(N, M)$ with targets $y$ $(N, M)$. With residuals $r = s - y$,
# the **L2 loss** is the squared length of each row of r, averaged over the examples:
#
# $$L = \frac1N \sum_n \sum_m r_{nm}^2, \qquad dscores = \frac{2\, r}{N} .$$
#
# Staged: $r^2$ has the derivative $2r$, r has 1 with respect to s, and the mean stays. No ½ here: the $\lVert f - y \rVert^2$ of the summary this course started from has none. With numbers: two examples with the residuals
# (3, 4) and (0, 0) have the loss (9 + 16)/2 = 12.5 and the gradients (3, 4) and (0, 0). Before you run the next cell: predict.
#
# [[exercise l2_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the residuals of the example in the text, and compute its loss. Then ask how the loss changes if one score changes.</details>
# <details><summary>Hint 1: off by a factor of 2</summary>
# No ½ in the loss, so the 2 of the square stays in the gradient.</details>
# <details><summary>Hint 2: right with one output, wrong with three</summary>
# <code>np.mean</code> divides by N·M. Sum over the outputs, divide by <code>len(y)</code>.</details>
# <details><summary>Hint 3: in NumPy</summary>
# <code>np.sum</code> without an axis adds all entries. Divide the loss and its gradient by the number of examples, <code>len(y)</code>.</details>

# %%
checks.predict_pull(lambda: pictures.regression_losses(use=mine))


# %% exercise="l2_loss"
def l2_loss(scores, y):
    """Squared residuals, summed over the outputs, mean over the examples.

    scores, y: (N, M)
    Returns (loss, dscores): a number, and (N, M).
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Every residual alike
#
# The **L1 loss** takes the size of the residual in place of its square: $L = \frac1N \sum_n \sum_m |r_{nm}|$. The slope of $|r|$ is $+1$ on the right and $-1$ on the left, however far away.
# At 0, an exact prediction, there is a kink (lesson 01) and no slope; the sensible choice is 0: what is right should be left alone. The residuals (3, 4) and (0, 0) have the loss 7/2 = 3.5 and the gradients (½, ½) and (0, 0).
#
# Between the two is **Huber's loss**: square while $|r|$ is below a limit, and from there on straight, with the slope it has reached. Smooth at 0 like L2, bounded pull like L1. It is this lesson's bonus.
#
# [[exercise l1_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Copy your loss of squares and mark what changes. What is the slope of |r| to the left and to the right of 0?</details>
# <details><summary>Hint 1: only the exact predictions are wrong</summary>
# What does your gradient say where r is 0?</details>
# <details><summary>Hint 2: the gradient grows with the residual</summary>
# Then it is still that of the square.</details>
# <details><summary>Hint 3: the function you want</summary>
# <code>np.sign</code> is −1, 0 or 1.</details>


# %% exercise="l1_loss"
def l1_loss(scores, y):
    """Absolute residuals, summed over the outputs, mean over the examples.

    scores, y: (N, M)
    Returns (loss, dscores): a number, and (N, M).
    The gradient is 0 where a prediction is exact.
    """
    # SOLUTION


# %% [markdown]
# ## 11 · Numbers as classes
#
# A third way out, which the summary recommends: cut the range of the targets into K bins and let the network choose among them, as among classes. Edges $e_0 < \dots < e_K$; **bin k holds $e_k \le y < e_{k+1}$, and
# the outer bins also take in what lies beyond**. Train with softmax cross-entropy. To get a number back, take the mean of the bins' centres $c_k = (e_k + e_{k+1})/2$, weighted by the probabilities, the softmax of the scores: $\hat y_n = \sum_k p_{nk}\, c_k$.
#
# With numbers: the edges 0, 1, 2, 4 make three bins with the centres 0.5, 1.5 and 3. The targets 0.5, 2, 9 and −1 belong to the bins 0, 2, 2 and 0. And the probabilities ½, ¼, ¼ predict 0.25 + 0.375 + 0.75 = 1.375.
#
# [[exercise binned_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the edges on a line and mark three targets, one of them on an edge. Turn targets into labels first, because the rest is a classification that you have written already.</details>
# <details><summary>Hint 1: an error about a label that does not exist</summary>
# Targets beyond the edges belong to the first and the last bin. Only the <em>inner</em> edges, <code>edges[1:-1]</code>, ever decide.</details>
# <details><summary>Hint 2: only targets on an edge are wrong</summary>
# A bin begins with its left edge: count the inner edges that are ≤ y, not &lt; y.</details>
# <details><summary>Hint 3: counting edges</summary>
# <code>np.searchsorted</code> counts them for every target at once. Its argument <code>side</code> decides what happens on an edge.</details>


# %% exercise="binned_loss"
def binned_loss(scores, y, edges):
    """Regression as classification.

    scores: (N, K), one for each bin, of any size  y: (N,) targets
    edges: (K + 1,), increasing
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
# In the explorable, press *At the edge of the data*: which of the fits does an outlier far to the right turn? And what if it were farther still, at x = 60?
#
# <details><summary><strong>Claim C24</strong>, <em>the L2 loss is not robust to outliers; L1 or binning is</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds with conditions**. The distance from the true line, mean of 20 data sets of 60 points, with a share of targets far too high:
#
# | outliers | none | 5 % | 20 % | 40 % | 50 % |
# |---|---|---|---|---|---|
# | L2 | 0.06 | 1.4 | 4.7 | 9.3 | 11.6 |
# | L1 | 0.08 | 0.07 | 0.15 | 0.4 | 9.2 |
# | bins, mean | 0.23 | 0.4 | 1.2 | 2.2 | 2.7 |
# | bins, most likely | 0.39 | 0.4 | 2.3 | 4.2 | 4.7 |
#
# *L2* is off with the first outliers: 1.4 is four times the noise in a point. The summary says that they introduce huge gradients, and they do. *L1* hardly moves until they are near half, **if they are far off in y**. One that is far off in *x*, a *lever*, turns the L1 line as well: an
# outlier at x = 10, the edge of the picture, changes its slope from 0.60 to 0.58, one at x = 60 to −0.18, in each of 20 data sets. *Bins* bound the damage, but 20 % of outliers still move their mean by a tenth of the range, and their most likely bin gives in
# once the outliers, all in one bin, outvote the rest. Without outliers the bins' width costs accuracy.
#
# </details>
#
# ### Change one thing
#
# The simplest model of all is one number for all targets. The next cell lets descent find it under both losses. Change **one** thing, write what you expect into the first line, and only then run it: 1000
# in place of 100, say, or a second outlier, or a sixth target.
#
# <details><summary>What you may have found</summary>
#
# L2 ends at the *mean* of the targets, where the residuals add up to 0, and L1 at the *median*, where as many targets lie above as below. So an outlier may be as far off as it likes: the median does not move.
# With an even number of targets L1 rests anywhere between the two in the middle.
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
# ## Milestone: clothes, in two layers
#
# The 4,000 pictures of clothes again, and now it is your `two_layer_loss` that trains, with all that it is built of: 784 pixels, 100 hidden units, 10 classes, in the minibatches of lesson 01. There a linear classifier named
# 82.2 % of the 1,000 validation pictures correctly. **Before you run it, guess:** what does one hidden layer add to that?

# %% beside="milestone"
milestones.run(2, use=mine)

# %% [markdown]
# ## ★ Bonus · The best of both
#
# For the star, and for no points. L2 is smooth where predictions are right, L1 calm where they are far off. **Huber's loss** (1964) takes each where it is good. For one residual $r$ and a limit $\delta$:
#
# $$\ell(r) = \begin{cases} \tfrac12 r^2 & |r| \le \delta \\ \delta\,(|r| - \tfrac12\delta) & |r| > \delta \end{cases} \qquad\qquad L = \frac1N \sum_n \sum_m \ell(r_{nm}), \quad r = \text{scores} - y .$$
#
# At the limit both parts are $\tfrac12\delta^2$ and both have the slope $\delta$: no jump and no kink. For δ = 1 the residuals 0.5 and 3 lose 0.125 and 2.5; for δ = 2 it is 0.125 and 4. Derive the slope of each part yourself: it is simpler than the loss.
# Why it matters: under the name *smooth L1* it places the boxes in object detectors, and in reinforcement learning it keeps one surprising reward from wrecking a network.
#
# [[exercise huber_loss]]
#
# <details><summary>Hint 1: the loss is right for δ = 1 alone</summary>
# δ is in three places: in the choice, as the slope of the far part, and in the ½δ that lets the parts meet.</details>
# <details><summary>Hint 2: two formulas in one array</summary>
# <code>np.where(near, …, …)</code>, with <code>near</code> made of the <em>size</em> of each residual.</details>
# <details><summary>Hint 3: the gradient in one call</summary>
# It is r, but never beyond ±δ: <code>np.clip</code>. And the mean over the examples?</details>


# %% exercise="huber_loss"
def huber_loss(scores, y, delta=1.0):
    """Huber's loss of the residuals, summed over the outputs, mean over the examples.

    scores, y: (N, M)  delta: the limit, above 0
    Returns (loss, dscores): a number, and (N, M).
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# What it brings: a line through 0, whose true slope is 2, fitted to 21 points of which the last is too high. Which of the slopes runs away with it?

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
# - *The L2 loss is equivalent to MSE*: up to a factor. MSE averages over the M outputs too, so it is the L2 loss divided by M. The minimum is the same, the right learning rate is not.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | along a path, at a fork? | derivatives multiply; gradients add |
# | which transpose? | the one that gives `dw` the shape of `w` |
# | who owns `dout` and the cache? | not you: change neither |
# | where is the 1/N? | in the loss, once |
# | gradient of softmax cross-entropy? | (p − one-hot) / N; the first loss is ln K |
# | log of a softmax? | shifted scores minus the log of their sum, never the log of p |
# | targets with outliers? | L1 or Huber; or bins, if you can name a range |
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Backpropagation, intuitions*](https://cs231n.github.io/optimization-2/) and [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/) (losses).
# D. Rumelhart, G. Hinton and R. Williams, *Learning representations by back-propagating errors*, 1986, [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0).
# P. Huber, [*Robust estimation of a location parameter*](https://link.springer.com/chapter/10.1007/978-1-4612-4380-9_35), 1964.
# P. Ramachandran, B. Zoph and Q. Le, *Searching for activation functions*, 2017 (swish), [arXiv:1710.05941](https://arxiv.org/abs/1710.05941).
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend writes the backward pass of a layer whose input goes to two other layers as well. It passes the gradient check on its own, but the gradient of the whole network is wrong. Name two
# different bugs that would do this, and for each an experiment that would show it.** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: names overwriting at the fork (`dx = …` where `+=` belongs), or a branch left out. 2 points: names a changed array (`dout` or the cache, changed in place and used by
# another branch or a second call). 2 points, one for each: an experiment that would show it, such as the check of the network with all branches but one cut, or calling the backward function twice and comparing, or comparing `dout` before and after.
#
# **A model answer.** The layer alone is right, so the bug lies in what it shares with its neighbours. First suspect: the three gradients that meet at the shared input are assigned, not added, so that only the last branch counts. To see it, I would
# check the gradient of the network with two of the three branches multiplied by 0: each single branch passes, all together fail, and the analytic gradient equals that of one branch. Second suspect: the backward pass changes `dout` or its cache
# in place. Alone that does no harm, since nobody looks at the array again, but another branch does. To see it, I would copy `dout` and the cache before the call and compare afterwards, or call the backward function twice: if the second answer differs,
# something was changed. Making the arrays read-only would even show the line.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you go on to it, here is what you have written, what it is called there, and what people fall for. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `affine_forward(x, w, b)` | `nn.Linear(D, M)` | its weight is (M, D): our w transposed |
# | `dx += …` at a fork | `loss.backward()` | adds into `.grad`, also from one step to the next: `optimizer.zero_grad()` before each |
# | `softmax_cross_entropy(scores, y)` | `F.cross_entropy(scores, y)` | takes scores; hand it probabilities and it takes the softmax of these, with no error |
# | `binary_cross_entropy(scores, y)` | `nn.BCEWithLogitsLoss()` | labels must be floats; `nn.BCELoss` is the one for probabilities |
# | `l2_loss(scores, y)` | `nn.MSELoss()` | divides by M as well: ours is M times as large, its gradient too |
# | `l1_loss(scores, y)` | `nn.L1Loss()` | divides by M as well |
# | `huber_loss(scores, y, delta)` | `nn.HuberLoss(delta=1.0)` | divides by M as well; `nn.SmoothL1Loss(beta=δ)` divides by δ, too |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("02_backpropagation")
