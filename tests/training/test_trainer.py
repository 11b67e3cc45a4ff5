import math

import numpy as np
import pytest
from tqdm import tqdm

from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD, Adam
from cs231n_lib.training import Callback, Ending, Trainer


def data(n=100, noise=0.0, seed=5):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    y = ((x[:, 0] > 0) ^ (x[:, 1] > 0)).astype(int)
    flip = rng.random(n) < noise
    return x, np.where(flip, 1 - y, y)


def trainer(optimizer=None, sizes=(2, 16, 2), **options):
    options = {"batch_size": 32, "rng": np.random.default_rng(1), "progress": False} | options
    network = MLP(sizes, dtype=np.float64, rng=np.random.default_rng(0))
    return Trainer(network, optimizer or Adam(0.02), **options)


class Watch(Callback):
    """Notes every call; ``act`` does something at one step."""

    def __init__(self, step=None, act=None):
        self.calls, self.seen, self.step, self.act = [], [], step, act

    def on_start(self, run):
        self.calls.append("start")
        assert run.step == 0
        assert run.history.loss.size == 0

    def on_step(self, run):
        self.calls.append("step")
        self.seen.append((run.step, run.epoch, run.learning_rate, run.loss))
        assert run.history.loss[-1] == run.loss
        if run.step == self.step:
            self.act(run)

    def on_end(self, run):
        self.calls.append("end")


def test_trainer_learns_a_nonlinear_problem():
    train = trainer()
    history = train.fit(data(500), data(200, seed=6), epochs=60)
    assert history.train_accuracy[-1] > 0.97
    assert history.validation_accuracy[-1] > 0.95
    assert history.stopped == "finished"
    predicted = train.network.predict(data(200, seed=6)[0]).argmax(axis=1)
    assert np.mean(predicted == data(200, seed=6)[1]) == history.validation_accuracy[-1]


def test_each_epoch_visits_every_row_once(monkeypatch):
    train = trainer(batch_size=30)
    seen = []
    backpropagate = train.network.backpropagate
    monkeypatch.setattr(train.network, "backpropagate", lambda x, y: seen.append((x.copy(), y)) or backpropagate(x, y))
    x, y = data()
    train.fit((x, y), epochs=2)
    assert [len(rows) for rows, _ in seen] == [30, 30, 30, 10] * 2
    for epoch in (seen[:4], seen[4:]):
        rows, labels = (np.concatenate(part) for part in zip(*epoch, strict=True))
        back = np.lexsort(rows.T), np.lexsort(x.T)
        np.testing.assert_array_equal(rows[back[0]], x[back[1]])
        np.testing.assert_array_equal(labels[back[0]], y[back[1]])
    assert not np.array_equal(seen[0][0], seen[4][0])


def test_full_batch_training_is_gradient_descent():
    # a linear softmax from zero weights: dW = xᵀ (1/K − onehot) / N, so the first step is known
    x, y = data(8)
    train = trainer(SGD(0.5), sizes=(2, 2), batch_size=8)
    train.network.parameters[:] = 0
    history = train.fit((x, y), epochs=1)
    residual = 0.5 - np.eye(2)[y]
    np.testing.assert_allclose(train.network.weights[0], -0.5 * x.T @ residual / 8, atol=1e-15)
    assert history.loss[0] == pytest.approx(math.log(2), rel=1e-15)


def test_callbacks_are_called_for_every_step():
    watch = Watch()
    history = trainer().fit(data(), epochs=3, callbacks=[watch])
    assert watch.calls == ["start", *["step"] * 12, "end"]
    assert [step for step, *_ in watch.seen] == list(range(1, 13))
    assert [epoch for _, epoch, *_ in watch.seen] == [0] * 4 + [1] * 4 + [2] * 4
    np.testing.assert_array_equal(history.loss, [loss for *_, loss in watch.seen])


def test_schedule_sets_learning_rate_of_every_step():
    history = trainer(schedule=lambda epoch: 0.1 / (1 + epoch)).fit(data(), epochs=3)
    np.testing.assert_allclose(history.learning_rate, 0.1 / (1 + np.arange(12) / 4))
    assert set(trainer(SGD(0.3)).fit(data(), epochs=1).learning_rate) == {0.3}


@pytest.mark.parametrize(("every", "steps"), [(None, [4, 8, 12]), (5, [5, 10, 12]), (6, [6, 12]), (100, [12])])
def test_evaluations_follow_interval_and_last_step(every, steps):
    assert list(trainer(evaluate_every=every).fit(data(), epochs=3).evaluations) == steps


def test_update_ratio_is_measured_on_one_step():
    train = trainer(SGD(0.1), evaluate_every=1, batch_size=100)
    weights = [train.network.weight_vector.copy()]
    watch = Watch(1, lambda run: weights.append(run.network.weight_vector.copy()))
    history = train.fit(data(), epochs=2, callbacks=[watch])
    ratio = np.linalg.norm(weights[1] - weights[0]) / np.linalg.norm(weights[0])
    assert history.update_ratio[0] == pytest.approx(ratio, rel=1e-12)


def test_dead_units_are_counted():
    train = trainer(SGD(1e-9))
    train.network.biases[0][:4] = -1000
    assert train.fit(data(), epochs=1).dead_fraction[-1] == 0.25


def test_stop_ends_run_after_current_step():
    watch = Watch(6, lambda run: run.stop())
    history = trainer().fit(data(), epochs=3, callbacks=[watch])
    assert len(history.loss) == 6
    assert (history.ending, history.stopped) == (Ending.ASKED, "stopped on request after step 6")
    assert watch.calls[-1] == "end"


