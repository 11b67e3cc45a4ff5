"""Exercises on log-uniform numbers and on random search, whose draws may come in any order."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.search import LogUniform

from . import searches
from .grid_search import LIBRARY, Hill

LOW, HIGH = np.array([1e-4, 1e-7, 2.0]), np.array([1.0, 1e-2, 200.0])


def _single(rng: Generator) -> Cases:
    """Two searches, in which the third and the last trial are the best."""
    for n, place, low, high in ((9, 2, 1e-5, 1.0), (4, 3, 0.5, 20.0)):
        seed = int(rng.integers(2**32))
        top = searches.log_uniform(np.random.default_rng(seed).random(n)[[place]], low, high)
        ends = np.array([low]), np.array([high])
        yield case(f"1 hyperparameter, {n} trials", Hill(top), *ends, n, np.random.default_rng(seed))


def found(result: Any, n: int, features: int, apart: object = None) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Best point, points and results of a search, or a `Violation` if their shapes are wrong."""
    if not isinstance(result, tuple | list) or len(result) < 3:
        raise Violation("the answer does not have three parts. Return best, points and results")
    for name, part, shape in zip(
        ("best", "points", "results"), result, ((features,), (n, features), (n,)), strict=False
    ):
        if np.shape(part) != shape:
            words = f"{name} has shape {np.shape(part)}, not {shape}, for {n} trials of {features} hyperparameters"
            raise Violation(words, fingerprint=apart)
    best, points, results = (np.asarray(part, dtype=float) for part in result[:3])
    return best, points, results


def _spread(call: Function, rng: Generator) -> None:
    _, points, _ = found(call(Hill([0.01, 1e-4, 9.0]), LOW, HIGH, 400, rng), 400, 3)
    positions = np.log(points / LOW) / np.log(HIGH / LOW)
    if positions.min() < -1e-9 or positions.max() > 1 + 1e-9:
        raise Violation("some points lie outside `low` and `high`. Each hyperparameter has its own range")
    for feature in range(3):
        if len(np.unique(points[:, feature])) < 400:
            raise Violation("a value occurs twice. Draw a number for each hyperparameter of each trial")
        counts = np.histogram(positions[:, feature], 4, (0, 1))[0]
        if np.abs(counts - 100).max() > 50:  # 5.8 standard deviations
            raise Violation("the logarithms are not uniform. Use `mine.log_uniform`")
    if np.abs(np.corrcoef(positions.T) - np.eye(3)).max() > 0.3:  # 6 standard deviations
        raise Violation("the hyperparameters rise and fall together. Draw a number for *each* of them")


def watched(above: float, first: bool) -> tuple[searches.Objective, list[tuple[float, ...]]]:
    """Hill raised by ``above``, and a list of its calls. High learning rates diverge, and the first if ``first``."""
    asked: list[tuple[float, ...]] = []
    slopes = Hill([0.01, 1e-4])

    def objective(point: FloatArray) -> float:
        asked.append(tuple(np.asarray(point, dtype=float).tolist()))
        diverged = first if asked[-1] == asked[0] else point[0] > 0.1
        return float("nan") if diverged else slopes(point) + above

    return objective, asked


def _together(call: Function, rng: Generator) -> None:
    for apart in ((100.0, False), (100.0, True), (0.0, False), (-2e6, False)):
        best, points, results = _searched(call, apart, rng)
        if not np.allclose(best, points[np.nanargmax(results)], rtol=1e-9):
            # An answer may take the place among the finished trials, which must not be that of a diverged one.
            for _ in range(20):
                place = np.argmax(results[~np.isnan(results)])
                if not np.isnan(results[place]) and place != np.nanargmax(results):
                    break
                best, points, results = _searched(call, apart, rng)
            raise Violation(
                "best is not the point with the largest result. Leave out NaN, the result of a run that diverged",
                fingerprint=(apart, np.allclose(best, points[place], rtol=1e-9)),
            )


