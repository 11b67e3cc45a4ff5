"""An exercise on symmetry: the gradients of one hidden unit, which cannot tell it from its twins."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references

Gradient = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], Any]


def _unit(rng: Generator, n: int, d: int, k: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    return rng.normal(size=(n, d)), rng.normal(size=(n, k)), rng.normal(size=d) / np.sqrt(d), rng.normal(size=k)


def _units(rng: Generator) -> Iterator[Case]:
    for n, d, k in ((6, 4, 3), (5, 3, 2), (3, 3, 3)):
        yield case(f"N = {n}, D = {d}, K = {k}", *_unit(rng, n, d, k))


def _zero_weights(rng: Generator) -> Iterator[Case]:
    x, dscores, w_in, w_out = _unit(rng, 5, 4, 3)
    yield case("both weights zero", x, dscores, np.zeros(4), np.zeros(3))
    yield case("only w_in zero", x, dscores, np.zeros(4), w_out)
    yield case("only w_out zero", x, dscores, w_in, np.zeros(3))


def _against_numerical(call: Callable[..., Any], rng: Generator) -> None:
    x, dscores, w_in, w_out = _unit(rng, 5, 4, 3)
    dw_in, dw_out = call(x, dscores, w_in, w_out)

    def pull(w_in: FloatArray, w_out: FloatArray) -> float:
        return float(np.sum(dscores * np.outer(np.tanh(x @ w_in), w_out)))

    require_gradient("dw_in", dw_in, lambda w: pull(w, w_out), w_in)
    require_gradient("dw_out", dw_out, lambda w: pull(w_in, w), w_out)


def _by(
    da: Gradient = lambda x, dscores, a, w_out: dscores @ w_out,
    slope: Callable[[FloatArray], Any] = lambda a: 1 - a**2,
    dw_in: Callable[[FloatArray, FloatArray], Any] = lambda x, dh: x.T @ dh,
    dw_out: Gradient = lambda x, dscores, a, w_out: dscores.T @ a,
) -> Callable[..., Any]:
    """The four lines of the way back, some of them written otherwise."""

    def implementation(x: FloatArray, dscores: FloatArray, w_in: FloatArray, w_out: FloatArray) -> Any:
        a = np.tanh(x @ w_in)
        return dw_in(x, da(x, dscores, a, w_out) * slope(a)), dw_out(x, dscores, a, w_out)

    return implementation


def _exchanged(x: FloatArray, dscores: FloatArray, w_in: FloatArray, w_out: FloatArray) -> Any:
    return _by()(x, dscores, w_in, w_out)[::-1]


unit_gradients = Exercise(
    references.unit_gradients,
    points=12,
    minutes=20,
    difficulty=3,
    checks=(
        Values("Gradients of one unit", 5, _units),
        Values("Zero weights", 2, _zero_weights),
        Property("Each gradient against the numerical one", 3, _against_numerical),
    ),
    mistakes=(
        Mistake(
            "outgoing weights forgotten",
            _by(da=lambda x, dscores, a, w_out: dscores.sum(axis=1)),
            "`da` is the plain sum of the scores' gradients. The unit reaches score k with the weight `w_out[k]`, so "
            "it is a *weighted* sum: `dscores @ w_out`.",
        ),
        Mistake(
            "derivative of tanh missing",
            _by(slope=lambda a: 1.0),
            "`dw_in` skips the tanh: on the way from a to h multiply by its slope, 1 − a².",
        ),
        Mistake(
            "slope taken of the slope",
            _by(slope=lambda a: 1 - np.tanh(a) ** 2),
            "`a` is tanh(h) already: its slope is 1 − a², without another tanh.",
        ),
        Mistake(
            "slope taken at the input",
            _by(slope=lambda a: 1 - np.arctanh(a) ** 2),
            "the slope is taken of h. It is 1 − a², made of what tanh puts *out*, a = tanh(h).",
        ),
        Mistake(
            "slope without the square",
            _by(slope=lambda a: 1 - a),
            "the slope of tanh is `1 - a**2`: the square is missing.",
        ),
        Mistake(
            "square around all of it",
            _by(slope=lambda a: (1 - a) ** 2),
            "the slope of tanh is 1 − a²: square a alone, and not the difference.",
        ),
        Mistake(
            "averaged over the batch",
            _by(dw_in=lambda x, dh: x.T @ dh / len(x), dw_out=lambda x, dscores, a, w_out: dscores.T @ a / len(x)),
            "both are divided by N. `dscores` carries the 1/N of the mean loss already: only sum.",
        ),
        Mistake(
            "outgoing gradient from the pre-activation",
            _by(dw_out=lambda x, dscores, a, w_out: dscores.T @ np.arctanh(a)),
            "`dw_out` is made of h = x @ w_in. What `w_out` multiplies in the forward pass is a = tanh(h).",
        ),
        Mistake(
            "outgoing gradient without the unit",
            _by(dw_out=lambda x, dscores, a, w_out: dscores.sum(axis=0)),
            "`dw_out` is the gradient of a bias. The weight `w_out[k]` is multiplied by a, which differs from example "
            "to example: weigh dscores by it.",
        ),
        Mistake(
            "entry by entry",
            _by(dw_out=lambda x, dscores, a, w_out: a * dscores),
            "`a * dscores` multiplies entry by entry, and (N,) does not fit (N, K). A sum over the examples is asked: "
            "a matrix product.",
        ),
        Mistake(
            "outgoing gradient not summed",
            _by(dw_out=lambda x, dscores, a, w_out: a[:, np.newaxis] * dscores),
            "`dw_out` has a row for each example. All of them used the same `w_out`: add the rows up.",
        ),
        Mistake(
            "incoming gradient a column",
            _by(dw_in=lambda x, dh: x.T @ dh[:, np.newaxis]),
            "`dw_in` is a column, (D, 1). It has the shape of `w_in`, (D,): multiply by dh as it is.",
        ),
        Mistake(
            "x not turned",
            _by(dw_in=lambda x, dh: x @ dh),
            "`x @ dh` sums over the features. It is the examples that must vanish: turn x, or put dh on its left.",
        ),
        Mistake("results exchanged", _exchanged, "the two results are in the other order: (dw_in, dw_out) is asked."),
    ),
)
