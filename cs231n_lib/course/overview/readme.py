"""Parts of the README that ``make notebooks`` writes between invisible comments.

The list of lessons comes from the plan. Links and badges come from ``[project.urls]`` in pyproject.toml, and are left
out if it names none. `wheel` uses the same table for the first cell of each lesson.
"""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from cs231n_lib.course.plan import NOTEBOOKS
from cs231n_lib.course.student.progress import notebook_path

BEGIN, END = "<!-- lessons: written by `make notebooks` from the plan -->", "<!-- end of lessons -->"
BEGIN_LINKS, END_LINKS = "<!-- links: written by `make notebooks` from [project.urls] -->", "<!-- end of links -->"


def lessons_list(root: Path) -> str:
    """Return the list of lessons, with links to those that exist."""
    found = []
    for lesson in NOTEBOOKS:
        path = Path("notebooks", notebook_path(lesson))
        title = f"{lesson.number:02d} {lesson.title}"
        there = f'[{title}]({path.as_posix()} "{lesson.writes}")'
        linked = there if (root / path).exists() else f"{title} (being written)"
        found.append(linked if lesson.graded else f"{linked} (optional)")
    return " ·\n".join(found)


def links(root: Path) -> str:
    """Return a line of links for reading, trying and getting the course, or "".

    ``Repository`` in ``[project.urls]`` is an address on GitHub, and ``Documentation`` is the website's address.
    """
    urls = _urls(root)
    found = []
    if site := urls.get("Documentation"):
        preview = f"{site.rstrip('/')}/lite/open.html"
        found += [f"[Read it]({site})", f"[Open in your browser (preview)]({preview})"]
    if name := _at_github(urls):
        binder = f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/work/index.ipynb"
        found += [
            f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder})",
            f"[Open in Codespaces](https://codespaces.new/{name})",
            f"[Releases](https://github.com/{name}/releases/latest)",
        ]
    return " · ".join(found) + "\n" if found else ""


def wheel(root: Path) -> str:
    """Return the URL or file name of this version's wheel, for ``pip install``."""
    number = version("cs231n_lib")
    file, name = f"cs231n_lib-{number}-py3-none-any.whl", _at_github(_urls(root))
    return f"https://github.com/{name}/releases/download/v{number}/{file}" if name else file


def written(root: Path) -> str:
    """Return the README under ``root`` with these parts rewritten.

    Raises
    ------
    ValueError
        If the comments around the list of lessons are missing.
    """
    text = (root / "README.md").read_text(encoding="utf-8")
    if not _place(BEGIN, END).search(text):
        raise ValueError(f"README.md has no place for the list of lessons. Add these two lines: {BEGIN} and {END}")
    text = _place(BEGIN, END).sub(lambda _: f"{lessons_list(root)}\n", text, count=1)
    return _place(BEGIN_LINKS, END_LINKS).sub(lambda _: links(root), text, count=1)


def _urls(root: Path) -> dict[str, str]:
    about = root / "pyproject.toml"
    urls: dict[str, str] = {}
    if about.exists():
        urls = tomllib.loads(about.read_text(encoding="utf-8"))["project"].get("urls", {})
    return urls


def _at_github(urls: dict[str, str]) -> str:
    """Return the owner and name of the repository on GitHub, or an empty string."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)/?", urls.get("Repository", ""))
    return found[1] if found else ""


def _place(begin: str, end: str) -> re.Pattern[str]:
    return re.compile(f"(?<={re.escape(begin)}\n).*?(?={re.escape(end)})", re.DOTALL)
