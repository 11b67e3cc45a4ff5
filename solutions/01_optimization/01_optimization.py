# %% [markdown]
# # 01 · Optimization: follow the slope
#
# A neural network has a **loss**, a number that says how wrong its answers are, and **weights**, the numbers that training changes. Training computes how the loss changes with each weight and adjusts the weights so that the loss falls.
#
# **You will be able to** compute a gradient in two ways and tell which of them to trust · find a bug that training tolerates ·
# write gradient descent and SGD, which uses a small batch of examples for each step · choose a batch size.
#
# [[time]]
#
# **Points** 100 · **Leads to** 02, where the gradients come from the chain rule.
#
# **How it works.** Write one function at a time, run its cell (Shift+Enter), then run the check below it. The check tells you whether the function is right, and names your mistake if it recognises one. You can do the exercises in any order.
# Once a function has full marks, every later experiment uses your version and tells you so.
# Your NumPy version may print `1.0` as `np.float64(1.0)`.
#
# ## Random search and gradient descent
#
# Imagine a hilly surface in fog. At any point you can ask for the height, which is the loss, and perhaps for the slope. To find a valley, you could jump to random places and remember the best (**random search**), try random steps and keep those that lead down (**local search**),
# or take steps downhill along the slope (**gradient descent**).
#
# Press Shift+Enter until the sliders appear. The **learning rate** is the factor that turns a slope into a step. **Before you move a slider, predict** how the path of gradient descent changes if the learning rate is 1.6 instead of 0.3. Then press *Leap about*.
#
# In two dimensions, random search finds the lowest loss here. Does random search also win in 10 dimensions, or in 1,000, where each pair of weights has its own copy of this surface and the loss is the mean over the pairs?
# Decide first. Then press *Reset*, set 200 evaluations and move the slider *Dimensions*.

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
# <details><summary><strong>What you should have seen</strong> (open this after you have moved the sliders)</summary>
#
# *At a learning rate of 1.6* the steps are longer than the valleys are wide, and the loss does not settle within 60 evaluations. At a learning rate of 0.3, gradient descent stays in the nearest valley, which is not the deepest.
#
# *In two dimensions* random search wins, because one of its 200 points hits the deepest valley. Random search ends at a loss of 0.6 to 0.9, depending on the seed, and the other methods at 1.07.
# *In 10 dimensions* random search loses, with a best loss of 1.2 to 1.7, depending on the seed. *In 1,000 dimensions*, the best of 200 random points has a loss of 2.5, slightly below the average of 2.7.
# Local search must guess how to change 1,000 weights at once and has barely left its initial point, whose loss of 3.8 is above average. Gradient descent
# reaches a loss of 1.07 in ten steps, as in two dimensions, because it knows **for each weight** which way is down. For a network, computing all slopes with the chain rule (section 6 and lesson 02) takes only a few times as long as the loss, however many weights there are.
#
# </details>

# %% [markdown]
# ## 1 · Forward differences
#
# To find the slope of a function that you can only evaluate, take a small step and divide the rise by the step. This **forward difference** is the slope of a *secant*, a straight line through two points of the curve (figure below). As the step $h$ shrinks, the
# secant turns into the tangent. For an array $x$ of weights, measure one slope for each entry, its [partial derivative](../00_primer/00_primer.ipynb#Gradients). Together these slopes form the **gradient**, which has the shape of $x$.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x)}{h}$$
#
# Here $e_i$ is 1 in entry $i$ and 0 elsewhere. For example, $f(x) = x_0^2 + 3 x_1$ is 7 at (2, 1). With $h = 0.5$ the two forward differences are
# $(9.25 - 7)/0.5 = 4.5$ and $(8.5 - 7)/0.5 = 3$, and the exact slopes are 4 and 3. Loop over `np.ndindex(x.shape)`, the indices of all entries.
#
# [[exercise numerical_gradient]]
#
# <details><summary>Hint 0: how to begin</summary>
# First compute the slope for an x with a single entry. Then do the same for each entry of a larger x, each time from the unchanged x.</details>
# <details><summary>Hint 1: the result has the wrong shape, or equal entries</summary>
# <code>x + h</code> moves every entry at once, and <code>x[i] += h</code> moves a whole row if x has two axes and i is an integer. Move one entry at a time.</details>
# <details><summary>Hint 2: only the first entry is right, or x has changed</summary>
# <code>x[i] += h</code> changes the caller's x for all later rounds. Work on a new <code>x.copy()</code> in each round.</details>
# <details><summary>Hint 3: a loop over any shape</summary>
# For each index i from <code>np.ndindex(x.shape)</code>, <code>x[i]</code> is one number.</details>

