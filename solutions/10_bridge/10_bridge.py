# %% [markdown]
# # 10 · Bridge: and beyond
#
# In nine lessons you derived every gradient by hand. From here on a program will do it for you. This notebook builds such a program, in ten lines, sets it on the networks whose gradients
# you know, and then walks over to **PyTorch** with your own weights. What awaits you there is what you have written already.
#
# **It is optional.** There is nothing to write, no check and no points. **Time** about an hour · **Before** 02, the chain rule; 04, networks of any depth; 06, batch norm; 08, Adam.
#
# **How it works.** Run the cells from the top. Where a function of yours has full marks in its saved notebook it is yours that runs, and a sentence says so; otherwise it is the library's.
# The second half needs PyTorch, which the course does not install: `pip install torch` in this environment (some hundred megabytes), then *Kernel → Restart*. Without it the cells say what they would show.

# %%
import ast
import inspect
from textwrap import dedent

import numpy as np
from IPython.display import Markdown

from cs231n_lib.course import mine
from cs231n_lib.datasets import load_digits


def whose(run):
    """The sentence that says whose functions ran."""
    return Markdown(run.says) if run.says else None


# %% [markdown]
# ## 1 · Ten lines
#
# Lesson 02 walked back along a graph: at each node the gradient that arrives is multiplied by the local derivative and handed on, and where paths meet, gradients add. That needs two things of each value: **what it was made of**, and
# **how a gradient goes back there**. So let each value remember both. A value is always made after what it is made of: put all of them on a **tape** as they are made, and going back along the tape is an order in which every gradient is complete before it is
# handed on.
#
# That is *reverse-mode automatic differentiation*; the idea is from the 1970s, and [micrograd](https://github.com/karpathy/micrograd) by Andrej Karpathy shows it for single numbers. Here it is for arrays. Count the lines:

# %%
tape = []


class Value:
    def __init__(self, data, *sources):  # a source: a value, and how a gradient goes there
        self.data, self.sources, self.grad = np.asarray(data, float), sources, np.zeros(np.shape(data))
        tape.append(self)

    def backward(self):
        self.grad = np.ones_like(self.data)
        for value in reversed(tape):
            for source, back in value.sources:
                source.grad = source.grad + back(value.grad)


# %% [markdown]
# No mathematics is in it. It goes back along the tape and adds up, for gradients add where paths meet. All mathematics is in the **operations**: each computes its value and says, in one line for each source, what you derived once: the
# factor of a product, the transposes of a matrix product, the mask of ReLU. `fit` is the rule of the bias: what was repeated on the way forward is summed on the way back.


# %%
def fit(grad, data):
    """A gradient in the shape of data: summed over what broadcasting repeated."""
    grad = grad.sum(axis=tuple(range(grad.ndim - data.ndim)))
    return grad.sum(axis=tuple(i for i, n in enumerate(data.shape) if n < grad.shape[i]), keepdims=True)


def add(a, b):
    return Value(a.data + b.data, (a, lambda g: fit(g, a.data)), (b, lambda g: fit(g, b.data)))


def times(a, b):
    to_a, to_b = lambda g: fit(g * b.data, a.data), lambda g: fit(g * a.data, b.data)
    return Value(a.data * b.data, (a, to_a), (b, to_b))


def power(a, p):
    return Value(a.data**p, (a, lambda g: g * p * a.data ** (p - 1)))


# %%
def matmul(x, w):
    return Value(x.data @ w.data, (x, lambda g: g @ w.data.T), (w, lambda g: x.data.T @ g))


def relu(x):
    return Value(np.maximum(x.data, 0), (x, lambda g: g * (x.data > 0)))


def exp(x):
    return Value(np.exp(x.data), (x, lambda g: g * np.exp(x.data)))


def log(x):
    return Value(np.log(x.data), (x, lambda g: g / x.data))


def total(x, axis=None):
    return Value(x.data.sum(axis, keepdims=True), (x, lambda g: g * np.ones_like(x.data)))


# %% [markdown]
# A first try, by hand: $L = x^2 + 3x$ at $x = 2$. The value $x$ is used twice, a fork; the derivative is $2x + 3 = 7$.

# %%
x = Value(2.0)
loss = add(times(x, x), times(Value(3.0), x))
loss.backward()
print("value:", loss.data, " gradient:", x.grad, " on the tape:", len(tape), "values")

