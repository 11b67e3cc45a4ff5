# %% [markdown]
# # 05 · Preprocessing: data before weights
#
# A network receives numbers, not square metres, years or shades of grey. How you prepare these numbers affects how long training takes and whether you can trust the accuracy you report.
#
# **You will be able to** centre, standardise and scale data · say why this speeds up gradient descent, and by how much · compress images with principal components (PCA), and whiten them ·
# recognise a leak, measure it, and cross-validate without one.
#
# [[time]]
#
# **Points** 100 · **Before** 01, gradient descent; 02 helps · **Prepares for** 06, where initial weights assume inputs of magnitude about 1
#
# **How it works.** Write one function, run its cell (Shift+Enter), then run the check below it. Once a function passes its check, later experiments use your version and tell you so. In the data, the N rows are examples and the D columns are features.
# Several functions take and return **two parts**, `train` and `test`. *Test* stands for any part not used for training.

# %%
import numpy as np

from cs231n_lib import LiveDashboard
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.preprocessing import checks, experiments, explorables, pictures

# %% [markdown] beside="reference"
# [[reference sheet]]

# %% [markdown] beside="warm-up"
# ## Warm-up
#
# Answer three questions about earlier lessons from memory, for no points.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown] beside="again"
# **Once more, from memory.** In the next cell, rewrite lesson 01's `gradient_descent(gradient, w, lr, steps)`, which returns the last point and the array of all points. This practice is optional.

# %% beside="again-cell"
# Write gradient_descent(gradient, w, lr, steps) here.

# %% beside="again-check"
checks.again("gradient_descent")

# %% [markdown]
# ## Look first
#
# Run the next cell and press the buttons from left to right. **Before each press, predict** where the star goes, and whether both features then have the same spread and are still correlated.

# %%
explorables.cloud(use=mine)

# %% [markdown]
# ## 1 · Mean subtraction
#
# Pixel values are never negative, so images usually have a large part in common, their mean. The loss is then far steeper for weight changes along this mean than for others, which slows gradient descent (section 3). Subtract each feature's mean,
#
# $$x_{nd} \leftarrow x_{nd} - \mu_d , \qquad \mu_d = \frac1N \sum_n x_{nd} ,$$
#
# and the cloud of examples is centred on the origin. For images, $\mu$ is the **mean image**.
#
# **The rule of this lesson** is to compute $\mu$ on the **training part** and subtract it from **both** parts. For example, the training values 1 and 3 have the mean 2, so a test value of 7 becomes 5.
# Any influence of the test part on training is a **leak**. Do not subtract the test part's own mean either, because a single image at inference time would become zero.
#
# [[exercise subtract_mean]]
#
# <details><summary>Hint 0: how to begin</summary>
# In the example, which results may depend on the 7?</details>
# <details><summary>Hint 1: the shape is wrong</summary>
# Which axis counts the examples? The mean keeps all other axes.</details>
# <details><summary>Hint 2: the idea</summary>
# The mean has the shape of one example. Subtract the same mean from both parts.</details>
# <details><summary>Hint 3: the outline</summary>
# Average <code>train</code> over its first axis.</details>


# %% exercise="subtract_mean"
def subtract_mean(train, test):
    """Both parts minus the mean example of the training part.

    train: (N, ...)  test: (M, ...), floats of any shape, M > 0; neither is changed
    Returns (train, test): new arrays of the same shapes.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · Standardising
#
# A flat has 100 square metres and 4 rooms. In these units, the area is 25 times the number of rooms. **Standardising** removes the unit:
#
# $$z_{nd} = \frac{x_{nd} - \mu_d}{\sigma_d} , \qquad \sigma_d = \sqrt{\frac1N \sum_n (x_{nd} - \mu_d)^2} .$$
#
# Compute the standard deviation $\sigma$ on the **training part alone**, with 1/N as in NumPy's `std`. For example, the training values 1, 3 and 8 have the mean 4 and the standard deviation $\sqrt{(9 + 1 + 16)/3} = 2.94$, so a test value of 7 becomes 1.02.
#
# **A feature that never varies** in the training part, such as a pixel in a corner, has $\sigma = 0$. Divide such a feature by **1**, so that a test value keeps its difference from the training value.
# To find such features, check whether the largest training value equals the smallest, not whether `std` is 0. In a table of two columns, ten rows of 0.1 have a rounded mean of 0.09999999999999999 and a `std` of about $10^{-17}$. Dividing by this `std` turns a rounding error into 1.
# Do not add a small number to `std` either, because dividing a constant feature by this number would make a differing test value huge.
#
# [[exercise standardize]]
#
# <details><summary>Hint 0: how to begin</summary>
# First write the function for features that vary. What fails for a column of equal numbers?</details>
# <details><summary>Hint 1: NaN in the result</summary>
# 0/0 gives NaN. Which features never vary?</details>
# <details><summary>Hint 2: "One whose mean is rounded" fails</summary>
# Rounding can make <code>std</code> slightly larger than 0.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute the training statistics, set σ of constant features to 1, and standardise both parts.</details>


# %% exercise="standardize"
def standardize(train, test):
    """Both parts, standardised with the statistics of the training part.

    train: (N, D)  test: (M, D); neither is changed
    A feature that never varies in the training part is divided by 1.
    Returns (train, test): new arrays of the same shapes.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · The condition number
