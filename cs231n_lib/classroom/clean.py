"""Sanitised student work for the instructor's browser, without scripts or network.

Markdown is sanitised after it has been rendered to HTML, because changing its source would break formulas. The course's
configuration gives these filters to nbconvert's ``HTMLExporter``, which renders Formgrader. Feedback pages replace
`markdown2html`. Formgrader loads MathJax with the ``Safe`` extension, so that a formula cannot link to a script.

The HTML parser repeats open elements inside later ones, so 40 kB of hostile HTML can become 80 MB. HTML with many tags
or much text is therefore sanitised in a separate process with limited time and memory.
"""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from html import escape
from math import ceil
from time import monotonic, process_time
from typing import Any

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from traitlets import Bool

from cs231n_lib import colors
from cs231n_lib.checks.report import METADATA

MAX_IN_CELL, MAX_IN_NOTEBOOK = 1_000_000, 10_000_000
"""Maximum number of characters in the outputs of a cell and of a notebook."""

OUTPUT_TYPES = {"text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg"}
"""Output types that are kept. SVG, JavaScript, widgets and unknown types are removed."""

MAX_CACHED = 100_000
"""Strings with fewer characters are cached in their sanitised form."""

MAX_TAGS, MAX_TEXT = 1_000, 50_000
"""Maximum number of tags, and of characters outside images, in HTML that this process sanitises itself."""

MAX_GROWTH = 1_000_000
"""Maximum number of characters that sanitising may add."""

CPU_SECONDS, MEMORY = 2, 1_000_000_000
"""Limits of the process that sanitises larger HTML, on CPU seconds after its imports and on bytes of memory."""

REMOVED = "<p>This HTML was removed because it is too large or too deeply nested to be shown safely.</p>"

