"""The experiments of lesson 03: fading gradients, zig-zags, a race of activations, dying units, and what each costs."""

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
"""Five activations, each with a rate near the best it can take in `race`; the next larger one tried did worse."""

GAINS = {"sigmoid": 4.0}
"""What `race` multiplies a hidden layer's usual first weights by: made for tanh, they are too small for sigmoids, whose
slope at 0 is a quarter of tanh's."""

HIDDEN = (32, 32, 32)
BATCH = 32
FITTED = 0.1
"""The training loss, as a mean over an epoch, at which a racer is through."""

SHOCK, CALM = 2.5, 0.3
"""The learning rate of the first epoch in `shocked`, and of all that follow."""


def race(
    activation: str,
    lr: float,
    seed: int = 0,
    epochs: int = 20,
    splits: tuple[Split, Split] | None = None,
    gain: float | None = None,
    callbacks: Sequence[Callback] = (),
) -> History:
    """Train three hidden layers of 32 units with one activation on the digits; float64, so that it can be repeated.

    The hidden layers' usual first weights are multiplied by ``gain``; without one, by that of `GAINS`.
    """
    rng = np.random.default_rng(seed)
    network = MLP((64, *HIDDEN, 10), activation, rng=rng, dtype=np.float64)
    for weights in network.weights[:-1]:
        weights *= GAINS.get(activation, 1.0) if gain is None else gain
    trainer = Trainer(network, SGD(lr=lr), batch_size=BATCH, rng=rng, progress=False)
    return trainer.fit(*(splits or digits()), epochs=epochs, callbacks=callbacks)


def epochs_to_fit(history: History, steps_per_epoch: int = 38) -> float:
    """Epochs until the mean training loss of one is below `FITTED`; infinity where none is."""
    losses = np.array(history.loss)
    epochs = len(losses) // steps_per_epoch
    means = losses[: epochs * steps_per_epoch].reshape(epochs, steps_per_epoch).mean(axis=1)
    return float(np.argmax(means < FITTED)) + 1 if (means < FITTED).any() else np.inf


def shocked(
    activation: str, seed: int = 0, epochs: int = 15, callbacks: Sequence[Callback] = ()
) -> tuple[MLP, History]:
    """Train 64 hidden units on pixels from 0 to 1: one epoch at a rate that is far too large, then at a sound one."""
    rng = np.random.default_rng(seed)
    network = MLP((64, 64, 10), activation, rng=rng, dtype=np.float64)
    trainer = Trainer(network, SGD(), batch_size=BATCH, rng=rng, schedule=_shock_then_calm, progress=False)
    return network, trainer.fit(*digits(centred=False), epochs=epochs, callbacks=callbacks)


def _shock_then_calm(epoch: float) -> float:
    return SHOCK if epoch < 1 else CALM


def gradient_by_layer(activation: str, layers: int = 10, seed: int = 0, gain: float = 1.0) -> FloatArray:
    """Length of dL/dW of each of ``layers`` hidden layers of 32 units before any training, the last one's being 1.

    The network's usual first weights are multiplied by ``gain``.
    """
    network = MLP((64, *[32] * layers, 10), activation, rng=np.random.default_rng(seed), dtype=np.float64)
    network.weight_vector *= gain
    (x, y), _ = digits()
    _, gradient = network.loss_and_gradient(x, y)
    ends = np.cumsum([w.size for w in network.weights])[:-1]
    norms = np.array([np.linalg.norm(part) for part in np.split(gradient[: network.weight_vector.size], ends)])
    return np.asarray(norms[:-1] / norms[-2])


TARGET = np.array([3.0, -3.0])
"""The weights that `walk` looks for: one must grow and the other shrink."""


def outputs_below(rng: Generator, centred: bool, n: int = 400) -> FloatArray:
    """Two outputs of sigmoid units below (n, 2), all positive; or the same less ½, as tanh units would give them."""
    out, _ = act.sigmoid_forward(1.5 * rng.normal(size=(n, 2)))
    return out - 0.5 if centred else out


def walk(x: FloatArray, batch_size: int, rng: Generator, limit: int = 4000) -> FloatArray:
    """Minibatch descent from 0 on the least-squares loss of ``x @ TARGET`` until 95 % of the way is done; (steps, 2).

    The rate is 1 / (3 mean ‖x‖²): the same for any inputs, relative to their own size.
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
    """Length of a path over the distance between its ends: 1 for a straight line."""
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum() / np.linalg.norm(path[-1] - path[0]))


def maxout_of_lines(x: FloatArray, first: float, second: float) -> FloatArray:
    """A maxout unit on one input (N,) whose two pieces are lines through 0 with these slopes."""
    out, _ = act.maxout_forward(np.stack([first * x, second * x], axis=1))
    return out[:, 0] + 0.0  # makes 0 of −0, which would look odd in print


def plain_sigmoid(x: FloatArray) -> FloatArray:
    """The formula as it stands: it overflows for large negative inputs."""
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
    """Milliseconds of one forward pass, without the contracts' look at the inputs; maxout has twice the inputs."""
    x = np.random.default_rng(0).normal(size=(n, units))
    inputs = dict.fromkeys(FORWARD, x) | {"maxout": np.concatenate([x, -x], axis=1)}
    return {name: milliseconds(partial(unwrap(FORWARD[name]), inputs[name]), repeats) for name in FORWARD}
