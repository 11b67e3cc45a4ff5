"""A place is shown only if what it reads is right and what it yields is not; otherwise the other lines are named."""

import numpy as np
import pytest
from checks.written import written

from cs231n_lib.checks import Exercise, Values, case
from cs231n_lib.checks.locate.repairs import find_repair, small_edits
from cs231n_lib.checks.locate.values import key_of
from cs231n_lib.checks.run.instrument import text_of
from cs231n_lib.course import mine
from cs231n_lib.functions import batches, losses
from cs231n_lib.lessons.activations import checks as activations
from cs231n_lib.lessons.architecture import checks as architecture
from cs231n_lib.lessons.backpropagation import checks as backpropagation
from cs231n_lib.lessons.initialization import checks as initialization
from cs231n_lib.lessons.optimization import checks as optimization
from cs231n_lib.lessons.preprocessing import checks as preprocessing
from cs231n_lib.lessons.regularization import checks as regularization
from cs231n_lib.lessons.training import checks as training
from cs231n_lib.lessons.update_rules import checks as update_rules


def only_place(source, exercise):
    (place,) = exercise(written(source, exercise.name)).places
    return place


def exercise_of(reference, *numbers):
    def cases(rng):
        return [case(f"{n} numbers", *rng.normal(size=(numbers[0], n))) for n in (5, 7, 6)]

    return Exercise(reference, 1, 1, 1, (Values("Its value", 1, cases),), ())


def spread(x):
    d = x - x.mean()
    return np.sqrt(np.sum(d**2))


def test_operand_already_wrong_above_comes_first():
    """`dist` has no counterpart in the right solution, so nothing proves that the last line is the wrong one."""
    source = "def spread(x):\n    dist = np.abs(np.tanh(x - x.mean()))\n    return np.sqrt(np.sum(dist**2))\n"
    place = only_place(source, exercise_of(spread, 1))
    assert (place.line, place.sources) in [(2, ()), (2, (3,))]


def test_list_made_by_a_comprehension_is_a_place():
    source = "def spread(x):\n    parts = [(v - 2 * x.mean()) ** 2 for v in x]\n    return np.sqrt(sum(parts))\n"
    assert only_place(source, exercise_of(spread, 1)).line == 2


def shares(x, y):
    total = np.abs(x)
    return np.exp(-total) * y + total


def test_name_read_twice_is_named_with_its_line():
    source = "def shares(x, y):\n    total = np.abs(x) + 1\n    return np.exp(-total) * y + total\n"
    assert only_place(source, exercise_of(shares, 2)).line == 2


WALK = """
def gradient_descent(gradient, w, lr, steps):
    path = [{start}]
    for _ in range(steps):
        w -= lr * gradient(w)
        path.append({point})
    return w, np.stack(path)
"""


@pytest.mark.parametrize(("start", "point"), [("w", "w"), ("w.copy()", "w"), ("w.copy()", "w.copy()")])
def test_changed_argument_is_placed_where_it_changes(start, point):
    place = only_place(WALK.format(start=start, point=point), optimization.gradient_descent)
    assert (place.line, place.statement) == (5, "this line changes `w`, which the caller still needs")


def test_change_through_another_name_is_placed():
    source = """
def residual_backward(dout, cache):
    x, w, t = cache
    dh = dout
    dh *= 1 - t**2
    return dh @ w.T + dout, x.T @ dh
"""
    place = only_place(source, backpropagation.residual_backward)
    assert place.line == 4
    assert place.statement.startswith("this line only gives `dout` another name, so line 5 changes")


def middle(x):
    return np.sort(x)[1:-1].sum() / x.sum()


@pytest.mark.parametrize("change", ["y.fill(2.0)", "y.put(1, 3.0)", "np.add(y, 1, out=y)", "np.copyto(y, x + 1)"])
def test_method_that_changes_its_array_is_a_change(change):
    source = f"def middle(x):\n    y = np.sort(x)\n    {change}\n    return y[1:-1].sum() / x.sum()\n"
    place = only_place(source, exercise_of(middle, 1))
    assert 3 in {place.line, *place.sources}


def sign_code(x, y):
    return 1 if x > y else 2


def test_category_codes_get_no_numbers():
    """The code 1 is right wherever the condition above chooses the wrong branch, which says nothing about `2`."""

    def cases(rng):
        return [case(f"{i}", *rng.normal(size=2)) for i in range(16)]

    source = "def sign_code(x, y):\n    if x >= y + 1:\n        return 1\n    return 2\n"
    exercise = Exercise(sign_code, 1, 1, 1, (Values("Codes", 1, cases),), ())
    (place,) = exercise(written(source, "sign_code"), seed="1").places
    assert place.line == 2
    assert place.expression not in ("1", "2")


