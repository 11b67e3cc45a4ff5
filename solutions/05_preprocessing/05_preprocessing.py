# %% [markdown]
# # 05 · Preprocessing: data before weights
#
# A network sees numbers, not square metres, years or shades of grey. Which numbers you give it decides how long it trains, which of its weights move,
# and whether the accuracy you report is true. In this lesson you write the usual steps, measure what each is worth, and build a detector for a common way to fool yourself.
#
# **You will be able to** centre, standardise and scale data, with features that never vary · say why descent gets faster, and by how much · compress pictures with principal components (PCA), and whiten them ·
# recognise a leak from the test part, and measure it.
#
# [[time]]
#
# **Points** 100 · **Before** 01, descent and its steps; 02 helps · **Leads to** 06, first weights, which are made for inputs of about 1.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. What you wrote is put to work: experiments run on a function of yours once it has full marks, and say so. N examples are rows, D features are columns.
# Most functions here get **two parts**, `train` and `test`, and return both. *test* is any part that is not trained on: validation, test, or what comes in later.

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
# Answer three questions about earlier lessons from memory, for no points. If an answer is wrong, you are told why and can try again.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown]
# ## Look first
#
# Run the next cell and press the buttons from left to right. **Before each, predict** where the star goes, whether both features are equally wide, and whether they are still correlated.

# %%
explorables.cloud(use=mine)

# %% [markdown]
# ## 1 · Mean subtraction
#
# Pixels are never negative, so all images share a large common part, their mean. The loss is far steeper along the mean than across it, which makes descent slow in all other directions (section 3). Subtract each feature's mean,
#
# $$x_{nd} \leftarrow x_{nd} - \mu_d , \qquad \mu_d = \frac1N \sum_n x_{nd} ,$$
#
# and the cloud lies around the origin. For pictures $\mu$ is itself a picture, the **mean image**.
#
# **The rule of this lesson** is that $\mu$ comes from the **training part** and is subtracted from **both** parts. In numbers: training values 1 and 3 have the mean 2, so a test value 7 becomes 5. The test part's own mean is never computed.
# Anything computed from the test part before the end is a **leak**. At inference time images arrive one at a time, and a single image minus its own mean is 0.
#
# [[exercise subtract_mean]]
#
# <details><summary>Hint 1: the shape is wrong, or one number is subtracted everywhere</summary>
# The mean goes over the examples, the first axis: <code>axis=0</code>. That works for (N, D) and for pictures (N, 28, 28) alike.</details>
# <details><summary>Hint 2: the training part is right, the test part is not</summary>
# Both parts lose the same mean, that of <code>train</code>.</details>
# <details><summary>Hint 3: two lines</summary>
# <code>mean = train.mean(axis=0)</code>, then return a pair.</details>


# %% exercise="subtract_mean"
def subtract_mean(train, test):
    """Both parts less the mean example of the training part.

    train: (N, ...)  test: (M, ...), not changed: tables or pictures of any shape
    Returns (train, test): new arrays of the same shapes.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · Standardising
#
# An area is 100 square metres, a number of rooms 4. To a network the area is twenty-five times as large. **Standardising** takes the unit out:
#
# $$z_{nd} = \frac{x_{nd} - \mu_d}{\sigma_d} , \qquad \sigma_d = \sqrt{\frac1N \sum_n (x_{nd} - \mu_d)^2} .$$
#
# $\sigma$ is the standard deviation, divided by N as NumPy does (`std`), again of the **training part alone**. In numbers: training values 1, 3 and 8 have the mean 4 and the standard deviation $\sqrt{(9 + 1 + 16)/3} = 2.94$; a test value 7 becomes 1.02.
#
# **A feature that never varies** in the training part, such as a pixel in a corner, has $\sigma = 0$. Divide it by **1**, so that it becomes 0 in training and a test value that differs keeps its difference.
# Do not ask whether `std` is 0, because rounding may fool you. In a table of two columns, ten rows of 0.1 have a mean of 0.09999999999999999 and a `std` of $10^{-17}$, and dividing by that makes −1 or 1 out of nothing. Do not add a small number either, because a test value would be multiplied by its inverse.
# Ask whether the largest value is above the smallest.
#
# [[exercise standardize]]
#
# <details><summary>Hint 1: NaN in the result</summary>
# 0/0. Which features never vary, and what are they divided by?</details>
# <details><summary>Hint 2: "One whose mean is rounded" fails</summary>
# Compare <code>train.max(axis=0)</code> with <code>train.min(axis=0)</code>, not <code>std</code> with 0.</details>
# <details><summary>Hint 3: choose feature by feature</summary>
# <code>np.where(condition, a, b)</code> takes a where the condition holds, and b elsewhere.</details>

# %%
pictures.scales(use=mine)


# %% exercise="standardize"
def standardize(train, test):
    """Both parts, standardised by the training part.

    train: (N, D)  test: (M, D), not changed
    A feature that never varies in the training part is divided by 1.
    Returns (train, test): new arrays of the same shapes.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · The condition number
