"""Trials of a hyperparameter search, and the options that say how they are run."""

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

Parameters = dict[str, Any]
Proposal = tuple[int, Parameters]
"""The number of a trial, and what to try."""


@dataclass(frozen=True)
class Trial:
    """One call of the objective.

    Attributes
    ----------
    parameters : dict
        What was tried.
    value : float or None
        What the objective returned; None where it failed.
    error : str or None
        Why it failed.
    seconds : float
        Wall time.
    seed : int or None
        What the objective was called with as ``seed``, where the search was asked for ``seeds``.
    """

    parameters: Parameters
    value: float | None
    error: str | None
    seconds: float
    seed: int | None = None


@dataclass(frozen=True)
class Results:
    """The trials of a search.

    Attributes
    ----------
    trials : tuple of Trial
        In the order proposed.
    maximize : bool
        Whether the largest value is best.
    complete : bool
        False where the search was interrupted or its workers died.
    note : str
        What else is to be said of the search, as a sentence.
    """

    trials: tuple[Trial, ...]
    maximize: bool
    complete: bool
    note: str = ""

    @property
    def best(self) -> Trial:
        """The trial with the best value, the first of equals.

        Raises
        ------
        ValueError
            No trial gave a value.
        """
        valued = {trial.value: trial for trial in reversed(self.trials) if trial.value is not None}
        if not valued:
            reason = (
                f"the first of {len(self.trials)} failed with {self.trials[0].error}" if self.trials else "none ran"
            )
            raise ValueError(f"no trial gave a value: {reason}")
        return valued[max(valued) if self.maximize else min(valued)]

    @property
    def says(self) -> str:
        """How many trials there are, which is the best, and what else is to be said, in sentences.

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


class HowToRun(TypedDict, total=False):
    """Options that every search takes.

    ``maximize`` (True): whether the largest value is best; pass False for a loss.
    ``seeds`` (None): a whole number. The objective is then called with ``seed=``, too: a number made of this one and
    of the trial's place in the search, so that trials have luck of their own and repeat on any number of workers.
    ``workers`` (1): processes that run trials side by side; more than one needs cloudpickle (extra ``hpo``).
    ``client`` (None): a `distributed.Client`, or the address of a Dask scheduler, such as ``"tcp://10.0.0.1:8786"``,
    to run the trials on its workers instead. Those that join the cluster meanwhile get trials, too; the trial of one
    that dies runs again on another.
    ``progress`` (True): show a progress bar with the best value so far.
    """

    maximize: bool
    seeds: int | None
    workers: int
    client: Any
    progress: bool


def trial_seed(seeds: int | None, number: int) -> int | None:
    """The seed of the trial with this number, the same wherever it runs."""
    return None if seeds is None else int(np.random.SeedSequence((seeds, number)).generate_state(1)[0])
