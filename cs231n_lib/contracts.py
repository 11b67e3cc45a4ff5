"""Argument checks of the reference functions.

The decorator `contract` keeps the checks out of the function's body, which then contains only the mathematics:

>>> @contract(x=array("N D"), w=array("D M"), b=array("M"))
... def affine(x, w, b):
...     return x @ w + b
>>> affine(np.ones((5, 12)), np.ones((10, 4)), np.ones(4))
Traceback (most recent call last):
    ...
ValueError: affine: w has 10 features (10, 4) but x has 12 (5, 12). Make the two agree

The letters mean N examples, D features, M outputs, H hidden units and K classes. A letter must have the same size in
every argument, and a number is a fixed size. Arrays are never changed. They are copied only if `like` converts them to
another dtype.

A NumPy scalar is converted to a Python number, because a `numpy.float64` learning rate would turn a float32 weight into
float64:

>>> @contract(w=array("D"), lr=positive)
... def halve(w, lr):
...     return w - lr * w
>>> halve(np.ones(1, np.float32), np.float64(0.5)).dtype
dtype('float32')

Most operations of NumPy turn a zero-dimensional array into a scalar. If an argument is such an array, the results are
converted back to arrays, so that they are valid arguments as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from inspect import BoundArguments, Parameter, Signature, signature
from math import isfinite
from typing import Any, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
"""Array of float32 or a wider float. Functions return the dtype that they receive."""

P = ParamSpec("P")
R = TypeVar("R")


class Size(NamedTuple):
    """Size of a letter in a call, with the argument and the shape that set it."""

    size: int
    argument: str
    shape: tuple[int, ...]


@dataclass
class BoundCall:
    """Arguments of a call that is being checked, and the sizes of the letters so far."""

    arguments: dict[str, Any]
    sizes: dict[str, Size] = field(default_factory=dict)
    caller: str = ""
    replaced: bool = False
    without_axes: bool = False

    def replace(self, name: str, value: Any) -> None:
        """Pass ``value`` to the function instead of the argument ``name``."""
        self.arguments[name] = value
        self.replaced = True


Check = Callable[[str, Any, BoundCall], None]
"""``check(name, value, call)`` raises an error for an invalid value."""

SMALL = 10_000
"""Maximum number of entries for which BLAS uses only one thread."""

_UNITS = {"N": "examples", "D": "features", "M": "outputs", "H": "hidden units", "K": "classes"}


def contract(**checks: Check) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the named arguments before every call, in the order of ``checks``.

    An argument whose default is ``None`` is not checked if its value is ``None``.

    Raises
    ------
    TypeError, ValueError
        An argument is invalid. The message gives the function, the argument, its shape or value, and a remedy.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters, caller = signature(function), _called(function)
        binder = _Binder(parameters)
        optional = {name for name, p in parameters.parameters.items() if p.default is None}
        unchecked: Callable[..., R] = function

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                arguments = binder.bind(args, kwargs)
            except TypeError as error:
                raise TypeError(f"{caller}: {error}. It takes {parameters}") from None
            call = BoundCall(arguments, caller=caller)
            for name, check in checks.items():
                value = arguments[name]
                if value is None and name in optional:
                    continue
                try:
                    check(name, value, call)
                except (TypeError, ValueError) as error:
                    raise type(error)(f"{caller}: {error}") from None
            for name, value in arguments.items():
                if isinstance(value, np.generic):
                    call.replace(name, float(value) if isinstance(value, np.longdouble) else value.item())
            result = binder.call(unchecked, arguments) if call.replaced else function(*args, **kwargs)
            return _as_arrays(result) if call.without_axes else result

        return checked

    return decorate


class _Binder:
    """Binding of arguments, faster than `Signature.bind` if all can be passed by name."""

    def __init__(self, parameters: Signature) -> None:
        self.parameters = parameters
        every = parameters.parameters.values()
        self.by_name = all(p.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY) for p in every)
        self.names = parameters.parameters.keys()
        self.positional = [p.name for p in every if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
        self.defaults = {p.name: p.default for p in every if p.default is not Parameter.empty}

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Arguments by name, including defaults.

        Raises
        ------
        TypeError
            An argument is missing, unknown or passed twice, with the message of `Signature.bind`.
        """
        if not self.by_name:
            bound = self.parameters.bind(*args, **kwargs)
            bound.apply_defaults()
            return bound.arguments
        given = dict(zip(self.positional, args, strict=False))
        if not kwargs and len(given) == len(args) == len(self.names):
            return given
        arguments = {**self.defaults, **given, **kwargs}
        too_many = len(args) > len(self.positional)
        if too_many or arguments.keys() != self.names or not given.keys().isdisjoint(kwargs):
            self.parameters.bind(*args, **kwargs)
        return arguments

    def call(self, function: Callable[..., R], arguments: dict[str, Any]) -> R:
        """Call the function with arguments that `bind` returned."""
        if self.by_name:
            return function(**arguments)
        bound = BoundArguments(self.parameters, arguments)
        return function(*bound.args, **bound.kwargs)


