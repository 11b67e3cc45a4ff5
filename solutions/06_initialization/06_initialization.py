# %% [markdown]
# # 06 · Initialization: start well
#
# Before the first step of training a network is nothing but random numbers, and those numbers can decide everything: whether units
# differ at all, whether a signal survives ten layers, whether anything is ever learned. In this lesson you find out how to choose them,
# and build batch normalisation, which repairs many a bad choice while the network trains.
#
# **You will be able to** prove that equal weights stay equal · choose the standard deviation of first weights for a layer and an activation · write batch
# norm forward, in use and backward, and derive its gradient · fold it away when training is over.
#
# [[time]]
#
# **Points** 100 · **Before** 02 and 03, the chain rule and activations; 05 helps · **Leads to** 09, training.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. As always `dx` is the gradient of the loss with
# respect to `x` and has its shape. N examples, D features. A network is **in use** (in books: test time, inference; in PyTorch: `model.eval()`) when
# it answers and no longer trains. With full marks a function is what the pictures run on, and they say so: run a picture's cell again to see yours in it.

# %%
import numpy as np

from cs231n_lib import LiveDashboard, layers
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.initialization import checks, experiments, explorables, pictures

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
# ## Look first
#
# Ten layers, before any training. Run the next cell. On the left is what each layer puts out, on the right how large the signals are: activations
# on their way up, gradients on their way down. **Before you touch anything, predict:** multiply all weights by 0.5; what is left of the
# activations in layer 10? Then press *All fades* and *Saturated tanh*. In which of the pictures could the network learn?

# %%
explorables.depth()

# %% [markdown]
# ## 1 · Why not start at zero?
#
# Zero favours no unit, and weights should end up around zero anyway. So why not? Follow **one** hidden unit (upper path in the picture): with its incoming weights $w_{in}$ (D,) and outgoing
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
# <details><summary>Hint 0: how to begin</summary>
# Write the shapes of the four arguments and of the two results in a row. Then take the four steps of the text in order, one line each.</details>
# <details><summary>Hint 1: shapes do not match</summary>
# a and dh are (N,), so N must vanish from both results: sum over the examples. What shape has <code>a @ dscores</code>? (With <code>np.sum</code>, leave out <code>keepdims=True</code>: it keeps an axis of length 1.)</details>
# <details><summary>Hint 2: dw_out is right, dw_in is not</summary>
# Two things lie between the scores and h: the weights <code>w_out</code> and the tanh. Is each of them in your dh?</details>
# <details><summary>Hint 3: the lines</summary>
# First compute a, as in the forward pass. Then da is a product of dscores with the outgoing weights, and dh is da times the slope of tanh.</details>

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
checks.predict_twins(lambda: pictures.twins(use=mine))

# %% [markdown]
# **The proof is in the arguments of your function.** It gets x and dscores, the same for all units, and the unit's own weights: nothing else. So two units with equal weights get
# equal gradients, take equal steps, and are equal again. By induction they are equal for ever, and no data set in the world makes them differ. Books call this the *symmetry* between units, and say that random weights *break* it.
#
# <details><summary><strong>Claim C19</strong>, <em>zero weights give equal gradients</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds**, to the last bit, in all of 20 runs. With tanh or ReLU all-zero is even worse than equal: a = 0 and w_out = 0 make both gradients *zero*, so only the last bias learns (10 % accuracy). All 0.1
# behaves like one unit (32 ± 3 %). Biases may all start at 0, and usually do: once the weights differ, the units do.
#
# </details>

