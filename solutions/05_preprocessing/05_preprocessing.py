# %% [markdown]
# # 05 · Preprocessing: data before weights
#
# A network sees numbers, and not square metres, years or shades of grey. Which numbers you give it decides how long it trains, which of its weights move at all,
# and whether the accuracy you report is true. In this lesson you write the usual steps, measure what each of them is worth, and build a detector for the most common way to fool yourself.
#
# **You will be able to** centre, standardise and scale data, with features that never vary · say why descent gets faster, and by how much · compress pictures with principal components (PCA), and whiten them ·
# recognise a leak from the test part, and measure it.
#
# **Time** about 3 hours · **Points** 100 · **Before** 01, descent and its steps; 02 helps · **Leads to** 06, first weights, which are made for inputs of about 1.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. What you wrote is put to work: experiments run on a function of yours once it has full marks, and say so. N examples are rows, D features are columns.
# Most functions here get **two parts**, `train` and `test`, and return both. *test* is any part that is not trained on: validation, test, or what comes in later.

# %%
import numpy as np

from cs231n_lib import LiveDashboard
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.preprocessing import checks, experiments, explorables, pictures

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
# One cloud of points, and what each step makes of it. Run the next cell and press the buttons from left to right. **Before each, predict:** where does the star go? After which steps are both features equally wide? After which are they no longer correlated?

# %%
explorables.cloud(use=mine)