# %%
pictures.secants()


# %% exercise="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    """Gradient of f at x by forward differences, one entry at a time.

    f: takes an array of the shape of x, returns a number.
    x: float array of any shape. Leave it unchanged, or restore it (a rounding error may remain).
    h: the step.
    Returns an array of the shape of x.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · Centred differences
#
# Taylor's theorem explains why the secant through the points at $x - h$ and $x + h$ is almost parallel to the tangent (figure above). For a smooth $f$ it says, with two more terms than in the [primer](../00_primer/00_primer.ipynb#First-order-approximation),
#
# $$f(x \pm h) = f(x) \pm h f'(x) + \tfrac{h^2}{2} f''(x) \pm \tfrac{h^3}{6} f'''(x) + \dots$$
#
# The forward difference keeps the term with $f''$, so its error is $O(h)$. The **centred difference** divides $f(x + h) - f(x - h)$ by $2h$, so $f(x)$ and the term with $f''$ cancel.
# The error of the centred difference starts with $\tfrac{h^2}{6} f'''$ and is $O(h^2)$, but each entry needs two evaluations instead of one. For $x_0$ in the example of section 1, the centred difference gives $(9.25 - 5.25)/1 = 4$, which is exact because a parabola has $f''' = 0$.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# [[exercise numerical_gradient_centered]]
#
# <details><summary>Hint 0: how to begin</summary>
# At which two points do you need f for a single entry, and how far apart are they? Then loop over all entries.</details>
# <details><summary>Hint 1: all slopes are wrong by a factor of 2</summary>
# How far apart are the two points at which you evaluate f?</details>
# <details><summary>Hint 2: the result equals the forward difference</summary>
# After <code>x[i] += h</code>, one <code>x[i] -= h</code> only restores the entry. Evaluate f on both sides of x.</details>
# <details><summary>Hint 3: two copies</summary>
# In each round, make one copy of x for each side.</details>


