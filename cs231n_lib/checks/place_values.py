"""Values of two runs beside one another: what is equal in both, which outputs are right, and arrays in pieces."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .compare import Tolerance, of_form
from .place_sites import MOST_VALUES
from .plain import plain

Values = Mapping[int, Sequence[Any]]
Key = tuple[Any, ...]

ROWS, ENTRIES = 1_000_000, 2_000_000
"""Added to a site of the right solution: its array row by row, or entry by entry."""


def in_pieces(theirs: Values) -> Iterator[tuple[int, Sequence[Any]]]:
    """The arrays of the right solution row by row and entry by entry, as a loop makes them."""
    for site, values in theirs.items():
        array = values[0]
        if len(values) != 1 or not isinstance(array, np.ndarray) or not 1 < array.size < MOST_VALUES:
            continue
        yield site + ENTRIES, list(array.ravel())
        if array.ndim > 1:
            yield site + ROWS, list(array)


def outputs_of(expected: Any) -> frozenset[int]:
    """The outputs by number; a list, whose length the case decides, is one."""
    return frozenset(range(len(expected) if isinstance(expected, tuple | dict) else 1))


def right_outputs(expected: Any, actual: Any, tolerance: Tolerance) -> frozenset[int]:
    """Which outputs are right."""
    if isinstance(actual, BaseException):
        return frozenset()
    actual = plain(actual)
    with np.errstate(all="ignore"):
        if isinstance(expected, tuple):
            if not isinstance(actual, tuple | list) or len(actual) != len(expected):
                return frozenset()
            pairs = list(zip(expected, actual, strict=True))
        elif isinstance(expected, dict):
            if not isinstance(actual, dict):
                return frozenset()
            pairs = [(e, actual.get(key)) for key, e in expected.items()]
        else:
            pairs = [(expected, actual)]
        return frozenset(i for i, (e, a) in enumerate(pairs) if _equal(e, a, tolerance))


def _equal(expected: Any, actual: Any, tolerance: Tolerance) -> bool:
    if isinstance(expected, tuple | list):
        return (
            isinstance(actual, tuple | list)
            and len(actual) == len(expected)
            and all(_equal(e, a, tolerance) for e, a in zip(expected, actual, strict=True))
        )
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(_equal(e, actual.get(k), tolerance) for k, e in expected.items())
    if of_form(expected, actual):
        return False
    if isinstance(expected, str | bool | None):
        return bool(expected == actual)
    return bool(tolerance.equal(expected, actual).all())


def is_nothing(values: Sequence[Any]) -> bool:
    """Whether these are arrays of zeros, to be filled."""
    return all(isinstance(v, np.ndarray) and not v.any() for v in values)


def is_plain(value: Any) -> bool:
    """Whether this is a number or an array, or a tuple or list of them."""
    if isinstance(value, tuple | list):
        return len(value) < MOST_VALUES and all(map(is_plain, value))
    return isinstance(value, np.ndarray | np.generic | int | float)


def is_truth(values: Sequence[Any]) -> bool:
    """Whether these are true or false, and no numbers."""
    return all(isinstance(v, bool | np.bool_) for v in values)


def form_of(value: Any) -> Any:
    """The shape of a value, and whether it is made of truth values."""
    if isinstance(value, tuple | list):
        return tuple(map(form_of, value))
    return np.shape(value), np.asarray(value).dtype.kind == "b"


def keys_of(values: Sequence[Any]) -> Key | None:
    """What is equal for two sites that have the same values; `None` where they cannot be compared."""
    return tuple(map(key_of, values)) if len(values) < MOST_VALUES and all(map(is_plain, values)) else None


def key_of(value: Any) -> Any:
    """The same for values that agree to nine digits of the largest."""
    if isinstance(value, tuple | list):
        return tuple(map(key_of, value))
    if isinstance(value, int | float):
        return (), f"{float(value):.9e}"
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return repr(value)[:80]
    if not array.ndim:
        return (), f"{float(array):.9e}"
    dtype, array = array.dtype, array.astype(float)
    top = np.max(np.abs(array), initial=0.0, where=np.isfinite(array))
    return dtype.str, array.shape, f"{top:.9e}", np.round(array / (top or 1.0), 9).tobytes()
