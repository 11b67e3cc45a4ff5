# %% [markdown]
# # 07 · Regularization: fit less to fit better
#
# A network with enough units can memorise its training set, including any wrong labels. **Regularisers** make memorising harder.
#
# **You will be able to** write L2, L1 and the elastic net with the ½ in the right place · make weights *exactly* zero · write vanilla and inverted dropout and explain in what sense they agree · choose a regulariser and justify your choice.
#
# [[time]]
#
# **Points** 100 · **Before** 04, networks of any size · **Leads to** 09, where you search for λ.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then run the check below it. Once a function passes its check, the figures that need it use your version when you run their cells. `w` holds the weights, and `dw` is the gradient of a loss or a penalty with respect to `w`. λ (`strength`) is the strength of a penalty, and α (`lr`) is the learning rate. Return new arrays, because a line such as `w *= 0.9` changes the caller's array *in place*.

# %%
from itertools import product

import numpy as np

from cs231n_lib import LiveDashboard
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.regularization import checks, experiments, explorables, pictures

# %% [markdown] beside="reference"
# [[reference sheet]]

# %% [markdown] beside="warm-up"
# ## Warm-up
#
# Answer three questions from memory, for no points.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown] beside="again"
# **Once more, from memory.** In the next cell, write lesson 02's `softmax_cross_entropy(scores, y)` again. It returns the mean loss and its gradient with respect to the scores. This practice is optional.

# %% beside="again-cell"
# Write softmax_cross_entropy(scores, y) here.

# %% beside="again-check"
checks.again("softmax_cross_entropy")

# %% [markdown]
# ## Overfitting on two spirals
#
# Run the next cell and press *Fits the noise*. The decision boundary bends around single points. Then press *Held back by λ*. Which network would you trust with a new point? **Predict** what λ = 0.1 will do, and then set the slider *L2 strength λ* to 0.1. Press *Fits the noise* again, and move the slider *Dropout*. How much dropout is too much?

# %%
explorables.boundary()

# %% [markdown]
# <details><summary>What happened? Try the buttons and sliders first.</summary>
#
# With *Fits the noise* the network classifies 99 % of the training points and 92 % of the new points correctly. With λ = 0.01 these accuracies are 98 % and 93 %, so the smoother boundary is no less accurate on new points. With λ = 0.1 the weights shrink to almost 0, and both accuracies fall to chance level, 50 %. Here dropout rates up to 0.4 do not lower the accuracy on new points, but higher ones do. A dropout rate of 0.7 lowers the accuracies to 87 % and 84 %, because the network **underfits**, which means that it does not fit even the training points well. Every regulariser can be too strong, so choose its strength by the accuracy on new points.
#
# </details>

# %% [markdown]
# ## 1 · L2 regularisation
#
# A sharply bent boundary needs large weights, because a small change in the input must change the score a lot. So add a penalty to the loss on the data (the *data loss*), and let the network pay for each weight. The **L2** penalty grows with the square of each weight. At λ = 0.1 the weights 3 and −1 cost ½ · 0.1 · (9 + 1) = 0.5, and the penalty's gradients are 0.3 and −0.1. In general,
#
# $$\text{penalty} = \tfrac12 \lambda \sum_j w_j^2, \qquad \frac{\partial\, \text{penalty}}{\partial w_j} = \tfrac12 \lambda \cdot 2 w_j = \lambda w_j$$
#
# The ½ cancels the 2 from the derivative. The penalty λ Σw², without the ½, has the gradient 2λw. A step of plain SGD on the penalty alone is $w \leftarrow w - \alpha\lambda w = (1 - \alpha\lambda)\,w$. This step, called **weight decay**, shrinks every weight by the same *proportion*. (With Adam the proportions differ between weights, as lesson 08 shows.)
#
# [[exercise l2]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute the penalty and the gradient for the weights 3 and −4 by hand.</details>
# <details><summary>Hint 1: everything is doubled</summary>
# Is the ½ in your penalty? What cancels this ½ in the gradient?</details>
# <details><summary>Hint 2: only the penalty is wrong</summary>
# The penalty is one number for all weights. Use a sum, not a mean or a root.</details>
# <details><summary>Hint 3: the outline</summary>
# <code>np.sum(w**2)</code> sums the squares of all entries. Multiply this sum by the factor in the formula, and compute the gradient separately.</details>

# %%
pictures.pulls()


