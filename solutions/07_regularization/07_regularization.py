# %% [markdown]
# # 07 · Regularization: fit less to fit better
#
# A network with enough units can learn any training set by heart, its errors included. In this lesson you write the brakes:
# penalties on weights, dropout, a limit on each unit, and stopping in time. Together they are called **regularisation**. Then you find out
# when they help.
#
# **You will be able to** write L2, L1 and the elastic net, with the ½ where it belongs · make weights *exactly* zero · write both
# kinds of dropout, and say in what sense they are the same · choose a regulariser for a reason.
#
# [[time]]
#
# **Points** 100 · **Before** 04, networks of any size · **Leads to** 09, where λ is searched for.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. `w` are weights and `dw`, of
# the same shape, the gradient of a loss or a penalty with respect to them; λ (`strength`) is how strong a penalty is, α (`lr`) the learning rate
# (many books write η). Return new arrays: a line such as `w *= 0.9` or `dw += …` works *in place*, that is, it changes the array of whoever called you.
# With full marks a function is what the pictures run on, and they say so: run a picture's cell again to see yours in it.

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
# Three questions about earlier lessons, from memory: that is what makes it stay. They give no points. A wrong answer is told what is wrong with it, and you
# may answer again.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown]
# ## Two arms that overlap
#
# Run the next cell and press *Fits the noise*: the boundary bends around single points. Then press *Held back by λ*. Both networks get nearly
# all of their training points right; which do you trust with a new one? **Before you move the slider *L2 strength λ* on, predict:** what will
# λ = 0.1 do? Then press *Fits the noise* again and try *Dropout*: how much is too much?

# %%
explorables.boundary()

# %% [markdown]
# <details><summary>What came of it? Open this when you have tried.</summary>
#
# *Fits the noise* gets 99 % of the training points right and 92 % of new ones; with λ = 0.01 it is 98 and 93 %: a smoother boundary, and no loss where it counts. With λ = 0.1 the
# price is so high that the weights fade to nothing, and the network guesses (50 %). Dropout up to 0.4 costs nothing here, from 0.5 on accuracy falls on both, and at 0.7 too much is gone
# (87 and 84 %). Each of these brakes can be pulled too hard; where "too hard" begins, only new points tell.
#
# </details>

# %% [markdown]
# ## 1 · Let large weights cost something
#
# A boundary that bends sharply needs large weights: then a small change of the input changes the score a lot. So add a price to the
# loss, and let the network pay for each weight. **L2** takes the square. In numbers: the weights 3 and −1 cost, at λ = 0.1, ½ · 0.1 · (9 + 1) = 0.5, and their gradients are 0.3 and −0.1. In general
#
# $$\text{penalty} = \tfrac12 \lambda \sum_j w_j^2, \qquad \frac{\partial\, \text{penalty}}{\partial w_j} = \tfrac12 \lambda \cdot 2 w_j = \lambda w_j$$
#
# The ½ is there to cancel the 2. Keep both or neither: the commonest slip in published solutions is a penalty of λ Σw² beside a gradient of λw, half of what belongs to it. A step of plain SGD on the penalty alone is $w \leftarrow w - \alpha\lambda w = (1 - \alpha\lambda)\,w$: each weight
# loses the same *share* of itself, hence the name **weight decay**. (With Adam this is no longer so: lesson 08, *AdamW*.) The picture shows how hard L2 pulls, and L1, which comes next.
#
# [[exercise l2]]
#
# <details><summary>Hint 0: how to begin</summary>
# Compute penalty and gradient for the weights 3 and −4 by hand. The penalty is one number, and the gradient has the shape of w.</details>
# <details><summary>Hint 1: everything is twice too large</summary>
# Is the ½ in the penalty? And what becomes of it in the gradient?</details>
# <details><summary>Hint 2: only the penalty is wrong</summary>
# It is one number for all weights, whatever their shape: a sum, no mean and no root.</details>
# <details><summary>Hint 3: the pieces</summary>
# <code>np.sum(w**2)</code> is the sum of the squares of any array.</details>

# %%
pictures.pulls()


