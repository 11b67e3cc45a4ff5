"""Conversion of results to plain data."""

from types import GeneratorType
from typing import Any

import numpy as np

from . import messages
from .flaws import Foreign

MAX_DEPTH = 20
MAX_ENTRIES = 200_000
MAX_BYTES = 64 << 20
"""Maximum size of one result in bytes, which is more than any exercise needs."""
DTYPE_KINDS = "biufcSU"
"""Dtype kinds of numbers and text."""
MIXES_INTEGERS = np.dtype(np.intp).itemsize < 8
"""Whether NumPy mixes integers of 32 and 64 bits, as in a browser, where `np.arange` and `rng.choice` differ."""


def own_integers(value: Any) -> Any:
    """Convert an int64 array to the platform's own integers if its values fit.

    In a browser `np.bincount`, `np.repeat` and `np.take` refuse int64.
    """
    if not MIXES_INTEGERS or type(value) is not np.ndarray or value.dtype != np.int64:
        return value
    narrow = value.astype(np.int32)
    return narrow if np.array_equal(narrow, value) else value


def dtype_name(dtype: np.dtype[Any]) -> str:
    """Name that is the same for dtypes that a check does not distinguish."""
    return dtype.kind if MIXES_INTEGERS and dtype.kind == "i" else dtype.str


def plain(value: Any, depth: int = 0) -> Any:
    """Convert a value to plain data, or to a `Foreign` if this is impossible.

    Plain data are numbers, strings, arrays, and sequences and dictionaries of these. Number types other than NumPy's
    may run their own code here, so the conversion happens within the time limit.
    """
    kind = type(value)
    if value is None or kind in (bool, float, complex, str, GeneratorType, Foreign):
        return value
    if kind is int:
        return value if -(1 << 63) <= value < 1 << 64 else Foreign("integer of more than 64 bits")
    if kind is np.ndarray:
        return value if value.dtype.kind in DTYPE_KINDS else Foreign(f"array of dtype {value.dtype}"[:60])
    if kind in (tuple, list) and depth < MAX_DEPTH:
        return kind(plain(v, depth + 1) for v in value)
    if kind is dict and depth < MAX_DEPTH:
        return {k: plain(v, depth + 1) for k, v in value.items() if type(k) is str}
    try:
        of_numpy = kind.__module__ == "numpy"
        if of_numpy or isinstance(value, int | float) or hasattr(kind, "__array__"):  # other objects may be slow
            number = np.asarray(value)
            if not number.ndim and number.dtype.kind in ("biufc" if of_numpy else "biuf"):
                return number[()]
    except Exception:  # an object whose own methods raise errors
        return Foreign(kind.__name__)
    return Foreign(kind.__name__)


def size_problem(value: Any) -> str:
    """Reason why ``value`` is too large to inspect, or "" if it is not."""
    entries = size = 0
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        inner, depth = waiting.pop()
        kind = type(inner)
        if kind in (tuple, list, dict):
            entries += len(inner)
            if depth > MAX_DEPTH:
                return messages.NESTED.format(MAX_DEPTH)
            if entries > MAX_ENTRIES:
                return messages.ENTRIES.format(MAX_ENTRIES)
            waiting += [(v, depth + 1) for v in (inner.values() if kind is dict else inner)]
            size += sum(len(key) for key in inner if type(key) is str) if kind is dict else 0
        elif kind is np.ndarray:
            size += inner.nbytes
        elif kind in (str, bytes):
            size += len(inner)
        if size > MAX_BYTES:
            return messages.SIZE.format(MAX_BYTES >> 20)
    return ""


def coerce_like(expected: Any, actual: Any) -> Any:
    """Convert ``actual`` to the form of ``expected`` if this keeps its values.

    This removes extra axes of length 1 and extra values at the end. A list becomes an array, and numbers become
    integers or Booleans.
    """
    if isinstance(expected, tuple | list) and type(actual) in (list, tuple) and len(actual) >= len(expected):
        return type(actual)(map(coerce_like, expected, actual))
    if isinstance(expected, np.ndarray) and type(actual) in (list, tuple):
        actual = _array(actual, actual)
    if not isinstance(expected, np.ndarray | np.number | int | float) or type(actual) is not np.ndarray:
        return actual
    if isinstance(expected, np.ndarray) and expected.dtype.kind in "biu" and actual.dtype.kind in "biuf":
        with np.errstate(invalid="ignore"):
            kept = actual.astype(expected.dtype)
        actual = kept if (kept == actual).all() else actual
    shape = np.shape(expected)
    if actual.ndim <= len(shape) or [n for n in actual.shape if n != 1] != [n for n in shape if n != 1]:
        return actual
    return actual.reshape(shape) if shape else actual.reshape(())[()]


def _array(values: Any, otherwise: Any) -> Any:
    try:
        made = np.asarray(values)
    except Exception:  # rows of different lengths, or integers that are too large
        return otherwise
    return made if made.dtype.kind in "biuf" else otherwise
