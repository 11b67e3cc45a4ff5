# %% [markdown]
# # 06 · Initialization: start well
#
# Before the first step of training a network is nothing but random numbers, and those numbers can decide everything: whether units
# differ at all, whether a signal survives ten layers, whether anything is ever learned. In this lesson you find out how to choose them,
# and build batch normalisation, which repairs many a bad choice while the network trains.
#
# **You will be able to** prove that equal weights stay equal · choose the spread of first weights for a layer and an activation · write batch
# norm forward, in use and backward, and derive its gradient · fold it away when training is over.
#
# **Time** about 3 hours · **Points** 100 · **Before** 02 and 03, the chain rule and activations; 05 helps · **Leads to** 09, training.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. As always `dx` is the gradient of the loss with
# respect to `x` and has its shape. N examples, D features.
#
# ## Look first
#
# Ten layers, before any training. Run the next two cells. On the left is what each layer puts out, on the right how large the signals are: activations
# on their way up, gradients on their way down. **Before you touch anything, predict:** multiply all weights by 0.5; what is left of the
# activations in layer 10? Then press *All fades* and *Saturated tanh*. In which of the pictures could the network learn?

# %%
import numpy as np

from cs231n_lib import LiveDashboard, layers
from cs231n_lib.lessons.initialization import checks, experiments, explorables, pictures

# %%
explorables.depth()

# %% [markdown]
# ## 1 · Why not start at zero?
#
# Zero favours nobody, and weights should end up around zero anyway. So why not? Follow **one** hidden unit (upper road in the picture): with its incoming weights $w_{in}$ (D,) and outgoing
# weights $w_{out}$ (K,), it computes $h = x\,w_{in}$ (N,), $a = \tanh h$ (N,), and adds $a_n\, w_{out,k}$ to each score $(n, k)$. Given $dscores$ (N, K), walk back:
#
# 1. $w_{out,k}$ is multiplied by $a_n$ in every example n, so $dw_{out,k} = \sum_n a_n\, dscores_{nk}$.
# 2. $a_n$ goes to every score k with weight $w_{out,k}$, so $da_n = \sum_k dscores_{nk}\, w_{out,k}$.
# 3. Through tanh, whose slope is $1 - a^2$: $dh_n = da_n\,(1 - a_n^2)$.
# 4. $w_{in,d}$ is multiplied by $x_{nd}$ in every example: $dw_{in,d} = \sum_n x_{nd}\, dh_n$.
#
# **Short:** each sum is a matrix product over the index that the two arrays share.
#
# [[exercise unit_gradients]]
#
# <details><summary>Hint 1: shapes do not match</summary>
# a and dh are (N,), so N must vanish from both results: sum over the examples. What shape has <code>a @ dscores</code>?</details>
# <details><summary>Hint 2: dw_out is right, dw_in is not</summary>
# Two things lie between the scores and h: the weights <code>w_out</code> and the tanh. Is each of them in your dh?</details>
# <details><summary>Hint 3: the lines</summary>
# First <code>a = np.tanh(x @ w_in)</code>. Then <code>dscores @ w_out</code> is da, times <code>(1 - a**2)</code> is dh.</details>

# %%
pictures.unit()


# %% exercise="unit_gradients"
def unit_gradients(x, dscores, w_in, w_out):
    """Gradients of the weights of one hidden unit, a = tanh(x @ w_in), which adds
    a[n] * w_out[k] to scores[n, k].

    x: (N, D)  dscores: (N, K)  w_in: (D,)  w_out: (K,)
    Returns (dw_in, dw_out): (D,) and (K,).
    """
    # SOLUTION


# %%
checks.predict_twins(pictures.twins)

