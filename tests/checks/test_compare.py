"""What is said of results that are wrong in every way there is, worked by hand."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from cs231n_lib.checks.locate.values import key_of
from cs231n_lib.checks.run import plain_data
from cs231n_lib.checks.run.agreement import same_outcome, unchanged
from cs231n_lib.checks.run.compare import Tolerance, clearest_first, compare, difference, with_axis_hint
from cs231n_lib.checks.run.messages import detail
from cs231n_lib.checks.run.messages import sentence as sentence_of
from cs231n_lib.checks.run.runner import Outcome, case

TOLERANCE = Tolerance()
CASE = case("five rows", np.zeros((5, 2)))
EXPECTED = np.array([[1.0, 2.0], [3.0, 5.0]])


def said(expected, actual):
    found = difference(expected, actual, TOLERANCE, CASE)
    return sentence_of(found) if found else ""


class Hostile:
    def _no(self, *args, **kwargs):
        raise RuntimeError("no")

    __eq__ = __array__ = __deepcopy__ = __len__ = __iter__ = __getattr__ = __repr__ = __bool__ = __float__ = _no
    __hash__ = None


STRANGE = [
    Hostile(),
    [[1.0], [1.0, 2.0]],
    "text",
    b"bytes",
    {"a": 1},
    {1, 2},
    object(),
    len,
    float,
    None,
    (x for x in [1]),
    iter([1]),
    1 + 2j,
    np.array([1 + 2j]),
    np.array([None]),
    np.array("text"),
    np.datetime64("2020-01-01"),
    np.ma.masked_array([[1.0, 2.0], [3.0, 5.0]], mask=[[1, 0], [0, 0]]),
    EXPECTED.view(np.matrix),
    np.broadcast_to(1.0, (10**6, 10**6)),
    10**400,
    [10**400],
    [Hostile()],
    (),
    True,
]


@pytest.mark.parametrize("actual", STRANGE, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("expected", [EXPECTED, 2.5, (1.0, EXPECTED), "word", False], ids=lambda v: type(v).__name__)
def test_a_strange_result_becomes_a_sentence(expected, actual):
    right_kind = isinstance(expected, str | bool) and type(actual) is type(expected)
    assert ("the answer is wrong" if right_kind else "returns") in said(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual", "sentence"),
    [
        (EXPECTED, None, "returns None. Is there a `return` at the end?"),
        (EXPECTED, EXPECTED.tolist(), "returns a list, not an array of shape (2, 2)"),
        (EXPECTED, EXPECTED.view(np.matrix), "returns a matrix, not an array of shape (2, 2)"),
        (EXPECTED, np.ma.masked_array(EXPECTED), "returns a MaskedArray, not an array of shape (2, 2)"),
        (EXPECTED, EXPECTED[0], "returns shape (2,), not (2, 2)"),
        (EXPECTED, EXPECTED.astype(np.float32), "returns dtype float32, not float64"),
        (EXPECTED, EXPECTED.astype(int), "returns dtype int64, not float64"),
        (EXPECTED, EXPECTED + 0j, "returns dtype complex128, not float64"),
        (2.5, np.array([2.5, 2.5]), "returns an array of shape (2,), not a number"),
        (2.5, "2.5", "returns a string, not a number"),
        (2.5, 2.5 + 0j, "returns a complex number, not a number"),
        (1.0, True, "returns True or False, not a number"),
        (2.5, Hostile(), "returns a Hostile, not a number"),
        (True, 1.0, "returns a number, not True or False"),
        ((1.0, 2.0), 1.0, "returns a number, not 2 values"),
        ((1.0, 2.0), (1.0,), "returns a tuple of 1, not 2 values"),
        ((1.0, 2.0), (1.0, 3.0, 2.0), "returns a tuple of 3, not 2 values"),
        ((1.0, EXPECTED), (1.0, None), "value 2 of 2 is None (value 1 of 2 is right)"),
        (
            (1.0, EXPECTED),
            (EXPECTED, 1.0),
            "the values are right, but their order differs from that in the docstring",
        ),
    ],
    ids=lambda v: type(v).__name__,
)
def test_form(expected, actual, sentence):
    found = difference(expected, actual, TOLERANCE, CASE)
    assert (sentence_of(found), found.wrong_form) == (sentence, True)


@pytest.mark.parametrize(
    ("expected", "actual", "sentence"),
    [
        (EXPECTED, EXPECTED.T, "the result is transposed"),
        (EXPECTED, -EXPECTED, "the sign is flipped, so the result is the right one times −1"),
        (EXPECTED, 0 * EXPECTED, "the result is zero throughout"),
        (EXPECTED, EXPECTED / 2, "the result is 0.5 times the right one"),
        (EXPECTED, -7 * EXPECTED, "the result is 7 times the right one, with the sign flipped"),
        (EXPECTED, 5 * EXPECTED, "the result is 5 times the right one"),
        (EXPECTED, EXPECTED + 3, "every entry is too large by the same amount"),
        (EXPECTED, EXPECTED - 3, "every entry is too small by the same amount"),
        (EXPECTED, EXPECTED**2 + EXPECTED, "the value is wrong"),
        (EXPECTED, EXPECTED * [1, np.nan], "the result contains NaN"),
        (EXPECTED, EXPECTED * [1, np.inf], "the result contains infinity"),
        (EXPECTED * [1, np.nan], EXPECTED, "the value is wrong"),
        (2.0, 0.0, "the result is zero"),
        (2.0, 3.1, "the value is wrong"),
        (2.0, 4.0, "the result is 2 times the right one"),
        (2.0, 1e-320, "the value is wrong"),
        (0.0, 3.0, "the value is wrong"),
        ("up", "down", "the answer is wrong"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_value(expected, actual, sentence):
    found = difference(expected, actual, TOLERANCE, CASE)
    assert (sentence_of(found), found.wrong_form) == (sentence, False)


@pytest.mark.parametrize(
    ("expected", "actual", "sentence"),
    [
        (EXPECTED, EXPECTED.tolist(), "returns a list, not an array of shape (2, 2)"),
        (EXPECTED > 2, (EXPECTED > 2).astype(float), "returns dtype float64, not bool"),
        (np.arange(3), np.arange(3.0), "returns dtype float64, not int64"),
        (np.arange(3), [0, 1, 2.0], "returns a list, not an array of shape (3,)"),
        (np.arange(3), [[0.0], [1.0], [2.0]], "returns a list, not an array of shape (3,)"),
    ],
)
def test_right_values_in_another_form_cost_the_form_alone(expected, actual, sentence):
    found = compare(expected, actual, TOLERANCE, CASE)
    assert (sentence_of(found.form_difference()), found.value_difference()) == (sentence, None)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (EXPECTED > 2, 1.5 * (EXPECTED > 2)),
        (np.arange(3), np.arange(3) + 1e-9),
        (np.arange(3), np.array([0.0, 1.0, np.nan])),
        (EXPECTED, EXPECTED.T.tolist()),
        (EXPECTED, [[1.0], [2.0, 3.0]]),
        (EXPECTED, [["1", "2"], ["3", "4"]]),
        (EXPECTED, [10**400]),
    ],
    ids=repr,
)
def test_other_values_in_another_form_are_wrong(expected, actual):
    found = compare(expected, actual, TOLERANCE, CASE)
    assert found.form_difference()
    assert found.value_difference()


def test_nested_parts_are_called_by_their_index():
    right = (((1.0, 2.0), (3.0, 4.5)), 0.0)
    found = difference(right, (((1.0, 5.0), (9.5, 8.25)), 0.0), TOLERANCE, CASE, ["kept", "loss"])
    told = "`kept[0][1]`: the value is wrong (`kept[0][0]` is right); `kept[1][0]` and `kept[1][1]`: the value is wrong"
    assert sentence_of(found) == told + " (`loss` is right)"


def test_report_shows_just_enough_digits_to_tell_a_difference():
    found = difference(3.7350399937200374, 3.7350410775913545, TOLERANCE, CASE)
    assert detail(found.detail) == "expected 3.73504, got 3.735041"


def test_enormous_factor_is_not_reported():
    assert said(EXPECTED, 1.5e12 * EXPECTED).startswith("the value is wrong")


def test_the_detail_shows_the_first_entry_that_differs():
    actual = EXPECTED.copy()
    actual[1, 0] = 4
    found = difference(EXPECTED, actual, TOLERANCE, CASE)
    assert detail(found.detail) == "expected 3 at index [1, 0], got 4 (1 of 4 entries differ)"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (EXPECTED, EXPECTED * (1 + 1e-8)),
        (2.0, np.array(2.0)),
        (2.0, np.float32(2)),
        (2.0, 2),
        (np.float64(2), 2.0),
        (np.nan, np.nan),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        ((1.0, EXPECTED), [1.0, EXPECTED]),
        (True, np.bool_(True)),
        (None, None),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array([True]), np.array([True])),
        ("word", "word"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_right(expected, actual):
    assert said(expected, actual) == ""


@given(st.floats(), st.floats())
def test_any_two_numbers_are_compared_without_warnings(expected, actual):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        equal = said(expected, actual) == ""
        array = said(np.full((2, 2), expected), np.full((2, 2), actual)) == ""
    assert equal == array
    if expected == actual or (np.isnan(expected) and np.isnan(actual)):
        assert equal
    elif np.isnan(expected) or np.isnan(actual):
        assert not equal


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (EXPECTED, EXPECTED + 1e-12),
        (EXPECTED, EXPECTED.astype(np.float32)),
        (EXPECTED, EXPECTED.ravel()),
        ([1, 2], [1]),
        ([1, 2], [1, EXPECTED]),
        ([1, 2], [1, Hostile()]),
        ({"w": EXPECTED}, {"w": EXPECTED, "b": 1}),
        ({"w": EXPECTED}, {"w": -EXPECTED}),
    ],
    ids=lambda v: type(v).__name__,
)
def test_changed(before, after):
    assert not unchanged(before, after)
    assert unchanged(before, before)


def test_errors_are_the_same_only_with_the_same_message():
    def outcome(error):
        return Outcome(error=error)

    first = outcome(ValueError("shapes differ"))
    assert same_outcome(first, outcome(ValueError("shapes differ")), None, TOLERANCE)
    assert not same_outcome(first, outcome(ValueError("misspelt")), None, TOLERANCE)
    assert not same_outcome(first, outcome(TypeError("shapes differ")), None, TOLERANCE)
    assert not same_outcome(first, Outcome(value=1.0), None, TOLERANCE)


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        ((3.0, 2.0, 1.0), "the values are right, but their order is wrong. Return `w, m, t`"),
        ((2.0, 4.0, 3.0), "`w` and `m`: the result is 2 times the right one (`t` is right)"),
        (
            (2.0, 1.0, 1.0),
            "`w`: the result is 2 times the right one; `m`: the result is 0.5 times the right one; "
            "`t`: the value is wrong",
        ),
    ],
)
def test_exchange_is_named_only_if_every_value_is_present(actual, sentence):
    found = difference((1.0, 2.0, 3.0), actual, TOLERANCE, CASE, ("w", "m", "t"))
    assert sentence_of(found) == sentence


def test_one_value_does_not_count_as_two_expected_ones():
    found = difference((1.0, 1.0, 2.0), (1.0, 2.0, 2.0), TOLERANCE, CASE, ("w", "m", "t"))
    assert sentence_of(found) == "`m`: the result is 2 times the right one (`w` and `t` are right)"


def test_entry_that_is_nan_is_shown():
    found = difference(EXPECTED, EXPECTED + np.diag([1, np.nan]), TOLERANCE, CASE)
    assert detail(found.detail) == f"expected {EXPECTED[1, 1]:g} at index [1, 1], got nan (2 of 4 entries differ)"


def test_numbers_that_differ_late_are_shown_to_their_end():
    found = difference(np.full(2, 0.5), np.array([0.5, 0.5 + 1e-7]), TOLERANCE, CASE)
    assert sentence_of(found) == "the value is wrong"
    assert "expected 0.5 at index [1], got 0.5000001 " in detail(found.detail)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [(EXPECTED[0], EXPECTED[:1]), (EXPECTED[0], EXPECTED[:1].T), (2.5, np.array([[2.5]])), (2.5, np.array([2.5]))],
)
def test_an_axis_of_length_1_too_many_leaves_the_values_right(expected, actual):
    found = compare(expected, actual, TOLERANCE, CASE)
    assert found.value_difference() is None
    assert "Remove `keepdims=True`" in sentence_of(found.form_difference())
    assert "the result is 2 times" in sentence_of(compare(expected, 2 * actual, TOLERANCE, CASE).value_difference())


def test_the_entries_of_a_dictionary_are_compared_by_name():
    right = {"w": EXPECTED, "b": 1.0}
    assert compare(right, right, TOLERANCE, CASE).value_difference() is None
    assert said(right, {"w": EXPECTED}) == "`b` is missing (`w` is right)"
    assert said(right, {"w": EXPECTED, "b": 2.0}) == "`b`: the result is 2 times the right one (`w` is right)"
    assert said(right, 1.0) == "returns a number, not a dictionary with the entries `w` and `b`"


def test_a_moved_entry_that_is_put_back_is_no_change():
    x = np.linspace(0.1, 3, 50)
    moved = x + 0.1 - 0.1
    assert not np.array_equal(x, moved)
    assert unchanged(x, moved)


def test_zero_is_not_equal_to_a_tiny_expected_value():
    tiny = Outcome(value=1e-12)
    assert not same_outcome(Outcome(value=0.0), tiny, 1e-12, TOLERANCE)
    assert same_outcome(Outcome(value=1e-12 * (1 + 1e-9)), tiny, 1e-12, TOLERANCE)


@pytest.mark.parametrize("arguments", [(3,), (np.zeros((3, 2)), 3.0)])
def test_scaling_by_an_argument_is_not_blamed_on_an_axis(arguments):
    said = sentence_of(compare(EXPECTED, 3 * EXPECTED, TOLERANCE, case("a limit of 3", *arguments)).value_difference())
    assert said == "the result is 3 times the right one"


def test_axis_hint_needs_two_sizes_that_confirm_it():
    found = [difference(np.ones(n), np.full(n, float(n)), TOLERANCE, case("x", np.ones(n))) for n in (3, 5, 5)]
    hint = "the result is 3 times the right one (the size of an input axis, so check whether to sum or to average)"
    assert sentence_of(with_axis_hint(found)) == hint
    assert sentence_of(with_axis_hint(found[:1])) == "the result is 3 times the right one"
    assert sentence_of(with_axis_hint(found[1:])) == "the result is 5 times the right one"
    other = difference(np.ones(4), np.full(4, 3.0), TOLERANCE, case("x", np.ones(4)))
    assert sentence_of(with_axis_hint([*found, other])) == "the result is 3 times the right one"


def test_offset_is_reported_only_if_all_entries_have_it():
    actual = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0 + 1e-6])
    assert sentence_of(difference(*actual, TOLERANCE, CASE)) == "the value is wrong"


def test_extra_values_at_the_end_cost_only_the_form():
    found = compare((1.0, (EXPECTED, 2.0)), (1.0, (EXPECTED, 2.0, 3.0)), TOLERANCE, CASE)
    assert found.value_difference() is None
    form = found.form_difference()
    assert form is not None
    assert form.form_only
    said = "is a tuple of 3, not 2 values. The first 2 are right, so leave out the rest"
    assert sentence_of(form) == f"value 2 of 2 {said}"


@pytest.mark.parametrize("mixes", [False, True], ids=["computer", "browser"])
def test_width_of_integers_counts_except_in_a_browser(monkeypatch, mixes):
    monkeypatch.setattr(plain_data, "MIXES_INTEGERS", mixes)
    narrow = np.arange(3, dtype=np.int32)
    assert said(np.arange(3), narrow) == ("" if mixes else "returns dtype int32, not int64")
    assert (key_of(narrow) == key_of(np.arange(3))) is mixes
    assert said(np.arange(3), np.arange(3.0)) == "returns dtype float64, not int64"
    assert said(EXPECTED, EXPECTED.astype(np.float32)) == "returns dtype float32, not float64"


@pytest.mark.parametrize("mixes", [False, True], ids=["computer", "browser"])
def test_arguments_have_the_width_of_the_platform(monkeypatch, mixes):
    monkeypatch.setattr(plain_data, "MIXES_INTEGERS", mixes)
    labels, large, pixels = np.arange(3), np.array([2**40]), np.ones(3)
    made = case("labels", labels, large, y=labels, x=pixels)
    assert [made.args[0].dtype, made.kwargs["y"].dtype] == 2 * [np.int32 if mixes else np.int64]
    assert made.args[1] is large
    assert made.kwargs["x"] is pixels


def test_tolerance_marks_the_same_entries_as_isclose():
    values = np.array([0, -0.0, 1, 1 + 5e-8, 1 + 2e-7, np.nan, np.inf, -np.inf, 1e308, -1e308, 1e-11, 2e-10])
    expected, actual = np.repeat(values, len(values)), np.tile(values, len(values))
    for tolerance in (Tolerance(), Tolerance(0, 0), Tolerance(1e-3, 0)):
        with np.errstate(all="ignore"):
            close = np.isclose(actual, expected, tolerance.relative, tolerance.absolute, equal_nan=True)
        assert_array_equal(tolerance.equal(expected, actual), close)
        assert_array_equal(tolerance.equal(expected, expected[:1]), tolerance.equal(expected.tolist(), expected[:1]))
        assert_array_equal(tolerance.equal(expected, 1.0), tolerance.equal(expected, np.ones(1)))


def test_entry_is_shown_in_which_the_numbers_differ_visibly():
    right = np.array([0.41026, 3.0, 2.0])
    found = difference(right, np.array([0.410259, 3.0, 1.5]), TOLERANCE, CASE)
    assert detail(found.detail) == "expected 2 at index [2], got 1.5 (2 of 3 entries differ)"
    found = difference(right, np.array([0.45, 3.0, 1.5]), TOLERANCE, CASE)
    assert detail(found.detail) == "expected 0.41026 at index [0], got 0.45 (2 of 3 entries differ)"


def test_case_is_shown_in_which_the_numbers_differ_visibly():
    faint, plain_to_see = (
        difference(np.array([2.0, 1.0]), np.array([2.0 + by, 1.0]), TOLERANCE, CASE) for by in (1e-5, 1.0)
    )
    assert clearest_first([faint, plain_to_see])[0] == plain_to_see
    assert clearest_first([plain_to_see, faint])[0] == plain_to_see
    other = difference(np.ones(2), np.array([np.nan, 1.0]), TOLERANCE, CASE)
    assert clearest_first([faint, other])[0] == faint


def test_entry_of_a_list_is_named_once_above_its_numbers():
    right, wrong = ([EXPECTED, EXPECTED], 1.0), ([EXPECTED + 1.5, EXPECTED - 2], 2.0)
    found = compare(right, wrong, TOLERANCE, CASE, ("weights", "loss")).value_difference()
    assert detail(found.detail).startswith("`weights[0]`: expected 1 at index [0, 0], got 2.5")
