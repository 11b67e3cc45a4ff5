"""Exercises on principal components: how many to keep, and compression."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import preprocessing

from . import references
from .draws import away_from_0, components, table


def _falling(rng: Generator, d: int) -> np.ndarray:
    """Variances (d,) whose sum is 1.5, so that a proportion of it is not a proportion of 1."""
    variances = np.sort(rng.uniform(0.2, 1, d))[::-1]
    return 1.5 * variances / variances.sum()


def _falling_variances(rng: Generator) -> Cases:
    for share in (0.5, 0.8, 0.9, 0.99):
        while True:  # until sums of squares are off by more than one, and proportions rounded to two digits by one
            variances = _falling(rng, int(rng.integers(22, 36)))
            k, squared = (references.components_to_keep(v, share) for v in (variances, variances**2))
            short = share - variances[: k - 1].sum() / variances.sum()
            if squared < k - 1 and short < 0.004 and (k == len(variances)) == (share == 0.99):
                yield case(f"proportion {share}", variances, share)
                break


def _by_hand(rng: Generator) -> Cases:
    powers, k = int(rng.integers(8, 12)), int(rng.integers(3, 8))
    variances = 2.0 ** np.array([*range(powers)[::-1], 0])  # each running sum is exact
    words = ", ".join(f"{v:g}" for v in variances)
    for share, reached in (
        (1 - 0.5**k, f"which the first {k} reach exactly"),
        (1 - 0.5**k + 0.5 * 0.5**powers, f"which the first {k} just miss"),  # by half of the last variance
        (0.3, "which the first reaches"),
    ):
        yield case(f"variances {words} and proportion {share:g}, {reached}", variances, share)


def _all(rng: Generator) -> Cases:
    # As proportions, these add up to 1 − 10⁻¹⁶, and the proportions of their roots to 1.
    largest = rng.choice([5, 7, 10, 17, 18])
    variances = np.array([*np.arange(1.0, largest)[::-1], 0, 0])
    yield case("all of the variance, where the last two are 0", variances, 1.0)
    yield case("all of the variance of a single component", variances[:1], 1.0)
    while variances.sum() <= np.cumsum(variances)[-1]:  # until the sum rounds to more than the last running sum
        variances = _falling(rng, 32)
    yield case("all of the variance, where all components are needed", variances, 1.0)


def _unit(call: Function, rng: Generator) -> None:
    variances = _falling(rng, 12)
    first, second = int(call(variances, 0.9)), int(call(1e-4 * variances, 0.9))
    if first != second:
        raise Violation("the number changes with the unit of the data", f"{first}, in another unit {second}")


components_to_keep = Exercise(
    references.components_to_keep,
    points=6,
    minutes=8,
    difficulty=2,
    covers="threshold one repeated",
    importance="core",
    forbidden=(preprocessing.components_to_keep,),
    checks=(
        Values("Falling variances", 4.5, _falling_variances),
        Values("Exactly at a running sum", 1.25, _by_hand),
        Values("A proportion of 1", 0.75, _all),
        Property("The same in another unit", 0.5, _unit),
    ),
    slips="""
        one too few
            too_small + 1 → too_small
            you return the index of the last component needed. Add 1, because indices start at 0.
        counted after it was enough
            too_small + 1 → min(too_small + 2, len(kept))
            your k is one too large unless all components are needed, which happens if you compare the sum before you
            add the variance. Add each variance first and compare the sum afterwards.
        one too many
            too_small + 1 → too_small + 2
            your k is one too large. Count the running sums that are too small and add 1.
        more than the share
            kept < share → kept <= share
            you require more than the given proportion, although reaching it exactly is enough. Count the running sums
            that are too small with `<`, or find the first that is large enough with `>=`.
        not divided by the total
            share * kept[-1] → share
            you compare the running sums with the proportion itself. Compare them with the proportion times the *total*
            variance.
        always 1
            return too_small + 1 → return int(np.argmax(variances / variances.sum() >= share)) + 1
            you return 1 for every proportion, which happens if you compare single variances or return too early.
            Compare the running sums from `np.cumsum` with the proportion times the total. Return the position of the
            first that is large enough, counted from 1.
        largest that stays below
            kept < share → kept <= share
            return too_small + 1 → return max(1, too_small)
            you return the largest k whose components hold *at most* the given proportion. Return the smallest k whose
            components hold at least that much.
        last one never tried
            return too_small + 1 → return too_small + 1 if too_small + 1 < len(kept) else None
            you return None if all components are needed. Return D, the number of variances, in that case.
        proportions rounded
            kept < share * kept[-1] → np.round(kept / kept[-1], 2) < share
            you round the proportions, so one just below `share` may pass and one just above it may fail. Compare
            without rounding.
        sums of proportions
            np.cumsum(variances) → np.cumsum(variances / variances.sum())
            kept < share * kept[-1] → kept < share
            you add proportions, whose sum may end up below 1 because of rounding. Add the variances and compare the
            running sums with `share` times their total.
        sums of proportions, none large enough
            np.cumsum(variances) → np.cumsum(variances / variances.sum())
            return too_small + 1 → return int(np.argmax(kept >= share)) + 1
            you add proportions, and if rounding keeps their sum below 1, `np.argmax` finds no True and returns 0. Add
            the variances and compare the running sums with `share` times their total.
        total that rounds differently
            kept < share * kept[-1] → kept < share * variances.sum()
            return too_small + 1 → return int(np.argmax(kept >= share * variances.sum())) + 1
            you compute the total with `sum`, which may round to more than the last running sum. `np.argmax` then finds
            no True and returns 0. Take the last running sum as the total.
        total that rounds differently, counted
            kept < share * kept[-1] → kept < share * variances.sum()
            you compute the total with `sum`, which may round to more than the last running sum, and then return D + 1.
            Take the last running sum as the total.
        share of the largest
            return too_small + 1 → return int(np.sum(variances >= share * variances[0]))
            you count the variances that reach the given proportion of the largest one. Compare the running sums from
            `np.cumsum` with the proportion times the total.
        of standard deviations
            np.cumsum(variances) → np.cumsum(np.sqrt(variances))
            you add standard deviations. Add the variances, because only variances sum to the variance of the data.
        squared
            np.cumsum(variances) → np.cumsum(variances**2)
            you add the squares of the variances. Add the variances themselves, because they are already squares.
        share of their number
            return too_small + 1 → return int(np.ceil(share * len(variances)))
            you return the given proportion of the *number* of components. Find how many components hold this proportion
            of the variance.
        how many are not needed
            too_small + 1 → len(kept) - too_small
            you count the running sums that are large enough. Return the position of the first of them, counted from 1.
        an array
            too_small + 1 → np.flatnonzero(kept >= share * kept[-1]) + 1
            you return every number of components that is enough. Return only the smallest.
        largest comes last
            np.cumsum(variances) → np.cumsum(np.sort(variances))
            you add the smallest variances first. Add them in the given order, which starts with the largest.
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
        raise Violation("all components together do not reconstruct the examples")


