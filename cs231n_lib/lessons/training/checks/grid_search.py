"""What searches are checked on, and the former exercise on trying every combination, which is now given."""

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
    """An objective below 0 that is largest at ``top`` (D,).

    In grading it is called where the answer runs: there is nothing to be gained by knowing the top, and a function made
    for a case, which stays with the checks, would be asked a thousand times.
    """

    top: Sequence[float] | FloatArray

    def __call__(self, point: FloatArray) -> float:
        if np.shape(point) != np.shape(self.top):
            raise TypeError(f"objective takes one point of shape {np.shape(self.top)}, not of shape {np.shape(point)}")
        steep = 1 + np.arange(len(point))
        return float(-0.1 - np.sum(steep * np.log10(np.asarray(point) / np.asarray(self.top)) ** 2))


def diverging(hill: Hill, diverges: Callable[[FloatArray], bool]) -> searches.Objective:
    """An objective that is NaN where a point ``diverges``, and a hill elsewhere."""

    def objective(point: FloatArray) -> float:
        height = hill(point)
        return float("nan") if diverges(point) else height

    return objective


def _combinations(rng: Generator) -> Cases:
    rates, strengths = [1e-3, 1e-2, 1e-1], [1e-5, 1e-4, 1e-3, 1e-2]
    top = [1e-2 * rng.uniform(0.5, 2), 1e-4 * rng.uniform(0.5, 2)]
    yield case("3 rates and 4 strengths", Hill(top), [rates, strengths])
    yield case(
        "3 hyperparameters", Hill([1.0, 2.0, 0.3 * rng.uniform(1, 2)]), [[0.5, 1.0], [1.0, 2.0, 4.0], [0.1, 0.5]]
    )


def _single(rng: Generator) -> Cases:
    yield case("1 hyperparameter", Hill([0.1 * rng.uniform(0.7, 1.5)]), [[0.001, 0.1, 10.0, 100.0]])


def _diverged(rng: Generator) -> Cases:
    top = [1e-2, 1e-4 * rng.uniform(0.5, 2)]
    grid = [[1e-3, 1e-2, 1e-1, 1.0], [1e-5, 1e-4, 1e-3]]
    slopes = diverging(Hill(top), lambda point: point[0] > 0.05)
    yield case("high rates diverge", slopes, grid)
    yield case("results above 0", lambda point: slopes(point) + 100, grid)


def _once(call: Function, rng: Generator) -> None:
    tried: list[tuple[float, ...]] = []
    objective = Hill([1.0, 1.0])

    def counted(point: FloatArray) -> float:
        tried.append(tuple(np.asarray(point, dtype=float).tolist()))
        return objective(point)

    call(counted, [[0.1, 1.0, 10.0], [0.5, rng.uniform(1, 2)]])
    if len(set(tried)) < 6:
        raise Violation("not every combination is tried", f"of 6 combinations {len(set(tried))} are")
    if len(tried) > 6:
        raise Violation(
            "a combination is tried twice. A trial is a whole training: call the objective once for each",
            f"for 6 combinations the objective is called {len(tried)} times",
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
            a run that diverged returned NaN, and `np.argmax` takes NaN for the largest. `np.nanargmax` leaves it out.
        0 for NaN
            np.nanargmax(results) → np.argmax(np.nan_to_num(results))
            NaN has become 0, and where results are below 0, as minus a loss is, 0 is the largest: `np.nanargmax`.
        worst for best
            np.nanargmax → np.nanargmin
            this is the point with the *smallest* result. The objective, such as an accuracy, is to be large.
        zip for product
            np.stack(np.meshgrid(*values, indexing="ij"), axis=-1).reshape(-1, len(values)) → np.array([*zip(*values)])
            the first values go together, and the second: that is `zip`. A grid has every value with *every* other.
        first varies fastest
            indexing="ij" → indexing="xy"
            all combinations are there, but in another order: the *last* hyperparameter varies fastest. Write
            `indexing="ij"`.
        first varies fastest of all
            axis=-1).reshape(-1, len(values)) → axis=0).reshape(len(values), -1, order="F").T
            the first hyperparameter varies fastest. Let the *last* do so.
        hyperparameters mixed
            axis=-1).reshape(-1, len(values)) → axis=0).reshape(-1, len(values))
            the rows are no points: they hold values of one hyperparameter. Put the hyperparameters on the *last* axis
            before you reshape.
        a column a point
            return best, points, results → return best, points.T, results
            points has a column for each trial. Let it have a *row* for each: shape (n, D).
        index returned
            best = points[np.nanargmax(results)] → best = np.nanargmax(results)
            best is the *number* of the trial. Return its point, `points[…]`.
        result returned
            best = points[np.nanargmax(results)] → best = np.nanmax(results)
            best is the best *result*. Return the point that gave it.
        order of the values returned
            return best, points, results → return best, results, points
            points and results are swapped.
        last two left out
            in points]) → in points[:-2]])
            not all points are tried.
        tried twice
            best = points[np.nanargmax(results)] → best = max(points, key=lambda p: np.nan_to_num(objective(p), nan=-9))
            the objective is called twice for each point, and a call is a whole training. Find the best in `results`.
    """,
)
