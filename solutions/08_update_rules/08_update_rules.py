# %% [markdown]
# # 08 · Update rules: choose the step
#
# You have the gradient. What is the best step to make of it? For sixty years people have answered: remember where you were
# heading, slow down in time, look at the curvature, give each weight a rate of its own. In this lesson you write these answers one
# after the other, each because the one before it fails somewhere you can see, and repair two of them that the summary this course started from gets wrong.
#
# **You will be able to** write momentum, Nesterov, Newton, L-BFGS, Adagrad, RMSProp and Adam (libraries call such rules **optimizers**) · convert a
# learning rate from one library's momentum to another's · set a schedule in epochs · say what each rule is for, and what it costs.
#
# [[time]]
#
# **Points** 100 · **Before** 01, descent and minibatches · **Leads to** 09, where you search for good rates.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. Each rule is *pure*: it takes weights,
# gradient and memory, and returns **new** weights and memory. `w`, `dw` and all memory have one shape, any shape. α (`lr`) is the learning rate.
# With full marks a function is what the pictures run on, and they say so: run a picture's cell again to see yours in it.
#
# **A habit to leave at the door.** More than a quarter of the right update rules that students have published work *in place*: `w -= lr * dw`, `v *= mu`. These
# lines change the arrays of whoever called the function: here the check's, in real training perhaps the weights you meant to keep as the best so far. Write
# `w = w - lr * dw`, `v = mu * v - …`: the right side makes a new array, and the name `w` now means that one.

# %%
import numpy as np
from IPython.display import display

from cs231n_lib import LiveDashboard
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.update_rules import checks, experiments, explorables, pictures

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
# ## Six rules on one slope
#
# The ravine is the loss $\tfrac12(0.05\,w_1^2 + 4\,w_2^2)$: steep across, nearly flat along, as many losses are. **Before you run the next
# cell, predict:** of SGD, momentum, Nesterov, Adagrad, RMSProp and Adam, which goes most directly to the minimum, and which swings from
# wall to wall? And who will be lowest after 60 steps, and who after 120? Then press *No momentum* and *Thrown out*.

# %%
explorables.race()

# %% [markdown]
# <details><summary>Which went most directly, which swung, and who was lowest? Open this when you have looked.</summary>
#
# RMSProp goes most directly, straight for the minimum; momentum swings most, seven times across the ravine and back. After 60 steps RMSProp is far ahead (under 10⁻⁸). But it does not *stay*: set *Steps* to 120, and it hops about at 8 · 10⁻³, higher than
# all others but SGD, while Nesterov is at 9 · 10⁻⁹. Section 8 says why. Who leads depends on when one looks, and on the rates: do not choose a rule by one picture.
#
# *Thrown out:* the rate is 0.56, and across the ravine, where the curvature is 4, each step of SGD multiplies $w_2$ by 1 − 0.56 · 4 = −1.24: beyond a rate of 2/4 it leaps ever farther (lesson 01). Nesterov is thrown out as well, at $\mu = 0.9$
# beyond 0.34 already; momentum bears rates up to 0.95, and still arrives.
#
# </details>
#
# ## 1 · Keep going
#
# Plain descent (SGD, when the gradient comes from a minibatch) is $w \leftarrow w - \alpha\, dw$. Press *No momentum* above: it
# leaps across the ravine and creeps along it (momentum and Nesterov lie on its line then), because one rate must do for both. Yet the leaps cancel each other, and the creeping always
# goes the same way. So let a **velocity** $v$ add up the steps: what agrees grows, what alternates cancels.
#
# $$v \leftarrow \mu v - \alpha\, dw, \qquad w \leftarrow w + v$$
#
# $\mu$ is called momentum, but works like friction: the share of the velocity that is left after one step. In numbers, with α = 0.1, μ = 0.9 and a gradient of 1 each time: $v$ = −0.1, then 0.9 · (−0.1) − 0.1 = −0.19, then −0.271. Under a constant gradient $v$ stops growing
# where $v = \mu v - \alpha\, dw$, at $-\alpha\, dw/(1 - \mu)$: ten steps of SGD for $\mu = 0.9$. With $\mu = 0$ it *is* SGD.
#
# [[exercise momentum]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out two steps by hand with a gradient of 1. Write the new velocity first, and move by it.</details>
# <details><summary>Hint 1: the first step is right, later ones are not</summary>
# Which velocity do you return, and which one moves the weights? Both times the new one.</details>
# <details><summary>Hint 2: "changes its argument"</summary>
# <code>v -= …</code>, <code>v *= …</code> and <code>w += v</code> work on the caller's arrays. <code>v = mu * v - …</code> and <code>w = w + v</code> make new ones.</details>
# <details><summary>Hint 3: everything is α times too large or too small</summary>
# The rate is in the velocity already. The step is <code>v</code> itself.</details>

# %%
pictures.velocity(use=mine)


# %% exercise="momentum"
def momentum(w, dw, v, lr, mu=0.9):
    """One step of momentum.

    w, dw, v: weights, gradient and velocity, of one shape. Not changed.
    lr: learning rate.  mu: the share of the velocity that is left.
    Returns (w, v): the new weights and the new velocity.
    """
    # SOLUTION


# %%
display(pictures.ravine("SGD", "momentum", use=mine), pictures.conventions())

