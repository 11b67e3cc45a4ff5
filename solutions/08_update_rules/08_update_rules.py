# %% [markdown]
# # 08 · Update rules: choose the step
#
# You have the gradient. What is the best step to make of it? For sixty years people have answered: remember where you were
# heading, slow down in time, look at the curvature, give each weight a rate of its own. In this lesson you write these answers one
# after the other, each because the one before it fails somewhere you can see, and repair two of them that the notes get wrong.
#
# **You will be able to** write momentum, Nesterov, Newton, L-BFGS, Adagrad, RMSProp and Adam · convert a rate from one library's
# momentum to another's · set a schedule in epochs · say what each rule is for, and what it costs.
#
# **Time** about 3 hours · **Points** 100 · **Before** 01, descent and minibatches · **Leads to** 09, where you search for good rates.
#
# **How it works.** Write one function, run its cell (Shift+Enter), then the check below it. Each rule is *pure*: it takes weights,
# gradient and memory, and returns **new** weights and memory. `w`, `dw` and all memory have one shape, any shape.
#
# ## Six rules on one slope
#
# The ravine is the loss $\tfrac12(0.05\,w_1^2 + 4\,w_2^2)$: steep across, nearly flat along, as many losses are. **Before you run the next
# two cells, predict:** of SGD, momentum, Nesterov, Adagrad, RMSProp and Adam, which goes most directly to the minimum, and which swings from
# wall to wall? Then press *No momentum* and *Thrown out*.

# %%
import numpy as np
from IPython.display import display

from cs231n_lib import LiveDashboard
from cs231n_lib.lessons.update_rules import checks, experiments, explorables, pictures

# %%
explorables.race()

# %% [markdown]
# ## 1 · Keep going
#
# Plain descent (SGD, when the gradient comes from a minibatch) is $w \leftarrow w - \alpha\, dw$. Press *No momentum* above: it
# leaps across the ravine and creeps along it (momentum and Nesterov lie on its line then), because one rate must do for both. Yet the leaps cancel each other, and the creeping always
# goes the same way. So let a **velocity** $v$ add up the steps: what agrees grows, what alternates cancels.
#
# $$v \leftarrow \mu v - \alpha\, dw, \qquad w \leftarrow w + v$$
#
# $\mu$ is called momentum, but works like friction: the share of the velocity that is left after one step. Under a constant gradient $v$ stops growing
# where $v = \mu v - \alpha\, dw$, at $-\alpha\, dw/(1 - \mu)$: ten steps of SGD for $\mu = 0.9$. With $\mu = 0$ it *is* SGD.
#
# [[exercise momentum]]
#
# <details><summary>Hint 1: the first step is right, later ones are not</summary>
# Which velocity do you return, and which one moves the weights? Both times the new one.</details>
# <details><summary>Hint 2: "changes its argument"</summary>
# <code>v -= …</code> works on the caller's array. <code>v = mu * v - …</code> makes a new one.</details>
# <details><summary>Hint 3: everything is α times too large or too small</summary>
# The rate is in the velocity already. The step is <code>v</code> itself.</details>

# %%
pictures.velocity()


# %% exercise="momentum"
def momentum(w, dw, v, lr, mu=0.9):
    """One step of momentum.

    w, dw, v: weights, gradient and velocity, of one shape. Not changed.
    lr: learning rate.  mu: the share of the velocity that is left.
    Returns (w, v): the new weights and the new velocity.
    """
    # SOLUTION


# %%
display(pictures.ravine("SGD", "momentum"), pictures.conventions())

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
# Momentum overshoots: it takes the gradient where it stands, though it knows that $\mu v$ will carry it on. Nesterov's idea: take the gradient **there**. With $\theta$ the weights,
#
# $$x = \theta + \mu v, \qquad v' = \mu v - \alpha\, \nabla f(x), \qquad \theta' = \theta + v' .$$
#
# A library hands you the gradient only where the weights are. So let the weights *be* $x$, and never store $\theta$. Line by line:
#
# 1. where the next gradient is taken: $x' = \theta' + \mu v'$;
# 2. put in $\theta' = \theta + v'$: $x' = \theta + v' + \mu v' = \theta + (1 + \mu)\, v'$;
# 3. and $\theta = x - \mu v$: $x' = x - \mu v + (1 + \mu)\, v'$.
#
# The short form is line 3, written with $w$ for $x$. Both forms agree because nothing was left out: the check walks with both and compares the points.
#
# [[exercise nesterov]]
#
# <details><summary>Hint 1: it does the same as momentum</summary>
# You need the old velocity <em>and</em> the new one. Is the old one still there when you step back along it?</details>
# <details><summary>Hint 2: the first step is right, the second is not</summary>
# At the first step the old velocity is 0. So the term with it is wrong: back, hence minus, and by μ times.</details>
# <details><summary>Hint 3: two lines</summary>
# <code>v_new = mu * v - lr * dw</code>, and line 3 with <code>v</code> and <code>v_new</code>.</details>