def test_interrupt_returns_history_so_far():
    def interrupt(run):
        raise KeyboardInterrupt

    watch = Watch(6, interrupt)
    history = trainer().fit(data(), epochs=3, callbacks=[watch])
    assert (history.ending, history.stopped) == (Ending.INTERRUPTED, "interrupted")
    assert len(history.loss) == 6
    assert watch.calls[-1] == "end"


def test_failing_callback_does_not_skip_on_end_of_others():
    def fail(run):
        raise RuntimeError("mine")

    first, second = Watch(), Watch(2, fail)
    with pytest.raises(RuntimeError, match="mine"):
        trainer().fit(data(), epochs=1, callbacks=[first, second])
    assert first.calls[-1] == second.calls[-1] == "end"


def test_failed_run_has_no_ending():
    runs = []

    def fail(run):
        runs.append(run)
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        trainer().fit(data(), epochs=1, callbacks=[Watch(2, fail)])
    assert (runs[0].history.ending, runs[0].history.stopped) == (None, "")


def test_callback_methods_do_nothing_by_default():
    class Counts(Callback):
        steps = 0

        def on_step(self, run):
            self.steps += 1

    counts = Counts()
    history = trainer().fit(data(), epochs=1, callbacks=[counts])
    assert counts.steps == len(history.loss)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_diverging_run_stops_with_advice(dtype):
    network = MLP((2, 16, 16, 2), l2=1.0, dtype=dtype, rng=np.random.default_rng(0))
    train = Trainer(network, SGD(50.0), rng=np.random.default_rng(1), progress=False)
    watch = Watch()
    history = train.fit(data(), epochs=500, callbacks=[watch])
    assert history.stopped.startswith(f"diverged at step {len(history.loss)}: the loss is")
    assert "Try a learning rate well below 50, such as 5" in history.stopped
    assert history.ending is Ending.DIVERGED
    assert len(history.loss) < 100
    assert watch.calls.count("step") == len(history.loss) - 1


def test_nan_parameters_stop_run_at_first_step():
    train = trainer()
    train.network.parameters[0] = np.nan
    before = train.network.parameters.copy()
    history = train.fit(data(), epochs=2)
    np.testing.assert_array_equal(train.network.parameters, before)
    assert history.stopped.startswith("diverged at step 1: the loss is nan")


def test_patience_stops_early_and_restores_best():
    train = trainer(patience=5, sizes=(2, 64, 2))
    history = train.fit(data(200, noise=0.2), data(200, noise=0.2, seed=6), epochs=500)
    best = int(history.validation_accuracy.argmax())
    assert len(history.evaluations) == best + 1 + 5
    assert history.stopped.startswith(f"early stopping after step {history.steps[-1]}: best validation accuracy")
    assert history.ending is Ending.EARLY
    x, y = data(200, noise=0.2, seed=6)
    assert np.mean(train.network.predict(x).argmax(axis=1) == y) == history.validation_accuracy[best]


def test_equal_accuracy_is_not_an_improvement():
    x = np.repeat([[-1.0, 0.0], [1.0, 0.0]], 20, axis=0)
    split = x, (x[:, 0] > 0).astype(int)
    history = trainer(patience=3).fit(split, split, epochs=100)
    assert list(history.validation_accuracy[-4:]) == [1, 1, 1, 1]
    assert (history.validation_accuracy[:-4] < 1).all()


def test_patience_restores_best_after_finished_run():
    train = trainer(patience=50, sizes=(2, 64, 2))
    history = train.fit(data(200, noise=0.2), data(200, noise=0.2, seed=6), epochs=30)
    x, y = data(200, noise=0.2, seed=6)
    assert history.stopped == "finished"
    assert np.mean(train.network.predict(x).argmax(axis=1) == y) == history.validation_accuracy.max()


def test_same_seeds_give_same_run():
    first, second = (trainer().fit(data(), epochs=2).loss for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_progress_bar_reaches_the_end(capsys, monkeypatch):
    bar = lambda total, unit, initial: tqdm(total=total, unit=unit, initial=initial)  # noqa: E731  (said once)
    monkeypatch.setattr("cs231n_lib.training.trainer.progress_bar", bar)
    trainer(progress=True).fit(data(), epochs=3)
    captured = capsys.readouterr()
    assert "/12" in captured.err
    assert captured.out == ""


def test_trainer_prints_nothing_itself(capsys):
    trainer().fit(data(), epochs=1)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ((np.ones((4, 3)), np.zeros(4, int)), "train split: x has 3 features"),
        ((np.ones((4, 2)), np.zeros(5, int)), "train split: y has 5 examples"),
        ((np.ones((4, 2)), np.full(4, 2)), "train split: y holds the label 2"),
        ((np.full((4, 2), np.inf), np.zeros(4, int)), "train split: x holds inf"),
        ((np.ones((4, 2)), np.zeros(4)), "train split: y has dtype float64"),
    ],
)
def test_invalid_data_is_refused(split, message):
    with pytest.raises((TypeError, ValueError), match=message):
        trainer().fit(split, epochs=1)


def test_invalid_settings_are_refused():
    with pytest.raises(ValueError, match="validation split: x has 3 features"):
        trainer().fit(data(), (np.ones((4, 3)), np.zeros(4, int)), epochs=1)
    with pytest.raises(ValueError, match="patience needs a validation accuracy"):
        trainer(patience=2).fit(data(), epochs=1)
    with pytest.raises(ValueError, match="epochs is 0"):
        trainer().fit(data(), epochs=0)
    with pytest.raises(ValueError, match="batch_size is 0"):
        trainer(batch_size=0)
    with pytest.raises(TypeError, match="rng is int"):
        trainer(rng=3)
