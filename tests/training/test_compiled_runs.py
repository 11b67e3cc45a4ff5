"""Runs of the trainer with compiled steps, and lessons, which never use them."""

import os
import subprocess
import sys
from textwrap import dedent

import numpy as np
import pytest

from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.network import MLP, SGD, Adam, compiled
from cs231n_lib.training import Checkpoint, Ending, Trainer


@pytest.fixture
def _compiled(monkeypatch):
    if compiled.load_kernels(np.dtype(np.float32)) is None:
        pytest.skip("install the extra fast")
    for name in ("CS231N_COMPILED", "CS231N_STATIC", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(compiled, "WORTH_SECONDS", 0.0)


def data(n=90):
    rng = np.random.default_rng(3)
    x = rng.standard_normal((n, 6)).astype(np.float32)
    return x, (x[:, 0] * x[:, 1] > 0).astype(np.int64)


def trainer(optimizer=None, **options):
    rng = np.random.default_rng(0)
    network = MLP((6, 20, 2), batch_norm=True, drop_prob=0.2, l2=1e-3, rng=rng)
    return Trainer(network, optimizer or Adam(0.01), batch_size=40, rng=rng, progress=False, **options)


@pytest.mark.usefixtures("_compiled")
def test_compiled_run_follows_that_of_numpy(monkeypatch):
    ours = trainer()
    backpropagate = MLP.backpropagate
    with monkeypatch.context() as patch:
        patch.setattr(MLP, "backpropagate", lambda *args: pytest.fail("NumPy took a step"))
        history = ours.fit(data(), data(), epochs=5)
    assert MLP.backpropagate is backpropagate
    monkeypatch.setenv("CS231N_COMPILED", "0")
    reference = trainer()
    expected = reference.fit(data(), data(), epochs=5)
    np.testing.assert_allclose(history.loss, expected.loss, rtol=1e-3)
    np.testing.assert_allclose(ours.network.running, reference.network.running, atol=1e-3)
    assert not np.array_equal(history.loss, expected.loss)


@pytest.mark.usefixtures("_compiled")
def test_resumed_compiled_run_repeats_the_whole_run(tmp_path):
    class Interrupt(Checkpoint):
        def on_step(self, run):
            super().on_step(run)
            if run.step == 7:
                raise KeyboardInterrupt

    whole = trainer()
    history = whole.fit(data(), epochs=4)
    stopped = trainer()
    assert stopped.fit(data(), epochs=4, callbacks=[Interrupt(tmp_path / "run.npz")]).ending is Ending.INTERRUPTED
    again = trainer()
    resumed = again.fit(data(), epochs=4, resume=tmp_path / "run.npz")
    np.testing.assert_array_equal(resumed.loss, history.loss)
    np.testing.assert_array_equal(again.network.parameters, whole.network.parameters)


@pytest.mark.usefixtures("_compiled")
def test_diverged_compiled_run_keeps_the_last_parameters():
    seen = []

    class Watch(Checkpoint):
        def on_step(self, run):
            seen.append(run.network.parameters.copy())

        def on_end(self, run):
            pass

    rng = np.random.default_rng(0)
    train = Trainer(MLP((6, 20, 2), rng=rng), SGD(1e6), batch_size=40, rng=rng, progress=False)
    history = train.fit(data(), epochs=20, callbacks=[Watch("unused")])
    assert history.ending is Ending.DIVERGED
    np.testing.assert_array_equal(train.network.parameters, seen[-1])


LESSONS = {
    "update_rules": """
        from cs231n_lib.lessons.update_rules.experiments import training
        results = {rule: [training.train(rule, seed, epochs=2) for seed in (0, 1)] for rule in ("momentum", "Adam")}
        print(training.table(results))
        print(*(run.history.loss.tolist() for runs in results.values() for run in runs))
    """,
    "regularization": """
        from cs231n_lib.lessons.regularization.experiments import boundary
        run = boundary.train_on_spirals(16, 2, 0.001, 0.2)
        print(run.network, run.network.parameters.tolist())
    """,
}


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_shows_the_same_with_and_without_numba(lesson):
    pytest.importorskip("numba")
    # Every run would pay for compiled code here, so only the switch keeps it out.
    start = """
        from cs231n_lib.network import compiled, optimizers
        compiled.WORTH_SECONDS, optimizers.MIN_PARAMETERS = 0.0, 0
    """
    texts = []
    for without in ("", "import sys; sys.modules['numba'] = None"):
        code = "\n".join([without, dedent(start), dedent(LESSONS[lesson])])
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("CS231N", "NBGRADER"))}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
        texts.append(done.stdout + done.stderr)
    assert texts[0] == texts[1]
    assert len(texts[0]) > 100


@pytest.mark.seeds
@pytest.mark.parametrize("regularised", [False, True])
@pytest.mark.usefixtures("_compiled")
def test_accuracy_of_20_seeds_cannot_be_told_apart(regularised, monkeypatch):
    clothes = load_fashion_mnist(dtype=np.float32)
    options = {"batch_norm": True, "drop_prob": 0.2, "l2": 1e-4} if regularised else {}

    def accuracy(seed):
        rng = np.random.default_rng(seed)
        network = MLP((784, 64, 10), rng=rng, **options)
        train = Trainer(network, Adam(), batch_size=64, rng=rng, progress=False)
        train.fit((clothes.x_train, clothes.y_train), epochs=6)
        return np.mean(network.predict(clothes.x_validation).argmax(axis=1) == clothes.y_validation)

    ours = np.array([accuracy(seed) for seed in range(20)])
    monkeypatch.setenv("CS231N_COMPILED", "0")
    differences = ours - [accuracy(seed) for seed in range(20)]
    error = differences.std(ddof=1) / np.sqrt(20)
    print(f"difference {100 * differences.mean():.3f} ± {100 * error:.3f} percentage points")
    assert differences.any(), "both sides round in the same way, so nothing was compared"
    assert abs(differences.mean()) <= 2.1 * error  # the 95 % quantile of Student's t with 19 degrees of freedom
    assert error < 0.002