def _called(function: Callable[..., Any]) -> str:
    """Name of the function for messages, or of the class for a constructor."""
    return function.__qualname__.split(".")[-2] if function.__name__ == "__init__" else function.__name__


def _as_arrays(result: Any) -> Any:
    """Convert NumPy scalars in the result to arrays."""
    if isinstance(result, tuple):
        return tuple(_as_arrays(part) for part in result)
    return np.asarray(result) if isinstance(result, np.generic) else result


def array(shape: str | None = None) -> Check:
    """Require a finite, non-empty float array.

    ``shape`` lists the axes as letters or numbers, such as ``"N D"``. A final ``...`` allows further axes. Without
    ``shape``, every shape is valid.
    """
    letters = None if shape is None else shape.split()

    def check(name: str, value: Any, call: BoundCall) -> None:
        _require_array(name, value)
        _require_float(name, value)
        if letters is not None:
            _require_shape(name, value, letters, call)
        elif value.ndim == 0:
            call.without_axes = True
        _require_entries(name, value)
        if not _is_finite(value):
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
            raise ValueError(f"{name} holds {value[where]} at index {where}. Find the operation that produced it")

    return check


def double(shape: str) -> Check:
    """Require an array of float32 or float64, which NumPy's linear algebra supports."""
    shaped = array(shape)

    def check(name: str, value: Any, call: BoundCall) -> None:
        shaped(name, value, call)
        if value.dtype.itemsize > 8:
            raise TypeError(
                f"{name} has dtype {value.dtype}, which NumPy's linear algebra does not support. "
                f"Convert it first: {name}.astype(float)"
            )

    return check


def same_shape(other: str) -> Check:
    """Require a float array with the shape of the argument ``other``."""
    any_shape = array()

    def check(name: str, value: Any, call: BoundCall) -> None:
        any_shape(name, value, call)
        expected = call.arguments[other].shape
        if value.shape != expected:
            raise ValueError(f"{name} has shape {value.shape} but {other} has {expected}. The two shapes must be equal")

    return check


def like(other: str) -> Check:
    """Require an array in the shape of ``other``, and convert it to ``other``'s dtype."""
    shaped = same_shape(other)

    def check(name: str, value: Any, call: BoundCall) -> None:
        shaped(name, value, call)
        dtype = call.arguments[other].dtype
        if value.dtype != dtype:
            with np.errstate(over="ignore"):
                taken = value.astype(dtype)
            if not np.isfinite(taken).all():
                raise ValueError(f"{name} holds values too large for {dtype}, the dtype of {other}. Scale {name} down")
            call.replace(name, taken)

    return check


def entries(shaped: Check, hold: Callable[[FloatArray], NDArray[np.bool_]], remedy: str) -> Check:
    """Require an array that passes ``shaped`` and whose entries all satisfy ``hold``.

    The error message ends with ``remedy``.
    """

    def check(name: str, value: Any, call: BoundCall) -> None:
        shaped(name, value, call)
        if not hold(value).all():
            raise ValueError(f"{name} holds {value.min()}{remedy}")

    return check


def variances(shape: str) -> Check:
    """Require a float array without negative entries."""
    return entries(array(shape), lambda v: v >= 0, ". Pass variances, which are at least 0")


