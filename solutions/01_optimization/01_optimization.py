# %% [markdown]
# # 01 · Optimization: follow the slope
#
# A network has a **loss**, a number that says how wrong its answers are, and **weights**, the numbers that it can change. It learns by one idea. Measure how the loss changes when a weight changes, and move the weight against that slope. In this
# lesson you build the idea from nothing, learn to doubt it, and end with a classifier that reads handwritten digits.
#
# **You will be able to** compute a gradient in two ways and tell which of them to trust · find a bug that training would hide ·
# write gradient descent and SGD, which uses a small batch of examples for each step · say what a batch size buys.
#
# [[time]]
#
# **Points** 100 · **Before** the [primer](../00_primer/00_primer.ipynb), or what it covers · **Leads to** 02, where the
# gradients come from the chain rule.
#
# **How it works.** Write one function at a time, run its cell (Shift+Enter), then run the check below it. The check
# tells you whether it is right, or which mistake you made. Exercises do not depend on one another, so you can leave one and come back.
# Once a function has full marks, every later experiment uses your version and tells you so. If yours is missing, or fails
# in the middle of an experiment, the experiment uses the course's version. To see yours in an experiment that you ran before, run its cell again.
# If an example shows `1.0`, your NumPy may print `np.float64(1.0)`. It is the same number, and the check accepts it.
#
# ## Where is down?
#
# You stand on a hilly surface in fog. At any point you can ask for the height, which is the loss, and perhaps for the slope. How do
# you find a valley? You could jump to random places and remember the best (**random search**). You could try a random step and keep it if it leads down (**local search**).
# Or you could ask which way is down and go there (**gradient descent**). Press Shift+Enter until the sliders appear. **Before you move them, predict** what gradient
# descent will do when the **learning rate**, the factor that turns a slope into a step, is 1.6. Then set it, or press *Leap about*. In two
# dimensions, random search ends lowest. Will it also win in 10 dimensions, or in 1,000? Answer first, then move the slider of the dimensions.

# %%
import numpy as np

from cs231n_lib import MLP, SGD, LiveDashboard, Trainer, batches, check_gradient, datasets, losses
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.optimization import checks, experiments, explorables, pictures

# %% [markdown] beside="reference"
# [[reference sheet]]

# %%
explorables.descent(use=mine)

# %% [markdown]
# <details><summary><strong>What you should have seen</strong> (open it after you have moved the sliders)</summary>
#
# *At a learning rate of 1.6* the steps are longer than the valleys are wide. Gradient descent leaps from slope to slope, as often up as down, and its loss
# never settles. At 0.3 it glides into the nearest valley, which is not the deepest, and stays there.
#
# *In two dimensions* random search wins, because 200 darts cover a square and one of them hits the deepest valley (a loss of about 0.7, against 1.07).
# *In 10* it already loses (about 1.5). *In 1,000*, every pair of weights has a copy of this surface, and the loss is the mean over the copies. The best of 200 random points (2.5) is then hardly better than an average one (2.7).
# Local search must guess 1,000 directions at once, so it has hardly left its start, whose loss of 3.8 is worse than average. Gradient descent
# reaches 1.07 in ten steps, as in two dimensions, because each pair of weights follows the slope of its own copy. A gradient costs more than one evaluation of the loss, but for a network only a few times as much, however many weights there are.
# **That is why slopes are worth having.** A network has thousands of weights, and a gradient says for each of them which way is down.
#
# </details>

# %% [markdown]
# ## 1 · Forward differences
#
# If all you can do is evaluate a function, how steep is it? Take a small step and see how much it rises. The figure below
# shows that you get the slope of a *secant*, a straight line through two points of the curve. As the step $h$ shrinks, the
# secant turns into the tangent. With many weights, which we now collect in an array $x$ of any shape, you ask once for each of them and collect the answers in a **gradient** with
# one number for each entry of $x$.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x)}{h}$$
#
# where $e_i$ is 1 in entry $i$ and 0 elsewhere. Take $f(x) = x_0^2 + 3 x_1$ at (2, 1), where f is 7, and $h = 0.5$. The two slopes are
# $(9.25 - 7)/0.5 = 4.5$ and $(8.5 - 7)/0.5 = 3$, where calculus says 4 and 3. Your function receives f as an argument and calls it. To visit the entries of an array of any shape, loop over `np.ndindex(x.shape)`.
#
# [[exercise numerical_gradient]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the slope along a single entry first, for an x with one number. Then repeat it for each entry, and ask before each repetition whether x is as it was at the start.</details>
# <details><summary>Hint 1: what comes out has the wrong shape, or entries come out equal</summary>
# <code>x + h</code> moves every entry at once, and where x has two axes <code>x[i] += h</code> moves a whole row. You need one slope for each entry: a loop.</details>
# <details><summary>Hint 2: the first entry is right and the others are off, or "changes its argument"</summary>
# Does the first entry still carry its <code>h</code> when you come to the second? <code>x[i] += h</code> changes the caller's x: work on
# <code>x.copy()</code> in each round.</details>
# <details><summary>Hint 3: how to loop over any shape</summary>
# Loop over <code>np.ndindex(x.shape)</code>, which gives every index. With such an index, <code>x[i]</code> is one number.</details>