# %% exercise="l2"
def l2(w, strength):
    """L2 penalty on all weights, and its gradient.

    w: float array of any shape.  strength: λ of ½λ Σw².
    Returns (penalty, dw): a number, and an array of the shape of w.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · L1 regularisation
#
# The **L1** penalty adds up the magnitudes of the weights, so, unlike L2, it pulls equally on weights of every size. At λ = 0.1 the weights 3 and −1 cost 0.1 · (3 + 1) = 0.4, and the penalty's gradients are 0.1 and −0.1. In general,
#
# $$\text{penalty} = \lambda \sum_j |w_j|, \qquad \frac{\partial\, \text{penalty}}{\partial w_j} = \begin{cases} +\lambda & w_j > 0 \\ \phantom{+}0 & w_j = 0 \\ -\lambda & w_j < 0 \end{cases}$$
#
# L1 needs no ½, because there is no 2 to cancel. At $w_j = 0$ the penalty has a kink, where any slope from −λ to λ is a **subgradient**. Use the subgradient 0, so that the penalty leaves a weight of 0 unchanged.
#
# [[exercise l1]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw |w| and write the slope beside each of its two parts. What should the slope be at 0?</details>
# <details><summary>Hint 1: NaN, or a weight of 0 that is pushed away</summary>
# For a weight of 0 the gradient must be 0. Which value do you return?</details>
# <details><summary>Hint 2: the gradients of negative weights are wrong</summary>
# The penalty pulls a negative weight upwards, towards 0.</details>
# <details><summary>Hint 3: the outline</summary>
# Sum the magnitudes for the penalty. For the gradient use <code>np.sign</code>, which returns −1, 0 or 1.</details>


# %% exercise="l1"
def l1(w, strength):
    """L1 penalty on all weights, and its gradient, 0 for a weight of exactly 0.

    w: float array of any shape.  strength: λ.
    Returns (penalty, dw): a number, and an array of the shape of w.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · Elastic net
#
# The **elastic net** mixes L1 and L2. With the strength λ and the proportion ρ of L1 (`l1_ratio`), the penalty is
#
# $$\text{penalty} = \lambda \Big( \rho \sum_j |w_j| + (1 - \rho)\, \tfrac12 \sum_j w_j^2 \Big)$$
#
# For ρ = 1 the elastic net is your `l1`, and for ρ = 0 it is your `l2`. With ρ = ½ and λ = 0.1, the weights 3 and −1 cost 0.1 · (½ · 4 + ½ · 5) = 0.45. The gradient is the sum of the two terms' gradients.
#
# [[exercise elastic_net]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put ρ = 0 and ρ = 1 into the formula. Each result must equal the penalty of one of your two earlier functions.</details>
# <details><summary>Hint 1: right at ρ = 1 and wrong at ρ = 0, or the reverse</summary>
# Compare your result with your <code>l1</code> at ρ = 1 and with your <code>l2</code> at ρ = 0.</details>
# <details><summary>Hint 2: both ends are swapped</summary>
# ρ is the proportion of L1. The rest, 1 − ρ, belongs to L2.</details>
# <details><summary>Hint 3: the outline</summary>
# Call your <code>l1</code> with the strength λρ and your <code>l2</code> with the strength λ(1 − ρ). Add the penalties and the gradients separately.</details>


# %% exercise="elastic_net"
def elastic_net(w, strength, l1_ratio):
    """The elastic net, λ (ρ Σ|w| + (1 - ρ) ½ Σw²), and its gradient.

    w: float array of any shape.  strength: λ.  l1_ratio: ρ, from 0 to 1.
    Returns (penalty, dw): a number, and an array of the shape of w.
    """
    # SOLUTION


# %%
checks.predict_strength(lambda: pictures.strengths(use=mine))

# %% [markdown]
# **State λ together with the penalty's formula**, because no library reports an error if you mix up formulas.
#
# <details><summary>What λ multiplies in three libraries</summary>
#
# - In PyTorch's `SGD(weight_decay=λ)`, λ multiplies ½ Σw², as in this lesson.
# - In Keras's `L2(λ)`, λ multiplies Σw², so our λ is twice Keras's for the same penalty.
# - scikit-learn's `Ridge(alpha)` adds `alpha` · Σw² to a *sum* of squared errors. For half the *mean* squared error plus ½λ Σw², set `alpha` to λ times the number of examples.
#
# </details>