#
# The least-squares loss of a linear model is a bowl over weights and bias. The bowl's **curvatures** are the [eigenvalues](../00_primer/00_primer.ipynb#Eigenvectors-and-the-SVD) of the matrix of second derivatives
#
# $$\frac1N A^T A , \qquad A = \text{x with a column of ones beside it, for the bias} .$$
#
# The steepest direction limits the learning rate, so gradient descent is slow along the flattest one. The **condition number** $\kappa$ is the largest curvature divided by the smallest (N cancels). At the best learning rate, each step multiplies the error in every direction by at most $(\kappa - 1)/(\kappa + 1)$, so the number of steps to a given error grows at most in proportion to $\kappa$.
# For example, for one feature with the values 3 and −3, $A^T A/2$ has 9 and 1 on the diagonal and zeros elsewhere, so $\kappa = 9$.
#
# [[exercise condition_number]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute AᵀA/2 for the values 3 and −3 by hand.</details>
# <details><summary>Hint 1: a root, or below 1</summary>
# <code>np.linalg.cond(A)</code> is the square root of κ. Do you divide the largest curvature by the smallest?</details>
# <details><summary>Hint 2: the idea</summary>
# <code>np.linalg.eigvalsh</code> returns the eigenvalues of a symmetric matrix in ascending order.</details>
# <details><summary>Hint 3: the outline</summary>
# Put a column of ones beside x, form AᵀA, take its eigenvalues, and divide the last by the first.</details>


# %% exercise="condition_number"
def condition_number(x):
    """Largest curvature of a least-squares loss with a bias, divided by the smallest.

    x: (N, D), not centred first
    Returns a number.
    """
    # SOLUTION


# %%
checks.predict_descent(lambda: pictures.descent(use=mine))
pictures.scales(use=mine)

# %% [markdown]
# <details><summary><strong>Claim C05</strong> says that <em>without standardised inputs, gradient descent favours one feature</em>. Does it hold? Make your prediction first.</summary>
#
# It **holds** here. The table counts the steps until 99 % of the reducible loss is gone, at the best fixed learning rate (medians of 20 data sets of house prices, computed from the curvatures).
#
# | what was done to x | κ | steps | κ if rooms and area are correlated | steps |
# |---|---|---|---|---|
# | nothing | 4 · 10¹⁰ | 3 · 10¹⁰ | 4 · 10¹⁰ | 2 · 10¹⁰ |
# | mean subtracted | 2,100 | 2,000 | 26,000 | 29,000 |
# | standardised | 1.2 | 1 | 68 | 78 |
# | whitened (section 8) | 1 | 1 | 1 | 1 |
#
# With only the mean subtracted, ten steps at a learning rate of 1/(largest curvature) move the weight of the area nearly to its best value but the weight of the rooms only 1 % of the way. Here subtracting the mean lowers κ more than scaling does, because the years are far from 0.
#
# </details>
#
# ## 4 · The same model in another unit
#
# To apply a layer to raw inputs after training it on standardised ones, find weights $w'$ and a bias $b'$ such that
#
# $$\frac{x - \mu}{\sigma}\, w + b \;=\; x\, w' + b' \qquad \text{for every } x .$$
#
# For example, w = 6, b = 1, a mean of 5 and a scale of 2 give $6\,(x - 5)/2 + 1 = 3x - 14$, so $w' = 3$ and $b' = -14$. In the code, $\mu$ and $\sigma$ are `mean` and `scale`. Each *input* has its own entry in `mean` and `scale` and its own **row** of w.
#
# [[exercise unscale_weights]]
#
# <details><summary>Hint 0: how to begin</summary>
# Multiply out the left side. Which terms contain x, and which do not?</details>
# <details><summary>Hint 1: the shapes do not fit</summary>
# With which axis of w, (D, M), must the scale, (D,), be aligned?</details>
# <details><summary>Hint 2: only the bias is wrong</summary>
# Set x to 0 on both sides.</details>
# <details><summary>Hint 3: the outline</summary>
# Divide each row of w by its scale. Subtract the mean times the <em>new</em> weights from the bias.</details>


# %% exercise="unscale_weights"
def unscale_weights(w, b, mean, scale):
    """Weights and biases for raw x of the layer (x - mean) / scale @ w + b.

    w: (D, M)  b: (M,)  mean, scale: (D,), no scale is 0; none is changed
    Returns (w, b) for raw inputs: (D, M) and (M,).
    """
    # SOLUTION


# %%
checks.predict_importance(lambda: pictures.importance(use=mine))

