import math
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cs231n_lib.search import (
    BorderWarning,
    Choice,
    LogUniform,
    Uniform,
    coarse_to_fine,
    grid_search,
    on_border,
    random_search,
    tpe_search,
)
from cs231n_lib.search import trials as search_trials
from cs231n_lib.storage import write_arrays

SPACE = {"lr": LogUniform(1e-6, 1.0), "drop_prob": Uniform(0.0, 0.9)}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def bowl(lr, drop_prob=0.5):
    """Largest, 0, at lr = 1e-3 and drop_prob = 0.5."""
    return -((math.log10(lr) + 3) ** 2) - (drop_prob - 0.5) ** 2


def fails_above_a_tenth(lr):
    if lr > 0.1:
        raise OverflowError("diverged")
    return lr


def quiet(search, *args, **how):
    return search(*args, progress=False, **how)


# --- ranges ---

bounds = st.tuples(st.floats(1e-9, 1e3), st.floats(1.01, 1e6)).map(lambda pair: (pair[0], pair[0] * pair[1]))


@given(st.sampled_from([Uniform, LogUniform]), bounds, st.integers(0, 2**32))
def test_samples_stay_in_their_range(kind, ends, seed):
    low, high = ends
    draws = [kind(low, high).sample(np.random.default_rng(seed + i)) for i in range(20)]
    assert all(low <= value <= high for value in draws)


def test_log_uniform_fills_every_decade_equally(rng):
    draws = [LogUniform(1e-6, 1.0).sample(rng) for _ in range(3000)]
    assert stats.kstest(draws, stats.loguniform(1e-6, 1.0).cdf).pvalue > 0.01
    assert stats.kstest([Uniform(2, 5).sample(rng) for _ in range(3000)], stats.uniform(2, 3).cdf).pvalue > 0.01


@given(st.sampled_from([Uniform, LogUniform]), bounds, st.floats(0, 1), st.floats(0.01, 0.99))
def test_narrowed_range_contains_centre_and_stays_inside(kind, ends, at, share):
    whole = kind(*ends)
    centre = min(max(whole.at(at), whole.low), whole.high)
    part = whole.narrowed(centre, share)
    assert type(part) is kind
    assert whole.low <= part.low <= centre <= part.high <= whole.high
    width = whole.position(part.high) - whole.position(part.low)
    assert share / 2 * (1 - 1e-6) <= width <= share * (1 + 1e-6)