# %%
pictures.secants()


# %% exercise="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    """Gradient of f at x by forward differences, one entry at a time.

    f: takes an array of the shape of x, returns a number.
    x: float array of any shape. Not changed.
    h: the step.
    Returns an array of the shape of x.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · Centred differences
#
# In the figure above, the line through $x - h$ and $x + h$ is almost parallel to the tangent. Why does looking to
# both sides help so much? With two more terms than in the primer, Taylor's theorem says
#
# $$f(x \pm h) = f(x) \pm h f'(x) + \tfrac{h^2}{2} f''(x) \pm \tfrac{h^3}{6} f'''(x) + \dots$$
#
# When you subtract the two, $f(x)$ and the curvature $f''$ drop out, and after dividing by $2h$ the error starts with $\tfrac{h^2}{6} f'''$. So the forward difference errs by $O(h)$ and the **centred** difference by $O(h^2)$, at the price of
# one more evaluation for each entry. In the example above it finds $(9.25 - 5.25)/1 = 4$, which is exact because a parabola has $f''' = 0$.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# [[exercise numerical_gradient_centered]]
#
# <details><summary>Hint 0: how to begin</summary>
# Copy your forward difference and mark what changes. There are two points now, and the distance between them is different.</details>
# <details><summary>Hint 1: everything is twice too large, or half</summary>
# How far apart are the two points at which you evaluate f?</details>
# <details><summary>Hint 2: it still equals the forward difference</summary>
# After <code>x[i] += h</code>, one <code>x[i] -= h</code> only brings you back to the middle.</details>
# <details><summary>Hint 3: how to be safe</summary>
# Make two copies in each round, one for each side, and leave x alone.</details>


# %% exercise="numerical_gradient_centered"
def numerical_gradient_centered(f, x, h=1e-5):
    """Gradient of f at x by centred differences: like numerical_gradient, but to both sides."""
    # SOLUTION


# %% [markdown]
# ## 3 · Relative error
#
# Two gradients differ by 0.001. Is that a bug? If their entries are around 1000, surely not. If they are around 0.001,
# one of them is nonsense. So divide the difference by the size of the two numbers.
#
# $$\frac{|a - b|}{\max(|a|, |b|)}$$
#
# This is a rule of thumb for a centred difference in float64, NumPy's usual numbers with about 16 digits. Below $10^{-7}$ the gradient is right, above $10^{-2}$ there is a bug, and in between you should
# look closer. The formula has one trap. Where both numbers are exactly 0, it asks for 0/0, although two equal numbers do not differ at all.
#
# In numbers, 2.0 against 2.002 gives $0.002 / 2.002 \approx 10^{-3}$, and 0.0 against 0.0 must give 0. What about $10^{-11}$ against 0.0? The formula gives 1, the largest value for
# numbers of one sign (with opposite signs it goes up to 2). Yet a true slope of 0 is often computed as $10^{-11}$, because f is rounded to 16 digits, and a rounding error of
# $10^{-16} \cdot |f|$ divided by a step of $10^{-5}$ leaves that much. For such tiny entries the plain difference $|a - b|$ is what counts, and the library's `check_gradient` uses it there. Your function need not.
#
# [[exercise relative_error]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the three pairs 1 and 3, 0 and 2, and 0 and 0 by hand. Which of them would divide by 0?</details>
# <details><summary>Hint 1: NaN ("not a number") appears</summary>
# Somewhere both entries are 0. Give the division another denominator there; the numerator is 0 anyway.</details>
# <details><summary>Hint 2: tiny gradients come out as equal</summary>
# A small constant added to the denominator swallows them. Treat only exact zeros here; what is mere rounding is for the caller to decide.</details>
# <details><summary>Hint 3: choosing by entry</summary>
# <code>np.maximum</code> compares entry by entry, and <code>np.where(condition, this, that)</code> chooses entry by entry. Use it for the denominator, because around the whole quotient NumPy still divides 0 by 0 and warns.</details>


