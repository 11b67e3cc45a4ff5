import re
from inspect import signature

import numpy as np
import pytest
from frozen import frozen

from cs231n_lib.contracts import (
    array,
    contract,
    count,
    decay_rate,
    drop_probability,
    finite,
    float_dtype,
    generator,
    keep_probability,
    labels,
    non_negative,
    positive,
    same_shape,
    upstream,
    variances,
)


def checked(check, value, **others):
    """Call a function whose argument ``a`` is under ``check``."""

    @contract(a=check)
    def target(a, cache=None):
        """What it does."""
        return a

    return target(value, **others)


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (finite, (-3, 2.5)),
        (positive, (1e-300, 3)),
        (non_negative, (0, 0.0)),
        (drop_probability, (0, 0.999)),
        (keep_probability, (1, 1e-9)),
        (decay_rate, (0, 0.9)),
        (count, (1,)),
        (generator, (np.random.default_rng(0),)),
        (float_dtype, (float, np.float32, "f4")),
        (array(), (np.ones(()), np.ones((1, 2, 3)))),
        (array("2 D"), (np.ones((2, 5)),)),
        (labels("N", "3"), (np.array([0, 2]), np.array([1], np.uint8))),
        (variances("D"), (np.array([0.0, 2.0]),)),
    ],
)
def test_valid_arguments_are_passed_on_unchanged(check, good):
    for value in good:
        assert checked(check, value) is value


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (finite, np.float32(1.5), 1.5),
        (decay_rate, np.float64(0.9), 0.9),
        (finite, np.int64(2), 2),
        (count, np.int32(7), 7),
    ],
)
def test_a_numpy_scalar_arrives_as_a_python_number(check, value, expected):
    arrived = checked(check, value)
    assert arrived == expected
    assert type(arrived) is type(expected)


@pytest.mark.parametrize(
    ("check", "value", "error", "message"),
    [
        (finite, np.nan, ValueError, "a is nan. It must be a finite number"),
        (finite, True, TypeError, "a is bool True"),
        (finite, 1j, TypeError, "a is complex"),
        (positive, 0, ValueError, "a is 0. It must be a number above 0"),
        (non_negative, -1e-9, ValueError, "a is -1e-09"),
        (drop_probability, 1, ValueError, r"a is 1. It must be a probability in \[0, 1\)"),
        (keep_probability, 0, ValueError, r"a is 0. It must be a probability in \(0, 1\]"),
        (decay_rate, 1.0, ValueError, r"a is 1.0. It must be a decay rate in \[0, 1\)"),
        (count, 0, ValueError, "a is 0. It must be a whole number of at least 1"),
        (count, 2.0, TypeError, "a is float 2.0"),
        (count, True, TypeError, "a is bool True"),
        (generator, np.random, TypeError, r"a is module. Pass np.random.default_rng\(seed\)"),
        (float_dtype, np.int64, TypeError, "It must be a floating-point type"),
        (array(), None, TypeError, "a is NoneType. Pass a NumPy array"),
        (array(), np.ones(2, complex), TypeError, "a has dtype complex128"),
        (array("N"), np.ones((2, 1)), ValueError, r"a has shape \(2, 1\). It must have shape \(N,\)"),
        (array("2 D"), np.ones((3, 5)), ValueError, r"a has 3 entries along axis 0 \(3, 5\). It must have 2"),
        (array("D D"), np.ones((3, 5)), ValueError, r"a has 5 features \(3, 5\) but a has 3"),
        (array("N"), np.array([1, -np.inf]), ValueError, r"a holds -inf at index \(1,\)"),
        (labels("N", "3"), np.array([0, 3]), ValueError, "a holds the label 3. With 3 classes, labels are 0 to 2"),
        (labels("N", "3"), np.array([0, -1]), ValueError, "a holds the label -1. With 3 classes"),
        (labels("N", "3"), np.array([True]), TypeError, "a has dtype bool. Pass integer labels"),
        (labels(), np.array([], int), ValueError, r"a is empty, shape \(0,\)"),
        (variances("D"), np.array([1.0, -2.0]), ValueError, "a holds -2.0. Pass variances, which are at least 0"),
    ],
)
def test_invalid_arguments_are_named_in_the_error(check, value, error, message):
    with pytest.raises(error, match=f"^target: .*{message}"):
        checked(check, value)


@contract(x=array("N D"), w=array("D M"), b=array("M"), like=same_shape("x"))
def affine(x, w, b=None, like=None):
    return x @ w if b is None else x @ w + b


X = frozen(np.ones((5, 12)))