# %% [markdown]
# **So the "relative importance" that weights suggest depends on the units.** Compare weights only if all inputs are standardised and uncorrelated. The summary this course started from recommends scaling features that have different units but *should be about equally important*. Scaled features count about equally if you train with a penalty, train for few steps or compare distances.
#
# **Tune λ and the learning rate again after scaling.** Lesson 07's penalty $\frac12 \lambda \sum w^2$ on the weights of standardised inputs equals $\frac12 \lambda \sum \sigma_d^2\, w_d'^2$ for the weights of raw inputs.
#
# ## 5 · Min–max scaling
#
# **Min–max scaling** maps the smallest training value of a feature to −1 and the largest to 1:
#
# $$z_{nd} = 2\, \frac{x_{nd} - \min_d}{\max_d - \min_d} - 1 .$$
#
# For example, if the training values range from 1 to 3, then 2 becomes 0 and a test value of 4 becomes 2. Do not clip this 2 to 1, so that 4 stays distinguishable from 3. If divided by 1, a constant feature becomes −1 in the training part.
#
# [[exercise min_max]]
#
# <details><summary>Hint 0: how to begin</summary>
# Follow the values 1, 2 and 3 through the formula.</details>
# <details><summary>Hint 1: the result begins or ends at 0</summary>
# Do you double before you subtract 1?</details>
# <details><summary>Hint 2: "Test rows beyond the range" fails</summary>
# Scale both parts by the range of the training part, without clipping.</details>
# <details><summary>Hint 3: the outline</summary>
# Use a feature's training range if it is positive, and 1 otherwise (<code>np.where</code>).</details>


# %% exercise="min_max"
def min_max(train, test):
    """Both parts, scaled so that each feature of the training part reaches from -1 to 1.

    train: (N, D)  test: (M, D); neither is changed
    A feature that never varies in the training part is divided by 1, so it becomes -1 there.
    Returns (train, test): new arrays of the same shapes.
    """
    # SOLUTION


# %%
checks.predict_outlier()
explorables.scalings(use=mine)

# %% [markdown]
# **What you should have seen.** Min–max scaling depends only on the smallest and the largest value, so one outlier can spoil the scale. Standardising is more robust. An outlier among N values also widens the standard deviation, so the outlier lies at most $\sqrt{N-1}$ standard deviations from the mean. One outlier moves the median and the quartiles by at most one place among the sorted values. **Logistic regression** is an affine layer with a sigmoid and cross-entropy. The table shows this model's accuracy on 2,000 clean rows (mean and standard deviation over 20 seeds) after 200 steps on 200 training rows, one of which has an outlier in one of five features.
#
# | outlier at | min–max | standardised | median and quartiles |
# |---|---|---|---|
# | none | 96.7 ± 1.2 % | 97.4 ± 0.8 % | 97.4 ± 0.8 % |
# | 10 standard deviations | 91.1 ± 1.4 % | 97.4 ± 0.8 % | 97.4 ± 0.8 % |
# | 100 | 84.9 ± 1.0 % | 89.2 ± 1.1 % | 97.4 ± 0.8 % |
#
# **When not to subtract the mean.** *Sparse* data, such as word counts, are mostly zeros. Subtracting the mean would fill in these zeros and could exhaust memory, so only divide such data by a scale.

# %%
checks.predict_pixels(lambda: pictures.pixels(use=mine))

# %%
with LiveDashboard() as live:
    for scaling in ("0–255", "0–1", "0–1, mean image off"):
        data, rate = experiments.splits(mine.run(), scaling), experiments.SCALINGS[scaling]
        history = experiments.train(data, rate, callbacks=[live.run(scaling)])
        print(f"{scaling}, learning rate {rate:g}: validation accuracy {history.validation_accuracy[-1]:.0%}")

