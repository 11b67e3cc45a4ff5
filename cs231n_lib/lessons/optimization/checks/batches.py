"""Exercises on shuffled minibatches and the noise of their gradients."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.randomness import require_advance
from cs231n_lib.functions import batches

from . import references

Rows = NDArray[np.int64]


def _collect_rows(batches: Any) -> list[Rows]:
    """Copies of at most 1,000 batches, which may share an array or never end."""
    return [np.array(rows) for rows, _ in zip(batches, range(1000), strict=False)]


def _batches(call: Function, n: int, batch_size: int, rng: Generator) -> list[Rows]:
    rows: list[Rows] = call(n, batch_size, rng)
    if not rows:
        raise Violation("yields no batch. Yield one array of row numbers for each batch")
    if any(b.ndim != 1 or b.dtype.kind not in "iu" for b in rows):
        apart = len(rows), sorted({(b.ndim, b.dtype.kind) for b in rows})
        raise Violation("yields something other than one-dimensional arrays of row numbers", fingerprint=apart)
    return rows


def _epoch(call: Function, n: int, batch_size: int, rng: Generator) -> Rows:
    return np.concatenate(_batches(call, n, batch_size, rng))


def _independent_draws(call: Function, rng: Generator) -> tuple[str, bool] | None:
    """Whether the batches are drawn independently, and whether a batch holds a row twice.

    The number of different rows then varies from epoch to epoch. If it does not vary, the result is None.
    """
    epochs = [_batches(call, 60, 7, rng) for _ in range(12)]
    if len({len(np.unique(np.concatenate(rows))) for rows in epochs}) == 1:
        return None
    return "independent draws", any(len(np.unique(batch)) < len(batch) for rows in epochs for batch in rows)


def _epoch_sizes(rng: Generator) -> list[tuple[int, int]]:
    """Numbers of examples and batch sizes with full batches, with a short last batch, and with a short batch alone."""
    full, size, left = (int(number) for number in rng.integers((3, 4, 1), (6, 7, 3)))
    return [(full * size, size), (full * size + left, size), (left + 2, left + 7)]


def _every_row_once(call: Function, rng: Generator) -> None:
    for n, batch_size in _epoch_sizes(rng):
        rows = _epoch(call, n, batch_size, rng).astype(np.intp)  # np.bincount refuses int64 in a browser
        counts = np.bincount(rows, minlength=n)
        detail = f"n = {n}, batch_size = {batch_size}: rows appear {counts.tolist()} times"
        if len(counts) > n:
            raise Violation("yields rows that do not exist", detail)
        if (counts == 0).any() and (counts > 1).any():
            sentence = "some rows appear more than once in an epoch and others never"
            raise Violation(sentence, detail, fingerprint=_independent_draws(call, rng))
        if (counts == 0).any():
            raise Violation("some rows never appear in an epoch", detail, fingerprint=(n, int((counts == 0).sum())))
        if (counts > 1).any():
            raise Violation("some rows appear more than once in an epoch", detail)


def _sizes(call: Function, rng: Generator) -> None:
    # The last two have so many batches that a short one at a random place is rarely the last, one of them above 100.
    many = 2 * rng.integers((20, 150), (40, 200)) + 1
    for n, batch_size in [*_epoch_sizes(rng), (int(rng.integers(4, 9)), 1), *((int(n), 2) for n in many)]:
        expected = [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
        sizes = [len(rows) for rows in call(n, batch_size, rng)]
        if sizes != expected:
            detail = f"n = {n}, batch_size = {batch_size}: {sizes[:12]} instead of {expected[:12]}"
            raise Violation("the batches have the wrong sizes", detail, fingerprint=(n, *sizes[:12]))


def _shuffled(call: Function, rng: Generator) -> None:
    n = int(rng.integers(50, 70))
    first, second = (_epoch(call, n, 7, rng) for _ in range(2))
    if np.array_equal(first, np.sort(first)):
        raise Violation("the rows come in their stored order. Shuffle them")
    if np.mean([np.ptp(rows) == len(rows) - 1 for rows in call(n, 7, rng)]) > 0.5:
        raise Violation(
            "the rows of each batch are neighbours in the stored order. Shuffle all rows before you cut the batches"
        )
    if np.array_equal(first, second):
        raise Violation("two epochs have the same order. Draw a new order with `rng` in each call")
    seed = int(rng.integers(2**32))
    once, again = (_epoch(call, n, 7, np.random.default_rng(seed)) for _ in range(2))
    if not np.array_equal(once, again):
        raise Violation("equal generators give different orders. Draw with `rng`, not with `np.random`")
    require_advance(lambda own: call(n, 7, own), rng)


minibatches = Exercise(
    batches.minibatches,
    points=10,
    minutes=15,
    difficulty=3,
    importance="core",
    collect=_collect_rows,
    required_row="Each row once per epoch",
    checks=(
        Property("Each row once per epoch", 4, _every_row_once),
        Property("Batch sizes, with a short last batch", 2, _sizes),
        Property("Rows shuffled with the given generator", 3, _shuffled),
    ),
    slips="""
        stored order
            rng.permutation(n) → np.arange(n)
            you take the rows in their stored order. Shuffle them first with `rng.permutation(n)`.
        same order in every epoch
            rng.permutation(n) → np.random.default_rng(0).permutation(n)
            every call of your function draws the same order, as it does if you set a fixed seed. Draw with the given
            `rng` itself, and do not seed or copy it.
        another source of random numbers
            rng.permutation(n) → np.random.permutation(n)
            you draw from a source other than `rng`, such as `np.random`, so your run is not reproducible. Draw with
            `rng`.
        short batch dropped
            range(0, n, batch_size) → range(0, n - batch_size + 1, batch_size)
            you drop the rows that are left over if the batch size does not divide `n`. Yield or return them too, as a
            short last batch.
        last batch left out
            range(0, n, batch_size) → range(0, n - batch_size, batch_size)
            you leave out the last batch, even if it is full. Start a batch at each multiple of `batch_size` below `n`,
            as in `range(0, n, batch_size)`.
        return for yield
            yield → return
            your `return` ends the function at the first batch. Use `yield`, which returns one batch after another.
        last batch filled up
            order[start : start + batch_size] → np.take(order, range(start, start + batch_size), mode="wrap")
            you fill the last batch with rows that this epoch has already used. Leave the last batch short.
        drawn with replacement
            order[start : start + batch_size] → rng.integers(0, n, min(batch_size, n - start))
            you draw rows with replacement, so some rows appear more than once and others never. Shuffle the rows once
            per epoch, then cut them into batches.
        shuffled before every batch
            yield order[start : start + batch_size] → rng.shuffle(order) ⏎ yield order[start : start + batch_size]
            you draw each batch from all rows, so some rows appear more than once and others never. Shuffle the rows
            once, before the loop, and cut the batches from this order.
        neighbouring rows in each batch
            rng.permutation(n) → np.arange(n)
            yield order[start : start + batch_size] → yield rng.permutation(order[start : start + batch_size])
            each of your batches holds neighbours in the stored order, for example because you shuffle only *within*
            each batch. Shuffle all rows first, and then cut them into batches.
        batches shuffled, not rows
            rng.permutation(n) → np.arange(n)
            range(0, n, batch_size) → rng.permutation(range(0, n, batch_size))
            you shuffle only the batches, so each batch still holds neighbours in the stored order. Shuffle the rows
            instead, and cut them in order.
        batches evened out
            for start in range(0, n, batch_size): → for rows in np.array_split(order, -(-n // batch_size)):
            yield order[start : start + batch_size] → yield rows
            your batches have nearly equal sizes, as `np.array_split` makes them. Cut the shuffled rows with slices, so
            that every batch except perhaps the last has `batch_size` rows.
        overlapping batches
            range(0, n, batch_size) → range(0, n)
            your batches overlap. Start each batch `batch_size` rows after the previous one.
    """,
)


def _some_batches(rng: Generator) -> Cases:
    for n, d, size in ((20, 3, 4), (12, 2, 3)):
        batches = np.stack([rng.permutation(n)[:size] for _ in range(6)])
        yield case(f"batches of {size} from {n} examples", rng.normal(size=(n, d)), batches)


def _extreme_batches(rng: Generator) -> Cases:
    yield case(
        "batches of all examples, which have no noise", rng.normal(size=(5, 3)), np.stack([rng.permutation(5)] * 2)
    )
    yield case("batches of one example", rng.normal(size=(6, 2)), rng.integers(0, 6, (4, 1)))


def _repeated_rows(rng: Generator) -> Cases:
    yield case("a row twice in a batch", rng.normal(size=(6, 2)), np.array([[3, 3, 1], [0, 4, 4], [2, 5, 1]]))


gradient_noise = Exercise(
    references.gradient_noise,
    points=8,
    minutes=15,
    difficulty=3,
    covers="sign repeated",
    importance="extra",
    checks=(
        Values("Noise of random batches", 4.75, _some_batches),
        Values("Batches of all examples, and of one", 1.25, _extreme_batches),
        Values("Batches with repeated rows", 0.5, _repeated_rows),
    ),
    slips="""
        root forgotten
            np.sqrt(np.mean(np.sum(distances**2, axis=1))) → np.mean(np.sum(distances**2, axis=1))
            you return the mean *squared* distance. Take its square root at the end.
        mean of the distances
            np.sqrt(np.mean(np.sum(distances**2, axis=1))) → np.mean(np.sqrt(np.sum(distances**2, axis=1)))
            you average the distances. Square them, average the squares over the batches, and *then* take the root.
        averaged over the entries too
            np.sum(distances**2, axis=1) → distances**2
            you also average over the D entries. *Sum* the squares over the entries, and average only over the batches.
        summed over the batches
            np.mean(np.sum(distances**2, axis=1)) → np.sum(distances**2)
            you sum the squared distances over the batches. Take their mean.
        not compared with the full gradient
            .mean(axis=1) - full → .mean(axis=1)
            you measure the length of the batch gradients. Subtract the gradient of all examples first.
        batch summed
            [batches].mean(axis=1) → [batches].sum(axis=1)
            you sum the gradients of the examples in a batch. Take their *mean*.
        each example on its own
            per_example[batches].mean(axis=1) → per_example[batches.ravel()]
            you measure the distance of each example's gradient. Average the gradients of each batch first.
        averaged over the batches
            [batches].mean(axis=1) → [batches].mean(axis=0)
            you average over the batches. `per_example[batches]` has the axes batch, example and entry, so average over
            axis 1, the examples.
        spread around the batches' own mean
            full = per_example.mean(axis=0) → full = per_example[batches].mean(axis=(0, 1))
            you measure distances from the mean of the drawn batches. Measure them from the gradient of *all* examples.
    """,
)
