"""The place of a slip is known where the slip was planted: it is proved, told in numbers, and never invented."""

import signal
from dataclasses import replace

import numpy as np
import pytest
from checks.written import written as define

from cs231n_lib.checks import Exercise, Property, Values, Violation, case
from cs231n_lib.checks.locate.place import Place
from cs231n_lib.checks.slips import Edited, Slips
from cs231n_lib.functions import activations, batches, layers, losses, optimizers
from cs231n_lib.lessons.architecture import checks as architecture
from cs231n_lib.lessons.backpropagation import checks
from cs231n_lib.lessons.optimization import checks as optimization
from cs231n_lib.lessons.regularization import checks as regularization


def _cases(rng):
    for mu in (0.5, 0.9):
        yield case(f"μ = {mu}", *rng.normal(size=(3, 4)), 0.1, mu)


MOMENTUM = Exercise(optimizers.momentum, 4, 1, 1, (Values("The step", 2, _cases),), ())

ANSWER = """
def momentum(w, dw, v, lr, mu=0.9):
    v = mu * v - lr * dw
    return w + v, v
"""


LIBRARY = {"layers": layers, "activations": activations, "batches": batches, "losses": losses}


def written(source, name="momentum"):
    return define(source, name, **LIBRARY)


def places(source, exercise=MOMENTUM, **options):
    return exercise(written(source, exercise.name), **options).places


@pytest.mark.parametrize(
    ("right", "wrong", "line", "expression", "needs"),
    [
        ("lr * dw", "dw * lr**2", 3, "lr**2", "0.1"),
        ("mu * v", "0.3 * v", 3, "0.3", "0.5"),
        ("w + v", "w - v", 4, "w - v", ""),
    ],
)
def test_a_slip_is_found_where_it_was_planted(right, wrong, line, expression, needs):
    (place,) = places(ANSWER.replace(right, wrong, 1))
    assert (place.line, place.expression) == (line, expression)
    assert needs in place.expected


def test_a_right_answer_has_no_place():
    assert places(ANSWER) == ()


def test_two_wrong_outputs_have_a_place_each():
    found = places(ANSWER.replace("v = mu * v", "u = mu * v").replace("w + v, v", "w + lr * u, u * mu"))
    assert [place.line for place in found] == [4, 4]
    assert {place.expression for place in found} <= {"lr * u", "lr", "u * mu", "mu", "u"}


def test_a_bare_name_that_is_handed_back_is_no_place():
    source = ANSWER.replace("v = mu * v - lr * dw\n", "u = np.zeros(4)\n    for i in range(2):\n        u[i] = 5.0\n")
    assert places(source.replace("w + v, v", "w + mu * v - lr * dw, u")) == ()


def test_returned_name_is_a_place_if_another_has_the_value():
    (place,) = places(ANSWER.replace("v = mu", "u = mu").replace("w + v, v", "w + u, v"))
    assert (place.line, place.expression) == (4, "v")


def test_returned_name_is_a_place_if_it_is_an_unchanged_argument():
    (place,) = places(ANSWER.replace("v = mu", "u = mu").replace("w + v, v", "w + u * 1, v"))
    assert (place.line, place.expression) == (4, "v")


def test_a_step_left_out_is_found_where_it_belongs():
    exercise = Exercise(norm, 1, 1, 1, (Values("A length", 1, lambda rng: [case("five", rng.normal(size=5))]),), ())
    (place,) = places("def norm(x):\n    y = x\n    return np.sqrt(np.sum(y))\n", exercise)
    assert place.line == 3


def test_what_a_statement_adds_to_is_a_place():
    (place,) = places(ANSWER.replace("v = mu * v - lr * dw", "v = mu * v\n    v -= lr * dw\n    v += lr"))
    assert (place.line, place.expression) in {(4, "v -= lr * dw"), (5, "v += lr")}


def test_helpers_of_the_same_cell_are_searched():
    source = ANSWER.replace("mu * v - lr * dw", "speed(v, dw, lr, mu)")
    source += "\ndef speed(v, dw, lr, mu):\n    return mu * v + lr * dw\n"
    (place,) = places(source)
    assert place.text == "return mu * v + lr * dw"


def test_search_for_places_can_be_switched_off():
    assert places(ANSWER.replace("w + v", "w - v"), where=False) == ()


