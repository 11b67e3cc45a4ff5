"""One training run under way, and what may watch it."""

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
    """One training run under way: what callbacks see, and what a checkpoint saves.

    Attributes
    ----------
    step, epoch : int
        Steps taken, and full epochs done before the step last taken.
    learning_rate, loss : float
        Of the step last taken.
    diverged : bool
        The loss blew up or is no number; the last step was not taken.
    settled : bool
        The last step is complete, so the state can be resumed from: false inside a step, where an interrupt may fall.
    order : (N,)
        This epoch's order of the rows.
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
        """End the run after this step; safe to call from another thread, as it only sets a flag."""
        self._stop = True

    @property
    def stop_asked(self) -> bool:
        """Whether `stop` was called."""
        return self._stop

    def compare_with_best(self, accuracy: float) -> None:
        """Note the network as it is if ``accuracy`` beats all before; otherwise count one more evaluation without."""
        if accuracy > self.best_accuracy:
            self.best_accuracy, self.stale_evaluations = accuracy, 0
            self.best_parameters = np.concatenate([self.network.parameters, self.network.running])
        else:
            self.stale_evaluations += 1

    def restore_best(self) -> None:
        """Put the network back to its best evaluation, running statistics included."""
        if self.best_parameters is not None:
            split = self.network.parameters.size
            self.network.parameters[:] = self.best_parameters[:split]
            self.network.running[:] = self.best_parameters[split:]

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """All that the rest of the run depends on, as arrays by name."""
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
        """Take up a state written by `state_dict`.

        Raises
        ------
        ValueError
            If it is no run's state, or one of another network, optimizer or data size.
        """
        if "run.counters" not in state:
            raise ValueError("fit: the file to resume from is no checkpoint of a run")
        step, _, steps_per_epoch, stale = (int(counter) for counter in state["run.counters"])
        if steps_per_epoch != self.steps_per_epoch:
            raise ValueError(
                f"fit: the checkpoint has {steps_per_epoch} steps an epoch but this run has {self.steps_per_epoch}; "
                "resume with the same data and batch_size"
            )
        self.network.load_state_dict(_part(state, "network"))
        self.optimizer.load_state_dict(_part(state, "optimizer"))
        self.history = History.from_state_dict(_part(state, "history"))
        self.history.ending, self.history.stopped = None, ""
        self.step, self.epoch, self.stale_evaluations = step, max(step - 1, 0) // steps_per_epoch, stale
        self.order, self.best_accuracy = state["run.order"], float(state["run.best_accuracy"])
        self.best_parameters = state.get("run.best_parameters")
        unpack_generator(state["run.rng"], self.rng)


class Callback:
    """Something that watches a run. Its methods do nothing: a callback says only what it does.

    Attributes
    ----------
    shows_progress : bool
        Whether it shows how far the run is, so that `Trainer` needs no progress bar of its own.
    """

    shows_progress = False

    def on_start(self, run: Run) -> None:
        """Called once, before the first step."""

    def on_step(self, run: Run) -> None:
        """Called after every step, when the history holds it."""

    def on_end(self, run: Run) -> None:
        """Called once, however the run ended."""


def _part(state: dict[str, NDArray[Any]], owner: str) -> dict[str, NDArray[Any]]:
    """The entries of one owner, without its prefix."""
    prefix = owner + "."
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
