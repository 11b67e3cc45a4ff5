"""Questions on a student's own code: the inputs, the edits, the keys, and the pages of a graded class."""

import itertools
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

from cs231n_lib.__main__ import main
from cs231n_lib.checks.run.time_limit import TimeLimitReached
from cs231n_lib.classroom.nbgrader_course import read_config
from cs231n_lib.classroom.report.questions.answer_code import AnswerCode
from cs231n_lib.classroom.report.questions.compose import compose
from cs231n_lib.classroom.report.questions.generate import MAX_NUMBER, Subject, questions_on
from cs231n_lib.classroom.report.questions.inputs import input_texts, lessons_with_inputs, read_input, tiny_input
from cs231n_lib.classroom.report.questions.isolated import MadeQuestions, QuestionJob, confirmed, make_questions
from cs231n_lib.classroom.report.questions.line_edits import line_edits, swaps
from cs231n_lib.classroom.report.questions.mistakes import Candidate, are_similar, choose_options, is_clear
from cs231n_lib.classroom.report.questions.outcome import LineLimit, arrays_in, call, effect_of, is_finite
from cs231n_lib.classroom.report.questions.page import StudentPage, key, pages, sentence
from cs231n_lib.classroom.report.questions.question import CodeQuestion, Effect, QuestionKind
from cs231n_lib.classroom.report.questions.worker import _filled
from cs231n_lib.classroom.report.questions.write import with_few_common
from cs231n_lib.course.plan import HOME, checks_of, exercises_of

ROOT = Path(__file__).parents[2]
LESSON = "08_update_rules"
ALL_INPUTS = [(slug, name) for slug in lessons_with_inputs() for name in input_texts(slug)]


@pytest.mark.parametrize(("slug", "name"), ALL_INPUTS)
def test_reference_accepts_each_tiny_input(slug: str, name: str) -> None:
    exercise = exercises_of(checks_of(slug))[name]
    drawn = [tiny_input(slug, name, random.Random(seed)) for seed in range(3)]
    for tiny in [*drawn, *(read_input(text, None) for text in input_texts(slug)[name])]:
        assert tiny is not None
        outcome = call(exercise.reference, tiny.values(), exercise)
        assert outcome.error is None
        assert is_finite(outcome.value)


SQUARE = {"residual_backward.cache", "compress.components", "newton_step.hessian"}
"""Arrays whose sizes are equal by their nature."""


@pytest.mark.parametrize(("slug", "name"), ALL_INPUTS)
def test_axes_of_tiny_inputs_have_different_sizes(slug: str, name: str) -> None:
    for text in input_texts(slug)[name]:
        for argument, value in read_input(text, None).values().items():
            shapes = [array.shape for array in arrays_in(value)]
            assert f"{name}.{argument}" in SQUARE or all(len(set(shape)) == len(shape) for shape in shapes)


def test_students_get_one_of_several_inputs() -> None:
    drawn = {tiny_input("architecture", "network_size", random.Random(seed)).arguments for seed in range(40)}
    assert len(drawn) == len(input_texts("architecture")["network_size"]) > 1


def test_numbers_trade_places_within_their_array() -> None:
    drawn = {tiny_input("update_rules", "momentum", random.Random(seed)).call("momentum") for seed in range(40)}
    assert len(drawn) == 8
    values = tiny_input("update_rules", "momentum", random.Random(3)).values()
    assert sorted(values["v"]) == [2.0, 6.0]


def test_fixed_numbers_keep_their_places() -> None:
    for seed in range(10):
        tiny = tiny_input("backpropagation", "binned_loss", random.Random(seed))
        assert np.array_equal(tiny.values()["edges"], [0.0, 1.0, 2.0, 4.0])


def texts(source: str) -> set[str | None]:
    return {edit.text for edit in line_edits(AnswerCode("f", source), ["x"])}


def test_no_edit_combines_a_value_with_itself() -> None:
    found = texts("def f(x, m):\n    y = x - m\n    return y / (m * x)\n")
    assert "y = m - x" in found
    assert "y = x + m" in found
    assert not {"y = x - x", "y = m - m"} & found


