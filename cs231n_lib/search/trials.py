"""Trials, results and options of a hyperparameter search."""

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

Parameters = dict[str, Any]
Proposal = tuple[int, Parameters]
"""Number of a trial, and the parameters to try."""


@dataclass(frozen=True)
class Trial:
    """One call of the objective.

    Attributes
    ----------
    parameters : dict
        Hyperparameters tried.
    value : float or None
        Result of the objective, or None if the trial failed.
    error : str or None
        Reason for the failure.
    seconds : float
        Wall time.
    seed : int or None
        Value of the objective's ``seed`` argument if the search has ``seeds``.
    """

    parameters: Parameters
    value: float | None
    error: str | None
    seconds: float
    seed: int | None = None


@dataclass(frozen=True)
class Results:
    """Trials of a search.

    Attributes
    ----------
    trials : tuple of Trial
        Trials in the order proposed.
    maximize : bool
        Whether the largest value is best.
    complete : bool
        False if the search was interrupted or its workers died.
    note : str
        Remark on the search, as a sentence.
    """

    trials: tuple[Trial, ...]
    maximize: bool
    complete: bool
    note: str = ""

    @property
    def best(self) -> Trial:
        """Trial with the best value, or the first of several equal ones.

        Raises
        ------
        ValueError
            No trial returned a value.
        """
        valued = {trial.value: trial for trial in reversed(self.trials) if trial.value is not None}
        if not valued:
            if not self.trials:
                raise ValueError("no trial was run. Let at least one trial finish before you ask for the best")
            raise ValueError(
                f"no trial returned a value, and the first of {len(self.trials)} failed with {self.trials[0].error}. "
                "Correct the objective or the space, and search again"
            )
        return valued[max(valued) if self.maximize else min(valued)]

    @property
    def says(self) -> str:
        """Summary in sentences, with the number of trials, the best one, and the note.

        >>> Results((Trial({"lr": 0.125}, 0.9, None, 1.0),), True, False).says
        '1 trial, then the search was stopped. The best gave 0.9: lr = 0.125.'
        """
        count = f"{len(self.trials)} trial{'s' * (len(self.trials) != 1)}"
        failed = sum(trial.value is None for trial in self.trials)
        parts = [count + (f", of which {failed} failed" if failed else "")]
        parts[0] += "." if self.complete else ", then the search was stopped."
        if failed < len(self.trials):
            chosen = ", ".join(f"{name} = {_short(value)}" for name, value in self.best.parameters.items())
            parts.append(f"The best gave {_short(self.best.value)}: {chosen}.")
        return " ".join(filter(None, (*parts, self.note)))


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


class SearchOptions(TypedDict, total=False):
    """Options of every search, with their defaults.

    ``maximize`` (True): whether the largest value is best. Pass False for a loss.
    ``seeds`` (None): whole number that determines the seed of each trial. If set, the objective also gets ``seed=``,
    which depends only on this number and the trial's number, so trials are independent and reproducible.
    ``workers`` (1): processes that run trials in parallel. More than one needs cloudpickle (extra ``hpo``).
    ``client`` (None): a `distributed.Client`, or the address of a Dask scheduler such as ``"tcp://10.0.0.1:8786"``,
    whose workers run the trials. Workers may join during the search. If a worker dies, another repeats its trial.
    ``progress`` (True): show a progress bar with the best value so far.
    """

    maximize: bool
    seeds: int | None
    workers: int
    client: Any
    progress: bool


def trial_seed(seeds: int | None, number: int) -> int | None:
    """Seed of the trial with this number, which does not depend on its worker."""
    return None if seeds is None else int(np.random.SeedSequence((seeds, number)).generate_state(1)[0])
