"""Hyperparameter search on one process and on a cluster, and TPE against random search.

The first benchmark also measures the cost of a killed worker.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import timing  # sets the number of threads before NumPy loads
from cs231n_lib.lessons.training.experiments.search_digits import FOUR, accuracy, four
from cs231n_lib.network.optimizers import SGD
from cs231n_lib.search import LogUniform, Results, grid_search, random_search, tpe_search

SPACE = {"lr": LogUniform(1e-3, 1.0), "l2": LogUniform(1e-6, 1e-2)}
GRID = {"lr": [0.01, 0.1, 1.0], "l2": [1e-5, 1e-3]}
AFTER = (10, 20, 30, 50, 100)


def empty(lr: float, l2: float, seed: int) -> float:
    """Trial that does nothing, so that only the overhead counts."""
    return lr


def light(lr: float, l2: float, seed: int) -> float:
    """Trial of some milliseconds, with six epochs on digits."""
    return accuracy(SGD(lr), np.random.default_rng(seed), l2=l2)


def heavy(lr: float, l2: float, seed: int) -> float:
    """Trial of some tenths of a second, with 100 epochs on digits."""
    return accuracy(SGD(lr), np.random.default_rng(seed), l2=l2, width=64, epochs=100)


TRIALS: dict[Callable[..., float], int] = {empty: 200, light: 200, heavy: 30}


def searched(objective: Callable[..., float], client: Any = None) -> tuple[Results, float]:
    """Results of a random search with the number of trials in `TRIALS`, and its wall-clock seconds."""
    began = time.perf_counter()
    rng = np.random.default_rng(0)
    results = random_search(objective, SPACE, TRIALS[objective], rng, seeds=0, client=client, progress=False)
    return results, time.perf_counter() - began


def ends(results: Results) -> list[Any]:
    """Parts of the results that must be equal wherever a search runs."""
    return [(trial.parameters, trial.value, trial.seed) for trial in results.trials]


def main(seeds: int = 0) -> None:
    """Print the table of the cluster or, with ``seeds``, of TPE against random search."""
    if seeds:
        against_chance(seeds)
    else:
        growing()


def growing() -> None:
    """Print the trials per minute in this process and on local clusters.

    Also print whether the results are equal, and the effect of a killed worker.
    """
    import logging

    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    here = {objective: searched(objective) for objective in TRIALS}
    columns, equal = {"in this process": [_minute(o, s) for o, (_, s) in here.items()]}, True
    for workers in (1, 2):
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
            Client(cluster) as client,
        ):
            searched(empty, client)
            there = {objective: searched(objective, client) for objective in TRIALS}
            columns[f"{workers} process{'es' * (workers > 1)}"] = [_minute(o, s) for o, (_, s) in there.items()]
            equal &= all(ends(there[objective][0]) == ends(here[objective][0]) for objective in TRIALS)
            grids = (grid_search(light, GRID, seeds=0, progress=False, client=c) for c in (None, client))
            equal &= len({str(ends(grid)) for grid in grids}) == 1
            if workers == 2:
                killer = threading.Thread(target=_kill, args=(client,))
                killer.start()
                after, seconds = searched(heavy, client)
                killer.join()
                lost = len(here[heavy][0].trials) - len(after.trials)
                killed = f"{lost} trials lost, equal results {ends(after) == ends(here[heavy][0])}, {seconds:.1f} s"
    rows = [[o.__name__, *(column[i] for column in columns.values())] for i, o in enumerate(TRIALS)]
    timing.show("Search, trials per minute", ["trial", *columns], rows)
    print(f"Equal results of grid search and random search in all cases: {equal}")
    print(f"Heavy trials with one of two workers killed: {killed}")


def _minute(objective: Callable[..., float], seconds: float) -> str:
    return f"{60 * TRIALS[objective] / seconds:.0f}"


def _kill(client: Any) -> None:
    time.sleep(1)
    os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def against_chance(seeds: int) -> None:
    """Print the best accuracy so far of TPE and of random search, as mean ± standard deviation."""
    best: dict[str, list[Any]] = {"TPE": [], "random": []}
    for seed in range(seeds):
        rng = np.random.default_rng([seed, 5])
        for name, results in (
            ("TPE", tpe_search(four, FOUR, max(AFTER), seed, seeds=seed, progress=False)),
            ("random", random_search(four, FOUR, max(AFTER), rng, seeds=1000 + seed, progress=False)),
        ):
            values = [trial.value or 0.0 for trial in results.trials]
            best[name].append(100 * np.maximum.accumulate(values)[np.array(AFTER) - 1])
    rows = []
    for name, found in best.items():
        means, deviations = np.mean(found, axis=0), np.std(found, axis=0, ddof=1)
        rows.append([name, *(f"{m:.1f} ± {d:.1f}" for m, d in zip(means, deviations, strict=True))])
    ahead = np.array(best["TPE"]) - np.array(best["random"])
    rows.append(["TPE ahead", *(f"{100 * share:.0f} %" for share in np.mean(ahead > 0, axis=0))])
    timing.show(
        f"Search, best accuracy so far (%), {seeds} searches of each", ["trials so far", *map(str, AFTER)], rows
    )
