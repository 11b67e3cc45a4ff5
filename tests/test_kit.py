"""Teachers' pages say only what the lessons have, and the options of their questions are results of named mistakes."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import nbformat
import pytest

from cs231n_lib.classroom.release.build import lesson_sources
from cs231n_lib.classroom.release.verify import answers
from cs231n_lib.course.plan import LESSONS, NOTEBOOKS, describe_hours
from website import ROOT
from website.kit import __main__ as files
from website.kit import lesson_text, pages
from website.kit.figures import explorable_of, unique
from website.kit.plans import FOLDER, MINUTES, Activity, Demonstration, Plan, Question, read_plan, review_date
from website.kit.questions import exercise_of, mistake_of, options, result, right_letter, written

LESSON = pages.planned(ROOT)
ASKED = [(folder, number) for folder in LESSON for number in range(5)]
TERMS = (ROOT / FOLDER / "terms.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d")
WORD = re.compile(r"\w+")
DRAW = pages.figures.draw


@pytest.fixture(scope="module", autouse=True)
def _draw_once() -> Iterator[None]:
    """Draw each of the 27 figures once, because several tests read it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages.figures, "draw", cache(DRAW))
        yield


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {folder: read_plan(ROOT, folder) for folder in LESSON}


def without_figure(number: int, svg: str, alt: str) -> str:
    return f"[figure {number}: {alt}]"


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """The teacher's page of each lesson."""
    every = {folder: pages.read(ROOT, folder) for folder in LESSON}
    return {folder: pages.teacher_page(one, without_figure, pages.plain) for folder, one in every.items()}


def test_the_nine_lessons_have_a_plan() -> None:
    # A lesson that somebody adds may go without.
    assert {one.folder for one in LESSONS if one.number <= 9} <= set(LESSON)
    assert {path.stem for path in (ROOT / FOLDER).glob("*.toml")} <= {one.folder for one in NOTEBOOKS}


@pytest.mark.parametrize(("folder", "number"), ASKED)
def test_options_are_results_of_the_reference_and_of_mistakes(folder: str, number: int) -> None:
    question = read_plan(ROOT, folder).questions[number]
    exercise = exercise_of(folder, question.exercise)
    computed = {name: result(question, mistake_of(exercise, name).implementation) for name in question.wrong}
    assert result(question, exercise.reference) == question.right
    assert computed == dict(question.wrong)
    assert len({question.right, *computed.values()}) == 4


@pytest.mark.parametrize("folder", LESSON)
def test_lesson_has_five_questions_on_different_exercises(folder: str, plans: dict[str, Plan]) -> None:
    assert len({one.exercise for one in plans[folder].questions}) == len(plans[folder].questions) == 5


def test_every_letter_is_right_in_some_questions(plans: dict[str, Plan]) -> None:
    right = Counter(right_letter(folder, plans[folder].questions[i], i + 1) for folder, i in ASKED)
    assert set(right) == set("ABCD")
    assert max(right.values()) <= len(ASKED) / 2


def test_changed_result_of_a_mistake_is_noticed() -> None:
    code = "relu_backward(np.array([1.0, 1.0]), np.array([0.0, 2.0]))"
    question = Question("relu_backward", "", code, "[0 1]", "", {"slope 1 at 0": "[1 1]"})
    exercise = exercise_of("03_activations", "relu_backward")
    assert result(question, exercise.reference) == question.right
    assert result(question, mistake_of(exercise, "slope 1 at 0").implementation) == "[1 1]"
    assert result(question, mistake_of(exercise, "no mask").implementation) == "[1 1]"
    assert result(question, mistake_of(exercise, "mask inverted").implementation) == "[1 0]"
    assert result(question, lambda dout: dout) == "TypeError"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.3"), (-0.0, "0"), (True, "True"), ((1, 2.5), "(1, 2.5)"), (float("nan"), "nan"), (1e-9, "1e-09")],
)
def test_results_are_written_briefly(value: object, text: str) -> None:
    assert written(value) == text


