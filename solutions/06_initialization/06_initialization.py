# %% [markdown]
# # 06 · Initialization: start well
#
# A network's initial weights are random numbers, which decide whether a signal survives ten layers and whether the network can learn. You choose such weights, and build batch normalisation, which makes up for many bad choices.
#
# **You will be able to** prove that equal units stay equal · choose initial weights for a layer and its activation · write batch norm for training and inference, and derive its gradient · fold batch norm into the layer before it.
#
# [[time]]
#
# **Points** 100 · **Before** 02 and 03, the chain rule and activations; 05 helps · **Leads to** 09, training
#
# **How it works.** Once a function passes its check, later experiments use your version and say so. There are N examples with D features. The number after ± is the standard deviation over 20 seeds.

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
# Answer three questions about earlier lessons from memory, for no points.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown] beside="again"
# **Once more, from memory.** In the next cell, write lesson 05's `standardize(train, test)` again. It returns both parts, standardised with the statistics of the training part. This practice is optional.

# %% beside="again-cell"
# Write standardize(train, test) here.

# %% beside="again-check"
checks.again("standardize")

# %% [markdown]
# ## Look first
#
# Run the next cell. **Before you change a setting, predict** how much of the activations' standard deviation is left in layer 10 if you halve all weights. Then set *Multiplied by* to 0.5, and press each button. With which settings could the network learn?

# %%
explorables.depth()

# %% [markdown]
# ## 1 · Zero weights and the symmetry between units
#
# The summary this course started from expects weights to be spread evenly around zero if inputs are normalised. So why should weights not all start at zero? Follow **one** hidden unit (the upper path in the figure). With incoming weights $w_{in}$ (D,), the unit computes $h = x\,w_{in}$ (N,) and $a = \tanh h$ (N,). With outgoing weights $w_{out}$ (K,), it adds $a_n\, w_{out,k}$ to score k of example n. Go backwards from $dscores$ (N, K):
#
# 1. $w_{out,k}$ is multiplied by $a_n$ in every example n, so $dw_{out,k} = \sum_n a_n\, dscores_{nk}$.
# 2. $a_n$ contributes to every score k with weight $w_{out,k}$, so $da_n = \sum_k dscores_{nk}\, w_{out,k}$.
# 3. The slope of tanh is $1 - a^2$, so $dh_n = da_n\,(1 - a_n^2)$.
# 4. $w_{in,d}$ is multiplied by $x_{nd}$ in every example n, so $dw_{in,d} = \sum_n x_{nd}\, dh_n$.
#
# Each of the three sums is a matrix product.
#
# [[exercise unit_gradients]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the shapes of the four arguments and of the two results. Then take the four steps of the text in order, one line each.</details>
# <details><summary>Hint 1: shapes do not match</summary>
# Neither result has an axis of length N, so sum over the examples. What is the shape of <code>a @ dscores</code>?</details>
# <details><summary>Hint 2: dw_out is right, dw_in is not</summary>
# Does your dh contain both <code>w_out</code> and the slope of tanh?</details>
# <details><summary>Hint 3: the outline</summary>
# Compute a, then da from dscores and the outgoing weights, and dh as da times the slope of tanh.</details>

# %%
pictures.unit()


# %% exercise="unit_gradients"
def unit_gradients(x, dscores, w_in, w_out):
    """Gradients of the weights of one hidden unit, a = tanh(x @ w_in), which adds
    a[n] * w_out[k] to scores[n, k].

    x: (N, D)  dscores: (N, K)  w_in: (D,)  w_out: (K,); none is changed
    Returns (dw_in, dw_out): (D,) and (K,).
    """
    # SOLUTION


# %%
checks.predict_twins(lambda: pictures.twins(use=mine))

# %% [markdown]
# **Equal units stay equal.** Your function receives x and dscores, which all units share, and the unit's own weights. So two units with equal weights get equal gradients, take equal steps and, by induction, stay equal, whatever the data. Random weights *break* this **symmetry** between units.
#
# <details><summary><strong>Claim C19</strong> says that <em>zero weights give equal gradients</em>. Does it hold?</summary>
#
# The claim **holds**, to the last bit, in all 20 runs. If all weights and biases are 0, both gradients of a unit are *zero*, because w_out = 0 and a = 0 (with tanh or ReLU). Then only the output layer's bias learns, and the validation accuracy is 10 %. If all weights are 0.1, the 32 units act as one, and the validation accuracy is 32 ± 3 %. Biases may all start at 0, and usually do. With biases of 0 and random weights, all 32 units were different after training.
#
# </details>

