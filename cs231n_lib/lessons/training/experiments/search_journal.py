"""A search that is stopped and resumed from its journal."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from cs231n_lib.search import LogUniform, random_search

from .search_digits import PROBLEMS

TRIALS, DONE = 12, 6
SPACE = {"lr": LogUniform(1e-4, 10.0), "l2": LogUniform(1e-7, 1e-2)}


def taken_up() -> str:
    """Report a search of `TRIALS` trials that is stopped after `DONE`, and the same call a second time."""
    trained: list[float] = []

    def accuracy(lr: float, l2: float) -> float:
        if len(trained) == DONE and not stopped:
            stopped.append(True)
            raise KeyboardInterrupt
        trained.append(lr)
        return PROBLEMS["only the learning rate matters"].objective(np.array([lr, l2]))

    stopped: list[bool] = []
    said = []
    with TemporaryDirectory() as folder:
        for call in ("first", "second"):
            before = len(trained)
            rng = np.random.default_rng(0)
            found = random_search(accuracy, SPACE, TRIALS, rng, Path(folder) / "trials.npz", progress=False)
            said.append(f"The {call} call trained {len(trained) - before} times. {found.says}")
    return "\n".join(said)