# %% exercise="l2"
def l2(w, strength):
    """L2 penalty on all weights, and its gradient.

    w: float array of any shape.  strength: λ, with the ½ beside it.
    Returns (penalty, dw): a number, and an array of the shape of w.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · The same price for every step
#
# L2 hardly minds small weights. **L1** takes the magnitude, so that every weight is pulled alike, however small. The weights 3 and −1 cost 0.1 · (3 + 1) = 0.4, and their gradients are 0.1 and −0.1:
#
# $$\text{penalty} = \lambda \sum_j |w_j|, \qquad \frac{\partial\, \text{penalty}}{\partial w_j} = \begin{cases} +\lambda & w_j > 0 \\ \phantom{+}0 & w_j = 0 \\ -\lambda & w_j < 0 \end{cases}$$
#
# No ½ here: there is no 2 to cancel. At $w_j = 0$ the magnitude has a kink, and any slope from −λ to λ would do (a *subgradient*): we take 0, so that a
# weight of 0 stays.
#
# [[exercise l1]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw |w| and write the slope beside each of its two parts. What should the slope be at 0?</details>
# <details><summary>Hint 1: NaN, or a weight of 0 that is pushed away</summary>
# What does your gradient say at 0? It must say 0.</details>
# <details><summary>Hint 2: negative weights come out wrong</summary>
# The price is |w|, so the pull on a negative weight points upwards, to 0.</details>
# <details><summary>Hint 3: a function with three values</summary>
# <code>np.sign</code> is −1, 0 or 1.</details>


# %% exercise="l1"
def l1(w, strength):
    """L1 penalty on all weights, and its gradient, 0 for a weight of exactly 0.

    w: float array of any shape.  strength: λ.
    Returns (penalty, dw): a number, and an array of the shape of w.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · Mix the two
#
# Why choose? The summary this course started from mixes a share of $|w|$ with the rest of $w^2$, and leaves two things open: *how strong* is the mixture, and where is the ½? Say both. With
# λ for the strength and ρ (`l1_ratio`) for the share of L1, the **elastic net** is
#
# $$\text{penalty} = \lambda \Big( \rho \sum_j |w_j| + (1 - \rho)\, \tfrac12 \sum_j w_j^2 \Big)$$
#
# For ρ = 1 it is your `l1`, for ρ = 0 your `l2`. In between, with ρ = ½ and λ = 0.1, the weights 3 and −1 cost 0.1 · (½ · 4 + ½ · 5) = 0.45. The gradient of a sum is the sum of the gradients.
#
# [[exercise elastic_net]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put ρ = 0 and ρ = 1 into the formula. At each end, one of your two earlier functions must come out.</details>
# <details><summary>Hint 1: right at ρ = 1, wrong at ρ = 0, or the other way round</summary>
# Compare that end with your <code>l1</code> or <code>l2</code>.</details>
# <details><summary>Hint 2: both ends are exchanged</summary>
# ρ is the share of L1. What is left, 1 − ρ, belongs to L2.</details>
# <details><summary>Hint 3: use what you have</summary>
# <code>l1</code> with the strength λρ and <code>l2</code> with the strength λ(1 − ρ) give you all four parts.</details>


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
# **One λ, several meanings.** A strength without its formula is easily wrong by a factor of 2, and nothing crashes. So write the formula beside it.
#
# | who | what λ multiplies | beware |
# |---|---|---|
# | this course | ½ Σw², weights only | |
# | PyTorch, `SGD(weight_decay=λ)` | ½ Σw² (adds λw to the gradient) | of **all** parameters it is given: biases and batch norm's γ and β too, unless you make parameter groups |
# | PyTorch, `AdamW(weight_decay=λ)` | no penalty at all: it shrinks the weights itself, by αλ a step | "decoupled", lesson 08 |
# | Keras, `L2(λ)` | Σw² | our λ is twice theirs |
# | scikit-learn, `Ridge(alpha)` | Σw², beside a *sum* of squared errors | beside half their mean, as here, `alpha` is N·λ |

