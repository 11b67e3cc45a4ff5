# %% [markdown]
# # 03 · Activations: bend the line
#
# Stack ten affine layers, and you have one affine layer: all that depth for nothing, unless something between them bends. In
# this lesson you write what bends, watch it kill gradients, make them zig-zag and die, and find out which of the common warnings
# hold on a network in front of you.
#
# **You will be able to** write five activations and their gradients · say what saturation and dead units are, and measure
# both · choose an activation for a reason.
#
# [[time]]
#
# **Points** 100 · **Before** 02, the chain rule · **Leads to** 06, how to start so that signals survive.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. A **unit** is one output of a layer: a column of w, its bias, and the activation behind them. In every exercise `x` is what comes in, `out`
# what goes out, `dout` is $\partial L/\partial\text{out}$ and `dx` is $\partial L/\partial x$; all four have the same shape, except in maxout.

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
# Three questions about earlier lessons, from memory: that is what makes it stay. They give no points. A wrong answer is told what is wrong with it, and you
# may answer again.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown]
# ## Look at them first
#
# Run the next cell. Each column is one **activation** (also called a non-linearity): its curve, what comes out, and **the slope, by which each
# gradient is multiplied on its way back**. Before you touch a slider, predict: if inputs are spread ten times as wide, what will the lowest row show for
# the sigmoid, and what for ReLU? Then press *Saturated*. What does *Dead ReLU* do?

# %%
explorables.saturation(use=mine)

# %% [markdown]
# <details><summary><strong>What you should have seen</strong> (open it after you have pressed the buttons)</summary>
#
# *Saturated:* with inputs ten times as wide two thirds of the sigmoid's slopes are below a hundredth, and three quarters of tanh's: nearly nothing gets back. ReLU
# does not care about the scale: half of its slopes are 0 and half are 1, as before. *Dead ReLU:* the inputs' mean is −4, so hardly one is above 0.
# ReLU puts out 0, its slope is 0, and nothing gets back at all; leaky ReLU lets a tenth through.
#
# </details>

# %% [markdown]
# ## 1 · From any number to a share
#
# The sigmoid squeezes every number into the range between 0 and 1, so it was long taken for the model of a neuron's firing rate:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# Type it as it stands and NumPy warns for $x = -1000$: $e^{1000}$ is more than a float can hold. For negative $x$, extend the fraction by $e^{x}$:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^{x}}{e^{x} + 1}$$
#
# The left form is safe for $x \ge 0$ and the right one for $x < 0$. Look at both: the exponential in them is then the same, $e^{-|x|}$, never more than 1.
#
# [[exercise sigmoid_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute σ(1000) and σ(−1000) by both forms of the formula, on paper. Which exponential overflows in which form?</details>
# <details><summary>Hint 1: NumPy warns of an overflow, although the values are right</summary>
# <code>np.where</code> computes <em>both</em> branches for every entry, and chooses afterwards. Choose before the exponential.</details>
# <details><summary>Hint 2: one exponential for all</summary>
# Compute the exponential of −|x| once. The denominator of both forms is 1 plus this.</details>
# <details><summary>Hint 3: the numerator</summary>
# It is 1 where x is at least 0, and the exponential elsewhere: <code>np.where(x >= 0, 1, …)</code>.</details>


