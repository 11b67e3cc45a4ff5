r"""Grid, random and coarse-to-fine search, and TPE.

An objective takes hyperparameters as keyword arguments and returns one number, such as the validation accuracy of a
network that it trains. A search records each call as a trial and continues after a failed trial. An interrupt ends the
search, which then returns the trials so far.

The searches share these arguments:

objective : callable
    ``objective(**parameters)`` returns the value of one trial.
space : dict
    Range of each hyperparameter, as `Uniform`, `LogUniform` or `Choice`.
journal : Path, optional
    File that stores the trials. A repeated call skips the trials stored there, so an interrupted search continues.
    Only one search at a time may write to a journal. A journal of other points or another space raises a ValueError.
**options
    See `SearchOptions`.

A search raises a TypeError or ValueError if a count is not a whole number of at least 1, ``rng`` is not a generator, or
another argument does not match its description.

>>> def accuracy(lr, l2):
...     return -((np.log10(lr) + 2) ** 2) - l2
>>> space = {"lr": LogUniform(1e-5, 1.0), "l2": Choice((0.0, 0.1))}
>>> results = random_search(accuracy, space, 50, np.random.default_rng(0), progress=False)
>>> bool(0.003 < results.best.parameters["lr"] < 0.03), results.best.parameters["l2"]
(True, 0.0)
"""

import warnings
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from cs231n_lib.contracts import BoundCall, contract, count, function, generator, number, whole
from cs231n_lib.search.journal import Journal
from cs231n_lib.search.pools import Objective
from cs231n_lib.search.running import run_trials
from cs231n_lib.search.space import Choice, LogUniform, Space, Uniform, on_border
from cs231n_lib.search.trials import Parameters, Results, SearchOptions, Trial


def lists_of_values(name: str, value: Any, call: BoundCall) -> None:
    """Require a dict from names to lists, tuples, ranges or 1-D arrays."""
    _require_names(name, value, "a dict from names to lists of values")
    for parameter, values in value.items():
        listed = isinstance(values, np.ndarray) and values.ndim == 1
        if not (listed or (isinstance(values, Sequence) and not isinstance(values, str | bytes))):
            shape = f" of shape {values.shape}" if isinstance(values, np.ndarray) else f" {values!r:.60}"
            raise TypeError(f"{parameter} is {type(values).__name__}{shape}. Pass a list of the values to try")
        if len(values) == 0:
            raise ValueError(f"{parameter} has no values. Pass at least one")


def ranges(name: str, value: Any, call: BoundCall) -> None:
    """Require a dict from names to `Uniform`, `LogUniform` or `Choice`."""
    _require_names(name, value, "a dict from names to ranges")
    for parameter, values in value.items():
        if not isinstance(values, Uniform | LogUniform | Choice):
            raise TypeError(
                f"{parameter} is {type(values).__name__} {values!r:.60}. Pass a Uniform, LogUniform or Choice"
            )


def search_options(name: str, value: Any, call: BoundCall) -> None:
    """Require options of `SearchOptions` and no others."""
    for option in value:
        if option not in SearchOptions.__annotations__:
            raise TypeError(f"{option} is not an option. The options are {', '.join(SearchOptions.__annotations__)}")
    if "workers" in value:
        count("workers", value["workers"], call)
    if value.get("seeds") is not None:
        non_negative_integer("seeds", value["seeds"], call)


def _sample_points(space: Space, n: int, rng: np.random.Generator) -> list[Parameters]:
    return [{name: values.sample(rng) for name, values in space.items()} for _ in range(n)]


def _run_with_journal(
    objective: Objective,
    points: Sequence[Parameters],
    earlier: Mapping[int, Trial],
    total: int,
    journal: Journal,
    options: SearchOptions,
) -> Results:
    """Run the points that are not in the journal, after the ``earlier`` trials."""
    seeds = options.get("seeds")
    proposals = list(enumerate(points, len(earlier)))
    past = journal.past(proposals, seeds)
    remaining = (proposal for proposal in proposals if proposal[0] not in past)

    def tell(number: int, trial: Trial) -> None:
        journal.record(number, trial, seeds)

    try:
        return run_trials(objective, remaining, total, past={**earlier, **past}, tell=tell, **options)
    finally:
        journal.flush()


def _require_names(name: str, value: Any, wanted: str) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(parameter, str) for parameter in value):
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. Pass {wanted}")


fraction_of_range = number("a fraction in (0, 1) of the width of a range", lambda v: 0 < v < 1)
non_negative_integer = whole("a whole number of at least 0", 0)


NOT_REPRODUCIBLE = "TPE learns from trials in the order they end, so results with several workers are not reproducible."


class BorderWarning(UserWarning):
    """Warning that the best value lies near an end of its range."""


@contract(objective=function, grid=lists_of_values, options=search_options)
def grid_search(
    objective: Objective,
    grid: Mapping[str, Sequence[Any]],
    journal: Path | None = None,
    **options: Unpack[SearchOptions],
) -> Results:
    """Try every combination of the listed values.

    Parameters
    ----------
    objective, journal, **options
        See the module.
    grid : dict of sequences
        Values of each hyperparameter. The last hyperparameter varies fastest.

    Returns
    -------
    Results
        Trials in the order of the grid.

    Raises
    ------
    TypeError, ValueError
        The values of a hyperparameter are not a list, tuple, range or one-dimensional array, or they are empty.

    Examples
    --------
    >>> results = grid_search(lambda lr: -abs(lr - 0.1), {"lr": [0.01, 0.1, 1.0]}, progress=False)
    >>> results.best.parameters
    {'lr': 0.1}
    """
    combinations = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    return _run_with_journal(objective, combinations, {}, len(combinations), Journal(journal), options)


