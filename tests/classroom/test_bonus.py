"""A bonus exercise in a lesson: built, released and graded, it has a check, and is in no total."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.checks.remote.place import located
from cs231n_lib.checks.report import NO_STAR, STAR, Result
from cs231n_lib.classroom.grading import judge
from cs231n_lib.classroom.grading.feedback_pages import lacks_places
from cs231n_lib.classroom.grading.submission import GradingJob, blank_gradebook, grade_submission, read_course_files
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.classroom.release.build import build
from cs231n_lib.classroom.release.source import BuildError, read_notebook
from cs231n_lib.course.overview.terminal import describe_progress, lesson_text
from cs231n_lib.course.plan import LESSONS, Lesson, checks_of, exercises_of
from cs231n_lib.course.student.progress import AnswerState, notebook_path, read_lesson

TESTS = Path(__file__).parents[1]
LESSON = "01_demo"
CHECKS = """
from course_lessons.demo.checks import *
from course_lessons.demo.checks import _double, _vectors

from cs231n_lib.checks import Bonus, Mistake, Values

twice = Bonus(
    _double, name="twice", minutes=5, difficulty=1, checks=[Values("Doubles each number", 2, _vectors)],
    mistakes=[Mistake("square", lambda x: x * x, "You square the numbers.")],
)
"""
TEXT = '''
# %% [markdown]
# [[exercise twice]]


# %% exercise="twice"
def twice(x):
    """Return twice x."""
    # SOLUTION


# %% beside="bonus"
print("a live use")
'''


def copy_with(root: Path, bonus: str) -> None:
    """The fixture course with ``bonus`` at the end of its lesson's text."""
    shutil.copytree(TESTS / "fixtures" / "course" / "solutions", root / "solutions")
    shutil.copy(TESTS.parent / "nbgrader_config.py", root)
    text = root / "solutions" / LESSON / f"{LESSON}.py"
    text.write_text(text.read_text().replace("course_lessons", "bonus_lessons") + bonus)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The fixture course with a bonus at its end, whose checks are a package of their own; built."""
    root = tmp_path_factory.mktemp("bonus")
    copy_with(root, TEXT)
    (root / "bonus_lessons" / "demo").mkdir(parents=True)
    (root / "bonus_lessons" / "demo" / "checks.py").write_text(CHECKS)
    (root / "class.toml").write_text('[lessons.01_demo]\nleave_out = ["double"]\n')
    with (root / "nbgrader_config.py").open("a") as config:
        # Whoever runs in the sandbox may not read pytest's folders, where this package of checks is.
        config.write('\nc.JudgeChecks.home = "bonus_lessons"\nc.JudgeChecks.unsafe = True\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        patch.setenv("PYTHONPATH", str(root), prepend=os.pathsep)
        build(root, home="bonus_lessons")
        yield root


def released(course: Path) -> dict[str, NotebookNode]:
    notebook = nbformat.read(course / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    return {cell.id: cell for cell in notebook.cells}


def test_bonus_check_is_locked_and_not_graded(course: Path) -> None:
    check = released(course)["check_twice"]
    assert check.source == "checks.twice()"
    assert (check.metadata.nbgrader.locked, check.metadata.nbgrader.grade) == (True, False)
    assert "points" not in check.metadata.nbgrader
    assert "raise NotImplementedError" in released(course)["twice"].source


def test_points_of_the_class_do_not_include_a_bonus(course: Path) -> None:
    worth = {name: cell.metadata.get("nbgrader", {}).get("points") for name, cell in released(course).items()}
    assert {name: points for name, points in worth.items() if points} == {"check_mean_square": 90, "reflection": 10}


def test_bonus_box_has_a_star_and_no_points(course: Path) -> None:
    (box,) = [cell.source for cell in released(course).values() if "<code>twice</code>" in cell.source]
    assert f"<b>{STAR} bonus</b>" in box
    assert "no points" in box
    assert not re.search(r"\d points", box)


def test_bonus_cells_do_not_count_towards_the_maximum(course: Path, tmp_path: Path) -> None:
    text = (course / "solutions" / LESSON / f"{LESSON}.py").read_text()
    exercises = exercises_of(checks_of("demo", "bonus_lessons"))
    path, of_the_bonus = tmp_path / "full.py", 4  # its box, its answer, its check, and the live use
    others = len(released(course)) - of_the_bonus
    path.write_text(text + "\n# %%\n1\n" * (55 - others))
    assert len(read_notebook(path, exercises).cells) == 55 + of_the_bonus
    path.write_text(text + "\n# %%\n1\n" * (56 - others))
    with pytest.raises(BuildError, match="56 cells, but at most 55"):
        read_notebook(path, exercises)


def test_a_solution_that_is_not_right_stops_the_build(course: Path, tmp_path: Path) -> None:
    copy_with(tmp_path, TEXT.replace("\ndef twice", "\n@lambda f: lambda x: 0 * x\ndef twice"))
    with pytest.raises(BuildError, match=r"cell check_twice .*should earn 100.0 points"):
        build(tmp_path, home="bonus_lessons")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
def test_bonus_changes_no_grade(course: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(course / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for student, body in (("ada", "return 2 * x"), ("bob", "raise SystemExit")):
        for cell in notebook.cells:
            if cell.id == "twice":
                cell.source = f"def twice(x):\n    {body}"
        handed_in = course / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        handed_in.parent.mkdir(parents=True)
        nbformat.write(notebook, handed_in)
    api = nbgrader_api(course, tmp_path / "gradebook.db")
    api.generate_assignment(LESSON, force=True)
    for student in ("ada", "bob"):
        graded = api.autograde(LESSON, student)
        assert graded["success"], graded
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        for student in ("ada", "bob"):
            submission = gradebook.find_submission(LESSON, student)
            assert (submission.score, submission.max_score) == (0, 100)
            names = {grade.name for one in submission.notebooks for grade in one.grades}
            assert names == {"check_mean_square", "reflection"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
@pytest.mark.audit
def test_places_of_a_bonus_are_searched_for(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []

    def noted(result: Result, *rest: Any, **options: Any) -> Result:
        looked_for.append(result.exercise)
        return located(result, *rest, **options)

    def failed(*_: Any, **__: Any) -> Result:
        raise LookupError

    monkeypatch.setattr(judge, "located", noted)
    notebook = nbformat.read(course / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    next(cell for cell in notebook.cells if cell.id == "twice").source = "def twice(x):\n    return x * x"
    job = GradingJob(LESSON, "ada", {f"{LESSON}.ipynb": nbformat.writes(notebook).encode()}, "")
    api = nbgrader_api(course, tmp_path / "gradebook.db")
    api.generate_assignment(LESSON, force=True)
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        blank = blank_gradebook(gradebook, LESSON)
    for places in (False, True):
        graded = grade_submission(read_course_files(course, LESSON, blank, "seed", unsafe=True, places=places), job)
        assert ("twice" in looked_for) is places
        (content,) = graded.files.values()
        (check,) = [c for c in nbformat.reads(content.decode(), as_version=4).cells if c.id == "check_twice"]
        assert check.source == "checks.twice()"
        assert "You square the numbers." in check.outputs[0].data["text/html"]
        assert lacks_places(content) is not places
    monkeypatch.setattr(judge, "located", failed)
    graded = grade_submission(read_course_files(course, LESSON, blank, "seed", unsafe=True), job)
    (content,) = graded.files.values()
    assert lacks_places(content)  # and the failed search cost no grade


def test_progress_shows_a_star_and_counts_nothing(tmp_path: Path) -> None:
    first = LESSONS[0]
    exercises = exercises_of(checks_of(first.slug))
    (name,) = [name for name, exercise in exercises.items() if isinstance(exercise, Bonus)]
    notebook = read_notebook(TESTS.parent / "solutions" / first.folder / f"{first.folder}.py", exercises)
    stub = next(cell for cell in notebook.cells if cell.id == name)
    stub.source = f"def {name}():\n    raise NotImplementedError"
    (tmp_path / first.folder).mkdir()
    before = None
    for shown, star, state in (
        ("", NO_STAR, AnswerState.NOT_BEGUN),
        ("40.0", NO_STAR, AnswerState.PARTLY),
        ("100.0", STAR, AnswerState.RIGHT),
    ):
        for cell in notebook.cells:
            if cell.id == f"check_{name}" and shown:
                cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": shown}, execution_count=2)]
        stub.source = stub.source.replace("raise NotImplementedError", "return 1") if shown else stub.source
        nbformat.write(notebook, tmp_path / notebook_path(first))
        progress = read_lesson(tmp_path, first)
        (bonus,) = progress.bonuses
        assert (bonus.mark, bonus.state, progress.starred) == (star, state, star == STAR)
        counted = (progress.points, len(progress.exercises), progress.right, progress.next, progress.problems)
        assert counted == (before or counted)
        before = counted
        assert f"{star} bonus" in describe_progress(progress)
        assert re.search(rf"{star} {name} +bonus", lesson_text(progress))


WRITTEN = [lesson for lesson in LESSONS if lesson.number in (1, 2, 3, 6, 7, 8)]


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.slug)
def test_each_lesson_has_a_bonus_worth_no_points(lesson: Lesson) -> None:
    exercises = exercises_of(checks_of(lesson.slug)).values()
    bonus = [exercise for exercise in exercises if isinstance(exercise, Bonus)]
    assert len(bonus) == (2 if lesson.slug == "update_rules" else 1)
    assert all(exercise.worth == 0 for exercise in bonus)
    assert all(exercise.worth > 0 for exercise in exercises if type(exercise) is Exercise)
