"""The exercise on max norm: a limit on the length of each unit's weights."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers


def _long_and_short(rng: Generator, d: int, units: int) -> FloatArray:
    """Weights (D, M) whose columns are by turns shorter and longer than 2; none has a length of exactly 2."""
    w = rng.normal(size=(d, units))
    lengths = np.where(np.arange(units) % 2, rng.uniform(2.5, 4, units), rng.uniform(0.3, 1.5, units))
    return np.asarray(w / np.linalg.norm(w, axis=0) * lengths)


def _weights(rng: Generator) -> Iterator[Case]:
    for d, units in ((4, 4), (3, 5)):
        yield case(f"w of shape ({d}, {units})", _long_and_short(rng, d, units), 2.0)


def _none_too_long(rng: Generator) -> Iterator[Case]:
    w = 0.1 * rng.normal(size=(3, 4))
    w[:, 0] = 0
    yield case("short columns, one of them 0", w, 3.0)


def _lengths_and_directions(call: Callable[..., Any], rng: Generator) -> None:
    w = _long_and_short(rng, 3, 6)
    limited = np.asarray(call(w, 2.0), dtype=float)
    if limited.shape != w.shape:
        raise Wrong(f"returns shape {limited.shape}, not {w.shape}")
    # The numbers also keep a mistake from being named for what another one did.
    lengths = np.linalg.norm(limited, axis=0)
    if not (lengths <= 2.0 + 1e-9).all():
        count = int(np.count_nonzero(lengths > 2.0 + 1e-9))
        numbers = f"{count} of 6; the limit is 2, and the lengths go from {lengths.min():.6g} to {lengths.max():.6g}"
        raise Wrong("some unit's weights are longer than the limit", numbers)
    bend = np.abs(limited / w - (limited / w)[0]).max()
    if bend > 1e-9:
        raise Wrong(
            "some unit's weights point in another direction than before",
            f"the factors within a column differ by up to {bend:.3g}",
        )


def _scaled(factor: Callable[[FloatArray, float], Any]) -> Callable[[FloatArray, float], Any]:
    return lambda w, limit: w * factor(w, limit)


def _where_long(w: FloatArray, limit: float, factor: Any) -> Any:
    return np.where(np.linalg.norm(w, axis=0) > limit, factor, 1.0)


def _divided_by_zero(w: FloatArray, limit: float) -> Any:
    norms = np.linalg.norm(w, axis=0)
    return w / norms * np.minimum(norms, limit)


def _set_to_the_limit(w: FloatArray, limit: float) -> Any:
    return np.where(np.linalg.norm(w, axis=0) > limit, limit, w)


def _as_many_columns_as_rows(w: FloatArray, limit: float) -> Any:
    factor = limit / np.maximum(np.linalg.norm(w, axis=0), limit)
    return w * np.where(np.arange(w.shape[1]) < len(w), factor, 1.0)


def _limited_in_place(w: FloatArray, limit: float) -> Any:
    w *= limit / np.maximum(np.linalg.norm(w, axis=0), limit)
    return w


max_norm = Exercise(
    regularizers.max_norm,
    points=8,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Long and short columns", 5, _weights),
        Values("Short ones and zeros stay as they are", 1, _none_too_long),
        Property("Within the limit, in the same direction", 1, _lengths_and_directions),
    ),
    mistakes=(
        Mistake(
            "all made as long as the limit",
            _scaled(lambda w, limit: limit / np.linalg.norm(w, axis=0)),
            "the short columns are stretched. Only those longer than the limit are scaled back.",
        ),
        Mistake(
            "over the wrong axis",
            _scaled(lambda w, limit: limit / np.maximum(np.linalg.norm(w, axis=1, keepdims=True), limit)),
            "you limit the rows, the weights that *leave* an input. A unit's incoming weights are a column: axis 0.",
        ),
        Mistake(
            "length of the whole matrix",
            _scaled(lambda w, limit: limit / max(float(np.linalg.norm(w)), limit)),
            "one length for the whole matrix: each unit has its own. Take the norm along axis 0.",
        ),
        Mistake(
            "entries clipped",
            lambda w, limit: np.clip(w, -limit, limit),
            "the *entries* are clipped, not the length of a column, and a clipped column points elsewhere.",
        ),
        Mistake(
            "root forgotten",
            _scaled(lambda w, limit: limit / np.maximum(np.sum(w**2, axis=0), limit)),
            "you compare the sum of squares with the limit: the length is its root.",
        ),
        Mistake(
            "0/0",
            _divided_by_zero,
            "a unit whose weights are all 0 becomes NaN. Divide by the larger of length and limit, never 0.",
        ),
        Mistake(
            "limit left out",
            _scaled(lambda w, limit: 1 / np.maximum(np.linalg.norm(w, axis=0), limit)),
            "the fraction has c above the line too: without it even the short columns shrink.",
        ),
        Mistake(
            "made as long as 1",
            _scaled(lambda w, limit: _where_long(w, limit, 1 / np.maximum(np.linalg.norm(w, axis=0), 1e-12))),
            "the long columns come out with length 1: multiply by c as well.",
        ),
        Mistake(
            "minimum for maximum",
            _scaled(lambda w, limit: limit / np.minimum(np.linalg.norm(w, axis=0), limit)),
            "you divide by the *smaller* of length and limit, so that long columns stay and short ones are stretched. "
            "Divide by the larger.",
        ),
        Mistake(
            "upside down",
            _scaled(lambda w, limit: np.maximum(np.linalg.norm(w, axis=0), limit) / limit),
            "the fraction is upside down: long columns grow. It is c over the larger of length and c.",
        ),
        Mistake(
            "longest column for all",
            _scaled(lambda w, limit: limit / max(float(np.linalg.norm(w, axis=0).max()), limit)),
            "one factor, that of the longest column, for all: each column has its own.",
        ),
        Mistake(
            "sum of magnitudes as length",
            _scaled(lambda w, limit: limit / np.maximum(np.sum(np.abs(w), axis=0), limit)),
            "this length is the sum of the magnitudes; ‖w‖₂ is the root of the sum of squares.",
        ),
        Mistake(
            "largest entry as length",
            _scaled(lambda w, limit: limit / np.maximum(np.max(np.abs(w), axis=0), limit)),
            "this length is the largest entry; ‖w‖₂ is the root of the sum of squares.",
        ),
        Mistake(
            "set to the limit",
            _set_to_the_limit,
            "each *entry* of a long column becomes c, whatever it was. Multiply the column, so that it keeps its "
            "direction.",
        ),
        Mistake(
            "factors alone",
            lambda w, limit: limit / np.maximum(np.linalg.norm(w, axis=0), limit),
            "these are the factors, one a column: multiply w by them.",
        ),
        Mistake(
            "as many columns as rows",
            _as_many_columns_as_rows,
            "`len(w)` counts rows: the columns after the D-th are left as they were. There are `w.shape[1]`.",
        ),
        Mistake(
            "lengths of the rows",
            _scaled(lambda w, limit: limit / np.maximum(np.linalg.norm(w, axis=1), limit)),
            "axis=1 gives a length for each row, D of them. A unit is a column: axis 0.",
        ),
        Mistake(
            "axis for a number",
            lambda w, limit: np.max(np.linalg.norm(w, axis=0), limit),
            "the second argument of `np.max` is an axis. The larger of two, entry by entry, is `np.maximum`.",
        ),
        Mistake(
            "if on an array",
            lambda w, limit: max(np.linalg.norm(w, axis=0), limit),
            "`if` and Python's `max` ask one question, and there is a length for each column. `np.maximum` and "
            "`np.where` go through all of them.",
        ),
        Mistake(
            "w changed",
            _limited_in_place,
            "the numbers are right, but `w *= …` changes the caller's array: make a new one.",
        ),
    ),
)
