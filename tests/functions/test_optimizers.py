import jax
import numpy as np
import optax
import pytest
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st

from cs231n_lib.functions.optimizers import (
    adagrad,
    adam,
    gradient_descent,
    momentum,
    nesterov,
    nesterov_lookahead,
    rmsprop,
    sgd,
)

jax.config.update("jax_enable_x64", True)

STATES = {sgd: 0, momentum: 1, nesterov: 1, adagrad: 1, rmsprop: 1, adam: 3}


def start(rule, w):
    """The state before the first step."""
    zeros = frozen(np.zeros_like(w), w.dtype)
    return {0: [], 1: [zeros], 3: [zeros, zeros, 0]}[STATES[rule]]


def walk(rule, gradient, w, steps, **options):
    """Every point of ``steps`` updates; each array is frozen before the rule sees it."""
    state, path = start(rule, w), [w]
    for _ in range(steps):
        result = rule(w, frozen(gradient(w), w.dtype), *state, **options)
        w, *state = result if state else [result]
        for array in (w, *state[:2]):
            array.flags.writeable = False
        path.append(w)
    return np.stack(path)


def test_gradient_descent_path_by_hand():
    # f(w) = w0**2 + 4 w1**2 has gradient (2 w0, 8 w1); with lr 1/8 each step keeps 3/4 of w0 and none of w1.
    w, path = gradient_descent(lambda w: np.array([2, 8]) * w, frozen([16.0, 3.0]), lr=0.125, steps=2)
    assert path.tolist() == [[16, 3], [12, 0], [9, 0]]
    assert w.tolist() == [9, 0]


def test_gradient_descent_keeps_shape_and_float32():
    w, path = gradient_descent(lambda w: w, np.ones((2, 3), dtype=np.float32), lr=0.5, steps=4)
    assert w.shape == (2, 3)
    assert path.shape == (5, 2, 3)
    assert w.dtype == path.dtype == np.float32


# optax's momentum is a sum of gradients t, ours a velocity v = -lr * t; at a constant rate both walk the same way. Its
# Adagrad starts the sum at 0.1 and puts eps inside the root, so there both eps are too small to count.
PEERS = {
    "sgd": (sgd, {"lr": 0.03}, optax.sgd(0.03)),
    "momentum": (momentum, {"lr": 0.03, "mu": 0.8}, optax.sgd(0.03, momentum=0.8)),
    "nesterov": (nesterov, {"lr": 0.03, "mu": 0.8}, optax.sgd(0.03, momentum=0.8, nesterov=True)),
    "adagrad": (adagrad, {"lr": 0.1, "eps": 1e-30}, optax.adagrad(0.1, initial_accumulator_value=0.0, eps=1e-60)),
    "rmsprop": (rmsprop, {"lr": 0.1, "decay": 0.9, "eps": 1e-3}, optax.rmsprop(0.1, 0.9, eps=1e-3, eps_in_sqrt=False)),
    "adam": (
        adam,
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3},
        optax.adam(0.1, b1=0.8, b2=0.95, eps=1e-3),
    ),
}


@pytest.mark.parametrize(("rule", "options", "peer"), PEERS.values(), ids=PEERS)
def test_fifty_steps_against_optax(rule, options, peer):
    def gradient(w):
        return np.sin(3 * w) + w**3

    w = frozen_normal(4, 3)
    ours = walk(rule, gradient, w, steps=50, **options)
    state = peer.init(w)
    for theirs in ours[1:]:
        updates, state = peer.update(np.asarray(gradient(w)), state, w)
        w = np.asarray(optax.apply_updates(w, updates))
        np.testing.assert_allclose(theirs, w, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rule", STATES)
def test_update_rules_keep_shape_and_dtype_of_their_state(rule):
    w = frozen_normal(2, 3, dtype=np.float32)
    result = rule(w, w, *start(rule, w), lr=0.1)
    for array in (result,) if rule is sgd else result[:-1] if rule is adam else result:
        assert array.shape == (2, 3)
        assert array.dtype == np.float32


@pytest.mark.parametrize("rule", STATES)
@given(scale=st.floats(1e-3, 1e3), sign=st.sampled_from([-1, 1]))
def test_the_first_step_goes_downhill(rule, scale, sign):
    w, dw = frozen([1.0]), frozen([sign * scale])
    (_, moved) = walk(rule, lambda w: dw, w, steps=1, lr=0.1)
    assert np.sign(moved - w) == -sign


@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 1000))
def test_adam_is_invariant_to_the_scale_of_the_loss(scale, seed):
    gradients = np.random.default_rng(seed).standard_normal((10, 3)) + 0.1
    state = scaled = [np.zeros(3)] * 3 + [0]
    for dw in gradients:
        state = list(adam(state[0], dw, *state[1:], lr=0.1, eps=1e-300))
        scaled = list(adam(scaled[0], scale * dw, *scaled[1:], lr=0.1, eps=1e-300))
    np.testing.assert_allclose(scaled[0], state[0], rtol=1e-9)


