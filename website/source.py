"""Lay out what Sphinx reads: the project's pages where they are, the lessons, a page for each room of the library."""

import linecache
import shutil
from html import escape
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import nbformat
import numpy as np
from bs4 import BeautifulSoup

from cs231n_lib.checks import Result
from cs231n_lib.classroom.release.build import lesson_sources
from cs231n_lib.classroom.release.glossary import glossary, on_site
from cs231n_lib.classroom.release.reference_sheet import rows_of, title_of
from cs231n_lib.course.map import CourseMap
from cs231n_lib.course.plan import NOTEBOOKS
from cs231n_lib.lessons.optimization import checks
from website import HERE
from website.kit import pages
from website.kit.plans import FOLDER, has_plan, review_date
from website.lessons import page
from website.metadata import script

PAGES = ("*.md", "docs/**/*.md", "docs/*.png", "benchmarks/*.md", "cs231n_lib/datasets/README.md")
FILES = ("LICENSE", "LICENSE-TEXT", "CITATION.cff", "class.toml")
ROOMS = {
    "functions": "Functions",
    "network": "Network",
    "training": "Training",
    "search": "Search",
    "datasets": "Data sets",
    "checks": "Checks",
    "widgets": "Widgets",
    "course": "Course",
    "classroom": "Classroom",
}
STUDENT = """def relative_error(a, b):
    difference = np.abs(a - b)
    size = np.abs(a) + np.abs(b)
    return np.where(size > 0, difference / np.where(size > 0, size, 1), 0)"""
GROUND = ("contracts", "storage", "front_end", "colors")


def lay_out(root: Path, source: Path) -> None:
    """Write into ``source`` all that the site is made from; it must not exist."""
    for pattern in (*PAGES, *FILES):
        for path in root.glob(pattern):
            copy = source / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    shutil.copytree(HERE / "static", source / "_static")
    shutil.copyfile(HERE / "start.md", source / "start.md")
    _all_below(source / "docs/decisions/README.md")
    _kit(root, source)
    _all_below(source / FOLDER / "README.md")
    lessons = [path.stem for path in lesson_sources(root)]
    for name in lessons:
        _lesson(root, name, source)
    _reference(root, source / "reference.md")
    _glossary(root, source / "glossary.md")
    _library(source / "api")
    text = (HERE / "index.md").read_text(encoding="utf-8")
    parts = {
        "lessons": _cards(lessons),
        "notebooks": "\n".join(map(_document, lessons)),
        "student": STUDENT,
        "report": report(),
        "mistake": mistake(),
        "map": _map(root, source / "_static"),
        "course": script(root),
    }
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    (source / "index.md").write_text(text, encoding="utf-8")


def report() -> str:
    """What the check says of the `STUDENT`'s function, as it looks in a notebook, with its place open."""
    known = {"np": np}
    linecache.cache["student"] = (len(STUDENT), None, STUDENT.splitlines(keepends=True), "student")
    exec(compile(STUDENT, "student", "exec"), known)
    result: Result = checks.relative_error(known["relative_error"])
    return str(result._repr_html_()).replace("<details>", "<details open>")


def _map(root: Path, static: Path) -> str:
    """The map of the course without anybody's points."""
    picture = CourseMap(root / "notebooks").picture
    (static / "map.png").write_bytes(picture.png)
    return f'<img src="_static/map.png" width="{picture.width}" alt="{escape(picture.caption)}">'


def mistake() -> str:
    """What the report says of the mistake and its place, without its rows."""
    shown = BeautifulSoup(report(), "html.parser")
    place = shown.details
    # The sentence below the line repeats the one above it.
    for part in (*shown("table"), *place.find_next_siblings(), *place.pre.find_next_siblings()):
        part.decompose()
    return str(shown)


def _document(lesson: str) -> str:
    return f"notebooks/{lesson}/{lesson}"


def _lesson(root: Path, name: str, source: Path) -> None:
    release, solution = (
        nbformat.read(root / kind / name / f"{name}.ipynb", as_version=4) for kind in ("notebooks", "solutions")
    )
    shown = page(release, solution, source / "_static" / name, "../../")
    if reviewed := review_date(root, name):
        shown.cells[0].source += f"\n\n{pages.reviewed(reviewed)}"
    if has_plan(root, name):
        shown.cells[0].source += f" For teachers there is a [class plan with questions](../../{FOLDER}/{name}.md)."
    file = source / f"{_document(name)}.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(nbformat.writes(shown), encoding="utf-8")


