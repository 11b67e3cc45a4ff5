# %% [markdown]
# # 10 · Bridge: from your gradients to automatic ones
#
# In nine lessons you derived every gradient by hand. From now on a program will derive them for you. In this lesson you complete such a program, check its gradients against those that you
# derived, and write a training loop for it. At the end the same loop trains a network in **PyTorch** that starts from your own weights.
#
# **You will be able to** explain how reverse-mode automatic differentiation works · undo broadcasting in a backward pass · add an operation of your own, with its gradient · write the training loop that PyTorch expects ·
# say what automatic differentiation leaves to you.
#
# **Time** about 1½ hours, of which the exercises take 50 minutes · **Points** none, because the lesson is optional. Each check shows a percentage instead · **Before** 02, the chain rule; 04, networks of any depth; 06, batch norm; 08, Adam.
#
# **How it works.** Run the cells from the top. Write one function, run its cell (Shift+Enter), then run the check below it. `mine.NAME` is your function `NAME` once it has passed its check, and the library's version until then, so you can skip an exercise and
# still run the rest.
#
# The summary this course started from ends with lesson 09. This lesson goes beyond the summary and shows how today's libraries work. Only the last code cell of the lesson needs PyTorch, which the course does not install.

# %%
import ast
import inspect
from textwrap import dedent

import numpy as np
from IPython.display import Markdown

from cs231n_lib.course import mine
from cs231n_lib.datasets import load_digits
from cs231n_lib.lessons.bridge import checks


def whose(run):
    """The sentence that says whose functions ran."""
    return Markdown(run.says) if run.says else None


def compare(names, ours, yours, digits=12):
    for name, a, b in zip(names, ours, yours, strict=True):
        apart = np.abs(a - b).max() / np.abs(b).max()
        verdict = f"equal to {digits} digits" if apart < 10.0**-digits else f"apart by {apart:.1e}"
        print(f"{name:>7}: shape {np.shape(b)!s:>8}, {verdict}")


# %% [markdown]
# ## 1 · Broadcasting and its gradient
#
# **Broadcasting** is NumPy's rule for combining arrays of different shapes. In `x @ w + b` NumPy adds the bias `b` of shape (16,) to each of the 30 rows of a batch, as if it had copied the bias 30 times.
#
# In the backward pass every copy receives a gradient, so the upstream gradient has the shape (30, 16) of the result. All copies are the same bias, and gradients add where paths meet. The gradient of the bias is therefore the sum of the upstream gradient over the 30 rows. You wrote
# this sum in lesson 02 as `dout.sum(axis=0)`.
#
# A program needs a rule for every shape. NumPy aligns two shapes at their last axes and then extends the arrays in two ways.
#
# - NumPy puts missing axes *in front*. An array of shape (3,) behaves like one of shape (1, 3).
# - NumPy stretches axes of length 1. An array of shape (2, 1) fills 3 columns if the other array has 3 columns.
#
# Undo both changes by summing. If the upstream gradient is [[1, 2, 3], [10, 20, 30]], an array of shape (3,) gets the gradient [11, 22, 33], and an array of shape (2, 1) gets [[6], [60]].
#
# [[exercise unbroadcast]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take a gradient of shape (4, 3) and write down by hand what arrays of shape (3,), (1, 3), (4, 1) and (4, 3) should get. For each shape, note which axes you summed over and whether these axes stay in the result.</details>
# <details><summary>Hint 1: the values are right, but the shape is wrong</summary>
# An axis that broadcasting put in front must disappear from the result. A stretched axis must stay in the result, with length 1.</details>
# <details><summary>Hint 2: the idea</summary>
# Treat the two kinds of axes one after the other. Once the axes in front are gone, the gradient has as many axes as <code>shape</code>, and you can compare the lengths axis by axis.</details>
# <details><summary>Hint 3: the outline</summary>
# First find out how many extra axes the gradient has, and sum over that many axes at the front. Then collect the indices of the axes that are shorter in <code>shape</code> than in the gradient. Sum over these axes with the option of <code>sum</code> that keeps summed axes.</details>


