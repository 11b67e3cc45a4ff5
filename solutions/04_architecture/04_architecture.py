# %% [markdown]
# # 04 · Architecture: layers, width, depth
#
# In this lesson you write a network of any depth out of your own functions and set the weights of three networks by hand, without training. Then you measure how much of what a network *could* do training finds.
#
# **You will be able to** count layers and parameters · compute the loss of a network of any depth and all its gradients · say what one hidden layer can do, and where it cannot · tell what depth pays for · choose a size.
#
# [[time]]
#
# **Points** 100 · **Before** 01, 02 and 03 · **Leads to** 07, regularisation.
#
# **How it works.** `mine.affine_forward(x, w, b)` calls your earlier function if it has full marks, otherwise the course's.
# Affine layers and ReLU each have `…_forward`, which returns a pair `out, cache`, and `…_backward(dout, cache)`.

# %%
import numpy as np

from cs231n_lib import LiveDashboard
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.architecture import checks, experiments, explorables, pictures

# %% [markdown] beside="reference"
# [[reference sheet]]

# %% [markdown] beside="warm-up"
# ## Warm-up
#
# Answer three questions about earlier lessons from memory, for no points.

# %% beside="warm-up"
checks.warm_up()

# %% [markdown]
# ## Look first
#
# The figure shows two spirals, with rings around wrong labels. Run the next cell and press the buttons from left to right. **Before each, predict** how often the boundary bends, and which network will do best on new points. ▶ beside *Step* plays its training. λ is the strength of a penalty (lesson 01).

# %%
explorables.boundary()

# %% [markdown]
# ## 1 · How large is a network?
#
# A **layer** is what has weights, so the inputs are not a layer, and a network with one hidden layer has *two* layers. A **unit** (or neuron) is one output of a layer, including the output layer. The **parameters** are all weights and all biases.
#
# In numbers, sizes 3, 4, 4, 1 mean three inputs, two hidden layers of four units and one output. That is 3 layers and 4 + 4 + 1 = 9 units, with 3·4 + 4·4 + 4·1 = 32 weights and 9 biases, so 41 parameters.
#
# [[exercise network_size]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the network 3-4-4-1 and count by hand. Then find each number in the list of sizes.</details>
# <details><summary>Hint 1: one layer, or a few units, too many</summary>
# The first of the sizes counts inputs. They compute nothing.</details>
# <details><summary>Hint 2: too few parameters</summary>
# Each unit has a bias, including the outputs.</details>
# <details><summary>Hint 3: weights</summary>
# Every unit has one weight for each unit of the layer before it. So multiply neighbours in the list, and add up the products.</details>

# %%
pictures.counted(use=mine)