def test_grading_shows_only_the_line_of_a_place(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    result = MOMENTUM(written(ANSWER.replace("w + v", "w - v")))
    assert "Where: line 4: `return w - v, v`" in result.text()
    assert "the answer is right" not in result.text() + result._repr_html_()
    metadata = result._repr_mimebundle_()[1]["cs231n_lib"]
    assert metadata["places"] == [{"line": 4, "expression": "w - v"}]


def test_the_report_folds_it_and_marks_the_expression():
    html = MOMENTUM(written(ANSWER.replace("w + v", "w - v")))._repr_html_()
    assert "<details><summary" in html
    assert ">w - v</mark>" in html


def test_marked_name_is_the_occurrence_that_is_read():
    html = MOMENTUM(written(ANSWER.replace("mu * v", "v")))._repr_html_()
    assert ">v = <mark" in html


def test_each_of_two_places_says_which_output_it_repairs():
    found = places(ANSWER.replace("v = mu", "u = mu").replace("w + v, v", "w + lr * u, u * mu"))
    assert {place.effect for place in found} == {"`w` is right", "`v` is right"}


def test_the_students_code_runs_silently_and_on_copies(capsys):
    seen = []
    function = written(ANSWER.replace("return w + v", "print('noise'); w += 1; return w - v"))
    function.__globals__["seen"] = seen
    MOMENTUM(function)
    assert capsys.readouterr() == ("", "")


@pytest.mark.audit
def test_an_endless_loop_ends_and_the_alarm_is_put_back():
    before = signal.getsignal(signal.SIGALRM)
    (place,) = places(ANSWER.replace("    return", "    while mu != 0.3: mu = mu\n    return"))
    assert (place.line, place.statement) == (
        4,
        "this loop never ends. Change something in the loop that its condition depends on",
    )
    assert signal.getsignal(signal.SIGALRM) is before


def norm(x):
    total = np.sum(x**2)
    return np.sqrt(total)


def _unit(call, rng):
    x = rng.normal(size=5)
    if abs(call(x) - np.linalg.norm(x)) > 1e-9:
        raise Violation("this is not the length")


def test_a_row_of_a_property_takes_part():
    exercise = Exercise(norm, 1, 1, 1, (Property("A length", 1, _unit),), ())
    (place,) = places("def norm(x):\n    return np.sqrt(np.sum(x**2) / 2)\n", exercise)
    assert place.line == 2
    assert "np.sum(x**2)" in place.expression


def shares(x):
    total = np.sum(x)
    return {"total": total, "shares": x / total}


def test_a_dictionary_takes_part():
    exercise = Exercise(shares, 1, 1, 1, (Values("Both", 1, lambda rng: [case("three", rng.uniform(1, 2, 3))]),), ())
    (place,) = places("def shares(x):\n    s = np.sum(x)\n    return {'total': s, 'shares': x / np.max(x)}\n", exercise)
    assert place.expression == "np.max(x)"


def test_answer_without_source_has_no_place():
    assert MOMENTUM(lambda w, dw, v, lr, mu=0.9: (w, v)).places == ()


def pair(x):
    both = (x, [x.sum(), x])
    return both[0] + both[1][0]


def test_values_that_are_no_arrays_are_left_out():
    exercise = Exercise(pair, 1, 1, 1, (Values("A sum", 1, lambda rng: [case("three", rng.uniform(1, 2, 3))]),), ())
    source = "def pair(x):\n    both = (x, [x.sum(), x])\n    return both[0] + 2 * both[1][0]\n"
    (place,) = places(source, exercise)
    assert place.line == 3


def test_a_line_that_changes_an_argument_is_a_place():
    source = ANSWER.replace("    v = mu * v - lr * dw\n", "    v *= mu\n    v -= lr * dw\n")
    (place,) = places(source)
    assert (place.line, place.text) == (3, "v *= mu")
    assert place.sentence() == "line 3: this line changes `v`, which the caller still needs"
    assert place.sentence(show_numbers=False) == "line 3: `v *= mu`"


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("w + v", "returns an array of shape (4,), not 2 values"),
        ("w + v, v, lr", "returns a tuple of 3, not 2 values. The first 2 are right, so leave out the rest"),
        ("[v, w + v]", "the values are right, but their order is wrong. Return `w, v`"),
    ],
)
def test_return_with_a_wrong_number_or_order_is_a_place(returned, said):
    (place,) = places(ANSWER.replace("w + v, v", returned))
    assert (place.line, place.statement) == (4, said if said.startswith("the values") else f"this {said}")


NAMED = replace(
    MOMENTUM,
    mistakes=Slips(
        optimizers.momentum,
        """
        no friction
            mu * v → v
            the old velocity is not damped.
        """,
    ),
)