# %% [markdown]
# **The proof is in the parameters of your function.** It gets x and dscores, the same for all units, and the unit's own weights: nothing else. So two units with equal weights get
# equal gradients, take equal steps, and are equal again. By induction they are equal for ever, and no data set in the world parts them.
#
# <details><summary><strong>Claim C19</strong>, <em>zero weights give equal gradients</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds**, to the last bit, in all of 20 runs. With tanh or ReLU all-zero is even worse than equal: a = 0 and w_out = 0 make both gradients *zero*, so only the last bias learns (10 % accuracy). All 0.1
# behaves like one unit (27 to 38 %). Biases may start at 0: once the weights differ, nothing is left to part.
#
# </details>
#
# ## 2 · So draw them
#
# Small random numbers around 0 part the units: normal, with mean 0 and a small standard deviation, each weight its own draw. Which shape? In `x @ w` the rows of w belong to what comes *in*: (fan_in, fan_out). The
# notes have it the other way around, `randn(D, H)` with D for the units of *this* layer; multiply out the shapes and see that x would not fit.
#
# [[exercise small_random]]
#
# <details><summary>Hint 1: the shape is right only for square matrices</summary>
# fan_in counts the inputs, which are the columns of x, and so the <em>rows</em> of w.</details>
# <details><summary>Hint 2: "draws the same weights again"</summary>
# Do not make a generator: use the one you are given, <code>rng</code>.</details>
# <details><summary>Hint 3: one call</summary>
# <code>rng.normal(mean, standard deviation, shape)</code>, where the shape is a pair in brackets. (<code>randn</code> belongs to <code>np.random</code>, <code>rng</code> has none.)</details>


# %% exercise="small_random"
def small_random(fan_in, fan_out, rng, std=0.01):
    """Normal weights of mean 0 and standard deviation std, of shape (fan_in, fan_out).

    rng: np.random.Generator to draw from.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · How far does a signal carry?
#
# Small weights work for one hidden layer, as the picture of the twins showed. And for ten? Back to what you predicted first: with all weights halved, 0.23 in layer 10 becomes 0.0008. Each layer halves once more what the
# one before it left, and what fades cannot be told apart at the top. *Saturated tanh* looks level on the way up, as its units sit at −1 and +1. But look at the way down: large weights multiply the gradient by 5 a layer, flat
# slopes take back a factor of 3, and layer 1 gets a hundred times what layer 10 got. Nearly level both ways are only the first picture and, with another activation, *ReLU with He*. Measure the way up yourself: send x through the layers, $x \leftarrow f(x\,w)$, and after each one note the standard deviation over **all** its entries.
#
# [[exercise layer_deviations]]
#
# <details><summary>Hint 1: the first number is right, the others are not</summary>
# Does the second layer get the output of the first, or x again?</details>
# <details><summary>Hint 2: all numbers are slightly off</summary>
# Measure after the activation, with one <code>.std()</code> over the whole array.</details>
# <details><summary>Hint 3: the loop</summary>
# <code>for w in weights:</code>, then give x its new value, then append; <code>np.array(list)</code> at the end.</details>


# %% exercise="layer_deviations"
def layer_deviations(x, weights, activation):
    """Standard deviation of the activations of each layer, activation(x @ w).

    x: (N, D)  weights: list of L arrays; the columns of one are the rows of the next
    activation: takes an array, returns one of its shape.
    Returns (L,) array: one number for each layer, over all examples and units.
    """
    # SOLUTION


# %%
checks.predict_fading(pictures.fading)

# %% [markdown]
# ## 4 · The spread that fits
#
# One output is a sum, $z_m = \sum_{d=1}^{n} x_d\, w_{dm}$, of n = fan_in terms. With weights and inputs independent and of mean 0, each term has variance $\mathrm{Var}(x)\,\mathrm{Var}(w)$, and variances of independent terms add up:
#
# $$\mathrm{Var}(z) = n\, \mathrm{Var}(w)\, \mathrm{Var}(x) .$$
#
# So $\mathrm{Var}(w) = 1/n$ keeps the signal level, and the standard deviation of w is $1/\sqrt n$. Three rules follow from this:
#
# - **scaled**: variance 1/fan_in, as just derived; for a layer that nothing bends, and tanh near 0.
# - **Glorot**: on the way *back* the sum runs over the outputs, which asks for 1/fan_out. The compromise is $\frac{2}{\text{fan\_in} + \text{fan\_out}}$.
# - **He**: $z$ is as often negative as positive, and ReLU zeroes the negative half, and with it half of the mean of the squares. So **twice** the variance: 2/fan_in. (Behind a ReLU x has no mean of 0. It need not: w has, and then $\mathrm{Var}(z) = n\, \mathrm{Var}(w)\, \overline{x^2}$.)
#
# [[exercise scaled_weights]]
#
# <details><summary>Hint 1: the spread is far too small</summary>
# These are <em>variances</em>. <code>rng.normal</code> wants the standard deviation, their root.</details>
# <details><summary>Hint 2: one of the three is off</summary>
# Where do the root's brackets close? √(2/n) is neither √2/n nor 2/√n.</details>
# <details><summary>Hint 3: the form of the answer</summary>
# <code>return {"scaled": rng.normal(0, …, (fan_in, fan_out)), "glorot": …, "he": …}</code></details>


# %% exercise="scaled_weights"
def scaled_weights(fan_in, fan_out, rng):
    """Normal weights of mean 0 whose spread fits the layer.

    rng: np.random.Generator to draw from.
    Returns a dictionary with the keys "scaled", "glorot" and "he", each (fan_in, fan_out).
    """
    # SOLUTION


# %%
checks.predict_relu(pictures.fan_in)
with LiveDashboard() as live:
    for start in ("small", "1/√n", "He"):
        history = experiments.deep(start, callbacks=[live.run(start)])
        print(f"ten layers, {start}: accuracy {experiments.final_accuracy(history):.0%}")

# %% [markdown]
# <details><summary><strong>Claim C20</strong>, <em>output variance grows with fan-in, and 1/√n evens it out</em>: does it hold? Predict above, then open this.</summary>
#
# **Holds** for one layer: 16 times the inputs give 4 times the deviation (3.9 to 4.1 in 20 draws), and with 1/√n it is 1. Through depth it **holds with conditions**: it is the activation that decides. ReLU with 1/√n is left with 2 to
# 4 % of its signal after ten layers, with He 67 to 123 %. And it matters: digits through ten layers are read at 10 % (small), 17 to 39 % (1/√n) and 77 to 94 % (He).
#
# </details>
#
# ## 5 · Or make it so
#
# All this care keeps activations level *at the start*. Lesson 05 standardises the inputs, once; why not **make** every layer's activations level, at every step? For each feature of a batch, with $x$ (N, D), and $\mu$, $\sigma^2$, $\gamma$, $\beta$ (D,):
#
# $$\mu = \frac1N \sum_n x_n, \quad \sigma^2 = \frac1N \sum_n (x_n - \mu)^2, \quad \hat x_n = \frac{x_n - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \quad \text{out}_n = \gamma\, \hat x_n + \beta .$$
#
# γ and β are learned: the network may want another spread. Later, in use, there may be no batch, so keep *running* statistics, with the batch's μ and σ² (without ε): $r \leftarrow m\, r + (1 - m)\, r_{batch}$, where the momentum $m$ is what stays.
#
# The notes say that batch norm "forces weights to take on a unit Gaussian". Look at the picture, and find **two** wrong words in that.
# Their formula has slips as well: once your check is right, run the cell below it, and try to explain its lines before you read on.
#
# [[exercise batchnorm_forward]]
#
# <details><summary>Hint 1: the shapes of the running statistics are wrong</summary>
# One mean for each <em>feature</em>: over the examples, <code>axis=0</code>.</details>
# <details><summary>Hint 2: out is right, another value is not</summary>
# Momentum 0.9 means that nine tenths of the old stay. Return new arrays; <code>*=</code> would change the caller's.</details>
# <details><summary>Hint 3: variance in one call</summary>
# <code>x.var(axis=0)</code> divides by N, as it should. ε goes into the root.</details>

# %%
checks.predict_shape(pictures.normalized)


# %% exercise="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Batch normalisation while training.

    x: (N, D)  gamma, beta, running_mean, running_var: (D,), not changed
    Returns (out, cache, running_mean, running_var): out (N, D), the new statistics (D,),
    and as cache the pair (x_hat, gamma / sqrt(var + eps)), of shapes (N, D) and (D,).
    """
    # SOLUTION


