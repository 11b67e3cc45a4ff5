"""Exercise on minibatches: every row once an epoch, shuffled."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Exercise, Function, Property, Wrong
from cs231n_lib.functions import batches

Rows = NDArray[np.int64]


def _collect_rows(batches: Any) -> list[Rows]:
    """At most 1,000 batches, copied as they come: what is yielded may be one array that changes, and may never end."""
    return [np.array(rows) for rows, _ in zip(batches, range(1000), strict=False)]


def _epoch(call: Function, n: int, batch_size: int, rng: Generator) -> Rows:
    rows = call(n, batch_size, rng)
    if not rows:
        raise Wrong("yields no batch at all")
    if any(b.ndim != 1 or b.dtype.kind not in "iu" for b in rows):
        apart = len(rows), sorted({(b.ndim, b.dtype.kind) for b in rows})
        raise Wrong("yields something other than one-dimensional arrays of row numbers", apart=apart)
    return np.concatenate(rows)


def _every_row_once(call: Function, rng: Generator) -> None:
    for n, batch_size in ((12, 3), (10, 4), (3, 8)):
        counts = np.bincount(_epoch(call, n, batch_size, rng), minlength=n)
        detail = f"n = {n}, batch_size = {batch_size}: rows appear {counts.tolist()} times"
        if len(counts) > n:
            raise Wrong("yields rows that do not exist", detail)
        if (counts == 0).any() and (counts > 1).any():
            raise Wrong("some rows come twice in an epoch and others never", detail)
        if (counts == 0).any():
            raise Wrong("some rows never come in an epoch", detail, apart=(n, int((counts == 0).sum())))
        if (counts > 1).any():
            raise Wrong("some rows come more than once in an epoch", detail)


def _sizes(call: Function, rng: Generator) -> None:
    for n, batch_size, expected in (
        (12, 3, [3, 3, 3, 3]),
        (10, 4, [4, 4, 2]),
        (3, 8, [3]),
        (5, 1, [1] * 5),
        (41, 2, [2] * 20 + [1]),  # where a short batch that may come anywhere is seldom the last
        (61, 2, [2] * 30 + [1]),
    ):
        sizes = [len(rows) for rows in call(n, batch_size, rng)]
        if sizes != expected:
            detail = f"n = {n}: {sizes[:12]} instead of {expected}"
            raise Wrong("the batches have other sizes than asked", detail, apart=(n, *sizes[:12]))


def _shuffled(call: Function, rng: Generator) -> None:
    first, second = (_epoch(call, 60, 7, rng) for _ in range(2))
    if np.array_equal(first, np.sort(first)):
        raise Wrong("the rows come in their stored order: shuffle them")
    if all(np.ptp(rows) == len(rows) - 1 for rows in call(60, 7, rng)):
        raise Wrong("the rows of each batch are neighbours in the stored order: shuffle the rows, not only the batches")
    if np.array_equal(first, second):
        raise Wrong("two epochs come in the same order: draw a new one from `rng` each time")
    seed = int(rng.integers(2**32))
    once, again = (_epoch(call, 60, 7, np.random.default_rng(seed)) for _ in range(2))
    if not np.array_equal(once, again):
        raise Wrong("equal generators give different orders: draw from `rng`, not from np.random")


minibatches = Exercise(
    batches.minibatches,
    points=10,
    minutes=15,
    difficulty=3,
    collect=_collect_rows,
    first="Every row once an epoch",
    checks=(
        Property("Every row once an epoch", 4, _every_row_once),
        Property("Sizes, with a short last batch", 2, _sizes),
        Property("Shuffled, from the generator given", 3, _shuffled),
    ),
    slips="""
        stored order
            rng.permutation(n) → np.arange(n)
            shuffle first: `rng.permutation(n)`.
        own seed
            rng.permutation(n) → np.random.default_rng(0).permutation(n)
            a generator made inside the function starts anew each time, so all epochs are alike: use the one given.
        global random state
            rng.permutation(n) → np.random.permutation(n)
            `np.random.…` draws from a state that everybody shares, so a run cannot be repeated: use `rng`.
        short batch dropped
            range(0, n, batch_size) → range(0, n - batch_size + 1, batch_size)
            the rows left over when N is no multiple of the batch size are dropped: let the last batch be short.
        last batch left out
            range(0, n, batch_size) → range(0, n - batch_size, batch_size)
            the last batch never comes, even where it is full: `range` stops *before* its end, so that is `n`.
        return for yield
            yield → return
            `return` ends the function with the first batch: `yield` hands out one after the other.
        last batch filled up
            order[start : start + batch_size] → np.take(order, range(start, start + batch_size), mode="wrap")
            the last batch is filled with rows that had their turn: let it be short.
        drawn with replacement
            order[start : start + batch_size] → rng.integers(0, n, min(batch_size, n - start))
            each batch is drawn anew from all rows, so some come twice and others never. Shuffle once an epoch, then
            cut.
        shuffled before every batch
            yield order[start : start + batch_size] → rng.shuffle(order) ⏎ yield order[start : start + batch_size]
            the rows are shuffled again before every batch, so some come twice and others never. Shuffle once, before
            the loop.
        batches shuffled, not rows
            rng.permutation(n) → np.arange(n)
            range(0, n, batch_size) → rng.permutation(range(0, n, batch_size))
            the rows of each batch are neighbours in the stored order, only the batches come shuffled: shuffle the rows.
        batches evened out
            for start in range(0, n, batch_size): → for rows in np.array_split(order, -(-n // batch_size)):
            yield order[start : start + batch_size] → yield rows
            `np.array_split` makes batches of about one size. All but the last are to have `batch_size` rows: cut the
            order by slices.
        overlapping batches
            range(0, n, batch_size) → range(0, n)
            the batches overlap: the start of the next one is `batch_size` further on.
    """,
)
