"""Exercise on minibatches: every row once an epoch, shuffled."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Exercise, Mistake, Property, Wrong
from cs231n_lib.functions import batches

Rows = NDArray[np.int64]


def _collect_rows(batches: Any) -> list[Rows]:
    """At most 1,000 batches, as arrays: a generator that never ends must end here."""
    return [np.asarray(rows) for rows, _ in zip(batches, range(1000), strict=False)]


def _epoch(call: Callable[..., Any], n: int, batch_size: int, rng: Generator) -> Rows:
    rows = call(n, batch_size, rng)
    if not rows:
        raise Wrong("yields no batch at all")
    if any(b.ndim != 1 or b.dtype.kind not in "iu" for b in rows):
        raise Wrong("yields something other than one-dimensional arrays of row numbers")
    return np.concatenate(rows)


def _every_row_once(call: Callable[..., Any], rng: Generator) -> None:
    for n, batch_size in ((10, 4), (12, 3), (3, 8)):
        counts = np.bincount(_epoch(call, n, batch_size, rng), minlength=n)
        detail = f"n = {n}, batch_size = {batch_size}: rows appear {counts.tolist()} times"
        if len(counts) > n:
            raise Wrong("yields rows that do not exist", detail)
        if (counts == 0).any() and (counts > 1).any():
            raise Wrong("some rows come twice in an epoch and others never", detail)
        if (counts == 0).any():
            raise Wrong("some rows never come in an epoch", detail)
        if (counts > 1).any():
            raise Wrong("some rows come more than once in an epoch", detail)


def _sizes(call: Callable[..., Any], rng: Generator) -> None:
    for n, batch_size, expected in ((10, 4, [4, 4, 2]), (12, 3, [3, 3, 3, 3]), (3, 8, [3]), (5, 1, [1] * 5)):
        sizes = [len(rows) for rows in call(n, batch_size, rng)]
        if sizes != expected:
            raise Wrong("the batches have other sizes than asked", f"n = {n}: {sizes} instead of {expected}")


def _shuffled(call: Callable[..., Any], rng: Generator) -> None:
    first, second = (_epoch(call, 60, 7, rng) for _ in range(2))
    if np.array_equal(first, np.sort(first)):
        raise Wrong("the rows come in their stored order: shuffle them")
    if np.array_equal(first, second):
        raise Wrong("two epochs come in the same order: draw a new one from `rng` each time")
    seed = int(rng.integers(2**32))
    once, again = (_epoch(call, 60, 7, np.random.default_rng(seed)) for _ in range(2))
    if not np.array_equal(once, again):
        raise Wrong("equal generators give different orders: draw from `rng`, not from np.random")


def _batches_of(order: Callable[[int, Generator], Any]) -> Callable[[int, int, Generator], Iterator[Any]]:
    def implementation(n: int, batch_size: int, rng: Generator) -> Iterator[Any]:
        rows = order(n, rng)
        for start in range(0, n, batch_size):
            yield rows[start : start + batch_size]

    return implementation


def _short_batch_dropped(n: int, batch_size: int, rng: Generator) -> Iterator[Any]:
    order = rng.permutation(n)
    for k in range(n // batch_size):
        yield order[k * batch_size : (k + 1) * batch_size]


def _last_batch_filled(n: int, batch_size: int, rng: Generator) -> Iterator[Any]:
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield np.take(order, range(start, start + batch_size), mode="wrap")


def _drawn_with_replacement(n: int, batch_size: int, rng: Generator) -> Iterator[Any]:
    for start in range(0, n, batch_size):
        yield rng.integers(0, n, min(batch_size, n - start))


minibatches = Exercise(
    batches.minibatches,
    points=10,
    minutes=15,
    difficulty=3,
    collect=_collect_rows,
    checks=(
        Property("Every row once an epoch", 4, _every_row_once),
        Property("Sizes, with a short last batch", 2, _sizes),
        Property("Shuffled, from the generator given", 3, _shuffled),
    ),
    mistakes=(
        Mistake("stored order", _batches_of(lambda n, rng: np.arange(n)), "shuffle first: `rng.permutation(n)`."),
        Mistake(
            "own seed",
            _batches_of(lambda n, rng: np.random.default_rng(0).permutation(n)),
            "a generator made inside the function starts anew each time, so all epochs are alike: use the one given.",
        ),
        Mistake(
            "global random state",
            _batches_of(lambda n, rng: np.random.permutation(n)),  # noqa: NPY002  (the mistake is the point)
            "`np.random.…` draws from a state that everybody shares, so a run cannot be repeated: use `rng`.",
        ),
        Mistake(
            "short batch dropped",
            _short_batch_dropped,
            "the rows left over when N is no multiple of the batch size are dropped: let the last batch be short.",
        ),
        Mistake(
            "last batch filled up",
            _last_batch_filled,
            "the last batch is filled with rows that had their turn: let it be short.",
        ),
        Mistake(
            "drawn with replacement",
            _drawn_with_replacement,
            "each batch is drawn anew from all rows, so some come twice and others never. Shuffle once an epoch, then "
            "cut.",
        ),
    ),
)
