"""One table of adversarial inputs, and which exercises have them among their cases.

    python tests/checks/kinds.py [slug ...]

prints for each exercise the kinds that its cases have for two seeds, and those that they lack. A runner copies the
arguments of each call, so that an input cannot be read-only. Whether an answer changes its arguments is a row of its
own.
"""

import copy
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.evaluate.rows import DrawnRow, draw
from cs231n_lib.checks.run.runner import Case

SEEDS = ("231", "7")
NUDGE = 1e-12
"""Relative change of an argument that is as small as a rounding error."""
Predicate = Callable[[Exercise, Case], bool]


def values_of(case: Case) -> Iterator[Any]:
    """Arguments of a case, with the entries of lists."""
    for value in (*case.args, *case.kwargs.values()):
        yield value
        if isinstance(value, list | tuple):
            yield from value


def floats(case: Case) -> Iterator[Any]:
    """Arrays of floats among the arguments."""
    return (v for v in values_of(case) if isinstance(v, np.ndarray) and v.dtype.kind == "f" and v.size)


def arrays(case: Case) -> Iterator[Any]:
    return (v for v in values_of(case) if isinstance(v, np.ndarray))


def numbers(case: Case) -> Iterator[float]:
    return (v for v in values_of(case) if isinstance(v, int | float) and not isinstance(v, bool))


def is_tie(check: Exercise, case: Case) -> bool:
    """The largest or smallest entry of an array occurs twice."""
    return any(a.size > 1 and max(np.sum(a == a.max()), np.sum(a == a.min())) > 1 for a in floats(case))


def is_at_threshold(check: Exercise, case: Case) -> bool:
    """A change as small as rounding, of one argument, changes the result visibly."""
    right = flat(check, case.args, case.kwargs)
    for i, value in enumerate(case.args):
        if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
            for factor in (1 - NUDGE, 1 + NUDGE):
                nudged = (*case.args[:i], value * factor + (factor - 1), *case.args[i + 1 :])
                other = flat(check, nudged, case.kwargs)
                if right.shape != other.shape or not np.allclose(right, other, 1e-6, 1e-9, equal_nan=True):
                    return True
    return False