# %% [markdown]
# **Three conventions, one rule.** Books and libraries write momentum in three ways. With the same number for the rate the first two take the same steps, the third steps $1 - \mu$ times as long:
#
# | who | memory | step | for the steps of the first row |
# |---|---|---|---|
# | CS231n, this course | $v \leftarrow \mu v - \alpha\, dw$ | $w + v$ | |
# | PyTorch, optax | $u \leftarrow \mu u + dw$ | $w - \alpha u$ | same rate: $v = -\alpha u$ |
# | running mean, as in Adam | $m \leftarrow \mu m + (1 - \mu)\, dw$ | $w - \alpha' m$ | $\alpha' = \alpha/(1 - \mu)$ |
#
# With the conversion all three take the same steps, *while the rate is constant*. When it falls, the first still coasts on the velocity of the old rate.
#
# ## 2 · Look before you leap
#
# Momentum overshoots: it takes the gradient where it is, though it knows that $\mu v$ will carry it on. Nesterov's idea (1983): take the gradient **there**, at $w = \theta + \mu v$. With $\theta$ for the weights and a prime for what is new,
#
# $$w = \theta + \mu v, \qquad v' = \mu v - \alpha\, \nabla f(w), \qquad \theta' = \theta + v' .$$
#
# A library hands you the gradient only where the weights are. So let the weights that you store *be* $w$, and never store $\theta$. Line by line:
#
# 1. where the next gradient is taken: $w' = \theta' + \mu v'$;
# 2. put in $\theta' = \theta + v'$: $w' = \theta + v' + \mu v' = \theta + (1 + \mu)\, v'$;
# 3. and $\theta = w - \mu v$: $w' = w - \mu v + (1 + \mu)\, v'$.
#
# The short form is line 3. In numbers: w = 1, v = −0.1, dw = 1, α = 0.1 and μ = 0.9 give v′ = −0.19 and w′ = 1 + 0.09 − 1.9 · 0.19 = 0.729. Both forms agree because nothing was left out: the check walks with both and compares the points.
#
# [[exercise nesterov]]
#
# <details><summary>Hint 0: how to begin</summary>
# Start from line 3 of the derivation and work out its example by hand. It contains the old velocity and the new one, so you need both at the end.</details>
# <details><summary>Hint 1: it does the same as momentum</summary>
# You need the old velocity <em>and</em> the new one. Is the old one still there when you step back along it?</details>
# <details><summary>Hint 2: the first step is right, the second is not</summary>
# At the first step the old velocity is 0. So the term with it is wrong: back, hence minus, and by μ times.</details>
# <details><summary>Hint 3: two lines</summary>
# Give the new velocity a name of its own, and leave the old one as it is. Then write line 3 with both names.</details>

# %%
display(pictures.look_ahead(), pictures.ravine("momentum", "Nesterov", use=mine))


