# %% [markdown]
# # 03 · Activations: bend the line
#
# Ten stacked affine layers compute nothing that one affine layer could not, unless something non-linear lies between them. In this lesson you write non-linear functions, watch gradients fade, updates zigzag and units die, and test common warnings in experiments.
#
# **You will be able to** write five activations and four gradients · explain and measure saturation and dead units · choose an activation and justify your choice.
#
# [[time]]
#
# **Points** 100 · **Before** 02, the chain rule · **Leads to** 06, initial weights that keep signals alive.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then run the check below it. A **unit** is one output of a layer, computed with one column of w, one bias and the activation. In the exercises on activations, `x` is the input, `out` the output, `dout` the upstream gradient $\partial L/\partial\text{out}$, and `dx` is $\partial L/\partial x$.

# %%
import numpy as np

from cs231n_lib import MLP, LiveDashboard
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.activations import checks, experiments, explorables, pictures

# %% [markdown] beside="reference"
# [[reference sheet]]

# %% [markdown] beside="warm-up"
# ## Warm-up
#
# Answer three questions about earlier lessons from memory, for no points.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown] beside="again"
# **Once more, from memory.** In the next cell, write `affine_backward(dout, cache)` of lesson 02 again, where `cache` is the pair (x, w) and the result is (dx, dw, db). No experiment uses this copy, so you can skip it.

# %% beside="again-cell"
# Write affine_backward(dout, cache) here.

# %% beside="again-check"
checks.again("affine_backward")

# %% [markdown]
# ## Four activations and their slopes
#
# An **activation** (or non-linearity) is a non-linear function applied to an affine layer's output, usually entry by entry. Run the next cell. The bottom row of plots shows the **slopes, by which the backward pass multiplies each gradient**. Before you move a slider, predict the slopes of the sigmoid and ReLU if the inputs are spread ten times as widely. Then press *Saturated*. What does the *Dead ReLU* button do?

# %%
explorables.saturation(use=mine)

# %% [markdown]
# <details><summary><strong>What you should have seen</strong> (open this after you have pressed the buttons)</summary>
#
# *Saturated.* With inputs spread ten times as widely, about two thirds of the sigmoid's slopes and three quarters of tanh's are below a hundredth, so almost no gradient passes there. Half of ReLU's slopes are still 0, and half are 1.
#
# *Dead ReLU.* With a mean of −4, none of the 4,000 inputs is above 0, so ReLU lets no gradient through. Leaky ReLU with a leak of 0.1 lets a tenth of the gradient through.
#
# </details>

# %% [markdown]
# ## 1 · The sigmoid
#
# The sigmoid squeezes every number into the range (0, 1):
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# For $x = -1000$ this formula makes NumPy warn, because $e^{1000}$ overflows a float. For negative $x$, multiply numerator and denominator by $e^{x}$:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^{x}}{e^{x} + 1}$$
#
# The left form is safe for $x \ge 0$ and the right one for $x < 0$. Both exponentials are then $e^{-|x|}$, which is at most 1.
#
# [[exercise sigmoid_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute σ(1000) and σ(−1000) by both forms of the formula. Which exponential overflows in which form?</details>
# <details><summary>Hint 1: NumPy warns of an overflow, although the values are right</summary>
# NumPy computes <em>both</em> branches for every entry before <code>np.where</code> chooses. Make the exponent safe before you take the exponential.</details>
# <details><summary>Hint 2: one exponential for all entries</summary>
# Compute the exponential of −|x| once. The denominator of both forms is 1 plus this number.</details>
# <details><summary>Hint 3: the outline</summary>
# The numerator is 1 where x is at least 0, and the exponential elsewhere (<code>np.where</code>). Divide, and return the quotient twice, as output and as cache.</details>