# %% [markdown]
# ## 4 · Exact zeros and the soft threshold
#
# L1 is known for weights of exactly 0, and the step in this section produces them. First take a gradient step on the data loss alone, to $u = w - \alpha\, dw$. Then move each weight towards 0 by $\tau = \alpha\lambda$, but not past 0. With τ = 0.5, the values 1.3, −1.3 and 0.3 of u become 0.8, −0.8 and exactly 0.
#
# The new weight $w'$ should be near $u$ *and* have a small penalty (left plot below), so it solves
#
# $$\min_{w'}\; \tfrac12 (w' - u)^2 + \tau\,|w'|$$
#
# If $w' > 0$, the slope $w' - u + \tau$ is 0 at $w' = u - \tau$, which requires $u > \tau$. If $w' < 0$, the slope $w' - u - \tau$ is 0 at $w' = u + \tau$, which requires $u < -\tau$. If $|u| \le \tau$, the function falls towards the kink from both sides, so $w' = 0$. One formula covers all three cases,
#
# $$w' = \operatorname{sign}(u)\, \max(|u| - \tau,\, 0)$$
#
# This is the **soft threshold** (right plot). A step on the data loss followed by the soft threshold is a **proximal gradient step**.
#
# [[exercise proximal_step]]
#
# <details><summary>Hint 0: how to begin</summary>
# First take the step on the data loss. Then apply the soft threshold by hand to three numbers, one of them small.</details>
# <details><summary>Hint 1: small weights change their sign, or do not reach 0</summary>
# With τ = 0.2, u = 0.1 must become exactly 0. Do you return −0.1?</details>
# <details><summary>Hint 2: every weight becomes 0, or almost none shrinks</summary>
# The soft threshold uses τ = αλ, not λ.</details>
# <details><summary>Hint 3: the outline</summary>
# First compute u, the weights after the step on the data loss. Then combine <code>np.sign</code>, <code>np.abs</code> and <code>np.maximum</code>.</details>

# %%
pictures.threshold()


# %% exercise="proximal_step"
def proximal_step(w, dw, lr, strength):
    """One step for data loss + λ Σ|w|: down the data's gradient, then the soft threshold.

    w: float array of any shape. Not changed.
    dw: gradient of the data loss alone, in that shape.
    lr: α.  strength: λ.
    Returns the new weights, in that shape.
    """
    # SOLUTION


# %%
checks.predict_zeros(lambda: pictures.zeros(use=mine))

# %%
checks.predict_winner(pictures.winners)
checks.predict_groups(lambda: pictures.groups(use=mine))

# %%
pictures.histograms(use=mine)

# %% [markdown]
# <details><summary><strong>Claim C22</strong> says that <em>L2 gives diffuse weights, L1 selects features, and L2 usually does better</em>. Does it hold? Predict first.</summary>
#
# The first part **holds**, and the second holds **only if** you train with proximal steps. The third part **holds with conditions**. In our measurement, L2 is on average closer to the true weights than L1 only when all 50 features matter. The table shows L2's squared distance from the true weights, divided by L1's (mean ± standard deviation over 20 data sets).
#
# | features that matter, of 50 | 5 | 10 | 20 | 50 |
# |---|---|---|---|---|
# | L2 / L1 | 3.6 ± 1.0 | 2.6 ± 0.6 | 1.5 ± 0.3 | 0.87 ± 0.16 |
# | L1 is closer | every time | every time | 17 of 20 | 2 of 20 |
#
# On Fashion-MNIST the best validation accuracies with L1 and L2 differ by at most half a percentage point (20 seeds).
#
# </details>
#
# ### When to choose the elastic net
#
# Zou and Hastie proposed the elastic net for groups of correlated features. In our measurement, 50 features form ten groups of five, and any two features of a group have a correlation of 0.95. Only two groups matter.
#
# <details><summary>Which penalty's weights are closest to the true ones? Predict first.</summary>
#
# The table gives the mean ± standard deviation over 20 data sets with 60 training examples each. Each penalty uses the λ with the smallest validation error, and the elastic net uses ρ = ½.
#
# | all five features of the two groups matter | L1 | elastic net | L2 |
# |---|---|---|---|
# | kept of the 10 that matter | 6.7 ± 1.0 | 9.6 ± 0.6 | 10 |
# | kept in both of two data sets, of those kept in either | 52 % | 92 % | 100 % |
# | kept of the other 40 | 6 ± 6 | 9 ± 7 | 40 |
# | squared distance from the true weights | 1.9 ± 1.4 | 0.7 ± 1.2 | 0.7 ± 0.8 |
#
# The elastic net was closer to the true weights than L1 on all 20 data sets. It predicted new examples better than L1 on 18 of the 20, and better than L2 also on 18. So choose the elastic net if most groups should get no weight and *all* features of the others matter. If only **one** feature of each relevant group matters, L1 has the smaller squared distance on all 20 data sets (1.4 ± 1.1, against 3.1 ± 1.2 for the elastic net). Without correlation, the elastic net gains nothing over L1 (the squared distances are 0.74 ± 0.19 and 0.73 ± 0.18). If you do not know which case applies, compare validation errors.
#
# </details>
#
# ### Change one thing
#
# The next cell computes the best weights under L2. Its data contain one feature twice, the second time multiplied by `times`, as if in another unit. Change **one** number, write your expectation into the first line, and run the cell. What if the second copy's numbers are 10 times as large?
#
# <details><summary>What you may have found</summary>
#
# Under L2, two equal features get equal (*diffuse*) weights, because two weights of ½ cost less than one of 1 (¼ + ¼ < 1). With `times = 10` the second copy contributes 99 % of the output with a weight of 0.3, because a feature with large values needs a small weight. The effect of L2 therefore depends on the units, so standardise features first (lesson 05).
#
# </details>

