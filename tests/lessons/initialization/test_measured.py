"""Mean of the weights, biases, and the noise of batch norm, measured. A margin here is one that 20 seeds passed."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from claims import SEEDS, SETS
from scipy.stats import norm

from cs231n_lib.contracts import FloatArray
from cs231n_lib.course import mine
from cs231n_lib.datasets import digits
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.lessons.initialization.experiments import noise, offsets
from cs231n_lib.network import MLP

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mean", offsets.MEANS)
def test_weights_keep_their_mean_square_whatever_their_mean(mean: float) -> None:
    w = offsets.weights_with_mean(mine.run(), mean, 1000, 900, np.random.default_rng(0))
    size = np.sqrt(2 / 1000)
    assert w.shape == (1000, 900)
    assert w.mean() == pytest.approx(mean * size, abs=0.005 * size)
    assert np.sqrt(np.mean(w**2)) == pytest.approx(size, rel=0.005)


def rectified_moments(mean: FloatArray, std: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and mean square of max(z, 0) for a normal z."""
    ratio = mean / std
    first = mean * norm.cdf(ratio) + std * norm.pdf(ratio)
    return first, (mean**2 + std**2) * norm.cdf(ratio) + mean * std * norm.pdf(ratio)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mean", offsets.MEANS)
def test_signals_follow_the_moments_of_a_rectified_normal(mean: float, seed: int) -> None:
    units, spread = 1000, np.sqrt(2 / 1000)
    mean *= np.sqrt(200 / units)  # the shift of a unit is that of the figure, and its prediction is more accurate
    x = np.random.default_rng(seed).normal(size=(100, units))
    first, second = x.mean(axis=1), np.mean(x**2, axis=1)
    predicted = []
    for _ in range(10):
        shift = units * mean * spread * first
        first, second = rectified_moments(shift, spread * np.sqrt((1 - mean**2) * units * second))
        predicted.append(np.sqrt(second.mean() - first.mean() ** 2))
    measured = offsets.deviations(mine.run(), mean, seed, units=units)
    np.testing.assert_allclose(measured[:3], predicted[:3], rtol=0.12)
    np.testing.assert_allclose(measured, predicted, rtol=0.3)