TAGS = (nh3.ALLOWED_TAGS - {"map", "area"}) | {"mark", "section", "figcaption", "figure", "details", "summary"}
ATTRIBUTES = {
    "*": {"style", "class", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "ol": {"start"},
    "details": {"open"},
}
STYLES = {
    "align-items", "background", "background-color", "border", "border-collapse", "border-radius", "color", "cursor",
    "display", "flex", "flex-wrap", "font-family", "font-size", "font-style", "font-weight", "gap", "height",
    "line-height", "list-style", "margin", "max-width", "min-width", "opacity", "overflow-x", "padding", "table-layout",
    "text-align", "text-decoration", "vertical-align", "white-space", "width",
    *(f"{part}-{side}" for part in ("border", "margin", "padding") for side in ("bottom", "left", "right", "top")),
}  # fmt: skip
"""CSS properties that are allowed. `_is_allowed` rejects margins that could move an element over others."""

MAX_MARKDOWN = 20_000
"""Maximum number of characters of Markdown to render, because rendering can take quadratic time."""

MAX_SECONDS = 20.0
"""Maximum time in seconds to sanitise the outputs of a notebook. HTML that is left after that is removed."""

SEAL = re.compile(r"\bseal-([0-9a-f]{8})\b", re.ASCII)
"""CSS class of a check's report. Grading adds it, and removes it from the outputs of other cells."""

CONTAINED = ".text_cell_render, .output_area, .input_area { contain: paint; overflow-x: auto; }"
"""Style that keeps everything in a cell from being painted outside the cell's box."""

SEALED = f"""
.seal-SEAL {{ border: 2px solid {colors.BLUE}; padding: 0.4em; }}
.seal-SEAL::before {{ content: "Report of the check, seal SEAL"; display: block; font-size: 0.85em; color: #444; }}
"""
"""Style of the checks' reports on a page. ``SEAL`` stands for the seal."""

NOTE = (
    "Reports of the checks on this page are framed like this note and bear the seal SEAL. Nothing else is a report. "
    "The outputs below the first report come from the submitted notebook or the solution, because the student's code "
    "could print the cases of a check once the check has called it."
)

_TRUSTED = secrets.token_hex(16)
"""Key in the metadata of the cell that `CleanPage` adds. No notebook can contain this random key."""

_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[\w+/=\s]*", re.ASCII)
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_TOKEN = re.compile(r"(highlight|hll|ansi-[\w-]+|[a-z]{1,2}\d?|err|seal-[0-9a-f]{8})", re.ASCII)
_BASE64 = re.compile(r"[\w+/=\s]*", re.ASCII)


def clean(html: str) -> str:
    r"""Sanitise HTML so that nothing in it runs, sends, loads or covers the page.

    >>> clean('<p onclick="send()" style="color: red; position: fixed">Because <script>send()</script><b>so</b>.</p>')
    '<p style="color: red">Because <b>so</b>.</p>'
    >>> clean('<a href="javascript:send()">look</a> <img src="https://example.org/counted.png" alt="a picture">')
    '<a rel="noopener noreferrer">look</a> <img alt="a picture">'
    """
    return (_clean_once if len(html) < MAX_CACHED else _clean)(html)


def _clean(html: str) -> str:
    small = html.count("<") <= MAX_TAGS and len(_IMAGE.sub("", html)) <= MAX_TEXT
    cleaned = (_cleaned if small else _clean_apart)(html)
    return cleaned if len(cleaned) <= len(html) + MAX_GROWTH else REMOVED


_APART = f"""
from cs231n_lib.classroom.grading.startup import skip_address_parser
skip_address_parser()
from {__name__} import _main
_main()
"""


def _clean_apart(html: str) -> str:
    """Sanitise HTML in a process with limits, or return `REMOVED` if it exceeds them."""
    content = html.encode(errors="replace")
    try:
        finished = subprocess.run(
            [sys.executable, "-c", _APART], input=content, capture_output=True, timeout=15 * CPU_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return REMOVED
    return finished.stdout.decode() if finished.returncode == 0 else REMOVED


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
    )


_clean_once = lru_cache(256)(_clean)
"""The cache saves time because all submissions share the lesson's own texts and outputs."""


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _IMAGE.fullmatch(value) else None
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "class":
        return " ".join(token for token in value.split() if _TOKEN.fullmatch(token)) or None
    if name == "style":
        return _style(value)
    return value


@lru_cache(1024)
def _style(value: str) -> str | None:
    if re.search(r"url|image|expression|\\|@|/\*|[\"'{}]", value, re.IGNORECASE):
        return None
    parts = (part.strip() for part in value.split(";"))  # nh3's own filter breaks nested var()
    return ";".join(filter(_is_allowed, parts)) or None


def _is_allowed(declaration: str) -> bool:
    name, _, value = declaration.lower().partition(":")
    covers = name.startswith("margin") and re.search(r"-\s*[\d.]|calc|var|min|max|clamp", value)
    return name.strip() in STYLES and not covers


def markdown_filter(render: Callable[[str, dict[str, Any]], str]) -> Callable[[Context, str], str]:
    """Return a filter that renders Markdown, or escapes it if it is too long.

    ``render`` must sanitise its result. The cell that `CleanPage` added is shown unchanged.
    """
    render_once = lru_cache(256)(lambda source: render(source, {}))

    @pass_context
    def markdown2html(context: Context, source: str) -> str:
        cell = context.get("cell", {})
        if _TRUSTED in cell.get("metadata", {}):
            return source
        if len(source) > MAX_MARKDOWN:
            return f"<pre>{escape(source)}</pre>"
        attachments = cell.get("attachments", {})
        return render(source, attachments) if attachments else render_once(source)

    return markdown2html


def as_it_is(text: str) -> str:
    """Return the text unchanged, because nbconvert's own filter can take hours."""
    return text


def _render(source: str, attachments: dict[str, Any]) -> str:
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(source))


markdown2html = markdown_filter(_render)
"""Filter for Formgrader's pages, which leave formulas to MathJax."""