# %% [markdown]
# ## 2 · So draw them
#
# Small random numbers around 0 make the units differ: normal, with mean 0 and a small standard deviation, each weight its own draw. Which shape? In `x @ w` the rows of w belong to what comes *in*: (fan_in, fan_out).
#
# The summary this course started from writes `randn(D, H)` with D for the units of *this* layer and H for the layer below. That is right where weights multiply from the left, W x, as in its code; PyTorch stores weights so, too, (out, in). We write x w, hence (in, out). Either is fine; mixing the two is the bug.
#
# [[exercise small_random]]
#
# <details><summary>Hint 0: how to begin</summary>
# Look at x w in the figure or on paper. Which side of w has one entry for each input?</details>
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
# one before it left, and in what is left at the top no example can be recognised. *Saturated tanh* seems to keep its size on the way up, as its units sit at −1 and +1. But look at the way down: large weights multiply the gradient by 5 a layer, flat
# slopes take back a factor of 3, and layer 1 gets a hundred times what layer 10 got. Only two of the pictures keep their size nearly unchanged both ways, and could learn: the first, and *ReLU with He*.
#
# Measure the way up yourself: send x through the layers, $x \leftarrow f(x\,w)$, and after each one note the standard deviation over **all** its entries.
#
# [[exercise layer_deviations]]
#
# <details><summary>Hint 0: how to begin</summary>
# Do it for two layers without a loop, and ask what the second layer receives. Then let the loop repeat it.</details>
# <details><summary>Hint 1: the first number is right, the others are not</summary>
# Does the second layer get the output of the first, or x again?</details>
# <details><summary>Hint 2: all numbers are slightly off</summary>
# Measure after the activation, with one <code>.std()</code> over the whole array.</details>
# <details><summary>Hint 3: the loop</summary>
# Loop over the weights. Each round gives x its new value and appends one number. Make an array of the list at the end.</details>


# %% exercise="layer_deviations"
def layer_deviations(x, weights, activation):
    """Standard deviation of the activations of each layer, activation(x @ w).

    x: (N, D)  weights: list of L arrays; the columns of one are the rows of the next
    activation: takes an array, returns one of its shape.
    Returns (L,) array: one number for each layer, over all examples and units.
    """
    # SOLUTION


# %%
checks.predict_fading(lambda: pictures.fading(use=mine))

# %% [markdown]
# ## 4 · The standard deviation that fits
#
# One output is a sum, $z_m = \sum_{d=1}^{n} x_d\, w_{dm}$, of n = fan_in terms. With weights and inputs independent and of mean 0, each term has variance $\mathrm{Var}(x)\,\mathrm{Var}(w)$, and variances of independent terms add up:
#
# $$\mathrm{Var}(z) = n\, \mathrm{Var}(w)\, \mathrm{Var}(x) .$$
#
# In numbers: 100 inputs of variance 1 and weights of standard deviation 0.1 give $100 \cdot 0.01 \cdot 1 = 1$. So $\mathrm{Var}(w) = 1/n$ keeps the size of the signal, and the standard deviation of w is $1/\sqrt n$. Three rules follow from this:
#
# - **scaled** (LeCun's): variance 1/fan_in, as just derived; for a layer without an activation, and tanh near 0.
# - **Glorot** (or Xavier): on the way *back* the sum runs over the outputs, which asks for 1/fan_out. The compromise is $\frac{2}{\text{fan\_in} + \text{fan\_out}}$.
# - **He** (or Kaiming): $z$ is as often negative as positive, and ReLU zeroes the negative half, and with it half of the mean of the squares. So **twice** the variance: 2/fan_in. (Behind a ReLU x has no mean of 0. It need not: w has, and then $\mathrm{Var}(z) = n\, \mathrm{Var}(w)\, \overline{x^2}$.)
#
# [[exercise scaled_weights]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the three variances of the text. Then ask which of the three numbers your generator wants for each.</details>
# <details><summary>Hint 1: the weights are far too small</summary>
# These are <em>variances</em>. <code>rng.normal</code> wants the standard deviation, their root.</details>
# <details><summary>Hint 2: one of the three is off</summary>
# Where do the root's brackets close? √(2/n) is neither √2/n nor 2/√n.</details>
# <details><summary>Hint 3: the form of the answer</summary>
# <code>return {"scaled": rng.normal(0, …, (fan_in, fan_out)), "glorot": …, "he": …}</code></details>


# %% exercise="scaled_weights"
def scaled_weights(fan_in, fan_out, rng):
    """Normal weights of mean 0 whose standard deviation fits the layer.

    rng: np.random.Generator to draw from.
    Returns a dictionary with the keys "scaled", "glorot" and "he", each (fan_in, fan_out).
    """
    # SOLUTION


# %%
checks.predict_relu(lambda: pictures.fan_in(use=mine))

# %%
with LiveDashboard() as live:
    for start in ("small", "1/√n", "He"):
        history = experiments.deep(start, callbacks=[live.run(start)])
        print(f"ten layers, {start}: accuracy {experiments.final_accuracy(history):.0%}")

