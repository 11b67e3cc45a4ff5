r"""Hyperparameter search: grid, random, coarse to fine, and the tree-structured Parzen estimator.

An objective takes hyperparameters by name and returns one number, such as the validation accuracy of a network that it
trains. Every search runs it, records each trial, goes on when a trial fails, and returns what it has when interrupted.

>>> def accuracy(lr, l2):
...     return -((np.log10(lr) + 2) ** 2) - l2
>>> space = {"lr": LogUniform(1e-5, 1.0), "l2": Choice((0.0, 0.1))}
>>> results = random_search(accuracy, space, 50, np.random.default_rng(0), progress=False)
>>> bool(0.003 < results.best.parameters["lr"] < 0.03), results.best.parameters["l2"]
(True, 0.0)
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from cs231n_lib.contracts import Call, contract, count, function, generator, number, whole
from cs231n_lib.search.journal import Journal
from cs231n_lib.search.running import run_trials
from cs231n_lib.search.space import Choice, LogUniform, Space, Uniform, on_border
from cs231n_lib.search.trials import HowToRun, Parameters, Results, Trial

Objective = Callable[..., float]


def lists_of_values(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: a dict from names to lists, tuples, ranges or arrays with one axis, none of them empty."""
    _require_names(name, value, "a dict from names to lists of values")
    for parameter, values in value.items():
        listed = isinstance(values, np.ndarray) and values.ndim == 1
        if not (listed or (isinstance(values, Sequence) and not isinstance(values, str | bytes))):
            shape = f" of shape {values.shape}" if isinstance(values, np.ndarray) else f" {values!r:.60}"
            raise TypeError(f"{parameter} is {type(values).__name__}{shape}; give a list of the values to try")
        if len(values) == 0:
            raise ValueError(f"{parameter} has no values; give at least one")


def ranges(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: a dict from names to `Uniform`, `LogUniform` or `Choice`."""
    _require_names(name, value, "a dict from names to ranges")
    for parameter, values in value.items():
        if not isinstance(values, Uniform | LogUniform | Choice):
            raise TypeError(
                f"{parameter} is {type(values).__name__} {values!r:.60}; give a Uniform, LogUniform or Choice"
            )


def options(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: options of `HowToRun` and no others."""
    for option in value:
        if option not in HowToRun.__annotations__:
            raise TypeError(f"there is no option {option}; there are {', '.join(HowToRun.__annotations__)}")
    if "workers" in value:
        count("workers", value["workers"], call)
    if value.get("seeds") is not None:
        whole_seed("seeds", value["seeds"], call)


def _drawn(space: Space, n: int, rng: np.random.Generator) -> list[Parameters]:
    return [{name: values.sample(rng) for name, values in space.items()} for _ in range(n)]


def _kept(
    objective: Objective,
    points: Sequence[Parameters],
    before: Mapping[int, Trial],
    total: int,
    journal: Journal,
    how: HowToRun,
) -> Results:
    """Run the points after the trials ``before``, except those in the journal, which takes in the others."""
    seeds = how.get("seeds")
    proposals = list(enumerate(points, len(before)))
    past = journal.past(proposals, seeds)
    left = (proposal for proposal in proposals if proposal[0] not in past)
    try:
        return run_trials(
            objective, left, total, past={**before, **past}, tell=lambda i, trial: journal.keep(i, trial, seeds), **how
        )
    finally:
        journal.close()


def _require_names(name: str, value: Any, wanted: str) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(parameter, str) for parameter in value):
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}; pass {wanted}")


share_of_range = number("a share in (0, 1), as each round is narrower than the last", lambda v: 0 < v < 1)
whole_seed = whole("a whole number of at least 0", 0)


DOES_NOT_REPEAT = "TPE learns from trials as they end, and several workers end in any order: this will not repeat."


class BorderWarning(UserWarning):
    """The best value lies at the end of its range, so a better one may lie beyond."""


@contract(objective=function, grid=lists_of_values, how=options)
def grid_search(
    objective: Objective, grid: Mapping[str, Sequence[Any]], journal: Path | None = None, **how: Unpack[HowToRun]
) -> Results:
    """Try every combination of the listed values.

    Parameters
    ----------
    objective : callable
        ``objective(**parameters)`` returns the value of one trial.
    grid : dict of sequences
        The values of each hyperparameter; the last one varies fastest.
    journal : Path, optional
        A file where the trials are kept. Where it exists, trials that are in it are not run again, so a call that was
        stopped can be made again and goes on. One search at a time may write to it.
    **how
        See `HowToRun`.

    Returns
    -------
    Results
        In the order of the grid.

    Raises
    ------
    TypeError, ValueError
        The values of a hyperparameter are no list, tuple, range or array with one axis, or there are none; or the
        journal belongs to another search.

    Examples
    --------
    >>> results = grid_search(lambda lr: -abs(lr - 0.1), {"lr": [0.01, 0.1, 1.0]}, progress=False)
    >>> results.best.parameters
    {'lr': 0.1}
    """
    combinations = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    return _kept(objective, combinations, {}, len(combinations), Journal(journal), how)