# %% [markdown]
# ## 2 · Small random weights
#
# To make the units differ, draw small random weights. The **fan-in** of a layer is its number of inputs, and its *fan-out* is its number of outputs. In `x @ w` the rows of w belong to the *inputs*, so w has the shape (fan_in, fan_out).
#
# The summary writes `randn(D, H)` for D units in *this* layer and H in the layer below. That shape fits the W x of the summary's code, not our x w. Either order is fine, but mixing the two is a bug.
#
# [[exercise small_random]]
#
# <details><summary>Hint 0: how to begin</summary>
# Sketch the product x w on paper, with the shapes of x and w. Which axis of w has one entry for each input?</details>
# <details><summary>Hint 1: the shape is right only for square matrices</summary>
# fan_in counts the inputs, which are the columns of x and the <em>rows</em> of w.</details>
# <details><summary>Hint 2: "draws the same weights again"</summary>
# Draw from the argument <code>rng</code>, without creating a generator.</details>
# <details><summary>Hint 3: the outline</summary>
# <code>rng.normal</code> takes the mean, the standard deviation, and the shape as a pair.</details>


# %% exercise="small_random"
def small_random(fan_in, fan_out, rng, std=0.01):
    """Normal weights of mean 0 and standard deviation std, of shape (fan_in, fan_out).

    rng: np.random.Generator to draw from, not from a copy.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · Signals in ten layers
#
# Small weights work for one hidden layer, as the last figure showed. In ten tanh layers with weights scaled by 1/√n, halving all weights reduces the activations' standard deviation in layer 10 from 0.23 to 0.0008, because each layer then roughly halves the signal. *Saturated tanh* seems to preserve the forward signal, because most activations are near −1 or +1. But in the backward pass the large weights multiply the gradient by 5 per layer and the flat slopes divide it by only 3, so layer 1 gets about a hundred times the gradient of layer 10. Only the figure's first setting and *ReLU with He* roughly preserve both signals, so only these networks should learn well.
#
# Send x through the layers, $x \leftarrow f(x\,w)$ with the activation $f$. After each layer, compute the standard deviation over **all** entries of x.
#
# [[exercise layer_deviations]]
#
# <details><summary>Hint 0: how to begin</summary>
# First write the code for two layers without a loop, and ask what the second layer receives. Then turn it into a loop.</details>
# <details><summary>Hint 1: the first number is right, the others are not</summary>
# Does the second layer get the output of the first, or x again?</details>
# <details><summary>Hint 2: all numbers are slightly off</summary>
# Measure after the activation, with one <code>.std()</code> over the whole array.</details>
# <details><summary>Hint 3: the outline</summary>
# In a loop over the weights, replace x by the layer's output and collect its standard deviation.</details>


# %% exercise="layer_deviations"
def layer_deviations(x, weights, activation):
    """Standard deviation of the activations of each layer, activation(x @ w).

    x: (N, D), not changed
    weights: list of L arrays, not changed; the columns of one are the rows of the next
    activation: takes an array, returns one of its shape.
    Returns (L,) array: one number for each layer, over all examples and units.
    """
    # SOLUTION


# %%
checks.predict_fading(lambda: pictures.fading(use=mine))

# %% [markdown]
# ## 4 · Initial weights scaled by the fan-in
#
# One output is a sum of n = fan_in terms, $z_m = \sum_{d=1}^{n} x_d\, w_{dm}$. If weights and inputs are independent and of mean 0, each term has variance $\mathrm{Var}(x)\,\mathrm{Var}(w)$, and the variances add up:
#
# $$\mathrm{Var}(z) = n\, \mathrm{Var}(w)\, \mathrm{Var}(x) .$$
#
# For example, 100 inputs of variance 1 and weights of standard deviation 0.1 give an output of variance $100 \cdot 0.01 \cdot 1 = 1$. So weights of variance $1/n$ (standard deviation $1/\sqrt n$) give $z$ the variance of $x$. Three rules follow.
#
# - **scaled** (LeCun's rule) uses variance 1/fan_in. It suits layers without an activation, and tanh for inputs near 0.
# - **Glorot** (or Xavier) also considers the *backward* pass, where the sum runs over the outputs and the variance 1/fan_out would fit. The compromise is the variance $\frac{2}{\text{fan\_in} + \text{fan\_out}}$.
# - **He** (or Kaiming) is for ReLU, which halves the mean square of $z$, because $z$ is symmetric around 0. So He's rule **doubles** the variance to 2/fan_in. (A ReLU's outputs do not have mean 0, but weights of mean 0 are enough, because they give $\mathrm{Var}(z) = n\, \mathrm{Var}(w)\, \overline{x^2}$, where the bar is the mean.)
#
# [[exercise scaled_weights]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the three variances from the text. Which number does <code>rng.normal</code> need for each?</details>
# <details><summary>Hint 1: the weights are far too small</summary>
# <code>rng.normal</code> takes the standard deviation, the root of the <em>variance</em>.</details>
# <details><summary>Hint 2: one of the three is off</summary>
# Where does each root end? √(2/n) is neither √2/n nor 2/√n.</details>
# <details><summary>Hint 3: the outline</summary>
# Draw three arrays, each with its own standard deviation, and return them in a dictionary.</details>


# %% exercise="scaled_weights"
def scaled_weights(fan_in, fan_out, rng):
    """Normal weights of mean 0 whose standard deviation fits the layer.

    rng: np.random.Generator to draw from, not from a copy.
    Returns a dictionary with the keys "scaled", "glorot" and "he", each (fan_in, fan_out).
    """
    # SOLUTION


# %%
checks.predict_relu(lambda: pictures.fan_in(use=mine))
checks.predict_mean(lambda: pictures.offsets(use=mine))

# %%
with LiveDashboard() as live:
    for start in ("small", "1/√n", "He"):
        history = experiments.deep(start, callbacks=[live.run(start)])
        print(f"ten layers, {start}: accuracy {experiments.final_accuracy(history):.0%}")

# %% [markdown]
# <details><summary><strong>Claim C20</strong> says that <em>output variance grows with fan-in, and a factor of 1/√n keeps it constant</em>. Does it hold?</summary>
#
# The claim **holds** for one layer. With 16 times as many inputs, the output's standard deviation is 4 times as large for a fixed Var(w) (4.02 ± 0.05 over 20 draws), and unchanged with weights scaled by 1/√n. In a deep network the claim **holds with conditions**, because the activation matters as well. The table shows ten layers of ReLU (20 seeds).
#
# | initial weights | signal left in layer 10 (layers of 200, inputs of standard deviation 1) | accuracy on digits (layers of 32) |
# |---|---|---|
# | small | almost nothing (about 10⁻¹⁰) | 10 % |
# | 1/√n | 2.8 ± 0.5 % | 26 ± 6 % |
# | He | 89 ± 15 % | 90 ± 5 % |
#
# (The live plot's *update ratio* is the length of a step divided by that of the weights.)
#
# </details>
#
# ### Mean of the weights, and biases
#
# Give the weights mean m, and keep their mean square at 2/n. The outputs of a ReLU are never negative, so weights of mean m shift every $z$ of the next layer by $n\,m\,\overline{x}$, where $\overline x$ is the mean input. With n = 200 and m a tenth of √(2/n), the shift is $0.1 \sqrt{2n}\;\overline{x} = 2\,\overline{x}$.
#
# <details><summary>Must the weights be spread <em>evenly around zero</em>, and must the biases be 0?</summary>
#
# The runs use 20 seeds and a learning rate of 0.1.
#
# | mean of the weights, divided by their root mean square | −0.2 | −0.1 | 0 | 0.1 | 0.2 |
# |---|---|---|---|---|---|
# | standard deviation in layer 10 (ReLU layers of 200) | 0.00016 ± 0.00003 | 0.007 ± 0.001 | 0.9 ± 0.2 | 420 ± 50 | 72,000 ± 6,000 |
# | accuracy, ten hidden layers of 32 | 56 ± 16 % | 80 ± 10 % | 87 ± 10 % | 82 ± 12 % | 11 ± 2 % |
#
# So in this deep network the weights' mean must be close to 0. With two hidden layers, the validation accuracy is 95 to 96 % for all five means. Training keeps the balance of positive and negative weights here. After training from weights of mean 0, 49 to 52 % of the weights in each of five hidden layers are positive.
#
# **Biases** also shift $z$. With ten hidden layers, the validation accuracy is 87 ± 10 % if biases start at 0, 90 ± 6 % at 0.01, 92 ± 5 % at 0.1, and 88 ± 9 % at random values with standard deviation 0.1. It is not settled whether small positive biases help, because biases of 0.01 and 0.1 raise the accuracy by only 1.3 and 1.9 standard errors. With biases of −0.1, the accuracy is 24 ± 19 %, and before training only 0.3 % of the activations in layer 10 are positive, compared with 50 % for biases of 0.
#
# </details>
#
# ### Diagnose four networks
#
# Suppose training has halved or doubled all weights. In the figure at the top, set *Multiplied by* to 0.5 and 2, for tanh with 1/√n and for ReLU with He. Where do units saturate, and where do signals vanish or explode?
#
# <details><summary>What the histograms show</summary>
#
# With halved weights, the signals of both networks vanish, with a standard deviation of 0.0008 in layer 10. With doubled weights, the ReLU network's signal explodes to a standard deviation of 790 in layer 10, and the tanh network's units saturate, with a third of their activations beyond ±0.9.
#
# </details>

# %% [markdown]
# ## 5 · Batch normalisation
#
# In these four networks, the values that enter the activations have the wrong size. Lesson 05 standardises the inputs, and **batch normalisation** (batch norm) standardises each feature of a layer's output over the current batch, at every training step. Batch norm usually sits between the affine layer and its activation.
#
# For example, a feature has the values 1, 2 and 6 in a batch of three. Its mean is 3, the deviations are −2, −1 and 3, and their mean square is 14/3 = 4.67, whose root is 2.16. So the values become −0.93, −0.46 and 1.39. For $x$ (N, D), batch norm computes the following, all of shape (D,) except $\hat x$ and out.
#
# $$\mu = \frac1N \sum_n x_n, \quad \sigma^2 = \frac1N \sum_n (x_n - \mu)^2, \quad \hat x_n = \frac{x_n - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \quad \text{out}_n = \gamma\, \hat x_n + \beta .$$
#
# ε prevents 0/0. The network learns γ and β.
#
# **Why batch norm helps** is still debated. Batch norm's inventors (2015) held that layers learn faster with less *internal covariate shift*, the change in the distribution of a layer's inputs. Santurkar and others (2018) added shifting noise *after* batch norm, and the network trained nearly as well as without the noise. They hold that batch norm makes the loss smoother, so that longer steps are safe. Claim C21 tests this.

# %%
checks.predict_shape(lambda: pictures.normalized(use=mine))

# %% [markdown]
# The summary says that batch norm "forces weights to take on a unit Gaussian". Find the **two** wrong words in this quotation.
#
# **Two sets of statistics.** At **inference** (test time) a network only predicts, and images may arrive one at a time. The mean of a batch of one is the image itself, so $x - \mu$ would be 0. So batch norm keeps a **running** mean and variance for inference, and updates both with each training batch's μ and σ² (without ε):
#
# $$\text{running} \leftarrow \text{momentum} \cdot \text{running} + (1 - \text{momentum}) \cdot \text{batch's}.$$
#
# For example, with momentum 0.9 a batch of mean 3 changes a running mean of 5 to 0.9 · 5 + 0.1 · 3 = 4.8. Training itself never uses the running statistics.
#
# The summary's formula has mistakes. When your check passes, run the next cell and explain each printed line.
#
# [[exercise batchnorm_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Normalise a single column of three numbers by hand. Then say over which axis each statistic is taken, and which values belong to the batch and which to the running statistics.</details>
# <details><summary>Hint 1: the shapes of the running statistics are wrong</summary>
# Take one mean for each <em>feature</em>, with <code>axis=0</code> and without <code>keepdims=True</code>.</details>
# <details><summary>Hint 2: out is right, another value is not</summary>
# Momentum 0.9 keeps nine tenths of the old value. Return new arrays, because <code>running_mean *= momentum</code> would change the caller's array.</details>
# <details><summary>Hint 3: the outline</summary>
# <code>np.var</code> divides by N. Normalise with ε inside the root, scale and shift, and then mix the old statistics with the new.</details>


# %% exercise="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Batch normalisation while training.

    x: (N, D)  gamma, beta, running_mean, running_var: (D,); none is changed
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
# **The missing square.** Line 1 of the output uses the summary's formula, $\sigma^2 = \frac1m \sum (x_i - \mu)$. *Deviations from the mean always add up to 0*, so this "variance" is 0, and $x - \mu$ is divided by ε. Line 2, with the square, is right.
#
# **ε outside the root.** The summary writes $\sqrt{\sigma^2} + \varepsilon$. A variation of 10⁻⁶ in a feature is often only noise. With ε = 10⁻⁵ outside the root, batch norm can amplify such noise up to $1/\varepsilon$ = 100,000 times (82,235 times in line 3), but with ε inside the root at most $1/\sqrt\varepsilon = 316$ times (line 4).
#
# **The two words.** Batch norm normalises outputs, not *weights*, and does not make these outputs *Gaussian*.
#
# ## 6 · Batch norm at inference
#
# At inference, the answer for an image should not depend on the other images in its batch. So use the running statistics, and leave everything else unchanged.
#
# [[exercise batchnorm_inference]]
#
# <details><summary>Hint 0: how to begin</summary>
# Start from your forward pass. Which two values do you replace, and what is no longer updated?</details>
# <details><summary>Hint 1: a single example comes out as beta</summary>
# You still subtract the mean of a batch of one, the example itself.</details>
# <details><summary>Hint 2: almost right</summary>
# Add ε to <code>running_var</code> inside the root.</details>
# <details><summary>Hint 3: the outline</summary>
# Write the formula for out in one line, with the running statistics.</details>


# %% exercise="batchnorm_inference"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Batch normalisation at inference, with the running statistics.

    x: (N, D)  gamma, beta, running_mean, running_var: (D,); none is changed
    Returns out: (N, D).
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Backward pass of batch norm, step by step
#
# μ and σ are computed *from x*, so each x affects `out` along three paths. Work backwards through the next cell's graph, with $x_c = x - \mu$. Replace the question marks.
#
# | forward (read down) | shape | backward (read up) |
# |---|---|---|
# | `mu = mean(x)` | (D,) | `dx = dxc + dmu / N`, because x is used twice and counts 1/N in the mean |
# | `xc = x - mu` | (N, D) | `dmu` = ?  (μ is subtracted from N rows) |
# | `var = mean(xc**2)` | (D,) | `dxc` = direct path + `dvar` · ?  (xc is used twice) |
# | `std = sqrt(var + eps)` | (D,) | `dvar` = `dstd` · ? |
# | `xhat = xc / std` | (N, D) | direct path `dxhat / std`;  `dstd` = sum over the examples of `dxhat` · ? |
# | `out = gamma * xhat + beta` | (N, D) | `dbeta = dout.sum(axis=0)`;  `dxhat`, `dgamma` = ? |
#
# For example, increasing β by 1 increases `out` by 1 in each of N rows, so `dbeta` is `dout` summed over the rows. The gradient of a (D,) value that is used in N rows is always a **sum over the rows**. You need the local derivatives $\partial(x_c/s)/\partial s = -x_c/s^2$, $\partial\sqrt v/\partial v = 1/(2\sqrt v)$ and $\partial(x_c^2)/\partial x_c = 2 x_c$.
#
# [[exercise batchnorm_backward_staged]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the forward lines first. Then fill in the question marks of the table from bottom to top, and compare shapes after each line.</details>
# <details><summary>Hint 1: one line fails and the lines after it pass</summary>
# The check computes each line from <em>your</em> lines before it, so look only at the one that fails.</details>
# <details><summary>Hint 2: dxc or dx is wrong</summary>
# Do you add the two gradients that meet at each dot of the figure, and divide by N for the mean?</details>
# <details><summary>Hint 3: the two hardest lines</summary>
# For dstd, multiply ∂(x_c/s)/∂s by dxhat and sum over the examples. The second term of dxc is dvar times the slope of a mean of squares.</details>

# %%
pictures.graph()


# %% exercise="batchnorm_backward_staged"
def batchnorm_backward_staged(dout, x, gamma, eps=1e-5):
    """The gradient of every value in the graph of batch norm. Begin with the forward lines.

    dout, x: (N, D)  gamma: (D,); none is changed
    Returns a dictionary with the keys "dbeta", "dgamma", "dxhat", "dstd", "dvar", "dxc"
    (both paths), "dmu" and "dx", each of the shape of its value.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Backward pass in closed form
