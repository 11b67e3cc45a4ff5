"""Exercises on rectifiers: ReLU, its gradient, and leaky ReLU."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations

from . import references


def _inputs(rng: Generator) -> Iterator[Case]:
    for shape in ((6,), (3, 4), (2, 3, 2)):
        yield case(f"x of shape {shape}", rng.normal(size=shape))


def _one_sign(rng: Generator) -> Iterator[Case]:
    yield case("all below 0", -rng.uniform(0.5, 2, 4))
    yield case("all above 0, and a 0", np.append(rng.uniform(0.5, 2, 4), 0.0))


def _in_place_forward(x: FloatArray) -> Any:
    x[x < 0] = 0
    return x, x


relu_forward = Exercise(
    activations.relu_forward,
    points=6,
    minutes=5,
    difficulty=1,
    checks=(
        Values("Inputs of either sign", 3, _inputs),
        Values("All of one sign, and 0", 2, _one_sign),
    ),
    mistakes=(
        Mistake(
            "cache is out",
            lambda x: (np.maximum(0, x), np.maximum(0, x)),
            "the output is right; as cache keep the input, `x`.",
        ),
        Mistake(
            "x changed in place",
            _in_place_forward,
            "`x[x < 0] = 0` overwrites the caller's array, and the cache with it. `np.maximum` makes a new one.",
        ),
        Mistake(
            "the mask alone",
            lambda x: ((x > 0).astype(float), x),
            "this is the *slope*, 0 or 1. The output is x itself where x is above 0.",
        ),
        Mistake(
            "minimum",
            lambda x: (np.minimum(0, x), x),
            "this keeps the negative inputs and drops the positive ones: maximum, not minimum.",
        ),
        Mistake(
            "absolute value",
            lambda x: (np.abs(x), x),
            "negative inputs come out positive: ReLU sets them to 0.",
        ),
        Mistake(
            "cache left out",
            lambda x: np.maximum(0, x),
            "the output alone is returned: return two things, `out, cache`.",
        ),
    ),
)


def _away_from_zero(rng: Generator, shape: tuple[int, ...]) -> FloatArray:
    return np.asarray(rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape))


def _gradients(rng: Generator) -> Iterator[Case]:
    for shape in ((8,), (4, 5)):
        yield case(f"x of shape {shape}", rng.normal(size=shape), _away_from_zero(rng, shape))


def _at_zero(rng: Generator) -> Iterator[Case]:
    yield case("x of 0", rng.uniform(1, 2, 4), np.array([0.0, -1.0, 0.0, 1.0]))
    yield case("x of −0 and of tiny size", rng.uniform(1, 2, 3), np.array([-0.0, 1e-300, -1e-300]))


def _is_gradient_of_relu(call: Callable[..., Any], rng: Generator) -> None:
    dout, x = rng.normal(size=8), _away_from_zero(rng, (8,))
    x[:2] = 0.5, -0.5
    require_gradient("dx", call(dout, x), lambda x: float(np.sum(dout * np.maximum(0, x))), x)


def _dout_changed(dout: FloatArray, cache: FloatArray) -> FloatArray:
    dout[cache <= 0] = 0
    return dout


relu_backward = Exercise(
    activations.relu_backward,
    points=8,
    minutes=10,
    difficulty=2,
    checks=(
        Values("The gradient with a random upstream", 3, _gradients),
        Values("At the kink the slope is 0", 2, _at_zero),
        Property("Gradient against the numerical gradient", 2, _is_gradient_of_relu),
    ),
    mistakes=(
        Mistake(
            "slope 1 at 0",
            lambda dout, cache: dout * (cache >= 0),
            "at x = 0 exactly you let the gradient through. We agreed on slope 0 there: `x > 0`.",
        ),
        Mistake(
            "mask from dout",
            lambda dout, cache: dout * (dout > 0),
            "the mask looks at the sign of `dout`. It is the *input* that decides whether the unit was on.",
        ),
        Mistake(
            "dout changed",
            _dout_changed,
            "the gradient is right, but `dout[…] = 0` changes the caller's array. Multiply by a mask instead.",
        ),
        Mistake(
            "upstream left out",
            lambda dout, cache: (cache > 0).astype(float),
            "this is the local slope alone: multiply it by `dout`.",
        ),
        Mistake(
            "ReLU of x for its slope",
            lambda dout, cache: dout * np.maximum(0, cache),
            "you multiply by the *output*. The slope where the unit is on is 1, however large x is.",
        ),
        Mistake(
            "ReLU of dout",
            lambda dout, cache: np.maximum(0, dout) * (cache > 0),
            "negative gradients are lost. A gradient of either sign goes through a unit that is on.",
        ),
        Mistake(
            "no mask",
            lambda dout, cache: dout.copy(),
            "the gradient goes through everywhere. Where x is not above 0 the output does not move: 0.",
        ),
    ),
)


def _leaks(rng: Generator) -> Iterator[Case]:
    for shape in ((6,), (3, 4)):
        x = _away_from_zero(rng, shape)
        x.flat[:2] = -1.5, 1.5
        yield case(f"x of shape {shape}, α = 0.01", x, rng.normal(size=shape))


def _other_slopes(rng: Generator) -> Iterator[Case]:
    for alpha in (0.2, 0.0):
        x = np.append(_away_from_zero(rng, (5,)), -1.0)
        yield case(f"α = {alpha}", x, rng.uniform(0.5, 1.5, 6), alpha=alpha)


def _leak_at_zero(rng: Generator) -> Iterator[Case]:
    yield case("x of 0, α = 0.3", np.array([0.0, 1.0, -1.0]), rng.uniform(1, 2, 3), alpha=0.3)


def _leaky(out: Callable[..., Any], slope: Callable[..., Any]) -> Callable[..., Any]:
    """Leaky ReLU from its output ``out(x, alpha)`` and its slope ``slope(x, dout, alpha)``."""
    return lambda x, dout, alpha=0.01: (out(x, alpha), slope(x, dout, alpha) * dout)


def _right_out(x: FloatArray, alpha: float) -> Any:
    return np.where(x > 0, x, alpha * x)


def _right_slope(x: FloatArray, dout: FloatArray, alpha: float) -> Any:
    return np.where(x > 0, 1.0, alpha)


leaky_relu = Exercise(
    references.leaky_relu,
    points=10,
    minutes=12,
    difficulty=2,
    checks=(
        Values("Output and gradient", 3, _leaks),
        Values("Other slopes", 2, _other_slopes),
        Values("At the kink the slope is α", 1, _leak_at_zero),
    ),
    mistakes=(
        Mistake(
            "gradient of plain ReLU",
            _leaky(_right_out, lambda x, dout, alpha: x > 0),
            "the output leaks, the gradient does not: below 0 it is α · dout, and that is the whole point.",
        ),
        Mistake(
            "slope 1 at 0",
            _leaky(_right_out, lambda x, dout, alpha: np.where(x >= 0, 1.0, alpha)),
            "at x = 0 exactly the slope should be α: `x > 0`.",
        ),
        Mistake(
            "alpha ignored",
            lambda x, dout, alpha=0.01: _leaky(_right_out, _right_slope)(x, dout, 0.01),
            "the slope is always 0.01: use the argument `alpha`.",
        ),
        Mistake(
            "leak turned upwards",
            _leaky(lambda x, alpha: np.where(x > 0, x, -alpha * x), lambda x, d, alpha: np.where(x > 0, 1.0, -alpha)),
            "below 0 the output is positive: α · x is negative there, without a further minus.",
        ),
        Mistake(
            "sides exchanged",
            _leaky(lambda x, alpha: np.where(x > 0, alpha * x, x), lambda x, d, alpha: np.where(x > 0, alpha, 1.0)),
            "the sides are exchanged: slope 1 above 0, α below.",
        ),
        Mistake(
            "constant below 0",
            _leaky(lambda x, alpha: np.where(x > 0, x, alpha), _right_slope),
            "below 0 the output is the constant α. It is α · x.",
        ),
        Mistake(
            "mask from dout",
            _leaky(_right_out, lambda x, dout, alpha: np.where(dout > 0, 1.0, alpha)),
            "the slope is chosen by the sign of `dout`. It is the *input* x that decides.",
        ),
        Mistake(
            "upstream left out",
            lambda x, dout, alpha=0.01: (_right_out(x, alpha), _right_slope(x, dout, alpha)),
            "the second result is the slope alone: multiply it by `dout`.",
        ),
    ),
)