# %% [markdown]
# ## 1 · Where is zero?
#
# Pixels are never negative. So all inputs of a first-layer unit have one sign, and so have the gradients of its weights: they can only all rise or all fall, and descent goes in zig-zags (lesson 03). Subtract each feature's mean,
#
# $$x_{nd} \leftarrow x_{nd} - \mu_d , \qquad \mu_d = \frac1N \sum_n x_{nd} ,$$
#
# and the cloud lies around the origin. For pictures $\mu$ is itself a picture, the **mean image**.
#
# **The rule of this lesson:** $\mu$ comes from the **training part**, and is subtracted from **both** parts. In numbers: training values 1 and 3 have the mean 2; a test value 7 becomes 5. The test part's own mean is never computed.
# Whatever is computed from it before the end is a *leak*. And in use examples come one at a time: a single picture less its own mean is 0.
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
# ## 2 · In which unit?
#
# An area is 100 square metres, a number of rooms 4. To a network that knows no units the area is twenty-five times as large. **Standardising** takes the unit out:
#
# $$z_{nd} = \frac{x_{nd} - \mu_d}{\sigma_d} , \qquad \sigma_d = \sqrt{\frac1N \sum_n (x_{nd} - \mu_d)^2} .$$
#
# $\sigma$ is the standard deviation, divided by N as NumPy does (`std`), again of the **training part alone**. In numbers: training values 1, 3 and 8 have the mean 4 and the standard deviation $\sqrt{(9 + 1 + 16)/3} = 2.94$; a test value 7 becomes 1.02.
#
# **A feature that never varies** in the training part, such as a pixel in a corner, has $\sigma = 0$. Divide it by **1**: it becomes 0 while training, and a test value that differs keeps its difference.
# Do not ask whether `std` is 0, for rounding may fool you: ten rows of 0.1 have a mean of 0.09999999999999999 and a `std` of $10^{-17}$, and dividing by that makes −1 or 1 out of nothing. Do not add a small number, either: a test value would be multiplied by its inverse.
# Ask the data: is the largest value above the smallest?
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
# ## 3 · What is it worth?
#
# Lesson 01 measured that without standardising one weight moves and the others wait. Now the reason, in numbers. A least-squares loss is a bowl over the weights and the bias. How steep it is depends on the direction, and its **curvatures** are the eigenvalues of the matrix of second derivatives
#
# $$\frac1N A^T A , \qquad A = \text{x with a column of ones beside it, for the bias} .$$
#
# The learning rate has to suit the steepest direction, so along the flattest descent creeps. Largest curvature over smallest is the **condition number** $\kappa$ of the loss (in which N cancels), and descent needs about $\kappa$ steps, up to a factor: at the best rate an error shrinks by $(\kappa - 1)/(\kappa + 1)$ a step or faster. In numbers: one feature with the
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
# It **holds**, and theory tells the steps. Prices of houses, 20 data sets, the best fixed rate, until 1 % of the excess loss is left (medians; those of the raw data can only be computed, not run):
#
# | what was done to x | κ | steps | κ where rooms go with area | steps |
# |---|---|---|---|---|
# | nothing | 4 · 10¹⁰ | 3 · 10¹⁰ | 4 · 10¹⁰ | 2 · 10¹⁰ |
# | mean subtracted | 2,100 | 2,000 | 26,000 | 29,000 |
# | standardised | 1.2 | 1 | 68 | 78 |
# | whitened (section 8) | 1 | 1 | 1 | 1 |
#
# With the mean subtracted, after ten steps the weight of the area has come all the way, that of the rooms 1 % of it. Subtracting the mean wins seven powers of ten here, for the years are near 2000; the unit three more. Neither removes **correlation**.
#
# </details>
#
# ## 4 · The same model in another unit
#
# A layer trained on standardised inputs is wanted for raw ones: on a telephone, say, that knows nothing of $\mu$ and $\sigma$. Find weights $w'$ and a bias $b'$ with
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
# It loses what the mean was worth: <code>mean</code> times the <em>new</em> weights.</details>


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
# **So "relative importance" needs a unit.** Weights may be compared with each other once all inputs are standardised, and even then only where features are not correlated. The notes say that scaling makes sense if features have different units but *should be about equally important*: scaling is a statement of yours, and that is what it states.
#
# **λ and the learning rate change their meaning, too.** The penalty $\frac12 \lambda \sum w^2$ of lesson 07, put on standardised weights, is $\frac12 \lambda \sum \sigma_d^2\, w_d'^2$ in terms of the raw ones. Without standardising, a feature in millimetres is hardly penalised (its weight is small already), the same one in kilometres heavily. So after every change of scaling search λ and the rate anew.
#
# ## 5 · Into a range
#
# **Min–max scaling** maps the smallest training value of a feature to −1 and the largest to 1:
#
# $$z_{nd} = 2\, \frac{x_{nd} - \min_d}{\max_d - \min_d} - 1 .$$
#
# In numbers: training values from 1 to 3; 2 becomes 0, and a test value 4 becomes 2. It **sticks out**, and should: it *is* new, do not cut it off. A feature that never varies is divided by 1 here, too, so that it becomes −1 while training.
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
# **What you should have seen**, once the slider has moved. Min–max hangs on two values only, the most extreme ones, and one broken sensor is enough to spoil it. Standardising takes more: one outlier among N values can never lie farther out than $\sqrt{N-1}$ standard deviations, for it widens them itself. The median and the quartiles do not move at all. Five features, 200 rows, one outlier in one of them; a logistic regression of 200 steps then reads, of 2,000 clean rows (20 seeds):
#
# | outlier at | min–max | standardised | median and quartiles |
# |---|---|---|---|
# | none | 96.7 ± 1.2 % | 97.4 ± 0.8 % | 97.4 ± 0.8 % |
# | 10 standard deviations | 91.1 ± 1.4 % | 97.4 ± 0.8 % | 97.4 ± 0.8 % |
# | 100 | 84.9 ± 1.0 % | 89.2 ± 1.1 % | 97.4 ± 0.8 % |
#
# **When not to.** *Sparse* data, such as counts of words that are nearly all 0: subtracting the mean fills every zero, and the table no longer fits into memory. Divide by a scale and leave the mean. And where all features have **one unit already**, such as pixels, one scale for all keeps their proportions.

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
# It **does not hold** here. 784-100-10 on 4,000 clothes, ten epochs of plain descent, each at the best of 13 rates, 20 seeds:
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
# **Why?** First weights are drawn for inputs of about 1 (lesson 06). With pixels of 0 to 255 and first weights divided by 255, descent at *one* small rate reaches 84.6 ± 0.7 %: it is the size of the start. What is true in the claim: no scale *per pixel* is needed, one for all is enough.
#
# </details>
#
# ## 6 · The long way through a cloud
#
# Standardising cannot see that two features go together. **Principal component analysis** (PCA) turns the axes until they no longer do: the first along the direction in which the cloud is longest, each further one at right angles to those before it, along what is longest then. With the centred data $x - \mu$ and their **covariance** matrix,
#
# $$\frac1N (x - \mu)^T (x - \mu) = U\, S\, U^T ,$$
#
# the **components** are the columns of U (D, D), of length 1 and at right angles, and the variances along them are the D numbers on the diagonal of S, largest first. In numbers: the points (3, 4), (−3, −4) and (0, 0) have the covariance 6, 8 / 8, 10.67; all lie on one line, so the first component is (0.6, 0.8), with variance 16.67, and the second has variance 0.
#
# Two calls give it. `u, s, _ = np.linalg.svd(covariance)` returns the components in the *columns* of u and the variances in s, sorted. Or, without the covariance, `_, s, rows = np.linalg.svd(x - mean)`: components in the *rows* of the third result, and `s**2 / N` are the variances.
# **Signs do not matter**: a component and its opposite are one axis, and the check takes both.
#
# [[exercise pca_fit]]
#
# <details><summary>Hint 1: the components are right, the variances are not</summary>
# Divided by N, not by N − 1. And singular values of the <em>data</em> have to be squared first.</details>
# <details><summary>Hint 2: the components are wrong</summary>
# Is the mean subtracted? Is x turned, <code>.T @</code>, so that the covariance is (D, D)? Columns, or rows?</details>
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
# ## 7 · Few numbers for many
#
# How many components are enough? The variances add up to the variance of the data, so the first k hold the **share** (first k variances) / (all of them). Given a share, find the smallest k that holds at least as much. In numbers: of the variances 6, 3 and 1 the first holds 0.6, the first two 0.9. For a share of 0.75, 0.85 or 0.6001 k is 2, for 0.6 it is 1.
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
# **Holds** for the clothes, **half** for the digits. Components for a share of the variance:
#
# | share | digits, of 64 | pixels shuffled | noise | clothes, of 784 | pixels shuffled | noise |
# |---|---|---|---|---|---|---|
# | 80 % | 13 | 29 | 47 | 23 | 401 | 499 |
# | 90 % | 21 | 35 | 55 | 79 | 500 | 615 |
# | 99 % | 41 | 45 | 63 | 421 | 655 | 762 |
#
# The last nine hundredths of the clothes cost 342 components. Of the digits much is only that edge pixels hardly vary: shuffled, which leaves no correlation at all, 45 hold 99 %. New pictures keep a little less: of validation clothes 23 components hold 79 %. And few examples look simpler than they are: from 50 clothes 20 components would hold 90 %.
#
# The **mean** first: it holds 58 % of the mean square of a clothes picture, 69 % of a digit. Leave it in, and the "first component" is the mean itself (cosine 0.998 and 1.000). After subtraction the cloud does lie around the origin, but it is no round cloud.
#
# </details>
#
# ### There and back
#
# Now use them. The **coordinates** of an example along the first k components are $z = (x - \mu)\, U_k$, where $U_k$ (D, k) has the first k columns. The way back multiplies by the same matrix, turned, and adds the mean: $z\, U_k^T + \mu$. Of all points that k numbers can describe, that is the one nearest to x. What is lost, a mean square over the training part, is the sum of the variances left out.
#
# In numbers: a mean of (1, 1) and the components (0.6, 0.8) and (−0.8, 0.6). The example (4, 6), less the mean (3, 5), has the first coordinate $3 \cdot 0.6 + 5 \cdot 0.8 = 5.8$. Back from that alone: $5.8 \cdot (0.6, 0.8) + (1, 1) = (4.48, 5.64)$.
#
# [[exercise compress]]
#
# <details><summary>Hint 1: the coordinates are wrong</summary>
# Subtract the <code>mean</code> you are given, not that of x: x may be a single test picture.</details>
# <details><summary>Hint 2: shapes do not fit on the way back</summary>
# (N, k) times (k, D): the components turned, <code>.T</code>, and only the first k.</details>
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
# **What you should have seen.** With 21 numbers of 64 a digit reads well. Shuffled pixels have the same values, but not the same *neighbours*: the components, which know how pixels go together in digits, are of no use to them. And the sole of a shoe, a thin line, is what clothes lose first: large areas have variance, details have little. Variance is not importance.
#
# ## 8 · Make it round
#
# Along a component the standard deviation is $\sqrt{S}$. Divide each coordinate by it, and the cloud is round, or **white**: nothing correlated, every variance 1, κ = 1.
#
# $$\text{pca} = \frac{(x - \mu)\, U}{\sqrt{S + \varepsilon}} , \qquad \text{zca} = \text{pca}\; U^T .$$
#
# Here S stands for the array of variances, and each column of coordinates is divided by the root of its own. ε keeps a direction without variance at 0, and holds back the noise in those that have hardly any: the variance that results is S/(S + ε). **PCA whitening** ends in coordinates. **ZCA whitening** turns these back into the axes of the data, so that a whitened picture still looks like one; of all ways to whiten it changes x least.
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
# One matrix product after pca: with the components, turned. No mean is added.</details>

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
# **Fewer steps, worse network.** 1,000 clothes, 50 hidden units, full batches, each at its best rate, 20 seeds: to a training loss of 0.4 it takes 127 ± 9 steps from pixels of 0–1, 20 ± 2 with one scale, **4 or 5** whitened. Validation accuracy: 77, 80 and **43 ± 2 %**. Of 784 directions the last 363 hold 1 % of the variance, mostly noise, and whitening makes each of them as loud as the first.
# With ε = 0.01 it is 72 %, with the first 50 components alone 79 %. So whiten few components, or with a large ε; today batch norm (lesson 06) does for speed what whitening was for.
#
# ## 9 · Who looks at the test?
#
# You have kept the rule by care. A detector needs none. Given any function `prepare(train, test)` that returns both parts prepared, call it **twice**: with the whole test part, and with its first row alone, `test[:1]`. If it is honest,
#
# - the prepared **training part** is the same both times: nothing from the test part reaches training;
# - the prepared **first test row** is the same both times: a row does not depend on its company.
#
# Return the largest size by which either changes: `on_train` over the whole training part, `on_row` over the first row. In numbers: train 0 and 2, test 1 and 9, and a `prepare` that subtracts the mean of *all* data. That mean is 3 with both test values and 1 with the first alone; so everything differs by 2, and the answer is (2, 2).
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
# ## 10 · The worst leak
#
# Of a thousand features, which ten go with the target? Choose them by their **correlation** with y: for feature d, with both centred,
#
# $$\frac{\sum_n (x_{nd} - \mu_d)\,(y_n - \bar y)}{\sqrt{\sum_n (x_{nd} - \mu_d)^2}} \qquad \text{(what is the same for all features is left out)} .$$
#
# Take the k features for which its **size** is largest, the most correlated first: one that falls as y rises tells as much as one that rises. In numbers: y = 10, 20, 30; a feature 1, 2, 3 gets $20/\sqrt2 = 14.1$, and 0, 5, 1 gets $10/\sqrt{14} = 2.7$.
#
# You are handed the test part *and its targets*. Look at them, and you leak more than with any mean. No feature is constant here, and no two are equally correlated.
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
# **Two kinds of leak.** Whatever looks at **y** leaks dramatically. Pure noise, half of the rows to train and half to validate, the ten best of 1,000 features: on 50 rows chosen on all data 86 ± 5 %, on the training part 49 ± 11 % (the truth is 50; 40 data sets); on 100 rows 78 against 48, on 1,000 rows 60 against 50. The same happens to the choice of a model or of λ on the test part, and to outliers thrown out because they "do not fit".
#
# Leaked **means and scales** know nothing of y. Digits, 50 and 50 rows, 40 splits: +0.6 ± 2.5 points, within the noise of one split. Keep the rule all the same. It costs nothing; it is what use will be like; and where the data **drift**, so that later rows lie elsewhere, the leak hides it: +10.1 ± 7.4 points that are not there in use.
#
# ### Change one thing
#
# The next cell chooses features of noise on all data, and reports the accuracy on half of it. Change **one** number in it, write what you expect into its first line, and only then run it; as often as you like. With how many examples is the leak gone? What if *all* 1,000 features are "chosen"?
#
# <details><summary>What you may have found</summary>
#
# More examples dilute it: 60 % at 1,000, and it never quite goes away. More features to choose from make it worse. Choosing 100 of 1,000 does most harm (98 %), for each adds a little; with all 1,000 nothing was chosen, so nothing leaked, and it is back at 50 % or a little below (each half has more of the label that the other one lacks).
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
# Your network of lesson 02, 784-100-10 with its small first weights and its rate, and not one weight more. But the pixels go through `subtract_mean` and then, as one long column, through `standardize`: mean image off, one scale for all. **Before you run it, guess:** how many of the 1,000 validation pictures more than the 83.3 % of lesson 02?