#
# Substitute the lines of the table into each other. A bar denotes the mean over the batch, $\hat\sigma = \sqrt{\sigma^2 + \varepsilon}$ is `std`, and g is $d\hat x = \gamma\, dout$.
#
# 1. $d\hat\sigma = -\frac1{\hat\sigma^2}\sum_n g_n x_{c,n} = -\frac{N}{\hat\sigma}\,\overline{g \hat x}$, since $x_c = \hat\sigma\,\hat x$. Then $dvar = \frac{d\hat\sigma}{2\hat\sigma}$.
# 2. $dx_c = \frac{g}{\hat\sigma} + \frac{2 x_c}{N}\, dvar = \frac{g}{\hat\sigma} - \frac{x_c}{\hat\sigma^2}\,\overline{g \hat x} = \frac1{\hat\sigma} \big(g - \hat x\, \overline{g \hat x}\big)$, since the ½ cancels the 2 and N cancels 1/N.
# 3. $dx = dx_c - \overline{dx_c}$, where $\overline{dx_c} = \bar g / \hat\sigma$ because $\overline{\hat x} = 0$. Taking γ out of the bracket gives
#
# $$dx = \frac{\gamma}{\hat\sigma} \big(dout - \overline{dout} - \hat x\; \overline{dout \cdot \hat x}\big), \qquad d\gamma = \sum_n dout_n\, \hat x_n, \qquad d\beta = \sum_n dout_n .$$
#
# **Why dx has this form.** If ε = 0, adding a constant to a feature or stretching it does not change $\hat x$. So $dx$ has no component along the directions $1$ and $\hat x$. The two means remove these components from dout.
#
# [[exercise batchnorm_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the three formulas of the text and replace each bar by a mean over the batch. Look up what the cache holds before you compute anything again.</details>
# <details><summary>Hint 1: dgamma and dbeta are right, dx is not</summary>
# A bar is a <em>mean</em> over the examples (axis 0), not a sum.</details>
# <details><summary>Hint 2: what the cache holds, and shapes</summary>
# In <code>x_hat, scale = cache</code>, scale is the whole factor γ/σ̂. Sum dgamma and dbeta over axis 0, without <code>keepdims=True</code>.</details>
# <details><summary>Hint 3: the second mean</summary>
# Multiply dout by x̂ first, take the mean of this product over the examples, and multiply by x̂ once more.</details>


