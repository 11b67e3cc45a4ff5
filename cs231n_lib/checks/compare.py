"""Compares what a function returned with what was expected, and says in words how they differ."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import GeneratorType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .plain import as_asked, describe, plain
from .runner import Case

NONE = "returns None: is there a `return` at the end?"
GENERATOR = "returns a generator: write `return` in place of `yield`"
SPARE_AXIS = "an axis of length 1 too many. Leave out `keepdims=True`, or whatever adds it"


@dataclass(frozen=True)
class Difference:
    """How two results differ: a sentence that holds for every input, and the numbers of this input."""

    sentence: str
    detail: str = ""
    in_form: bool = False
    """Whether already type, shape or dtype is wrong, not only a value."""
    form_alone: bool = False
    """Whether every value is right: an axis of length 1 or a value too many, a list for an array, 1.0 for True."""
    apart: object = None
    """What keeps two differences apart that are told in the same words."""
    size: int = 0
    """The size of an axis by which the result is too large or too small: by chance, if on one case alone."""


@dataclass(frozen=True)
class Tolerance:
    """Equal means ``|actual - expected| <= absolute + relative * |expected|``, entry by entry."""

    relative: float = 1e-7
    absolute: float = 1e-10

    def equal(self, expected: Any, actual: Any) -> NDArray[np.bool_]:
        """Which entries are equal; NaN equals NaN."""
        exactly = np.asarray(np.equal(actual, expected))
        if exactly.all():  # as most are, told in a tenth of the time
            return exactly
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(np.isclose(actual, expected, rtol=self.relative, atol=self.absolute, equal_nan=True))


@dataclass(frozen=True)
class Comparison:
    """A result beside the expected one: what is wrong with it as a whole, or else with each of its outputs."""

    outputs: tuple[tuple[str, Difference | None], ...]
    whole: Difference | None = None

    @property
    def right(self) -> frozenset[int]:
        """Which outputs have the right values."""
        return frozenset(i for i, (_, d) in enumerate(self.outputs) if d is None or d.form_alone)

    def in_form(self) -> Difference | None:
        """What is wrong with type, shape or dtype."""
        if self.whole:
            return self.whole if self.whole.in_form else None
        return self._told([d if d and d.in_form else None for _, d in self.outputs])

    def in_value(self) -> Difference | None:
        """What is wrong with the values: what costs the form alone is not."""
        if len(self.right) == len(self.outputs):
            return None
        return self.whole or self._told([d if d and not d.form_alone else None for _, d in self.outputs], praise=True)

    def _told(self, differences: Sequence[Difference | None], praise: bool = False) -> Difference | None:
        """All that is wrong in one sentence, and, as ``praise``, which outputs are right."""
        wrong = [(name, d) for (name, _), d in zip(self.outputs, differences, strict=True) if d]
        if not wrong:
            return None
        if len(self.outputs) == 1 and not wrong[0][0]:
            return wrong[0][1]
        by_sentence: dict[str, list[str]] = {}
        for name, d in wrong:
            by_sentence.setdefault(d.sentence, []).append(name)
        told = "; ".join(_said_of(names, sentence) for sentence, names in by_sentence.items())
        right = [name for (name, _), d in zip(self.outputs, differences, strict=True) if d is None]
        if praise and right and len(self.outputs) <= MOST_OUTPUTS:
            told += f" ({listed(right)} {'is' if len(right) == 1 else 'are'} right)"
        detail = next((f"{name}: {d.detail}" if len(wrong) > 1 else d.detail for name, d in wrong if d.detail), "")
        in_form = any(d.in_form for _, d in wrong)
        sizes = {d.size for _, d in wrong}
        return Difference(
            told, detail, in_form, all(d.form_alone for _, d in wrong), size=sizes.pop() if len(sizes) == 1 else 0
        )


def _said_of(names: Sequence[str], sentence: str) -> str:
    if sentence.startswith("is "):
        return f"{listed(names)} {'are' if names[1:] else 'is'} {sentence.removeprefix('is ')}"
    if sentence.startswith(f"{names[0][:-1]}["):  # it names the part that is wrong
        return sentence
    return f"{listed(names)}: {sentence}"


MOST_OUTPUTS = 6
"""Of more values than this no report lists the right ones."""

TELLING = 1e4
"""A factor larger than this, or smaller than 1 divided by it, tells nobody what to look for."""


def listed(names: Sequence[str]) -> str:
    """Names as an English list.

    >>> listed(["dx", "dw", "db"])
    'dx, dw and db'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def difference(
    expected: Any, actual: Any, tolerance: Tolerance, case: Case, names: Sequence[str] = ()
) -> Difference | None:
    """`None` if ``actual`` is right, otherwise what is wrong with it, form before value.

    ``names`` are those of the values, where several are returned. Whatever a student's function returns, this raises
    nothing.
    """
    found = compare(expected, actual, tolerance, case, names)
    wrong = found.whole or found._told([d for _, d in found.outputs], praise=True)
    return wrong if wrong and (found.whole or any(d for _, d in found.outputs)) else None