# %%
display(pictures.look_ahead(), pictures.ravine("momentum", "Nesterov"))


# %% exercise="nesterov"
def nesterov(w, dw, v, lr, mu=0.9):
    """One step of Nesterov momentum, in the form of line 3.

    w: where the gradient dw was taken (x above).  v: velocity.  Of one shape. Not changed.
    Returns (w, v): where the next gradient is to be taken, and the new velocity.
    """
    # SOLUTION


# %% [markdown]
# ## 3 · Slow down in time
#
# A rate that starts well ends badly: near the minimum, the noise of the minibatches throws you about in proportion to the rate. So let it fall. Three ways, with $t$ in **epochs**, fractions included:
#
# $$\text{step: } \alpha\, 2^{-\lfloor t/h \rfloor} \qquad \text{exponential: } \alpha\, e^{-kt} \qquad \text{1/t: } \frac{\alpha}{1 + kt}$$
#
# To compare them, let each be at half its rate after $h$ epochs, the *half-life*. Find the $k$ of the second and that of the third yourself: they differ. The third is often *called* exponential. It is
# not: after $10h$ it is at 1/11, and the exponential at 1/1024.
#
# Code counts **steps** (updates), schedules count **epochs**. Mix them up, and the rate is gone within the first epoch. Meanwhile momentum may *grow*: from 0.5, while gradients still turn, in a straight line to 0.99 at epoch $h$.
#
# [[exercise scheduled]]
#
# <details><summary>Hint 1: all rates are nearly 0</summary>
# You put in the step. The epoch is <code>step / steps_per_epoch</code>, with its fraction.</details>
# <details><summary>Hint 2: which k?</summary>
# Solve <code>exp(-k h) = 1/2</code> for k, and <code>1 / (1 + k h) = 1/2</code> for the other.</details>
# <details><summary>Hint 3: stairs, and a lid</summary>
# <code>epoch // half_life</code> counts the half-lives gone by; <code>min(…, 1)</code> keeps μ from growing on.</details>

# %%
explorables.schedule()


# %% exercise="scheduled"
def scheduled(lr, step, steps_per_epoch, half_life):
    """Three learning rates and a momentum, at one update.

    lr: the rate at the start.  step: updates so far.  half_life: in epochs.
    Returns (stepped, exponential, inverse_time, mu), four numbers: the rates are at lr / 2
    after half_life epochs, and mu goes from 0.5 to 0.99 in that time, then stays.
    """
    # SOLUTION


# %%
checks.predict_decay(pictures.schedules)
checks.predict_annealing(pictures.annealing)

