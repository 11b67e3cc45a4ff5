"""The glossary names terms that the lessons define in bold, and links to the places where they do."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from cs231n_lib.classroom.release import glossary as module
from cs231n_lib.classroom.release.glossary import TERMS, Entry, entries, glossary, in_jupyter, on_site
from cs231n_lib.classroom.release.source import BuildError, read_notebook
from cs231n_lib.course.plan import NOTEBOOKS

ROOT = Path(__file__).parents[2]
BY_SLUG = {lesson.slug: lesson for lesson in NOTEBOOKS}


@pytest.mark.parametrize("slug", TERMS)
def test_terms_are_in_bold_in_the_lesson(slug: str) -> None:
    folder = BY_SLUG[slug].folder
    found = {entry.term: entry for entry in entries(ROOT) if entry.folder == folder}
    assert set(found) == set(TERMS[slug])
    cells = {cell.id: cell for cell in nbformat.read(ROOT / f"notebooks/{folder}/{folder}.ipynb", as_version=4).cells}
    for term, entry in found.items():
        assert f"**{term}**" in cells[entry.cell].source
        assert entry.heading


@pytest.mark.parametrize("definition", [one for terms in TERMS.values() for one in terms.values()])
def test_definition_is_one_sentence(definition: str) -> None:
    assert re.fullmatch(r"[A-Z][^.?!]*\.", definition)
    assert len(definition.split()) <= 25


def test_addresses_in_jupyter_and_on_the_site() -> None:
    entry = Entry("unit", "One output.", "04_architecture", "1 · How large is a network?", "markdown-05")
    assert in_jupyter(entry) == "04_architecture/04_architecture.ipynb#cell-id=markdown-05"
    assert on_site(entry) == "notebooks/04_architecture/04_architecture.ipynb#1--how-large-is-a-network"
    assert entry.name == "Unit"


def test_start_page_shows_the_glossary() -> None:
    page = nbformat.read(ROOT / "notebooks/index.ipynb", as_version=4)
    assert glossary(ROOT, in_jupyter) in "\n".join(cell.source for cell in page.cells)


def test_term_that_is_not_in_bold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TERMS", {"optimization": {"epoch": "One pass."}})
    lesson = tmp_path / "notebooks/01_optimization/01_optimization.ipynb"
    lesson.parent.mkdir(parents=True)
    page = tmp_path / "solutions/index.py"
    page.parent.mkdir()
    page.write_text("# %% [markdown]\n# # Start\n#\n# [[glossary]]\n", encoding="utf-8")
    for text, shown in (
        ("## 9 · Parts\n\nThat is an **epoch**.", True),
        ("## 9 · Parts\n\nThat is an *epoch*.", False),
    ):
        nbformat.write(new_notebook(cells=[new_markdown_cell(text)]), lesson)
        if shown:
            assert "[01, 9 · Parts](01_optimization/" in read_notebook(page).cells[0].source
        else:
            with pytest.raises(BuildError, match="does not have the term 'epoch' of the glossary in bold"):
                read_notebook(page)