#
# In lesson 01, without standardising, one weight moved and the others waited. A least-squares loss is a bowl over the weights and the bias. Its steepness depends on the direction, and its **curvatures** are the eigenvalues of the matrix of second derivatives
#
# $$\frac1N A^T A , \qquad A = \text{x with a column of ones beside it, for the bias} .$$
#
# The learning rate has to suit the steepest direction, so descent creeps along the flattest. Largest curvature over smallest is the **condition number** $\kappa$ of the loss (in which N cancels), and descent needs about $\kappa$ steps, up to a factor, because at the best learning rate an error shrinks by $(\kappa - 1)/(\kappa + 1)$ a step or faster. In numbers: one feature with the
# values 3 and −3 has $A^T A/2$ = 9 and 1 on the diagonal, and 0 beside it; so $\kappa = 9$.
#
# [[exercise condition_number]]
#
# <details><summary>Hint 1: the number is the root of the right one</summary>
# <code>np.linalg.cond(A)</code> is the condition number of the data. The loss has its square.</details>
# <details><summary>Hint 2: below 1</summary>
# Largest over smallest. <code>np.linalg.eigvalsh</code> sorts the eigenvalues of a symmetric matrix from small to large.</details>
# <details><summary>Hint 3: the column of ones</summary>
# <code>np.column_stack([x, np.ones(len(x))])</code>. Take x as it comes, without subtracting anything.</details>


# %% exercise="condition_number"
def condition_number(x):
    """Largest curvature of a least-squares loss with a bias, divided by the smallest.

    x: (N, D), as it comes
    Returns a number.
    """
    # SOLUTION