# %% exercise="sigmoid_forward"
def sigmoid_forward(x):
    """Sigmoid of each entry of x, without an exponential that overflows.

    x: float array of any shape.
    Returns (out, cache): out has the shape of x, and the cache is out as well.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · Gradient of the sigmoid
#
# From memory, write the closed form of the sigmoid's slope (lesson 02, section 1), which uses only the output.
#
# The sigmoid's slope is largest at out = ½, where it is ¼. For outputs near 0 or 1 the slope is almost 0, and the unit is **saturated**. For dout = −2, dx is −0.5 at out = 0.5 and about −0.02 at out = 0.99.
#
# [[exercise sigmoid_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the derivative of σ in terms of its own output. Which other array does the chain rule multiply it by?</details>
# <details><summary>Hint 1: all results are positive</summary>
# Did you use the upstream gradient, <code>dout</code>? It may have either sign.</details>
# <details><summary>Hint 2: the results are too close to one another</summary>
# The cache already holds σ(x), so do not apply the sigmoid to it again.</details>
# <details><summary>Hint 3: the outline</summary>
# Multiply three arrays entry by entry. Create a new array, because <code>dout</code> belongs to the caller.</details>


# %% exercise="sigmoid_backward"
def sigmoid_backward(dout, cache):
    """Gradient dL/dx from dL/d(out).

    dout: float array of any shape. Not changed.
    cache: the output of sigmoid_forward, in the same shape.
    """
    # SOLUTION


# %%
checks.predict_fading(pictures.fading)

# %% [markdown]
# <details><summary><strong>Claim C06</strong> says that <em>sigmoids saturate and kill gradients</em>. Does it hold? Predict the result above before you open this.</summary>
#
# The claim **holds**. With the usual weights the gradient fades *even where no unit is saturated*, because each slope is at most ¼. Larger weights lengthen the gradient but saturate the units. The table shows the length of the first layer's gradient relative to the tenth's (mean ± standard deviation over 20 seeds).
#
# | sigmoid, usual weights | weights × 4 | weights × 8 | tanh | ReLU |
# |---|---|---|---|---|
# | (1.8 ± 1.0) · 10⁻⁶ | (3 ± 2) · 10⁻³ | (3 ± 2) · 10⁻² | 1.2 ± 0.2 | 1.1 ± 0.3 |
#
# For small inputs, tanh passes the gradient on with a slope close to 1, but it saturates for large inputs.
#
# </details>

# %% [markdown]
# ## 3 · tanh as a scaled sigmoid
#
# tanh is a steeper sigmoid that runs from −1 to 1. To show this, multiply numerator and denominator of $\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}$ by $e^{-x}$:
#
# $$\tanh x = \frac{1 - e^{-2x}}{1 + e^{-2x}} = \frac{2 - (1 + e^{-2x})}{1 + e^{-2x}} = 2\,\sigma(2x) - 1$$
#
# By the chain rule, tanh has the slope $2 \cdot 2 \cdot \sigma(2x)(1 - \sigma(2x)) = (1 + \tanh x)(1 - \tanh x) = 1 - \tanh^2 x$.
#
# [[exercise tanh_from_sigmoid]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put x = 0 and a very large x into the formula for tanh. What should come out?</details>
# <details><summary>Hint 1: tanh is right, but the second row fails</summary>
# Use the given function <code>sigmoid</code>. The check also passes other curves as <code>sigmoid</code>.</details>
# <details><summary>Hint 2: right at 0, too flat elsewhere</summary>
# The 2 appears twice in the formula, outside the sigmoid and inside it.</details>
# <details><summary>Hint 3: the outline</summary>
# Call <code>sigmoid</code> once, with the scaled x. Then stretch and shift the result.</details>


# %% exercise="tanh_from_sigmoid"
def tanh_from_sigmoid(x, sigmoid):
    """tanh of each entry of x, from values of sigmoid and arithmetic, without np.tanh or np.exp.

    x: float array of any shape.
    sigmoid: a function from an array to one of the same shape, with values from 0 to 1.
    """
    # SOLUTION


# %% [markdown]
# **Claim C08**, *tanh is a scaled, zero-centred sigmoid*, **holds exactly**, as the derivation above shows.

# %% [markdown]
# ## 4 · Inputs that are not zero-centred
#
# A unit computes $z = x \cdot w + b$, where $x$ (D,) holds the outputs of the layer below. For one example, $\partial L/\partial w = x \cdot \partial L/\partial z$ is a *number* times $x$. If the layer below consists of sigmoids, all entries of $x$ are positive, so **all D entries of this gradient have the same sign**. A step on one example then raises all weights or lowers them all. For $x$ = (0.2, 0.9) and $\partial L/\partial z$ = −2 the gradient is (−0.4, −1.8).
#
# To measure how often this happens, compute the gradient $g_n = x_n\, \partial L/\partial z_n$ of each example. Call a gradient *one-sided* if no two of its entries have opposite signs. An entry of 0 opposes no other entry.
#
# [[exercise one_sided_share]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the gradient of one example with two inputs. Decide by eye whether it is one-sided, then put the rule into words.</details>
# <details><summary>Hint 1: the fraction is about half of what it should be</summary>
# A gradient is one-sided if no entry is below 0, <em>or</em> if none is above 0.</details>
# <details><summary>Hint 2: the result is always 0 or 1</summary>
# Do not sum over the examples. Keep one gradient in each row of an array of shape (N, D).</details>
# <details><summary>Hint 3: the outline</summary>
# x times the column <code>dz[:, np.newaxis]</code> is (N, D). Test both conditions for each example with <code>.all(axis=1)</code>. Combine them with <code>|</code> (or) and average.</details>


# %% exercise="one_sided_share"
def one_sided_share(x, dz):
    """Fraction of examples whose gradient x[n] * dz[n] has no two entries of opposite signs.

    x: (N, D) inputs of one unit.  dz: (N,) dL/dz of each example.
    Returns a number from 0 to 1.
    """
    # SOLUTION


# %%
checks.predict_zigzag(lambda: pictures.zigzag(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C07</strong> says that <em>outputs that are not zero-centred make updates zigzag</em>. Does it hold? Predict the result above before you open this.</summary>
#
# It **holds with conditions**. The table shows each ratio's mean and standard deviation over 20 seeds.
#
# | examples per step | path ÷ straight line, positive inputs | the same, centred inputs | steps, positive ÷ centred |
# |---|---|---|---|
# | 1 | 2.6 ± 0.2 | 1.2 ± 0.1 | 5.6 ± 2.6 |
# | 64 | 1.06 ± 0.01 | 1.00 | 4.6 ± 0.2 |
#
# With positive inputs and one example per step, each step is one-sided, and the path is about twice as long as with centred inputs. A batch of 64 adds up gradients with either sign of $\partial L/\partial z$, which almost removes the zigzag. But the mean of positive inputs is not 0, and the loss is far steeper in the direction of this mean (the narrow valley of lesson 01). So descent in batches of 64 still takes 4.6 times as many steps with positive inputs as with centred ones.
#
# </details>

# %% [markdown]
# ## 5 · ReLU
#
# The sigmoid and tanh flatten on the right, but the **rectified linear unit, ReLU**, does not. The unit is *on* where its input is above 0. Where the unit is on, its slope is 1, so it passes the gradient on unchanged.
#
# $$\text{ReLU}(x) = \max(0, x)$$
#
# [[exercise relu_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take the array 2, 0, −3. What do you return for it, and what must the backward pass know?</details>
# <details><summary>Hint 1: a single number comes out, or an error about truth values or integers</summary>
# <code>np.max</code> looks for the largest entry of one array. <code>np.maximum</code> compares two arrays, entry by entry.</details>
# <details><summary>Hint 2: "changes its argument"</summary>
# <code>x[x < 0] = 0</code> writes into the caller's array. So does <code>out = x; out[out < 0] = 0</code>, because <code>out = x</code> only gives the array a second name.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute the output as a new array, and return x as the cache.</details>

# %%
pictures.hinges(use=mine)


# %% exercise="relu_forward"
def relu_forward(x):
    """max(0, x) of each entry.

    x: float array of any shape. Not changed.
    Returns (out, cache): out has the shape of x, and the cache is the input, x.
    """
    # SOLUTION


# %% [markdown]
# ## 6 · Gradient of ReLU
#
# ReLU lets the gradient through where x is above 0, and blocks it elsewhere:
#
# $$dx = \begin{cases} dout & x > 0 \\ 0 & x \le 0 \end{cases}$$
#
# For $x$ = (−1, 0, 2) and $dout$ = (5, 6, −7), $dx$ is (0, 0, −7). At $x = 0$ ReLU has no slope, and any number from 0 to 1 would do (a *subgradient*). The course uses 0, as PyTorch does.
#
# [[exercise relu_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw ReLU and write its slope beside each of its two parts. Then decide what the slope is at the kink.</details>
# <details><summary>Hint 1: only the row about the kink fails</summary>
# Does your comparison let x = 0 through?</details>
# <details><summary>Hint 2: negative gradients vanish</summary>
# The mask depends on the sign of <em>x</em>, which is in the cache. <code>dout</code> may have either sign.</details>
# <details><summary>Hint 3: the outline</summary>
# <code>cache > 0</code> is an array of True and False, which multiply like 1 and 0. A product is a new array, so <code>dout</code> stays unchanged.</details>


# %% exercise="relu_backward"
def relu_backward(dout, cache):
    """Gradient dL/dx from dL/d(out), with slope 0 at x = 0.

    dout: float array of any shape. Not changed.
    cache: the input x of relu_forward, in the same shape.
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Leaky ReLU
#
# A ReLU that is off for one example gets no gradient and learns nothing *from this example*. **Leaky ReLU** avoids that with a small slope for negative inputs, the *leak*:
#
# $$\text{out} = \begin{cases} x & x > 0 \\ \text{leak} \cdot x & x \le 0 \end{cases}$$
#
# The code calls the leak `alpha`. With a leak of 0.1, x = −3 gives out = −0.3. Derive the gradient, with the leak as the slope at 0.
#
# Leaky ReLU's smooth relatives *swish* (lesson 02, also called SiLU) and *GELU* (bonus) also let some gradient through for negative inputs.
#
# [[exercise leaky_relu]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the function for a leak of 0.5. One array of slopes is enough for both results.</details>
# <details><summary>Hint 1: the first result is right, the second is not</summary>
# The leak also affects the gradient. What is the slope for negative x?</details>
# <details><summary>Hint 2: right only for a leak of 0.01</summary>
# Does your function contain a 0.01 where <code>alpha</code> should be?</details>
# <details><summary>Hint 3: the outline</summary>
# With <code>np.where</code>, choose between 1 and alpha for each entry. Both results are this array of slopes times another array.</details>


