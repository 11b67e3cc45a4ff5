"""The claims of lesson 03, measured. A margin here is one that 20 seeds passed; times are never asserted."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from claims import ALL, SEEDS
from scipy.special import expit

from cs231n_lib.lessons.activations.checks import references
from cs231n_lib.lessons.activations.experiments import networks as experiments
from cs231n_lib.network import MLP


@pytest.mark.parametrize("seed", SEEDS)
def test_c06_gradient_fades_through_ten_layers_of_sigmoids_only(seed: int) -> None:
    sigmoid, tanh, relu = (experiments.gradient_by_layer(name, seed=seed) for name in ("sigmoid", "tanh", "relu"))
    assert sigmoid[0] < 1e-5
    assert np.all(sigmoid[1:-1] < 0.4 * sigmoid[2:])  # the first layer sees pixels, not outputs of sigmoids
    assert min(tanh[0], relu[0]) > 0.4
    assert max(tanh[0], relu[0]) < 2


@pytest.mark.parametrize("seed", SEEDS)
def test_c06_larger_weights_recover_part_of_the_gradient(seed: int) -> None:
    usual, four, eight = (experiments.gradient_by_layer("sigmoid", seed=seed, gain=gain)[0] for gain in (1, 4, 8))
    assert 200 * usual < four < 0.01
    assert 5 * four < eight < 0.1


def test_gradients_by_layer_are_those_of_the_loss() -> None:
    network = MLP((64, *[32] * 3, 10), "sigmoid", rng=np.random.default_rng(5), dtype=np.float64)
    (x, y), _ = experiments.digits()
    lengths = []
    for w in network.weights[:-1]:
        gradient = np.zeros(w.shape[1])
        for j in range(w.shape[1]):  # the first row of each weight matrix, by centred differences
            losses = []
            for step in (1e-5, -1e-5):
                w[0, j] += step
                losses.append(network.loss_and_gradient(x, y)[0])
                w[0, j] -= step
            gradient[j] = (losses[0] - losses[1]) / 2e-5
        lengths.append(gradient)
    _, flat = network.loss_and_gradient(x, y)
    starts = np.cumsum([0, *(w.size for w in network.weights)])
    for start, numerical in zip(starts, lengths, strict=False):
        np.testing.assert_allclose(flat[start : start + len(numerical)], numerical, rtol=1e-4, atol=1e-9)
    whole = [np.linalg.norm(flat[a:b]) for a, b in pairwise(starts)]
    measured = experiments.gradient_by_layer("sigmoid", layers=3, seed=5)
    np.testing.assert_allclose(measured, np.array(whole[:3]) / whole[2], rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_c07_single_examples_zigzag_where_inputs_are_positive(seed: int) -> None:
    positive, centred = (
        experiments.walk(
            experiments.outputs_below(np.random.default_rng(seed), centred=c), 1, np.random.default_rng(seed)
        )
        for c in (False, True)
    )
    steps = np.diff(positive, axis=0)
    assert np.all((steps >= 0).all(axis=1) | (steps <= 0).all(axis=1))
    assert experiments.detour(positive) > 2
    assert experiments.detour(centred) < 1.5


@pytest.mark.parametrize("seed", SEEDS)
def test_c07_batches_remove_the_zigzag_but_not_the_extra_steps(seed: int) -> None:
    positive, centred = (
        experiments.walk(
            experiments.outputs_below(np.random.default_rng(seed), centred=c), 64, np.random.default_rng(seed)
        )
        for c in (False, True)
    )
    assert experiments.detour(positive) < 1.2
    assert len(positive) > 3 * len(centred)


def test_detour_is_1_on_a_line_and_root_2_around_a_corner() -> None:
    assert experiments.detour(np.array([[0.0, 0.0], [1, 1], [3, 3]])) == pytest.approx(1)
    assert experiments.detour(np.array([[0.0, 0.0], [1, 0], [1, 1]])) == pytest.approx(np.sqrt(2))


@pytest.mark.parametrize("seed", SEEDS)
def test_c08_tanh_is_a_scaled_and_centred_sigmoid(seed: int) -> None:
    x = np.random.default_rng(seed).normal(scale=3, size=50)
    np.testing.assert_allclose(references.tanh_from_sigmoid(x, expit), np.tanh(x), rtol=0, atol=1e-15)


@cache
def raced(activation: str, lr: float, seed: int) -> tuple[float, float]:
    """Epochs to the goal, and the validation accuracy after 20 epochs."""
    history = experiments.race(activation, lr, seed)
    return experiments.epochs_to_fit(history), float(history.validation_accuracy[-1])


def best_raced(activation: str, seed: int) -> tuple[float, float]:
    return raced(activation, experiments.RACERS[activation], seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_c09_relu_beats_sigmoid_and_ties_tanh_at_tuned_rates(seed: int) -> None:
    sigmoid, tanh, relu = (best_raced(name, seed)[0] for name in ("sigmoid", "tanh", "relu"))
    assert 6 <= sigmoid <= 9
    assert 3 <= relu <= 6
    assert sigmoid > relu
    assert abs(tanh - relu) <= 2


@pytest.mark.audit
def test_c09_the_sigmoid_takes_nearly_twice_as_long_as_relu() -> None:
    sigmoid, relu = (np.mean([best_raced(name, seed)[0] for seed in ALL]) for name in ("sigmoid", "relu"))
    assert 1.5 < sigmoid / relu < 1.8


@pytest.mark.parametrize("seed", SEEDS)
def test_c09_weights_for_tanh_slow_the_sigmoid_down(seed: int) -> None:
    rigged = experiments.epochs_to_fit(experiments.race("sigmoid", 4.0, seed, gain=1))
    assert rigged > 1.7 * best_raced("sigmoid", seed)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_c09_at_the_same_rate_relu_is_ahead_of_tanh(seed: int) -> None:
    tanh, relu = (raced(name, 0.1, seed)[0] for name in ("tanh", "relu"))
    assert relu < 0.8 * tanh


@pytest.mark.audit
def test_c13_tanh_ties_relu_and_maxout_at_tuned_rates() -> None:
    tanh, relu, maxout = (np.mean([best_raced(name, s)[1] for s in ALL]) for name in ("tanh", "relu", "maxout"))
    assert tanh > 0.97
    assert max(relu, maxout) - tanh < 0.005


@pytest.mark.parametrize("seed", SEEDS)
def test_c13_tanh_falls_behind_if_its_units_start_saturated(seed: int) -> None:
    splits = experiments.digits(scale=16, centred=False)
    tanh, relu = (experiments.race(name, 0.003, seed, 10, splits).validation_accuracy[-1] for name in ("tanh", "relu"))
    assert relu - tanh > 0.1


@pytest.mark.slow
def test_c13_tuned_learning_rates_close_the_gap_of_saturation() -> None:
    splits = experiments.digits(scale=16, centred=False)
    tanh, relu = (
        np.mean([experiments.race(name, lr, seed, 10, splits).validation_accuracy[-1] for seed in ALL])
        for name, lr in (("tanh", 0.05), ("relu", 0.02))
    )
    assert abs(tanh - relu) < 0.02
    assert min(tanh, relu) > 0.91


def test_epochs_to_fit_counts_whole_epochs() -> None:
    history = experiments.race("maxout", 0.3, epochs=4)
    losses = np.array(history.loss)
    first = next(i for i in range(4) if losses[38 * i : 38 * (i + 1)].mean() < 0.1)
    assert experiments.epochs_to_fit(history) == first + 1
    assert experiments.epochs_to_fit(experiments.race("sigmoid", 0.1, epochs=1)) == np.inf


@pytest.mark.parametrize("seed", SEEDS)
def test_c11_relus_die_and_stay_dead_unlike_leaky_relus(seed: int) -> None:
    network, history = experiments.shocked("relu", seed)
    _, leaky = experiments.shocked("leaky_relu", seed)
    assert history.dead_fraction[0] > 0.75
    assert history.dead_fraction[-1] > history.dead_fraction[0] - 0.1
    assert max(leaky.dead_fraction) == 0
    (x, _), _ = experiments.digits(centred=False)
    share = references.dead_fraction(x, network.weights[0], network.biases[0])
    assert share == pytest.approx(history.dead_fraction[-1], abs=0.05)  # the trainer looks at 600 rows, this at all


@pytest.mark.audit
def test_c11_leaky_relu_ends_ahead_on_average() -> None:
    relu, leaky = (
        np.mean([experiments.shocked(name, seed)[1].validation_accuracy[-1] for seed in ALL])
        for name in ("relu", "leaky_relu")
    )
    assert leaky - relu > 0.08


@pytest.mark.parametrize("seed", SEEDS)
def test_c12_maxout_contains_relu_and_leaky_relu(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=30)
    np.testing.assert_array_equal(experiments.maxout_of_lines(x, 1, 0), np.where(x > 0, x, 0))
    np.testing.assert_array_equal(experiments.maxout_of_lines(x, 1, 0.1), np.where(x > 0, x, 0.1 * x))


def test_c12_maxout_doubles_parameters_of_hidden_layers_only() -> None:
    rng = np.random.default_rng(0)
    relu, maxout = (MLP((64, 32, 32, 32, 10), name, rng=rng) for name in ("relu", "maxout"))
    hidden, last = 64 * 32 + 32 + 2 * (32 * 32 + 32), 32 * 10 + 10
    assert (relu.parameters.size, maxout.parameters.size) == (hidden + last, 2 * hidden + last)


def test_c10_each_forward_pass_is_timed() -> None:
    times = experiments.forward_times(4, 6, repeats=1)
    assert list(times) == ["sigmoid, safe", "sigmoid, plain", "tanh", "ReLU", "leaky ReLU", "maxout"]
    assert min(times.values()) > 0


def test_c10_sigmoids_agree_and_only_the_plain_one_overflows() -> None:
    x = np.array([-30.0, -1, 0, 1, 30])
    np.testing.assert_allclose(experiments.plain_sigmoid(x), expit(x), rtol=1e-12)
    with pytest.warns(RuntimeWarning, match="overflow"):
        experiments.plain_sigmoid(np.array([-1000.0]))
