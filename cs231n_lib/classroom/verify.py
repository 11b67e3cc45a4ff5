"""Whether what is committed is what the texts give, and whether the release keeps the answers to itself."""

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

REMEDY = "run `make notebooks` and commit what it writes"
_PICTURE = re.compile(r"data:image/[\w+]+;base64,[\w+/=\s]+")
_ABOUT = re.compile(r"≈ \d[\d.]*")
"""A figure whose last digits differ between processors, as networks trained in float32 reach it."""
_REGION = re.compile(rf"### {BEGIN}\n(.*?)\n[ ]*### {END}", re.DOTALL)


def verify(root: Path, lessons: Sequence[str] = (), home: str = HOME, *, stored: bool = False) -> list[str]:
    """Build the lessons in a temporary directory and say in one line each what differs from ``root``, or leaks.

    With ``stored`` nothing is run: texts, releases and lists are compared, and outputs are taken as they are.

    Releases are compared byte by byte. Of solutions and the start page the pictures count only as present or absent,
    and figures behind an ≈ do not count: they differ between machines.
    """
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        for name in ("nbgrader_config.py", "pyproject.toml", FILE):
            if (root / name).exists():
                shutil.copy(root / name, fresh)
        sources = shutil.ignore_patterns("*.ipynb", "__pycache__", ".ipynb_checkpoints")
        shutil.copytree(root / "solutions", fresh / "solutions", ignore=sources)
        build(fresh, lessons, home, root if stored else None)
        names = [path.stem for path in lesson_sources(root) if not lessons or path.stem in lessons]
        return list(_differences(root, fresh, names)) + [leak for name in names for leak in leaks(root, name)]


def leaks(root: Path, lesson: str) -> list[str]:
    """Every place where the release of ``lesson`` shows an answer, an output, or a file that is not the lesson."""
    folder = root / "notebooks" / lesson
    others = sorted(path for path in folder.glob("[!.]*") if path.name != f"{lesson}.ipynb")
    found = [f"{path}: a file that is not the lesson" for path in others]
    released, solution = folder / f"{lesson}.ipynb", root / "solutions" / lesson / f"{lesson}.ipynb"
    if not (released.exists() and solution.exists()):
        return [*found, f"{released}: missing, or its solution is. {REMEDY}"]
    given = list(answers(nbformat.read(solution, as_version=4)))
    for cell in nbformat.read(released, as_version=4).cells:
        shown = _squeezed(cell.source)
        reasons = [f"the mark '{mark}'" for mark in (BEGIN, END, PLACEHOLDER) if mark in cell.source]
        reasons += [f"the answer of {name}" for name, answer in given if answer in shown]
        reasons += ["an output"] if cell.get("outputs") or cell.get("execution_count") else []
        found += [f"{released}, {label(cell)}: the release shows {reason}" for reason in reasons]
    return found


def answers(solution: NotebookNode) -> Iterator[tuple[str, str]]:
    """What a solution answers, in code or in words: the cell's name, and the lines of the answer without margins."""
    for cell in solution.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            texts = _REGION.findall(cell.source) if cell.cell_type == "code" else [cell.source]
            yield from ((marks["grade_id"], _squeezed(text)) for text in texts)


def _squeezed(text: str) -> str:
    """The lines without their margins and without blank ones, so that a moved answer is found too."""
    return "\n" + "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def _differences(root: Path, fresh: Path, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        released = Path("notebooks", name, f"{name}.ipynb")
        yield from compare(root / released, fresh / released, exact=True)
        solution = Path("solutions", name, f"{name}.ipynb")
        yield from compare(root / solution, fresh / solution)
        if asked(root).get(name) != asked(fresh).get(name):
            yield f"{root / RELEASES}: what {name} asks differs from a fresh build. {REMEDY}"
    page = Path("notebooks", "index.ipynb")
    if (fresh / page).exists():
        yield from compare(root / page, fresh / page)
    page = root / "README.md"
    if page.exists() and page.read_text(encoding="utf-8") != readme_text(root):
        yield f"{page}: the list of lessons differs from the plan, or the links from pyproject.toml. {REMEDY}"


def asked(root: Path) -> Any:
    """What this version of the course asks, by lesson, as noted beside the releases under ``root``."""
    file = root / RELEASES
    return json.loads(file.read_text(encoding="utf-8")).get(version("cs231n_lib"), {}) if file.exists() else {}


def compare(committed: Path, fresh: Path, exact: bool = False) -> list[str]:
    """One line for each cell in which the two notebooks differ."""
    if not committed.exists():
        return [f"{committed}: missing. {REMEDY}"]
    if committed.read_bytes() == fresh.read_bytes():
        return []
    old, new = (nbformat.read(path, as_version=4) for path in (committed, fresh))
    pairs = zip(old.cells, new.cells, strict=False)
    found = [
        f"{committed}, {label(ours)}: {part} differ{'s' if part == 'source' else ''} from a fresh build. {REMEDY}"
        for ours, theirs in pairs
        for part in ("source", "metadata", "outputs")
        if _comparable(ours.get(part)) != _comparable(theirs.get(part))
    ]
    if len(old.cells) != len(new.cells):
        found.append(f"{committed}: {len(old.cells)} cells, a fresh build has {len(new.cells)}. {REMEDY}")
    if not found and (exact or old.metadata != new.metadata or [c.id for c in old.cells] != [c.id for c in new.cells]):
        found.append(f"{committed}: the file differs from a fresh build outside its cells' contents. {REMEDY}")
    return found


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "picture" if key in {"image/png", "image/jpeg"} else _comparable(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return _ABOUT.sub("≈", _PICTURE.sub("data:image", value)) if isinstance(value, str) else value
