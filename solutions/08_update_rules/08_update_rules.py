# %% [markdown]
# # 08 · Update rules: choose the step
#
# You have the gradient. Which step should you take? You implement each update rule after you have seen where the previous one fails, and correct two rules that the summary this course started from gets wrong.
#
# **You will be able to** write momentum, Nesterov momentum, Newton's method, Adagrad, RMSProp and Adam (libraries call such rules **optimisers**) · convert a
# learning rate between conventions of momentum · set a learning-rate schedule in epochs · find a learning rate by a range test · say what each rule is for.
#
# [[time]]
#
# **Points** 100 · **Before** 01, descent and minibatches · **Prepares for** 09, where you search for good learning rates.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then run the check below it. Once a function passes its check, the figures that need it use your version and tell you so. To see your version in an earlier figure, run that figure's cell again. α (`lr`) is the learning rate.
#
# **Do not work in place.** Each rule returns **new** arrays and changes no argument. The summary's `w -= …` changes the caller's array *in place*, and in real training this array may hold the best weights so far. Write `w = w - lr * dw` instead.

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
# Answer three questions from memory, for no points.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown] beside="again"
# **Once more, from memory.** In the next cell, write lesson 01's `minibatches(n, batch_size, rng)` again, which yields the shuffled row numbers of one epoch, batch by batch. This practice is optional.

# %% beside="again-cell"
# Write minibatches(n, batch_size, rng) here.

# %% beside="again-check"
checks.again("minibatches")

# %% [markdown]
# ## Six update rules on one ravine
#
# The loss $\tfrac12(0.05\,w_1^2 + 4\,w_2^2)$ has the form of a ravine, steep across it ($w_2$) and nearly flat along it ($w_1$). **Predict before you run the next cell.** Of SGD, momentum, Nesterov, Adagrad, RMSProp and Adam, which goes most directly to the minimum, and which swings most from wall to wall? Which has the lowest loss after 60 steps, and which after 120? Then press *No momentum* and *Thrown out*.

# %%
explorables.race()

# %% [markdown]
# <details><summary>Which rule swung most, and which was lowest? Try the sliders before you open this.</summary>
#
# RMSProp goes most directly to the minimum. Momentum swings most and crosses the floor of the ravine 13 times in 60 steps. RMSProp is then by far the lowest, at a height under 10⁻⁸. After 120 steps (set *Steps*) Nesterov is lowest, at a height of 9 · 10⁻⁹. RMSProp, at 8 · 10⁻³, is then higher than every rule but SGD, because RMSProp does not *stay* at the minimum (section 8). Do not choose a rule by one figure, because the leader depends on the number of steps and the learning rates.
#
# *Thrown out* sets the learning rate to 0.56. The curvature across the ravine is 4, so each step of SGD multiplies $w_2$ by 1 − 0.56 · 4 = −1.24. SGD diverges at learning rates above 2 divided by the largest curvature, here 2/4 (lesson 01). With $\mu = 0.9$ the limit here is 0.34 for Nesterov and 0.95 for momentum.
#
# </details>
#
# **One frame for all rules.** Every rule here except decoupled weight decay (section 11) takes a step of the form
#
# $$w \leftarrow w - \alpha \cdot \text{preconditioner} \cdot \text{direction} .$$
#
# The **direction** is the gradient, or a running sum or mean of gradients. The **preconditioner** rescales the direction by a matrix, or by one factor for each weight.
#
# ## 1 · Momentum
#
# Plain gradient descent, called SGD here, takes the step $w \leftarrow w - \alpha\, dw$. With *No momentum*, SGD leaps to and fro across the ravine and creeps along it in one direction, because one learning rate must serve both curvatures. So make the direction a **velocity** $v$, a sum in which agreeing steps build up and alternating ones largely cancel.
#
# $$v \leftarrow \mu v - \alpha\, dw, \qquad w \leftarrow w + v$$
#
# $\mu$ is called momentum, but works like friction, because only the fraction $\mu$ of the velocity is left after each step. With α = 0.1, μ = 0.9 and a gradient of 1 in each step, $v$ is −0.1, then 0.9 · (−0.1) − 0.1 = −0.19, then −0.271. Under a constant gradient $v$
# settles where $v = \mu v - \alpha\, dw$, at $-\alpha\, dw/(1 - \mu)$, which is ten times an SGD step for $\mu = 0.9$. With $\mu = 0$ momentum *is* SGD.
#
# [[exercise momentum]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out two steps by hand with a gradient of 1. In each, compute the new velocity, then move by it.</details>
# <details><summary>Hint 1: the first step is right, later ones are not</summary>
# Do you return the new velocity and move the weights by it?</details>
# <details><summary>Hint 2: how to leave the arguments unchanged</summary>
# <code>v -= …</code> and <code>w += v</code> change the caller's arrays. <code>v = mu * v - …</code> and <code>w = w + v</code> make new ones.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute the new velocity, which contains the learning rate. Add it to the weights, and return both.</details>


# %% exercise="momentum"
def momentum(w, dw, v, lr, mu=0.9):
    """One step of momentum.

    w, dw, v: weights, gradient and velocity, of the same shape. Not changed.
    lr: learning rate.  mu: the fraction of the velocity that is left.
    Returns (w, v): the new weights and the new velocity.
    """
    # SOLUTION


# %%
display(pictures.velocity(use=mine), pictures.ravine("SGD", "momentum", use=mine), pictures.conventions())

