"""Exercises on the sigmoid, its gradient, and tanh computed with it."""

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
    x = np.repeat([-1000.0, -500.0, 0.0, 500.0, 1000.0], rng.integers(1, 3, 5, dtype=np.intp))
    for order, words in ((1, "rising"), (-1, "falling")):
        yield case(f"±1000 and 0, {words}", x[::order] * rng.uniform(0.9, 1.1))


_POLES = (np.divide, np.reciprocal, np.log, np.log2, np.log10, np.log1p)
"""Functions with a pole, where an infinite result is not an overflow."""


class _Strict(np.ndarray[Any, Any]):
    """Array that raises an error if any computation with it overflows.

    A browser's processor reports no overflow, so an infinite result of finite numbers counts, too.
    """

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = [np.asarray(i) if isinstance(i, _Strict) else i for i in inputs]
        if "out" in kwargs:
            kwargs["out"] = tuple(np.asarray(o) for o in kwargs["out"])
        with np.errstate(over="raise"):
            result = getattr(ufunc, method)(*plain, **kwargs)
        if ufunc not in _POLES and np.isinf(result).any() and all(np.isfinite(i).all() for i in plain):
            raise FloatingPointError
        return result.view(_Strict) if isinstance(result, np.ndarray) else result


def _nothing_overflows(call: Function, rng: Generator) -> None:
    x = np.array([-1000.0, -1.0, 1000.0]) * rng.uniform(0.9, 1.1)
    try:
        call(x.view(_Strict))
    except FloatingPointError:
        raise Violation("an intermediate exponential overflows for x around ±1000") from None


sigmoid_forward = Exercise(
    activations.sigmoid_forward,
    points=10,
    minutes=15,
    difficulty=2,
    covers="sign huge repeated sorted",
    importance="core",
    examples_rows=("Result at ±1000",),
    checks=(
        Values("Ordinary inputs", 4.5, _inputs),
        Values("Result at ±1000", 1.25, _extremes),
        Property("No intermediate result overflows", 1.25, _nothing_overflows),
    ),
    slips="""
        exp overflows for x far from 0
            out = np.where(x >= 0, 1, decay) / (1 + decay) → out = 1 / (1 + decay)
            np.exp(-np.abs(x)) → np.exp(-x)
            you compute an exponential, such as e^1000, that overflows for x far from 0 (this also happens inside
            `np.where`). Use only `np.exp(-np.abs(x))`, with 1 as the numerator where x ≥ 0, and this exponential as the
            numerator where x < 0.
        infinity over infinity
            np.exp(-np.abs(x)) → np.exp(x)
            np.where(x >= 0, 1, decay) → decay
            you divide infinity by infinity for large x, which gives NaN. Use only `np.exp(-np.abs(x))`, with 1 as the
            numerator where x ≥ 0, and this exponential as the numerator where x < 0.
        mirrored
            x >= 0 → x < 0
            you return σ(−x), which falls where the sigmoid rises. Use 1 as the numerator for x ≥ 0, and e^x for
            negative x.
        cache is x
            return out, out → return out, x
            your output is right, but you return `x` as the cache. Return `out` instead, because the gradient needs only
            the output.
        cache left out
            return out, out → return out
            you return only the output. Return two values, `out, cache`.
        tanh
            out = np.where(x >= 0, 1, decay) / (1 + decay) → out = np.tanh(x)
            you compute tanh, which lies between −1 and 1. Compute the sigmoid, which lies between 0 and 1 and is ½ at
            0.
        same formula for both signs
            np.where(x >= 0, 1, decay) → 1
            you compute σ(|x|) for negative x, which is always above ½. Use e^x instead of 1 as the numerator there.
        minus forgotten
            out = np.where(x >= 0, 1, decay) / (1 + decay) → out = 1 / (1 + np.exp(x))
            you compute σ(−x), as 1 / (1 + e^x) does, so your curve falls, and an exponential overflows for x far from
            0. Use only `np.exp(-np.abs(x))`, with 1 as the numerator where x ≥ 0, and this exponential as the numerator
            where x < 0.
    """,
)


def _outputs(rng: Generator) -> Cases:
    for shape in ((5,), (3, 4)):
        yield case(f"shape {shape}", rng.normal(size=shape), rng.uniform(0.02, 0.98, shape))


def _saturated(rng: Generator) -> Cases:
    outputs = np.array([0.0, 0.0001, 0.01, 0.5, 0.99, 0.9999, 1.0])
    yield case("outputs of 0, almost 0, ½, almost 1 and 1", rng.uniform(1, 2, 7), outputs)


def _is_gradient_of_sigmoid(call: Function, rng: Generator) -> None:
    x, dout = rng.normal(size=6), rng.normal(size=6)
    require_gradient("dx", call(dout, _sigmoid(x)), lambda x: float(np.sum(dout * _sigmoid(x))), x)


