"""Comparison of a result with the expected one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import isfinite, isnan
from types import GeneratorType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flaws import WHOLE, Difference, Flaw, FlawedOutputs, Numbers, Output
from .messages import describe, listed, output_name
from .plain_data import coerce_like, dtype_name, plain
from .runner import Case

Names = Sequence[str | Output]
"""Names of the returned values, if there are several."""


@dataclass(frozen=True)
class Tolerance:
    """Tolerance in ``|actual - expected| <= absolute + relative * |expected|``."""

    relative: float = 1e-7
    absolute: float = 1e-10

    def equal(self, expected: Any, actual: Any) -> NDArray[np.bool_]:
        """Return a Boolean array that marks equal entries, where NaN equals NaN."""
        if isinstance(actual, float) and isinstance(expected, float):
            return np.asarray(self._equal_floats(float(expected), float(actual)))
        exactly = np.asarray(np.equal(actual, expected))
        if exactly.all():  # the usual case, ten times as fast as `np.isclose`
            return exactly
        with np.errstate(invalid="ignore", over="ignore"):
            if type(actual) is type(expected) is np.ndarray and actual.dtype == expected.dtype == np.float64:
                # the same operations as in `np.isclose`, without its checks
                near = np.abs(actual - expected) <= self.absolute + self.relative * np.abs(expected)
                close = np.asarray((near & np.isfinite(expected)) | exactly)
                return close if close.all() else close | (np.isnan(actual) & np.isnan(expected))
            return np.asarray(np.isclose(actual, expected, rtol=self.relative, atol=self.absolute, equal_nan=True))

    def all_equal(self, expected: Any, actual: Any) -> bool:
        """Whether all entries are equal. Usually the first unequal entry decides."""
        if type(actual) is type(expected) is np.ndarray and actual.dtype == expected.dtype == np.float64:
            unequal = np.not_equal(actual, expected)
            if not unequal.any():
                return True
            first = int(unequal.argmax())
            if not self._equal_floats(expected.item(first), actual.item(first)):
                return False
        return bool(self.equal(expected, actual).all())

    def _equal_floats(self, expected: float, actual: float) -> bool:
        """Whether two numbers are equal by the same operations as in `np.isclose`."""
        if actual == expected or not isfinite(expected):
            return actual == expected or (isnan(actual) and isnan(expected))
        return abs(actual - expected) <= self.absolute + self.relative * abs(expected)


@dataclass(frozen=True)
class Comparison:
    """Comparison of a result with the expected one, as a whole or by output."""

    outputs: tuple[tuple[Output, Difference | None], ...]
    whole: Difference | None = None

    @property
    def right(self) -> frozenset[int]:
        """Indices of the outputs with the right values."""
        return frozenset(i for i, (_, d) in enumerate(self.outputs) if d is None or d.form_only)

    def form_difference(self) -> Difference | None:
        """Error of type, shape or dtype."""
        if self.whole:
            return self.whole if self.whole.wrong_form else None
        return self._merged([d if d and d.wrong_form else None for _, d in self.outputs])

    def value_difference(self) -> Difference | None:
        """Error of the values, which does not include errors of the form alone."""
        if len(self.right) == len(self.outputs):
            return None
        return self.whole or self._merged(
            [d if d and not d.form_only else None for _, d in self.outputs], name_right=True
        )

    def _merged(self, differences: Sequence[Difference | None], name_right: bool = False) -> Difference | None:
        """Merge the errors of all outputs, and list the right ones with ``name_right``."""
        pairs = [(output, d) for (output, _), d in zip(self.outputs, differences, strict=True)]
        wrong = [(output, d) for output, d in pairs if d]
        if not wrong:
            return None
        if len(self.outputs) == 1 and wrong[0][0] is WHOLE:
            return wrong[0][1]
        groups: dict[Any, list[Output]] = {}
        for output, d in wrong:
            groups.setdefault(d.category, []).append(output)
        first = {d.category: d for _, d in reversed(wrong)}
        named, found = next(((output, d.detail) for output, d in wrong if d.detail), (WHOLE, ""))
        if isinstance(found, Numbers) and len(wrong) > 1:
            found = replace(found, outputs=(named, *found.outputs))
        right = tuple(output for output, d in pairs if d is None)
        sizes = {d.size for _, d in wrong}
        return Difference(
            Flaw.OUTPUTS,
            detail=found,
            wrong_form=any(d.wrong_form for _, d in wrong),
            form_only=all(d.form_only for _, d in wrong),
            size=sizes.pop() if len(sizes) == 1 else 0,
            parts=tuple(FlawedOutputs(tuple(outputs), first[kind].without_numbers) for kind, outputs in groups.items()),
            right=right if name_right and len(self.outputs) <= MAX_OUTPUTS else (),
        )


MAX_OUTPUTS = 6
"""Maximum number of values for which a report names the right ones."""

MAX_SHOWN = 200
"""Maximum number of characters of a value in a report."""

MAX_FACTOR = 1e4
"""Largest factor that a report names. A larger factor, or the inverse of one, says nothing about the mistake."""

MIN_CONTRAST = 0.01
"""Smallest relative difference at which two numbers are easy to tell apart."""

CLEARER = 3.0
"""Smallest ratio of differences at which another entry or case is shown instead of the first."""


def difference(expected: Any, actual: Any, tolerance: Tolerance, case: Case, names: Names = ()) -> Difference | None:
    """Return `None` if ``actual`` is right, otherwise its error.

    Errors of the form precede errors of the values. ``names`` are the names of the values, if there are several. This
    function accepts any return value of a student's function without raising.
    """
    found = compare(expected, actual, tolerance, case, names)
    wrong = found.whole or found._merged([d for _, d in found.outputs], name_right=True)
    return wrong if wrong and (found.whole or any(d for _, d in found.outputs)) else None


def compare(expected: Any, actual: Any, tolerance: Tolerance, case: Case, names: Names = ()) -> Comparison:
    """Compare output by output, as `difference` describes."""
    actual = plain(actual)
    with np.errstate(all="ignore"):
        if isinstance(expected, tuple | list):
            return _compare_sequence(expected, actual, tolerance, case, names)
        if isinstance(expected, dict):
            return _compare_dictionary(expected, actual, tolerance, case)
        return Comparison(((WHOLE, _compare_value(expected, actual, tolerance, case)),))


def unusable_result(actual: Any) -> Difference:
    """Error of a result that a property's test could not process."""
    if actual is None:
        return Difference(Flaw.NOTHING, wrong_form=True)
    return Difference(Flaw.UNUSABLE, (describe(plain(actual)),), wrong_form=True)