# %% exercise="numerical_gradient_centered"
def numerical_gradient_centered(f, x, h=1e-5):
    """Gradient of f at x by centred differences, one entry at a time.

    f: takes an array of the shape of x, returns a number.
    x: float array of any shape. Leave it unchanged, or restore it (a rounding error may remain).
    h: the step to either side.
    Returns an array of the shape of x.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · Relative error
#
# A difference of 0.001 between two gradients is probably harmless for entries around 1,000 and surely a bug for entries around 0.001. So divide the difference by the size of the entries.
#
# $$\frac{|a - b|}{\max(|a|, |b|)}$$
#
# As a rule of thumb for a smooth $f$ and centred differences in [float64](../00_primer/00_primer.ipynb#Arrays-and-axes), a relative error below $10^{-7}$ means that the gradient is right, and one above $10^{-2}$ means a bug. In between, look closer.
#
# For example, 2.0 against 2.002 gives a relative error of $0.002 / 2.002 \approx 10^{-3}$. For 0.0 against 0.0 the formula asks for 0/0, but your function must return 0. For $10^{-11}$ against 0.0 the formula gives 1, although the two are almost equal. Where the true slope is 0, a numerical gradient is often about $10^{-11}|f|$, because a rounding error of about
# $10^{-16}|f|$ is divided by a step of $10^{-5}$. The library's `check_gradient` tolerates such rounding errors, but your function need not.
#
# [[exercise relative_error]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the relative errors of (1, 3), (0, 2) and (0, 0) by hand. For which pair would you divide by 0?</details>
# <details><summary>Hint 1: the result contains NaN ("not a number")</summary>
# Where both entries are 0, the numerator is 0 too. Use a denominator other than 0 there.</details>
# <details><summary>Hint 2: errors of tiny gradients are too small</summary>
# Add no constant to the denominator. Change it only where both entries are exactly 0.</details>
# <details><summary>Hint 3: a choice for each entry</summary>
# <code>np.maximum</code> and <code>np.where(condition, this, that)</code> work entry by entry. Put <code>np.where</code> into the denominator. If it encloses the quotient, NumPy still divides 0 by 0.</details>


# %% exercise="relative_error"
def relative_error(a, b):
    """|a - b| / max(|a|, |b|) entry by entry, and 0 where both are 0.

    a, b: float arrays of one shape. A warning of NumPy about 0 / 0 costs no points.
    """
    # SOLUTION


# %% [markdown]
# ## 4 · Rounding error and step size
#
# A smaller step is not always better, because float64 has only about 16 digits, and float32 about 7. As $h$ shrinks,
# $f(x+h)$ and $f(x)$ agree in more and more digits, until their difference consists mostly of rounding error, which you divide by the tiny $h$. Measure the error of the forward difference for many step sizes, to see where rounding error overtakes the **truncation error**, the error of a finite step in exact arithmetic.
#
# [[exercise difference_errors]]
#
# <details><summary>Hint 0: how to begin</summary>
# First compute the error for a single step size, and print the type of each value. Then loop over the step sizes.</details>
# <details><summary>Hint 1: the errors in float32 equal those in float64</summary>
# Print the dtype of <code>x + h</code>. If x or h is float64, their sum is float64 too.</details>
# <details><summary>Hint 2: the precision of x</summary>
# <code>x.dtype.type</code> is the type of x. Call this type to convert a number.</details>
# <details><summary>Hint 3: the loop</summary>
# In each round, convert h, compute the forward difference and store its relative error.</details>


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
# <details><summary><strong>Claim C25</strong> says that <em>gradient checks need double precision</em>. Does it hold? Predict the result above before you open this.</summary>
#
# The claim **holds**. At the usual step of $10^{-5}$, a check in float32 typically reports a relative error above $10^{-3}$ for a right gradient, too large to rule out a bug. Even
# at the best step, which you do not know in advance, the error of the centred difference is about a million times as large in float32 as in float64.
#
# </details>

# %% [markdown]
# ## 5 · Kinks
#
# ReLU, $\max(0, x)$, has a **kink** at 0, a corner where it has no slope. A gradient check across a kink can fail although your gradient is right (figure below). At a kink
# **the slopes to the right and to the left disagree** however small $h$ is. *Near* a kink these slopes disagree only while $h$ is large enough to reach across it. For $x = 3 \cdot 10^{-6}$ the two slopes of ReLU are 1 and 0.3 with $h = 10^{-5}$, and 1 and 1 with $h = 10^{-6}$. At a smooth but strongly
# curved point the slopes differ, too, but their difference shrinks in proportion to $h$, so repeat a doubtful test with a smaller $h$. Report a kink in entry $i$ if
#
# $$|s_+ - s_-| > 0.01 \cdot \max(1, |s_+|, |s_-|), \qquad s_\pm = \pm\frac{f(x \pm h\,e_i) - f(x)}{h}$$
#
# [[exercise find_kinks]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the slopes of |x| to the right and to the left of 0. Then do the same for every entry in turn.</details>
# <details><summary>Hint 1: your function misses the kink of |x| at 0</summary>
# The slopes are −1 and +1. Take the absolute value of their <em>difference</em>.</details>
# <details><summary>Hint 2: your function finds no kink at all</summary>
# Have you divided both differences by h?</details>
# <details><summary>Hint 3: the shape of the answer</summary>
# Start with an array of False in the shape of x (<code>dtype=bool</code>), and fill it in a loop.</details>

# %%
pictures.kink()


# %% exercise="find_kinks"
def find_kinks(f, x, h=1e-5):
    """Boolean array of the shape of x: True where the one-sided slopes meet the condition above.

    f: takes an array of the shape of x, returns a number.
    """
    # SOLUTION


# %% [markdown]
# ## 6 · Analytic gradients
#
# The numerical gradient of a million weights needs at least a million evaluations of the loss. Calculus gives all slopes in one formula, the **analytic gradient**. A linear model predicts $x w$ for N examples, whose targets are $y$. The **residuals** are $r = x w - y$, and the loss is the mean of half their squares,
#
# $$L(w) = \frac{1}{N} \sum_{n=1}^{N} \tfrac12 r_n^2 .$$
#
# The derivative of $\tfrac12 r_n^2$ with respect to $r_n$ is $r_n$, and that of $r_n$ with
# respect to $w_d$ is $x_{nd}$. The [chain rule](../00_primer/00_primer.ipynb#Chain-rule) multiplies the two derivatives, and averaging over the examples gives $\partial L / \partial w_d = \frac1N \sum_n r_n x_{nd}$. Which
# matrix product is this sum? For two examples with one feature, $x$ = (1, 2), the targets $y$ = (2, 8) and the weight $w$ = 3 give $r$ = (1, −2), the loss
# $(0.5 + 2)/2 = 1.25$ and the gradient $(1 \cdot 1 - 2 \cdot 2)/2 = -1.5$.
#
# [[exercise least_squares_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the two examples from the text as arrays. Compute the residuals first, then the loss and the gradient from them. Note the shape of every array.</details>
# <details><summary>Hint 1: the loss is right, but the gradient is not</summary>
# Check the factor of the gradient. What cancels the ½, and where is the mean?</details>
# <details><summary>Hint 2: the gradient has the wrong shape</summary>
# The shapes of x and r are (N, D) and (N,). Sum over the axis of length N to get the shape of w, (D,).</details>
# <details><summary>Hint 3: the product</summary>
# <code>x.T @ r</code> sums <code>r[n] * x[n, d]</code> over n.</details>


# %% exercise="least_squares_loss"
def least_squares_loss(w, x, y):
    """Mean over the examples of half the squared residual, and its gradient.

    w: (D,)  x: (N, D)  y: (N,)
    Returns (loss, dw): a number, and (D,). Changes no argument.
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Gradient checks
#
# Run the next cell to time the two gradients.