def steep(x):
    return np.where(np.abs(x) > 0, 1.0, 0.0) * x.max()


def test_value_right_for_the_drawn_case_alone_is_not_shown():
    """An array in place of the threshold makes each drawn case right and explains nothing."""
    source = "def steep(x):\n    return np.where(np.abs(x) > 0.9, 1.0, 0.0) * x.max()\n"
    place = only_place(source, exercise_of(steep, 1))
    assert place.line == 2
    assert not (place.expression == "0.9" and "array" in place.sentence())
    assert "array of shape" not in place.expected or place.expression != "0.9"


def test_sources_are_named_without_numbers_too(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    source = "def spread(x):\n    dist = np.abs(np.tanh(x - x.mean()))\n    return np.sqrt(np.sum(dist**2))\n"
    assert "Where: line 2" in exercise_of(spread, 1)(written(source, "spread")).text()


LBFGS = """
def lbfgs_direction(dw, s, y):
    q = dw.copy()
    cs = []
    for si, yi in zip(s, y):
        c = (si @ q) / (yi @ si)
        cs.append(c)
        q = q - c * yi
    r = q * (s[-1] @ y[-1]) / (y[-1] @ y[-1]) if s else q
    for si, yi, c in zip(s, y, cs):
        r = r + (c - (yi @ r) / (yi @ si)) * si
    return -r
"""


def test_loop_in_the_wrong_order_is_named():
    place = only_place(LBFGS, update_rules.lbfgs_direction)
    assert 5 in {place.line, *place.sources}


RANGE = """
def range_test(step, low, high, steps, beta=0.9, limit=2.0):
    rates, losses, mean = [], [], 0.0
    for t in range(steps):
        lr = low * (high / low) ** (t / (steps - 1))
        mean = beta * mean + (1 - beta) * step(lr)
        mean = mean / (1 - beta ** (t + 1))
        if losses and not mean <= limit * min(losses):
            break
        rates.append(lr)
        losses.append(mean)
    rates, losses = np.array(rates), np.array(losses)
    return rates, losses, rates[losses.argmin()] / 10
"""


def test_line_that_spoils_a_carried_value_comes_first():
    assert only_place(RANGE, update_rules.range_test).line == 7


MIXED = """
def elastic_net(w, strength, l1_ratio):
    a, da = strength * (1 - l1_ratio) * np.sum(np.abs(w)), strength * (1 - l1_ratio) * np.sign(w)
    b, db = 0.5 * strength * l1_ratio * np.sum(w**2), strength * l1_ratio * w
    return a + b, da + db
"""


def test_both_places_of_a_pair_name_their_common_lines():
    found = regularization.elastic_net(written(MIXED, "elastic_net")).places
    assert found
    assert all({3, 4} & {place.line, *place.sources} for place in found)


STATISTICS = """
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    if len(x) > 1:
        running_mean = x.mean(axis=0)
        running_var = x.var(axis=0)
    return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
"""


def test_size_in_a_condition_gets_no_fraction():
    places = initialization.batchnorm_inference(written(STATISTICS, "batchnorm_inference")).places
    assert places
    assert not any(place.expression == "len(x)" for place in places)


MASK = """
def vanilla_dropout(x, drop_prob, rng):
    noise = rng.normal(size=x.shape)
    train = np.where(noise < drop_prob, 0.0, x)
    return train, x - drop_prob * x
"""


def test_random_draws_do_not_become_one_number():
    place = only_place(MASK, regularization.vanilla_dropout)
    assert place.line == 3
    assert place.expected in ("", place.actual)  # not a single number


def squares(x):
    u = np.exp(x)
    return u**2 + u


REPEATED = """
def squares(x):
    u = np.exp(x[0])
    rows = []
    for _ in x:
        rows.append(u**2 + u)
    return np.array(rows)
"""


def test_one_row_in_place_of_all_rows_is_named():
    def cases(rng):
        return [case(f"{n} rows", rng.normal(size=(n, 4))) for n in (3, 5)]

    exercise = Exercise(squares, 1, 1, 1, (Values("Rows", 1, cases),), ())
    place = only_place(REPEATED, exercise)
    assert 3 in {place.line, *place.sources}


INSIDE = """
def leakage(prepare, train, test):
    def change(a, b):
        return np.mean(np.abs(a - b))
    train_all, test_all = prepare(train, test)
    train_one, test_one = prepare(train, test[:1])
    return change(train_all, train_one), change(test_all[:1], test_one)
"""


def test_function_inside_the_answer_is_one_place_for_its_calls():
    assert only_place(INSIDE, preprocessing.leakage).line == 4


RIGHT_INSIDE = """
def min_max(train, test):
    def scale(part):
        low, high = part.min(axis=0), part.max(axis=0)
        span = np.where(high > low, high - low, 1)
        return 2 * (part - low) / span - 1
    return scale(train), scale(test)
"""


def test_function_with_another_right_call_is_no_source():
    place = only_place(RIGHT_INSIDE, preprocessing.min_max)
    assert (place.line, place.expression, place.sources) == (7, "scale(test)", ())


ENDED = """
def gradient_descent(gradient, w, lr, steps):
    path = [w]
    for _ in range(steps):
        g = gradient(w)
        if not np.any(g):
            break
        w = w - lr * g
        path.append(w)
    return w, np.stack(path)
"""


def test_condition_that_ends_a_loop_is_named():
    place = only_place(ENDED, optimization.gradient_descent)
    assert 6 in {place.line, *place.sources}


WHOLE_NUMBERS = """
def maxout_backward(dout, cache):
    winner, pieces = cache
    blocks = []
    for p in range(pieces):
        block = np.zeros_like(winner)
        chosen = winner == p
        block[chosen] = dout[chosen]
        blocks.append(block)
    return np.hstack(blocks)
"""


def test_new_array_that_cuts_off_decimals_is_named():
    place = only_place(WHOLE_NUMBERS, activations.maxout_backward)
    assert 6 in {place.line, *place.sources}


@pytest.mark.parametrize(("name", "is_tried"), [("_", False), ("rest", True)])
def test_edits_never_read_a_discarded_value(name, is_tried):

    def is_right(edited):
        try:
            return isinstance(edited(1), str) and edited(1) == "rest"
        except (AttributeError, TypeError, NameError):
            return False

    text = text_of(written(f"def first(a):\n    {name} = 'rest'\n    return a\n", "first"))
    assert bool(find_repair(text, is_right, 5.0)) is is_tried


@pytest.mark.parametrize("line", ["open(path, 'a').write('x')", "np.save(path, [1])", "os.remove(path)"])
def test_answer_with_side_effects_is_not_edited_and_run(line):
    text = text_of(written(f"def first(path):\n    {line}\n    return 1\n", "first"))
    assert find_repair(text, lambda edited: True, 5.0) is None


LATE = """
def late(epoch, period):
    passed = epoch
    return 1 if passed > period else 0
"""


def test_exchanged_operator_comes_before_an_addition():
    """With `epoch + 1` the answer is right as well, but the slip is the comparison."""
    text = text_of(written(LATE, "late"))
    edit = find_repair(text, lambda f: [f(e, 3) for e in range(6)] == [0, 0, 0, 1, 1, 1], 5.0)
    assert edit is not None
    assert edit.node.lineno == 4


def test_no_edit_passes_a_number_as_the_output_of_random_draws():
    """`rng.random(0, np.float64(1), 5)` ends the process with a segmentation fault."""
    text = text_of(written("def draw(rng, std, n):\n    return rng.normal(0, std, n)\n", "draw"))
    for edit in small_edits(text):
        body = next(one for one in edit.code.co_consts if hasattr(one, "co_names"))
        assert not {"random", "standard_normal"} & {*body.co_names}


def test_negative_zero_is_the_same_value_as_zero():
    assert key_of(np.array([-0.0, 1.0])) == key_of(np.array([0.0, 1.0]))


EQUAL_ROUNDS = """
def successive_halving(objective, points, epochs, factor=3):
    settings, rounds = list(points), []
    while len(settings) > 1:
        rounds.append((epochs, len(settings)))
        scores = np.array([objective(setting, epochs) for setting in settings])
        order = np.argsort(-scores)
        settings = [settings[i] for i in order[: max(1, len(settings) // factor)]]
    return settings[0], np.array(rounds)
"""


def test_two_reads_of_one_name_are_one_place():
    place = only_place(EQUAL_ROUNDS, training.successive_halving)
    assert (place.line, place.expression, place.effect) == (5, "epochs", "the answer is right")


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        pytest.param(
            regularization.inverted_dropout,
            """
def inverted_dropout(x, dout, drop_prob, rng):
    dropped = rng.random(size=x.shape) < drop_prob
    out = np.where(dropped, 0.0, x / (1 - drop_prob))
    return out, dout * out
""",
            id="other random masks than those of the right solution",
        ),
        pytest.param(
            training.find_the_bug,
            """
def find_the_bug(errors, limit=1e-5):
    right = errors <= limit
    weights, biases = ~right[::2], ~right[1::2]
    if right.all():
        return 0, 0
    if weights.all() and not biases.any():
        return 2, 0
    if biases.all() and not weights.any():
        return 3, 0
    places = np.flatnonzero(~right)
    if len(places) == 1:
        return 1, int(places[0]) // 2 + 1
    return 4, int(places[-1]) // 2 + 2
""",
            id="a constant that would change only on some cases",
        ),
        pytest.param(
            preprocessing.standardize,
            """
def standardize(train, test):
    new_train, new_test = np.array(train, dtype=float), np.array(test, dtype=float)
    for d in range(train.shape[1]):
        column = train[:, d]
        if column.max() > column.min():
            new_train[:, d] = (column - column.mean()) / column.std()
            new_test[:, d] = (test[:, d] - column.mean()) / column.std()
    return new_train, new_test
""",
            id="copies to be filled that would already be the results",
        ),
    ],
)
def test_nothing_is_marked_without_proof(exercise, source):
    assert not exercise(written(source, exercise.name)).places


