"""What the checks of every lesson must do: catch and name each mistake, and give each right answer full marks.

The cases of a check are drawn from a seed. `make test` tries one, `make audit` two, `make seeds` all twenty: a
mistake earns the same points on each. Where a check trains networks, only `make seeds` tries its mistakes.
"""

import re
from doctest import DocTestParser, DocTestRunner
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from checks.answer_keys import shared_answer_keys
from lessons.battery import CHECKS, EXERCISES, TRIED, WRITTEN, answers, mistake

from cs231n_lib.checks.slips import Edited
from cs231n_lib.classroom.release.source import example
from cs231n_lib.course.plan import PRIMER, checks_of

SEEDS = [str(seed) for seed in range(20)]
AUDIT, WEEKLY = [pytest.mark.audit], [pytest.mark.audit, pytest.mark.seeds]
DRAWS = [("one seed", SEEDS[:1], []), ("two seeds", SEEDS[:2], AUDIT), ("all twenty", SEEDS, WEEKLY)]
"""Each with its marks. No seed draws the data of an exercise that trains networks, so two seeds are enough there."""
SOLUTIONS = Path(__file__).parents[2] / "solutions"

EVERY = pytest.mark.parametrize(("slug", "name"), EXERCISES)
JUDGED = pytest.mark.parametrize(
    ("slug", "name"),
    [pytest.param(slug, name, marks=WEEKLY if CHECKS[slug][name].cpu_time else []) for slug, name in EXERCISES],
)
"""Each exercise, for tests that try all of its mistakes on one seed."""


def drawn(slug, name, what):
    """A try of an exercise on one seed, or on two in the weekly run if it trains networks."""
    trains = CHECKS[slug][name].cpu_time
    label, seeds, marks = DRAWS[1 if trains else 0]
    return pytest.param(slug, name, what, seeds, id=f"{slug}-{name}-{what}-{label}", marks=WEEKLY if trains else marks)


SEVERAL = pytest.mark.parametrize(
    ("slug", "name", "seeds"),
    [
        pytest.param(slug, name, seeds, id=f"{slug}-{name}-{label}", marks=marks)
        for slug, name in EXERCISES
        if not CHECKS[slug][name].cpu_time
        for label, seeds, marks in DRAWS[1:]
    ],
)
"""The other exercises on several seeds.

A test tries all answers to one, because collecting 5,000 more tests takes two seconds.
"""


@shared_answer_keys()
def judge(slug, name, wrong, seed):
    """Report on a mistake."""
    return CHECKS[slug][name](mistake(slug, name, wrong), seed=seed)


@cache
def judged(slug, name, wrong):
    """Report on a mistake on the first seed, which several tests read."""
    return judge(slug, name, wrong, SEEDS[0])


def problems_with(slug, name, wrong, seeds):
    """Yield full marks of a mistake, a missing name, and points that change by seed."""
    points = {}
    for seed in seeds:
        result = judged(slug, name, wrong) if seed == SEEDS[0] else judge(slug, name, wrong, seed)
        if result.points >= CHECKS[slug][name].points:
            yield f"{wrong}, seed {seed}: full marks\n{result.text()}"
        if wrong not in dict(result.mistakes):
            yield f"{wrong}, seed {seed}: not named\n{result.text()}"
        points[seed] = result.points
    if len(set(points.values())) > 1:
        yield f"{wrong}: points by seed: {points}"


def problems_of(slug, name, number, seeds):
    """Yield lost points of an alternative, and mistakes named in it."""
    for seed in seeds:
        result = CHECKS[slug][name](answers(slug, "ALTERNATIVES")[name][number], seed=seed)
        if result.points != CHECKS[slug][name].points or result.mistakes:
            yield f"alternative {number}, seed {seed}\n{result.text()}"


@EVERY
def test_there_are_enough_mistakes_and_alternatives(slug, name):
    mistakes, alternatives = len(CHECKS[slug][name].mistakes), len(answers(slug, "ALTERNATIVES").get(name, ()))
    needed = (2, 2) if slug == PRIMER.slug else (4, 3)
    assert mistakes >= needed[0], (
        f"{name} has {mistakes} named mistakes. Add some to slips= in its check, until it has {needed[0]}."
    )
    assert alternatives >= needed[1], (
        f"{name} has {alternatives} alternatives. Add right answers of other forms to ALTERNATIVES[{name!r}] in "
        f"tests/lessons/{slug}/alternatives.py, until it has {needed[1]}."
    )