# %%
# I expect:
strength, times = 0.1, 1.0

feature = np.random.default_rng(0).normal(size=50)
x = np.column_stack([feature, times * feature])
w = np.linalg.solve(x.T @ x / 50 + strength * np.eye(2), x.T @ (3 * feature) / 50)
print(f"The weights {w.round(3)} together give {w[0] + times * w[1]:.2f} times the feature instead of 3 times.")

# %% [markdown]
# ## 5 · Penalise weights, not biases
#
# A bias only shifts a score, so a penalty on the bias does not smooth the function but may keep the output too close to 0, as in the figure below (λ = 0.5). Penalise only parameters **whose names begin with `w`**, which leaves out biases and batch norm's γ and β. For each weight array, add ½λ Σw² to the penalty and λw to its gradient. Return all other gradients unchanged. Let `w1` = 2 and `b1` = 5 have the gradients 1 and 1. At λ = 0.1 the penalty is ½ · 0.1 · 4 = 0.2, and the new gradients are 1 + 0.1 · 2 = 1.2 and 1.
#
# [[exercise l2_on_weights]]
#
# <details><summary>Hint 0: how to begin</summary>
# For each of <code>w1</code>, <code>b1</code> and <code>gamma1</code>, decide what happens to its gradient. Then write the loop for one parameter.</details>
# <details><summary>Hint 1: a gradient that should stay has changed</summary>
# Which names do you select? <code>gamma1</code> begins with neither w nor b.</details>
# <details><summary>Hint 2: the caller's array changes</summary>
# <code>gradient += …</code> changes the caller's array. <code>gradient = gradient + …</code> makes a new one.</details>
# <details><summary>Hint 3: the outline</summary>
# Go through the three lists together with <code>zip</code>. Test each name with <code>startswith</code>, and append each gradient to a new list.</details>

# %%
pictures.penalized_bias(use=mine)


# %% exercise="l2_on_weights"
def l2_on_weights(names, parameters, gradients, strength):
    """L2 penalty on weights only, and all gradients with that of the penalty added.

    names: list of str, such as ["w1", "b1", "gamma1", "beta1", "w2", "b2"].
        Those of weights begin with w.
    parameters, gradients: lists of arrays in the same order. Not changed.
    strength: λ of ½λ Σw².
    Returns (penalty, penalized): a number, and a new list of all gradients in the same order. Those that
    nothing is added to may be the same arrays.
    """
    # SOLUTION


# %% [markdown]
# ## 6 · Vanilla dropout
#
# Two units can memorise a training example together if each can rely on the other. **Dropout** makes all units unreliable, because in each training step it sets each output of a hidden layer to 0 with probability `drop_prob`, independently for each output and example.
#
# At **inference** (test time) the trained network only predicts, and nothing is dropped. In training, **vanilla** dropout multiplies each output by 1 − `drop_prob` on average, so at inference it multiplies all outputs by this factor. With `drop_prob` = ¼ vanilla dropout turns the outputs 2 and 4 into, say, 2 and 0 in one training step and 2 and 4 in another, but always into 1.5 and 3 at inference.
#
# $$\text{train}_i = \begin{cases} 0 & \text{with probability drop\_prob} \\ x_i & \text{otherwise} \end{cases} \qquad\qquad \text{predict}_i = (1 - \text{drop\_prob})\; x_i$$
#
# [[exercise vanilla_dropout]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down what happens to each entry in training and at inference. Where do you need random numbers?</details>
# <details><summary>Hint 1: the wrong fraction is dropped</summary>
# <code>rng.random(x.shape) &lt; 0.2</code> is True for about 20 % of the entries. Do you keep these entries or drop them?</details>
# <details><summary>Hint 2: "you use one mask for all examples"</summary>
# Draw a number for each entry, in an array of the shape of x.</details>
# <details><summary>Hint 3: the outline</summary>
# Draw numbers, compare them with <code>drop_prob</code>, and multiply x by the result. In a product, True and False act as 1 and 0.</details>

# %%
pictures.thinned(use=mine)