# %% [markdown]
# <details><summary><strong>Claim C20</strong>, <em>output variance grows with fan-in, and 1/√n evens it out</em>: does it hold? Predict above, then open this.</summary>
#
# **Holds** for one layer: 16 times the inputs give 4 times the standard deviation (4.02 ± 0.05 in 20 draws), and with 1/√n it is 1. Through depth it **holds with conditions**: it is the activation that decides. Ten layers of ReLU, 20 seeds:
#
# | first weights | signal left in layer 10 | digits read |
# |---|---|---|
# | small | nothing (some 10⁻¹⁰) | 10 % |
# | 1/√n | 2.8 ± 0.5 % | 26 ± 6 % |
# | He | 89 ± 15 % | 90 ± 5 % |
#
# (The plot's *update ratio* is the length of a step divided by the length of the weights; lesson 09 reads it. A network that gets no gradient hardly moves.)
#
# </details>

# %% [markdown]
# ## 5 · Or make it so
#
# All this care keeps the size of activations *at the start*. Lesson 05 standardises the inputs, once; why not **standardise** every layer's values, at every step? That is **batch normalisation**. It usually sits between the affine layer and its activation: *affine → batch norm → ReLU*.
#
# In numbers: one feature is 1, 2 and 6 in a batch of three. Its mean is 3, the differences from it are −2, −1 and 3, their mean square is 14/3 = 4.67, the root of that 2.16; so the feature becomes −0.93, −0.46 and 1.39. In general, for each feature of a batch, with $x$ (N, D), and $\mu$, $\sigma^2$, $\gamma$, $\beta$ (D,):
#
# $$\mu = \frac1N \sum_n x_n, \quad \sigma^2 = \frac1N \sum_n (x_n - \mu)^2, \quad \hat x_n = \frac{x_n - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \quad \text{out}_n = \gamma\, \hat x_n + \beta .$$
#
# ε keeps 0/0 away. γ and β are learned, as the network may want another mean and standard deviation than 0 and 1.
#
# **Why it helps** is still debated. Its inventors held that layers learn faster when their inputs stop shifting under them (*internal covariate shift*, 2015). Santurkar and others (2018) added shifting noise *after* batch norm, found that the network trained nearly as well as before, and gave another reason: the loss becomes smoother, its gradient
# changes less along a step, so longer steps are safe. You will measure that at the end.

# %%
checks.predict_shape(lambda: pictures.normalized(use=mine))

# %% [markdown]
# The summary says that batch norm "forces weights to take on a unit Gaussian". With the picture before you, find **two** wrong words in that.
#
# **Two sets of statistics.** Later, in use, one picture may come alone; a batch of one has itself for its mean, and $x - \mu$ is 0. So while it trains the layer also keeps a **running** mean and variance, for use. After each batch, with its μ and σ² (without ε),
#
# $$\text{running} \leftarrow \text{momentum} \cdot \text{running} + (1 - \text{momentum}) \cdot \text{batch's},$$
#
# so `momentum` is the share of the *old* that stays: a running mean of 5 and a batch's of 3 make 0.9 · 5 + 0.1 · 3 = 4.8. (PyTorch's `momentum=0.1` is the share of the *new*, and its running variance is divided by N − 1.) Training itself never looks at them.
#
# The summary's formula has slips as well: once your check is right, run the cell below it, and try to explain its lines before you read on.
#
# [[exercise batchnorm_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Normalise a single column of three numbers by hand. Then say for each statistic over which axis it is taken, and which values belong to the batch and which to the running mean.</details>
# <details><summary>Hint 1: the shapes of the running statistics are wrong</summary>
# One mean for each <em>feature</em>: over the examples, <code>axis=0</code>. And (1, D) is not (D,): leave out <code>keepdims=True</code>; NumPy lines up (N, D) and (D,) by itself.</details>
# <details><summary>Hint 2: out is right, another value is not</summary>
# Momentum 0.9 means that nine tenths of the old stay. Return new arrays; <code>running_mean *= momentum</code> would change the caller's.</details>
# <details><summary>Hint 3: variance in one call</summary>
# NumPy's <code>var</code> divides by N, as it should, and takes an axis as the mean does. ε goes into the root.</details>


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
    """The formula of the summary; with power=2 a repaired one."""
    mu = np.mean(x, axis=0)
    var = np.mean((x - mu) ** power, axis=0)
    return (x - mu) / (np.sqrt(var) + eps)