def _compare_value(expected: Any, actual: Any, tolerance: Tolerance, case: Case) -> Difference | None:
    wrong_form = form_difference(expected, actual)
    if wrong_form:
        asked = coerce_like(expected, actual)
        if asked is actual or form_difference(expected, asked):
            return wrong_form
        wrong_value = _compare_numbers(np.asarray(expected), np.asarray(asked), tolerance, case)
        if type(actual) is np.ndarray and actual.ndim > np.ndim(expected):
            return wrong_value or replace(wrong_form, spare_axis=True, form_only=True)
        return wrong_form if wrong_value else replace(wrong_form, form_only=True)
    if isinstance(expected, str | bool | None):
        return None if expected == actual else _unequal(expected, actual)
    return _compare_numbers(np.asarray(expected), np.asarray(actual), tolerance, case)


def _compare_sequence(
    expected: Sequence[Any], actual: Any, tolerance: Tolerance, case: Case, names: Names
) -> Comparison:
    count = len(expected)
    named = named_outputs(names, count)
    if actual is None:
        return _all_wrong(named, Flaw.NOTHING)
    if not isinstance(actual, tuple | list):
        return _all_wrong(named, Flaw.OTHER_COUNT, describe(actual), count)
    if len(actual) != count:
        returned = f"a {type(expected).__name__} of {len(actual)}"
        if 0 < count < len(actual):
            first = _compare_sequence(expected, actual[:count], tolerance, case, names)
            if len(first.right) == len(first.outputs):
                whole = Difference(Flaw.TOO_MANY, (returned, count), wrong_form=True, form_only=True)
                return Comparison(first.outputs, whole)
        return _all_wrong(named, Flaw.OTHER_COUNT, returned, count)
    found = [
        Difference(Flaw.IS_NONE, wrong_form=True)
        if a is None and e is not None
        else difference(e, a, tolerance, case, inner)
        for e, a, inner in zip(expected, actual, _outputs_within(names, expected), strict=True)
    ]
    outputs = tuple(zip(named, found, strict=True))
    if any(found) and _in_another_order(expected, actual, tolerance):
        wrong_form = any(d.wrong_form for d in found if d)
        order = [output.name for output in named]
        flaw, facts = (Flaw.OTHER_ORDER_THAN, (", ".join(order),)) if all(order) else (Flaw.OTHER_ORDER, ())
        return Comparison(outputs, Difference(flaw, facts, wrong_form=wrong_form))
    return Comparison(outputs)


