"""Agreement of two functions' outcomes, the evidence for naming a mistake."""

from typing import Any

import numpy as np

from .compare import Tolerance
from .flaws import Foreign
from .plain_data import plain
from .runner import Outcome, message_of

ROUNDING_ULPS = 16
"""Maximum rounding error of a restored argument, in units in the last place of its largest entry."""


def same_outcome(first: Outcome, second: Outcome, expected: Any, tolerance: Tolerance) -> bool:
    """Whether two functions returned the same value or raised the same error.

    The absolute tolerance shrinks with ``expected``, the right result. Otherwise 0 and 10⁻¹² would always agree.
    """
    if first.error is not None and second.error is not None:
        same_kind = type(first.error) is type(second.error)
        return same_kind and message_of(first.error) == message_of(second.error)
    if first.error is not None or second.error is not None:
        return False
    with np.errstate(all="ignore"):
        return _same_value(plain(first.value), plain(second.value), plain(expected), tolerance)


def _same_value(first: Any, second: Any, expected: Any, tolerance: Tolerance) -> bool:
    if isinstance(first, tuple | list) and isinstance(second, tuple | list):
        if len(first) != len(second):
            return False
        known = expected if isinstance(expected, tuple | list) and len(expected) == len(first) else second
        return all(_same_value(*three, tolerance) for three in zip(first, second, known, strict=True))
    if isinstance(first, dict) and isinstance(second, dict):
        entries = expected if isinstance(expected, dict) else second
        return first.keys() == second.keys() and all(
            _same_value(first[k], second[k], entries.get(k, second[k]), tolerance) for k in first
        )
    if not (_numeric(first) and _numeric(second)):
        return type(first) is type(second) and (not isinstance(first, str | Foreign) or first == second)
    a, b = np.squeeze(first), np.squeeze(second)
    if a.shape != b.shape:
        return False
    scale = np.abs(expected).max(initial=0) if _numeric(expected) else np.inf
    absolute = min(tolerance.absolute, tolerance.relative * scale) if np.isfinite(scale) else tolerance.absolute
    return Tolerance(tolerance.relative, float(absolute)).all_equal(b, a)


def _numeric(value: Any) -> bool:
    numeric = isinstance(value, np.ndarray | np.generic | int | float | complex)
    return numeric and np.asarray(value).dtype.kind in "biufc"


def unchanged(before: Any, after: Any) -> bool:
    """Whether the data in arguments are unchanged except for rounding."""
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.dtype != after.dtype or before.shape != after.shape:
            return False
        same = np.array_equal(before, after)
        if same or before.dtype.kind != "f":
            return same
        largest = np.abs(before).max(initial=1.0, where=np.isfinite(before))
        room = ROUNDING_ULPS * np.finfo(before.dtype).eps * largest
        return bool(np.isclose(after, before, rtol=0, atol=room, equal_nan=True).all())
    if isinstance(before, tuple | list):
        return (
            type(before) is type(after)
            and len(before) == len(after)
            and all(unchanged(b, a) for b, a in zip(before, after, strict=True))
        )
    if isinstance(before, dict):
        return (
            type(before) is type(after)
            and before.keys() == after.keys()
            and all(unchanged(before[k], after[k]) for k in before)
        )
    return not isinstance(before, int | float | str) or (type(before) is type(after) and bool(before == after))