# %% [markdown]
# ## 2 · The gradients that you derived
#
# Now the network of lesson 02: affine, ReLU, affine, softmax cross-entropy, and a penalty. The softmax that took a page is nothing but its forward pass here: subtract, exponentiate, add up, take the logarithm. Nobody tells the program that the
# gradient comes out as (p − one-hot)/N.


# %%
def cross_entropy(scores, y):
    shifted = add(scores, Value(-scores.data.max(axis=1, keepdims=True)))
    right = total(times(shifted, Value(np.eye(scores.data.shape[1])[y])), axis=1)
    losses = add(log(total(exp(shifted), axis=1)), times(Value(-1.0), right))
    return times(total(losses), Value(1 / len(y)))


def two_layers(x, y, w1, b1, w2, b2, lam):
    h = relu(add(matmul(x, w1), b1))
    loss = cross_entropy(add(matmul(h, w2), b2), y)
    penalty = add(total(times(w1, w1)), total(times(w2, w2)))
    return add(loss, times(Value(0.5 * lam), penalty))


def compare(names, ours, yours):
    for name, a, b in zip(names, ours, yours, strict=True):
        apart = np.abs(a - b).max() / np.abs(b).max()
        verdict = "equal to 12 digits" if apart < 1e-12 else f"apart by {apart:.1e}"
        print(f"{name:>7}: shape {np.shape(b)!s:>8}, {verdict}")


# %%
rng, yours = np.random.default_rng(0), mine.run()
x, y = rng.normal(size=(30, 8)), rng.integers(0, 5, 30)
parameters = [rng.normal(size=shape) for shape in ((8, 16), 16, (16, 5), 5)]

tape.clear()
values = [Value(p) for p in parameters]
loss = two_layers(Value(x), y, *values, lam=0.1)
loss.backward()
expected, *gradients = yours.two_layer_loss(x, y, *parameters, 0.1)
names = ["loss", "dw1", "db1", "dw2", "db2"]
compare(names, [loss.data, *(v.grad for v in values)], [expected, *gradients])
whose(yours)

# %% [markdown]
# Batch normalisation cost you eight staged gradients in lesson 06, and then a short formula. Its forward pass is six operations; the rest follows.


# %%
def batch_norm(x, gamma, beta, eps=1e-5):
    share = Value(1 / len(x.data))
    centred = add(x, times(Value(-1.0), times(total(x, axis=0), share)))
    variance = times(total(times(centred, centred), axis=0), share)
    return add(times(gamma, times(centred, power(add(variance, Value(eps)), -0.5))), beta)


yours = mine.run()
gamma, beta, dout = rng.normal(size=8), rng.normal(size=8), rng.normal(size=(30, 8))
tape.clear()
values = [Value(x), Value(gamma), Value(beta)]
total(times(batch_norm(*values), Value(dout))).backward()  # the gradient that comes from above is dout
_, cache, _, _ = yours.batchnorm_forward(x, gamma, beta, np.zeros(8), np.ones(8))
compare(["dx", "dgamma", "dbeta"], [v.grad for v in values], yours.batchnorm_backward(dout, cache))
whose(yours)

# %% [markdown]
# **What this does not do for you.** It keeps every array until the way back is done: so does a framework, and that is what fills a graphics card's memory. `grad` is *added to*: call `backward()` twice without a new tape and gradients pile up, which is why PyTorch's
# `zero_grad()` exists. And it differentiates what you wrote, not what you meant: a forward pass with a bug gets the exact gradient of that bug. The gradient checks of lesson 01 compare with the same forward pass; neither knows what you wanted.
#
# ## 3 · Over the bridge
#
# The rest is yours in PyTorch. A network for digits, 64-32-10, with the first weights that *your* `scaled_weights` draws; its scores come from *your* `mlp_forward`.

# %%
try:
    import torch
    from torch import nn
except ModuleNotFoundError:
    torch = None
    print("PyTorch is not installed here: the cells below say what they would show.")
else:
    print("PyTorch", torch.__version__)

# %%
digits, rng, yours = load_digits(), np.random.default_rng(0), mine.run()
x, y = digits.x_train[:200].astype(float), digits.y_train[:200]
weights = [yours.scaled_weights(n, m, rng)["he"] for n, m in ((64, 32), (32, 10))]
biases = [np.zeros(32), np.zeros(10)]
scores = yours.mlp_forward(x, weights, biases)
print("your scores:", scores.shape)
whose(yours)

