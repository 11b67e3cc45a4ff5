"""An exercise, tried on what students hand in that is no answer at all, or one that must not count."""

import functools
import math
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from cs231n_lib.checks import Bonus, Exercise, Mistake, Practice, Property, Reward, Slips, Values, Violation, case
from cs231n_lib.contracts import array, contract


@contract(x=array("N D"))
def row_means(x):
    return x.sum(axis=1) / x.shape[1]


def _matrices(rng):
    yield case("four rows", rng.normal(size=(4, 3)))
    yield case("one row", rng.normal(size=(1, 5)))


def _constant_rows(call, rng):
    got = call(np.full((2, 3), 7.0))
    if abs(got - 7.0).max() > 1e-9:
        raise Violation("rows of sevens have another mean than 7", f"got {got}")


def mean_of_rows(x):
    return np.mean(x, axis=1)


def means_in_place(x):
    x /= x.shape[1]
    return x.sum(axis=1)


EXERCISE = Exercise(
    row_means,
    points=10,
    minutes=5,
    difficulty=1,
    checks=(Values("Means", 2, _matrices), Property("Constant rows", 2, _constant_rows)),
    mistakes=(
        Mistake("sum", lambda x: x.sum(axis=1), "You add up and do not divide by D."),
        Mistake("columns", lambda x: x.mean(axis=0), "You average over the wrong axis."),
    ),
    seconds=2,
)


def right(x):
    return x.mean(axis=1)


@pytest.fixture
def notebook(monkeypatch):
    return lambda **names: [monkeypatch.setattr(sys.modules["__main__"], n, v, raising=False) for n, v in names.items()]


async def asynchronous(x):
    return right(x)


class Means:
    def __init__(self, *args):
        pass

    def __call__(self, x):
        return right(x)


class Unhashable(Means):
    __hash__ = None

    def __eq__(self, other):
        raise RuntimeError


@pytest.mark.parametrize(
    ("handed_in", "words"),
    [
        (None, "`row_means` is None"),
        (Means, "`row_means` is a class"),
        (math, "`row_means` is a module"),
        (asynchronous, "declared with `async`"),
        (np.ones(3), "is of type ndarray, not a function"),
        ("row_means", "is of type str, not a function"),
        ((x for x in [1]), "is of type generator, not a function"),
        (lambda: 1, "The parameters are (), so the check cannot call the function. Write `def row_means(x):`"),
        (lambda x, y: 1, "The parameters are (x, y)"),
    ],
)
def test_unusable_answer_is_refused_with_a_reason(handed_in, words):
    result = EXERCISE(handed_in)
    assert words in result.text()
    assert (result.points, result.headline, result.rows) == (0, "Not yet", ())


def test_parameters_in_another_order():
    def affine(x, w):
        return x @ w

    exercise = Exercise(affine, 5, 1, 1, (Values("A product", 1, lambda rng: [case("a", np.eye(2), np.eye(2))]),), ())
    assert "in the wrong order (w, x)" in exercise(lambda w, x: x @ w).text()


def test_the_function_is_looked_up_in_the_notebook(notebook):
    assert "no `row_means` yet" in EXERCISE().text()
    notebook(row_maens=right)
    assert "there is `row_maens`. Rename `row_maens` to" in EXERCISE().text()
    notebook(row_means=right)
    assert EXERCISE().points == 10


@pytest.mark.parametrize("function", [right, Means(), Unhashable(), functools.partial(right), lambda x: right(x)])
def test_any_callable_is_accepted(function):
    assert EXERCISE(function).points == 10


def test_a_builtin_is_tried():
    result = EXERCISE(max)
    assert result.points == 0
    assert "max" not in result.text()


def endless_generator(x):
    while True:
        yield 1


def stopping(error):
    def function(x):
        raise error

    return function


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError


class Hostile:
    def _no(self, *args, **kwargs):
        raise RuntimeError

    __eq__ = __array__ = __deepcopy__ = __sub__ = __repr__ = __getattr__ = _no
    __hash__ = None


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: None, "returns None. Is there a `return` at the end?"),
        (endless_generator, "returns a generator. Write `return` instead of `yield`"),
        (lambda x: [[1.0], [1.0, 2.0]], "returns a list, not an array of shape (4,)"),
        (lambda x: Hostile(), "returns a Hostile, not an array of shape (4,)"),
        (lambda x: "text", "returns a string, not an array of shape (4,)"),
        (lambda x: right(x) + 0j, "returns dtype complex128, not float64"),
        (lambda x: right(x).astype(np.float32), "returns dtype float32, not float64"),
        (lambda x: right(x)[:, None], "returns shape (4, 1), not (4,)"),
        (lambda x: -right(x), "the sign is flipped"),
        (lambda x: right(x) * np.nan, "the result contains NaN"),
        (stopping(ValueError("no **way** `out`")), "stops with ValueError, in your code at line"),
        (stopping(SystemExit()), "calls `exit()`, which would stop the whole notebook"),
        (stopping(MuteError()), "stops with MuteError"),
        (lambda x: x.no_such, "stops with AttributeError"),
    ],
)
def test_a_wrong_result_becomes_a_sentence(function, words):
    result = EXERCISE(function)
    assert any(words in row.sentence for row in result.rows), result.text()
    assert result.points < 10
    assert "<div" in result._repr_html_()
    assert result.text()