# %% exercise="leaky_relu"
def leaky_relu(x, dout, alpha=0.01):
    """Output and gradient of leaky ReLU.

    x, dout: float arrays of one shape. Not changed.
    alpha: the slope where x <= 0, from 0 to 1.
    Returns (out, dx), both of that shape.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Dead units
#
# A ReLU unit that is off for **all** examples is **dead**. Then $\partial L/\partial w = \sum_n x_n\, \partial L/\partial z_n$ is a sum of zeros, so plain gradient descent does not change the weights, and the unit stays off unless the layer below changes. A unit with $z$ = (−1, 0, −2) on three examples is dead, and one with (−1, 0, 0.1) is not. Compute the fraction of dead units.
#
# [[exercise dead_fraction]]
#
# <details><summary>Hint 0: how to begin</summary>
# Make a table of two units and three examples, with the sign of z in each cell. Which unit is dead?</details>
# <details><summary>Hint 1: about a half, although almost no unit is dead</summary>
# You count the outputs that are 0 instead of the dead units. Test whether each <em>unit</em> is off for every example.</details>
# <details><summary>Hint 2: axes</summary>
# <code>x @ w + b</code> is (N, H), with an example in each row and a unit in each column. Reduce over axis 0, which holds the examples.</details>
# <details><summary>Hint 3: the outline</summary>
# Compare z with 0, and let <code>.all</code> reduce the result over the examples. The mean over the units is the fraction.</details>

# %%
pictures.dead_units(use=mine)


# %% exercise="dead_fraction"
def dead_fraction(x, w, b):
    """Fraction of the units max(0, x @ w + b) whose output is 0 for every example.

    x: (N, D)  w: (D, H)  b: (H,)
    Returns a number from 0 to 1.
    """
    # SOLUTION


# %%
checks.predict_death()

# %%
with LiveDashboard() as live:
    for name in ("relu", "leaky_relu"):
        network, history = experiments.shocked(name, seed=13, callbacks=[live.run(name)])
        dead, accuracy = history.dead_fraction, history.validation_accuracy
        print(f"{name}: dead {dead[0]:.0%}, at the end {dead[-1]:.0%}; accuracy {accuracy[-1]:.0%}")

# %% [markdown]
# <details><summary><strong>Claim C11</strong> says that <em>ReLUs die at high learning rates and leaky ReLUs do not</em>. Does it hold? Predict the result above before you open this.</summary>
#
# It **holds**. The table gives the fraction of dead units and the validation accuracy (mean ± standard deviation over 20 seeds).
#
# | units | dead after the first epoch | dead at the end | accuracy at the end |
# |---|---|---|---|
# | ReLU | 91 ± 4 % (range 84 to 98 %) | 90 ± 4 % | 76 ± 21 % |
# | leaky ReLU | none | none | 89 ± 6 % |
#
# But with four of the 20 seeds ReLU ended with a higher accuracy than leaky ReLU. A learning rate of 2.5 damages leaky units, too, and a few living ReLUs can still classify many digits. Prevent dead units with a lower learning rate, and treat the leak as a safeguard. (Seed 13 is typical. Try others.)
#
# </details>

# %% [markdown]
# ## 9 · Maxout
#
# **Maxout** learns its kinks. Each maxout unit computes $k$ affine pieces, and its output is the largest of them. One affine layer computes all pieces as $x$ (N, k·H), with **the first pieces of all units first, then all second ones**, and so on. With the pieces $c$ of shape (N, k, H),
#
# $$\text{out}_{nh} = \max_j c_{njh}, \qquad \text{winner}_{nh} = \text{the smallest } j \text{ that attains it.}$$
#
# Take the row $x$ = (1, 7, 4, 2) and $k$ = 2. Unit 0 has the pieces 1 and 4, and unit 1 has 7 and 2, so out = (4, 7) and winner = (1, 0).
#
# [[exercise maxout_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the example as a table with a row for each piece and a column for each unit. The result is the largest number in each column.</details>
# <details><summary>Hint 1: right shape, wrong numbers</summary>
# With 3 units of 2 pieces, unit 0 has the columns 0 and 3, not 0 and 1.</details>
# <details><summary>Hint 2: no loop needed</summary>
# Reshape x to (N, k, H). NumPy computes the axis length that you give as −1.</details>
# <details><summary>Hint 3: the outline</summary>
# Take the largest entry over axis 1 as the output. <code>argmax</code> over the same axis returns the index of the winner (the first if several are equal).</details>


# %% exercise="maxout_forward"
def maxout_forward(x, pieces=2):
    """Largest piece of each unit.

    x: (N, pieces * H): the first pieces of all units, then all second pieces, and so on.
    Returns (out, cache): out (N, H), and the cache (winner, pieces). winner (N, H) holds the
    number (an integer) of the largest piece, or of the first if several are equal.
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Gradient of maxout
#
# The output depends on the winner alone, so the winner gets the whole gradient, and the other pieces get 0. If two pieces tie, giving the gradient to both would count it twice, so it goes to the first, whose index `argmax` returned. `dx` keeps the column order of x. In section 9's example, with winner = (1, 0), $dout$ = (5, 6) gives $dx$ = (0, 6, 5, 0).
#
# [[exercise maxout_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the table of the forward pass and mark the winners. Each entry of dout goes into a marked cell, and 0 into the others.</details>
# <details><summary>Hint 1: the row about the sum of dx fails</summary>
# Each entry of <code>dout</code> goes to exactly one place.</details>
# <details><summary>Hint 2: a mask with three axes</summary>
# <code>winner[:, np.newaxis, :]</code> is (N, 1, H), and <code>np.arange(pieces)[:, np.newaxis]</code> is (k, 1). Comparing them gives (N, k, H).</details>
# <details><summary>Hint 3: the outline</summary>
# Multiply the mask by <code>dout[:, np.newaxis, :]</code>. Then merge the last two axes with <code>reshape(len(dout), -1)</code>.</details>


