"""The network against JAX, against the pure functions composed, and by properties of dropout and batch norm."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import logsumexp

from cs231n_lib.functions import activations, layers, losses, regularizers
from cs231n_lib.network import MLP
from cs231n_lib.network.activations import ACTIVATIONS, ReLU
from cs231n_lib.network.layers import BatchNorm, Dropout

jax.config.update("jax_enable_x64", True)

OPTIONS = list(product(ACTIVATIONS, (False, True), (0.0, 0.25), (0.0, 0.02), (0.0, 0.01)))


def data(n=7, d=5, k=3, dtype=np.float64):
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((n, d)).astype(dtype), rng.integers(0, k, n)
    x.setflags(write=False)
    y.setflags(write=False)
    return x, y


def network(activation="relu", batch_norm=False, drop_prob=0.0, l2=0.0, l1=0.0, dtype=np.float64, sizes=(5, 6, 4, 3)):
    rng = np.random.default_rng(2)
    net = MLP(sizes, activation, batch_norm=batch_norm, drop_prob=drop_prob, l2=l2, l1=l1, dtype=dtype, rng=rng)
    for vector in (*net.biases, *net.scales):
        vector += 0.3 * rng.standard_normal(vector.shape)
    return net


def masks(net, batch):
    """What each dropout layer multiplied by in the last pass."""
    first, rest, _ = net._pass(batch)
    stages = [first, *rest]
    return [layer.mask * layer.scale for layer in stages if isinstance(layer, Dropout)]


JAX_ACTIVATIONS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "maxout": lambda z: jnp.maximum(*jnp.split(z, 2, axis=1)),
}


def jax_loss(parameters, net, activation, x, y, kept):
    weights, biases, scales = parameters
    h = x
    for i, w in enumerate(weights[:-1]):
        z = h @ w
        if net.batch_norm:
            z = jax.nn.standardize(z, axis=0, epsilon=1e-5) * scales[i]
        h = JAX_ACTIVATIONS[activation](z + biases[i])
        h = h * kept[i] if kept else h
    scores = h @ weights[-1] + biases[-1]
    picked = jax.nn.log_softmax(scores)[jnp.arange(len(y)), y]
    penalty = sum(0.5 * net.l2 * jnp.sum(w**2) + net.l1 * jnp.sum(jnp.abs(w)) for w in weights)
    return -jnp.mean(picked) + penalty


@pytest.mark.slow
@pytest.mark.parametrize(("activation", "batch_norm", "drop_prob", "l2", "l1"), OPTIONS)
def test_loss_and_gradient_equal_those_of_jax(activation, batch_norm, drop_prob, l2, l1):
    net, (x, y) = network(activation, batch_norm, drop_prob, l2, l1), data()
    loss, gradient = net.loss_and_gradient(x, y)
    kept = masks(net, len(x))
    parameters = (
        [jnp.array(w) for w in net.weights],
        list(map(jnp.array, net.biases)),
        list(map(jnp.array, net.scales)),
    )
    expected, gradients = jax.value_and_grad(jax_loss)(parameters, net, activation, x, y, kept)
    assert loss == pytest.approx(float(expected), rel=1e-12)
    flat = np.concatenate([np.ravel(g) for group in gradients for g in group])
    np.testing.assert_allclose(gradient, flat, rtol=0, atol=1e-12)


class Replay(np.random.Generator):
    """A generator whose uniform numbers drop exactly what ``kept`` says was dropped."""

    def __init__(self, kept):
        super().__init__(np.random.PCG64())
        self.kept = kept

    def random(self, shape):
        assert shape == self.kept.shape
        return np.where(self.kept, 0.999, 0.0)


def compose(net, activation, x, y, kept):
    """Loss and gradients of ``net`` by the pure functions."""
    forward, backward = (getattr(activations, f"{activation}_{way}") for way in ("forward", "backward"))
    caches, h = [], x
    for i, w in enumerate(net.weights[:-1]):
        bias = np.zeros(w.shape[1]) if net.batch_norm else net.biases[i]
        h, affine = layers.affine_forward(h, w, bias)
        norm = dropout = None
        if net.batch_norm:
            start = np.zeros(w.shape[1]), np.ones(w.shape[1])
            h, norm, *_ = layers.batchnorm_forward(h, net.scales[i], net.biases[i], *start)
        h, active = forward(h)
        if kept:
            h, dropout = layers.inverted_dropout_forward(h, net.drop_prob, Replay(kept[i]))
        caches.append((affine, norm, active, dropout))
    scores, last = layers.affine_forward(h, net.weights[-1], net.biases[-1])
    loss, dscores = losses.softmax_cross_entropy(scores, y)
    dh, dw, db = layers.affine_backward(dscores, last)
    dweights, dbiases, dscales = [dw], [db], []
    for affine, norm, active, dropout in reversed(caches):
        dh = backward(dh if dropout is None else layers.inverted_dropout_backward(dh, dropout), active)
        if norm is not None:
            dh, dgamma, dbeta = layers.batchnorm_backward(dh, norm)
            dscales.insert(0, dgamma)
        dh, dw, db = layers.affine_backward(dh, affine)
        dweights.insert(0, dw)
        dbiases.insert(0, db if norm is None else dbeta)
    for penalty, strength in ((regularizers.l2, net.l2), (regularizers.l1, net.l1)):
        for w, dw in zip(net.weights, dweights, strict=True):
            value, gradient = penalty(w, strength)
            loss += value
            dw += gradient
    return loss, np.concatenate([g.ravel() for g in (*dweights, *dbiases, *dscales)])


@pytest.mark.parametrize(("activation", "batch_norm", "drop_prob", "l2", "l1"), OPTIONS)
def test_gradient_equals_composed_pure_functions(activation, batch_norm, drop_prob, l2, l1):
    net, (x, y) = network(activation, batch_norm, drop_prob, l2, l1), data()
    loss, gradient = net.loss_and_gradient(x, y)
    expected, composed = compose(net, activation, x, y, [kept > 0 for kept in masks(net, len(x))])
    assert loss == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(gradient, composed, rtol=0, atol=1e-12)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_predict_equals_composed_pure_functions(activation, batch_norm):
    net, (x, y) = network(activation, batch_norm, drop_prob=0.5), data()
    for _ in range(3):
        net.loss_and_gradient(x, y)
    h, start = x, 0
    for i, w in enumerate(net.weights[:-1]):
        h, _ = layers.affine_forward(h, w, np.zeros(w.shape[1]) if batch_norm else net.biases[i])
        if batch_norm:
            running = net.running[start : start + 2 * w.shape[1]].reshape(2, -1)
            start += running.size
            h = layers.batchnorm_inference(h, net.scales[i], net.biases[i], *running)
        h, _ = getattr(activations, f"{activation}_forward")(h)
    expected, _ = layers.affine_forward(h, net.weights[-1], net.biases[-1])
    np.testing.assert_allclose(net.predict(x), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_equals_numerical_gradient(activation):
    net, (x, y) = network(activation, batch_norm=True, l2=0.1), data()
    gradient = net.loss_and_gradient(x, y)[1].copy()
    direction = np.random.default_rng(3).standard_normal(gradient.shape)
    start, h, losses = net.parameters.copy(), 1e-6, []
    for sign in (1, -1):
        net.parameters[:] = start + sign * h * direction
        losses.append(net.loss_and_gradient(x, y)[0])
    assert (losses[0] - losses[1]) / (2 * h) == pytest.approx(gradient @ direction, rel=1e-7)


def test_loss_equals_hand_computation():
    net = MLP((2, 2, 2), rng=np.random.default_rng(0), dtype=np.float64)
    net.weights[0][:] = [[1, -1], [2, 1]]
    net.weights[1][:] = [[1, 0], [0, 1]]
    net.biases[0][:] = [0.5, -0.5]
    x = np.array([[1.0, 1.0]])
    # hidden (3.5, max(0, -0.5)) = (3.5, 0), so the scores are (3.5, 0)
    np.testing.assert_array_equal(net.predict(x), [[3.5, 0.0]])
    loss, _ = net.loss_and_gradient(x, np.array([0]))
    assert loss == pytest.approx(np.log1p(np.exp(-3.5)), rel=1e-12)
    p = 1 / (1 + np.exp(3.5))
    dw0, dw1 = net.gradient[:4].reshape(2, 2), net.gradient[4:8].reshape(2, 2)
    np.testing.assert_allclose(dw1, [[-3.5 * p, 3.5 * p], [0, 0]], rtol=1e-12)
    np.testing.assert_allclose(dw0, [[-p, 0], [-p, 0]], rtol=1e-12)


def test_he_initialisation_keeps_variance_of_large_relu_layers():
    x = np.random.default_rng(0).standard_normal((2000, 400))
    net = MLP((400, 400, 400, 400), rng=np.random.default_rng(1), dtype=np.float64)
    second_moment = np.mean(net.predict(x) ** 2)
    assert 1.6 < second_moment < 2.4  # He: every affine output keeps the variance 2 · E[relu(z)²] = E[z²]


def test_float32_agrees_with_float64():
    x, y = data()
    wide, narrow = network("tanh", batch_norm=True), network("tanh", batch_norm=True, dtype=np.float32)
    loss, gradient = narrow.loss_and_gradient(x, y)
    assert gradient.dtype == narrow.predict(x).dtype == np.float32
    assert loss == pytest.approx(wide.loss_and_gradient(x, y)[0], rel=1e-5)
    np.testing.assert_allclose(gradient, wide.gradient, rtol=0, atol=1e-5)


def test_extreme_inputs_stay_finite():
    for activation in ACTIVATIONS:
        net = network(activation)
        loss, gradient = net.loss_and_gradient(np.full((2, 5), 1000.0), np.array([0, 1]))
        assert np.isfinite(loss)
        assert np.isfinite(gradient).all()


def test_predict_does_not_depend_on_block_size():
    net = network("tanh", batch_norm=True, drop_prob=0.5)
    x = np.random.default_rng(0).standard_normal((1100, 5))
    whole = net.predict(x)
    np.testing.assert_allclose(whole[[0, 600, 1099]], net.predict(x[[0, 600, 1099]]), rtol=1e-12)
    np.testing.assert_array_equal(whole, net.predict(x))
    assert whole.shape == (1100, 3)


def test_gradients_do_not_depend_on_earlier_batch_sizes():
    net = network()
    for n in (3, 5, 7, 9, 11, 13, 3, 7):
        x, y = data(n)
        np.testing.assert_array_equal(net.loss_and_gradient(x, y)[1], network().loss_and_gradient(x, y)[1])


def test_doubled_batch_has_same_loss_and_gradient():
    net, (x, y) = network("sigmoid"), data()
    loss, gradient = net.loss_and_gradient(x, y)
    gradient = gradient.copy()
    twice, doubled = net.loss_and_gradient(np.concatenate([x, x]), np.concatenate([y, y]))
    assert twice == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(doubled, gradient, rtol=0, atol=1e-15)


def test_running_statistics_converge_to_data_statistics():
    net = MLP((3, 4, 2), batch_norm=True, dtype=np.float64, rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    for _ in range(200):
        net.loss_and_gradient(rng.standard_normal((500, 3)) * 2 + 1, rng.integers(0, 2, 500))
    mean, variance = net.running.reshape(2, 4)
    np.testing.assert_allclose(mean, net.weights[0].sum(axis=0), atol=0.15)
    np.testing.assert_allclose(variance, 4 * np.sum(net.weights[0] ** 2, axis=0), rtol=0.1)


def test_predict_agrees_with_training_after_convergence():
    net, (x, y) = network("tanh", batch_norm=True), data()
    for _ in range(400):
        loss, _ = net.loss_and_gradient(x, y)
    scores = net.predict(x)
    assert np.mean(logsumexp(scores, axis=1) - scores[np.arange(len(y)), y]) == pytest.approx(loss, rel=1e-12)


def batch_norm(batch, features):
    """A layer and the arrays it was given: γ, dγ, β, dβ, running mean and variance."""
    rng = np.random.default_rng(3)
    gamma, beta, mean = rng.standard_normal((3, features))
    dgamma, dbeta, running = np.empty(features), np.empty(features), np.array([mean, mean**2])
    return BatchNorm(batch, (gamma, dgamma), (beta, dbeta), running), (gamma, dgamma, beta, dbeta, running)


def test_batch_norm_standardises_its_output():
    layer, (gamma, _, beta, _, _) = batch_norm(50, 4)
    gamma[:], beta[:] = 1, 0
    y = layer.forward(np.random.default_rng(1).standard_normal((50, 4)) * 30 + 7)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(y.std(axis=0), 1, rtol=1e-7)


@pytest.mark.parametrize(
    ("batch", "features", "rows"),
    [(1, 4, 1), (7, 5, 7), (96, 512, 16), (101, 512, 101), (2, 9000, 1)],
    ids=["one example", "one block", "six blocks", "a prime batch", "long rows"],
)
def test_blocked_batch_norm_equals_pure_functions(batch, features, rows):
    layer, (gamma, dgamma, beta, dbeta, running) = batch_norm(batch, features)
    assert layer.repeated.shape == (rows, features)
    x, dy = np.random.default_rng(4).standard_normal((2, batch, features))
    expected, cache, *statistics = layers.batchnorm_forward(x, gamma, beta, *running)
    gradients = layers.batchnorm_backward(dy, cache)
    np.testing.assert_allclose(layer.forward(x.copy()), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(running, statistics, rtol=1e-12)
    for found, right in zip((layer.backward(dy.copy()), dgamma, dbeta), gradients, strict=True):
        np.testing.assert_allclose(found, right, rtol=0, atol=1e-11)


@pytest.mark.parametrize("drop_prob", [0.001, 0.25, 0.5, 0.9])
def test_dropout_keeps_its_rate_and_the_expectation(drop_prob):
    layer = Dropout(1000, 1000, drop_prob, np.random.Generator(np.random.SFC64(0)), np.float64)
    out = layer.forward(np.ones((1000, 1000)))
    error = np.sqrt(drop_prob / (1 - drop_prob) / out.size)
    assert abs(out.mean() - 1) < 5 * error
    assert abs(np.mean(out == 0) - drop_prob) < 5 * np.sqrt(drop_prob * (1 - drop_prob) / out.size) + 2**-17
    assert abs(np.corrcoef(layer.mask[:-1].ravel(), layer.mask[1:].ravel())[0, 1]) < 5e-3
    np.testing.assert_array_equal(layer.backward(np.ones((1000, 1000))), out)


def test_dropout_redraws_masks_and_predict_draws_none():
    net, (x, y) = network(drop_prob=0.5), data()
    first = net.loss_and_gradient(x, y)[0]
    same = network(drop_prob=0.5)
    same.predict(x)
    assert same.loss_and_gradient(x, y)[0] == first
    assert same.loss_and_gradient(x, y)[0] != first


def test_dead_fraction_counts_units_that_are_always_zero():
    net = MLP((5, 4, 6, 3), rng=np.random.default_rng(0), dtype=np.float64)
    x, _ = data(600)
    assert net.dead_fraction(x) == 0
    net.biases[1][:3] = -1000
    assert net.dead_fraction(x) == pytest.approx(0.3)
    assert MLP((5, 3), rng=np.random.default_rng(0)).dead_fraction(x) == 0


def test_parameters_are_views():
    net = network("maxout", batch_norm=True)
    assert net.parameters.size == sum(v.size for v in (*net.weights, *net.biases, *net.scales))
    assert [w.shape for w in net.weights] == [(5, 12), (6, 8), (4, 3)]
    net.parameters[:] = 7
    assert all((v == 7).all() for v in (*net.weights, *net.biases, *net.scales, net.weight_vector))


def test_state_is_restored_completely():
    net, (x, y) = network(batch_norm=True, drop_prob=0.5), data()
    net.loss_and_gradient(x, y)
    state = {name: value.copy() for name, value in net.state_dict().items()}
    expected = net.loss_and_gradient(x, y)[0], net.predict(x)
    other = MLP((5, 6, 4, 3), batch_norm=True, drop_prob=0.5, dtype=np.float64, rng=np.random.default_rng(9))
    other.load_state_dict(state)
    np.testing.assert_equal((other.loss_and_gradient(x, y)[0], other.predict(x)), expected)
    with pytest.raises(ValueError, match="load_state_dict: MLP"):
        network().load_state_dict(state)


def test_custom_activation_and_initializer_are_used():
    net = MLP((2, 3, 2), ReLU, initializer=lambda i, o, rng: np.full((i, o), 0.5), rng=np.random.default_rng(0))
    assert "relu" in repr(net)
    assert all((w == 0.5).all() for w in net.weights)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": (3,)}, "sizes is"),
        ({"sizes": (3, 0, 2)}, "sizes is"),
        ({"sizes": (3, 2.5, 2)}, "sizes is"),
        ({"activation": "gelu"}, "'gelu'. Pass one of sigmoid, tanh, relu, leaky_relu, maxout"),
        ({"activation": int}, "activation is"),
        ({"drop_prob": 1.0}, "drop_prob is 1.0"),
        ({"l2": -0.1}, "l2 is -0.1"),
        ({"l1": np.nan}, "l1 is nan"),
        ({"dtype": np.int64}, "MLP: dtype is int64"),
        ({"rng": 0}, "rng is int"),
        ({"initializer": lambda i, o, rng: np.zeros((o, i))}, "initializer returned shape"),
    ],
)
def test_invalid_options_are_refused(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        MLP(**({"sizes": (3, 4, 2), "rng": np.random.default_rng(0)} | arguments))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((2, 4)), np.zeros(2, int), "x has 4 features .* the network has 5"),
        (np.ones(5), np.zeros(1, int), r"x has shape \(5,\)"),
        (np.ones((2, 5), int), np.zeros(2, int), "x has dtype int64"),
        (np.ones((0, 5)), np.zeros(0, int), "x is empty"),
        (np.full((2, 5), np.nan), np.zeros(2, int), "x holds nan at index"),
        (np.ones((2, 5)), np.zeros(3, int), "y has 3 examples"),
        (np.ones((2, 5)), np.zeros(2), "y has dtype float64"),
        (np.ones((2, 5)), np.array([0, 3]), "y holds the label 3. With 3 classes"),
        (np.ones((2, 5)), np.array([0, -1]), "y holds the label -1"),
    ],
)
def test_invalid_data_is_refused(x, y, message):
    with pytest.raises((TypeError, ValueError), match="loss_and_gradient: " + message):
        network().loss_and_gradient(x, y)


def test_predict_refuses_invalid_data():
    with pytest.raises(ValueError, match="predict: x has 4 features"):
        network().predict(np.ones((2, 4)))