# %% [markdown]
# <details><summary><strong>Claim C36</strong> says that <em>pixels need no scaling, because they lie in [0, 255] anyway</em>. Does it hold? Make your prediction first.</summary>
#
# It **does not hold** here. The table shows validation accuracies (means and standard deviations over 20 seeds) of a 784-100-10 network after ten epochs of plain SGD on 4,000 images of Fashion-MNIST, at the best of 13 learning rates.
#
# | pixels | best learning rate | validation accuracy |
# |---|---|---|
# | 0–255 | 0.0001 | 70.2 ± 1.3 % |
# | 0–255, mean image off | 0.003 | 79.7 ± 1.1 % |
# | 0–1 | 0.1 | 81.0 ± 1.6 % |
# | 0–1, mean image off | 0.3 | 84.2 ± 1.0 % |
# | one mean image, one scale | 0.1 | 84.0 ± 1.3 % |
# | mean and scale for each pixel | 0.3 | 83.6 ± 0.9 % |
#
# If you subtract the mean image from pixels of 0 to 255 and divide the *first layer's* initial weights by 255, the validation accuracy reaches 84.6 ± 0.7 % at a learning rate of 10⁻⁵. The claim is true only insofar as no *pixel* needs its own scale.
#
# </details>
#
# ## 6 · Principal components
#
# ### Two dimensions by hand
#
# Standardising ignores correlation. Take the points (1, 0), (2, 2), (3, 4), (4, 1) and (5, 3). Their mean is (3, 2), so the centred points are (−2, −2), (−1, 0), (0, 2), (1, −1) and (2, 1). The **covariance** of two features is the mean product of their centred values, here $(4 + 0 + 0 - 1 + 2)/5 = 1$. The covariance of a feature with itself is its variance, here $(4 + 1 + 0 + 1 + 4)/5 = 2$ for both features. Variances and covariances form the **covariance matrix**
#
# $$C = \frac15 (x - \mu)^T (x - \mu) = \begin{pmatrix} 2 & 1 \\ 1 & 2 \end{pmatrix} .$$
#
# This matrix, known from the [primer](../00_primer/00_primer.ipynb#Eigenvectors-and-the-SVD), maps (1, 1) to (3, 3) and (−1, 1) to itself, so (1, 1) and (−1, 1) are **eigenvectors**, directions that the matrix only stretches. The factors 3 and 1, called **eigenvalues**, are the variances along these directions. Along (1, 1), the centred points lie at −4, −1, 2, 0 and 3, each divided by √2, so the variance is $(16 + 1 + 4 + 0 + 9)/(2 \cdot 5) = 3$.
#
# ### Any number of dimensions
#
# **Principal component analysis** (PCA) finds such directions, the **components**, for D features. The first component is the direction of largest variance. Each further component has the largest variance among the directions perpendicular to the earlier ones. Then
#
# $$C = \frac1N (x - \mu)^T (x - \mu) = U\, S\, U^T ,$$
#
# where the columns of U (D, D) are the components, each of length 1, and the diagonal of S holds the variances along them, largest first. The coordinates $z = (x - \mu)\, U$ have the covariance $U^T C\, U = S$, which is **diagonal**, so they are uncorrelated.
#
# `u, s, _ = np.linalg.svd(covariance)` returns the components in *columns* and the variances in s. `_, s, rows = np.linalg.svd(x - mean, full_matrices=False)` returns the components in *rows*, and the variances are `s**2 / N`.
# The sign of a component does not matter.
#
# [[exercise pca_fit]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute the covariance matrix of the five points and compare it with C.</details>
# <details><summary>Hint 1: only the variances are wrong</summary>
# Do you divide by N? Square the singular values of the <em>data</em> first.</details>
# <details><summary>Hint 2: the components are wrong</summary>
# Is the mean subtracted, is C (D, D), and are the components in columns?</details>
# <details><summary>Hint 3: the outline</summary>
# Centre x, form C, and decompose it with <code>svd</code>.</details>

# %%
raw = np.array([[1.0, 0.0], [2.0, 2.0], [3.0, 4.0], [4.0, 1.0], [5.0, 3.0]])
centred = raw - raw.mean(axis=0)
rotated = centred @ np.array([[1, -1], [1, 1]]) / np.sqrt(2)  # eigenvectors in the columns, of length 1
whitened = rotated / np.sqrt([3, 1])  # the two variances
pictures.four_panels(raw, centred, rotated, whitened)


# %% exercise="pca_fit"
def pca_fit(x):
    """Principal components of training examples.

    x: (N, D), N > D, not changed
    Returns (mean, components, variances): (D,), (D, D) with the components in its columns,
    and (D,), divided by N; the largest variance first.
    """
    # SOLUTION


# %% [markdown]
# ## 7 · How many components?
#
# The **proportion** of the variance in the first k components is the sum of the first k variances divided by the sum of all. Find the smallest k for which this proportion is at least `share`. For example, with the variances 6, 3 and 1 the first component holds 0.6 of the variance and the first two hold 0.9. So k = 2 for a `share` of 0.75, 0.85 or 0.6001, and k = 1 for exactly 0.6.
#
# [[exercise components_to_keep]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the running sums of 6, 3 and 1. Which of these sums are below 0.75 of the total?</details>
# <details><summary>Hint 1: one too few, or one too many</summary>
# The k-th entry has the index k − 1.</details>
# <details><summary>Hint 2: the idea</summary>
# Compare each running sum (<code>np.cumsum</code>) with <code>share</code> times the last one.</details>
# <details><summary>Hint 3: the outline</summary>
# Mark the sums that are large enough. <code>np.argmax</code> finds the first True.</details>


# %% exercise="components_to_keep"
def components_to_keep(variances, share):
    """The smallest k whose first k variances sum to at least this proportion of all.

    variances: (D,), largest first, none negative  share: above 0, at most 1
    Returns k, a whole number from 1 to D. If only rounding separates a sum from the proportion, either k is right.
    """
    # SOLUTION


