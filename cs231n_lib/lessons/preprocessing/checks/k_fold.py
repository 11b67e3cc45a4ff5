"""An exercise on the folds of cross-validation, whose rows may come in any order."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.checks.randomness import require_advance

from . import references

Rows = NDArray[np.int64]


def _sizes(rng: Generator) -> list[tuple[int, int]]:
    """Numbers of examples and of folds. In three of the five, n is no multiple of k."""
    per_fold, k, left = (int(number) for number in rng.integers((3, 4, 1), (11, 9, 3)))
    many = int(rng.integers(5, 15))
    return [(per_fold * k, k), (per_fold * k + left, k), (many, many), (6 * many + 5, 6), (2 * many + 1, 2)]


def _as_pairs(result: Any) -> list[Any]:
    """Pairs of arrays, copied, because a generator may yield one array that changes."""
    entries = [entry for entry, _ in zip(result, range(1000), strict=False)]
    return [tuple(np.array(rows) for rows in entry) if np.iterable(entry) else (np.array(entry),) for entry in entries]


def _pairs(result: Any, *args: Any, **kwargs: Any) -> list[tuple[Rows, Rows]]:
    """Training and validation rows of each fold, or a `Violation`."""
    pairs = _as_pairs(result) if np.iterable(result) else []
    if not pairs:
        raise Violation("the result is not a list of pairs")
    for pair in pairs:
        if len(pair) != 2 or any(rows.ndim != 1 or rows.dtype.kind not in "iu" for rows in pair):
            shapes = tuple((rows.ndim, rows.dtype.kind) for rows in pair)
            raise Violation("an entry is not a pair of one-dimensional arrays of row numbers", fingerprint=shapes)
    return pairs


def _once(call: Function, rng: Generator) -> None:
    for n, k in _sizes(rng):
        pairs = _pairs(call(n, k, rng))
        if len(pairs) != k:
            raise Violation("the number of pairs is not k", f"{len(pairs)} instead of {k}", (n, k, len(pairs)))
        rows = np.concatenate([validation for _, validation in pairs])
        if rows.size and (rows.min() < 0 or rows.max() >= n):
            raise Violation("some row numbers do not exist", f"n = {n}: {rows.min()} to {rows.max()}")
        counts = np.bincount(rows.astype(np.intp, casting="same_kind"), minlength=n)
        detail = f"n = {n}, k = {k}: the rows are used for validation {counts.tolist()} times"
        if (counts == 0).any() and (counts > 1).any():
            raise Violation("some rows are used for validation more than once and others never", detail, (n, k))
        if (counts == 0).any():
            raise Violation("some rows are never used for validation", detail, (n, int((counts == 0).sum())))
        if (counts > 1).any():
            raise Violation("some rows are used for validation more than once", detail, (n, int(counts.max())))


def _others(call: Function, rng: Generator) -> None:
    for n, k in _sizes(rng):
        for train, validation in _pairs(call(n, k, rng)):
            both = np.intersect1d(train, validation).size
            detail = f"n = {n}, k = {k}: {both} of {len(validation)} validation rows"
            if both:
                raise Violation("a model is trained on rows that validate it", detail, len(train) == n)
            if not np.array_equal(np.sort(train), np.setdiff1d(np.arange(n), validation)):
                raise Violation("a model is not trained on all other rows", f"n = {n}, k = {k}: {len(train)} rows")


def _even(call: Function, rng: Generator) -> None:
    for n, k in _sizes(rng):
        sizes = [len(validation) for _, validation in _pairs(call(n, k, rng))]
        if max(sizes) - min(sizes) > 1:
            raise Violation("the folds differ in size by more than 1", f"n = {n}, k = {k}: {sizes}", tuple(sizes))


def _shuffled(call: Function, rng: Generator) -> None:
    n = int(rng.integers(50, 70))

    def drawn(rng: Generator) -> list[set[int]]:
        return [set(validation.tolist()) for _, validation in _pairs(call(n, 4, rng))]

    first, second = drawn(rng), drawn(rng)
    if all(max(fold) - min(fold) == len(fold) - 1 for fold in first if fold):
        raise Violation("the rows of each fold are neighbours in the stored order")
    if first == second:
        raise Violation("two calls return the same folds")
    seed = int(rng.integers(2**32))
    if drawn(np.random.default_rng(seed)) != drawn(np.random.default_rng(seed)):
        raise Violation("two generators with the same seed lead to different folds")
    require_advance(lambda own: call(n, 4, own), rng)


k_fold = Exercise(
    references.k_fold,
    points=8,
    minutes=12,
    difficulty=3,
    importance="core",
    collect=_as_pairs,
    form=_pairs,
    required_row="Every row is validated once",
    checks=(
        Property("Every row is validated once", 3, _once),
        Property("Trained on all other rows", 3, _others),
        Property("Folds of nearly equal size", 1, _even),
        Property("Shuffled with the given generator", 2, _shuffled),
    ),
    slips="""
        stored order
            rng.permutation(n) → np.arange(n)
            each of your folds holds neighbouring rows of the stored order, so if the rows are sorted by class, a model
            may be validated on a class that it never saw in training. Shuffle all rows before you cut them,
            and use the array that `rng.permutation(n)` returns.
        same folds in every call
            rng.permutation(n) → np.random.default_rng(0).permutation(n)
            all your calls with equal n and k return the same folds, which happens if you use a fixed seed or do not
            shuffle. Shuffle the rows with the argument `rng`, as `rng.permutation(n)` does.
        global random state
            rng.permutation(n) → np.random.permutation(n)
            you do not shuffle with `rng`, so two generators with the same seed lead to different folds. Call
            `rng.permutation(n)`, because other sources of random numbers ignore the seed of `rng`.
        rows left over
            np.array_split(rng.permutation(n), k) → np.split(rng.permutation(n)[: n // k * k], k)
            if n is not a multiple of k, you never use the remaining rows. Spread them over the folds, as
            `np.array_split` does.
        rows left over, trained on
            np.array_split(rng.permutation(n), k) → np.split(rng.permutation(n)[: n // k * k], k)
            np.concatenate(folds[:i] + folds[i + 1 :]) → np.setdiff1d(np.arange(n), validation)
            if n is not a multiple of k, you use the remaining rows only for training. Spread them over the folds, as
            `np.array_split` does.
        size rounded up
            np.array_split(rng.permutation(n), k) → np.split(rng.permutation(n), [-(-n // k) * j for j in range(1, k)])
            you round the fold size up, so too few rows remain for the last folds. Spread the remainder over the folds,
            so that their sizes differ by at most 1.
        remainder in the last fold
            np.array_split(rng.permutation(n), k) → np.split(rng.permutation(n), [n // k * j for j in range(1, k)])
            if n is not a multiple of k, you put all remaining rows into the last fold. Spread them over the folds, so
            that fold sizes differ by at most 1.
        size for number
            np.array_split(rng.permutation(n), k) → np.array_split(rng.permutation(n), -(-n // k))
            you cut folds of k rows each. Cut the rows into k *folds*.
        a fold drawn for each row
            folds = → drawn = rng.integers(0, k, size=n) ⏎ folds =
            np.array_split(rng.permutation(n), k) → [np.flatnonzero(drawn == i) for i in range(k)]
            you draw a fold for each row at random, so the folds differ in size. Shuffle the rows with
            `rng.permutation(n)`, and cut this order into k parts with `np.array_split`.
        validation rows in training
            np.concatenate(folds[:i] + folds[i + 1 :]) → np.concatenate(folds)
            you train each model on all rows, including those that validate it. Leave each model's validation fold
            out of its training rows.
        one training fold
            folds[:i] + folds[i + 1 :] → [folds[i - 1]]
            you train each model on only one fold. Train it on all folds except the one that validates it.
        positions for rows
            np.concatenate(folds[:i] + folds[i + 1 :]) → np.delete(np.concatenate(folds), validation)
            some of your training parts contain rows that validate the same model, which happens if you confuse row
            numbers with their positions after the shuffle. Join the row numbers of the other folds.
        roles exchanged
            (train, validation) → (validation, train)
            you return each pair in the wrong order, so each model would train on one fold. Return (train, validation).
        shuffled for each fold
            train = → folds = np.array_split(rng.permutation(n), k) ⏎ validation = folds[i] ⏎ train =
            your folds overlap, which happens if you shuffle again before each fold. Shuffle once, before the loop, and
            cut that order into k parts.
        rows drawn with replacement
            rng.permutation(n) → rng.choice(n, size=n)
            you use some rows for validation more than once and others never, which happens if you draw them with
            `rng.choice` or `rng.integers`. Cut one `rng.permutation(n)`, which contains each row once, into k parts,
            and train on the other parts.
        hold-out
            return pairs → return pairs[:1]
            you return the pair of only one fold. Hold out each of the k folds once, and return all k pairs.
    """,
)
