"""Every public function, every argument, every awkward value: the right result, or an error that names the function.

`sound` finds the functions: a new one is here by being public.
"""

import inspect
import warnings

import numpy as np
import pytest
from sound import MODULES, arguments, parts, public

FUNCTIONS = public()
INTEGERS = ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")


class Subclass(np.ndarray):
    """An array in all but its class."""


def alike(value):
    """The same numbers in other layouts: the result must be the same."""
    wide = np.zeros([2 * size for size in value.shape], value.dtype)
    every_second = wide[tuple(slice(None, None, 2) for _ in value.shape)]
    every_second[...] = value
    flipped = tuple(slice(None, None, -1) for _ in value.shape)
    yield "Fortran order", np.asfortranarray(value)
    yield "every second entry", every_second
    yield "reversed view", value[flipped].copy()[flipped]
    yield "big-endian", value.astype(value.dtype.newbyteorder(">"))
    yield "writeable", value.copy()
    yield "subclass", value.copy().view(Subclass)


def refused_floats(value):
    """What no float array is: an error must say so."""
    for dtype in (*INTEGERS, "?", "f2", "c16", "O", "U8", "M8[s]", "m8[s]"):
        yield dtype, value.astype(dtype)
    yield "masked", np.ma.masked_array(value, mask=False)
    if value.ndim == 2:
        yield "matrix", value.view(np.matrix)
    for bad in (np.nan, np.inf, -np.inf):
        holed = value.copy()
        holed.flat[-1] = bad
        yield str(bad), holed
    yield from refused_arrays(value)


def refused_labels(value):
    for dtype in ("?", "f2", "f4", "f8", "c16", "O", "U8", "m8[s]"):
        yield dtype, value.astype(dtype)
    yield from refused_arrays(value)


def refused_arrays(value):
    yield "list", value.tolist()
    yield "tuple", tuple(value.tolist())
    yield "None", None
    yield "text", "abc"
    yield "number", 1.5
    yield "no rows", value[:0]
    yield "too many axes of none", np.empty((0, 0, 0), value.dtype)


REFUSED_NUMBERS = (None, "1", True, 1j, [1], (), np.nan, np.inf, -np.inf, -1, 10**400, np.array(1.0), {}, object())
REFUSED_GENERATORS = (None, 0, np.random, np.random.RandomState(0), "default")
REFUSED_FUNCTIONS = (None, 1.0, "f", np.ones(2))
WRONG_RESULTS = (None, "text", np.ones(1), np.ones((9, 9)), 1j, [1.0, "a"], np.array(["a"]), np.array([None]))


def called(name, **changes):
    """``(parts of the result, None)``, or ``(None, error)``; warnings say that a float was too small for a result."""
    function = FUNCTIONS[name]
    try:
        return parts(function(**arguments(name, function) | changes)), None
    except Exception as error:
        return None, error


def complaint(name, error):
    """What is wrong with an error: nothing if it is of the right kind, begins with the name and goes on."""
    short = name.rpartition(".")[2]
    if error is None:
        return "no error"
    if not isinstance(error, TypeError | ValueError) or not str(error).startswith(f"{short}: "):
        return f"{type(error).__name__}: {error}"
    return None


def sound_arrays(name):
    """The array arguments of a function that is not handed a cache: what is in one is the function's own affair."""
    for parameter, value in arguments(name, FUNCTIONS[name]).items():
        if isinstance(value, np.ndarray) and not (parameter == "cache" and name.endswith("_backward")):
            yield parameter, value


def same(found, expected, rtol=1e-12, atol=1e-14):
    return all(
        np.allclose(a, b, rtol=rtol, atol=atol) if a is not None else b is None
        for a, b in zip(found, expected, strict=True)
    )


GROWS_BEYOND_FLOATS = {"metrics.update_ratio"}
"""What may return infinity without a warning, and says so in its docstring."""

each = pytest.mark.parametrize("name", FUNCTIONS)


def test_every_exported_function_has_a_contract():
    for module_name, module in MODULES.items():
        ours = {name.partition(".")[2] for name in FUNCTIONS if name.startswith(f"{module_name}.")}
        assert ours, f"{module_name} has no public function"
        if module.__name__.startswith("cs231n_lib.functions."):
            own = {
                name
                for name, value in inspect.getmembers(module, inspect.isfunction)
                if value.__module__ == module.__name__
            }
            assert {name for name in own if not name.startswith("_")} == ours


@each
def test_array_layout_does_not_change_results(name):
    expected, error = called(name)
    assert error is None
    for parameter, value in sound_arrays(name):
        for kind, other in alike(value):
            found, error = called(name, **{parameter: other})
            assert error is None, f"{parameter}, {kind}: {error}"
            assert same(found, expected), f"{parameter}, {kind}"


@each
def test_no_argument_is_changed_and_no_result_is_an_argument(name):
    # All arrays of `arguments` are read-only: writing into one would raise.
    given = arguments(name, FUNCTIONS[name])
    for part in parts(FUNCTIONS[name](**given)):
        for parameter, value in given.items():
            if isinstance(part, np.ndarray) and isinstance(value, np.ndarray) and not name.endswith("_forward"):
                assert not np.shares_memory(part, value), parameter