# %% exercise="sigmoid_forward"
def sigmoid_forward(x):
    """Sigmoid of each entry of x, with no exponential that could overflow.

    x: float array of any shape.
    Returns (out, cache): out in the shape of x, and as cache the same array, out.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · The slope that is its own output
#
# You derived the slope of the sigmoid in lesson 02, step by step. Do you remember its short form, made of the output alone? Write it from memory; unfold it only if you must.
#
# <details><summary>The derivation once more</summary>
#
# For one entry: $e = e^{-x}$, $d = 1 + e$, $\text{out} = 1/d$. Backwards, each line is the one before it times one local slope:
#
# $$\frac{\partial \text{out}}{\partial d} = -\frac{1}{d^2}, \qquad \frac{\partial \text{out}}{\partial e} = -\frac{1}{d^2} \cdot 1, \qquad
# \frac{\partial \text{out}}{\partial x} = -\frac{1}{d^2} \cdot (-e) = \frac{e}{d^2}$$
#
# The short form: $\frac{e}{d^2} = \frac1d \cdot \frac{d - 1}{d} = \text{out} \cdot (1 - \text{out})$. Both agree since $e = d - 1$.
#
# </details>
#
# So the backward pass needs nothing but the output: that is what you cached. At its best, out = ½, the slope is ¼; near 0 and 1 it is almost nothing: the unit is **saturated**.
# For out = 0.5 and dout = −2, for instance, dx is −0.5; for out = 0.99 it is −0.02.
#
# [[exercise sigmoid_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the derivative of σ in terms of its own output. The chain rule multiplies it by one more array.</details>
# <details><summary>Hint 1: all results are positive</summary>
# Where is what comes from above, <code>dout</code>? It has either sign.</details>
# <details><summary>Hint 2: almost right, but too even</summary>
# The cache is σ(x) already. A sigmoid of it would be a sigmoid of a sigmoid.</details>
# <details><summary>Hint 3: one line</summary>
# A product of three arrays, entry by entry; make a new one, for <code>dout</code> belongs to the caller.</details>


# %% exercise="sigmoid_backward"
def sigmoid_backward(dout, cache):
    """dL/dx from dL/d(out).

    dout: float array of any shape. Not changed.
    cache: the output of sigmoid_forward, in the same shape.
    """
    # SOLUTION


# %%
checks.predict_fading(pictures.fading)

# %% [markdown]
# <details><summary><strong>Claim C06</strong>, <em>sigmoids saturate and kill gradients</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds**, and the gradient fades *even where nothing is saturated*: a layer multiplies it by a slope of at most ¼ and by its weights, which at first keep a length about as it is.
# Larger weights win some of it back, until units saturate. The first layer's gradient over the tenth's, 20 seeds:
#
# | sigmoid, usual weights | weights × 4 | weights × 8 | tanh | ReLU |
# |---|---|---|---|---|
# | (1.8 ± 1.0) · 10⁻⁶ | (3 ± 2) · 10⁻³ | (3 ± 2) · 10⁻² | 1.2 ± 0.2 | 1.1 ± 0.3 |
#
# tanh, whose best slope is 1, hands the gradient on while its inputs are small; with large ones it saturates as well (the explorable shows it). Lesson 06 is about weights that keep gradients alive.
#
# </details>

# %% [markdown]
# ## 3 · The same curve, centred
#
# tanh looks like the sigmoid, from −1 to 1 instead of 0 to 1, and steeper. Is it a different function at all? Multiply $\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}$ above and below by $e^{-x}$:
#
# $$\tanh x = \frac{1 - e^{-2x}}{1 + e^{-2x}} = \frac{2 - (1 + e^{-2x})}{1 + e^{-2x}} = 2\,\sigma(2x) - 1$$
#
# Its slope follows by the chain rule: $2 \cdot 2 \cdot \sigma(2x)(1 - \sigma(2x)) = (1 + \tanh x)(1 - \tanh x) = 1 - \tanh^2 x$.
#
# [[exercise tanh_from_sigmoid]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put x = 0 and a very large x into the formula of the text before you write it. What should come out?</details>
# <details><summary>Hint 1: tanh is right, but the second row fails</summary>
# It must be made of <code>sigmoid</code>, the function you are given: the check puts other curves in its place.</details>
# <details><summary>Hint 2: right at 0, too flat elsewhere</summary>
# The 2 appears twice in the formula: outside, and inside.</details>
# <details><summary>Hint 3: how to call it</summary>
# <code>sigmoid</code> takes an array and returns one, so call it once, with the scaled x.</details>


# %% exercise="tanh_from_sigmoid"
def tanh_from_sigmoid(x, sigmoid):
    """tanh of each entry of x, made of sigmoid alone.

    x: float array of any shape.
    sigmoid: a function that takes an array and returns one of its shape, from 0 to 1.
    """
    # SOLUTION


# %% [markdown]
# **Claim C08**, *tanh is a scaled, zero-centred sigmoid*: **holds**, exactly. You have just derived it.

# %% [markdown]
# ## 4 · Why should the centre matter?
#
# A unit computes $z = x \cdot w + b$, with $x$ (D,) the outputs of the layer below. For one example, $\partial L/\partial w = x \cdot \partial L/\partial z$: a *number* times $x$. If that layer is made of
# sigmoids, all entries of $x$ are positive, and so **all D entries of the gradient have the same sign**: every weight must go up, or every weight down. For $x$ = (0.2, 0.9) and
# $\partial L/\partial z$ = −2 it is (−0.4, −1.8). To measure how
# often this happens, take a batch of inputs, one gradient $g_n = x_n\, \partial L/\partial z_n$ an example, and call it *one-sided* if no two of its entries have opposite signs. A 0 opposes nobody.
#
# [[exercise one_sided_share]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the gradient of one example with two inputs. Decide by eye whether it is one-sided, and then say the rule in words.</details>
# <details><summary>Hint 1: about half of what is expected</summary>
# One-sided has two sides: no entry below 0, <em>or</em> no entry above 0.</details>
# <details><summary>Hint 2: the result is always 0 or 1</summary>
# Do not sum over the examples first. Keep the gradients apart, in an array of shape (N, D).</details>
# <details><summary>Hint 3: the shapes</summary>
# <code>dz[:, np.newaxis]</code> is a column, and x times a column is (N, D). <code>(…).all(axis=1)</code> gives one answer for each example, and <code>|</code> means or.</details>


# %% exercise="one_sided_share"
def one_sided_share(x, dz):
    """Share of the examples whose gradient x[n] * dz[n] has no two entries of opposite signs.

    x: (N, D) inputs of one unit.  dz: (N,) dL/dz of each example.
    Returns a number from 0 to 1.
    """
    # SOLUTION


# %%
checks.predict_zigzag(lambda: pictures.zigzag(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C07</strong>, <em>outputs that are not zero-centred make updates zig-zag</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds with conditions**. Over 20 seeds:
#
# | examples a step | way, over the straight line: all positive | centred | steps, positive over centred |
# |---|---|---|---|
# | 1 | 2.6 ± 0.2 | 1.2 ± 0.1 | 5.6 ± 2.6 |
# | 64 | 1.06 ± 0.01 | 1.00 | 4.6 ± 0.2 |
#
# With single examples each step is one-sided, and the way twice as long as with centred inputs. A batch adds gradients whose upstreams have either
# sign, and the zig-zag is gone. The other cost stays: positive inputs have a mean, the loss is a long valley along it, and descent takes four to five times
# as many steps (the narrow valley of lesson 01).
#
# </details>

# %% [markdown]
# ## 5 · A hinge
#
# Sigmoid and tanh both flatten on the right. What if a function did not? The **rectified linear unit, ReLU**, is as simple as a bend can be, and its slope, where it is on, is 1: nothing fades.
#
# $$\text{ReLU}(x) = \max(0, x)$$
#
# [[exercise relu_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take the array 2, 0, −3. What must be returned, and what must the backward pass know later?</details>
# <details><summary>Hint 1: a single number comes out, or an error about truth values or integers</summary>
# <code>np.max</code> looks for the largest entry of one array; <code>np.maximum</code> compares two, entry by entry.</details>
# <details><summary>Hint 2: "changes its argument"</summary>
# <code>x[x < 0] = 0</code> works on the caller's array, and so does <code>out = x; out[out < 0] = 0</code>: <code>out = x</code> is no copy, but a second name. Then the cache is changed, too.</details>
# <details><summary>Hint 3: what to cache</summary>
# The backward pass will ask where x was above 0: keep x.</details>

# %%
pictures.hinges(use=mine)


# %% exercise="relu_forward"
def relu_forward(x):
    """max(0, x) of each entry.

    x: float array of any shape. Not changed.
    Returns (out, cache): out in the shape of x, and as cache the input, x.
    """
    # SOLUTION


# %% [markdown]
# ## 6 · On or off
#
# ReLU passes the gradient of a unit that was on, and blocks that of one that was off. For $x$ = (−1, 0, 2) and $dout$ = (5, 6, −7) it is (0, 0, −7):
#
# $$dx = \begin{cases} dout & x > 0 \\ 0 & x \le 0 \end{cases}$$
#
# At $x = 0$ exactly there is no slope, and any number from 0 to 1 would do (a *subgradient*). Everybody takes 0, and so do we: a unit whose weights are all 0 then stays quiet.
#
# [[exercise relu_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw ReLU and write its slope beside each of its two parts. Then decide what the slope is at the kink.</details>
# <details><summary>Hint 1: only the row about the kink fails</summary>
# Which comparison lets x = 0 through?</details>
# <details><summary>Hint 2: negative gradients vanish</summary>
# The mask asks for the sign of <em>x</em>, the cache. <code>dout</code> may have any sign.</details>
# <details><summary>Hint 3: a mask is a number too</summary>
# <code>cache > 0</code> is an array of True and False, and multiplies like 1 and 0. The product is a new array; <code>dx = dout; dx[…] = 0</code> would change the caller's.</details>


# %% exercise="relu_backward"
def relu_backward(dout, cache):
    """dL/dx from dL/d(out), with slope 0 at x = 0.

    dout: float array of any shape. Not changed.
    cache: the input x of relu_forward, in the same shape.
    """
    # SOLUTION


# %% [markdown]
# ## 7 · A hinge that leaks
#
# A unit that is off gets no gradient and so learns nothing *from this example*. Where this worries us, give the left side a small slope, the *leak*:
#
# $$\text{out} = \begin{cases} x & x > 0 \\ \text{leak} \cdot x & x \le 0 \end{cases}$$
#
# In code it is called `alpha` (in PyTorch `negative_slope`). With a leak of 0.1, x = −3 gives −0.3. Derive the gradient from this yourself; at 0 take the leak. This time write both passes as one function.
# Smooth relatives of this idea are *swish* (also SiLU), which you met in lesson 02, and *GELU*, $x$ times the share of a normal distribution below $x$: much used today, and, like leaky ReLU, never quite off.
#
# [[exercise leaky_relu]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the function for a leak of 0.5. One array of slopes is enough for both results.</details>
# <details><summary>Hint 1: the first result is right, the second is not</summary>
# The gradient leaks as well: what is the slope on the left?</details>
# <details><summary>Hint 2: right for a leak of 0.01 only</summary>
# Is there a 0.01 in your function, where <code>alpha</code> should be?</details>
# <details><summary>Hint 3: slope first</summary>
# With <code>np.where</code>, choose between 1 and alpha for each entry. Both results are this array of slopes times something.</details>


# %% exercise="leaky_relu"
def leaky_relu(x, dout, alpha=0.01):
    """Output of leaky ReLU, and its gradient.

    x, dout: float arrays of one shape. Not changed.
    alpha: the slope where x <= 0.
    Returns (out, dx), both in that shape.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Dead, or only asleep?