def test_agreeing_mistake_and_place_share_one_sentence():
    result = NAMED(written(ANSWER.replace("mu * v", "v")))
    (place,) = result.places
    assert "Likely mistake: the old velocity is not damped." in result.text()
    assert place.sentence().startswith("line 3: the old velocity is not damped. `v` is ")


class Elsewhere(Edited):
    lines = frozenset({1})


def test_mistake_in_another_place_is_called_possible():
    elsewhere = replace(NAMED.mistakes[0], implementation=Elsewhere(optimizers.momentum, (("mu * v", "v"),)))
    result = replace(NAMED, mistakes=(elsewhere,))(written(ANSWER.replace("mu * v", "v")))
    (place,) = result.places
    assert "Possible mistake: the old velocity is not damped." in result.text()
    assert "not damped" not in place.sentence()


def test_loop_over_entries_is_compared_with_the_whole_array():
    source = """
def momentum(w, dw, v, lr, mu=0.9):
    new, u = w.copy(), v.copy()
    for i in range(len(w)):
        u[i] = mu * v[i] - dw[i] * lr * lr
        new[i] = w[i] + u[i]
    return new, u
"""
    (place,) = places(source)
    assert place.line == 5


def test_missing_return_is_placed_at_the_last_line():
    (place,) = places(ANSWER.replace("return w + v, v", "w = w + v"))
    assert (place.line, "Is there a `return`" in place.statement) == (4, True)


def _and_from_rest(rng):
    yield from _cases(rng)
    yield case("from rest", rng.normal(size=4), rng.normal(size=4), np.zeros(4), 0.1)


FROM_REST = replace(MOMENTUM, checks=(Values("The step", 2, _and_from_rest),))
TWICE = replace(
    FROM_REST,
    mistakes=Slips(
        optimizers.momentum,
        """
        outside
            mu * v - lr * dw → mu * v + dw
            return w + v → return w - lr * v
            the rate is outside.
        """,
    ),
)


def test_mistake_no_value_repairs_is_placed_at_its_expression():
    source = ANSWER.replace("mu * v - lr * dw", "dw + mu * v").replace("w + v, v", "w - v * lr, v")
    assert places(source, FROM_REST) == ()
    (place,) = places(source, TWICE)
    assert (place.line, place.expression, place.mistake) == (3, "dw + mu * v", "the rate is outside.")


def test_reordered_steps_do_not_hide_a_later_slip():
    """`lr * lr` is nowhere in the right solution, but what is made of it is; the slip is in the last line."""
    source = ANSWER.replace("lr * dw", "lr * lr * dw / lr").replace("w + v, v", "w - v, v")
    (place,) = places(source)
    assert place.line == 4


def test_exchanged_names_are_placed_at_their_assignment():
    source = ANSWER.replace("    v = mu * v - lr * dw", "    rate, keep = mu, lr\n    v = keep * v - rate * dw")
    (place,) = places(source)
    assert place.sentence() == "line 3: with `mu` and `lr` exchanged, the answer is right"


def positive_part(x):
    mask = x > 0
    return x * mask


def _compare_numbers(function, *numbers):
    def cases(rng):
        return [case("a few", np.array(numbers)), case("others", rng.normal(size=5))]

    return Exercise(function, 1, 1, 1, (Values("Its value", 1, cases),), ())


def test_slip_that_occurs_twice_is_a_place():
    source = "def positive_part(x):\n    y = 0 * x\n    y[x < 1] = x[x < 1]\n    return y\n"
    (place,) = places(source, _compare_numbers(positive_part, 3.0, -2.0, 0.5))
    assert (place.line, place.expression) == (3, "x < 1")


def test_partly_filled_array_is_explained_at_its_creation():
    source = ANSWER.replace("return w + v, v", "u = np.zeros(4)\n    u[:3] = (w + v)[:3]\n    return u, v")
    (place,) = places(source)
    assert (place.line, place.expression) == (4, "np.zeros(4)")
    assert place.sentence().endswith("the answer is right, because some entries keep the value from this line")


def whole_root(budget):
    n = 1
    while (n + 1) ** 2 <= budget:
        n = n + 1
    return n


def test_loop_bound_that_can_force_the_result_is_no_place():
    """With 9 for the budget of this range the loop ends at 9, which is no reason to call it wrong."""
    source = """
def whole_root(budget):
    best = 1
    for n in range(1, budget + 1):
        if n <= budget:
            best = n
    return best
"""
    exercise = Exercise(whole_root, 1, 1, 1, (Values("It", 1, lambda rng: [case(f"{n}", n) for n in (90, 40)]),), ())
    assert 4 not in [place.line for place in places(source, exercise)]