# %% exercise="relative_error"
def relative_error(a, b):
    """|a - b| / max(|a|, |b|) entry by entry, and 0 where both are 0.

    a, b: float arrays of one shape.
    """
    # SOLUTION


# %% [markdown]
# ## 4 · Rounding error and step size
#
# Is a smaller step always better? The figure of the secants suggests it. But a computer keeps only some digits, about 16 in float64 and 7 in float32. As $h$ shrinks, the two
# heights $f(x+h)$ and $f(x)$ agree in more and more digits. Their difference then consists of what the rounding left over, and you
# divide it by the tiny $h$. Find the step size at which the rounding error overtakes the truncation error, which is the error of a finite step. Use the forward difference. The figure below the exercise shows both errors.
#
# [[exercise difference_errors]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write one round for a single step, and print the type of each value in it. Then loop over the steps.</details>
# <details><summary>Hint 1: the float32 curve looks just like the float64 one</summary>
# Print the dtype of <code>x + h</code>. If one of the two is float64, so is their sum.</details>
# <details><summary>Hint 2: how to stay in x's precision</summary>
# <code>x.dtype.type</code> is the type of x; call it to convert a number.</details>
# <details><summary>Hint 3: the shape of the loop</summary>
# One round for each step: convert h, take the forward difference, compare with <code>exact</code>, store the error.</details>


# %% exercise="difference_errors"
def difference_errors(f, exact, x, steps):
    """Relative error of the forward difference (f(x + h) - f(x)) / h, for each h in steps.

    f: takes a NumPy number, returns one of the same dtype.
    exact: the true slope, np.float64. Compare with it as it is.
    x: one NumPy number, float32 or float64. Convert h to its dtype before you add
        them, so that the difference is computed in x's own precision.
    steps: (S,) float64 array.
    Returns (S,) float64 array: |slope - exact| / |exact|.
    """
    # SOLUTION


