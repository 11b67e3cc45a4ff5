"""The claims of lesson 04, measured. A margin here is one that 20 seeds passed; times are never asserted."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from claims import ALL, SEEDS, SETS

from cs231n_lib.course import mine
from cs231n_lib.lessons.architecture.checks import references
from cs231n_lib.lessons.architecture.experiments import digits, fits, folds, overfit, spirals, train_beside, xor
from cs231n_lib.lessons.architecture.experiments.starts import Starts, softmax_loss, square_loss

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("tanh", [False, True])
def test_many_networks_at_once_have_the_gradients_of_each(tanh: bool) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3)), rng.integers(0, 2, 6)
    starts = Starts.draw((3, 5, 4, 2), range(3), tanh=tanh, spread=0.5)
    starts.weights = [w.astype(float) for w in starts.weights]
    starts.biases = [b.astype(float) for b in starts.biases]
    losses, gradients = starts.losses_and_gradients(x, y, 0.1)
    if not tanh:
        for s in range(3):
            weights, biases = [w[s] for w in starts.weights], [b[s, 0] for b in starts.biases]
            loss, dweights, dbiases = references.mlp_loss(x, y, weights, biases, 0.1)
            penalty = 0.05 * sum(float(np.sum(w**2)) for w in weights)
            assert losses[s] == pytest.approx(loss - penalty)
            for found, right in zip(gradients, [*dweights, *(db[np.newaxis] for db in dbiases)], strict=True):
                np.testing.assert_allclose(found[s], right, atol=1e-12)
    w, h = starts.weights[0], 1e-6
    w[1, 2, 3] += h
    up = starts.losses_and_gradients(x, y)[0][1]
    w[1, 2, 3] -= 2 * h
    down = starts.losses_and_gradients(x, y)[0][1]
    w[1, 2, 3] += h
    assert gradients[0][1, 2, 3] - 0.1 * w[1, 2, 3] == pytest.approx((up - down) / (2 * h), abs=1e-8)


def test_square_loss_by_hand() -> None:
    losses, d = square_loss(np.array([[[1.0], [3.0]]]), np.array([[0.0], [1.0]]))
    assert losses.tolist() == [2.5]
    assert d.ravel().tolist() == [1.0, 2.0]
    assert softmax_loss(np.zeros((1, 4, 3)), np.zeros(4, dtype=int))[0] == pytest.approx([np.log(3)])


def test_the_loss_of_any_depth_is_that_of_the_fast_network() -> None:
    assert train_beside(mine)


def test_two_units_rarely_learn_xor_and_eight_nearly_always() -> None:
    assert 0.1 < xor.share_found(2) < 0.35
    assert 0.5 < xor.share_found(2, tanh=True) < 0.75
    assert xor.share_found(8) > 0.88
    assert xor.share_found(8, tanh=True) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_overfitting_fifty_images_reveals_only_some_bugs(seed: int) -> None:
    curves = {bug: overfit.curve(mine.run(), bug, seed) for bug in overfit.BUGS}
    healthy, shuffled, shelf, fast, wrong, no_b, no_mask = curves.values()
    assert healthy.accuracy == wrong.accuracy == no_b.accuracy == no_mask.accuracy == 1
    assert shuffled.accuracy < 0.5
    assert shuffled.loss[-1] > 1.9
    assert shelf.loss[-1] > healthy.loss[-1]
    assert fast.accuracy < 0.5
    assert wrong.others < healthy.others - 0.25


def test_the_gradient_check_finds_what_overfitting_does_not() -> None:
    found = {bug: overfit.checked(mine.run(), bug) > 1e-5 for bug in overfit.BUGS}
    assert {bug for bug, wrong in found.items() if wrong.any()} == {"no gradient of b", "no mask in the backward pass"}
    assert found["no gradient of b"].tolist() == [False, False, True, True]
    assert found["no mask in the backward pass"].tolist() == [True, False, True, False]


@pytest.mark.audit
def test_c14_descent_fits_slow_waves_but_not_fast_ones() -> None:
    for waves, found in ((1, True), (4, False)):
        off = fits.largest_errors(lambda x, n=waves: np.sin(n * np.pi * x), 8, ALL, tanh=True, lr=0.03)  # type: ignore[misc]
        assert (np.median(off) < 0.05) == found


@cache
def error(n: int, budget: int, depth: int, seeds: tuple[int, ...]) -> np.ndarray:
    return folds.errors(mine.run(), n, budget, depth, seeds)


@pytest.mark.parametrize("seeds", SETS)
def test_c15_depth_wins_at_four_folds_and_not_at_three(seeds: Sequence[int]) -> None:
    # Five sets of twenty learnt in 35 to 60 % of the starts, and the last bits of a processor's sums choose which.
    deep, flat = (error(4, 1000, depth, tuple(seeds)) for depth in (5, 1))
    assert np.mean(flat < folds.LEARNT) <= 0.1
    assert np.mean(deep < folds.LEARNT) >= np.mean(flat < folds.LEARNT) + 0.25
    deep, flat = (error(3, 300, depth, tuple(seeds)) for depth in (5, 1))
    assert np.mean(flat < folds.LEARNT) >= np.mean(deep < folds.LEARNT) - 0.2
    assert np.mean(flat < folds.LEARNT) >= 0.6


@cache
def on_noisy(width: int, l2: float, seed: int) -> float:
    return spirals.on_noisy(width, l2, seed)[1]


@pytest.mark.audit
def test_c16_recorded_accuracies_are_those_of_twenty_data_sets() -> None:
    for l2, width in ((0.003, 8), (0.0, 4)):
        found = 100 * np.array([on_noisy(width, l2, seed) for seed in range(20)])
        expected = dict(spirals.MEASURED[l2])[width]
        assert (found.mean(), found.std(ddof=1)) == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("seeds", SETS)
def test_c16_a_large_network_needs_its_penalty(seeds: Sequence[int]) -> None:
    mean = {
        (width, l2): np.mean([on_noisy(width, l2, seed) for seed in seeds]) for width in (4, 64) for l2 in (0.0, 0.01)
    }
    assert mean[64, 0.01] > mean[64, 0.0] + 0.05
    assert mean[64, 0.01] > mean[4, 0.0]
    assert mean[64, 0.0] < mean[4, 0.0]


@pytest.mark.audit
def test_c17_small_networks_get_stuck_and_large_ones_do_not() -> None:
    losses = {hidden: spirals.final_losses(hidden) for hidden in spirals.WIDTHS}
    stuck = {hidden: float(np.mean(found > spirals.STUCK)) for hidden, found in losses.items()}
    assert stuck[2] > 0.9
    assert 0.3 < stuck[4] < 0.65
    assert stuck[8] < 0.25
    assert stuck[16] == stuck[64] == 0
    spread = {hidden: found.std() / found.mean() for hidden, found in losses.items()}
    assert spread[4] > 5 * spread[64]
    assert losses[4].min() < 0.04


@pytest.mark.audit
@pytest.mark.parametrize("data", range(1, 5))
def test_c17_holds_on_other_spirals(data: int) -> None:
    stuck = [float(np.mean(spirals.final_losses(h, data=data) > spirals.STUCK)) for h in (4, 16, 64)]
    assert stuck[0] > 0.3
    assert stuck[1:] == [0, 0]


@pytest.mark.audit
def test_c17_stuck_networks_stay_stuck() -> None:
    x, y = spirals.two_arms()
    starts = spirals.many_starts(4, range(50), steps=1000)
    stuck = starts.losses_and_gradients(x.astype(np.float32), y)[0] > spirals.STUCK
    later = starts.train(x, y, 5000, 0.01, cosine=True)
    assert np.mean(later[stuck] > spirals.STUCK) > 0.85


@pytest.mark.parametrize("seeds", SETS)
def test_c37_third_layer_does_not_help_on_digits(seeds: Sequence[int]) -> None:
    one, two, three, six = (
        np.mean([digits.by_layers(mine.run(), hidden, seed) for seed in seeds]) for hidden in (0, 1, 2, 5)
    )
    assert two > one + 0.025
    assert abs(three - two) < 0.01
    assert six < two


@pytest.mark.parametrize("seeds", SETS)
def test_c38_the_error_descends_twice_with_wrong_labels_only(seeds: Sequence[int]) -> None:
    small, worst, large = (float(digits.by_width(h, 0.3, seeds)[1].mean()) for h in (8, 16, 128))
    assert worst < small - 0.02
    assert worst < large - 0.03
    clean = [float(digits.by_width(h, 0.0, seeds)[1].mean()) for h in (4, 8, 16)]
    assert clean == sorted(clean)


@pytest.mark.audit
def test_c38_more_layers_overfit_more_with_right_labels() -> None:
    for hidden, cost in ((64, 0.03), (8, 0.12)):
        one, six = (digits.by_width(hidden, 0.0, ALL, 200, layers=n)[1].mean() for n in (1, 6))
        assert one - six > cost
