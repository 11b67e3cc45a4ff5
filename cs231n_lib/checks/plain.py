"""What a student's function returned, as plain data that runs none of the student's code when it is looked at."""

from dataclasses import dataclass
from types import GeneratorType
from typing import Any

import numpy as np

DEEPEST = 20


@dataclass(frozen=True)
class Foreign:
    """Stands for a value of a kind that no check asks for."""

    kind: str


def plain(value: Any, depth: int = 0) -> Any:
    """``value`` where it is a number, a string, an array, or a sequence or dictionary of these; otherwise `Foreign`."""
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str, np.ndarray, GeneratorType):
        return value
    if kind in (tuple, list) and depth < DEEPEST:
        return kind(plain(v, depth + 1) for v in value)
    if kind is dict and depth < DEEPEST:
        return {k: plain(v, depth + 1) for k, v in value.items() if type(k) is str}
    try:
        number = np.asarray(value)
        if kind.__module__ == "numpy" or (number.ndim == 0 and number.dtype.kind in "biuf"):
            return number[()] if not number.ndim and number.dtype.kind in "biufc" else Foreign(kind.__name__)
    except Exception:  # an object whose own methods raise
        return Foreign(kind.__name__)
    return Foreign(kind.__name__)


def holds_itself(value: Any, within: tuple[int, ...] = ()) -> bool:
    """Whether a list or dictionary is part of itself, or as good as without end: nobody could look through it all."""
    if type(value) not in (tuple, list, dict):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return id(value) in within or len(within) > DEEPEST or any(holds_itself(v, (*within, id(value))) for v in inner)


def describe(value: Any) -> str:
    """What a plain value is, in words, such as ``an array of shape (2, 3)``."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, complex | np.complexfloating):
        return "a complex number"
    if isinstance(value, int | float | np.number):
        return "a number"
    name = value.kind if isinstance(value, Foreign) else type(value).__name__
    name = {"str": "string", "dict": "dictionary"}.get(name, name)
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def as_asked(expected: Any, actual: Any) -> Any:
    """``actual`` in the form of ``expected`` where its values can be kept, otherwise as it is.

    Axes of length 1 that are too many go, and values after those that are asked; a list becomes an array, and numbers
    become whole ones or truth values.
    """
    if isinstance(expected, tuple | list) and type(actual) in (list, tuple) and len(actual) >= len(expected):
        return type(actual)(map(as_asked, expected, actual))
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
    except Exception:  # rows of several lengths, or numbers beyond all bounds
        return otherwise
    return made if made.dtype.kind in "biuf" else otherwise
