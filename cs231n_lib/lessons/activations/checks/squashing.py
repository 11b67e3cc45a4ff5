"""Exercises on the functions that squash: sigmoid, its gradient, and tanh made of it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations

from . import references


def _sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 + 0.5 * np.tanh(x / 2))


def _with_cache(f: Callable[[FloatArray], FloatArray]) -> Callable[[FloatArray], Any]:
    """A forward pass whose output, ``f(x)``, is its cache too."""

    def implementation(x: FloatArray) -> Any:
        out = f(x)
        return out, out

    return implementation


def _inputs(rng: Generator) -> Iterator[Case]:
    for shape in ((5,), (3, 4), (2, 3, 2)):
        yield case(f"x of shape {shape}", rng.normal(scale=2, size=shape))


def _extremes(rng: Generator) -> Iterator[Case]:
    yield case("±1000, and 0", np.array([-1000.0, -500.0, 0.0, 500.0, 1000.0]) * rng.uniform(0.9, 1.1))


class _Strict(np.ndarray[Any, Any]):
    """An array with which a computation that overflows raises an error, whoever does it."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = [np.asarray(i) if isinstance(i, _Strict) else i for i in inputs]
        if "out" in kwargs:
            kwargs["out"] = tuple(np.asarray(o) for o in kwargs["out"])
        with np.errstate(over="raise"):
            result = getattr(ufunc, method)(*plain, **kwargs)
        return result.view(_Strict) if isinstance(result, np.ndarray) else result


def _nothing_overflows(call: Callable[..., Any], rng: Generator) -> None:
    x = np.array([-1000.0, -1.0, 1000.0]) * rng.uniform(0.9, 1.1)
    try:
        call(x.view(_Strict))
    except FloatingPointError:
        raise Wrong("some exponential on the way overflows for x around ±1000") from None


sigmoid_forward = Exercise(
    activations.sigmoid_forward,
    points=10,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Ordinary inputs", 3, _inputs),
        Values("The result at ±1000", 2, _extremes),
        Property("Nothing overflows on the way", 2, _nothing_overflows),
    ),
    mistakes=(
        Mistake(
            "exp overflows for very negative x",
            _with_cache(lambda x: 1 / (1 + np.exp(-x))),
            "the formula as it stands computes e^1000 for x = −1000: infinity, and a warning. No exponent may be "
            "positive: use `np.exp(-np.abs(x))`.",
        ),
        Mistake(
            "infinity over infinity",
            _with_cache(lambda x: np.exp(x) / (1 + np.exp(x))),
            "for large x this is infinity divided by infinity: NaN. Let no exponent be positive: `np.exp(-np.abs(x))`.",
        ),
        Mistake(
            "mirrored",
            _with_cache(lambda x: _sigmoid(-x)),
            "this falls where the sigmoid rises: it is σ(−x), which is 1 − σ(x). What is the numerator for negative x?",
        ),
        Mistake(
            "cache is x",
            lambda x: (_sigmoid(x), x),
            "the output is right; but keep `out` as cache, not `x`: the gradient can be had from `out` alone.",
        ),
        Mistake(
            "cache left out",
            _sigmoid,
            "the output alone is returned: return two things, `out, cache`.",
        ),
        Mistake(
            "tanh",
            _with_cache(np.tanh),
            "this is tanh, between −1 and 1. The sigmoid lies between 0 and 1, and is ½ at 0.",
        ),
        Mistake(
            "same formula for both signs",
            _with_cache(lambda x: 1 / (1 + np.exp(-np.abs(x)))),
            "for negative x this gives σ(|x|), always above ½. For these the numerator is e^x, not 1.",
        ),
    ),
)


def _outputs(rng: Generator) -> Iterator[Case]:
    for shape in ((5,), (3, 4)):
        yield case(f"shape {shape}", rng.normal(size=shape), rng.uniform(0.02, 0.98, shape))


def _saturated(rng: Generator) -> Iterator[Case]:
    yield case("outputs of exactly 0, ½ and 1", rng.uniform(1, 2, 3), np.array([0.0, 0.5, 1.0]))


def _is_gradient_of_sigmoid(call: Callable[..., Any], rng: Generator) -> None:
    x, dout = rng.normal(size=6), rng.normal(size=6)
    require_gradient("dx", call(dout, _sigmoid(x)), lambda x: float(np.sum(dout * _sigmoid(x))), x)


