"""Explorables of the primer: broadcasting of shapes, and a 2×2 matrix acting on the plane."""

import numpy as np

from cs231n_lib import colors
from cs231n_lib.contracts import FloatArray
from cs231n_lib.widgets.explorable import Explorable, Slider, Stage
from cs231n_lib.widgets.style import FAINT, INK, PAPER, Artist, Axes, label, line, paper

__all__ = ["broadcasting", "matrix"]

MOST = 4
"""Largest length of an axis in the explorable on broadcasting."""
LIMIT = 4.2
_TURN = np.linspace(0, 2 * np.pi, 120)
CIRCLE = np.stack([np.cos(_TURN), np.sin(_TURN)])
"""Points of the unit circle, in columns."""
FILLS = ("#cfe3f3", "#f6d9c4", "#cdeadf")
Shape = tuple[int, ...]


class _Grid:
    """Grid of at most `MOST` by `MOST` cells, some of which repeat stored ones."""

    def __init__(self, ax: Axes, fill: str) -> None:
        from matplotlib.patches import Rectangle

        ax.set(xlim=(-0.1, MOST + 0.1), ylim=(MOST + 0.1, -0.75), aspect="equal")
        ax.set_axis_off()
        places = [(row, column) for row in range(MOST) for column in range(MOST)]
        self.fill = fill
        self.cells = {(i, j): ax.add_patch(Rectangle((j + 0.05, i + 0.05), 0.9, 0.9, linewidth=1.2)) for i, j in places}
        self.numbers = {(i, j): ax.text(j + 0.5, i + 0.53, "", ha="center", va="center") for i, j in places}
        self.title = ax.text(0.05, -0.3, "", color=INK, fontsize=11, fontweight="bold", va="center")
        self.message = ax.text(MOST / 2, MOST / 2, "", color=INK, fontsize=11, ha="center", va="center")

    @property
    def artists(self) -> list[Artist]:
        return [*self.cells.values(), *self.numbers.values(), self.title, self.message]

    def show(self, title: str, values: FloatArray | None, stored: Shape = (MOST, MOST), message: str = "") -> None:
        """Show ``values`` with the cells beyond the ``stored`` rows and columns as repeated."""
        self.title.set_text(title)
        self.message.set_text(message)
        for (i, j), cell in self.cells.items():
            shown = values is not None and i < values.shape[0] and j < values.shape[1]
            own = i < stored[0] and j < stored[1]
            cell.set_visible(shown)
            cell.set(facecolor=self.fill if own else PAPER, edgecolor=INK if own else colors.GREY)
            cell.set_linestyle("-" if own else (0, (2, 2)))
            number = self.numbers[i, j]
            number.set_text(f"{values[i, j]:g}" if shown and values is not None else "")
            number.set(
                color=INK if own else "#6b6b6b", fontsize=11 if own else 10, fontstyle="normal" if own else "italic"
            )


class _Broadcasting(Stage):
    def __init__(self) -> None:
        self.figure, axes = paper(9.0, 3.5, columns=3)
        self.grids = [_Grid(ax, fill) for ax, fill in zip(axes, FILLS, strict=True)]
        self.moving = [artist for grid in self.grids for artist in grid.artists]

    def update(self, a_rows: int, a_columns: int, b_rows: int, b_columns: int) -> str:
        first, second, sum_ = self.grids
        shape_a: Shape = (a_rows, a_columns)
        shape_b: Shape = (b_rows, b_columns) if b_rows else (b_columns,)
        a = np.arange(1.0, a_rows * a_columns + 1).reshape(shape_a)
        b = 10 * np.arange(1.0, max(b_rows, 1) * b_columns + 1).reshape(-1, b_columns)
        above = f"a {shape_a} and b {shape_b}"
        try:
            shape = np.broadcast_shapes(shape_a, shape_b)
        except ValueError:
            first.show(f"a {shape_a}", a, a.shape)
            second.show(f"b {shape_b}", b, b.shape)
            sum_.show("a + b", None, message="ValueError:\nthe shapes do not fit")
            fits = a_columns == b_columns or 1 in (a_columns, b_columns)
            axis, lengths = (0, (a_rows, b_rows)) if fits else (1, (a_columns, b_columns))
            return (
                f"{above}: axis {axis} of a has length {lengths[0]} and meets an axis of length {lengths[1]}. "
                "They differ and neither is 1, so NumPy raises an error."
            )
        first.show(f"a {shape_a}", np.broadcast_to(a, shape), a.shape)
        second.show(f"b {shape_b}", np.broadcast_to(b, shape), b.shape)
        sum_.show(f"a + b {shape}", a + b)
        return f"{above} give the shape {shape}. {_repeated('a', a.shape, shape)} {_repeated('b', b.shape, shape)}"