# %% exercise="nesterov"
def nesterov(w, dw, v, lr, mu=0.9):
    """One step of Nesterov momentum, in the form of line 3.

    w: where the gradient dw was taken.  v: velocity.  Of one shape. Not changed.
    Returns (w, v): where the next gradient is to be taken, and the new velocity.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · Slow down in time
#
# A rate that starts well ends badly: near the minimum, the noise of the minibatches throws you about in proportion to the rate. So let it fall (**learning-rate decay**). The summary names three ways, with the epoch a number that may have a fraction:
#
# - **step**: by a factor every so many epochs, in their rule of thumb by 0.1 every 20. Here, by a half every `half_life` epochs: $\alpha \cdot 2^{-\lfloor \text{epoch} / \text{half\_life} \rfloor}$, where $\lfloor\;\rfloor$ rounds down.
# - **exponential**: $\alpha\, \exp(-k \cdot \text{epoch})$.
# - **1/t**, or inverse time: $\alpha / (1 + k \cdot \text{epoch})$.
#
# To compare them, let each be at half its rate after `half_life` epochs. **Worked, for the second:** $\exp(-k \cdot \text{half\_life}) = \frac12$; take the logarithm, $-k \cdot \text{half\_life} = -\ln 2$; so $k = \ln 2 / \text{half\_life}$, for example 0.139 for 5 epochs. Find the $k$ of the third in the same way: it is
# another one, and the two schedules go different ways later: after ten half-lives 1/t is at 1/11, and the exponential at 1/1024.
#
# So with α = 0.8 and a `half_life` of 5 the three rates are 0.8, 0.8 and 0.8 at epoch 0, 0.4, 0.4 and 0.4 at epoch 5, 0.4, 0.283 and 0.32 at epoch 7.5, and 0.2, 0.2 and 0.267 at epoch 10.
#
# [[exercise decayed_rates]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put one half-life into each of the three formulas. Each must give half of the initial learning rate there, which fixes the constants.</details>
# <details><summary>Hint 1: which k?</summary>
# Each schedule has its own. For 1/t solve <code>1 / (1 + k * half_life) = 1/2</code> for k.</details>
# <details><summary>Hint 2: stairs</summary>
# <code>epoch // half_life</code> counts the half-lives gone by, also where the epoch has a fraction.</details>
# <details><summary>Hint 3: the first two lines</summary>
# The stairs multiply the initial rate by a power of ½. The exponential has a k of ln 2 divided by the half-life, and a minus in the exponent.</details>

# %%
explorables.schedule()


# %% exercise="decayed_rates"
def decayed_rates(lr, epoch, half_life):
    """Three learning rates at one epoch, which may have a fraction.

    lr: the rate at the start.  half_life: in epochs.
    Returns (stepped, exponential, inverse_time): all are at lr / 2 after half_life epochs.
    """
    # SOLUTION


# %% [markdown]
# **Steps and epochs.** Code counts *steps* (updates), schedules count *epochs* (in PyTorch, calls of `scheduler.step()`). Mix them up, and the rate is gone within the first epoch. At step 200, with 80 steps to an epoch, the epoch is 2.5.
#
# Meanwhile momentum may *grow*: from 0.5, while gradients still turn, in a straight line to 0.99, and then no further. So over 5 epochs of 80 steps, $\mu$ is 0.5 at step 0, 0.745 at step 200, 0.99 at step 400, and still 0.99 at step 1,000.
#
# [[exercise annealed_momentum]]
#
# <details><summary>Hint 0: how to begin</summary>
# Convert the step to an epoch first. Then mark 0.5 at the start and 0.99 at the end on a line, and ask how far along it you are.</details>
# <details><summary>Hint 1: at 0.99 almost at once</summary>
# You put in the step. The epoch is the step divided by the steps of an epoch, with its fraction.</details>
# <details><summary>Hint 2: above 1</summary>
# <code>min(…, 1)</code> keeps the share of the way from growing on.</details>
# <details><summary>Hint 3: how far</summary>
# From 0.5 to 0.99 it has 0.49 to go: 0.5, and 0.49 times the share of the way.</details>


# %% exercise="annealed_momentum"
def annealed_momentum(step, steps_per_epoch, epochs):
    """The momentum mu at one update.

    step: updates so far.  epochs: after as many, mu arrives at 0.99.
    Returns a number: 0.5 at the start, growing in a straight line, then 0.99.
    """
    # SOLUTION


# %%
checks.predict_decay(lambda: pictures.schedules(use=mine))
checks.predict_annealing(lambda: pictures.annealing(use=mine))

# %% [markdown]
# <details><summary><strong>Claims C28</strong>, <em>decay ends lower than a constant rate</em>, <strong>and C27</strong>, <em>momentum carries along, and annealing μ helps</em>: do they hold? Predict above, then open this.</summary>
#
# **C28 holds with conditions.** Ten epochs of SGD on clothes, half-life 2.5 epochs, that is 200 steps; training loss, mean ± standard deviation over 20 seeds:
#
# | starting at | constant | step | exponential | 1/t | cosine |
# |---|---|---|---|---|---|
# | 0.4 | **0.37 ± 0.01** | 0.41 ± 0.01 | 0.45 ± 0.01 | 0.43 ± 0.01 | 0.40 ± 0.01 |
# | 1.6, twice the best constant rate | 0.33 ± 0.05 | 0.29 ± 0.005 | 0.31 ± 0.004 | 0.31 ± 0.005 | **0.28 ± 0.004** |
#
# From the high rate every decay ended lower on average, with a tenth of the spread, and more of the validation pictures right (84 to 85 % against 83 %). From the low one it only slowed the run down.
#
# **C27, first half, holds:** along the ravine momentum needs 51 steps to a millionth of the height, and SGD 277, each at its best rate (momentum at its best $\mu$ too, 0.64).
#
# **Annealing μ holds with conditions:**
#
# - *No* where the noise of minibatches decides. On clothes (20 seeds) it ends at a loss of 0.39 ± 0.03, a constant 0.9 at 0.30 ± 0.03, for at a fixed rate it multiplies the step $\alpha/(1 - \mu)$ by 50. Lower the rate along with $1 - \mu$, and it equals a constant 0.9.
# - *Yes* on a badly conditioned loss with exact gradients. On the long narrow bowl, 100,000 times as steep one way as another (that is its *condition number*), it ends some 85 times lower than a constant 0.9 (20 to 1,600 times, over 20 starts) and 540 times lower than 0.99. The best constant, 0.98, comes within a factor of 3.4; but who knows it beforehand? Sutskever and others (2013), who raised μ slowly and needed it, had losses of this kind.
# - *No* on a bowl of condition number 1,000: there a constant 0.9 reaches the bottom long before. And with noise added to the gradients all of them end about equal.
#
# </details>
#
# **Schedules in use today.** Three more, to know rather than to write:
#
# - **Cosine**: $\alpha \cdot \frac12 \big(1 + \cos(\pi \cdot \text{epoch} / \text{epochs})\big)$, half a wave from the full rate to 0. It stays high for long, falls fast in the middle, and ends gently; here it won from the high rate. One must know in advance when training ends.
# - **Warm-up**: a straight rise to the full rate over the first epochs, mostly before a cosine (in the explorable above, 5 of 50 epochs). At random weights a full step can do harm, and Adam's means have seen few gradients yet.
# - **Milestones** and **plateau**: step decay at epochs chosen by hand, say by 0.1 at 30 and 60; or by a half whenever the validation loss has brought no new best for some epochs, early stopping's patience put to another use (lesson 07).
#
# ## 4 · Ask for the curvature
#
# A rate is a guess at how far the valley reaches. But the second derivatives *tell* how far. In one dimension: a slope of 6 that itself changes by 3 per unit is 0 two units back, a step of −6/3. Near $w$, the loss is a parabola in the step $s$ (D,), with the gradient $dw$ (D,) and the Hessian $H$ (D, D), $H_{ij} = \partial^2 f/\partial w_i \partial w_j$:
#
# $$f(w + s) \approx f(w) + dw^\top s + \tfrac12\, s^\top H s$$
#
# 1. Its gradient in $s$ is $dw + H s$.
# 2. It is 0 at the bottom: $H s = -dw$.
# 3. So **Newton's step** leads to $w + s = w - H^{-1} dw$. No rate at all.
#
# *Solve* the system of line 2; an inverse costs more and is less exact.
#
# [[exercise newton_step]]
#
# <details><summary>Hint 0: how to begin</summary>
# Solve the example with one weight, where the Hessian is a number that you divide by. Then ask what replaces the division for a matrix.</details>
# <details><summary>Hint 1: the longest steps go where it is steepest</summary>
# You multiplied by H. The step is H<sup>−1</sup> times the gradient.</details>
# <details><summary>Hint 2: right for some Hessians only</summary>
# <code>1 / hessian</code> and the diagonal alone are right where H is diagonal. In general it is a system of D equations.</details>
# <details><summary>Hint 3: one call</summary>
# <code>np.linalg.solve(a, b)</code> gives the x with <code>a @ x = b</code>.</details>

# %%
display(pictures.newton(use=mine), pictures.ravine("SGD", "Newton", "L-BFGS", use=mine))


# %% exercise="newton_step"
def newton_step(w, dw, hessian):
    """Where Newton's step leads from w.

    w, dw: (D,) weights and gradient.  hessian: (D, D).
    Returns (D,).
    """
    # SOLUTION


# %% [markdown]
# ## 5 · Curvature without the matrix
#
# A million weights: $H$ has $10^{12}$ entries. But you need not be given the curvature; you can *measure* it. **In one dimension:** at w = 2 the gradient was 6, now, at w = 1.5, it is 4. Over a step of $s = -0.5$ it changed by $y = -2$, so the curvature is about $y/s = 4$, and the step to where the gradient would be 0 is
# $-dw \cdot s/y = -4/4 = -1$. That is the **secant** method (picture below): Newton's step, with a measured curvature.
#
# In D dimensions a step $s$ (D,) and the change $y$ (D,) of the gradient over it are D numbers about the D² of $H$: on a parabola $y = H s$. **L-BFGS** keeps the last few such pairs, and makes from them a matrix $G \approx H^{-1}$ that it never writes down.

# %%
pictures.secant()

# %% [markdown]
# $G$ starts as a multiple of the identity $I$, and each pair corrects it:
#
# $$G \leftarrow \Big(I - \frac{s y^\top}{y^\top s}\Big)\, G\, \Big(I - \frac{y s^\top}{y^\top s}\Big) + \frac{s s^\top}{y^\top s}$$
#
# Check that now $G y = s$, as it should be for an inverse: the right bracket turns $y$ into 0, and the last term turns it into $s$. To multiply $G$ by $dw$, go from the outside in. Set $q = dw$; then, for each pair, **newest first**, the right bracket:
#
# 1. $c = \dfrac{s^\top q}{y^\top s}$, then $q \leftarrow q - c\, y$; keep this $c$.
#
# In the middle, the multiple of the identity: $r = \dfrac{s^\top y}{y^\top y}\, q$ with the newest pair ($r = q$ without pairs). Then out again, **oldest first**, the left bracket and the last term:
#
# 2. $r \leftarrow r + \Big(c - \dfrac{y^\top r}{y^\top s}\Big)\, s$.
#
# The direction is $-r$. Two loops over a handful of vectors, instead of a matrix.
#
# **Worked, with one pair:** s = (1, 1), y = (1, 3) and dw = (2, 2). So yᵀs = 4 and yᵀy = 10. First loop: c = 4/4 = 1, and q = (2, 2) − (1, 3) = (1, −1). Middle: r = 4/10 · (1, −1) = (0.4, −0.4). Second loop: yᵀr/yᵀs = −0.8/4 = −0.2, and r = (0.4, −0.4) + 1.2 · (1, 1) = (1.6, 0.8). The direction is (−1.6, −0.8).
#
# (Books write B or H for our G, ρ for $1/y^\top s$, α for our c, β for $y^\top r/y^\top s$ and γ for $s^\top y/y^\top y$.)
#
# [[exercise lbfgs_direction]]
#
# <details><summary>Hint 0: how to begin</summary>
# Do the worked example with one pair on paper and write each line of it as code. Add the loops over the pairs when it works.</details>
# <details><summary>Hint 1: one pair works, several do not</summary>
# An order is wrong: newest first, then oldest first, and each c must meet its own pair again.</details>
# <details><summary>Hint 2: it knows the last step, but the values are wrong</summary>
# The newest pair is right, what lies below it is not: look at the middle.</details>
# <details><summary>Hint 3: loops</summary>
# <code>zip</code> walks through s and y together, and <code>reversed</code> turns each around for the first loop. Keep each c in a list, and turn that list around for the second loop.</details>


# %% exercise="lbfgs_direction"
def lbfgs_direction(dw, s, y):
    """Direction of L-BFGS by the two-loop recursion.

    dw: (D,) gradient. Not changed.
    s, y: lists of (D,) arrays, oldest first: steps, and changes of the gradient over them.
        Both may be empty.
    Returns (D,).
    """
    # SOLUTION


# %%
checks.predict_lbfgs(lambda: pictures.lbfgs(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C29</strong>, <em>L-BFGS is good on the full batch and bad on minibatches</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds on this problem**: softmax regression of the digits with a penalty of ½ · 10⁻⁴ Σw², 640 weights and *convex*, so that there is one valley and its bottom is known. Of networks with hidden layers it says nothing yet.
#
# After 50 gradients of the full batch L-BFGS is $4 \cdot 10^{-8}$ above the minimum; momentum and descent, each at its best rate, are $4 \cdot 10^{-4}$ and $5 \cdot 10^{-3}$ above. On minibatches (20 seeds) SGD settles 0.027 ± 0.002 above, and L-BFGS is thrown far above its first loss every time; shorter steps do not save it.
# The reason is $y$: the difference of two batches' gradients is mostly noise, however small the step $s$ between them: for a step of length 0.1, 174 ± 4 times the true change. (With *one* batch for both gradients $y$ measures curvature again, but of that batch alone.)
#
# </details>
#
# ## 6 · A rate for each weight
#
# So the curvature is too expensive, and too sensitive to noise. What can be had from gradients alone? Their *size*. A word that occurs in one text of a hundred has a gradient of 0 in the other 99:
# its weight hardly moves. **Adagrad** divides each weight's rate by what that weight has seen, entry by entry. In numbers, with α = 1: gradients 1, 0.01, 100 make the cache 1, 1.0001 and 10,001.0001, and the steps 1/1 = 1, 0.01/1 = 0.01 and 100/100 = 1:
#
# $$cache \leftarrow cache + dw^2, \qquad w \leftarrow w - \alpha\, \frac{dw}{\sqrt{cache} + \varepsilon}$$
#
# The root gives the cache the unit of a gradient: each weight's first step is $\alpha$ long, whatever the loss is measured in, and none is longer. $\varepsilon$ keeps 0/0 away where no gradient has come yet.
#
# [[exercise adagrad]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out two steps for a single weight by hand. What must the function remember from one step to the next?</details>
# <details><summary>Hint 1: NaN appears</summary>
# A weight without a gradient so far: 0/0. Where does ε go?</details>
# <details><summary>Hint 2: all weights get the same rate</summary>
# No sum over the entries, no mean: the cache has the shape of w.</details>
# <details><summary>Hint 3: in this order</summary>
# A new cache first (<code>cache = cache + …</code>, not <code>+=</code>, which changes the caller's), then the step with it.</details>


# %% exercise="adagrad"
def adagrad(w, dw, cache, lr, eps=1e-8):
    """One step of Adagrad.

    w, dw, cache: weights, gradient and sum of squared gradients, of one shape. Not changed.
    Returns (w, cache), both new.
    """
    # SOLUTION


# %%
checks.predict_rare(lambda: pictures.rare(use=mine))

# %% [markdown]
# ## 7 · A detective story: the summary's RMSProp
#
# Adagrad's cache only grows, so its rates only shrink: at last it stalls. **RMSProp** lets the cache leak: a *running mean* of squares in place of a sum. The summary says that this is it:
#
#     cache += decay_rate * cahce + (1 - decay_rate * dw **2)
#     w -= alpha * dx / (np.sqrt(cache) + eps)
#
# Leave the typing error aside. The picture shows what these lines do on our ravine; read it before you read on. **Two weights, two ways to fail.** What does `+=` make of a cache that is already on the right-hand side? Where does the
# bracket close, and what becomes of $1 - decay \cdot dw^2$ for a large gradient? And what is `dx`? Write it as it was meant: the new mean is `decay` of the old one and the rest of the new square. (With decay 0.99, a mean of 4 and a gradient of 10: 0.99 · 4 + 0.01 · 100 = 4.96.)
#
# [[exercise rmsprop]]
#
# <details><summary>Hint 0: how to begin</summary>
# Copy Adagrad and change one line, the one that updates the cache. Compare both caches after two steps by hand.</details>
# <details><summary>Hint 1: the cache grows and grows</summary>
# A running mean <em>replaces</em> the old one by a mixture: <code>=</code>.</details>
# <details><summary>Hint 2: NaN appears</summary>
# The cache is negative somewhere. The shares are <code>decay</code> and <code>(1 - decay)</code>, and add up to 1.</details>
# <details><summary>Hint 3: the step</summary>
# As in Adagrad: the new cache, its root, plus ε; and <code>dw</code>. Use <code>eps</code> and <code>decay</code> as they are passed in, not 1e-8 and 0.99 typed again; and no <code>+=</code> or <code>-=</code>, which change the caller's arrays.</details>

# %%
pictures.notes_rmsprop(use=mine)


# %% exercise="rmsprop"
def rmsprop(w, dw, cache, lr, decay=0.99, eps=1e-8):
    """One step of RMSProp.

    w, dw, cache: weights, gradient and running mean of squared gradients, of one shape.
        Not changed.
    decay: the share of the old mean that is left.
    Returns (w, cache), both new.
    """
    # SOLUTION


# %%
checks.predict_stall(lambda: pictures.stall(use=mine))
display(pictures.weight_rates(), pictures.ravine("Adagrad", "RMSProp", use=mine))

# %% [markdown]
# <details><summary><strong>Claims C30</strong>, <em>Adagrad gives rare features larger steps, and stalls</em>, <strong>and C31</strong>, <em>RMSProp's step does not only shrink</em>: do they hold? Predict above, then open this.</summary>
#
# **C30** has two halves. *Rare features get larger steps* **holds**: the weight of a feature that is on in 1 % of the examples comes to 0.61 ± 0.07 of its goal with SGD and to 0.998 ± 0.009 with Adagrad (20 seeds). *It stalls* **holds with conditions**: beyond the cliff it creeps for good, but in the table at the end of this lesson, 800 steps, it stalls nowhere, and Adagrad is among the best.
#
# **C31 holds**: during training RMSProp's rate $\alpha/\sqrt{cache}$ *rose* in 72.6 ± 0.5 % of the steps of a weight; Adagrad's never did.
#
# </details>
#
# ## 8 · What the summary's Adam lacks
#
# RMSProp is soon down the ravine, and then hops about, as the first picture showed: its steps stay about $\alpha$ long, and each follows the last gradient alone, with minibatches mostly noise. **Adam** steps along a running mean instead: $m \leftarrow \beta_1 m + (1 - \beta_1)\, dw$, $v \leftarrow \beta_2 v + (1 - \beta_2)\, dw^2$, a step along $m/\sqrt v$. There the summary stops, while the CS231n notes go on. But both means start at **0**.
#
# 1. Say every gradient is $g$. After one step $m = (1 - \beta_1)\, g$.
# 2. After two, $m = \beta_1(1 - \beta_1)\, g + (1 - \beta_1)\, g = (1 - \beta_1^2)\, g$.
# 3. After $t$, $m = (1 - \beta_1^t)\, g$ and $v = (1 - \beta_2^t)\, g^2$: too small by a known factor.
#
# So divide it out: $\hat m = m/(1 - \beta_1^t)$, $\hat v = v/(1 - \beta_2^t)$, and
#
# $$w \leftarrow w - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# In numbers: a first gradient of 5 makes $m = 0.5$ and $v = 0.025$; corrected, $\hat m = 5$ and $\hat v = 25$, so the step is $\alpha \cdot 5/5 = \alpha$. Uncorrected it is $(1 - \beta_1)/\sqrt{1 - \beta_2} = 3.2$ times too long, and it gets worse before it gets better.
#
# (The velocity $v$ of momentum is another thing; both are called so everywhere. The paper also gives a shorter form, with one corrected rate $\alpha\sqrt{1 - \beta_2^t}/(1 - \beta_1^t)$ and uncorrected $m$ and $v$: there ε counts for more in the first steps. Use the form above.)
#
# [[exercise adam]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the first step for a single weight, with all states at 0. The moving averages, the corrections and the step follow one another in the order of the text.</details>
# <details><summary>Hint 1: infinity or NaN at the first step</summary>
# <code>t</code> comes in as 0, and 1 − β<sup>0</sup> is 0. Count first.</details>
# <details><summary>Hint 2: the first step is right, later ones are not</summary>
# Is the power there: <code>beta1 ** t</code>? Do you return m and v <em>before</em> the correction?</details>
# <details><summary>Hint 3: what goes where</summary>
# <code>m_hat</code> and <code>v_hat</code> are for this step only; <code>m</code>, <code>v</code> and <code>t</code> go on to the next. All are new: <code>w -= …</code> and <code>m *= beta1</code> would change the caller's.</details>

# %%
pictures.notes_adam(use=mine)


# %% exercise="adam"
def adam(w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam, with bias correction.

    w, dw, m, v: weights, gradient, running means of it and of its square, of one shape.
        Not changed.
    t: how many updates there were before this one: 0 at the first.
    Returns (w, m, v, t): all new, m and v uncorrected, t counted up.
    """
    # SOLUTION


