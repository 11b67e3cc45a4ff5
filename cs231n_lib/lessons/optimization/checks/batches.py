"""Exercises on minibatches: every row once an epoch, shuffled, and the noise of their gradients."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import batches

from . import references

Rows = NDArray[np.int64]


def _collect_rows(batches: Any) -> list[Rows]:
    """At most 1,000 batches, copied as they come: what is yielded may be one array that changes, and may never end."""
    return [np.array(rows) for rows, _ in zip(batches, range(1000), strict=False)]


def _epoch(call: Function, n: int, batch_size: int, rng: Generator) -> Rows:
    rows = call(n, batch_size, rng)
    if not rows:
        raise Violation("yields no batch at all")
    if any(b.ndim != 1 or b.dtype.kind not in "iu" for b in rows):
        apart = len(rows), sorted({(b.ndim, b.dtype.kind) for b in rows})
        raise Violation("yields something other than one-dimensional arrays of row numbers", fingerprint=apart)
    return np.concatenate(rows)


def _every_row_once(call: Function, rng: Generator) -> None:
    for n, batch_size in ((12, 3), (10, 4), (3, 8)):
        counts = np.bincount(_epoch(call, n, batch_size, rng), minlength=n)
        detail = f"n = {n}, batch_size = {batch_size}: rows appear {counts.tolist()} times"
        if len(counts) > n:
            raise Violation("yields rows that do not exist", detail)
        if (counts == 0).any() and (counts > 1).any():
            raise Violation("some rows come twice in an epoch and others never", detail)
        if (counts == 0).any():
            raise Violation("some rows never come in an epoch", detail, fingerprint=(n, int((counts == 0).sum())))
        if (counts > 1).any():
            raise Violation("some rows come more than once in an epoch", detail)


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
            raise Violation("the batches have other sizes than asked", detail, fingerprint=(n, *sizes[:12]))


def _shuffled(call: Function, rng: Generator) -> None:
    first, second = (_epoch(call, 60, 7, rng) for _ in range(2))
    if np.array_equal(first, np.sort(first)):
        raise Violation("the rows come in their stored order: shuffle them")
    if all(np.ptp(rows) == len(rows) - 1 for rows in call(60, 7, rng)):
        raise Violation(
            "the rows of each batch are neighbours in the stored order: shuffle the rows, not only the batches"
        )
    if np.array_equal(first, second):
        raise Violation("two epochs come in the same order: draw a new one from `rng` each time")
    seed = int(rng.integers(2**32))
    once, again = (_epoch(call, 60, 7, np.random.default_rng(seed)) for _ in range(2))
    if not np.array_equal(once, again):
        raise Violation("equal generators give different orders: draw from `rng`, not from np.random")


minibatches = Exercise(
    batches.minibatches,
    points=10,
    minutes=15,
    difficulty=3,
    importance="core",
    collect=_collect_rows,
    required_row="Every row once an epoch",
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


def _some_batches(rng: Generator) -> Cases:
    for n, d, size in ((20, 3, 4), (12, 2, 3)):
        batches = np.stack([rng.permutation(n)[:size] for _ in range(6)])
        yield case(f"batches of {size} of {n} examples", rng.normal(size=(n, d)), batches)


def _extreme_batches(rng: Generator) -> Cases:
    yield case("a batch of all examples has no noise", rng.normal(size=(5, 3)), np.stack([rng.permutation(5)] * 2))
    yield case("batches of one example", rng.normal(size=(6, 2)), rng.integers(0, 6, (4, 1)))


gradient_noise = Exercise(
    references.gradient_noise,
    points=8,
    minutes=15,
    difficulty=3,
    importance="extra",
    checks=(
        Values("Noise of random batches", 4, _some_batches),
        Values("All examples, and one", 2, _extreme_batches),
    ),
    slips="""
        root forgotten
            np.sqrt(np.mean(np.sum(distances**2, axis=1))) → np.mean(np.sum(distances**2, axis=1))
            this is the mean *squared* distance: take the root at the end.
        mean of the distances
            np.sqrt(np.mean(np.sum(distances**2, axis=1))) → np.mean(np.sqrt(np.sum(distances**2, axis=1)))
            the order matters: square, average over the batches, *then* take the root.
        averaged over the entries too
            np.sum(distances**2, axis=1) → distances**2
            a distance *sums* the squares over the D entries; only over the batches is there a mean.
        summed over the batches
            np.mean(np.sum(distances**2, axis=1)) → np.sum(distances**2)
            the squared distances are summed over the batches: take their mean.
        not compared with the full gradient
            .mean(axis=1) - full → .mean(axis=1)
            this is the length of the batch gradients: subtract the gradient of all examples first.
        batch summed
            [batches].mean(axis=1) → [batches].sum(axis=1)
            the gradient of a batch is the *mean* over its examples, not their sum.
        each example for itself
            per_example[batches].mean(axis=1) → per_example[batches.ravel()]
            the distance is taken for each example of the batches: average the examples of a batch first.
        averaged over the batches
            [batches].mean(axis=1) → [batches].mean(axis=0)
            `per_example[batches]` has the axes batch, example, entry: the mean is over the examples, axis 1.
        spread around the batches' own mean
            full = per_example.mean(axis=0) → full = per_example[batches].mean(axis=(0, 1))
            distances are taken from the mean of the batches drawn: take them from the gradient of *all* examples.
    """,
)
