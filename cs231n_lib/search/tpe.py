"""Ask-and-tell adapter of Optuna's tree-structured Parzen estimator."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cs231n_lib.browser import install
from cs231n_lib.search.space import Choice, LogUniform, Space, Uniform
from cs231n_lib.search.trials import Parameters, Proposal, Trial

try:
    import optuna
    from optuna.trial import TrialState
except ModuleNotFoundError as _error:
    raise ModuleNotFoundError(f"tpe_search needs Optuna. {install('cs231n_lib[hpo]')}") from _error


class TPEStudy:
    """Optuna study, with the trials that its journal already holds.

    Attributes
    ----------
    past : dict from int to Trial
        Trials that ended before this search, by number.

    Raises
    ------
    ValueError
        The journal belongs to a search with a different direction or space.
    """

    def __init__(self, space: Space, seed: int, journal: Path | None, maximize: bool) -> None:
        self._space = space
        self._distributions = {name: _distribution(values) for name, values in space.items()}
        self._asked: dict[int, Any] = {}
        self._study = _study(journal, "maximize" if maximize else "minimize")
        self._require_same_space(journal)
        for trial in self._study.get_trials(deepcopy=False, states=[TrialState.RUNNING]):
            self._study.tell(trial.number, state=TrialState.FAIL)
        self.past = dict(self._past())
        # With the same seed, a continued search would propose its first random points again.
        self._study.sampler = optuna.samplers.TPESampler(seed=seed + len(self.past))

    def proposals(self, n: int) -> Iterator[Proposal]:
        """Yield points one at a time until there are n trials, including past ones."""
        for _ in range(n - len(self.past)):
            trial = self._study.ask(self._distributions)
            self._asked[trial.number] = trial
            yield trial.number, self._parameters(trial.params)

    def tell(self, number: int, trial: Trial) -> None:
        """Report the result of the trial with this number to Optuna."""
        asked = self._asked.pop(number)
        asked.set_user_attr("seconds", trial.seconds)
        asked.set_user_attr("seed", trial.seed)
        if trial.value is None:
            asked.set_user_attr("error", trial.error)
            self._study.tell(asked, state=TrialState.FAIL)
        else:
            self._study.tell(asked, trial.value)

    def _past(self) -> Iterator[tuple[int, Trial]]:
        """Yield the trials that ended, without interrupted ones, which lack ``seconds``."""
        for trial in self._study.get_trials(deepcopy=False):
            attributes = trial.user_attrs
            if "seconds" in attributes:
                error, seconds, seed = attributes.get("error"), attributes["seconds"], attributes.get("seed")
                yield trial.number, Trial(self._parameters(trial.params), trial.value, error, seconds, seed)

    def _parameters(self, params: Mapping[str, Any]) -> Parameters:
        chosen = {}
        for name, values in self._space.items():
            chosen[name] = values.options[params[name]] if isinstance(values, Choice) else params[name]
        return chosen

    def _require_same_space(self, journal: Path | None) -> None:
        if any(trial.distributions != self._distributions for trial in self._study.get_trials(deepcopy=False)):
            raise ValueError(f"{journal} belongs to a search of another space. Pass that space, or another journal")


def _distribution(values: Uniform | Choice) -> Any:
    """Optuna distribution of a range, or of the indices of a `Choice`'s options."""
    if isinstance(values, Choice):
        return optuna.distributions.CategoricalDistribution(range(len(values.options)))
    return optuna.distributions.FloatDistribution(values.low, values.high, log=isinstance(values, LogUniform))


def _study(journal: Path | None, direction: str) -> Any:
    storage = None
    if journal is not None:
        storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(journal)))
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study(storage=storage, study_name="search", direction=direction, load_if_exists=True)
    finally:
        optuna.logging.set_verbosity(verbosity)
    if study.direction.name.lower() != direction:
        raise ValueError(f"{journal} belongs to a search that does not {direction}. Pass another journal")
    return study