# %% [markdown]
# ## 9 · Does the unit matter?
#
# Measure a loss in cents instead of euros: it and its gradients are 100 times larger, and nothing else has changed. Should the steps change? SGD's do, a hundredfold. In Adam, $m$ grows by 100 and $\sqrt v$ by 100: they cancel. Do not believe
# it, measure it. A `rule` is here a function that turns gradients (T, D), one a row, into the steps that it takes, (T, D). With steps $s_{td}$ for the gradients as they are and $s'_{td}$ for all of them times `scale`, return
#
# $$\max_{t,d} |s'_{td} - s_{td}| \;\big/\; \max_{t,d} |s_{td}| .$$
#
# If, say, the steps were 0.1 and −0.2 and become 0.1 and −0.5, the largest change is 0.3, the largest step was 0.2, and the effect is 1.5.
#
# [[exercise scale_effect]]
#
# <details><summary>Hint 0: how to begin</summary>
# Call the rule twice with different gradients, and write down what the two results are. Then build the numerator and the denominator separately.</details>
# <details><summary>Hint 1: always scale − 1</summary>
# Did you multiply the steps? Multiply the gradients, and call the rule again.</details>
# <details><summary>Hint 2: negative, or too large by far</summary>
# <code>np.abs</code> before each maximum; and two maxima, one division, not a division for each entry.</details>
# <details><summary>Hint 3: what is 0?</summary>
# A rule whose steps do not change at all has the effect 0.</details>