# %%
checks.predict_times(pictures.gradient_times)

# %% [markdown]
# <details><summary><strong>Claim C01</strong> says that <em>the analytic gradient is far faster</em>. Does it hold? Predict the result above before you open this.</summary>
#
# The claim **holds**, and the speed-up grows with the number of weights. With 300 weights the analytic gradient was 600 to 1,100 times as fast as the numerical one (range of 6 runs).
#
# </details>
#
# ### A bug in ridge regression
#
# A mistake in calculus raises no error, and training with a wrong gradient often still lowers the loss. So train with the analytic gradient, and **check** it against the numerical one.
#
# The function below adds a penalty on large weights, $\tfrac12\lambda \sum_{d \ge 1} w_d^2$ (**ridge regression**). The penalty spares the **bias** $w_0$, the weight of a column of ones in x. The ½ cancels the 2 from the square, so the gradient of the penalty is $\lambda w_d$ for $d \ge 1$. The function's loss is right, but **its gradient has a
# bug.** Run the cell and read its report. In *which entry* do the two gradients disagree, and what is special about this entry? Then correct the function.
#
# [[exercise ridge_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compare the two gradients entry by entry before you look at the code.</details>
# <details><summary>Hint 1: the wrong entry</summary>
# To which weight does the wrong entry of the gradient belong?</details>
# <details><summary>Hint 2: what is special about it</summary>
# The penalty in the loss sums over <code>w[1:]</code>. To which entries does the code add the penalty's gradient?</details>
# <details><summary>Hint 3: adding to a part of an array</summary>
# <code>dw[1:] += …</code> leaves entry 0 unchanged.</details>


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
    Returns (loss, dw): a number, and (D,). Changes no argument.
    """
    # SOLUTION


# %%
checks.predict_check(lambda: pictures.checked_gradients(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C02</strong> says that <em>comparing both gradients catches wrong ones</em>. Does it hold? Predict the result above before you open this.</summary>
#
# The claim **holds with conditions.** The check caught the bug in `buggy_ridge_loss` on each of 20 random data sets and showed which entry was wrong. The check cannot catch a wrong *loss* with a matching gradient, such as an additional penalty on the bias, or $\lambda \sum w^2$ with its gradient $2 \lambda w$ where you meant $\tfrac12\lambda \sum w^2$.
#
# </details>

# %% [markdown]
# ## 8 · Gradient descent
#
# The gradient points in the direction in which the loss grows fastest. So take a step in the opposite direction, in proportion to the gradient, and compute the gradient again.
#
# $$w \leftarrow w - \alpha\, \nabla L(w)$$
#
# The **learning rate** $\alpha$ scales the step. If it is too low, you make almost no progress. If it is too high, you leap across the valley and up
# the other side. For example, $L = w^2$ has the gradient $2w$. Descent from 1 with $\alpha = 0.25$ goes through 1, 0.5, 0.25, …
# Make a **new** array at each step, because `w -= …` works *in place* and changes the caller's array.
#
# [[exercise gradient_descent]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down by hand the first two points of the path for the loss w² from w = 1. How many points are there after one step?</details>
# <details><summary>Hint 1: all points of the path are the same</summary>
# <code>w -= …</code> changes the one array that the path contains many times. Make a new array at each step.</details>
# <details><summary>Hint 2: the path is too short by one point</summary>
# The path starts with the initial point.</details>
# <details><summary>Hint 3: from a list to an array</summary>
# <code>np.stack</code> joins a list of points into one array.</details>


# %% exercise="gradient_descent"
def gradient_descent(gradient, w, lr, steps):
    """Gradient descent from w with a constant learning rate.

    gradient: takes w (any shape), returns the gradient there, in its shape.
    Returns (w, path): the last point, and all of them, shape (steps + 1, ...).
    Does not change the w given.
    """
    # SOLUTION


# %%
checks.predict_scaling(lambda: pictures.zigzag(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C05</strong> says that <em>without standardised inputs, gradient descent favours one feature</em>. Does it hold? Predict the result above before you open this.</summary>
#
# The claim **holds** if the features differ in scale. (To **standardise** a feature, subtract its mean and divide by its standard deviation.) To reach the same fit, descent here needs about 200 times as many steps on unscaled features as on standardised ones (180 to 280 times in 20 data sets). All pixels have the same scale, so standardising matters less for images (lesson 05).
#
# </details>
#
# ### Change one thing: the learning rate
#
# The next cell runs gradient descent in a bowl. Write what you expect into its first line, change **one** number, then run the cell. Above which learning rate does the descent diverge,
# and how does this limit depend on `steep`?
#
# <details><summary>What you may have found</summary>
#
# Each step multiplies the second weight by $1 - \alpha \cdot \text{steep}$. Above a learning rate of 2/steep, here 0.4, this factor is below −1, so the weight moves farther from 0 with each step. The steepest direction limits the learning rate, so the first weight, with its factor of $1 - \alpha$, shrinks slowly.
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
# If the loss is a mean over all examples, so is its gradient, and you can estimate this mean from a few examples, called a **minibatch**. A minibatch step costs far less, so you can afford far more steps. Descent on such estimates is called **stochastic gradient descent (SGD)**, although the name strictly means one example per step.
#
# In each **epoch**, a pass through all rows, you usually draw a random *permutation* of the row numbers and cut it into batches. If the batch size does not divide N, the last batch is short. With a batch size of 4, ten rows make batches of 4, 4 and 2. In a loop, `yield rows` gives the caller one batch at a time.
#
# [[exercise minibatches]]
#
# <details><summary>Hint 0: how to begin</summary>
# On paper, deal ten cards into batches of four, so that each card is used once. What do you do first with the deck?</details>
# <details><summary>Hint 1: some rows appear twice and others never</summary>
# Draw one random permutation of all rows, then cut it into batches.</details>
# <details><summary>Hint 2: every epoch has the same order</summary>
# A generator that you seed inside the function starts anew in each call. Use the method <code>permutation</code> of the given <code>rng</code>.</details>
# <details><summary>Hint 3: the short batch</summary>
# A slice stops at the end of its array, so <code>order[8:12]</code> holds two of 10 rows.</details>


# %% exercise="minibatches"
def minibatches(n, batch_size, rng):
    """Yield index arrays or lists that together hold each of the rows 0 … n-1 once, shuffled.

    Each has batch_size rows, and the last one may be shorter. Use `yield`, or return a list.
    rng: np.random.Generator that draws the order.
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Noise of a minibatch gradient
#
# The gradient of a batch estimates the gradient of all examples. The **noise**, the typical error of this estimate, is the root mean squared distance between the two gradients over T batches $\mathcal B_j$ of B examples. Here $g_n$ is the gradient of example $n$.
#
# $$\text{noise} = \sqrt{\frac1T \sum_{j=1}^{T} \Big\lVert \frac1B \sum_{n \in \mathcal B_j} g_n \;-\; \frac1N \sum_{n=1}^N g_n \Big\rVert^2}$$
#
# For example, the gradients 1, 3 and 2 of three examples have the mean 2. The batches (0, 1) and (1, 1), given as row numbers, have the means 2 and 3, and the
# noise is $\sqrt{(0^2 + 1^2)/2} = 0.71$. `per_example[batches]` holds the gradients of all examples in the batches, with shape (T, B, D).
#
# [[exercise gradient_noise]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put the three gradients from the text into the formula and work from the inside outwards. At each step, note the shape that the result has for T batches.</details>
# <details><summary>Hint 1: the noise is too large, or not a distance</summary>
# Subtract the gradient of all examples, and take the root at the end.</details>
# <details><summary>Hint 2: which axis?</summary>
# Average <code>per_example[batches]</code> over axis 1 to get the mean gradient of each batch.</details>
# <details><summary>Hint 3: the order</summary>
# Square the entries, sum over D, average over T, and take the root.</details>