# %% [markdown]
# **Three conventions of momentum** take the same steps after conversion, *until the learning rate changes*.
#
# | used by | memory | step | to get the steps of the first row |
# |---|---|---|---|
# | CS231n, this course | $v \leftarrow \mu v - \alpha\, dw$ | $w + v$ | |
# | PyTorch, optax | $u \leftarrow \mu u + dw$ | $w - \alpha u$ | same learning rate, $v = -\alpha u$ |
# | running mean, as in Adam | $m \leftarrow \mu m + (1 - \mu)\, dw$ | $w - \alpha' m$ | $\alpha' = \alpha/(1 - \mu)$ |
#
# ## 2 · Nesterov momentum
#
# Momentum overshoots partly because it takes the gradient at the current weights, although $\mu v$ is about to carry them further. Nesterov (1983) takes the gradient **ahead**, where $\mu v$ leads, and changes only the direction in the frame above. Let $\theta$ be the weights, $w$ the point ahead, and let a prime mark new values.
#
# $$w = \theta + \mu v, \qquad v' = \mu v - \alpha\, \nabla f(w), \qquad \theta' = \theta + v' .$$
#
# Libraries compute the gradient at the weights that they store. So store $w$, and eliminate $\theta$ in three lines.
#
# 1. The next gradient is taken at $w' = \theta' + \mu v'$.
# 2. Insert $\theta' = \theta + v'$ to get $w' = \theta + v' + \mu v' = \theta + (1 + \mu)\, v'$.
# 3. Insert $\theta = w - \mu v$ to get $w' = w - \mu v + (1 + \mu)\, v'$.
#
# Line 3 is the update rule. With w = 1, v = −0.1, dw = 1, α = 0.1 and μ = 0.9 the rule gives v′ = −0.19 and w′ = 1 + 0.09 − 1.9 · 0.19 = 0.729. The forms in $\theta$ and in $w$ take their gradients at the same points, which the check compares.
#
# [[exercise nesterov]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the example of line 3 by hand. The line contains both the old velocity and the new one, so keep the old one until the end.</details>
# <details><summary>Hint 1: it does the same as momentum</summary>
# Is the <em>old</em> velocity still there when you step back along it?</details>
# <details><summary>Hint 2: the term with the old velocity</summary>
# The old velocity is 0 at the first step, so a mistake in its term shows only at the second. Step back by μ times the old velocity.</details>
# <details><summary>Hint 3: the outline</summary>
# Give the new velocity a name of its own, and write line 3 with both names.</details>

# %%
display(pictures.look_ahead(), pictures.ravine("momentum", "Nesterov", use=mine))


