"""Exercises on two other ways to hold a network back: limit its weights, and stop in time."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import regularizers
from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

from . import references


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
    if (np.linalg.norm(limited, axis=0) > 2.0 + 1e-9).any():
        raise Wrong("some unit's weights are longer than the limit")
    if np.abs(limited / w - (limited / w)[0]).max() > 1e-9:
        raise Wrong("some unit's weights point in another direction than before")


def _scaled(factor: Callable[[FloatArray, float], Any]) -> Callable[[FloatArray, float], Any]:
    return lambda w, limit: w * factor(w, limit)


def _divided_by_zero(w: FloatArray, limit: float) -> Any:
    norms = np.linalg.norm(w, axis=0)
    return w / norms * np.minimum(norms, limit)


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
            _scaled(lambda w, limit: limit / np.maximum(np.linalg.norm(w, axis=0), 1e-12)),
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
            "w changed",
            _limited_in_place,
            "the numbers are right, but `w *= …` changes the caller's array: make a new one.",
        ),
    ),
)


def _bowls(rng: Generator) -> Iterator[Case]:
    for best, length, patience in ((6, 15, 3), (3, 12, 2)):
        losses = 1 + 0.1 * np.abs(np.arange(length) - best) + rng.uniform(0, 0.04, length)
        yield case(f"falls until epoch {best}, then rises; patience {patience}", losses, patience)


def _bumps(rng: Generator) -> Iterator[Case]:
    shift = rng.uniform(0, 0.05)
    bumpy = np.array([9, 7, 8, 7.5, 6, 6.5, 5, 5.5, 5.2, 5.1, 5.3, 2]) + shift
    yield case("bumps on the way, and a better one too late", bumpy, 4)
    yield case("bumps on the way, more patience", bumpy, 5)


def _ends(rng: Generator) -> Iterator[Case]:
    falling = np.sort(rng.uniform(1, 2, 8))[::-1].copy()
    yield case("falls to the end", falling, 3)
    yield case("rises from the start", falling[::-1].copy(), 2)
    yield case("the end comes before patience is lost", np.array([3.0, 2.0, 2.5, 2.4]) + rng.uniform(0, 0.1), 3)
    yield case("a tie with the best is not better", np.array([3.0, 2.0, 2.0, 2.0, 1.0]), 2)


def _stopped(
    better: Callable[[FloatArray, int, int], Any] = lambda losses, epoch, best: losses[epoch] < losses[best],
    enough: Callable[[int, int, int, int], Any] = lambda epoch, best, bad, patience: epoch - best >= patience,
    result: Callable[[FloatArray, int, int], Any] = lambda losses, best, epoch: (best, epoch),
) -> Callable[[FloatArray, int], Any]:
    """Early stopping with one part changed: what is better, when it is enough, and what is returned."""

    def implementation(losses: FloatArray, patience: int) -> Any:
        best = bad = 0
        for epoch in range(1, len(losses)):
            if better(losses, epoch, best):
                best = epoch
            else:
                bad += 1
                if enough(epoch, best, bad, patience):
                    return result(losses, best, epoch)
        return result(losses, best, len(losses) - 1)

    return implementation


early_stopping = Exercise(
    references.early_stopping,
    points=7,
    minutes=15,
    difficulty=3,
    checks=(
        Values("One valley", 3, _bowls),
        Values("Bumps on the way", 2, _bumps),
        Values("Never, at once, at the very end, ties", 2, _ends),
    ),
    mistakes=(
        Mistake(
            "looks into the future",
            _stopped(result=lambda losses, best, epoch: (int(np.argmin(losses)), epoch)),
            "the best of *all* epochs is returned; but training has ended before some of them. Take the best so far.",
        ),
        Mistake(
            "last for best",
            _stopped(result=lambda losses, best, epoch: (epoch, epoch)),
            "you return the last epoch twice. The point of waiting is to go *back* to the best one.",
        ),
        Mistake(
            "the other way round",
            _stopped(result=lambda losses, best, epoch: (epoch, best)),
            "the two are exchanged: first the best epoch, then the last.",
        ),
        Mistake(
            "loss for epoch",
            _stopped(result=lambda losses, best, epoch: (losses[best], epoch)),
            "the first value is the best *loss*; asked is the number of its epoch.",
        ),
        Mistake(
            "compared with the epoch before",
            _stopped(better=lambda losses, epoch, best: losses[epoch] < losses[epoch - 1]),
            "each loss is compared with the one before. After a bump that lets worse ones count as better: compare "
            "with the best so far.",
        ),
        Mistake(
            "one epoch too many",
            _stopped(enough=lambda epoch, best, bad, patience: epoch - best > patience),
            "one epoch more than `patience` is waited: stop when so many are done, `>=`.",
        ),
        Mistake(
            "count not reset",
            _stopped(enough=lambda epoch, best, bad, patience: bad >= patience),
            "all epochs without a better loss are counted, even before the best one. After each new best the count "
            "starts from 0.",
        ),
        Mistake(
            "a tie counts as better",
            _stopped(better=lambda losses, epoch, best: losses[epoch] <= losses[best]),
            "an equal loss counts as a better one, so a plateau is never left. Compare with `<`.",
        ),
        Mistake(
            "stops at the first rise",
            _stopped(enough=lambda epoch, best, bad, patience: True),
            "you stop at the first epoch that is no better: `patience` is not used.",
        ),
    ),
)
