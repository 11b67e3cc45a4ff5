"""float32 in, float32 out: every public function on arrays, with rates and probabilities that are NumPy's float64."""

import inspect

import numpy as np
import pytest
from frozen import frozen, frozen_normal

from cs231n_lib.functions import (
    activations,
    gradients,
    layers,
    losses,
    optimizers,
    preprocessing,
    regularizers,
    second_order,
)


def normal(*shape, seed=0):
    return frozen_normal(*shape, seed=seed, dtype=np.float32)


def integers(*values):
    return frozen(values, int)


N, D = 6, 4
X, W, B = normal(N, D), normal(D, D), normal(D)
SCALARS = dict.fromkeys(("decay", "drop_prob", "l1_ratio", "mu", "share", "alpha", "beta1", "beta2", "momentum"), 0.9)
SCALARS |= dict.fromkeys(("eps", "h", "tolerance", "limit", "lr", "margin", "strength", "threshold"), 0.1)
ARGUMENTS = {
    **{name: np.float64(value) for name, value in SCALARS.items()},
    **dict.fromkeys(("memory", "pieces", "steps", "t"), np.int64(2)),
    **dict.fromkeys(("x", "z", "dout", "scores", "a", "b"), X),
    **dict.fromkeys(("w", "dw", "v", "m", "components", "hessian"), W),
    **dict.fromkeys(("gamma", "beta", "mean", "low", "running_mean"), B),
    **dict.fromkeys(("cache",), frozen(W**2, np.float32)),
    **dict.fromkeys(("high", "scale", "variances", "running_var"), frozen(np.abs(B) + 1, np.float32)),
    "edges": frozen([0, 1, 3], np.float32),
    "rng": np.random.default_rng(0),
}
IN_A_MODULE = {
    second_order: {"w": B, "dw": B, "direction": -B, "s": [B], "y": [2 * B]},
    second_order.line_search: {"f": lambda w: w @ w, "gradient": lambda w: 2 * w},
    second_order.lbfgs: {"f": lambda w: w @ w, "gradient": lambda w: 2 * w},
    gradients: {"f": lambda x: np.sum(x**2)},
    gradients.numerical_vjp: {"f": lambda x: x**2},
    optimizers: {"gradient": lambda w: 2 * w},
    optimizers.adam: {"v": frozen(W**2, np.float32)},
    layers: {"b": B},
    losses: {"y": integers(0, 1, 2, 3, 2, 1)},
    losses.least_squares_loss: {"w": B, "y": normal(N)},
    losses.binary_cross_entropy: {"scores": normal(N), "y": integers(0, 1, 1, 0, 1, 1)},
    losses.bin_targets: {"y": normal(N)},
    losses.l1_loss: {"y": normal(N, D, seed=1)},
    losses.l2_loss: {"y": normal(N, D, seed=1)},
}
"""What differs from `ARGUMENTS` in a module or in one function."""

MODULES = (activations, gradients, layers, losses, optimizers, preprocessing, regularizers, second_order)
FUNCTIONS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": (module, function)
    for module in MODULES
    for name, function in vars(module).items()
    if hasattr(function, "__wrapped__") and function.__module__.startswith("cs231n_lib")
}


def call(module, function):
    """``function`` on float32 arrays; a backward pass on what its forward pass gave."""
    arguments = ARGUMENTS | IN_A_MODULE.get(module, {}) | IN_A_MODULE.get(function, {})
    if function.__name__.endswith("_backward"):
        out, cache = call(module, getattr(module, function.__name__.replace("backward", "forward")))[:2]
        arguments |= {"dout": out, "cache": cache}
    return function(**{name: arguments[name] for name in inspect.signature(function).parameters})


def parts(result):
    """The arrays and numbers in nested tuples."""
    return [part for item in result for part in parts(item)] if isinstance(result, tuple) else [result]


def test_all_functions_are_here():
    assert len(FUNCTIONS) >= 54
    assert {"activations.leaky_relu_backward", "layers.fold_batchnorm", "optimizers.adam"} <= FUNCTIONS.keys()


@pytest.mark.parametrize(("module", "function"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_float32_stays(module, function):
    for part in parts(call(module, function)):
        # A NumPy number in a result would make the caller's float32 float64, where a Python number does not.
        assert type(part) in (float, int) or part.dtype == np.float32 or part.dtype.kind in "iu"
