# %% [markdown]
# # 09 · Training: watch it, then search
#
# You have written every part of a network. This lesson puts the parts together, and answers the questions that come up while it trains: is it right at all? What does this curve say? Which settings are better, and is the difference
# more than luck? At the end a network of your own names clothes, and is compared with people.
#
# **You will be able to** check a whole network before you trust it · name what is wrong with a run from its curves · say how sure an accuracy is, and a difference of two · search for good settings by grid, by chance and by a model ·
# use a test set once.
#
# [[time]]
#
# **Points** 100 · **Before** all lessons; 06, 07 and 08 most of all · **Leads to** your own network, and out of this course.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. With full marks a function is what the experiments run on, and they say so. The last part trains on *your* functions of all lessons:
# where one is missing the library's takes its place.

# %%
import numpy as np
from IPython.display import display

from cs231n_lib import LiveDashboard
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.training import checks, experiments, explorables, pictures

# %% [markdown] beside="reference"
# [[reference sheet]]

# %% [markdown] beside="warm-up"
# ## Warm-up
#
# Answer three questions about earlier lessons from memory, for no points. If an answer is wrong, you are told why and can try again.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown]
# ## 1 · Sanity checks
#
# A network with a bug in it often still learns, only a little worse, and nobody knows how good it *should* be. So before any long training, ask questions whose answers you know:
#
# 1. **The first loss.** A network that knows nothing gives each of $K$ classes the same probability, so the loss is $\ln K$: 2.303 for ten classes. With a penalty it is more.
# 2. **A few examples.** 50 images must be memorised to 100 %. If no learning rate does that, something is broken.
# 3. **The gradients** against numerical ones, those of the *whole* network.
#
# The cell after the next two exercises asks the first two of a network of your own functions. The third question is the sharpest. You know it from lessons 01 and 04; for a whole network four things are new:
#
# - **Some entries of each array**, not all, because every entry costs two passes. A bug often spoils a whole array, so that one entry finds it. If only a column is wrong, 20 entries usually do.
# - **After some steps**, not at the start, where weights are small and many gradients are nearly 0, and with **the same dropout mask** for both passes.
# - **The penalty on and off.** On, its gradient may hide that of the data, and off, nobody checks the penalty.
# - **A floor.** A bias before batch norm has the gradient 0 (lesson 06). The difference quotient finds 10⁻¹¹, by rounding, and the relative error is 1. So do not divide by less than a floor:
#
# $$\text{error} = \frac{|\,\text{analytic} - \text{numerical}\,|}{\max(|\,\text{analytic}\,|,\; |\,\text{numerical}\,|,\; \text{floor})}$$
#
# In numbers, analytic 2.0 and numerical 2.5 give 0.5/2.5 = 0.2. Analytic 0 and numerical 10⁻¹¹ give 10⁻¹¹/10⁻⁴ = 10⁻⁷ with a floor of 10⁻⁴, and 1 without one.
#
# [[exercise gradient_check_network]]
#
# <details><summary>Hint 1: errors of 1 where all is right</summary>
# Is the floor among the things of which you take the largest? And do you step up <em>and</em> down, and divide by 2h?</details>
# <details><summary>Hint 2: how to change one entry</summary>
# <code>up = parameters[i].copy()</code>, then <code>up.flat[entry] += h</code>: <code>flat</code> counts the entries row by row. The list for the loss is <code>[*parameters[:i], up, *parameters[i + 1:]]</code>.</details>
# <details><summary>Hint 3: the outline</summary>
# Two loops: over the arrays, and over <code>entries[i]</code>. In the inner one collect an error, after it keep the largest.</details>


# %% exercise="gradient_check_network"
def gradient_check_network(loss, parameters, gradients, entries, h=1e-5, floor=1e-4):
    """The worst relative error of each array's gradient.

    loss: takes a list of arrays like parameters, returns a number.
    parameters, gradients: lists of A arrays. Not changed.
    entries: for each array the numbers of the entries to look at, counted row by row.
    Returns an array (A,).
    """
    # SOLUTION


# %% [markdown]
# **Reading it.** Which arrays are wrong shows what the bug is. The gradient comes down through the layers, so a mistake on its way spoils everything *below*:
#
# | wrong are | the bug | kind, layer |
# |---|---|---|
# | none | no bug that this check can find | 0, 0 |
# | one array alone | in this array's own gradient | 1, its layer |
# | every weight, no bias | the penalty, which acts on the weights alone | 2, 0 |
# | every bias, no weight | a mean for a sum, say | 3, 0 |
# | anything else | the backward pass out of the layer above the highest wrong one | 4, that layer |
#
# Layers count from 1. If w₁, b₁, w₂ and b₂ are wrong and w₃ and b₃ right, the gradient was spoiled on its way out of layer 3, so the answer is `(4, 3)`. If the highest layer L is wrong itself, the bug is above it, in the loss, which counts as layer L + 1, so it is `(4, L + 1)`.
#
# After the exercise come six training loops, A to F, by Adam with L2. See what your two functions say of them.
#
# [[exercise find_the_bug]]
#
# <details><summary>Hint 1: NaN</summary>
# Every comparison with NaN is False. So ask which errors are small enough, and turn that round: <code>~(errors &lt;= limit)</code>.</details>
# <details><summary>Hint 2: weights and biases</summary>
# <code>wrong[::2]</code> are the weights of all layers, <code>wrong[1::2]</code> the biases.</details>
# <details><summary>Hint 3: the order of the questions</summary>
# None; one array (<code>wrong.sum() == 1</code>); all weights and no bias; all biases and no weight; and what is left is the backward pass.</details>


# %% exercise="find_the_bug"
def find_the_bug(errors, limit=1e-5):
    """What kind of bug it is, and in which layer, by the table above.

    errors: (2L,), of w1, b1, w2, b2, … from the bottom up. Wrong is what is not at most limit.
    Returns (kind, layer), two whole numbers.
    """
    # SOLUTION


# %%
print(experiments.sanity(use=mine))
checks.predict_bug(lambda: pictures.suspects(use=mine))

