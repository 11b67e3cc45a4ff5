"""Record of a training run, which can be saved to a file."""

from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.storage import read_arrays, write_arrays

STEP_COLUMNS = ("loss", "learning_rate")
EVALUATION_COLUMNS = ("train_accuracy", "validation_accuracy", "update_ratio", "dead_fraction")


class Ending(Enum):
    """Ending of a run, whose value appears in saved files."""

    FINISHED = "finished"
    EARLY = "stopped early"
    ASKED = "stop asked"
    DIVERGED = "diverged"
    INTERRUPTED = "interrupted"


class _Table:
    """Growing table of float64, whose columns are views."""

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
    """Record of one training run, filled by `Trainer.fit`.

    The float arrays are views of the record.

    Attributes
    ----------
    ending : Ending or None
        How the run ended, or None during the run and after an error.
    stopped : str
        How and why the run ended, as text, or empty if ``ending`` is None.

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
        self.ending: Ending | None = None
        self.stopped = ""
        self._steps = _Table(1 + len(STEP_COLUMNS))
        self._evaluations = _Table(1 + len(EVALUATION_COLUMNS))

    def record_step(self, step: int, *, loss: float, learning_rate: float) -> None:
        """Record one step, counted from 1."""
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
        """Record the measurements after ``step``, with NaN for missing ones."""
        self._evaluations.append((step, train_accuracy, validation_accuracy, update_ratio, dead_fraction))

    def end(self, ending: Ending, why: str = "") -> None:
        """Record how and why the run ended."""
        self.ending, self.stopped = ending, why or ending.value

    @property
    def steps(self) -> NDArray[np.int64]:
        """Numbers (S,) of the steps, starting at 1."""
        return self._steps.column(0).astype(np.int64)

    @property
    def loss(self) -> NDArray[np.float64]:
        """Minibatch loss (S,) including the penalty, before each update."""
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
        """Accuracy (E,) on rows of the training split, at inference time (no dropout)."""
        return self._evaluations.column(1)

    @property
    def validation_accuracy(self) -> NDArray[np.float64]:
        """Accuracy (E,) on the validation split, or NaN if there is none."""
        return self._evaluations.column(2)

    @property
    def update_ratio(self) -> NDArray[np.float64]:
        """Norm of the update divided by the norm of the weights (E,), usually about 10⁻³."""
        return self._evaluations.column(3)

    @property
    def dead_fraction(self) -> NDArray[np.float64]:
        """Fraction (E,) of hidden units that were 0 on every evaluated training row."""
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

    def state_dict(self) -> dict[str, NDArray[np.float64 | np.str_]]:
        """The whole record as named arrays."""
        names = ("steps", *STEP_COLUMNS, "evaluations", *EVALUATION_COLUMNS)
        ending = self.ending.value if self.ending else ""
        columns = {name: getattr(self, name).copy() for name in names}
        return {**columns, "ending": np.array(ending), "stopped": np.array(self.stopped)}

    def save(self, path: str | Path) -> None:
        """Write the record atomically to an npz file."""
        write_arrays(path, self.state_dict())

    @classmethod
    def load(cls, path: str | Path) -> "History":
        """Read a history written by `save`.

        Raises
        ------
        FileNotFoundError, ValueError
            The file does not exist, or does not hold a history.
        """
        return cls.from_state_dict(read_arrays(path))

    @classmethod
    def from_state_dict(cls, state: "dict[str, NDArray[np.float64 | np.str_]]") -> "History":
        """Make a history from the result of `state_dict`.

        Raises
        ------
        ValueError
            A column is missing.
        """
        history = cls()
        missing = history.state_dict().keys() - state.keys()
        if missing:
            raise ValueError(f"History: the file lacks {', '.join(sorted(missing))}. Pass a file from History.save")
        for table, names in (
            (history._steps, ("steps", *STEP_COLUMNS)),
            (history._evaluations, ("evaluations", *EVALUATION_COLUMNS)),
        ):
            for row in zip(*(state[name] for name in names), strict=True):
                table.append(row)
        if str(state["ending"]):
            history.end(Ending(str(state["ending"])), str(state["stopped"]))
        return history
