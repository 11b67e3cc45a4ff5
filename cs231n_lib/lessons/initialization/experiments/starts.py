"""Experiments of lesson 06 on equal units, fading signals and batch norm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import digits
from cs231n_lib.functions import activations as act
from cs231n_lib.functions import initializers, layers
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.functions.gradients import numerical_gradient_centered
from cs231n_lib.functions.losses import softmax_cross_entropy
from cs231n_lib.lessons.use import Functions
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
"""Initial weights by name. "small" has standard deviation 0.01, and "large" has 1."""

RESCUES = {
    "small": ("small", False),
    "small + batch norm": ("small", True),
    "large + batch norm": ("large", True),
    "zero + batch norm": ("zero", True),
    "He": ("He", False),
    "He + batch norm": ("He", True),
}
"""Compared runs by name, each with an entry of `STARTS` and whether it uses batch norm."""


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
    """Train on the digits from one of `STARTS`, repeatably because in float64."""
    rng = np.random.default_rng(seed)
    network = MLP(
        (64, *hidden, 10), activation, batch_norm=batch_norm, initializer=STARTS[start], rng=rng, dtype=np.float64
    )
    trainer = Trainer(network, SGD(lr=lr), batch_size=batch_size, rng=rng, progress=False)
    return network, trainer.fit(*digits(), epochs=epochs, callbacks=callbacks)


def final_accuracy(history: History) -> float:
    """Validation accuracy at the end, or NaN if the run diverged before that."""
    return float(history.validation_accuracy[-1]) if history.validation_accuracy.size else np.nan


@dataclass(frozen=True)
class Twins:
    """Weights after training, loss of each step, and validation accuracy.

    The weights are (65, 32), with the biases in the last row, and (32, 10).
    """

    weights: tuple[FloatArray, FloatArray]
    loss: FloatArray
    accuracy: float


def twins(run: Functions, start: str, seed: int = 0, epochs: int = 10, lr: float = 0.3) -> Twins:
    """Train one hidden layer of 32 tanh units from one of `STARTS`, unit by unit.

    The run's `unit_gradients` computes the gradients, and the steps are those of `train`. The bias of a unit is the
    weight of a feature that is always 1.
    """
    rng = np.random.default_rng(seed)
    network = MLP((64, 32, 10), "tanh", initializer=STARTS[start], rng=rng, dtype=np.float64)
    w_in, w_out, b = np.vstack([network.weights[0], np.zeros(32)]), network.weights[1], np.zeros(10)
    (x, y), (x_new, y_new) = ((np.column_stack([x, np.ones(len(x))]), y) for x, y in digits())
    losses = []
    for _ in range(epochs):
        for rows in minibatches(len(x), 32, rng):
            loss, dscores = softmax_cross_entropy(np.tanh(x[rows] @ w_in) @ w_out + b, y[rows])
            units = [run.unit_gradients(x[rows], dscores, w_in[:, unit], w_out[unit]) for unit in range(32)]
            dw_in, dw_out = (np.stack(gradients) for gradients in zip(*units, strict=True))
            w_in, w_out, b = w_in - lr * dw_in.T, w_out - lr * dw_out, b - lr * dscores.sum(axis=0)
            losses.append(loss)
    right = (np.tanh(x_new @ w_in) @ w_out + b).argmax(axis=1) == y_new
    return Twins((w_in, w_out), np.array(losses), float(np.mean(right)))


def different_units(weights: tuple[FloatArray, FloatArray]) -> int:
    """Number of hidden units that differ in their weights, to nine decimals."""
    units = np.concatenate([weights[0].T, weights[1]], axis=1)
    return len(np.unique(units.round(9), axis=0))


def deep(start: str, seed: int = 0, callbacks: Sequence[Callback] = ()) -> History:
    """Train ten hidden layers of 32 ReLUs from one of `STARTS`."""
    return train(start, hidden=(32,) * 10, lr=0.05, seed=seed, callbacks=callbacks)[1]


def start_of(run: Functions, start: str) -> Initializer:
    """Initialiser from `STARTS`, computed by the run's functions."""
    by_name: dict[str, Initializer] = {
        "small": run.small_random,
        "large": partial(run.small_random, std=1.0),
        "1/√n": lambda *layer: run.scaled_weights(*layer)["scaled"],
        "He": lambda *layer: run.scaled_weights(*layer)["he"],
    }
    return by_name[start]