# %% exercise="network_size"
def network_size(sizes):
    """Layers, units and parameters of a fully connected network.

    sizes: list of int: the number of inputs, then the units of each layer in turn
    Returns (count, units, parameters): the number of layers (the inputs are none), of units, and
    of weights and biases together.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · XOR with two hidden units
#
# XOR, *exclusive or*, is 1 if exactly one of two inputs is 1. No straight line has (0, 0) and (1, 1) on one side and the other two points on the other. A network without a hidden layer is such a line, so it gets at most three right.
#
# **Two hidden units** can do it. Find weights by hand, such that
#
# $$h = x\,w_1 + b_1 , \quad a = \max(0, h) , \quad \text{out} = a\,w_2 + b_2$$
#
# is exactly 0, 1, 1, 0 for the inputs (0, 0), (0, 1), (1, 0), (1, 1). Let one unit count how many inputs are 1. At (1, 1) the count is 2, but XOR must give 0. So let the other unit be active *only* at (1, 1), and subtract it.
#
# [[exercise xor_weights]]
#
# <details><summary>Hint 0: how to begin</summary>
# Make a table of the four inputs with a column for each hidden unit, before you think of weights.</details>
# <details><summary>Hint 1: (1, 1) gives 2, or 1</summary>
# The first unit counts 0, 1, 1, 2. What must the second one take away at (1, 1)?</details>
# <details><summary>Hint 2: a unit that is active only for (1, 1)</summary>
# It adds both inputs as well, and has a negative bias that only a sum of 2 overcomes.</details>
# <details><summary>Hint 3: the shapes</summary>
# Rows of <code>w1</code> are inputs, its columns units; both columns may be (1, 1). <code>w2</code> is a column: <code>np.array([[…], […]])</code>.</details>


# %% exercise="xor_weights"
def xor_weights():
    """Weights and biases of a network with two inputs, two hidden units of ReLU and one output: XOR.

    Returns (w1, b1, w2, b2): (2, 2), (2,), (2, 1) and (1,).
    """
    # SOLUTION


# %%
pictures.xor_hidden(use=mine)

# %% [markdown]
# **A hidden layer moves the points** until a line separates them better. Every such classifier, however deep, ends in a line (or a plane), and training finds features in which that line makes few mistakes. In regression, the line is fitted to the features.
#
# ## 3 · Forward pass of any depth
#
# A network of any depth comes as two lists, `weights` and `biases`, with one array for each layer. In the forward pass each layer is affine, and **ReLU follows each layer but the last**. Scores and regression targets may be negative, so the output layer usually has no activation. A probability needs one, a sigmoid or softmax (lesson 03). Here softmax is part of the loss.
#
# In numbers, take one example 2, −1. The first layer's weights are the identity matrix and its biases 0, so h is 2, −1 and a is 2, 0. The second layer has minus the identity matrix and biases of 1. The scores are −1, 1, and no ReLU changes them.
#
# [[exercise mlp_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write two layers without a loop. Which lines repeat, and what differs in the last one?</details>
# <details><summary>Hint 1: no score is negative</summary>
# You also apply ReLU after the last layer.</details>
# <details><summary>Hint 2: shapes do not fit</summary>
# Does each layer get the output of the one before it? <code>mine.affine_forward</code> returns a <em>pair</em>, <code>out, cache = …</code>.</details>
# <details><summary>Hint 3: the loop</summary>
# Loop over the layers by number. Each round replaces <code>out</code> by the output of its affine layer, and then by that of ReLU unless this layer is the last.</details>


# %% exercise="mlp_forward"
def mlp_forward(x, weights, biases):
    """Scores of a network of any depth: affine layers, with ReLU after each but the last.

    x: (N, D)  weights: list of arrays, the columns of one are the rows of the next; the last
    has K columns  biases: list of as many arrays; none is changed
    Returns scores: (N, K).
    """
    # SOLUTION


# %% [markdown]
# ## 4 · Backward pass of any depth
#
# In lesson 02 you wrote the loss of two layers with all gradients. Now write it for any number, from five of your own functions. The loss is the softmax cross-entropy of the scores, plus $\frac12 \lambda$ times the squares of **all weights**, but not of the biases.
#
# | forward, layer by layer | keep | backward, from the top |
# |---|---|---|
# | `h, affine = affine_forward(out, w, b)` | `affine` | `dout, dw, db = affine_backward(dh, affine)` |
# | `out, relu = relu_forward(h)` | `relu` | `dh = relu_backward(dout, relu)` |
# | last: `scores, last = affine_forward(…)` | `last` | `dout, dw, db = affine_backward(dscores, last)` |
# | `loss, dscores = softmax_cross_entropy(scores, y)` | | |
#
# Read the left column down and the right one up. The forward pass *appends* caches to a list, and the backward pass takes them in reverse order. `dweights` and `dbiases` list the layers from first to last. The penalty adds $\lambda w$ to each layer's `dw`.
#
# [[exercise mlp_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the left column as code and check the loss alone. Then translate the right column.</details>
# <details><summary>Hint 1: all right but for the order</summary>
# The backward pass meets the last layer first. A list's method <code>insert</code> puts each new gradient in front.</details>
# <details><summary>Hint 2: only the last layer's gradients are right</summary>
# Each layer needs its own pair of caches, taken with <code>reversed</code>, and the <code>dout</code> of the layer above. This passes first through ReLU, then through the affine layer.</details>
# <details><summary>Hint 3: the plan</summary>
# Loop over all layers but the last, then take the last layer, the loss, and their backward passes. Loop over the caches reversed, then over the penalties.</details>


# %% exercise="mlp_loss"
def mlp_loss(x, y, weights, biases, lam):
    """Loss of a network of any depth, and the gradients of all its parameters.

    x: (N, D)  y: (N,) labels  weights, biases: lists as in mlp_forward; none is changed
    lam: strength λ of the penalty ½ λ Σ w² on the weights of all layers
    Returns (loss, dweights, dbiases): a number and two lists, in the order of the layers.
    """
    # SOLUTION


# %%
experiments.train_beside(use=mine)

# %% [markdown]
# ## 5 · Gradient descent
#
# Now train the network by gradient descent on all examples at once, without a penalty. In each step record the loss *where you are*, then move every weight and every bias against its gradient.
#
# In numbers, take two examples, 1 of class 0 and −1 of class 1, one layer of zeros, and a learning rate of 1. The losses are 0.693 (which is ln 2) and 0.313, and after two steps the weights are 0.77 and −0.77.
#
# [[exercise train_mlp]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the first step of the example. What do you record, and what do you change?</details>
# <details><summary>Hint 1: the losses are shifted by one</summary>
# <code>mine.mlp_loss</code> gives loss and gradients at once. Record the loss, then step.</details>
# <details><summary>Hint 2: "writes into the caller's arrays"</summary>
# <code>w -= …</code> changes the array that you were given. Make a new one.</details>
# <details><summary>Hint 3: a list of new arrays</summary>
# Make one new array for each layer, the old one minus its step, and put them into a new list. Do the same for the biases.</details>


# %% exercise="train_mlp"
def train_mlp(x, y, weights, biases, lr, steps):
    """Gradient descent on all examples at once, with λ = 0.

    x: (N, D)  y: (N,) labels  weights, biases: the start, lists as in mlp_loss; not changed
    Returns (losses, weights, biases): an array (steps,) of the loss before each step, and the
    parameters after the last one.
    """
    # SOLUTION


# %%
checks.predict_found(lambda: pictures.xor_found(use=mine))

# %% [markdown]
# **To exist and to be found are two things.** Two units can represent XOR, and of 200 starts at learning rate 0.3 about 22 % find it with ReLU and 59 % with tanh. With eight units it is 94 and 100 %.
#
# Before a long training, **overfit fifty examples first.** A loop that cannot memorise fifty images usually has a bug.
#
# ## 6 · Gradient check of a network
#
# Lesson 01 compared an analytic gradient with a numerical one. A network has many arrays, so check them all, and say *which* is wrong. You are given a function that takes a **list of arrays** and returns the loss and a list of their gradients. For each array i,
#
# - compute the numerical gradient with `mine.numerical_gradient_centered(f, arrays[i])`, where f takes *one* array, puts it in the place of array i, leaves the others as they are, and returns the loss,
# - take as the error the largest entry of |analytic − numerical|, divided by the largest entry of |numerical|.
#
# In numbers, an analytic gradient 2, −4 and a numerical one 2, −5 differ by 1 at most, and the largest entry is 5, so the error is 0.2.
#
# [[exercise gradient_errors]]
#
# <details><summary>Hint 0: how to begin</summary>
# Solve it for a list with a single array first. Then change one array of several.</details>
# <details><summary>Hint 1: what f is</summary>
# A list with one entry exchanged is <code>[*arrays[:i], a, *arrays[i + 1:]]</code>. The loss is the first of the two results.</details>
# <details><summary>Hint 2: errors too small, or negative</summary>
# Take sizes, <code>np.abs</code>, then the largest, <code>.max()</code>, also in the denominator.</details>
# <details><summary>Hint 3: f in one line</summary>
# Use a <code>lambda</code> with the argument a. It calls the given function with the exchanged list of hint 1, and takes the first result.</details>


# %% exercise="gradient_errors"
def gradient_errors(loss_and_gradients, arrays):
    """How far each analytic gradient is from the numerical one.

    loss_and_gradients: takes a list of arrays, returns (loss, list of their gradients)
    arrays: list of arrays of any shapes, not changed; no numerical gradient is 0 in all entries
    Returns an array with one number for each: its largest error, divided by the largest entry
    (in size) of the numerical gradient.
    """
    # SOLUTION


# %%
checks.predict_bugs(lambda: pictures.bugs(use=mine))

# %% [markdown]
# **Overfitting a few examples proves only that the loop can fit.** Over 20 draws of 50 images the loop without a bug is at 100 % each time. If every step shuffles the images without their labels, the loss stays at ln 10. With a ReLU on the scores the accuracy stalls at 88 ± 10 %, and at 100 times the learning rate the loss diverges.
# Without gradients of b, or without ReLU's mask in the backward pass, the accuracy still reaches 100 %, but your check reports an error of about 1. **Permanently wrong labels** are memorised too, at half the speed. A gradient check cannot detect them. Only new images show them, with an accuracy of 10 % instead of 62 %.
#
# ## 7 · How many units are enough?
#
# Take a function f on an interval from `low` to `high` that is nowhere steeper than C, so that $|f(u) - f(v)| \le C\,|u - v|$ for all u and v. (The smallest such C is the *Lipschitz constant*, π for $\sin \pi x$.) Cut the interval into H equal pieces, and join f at their ends, the **knots**, by straight lines.
#
# In a piece of width $d$, at a fraction $s$ of the way, the line is the mean $(1-s)\,f(\text{left}) + s\,f(\text{right})$. f itself differs from f(left) by at most $C s d$, and from f(right) by at most $C (1-s) d$. So the line is off by at most
#
# $$(1-s)\,C s d + s\, C (1-s) d = 2 s (1-s)\, C d \;\le\; \tfrac12\, C d .$$
#
# With which H is that at most ε (in the code `eps`)? In numbers, C = 2 on [0, 1] and ε = 0.1 require $d \le 0.1$, so 10 pieces, and for ε = 0.3 it is 3.33, so 4.
#
# [[exercise units_needed]]
#
# <details><summary>Hint 0: how to begin</summary>
# Replace d by the length of the interval divided by H, and solve for H.</details>
# <details><summary>Hint 1: twice too many, or too few</summary>
# The formula ends with ½ C d, where d = (high − low)/H.</details>
# <details><summary>Hint 2: whole numbers</summary>
# 3.33 pieces are not enough if you take 3. If it is a whole number already, take that. Use <code>np.ceil</code>, and then <code>int</code>.</details>
# <details><summary>Hint 3: the constant function</summary>
# C = 0 gives 0 pieces, but at least one is needed, <code>max(1, …)</code>.</details>


# %% exercise="units_needed"
def units_needed(lipschitz, eps, low, high):
    """Least number of equal pieces that the bound asks for, so that lines stay within eps of f.

    lipschitz: C ≥ 0, the steepest slope of f  eps > 0  low < high: the interval
    Returns an int, at least 1.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Approximation by one hidden layer