# %% exercise="gradient_noise"
def gradient_noise(per_example, batches):
    """Root mean squared distance between the gradient of a batch and that of all examples.

    per_example: (N, D), one gradient a row.  batches: (T, B) row numbers, one batch a row. A batch
    may hold a row more than once.
    Returns a number.
    """
    # SOLUTION


# %%
digits = datasets.load_digits()
checks.predict_noise(lambda: pictures.noise(digits.x_train, digits.y_train, 10, use=mine))
checks.predict_batch(pictures.batch_times)

# %% [markdown]
# <details><summary><strong>Claim C03</strong> says that <em>100 examples at once beat one example 100 times</em>, and <strong>claim C04</strong> that <em>batch sizes that are powers of two run better</em>. Do they hold? Predict the result above before you open this.</summary>
#
# In the minibatches of an epoch no row repeats, so their noise is $\sqrt{(N - B)/(N - 1)}$ times that of independent draws. This factor is 0.89 for B = 256 and N = 1,197 rows.
#
# **C03 holds** by a wide margin. **Our measurement gives no evidence for C04.** We timed 20 runs in November 2026, on one thread of an AMD EPYC processor with NumPy 2.5. Batches of 32, 64 and 256 took about as long per example as the neighbouring sizes. All batches of 128 or more in the figure took 60 to 80 % longer per example than batches of 127, whether or not their size is a power of two. Your machine may differ, and on a GPU multiples of 8 or 64 may be faster.
#
# </details>