# %%
def suspect(x, power=1, eps=1e-5):
    """The formula of the notes; with power=2 a repaired one."""
    mu = np.mean(x, axis=0)
    var = np.mean((x - mu) ** power, axis=0)
    return (x - mu) / (np.sqrt(var) + eps)


feature = np.array([[1.0], [2.0], [6.0]])
zero, one = np.zeros(1), np.ones(1)
print("as the notes have it:", suspect(feature).ravel().round())
print("with the square:", suspect(feature, power=2).ravel().round(3))
faint = 1e-6 * feature
print("faint, ε outside the root:", suspect(faint, power=2).ravel().round(4))
mended, *_ = layers.batchnorm_forward(faint, one, zero, zero, one)
print("faint, ε inside the root:", mended.ravel().round(4))

# %% [markdown]
# **The case of the missing square.** The first line above is what the notes' formula, $\sigma^2 = \frac1m \sum (x_i - \mu)$, makes of 1, 2 and 6. Why so huge? *Deviations from the mean always add up to 0*: that is what a mean is. So the "variance" is 0, and everything is
# divided by ε. With the square, line 2, all is well. **Second clue:** they write $\sqrt{\sigma^2} + \varepsilon$. A feature that varies by a millionth is noise; outside the root ε lets it be blown up to 100,000 times (line 3), inside to at most $1/\sqrt\varepsilon = 316$ times (line 4).
# **Third:** not *weights* are normalised but activations, and nothing becomes *Gaussian*: two humps stay two humps.
#
# ## 6 · When training is over
#
# One photograph comes in. What is the mean of a batch of one? Itself, and $x - \mu = 0$. Even among many, no answer should depend on who else asks. So **in use** take the running statistics in place of the batch's; all else stays.
#
# [[exercise batchnorm_inference]]
#
# <details><summary>Hint 1: a single example comes out as beta</summary>
# You still subtract the mean of the batch.</details>
# <details><summary>Hint 2: almost right</summary>
# ε again: inside the root, with <code>running_var</code>.</details>
# <details><summary>Hint 3: how much there is to write</summary>
# One line, the formula for x̂ and out with other names.</details>


