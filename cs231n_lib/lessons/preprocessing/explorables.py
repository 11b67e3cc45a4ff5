"""Digits rebuilt from their first k principal components."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.preprocessing.experiments import KINDS, digit_components, pictures, pixel_error
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import LINES, label, line, paper

__all__ = ["components"]

PIXELS, GAP = 8, 1


class _Components(Stage):
    def __init__(self) -> None:
        self.digits = digit_components()
        self.pictures = {kind: pictures(kind) for kind in KINDS}
        self.figure, (sheet, curve) = paper(9.2, 2.7, columns=2)
        sheet.get_gridspec().set_width_ratios([2.4, 1])  # type: ignore[union-attr]
        self.sheet = sheet.imshow(np.zeros(_sheet([]).shape), cmap="gray", vmin=0, vmax=1)
        label(sheet, "Ten pictures that it has not seen", "", "")
        sheet.grid(False)
        sheet.spines[:].set_visible(False)
        sheet.set_xticks([])
        sheet.set_yticks([(PIXELS + GAP) * row + PIXELS / 2 for row in range(3)], ["picture", "rebuilt", "lost"])
        sheet.tick_params(length=0, labelsize=9.5)
        curve.set(xlim=(0, 65), ylim=(0, 1.03), xticks=(1, 16, 32, 48, 64))
        label(curve, "Variance kept (training)", "components k", "share")
        curve.plot(np.arange(1, 65), self.digits.kept(), **line(0), linewidth=1.8)
        (self.now,) = curve.plot([], [], "o", color=LINES[1].color, markersize=8)
        self.moving = [self.sheet, self.now]

    def update(self, k: int, kind: str) -> str:
        x = self.pictures[kind]
        rebuilt = self.digits.reconstruct(x, k)
        self.sheet.set_data(_sheet([x, rebuilt, 0.5 + (x - rebuilt) / 2]))
        kept = self.digits.kept()[k - 1]
        self.now.set_data([k], [kept])
        keep = f"{k} of 64 numbers a picture keep{'s' if k == 1 else ''} {kept:.1%} of the training digits' variance"
        off = pixel_error(x, rebuilt)
        return f"{keep}; a pixel of the {kind} is off by {off:.3f} (root mean square, white being 1)."


def _sheet(rows: list[FloatArray]) -> FloatArray:
    """Rows of ten pictures (10, 64), one below the other with gaps of paper."""
    step = PIXELS + GAP
    sheet = np.full((3 * step - GAP, 10 * step - GAP), 0.99)
    for i, row in enumerate(rows):
        for j, picture in enumerate(row.reshape(-1, PIXELS, PIXELS)):
            sheet[i * step : i * step + PIXELS, j * step : j * step + PIXELS] = picture
    return sheet


def components() -> Explorable:
    """Digits rebuilt from their first k principal components, from 1 to 64 (lesson 05)."""
    return Explorable(
        _Components,
        [Slider("k", "Components k", 10, 1, 64, 1), Menu("kind", "Pictures", KINDS)],
        "The components are those of the training digits. What is lost is grey where the pixel is right.",
        {
            "One number": {"k": 1},
            "90 % kept": {"k": 21},
            "99 % kept": {"k": 41},
            "Not what it learned": {"k": 21, "kind": KINDS[2]},
            "All of it": {"k": 64},
        },
    )
