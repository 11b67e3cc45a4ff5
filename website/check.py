"""What must hold of the finished site: no answer in it, every link leads somewhere, nothing comes from elsewhere."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from bs4 import BeautifulSoup

from cs231n_lib.classroom.release.build import lesson_sources
from cs231n_lib.classroom.release.verify import answers
from website import LITE

FETCHED = {"img": "src", "script": "src", "source": "srcset", "iframe": "src", "video": "src", "link": "href"}
"""What a browser fetches by itself."""
LATEX = re.compile(r"\$[^$\n]*[\\^_][^$\n]*\$|\$\$|\\(?:frac|tfrac|alpha|mu|sum|partial|nabla|left|begin)\b")
WORD = re.compile(r"\w+")
Pages = Mapping[str, BeautifulSoup]


def problems(root: Path, site: Path) -> list[str]:
    """What is wrong with the site of the project at ``root``, a line each."""
    pages = read(site)
    return [*leaks(root, pages), *dead_links(site, pages), *from_elsewhere(pages), *raw_formulas(pages)]


def read(site: Path) -> Pages:
    """Each page, by its path below ``site``."""
    # In `_static` are the theme's templates. `check_lite` looks at `lite`.
    files = sorted(file for file in site.rglob("*.html") if not {"_static", LITE} & {*file.relative_to(site).parts})
    return {str(file.relative_to(site)): BeautifulSoup(file.read_text("utf-8"), "html.parser") for file in files}


def leaks(root: Path, pages: Pages) -> Iterator[str]:
    """Answers of the solutions, however they are laid out, and the answer of a prediction."""
    known = [
        (path.stem, name, _words(answer))
        for path in lesson_sources(root)
        for name, answer in answers(nbformat.read(path.with_suffix(".ipynb"), as_version=4))
    ]
    for name, page in pages.items():
        shown = _words(page.get_text(" ") + " ".join(image["alt"] for image in page("img", alt=True)))
        yield from (f"{name}: the answer of {lesson}, {which}" for lesson, which, words in known if words in shown)
        if any(summary.get_text() in {"Answer", "One way to write it"} for summary in page("summary")):
            yield f"{name}: an answer that can be unfolded"


def dead_links(site: Path, pages: Pages) -> Iterator[str]:
    """Links within the site to a file or a part of a page that is not there."""
    ids = {name: {tag["id"] for tag in page(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        for _, link in _links(page):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            there = os.path.normpath(target.relative_to(site))
            if not target.exists():
                yield f"{name}: {link} leads nowhere"
            elif parts.fragment and there in ids and unquote(parts.fragment) not in ids[there]:
                yield f"{name}: {link} names no part of that page"


def from_elsewhere(pages: Pages) -> Iterator[str]:
    """What a page would fetch from another server."""
    for name, page in pages.items():
        for tag, link in _links(page):
            if tag in FETCHED and urlsplit(link).netloc:
                yield f"{name}: {tag} is fetched from {link}"


def raw_formulas(pages: Pages) -> Iterator[str]:
    """Formulas that still look as they were written."""
    for name, page in pages.items():
        for text in page.find_all(string=LATEX):
            if not any(parent.name in {"pre", "code", "script", "math"} for parent in text.parents):
                yield f"{name}: a formula is not rendered: {text.strip()[:80]}"


def _links(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for tag, attribute in (FETCHED | {"a": "href"}).items():
        yield from ((tag, found[attribute]) for found in page(tag, **{attribute: True}))


def _words(text: str) -> str:
    return f" {' '.join(WORD.findall(text))} "
