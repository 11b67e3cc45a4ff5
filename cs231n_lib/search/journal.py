"""The trials of a search on disk, so that one that was stopped can be taken up."""

from collections.abc import Iterable
from math import isnan, nan
from pathlib import Path
from time import monotonic

import numpy as np

from cs231n_lib.search.trials import Parameters, Proposal, Trial, trial_seed
from cs231n_lib.storage import read_arrays, write_arrays

EVERY = 1.0
"""Seconds between two writes: what is lost where the computer stops."""


class Journal:
    """Trials by their number in a file, beside what was tried in words.

    A search draws the same points again when it is called again, so words are enough to see that it is the same one.

    Parameters
    ----------
    path : Path or None
        The file, which need not exist; without one nothing is kept.

    Raises
    ------
    ValueError
        The file holds no trials.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = Path(path) if path is not None else None
        self._kept: dict[int, tuple[str, str, float, float]] = {}
        self._written = monotonic()
        if self._path is not None and self._path.exists():
            arrays = read_arrays(self._path)
            if set(arrays) != {"number", "tried", "error", "value", "seconds"}:
                raise ValueError(f"{self._path} holds no trials of a search; pass another journal")
            columns = (arrays[name].tolist() for name in ("number", "tried", "error", "value", "seconds"))
            self._kept = {number: tuple(kept) for number, *kept in zip(*columns, strict=True)}

    def past(self, proposals: Iterable[Proposal], seeds: int | None) -> dict[int, Trial]:
        """The trials of these proposals that ended before, by their numbers.

        Raises
        ------
        ValueError
            What was tried under one of the numbers is something else.
        """
        ended = {}
        for number, parameters in proposals:
            if number in self._kept:
                tried, error, value, seconds = self._kept[number]
                words = _words(parameters, seeds)
                if tried != words:
                    raise ValueError(
                        f"{self._path} holds another search: its trial {number} tried {tried}, and this one would try "
                        f"{words}; make the same call again, or pass another journal"
                    )
                found = None if isnan(value) else value
                ended[number] = Trial(parameters, found, error or None, seconds, trial_seed(seeds, number))
        return ended

    def keep(self, number: int, trial: Trial, seeds: int | None) -> None:
        """Take in a trial; it is on disk within a second, or with `close`."""
        if self._path is not None:
            value = nan if trial.value is None else trial.value
            self._kept[number] = _words(trial.parameters, seeds), trial.error or "", value, trial.seconds
            if monotonic() - self._written > EVERY:
                self.close()

    def close(self) -> None:
        """Write what is not on disk yet."""
        if self._path is not None and self._kept:
            tried, error, value, seconds = zip(*self._kept.values(), strict=True)
            number = np.array(list(self._kept))
            columns = {"tried": tried, "error": error, "value": value, "seconds": seconds}
            write_arrays(self._path, {"number": number} | {name: np.array(column) for name, column in columns.items()})
        self._written = monotonic()


def _words(parameters: Parameters, seeds: int | None) -> str:
    """What was tried; a function goes by its name, as its address differs in each process."""
    tried = {name: getattr(value, "__qualname__", None) or repr(value) for name, value in parameters.items()}
    return ", ".join(
        f"{name} = {words}" for name, words in (tried if seeds is None else tried | {"seeds": seeds}).items()
    )
