"""A Sphinx extension: formulas become MathML and Mermaid's drawings SVG, here: no page needs a script for them."""

import base64
import re

import mmdr
from docutils import nodes
from math_core import LatexToMathML
from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge
from sphinx.transforms import SphinxTransform

LONG = 45
_TAG = re.compile(r"<[^<>]+>")
_CONVERTER = LatexToMathML()


def mathml(latex: str, display: bool) -> str:
    """A formula, or an error that names it; one that a phone may have to scroll is marked as long."""
    try:
        written = _CONVERTER.convert_with_local_state(latex.strip(), displaystyle=display)
    except Exception as error:
        raise ValueError(f"the formula {latex!r} cannot be rendered: {error}") from error
    return (
        written.replace("<math", '<math class="long" tabindex="0"', 1) if len(latex) > LONG and not display else written
    )


def visit_inline(translator, node):
    """Write an inline formula."""
    translator.body.append(mathml(node.astext(), display=False))
    raise nodes.SkipNode


def visit_block(translator, node):
    """Write a formula on a line of its own."""
    translator.body.append(f'<div class="math" tabindex="0">{mathml(node.astext(), display=True)}</div>')
    raise nodes.SkipNode


class Drawings(SphinxTransform):
    """Put a picture in place of each block of Mermaid."""

    default_priority = 400

    def apply(self, **kwargs):
        """Draw them."""
        for block in list(self.document.findall(nodes.literal_block)):
            if block.get("language") == "mermaid":
                drawing = mmdr.render(block.astext(), backend="mermaid-rs-renderer").svg()
                data = base64.b64encode(drawing.encode()).decode()
                picture = nodes.image(uri=f"data:image/svg+xml;base64,{data}", alt=block.astext())
                block.replace_self(picture)


class Headings(SphinxTransform):
    """Take away the first row of a table that names none of its columns: Markdown asks for one."""

    default_priority = 400

    def apply(self, **kwargs):
        """Look at each table."""
        for head in list(self.document.findall(nodes.thead)):
            if not head.astext().strip():
                head.parent.remove(head)


class Lines(HtmlFormatter):
    """Code whose lines wrap below their own indentation where the page is too narrow for them."""

    def _format_lines(self, tokensource):
        for is_code, line in super()._format_lines(tokensource):
            yield is_code, hanging(line) if is_code else line


def hanging(line: str) -> str:
    """Mark a line of code with its indentation, from which the style sheet makes a hanging indent."""
    text = _TAG.sub("", line).rstrip("\n")
    indent = len(text) - len(text.lstrip(" "))
    end = "\n" if line.endswith("\n") else ""
    return f'<span class="line" style="--indent: {indent}">{line.rstrip(chr(10))}</span>{end}' if text.strip() else line


def setup(app: Sphinx) -> dict[str, bool]:
    """Register them."""
    PygmentsBridge.html_formatter = Lines
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.add_transform(Drawings)
    app.add_transform(Headings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