# %% exercise="nesterov"
def nesterov(w, dw, v, lr, mu=0.9):
    """One step of Nesterov momentum, in the form of line 3.

    w: where the gradient dw was taken.  v: velocity.  Of the same shape. Not changed.
    Returns (w, v): where to take the next gradient, and the new velocity.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · Learning-rate schedules
#
# With minibatches, a learning rate that is good at the start can be too high at the end, because gradient noise keeps the weights away from the minimum, at a typical distance proportional to √α if α is small. So lower the learning rate during training (**learning-rate decay**). The summary names three schedules.
#
# - **Step decay** multiplies the learning rate by a factor at regular intervals, in the summary's example by 0.1 every 20 epochs. In the exercise the factor is ½ every `half_life` epochs, $\alpha \cdot 2^{-\lfloor \text{epoch} / \text{half\_life} \rfloor}$, where $\lfloor\;\rfloor$ rounds down.
# - **Exponential decay** follows $\alpha\, \exp(-k \cdot \text{epoch})$.
# - **1/t decay**, or inverse-time decay, follows $\alpha / (1 + k \cdot \text{epoch})$.
#
# Let each schedule halve the learning rate in the first `half_life` epochs. For exponential decay, $\exp(-k \cdot \text{half\_life}) = \frac12$ means $-k \cdot \text{half\_life} = -\ln 2$, so $k = \ln 2 / \text{half\_life}$, for example 0.139 for a half-life of 5 epochs. Find the $k$ of 1/t decay in the same way.
# After ten half-lives the learning rate is α/11 with 1/t decay and α/1,024 with exponential decay.
#
# The table gives the learning rates for α = 0.8 and a `half_life` of 5.
#
# | epoch | step | exponential | 1/t |
# |---|---|---|---|
# | 0 | 0.8 | 0.8 | 0.8 |
# | 5 | 0.4 | 0.4 | 0.4 |
# | 7.5 | 0.4 | 0.283 | 0.32 |
# | 10 | 0.2 | 0.2 | 0.267 |
#
# [[exercise decayed_rates]]
#
# <details><summary>Hint 0: how to begin</summary>
# Put one half-life into each formula. Each schedule must then give half of the initial learning rate, which fixes its constant.</details>
# <details><summary>Hint 1: a value is wrong after one half-life</summary>
# Exponential and 1/t decay need different k. For 1/t decay solve <code>1 / (1 + k * half_life) = 1/2</code> for k.</details>
# <details><summary>Hint 2: how to make steps</summary>
# <code>epoch // half_life</code> counts the half-lives that have passed.</details>
# <details><summary>Hint 3: the outline</summary>
# Write the three formulas one by one, with the given k in the second and your own k in the third.</details>

# %%
explorables.schedule()


# %% exercise="decayed_rates"
def decayed_rates(lr, epoch, half_life):
    """Three learning rates at one epoch, which may be a fraction.

    lr: the initial learning rate.  half_life: a whole number of epochs.
    Returns (stepped, exponential, inverse_time): all are lr / 2 after half_life epochs.
    """
    # SOLUTION


# %% [markdown]
# **Steps and epochs.** Training code counts *steps* (updates), whereas these schedules count *epochs*. With 80 steps per epoch, step 200 is at epoch 2.5.
#
# The summary also lets momentum *grow*. $\mu$ starts at 0.5, while gradients still change direction, rises in a straight line to 0.99, and stays there. If $\mu$ rises over 5 epochs of 80 steps, it is 0.5 at step 0, 0.745 at step 200, and 0.99 at steps 400 and 1,000.
#
# [[exercise annealed_momentum]]
#
# <details><summary>Hint 0: how to begin</summary>
# Convert the step to an epoch first. Then ask how far along the line from 0.5 to 0.99 you are.</details>
# <details><summary>Hint 1: at 0.99 almost at once</summary>
# Did you use the step as the epoch? Divide the step by the number of steps in an epoch.</details>
# <details><summary>Hint 2: how to stop at 0.99</summary>
# <code>min(…, 1)</code> limits the fraction to 1, the value at which μ reaches 0.99.</details>
# <details><summary>Hint 3: the outline</summary>
# Divide the epoch by <code>epochs</code>, and limit this fraction to 1. μ starts at 0.5 and rises by that fraction of 0.49.</details>


# %% exercise="annealed_momentum"
def annealed_momentum(step, steps_per_epoch, epochs):
    """The momentum mu at one update.

    step: number of updates so far.  epochs: the epoch at which mu reaches 0.99.
    Returns a number: 0.5 at the start, growing in a straight line, then 0.99.
    """
    # SOLUTION


# %%
checks.predict_decay(lambda: pictures.schedules(use=mine))
checks.predict_annealing(lambda: pictures.annealing(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C28</strong> says that <em>decay ends lower than a constant learning rate</em>, and <strong>claim C27</strong> that <em>momentum builds up speed, and annealing μ helps</em>. Do they hold? Predict first.</summary>
#
# **C28 holds with conditions.** The table gives the training loss of SGD after ten epochs on Fashion-MNIST with a half-life of 2.5 epochs (mean and standard deviation over 20 seeds).
#
# | initial learning rate | constant | step | exponential | 1/t | cosine |
# |---|---|---|---|---|---|
# | 0.4 | **0.366 ± 0.014** | 0.410 ± 0.006 | 0.445 ± 0.007 | 0.428 ± 0.006 | 0.402 ± 0.005 |
# | 1.6, twice the best constant one | 0.326 ± 0.046 | 0.293 ± 0.005 | 0.313 ± 0.004 | 0.305 ± 0.005 | **0.283 ± 0.004** |
#
# From a learning rate of 1.6 every decay ended at a lower mean loss than the constant learning rate, with about a tenth of the standard deviation and a higher mean validation accuracy (84 to 85 % against 83 %). From a learning rate of 0.4, decay only slowed training down.
#
# **The claim that momentum builds up speed holds.** On the ravine momentum needs 51 steps to reach a millionth of the initial height, and SGD needs 277, each at its best learning rate (and momentum at its best $\mu$, 0.64).
#
# **The claim that annealing μ helps holds with conditions.**
#
# - With noisy minibatches annealing does *not* help. On Fashion-MNIST, annealing at a fixed learning rate ends at a training loss of 0.39 ± 0.03, and a constant μ of 0.9 at 0.30 ± 0.03 (mean and standard deviation over 20 seeds).
# - With exact gradients on a badly conditioned loss annealing can *help*. On a bowl with a condition number of 100,000 (lesson 05), a constant μ of 0.9 ends with a loss 85 times as high as annealing does (geometric mean over 20 initial points, range 20 to 1,600). Even the best constant μ, 0.98, which you do not know beforehand, ends with one 3.4 times as high. With noisy gradients on this bowl, all settings end at about the same loss. Sutskever and others (2013) raised μ slowly to cope with the curvature in deep and recurrent networks.
# - On a bowl with a condition number of 1,000 annealing does *not* help, because a constant μ of 0.9 reaches the minimum much earlier.
#
# </details>
#
# **Four more schedules** are common.
#
# - **Cosine** decay, $\alpha \cdot \frac12 \big(1 + \cos(\pi \cdot \text{epoch} / \text{epochs})\big)$, lowers the learning rate to 0 along half a wave, so you must know in advance when training ends.
# - **Warm-up** raises the learning rate linearly to its full value over the first epochs, usually before cosine decay. A full step from the initial weights can do harm, and Adam's first means rest on only a few gradients.
# - A **milestone schedule** multiplies the learning rate by a factor at chosen epochs, for example by 0.1 at epochs 30 and 60.
# - A **plateau** schedule lowers the learning rate, for example by half, when the validation loss has not improved for some epochs.
#
# ## 4 · Newton's method
#
# A learning rate is a guess at a good step length, although on a quadratic loss the gradient and the second derivatives determine the best step. In one dimension, a slope of 6 that changes by 3 per unit becomes 0 after a step of −6/3. Near $w$, a smooth loss is approximately quadratic in the step $s$ (D,), with the gradient $dw$ (D,) and the Hessian $H$ (D, D), $H_{ij} = \partial^2 f/\partial w_i \partial w_j$.
#
# $$f(w + s) \approx f(w) + dw^\top s + \tfrac12\, s^\top H s$$
#
# 1. The gradient of the right-hand side with respect to $s$ is $dw + H s$.
# 2. This gradient is 0 where $H s = -dw$.
# 3. So **Newton's step** leads to $w + s = w - H^{-1} dw$.
#
# Newton's preconditioner is $H^{-1}$, and a quadratic loss needs no learning rate. But where the loss does not curve upwards in every direction, Newton's step may lead to a saddle or a maximum.
#
# *Solve* line 2 for $s$ instead of computing $H^{-1}$, which costs more and is less exact.
#
# [[exercise newton_step]]
#
# <details><summary>Hint 0: how to begin</summary>
# Solve the example with one weight, where you divide by the Hessian. Then ask what replaces division for a matrix.</details>
# <details><summary>Hint 1: the longest steps go where it is steepest</summary>
# Did you multiply the gradient by H? Multiply it by −H<sup>−1</sup>.</details>
# <details><summary>Hint 2: what replaces the division</summary>
# Line 2 is a system of D equations. Dividing by the diagonal solves it only if H is diagonal.</details>
# <details><summary>Hint 3: the outline</summary>
# <code>np.linalg.solve(a, b)</code> gives the x with <code>a @ x = b</code>. Let it solve line 2, and add the step to the weights.</details>

# %%
display(pictures.newton(use=mine), pictures.ravine("SGD", "Newton", "L-BFGS", use=mine))


# %% exercise="newton_step"
def newton_step(w, dw, hessian):
    """Where Newton's step leads from w.

    w, dw: (D,) weights and gradient.  hessian: (D, D).  Not changed.
    Returns (D,).
    """
    # SOLUTION


# %% [markdown]
# ## 5 · L-BFGS
#
# For a million weights $H$ has $10^{12}$ entries, but you can *measure* curvature with gradients. **In one dimension**, the gradient was 6 at w = 2, and at w = 1.5 it is 4. Over a step of $s = -0.5$ the gradient changed by $y = -2$, so the curvature is about $y/s = 4$, and the step to where the gradient would be 0 is
# $-dw \cdot s/y = -4/4 = -1$. This is the **secant method**, which takes Newton's step with a measured curvature.
#
# In D dimensions a step $s$ (D,) and the change $y$ (D,) of the gradient over it give D equations for the D² entries of $H$, because $y = H s$ on a quadratic loss. **L-BFGS** keeps the last few pairs of $s$ and $y$, which define its preconditioner $G \approx H^{-1}$, a matrix that is never stored. An exact inverse satisfies $G y = s$ for every pair, but L-BFGS guarantees this only for the newest. Two loops over the pairs, a bonus of this lesson, multiply $G$ by $dw$. A **line search** then tries step lengths along $-G\, dw$ until one lowers the loss enough, and each trial costs a gradient of the full batch.

# %%
display(pictures.secant())
checks.predict_lbfgs(lambda: pictures.lbfgs(use=mine))
pictures.lbfgs_cost()

# %% [markdown]
# <details><summary><strong>Claim C29</strong> says that <em>L-BFGS is good on the full batch and bad on minibatches</em>. Does it hold? Predict first.</summary>
#
# The claim **holds on this problem**, which is softmax regression on the digits with a penalty of ½ · 10⁻⁴ Σw². This loss is *convex* and has a single minimum, so the result says nothing about networks with hidden layers.
#
# After 50 full-batch gradients, the loss of L-BFGS is $4 \cdot 10^{-8}$ above the minimum. At the best learning rates, the loss of momentum is still $4 \cdot 10^{-4}$ above the minimum and that of gradient descent $5 \cdot 10^{-3}$. On minibatches the loss of SGD settles 0.027 ± 0.002 above the minimum (mean and standard deviation over 20 seeds). On minibatches L-BFGS jumps far above its initial loss in all 20 runs. In our runs shorter steps made such jumps rarer, but the loss stayed above that of SGD.
# The reason is the noise in $y$, which over a step of length 0.1 is 174 ± 3 times as long as the true change of the gradient (mean and standard deviation over 20 seeds).
#
# **What a step costs.** On this lesson's network of 6,634 weights, a step of L-BFGS with ten pairs needs 1.03 gradients of all 4,000 images (mean over 30 steps and 20 seeds). One such gradient took as long as 82 gradients of a minibatch of 50, and the two loops took as long as 2.4 minibatch gradients (medians of 25 measurements on one core of a shared machine, in float64). After 30 steps L-BFGS ends at a training loss of 0.40 ± 0.01, and ten epochs of SGD end at 0.34 ± 0.02 (mean and standard deviation over 20 seeds) with a third as many gradients of single images. So in our measurement L-BFGS pays off on the convex full-batch problem above and not on this network.
#
# </details>
#
# ## 6 · Adagrad
#
# Measuring curvature is expensive and sensitive to noise, whereas tracking the sizes of past gradients costs almost no extra work. The weight of a word that occurs in one text of a hundred has a gradient of 0 in the other 99, so this weight rarely moves. The preconditioner of **Adagrad** divides each weight's gradient by the root of that weight's *cache*, the sum of its squared gradients. With α = 1, successive gradients of 1, 0.01 and 100 make the cache 1, 1.0001 and 10,001.0001, and the steps 1/1 = 1, 0.01/1 = 0.01 and 100/100 = 1.
#
# $$cache \leftarrow cache + dw^2, \qquad w \leftarrow w - \alpha\, \frac{dw}{\sqrt{cache} + \varepsilon}$$
#
# The cache's root has the unit of a gradient, so each weight's first step other than 0 is $\alpha$ long, whatever the unit of the loss, and no step is longer. $\varepsilon$ prevents 0/0.
#
# [[exercise adagrad]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out two steps for a single weight by hand. What must the function remember from one step to the next?</details>
# <details><summary>Hint 1: NaN appears</summary>
# A weight that has had no gradient yet gives 0/0. Where does ε belong?</details>
# <details><summary>Hint 2: all weights get the same learning rate</summary>
# The cache has the shape of w, so take no sum and no mean over its entries.</details>
# <details><summary>Hint 3: the outline</summary>
# Make a new cache first (<code>cache = cache + …</code>, not <code>+=</code>). Then take the step with it.</details>


# %% exercise="adagrad"
def adagrad(w, dw, cache, lr, eps=1e-8):
    """One step of Adagrad.

    w, dw, cache: weights, gradient and sum of squared gradients, of the same shape. Not changed.
    Returns (w, cache), both new.
    """
    # SOLUTION


# %%
checks.predict_rare(lambda: pictures.rare(use=mine))

# %% [markdown]
# ## 7 · RMSProp
#
# Adagrad's cache never shrinks, so its learning rates never rise, and it can stall. The preconditioner of **RMSProp** forgets old gradients, because its cache is a *running mean* of squares instead of a sum. The summary writes RMSProp in two lines.
#
# ```
# cache += decay_rate * cahce + (1 - decay_rate * dw **2)
# w -= alpha * dx / (np.sqrt(cache) + eps)
# ```
#
# The figure shows how these lines, with `cahce` and `dx` corrected, **fail in two ways** from two initial points on the ravine. What does `+=` do to a cache that is already on the right-hand side? Where does the
# bracket close, and what becomes of $1 - decay \cdot dw^2$ for a large gradient? And what is `dx`? Write the rule as it was meant. The new mean consists of the fraction `decay` of the old one and the remaining fraction of the new square. (With decay 0.99, an old mean of 4 and a gradient of 10, the new mean is 0.99 · 4 + 0.01 · 100 = 4.96.)
#
# [[exercise rmsprop]]
#
# <details><summary>Hint 0: how to begin</summary>
# Copy Adagrad and change the line that updates the cache. Compare both caches after two steps by hand.</details>
# <details><summary>Hint 1: the cache grows and grows</summary>
# The new mean <em>replaces</em> the old one, so write <code>=</code>.</details>
# <details><summary>Hint 2: NaN appears</summary>
# The cache is negative somewhere. Use the factors <code>decay</code> and <code>(1 - decay)</code>, which add up to 1.</details>
# <details><summary>Hint 3: the outline</summary>
# Make a new cache, without <code>+=</code>. Then divide <code>dw</code> by ε plus the root of this cache, as in Adagrad.</details>

# %%
pictures.notes_rmsprop(use=mine)


# %% exercise="rmsprop"
def rmsprop(w, dw, cache, lr, decay=0.99, eps=1e-8):
    """One step of RMSProp.

    w, dw, cache: weights, gradient and running mean of squared gradients, of the same shape.
        Not changed.
    decay: the fraction of the old mean that is left.
    Returns (w, cache), both new.
    """
    # SOLUTION


# %%
checks.predict_stall(lambda: pictures.stall(use=mine))
display(pictures.weight_rates(), pictures.ravine("Adagrad", "RMSProp", use=mine))

# %% [markdown]
# <details><summary><strong>Claim C30</strong> says that <em>Adagrad gives rare features larger steps, and stalls</em>. <strong>Claim C31</strong> says that <em>RMSProp's step can also grow</em>. Do they hold? Predict first.</summary>
#
# **C30.** *Rare features get larger steps* **holds**. After 100 steps the weight of a feature that is on in 1 % of the examples is at 0.61 ± 0.07 of its target with SGD and 0.998 ± 0.009 with Adagrad (mean and standard deviation over 20 seeds). *It stalls* **holds with conditions**. Beyond the cliff Adagrad's steps stay tiny, but in section 9 Adagrad has not stalled after 800 steps and is among the best rules.
#
# **C31 holds.** During training a weight's learning rate $\alpha/\sqrt{cache}$ *rose* in 72.6 ± 0.5 % of RMSProp's steps (mean and standard deviation over 20 seeds) and in none of Adagrad's.
#
# </details>
#
# ## 8 · Adam and its bias correction
#
# On the ravine RMSProp did not stay at the minimum, because its steps remain about $\alpha$ long. Each step of RMSProp also follows the last gradient alone, which may be mostly noise if it comes from a minibatch. **Adam** also changes the direction, which becomes a running mean of the gradients. With $m \leftarrow \beta_1 m + (1 - \beta_1)\, dw$ and $v \leftarrow \beta_2 v + (1 - \beta_2)\, dw^2$ the step is $-\alpha\, m/\sqrt v$. The summary stops here. The CS231n notes add a correction, because both means start at **0**.
#
# 1. Suppose that every gradient is $g$. After one step $m = (1 - \beta_1)\, g$.
# 2. After two steps, $m = \beta_1(1 - \beta_1)\, g + (1 - \beta_1)\, g = (1 - \beta_1^2)\, g$.
# 3. After $t$ steps, $m = (1 - \beta_1^t)\, g$ and $v = (1 - \beta_2^t)\, g^2$, both too small by a known factor.
#
# So divide each mean by its factor, $\hat m = m/(1 - \beta_1^t)$ and $\hat v = v/(1 - \beta_2^t)$, and take the step
#
# $$w \leftarrow w - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} .$$
#
# With the default $\beta_1$ and $\beta_2$, a first gradient of 5 makes $m = 0.5$ and $v = 0.025$. Corrected, $\hat m = 5$ and $\hat v = 25$, so the step is $\alpha \cdot 5/5 = \alpha$. Without the correction the first step is $(1 - \beta_1)/\sqrt{1 - \beta_2} = 3.2$ times as long.
#
# (This $v$ is not momentum's velocity. Adam's paper also has a shorter form, which corrects the learning rate instead of $m$ and $v$ and gives ε more weight at first. Use the form above.)
#
# [[exercise adam]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the first step for a single weight by hand, with m, v and t at 0, in the order of the text.</details>
# <details><summary>Hint 1: infinity or NaN at the first step</summary>
# <code>t</code> comes in as 0, and 1 − β<sup>0</sup> is 0. Increase t first.</details>
# <details><summary>Hint 2: the first step is right, later ones are not</summary>
# Do you use the power, <code>beta1 ** t</code>? Do you return m and v as they are <em>before</em> the correction?</details>
# <details><summary>Hint 3: the outline</summary>
# Increase t, update both means, correct them, and take the step. Use the corrected means <code>m_hat</code> and <code>v_hat</code> in this step only.</details>


# %% exercise="adam"
def adam(w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam, with bias correction.

    w, dw, m, v: weights, gradient, running means of it and of its square, of the same shape.
        Not changed.
    t: number of updates before this one, 0 at the first.
    Returns (w, m, v, t): all new, m and v uncorrected, t increased by 1.
    """
    # SOLUTION


