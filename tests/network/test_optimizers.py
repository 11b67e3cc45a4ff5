"""The in-place rules against optax, and the guard against denormal numbers as a property."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from cs231n_lib.functions import optimizers
from cs231n_lib.functions import optimizers as adaptive
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import CHUNK, SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, RMSProp

jax.config.update("jax_enable_x64", True)

RULES = {
    "sgd": (lambda: SGD(0.05), optax.sgd(0.05)),
    "momentum": (lambda: Momentum(0.05, 0.8), optax.sgd(0.05, momentum=0.8)),
    "nesterov": (lambda: Nesterov(0.05, 0.8), optax.sgd(0.05, momentum=0.8, nesterov=True)),
    "rmsprop": (
        lambda: RMSProp(0.05, 0.95, 1e-6),
        optax.rmsprop(0.05, decay=0.95, eps=1e-6, eps_in_sqrt=False),
    ),
    "adam": (lambda: Adam(0.05, 0.8, 0.95, 1e-6), optax.adam(0.05, b1=0.8, b2=0.95, eps=1e-6)),
    "adamw": (
        lambda: AdamW(0.05, 0.8, 0.95, 1e-6, 0.1),
        optax.adamw(0.05, b1=0.8, b2=0.95, eps=1e-6, weight_decay=0.1),
    ),
}


def bowl(size, dtype=np.float64):
    """A network-like pair of vectors, and the gradient of a bowl that is not round."""
    rng = np.random.default_rng(0)
    net = SimpleNamespace(parameters=rng.standard_normal(size).astype(dtype), gradient=np.zeros(size, dtype))
    curvature = rng.uniform(0.1, 3, size).astype(dtype)
    return net, lambda w: curvature * w


@pytest.mark.parametrize("name", RULES)
def test_50_steps_equal_optax(name):
    make, peer = RULES[name]
    net, gradient = bowl(CHUNK + 5)  # two chunks
    w = jnp.array(net.parameters.copy())  # JAX copies in the background, while the steps change their vector
    state = peer.init(w)
    optimizer = make()
    optimizer.bind(net)
    for _ in range(50):
        net.gradient[:] = gradient(net.parameters)
        optimizer.step()
        updates, state = peer.update(gradient(w), state, w)
        w = optax.apply_updates(w, updates)
    np.testing.assert_allclose(net.parameters, w, rtol=0, atol=1e-12)


ZERO = np.zeros(9)
PURE_RULES = {  # name: rule, its settings, its state before the first step
    "sgd": (optimizers.sgd, {"lr": 0.05}, ()),
    "momentum": (optimizers.momentum, {"lr": 0.05, "mu": 0.8}, (ZERO,)),
    "nesterov": (optimizers.nesterov, {"lr": 0.05, "mu": 0.8}, (ZERO,)),
    "adagrad": (adaptive.adagrad, {"lr": 0.05, "eps": 1e-6}, (ZERO,)),
    "rmsprop": (adaptive.rmsprop, {"lr": 0.05, "decay": 0.95, "eps": 1e-6}, (ZERO,)),
    "adam": (adaptive.adam, {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "eps": 1e-6}, (ZERO, ZERO, 0)),
}


@pytest.mark.parametrize("name", PURE_RULES)
def test_200_steps_equal_the_pure_rule(name):
    net, gradient = bowl(9)
    optimizer = RULES[name][0]() if name in RULES else Adagrad(0.05, 1e-6)
    optimizer.bind(net)
    rule, settings, state = PURE_RULES[name]
    w = net.parameters.copy()
    for _ in range(200):
        net.gradient[:] = gradient(net.parameters)
        optimizer.step()
        result = rule(w, gradient(w), *state, **settings)
        w, *state = result if state else (result,)
    np.testing.assert_allclose(net.parameters, w, rtol=0, atol=1e-12)


def test_adagrad_equals_hand_computation():
    # optax starts its sum of squares at 0.1 and puts eps under the root, so this one is worked out by hand
    net = SimpleNamespace(parameters=np.array([1.0, 1.0]), gradient=np.array([3.0, 0.0]))
    optimizer = Adagrad(0.1)
    optimizer.bind(net)
    optimizer.step()
    np.testing.assert_allclose(net.parameters, [0.9, 1.0], atol=1e-9)
    net.gradient[:] = [4.0, 2.0]
    optimizer.step()
    np.testing.assert_allclose(net.parameters, [0.9 - 0.1 * 4 / 5, 0.9], atol=1e-9)


@pytest.mark.parametrize(
    ("make", "lr"), [(SGD, 0.2), (Momentum, 0.1), (Nesterov, 0.1), (Adagrad, 0.5), (RMSProp, 0.02), (Adam, 0.05)]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_rule_minimises_a_quadratic(make, lr, dtype):
    net, gradient = bowl(50, dtype)
    start = np.abs(net.parameters).max()
    optimizer = make(lr=lr)
    optimizer.bind(net)
    for _ in range(600):
        net.gradient[:] = gradient(net.parameters)
        optimizer.step()
    assert net.parameters.dtype == dtype
    assert np.abs(net.parameters).max() < 0.01 * start


def test_new_learning_rate_applies_to_next_step():
    net = SimpleNamespace(parameters=np.zeros(1), gradient=np.ones(1))
    optimizer = SGD(1.0)
    optimizer.bind(net)
    optimizer.step()
    optimizer.lr = 0.25
    optimizer.step()
    assert net.parameters[0] == -1.25


def subnormal(vector):
    return int(np.sum((vector != 0) & (np.abs(vector) < np.finfo(vector.dtype).tiny)))


@pytest.mark.parametrize("make", [Momentum, Nesterov, RMSProp, Adam])
@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1.0, 1e6])
def test_dead_unit_leaves_no_denormals(make, scale):
    net = SimpleNamespace(parameters=np.ones(64, np.float32), gradient=np.zeros(64, np.float32))
    optimizer = make()
    optimizer.bind(net)
    net.gradient[:] = scale * np.random.default_rng(0).standard_normal(64)
    optimizer.step()
    net.gradient[:] = 0
    for step in range(2, 5000):
        optimizer.step()
        if step >= 128:  # a tiny first gradient has denormal squares until the first flush
            assert not any(subnormal(memory) for memory in optimizer.state.values()), step


@pytest.mark.parametrize("make", [SGD, Momentum, Nesterov, Adagrad, RMSProp, Adam])
def test_state_is_restored_completely(make):
    net, gradient = bowl(9)
    optimizer = make(lr=0.1)
    optimizer.bind(net)

    def walk(net, optimizer):
        for _ in range(5):
            net.gradient[:] = gradient(net.parameters)
            optimizer.step()

    walk(net, optimizer)
    other = SimpleNamespace(parameters=net.parameters.copy(), gradient=np.zeros(9))
    resumed = make(lr=0.1)
    resumed.bind(other)
    resumed.load_state_dict({name: value.copy() for name, value in optimizer.state_dict().items()})
    walk(net, optimizer)
    walk(other, resumed)
    np.testing.assert_array_equal(net.parameters, other.parameters)


def test_rebinding_keeps_state_only_for_the_same_network():
    net, _ = bowl(4)
    net.gradient[:] = 1
    optimizer = Momentum()
    optimizer.bind(net)
    optimizer.step()
    optimizer.bind(net)
    assert optimizer.steps == 1
    assert optimizer.state["v"].any()
    optimizer.bind(bowl(4)[0])
    assert optimizer.steps == 0
    assert not optimizer.state["v"].any()


def test_wrong_use_is_refused():
    with pytest.raises(RuntimeError, match=r"Adam\.step: the optimizer has no network"):
        Adam().step()
    optimizer = Adam()
    optimizer.bind(MLP((2, 2), rng=np.random.default_rng(0)))
    with pytest.raises(ValueError, match="Adam has state of shape"):
        optimizer.load_state_dict({"steps": np.array(1), "v": np.zeros(6, np.float32)})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(lr=0), "lr is 0"),
        (lambda: Momentum(momentum=1.0), "momentum is 1.0"),
        (lambda: Adam(beta2=-0.1), "beta2 is -0.1"),
        (lambda: RMSProp(decay=2.0), "decay is 2.0"),
        (lambda: Adagrad(eps=0.0), "eps is 0.0"),
    ],
)
def test_invalid_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