def test_right_value_of_another_kind_may_be_read_wrongly():
    source = "def norm(x):\n    total = x**2\n    return np.sqrt(total)\n"
    exercise = Exercise(norm, 1, 1, 1, (Values("A length", 1, lambda rng: [case("five", rng.normal(size=5))]),), ())
    (place,) = places(source, exercise)
    assert {place.line, *place.sources} == {2, 3}


def test_array_that_fills_gaps_of_a_call_is_no_place():
    source = """
def relative_error(a, b):
    d, largest = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
    return np.divide(d, largest, out=np.zeros_like(d), where=b != 0)
"""
    (place,) = places(source, optimization.relative_error)
    assert (place.line, place.expression[:10]) == (4, "np.divide(")


def test_unused_result_of_a_call_is_a_place():
    source = """
def minibatches(n, batch_size, rng):
    rows = np.arange(n)
    rng.permutation(rows)
    for start in range(0, n, batch_size):
        yield rows[start : start + batch_size]
"""
    (place,) = places(source, optimization.minibatches)
    assert place.line == 4
    assert place.sentence().endswith(
        "the result of this call is not used. If a variable kept it, the answer would be right"
    )


def of_two(function):
    def cases(rng):
        return [case(f"{n} numbers", *rng.normal(size=(2, n))) for n in (5, 7)]

    return Exercise(function, 1, 1, 1, (Values("Its value", 1, cases),), ())


def half_sum(x, y):
    return (x + np.abs(x)) / 2 + y


def test_wrong_array_entries_are_placed_where_they_are_written():
    source = "def half_sum(x, y):\n    z = x.copy()\n    z[x < 0] = 1\n    return z + y\n"
    (place,) = places(source, of_two(half_sum))
    assert place.sentence() == "line 3: another number in place of `1` makes the answer right"


def both_signs(x, y):
    up = x >= y
    down = x <= -y
    return up | down


def test_step_shared_with_the_reference_is_no_place():
    source = "def both_signs(x, y):\n    up = x < y\n    down = x > -y\n    return up | down\n"
    assert places(source, of_two(both_signs)) == ()


def test_no_two_places_work_on_one_wrong_value():
    """The slip is in line 3, where no value of the right solution has this shape."""
    source = """
def softmax_cross_entropy(scores, y):
    normaliser = np.log(np.exp(scores).sum(axis=0, keepdims=True))
    one_hot = np.eye(scores.shape[1])[y]
    loss = np.sum(one_hot * (normaliser - scores)) / len(y)
    return float(loss), (np.exp(scores - normaliser) - one_hot) / len(y)
"""
    assert all(place.line == 3 for place in places(source, checks.softmax_cross_entropy))


def distance(x, y):
    return np.abs(x - y).sum(), np.sign(x - y)


def test_array_to_be_filled_is_not_its_own_place():
    source = """
def distance(x, y):
    size, sign = 0.0, np.zeros_like(x)
    for i in range(len(x)):
        size += abs(x[i] - sign[i])
        sign[i] = np.sign(x[i] - y[i])
    return size, sign
"""
    (place,) = places(source, of_two(distance))
    assert (place.line, place.expression) == (5, "sign")  # with y in its place, the answer is right


def test_wrong_condition_in_a_loop_is_a_place():
    source = """
def mlp_forward(x, weights, biases):
    out = x
    for i in range(len(weights)):
        out, _ = layers.affine_forward(out, weights[i], biases[i])
        if i < 1:
            out, _ = activations.relu_forward(out)
    return out
"""
    (place,) = places(source, architecture.mlp_forward)
    assert (place.line, place.found_by_edit) == (6, False)


def counts(x, y):
    matrix = np.zeros((3, 3))
    np.add.at(matrix, (np.argsort(x)[:2], np.argsort(y)[:2]), 1)
    return matrix


def test_two_indices_exchanged_are_a_place():
    source = """
def counts(x, y):
    found = np.zeros((3, 3))
    rows = np.argsort(x)[:2]
    columns = np.argsort(y)[:2]
    found[columns, rows] += 1
    return found
"""
    exercise = Exercise(
        counts, 1, 1, 1, (Values("Counts", 1, lambda rng: [case("3", np.array([1, 0, 2]), np.array([2, 1, 0]))]),), ()
    )
    (place,) = places(source, exercise)
    assert place.sentence() == "line 6: with `columns` and `rows` exchanged, the answer is right"


def test_place_of_a_named_mistake_mentions_no_proof():
    place = Place(3, "x = -n", "-n", effect="", mistake="the sign is flipped.")
    assert place.sentence() == "line 3: the sign is flipped."


