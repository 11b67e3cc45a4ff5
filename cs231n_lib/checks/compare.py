"""Compares what a function returned with what was expected, and says in words how they differ."""

from dataclasses import dataclass
from types import GeneratorType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .runner import Case, Outcome


@dataclass(frozen=True)
class Difference:
    """How two results differ: a sentence that holds for every input, and the numbers of this input."""

    sentence: str
    detail: str = ""
    in_form: bool = False
    """Whether already type, shape or dtype is wrong, not only a value."""


@dataclass(frozen=True)
class Tolerance:
    """Equal means ``|actual - expected| <= absolute + relative * |expected|``, entry by entry."""

    relative: float = 1e-7
    absolute: float = 1e-10

    def equal(self, expected: Any, actual: Any) -> NDArray[np.bool_]:
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(np.isclose(actual, expected, rtol=self.relative, atol=self.absolute, equal_nan=True))


def difference(expected: Any, actual: Any, tolerance: Tolerance, case: Case) -> Difference | None:
    """`None` if ``actual`` is right, else the first thing that is wrong with it, form before value."""
    if isinstance(expected, tuple | list):
        return _difference_of_sequence(expected, actual, tolerance, case)
    wrong_form = _difference_in_form(expected, actual)
    if wrong_form or isinstance(expected, str | bool | None):
        return wrong_form or (None if expected == actual else _unequal(expected, actual))
    return _difference_in_value(np.asarray(expected), np.asarray(actual), tolerance, case)


def same_outcome(first: Outcome, second: Outcome, tolerance: Tolerance, case: Case) -> bool:
    """Whether two functions did the same on one case: same value or same kind of error, same arguments left behind."""
    if first.error is not None or second.error is not None:
        return type(first.error) is type(second.error)
    return difference(first.value, second.value, tolerance, case) is None and unchanged(
        first.arguments, second.arguments
    )


def unchanged(before: Any, after: Any) -> bool:
    """Whether arguments are what they were, to the last bit; what is no data, such as a function, does not count."""
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.dtype == after.dtype
            and np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
        )
    if isinstance(before, tuple | list):
        return len(before) == len(after) and all(unchanged(b, a) for b, a in zip(before, after, strict=True))
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(unchanged(before[k], after[k]) for k in before)
    return not isinstance(before, int | float | str) or bool(before == after)


def _difference_of_sequence(expected: Any, actual: Any, tolerance: Tolerance, case: Case) -> Difference | None:
    kind = type(expected).__name__
    if not isinstance(actual, tuple | list):
        return Difference(f"returns {_describe(actual)} where {len(expected)} values are asked", in_form=True)
    if len(actual) != len(expected):
        return Difference(f"returns a {kind} of {len(actual)} where {len(expected)} values are asked", in_form=True)
    for position, (e, a) in enumerate(zip(expected, actual, strict=True), start=1):
        found = difference(e, a, tolerance, case)
        if found:
            place = f"value {position} of {len(expected)}: "
            return Difference(place + found.sentence, found.detail, found.in_form)
    return None


def _difference_in_form(expected: Any, actual: Any) -> Difference | None:
    if actual is None and expected is not None:
        return Difference("returns None: is there a `return` at the end?", in_form=True)
    if isinstance(actual, GeneratorType):
        return Difference("returns a generator: write `return` in place of `yield`", in_form=True)
    if isinstance(expected, str | bool | None):
        same = isinstance(actual, type(expected)) or (isinstance(expected, bool) and isinstance(actual, np.bool_))
        return None if same else Difference(f"returns {_describe(actual)}, not {_describe(expected)}", in_form=True)
    if isinstance(expected, np.ndarray) and not isinstance(actual, np.ndarray):
        return Difference(f"returns {_describe(actual)}, not an array of shape {expected.shape}", in_form=True)
    try:
        array = np.asarray(actual)
        numeric = array.dtype.kind in "fiub"
    except ValueError:
        numeric = False
    if not numeric:
        return Difference(f"returns {_describe(actual)}, not {_describe(expected)}", in_form=True)
    if array.shape != np.shape(expected):
        return Difference(f"returns shape {array.shape}, not {np.shape(expected)}", in_form=True)
    if isinstance(expected, np.ndarray) and array.dtype != expected.dtype:
        return Difference(f"returns dtype {array.dtype}, not {expected.dtype}", in_form=True)
    return None


def _difference_in_value(
    expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, case: Case
) -> Difference | None:
    equal = tolerance.equal(expected, actual)
    if equal.all():
        return None
    where = tuple(int(i) for i in np.argwhere(~equal)[0])
    place = f" at index {list(where)}" if where else ""
    detail = f"expected {_short(expected[where])}{place}, got {_short(actual[where])}"
    if equal.size > 1:
        detail += f" ({np.count_nonzero(~equal)} of {equal.size} entries differ)"
    return Difference(_pattern(expected, actual, tolerance, case) or "the value is wrong", detail)


def _pattern(expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, case: Case) -> str:
    """A rule that turns the right result into this one, where a simple one exists."""
    if not np.isfinite(actual).all() and np.isfinite(expected).all():
        return f"the result holds {'NaN' if np.isnan(actual).any() else 'infinity'}"
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and tolerance.equal(expected.T, actual).all():
        return "the result is transposed"
    large = np.abs(expected) > 1e-6 * np.abs(expected).max(initial=1e-300)
    if large.any() and np.isfinite(actual).all():
        factor = float(np.median(actual[large] / expected[large]))
        if factor != 1 and tolerance.equal(expected * factor, actual).all():
            return _name_factor(factor, case)
    return ""


def _name_factor(factor: float, case: Case) -> str:
    if np.isclose(factor, 0):
        return "the result is zero throughout"
    if np.isclose(factor, -1):
        return "the sign is flipped: the result is the right one times −1"
    size = round(max(abs(factor), 1 / abs(factor)))
    comparison = f"{_short(abs(factor))} times the right one" + (", with the sign flipped" if factor < 0 else "")
    sizes = {n for a in case.args if isinstance(a, np.ndarray) for n in a.shape}
    if size > 2 and size in sizes and np.isclose(max(abs(factor), 1 / abs(factor)), size):
        comparison += f" (an axis of the input has {size} entries: sum or mean?)"
    return f"the result is {comparison}"


def _unequal(expected: Any, actual: Any) -> Difference:
    return Difference("the answer is wrong", f"expected {expected!r}, got {actual!r}")


def _describe(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, int | float | np.number):
        return "a number"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _short(number: Any) -> str:
    return f"{number:.6g}" if isinstance(number, float | np.floating) else str(number)