# %% [markdown]
# ## 4 · Exactly zero
#
# L1 is famous for weights of exactly 0. Do ordinary gradient steps, with λ sign(w) in the gradient, get there? Keep the question for the prediction below; here is a step that does. It has two parts. First a step on the data loss alone, to $u = w - \alpha\, dw$.
# Then a move towards 0 by $\tau = \alpha\lambda$, which stops there. With τ = 0.5: u = 1.3 becomes 0.8; u = −1.3 becomes −0.8; and u = 0.3, which has less than τ to lose, becomes exactly 0.
#
# Why just so? The new weight $w'$ is to be near $u$ *and* cheap (left picture):
#
# $$\min_{w'}\; \tfrac12 (w' - u)^2 + \tau\,|w'|$$
#
# Case by case. If $w' > 0$, the slope is $w' - u + \tau$, which is 0 at $w' = u - \tau$: possible if $u > \tau$. If $w' < 0$, it is 0 at $w' = u + \tau$: possible if $u < -\tau$. Otherwise, if
# $|u| \le \tau$, the function falls towards 0 from both sides: $w' = 0$, exactly. In short, and for every entry on its own,
#
# $$w' = \operatorname{sign}(u)\, \max(|u| - \tau,\, 0)$$
#
# the **soft threshold** (right picture). The whole is called a *proximal* gradient step.
#
# [[exercise proximal_step]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take the step on the data first. Then take three numbers, one of them small, and apply the soft threshold to them by hand.</details>
# <details><summary>Hint 1: small weights change their sign, or keep a little</summary>
# What is left of a magnitude of 0.1 if you take 0.2 away? Not −0.1.</details>
# <details><summary>Hint 2: all is zero, or hardly anything shrinks</summary>
# One step moves by τ = αλ, not by λ.</details>
# <details><summary>Hint 3: two lines</summary>
# One for u, the weights after the step on the data; one with <code>np.sign</code>, <code>np.abs</code> and <code>np.maximum</code>.</details>

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

# %%
pictures.histograms(use=mine)

# %% [markdown]
# <details><summary><strong>Claim C22</strong>, <em>L2 gives diffuse weights, L1 selects features; L2 usually does better</em>: does it hold? Predict above, then open this.</summary>
#
# *Diffuse* and *selects*: **holds**, if L1 takes proximal steps. *L2 usually does better*: **holds with conditions.** Over 20 data sets, the squared distance from the true weights that L2 leaves, as a multiple of L1's:
#
# | features that matter, of 50 | 5 | 10 | 20 | 50 |
# |---|---|---|---|---|
# | L2 / L1 | 3.6 ± 1.0 | 2.6 ± 0.6 | 1.5 ± 0.3 | 0.87 ± 0.16 |
# | L1 is nearer | every time | every time | 17 of 20 | 2 of 20 |
#
# On clothes, where neighbouring pixels say much the same, their best accuracies are equal, within half a per cent.
#
# </details>
#
# ### Change one thing
#
# One feature is given twice, the second time in another unit: multiplied by `times`. The targets are 3 times the feature, and the next cell solves for the best weights under L2 at once. Change **one** number, write what you expect into the
# first line, and only then run it. How do the two share the work? And what if the second is in a unit that makes its numbers 10 times as large?
#
# <details><summary>What you may have found</summary>
#
# Twins share equally, since two halves cost less than one whole: ¼ + ¼ < 1. That is *diffuse*. With `times = 10` the second does nearly all, at a weight of 0.3: large numbers need small weights, and small weights are cheap. So what L2 does
# depends on units, and features are standardised first (lesson 05).
#
# </details>

# %%
# I expect:
strength, times = 0.1, 1.0

feature = np.random.default_rng(0).normal(size=50)
x = np.column_stack([feature, times * feature])
w = np.linalg.solve(x.T @ x / 50 + strength * np.eye(2), x.T @ (3 * feature) / 50)
print(f"weights {w.round(3)}, together worth {w[0] + times * w[1]:.2f} of 3")