def test_a_generator_never_reaches_the_test_of_a_property():
    rows = EXERCISE(endless_generator).rows
    assert rows[-1].sentence == "returns a generator. Write `return` instead of `yield`"


def test_an_endless_answer_is_interrupted():
    result = EXERCISE(lambda x: time.sleep(60))
    assert result.points == 0
    assert "Interrupted after 2 seconds" in result.text()


def changing(x):
    x /= x.shape[1]
    return x.sum(axis=1)


def test_changing_an_argument_costs_its_row_alone():
    result = EXERCISE(changing)
    failed = [row for row in result.rows if not row.passed]
    assert [row.sentence for row in failed] == ["changes its argument `x`. Work on a copy, or restore the argument"]
    assert result.points == 10 - failed[0].points


def test_two_changed_arguments_are_named_in_the_plural():
    def add(x, y):
        return x + y

    def greedy(x, y):
        x += y
        y *= 0
        return x

    exercise = Exercise(
        add, 2, 1, 1, (Values("Sum", 1, lambda rng: [case("two", rng.normal(size=2), rng.normal(size=2))]),), ()
    )
    said = "changes its arguments `x` and `y`. Work on copies, or restore the arguments"
    assert said in [row.sentence for row in exercise(greedy).rows]


def wrapped_by_contract():
    return contract(x=array("N D"))(lambda x: row_means(x))


@pytest.mark.parametrize(
    "function",
    [
        row_means,
        functools.partial(row_means),
        wrapped_by_contract(),
        lambda x: np.array([row_means(row[None])[0] for row in x]),
        row_means.__wrapped__,
    ],
)
def test_calling_the_reference_earns_nothing_and_says_so(function):
    result = EXERCISE(function)
    assert (result.points, result.mistakes) == (0, ())
    assert "calls the library's own function" in result.text()


def test_calling_a_forbidden_function_is_reported() -> None:
    exercise = replace(EXERCISE, forbidden=(mean_of_rows,))
    assert "calls the library's own function" in exercise(lambda x: mean_of_rows(x)).text()
    assert exercise(lambda x: x.sum(axis=1) / x.shape[1]).points == 10


def test_memorised_answers_fail_with_another_seed():
    answers = {}

    def record(x):
        answers[x.tobytes()] = right(x)
        return answers[x.tobytes()]

    assert EXERCISE(record).points == 10
    assert EXERCISE(lambda x: answers[x.tobytes()]).points == 10
    by_heart = EXERCISE(lambda x: answers[x.tobytes()], seed="another")
    assert [row.title for row in by_heart.rows if row.passed] == ["Constant rows"]  # which draws nothing


