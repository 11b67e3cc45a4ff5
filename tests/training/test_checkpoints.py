import numpy as np
import pytest

from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD, Adam
from cs231n_lib.storage import read_arrays, write_arrays
from cs231n_lib.training import Callback, Checkpoint, Ending, Trainer


def data(n=90):
    rng = np.random.default_rng(5)
    x = rng.standard_normal((n, 4)).astype(np.float32)
    return x, (x[:, 0] > x[:, 1]).astype(int)


def trainer(shared_rng, optimizer=None, **options):
    rng = np.random.default_rng(0)
    network = MLP((4, 8, 2), batch_norm=True, drop_prob=0.2, l2=1e-3, rng=rng)
    own = rng if shared_rng else np.random.default_rng(1)
    return Trainer(
        network,
        optimizer or Adam(0.01),
        batch_size=20,
        rng=own,
        progress=False,
        schedule=lambda e: 0.01 / (1 + e),
        **options,
    )


class StopAt(Callback):
    def __init__(self, step):
        self.step = step

    def on_step(self, run):
        if run.step == self.step:
            run.stop()


@pytest.mark.parametrize("shared_rng", [False, True])
@pytest.mark.parametrize("stop_at", [3, 5, 12])  # within an epoch, at its end, within a later one
@pytest.mark.parametrize("patience", [None, 4])
def test_resumed_run_equals_uninterrupted_run(tmp_path, shared_rng, stop_at, patience):
    whole = trainer(shared_rng, patience=patience, evaluate_every=4)
    expected = whole.fit(data(), data(30), epochs=6)
    assert expected.ending is (Ending.EARLY if patience else Ending.FINISHED)
    path = tmp_path / "run.npz"
    broken = trainer(shared_rng, patience=patience, evaluate_every=4)
    broken.fit(data(), data(30), epochs=6, callbacks=[StopAt(stop_at), Checkpoint(path)])
    resumed = trainer(shared_rng, patience=patience, evaluate_every=4)
    resumed.rng.random(3)
    history = resumed.fit(data(), data(30), epochs=6, resume=path)
    np.testing.assert_equal(resumed.network.state_dict(), whole.network.state_dict())
    np.testing.assert_equal(resumed.optimizer.state_dict(), whole.optimizer.state_dict())
    np.testing.assert_equal(history.state_dict(), expected.state_dict())
    assert resumed.rng.random() == whole.rng.random()


def test_resuming_a_finished_run_with_patience_changes_nothing(tmp_path):
    first, path = trainer(False), tmp_path / "run.npz"
    first.fit(data(), data(30), epochs=2, callbacks=[Checkpoint(path)])
    again = trainer(False, patience=4)
    assert again.fit(data(), data(30), epochs=2, resume=path).ending is Ending.FINISHED
    np.testing.assert_array_equal(again.network.parameters, first.network.parameters)


class Interrupt(StopAt):
    def on_step(self, run):
        if run.step == self.step:
            raise KeyboardInterrupt


def test_checkpoint_is_saved_after_every_epoch(tmp_path):
    path = tmp_path / "run.npz"
    trainer(False).fit(data(), epochs=3, callbacks=[Checkpoint(path, every=2), Interrupt(12)])
    assert read_arrays(path)["run.counters"][0] == 12  # interrupted between steps: that state is sound
    trainer(False).fit(data(), epochs=1, callbacks=[Checkpoint(tmp_path / "all.npz", every=5)])
    assert read_arrays(tmp_path / "all.npz")["run.counters"][0] == 5


def test_interrupted_step_keeps_last_complete_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    broken = trainer(False)
    whole_step = broken.optimizer.step

    def step():
        if broken.optimizer.steps == 7:
            broken.network.parameters[:5] = 0
            raise KeyboardInterrupt
        whole_step()

    monkeypatch.setattr(broken.optimizer, "step", step)
    history = broken.fit(data(), epochs=3, callbacks=[Checkpoint(path)])
    assert history.ending is Ending.INTERRUPTED
    assert read_arrays(path)["run.counters"][0] == 5


def test_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    trainer(False).fit(data(), epochs=1, callbacks=[Checkpoint(path)])
    with pytest.raises(ValueError, match="5 steps per epoch but this run has 3"):
        trainer(False).fit(data(50), epochs=2, resume=path)
    with pytest.raises(ValueError, match="SGD has state of shape"):
        trainer(False, SGD()).fit(data(), epochs=2, resume=path)
    write_arrays(path, {"a": np.zeros(2)})
    with pytest.raises(ValueError, match="not a checkpoint"):
        trainer(False).fit(data(), epochs=2, resume=path)
    with pytest.raises(FileNotFoundError):
        trainer(False).fit(data(), epochs=2, resume=tmp_path / "none.npz")
    with pytest.raises(ValueError, match="every is 0"):
        Checkpoint(path, every=0)
