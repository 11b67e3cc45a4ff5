"""What is taken over from a file that a student handed in, whatever became of it on its way."""

import codecs
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from cs231n_lib.classroom import intake
from cs231n_lib.classroom.intake import (
    MAX_BYTES,
    MAX_IN_CELLS,
    RELEASES_FILE,
    SubmissionExporter,
    give_its_name,
    is_named_after,
    notebook_name,
    parts_of,
    rebuild,
)
from cs231n_lib.course.student.notebook import NotebookError

LESSON = "01_demo"
ANSWER = 'def double(x):\n    """Zwei Hälften, größer: ½ + ½."""\n    return 2 * x'


def release(root: Path) -> NotebookNode:
    return nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)


def find(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


@pytest.fixture
def answered(built: Path) -> NotebookNode:
    notebook = release(built)
    find(notebook, "double").source = ANSWER
    find(notebook, "reflection").source = "Since it is."
    return notebook


def rebuilt(root: Path, handed_in: NotebookNode | bytes) -> NotebookNode:
    content = handed_in if isinstance(handed_in, bytes) else json.dumps(handed_in).encode()
    return rebuild(content, root / "notebooks", LESSON)


def sources(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]


def broken(name: str, value: Any) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        for part in ("double", "check_double", "reflection"):
            find(notebook, part).metadata.nbgrader[name] = value

    return change


def tagged(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", '"><script>']
        cell.metadata["jupyter"] = {"source_hidden": True}


def in_a_browser(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    notebook.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3", "version": "3.14.2"}
    for cell in notebook.cells:
        cell.metadata["trusted"] = True


def without_marks(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = NotebookNode()


def without_ids(notebook: NotebookNode) -> None:
    without_marks(notebook)
    for cell in notebook.cells:
        del cell["id"]


def garbage(notebook: NotebookNode) -> None:
    notebook.metadata = NotebookNode(kernelspec=3, language_info=[], widgets="none")
    for cell in notebook.cells:
        cell.metadata.collapsed = "perhaps"


def reordered(notebook: NotebookNode) -> None:
    notebook.cells.insert(0, notebook.cells.pop(notebook.cells.index(find(notebook, "check_double"))))


def as_text(notebook: NotebookNode) -> None:
    cell = find(notebook, "double")
    cell.cell_type = "raw"
    del cell["outputs"], cell["execution_count"]


def bare(notebook: NotebookNode) -> None:
    keep = ("double", "reflection")
    notebook.cells = [find(notebook, name) for name in keep]


CHANGED = [
    broken("schema_version", 1), broken("schema_version", 99), broken("grade", False), broken("solution", True),
    broken("points", 1000), broken("locked", "maybe"), broken("checksum", None), broken("cell_type", "raw"),
    in_a_browser, tagged, without_marks, without_ids, garbage, reordered, as_text, bare,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGED)
def test_what_is_lost_or_changed_comes_back_from_the_release(
    built: Path, answered: NotebookNode, change: Callable[[NotebookNode], None]
) -> None:
    expected = rebuilt(built, answered)
    change(answered)
    assert rebuilt(built, answered) == expected


def test_rebuilt_notebook_differs_from_the_release_in_answers(built: Path, answered: NotebookNode) -> None:
    found, given = rebuilt(built, answered), release(built)
    assert [cell.metadata for cell in found.cells] == [cell.metadata for cell in given.cells]
    conflicting_files = [ours.source for ours, theirs in zip(found.cells, given.cells, strict=True) if ours != theirs]
    assert conflicting_files == [ANSWER, "Since it is."]
    assert found.metadata == given.metadata
    nbformat.validate(found)


def version_3(notebook: NotebookNode) -> bytes:
    cells = [
        {"cell_type": "code", "input": cell.source, "language": "python", "metadata": cell.metadata, "outputs": []}
        if cell.cell_type == "code"
        else {"cell_type": "markdown", "source": cell.source, "metadata": cell.metadata}
        for cell in notebook.cells
    ]
    document = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    return json.dumps(document).encode()


FILES: dict[str, Callable[[NotebookNode], bytes]] = {
    "byte order mark": lambda n: codecs.BOM_UTF8 + json.dumps(n, ensure_ascii=False).encode(),
    "UTF-16": lambda n: json.dumps(n, ensure_ascii=False).encode("utf-16"),
    "Latin-1": lambda n: (
        json.dumps(n, ensure_ascii=False).replace("●", r"\u25cf").replace("○", r"\u25cb").encode("latin-1")
    ),
    "nbformat 3": version_3,
    "nbformat 4.0": lambda n: json.dumps(n | {"nbformat_minor": 0}).encode(),
    "nbformat 5": lambda n: json.dumps(n | {"nbformat": 5}).encode(),
    "unknown keys": lambda n: json.dumps(n | {"colab": {"provenance": []}}).encode(),
}


@pytest.mark.parametrize("form", FILES)
def test_every_file_format_is_rebuilt_equally(built: Path, answered: NotebookNode, form: str) -> None:
    assert rebuilt(built, FILES[form](answered)) == rebuilt(built, answered)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b'{"cells": [{"cell_type": "co', "the file ends in the middle"),
        (b"<!DOCTYPE html><title>Sign in</title>", "it is damaged or not a notebook"),
        (b"[1, 2, 3]", "it is not a notebook"),
        (b" " * MAX_BYTES + b"{}", "it has 50,000,002 bytes, but at most 50,000,000 are read"),
        (b'{"cells": [' + b"{}," * 6000 + b"{}]}", "it has 6001 cells, but at most 5010 are read"),
        (b'{"cells": []}', "it contains none of the lesson's exercises"),
        (b'{"cells": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", "it is nested too deeply"),
    ],
)
def test_unreadable_file_is_refused_with_a_reason(built: Path, content: bytes, why: str) -> None:
    with pytest.raises(NotebookError) as told:
        rebuilt(built, content)
    assert told.value.reason == why


def test_own_cells_stay_behind_the_cell_they_followed(built: Path, answered: NotebookNode) -> None:
    position = answered.cells.index(find(answered, "double"))
    answered.cells.insert(position + 1, new_code_cell("HELPER = 3"))
    answered.cells.insert(position, new_markdown_cell("A thought.", metadata={"tags": ["skip-execution"]}))
    answered.cells.append(new_code_cell("print(HELPER)"))
    found = rebuilt(built, answered)
    assert sources(found) == sources(answered)
    assert all(not cell.metadata for cell in found.cells if cell.id.startswith("own-"))


def test_too_long_cells_are_replaced_by_a_sentence(built: Path, answered: NotebookNode) -> None:
    find(answered, "double").source = "a = 1\n" * 20_000
    answered.cells[1:1] = [new_code_cell("b = 1\n" * 16_000) for _ in range(12)]
    found = rebuilt(built, answered)
    assert find(found, "double").source.startswith("# This cell was removed because it has 120,000 characters.")
    own = [cell.source for cell in found.cells if cell.id.startswith("own-")]
    assert own == ["b = 1\n" * 16_000] * 10 + own[10:]
    assert {source.partition(".")[0] for source in own[10:]} == {
        "# This cell was removed because it has 96,000 characters"
    }
    assert len(json.dumps(found)) < MAX_IN_CELLS * 1.2


def test_changed_lesson_cell_follows_the_original_cell(built: Path, answered: NotebookNode) -> None:
    given = find_source(answered, "import numpy").source
    find_source(answered, "import numpy").source = f"{given}\nfrom math import sqrt"
    found = sources(rebuilt(built, answered))
    assert found[found.index(given) + 1] == f"{given}\nfrom math import sqrt"


def test_lone_surrogates_are_replaced(built: Path, answered: NotebookNode) -> None:
    """As of an emoji that a program cut in two: JSON can hold it, a file in UTF-8 cannot."""
    find(answered, "double").source += "  # \ud83d"
    answered.cells.append(new_code_cell("x = '\udc00'"))
    found = rebuilt(built, answered)
    assert (find(found, "double").source, found.cells[-1].source) == (ANSWER + "  # \ufffd", "x = '\ufffd'")


def find_source(notebook: NotebookNode, text: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if text in cell.source)


def test_rebuilding_is_idempotent(built: Path, answered: NotebookNode) -> None:
    answered.cells.insert(3, new_code_cell("own = 1"))
    once = rebuilt(built, answered)
    assert rebuilt(built, once) == once


def test_only_the_rebuilt_notebook_is_read_as_it_is(
    built: Path, answered: NotebookNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = SubmissionExporter(releases=str(built / "notebooks"), preprocessors=[])
    rebuilt_by: list[bytes] = []

    def spy(content: bytes, *args: Any) -> NotebookNode:
        rebuilt_by.append(content)
        return rebuild(content, *args)

    def export(content: str) -> str:
        stream = io.TextIOWrapper(io.BytesIO(content.encode()))
        return str(exporter.from_file(stream, {"nbgrader": {"assignment": LESSON}})[0])

    monkeypatch.setattr(intake, "rebuild", spy)
    first = export(json.dumps(answered))
    assert export(first) == first
    assert len(rebuilt_by) == 1
    export(first)  # as if another student had submitted the same
    export(first.replace("x", "y"))
    assert len(rebuilt_by) == 3


def test_image_attachments_stay_and_other_types_are_removed(built: Path, answered: NotebookNode) -> None:
    find(answered, "reflection").attachments = {
        "a.png": {"image/png": "aGk="},
        "b.svg": {"image/svg+xml": "<svg onload='send()'/>", "image/png": ["list"]},
    }
    assert find(rebuilt(built, answered), "reflection").attachments == {"a.png": {"image/png": "aGk="}, "b.svg": {}}


def test_rebuilding_keeps_no_answer_for_the_next_student(built: Path, answered: NotebookNode) -> None:
    assert ANSWER in sources(rebuilt(built, answered))
    assert sources(rebuilt(built, release(built))) == sources(release(built))


def test_three_thousand_cells_are_read(built: Path, answered: NotebookNode) -> None:
    answered.cells += [new_code_cell(f"x = {i}") for i in range(3000)]
    assert len(rebuilt(built, answered).cells) == len(answered.cells)


def test_exercises_missing_in_an_older_release_are_left_out(
    built: Path, answered: NotebookNode, tmp_path: Path
) -> None:
    (tmp_path / LESSON).mkdir()
    nbformat.write(release(built), tmp_path / LESSON / f"{LESSON}.ipynb")
    (tmp_path / RELEASES_FILE).write_text(json.dumps({"0.0.9": {LESSON: ["double", "reflection"]}}))
    answered.metadata["cs231n"]["version"] = "0.0.9"
    found = rebuild(json.dumps(answered).encode(), tmp_path, LESSON)
    names = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in found.cells}
    assert {"double", "check_double", "reflection"} <= names
    assert not {"mean_square", "check_mean_square"} & names
    assert parts_of(json.dumps(answered).encode(), tmp_path, LESSON) == names - {None}
    answered.metadata["cs231n"]["version"] = "of nobody"
    assert "check_mean_square" in parts_of(json.dumps(answered).encode(), tmp_path, LESSON)
    assert "mean_square" in [cell.id for cell in rebuild(json.dumps(answered).encode(), tmp_path, LESSON).cells]


def test_the_build_notes_what_each_version_asks(built: Path) -> None:
    (version,) = asked = json.loads((built / "notebooks" / RELEASES_FILE).read_text())
    assert asked[version][LESSON] == ["double", "mean_square", "reflection"]
    assert release(built).metadata["cs231n"]["version"] == version


@pytest.mark.parametrize("there", [["01_demo (1).ipynb"], ["01_demo.ipynb"], ["01_demo.ipynb", "01_demo (1).ipynb"]])
def test_first_notebook_is_copied_to_the_expected_name(tmp_path: Path, there: list[str]) -> None:
    folder = tmp_path / LESSON
    folder.mkdir()
    for name in there:
        (folder / name).write_text(name)
    paths = [str(folder / name) for name in there]
    give_its_name(paths, assignment=LESSON, student="*")
    assert paths[0] == str(folder / "01_demo.ipynb")
    assert (folder / "01_demo.ipynb").read_text() == there[0]
    assert len(paths) == len(there)


NAMES = {
    "01_demo.ipynb": True,
    "01_demo_01_demo.ipynb": True,
    "01_demo_01_demo(3).ipynb": True,
    "01_demo (1).ipynb": True,
    "01_demo-2.IPYNB": True,
    "01_demo.ipynb.json": True,
    "01_demo (1).ipynb.txt": True,
    "01_demo_old.ipynb": False,
    "02_demo.ipynb": False,
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_browsers_give_are_those_of_the_lesson(name: str) -> None:
    assert notebook_name(name).endswith(".ipynb")
    assert is_named_after(name, LESSON) == NAMES[name]


@pytest.mark.parametrize("name", ["01_demo.py", "01_demo.txt", ".ipynb", "01_demo.ipynb.zip", "timestamp.txt", "ipynb"])
def test_other_files_are_no_notebooks(name: str) -> None:
    assert (notebook_name(name), is_named_after(name, LESSON)) == ("", False)


def test_unsafe_student_ids_are_refused(tmp_path: Path) -> None:
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        gradebook.add_student("ada.lovelace+1@example.org")
        for name in ("<img src=x onerror=alert(1)>", '";alert(1);"', "a b", "", "=1+1", "x" * 200):
            with pytest.raises(ValueError, match="cannot be a student's id"):
                gradebook.update_or_create_student(name)
            gradebook.db.rollback()
            assert [student.id for student in gradebook.students] == ["ada.lovelace+1@example.org"], name