def named_outputs(names: Names, count: int) -> list[Output]:
    """Outputs of a function that returns ``count`` values."""
    named: Names = names if len(names) == count else [""] * count
    return [name if isinstance(name, Output) else Output(name, i, count) for i, name in enumerate(named, start=1)]


def _outputs_within(names: Names, expected: Sequence[Any]) -> list[list[Output]]:
    """Parts of each named value that is a list or a tuple."""
    if len(names) != len(expected):
        return [[] for _ in expected]
    whole = [output.name for output in named_outputs(names, len(expected))]
    counts = [len(e) if name and isinstance(e, tuple | list) else 0 for name, e in zip(whole, expected, strict=True)]
    return [
        [Output(f"{name}[{i}]", i + 1, count, inner=True) for i in range(count)]
        for name, count in zip(whole, counts, strict=True)
    ]


def _compare_dictionary(expected: dict[str, Any], actual: Any, tolerance: Tolerance, case: Case) -> Comparison:
    keys = named_outputs(list(expected), len(expected))
    if actual is None:
        return _all_wrong(keys, Flaw.NOTHING)
    if not isinstance(actual, dict):
        if not keys:
            return _all_wrong(keys, Flaw.NO_EMPTY_DICTIONARY, describe(actual))
        return _all_wrong(keys, Flaw.NO_DICTIONARY, describe(actual), listed(list(map(output_name, keys))))
    found = [
        difference(e, actual[key], tolerance, case) if key in actual else Difference(Flaw.IS_MISSING, wrong_form=True)
        for key, e in expected.items()
    ]
    return Comparison(tuple(zip(keys, found, strict=True)))


def _all_wrong(outputs: Sequence[Output], flaw: Flaw, *facts: Any) -> Comparison:
    wrong = Difference(flaw, facts, wrong_form=True)
    return Comparison(tuple((output, wrong) for output in outputs) or ((WHOLE, wrong),), wrong)


def _in_another_order(expected: Sequence[Any], actual: Sequence[Any], tolerance: Tolerance) -> bool:
    """Whether the expected values, at most five, are present in a different order."""
    if len(expected) > 5:
        return False
    places: list[list[int]] = []
    for e in expected:
        places.append([j for j, a in enumerate(actual) if agrees(e, a, tolerance)])
        if not places[-1]:
            return False
    return any(len(set(order)) == len(order) for order in product(*places))


def agrees(expected: Any, actual: Any, tolerance: Tolerance) -> bool:
    """Whether plain data have the right form and values."""
    if isinstance(expected, np.ndarray):
        return not form_difference(expected, actual) and tolerance.all_equal(expected, actual)
    if isinstance(expected, tuple | list):
        return (
            isinstance(actual, tuple | list)
            and len(actual) == len(expected)
            and all(agrees(e, a, tolerance) for e, a in zip(expected, actual, strict=True))
        )
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(agrees(e, actual.get(k), tolerance) for k, e in expected.items())
    if form_difference(expected, actual):
        return False
    if isinstance(expected, str | bool | None):
        return bool(expected == actual)
    return tolerance.all_equal(expected, actual)


