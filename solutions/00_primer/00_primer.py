# %% [markdown]
# # 00 · Primer: before you start
#
# The lessons use some NumPy and some mathematics without explaining them. This notebook explains them, one idea per section, with numbers that you can follow by hand.
#
# **You will be able to** predict the shape of a NumPy result · find a gradient with the chain rule · say what a standard error and an eigenvector are.
#
# **Time** at most an hour · **Points** none, since this notebook is optional · **Before** some Python, and the derivative of $x^2$ · **Leads to** 01, where you follow a slope downhill.
#
# **How it works.** Run the next cell and answer its eight questions, which take about a minute each and cover all ten sections. Replies to wrong answers name the sections to read.
# Where a section has an exercise, write the function, run its cell (Shift+Enter), then run the check below it. The check describes your mistake if you made one.

# %%
import numpy as np

from cs231n_lib.lessons.primer import checks, explorables, pictures

checks.questions()

# %% [markdown]
# ## Arrays and axes
#
# A NumPy array holds numbers in a grid. The directions of the grid are its **axes**, counted from 0, and its **shape** lists how long each axis is. An array of shape (2, 3) has two rows along axis 0 and three columns along axis 1. An array with a single axis of three numbers has
# shape (3,), with the comma that a tuple of one entry needs.
#
# ```text
# x = np.array([[1, 2, 3],
#               [4, 5, 6]])
# x.sum(axis=0)                  →  [5, 7, 9]      shape (3,)
# x.sum(axis=1)                  →  [6, 15]        shape (2,)
# x.sum(axis=1, keepdims=True)   →  [[6], [15]]    shape (2, 1)
# ```
#
# Functions such as `sum`, `mean` and `max` remove the axis that you name. With `axis=0`, `sum` computes one number per column (1 + 4, 2 + 5 and 3 + 6). With `axis=1`, `sum` computes one number per row. In the lessons, axis 0 usually runs over
# examples and axis 1 over their features, which are the numbers that describe one example. `x.mean(axis=0)` is then the mean of each feature. The shape (N, D) stands for N examples with D features.
#
# With `keepdims=True`, NumPy keeps the summed axis, whose length becomes 1. The two sums above then form a column with one sum per row of x.
#
# All numbers in an array have the same type, called `dtype`. NumPy's usual `float64` keeps about 16 significant digits and `float32` about 7, so 1 + 10⁻⁸ is 1.00000001 in float64 and exactly 1 in float32. Adding a float32 and a float64 array gives a float64 array.
#
# [[exercise centre_rows]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take the array above and work out both row means by hand. Then ask which shape the means need, so that NumPy subtracts each from its own row.</details>
# <details><summary>Hint 1: the columns have mean 0, but the rows do not</summary>
# Which axis disappears when you compute one mean per row?</details>
# <details><summary>Hint 2: "operands could not be broadcast together"</summary>
# The means have lost an axis. They must form a column.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute the mean along the rows, keep the averaged axis, and subtract the resulting column from the array.</details>


# %% exercise="centre_rows"
def centre_rows(x):
    """Subtract from each row of x its own mean.

    x: (N, D). Not changed.
    Returns an array of shape (N, D).
    """
    # SOLUTION


# %% [markdown]
# ## Broadcasting
#
# What should `x + b` mean if x has shape (2, 3) and b has shape (3,)? NumPy **broadcasts** b, which means that it reuses the same three numbers for every row. Write the two shapes one below the other, aligned at the right. A missing axis counts as length 1, and two lengths
# fit if they are equal or if one of them is 1.
#
# ```text
# x       (2, 3)         x       (2, 3)         x       (2, 3)
# b          (3,)        column  (2, 1)         b          (2,)
# x + b   (2, 3)         sum     (2, 3)         error: 3 and 2 do not fit
# ```
#
# Before you move a slider of the figure below, predict the shape of the sum. Then press *Square trap*. Suppose you want to add a different number to each *row* of a 3 × 3 array `x`, and you write `x + b` with a `b` of shape (3,).
# NumPy raises no error here, but adds the numbers to the *columns*. To add them to the rows, use the column `b[:, None]`. It has shape (3, 1), because `None` as an index inserts an axis of length 1.
#
# [[exercise difference_table]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the shape of the result. Which array must be a column so that broadcasting gives this shape?</details>
# <details><summary>Hint 1: the table has rows and columns swapped, or there is an error</summary>
# Without a column, NumPy pairs the entries of the two arrays one by one, which needs equal lengths.</details>
# <details><summary>Hint 2: the idea</summary>
# A column of shape (N, 1) and a row of shape (M,) broadcast to the shape (N, M).</details>
# <details><summary>Hint 3: the outline</summary>
# Give the first array a second axis of length 1. Then subtract the second array as it is.</details>

