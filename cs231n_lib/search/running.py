"""Run the trials of a search, as many at a time as there are workers, until they end or someone stops it."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from cs231n_lib.front_end import has_live_front_end, progress_bar
from cs231n_lib.search.pools import pool_for
from cs231n_lib.search.trials import Parameters, Proposal, Results, Trial, trial_seed


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
    """Run the objective on every proposal, as many at a time as there are workers.

    A proposal is taken only when a worker is free; ``tell`` hears of each trial as soon as it ends. An interrupt ends
    the search; trials that were running are left out. ``past`` are trials that ended before, by their numbers:
    ``total`` counts them, too.

    Raises
    ------
    ModuleNotFoundError
        What ``workers`` or ``client`` need is not installed.
    """
    ended = dict(past or {})
    running: dict[Future[Trial], Proposal] = {}
    complete = False
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
                    trial = ended[number] = _outcome(future, parameters)
                    tell(number, trial)
                    values = [one.value for one in ended.values() if one.value is not None]
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
    """A bar of trials: a widget before a person; otherwise a line, which may be read in a log."""
    if progress and has_live_front_end():
        return progress_bar(total, "trial", ended)
    from tqdm import tqdm

    bar: AbstractContextManager[Any] = tqdm(total=total, initial=ended, unit="trial", leave=False, disable=not progress)
    return bar


def _outcome(future: Future[Trial], parameters: Parameters) -> Trial:
    try:
        return future.result()
    except Exception as error:  # not of the objective, whose own are caught where it runs
        return Trial(parameters, None, f"the worker failed: {type(error).__name__}: {error}", 0.0)
