"""A picture with the sentence that says what it shows: for eyes, for screen readers, and for text comparison."""

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Any

from cs231n_lib import colors
from cs231n_lib.checks.report import FAINT, inline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 144  # sharp on a dense screen; shown at 96 pixels an inch
COLOURS = 96  # enough for lines and shaded maps, at a third of the bytes


def least_width(width: int) -> int:
    """How narrow a picture may become, in pixels, so that its words are at 200 % zoom no smaller than at 100 %."""
    return -(-width // 2)


class Picture:
    """Show ``figure`` in a notebook with ``caption`` beneath it, which is also its alternative text.

    ``note`` is a sentence below that, about how the picture came about: on whose functions, for instance.

    Its ``text/plain`` is the caption alone, so two runs compare equal in text though their pixels may differ; its
    ``text/html`` holds the picture, so it survives saving, reopening and nbconvert without a widget.
    """

    measured = False
    note = ""

    def __init__(self, figure: "Figure", caption: str, note: str = "") -> None:
        self.png = _compact_png(figure)
        self.caption = caption
        self.note = note
        self.width = round(figure.get_size_inches()[0] * 96)

    def __repr__(self) -> str:
        return "\n".join(filter(None, (self.caption, self.note)))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"text/plain": repr(self), "text/html": self._html()}
        return data, {"measured": True} if self.measured else {}

    def _html(self) -> str:
        data = base64.b64encode(self.png).decode()
        note = f'<div style="max-width: 50em; {FAINT}">{inline(self.note)}</div>' if self.note else ""
        return (
            f'<figure style="margin: 0.5em 0; overflow-x: auto">'
            f'<img src="data:image/png;base64,{data}" alt="{escape(self.caption)}" width="{self.width}" '
            f'style="max-width: 100%; min-width: {least_width(self.width)}px; height: auto; border-radius: 6px">'
            f'<figcaption style="max-width: 50em; margin-top: 0.3em; font-style: italic; '
            f'color: {colors.TEXT}">{escape(self.caption)}</figcaption>{note}</figure>'
        )


class MeasuredPicture(Picture):
    """A picture of times, which differ with each run: a build of the notebooks keeps the one that is stored."""

    measured = True


def _compact_png(figure: "Figure") -> bytes:
    from matplotlib import rc_context
    from PIL import Image

    full, small = io.BytesIO(), io.BytesIO()
    with rc_context({"savefig.bbox": None}):  # whatever a notebook has set, at the figure's own size
        figure.savefig(full, format="rgba", dpi=DPI)  # as PNG it would be compressed, and read again
    width, height = (int(inches * DPI) for inches in figure.get_size_inches())
    picture = Image.frombytes("RGBA", (width, height), full.getvalue()).convert("RGB")
    picture = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    picture.save(small, format="png", optimize=True)
    return small.getvalue()
