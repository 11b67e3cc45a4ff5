"""What a function expects of its arguments, stated above it and checked before it runs.

The contract stands beside the function, so its body is only the maths:

>>> @contract(x=array("N D"), w=array("D M"), b=array("M"))
... def affine(x, w, b):
...     return x @ w + b
>>> affine(np.ones((5, 12)), np.ones((10, 4)), np.ones(4))
Traceback (most recent call last):
    ...
ValueError: affine: w has 10 features (10, 4) but x has 12 (5, 12); make the two agree

Letters: N examples, D features, M outputs, H hidden units, K classes. A letter may have any size, but the same in every
argument; a digit stands for itself. Arrays are never changed or copied.

A NumPy scalar reaches the function as the Python number of the same value, because a `numpy.float64` as a rate
would make a float32 weight float64, and a Python number leaves it as it is:

>>> @contract(w=array("D"), lr=positive)
... def halve(w, lr):
...     return w - lr * w
>>> halve(np.ones(1, np.float32), np.float64(0.5)).dtype
dtype('float32')
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from typing import Any, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
"""An array of float32 or float64: what goes in as one comes out as the same."""

P = ParamSpec("P")
R = TypeVar("R")


class Size(NamedTuple):
    """How many a letter stands for in a call, and the argument and shape that said so."""

    size: int
    argument: str
    shape: tuple[int, ...]


@dataclass
class Call:
    """One call under check: all its arguments, and the size of each letter met so far."""

    arguments: dict[str, Any]
    sizes: dict[str, Size] = field(default_factory=dict)


Check = Callable[[str, Any, Call], None]
"""``check(name, value, call)`` raises for a bad value."""

_UNITS = {"N": "examples", "D": "features", "M": "outputs", "H": "hidden units", "K": "classes"}


def contract(**checks: Check) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the named arguments before every call, in the order given here.

    Raises
    ------
    TypeError, ValueError
        Starting with the function's name: which argument, its shape or value, and the way out. An argument whose
        default is ``None`` is not checked while it is ``None``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = signature(function)
        optional = {name for name, p in parameters.parameters.items() if p.default is None}
        unchecked: Callable[..., R] = function

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                bound = parameters.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{function.__name__}: {error}; it takes {parameters}") from None
            bound.apply_defaults()
            call = Call(bound.arguments)
            for name, check in checks.items():
                value = bound.arguments[name]
                if value is None and name in optional:
                    continue
                try:
                    check(name, value, call)
                except (TypeError, ValueError) as error:
                    raise type(error)(f"{function.__name__}: {error}") from None
            scalars = {name: v.item() for name, v in bound.arguments.items() if isinstance(v, np.generic)}
            if not scalars:
                return function(*args, **kwargs)
            bound.arguments.update(scalars)
            return unchecked(*bound.args, **bound.kwargs)

        return checked

    return decorate


def array(shape: str | None = None) -> Check:
    """A float array, finite, not empty; ``shape`` is letters or digits such as ``"N D"``; without it any shape goes."""
    letters = None if shape is None else shape.split()

    def check(name: str, value: Any, call: Call) -> None:
        _require_array(name, value)
        if not np.issubdtype(value.dtype, np.floating):
            raise TypeError(f"{name} has dtype {value.dtype}; convert it first: {name}.astype(float)")
        if letters is not None:
            _require_shape(name, value, letters, call)
        _require_entries(name, value)
        if not np.isfinite(value).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
            raise ValueError(f"{name} holds {value[where]} at index {where}; find where it arose before going on")

    return check


def same_shape(other: str) -> Check:
    """A float array of the shape of the argument ``other``, itself an array."""
    any_shape = array()

    def check(name: str, value: Any, call: Call) -> None:
        any_shape(name, value, call)
        expected = call.arguments[other].shape
        if value.shape != expected:
            raise ValueError(f"{name} has shape {value.shape} but {other} has {expected}; the two must be equal")

    return check


def variances(shape: str) -> Check:
    """A float array of which no entry is negative."""
    shaped = array(shape)

    def check(name: str, value: Any, call: Call) -> None:
        shaped(name, value, call)
        if (value < 0).any():
            raise ValueError(f"{name} holds {value.min()}; a variance is at least 0")

    return check


def upstream(output_shape: Callable[[Any], tuple[int, ...]]) -> Check:
    """The gradient of what a forward pass put out, whose shape ``output_shape`` reads from the argument ``cache``."""
    any_shape = array()

    def check(name: str, value: Any, call: Call) -> None:
        any_shape(name, value, call)
        cache = call.arguments["cache"]
        try:
            expected = output_shape(cache)
        except (AttributeError, TypeError, ValueError, IndexError):
            kind = type(cache).__name__
            raise TypeError(f"cache is {kind}; pass the cache that the forward function returned") from None
        if value.shape != expected:
            raise ValueError(f"{name} has shape {value.shape} but the forward output had {expected}; pass dL/d(output)")

    return check


def float_dtype(name: str, value: Any, call: Call) -> None:
    """A floating-point dtype, or what NumPy takes for one."""
    try:
        is_float = np.issubdtype(np.dtype(value), np.floating)
    except TypeError:
        is_float = False
    if not is_float:
        raise TypeError(f"{name} is {value!r}; it must be a floating-point type such as np.float64")


def labels(count: str = "N", classes: str = "K") -> Check:
    """Integer class labels of shape (count,), each in ``[0, classes)``; both letters or digits as in `array`."""

    def check(name: str, value: Any, call: Call) -> None:
        _require_array(name, value)
        if not np.issubdtype(value.dtype, np.integer):
            raise TypeError(f"{name} has dtype {value.dtype}; labels are integers: {name}.astype(int)")
        _require_shape(name, value, [count], call)
        _require_entries(name, value)
        known = call.sizes.get(classes)
        size = int(classes) if classes.isdigit() else known and known.size
        if size is not None:
            outside = value[(value < 0) | (value >= size)]
            if outside.size:
                raise ValueError(f"{name} holds the label {outside[0]}; with {size} classes labels are 0 to {size - 1}")

    return check


def number(description: str, holds: Callable[[float], bool]) -> Check:
    """One finite real number for which ``holds`` is true; ``description`` says what for the error."""

    def check(name: str, value: Any, call: Call) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}; it must be {description}")
        if not (np.isfinite(value) and holds(float(value))):
            raise ValueError(f"{name} is {value}; it must be {description}")

    return check


def whole(description: str, at_least: int) -> Check:
    """One integer that is at least ``at_least``."""

    def check(name: str, value: Any, call: Call) -> None:
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}; it must be {description}")
        if value < at_least:
            raise ValueError(f"{name} is {value}; it must be {description}")

    return check


def function(name: str, value: Any, call: Call) -> None:
    """Something that can be called."""
    if not callable(value):
        raise TypeError(f"{name} is {type(value).__name__}; pass the function itself, not what it returns")


def generator(name: str, value: Any, call: Call) -> None:
    """A `numpy.random.Generator`: randomness is passed in, never global."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} is {type(value).__name__}; pass np.random.default_rng(seed)")