#
# A line with bends is a network. Unit j, $\max(0, x - \text{knot}_j)$, is 0 up to its knot and rises with slope 1 beyond. So each unit *bends* the line at its knot, and its outgoing weight is **by how much the slope changes there**. It takes one unit for each piece, at the piece's left end:
#
# - $w_1$ all 1, $b_1$ minus the knots, without the last;
# - $w_2$ the first slope, then the changes of slope, and $b_2 = f(\text{low})$, because every unit is 0 there.
#
# In numbers, |x| on [−1, 1] with two pieces has the knots −1, 0, 1 and the slopes −1 and 1. So $b_1$ = 1, 0, $w_2$ = −1, 2 and $b_2$ = 1. At x = 0.5 this gives −1 · 1.5 + 2 · 0.5 + 1 = 0.5.
#
# [[exercise relu_approximation]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw |x| with its knots, and read off by how much the slope changes at each.</details>
# <details><summary>Hint 1: right in the first piece, wrong after it</summary>
# An active unit goes on rising. The weight of the next is the new slope <em>minus</em> the old one.</details>
# <details><summary>Hint 2: knots and slopes</summary>
# n pieces have n + 1 knots, with n from <code>mine.units_needed</code>. A slope is a difference of heights divided by a difference of knots, and <code>np.diff</code> gives all of these at once.</details>
# <details><summary>Hint 3: changes, the first slope included</summary>
# <code>np.diff</code> takes <code>prepend=0</code>, which keeps the first slope. <code>w2</code> is a column of shape (n, 1).</details>