def _in_place(dout: FloatArray, cache: FloatArray) -> FloatArray:
    dout *= cache * (1 - cache)
    return dout


sigmoid_backward = Exercise(
    activations.sigmoid_backward,
    points=8,
    minutes=10,
    difficulty=2,
    checks=(
        Values("The gradient with a random upstream", 3, _outputs),
        Values("Where the unit is saturated", 1, _saturated),
        Property("Gradient against the numerical gradient", 2, _is_gradient_of_sigmoid),
    ),
    mistakes=(
        Mistake(
            "upstream left out",
            lambda dout, cache: cache * (1 - cache),
            "this is the local slope alone: the chain rule multiplies it by what comes from above, `dout`.",
        ),
        Mistake(
            "sigmoid taken twice",
            lambda dout, cache: dout * _sigmoid(cache) * (1 - _sigmoid(cache)),
            "the cache holds the *output*, σ(x) itself: do not send it through a sigmoid again.",
        ),
        Mistake(
            "tanh's slope",
            lambda dout, cache: dout * (1 - cache**2),
            "1 − out² is the slope of tanh. The sigmoid's is out · (1 − out).",
        ),
        Mistake(
            "one factor missing",
            lambda dout, cache: dout * (1 - cache),
            "a factor is missing: the slope is out · (1 − out), at most ¼. Yours reaches 1.",
        ),
        Mistake(
            "sign flipped",
            lambda dout, cache: dout * cache * (cache - 1),
            "the sigmoid rises everywhere, so its slope is positive: 1 − out, not out − 1.",
        ),
        Mistake(
            "dout changed",
            _in_place,
            "the gradient is right, but `dout *= …` changes the caller's array. Make a new one.",
        ),
    ),
)


def _real_sigmoid(rng: Generator) -> Iterator[Case]:
    for shape in ((5,), (2, 3)):
        yield case(f"x of shape {shape}", rng.normal(size=shape), _sigmoid)


def _arctan(z: FloatArray) -> FloatArray:
    return np.asarray(0.5 + np.arctan(z) / np.pi)


def _algebraic(z: FloatArray) -> FloatArray:
    return np.asarray(0.5 + 0.5 * z / (1 + np.abs(z)))


def _other_squashers(rng: Generator) -> Iterator[Case]:
    yield case("½ + arctan(z)/π in the sigmoid's place", rng.normal(size=5), _arctan)
    yield case("another curve from 0 to 1 in its place", rng.normal(size=(2, 3)), _algebraic)


tanh_from_sigmoid = Exercise(
    references.tanh_from_sigmoid,
    points=6,
    minutes=10,
    difficulty=1,
    checks=(
        Values("The result is tanh", 3, _real_sigmoid),
        Values("It is made of the sigmoid that was given", 2, _other_squashers),
    ),
    mistakes=(
        Mistake(
            "sigmoid not used",
            lambda x, sigmoid: np.tanh(x),
            "right as a number, but not made of the `sigmoid` that was given: with another curve in its place, the "
            "result must change. Call `sigmoid`.",
        ),
        Mistake(
            "not narrowed",
            lambda x, sigmoid: 2 * sigmoid(x) - 1,
            "the height is right, the width is not: tanh rises twice as fast, so the sigmoid is taken at 2x.",
        ),
        Mistake(
            "widened",
            lambda x, sigmoid: 2 * sigmoid(x / 2) - 1,
            "x / 2 makes the curve wider. tanh is *narrower* than the sigmoid: 2x.",
        ),
        Mistake(
            "not moved",
            lambda x, sigmoid: 2 * sigmoid(2 * x),
            "the values lie between 0 and 2. Move them down by 1 to centre them.",
        ),
        Mistake(
            "not stretched",
            lambda x, sigmoid: sigmoid(2 * x) - 0.5,
            "centred, but only half as high: from −½ to ½. Stretch it to −1 … 1.",
        ),
        Mistake(
            "moved by one, not stretched",
            lambda x, sigmoid: sigmoid(2 * x) - 1,
            "the values lie between −1 and 0: stretch to twice the height *before* you move down by 1.",
        ),
    ),
)
