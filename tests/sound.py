"""Sound arguments for every public pure function, found by the names of its parameters."""

import inspect
import pkgutil
from importlib import import_module

import numpy as np
from frozen import frozen, frozen_normal

from cs231n_lib import functions
from cs231n_lib.datasets import files, folds, synthetic
from cs231n_lib.functions.gradient_check import GradientReport

N, D = 6, 4
MODULES = {
    name: import_module(f"{functions.__name__}.{name}") for _, name, _ in pkgutil.iter_modules(functions.__path__)
}
MODULES |= {"files": files, "folds": folds, "synthetic": synthetic}

SCALARS = dict.fromkeys(("decay", "drop_prob", "l1_ratio", "mu", "share", "beta1", "beta2", "momentum", "factor"), 0.9)
SCALARS |= dict.fromkeys(("eps", "h", "tolerance", "limit", "lr", "margin", "strength", "threshold", "std", "k"), 0.1)
SCALARS |= {"alpha": 0.9, "start": 0.2, "end": 0.4, "noise": 0.1, "epochs": 2.0, "every": 2.0}
COUNTS = dict.fromkeys(
    ("memory", "pieces", "steps", "t", "patience", "held_out", "folds", "batch_size", "directions"), 2
)
COUNTS |= {"classes": 5, "n": 6, "fan_in": 3, "fan_out": 2}


def _arrays(dtype):
    x, w, b = (frozen_normal(*shape, dtype=dtype) for shape in ((N, D), (D, D), (D,)))
    above = frozen(np.abs(b) + 1, dtype)
    return {
        **dict.fromkeys(("x", "z", "dout", "scores", "a", "b", "y_float", "out", "analytic"), x),
        **dict.fromkeys(("w", "dw", "v", "m", "components", "hessian", "average", "update"), w),
        **dict.fromkeys(("gamma", "beta", "mean", "low", "running_mean"), b),
        **dict.fromkeys(("high", "scale", "variances", "running_var"), above),
        "vector": b,
        "squares": frozen(w**2, dtype),
        "edges": frozen([0, 1, 3], dtype),
        "targets": frozen_normal(N, seed=2, dtype=dtype),
        "others": frozen_normal(N, D, seed=1, dtype=dtype),
    }


def _special(name, dtype):
    """What differs in a module or in one function, named with its module, from what the parameters' names tell."""
    arrays = _arrays(dtype)
    labels, binary = frozen([0, 1, 2, 3, 2, 1], int), frozen([0, 1, 1, 0, 1, 1], int)
    vector, targets = arrays["vector"], arrays["targets"]
    lines = {"w": vector, "dw": vector, "direction": frozen(-vector, dtype), "gradient": lambda w: 2 * w}
    by_module = {
        "files": {"y": labels},
        "metrics": {"y": labels, "y_pred": binary},
        "layers": {"b": vector},
        "losses": {"y": labels},
        "optimizers": {"gradient": lambda w: 2 * w, "cache": arrays["squares"]},
        "second_order": lines | {"f": lambda w: float(np.sum(w**2)), "s": [vector], "y": [frozen(2 * vector, dtype)]},
        "gradients": {"f": lambda x: np.sum(x**2)},
        "gradient_check": {"f": lambda x: np.sum(x**2), "analytic": frozen(2 * arrays["x"], dtype)},
        "schedules": {"accuracies": [0.5, 0.6, 0.6, 0.6], "at": [1.0, 2.0], "after": lambda epoch: 0.3},
    }
    by_function = {
        "ensembles.average_predictions": {"scores": [arrays["x"], arrays["others"]]},
        "gradients.numerical_vjp": {"f": lambda x: x**2},
        "losses.bin_targets": {"y": targets},
        "losses.binary_cross_entropy": {"scores": targets, "y": binary},
        "losses.l1_loss": {"y": arrays["others"]},
        "losses.l2_loss": {"y": arrays["others"]},
        "losses.least_squares_loss": {"w": vector, "y": targets},
        "optimizers.adam": {"v": arrays["squares"]},
    }
    return by_module.get(name.partition(".")[0], {}) | by_function.get(name, {})


def public():
    """``{"module.function": function}``: all that is public; a new function is here by being so."""
    found = {}
    for module_name, module in MODULES.items():
        for name, value in vars(module).items():
            own = inspect.isfunction(value) and value.__module__ == module.__name__
            if own and hasattr(value, "__wrapped__") and not name.startswith("_"):
                found[f"{module_name}.{name}"] = value
    return found


def arguments(name, function, dtype=float):
    """Fresh sound arguments; a backward pass gets what its forward pass gave."""
    options = {"rng": np.random.default_rng(0), "dtype": dtype, "batched": False}
    known = SCALARS | COUNTS | _arrays(dtype) | options | _special(name, dtype)
    if name.endswith("_backward"):
        forward = name.replace("backward", "forward")
        module, _, short = forward.partition(".")
        result = getattr(MODULES[module], short)(**arguments(forward, getattr(MODULES[module], short), dtype))
        known |= {"dout": frozen(result[0], dtype), "cache": result[1]}
    given = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in known:
            given[parameter.name] = known[parameter.name]
        elif parameter.default is parameter.empty:
            raise KeyError(f"{name} has the parameter {parameter.name}: say in tests/sound.py what is sound for it")
    return given


def parts(result):
    """The arrays and numbers that a result is made of: of a schedule, its value; of an iterator, what it yields."""
    if inspect.isfunction(result):
        result = result(1.5)
    if inspect.isgenerator(result):
        result = tuple(result)
    if isinstance(result, tuple):
        return [part for item in result for part in parts(item)]
    if isinstance(result, GradientReport):
        return [result.passed, result.checked, result.failed]  # which entry is worst, rounding decides
    return [result]