@contract(objective=function, space=ranges, n=count, rng=generator, options=search_options)
def random_search(
    objective: Objective,
    space: Space,
    n: int,
    rng: np.random.Generator,
    journal: Path | None = None,
    **options: Unpack[SearchOptions],
) -> Results:
    """Try n points drawn at random.

    Random search tries n values of each continuous hyperparameter. A grid of n points in several of them tries fewer.

    Parameters
    ----------
    objective, space, journal, **options
        See the module.
    n : int
        Number of trials.
    rng : numpy.random.Generator
        Generator of the points, which do not depend on the number of workers. To continue from a journal, pass a
        generator in the state that it had at the first call.

    Returns
    -------
    Results
        Trials in the order drawn.

    References
    ----------
    J. Bergstra and Y. Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 13, 2012.
    """
    return _run_with_journal(objective, _sample_points(space, n, rng), {}, n, Journal(journal), options)


@contract(
    objective=function,
    space=ranges,
    n=count,
    rounds=count,
    rng=generator,
    share=fraction_of_range,
    margin=fraction_of_range,
    options=search_options,
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
    **options: Unpack[SearchOptions],
) -> Results:
    """Random search in rounds that narrow the space around the best point.

    Parameters
    ----------
    objective, space, journal, **options
        See the module. A `Choice` is not narrowed.
    n : int
        Trials per round.
    rounds : int
        Number of rounds.
    rng : numpy.random.Generator
        Generator of the points, as in `random_search`.
    share : float
        Fraction in (0, 1) of each range's width that remains after a round, in decades for `LogUniform`.
    margin : float
        Largest distance from an end of a range at which the best value causes a warning, as in `on_border`.

    Returns
    -------
    Results
        Trials of all rounds.

    Raises
    ------
    TypeError, ValueError
        ``share`` or ``margin`` is outside (0, 1), or every trial of the first round failed.

    Warns
    -----
    BorderWarning
        The best value of a hyperparameter lies near an end of the given range.

    References
    ----------
    CS231n notes, "Hyperparameter optimization", on coarse-to-fine search and best values on the border.

    Examples
    --------
    >>> space = {"lr": LogUniform(1e-6, 1.0)}
    >>> results = coarse_to_fine(lambda lr: -abs(np.log(lr) + 5), space, 8, 4, np.random.default_rng(0), progress=False)
    >>> len(results.trials), round(float(np.log(results.best.parameters["lr"])), 1)
    (32, -5.0)
    """
    stored, subspace, past = Journal(journal), space, dict[int, Trial]()
    for i in range(rounds):
        points = _sample_points(subspace, n, rng)
        results = _run_with_journal(objective, points, past, n * rounds, stored, options)
        past = dict(enumerate(results.trials))
        if not results.complete:
            return results
        best = results.best.parameters
        # Narrow the original range, so that the next round can extend beyond this one if the best point is near an end.
        width = share ** (i + 1)
        subspace = {name: v if isinstance(v, Choice) else v.narrowed(best[name], width) for name, v in space.items()}
    for name in on_border(best, space, margin):
        warnings.warn(
            f"the best {name}, {best[name]:.3g}, lies near the border of {space[name]}. Widen that range",
            BorderWarning,
            stacklevel=3,
        )
    return results


@contract(objective=function, space=ranges, n=count, seed=non_negative_integer, options=search_options)
def tpe_search(
    objective: Objective,
    space: Space,
    n: int,
    seed: int,
    journal: Path | None = None,
    **options: Unpack[SearchOptions],
) -> Results:
    """Bayesian search with Optuna's tree-structured Parzen estimator (TPE).

    The estimator proposes points near good past trials. With one worker, the same seed gives the same trials. With
    several workers, TPE learns from trials in the order in which they end, so the search is not reproducible,
    and ``Results.note`` says so. The search needs the extra ``hpo``.

    Parameters
    ----------
    objective, space, journal, **options
        See the module. Optuna writes the journal.
    n : int
        Number of trials, including those in the journal.
    seed : int
        Seed of the sampler.

    Returns
    -------
    Results
        Trials in the order in which they were proposed, beginning with those from the journal.

    Raises
    ------
    ModuleNotFoundError
        Optuna is not installed.
    ValueError
        The journal belongs to a search with a different direction or space.

    References
    ----------
    J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, *Algorithms for Hyper-Parameter Optimization*, NeurIPS 2011.
    """
    from cs231n_lib.search.tpe import TPEStudy

    study = TPEStudy(space, seed, journal, options.get("maximize", True))
    parallel = options.get("client") is not None or options.get("workers", 1) > 1
    return run_trials(
        objective,
        study.proposals(n),
        n,
        past=study.past,
        tell=study.tell,
        note=NOT_REPRODUCIBLE if parallel else "",
        **options,
    )
