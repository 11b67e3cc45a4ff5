"""The benchmarks run at tiny sizes. Their results are not tested."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _benchmarks_importable(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def test_timed_functions_alternate():
    from benchmarks.timing import medians

    calls = []
    seconds = medians({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, seconds=0.0)
    assert calls[-6:] == ["a", "b", "a", "b", "a", "b"]
    assert seconds.keys() == {"a", "b"}


def test_the_bare_products_are_those_of_a_step():
    from benchmarks.training_step import bare_products

    matmul, count = np.matmul, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "matmul", lambda a, b, out: count.append((*a.shape, b.shape[1])) or matmul(a, b, out=out))
        bare_products((4, 5, 3), 7)()
    # forward twice; dW of the second layer and its dx; dW of the first
    assert count == [(7, 4, 5), (7, 5, 3), (5, 7, 3), (7, 3, 5), (4, 7, 5)]


def test_figures_have_their_spread_and_pairs_their_differences():
    from benchmarks.claims import percent, points

    assert percent([0.5, 0.7]) == "60.0 ± 14.1 %"
    assert points([0.5, 0.7, 0.6], [0.6, 0.5, 0.5]) == "+6.7 ± 15.3 points, above 0 in 2 of 3"


@pytest.mark.slow
def test_every_contestant_takes_a_step():
    from benchmarks.training_step import measure, measure_peers
    from cs231n_lib.network.compiled import load_kernels

    seconds = measure_peers((6, 5, 3), batch=8, rounds=1)
    assert {"cs231n_lib", "scikit-learn", "JAX jit", "JAX donated", "JAX scan"} <= seconds.keys()
    assert ("compiled" in seconds) == (load_kernels(np.dtype(np.float32)) is not None)
    assert all(value > 0 for value in (*seconds.values(), *measure((6, 5, 3), batch=8, rounds=1)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["JAX jit", "JAX donated", "JAX scan", "C++", *(["PyTorch", "PyTorch compiled"] if find_spec("torch") else [])],
)
def test_contestants_take_the_same_steps(name):
    from benchmarks.peers import STEPS_A_CALL
    from benchmarks.training_step import PEERS, SEVERAL_STEPS, batch_of, own_step, weights_of

    sizes = 12, 9, 7, 4
    x, y = batch_of(sizes, 16)
    ours = own_step(sizes, x, y)
    losses = [ours() for _ in range(2 * STEPS_A_CALL)]
    theirs = PEERS[name](weights_of(sizes), x, y)
    if theirs is None:
        pytest.skip("no C++ compiler: install g++")
    if name in SEVERAL_STEPS:
        losses = losses[STEPS_A_CALL - 1 :: STEPS_A_CALL]
    np.testing.assert_allclose([float(theirs()) for _ in losses], losses, rtol=1e-5)


@pytest.mark.audit
def test_downloads_of_the_demonstration_are_collected(tmp_path):
    from benchmarks.term import Term
    from cs231n_lib.lessons.optimization.checks import numerical_gradient

    tolerance = numerical_gradient.tolerance
    term = Term(tmp_path / "class", "01_optimization", 18)
    try:
        term.prepare()
    finally:  # the course's configuration, which this process has read, plants a fault in the check
        object.__setattr__(numerical_gradient, "tolerance", tolerance)
    for system, students in (("canvas", 11), ("moodle", 6)):
        said = term.run("collect", "1", f"downloads/{system}.zip", "--table", f"downloads/{system}.csv")
        assert said == f"01_optimization: {students} new, 0 changed, 0 unchanged\n"
    config = tmp_path / "class" / "nbgrader_config.py"
    assert "Tolerance(0, 0)" in config.read_text()
    term.mend()
    assert config.read_text() == (ROOT / "nbgrader_config.py").read_text()


@pytest.mark.audit
@pytest.mark.parametrize(
    ("call", "row"),
    [
        ("digits; digits.main(seeds=1)", "| cs231n_lib |"),
        ("imports; imports.main(rounds=1)", "| `import cs231n_lib` |"),
        (
            "first_minutes; import sys; from pathlib import Path; first_minutes.main(python=Path(sys.executable))",
            "| all, to 8 points |",
        ),
        ("gradebook; gradebook.main(students=2)", "| sqlite | 2 |"),
        pytest.param(
            "claims; claims.CLAIMS = {'05': {'C05': claims.c05}}; claims.main(['05'], seeds=2)",
            "| C05 | whitened: median κ, steps; the same if larger houses have more rooms | 1, 1; 1, 1 |",
            marks=pytest.mark.audit,
        ),
    ],
)
def test_tables_are_printed(call, row):
    code = f"from benchmarks import {call}"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert row in result.stdout


@pytest.mark.audit
def test_waits_are_compared_between_two_checkouts():
    from benchmarks.waits import LESSONS, ROOT, compare, rows

    assert len(LESSONS) == 9
    found = compare("start", [ROOT, ROOT], 1, ["again"])
    (row,) = rows("start", found)
    assert row[0] == "start again"
    assert row[3].endswith(" %")
    (right,) = compare("right", [ROOT], 1, [LESSONS[0]])
    assert all(0 < cpu < 10 for cpu, _ in right[LESSONS[0]])


def test_waits_list_this_checkout_last():
    from benchmarks.waits import rows

    here, other = {"new": [(0.3, 0.4)]}, {"new": [(0.6, 0.9)]}
    assert rows("start", [here, other]) == [["start new", "0.600", "0.300", "-50 %", "0.400"]]