def _repeated(name: str, stored: Shape, shape: Shape) -> str:
    """Sentence on which axes of an array are repeated."""
    rows, columns = (old < new for old, new in zip(stored, shape, strict=True))
    if rows and columns:
        return f"The only number of {name} is used {shape[0] * shape[1]} times."
    if rows:
        return f"The row of {name} is used {shape[0]} times."
    if columns:
        return f"The column of {name} is used {shape[1]} times."
    return f"Each number of {name} is used once."


def broadcasting() -> Explorable:
    """Shapes of two arrays and of their sum (primer)."""
    return Explorable(
        _Broadcasting,
        [
            Slider("a_rows", "Rows of a", 3, 1, MOST, 1),
            Slider("a_columns", "Columns of a", 4, 1, MOST, 1),
            Slider("b_rows", "Rows of b", 0, 0, MOST, 1),
            Slider("b_columns", "Columns of b", 4, 1, MOST, 1),
        ],
        "Solid cells show the numbers that an array holds. Dashed cells show where NumPy uses the same number again. "
        "Set the number of rows of b to 0 to give b a single axis.",
        {
            "Row means, axis removed": {"b_columns": 3},
            "Row means, axis kept": {"b_rows": 3, "b_columns": 1},
            "Square trap": {"a_rows": 3, "a_columns": 3, "b_columns": 3},
            "Column and row": {"a_rows": 4, "a_columns": 1, "b_columns": 3},
        },
    )


class _Matrix(Stage):
    def __init__(self) -> None:
        self.figure, (left, right) = paper(9.0, 4.4, columns=2)
        for ax in (left, right):
            ax.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal")
            ax.plot(*CIRCLE, color=INK, linewidth=1, linestyle=(0, (1, 2)))
            ax.plot(0, 0, ".", color=INK)
        label(left, "One vector v and its image A v", "x₀", "x₁")
        label(right, "The circle becomes an ellipse", "x₀", "x₁")
        self.directions = [left.plot([], [], **line(3), linewidth=1.6)[0] for _ in range(2)]
        self.vectors = [left.plot([], [], **line(i), linewidth=2.6, marker="o", markersize=7)[0] for i in (0, 1)]
        self.names = [left.text(0, 0, "", color=INK, fontsize=11, fontweight="bold") for _ in range(2)]
        (self.ellipse,) = right.plot([], [], **line(2), linewidth=2.2)
        self.axes = [right.plot([], [], **line(i), linewidth=2.6, marker="o", markersize=6)[0] for i in (4, 5)]
        self.lengths = [right.text(0, 0, "", color=INK, fontsize=10.5, fontweight="bold") for _ in range(2)]
        for text in (*self.names, *self.lengths):
            text.set_bbox({"facecolor": PAPER, "edgecolor": FAINT, "pad": 1.5, "alpha": 0.9})
        self.moving = [*self.directions, *self.vectors, *self.names, self.ellipse, *self.axes, *self.lengths]

    def update(self, angle: int, a: float, b: float, c: float, d: float) -> str:
        matrix = np.array([[a, b], [c, d]])
        v = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        image = matrix @ v
        for i, (end, name) in enumerate(((v, "v"), (image, "A v"))):
            self.vectors[i].set_data([0, end[0]], [0, end[1]])
            _write(self.names[i], name, end)
        own = _directions(matrix)
        for drawn, direction in zip(self.directions, [*own, None, None], strict=False):
            ends = np.zeros((2, 0)) if direction is None else np.outer(direction, [-2 * LIMIT, 2 * LIMIT])
            drawn.set_data(*ends)
        self.ellipse.set_data(*(matrix @ CIRCLE))
        u, lengths, _ = np.linalg.svd(matrix)
        for i in range(2):
            end = lengths[i] * u[:, i]
            end = end if end[1] > -1e-9 else -end
            self.axes[i].set_data([0, end[0]], [0, end[1]])
            _write(self.lengths[i], f"{lengths[i]:.2f}", end)
        return (
            f"{_about_vector(v, image)} {_about_directions(matrix, own)} The semi-axes of the ellipse, whose "
            f"lengths are the singular values, are {lengths[0]:.2f} and {lengths[1]:.2f} long."
        )