# %% [markdown]
# ## 11 · A classifier for digits
#
# The digits are images of 8 × 8 pixels in ten classes. With one weight for each pixel and class, the **scores** of an image are $x w + b$, and the class with the highest score is predicted. The loss is the
# **softmax cross-entropy**. Softmax turns each row of scores into probabilities, and the loss is minus the log-probability of the right class, averaged over the batch. Use `losses.softmax_cross_entropy`, which returns the loss *and* its gradient with respect to the scores (derived in lesson 02).
# The gradient passes from the scores to the weights as in section 6,
# $\partial L/\partial w = x^\top\, \partial L/\partial \text{scores}$. The bias is added to every row, so $\partial L/\partial b$ is the sum of $\partial L/\partial \text{scores}$ over the rows.
#
# [[exercise train_softmax_classifier]]
#
# <details><summary>Hint 0: how to begin</summary>
# List what happens to one batch, from its rows to the new w and b. Write this part first, then put the two loops around it.</details>
# <details><summary>Hint 1: the loss grows</summary>
# Check the sign of the update first, and then the learning rate.</details>
# <details><summary>Hint 2: the loss falls too slowly</summary>
# <code>dscores</code> is already the gradient of a mean, so do not divide by the batch size again.</details>
# <details><summary>Hint 3: the loops</summary>
# The outer loop runs over the epochs, and the inner one over <code>batches.minibatches</code>. Index x and y with the same rows.</details>


