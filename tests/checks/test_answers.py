"""Answers from outside the tables, and answers in the style of published solutions of the course's assignments.

In `answers`, of lessons 01 to 03 and 06 to 08 all but the last ten were written from the released notebooks alone,
before anyone saw a check; those ten, and all of 04 and 05, by someone who knew the checks. Those of `unseen` for 04,
05 and 07 to 09 were written from the notebooks alone; its README tells what the checks made of them at first.
"""

import json
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from checks.answers import SEEDS, Answer, answers

from cs231n_lib.checks import Exercise
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

FIXTURES = Path(__file__).parents[1] / "fixtures"
FILES = sorted((FIXTURES / "answers").glob("*.py"))
UNSEEN = sorted(
    file
    for folder in ("unseen", "unseen_again", "unseen_third", "unseen_fourth")
    for file in (FIXTURES / folder).glob("*.py")
)
"""`unseen_again`, and after it `unseen_third` and `unseen_fourth`, were written from the notebooks alone, too, when all
that those before had shown was mended."""
PUBLISHED = sorted((FIXTURES / "published").glob("*.py"))
FULL_MARKS = {
    ("01_optimization", "numerical_gradient", "steps back with -= h, so rounding leaves x slightly changed"),
    ("03_activations", "sigmoid_forward", "clipped at 50: the tail on the left is cut"),
}
"""Called wrong by their writer, and right by the check: what rounding leaves of an argument is no change, and a sigmoid
that is off by 2e-22 is as near as ½ (1 + tanh ½x), which is right."""


def exercise_of(answer: Answer, file: Path) -> Exercise:
    """The exercise; what is wrong may never end, what is right has time on a busy machine."""
    limit = 20.0 if answer.verdict == "right" else 2.0
    return replace(exercises_of(checks_of(slug_of(file.stem)))[answer.exercise], seconds=limit)


def passed(answer: Answer, file: Path, seed: str) -> bool:
    try:
        function = answer.function()
    except Exception:
        return False
    with warnings.catch_warnings(action="ignore"):
        return exercise_of(answer, file)(function, seed=seed, where=False).passed


def tried(long: str = "") -> pytest.MarkDecorator:
    """Each file of answers; one of the name ``long`` in the audit."""
    files = [
        pytest.param(file, marks=pytest.mark.audit if file.stem == long else (), id=f"{file.parent.name} {file.stem}")
        for file in [*FILES, *UNSEEN]
    ]
    return pytest.mark.parametrize("file", files)


@pytest.mark.slow
@tried(long="09_training")
def test_no_right_answer_is_refused(file):
    right = [answer for answer in answers(file) if answer.verdict == "right"]
    assert right
    assert file in UNSEEN or len(right) > 20
    assert [a.slip for a in right for seed in SEEDS if not passed(a, file, seed)] == []


@pytest.mark.audit
@tried()
def test_no_wrong_answer_has_full_marks(file):
    wrong = [answer for answer in answers(file) if answer.verdict == "wrong"]
    assert wrong
    assert file in UNSEEN or len(wrong) > 80
    full = {(file.stem, a.exercise, a.slip) for a in wrong if passed(a, file, SEEDS[0])}
    assert full <= FULL_MARKS


@pytest.mark.audit
def test_no_wrong_answer_has_a_name_that_nobody_judged():
    """`names.json` holds the names that were read and found true: to another one a look is due."""
    new = {}
    for file in UNSEEN:
        if not (file.parent / "names.json").exists():
            continue
        judged = json.loads((file.parent / "names.json").read_text())
        for answer in answers(file):
            if answer.verdict == "wrong":
                with warnings.catch_warnings(action="ignore"):
                    result = exercise_of(answer, file)(answer.function(), seed=SEEDS[0], where=False)
                about = f"{file.stem} {answer.exercise}: {answer.slip}"
                if named := [name for name, _ in result.mistakes if name not in judged.get(about, [])]:
                    new[about] = named
    assert new == {}


@pytest.mark.slow
@pytest.mark.parametrize("file", PUBLISHED, ids=lambda file: file.stem)
def test_right_answers_of_published_kinds_lose_little(file):
    """Rows on large scores, the kink of ReLU and changed arguments are as the text asks, and cost 30 % at most."""
    right = [answer for answer in answers(file) if answer.verdict == "right"]
    assert right
    for answer in right:
        for seed in SEEDS:
            with warnings.catch_warnings(action="ignore"):
                result = exercise_of(answer, file)(answer.function(), seed=seed, where=False)
            assert result.points >= 0.7 * result.out_of, f"{answer.source}\n{result.text()}"


@pytest.mark.slow
@pytest.mark.parametrize("file", PUBLISHED, ids=lambda file: file.stem)
def test_wrong_answers_of_published_kinds_are_named_or_placed(file):
    wrong = [answer for answer in answers(file) if answer.verdict == "wrong"]
    assert wrong
    for answer in wrong:
        with warnings.catch_warnings(action="ignore"):
            result = exercise_of(answer, file)(answer.function(), seed=SEEDS[0])
        assert not result.passed, answer.source
        form = "an axis of length 1 too many" in result.text()
        assert result.mistakes or result.places or form, f"{answer.source}\n{result.text()}"