# %% exercise="batchnorm_inference"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Batch normalisation in use, with the running statistics.

    x: (N, D)  gamma, beta, running_mean, running_var: (D,)
    Returns out: (N, D).
    """
    # SOLUTION


# %% [markdown]
# ## 7 · The way back, stage by stage
#
# μ and σ are made *of x*, so each x works on three roads. Do not guess: draw the graph (next cell), and go back line by line. Write $x_c = x - \mu$. Every gradient has the shape of its value, (N, D) or (D,).
#
# | forward | shape | backward, read from below |
# |---|---|---|
# | `mu = mean(x)` | (D,) | `dx = dxc + dmu / N`: x forks, each x has the share 1/N in the mean |
# | `xc = x - mu` | (N, D) | `dmu` = ?  (μ is subtracted from N rows) |
# | `var = mean(xc**2)` | (D,) | `dxc` = direct way + `dvar` · ?  (xc forks) |
# | `std = sqrt(var + eps)` | (D,) | `dvar` = `dstd` · ? |
# | `xhat = xc / std` | (N, D) | direct way: `dxhat / std`;  `dstd` = sum over the examples of `dxhat` · ? |
# | `out = gamma * xhat + beta` | (N, D) | `dxhat`, `dgamma`, `dbeta` = ? |
#
# Where a (D,) value was used in N rows, its gradient is a **sum over the rows**. The local derivatives you need: $\partial(x_c/s)/\partial s = -x_c/s^2$, $\partial\sqrt v/\partial v = 1/(2\sqrt v)$, and $\partial(x_c^2)/\partial x_c = 2 x_c$.
#
# [[exercise batchnorm_backward_staged]]
#
# <details><summary>Hint 1: one line fails and the lines after it pass</summary>
# Each is compared with what follows from <em>your</em> lines before it. Look only at the one that fails.</details>
# <details><summary>Hint 2: dxc or dx is wrong</summary>
# Two roads meet there (the dots in the picture). Have you both, and the 1/N of the mean?</details>
# <details><summary>Hint 3: the hardest two lines</summary>
# <code>dstd = -np.sum(dxhat * xc, axis=0) / std**2</code>; and the second term of dxc is <code>dvar * 2 * xc / len(x)</code>.</details>

# %%
pictures.graph()


# %% exercise="batchnorm_backward_staged"
def batchnorm_backward_staged(dout, x, gamma, eps=1e-5):
    """The gradient of every value in the graph of batch norm. Begin with the forward lines.

    dout, x: (N, D)  gamma: (D,)
    Returns a dictionary with the keys "dbeta", "dgamma", "dxhat", "dstd", "dvar", "dxc"
    (both ways), "dmu" and "dx", each of the shape of its value.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · The way back in one line
