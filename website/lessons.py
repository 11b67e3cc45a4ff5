"""A lesson as a page: the released notebook, with the pictures of the solution's experiments, and without answers."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from cs231n_lib.course.student.notebook import CHECK
from website import DOOR, LITE, START

INVITATION = """

:::{{tip}}
This page is for reading. In the notebook you write the functions, and the checks tell you which mistakes they contain.
[Install the course]({start}), or <a href="{lite}">open in your browser (preview)</a>.
:::"""
_PICTURE = re.compile(r'src="data:image/png;base64,([^"]+)"')
_SECTION = re.compile(r"(?<=\.ipynb#)[^)\s]+(?=\))")
"""Section of another lesson in a link. On the site its anchor is in lower case."""
_ANSWER = re.compile(r"<details><summary[^>]*>Answer</summary>.*?</details>", re.DOTALL)


def page(release: NotebookNode, solution: NotebookNode, pictures: Path, up: str) -> NotebookNode:
    """The release with what its experiments show.

    Check cells are left out, and answers are as they are handed out. Of what the solution shows, only outputs of cells
    that are the same in the release and bear no mark of nbgrader are taken.

    Parameters
    ----------
    release, solution : NotebookNode
        Of one lesson, with the same cells.
    pictures : Path
        A folder for the pictures; it is made.
    up : str
        From the page to the site's first folder: ``"../../"``.
    """
    cells = []
    for given, solved in zip(release.cells, solution.cells, strict=True):
        marks = given.metadata.get("nbgrader", {})
        if marks.get("grade_id", "").startswith(CHECK):
            continue
        cell = NotebookNode(given, metadata=NotebookNode())
        if cell.cell_type == "code":
            shown = not marks and given.source == solved.source
            cell.outputs = list(_outputs(solved, pictures, up)) if shown else []
        elif cell.cell_type == "markdown":
            cell.source = cell.source.replace("(../index.ipynb)", f"({up}{START})")
            cell.source = _SECTION.sub(lambda found: found[0].lower(), cell.source)
            cell.source = cell.source.replace("(../../docs/", f"({up}docs/")
        cells.append(cell)
    # In HTML, because Sphinx would look for the page of a link among those that it writes.
    notebook = f"{pictures.name}/{pictures.name}.ipynb"
    cells[0].source += INVITATION.format(start=f"{up}{START}", lite=f"{up}{LITE}/{DOOR}?path={notebook}")
    return NotebookNode(release, cells=cells)


def _outputs(cell: NotebookNode, pictures: Path, up: str) -> Iterator[NotebookNode]:
    """What a cell shows; what answers a prediction is folded."""
    asked = False
    for output in cell.outputs:
        html = output.get("data", {}).get("text/html")
        if html is None:
            yield output
            continue
        question = "<strong>Predict:</strong>" in html
        html = _ANSWER.sub("", html)
        html = _PICTURE.sub(lambda found: _stored(found[1], pictures, up), html)
        html = html.replace("<figure ", '<figure tabindex="0" ')  # which may be scrolled, with the keys too
        if asked and not question:
            html = f"<details><summary>Show what happened</summary>{html}</details>"
        asked = asked or question
        yield NotebookNode(output_type="display_data", metadata=NotebookNode(), data=NotebookNode({"text/html": html}))


def _stored(encoded: str, pictures: Path, up: str) -> str:
    """Write a picture to a file of its own, which a browser fetches when it comes into sight."""
    content = base64.b64decode(encoded)
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.png"
    pictures.mkdir(parents=True, exist_ok=True)
    (pictures / name).write_bytes(content)
    return f'loading="lazy" src="{up}_static/{pictures.name}/{name}"'