# %% exercise="maxout_backward"
def maxout_backward(dout, cache):
    """Gradient dL/dx from dL/d(out), which goes to the winning pieces.

    dout: (N, H) float array. Not changed.
    cache: (winner, pieces) of maxout_forward.
    Returns dx: (N, pieces * H).
    """
    # SOLUTION


# %% [markdown]
# ## Five activations on one network
#
# A network with three hidden layers of 32 units learns to classify digits, once with each of five activations. Each activation has suitable initial weights and a near-optimal learning rate. The sigmoid's steepest slope is a quarter of tanh's, so its initial weights are four times as large. All runs use the same data and seed. Make your prediction, then run the cell below it. That cell checks *your* activations against the course's fast network, then trains this network with each activation.

# %%
checks.predict_race()

# %%
display(experiments.same_numbers(use=mine))
with LiveDashboard() as live:
    for name, rate in experiments.RACERS.items():
        history = experiments.race(name, rate, callbacks=[live.run(name)])
        epochs, accuracy = experiments.epochs_to_fit(history), history.validation_accuracy[-1]
        print(f"{name:10} rate {rate}: below 0.1 after {epochs:2.0f} epochs, accuracy {accuracy:.0%}")

# %%
for name in experiments.RACERS:
    print(MLP((64, 32, 32, 32, 10), name, rng=np.random.default_rng(0)))