def test_narrowed_range_equals_hand_computation():
    part = LogUniform(1e-6, 1.0).narrowed(1e-3, 1 / 3)
    assert (part.low, part.high) == pytest.approx((1e-4, 1e-2))
    part = Uniform(0.0, 10.0).narrowed(9.5, 0.2)
    assert (part.low, part.high) == pytest.approx((8.5, 10.0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Uniform(1, 1), "low must be below high"),
        (lambda: Uniform(0, math.inf), "Uniform: high is inf. It must be a finite number"),
        (lambda: LogUniform(0, 1), "low has no logarithm. Pass low above 0"),
        (lambda: Choice(()), "options is empty"),
        (lambda: grid_search(bowl, {"lr": []}), "lr has no values"),
        (lambda: random_search(bowl, SPACE, 0, np.random.default_rng(0)), "random_search: n is 0"),
        (lambda: coarse_to_fine(bowl, SPACE, 5, 0, np.random.default_rng(0)), "rounds is 0"),
        (lambda: coarse_to_fine(bowl, SPACE, 5, 2, np.random.default_rng(0), share=1.0), "share is 1.0"),
        (lambda: tpe_search(bowl, SPACE, 0, 0), "tpe_search: n is 0"),
        (lambda: grid_search(bowl, {"lr": [1]}, workers=0), "grid_search: workers is 0. It must be"),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# --- searches ---


def test_grid_tries_every_combination_in_order():
    results = quiet(grid_search, lambda a, b: a * 10 + b, {"a": [1, 2], "b": [3, 4, 5]})
    assert [trial.value for trial in results.trials] == [13, 14, 15, 23, 24, 25]
    assert results.best.parameters == {"a": 2, "b": 5}
    assert results.complete
    least = quiet(grid_search, lambda a: (a - 1) ** 2, {"a": [0, 1, 2]}, maximize=False)
    assert least.best.parameters == {"a": 1}


def test_first_of_equal_trials_is_best():
    assert quiet(grid_search, lambda a: 0.0, {"a": [5, 6, 7]}).best.parameters == {"a": 5}


def test_random_search_never_repeats_a_value(rng):
    results = quiet(random_search, bowl, SPACE, 9, rng)
    assert {len({trial.parameters[name] for trial in results.trials}) for name in SPACE} == {9}
    again = quiet(random_search, bowl, SPACE, 9, np.random.default_rng(0))
    assert [t.parameters for t in again.trials] == [t.parameters for t in results.trials]


def test_coarse_to_fine_approaches_the_optimum(rng):
    results = quiet(coarse_to_fine, bowl, SPACE, 10, 4, rng)
    assert len(results.trials) == 40
    assert math.log10(results.best.parameters["lr"]) == pytest.approx(-3, abs=0.1)
    last = [math.log10(trial.parameters["lr"]) for trial in results.trials[-10:]]
    # six decades, three times narrowed to three tenths
    assert max(last) - min(last) <= 6 * 0.3**3 + 1e-9


@pytest.mark.parametrize("maximize", [True, False])
def test_coarse_to_fine_warns_only_of_a_best_value_on_the_border(maximize):
    sign = 1 if maximize else -1
    with pytest.warns(BorderWarning, match=r"best lr, .* border of LogUniform\(low=1e-06, high=1\.0\)\. W") as found:
        quiet(
            coarse_to_fine,
            lambda lr, k: sign * lr,
            {"lr": SPACE["lr"], "k": Choice((1, 2))},
            10,
            3,
            np.random.default_rng(0),
            maximize=maximize,
        )
    assert len(found) == 1
    assert found[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quiet(
            coarse_to_fine,
            lambda lr: sign * bowl(lr),
            {"lr": SPACE["lr"]},
            10,
            3,
            np.random.default_rng(0),
            maximize=maximize,
        )


def test_border_is_five_per_cent_of_the_range():
    space = {"lr": LogUniform(1e-10, 1.0), "p": Uniform(0.0, 1.0), "k": Choice((1, 2))}
    # a twentieth of ten decades is half a decade: 10^0.5 = 3.16
    assert on_border({"lr": 3.1e-10, "p": 0.5, "k": 1}, space) == ["lr"]
    assert on_border({"lr": 3.3e-10, "p": 0.96, "k": 1}, space) == ["p"]
    assert on_border({"lr": 0.3, "p": 0.06, "k": 1}, space) == []


def test_tpe_beats_random_search_with_equal_budget():
    best = [quiet(tpe_search, bowl, SPACE, 40, seed).best.value for seed in range(5)]
    chance = [quiet(random_search, bowl, SPACE, 40, np.random.default_rng(seed)).best.value for seed in range(5)]
    assert np.median(best) > np.median(chance)


def test_tpe_is_reproducible_with_options_of_any_type():
    space = {"shape": Choice(((64,), (32, 32), None)), "lr": SPACE["lr"]}

    def objective(shape, lr):
        assert shape in [(64,), (32, 32), None]
        return -len(shape or "12345") + 0 * lr

    one, two = (quiet(tpe_search, objective, space, 15, 7) for _ in range(2))
    assert [t.parameters for t in one.trials] == [t.parameters for t in two.trials]
    assert one.best.parameters["shape"] == (64,)
    assert quiet(tpe_search, objective, space, 15, 7, maximize=False).best.parameters["shape"] is None


def test_tpe_prints_nothing():
    code = """if True:
        from cs231n_lib.search import Uniform, tpe_search
        tpe_search(lambda x: x, {"x": Uniform(0, 1)}, 12, 0, progress=False)"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


# --- failures, interrupts, resuming ---


def test_search_continues_after_a_failed_trial():
    results = quiet(grid_search, fails_above_a_tenth, {"lr": [0.01, 1.0, math.nan, 0.1]})
    assert [trial.value for trial in results.trials] == [0.01, None, None, 0.1]
    assert results.trials[1].error == "OverflowError: diverged"
    assert results.trials[2].error == "the objective returned nan"
    assert results.best.parameters == {"lr": 0.1}
    assert results.complete


def test_best_needs_a_trial_with_a_value(rng):
    with pytest.raises(ValueError, match="the first of 2 failed with OverflowError: diverged"):
        _ = quiet(grid_search, fails_above_a_tenth, {"lr": [1.0, 2.0]}).best
    with pytest.raises(ValueError, match="no trial was run"):
        _ = search_trials.Results((), True, False).best
    with pytest.raises(ValueError, match="failed with OverflowError"):
        quiet(coarse_to_fine, fails_above_a_tenth, {"lr": Uniform(1, 2)}, 2, 2, rng)


def interrupt_after(calls, objective=bowl):
    count = iter(range(1, 1000))

    def interrupted(**parameters):
        if next(count) > calls:
            raise KeyboardInterrupt
        return objective(**parameters)

    return interrupted


def test_interrupt_returns_trials_so_far(rng):
    results = quiet(grid_search, interrupt_after(2), {"lr": [1e-2, 1e-3, 1e-4]})
    assert [trial.parameters["lr"] for trial in results.trials] == [1e-2, 1e-3]
    assert not results.complete
    results = quiet(coarse_to_fine, interrupt_after(7), SPACE, 5, 3, rng)
    assert len(results.trials) == 7
    assert not results.complete


def test_interrupted_tpe_continues_from_its_journal(tmp_path):
    journal = tmp_path / "trials.log"
    objective = {"lr": SPACE["lr"], "flag": Choice((True, False))}

    def value(lr, flag):
        return fails_above_a_tenth(lr)

    first = quiet(tpe_search, interrupt_after(6, value), objective, 12, 0, journal)
    assert len(first.trials) == 6
    assert not first.complete
    calls = []
    second = quiet(tpe_search, lambda **p: calls.append(p) or value(**p), objective, 12, 0, journal)
    assert second.complete
    assert len(second.trials) == 12
    assert len(calls) == 6
    assert second.trials[:6] == first.trials
    assert [t.parameters for t in second.trials[6:]] == calls
    assert len({t.parameters["lr"] for t in second.trials}) == 12
    third = quiet(tpe_search, lambda **p: pytest.fail("nothing is left to do"), objective, 12, 0, journal)
    assert third.trials == second.trials
    assert third.best == second.best


def test_tpe_refuses_journal_of_another_search(tmp_path):
    journal = tmp_path / "trials.log"
    quiet(tpe_search, bowl, SPACE, 2, 0, journal)
    with pytest.raises(ValueError, match=r"does not minimize\. Pass another journal"):
        quiet(tpe_search, bowl, SPACE, 3, 0, journal, maximize=False)
    with pytest.raises(ValueError, match=r"trials\.log belongs to a search of another space"):
        quiet(tpe_search, bowl, {"lr": SPACE["lr"]}, 3, 0, journal)


def test_progress_bar_shows_trial_count_and_best_value(capsys):
    grid_search(lambda i: time.sleep(0.15) or i, {"i": [1, 3, 2]})  # tqdm redraws every 0.1 s
    shown = capsys.readouterr().err
    assert "3/3" in shown
    assert "best 3" in shown.rpartition("3/3")[2]
    grid_search(lambda i: time.sleep(0.15) or i, {"i": [1, 3, 2]}, maximize=False)
    assert "best 1" in capsys.readouterr().err.rpartition("3/3")[2]


def test_results_summarise_count_and_best_trial():
    results = quiet(grid_search, fails_above_a_tenth, {"lr": [0.0123456, 1.0]})
    assert results.says == "2 trials, of which 1 failed. The best gave 0.0123: lr = 0.0123."
    stopped = quiet(grid_search, interrupt_after(0), {"lr": [0.1]})
    assert stopped.says == "0 trials, then the search was stopped."


# --- journals ---

SEARCHES = {
    "grid": lambda f, **how: grid_search(f, {"lr": [1e-4, 1e-3, 1e-2], "drop_prob": [0.1, 0.5, 0.8]}, **how),
    "random": lambda f, **how: random_search(f, SPACE, 9, np.random.default_rng(0), **how),
    "coarse to fine": lambda f, **how: coarse_to_fine(f, SPACE, 3, 3, np.random.default_rng(0), **how),
}


def ends(results):
    return [(t.parameters, t.value, t.error, t.seed) for t in results.trials]


@pytest.mark.parametrize("name", SEARCHES)
def test_stopped_search_continues_from_its_journal(name, tmp_path):
    how = {"progress": False, "journal": tmp_path / "trials.npz"}
    search, whole = SEARCHES[name], SEARCHES[name](bowl, progress=False)
    first = search(interrupt_after(5), **how)
    assert ends(first) == ends(whole)[:5]
    calls = []
    second = search(lambda **p: calls.append(p) or bowl(**p), **how)
    assert ends(second) == ends(whole)
    assert calls == [t.parameters for t in whole.trials[5:]]
    third = search(lambda **p: pytest.fail("nothing is left to do"), **how)
    assert third.trials == second.trials
    assert third.complete


def test_journal_keeps_failures_and_seeds(tmp_path):
    def objective(lr, seed):
        if lr > 0.1:
            raise OverflowError("diverged")
        return lr + seed

    how = {"progress": False, "journal": tmp_path / "trials.npz", "seeds": 4}
    first = grid_search(objective, {"lr": [0.01, 1.0]}, **how)
    assert [t.error for t in first.trials] == [None, "OverflowError: diverged"]
    assert grid_search(lambda **p: pytest.fail("kept"), {"lr": [0.01, 1.0]}, **how) == first
    more = grid_search(objective, {"lr": [0.01, 1.0, 0.02]}, **how)  # a grid may grow at its end
    assert more.trials[:2] == first.trials


@pytest.mark.slow
def test_journal_survives_a_killed_process(tmp_path):
    code = f"""if True:
        import os, time
        from pathlib import Path
        from cs231n_lib.search import grid_search
        def objective(i):
            time.sleep(0.3)
            return i if i < 7 else os.kill(os.getpid(), 9)
        grid_search(objective, {{"i": list(range(9))}}, Path({str(tmp_path / "trials.npz")!r}), progress=False)"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == -signal.SIGKILL
    calls = []
    grid_search(lambda i: calls.append(i) or i, {"i": list(range(9))}, tmp_path / "trials.npz", progress=False)
    assert len(calls) <= 5


def test_journal_of_another_call_is_refused(tmp_path):
    path = tmp_path / "trials.npz"
    random_search(bowl, SPACE, 2, np.random.default_rng(0), path, progress=False)
    with pytest.raises(
        ValueError, match=r"belongs to another search, because its trial 0 tried lr = .*, but this search tries"
    ):
        random_search(bowl, SPACE, 2, np.random.default_rng(1), path, progress=False)
    with pytest.raises(ValueError, match="belongs to another search"):
        random_search(bowl, SPACE, 2, np.random.default_rng(0), path, progress=False, seeds=1)
    write_arrays(path, {"w": np.zeros(2)})
    with pytest.raises(ValueError, match=r"is not a journal of a search\. Pass another file"):
        grid_search(bowl, {"lr": [0.1]}, path, progress=False)


# --- seeds ---


def test_each_trial_number_has_its_own_seed():
    def luck(lr, seed):
        return float(np.random.default_rng(seed).random())

    one, two = (quiet(grid_search, luck, {"lr": [1, 2, 3]}, seeds=5) for _ in range(2))
    assert len({t.value for t in one.trials}) == 3
    assert ends(one) == ends(two)
    assert [t.value for t in one.trials] == [luck(0, t.seed) for t in one.trials]
    assert ends(quiet(grid_search, luck, {"lr": [1, 2, 3, 4]}, seeds=5))[:3] == ends(one)
    assert not {t.seed for t in quiet(grid_search, luck, {"lr": [1, 2, 3]}, seeds=6).trials} & {
        t.seed for t in one.trials
    }
    tpe = quiet(tpe_search, lambda lr, seed: luck(lr, seed), {"lr": SPACE["lr"]}, 4, 0, seeds=5)
    assert [t.seed for t in tpe.trials][:3] == [t.seed for t in one.trials]


def test_tpe_journal_keeps_seeds(tmp_path):
    search = {"lr": SPACE["lr"]}, 4, 0, tmp_path / "trials.log"
    first = quiet(tpe_search, lambda lr, seed: lr, *search, seeds=5)
    assert quiet(tpe_search, lambda lr, seed: lr, *search, seeds=5).trials == first.trials


# --- other processes ---


def test_missing_extra_is_named_in_the_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(
        ModuleNotFoundError, match=r'workers=2 needs cloudpickle. Install it: pip install "cs231n_lib\[hpo\]"'
    ):
        quiet(grid_search, bowl, {"lr": [1.0]}, workers=2)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        ModuleNotFoundError, match=r'client needs Dask. Install it: pip install "cs231n_lib\[classroom\]"'
    ):
        quiet(grid_search, bowl, {"lr": [1.0]}, client="tcp://127.0.0.1:8786")
    monkeypatch.delitem(sys.modules, "cs231n_lib.search.tpe", raising=False)
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "cs231n_lib\[hpo\]"'):
        quiet(tpe_search, bowl, SPACE, 3, 0)


@pytest.mark.slow
def test_two_workers_equal_one_for_a_closure():
    offset = 0.25

    def objective(lr, drop_prob):  # a closure, which plain pickle refuses
        if lr > 0.1:
            raise OverflowError("diverged")
        return bowl_here(lr, drop_prob) + offset

    def bowl_here(lr, drop_prob):
        return -((math.log10(lr) + 3) ** 2) - (drop_prob - 0.5) ** 2

    one, two = (quiet(random_search, objective, SPACE, 12, np.random.default_rng(0), workers=w) for w in (1, 2))
    assert [(t.parameters, t.value, t.error) for t in one.trials] == [
        (t.parameters, t.value, t.error) for t in two.trials
    ]
    assert {t.error for t in two.trials} == {None, "OverflowError: diverged"}
    pids = quiet(grid_search, lambda i: time.sleep(0.3) or os.getpid(), {"i": range(6)}, workers=2)
    values = {trial.value for trial in pids.trials}
    assert os.getpid() not in values
    assert len(values) == 2
    best = quiet(tpe_search, objective, SPACE, 20, 0, workers=2)
    assert len(best.trials) == 20
    assert best.complete
    assert best.says.endswith("results with several workers are not reproducible.")
    assert "repeat" not in quiet(tpe_search, objective, SPACE, 2, 0).says


@pytest.mark.slow
def test_interrupt_ends_trials_in_other_processes(tmp_path):
    def objective(i):
        if i >= 2:
            (tmp_path / f"{os.getpid()}.started").touch()
            try:
                time.sleep(60)
            except KeyboardInterrupt:
                (tmp_path / f"{os.getpid()}.stopped").touch()
                raise
        return i

    def two_files(pattern):
        deadline = time.monotonic() + 30
        while len(files := list(tmp_path.glob(pattern))) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        return files

    def interrupt():
        # as a terminal or a notebook server does: every process of the group
        for file in two_files("*.started"):
            os.kill(int(file.stem), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    results = quiet(grid_search, objective, {"i": range(10)}, workers=2)
    assert [trial.value for trial in results.trials] == [0, 1]
    assert not results.complete
    assert len(two_files("*.stopped")) == 2


@pytest.mark.slow
def test_search_ends_when_a_worker_dies():
    def objective(i):
        time.sleep(0.1)
        return i if i != 3 else os._exit(1)

    results = quiet(grid_search, objective, {"i": range(20)}, workers=2)
    assert not results.complete
    assert results.best.value is not None
    assert any(trial.error and "BrokenProcessPool" in trial.error for trial in results.trials)
