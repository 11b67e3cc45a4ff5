"""Checkpoints, which a callback saves so that ``fit`` can resume a run."""

from pathlib import Path

from cs231n_lib.contracts import contract, count
from cs231n_lib.storage import write_arrays
from cs231n_lib.training.run import Callback, Run


class Checkpoint(Callback):
    """Callback that saves a run, which ``fit(..., resume=path)`` can resume.

    Parameters
    ----------
    path : str or Path
        File to write. Each save replaces the previous one.
    every : int
        Whole number of epochs between saves, at least 1. The final state is also saved if the last step is complete.
    """

    @contract(every=count)
    def __init__(self, path: str | Path, *, every: int = 1) -> None:
        self.path = Path(path)
        self.every = every

    def on_step(self, run: Run) -> None:
        """Save the run after the last step of every ``every``-th epoch."""
        if run.step % (self.every * run.steps_per_epoch) == 0:
            write_arrays(self.path, run.state_dict())

    def on_end(self, run: Run) -> None:
        """Save the final state.

        After divergence or an interrupted step, the file keeps the state saved last.
        """
        if run.settled:
            write_arrays(self.path, run.state_dict())