x = np.linspace(-2, 2, 9)
print("maxout with slopes 1 and 0:", experiments.maxout_of_lines(x, 1, 0))
print("maxout with slopes 1 and 0.1:", experiments.maxout_of_lines(x, 1, 0.1))

# %%
checks.predict_costs(pictures.costs)

# %% [markdown]
# <details><summary><strong>Claim C09</strong> says that <em>ReLU converges faster than sigmoid and tanh</em>, and <strong>claim C13</strong> that <em>tanh does worse than ReLU and maxout</em>. Do they hold? Predict the result above before you open this.</summary>
#
# The table gives the typical number of epochs, with the range in brackets, and the validation accuracy (mean ± standard deviation), over 20 seeds.
#
# | activation | epochs until the training loss is below 0.1 | accuracy after 20 epochs |
# |---|---|---|
# | sigmoid with tanh's weights | 16 to 19; one run never | 95.3 ± 2.5 % |
# | sigmoid | 7 (6 to 9) | 97.7 ± 0.6 % |
# | tanh | 4 or 5 | 97.6 ± 0.5 % |
# | ReLU | 4 (3 to 6) | 97.7 ± 0.5 % |
# | leaky ReLU | 4 or 5 (4 to 6) | 97.8 ± 0.4 % |
# | maxout | 3 | 97.8 ± 0.6 % |
#
# **C09 holds** for the sigmoid. With suitable initial weights, the sigmoid needs about 1.7 times as many epochs as ReLU, and with tanh's weights about four times as many. For tanh the claim **holds with conditions**. At the *same* learning rate, 0.1, ReLU needs 8 or 9 epochs and tanh 13 to 16. If both have near-optimal learning rates, ReLU and tanh need about the same number of epochs. (Krizhevsky et al. found ReLU six times as fast as tanh, with one network on CIFAR-10.)
#
# **C13 does not hold here.** With suitable initial weights, the mean validation accuracies of the five activations (over 20 seeds) differ by less than half a percentage point. But tanh did worse than ReLU when units were saturated at initialisation and the learning rate was small. With pixels from 0 to 16 and a learning rate of 0.003, the validation accuracy after ten epochs is 61 ± 6 % for tanh and 85 ± 2 % for ReLU (mean ± standard deviation over 20 seeds). With suitable learning rates (0.05 for tanh and 0.02 for ReLU) the gap almost closes, and over the same seeds the accuracies are 92 ± 3 % and 93 ± 2 %.
#
# </details>
#
# <details><summary><strong>Claim C10</strong> says that <em>ReLU's forward pass is cheaper</em>, and <strong>claim C12</strong> that <em>maxout contains ReLU and leaky ReLU, and doubles the parameters</em>. Do they hold? Predict the result above before you open this.</summary>
#
# **C10 holds.** In our measurement tanh and the plain sigmoid take four to five times as long as ReLU. (Your times may differ.)
#
# The first half of **C12**, on ReLU and leaky ReLU, **holds exactly**. The second half, on parameters, **holds with conditions**, because two pieces double the parameters of the hidden layers but not those of the output layer.
#
# </details>
#
# ### Change one thing
#
# How much of a gradient is left after ten layers if only the slopes count? Write your expectation on the first line of the next cell, change **one** number, and run the cell. For which `mean` does ReLU keep almost all of the gradient? Is there a `mean` at which the sigmoid keeps more than a millionth?
#
# <details><summary>What you may have found</summary>
#
# With a mean of 4 almost no input is below 0, so ReLU keeps almost the whole gradient, and the saturated tanh keeps almost nothing. With a mean of −4 ReLU keeps almost nothing. The sigmoid never keeps more than $(1/4)^{10}$, about a millionth. (Larger weights can compensate for small slopes, as lesson 06 shows for ReLU.)
#
# </details>