# %% exercise="unbroadcast"
def unbroadcast(grad, shape):
    """The gradient of an array that was broadcast, summed over its copies.

    grad: the upstream gradient, of the shape of the result.
    shape: the shape that the array had before it was broadcast, a tuple.
    Returns an array of this shape. Does not change grad.
    """
    # SOLUTION


# %% [markdown]
# ## 2 · Reverse-mode automatic differentiation
#
# In lesson 02 you went backwards through a graph. Each node multiplied the upstream gradient by its local derivative and passed the product on, and you added the products where paths met. A program that does the same has to know two things about each value. These are **the values from which it was computed** and **how to pass
# its gradient back to them**.
#
# So let each value store both. The **sources** of a value are the values from which it was computed. Its **rule** is a function that takes the upstream gradient and the sources' arrays and returns one gradient for each source.
#
# The order of the backward pass is easy to find. The program appends every new value to a list, the **tape**, so a value always comes after its sources. If the program reads the tape backwards, it therefore reaches a value only when the value's gradient is complete.
#
# This is **reverse-mode automatic differentiation**. The idea dates from the 1970s, and [micrograd](https://github.com/karpathy/micrograd) by Andrej Karpathy shows it for single numbers. The next cell does the same for arrays in ten lines.

# %%
tape = []


class Value:
    def __init__(self, data, rule=lambda grad: [], *sources):  # a number or an array, and where it came from
        self.data, self.rule, self.sources, self.grad = np.asarray(data, float), rule, sources, np.zeros(np.shape(data))
        tape.append(self)

    def backward(self):
        self.grad = np.ones_like(self.data)
        for value in reversed(tape):
            for source, g in zip(value.sources, value.rule(value.grad, *(s.data for s in value.sources)), strict=True):
                source.grad = source.grad + mine.unbroadcast(g, source.data.shape)


# %% [markdown]
# These lines contain no calculus. They read the tape backwards and add up gradients, and your `unbroadcast` reduces each gradient to the shape of its source.
#
# The calculus is in the **operations**. Each operation consists of a forward function and a rule, and `operation` turns such a pair into a function on values. You met all of these rules in earlier lessons, and you will recognise the transposed factors of the matrix product and the mask of ReLU.
#
# For a first test take $L = x \cdot x + 3x$ at $x = 2$. This formula uses $x$ in three places. At $x = 2$ its derivative is $2x + 3 = 7$.


# %%
def operation(forward, rule):
    return lambda *sources: Value(forward(*(s.data for s in sources)), rule, *sources)


add = operation(np.add, lambda g, a, b: [g, g])
times = operation(np.multiply, lambda g, a, b: [g * b, g * a])
matmul = operation(np.matmul, lambda g, x, w: [g @ w.T, x.T @ g])
relu = operation(lambda x: np.maximum(x, 0), lambda g, x: [g * (x > 0)])
exp = operation(np.exp, lambda g, x: [g * np.exp(x)])
log = operation(np.log, lambda g, x: [g / x])
total = operation(np.sum, lambda g, x: [g + 0 * x])
row_sums = operation(lambda x: x.sum(axis=1, keepdims=True), lambda g, x: [g + 0 * x])


def parabola(calls):
    tape.clear()
    x = Value(2.0)
    loss = add(times(x, x), times(Value(3.0), x))
    for _ in range(calls):
        loss.backward()
    return f"calls of backward(): {calls}, L: {loss.data:g}, x.grad: {x.grad:g}, values on the tape: {len(tape)}"


print(parabola(calls=1))
checks.predict_twice(lambda: Markdown(parabola(calls=2)))

# %% [markdown]
# ## 3 · Operations of your own
#
# To give the tape a new operation, you write the rule of that operation. The first new operation is the hyperbolic tangent of lesson 03, whose derivative is $1 - \tanh^2 x$.
#
# The rule multiplies this derivative by the upstream gradient, entry by entry. At $x = 0$ the derivative is 1, so the upstream gradient passes unchanged. At $x = 1$ the derivative is $1 - 0.7616^2 = 0.42$, so an upstream gradient of 2 becomes 0.84.
#
# [[exercise tanh_rule]]
#
# <details><summary>Hint 0: how to begin</summary>
# Look at the rules of <code>exp</code> and <code>log</code> above. Which part of each rule is the derivative, and which part is the same in both?</details>
# <details><summary>Hint 1: right only where the upstream gradient is 1</summary>
# You may have returned the derivative alone. The chain rule has a second factor.</details>
# <details><summary>Hint 2: the idea</summary>
# A rule receives the input of its operation and not the output. Compute the output of tanh again and use this output in the derivative.</details>
# <details><summary>Hint 3: the outline</summary>
# Compute the tanh of the input, square it, subtract the square from 1, and multiply by the upstream gradient. Every step works entry by entry, so you need no sum and no matrix product.</details>