# %% exercise="relu_approximation"
def relu_approximation(f, lipschitz, eps, low, high):
    """Weights of one hidden layer of ReLUs that stays within eps of f on [low, high].

    f: takes an array of numbers, returns one of its shape  lipschitz: f's steepest slope
    Returns (w1, b1, w2, b2): (1, n), (n,), (n, 1) and (1,), with n units, as many as
    `units_needed` gives and no more.
    """
    # SOLUTION


# %%
checks.predict_outside(lambda: pictures.outside(use=mine))
checks.predict_pieces(pictures.pieces)
display(explorables.hats(use=mine), explorables.approximation())

# %% [markdown]
# <details><summary><strong>Claim C14</strong>, <em>one hidden layer approximates any continuous function</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds on a bounded, closed interval**, and you have proved it for functions of one input with a Lipschitz constant. For ε = 0.1 and $\sin \pi x$ your bound asks for 32 units, but 7 are enough (error 0.097), and for smooth functions the bound $d^2 \max|f''|/8$ asks for 8. The summary this course started from wrongly writes "∀x", *for all x*. Outside the interval the network is a straight line, and at x = 4 it is already 9 away from $\sin \pi x$.
# The interval must be closed, because 1/x on (0, 1] is continuous and no network stays near it. **Trained**, it holds with conditions. The median of 20 starts with 8 tanh units comes within 0.010 of $\sin \pi x$. But from $\sin 4\pi x$, 8, 32 or 128 such units stay 0.6 and more away after 2,000 steps, although 32 ReLUs set by hand are within 0.07.
#
# </details>
#
# **Several inputs.** The **universal approximation theorem** says that one hidden layer with enough units comes as close as you like to any continuous function on a bounded, closed set of D inputs. The activation must be piecewise continuous, bounded on each bounded interval, and not a polynomial ([Leshno and others, 1993](https://doi.org/10.1016/S0893-6080(05)80131-5)). If f changes by at most C times the largest change of an input, constant pieces of width d are off by at most ½ C d. So a grid on the unit cube takes about $(C/2\varepsilon)^D$ pieces. Other networks can be cheaper.
#
# **Sigmoids** work as well. A steep sigmoid is a step, and two steps make a **bump**, as [Nielsen](http://neuralnetworksanddeeplearning.com/chap4.html) draws it. For ε = 0.1 and $\sin \pi x$ this construction takes 31 sigmoids, against 7 ReLUs.
#
# ## 9 · What depth can represent
#
# Why more than one layer? Take the **tent**, which rises from 0 to 1 on [0, ½] and falls back to 0 on [½, 1], as if [0, 1] were folded in the middle and stretched. Two ReLUs do it:
#
# $$h_1 = \max(0, t), \quad h_2 = \max(0, t - \tfrac12), \quad t \leftarrow 2 h_1 - 4 h_2 .$$
#
# Fold n times, and you have a **sawtooth** with $2^n$ pieces. One hidden layer needs a unit for each of the $2^n - 1$ bends and one more for the first slope. In depth, each hidden layer folds once. No output layer sits between two hidden layers, so *both* units of the next layer take $2 h_1 - 4 h_2$ as input. The next layer's w therefore has two equal columns (2, −4).
#
# In numbers, fold t = 0.3 twice. First $h$ = 0.3, 0 gives 0.6. Then $h$ = 0.6, 0.1 gives 1.2 − 0.4 = 0.8.
#
# [[exercise sawtooth_network]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the shapes of all arrays for two folds. Then find the weights layer by layer.</details>
# <details><summary>Hint 1: one fold is right, two are not</summary>
# Each unit of the second layer takes the fold 2h₁ − 4h₂ as input, not h₁ or h₂.</details>
# <details><summary>Hint 2: the four kinds of weights</summary>
# First (1, 2), both 1, then (2, 2), each column (2, −4), and last (2, 1), the column (2, −4). Biases of hidden layers are 0 and −½.</details>
# <details><summary>Hint 3: lists</summary>
# There are <code>folds + 1</code> arrays in each list. <code>np.hstack([out, out])</code> puts a column beside itself, and <code>[…] * (folds - 1)</code> repeats.</details>