feature = np.array([[1.0], [2.0], [6.0]])
zero, one = np.zeros(1), np.ones(1)
print("as the summary has it:", suspect(feature).ravel().round())
print("with the square:", suspect(feature, power=2).ravel().round(3))
faint = 1e-6 * feature
print("faint, ε outside the root:", suspect(faint, power=2).ravel().round(4))
mended, *_ = layers.batchnorm_forward(faint, one, zero, zero, one)
print("faint, ε inside the root:", mended.ravel().round(4))

# %% [markdown]
# **The case of the missing square.** The first line above is what the summary's formula, $\sigma^2 = \frac1m \sum (x_i - \mu)$, makes of 1, 2 and 6. Why so huge? *Deviations from the mean always add up to 0*: that is what a mean is. So the "variance" is 0, and everything is
# divided by ε. With the square, line 2, all is well. **Second clue:** they write $\sqrt{\sigma^2} + \varepsilon$. A feature that varies by a millionth is noise; outside the root ε lets it be blown up to 100,000 times (line 3), inside to at most $1/\sqrt\varepsilon = 316$ times (line 4).
# **Third:** it is not *weights* that are normalised but activations, and nothing becomes *Gaussian*: two humps stay two humps.
#
# ## 6 · When training is over
#
# One photograph comes in. What is the mean of a batch of one? Itself, and $x - \mu = 0$. Even among many, no answer should depend on who else asks. So **in use** take the running statistics in place of the batch's; everything else stays the same.
#
# [[exercise batchnorm_inference]]
#
# <details><summary>Hint 0: how to begin</summary>
# Start from your forward pass. Which two values do you replace, and what is no longer updated?</details>
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
# μ and σ are made *of x*, so each x acts along three paths. Do not guess: draw the graph (next cell), and go back line by line. Write $x_c = x - \mu$. Every gradient has the shape of its value, (N, D) or (D,); the question marks are the exercise.
#
# | forward (read down) | shape | backward (read up) |
# |---|---|---|
# | `mu = mean(x)` | (D,) | `dx = dxc + dmu / N`: x forks, each x has the share 1/N in the mean |
# | `xc = x - mu` | (N, D) | `dmu` = ?  (μ is subtracted from N rows) |
# | `var = mean(xc**2)` | (D,) | `dxc` = direct way + `dvar` · ?  (xc forks) |
# | `std = sqrt(var + eps)` | (D,) | `dvar` = `dstd` · ? |
# | `xhat = xc / std` | (N, D) | direct way: `dxhat / std`;  `dstd` = sum over the examples of `dxhat` · ? |
# | `out = gamma * xhat + beta` | (N, D) | `dbeta = dout.sum(axis=0)`;  `dxhat`, `dgamma` = ? |
#
# The first line on the way up is done, as an example: `out` changes by 1 when β does, in each of the N rows, so `dbeta` adds up `dout` over the rows. Where a (D,) value was used in N rows, its gradient is always a **sum over the rows**. The local derivatives you need: $\partial(x_c/s)/\partial s = -x_c/s^2$, $\partial\sqrt v/\partial v = 1/(2\sqrt v)$, and $\partial(x_c^2)/\partial x_c = 2 x_c$.
#
# [[exercise batchnorm_backward_staged]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the forward lines first. Then fill in the question marks of the table from bottom to top, and compare shapes after each line.</details>
# <details><summary>Hint 1: one line fails and the lines after it pass</summary>
# Each is compared with what follows from <em>your</em> lines before it. Look only at the one that fails.</details>
# <details><summary>Hint 2: dxc or dx is wrong</summary>
# Two paths meet there (the dots in the picture). Have you both, and the 1/N of the mean?</details>
# <details><summary>Hint 3: the hardest two lines</summary>
# dstd uses ∂(x_c/s)/∂s, multiplied by dxhat and summed over the examples. The second term of dxc is dvar times the slope of a mean of squares.</details>

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
# Substitute the stages into each other. A bar is the mean over the batch, $\hat\sigma = \sqrt{\sigma^2 + \varepsilon}$ is the table's `std`, and g is short for $d\hat x = \gamma\, dout$.
#
# 1. $d\hat\sigma = -\frac1{\hat\sigma^2}\sum_n g_n x_{c,n} = -\frac{N}{\hat\sigma}\,\overline{g \hat x}$, since $x_c = \hat\sigma\,\hat x$. Then $dvar = \frac{d\hat\sigma}{2\hat\sigma}$.
# 2. $dx_c = \frac{g}{\hat\sigma} + \frac{2 x_c}{N}\, dvar = \frac{g}{\hat\sigma} - \frac{x_c}{\hat\sigma^2}\,\overline{g \hat x} = \frac1{\hat\sigma} \big(g - \hat x\, \overline{g \hat x}\big)$: the ½ meets the 2, N meets 1/N.
# 3. $dx = dx_c - \overline{dx_c}$, and $\overline{\hat x} = 0$, so the mean of $dx_c$ is just $\bar g / \hat\sigma$. With γ taken out:
#
# $$dx = \frac{\gamma}{\hat\sigma} \big(dout - \overline{dout} - \hat x\; \overline{dout \cdot \hat x}\big), \qquad d\gamma = \sum_n dout_n\, \hat x_n, \qquad d\beta = \sum_n dout_n .$$
#
# **Why it must look like this.** Adding a constant to a feature, or stretching it, does not change $\hat x$ (but for ε). So a gradient has no business in these two directions, $1$ and $\hat x$: the two means take out of dout exactly what points that way.
#
# [[exercise batchnorm_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the three formulas of the text and replace each bar by a mean over the batch. Look up what the cache holds before you compute anything again.</details>
# <details><summary>Hint 1: dgamma and dbeta are right, dx is not</summary>
# A bar is a <em>mean</em> over the examples, axis 0; and the second one is the mean of the product.</details>
# <details><summary>Hint 2: what the cache holds, and shapes</summary>
# <code>x_hat, scale = cache</code>, and scale is the factor γ/σ̂ as a whole. dgamma and dbeta are (D,): sums over axis 0, without <code>keepdims=True</code>.</details>
# <details><summary>Hint 3: the second mean</summary>
# Multiply dout by x̂ first, take the mean of this product over the examples, and multiply by x̂ once more.</details>