def _kit(root: Path, source: Path) -> None:
    """Pages for the teacher of each lesson, with figures beside them."""
    figures = source / "_static/kit"
    figures.mkdir()
    for name in pages.planned(root):
        one = pages.read(root, name)

        def picture(number: int, svg: str, alt: str, name: str = name) -> str:
            file = figures / f"{name}_{number}.svg"
            file.write_text(svg, encoding="utf-8")
            shown = f'<img src="../../_static/kit/{file.name}" loading="lazy" alt="{escape(alt)}">'
            return f'<figure class="demonstration">{shown}<figcaption>{escape(alt)}</figcaption></figure>'

        (source / pages.page_of(one)).write_text(pages.teacher_page(one, picture, _from_kit), encoding="utf-8")
        (source / pages.sheet_of(one)).write_text(pages.question_page(one), encoding="utf-8")


def _from_kit(text: str, target: str) -> str:
    """Link from a teacher's page to another page of the project."""
    return f"[{text}](../../{target})"


def _reference(root: Path, file: Path) -> None:
    """A page to print, with a section for each lesson that defines functions."""
    about = "Every function that you write in the course, with shapes. In print, each lesson starts a new page."
    sections = [
        f'## {title_of(path)}\n\n<table class="reference">{rows_of(path)}</table>'
        for path in lesson_sources(root)
        if rows_of(path)
    ]
    file.write_text("\n\n".join(["# Reference sheet", about, *sections, ""]), encoding="utf-8")


def _glossary(root: Path, file: Path) -> None:
    """A page with the terms that the lessons define."""
    about = "Terms that the lessons define, each with a link to its section."
    file.write_text(f"# Glossary\n\n{about}\n\n{glossary(root, on_site)}\n", encoding="utf-8")


def _cards(lessons: list[str]) -> str:
    """The questions of the notebooks that are there, each with a link."""
    rows = [
        f'<li><a href="{_document(lesson.folder)}.html">{lesson.number:02d} · {lesson.title}</a> {lesson.question}</li>'
        for lesson in NOTEBOOKS
        if lesson.folder in lessons
    ]
    return "\n".join(rows)


def _all_below(readme: Path) -> None:
    """Name the pages beside a list of links as its children."""
    pages = sorted(path.stem for path in readme.parent.glob("*.md") if path != readme)
    text = readme.read_text(encoding="utf-8")
    readme.write_text("\n".join([text, "```{toctree}", ":hidden:", "", *pages, "```", ""]), encoding="utf-8")


def _library(folder: Path) -> None:
    """A page for each room: the docstrings of its public names."""
    folder.mkdir()
    rooms = {name: (title, _parts(name)) for name, title in ROOMS.items()}
    rooms["ground"] = ("Ground", [_part("automodule", f"cs231n_lib.{module}", "##") for module in GROUND])
    for name, (title, parts) in rooms.items():
        (folder / f"{name}.md").write_text("\n".join([f"# {title}", "", *parts]), encoding="utf-8")
    first = ["# The library", "", "Every public name, with its shapes, its errors and an example."]
    (folder / "index.md").write_text("\n".join([*first, "", "```{toctree}", "", *rooms, "```", ""]), encoding="utf-8")


def _parts(room: str) -> list[str]:
    """What has Sphinx write a room's names: one by one, since a room may load them on use.

    A room that offers no names of its own offers its modules.
    """
    package = import_module(f"cs231n_lib.{room}")
    parts = [_part("automodule", package.__name__, options="   :no-members:\n")]
    modules = sorted(module.name for module in iter_modules(package.__path__))
    for name in getattr(package, "__all__", modules):
        value = getattr(package, name, None)
        kind = "autoclass" if isinstance(value, type) else "autofunction" if callable(value) else "automodule"
        parts.append(_part(kind, f"{package.__name__}.{name}", "##" if kind == "automodule" else ""))
    return parts


def _part(kind: str, name: str, heading: str = "", options: str = "") -> str:
    title = f"{heading} `{name}`\n\n" if heading else ""
    return f"{title}```{{eval-rst}}\n.. {kind}:: {name}\n{options}```\n"