def test_array_of_another_shape_may_begin_wrongly(patient_search):
    source = """
def train_softmax_classifier(x, y, classes, lr, epochs, batch_size, rng):
    w = np.zeros((x.shape[1], classes))
    b = np.zeros((1, classes))
    for _ in range(epochs):
        for rows in batches.minibatches(len(x), batch_size, rng):
            loss, dscores = losses.softmax_cross_entropy(x[rows] @ w + b, y[rows])
            w = w - lr * x[rows].T @ dscores
            b = b - lr * dscores.sum(axis=0, keepdims=True)
    return w, b
"""
    exercise = optimization.train_softmax_classifier
    (place,) = exercise(written(source, exercise.name, batches=batches, losses=losses)).places
    assert 4 in {place.line, *place.sources}


@pytest.mark.parametrize(
    ("exercise", "source", "line", "statement"),
    [
        pytest.param(
            optimization.gradient_descent,
            """
def gradient_descent(gradient, w, lr, steps):
    path = [w]
    for _ in range(steps):
        slope = gradient(path[-1])
        if not np.any(slope):
            break
        path.append(path[-1] - lr * slope)
    return path[-1], np.stack(path)
""",
            6,
            "if the condition `not np.any(slope)` never held, the answer would be right",
            id="a condition that should not be there",
        ),
        pytest.param(
            initialization.batchnorm_backward_staged,
            """
def batchnorm_backward_staged(dout, x, gamma, eps=1e-5):
    xc = x - x.mean(axis=0)
    std = np.sqrt(np.mean(xc * xc, axis=0) + eps)
    xhat = xc / std
    dxhat = gamma * dout
    dstd = -(dxhat * xc).sum(axis=0) / std**2
    dvar = dstd * 0.5 / std
    dxc = dxhat / std + 2 * dvar * xc / len(x)
    dmu = -dxc.sum(axis=0)
    dx = dxc
    dx += dmu / len(x)
    names = ("dbeta", "dgamma", "dxhat", "dstd", "dvar", "dxc", "dmu", "dx")
    return dict(zip(names, (dout.sum(0), (xhat * dout).sum(0), dxhat, dstd, dvar, dxc, dmu, dx)))
""",
            12,
            "this line changes an array that shares memory with `dxc`, which line 14 needs unchanged. Work on a copy",
            id="a second name",
        ),
        pytest.param(
            initialization.bias_effect,
            """
def bias_effect(forward, backward, x, w, b, dout):
    z = x @ w + b
    out, cache = forward(z)
    out = out.copy()
    z -= b
    effect = np.max(np.abs(out - forward(z)[0]), axis=0)
    return effect, np.sum(backward(dout, cache), axis=0)
""",
            6,
            "this line changes an array that shares memory with `cache`, which line 8 needs unchanged. Work on a copy",
            id="memory shared by a function",
        ),
        pytest.param(
            preprocessing.leakage,
            """
def leakage(prepare, train, test):
    train, rows = prepare(train, test)
    again, row = prepare(train, test[:1])
    return np.abs(train - again).max(), np.abs(rows[0] - row[0]).max()
""",
            3,
            "this line overwrites `train`, but line 4 needs the earlier value. Use another name or a copy",
            id="an argument",
        ),
    ],
)
def test_statement_says_what_happens_there(exercise, source, line, statement, patient_search):
    place = only_place(source, exercise)
    assert (place.line, place.statement) == (line, statement)