def two_masks(rng, n):
    """Two draws.

    Returns
    -------
    first, second : (n,)
        Standard normal; and once more, times 3.
    """
    return rng.normal(size=n), 3 * rng.normal(size=n)


def _spread(call, rng):
    if not 0.8 < np.std(call(np.random.default_rng(rng.integers(99)), 2000)[0]) < 1.2:
        raise Violation("`first` has another spread")


def _three_times(call, rng):
    if not 2.5 < np.std(call(np.random.default_rng(rng.integers(99)), 2000)[1]) < 3.5:
        raise Violation("`second` has another spread")


MASKS = Exercise(two_masks, 4, 1, 1, (Property("First", 2, _spread), Property("Second", 2, _three_times)), ())


def test_other_random_draws_are_not_compared_with_reference(monkeypatch):
    # A slow machine does not come to the edit in half a second.
    monkeypatch.setattr("cs231n_lib.checks.locate.place.EDIT_CPU_SECONDS", 30.0)
    drawn = "def two_masks(rng, n):\n    a = 1.7 * rng.uniform(-1, 1, n)\n    return a, 2 * rng.normal(size=n)\n"
    found = places(drawn, MASKS)
    assert [place.line for place in found] == [3]
    assert "`first`" not in found[0].sentence()


def _budgets(rng):
    for budget in (25, 49, 100):
        yield case(f"budget {budget}", budget)


def budget_width(budget):
    """The largest width whose square is within the budget."""
    width = 1
    while (width + 1) ** 2 <= budget:
        width += 1
    return width


def test_returned_name_without_another_right_value_is_no_place():
    exercise = Exercise(budget_width, 4, 1, 1, (Values("Widths", 2, _budgets),), ())
    loop = "    while True:\n        if (width + 1) ** 2 >= budget:\n            return width\n        width += 1\n"
    (place,) = places(f"def budget_width(budget):\n    width = 1\n{loop}", exercise)
    assert place.line == 4


FOLDS = """
def sawtooth_network(folds):
    out = np.array([[2.0], [-4.0]])
    weights = [np.ones((1, 2)), *[np.hstack([out, out])] * (folds - 1), out]
    biases = [*[np.array([0.0, -0.5])] * folds, np.zeros(1)]
    return weights, biases
"""


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [("-0.5", "-0.25", 5), ("(folds - 1)", "folds", 4), (" * folds", "", 5), ("np.zeros(1)", "[0.0]", 5)],
)
def test_lists_of_arrays_are_values_as_arrays_are(right, wrong, line):
    assert places(FOLDS, architecture.sawtooth_network) == ()
    (place,) = places(FOLDS.replace(right, wrong, 1), architecture.sawtooth_network)
    assert place.line == line


def test_outputs_that_may_vary_together_have_no_places():
    """Other weights, which fold with their own biases alone, and one of these is wrong."""
    other = FOLDS.replace("np.ones((1, 2))", "np.full((1, 2), 2.0)").replace(" - 1), out", " - 1), out / 2")
    other = other.replace("-0.5", "-1.0")
    assert architecture.sawtooth_network(written(other, "sawtooth_network")).passed
    assert places(other.replace("-1.0", "-2.0"), architecture.sawtooth_network) == ()


CLASSIFIER = """
def train_softmax_classifier(x, y, classes, lr, epochs, batch_size, rng):
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for _ in range(epochs):
        for rows in batches.minibatches(len(x), batch_size, rng):
            _, dscores = losses.softmax_cross_entropy(x[rows] @ w + b, y[rows])
            w = w - lr * x[rows].T @ dscores
            b = b - lr * dscores.mean(axis=0)
    return w, b
"""


def test_array_never_written_into_is_no_place_for_the_output():
    assert [p.line for p in places(CLASSIFIER, optimization.train_softmax_classifier)] == [8]
    left_out = CLASSIFIER.replace("            b = b - lr * dscores.mean(axis=0)\n", "")
    assert places(left_out, optimization.train_softmax_classifier) == ()


DROPOUT = """
def inverted_dropout(x, dout, drop_prob, rng):
    keep = rng.random(x.shape) < 1 - drop_prob
    return x * keep / (1 - drop_prob), dout * keep
"""


def test_masks_drawn_differently_are_no_place_beside_a_slip():
    assert [p.line for p in places(DROPOUT, regularization.inverted_dropout)] == [4]
    assert places(DROPOUT.replace("< 1 - drop_prob", ">= drop_prob"), regularization.inverted_dropout) == ()