#
# Put the stages into each other. A bar is the mean over the batch, $s = \sqrt{\sigma^2 + \varepsilon}$, and g stands for $d\hat x = \gamma\, dout$.
#
# 1. $ds = -\frac1{s^2}\sum_n g_n x_{c,n} = -\frac{N}{s}\,\overline{g \hat x}$, since $x_c = s\,\hat x$. Then $dvar = \frac{ds}{2s}$.
# 2. $dx_c = \frac{g}{s} + \frac{2 x_c}{N}\, dvar = \frac{g}{s} - \frac{x_c}{s^2}\,\overline{g \hat x} = \frac1s \big(g - \hat x\, \overline{g \hat x}\big)$: the ½ meets the 2, N meets 1/N.
# 3. $dx = dx_c - \overline{dx_c}$, and $\overline{\hat x} = 0$, so the mean of $dx_c$ is just $\bar g / s$. With γ taken out:
#
# $$dx = \frac{\gamma}{s} \big(dout - \overline{dout} - \hat x\; \overline{dout \cdot \hat x}\big), \qquad d\gamma = \sum_n dout_n\, \hat x_n, \qquad d\beta = \sum_n dout_n .$$
#
# **Why it must look like this.** Adding a constant to a feature, or stretching it, does not change $\hat x$ (but for ε). So a gradient has no business in these two directions, $1$ and $\hat x$: the two means take out of dout exactly what points that way.
#
# [[exercise batchnorm_backward]]
#
# <details><summary>Hint 1: dgamma and dbeta are right, dx is not</summary>
# A bar is a <em>mean</em> over the examples, axis 0; and the second one is the mean of the product.</details>
# <details><summary>Hint 2: what the cache holds</summary>
# <code>x_hat, scale = cache</code>, and scale is the factor γ/s as a whole.</details>
# <details><summary>Hint 3: the second mean</summary>
# <code>x_hat * (dout * x_hat).mean(axis=0)</code></details>


# %% exercise="batchnorm_backward"
def batchnorm_backward(dout, cache):
    """Gradients of batch normalisation, by the short formulas.

    dout: (N, D), not changed  cache: (x_hat, gamma / sqrt(var + eps)): (N, D) and (D,)
    Returns (dx, dgamma, dbeta): (N, D), (D,) and (D,).
    """
    # SOLUTION


# %%
checks.predict_ones(pictures.upstreams)
checks.predict_bias(pictures.bias)

# %% [markdown]
# ## 9 · A bias for nothing
#
# Batch norm usually stands right behind an affine layer, $z = x\,w + b$. The batch's mean contains b as well, so it cancels: $z - \mu$ does not know b. Check it from the other side: $db$ is the sum of $dz$ over the batch, and by the short formula
#
# $$\sum_n dz_n = \frac{\gamma}{s} \Big(\sum_n dout_n - N\, \overline{dout} - N\, \overline{\hat x}\; \overline{dout \cdot \hat x}\Big) = 0, \qquad \text{since } \overline{\hat x} = 0 .$$
#
# Write a detector of useless biases for **any** layer that may follow: how much does each output change when the bias is left out, and which gradient does the bias get?
#
# [[exercise bias_effect]]
#
# <details><summary>Hint 1: effect is too small, or negative</summary>
# Sizes first, <code>np.abs</code>, then the largest of each column.</details>
# <details><summary>Hint 2: db is wrong for tanh</summary>
# Lead dout through <code>backward</code>, with the cache of the pass that <em>had</em> the bias; then sum over the examples.</details>
# <details><summary>Hint 3: two passes</summary>
# <code>out, cache = forward(x @ w + b)</code> and <code>without, _ = forward(x @ w)</code>.</details>


# %% exercise="bias_effect"
def bias_effect(forward, backward, x, w, b, dout):
    """What the bias of an affine layer does to the layer that follows.

    forward: takes (N, M), returns (out, cache), out (N, M)
    backward: takes dout (N, M) and a cache, returns the gradient (N, M) of forward's input
    x: (N, D)  w: (D, M)  b: (M,)  dout: (N, M)
    Returns (effect, db), each (M,): the largest size by which each output changes over
    the batch when b is left out; and the gradient of b.
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Fold it away
#
# In use, batch norm costs time at every request: a subtraction, a division, a product, a sum. But now its statistics are *constants*, and an affine map of an affine map is affine. So find the **one** layer that does both:
#
# $$\gamma\, \frac{(x\,w + b) - \mu_r}{\sqrt{\sigma_r^2 + \varepsilon}} + \beta \;=\; x\,w' + b' \qquad \text{for every } x .$$
#
# Here w is (D, M), everything else (M,). Call $c = \gamma/\sqrt{\sigma_r^2 + \varepsilon}$ and multiply out: what stands with x, and what stands alone?
#
# [[exercise fold_batchnorm]]
#
# <details><summary>Hint 1: the weights are right, the bias is not</summary>
# Set x to 0 in the formula: b is shifted by the mean, scaled, shifted by β.</details>
# <details><summary>Hint 2: "rows scaled"</summary>
# c has one entry for each output, a <em>column</em> of w. How does NumPy line up (D, M) and (M,)?</details>
# <details><summary>Hint 3: first line</summary>
# <code>scale = gamma / np.sqrt(running_var + eps)</code></details>


# %% exercise="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Weights and biases of the one layer that equals x @ w + b, then batch norm in use.

    w: (D, M)  b, gamma, beta, running_mean, running_var: (M,)
    Returns (w, b) of that layer: (D, M) and (M,).
    """
    # SOLUTION