def test_augmented_assignment_is_not_spelled_out() -> None:
    found = texts("def f(x, m):\n    y = 2 * x\n    y += m\n    return y\n")
    assert {"y = m", "y -= m"} <= found
    assert "y = y + m" not in found


def test_edit_keeps_the_rest_of_the_line() -> None:
    found = texts("def f(x):\n    y = (x+1) .sum( axis=0 , keepdims=True)  # größer\n    return y\n")
    assert "y = (x+1) .sum( axis=0 )  # größer" in found


def test_independent_lines_do_not_trade_places() -> None:
    code = AnswerCode(
        "f", "def f(x, v):\n    a = x + v\n    b = x - v\n    v = 2 * b\n    x = 3 * v\n    return a, x\n"
    )
    assert list(swaps(code)) == [(3, 4), (4, 5)]


@pytest.mark.parametrize(
    ("line", "edit"),
    [
        ("y = x + m", "y = x - m"),
        ("y = 2 * x", "y = x"),
        ("y = float(m)", "y = m"),
        ("y = x.sum()", "y = x.mean()"),
        ("y = [m for i in range(m)]", "y = [m for i in range(m - 1)]"),
    ],
)
def test_obvious_edits_serve_only_as_mistakes(line: str, edit: str) -> None:
    code = AnswerCode("f", f"def f(x, m):\n    {line}\n    return y\n")
    assert {one.weight for one in line_edits(code, ["x"]) if one.text == edit} == {0}


def test_removed_call_keeps_its_brackets() -> None:
    assert "y = (x - m) / m" in texts("def f(x, m):\n    y = abs(x - m) / m\n    return y\n")


@pytest.mark.parametrize(
    ("first", "second"), [("a[i] += 1", "b[i] -= 1"), ("a = [2 * v for v in a]", "b = [3 * v for v in b]")]
)
def test_lines_that_only_share_an_index_do_not_swap(first: str, second: str) -> None:
    source = "def f(a, b, c, i):\n    {}\n    {}\n    return a, b\n"
    assert not list(swaps(AnswerCode("f", source.format(first, second))))
    assert list(swaps(AnswerCode("f", source.format(first, second.replace("b", "a")))))


def test_no_edit_stores_its_result_with_out() -> None:
    assert not [
        text for text in texts("def f(x, m):\n    y = np.maximum(x, 0) + m\n    return x + y\n") if "out=" in str(text)
    ]


def test_dictionary_entries_are_independent() -> None:
    lines = ["g['a'] = 2", "g['b'] = 3", "g['c'] = g['b']", "h = g['c']"]
    code = AnswerCode("f", "def f(g):\n    " + "\n    ".join(lines) + "\n    return h\n")
    assert list(swaps(code)) == [(3, 4), (4, 5)]


PLAIN = SimpleNamespace(collect=None)
X = {"x": np.array([[1.0, -2.0], [3.0, 4.0]])}


@pytest.mark.parametrize(
    ("edited", "effect"),
    [
        ("np.maximum(0, x)", Effect.SAME),
        ("np.maximum(x, 1)", Effect.NUMBERS),
        ("np.maximum(x, 0).sum(axis=0)", Effect.SHAPE),
        ("np.maximum(x, [0, 0, 0])", Effect.ERROR),
        ("np.maximum(x, 0, out=x)", Effect.CHANGED),
        ("np.maximum(x, 1, out=x)", None),
        ("np.maximum(x, 1e-6)", None),
        ("np.maximum(x, np.inf)", None),
        ("np.maximum(x, zero)", None),
        ("[x]", None),
    ],
)
def test_effect_of_an_edit(edited: str, effect: Effect | None) -> None:
    code = AnswerCode("f", "def f(x):\n    return np.maximum(x, 0)\n", "import numpy as np")
    right = call(code.function(), X, PLAIN)
    assert effect_of(right, call(code.function({2: f"return {edited}"}), X, PLAIN), X) is effect


def asked_about(source: str, call: str, context: str = "import numpy as np") -> list[CodeQuestion]:
    """Questions on a right answer ``f``."""
    code = AnswerCode("f", source, context)
    exercise = SimpleNamespace(name="f", reference=code.function(), collect=None, cpu_time=False, mistakes=())
    return list(questions_on(Subject(code, exercise, read_input(call, None), random.Random(0))))


