"""Trials of a hyperparameter search: run them here, in other processes or on a cluster, and keep what came out."""

import pickle
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from multiprocessing import get_context
from time import perf_counter
from typing import Any, TypedDict

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
    """

    parameters: Parameters
    value: float | None
    error: str | None
    seconds: float


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
    """

    trials: tuple[Trial, ...]
    maximize: bool
    complete: bool

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


class HowToRun(TypedDict, total=False):
    """Options that every search takes.

    ``maximize`` (True): whether the largest value is best; pass False for a loss.
    ``workers`` (1): processes that run trials side by side; more than one needs the extra ``classroom``.
    ``client`` (None): a `distributed.Client`, to run the trials on its cluster instead.
    ``progress`` (True): show a progress bar.
    """

    maximize: bool
    workers: int
    client: Any
    progress: bool


def run_trials(
    objective: Callable[..., float],
    proposals: Iterator[Proposal],
    total: int,
    *,
    tell: Callable[[int, Trial], None] = lambda number, trial: None,
    maximize: bool = True,
    workers: int = 1,
    client: Any = None,
    progress: bool = True,
) -> Results:
    """Run the objective on every proposal, as many at a time as there are workers.

    A proposal is taken only when a worker is free; ``tell`` hears of each trial as soon as it ends. An interrupt ends
    the search; trials that were running are left out.

    Raises
    ------
    ModuleNotFoundError
        ``workers`` is above 1 and cloudpickle, which sends functions from a notebook, is not installed.
    """
    from tqdm.auto import tqdm

    pool, (attempt, task), slots = _pool(objective, workers, client)
    ended: dict[int, Trial] = {}
    running: dict[Future[Trial], Proposal] = {}
    complete = False
    try:
        with tqdm(total=total, unit="trial", leave=False, disable=not progress) as bar:
            while True:
                for number, parameters in islice(proposals, slots - len(running)):
                    running[pool.submit(attempt, task, parameters)] = number, parameters
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    number, parameters = running[future]
                    ended[number] = _outcome(future, parameters)
                    del running[future]
                    tell(number, ended[number])
                    bar.update()
            complete = True
    except (KeyboardInterrupt, BrokenExecutor):
        pass
    finally:
        _close(pool, complete)
    return Results(tuple(ended[number] for number in sorted(ended)), maximize, complete)


class _Here(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _pool(
    objective: Callable[..., float], workers: int, client: Any
) -> tuple[Executor, tuple[Callable[..., Trial], Any], int]:
    """Where to run, what to submit there before the parameters, and how many trials at a time."""
    if client is not None:
        return client.get_executor(pure=False), (_attempt, objective), sum(client.nthreads().values())
    if workers == 1:
        return _Here(), (_attempt, objective), 1
    try:
        import cloudpickle
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError('workers above 1 need cloudpickle: pip install "cs231n_lib[classroom]"') from error
    # A fork would copy the locks of a notebook kernel's threads as they are, held ones too.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_ignore_interrupts)
    return pool, (_attempt_in_worker, cloudpickle.dumps(objective)), workers


def _close(pool: Executor, complete: bool) -> None:
    if isinstance(pool, ProcessPoolExecutor):
        pool.shutdown(wait=complete, cancel_futures=True)
    else:
        pool.shutdown(wait=complete)


def _attempt(objective: Callable[..., float], parameters: Parameters) -> Trial:
    start = perf_counter()
    value, reason = None, None
    try:
        value, reason = _number(objective(**parameters))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    return Trial(parameters, value, reason, perf_counter() - start)


def _number(returned: Any) -> tuple[float | None, str | None]:
    """What the objective returned as a finite number, or None and what is wrong with it."""
    if getattr(returned, "shape", None) == ():
        returned = returned.item()
    if isinstance(returned, bool) or not isinstance(returned, int | float):
        kind = type(returned).__name__
        return None, f"the objective returned {kind} {returned!r:.60}; it must return one number"
    return (float(returned), None) if isfinite(returned) else (None, f"the objective returned {returned}")


def _attempt_in_worker(pickled: bytes, parameters: Parameters) -> Trial:
    """An interrupt reaches every process of a group: it is to end the trial, and leave an idle worker in peace."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _attempt(pickle.loads(pickled), parameters)
    finally:
        _ignore_interrupts()


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _outcome(future: Future[Trial], parameters: Parameters) -> Trial:
    try:
        return future.result()
    except Exception as error:  # not of the objective, whose own are caught where it runs
        return Trial(parameters, None, f"the worker failed: {type(error).__name__}: {error}", 0.0)
