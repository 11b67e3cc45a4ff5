"""The experiments of lesson 06: twin units, fading signals, bad starts and batch norm, and what a check overlooks."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import digits
from cs231n_lib.functions import activations as act
from cs231n_lib.functions import initializers, layers
from cs231n_lib.functions.gradients import numerical_gradient_centered
from cs231n_lib.network import MLP, Initializer
from cs231n_lib.network.optimizers import SGD
from cs231n_lib.training.history import History
from cs231n_lib.training.run import Callback
from cs231n_lib.training.trainer import Trainer


def constant(value: float, fan_in: int, fan_out: int, rng: Generator) -> FloatArray:
    """Weights (fan_in, fan_out) that are all ``value``."""
    return np.full((fan_in, fan_out), value)


STARTS: dict[str, Initializer] = {
    "zero": initializers.zeros,
    "all 0.1": partial(constant, 0.1),
    "small": initializers.small_random,
    "1/√n": initializers.scaled,
    "He": initializers.he,
    "large": partial(initializers.small_random, std=1.0),
}
"""First weights by name; "small" has the standard deviation 0.01 and "large" 1."""

RESCUES = {
    "small": ("small", False),
    "small + batch norm": ("small", True),
    "large + batch norm": ("large", True),
    "zero + batch norm": ("zero", True),
    "He": ("He", False),
    "He + batch norm": ("He", True),
}
"""Runs beside each other, by name: from which of `STARTS`, and with batch norm or without."""


def train(
    start: str,
    activation: str = "relu",
    hidden: Sequence[int] = (32,) * 5,
    *,
    batch_norm: bool = False,
    lr: float = 0.1,
    batch_size: int = 32,
    epochs: int = 8,
    seed: int = 0,
    callbacks: Sequence[Callback] = (),
) -> tuple[MLP, History]:
    """Train on the digits from one of `STARTS`; float64, so that it can be repeated."""
    rng = np.random.default_rng(seed)
    network = MLP(
        (64, *hidden, 10), activation, batch_norm=batch_norm, initializer=STARTS[start], rng=rng, dtype=np.float64
    )
    trainer = Trainer(network, SGD(lr=lr), batch_size=batch_size, rng=rng, progress=False)
    return network, trainer.fit(*digits(), epochs=epochs, callbacks=callbacks)


def final_accuracy(history: History) -> float:
    """Validation accuracy at the end; NaN for a run that diverged before it was evaluated."""
    return float(history.validation_accuracy[-1]) if history.validation_accuracy.size else np.nan


def twins(start: str, seed: int = 0, epochs: int = 10) -> tuple[MLP, History]:
    """Train one hidden layer of 32 units of tanh from one of `STARTS`."""
    return train(start, "tanh", (32,), lr=0.3, epochs=epochs, seed=seed)


def different_units(network: MLP) -> int:
    """How many hidden units of the first layer differ in their incoming or outgoing weights, to nine digits."""
    units = np.concatenate([network.weights[0].T, network.weights[1]], axis=1)
    return len(np.unique(units.round(9), axis=0))


def deep(start: str, seed: int = 0, callbacks: Sequence[Callback] = ()) -> History:
    """Train ten hidden layers of 32 ReLUs from one of `STARTS`."""
    return train(start, hidden=(32,) * 10, lr=0.05, seed=seed, callbacks=callbacks)[1]


def output_deviation(initializer: Initializer, fan_in: int, seed: int = 0, examples: int = 100) -> float:
    """Standard deviation of ``x @ w`` for normal x and 100 outputs."""
    rng = np.random.default_rng(seed)
    return float(np.std(rng.normal(size=(examples, fan_in)) @ initializer(fan_in, 100, rng)))


ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "tanh": lambda z: act.tanh_forward(z)[0],
    "ReLU": lambda z: act.relu_forward(z)[0],
}


def deviations(start: str, activation: str, seed: int = 0, depth: int = 10, units: int = 200) -> FloatArray:
    """Standard deviation of the activations of each of ``depth`` layers, the inputs being normal; (depth,)."""
    rng = np.random.default_rng(seed)
    x: FloatArray = rng.normal(size=(100, units))
    sizes = []
    for _ in range(depth):
        x = ACTIVATIONS[activation](x @ STARTS[start](units, units, rng))
        sizes.append(x.std())
    return np.array(sizes)


def two_humps(rng: Generator, n: int = 400) -> FloatArray:
    """A feature (n, 1) whose values lie around 2 in one half of the examples and around 8 in the other."""
    return np.concatenate([rng.normal(2, 0.7, (n // 2, 1)), rng.normal(8, 0.7, (n - n // 2, 1))])


Backward = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""dx from dout, x̂ and γ/√(σ² + ε)."""

BACKWARDS: dict[str, Backward] = {
    "right": lambda dout, xhat, scale: layers.batchnorm_backward(dout, (xhat, scale))[0],
    "no variance path": lambda dout, xhat, scale: scale * (dout - dout.mean(axis=0)),
    "over the features": lambda dout, xhat, scale: scale * (dout - dout.mean(axis=1, keepdims=True)),
    "divided by N": lambda dout, xhat, scale: layers.batchnorm_backward(dout, (xhat, scale))[0] / len(dout),
}
"""The gradient of batch norm, and three that are wrong."""


def errors_by_upstream(seed: int = 0) -> dict[str, tuple[float, float]]:
    """Largest error of dx for each of `BACKWARDS`: with an upstream gradient of ones, and with a random one."""
    rng = np.random.default_rng(seed)
    x, gamma, start = rng.normal(1, 2, (6, 3)), rng.uniform(0.5, 2, 3), (np.zeros(3), np.zeros(3), np.ones(3))
    _, cache, _, _ = layers.batchnorm_forward(x, gamma, *start)
    upstreams = np.ones((6, 3)), rng.normal(size=(6, 3))

    def error(backward: Backward, dout: FloatArray) -> float:
        numerical = numerical_gradient_centered(
            lambda x: float(np.sum(dout * layers.batchnorm_forward(x, gamma, *start)[0])), x
        )
        return float(np.abs(backward(dout, *cache) - numerical).max())

    return {name: (error(b, upstreams[0]), error(b, upstreams[1])) for name, b in BACKWARDS.items()}


def raised_bias(raises: FloatArray, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """The output of one unit on one example as its bias is raised, alone and with batch norm after it; each (R,)."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(32, 1))
    one, zero = np.ones(1), np.zeros(1)
    normed = [layers.batchnorm_forward(z + r, one, zero, zero, one)[0][0, 0] for r in raises]
    return z[0, 0] + raises, np.array(normed)


def bias_gradients(units: int = 8, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Gradient of the bias of each unit for a random upstream, alone and with batch norm after it; each (units,)."""
    rng = np.random.default_rng(seed)
    z, dout = rng.normal(size=(2, 32, units))
    one, zero = np.ones(units), np.zeros(units)
    _, cache, _, _ = layers.batchnorm_forward(z, one, zero, zero, one)
    return dout.sum(axis=0), layers.batchnorm_backward(dout, cache)[0].sum(axis=0)


def by_batch_size(batch_size: int, batch_norm: bool, seed: int = 0) -> float:
    """Validation accuracy of two hidden layers of 32 ReLUs after four epochs."""
    _, history = train("He", hidden=(32, 32), batch_norm=batch_norm, batch_size=batch_size, epochs=4, seed=seed)
    return final_accuracy(history)