sigmoid_backward = Exercise(
    activations.sigmoid_backward,
    points=8,
    minutes=10,
    difficulty=2,
    covers="sign one",
    importance="core",
    checks=(
        Values("Gradient with a random upstream gradient", 4, _outputs),
        Values("Gradient of saturated units", 1, _saturated),
        Property("Gradient against the numerical gradient", 1, _is_gradient_of_sigmoid),
    ),
    slips="""
        upstream left out
            dout * out → out
            you return only the local slope. Multiply it by the upstream gradient, `dout`.
        sigmoid taken twice
            out = cache → out = 1 / (1 + np.exp(-cache))
            you apply the sigmoid to the cache, which already holds the *output*, σ(x). Use the cache as it is.
        half sigmoid, half tanh
            out * (1 - out) → out * (1 - out**2)
            you square `out` in the second factor, as in the slope of tanh. Use the slope of the sigmoid, out · (1 −
            out).
        tanh's slope
            out * (1 - out) → (1 - out**2)
            you use the slope of tanh, 1 − out². Use the slope of the sigmoid, out · (1 − out).
        one factor missing
            out * (1 - out) → (1 - out)
            you leave out the factor `out`, so your slope reaches 1. Use out · (1 − out), which is at most ¼.
        the other factor missing
            dout * out * (1 - out) → dout * out
            you leave out the factor 1 − out, so your slope is 1 where the output is 1. Use out · (1 − out), which is 0
            there.
        sign flipped
            (1 - out) → (out - 1)
            your slope is negative, as out · (out − 1) is. Use out · (1 − out), because the sigmoid rises everywhere.
        slope added to the upstream
            dout * out * (1 - out) → dout + out * (1 - out)
            you add the slope to `dout`. *Multiply* the two, as the chain rule says.
        bracket left out
            dout * out * (1 - out) → dout * out * 1 - out
            you leave out the brackets, so `… * 1 - out` subtracts `out` at the end. Write `(1 - out)`.
        dout changed
            return dout * out * (1 - out) → dout *= out * (1 - out) ⏎ return dout
            your gradient is right, but you change `dout`, the caller's array. Create a new array instead, because a
            second name (`dx = dout`), a slice or `ravel` may share the memory of `dout`.
        slope 0 at 0.01
            dout * out * (1 - out) → dout * np.where((out <= 0.01) | (out >= 0.99), 0, out * (1 - out))
            you set the slope to 0 where the output is close to 0 or 1. Use out · (1 − out) there, too, because it is
            small but not 0.
        slope 0 beyond 0.01
            dout * out * (1 - out) → dout * np.where((out < 0.01) | (out > 0.99), 0, out * (1 - out))
            you set the slope to 0 where the output is very close to 0 or 1. Use out · (1 − out) there, too, because it
            is small but not 0.
    """,
)


def _real_sigmoid(rng: Generator) -> Cases:
    for shape in ((5,), (2, 3)):
        yield case(f"x of shape {shape}", rng.normal(size=shape), _sigmoid)
    yield case(
        "x of −1000, −40, 40 and 1000, where the sigmoid is almost 0 or 1", np.array([-1e3, -40, 40, 1e3]), _sigmoid
    )


def _arctan(z: FloatArray) -> FloatArray:
    return np.asarray(0.5 + np.arctan(z) / np.pi)


def _algebraic(z: FloatArray) -> FloatArray:
    return np.asarray(0.5 + 0.5 * z / (1 + np.abs(z)))


def _other_squashers(rng: Generator) -> Cases:
    yield case("½ + arctan(z)/π instead of the sigmoid", rng.normal(size=5), _arctan)
    yield case("another curve from 0 to 1 instead of the sigmoid", rng.normal(size=(2, 3)), _algebraic)


tanh_from_sigmoid = Exercise(
    references.tanh_from_sigmoid,
    points=6,
    minutes=10,
    difficulty=1,
    covers="sign",
    checks=(
        Values("Values of tanh", 3, _real_sigmoid, central=True),
        Values("Values with other curves instead of the sigmoid", 2, _other_squashers, central=True),
    ),
    slips="""
        sigmoid not used
            2 * sigmoid(2 * x) - 1 → np.tanh(x)
            your values of tanh are right, but you do not call the given `sigmoid` (a function of your own with this
            name would hide it). Call the given one, so that another curve in its place gives another result.
        not narrowed
            sigmoid(2 * x) → sigmoid(x)
            your curve has the right height but is twice as wide as tanh. Evaluate the sigmoid at 2x.
        widened
            sigmoid(2 * x) → sigmoid(x / 2)
            you evaluate the sigmoid at x / 2, which makes the curve wider. Evaluate it at 2x, because tanh is
            *narrower* than the sigmoid.
        not moved
            2 * sigmoid(2 * x) - 1 → 2 * sigmoid(2 * x)
            your values lie between 0 and 2. Subtract 1 to centre them at 0.
        not stretched
            2 * sigmoid(2 * x) - 1 → sigmoid(2 * x) - 0.5
            your curve is centred at 0, but it is only half as high as tanh, from −½ to ½. Multiply it by 2.
        moved by one, not stretched
            2 * sigmoid(2 * x) - 1 → sigmoid(2 * x) - 1
            your values lie between −1 and 0. Multiply the sigmoid by 2 *before* you subtract 1.
        moved before it is stretched
            2 * sigmoid(2 * x) - 1 → 2 * (sigmoid(2 * x) - 1)
            you subtract 1 before you multiply by 2, so your values lie between −2 and 0. Subtract it *after* the
            multiplication.
        upside down
            2 * sigmoid(2 * x) - 1 → 1 - 2 * sigmoid(2 * x)
            you compute −tanh(x), which falls. Reverse the sign, because tanh x is 2σ(2x) − 1.
    """,
)