def test_letters_agree_between_arguments():
    with pytest.raises(ValueError, match=r"affine: w has 10 features \(10, 4\) but x has 12 \(5, 12\)\. Make the two"):
        affine(X, np.ones((10, 4)))
    with pytest.raises(ValueError, match=r"affine: b has 3 outputs \(3,\) but w has 4 \(12, 4\)"):
        affine(X, np.ones((12, 4)), b=np.ones(3))


def test_none_by_default_is_not_checked():
    assert affine(X, np.ones((12, 4))).shape == (5, 4)
    with pytest.raises(TypeError, match="affine: w is NoneType"):
        affine(X, None)


def test_same_shape():
    assert affine(X, np.ones((12, 4)), like=X).shape == (5, 4)
    with pytest.raises(ValueError, match=r"affine: like has shape \(12, 5\) but x has \(5, 12\)"):
        affine(X, np.ones((12, 4)), like=X.T)


def test_transposing_is_suggested_only_if_it_helps():
    with pytest.raises(ValueError, match=r"w has 4 features \(4, 12\) but x has 12 .*, or transpose one$"):
        affine(X, np.ones((4, 12)))
    with pytest.raises(ValueError, match=r"w has 10 features \(10, 4\) but x has 12 .*\. Make the two agree$"):
        affine(X, np.ones((10, 4)))
    with pytest.raises(ValueError, match=r"b has 12 outputs \(12,\) but w has 4 \(12, 4\)\. .*, or transpose one$"):
        affine(X, np.ones((12, 4)), np.ones(12))


def test_missing_and_unknown_arguments_are_named():
    with pytest.raises(TypeError, match=r"affine: missing a required argument: 'w'\. It takes \(x, w, b=None"):
        affine(X)
    with pytest.raises(TypeError, match="affine: got an unexpected keyword argument 'v'"):
        affine(X, X, v=1)


def test_upstream_reads_the_shape_from_the_cache():
    check = upstream(lambda cache: cache[0].shape)
    checked(check, np.ones((5, 12)), cache=(X,))
    with pytest.raises(ValueError, match=r"a has shape \(12, 5\) but the forward output had \(5, 12\)"):
        checked(check, np.ones((12, 5)), cache=(X,))
    for wrong in (None, 3, (), ("x",)):
        with pytest.raises(TypeError, match=r"cache is .*\. Pass the cache that the forward function returned"):
            checked(check, np.ones((5, 12)), cache=wrong)


def test_labels_need_no_class_count():
    # A count of classes that no argument has stays open.
    assert checked(labels("N", "K"), np.array([7])) == [7]


def test_errors_of_the_function_itself_pass_unchanged():
    @contract(a=finite)
    def fails(a):
        raise ValueError("its own")

    with pytest.raises(ValueError, match=r"^its own$"):
        fails(1)


def test_the_function_keeps_its_name_and_docstring():
    assert affine.__name__ == "affine"
    assert np.array_equal(affine.__wrapped__(X, np.ones((12, 1))), np.full((5, 1), 12.0))


def test_contract_binds_like_the_signature() -> None:
    @contract(lr=positive)
    def step(w, lr=0.5, *, decay=0.9):
        return w, lr, decay

    assert step(1) == step(w=1) == step(1, 0.5) == step(1, decay=0.9, lr=0.5) == (1, 0.5, 0.9)
    wrong = [((), {}), ((1, 2, 3), {}), ((1,), {"w": 1}), ((1,), {"rate": 1}), ((1, 2), {"lr": 2})]
    for args, kwargs in wrong:
        with pytest.raises(TypeError) as expected:
            signature(step).bind(*args, **kwargs)
        with pytest.raises(TypeError, match=re.escape(f"step: {expected.value}. It takes (w, lr=0.5, *, decay=0.9)")):
            step(*args, **kwargs)


def test_contract_accepts_variable_arguments() -> None:
    @contract(lr=positive)
    def step(lr, *w, **options):
        return lr, w, options

    assert step(np.float64(0.5), 1, 2, decay=3) == (0.5, (1, 2), {"decay": 3})
    assert type(step(np.float64(0.5))[0]) is float


@pytest.mark.parametrize("size", [3, 30_000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
def test_contract_finds_one_entry_that_is_not_finite(dtype, size) -> None:
    @contract(x=array())
    def same(x):
        return x

    x = np.full(size, np.finfo(dtype).max, dtype)
    assert same(x) is x
    for value in (np.inf, -np.inf, np.nan):
        x = np.zeros(size, dtype)
        x[-2] = value
        with pytest.raises(ValueError, match=rf"x holds {value} at index \({size - 2},\)"):
            same(x)