# %% exercise="sawtooth_network"
def sawtooth_network(folds):
    """Weights and biases of a deep network that folds [0, 1] so many times.

    folds: int, at least 1
    Returns (weights, biases): lists of folds + 1 arrays, as mlp_forward takes them: one input,
    two units of ReLU in each of `folds` hidden layers, one output.
    """
    # SOLUTION


# %%
checks.predict_depth(lambda: pictures.folded(use=mine))
explorables.folding(use=mine)

# %% [markdown]
# ## 10 · Depths at equal parameters
#
# To compare depths, give all networks the same number of parameters. Take the **largest** width at which `depth` hidden layers, all equally wide, have no more parameters than the budget.
#
# In numbers, with 2 inputs, 1 output and one hidden layer, width 9 has 2·9 + 9 + 9·1 + 1 = 37 parameters and width 10 has 41. A budget of 40 pays for 9.
#
# [[exercise width_for_budget]]
#
# <details><summary>Hint 0: how to begin</summary>
# Try widths 1, 2 and so on by hand. When do you stop, and what do you return?</details>
# <details><summary>Hint 1: one too wide</summary>
# Ask whether the <em>next</em> width is still within the budget before you take it.</details>
# <details><summary>Hint 2: the sizes</summary>
# <code>[inputs, *[width] * depth, outputs]</code></details>
# <details><summary>Hint 3: the loop</summary>
# <code>while mine.network_size(…)[2] &lt;= budget:</code> with width + 1 in it, and then <code>width += 1</code>.</details>


# %% exercise="width_for_budget"
def width_for_budget(inputs, outputs, depth, budget):
    """The largest width of `depth` equally wide hidden layers within a budget of parameters.

    inputs, outputs, depth: int, at least 1  budget: int, enough for width 1
    Returns an int.
    """
    # SOLUTION


# %%
checks.predict_trained(lambda: pictures.trained(use=mine))
checks.predict_layers(lambda: pictures.layers(use=mine))