def sentences(kind: QuestionKind, source: str, call: str, context: str = "import numpy as np") -> list[str]:
    return [sentence(one) for one in asked_about(source, call, context) if one.kind is kind]


ROWS = "def f(x):\n    y = np.max(x, axis=0)\n    return 2 * y\n"


def test_shapes_need_sizes_that_differ() -> None:
    shape = "What is the shape of `y` after line 2 has run?"
    assert shape in sentences(QuestionKind.SHAPE, ROWS, "x=[[1.0, 2.0, 5.0], [3.0, 0.0, 4.0]]")
    assert shape not in sentences(QuestionKind.SHAPE, ROWS, "x=[[1.0, 2.0], [3.0, 0.0]]")


def test_flattening_a_vector_is_no_question() -> None:
    source = "def f(x):\n    y = x.reshape(-1)[1:]\n    return y\n"
    assert not sentences(QuestionKind.SHAPE, source, "x=[1.0, 2.0, 3.0]")


def test_values_need_more_than_one_operation() -> None:
    source = "def f(x, m):\n    y = x * m\n    z = np.cumsum(y) + x\n    return z - y\n"
    found = sentences(QuestionKind.VALUE, source, "x=[2.0, 3.0], m=4.0")
    assert "What is the value of `z` after line 3 has run?" in found
    assert "What is the value of `y` after line 2 has run?" not in found


@pytest.mark.parametrize(
    ("formula", "asked"),
    [
        ("x * m + x / 2", False),
        ("(1 - 2 * x) * np.abs(m)", False),
        ("f_of(x)", False),
        ("x @ x + m", True),
        ("np.where(x > 2, m, x)", True),
        ("x[1:] * m + x[0]", True),
    ],
)
def test_numbers_put_into_a_formula_are_no_question(formula: str, asked: bool) -> None:
    source = f"def f(x, m, f_of):\n    y = {formula}\n    return y\n"
    found = sentences(QuestionKind.VALUE, source, "x=[2.0, 3.0], m=4.0, f_of=lambda x: np.cumsum(x)")
    assert ("What is the value of `y` after line 2 has run?" in found) is asked


def test_counters_are_no_question() -> None:
    source = (
        "def f(x, m):\n    e, s = 1.0, 0.0\n    for v in x:\n        e = e * m\n        s = s + v * e\n    return s\n"
    )
    found = sentences(QuestionKind.VALUE, source, "x=[2.0, 3.0, 1.0], m=2.0")
    assert "What is the value of `s` after line 5 has run for the third time?" in found
    assert "What is the value of `e` after line 4 has run for the third time?" not in found


def test_shapes_do_not_grow_by_one() -> None:
    loop = "    for row in x:\n        a.append(row)\n        y = np.stack({})[:, 0:3]\n"
    source = f"def f(x):\n    a = []\n{loop}    return y\n"
    call = "x=[[1.0, 2.0, 5.0, 3.0], [3.0, 0.0, 4.0, 1.0]]"
    assert not sentences(QuestionKind.SHAPE, source.format("a"), call)
    assert sentences(QuestionKind.SHAPE, source.format("x"), call)


def test_equal_shapes_have_no_second_time() -> None:
    source = "def f(x):\n    y = 0\n    for v in x:\n        r = v[:, None] * y\n        y = y + 1\n    return r\n"
    found = sentences(QuestionKind.SHAPE, source, "x=[[1.0, 2.0, 5.0], [3.0, 0.0, 4.0]]")
    assert "What is the shape of `r` after line 4 has run?" in found


@pytest.mark.parametrize(
    ("call", "asked"), [("x=[[1.0, 2.0, 5.0], [3.0, 0.0, 4.0]]", True), ("x=[[1.0, 2.0], [3.0, 0.0]]", False)]
)
def test_counts_need_loops_of_different_lengths(call: str, asked: bool) -> None:
    loops = "    for n in range(x.shape[0]):\n        for d in range(x.shape[1]):\n            s += x[n, d]\n"
    assert bool(sentences(QuestionKind.COUNT, f"def f(x):\n    s = 0\n{loops}    return s\n", call)) is asked