# %% exercise="vanilla_dropout"
def vanilla_dropout(x, drop_prob, rng):
    """What a layer's outputs x become with vanilla dropout, in training and at inference.

    x: float array of any shape. Not changed.
    drop_prob: probability, in [0, 1), that an entry is DROPPED, independently of all others.
    rng: np.random.Generator that draws the mask, with any of its methods.
    Returns (train, predict), both in the shape of x.
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Inverted dropout
#
# With vanilla dropout, the code that *uses* the network must know `drop_prob`. **Inverted** dropout divides the kept outputs by 1 − `drop_prob` in training and changes nothing at inference. With `drop_prob` = ¼ inverted dropout turns the outputs 2 and 4 into, say, 2/0.75 = 2.67 and 0 in one training step, but leaves them unchanged at inference. In PyTorch and Keras, *dropout* means inverted dropout.
#
# $$\text{mask}_i = \begin{cases} 0 & \text{with probability drop\_prob} \\ 1 / (1 - \text{drop\_prob}) & \text{otherwise} \end{cases} \qquad\qquad \text{out}_i = \text{mask}_i\; x_i$$
#
# Once $\text{mask}_i$ is drawn, it is a constant, so $\partial\,\text{out}_i / \partial x_i = \text{mask}_i$. With the upstream gradient `dout`, the backward pass gives $dx_i = \text{dout}_i \cdot \text{mask}_i$. Use the *same* mask in both passes, because the loss depends on this mask.
#
# [[exercise inverted_dropout]]
#
# <details><summary>Hint 0: how to begin</summary>
# On paper, take four entries and drop one. By which factors do the forward and the backward pass multiply each entry?</details>
# <details><summary>Hint 1: gradient and output are 0 in different places</summary>
# Draw only one mask, and use it for the output and the gradient.</details>
# <details><summary>Hint 2: wrong by a factor</summary>
# With <code>drop_prob</code> = 0.2, multiply the kept entries by 1 / 0.8 = 1.25 in both passes.</details>
# <details><summary>Hint 3: the outline</summary>
# Divide the mask by the probability of keeping an entry. Then both results are products with this scaled mask.</details>


# %% exercise="inverted_dropout"
def inverted_dropout(x, dout, drop_prob, rng):
    """Inverted dropout in training: its output, and the gradient.

    x: float array of any shape.  dout: dL/d(out), in that shape. Not changed.
    drop_prob: probability, in [0, 1), that an entry is DROPPED, independently of all others.
    rng: np.random.Generator that draws the mask, with any of its methods.
    Returns (out, dx), both in the shape of x.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Dropout as an ensemble
#
# D outputs have $2^D$ masks, because each output is either kept or dropped. For each example and step, training uses one random member of an **ensemble** of $2^D$ networks with shared weights. For a small D you can compute the mean and the variance of the members' scores. With outputs $x$, weights $w$ and a mask of zeros and ones, the score is $\text{scale} \cdot \sum_d \text{mask}_d\, x_d\, w_d$. The scale is 1 for vanilla dropout and $1/(1 - \text{drop\_prob})$ for inverted dropout.
#
# Let two outputs contribute $x_d w_d$ = 1 and 2, with `drop_prob` = ¼ and the scale 1.
#
# | mask | score | probability |
# |---|---|---|
# | 1, 1 | 3 | ¾ · ¾ = 9/16 |
# | 1, 0 | 1 | ¾ · ¼ = 3/16 |
# | 0, 1 | 2 | ¼ · ¾ = 3/16 |
# | 0, 0 | 0 | ¼ · ¼ = 1/16 |
#
# The mean is (27 + 3 + 6 + 0)/16 = 2.25. The variance is the mean of the squares minus the square of the mean, (81 + 3 + 12)/16 − 2.25² = 0.9375. In general,
#
# $$P(\text{mask}) = (1 - \text{drop\_prob})^{\text{kept}}\; \text{drop\_prob}^{\,D - \text{kept}}, $$
#
# $$\text{mean} = \sum_{\text{masks}} P \cdot \text{score}, \qquad \text{variance} = \sum_{\text{masks}} P \cdot \text{score}^2 - \text{mean}^2$$
#
# [[exercise moments_over_masks]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the example's table yourself. The function loops over such rows.</details>
# <details><summary>Hint 1: right for drop_prob = ½ only</summary>
# For other values of <code>drop_prob</code>, the probability of a mask depends on the number of entries kept.</details>
# <details><summary>Hint 2: the mean is right, the variance is not</summary>
# Is your variance the mean of the squares minus the square of the mean? Do you multiply each score by the scale?</details>
# <details><summary>Hint 3: the outline</summary>
# <code>product([0, 1], repeat=3)</code> generates the eight masks of three entries. The sum of a mask is the number of entries kept. Compute both sums of the formula in one loop.</details>


