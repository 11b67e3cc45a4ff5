"""Worker pools in this process, in several processes and on a Dask cluster."""

import pickle
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future
from math import isfinite
from time import perf_counter
from typing import Any, Protocol

from cs231n_lib.browser import install
from cs231n_lib.search.trials import Parameters, Trial

Objective = Callable[..., float]


class Pool(Protocol):
    """Interface of a pool that runs trials of one objective."""

    def slots(self) -> int:
        """Number of trials that can run at once."""

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        """Start a trial."""

    def close(self, complete: bool) -> None:
        """Release the workers, and cancel trials unless the search is ``complete``."""


def pool_for(objective: Objective, workers: int, client: Any) -> Pool:
    """Make the pool that the search options require.

    Raises
    ------
    ModuleNotFoundError
        The pool needs cloudpickle or Dask, which is not installed.
    TypeError
        ``client`` is neither a Dask client nor an address.
    """
    if client is not None:
        return _ClusterPool(objective, client)
    return _SerialPool(objective) if workers == 1 else _ProcessPool(objective, workers)


class _SerialPool:
    """Pool that runs each trial immediately in this process."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective

    def slots(self) -> int:
        return 1

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        future: Future[Trial] = Future()
        future.set_result(_run_trial(self._objective, parameters, seed))
        return future

    def close(self, complete: bool) -> None:
        pass


class _ProcessPool:
    """Pool of processes on this machine."""

    def __init__(self, objective: Objective, workers: int) -> None:
        try:
            import cloudpickle
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(f"workers={workers} needs cloudpickle. {install('cs231n_lib[hpo]')}") from error
        # Pyodide has no processes, so these modules are imported only where they are used.
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        self._workers, self._pickled = workers, cloudpickle.dumps(objective)
        # A fork would copy locks that a notebook kernel's threads hold, and nobody would release them.
        self._pool: Executor = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_ignore_interrupts)

    def slots(self) -> int:
        return self._workers

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        return self._pool.submit(_run_pickled_trial, self._pickled, parameters, seed)

    def close(self, complete: bool) -> None:
        self._pool.shutdown(wait=complete, cancel_futures=not complete)


class _ClusterPool:
    """Pool of the workers of a Dask cluster."""

    POLL_INTERVAL = 1.0
    """Seconds between queries of the number of workers."""

    def __init__(self, objective: Objective, client: Any) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(f"client needs Dask. {install('cs231n_lib[classroom]')}") from error
        self._owns_client = isinstance(client, str)
        if not self._owns_client and not isinstance(client, Client):
            raise TypeError(
                f"client is {type(client).__name__} {client!r:.60}. Pass a distributed.Client or a scheduler's address"
            )
        self._client = Client(client) if self._owns_client else client
        # As a task, the objective is sent once to each worker, and again if the worker that holds it dies.
        self._objective = self._client.submit(_identity, objective, pure=False)
        self._pool = self._client.get_executor(pure=False)
        self._slots, self._polled = 0, -self.POLL_INTERVAL

    def slots(self) -> int:
        if perf_counter() - self._polled >= self.POLL_INTERVAL:
            self._slots, self._polled = sum(self._client.nthreads().values()), perf_counter()
        return max(self._slots, 1)

    def submit(self, parameters: Parameters, seed: int | None) -> Future[Trial]:
        future: Future[Trial] = self._pool.submit(_run_trial, self._objective, parameters, seed)
        return future

    def close(self, complete: bool) -> None:
        self._pool.shutdown(wait=complete)
        self._objective.release()
        if self._owns_client:
            self._client.close()


def _identity(value: Any) -> Any:
    return value


def _run_trial(objective: Objective, parameters: Parameters, seed: int | None) -> Trial:
    start = perf_counter()
    value, reason = None, None
    try:
        value, reason = _number(objective(**parameters) if seed is None else objective(**parameters, seed=seed))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    return Trial(parameters, value, reason, perf_counter() - start, seed)


def _number(returned: Any) -> tuple[float | None, str | None]:
    """Convert the objective's result to a number, or return None and the problem."""
    if getattr(returned, "shape", None) == ():
        returned = returned.item()
    if isinstance(returned, bool) or not isinstance(returned, int | float):
        kind = type(returned).__name__
        return None, f"the objective returned {kind} {returned!r:.60}. It must return one number"
    return (float(returned), None) if isfinite(returned) else (None, f"the objective returned {returned}")


def _run_pickled_trial(pickled: bytes, parameters: Parameters, seed: int | None) -> Trial:
    """Run a trial in a worker, which obeys an interrupt only while the trial runs.

    An interrupt reaches every process of the group. It should end running trials and not affect idle workers.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _run_trial(pickle.loads(pickled), parameters, seed)
    finally:
        _ignore_interrupts()


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
