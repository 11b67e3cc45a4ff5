"""A Sphinx extension: formulas become MathML and Mermaid's drawings SVG, both here, so that a page needs no script."""

import base64

import mmdr
from docutils import nodes
from math_core import LatexToMathML
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_CONVERTER = LatexToMathML()


def mathml(latex: str, display: bool) -> str:
    """A formula, or an error that names it."""
    try:
        return _CONVERTER.convert_with_local_state(latex.strip(), displaystyle=display)
    except Exception as error:
        raise ValueError(f"the formula {latex!r} cannot be rendered: {error}") from error


def visit_inline(translator, node):
    """Write an inline formula."""
    translator.body.append(mathml(node.astext(), display=False))
    raise nodes.SkipNode


def visit_block(translator, node):
    """Write a formula on a line of its own."""
    translator.body.append(f'<div class="math">{mathml(node.astext(), display=True)}</div>')
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


def setup(app: Sphinx) -> dict[str, bool]:
    """Register both."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.add_transform(Drawings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