def upstream(output_shape: Callable[[Any], tuple[int, ...]]) -> Check:
    """Require an upstream gradient in the shape that ``output_shape(cache)`` returns."""
    any_shape = array()

    def check(name: str, value: Any, call: BoundCall) -> None:
        any_shape(name, value, call)
        cache = call.arguments["cache"]
        try:
            expected = output_shape(cache)
        except (AttributeError, TypeError, ValueError, IndexError):
            kind = type(cache).__name__
            raise TypeError(f"cache is {kind}. Pass the cache that the forward function returned") from None
        if value.shape != expected:
            raise ValueError(f"{name} has shape {value.shape} but the forward output had {expected}. Pass dL/d(output)")

    return check


def float_dtype(name: str, value: Any, call: BoundCall) -> None:
    """Require a floating-point dtype of at least 32 bits."""
    try:
        dtype = np.dtype(value)
        is_float = value is not None and dtype.kind == "f" and dtype.itemsize >= 4
    except TypeError:
        is_float = False
    if not is_float:
        shown = value.__name__ if isinstance(value, type) and issubclass(value, np.generic) else repr(value)
        raise TypeError(f"{name} is {shown:.60}. It must be a floating-point type such as np.float64 or np.float32")


def labels(count: str = "N", classes: str = "K") -> Check:
    """Require integer labels of shape ``(count,)``, from 0 up to ``classes`` - 1."""

    def check(name: str, value: Any, call: BoundCall) -> None:
        _require_array(name, value)
        if value.dtype.kind not in "iu":
            raise TypeError(f"{name} has dtype {value.dtype}. Pass integer labels: {name}.astype(int)")
        _require_shape(name, value, [count], call)
        _require_entries(name, value)
        known = call.sizes.get(classes)
        size = int(classes) if classes.isdigit() else known and known.size
        if size is not None:
            outside = value[(value < 0) | (value >= size)]
            if outside.size:
                raise ValueError(
                    f"{name} holds the label {outside[0]}. With {size} classes, labels are 0 to {size - 1}"
                )

    return check


def number(description: str, holds: Callable[[float], bool]) -> Check:
    """Require a finite real number for which ``holds`` is true."""

    def check(name: str, value: Any, call: BoundCall) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. It must be {description}")
        try:
            good = isfinite(value) and holds(float(value))
        except OverflowError:
            raise ValueError(f"{name} is too large for a float. It must be {description}") from None
        if not good:
            raise ValueError(f"{name} is {value}. It must be {description}")

    return check


def whole(description: str, at_least: int) -> Check:
    """Require an integer of at least ``at_least``."""

    def check(name: str, value: Any, call: BoundCall) -> None:
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. It must be {description}")
        if not at_least <= value < 2**63:
            raise ValueError(f"{name} is {_shortened(int(value))}. It must be {description}")

    return check


def function(name: str, value: Any, call: BoundCall) -> None:
    """Require a callable."""
    if not callable(value):
        raise TypeError(f"{name} is {type(value).__name__}. Pass the function itself, not its result")


def returning(check: Check, quick: Callable[[float], bool] | None = None) -> Check:
    """Require a function of one argument, and check its results with ``check``.

    A zero-dimensional array counts as a number. ``check`` is skipped for a float that ``quick`` accepts.
    """

    def check_function(name: str, value: Any, call: BoundCall) -> None:
        function(name, value, call)
        label = f"what {name} returned"

        def checked(x: Any) -> Any:
            result = value(x)
            if quick is not None and isinstance(result, float) and quick(result):
                return result
            if not isinstance(result, float) and getattr(result, "shape", None) == ():
                result = result.item()
            try:
                check(label, result, call)
            except (TypeError, ValueError) as error:
                raise type(error)(f"{call.caller}: {error}") from None
            return result

        call.replace(name, checked)

    return check_function


def returning_like(other: str) -> Check:
    """Require a function that returns real arrays with the shape of ``other``."""

    def check(name: str, value: Any, call: BoundCall) -> None:
        function(name, value, call)
        shape, dtype = call.arguments[other].shape, call.arguments[other].dtype

        def checked(x: Any) -> Any:
            result = value(x)
            if type(result) is np.ndarray and result.dtype is dtype and result.shape == shape:
                return result
            kind = getattr(getattr(result, "dtype", None), "kind", type(result).__name__)
            if isinstance(result, np.matrix) or kind not in ("i", "u", "f", "int", "float"):
                raise TypeError(
                    f"{call.caller}: {name} returned {type(result).__name__} {result!r:.60}. "
                    f"It must return a float array of shape {shape}"
                )
            if np.shape(result) != shape:
                raise ValueError(
                    f"{call.caller}: {name} returned shape {np.shape(result)} but {other} has {shape}. "
                    f"Return the shape of {other}"
                )
            return np.asarray(result, dtype)

        call.replace(name, checked)

    return check