# %%
# I expect:
mean, leak = 0.0, 0.1

z = np.random.default_rng(0).normal(mean, 1, 100_000)
p = 1 / (1 + np.exp(-z))
slopes = {"sigmoid": p * (1 - p), "tanh": 1 - np.tanh(z) ** 2, "ReLU": z > 0, "leaky ReLU": np.where(z > 0, 1, leak)}
for name, slope in slopes.items():
    print(f"{name:10}  mean slope {slope.mean():.2f}, to the tenth power {slope.mean() ** 10:.0e}")

# %% [markdown] beside="milestone"
# ## Milestone: Fashion-MNIST with leaky ReLU
#
# The network of lesson 02's milestone now has your leaky ReLU instead of ReLU. The figure also shows the fast network with tanh and the sigmoid, at the same learning rate. With ReLU the mean validation accuracy was 83.3 %. **Before you run the next cell, guess** what the leak will gain and what the sigmoid will cost.

# %% beside="milestone"
milestones.run(3, use=mine)

# %% [markdown] beside="milestone"
# <details><summary><strong>Why is it no better?</strong> (think first)</summary>
#
# With two layers, only a *single* slope multiplies the gradient, so it cannot fade from layer to layer. At this learning rate no unit is dead, so a leak has nothing to prevent. The problems of this lesson arise with depth (lesson 06) or with too high a learning rate. The sigmoid, whose slope is at most a quarter, needs a larger learning rate. With a learning rate of 0.1 the sigmoid's mean validation accuracy over 20 seeds is 83.4 %.
#
# </details>