# %% exercise="tanh_rule"
def tanh_rule(grad, x):
    """The rule of tanh, the gradient with respect to x.

    grad: the upstream gradient, of the shape of x.
    x: the input of tanh, of any shape.
    Returns an array of the shape of x. Does not change its arguments.
    """
    # SOLUTION


# %% [markdown]
# The second new operation has two sources. `np.maximum(a, b)` takes the larger entry at each place. ReLU does this with $b = 0$, and maxout does it with two affine functions.
#
# The smaller entry does not influence the result, so it gets no gradient. The larger entry gets the whole upstream gradient.
#
# At a **tie**, where both entries are equal, the maximum has a kink and no derivative. A program has to choose how to divide the upstream gradient there. If both inputs rise by a small $h$, the maximum rises by $h$ as well, so the fractions for the two inputs should add up to 1. Give each input one half,
# as PyTorch and JAX do. Your `maxout_backward` in lesson 03 gave the whole gradient to the first input, which is just as valid because the fractions 1 and 0 also add up to 1.
#
# [[exercise maximum_rule]]
#
# <details><summary>Hint 0: how to begin</summary>
# Take a = [1, 5, 2], b = [3, 4, 2] and an upstream gradient of 8 everywhere. Write down both results by hand before you write code.</details>
# <details><summary>Hint 1: only the row about equal entries fails</summary>
# A comparison such as <code>&gt;</code> or <code>&gt;=</code> gives the whole gradient at a tie to one input, to both or to neither. Treat ties as a third case.</details>
# <details><summary>Hint 2: the idea</summary>
# For each place, compute the fraction (1, ½ or 0) of the gradient that goes to <code>a</code>. The rest of the gradient goes to <code>b</code>.</details>
# <details><summary>Hint 3: the outline</summary>
# Comparisons give arrays of True and False, which count as 1 and 0 in sums and products. Add the mask of the entries where <code>a</code> is larger to half of the mask of the ties. Multiply the upstream gradient by this sum for <code>a</code>, and by 1 minus the sum for <code>b</code>.</details>


# %% exercise="maximum_rule"
def maximum_rule(grad, a, b):
    """The rule of np.maximum, the gradients with respect to a and b.

    grad: the upstream gradient, of the shape of the result.
    a, b: the inputs, of shapes that can be broadcast to the shape of grad.
    Returns (to_a, to_b), both of the shape of grad. The tape undoes the broadcasting.
    At a tie each input gets one half. Does not change its arguments.
    """
    # SOLUTION


# %%
tanh = operation(np.tanh, lambda g, x: [mine.tanh_rule(g, x)])
maximum = operation(np.maximum, lambda g, a, b: mine.maximum_rule(g, a, b))


def bent(x, b):  # both new operations, with b broadcast over the rows of x
    both = tanh(maximum(x, b))
    return total(times(both, both))


rng, yours = np.random.default_rng(0), mine.run()
x, b = rng.normal(size=(4, 3)), rng.normal(size=3)
tape.clear()
values = [Value(x), Value(b)]
bent(*values).backward()
dx = yours.numerical_gradient_centered(lambda x: bent(Value(x), Value(b)).data.item(), x)
db = yours.numerical_gradient_centered(lambda b: bent(Value(x), Value(b)).data.item(), b)
compare(["dx", "db"], [v.grad for v in values], [dx, db], digits=8)
whose(yours)