# %% exercise="moments_over_masks"
def moments_over_masks(x, w, drop_prob, scale):
    """Mean and variance of the score scale * (x * mask) @ w over all masks of 0 and 1.

    x, w: (D,), with D at most 10.
    drop_prob: probability that an output is DROPPED, in [0, 1).  scale: factor of every score.
    Returns (mean, variance): two numbers.
    """
    # SOLUTION


# %%
checks.predict_masks(lambda: pictures.moments(use=mine))

# %%
checks.predict_gap()

# %%
with LiveDashboard() as live:
    for drop_prob in (0.0, 0.3, 0.6, 0.9):
        run = live.run(f"drop {drop_prob}")
        _, history = experiments.train(128, drop_prob, wrong=0.3, callbacks=[run])
        if live.stopped:
            break
        fit, new = history.train_accuracy[-1], history.validation_accuracy[-1]
        gap = f"gap {100 * (fit - new):+.0f} points"
        print(f"drop_prob {drop_prob}: training {fit:.0%}, validation {new:.0%}, {gap}")

# %% [markdown]
# <details><summary><strong>Claim C23</strong> says that <em>inverted dropout needs nothing at test time and equals vanilla in expectation</em>. Does it hold? Predict first.</summary>
#
# The claim **holds** exactly if only an affine layer follows the dropout. If further ReLUs follow, it holds **only approximately**, because the mean over masks is then close to the score at inference but not equal to it. The first table follows because a mask's entries are independent, with mean keep = 1 − `drop_prob` and variance keep · `drop_prob`.
#
# | quantity | vanilla | inverted |
# |---|---|---|
# | mean over all masks | keep · x·w | x·w |
# | score at inference | keep · x·w, equal | x·w, equal |
# | variance over all masks | keep · `drop_prob` · Σ x²w² | vanilla's / keep² |
# | standard deviation, divided by the mean | the same | the same |
#
# The second table is for two ReLU layers, each with inverted dropout at `drop_prob` = ½ (mean ± standard deviation over 20 seeds).
#
# | measure | one mask | mean of 300 masks |
# |---|---|---|
# | distance from the scores at inference, in standard deviations of these scores | 0.64 ± 0.03 | 0.07 ± 0.005 |
# | predicts the same class as at inference | 81 ± 1 % | 98 ± 1 % |
#
# </details>
#
# <details><summary>What does dropout do to <strong>the gap</strong> between training and validation accuracy?</summary>
#
# The table gives means over 20 seeds, with 30 % of the training labels wrong.
#
# | `drop_prob` | 0 | 0.3 | 0.6 | 0.9 |
# |---|---|---|---|---|
# | training accuracy | 84 % | 77 % | 69 % | 60 % |
# | validation accuracy | 71 % | 75 % | 77 % | 75 % |
#
# With `drop_prob` = 0.9 the gap is negative (−15.9 percentage points before rounding), but the network underfits. So choose `drop_prob` by the validation accuracy, not by the gap.
#
# </details>

# %% [markdown]
# ## 9 · Max norm
#
# A penalty makes large weights expensive, while **max norm** prevents them even at a high learning rate. The incoming weights of a unit form a column of $w$. After each update, max norm scales columns longer than a limit back to this limit. With a limit of 2.5, the column (3, 4) of length 5 becomes (1.5, 2), and the column (1, 2) of length 2.24 does not change. For column $m$,
#
# $$w_m \leftarrow w_m \cdot \frac{\text{limit}}{\max(\lVert w_m \rVert_2,\; \text{limit})}$$
#
# [[exercise max_norm]]
#
# <details><summary>Hint 0: how to begin</summary>
# With a limit of 2, take one column of length 5 and one of length 1. By which factor do you multiply each?</details>
# <details><summary>Hint 1: short columns are stretched</summary>
# Short columns need a factor of exactly 1. The <code>max</code> in the formula ensures this.</details>
# <details><summary>Hint 2: the wrong weights shrink</summary>
# The length of a column is the square root of the sum of squares over axis 0.</details>
# <details><summary>Hint 3: the outline</summary>
# With <code>axis=0</code>, <code>np.linalg.norm</code> returns the length of each column. Compute the factors, and multiply w by them with broadcasting.</details>

# %%
pictures.limits(use=mine)