def instance(*kinds: type) -> Check:
    """Require an instance of one of these classes."""

    def check(name: str, value: Any, call: BoundCall) -> None:
        if not isinstance(value, kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. It must be of type {wanted}")

    return check


def generator(name: str, value: Any, call: BoundCall) -> None:
    """Require a `numpy.random.Generator`."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} is {type(value).__name__}. Pass np.random.default_rng(seed)")


finite = number("a finite number", lambda v: True)
positive = number("a number above 0", lambda v: v > 0)
non_negative = number("a number of at least 0", lambda v: v >= 0)
drop_probability = number("a probability in [0, 1) of dropping a unit", lambda v: 0 <= v < 1)
keep_probability = number("a probability in (0, 1] of keeping a unit", lambda v: 0 < v <= 1)
decay_rate = number("a decay rate in [0, 1)", lambda v: 0 <= v < 1)
fraction = number("a fraction in [0, 1]", lambda v: 0 <= v <= 1)
count = whole("a whole number of at least 1", 1)


def _require_array(name: str, value: Any) -> None:
    if type(value) is np.ndarray:
        return
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name} is {type(value).__name__}. Pass a NumPy array: np.asarray({name}, dtype=float)")
    if isinstance(value, np.matrix):
        raise TypeError(f"{name} is a matrix, for which * and ** are matrix products. Pass np.asarray({name})")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, whose mask would be ignored. Fill it first: {name}.filled(value)")


def _require_float(name: str, value: NDArray[Any]) -> None:
    if value.dtype.kind != "f" or value.dtype.itemsize < 4:
        reason = ", whose precision and range are too small" * (value.dtype == np.float16)
        raise TypeError(f"{name} has dtype {value.dtype}{reason}. Convert it first: {name}.astype(float)")


def _is_finite(value: FloatArray) -> bool:
    """Whether all entries are finite.

    If an entry is not finite, neither is the sum of the squares. For a small array, this sum takes a fraction of the
    time of checking each entry. For a large array, BLAS would use several threads, so each entry is checked.
    """
    small = value.size <= SMALL and type(value) is np.ndarray
    return (small and isfinite(np.vdot(value, value))) or bool(np.isfinite(value).all())


def _shortened(value: int) -> str:
    return str(value) if abs(value) < 10**30 else "too large"


def _require_entries(name: str, value: NDArray[Any]) -> None:
    if value.size == 0:
        raise ValueError(f"{name} is empty, shape {value.shape}. It needs at least one entry along every axis")


def _require_shape(name: str, value: NDArray[Any], letters: list[str], call: BoundCall) -> None:
    if letters[-1] == "..." and value.ndim >= len(letters) - 1:
        letters = letters[:-1]
    elif value.ndim != len(letters):
        wanted = f"({', '.join(letters)}{',' * (len(letters) == 1)})"
        raise ValueError(f"{name} has shape {value.shape}. It must have shape {wanted}")
    shape, sizes = value.shape, call.sizes
    for axis, (letter, size) in enumerate(zip(letters, shape, strict=False)):
        known = sizes.get(letter)
        if known is None:
            if not letter.isdigit():
                sizes[letter] = Size(size, name, shape)
            elif size != int(letter):
                raise ValueError(f"{name} has {size} entries along axis {axis} {shape}. It must have {letter}")
        elif size != known.size:
            expected, other, other_shape = known
            unit = _UNITS.get(letter, "entries along " + letter)
            transposed = (value.ndim == 2 and expected in shape) or (len(other_shape) == 2 and size in other_shape)
            raise ValueError(
                f"{name} has {size} {unit} {shape} but {other} has {expected} {other_shape}. "
                f"Make the two agree{', or transpose one' * transposed}"
            )
