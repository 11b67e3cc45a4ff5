"""Figure of a function of two inputs that is replaced by constant pieces on a grid."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, PAPER, label, paper

SIDES = (2, 4, 8)
"""Pieces along each side of the square."""


def _pyramid(x: FloatArray, y: FloatArray) -> FloatArray:
    """Height of a pyramid, which changes by at most 2 times the largest change of a coordinate."""
    return np.asarray(1.3 - np.abs(x - 0.35) - np.abs(y - 0.65))


def in_pieces(x: FloatArray, y: FloatArray, side: int) -> FloatArray:
    """Value of the function in the middle of the piece that contains the point (x, y)."""
    middle_x, middle_y = ((np.minimum(np.floor(z * side), side - 1) + 0.5) / side for z in (x, y))
    return _pyramid(middle_x, middle_y)


def largest_error(side: int, points: int = 401) -> float:
    """Largest distance of the pieces from the function on [0, 1]²."""
    x, y = np.meshgrid(*[np.linspace(0, 1, points)] * 2)
    return float(np.abs(in_pieces(x, y, side) - _pyramid(x, y)).max())


def pieces() -> Picture:
    """A function on a square, and grids of 4, 16 and 64 constant pieces (claim C14)."""
    from matplotlib.colors import LinearSegmentedColormap

    figure, axes = paper(10.0, 2.9, columns=4)
    colours = LinearSegmentedColormap.from_list("heights", [PAPER, INK])
    x, y = np.meshgrid(*[(np.arange(160) + 0.5) / 160] * 2)
    errors = [largest_error(side) for side in SIDES]
    shown = [("The function", _pyramid(x, y))]
    shown += [
        (f"{side**2} pieces, error {error:.3g}", in_pieces(x, y, side))
        for side, error in zip(SIDES, errors, strict=True)
    ]
    for ax, (title, heights) in zip(axes, shown, strict=True):
        ax.imshow(heights, origin="lower", extent=(0, 1, 0, 1), cmap=colours, vmin=0, vmax=1.3)
        ax.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        ax.grid(False)
        label(ax, title, "x₁", "x₂")
    return Picture(
        figure,
        "The left plot shows a function of two inputs, from low (pale) to high (dark). The other plots replace this "
        "function with constant pieces, each with the value in the middle of the piece. From each grid to the next, "
        "the largest error halves and the number of pieces quadruples.",
    )