finite = number("a finite number", lambda v: True)
positive = number("a number above 0", lambda v: v > 0)
non_negative = number("a number of at least 0", lambda v: v >= 0)
drop_probability = number("a probability in [0, 1): the share that is dropped", lambda v: 0 <= v < 1)
keep_probability = number("a probability in (0, 1]: the share that is kept", lambda v: 0 < v <= 1)
decay_rate = number("a decay rate in [0, 1)", lambda v: 0 <= v < 1)
count = whole("a whole number of at least 1", 1)


def _require_array(name: str, value: Any) -> None:
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name} is {type(value).__name__}; pass a NumPy array: np.asarray({name}, dtype=float)")


def _require_entries(name: str, value: NDArray[Any]) -> None:
    if value.size == 0:
        raise ValueError(f"{name} is empty, shape {value.shape}; it needs at least one entry along every axis")


def _require_shape(name: str, value: NDArray[Any], letters: list[str], call: Call) -> None:
    if value.ndim != len(letters):
        wanted = f"({', '.join(letters)}{',' * (len(letters) == 1)})"
        raise ValueError(f"{name} has {value.ndim} axes, shape {value.shape}; it must have shape {wanted}")
    for axis, (letter, size) in enumerate(zip(letters, value.shape, strict=True)):
        if letter.isdigit():
            if size != int(letter):
                raise ValueError(f"{name} has {size} entries along axis {axis} {value.shape}; it must have {letter}")
            continue
        expected, other, other_shape = call.sizes.setdefault(letter, Size(size, name, value.shape))
        if size != expected:
            unit = _UNITS.get(letter, "entries along " + letter)
            turned = (value.ndim == 2 and expected in value.shape) or (len(other_shape) == 2 and size in other_shape)
            raise ValueError(
                f"{name} has {size} {unit} {value.shape} but {other} has {expected} {other_shape}; "
                f"make the two agree{', or transpose one' * turned}"
            )