def form_difference(expected: Any, actual: Any) -> Difference | None:
    """Error of type, shape or dtype of one value."""
    if actual is None and expected is not None:
        return Difference(Flaw.NOTHING, wrong_form=True)
    if isinstance(actual, GeneratorType):
        return Difference(Flaw.GENERATOR, wrong_form=True)
    if isinstance(expected, str | bool | None):
        same = isinstance(actual, type(expected)) or (isinstance(expected, bool) and isinstance(actual, np.bool_))
        return None if same else _kind_difference(actual, expected)
    if isinstance(expected, np.ndarray):
        return _array_form_difference(expected, actual)
    number = isinstance(actual, int | float | np.number | np.ndarray) and not isinstance(actual, bool)
    if not number or np.ndim(actual) or np.asarray(actual).dtype.kind not in "fiu":
        return _kind_difference(actual, 0)
    return None


def _kind_difference(actual: Any, expected: Any) -> Difference:
    return Difference(Flaw.OTHER_KIND, (describe(actual), describe(expected)), wrong_form=True)


def _array_form_difference(expected: NDArray[Any], actual: Any) -> Difference | None:
    if not isinstance(actual, np.ndarray):
        return _kind_difference(actual, expected)
    if actual.shape != expected.shape:
        return Difference(Flaw.OTHER_SHAPE, (actual.shape, expected.shape), wrong_form=True)
    if dtype_name(actual.dtype) != dtype_name(expected.dtype):
        return Difference(Flaw.OTHER_DTYPE, (str(actual.dtype), str(expected.dtype)), wrong_form=True)
    return None


def _compare_numbers(
    expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, case: Case
) -> Difference | None:
    equal = tolerance.equal(expected, actual)
    if equal.all():
        return None
    failure = ~np.isfinite(actual) & np.isfinite(expected)
    where = _entry_to_show(expected, actual, failure if failure.any() else ~equal)
    numbers = shortly(expected[where]), shortly(actual[where])
    digits = 6
    while numbers[0] == numbers[1] and digits < 17:  # the numbers differ in later digits
        digits += 1
        numbers = shortly(expected[where], digits), shortly(actual[where], digits)
    detail = Numbers(*numbers, where, int(np.count_nonzero(~equal)), equal.size)
    detail = replace(detail, contrast=float(_contrast(expected[where], actual[where])))
    factor = _factor(expected, actual, tolerance)
    size = _axis(factor, case)
    return Difference(*_pattern(expected, actual, tolerance, factor, size), detail=detail, size=size)


def _entry_to_show(expected: NDArray[Any], actual: NDArray[Any], among: NDArray[Any]) -> tuple[int, ...]:
    """Index of the first wrong entry, or of the clearest if the first is nearly right."""
    wrong = np.argwhere(among)
    first = tuple(int(i) for i in wrong[0])
    contrasts = _contrast(expected[among], actual[among])
    if contrasts[0] >= MIN_CONTRAST or contrasts.max() < CLEARER * contrasts[0]:
        return first
    return tuple(int(i) for i in wrong[int(np.argmax(contrasts))])


def _contrast(expected: Any, actual: Any) -> Any:
    """Difference relative to the larger number, or 1 if either number is not finite."""
    if np.asarray(expected).dtype.kind not in "biufc":
        return np.ones(np.shape(expected))
    with np.errstate(all="ignore"):
        expected, actual = (np.asarray(a, complex if np.iscomplexobj(a) else float) for a in (expected, actual))
        relative = np.abs(expected - actual) / np.maximum(np.abs(expected), np.abs(actual))
        return np.where(np.isfinite(relative), relative, 1.0)


def clearest_first(differences: Sequence[Difference]) -> list[Difference]:
    """Errors of several cases, with the clearest first if the first is nearly right."""
    first = differences[0]
    alike = [d for d in differences if (d.flaw, d.right) == (first.flaw, first.right)]
    best = max(alike, key=_contrast_of)
    if _contrast_of(first) >= MIN_CONTRAST or _contrast_of(best) < CLEARER * _contrast_of(first):
        return list(differences)
    return [best, *(d for d in differences if d is not best)]