def compare(expected: Any, actual: Any, tolerance: Tolerance, case: Case, names: Sequence[str] = ()) -> Comparison:
    """Compare output by output; see `difference`."""
    actual = plain(actual)
    with np.errstate(all="ignore"):
        if isinstance(expected, tuple | list):
            return _of_sequence(expected, actual, tolerance, case, names)
        if isinstance(expected, dict):
            return _of_dictionary(expected, actual, tolerance, case)
        return Comparison((("", _of_value(expected, actual, tolerance, case)),))


def unusable(actual: Any) -> Difference:
    """What is said of a result that breaks whatever looks at it."""
    if actual is None:
        return Difference(NONE, in_form=True)
    return Difference(f"returns {describe(plain(actual))}, which the check cannot work with", in_form=True)


def _of_value(expected: Any, actual: Any, tolerance: Tolerance, case: Case) -> Difference | None:
    wrong_form = of_form(expected, actual)
    if wrong_form:
        asked = as_asked(expected, actual)
        if asked is actual or of_form(expected, asked):
            return wrong_form
        wrong_value = _of_numbers(np.asarray(expected), np.asarray(asked), tolerance, case)
        if type(actual) is np.ndarray and actual.ndim > np.ndim(expected):
            return wrong_value or replace(wrong_form, sentence=f"{wrong_form.sentence}: {SPARE_AXIS}", form_alone=True)
        return wrong_form if wrong_value else replace(wrong_form, form_alone=True)
    if isinstance(expected, str | bool | None):
        return None if expected == actual else _unequal(expected, actual)
    return _of_numbers(np.asarray(expected), np.asarray(actual), tolerance, case)


def _of_sequence(
    expected: Sequence[Any], actual: Any, tolerance: Tolerance, case: Case, names: Sequence[str]
) -> Comparison:
    several = f"where {len(expected)} values are asked"
    outputs_called = called(names, len(expected))
    if not isinstance(actual, tuple | list):
        return _nothing_right(outputs_called, f"returns {describe(actual)} {several}" if actual is not None else NONE)
    if len(actual) != len(expected):
        said = f"returns a {type(expected).__name__} of {len(actual)} {several}"
        if len(actual) > len(expected):
            first = _of_sequence(expected, actual[: len(expected)], tolerance, case, names)
            if len(first.right) == len(first.outputs):
                said += f": the first {len(expected)} are right, leave out the rest"
                return Comparison(first.outputs, Difference(said, in_form=True, form_alone=True))
        return _nothing_right(outputs_called, said)
    pairs = list(zip(expected, actual, strict=True))
    found = [
        Difference("is None", in_form=True) if a is None and e is not None else difference(e, a, tolerance, case, inner)
        for (e, a), inner in zip(pairs, _called_within(names, expected), strict=True)
    ]
    outputs = tuple(zip(outputs_called, found, strict=True))
    if any(found) and _in_another_order(expected, actual, tolerance, case):
        named = len(names) == len(expected) and all(names)
        asked = f": return `{', '.join(names)}`" if named else "; the docstring has the right one"
        in_form = any(d.in_form for d in found if d)
        whole = Difference(f"these are the right values, but in another order{asked}", in_form=in_form)
        return Comparison(outputs, whole)
    return Comparison(outputs)