# %% [markdown]
# <details><summary><strong>Claims C28</strong>, <em>decay ends lower than a constant rate</em>, <strong>and C27</strong>, <em>momentum carries along, and annealing μ helps</em>: do they hold? Predict above, then open this.</summary>
#
# **C28 holds with conditions.** Starting at 1.6, twice the best constant rate, every decay ended lower on average (over 20 seeds a loss of 0.28 to 0.31 against 0.33), with more of the test pictures right (84 % against 82 %) and less spread. Starting at 0.4, the constant rate ended lower: there the decay only slowed it down. The half-life was 2.5 epochs, that is 200 steps.
#
# **C27, first half, holds:** along the ravine momentum needs some 50 steps to a millionth of the height, and SGD 277, each at its best rate (momentum at its best $\mu$ too, 0.64). **Annealing μ does not show here**, on the contrary (a loss of 0.39 against 0.30, over 20 seeds): at a fixed rate it multiplies the step $\alpha/(1 - \mu)$ by 50. Lower the
# rate along with $1 - \mu$, and it ends level with a constant 0.9.
#
# </details>
#
# ## 4 · Ask for the curvature
#
# A rate is a guess at how far the valley reaches. But the second derivatives *tell* how far. Near $w$, the loss is a parabola in the step $p$ (D,), with the gradient $dw$ (D,) and the Hessian $H$ (D, D), $H_{ij} = \partial^2 f/\partial w_i \partial w_j$:
#
# $$f(w + p) \approx f(w) + dw^\top p + \tfrac12\, p^\top H p$$
#
# 1. Its gradient in $p$ is $dw + H p$.
# 2. It is 0 at the bottom: $H p = -dw$.
# 3. So **Newton's step** leads to $w + p = w - H^{-1} dw$. No rate at all.
#
# *Solve* the system of line 2; an inverse costs more and is less exact.
#
# [[exercise newton_step]]
#
# <details><summary>Hint 1: the longest steps go where it is steepest</summary>
# You multiplied by H. The step is H<sup>−1</sup> times the gradient.</details>
# <details><summary>Hint 2: right for some Hessians only</summary>
# <code>1 / hessian</code> and the diagonal alone are right where H is diagonal. In general it is a system of D equations.</details>
# <details><summary>Hint 3: one call</summary>
# <code>np.linalg.solve(a, b)</code> gives the x with <code>a @ x = b</code>.</details>

# %%
display(pictures.newton(), pictures.ravine("SGD", "Newton", "L-BFGS"))


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
# A million weights: $H$ has $10^{12}$ entries. But each step $s$ (D,) and the change of the gradient over it, $y$ (D,), are a measurement: on a parabola $y = H s$. **L-BFGS** keeps the last few pairs, and makes from them a matrix $B \approx H^{-1}$ that
# it never writes down. It starts as $\gamma I$; each pair, with a $\rho = 1/y^\top s$ of its own, corrects it:
#
# $$B \leftarrow (I - \rho\, s y^\top)\, B\, (I - \rho\, y s^\top) + \rho\, s s^\top$$
#
# Check that now $B y = s$: the right bracket turns $y$ into 0, and the last term turns it into $s$. To multiply $B$ by $q = dw$, go from the outside in. For each pair, **newest first**:
#
# 1. the right bracket: $\alpha = \rho\, s^\top q$, then $q \leftarrow q - \alpha y$; keep this $\alpha$.
#
# In the middle, $r = \gamma q$ with $\gamma = s^\top y / y^\top y$ of the newest pair ($r = q$ without pairs). Then out again, **oldest first**:
#
# 2. the left bracket and the last term: $\beta = \rho\, y^\top r$, then $r \leftarrow r + (\alpha - \beta)\, s$.
#
# The direction is $-r$. Two loops over a handful of vectors, instead of a matrix.
#
# [[exercise lbfgs_direction]]
#
# <details><summary>Hint 1: one pair works, several do not</summary>
# An order is wrong: newest first, then oldest first, and each α must meet its own pair again.</details>
# <details><summary>Hint 2: "B y = s" holds, the values are wrong</summary>
# The newest pair is right, what lies below it is not: look at γ.</details>
# <details><summary>Hint 3: loops</summary>
# <code>for s_i, y_i in zip(reversed(s), reversed(y)):</code>, and <code>alphas.append(alpha)</code>; then <code>zip(s, y, reversed(alphas))</code>.</details>


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
checks.predict_lbfgs(pictures.lbfgs)

