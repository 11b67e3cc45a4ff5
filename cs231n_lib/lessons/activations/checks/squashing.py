"""Exercises on the functions that squash: sigmoid, its gradient, and tanh made of it."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations

from . import references


def _sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 + 0.5 * np.tanh(x / 2))


def _inputs(rng: Generator) -> Cases:
    for shape in ((5,), (3, 4), (2, 3, 2)):
        yield case(f"x of shape {shape}", rng.normal(scale=2, size=shape))


def _extremes(rng: Generator) -> Cases:
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


def _nothing_overflows(call: Function, rng: Generator) -> None:
    x = np.array([-1000.0, -1.0, 1000.0]) * rng.uniform(0.9, 1.1)
    try:
        call(x.view(_Strict))
    except FloatingPointError:
        raise Violation("some exponential on the way overflows for x around ±1000") from None


sigmoid_forward = Exercise(
    activations.sigmoid_forward,
    points=10,
    minutes=15,
    difficulty=2,
    importance="core",
    checks=(
        Values("Ordinary inputs", 3, _inputs),
        Values("The result at ±1000", 2, _extremes),
        Property("Nothing overflows on the way", 2, _nothing_overflows),
    ),
    slips="""
        exp overflows for very negative x
            out = np.where(x >= 0, 1, decay) / (1 + decay) → out = 1 / (1 + decay)
            np.exp(-np.abs(x)) → np.exp(-x)
            the formula as it is computes e^1000 for x = −1000: infinity, and a warning, even where `np.where` then
            takes the other branch. No exponent may be positive: use `np.exp(-np.abs(x))`.
        infinity over infinity
            np.exp(-np.abs(x)) → np.exp(x)
            np.where(x >= 0, 1, decay) → decay
            for large x this is infinity divided by infinity: NaN. Let no exponent be positive: `np.exp(-np.abs(x))`.
        mirrored
            x >= 0 → x < 0
            this falls where the sigmoid rises: it is σ(−x), which is 1 − σ(x). What is the numerator for negative x?
        cache is x
            return out, out → return out, x
            the output is right; but keep `out` as cache, not `x`: the gradient can be had from `out` alone.
        cache left out
            return out, out → return out
            the output alone is returned: return two things, `out, cache`.
        tanh
            out = np.where(x >= 0, 1, decay) / (1 + decay) → out = np.tanh(x)
            this is tanh, between −1 and 1. The sigmoid lies between 0 and 1, and is ½ at 0.
        same formula for both signs
            np.where(x >= 0, 1, decay) → 1
            for negative x this gives σ(|x|), always above ½. For these the numerator is e^x, not 1.
        minus forgotten
            out = np.where(x >= 0, 1, decay) / (1 + decay) → out = 1 / (1 + np.exp(x))
            the exponent lacks its minus: σ(x) is 1 / (1 + e^(−x)). Without it the curve falls, and it overflows for
            large x.
    """,
)


def _outputs(rng: Generator) -> Cases:
    for shape in ((5,), (3, 4)):
        yield case(f"shape {shape}", rng.normal(size=shape), rng.uniform(0.02, 0.98, shape))


def _saturated(rng: Generator) -> Cases:
    yield case("outputs of exactly 0, ½ and 1", rng.uniform(1, 2, 3), np.array([0.0, 0.5, 1.0]))


def _is_gradient_of_sigmoid(call: Function, rng: Generator) -> None:
    x, dout = rng.normal(size=6), rng.normal(size=6)
    require_gradient("dx", call(dout, _sigmoid(x)), lambda x: float(np.sum(dout * _sigmoid(x))), x)


sigmoid_backward = Exercise(
    activations.sigmoid_backward,
    points=8,
    minutes=10,
    difficulty=2,
    importance="core",
    checks=(
        Values("The gradient with a random upstream", 3, _outputs),
        Values("Where the unit is saturated", 1, _saturated),
        Property("Gradient against the numerical gradient", 2, _is_gradient_of_sigmoid),
    ),
    slips="""
        upstream left out
            dout * out → out
            this is the local slope alone: the chain rule multiplies it by what comes from above, `dout`.
        sigmoid taken twice
            out = cache → out = 1 / (1 + np.exp(-cache))
            the cache holds the *output*, σ(x) itself: do not send it through a sigmoid again.
        half sigmoid, half tanh
            out * (1 - out) → out * (1 - out**2)
            there is a square too many: 1 − out² belongs to tanh. The sigmoid's slope is out · (1 − out).
        tanh's slope
            out * (1 - out) → (1 - out**2)
            1 − out² is the slope of tanh. The sigmoid's is out · (1 − out).
        one factor missing
            out * (1 - out) → (1 - out)
            a factor is missing: the slope is out · (1 − out), at most ¼. Yours reaches 1.
        the other factor missing
            dout * out * (1 - out) → dout * out
            a factor is missing: the slope is out · (1 − out), and 0 where the unit is saturated. Yours is 1 there.
        sign flipped
            (1 - out) → (out - 1)
            the sigmoid rises everywhere, so its slope is positive: 1 − out, not out − 1.
        slope added to the upstream
            dout * out * (1 - out) → dout + out * (1 - out)
            the slope is added to `dout`. The chain rule *multiplies* the two.
        bracket left out
            dout * out * (1 - out) → dout * out * 1 - out
            the bracket is missing: `… * 1 - out` takes `out` away at the end. Write `(1 - out)`.
        dout changed
            return dout * out * (1 - out) → dout *= out * (1 - out) ⏎ return dout
            the gradient is right, but `dout *= …` changes the caller's array. Make a new one.
    """,
)


def _real_sigmoid(rng: Generator) -> Cases:
    for shape in ((5,), (2, 3)):
        yield case(f"x of shape {shape}", rng.normal(size=shape), _sigmoid)


def _arctan(z: FloatArray) -> FloatArray:
    return np.asarray(0.5 + np.arctan(z) / np.pi)


def _algebraic(z: FloatArray) -> FloatArray:
    return np.asarray(0.5 + 0.5 * z / (1 + np.abs(z)))


def _other_squashers(rng: Generator) -> Cases:
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
    slips="""
        sigmoid not used
            2 * sigmoid(2 * x) - 1 → np.tanh(x)
            right as a number, but not made of the `sigmoid` that was given: with another curve in its place, the
            result must change. Call `sigmoid`.
        not narrowed
            sigmoid(2 * x) → sigmoid(x)
            the height is right, the width is not: tanh rises twice as fast, so the sigmoid is taken at 2x.
        widened
            sigmoid(2 * x) → sigmoid(x / 2)
            x / 2 makes the curve wider. tanh is *narrower* than the sigmoid: 2x.
        not moved
            2 * sigmoid(2 * x) - 1 → 2 * sigmoid(2 * x)
            the values lie between 0 and 2. Move them down by 1 to centre them.
        not stretched
            2 * sigmoid(2 * x) - 1 → sigmoid(2 * x) - 0.5
            centred, but only half as high: from −½ to ½. Stretch it to −1 … 1.
        moved by one, not stretched
            2 * sigmoid(2 * x) - 1 → sigmoid(2 * x) - 1
            the values lie between −1 and 0: stretch to twice the height *before* you move down by 1.
        moved before it is stretched
            2 * sigmoid(2 * x) - 1 → 2 * (sigmoid(2 * x) - 1)
            the values lie between −2 and 0: the 1 is subtracted *after* the stretching.
        upside down
            2 * sigmoid(2 * x) - 1 → 1 - 2 * sigmoid(2 * x)
            the curve falls: it is −tanh(x). Subtract the 1 from the sigmoid, not the other way round.
    """,
)
