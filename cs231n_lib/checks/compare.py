"""Compares what a function returned with what was expected, and says in words how they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from types import GeneratorType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .runner import Case, Outcome, message_of

NONE = "returns None: is there a `return` at the end?"
GENERATOR = "returns a generator: write `return` in place of `yield`"


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
        """Which entries are equal; NaN equals NaN."""
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(np.isclose(actual, expected, rtol=self.relative, atol=self.absolute, equal_nan=True))


def difference(
    expected: Any, actual: Any, tolerance: Tolerance, case: Case, names: Sequence[str] = ()
) -> Difference | None:
    """`None` if ``actual`` is right, else the first thing that is wrong with it, form before value.

    ``names`` are those of the values, where several are returned. Whatever a student's function returns, this raises
    nothing.
    """
    try:
        with np.errstate(all="ignore"):
            return _difference(expected, actual, tolerance, case, names)
    except Exception:  # an object whose own methods raise
        return unusable(actual)


def unusable(actual: Any) -> Difference:
    """What is said of a result that breaks whatever looks at it."""
    if actual is None:
        return Difference(NONE, in_form=True)
    return Difference(f"returns {_describe(actual)}, which the check cannot work with", in_form=True)


def _difference(
    expected: Any, actual: Any, tolerance: Tolerance, case: Case, names: Sequence[str]
) -> Difference | None:
    if isinstance(expected, tuple | list):
        return _difference_of_sequence(expected, actual, tolerance, case, names)
    wrong_form = _difference_in_form(expected, actual)
    if wrong_form or isinstance(expected, str | bool | None):
        return wrong_form or (None if expected == actual else _unequal(expected, actual))
    return _difference_in_value(np.asarray(expected), np.asarray(actual), tolerance, case)


def same_outcome(first: Outcome, second: Outcome, tolerance: Tolerance, case: Case) -> bool:
    """Whether two functions did the same on one case: same value or same error, same arguments left behind."""
    if first.error is not None and second.error is not None:
        same_kind = type(first.error) is type(second.error)
        return same_kind and message_of(first.error) == message_of(second.error)
    if first.error is not None or second.error is not None:
        return False
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
        return (
            type(before) is type(after)
            and len(before) == len(after)
            and all(unchanged(b, a) for b, a in zip(before, after, strict=True))
        )
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(unchanged(before[k], after[k]) for k in before)
    return not isinstance(before, int | float | str) or (type(before) is type(after) and bool(before == after))


def _difference_of_sequence(
    expected: Any, actual: Any, tolerance: Tolerance, case: Case, names: Sequence[str]
) -> Difference | None:
    kind = type(expected).__name__
    if not isinstance(actual, tuple | list):
        return Difference(f"returns {_describe(actual)} where {len(expected)} values are asked", in_form=True)
    if len(actual) != len(expected):
        return Difference(f"returns a {kind} of {len(actual)} where {len(expected)} values are asked", in_form=True)
    for position, (e, a) in enumerate(zip(expected, actual, strict=True), start=1):
        found = difference(e, a, tolerance, case)
        if found:
            if _in_another_order(expected, actual, tolerance, case):
                named = len(names) == len(expected) and all(names)
                asked = f": return `{', '.join(names)}`" if named else "; the docstring has the right one"
                return Difference(f"these are the right values, but in another order{asked}", in_form=found.in_form)
            name = names[position - 1] if len(names) == len(expected) else ""
            place = f"`{name}`" if name else f"value {position} of {len(expected)}"
            return Difference(f"{place}: {found.sentence}", found.detail, found.in_form)
    return None


def _in_another_order(expected: Sequence[Any], actual: Sequence[Any], tolerance: Tolerance, case: Case) -> bool:
    """Whether a few values that were asked are all there, but not one after the other."""
    if len(expected) > 5:
        return False
    places: list[list[int]] = []
    for e in expected:
        places.append([j for j, a in enumerate(actual) if difference(e, a, tolerance, case) is None])
        if not places[-1]:
            return False
    return any(len(set(order)) == len(order) for order in product(*places))


def _difference_in_form(expected: Any, actual: Any) -> Difference | None:
    if actual is None and expected is not None:
        return Difference(NONE, in_form=True)
    if isinstance(actual, GeneratorType):
        return Difference(GENERATOR, in_form=True)
    if isinstance(expected, str | bool | None):
        same = isinstance(actual, type(expected)) or (isinstance(expected, bool) and isinstance(actual, np.bool_))
        return None if same else Difference(f"returns {_describe(actual)}, not {_describe(expected)}", in_form=True)
    if isinstance(expected, np.ndarray):
        return _difference_in_array(expected, actual)
    if np.ndim(actual) or np.asarray(actual).dtype.kind not in "fiu":
        return Difference(f"returns {_describe(actual)}, not a number", in_form=True)
    return None


def _difference_in_array(expected: NDArray[Any], actual: Any) -> Difference | None:
    if type(actual) is not np.ndarray:
        return Difference(f"returns {_describe(actual)}, not an array of shape {expected.shape}", in_form=True)
    if actual.shape != expected.shape:
        return Difference(f"returns shape {actual.shape}, not {expected.shape}", in_form=True)
    if actual.dtype != expected.dtype:
        return Difference(f"returns dtype {actual.dtype}, not {expected.dtype}", in_form=True)
    return None


def _difference_in_value(
    expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, case: Case
) -> Difference | None:
    equal = tolerance.equal(expected, actual)
    if equal.all():
        return None
    broken = ~np.isfinite(actual) & np.isfinite(expected)
    where = tuple(int(i) for i in np.argwhere(broken if broken.any() else ~equal)[0])
    place = f" at index {list(where)}" if where else ""
    numbers = _short(expected[where]), _short(actual[where])
    if numbers[0] == numbers[1]:  # they differ in later digits
        numbers = repr(expected[where].item()), repr(actual[where].item())
    detail = f"expected {numbers[0]}{place}, got {numbers[1]}"
    if equal.size > 1:
        detail += f" ({np.count_nonzero(~equal)} of {equal.size} entries differ)"
    return Difference(_pattern(expected, actual, tolerance, case) or "the value is wrong", detail)


def _pattern(expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, case: Case) -> str:
    """A rule that turns the right result into this one, where a simple one exists."""
    if not np.isfinite(actual).all() and np.isfinite(expected).all():
        return f"the result holds {'NaN' if np.isnan(actual).any() else 'infinity'}"
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and tolerance.equal(expected.T, actual).all():
        return "the result is transposed"
    if not np.isfinite(actual).all() or expected.dtype.kind not in "fiu":
        return ""
    if not actual.any():
        return "the result is zero" + (" throughout" if actual.size > 1 else "")
    large = np.abs(expected) > 1e-6 * np.abs(expected).max()
    if large.any():
        factor = float(np.median(actual[large] / expected[large]))
        if tolerance.equal(expected * factor, actual).all():
            return _name_factor(factor, expected.size, case)
    offset = float(np.median(actual - expected))
    if actual.size > 1 and tolerance.equal(expected + offset, actual).all():
        return f"every entry is too {'large' if offset > 0 else 'small'} by the same amount"
    return ""


def _name_factor(factor: float, entries: int, case: Case) -> str:
    if np.isclose(factor, -1):
        return "the sign is flipped: the result is the right one times −1"
    ratio = max(abs(factor), 1 / abs(factor))
    if _short(ratio) == "1":
        return ""
    sizes = {n for a in case.args if isinstance(a, np.ndarray) for n in a.shape if n > 2}
    size = next((n for n in sizes if np.isclose(ratio, n)), None)
    if entries == 1 and size is None and not np.isclose(ratio, 2):
        return ""  # two numbers are always some multiple of each other
    comparison = f"{_short(abs(factor))} times the right one" + (", with the sign flipped" if factor < 0 else "")
    if size:
        comparison += f" (an axis of the input has {size} entries: sum or mean?)"
    return f"the result is {comparison}"


def _unequal(expected: Any, actual: Any) -> Difference:
    return Difference("the answer is wrong", f"expected {expected!r}, got {actual!r}")


def _describe(value: Any) -> str:
    if value is None:
        return "None"
    if type(value) is np.ndarray:
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, complex | np.complexfloating):
        return "a complex number"
    if isinstance(value, int | float | np.number):
        return "a number"
    name = {"str": "string", "dict": "dictionary"}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _short(number: Any) -> str:
    return f"{number:.6g}" if isinstance(number, float | np.floating) else str(number)
