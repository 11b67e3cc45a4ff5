"""Lesson 04's references against JAX, NumPy and scikit-learn, and what its checks say of some answers."""

import jax
import numpy as np
import pytest
from lessons.battery import mistake
from sklearn.neural_network import MLPClassifier

from cs231n_lib.lessons.architecture import checks
from cs231n_lib.lessons.architecture.checks import references
from cs231n_lib.lessons.architecture.checks.approximation import kink, network, wave
from cs231n_lib.lessons.architecture.checks.networks import draw
from cs231n_lib.lessons.architecture.checks.sawtooth import sawtooth
from cs231n_lib.lessons.architecture.pictures.pieces import largest_error

jax.config.update("jax_enable_x64", True)


def test_loss_and_gradients_are_those_of_jax():
    x, y, weights, biases = draw(np.random.default_rng(0), 7, (4, 6, 5, 3))

    def loss(weights, biases):
        out = x
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            out = jax.nn.relu(out @ w + b)
        logs = jax.nn.log_softmax(out @ weights[-1] + biases[-1])
        return -logs[np.arange(7), y].mean() + 0.15 * sum((w**2).sum() for w in weights)

    value, found = jax.value_and_grad(loss, argnums=(0, 1))(weights, biases)
    ours, *gradients = references.mlp_loss(x, y, weights, biases, 0.3)
    assert ours == pytest.approx(float(value), rel=1e-12)
    for mine, theirs in zip(gradients, found, strict=True):
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_scores_and_sizes_are_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(30, 5)), np.arange(30) % 3
    peer = MLPClassifier((6, 4), max_iter=2000, tol=0.1, random_state=0).fit(x, y)
    scores = references.mlp_forward(x, peer.coefs_, peer.intercepts_)
    probability = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probability, peer.predict_proba(x), rtol=1e-9)
    count, units, parameters = references.network_size([5, 6, 4, 3])
    assert count == peer.n_layers_ - 1
    assert units == sum(len(b) for b in peer.intercepts_)
    assert parameters == sum(a.size for a in (*peer.coefs_, *peer.intercepts_))


@pytest.mark.parametrize("seed", range(20))
def test_units_needed_allows_any_order_of_operations(seed):
    orders = (
        lambda c, eps, low, high: 0.5 * c * (high - low) / eps,
        lambda c, eps, low, high: (high - low) / eps * c / 2,
        lambda c, eps, low, high: (high - low) / (2 * eps / c) if c else 0.0,
        lambda c, eps, low, high: c / (2 * eps / (high - low)),
    )
    rng = np.random.default_rng(seed)
    for row in checks.units_needed.checks[:2]:
        for drawn in row.cases(rng):
            expected = references.units_needed(*drawn.args)
            assert {max(1, int(np.ceil(pieces(*drawn.args)))) for pieces in orders} == {expected}


@pytest.mark.parametrize("seed", range(5))
def test_the_network_of_relus_is_interpolation(seed):
    for drawn in (wave(np.random.default_rng(seed)), kink(np.random.default_rng(seed))):
        knots = np.linspace(drawn.low, drawn.high, drawn.units + 1)
        x = np.linspace(drawn.low, drawn.high, 777)
        found = network(references.relu_approximation(*drawn.arguments), x)
        np.testing.assert_allclose(found, np.interp(x, knots, drawn.f(knots)), atol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_is_reached_by_a_kink_and_holds_for_waves(seed):
    for drawn, reached in ((kink(np.random.default_rng(seed)), True), (wave(np.random.default_rng(seed)), False)):
        x = np.linspace(drawn.low, drawn.high, 20_001)
        error = np.abs(network(references.relu_approximation(*drawn.arguments), x) - drawn.f(x)).max()
        assert error <= drawn.eps * (1 + 1e-9)
        assert bool(error > 0.999 * drawn.eps) is reached


def test_folded_ten_times_it_has_a_thousand_bends_and_is_exact():
    x = np.linspace(0, 1, 4097)
    out = references.mlp_forward(x[:, np.newaxis], *references.sawtooth_network(10))[:, 0]
    assert np.array_equal(out, sawtooth(x, 10))
    assert np.count_nonzero(np.diff(np.sign(np.diff(out)))) == 1023


def test_no_line_separates_xor():
    rng = np.random.default_rng(0)
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    sides = x @ rng.normal(size=(2, 20_000)) + rng.normal(size=20_000) > 0
    assert (sides == y[:, np.newaxis]).mean(axis=0).max() == 0.75


@pytest.mark.parametrize("function", [references.sawtooth_network, references.xor_weights])
def test_initial_weights_are_new_objects_at_each_call(function):
    arguments = () if function is references.xor_weights else (2,)
    first, again = function(*arguments), function(*arguments)
    assert first is not again


def test_a_split_unit_changes_nothing_and_the_arguments_stay():
    rng = np.random.default_rng(2)
    w1, b1, w2 = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2))
    before = w2.copy()
    wide = references.split_unit(w1, b1, w2, 1, 0.3)
    x = rng.normal(size=(9, 3))
    np.testing.assert_allclose(np.maximum(x @ wide[0] + wide[1], 0) @ wide[2], np.maximum(x @ w1 + b1, 0) @ w2)
    assert np.array_equal(w2, before)


@pytest.mark.parametrize(
    ("exercise", "wrong", "said"),
    [
        ("mlp_loss", "not reversed", "you go through the layers from first to last in the backward pass"),
        ("relu_approximation", "half of the units", "only half as many units as `units_needed` returns"),
        ("xor_weights", "OR", "you compute OR"),
        ("gradient_errors", "mean error", "one wrong entry among many is hidden"),
    ],
)
def test_known_mistake_is_explained_in_the_report(exercise, wrong, said):
    assert said in getattr(checks, exercise)(mistake("architecture", exercise, wrong)).text()


def test_sigmoid_steps_are_refused_for_their_shape():
    def steps(f, lipschitz, eps, low, high):
        n = int(np.ceil(2 * lipschitz / eps))
        return np.ones((1, n)), np.zeros(n), np.zeros((n, 1)), np.zeros(1)

    assert "`w1` has the wrong shape" in checks.relu_approximation(steps).text()


def test_every_draw_counts_and_only_draws_count():
    """The rule holds for random tables, when each network is compared with the best one by itself."""
    rng = np.random.default_rng(3)
    chosen_best = 0
    for _ in range(200):
        parameters = rng.permutation(np.arange(10, 16))
        accuracies, errors = rng.uniform(80, 90, 6), rng.uniform(0.2, 3, 6)
        found, best = references.choose_size(parameters, accuracies, errors), accuracies.argmax()
        z = (accuracies[best] - accuracies) / np.hypot(errors, errors[best])
        assert z[found] <= 2
        assert (z[parameters < parameters[found]] > 2).all()
        chosen_best += found == best
    assert 20 < chosen_best < 180


def test_error_of_a_grid_halves_with_four_times_the_pieces():
    sides = np.array([2, 4, 8, 16])
    np.testing.assert_allclose([largest_error(side) for side in sides], 1 / sides, atol=1e-12)  # ½ C d, with C = 2
