import numpy as np
import pytest

from cs231n_lib.training.history import Ending, History


def filled(steps=600, validation=True):
    history = History()
    for step in range(1, steps + 1):
        history.record_step(step, loss=3 / step, learning_rate=0.1)
        if step % 100 == 0:
            history.record_evaluation(
                step,
                train_accuracy=step / 1000,
                validation_accuracy=step / 1200 if validation else np.nan,
                update_ratio=1e-3,
                dead_fraction=0.25,
            )
    history.end(Ending.FINISHED)
    return history


def test_history_columns_hold_recorded_values():
    history = filled()
    np.testing.assert_array_equal(history.steps, np.arange(1, 601))
    np.testing.assert_array_equal(history.loss, 3 / np.arange(1, 601))
    np.testing.assert_array_equal(history.evaluations, np.arange(100, 601, 100))
    assert history.steps.dtype == history.evaluations.dtype == np.int64
    assert history.validation_accuracy[-1] == 0.5
    assert history.update_ratio.shape == history.dead_fraction.shape == history.train_accuracy.shape == (6,)


def test_history_survives_save_and_load(tmp_path):
    history = filled(validation=False)
    history.save(tmp_path / "history.npz")
    np.testing.assert_equal(History.load(tmp_path / "history.npz").state_dict(), history.state_dict())
    assert History.load(tmp_path / "history.npz").ending is Ending.FINISHED


def test_history_refuses_unrelated_file(tmp_path):
    np.savez(tmp_path / "other.npz", loss=np.zeros(3))
    with pytest.raises(ValueError, match=r"the file lacks .*\. Pass a file from History.save"):
        History.load(tmp_path / "other.npz")
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(ValueError, match="not an npz file"):
        History.load(tmp_path / "text.npz")
    with pytest.raises(FileNotFoundError):
        History.load(tmp_path / "none.npz")


def test_history_repr_summarises_run():
    assert repr(History()) == "History(0 steps)"
    assert repr(filled(validation=False)) == "History(600 steps, loss 0.005, train accuracy 0.600, finished)"
