"""Experiments of lesson 03 on gradients, zigzags, speed and dying units."""

from collections.abc import Callable, Sequence
from functools import partial
from inspect import unwrap
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import Split, digits
from cs231n_lib.functions import activations as act
from cs231n_lib.lessons.timing import milliseconds
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD
from cs231n_lib.training.history import History
from cs231n_lib.training.run import Callback
from cs231n_lib.training.trainer import Trainer

RACERS = {"sigmoid": 3.0, "tanh": 1.0, "relu": 0.6, "leaky_relu": 0.6, "maxout": 0.3}
"""Five activations, each with a learning rate near its best in `race`.

The next larger learning rate that was tried did worse.
"""

GAINS = {"sigmoid": 4.0}
"""Factors by which `race` multiplies the usual initial weights of hidden layers.

The usual weights suit tanh. They are too small for sigmoids, whose slope at 0 is a quarter of the slope of tanh.
"""

HIDDEN = (32, 32, 32)
BATCH = 32
FITTED = 0.1
"""Mean training loss of an epoch below which a network counts as fitted."""

SHOCK, CALM = 2.5, 0.3
"""Learning rate of the first epoch in `shocked`, and of all later epochs."""


def race(
    activation: str,
    lr: float,
    seed: int = 0,
    epochs: int = 20,
    splits: tuple[Split, Split] | None = None,
    gain: float | None = None,
    callbacks: Sequence[Callback] = (),
) -> History:
    """Train three hidden layers of 32 units with one activation on the digits.

    The usual initial weights of the hidden layers are multiplied by ``gain``, or by that of `GAINS` if it is None.
    The computation uses float64, so that it can be repeated.
    """
    rng = np.random.default_rng(seed)
    network = MLP((64, *HIDDEN, 10), activation, rng=rng, dtype=np.float64)
    for weights in network.weights[:-1]:
        weights *= GAINS.get(activation, 1.0) if gain is None else gain
    trainer = Trainer(network, SGD(lr=lr), batch_size=BATCH, rng=rng, progress=False)
    return trainer.fit(*(splits or digits()), epochs=epochs, callbacks=callbacks)


def epochs_to_fit(history: History, steps_per_epoch: int = 38) -> float:
    """Number of epochs until the mean training loss is below `FITTED`, or infinity."""
    losses = np.array(history.loss)
    epochs = len(losses) // steps_per_epoch
    means = losses[: epochs * steps_per_epoch].reshape(epochs, steps_per_epoch).mean(axis=1)
    return float(np.argmax(means < FITTED)) + 1 if (means < FITTED).any() else np.inf


def shocked(
    activation: str, seed: int = 0, epochs: int = 15, callbacks: Sequence[Callback] = ()
) -> tuple[MLP, History]:
    """Train 64 hidden units on pixels from 0 to 1, in the first epoch too fast.

    The learning rate is `SHOCK` in the first epoch and `CALM` afterwards.
    """
    rng = np.random.default_rng(seed)
    network = MLP((64, 64, 10), activation, rng=rng, dtype=np.float64)
    trainer = Trainer(network, SGD(), batch_size=BATCH, rng=rng, schedule=_shock_then_calm, progress=False)
    return network, trainer.fit(*digits(centred=False), epochs=epochs, callbacks=callbacks)


def _shock_then_calm(epoch: float) -> float:
    return SHOCK if epoch < 1 else CALM


def gradient_by_layer(activation: str, layers: int = 10, seed: int = 0, gain: float = 1.0) -> FloatArray:
    """Length of dL/dW of each hidden layer before training, relative to the last one.

    The network has ``layers`` hidden layers of 32 units. Its usual initial weights are multiplied by ``gain``.
    """
    network = MLP((64, *[32] * layers, 10), activation, rng=np.random.default_rng(seed), dtype=np.float64)
    network.weight_vector *= gain
    (x, y), _ = digits()
    _, gradient = network.loss_and_gradient(x, y)
    ends = np.cumsum([w.size for w in network.weights])[:-1]
    norms = np.array([np.linalg.norm(part) for part in np.split(gradient[: network.weight_vector.size], ends)])
    return np.asarray(norms[:-1] / norms[-2])


TARGET = np.array([3.0, -3.0])
"""Weights that `walk` looks for. One weight must grow and the other must shrink."""


def outputs_below(rng: Generator, centred: bool, n: int = 400) -> FloatArray:
    """Outputs (n, 2) of two sigmoid units, minus ½ if ``centred``."""
    out, _ = act.sigmoid_forward(1.5 * rng.normal(size=(n, 2)))
    return out - 0.5 if centred else out


def walk(x: FloatArray, batch_size: int, rng: Generator, limit: int = 4000) -> FloatArray:
    """Path (steps, 2) of minibatch descent from 0 towards `TARGET`.

    The loss is the least-squares loss for the targets ``x @ TARGET``. Descent stops when 95 % of the distance is
    covered. The learning rate is 1 / (3 mean ‖x‖²), so it is the same for any inputs relative to their size.
    """
    lr = 1 / (3 * np.mean(np.sum(x**2, axis=1)))
    w = np.zeros(2)
    path = [w]
    while np.linalg.norm(w - TARGET) > 0.05 * np.linalg.norm(TARGET) and len(path) < limit:
        rows = rng.integers(0, len(x), batch_size)
        w = w - lr * x[rows].T @ (x[rows] @ (w - TARGET)) / batch_size
        path.append(w)
    return np.stack(path)


def detour(path: FloatArray) -> float:
    """Length of a path divided by the distance between its ends."""
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum() / np.linalg.norm(path[-1] - path[0]))


def maxout_of_lines(x: FloatArray, first: float, second: float) -> FloatArray:
    """Output of a maxout unit for x (N,) and two lines through 0 with these slopes."""
    out, _ = act.maxout_forward(np.stack([first * x, second * x], axis=1))
    return out[:, 0] + 0.0  # turns −0, which would look odd in print, into 0


def plain_sigmoid(x: FloatArray) -> FloatArray:
    """Sigmoid by its plain formula, which overflows for large negative inputs."""
    return np.asarray(1 / (1 + np.exp(-x)))


FORWARD: dict[str, Callable[[FloatArray], Any]] = {
    "sigmoid, safe": act.sigmoid_forward,
    "sigmoid, plain": plain_sigmoid,
    "tanh": act.tanh_forward,
    "ReLU": act.relu_forward,
    "leaky ReLU": act.leaky_relu_forward,
    "maxout": act.maxout_forward,
}


def forward_times(n: int = 128, units: int = 500, repeats: int = 5) -> dict[str, float]:
    """Milliseconds of one forward pass of each activation.

    The inputs are not checked. Maxout has twice as many of them.
    """
    x = np.random.default_rng(0).normal(size=(n, units))
    inputs = dict.fromkeys(FORWARD, x) | {"maxout": np.concatenate([x, -x], axis=1)}
    return {name: milliseconds(partial(unwrap(FORWARD[name]), inputs[name]), repeats) for name in FORWARD}