# %%
checks.predict_descent(lambda: pictures.descent(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C05</strong>, <em>without standardised inputs descent favours one feature</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds**, and theory tells the steps. The table counts them until 1 % of the excess loss is left, at the best fixed learning rate (house prices, medians of 20 data sets, computed, since nobody can run $10^{10}$ steps).
#
# | what was done to x | κ | steps | κ where rooms go with area | steps |
# |---|---|---|---|---|
# | nothing | 4 · 10¹⁰ | 3 · 10¹⁰ | 4 · 10¹⁰ | 2 · 10¹⁰ |
# | mean subtracted | 2,100 | 2,000 | 26,000 | 29,000 |
# | standardised | 1.2 | 1 | 68 | 78 |
# | whitened (section 8) | 1 | 1 | 1 | 1 |
#
# With only the mean subtracted, ten steps take the area's weight all the way and the rooms' weight 1 % of the way. Subtracting the mean saves seven powers of ten here, because the years are near 2000, and standardising saves three more. Neither removes **correlation**.
#
# </details>
#
# ## 4 · The same model in another unit
#
# You trained a layer on standardised inputs but want to apply it to raw ones. Find weights $w'$ and a bias $b'$ with
#
# $$\frac{x - \mu}{\sigma}\, w + b \;=\; x\, w' + b' \qquad \text{for every } x .$$
#
# In one dimension: w = 6, b = 1, a mean of 5 and a scale of 2 give $6\,(x - 5)/2 + 1 = 3x - 14$, so $w' = 3$ and $b' = -14$. With D inputs and M outputs, $\mu$ and $\sigma$ (in the code `mean` and `scale`) have one entry for each *input*, which is a **row** of w.
#
# [[exercise unscale_weights]]
#
# <details><summary>Hint 1: shapes do not fit, or only a square layer passes</summary>
# <code>scale</code> is (D,), w is (D, M). To divide row by row make a column of it: <code>scale[:, np.newaxis]</code>.</details>
# <details><summary>Hint 2: the weights are right, the bias is not</summary>
# Set x to 0 on both sides.</details>
# <details><summary>Hint 3: the bias</summary>
# Subtract <code>mean</code> times the <em>new</em> weights.</details>


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
# **So "relative importance" needs a unit.** Weights may be compared with each other once all inputs are standardised, and even then only where features are not correlated. The summary this course started from says that scaling makes sense if features have different units but *should be about equally important*: scaling is a statement of yours, and that is what it states.
#
# **λ and the learning rate change their meaning too.** The penalty $\frac12 \lambda \sum w^2$ of lesson 07, put on standardised weights, is $\frac12 \lambda \sum \sigma_d^2\, w_d'^2$ in terms of the raw ones. Without standardising, a feature in millimetres is penalised little, because its weight is small, and the same one in kilometres heavily. After every change of scaling, search both anew.
#
# ## 5 · Min–max scaling
#
# **Min–max scaling** maps the smallest training value of a feature to −1 and the largest to 1:
#
# $$z_{nd} = 2\, \frac{x_{nd} - \min_d}{\max_d - \min_d} - 1 .$$
#
# In numbers: training values from 1 to 3; 2 becomes 0, and a test value 4 becomes 2. Do not clip it, because it *is* new. A feature that never varies is divided by 1 here too, so that it becomes −1 in training.
#
# [[exercise min_max]]
#
# <details><summary>Hint 1: it ends at 0, or begins at 0</summary>
# First to [0, 1], then times 2, then less 1.</details>
# <details><summary>Hint 2: "Test rows beyond the range" fails</summary>
# Range of <code>train</code>, for both parts; no <code>np.clip</code>.</details>
# <details><summary>Hint 3: the features that never vary</summary>
# <code>span = np.where(high > low, high - low, 1)</code></details>


# %% exercise="min_max"
def min_max(train, test):
    """Both parts, scaled so that each feature of the training part reaches from -1 to 1.

    train: (N, D)  test: (M, D), not changed
    A feature that never varies in the training part is divided by 1.
    Returns (train, test): new arrays of the same shapes.
    """
    # SOLUTION


# %%
checks.predict_outlier()
explorables.scalings(use=mine)

# %% [markdown]
# **What you should have seen** after moving the slider. Min–max depends on two values only, the most extreme ones, and one broken sensor is enough to spoil it. Standardising withstands more, because an outlier widens the standard deviation and so, among N values, never lies farther out than $\sqrt{N-1}$ of it. The median and the quartiles move by at most one place among the sorted values. The table gives the accuracy on 2,000 clean rows (20 seeds) of a **logistic regression**, an affine layer with a sigmoid and cross-entropy, after 200 steps on 200 rows with one outlier in one of five features.
#
# | outlier at | min–max | standardised | median and quartiles |
# |---|---|---|---|
# | none | 96.7 ± 1.2 % | 97.4 ± 0.8 % | 97.4 ± 0.8 % |
# | 10 standard deviations | 91.1 ± 1.4 % | 97.4 ± 0.8 % | 97.4 ± 0.8 % |
# | 100 | 84.9 ± 1.0 % | 89.2 ± 1.1 % | 97.4 ± 0.8 % |
#
# **When not to.** In *sparse* data, such as counts of words, subtracting the mean fills every zero, and the table may no longer fit into memory. Only divide by a scale there. Where all features already have **one unit**, such as pixels, one scale for all keeps their proportions.

# %%
checks.predict_pixels(lambda: pictures.pixels(use=mine))

# %%
with LiveDashboard() as live:
    for scaling in ("0–255", "0–1", "0–1, mean image off"):
        data, rate = experiments.splits(mine.run(), scaling), experiments.SCALINGS[scaling]
        history = experiments.train(data, rate, callbacks=[live.run(scaling)])
        print(f"{scaling}, rate {rate:g}: validation accuracy {history.validation_accuracy[-1]:.0%}")

# %% [markdown]
# <details><summary><strong>Claim C36</strong>, <em>pixels need no scaling, they lie in [0, 255] anyway</em>: does it hold? Predict above, then open this.</summary>
#
# It **does not hold** here, for a network 784-100-10 after ten epochs of plain descent on 4,000 Fashion-MNIST images, each at the best of 13 learning rates (20 seeds).
#
# | pixels | best rate | validation accuracy |
# |---|---|---|
# | 0–255 | 0.0001 | 70.2 ± 1.3 % |
# | 0–255, mean image off | 0.003 | 79.7 ± 1.1 % |
# | 0–1 | 0.1 | 81.0 ± 1.6 % |
# | 0–1, mean image off | 0.3 | 84.2 ± 1.0 % |
# | one mean image, one scale | 0.1 | 84.0 ± 1.3 % |
# | mean and scale for each pixel | 0.3 | 83.6 ± 0.9 % |
#
# **Why?** Initial weights are drawn for inputs of about 1 (lesson 06). With pixels of 0 to 255 and initial weights divided by 255, descent at *one* small learning rate reaches 84.6 ± 0.7 %, so their scale is what matters. Part of the claim is true: no scale *per pixel* is needed, one for all is enough.
#
# </details>
#
# ## 6 · Principal components
#
# Standardising ignores that two features are correlated. **Principal component analysis** (PCA) rotates the axes until they are not. The first axis lies along the direction of largest variance, each further one along the largest that is left at right angles. With the centred data $x - \mu$ and their **covariance** matrix,
#
# $$\frac1N (x - \mu)^T (x - \mu) = U\, S\, U^T ,$$
#
# the **components** are the columns of U (D, D), of length 1 and at right angles, and the variances along them are the D numbers on the diagonal of S, largest first. In numbers: the points (3, 4), (−3, −4) and (0, 0) have the covariance 6, 8 / 8, 10.67; all lie on one line, so the first component is (0.6, 0.8), with variance 16.67, and the second has variance 0.
#
# Either of two calls gives it. `u, s, _ = np.linalg.svd(covariance)` returns the components in the *columns* of u and the sorted variances in s. `_, s, rows = np.linalg.svd(x - mean, full_matrices=False)` returns the components in the *rows* of the third result, and the variances are `s**2 / N`.
# **Signs do not matter**, because a component and its opposite are one axis.
#
# [[exercise pca_fit]]
#
# <details><summary>Hint 1: the components are right, the variances are not</summary>
# Divided by N, not by N − 1. And singular values of the <em>data</em> have to be squared first.</details>
# <details><summary>Hint 2: the components are wrong</summary>
# Is the mean subtracted? Is x transposed, <code>.T @</code>, so that the covariance is (D, D)? Columns, or rows?</details>
# <details><summary>Hint 3: with eigh</summary>
# <code>np.linalg.eigh</code> puts the smallest first: turn both results, <code>components[:, ::-1]</code> and <code>variances[::-1]</code>.</details>

# %%
pictures.axes_of_a_cloud()


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
# The variances add up to the variance of the data, so the first k hold the **share** (first k variances) / (all of them). Given a share, find the smallest k that holds at least as much. In numbers: of the variances 6, 3 and 1 the first holds 0.6, the first two 0.9. So k = 2 for shares 0.75, 0.85 and 0.6001, and k = 1 for exactly 0.6.
#
# [[exercise components_to_keep]]
#
# <details><summary>Hint 1: one too few, or one too many</summary>
# The k-th entry has the index k − 1.</details>
# <details><summary>Hint 2: sums</summary>
# <code>np.cumsum(variances)</code> holds the sums of the first one, two, three…; its last entry is the sum of all. (Compare with share times that, and a share of 1 is never missed by rounding.)</details>
# <details><summary>Hint 3: the first that is enough</summary>
# <code>np.argmax</code> of an array of truth values is the index of the first True.</details>


# %% exercise="components_to_keep"
def components_to_keep(variances, share):
    """The smallest k whose first k variances sum to at least this share of all.

    variances: (D,), largest first, none negative  share: above 0, at most 1
    Returns k, a whole number from 1 to D; a NumPy integer will do.
    """
    # SOLUTION


# %%
checks.predict_components(lambda: pictures.kept(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C18</strong>, <em>after mean subtraction features cloud around the origin; PCA keeps most of the variance in few components</em>: does it hold? Predict above, then open this.</summary>
#
# The claim **holds** on Fashion-MNIST and only partly on the digits. The table counts components for a share of the variance.
#
# | share | digits, of 64 | pixels shuffled | noise | clothes, of 784 | pixels shuffled | noise |
# |---|---|---|---|---|---|---|
# | 80 % | 13 | 29 | 47 | 23 | 401 | 499 |
# | 90 % | 21 | 35 | 55 | 79 | 500 | 615 |
# | 99 % | 41 | 45 | 63 | 421 | 655 | 762 |
#
# On Fashion-MNIST the last nine hundredths cost 342 components. On the digits much of the saving comes from edge pixels that almost never vary. Shuffled pixels, without correlation, need 45 components for 99 %. New images keep a little less, 79 % with 23 components on validation. Few examples look simpler than they are, since 20 components hold 90 % of the variance of 50 images.
#
# The **mean** holds 58 % of the mean square of a Fashion-MNIST image and 69 % of a digit's. If you leave it in, the "first component" is the mean itself (cosine 0.998 and 1.000). After subtraction the cloud does lie around the origin, but it is not round.
#
# </details>
#
# ### Compress and reconstruct
#
# The **coordinates** of an example along the first k components are $z = (x - \mu)\, U_k$, where $U_k$ (D, k) has the first k columns. To reconstruct, multiply by the transpose and add the mean, $z\, U_k^T + \mu$. Of all points on the plane through $\mu$ along the first k components, this is the one nearest to x. The squared distance that is lost, averaged over the training part, is the sum of the variances left out.
#
# In numbers: a mean of (1, 1) and the components (0.6, 0.8) and (−0.8, 0.6). The example (4, 6), less the mean (3, 5), has the first coordinate $3 \cdot 0.6 + 5 \cdot 0.8 = 5.8$. Back from that alone: $5.8 \cdot (0.6, 0.8) + (1, 1) = (4.48, 5.64)$.
#
# [[exercise compress]]
#
# <details><summary>Hint 1: the coordinates are wrong</summary>
# Subtract the <code>mean</code> you are given, not that of x: x may be a single test picture.</details>
# <details><summary>Hint 2: shapes do not fit in the reconstruction</summary>
# (N, k) times (k, D): the components transposed, <code>.T</code>, and only the first k.</details>
# <details><summary>Hint 3: the first k columns</summary>
# <code>components[:, :k]</code></details>


# %% exercise="compress"
def compress(x, mean, components, k):
    """Coordinates along the first k components, and what they rebuild.

    x: (N, D)  mean: (D,)  components: (D, D), in columns, as pca_fit returns them; none is changed
    Returns (z, rebuilt): (N, k) and (N, D).
    """
    # SOLUTION


# %%
explorables.components(use=mine)

# %% [markdown]
# **What you should have seen.** With 21 of 64 numbers a digit is easy to read. Shuffled pixels have other *neighbours*, so the digits' components are of no use to them. Fashion-MNIST loses the sole of a shoe, a thin line, first, because details have little variance.
#
# ## 8 · Whitening
#
# Divide each coordinate by its standard deviation $\sqrt{S}$, and the cloud is round, or **white**, with no correlation, every variance 1, and κ = 1.
#
# $$\text{pca} = \frac{(x - \mu)\, U}{\sqrt{S + \varepsilon}} , \qquad \text{zca} = \text{pca}\; U^T .$$
#
# Here S is the array of variances, and each column of coordinates is divided by the root of its own. The resulting variance is S/(S + ε), so ε keeps a direction without variance at 0 and limits the noise where there is little. **PCA whitening** ends in coordinates. **ZCA whitening** rotates these back into the axes of the data, so that a whitened image still looks like one. With all components and ε = 0 no other whitening changes centred data less, in mean square ([Kessy and others, 2018](https://arxiv.org/abs/1512.00809)).
#
# In numbers: a mean of 0, one component (0, 1) with variance 4, ε = 0: the example (3, 5) has pca (2.5) and zca (0, 2.5). You may be given the first k components and variances only; the formulas stay.
#
# [[exercise whiten]]
#
# <details><summary>Hint 1: NaN or infinity</summary>
# ε goes under the root, and it is the argument <code>eps</code>.</details>
# <details><summary>Hint 2: the variances come out wrong</summary>
# Divide by the <em>root</em> of variance + ε.</details>
# <details><summary>Hint 3: zca</summary>
# One matrix product after pca, with the components transposed. No mean is added.</details>

# %%
pictures.whitened(use=mine)


# %% exercise="whiten"
def whiten(x, mean, components, variances, eps=1e-5):
    """PCA-whitened and ZCA-whitened examples.

    x: (N, D)  mean: (D,)  components: (D, k), in columns  variances: (k,); none is changed
    Returns (pca, zca): (N, k) and (N, D).
    """
    # SOLUTION


# %%
checks.predict_whitening(lambda: pictures.whitening(use=mine))

# %% [markdown]
# **Fewer steps, worse network.** We trained 50 hidden units on 1,000 images in full batches, each at its best learning rate (20 seeds). A training loss of 0.4 takes 127 ± 9 steps from pixels of 0–1, 20 ± 2 with one scale and **4 or 5** whitened, but validation accuracy is 77, 80 and **43 ± 2 %**. Of 784 directions the last 363 hold 1 % of the variance, mostly noise, and whitening makes each of them as loud as the first.
# With ε = 0.01 it is 72 %, with the first 50 components alone 79 %. So whiten few components, or use a large ε. Batch norm (lesson 06) also speeds training up, but it standardises without decorrelating.
#
# ## 9 · A detector of leaks
#
# A test can look for leaks. Given a function `prepare(train, test)` that returns both parts prepared, call it **twice**, with the whole test part and with its first row alone, `test[:1]`. If it is honest,
#
# - the prepared **training part** is the same both times: nothing from the test part reaches training;
# - the prepared **first test row** is the same both times: a row does not depend on its company.
#
# Return the largest size by which either changes, `on_train` over the whole training part and `on_row` over the first row. In numbers: train 0 and 2, test 1 and 9, and a `prepare` that subtracts the mean of *all* data. That mean is 3 with both test values and 1 with the first alone, so everything differs by 2, and the answer is (2, 2).
#
# **Two zeros are no proof.** A `prepare` that subtracts `test[0]` from both parts also gets (0, 0), because both calls share that row, and labels do not enter at all. Which third call would expose it?
#
# [[exercise leakage]]
#
# <details><summary>Hint 1: numbers too small, or negative</summary>
# Sizes first, <code>np.abs</code>, then the largest, <code>.max()</code>.</details>
# <details><summary>Hint 2: on_row fails</summary>
# Of the first call only the first test row, <code>[:1]</code>, has a partner in the second.</details>
# <details><summary>Hint 3: two calls</summary>
# <code>train_all, test_all = prepare(train, test)</code> and <code>train_one, test_one = prepare(train, test[:1])</code></details>


# %% exercise="leakage"
def leakage(prepare, train, test):
    """By how much the test part acts on what is prepared.

    prepare: takes (N, D) and (M, D), changes neither, returns both parts prepared
    train: (N, D)  test: (M, D), M > 1
    Returns (on_train, on_row), two numbers: the largest size by which the prepared training
    part, and the prepared first test row, change when the first row is the whole test part.
    """
    # SOLUTION


# %%
pictures.detector(use=mine)

# %% [markdown]
# ## 10 · A leak through the targets
#
# Of a thousand features, which ten go with the target? Choose them by their **correlation** with y: for feature d, with both centred,
#
# $$\frac{\sum_n (x_{nd} - \mu_d)\,(y_n - \bar y)}{\sqrt{\sum_n (x_{nd} - \mu_d)^2}} \qquad \text{(what is the same for all features is left out)} .$$
#
# Take the k features for which its **size** is largest, the most correlated first, because a feature that falls as y rises tells as much as one that rises. In numbers: y = 10, 20, 30; a feature 1, 2, 3 gets $20/\sqrt2 = 14.1$, and 0, 5, 1 gets $10/\sqrt{14} = 2.7$.
#
# You are handed the test part *and its targets*, which you must not use. No feature is constant here, and no two are equally correlated.
#
# [[exercise select_features]]
#
# <details><summary>Hint 1: features of a large unit win</summary>
# That is the covariance. Divide by the root of the sum of squares of each centred feature.</details>
# <details><summary>Hint 2: "A negative correlation" fails</summary>
# Compare sizes: <code>np.abs</code>.</details>
# <details><summary>Hint 3: the k largest, largest first</summary>
# <code>np.argsort(-sizes)[:k]</code> are their indices. Columns: <code>x_train[:, indices]</code>, and the same ones of <code>x_test</code>.</details>


# %% exercise="select_features"
def select_features(x_train, y_train, x_test, y_test, k):
    """The k features most correlated with the targets, in size, chosen on the training part.

    x_train: (N, D)  y_train: (N,)  x_test: (M, D)  y_test: (M,); none is changed
    Returns (train, test): these columns, as they were, of both parts, the most correlated
    first: (N, k) and (M, k).
    """
    # SOLUTION


# %%
checks.predict_leak(lambda: pictures.chosen(use=mine))
checks.predict_statistics(lambda: pictures.statistics(use=mine))

# %% [markdown]
# **Two kinds of leak.** A step that looks at **y** can leak dramatically. On 50 rows of pure noise, half of them for validation, the ten best of 1,000 features reach 86 ± 5 % if chosen on all data and 49 ± 11 % if chosen on the training part (the truth is 50; 40 data sets). On 100 rows it is 78 against 48, on 1,000 rows 60 against 50. The same happens if you choose a model or λ on the test part, or throw out outliers because they "do not fit".
#
# Leaked **means and scales** do not depend on y. On digits (50 and 50 rows, 40 splits) they gave +0.6 ± 2.5 points, within the noise of one split, but a step without y can bias validation substantially ([Moscovich and Rosset, 2022](https://arxiv.org/abs/1901.08974)). So keep the rule. Where the data **drift**, so that later rows lie elsewhere, the leak hides it, and +10.1 ± 7.4 points are missing at inference time.
#
# **Cross-validation** cuts the rows into k **folds**. Each is validated once by a model trained on the others, its *training folds*, and the k accuracies are averaged. Everything fitted, a choice of features included, is fitted anew each time.
#
# ### Change one thing
#
# The next cell chooses features of noise on all data and reports the accuracy on half of it. Change **one** number, write what you expect into the first line, and then run it. With how many examples is the leak gone? What if *all* 1,000 features are "chosen"?
#
# <details><summary>What you may have found</summary>
#
# More examples dilute the leak, to 60 % at 1,000. More features to choose from make it worse. Choosing 100 of 1,000 does the most harm (98 %), because each adds a little. With all 1,000 nothing was chosen, so nothing leaked, and the accuracy is back at 50 % or a little below (a label that is more frequent in one half is rarer in the other).
#
# </details>

# %%
# I expect:
examples, features, chosen = 50, 1000, 10

rng, run, half = np.random.default_rng(0), mine.run(), examples // 2
found = []
for _ in range(20):
    x, y = rng.normal(size=(examples, features)), rng.permutation(np.arange(examples) % 2)
    x, _ = run.select_features(x, y, x, y, chosen)  # all rows: this is the leak
    zero, one = (x[:half][y[:half] == k].mean(axis=0) for k in (0, 1))
    nearer = np.sum((x[half:] - one) ** 2, axis=1) < np.sum((x[half:] - zero) ** 2, axis=1)
    found.append(np.mean(nearer == y[half:]))
print(f"validation accuracy on coin flips: {np.mean(found):.0%}")

# %% [markdown] beside="milestone"
# ## Milestone: the same network, other numbers
#
# This is your network of lesson 02, 784-100-10, with the same learning rate and initial weights drawn alike. Only its pixels change, which go through `subtract_mean` and then, as one long column, through `standardize`. **Before you run it, guess** how many more of the 1,000 validation images it gets right than the 83.3 % of lesson 02.

# %% beside="milestone"
milestones.run(5, use=mine)

# %% [markdown]
# ## ★ Bonus · More data than memory
#
# For the star, and for no points. A million images do not fit into memory, but a thousand do. Go through them heap by heap, and keep their number, mean and variance. When two heaps are merged, with $n = n_1 + n_2$,
#
# $$\mu = \mu_1 + (\mu_2 - \mu_1)\, \frac{n_2}{n} , \qquad \sigma^2 = \frac{n_1 \sigma_1^2 + n_2 \sigma_2^2}{n} + (\mu_2 - \mu_1)^2\, \frac{n_1 n_2}{n^2} .$$
#
# The variance of both together is that within the heaps plus what the distance of their means adds. In numbers: 1 and 3 (two examples, mean 2, variance 1) and 8 (one example, variance 0) make three examples of mean 4 and variance $2/3 + 36 \cdot 2/9 = 8.67$, as in section 2. The mean of the squares minus the square of the mean is the same on paper.
# Far from 0, as for years or kelvin, both are huge, and their difference is mostly rounding error. So the statistics of large data are found batch by batch, or on many machines.
#
# [[exercise merged_moments]]
#
# <details><summary>Hint 1: right only where both heaps are equally large</summary>
# The larger heap counts more: its share is n₂/n.</details>
# <details><summary>Hint 2: the variance is too small</summary>
# Two heaps that lie apart vary more together than each by itself.</details>
# <details><summary>Hint 3: the first lines</summary>
# <code>n = n1 + n2</code> and <code>apart = mean2 - mean1</code></details>


# %% exercise="merged_moments"
def merged_moments(n1, mean1, var1, n2, mean2, var2):
    """Number, mean and variance of two heaps of examples together.

    n1, n2: numbers of examples  mean1, var1, mean2, var2: (D,), not changed; variances
    are divided by the number
    Returns (n, mean, var): a number, (D,) and (D,), right far from 0 as well.
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# The cell takes the years of 200 houses, and the same a million years later, ten at a time. In float32 the mean of the squares minus the square of the mean has lost its digits, and the merged heaps have not.

# %% beside="bonus"
years = np.random.default_rng(0).uniform(1950, 2020, 200)
for shift in (0.0, 1e6):
    x = years + shift
    n, mean, var = 10, x[:10].mean(keepdims=True), x[:10].var(keepdims=True)
    for heap in np.split(x[10:], 19):
        n, mean, var = checks.merged_moments.reference(
            n, mean, var, 10, heap.mean(keepdims=True), heap.var(keepdims=True)
        )
    squares = np.mean(np.float32(x) ** 2) - np.mean(np.float32(x)) ** 2
    print(f"shifted by {shift:.0e}: variance {x.var():.2f}, merged {var[0]:.2f}, by squares {squares:.2f}")

# %% [markdown]
# ## What the summary got wrong
#
# - "For images no scaling is needed": one scale for all pixels is (claim C36). True is that none per pixel is.
# - It subtracts the mean of "the data". It is that of the training part, for all parts.
# - PCA keeps the dimensions with the most variance, as the CS231n notes say: right, and most variance is not most use, as the whitened clothes and the lost soles show.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | from which rows come mean, scale, components, choice of features? | from the training part alone, for all parts |
# | what does mean subtraction do? | the cloud lies around the origin, with a far better condition number |
# | and dividing by the standard deviation? | all weights get one curvature; weights, λ and the learning rate get a unit |
# | a feature that never varies? | divide by 1; ask max > min, not std > 0 |
# | min–max? | where the range is known and there are no outliers |
# | pixels? | mean image off, one scale for all |
# | PCA? | axes without correlation; few numbers where features go together |
# | whitening? | κ = 1 and a few steps; it makes noise loud, so few components or a large ε |
# | how bad is a leak? | through y, 36 points on 50 rows; through means 0.6, and 10 where data drift |
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/). Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, [*Efficient BackProp*](http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf), 1998.
# A. Bell and T. Sejnowski, [*The "independent components" of natural scenes are edge filters*](https://doi.org/10.1016/S0042-6989(97)00121-1), 1997. C. Ambroise and G. McLachlan, [*Selection bias in gene extraction on the basis of microarray gene-expression data*](https://doi.org/10.1073/pnas.102102699), 2002.
# To read on: scikit-learn's page on [*Common pitfalls*](https://scikit-learn.org/stable/common_pitfalls.html).
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend predicts from 2,000 genes of 60 patients who will fall ill, with 95 % accuracy in cross-validation; on the next 60 patients it is 52 %. He says he standardised everything, chose the 20 genes that differ most between the ill and the healthy, and then cross-validated. What went wrong, how would you prove it to him, and what should he do?**
# (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: the genes were chosen on all patients, the validation ones and their outcome included, so chance correlations of those very patients were built in; standardising all data is usually a small leak, not the reason. 2 points: a proof: shuffle the outcomes (or replace the genes by noise) and run the whole procedure: it still "predicts" far above 50 %, while chosen within each training fold it gives 50 %;
# or run his preparation through a detector that changes the validation part. 1 point: the remedy: everything that is fitted, choice of genes included, inside each training fold, and a test set that is touched once. 1 point: another possible reason named, such as drift (other laboratory, other patients), or that 60 rows give ±6 points by themselves, so 52 % is no proof that nothing is there.
#
# **A model answer.** He chose the genes before he split. Among 2,000 genes some differ between any two groups of 60 patients by chance, and he kept exactly those that did so in the patients he later validated on; so validation was no longer new to the model. Standardising everything first is wrong as well, but it does not depend on the outcome, and on digits it moved the accuracy by a point or two. I would shuffle
# the column of outcomes and run all of his steps again: if he still gets 90 %, the procedure makes the result and not the genes. Then I would choose the genes inside the cross-validation, on the training patients of each fold; with shuffled outcomes that must give about 50 %. The honest figure is what the real outcomes give then. The next 60 patients could also differ in
# how they were measured, so I would compare means and scales of the genes in both groups. And with 60 patients 52 % is uncertain by about six points.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you go on to it, here is what you have written, what it is called there, and what people fall for. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `standardize` | `(x - x.mean(dim=0)) / x.std(dim=0)` | `std` divides by N − 1; ours is `std(dim=0, correction=0)`. Of a single row theirs is NaN |
# | `min_max` | `x.aminmax(dim=0)` | `x.min(dim=0)` returns the values *and* where they are: a pair |
# | `pca_fit` | `torch.linalg.svd(x - mean)` | the third result is Vᵀ, with the components in its rows; the variances are the squares of the second, divided by N |
# | `pca_fit`, then the first k | `torch.pca_lowrank(x, q=k)` | random and approximate; it subtracts the mean and does not tell you which |
# | `condition_number` | `torch.linalg.cond(A)` | that of the data: a least-squares loss has its square |
# | `select_features` | `torch.corrcoef(x.T)` | features are *rows* there: forget to turn x, and examples are compared |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("05_preprocessing")