# %% [markdown]
# <details><summary><strong>Claim C15</strong>, <em>more layers reach equal power with fewer parameters</em>: does it hold? Predict above, then open this.</summary>
#
# For what a network **can be** it **holds** exactly for this function, since ten folds take 61 parameters in depth and 3,073 in one layer. **Trained** at equal parameters it **holds with conditions**. The table gives the fraction of 20 starts that come within 0.1 of the sawtooth (4,000 steps of Adam, an update rule of [lesson 08](../08_update_rules/08_update_rules.ipynb)).
#
# | folds, parameters | 1 hidden layer | 2 | 3 | 5 |
# |---|---|---|---|---|
# | 3, 60 | 5 % | 0 | 5 % | 0 |
# | 3, 300 | 100 % | 55 % | 75 % | 65 % |
# | 4, 300 | 0 | 0 | 5 % | 0 |
# | 4, 1,000 | 0 | 0 | 40 % | 55 % |
#
# Depth wins when the function has four folds or more and the network enough parameters. At three folds and 300 parameters the single layer is ahead, and with too few parameters almost no network learns the function. One layer of 333 units *could* fold eight times, so its failure at four is one of training, not of capacity. In five such sets, the last fraction lay between 35 and 60 %.
#
# </details>
#
# <details><summary><strong>Claim C37</strong>, <em>a network of two layers is weak</em>: does it hold? Predict above, then open this.</summary>
#
# It **does not hold** here. On digits with about 5,000 parameters (20 seeds), or 650 for the single layer, one layer reaches 94.8 ± 0.4 % and two layers 98.9 ± 0.3 %. Then a third layer changes that by −0.2 ± 0.4 points, and six layers by −1.5 ± 0.6. With convolutions, depth makes a large difference.
#
# It is also a **misquotation**. CS231n calls the *theorem* "a relatively weak and useless statement in practice", not the network, and adds that three layers often beat two, and more layers seldom help much.
#
# </details>
#
# ## Small or large?

# %%
checks.predict_starts(pictures.starts)

# %% [markdown]
# <details><summary><strong>Claim C17</strong>, <em>small networks end with scattered losses, large ones with similar, better ones</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds** for 50 starts on one pair of spirals after 1,000 steps. The loss ends at 0.34 ± 0.07 with 2 hidden units (all stuck above 0.1), 0.15 ± 0.14 with 4 (44 % stuck), 0.040 ± 0.071 with 8 (8 %), 0.0168 ± 0.0010 with 16 and 0.0146 ± 0.0002 with 64 (none). Of the stuck starts of 4 units, 95 % are still stuck after 20,000 more steps.
#
# </details>
#
# **What became of a quotation.** The summary quotes a paper of 2015 on *loss surfaces*. It says that most local minima of large networks have nearly the same low loss, which you have just seen in one experiment. Its authors derived this for a simplified model. Since then bad local minima have been *proved* to
# exist in ReLU networks with one hidden layer, by Safran and Shamir (2018, with a computer) for 6 to 20 units and by Yun, Sra and Jadbabaie (2019) for almost all data sets. In *very* wide networks descent provably reaches a training loss of 0 ([Du and others](https://arxiv.org/abs/1810.02054) and [Allen-Zhu and others](https://arxiv.org/abs/1811.03962), 2019). The question is not settled, but larger networks are easier to train in practice.
#
# ### And with wrong labels?
#
# **Regularisation** makes a network fit its training data less and new data better, for instance by a penalty ([lesson 07](../07_regularization/07_regularization.ipynb)). Three networks train on spirals with 15 % wrong labels. **Predict first** in which the accuracy on new points falls behind that of training.

# %%
with LiveDashboard() as live:
    for sizes, l2 in (((2, 4, 4, 2), 0.0), ((2, 64, 64, 2), 0.0), ((2, 64, 64, 2), 0.01)):
        name = f"{'-'.join(map(str, sizes))}, λ = {l2:g}"
        history = experiments.live(sizes, l2, callbacks=[live.run(name)])
        print(f"{name}: new points {history.validation_accuracy[-1]:.0%}")
pictures.wrong_labels()

# %% [markdown]
# <details><summary><strong>Claim C16</strong>, <em>a larger network with regularisation beats a smaller one</em>: does it hold? Think of the figure above, then open this.</summary>
#
# It **holds with conditions**, where labels are wrong. On 18 of 20 data sets the 64-64 with λ beats the 4-4 without, by 7.2 ± 11.0 points. (Small networks sometimes learn almost nothing.) But the gain comes from λ, which adds 10.1 ± 3.2 points to the large one. It does not beat a *regularised* 8-8 (−0.6 ± 1.5), and with right labels it gains nothing on a plain 8-8 (−0.1 ± 0.4). So choose a network that is
# large enough, and regularise it. Here being too small hurts, and being larger than needed does not help.
#
# </details>
#
# ## 11 · Choosing a size
#
# A small network, or a large one with a penalty? The highest measured accuracy may be ahead by luck. Each mean has a [standard error](../00_primer/00_primer.ipynb#Standard-error) $s$, and the difference of two independent means has $\sqrt{s_1^2 + s_2^2}$. A network *may be as good as the best* if it is at most two of these behind. Choose the smallest such network. A large standard error lets almost any network pass, so measure more before you choose.
#
# In numbers, 30, 100 and 400 parameters reach 88, 93 and 94 % with standard errors of 2, 0.5 and 0.5. The first is 6 behind, where $2\sqrt{2^2 + 0.5^2} = 4.12$ are allowed. The second is 1 behind, where 1.41 are allowed, so it is chosen.
#
# [[exercise choose_size]]
#
# <details><summary>Hint 0: how to begin</summary>
# Make a table of the example with two columns, how far behind each network is and what is allowed.</details>
# <details><summary>Hint 1: you always get the best network</summary>
# Among the networks that may be as good, choose the one with the fewest parameters.</details>
# <details><summary>Hint 2: one network too many, or too few</summary>
# Both accuracies are uncertain. Squares of standard errors add up, then comes the root, and two of these are allowed.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute all distances to the best accuracy at once, and what is allowed for each. Replace the parameters of the other networks by infinity, with <code>np.where</code>, and look for the index of the smallest number.</details>