# %%
explorables.broadcasting()


# %% exercise="difference_table"
def difference_table(a, b):
    """Table of all differences between an entry of a and an entry of b.

    a: (N,)  b: (M,)
    Returns (N, M): entry (n, m) is a[n] - b[m]. Use no loop.
    """
    # SOLUTION


# %% [markdown]
# ## Indexing
#
# As an index, an array of integers picks entries by their position. An array of booleans picks the entries at which it is `True`.
#
# ```text
# x = np.array([[1, 2, 3],
#               [4, 5, 6]])
# x[[0, 1], [2, 0]]   →  [3, 4]              entries (0, 2) and (1, 0)
# x[:, [2, 0]]        →  [[3, 1], [6, 4]]    columns 2 and 0
# x[x > 4]            →  [5, 6]              the entries above 4
# ```
#
# How do the first two results differ? For the first, NumPy pairs the two lists, so you get one entry for each pair. For the second, the colon keeps all rows, so you get whole columns. To pick one entry from each of N rows, pair the row numbers, which `np.arange(N)` lists, with
# the column number of each entry.
#
# ## Copies and views
#
# Does changing the picked entries also change the original array? A slice is a **view**, which shares the memory of the array. Indexing with an array of integers or booleans gives a **copy**, which has its own memory.
#
# ```text
# a = np.zeros(3)
# b = a[:2];       b[0] = 5    →  a is [5, 0, 0], because b is a view of a
# c = a[[0, 1]];   c[0] = 7    →  a is unchanged, because c is a copy
# d = a;           d[2] = 9    →  a is [5, 0, 9], because d is another name for a
# ```
#
# Left of an equals sign, indexing writes into the array itself, so `a[a > 8] = 8` changes a. The functions of the lessons must leave their arguments unchanged, and the checks test this. When you want to change entries, work on `x.copy()`.
#
# Two exercises follow, then their cells in the same order.
#
# [[exercise scores_of_labels]]
#
# <details><summary>Hint 0: how to begin</summary>
# For the labels 2 and 0, write down the two index pairs (row, column) that you need.</details>
# <details><summary>Hint 1: the result has two axes</summary>
# A colon takes every row for each label. You need one row for each label.</details>
# <details><summary>Hint 2: the idea</summary>
# Use two arrays of integers, one with the rows and one with the columns.</details>
# <details><summary>Hint 3: the outline</summary>
# List the row numbers from 0 to N − 1, and index with this list and the labels together.</details>
#
# [[exercise without_negatives]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take the array (2, −3). What must the function return, and what must the caller's array contain afterwards?</details>
# <details><summary>Hint 1: "changes its argument"</summary>
# You assign to the array that was passed to you, perhaps under another name.</details>
# <details><summary>Hint 2: the idea</summary>
# A comparison gives an array of booleans, and you may assign to the entries that it selects.</details>
# <details><summary>Hint 3: the outline</summary>
# Make a copy, select its negative entries with a comparison, assign 0 to them, and return the copy.</details>


# %% exercise="scores_of_labels"
def scores_of_labels(scores, y):
    """From each row of scores, pick the entry that the label names.

    scores: (N, K)  y: (N,) integers from 0 to K - 1
    Returns (N,): entry n is scores[n, y[n]]. Use no loop.
    """
    # SOLUTION


# %% exercise="without_negatives"
def without_negatives(x):
    """Copy of x in which the negative entries are 0.

    x: array of any shape. Not changed.
    """
    # SOLUTION


# %% [markdown]
# ## Gradients
#
# How steep is a function of several numbers? Change one of them and treat the others as constants. The resulting slope is a **partial derivative**, written $\partial f / \partial x_0$. The **gradient**, written $\nabla f$, collects the partial derivatives, one for each entry of x.
#
# Take $f(x) = x_0^2\, x_1$ at (3, 2), where f is 18. With $x_1$ held at 2, f is $2 x_0^2$, and its slope at $x_0 = 3$ is $4 x_0 = 12$. With $x_0$ held at 3, f is $9 x_1$, and its slope is 9. So the gradient at (3, 2) is (12, 9), and in general
#
# $$\nabla f = \left(\frac{\partial f}{\partial x_0}, \frac{\partial f}{\partial x_1}\right) = (2 x_0 x_1,\; x_0^2).$$
#
# The gradient has the shape of x. Unless the gradient is 0, it points in the direction of steepest ascent, which we do not prove here. The numbers that a network learns are its **weights**. Training moves the weights against the gradient of the network's error.
#
# [[exercise partial_derivatives]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put x₁ = 1 into the function. Only x₀ is left, and you can take an ordinary derivative.</details>
# <details><summary>Hint 1: the first entry is too small</summary>
# The product 3 x₀ x₁ also contains x₀, so its derivative adds to the slope.</details>
# <details><summary>Hint 2: the idea</summary>
# A constant factor stays when you take a derivative, and a term without the variable disappears.</details>
# <details><summary>Hint 3: the outline</summary>
# Work out both slopes on paper, and return them in an array in the order of the entries of x.</details>