# %% [markdown]
# ## 4 · The gradients that you derived
#
# The next network is that of lesson 02, with an affine layer, ReLU, a second affine layer, softmax cross-entropy and an L2 penalty. In lesson 02 you needed a page to derive the gradient of softmax cross-entropy. Here the code contains only the forward pass, which subtracts each row's maximum, exponentiates, sums and takes the logarithm. No
# line tells the program that the gradient of the scores is (p − one-hot)/N.
#
# The third cell below differentiates batch normalisation. In lesson 06 you first computed its gradient from eight intermediate gradients, and then with one short formula. Here the forward pass puts 12 operations on the tape, and `backward` computes the gradients from them.


# %%
def cross_entropy(scores, y):
    shifted = add(scores, Value(-scores.data.max(axis=1, keepdims=True)))
    right = row_sums(times(shifted, Value(np.eye(scores.data.shape[1])[y])))
    losses = add(log(row_sums(exp(shifted))), times(Value(-1.0), right))
    return times(total(losses), Value(1 / len(y)))


def network(x, w1, b1, w2, b2):
    return add(matmul(relu(add(matmul(x, w1), b1)), w2), b2)


def two_layers(x, y, w1, b1, w2, b2, lam):
    penalty = add(total(times(w1, w1)), total(times(w2, w2)))
    return add(cross_entropy(network(x, w1, b1, w2, b2), y), times(Value(0.5 * lam), penalty))


# %%
rng, yours = np.random.default_rng(0), mine.run()
batch, classes = rng.normal(size=(30, 8)), rng.integers(0, 5, 30)
arrays = [rng.normal(size=shape) for shape in ((8, 16), 16, (16, 5), 5)]

tape.clear()
values = [Value(a) for a in arrays]
loss = two_layers(Value(batch), classes, *values, lam=0.1)
loss.backward()
expected, *gradients = yours.two_layer_loss(batch, classes, *arrays, 0.1)
names = ["loss", "dw1", "db1", "dw2", "db2"]
compare(names, [loss.data, *(v.grad for v in values)], [expected, *gradients])
whose(yours)


# %%
def batch_norm(x, gamma, beta, eps=1e-5):
    column_sums = operation(lambda x: x.sum(axis=0, keepdims=True), lambda g, x: [g + 0 * x])
    power = operation(lambda v: v**-0.5, lambda g, v: [g * -0.5 * v**-1.5])
    per_row = Value(1 / len(x.data))
    centred = add(x, times(Value(-1.0), times(column_sums(x), per_row)))
    variance = times(column_sums(times(centred, centred)), per_row)
    return add(times(gamma, times(centred, power(add(variance, Value(eps))))), beta)


yours = mine.run()
gamma, beta, dout = rng.normal(size=8), rng.normal(size=8), rng.normal(size=(30, 8))
tape.clear()
values = [Value(batch), Value(gamma), Value(beta)]
normalised = batch_norm(*values)
print(sum(bool(value.sources) for value in tape), "operations on the tape")
total(times(normalised, Value(dout))).backward()  # makes dout the upstream gradient of the layer
_, cache, _, _ = yours.batchnorm_forward(batch, gamma, beta, np.zeros(8), np.ones(8))
compare(["dx", "dgamma", "dbeta"], [v.grad for v in values], yours.batchnorm_backward(dout, cache))
whose(yours)


# %%
def divided_by_29(weights):
    loss = cross_entropy(network(Value(batch), weights, *map(Value, arrays[1:])), classes)
    return times(loss, Value(30 / 29))  # the mistake, since the mean of 30 losses divides by 30


def gradient_check():
    yours, weights = mine.run(), Value(arrays[0])
    tape.clear()
    divided_by_29(weights).backward()
    by_differences = yours.numerical_gradient_centered(lambda w: divided_by_29(Value(w)).data.item(), arrays[0])
    _, right, *_ = yours.two_layer_loss(batch, classes, *arrays, 0.0)
    error, apart = (np.abs(weights.grad - d).max() / np.abs(d).max() for d in (by_differences, right))
    verdict = "passes" if error < 1e-7 else "fails"
    return Markdown(f"The gradient check {verdict}. The gradient is {100 * apart:.1f} % away from the right one.")


checks.predict_bug(gradient_check)