def test_statement_that_comes_too_early_is_told_where_to_stand(patient_search):
    source = """
def train_mlp(x, y, weights, biases, lr, steps):
    losses = np.empty(steps)
    for i in range(steps):
        losses[i], dweights, _ = mine.mlp_loss(x, y, weights, biases, 0)
        weights = [w - lr * dw for w, dw in zip(weights, dweights)]
        dbiases = mine.mlp_loss(x, y, weights, biases, 0)[2]
        biases = [b - lr * db for b, db in zip(biases, dbiases)]
    return losses, weights, biases
"""
    place = architecture.train_mlp(written(source, "train_mlp", mine=mine)).places[0]
    assert (place.line, place.statement) == (6, "if this line stood below line 7, the answer would be right")


def test_call_of_an_argument_is_right():
    """`gradient` may return `w` itself, so only the change of its result is wrong."""
    source = """
def gradient_descent(gradient, w, lr, steps):
    points = [w]
    for _ in range(steps):
        step = gradient(points[-1])
        step *= lr
        points.append(points[-1] - step)
    return points[-1], np.stack(points)
"""
    place = only_place(source, optimization.gradient_descent)
    assert {place.line, *place.sources} == {5, 6}
    assert place.sentence().startswith("line 5 or 6: with a different value for `step *= lr` in line 6")


