"""Markdown for feedback pages, with formulas as MathML.

Current browsers draw MathML without a script, so a page needs no network. Students write formulas too. The converter
escapes the text of formulas and supports no command that links or loads, and `_is_safe` checks each result again. A
formula that cannot be converted stays visible as TeX.
"""

import re
from functools import lru_cache
from html import escape
from typing import Any

from math_core import LatexError, LatexToMathML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ..clean import clean, markdown_filter

MAX_FORMULA = 2_000
"""Maximum number of characters in a formula to convert."""

MAX_MATHML = 200_000
"""Maximum number of characters in the MathML of one formula."""

MAX_SHIFT = 1.0
"""Maximum negative space in em. A larger one could move a formula over other text."""

MAX_NEGATIVE = 10
"""Maximum number of negative spaces in a formula."""

_CONVERTER = LatexToMathML()
_TAG = re.compile(r'</?m[a-z]+(?: [a-z]+="[^"<>]*")*/?>')
_UNSAFE = re.compile(r"url|expression|position|href|src|@|\\\\", re.IGNORECASE)
_NEGATIVE = re.compile(r"-(\d*\.?\d+)(em|rem|ex|px|cm|mm|in|pt)")
_PLACE = '<span class="ansi-formula-{}"></span>'
"""Element that stands for a formula while the Markdown around it is sanitised.

Sanitising escapes quotation marks in the value of an attribute, so a formula is never inserted into an attribute.
"""


def mathml(latex: str, *, display: bool) -> str:
    r"""Convert a formula to MathML, or show it as TeX if it cannot be converted.

    >>> mathml("x^2", display=False)
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    >>> mathml(r"\href{javascript:send()}{x}", display=False)
    '<code>\\href{javascript:send()}{x}</code>'
    """
    converted = _converted(latex.strip(), display)
    if not converted:
        return f"<code>{escape(latex.strip())}</code>"
    return f'<div class="formula">{converted}</div>' if display else converted


@lru_cache(1024)
def _converted(latex: str, display: bool) -> str:
    """Convert a formula, or return "" if it is too long, unsafe or not convertible."""
    if len(latex) > MAX_FORMULA:
        return ""
    try:
        written: str = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError:
        return ""
    return written if _is_safe(written) else ""


def _is_safe(written: str) -> bool:
    """Tell whether a result contains only MathML, and loads or covers nothing."""
    tags = _TAG.findall(written)
    if len(written) > MAX_MATHML or "<" in _TAG.sub("", written) or _UNSAFE.search(" ".join(tags)):
        return False
    shifts = [float(size) if unit in ("em", "rem") else 99 for tag in tags for size, unit in _NEGATIVE.findall(tag)]
    return len(shifts) <= MAX_NEGATIVE and all(shift <= MAX_SHIFT for shift in shifts)


class _Renderer(IPythonRenderer):  # type: ignore[misc]  # nbconvert has no types
    """Renderer of Markdown that sets formulas aside until `_render` inserts them."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self.formulas: list[str] = []

    def block_math(self, body: str) -> str:
        return self._keep(body, display=True)

    def inline_math(self, body: str) -> str:
        return self._keep(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        return self._keep(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def _keep(self, latex: str, *, display: bool) -> str:
        self.formulas.append(mathml(latex, display=display))
        return _PLACE.format(len(self.formulas) - 1)


def _render(source: str, attachments: dict[str, Any]) -> str:
    renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    html = clean(MarkdownWithMath(renderer=renderer).render(source))
    for number, formula in enumerate(renderer.formulas):
        html = html.replace(_PLACE.format(number), formula, 1)
    return html


markdown2html = markdown_filter(_render)
"""Filter for feedback pages, whose formulas are MathML."""