# %% [markdown]
# Into `nn.Linear` a weight goes **transposed**: it stores (out, in). And PyTorch computes in float32 unless told otherwise; `double()` tells it.


# %%
def in_pytorch(weights, biases):
    """The same network as PyTorch's own."""
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).double()
    with torch.no_grad():
        for layer, w, b in zip((model[0], model[2]), weights, biases, strict=True):
            layer.weight.copy_(torch.from_numpy(w.T))
            layer.bias.copy_(torch.from_numpy(b))
    return model


if torch:
    model = in_pytorch(weights, biases)
    theirs = model(torch.from_numpy(x)).detach().numpy()
    print(f"largest difference of a score below 1e-6: {np.abs(scores - theirs).max() < 1e-6}")
else:
    print("With PyTorch: the 200 × 10 scores of both networks are equal to 1e-6.")

# %% [markdown]
# ## 4 · Ten steps of Adam, side by side
#
# First yours: `mlp_loss` for the gradients, `adam` for the step, with its memory for each array. Then PyTorch's loop, which you will write for the rest of your life: scores, loss, `zero_grad`, `backward`, `step`.


# %%
def your_steps(weights, biases, yours, steps=10):
    parameters = [*weights, *biases]
    memory = [(np.zeros_like(p), np.zeros_like(p), 0) for p in parameters]
    losses = []
    for _ in range(steps):
        loss, dweights, dbiases = yours.mlp_loss(x, y, parameters[:2], parameters[2:], 0.0)
        moved = [
            yours.adam(p, dp, *m, lr=0.01) for p, dp, m in zip(parameters, [*dweights, *dbiases], memory, strict=True)
        ]
        parameters, memory = [p for p, *_ in moved], [m for _, *m in moved]
        losses.append(loss)
    return losses, parameters


def their_steps(model, steps=10):
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=0.01), []
    for _ in range(steps):
        loss = nn.functional.cross_entropy(model(torch.from_numpy(x)), torch.from_numpy(y).long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, [model[0].weight.T, model[2].weight.T, model[0].bias, model[2].bias]


# %%
yours = mine.run()
your_losses, parameters = your_steps(weights, biases, yours)
print("your losses:  ", *(f"{loss:.3f}" for loss in your_losses))
if torch:
    their_losses, theirs = their_steps(in_pytorch(weights, biases))
    apart = max(np.abs(p - t.detach().numpy()).max() for p, t in zip(parameters, theirs, strict=True))
    print("their losses: ", *(f"{loss:.3f}" for loss in their_losses))
    print(f"largest difference of a parameter after ten steps below 1e-6: {apart < 1e-6}")
else:
    print("With PyTorch: the same ten losses, and after ten steps all parameters equal to 1e-6.")
whose(yours)

# %% [markdown]
# ## 5 · What became of your lines
#
# How much code of yours is in such a network, with batch norm added, and what does PyTorch put in its place? Docstrings and comments are not counted.


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

# %% [markdown]
# Some sixty lines become five names; the derivations behind them, one call of `loss.backward()`. Nothing in them was wasted: you know why a weight is transposed there, why `zero_grad` exists, what `model.eval()` switches, what Adam remembers and what it costs.
#
# <details><summary><strong>What it showed where PyTorch is installed</strong> (open it if it is not)</summary>
#
# With PyTorch 2.13.0, on a processor and with the library's functions:
#
# ```text
# largest difference of a score below 1e-6: True
# your losses:   2.397 2.205 2.062 1.934 1.812 1.696 1.586 1.476 1.368 1.262
# their losses:  2.397 2.205 2.062 1.934 1.812 1.696 1.586 1.476 1.368 1.262
# largest difference of a parameter after ten steps below 1e-6: True
# ```
#
# In figures: scores apart by 8 · 10⁻¹⁶, parameters after ten steps by 1 · 10⁻¹⁶. Both compute in float64; in PyTorch's usual float32 it would be some 10⁻⁷.
#
# </details>
#
# **And now?** The start page says where convolution, attention and the rest are taught. Take your own functions along: the button *Write my library* there puts them into one file.