# %% exercise="partial_derivatives"
def partial_derivatives(x):
    """Gradient of x₀² + 3 x₀ x₁.

    x: (2,), the entries x₀ and x₁
    Returns (2,): the partial derivatives with respect to x₀ and x₁.
    """
    # SOLUTION


# %% [markdown]
# ## Chain rule
#
# A network computes in steps. Suppose the first step is $r = 2w - 1$ and the second is $L = r^2$. How fast does L grow with w? If w grows by a little, r grows 2 times as much as w, and L grows about $2r$ times as much as r. The factors multiply.
#
# $$\frac{dL}{dw} = \frac{dL}{dr} \cdot \frac{dr}{dw} = 2r \cdot 2$$
#
# At w = 2, r is 3, L is 9 and the slope is 12. A small step confirms the slope. At w = 2.01, r is 3.02 and L is 9.1204, which is about 12 · 0.01 above 9.
#
# If w appears in two terms, their slopes add up. For $L = w^2 + 3w$ the slope is $2w + 3$. Backpropagation, which applies these two rules to a whole network, multiplies the slopes along each path and adds up the products.
#
# [[exercise squared_error_slope]]
#
# <details><summary>Hint 0: how to begin</summary>
# Give the bracket a name, such as r, and write the computation in two steps.</details>
# <details><summary>Hint 1: the slope is right only for x = 1</summary>
# How fast does the bracket grow with w?</details>
# <details><summary>Hint 2: the idea</summary>
# One factor comes from the square and another from the bracket.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute the bracket, take the derivative of its square, and multiply by the derivative of the bracket with respect to w.</details>


# %% exercise="squared_error_slope"
def squared_error_slope(w, x, y):
    """Derivative of (w x - y)² with respect to w.

    w, x, y: numbers
    """
    # SOLUTION


# %% [markdown]
# ## First-order approximation
#
# How well does a slope predict the next value of a function? The figure below follows the tangent of $x^2$ from x = 3, where the value is 9 and the slope is 6. For a small step h, **Taylor's theorem** says
#
# $$f(x + h) \approx f(x) + h\, f'(x).$$
#
# A step of 0.1 leads to the estimate 9 + 0.6 = 9.6 instead of 9.61, and a step of 0.01 leads to 9.06 instead of 9.0601. Here a step ten times smaller makes the error a hundred times smaller. The error is $O(h^2)$, which means that it is at most a constant times
# $h^2$ once h is small enough.
#
# Now rearrange the formula to estimate the slope as $(f(x + h) - f(x)) / h$. With h = 0.1 you get 6.1, and with h = 0.01 you get 6.01. The error of this slope is $O(h)$, because dividing by h removes one power. Lesson 01 begins with this estimate.

# %%
pictures.tangent()

# %% [markdown]
# ## Matrix products
#
# A layer of a network multiplies its inputs by weights and adds up the products, and a matrix product `x @ w` does this for all examples at once. To find entry (n, m) of the result, multiply row n of x by column m of w, entry by entry, and add up the products.
#
# ```text
# [[1, 2],       [[5],        [[1 · 5 + 2 · 6],       [[17],
#  [3, 4]]   @    [6]]    =    [3 · 5 + 4 · 6]]    =   [39]]
#   (2, 2)         (2, 1)       (2, 1)
# ```
#
# A product of shapes (N, D) and (D, M) has shape (N, M). The inner lengths, here D, must be equal, and they disappear. The transpose `x.T` swaps rows and columns, so it has shape (D, N). The star in `x * w`, however, multiplies entry by entry and broadcasts.
#
# Shapes often tell you which product you need. Lesson 02 asks for a gradient of shape (D, M) from arrays of shapes (N, D) and (N, M). Which axis has to disappear, and how does it become the inner axis of the first array?
#
# [[exercise summed_products]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the three shapes below each other and mark the letter that occurs in both arrays, but not in the result.</details>
# <details><summary>Hint 1: the result has shape (M, D)</summary>
# Exchange the two factors. The first factor gives the rows of a product.</details>
# <details><summary>Hint 2: the idea</summary>
# A matrix product sums over the columns of its first factor. You want it to sum over rows.</details>
# <details><summary>Hint 3: the outline</summary>
# Transpose the array whose columns become the rows of the result, and multiply it by the other.</details>