# %% [markdown]
# ## 5 · Weights, not biases
#
# A weight makes a score *steep*; a bias only says where it sits. Hold a bias down, and the output cannot reach the data (picture below). γ and β of batch norm, a scale and a shift, are spared as
# well. So a penalty picks its parameters: here **those whose name begins with `w`**. For them, add ½λ Σw² to the penalty and λw to the gradient; hand on all other gradients as they are.
# In numbers: `w1` = 2 and `b1` = 5 with gradients 1 and 1 and λ = 0.1 give the penalty ½ · 0.1 · 4 = 0.2 and the gradients 1 + 0.1 · 2 = 1.2 and 1.
#
# [[exercise l2_on_weights]]
#
# <details><summary>Hint 0: how to begin</summary>
# Decide for the names <code>w1</code>, <code>b1</code> and <code>gamma1</code> what happens to each gradient. Then write the loop for one parameter.</details>
# <details><summary>Hint 1: a gradient that should stay has changed</summary>
# Which names do you let through? <code>gamma1</code> begins with neither w nor b.</details>
# <details><summary>Hint 2: "changes its argument"</summary>
# <code>gradient += …</code> works on the caller's array. <code>gradient = gradient + …</code> makes a new one.</details>
# <details><summary>Hint 3: three lists at once</summary>
# <code>zip</code> walks through the three lists together. Ask each name with <code>startswith</code>, and append to a new list.</details>

# %%
pictures.penalized_bias(use=mine)


# %% exercise="l2_on_weights"
def l2_on_weights(names, parameters, gradients, strength):
    """L2 on weights only: the penalty, and the gradients with its own added.

    names: list of str, such as ["w1", "b1", "gamma1", "beta1", "w2", "b2"].
    parameters, gradients: lists of arrays in the same order. Not changed.
    strength: λ of ½λ Σw².
    Returns (penalty, penalized): a number, and a new list of all gradients in the same order.
    """
    # SOLUTION


# %% [markdown]
# ## 6 · Switch units off
#
# Suppose a unit learns to lean on one other unit: together they know a training example by heart. **Dropout** makes that a bad bet: in each training step, each output of a hidden layer is set to 0 with the probability
# `drop_prob`, on its own, for each example anew. (*Activations*, not weights, become 0.)
#
# **In use** (also called test time or inference; in PyTorch `model.eval()`) nothing is dropped. But then the next layer gets more than in training, where on average only the share 1 − `drop_prob` arrived. **Vanilla** dropout therefore scales in use.
# With `drop_prob` = ¼ the outputs 2 and 4 become, say, 2 and 0 in one training step, 2 and 4 in another; in use they are always 1.5 and 3:
#
# $$\text{train}_i = \begin{cases} 0 & \text{with probability drop\_prob} \\ x_i & \text{otherwise} \end{cases} \qquad\qquad \text{predict}_i = (1 - \text{drop\_prob})\; x_i$$
#
# [[exercise vanilla_dropout]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down for each entry what happens in training and what happens at inference. Which of the two needs random numbers?</details>
# <details><summary>Hint 1: the share that is dropped is wrong</summary>
# <code>rng.random(x.shape) &lt; 0.2</code> is True in 20 % of the places. Are these the places to keep?</details>
# <details><summary>Hint 2: "all examples share one mask"</summary>
# One draw for each entry: an array of draws in the shape of x.</details>
# <details><summary>Hint 3: how to apply it</summary>
# An array of True and False multiplies like 1 and 0.</details>

# %%
pictures.thinned(use=mine)


# %% exercise="vanilla_dropout"
def vanilla_dropout(x, drop_prob, rng):
    """What a layer's outputs x become with vanilla dropout, in training and in use.

    x: float array of any shape. Not changed.
    drop_prob: probability that an entry is DROPPED, in [0, 1).
    rng: np.random.Generator that draws the mask.
    Returns (train, predict), both in the shape of x.
    """
    # SOLUTION