# %%
checks.predict_components(lambda: pictures.kept(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C18</strong> says that <em>mean subtraction centres the features on the origin, and PCA keeps most of the variance in a few components</em>. Does it hold? Make your prediction first.</summary>
#
# The claim **holds** on Fashion-MNIST and only partly on the digits. The table counts the components needed for each proportion of the variance.
#
# | proportion | digits, of 64 | pixels shuffled | noise | Fashion-MNIST, of 784 | pixels shuffled | noise |
# |---|---|---|---|---|---|---|
# | 80 % | 13 | 29 | 47 | 23 | 401 | 499 |
# | 90 % | 21 | 35 | 55 | 79 | 500 | 615 |
# | 99 % | 41 | 45 | 63 | 421 | 655 | 762 |
#
# With 23 components, Fashion-MNIST's validation images keep 79 % of their variance. With only 50 Fashion-MNIST images, 20 components hold 90 % of the variance. Even with shuffled, uncorrelated pixels, 45 of 64 components hold 99 % of the digits' variance, because edge pixels almost never vary.
#
# The **mean image** accounts for 58 % of the mean squared pixel value on Fashion-MNIST and 69 % on the digits. If you do not subtract the mean, the first component points almost along the mean image (their cosine similarity is 0.998 on Fashion-MNIST and 1.000 on the digits).
#
# </details>
#
# ### Compress and reconstruct
#
# The **coordinates** of an example along the first k components are $z = (x - \mu)\, U_k$, where $U_k$ (D, k) holds the first k columns of U. To reconstruct, multiply by the transpose and add the mean, $z\, U_k^T + \mu$. The reconstruction is the point nearest to x in the plane through $\mu$ that the first k components span. On the training part, the mean squared distance between x and its reconstruction is the sum of the variances along the omitted components.
#
# For example, let the mean be (1, 1) and the components (0.6, 0.8) and (−0.8, 0.6). The example (4, 6) minus the mean is (3, 5), and its coordinate along the first component is $3 \cdot 0.6 + 5 \cdot 0.8 = 5.8$. From this coordinate alone you reconstruct $5.8 \cdot (0.6, 0.8) + (1, 1) = (4.48, 5.64)$.
#
# [[exercise compress]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write each factor's shape beside the formulas, and follow the example.</details>
# <details><summary>Hint 1: the coordinates are wrong</summary>
# Do you subtract the given mean?</details>
# <details><summary>Hint 2: shapes do not fit</summary>
# To multiply (N, k) by (k, D), use the same k columns, transposed.</details>
# <details><summary>Hint 3: the outline</summary>
# Multiply the centred x by the first k columns, then z by their transpose, and add the mean.</details>


# %% exercise="compress"
def compress(x, mean, components, k):
    """Coordinates along the first k components, and their reconstruction.

    x: (N, D)  mean: (D,)  components: (D, D), in columns, as pca_fit returns them; none is changed
    Returns (z, rebuilt): (N, k) and (N, D).
    """
    # SOLUTION


# %%
checks.predict_covariance(lambda: pictures.covariances(use=mine))
checks.predict_trained(lambda: pictures.trained_on_components(use=mine))
explorables.components(use=mine)

# %% [markdown]
# **What you should have seen.** A digit rebuilt from 21 of 64 coordinates is still legible. The digits' components reconstruct shuffled pixels badly, because shuffling separates *neighbouring* pixels, which are correlated.
#
# A network trained on the first K coordinates reaches a validation accuracy of 46.9 ± 2.0 % with K = 2, 81.4 ± 1.2 % with 23, 83.4 ± 1.0 % with 50 and 84.2 ± 1.0 % with 784 (mean and standard deviation over 20 seeds on Fashion-MNIST, at one learning rate).
#
# ## 8 · Whitening
#
# Divide each coordinate by its standard deviation $\sqrt{S}$, and the cloud becomes round, or **white**, with uncorrelated coordinates of variance 1 and κ = 1.
#
# $$\text{pca} = \frac{(x - \mu)\, U}{\sqrt{S + \varepsilon}} , \qquad \text{zca} = \text{pca}\; U^T .$$
#
# Here U holds k components, and S is the array of their variances. Each whitened coordinate has the variance S/(S + ε), so ε keeps a direction without variance at 0 and limits the noise in directions with little variance. **PCA whitening** returns coordinates along the components. **ZCA whitening** rotates these coordinates back to the axes of the data, so that whitened images still look like images. With all components and ε = 0, ZCA changes centred data less in mean square than any other whitening ([Kessy and others, 2018](https://arxiv.org/abs/1512.00809)).
#
# For example, with a mean of 0, one component (0, 1) of variance 4 and ε = 0, the example (3, 5) gives (2.5) as pca and (0, 2.5) as zca.
#
# [[exercise whiten]]
#
# <details><summary>Hint 0: how to begin</summary>
# Start from the last exercise's coordinates, with all given components.</details>
# <details><summary>Hint 1: NaN or infinity</summary>
# Which argument prevents a division by 0?</details>
# <details><summary>Hint 2: the variances come out wrong</summary>
# A standard deviation is the <em>root</em> of a variance, and ε goes under the root.</details>
# <details><summary>Hint 3: the outline</summary>
# Divide each coordinate by its standard deviation. Multiply the result by the transpose to get zca.</details>


# %% exercise="whiten"
def whiten(x, mean, components, variances, eps=1e-5):
    """PCA-whitened and ZCA-whitened examples.

    x: (N, D)  mean: (D,)  components: (D, k), in columns  variances: (k,), none negative; none is changed
    Returns (pca, zca): (N, k) and (N, D).
    """
    # SOLUTION


# %%
checks.predict_whitening(lambda: pictures.whitening(use=mine))
pictures.whitened(use=mine)

# %% [markdown]
# **Here whitening saves steps but lowers the validation accuracy.** We trained networks with 50 hidden units on 1,000 images of Fashion-MNIST by full-batch gradient descent. The table shows steps and accuracies (means and standard deviations over 20 seeds) for each input, at the fastest of four learning rates.
#
# | input | steps to a training loss of 0.4 | validation accuracy after 150 steps |
# |---|---|---|
# | 0–1 | 127 ± 9 | 76.5 ± 1.7 % |
# | one scale | 20 ± 2 | 80.4 ± 0.8 % |
# | whitened, ε = 10⁻⁵ | **4 or 5** | **43.0 ± 1.5 %** |
# | whitened, ε = 0.01 | 3 or 4 | 72.4 ± 0.8 % |
# | whitened 50 components, ε = 10⁻⁵ | 8 ± 1 | 79.1 ± 0.9 % |
#
# The last 457 of 784 directions, which are mostly noise, hold 1 % of the variance before whitening.
#
# ## 9 · A detector of leaks
#
# To detect leaks in a function `prepare(train, test)`, call it **twice**, once with the whole test part and once with only its first row, `test[:1]`. An honest `prepare` returns the same **training part** both times, because no test row reaches training. It also returns the same **first test row**, which does not depend on the others.
#
# For example, let train be 0 and 2, test be 1 and 9, and `prepare` subtract the mean of *all* data. This mean is 3 with both test values and 1 with the first alone, so all prepared values change by 2, and `leakage` returns (2, 2).
#
# [[exercise leakage]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the example's four prepared arrays, and mark which should be equal.</details>
# <details><summary>Hint 1: too small, or on_row fails</summary>
# A change can be negative. Which test row has a partner in the second call?</details>
# <details><summary>Hint 2: the idea</summary>
# Subtract arrays of the same shape, take absolute values, and keep the largest.</details>
# <details><summary>Hint 3: the outline</summary>
# Compare the training parts of the two calls, and the first test row with its partner.</details>
#
# **Two zeros do not rule out a leak.** In the cell below the check, change `sneaky` so that it uses the test part but the detector still returns (0, 0). Then write `third_call`, which exposes this leak by calling `prepare` twice.
#
# <details><summary>One answer</summary>
#
# Both calls share the first test row, so the detector overlooks a `prepare` that subtracts `test[0]` from both parts. Comparing calls with `test` and `test[1:]` exposes this leak. No call to `prepare` can reveal a leak through labels, because `prepare` never receives them.
#
# </details>


# %% exercise="leakage"
def leakage(prepare, train, test):
    """By how much the test part influences what is prepared.

    prepare: takes (N, D) and (M, D), changes neither, returns both prepared
    train: (N, D)  test: (M, D), M > 1
    Returns (on_train, on_row): the largest absolute change of a single entry in the prepared
    training part and in the prepared first test row if the test part is its first row alone.
    """
    # SOLUTION


# %%
# Fool the detector, for no points.
def sneaky(train, test):
    mean = train.mean(axis=0)  # use the test part, but so that `leakage` finds (0, 0)
    return train - mean, test - mean


def third_call(prepare, train, test):
    return 0.0  # the largest change that exposes `sneaky`, and 0 for an honest function


pictures.detector(use=mine, prepare=sneaky, third_call=third_call)

# %% [markdown]
# ## 10 · A leak through the targets
#
# To select features, rank them by their **correlation** with the target y, which for feature d is
#
# $$\frac{\sum_n (x_{nd} - \mu_d)\,(y_n - \bar y)}{\sqrt{\sum_n (x_{nd} - \mu_d)^2}} \qquad \text{(up to a factor that all features share)} .$$
#
# Take the k features whose correlations have the largest **absolute values**, because a negative correlation is as informative as a positive one. For example, if y is (10, 20, 30), the feature (1, 2, 3) gets $20/\sqrt2 = 14.1$, and (0, 5, 1) gets $10/\sqrt{14} = 2.7$.
#
# The test part *and its targets* must not influence the choice. Assume that no feature is constant and no two correlations are equal.
#
# [[exercise select_features]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute both numbers of the example, then all columns at once.</details>
# <details><summary>Hint 1: features with large values win</summary>
# Your ranking uses the covariance. Which part of the formula removes the unit?</details>
# <details><summary>Hint 2: "A negative correlation" fails</summary>
# Compare the absolute values of the correlations.</details>
# <details><summary>Hint 3: the outline</summary>
# Centre the features, multiply y by them, and divide by the square roots of their sums of squares. Sort the absolute values in descending order (<code>np.argsort</code>).</details>


# %% exercise="select_features"
def select_features(x_train, y_train, x_test, y_test, k):
    """The k features most correlated with the targets, in size, chosen on the training part.

    x_train: (N, D)  y_train: (N,)  x_test: (M, D)  y_test: (M,); none is changed
    Returns (train, test): these columns, unchanged, the most correlated first: (N, k) and (M, k).
    """
    # SOLUTION


# %%
checks.predict_leak(lambda: pictures.chosen(use=mine))
checks.predict_statistics(lambda: pictures.statistics(use=mine))

# %% [markdown]
# **Two kinds of leak.** A step that uses **y** can leak dramatically. The table shows validation accuracies with ten of 1,000 noise features (means and standard deviations over 40 data sets). The chance level is 50 %.
#
# | rows, half for validation | chosen on all data | on the training part |
# |---|---|---|
# | 50 | 86 ± 5 % | 49 ± 11 % |
# | 100 | 78 ± 6 % | 48 ± 7 % |
# | 1,000 | 60 ± 2 % | 50 ± 2 % |
#
# Choosing a model or λ on the test part is also a leak.
#
# On 50 training and 50 validation digits, leaked **means and scales** added 0.6 ± 2.5 percentage points to the validation accuracy (mean and standard deviation over 40 splits), which is within the noise of one split. But a step that ignores y can also bias validation ([Moscovich and Rosset, 2022](https://arxiv.org/abs/1901.08974)). If the features' means change in later rows (**drift**), the same leak hides an accuracy loss of 10.1 ± 7.4 percentage points (mean and standard deviation over 40 simulated data sets).
#
# ## 11 · Cross-validation
#
# So far you have used the **hold-out** method, which keeps one part for validation. With few rows, the measured accuracy depends on the rows drawn (its standard deviation in section 10 is up to 11 percentage points). **Cross-validation** uses every row for validation once. Shuffle the rows and cut them into k **folds**, parts of nearly equal size. For each fold, redo all preprocessing, including the choice of features, and train a model on the other folds, the *training folds*. Validate this model on the fold you left out. Average the k accuracies. Do not use the test set.
#
# For example, 10 rows and k = 4 give folds of 3, 3, 2 and 2 rows, and a model validated on 3 rows is trained on the other 7.
#
# [[exercise k_fold]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the numbers 0 to 9 on cards, shuffle them and deal four piles. Which cards train the model that the second pile validates?</details>
# <details><summary>Hint 1: rows are used for validation twice or never</summary>
# How often do you shuffle?</details>
# <details><summary>Hint 2: the idea</summary>
# <code>np.array_split</code> cuts an array into k nearly equal parts.</details>
# <details><summary>Hint 3: the outline</summary>
# Permute the row numbers and split them. For each fold, join all the others.</details>
#
# **Change one thing.** Below the check, run the cell that cross-validates on random labels. Write what you expect from changing **one** number, change it, and run the cell again. Do more examples remove the leak? What if *all* 1,000 features are "chosen"?
#
# <details><summary>What you may have found</summary>
#
# With 100 or 200 of 1,000 features chosen on all rows, the accuracy on noise reaches 99 %, because each feature adds a little chance correlation with the labels. With 1,000 examples, choosing ten features on all rows gives an accuracy of 60 %. With all 1,000 **features** nothing is chosen, so nothing leaks, and both accuracies are 44 ± 9 % (mean and standard deviation over 20 data sets). These accuracies are below 50 %, because a label that is more frequent in the training folds is rarer in the validation fold.
#
# </details>


# %% exercise="k_fold"
def k_fold(n, k, rng):
    """Training and validation rows for each fold of cross-validation.

    n: examples  k: folds, 2 to n, whose sizes differ by at most 1  rng: shuffles
    Returns k pairs (train, validation) of arrays of row numbers.
    """
    # SOLUTION


# %%
# I expect:
pictures.folds(use=mine, examples=50, features=1000, chosen=10, folds=5)

# %% [markdown] beside="milestone"
# ## Milestone: the same network, other numbers
#
# Your 784-100-10 network from lesson 02 keeps its learning rate and initialisation. Its inputs go through `subtract_mean` and then, as one long column, through `standardize`. **Before you run the next cell, guess** the network's accuracy on the 1,000 validation images, which was 83.3 % in lesson 02.

# %% beside="milestone"
milestones.run(5, use=mine)

# %% [markdown]
# ## ★ Bonus · More data than memory
#
# If your images do not fit into memory, read them in chunks and keep each chunk's number of examples, mean and variance. With $n = n_1 + n_2$, two chunks together have
#
# $$\mu = \mu_1 + (\mu_2 - \mu_1)\, \frac{n_2}{n} , \qquad \sigma^2 = \frac{n_1 \sigma_1^2 + n_2 \sigma_2^2}{n} + (\mu_2 - \mu_1)^2\, \frac{n_1 n_2}{n^2} .$$
#
# For example, 1 and 3 (two examples, mean 2, variance 1) and 8 (one example, variance 0) make three examples of mean 4 and variance $2/3 + 36 \cdot 2/9 = 8.67$. On paper, the mean of the squares minus the square of the mean gives the same variance.
# Far from 0, as with Unix times, both terms are huge and rounding destroys their difference.
#
# [[exercise merged_moments]]
#
# <details><summary>Hint 0: how to begin</summary>
# Follow 1, 3 and 8 through both formulas.</details>
# <details><summary>Hint 1: right only for equal chunks</summary>
# The larger chunk has the larger weight.</details>
# <details><summary>Hint 2: the variance is too small</summary>
# A difference between the chunks' means adds to the variance.</details>
# <details><summary>Hint 3: the outline</summary>
# First compute n and the difference of the means.</details>


# %% exercise="merged_moments"
def merged_moments(n1, mean1, var1, n2, mean2, var2):
    """Number, mean and variance of two chunks of examples together.

    n1, n2: numbers  mean1, var1, mean2, var2: (D,), not changed, divided by the number
    Returns (n, mean, var): a number, (D,) and (D,), accurate far from 0 as well.
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# The next cell computes the variance of 200 houses' years by merging in float64 and from squares in float32, with and without an added million.

# %% beside="bonus"
years = np.random.default_rng(0).uniform(1950, 2020, 200)
for shift in (0.0, 1e6):
    x = years + shift
    n, mean, var = 10, x[:10].mean(keepdims=True), x[:10].var(keepdims=True)
    for chunk in np.split(x[10:], 19):
        n, mean, var = checks.merged_moments.reference(
            n, mean, var, 10, chunk.mean(keepdims=True), chunk.var(keepdims=True)
        )
    squares = np.mean(np.float32(x) ** 2) - np.mean(np.float32(x)) ** 2
    print(f"shifted by {shift:.0e}: variance {x.var():.2f}, merged {var[0]:.2f}, by squares {squares:.2f}")

# %% [markdown]
# ## What the summary got wrong
#
# - "For images no scaling is needed." The usual initial weights require one scale for all pixels (claim C36).
# - The summary subtracts the mean of "the data". Subtract the mean of the training part from all parts.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | which rows determine mean, scale, components and features? | the training part or the training folds alone |
# | what does standardising do? | it removes units and, without correlation, nearly equalises curvatures; weights, λ and the learning rate change |
# | PCA and whitening? | PCA removes correlation; whitening gives κ = 1 but amplifies noise, so use few components or a large ε |
# | how bad is a leak? | severe through y; slight through means and scales unless the data drift |
#
# **References.** Stanford's CS231n notes, [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/). Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, [*Efficient BackProp*](http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf), 1998.
# A. Bell and T. Sejnowski, [*The "independent components" of natural scenes are edge filters*](https://doi.org/10.1016/S0042-6989(97)00121-1), 1997. C. Ambroise and G. McLachlan, [*Selection bias in gene extraction on the basis of microarray gene-expression data*](https://doi.org/10.1073/pnas.102102699), 2002.
# scikit-learn, [*Common pitfalls*](https://scikit-learn.org/stable/common_pitfalls.html).
#
# ## Reflection
#
# Answer in the next cell in five to eight sentences. **From 2,000 genes measured in 60 patients, a friend predicts which patients will fall ill. His accuracy is 95 % in cross-validation and 52 % on the next 60 patients. He standardised everything, chose the 20 genes that differ most between the ill and the healthy, and then cross-validated. What went wrong, how would you prove it, and what should he do?**
# (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** Give 2 points for naming the mistake. He selected the genes using all patients and their outcomes, including those in the validation folds, so the selection reflects chance correlations in these very patients. Standardising all data is usually a small leak and not the reason. Give 2 points for a proof. He shuffles the outcomes (or replaces the genes by noise) and runs the whole procedure. The accuracy of this procedure is still far above 50 %, but it is only about 50 % if he chooses the genes on each fold's training patients.
# Alternatively, he tests his preparation with a detector that changes the validation part and compares the prepared training parts. Give 1 point for the remedy. He redoes every step for each fold, including the choice of genes, and uses a test set once. Give 1 point for another possible reason, such as drift (another laboratory, other patients) or sampling error. With 60 patients, the standard error of an accuracy is about 6 percentage points, so 52 % does not rule out that some genes predict the outcome.
#
# **A model answer.** He chose the genes before he split the data. By chance, some of the 2,000 genes differ between the ill and the healthy among these 60 patients, and he kept exactly these genes. So the patients of each validation fold had already influenced the choice. Standardising everything first is wrong as well, but it does not depend on the outcome, and on digits it added only 0.6 ± 2.5 percentage points to the validation accuracy (mean and standard deviation over 40 splits). I would shuffle
# the column of outcomes and run all of his steps again. If the accuracy is still about 90 %, it comes from the procedure and not from the genes. Then I would choose the genes anew for each fold, on its training patients only. After that, the accuracy must be about 50 % with shuffled outcomes, and with the real outcomes the choice of genes no longer inflates it. The next 60 patients could also differ in
# how they were measured, so I would compare the means and scales of the genes in both groups of 60 patients. Besides, an accuracy of 52 % on 60 patients has a standard error of about six percentage points.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `standardize` | `(x - x.mean(dim=0)) / x.std(dim=0)` | `std` divides by N − 1; ours is `std(dim=0, correction=0)`. For a single row theirs is NaN |
# | `min_max` | `x.aminmax(dim=0)` | `x.min(dim=0)` returns a pair, values *and* positions |
# | `pca_fit` | `torch.linalg.svd(x - mean)` | the third result has the components in its *rows*; the variances are `s**2 / N` |
# | `pca_fit`, then the first k | `torch.pca_lowrank(x, q=k)` | random and approximate; it does not return the mean it subtracts |
# | `condition_number` | `torch.linalg.cond(A)` | the condition number of the data; a least-squares loss has its square |
# | `select_features` | `torch.corrcoef(x.T)` | without the transpose it compares examples |
# | `k_fold` | `sklearn.model_selection.KFold(k)` | does not shuffle unless you pass `shuffle=True` |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("05_preprocessing")
