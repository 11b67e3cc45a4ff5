"""Figures whose caption is also their alternative text."""

import base64
import io
import os
from html import escape
from typing import Any

import numpy as np

from cs231n_lib import colors
from cs231n_lib.checks.report import FAINT, inline
from cs231n_lib.widgets.style import Figure

DPI = 144  # displayed at 96 pixels per inch, so the figure is sharp on a high-resolution screen
COLOURS = 96  # enough for lines and shaded maps, at a third of the size


def min_width(width: int) -> int:
    """Minimum width in pixels, which keeps labels at 200 % zoom as large as at 100 %."""
    return -(-width // 2)


class Picture:
    """Figure with a caption, which is also the alternative text.

    The text output is only the caption and the note, so the text outputs of two runs are equal even if pixels differ.
    The HTML output contains the image and needs no widget, so the figure survives saving and nbconvert.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Figure to draw.
    caption : str
        What the figure shows.
    note : str
        Sentence below the caption about the origin of the figure, such as whose functions computed it.

    Raises
    ------
    ValueError
        ``CS231N_STATIC`` is set, as when notebooks are built or compared, and either the figure lacks a title or a
        label, or the caption is not a sentence.
    """

    measured = False
    note = ""

    def __init__(self, figure: Figure, caption: str, note: str = "") -> None:
        if "CS231N_STATIC" in os.environ:
            _require_words(figure, caption)
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
            f'style="max-width: 100%; min-width: {min_width(self.width)}px; height: auto; border-radius: 6px">'
            f'<figcaption style="max-width: 50em; margin-top: 0.3em; font-style: italic; '
            f'color: {colors.TEXT}">{escape(self.caption)}</figcaption>{note}</figure>'
        )


class MeasuredPicture(Picture):
    """Figure of measured times, which a build of the notebooks does not update."""

    measured = True


def _require_words(figure: Figure, caption: str) -> None:
    """Require that axes have a title and labels, and that the caption is a sentence.

    Axes may omit a label that other axes with the same limits have, as in a grid.
    """
    if not caption.endswith((".", "?")) or "  " in caption:
        raise ValueError(f"the caption is {caption!r:.80}. It must be a sentence, with single spaces")
    shared = {(ax.get_xlim(), "x") for ax in figure.axes if ax.get_xlabel()}
    shared |= {(ax.get_ylim(), "y") for ax in figure.axes if ax.get_ylabel()}
    for number, ax in enumerate(figure.axes):
        title = ax.get_title(loc="left") or ax.get_title()
        if ax.axison and ax.get_xticklabels():
            words = {
                "title": title,
                "x label": (ax.get_xlim(), "x") in shared,
                "y label": (ax.get_ylim(), "y") in shared,
            }
        else:
            words = {"title": title or ax.get_xlabel() or not ax.get_images()}
        lacking = [name for name, found in words.items() if not found]
        if lacking:
            raise ValueError(f"axes {number} of the figure ({caption!r:.60}) have no {' and no '.join(lacking)}")


def drawn(figure: Figure, dpi: float) -> Any:
    """PIL image of a whole figure.

    ``savefig`` would draw the figure twice, first for the layout, and might crop it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas, before = FigureCanvasAgg(figure), figure.dpi
    figure.set_dpi(dpi)
    canvas.draw()  # type: ignore[no-untyped-call]
    figure.set_dpi(before)
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return Image.fromarray(pixels[:, :, :3])


def _compact_png(figure: Figure) -> bytes:
    from PIL import Image

    small = io.BytesIO()
    image = drawn(figure, DPI).quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return small.getvalue()