def test_number_that_is_right_in_one_case_is_shown_with_the_case():
    source = """
def split_unit(w1, b1, w2, unit, share):
    w2 = np.vstack([w2, share * w2[[unit]]])
    w2[unit] -= w2[-1]
    return np.c_[w1, w1[:, unit]], np.append(b1, b1[-1]), w2
"""
    place = only_place(source, architecture.split_unit)
    assert (place.line, place.expression) == (5, "-1")
    assert place.sentence().startswith("line 5: with 0 for `-1` here (first unit")


def test_tiny_parameter_in_place_of_a_name_is_no_repair(patient_search):
    source = """
def find_kinks(f, x, h=1e-5):
    def is_kink(i, step):
        moved = x.copy()
        moved[i] = x[i] + step
        right = (f(moved) - f(x)) / step
        moved[i] = x[i] - step
        left = (f(x) - f(moved)) / step
        return abs(right - left) > max(0.01, 0.01 * max(abs(right), abs(left)))

    return np.array([is_kink(i, h) and is_kink(i, h / 10) for i in np.ndindex(x.shape)]).reshape(x.shape)
"""
    for place in optimization.find_kinks(written(source, "find_kinks")).places:
        assert place.line == 11


def test_output_of_too_many_parts_is_placed_where_it_is_made():
    source = "def affine_forward(x, w, b):\n    out = x @ w + b\n    cache = (x, w, b)\n    return out, cache\n"
    place = only_place(source, backpropagation.affine_forward)
    assert (place.line, place.statement[:28]) == (3, "`cache` is a tuple of 3, not")


def test_operand_that_only_loses_a_choice_is_no_place():
    """With a tiny number for `x[i]`, the maximum is 1, but `x[i]` is right."""
    source = """
def numerical_gradient(f, x, h=1e-5):
    dx, start = np.zeros(x.shape), f(x)
    for i in np.ndindex(x.shape):
        step = h * max(1.0, abs(x[i]))
        moved = x.copy()
        moved[i] += step
        dx[i] = (f(moved) - start) / step
    return dx
"""
    place = only_place(source, optimization.numerical_gradient)
    assert (place.line, place.expression) == (5, "h * max(1.0, abs(x[i]))")


def test_condition_around_a_right_value_is_the_place(patient_search):
    source = """
def width_for_budget(inputs, outputs, depth, budget):
    width = 2
    while True:
        if mine.network_size([inputs, *[width] * depth, outputs])[2] >= budget:
            return width - 1
        width += 1
"""
    (place,) = architecture.width_for_budget(written(source, "width_for_budget", mine=mine)).places
    assert place.line == 5
    assert ">= budget" in place.expression


def test_assignment_before_a_change_in_place_may_be_wrong(patient_search):
    source = """
def binned_loss(scores, y, edges):
    n, k = scores.shape
    labels = np.clip(np.digitize(y, edges) - 1, 0, k - 1)
    loss, dscores = mine.softmax_cross_entropy(scores, labels)
    p = dscores.copy()
    p[np.arange(n), labels] += 1
    return loss, dscores, p @ ((edges[:-1] + edges[1:]) / 2)
"""
    (place,) = backpropagation.binned_loss(written(source, "binned_loss", mine=mine)).places
    assert 6 in {place.line, *place.sources}
