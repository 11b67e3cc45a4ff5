import numpy as np
import optax
import pytest

from cs231n_lib.network import MLP, SGD
from cs231n_lib.training import PlateauDecay, Trainer, WeightAverage

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((40, 3)).astype(np.float32), RNG.integers(0, 2, 40)


class Path:
    """Every point of the parameters."""

    def __init__(self):
        self.points = []

    def on_start(self, run):
        pass

    def on_step(self, run):
        self.points.append(run.network.parameters.copy())

    def on_end(self, run):
        pass


def trained(callbacks, epochs=3, lr=0.5, **options):
    rng = np.random.default_rng(1)
    trainer = Trainer(
        MLP((3, 4, 2), batch_norm=True, rng=rng), SGD(lr), batch_size=10, rng=rng, progress=False, **options
    )
    return trainer, trainer.fit((X, Y), (X, Y), epochs=epochs, callbacks=callbacks)


def test_weight_average_equals_optax():
    path, average = Path(), WeightAverage(decay=0.8)
    trainer, _ = trained([path, average])
    expected = path.points[0]
    for point in path.points[1:]:
        expected = optax.incremental_update(point, expected, step_size=1 - 0.8)
    now = trainer.network.parameters.copy()
    with average.applied(trainer.network):
        np.testing.assert_allclose(trainer.network.parameters, expected, rtol=1e-5, atol=1e-7)
        assert not np.array_equal(trainer.network.parameters, now)
    np.testing.assert_array_equal(trainer.network.parameters, now)


def test_weights_are_restored_after_an_error():
    average = WeightAverage()
    trainer, _ = trained([average])
    now = trainer.network.parameters.copy()
    with pytest.raises(KeyError), average.applied(trainer.network):
        raise KeyError
    np.testing.assert_array_equal(trainer.network.parameters, now)


def test_applied_needs_an_average():
    with (
        pytest.raises(ValueError, match=r"^WeightAverage: no average exists for MLP\(3-2"),
        WeightAverage().applied(MLP((3, 2), rng=RNG)),
    ):
        pass
    with pytest.raises(ValueError, match=r"^WeightAverage: decay is 1"):
        WeightAverage(decay=1)


def test_learning_rate_falls_on_a_plateau():
    _, history = trained([PlateauDecay(patience=2, factor=0.1)], epochs=30)
    evaluated = history.learning_rate[history.evaluations - 1]
    best, stale, rate = -1.0, 0, 0.5
    for accuracy, used in zip(history.validation_accuracy, evaluated, strict=True):
        assert used == pytest.approx(rate)
        best, stale = (accuracy, 0) if accuracy > best else (best, stale + 1)
        if stale == 2:
            rate, stale = rate * 0.1, 0
    assert rate < 0.1


def test_plateau_decay_refuses_a_second_schedule():
    with pytest.raises(ValueError, match=r"^PlateauDecay: the learning rate is .*, but this callback set it to"):
        trained([PlateauDecay()], schedule=lambda epoch: 0.1)
