"""The exercise on max norm: a limit on the length of each unit's weights."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers


def _columns(rng: Generator, d: int, lengths: FloatArray) -> FloatArray:
    """Weights (D, M) whose columns have these lengths, and random directions."""
    w = rng.normal(size=(d, np.size(lengths)))
    return np.asarray(w / np.linalg.norm(w, axis=0) * lengths)


def _long_and_short(rng: Generator, d: int, units: int, limit: float) -> FloatArray:
    """Weights (D, M) whose columns are by turns clearly shorter and clearly longer than the limit."""
    lengths = np.where(np.arange(units) % 2, rng.uniform(1.25, 2, units), rng.uniform(0.15, 0.75, units))
    return _columns(rng, d, limit * lengths)


def _weights(rng: Generator) -> Cases:
    for d, units, limit in ((4, 4, 2.0), (3, 5, 0.7)):
        yield case(f"w of shape ({d}, {units}), limit {limit}", _long_and_short(rng, d, units, limit), limit)


def _near_the_limit(rng: Generator) -> Cases:
    yield case("columns of length 0, 2.4, 2.6 and 9; limit 2.5", _columns(rng, 3, np.array([0, 2.4, 2.6, 9])), 2.5)


def _lengths_and_directions(call: Function, rng: Generator) -> None:
    w = _long_and_short(rng, 3, 6, 2.0)
    limited = np.asarray(call(w, 2.0), dtype=float)
    if limited.shape != w.shape:
        raise Wrong(f"returns shape {limited.shape}, not {w.shape}")
    before, lengths = np.linalg.norm(w, axis=0), np.linalg.norm(limited, axis=0)
    numbers = f"the lengths were {before.round(2).tolist()}, and are {lengths.round(2).tolist()}"
    if not (lengths <= 2.0 + 1e-9).all():
        raise Wrong("some unit's weights are longer than the limit", numbers)
    if not (lengths >= np.minimum(before, 2.0) - 1e-9).all():
        raise Wrong("some unit's weights are shorter than they were, and than the limit", numbers)
    bend = np.abs(limited / w - (limited / w)[0]).max()
    if bend > 1e-9:
        raise Wrong(
            "some unit's weights point in another direction than before",
            f"the factors within a column differ by up to {bend:.3g}",
        )


max_norm = Exercise(
    regularizers.max_norm,
    points=8,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Long and short columns", 5, _weights),
        Values("Columns of 0, and near the limit", 1, _near_the_limit),
        Property("Within the limit, in the same direction", 1, _lengths_and_directions),
    ),
    slips="""
        all made as long as the limit
            np.maximum(norms, limit) → norms
            the short columns are stretched. Only those longer than the limit are scaled back.
        over the wrong axis
            axis=0 → axis=1, keepdims=True
            you limit the rows, the weights that *leave* an input. A unit's incoming weights are a column: axis 0.
        length of the whole matrix
            np.linalg.norm(w, axis=0) → np.linalg.norm(w)
            one length for the whole matrix: each unit has its own. Take the norm along axis 0.
        entries clipped
            w * (limit / np.maximum(norms, limit)) → np.clip(w, -limit, limit)
            the *entries* are clipped, not the length of a column, and a clipped column points elsewhere.
        root forgotten
            np.linalg.norm(w, axis=0) → np.sum(w**2, axis=0)
            you compare the sum of squares with the limit: the length is its root.
        0/0
            w * (limit / np.maximum(norms, limit)) → w / norms * np.minimum(norms, limit)
            a unit whose weights are all 0 becomes NaN. Divide by the larger of length and limit, never 0.
        limit left out
            (limit / → (1 /
            the fraction has the limit above the line too: without it even the short columns change.
        made as long as 1
            (limit / np.maximum(norms, limit)) → np.where(norms > limit, 1 / norms, 1)
            the long columns come out with length 1: multiply by the limit as well.
        minimum for maximum
            np.maximum → np.minimum
            you divide by the *smaller* of length and limit, so that long columns stay and short ones are stretched.
            Divide by the larger.
        upside down
            (limit / np.maximum(norms, limit)) → (np.maximum(norms, limit) / limit)
            the fraction is upside down: long columns grow. It is the limit over the larger of length and limit.
        longest column for all
            axis=0) → axis=0).max()
            one factor, that of the longest column, for all: each column has its own.
        sum of magnitudes as length
            np.linalg.norm(w, axis=0) → np.sum(np.abs(w), axis=0)
            this length is the sum of the magnitudes; ‖w‖₂ is the root of the sum of squares.
        largest entry as length
            np.linalg.norm(w, axis=0) → np.max(np.abs(w), axis=0)
            this length is the largest entry; ‖w‖₂ is the root of the sum of squares.
        set to the limit
            w * (limit / np.maximum(norms, limit)) → np.where(norms > limit, limit, w)
            each *entry* of a long column becomes the limit, whatever it was. Multiply the column, so that it keeps its
            direction.
        factors alone
            w * (limit / np.maximum(norms, limit)) → limit / np.maximum(norms, limit)
            these are the factors, one a column: multiply w by them.
        as many columns as rows
            np.maximum(norms, limit) → np.where(np.arange(len(norms)) < len(w), np.maximum(norms, limit), limit)
            `len(w)` counts rows: the columns after the D-th are left as they were. There are `w.shape[1]`.
        lengths of the rows
            axis=0 → axis=1
            axis=1 gives a length for each row, D of them. A unit is a column: axis 0.
        axis for a number
            np.maximum → np.max
            the second argument of `np.max` is an axis. The larger of two, entry by entry, is `np.maximum`.
        if on an array
            np.maximum → max
            `if` and Python's `max` ask one question, and there is a length for each column. `np.maximum` and `np.where`
            go through all of them.
        w changed
            return w * (limit / np.maximum(norms, limit)) → w *= limit / np.maximum(norms, limit) ⏎ return w
            `w *= …` changes the caller's array: make a new one.
    """,
)