# %% exercise="scale_effect"
def scale_effect(rule, gradients, scale):
    """Largest change of a step, relative to the largest step, when gradients are scaled.

    rule: takes an array (T, D) of gradients, returns the steps, (T, D).
    gradients: (T, D).  scale: a number above 0.
    Returns a number.
    """
    # SOLUTION


# %%
gradients = np.random.default_rng(0).normal(size=(100, 3))
print(experiments.scale_effects(gradients, scale=100, use=mine))
display(pictures.scaling(use=mine))
checks.predict_smoothness(pictures.smooth)
checks.predict_table()

# %%
display(experiments.same_numbers(mine))
results = {}
with LiveDashboard(log_loss=True) as live:
    for rule in experiments.RATES:
        first = experiments.train(rule, seed=0, callbacks=[live.run(rule)])
        if live.stopped:
            break
        results[rule] = [first, *(experiments.train(rule, seed) for seed in range(1, 5))]
if results:
    print(experiments.table(results))
    display(pictures.six_rules(results))

# %% [markdown]
# <details><summary><strong>Claim C32</strong>, <em>Adam is a smoother RMSProp</em>, and the table: what came out? Predict above, then open this.</summary>
#
# **The unit**: with gradients 100 times as large the steps of the first three rules change by 99 times their size, those of the three adaptive rules by a millionth or less. What is left is ε: it alone has a unit.
#
# **C32 holds**: the cosine of one update and the next is −0.12 ± 0.01 for RMSProp and 0.89 ± 0.002 for Adam (20 seeds). The 0.9 is no discovery, it is β₁: a running mean of pure noise has the cosine 0.5, 0.9 or 0.99 for β₁ = 0.5, 0.9 or 0.99. Smoother does not mean much better here: in the table Adam is half a point ahead, less than two runs of one rule differ by.
#
# **The table**: from last to first there are two points, and two runs of one rule differ by one. (The rates were chosen on these validation pictures too, with other seeds, and alike for all six.) Momentum, with a tenth of SGD's rate, takes the same steps $\alpha/(1 - \mu)$, and is hardly ahead. What differs a hundredfold are the *rates*: what the number means depends on the rule.
#
# </details>
#
# ### Change one thing
#
# Five gradients of one weight, and the steps that each rule makes of them at a rate of 0.1. Change **one** gradient, write what you expect into the first line, and only then run it. What does a single 1000 do to the steps that come
# *after* it? And a 0 at the end: who stops?
#
# <details><summary>What you may have found</summary>
#
# SGD has forgotten the 1000 at once. Momentum and Nesterov coast on it for many steps. Adagrad hardly moves ever again, and RMSProp not before its mean of squares has forgotten. Adam coasts first, for the 1000 is in its $m$ as well, and creeps
# afterwards: $m$ forgets in some ten steps, $v$ in a thousand. At a gradient of 0 SGD, Adagrad and RMSProp stop; whoever has a velocity goes on.
#
# </details>

