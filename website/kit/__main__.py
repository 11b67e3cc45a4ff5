"""Write the kit for teachers as files to print: ``make kit``, or ``python -m website.kit [FOLDER]``."""

import re
import shutil
from argparse import ArgumentParser
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from website import ROOT
from website.kit import pages

STYLE = (Path(__file__).parent / "print.css").read_text(encoding="utf-8")


def figure(number: int, svg: str, alt: str) -> str:
    """Figure within the page, because a file that is passed on has nothing beside it."""
    return f'<figure role="img" aria-label="{escape(alt)}">{svg}<figcaption>{escape(alt)}</figcaption></figure>'


def in_sections(body: str) -> str:
    """Put each heading and what belongs to it into a section, as Sphinx does, so that print can keep it together.

    >>> in_sections("<p>a</p><h2>b</h2><h3>c</h3><h2>d</h2>")
    '<p>a</p><section><h2>b</h2><section><h3>c</h3></section></section><section><h2>d</h2></section>'
    """
    first, *parts = re.split(r"(?=<h[23]>)", body)
    written, depth = [first], 0
    for part in parts:
        level = int(part[2]) - 1
        written += ["</section>" * (depth - level + 1), "<section>", part]
        depth = level
    return "".join([*written, "</section>" * depth])


def document(markdown: str, kind: str) -> str:
    """Page of HTML that needs no other file. The style sheet knows its ``kind``."""
    title = escape(markdown.partition("\n")[0].lstrip("# "))
    body = in_sections(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    head = f'<meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width">'
    head += f"\n<style>{STYLE}</style>"
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body class="{kind}">\n{body}</body>\n</html>\n'


def write(root: Path, folder: Path) -> list[Path]:
    """Write both pages of each lesson into ``folder``, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = []
    for name in pages.planned(root):
        one = pages.read(root, name)
        texts = {
            "plan": (pages.page_of(one), pages.teacher_page(one, figure, pages.plain)),
            "sheet": (pages.sheet_of(one), pages.question_page(one)),
        }
        for kind, (path, text) in texts.items():
            written.append(folder / Path(path).with_suffix(".html").name)
            written[-1].write_text(document(text, kind), encoding="utf-8")
    return written


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m website.kit", description="Write the kit for teachers.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "artefacts/kit", help="default: artefacts/kit")
    folder = parser.parse_args().folder
    print(f"{len(write(ROOT, folder))} pages are in {folder}. Open one in a browser to print it.")