# %% exercise="summed_products"
def summed_products(a, b):
    """Sum over n of a[n, d] · b[n, m], for all d and m.

    a: (N, D)  b: (N, M)
    Returns (D, M). Use no loop.
    """
    # SOLUTION


# %% [markdown]
# ## Standard error
#
# Training a network starts from random numbers, and a **seed** decides which. You train the same network with five seeds, and its accuracies are 80, 82, 84, 86 and 88 %. The **mean** is 84 %. How far can you trust this mean?
#
# The runs deviate from the mean by −4, −2, 0, 2 and 4 percentage points. The squares of these numbers add up to 40. Dividing 40 by $N - 1 = 4$ gives 10. Its square root is the **standard deviation** $s = 3.2$ percentage points, the typical distance of a single run from the mean. The divisor is
# $N - 1$ because the squared distances from the runs' own mean are, on average, a little smaller than those from the true mean. In NumPy, `x.std(ddof=1)` uses this divisor, and `x.std()` divides by N.
#
# If you repeated the experiment, the mean of five runs would vary less than a single run. The standard deviation of the mean is the **standard error**, estimated as $s / \sqrt{N}$, here 1.4 percentage points. More runs leave $s$ about the same, but the standard error falls as $1 / \sqrt{N}$, so four
# times as many runs halve it. In the lessons, ± gives the standard deviation over seeds unless the text says *standard error*.
#
# [[exercise standard_error]]
#
# <details><summary>Hint 0: how to begin</summary>
# Follow the example above with the five numbers, and note the order of the steps.</details>
# <details><summary>Hint 1: the result does not fall when there are more numbers</summary>
# The standard deviation describes single numbers. You need the standard deviation of their mean.</details>
# <details><summary>Hint 2: the idea</summary>
# The mean of four independent numbers varies half as much as a single one.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute the standard deviation with N − 1, and divide it by √N.</details>


# %% exercise="standard_error"
def standard_error(x):
    """Estimate the standard error of the mean of x.

    x: (N,), at least two numbers. The standard deviation divides by N - 1.
    Returns a number, which NumPy may print as np.float64(1.4142).
    """
    # SOLUTION


# %% [markdown]
# ## Eigenvectors and the SVD
#
# A matrix A maps each vector v to a vector A v, usually with another direction and length. Take the matrix with the rows (2, 1) and (1, 2). It maps (1, 0) to (2, 1), which points elsewhere. But it maps (1, 1) to (3, 3), which is three times (1, 1). A nonzero vector that a matrix maps
# to a multiple of itself is an **eigenvector**, and the factor is its **eigenvalue**. This matrix has eigenvectors in a second direction. Multiply A by a few other vectors, such as (1, 0.5), (0, 1) and (1, −1), until you find one. Then move the first slider of the figure below until v and A v lie on one line.
#
# <details><summary><strong>What you should have seen</strong> (after you have moved the slider)</summary>
#
# v and A v lie on one line at 45°, where the eigenvalue is 3, and at 135°, where it is 1. The second line passes through (1, −1) and (−1, 1). A matrix that equals its transpose, as this one does, is called **symmetric**. A symmetric matrix has a full set of perpendicular eigenvectors, and lesson 05 relies on that.
# Other matrices may have no real eigenvector. *Quarter turn* shows a matrix that turns every vector.
#
# </details>
#
# The **singular value decomposition** (SVD) exists for every matrix. In the right panel, A maps the circle to an ellipse. The SVD finds two perpendicular input directions that A maps to the semi-axes of this ellipse, and the directions and lengths of these semi-axes. The lengths are the **singular values**. The matrix above has the singular values 3 and 1, and its eigenvectors lie along the semi-axes. For *Quarter turn* both singular values are 1. Press *Flatten*, and one singular value becomes 0,
# because this matrix maps the whole plane to a line. `np.linalg.eigh` finds the eigenvectors of a symmetric matrix, and `np.linalg.svd` finds the SVD of any matrix.
#
# You now know what the lessons take for granted. Continue with [lesson 01, Optimization](../01_optimization/01_optimization.ipynb).

# %%
explorables.matrix()