def test_options_have_one_right_answer_and_no_order_of_the_file(plans: dict[str, Plan]) -> None:
    for folder, i in ASKED:
        found = options(folder, plans[folder].questions[i], i + 1)
        assert [one.letter for one in found] == list("ABCD")
        assert sum(one.mistake is None for one in found) == 1
        assert found == options(folder, plans[folder].questions[i], i + 1)


@pytest.mark.parametrize("folder", LESSON)
def test_class_fills_its_minutes_with_everything(folder: str, plans: dict[str, Plan]) -> None:
    one = pages.read(ROOT, folder)
    *_, (_, end, _) = pages.clock(one.plan, one.exercises)
    assert end == MINUTES
    by_activity = {activity: [p.what for p in one.plan.parts if p.activity == activity] for activity in Activity}
    assert sorted(by_activity[Activity.SHOW]) == [1, 2, 3] == list(range(1, len(one.plan.demonstrations) + 1))
    assert sorted(by_activity[Activity.DISCUSS]) == [1, 2, 3, 4, 5]
    assert all(part.minutes == 0 for part in one.plan.parts if part.activity == Activity.WRITE)
    assert one.plan.parts[0].activity == Activity.OPEN
    assert one.plan.parts[-1].activity == Activity.CLOSE


@pytest.mark.parametrize("folder", LESSON)
def test_goals_of_the_lesson_are_shown_by_its_exercises(folder: str, plans: dict[str, Plan]) -> None:
    one = pages.read(ROOT, folder)
    assert len(lesson_text.goals(one.text)) == len(one.plan.goals) >= 3
    named = {name for names in one.plan.goals for name in names}
    assert named <= set(one.exercises)
    assert {name for name, exercise in one.exercises.items() if exercise.importance == "core"} - named == set()


@pytest.mark.parametrize("folder", LESSON)
def test_demonstrations_are_explorables_of_the_lesson(folder: str, plans: dict[str, Plan]) -> None:
    text = lesson_text.source(ROOT, folder)
    for one in plans[folder].demonstrations:
        assert f"{one.explorable}(" in text
        assert one.preset in explorable_of(folder, one).presets


@pytest.mark.parametrize(
    ("folder", "number", "sentence"),
    [
        ("01_optimization", 2, r"random search has the lowest loss.* gradient descent with [\d.]+\.$"),
        ("01_optimization", 3, "gradient descent has the lowest loss"),
        ("02_backpropagation", 2, r"L2 fit by -[1-9].*, the L1 fit by [+-]0\.00 and the mean of the bins by -0\.[5-9]"),
        ("02_backpropagation", 3, r"L2 fit by -[3-9].*, the L1 fit by [+-]0\.0\d and the mean of the bins by -[3-9]"),
        ("03_activations", 1, "50 % for ReLU"),
        ("03_activations", 2, "0 % for ReLU, 0 % for leaky ReLU"),
        ("03_activations", 3, "100 % for ReLU, 0 % for leaky ReLU"),
        ("05_preprocessing", 2, r"standard deviations of 1\.00 and 1\.00 and a correlation of 0\.00"),
        ("08_update_rules", 1, "SGD, momentum and Nesterov are one line"),
        ("08_update_rules", 3, "highest for SGD"),
    ],
)
def test_teacher_s_words_hold_for_the_figure(folder: str, number: int, sentence: str, plans: dict[str, Plan]) -> None:
    _, found, _ = pages.figures.draw(folder, plans[folder].demonstrations[number - 1])
    assert re.search(sentence, found), found


@pytest.mark.parametrize(
    ("folder", "before", "after", "pattern"),
    [
        # Both are a training and a new accuracy: the penalty lowers the first and raises the second.
        ("04_architecture", 2, 3, r"(\d+)% of the training labels and classifies (\d+)% of the new points"),
        ("07_regularization", 1, 2, r"(\d+)% of the training \w+ and (\d+)% of the new points"),
    ],
)
def test_penalty_trades_one_accuracy_for_the_other(
    folder: str, before: int, after: int, pattern: str, plans: dict[str, Plan]
) -> None:
    (train, new), (train_after, new_after) = (
        map(int, re.findall(pattern, pages.figures.draw(folder, plans[folder].demonstrations[number - 1])[1])[0])
        for number in (before, after)
    )
    assert train_after < train
    assert new_after > new