@pytest.mark.parametrize(("bound", "asked"), [("m", False), ("m - 1", True)])
def test_counts_are_not_read_off_the_call(bound: str, asked: bool) -> None:
    source = f"def f(x, m):\n    for _ in range({bound}):\n        x = x * x.max()\n    return x\n"
    assert bool(sentences(QuestionKind.COUNT, source, "x=[1.0, 2.0, 0.5, 1.5, 0.25], m=4")) is asked


@pytest.mark.parametrize(("helper", "asked"), [("abs", True), ("mine", False)])
def test_values_do_not_depend_on_hidden_functions(helper: str, asked: bool) -> None:
    source = f"def f(x):\n    n = {helper}(x)\n    y = np.cumsum(n) + x\n    return 2 * y\n"
    context = "import numpy as np\nmine = lambda x: 2 * x\n"
    context += "mine.__module__ = 'elsewhere'\n"
    found = sentences(QuestionKind.VALUE, source, "x=[2.0, 3.0]", context)
    assert ("What is the value of `y` after line 3 has run?" in found) is asked


@pytest.mark.parametrize(("helper", "asked"), [("abs", True), ("mine", False)])
def test_values_do_not_depend_on_hidden_conditions(helper: str, asked: bool) -> None:
    inner = f"    def size(a):\n        return {helper}(a)\n"
    source = (
        f"def f(x, m):\n{inner}    if size(m) > 3:\n        x = x + m\n    y = np.cumsum(x) + m\n    return 2 * y\n"
    )
    context = "import numpy as np\nmine = lambda x: 2 * x\nmine.__module__ = 'elsewhere'\n"
    found = sentences(QuestionKind.VALUE, source, "x=[2.0, 3.0], m=4.0", context)
    assert ("What is the value of `y` after line 6 has run?" in found) is asked


def test_second_time_is_asked_only_if_it_matters() -> None:
    source = "def f(x):\n    s = 0\n    for v in x:\n        {}\n        s += 2 * v * y\n    return s\n"
    same = sentences(QuestionKind.VALUE, source.format("y = np.sum(x) * 2 + 3"), "x=[2.0, 3.0]")
    assert "What is the value of `y` after line 4 has run?" in same
    other = sentences(QuestionKind.VALUE, source.format("y = v * np.sum(x) + 3"), "x=[2.0, 3.0]")
    assert "What is the value of `y` after line 4 has run for the second time?" in other


def test_types_alone_are_no_difference_to_ask_for() -> None:
    source = "def f(x):\n    y = np.sqrt({})\n    return y\n"
    array = asked_about(source.format("x"), "x=[1.0]")
    assert [one.key for one in array if one.text == "y = x"] == [Effect.SAME.value]
    number = asked_about(source.format("len(x)"), "x=[1.0]")
    assert not [one for one in number if one.text == "y = len(x)"]


def test_key_in_a_swap_is_not_a_name_read_too_early() -> None:
    source = "def f(x):\n    g = {}\n    g['a'] = 2 * x\n    g['b'] = 3 * g['a']\n    return g\n"
    assert not sentences(QuestionKind.SWAP, source, "x=[1.0, 3.0]")


def test_edit_that_can_only_change_numbers_is_no_question() -> None:
    source = "def f(x):\n    s = np.sqrt(x.var(axis=0))\n    return x / s\n"
    found = [one for one in asked_about(source, "x=[[1.0, 0.0, 4.0], [5.0, 8.0, 0.0]]") if one.options]
    assert "s = np.sqrt(x.var(axis=1))" in {one.text for one in found}
    assert not {"s = x.var(axis=0)", "s = np.sqrt(x.std(axis=0))"} & {one.text for one in found}
    ones = asked_about(source, "x=[[1.0, 0.0, 4.0], [3.0, 2.0, 2.0]]")
    assert [one.key for one in ones if one.text == "s = x.var(axis=0)"] == [Effect.SAME.value]


def test_edit_that_runs_many_more_lines_is_no_question() -> None:
    loop = "    for i in range(x.shape[0]):\n        s = s + x[0, i]\n"
    source = f"def f(x):\n    s = 0.0\n{loop}    return s\n"
    text = "for i in range(x.shape[1]):"
    assert text in {one.text for one in asked_about(source, "x=[[1.0, 2.0]]")}
    assert text not in {one.text for one in asked_about(source, f"x=[{[1.0] * 30}]")}