# %% beside="milestone"
milestones.run(5, use=mine)

# %% [markdown]
# ## ★ Bonus · More data than memory
#
# For the star, and for no points. A million pictures do not fit into memory, but a thousand do. So go through them heap by heap, and keep three things: how many there were, their mean, and their variance. When two heaps are merged, with $n = n_1 + n_2$,
#
# $$\mu = \mu_1 + (\mu_2 - \mu_1)\, \frac{n_2}{n} , \qquad \sigma^2 = \frac{n_1 \sigma_1^2 + n_2 \sigma_2^2}{n} + (\mu_2 - \mu_1)^2\, \frac{n_1 n_2}{n^2} .$$
#
# The variance of both together is that within the heaps, and what the distance of their means adds. In numbers: 1 and 3 (two examples, mean 2, variance 1) and 8 (one example, variance 0) make three examples of mean 4 and variance $2/3 + 36 \cdot 2/9 = 8.67$, as in section 2. Why not the mean of the squares less the square of the mean? On paper that is the same.
# Far from 0, years or temperatures in kelvin, both are huge, and their difference is rounding. Why it matters: batch after batch, or on a hundred machines at once, this is how mean and scale of large data are found.
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
# What it brings: the years of 200 houses, and the same a million years later, ten at a time. In float32 the mean of the squares less the square of the mean has lost its digits; merged heaps have not.

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
# ## What the notes got wrong
#
# - "For images no scaling is needed": one scale for all pixels is (claim C36). True is that none per pixel is.
# - They subtract the mean of "the data". It is that of the training part, for all parts.
# - PCA "keeps the dimensions with the most variance": right, and most variance is not most use, as the whitened clothes and the lost soles show.
#
# ## Summary
#
# | question | answer |
# |---|---|
# | from which rows come mean, scale, components, choice of features? | from the training part alone, for all parts |
# | what does mean subtraction do? | the cloud lies around the origin; no zig-zag, a far better condition number |
# | and dividing by the standard deviation? | all features get one curvature; weights, λ and the rate get a unit |
# | a feature that never varies? | divide by 1; ask max > min, not std > 0 |
# | min–max? | where the range is known and there are no outliers |
# | pixels? | mean image off, one scale for all |
# | PCA? | axes without correlation; few numbers where features go together |
# | whitening? | κ = 1 and a few steps; it makes noise loud, so few components or a large ε |
# | how bad is a leak? | through y, dreadful; through means, small, unless data drift |
#
# **References.** CS231n course notes, [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/). Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, [*Efficient BackProp*](http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf), 1998.
# A. Bell and T. Sejnowski, [*The "independent components" of natural scenes are edge filters*](https://doi.org/10.1016/S0042-6989(97)00121-1), 1997. C. Ambroise and G. McLachlan, [*Selection bias in gene extraction on the basis of microarray gene-expression data*](https://doi.org/10.1073/pnas.102102699), 2002.
# To read on: scikit-learn's page on [*Common pitfalls*](https://scikit-learn.org/stable/common_pitfalls.html).
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend predicts from 2,000 genes of 60 patients who will fall ill, with 95 % accuracy in cross-validation; on the next 60 patients it is 52 %. He says he standardised everything, chose the 20 genes that differ most between the ill and the healthy, and then cross-validated. What went wrong, how would you prove it to him, and what should he do?**
# (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: the genes were chosen on all patients, the validation ones and their outcome included, so chance correlations of those very patients were built in; standardising all data is a small leak, not the reason. 2 points: a proof: shuffle the outcomes (or replace the genes by noise) and run the whole procedure: it still "predicts" far above 50 %, while chosen within each training fold it gives 50 %;
# or run his preparation through a detector that changes the validation part. 1 point: the remedy: everything that is fitted, choice of genes included, inside each training fold, and a test set that is touched once. 1 point: another possible reason named, such as drift (other laboratory, other patients), or that 60 rows give ±6 points by themselves, so 52 % is no proof that nothing is there.
#
# **A model answer.** He chose the genes before he split. Among 2,000 genes some differ between any two groups of 60 patients by chance, and he kept exactly those that did so in the patients he later validated on; so validation was no longer new to the model. Standardising everything first is wrong as well, but knows nothing of the outcome and moves the accuracy by a point or two. I would shuffle
# the column of outcomes and run all of his steps again: if he still gets 90 %, the procedure makes the result and not the genes. Then I would put the choice of genes into the loop of the cross-validation, so that each fold chooses on its own training patients; with shuffled outcomes that must give about 50 %. The honest figure for the real outcomes is whatever comes out then. The next 60 patients could also differ in
# how they were measured, so I would compare means and scales of the genes in both groups before I call it settled. And with 60 patients 52 % is uncertain by about six points.

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