def test_small_network_is_worse_on_both_sets_of_points(plans: dict[str, Plan]) -> None:
    shares = r"(\d+)% of the training points and (\d+)% of the new points"
    (large, small) = (
        re.findall(shares, pages.figures.draw("07_regularization", one)[1])[0]
        for one in plans["07_regularization"].demonstrations[1:]
    )
    assert all(int(few) < int(many) for few, many in zip(small, large, strict=True))


def test_relu_halves_the_mean_square_unless_weights_follow_he(plans: dict[str, Plan]) -> None:
    layers = r"([\d.]+) in layer 1 and ([\d.]+) in layer 10"
    halved, kept = (
        [float(number) for number in re.findall(layers, pages.figures.draw("06_initialization", one)[1])[0]]
        for one in plans["06_initialization"].demonstrations[1:]
    )
    # Nine layers lie between the first and the tenth.
    assert (halved[1] / halved[0]) ** (2 / 9) == pytest.approx(0.5, abs=0.03)
    assert (kept[1] / kept[0]) ** (2 / 9) == pytest.approx(1, abs=0.03)


def test_random_search_wins_if_one_hyperparameter_matters(plans: dict[str, Plan]) -> None:
    found = [pages.figures.draw("09_training", one)[1] for one in plans["09_training"].demonstrations]
    here, many = r"finds ([\d.]+)(?: here|\.)", r"they find ([\d.]+) and ([\d.]+)\."
    over_many = [tuple(map(float, re.findall(many, sentence)[0])) for sentence in found]
    assert [grid < random for grid, random in over_many] == [True, True, False]
    in_this_run = [tuple(map(float, re.findall(here, sentence))) for sentence in found]
    assert [grid < random for grid, random in in_this_run] == [False, False, True]


@pytest.mark.parametrize("folder", LESSON)
def test_obstacles_are_named_mistakes_of_the_lesson(folder: str, plans: dict[str, Plan]) -> None:
    one = pages.read(ROOT, folder)
    assert len(one.plan.obstacles) == 5
    for obstacle in one.plan.obstacles:
        assert mistake_of(one.exercises[obstacle.exercise], obstacle.mistake).explanation


@pytest.mark.parametrize("folder", LESSON)
def test_texts_of_a_plan_contain_no_numbers(folder: str, plans: dict[str, Plan]) -> None:
    plan = plans[folder]
    texts = [plan.answer, *(text for one in plan.demonstrations for text in (one.ask, one.say))]
    texts += [one.ask for one in plan.obstacles] + [text for one in plan.questions for text in (one.ask, one.why)]
    # L1 and L2 are names.
    assert [text for text in texts if NUMBER.search(re.sub(r"\bL[12]\b", "", text))] == []


@pytest.mark.parametrize("folder", LESSON)
def test_page_shows_the_lesson_s_own_figures(folder: str, shown: dict[str, str]) -> None:
    one = pages.read(ROOT, folder)
    for name, exercise in one.exercises.items():
        for points in re.findall(rf"`{name}` \((\S+) points\)", shown[folder]):
            assert float(points) == exercise.points
    for obstacle in one.plan.obstacles:
        sentence = mistake_of(one.exercises[obstacle.exercise], obstacle.mistake).explanation
        assert sentence[1:].replace("|", "\\|") in shown[folder]
    for demonstration in one.plan.demonstrations:
        explorable = explorable_of(folder, demonstration)
        _, sentence = explorable.figure(**explorable.presets[demonstration.preset])
        assert sentence in shown[folder]