# %% [markdown]
# ### An example in which Adam fails
#
# Reddi, Kale and Kumar (2018) constructed a loss on which Adam with a small $\beta_2$ ends at the worst point. A weight in [−1, 1] has the gradient 3 in every third step and −1 in the two others. Three successive gradients add up to +1, so the mean loss is lowest at −1. **AMSGrad**, the authors' remedy, divides by the root of the largest $v$ so far. Make the prediction below. Then move $\beta_2$ to where the failure disappears, and increase n, so that the large gradient becomes larger and rarer.

# %%
display(pictures.notes_adam(use=mine))
checks.predict_failure()
explorables.adam_failure(use=mine)

# %% [markdown]
# <details><summary>Where does the failure disappear? Move the sliders before you open this.</summary>
#
# With the paper's gradients (n = 3) Adam ends at the worst point with every $\beta_2$ below about 0.48, and at the minimum with 0.9 and the default 0.999. This limit of $\beta_2$ rises with n, to about 0.96 at n = 10 and 0.99 at n = 20. Here AMSGrad ended near the minimum with every $\beta_2$ tested.
#
# This example is no reason to prefer AMSGrad, and our measurement covers no other problem. With the default $\beta_2$ of 0.999 and whole numbers as gradients, Adam fails here only if the large gradient comes once in about 64 steps or less often (computed, not simulated) and still outweighs all the others.
#
# </details>
#
# ## 9 · The scale of the loss
#
# If you measure a loss in cents instead of euros, the loss and its gradients become 100 times larger, and so do the steps of SGD. In Adam, $m$ and $\sqrt v$ both grow by a factor of 100, which cancels in the step. Measure
# this effect for a function `rule`. With steps $s_{td}$ for the gradients as they are and $s'_{td}$ for the gradients multiplied by `scale`, return
#
# $$\max_{t,d} |s'_{td} - s_{td}| \;\big/\; \max_{t,d} |s_{td}| .$$
#
# If the steps 0.1 and −0.2 become 0.1 and −0.5, the largest change is 0.3, the largest step was 0.2, and the effect is 1.5.
#
# [[exercise scale_effect]]
#
# <details><summary>Hint 0: how to begin</summary>
# Call the rule twice with different gradients. Then compute the numerator and the denominator separately.</details>
# <details><summary>Hint 1: always scale − 1</summary>
# Did you multiply the steps? Multiply the gradients, and call the rule again.</details>
# <details><summary>Hint 2: negative, or far too large</summary>
# Apply <code>np.abs</code> before each maximum, and divide once, not entry by entry.</details>
# <details><summary>Hint 3: the outline</summary>
# Subtract the steps of both calls entry by entry. Divide the largest change by the largest step of the first call.</details>