def flat(check: Exercise, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """All numbers of the reference's result."""
    found = list(arrays_in(check.reference(*copy.deepcopy(args), **copy.deepcopy(kwargs))))
    return np.concatenate(found) if found else np.zeros(0)


def arrays_in(value: Any) -> Iterator[Any]:
    """The numbers of a result or of its parts, as one array for each part."""
    if isinstance(value, tuple | list):
        for one in value:
            yield from arrays_in(one)
    elif isinstance(value, np.ndarray | int | float | np.generic):
        yield np.ravel(np.asarray(value, dtype=float))


def begins_with_nan(check: Exercise, case: Case) -> bool:
    """An array begins with NaN, or so does the first result of a function among the arguments."""
    if any(np.isnan(a.flat[0]) for a in floats(case)):
        return True
    return call_and_watch(check, copy.deepcopy(case.args), copy.deepcopy(case.kwargs))[1]


def call_and_watch(check: Exercise, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, bool]:
    """Result of the reference, and whether the first result of a function among its arguments begins with NaN."""
    first: list[bool] = []

    def watched(value: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            found = value(*args, **kwargs)
            if not first:
                first.extend(bool(np.isnan(a[0])) for a in arrays_in(found) if a.size)
            return found

        return call if callable(value) else value

    result = check.reference(*map(watched, args), **{name: watched(value) for name, value in kwargs.items()})
    return check.collect(result) if check.collect else result, first[:1] == [True]


class WatchedReference:
    """Caller through which a property calls the reference, and which looks for a first result that is NaN."""

    def __init__(self, check: Exercise) -> None:
        self.check, self.begins_with_nan = check, False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result, is_nan = call_and_watch(self.check, args, kwargs)
        self.begins_with_nan |= is_nan
        return result

    def each(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        return [self(*args) for args in arguments]


def property_begins_with_nan(check: Exercise, row: DrawnRow) -> bool:
    """Whether the test of a property meets a first result that is NaN, as the objective of a search may return."""
    call = WatchedReference(check)
    if row.test:
        row.test(call, row.rng())
    return call.begins_with_nan


def changes_sign(check: Exercise, case: Case) -> bool:
    """Entries of one array are above and below 0."""
    return any(bool((a > 0).any() and (a < 0).any()) for a in floats(case))


def features_differ(check: Exercise, case: Case) -> bool:
    """The first two columns differ by a factor of at least two in size or in spread."""
    for a in floats(case):
        if a.ndim == 2 and min(a.shape) > 1:
            for of in (np.abs(a).max(axis=0), np.ptp(a, axis=0)):
                if max(of[0], of[1]) >= 2 * min(of[0], of[1]) and max(of[0], of[1]) > 0:
                    return True
    return False


def is_tiny(check: Exercise, case: Case) -> bool:
    """All entries of an array or of a column, or a number, are below 10⁻³ and not all 0."""
    sizes = [abs(v) for v in numbers(case)]
    sizes += [size for a in floats(case) for size in np.ravel(np.abs(a).max(axis=0 if a.ndim == 2 else None))]
    return any(0 < size < 1e-3 for size in sizes)


def is_huge(check: Exercise, case: Case) -> bool:
    """Some float is of size 100 or more."""
    return any(np.nanmax(np.abs(a)) >= 100 for a in floats(case))


def has_one_element(check: Exercise, case: Case) -> bool:
    """An array or list has a single entry or a single row."""
    return any(len(v) == 1 for v in values_of(case) if isinstance(v, list | tuple) or np.ndim(v) > 0)


def is_smallest(check: Exercise, case: Case) -> bool:
    """A whole number is 0 or 1, or an array or list is empty."""
    whole = any(isinstance(v, int) and not isinstance(v, bool) and v in (0, 1) for v in values_of(case))
    return whole or any(len(v) == 0 for v in values_of(case) if isinstance(v, list | tuple | np.ndarray) and np.ndim(v))


def is_above_99(check: Exercise, case: Case) -> bool:
    """An axis, a whole number among the arguments or the result is above 99."""
    if any(max(a.shape, default=0) > 99 for a in arrays(case)):
        return True
    if any(isinstance(v, int) and v > 99 for v in values_of(case)):
        return True
    found = check.reference(*copy.deepcopy(case.args), **copy.deepcopy(case.kwargs))
    return isinstance(found, int) and found > 99


def has_repeats(check: Exercise, case: Case) -> bool:
    """An array has two equal entries."""
    return any(0 < len(np.unique(a)) < a.size for a in arrays(case))


def is_sorted(check: Exercise, case: Case) -> bool:
    return any(a.ndim == 1 and a.size > 2 and bool((np.diff(a) > 0).all()) for a in floats(case))


def is_reversed(check: Exercise, case: Case) -> bool:
    return any(a.ndim == 1 and a.size > 2 and bool((np.diff(a) < 0).all()) for a in floats(case))


def is_transposed(check: Exercise, case: Case) -> bool:
    """An array keeps its columns together in memory, and so stays after it is copied."""
    return any(a.ndim > 1 and not copy.deepcopy(a).flags.c_contiguous for a in arrays(case))


KINDS: dict[str, Predicate] = {
    "tie": is_tie,
    "threshold": is_at_threshold,
    "nan-first": begins_with_nan,
    "sign": changes_sign,
    "features": features_differ,
    "tiny": is_tiny,
    "huge": is_huge,
    "one": has_one_element,
    "smallest": is_smallest,
    "above-99": is_above_99,
    "repeated": has_repeats,
    "sorted": is_sorted,
    "reversed": is_reversed,
    "transposed": is_transposed,
}


def kinds_of(check: Exercise, kinds: Iterable[str] = tuple(KINDS)) -> list[str]:
    """Those of ``kinds`` that are among the cases of every one of `SEEDS`.

    A search draws its points at random, so that it has properties in place of cases. For a first result that is NaN
    their calls count, too.
    """
    found = list(kinds)
    for seed in SEEDS:
        rows = draw(check, seed)
        cases = list({id(one): one for row in rows for one in row.cases}.values())
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            found = [
                name
                for name in found
                if any(holds(KINDS[name], check, one) for one in cases)
                or (name == "nan-first" and any(property_begins_with_nan(check, row) for row in rows))
            ]
    return found


def holds(predicate: Predicate, check: Exercise, case: Case) -> bool:
    try:
        return bool(predicate(check, case))
    except (ValueError, TypeError, ArithmeticError, np.linalg.LinAlgError):
        return False  # a nudged or logged argument that the reference refuses


def main() -> None:
    from lessons.battery import CHECKS, EXERCISES

    for slug, name in EXERCISES:
        if (not sys.argv[1:] or slug in sys.argv[1:]) and not CHECKS[slug][name].cpu_time:
            has = kinds_of(CHECKS[slug][name])
            lacks = [kind for kind in KINDS if kind not in has]
            print(f"{slug:16} {name:28} has {' '.join(has)} | lacks {' '.join(lacks)}")


if __name__ == "__main__":
    main()