#
# The picture shows one ReLU unit three times, with its bias ever lower. Off for half of the examples is what a unit is for. Off for **all** is another matter: then $\partial L/\partial w = \sum_n x_n\,
# \partial L/\partial z_n$ is a sum of zeros, the weights stay where they are, and unless the layer below changes the unit is off for ever. A unit with $z$ = (−1, 0, −2) on three examples is dead; one with (−1, 0, 0.1) is not. Count such units of a layer $z = x w + b$ on a data set.
#
# [[exercise dead_fraction]]
#
# <details><summary>Hint 0: how to begin</summary>
# Make a table of two units and three examples, with the sign of z in each cell. Which unit is dead?</details>
# <details><summary>Hint 1: around a half, where almost none is dead</summary>
# You count outputs of 0, not units. Ask of each <em>unit</em> whether it is off for every example.</details>
# <details><summary>Hint 2: axes</summary>
# <code>x @ w + b</code> is (N, H): examples down, units across. "For every example" reduces over axis 0.</details>
# <details><summary>Hint 3: the words</summary>
# Compare z with 0, and let <code>.all</code> reduce the result over the examples. The mean of this is the fraction.</details>

# %%
pictures.dead_units(use=mine)


# %% exercise="dead_fraction"
def dead_fraction(x, w, b):
    """Share of the units max(0, x @ w + b) whose output is 0 on every example.

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
# <details><summary><strong>Claim C11</strong>, <em>ReLUs die at high learning rates and leaky ReLUs do not</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds**. Over 20 seeds:
#
# | units | dead after the shock | dead at the end | accuracy at the end |
# |---|---|---|---|
# | ReLU | 91 ± 4 % (84 to 98) | 90 ± 4 % | 76 ± 21 % |
# | leaky ReLU | none | none | 89 ± 6 % |
#
# But in four of the 20 runs ReLU ended ahead: the rate wrecks the leaky units' weights as well, and a handful of living ReLUs can read many digits. The cure is the rate; the leak
# is insurance. (You saw seed 13, a typical one; try others.)
#
# </details>

# %% [markdown]
# ## 9 · Let the pieces compete
#
# Maxout learns its bend: each unit computes $k$ affine pieces, and its output is the largest. One affine layer computes all pieces, $x$ of shape (N, k·H): **all units' first pieces, then
# all second ones**, and so on. With candidates $c$ of shape (N, k, H),
#
# $$\text{out}_{nh} = \max_j c_{njh}, \qquad \text{winner}_{nh} = \text{the smallest } j \text{ that attains it.}$$
#
# With numbers: the row $x$ = (1, 7, 4, 2), two pieces. Unit 0 has the pieces 1 and 4, unit 1 has 7 and 2; so out = (4, 7) and winner = (1, 0).
#
# [[exercise maxout_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the example of the text as a table with one row for each piece and one column for each unit. The result is the largest number of each column.</details>
# <details><summary>Hint 1: right shape, wrong numbers</summary>
# Which columns belong to unit 0, if there are 3 units of 2 pieces? Columns 0 and 3, not 0 and 1.</details>
# <details><summary>Hint 2: no loop needed</summary>
# Reshape x to (N, k, H). NumPy works out an axis that is given as −1.</details>
# <details><summary>Hint 3: who won</summary>
# <code>argmax</code> over axis 1 gives the number of the winner; if several are equal, the first.</details>


# %% exercise="maxout_forward"
def maxout_forward(x, pieces=2):
    """The largest of each unit's pieces.

    x: (N, pieces * H): all units' first pieces, then all second ones, and so on.
    Returns (out, cache): out (N, H), and the cache (winner, pieces), with winner (N, H)
    the number of the largest piece, the first if several are equal.
    """
    # SOLUTION


# %% [markdown]
# ## 10 · The winner takes it all
#
# The output moves with its winner and with nobody else. So the gradient goes to the winner whole, and the others get 0. What if two pieces are equal? To give both the gradient would count it twice;
# the first, which `argmax` named, gets it. `dx` has the shape of x, (N, k·H), in the same order of columns. In the example above, with winner = (1, 0), $dout$ = (5, 6) gives $dx$ = (0, 6, 5, 0).
#
# [[exercise maxout_backward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the table of the forward pass and mark the winners. Each entry of dout goes into a marked cell, and 0 into the others.</details>
# <details><summary>Hint 1: "all of dout must arrive, and once"</summary>
# Each entry of <code>dout</code> goes to exactly one place.</details>
# <details><summary>Hint 2: a mask with three axes</summary>
# <code>winner[:, np.newaxis, :]</code> is (N, 1, H) and <code>np.arange(pieces)[:, np.newaxis]</code> is (k, 1): compared, they are (N, k, H).</details>
# <details><summary>Hint 3: and back</summary>
# Multiply the mask by <code>dout[:, np.newaxis, :]</code>, then <code>reshape(len(dout), -1)</code>.</details>


# %% exercise="maxout_backward"
def maxout_backward(dout, cache):
    """dL/dx from dL/d(out): all of it to the winning piece.

    dout: (N, H). Not changed.
    cache: (winner, pieces) of maxout_forward.
    Returns dx: (N, pieces * H).
    """
    # SOLUTION


# %% [markdown]
# ## All of them on one network
#
# Three hidden layers of 32 units read digits, five times, each time with another activation, a learning rate near that activation's own best, and first weights that suit it: for the sigmoid, whose steepest slope is a
# quarter of tanh's, four times tanh's weights. (Give the sigmoid tanh's weights, and the race is rigged: the answer below has that, too.) Same data, same seed. Predict, then run.
# You may stop a run that has told you enough. The fast network runs the race; what its cell shows first, measured now, is that a network with *your* activations takes the same steps. The cells after it count parameters and measure costs.

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
# <details><summary><strong>Claims C09 and C13</strong>, <em>ReLU converges faster than sigmoid and tanh; tanh does worse than ReLU and maxout</em>: do they hold? Predict above, then open this.</summary>
#
# Over 20 seeds, each at a rate near its own best:
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
# **C09 holds** against the sigmoid: it takes nearly twice as long with weights that suit it, and four times as long with tanh's. Against tanh it **holds with conditions**: at the *same* rate, 0.1, ReLU needs 8 or 9 epochs and tanh 13 to 16;
# give each a rate of its own and they need the same. (Krizhevsky et al. measured a factor of six against tanh, on one network and CIFAR-10.)
#
# **C13 does not show here**: all end within half a per cent of one another on average. It shows where units saturate from the start: with pixels from 0 to 16 and a small rate
# (0.003) tanh is at 61 ± 6 % after ten epochs, and ReLU at 85 ± 2 %. A rate that suits tanh mends most of that.
#
# </details>
#
# <details><summary><strong>Claims C10 and C12</strong>, <em>ReLU's forward pass is cheaper; maxout contains ReLU and leaky ReLU, and doubles the parameters</em>: do they hold? Predict above, then open this.</summary>
#
# **C10 holds**: the sigmoid's formula as it stands, and tanh, take four to five times as long as ReLU. The safe form takes four times that again, for choosing a branch: an implementation is what you
# time, not a formula. (Where your own figures differ, so do NumPy and processor.) In a network the matrix products hide most of it.
#
# **C12**: that maxout *contains* ReLU and leaky ReLU **holds**, exactly. That it *doubles the parameters* **holds with conditions**: the hidden layers double (for two pieces), the output layer does not.
#
# </details>
#
# ### Change one thing
#
# How much of a gradient is left after ten layers, by the slopes alone? Change **one** number in the next cell, write what you expect into its first line, and only then run it. For which `mean` does ReLU keep all of it? Is there one
# at which the sigmoid keeps more than a millionth?
#
# <details><summary>What you may have found</summary>
#
# With a mean of 4 hardly an input is below 0: ReLU keeps all, and tanh, saturated, nothing. With −4 it is the reverse for ReLU. The sigmoid never keeps more than $(1/4)^{10}$, a millionth, wherever its
# inputs are. (Weights multiply the gradient as well, and may make up for it: lesson 06.)
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
# ## Milestone: clothes, with another bend
#
# The network of lesson 02's milestone once more, with your leaky ReLU in place of ReLU. For the picture below its result the fast network trains it with tanh and with the sigmoid too, at the same rate. With ReLU it named 83.3 % of the
# validation pictures correctly. **Before you run it, guess:** what will the leak bring, and what will the sigmoid cost?

# %% beside="milestone"
milestones.run(3, use=mine)

# %% [markdown] beside="milestone"
# <details><summary><strong>Why is it no better?</strong> (think first)</summary>
#
# Between two layers a gradient passes *one* slope, so nothing can fade; and at this rate no unit is dead, so nothing needs to leak. What this lesson warns of takes depth, or a rate that is too high. The sigmoid shows what one slope alone
# can do: it is a quarter at most, so the first layer gets at most a quarter of the gradient. At a rate of 0.1, its own, it reaches 83.4 % as well: the bend must be there, and be fed at a rate that suits it. Which bend it is counts in deep networks (lesson 06).
#
# </details>

# %% [markdown]
# ## ★ Bonus · The hinge of the transformers
#
# For the star, and for no points. ReLU is a gate that is open or shut: x times 0 or 1. **GELU** (Hendrycks and Gimpel, 2016) opens it gradually: x times the share of a normal distribution that lies below x. Its tanh form, which GPT-2 uses:
#
# $$\text{out} = x \cdot \underbrace{\tfrac12\,(1 + t)}_{\text{the gate}}, \qquad t = \tanh u, \qquad u = \sqrt{2/\pi}\;(x + 0.044715\, x^3) .$$
#
# 1. out is a product of x and its gate: two terms, and in the second the gate's slope.
# 2. The gate's slope goes through tanh, whose own is $1 - t^2$, and then through u.
# 3. The slope of u with respect to x has two terms, too.
#
# With numbers: x = 1 gives u = 0.834, t = 0.682, out = 0.841 and, for dout = 1, dx = 1.083: *more* than 1. At x = −1 it is −0.159 and −0.083: left of −0.75 the curve rises again towards 0, as swish does (lesson 02). Why it matters: no unit
# dies as in section 8, for the slope is hardly anywhere exactly 0; nearly every language model of today has GELU or a gate like it in its layers.
#
# [[exercise gelu]]
#
# <details><summary>Hint 1: out is right, dx is not</summary>
# Is the gate a constant in your derivative? The product rule has two terms.</details>
# <details><summary>Hint 2: dx is right at x = 0 only</summary>
# There the second term is 0. It has four factors: x, ½, the slope of tanh, the slope of u.</details>
# <details><summary>Hint 3: the slope of u</summary>
# u is √(2/π) times x + 0.044715 x³. The factor stays, and each of the two terms has its own slope.</details>


# %% exercise="gelu"
def gelu(x, dout):
    """GELU in its tanh form, forward and backward.

    x, dout: float arrays of one shape, any. Not changed.
    Returns (out, dx), both in that shape.
    """
    # SOLUTION


# %% beside="bonus"
pictures.gates()

# %% [markdown]
# ## What the summary says too briefly
#
# Four sentences of the summary this course started from need a condition:
#
# - *ReLU does not saturate*: it does, on its left, and completely.
# - *The sigmoid's range is [0, 1]*, and that of *tanh [−1, 1]*: the ends are never reached, except by rounding; they are (0, 1) and (−1, 1).
# - *Maxout does not die*: a unit always has a winner; but a *piece* that never wins gets no gradient.
# - *Never use sigmoid*: not inside a deep stack. As a last layer that gives a probability, and as a gate, it is right (lesson 02).
#
# ## Summary
#
# | activation | largest slope | centred | what to watch |
# |---|---|---|---|
# | sigmoid | ¼ | no | fades with depth, saturates |
# | tanh | 1 | yes | saturates for large inputs |
# | ReLU | 1 | no | the share of dead units: lower the rate |
# | leaky ReLU | 1 | no: its mean is that of ReLU less a share, the leak | one more number, the leak |
# | maxout | that of its weights | it learns | twice the weights |
#
# **Which should I use?** ReLU, with a sound learning rate, and watch the share of dead units; leaky ReLU or maxout if it grows; the sigmoid only as a last layer or as a gate.
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Neural networks part 1*](https://cs231n.github.io/neural-networks-1/). Y. LeCun et al., [*Efficient BackProp*](http://leon.bottou.org/papers/lecun-98x), 1998.
# V. Nair and G. Hinton, [*Rectified linear units improve restricted Boltzmann machines*](https://mlanthology.org/icml/2010/nair2010icml-rectified/), 2010.
# X. Glorot, A. Bordes and Y. Bengio, [*Deep sparse rectifier neural networks*](http://www.jmlr.org/proceedings/papers/v15/glorot11a/glorot11a.pdf), 2011.
# A. Krizhevsky, I. Sutskever and G. Hinton, [*ImageNet classification with deep convolutional neural networks*](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks.pdf), 2012.
# A. Maas et al., [*Rectifier nonlinearities improve neural network acoustic models*](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf), 2013.
# I. Goodfellow et al., *Maxout networks*, 2013, [arXiv:1302.4389](https://arxiv.org/abs/1302.4389).
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend's ReLU network has stopped learning, and `dead_fraction` says 0.4. Is that the reason? What would you measure, and what would you change first?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: dead units get a gradient of exactly 0 and do not come back by themselves, *but* 60 % are alive, so 0.4 alone does not prove the cause. 2 points: a measurement that decides: the share by layer (a layer wholly dead
# stops everything below it), when they died (learning rate, a spike of the loss), on the whole data set and not on a batch, or whether the living units' gradients vanish for another reason. 1 point: first change is
# a lower learning rate or a better start, from fresh weights, since lowering the rate does not wake the dead. 1 point: leaky ReLU or maxout as a second step, with its reason or its cost.
#
# **A model answer.** Not necessarily: the other 60 % can learn, and in our experiment networks with most units dead still read many digits. I would look at the share layer by layer, on all training examples: if one layer is dead as a whole, no gradient
# passes below it, and that is the reason. I would plot the share against the step and see whether it jumped at a spike of the loss, which would blame the learning rate. I would also look at the update ratio of the living units. Then I would start
# again with fresh weights and a rate ten times lower, since the dead do not wake when the rate falls. If units still died, I would try leaky ReLU, which never has a slope of 0, and expect no miracle: the rate wrecks its weights too.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you go on to it, here is what you have written, what it is called there, and what people fall for. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `sigmoid_forward(x)` | `torch.sigmoid(x)` | safe for ±1000, but its logarithm is not: `F.logsigmoid(x)` |
# | `relu_forward(x)` | `nn.ReLU()` | with `inplace=True` it overwrites its input |
# | `relu_backward(dout, cache)` | `loss.backward()` | at 0 the gradient is 0, as ours |
# | `leaky_relu(x, dout, alpha)` | `F.leaky_relu(x, negative_slope)` | at 0 the gradient is the leak, as ours; the default leak is 0.01 |
# | `maxout_forward(x)` | `x.reshape(N, pieces, H).amax(dim=1)` | there is no maxout; `amax` shares the gradient among ties, `max(dim=1)` gives it to one |
# | swish of lesson 02 | `F.silu(x)` | another name for it |
# | GELU | `F.gelu(x)` | the exact one; papers often mean `approximate="tanh"`, which differs in the fourth digit |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("03_activations")