# %% exercise="scale_effect"
def scale_effect(rule, gradients, scale):
    """Largest change of an entry of the steps, relative to the largest, when gradients are scaled.

    rule: takes an array (T, D) of gradients, returns the steps, (T, D).
    gradients: (T, D). Not changed.  scale: a number above 0.
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
# <details><summary><strong>Claim C32</strong> says that <em>Adam is a smoother RMSProp</em>. Does it hold, and what does the table show? Predict first.</summary>
#
# **Scale.** With gradients 100 times as large, the steps of SGD, momentum and Nesterov change by up to 99 times the largest step, and those of the three adaptive rules by less than a millionth of it, because of ε, the only term that does not scale.
#
# **C32 holds.** During training the cosine similarity between successive updates is −0.123 ± 0.006 for RMSProp and 0.889 ± 0.002 for Adam (mean and standard deviation over 20 seeds). Adam's value is close to β₁, because successive running means of pure noise have a cosine similarity of about β₁ (measured for 0.5, 0.9 and 0.99). The smoother path helps little here. In the table Adam is 0.6 percentage points of validation accuracy ahead of RMSProp, as much as the standard deviation over five seeds.
#
# **The table.** In mean validation accuracy the best and the worst rule are two percentage points apart, and two runs of one rule typically differ by about one. (The learning rates were searched on the same images with other seeds.) The *learning rates* differ by factors of up to 100, because their meaning depends on the rule. Momentum has a tenth of SGD's learning rate, so under a constant gradient its steps become as long as SGD's.
#
# </details>
#
# ### Change one thing
#
# The cell below prints the steps of each rule for five gradients of one weight. Write your expectation into the first line, change **one** gradient, and run the cell. What does a gradient of 1,000 do to the steps *after* it? Which rules stop when the last gradient is 0?
#
# <details><summary>What you may have found</summary>
#
# SGD forgets a gradient of 1,000 at once. Momentum and Nesterov keep moving for many steps. Adagrad almost stops, and RMSProp moves again only after its mean of squares has forgotten the 1,000. Adam moves on and then almost stops, because
# $m$ forgets the 1,000 in some ten steps and $v$ only in about a thousand. At a gradient of 0 only momentum, Nesterov and Adam go on, because their direction contains earlier gradients.
#
# </details>

# %%
# I expect:
gradients = np.array([1.0, 1.0, 1.0, 1.0, -1.0])

print(experiments.steps_under(gradients, use=mine))

# %% [markdown]
# ## 10 · Learning-rate range test
#
# A **learning-rate range test** (Smith, 2017) estimates the order of magnitude of a good learning rate in one short run. The learning rate grows by the same factor in each step, from far too low to far too high. The loss changes little at first, then falls, and finally rises. In step $t$ = 0, 1, … of $T$ steps the learning rate is
#
# $$\alpha_t = \text{low} \cdot \left(\frac{\text{high}}{\text{low}}\right)^{t/(T - 1)} .$$
#
# From 0.001 to 10 in five steps the learning rates are 0.001, 0.01, 0.1, 1 and 10. Smooth the noisy losses of the minibatches with a running mean that starts at 0, and correct the mean as in Adam. With $\beta = 0.5$, losses of 4 and 1 make the mean 2 and then 1.5, which the correction turns into 2/0.5 = 4 and 1.5/0.75 = 2.
#
# End the test as soon as the corrected mean is NaN or more than `limit` times the lowest one so far, and leave this last mean out. As a rule of thumb, suggest **a tenth** of the learning rate at the lowest mean, because the loss is about to rise there.
#
# [[exercise range_test]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the example with two losses by hand. What must you remember from one step to the next?</details>
# <details><summary>Hint 1: the first losses are far too small</summary>
# The mean starts at 0. By which number do you divide it after the first loss, and after the second?</details>
# <details><summary>Hint 2: the test goes on after NaN</summary>
# Every inequality with NaN is False, so ask whether the mean is <em>not</em> small enough. The first mean has nothing to be compared with.</details>
# <details><summary>Hint 3: the outline</summary>
# In a loop over t, compute the learning rate, train once, and update and correct the mean. Leave the loop if the mean is too high, and otherwise append both numbers to lists.</details>


# %% exercise="range_test"
def range_test(step, low, high, steps, beta=0.9, limit=2.0):
    """Learning-rate range test, for any update rule.

    step: trains on one minibatch with the learning rate that it gets, and returns the loss before the update.
    low, high: the first and the last learning rate.  steps: number of steps, at least 2.
    beta: decay of the running mean, corrected as in adam.
    limit: the test ends at NaN, or above limit times the lowest mean.
    Returns (rates, losses, lr): the learning rates (T,), the corrected means (T,), and the suggested learning rate.
    The first loss is a number. If several means are lowest, the first of them counts.
    """
    # SOLUTION


# %%
pictures.range_tests(use=mine)

# %% [markdown]
# <details><summary>How good is the suggestion? Look at the figure first.</summary>
#
# The suggestion is cautious. Over six rules and 20 seeds the suggestion lay between 0.12 and 1.04 times the learning rate that the search had found, with a median of 0.28. Compared with the searched learning rate, the suggested one costs SGD 1.5 ± 0.3 and Adagrad 1.4 ± 0.2 percentage points of validation accuracy in ten epochs (mean and standard error over 20 seeds). For the four other rules the cost was at most 0.3 percentage points, less than twice its standard error. So search a few learning rates around and above the suggestion.
#
# </details>
#
# ## 11 · AdamW and gradient clipping
#
# **Decoupled weight decay, AdamW.** Weight decay in lesson 07 adds λw to the gradient, which for SGD takes the same fraction αλ off every weight. In Adam λw goes through $m$ and is divided by $\sqrt v$, the typical size of the gradients, so a weight with large gradients shows almost no decay (left figure). Loshchilov and Hutter (2019) keep the decay out of the direction and the preconditioner, and shrink the weights themselves (right figure).
#
# $$w \leftarrow w - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} - \alpha \lambda w$$
#
# **Gradient clipping.** One strange batch can have a gradient hundreds of times too long and undo an hour of training in one step. So limit the length of the gradient of all parameters together, and keep its direction (Pascanu and others, 2013).
#
# $$dw \leftarrow dw \cdot \frac{\text{limit}}{\max(\lVert dw \rVert_2,\; \text{limit})}$$

# %%
display(pictures.weight_decay(), pictures.clipping())

# %% [markdown] beside="milestone"
# ## Milestone: Fashion-MNIST, by your own Adam
#
# Your `adam` trains the network of lesson 07, with batch norm and dropout, in 1,260 steps at a learning rate that falls from 0.002 to 0 along a cosine. Then your `fold_batchnorm` (lesson 06) removes batch norm. **Guess before you run it.** The network of lesson 07 reached a validation accuracy of 85 %. How much do Adam and the falling learning rate add?

# %% beside="milestone"
milestones.run(8, use=mine)

# %% [markdown]
# ## ★ Bonus · AdamW with warm-up and cosine
#
# Combine AdamW, a **warm-up** and a **cosine** decay to 0. With $t$ counted from 1, the learning rate of step t is
#
# $$\alpha_t = \begin{cases} \alpha\; t / \text{warm-up} & t \le \text{warm-up} \\ \tfrac12\, \alpha\, \Big(1 + \cos \pi\, \frac{t - \text{warm-up}}{\text{steps} - \text{warm-up}}\Big) & t > \text{warm-up} \end{cases} \qquad\qquad w \leftarrow w - \alpha_t \Big( \frac{\hat m}{\sqrt{\hat v} + \varepsilon} + \lambda w \Big) .$$
#
# For α = 0.1, 4 steps of warm-up and 12 steps in all, the learning rates are 0.025, 0.05, 0.075, 0.1, then 0.096, 0.085, …, and 0 in the last step. With λ = 0.01, a weight of 1 whose first gradient is 5 becomes 1 − 0.025 · (1 + 0.01) = 0.97475. The language model LLaMA was trained with this rule and a cosine that ends at a tenth of α (Touvron and others, 2023).
#
# [[exercise adamw]]
#
# <details><summary>Hint 1: where does λ go?</summary>
# Leave λ out of <code>dw</code>, <code>m</code> and <code>v</code>. Add λw to the finished step, so that both are multiplied by the learning rate of <em>this</em> step.</details>
# <details><summary>Hint 2: the learning rate jumps after the warm-up</summary>
# The cosine counts from the end of the warm-up. Its argument goes from 0 to π in the remaining steps.</details>
# <details><summary>Hint 3: the outline</summary>
# Increase t, compute the learning rate, update m and v, and change w by the corrected step and the decay.</details>


# %% exercise="adamw"
def adamw(w, dw, m, v, t, lr, warm_up, steps, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of AdamW with warm-up and cosine decay.

    w, dw, m, v: of the same shape, as in adam. Not changed.
    t: number of updates before this one, 0 at the first.
    lr: α, the highest learning rate.  warm_up, steps: number of updates in which it rises, and of all.
    weight_decay: λ.
    Returns (w, m, v, t): all new, m and v uncorrected, t increased by 1.
    """
    # SOLUTION


