# %% [markdown]
# # 04 · Architecture: layers, width, depth
#
# You build a network of any depth from your own functions and set the weights of three networks by hand. Then you measure how often training finds weights for a function that a network *could* compute.
#
# **You will be able to** count layers and parameters · compute the loss and all gradients of a network of any depth · say what one hidden layer can approximate · say when depth pays off · choose a network's size.
#
# [[time]]
#
# **Points** 100 · **Leads to** 07, regularisation.
#
# **How it works.** In the experiments, `mine.affine_forward(x, w, b)` calls your function if it has full marks, and otherwise the course's.
# [`affine_forward`](../02_backpropagation/02_backpropagation.ipynb) and [`relu_forward`](../03_activations/03_activations.ipynb) return `out, cache`.

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
# ## Decision boundaries of two spirals
#
# The points of two classes form two spirals. The predicted class changes at the **decision boundary**. Run the next cell and press its buttons from left to right. **Before each press, predict** whether the boundary will be straight, bend or follow the spirals. λ is the strength of a penalty (lesson 01).

# %%
explorables.boundary()

# %% [markdown]
# <details><summary><strong>What you should have seen</strong></summary>
#
# The network with a straight boundary classifies 75 % of new points correctly. With four hidden units the boundary bends (accuracy 88 %). With two hidden layers of 64 units, the boundary encloses points with wrong labels (accuracy 86 %). With λ = 0.01, the boundary follows the spirals (accuracy 96 %).
#
# </details>
#
# ## 1 · How large is a network?
#
# A **layer** is a set of weights and biases, so the inputs are not a layer. Every layer but the last is **hidden**, so a network with one hidden layer has *two* layers. In this lesson, a network's **depth** is its number of *hidden* layers. A **unit** (or neuron) computes one output of a layer, and the **width** of a layer is its number of units. In a **fully connected** network, every unit receives all outputs of the previous layer. The **parameters** are all weights and biases.
#
# For example, the sizes 3, 4, 4, 1 (three inputs, two hidden layers of four units, one output) give 3 layers and 4 + 4 + 1 = 9 units. The 3·4 + 4·4 + 4·1 = 32 weights and 9 biases are 41 parameters.
#
# [[exercise network_size]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw the network 3-4-4-1 and count its layers, units and parameters. Then work out how each number follows from the sizes.</details>
# <details><summary>Hint 1: one layer, or a few units, too many</summary>
# The first size is the number of inputs, which compute nothing.</details>
# <details><summary>Hint 2: too few parameters</summary>
# Each unit, including the outputs, has a bias.</details>
# <details><summary>Hint 3: weights</summary>
# A layer has one weight for each pair of an input and a unit. Add up the products of neighbouring sizes.</details>

# %%
pictures.counted(use=mine)