# %% exercise="train_softmax_classifier"
def train_softmax_classifier(x, y, classes, lr, epochs, batch_size, rng):
    """Minibatch SGD for the scores x @ w + b, from zero w and b.

    x: (N, D)  y: (N,) labels  rng: np.random.Generator
    Each epoch goes through batches.minibatches(N, batch_size, rng) and makes one update for each batch, with
    loss, dscores = losses.softmax_cross_entropy(scores, labels), where dscores is (B, classes).
    Returns (w, b): (D, classes) and (classes,).
    """
    # SOLUTION


# %% [markdown]
# The course's fast network trains the same linear classifier with SGD, and the first line below shows that the network's numbers agree with yours. Besides loss and accuracy, the **live dashboard** shows the
# learning rate and the *update ratio*, the length of a step divided by the length of the weight vector (lesson 09).

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
# Every lesson ends with the same problem, solved by functions that *you* wrote. Fashion-MNIST has images of clothes (784 pixels) in ten classes. With your `train_softmax_classifier` you train a classifier on 4,000 of them and **validate** it on 1,000 others, to measure how well it classifies new images. The accuracy
# goes on the **score sheet** of the [start page](../index.ipynb), beside the mean accuracy of the course's functions over 20 seeds. Another 1,000 images stay unused until the test in lesson 09. **Before you run the cell, guess** how many of the 1,000 validation images your classifier labels correctly.

# %% beside="milestone"
milestones.run(1, use=mine)

# %% [markdown]
# ## ★ Bonus · Complex-step differentiation
#
# In section 4, rounding lost digits in a *difference*. A step **sideways**, into the complex plane, avoids the difference.
#
# $$f(x + ih) = f(x) + ih\, f'(x) - \tfrac12 h^2 f''(x) - \dots \qquad\text{so}\qquad f'(x) \approx \frac{\operatorname{Im} f(x + ih)}{h} .$$
#
# The value is in the real part and the slope in the imaginary part, so the slope keeps its digits even for $h = 10^{-20}$. For example, $f(x) = x^3$ at 2 with $h = 0.1$ gives $(2 + 0.1i)^3 = 7.94 + 1.199i$, and 1.199/0.1 = 11.99, whereas the slope is 12. The
# error is $O(h^2)$ and for small $h$ lies below the last digit. Since f must accept complex numbers, it may use $+$, $\times$, exp, sin and similar functions, but not `abs` or `max`.
#
# [[exercise complex_step_gradient]]
#
# <details><summary>Hint 1: an error about casting, or zeros everywhere</summary>
# A float array has no room for an imaginary part. For each entry, use <code>astype</code> to make a complex copy of x.</details>
# <details><summary>Hint 2: one entry at a time</summary>
# Loop over all indices, as in exercise 1. In Python, the imaginary unit is <code>1j</code>.</details>
# <details><summary>Hint 3: what goes into dx[i]</summary>
# Add the imaginary unit times h to entry i of the copy. Divide the imaginary part of f there by h.</details>


