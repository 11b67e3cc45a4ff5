"""A student's notebook is taken apart alike, whatever program, encoding, format or accident the file went through."""

import codecs
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cs231n_lib.course.plan import checks_of, exercises_of
from cs231n_lib.course.student.notebook import Cell, Notebook, NotebookError, parse, read

ROOT = Path(__file__).parents[2]
PATH = ROOT / "notebooks/01_optimization/01_optimization.ipynb"
RELEASE = read(PATH)
WRITTEN = 'def relative_error(a, b):\n    """Naïve, but right: ≤ 1e-7."""\n    return abs(a - b)'
THOUGHT = "I would compare both gradients – twice."
OWN = "print('λ of my own')"


def student() -> dict[str, Any]:
    """A lesson with one answer, a checked result, a reflection and a cell of the student's own."""
    notebook: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["relative_error"] |= {"source": WRITTEN.splitlines(keepends=True), "execution_count": 7}
    data = {"text/plain": ["6.0"], "text/html": "<p>Right</p>"}
    result = {"output_type": "execute_result", "execution_count": 8, "metadata": {}, "data": data}
    cells["check_relative_error"] |= {"outputs": [result], "execution_count": 8}
    cells["reflection"]["source"] = THOUGHT
    place = notebook["cells"].index(cells["relative_error"])
    own = {"cell_type": "code", "id": "abc", "metadata": {}, "source": OWN, "outputs": [], "execution_count": None}
    notebook["cells"].insert(place, own)
    return notebook


def as_json(notebook: dict[str, Any], encoding: str = "utf-8") -> bytes:
    return json.dumps(notebook, ensure_ascii=False).encode(encoding)


def require_all(notebook: Notebook) -> None:
    assert notebook.answers.keys() == RELEASE.answers.keys()
    assert notebook.checks.keys() == RELEASE.checks.keys()
    assert notebook.answers["relative_error"].source == WRITTEN
    assert notebook.answers["relative_error"].run == 7
    assert notebook.checks["relative_error"].results == ("6.0",)
    assert notebook.checks["relative_error"].points == RELEASE.checks["relative_error"].points > 0
    assert {name: cell.source for name, cell in notebook.reflections.items()} == {"reflection": THOUGHT}
    assert [cell.source for cell in notebook.own(RELEASE)] == [OWN]


def test_a_release_is_taken_apart() -> None:
    exercises = exercises_of(checks_of("optimization"))
    assert RELEASE.answers.keys() == exercises.keys()
    assert exercises.keys() - RELEASE.checks.keys() == {"complex_step_gradient"}  # the bonus is not graded
    assert sum(cell.points for cell in RELEASE.cells) == 100
    assert RELEASE.own(RELEASE) == [] == RELEASE.copied


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_gives_the_same(encoding: str) -> None:
    require_all(parse(as_json(student(), encoding)))


def test_utf_16_be_byte_order_mark_is_not_part_of_the_text() -> None:
    require_all(parse(codecs.BOM_UTF16_BE + as_json(student(), "utf-16-be")))


def test_latin_1_is_read() -> None:
    content = json.dumps({"cells": [{"cell_type": "markdown", "source": "naïve"}]}, ensure_ascii=False)
    (cell,) = parse(content.encode("latin-1")).cells
    assert cell.source == "naïve"


def without_ids(notebook: dict[str, Any]) -> dict[str, Any]:
    """As nbformat 4.0 to 4.4 have it."""
    for cell in notebook["cells"]:
        del cell["id"]
    return notebook


