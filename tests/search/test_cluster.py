"""Searches on a Dask cluster: processes of this machine that are looked at, killed and added."""

import math
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from cs231n_lib.search import LogUniform, Results, Uniform, grid_search, random_search, tpe_search

pytestmark = pytest.mark.slow
distributed = pytest.importorskip("distributed")

SPACE = {"lr": LogUniform(1e-6, 1.0), "drop_prob": Uniform(0.0, 0.9)}
GRID = {"lr": [1e-4, 1e-3, 0.5], "drop_prob": [0.1, 0.5]}


def noisy(lr: float, drop_prob: float, seed: int) -> float:
    if lr > 0.3:
        raise OverflowError("diverged")
    return -((math.log10(lr) + 3) ** 2) - drop_prob + float(np.random.default_rng(seed).normal())


def ends(results: Results) -> list[Any]:
    return [(t.parameters, t.value, t.error, t.seed) for t in results.trials]


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def client(cluster: Any) -> Iterator[Any]:
    with distributed.Client(cluster) as made:
        yield made


def test_cluster_search_equals_serial_search(client: Any) -> None:
    for search in (
        lambda **how: grid_search(noisy, GRID, progress=False, seeds=3, **how),
        lambda **how: random_search(noisy, SPACE, 30, np.random.default_rng(0), progress=False, seeds=3, **how),
    ):
        here, there, by_address = search(), search(client=client), search(client=client.scheduler.address)
        assert ends(here) == ends(there) == ends(by_address)
        assert {t.error for t in here.trials} == {None, "OverflowError: diverged"}
    pids = grid_search(lambda i: time.sleep(0.2) or os.getpid(), {"i": range(6)}, client=client, progress=False)
    assert {t.value for t in pids.trials} == set(client.run(os.getpid).values())


def test_killed_worker_loses_no_trial(client: Any) -> None:
    def slow(lr: float, drop_prob: float, seed: int) -> float:
        time.sleep(0.1)
        return noisy(lr, drop_prob, seed)

    def kill() -> None:
        time.sleep(0.7)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    there = random_search(slow, SPACE, 30, np.random.default_rng(0), progress=False, seeds=3, client=client)
    killer.join()
    assert there.complete
    assert ends(there) == ends(random_search(noisy, SPACE, 30, np.random.default_rng(0), progress=False, seeds=3))


@pytest.mark.audit
def test_late_workers_get_trials(cluster: Any, client: Any) -> None:
    cluster.scale(0)
    while client.nthreads():
        time.sleep(0.05)
    threading.Timer(0.5, cluster.scale, (2,)).start()
    results = grid_search(lambda i: time.sleep(0.2) or os.getpid(), {"i": range(20)}, client=client, progress=False)
    assert len({t.value for t in results.trials}) == 2
    assert results.complete


@pytest.mark.audit
def test_stop_keeps_finished_trials_in_the_journal(client: Any, tmp_path: Any) -> None:
    def objective(i: int) -> float:
        time.sleep(0.1 if i < 4 else 30)
        return float(i)

    threading.Timer(2.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    stopped = grid_search(objective, {"i": range(9)}, tmp_path / "trials.npz", client=client, progress=False)
    assert time.monotonic() - began < 20
    assert [t.value for t in stopped.trials] == [0, 1, 2, 3]
    assert not stopped.complete
    quick = grid_search(lambda i: -float(i), {"i": range(9)}, tmp_path / "trials.npz", progress=False)
    assert [t.value for t in quick.trials] == [0, 1, 2, 3, -4, -5, -6, -7, -8]


def test_tpe_on_a_cluster_is_marked_as_not_reproducible(client: Any) -> None:
    results = tpe_search(lambda lr: -abs(math.log10(lr) + 3), {"lr": SPACE["lr"]}, 30, 0, client=client, progress=False)
    assert len(results.trials) == 30
    assert "results with several workers are not reproducible" in results.note
    assert results.best.value is not None
    assert results.best.value > -0.3


def test_wrong_client_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r"client is int 3\. Pass a distributed\.Client or a scheduler's address"):
        grid_search(noisy, GRID, client=3, progress=False)
