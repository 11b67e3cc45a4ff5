"""What a student wrote survives every new release, or nothing is changed and a sentence says why."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cs231n_lib.__main__ import main
from cs231n_lib.course.plan import BRIDGE
from cs231n_lib.course.student import lab
from cs231n_lib.course.student import start as start_module
from cs231n_lib.course.student.folder import lessons_folder, released
from cs231n_lib.course.student.notebook import read
from cs231n_lib.course.student.progress import notebook_path
from cs231n_lib.course.student.start import EARLIER, RELEASED, StartError, start

ROOT = Path(__file__).parents[2]
LESSON = Path("01_optimization/01_optimization.ipynb")
OTHER = Path("02_backpropagation/02_backpropagation.ipynb")
ANSWER = 'def relative_error(a, b):\n    """My own."""\n    return abs(a - b) / (abs(a) + abs(b))  # naïve'
THOUGHT = "I would compare both gradients – twice."
Cells = list[dict[str, Any]]


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """Releases of a start page and two lessons, which a test may change."""
    home = tmp_path / "releases"
    for path in (LESSON, OTHER, Path("index.ipynb")):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "notebooks" / path, home / path)
    return home


@pytest.fixture
def work(tmp_path: Path, releases: Path) -> Path:
    """The folder of a student who did some of lesson 01."""
    folder = tmp_path / "work"
    start(folder, releases)
    change(folder / LESSON, answer)
    return folder


def change(path: Path, edit: Callable[[Cells], object]) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    edit(notebook["cells"])
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def at(cells: Cells, name: str) -> int:
    return next(i for i, cell in enumerate(cells) if cell["id"] == name)


def own(name: str, source: str, kind: str = "code") -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def answer(cells: Cells) -> None:
    """An answer, its check's stored output, a reflection with a pasted picture, two cells of their own."""
    cells[at(cells, "relative_error")] |= {"source": ANSWER.splitlines(keepends=True), "execution_count": 7}
    data = {"text/plain": ["6.0"], "text/html": "<p>Right</p>"}
    result = {"output_type": "execute_result", "execution_count": 8, "metadata": {}, "data": data}
    cells[at(cells, "check_relative_error")] |= {"outputs": [result], "execution_count": 8}
    reflection = cells[at(cells, "reflection")]
    reflection |= {"source": THOUGHT, "attachments": {"a.png": {"image/png": "AAAA"}}}
    cells.insert(at(cells, "relative_error"), own("mine", "print('λ of my own')"))
    cells.insert(0, own("first", "# Notes", "markdown"))


def sources(path: Path) -> list[str]:
    return [cell.source for cell in read(path).cells]