# %% exercise="batchnorm_backward"
def batchnorm_backward(dout, cache):
    """Gradients of batch normalisation, in closed form.

    dout: (N, D), not changed  cache: (x_hat, gamma / sqrt(var + eps)): (N, D) and (D,)
    Returns (dx, dgamma, dbeta): (N, D), (D,) and (D,).
    """
    # SOLUTION


# %%
checks.predict_ones(lambda: pictures.upstreams(use=mine))
checks.predict_bias(lambda: pictures.bias(use=mine))

# %% [markdown]
# ## 9 · Batch norm makes the bias redundant
#
# When batch norm follows $z = x\,w + b$, the batch's mean contains b, so $z - \mu$ does not depend on b. The gradient $db$ is the sum of $dz$ over the batch. By the closed form,
#
# $$\sum_n dz_n = \frac{\gamma}{\hat\sigma} \Big(\sum_n dout_n - N\, \overline{dout} - N\, \overline{\hat x}\; \overline{dout \cdot \hat x}\Big) = 0, \qquad \text{since } \overline{\hat x} = 0 .$$
#
# Write a function that detects redundant biases before **any** layer.
#
# [[exercise bias_effect]]
#
# <details><summary>Hint 0: how to begin</summary>
# You need to run the layer twice. What is the same in the two runs, and for which run do you need the gradient?</details>
# <details><summary>Hint 1: effect is too small, or negative</summary>
# Apply <code>np.abs</code> first, then take the largest value of each column.</details>
# <details><summary>Hint 2: db is wrong for tanh</summary>
# Call <code>backward</code> with <code>dout</code> and the cache of the forward pass <em>with</em> the bias. Then sum over the examples.</details>
# <details><summary>Hint 3: the outline</summary>
# Call <code>forward</code> on the affine output with the bias and without it. Keep both outputs, and the cache of the first call.</details>


