"""The site's pages are lessons without answers, and what must hold of the site is noticed where it does not."""

import base64
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from cs231n_lib.classroom.release.build import lesson_sources
from cs231n_lib.classroom.release.verify import answers
from cs231n_lib.widgets.prediction import folded_answer
from website import HERE, ROOT, START
from website.check import dead_links, from_elsewhere, leaks, raw_formulas, read
from website.lessons import page

PIXEL = base64.b64encode(b"a picture").decode()


def shown(html: str) -> nbformat.NotebookNode:
    return new_output("display_data", {"text/html": html, "text/plain": "in words"})


def marked(grade: bool, solution: bool, name: str) -> dict[str, object]:
    return {"nbgrader": {"grade": grade, "solution": solution, "grade_id": name}}


def lesson(tmp_path: Path) -> list[nbformat.NotebookNode]:
    """The cells of a page made from a lesson of one exercise, one experiment and one prediction."""
    question = folded_answer("<strong>Predict:</strong> ", "Which?", {"a": "this", "b": "that"}, "b. Because.")
    picture = f'<img src="data:image/png;base64,{PIXEL}" alt="A picture.">'
    text = new_markdown_cell(
        "# 01 · Lines\n\nSee the [start page](../index.ipynb) or [needs](../00_primer/00_primer.ipynb#Chain-rule)."
    )
    release = new_notebook(
        cells=[
            text,
            new_code_cell("raise NotImplementedError", metadata=marked(False, True, "double")),
            new_code_cell("checks.double()", metadata=marked(True, False, "check_double")),
            new_code_cell("checks.triple()", metadata=marked(False, False, "check_triple")),
            new_code_cell("pictures.line()"),
            new_code_cell("checks.predict()"),
        ]
    )
    solution = nbformat.from_dict(release)
    solution.cells[1].source = "return 2 * x"
    for number in (1, 2, 3):
        solution.cells[number].outputs = [shown("One way to write it: return 2 * x")]
    solution.cells[4].outputs = [shown(picture)]
    solution.cells[5].outputs = [shown(question), shown(picture)]
    return page(release, solution, tmp_path / "01_lines", "../../").cells


def test_a_page_has_the_text_and_the_pictures_and_no_answer(tmp_path: Path) -> None:
    text, exercise, picture, prediction = lesson(tmp_path)
    assert f"[start page](../../{START})" in text.source
    assert 'href="../../lite/open.html?path=01_lines/01_lines.ipynb">open in your browser (preview)</a>' in text.source
    assert "[needs](../00_primer/00_primer.ipynb#chain-rule)" in text.source
    assert (exercise.source, exercise.outputs) == ("raise NotImplementedError", [])
    (file,) = (tmp_path / "01_lines").iterdir()
    assert file.read_bytes() == b"a picture"
    assert f'src="../../_static/01_lines/{file.name}"' in picture.outputs[0].data["text/html"]
    question, answer = (output.data["text/html"] for output in prediction.outputs)
    assert "Which?" in question
    assert "Because" not in question
    assert answer.startswith("<details><summary>Show what happened</summary><img ")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text('<p id="here">Words</p><a href="sub/page.html#there">on</a>')
    (tmp_path / "sub/page.html").write_text(
        '<p id="there">Words</p><a href="../index.html#here">back</a><a href="#there">up</a>'
    )
    return tmp_path


def test_links_that_lead_somewhere_pass_and_others_are_named(site: Path) -> None:
    assert list(dead_links(site, read(site))) == []
    (site / "sub/page.html").write_text('<a href="../none.html">a</a><a href="../index.html#nowhere">b</a>')
    assert list(dead_links(site, read(site))) == [
        "index.html: sub/page.html#there names no part of that page",
        "sub/page.html: ../none.html leads nowhere",
        "sub/page.html: ../index.html#nowhere names no part of that page",
    ]


def test_resources_from_other_servers_are_reported(site: Path) -> None:
    (site / "index.html").write_text(
        '<a href="https://a.test/">read</a><script src="https://cdn.test/math.js"></script>'
    )
    assert list(from_elsewhere(read(site))) == ["index.html: script is fetched from https://cdn.test/math.js"]


@pytest.mark.parametrize("text", [r"the slope $\mu v$", r"\frac 1 2", "$$x$$"])
def test_unrendered_formula_is_reported(site: Path, text: str) -> None:
    (site / "index.html").write_text(f"<p>{text}</p><code>{text}</code><p>It costs $5, or $6.</p>")
    assert len(list(raw_formulas(read(site)))) == 1


def test_leaked_answer_is_found_in_any_layout(site: Path) -> None:
    source = lesson_sources(ROOT)[0].with_suffix(".ipynb")
    name, answer = next(answers(nbformat.read(source, as_version=4)))
    pages = read(site)
    assert list(leaks(ROOT, pages)) == []
    spans = "".join(f"<span>{part}</span> " for part in answer.replace("<", "&lt;").split())
    leaking = BeautifulSoup(f"<pre>{spans}</pre>", "html.parser")
    assert list(leaks(ROOT, {"page.html": leaking})) == [f"page.html: the answer of {source.stem}, {name}"]
    unfolded = BeautifulSoup("<details><summary>Answer</summary>b</details>", "html.parser")
    assert list(leaks(ROOT, {"page.html": unfolded})) == ["page.html: an answer that can be unfolded"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_animation_is_small_ends_and_has_a_still_image(theme: str) -> None:
    moving = HERE / f"static/dashboard-{theme}.webp"
    assert moving.stat().st_size <= 300_000
    with Image.open(moving) as opened:
        assert opened.n_frames > 20
        assert opened.info["loop"] == 1
        assert sum(duration(opened, frame) for frame in range(opened.n_frames)) < 5_000  # WCAG 2.2.2
    still = f"dashboard-{theme}-still.webp"
    assert (HERE / "static" / still).exists()
    first = (HERE / "index.md").read_text()
    assert f'<source media="(prefers-reduced-motion: reduce)" srcset="_static/{still}">' in first


def duration(picture: Image.Image, frame: int) -> float:
    """Milliseconds for which a frame is shown."""
    picture.seek(frame)
    picture.load()  # which alone reads it
    return float(picture.info["duration"])