@each
def test_long_double_is_right_or_refused(name):
    expected, _ = called(name)
    for parameter, value in sound_arrays(name):
        if value.dtype.kind == "f":
            found, error = called(name, **{parameter: value.astype(np.longdouble)})
            assert same(found, expected, 1e-6, 1e-9) if error is None else not complaint(name, error), (
                f"{parameter}: {error}"
            )


@each
def test_labels_of_every_integer_type(name):
    expected, _ = called(name)
    for parameter, value in sound_arrays(name):
        if value.dtype.kind == "i":
            for dtype in INTEGERS:
                found, error = called(name, **{parameter: value.astype(dtype)})
                assert error is None, f"{parameter}, {dtype}: {error}"
                assert same(found, expected), f"{parameter}, {dtype}"


@each
def test_unusable_arrays_are_named_in_the_error(name):
    wrong = []
    for parameter, value in sound_arrays(name):
        refused = refused_labels if value.dtype.kind == "i" else refused_floats
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            awkward = list(refused(value))
        for kind, other in awkward:
            words = complaint(name, called(name, **{parameter: other})[1])
            wrong += [f"{parameter}, {kind}: {words}"] * (words is not None)
    assert not wrong


@each
def test_other_shapes_work_or_are_named_in_the_error(name):
    for parameter, value in sound_arrays(name):
        for other in (
            value[np.newaxis],
            value.reshape(-1)[0:1].reshape(()),
            value[:-1],
            value[:1],
            np.stack([value] * 3),
        ):
            found, error = called(name, **{parameter: other})
            if error is not None:
                assert not complaint(name, error), f"{parameter}, {other.shape}: {error}"
            else:
                assert not any(isinstance(part, np.generic) for part in found), (
                    f"{parameter}, {other.shape}: a NumPy scalar"
                )


@each
def test_extreme_numbers_never_fail_in_silence(name):
    for parameter, value in sound_arrays(name):
        if value.dtype.kind != "f":
            continue
        for factor in (1e300, 1e-300, 1e154, 1e-154, 1e-320):
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                found, error = called(name, **{parameter: value * factor})
            if error is not None:
                assert not complaint(name, error), f"{parameter}, {factor}: {error}"
            else:
                sound = all(np.isfinite(part).all() for part in found if isinstance(part, np.ndarray | float))
                assert sound or said or name in GROWS_BEYOND_FLOATS, f"{parameter}, {factor}: {found}"


@each
def test_unusable_numbers_are_named_in_the_error(name):
    defaults = inspect.signature(FUNCTIONS[name]).parameters
    for parameter, value in arguments(name, FUNCTIONS[name]).items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        for bad in REFUSED_NUMBERS:
            if bad is None and defaults[parameter].default is None:
                continue
            words = complaint(name, called(name, **{parameter: bad})[1])
            assert words is None, f"{parameter}={bad!r:.20}: {words}"


@each
def test_numpy_scalars_give_the_same_results_as_numbers(name):
    expected, _ = called(name)
    for parameter, value in arguments(name, FUNCTIONS[name]).items():
        kinds = {int: (np.int8, np.uint8, np.int64, np.uint64), float: (np.float64, np.longdouble)}.get(type(value), ())
        for kind in kinds:
            found, error = called(name, **{parameter: kind(value)})
            assert error is None, f"{parameter}, {kind}: {error}"
            assert same(found, expected), f"{parameter}, {kind}"


@each
def test_wrong_types_are_named_in_the_error(name):
    for parameter, value in arguments(name, FUNCTIONS[name]).items():
        refused = ()
        if (
            isinstance(value, np.random.Generator)
            and inspect.signature(FUNCTIONS[name]).parameters[parameter].default is not None
        ):
            refused = REFUSED_GENERATORS
        elif inspect.isfunction(value):
            refused = REFUSED_FUNCTIONS
        elif parameter == "dtype":
            refused = (None, int, np.float16, complex, "no such", 3)
        elif isinstance(value, list):
            refused = (
                (None, 1.0, "text", [], [None], ["a"], [np.nan], [np.ones(9)])
                if parameter != "accuracies"
                else (None, 1.0, "text", [None], ["a"], [np.nan], [[1.0]])
            )
        elif parameter == "cache":
            refused = (None, 3, "x")
        for bad in refused:
            if parameter == "s" and isinstance(bad, list) and not bad:
                continue  # no step yet: `y` is then empty too
            words = complaint(name, called(name, **{parameter: bad})[1])
            assert words is None, f"{parameter}={bad!r:.20}: {words}"


@each
def test_results_of_passed_functions_are_checked(name):
    for parameter, value in arguments(name, FUNCTIONS[name]).items():
        if inspect.isfunction(value):
            for bad in WRONG_RESULTS:
                words = complaint(name, called(name, **{parameter: lambda *_, bad=bad: bad})[1])
                assert words is None, f"{parameter} returning {bad!r:.20}: {words}"


@each
def test_missing_and_unknown_arguments_are_named(name):
    assert complaint(name, called(name, no_such=1)[1]) is None
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    if any(parameter.default is parameter.empty for parameter in parameters):
        with pytest.raises(TypeError, match=f"^{name.rpartition('.')[2]}: missing a required argument"):
            FUNCTIONS[name]()