# %% [markdown]
# ## ★ Bonus · GELU
#
# ReLU multiplies x by a gate, which is open (1) or shut (0). **GELU** ([Hendrycks and Gimpel, 2016](https://arxiv.org/abs/1606.08415)) opens its gate gradually. GELU's gate is the fraction of the standard normal distribution that lies below x. [BERT](https://arxiv.org/abs/1810.04805) uses GELU, and GPT-2 uses the tanh form:
#
# $$\text{out} = x \cdot \underbrace{\tfrac12\,(1 + t)}_{\text{the gate}}, \qquad t = \tanh u, \qquad u = \sqrt{2/\pi}\;(x + 0.044715\, x^3) .$$
#
# 1. `out` is the product of x and the gate, so the slope of `out` has two terms. The second term contains the slope of the gate.
# 2. For the slope of the gate, multiply the slope of tanh, $1 - t^2$, by the slope of u and by ½.
# 3. The slope of u also has two terms.
#
# For example, x = 1 gives u = 0.834, t = 0.682, out = 0.841 and, for dout = 1, dx = 1.083, which is *more* than 1. For x = −1 and dout = 1, out is −0.159 and dx is −0.083. This slope is negative because GELU falls to its minimum near x = −0.75. (Swish's minimum lies further left.) By the formula the slope is 0 only at the minimum, but float64 rounds it to 0 for x below about −7.2, where a unit can die as in section 8.
#
# [[exercise gelu]]
#
# <details><summary>Hint 1: out is right, dx is not</summary>
# Did you treat the gate as a constant? The product rule has two terms.</details>
# <details><summary>Hint 2: dx is right at x = 0 only</summary>
# At x = 0 the second term is 0. Its four factors are x, ½, the slope of tanh and the slope of u.</details>
# <details><summary>Hint 3: the slope of u</summary>
# u is √(2/π) times the sum of x and 0.044715 x³. The factor stays, and each of the two terms has its own slope.</details>


# %% exercise="gelu"
def gelu(x, dout):
    """GELU in its tanh form, forward and backward.

    x, dout: float arrays of any one shape. Not changed.
    Returns (out, dx), both of that shape.
    """
    # SOLUTION


# %% beside="bonus"
pictures.gates()

