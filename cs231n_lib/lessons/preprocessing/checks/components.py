"""Exercises on principal components: how many are enough, and few numbers for many."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import preprocessing

from . import references
from .draws import away_from_0, components, table


def _falling(rng: Generator, d: int) -> np.ndarray:
    """Variances (d,) whose sum is 1.5: no share of it is a share of 1."""
    variances = np.sort(rng.uniform(0.2, 1, d))[::-1]
    return 1.5 * variances / variances.sum()


def _falling_variances(rng: Generator) -> Cases:
    for share in (0.5, 0.8, 0.9, 0.99):
        while True:  # until sums of squares are off by more than one
            variances = _falling(rng, 30)
            k, squared = (references.components_to_keep(v, share) for v in (variances, variances**2))
            if squared < k - 1:
                yield case(f"share {share}", variances, share)
                break


def _by_hand(rng: Generator) -> Cases:
    variances = np.array([8.0, 4.0, 2.0, 1.0, 1.0])
    for share, words in ((0.75, "exactly reached by two"), (0.76, "just missed by two"), (0.3, "reached by the first")):
        yield case(f"variances 8, 4, 2, 1, 1; share {share}, {words}", variances, share)


def _all(rng: Generator) -> Cases:
    yield case("all of the variance, the last two being 0", np.array([4.0, 3.0, 1.0, 0.0, 0.0]), 1.0)


def _unit(call: Function, rng: Generator) -> None:
    variances = _falling(rng, 12)
    first, second = int(call(variances, 0.9)), int(call(1e-4 * variances, 0.9))
    if first != second:
        raise Violation("in another unit of the data another number is kept", f"{first}, in another unit {second}")


components_to_keep = Exercise(
    references.components_to_keep,
    points=6,
    minutes=8,
    difficulty=2,
    importance="core",
    forbidden=(preprocessing.components_to_keep,),
    checks=(
        Values("Falling variances", 3, _falling_variances),
        Values("At the edge", 2, _by_hand),
        Values("A share of 1", 1, _all),
        Property("The same in another unit", 1, _unit),
    ),
    slips="""
        one too few
            too_small + 1 → too_small
            this is the index of the last one that is needed, counted from 0: how *many* are needed is one more.
        one too many
            too_small + 1 → too_small + 2
            this is one more than are needed.
        more than the share
            kept < share → kept <= share
            where the share is reached exactly, that is enough: `<`, or `>=` if you look for what is enough.
        not divided by the total
            share * kept[-1] → share
            the sum is compared with the share itself: a share is of *all* the variance.
        always 1
            return too_small + 1 → return int(np.argmax(variances / variances.sum() >= share)) + 1
            this is 1 for every share. The first k variances hold it *together*, so compare sums, `np.cumsum`, and with
            the share of the sum of *all*.
        largest that stays below
            kept < share → kept <= share
            return too_small + 1 → return max(1, too_small)
            these are so many that they hold *at most* the share: the smallest k that holds at least as much is asked.
        of standard deviations
            np.cumsum(variances) → np.cumsum(np.sqrt(variances))
            you add up standard deviations. Only variances add up.
        squared
            np.cumsum(variances) → np.cumsum(variances**2)
            you add up squares of variances. They are squares already.
        share of their number
            return too_small + 1 → return int(np.ceil(share * len(variances)))
            this is a share of the *number* of components: a share of the variance is asked.
        how many are not needed
            too_small + 1 → len(kept) - too_small
            you count the ends that are enough: the first of them is asked.
        an array
            too_small + 1 → np.flatnonzero(kept >= share * kept[-1]) + 1
            these are all numbers that are enough: the smallest is asked.
        largest comes last
            np.cumsum(variances) → np.cumsum(np.sort(variances))
            the smallest variances are added up first. They come with the largest first.
    """,
)


def _fitted(rng: Generator, d: int, n: int = 6) -> tuple[FloatArray, FloatArray, FloatArray]:
    """x (n, d), a mean that is not its own, and orthonormal columns."""
    return table(rng, n, d), away_from_0(rng, d), components(rng, d)


def _some(rng: Generator) -> Cases:
    for d, k in ((5, 2), (4, 3)):
        yield case(f"{k} of {d} components", *_fitted(rng, d), k)


def _ends(rng: Generator) -> Cases:
    yield case("a single component", *_fitted(rng, 4), 1)
    yield case("all 4 components", *_fitted(rng, 4), 4)


def _all_is_exact(call: Function, rng: Generator) -> None:
    x, mean, u = _fitted(rng, 4)
    _, rebuilt = call(x, mean, u, 4)
    if np.shape(rebuilt) != x.shape or not np.allclose(rebuilt, x, rtol=1e-9, atol=1e-9):
        raise Violation("all components do not give the examples back")


compress = Exercise(
    references.compress,
    points=9,
    minutes=10,
    difficulty=2,
    importance="core",
    forbidden=(preprocessing.pca_transform, preprocessing.pca_reconstruct),
    checks=(
        Values("Some of the components", 5, _some),
        Values("One of them, and all", 1, _ends),
        Values("A single example", 1, lambda rng: [case("a single example", *_fitted(rng, 4, n=1), 2)]),
        Property("All of them give the examples back", 1, _all_is_exact),
    ),
    slips="""
        mean not subtracted
            (x - mean) @ first → x @ first
            the mean is not subtracted: coordinates are counted from the middle of the training cloud.
        mean not added back
            z @ first.T + mean → z @ first.T
            the mean is missing in `rebuilt`: what was subtracted on the way in is added on the way back.
        mean forgotten both ways
            (x - mean) @ first → x @ first
            z @ first.T + mean → z @ first.T
            the mean is missing on both ways: subtract it first, and add it at the end.
        own mean
            first = components[:, :k] → first, mean = components[:, :k], x.mean(axis=0)
            you subtract the mean of these examples. They may be one test picture: subtract the `mean` that was fitted.
        own mean on the way in
            (x - mean) @ first → (x - x.mean(axis=0)) @ first
            you subtract the mean of these examples. They may be one test picture: subtract the `mean` that was fitted.
        rows for columns
            components[:, :k] → components[:k].T
            these are the first k *rows*. The components are the columns: `components[:, :k]`.
        last for first
            components[:, :k] → components[:, -k:]
            these are the last k components, along which the examples vary least.
        one short
            components[:, :k] → components[:, : max(k - 1, 1)]
            these are k − 1 components: `[:, :k]` ends before index k, and so has k.
        one too many
            components[:, :k] → components[:, : k + 1]
            these are k + 1 components: `[:, :k]` has k.
        one component alone
            components[:, :k] → components[:, k - 1 : k]
            this is the k-th component alone: the first k are asked.
        all components
            components[:, :k] → components
            all components are used: take the first k columns.
        coordinates cut after all were taken
            rebuilt = z @ first.T + mean → rebuilt = (x - mean) @ components @ components.T + mean
            `rebuilt` is made of all components, so nothing is lost. Make it of the k coordinates in z.
        not turned back
            z @ first.T + mean → z @ first + mean
            the way back multiplies by the components as they are: turn them, `first.T`.
        back with rows
            z @ first.T → z @ components[:k]
            the way back takes the first k *rows* as they are: turn the first k columns, `first.T`.
        mean added too early
            z @ first.T + mean → (z + mean[:k]) @ first.T
            the mean is added to the coordinates. It belongs to the features: add it at the end.
        mean among the coordinates
            z = (x - mean) @ first → z = x @ first - mean[:k]
            the mean is subtracted from the coordinates. It belongs to the features: subtract it from x, before.
        only the coordinates
            return z, rebuilt → return z
            only the coordinates are returned: `z, rebuilt` are asked.
        results exchanged
            return z, rebuilt → return rebuilt, z
            the two results are in the other order: (z, rebuilt) is asked.
        x changed
            z = (x - mean) @ first → x -= mean ⏎ z = x @ first
            the values are right, but `x -= mean` writes into the caller's array.
    """,
)
