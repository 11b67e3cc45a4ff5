"""What a training run left behind: numbers by step, a picture of them, and a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.storage import read_arrays, write_arrays

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STEP_COLUMNS = ("loss", "learning_rate")
EVALUATION_COLUMNS = ("train_accuracy", "validation_accuracy", "update_ratio", "dead_fraction")

# Okabe and Ito's colours, which people who see few colours tell apart; each has its dash too.
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"


class _Table:
    """Rows of float64 that grow at the end; a column is a view, so reading one while training costs nothing."""

    def __init__(self, columns: int) -> None:
        self._rows = np.empty((256, columns))
        self._length = 0

    def append(self, row: tuple[float, ...]) -> None:
        if self._length == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._length] = row
        self._length += 1

    def column(self, index: int) -> NDArray[np.float64]:
        return self._rows[: self._length, index]


class History:
    """The course of one training run, filled by `Trainer.fit`. Arrays are views of what has been recorded so far.

    Attributes
    ----------
    stopped : str
        Why the run ended, in words; empty while it runs.

    Examples
    --------
    >>> history = History()
    >>> history.record_step(1, loss=2.3, learning_rate=0.01)
    >>> history.record_step(2, loss=2.1, learning_rate=0.01)
    >>> history.record_evaluation(2, train_accuracy=0.4, validation_accuracy=0.3, update_ratio=1e-3, dead_fraction=0.0)
    >>> history.loss
    array([2.3, 2.1])
    >>> history.evaluations
    array([2])
    >>> history
    History(2 steps, loss 2.1, train accuracy 0.400, validation accuracy 0.300)
    """

    def __init__(self) -> None:
        self.stopped = ""
        self._steps = _Table(1 + len(STEP_COLUMNS))
        self._evaluations = _Table(1 + len(EVALUATION_COLUMNS))

    def record_step(self, step: int, *, loss: float, learning_rate: float) -> None:
        """Record one step; steps count from 1."""
        self._steps.append((step, loss, learning_rate))

    def record_evaluation(
        self,
        step: int,
        *,
        train_accuracy: float,
        validation_accuracy: float,
        update_ratio: float,
        dead_fraction: float,
    ) -> None:
        """Record what was measured after ``step``; NaN stands for what was not measured."""
        self._evaluations.append((step, train_accuracy, validation_accuracy, update_ratio, dead_fraction))

    @property
    def steps(self) -> NDArray[np.int64]:
        """Numbers (S,) of the steps taken, from 1."""
        return self._steps.column(0).astype(np.int64)

    @property
    def loss(self) -> NDArray[np.float64]:
        """Minibatch loss (S,), penalty included, before the step's update."""
        return self._steps.column(1)

    @property
    def learning_rate(self) -> NDArray[np.float64]:
        """Learning rate (S,) of each step."""
        return self._steps.column(2)

    @property
    def evaluations(self) -> NDArray[np.int64]:
        """Steps (E,) after which the network was evaluated."""
        return self._evaluations.column(0).astype(np.int64)

    @property
    def train_accuracy(self) -> NDArray[np.float64]:
        """Accuracy (E,) on rows of the training split, as the network is used: without dropout."""
        return self._evaluations.column(1)

    @property
    def validation_accuracy(self) -> NDArray[np.float64]:
        """Accuracy (E,) on the validation split; NaN without one."""
        return self._evaluations.column(2)

    @property
    def update_ratio(self) -> NDArray[np.float64]:
        """Length of the step's update over the length of the weights (E,); about 1e-3 is usual."""
        return self._evaluations.column(3)

    @property
    def dead_fraction(self) -> NDArray[np.float64]:
        """Share (E,) of hidden units that were 0 on every training row evaluated."""
        return self._evaluations.column(4)

    def __repr__(self) -> str:
        parts = [f"{len(self.loss)} steps"]
        if self.loss.size:
            parts.append(f"loss {self.loss[-1]:.4g}")
        for name in ("train_accuracy", "validation_accuracy"):
            values = getattr(self, name)
            if values.size and np.isfinite(values[-1]):
                parts.append(f"{name.replace('_', ' ')} {values[-1]:.3f}")
        return f"History({', '.join([*parts, *([self.stopped] if self.stopped else [])])})"

    def plot(self) -> "Figure":
        """Loss, accuracy and update ratio by step, beside each other."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(11, 3.2), layout="constrained")
        loss, accuracy, ratio = figure.subplots(1, 3)
        self._plot_loss(loss)
        for values, name, colour, dash in (
            (self.train_accuracy, "train", BLUE, "-"),
            (self.validation_accuracy, "validation", ORANGE, "--"),
        ):
            if np.isfinite(values).any():
                accuracy.plot(self.evaluations, values, dash, color=colour, marker="o", markersize=3, label=name)
        ratio.set_yscale("log")
        ratio.plot(self.evaluations, self.update_ratio, "-.", color=GREEN, marker="o", markersize=3)
        ratio.axhline(1e-3, color="0.5", linestyle=":", label="1e-3, a usual value")
        accuracy.set(xlabel="step", ylabel="accuracy")
        ratio.set(xlabel="step", ylabel="update / weight length")
        for axes in (loss, accuracy, ratio):
            if axes.get_legend_handles_labels()[0]:
                axes.legend(frameon=False)
        return figure

    def _plot_loss(self, axes: "Axes") -> None:
        axes.plot(self.steps, self.loss, "-", color=BLUE, alpha=0.35, linewidth=0.8, label="minibatch")
        window = max(1, len(self.loss) // 20)
        if window > 1:
            mean = np.convolve(self.loss, np.full(window, 1 / window), mode="valid")
            axes.plot(self.steps[window - 1 :], mean, "--", color=ORANGE, label=f"mean of {window}")
        axes.set(xlabel="step", ylabel="loss")

    def state_dict(self) -> dict[str, NDArray[np.float64 | np.str_]]:
        """Everything recorded, as arrays by name."""
        names = ("steps", *STEP_COLUMNS, "evaluations", *EVALUATION_COLUMNS)
        return {**{name: getattr(self, name).copy() for name in names}, "stopped": np.array(self.stopped)}

    def save(self, path: str | Path) -> None:
        """Write everything recorded to an npz file, atomically."""
        write_arrays(path, self.state_dict())

    @classmethod
    def load(cls, path: str | Path) -> "History":
        """Read a history written by `save`.

        Raises
        ------
        FileNotFoundError, ValueError
            No file; or one that holds something else.
        """
        return cls.from_state_dict(read_arrays(path))

    @classmethod
    def from_state_dict(cls, state: "dict[str, NDArray[np.float64 | np.str_]]") -> "History":
        """A history with what `state_dict` of another returned.

        Raises
        ------
        ValueError
            If a column is missing.
        """
        history = cls()
        missing = history.state_dict().keys() - state.keys()
        if missing:
            raise ValueError(f"History: {', '.join(sorted(missing))} missing; this is no saved history")
        for table, names in (
            (history._steps, ("steps", *STEP_COLUMNS)),
            (history._evaluations, ("evaluations", *EVALUATION_COLUMNS)),
        ):
            for row in zip(*(state[name] for name in names), strict=True):
                table.append(row)
        history.stopped = str(state["stopped"])
        return history