@EVERY
def test_every_edit_can_be_made(slug, name):
    """One that cannot be made raises when it is called, as some wrong answers do: the tests below would not see it."""
    for wrong in CHECKS[slug][name].mistakes:
        if isinstance(wrong.implementation, Edited):
            assert callable(wrong.implementation.function), wrong.name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slug", "name", "wrong", "seeds"),
    [drawn(slug, name, m.name) for slug, name in EXERCISES for m in CHECKS[slug][name].mistakes],
)
def test_mistake_loses_points_and_is_named(slug, name, wrong, seeds, count_tried):
    if SEEDS[0] in seeds:
        count_tried(name, "mistake")
    problems = list(problems_with(slug, name, wrong, seeds))
    assert not problems, "\n".join(problems)


@pytest.mark.slow
@SEVERAL
def test_mistakes_earn_the_same_on_each_seed(slug, name, seeds, count_tried):
    problems = []
    for each in CHECKS[slug][name].mistakes:
        count_tried(name, "mistake")
        problems += problems_with(slug, name, each.name, seeds)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("slug", "name", "number", "seeds"),
    [
        drawn(slug, name, i)
        for slug in CHECKS
        for name, functions in answers(slug, "ALTERNATIVES").items()
        for i in range(len(functions))
    ],
)
def test_alternative_gets_full_marks(slug, name, number, seeds, count_tried):
    if SEEDS[0] in seeds:
        count_tried(name, "alternative")
    problems = list(problems_of(slug, name, number, seeds))
    assert not problems, "\n".join(problems)


@SEVERAL
def test_alternatives_get_full_marks_on_each_seed(slug, name, seeds, count_tried):
    problems = []
    for number in range(len(answers(slug, "ALTERNATIVES").get(name, ()))):
        count_tried(name, "alternative")
        problems += problems_of(slug, name, number, seeds)
    assert not problems, "\n".join(problems)


@pytest.mark.slow
@JUDGED
def test_each_row_fails_for_some_wrong_answer(slug, name):
    """A row that nothing fails would give its points away; type, shape and purity are held by the engine's tests."""
    check = CHECKS[slug][name]
    results = [judged(slug, name, m.name) for m in check.mistakes]
    results += [check(wrong, seed=SEEDS[0]) for wrong in answers(slug, "WRONG").get(name, [])]
    failed = {row.title for result in results for row in result.rows if not row.passed}
    assert {row.title for row in check.checks} <= failed


@pytest.mark.slow
@JUDGED
def test_report_is_the_same_with_a_shared_answer_key(slug, name):
    check = CHECKS[slug][name]
    *_, last = [judged(slug, name, m.name) for m in check.mistakes]
    assert check(check.mistakes[-1].implementation, seed=SEEDS[0]) == last


@EVERY
def test_unfinished_answer_is_reported_as_not_started(slug, name):
    def stub(*args, **kwargs):
        raise NotImplementedError

    result = CHECKS[slug][name](stub)
    assert (result.points, result.headline) == (0, "Not started")


@TRIED
def test_the_librarys_own_function_earns_nothing(slug, name):
    check = CHECKS[slug][name]
    result = check(check.reference)
    assert result.points == 0
    assert "earns nothing" in result.text()


@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug, name in EXERCISES if slug != "practice"])
def test_example_runs_with_what_the_notebook_has(slug, name):
    exercises = CHECKS[slug]
    shown = "\n".join(example(exercises[name].reference))
    assert shown, "give the reference a doctest: the build shows it to the student"
    names = {"np": np} | {other: exercise.reference for other, exercise in exercises.items()}
    found = DocTestRunner(verbose=False).run(DocTestParser().get_doctest(shown, names, name, None, 0))
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize("lesson", [lesson for lesson in WRITTEN if lesson.number > 1], ids=lambda lesson: lesson.slug)
def test_lesson_begins_with_three_questions_about_earlier_ones(lesson):
    questions = checks_of(lesson.slug).warm_up.questions
    assert len(questions) == 3
    for question in questions:
        assert question.why_not(str(question.answer)) == "", question
        assert all(question.why_not(str(given)) == reason for given, reason in question.wrong.items()), question
        assert len(question.wrong) >= 2
    text = (SOLUTIONS / lesson.folder / f"{lesson.folder}.py").read_text(encoding="utf-8")
    assert '# %% beside="warm-up"\nchecks.warm_up()\n' in text


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.slug)
def test_points_add_up_to_100_with_the_answers_in_words(lesson):
    text = (SOLUTIONS / lesson.folder / f"{lesson.folder}.py").read_text(encoding="utf-8")
    in_words = re.findall(r"^# %% \[markdown\] answer=.* points=([\d.]+)", text, re.MULTILINE)
    points = [exercise.worth for exercise in CHECKS[lesson.slug].values()]
    assert in_words
    assert sum(points) + sum(map(float, in_words)) == 100
