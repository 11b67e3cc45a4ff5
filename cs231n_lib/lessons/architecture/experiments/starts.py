"""Many networks of one shape, trained at once from different initialisations to measure the spread cheaply.

Weights have shape (S, inputs, outputs) for S networks, so one product of stacked matrices computes a layer of all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import progress_bar

Stacked = list[FloatArray]
Loss = Callable[[FloatArray, Any], tuple[FloatArray, FloatArray]]
"""Function from outputs (S, N, K) and targets to the loss of each network (S,) and its gradient (S, N, K)."""


def softmax_loss(scores: FloatArray, y: NDArray[np.integer]) -> tuple[FloatArray, FloatArray]:
    """Mean cross-entropy of each network; y is (N,), or (S, N) with labels for each."""
    shifted = scores - scores.max(axis=2, keepdims=True)
    dscores = np.exp(shifted)
    sums = dscores.sum(axis=2, keepdims=True)
    right = np.broadcast_to(y, scores.shape[:2])[:, :, np.newaxis]
    losses = (np.log(sums) - np.take_along_axis(shifted, right, axis=2)).mean(axis=(1, 2))
    dscores /= sums
    np.put_along_axis(dscores, right, np.take_along_axis(dscores, right, axis=2) - 1, axis=2)
    return losses, dscores / scores.shape[1]


def square_loss(out: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean square of the residuals of each network, and its gradient."""
    residual = out - y
    return (residual**2).mean(axis=(1, 2)), 2 * residual / out.shape[1]


@dataclass
class Starts:
    """Networks with ReLU, or tanh, in their hidden layers."""

    weights: Stacked
    biases: Stacked
    loss: Loss
    tanh: bool = False

    @classmethod
    def draw(
        cls,
        sizes: Sequence[int],
        seeds: Sequence[int],
        loss: Loss = softmax_loss,
        *,
        tanh: bool = False,
        spread: float = 0.0,
    ) -> "Starts":
        """Weights of He, or of Glorot for tanh, and biases of hidden layers uniform within ±spread, in float32."""
        weights, biases = [], []
        rngs = [np.random.default_rng(seed) for seed in seeds]
        for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
            deviation = (2 / (fan_in + fan_out) if tanh else 2 / fan_in) ** 0.5
            reach = spread if i < len(sizes) - 2 else 0.0
            drawn = [(rng.normal(0, deviation, (fan_in, fan_out)), rng.uniform(-1, 1, (1, fan_out))) for rng in rngs]
            weights.append(np.stack([w for w, _ in drawn]).astype(np.float32))
            biases.append(np.stack([reach * b for _, b in drawn]).astype(np.float32))
        return cls(weights, biases, loss, tanh)

    def outputs(self, x: FloatArray) -> Stacked:
        """Inputs, outputs of each hidden layer, and scores (S, N, K); x is (N, D) or (S, N, D)."""
        found = [x]
        for i, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = found[-1] @ w + b
            if i < len(self.weights) - 1:
                z = np.tanh(z) if self.tanh else np.maximum(z, 0)
            found.append(z)
        return found

    def scores(self, x: FloatArray) -> FloatArray:
        """Scores of each network, (S, N, K)."""
        return self.outputs(x.astype(np.float32))[-1]

    def accuracy(self, x: FloatArray, y: NDArray[np.integer]) -> FloatArray:
        """Fraction of examples that each network classifies correctly, (S,)."""
        return np.asarray((self.scores(x).argmax(axis=2) == y).mean(axis=1))

    def losses_and_gradients(self, x: FloatArray, y: Any, l2: float = 0.0) -> tuple[FloatArray, Stacked]:
        """Loss of each network without the penalty, and gradients of weights and biases with it."""
        found = self.outputs(x)
        losses, d = self.loss(found[-1], y)
        dweights: Stacked = []
        dbiases: Stacked = []
        for i in range(len(self.weights) - 1, -1, -1):
            a = found[i]
            dweights.insert(0, np.swapaxes(a, -1, -2) @ d + l2 * self.weights[i])
            dbiases.insert(0, d.sum(axis=1, keepdims=True))
            if i:
                d = (d @ self.weights[i].transpose(0, 2, 1)) * (1 - a**2 if self.tanh else a > 0)
        return losses, [*dweights, *dbiases]

    def train(
        self, x: FloatArray, y: Any, steps: int, lr: float, l2: float = 0.0, *, adam: bool = True, cosine: bool = False
    ) -> FloatArray:
        """Train on all examples in each step, and return the final losses, (S,)."""
        every = -(-steps // 50)
        with progress_bar(steps, "step") as bar:
            for i, _ in enumerate(self.snapshots(x, y, steps, every, lr, l2, adam=adam, cosine=cosine)):
                bar.update(every if i else 0)
        return self.losses_and_gradients(x.astype(np.float32), y)[0]

    def snapshots(
        self,
        x: FloatArray,
        y: Any,
        steps: int,
        every: int,
        lr: float,
        l2: float = 0.0,
        *,
        adam: bool = True,
        cosine: bool = False,
    ) -> Iterator["Starts"]:
        """Train, and yield these networks before the first step and after every ``every`` steps."""
        yield self
        x = x.astype(np.float32)
        if self.loss is square_loss:
            y = y.astype(np.float32)
        parameters = [*self.weights, *self.biases]
        m, v = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
        for t in range(1, steps + 1):
            _, gradients = self.losses_and_gradients(x, y, l2)
            rate = np.float32(lr * (0.5 + 0.5 * np.cos(np.pi * t / steps) if cosine else 1))
            for i, (p, g) in enumerate(zip(parameters, gradients, strict=True)):
                if adam:
                    m[i] += np.float32(0.1) * (g - m[i])
                    v[i] += np.float32(0.001) * (g * g - v[i])
                    g = (m[i] / np.float32(1 - 0.9**t)) / (np.sqrt(v[i] / np.float32(1 - 0.999**t)) + np.float32(1e-8))
                p -= rate * g
            if t % every == 0:
                yield self