# %%
checks.predict_precision(lambda: pictures.rounding(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C25</strong>, <em>gradient checks need double precision</em>: does it hold? Predict above, then open this.</summary>
#
# The claim **holds**. With the usual step of $10^{-5}$ a check in float32 errs by a few thousandths, as much as many bugs do. Even
# at its best step, which you do not know in advance, its error is about a million times as large as in float64. Use float64 and $h = 10^{-5}$.
#
# </details>

# %% [markdown]
# ## 5 · Kinks
#
# ReLU, $\max(0, x)$, has a **kink** at 0, a corner where it has no slope. If $x - h$ and $x + h$ lie on two sides of it, the difference is the slope of
# neither side (see the figure below), and a gradient check reports an error although your gradient is right. You can recognise a kink, because
# **the slope to the right and the slope to the left disagree**. *On* the kink they disagree however small $h$ is. *Near* it they disagree as long as $h$ reaches
# across. For $x = 3 \cdot 10^{-6}$ the two slopes of ReLU are 1 and 0.3 with $h = 10^{-5}$, and 1 and 1 with $h = 10^{-6}$. At a smooth but strongly
# curved place they differ as well, but ten times less if $h$ is ten times smaller. So if in doubt, look again with a smaller $h$. In this exercise one $h$ is enough. Call entry $i$ kinked if
#
# $$|s_+ - s_-| > 0.01 \cdot \max(1, |s_+|, |s_-|), \qquad s_\pm = \pm\frac{f(x \pm h\,e_i) - f(x)}{h}$$
#
# [[exercise find_kinks]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take |x| at x = 0 and write down its slope to the right and its slope to the left. Then do the same for every entry in turn.</details>
# <details><summary>Hint 1: |x| at 0 is not found</summary>
# Its slopes are −1 and +1. Take the absolute value of their difference, not the difference of their absolute values.</details>
# <details><summary>Hint 2: nothing is ever found</summary>
# Are both differences divided by h?</details>
# <details><summary>Hint 3: the shape of the answer</summary>
# Start with an array of False in the shape of x (<code>dtype=bool</code>), and fill it in the loop of exercise 1.</details>

# %%
pictures.kink()


# %% exercise="find_kinks"
def find_kinks(f, x, h=1e-5):
    """Boolean array of the shape of x: True where the two one-sided slopes disagree.

    f: takes an array of the shape of x, returns a number.
    """
    # SOLUTION


# %% [markdown]
# ## 6 · Analytic gradients
#
# A numerical gradient of a million weights needs a million losses for every single step. Calculus gives all slopes at
# once. Take the simplest model, a straight line. Its predictions are $x w$, its **residuals** are the errors $r = x w - y$, and its loss is the mean of half their squares,
#
# $$L(w) = \frac{1}{N} \sum_{n=1}^{N} \tfrac12 r_n^2 .$$
#
# Derive its gradient yourself. One $\tfrac12 r_n^2$ has the derivative $r_n$ with respect to $r_n$, and $r_n$ has the derivative $x_{nd}$ with
# respect to $w_d$. The chain rule multiplies them, and the mean stays, so $\partial L / \partial w_d = \frac1N \sum_n r_n x_{nd}$. Which
# matrix product is that sum? In numbers, two examples of one feature, $x$ = (1, 2), with $y$ = (2, 8) and $w$ = 3 give $r$ = (1, −2), the loss
# $(0.5 + 2)/2 = 1.25$ and the gradient $(1 \cdot 1 - 2 \cdot 2)/2 = -1.5$.
#
# [[exercise least_squares_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the two examples of the text as arrays. Name the residuals, and compute the loss and the gradient from them, with the shape of every array beside it.</details>
# <details><summary>Hint 1: the property row fails, the loss is right</summary>
# The gradient is not that of your loss. Check the factor: what cancels the ½, and where is the mean?</details>
# <details><summary>Hint 2: the gradient has the wrong shape</summary>
# It must look like w, (D,). x is (N, D), r is (N,): sum over the N they share.</details>
# <details><summary>Hint 3: the product</summary>
# <code>x.T @ r</code> sums <code>r[n] * x[n, d]</code> over n.</details>


# %% exercise="least_squares_loss"
def least_squares_loss(w, x, y):
    """Mean over the examples of half the squared residual, and its gradient.

    w: (D,)  x: (N, D)  y: (N,)
    Returns (loss, dw): a number, and (D,).
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Gradient checks
#
# You now have two ways to compute a gradient. The numerical one needs only the loss, and the **analytic** one needs calculus and
# a clear head. Which do you use? First look at what they cost. Predict, then let the next cell time both on your machine.

# %%
checks.predict_times(pictures.gradient_times)

# %% [markdown]
# <details><summary><strong>Claim C01</strong>, <em>the analytic gradient is far faster</em>: does it hold? Predict above, then open this.</summary>
#
# The claim **holds**, and the difference grows with the number of weights. The numerical gradient needs two losses for each weight, and the analytic one needs two matrix products for
# all of them. With 300 weights the factor is about a thousand.
#
# </details>
#
# ### Find the bug
#
# A mistake in calculus raises no error, because a wrong gradient often still lowers the loss. So compute with the analytic gradient and **check** it against the numerical one.
#
# The function below adds a penalty on large weights, $\tfrac12\lambda \sum_{d \ge 1} w_d^2$, for all weights except the bias $w_0$ (the first column of
# x contains only ones). The ½ cancels the 2 of the square, so the gradient of the penalty is $\lambda w_d$. The function's loss is right. **Its gradient has a
# bug.** Run the cell and read the report of the gradient check like a detective. *Where* do the two gradients disagree, and what is special about that
# place? Then correct the function.
#
# [[exercise ridge_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Run the cell below and read the report. Compare the two gradients entry by entry before you look at the code.</details>
# <details><summary>Hint 1: where to look</summary>
# Only one entry of the four is wrong. Which weight is it?</details>
# <details><summary>Hint 2: what is special about it</summary>
# The loss sums over <code>w[1:]</code>. What does the gradient of the penalty do?</details>
# <details><summary>Hint 3: adding to a part of an array</summary>
# <code>dw[1:] += …</code> leaves entry 0 alone.</details>


# %%
def buggy_ridge_loss(w, x, y, lam):
    residual = x @ w - y
    loss = 0.5 * np.mean(residual**2) + 0.5 * lam * np.sum(w[1:] ** 2)
    dw = x.T @ residual / len(y) + lam * w
    return loss, dw


rng = np.random.default_rng(0)
x = np.hstack([np.ones((8, 1)), rng.normal(size=(8, 3))])
y, w = rng.normal(size=8), rng.normal(size=4)
report = check_gradient(lambda w: buggy_ridge_loss(w, x, y, 0.5)[0], w, buggy_ridge_loss(w, x, y, 0.5)[1])
print(report)


# %% exercise="ridge_loss"
def ridge_loss(w, x, y, lam):
    """buggy_ridge_loss with the bug taken out.

    w: (D,), where w[0] is the bias, not penalised
    x: (N, D)  y: (N,)  lam: strength of the penalty
    Returns (loss, dw): a number, and (D,).
    """
    # SOLUTION


# %%
checks.predict_check(lambda: pictures.checked_gradients(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C02</strong>, <em>comparing both gradients catches wrong ones</em>: does it hold? Predict above, then open this.</summary>
#
# The claim **holds with conditions.** The check caught this bug on each of 20 random data sets and showed the place. It cannot catch a wrong *loss*. A bias that is penalised in both loss and
# gradient passes, and so does a penalty of $\lambda \sum w^2$ with the gradient $2 \lambda w$, where $\tfrac12\lambda$ was meant.
#
# </details>

# %% [markdown]
# ## 8 · Gradient descent
#
# The gradient points in the direction in which the loss grows fastest. So take a step in the opposite direction, with a length proportional to the gradient, and compute the gradient again.
#
# $$w \leftarrow w - \alpha\, \nabla L(w)$$
#
# Much depends on the **learning rate** $\alpha$. If it is too small you crawl, and if it is too large you leap across the valley and climb
# the other side. In numbers, $L = w^2$ has the gradient $2w$, and from 1 with $\alpha = 0.25$ the points are 1, 0.5, 0.25, …
# Keep every point on the way, so that the path can be drawn. Make a **new** array at each step, because `w -= …` works *in place*, on the array
# that the caller gave you.
#
# [[exercise gradient_descent]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down by hand the first two points of the path for the loss w² from w = 1. How many points are there after one step?</details>
# <details><summary>Hint 1: all points of the path are the same</summary>
# <code>w -= …</code> changes the array itself, and the path holds it many times. Make a new array.</details>
# <details><summary>Hint 2: the path is too short by one</summary>
# It begins with the start, before any step.</details>
# <details><summary>Hint 3: from a list to an array</summary>
# <code>np.stack</code> puts the points of a list into one array.</details>


# %% exercise="gradient_descent"
def gradient_descent(gradient, w, lr, steps):
    """Gradient descent from w with a constant learning rate.

    gradient: takes w, returns the gradient there, in its shape.
    Returns (w, path): the last point, and all of them, shape (steps + 1, ...).
    Does not change the w given.
    """
    # SOLUTION


# %%
checks.predict_scaling(lambda: pictures.zigzag(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C05</strong>, <em>without standardised inputs descent favours one feature</em>: does it hold? Predict above, then open this.</summary>
#
# The claim **holds** if the scales differ. (To **standardise** a feature, subtract its mean and divide by its standard deviation.) The step that suits the wide-ranging feature is far too small for the other. Here the raw features
# take about 200 times as many steps (180 to 280 in 20 data sets). Pixels share one scale, so for images it matters less (lesson 05).
#
# </details>
#
# ### Change one thing
#
# The next cell walks down a bowl. Change **one** number in it, write what you expect into its first line, and only then run it. Do this as often as you like. From which learning rate on does it go wrong,
# and how does that depend on `steep`?
#
# <details><summary>What you may have found</summary>
#
# Each step multiplies the second weight by $1 - \alpha \cdot \text{steep}$. Beyond a learning rate of 2/steep, here 0.4, this factor is below −1, so the weight leaps farther with each step. The steepest direction
# sets the limit, and the flat one, with its factor of $1 - \alpha$, moves slowly.
#
# </details>

# %%
# I expect:
rate, steep = 0.3, 5.0

w = np.array([1.0, 1.0])
for _ in range(20):
    w = w - rate * np.array([1.0, steep]) * w  # the gradient of ½ (w₀² + steep · w₁²)
print("after 20 steps:", w.round(4))

# %% [markdown]
# ## 9 · Minibatches
#
# The gradient of the loss is a mean over all examples. You can estimate a mean from a few examples, a **minibatch**. This is far
# cheaper, so you can afford far more steps. Descent on such estimates is called **stochastic gradient descent (SGD)**. Strictly, that
# means one example per step, but today the name is used for minibatches too.
#
# Usually you shuffle all rows, cut them into batches, and use each batch once, which is an **epoch**. Then you shuffle again. If the batch size does not
# divide N, the last batch is short, because no row should be left out. Ten rows in batches of 4 make batches of 4, 4 and 2.
#
# [[exercise minibatches]]
#
# <details><summary>Hint 0: how to begin</summary>
# Deal ten cards to batches of four on paper, so that each card is used once. What do you do first with the deck?</details>
# <details><summary>Hint 1: some rows come twice, others never</summary>
# Do not draw each batch on its own. Draw one order for all rows, then cut it.</details>
# <details><summary>Hint 2: every epoch has the same order</summary>
# A generator made inside the function begins anew in each call. Use the <code>rng</code> that you are given. Its method <code>permutation</code> draws an order of 0 … n − 1.</details>
# <details><summary>Hint 3: the short batch comes by itself</summary>
# A slice that reaches past the end of an array just ends there: <code>order[8:12]</code> of 10 rows has two.</details>


# %% exercise="minibatches"
def minibatches(n, batch_size, rng):
    """Yield index arrays that together hold each of the rows 0 … n-1 once, shuffled.

    Each has batch_size rows, the last one what is left. Use `yield`; a list of them will do as well.
    rng: np.random.Generator that draws the order.
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Noise of a minibatch gradient
#
# Each batch gives another gradient, which estimates the gradient of all examples. How far off is a batch, typically? Take the root of
# the mean squared distance over T batches $\mathcal B_j$, where $g_n$ is the gradient of example $n$.
#
# $$\text{noise} = \sqrt{\frac1T \sum_{j=1}^{T} \Big\lVert \frac1B \sum_{n \in \mathcal B_j} g_n \;-\; \frac1N \sum_{n=1}^N g_n \Big\rVert^2}$$
#
# In numbers, three examples have the gradients 1, 3 and 2, with the mean 2. The batches (0, 1) and (1, 1), given as row numbers, have the means 2 and 3, and the
# noise is $\sqrt{(0^2 + 1^2)/2} = 0.71$. In NumPy, `per_example[batches]` looks up the gradients of all batches at once. If `per_example` has shape (N, D) and `batches` (T, B), the result has shape (T, B, D).
#
# [[exercise gradient_noise]]
#
# <details><summary>Hint 0: how to begin</summary>
# Follow the three numbers of the text through the formula from the inside outwards, and write down the shape of each intermediate result for T batches.</details>
# <details><summary>Hint 1: far too large</summary>
# Did you subtract the gradient of all examples, and take the root?</details>
# <details><summary>Hint 2: which axis?</summary>
# <code>per_example[batches]</code> has shape (T, B, D). The mean of a batch is over axis 1, the square of a distance sums over D.</details>
# <details><summary>Hint 3: the order</summary>
# Square, sum over D, mean over T, then the root.</details>


# %% exercise="gradient_noise"
def gradient_noise(per_example, batches):
    """Root mean squared distance between the gradient of a batch and that of all examples.

    per_example: (N, D), one gradient a row.  batches: (T, B) row numbers, one batch a row.
    Returns a number.
    """
    # SOLUTION


# %%
digits = datasets.load_digits()
checks.predict_noise(lambda: pictures.noise(digits.x_train, digits.y_train, 10, use=mine))
checks.predict_powers(pictures.batch_times)

# %% [markdown]
# <details><summary><strong>Claims C03</strong>, <em>100 examples at once beat one example 100 times</em>, <strong>and C04</strong>, <em>batch sizes that are powers of two run better</em>: do they hold? Predict above, then open this.</summary>
#
# Half the noise takes four times the work, so at some size a larger batch no longer pays. (The dots are batches whose rows were drawn with replacement. `minibatches` draws without, and is a little
# less noisy. The triangles lie lower by the factor $\sqrt{(N - B)/(N - 1)}$, which is 0.89 for 256 of these 1,197 rows.)
#
# **C03 holds** by a wide margin, because the examples of a batch share the cost of a call, and the processor reads each weight once for all of them. **C04 does not show
# here**, on the processor on which this lesson was made in 2026. The sizes 32 and 64 took as long as their neighbours, and 128 was even a fifth slower (20 runs). Compare the squares with the dots beside them on your own machine. On a GPU, multiples of 8 or 64 may matter, whether or not they are powers of two.
#
# </details>

# %% [markdown]
# ## 11 · A classifier for digits
#
# The digits have ten classes and 8 × 8 pixels. With one weight for each pixel and class, the **scores** of an image are $x w + b$, and its highest score decides its class. The loss is the
# **softmax cross-entropy**. Softmax turns the scores of a row into probabilities, and the loss is minus the logarithm of the probability of the right class, averaged over the batch. Lesson 02 derives it. Here `losses.softmax_cross_entropy` is given. It returns the loss *and* its gradient with respect to the scores, which is the probability minus 1 at the right
# class and the probability at all others, divided by the batch size. The step from the scores back to the weights is that of exercise 6,
# $\partial L/\partial w = x^\top\, \partial L/\partial \text{scores}$. The bias is added in every row, so its gradient is the sum over the rows.
#
# [[exercise train_softmax_classifier]]
#
# <details><summary>Hint 0: how to begin</summary>
# List what happens to one batch, from its rows to the new w and b. Write this part first, and put the two loops around it when it works.</details>
# <details><summary>Hint 1: the loss grows</summary>
# Check the sign of the update; then the learning rate.</details>
# <details><summary>Hint 2: it learns, but too slowly</summary>
# <code>dscores</code> is already the gradient of a mean: do not divide by the batch size again.</details>
# <details><summary>Hint 3: the loops</summary>
# An outer loop runs over the epochs, and an inner one over the batches that <code>batches.minibatches</code> yields. Index x and y with the same rows.</details>


# %% exercise="train_softmax_classifier"
def train_softmax_classifier(x, y, classes, lr, epochs, batch_size, rng):
    """Minibatch SGD for the scores x @ w + b, from zero weights.

    x: (N, D)  y: (N,) labels  rng: np.random.Generator
    Each epoch goes through batches.minibatches(N, batch_size, rng) and makes one update for each batch, with
    loss, dscores = losses.softmax_cross_entropy(scores, labels), where dscores is (B, classes).
    Returns (w, b): (D, classes) and (classes,).
    """
    # SOLUTION


# %% [markdown]
# Now watch the same loop live. The course's fast network runs it, with SGD on the same linear classifier. The first line below
# compares both and shows that they give the same numbers. Besides loss and accuracy the **live dashboard** shows the
# learning rate and the *update ratio*, the length of a step divided by the length of all weights. Values around a thousandth are usual, and lesson 09 explains why.

# %%
display(experiments.same_numbers(mine, digits))
rng = np.random.default_rng(0)
network = MLP([64, 10], rng=rng)
history = Trainer(network, SGD(lr=0.5), batch_size=32, rng=rng).fit(
    (digits.x_train, digits.y_train),
    (digits.x_validation, digits.y_validation),
    epochs=30,
    callbacks=[LiveDashboard()],
)
accuracy = np.mean(network.predict(digits.x_test).argmax(axis=1) == digits.y_test)
pictures.templates(network.weights[0], accuracy)

# %% [markdown] beside="milestone"
# ## Milestone: Fashion-MNIST
#
# Every lesson ends with the same problem, solved by functions that *you* wrote. Fashion-MNIST has small images of clothes in ten classes. You train on 4,000 of them and **validate** on 1,000 others,
# which are used for no step and only show how much the network has learned. The accuracy of your functions
# goes on the **score sheet** of the [start page](../index.ipynb), beside the accuracy of the course's functions over 20 seeds. Another 1,000 images are for testing. They stay closed until
# lesson 09, where you will see why. Today your `train_softmax_classifier` trains on 784 pixels instead of 64. **Before you run the cell, guess** how many of the 1,000 images it will classify correctly.

# %% beside="milestone"
milestones.run(1, use=mine)

# %% [markdown]
# ## ★ Bonus · Complex-step differentiation
#
# This exercise earns the star and no points. In section 4 a small step lost its digits in a *difference*, because $f(x + h)$ and $f(x)$ agree in all digits but the last. So take no difference, and step **sideways**, into the complex plane.
#
# $$f(x + ih) = f(x) + ih\, f'(x) - \tfrac12 h^2 f''(x) - \dots \qquad\text{so}\qquad f'(x) \approx \frac{\operatorname{Im} f(x + ih)}{h} .$$
#
# The value is in the real part and the slope in the imaginary part, so nothing cancels, and even $h = 10^{-20}$ loses no digit. For example, $f(x) = x^3$ at 2 with $h = 0.1$ gives $(2 + 0.1i)^3 = 7.94 + 1.199i$, and 1.199/0.1 = 11.99, where the slope is 12. The
# error is $h^2$ and falls with h until it is below the last digit. In return, f must accept complex numbers and consist of $+$, $\times$, exp, sin and similar functions, without `abs` and `max`. The method checks a derivative to the last digit.
#
# [[exercise complex_step_gradient]]
#
# <details><summary>Hint 1: an error about casting, or zeros everywhere</summary>
# A float array has no room for an imaginary part: begin each entry with a complex copy of x, which <code>astype</code> makes.</details>
# <details><summary>Hint 2: one entry at a time</summary>
# As in exercise 1, over <code>np.ndindex(x.shape)</code>; in Python the imaginary unit is <code>1j</code>.</details>
# <details><summary>Hint 3: what goes into dx[i]</summary>
# Add the imaginary unit times h to entry i of the complex copy. The slope is the imaginary part of f there, divided by h. Nothing is subtracted.</details>


# %% exercise="complex_step_gradient"
def complex_step_gradient(f, x, h=1e-20):
    """Gradient of f at x by a step of h in the imaginary direction.

    f: takes a complex array in the shape of x, returns one complex number.
    x: float array of any shape. Not changed.
    Returns dx, a float array in the shape of x.
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# The next cell computes the slope of $e^x / (1 + x^2)$ at 1.5 and shows the error of both ways. The difference is best near $10^{-8}$ and then gets worse. The complex step gets better until no digit is left to gain.

# %% beside="bonus"
f, x = lambda z: np.sum(np.exp(z) / (1 + z**2)), np.array([1.5])
exact = np.exp(1.5) * (1 - 1.5) ** 2 / (1 + 1.5**2) ** 2
print("h        forward difference  complex step")
for h in (1e-1, 1e-4, 1e-8, 1e-12, 1e-16, 1e-20):
    forward, sideways = (f(x + h) - f(x)) / h, checks.complex_step_gradient.reference(f, x, h)[0]
    print(f"{h:<8.0e} {abs(forward - exact):18.0e}  {abs(sideways - exact):12.0e}")

# %% [markdown]
# ## What the summary got wrong
#
# The summary this course started from is a student's, and so are its mistakes. The CS231n notes do not have them.
#
# - It writes a partial derivative as $\frac{\delta L}{w_1}$. The right notation is $\frac{\partial L}{\partial w_1}$, the change of $L$ *per change of* $w_1$.
# - Its relative error divides 0 by 0 for a unit whose output is 0. You guarded against that in exercise 3.
#
# The summary opens with the forward difference, whose limit is the *definition* of a slope, and only a later section asks for
# the centred difference and for double precision. Use both from the start.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | which numerical gradient? | centred, float64, $h = 10^{-5}$ |
# | when does a check fail although the gradient is right? | at a kink |
# | what does a check not find? | a wrong loss |
# | which step? | against the gradient, times the learning rate |
# | how many examples per step? | the noise falls as $1/\sqrt B$ and the work grows as $B$, but the time grows little until the processor is busy |
# | why slopes instead of guesses? | a guess must improve all weights at once, and a gradient gives a direction for each |
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Optimization*](https://cs231n.github.io/optimization-1/) and [*Neural networks part 3*](https://cs231n.github.io/neural-networks-3/) (gradient checks).
# H. Robbins and S. Monro, *A stochastic approximation method*, 1951, [doi:10.1214/aoms/1177729586](https://doi.org/10.1214/aoms/1177729586).
# L. Bottou, F. Curtis and J. Nocedal, *Optimization methods for large-scale machine learning*, 2018, [arXiv:1606.04838](https://arxiv.org/abs/1606.04838).
# **To watch:** 3Blue1Brown, [*Gradient descent, how neural networks learn*](https://www.3blue1brown.com/lessons/gradient-descent).
#
# ## Reflection
#
# Answer in the next cell, in five to eight sentences. **A friend's network learns, but its gradient check fails in three of 10,000 entries, with relative errors around
# 0.3. What could be the reason, how would you find out, and would you let it train on?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points for naming kinks (a ReLU input within h of 0, so that the two sides disagree) as a reason that is not a bug. 1 point for naming another reason, such as a real
# bug in a rarely used path, float32, or a step h that is too small or too large. 2 points for a test that distinguishes them, such as comparing one-sided slopes,
# repeating the check with a smaller h (the entry of a kink jumps to the right value or to another one, and a bug stays), moving the point, or float64. 1 point for a reasoned decision.
#
# **A model answer.** Three in 10,000 suggests kinks. For these weights some ReLU input lies within h of zero, the two points of the difference fall
# on both sides, and the numerical gradient is wrong, not the analytic one. I would compute the slopes to the right and to the left for the three entries. If
# they disagree there is a kink. I would also repeat the check with a smaller h and at another random point, because entries at kinks change and a bug stays where it is. I would
# make sure that all numbers are float64. If the reason is kinks, I would let it train on. If the same entries fail at each point, there is a bug, such as a wrong index or a penalised bias, and a
# network that learns in spite of it would learn better without it.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you continue with it, this table shows what you have written, its name in PyTorch, and a common trap. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `numerical_gradient(f, x)` | `loss.backward()`, then `x.grad` | it is exact, not numerical, and `x.grad` *adds up* from call to call until you set it to zero |
# | `relative_error`, `check_gradient` | `torch.autograd.gradcheck(f, x)` | in float32 it warns and rejects a right gradient, so pass float64 |
# | `find_kinks` | nothing, and at 0 `torch.abs` has the gradient 0 | there is no warning at a kink |
# | one step of `gradient_descent` | `torch.optim.SGD([w], lr).step()` | it works in place and changes w itself, so copy it with `w.detach().clone()` |
# | `minibatches(n, batch_size, rng)` | `DataLoader(data, batch_size)` | it does not shuffle unless you pass `shuffle=True`, and its last batch is short, as ours is |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("01_optimization")