# %% [markdown]
# <details><summary><strong>Claim C29</strong>, <em>L-BFGS is good on the full batch and bad on minibatches</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds**. After 50 gradients of the full batch L-BFGS is $4 \cdot 10^{-8}$ above the minimum; momentum and descent, each at its best rate, are $4 \cdot 10^{-4}$ and $5 \cdot 10^{-3}$ above. On minibatches SGD is ahead from about step 20, and L-BFGS is thrown far above its first loss; shorter steps do not save it. The reason is $y$: the difference of two batches' gradients is mostly
# noise, however small the step $s$ between them: for a step of length 0.1, some 200 times the true change. (With *one* batch for both gradients $y$ measures curvature again, but of that batch alone.)
#
# </details>
#
# ## 6 · A rate for each weight
#
# So the curvature is too dear, and too sensitive to noise. What can be had from gradients alone? Their *size*. A word that occurs in one text of a hundred has a gradient of 0 in the other 99:
# its weight hardly moves. **Adagrad** divides each weight's rate by what that weight has seen, entry by entry:
#
# $$cache \leftarrow cache + dw^2, \qquad w \leftarrow w - \alpha\, \frac{dw}{\sqrt{cache} + \epsilon}$$
#
# The root gives the cache the unit of a gradient: each weight's first step is $\alpha$ long, whatever the loss is measured in, and later ones are shorter. $\epsilon$ keeps 0/0 away where no gradient has come yet.
#
# [[exercise adagrad]]
#
# <details><summary>Hint 1: NaN appears</summary>
# A weight without a gradient so far: 0/0. Where does ε go?</details>
# <details><summary>Hint 2: all weights get the same rate</summary>
# No sum over the entries, no mean: the cache has the shape of w.</details>
# <details><summary>Hint 3: in this order</summary>
# A new cache first (not <code>+=</code>, which changes the caller's), then the step with it.</details>


# %% exercise="adagrad"
def adagrad(w, dw, cache, lr, eps=1e-8):
    """One step of Adagrad.

    w, dw, cache: weights, gradient and sum of squared gradients, of one shape. Not changed.
    Returns (w, cache), both new.
    """
    # SOLUTION


# %%
checks.predict_rare(pictures.rare)

# %% [markdown]
# ## 7 · A detective story: the notes' RMSProp
#
# Adagrad's cache only grows, so its steps only shrink: at last it stalls. **RMSProp** lets the cache leak: a *running mean* of squares in place of a sum. The notes say that this is it:
#
#     cache += decay_rate * cahce + (1 - decay_rate * dw **2)
#     w -= alpha * dx / (np.sqrt(cache) + eps)
#
# Leave the typing error aside. The picture shows what these lines do on our ravine; read it before you read on. **Two weights, two ways to fail.** What does `+=` make of a cache that is already on the right-hand side? Where does the
# bracket close, and what becomes of $1 - decay \cdot dw^2$ for a large gradient? And what is `dx`? Write it as it was meant: the new mean is `decay` of the old one and the rest of the new square.
#
# [[exercise rmsprop]]
#
# <details><summary>Hint 1: the cache grows and grows</summary>
# A running mean <em>replaces</em> the old one by a mixture: <code>=</code>.</details>
# <details><summary>Hint 2: NaN appears</summary>
# The cache is negative somewhere. The shares are <code>decay</code> and <code>(1 - decay)</code>, and add up to 1.</details>
# <details><summary>Hint 3: the step</summary>
# As in Adagrad: the new cache, its root, plus ε; and <code>dw</code>.</details>

# %%
pictures.notes_rmsprop()


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
checks.predict_stall(pictures.stall)
display(pictures.weight_rates(), pictures.ravine("Adagrad", "RMSProp"))

# %% [markdown]
# <details><summary><strong>Claims C30</strong>, <em>Adagrad gives rare features larger steps, and stalls</em>, <strong>and C31</strong>, <em>RMSProp's step does not only shrink</em>: do they hold? Predict above, then open this.</summary>
#
# **C30** has two halves. *Rare features get larger steps* **holds**. *It stalls* **holds with conditions**: behind the cliff it creeps for good, but in the table at the end of this lesson, 800 steps, it stalls nowhere, and Adagrad is among the best.
# **C31 holds**: during training RMSProp's rate $\alpha/\sqrt{cache}$ *rose* in 72 % of the steps of a weight; Adagrad's never did.
#
# </details>
#
# ## 8 · What the notes' Adam lacks
#
# RMSProp is soon down the ravine, and then hops about (in the first picture, set *Steps* to 120): its steps stay about $\alpha$ long, and each follows the last gradient alone, with minibatches mostly noise. **Adam** steps along a running mean instead: $m \leftarrow \beta_1 m + (1 - \beta_1)\, dw$, $v \leftarrow \beta_2 v + (1 - \beta_2)\, dw^2$, a step along $m/\sqrt v$. There the notes stop. But both means start at **0**.
#
# 1. Say every gradient is $g$. After one step $m = (1 - \beta_1)\, g$.
# 2. After two, $m = \beta_1(1 - \beta_1)\, g + (1 - \beta_1)\, g = (1 - \beta_1^2)\, g$.
# 3. After $t$, $m = (1 - \beta_1^t)\, g$ and $v = (1 - \beta_2^t)\, g^2$: too small by a known factor.
#
# So divide it out: $\hat m = m/(1 - \beta_1^t)$, $\hat v = v/(1 - \beta_2^t)$, and
#
# $$w \leftarrow w - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# Uncorrected, the first step is $(1 - \beta_1)/\sqrt{1 - \beta_2} = 3.2$ times too long, and it gets worse before it gets better.
#
# [[exercise adam]]
#
# <details><summary>Hint 1: infinity or NaN at the first step</summary>
# <code>t</code> comes in as 0, and 1 − β<sup>0</sup> is 0. Count first.</details>
# <details><summary>Hint 2: the first step is right, later ones are not</summary>
# Is the power there: <code>beta1 ** t</code>? Do you return m and v <em>before</em> the correction?</details>
# <details><summary>Hint 3: what goes where</summary>
# <code>m_hat</code> and <code>v_hat</code> are for this step only; <code>m</code>, <code>v</code> and <code>t</code> go on to the next.</details>

