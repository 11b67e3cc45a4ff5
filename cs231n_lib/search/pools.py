"""Where trials run: in this process, in others beside it, or on a Dask cluster."""

import pickle
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from math import isfinite
from multiprocessing import get_context
from time import perf_counter
from typing import Any, Protocol

from cs231n_lib.search.trials import Parameters, Trial

Objective = Callable[..., float]


class Pool(Protocol):
    """Runs trials of one objective."""

    def slots(self) -> int:
        """How many trials may run at a time."""

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        """Start a trial."""

    def close(self, complete: bool) -> None:
        """Take back what still runs, if the search is not ``complete``."""


def pool_for(objective: Objective, workers: int, client: Any) -> Pool:
    """The pool that the options of a search ask for.

    Raises
    ------
    ModuleNotFoundError
        It needs cloudpickle, or Dask, and that is not installed.
    TypeError
        ``client`` is no client.
    """
    if client is not None:
        return _Cluster(objective, client)
    return _Here(objective) if workers == 1 else _Processes(objective, workers)


class _Here:
    """Runs each trial at once, in this process."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective

    def slots(self) -> int:
        return 1

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        future: Future[Trial] = Future()
        future.set_result(_attempt(self._objective, parameters, seed))
        return future

    def close(self, complete: bool) -> None:
        pass


class _Processes:
    """Runs trials in processes of this machine."""

    def __init__(self, objective: Objective, workers: int) -> None:
        try:
            import cloudpickle
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                'workers above 1 need cloudpickle: pip install "cs231n_lib[classroom]"'
            ) from error
        self._workers, self._pickled = workers, cloudpickle.dumps(objective)
        # A fork would copy the locks of a notebook kernel's threads as they are, held ones too.
        self._pool: Executor = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_ignore_interrupts)

    def slots(self) -> int:
        return self._workers

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        return self._pool.submit(_attempt_in_worker, self._pickled, parameters, seed)

    def close(self, complete: bool) -> None:
        self._pool.shutdown(wait=complete, cancel_futures=not complete)


class _Cluster:
    """Runs trials on the workers of a Dask cluster."""

    LOOK = 1.0
    """Seconds between two looks at how many workers there are."""

    def __init__(self, objective: Objective, client: Any) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError('client needs Dask: pip install "cs231n_lib[classroom]"') from error
        self._own = isinstance(client, str)
        if not self._own and not isinstance(client, Client):
            raise TypeError(
                f"client is {type(client).__name__} {client!r:.60}; pass a distributed.Client or a scheduler's address"
            )
        self._client = Client(client) if self._own else client
        # A task of its own, so that it travels once to each worker; where that dies, it is run again.
        self._objective = self._client.submit(_itself, objective, pure=False)
        self._pool = self._client.get_executor(pure=False)
        self._slots, self._looked = 0, -self.LOOK

    def slots(self) -> int:
        if perf_counter() - self._looked >= self.LOOK:
            self._slots, self._looked = sum(self._client.nthreads().values()), perf_counter()
        return max(self._slots, 1)

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        future: Future[Trial] = self._pool.submit(_attempt, self._objective, parameters, seed)
        return future

    def close(self, complete: bool) -> None:
        self._pool.shutdown(wait=complete)
        self._objective.release()
        if self._own:
            self._client.close()


def _itself(value: Any) -> Any:
    return value


def _attempt(objective: Objective, parameters: Parameters, seed: int | None) -> Trial:
    start = perf_counter()
    value, reason = None, None
    try:
        value, reason = _number(objective(**parameters) if seed is None else objective(**parameters, seed=seed))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    return Trial(parameters, value, reason, perf_counter() - start, seed)


def _number(returned: Any) -> tuple[float | None, str | None]:
    """What the objective returned as a finite number, or None and what is wrong with it."""
    if getattr(returned, "shape", None) == ():
        returned = returned.item()
    if isinstance(returned, bool) or not isinstance(returned, int | float):
        kind = type(returned).__name__
        return None, f"the objective returned {kind} {returned!r:.60}; it must return one number"
    return (float(returned), None) if isfinite(returned) else (None, f"the objective returned {returned}")


def _attempt_in_worker(pickled: bytes, parameters: Parameters, seed: int | None) -> Trial:
    """An interrupt reaches every process of a group: it is to end the trial, and leave an idle worker in peace."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _attempt(pickle.loads(pickled), parameters, seed)
    finally:
        _ignore_interrupts()


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
