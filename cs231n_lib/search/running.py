"""Parallel execution of the trials of a search."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from cs231n_lib import browser
from cs231n_lib.front_end import has_live_front_end, progress_bar
from cs231n_lib.search.pools import pool_for
from cs231n_lib.search.trials import Parameters, Proposal, Results, Trial, trial_seed

ONE_BY_ONE = "A browser runs a single process, so the trials run one after another."


def run_trials(
    objective: Callable[..., float],
    proposals: Iterator[Proposal],
    total: int,
    *,
    past: Mapping[int, Trial] | None = None,
    tell: Callable[[int, Trial], None] = lambda number, trial: None,
    note: str = "",
    maximize: bool = True,
    seeds: int | None = None,
    workers: int = 1,
    client: Any = None,
    progress: bool = True,
) -> Results:
    """Run the objective on every proposal, in parallel if there are several workers.

    An interrupt ends the search and discards the trials that are still running.

    Parameters
    ----------
    objective : callable
        ``objective(**parameters)`` returns the value of one trial.
    proposals : iterator of Proposal
        Points to try. The next one is taken only when a worker is free.
    total : int
        Number of trials, including ``past``.
    past : mapping, optional
        Trials that ended before this search, by number.
    tell : callable
        ``tell(number, trial)`` is called as soon as a trial ends.
    note : str
        Remark for the results and the progress bar.
    maximize, seeds, workers, client, progress
        See `SearchOptions`.

    Raises
    ------
    ModuleNotFoundError
        ``workers`` or ``client`` needs a package that is not installed.
    """
    ended = dict(past or {})
    running: dict[Future[Trial], Proposal] = {}
    complete = False
    if workers > 1 and client is None and browser.IN_BROWSER:
        workers, note = 1, f"{note} {ONE_BY_ONE}".strip()
    pool = pool_for(objective, workers, client)
    try:
        with _bar(total, len(ended), progress) as bar:
            if note and progress:
                bar.write(note)
            while True:
                for number, parameters in islice(proposals, max(pool.slots() - len(running), 0)):
                    running[pool.submit(parameters, trial_seed(seeds, number))] = number, parameters
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    number, parameters = running.pop(future)
                    ended[number] = _trial_of(future, parameters)
                    tell(number, ended[number])
                    values = [trial.value for trial in ended.values() if trial.value is not None]
                    if values:
                        bar.set_postfix_str(f"best {(max if maximize else min)(values):.4g}", refresh=False)
                    bar.update()
            complete = True
    except (KeyboardInterrupt, BrokenExecutor):
        pass
    finally:
        pool.close(complete)
    return Results(tuple(ended[number] for number in sorted(ended)), maximize, complete, note)


def _bar(total: int, ended: int, progress: bool) -> AbstractContextManager[Any]:
    """Progress bar of trials, as a widget or as a line of text."""
    if progress and has_live_front_end():
        return progress_bar(total, "trial", ended)
    from tqdm import tqdm

    bar: AbstractContextManager[Any] = tqdm(total=total, initial=ended, unit="trial", leave=False, disable=not progress)
    return bar


def _trial_of(future: Future[Trial], parameters: Parameters) -> Trial:
    try:
        return future.result()
    except Exception as error:  # an error of the worker, because `_run_trial` catches errors of the objective
        return Trial(parameters, None, f"the worker failed: {type(error).__name__}: {error}", 0.0)