# %% exercise="batchnorm_backward"
def batchnorm_backward(dout, cache):
    """Gradients of batch normalisation, by the short formulas.

    dout: (N, D), not changed  cache: (x_hat, gamma / sqrt(var + eps)): (N, D) and (D,)
    Returns (dx, dgamma, dbeta): (N, D), (D,) and (D,).
    """
    # SOLUTION


# %%
checks.predict_ones(lambda: pictures.upstreams(use=mine))
checks.predict_bias(lambda: pictures.bias(use=mine))

# %% [markdown]
# ## 9 · A bias for nothing
#
# Batch norm usually comes right after an affine layer, $z = x\,w + b$. The batch's mean contains b as well, so it cancels: $z - \mu$ does not know b. Check it from the other side: $db$ is the sum of $dz$ over the batch, and by the short formula
#
# $$\sum_n dz_n = \frac{\gamma}{\hat\sigma} \Big(\sum_n dout_n - N\, \overline{dout} - N\, \overline{\hat x}\; \overline{dout \cdot \hat x}\Big) = 0, \qquad \text{since } \overline{\hat x} = 0 .$$
#
# Write a detector of useless biases for **any** layer that may follow: how much does each output change when the bias is left out, and which gradient does the bias get?
#
# [[exercise bias_effect]]
#
# <details><summary>Hint 0: how to begin</summary>
# You need to run the layer twice. What is the same in the two runs, and which run belongs to the gradient?</details>
# <details><summary>Hint 1: effect is too small, or negative</summary>
# Sizes first, <code>np.abs</code>, then the largest of each column.</details>
# <details><summary>Hint 2: db is wrong for tanh</summary>
# Pass dout back through <code>backward</code>, with the cache of the pass that <em>had</em> the bias; then sum over the examples.</details>
# <details><summary>Hint 3: two passes</summary>
# Call <code>forward</code> on the affine output with the bias and on the one without it. Keep both outputs, and the cache of the first call.</details>


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
# In use, batch norm costs time at every request: a subtraction, a division, a product, a sum. But now its statistics are *constants*, and an affine map of an affine map is affine. In one dimension: with w = 2 and b = 1, a running mean of 5 and variance of 4 (ε = 0), γ = 3 and β = 7, the two layers give $3\,(2x + 1 - 5)/2 + 7 = 3x + 1$: one layer of weight 3 and bias 1. Find it for any D and M:
#
# $$\gamma\, \frac{(x\,w + b) - \mu_r}{\sqrt{\sigma_r^2 + \varepsilon}} + \beta \;=\; x\,w' + b' \qquad \text{for every } x .$$
#
# Here w is (D, M), everything else (M,); the index r means running. Write scale for $\gamma/\sqrt{\sigma_r^2 + \varepsilon}$ and multiply out: what multiplies x, and what does not?
#
# [[exercise fold_batchnorm]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write batch norm of x w + b as one formula on paper. Then sort its terms into what multiplies x and what is left over.</details>
# <details><summary>Hint 1: the weights are right, the bias is not</summary>
# Set x to 0 in the formula: b is shifted by the mean, scaled, shifted by β.</details>
# <details><summary>Hint 2: "rows scaled"</summary>
# scale has one entry for each output, a <em>column</em> of w. How does NumPy line up (D, M) and (M,)?</details>
# <details><summary>Hint 3: first line</summary>
# Name the factor by which batch norm multiplies each output, γ divided by the running standard deviation with ε inside the root.</details>


