"""Runs on disk: `Checkpoint` saves one while it trains, and ``Trainer.fit(..., resume=path)`` takes it up again."""

from pathlib import Path

from cs231n_lib.contracts import contract, count
from cs231n_lib.storage import write_arrays
from cs231n_lib.training.run import Callback, Run


class Checkpoint(Callback):
    """A callback that saves the run to ``path`` at the end of every ``every``-th epoch, and at the end.

    Raises
    ------
    TypeError, ValueError
        If ``every`` is not a whole number of at least 1.
    """

    @contract(every=count)
    def __init__(self, path: str | Path, *, every: int = 1) -> None:
        self.path = Path(path)
        self.every = every

    def on_step(self, run: Run) -> None:
        """Save where the epoch ends."""
        if run.step % (self.every * run.steps_per_epoch) == 0:
            write_arrays(self.path, run.state_dict())

    def on_end(self, run: Run) -> None:
        """Save the end, unless the run diverged or was interrupted within a step: then the last sound state stays."""
        if run.settled:
            write_arrays(self.path, run.state_dict())