# %% [markdown]
# ## What the summary says too briefly
#
# Some sentences of the summary this course started from need a condition:
#
# - *ReLU does not saturate.* For negative inputs it saturates completely, because its slope there is 0.
# - *The sigmoid's range is [0, 1], and that of tanh is [−1, 1].* Both functions reach these ends only through rounding, so their ranges are the open intervals (0, 1) and (−1, 1).
# - *Maxout does not die.* A unit always has a winner, but a *piece* that never wins gets no gradient.
# - *The sigmoid is rarely used*, and *never use sigmoid*. The CS231n notes say both. For hidden units of deep networks this is sound advice, because gradients fade (claim C06). Today's exceptions are gates, even in deep networks (swish, LSTM), and output layers that give a probability (lesson 04).
#
# ## Summary
#
# | activation | largest slope | zero-centred | what to watch |
# |---|---|---|---|
# | sigmoid | ¼ | no | gradients fade with depth; it saturates |
# | tanh | 1 | yes | it saturates for large inputs |
# | ReLU | 1 | no | units can die |
# | leaky ReLU | 1 | no | one more number, the leak |
# | maxout | that of its weights | it can learn to be | twice the parameters in hidden layers (two pieces) |
#
# **Which should I use?** Use ReLU with a suitable learning rate, and watch the fraction of dead units. If this fraction grows, lower the learning rate, or try leaky ReLU or maxout.
#
# **References.** Stanford's CS231n notes, [*Neural networks part 1*](https://cs231n.github.io/neural-networks-1/). Y. LeCun et al., [*Efficient BackProp*](http://leon.bottou.org/papers/lecun-98x), 1998.
# V. Nair and G. Hinton, [*Rectified linear units improve restricted Boltzmann machines*](https://mlanthology.org/icml/2010/nair2010icml-rectified/), 2010.
# X. Glorot, A. Bordes and Y. Bengio, [*Deep sparse rectifier neural networks*](http://www.jmlr.org/proceedings/papers/v15/glorot11a/glorot11a.pdf), 2011.
# A. Krizhevsky, I. Sutskever and G. Hinton, [*ImageNet classification with deep convolutional neural networks*](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks.pdf), 2012.
# A. Maas et al., [*Rectifier nonlinearities improve neural network acoustic models*](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf), 2013.
# I. Goodfellow et al., *Maxout networks*, 2013, [arXiv:1302.4389](https://arxiv.org/abs/1302.4389).
#
# ## Reflection
#
# Answer in the next cell in five to eight sentences. **A friend's ReLU network has stopped learning, and `dead_fraction` returns 0.4. Is that the reason? What would you measure, and what would you change first?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** Give 2 points for the effect of dead units. Dead units get a gradient of exactly 0 and do not come back by themselves, *but* 60 % of the units are alive, so 0.4 alone does not prove the cause. Give 2 points for a measurement that can identify the cause. One example is the fraction of dead units in each layer, because a wholly dead layer lets no gradient through to the layers below it. Another is the step at which the units died, because a spike of the loss at that step points to the learning rate. The fraction on the whole data set instead of one batch also counts, and so do the gradients of the living units, which may vanish for another reason. Give 1 point for the first change, which is a lower learning rate or a better initialisation. Either must start from fresh weights, because a lower learning rate alone does not revive dead units. Give 1 point for leaky ReLU or maxout as a second step, with its reason or its cost.
#
# **A model answer.** Not necessarily, because the other 60 % can learn, and in our experiment networks in which most units were dead still classified many digits. I would compute the fraction of dead units layer by layer, on all training examples. If a whole layer is dead, no gradient reaches the layers below it, which would explain why training stopped. I would plot this fraction against the step and see whether it jumped at a spike of the loss, which would point to the learning rate. I would also look at the update ratio of the living units. Then I would start again from fresh weights with a learning rate ten times lower, because the dead units would not come back. If units still died, I would try leaky ReLU, whose slope is never 0. I would not expect too much of it, because a learning rate that is too high also damages leaky units.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. Each row of the table was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `sigmoid_forward(x)` | `torch.sigmoid(x)` | it is safe for ±1000, but its logarithm is not; use `F.logsigmoid(x)` |
# | `relu_forward(x)` | `nn.ReLU()` | with `inplace=True` it overwrites its input |
# | `relu_backward(dout, cache)` | `loss.backward()` | at 0 the gradient is 0, as ours |
# | `leaky_relu(x, dout, alpha)` | `F.leaky_relu(x, negative_slope)` | at 0 the gradient is the leak, as ours; the default leak is 0.01 |
# | `maxout_forward(x)` | `x.reshape(N, pieces, H).amax(dim=1)` | there is no maxout; `amax` divides the gradient among ties, and `max(dim=1)` gives it to one |
# | swish of lesson 02 | `F.silu(x)` | another name for it |
# | GELU | `F.gelu(x)` | the exact form; `approximate="tanh"` is ours, which differs in the fourth digit |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("03_activations")