# %% exercise="network_size"
def network_size(sizes):
    """Layers, units and parameters of a fully connected network.

    sizes: list of int: the number of inputs, then the units of each layer in turn
    Returns (count, units, parameters): the number of layers, of units,
    and of weights and biases together.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · XOR with two hidden units
#
# XOR, *exclusive or*, is 1 if exactly one of two inputs is 1. No straight line separates (0, 0) and (1, 1) from the other two points, so a network without a hidden layer classifies at most three points correctly.
#
# **Two hidden units** suffice for XOR. Find weights and biases by hand so that the network
#
# $$h=x\,w_1+b_1,\quad a=\max(0,h),\quad\text{out}=a\,w_2+b_2$$
#
# outputs exactly 0, 1, 1, 0 for the inputs (0, 0), (0, 1), (1, 0), (1, 1). Let one unit count how many inputs are 1. At (1, 1) the count is 2, but XOR must give 0. So let the other unit be active (above 0) *only* at (1, 1), and subtract a multiple of its output.
#
# [[exercise xor_weights]]
#
# <details><summary>Hint 0: how to begin</summary>
# Make a table of the four inputs with a column for each hidden unit.</details>
# <details><summary>Hint 1: (1, 1) gives 2, or 1</summary>
# The first unit outputs 0, 1, 1, 2. How much must the network subtract at (1, 1)?</details>
# <details><summary>Hint 2: a unit that is active only for (1, 1)</summary>
# The second unit also adds both inputs, but only a sum of 2 overcomes its negative bias.</details>
# <details><summary>Hint 3: the shapes</summary>
# The rows of <code>w1</code> belong to the inputs and its columns to the units. Write <code>w2</code> as a column, <code>np.array([[…], […]])</code>.</details>


# %% exercise="xor_weights"
def xor_weights():
    """Weights and biases of a network with two hidden ReLU units that computes XOR.

    Returns (w1, b1, w2, b2): arrays of floats or integers, (2, 2), (2,), (2, 1) and (1,).
    """
    # SOLUTION


# %%
pictures.xor_hidden(use=mine)

# %% [markdown]
# The outputs of the last hidden layer are new **features** of each example. In classification, the output layer separates the classes by lines or planes in the space of these features. In regression, it fits a linear function of the features to the targets.
#
# ## 3 · Forward pass of any depth
#
# Each layer is affine, and **ReLU follows each layer except the last**. Scores and regression targets may be negative, so the output layer usually has no activation. To get probabilities, apply a sigmoid or softmax to the scores (lesson 02).
#
# For example, take the input (2, −1). The first layer's weights are the identity matrix and its biases are 0, so h is (2, −1) and a is (2, 0). The second layer's weights are minus the identity matrix, and its biases are 1. The scores are (−1, 1), and no ReLU changes them.
#
# [[exercise mlp_forward]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write two layers without a loop. Which lines repeat, and what differs in the last layer?</details>
# <details><summary>Hint 1: no score is negative</summary>
# Leave out ReLU after the last layer.</details>
# <details><summary>Hint 2: shapes do not fit</summary>
# Pass each layer the output of the previous one. <code>mine.affine_forward</code> returns a <em>pair</em>, so write <code>out, cache = …</code>.</details>
# <details><summary>Hint 3: the loop</summary>
# Loop over the layers' indices. Replace <code>out</code> with the output of the affine layer and then, except in the last layer, with that of ReLU.</details>


# %% exercise="mlp_forward"
def mlp_forward(x, weights, biases):
    """Scores of a network of affine layers with ReLU after each except the last.

    x: (N, D)  weights: list of arrays, each with as many rows as the one before has columns; the
    last has K columns  biases: list of as many arrays
    No other layer uses the last array of either list. No array is changed.
    Returns scores: (N, K).
    """
    # SOLUTION


# %% [markdown]
# ## 4 · Backward pass of any depth
#
# As in lesson 02, the loss is the softmax cross-entropy of the scores, plus $\frac12\lambda$ times the sum of **all squared weights**. The biases are not penalised.
#
# | forward, layer by layer (read down) | keep | backward (read up) |
# |---|---|---|
# | `h, affine = affine_forward(out, w, b)` | `affine` | `dout, dw, db = affine_backward(dh, affine)` |
# | `out, relu = relu_forward(h)` | `relu` | `dh = relu_backward(dout, relu)` |
# | last: `scores, last = affine_forward(out, w, b)` | `last` | `dout, dw, db = affine_backward(dscores, last)` |
# | `loss, dscores = softmax_cross_entropy(scores, y)` |  |  |
#
# Begin with `out = x`, and write `mine.` before each function. The forward pass *appends* caches to a list, and the backward pass takes them in reverse order. The penalty adds $\lambda w$ to each layer's `dw`.
#
# [[exercise mlp_loss]]
#
# <details><summary>Hint 0: how to begin</summary>
# Program the left column of the table and the penalty. Return the loss with two empty lists, and compare it with the example's. Then program the right column.</details>
# <details><summary>Hint 1: only the order is wrong</summary>
# The backward pass reaches the last layer first, so put each gradient at the front of its list with <code>insert</code>.</details>
# <details><summary>Hint 2: only the last layer's gradients are right</summary>
# Loop over <code>reversed(…)</code>, so that each layer uses its own caches and the <code>dout</code> of the layer after it. Pass <code>dout</code> back through ReLU first and then through the affine layer.</details>
# <details><summary>Hint 3: the plan</summary>
# Loop over all layers except the last. Then compute the scores, the loss and the last layer's gradients. Next, loop over the reversed caches. In a third loop, add λw to each <code>dw</code>.</details>


# %% exercise="mlp_loss"
def mlp_loss(x, y, weights, biases, lam):
    """Loss of a network of any depth, and the gradients of all its parameters.

    x: (N, D)  y: (N,) labels  weights, biases: lists as in mlp_forward; no array is changed
    lam: strength λ of the penalty ½ λ Σ w² on the weights of all layers
    Returns (loss, dweights, dbiases): a number and two lists, in the order of the layers.
    Scores in the thousands must not overflow.
    """
    # SOLUTION


# %%
# Train one network twice, with your mlp_loss and with the library's own code. Do the losses agree?
experiments.train_beside(use=mine)

# %% [markdown]
# ## 5 · Gradient descent
#
# In each step, record the loss at the current parameters, and then move each parameter against its gradient.
#
# For example, take the inputs 1 (class 0) and −1 (class 1), one layer whose parameters are all 0, and a learning rate of 1. The losses are 0.693 (ln 2) and 0.313, and after two steps the weights are 0.77 and −0.77.
#
# [[exercise train_mlp]]
#
# <details><summary>Hint 0: how to begin</summary>
# Work out the first step of the example. What do you record, and what do you change?</details>
# <details><summary>Hint 1: the losses are shifted by one</summary>
# Record the loss that <code>mine.mlp_loss</code> returns, and then take the step.</details>
# <details><summary>Hint 2: "writes into the caller's arrays"</summary>
# <code>w -= …</code> changes the array that you were given. Make a new array instead.</details>
# <details><summary>Hint 3: a list of new arrays</summary>
# For each layer, append the old weights minus the step to a new list. Do the same for the biases.</details>


# %% exercise="train_mlp"
def train_mlp(x, y, weights, biases, lr, steps):
    """Gradient descent on all examples at once, with λ = 0.

    x: (N, D)  y: (N,) labels  weights, biases: initial parameters, lists as in mlp_loss; not changed
    Returns (losses, weights, biases): an array (steps,) of the loss before each step, and the
    parameters after the last step.
    """
    # SOLUTION


# %%
checks.predict_found(lambda: pictures.xor_found(use=mine))

# %% [markdown]
# <details><summary><strong>How often is XOR learnt?</strong> Predict first.</summary>
#
# **Gradient descent may miss suitable weights.** After 500 steps at a learning rate of 0.3, only 22 % of 200 networks with two ReLU units and 59 % of 200 with two tanh units classify all four points of XOR correctly. With eight units, 94 % of the ReLU networks and all tanh networks learn XOR.
#
# </details>
#
# Before a long training run, **overfit fifty examples**, which means training on them alone until all are classified correctly. A loop that cannot memorise them usually has a bug.
#
# ## 6 · Gradient check of a network
#
# Check the gradient of each array of parameters, so that you know *which* gradient is wrong. For each array i,
#
# - compute the numerical gradient with `mine.numerical_gradient_centered(f, arrays[i])`, where f takes *one* array, puts it in place of array i and returns the loss, and
# - as the error, take the largest entry of |analytic − numerical|, divided by the largest entry of |numerical|.
#
# If you divided entry by entry, the rounding error of a tiny slope would look like a bug. As in lesson 01, errors below $10^{-7}$ are fine, and errors above $10^{-2}$ mean a bug.
#
# For example, the analytic gradient (2, −4) and the numerical gradient (2, −5) give the error 1/5 = 0.2.
#
# [[exercise gradient_errors]]
#
# <details><summary>Hint 0: how to begin</summary>
# First write the function for a list with a single array. Then replace one of several arrays.</details>
# <details><summary>Hint 1: what f is</summary>
# A list with one entry replaced is <code>[*arrays[:i], a, *arrays[i + 1:]]</code>. <code>loss_and_gradients</code> returns the loss first.</details>
# <details><summary>Hint 2: errors too small, or negative</summary>
# First take absolute values with <code>np.abs</code>, and then the largest one with <code>.max()</code>, in the denominator too.</details>
# <details><summary>Hint 3: f in one line</summary>
# Use a <code>lambda a:</code> that calls <code>loss_and_gradients</code> with the list from hint 1 and returns the first value.</details>


# %% exercise="gradient_errors"
def gradient_errors(loss_and_gradients, arrays):
    """Largest error of each gradient, divided by the largest entry of |numerical|.

    loss_and_gradients: takes a list of arrays, returns (loss, list of their gradients)
    arrays: list of arrays of any shapes, not changed; no numerical gradient is 0 in all entries
    Returns an array of these quotients, one for each array.
    """
    # SOLUTION


# %%
checks.predict_bugs(lambda: pictures.bugs(use=mine))

# %% [markdown]
# <details><summary><strong>Which bugs does overfitting reveal?</strong> Predict first.</summary>
#
# The table gives mean accuracies (± standard deviation) over 20 random sets of 50 Fashion-MNIST images.
#
# | loop | result on the 50 images | what reveals the bug |
# |---|---|---|
# | correct | 100 % |  |
# | images shuffled in each step, labels not | loss near ln 10, as for ten equal probabilities | loss |
# | ReLU on the scores | 88 ± 10 % | accuracy |
# | learning rate × 100 | loss diverges | loss |
# | no gradients of b, or `relu_backward` left out (no mask) | 100 % | your check (error about 1) |
# | labels shuffled once, before training | 100 %, at half the speed | new images (accuracy 10 %, not 62 %) |
#
# </details>
#
# ## 7 · A sufficient number of units
#
# Take a function f that is nowhere steeper than C on [`low`, `high`], so that $|f(u)-f(v)|\le C\,|u-v|$ for all u and v. The smallest such C is the **Lipschitz constant** of f (π for $\sin\pi x$). Cut the interval into H equal pieces, and join the values of f at the pieces' ends (the **knots**) with straight lines.
#
# In a piece of width $d$, at the distance $sd$ from its left end, the line has the height $(1-s)\,f(\text{left})+s\,f(\text{right})$, a weighted mean. At this point, f differs from f(left) by at most $Csd$, and from f(right) by at most $C(1-s)d$. So the line differs from f by at most
#
# $$(1-s)\,Csd+s\,C(1-s)d=2s(1-s)\,Cd\;\le\;\tfrac12\,Cd.$$
#
# Find the smallest H for which this bound is at most ε. For example, C = 2 on [0, 1] and ε = 0.1 require $d\le0.1$, so you need 10 pieces. For ε = 0.3 the bound requires $H\ge3.33$, so you need 4 pieces.
#
# [[exercise units_needed]]
#
# <details><summary>Hint 0: how to begin</summary>
# In the bound, replace d with the length of the interval divided by H, and solve for H.</details>
# <details><summary>Hint 1: twice or half as many pieces as needed</summary>
# The bound is ½ C d, where d = (high − low)/H.</details>
# <details><summary>Hint 2: whole numbers</summary>
# If H ≥ 3.33, three pieces are not enough. So apply <code>np.ceil</code>, and then <code>int</code>. A whole number needs no extra piece. No case of the check depends on rounding.</details>
# <details><summary>Hint 3: the constant function</summary>
# For C = 0 the formula gives 0, but you need at least one piece. Write <code>max(1, …)</code>.</details>


# %% exercise="units_needed"
def units_needed(lipschitz, eps, low, high):
    """Smallest number of equal pieces for which the bound keeps the lines within eps of f.

    lipschitz: C ≥ 0, the steepest slope of f  eps > 0, the largest error allowed  low < high: the interval
    Returns an int, at least 1.
    """
    # SOLUTION


# %% [markdown]
# ## 8 · Approximation by one hidden layer
#
# One hidden layer of ReLUs can compute any continuous, piecewise linear function on an interval. Unit j, $\max(0,x-\text{knot}_j)$, is 0 up to its knot and rises with slope 1 beyond it. So each unit *bends* the line at its knot, and its outgoing weight is **the change of slope there**. Each piece needs a unit with a knot at its left end:
#
# - All entries of $w_1$ are 1, and $b_1$ holds all negated knots except the last.
# - $w_2$ holds the first slope and then the changes of slope, and $b_2=f(\text{low})$, because every unit is 0 at `low`.
#
# For example, |x| on [−1, 1] with two pieces has the knots −1, 0, 1 and the slopes −1 and 1. So $b_1$ = (1, 0), $w_2$ = (−1, 2) and $b_2$ = 1. At x = 0.5 the network outputs −1.5 + 1 + 1 = 0.5.
#
# [[exercise relu_approximation]]
#
# <details><summary>Hint 0: how to begin</summary>
# Draw |x| with its knots, and note the change of slope at each.</details>
# <details><summary>Hint 1: right in the first piece, wrong after it</summary>
# An active unit keeps rising. So the outgoing weight of the next unit is the new slope <em>minus</em> the old one.</details>
# <details><summary>Hint 2: knots and slopes</summary>
# With n from <code>mine.units_needed</code>, there are n + 1 knots. Divide the differences of the heights by those of the knots, both from <code>np.diff</code>.</details>
# <details><summary>Hint 3: the first slope and the changes</summary>
# With <code>prepend=0</code>, <code>np.diff</code> keeps the first slope. <code>w2</code> is a column of shape (n, 1).</details>


# %% exercise="relu_approximation"
def relu_approximation(f, lipschitz, eps, low, high):
    """Weights of one hidden layer of ReLUs that stays within eps of f on [low, high].

    f: takes a number or an array, returns the same shape  lipschitz: f's steepest slope
    Returns (w1, b1, w2, b2): arrays of the shapes (1, n), (n,), (n, 1) and (1,), with n from
    `units_needed`.
    """
    # SOLUTION


# %%
checks.predict_outside(lambda: pictures.outside(use=mine))
checks.predict_pieces(pictures.pieces)
# hats: your network of ReLUs. Lower ε. Where does the line bend, and how much of ε does the error use?
# approximation: steep sigmoids in place of ReLUs. Which steepness gives an error below 0.1?
display(explorables.hats(use=mine), explorables.approximation())

# %% [markdown]
# <details><summary><strong>Does claim C14 hold?</strong> <em>One hidden layer approximates any continuous function.</em> Predict first.</summary>
#
# It **holds on a bounded, closed interval**, and you have proved it for functions of one input with a Lipschitz constant. For $\sin\pi x$ on [−1, 1], your bound guarantees an error of at most 0.1 with 32 units, but 7 are enough (error 0.097). The bound $d^2\max|f''|/8$ for smooth functions (not proved here) guarantees this error with 8 units. The summary this course started from wrongly writes "∀x", *for all x*. But the network continues as a straight line on each side of the interval, so with 32 units its output at x = 4 is 9.4 too low.
# The interval must be closed, because 1/x is continuous on (0, 1], but no network stays close to it there.
#
# For **trained** networks the claim holds here only for slow waves. With 8 tanh units on $\sin\pi x$, the largest error after 2,000 steps is 0.010 (median of 20 runs, at the better of two learning rates). On $\sin4\pi x$, this median is at least 0.6 with 8, 32 or 128 tanh units, although 32 ReLUs with hand-set weights have a largest error of 0.07.
#
# </details>
#
# **Several inputs.** The **universal approximation theorem** ([Cybenko, 1989](https://doi.org/10.1007/BF02551274)) says that one hidden layer with enough units can come as close as you like to any continuous function of D inputs on a bounded, closed set. The activation must be piecewise continuous, bounded on each bounded interval, and not a polynomial ([Leshno and others, 1993](https://doi.org/10.1016/S0893-6080(05)80131-5)). Suppose f changes by at most C times the largest change of any input. Cut the unit cube into cubes of edge length d, and in each cube replace f with its value at the centre, which differs from f by at most ½ C d. This construction takes about $(C/(2\varepsilon))^D$ cubes, or $10^{10}$ for C = 1, ε = 0.05 and D = 10. Other constructions may need fewer units.
#
# **Sigmoids** work too. A steep sigmoid is nearly a step, and two opposite steps make a **bump**, as in [Nielsen's drawings](http://neuralnetworksanddeeplearning.com/chap4.html).
#
# ## 9 · What depth can represent
#
# Take the **tent**, which rises from 0 to 1 on [0, ½] and falls to 0 on [½, 1], as if [0, 1] were folded in the middle and stretched. Two ReLUs compute it:
#
# $$h_1=\max(0,t),\quad h_2=\max(0,t-\tfrac12),\quad t\leftarrow2h_1-4h_2.$$
#
# Folding n times gives a **sawtooth** with $2^n$ pieces ([Telgarsky, 2016](https://arxiv.org/abs/1602.04485)). In your deep network, each hidden layer folds [0, 1] once. *Both* units of the next layer need the tent's value $2h_1-4h_2$ before they add their biases. The output layer's bias is 0.
#
# For example, fold t = 0.3 twice. First $h$ = (0.3, 0) gives 0.6. Then $h$ = (0.6, 0.1) gives 1.2 − 0.4 = 0.8.
#
# [[exercise sawtooth_network]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write down the shapes of all arrays for two folds. Then find the weights layer by layer.</details>
# <details><summary>Hint 1: one fold is right, two are not</summary>
# Both units of the second layer need the first tent, 2h₁ − 4h₂, so give each the weights 2 and −4.</details>
# <details><summary>Hint 2: the shapes and entries of the arrays</summary>
# The first array in <code>weights</code> is a row of two ones. The last is the column (2, −4), and each array between them consists of two such columns. The biases of each hidden layer are 0 and −½.</details>
# <details><summary>Hint 3: lists</summary>
# <code>np.hstack([out, out])</code> puts the column <code>out</code> beside itself, and <code>[…] * (folds - 1)</code> repeats the entries of a list.</details>


# %% exercise="sawtooth_network"
def sawtooth_network(folds):
    """Weights and biases of a deep network that folds [0, 1] `folds` times.

    folds: int, at least 1
    Returns (weights, biases): lists of folds + 1 arrays, as mlp_forward takes them, for one
    input, two ReLU units in each of `folds` hidden layers, and one output.
    """
    # SOLUTION


# %%
checks.predict_depth(lambda: pictures.folded(use=mine))
# With equal numbers of units, how far is the single hidden layer from the sawtooth?
explorables.folding(use=mine)

# %% [markdown]
# ## 10 · Depths at equal parameters
#
# To compare depths fairly, give each depth the **largest** width within a common budget of parameters.
#
# For example, with 2 inputs, 1 output and one hidden layer, a network of width 9 has 2·9 + 9 + 9·1 + 1 = 37 parameters, and one of width 10 has 41. A budget of 40 allows a width of 9.
#
# [[exercise width_for_budget]]
#
# <details><summary>Hint 0: how to begin</summary>
# Try widths 1, 2 and so on by hand. When do you stop, and what do you return?</details>
# <details><summary>Hint 1: one too wide</summary>
# Before you accept the <em>next</em> width, test whether its network is within the budget.</details>
# <details><summary>Hint 2: the sizes</summary>
# The sizes of a network of this width are <code>[inputs, *[width] * depth, outputs]</code>.</details>
# <details><summary>Hint 3: the loop</summary>
# Loop with <code>while mine.network_size(…)[2] &lt;= budget:</code>, where the sizes use width + 1, and write <code>width += 1</code> in its body.</details>


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
# <details><summary><strong>Does claim C15 hold?</strong> <em>Deeper networks do equally well with fewer parameters.</em> Predict first.</summary>
#
# Regarding what networks **can represent**, the claim **holds** for the sawtooth, because ten folds take 61 parameters with ten hidden layers and 3,073 with one. For **trained** networks, the weaker claim that deeper ones do better with *equally many* parameters **holds with conditions**, namely if the function has many folds and the networks have enough parameters. The table gives the fraction of 20 runs that learn the sawtooth (relative error below 0.1) in 4,000 steps of Adam ([lesson 08](../08_update_rules/08_update_rules.ipynb)).
#
# | folds | parameters | 1 hidden layer | 2 | 3 | 5 |
# |---|---|---|---|---|---|
# | 3 | 60 | 5 % | 0 % | 5 % | 0 % |
# | 3 | 300 | 100 % | 55 % | 75 % | 65 % |
# | 4 | 300 | 0 % | 0 % | 5 % | 0 % |
# | 4 | 1,000 | 0 % | 0 % | 40 % | 55 % |
#
# At four folds and 1,000 parameters, only networks with three or five hidden layers learn the sawtooth. At three folds and 300 parameters, the single hidden layer succeeds most often. The **capacity** of a network is the set of functions it can fit. One hidden layer of 333 units *could* represent eight folds, so training, not capacity, causes its failure at four folds. In five sets of 20 runs, 35 to 60 % of the networks with five hidden layers learnt four folds, so their lead over three layers is not clear.
#
# </details>
#
# <details><summary><strong>Does claim C37 hold?</strong> <em>A network of two layers is weak.</em> Predict first.</summary>
#
# It **does not hold** here. On digits, one layer (none hidden) with 650 parameters reaches an accuracy of 94.8 ± 0.4 % (standard deviation over 20 seeds). Two layers (one hidden) with about 5,000 parameters reach 98.9 ± 0.3 %. At the same number of parameters, the accuracy changes by −0.2 ± 0.4 percentage points with three layers instead of two, and by −1.5 ± 0.6 with six.
#
# The claim is also a **misquotation**. CS231n calls the *theorem*, not the network, "a relatively weak and useless statement in practice". It adds that three layers often beat two, but that more layers seldom help much, except in convolutional networks.
#
# </details>
#
# ## Network size and final training loss

# %%
checks.predict_starts(pictures.starts)

# %% [markdown]
# <details><summary><strong>Does claim C17 hold?</strong> <em>Small networks end with widely different losses, and large ones with similar and lower losses.</em> Predict first.</summary>
#
# It **holds** here, for 50 runs of each width on one pair of spirals. A run is stuck if its loss after 1,000 steps is above 0.1.
#
# | hidden units | 2 | 4 | 8 | 16 | 64 |
# |---|---|---|---|---|---|
# | stuck runs | 100 % | 44 % | 8 % | 0 % | 0 % |
# | mean loss (± standard deviation) | 0.34 ± 0.07 | 0.15 ± 0.14 | 0.04 ± 0.07 | 0.0168 ± 0.0010 | 0.0146 ± 0.0002 |
#
# </details>
#
# ### Later results on loss surfaces
#
# <details><summary><strong>Do local minima trap gradient descent?</strong></summary>
#
# The summary quotes [Choromanska and others, 2015](https://arxiv.org/abs/1412.0233), who found that, in a simplified model, most local minima of large networks have nearly the same low loss. But for almost all data sets, ReLU networks with one hidden layer have local minima that are not global ([Yun, Sra and Jadbabaie](https://arxiv.org/abs/1802.03487), 2019). Such minima can exist even if a network of the same size (6 to 20 hidden units) generated the targets ([Safran and Shamir](https://arxiv.org/abs/1712.08968), 2018).
# Yet with enough units for the number of examples, and if no two inputs are parallel or too close, gradient descent provably reaches a training loss near 0 with high probability ([Du and others](https://arxiv.org/abs/1810.02054) and [Allen-Zhu and others](https://arxiv.org/abs/1811.03962), 2019). Whether bad local minima hinder training is not settled, but larger networks are easier to train in practice.
#
# </details>
#
# ### Regularisation with wrong labels
#
# **Regularisation** is any change to training, such as a penalty, that is meant to raise the accuracy on new data, even if the network fits its training data less closely ([lesson 07](../07_regularization/07_regularization.ipynb)). On spirals with 15 % wrong labels, the next cell trains a small network, a large one, and a large one with a penalty. **First predict** for which network the accuracy on new points falls below the training accuracy.

# %%
with LiveDashboard() as live:
    for sizes, lam in (((2, 4, 4, 2), 0.0), ((2, 64, 64, 2), 0.0), ((2, 64, 64, 2), 0.01)):
        name = f"{'-'.join(map(str, sizes))}, λ = {lam:g}"
        history = experiments.live(sizes, lam, callbacks=[live.run(name)])
        print(f"{name}: accuracy on new points {history.validation_accuracy[-1]:.0%}")
pictures.wrong_labels()

# %% [markdown]
# <details><summary><strong>Does claim C16 hold?</strong> <em>A larger network with regularisation beats a smaller one.</em> Look at the figure first.</summary>
#
# It **holds with conditions**. With wrong labels, a 64-64 network with λ = 0.01 beats a 4-4 network, which is too small and has no penalty, on 18 of 20 data sets. The mean difference in accuracy is 7.2 ± 11.0 percentage points (standard deviation over the 20 data sets). The spread is large because 4-4 networks sometimes learn almost nothing. But λ = 0.01 by itself raises the accuracy of the 64-64 network by 10.1 ± 3.2 percentage points. The 64-64 network does not beat a smaller network of sufficient size with its own λ, and is 0.6 ± 1.5 percentage points behind an 8-8 network with λ = 0.003. With correct labels and λ = 0.003, a 64-64 network is 0.1 ± 0.4 percentage points behind even an 8-8 network without a penalty.
#
# </details>
#
# ## 11 · Choosing a size
#
# The network with the highest measured accuracy may be ahead by chance. Each mean accuracy has a [standard error](../00_primer/00_primer.ipynb#Standard-error) $s$, and the standard error of the difference of two independent means is $\sqrt{s_1^2+s_2^2}$. A network *may be as good as the best* if its accuracy is at most two standard errors of the difference below the best. Choose the smallest such network.
#
# For example, networks with 400, 30 and 100 parameters reach 94, 89.5 and 92.8 % with standard errors of 0.5, 2 and 0.5 percentage points. The second is 4.5 points behind the best, but only $2\sqrt{2^2+0.5^2}=4.12$ points are allowed. The third is 1.2 points behind (1.41 is allowed), so choose it.
#
# [[exercise choose_size]]
#
# <details><summary>Hint 0: how to begin</summary>
# For each network of the example, note its difference from the best and the allowed difference.</details>
# <details><summary>Hint 1: you always get the best network</summary>
# Among the networks that may be as good, choose the smallest.</details>
# <details><summary>Hint 2: one network too many, or too few</summary>
# Both accuracies are uncertain, so use both standard errors. Add their squares, take the square root and double it.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute arrays of the differences from the best accuracy and of the allowed differences. With <code>np.where</code>, put infinity in place of the parameter count of each network that is too far behind. Then find the smallest number's index.</details>


# %% exercise="choose_size"
def choose_size(parameters, accuracies, errors):
    """Index of the smallest network that may be as good as the best.

    parameters: (S,) integers, all different  accuracies: (S,) means, with a single highest value
    errors: (S,) their standard errors
    Returns an int, the index of the smallest network at most two standard errors of the difference
    below the best.
    """
    # SOLUTION


# %%
display(pictures.sizes(use=mine))
checks.predict_double(pictures.double_descent)

# %% [markdown]
# <details><summary><strong>Does claim C38 hold?</strong> <em>More neurons and more layers overfit more.</em> Predict first.</summary>
#
# It **holds with conditions**. After training on 500 digits with 30 % wrong labels, the accuracy on new digits is 73.3 ± 1.8 % with 8 units, 66.5 ± 2.5 % with 16 and 74.9 ± 2.5 % with 128 (standard deviation over 20 seeds). The network with 16 units memorises 95 % of the labels. A test error that falls, rises and falls again as the network grows is called **double descent**. [Belkin and others](https://doi.org/10.1073/pnas.1903070116) named it in 2019, but it was already known ([Loog and others, 2020](https://arxiv.org/abs/2004.04328)).
# With correct labels, networks with more units do not overfit more here. After training on 200 digits, the accuracy on new digits is 78 % with 4 units and 94 % with 128.
# More hidden *layers* lower the accuracy here even with correct labels, from 94 % with one hidden layer of 64 units to 90 % with six. With layers of 8 units the accuracy falls from 90 to 71 %, although these networks fit the training digits just as well.
#
# </details>
#
# ### Change one thing
#
# The next cell trains your network on XOR. Run it unchanged first. Then choose **one** change, such as eight units, a learning rate of 3, or inputs of −1 and 1. Write what you expect into the first line, make the change and rerun the cell.
#
# <details><summary>What you may have found</summary>
#
# Without changes, 3 of the 20 runs learn XOR (above, 22 % of 200 did), and with eight units 19 do. At a learning rate of 3 no run learns XOR, and 14 of the 20 runs end with both ReLUs dead, compared with 2 at a learning rate of 0.3. With inputs of −1 and 1, 4 runs learn XOR.
#
# </details>

# %%
# I expect:
hidden, rate, steps = 2, 0.3, 500

x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
run, found = mine.run(), 0  # your functions, or the course's
for seed in range(20):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 1, (2, hidden)), rng.normal(0, np.sqrt(2 / hidden), (hidden, 2))]
    losses, weights, biases = run.train_mlp(x, y, weights, [np.zeros(hidden), np.zeros(2)], rate, steps)
    found += np.all(run.mlp_forward(x, weights, biases).argmax(axis=1) == y)
print(f"{found} of 20 runs learn XOR")

# %% [markdown] beside="milestone"
# ## Milestone: a third layer
#
# The next cell trains a 784-128-64-10 network with your `mlp_loss` on raw pixels. In lesson 02, a 784-100-10 network reached a validation accuracy of 83.3 %. **Before you run the cell, guess** how many more or fewer of the 1,000 validation images the new network classifies correctly.

# %% beside="milestone"
milestones.run(4, use=mine)

# %% [markdown]
# ## ★ Bonus · Adding a hidden unit without changing the output
#
# *A larger network can compute whatever a smaller one can.* Prove this by adding a hidden unit without changing the outputs. The new unit is a **copy** of an old one, with the same incoming weights and bias. The copy gets the fraction s (`share` in the code) of each outgoing weight, and the original keeps 1 − s.
#
# For example, an outgoing weight of 8 and a fraction of 0.25 give 6 to the original and 2 to the copy. Every network of H units therefore appears among the networks of H + 1 units, once for each s, and with the same loss if λ = 0.
#
# [[exercise split_unit]]
#
# <details><summary>Hint 1: the unit counts twice</summary>
# The original must give away the part of its outgoing weights that the copy gets.</details>
# <details><summary>Hint 2: rows or columns</summary>
# A unit is a <em>column</em> of w1 and a <em>row</em> of w2.</details>
# <details><summary>Hint 3: the larger arrays</summary>
# <code>np.hstack</code> adds a column, <code>np.append</code> a number, and <code>np.vstack</code> a row. Indexing with a list, <code>[unit]</code>, keeps the axis. <code>np.vstack</code> makes a new array, which you may change.</details>


# %% exercise="split_unit"
def split_unit(w1, b1, w2, unit, share):
    """A network with one more hidden unit that computes the same outputs.

    w1: (D, H)  b1: (H,)  w2: (H, K), not changed  unit: index of one of the H units  share: a number
    Returns (w1, b1, w2): (D, H + 1), (H + 1,) and (H + 1, K), with the copy last; it gets `share` of
    the outgoing weights and the unit keeps the rest.
    """
    # SOLUTION


# %% [markdown]
# ## What the summary got wrong
#
# - Universal approximation holds only on a bounded, closed set, not "∀x" (C14).
# - The nearly equal loss of most local minima was derived only for a simplified model.
# - CS231n calls the theorem "relatively weak", not the network (C37).
#
# ## Summary
#
# | question | answer |
# |---|---|
# | how many units for an error of ε? | ½ C · length / ε are enough on a bounded, closed interval |
# | which size? | large enough not to get stuck, and regularised; among equals the smallest |
# | does a larger network overfit more? | with wrong labels, up to the size that memorises nearly all; beyond that, less |
#
# **References.** [CS231n, *Neural networks part 1*](https://cs231n.github.io/neural-networks-1/).
#
# ## Reflection
#
# Answer in five to eight sentences in the next cell. **A friend has 500 labelled images, some with wrong labels, and says: "One hidden layer can approximate any function, so I take one with 20 units and train it once. If the training accuracy is 100 %, my code is correct." What is wrong with that, and what should he do?**
# (6 points, graded by hand)

# %% [markdown] answer="reflection" points=6
# **Rubric.** 2 points for saying that the theorem promises only that *some* network with enough units comes close to the function on a bounded, closed set. It does not say that 20 units are enough or that gradient descent finds the weights. Small networks often get stuck, so he should train from several initialisations. 2 points for saying that 100 % on the training part shows only that the loop can fit. A loop that leaves out the gradients of b, or trains on wrong labels, also
# reaches 100 %, so a gradient check and new images are needed. 1 point for saying that with wrong labels a network that memorises nearly all of them classifies new images less accurately than a smaller or a much larger one. 1 point for recommending a larger network, with λ chosen on a validation set.
#
# **A model answer.** The theorem promises that a network with enough units *can* come as close as you want to a continuous function if the inputs lie in a bounded, closed set. It does not say that 20 units are enough or that gradient descent finds the weights. In the experiment with spirals, about half of the runs with four hidden units got stuck, so one run proves little. Memorising a few images is a good test of the loop, and it should be the first. But a loop also passes this
# test if the gradients of all biases are missing, or if labels are wrong and it memorises them. So he should check each gradient against a numerical one and measure the accuracy on held-out images. With wrong labels, 100 % on the training part is not a good sign. At the size that memorised nearly all labels, the accuracy on new digits was lower than with half or eight times as many units. He should take a much larger network,
# regularise it with a λ chosen on validation images, train it from several initialisations, and check the labels of the images that the network keeps misclassifying.

# %% [markdown] beside="PyTorch"
# <details><summary><strong>PyTorch equivalents</strong> and their traps</summary>
#
# The course does not need PyTorch. Each row was run with PyTorch 2.13.
#
# | ours | theirs | the trap |
# |---|---|---|
# | `network_size` | `sum(p.numel() for p in model.parameters())` | running statistics are in `buffers()`, so they are not counted |
# | `mlp_forward` | `nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))` | `[layer] * 3` inserts one layer three times, with shared weights |
# | a list of layers | `nn.ModuleList([...])` | `parameters()` does not find layers in a plain Python list, so they are never trained |
# | `mlp_loss` with λ | `torch.optim.SGD(..., weight_decay=lam)` | it decays the biases too |
# | `train_mlp` | `loss.backward()`, `optimizer.step()`, `optimizer.zero_grad()` | without `zero_grad` the gradients of all steps add up |
# | `gradient_errors` | `torch.autograd.gradcheck(f, inputs)` | it needs float64, because correct gradients fail in float32 |
#
# </details>

# %% beside="closing"
# How long did this take? Where were you stuck?
from cs231n_lib.course.student.closing import LastQuestion

LastQuestion("04_architecture")
