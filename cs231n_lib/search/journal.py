"""Journal of the trials of a search, so that the search can continue."""

from collections.abc import Iterable
from math import isnan, nan
from pathlib import Path
from time import monotonic

import numpy as np

from cs231n_lib.search.trials import Parameters, Proposal, Trial, trial_seed
from cs231n_lib.storage import read_arrays, write_arrays

WRITE_INTERVAL = 1.0
"""Minimum time in seconds between writes. A crash loses the trials since the last write."""


class Journal:
    """File of numbered trials, each with a description of its parameters.

    A repeated search proposes the same points, so a different description shows that the journal belongs to another
    search.

    Parameters
    ----------
    path : Path or None
        File to write, which need not exist. None stores nothing.

    Raises
    ------
    ValueError
        The file does not hold trials.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = Path(path) if path is not None else None
        self._trials: dict[int, tuple[str, str, float, float]] = {}
        self._written = monotonic()
        if self._path is not None and self._path.exists():
            arrays = read_arrays(self._path)
            if set(arrays) != {"number", "tried", "error", "value", "seconds"}:
                raise ValueError(f"{self._path} is not a journal of a search. Pass another file")
            columns = (arrays[name].tolist() for name in ("number", "tried", "error", "value", "seconds"))
            self._trials = {number: tuple(trial) for number, *trial in zip(*columns, strict=True)}

    def past(self, proposals: Iterable[Proposal], seeds: int | None) -> dict[int, Trial]:
        """Stored trials of these proposals, by number.

        Raises
        ------
        ValueError
            A stored trial has the number of a proposal but different parameters.
        """
        ended = {}
        for number, parameters in proposals:
            if number in self._trials:
                tried, error, value, seconds = self._trials[number]
                proposed = _describe(parameters, seeds)
                if tried != proposed:
                    raise ValueError(
                        f"{self._path} belongs to another search, because its trial {number} tried {tried}, "
                        f"but this search tries {proposed}. Repeat the same call, or pass another journal"
                    )
                found = None if isnan(value) else value
                ended[number] = Trial(parameters, found, error or None, seconds, trial_seed(seeds, number))
        return ended

    def record(self, number: int, trial: Trial, seeds: int | None) -> None:
        """Add a trial, and write the file if the last write was over a second ago."""
        if self._path is not None:
            value = nan if trial.value is None else trial.value
            self._trials[number] = _describe(trial.parameters, seeds), trial.error or "", value, trial.seconds
            if monotonic() - self._written > WRITE_INTERVAL:
                self.flush()

    def flush(self) -> None:
        """Write all trials to the file."""
        if self._path is not None and self._trials:
            tried, error, value, seconds = zip(*self._trials.values(), strict=True)
            number = np.array(list(self._trials))
            columns = {"tried": tried, "error": error, "value": value, "seconds": seconds}
            write_arrays(self._path, {"number": number} | {name: np.array(column) for name, column in columns.items()})
        self._written = monotonic()


def _describe(parameters: Parameters, seeds: int | None) -> str:
    """Describe parameters as text that is the same in every process."""
    texts = {name: getattr(value, "__qualname__", None) or repr(value) for name, value in parameters.items()}
    return ", ".join(f"{name} = {text}" for name, text in (texts | ({} if seeds is None else {"seeds": seeds})).items())