def _searched(call: Function, apart: tuple[float, bool], rng: Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Best point, points and results of one search, with one call of the objective for each point."""
    objective, asked = watched(*apart)
    best, points, results = found(call(objective, LOW[:2], HIGH[:2], 30, rng), 30, 2, apart)
    if len(asked) > 30:
        raise Violation(
            "a point is tried twice. A trial is a whole training run, so call the objective once for each point",
            f"for 30 points the objective is called {len(asked)} times",
        )
    if not np.allclose(results, [objective(point) for point in points], rtol=1e-9, equal_nan=True):
        raise Violation(
            "`results` does not hold the objective's value for each row of `points`. Keep them in the same order"
        )
    return best, points, results


def draws_from(call: Callable[[Generator], Any], rng: Generator) -> None:
    """Require that all random numbers come from the given generator and are new in each call."""
    seed = int(rng.integers(2**32))
    one, other = (np.asarray(call(np.random.default_rng(seed))[1]) for _ in range(2))
    if not np.array_equal(one, other):
        raise Violation("equal generators give different points. Draw from `rng`, not from np.random")
    if np.array_equal(call(rng)[1], call(rng)[1]):
        raise Violation("two calls try the same points. Draw from the argument `rng`")


def _draws(call: Function, rng: Generator) -> None:
    draws_from(lambda generator: call(Hill([0.01, 1e-4]), LOW[:2], HIGH[:2], 5, generator), rng)


random_search = Exercise(
    searches.random_search,
    points=8,
    minutes=10,
    difficulty=2,
    covers="tiny one",
    importance="core",
    forbidden=LIBRARY,
    builds_on=("log_uniform",),
    checks=(
        Values("One hyperparameter", 2, _single, central=True),
        Property("Several hyperparameters, each drawn log-uniformly from its range", 2, _spread, central=True),
        Property("Points, results and best belong together", 2, _together, central=True),
        Property("Draws from the generator given", 1, _draws),
    ),
    slips="""
        one number for all hyperparameters
            rng.random((n, len(low))) → rng.random((n, 1))
            you draw one number for all hyperparameters of a trial, so they rise and fall together. Draw `len(low)`
            numbers for each trial.
        same point in every trial
            rng.random((n, len(low))) → np.tile(rng.random(len(low)), (n, 1))
            you try the same point in every trial. Draw `len(low)` new numbers for each trial.
        uniform
            log_uniform(rng.random((n, len(low))), low, high) → low + rng.random((n, len(low))) * (high - low)
            your points are uniform, so almost none lie in the lower powers of ten. Make the *exponent* uniform.
        normal numbers
            rng.random((n, len(low))) → rng.normal(size=(n, len(low)))
            you draw normal numbers, as `rng.normal` does. Some lie below 0 or above 1, so points leave the range. Use
            `rng.random`.
        a generator of its own
            rng.random → np.random.default_rng(0).random
            a generator made inside the function starts anew in each call, so the points are always the same. Draw from
            `rng`.
        NaN wins
            np.nanargmax → np.argmax
            your code treats the NaN of a diverged run as the largest result, as `np.argmax` does. Use `np.nanargmax`.
        place among the finished ones
            points[np.nanargmax(results)] → points[np.argmax(results[~np.isnan(results)])]
            you find the place of the best result among the results without NaN, but use it as a row of all points. Use
            `np.nanargmax(results)`, or leave out the same rows of `points`.
        0 for NaN
            np.nanargmax(results) → np.argmax(np.nan_to_num(results))
            your code turns NaN into 0, which is the largest result if all others are below 0. Use `np.nanargmax`.
        first for NaN
            best = points[np.nanargmax(results)] → best = points[np.nanargmax(results) * (results[0] == results[0])]
            your code keeps the first trial even if it diverged, because `<` and `>` are False for every comparison with
            NaN. Skip NaN.
        search begins at 0
            points[np.nanargmax(results)] → points[np.nanargmax(results)] if np.nanmax(results) > 0 else None
            your search for the largest result starts at 0. Start at −∞, because results may be below 0.
        worst for best
            np.nanargmax → np.nanargmin
            you return the point with the *smallest* result. Return the one with the largest.
        last for best
            points[np.nanargmax(results)] → points[-1]
            you return the last point. Return the one with the largest result.
        high for low
            low, high) → high, high)
            your range begins and ends at `high`. Let it begin at `low`.
        new points returned
            return best, points, results → return best, log_uniform(rng.random((n, len(low))), low, high), results
            you return newly drawn points. Return those that were tried.
        results sorted
            return best, points, results → return best, points, np.sort(results)
            you sort the results but not the points. Leave both in the order of the trials.
        diverged trials removed
            return best, points, results → return best, points[results == results], results[results == results]
            you remove the trials that diverged from `points` and `results`. Return all n trials, with NaN as the result
            of a diverged one, and skip NaN only where you look for the best.
        result returned
            best = points[np.nanargmax(results)] → best = np.nanmax(results)
            you return the best *result* as best. Return the point that gave it.
        tried twice
            points[np.nanargmax(results)] → max(points, key=lambda p: np.nan_to_num(objective(p), nan=-9e9))
            you call the objective more than once for a point, and each call is a whole training run. Call it once for
            each point, and find the best in `results`.
        objective called again for finished runs
            points[np.nanargmax(results)] → max((p for p, r in zip(points, results) if r == r), key=objective)
            you call the objective again for each run that did not diverge, and each call is a whole training run. Call
            it once for each point, and look for NaN and for the best in `results`.
        one trial too few
            rng.random((n, len(low))) → rng.random((n - 1, len(low)))
            you run one trial too few. Try n points.
    """,
)


def _decades(rng: Generator) -> Cases:
    yield case("20 learning rates from 10⁻⁵ to 1", rng.random(20), 1e-5, 1.0)
    yield case("a range that does not start at a power of ten", rng.random(20), 0.004, 30.0)


def _several(rng: Generator) -> Cases:
    yield case(
        "two hyperparameters, each with its own range", rng.random((6, 2)), np.array([1e-4, 2.0]), np.full(2, 9.0)
    )


def _ends(rng: Generator) -> Cases:
    low = float(10 ** rng.uniform(-4, -2))
    yield case("u = 0 and u = 1 are the ends", np.array([0.0, 1.0]), low, float(low * 10 ** rng.uniform(3, 5)))


def _even(call: Function, rng: Generator) -> None:
    drawn = np.asarray(call((np.arange(4000) + rng.random(4000)) / 4000, 1e-4, 1.0))
    counts = np.histogram(drawn, [1e-4, 1e-3, 1e-2, 1e-1, 1])[0]
    if np.abs(counts - 1000).max() > 2:
        raise Violation(
            "each of four powers of ten must get a quarter of the numbers",
            f"of 4,000 numbers from 10⁻⁴ to 1 they get {', '.join(map(str, counts))}",
        )


log_uniform = Exercise(
    searches.log_uniform,
    points=5,
    minutes=8,
    difficulty=1,
    covers="tiny",
    importance="core",
    forbidden=(LogUniform.at, LogUniform.sample),
    checks=(
        Values("From low to high", 3.5, _decades),
        Values("The ends", 0.5, _ends),
        Values("A range for each hyperparameter", 0.5, _several),
        Property("As many numbers in every power of ten", 0.5, _even),
    ),
    slips="""
        uniform
            10**exponent → low + u * (high - low)
            your numbers are uniform, so almost none lie in the lower powers of ten. Make the *exponent* uniform.
        other base
            10**exponent → np.exp(exponent)
            you use `log10` and then `exp`, which has the base e. Use `10 ** …`, or take logarithms with `np.log`.
        other logarithm
            np.log10(low), np.log10(high) → np.log(low), np.log(high)
            you use `np.log`, which has the base e, and then `10 ** …`. Use one base for both.
        multiplied by u
            10**exponent → high * u
            you multiply `high` by u, so the numbers are uniform from 0 to `high`. Make the *exponent* uniform, from the
            logarithm of `low` to that of `high`.
        range typed in
            np.log10(low), np.log10(high) → -4.0, 0.0
            you always use the range of the example, 10⁻⁴ to 1. Use `low` and `high`.
        exponent returned
            10**exponent → exponent
            you return the exponents. Return 10 to the power of each exponent.
        end not subtracted
            (end - start) → end
            your code does not give `high` at u = 1. Multiply u by the logarithm of `high` minus that of `low`.
        start left out
            start + u → u
            your code does not give `low` at u = 0. Add the logarithm of `low` to the exponent.
        backwards
            start + u * (end - start) → end + u * (start - end)
            your numbers go from high down to low. Let u = 0 give `low` and u = 1 give `high`.
        logarithm of the distance
            (end - start) → np.log10(high - low)
            you take the logarithm of `high - low`. Take the logarithm of `high` minus that of `low`.
        logarithm of u too
            u * (end → np.log10(1 + 9 * u) * (end
            you transform u with a logarithm, but u is already uniform. Use u as it is.
        exponent rounded
            start + u * (end - start) → np.round(start + u * (end - start))
            your code rounds the exponent, so only powers of ten occur. Leave the exponent as it is.
    """,
)