@pytest.mark.parametrize("folder", LESSON)
def test_class_opens_with_a_question_and_closes_with_its_answer(folder: str, shown: dict[str, str]) -> None:
    one = pages.read(ROOT, folder)
    (opening,) = [line for line in shown[folder].splitlines() if "**Open.**" in line]
    (closing,) = [line for line in shown[folder].splitlines() if "**Close.**" in line]
    asked = re.search(r"Ask \*(.+\?)\* and collect guesses", opening)
    assert asked
    assert one.lesson.question.startswith(asked[1])
    assert one.plan.answer in closing
    assert one.plan.answer not in opening


@pytest.mark.parametrize("folder", LESSON)
def test_page_names_the_command_of_the_class_report(folder: str, shown: dict[str, str]) -> None:
    command = f"cs231n report {int(folder[:2])}"
    assert f"`{command}` writes the class report" in shown[folder]
    guide = (ROOT / "docs/instructor.md").read_text(encoding="utf-8")
    assert "`cs231n report 1`" in guide


def without(text: str, parts: Iterable[str]) -> str:
    """Text without these parts. Longer parts are taken out first, because they may contain others."""
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "")
    return text


def sources(one: pages.Teaching) -> Iterator[str]:
    """Everything on a page that is a text or a result of the lesson, which other tests compare with the lesson."""
    yield one.lesson.question
    yield from lesson_text.goals(one.text)
    yield from lesson_text.symptoms(one.text).values()
    for exercise in one.exercises.values():
        yield from (text for each in exercise.mistakes for text in (each.name, each.explanation[1:]))
    for number, question in enumerate(one.plan.questions, 1):
        yield question.code
        yield from (pages._shown(option.text) for option in options(one.lesson.folder, question, number))
    for demonstration in one.plan.demonstrations:
        _, sentence, caption = pages.figures.draw(one.lesson.folder, demonstration)
        yield from (sentence, caption, demonstration.preset)
        yield from (value for _, value in pages.figures.settings(one.lesson.folder, demonstration) if len(value) > 1)


def computed(one: pages.Teaching) -> set[str]:
    """Numbers that a page may have of its own."""
    found = {f"{each.number:02d}" for each in LESSONS} | {str(number) for number in range(1, 6)}
    found |= {
        str(minute) for start, end, _ in pages.clock(one.plan, one.exercises) for minute in (start, end, end - start)
    }
    found |= {f"{exercise.points:g}" for exercise in one.exercises.values()}
    written_now = {part.what for part in one.plan.parts}
    left = sum(exercise.minutes for name, exercise in one.exercises.items() if name not in written_now)
    text = 60 * one.lesson.hours - sum(exercise.minutes for exercise in one.exercises.values())
    found |= {str(left), f"{round(text, -1):g}", str(MINUTES), str(len(one.exercises)), str(one.lesson.number)}
    found |= {describe_hours(one.lesson.hours), describe_hours(one.lesson.core_hours)}
    core = sum(exercise.importance == "core" for exercise in one.exercises.values())
    return found | {str(core), str(one.plan.reviewed.day), str(one.plan.reviewed.year)}


@pytest.mark.parametrize("folder", ["01_optimization", "05_preprocessing", "09_training"])
def test_every_number_on_a_page_comes_from_the_lesson(folder: str, shown: dict[str, str]) -> None:
    one = pages.read(ROOT, folder)
    rest = without(shown[folder].replace("\\|", "|"), sources(one))
    rest = re.sub(r"`[a-z_0-9]+`|\[figure \d|cs231n(_lib)?|\bL[12]\b", "", rest)
    found = set(re.findall(r"[\d½.,]*[\d½]", rest))
    assert found <= computed(one)
    assert len(found) > 20


def known_answers() -> list[tuple[str, str, str]]:
    return [
        (path.stem, name, f" {' '.join(WORD.findall(answer))} ")
        for path in lesson_sources(ROOT)
        for name, answer in answers(nbformat.read(path.with_suffix(".ipynb"), as_version=4))
    ]


def test_pages_contain_no_answer(shown: dict[str, str]) -> None:
    known = known_answers()
    assert len(known) > 100
    for folder, page in shown.items():
        words = f" {' '.join(WORD.findall(page))} "
        assert [(lesson, name) for lesson, name, answer in known if answer in words] == [], folder