# %% exercise="choose_size"
def choose_size(parameters, accuracies, errors):
    """Index of the smallest network that may be as good as the best.

    parameters: (S,) integers, all different  accuracies: (S,) means, one of them the highest
    errors: (S,) their standard errors
    Returns an int, the index of the chosen network.
    """
    # SOLUTION


# %%
display(pictures.sizes(use=mine))
checks.predict_double(pictures.double_descent)

# %% [markdown]
# Without a penalty your rule chooses 4-4, with a standard error of 2.4 points. All sizes share their data sets, so compare them set by set (lesson 09).
#
# <details><summary><strong>Claim C38</strong>, <em>more neurons and more layers overfit more</em>: does it hold? Predict above, then open this.</summary>
#
# It **holds with conditions**. On 500 digits with 30 % wrong labels (20 seeds), the accuracy on new digits is 73.3 ± 1.8 % with 8 units, 66.5 ± 2.5 % with 16, which can nearly memorise all labels, and 74.9 ± 2.5 % with 128. This **double descent** was named in 2019 and described long before ([Loog and others, 2020](https://arxiv.org/abs/2004.04328)). With right labels more neurons do not overfit more (78 % with 4 units, 94 % with 128, from 200 digits).
# More *layers* do worse already with right labels (94 % with one hidden layer of 64, 90 % with six), most when they are narrow (90 and 71 % with 8 units), where training itself may have failed.
#
# </details>
#
# ### Change one thing
#
# The next cell trains your own network on XOR. Change **one** thing, write what you expect into the first line, and run it. Try eight units, a learning rate of 3, or inputs of −1 and 1 instead of 0 and 1.
#
# <details><summary>What you may have found</summary>
#
# Eight units nearly always succeed. A learning rate of 3 kills ReLUs in most starts. Inputs around 0 help (lesson 05).
#
# </details>

# %%
# I expect:
hidden, rate, steps = 2, 0.3, 500

x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
run, found = mine.run(), 0
for seed in range(20):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 1, (2, hidden)), rng.normal(0, np.sqrt(2 / hidden), (hidden, 2))]
    losses, weights, biases = run.train_mlp(x, y, weights, [np.zeros(hidden), np.zeros(2)], rate, steps)
    found += np.all(run.mlp_forward(x, weights, biases).argmax(axis=1) == y)
print(f"{found} of 20 starts find XOR")

# %% [markdown] beside="milestone"
# ## Milestone: one layer more
#
# Two hidden layers, 784-128-64-10, train on raw pixels from small initial weights by your `mlp_loss`. Two layers reached 83.3 % in lesson 02. **Before you run it, guess** how many more or fewer of the 1,000 validation images the third layer gets right.

# %% beside="milestone"
milestones.run(4, use=mine)

# %% [markdown]
# ## ★ Bonus · Larger, and the same
#
# For the star, and for no points. *A larger network can do whatever a smaller one can.* Prove it by adding a hidden unit without changing what the network computes. The new unit is a **copy** of an old one, with its incoming weights and its bias. They divide the outgoing weights, of which the copy gets the share s and the original keeps 1 − s.
#
# In numbers, outgoing weights of 8 and a share of 0.25 become 6 for the original and 2 for the copy. The copy comes last. So every network of H units appears among the networks of H + 1 units, once for each share s, always with the same loss if there is no penalty. So you can grow a trained network.
#
# [[exercise split_unit]]
#
# <details><summary>Hint 1: the outputs doubled</summary>
# The original has to give away what the copy gets.</details>
# <details><summary>Hint 2: rows or columns</summary>
# A unit is a <em>column</em> of w1 and a <em>row</em> of w2.</details>
# <details><summary>Hint 3: put together</summary>
# <code>np.hstack</code> adds a column, <code>np.append</code> a number, and <code>np.vstack</code> a row. Indexing with a list, <code>[unit]</code>, keeps the axis. The new w2 is a copy that you may change.</details>