def _contrast_of(difference: Difference) -> float:
    return difference.detail.contrast if isinstance(difference.detail, Numbers) else 1.0


def with_axis_hint(differences: Sequence[Difference]) -> Difference:
    """Return the first error, with a hint if the error depends on an axis's size.

    Cases with two different sizes of the axis must confirm the factor.
    """
    first, sizes = differences[0], {d.size for d in differences}
    if 0 in sizes or len(sizes) < 2:
        return first
    return replace(first, of_axis=True)


Rule = tuple[Flaw, tuple[Any, ...]]


def _pattern(expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, factor: float, size: int) -> Rule:
    """Simple relation between the right result and this one, if there is one."""
    if not np.isfinite(actual).all() and np.isfinite(expected).all():
        return (Flaw.NAN if np.isnan(actual).any() else Flaw.INFINITY), ()
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and tolerance.equal(expected.T, actual).all():
        return Flaw.TRANSPOSED, ()
    if not np.isfinite(actual).all() or expected.dtype.kind not in "fiu":
        return Flaw.VALUE, ()
    if not actual.any():
        return (Flaw.ZERO_THROUGHOUT if actual.size > 1 else Flaw.ZERO), ()
    if factor:
        return _name_factor(factor, known=actual.size > 1 or size > 0)
    offset = float(np.median(actual - expected))
    everywhere = actual.size > 1 and not tolerance.equal(expected, actual).any()
    if everywhere and tolerance.equal(expected + offset, actual).all():
        return (Flaw.TOO_LARGE if offset > 0 else Flaw.TOO_SMALL), ()
    return Flaw.VALUE, ()


def _factor(expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance) -> float:
    """Factor between the right result and this one, or 0 if there is none."""
    if expected.dtype.kind not in "fiu" or not np.isfinite(actual).all():
        return 0.0
    large = np.abs(expected) > 1e-6 * np.abs(expected).max(initial=0)
    if not large.any():
        return 0.0
    factor = float(np.median(actual[large] / expected[large]))
    return factor if tolerance.equal(expected * factor, actual).all() else 0.0


def _axis(factor: float, case: Case) -> int:
    """Size of an input axis that equals the factor or its inverse.

    The size is 0 if the value of an argument may be the cause.
    """
    if not factor:
        return 0
    ratio = max(abs(factor), 1 / abs(factor))
    arguments = (*case.args, *case.kwargs.values())
    sizes = {n for a in arguments if isinstance(a, np.ndarray) for n in a.shape if n > 2}
    numbers = [a for a in arguments if isinstance(a, int | float | np.number)]
    if any(np.isclose(ratio, [n, 1 / n if n else 0, n * n]).any() for n in numbers):
        return 0
    return next((n for n in sizes if np.isclose(ratio, n)), 0)


def _name_factor(factor: float, known: bool) -> Rule:
    """Flaw that names a factor.

    A ratio of two single numbers counts only if it is 2 or is ``known`` to have a cause.
    """
    if np.isclose(factor, -1):
        return Flaw.SIGN, ()
    ratio = max(abs(factor), 1 / abs(factor))
    if shortly(ratio) == "1" or ratio > MAX_FACTOR or not (known or np.isclose(ratio, 2)):
        return Flaw.VALUE, ()
    return (Flaw.FACTOR_AND_SIGN if factor < 0 else Flaw.FACTOR), (shortly(abs(factor)),)


def _unequal(expected: Any, actual: Any) -> Difference:
    return Difference(Flaw.ANSWER, detail=Numbers(repr(expected), repr(actual)[:MAX_SHOWN]))


def shortly(number: Any, digits: int = 6) -> str:
    """Format a number with few digits, and zero without a minus sign."""
    return f"{number + 0.0:.{digits}g}" if isinstance(number, float | np.floating) else str(number)