# %%
# I expect:
gradients = np.array([1.0, 1.0, 1.0, 1.0, -1.0])

print(experiments.steps_under(gradients, use=mine))

# %% [markdown]
# ## 10 · Two habits of today
#
# In nearly every training script you will read, and the first of them is this lesson's bonus.
#
# **Decoupled weight decay, AdamW.** Lesson 07 adds λw to the gradient, which for SGD takes the same share αλ off every weight. Under Adam λw goes through $m$ and $\sqrt v$ like everything else: it is divided by the size of the weight's gradients, and a weight that works hard hardly decays (left picture). So Loshchilov and Hutter (2019) keep the decay out of the means, and shrink the weights themselves (right picture):
#
# $$w \leftarrow w - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} - \alpha \lambda w$$
#
# **Gradient clipping.** One strange batch can have a gradient hundreds of times too long, and one such step can throw away an hour of training. So limit its length, over all parameters together, and keep its direction (Pascanu, Mikolov and Bengio, 2013); it is max norm's fraction from lesson 07:
#
# $$dw \leftarrow dw \cdot \frac{\text{limit}}{\max(\lVert dw \rVert_2,\; \text{limit})}$$

# %%
display(pictures.weight_decay(), pictures.clipping())

# %% [markdown] beside="milestone"
# ## Milestone: clothes, in your own steps
#
# The network of lesson 07, with batch norm and dropout, and nothing changed but the step: your `adam`, 1,260 times, at a rate that falls from 0.002 to 0 along a cosine. When it is trained, your `fold_batchnorm` of lesson 06 takes batch norm
# out again. So forward, backward, start, noise and step are yours, if they have full marks. **Before you run it, guess:** lesson 07 ended at 85 %. What is a better step worth?

