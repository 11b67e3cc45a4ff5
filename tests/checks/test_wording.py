"""No point, place or level depends on the wording of a message: with other sentences a check finds the same."""

import ast
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from checks.across import across
from checks.mutants import typed

from cs231n_lib.checks import Exercise, Result, Violation, declare
from cs231n_lib.checks.locate import place, runs, search
from cs231n_lib.checks.run import messages
from cs231n_lib.checks.slips import Edited, parts
from cs231n_lib.course.plan import checks_of, exercises_of

FIELD = re.compile(r"\{[^}]*\}")

EXERCISES = {
    "optimization": ("relative_error", "minibatches", "least_squares_loss"),
    "backpropagation": ("affine_backward", "sigmoid_graph"),
    "initialization": ("scaled_weights", "batchnorm_backward_staged"),
    "regularization": ("max_norm",),
}

SLOW = {"scaled_weights", "batchnorm_backward_staged"}
"""Of these only what their form places is tried: a search takes seconds."""

RETURNS = {
    "nothing": "return None",
    "a number": "return 5.0",
    "a string": "return 'x'",
    "a generator": "yield VALUE",
    "a list": "return list(VALUE)",
    "a value too many": "return (*VALUE, 1)",
    "a value too few": "return (VALUE)[:-1]",
    "another order": "return (VALUE)[::-1]",
    "nothing in an output": "return (None, *(VALUE)[1:])",
    "an entry too few": "return dict(list((VALUE).items())[1:])",
    "an error": "raise ValueError(VALUE)",
    "the task": "raise NotImplementedError",
    "the end": "exit()",
}


def wrong_answers(exercise: Exercise) -> Iterator[tuple[str, Any]]:
    """The reference with another last line, and its named mistakes, as a student would have typed them."""
    name, arguments, body = parts(exercise.reference)
    tree = ast.parse(f"def {name}({arguments}):\n" + "\n".join(f"    {line}" for line in body.splitlines()))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    *_, last = function.body
    if isinstance(last, ast.Return) and last.value:
        value = ast.unparse(last.value)
        for label, line in RETURNS.items():
            if name in SLOW and label != "an entry too few":
                continue
            function.body[-1:] = (
                ast.parse(line.replace("VALUE", f"({value})")).body
                if "yield" not in line
                else [ast.Expr(ast.Yield(last.value))]
            )
            yield label, typed(ast.unparse(ast.fix_missing_locations(tree)) + "\n", exercise.reference)
    for mistake in list(exercise.mistakes)[: name not in SLOW]:
        if isinstance(mistake.implementation, Edited):
            yield mistake.name, typed(mistake.implementation.source, exercise.reference)


def found(result: Result) -> dict[str, Any]:
    """All that a check finds, but for its words."""
    return {
        "points": (result.points, result.out_of, result.passed),
        "rows": [(row.passed, row.points, row.earned, bool(row.sentence), bool(row.detail)) for row in result.rows],
        "places": [
            (p.line, p.expression, p.column, p.found_by_edit, bool(p.mistake), bool(p.statement)) for p in result.places
        ],
        "levels": (result.headline, result.trouble, result.problem and result.problem.refusal),
        "mistakes": [(name, name in result.doubtful) for name, _ in result.mistakes],
        "notes": len(result.notes),
    }


@pytest.fixture
def reword(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give every message of the engine, and every sentence of a lesson's tests, another wording with the same facts."""

    def other(text: str) -> str:
        return " ".join([f"wording-{sha256(text.encode()).hexdigest()[:8]}", *FIELD.findall(text)])

    def change() -> None:
        tables = [value for value in vars(messages).values() if isinstance(value, dict)]
        for table in [*(t for t in tables if all(isinstance(v, str) for v in t.values())), declare.ADDED_ROW_TITLES]:
            for key, text in table.items():
                monkeypatch.setitem(table, key, other(text))
        for name, text in vars(messages).items():
            if name.isupper() and isinstance(text, str):
                monkeypatch.setattr(messages, name, other(text))
        plain = Violation.__init__
        monkeypatch.setattr(
            Violation, "__init__", lambda self, text, *a, **k: plain(self, text and other(text), *a, **k)
        )

    return change


@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug, names in EXERCISES.items() for name in names])
def test_diagnosis_does_not_depend_on_the_wording(
    slug: str, name: str, reword: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = exercises_of(checks_of(slug))[name]
    answers = dict(wrong_answers(exercise))
    monkeypatch.setattr(place, "EDIT_CPU_SECONDS", 0.0)
    monkeypatch.setattr(place, "PLACE_CPU_SECONDS", 0.0)
    limits = {
        place: ("SEARCH_CPU_SECONDS", "WALL_SECONDS"),
        runs: ("CPU_SECONDS", "FRESH_CPU_SECONDS", "RUN_SECONDS", "WALL_SECONDS"),
        search: ("PAIR_CPU_SECONDS",),
    }
    for module, limit in ((module, limit) for module, several in limits.items() for limit in several):
        monkeypatch.setattr(module, limit, 60.0)  # so that nothing depends on how busy the machine is
    before = {label: exercise(answer) for label, answer in answers.items()}
    reword()
    after = {label: exercise(answer) for label, answer in answers.items()}
    assert {label: found(result) for label, result in after.items()} == {
        label: found(result) for label, result in before.items()
    }
    told = {row.sentence for result in before.values() for row in result.rows if row.sentence}
    assert not told & {row.sentence for result in after.values() for row in result.rows}


def test_some_of_these_answers_have_a_place_at_their_return() -> None:
    """Otherwise the comparison above would not show that form alone leads there."""
    for slug, name, labels in (
        ("optimization", "least_squares_loss", ("nothing", "a value too few", "another order", "a string")),
        ("initialization", "scaled_weights", ("an entry too few",)),
    ):
        exercise = exercises_of(checks_of(slug))[name]
        answers = dict(wrong_answers(exercise))
        for label in labels:
            (place,) = exercise(answers[label]).places
            assert place.text.startswith("return")
            assert place.statement


@pytest.mark.filterwarnings("ignore:This process .*multi-threaded:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:os.fork.. was called:RuntimeWarning")
def test_remote_diagnosis_does_not_depend_on_the_wording(reword: Any) -> None:
    exercise = exercises_of(checks_of("optimization"))["numerical_gradient"]
    before = across(exercise, lambda line: line.close(), seconds=3)
    reword()
    assert found(across(exercise, lambda line: line.close(), seconds=3)) == found(before)