# %% exercise="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Weights and biases of the one layer that equals x @ w + b, then batch norm in use.

    w: (D, M)  b, gamma, beta, running_mean, running_var: (M,)
    Returns (w, b) of that layer: (D, M) and (M,).
    """
    # SOLUTION


# %%
checks.predict_rescue()

# %%
with LiveDashboard() as live:
    for name, (start, normed) in experiments.RESCUES.items():
        watch = [live.run(name)]
        _, history = experiments.train(start, batch_norm=normed, callbacks=watch)
        print(f"{name}: accuracy {experiments.final_accuracy(history):.0%}")
_, history = experiments.train("large")
print("large, without batch norm:", history.stopped.split(":")[0])
for normed in (False, True):
    _, history = experiments.train("He", batch_norm=normed, lr=1.0)
    words = "with" if normed else "without"
    print(f"He, ten times the rate, {words} it: {experiments.final_accuracy(history):.0%}")

# %%
checks.predict_batch_size(pictures.batch_sizes)

# %% [markdown]
# <details><summary><strong>Claim C21</strong>, <em>batch norm takes care of bad initialisation</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds with conditions**. Five layers of ReLU, digits read after training, 20 seeds:
#
# | first weights | without batch norm | with it |
# |---|---|---|
# | too small (0.01) | 10 % | 89 ± 8 % |
# | too large (1) | diverges at once | 86 ± 2 % |
# | zero | 10 % | 10 %: twins stay twins |
# | He | 95 ± 3 % | 96 ± 1 % |
# | He, ten times the learning rate | 35 ± 21 % | 90 ± 9 % |
#
# So a good start still pays. The size of w no longer shows in the output, but it does in the *step*: the same step changes a small w by much and a large one by little (the plot's update ratio). The last line is the smoother loss of section 5: with batch norm, long steps are safer.
#
# The batch must be large enough, too: with one example nothing is learned (10 %), with two 40 ± 7 %; from eight on batch norm is as good as plain training, or ahead.
#
# </details>
#
# ### Change one thing
#
# Without batch norm it was the 2 in √(2/n) that let a signal through ten layers of ReLU. Change **one** thing in the next cell, write what you expect into its first line, and only then run it. Which `factor` belongs to `np.abs`,
# a hinge that folds what is negative upwards? And which to `np.tanh`?
#
# <details><summary>What you may have found</summary>
#
# `np.abs` throws nothing away: the mean square after it is the one before, so its factor is 1. ReLU loses half of it: 2. tanh makes everything a little smaller; with 1 the signal fades slowly, with 2 it settles, where what tanh
# takes and what the weights give are equal.
#
# </details>

# %%
# I expect:
factor, activation = 2.0, lambda z: np.maximum(z, 0)

rng = np.random.default_rng(0)
x = rng.normal(size=(500, 200))
for layer in range(1, 11):
    x = activation(x @ rng.normal(0, np.sqrt(factor / 200), (200, 200)))
    if layer in (1, 2, 5, 10):
        print(f"layer {layer:2}: root mean square {np.sqrt(np.mean(x**2)):.2f}")

# %% [markdown]
# ## 11 · Along the other axis
#
# Something to know, and to write for the star if you like. Batch norm needs a batch: it fails with one example, and does one thing in training and another in use. **Layer norm** (Ba, Kiros and Hinton, 2016) takes mean and variance over the D features of *each example*, axis 1 in place of axis 0:
#
# $$\mu_n = \frac1D \sum_d x_{nd}, \qquad \sigma_n^2 = \frac1D \sum_d (x_{nd} - \mu_n)^2, \qquad \text{out}_{nd} = \gamma_d\, \frac{x_{nd} - \mu_n}{\sqrt{\sigma_n^2 + \varepsilon}} + \beta_d .$$
#
# No example looks at another. So a batch of one will do, there are no running statistics, and training and use are the same. The price: features that are measured in different units are thrown together. Transformers, which read texts of any length, all use layer norm or a relative of it; networks for pictures mostly use batch norm.

# %%
pictures.layer_norm()

# %% [markdown] beside="milestone"
# ## Milestone: clothes, in six layers
#
# Lesson 05 made the pixels easy to learn from, and that was worth a point. A good start is worth more than a point: without one, a deep network learns *nothing*. The next cell trains six hidden layers of 64 units on the 4,000 pictures of
# clothes twice, once with weights from your `small_random` and once with the `"he"` of your `scaled_weights`, and draws both losses. No batch norm is needed for that; yours trains in the next two milestones. **Before you run it, guess** both accuracies on
# the validation pictures, one in ten being luck.

# %% beside="milestone"
milestones.run(6, use=mine)

# %% [markdown]
# ## ★ Bonus · Layer norm, there and back
#
# For the star, and for no points: write the formulas above, and the way back. It is batch norm's of section 8 along the other axis, with one trap. There γ was *one number* for everything that was averaged, and could wait outside the bracket. Here the means go over the features, and each of them
# has a γ of its own. So begin with what reaches $\hat x$, which is $g_{nd} = \text{dout}_{nd}\, \gamma_d$:
#
# $$dx = \frac{1}{\sqrt{\sigma_n^2 + \varepsilon}} \Big( g - \underset{d}{\text{mean}}(g) - \hat x \cdot \underset{d}{\text{mean}}(g\,\hat x) \Big), \qquad d\gamma_d = \sum_n \text{dout}_{nd}\, \hat x_{nd}, \qquad d\beta_d = \sum_n \text{dout}_{nd} .$$
#
# The means are those of each *example*; the sums go over the batch, since γ and β work in every row. With numbers (ε = 0): the example (1, 3) has μ = 2, σ = 1 and x̂ = (−1, 1); γ = (2, 2) and β = (0, 1) make (−2, 3). With only two features dx is 0, whatever dout is, for x̂ is
# always ±1. Why it matters: there is a layer norm, or a relative, before every attention layer of a transformer, and this is its backward pass.
#
# [[exercise layernorm]]
#
# <details><summary>Hint 1: shapes that do not fit, or a batch norm</summary>
# <code>axis=1, keepdims=True</code> makes the statistics (N, 1): they line up with the examples.</details>
# <details><summary>Hint 2: dx is right while all of γ is equal</summary>
# Multiply <code>dout</code> by γ <em>before</em> the means, not after.</details>
# <details><summary>Hint 3: the order</summary>
# mean and std, x̂, out; dgamma and dbeta; then g, which is dout times γ, its two means, dx.</details>


# %% exercise="layernorm"
def layernorm(x, gamma, beta, dout, eps=1e-5):
    """Layer norm, forward and backward.

    x, dout: (N, D)  gamma, beta: (D,). Not changed.
    Returns (out, dx, dgamma, dbeta): (N, D), (N, D), (D,) and (D,).
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# What it brings: one example on its own, then the same in another light, 10 x + 3. Layer norm puts out the same both times; batch norm, with a batch of one, has nothing left to say.