# %% exercise="bias_effect"
def bias_effect(forward, backward, x, w, b, dout):
    """What the bias of an affine layer does to the layer that follows.

    forward: takes (N, M), returns (out, cache), out (N, M); may be called several times
    backward: takes dout (N, M) and a cache, returns the gradient (N, M) of forward's input
    x: (N, D)  w: (D, M)  b: (M,)  dout: (N, M); none is changed
    Returns (effect, db), each (M,): the largest size by which each output changes over
    the batch when b is left out; and the gradient of b.
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Folding batch norm into the layer before
#
# At inference, batch norm costs four operations per feature and example. But the running statistics are *constants*, so batch norm is affine, and two affine maps in a row are one affine map. For example, let w = 2, b = 1, γ = 3, β = 7 and ε = 0 in one dimension, with a running mean of 5 and variance of 4. The two layers give $3\,(2x + 1 - 5)/2 + 7 = 3x + 1$, which is one layer. Find this layer for any D and M:
#
# $$\gamma\, \frac{(x\,w + b) - \mu_r}{\sqrt{\sigma_r^2 + \varepsilon}} + \beta \;=\; x\,w' + b' \qquad \text{for every } x .$$
#
# The subscript r means running. Write scale for $\gamma/\sqrt{\sigma_r^2 + \varepsilon}$ and multiply out.
#
# [[exercise fold_batchnorm]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write batch norm of x w + b as one formula on paper. Then sort its terms into what multiplies x and what is left over.</details>
# <details><summary>Hint 1: the weights are right, the bias is not</summary>
# Set x to 0 in the formula. What do the mean, the scale and β do to b?</details>
# <details><summary>Hint 2: "rows scaled"</summary>
# The scale has one entry for each output, which is a <em>column</em> of w. How does NumPy align (D, M) with (M,)?</details>
# <details><summary>Hint 3: the outline</summary>
# Divide γ by the running standard deviation, with ε inside the root. Multiply both w and <code>b - running_mean</code> by this factor.</details>


# %% exercise="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Weights and biases of the one layer that equals x @ w + b, then batch norm at inference.

    w: (D, M)  b, gamma, beta, running_mean, running_var: (M,); none is changed
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
    print(f"He, ten times the learning rate, {words} batch norm: {experiments.final_accuracy(history):.0%}")

# %%
checks.predict_batch_size(pictures.batch_sizes)
checks.predict_noise(lambda: pictures.noise(use=mine))

# %% [markdown]
# ## Batch norm and bad initial weights
#
# <details><summary><strong>Claim C21</strong> says that <em>batch norm takes care of bad initialisation</em>. Does it hold?</summary>
#
# The claim **holds with conditions**. The table gives the validation accuracy on digits for five layers of ReLU (20 seeds).
#
# | initial weights | without batch norm | with batch norm |
# |---|---|---|
# | too small (0.01) | 10 % | 89 ± 8 % |
# | too large (1) | diverges at once | 86 ± 2 % |
# | zero | 10 % | 10 %, because equal units stay equal |
# | He | 95 ± 3 % | 96 ± 1 % |
# | He, ten times the learning rate | 35 ± 21 % | 90 ± 9 % |
#
# So good initial weights still raise the accuracy with batch norm, from 86 or 89 % to 96 %. With batch norm, the size of w barely affects the output, but the same step changes a small w by a larger fraction than a large one, as the live plot's update ratio shows. Longer steps are safer with batch norm here (last row), as Santurkar and others expect.
#
# Batch norm needs a large enough batch. With one example per batch the validation accuracy stays at 10 %, and with two it is 40 ± 7 %. With eight or more examples, the accuracy here is at least as high as without batch norm.
#
# </details>
#
# ### Regularising noise
#
# In training, batch norm normalises an example with the statistics of a random batch, which adds noise. If a feature is roughly normal with variance 1, the mean of B examples has variance 1/B. The error of σ contributes a variance of $\hat x^2/(2B)$, which is 1/(2B) on average. So the standard deviation of the noise is about √(1.5/B).
#
# <details><summary>Does this noise regularise?</summary>
#
# In these runs (20 seeds), 20 % of the training labels are wrong.
#
# | normalised together | 2 | 4 | 8 | 16 | 128 |
# |---|---|---|---|---|---|
# | training accuracy | 75.5 ± 1.7 % | 94.0 ± 1.0 % | 99.4 ± 0.5 % | 99.8 ± 0.4 % | 100.0 ± 0.1 % |
# | validation accuracy | 87.2 ± 1.6 % | 82.8 ± 2.6 % | 79.8 ± 2.8 % | 78.5 ± 2.3 % | 78.5 ± 1.7 % |
#
# With wrong labels, the noise of small groups **does** regularise. With groups of 16 or more, the noise is too weak to matter. With correct labels the noise does not help, because the validation accuracy is the same with groups of four as with 128 (95 ± 1 %), and lower with groups of two (91.5 ± 1.5 %).
#
# </details>
#
# ### Change one thing
#
# The 2 in √(2/n) preserves the signal in ten layers of ReLU. Which `factor` suits `np.abs`, and which suits `np.tanh`? Write your guess on the first line of the next cell. Then change **one** thing and run the cell.
#
# <details><summary>What you may have found</summary>
#
# `np.abs` preserves the mean square, so factor 1 suits it. tanh shrinks every value, and large ones most. With factor 1 tanh's signal fades slowly, and with factor 2 the root mean square settles where tanh removes as much as the weights add.
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
# ## 11 · Layer norm
#
# **Layer norm** (Ba, Kiros and Hinton, 2016) takes the mean and variance over the D features of *each example* (axis 1):
#
# $$\mu_n = \frac1D \sum_d x_{nd}, \qquad \sigma_n^2 = \frac1D \sum_d (x_{nd} - \mu_n)^2, \qquad \text{out}_{nd} = \gamma_d\, \frac{x_{nd} - \mu_n}{\sqrt{\sigma_n^2 + \varepsilon}} + \beta_d .$$
#
# No example affects another, so layer norm, unlike batch norm, allows batches of one in training and computes the same function at inference. The price is that layer norm averages features that may differ in scale. Nearly all transformers use layer norm or a variant, because it does not depend on the batch or the length of a text.

# %%
pictures.layer_norm()

# %% [markdown] beside="milestone"
# ## Milestone: six hidden layers on Fashion-MNIST
#
# The next cell trains six hidden layers of 64 units on 4,000 Fashion-MNIST images without batch norm, once with weights from your `small_random` and once with `"he"` weights from your `scaled_weights`. **Before you run the cell, predict** both validation accuracies (chance level is 10 %).

# %% beside="milestone"
milestones.run(6, use=mine)

# %% [markdown]
# ## ★ Bonus · Layer norm, forward and backward
#
# The backward pass of layer norm is that of section 8 along the other axis, but γ stays inside the bracket, because the means go over features with different γ. So begin with the gradient of $\hat x$, $g_{nd} = \text{dout}_{nd}\, \gamma_d$:
#
# $$dx = \frac{1}{\sqrt{\sigma_n^2 + \varepsilon}} \Big( g - \underset{d}{\text{mean}}(g) - \hat x \cdot \underset{d}{\text{mean}}(g\,\hat x) \Big), \qquad d\gamma_d = \sum_n \text{dout}_{nd}\, \hat x_{nd}, \qquad d\beta_d = \sum_n \text{dout}_{nd} .$$
#
# For instance, the example (1, 3) has μ = 2, σ = 1 and x̂ = (−1, 1) if ε = 0. With γ = (2, 2) and β = (0, 1), the output is (−2, 3).
#
# [[exercise layernorm]]
#
# <details><summary>Hint 0: how to begin</summary>
# Follow the example (1, 3) through the forward formulas by hand. Then write down over which axis each mean and each sum goes.</details>
# <details><summary>Hint 1: the shapes do not fit, or the result is that of batch norm</summary>
# <code>axis=1, keepdims=True</code> makes the statistics (N, 1), which align with the examples.</details>
# <details><summary>Hint 2: dx is right only if all entries of γ are equal</summary>
# Multiply <code>dout</code> by γ <em>before</em> you take the means.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute mean and standard deviation, x̂ and out, then dgamma and dbeta. Finally compute g, its two means, and dx.</details>


# %% exercise="layernorm"
def layernorm(x, gamma, beta, dout, eps=1e-5):
    """Layer norm, forward and backward.

    x, dout: (N, D)  gamma, beta: (D,); none is changed
    Returns (out, dx, dgamma, dbeta): (N, D), (N, D), (D,) and (D,).
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# Run the next cell. Layer norm returns nearly the same values for an example x and 10 x + 3. In training mode, a batch of one gives x̂ = 0, so batch norm returns only β (here 0).