# %% [markdown]
# ## 7 · Turn it around
#
# Vanilla dropout has a flaw: whoever *uses* the network must know how it was trained. **Inverted** dropout settles the account in training: what stays is divided by the share that stays. In use, `x` is simply `x`.
# With `drop_prob` = ¼ the outputs 2 and 4 become, say, 2/0.75 = 2.67 and 0 in one training step; in use they are 2 and 4. This is the kind that every library means by "dropout".
#
# $$\text{mask}_i = \begin{cases} 0 & \text{with probability drop\_prob} \\ 1 / (1 - \text{drop\_prob}) & \text{otherwise} \end{cases} \qquad\qquad \text{out}_i = \text{mask}_i\; x_i$$
#
# Backwards: once drawn, $\text{mask}_i$ is a constant, so $\partial\,\text{out}_i / \partial x_i = \text{mask}_i$ and, with `dout` $= \partial L/\partial\text{out}$ from above, $dx_i = \text{dout}_i \cdot \text{mask}_i$. With the *same* mask: it was this thinned network
# that made the loss.
#
# [[exercise inverted_dropout]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take four entries and drop one of them on paper. By what do you multiply the others, and what does the backward pass multiply by?</details>
# <details><summary>Hint 1: the gradient is blocked in other places than the output</summary>
# How often do you draw? Once is enough. And do you draw with <code>rng.random</code>, even between 0 and 1? Normal numbers (<code>randn</code>) are below ½ in 69 % of draws, not in 50 %.</details>
# <details><summary>Hint 2: wrong by a factor</summary>
# With <code>drop_prob</code> = 0.2, what stays is multiplied by 1 / 0.8 = 1.25. Both ways.</details>
# <details><summary>Hint 3: put the scale into the mask</summary>
# Divide the mask by the probability of keeping an entry. Then both results are products with this scaled mask.</details>


# %% exercise="inverted_dropout"
def inverted_dropout(x, dout, drop_prob, rng):
    """Inverted dropout in training: its output, and the gradient.

    x: float array of any shape.  dout: dL/d(out), in that shape. Not changed.
    drop_prob: probability that an entry is DROPPED, in [0, 1).
    rng: np.random.Generator that draws the mask.
    Returns (out, dx), both in the shape of x.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · All networks at once
#
# D outputs can be dropped in $2^D$ ways, so dropout draws each step's network from $2^D$ networks that share their weights (of 128 units only a few thousand of the $3 \cdot 10^{38}$ are ever drawn). What do all of them say *on average*, and how much do they disagree? For a small D, ask them all. One score is made of the
# outputs $x$ (D,) and its weights $w$ (D,): with a mask of zeros and ones, $\text{score} = \text{scale} \cdot \sum_d \text{mask}_d\, x_d\, w_d$. Vanilla dropout has the scale 1, inverted dropout $1/(1 - \text{drop\_prob})$.
#
# In numbers: two outputs that contribute $x_d w_d$ = 1 and 2, `drop_prob` = ¼, scale 1. Both are kept with probability ¾ · ¾, the first alone with ¾ · ¼, and so on:
#
# | mask | score | probability |
# |---|---|---|
# | 1, 1 | 3 | 9/16 |
# | 1, 0 | 1 | 3/16 |
# | 0, 1 | 2 | 3/16 |
# | 0, 0 | 0 | 1/16 |
#
# Mean: (27 + 3 + 6 + 0)/16 = 2.25. Variance, the mean of the squares less the square of the mean: (81 + 3 + 12)/16 − 2.25² = 0.9375. In general
#
# $$P(\text{mask}) = (1 - \text{drop\_prob})^{\text{kept}}\; \text{drop\_prob}^{\,D - \text{kept}}, $$
#
# $$\text{mean} = \sum_{\text{masks}} P \cdot \text{score}, \qquad \text{variance} = \sum_{\text{masks}} P \cdot \text{score}^2 - \text{mean}^2$$
#
# [[exercise moments_over_masks]]
#
# <details><summary>Hint 0: how to begin</summary>
# Make the table of the text for its two outputs yourself. The function needs one loop over the rows of such a table.</details>
# <details><summary>Hint 1: right for drop_prob = ½ only</summary>
# Then all masks are equally likely. Elsewhere each mask has its own probability.</details>
# <details><summary>Hint 2: the mean is right, the variance is not</summary>
# Is it the mean of the squares, less the square of the mean? And is the scale in each score?</details>
# <details><summary>Hint 3: all masks</summary>
# <code>product([0, 1], repeat=3)</code> gives the eight masks of three entries, each as a tuple. The sum of a mask is how many are kept.</details>


# %% exercise="moments_over_masks"
def moments_over_masks(x, w, drop_prob, scale):
    """Mean and variance of the score scale * (x * mask) @ w over all masks of 0 and 1.

    x, w: (D,), with D at most 10.
    drop_prob: probability that an output is DROPPED, in [0, 1).
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
# <details><summary><strong>Claim C23</strong>, <em>inverted dropout needs nothing at test time and equals vanilla in expectation</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds** for a layer and the affine layer above it, exactly; through further ReLUs it **holds with conditions**. Write keep for 1 − `drop_prob`; each entry of a mask has mean keep and variance keep · `drop_prob`, and the entries are independent, so the sum over all masks has a short form:
#
# | quantity | vanilla | inverted |
# |---|---|---|
# | mean over all masks | keep · x·w | x·w |
# | what it says in use | keep · x·w: equal | x·w: equal |
# | variance over all masks | keep · `drop_prob` · Σ x²w² | the same / keep² |
# | standard deviation, divided by the mean | the same | the same |
#
# Through two layers of ReLUs (inverted, half of the units dropped, 20 seeds):
#
# | measure | one mask | mean of 300 masks |
# |---|---|---|
# | off from the network in use, in standard deviations of its scores | 0.64 ± 0.03 | 0.07 ± 0.005 |
# | names the same class | 81 ± 1 % | 98 ± 1 % |
#
# </details>
#
# <details><summary>And what does dropout do to <strong>the gap</strong>?</summary>
#
# With wrong labels to learn by heart (means of 20 seeds):
#
# | `drop_prob` | 0 | 0.3 | 0.6 | 0.9 |
# |---|---|---|---|---|
# | training | 84 % | 77 % | 69 % | 60 % |
# | validation | 71 % | 75 % | 77 % | 75 % |
#
# A closed gap is no aim in itself: at 0.9 training, with its wrong labels, lies some 16 points *below* validation, and too much is gone. Choose by the validation accuracy.
#
# </details>

