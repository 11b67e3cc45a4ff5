"""Comparison of notebooks with their texts, and a search for leaked answers."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from cs231n_lib.course.plan import HOME
from cs231n_lib.course.settings import FILE

from .build import RELEASES, build, lesson_sources, readme_text
from .source import BEGIN, END, PLACEHOLDER, label

REMEDY = "Run `make notebooks` and commit what it writes"
_REGION = re.compile(rf"### {BEGIN}\n(.*?)\n[ ]*### {END}", re.DOTALL)


def verify(root: Path, lessons: Sequence[str] = (), home: str = HOME) -> list[str]:
    """Build the lessons elsewhere, and list differences from ``root`` and leaks.

    No lesson runs. The function compares texts, releases and lists, and takes the outputs from the notebooks under
    ``root``. Only nbval compares the outputs with a new run.
    """
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        for name in ("nbgrader_config.py", "pyproject.toml", FILE):
            if (root / name).exists():
                shutil.copy(root / name, fresh)
        sources = shutil.ignore_patterns("*.ipynb", "__pycache__", ".ipynb_checkpoints")
        shutil.copytree(root / "solutions", fresh / "solutions", ignore=sources)
        build(fresh, lessons, home, root)
        names = [path.stem for path in lesson_sources(root) if not lessons or path.stem in lessons]
        return list(_differences(root, fresh, names)) + [leak for name in names for leak in leaks(root, name)]


def leaks(root: Path, lesson: str) -> list[str]:
    """List the answers, outputs and other files that a release must not contain."""
    folder = root / "notebooks" / lesson
    others = sorted(path for path in folder.glob("[!.]*") if path.name != f"{lesson}.ipynb")
    found = [f"{path}: this file does not belong to the lesson. Remove it" for path in others]
    released, solution = folder / f"{lesson}.ipynb", root / "solutions" / lesson / f"{lesson}.ipynb"
    if not (released.exists() and solution.exists()):
        return [*found, f"{released}: the file or its solution is missing. {REMEDY}"]
    given = list(answers(nbformat.read(solution, as_version=4)))
    for cell in nbformat.read(released, as_version=4).cells:
        shown = _squeezed(cell.source)
        reasons = [f"the mark '{mark}'" for mark in (BEGIN, END, PLACEHOLDER) if mark in cell.source]
        reasons += [f"the answer of {name}" for name, answer in given if answer in shown]
        reasons += ["an output"] if cell.get("outputs") or cell.get("execution_count") else []
        remedy = f"Remove it from {solution.with_suffix('.py')}, then run `make notebooks` and commit what it writes"
        found += [f"{released}, {label(cell)}: the release shows {reason}. {remedy}" for reason in reasons]
    return found


def answers(solution: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield the names of a solution's answers, and their lines without indentation."""
    for cell in solution.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            texts = _REGION.findall(cell.source) if cell.cell_type == "code" else [cell.source]
            yield from ((marks["grade_id"], _squeezed(text)) for text in texts)


def _squeezed(text: str) -> str:
    """Remove indentation and blank lines, so that a reformatted answer is found too."""
    return "\n" + "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def _differences(root: Path, fresh: Path, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for step in ("notebooks", "solutions"):
            path = Path(step, name, f"{name}.ipynb")
            yield from compare(root / path, fresh / path)
        if asked(root).get(name) != asked(fresh).get(name):
            yield f"{root / RELEASES}: the exercises of {name} differ from a fresh build. {REMEDY}"
    page = Path("notebooks", "index.ipynb")
    if (fresh / page).exists():
        yield from compare(root / page, fresh / page)
    page = root / "README.md"
    if page.exists() and page.read_text(encoding="utf-8") != readme_text(root):
        yield f"{page}: the list of lessons or the links are out of date. {REMEDY}"


def asked(root: Path) -> Any:
    """Return the exercises of this version by lesson, as recorded beside the releases."""
    file = root / RELEASES
    return json.loads(file.read_text(encoding="utf-8")).get(version("cs231n_lib"), {}) if file.exists() else {}


def compare(committed: Path, fresh: Path) -> list[str]:
    """List the cells in which two notebooks differ, one line each."""
    if not committed.exists():
        return [f"{committed}: the file is missing. {REMEDY}"]
    if committed.read_bytes() == fresh.read_bytes():
        return []
    old, new = (nbformat.read(path, as_version=4) for path in (committed, fresh))
    pairs = zip(old.cells, new.cells, strict=False)
    found = [
        f"{committed}, {label(ours)}: {part} differ{'s' if part == 'source' else ''} from a fresh build. {REMEDY}"
        for ours, theirs in pairs
        for part in ("source", "metadata", "outputs")
        if ours.get(part) != theirs.get(part)
    ]
    if len(old.cells) != len(new.cells):
        found.append(f"{committed}: it has {len(old.cells)} cells, but a fresh build has {len(new.cells)}. {REMEDY}")
    return found or [f"{committed}: the file differs from a fresh build, but not in its cells' contents. {REMEDY}"]
