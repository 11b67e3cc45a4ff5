"""State of a training run, and the base class of callbacks."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Optimizer
from cs231n_lib.storage import pack_generator, unpack_generator
from cs231n_lib.training.history import History


@dataclass(eq=False)
class Run:
    """State of a training run, which callbacks read and checkpoints save.

    Attributes
    ----------
    step, epoch : int
        Steps taken, and whole epochs completed before the latest step.
    learning_rate, loss : float
        Values of the latest step.
    diverged : bool
        Whether the loss exploded or is not a number. If so, the latest step did not update the network.
    settled : bool
        Whether the latest step is complete, so that the run can resume from this state. If an interrupt arrives
        during a step, the value is false.
    order : (N,)
        Order of the rows in this epoch.
    """

    network: MLP
    optimizer: Optimizer
    rng: np.random.Generator
    total_steps: int
    steps_per_epoch: int
    history: History = field(default_factory=History)
    step: int = 0
    epoch: int = 0
    learning_rate: float = math.nan
    loss: float = math.nan
    diverged: bool = False
    settled: bool = False
    order: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    best_accuracy: float = -math.inf
    best_parameters: FloatArray | None = None
    stale_evaluations: int = 0
    _stop: bool = False

    def stop(self) -> None:
        """End the run after this step.

        Any thread may call this method, because it only sets a flag.
        """
        self._stop = True

    @property
    def stop_asked(self) -> bool:
        """Whether `stop` was called."""
        return self._stop

    def compare_with_best(self, accuracy: float) -> None:
        """Copy the parameters if ``accuracy`` is a new best, or count a stale evaluation."""
        if accuracy > self.best_accuracy:
            self.best_accuracy, self.stale_evaluations = accuracy, 0
            self.best_parameters = np.concatenate([self.network.parameters, self.network.running])
        else:
            self.stale_evaluations += 1

    def restore_best(self) -> None:
        """Restore the parameters and running statistics of the best evaluation."""
        if self.best_parameters is not None:
            split = self.network.parameters.size
            self.network.parameters[:] = self.best_parameters[:split]
            self.network.running[:] = self.best_parameters[split:]

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Named arrays that the rest of the run depends on."""
        state = {
            "run.counters": np.array([self.step, self.total_steps, self.steps_per_epoch, self.stale_evaluations]),
            "run.order": self.order,
            "run.rng": pack_generator(self.rng),
            "run.best_accuracy": np.array(self.best_accuracy),
        }
        if self.best_parameters is not None:
            state["run.best_parameters"] = self.best_parameters
        for owner in ("network", "optimizer", "history"):
            state |= {f"{owner}.{name}": value for name, value in getattr(self, owner).state_dict().items()}
        return state

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore a state returned by `state_dict`.

        Raises
        ------
        ValueError
            The state does not belong to a run, or its network, optimizer or data size differs.
        """
        if "run.counters" not in state:
            raise ValueError("fit: the file to resume from is not a checkpoint. Pass a file written by Checkpoint")
        step, _, steps_per_epoch, stale = (int(counter) for counter in state["run.counters"])
        if steps_per_epoch != self.steps_per_epoch:
            raise ValueError(
                f"fit: the checkpoint has {steps_per_epoch} steps per epoch but this run has {self.steps_per_epoch}. "
                "Resume with the same data and batch_size"
            )
        self.network.load_state_dict(_without_prefix(state, "network"))
        self.optimizer.load_state_dict(_without_prefix(state, "optimizer"))
        self.history = History.from_state_dict(_without_prefix(state, "history"))
        self.history.ending, self.history.stopped = None, ""
        self.step, self.epoch, self.stale_evaluations = step, max(step - 1, 0) // steps_per_epoch, stale
        self.order, self.best_accuracy = state["run.order"], float(state["run.best_accuracy"])
        self.best_parameters = state.get("run.best_parameters")
        unpack_generator(state["run.rng"], self.rng)


class Callback:
    """Base class of callbacks, whose methods do nothing.

    Attributes
    ----------
    shows_progress : bool
        Whether the callback displays progress. `Trainer` then shows no progress bar.
    """

    shows_progress = False

    def on_start(self, run: Run) -> None:
        """React to the start of a run, before the first step."""

    def on_step(self, run: Run) -> None:
        """React to a step, which the history already contains."""

    def on_end(self, run: Run) -> None:
        """React to the end of a run, even if the run failed."""


def _without_prefix(state: dict[str, NDArray[Any]], owner: str) -> dict[str, NDArray[Any]]:
    """Entries of one owner, with its prefix removed from the names."""
    prefix = owner + "."
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