# %% [markdown]
# ## 9 · A leash for every unit
#
# A penalty makes weights pay; **max norm** sets a limit. After each update, a unit whose incoming weights (a column of $w$, shape (D, M)) are longer than the limit is scaled back to it; the others are left alone.
# With a limit of 2.5, the column (3, 4), of length 5, becomes (1.5, 2); the column (1, 2), of length 2.24, stays. For column $m$:
#
# $$w_m \leftarrow w_m \cdot \frac{\text{limit}}{\max(\lVert w_m \rVert_2,\; \text{limit})}$$
#
# Read the fraction twice: it is 1 for short columns, and $\text{limit} / \lVert w_m \rVert_2$ for long ones. However large the learning rate, no weight runs away.
#
# [[exercise max_norm]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take one column of length 5 and one of length 1 with a limit of 2. By which factor does each shrink?</details>
# <details><summary>Hint 1: short columns are stretched</summary>
# Their factor must be 1, never more. Where is the <code>max</code>?</details>
# <details><summary>Hint 2: the wrong numbers shrink</summary>
# A unit is a column; its length sums over axis 0.</details>
# <details><summary>Hint 3: M lengths at once</summary>
# <code>np.linalg.norm</code> takes an axis and then returns the M lengths. One factor for each column, (M,), multiplies w by broadcasting.</details>

# %%
pictures.limits(use=mine)


# %% exercise="max_norm"
def max_norm(w, limit):
    """Scale back each column of w that is longer than the limit.

    w: (D, M), one column a unit. Not changed.  limit: the greatest length, above 0.
    Returns the limited weights, (D, M).
    """
    # SOLUTION


# %% [markdown]
# ## 10 · Stop in time
#
# The right picture above shows the cheapest brake of all: the validation loss turns long before training ends, so keep the network of the best epoch. But the curve is bumpy: stop at the first rise, and you stop too early. So wait: stop
# once `patience` epochs in a row have brought no *new best*, and go back to the best one. In numbers, with a patience of 2:
#
# | epoch | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | validation loss | 5 | 4 | 4.5 | 3 | 3.2 | 3.1 | 2 |
# | | best | best | 1 without | best | 1 without | 2 without: stop | never seen |
#
# So best = 3 and last = 5: training ends after epoch 5, and the 2 that would have come is never known.
#
# [[exercise early_stopping]]
#
# <details><summary>Hint 0: how to begin</summary>
# Go through a list of five losses with your finger, and note the best epoch so far at each step. When do you stop?</details>
# <details><summary>Hint 1: stops too early, after a few bumps</summary>
# Every new best starts the count anew.</details>
# <details><summary>Hint 2: finds a best epoch that it never reached</summary>
# Training ends at the stop: later losses are never seen.</details>
# <details><summary>Hint 3: no counter needed</summary>
# <code>epoch - best</code> is the number of epochs without a new best.</details>