@contract(objective=function, space=ranges, n=count, rng=generator, how=options)
def random_search(
    objective: Objective,
    space: Space,
    n: int,
    rng: np.random.Generator,
    journal: Path | None = None,
    **how: Unpack[HowToRun],
) -> Results:
    """Try n points drawn at random.

    With as many trials as a grid, each hyperparameter gets n different values instead of a few.

    Parameters
    ----------
    objective : callable
        ``objective(**parameters)`` returns the value of one trial.
    space : dict
        The range of each hyperparameter: `Uniform`, `LogUniform` or `Choice`.
    n : int
        Number of trials.
    rng : numpy.random.Generator
        Draws the points, the same ones however many workers there are.
    journal : Path, optional
        As in `grid_search`; the generator must begin in the same state each time.
    **how
        See `HowToRun`.

    Returns
    -------
    Results
        In the order drawn.

    Raises
    ------
    TypeError, ValueError
        ``n`` is no whole number of at least 1, ``rng`` is no generator, or the journal belongs to another search.

    References
    ----------
    J. Bergstra and Y. Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 13, 2012.
    """
    return _kept(objective, _drawn(space, n, rng), {}, n, Journal(journal), how)


@contract(
    objective=function,
    space=ranges,
    n=count,
    rounds=count,
    rng=generator,
    share=share_of_range,
    margin=share_of_range,
    how=options,
)
def coarse_to_fine(
    objective: Objective,
    space: Space,
    n: int,
    rounds: int,
    rng: np.random.Generator,
    share: float = 0.3,
    margin: float = 0.05,
    journal: Path | None = None,
    **how: Unpack[HowToRun],
) -> Results:
    """Random search in rounds, each in a narrower part of the space around the best point so far.

    Warns when the best point of all lies at the border of the space that was given.

    Parameters
    ----------
    objective : callable
        ``objective(**parameters)`` returns the value of one trial.
    space : dict
        The range of each hyperparameter: `Uniform`, `LogUniform` or `Choice`; a `Choice` is not narrowed.
    n : int
        Trials a round.
    rounds : int
        Number of rounds.
    rng : numpy.random.Generator
        Draws the points.
    share : float
        Width of a range in the next round as a share of its width in this one, in (0, 1); decades for `LogUniform`.
    margin : float
        How near an end the best must lie to be on the border; see `on_border`.
    journal : Path, optional
        As in `random_search`.
    **how
        See `HowToRun`.

    Returns
    -------
    Results
        The trials of all rounds.

    Raises
    ------
    TypeError, ValueError
        A count below 1, ``share`` or ``margin`` outside (0, 1), ``rng`` is no generator, every trial of the first
        round failed, or the journal belongs to another search.

    Warns
    -----
    BorderWarning
        See `on_border`.

    References
    ----------
    CS231n notes, "Hyperparameter optimization": coarse to fine; best values on the border.

    Examples
    --------
    >>> space = {"lr": LogUniform(1e-6, 1.0)}
    >>> results = coarse_to_fine(lambda lr: -abs(np.log(lr) + 5), space, 8, 4, np.random.default_rng(0), progress=False)
    >>> len(results.trials), round(float(np.log(results.best.parameters["lr"])), 1)
    (32, -5.0)
    """
    kept, part, past = Journal(journal), space, dict[int, Trial]()
    for i in range(rounds):
        results = _kept(objective, _drawn(part, n, rng), past, n * rounds, kept, how)
        past = dict(enumerate(results.trials))
        if not results.complete:
            return results
        best = results.best.parameters
        # Of the whole range: the part of a round may reach beyond that of the round before, where its best lies there.
        reach = share ** (i + 1)
        part = {name: v if isinstance(v, Choice) else v.narrowed(best[name], reach) for name, v in space.items()}
    for name in on_border(best, space, margin):
        warnings.warn(
            f"the best {name}, {best[name]:.3g}, lies at the border of {space[name]}; widen that range",
            BorderWarning,
            stacklevel=3,
        )
    return results


@contract(objective=function, space=ranges, n=count, seed=whole_seed, how=options)
def tpe_search(
    objective: Objective,
    space: Space,
    n: int,
    seed: int,
    journal: Path | None = None,
    **how: Unpack[HowToRun],
) -> Results:
    """Bayesian search with the tree-structured Parzen estimator of optuna: past trials say where to look next.

    Needs the extra ``hpo``. With one worker, the same seed gives the same trials. With several it learns from trials
    in the order in which they end, so that no two searches are the same; the results say so.

    Parameters
    ----------
    objective : callable
        ``objective(**parameters)`` returns the value of one trial.
    space : dict
        The range of each hyperparameter: `Uniform`, `LogUniform` or `Choice`.
    n : int
        Number of trials, those in the journal included.
    seed : int
        Of the sampler.
    journal : Path, optional
        A file where optuna keeps the trials. Where it exists, the search goes on from there, so a call that was
        interrupted can be made again. One search at a time may write to it.
    **how
        See `HowToRun`.

    Returns
    -------
    Results
        In the order proposed, those from the journal first.

    Raises
    ------
    ModuleNotFoundError
        optuna is not installed.
    ValueError
        ``n`` is below 1, or the journal belongs to a search in another direction or space.

    References
    ----------
    J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, *Algorithms for Hyper-Parameter Optimization*, NeurIPS 2011.
    """
    from cs231n_lib.search.tpe import TPEStudy

    study = TPEStudy(space, seed, journal, how.get("maximize", True))
    several = how.get("client") is not None or how.get("workers", 1) > 1
    return run_trials(
        objective,
        study.proposals(n),
        n,
        past=study.past,
        tell=study.tell,
        note=DOES_NOT_REPEAT if several else "",
        **how,
    )