def output_deviation(run: Functions, start: str, fan_in: int, seed: int = 0, examples: int = 100) -> float:
    """Standard deviation of 100 outputs of ``x @ w`` for normal x."""
    rng = np.random.default_rng(seed)
    return float(np.std(rng.normal(size=(examples, fan_in)) @ start_of(run, start)(fan_in, 100, rng)))


ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "tanh": lambda z: act.tanh_forward(z)[0],
    "ReLU": lambda z: act.relu_forward(z)[0],
}


def deviations(
    run: Functions, start: str, activation: str, seed: int = 0, depth: int = 10, units: int = 200
) -> FloatArray:
    """Standard deviation (depth,) of the activations of each layer for normal inputs."""
    rng = np.random.default_rng(seed)
    x: FloatArray = rng.normal(size=(100, units))
    weights = [start_of(run, start)(units, units, rng) for _ in range(depth)]
    return np.asarray(run.layer_deviations(x, weights, ACTIVATIONS[activation]))


def two_humps(rng: Generator, n: int = 400) -> FloatArray:
    """Feature (n, 1) whose values lie around 2 in one half and around 8 in the other."""
    return np.concatenate([rng.normal(2, 0.7, (n // 2, 1)), rng.normal(8, 0.7, (n - n // 2, 1))])


def errors_by_upstream(run: Functions, seed: int = 0) -> dict[str, tuple[float, float]]:
    """Largest error of dx with an upstream gradient of ones, and with a random one.

    The result holds these errors for the right backward pass and for three wrong ones.
    """
    rng = np.random.default_rng(seed)
    x, gamma, start = rng.normal(1, 2, (6, 3)), rng.uniform(0.5, 2, 3), (np.zeros(3), np.zeros(3), np.ones(3))
    _, (xhat, scale), _, _ = layers.batchnorm_forward(x, gamma, *start)
    upstreams = np.ones((6, 3)), rng.normal(size=(6, 3))
    backwards: dict[str, Callable[[FloatArray], FloatArray]] = {
        "right": lambda dout: run.batchnorm_backward_staged(dout, x, gamma)["dx"],
        "no variance path": lambda dout: scale * (dout - dout.mean(axis=0)),
        "over the features": lambda dout: scale * (dout - dout.mean(axis=1, keepdims=True)),
        "divided by N": lambda dout: run.batchnorm_backward(dout, (xhat, scale))[0] / len(dout),
    }

    def error(backward: Callable[[FloatArray], FloatArray], dout: FloatArray) -> float:
        numerical = numerical_gradient_centered(
            lambda x: float(np.sum(dout * layers.batchnorm_forward(x, gamma, *start)[0])), x
        )
        return float(np.abs(backward(dout) - numerical).max())

    return {name: (error(b, upstreams[0]), error(b, upstreams[1])) for name, b in backwards.items()}


def raised_bias(run: Functions, raises: FloatArray, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Output (R,) of one unit as its bias increases, alone and before batch norm."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(32, 1))
    one, zero = np.ones(1), np.zeros(1)
    normed = [run.batchnorm_forward(z + r, one, zero, zero, one)[0][0, 0] for r in raises]
    return z[0, 0] + raises, np.array(normed)


def bias_gradients(run: Functions, units: int = 8, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Gradient (units,) of the bias for a random dout, alone and before batch norm."""
    rng = np.random.default_rng(seed)
    z, dout = rng.normal(size=(2, 32, units))
    one, zero = np.ones(units), np.zeros(units)
    layer = z, np.eye(units), zero, dout
    _, alone = run.bias_effect(lambda z: (z, None), lambda dout, cache: dout, *layer)
    _, normed = run.bias_effect(
        lambda z: run.batchnorm_forward(z, one, zero, zero, one)[:2],
        lambda dout, cache: run.batchnorm_backward(dout, cache)[0],
        *layer,
    )
    return alone, normed


def by_batch_size(batch_size: int, batch_norm: bool, seed: int = 0) -> float:
    """Validation accuracy of two hidden layers of 32 ReLUs after four epochs."""
    _, history = train("He", hidden=(32, 32), batch_norm=batch_norm, batch_size=batch_size, epochs=4, seed=seed)
    return final_accuracy(history)