def test_line_limit_stops_a_loop_and_counts_lines() -> None:
    code = AnswerCode("f", "def f(m):\n    while m:\n        m -= 1\n    return m\n")
    limited = LineLimit(code.function(), 50)
    assert limited(3) == 0
    assert limited.lines == 8
    with pytest.raises(TimeLimitReached):
        LineLimit(code.function(), 50)(-1)


@pytest.mark.parametrize("error", [OverflowError, RecursionError, NameError])
def test_accidental_errors_are_no_effect(error: type[Exception]) -> None:
    def stop(x: Any) -> None:
        raise error

    right = call(lambda x: x, X, PLAIN)
    assert effect_of(right, call(stop, X, PLAIN), X) is None


def candidates(*texts: str) -> list[Candidate]:
    return [Candidate(text, lambda: True) for text in texts]


KEY = "Your velocity depends on all past gradients."
LINE = "v = mu * v - lr * dw", "v = v - lr * dw"
OTHERS = ("You take the gradient twice.", "You return the momentum alone.", "Your point goes backwards.")


def test_options_are_four_sentences_alike() -> None:
    rng = random.Random(0)
    assert set(choose_options(KEY, candidates(*OTHERS), *LINE, rng)) == {KEY, *OTHERS}
    assert choose_options(KEY, candidates(*OTHERS[1:]), *LINE, rng) == ()
    assert choose_options(KEY, candidates(*OTHERS[:2], "You double the momentum."), *LINE, rng) == ()


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("You leave out the bias.", "y = x @ w + b", "y = x @ w"),
        ("You multiply the two.", "y = x / m", "y = x * m"),
        ("You return the exponents.", "return 10**exponent", "return exponent"),
        ("Your gradient has the wrong sign.", "d = p - y", "d = y - p"),
        ("You compute `step` too early.", "step = 2 * x", "step = x"),
    ],
)
def test_keys_that_repeat_the_edit_are_dropped(key: str, old: str, new: str) -> None:
    assert choose_options(key, candidates(*OTHERS), old, new, random.Random(0)) == ()
    assert choose_options(KEY, candidates(*OTHERS), old, new, random.Random(0))


@pytest.mark.parametrize("other", ["Your velocity depends on past gradients.", "Your answer still has the bug."])
def test_useless_options_are_left_out(other: str) -> None:
    assert choose_options(KEY, candidates(other, *OTHERS[1:]), *LINE, random.Random(0)) == ()


def test_longer_sentence_is_similar_to_its_beginning() -> None:
    short = "You return only the slope as the second result."
    assert are_similar(f"{short[:-1]} where the input of a unit is at most zero.", short)
    assert not are_similar(KEY, short)


def test_options_that_are_true_too_are_left_out() -> None:
    true = [Candidate(OTHERS[0], lambda: False)]
    assert choose_options(KEY, true + candidates(*OTHERS[1:]), *LINE, random.Random(0)) == ()


@pytest.mark.parametrize(
    "key",
    [
        "Your gradient still has the bug.",
        "Your divisor is N − 1.",
        "Your slope is a · (1 − a).",
        "Your sum is `x * w`.",
        "You subtract the whole gradient.",
        "Your loss is twice as large as it should be.",
    ],
)
def test_keys_describe_effects_without_formulas(key: str) -> None:
    assert not is_clear(key)
    assert is_clear(KEY)


def question(exercise: str = "f", kind: QuestionKind = QuestionKind.VALUE, line: int = 1, **more: Any) -> CodeQuestion:
    return CodeQuestion(exercise, kind, f"{exercise}(x=1)", line, **{"key": str(line), "score": 1.0} | more)


def test_page_has_three_kinds_and_two_questions_per_function() -> None:
    kinds = [QuestionKind.VALUE] * 8 + [QuestionKind.SHAPE, QuestionKind.COUNT]
    pool = [question(name, kind, line) for name in "fgh" for line, kind in enumerate(kinds, 1)]
    for seed in range(20):
        chosen = compose(pool, dict.fromkeys("fgh", "def f(x):\n    return x\n"), random.Random(seed))
        assert len(chosen) == 5
        assert len({one.kind for one in chosen}) == 3
        assert max(Counter(one.exercise for one in chosen).values()) == 2