# %% [markdown]
# <details><summary>What was wrong with A to F? Open this when you have looked.</summary>
#
# **C** is right. **A** halves the gradient of the first layer, **B** has 2λw for λw, **D** divides the gradients of the biases by the batch size, and **E** has a factor of 1.25 too much on the way out of layer 3. In **F** one column of the last
# weights gets no gradient from the data. Their curves lie together, and which of them is lowest changes from seed to seed. Adam divides by the size of the gradient, so A, D and E change its steps very little. They would show on the day when you change to SGD.
#
# B shows only if the penalty is *on*. F is the hard one, a tenth of the entries of one array. With one entry an array it is found in one of ten cases, with 20 in nearly nine of ten.
#
# </details>
#
# ## 2 · Update ratio and training curves
#
# **How far does a step go?** The length of the update, relative to that of the weights, shows for each layer and from the first steps on whether the learning rate is of the right size:
#
# $$\text{update ratio} = \frac{\lVert w_\text{new} - w \rVert_2}{\lVert w \rVert_2}$$
#
# The CS231n notes say that it should be about 10⁻³. Weights of length 10 that a step moves by 0.03 have a ratio of 0.003.
#
# [[exercise update_ratio]]
#
# <details><summary>Hint 1: too large throughout</summary>
# Is it relative? Divide by the length of the weights <em>before</em> the step.</details>
# <details><summary>Hint 2: the length of a matrix</summary>
# <code>np.linalg.norm(w)</code> is the root of the sum of all squares, whatever the shape.</details>
# <details><summary>Hint 3: a ratio for each layer</summary>
# <code>for w, w_new in zip(before, after)</code>, collect, and at the end <code>np.array(…)</code>.</details>


# %% exercise="update_ratio"
def update_ratio(before, after):
    """How far a step moved the weights of each layer, relative to their length.

    before, after: lists of L arrays, before and after one update.
    Returns an array (L,).
    """
    # SOLUTION


# %%
checks.predict_ratio(lambda: pictures.ratios(use=mine))

# %% [markdown]
# <details><summary>So is 10⁻³ right? Open this when you have looked.</summary>
#
# **It holds with conditions.** For momentum and Adam it is the right order, because at their best learning rates on this network they lie between 3 · 10⁻⁴ and 10⁻². Plain SGD in minibatches lies above, near 10⁻², since its steps mostly cancel. So read it as a band, not as a line. Here far below 10⁻⁴ nothing is learned, and beyond 3 · 10⁻² runs break.
#
# </details>
#
# **Six curves without a name.** Here are six runs on digits, whose pixels have one mean and one scale. Choose a number from 0 to 9999, draw its six curves, and give each one of these ten names.
#
# | name | what was done |
# |---|---|
# | `healthy` | nothing is wrong |
# | `rate too low`, `rate too high`, `diverged` | the learning rate; in the last case by far |
# | `overfitting` | few rows, many epochs |
# | `underfitting` | one or two hidden units |
# | `bad start` | weights of the wrong size at the start, or all 0 |
# | `no shuffling` | the rows come class by class, in every epoch |
# | `wrong labels` | a quarter or more of the training labels are wrong; those of validation are right |
# | `penalty too large` | a λ that forbids the network to learn |
#
# All six are different. The cell after the check shows the dashboard's own diagnosis of them, which has not seen the settings either. The loss is that of the batch, penalty included. Ask where each begins, against ln 10, how it falls, how far the two accuracies are apart, and which is higher.
#
# [[exercise name_curves]]
#
# <details><summary>Hint 1: begin with the plain ones</summary>
# A run that ends after a few steps; a loss that begins far above ln 10; a training accuracy of 1 with a gap below it; a training accuracy <em>below</em> that of validation.</details>
# <details><summary>Hint 2: two that look alike</summary>
# A rate too high and missing shuffling both make the loss leap. One leaps at random, the other once an epoch, always in the same way.</details>
# <details><summary>Hint 3: high at the start</summary>
# A bad start and a large penalty both begin above ln 10. Where does the loss go, and what do the accuracies reach?</details>

# %%
pictures.curves(number=7)


# %% exercise="name_curves"
def name_curves():
    """Your number and the names of its six curves.

    Returns (number, names): the number you drew the curves with, from 0 to 9999,
    and a list of six names, of the curves a to f.
    """
    # SOLUTION


