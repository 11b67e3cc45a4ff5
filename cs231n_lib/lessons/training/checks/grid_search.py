"""Objectives for the checks of searches, and the retired exercise on grid search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from cs231n_lib import search
from cs231n_lib.checks import Cases, Function, Property, Retired, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.training import given

from . import searches

LIBRARY = (search.grid_search, search.random_search, search.coarse_to_fine, search.tpe_search)


@dataclass(frozen=True, eq=False)
class Hill:
    """Objective below 0 that is largest at ``top`` (D,).

    In grading it is called where the answer runs. Knowing the top gives a student no advantage, and a function that
    stays with the checks would be called a thousand times.
    """

    top: Sequence[float] | FloatArray

    def __call__(self, point: FloatArray) -> float:
        if np.shape(point) != np.shape(self.top):
            raise TypeError(f"objective takes one point of shape {np.shape(self.top)}, not of shape {np.shape(point)}")
        steep = 1 + np.arange(len(point))
        return float(-0.1 - np.sum(steep * np.log10(np.asarray(point) / np.asarray(self.top)) ** 2))


def diverging(hill: Hill, diverges: Callable[[FloatArray], bool]) -> searches.Objective:
    """Objective that is NaN where a point ``diverges``, and a hill elsewhere."""

    def objective(point: FloatArray) -> float:
        height = hill(point)
        return float("nan") if diverges(point) else height

    return objective


def _combinations(rng: Generator) -> Cases:
    rates, strengths = [1e-3, 1e-2, 1e-1], [1e-5, 1e-4, 1e-3, 1e-2]
    top = [1e-2 * rng.uniform(0.5, 2), 1e-4 * rng.uniform(0.5, 2)]
    yield case("3 learning rates and 4 strengths", Hill(top), [rates, strengths])
    yield case(
        "3 hyperparameters", Hill([1.0, 2.0, 0.3 * rng.uniform(1, 2)]), [[0.5, 1.0], [1.0, 2.0, 4.0], [0.1, 0.5]]
    )


def _single(rng: Generator) -> Cases:
    yield case("1 hyperparameter", Hill([0.1 * rng.uniform(0.7, 1.5)]), [[0.001, 0.1, 10.0, 100.0]])


def _diverged(rng: Generator) -> Cases:
    top = [1e-2, 1e-4 * rng.uniform(0.5, 2)]
    grid = [[1e-3, 1e-2, 1e-1, 1.0], [1e-5, 1e-4, 1e-3]]
    slopes = diverging(Hill(top), lambda point: point[0] > 0.05)
    yield case("high learning rates diverge", slopes, grid)
    yield case("results above 0", lambda point: slopes(point) + 100, grid)


def _once(call: Function, rng: Generator) -> None:
    tried: list[tuple[float, ...]] = []
    objective = Hill([1.0, 1.0])

    def counted(point: FloatArray) -> float:
        tried.append(tuple(np.asarray(point, dtype=float).tolist()))
        return objective(point)

    call(counted, [[0.1, 1.0, 10.0], [0.5, rng.uniform(1, 2)]])
    if len(set(tried)) < 6:
        raise Violation("you do not try every combination", f"you try {len(set(tried))} of 6 combinations")
    if len(tried) > 6:
        raise Violation(
            "you try a combination twice. A trial is a whole training run, so call the objective once for each "
            "combination",
            f"you call the objective {len(tried)} times for 6 combinations",
        )


grid_search = Retired(
    given.grid_search,
    points=8,
    minutes=12,
    difficulty=2,
    importance="extra",
    forbidden=LIBRARY,
    checks=(
        Values("All combinations", 3, _combinations),
        Values("One hyperparameter", 1, _single),
        Values("A trial that diverged is never the best", 1, _diverged),
        Property("Each combination once", 1, _once),
    ),
    slips="""
        NaN wins
            np.nanargmax → np.argmax
            your code treats the NaN of a diverged run as the largest result, as `np.argmax` does. Use `np.nanargmax`,
            which leaves NaN out.
        0 for NaN
            np.nanargmax(results) → np.argmax(np.nan_to_num(results))
            you replace NaN by 0, which is the largest if all results are below 0, as they are if the objective is minus
            a loss. Use `np.nanargmax` instead.
        worst for best
            np.nanargmax → np.nanargmin
            you return the point with the *smallest* result. Return the one with the largest, because the search
            maximises the objective.
        zip for product
            np.stack(np.meshgrid(*values, indexing="ij"), axis=-1).reshape(-1, len(values)) → np.array([*zip(*values)])
            you combine the first values of all lists, then all second values, as `zip` does. Combine every value with
            *every* value of the other lists.
        second varies slowest
            indexing="ij" → indexing="xy"
            you try all combinations, but in another order. Let the first hyperparameter vary slowest and the *last*
            fastest, as `np.meshgrid` does with `indexing="ij"`.
        first varies fastest of all
            axis=-1).reshape(-1, len(values)) → axis=0).reshape(len(values), -1, order="F").T
            you let the first hyperparameter vary fastest. Let the *last* do so.
        hyperparameters mixed
            axis=-1).reshape(-1, len(values)) → axis=0).reshape(-1, len(values))
            you make rows that hold values of a single hyperparameter and are not points. Put the hyperparameters on the
            *last* axis before you reshape.
        one column per point
            return best, points, results → return best, points.T, results
            you give `points` a column for each trial. Give it a *row* for each, so that its shape is (n, D).
        index returned
            best = points[np.nanargmax(results)] → best = np.nanargmax(results)
            you return the *index* of the best trial. Return its point, `points[…]`.
        result returned
            best = points[np.nanargmax(results)] → best = np.nanmax(results)
            you return the best *result*. Return the point that gave it.
        order of the values returned
            return best, points, results → return best, results, points
            you return the points and the results in the wrong order. Return the points before the results.
        last two left out
            in points]) → in points[:-2]])
            you leave out some of the points. Evaluate the objective at all of them.
        tried twice
            best = points[np.nanargmax(results)] → best = max(points, key=lambda p: np.nan_to_num(objective(p), nan=-9))
            you call the objective twice for each point, and each call is a whole training run. Find the best point in
            `results`.
    """,
)