def without_marks(notebook: dict[str, Any]) -> dict[str, Any]:
    """As a program leaves it that drops metadata it does not know."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook


def without_metadata(notebook: dict[str, Any]) -> dict[str, Any]:
    for cell in notebook["cells"]:
        del cell["metadata"]
    return notebook


def foreign_metadata(notebook: dict[str, Any]) -> dict[str, Any]:
    for cell in notebook["cells"]:
        cell["metadata"] |= {"colab": {"base_uri": "x"}, "tags": ["skip-execution"], "outputId": None}
    return notebook | {"metadata": {"kernelspec": {"name": "ir", "language": "R"}, "colab": []}}


def wrong_marks(notebook: dict[str, Any]) -> dict[str, Any]:
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"grade": False, "solution": True, "points": "many", "schema_version": 99}
    return notebook


def cells_of_another_lesson(notebook: dict[str, Any]) -> dict[str, Any]:
    marks = {"grade_id": "check_elsewhere", "grade": True, "solution": False, "points": 50}
    for cell in notebook["cells"]:
        if cell["id"] == "abc":
            cell["metadata"] = {"nbgrader": marks}
    return notebook


def a_later_format(notebook: dict[str, Any]) -> dict[str, Any]:
    return notebook | {"nbformat": 4, "nbformat_minor": 9, "new": {}}


@pytest.mark.parametrize("minor", range(6))
@pytest.mark.parametrize(
    "damage",
    [
        without_ids,
        without_marks,
        without_metadata,
        foreign_metadata,
        wrong_marks,
        cells_of_another_lesson,
        a_later_format,
    ],
)
def test_lost_marks_are_restored_from_the_release(
    damage: Callable[[dict[str, Any]], dict[str, Any]], minor: int
) -> None:
    require_all(parse(as_json(damage(student() | {"nbformat_minor": minor}))).like(RELEASE))


def test_answers_and_checks_are_found_without_marks_and_ids() -> None:
    notebook = parse(as_json(without_marks(without_ids(student())))).like(RELEASE)
    assert notebook.answers["relative_error"].source == WRITTEN
    assert notebook.checks.keys() == RELEASE.checks.keys()
    assert notebook.answers.keys() == RELEASE.answers.keys()


def test_nbformat_3_is_read() -> None:
    old = nbformat.convert(nbformat.reads(as_json(student()).decode(), as_version=4), 3)
    require_all(parse(as_json(old)).like(RELEASE))


def test_last_copy_of_a_cell_counts_and_copies_are_listed() -> None:
    notebook = student()
    copy = next(cell for cell in notebook["cells"] if cell["id"] == "relative_error") | {"id": "other"}
    notebook["cells"].append(copy | {"source": "def relative_error(a, b): ..."})
    found = parse(as_json(notebook))
    assert found.copied == ["relative_error"]
    assert found.answers["relative_error"].source == "def relative_error(a, b): ..."


def test_a_changed_cell_of_the_lesson_is_the_students_own() -> None:
    notebook = student()
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] = "import numpy as np, random"
    assert [cell.source for cell in parse(as_json(notebook)).own(RELEASE)] == ["import numpy as np, random", OWN]


def test_line_ends_of_another_system_change_nothing() -> None:
    notebook = student()
    for cell in notebook["cells"]:
        if "nbgrader" not in cell["metadata"]:
            cell["source"] = "".join(cell["source"]).replace("\n", "\r\n") + "\r\n"
    assert [cell.source.strip() for cell in parse(as_json(notebook)).own(RELEASE)] == [OWN]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"<!DOCTYPE html><title>Sign in</title>", "it is damaged or not a notebook"),
        (PATH.read_bytes()[:5000], "the file ends in the middle"),
        (b'<<<<<<< HEAD\n{"cells": []}', "it contains merge conflict markers"),
        (b"[1, 2, 3]", "it is not a notebook"),
        (b"{}", "it has no list of cells"),
        (b'{"cells": {"a": 1}}', "it has no list of cells"),
        (b'{"worksheets": [{"cells": 3}]}', "it is in nbformat 3 and damaged"),
        (b'{"cells": ' + 100_000 * b"[", "it is "),
        (b"\x80\xff\x00", "it is damaged or not a notebook"),
    ],
)
def test_invalid_notebook_is_refused_with_a_reason(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "mine.ipynb"
    path.write_bytes(content)
    with pytest.raises(
        NotebookError, match=rf"^mine\.ipynb cannot be read \({why}.*\)\. Replace it with a saved copy or a fresh one"
    ):
        read(path)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match=r"^none\.ipynb cannot be read \(No such file"):
        read(tmp_path / "none.ipynb")


@pytest.mark.parametrize(
    "junk", [None, 3, "x", [], [None, 3, "x"], {}, {"nbgrader": 1}, {"grade_id": []}, float("nan")]
)
@pytest.mark.parametrize("field", ["cell_type", "source", "metadata", "outputs", "execution_count", "id", "points"])
def test_field_of_a_wrong_type_affects_only_itself(field: str, junk: object) -> None:
    notebook = student()
    for cell in notebook["cells"]:
        if field == "points":
            cell["metadata"].setdefault("nbgrader", {})["points"] = junk
        elif cell.get("id") == "abc":
            cell[field] = junk
    found = parse(as_json(notebook))
    assert all(isinstance(cell, Cell) for cell in found.cells)
    assert found.answers["relative_error"].source == WRITTEN
    assert found.like(RELEASE).checks["relative_error"].results == ("6.0",)


def test_parser_imports_no_heavy_package() -> None:
    code = "import cs231n_lib.course.student.notebook, sys; print({'numpy', 'nbformat', 'IPython'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
