"""What a schedule or a callback gives the trainer is checked where it enters."""

import numpy as np
import pytest

from cs231n_lib.network import MLP, SGD
from cs231n_lib.training import Trainer

X, Y = np.ones((8, 2), np.float32), np.arange(8) % 2


def trainer(schedule=None):
    rng = np.random.default_rng(0)
    return Trainer(MLP((2, 2), rng=rng), SGD(0.1), batch_size=4, schedule=schedule, rng=rng, progress=False)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (-1, "what schedule returned is -1. It must be a number of at least 0"),
        (np.nan, "what schedule returned is nan"),
        (np.inf, "what schedule returned is inf"),
        (None, "what schedule returned is NoneType"),
        ("0.1", "what schedule returned is str '0.1'"),
        (np.ones(1), "what schedule returned is ndarray"),
    ],
)
def test_schedule_must_return_a_non_negative_number(rate, words):
    with pytest.raises((TypeError, ValueError), match=f"^Trainer: {words}"):
        trainer(lambda epoch: rate).fit((X, Y), epochs=1)


@pytest.mark.parametrize("rate", [0, 0.25, np.float32(0.25), np.array(0.25)])
def test_any_numeric_type_is_accepted_as_learning_rate(rate):
    assert set(trainer(lambda epoch: rate).fit((X, Y), epochs=1).learning_rate) == {float(rate)}


class Callback:
    def __init__(self, answer=None, act=lambda run: None):
        self.answer, self.act = answer, act

    def on_start(self, run):
        pass

    def on_step(self, run):
        self.act(run)
        return self.answer

    def on_end(self, run):
        pass


class Half:
    def on_start(self, run):
        pass


@pytest.mark.parametrize(
    ("callback", "words"),
    [
        (
            Callback(answer=True),
            r"fit: Callback.on_step returned True. Return nothing, and call run.stop\(\) to end the run",
        ),
        (Callback, r"fit: the callback Callback is a class. Pass an instance, Callback\(...\)"),
        (Half(), r"fit: the callback .*Half.* has no method on_step\(run\)"),
        (Callback(act=lambda run: setattr(run.optimizer, "lr", -1.0)), "fit: the optimizer's lr is -1.0. It must be"),
        (Callback(act=lambda run: setattr(run.optimizer, "lr", "1")), "fit: the optimizer's lr is str '1'"),
    ],
)
def test_invalid_callbacks_are_refused(callback, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        trainer().fit((X, Y), epochs=1, callbacks=[callback])


@pytest.mark.parametrize("split", [None, X, "ab", (X, Y, Y)])
def test_split_must_be_a_pair(split):
    with pytest.raises(TypeError, match=r"^fit: train is .*\. Pass the pair train=\(x, y\)"):
        trainer().fit(split, epochs=1)


def test_trainer_errors_name_the_argument():
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match=r"^Trainer: network is NoneType"):
        Trainer(None, SGD(0.1), rng=rng)
    with pytest.raises(TypeError, match=r"^Trainer: optimizer is ABCMeta <class"):
        Trainer(MLP((2, 2), rng=rng), SGD, rng=rng)