def test_sheet_of_questions_has_no_key() -> None:
    for folder in LESSON:
        one = pages.read(ROOT, folder)
        sheet = pages.question_page(one)
        assert sheet.count("## Question") == 5
        assert not any(question.why in sheet for question in one.plan.questions)
        assert not any(name in sheet for question in one.plan.questions for name in question.wrong if len(name) > 12)


@pytest.mark.parametrize("folder", [one.folder for one in NOTEBOOKS])
def test_review_date_is_past(folder: str) -> None:
    reviewed = review_date(ROOT, folder)
    assert reviewed
    assert date(2026, 1, 1) < reviewed <= date.today()


@pytest.mark.parametrize(("title", "weeks", "due"), [("Nine weeks", 9, 8), ("Twelve weeks", 12, 9)])
def test_term_plan_teaches_and_collects_each_lesson(title: str, weeks: int, due: int) -> None:
    section = TERMS.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.+?) \| .*? \| (\d*) ?\|$", section, re.MULTILINE)
    assert [int(week) for week, _, _ in rows] == list(range(1, weeks + 1))
    taught = [lesson for _, lesson, _ in rows if re.match(r"0[1-9] ", lesson)]
    assert taught == [f"{one.number:02d} {one.title}" for one in LESSONS]
    collected = [number for _, _, number in rows if number]
    assert collected == sorted(collected)
    assert set(collected) == {f"{number:02d}" for number in range(1, due + 1)}


def test_limits_of_reordering_are_those_of_the_course() -> None:
    # The paragraph "Reorder" was written from these pairs of a lesson and one that builds on it.
    pairs = {(one.number, later) for one in LESSONS for later in one.prepares}
    assert pairs == {(1, 2), (1, 8), (2, 3), (3, 4), (3, 6), (4, 7), (5, 6), (6, 9), (7, 9), (8, 9)}
    assert "lesson 03 after 02, lessons 04, 06 and 07 after 03, and lesson 09 last" in TERMS


def test_steps_for_the_first_class_hold_for_each_plan(plans: dict[str, Plan]) -> None:
    written_in_class = {sum(part.activity == Activity.WRITE for part in plan.parts) for plan in plans.values()}
    assert max(written_in_class) == 4
    assert "Students write up to four functions in class" in (ROOT / FOLDER / "README.md").read_text(encoding="utf-8")


def test_text_without_goals_or_hints_has_none() -> None:
    assert lesson_text.goals("# A title") == []
    text = "**You will be able to** add · halve\nor double ·\ncompare.\n\nMore · text."
    assert lesson_text.goals(text) == ["add", "halve or double", "compare"]
    hints = "[[exercise a]]\n<summary>Hint 0: x</summary>\n<summary>Hint 1: too\nlarge</summary>\n[[exercise b]]\nNone"
    assert lesson_text.symptoms(hints) == {"a": "too large"}


def test_figures_on_one_page_share_no_name() -> None:
    svg = '<svg><g id="a"><use href="#a"/><path clip-path="url(#a)" style="fill: url(#b)"/></g></svg>'
    assert unique(svg, "d1-") == (
        '<svg><g id="d1-a"><use href="#d1-a"/><path clip-path="url(#d1-a)" style="fill: url(#b)"/></g></svg>'
    )


def test_drawing_twice_gives_the_same_figure() -> None:
    one = Demonstration("explorables.saturation", "Saturated", "", "")
    first, second = (DRAW("03_activations", one) for _ in range(2))
    assert first == second
    assert first[0].startswith("<svg")


@pytest.mark.slow
def test_files_to_print_need_no_other_file(tmp_path: Path) -> None:
    written_files = files.write(ROOT, tmp_path / "kit")
    assert len(written_files) == 2 * len(LESSON)
    for path in written_files:
        text = path.read_text(encoding="utf-8")
        assert text.count("<svg") == (0 if path.stem.endswith("_questions") else 3)
        assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', text)
        assert "<table>" in text or path.stem.endswith("_questions")