def students(*sources: dict[str, str]) -> list[StudentPage]:
    """Pages with the same five questions, where many others could be asked."""
    kinds = [QuestionKind.VALUE, QuestionKind.SHAPE, QuestionKind.COUNT]
    pool = [question(name, kind, line) for name in "fghij" for line, kind in enumerate(kinds * 3, 1)]
    asked = compose(pool, sources[0], random.Random(1))
    return [StudentPage(str(number), asked, one, candidates=pool) for number, one in enumerate(sources)]


def in_common(first: StudentPage, second: StudentPage) -> int:
    return len({one.identity for one in first.questions} & {one.identity for one in second.questions})


def test_students_of_different_code_share_one_question_at_most() -> None:
    same = dict.fromkeys("fghij", "def f(x):\n    return x\n")
    made = with_few_common(students(same, same | {"j": "def j(x):\n    return 1 * x\n"}, same | {"j": "x"}), "a seed")
    assert all(in_common(one, other) <= 1 for one, other in itertools.combinations(made, 2))
    assert all(len(page.questions) == 5 for page in made)


def test_students_of_equal_code_may_share_all_questions() -> None:
    same = dict.fromkeys("fghij", "def f(x):\n    return x\n")
    first, second = with_few_common(students(same, same), "a seed")
    assert in_common(first, second) == 5


def test_page_stays_without_other_questions() -> None:
    made = [
        replace(page, candidates=page.questions)
        for page in students({c: "x" for c in "fghij"}, {c: "y" for c in "fghij"})
    ]
    assert with_few_common(made, "a seed") == made


def test_page_has_one_question_on_a_mistake() -> None:
    kinds = [*[QuestionKind.MISTAKE] * 5, QuestionKind.VALUE, QuestionKind.COUNT]
    pool = [question(name, kind, line) for name in "fgh" for line, kind in enumerate(kinds, 1)]
    for seed in range(10):
        chosen = compose(pool, dict.fromkeys("fgh", "def f(x):\n    return x\n"), random.Random(seed))
        assert sum(one.kind is QuestionKind.MISTAKE for one in chosen) == 1


@pytest.mark.parametrize(
    ("kind", "keys", "number"),
    [
        (QuestionKind.COUNT, "23", 1),
        (QuestionKind.SHAPE, ["(2, 1)", "(2, 1)"], 1),
        (QuestionKind.SHAPE, ["(2, 1)", "(2,)"], 2),
    ],
)
def test_function_is_not_asked_the_same_twice(kind: QuestionKind, keys: Sequence[str], number: int) -> None:
    pool = [question("f", kind, line, key=key) for line, key in enumerate(keys, 1)]
    assert len(compose(pool, {"f": "def f(x):\n    return x\n"}, random.Random(0))) == number


def test_effects_are_right_about_equally_often() -> None:
    pool = [
        question(name, QuestionKind.EDIT, line, key=effect.value, options=tuple(Effect))
        for name in "fghij"
        for line, effect in enumerate([*[Effect.NUMBERS] * 20, *Effect], 1)
    ]
    sources = dict.fromkeys("fghij", "def f(x):\n    return x\n")
    keys = Counter(one.key for seed in range(100) for one in compose(pool, sources, random.Random(seed)))
    assert max(keys.values()) <= 0.4 * keys.total()


def test_questions_that_depend_on_chance_are_dropped() -> None:
    first = MadeQuestions([question(line=1), question(line=2), question("g", key="a")])
    second = MadeQuestions([question(line=1), question(line=2, key="3"), question("g", key="b")])
    made = confirmed(first, second)
    assert made.questions == [question(line=1)]
    assert made.problems == {"g": "the code gives different results when it runs again"}


@pytest.mark.parametrize(
    "change",
    [{"line": "1"}, {"kind": "essay"}, {"key": None}, {"options": ["x"] * 9}, {"options": 3}, {"text": "x" * 3000}],
)
def test_malformed_questions_are_refused(change: dict[str, Any]) -> None:
    data = question(options=("a",)).to_json()
    assert CodeQuestion.from_json(data) == question(options=("a",))
    with pytest.raises(ValueError, match=r"."):
        CodeQuestion.from_json(data | change)


