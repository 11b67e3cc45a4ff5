"""Exercises on approximating a function with one hidden layer of ReLUs whose weights are set by hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references
from .sizes import an_int


def _intervals(rng: Generator) -> Cases:
    for fewest, most in ((60, 500), (1100, 3000)):
        for least, greatest in ((0.1, 0.4), (0.6, 0.9)):  # the nearest whole number is not always right
            while True:
                lipschitz, eps = float(rng.uniform(1.5, 9)), float(rng.uniform(0.01, 0.05))
                low, high = float(rng.uniform(-3, -1)), float(rng.uniform(0.5, 4))
                pieces = lipschitz * (high - low) / (2 * eps)
                if fewest < pieces < most and least < pieces % 1 < greatest and not _is_power_of_two(int(pieces) + 1):
                    break
            yield case(f"C = {lipschitz:.2f}", lipschitz, eps, low, high)


def _is_power_of_two(n: int) -> bool:
    return n & (n - 1) == 0


def _edges(rng: Generator) -> Cases:
    n = 2 * int(rng.integers(5, 8))
    yield case("exactly an even number", 2.0 * n, 0.5, -1.0, -0.5)
    yield case("exactly an odd number", 2.0 * (n + 1), 0.5, -1.0, -0.5)
    yield case("just above a whole number, low above 0", 2 * n + rng.uniform(2e-6, 4e-6), 0.5, 1.0, 1.5)
    yield case("one piece is enough", float(rng.uniform(0.1, 0.2)), 1.0, 0.0, 1.0)
    yield case("a constant function, C = 0", 0.0, 0.1, -1.0, 1.0)


units_needed = Exercise(
    references.units_needed,
    points=6,
    minutes=12,
    difficulty=3,
    covers="threshold above-99",
    examples_rows=("A whole number, a single piece, and a constant",),
    checks=(
        Values("Four intervals", 4, _intervals),
        Values("A whole number, a single piece, and a constant", 1, _edges),
        Property("An int", 1, an_int(2.0, 0.3, 0.0, 1.0)),
    ),
    slips="""
        ½ left out
            / (2 * eps) → / eps
            you get about twice as many pieces as the bound requires. A line differs from f by at most *half* of C times
            the width of a piece, so divide by `2 * eps`.
        half as many as needed
            / (2 * eps) → / (4 * eps)
            you get about half as many pieces as the bound requires. A line differs from f by at most C · width / 2, so
            round up C · (high − low)/(2ε).
        length of the interval left out
            lipschitz * (high - low) → lipschitz
            you leave out the length of the interval. Multiply C by high − low, because the width of a piece is (high −
            low)/n.
        interval of length 2
            (high - low) / (2 * eps) → 1 / eps
            your number is right only for an interval of length 2. Round up C · (high − low)/(2ε), because the
            width of a piece is (high − low)/n.
        rounded down
            np.ceil(lipschitz * (high - low) / (2 * eps)) → lipschitz * (high - low) / (2 * eps)
            you round down, which gives too few pieces unless the number is whole. Divide with `/`, and round *up* with
            `np.ceil`.
        rounded to the nearest
            np.ceil( → np.round(
            you round to the nearest whole number, which may give too few pieces. Round *up* with `np.ceil`.
        ½ added before rounding
            int(np.ceil(lipschitz * (high - low) / (2 * eps))) → round(lipschitz * (high - low) / (2 * eps) + 0.5)
            you add ½ and round, which adds a piece if the number is already whole and odd, because `round` takes a half
            to the nearest *even* number. Round up with `np.ceil` instead.
        always one more
            int(np.ceil(lipschitz * (high - low) / (2 * eps))) → int(lipschitz * (high - low) / (2 * eps)) + 1
            you add 1 even if the number is already whole. Round up with `np.ceil` instead, and return at least 1.
        doubled until enough
            return max(1, int(np.ceil( → return 2 ** max(0, int(np.ceil(np.log2(
            / (2 * eps)))) → / (2 * eps) or 1))))
            you double the number of pieces until it is large enough, so you test only powers of 2. Return the
            *smallest* number of pieces that is large enough.
        none for a constant
            max(1, → (
            you return 0 pieces for a constant function. Return at least 1.
        not rounded
            max(1, int(np.ceil(lipschitz * (high - low) / (2 * eps)))) → max(1.0, lipschitz * (high - low) / (2 * eps))
            you return a number of pieces that need not be whole. Round it up with `int(np.ceil(…))`.
        multiplied by ε
            (2 * eps) → 2 * eps
            you divide by 2 but *multiply* by ε. Divide by both, with brackets round `2 * eps`.
        high end for the length
            (high - low) → high
            you use `high` as the length of the interval. Use high − low.
        sum of the ends
            (high - low) → (high + low)
            you add the ends of the interval. Its length is their difference, high − low.
        knots for pieces
            (2 * eps)))) → (2 * eps)))) + 1
            you add 1 after rounding up, as if you counted the knots. Return the number of pieces, at least 1, because
            each piece needs one unit.
        a float
            max(1, int(np.ceil( → max(1.0, np.ceil(
            (2 * eps)))) → (2 * eps)))
            the number is right, but you return it as a float, as `np.ceil` does. Convert it with `int(…)`, so that it
            can be used as a count.
    """,
)


@dataclass(frozen=True)
class ApproximationTask:
    """A function on an interval, its Lipschitz constant, and the largest error allowed."""

    f: Callable[[FloatArray], FloatArray]
    lipschitz: float
    eps: float
    low: float
    high: float

    @property
    def arguments(self) -> tuple[Any, ...]:
        return self.f, self.lipschitz, self.eps, self.low, self.high

    @property
    def units(self) -> int:
        return references.units_needed(*self.arguments[1:])


def wave(rng: Generator, eps: float = 0.05) -> ApproximationTask:
    """A sum of two sines, with slopes of at most its constant."""
    low, high = float(rng.uniform(-2, -1)), float(rng.uniform(0.5, 2))
    (p, q), (u, v), (s, t) = rng.uniform(0.5, 1, 2), rng.uniform(2, 5, 2), rng.uniform(0, 6, 2)
    lipschitz = float(p * u + q * v)
    return ApproximationTask(lambda x: p * np.sin(u * x + s) + q * np.sin(v * x + t) + 1, lipschitz, eps, low, high)


def _spoils_arange(drawn: ApproximationTask) -> bool:
    """Whether rounding adds a knot to ``np.arange`` with the width of a piece."""
    width = (drawn.high - drawn.low) / drawn.units
    return len(np.arange(drawn.low, drawn.high + width, width)) > drawn.units + 1


def _tangents_err(drawn: ApproximationTask) -> bool:
    """Whether lines with the slopes of f at the left ends of their pieces are clearly more than ε from f."""
    knots = np.linspace(drawn.low, drawn.high, drawn.units + 1)
    slopes = (drawn.f(knots + 1e-6) - drawn.f(knots - 1e-6)) / 2e-6
    off = np.cumsum(slopes[:-1] * np.diff(knots)) + drawn.f(knots[:1]) - drawn.f(knots[1:])
    return bool(np.abs(off).max() > 1.1 * drawn.eps)


def _waves(rng: Generator, *allowed: float) -> list[ApproximationTask]:
    """Waves with these errors, of which some wrong answers miss the same ones for each seed.

    Tangents are wrong for all of them. Rounding spoils ``np.arange`` only in the second one.
    """
    tasks: list[ApproximationTask] = []
    for eps in allowed:
        while True:
            drawn = wave(rng, eps)
            if _tangents_err(drawn) and _spoils_arange(drawn) == (len(tasks) == 1):
                break
        tasks.append(drawn)
    return tasks


def _corner(slope: float, at: float) -> Callable[[FloatArray], FloatArray]:
    return lambda x: slope * np.abs(x - at) + 2


def kink(rng: Generator) -> ApproximationTask:
    """A kink halfway between two knots, where the error reaches its bound."""
    while True:  # until f at 0 is another number than f at the left end, by much more than ε
        low, width = float(rng.uniform(-2, -1.3)), float(rng.uniform(0.1, 0.3))
        pieces = 2 * int(rng.integers(2, 5)) + 1
        lipschitz, high = float(rng.uniform(1, 3)), low + width * pieces
        middle = (low + high) / 2
        # A hair above C · width / 2, so that rounding does not make it one piece more.
        eps = lipschitz * width / 2 * (1 + 1e-9)
        drawn = ApproximationTask(_corner(lipschitz, middle), lipschitz, eps, low, high)
        if abs(abs(middle) - (middle - low)) > 2 * width and not _spoils_arange(drawn):
            return drawn


def network(result: Any, x: FloatArray) -> FloatArray:
    """Output of the network with these four arrays at the points x (N,)."""
    w1, b1, w2, b2 = result
    return np.asarray((np.maximum(x[:, np.newaxis] @ w1 + b1, 0) @ w2 + b2)[:, 0])


def _arrays(
    result: Any, f: Callable[..., Any], lipschitz: float, eps: float, low: float, high: float
) -> list[FloatArray]:
    n = references.units_needed(lipschitz, eps, low, high)
    if not isinstance(result, tuple | list) or len(result) != 4:
        raise Violation("the function must return four arrays. Write `return w1, b1, w2, b2`")
    for name, value in zip(("w1", "b1", "w2", "b2"), result, strict=True):
        if not isinstance(value, np.ndarray):
            raise Violation(f"`{name}` is not an array. Write `np.array(…)`")
    arrays = [np.asarray(value, dtype=float) for value in result]
    for name, array, shape in zip(("w1", "b1", "w2", "b2"), arrays, ((1, n), (n,), (n, 1), (1,)), strict=True):
        if array.shape != shape:
            raise Violation(
                f"`{name}` has the wrong shape",
                f"{array.shape}, not {shape}, because `mine.units_needed` gives {n} units",
                fingerprint=(name, len(array.shape), np.sign(array.size - np.prod(shape))),
            )
    return arrays


def _called(call: Function, drawn: ApproximationTask) -> list[FloatArray]:
    return _arrays(call(*drawn.arguments), *drawn.arguments)


def _moved(f: Callable[[FloatArray], FloatArray], by: float) -> Callable[[FloatArray], FloatArray]:
    return lambda x: f(x - by)


def _right_of_zero(rng: Generator, eps: float) -> ApproximationTask:
    """Wave on an interval whose ends are both above 0."""
    while True:
        (drawn,) = _waves(rng, eps)
        moved = replace(drawn, f=_moved(drawn.f, 3), low=drawn.low + 3, high=drawn.high + 3)
        if not _spoils_arange(moved):
            return moved


def _form(call: Function, rng: Generator) -> None:
    _called(call, *_waves(rng, 0.05))
    _called(call, kink(rng))


def _knots(call: Function, rng: Generator) -> None:
    for drawn in (*_waves(rng, 0.05), _right_of_zero(rng, 0.2)):
        knots = np.linspace(drawn.low, drawn.high, drawn.units + 1)
        off = np.abs(network(_called(call, drawn), knots) - drawn.f(knots))
        if not off.max() <= 1e-6:
            first = int(np.flatnonzero(~(off <= 1e-6))[0])
            raise Violation(
                "the network's output differs from f at a knot",
                f"the first such knot is number {first} (counted from 0 to {drawn.units}), and the largest error is "
                f"{off.max():.3g}",
                fingerprint=(first == 0, np.round(float(off.max()), 6)),
            )


def _within(call: Function, rng: Generator) -> None:
    for drawn in _waves(rng, 0.05, 0.01):
        _require(call, drawn)


def _require(call: Function, drawn: ApproximationTask) -> None:
    x = np.linspace(drawn.low, drawn.high, 4001)
    error = float(np.abs(network(_called(call, drawn), x) - drawn.f(x)).max())
    if not error <= drawn.eps * (1 + 1e-6):
        raise Violation(
            "the network is more than ε away from f somewhere on the interval",
            f"the largest error is {error:.4g}, and ε is {drawn.eps:.4g}",
            fingerprint=round(error / drawn.eps, 6),
        )


_FORM = "Four arrays, with as many units as needed"

relu_approximation = Exercise(
    references.relu_approximation,
    points=10,
    minutes=20,
    difficulty=4,
    builds_on=("units_needed",),
    form=_arrays,
    required_row=_FORM,
    checks=(
        Property(_FORM, 1, _form),
        Property("Equal to f at the knots", 4, _knots),
        Property("Within ε of waves, everywhere on the interval", 3, _within, central=True),
        Property("Within ε where the bound is reached", 3, lambda call, rng: _require(call, kink(rng)), central=True),
    ),
    slips="""
        knots of [−1, 1]
            np.linspace(low, high, n + 1) → np.linspace(-1, 1, n + 1)
            you place the knots on [−1, 1]. Place them between `low` and `high`.
        last knot before high
            np.linspace(low, high, n + 1) → np.linspace(low, high, n + 2)[:-1]
            your last knot lies before `high`, as it does with `endpoint=False`. Space n + 1 knots evenly from `low` to
            `high`, with both ends included.
        midpoints for knots
            heights = f(knots) → heights = f(knots + (high - low) / (2 * n))
            you evaluate f halfway between the knots. Evaluate it *at* the knots, because the lines must meet f there.
        slopes for changes of slope
            np.diff(slopes, prepend=0)[:, np.newaxis] → slopes[:, np.newaxis]
            you use the slopes as weights, but each unit keeps rising after its piece. Use the *change* of slope at each
            unit's knot, which `np.diff(…, prepend=0)` computes from the slopes.
        heights for slopes
            np.diff(heights) / np.diff(knots) → np.diff(heights)
            you use differences in height as slopes. Divide each by the width of its piece.
        sign of the knots
            b1 = -knots[:-1] → b1 = knots[:-1]
            you use the knots as biases. Unit j is max(0, x − knot), so its bias is *minus* the knot.
        knots on the right
            b1 = -knots[:-1] → b1 = -knots[1:]
            your units begin at the right ends of their pieces. Begin each one at the *left* end, so that the first knot
            has a unit and the last has none.
        start left out
            b2 = heights[:1] → b2 = np.zeros(1)
            you set the bias of the output to 0. Set it to f(low), because all units are 0 at `low`.
        f at 0 for the start
            b2 = heights[:1] → b2 = f(np.zeros(1))
            you set the bias of the output to f(0). Set it to f(low), because all units are 0 at `low`.
        mean for the start
            b2 = heights[:1] → b2 = heights.mean(keepdims=True)
            you set the bias of the output to the mean of f at the knots. Set it to f(low), because all units are 0 at
            `low`.
        f(high) for f(low)
            b2 = heights[:1] → b2 = heights[-1:]
            you set the bias of the output to f(high). Set it to f(low), because all units are 0 at `low`.
        first slope left out
            np.diff(slopes, prepend=0) → np.diff(slopes, prepend=slopes[0])
            you give the first unit the outgoing weight 0. Give it the first slope, because the network is constant to
            the left of `low`.
        changes at the right ends
            np.diff(slopes, prepend=0) → np.diff(slopes, append=0)
            you use the change of slope at the *right* end of each piece. Use the change at the *left* end, where the
            unit bends the line, as `np.diff(…, prepend=0)` computes it from the slopes.
        sign of the changes of slope
            np.diff(slopes, prepend=0) → np.append(slopes[:1], slopes[:-1] - slopes[1:])
            you subtract the new slope from the old one, so all weights after the first have the wrong sign. Subtract
            the old slope from the new one.
        units facing left
            w1 = np.ones((1, n)) → w1 = -np.ones((1, n))
            b1 = -knots[:-1] → b1 = knots[:-1]
            your units are active to the *left* of their knots. Use the weight +1 and the bias −knot, so that each unit
            is max(0, x − knot).
        slopes along the whole interval
            / np.diff(knots) → / (high - low)
            you divide each difference in height by the length of the whole interval. Divide it by the width of its
            piece, (high − low)/n.
        half of the units
            n = units_needed(lipschitz, eps, low, high) → n = max(1, units_needed(lipschitz, eps, low, high) // 2)
            you use only half as many units as `units_needed` returns, which is not enough for the bound. Use all of
            them.
        w2 as a vector
            [:, np.newaxis] →
            you return `w2` with shape (n,). Give it shape (n, 1), for n units and one output.
        w1 as a column
            np.ones((1, n)) → np.ones((n, 1))
            you return `w1` with shape (n, 1). Give it shape (1, n), for one input and n units.
        unit at the last knot
            np.ones((1, n)) → np.ones((1, n + 1))
            b1 = -knots[:-1] → b1 = -knots
            np.diff(slopes, prepend=0) → np.append(np.diff(slopes, prepend=0), 0)
            you place a unit at the last knot, where the interval ends. Leave it out, because one unit for each piece is
            enough.
        b2 as a number
            b2 = heights[:1] → b2 = heights[0]
            you return `b2` as a number. Return an array of shape (1,), such as `np.array([f(low)])`.
    """,
)