# %% exercise="max_norm"
def max_norm(w, limit):
    """Scale back each column of w that is longer than the limit.

    w: (D, M), one column a unit. Not changed.  limit: the greatest length, above 0.
    Returns the limited weights, (D, M). Columns within the limit, even one of zeros, do not change.
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Early stopping
#
# The validation loss in the right plot of section 9 is bumpy, so stopping at its first rise would be too early. **Early stopping** waits until `patience` epochs in a row have brought no *new best* loss, and then goes back to the best epoch. Here `patience` is 2.
#
# | epoch | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | validation loss | 5 | 4 | 4.5 | 3 | 3.2 | 3.1 | 2 |
# | | best | best | 1 without | best | 1 without | 2 without, stop | not reached |
#
# So `best` is 3 and `last` is 5.
#
# [[exercise early_stopping]]
#
# <details><summary>Hint 0: how to begin</summary>
# For five losses, note the best epoch so far at each step. When do you stop?</details>
# <details><summary>Hint 1: stops too early, after a few bumps</summary>
# Reset your count to 0 at every new best.</details>
# <details><summary>Hint 2: finds a best epoch that training never reached</summary>
# Training ends when patience runs out, so ignore all later losses.</details>
# <details><summary>Hint 3: the outline</summary>
# Go through the epochs and remember the best. You need no counter, because <code>epoch - best</code> is the number of epochs without a new best.</details>


# %% exercise="early_stopping"
def early_stopping(losses, patience):
    """The best epoch, and the one after which training stops.

    losses: (E,) validation losses, one an epoch, epochs counted from 0.
    patience: at least 1. Stop after this many epochs in a row without a loss below the best.
    Returns (best, last): two whole numbers; last is E - 1 if patience never runs out.
    """
    # SOLUTION


# %%
checks.predict_sizes(pictures.sizes)

# %% [markdown]
# <details><summary><strong>Claim C16</strong> says that <em>a larger network with regularisation beats a smaller one</em>. Does it hold? Predict first.</summary>
#
# The claim **holds** with wrong and with correct labels, but the regulariser causes the gain only with wrong labels. The table shows the validation accuracy (mean ± standard deviation over 20 seeds).
#
# | labels | 8 units | 128 units | 128 units, regularised | regularised minus small, in percentage points |
# |---|---|---|---|---|
# | 30 % wrong | 72.9 ± 1.9 % | 70.7 ± 2.1 % | **77.4 ± 1.0 %** | +4.5 ± 1.9 |
# | all correct | 77.6 ± 1.3 % | **81.8 ± 0.9 %** | 81.2 ± 0.6 % | +3.6 ± 1.4 |
#
# The regularised network was more accurate than the small one with every seed, by at least one percentage point. With correct labels, dropout and L2 lower the large network's validation accuracy by about half a percentage point.
#
# </details>

# %% [markdown] beside="milestone"
# ## Milestone: Fashion-MNIST with dropout
#
# The next cell trains a network with 236,000 parameters and hidden layers of 256 and 128 units on our 4,000 training images of Fashion-MNIST. The network uses your `scaled_weights`, your batch norm, and after each ReLU your `inverted_dropout` with a `drop_prob` of 0.3. **Predict first.** Without dropout the same network classifies 84 % of the validation images correctly. What percentage do you expect with dropout?

# %% beside="milestone"
milestones.run(7, use=mine)

# %% [markdown]
# ## ★ Bonus · Mixup
#
# **Mixup** ([Zhang et al., 2018](https://arxiv.org/abs/1710.09412)) trains a network on *mixtures* of examples. For each batch draw one proportion $s$ between 0 and 1, from the beta distribution whose parameters are both `alpha`. Then shuffle the batch to give every example n one partner j.
#
# $$\text{mixed}_n = s\, x_n + (1 - s)\, x_j, \qquad\qquad \text{target}_n = s\, \text{onehot}_n + (1 - s)\, \text{onehot}_j .$$
#
# A one-hot row is 1 at the label and 0 elsewhere. An image that is 0.7 shirt and 0.3 coat has the target 0.7 at *shirt* and 0.3 at *coat*. The network therefore learns to change its prediction gradually between two examples. For `alpha` = 0.2, the default in Keras, most proportions are close to 0 or 1.
#
# [[exercise mixup]]
#
# <details><summary>Hint 0: how to begin</summary>
# By hand, mix the inputs and the one-hot rows of two examples with the proportion 0.7.</details>
# <details><summary>Hint 1: "mixed with different examples"</summary>
# Draw <em>one</em> order and <em>one</em> proportion, and use them for inputs and targets.</details>
# <details><summary>Hint 2: one-hot rows in one line</summary>
# The identity matrix <code>np.eye</code> has a one-hot row for each class. Index this matrix with all labels at once.</details>
# <details><summary>Hint 3: the outline</summary>
# The generator's methods <code>beta</code> and <code>permutation</code> make the two draws. Then mix the inputs and the one-hot rows in the same way.</details>


# %% exercise="mixup"
def mixup(x, y, classes, alpha, rng):
    """A batch mixed with itself in another order.

    x: (N, D)  y: (N,) labels below classes. Not changed.
    alpha: both parameters of the proportion's beta distribution, above 0.
    rng: np.random.Generator
    Returns (mixed, targets): (N, D) and (N, classes).
    """
    # SOLUTION


# %% beside="bonus"
pictures.mixtures()

# %% [markdown]
# ## What the summary got wrong
#
# - The text of the summary this course started from says *"With probability p each neuron is set to zero"*, but its code says *"p: probability of keeping a unit"*. The rule *"scale them down by p"* at inference is right for the code's p. If p is the probability of dropping a unit, scale by 1 − p. Write `drop_prob` or `keep_prob`, never a bare p.
# - The summary says that dropout *"sets the weights to zero"*, but dropout zeroes activations and leaves the weights unchanged.
# - The summary's elastic net has a mixing proportion, but no strength and no ½.
#
# ## Summary
#
# | regulariser | effect |
# |---|---|
# | L2 | shrinks all weights by the same proportion |
# | L1, proximal | shrinks all weights by the same amount, some to exactly 0 |
# | elastic net | mixes both, and keeps correlated groups |
# | inverted dropout | trains one of $2^D$ networks at a time |
# | max norm | limits the length of a unit's weights |
# | early stopping | keeps the best epoch |
#
# **References.** Stanford's CS231n notes, [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/). R. Tibshirani, [*Regression shrinkage and selection via the lasso*](https://doi.org/10.1111/j.2517-6161.1996.tb02080.x), 1996. H. Zou and T. Hastie, [*Regularization and variable selection via the elastic net*](https://doi.org/10.1111/j.1467-9868.2005.00503.x), 2005. N. Srivastava et al., [*Dropout: a simple way to prevent neural networks from overfitting*](https://jmlr.org/papers/v15/srivastava14a.html), 2014. L. Prechelt, [*Early stopping, but when?*](https://doi.org/10.1007/3-540-49430-8_3), 1998. I. Loshchilov and F. Hutter, [*Decoupled weight decay regularization*](https://arxiv.org/abs/1711.05101), 2019.
#
# ## Reflection
#
# Answer in the next cell, in five to eight sentences. **A friend's network has 99 % accuracy in training and 80 % on the validation set. With dropout of 0.5 the accuracies are 85 % and 80 %. "The gap has gone from 19 to 5 percentage points," she says, "so it works." Does it? What would you try next, and how would you decide?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points for saying that the gap is not a goal in itself, because validation accuracy has not changed and only training accuracy fell. 1 point for asking how certain the 80 % is (which depends on the size of the validation set and needs several seeds), or for saying that training accuracy must be measured without dropout. 2 points for a sensible next step with its reason, such as a lower drop_prob, another λ, more or better data, a look at wrong labels, a larger network *with* dropout, or longer training (dropout slows it down). 1 point for deciding by validation accuracy over several seeds and using the test set once at the end.
#
# **A model answer.** The smaller gap does not show that dropout works. What matters is the accuracy on new images, which is still 80 %. The gap is smaller only because the training accuracy fell from 99 to 85 %. First I would check whether the 85 % was measured without dropout. I would also train longer, because dropout slows training. Then I would run both settings with five seeds, to see how much the 80 % varies. I would try drop_prob 0.2 and 0.3, and a larger network with 0.5, since dropout then removes about half of its units in each step. I would also look at misclassified validation images. If their labels are wrong or their classes overlap, a regulariser will not remove these errors, but better data may. I would choose by the mean validation accuracy, and use the test set once, at the end.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `l2(w, strength)`, added to dw | `torch.optim.SGD(…, weight_decay=strength)` | penalises **all** parameters, even biases and batch norm's γ and β, unless you make parameter groups |
# | the same under Adam | `torch.optim.Adam(…, weight_decay=strength)` | puts L2 in the gradient, which is divided by √v, while `AdamW` decays the weights themselves |
# | `l1(w, strength)` | `strength * w.abs().sum()`, added to the loss | lets weights jump across 0 without reaching it, so take the proximal step yourself |
# | `inverted_dropout(x, dout, drop_prob, rng)` | `nn.Dropout(p)` | p is the fraction that is **dropped** |
# | at inference | `model.eval()` | `torch.no_grad()` does not switch dropout off |
# | `max_norm(w, limit)` | `torch.renorm(w, p=2, dim=1, maxnorm=limit)` | `dim` is the axis that *stays*, which is 0 for the weight (M, D) of `nn.Linear` |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("07_regularization")