def _write(text: Artist, words: str, end: FloatArray) -> None:
    """Write beside the end of a vector that starts at the origin."""
    length = float(np.hypot(*end))
    away = end / length if length > 1e-9 else np.array([0.0, 1.0])
    x, y = np.clip(end + 0.42 * away, -LIMIT + 0.4, LIMIT - 0.4)
    text.set(position=(x, y), text=words, ha="center", va="center")


def _directions(matrix: FloatArray) -> list[FloatArray]:
    """Real eigenvectors of length 1; none if every direction turns, or if none does."""
    values, vectors = np.linalg.eig(matrix)
    if np.abs(values.imag).max() > 1e-6 or np.allclose(matrix, matrix[0, 0] * np.eye(2)):
        return []
    first, second = vectors.real.T
    return [first] if abs(first[0] * second[1] - first[1] * second[0]) < 1e-6 else [first, second]


def _about_vector(v: FloatArray, image: FloatArray) -> str:
    if np.hypot(*image) < 1e-9:
        return "A maps v to 0, so v is an eigenvector with the eigenvalue 0."
    if abs(v[0] * image[1] - v[1] * image[0]) < 1e-9:
        return f"A v is {_number(float(v @ image))} times v, so v is an eigenvector."
    return f"A turns v to another line and makes it {np.hypot(*image):.2f} times as long."


def _about_directions(matrix: FloatArray, own: list[FloatArray]) -> str:
    if own:
        factors = [_number(float(direction @ matrix @ direction)) for direction in own]
        if len(own) == 1:
            return f"All eigenvectors lie on the dash-dotted line, with the eigenvalue {factors[0]}."
        return f"The eigenvectors lie on the dash-dotted lines, with the eigenvalues {' and '.join(factors)}."
    if np.allclose(matrix, matrix[0, 0] * np.eye(2)):
        return "Every vector is an eigenvector of this matrix."
    return "This matrix turns every vector, so it has no real eigenvector."


def _number(value: float) -> str:
    return f"{value + 0:.2f}".replace("-", "−")


def matrix() -> Explorable:
    """A 2×2 matrix acting on vectors and on the unit circle (primer)."""
    return Explorable(
        _Matrix,
        [
            Slider("angle", "Direction of v in °", 0, 0, 180, 5, runs=True),
            Slider("a", "A[0, 0]", 2.0, -2, 2, 0.25),
            Slider("b", "A[0, 1]", 1.0, -2, 2, 0.25),
            Slider("c", "A[1, 0]", 1.0, -2, 2, 0.25),
            Slider("d", "A[1, 1]", 2.0, -2, 2, 0.25),
        ],
        "On the left, the matrix A maps the vector v (blue) to A v (orange, dashed). It maps each vector on a "
        "dash-dotted line to a multiple of itself. On the right, A maps the dotted unit circle to the ellipse (green). "
        "The lengths of the ellipse's semi-axes are the singular values.",
        {
            "An eigenvector": {"angle": 45},
            "Along the axes": {"b": 0.0, "c": 0.0, "d": 0.5},
            "Shear": {"a": 1.0, "c": 0.0, "d": 1.0, "angle": 60},
            "Quarter turn": {"a": 0.0, "b": -1.0, "c": 1.0, "d": 0.0},
            "Flatten": {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0, "angle": 20},
        },
    )