# %% [markdown]
# **What automatic differentiation does not do for you.** Three tasks remain yours.
#
# - *Meaning.* The tape differentiates the loss that you wrote, even if you meant another one. The gradient check of lesson 01 uses the same forward pass, so it cannot find a wrong loss either.
# - *Clearing.* `backward()` adds to the stored gradients. If you do not clear them, the gradients of earlier steps remain in the sum, which is why PyTorch has `zero_grad()`.
# - *Memory.* The tape keeps every array until the backward pass is done. Frameworks do the same, and these arrays fill much of a graphics card's memory when the batch is large.
#
# ## 5 · The training loop
#
# A training loop repeats five actions. It computes the loss in a forward pass, clears the old gradients, computes the new ones in a backward pass, records the loss, and lets the **optimiser** take a step. An optimiser is an object that holds the parameters and an update rule.
#
# | call | what it does |
# |---|---|
# | `compute_loss()` | runs the forward pass and returns the loss, whose value as a number is `loss.data.item()` |
# | `loss.backward()` | *adds* the gradient of the loss to each parameter's gradient |
# | `optimizer.zero_grad()` | sets the parameters' gradients to zero |
# | `optimizer.step()` | moves the parameters by one step of the update rule |
#
# The losses and optimisers of PyTorch have the same methods, so your loop will run with PyTorch unchanged. In the cell after the check, your loop trains a network on 200 digits. The network has 64 inputs, 32 hidden units and 10 scores. The initial weights come from your `scaled_weights`, the update rule is your `adam`, and the gradients come from the tape.
#
# [[exercise train]]
#
# <details><summary>Hint 0: how to begin</summary>
# Write the calls of one step on paper, ordered so that each call finds what it needs. Then repeat these calls in a loop.</details>
# <details><summary>Hint 1: the first loss is right and the others are not</summary>
# If all losses are equal, no step changed the parameters. Either the step came before the backward pass, or you cleared the gradient between the two. If the losses jump, you probably did not clear the gradients of earlier steps.</details>
# <details><summary>Hint 2: the idea</summary>
# A step needs the gradient of its own forward pass and nothing else. So clear the gradients before the backward pass, and take the step after it. The forward pass is part of the loop, because each step changes the parameters.</details>
# <details><summary>Hint 3: the outline</summary>
# Begin with an empty list. In each step run the forward pass, clear the gradients, run the backward pass, append the loss to the list as a number, and call <code>step</code>. Return the list after the loop.</details>


# %% exercise="train"
def train(compute_loss, optimizer, steps):
    """Train for a number of steps.

    compute_loss: a function without arguments that returns the loss.
    optimizer: an object with zero_grad() and step(), as in the table.
    Returns the list of the losses before each step, as numbers.
    """
    # SOLUTION


