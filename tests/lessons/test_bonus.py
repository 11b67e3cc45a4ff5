"""The right answers of the bonus exercises beside their peers: JAX, optax, SciPy, and numbers worked by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.special

from cs231n_lib.lessons.activations.checks.references import gelu
from cs231n_lib.lessons.backpropagation.checks.references import huber_loss
from cs231n_lib.lessons.initialization.checks.references import layernorm
from cs231n_lib.lessons.optimization.checks.references import complex_step_gradient
from cs231n_lib.lessons.regularization.checks.references import mixup
from cs231n_lib.lessons.update_rules.checks.references import adamw

jax.config.update("jax_enable_x64", True)


@pytest.fixture(params=[0, 1, 2])
def rng(request):
    return np.random.default_rng(request.param)


def test_complex_step_is_jaxs_gradient_to_the_last_digits(rng):
    def f(z, lib):
        return lib.sum(lib.exp(lib.sin(z)) * z**2) / (1 + lib.sum(z**2))

    x = rng.normal(size=(2, 3))
    ours = complex_step_gradient(lambda z: f(z, np), x)
    assert np.allclose(ours, jax.grad(lambda z: f(z, jnp))(x), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.0])
def test_huber_is_scipys_and_its_gradient_jaxs(rng, delta):
    scores, y = rng.normal(size=(2, 5, 3))
    loss, dscores = huber_loss(scores, y, delta)
    assert loss == pytest.approx(scipy.special.huber(delta, scores - y).sum() / 5, rel=1e-13)
    theirs = jax.grad(lambda s: optax.huber_loss(s, y, delta=delta).sum() / 5)(scores)
    assert np.allclose(dscores, theirs, rtol=1e-12)


def test_gelu_is_jaxs_and_near_the_exact_one(rng):
    x, dout = rng.normal(scale=2, size=(2, 4, 3))
    out, dx = gelu(x, dout)
    theirs, back = jax.vjp(lambda x: jax.nn.gelu(x, approximate=True), x)
    assert np.allclose(out, theirs, rtol=1e-12, atol=1e-15)
    assert np.allclose(dx, back(dout)[0], rtol=1e-10, atol=1e-14)
    assert np.abs(out - x * scipy.special.ndtr(x)).max() < 5e-4


def test_layernorm_and_its_gradients_equal_those_of_jax(rng):
    x, dout = rng.normal(size=(2, 5, 4))
    gamma, beta = rng.normal(size=(2, 4))

    def theirs(x, gamma, beta):
        return gamma * jax.nn.standardize(x, axis=1, epsilon=1e-3) + beta

    out, back = jax.vjp(theirs, x, gamma, beta)
    for ours, peer in zip(layernorm(x, gamma, beta, dout, 1e-3), (out, *back(dout)), strict=True):
        assert np.allclose(ours, peer, rtol=1e-10, atol=1e-12)


def test_mixup_equals_hand_computation(rng):
    """A generator that gives 0.75 and the order 2, 0, 1."""

    class Given:
        def beta(self, a, b):
            assert a == b == 0.2
            return 0.75

        def permutation(self, n):
            return np.array([2, 0, 1])[:n]

    x = np.array([[4.0, 0], [8, 4], [0, 16]])
    mixed, targets = mixup(x, np.array([0, 3, 3]), 4, 0.2, Given())
    assert np.array_equal(mixed, [[3, 4], [7, 3], [2, 13]])
    assert np.array_equal(targets, [[0.75, 0, 0, 0.25], [0.25, 0, 0, 0.75], [0, 0, 0, 1]])
    mixed, targets = mixup(rng.normal(size=(6, 2)), np.arange(6), 6, 0.2, rng)
    assert np.allclose(targets.sum(axis=0), 1)
    assert np.allclose(targets.sum(axis=1), 1)


def test_adamw_is_optaxs_with_its_schedule(rng):
    steps, warm_up, lr = 12, 4, 0.1
    rate = optax.warmup_cosine_decay_schedule(0.0, lr, warm_up, steps)
    transform = optax.adamw(lambda count: rate(count + 1), weight_decay=0.2)  # optax counts from 0
    w = rng.normal(size=(2, 3))
    theirs, state = jnp.asarray(w), transform.init(jnp.asarray(w))
    m, v, t = np.zeros_like(w), np.zeros_like(w), 0
    for dw in rng.normal(size=(steps, 2, 3)):
        w, m, v, t = adamw(w, dw, m, v, t, lr, warm_up, steps, weight_decay=0.2)
        update, state = transform.update(jnp.asarray(dw), state, theirs)
        theirs = optax.apply_updates(theirs, update)
        assert np.allclose(w, theirs, rtol=1e-9)