# %% exercise="complex_step_gradient"
def complex_step_gradient(f, x, h=1e-20):
    """Gradient of f at x by a step of h in the imaginary direction.

    f: takes a complex array in the shape of x, returns one complex number.
    x: float array of any shape. Not changed.
    Returns dx, a float array in the shape of x.
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# The next cell computes the slope of $e^x / (1 + x^2)$ at 1.5 and prints the absolute errors of both methods. Below $h = 10^{-8}$, only the forward difference loses accuracy.

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
# The mistakes below are in the summary this course started from, which a student wrote, and not in the CS231n notes.
#
# - It writes a partial derivative as $\frac{\delta L}{w_1}$. The right notation is $\frac{\partial L}{\partial w_1}$.
# - Its relative error is 0/0 if both gradients are 0, as for an inactive ReLU. Your `relative_error` guards against this.
#
# The summary opens with the forward difference, whose limit is the *definition* of a slope, and asks for
# the centred difference and double precision only later. Use both from the start.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | which numerical gradient? | centred, float64, $h = 10^{-5}$ |
# | when does a check fail although the gradient is right? | at or near a kink, or in float32 |
# | how many examples per step? | halving the noise takes four times as many, so a very large batch rarely pays off |
#
# **References.** Stanford's CS231n notes, [*Optimization*](https://cs231n.github.io/optimization-1/) and [*Neural networks part 3*](https://cs231n.github.io/neural-networks-3/) (gradient checks).
# H. Robbins and S. Monro, *A stochastic approximation method*, 1951, [doi:10.1214/aoms/1177729586](https://doi.org/10.1214/aoms/1177729586).
# L. Bottou, F. Curtis and J. Nocedal, *Optimization methods for large-scale machine learning*, 2018, [arXiv:1606.04838](https://arxiv.org/abs/1606.04838).
# **To watch:** 3Blue1Brown, [*Gradient descent, how neural networks learn*](https://www.3blue1brown.com/lessons/gradient-descent).
#
# ## Reflection
#
# Answer in the next cell, in five to eight sentences. **A friend's network learns, but its gradient check fails in three of 10,000 entries, with relative errors around
# 0.3. What could be the reason, how would you find out, and would you let the network train on?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points for naming kinks (a ReLU input within h of 0, so that the two sides disagree) as a reason that is not a bug. 1 point for naming another reason, such as a real
# bug in a rarely used path, float32, or a step h that is too small or too large. 2 points for a test that distinguishes them, such as comparing one-sided slopes,
# repeating the check with a smaller h (the entry at a kink jumps to the right value or to another one, but the error of a bug stays), moving the point, or using float64. 1 point for a reasoned decision.
#
# **A model answer.** Three failures in 10,000 entries suggest kinks. For these weights some ReLU input lies within h of zero, the two points of the difference fall on different sides of the kink, and the numerical gradient is wrong, not the analytic one. I would compute the slopes to the right and to the left for the three entries. If they disagree, I suspect a kink. I would also repeat the check with a smaller h and at another random point, because the failing entries then change if they lie at kinks, but stay the same if there is a bug. I would
# make sure that all numbers are float64. If the reason is kinks, I would let the network train on. If the same entries fail at each point, there is probably a bug, such as a wrong index or a penalised bias. A network that learns in spite of a bug would probably learn better without it.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. We ran each row with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `numerical_gradient(f, x)` | `loss.backward()`, then `x.grad` | it is exact, not numerical, and `x.grad` *adds up* from call to call until you set it to zero |
# | `relative_error`, `check_gradient` | `torch.autograd.gradcheck(f, x)` | in float32 it warns and rejects a right gradient, so pass float64 |
# | `find_kinks` | nothing, and at 0 `torch.abs` has the gradient 0 | there is no warning at a kink |
# | one step of `gradient_descent` | `torch.optim.SGD([w], lr).step()` | it changes w in place, so copy w with `w.detach().clone()` |
# | `minibatches(n, batch_size, rng)` | `DataLoader(data, batch_size)` | it does not shuffle unless you pass `shuffle=True` |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("01_optimization")
