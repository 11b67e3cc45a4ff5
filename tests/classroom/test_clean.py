"""Nothing that runs, sends, loads or covers comes through, and what is meant to be seen does."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, output_from_msg
from traitlets.config import Config

from cs231n_lib.classroom.clean import MAX_IN_CELL, MAX_IN_NOTEBOOK, REMOVED, Clean, clean
from cs231n_lib.classroom.nbgrader_course import read_config
from cs231n_lib.course.plan import BRIDGE

ROOT = Path(__file__).parents[2]
CORPUS = (ROOT / "tests/fixtures/injections.txt").read_text().splitlines()
RUNS = re.compile(r"<script|<iframe|<svg|<math|<style|<form|<object|<embed|<base|<meta|<link|<input", re.IGNORECASE)


def dangers(html: str) -> list[str]:
    found = RUNS.findall(html)
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        for name, value in element.attrs.items():
            text = "".join(value).lower()
            if name.startswith("on") or name in ("srcdoc", "formaction", "id", "name", "data-link"):
                found.append(f"{element.name} {name}")
            if name in ("src", "href") and not text.startswith(("data:image/", "http", "mailto:", "#")):
                found.append(f"{element.name} {name}={text}")
            if element.name == "img" and name == "src" and not text.startswith("data:image/"):
                found.append(f"loads {text}")
            if name == "style" and re.search(r"url|position|expression", text):
                found.append(f"style {text}")
    return found


def config() -> Config:
    return Config(HTMLExporter=read_config(ROOT).HTMLExporter)


@cache
def exporter() -> HTMLExporter:
    """One exporter for all pages, because loading its templates is slow."""
    return HTMLExporter(config=config(), template_name="classic")


def page(*cells: NotebookNode) -> str:
    html, _ = exporter().from_notebook_node(new_notebook(cells=list(cells)))
    soup = BeautifulSoup(html, "html.parser")
    return "".join(part.decode_contents() for part in soup.select(".text_cell_render, .output_subarea"))


def output(**data: Any) -> NotebookNode:
    return new_output("display_data", {name.replace("_", "/"): value for name, value in data.items()})


@pytest.mark.parametrize("injection", CORPUS)
def test_cleaned_output_contains_no_injection(injection: str) -> None:
    assert dangers(clean(injection)) == []
    assert dangers(page(new_markdown_cell(injection))) == []
    shown = [output(text_html=injection), output(text_markdown=injection), output(text_plain=injection)]
    assert dangers(page(new_code_cell("x", outputs=shown))) == []


def test_the_corpus_is_dangerous_without_cleaning() -> None:
    harmless = [line for line in CORPUS if not dangers(line)]
    assert [line for line in harmless if not re.search(r"[\[`<]", line)] == []
    assert len(harmless) < 10  # those that are Markdown, or dangerous where another parser reads them


@given(st.text(alphabet="<>/=\"' ascriptonerjvimgb:()`[]&;#x\n"))
def test_cleaning_is_idempotent(text: str) -> None:
    once = clean(text)
    assert dangers(once) == []
    assert clean(once) == once


KINDS = {
    "application_javascript": "send()",
    "image_svg+xml": "<svg onload='send()'></svg>",
    "image_png": '" onerror="send()',
    "text_vnd.mermaid": "graph LR; A-->B",
    "application_vnd.jupyter.widget-view+json": {"model_id": "x"},
    "application_pdf": "x",
}


@pytest.mark.parametrize("kind", KINDS)
def test_output_types_that_run_code_are_removed(kind: str) -> None:
    html = page(new_code_cell("x", outputs=[output(**{kind: KINDS[kind]})]))
    assert dangers(html) == []
    assert "send()" not in html


def test_kernel_chosen_metadata_and_counts_are_not_markup() -> None:
    picture = new_output("display_data", {"image/png": "aGk="}, metadata={"width": "1 onerror=send()", "filenames": {}})
    html = new_output("execute_result", {"text/html": "<b>so</b>"}, metadata={"text/html": {"isolated": True}})
    shown = page(new_code_cell("x", outputs=[picture, html]))
    assert dangers(shown) == []
    assert "send()" not in shown
    assert "<b>so</b>" in shown
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[html])])
    notebook.cells[0].execution_count = html.execution_count = "<img src=x onerror=send()>"
    Clean().preprocess(notebook, {})
    assert "send()" not in str(notebook)


def test_names_are_text() -> None:
    _, resources = Clean().preprocess(new_notebook(), {"student": "<b>", "first_name": "<i>", "last_name": None})
    assert resources == {"student": "&lt;b&gt;", "first_name": "&lt;i&gt;", "last_name": None}


def test_outputs_are_bounded_and_a_result_stays() -> None:
    big = new_output("stream", name="stdout", text="x" * (MAX_IN_CELL + 1))
    points = new_output("execute_result", {"text/plain": "8.0"}, execution_count=3)
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[big, points])])
    Clean().preprocess(notebook, {})
    assert (
        notebook.cells[0].outputs[0].text == "An output of 1.0 MB was removed because it is too large to show here.\n"
    )
    assert notebook.cells[0].outputs[1] == points
    near = new_output("stream", name="stdout", text="x" * (MAX_IN_CELL - 100))
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[near]) for _ in range(15)])
    Clean().preprocess(notebook, {})
    assert len(str(notebook)) < MAX_IN_NOTEBOOK + 100_000


def seen(html: str) -> Counter[str]:
    """What makes a page look as it does: its elements, texts and styles."""
    soup = BeautifulSoup(html, "html.parser")
    styles = [
        "".join(part.split()).rstrip(";")
        for element in soup.select("[style]")
        for part in str(element["style"]).split(";")
        if part.strip()
    ]
    names = [element.name for element in soup.find_all(True) if element.name != "tbody"]  # which browsers add too
    return Counter(names + styles) + Counter(soup.get_text().split())


@pytest.mark.parametrize("path", sorted(ROOT.glob("solutions/*/*.ipynb")), ids=lambda path: path.stem)
def test_reports_and_figures_of_lessons_are_unchanged(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    pages = [o.data["text/html"] for cell in cells for o in cell.get("outputs", []) if "text/html" in o.get("data", {})]
    assert len(pages) > 10 or path.stem == BRIDGE.folder  # which has few reports and no pictures
    for html in pages:
        assert seen(clean(html)) == seen(html)


def test_formulas_tables_code_and_images_are_unchanged() -> None:
    text = (
        "So $a<b$ and $$\\frac{a}{b} > \\sqrt{c}$$\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
        "```python\ndef f(x):\n    return x < 1 & x\n```\n\n![alt](attachment:p.png)\n\n> *quoted* **so**\n\n1. one"
    )
    cell = new_markdown_cell(text, attachments={"p.png": {"image/png": "aGk="}})
    cleaned = page(cell)
    plain_html, _ = HTMLExporter(template_name="classic", exclude_anchor_links=True).from_notebook_node(
        new_notebook(cells=[cell])
    )
    (before,) = BeautifulSoup(plain_html, "html.parser").select(".text_cell_render")
    assert seen(cleaned) == seen(before.decode_contents())
    for kept in ("$a&lt;b$", "\\frac{a}{b} &gt; \\sqrt{c}", 'src="data:image/png;base64,aGk="', '<span class="k">'):
        assert kept in cleaned


def test_long_markdown_is_escaped_and_not_rendered() -> None:
    """Rendering a megabyte takes hours, because nbconvert looks from each bracket for its end."""
    assert "[" * 50_000 in page(new_markdown_cell("<b>" + "[" * 50_000))
    assert "<b>" not in page(new_markdown_cell("<b>" + "*a " * 20_000))


REPEATED = "<p>" + "".join(f"<b title={i}>" for i in range(2000)) + "</p>" + "<p>x</p>" * 2000
"""The parser repeats all open elements in each later paragraph, 78 MB from 41 kB."""


@pytest.mark.parametrize("html", [REPEATED, "<div>" * 60_000])
def test_html_that_would_take_too_long_is_removed(html: str) -> None:
    assert clean(html) == REMOVED


def test_large_table_and_large_image_are_kept() -> None:
    row = "<tr>" + "<td>1</td>" * 10 + "</tr>"
    table = f"<table><tbody>{row * 200}</tbody></table>"
    assert clean(table) == table
    image = f'<img src="data:image/png;base64,{"A" * 200_000}">'
    assert clean(image) == image


@pytest.mark.parametrize("margin", ["margin-top: -420px", "margin: 0 0 -9em", "margin-left:calc(0px - 9px)"])
def test_negative_margins_are_removed(margin: str) -> None:
    assert clean(f'<p style="{margin};color:red">8 of 8 points</p>') == '<p style="color:red">8 of 8 points</p>'


def test_html_after_the_time_limit_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cs231n_lib.classroom.clean.MAX_SECONDS", -1.0)
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output(text_html="<b>so</b>", text_plain="so")])])
    Clean().preprocess(notebook, {})
    assert notebook.cells[0].outputs[0].data == {"text/html": REMOVED, "text/plain": "so"}


def test_traceback_from_a_kernel_message_is_escaped() -> None:
    message = {"header": {"msg_type": "error"}, "content": {"ename": "<b>", "evalue": "<i>", "traceback": ["<u>"]}}
    html = page(new_code_cell("x", outputs=[output_from_msg(message)]))
    assert "<u>" not in html
    assert "&lt;u&gt;" in html