compress = Exercise(
    references.compress,
    points=9,
    minutes=10,
    difficulty=2,
    covers="sign features one smallest",
    importance="core",
    forbidden=(preprocessing.pca_transform, preprocessing.pca_reconstruct),
    checks=(
        Values("Some of the components", 5, _some),
        Values("One component, and all", 1, _ends),
        Values("A single example", 1, lambda rng: [case("a single example", *_fitted(rng, 4, n=1), 2)]),
        Property("All components reconstruct the examples", 1, _all_is_exact),
    ),
    slips="""
        mean not subtracted
            (x - mean) @ first → x @ first
            you do not subtract the mean, but coordinates are measured from the mean of the training data. Subtract
            `mean` from x first.
        mean not added back
            z @ first.T + mean → z @ first.T
            you do not add the mean to the reconstruction. Add `mean` at the end.
        mean forgotten both ways
            (x - mean) @ first → x @ first
            z @ first.T + mean → z @ first.T
            you neither subtract the mean nor add it back. Subtract it before the first product and add it after the
            second.
        own mean
            first = components[:, :k] → first, mean = components[:, :k], x.mean(axis=0)
            you subtract and add the mean of `x`, which may be a single test image. Use the argument `mean`, which comes
            from the training part, in both places.
        own mean on the way in
            (x - mean) @ first → (x - x.mean(axis=0)) @ first
            you subtract the mean of `x`, which may be a single test image. Subtract the argument `mean`, which comes
            from the training part.
        rows for columns
            components[:, :k] → components[:k].T
            you take the first k *rows*. Take the first k columns, `components[:, :k]` of shape (D, k).
        last for first
            components[:, :k] → components[:, -k:]
            you take the last k components, along which the examples vary least. Take the first k.
        one short
            components[:, :k] → components[:, : max(k - 1, 1)]
            you take k − 1 components. Use the slice `[:, :k]`, which ends before index k and has k columns.
        one too many
            components[:, :k] → components[:, : k + 1]
            you take k + 1 components. Use the slice `[:, :k]`, which has k columns.
        from the second on
            components[:, :k] → np.roll(components, -1, axis=1)[:, :k]
            you start at the second component. Take columns 0 to k − 1, `[:, :k]`, because indices start at 0.
        one component alone
            components[:, :k] → components[:, k - 1 : k]
            you take only the k-th component. Take the first k.
        all components
            components[:, :k] → components
            you use all components. Take the first k columns.
        reconstructed from all components
            rebuilt = z @ first.T + mean → rebuilt = (x - mean) @ components @ components.T + mean
            you reconstruct from all components, so nothing is lost. Reconstruct from the k coordinates in z.
        not rotated back
            z @ first.T + mean → z @ first + mean
            you multiply by the components again to reconstruct. Multiply by their transpose.
        back with rows
            z @ first.T → z @ components[:k]
            you reconstruct with the first k *rows*. Transpose the first k columns instead.
        mean added too early
            z @ first.T + mean → (z + mean[:k]) @ first.T
            you add the mean to the coordinates. Add the mean after the second product, because the mean has one
            entry per feature.
        mean among the coordinates
            z = (x - mean) @ first → z = x @ first - mean[:k]
            you subtract the mean from the coordinates. Subtract the mean from x before the first product, because the
            mean has one entry per feature.
        only the coordinates
            return z, rebuilt → return z
            you return only the coordinates. Return `z, rebuilt`.
        results exchanged
            return z, rebuilt → return rebuilt, z
            you return the results in the wrong order. Return `z, rebuilt`.
        x changed
            z = (x - mean) @ first → x -= mean ⏎ z = x @ first
            the values are right, but you change the caller's `x` in place, as `x -= mean` does. Make a new array with
            `x - mean`.
    """,
)
