"""CPU time of a check on right answers and on named mistakes, with and without the search for the place.

python -m benchmarks checks
"""

from benchmarks.timing import pin  # isort: skip  # sets the number of threads before NumPy loads

import ast
import linecache
import statistics
import time
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from inspect import unwrap
from typing import Any

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.run.instrument import text_of
from cs231n_lib.checks.slips import Edited
from cs231n_lib.course.plan import HOME, LESSONS, checks_of, exercises_of


def written(source: str, exercise: Exercise) -> Any:
    """Function made from its text, which can be looked up as in a notebook."""
    file = f"<benchmark {abs(hash(source))}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = dict(unwrap(exercise.reference).__globals__)
    exec(compile(source, file, "exec"), space)
    return space[unwrap(exercise.reference).__name__]


def answers(exercise: Exercise, most: int) -> Iterator[tuple[bool, Any]]:
    """Yield a rewritten copy of the reference and up to ``most`` mistakes, each with whether it is right."""
    text = text_of(exercise.reference)
    if text:
        yield True, written(ast.unparse(text.tree) + "\n", exercise)
    sources = [m.implementation.source for m in exercise.mistakes if isinstance(m.implementation, Edited)]
    yield from ((False, written(source, exercise)) for source in sources[:most])


def seconds(exercise: Exercise, function: Any, where: bool) -> float:
    """CPU seconds of one check, with the search for the place if ``where`` is true."""
    start = time.process_time()
    exercise(function, where=where)
    return time.process_time() - start


def measure(exercises: list[Exercise], most: int = 8) -> dict[str, list[float]]:
    """CPU seconds of each check, by whether it passed and whether it searched for the place."""
    found: dict[str, list[float]] = {"passing": [], "failing, without the place": [], "failing, with the place": []}
    with warnings.catch_warnings(action="ignore"):
        for exercise in exercises:
            for right, function in answers(exercise, most):
                if right:
                    found["passing"].append(seconds(exercise, function, True))
                else:
                    found["failing, without the place"].append(seconds(exercise, function, False))
                    found["failing, with the place"].append(seconds(exercise, function, True))
    return found


def main() -> None:
    """Print the median, 90th percentile and maximum for passing and failing answers."""
    pin()
    written_lessons = [lesson.slug for lesson in LESSONS if find_spec(f"{HOME}.{lesson.slug}.checks")]
    every = [exercise for slug in written_lessons for exercise in exercises_of(checks_of(slug)).values()]
    for label, times in measure(every).items():
        times = sorted(times)
        print(f"{label:28} {len(times):5} checks: median {statistics.median(times):.3f} s, "
              f"90th percentile {times[int(0.9 * len(times))]:.3f} s, maximum {times[-1]:.3f} s")  # fmt: skip


if __name__ == "__main__":
    main()