class Clean(Preprocessor):  # type: ignore[misc]  # nbconvert has no types
    """Sanitise a notebook's outputs, remove huge ones, and escape the student's name.

    This step runs before an autograded notebook is stored, and again before Formgrader or a feedback page shows it.
    """

    enabled = Bool(True, help="Whether notebooks are sanitised.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Sanitise a notebook before it is shown or stored."""
        remaining, deadline = MAX_IN_NOTEBOOK, monotonic() + MAX_SECONDS
        for cell in nb.cells:
            if cell.cell_type == "code":
                count = cell.get("execution_count")
                cell.execution_count = count if type(count) is int else None
                room = min(remaining, MAX_IN_CELL)
                shown = [_output(output, deadline) for output in _bounded(cell.outputs, room)]
                cell.outputs = _bounded([output for output in shown if output.get("data", True)], room)
                remaining -= len(json.dumps(cell.outputs))
        for name in ("student", "first_name", "last_name"):
            if isinstance(resources.get(name), str):
                resources[name] = escape(resources[name])
        return nb, resources


class CleanPage(Clean):
    """Sanitise a notebook for a page, and frame the reports that bear the seal."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Sanitise a notebook, and put the page's style and any note on the seal above it."""
        nb, resources = super().preprocess(nb, resources)
        seal = next(filter(None, map(_seal_of, nb.cells)), "")
        note = f'<div class="seal-{seal}">{NOTE}</div>' if seal else ""
        top = f"<style>{CONTAINED}{SEALED if seal else ''}</style>{note}".replace("SEAL", seal)
        nb.cells.insert(0, new_markdown_cell(top, metadata={_TRUSTED: True}))
        return nb, resources


def _seal_of(cell: NotebookNode) -> str:
    """Return the seal of the report in a check cell, or "" if there is none."""
    marks = cell.get("metadata", {}).get("nbgrader", {})
    is_check = cell.cell_type == "code" and marks.get("grade") and marks.get("locked") and not marks.get("solution")
    shown = [output.get("data", {}).get("text/html") for output in cell.outputs] if is_check else []
    found = [SEAL.search(html) for html in shown if isinstance(html, str)]
    return next((match[1] for match in found if match), "")


def _bounded(outputs: list[NotebookNode], room: int) -> list[NotebookNode]:
    kept = []
    for output in outputs:
        size = len(json.dumps(output))
        if size > room and output.output_type != "execute_result":  # a check's only result holds its points
            text = f"An output of {size / 1e6:.1f} MB was removed because it is too large to show here.\n"
            output, size = new_output("stream", name="stdout", text=text), len(text)
        room -= size
        kept.append(output)
    return kept


def _output(output: NotebookNode, deadline: float) -> NotebookNode:
    kind = output.output_type
    if kind == "stream":
        return NotebookNode(
            output_type=kind, name="stderr" if output.name == "stderr" else "stdout", text=str(output.text)
        )
    if kind == "error":
        lines = [str(line) for line in output.traceback]
        return NotebookNode(
            output_type=kind, ename=escape(str(output.ename)), evalue=escape(str(output.evalue)), traceback=lines
        )
    found = {name: _sanitised(name, value, deadline) for name, value in output.data.items()}
    data = {name: cleaned for name, cleaned in found.items() if cleaned is not None}
    said = output.get("metadata", {}).get(METADATA)
    metadata = {METADATA: said} if isinstance(said, dict) else {}
    count = output.get("execution_count")
    more = {"execution_count": count if type(count) is int else None} if kind == "execute_result" else {}
    return NotebookNode(output_type=kind, data=NotebookNode(data), metadata=NotebookNode(metadata), **more)


def _sanitised(name: str, value: Any, deadline: float) -> str | None:
    if name not in OUTPUT_TYPES or not isinstance(value, str):
        return None
    if name.startswith("image/"):
        return value if _BASE64.fullmatch(value) else None
    if name == "text/html":
        return clean(value) if monotonic() < deadline else REMOVED
    return value


def _main() -> None:
    """Sanitise the HTML on standard input, within the limits."""
    import resource  # Windows lacks it, and nothing is graded there

    seconds = ceil(process_time()) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.buffer.write(_cleaned(sys.stdin.buffer.read().decode()).encode())