# %% exercise="early_stopping"
def early_stopping(losses, patience):
    """The best epoch, and the one after which training stops.

    losses: (E,) validation losses, one an epoch, epochs counted from 0.
    patience: stop after so many epochs in a row without a loss below the best, at least 1.
    Returns (best, last): two whole numbers; last is E - 1 where patience never runs out.
    """
    # SOLUTION


# %%
checks.predict_sizes(pictures.sizes)

# %% [markdown]
# <details><summary><strong>Claim C16</strong>, <em>a larger network with regularisation beats a smaller one</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds**, both with wrong labels and with right ones; but only with wrong labels is it the regulariser that wins. Over 20 seeds, accuracy on the validation pictures:
#
# | labels | 8 units | 128 units | 128 units, regularised | regularised less small |
# |---|---|---|---|---|
# | 30 % wrong | 72.9 ± 1.9 % | 70.7 ± 2.1 % | **77.4 ± 1.0 %** | +4.5 ± 1.9 |
# | all right | 77.6 ± 1.3 % | **81.8 ± 0.9 %** | 81.2 ± 0.6 % | +3.6 ± 1.4 |
#
# The regularised network beat the small one on every seed, by a point at least. With right labels size alone brings all of the gain, and dropout and L2 take half a point of it back. Regularisation pays where there is something that should not be learnt.
#
# </details>

# %% [markdown] beside="milestone"
# ## Milestone: clothes, with noise
#
# The 4,000 pictures of clothes again, and two hidden layers of 256 and 128. A network of that size has 236,000 numbers to learn 4,000 labels with. Weights from your `scaled_weights`, your batch norm, and behind each ReLU
# your `inverted_dropout` with a drop_prob of 0.3; on the way back it needs the mask, which is the gradient for an upstream of ones. **Before you run it, guess:** without dropout the same network names 84 % of the validation pictures correctly. And with it?

# %% beside="milestone"
milestones.run(7, use=mine)

# %% [markdown]
# ## ★ Bonus · Neither shirt nor coat
#
# For the star, and for no points. All brakes so far hold the weights or the units. **Mixup** (Zhang et al., 2018) holds the function between the examples: it trains on *mixtures*. For each batch draw one share $s$ between 0 and 1, from the beta distribution with both
# parameters `alpha`, and put the batch in another order, so that every example n has a partner j and is a partner once:
#
# $$\text{mixed}_n = s\, x_n + (1 - s)\, x_j, \qquad\qquad \text{target}_n = s\, \text{onehot}_n + (1 - s)\, \text{onehot}_j .$$
#
# A one-hot row is 1 at the label and 0 elsewhere. A picture that is 0.7 shirt and 0.3 coat has the target 0.7 at *shirt* and 0.3 at *coat*. So between two examples the network learns to go over gradually, and it is never asked to be certain. For `alpha` = 0.2, as in the paper, which calls the share λ, most shares are close to 0 or 1.
# Why it matters: five lines, no cost, and good image classifiers are rarely trained without it or a relative.
#
# [[exercise mixup]]
#
# <details><summary>Hint 1: one-hot rows in one line</summary>
# The identity matrix <code>np.eye</code> has a one-hot row for each class. Index it with all labels at once.</details>
# <details><summary>Hint 2: "other examples than the targets"</summary>
# Draw <em>one</em> order and <em>one</em> share, and use both twice.</details>
# <details><summary>Hint 3: the two draws</summary>
# The generator has a method for each of them, <code>beta</code> and <code>permutation</code>.</details>


# %% exercise="mixup"
def mixup(x, y, classes, alpha, rng):
    """A batch mixed with itself in another order.

    x: (N, D)  y: (N,) labels below classes. Not changed.
    alpha: both parameters of the distribution of the share, above 0.
    rng: np.random.Generator
    Returns (mixed, targets): (N, D) and (N, classes).
    """
    # SOLUTION


# %% beside="bonus"
pictures.mixtures()