# %%
class Adam:  # holds values and takes steps by your `adam` from lesson 08
    def __init__(self, parameters, lr, rule):
        self.parameters, self.lr, self.rule = parameters, lr, rule
        self.memory = [(np.zeros_like(p.data), np.zeros_like(p.data), 0) for p in parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = np.zeros_like(p.data)

    def step(self):
        for i, p in enumerate(self.parameters):
            p.data, *self.memory[i] = self.rule(p.data, p.grad, *self.memory[i], lr=self.lr)


def compute_loss():
    tape.clear()  # each forward pass begins with an empty tape
    return cross_entropy(network(Value(x), *parameters), y)


# %%
digits, rng, yours = load_digits(), np.random.default_rng(0), mine.run()
x, y = digits.x_train[:200].astype(float), digits.y_train[:200]
w1, w2 = (yours.scaled_weights(n, m, rng)["he"] for n, m in ((64, 32), (32, 10)))
initial = [w1, np.zeros(32), w2, np.zeros(10)]
parameters = [Value(a) for a in initial]
your_losses = mine.train(compute_loss, Adam(parameters, 0.01, yours.adam), steps=10)
print("your losses: ", *(f"{loss:.3f}" for loss in your_losses))
checks.predict_apart()
whose(yours)

# %% [markdown]
# ## 6 · Your weights in PyTorch
#
# How many lines of your code does such a network with batch norm need, and what does PyTorch use instead? The next cell counts the lines of your functions without docstrings and comments. Six functions and classes of PyTorch replace about sixty of your lines, and one of them, `loss.backward()`, also replaces the derivations behind these lines. Because you wrote the lines yourself, you know why
# PyTorch transposes a weight, what `zero_grad` clears, what `model.eval()` switches, and which arrays Adam keeps in memory.
#
# The last code cell needs PyTorch and shows nothing without it. To install PyTorch, run `pip install torch` in this environment (it downloads a few hundred megabytes). Then choose *Kernel → Restart* and run the notebook again.
#
# With PyTorch the cell builds the same network, copies the initial weights into it, compares its scores with those of your `mlp_forward`, and then lets your `train` run ten steps of PyTorch's Adam. Two details matter. `nn.Linear` stores a weight with shape (out, in), so the cell copies your weights **transposed**.
# PyTorch computes in float32 by default, so the cell calls `double()` to compute in float64.


# %%
def lines(function):
    tree = ast.parse(dedent(inspect.getsource(inspect.unwrap(function))))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = []
            node.body = node.body[ast.get_docstring(node) is not None :]
    return len(ast.unparse(tree).splitlines())


INSTEAD = {
    "nn.Linear, nn.ReLU": ["affine_forward", "relu_forward"],
    "nn.BatchNorm1d": ["batchnorm_forward", "batchnorm_inference"],
    "F.cross_entropy": ["softmax_cross_entropy"],
    "loss.backward()": ["affine_backward", "relu_backward", "batchnorm_backward", "mlp_loss"],
    "optimizer.step()": ["adam"],
}
counts = {theirs: sum(lines(getattr(mine, name)) for name in names) for theirs, names in INSTEAD.items()}
for theirs, names in INSTEAD.items():
    print(f"{counts[theirs]:3} lines, {', '.join(names)}: {theirs}")
print(f"{sum(counts.values()):3} lines in all")

# %%
try:
    import torch
    from torch import nn
except ModuleNotFoundError:
    torch = None  # then this cell shows nothing


def in_pytorch(w1, b1, w2, b2):
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).double()
    for theirs, ours in zip(model.parameters(), (w1.T, b1, w2.T, b2), strict=True):
        theirs.data.copy_(torch.from_numpy(ours))
    return model


if torch:
    model, images, labels = in_pytorch(*initial), torch.from_numpy(x), torch.from_numpy(y).long()
    scores = mine.mlp_forward(x, initial[::2], initial[1::2])
    apart = [np.abs(scores - model(images).detach().numpy()).max()]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    their_losses = mine.train(lambda: nn.functional.cross_entropy(model(images), labels), optimizer, steps=10)
    print("their losses:", *(f"{loss:.3f}" for loss in their_losses))
    theirs = [p.detach().numpy().T for p in model.parameters()]
    apart.append(max(np.abs(p.data - t).max() for p, t in zip(parameters, theirs, strict=True)))
    print(f"largest difference of a score below 1e-6: {apart[0] < 1e-6}")
    print(f"largest difference of a parameter after ten steps below 1e-6: {apart[1] < 1e-6}")

# %% [markdown]
# <details><summary><strong>What the last code cell shows where PyTorch is installed</strong> (open this if your cell showed nothing)</summary>
#
# ```text
# their losses: 2.397 2.205 2.062 1.934 1.812 1.696 1.586 1.476 1.368 1.262
# largest difference of a score below 1e-6: True
# largest difference of a parameter after ten steps below 1e-6: True
# ```
#
# With PyTorch 2.13.0 on a CPU the scores of the two networks differed by at most 8 · 10⁻¹⁶. After ten steps their parameters differed by at most 1 · 10⁻¹⁶, in a measurement in which our gradients came from `mlp_loss`. With gradients from the tape instead, our parameters after ten steps differed by at most 1.4 · 10⁻¹⁶ from those obtained with `mlp_loss`. Both networks compute in float64. If NumPy takes the same ten steps in float32, the parameters differ from those in float64 by at most 1.4 · 10⁻⁷.
#
# </details>
#
# **What comes next.** The start page lists where convolution, attention and other topics are taught. The button *Write my library* on that page puts your functions from nine lessons into one file that you can keep.