def test_code_on_a_page_is_escaped() -> None:
    source = "def f(x):\n    return '</pre><script>alert(1)</script>' if x < 1 else x\n"
    page = StudentPage("<b>", [question(text="x<script>", line=2)], {"f": source})
    assert "<script>" not in pages("Lesson", [page]) + key("Lesson", [page])


def job(**answers: str) -> QuestionJob:
    cells = {name: {"source": source, "context": "import numpy as np, os"} for name, source in answers.items()}
    return QuestionJob("update_rules", HOME, "a seed", cells)


MOMENTUM = "def momentum(w, dw, v, lr, mu=0.9):\n    {}\n    v = mu * v - lr * dw\n    return w + v, v\n"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("os._exit(0)", "the process that ran the code sent no questions"),
        ("v = v * np.random.rand()", "the result for a tiny input differs from the reference or is not finite"),
        ("1 / 0", "the call with a tiny input stops with an error"),
    ],
)
def test_answers_without_questions_have_a_reason(statement: str, problem: str) -> None:
    made = make_questions(job(momentum=MOMENTUM.format(statement)), unsafe=True)
    assert made.questions == []
    assert made.problems == {"momentum": problem}


def test_prints_of_an_answer_do_not_reach_the_questions() -> None:
    made = make_questions(job(momentum=MOMENTUM.format("os.write(1, b'{')")), unsafe=True)
    assert made.questions
    assert not made.problems


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i1", "?", "O"])
def test_new_arrays_contain_no_number_of_the_input(dtype: str) -> None:
    array = _filled(np.empty)(3, dtype=dtype)
    assert array.dtype == dtype
    assert dtype in ("?", "O") or not np.any(np.abs(array) < MAX_NUMBER)


def test_answers_run_in_the_sandbox(sandbox: None, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    shown = MOMENTUM.format(f"v = v + os.path.exists({str(secret)!r})")
    assert make_questions(job(momentum=shown), unsafe=True).problems
    assert make_questions(job(momentum=shown), unsafe=False).questions


RANGE_TEST = """def range_test(step, low, high, steps, beta=0.9, limit=2.0):
    rates, losses, mean = [], [], 0.0
    for t in range(steps):
        lr = low * (high / low) ** (t / (steps - 1))
        mean = beta * mean + (1 - beta) * step(lr)
        smooth = mean / (1 - beta ** (t + 1))
        if losses and smooth > limit * min(losses):
            break
        rates.append(lr)
        losses.append(smooth)
    return np.array(rates), np.array(losses), rates[int(np.argmin(losses))] / 10
"""


def test_wrong_keys_are_found_from_the_printed_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks.rederive import each_question, is_right

    made = make_questions(job(range_test=RANGE_TEST), unsafe=True)
    kinds = {QuestionKind.VALUE, QuestionKind.COUNT, QuestionKind.EDIT, QuestionKind.MISTAKE}
    assert {one.kind for one in made.questions} >= kinds
    exercise = exercises_of(checks_of("update_rules"))["range_test"]
    names = {"np": np}

    def right(questions: Sequence[CodeQuestion]) -> list[bool]:
        page = StudentPage("s", questions, {"range_test": RANGE_TEST})
        found = each_question(pages("Lesson", [page]), key("Lesson", [page]))
        return [is_right(printed, answer, exercise, names, "other") for _, printed, answer in found]

    assert all(right(made.questions))
    other = [
        replace(one, key=next(option for option in one.options if option != one.key) if one.options else "[7, 7]")
        for one in made.questions
    ]
    assert not any(right(other))


@pytest.mark.audit
def test_keys_and_pages_of_simulated_students(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks.questions import commonest_option, measure_class

    measured = measure_class("03_activations", 6, seed="a test", unsafe=True)
    assert list(measured.wrong_keys("another seed")) == []
    assert all(len(page.questions) == 5 for page in measured.made)
    assert all(len({one.kind for one in page.questions}) >= 3 for page in measured.made)
    assert max(measured.shared()) <= 1
    assert max(page.cpu_seconds for page in measured.made) <= 20
    assert commonest_option(measured.made) < 0.7  # few questions


def release(root: Path) -> nbformat.NotebookNode:
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "notebooks" / LESSON, root / "notebooks" / LESSON)
    return nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)