# %%
checks.predict_rescue()
checks.predict_batch_size(pictures.batch_sizes)

# %%
with LiveDashboard() as live:
    for name, (start, normed) in experiments.RESCUES.items():
        watch = [live.run(name)]
        _, history = experiments.train(start, batch_norm=normed, callbacks=watch)
        print(f"{name}: accuracy {experiments.final_accuracy(history):.0%}")
_, history = experiments.train("large")
print("large, without batch norm:", history.stopped.split(":")[0])

# %% [markdown]
# <details><summary><strong>Claim C21</strong>, <em>batch norm takes care of bad initialisation</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds with conditions**. Five layers of ReLU, 20 seeds: from weights that are too *small*, 10 % without and 66 to 97 % with batch norm; from weights that are too *large*, divergence at once without, 82 to 90 % with it. But from *zero* it stays at 10 %: twins stay twins.
# And a good start still pays: He with batch norm ends at 94 to 98 %. The size of w no longer shows in the output, but it does in the *step*: the same step turns a small w far and a large one hardly (the update ratio in the plot).
# The batch must be large enough, too: with one example nothing is learned (about 10 %), with two 17 to 56 %; from eight on it is level with plain training or ahead.
#
# </details>
#
# ## What the notes got wrong
#
# - `randn(D, H)` with D the current layer: with `x @ w` it is (inputs, outputs), exercise 2.
# - $\sigma^2 = \frac1m\sum (x_i - \mu)$ lacks the square and is always 0; ε belongs inside the root; "weights" are activations; "Gaussian" is mean 0 and variance 1 (exercise 5).
# - "The variance scales with the number of inputs, so divide by √n": right for one linear layer. Behind a ReLU it is √(2/n), exercise 4.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | may all weights start equal? | no: equal weights, equal gradients, for ever; biases may |
# | which spread? | variance 2/fan_in before ReLU, 1/fan_in or Glorot's before tanh |
# | batch norm in training | the batch's statistics, and its gradient knows that they are made of x |
# | batch norm in use | running statistics, or folded into the layer before |
# | which upstream for a gradient check? | random, never ones |
#
# **References.** CS231n course notes, *Neural networks part 2*. X. Glorot and Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010. K. He et al., *Delving deep into rectifiers*, 2015.
# S. Ioffe and C. Szegedy, *Batch normalization*, 2015.
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend's network with batch norm reads 96 % of the validation digits in batches of 100, but hardly any when his telephone sends it one digit at a time. What could be the reason, how would you find
# out, and what would you change?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: the network still normalises with the statistics of the batch at hand (training mode); with one example x − μ = 0 and the output is β, whatever the digit. 1 point: another possible reason: running statistics never updated, with swapped shares of old and
# new, or the telephone's pixels scaled otherwise than in training. 2 points: a test that tells them apart: the same digits one by one and as a batch (an answer that changes with its company proves the first), comparing running statistics with those of the training set, feeding a validation digit through
# the telephone's path. 1 point: the remedy: inference with running statistics, or folding them into the affine layers, and a test that an example's output does not depend on its batch.
#
# **A model answer.** Most likely the network is in training mode when it is used: batch norm then subtracts the mean of a batch of one, which is the example itself, so every digit comes out as β and gets the same answer. I would send the same 100 validation digits once as a batch and once
# one by one; if the answers differ, each depends on its company, which in use it never should. If they agree and are bad, I would compare the running mean and variance with those of the training set, since a forgotten or reversed update leaves them far off. If those are right I would look at the pixels
# from the telephone: perhaps they run from 0 to 255 and not from 0 to 1. The remedy for the first is to use the running statistics, or to fold them into the layer before, which also makes it faster. And I would keep the comparison of one by one against batch as a test.