# %% [markdown] beside="bonus"
# How far from the minimum do ten weights with noisy gradients end after 300 steps of Adam, at a fixed learning rate and with the schedule?

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
print(f"fixed learning rate {np.mean(fixed):.2f} ± {np.std(fixed):.2f}")
print(f"schedule {np.mean(falling):.2f} ± {np.std(falling):.2f}")

# %% [markdown]
# ## ★ Bonus · The two loops of L-BFGS
#
# The preconditioner $G$ of L-BFGS (section 5) starts as a multiple of the identity matrix $I$, and each pair, oldest first, corrects it.
#
# $$G \leftarrow \Big(I - \frac{s y^\top}{y^\top s}\Big)\, G\, \Big(I - \frac{y s^\top}{y^\top s}\Big) + \frac{s s^\top}{y^\top s}$$
#
# After this correction $G y = s$ for the pair, because the right bracket turns $y$ into 0 and the last term turns $y$ into $s$. The next pair's correction can change that. To multiply $G$ by $dw$, work from the outside in. Set $q = dw$, and apply the right bracket of each pair, **newest first**.
#
# 1. Compute $c = \dfrac{s^\top q}{y^\top s}$ and keep it. Then $q \leftarrow q - c\, y$.
#
# Between the loops, set $r = \dfrac{s^\top y}{y^\top y}\, q$, with $s$ and $y$ from the newest pair. If there are no pairs, set $r = q$. Then work outwards, **oldest first**, with the left bracket and the last term.
#
# 2. $r \leftarrow r + \Big(c - \dfrac{y^\top r}{y^\top s}\Big)\, s$.
#
# The search direction is $-r$.
#
# **Worked example with one pair.** Let s = (1, 1), y = (1, 3) and dw = (2, 2), so yᵀs = 4 and yᵀy = 10. The first loop gives c = 4/4 = 1 and q = (2, 2) − (1, 3) = (1, −1). Between the loops r = 4/10 · (1, −1) = (0.4, −0.4). In the second loop yᵀr/yᵀs = −0.8/4 = −0.2, and r = (0.4, −0.4) + 1.2 · (1, 1) = (1.6, 0.8). The direction is (−1.6, −0.8).
#
# [[exercise lbfgs_direction]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write each line of the worked example as code. When the code works, add the loops over the pairs.</details>
# <details><summary>Hint 1: one pair works, several do not</summary>
# Check with which pair each loop starts, and whether the second loop uses each pair's own c.</details>
# <details><summary>Hint 2: only the row about the newest y is right</summary>
# You use the newest pair correctly, so look at what comes between the loops.</details>
# <details><summary>Hint 3: the outline</summary>
# Use <code>zip</code> for both loops, with <code>reversed</code> lists in the first. Keep each c in a list, and reverse that list for the second loop.</details>


