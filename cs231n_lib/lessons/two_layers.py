"""Two-layer network made of a run's functions.

It consists of an affine layer, an activation, an affine layer and softmax cross-entropy. Milestones train it, and
lessons compare its step with that of the fast network.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets.files import Dataset
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.lessons.beside import STEPS, Agreement, Parameters, beside
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP, SGD


@dataclass(frozen=True)
class ElementwiseActivation:
    """Activation between the layers.

    Parameters
    ----------
    forward : callable
        Function from the input (N, H) to the output and the cache that ``backward`` needs.
    backward : callable
        Function from the upstream gradient and the cache to the gradient with respect to the input.
    """

    forward: Callable[[FloatArray], tuple[FloatArray, Any]]
    backward: Callable[[FloatArray, Any], FloatArray]


RELU = ElementwiseActivation(lambda x: (np.maximum(x, 0), x), lambda dout, x: dout * (x > 0))
"""ReLU for students who have not written theirs yet."""


def small_start(features: int, hidden: int, classes: int, rng: Generator) -> Parameters:
    """Parameters ``[w1, b1, w2, b2]``, with weights 0.01 · N(0, 1) and biases 0."""
    w1, w2 = 0.01 * rng.standard_normal((features, hidden)), 0.01 * rng.standard_normal((hidden, classes))
    return [w1, np.zeros(hidden), w2, np.zeros(classes)]


def scores_of(run: Functions, activation: ElementwiseActivation, parameters: Parameters, x: FloatArray) -> FloatArray:
    """Scores (N, K) of ``x`` (N, D)."""
    w1, b1, w2, b2 = parameters
    hidden, _ = activation.forward(run.affine_forward(x, w1, b1)[0])
    return np.asarray(run.affine_forward(hidden, w2, b2)[0])


def gradients(
    run: Functions, activation: ElementwiseActivation, parameters: Parameters, x: FloatArray, y: NDArray[Any]
) -> tuple[float, Parameters]:
    """Loss of a batch, and its gradients with respect to ``[w1, b1, w2, b2]``."""
    w1, b1, w2, b2 = parameters
    hidden, first = run.affine_forward(x, w1, b1)
    active, kept = activation.forward(hidden)
    scores, second = run.affine_forward(active, w2, b2)
    loss, dscores = run.softmax_cross_entropy(scores, y)
    dactive, dw2, db2 = run.affine_backward(dscores, second)
    _, dw1, db1 = run.affine_backward(activation.backward(dactive, kept), first)
    return loss, [dw1, db1, dw2, db2]


def descend(parameters: Parameters, gradients: Parameters, lr: float) -> Parameters:
    """Parameters after one step of gradient descent, as new arrays."""
    return [p - lr * dp for p, dp in zip(parameters, gradients, strict=True)]


def beside_fast(
    run: Functions, activation: ElementwiseActivation, name: str, hidden: int, digits: Dataset, what: str
) -> Agreement:
    """Compare the network with the fast one on digits.

    Both have ``hidden`` units, and the fast network uses the activation called ``name``.
    """

    def step(parameters: Parameters, x: FloatArray, y: NDArray[Any]) -> Parameters:
        _, dparameters = gradients(run, activation, parameters, x, y)
        return descend(parameters, dparameters, 0.2)

    rows = minibatches(STEPS * 32, 32, np.random.default_rng(0))
    batches = ((digits.x_train[r], digits.y_train[r]) for r in rows)
    network = MLP([64, hidden, 10], name, dtype=np.float64, rng=np.random.default_rng(0))
    return beside(network, SGD(0.2), step, batches, what)