def called(names: Sequence[str], count: int) -> list[str]:
    """What the values are called in a report."""
    if len(names) != count:
        names = [""] * count
    return [f"`{name}`" if name else f"value {i} of {count}" for i, name in enumerate(names, start=1)]


def _called_within(names: Sequence[str], expected: Sequence[Any]) -> list[list[str]]:
    """What the parts of each value are called, where it has a name and parts."""
    if len(names) != len(expected):
        return [[] for _ in expected]
    counts = [len(e) if name and isinstance(e, tuple | list) else 0 for name, e in zip(names, expected, strict=True)]
    return [[f"{name}[{i}]" for i in range(count)] for name, count in zip(names, counts, strict=True)]


def _of_dictionary(expected: dict[str, Any], actual: Any, tolerance: Tolerance, case: Case) -> Comparison:
    keys = [f"`{key}`" for key in expected]
    if not isinstance(actual, dict):
        asked = f"a dictionary with the entries {listed(keys)} is asked"
        return _nothing_right(keys, f"returns {describe(actual)} where {asked}" if actual is not None else NONE)
    found = [
        difference(e, actual[key], tolerance, case) if key in actual else Difference("is missing", in_form=True)
        for key, e in expected.items()
    ]
    return Comparison(tuple(zip(keys, found, strict=True)))


def _nothing_right(names: Sequence[str], sentence: str) -> Comparison:
    wrong = Difference(sentence, in_form=True)
    return Comparison(tuple((name, wrong) for name in names) or (("", wrong),), wrong)


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


def of_form(expected: Any, actual: Any) -> Difference | None:
    """What is wrong with type, shape or dtype of one value."""
    if actual is None and expected is not None:
        return Difference(NONE, in_form=True)
    if isinstance(actual, GeneratorType):
        return Difference(GENERATOR, in_form=True)
    if isinstance(expected, str | bool | None):
        same = isinstance(actual, type(expected)) or (isinstance(expected, bool) and isinstance(actual, np.bool_))
        return None if same else Difference(f"returns {describe(actual)}, not {describe(expected)}", in_form=True)
    if isinstance(expected, np.ndarray):
        return _of_array(expected, actual)
    number = isinstance(actual, int | float | np.number | np.ndarray) and not isinstance(actual, bool)
    if not number or np.ndim(actual) or np.asarray(actual).dtype.kind not in "fiu":
        return Difference(f"returns {describe(actual)}, not a number", in_form=True)
    return None


def _of_array(expected: NDArray[Any], actual: Any) -> Difference | None:
    if not isinstance(actual, np.ndarray):
        return Difference(f"returns {describe(actual)}, not an array of shape {expected.shape}", in_form=True)
    if actual.shape != expected.shape:
        return Difference(f"returns shape {actual.shape}, not {expected.shape}", in_form=True)
    if actual.dtype != expected.dtype:
        return Difference(f"returns dtype {actual.dtype}, not {expected.dtype}", in_form=True)
    return None


def _of_numbers(expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, case: Case) -> Difference | None:
    equal = tolerance.equal(expected, actual)
    if equal.all():
        return None
    broken = ~np.isfinite(actual) & np.isfinite(expected)
    where = tuple(int(i) for i in np.argwhere(broken if broken.any() else ~equal)[0])
    place = f" at index {list(where)}" if where else ""
    numbers = shortly(expected[where]), shortly(actual[where])
    digits = 6
    while numbers[0] == numbers[1] and digits < 17:  # they differ in later ones
        digits += 1
        numbers = shortly(expected[where], digits), shortly(actual[where], digits)
    detail = f"expected {numbers[0]}{place}, got {numbers[1]}"
    if equal.size > 1:
        detail += f" ({np.count_nonzero(~equal)} of {equal.size} entries differ)"
    size = _axis(_factor(expected, actual, tolerance), case)
    return Difference(_pattern(expected, actual, tolerance, size) or "the value is wrong", detail, size=size)