def test_grading_uses_the_secret_seed_and_hides_its_numbers(monkeypatch):
    seen = []

    def spy(x):
        seen.append(x.copy())
        secret = f"secret {x}"
        print(secret)
        raise ValueError(secret)

    assert "secret [" in EXERCISE(spy).text()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("CS231N_GRADING_SEED", "secret seed")
    graded = EXERCISE(spy)
    assert not np.array_equal(seen[0], seen[len(seen) // 2])
    assert "secret [" not in graded.text() + graded._repr_html_()
    assert "stops with ValueError, in your code at line" in graded.text()
    assert EXERCISE(lambda x: x.sum(axis=1)).text()
    assert "expected" not in EXERCISE(lambda x: x.sum(axis=1)).text()
    assert dict(EXERCISE(lambda x: x.sum(axis=1)).mistakes) == {"sum": "You add up and do not divide by D."}


ONE_WAY = "def row_means(x):\n    return x.sum(axis=1) / x.shape[1]"


def test_full_marks_show_the_reference_unless_switched_off():
    assert EXERCISE(right).model_answer == ONE_WAY
    assert EXERCISE(right, points=3).model_answer == ONE_WAY
    assert EXERCISE(right, solution=False).model_answer == ""
    assert EXERCISE(right, points=3, solution=False).model_answer == ""


@pytest.mark.parametrize("points", [None, 0])
@pytest.mark.parametrize("function", [EXERCISE.mistakes[0].implementation, None, lambda x: right(x)[:, np.newaxis]])
def test_before_full_marks_no_solution_is_shown(function, points):
    assert EXERCISE(function, points=points).model_answer == ""


@pytest.mark.parametrize("step", ["autograde", "validate"])
def test_no_solution_is_shown_while_nbgrader_runs_the_notebook(monkeypatch, step):
    monkeypatch.setenv("NBGRADER_EXECUTION", step)
    result = EXERCISE(right)
    assert result.passed
    assert "row_means(x)" not in result.text() + result._repr_html_()


def test_the_secret_seed_counts_only_while_grading(monkeypatch):
    first = EXERCISE(lambda x: -right(x))
    monkeypatch.setenv("CS231N_GRADING_SEED", "secret seed")
    assert EXERCISE(lambda x: -right(x)) == first
    assert "expected" in first.text()


def test_form_alone_earns_nothing():
    result = EXERCISE(lambda x: np.zeros(len(x)))
    assert result.points == 0
    assert sum(row.passed for row in result.rows) == 2
    assert {row.sentence for row in result.rows if row.passed} == {"earns its points once a row of values passes"}


@pytest.mark.parametrize("points", [1, 7, 10, 0.1, 33.33])
def test_points_of_the_rows_add_up(points):
    checks = [Values(str(i), 1, _matrices) for i in range(5)]
    exercise = Exercise(row_means, points, 1, 1, checks, ())
    result = exercise(right)
    assert result.points == points
    assert result.passed
    assert math.isclose(sum(row.points for row in result.rows), points)


def test_error_in_the_check_itself_is_raised():
    def broken(call, rng):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Exercise(row_means, 1, 1, 1, [Property("Broken", 1, broken)], ())(right)


def test_an_unlike_error_is_not_named():
    mistakes = [Mistake("shape", lambda x: x @ np.ones(99), "You multiply by a vector of the wrong size.")]
    exercise = Exercise(row_means, 1, 1, 1, [Values("Means", 1, _matrices)], mistakes)
    assert dict(exercise(lambda x: x @ np.ones(99)).mistakes)
    assert not exercise(stopping(ValueError("another"))).mistakes


def test_calling_the_implementation_of_a_mistake_is_reported():
    table = Slips(row_means.__wrapped__, "other words\n    sum(axis=1) → sum(1)\n    It is right.")
    exercise = replace(EXERCISE, mistakes=table)
    assert "calls the library's own function" in exercise(lambda x: table[0].implementation(x)).text()
    assert exercise(table[0].implementation).points == 10


def test_a_bonus_is_weighed_in_per_cent_and_worth_nothing():
    bonus = Bonus(row_means, 5, 1, EXERCISE.checks, EXERCISE.mistakes)
    assert (bonus.worth, EXERCISE.worth) == (0, 10)
    done, wrong, partly = bonus(right), bonus(lambda x: x.sum(axis=1)), bonus(lambda x: x.mean(axis=1, keepdims=True))
    assert (done.passed, done.points, done.reward) == (True, 100, Reward.STAR)
    assert not wrong.passed
    assert [name for name, _ in wrong.mistakes] == ["sum"]
    assert 0 < partly.points < 100
    assert bonus(right, points=7).points == 100
    with pytest.raises(TypeError):
        Bonus(row_means, 5, 1, EXERCISE.checks, EXERCISE.mistakes, points=3)


def test_practice_shows_a_percentage_and_is_worth_nothing():
    practice = Practice(row_means, 5, 1, EXERCISE.checks, EXERCISE.mistakes)
    done, partly = practice(right), practice(lambda x: x.mean(axis=1, keepdims=True))
    assert (practice.worth, done.passed, done.reached) == (0, True, "100 % right")
    assert partly.reached == f"{int(partly.points)} % right"
    assert 0 < partly.points < 100
    for result in (done, partly):
        assert "point" not in result.text()
        assert "★" not in result.text()


def test_pure_property_rejects_calls_that_change_arguments():
    def calls(call, rng):
        call(np.full((2, 3), 7.0))

    exercise = Exercise(row_means, 4, 1, 1, [Property("Leaves its arguments unchanged", 1, calls, pure=True)], ())

    result = exercise(means_in_place)
    assert result.points == 0
    assert [row.sentence for row in result.rows] == [
        "changes its argument `x`. Work on a copy, or restore the argument"
    ]
    assert [place.text for place in result.places] == ["x /= x.shape[1]"]
    assert exercise(mean_of_rows).points == 4


def test_calls_that_go_together_have_a_generator_each():
    def together(call, rng):
        call.each((rng,) for _ in range(2))

    exercise = Exercise(lambda rng: rng.random(), 2, 1, 1, checks=(Property("Draws", 1, together),), name="drawn")
    with pytest.raises(ValueError, match=r"two calls share a generator. Make one for each call with `rng.spawn\(n\)`"):
        exercise(lambda rng: rng.random())
