"""A lesson is run again only if the code that its outputs come from has changed."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from classroom.conftest import COURSE, copy_course
from nbformat import NotebookNode

from cs231n_lib.classroom.release import build as building
from cs231n_lib.classroom.release.build import build
from cs231n_lib.classroom.release.executed import KEY, take_snapshot
from cs231n_lib.classroom.release.verify import verify

pytestmark = pytest.mark.slow

HOME = "lessons_to_change"
LESSON = Path("solutions", "01_demo", "01_demo.py")
SOLUTION = LESSON.with_suffix(".ipynb")
RELEASE = Path("notebooks", "01_demo", "01_demo.ipynb")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built course whose lessons' package is in its folder, beside a second lesson that the first does not load."""
    root = copy_course(tmp_path_factory.mktemp("course"))
    shutil.copytree(COURSE / "course_lessons", root / HOME, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / HOME / "demo", root / HOME / "second")
    (root / HOME / "demo" / "data.txt").write_text("1 2 3")
    (root / "requirements.lock").write_text("numpy==2.4.0\n")
    change(root / LESSON, "from course_lessons.demo", f"from {HOME}.demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        patch.setenv("PYTHONPATH", str(root), prepend=os.pathsep)
        build(root, ["01_demo"], HOME)
        yield root


@pytest.fixture
def course(original: Path, tmp_path: Path) -> Path:
    """A copy to change; the package of its lessons is still that of the original."""
    return Path(shutil.copytree(original, tmp_path / "course"))


class RunError(Exception):
    """The build began to run the lesson."""


@pytest.fixture
def is_run(course: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether a build of the course runs the lesson; it does not get that far, and makes no release."""

    def refuse(notebook: NotebookNode, path: Path) -> list[str]:
        raise RunError

    def builds() -> bool:
        try:
            build(course, ["01_demo"], HOME)
        except RunError:
            return True
        return False

    monkeypatch.setattr(building, "run", refuse)
    monkeypatch.setattr(building, "release", lambda root, lesson, gradebook: None)
    return builds


def outputs(path: Path) -> list[object]:
    return [cell.outputs for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_prose_edit_keeps_outputs_without_a_run(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = outputs(course / SOLUTION)
    change(course / LESSON, "# Text before the box.", "# Another text.\n\n# %% [markdown]\n# A cell more.")
    monkeypatch.delattr(building, "run")
    build(course, ["01_demo"], HOME)
    assert outputs(course / SOLUTION) == before
    assert "Another text." in (course / RELEASE).read_text()
    assert verify(course, ["01_demo"], HOME) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (LESSON, "print(mean_square(np.ones(3)))", "print(mean_square(np.ones(4)))", True),
        (LESSON, "# Text before the box.", "# Another text.", False),
        (Path("requirements.lock"), "2.4.0", "2.4.1", True),
    ],
)
def test_changed_cells_and_versions_are_run(
    course: Path, is_run: Callable[[], bool], file: Path, old: str, new: str, expected: bool
) -> None:
    change(course / file, old, new)
    assert is_run() == expected


@pytest.mark.parametrize(
    ("setting", "expected"), [("[show]\nplaces = false\n", True), ("[late]\npercent_a_day = 5\n", False)]
)
def test_changed_settings_of_a_lesson_are_run(
    course: Path, is_run: Callable[[], bool], setting: str, expected: bool
) -> None:
    (course / "class.toml").write_text(setting)
    assert is_run() == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [("demo/checks.py", True), ("demo/data.txt", True), ("second/__init__.py", True), ("second/checks.py", False)],
)
def test_changed_package_of_the_lesson_is_run(
    original: Path, is_run: Callable[[], bool], file: str, expected: bool
) -> None:
    path = original / HOME / file
    text = path.read_text()
    path.write_text(f"{text}\n")
    try:
        assert is_run() == expected
    finally:
        path.write_text(text)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("cs231n_lib/checks/exercise.py", True),
        ("cs231n_lib/__init__.py", True),
        ("cs231n_lib/classroom/release/build.py", False),
        ("cs231n_lib/lessons/training/milestone.py", False),
    ],
)
def test_changed_library_is_run(
    course: Path, is_run: Callable[[], bool], monkeypatch: pytest.MonkeyPatch, file: str, expected: bool
) -> None:
    snapshot = take_snapshot(course, HOME)
    changed = replace(snapshot, files={**snapshot.files, file: f"not {snapshot.files[file]}"})
    monkeypatch.setattr(building, "take_snapshot", lambda root, home: changed)
    assert is_run() == expected


def test_lesson_is_run_when_asked_and_without_fingerprint(course: Path, is_run: Callable[[], bool]) -> None:
    with pytest.raises(RunError):
        build(course, ["01_demo"], HOME, run_all=True)
    assert not is_run()
    notebook = nbformat.read(course / SOLUTION, as_version=4)
    del notebook.metadata[KEY]
    building.write(notebook, course / SOLUTION)
    assert is_run()


def test_verify_accepts_a_notebook_without_fingerprint(course: Path) -> None:
    notebook = nbformat.read(course / SOLUTION, as_version=4)
    del notebook.metadata[KEY]
    building.write(notebook, course / SOLUTION)
    assert verify(course, ["01_demo"], HOME) == []


def test_release_has_no_fingerprint(original: Path) -> None:
    fingerprint = nbformat.read(original / SOLUTION, as_version=4).metadata[KEY]
    own = [f"cs231n_lib.{name}" for name in ("browser", "checks", "colors", "front_end")]
    assert fingerprint["packages"] == [*own, f"{HOME}.demo"]
    assert KEY not in nbformat.read(original / RELEASE, as_version=4).metadata
