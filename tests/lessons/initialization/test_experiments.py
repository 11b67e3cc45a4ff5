"""The claims of lesson 06, measured. A margin here is one that 20 seeds passed; times are never asserted."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from claims import ALL, SEEDS, SETS
from matplotlib.figure import Figure

from cs231n_lib.course import mine
from cs231n_lib.functions import layers
from cs231n_lib.lessons.initialization import pictures
from cs231n_lib.lessons.initialization.checks import references
from cs231n_lib.lessons.initialization.experiments import starts as experiments
from cs231n_lib.network import MLP

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("start", ["zero", "all 0.1"])
def test_c19_units_that_start_equal_stay_equal_to_the_last_bit(start: str, seed: int) -> None:
    trained = experiments.twins(mine.run(), start, seed)
    incoming, outgoing = trained.weights
    assert np.all(incoming == incoming[:, :1])
    assert np.all(outgoing == outgoing[:1])
    assert experiments.different_units(trained.weights) == 1
    assert trained.accuracy < (0.11 if start == "zero" else 0.4)


@pytest.mark.parametrize("seed", SEEDS)
def test_c19_small_random_weights_make_units_differ(seed: int) -> None:
    trained = experiments.twins(mine.run(), "small", seed)
    assert experiments.different_units(trained.weights) == 32
    assert trained.accuracy > 0.94


@pytest.mark.parametrize("seed", SEEDS)
def test_c19_unit_gradients_equal_those_of_the_exercise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = MLP((4, 3, 2), "tanh", rng=rng, dtype=np.float64)
    x, y = rng.normal(size=(7, 4)), np.array([0, 1, 1, 0, 1, 0, 0])
    scores = network.predict(x)
    dscores = (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True) - np.eye(2)[y]) / 7
    _, gradient = network.loss_and_gradient(x, y)
    dw1, dw2 = gradient[:12].reshape(4, 3), gradient[12:18].reshape(3, 2)
    for unit in range(3):
        dw_in, dw_out = references.unit_gradients(x, dscores, network.weights[0][:, unit], network.weights[1][unit])
        np.testing.assert_allclose(dw1[:, unit], dw_in, rtol=1e-12)
        np.testing.assert_allclose(dw2[unit], dw_out, rtol=1e-12)


@pytest.mark.parametrize("start", ["all 0.1", "small"])
def test_c19_unit_by_unit_training_matches_the_fast_network(start: str) -> None:
    trained = experiments.twins(mine.run(), start, epochs=2)
    network, history = experiments.train(start, "tanh", (32,), lr=0.3, epochs=2)
    np.testing.assert_allclose(trained.loss, history.loss, rtol=1e-9)
    np.testing.assert_allclose(trained.weights[0][:-1], network.weights[0], rtol=1e-7, atol=1e-9)


def test_different_units_counts_units_by_outgoing_weights_too() -> None:
    weights = np.ones((4, 3)), np.ones((3, 2))
    assert experiments.different_units(weights) == 1
    weights[1][2, 0] = 2
    assert experiments.different_units(weights) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_c20_output_grows_with_root_fan_in_unless_divided_by_it(seed: int) -> None:
    few, many = (experiments.output_deviation(mine.run(), "small", n, seed) for n in (100, 1600))
    assert many / few == pytest.approx(4, rel=0.05)
    for n in (10, 1600):
        assert experiments.output_deviation(mine.run(), "1/√n", n, seed) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_c20_signals_after_ten_layers_depend_on_the_activation(seed: int) -> None:
    def last(start: str, activation: str) -> float:
        return float(experiments.deviations(mine.run(), start, activation, seed)[-1])

    assert last("small", "tanh") < 1e-8
    assert last("1/√n", "tanh") > 0.15
    assert last("small", "ReLU") < 1e-9
    assert 0.01 < last("1/√n", "ReLU") < 0.05
    assert 0.5 < last("He", "ReLU") < 1.5
    assert last("large", "ReLU") > 1e9


def test_deviations_are_those_the_exercise_measures() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(100, 40))
    weights = [experiments.start_of(mine.run(), "He")(40, 40, rng) for _ in range(4)]
    measured = experiments.deviations(mine.run(), "He", "tanh", seed=3, depth=4, units=40)
    np.testing.assert_allclose(measured, references.layer_deviations(x, weights, np.tanh), rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_c20_ten_relu_layers_learn_with_he_but_not_with_less(seed: int) -> None:
    small, scaled, he = (experiments.final_accuracy(experiments.deep(start, seed)) for start in ("small", "1/√n", "He"))
    assert small < 0.11
    assert scaled < 0.45
    assert he > 0.7


@cache
def rescued(start: str, batch_norm: bool, seed: int, lr: float = 0.1) -> float:
    return experiments.final_accuracy(experiments.train(start, batch_norm=batch_norm, lr=lr, seed=seed)[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_c21_batch_norm_repairs_small_and_large_weights_not_zero(seed: int) -> None:
    assert rescued("small", False, seed) < 0.11
    assert rescued("small", True, seed) > 0.6
    assert np.isnan(rescued("large", False, seed))
    assert rescued("large", True, seed) > 0.78
    assert rescued("zero", False, seed) < 0.11
    assert rescued("zero", True, seed) < 0.11


@pytest.mark.parametrize(("seeds", "ahead"), [(ALL[:3], 0.02), pytest.param(ALL, 0.04, marks=pytest.mark.audit)])
def test_c21_good_initialisation_still_helps_batch_norm(seeds: Sequence[int], ahead: float) -> None:
    good, small, large = (np.mean([rescued(s, True, seed) for seed in seeds]) for s in ("He", "small", "large"))
    assert good - small > ahead
    assert good - large > 0.08
    assert min(rescued("He", True, seed) for seed in seeds) > 0.92


@pytest.mark.parametrize("seeds", SETS)
def test_c21_batch_norm_tolerates_a_tenfold_learning_rate(seeds: Sequence[int]) -> None:
    without, normed = (np.mean([rescued("He", normed, seed, lr=1.0) for seed in seeds]) for normed in (False, True))
    assert normed - without > 0.4
    assert normed > 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_c21_batch_norm_needs_several_examples_per_batch(seed: int) -> None:
    accuracy = {size: experiments.by_batch_size(size, True, seed) for size in (1, 2, 8, 128)}
    assert accuracy[1] < 0.15
    assert accuracy[2] < 0.6
    assert accuracy[8] > 0.93
    assert accuracy[8] > experiments.by_batch_size(8, False, seed) - 0.03
    assert accuracy[128] > experiments.by_batch_size(128, False, seed) + 0.04


@pytest.mark.parametrize("seed", SEEDS)
def test_random_upstream_gradient_catches_what_ones_miss(seed: int) -> None:
    errors = experiments.errors_by_upstream(mine.run(), seed)
    assert max(ones for ones, _ in errors.values()) < 1e-8
    assert errors.pop("right")[1] < 1e-8
    assert len(errors) == 3
    assert min(random for _, random in errors.values()) > 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_bias_before_batch_norm_has_no_effect_and_no_gradient(seed: int) -> None:
    alone, normed = experiments.raised_bias(mine.run(), np.array([0.0, 3.0, 1000.0]), seed)
    np.testing.assert_allclose(alone - alone[0], [0, 3, 1000], atol=1e-12)
    np.testing.assert_allclose(normed, normed[0], atol=1e-9)
    gradients, vanished = experiments.bias_gradients(mine.run(), seed=seed)
    assert np.abs(vanished).max() < 1e-12
    assert np.abs(gradients).min() > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_norm_keeps_a_bimodal_distribution_bimodal(seed: int) -> None:
    x = experiments.two_humps(np.random.default_rng(seed))
    zero, one = np.zeros(1), np.ones(1)
    out = layers.batchnorm_forward(x, one, zero, zero, one)[0]
    assert np.mean(np.abs(out) < 0.3) < 0.02  # of a normal distribution 24 % lie there
    assert (out.mean().round(9), out.std().round(4)) == (0, 1)


def test_batch_norm_evens_out_columns_and_layer_norm_rows(figures: list[Figure]) -> None:
    pictures.layer_norm()
    _, batch, layer = (
        np.array([float(text.get_text().replace("−", "-")) for text in ax.texts]).reshape(3, 4)
        for ax in figures[0].axes
    )
    for values, axis in ((batch, 0), (layer, 1)):
        np.testing.assert_allclose(values.mean(axis=axis), 0, atol=0.06)  # of numbers rounded to a tenth
        np.testing.assert_allclose(values.std(axis=axis), 1, atol=0.06)
    assert np.all(layer.argmax(axis=1) == 1)