def require_kept(path: Path) -> None:
    lesson = read(path)
    assert lesson.answers["relative_error"].source == ANSWER
    assert lesson.answers["relative_error"].run == 7
    assert lesson.checks["relative_error"].results == ("6.0",)
    assert lesson.reflections["reflection"].source == THOUGHT
    assert lesson.reflections["reflection"].attachments == {"a.png": {"image/png": "AAAA"}}
    texts = [cell.source for cell in lesson.cells]
    assert texts[0] == "# Notes"
    assert texts.index("print('λ of my own')") == texts.index(ANSWER) - 1
    nbformat.validate(nbformat.read(path, as_version=4))


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_lesson_saved_by_another_program_counts_as_unchanged(work: Path, releases: Path) -> None:
    content = json.loads((work / OTHER).read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
    (work / OTHER).write_text(json.dumps(content), encoding="utf-8")
    shutil.rmtree(work / RELEASED)
    assert [done.path for done in start(work, releases) if done.replaces] == []
    change(work / OTHER, lambda cells: cells[0].update(source="My title"))
    shutil.rmtree(work / RELEASED)
    change(releases / OTHER, lambda cells: cells.append(own("end", "The end.", "markdown")))
    assert [done.path for done in start(work, releases) if done.replaces] == [OTHER]


def test_a_first_start_copies_every_lesson_as_it_is_handed_out(tmp_path: Path, releases: Path) -> None:
    changes = start(tmp_path / "work", releases)
    assert all(change.is_new for change in changes)
    for path in (LESSON, OTHER, Path("index.ipynb")):
        assert (tmp_path / "work" / path).read_bytes() == (releases / path).read_bytes()


def test_ungraded_notebook_is_copied_and_keeps_student_cells(work: Path, releases: Path) -> None:
    bridge = notebook_path(BRIDGE)
    (releases / bridge).parent.mkdir()
    lesson = {"cells": [own("code-00", "1 + 1")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (releases / bridge).write_text(json.dumps(lesson))
    (new,) = start(work, releases)
    assert (new.path, new.is_new) == (bridge, True)
    change(work / bridge, lambda cells: cells.append(own("mine", "2 + 2")))
    change(releases / bridge, lambda cells: cells.append(own("code-01", "3 + 3")))
    start(work, releases)
    assert sources(work / bridge) == ["1 + 1", "2 + 2", "3 + 3"]


def test_a_second_start_changes_nothing(work: Path, releases: Path) -> None:
    before = everything(work)
    assert start(work, releases) == []
    assert everything(work) == before


def typo(cells: Cells) -> None:
    """A text and a code cell of the lesson are corrected, and a text is new above all: ids are counted anew."""
    text = cells[at(cells, "markdown-00")]
    text["source"] = ["# Another title\n"]
    cells.insert(0, own("new", "New.", "markdown"))
    for i, cell in enumerate(cells):
        if "nbgrader" not in cell["metadata"]:
            cell["id"] = f"{cell['cell_type']}-{i:02d}"


def test_new_release_keeps_all_work_of_the_student(work: Path, releases: Path) -> None:
    old = (work / LESSON).read_bytes()
    change(releases / LESSON, typo)
    (done,) = start(work, releases)
    assert done.replaces
    require_kept(work / LESSON)
    texts = sources(work / LESSON)
    assert "# Another title\n" in texts
    assert len(texts) == len(sources(releases / LESSON)) + 2  # the student's own two, and no text twice
    assert (work / EARLIER / "01_optimization-1.ipynb").read_bytes() == old
    before = everything(work)
    assert start(work, releases) == []
    assert everything(work) == before
    change(releases / LESSON, lambda cells: cells.append(own("end", "The end.", "markdown")))
    start(work, releases)
    require_kept(work / LESSON)
    assert len(list((work / EARLIER).iterdir())) == 2


def test_a_lesson_without_its_handed_out_copy_keeps_all_work_too(work: Path, releases: Path) -> None:
    shutil.rmtree(work / RELEASED)
    change(releases / LESSON, lambda cells: cells.append(own("end", "The end.", "markdown")))
    start(work, releases)
    require_kept(work / LESSON)
    assert sources(work / LESSON)[-1] == "The end."


def test_changed_lesson_cell_stays_changed_and_occurs_once(work: Path, releases: Path) -> None:
    def edit(cells: Cells) -> None:
        first = next(cell for cell in cells if cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"])
        first["source"] = ["import random\n", *first["source"]]

    change(work / LESSON, edit)
    change(releases / LESSON, typo)
    start(work, releases)
    changed = [text for text in sources(work / LESSON) if "import numpy as np" in text]
    assert len(changed) == 1
    assert changed[0].startswith("import random\n")
    require_kept(work / LESSON)


def renamed(cells: Cells) -> None:
    for cell in cells:
        cell["source"] = "".join(cell["source"]).replace("relative_error", "relative_gap")
        cell["id"] = cell["id"].replace("relative_error", "relative_gap")
        if "nbgrader" in cell["metadata"]:
            marks = cell["metadata"]["nbgrader"]
            marks["grade_id"] = marks["grade_id"].replace("relative_error", "relative_gap")


def gone(cells: Cells) -> None:
    for name in ("relative_error", "check_relative_error"):
        del cells[at(cells, name)]


def other_parameters(cells: Cells) -> None:
    cell = cells[at(cells, "relative_error")]
    cell["source"] = "".join(cell["source"]).replace("def relative_error(a, b)", "def relative_error(a, b, floor)")


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (gone, "which this lesson no longer has"),
        (renamed, "which this lesson no longer has"),
        (other_parameters, "when it had different parameters"),
    ],
)
def test_answer_that_no_longer_fits_is_kept_in_a_note(
    work: Path, releases: Path, edit: Callable[[Cells], None], why: str, known: bool
) -> None:
    if not known:
        shutil.rmtree(work / RELEASED)
    change(releases / LESSON, edit)
    start(work, releases)
    lesson = read(work / LESSON)
    (note,) = [cell for cell in lesson.cells if ANSWER in cell.source]
    assert note.kind == "markdown"  # where it runs no more
    assert note.source.startswith(f"*Your answer to `relative_error`, {why}:*")
    assert all(not check.results for check in lesson.checks.values())
    before = everything(work)
    assert start(work, releases) == []
    assert everything(work) == before
    change(releases / LESSON, lambda cells: cells.append(own("end", "The end.", "markdown")))
    start(work, releases)
    assert sum(ANSWER in text for text in sources(work / LESSON)) == 1


def test_answer_with_renamed_parameters_is_kept(work: Path, releases: Path) -> None:
    mine = ANSWER.replace("(a, b)", "(first, second)")
    change(work / LESSON, lambda cells: cells[at(cells, "relative_error")].update(source=mine))
    change(releases / LESSON, typo)
    start(work, releases)
    assert read(work / LESSON).answers["relative_error"].source == mine


def test_a_reset_puts_one_exercise_back_with_a_deleted_check(work: Path, releases: Path) -> None:
    def wreck(cells: Cells) -> None:
        del cells[at(cells, "check_relative_error")]

    change(work / LESSON, wreck)
    start(work, releases, reset="relative_error")
    lesson, release = read(work / LESSON), read(releases / LESSON)
    assert lesson.answers["relative_error"].source == release.answers["relative_error"].source
    assert lesson.answers["relative_error"].run is None
    assert lesson.checks.keys() == release.checks.keys()
    assert sum(ANSWER in cell.source for cell in lesson.cells) == 1
    assert lesson.reflections["reflection"].source == THOUGHT
    assert (work / EARLIER / "01_optimization-1.ipynb").exists()
    with pytest.raises(StartError, match=r"No lesson has an exercise 'relative_eror'. Did you mean relative_error\?"):
        start(work, releases, reset="relative_eror")


def test_unreadable_notebook_stops_before_anything_is_written(work: Path, releases: Path) -> None:
    (work / OTHER).write_bytes((work / OTHER).read_bytes()[:4000])
    for path in (LESSON, OTHER):
        change(releases / path, typo)
    before = everything(work)
    with pytest.raises(StartError, match=r"02_backpropagation\.ipynb cannot be read(.|\n)*Nothing was changed"):
        start(work, releases)
    assert everything(work) == before


def test_disk_full_during_a_write_changes_no_lesson(work: Path, releases: Path) -> None:
    for path in (LESSON, OTHER):
        change(releases / path, typo)
    before = everything(work)
    # A real limit of the system: the write that reaches it fails in the midst of a file, as on a full disk.
    code = f"""
import resource, signal
from pathlib import Path
from cs231n_lib.course.student.start import StartError, start
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    start(Path({str(work)!r}), Path({str(releases)!r}))
except StartError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot be written (File too large), so no lesson was changed. Free some space" in done.stdout
    assert everything(work) == before


def test_unwritable_folder_is_reported_with_a_remedy(work: Path, releases: Path) -> None:
    taken = work / "taken"
    taken.write_text("")
    with pytest.raises(StartError, match=r"taken.* cannot be written \(.+\), so .* Free some space, or pass a folder"):
        start(taken / "deeper", releases)


def test_a_read_only_folder_changes_nothing(work: Path, releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(releases / LESSON, typo)
    before = everything(work)
    opened = Path.open

    def refuse(path: Path, mode: str = "r", *args: Any, **options: Any) -> Any:
        if "w" in mode:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode, *args, **options)

    monkeypatch.setattr(Path, "open", refuse)  # a test may run as root, whom no folder refuses
    with pytest.raises(StartError, match=r"cannot be written \(Permission denied\)"):
        start(work, releases)
    monkeypatch.undo()
    assert everything(work) == before


def test_the_command_says_what_it_did(
    work: Path, releases: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cs231n_lib.course.student.folder.released", lambda: releases)
    change(releases / LESSON, typo)
    (work / OTHER).unlink()
    assert main(["start", str(work), "--no-lab"]) == 0
    said = capsys.readouterr().out
    assert "New in " in said
    assert "02_backpropagation.ipynb" in said
    assert "Updated, with your work kept: 01_optimization.ipynb" in said
    assert main(["start", str(work), "--no-lab", "--reset", "nothing_like_it"]) == 1
    assert "No lesson has an exercise" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "folder", "options"),
    [
        (["--", "--no-browser", "--a=//b"], "work", ["--no-browser", "--a=//b"]),
        (["mine", "--", "--no-browser"], "mine", ["--no-browser"]),
    ],
)
def test_options_for_jupyterlab_are_not_taken_for_a_folder(
    given: list[str], folder: str, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Path, list[str]]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("cs231n_lib.__main__._open_lab", lambda *said: opened.append(said) or 0)
    assert main(["start", *given]) == 0
    assert opened == [(Path(folder), options)]
    assert [path.name for path in tmp_path.iterdir()] == [folder]


def test_the_student_s_kernel_is_ipykernel_s_own_but_for_its_log() -> None:
    described = Path("kernels/python3/kernel.json")
    ours, theirs = (
        json.loads((folder / described).read_text())
        for folder in (Path(lab.environment()["JUPYTER_PATH"].split(os.pathsep)[0]), Path(sys.prefix, "share/jupyter"))
    )
    assert ours["argv"].pop() == "--config={resource_dir}/ipython_kernel_config.json"
    assert ours == theirs


def test_lessons_folder_is_here_or_in_work_or_in_notebooks(tmp_path: Path) -> None:
    assert lessons_folder(tmp_path) == tmp_path
    for name in ("notebooks", "work"):
        (tmp_path / name / "01_optimization").mkdir(parents=True)
        assert lessons_folder(tmp_path) == tmp_path / name
    assert lessons_folder(tmp_path / "notebooks") == tmp_path / "notebooks"
    assert lessons_folder(tmp_path / "work/01_optimization") == tmp_path / "work"
    assert (released() / LESSON).is_file()


def test_temporary_files_are_removed(work: Path) -> None:
    assert start_module.RELEASED in {path.name for path in work.iterdir()}
    assert list(work.rglob("*.tmp*")) == []


def test_start_loads_neither_numpy_nor_a_server(tmp_path):
    code = (
        "import subprocess, sys; from cs231n_lib.__main__ import main\n"
        "subprocess.run = lambda *_, **__: subprocess.CompletedProcess([], 0)\n"
        "main(['start', 'work'])\n"
        "print(sorted({'numpy', 'jupyter_server', 'tornado'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert (tmp_path / "work" / "index.ipynb").is_file()


def test_jupyterlab_reads_the_first_workspace(tmp_path):
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    lab.close_file_list(tmp_path)
    layout = WorkspacesManager(str(tmp_path / lab.WORKSPACES)).load("default")
    assert layout["data"]["layout-restorer:data"]["left"]["collapsed"]