# %% beside="milestone"
milestones.run(8, use=mine)

# %% [markdown]
# ## ★ Bonus · One step of a large language model
#
# For the star, and for no points. Put three things of this lesson together, and you have the step with which most large networks are trained today: AdamW, a **warm-up** while $m$ and $v$ still rest on few gradients, and a **cosine** that ends at 0. With $t$ counted from 1, the rate of step t is
#
# $$\alpha_t = \begin{cases} \alpha\; t / \text{warm-up} & t \le \text{warm-up} \\ \tfrac12\, \alpha\, \Big(1 + \cos \pi\, \frac{t - \text{warm-up}}{\text{steps} - \text{warm-up}}\Big) & t > \text{warm-up} \end{cases} \qquad\qquad w \leftarrow w - \alpha_t \Big( \frac{\hat m}{\sqrt{\hat v} + \varepsilon} + \lambda w \Big) .$$
#
# For α = 0.1, a warm-up of 4 and 12 steps in all the rates are 0.025, 0.05, 0.075, 0.1, then 0.096, 0.085, …, and 0 in the last step. A weight of 1 whose first gradient is 5 goes, with λ = 0.01, to 1 − 0.025 · (1 + 0.01) = 0.97475. Why it matters: BERT, GPT and most of their successors were trained by this rule, but for how their rates fall.
#
# [[exercise adamw]]
#
# <details><summary>Hint 1: where does λ go?</summary>
# Not into <code>dw</code>, <code>m</code> or <code>v</code>: beside the finished step, and both times the rate of <em>this</em> step.</details>
# <details><summary>Hint 2: the rate jumps after the warm-up</summary>
# The cosine counts from the end of the warm-up: its argument goes from 0 to π in the steps that are left.</details>
# <details><summary>Hint 3: the order</summary>
# <code>t = t + 1</code>; the rate; m and v; the corrected step; w. As in <code>adam</code>, return all four.</details>