# %%
print(experiments.second_opinion(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C26</strong>, <em>loss curves tell the learning rate, and the gap between training and validation tells overfitting</em>: does it hold?</summary>
#
# **It holds, mostly.** Of 29 settings with 14 kinds of fault, 20 runs each, a simple classifier named 96 % rightly from loss and accuracies alone. No curve shows validation rows that are in the training set (both accuracies are just high), a third of the units dead, or the bugs of section 1.
# The dashboard's rules name most of them, too, such as missing shuffling by a loss with the same course in every epoch. They call wrong labels "validation above training", which is what they see, and a large penalty "start" or "underfitting".
#
# </details>
#
# ### Change one thing
#
# Write into the first line what you expect, change the learning rate, and run the cell. At which learning rates, high and low, does the diagnosis at the end of the sentence below the figure begin to complain?
#
# <details><summary>What you may have found</summary>
#
# From 0.0003 to 0.3, a factor of a thousand, it finds nothing on these easy digits. At 0.0001 the loss is still falling in a straight line at the end, and from about 0.4 on units die and the loss leaps. So a search over learning rates needs a range of several powers of ten, and a
# logarithmic scale, because what counts is the factor.
#
# </details>

# %%
# I expect:
lr = 0.02

with LiveDashboard() as live:
    experiments.watch(lr, live)

# %% [markdown]
# ## 3 · Standard error of an accuracy
#
# A single accuracy hides *what* is confused with what. The **confusion matrix** counts it, with a row for each true class and a column for each predicted one. Of the six examples 0, 0, 0, 1, 1, 2, classified 0, 0, 1, 1, 1, 0, it makes the rows 2 1 0, then 0 2 0, then 1 0 0. The diagonal holds what was right, and the sum is 6.
#
# [[exercise confusion_matrix]]
#
# <details><summary>Hint 1: counts too small</summary>
# <code>matrix[y, y_pred] += 1</code> adds 1 once for each <em>place</em>, however often it occurs.</details>
# <details><summary>Hint 2: what to do instead</summary>
# A loop over the examples; or <code>np.add.at(matrix, (y, y_pred), 1)</code>, which adds once for each example.</details>
# <details><summary>Hint 3: shape and kind</summary>
# <code>np.zeros((classes, classes), dtype=np.int64)</code>: classes that never occur have a row, too.</details>

#
# **Luck.** The test images are drawn at random, and another thousand would give another number. Each image is a toss of a coin that is right with the probability of the accuracy, so the **standard error** of an accuracy over $N$ images is
#
# $$\text{error} = \sqrt{\frac{\text{accuracy} \cdot (1 - \text{accuracy})}{N}}$$
#
# For 85 % on 1,000 images that is $\sqrt{0.85 \cdot 0.15 / 1000}$ = 1.1 points, and the truth is within twice that in about 19 of 20 cases. **Two networks on the same images** can be compared better, because what is hard for both drops out. Take for each image 1 if only a is right, −1 if only b is,
# and 0 otherwise. The mean of these numbers is the difference of the accuracies, and their standard deviation over $\sqrt N$ is its standard error. If the difference is less than twice that, it may well be none.
#
# In numbers, a is right on images 1, 2 and 3 of four, b on 1 and 3. The accuracy of a is 0.75 ± 0.217. The differences 0, 1, 0, 0 have mean 0.25 and standard deviation 0.433, so the result is 0.25 ± 0.217.
#
# [[exercise accuracy_error]]
#
# <details><summary>Hint 1: "numpy boolean subtract"</summary>
# Truth values cannot be subtracted: <code>right_a.astype(float)</code> makes 1.0 and 0.0 of them.</details>
# <details><summary>Hint 2: the third value</summary>
# Not the root of two squared errors: that would be for different pictures. The standard deviation of the differences, over √N.</details>
# <details><summary>Hint 3: which variance</summary>
# <code>np.std</code> divides by N, as this course does.</details>


# %% exercise="confusion_matrix"
def confusion_matrix(y_pred, y, classes):
    """How often each class was taken for each.

    y_pred, y: named and true classes, (N,), whole numbers below classes.
    Returns (classes, classes) of whole numbers: row = true, column = named.
    """
    # SOLUTION


# %% exercise="accuracy_error"
def accuracy_error(right_a, right_b):
    """How sure the accuracy of a is, and its lead over b on the same pictures.

    right_a, right_b: whether each network is right, (N,), True or False.
    Returns (error, difference, difference_error): the standard error of a's accuracy,
    its accuracy minus that of b, and the standard error of this difference.
    """
    # SOLUTION


# %%
checks.predict_difference(lambda: pictures.luck(use=mine))

# %% [markdown]
# <details><summary>When is a difference none? Open this when you have looked.</summary>
#
# As long as the whisker crosses 0. If two networks disagree on a tenth of the images, as these do, a lead of one point needs some 4,000 images to be seen at twice its error, even image by image. And that is only the luck of the *images*, because another seed of the training moves the accuracy by half a point or so as well. On 1,000 images, a ranking of networks within
# a point is mostly a ranking of seeds and images.
#
# </details>
#
# ## 4 · Hyperparameters on a logarithmic scale
#
# What a network does not learn itself, such as λ, the learning rate, the dropout rate or the width, is a **hyperparameter**. To choose it, train with several settings and keep the one with the highest validation accuracy. Each such training is a **trial**. A search is a function that gets
# an **objective**, a function that runs one trial and returns a number that is to be large.
#
# Where should the trials lie? A learning rate of 0.001 differs from 0.002 as 0.1 does from 0.2, because what counts is the *factor*. Drawn uniformly from 0 to 1, 90 % of them lie above 0.1, 9 % between 0.01 and 0.1, and only 1 % below. So let the **exponent** be uniform. With $u$ uniform from 0 to 1 (`rng.random()` draws it):
#
# $$\text{exponent} = \log_{10}\text{low} + u\,(\log_{10}\text{high} - \log_{10}\text{low}), \qquad \text{number} = 10^{\,\text{exponent}}$$
#
# In numbers, for 10⁻⁴ to 1, u = 0 gives 10⁻⁴, u = 0.25 gives 10⁻³, u = 0.5 gives 10⁻², and u = 1 gives 1. It suits what acts by its factor, such as learning rates, λ and widths. A fraction, such as `drop_prob`, stays uniform.
#
# [[exercise log_uniform]]
#
# <details><summary>Hint 1: nearly all are large</summary>
# <code>low + u * (high - low)</code> is uniform. Do that with the <em>exponents</em>, then go back.</details>
# <details><summary>Hint 2: some are far off</summary>
# Which base has your logarithm, and which your power? <code>np.log10</code> and <code>10 ** …</code> belong together, as do <code>np.log</code> and <code>np.exp</code>.</details>
# <details><summary>Hint 3: the outline</summary>
# <code>start, end = np.log10(low), np.log10(high)</code>; then a number between them for each u; then <code>10 ** …</code>.</details>


# %% exercise="log_uniform"
def log_uniform(u, low, high):
    """Numbers whose logarithm is spread evenly from log low to log high, as u is from 0 to 1.

    u: numbers from 0 to 1, of any shape.
    low, high: the ends, above 0: numbers, or arrays (D,) for u of shape (n, D).
    Returns an array of u's shape.
    """
    # SOLUTION


# %% [markdown]
# ## 5 · Grid search and random search
#
# **Grid search** lists some values of each hyperparameter and tries *every* combination, so three learning rates and four λ are twelve trials. **Random search** draws each trial's point at random. Both return three things:
#
# - `points` (n, D), a row for each trial,
# - `results` (n,), what the objective gave,
# - `best` (D,), the point with the largest result.
#
# One trap is in both. A rate that is too high makes the loss infinite and the accuracy meaningless; our objectives then return **NaN**. But `np.argmax([0.8, nan, 0.9])` is 1, because NumPy takes NaN for the largest, and the search would choose the run that blew up. `np.nanargmax` leaves NaN out.
#
# In numbers: for `values` = [[0.01, 0.1], [0.0, 0.5]] the points are [0.01, 0.0], [0.01, 0.5], [0.1, 0.0], [0.1, 0.5], in this order: the last hyperparameter varies fastest.
#
# [[exercise grid_search]]
#
# <details><summary>Hint 1: how to get all combinations</summary>
# <code>np.meshgrid(*values, indexing="ij")</code> gives an array for each hyperparameter, all of one shape with D axes. Stack them on a <em>last</em> axis, then <code>reshape(-1, len(values))</code>. Nested loops that grow a list do as well.</details>
# <details><summary>Hint 2: calling the objective</summary>
# It takes one point, a row (D,): <code>objective(point)</code>, and once for each. A call is a whole training, so do not make it twice.</details>
# <details><summary>Hint 3: NaN</summary>
# <code>points[np.nanargmax(results)]</code>. Do not put 0 for NaN: results may be below 0, as minus a loss is.</details>
#
# Random search uses your own `mine.log_uniform`. Draw a number for *each hyperparameter of each trial*, $n \cdot D$ of them.
#
# [[exercise random_search]]
#
# <details><summary>Hint 1: the hyperparameters rise and fall together</summary>
# How many numbers do you draw? <code>rng.random((n, len(low)))</code> are n rows of D.</details>
# <details><summary>Hint 2: each with its own range</summary>
# <code>low</code> and <code>high</code> have an entry for each hyperparameter, and <code>mine.log_uniform</code> takes them as they are.</details>
# <details><summary>Hint 3: the rest</summary>
# From the points on it is your grid search: results row by row, and the best without NaN.</details>


# %% exercise="grid_search"
def grid_search(objective, values):
    """Try every combination of the listed values, each once.

    objective: from a point (D,) to a number that is to be large; NaN where the run diverged.
    values: D lists, the values of each hyperparameter.
    Returns (best, points, results): (D,), (n, D) with the last hyperparameter varying fastest, (n,).
    """
    # SOLUTION


# %% exercise="random_search"
def random_search(objective, low, high, n, rng):
    """Try n points, log-uniform in their ranges.

    objective: from a point (D,) to a number that is to be large; NaN where the run diverged. Called n times.
    low, high: the ends of each range (D,).
    Returns (best, points, results): (D,), (n, D), (n,).
    """
    # SOLUTION


# %%
display(pictures.decades(use=mine), explorables.grid_random())
checks.predict_grid(lambda: pictures.same_budget(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C33</strong>, <em>random search beats grid search</em>: does it hold? Predict above, then open this.</summary>
#
# **It holds with conditions: few trials, and one hyperparameter that matters more than the others.** On digits, nine trials, the setting found trained four times more; mean ± standard deviation over 20 searches, in per cent:
#
# | where | grid, values on the ends | grid, middles of equal parts | random |
# |---|---|---|---|
# | only the rate matters | 93.1 ± 3.3 | 91.8 ± 11.5 | **95.3 ± 2.4** |
# | both matter | 76.4 ± 6.5 | **81.5 ± 3.2** | 77.5 ± 7.4 |
#
# *Only the rate matters:* random search was ahead of the grid with the ends in 16 of 20 searches, by 2.3 ± 0.8 points (standard error), and of the other one in 14, by 3.5 ± 2.7. A grid of nine tries *three* learning rates, random search nine (the marks below the maps in the explorable). At 16 and 25 trials the advantage was gone (−0.5 to +0.6 points, about one standard error).
#
# *Both matter:* random search is 4.0 ± 1.7 points behind a grid of middles, because it leaves gaps and heaps. A grid's **ends** are a bad place either way, because with values on them two of three are extreme.
#
# **What to do.** For one hyperparameter, use a grid on a logarithmic scale. For several, of which you do not know which matter, search at random if trials are few. Such a search can also be stopped at any time or go on, which a grid cannot.
#
# </details>
#
# ## 6 · From coarse to fine
#
# Search a wide range first, then closer where it was good. The second round covers `share` of the range's width (in powers of ten) around the best point so far, the third `share` of that. With a range of 6 powers of ten and `share` = 0.3 that is 6, 1.8, 0.54. On a logarithmic axis you go to either side by a *factor*. After round $i$ = 0, 1, … let
#
# $$\text{reach} = \left(\frac{\text{high}}{\text{low}}\right)^{\text{share}^{\,i+1}/2}, \qquad \text{next round: from } \max(\text{low},\; \text{best}/\text{reach}) \text{ to } \min(\text{high},\; \text{best}\cdot\text{reach}).$$
#
# The **best point of all rounds** counts, not that of the last one. The ends are cut off at those of the *whole* range, so a round may move beyond the one before.
#
# **The best is on the border.** If the best rate of a search is 0.9 and the range ended at 1, a better one may lie beyond, and a search does not say so by itself. An entry of `border` is True where the best lies in the first or last *twentieth* of its whole range, on the logarithmic axis: $\log(\text{best}/\text{low})/\log(\text{high}/\text{low})$ is below 0.05 or above 0.95.
#
# After the exercise you can watch it. Each point is a trial, 25 epochs on 200 digits of which three in ten have a wrong label. If you **stop** (the ■ above), you keep what was done by then.
#
# [[exercise coarse_to_fine]]
#
# <details><summary>Hint 1: the outline</summary>
# A loop over the rounds: <code>mine.random_search</code> in the range of this round; put its points and results to those of the rounds before (<code>np.vstack</code>, <code>np.append</code>); the best of all; the next range.</details>
# <details><summary>Hint 2: rounds are too wide or too narrow</summary>
# After round i = 0 the width is <code>share ** 1</code> of the <em>whole</em> range, after round 1 <code>share ** 2</code>. Half of it lies on each side: hence <code>/ 2</code>.</details>
# <details><summary>Hint 3: the border</summary>
# <code>position = np.log(best / low) / np.log(high / low)</code> with the whole range's ends; then <code>(position &lt; 0.05) | (position &gt; 0.95)</code>, an entry for each hyperparameter.</details>


# %% exercise="coarse_to_fine"
def coarse_to_fine(objective, low, high, n, rounds, rng, share=0.3):
    """Random search in rounds, each around the best point so far.

    objective, low, high, rng: as in random_search.
    n: trials a round.  share: width of a round as a share of that of the round before.
    Returns (best, points, results, border): (D,), (n * rounds, D), (n * rounds,), (D,) of bool:
    whether the best lies in the first or last twentieth of its whole range.
    """
    # SOLUTION


# %%
display(pictures.trial_map(use=mine))
checks.predict_rounds(lambda: pictures.in_rounds(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C34</strong>, <em>coarse to fine spends trials where they pay</em>: does it? Predict above, then open this.</summary>
#
# **It does not show at 24 trials of equal length**, and the worst case is far worse. CS231n also shortens the early rounds, to one epoch or less, which makes them cheap; that is not measured here. On digits, over 8 powers of ten of the learning rate and of λ, three rounds of eight compete with 24 random trials (accuracy in per cent, 20 searches of each):
#
# | number | coarse to fine | random |
# |---|---|---|
# | the best that the search itself saw, median | **97.0** | 96.3 |
# | that setting, trained four times more, median | 95.0 | **95.7** |
# | the same, mean ± standard deviation | 89.0 ± 19.3 | **95.7 ± 0.5** |
# | the same, least | 10.5 | **94.6** |
#
# Two things happen. Once in a while eight trials over so wide a range miss the good part altogether, and then two rounds look closely at a bad one. Where the search finds a good spot, it looks there sixteen times and keeps the *luckiest* training, which gives a better number but no better setting. Where both hyperparameters matter it is the same, with medians of 79.6 and 81.0, least 9 and 75.
# **What to do.** Make the first round large enough for its range, and train the best setting again, with another seed, before you believe its number.
#
# **The border's warning** is a rule of thumb, too. Where the best learning rate lies just below the end of the range, it warns in a fifth of the searches with a margin of a twentieth, in a third with a tenth, and in four of five with a fifth. λ, which did not matter there, was on the border by chance in 7 %. Where the range ended far below the best learning rate, the search reached 56 %, and with a wider range 97 %.
#
# </details>
#
# ## 7 · Bayesian, journaled and parallel search
#
# **Learning from the trials.** Random search ignores earlier trials. **TPE** (the tree-structured Parzen estimator, a kind of *Bayesian* search) divides the n trials so far into the best and the rest, estimates from each how densely its points lie, and tries next where the best are dense *relative* to the others. Optuna takes the best tenth, Hyperopt the best ¼√n, both at most 25. The first ten trials are random here.
# In the library, `tpe_search` is one call that needs optuna, `pip install "cs231n_lib[hpo]"`. The summary this course started from names Hyperopt for it:
#
# | step | here, by optuna | Hyperopt |
# |---|---|---|
# | range | `{"lr": LogUniform(1e-5, 1)}` | `{"lr": hp.loguniform("lr", log(1e-5), log(1))}`: give it *logarithms* |
# | search | `tpe_search(accuracy, space, 50, seed=0)` | `fmin(lambda p: -accuracy(**p), space, algo=tpe.suggest, max_evals=50)`: it *minimises* |
# | result | `results.best.parameters` | what `fmin` returns |
#
# **Lasting.** The searches of `cs231n_lib.search` take names instead of arrays, record each trial with its time and error, and show the best so far. With `journal="trials.npz"` they keep every trial in a file. If a search is stopped, the same call continues it and trains nothing again that is in the file. The next cell shows one that breaks off after six of twelve trials.

# %%
print(experiments.taken_up())
display(pictures.against_chance())

# %% [markdown]
# <details><summary><strong>Claim C35</strong>, <em>Bayesian search needs fewer trials</em>: does it?</summary>
#
# **It holds with conditions**, on this one problem from 20 trials on. Digits, four hyperparameters (λ, learning rate, width, dropout), equal budgets, 20 searches of each:
#
# | best so far after | 10 trials | 20 | 30 | 50 | 100 |
# |---|---|---|---|---|---|
# | TPE | 91.0 ± 13.2 | **97.3 ± 1.2** | **97.7 ± 0.8** | **98.2 ± 0.5** | **98.4 ± 0.4** |
# | random | 94.4 ± 2.4 | 95.6 ± 2.2 | 96.3 ± 1.4 | 97.1 ± 0.9 | 97.6 ± 0.6 |
# | TPE in front | 55 % | 75 % | 75 % | 75 % | 80 % |
#
# The numbers were recorded by `python -m benchmarks search --seeds 20`. In its first ten trials TPE *is* random search, so the difference there is luck. After 20 it is 1.6 ± 0.6 points ahead (standard error), after 100 still 0.9 ± 0.2. On average it finds with 20 trials what random search finds with 50, which is worth most where a trial is expensive.
#
# </details>
#
# **Growing.** Trials are independent, so they can run in parallel. `workers=2` uses two processes of this computer, and `client=` takes a Dask client with all the cores of a computer or a cluster. It needs `pip install "cs231n_lib[classroom]"`:
#
#     from distributed import Client
#     from cs231n_lib.search import LogUniform, random_search
#
#     with Client() as client:                      # all cores; Client("tcp://…:8786") a cluster
#         results = random_search(accuracy, {"lr": LogUniform(1e-5, 1)}, 200, rng, client=client,
#                                 seeds=0, journal="trials.npz")
#     print(results.says)
#
# With `seeds=0` each trial's random seed depends on its index, not on the worker that runs it. So grid and random search give equal results on one worker and on twenty, even if one is killed and its trials run again on another. TPE cannot promise that, because it learns from trials in the order in which they *end*.
# Below some 20 ms a trial, sending them costs more than doing them.
#
# ## 8 · Capstone: how close to people?
#
# For Fashion-MNIST there is a figure for people, too. Crowd workers without fashion expertise labelled 1,000 random test images, three labels an image, and the majority was right on **83.5 %** (standard error 1.2 points). Your network gets 4,000 images to learn from. In this part you put it together, prove it, search, decide, test once, and look.
#
# ### Put it together
#
# A hidden layer is affine → batch norm → ReLU → dropout. After the last one come an affine layer with the scores, softmax cross-entropy, and ½λ times the squares of all weights. All these parts are yours, and you call them by `mine.…`. The parameters lie in one list, from the bottom up:
#
# $$w_1,\; \gamma_1,\; \beta_1,\; \quad w_2,\; \gamma_2,\; \beta_2,\; \quad \dots \quad w,\; b$$
#
# - An affine layer before batch norm needs no bias (lesson 06). Pass zeros to `mine.affine_forward`, and drop their gradient.
# - The mask is that of lesson 07, `(rng.random(shape) < 1 - drop_prob) / (1 - drop_prob)`. The same mask multiplies in the backward pass.
# - `statistics` is a list of pairs, running mean and running variance of each hidden layer. Return the new ones.
#
# With all weights and b at 0, the loss is ln K whatever γ and β are. Use your gradient check of section 1 on this function.
#
# [[exercise network_loss]]
#
# <details><summary>Hint 1: the loss is right, gradients below the last layer are not</summary>
# The backward pass, in reverse order: mask, ReLU, batch norm, affine, each with the cache of <em>its</em> layer, and <code>dout</code> handed on.</details>
# <details><summary>Hint 2: everything is right but for dropout</summary>
# One draw of <code>rng.random(…)</code> for each hidden layer, from the bottom up, in the shape of what comes out of ReLU.</details>
# <details><summary>Hint 3: the penalty</summary>
# Every third array from the first is a weight: <code>range(0, len(parameters), 3)</code>. <code>mine.l2(w, strength)</code> returns what to add to the loss, and to the gradient.</details>


# %% exercise="network_loss"
def network_loss(x, y, parameters, statistics, drop_prob, strength, rng):
    """Loss and gradients of a network with batch norm, ReLU and inverted dropout, in training.

    x: (N, D).  y: (N,).  parameters: [w1, gamma1, beta1, w2, gamma2, beta2, …, w, b].
    statistics: running (mean, variance) of each hidden layer, as mine.batchnorm_forward takes them.
    strength: λ.  rng: draws the masks.  None of the arguments is changed.
    Returns (loss, gradients, statistics): gradients in the order of the parameters.
    """
    # SOLUTION


# %% [markdown]
# Now the training: `fit` gets pixels and labels, trains, and returns the scores of *new* pixels. A plan that works:
#
# 1. One generator from `seed`. One mean image and one scale, of the training pictures, for all (lesson 05).
# 2. Layers of 256 and 128 units, weights by He's rule, γ = 1, β = 0; running means 0 and variances 1. Pixels and parameters as `np.float32`, which takes half the time and cost no accuracy here. (A learning rate that is a NumPy number would make float64 of them again, so use `float(…)`.)
# 3. `epochs` times all minibatches of 64, each with `mine.network_loss`, then `mine.adam` for each parameter, with memory of its own. The rate falls along a cosine, from `lr` to 0 (lesson 08).
# 4. At inference time affine, `mine.batchnorm_inference` with the running statistics, ReLU, and no dropout.
#
# The plan fixes the network, and what is left to search are the learning rate, dropout and λ, but other plans are as good. **The defaults in the first line are your settings, and your seed**: with them your grade is measured. When you have searched, come back and write what you found there. In grading `fit` trains once more, on the training images, within 40 s of computing (the course's own takes about 4), and is asked for the *test* images. No number in
# this notebook is believed. 83.5 % earns the points for "people", 85.0 % those for "all the parts", and more earns no more. Here the check asks for the validation images, because the others are closed. Mind the luck, ± 1.1 points from the images and ± half a point from the seed, so do not despair at 84.9.
#
# [[exercise fit]]
#
# <details><summary>Hint 1: no better than chance</summary>
# Pictures and labels of the same <code>rows</code>? The new parameters kept? The new pixels prepared like the others?</details>
# <details><summary>Hint 2: other scores for the same picture</summary>
# In use batch norm must go by the running statistics, which <code>mine.network_loss</code> returns at each step: keep them.</details>
# <details><summary>Hint 3: memory</summary>
# <code>memory = [(np.zeros_like(w), np.zeros_like(w), 0) for w in parameters]</code>, and in the loop <code>parameters[i], *memory[i] = mine.adam(parameters[i], gradients[i], *memory[i], rate)</code>.</details>


# %% exercise="fit"
def fit(x, y, new, lr=0.003, drop_prob=0.3, strength=1e-5, epochs=20, seed=3):
    """Train on x and y, and score new pixels.

    x, new: pixels (N, D) and (M, D), from 0 to 1.  y: labels (N,), from 0 to 9. Not changed.
    lr: the rate at the start.  strength: λ.  seed: for everything that is drawn.
    Returns (scores, w1): scores (M, 10), and the weights of the first layer, (D, H).
    """
    # SOLUTION


# %% [markdown]
# ### The test set, once
#
# If you look at the test set, change something and look again, you have made it a second validation set. The best of ten equally good networks lies above their mean by luck alone, by 1.7 points if each saw 1,000 images of its own, and by about 1.0 if all saw the same 1,000 and disagree on 9 % of them. So it is opened **once**, when everything is decided.
#
# The next function is a door that opens once. It is handed a record, empty the first time, and a function that measures the accuracy. The lesson keeps the record in `test_set.json`, beside this notebook. Nothing prevents you from deleting the file.
#
# [[exercise open_test_set]]
#
# <details><summary>Hint 1: opened too often</summary>
# Look at the record <em>before</em> you call <code>measure()</code>.</details>
# <details><summary>Hint 2: the record is changed</summary>
# Make a new dictionary: <code>{"accuracy": …, "asked": …}</code>.</details>
# <details><summary>Hint 3: two cases</summary>
# With an accuracy in the record: the same accuracy, and one more for "asked". Without: what <code>measure()</code> returns, and 1.</details>


# %% exercise="open_test_set"
def open_test_set(record, measure):
    """Measure the first time, and only remember later.

    record: a dictionary, empty or with "accuracy" and "asked". Not changed.
    measure: opens the test set and returns an accuracy; called without arguments.
    Returns the new record: the accuracy of the first time, and how often was asked.
    """
    # SOLUTION


# %% [markdown] beside="milestone"
# ### Prove it, search, decide
#
# First prove the gradients of your `network_loss`, after 20 steps, by your own gradient check. Then search by your own `random_search`, with eight trials of 1,000 images and six epochs. It draws on logarithmic scales, so it gets the dropout rate as `np.exp(drop_prob)`, whose logarithm is uniform. The *ranking* should carry over to
# 4,000 images, the number does not. Stop (the ■ above) keeps the trials that are done.

# %% beside="milestone"
print(experiments.prove(use=mine))
found = experiments.tries(use=mine, seed=7)
print(experiments.tried(found))

# %% [markdown] beside="milestone"
# Then decide, with the best setting, 20 epochs and three seeds. Trials of six epochs may favour too little dropout, because it pays late, so settings of your own may be as good. **Before you run the cell**, guess how far apart the three seeds will be.

# %% beside="milestone"
checks.predict_people()
settings = {**found.best.parameters, "epochs": 20}  # or settings of your own
decided = experiments.decide(mine, settings)
print(decided)

# %% [markdown] beside="milestone"
# ### Test, once
#
# If everything is decided, open the test set. The mean of the three networks' probabilities (an **ensemble**) classifies 1,000 images that nobody has looked at in nine lessons.

# %% beside="milestone"
print(experiments.open_once(mine, decided))

# %% [markdown] beside="milestone"
# ### Look
#
# The validation images may be looked at once more. You see which classes are confused, the 20 surest mistakes, and what the first layer looks for.

# %% beside="milestone"
display(pictures.confusion(decided, use=mine), pictures.surest_mistakes(decided), pictures.first_weights(decided))

# %% [markdown] beside="milestone"
# ### Longer, if you wish
#
# More epochs, networks or images earn no points and take from half a minute to an hour each. Write in a cell of your own:
#
#     print(experiments.longer(mine, "30 epochs"))     # or "five networks", "all pictures", "CIFAR-10"
#
# `"all pictures"` are the 60,000 of Fashion-MNIST without those that you validate on; `"CIFAR-10"` are 50,000 small photographs in colour. The first time both download their data, 26 and 170 MB, which needs `pip install "cs231n_lib[cifar]"`, or take a copy from `at="…"`. All use *validation* images, because the test set has been opened. Stop keeps the networks that are done.
#
# <details><summary>What came out in the course, at the settings of its own <code>fit</code></summary>
#
# By `python -m benchmarks capstone --long`, of 1,000 validation pictures:
#
# | form | each network | mean of their probabilities | computing |
# |---|---|---|---|
# | as above, 20 epochs, three networks | 86.2, 86.0, 85.8 % | 85.7 % | 13 s |
# | `"30 epochs"`, three networks | 85.2, 86.3, 84.7 % | 85.2 % | 20 s |
# | `"five networks"` | 86.2, 86.0, 85.8, 85.7, 85.2 % | 85.6 % | 24 s |
# | `"all pictures"`, one network | **90.6 %** | | 74 s |
# | `"CIFAR-10"` | not recorded: the course was built without that download | | not recorded |
#
# With ± 1.1 points from the images the first three rows are not known to differ. What helps is *more images*, since fifteen times as many remove a third of the mistakes.
#
# </details>

# %% [markdown] beside="milestone"
# ## Milestone: clothes, by your own `fit`
#
# The last line of the score sheet: one network, at the defaults of your `fit`, on the 1,000 validation pictures.
#
# <details><summary>What came out in the course, over ten repetitions of all of this? Open this when you have your own number.</summary>
#
# One network at the settings of the course's own `fit` classifies 85.9 ± 0.4 % of the validation images and 85.8 ± 0.3 % of the test images correctly (20 seeds). The least is 85.2 %, so all passed 83.5 % and 85 %. When the settings were searched anew each time, and three networks trained with the best, the one that validation prefers had 85.3 ± 0.5 % of the test images (six of ten passed 85 %), the mean of the three 85.7 ± 0.7 % (nine of ten). All passed 83.5 %.
#
# On validation, over 20 seeds, pixels with one mean and one scale brought 1.3 points, dropout about 1, and Adam with the cosine 1. A third layer, batch norm in a network of two hidden layers, mirrored images and 30 epochs instead of 20 brought no step beyond the spread.
#
# Is that better than people? The 83.5 % come from a *different* 1,000 test images, so the lead is 2.3 ± 1.6 points (standard error). What does the rule of section 3 say? And the comparison is with *these* people, on tiny grey images, the only ones that the network has ever seen.
#
# </details>

# %% beside="milestone"
milestones.run(9, use=mine)

# %% [markdown]
# ## ★ Bonus · The mean of the last weights
#
# For the star, and for no points. At a constant learning rate the noise of the batches keeps throwing the weights about the minimum. Their *mean* over the last steps lies nearer to it. Keep a running mean $m$ that starts at 0, and correct it for that as Adam does:
#
# $$m \leftarrow \text{decay} \cdot m + (1 - \text{decay}) \cdot w, \qquad \text{averaged} = \frac{m}{1 - \text{decay}^t}$$
#
# With decay 0.9 and weights of 2 at the first step $m$ is 0.2, and averaged 0.2/0.1 = 2. On Fashion-MNIST it brought Adam at a constant learning rate 1.1 ± 0.3 points, and with a cosine 0.1, so here it does what a schedule does.
#
# [[exercise averaged_weights]]
#
# <details><summary>Hint 1: far too small at first</summary>
# Divide by 1 − decayᵗ, with t counted up <em>before</em>: it is 1 at the first step.</details>
# <details><summary>Hint 2: too large later</summary>
# Hand on the running mean as it is, not the corrected one.</details>
# <details><summary>Hint 3: the order</summary>
# t, mean, averaged; and all three are returned.</details>


# %% exercise="averaged_weights"
def averaged_weights(w, mean, t, decay=0.99):
    """One step of a running mean of weights.

    w, mean: the weights after this step, and the mean so far, 0 at first; of one shape. Not changed.
    t: how many steps there were before this one.
    Returns (averaged, mean, t): the corrected mean, the running one, and t counted up.
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# Noise throws a weight about its minimum at 0, at a constant learning rate. How far off is it in the mean, and how far its average?

# %% beside="bonus"
rng, w, mean, t, last, averaged = np.random.default_rng(0), 3.0, np.zeros(1), 0, [], []
for _ in range(2000):
    w = w - 0.1 * (w + rng.normal())
    average, mean, t = checks.averaged_weights.reference(np.array([w]), mean, t)
    last.append(abs(w))
    averaged.append(abs(average[0]))
print(
    f"mean distance of the last 1,000: the weight {np.mean(last[1000:]):.2f}, its average {np.mean(averaged[1000:]):.2f}"
)

# %% [markdown]
# ## What the summary says too briefly
#
# The summary has no mistake here, but it and the CS231n notes say three things too briefly:
#
# - The CS231n notes say that the update ratio should be "around 1e-3": a band of a factor of 30, and plain SGD lies above it.
# - Both say that random search is better than a grid, and that you should go from coarse to fine: under conditions, which sections 4 to 7 measure.
# - Neither says how sure an accuracy is. On 1,000 pictures two networks that differ by a point are, as a rule, not known to differ.
#
# ## Summary
#
# | question | tool | what to remember |
# |---|---|---|
# | is it right? | first loss, a few examples memorised, gradient check | before any long training; with a floor and a fixed mask |
# | what is the bug? | which arrays are wrong | the gradient comes from above |
# | is the rate of the right size? | update ratio | 3 · 10⁻⁴ to 10⁻²; SGD above |
# | what does this curve say? | start against ln K, shape, gap | some faults show in no curve |
# | is it better? | standard error, picture by picture | ± 1.1 points on 1,000 pictures |
# | which settings? | search on few pictures | logarithmic scales; is the best on the border? |
# | how good is it? | the test set, once | each further look adds luck |
#
# ## Where to go from here
#
# **Take it home.** A button on the start page, or `python -m cs231n_lib my-library` in a terminal in the course's folder, writes all your functions that passed into one readable file, with tests, your score sheet, and a list of what is missing. It needs only NumPy.
#
# You have written all parts of this fully connected network. What comes next is the same idea with other layers, convolutions for images and attention for text, and a program that derives the backward passes for you. CS231n part 2, *Dive into Deep Learning* and ARENA go on from here, in PyTorch.
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Neural networks part 3*](https://cs231n.github.io/neural-networks-3/). H. Xiao, K. Rasul and R. Vollgraf, [*Fashion-MNIST*](https://arxiv.org/abs/1708.07747), 2017 (people's 83.5 % is in the table of their [repository](https://github.com/zalandoresearch/fashion-mnist)).
# A. Karpathy, [*A recipe for training neural networks*](https://karpathy.github.io/2019/04/25/recipe/), 2019. B. Polyak and A. Juditsky, [*Acceleration of stochastic approximation by averaging*](https://doi.org/10.1137/0330046), 1992.
# J. Bergstra and Y. Bengio, [*Random search for hyper-parameter optimization*](https://jmlr.org/papers/v13/bergstra12a.html), 2012.
#
# ## Reflection
#
# **Report on your network in eight sentences**: what it is and which parts are your own; how you proved it right; what you searched, and on which pictures; what it reached on validation and on the test set, with *both* kinds of ±; what it confuses, with one mistake that you would have made too; and one thing that you would *not* conclude from your numbers. (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 1 point: the network and its parts, with what was the library's. 1 point: at least two of the sanity checks, with what they showed. 1 point: what was searched, on validation or on fewer pictures, and never on the test pictures. 2 points: validation *and* test accuracy with the standard error of the pictures (about 1.1 points) *and* the
# spread over seeds; one point if only one of the two is given. 1 point: a confusion or a mistake that was looked at, and something that is not concluded: for instance that a difference of half a point between two settings means nothing, or that the network is better than people.
#
# **A model answer.** My network has two hidden layers of 256 and 128 units with batch norm, ReLU and dropout, trained by Adam with a cosine; all functions are my own but for batch norm's backward pass, which is the library's. Its first loss was 2.30, it memorised 50 digits, and the gradient check of all its arrays stayed below 10⁻⁶. I searched learning rate, dropout and λ in eight
# random trials, on 1,000 images, and judged them on the validation images. With the best setting three seeds reached 85 to 86 % on validation, and the mean of their probabilities 85 %. The test set, opened once, gave 86 ± 1.1 % from the 1,000 pictures; the seeds differ by half a point besides. Shirts are its weak spot: it takes them for T-shirts, pullovers and coats,
# and one picture that it calls a dress I would have called a dress, too. I do not conclude that my setting is better than the second one of the search, which was one point behind. Nor that the network is better than people, since 2.5 ± 1.6 points are less than twice their error, and these are small grey images.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you go on to it, here is what you have written, what it is called there, and what people fall for. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `gradient_check_network` | `torch.autograd.gradcheck(f, inputs)` | wants float64, and inputs with `requires_grad` |
# | `network_loss` | `loss.backward()` | gradients are added to those of the step before: `zero_grad()` first |
# | in training, in use | `model.train()`, `model.eval()` | forget `eval()`, and dropout and batch statistics decide on the test set |
# | the penalty of `fit` | `torch.optim.Adam(…, weight_decay=strength)` | acts on all parameters, biases and γ, β too |
# | `averaged_weights` | `torch.optim.swa_utils.AveragedModel(model)` | its running statistics are those of the last weights: `update_bn` makes the ones that fit |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("09_training")
