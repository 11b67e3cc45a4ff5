"""Many networks of one shape, trained at once from different initialisations to measure the spread cheaply.

Weights have shape (S, inputs, outputs) for S networks, so one product of stacked matrices computes a layer of all.

NumPy reduces short axes slowly, so `softmax_loss` and `Starts` add whole columns and rows instead. The sums have the
same order and therefore the same bits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
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
    networks, examples, classes = scores.shape
    shifted = scores - reduce(np.maximum, [scores[:, :, k : k + 1] for k in range(classes)])
    dscores = np.exp(shifted)
    sums = dscores[:, :, :1] + dscores[:, :, 1:] if classes == 2 else dscores.sum(axis=2, keepdims=True)
    right = np.arange(networks)[:, np.newaxis], np.arange(examples), y
    losses = (np.log(sums) - shifted[right][:, :, np.newaxis]).mean(axis=(1, 2))
    dscores /= sums
    dscores[right] -= 1
    dscores /= examples
    return losses, dscores


def square_loss(out: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean square of the residuals of each network, and its gradient."""
    residual = out - y
    return (residual**2).mean(axis=(1, 2)), 2 * residual / out.shape[1]


def _sum_over_examples(d: FloatArray) -> FloatArray:
    """Sum of (S, N, K) over N, (S, 1, K)."""
    if d.shape[2] == 1:  # the examples are in a row, and NumPy adds them in pairs
        return d.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(d.transpose(1, 0, 2)).sum(axis=0)[:, np.newaxis]


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
            z = found[-1] @ w
            z += b
            if i < len(self.weights) - 1:
                z = np.tanh(z, out=z) if self.tanh else np.maximum(z, 0, out=z)
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
            dweights.insert(0, np.swapaxes(a, -1, -2) @ d)
            if l2:
                dweights[0] += l2 * self.weights[i]
            dbiases.insert(0, _sum_over_examples(d))
            if i:
                d = d @ self.weights[i].transpose(0, 2, 1)
                d *= 1 - a**2 if self.tanh else a > 0
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
        m, v, work = ([np.zeros_like(p) for p in parameters] for _ in range(3))
        for t in range(1, steps + 1):
            _, gradients = self.losses_and_gradients(x, y, l2)
            rate = np.float32(lr * (0.5 + 0.5 * np.cos(np.pi * t / steps) if cosine else 1))
            for i, (p, g) in enumerate(zip(parameters, gradients, strict=True)):
                if adam:
                    _adam(g, m[i], v[i], t, work[i])
                g *= rate
                p -= g
            if t % every == 0:
                yield self


def _adam(g: FloatArray, m: FloatArray, v: FloatArray, t: int, work: FloatArray) -> None:
    """Turn the gradient into Adam's step of learning rate 1, with all intermediate results in ``work``."""
    np.subtract(g, m, out=work)
    work *= np.float32(0.1)
    m += work
    np.multiply(g, g, out=work)
    work -= v
    work *= np.float32(0.001)
    v += work
    np.divide(v, np.float32(1 - 0.999**t), out=work)
    np.sqrt(work, out=work)
    work += np.float32(1e-8)
    np.divide(m, np.float32(1 - 0.9**t), out=g)
    g /= work