# %%
pictures.notes_adam()


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
# it, measure it. A `rule` is here a function that turns gradients (T, D), one a row, into the steps that it takes, (T, D). With steps $p_{td}$ for the gradients as they are and $p'_{td}$ for all of them times `scale`, return
#
# $$\max_{t,d} |p'_{td} - p_{td}| \;\big/\; \max_{t,d} |p_{td}| .$$
#
# [[exercise scale_effect]]
#
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
for rule in experiments.RATES:
    effect = checks.scale_effect.reference(experiments.steps_of(rule), gradients, scale=100)
    print(f"{rule:8} {effect:8.2g}")
display(pictures.scaling())
checks.predict_smoothness(pictures.smooth)
checks.predict_table()

# %%
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
# **C32 holds**: the cosine of one update and the next is about −0.1 for RMSProp and 0.9 for Adam. Smoother does not mean better here: in the table the two are level.
#
# **The table**: from last to first there are two points, and two runs of one rule differ by one. Momentum, with a tenth of SGD's rate, takes the same steps $\alpha/(1 - \mu)$, and is hardly ahead. What differs a hundredfold are the *rates*: what the number means depends on the rule. The live plot's *diagnosis* calls some of them too high, though the search found no better: it goes by how the loss jumps from batch to batch, not by where the run ends. A rule of thumb asks; a measurement answers.
#
# </details>
#
# ## What the notes got wrong
#
# - RMSProp: `cache += decay_rate * cahce + (1 - decay_rate * dw **2)` is three slips in a line, and `dx` a fourth in the next. You repaired it (exercise 7).
# - Adam without bias correction takes first steps that are several times too long (exercise 8).
# - "1/t decay" is right there; many libraries call it exponential or "inverse" something: read the formula, not the name (exercise 3).
# - That μ is annealed from 0.5 to 0.99 "typically": not without lowering the rate, or its steps grow fiftyfold (exercise 3).
#
# ## Summary
#
# | rule | memory | what it adds | what it lacks |
# |---|---|---|---|
# | SGD | none | | leaps across, creeps along |
# | momentum | v | carries along the valley | overshoots |
# | Nesterov | v | looks where it will be | one rate for all weights |
# | Newton | H, D² numbers | knows the distance | cost; saddles |
# | L-BFGS | a few pairs | curvature without the matrix | noise misleads it |
# | Adagrad | sum of squares | a rate for each weight | stalls |
# | RMSProp | mean of squares | forgets, and so goes on | follows the last gradient alone; its mean starts at 0 |
# | Adam | two means, t | both, and corrected | still needs a schedule |
#
# **References.** CS231n course notes, *Neural networks part 3*. B. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964. I. Sutskever et al., *On the importance of initialization
# and momentum in deep learning*, 2013. J. Nocedal and S. Wright, *Numerical Optimization*, 2006. J. Duchi, E. Hazan and Y. Singer, *Adaptive subgradient methods*, 2011. T. Tieleman and G. Hinton, *Lecture 6e: rmsprop*, 2012. D. Kingma and J. Ba, *Adam*, 2015.
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