# %% beside="bonus"
x, ones = np.random.default_rng(0).normal(size=(1, 4)), np.ones(4)
for name, seen in (("x", x), ("10 x + 3", 10 * x + 3)):
    print(f"{name:9} layer norm", checks.layernorm.reference(seen, ones, 0 * ones, x)[0].round(3))
print("x         batch norm", checks.batchnorm_forward.reference(x, ones, 0 * ones, 0 * ones, ones)[0].round(3))

# %% [markdown]
# ## What the summary got wrong
#
# - `randn(D, H)`, with D the current layer, is *not* wrong: it fits W x. With `x @ w` it is (inputs, outputs); exercise 2.
# - $\sigma^2 = \frac1m\sum (x_i - \mu)$ lacks the square and is always 0; ε belongs inside the root; "weights" are activations; "Gaussian" is mean 0 and variance 1 (exercise 5).
# - "The variance scales with the number of inputs, so divide by √n": right for one linear layer. Behind a ReLU it is √(2/n), exercise 4.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | may all weights start equal? | no: equal weights, equal gradients, for ever; biases may |
# | which standard deviation? | √(2/fan_in) before ReLU, √(1/fan_in) or Glorot's before tanh |
# | where does batch norm go? | affine → batch norm → ReLU, and the affine layer needs no bias |
# | batch norm in training | the batch's statistics, and its gradient knows that they are made of x |
# | batch norm in use | running statistics, or folded into the layer before |
# | layer norm | each example's own statistics; training and use are the same |
# | which upstream for a gradient check? | random, never ones |
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/). X. Glorot and Y. Bengio, [*Understanding the difficulty of training deep feedforward neural networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010.
# K. He et al., [*Delving deep into rectifiers*](https://arxiv.org/abs/1502.01852), 2015. S. Ioffe and C. Szegedy, [*Batch normalization*](https://arxiv.org/abs/1502.03167), 2015.
# S. Santurkar et al., [*How does batch normalization help optimization?*](https://arxiv.org/abs/1805.11604), 2018. J. Ba, J. Kiros and G. Hinton, [*Layer normalization*](https://arxiv.org/abs/1607.06450), 2016.
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend's network with batch norm reads 96 % of the validation digits in batches of 100, but hardly any when his telephone sends it one digit at a time. What could be the reason, how would you find
# out, and what would you change?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: the network still normalises with the statistics of the batch at hand (training mode); with one example x − μ = 0 and the output is β, whatever the digit. 1 point: another possible reason: running statistics never updated, with swapped shares of old and
# new, or the telephone's pixels scaled differently from those in training. 2 points: a test that distinguishes the two: the same digits one by one and as a batch (an answer that changes with its company proves the first), comparing running statistics with those of the training set, feeding a validation digit through
# the telephone's path. 1 point: the remedy: inference with running statistics, or folding them into the affine layers, and a test that an example's output does not depend on its batch.
#
# **A model answer.** Most likely the network is in training mode when it is used: batch norm then subtracts the mean of a batch of one, which is the example itself, so every digit comes out as β and gets the same answer. I would send the same 100 validation digits once as a batch and once
# one by one; if the answers differ, each depends on its company, which in use it never should. If they agree and are bad, I would compare the running mean and variance with those of the training set, since a forgotten or reversed update leaves them far off. If those are right I would look at the pixels
# from the telephone: perhaps they run from 0 to 255 and not from 0 to 1. The remedy for the first is to use the running statistics, or to fold them into the layer before, which also makes it faster. And I would keep the comparison of one by one against batch as a test.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you go on to it, here is what you have written, what it is called there, and what people fall for. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `scaled_weights(…)["he"]` | `nn.init.kaiming_normal_(w, nonlinearity="relu")` | takes w for (out, in): of our (in, out) it would read the wrong number |
# | `scaled_weights(…)["glorot"]` | `nn.init.xavier_normal_(w)` | both fans count, so the shape does not matter |
# | first weights, if you say nothing | `nn.Linear(D, M)` | uniform on ±1/√D, a variance of 1/(3D): *neither* He's nor Glorot's, and ten layers of ReLU fade |
# | `batchnorm_forward(…, momentum=0.9)` | `nn.BatchNorm1d(D, momentum=0.1)` | its momentum is the share of the **new** statistics |
# | running variance | `bn.running_var` | is divided by N − 1, while the batch is normalised by N |
# | `batchnorm_inference` | `model.eval()` | a model trains until you say so; forget it, and an answer depends on the batch |
# | layer norm | `nn.LayerNorm(D)` | takes the last axis; the same in `train()` and `eval()` |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("06_initialization")