def hinted(differences: Sequence[Difference]) -> Difference:
    """The first of what is wrong with several cases, with a hint at an axis where two sizes of it bear that out."""
    first, sizes = differences[0], {d.size for d in differences}
    if 0 in sizes or len(sizes) < 2:
        return first
    return replace(first, sentence=f"{first.sentence} (as many as an axis of the input has: sum or mean?)")


def _pattern(expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance, size: int) -> str:
    """A rule that turns the right result into this one, where a simple one exists."""
    if not np.isfinite(actual).all() and np.isfinite(expected).all():
        return f"the result holds {'NaN' if np.isnan(actual).any() else 'infinity'}"
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and tolerance.equal(expected.T, actual).all():
        return "the result is transposed"
    if not np.isfinite(actual).all() or expected.dtype.kind not in "fiu":
        return ""
    if not actual.any():
        return "the result is zero" + (" throughout" if actual.size > 1 else "")
    factor = _factor(expected, actual, tolerance)
    if factor:
        return _name_factor(factor, known=actual.size > 1 or size > 0)
    offset = float(np.median(actual - expected))
    everywhere = actual.size > 1 and not tolerance.equal(expected, actual).any()
    if everywhere and tolerance.equal(expected + offset, actual).all():
        return f"every entry is too {'large' if offset > 0 else 'small'} by the same amount"
    return ""


def _factor(expected: NDArray[Any], actual: NDArray[Any], tolerance: Tolerance) -> float:
    """By which the right result is multiplied everywhere; 0 where there is no such number."""
    if expected.dtype.kind not in "fiu" or not np.isfinite(actual).all():
        return 0.0
    large = np.abs(expected) > 1e-6 * np.abs(expected).max(initial=0)
    if not large.any():
        return 0.0
    factor = float(np.median(actual[large] / expected[large]))
    return factor if tolerance.equal(expected * factor, actual).all() else 0.0


def _axis(factor: float, case: Case) -> int:
    """The size of an axis of the input that a factor is, or 1 divided by it; 0 where an argument may be meant."""
    if not factor:
        return 0
    ratio = max(abs(factor), 1 / abs(factor))
    arguments = (*case.args, *case.kwargs.values())
    sizes = {n for a in arguments if isinstance(a, np.ndarray) for n in a.shape if n > 2}
    numbers = [a for a in arguments if isinstance(a, int | float | np.number)]
    if any(np.isclose(ratio, [n, 1 / n if n else 0, n * n]).any() for n in numbers):
        return 0
    return next((n for n in sizes if np.isclose(ratio, n)), 0)


def _name_factor(factor: float, known: bool) -> str:
    """What is said of a factor; two single numbers are always some multiple of each other."""
    if np.isclose(factor, -1):
        return "the sign is flipped: the result is the right one times −1"
    ratio = max(abs(factor), 1 / abs(factor))
    if shortly(ratio) == "1" or ratio > TELLING or not (known or np.isclose(ratio, 2)):
        return ""
    return f"the result is {shortly(abs(factor))} times the right one" + (
        ", with the sign flipped" if factor < 0 else ""
    )


def _unequal(expected: Any, actual: Any) -> Difference:
    return Difference("the answer is wrong", f"expected {expected!r}, got {actual!r}")


def shortly(number: Any, digits: int = 6) -> str:
    """A number in the digits that a reader wants; never a minus before a zero."""
    return f"{number + 0.0:.{digits}g}" if isinstance(number, float | np.floating) else str(number)