@given(lr=st.floats(1e-3, 0.2), mu=st.floats(0, 0.95), seed=st.integers(0, 1000))
def test_both_forms_of_nesterov_visit_the_same_points(lr, mu, seed):
    curvature = np.array([1.0, 5.0])
    theta = w = np.random.default_rng(seed).standard_normal(2)
    v_theta = v = np.zeros(2)
    for _ in range(20):
        theta, v_theta = nesterov_lookahead(theta, lambda w: curvature * w, v_theta, lr, mu)
        w, v = nesterov(w, curvature * w, v, lr, mu)
        np.testing.assert_allclose(w, theta + mu * v_theta, atol=1e-12)
        np.testing.assert_allclose(v, v_theta, atol=1e-12)


def test_velocity_under_a_constant_gradient_tends_to_ten_steps():
    path = walk(momentum, lambda w: np.ones(1), frozen([0.0]), steps=300, lr=0.5, mu=0.9)
    assert path[-1] - path[-2] == pytest.approx(-5.0, rel=1e-9)


def test_adagrad_stalls_where_rmsprop_goes_on():
    # Under a constant gradient of 1 the k-th step of Adagrad is lr/sqrt(k); RMSProp's mean tends to 1, its step to lr.
    stalled = np.diff(walk(adagrad, lambda w: np.ones(1), frozen([0.0]), steps=400, lr=0.1), axis=0)
    steady = np.diff(walk(rmsprop, lambda w: np.ones(1), frozen([0.0]), steps=400, lr=0.1, decay=0.9), axis=0)
    np.testing.assert_allclose(stalled[[0, 3, 99, 399], 0], [-0.1, -0.05, -0.01, -0.005], rtol=1e-6)
    assert steady[-1, 0] == pytest.approx(-0.1, rel=1e-6)


def bowl(w):
    return 2 * (w - 1)


def ravine(w):
    return np.array([1.0, 50.0]) * (w - 1)


def rosenbrock(w):
    valley = w[1] - w[0] ** 2
    return np.array([2 * (w[0] - 1) - 40 * w[0] * valley, 20 * valley])  # (1 - x)**2 + 10 (y - x**2)**2


SURFACES = {"bowl": (bowl, 600), "ravine": (ravine, 1000), "Rosenbrock": (rosenbrock, 4000)}
# A constant rate lets Adam and RMSProp rattle about the minimum at a distance of the order of their rate.
RACERS = {
    "sgd": (sgd, {"lr": 0.01}, 1e-4),
    "momentum": (momentum, {"lr": 0.005}, 1e-6),
    "nesterov": (nesterov, {"lr": 0.005}, 1e-6),
    "adagrad": (adagrad, {"lr": 0.5}, 1e-4),
    "rmsprop": (rmsprop, {"lr": 0.005}, 5e-3),
    "adam": (adam, {"lr": 0.02}, 1e-4),
}


@pytest.mark.parametrize(("gradient", "steps"), SURFACES.values(), ids=SURFACES)
@pytest.mark.parametrize(("rule", "options", "distance"), RACERS.values(), ids=RACERS)
def test_every_rule_reaches_the_minimum(rule, options, distance, gradient, steps):
    path = walk(rule, gradient, frozen([-0.5, 0.5]), steps, **options)
    np.testing.assert_allclose(path[-1], [1, 1], rtol=0, atol=distance)


W = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: sgd(W, W.T, 0.1), ValueError, r"sgd: dw has shape \(3, 2\) but w has \(2, 3\)"),
        (lambda: sgd(W, W * np.inf, 0.1), ValueError, r"sgd: dw holds inf at index \(0, 0\)"),
        (lambda: sgd(W, W, -0.1), ValueError, r"lr is -0\.1. It must be a number of at least 0"),
        (lambda: sgd(W.astype(int), W, 0.1), TypeError, "w has dtype int64"),
        (lambda: momentum(W, W, 0.0, 0.1), TypeError, "v is float. Pass a NumPy array"),
        (lambda: momentum(W, W, W, 0.1, mu=1.0), ValueError, r"mu is 1\.0. It must be a decay rate in \[0, 1\)"),
        (lambda: nesterov(W, W, W, 0.1, mu=-0.1), ValueError, r"mu is -0\.1"),
        (lambda: nesterov_lookahead(W, W, W, 0.1), TypeError, "gradient is ndarray. Pass the function itself"),
        (lambda: adagrad(W, W, -W, 0.1), ValueError, r"cache holds -1\.0 but its entries are squares"),
        (lambda: rmsprop(W, W, W, 0.1, decay=99), ValueError, "decay is 99"),
        (lambda: rmsprop(W, W, W, 0.1, eps=0.0), ValueError, r"eps is 0\.0"),
        (lambda: adam(W, W, W, W, -1), ValueError, "t is -1. It must be the number of updates so far"),
        (lambda: adam(W, W, W, W, 1.0), TypeError, r"t is float 1\.0"),
        (lambda: adam(W, W, W, W[0], 0), ValueError, r"v has shape \(3,\) but w has \(2, 3\)"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
