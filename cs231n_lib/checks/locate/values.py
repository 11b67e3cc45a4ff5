"""Comparison of values from two runs."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..run.compare import Tolerance, agrees
from ..run.instrument import MAX_VALUES
from ..run.plain_data import DTYPE_KINDS, dtype_name, plain

Values = Mapping[int, Sequence[Any]]
Key = tuple[Any, ...]

MAX_CACHED_BYTES = 2048
"""Maximum size, in bytes, of an array whose digits are cached."""
ROWS, ENTRIES, STACKS = 1_000_000, 2_000_000, 3_000_000
"""Offsets of the sites that hold an array's rows, its entries, or a loop's values as one array."""


def split_arrays(theirs: Values) -> Iterator[tuple[int, Sequence[Any]]]:
    """The right solution's arrays by row and by entry, as a loop computes them."""
    for site, values in theirs.items():
        array = values[0]
        if len(values) != 1 or not isinstance(array, np.ndarray) or not 1 < array.size < MAX_VALUES:
            continue
        yield site + ENTRIES, list(array.ravel())
        if array.ndim > 1:
            yield site + ROWS, list(array)


def stacked_values(theirs: Values) -> Iterator[tuple[int, Sequence[Any]]]:
    """Values of the right solution's loops, stacked as if computed without a loop."""
    for site, values in theirs.items():
        if 1 < len(values) < MAX_VALUES and all(isinstance(v, float | np.floating | np.ndarray) for v in values):
            first = np.asarray(values[0])
            if first.dtype.kind in "fb" and first.size < MAX_VALUES and all(np.shape(v) == first.shape for v in values):
                yield site + STACKS, [np.array(values)]


def outputs_of(expected: Any) -> frozenset[int]:
    """Indices of the outputs. A list counts as one, because its length varies."""
    return frozenset(range(len(expected) if isinstance(expected, tuple | dict) else 1))


def right_outputs(expected: Any, actual: Any, tolerance: Tolerance) -> frozenset[int]:
    """Indices of the outputs that are right."""
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
        return frozenset(i for i, (e, a) in enumerate(pairs) if agrees(e, a, tolerance))


def is_all_zero(values: Sequence[Any]) -> bool:
    """Whether all values are arrays of zeros, which the answer may fill later."""
    return all(isinstance(v, np.ndarray) and not v.any() for v in values)


def is_plain(value: Any) -> bool:
    """Whether the value is a number or an array, or a tuple or list of them."""
    if type(value) in (float, np.float64):
        return True
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in DTYPE_KINDS
    if isinstance(value, tuple | list):
        return len(value) < MAX_VALUES and all(map(is_plain, value))
    return isinstance(plain(value), int | float)


def is_boolean(values: Sequence[Any]) -> bool:
    """Whether all values are Booleans."""
    return all(isinstance(v, bool | np.bool_) for v in values)


def form_of(value: Any) -> Any:
    """Shape of a value, and whether it is boolean."""
    if isinstance(value, tuple | list):
        return tuple(map(form_of, value))
    return np.shape(value), np.asarray(value).dtype.kind == "b"


def keys_of(values: Sequence[Any]) -> Key | None:
    """Key of a site's values for comparison, or `None` if they cannot be compared."""
    return tuple(map(key_of, values)) if len(values) < MAX_VALUES and all(map(is_plain, values)) else None


def key_of(value: Any) -> Any:
    """Key that is equal for values that agree to a billionth of their largest entry."""
    if isinstance(value, int | float):
        return (), f"{float(value):.9e}"
    if isinstance(value, tuple | list):
        return tuple(map(key_of, value))
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return repr(value)[:80]
    if not array.ndim:
        return (), f"{float(array):.9e}"
    small = array.nbytes <= MAX_CACHED_BYTES
    digits = _digits_of_data(array.dtype, array.shape, array.tobytes()) if small else _digits(array)
    return dtype_name(array.dtype), array.shape, *digits


@lru_cache(maxsize=1024)
def _digits_of_data(dtype: np.dtype[Any], shape: tuple[int, ...], data: bytes) -> tuple[str, bytes]:
    """Digits of a small array, cached because the same arrays recur at many sites."""
    return _digits(np.frombuffer(data, dtype).reshape(shape))


def _digits(array: NDArray[Any]) -> tuple[str, bytes]:
    """Largest entry of an array, and all entries relative to it, to nine decimals."""
    array = array.astype(float)
    sizes = np.abs(array)
    top = float(sizes.max(initial=0.0))
    if not isfinite(top):
        top = float(sizes.max(initial=0.0, where=np.isfinite(array)))
    return f"{top:.9e}", ((array / (top or 1.0)).round(9) + 0.0).tobytes()  # −0 becomes 0