# %% exercise="lbfgs_direction"
def lbfgs_direction(dw, s, y):
    """Direction of L-BFGS by the two-loop recursion.

    dw: (D,) gradient. Not changed.
    s, y: lists of (D,) arrays, oldest first: steps, and changes of the gradient over them.
        Both may be empty.
    Returns (D,).
    """
    # SOLUTION


# %% [markdown]
# ## What the summary got wrong
#
# - RMSProp has three slips in one line and a fourth in the next, `dx` instead of `dw` (section 7).
# - Adam without bias correction takes first steps that are several times too long (section 8).
#
# The summary also says too little about when annealing μ helps (claim C27).
#
# ## Summary
#
# | rule | direction | preconditioner | weakness |
# |---|---|---|---|
# | SGD | gradient | none | leaps across a ravine, creeps along it |
# | momentum | running sum | none | overshoots |
# | Nesterov | running sum, looks ahead | none | one learning rate for all weights |
# | Newton | gradient | H⁻¹ | cost, saddles |
# | L-BFGS | gradient | G ≈ H⁻¹, from a few pairs | noise misleads it |
# | Adagrad | gradient | 1/√(sum of squares) | can stall |
# | RMSProp | gradient | 1/√(mean of squares) | follows the last gradient alone, mean starts at 0 |
# | Adam | running mean, corrected | as RMSProp, corrected | still needs a schedule |
# | AdamW | as Adam | as Adam, equal decay outside | still needs a schedule |
#
# **References.** Stanford's CS231n notes, [*Neural networks part 3*](https://cs231n.github.io/neural-networks-3/). B. Polyak, [*Some methods of speeding up the convergence of iteration methods*](https://doi.org/10.1016/0041-5553%2864%2990137-5), 1964.
# Y. Nesterov, *A method for solving a convex programming problem with convergence rate O(1/k²)*, Soviet Mathematics Doklady 27, 1983. I. Sutskever et al., [*On the importance of initialization and momentum in deep learning*](https://proceedings.mlr.press/v28/sutskever13.html), 2013.
# D. Liu and J. Nocedal, [*On the limited memory BFGS method for large scale optimization*](https://doi.org/10.1007/BF01589116), 1989. J. Nocedal and S. Wright, [*Numerical Optimization*](https://doi.org/10.1007/978-0-387-40065-5), 2006.
# J. Duchi, E. Hazan and Y. Singer, [*Adaptive subgradient methods*](https://jmlr.org/papers/v12/duchi11a.html), 2011. T. Tieleman and G. Hinton, [*Lecture 6e: rmsprop*](https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf), 2012.
# D. Kingma and J. Ba, [*Adam*](https://arxiv.org/abs/1412.6980), 2015. I. Loshchilov and F. Hutter, [*SGDR*](https://arxiv.org/abs/1608.03983) (cosine decay), 2017, and [*Decoupled weight decay regularization*](https://arxiv.org/abs/1711.05101), 2019.
# S. Reddi, S. Kale and S. Kumar, [*On the convergence of Adam and beyond*](https://arxiv.org/abs/1904.09237), 2018. L. Smith, [*Cyclical learning rates for training neural networks*](https://arxiv.org/abs/1506.01186) (range test), 2017.
# P. Goyal et al., [*Accurate, large minibatch SGD*](https://arxiv.org/abs/1706.02677) (warm-up), 2017. R. Pascanu, T. Mikolov and Y. Bengio, [*On the difficulty of training recurrent neural networks*](https://arxiv.org/abs/1211.5063) (clipping), 2013.
# H. Touvron et al., [*LLaMA*](https://arxiv.org/abs/2302.13971), 2023. G. Goh, [*Why momentum really works*](https://distill.pub/2017/momentum/), 2017.
#
# ## Reflection
#
# Write five to eight sentences in the next cell. **A friend trains with momentum 0.9 and a learning rate of 0.1, moves to a library that writes momentum as a running mean, keeps both numbers, and reports that "momentum is useless, Adam is ten times faster". What happened,
# how would you show it, and what would be a fair comparison?** (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.**
#
# - **2 points** for saying that the running mean multiplies the gradient by 1 − μ, so the same setting acts like a learning rate ten times smaller, and 0.1 must be converted to 1.
# - **1 point** for a test that shows this factor. The test may give both rules one constant gradient, under which their steps settle at 1 and at 0.1 times the gradient. Or the test may run both conventions side by side with the converted learning rate.
# - **2 points** for saying that a fair comparison tunes the learning rate of *each* rule over the same range and with the same budget, and reports several seeds with their spread.
# - **1 point** for saying that learning rates of different rules mean different things (Adam's is about the length of a step in each weight), so that equal numbers are not a fair comparison, or that both runs need the same schedule.
#
# **A model answer.** In the old library the velocity adds up the gradients, so with μ = 0.9 it settles at ten times a single step, whereas a running mean settles at one step. With the learning rate still at 0.1, my friend's steps are a tenth as long as before. I would feed both a constant gradient of 1 and print the steps. The old library's steps settle at 1 and the new library's at 0.1. With a learning rate of 1
# in the new library the old curves should come back. "Ten times faster" is then just the factor 1/(1 − μ). A fair comparison would search the learning rate of each rule over several powers of two with equal numbers of epochs, choose by validation accuracy, and repeat with five seeds. Adam's learning rate is about the length of a step in every weight, so the same
# number means something different there. Only a difference larger than the spread over seeds counts.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `momentum(w, dw, v, lr, mu)` | `torch.optim.SGD(…, momentum=mu)` | its velocity leaves out the learning rate, so the steps differ once the learning rate changes |
# | `nesterov(w, dw, v, lr, mu)` | `torch.optim.SGD(…, momentum=mu, nesterov=True)` | takes the gradient at w, as ours does |
# | `decayed_rates(lr, epoch, half_life)` | `lr_scheduler.StepLR(optimizer, step_size)` | counts calls of `scheduler.step()`, so one call per batch decays within the first epoch |
# | `lbfgs_direction` | `torch.optim.LBFGS(…)` | its `step` needs a function that computes loss and gradients anew, and its learning rate is 1, without a line search |
# | `adagrad(w, dw, cache, lr)` | `torch.optim.Adagrad(…)` | its cache starts at 0, as ours does |
# | `rmsprop(w, dw, cache, lr, decay)` | `torch.optim.RMSprop(…, alpha=decay)` | here α is the decay, by default 0.99 |
# | `adam(w, dw, m, v, t)` | `torch.optim.Adam(…)` | the same numbers, default learning rate 0.001 |
# | AdamW | `torch.optim.AdamW(…)` | decays by 0.01 by default |
# | gradient clipping | `nn.utils.clip_grad_norm_(parameters, limit)` | belongs between `backward()` and `step()`, and returns the length *before* clipping |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("08_update_rules")