# %% exercise="split_unit"
def split_unit(w1, b1, w2, unit, share):
    """A network that is one hidden unit larger and computes the same.

    w1: (D, H)  b1: (H,)  w2: (H, K), none is changed  unit: which of the H, from 0  share: a number
    Returns (w1, b1, w2): (D, H + 1), (H + 1,) and (H + 1, K), the copy last, with `share` of the
    outgoing weights; the unit itself keeps 1 - share of them.
    """
    # SOLUTION


# %% [markdown]
# ## What the summary got wrong
#
# - Universal approximation "∀x": it holds on a bounded, closed set, and not beyond it (claim C14).
# - Loss surfaces quoted as settled: see what became of the quotation.
# - Two layers "weak and useless in practice": CS231n says that of the theorem (claim C37).
#
# ## Summary
#
# | question | answer |
# |---|---|
# | what does a hidden layer do? | it moves the points so that a line separates them better |
# | activation of the output layer? | none for scores and regression; sigmoid or softmax for probabilities |
# | first test of a training loop? | 50 examples to 100 %; then the gradient check for what that misses |
# | what can one hidden layer do? | come within ε of a function on a bounded, closed interval; ½ C · length / ε units are enough |
# | and depth? | fold: 2ⁿ pieces from 2n units; training may not find them |
# | small or large? | large enough not to get stuck, and regularised; among equals the smallest |
# | does a larger one overfit more? | on digits with wrong labels, until it can memorise them all, and then less again |
#
# **References.** A student wrote the summary, which is not listed. Stanford's CS231n notes, [*Neural networks part 1*](https://cs231n.github.io/neural-networks-1/). G. Cybenko, [*Approximation by superpositions of a sigmoidal function*](https://doi.org/10.1007/BF02551274), 1989. M. Telgarsky, [*Benefits of depth in neural networks*](https://arxiv.org/abs/1602.04485), 2016.
# A. Choromanska and others, [*The loss surfaces of multilayer networks*](https://arxiv.org/abs/1412.0233), 2015. I. Safran and O. Shamir, [*Spurious local minima are common in two-layer ReLU neural networks*](https://arxiv.org/abs/1712.08968), 2018. C. Yun, S. Sra and A. Jadbabaie, [*Small nonlinearities in activation functions create bad local minima*](https://arxiv.org/abs/1802.03487), 2019.
# M. Belkin and others, [*Reconciling modern machine-learning practice and the classical bias–variance trade-off*](https://doi.org/10.1073/pnas.1903070116), 2019.
#
# ## Reflection
#
# In the next cell, in five to eight sentences: **a friend has 500 labelled images, some of them labelled wrongly, and says: "One hidden layer can approximate any function, so I take one with 20 units, and train it once. If the training accuracy is 100 %, my code is right." What is wrong in that, and what should he do?**
# (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points: the theorem says that *some* network exists, with enough units, on a bounded set; it says neither that 20 units are enough nor that descent finds it (small networks get stuck, so several starts). 2 points: 100 % on the training part is a test that the loop can fit, and not that the gradients or the labels are right: missing gradients of b or wrong labels pass it; a gradient check, and new pictures, are needed. 1 point: with wrong labels a
# network that can just memorise them all is worse than a smaller or a much larger one. 1 point: what to do: larger, with λ chosen on a validation part.
#
# **A model answer.** The theorem promises that a network exists which comes near the function, if it has enough units, and where the inputs lie in a bounded region. It does not say that 20 are enough, nor that descent finds the weights: in the experiment with spirals about half of the starts of a small network were stuck, so one run proves little. To memorise a few images is a good test of the loop, and it should be the first. But it passes
# with the gradients of all biases missing, and it passes with wrong labels, which are then memorised too, so I would check each gradient against a numerical one and look at the accuracy on images kept apart. With wrong labels 100 % on the training part is not a good sign. Just at the size that manages it the accuracy on new digits was lower than with half or eight times as many units. He should take a much larger network, regularise it with a λ chosen on validation images, start it a few
# times, and look through the labels that it keeps getting wrong.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>In PyTorch</strong>: ours, theirs, and the trap</summary>
#
# The course does not need PyTorch. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `network_size` | `sum(p.numel() for p in model.parameters())` | running statistics are in `buffers()`, and not counted |
# | `mlp_forward` | `nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))` | one object put in twice, `[layer] * 3`, is one layer with shared weights |
# | a list of layers | `nn.ModuleList([...])` | layers in a plain Python list are not found by `parameters()`, and never trained |
# | `mlp_loss` with λ | `torch.optim.SGD(..., weight_decay=lam)` | it decays the biases, too |
# | `train_mlp` | `loss.backward()`, `optimizer.step()`, `optimizer.zero_grad()` | without `zero_grad` the gradients of all steps add up |
# | `gradient_errors` | `torch.autograd.gradcheck(f, inputs)` | it needs float64: in float32 right gradients fail |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("04_architecture")
