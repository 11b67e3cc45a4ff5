"""Exercise on the ratio of densities by which a Bayesian search chooses its next trial."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import searches


def _trials(rng: Generator, n: int, features: int, *, diverged: int = 0) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Candidates (5, D), points (n, D) and results (n,) without ties, of which the best quarter does not come first."""
    while True:
        results = rng.permutation(n) / n + rng.uniform(0.1, 0.2)
        results[rng.permutation(n)[:diverged]] = np.nan
        quarter = max(1, n // 4)
        best = np.argsort(-results)[:quarter]
        if set(best) != set(range(quarter)):
            return rng.random((5, features)), rng.random((n, features)), results


def _several(rng: Generator) -> Cases:
    yield case("12 trials of 2 hyperparameters", *_trials(rng, 12, 2), 0.3)
    yield case("11 trials, of which a quarter is 2", *_trials(rng, 11, 3), 0.5)
    yield case("3 trials, of which 1 is the best", *_trials(rng, 3, 2), 0.4)


def _single(rng: Generator) -> Cases:
    _, _, results = _trials(rng, 8, 1)
    points = rng.permutation(np.linspace(0.05, 0.95, 8))[:, np.newaxis]
    candidates = points[np.argsort(-results)[:5]] + 0.01  # near the best trials the density of the rest is tiny
    yield case("8 trials of 1 hyperparameter, far apart for their width", candidates, points, results, 0.02)


def _diverged(rng: Generator) -> Cases:
    for label, less in (("three trials diverged", 2), ("three diverged, results below minus a million", 2e6)):
        candidates, points, results = _trials(rng, 8, 2, diverged=3)
        yield case(label, candidates, points, results - less, 0.3)


def _high_at_best(call: Function, rng: Generator) -> None:
    points = rng.permutation(np.linspace(0.05, 0.95, 12))[:, np.newaxis]
    results = -np.abs(points[:, 0] - 0.5)
    ratio = np.asarray(call(np.array([[0.5], [0.05], [0.95]]), points, results, 0.1), dtype=float)
    if ratio.shape != (3,) or not ratio[0] > 1 > max(ratio[1:]):
        raise Violation(
            "the ratio must be above 1 near the best trials and below 1 far from them",
            f"near them it is {ratio.ravel()[0]:.3g}",
            fingerprint=ratio.round(3).tolist(),
        )


parzen_ratio = Exercise(
    searches.parzen_ratio,
    points=4,
    minutes=15,
    difficulty=3,
    importance="extra",
    checks=(
        Values("Several hyperparameters", 4, _several),
        Values("One hyperparameter", 0.75, _single),
        Values("Trials that diverged belong to the rest", 0.75, _diverged),
        Property("Large near the best trials, small far from them", 0.5, _high_at_best),
    ),
    slips="""
        NaN among the best
            np.argsort(-results) → np.argsort(results)[::-1]
            your order begins with NaN, as the reversed order of `np.argsort` does, so diverged trials count as the
            best. Sort `-results` with `np.argsort`, which puts NaN last, and leave the order as it is.
        diverged trials left out
            np.argsort(-results) → np.argsort(-results)[: np.sum(results == results)]
            max(1, len(points) // 4) → max(1, len(order) // 4)
            you leave out the trials that diverged. Count them among the n trials, as the worst.
        diverged trials left out of the rest
            np.argsort(-results) → np.argsort(-results)[: np.sum(results == results)]
            your density of the rest leaves out the trials that diverged. Include them, because they count as the worst.
        0 for NaN
            -results) → -np.nan_to_num(results))
            your code turns NaN into 0, which is the largest result if all others are below 0. Sort `-results` with
            `np.argsort`, which puts NaN last.
        worst quarter
            -results) → results)
            your code takes the trials with the *smallest* results as the best quarter. Take those with the largest.
        upside down
            best / rest → rest / best
            you divide the density of the rest by that of the best quarter. Divide the other way round.
        no best of fewer than four
            max(1, len(points) // 4) → len(points) // 4
            your best quarter of fewer than four trials is empty, and the mean of no bumps is NaN. Take at least one
            trial.
        quarter rounded up
            len(points) // 4 → -(-len(points) // 4)
            you round the quarter up, as a limit at the upper quartile of the results also does. Round it down with `n
            // 4`, but take at least one trial.
        half
            len(points) // 4 → len(points) // 2
            your code takes the best half of the trials. Take the best quarter.
        best against all
            kernels[:, n:].mean → kernels.mean
            you divide by the density of *all* trials. Divide by the density of the trials outside the best quarter.
        sums for means
            kernels[:, :n].mean(axis=1), → kernels[:, :n].sum(axis=1),
            kernels[:, n:].mean(axis=1) → kernels[:, n:].sum(axis=1)
            you take sums, but the rest has about three times as many trials. Take the *mean* of the bumps for each
            density.
        results not in order
            points[order]) / width → points) / width
            you take the first quarter of `points` for the best one. Put the points in the order of their results first,
            from the largest to the smallest.
        width forgotten
            / width → / 1
            you leave out the width of the bumps. Divide the gaps by `width`.
        width not squared
            gaps**2 → gaps**2 * width
            you square the gap but not the width. Square the quotient gap/width.
        one half forgotten
            axis=2) / 2) → axis=2))
            your exponent lacks the factor ½. Divide the sum of squares by 2.
        hyperparameters added
            np.exp(-np.sum(gaps**2, axis=2) / 2) → np.sum(np.exp(-(gaps**2) / 2), axis=2)
            you add the bumps of the hyperparameters, so a point that is near in one of them counts as near. Add their
            squared gaps in the exponent instead.
        mean over the hyperparameters
            np.sum(gaps**2, axis=2) → np.mean(gaps**2, axis=2)
            you take the mean of the squared gaps over the hyperparameters. Take their sum.
        distance not squared
            np.sum(gaps**2, axis=2) → np.sum(abs(gaps), axis=2)
            your exponent contains the sizes of the gaps. Square each gap before you add them, as in a Gaussian bump.
        difference
            best / rest → best - rest
            you subtract the two densities. Divide them.
    """,
)