@cache
def reached(mean: float, depth: int, seed: int, bias: str = "0") -> float:
    return offsets.accuracy(mine.run(), mean, offsets.BIASES[bias], depth, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mean", [-0.2, 0.2])
def test_two_hidden_layers_learn_whatever_the_mean_is(mean: float, seed: int) -> None:
    assert reached(mean, 2, seed) > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_ten_hidden_layers_do_not_learn_from_a_positive_mean(seed: int) -> None:
    assert reached(0.2, 10, seed) < 0.3
    assert reached(0.0, 10, seed) > 0.55


@pytest.mark.parametrize("seeds", SETS)
def test_ten_hidden_layers_learn_less_from_a_negative_mean(seeds: Sequence[int]) -> None:
    negative, zero = (np.mean([reached(mean, 10, seed) for seed in seeds]) for mean in (-0.2, 0.0))
    assert negative < zero - 0.15


@pytest.mark.parametrize("seeds", SETS)
def test_small_positive_biases_do_no_harm_but_negative_ones_do(seeds: Sequence[int]) -> None:
    zero, *positive, negative = (
        np.mean([reached(0.0, 10, seed, name) for seed in seeds]) for name in ("0", "0.01", "0.1", "−0.1")
    )
    assert min(positive) > zero - 0.03
    assert negative < zero - 0.3


def test_large_negative_biases_switch_off_the_whole_network() -> None:
    assert offsets.accuracy(mine.run(), bias=offsets.Bias(-10.0), depth=2) < 0.15
    assert offsets.accuracy(mine.run(), bias=offsets.Bias(10.0, random=True), depth=2) < 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_negative_biases_switch_off_almost_all_units(seed: int) -> None:
    active = {}
    for name in ("0", "−0.1"):
        rng, ((x, _), _) = np.random.default_rng(seed), digits()
        for _ in range(10):
            w = offsets.weights_with_mean(mine.run(), 0.0, x.shape[1], 32, rng)
            x = np.maximum(x @ w + offsets.BIASES[name].draw(32, rng), 0)
        active[name] = np.mean(x > 0)
    assert active["−0.1"] < 0.03
    assert 0.3 < active["0"] < 0.7


@pytest.mark.parametrize("size", [2, 8])
def test_noise_is_that_of_batches_normalised_one_by_one(size: int) -> None:
    run, rng = mine.run(), np.random.default_rng(3)
    (x, _), _ = digits()
    z = x @ run.scaled_weights(64, noise.UNITS, rng)["he"]
    image = rng.permutation(len(z))[0]
    rows = rng.integers(len(z), size=(size, 5))
    values = []
    for others in rows[1:].T:
        batch = np.vstack([z[image], z[others]])
        values.append(((batch - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-5))[0])
    expected = np.sqrt(np.mean(np.var(values, axis=0)))
    assert noise.normalised_spread(run, size, seed=3, images=1, draws=5) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_falls_with_the_root_of_the_batch_size(seed: int) -> None:
    for size in noise.SIZES:
        assert noise.normalised_spread(mine.run(), size, seed) == pytest.approx(np.sqrt(1.5 / size), rel=0.1)


def test_groups_lie_side_by_side_and_back() -> None:
    x = np.arange(24.0).reshape(6, 4)
    np.testing.assert_array_equal(noise.side_by_side(x, 2)[:, :4], x[:2])
    np.testing.assert_array_equal(noise.side_by_side(x, 2)[:, 8:], x[4:])
    np.testing.assert_array_equal(noise.below_each_other(noise.side_by_side(x, 3), 4), x)


def reference_accuracies(size: int, seed: int, epochs: int, lr: float = 0.2) -> tuple[float, float]:
    """`noise.accuracies` by an `MLP` that sees one group after the other and takes the mean of their gradients."""
    rng = np.random.default_rng(seed)
    (x, y), (x_new, y_new) = digits()
    rows = rng.permutation(len(x))[: noise.TRAINING]
    x, y = x[rows], y[rows].copy()
    count = round(noise.WRONG * noise.TRAINING)
    y[:count] = (y[:count] + rng.integers(1, 10, count)) % 10
    network = MLP((64, noise.UNITS, 10), batch_norm=True, dtype=np.float64, rng=np.random.default_rng(0))
    network.weights[0][:] = rng.normal(0, np.sqrt(2 / 64), (64, noise.UNITS))
    network.weights[1][:] = rng.normal(0, np.sqrt(2 / noise.UNITS), (noise.UNITS, 10))
    for _ in range(epochs):
        for batch in minibatches(len(x), noise.BATCH_SIZE, rng):
            before, gradients, statistics = network.running.copy(), [], []
            for group in np.split(batch, len(batch) // size):
                network.running[:] = before
                gradients.append(network.loss_and_gradient(x[group], y[group])[1].copy())
                statistics.append(network.running.copy())
            network.parameters[:] -= lr * np.mean(gradients, axis=0)
            network.running[:] = np.mean(statistics, axis=0)
    fit, new = (float(np.mean(network.predict(a).argmax(axis=1) == b)) for a, b in ((x, y), (x_new, y_new)))
    return fit, new


@pytest.mark.parametrize("size", [4, 128])
def test_training_in_groups_averages_the_gradients_of_groups(size: int) -> None:
    assert noise.accuracies(mine.run(), size, seed=1, epochs=4) == reference_accuracies(size, seed=1, epochs=4)


@cache
def accuracies(size: int, wrong: float, seed: int) -> tuple[float, float]:
    return noise.accuracies(mine.run(), size, seed, wrong)


@pytest.mark.parametrize("seed", SEEDS)
def test_groups_of_two_memorise_fewer_wrong_labels(seed: int) -> None:
    (fit, new), (fit_all, new_all) = (accuracies(size, noise.WRONG, seed) for size in (2, 128))
    assert fit < 0.85
    assert fit_all > 0.98
    assert new > new_all + 0.03


@pytest.mark.parametrize("seeds", SETS)
def test_noise_of_batch_norm_does_harm_with_right_labels(seeds: Sequence[int]) -> None:
    two, four, together = (np.mean([accuracies(size, 0.0, seed)[1] for seed in seeds]) for size in (2, 4, 128))
    assert two < together - 0.02
    assert together - 0.02 < four < together + 0.005