# %% exercise="adamw"
def adamw(w, dw, m, v, t, lr, warm_up, steps, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of AdamW with warm-up and cosine decay.

    w, dw, m, v: of one shape, as in adam. Not changed.
    t: how many updates there were before this one: 0 at the first.
    lr: α, the highest rate.  warm_up, steps: updates in which it rises, and all there are.
    weight_decay: λ.
    Returns (w, m, v, t): all new, m and v uncorrected, t counted up.
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# What it brings: ten weights whose gradients are noisy, as those of minibatches are. How far from the minimum do 300 steps of the same rule end, at one fixed rate and with the schedule?

# %% beside="bonus"
fixed, falling = [], []
for seed in range(20):
    noise = np.random.default_rng(seed).normal(size=(300, 10))
    start, zero = np.full(10, 3.0), np.zeros(10)
    steady = swayed = (start, zero, zero, 0)
    for e in noise:
        w, m, v, t = steady
        steady = checks.adam.reference(w, w + e, m, v, t, 0.1)
        w, m, v, t = swayed
        swayed = checks.adamw.reference(w, w + e, m, v, t, 0.1, 30, 300, weight_decay=0)
    fixed.append(np.linalg.norm(steady[0]))
    falling.append(np.linalg.norm(swayed[0]))
print(f"fixed rate {np.mean(fixed):.2f} ± {np.std(fixed):.2f}, schedule {np.mean(falling):.2f} ± {np.std(falling):.2f}")

# %% [markdown]
# ## What the summary got wrong
#
# - RMSProp: `cache += decay_rate * cahce + (1 - decay_rate * dw **2)` is three slips in a line, and `dx`, where the gradient `dw` is meant, a fourth in the next. You repaired it (exercise 7).
# - Adam without bias correction takes first steps that are several times too long (exercise 8).
#
# It says one thing too briefly: that μ is annealed from 0.5 to 0.99 is sound advice for exact gradients and badly conditioned losses, and none for short runs on noisy batches (claim C27).
#
# ## Summary
#
# | rule | memory | what it adds | what it lacks |
# |---|---|---|---|
# | SGD | none | | leaps across, creeps along |
# | momentum | v | carries along the valley | overshoots |
# | Nesterov | v | looks where it will be | one rate for all weights |
# | Newton | H, D² numbers | knows the distance | cost; saddles |
# | L-BFGS | a few pairs (s, y) | curvature without the matrix | noise misleads it |
# | Adagrad | sum of squares | a rate for each weight | stalls |
# | RMSProp | mean of squares | forgets, and so goes on | follows the last gradient alone; its mean starts at 0 |
# | Adam | two means, t | both, and corrected | still needs a schedule |
# | AdamW | two means, t | weight decay that means the same for every weight | still needs a schedule |
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Neural networks part 3*](https://cs231n.github.io/neural-networks-3/). B. Polyak, [*Some methods of speeding up the convergence of iteration methods*](https://doi.org/10.1016/0041-5553%2864%2990137-5), 1964.
# Y. Nesterov, *A method for solving a convex programming problem with convergence rate O(1/k²)*, Soviet Mathematics Doklady 27, 1983. I. Sutskever et al., [*On the importance of initialization and momentum in deep learning*](https://proceedings.mlr.press/v28/sutskever13.html), 2013.
# D. Liu and J. Nocedal, [*On the limited memory BFGS method for large scale optimization*](https://doi.org/10.1007/BF01589116), 1989. J. Nocedal and S. Wright, [*Numerical Optimization*](https://doi.org/10.1007/978-0-387-40065-5), 2006.
# J. Duchi, E. Hazan and Y. Singer, [*Adaptive subgradient methods*](https://jmlr.org/papers/v12/duchi11a.html), 2011. T. Tieleman and G. Hinton, [*Lecture 6e: rmsprop*](https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf), 2012.
# D. Kingma and J. Ba, [*Adam*](https://arxiv.org/abs/1412.6980), 2015. I. Loshchilov and F. Hutter, [*SGDR*](https://arxiv.org/abs/1608.03983) (the cosine), 2017, and [*Decoupled weight decay regularization*](https://arxiv.org/abs/1711.05101), 2019.
# P. Goyal et al., [*Accurate, large minibatch SGD*](https://arxiv.org/abs/1706.02677) (warm-up), 2017. R. Pascanu, T. Mikolov and Y. Bengio, [*On the difficulty of training recurrent neural networks*](https://arxiv.org/abs/1211.5063) (clipping), 2013.
# To play with: G. Goh, [*Why momentum really works*](https://distill.pub/2017/momentum/), 2017.
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend trains with momentum 0.9 and a rate of 0.1, moves to a library that writes momentum as a running mean, keeps both numbers, and reports that "momentum is useless, Adam is ten times faster". What happened,
# how would you show it, and what would be a fair comparison?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: the running mean has a factor 1 − μ, so the same number is a rate ten times smaller; converted, 0.1 becomes 1. 1 point: a test that shows it (one constant gradient: the steps settle at 0.1 or at 1 times the gradient; or both conventions side by side with the converted rate). 2 points: a fair
# comparison tunes the rate of *each* rule over the same range and with the same budget, and reports several seeds with their spread. 1 point: rates of different rules mean different things (Adam's is about the length of a step in each weight), so equal numbers are never fair; or: the schedule must be the same as well.
#
# **A model answer.** In the old library the velocity adds gradients up, so that with μ = 0.9 it settles at ten times a single step; a running mean settles at one. Keeping 0.1, my friend trains ten times slower than before. I would feed both a constant gradient of 1 and print the steps: one settles at 1, the other at 0.1. With a rate of
# 1 in the new library the old curves must come back. "Ten times faster" is then just the factor 1/(1 − μ). A fair comparison would search the rate of each rule over several powers of two with equal numbers of epochs, choose by validation accuracy, and repeat with five seeds. Adam's rate is about the length of a step in every weight, so the same
# number means something else there. Only a difference larger than the spread over seeds counts.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. If you go on to it, here is what you have written, what it is called there, and what people fall for. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `momentum(w, dw, v, lr, mu)` | `torch.optim.SGD(…, momentum=mu)` | its velocity leaves out the rate: the same steps, until the rate changes |
# | `nesterov(w, dw, v, lr, mu)` | `torch.optim.SGD(…, momentum=mu, nesterov=True)` | the form in which the gradient is taken at w, as ours |
# | `decayed_rates(lr, epoch, half_life)` | `lr_scheduler.StepLR(optimizer, step_size)` | counts calls of `scheduler.step()`: once a batch, and it decays within the first epoch |
# | `lbfgs_direction` | `torch.optim.LBFGS(…)` | its `step` needs a function that computes loss and gradients anew; its rate is 1, without a line search |
# | `adagrad(w, dw, cache, lr)` | `torch.optim.Adagrad(…)` | its cache starts at 0, as ours |
# | `rmsprop(w, dw, cache, lr, decay)` | `torch.optim.RMSprop(…, alpha=decay)` | here α is the decay, by default 0.99 |
# | `adam(w, dw, m, v, t)` | `torch.optim.Adam(…)` | the same numbers, default rate 0.001 |
# | AdamW | `torch.optim.AdamW(…)` | decays by 0.01 if you say nothing |
# | gradient clipping | `nn.utils.clip_grad_norm_(parameters, limit)` | belongs between `backward()` and `step()`, and returns the length *before* |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("08_update_rules")