# %% [markdown]
# ## What the summary got wrong
#
# - *"With probability p each neuron is set to zero"*, says its text; *"p: probability of keeping a unit"*, says its code. At p = ½ nobody notices. Say `drop_prob` or `keep_prob`, never a bare p.
# - So is its "scale them down by p" at test time: right for the code's p. In terms of the text's p, the share that is dropped, one scales by 1 − p.
# - *"Sets the weights to zero"*: it zeroes activations. The weights stay, and are trained by the next example that uses them.
# - Its elastic net has a share, but no strength and no ½. You wrote λ and ρ (exercise 3).
#
# ## Summary
#
# | brake | what it does | what to state |
# |---|---|---|
# | L2 | every weight loses a share; small, diffuse weights | λ, and the ½ |
# | L1, proximal | every weight loses the same amount; exact zeros | λ, and the step αλ |
# | elastic net | both | λ and ρ |
# | dropout, inverted | another of $2^D$ networks in each step; nothing to do in use | drop or keep |
# | max norm | no unit's weights longer than the limit | the limit, and along which axis |
# | early stopping | keeps the best epoch | the patience |
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Neural networks part 2*](https://cs231n.github.io/neural-networks-2/). R. Tibshirani, [*Regression shrinkage and selection via the lasso*](https://doi.org/10.1111/j.2517-6161.1996.tb02080.x), 1996.
# H. Zou and T. Hastie, [*Regularization and variable selection via the elastic net*](https://doi.org/10.1111/j.1467-9868.2005.00503.x), 2005.
# N. Srivastava et al., [*Dropout: a simple way to prevent neural networks from overfitting*](https://jmlr.org/papers/v15/srivastava14a.html), 2014. L. Prechelt, [*Early stopping, but when?*](https://doi.org/10.1007/3-540-49430-8_3), 1998.
# I. Loshchilov and F. Hutter, [*Decoupled weight decay regularization*](https://arxiv.org/abs/1711.05101), 2019.
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend's network has 99 % accuracy in training and 80 % on the validation set. She sets dropout to 0.5 and now has 85 % and 80 %. "The gap has gone from 19 to 5 points," she says, "so it works." Does it? What would you try next, and how would you decide?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: the gap is no aim in itself: validation accuracy has not changed, the gap closed because training got worse. 1 point: how certain 80 % is (several seeds, size of the validation set), or that training accuracy must be measured without dropout.
# 2 points: a sensible next step with its reason: a lower drop_prob, another λ, more or better data, a look at wrong labels, a larger network *with* dropout, longer training (dropout slows it down). 1 point: decides by validation accuracy over several seeds, and touches the test set once at the end.
#
# **A model answer.** Not by that number. What counts is the accuracy on new pictures, and that is 80 % as before; the gap is smaller only because training fell from 99 to 85 %. First I would ask whether 85 % was measured with dropout switched off, and train longer, since dropout slows training down. Then I
# would run both settings with five seeds, to see how far 80 % scatters. I would try drop_prob 0.2 and 0.3, and a larger network with 0.5, since half of its units are missing in each step; I would also look at the pictures it gets wrong, for if labels are wrong or classes overlap, no brake will help and better data will.
# I would choose by the mean validation accuracy, and look at the test set once, at the end.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you go on to it, here is what you have written, what it is called there, and what people fall for. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `l2(w, strength)`, added to dw | `torch.optim.SGD(…, weight_decay=strength)` | the same factor, but on **all** parameters, biases and batch norm's γ and β too, unless you make parameter groups |
# | the same under Adam | `torch.optim.Adam(…, weight_decay=strength)` | is L2 in the gradient, divided by √v with the rest; `AdamW` decays the weights themselves |
# | `l1(w, strength)` | `strength * w.abs().sum()`, added to the loss | weights hop about 0 and are never exactly 0: take the proximal step yourself |
# | `inverted_dropout(x, dout, drop_prob, rng)` | `nn.Dropout(p)` | p is the share that is **dropped** |
# | in use | `model.eval()` | `torch.no_grad()` does not switch dropout off |
# | `max_norm(w, limit)` | `torch.renorm(w, p=2, dim=1, maxnorm=limit)` | `dim` is the axis that *stays*; for the weight of `nn.Linear`, which is (M, D), it is 0 |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("07_regularization")