# %% beside="bonus"
x, ones = np.random.default_rng(0).normal(size=(1, 4)), np.ones(4)
for name, seen in (("x", x), ("10 x + 3", 10 * x + 3)):
    print(f"{name:9} layer norm", checks.layernorm.reference(seen, ones, 0 * ones, x)[0].round(3))
print("x         batch norm", checks.batchnorm_forward.reference(x, ones, 0 * ones, 0 * ones, ones)[0].round(3))

# %% [markdown]
# ## What the summary got wrong
#
# - $\sigma^2 = \frac1m\sum (x_i - \mu)$ lacks the square and is always 0, and ε belongs inside the root (section 5).
# - "The variance scales with the number of inputs, so divide by √n" is right for one linear layer, but ReLU needs a factor of √(2/n) (section 4).
#
# ## Summary
#
# | question | answer |
# |---|---|
# | may all weights start equal? | no, because equal units stay equal |
# | must their mean be 0? | it must be close to 0 in a deep network |
# | may biases start at 0? | yes, but negative ones do harm in a deep network |
# | which standard deviation? | √(2/fan_in) before ReLU, √(1/fan_in) or Glorot's before tanh |
# | which statistics does batch norm use? | the batch's in training, running ones at inference |
# | which upstream gradient for a gradient check? | random, never ones |
#
# **References.** Stanford's CS231n notes, [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/). X. Glorot and Y. Bengio, [*Understanding the difficulty of training deep feedforward neural networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010.
# K. He et al., [*Delving deep into rectifiers*](https://arxiv.org/abs/1502.01852), 2015. S. Ioffe and C. Szegedy, [*Batch normalization*](https://arxiv.org/abs/1502.03167), 2015.
# S. Santurkar et al., [*How does batch normalization help optimization?*](https://arxiv.org/abs/1805.11604), 2018. J. Ba, J. Kiros and G. Hinton, [*Layer normalization*](https://arxiv.org/abs/1607.06450), 2016.
#
# ## Reflection
#
# Answer in the next cell in five to eight sentences. **A friend's network with batch norm classifies 96 % of the validation digits correctly in batches of 100, but only about one in ten when his phone sends it one digit at a time. What could be the reason, how would you find out, and what would you change?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.**
#
# - **2 points** for saying that the network still normalises with the statistics of the current batch (training mode). For a batch of one, x − μ = 0, so batch norm returns β, whatever the digit is.
# - **1 point** for another possible reason, such as running statistics that were never updated, momentum and 1 − momentum exchanged in the update, or pixels on the phone that are scaled differently from those in training.
# - **2 points** for a test that distinguishes the two reasons. A possible test classifies the same digits one by one and as a batch. If the answer for a digit changes with the other examples, the first reason holds. It may also compare the running statistics with those of the training set, or send a validation digit through the phone's code.
# - **1 point** for the remedy, which is to use the running statistics or to fold them into the affine layers, and for testing that an example's output does not depend on its batch.
#
# **A model answer.** Most likely the network is still in training mode at inference. Batch norm then subtracts the mean of a batch of one, which is the example itself, so every digit comes out as β and gets the same answer. I would classify the same 100 validation digits once as a batch and once
# one by one. If the answers differ, each depends on the other examples, which must not happen at inference. If the answers agree but are wrong, I would compare the running mean and variance with those of the training set, which would reveal a forgotten or reversed update. If the statistics are right, I would look at the pixels
# from the phone, which perhaps run from 0 to 255 and not from 0 to 1. If the network is still in training mode, I would use the running statistics, or fold them into the preceding layer, which also makes the network faster. I would also keep a test that classifies the same images one by one and as a batch, and compares the answers.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `scaled_weights(…)["he"]` | `nn.init.kaiming_normal_(w, nonlinearity="relu")` | takes w as (out, in), so with our (in, out) it would use the fan-out |
# | `scaled_weights(…)["glorot"]` | `nn.init.xavier_normal_(w)` | uses both fans, so the order of the shape does not matter |
# | initial weights by default | `nn.Linear(D, M)` | uniform on ±1/√D, a variance of 1/(3D). This is *neither* He's nor Glorot's, and the signal fades in ten layers of ReLU |
# | `batchnorm_forward(…, momentum=0.9)` | `nn.BatchNorm1d(D, momentum=0.1)` | its momentum is the weight of the **new** statistics |
# | running variance | `bn.running_var` | is divided by N − 1, while the batch is normalised with N |
# | `batchnorm_inference` | `model.eval()` | a new model is in training mode, in which an output depends on the batch |
# | layer norm | `nn.LayerNorm(D)` | uses the last axis, and is the same in `train()` and `eval()` |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("06_initialization")