def add_lesson(gradebook: Gradebook, released: nbformat.NotebookNode) -> None:
    gradebook.add_assignment(LESSON)
    gradebook.add_notebook(LESSON, LESSON, kernelspec="{}")
    for cell in released.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade"):
            gradebook.add_grade_cell(
                mark["grade_id"], LESSON, LESSON, max_score=mark["points"], cell_type=cell.cell_type
            )


def add_student(root: Path, gradebook: Gradebook, student: str, answers: dict[str, str], failed: str = "") -> None:
    """Add a graded student whose answers have full points, except the failed one."""
    notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in answers:
            cell.source = answers[name]
    path = root / "autograded" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    gradebook.add_student(student, first_name="Ada", last_name=f"Lovelace {student}")
    submission = gradebook.add_submission(LESSON, student)
    for grade in submission.notebooks[0].grades:
        right = grade.name.removeprefix("check_") in answers and grade.name != f"check_{failed}"
        grade.auto_score = grade.max_score if right else 0
        grade.needs_manual_grade = False
    gradebook.db.commit()


def model_answers() -> dict[str, str]:
    exercises = exercises_of(checks_of("update_rules"))
    return {name: exercises[name].model_answer for name in input_texts("update_rules")}


pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")


@pytest.fixture
def graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Gradebook]]:
    monkeypatch.setenv("CS231N_GRADING_SEED", "a seed of this test")
    released = release(tmp_path)
    read_config(tmp_path)  # puts nbgrader's programs on the path
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "cs231n") as gradebook:
        add_lesson(gradebook, released)
        yield tmp_path, gradebook


def written(root: Path, *options: str) -> tuple[str, str]:
    assert main(["questions", "8", "--root", str(root), "--unsafe", *options]) == 0
    folder = root / "questions" / LESSON
    suffix = f"-{options[1]}" if options[:1] == ("--student",) else ""
    return (folder / f"pages{suffix}.html").read_text(), (folder / f"key{suffix}.html").read_text()


def test_class_of_two_gets_pages_and_a_key(graded: tuple[Path, Gradebook], capsys: pytest.CaptureFixture[str]) -> None:
    root, gradebook = graded
    names = ("momentum", "nesterov", "newton_step", "range_test", "adam")
    some = {name: source for name, source in model_answers().items() if name in names}
    add_student(root, gradebook, "s1", some)
    add_student(root, gradebook, "s2", {"momentum": some["momentum"], "nesterov": some["nesterov"]}, "nesterov")
    pages, key = written(root)
    assert pages.count("<section>") == 2
    assert "Ada Lovelace s1 (s1)" in pages
    assert pages.split("</section>")[0].count('class="question"') == 5
    assert "This page has only one question" in pages.split("</section>")[1]
    assert "<code>nesterov</code>" in pages.split("</section>")[1]
    assert key.count("<h2>") == 2
    assert "s2: 1 question, because" in capsys.readouterr().err
    alone, _ = written(root, "--student", "s1", "--no-names")
    assert "Lovelace" not in alone
    assert alone.partition("</h1>")[2].partition("</section>")[0] in pages


def test_ungraded_lessons_get_one_sentence(graded: tuple[Path, Gradebook], capsys: pytest.CaptureFixture[str]) -> None:
    root, _ = graded
    assert main(["questions", "8", "--root", str(root)]) == 1
    assert capsys.readouterr().err == (
        f"No submission of {LESSON} is graded yet. Run: python -m cs231n_lib grade {LESSON}\n"
    )
    assert main(["questions", "10", "--root", str(root)]) == 1
    assert "is not graded, so it has no questions" in capsys.readouterr().err


def test_unknown_student_is_named(graded: tuple[Path, Gradebook], capsys: pytest.CaptureFixture[str]) -> None:
    root, gradebook = graded
    add_student(root, gradebook, "s1", {"momentum": model_answers()["momentum"]})
    assert main(["questions", "8", "--root", str(root), "--student", "s9"]) == 1
    assert "belongs to s9" in capsys.readouterr().err
