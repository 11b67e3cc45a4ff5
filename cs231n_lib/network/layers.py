r"""Fast versions of `cs231n_lib.functions.layers` and of a loss.

A layer is made for one batch size and owns its buffers, so a training step allocates no memory. Layers differ from the
pure functions in three ways. Results overwrite arguments, because memory traffic dominates every operation except
the matrix products. Masks multiply, because boolean indexing is about ten times slower. Column sums are products with a
vector of ones, because BLAS computes them fast. The tests compare the layers with the pure functions.
"""

from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.network.memory import aligned


class Layer(Protocol):
    """Interface of a layer, whose methods may overwrite their argument."""

    def forward(self, x: FloatArray) -> FloatArray:
        """Output during training."""

    def infer(self, x: FloatArray) -> FloatArray:
        """Output at inference time."""

    def backward(self, dy: FloatArray) -> FloatArray:
        """Write the parameter gradients, and return dL/dx from dL/dy."""


class Affine:
    """Affine layer ``y = x W + b``.

    ``order`` is the memory order of y. ``bias=None`` omits b, which batch norm would cancel.
    """

    def __init__(
        self,
        batch: int,
        weights: tuple[FloatArray, FloatArray],
        bias: tuple[FloatArray, FloatArray] | None,
        order: str = "C",
    ) -> None:
        self.w, self.dw = weights
        self.bias = bias
        features, outputs = self.w.shape
        self.x: FloatArray
        self.y = aligned((batch, outputs), self.w.dtype, order)
        self.dx = aligned((batch, features), self.w.dtype)
        self.ones = np.ones(batch, self.w.dtype)

    def forward(self, x: FloatArray) -> FloatArray:
        """Output (N, M) for ``x`` (N, D). The backward pass needs ``x`` unchanged."""
        self.x = x
        np.matmul(x, self.w, out=self.y)
        if self.bias is not None:
            np.add(self.y, self.bias[0], out=self.y)
        return self.y

    infer = forward

    def backward(self, dy: FloatArray) -> FloatArray:
        """Write dW and db, and return dL/dx (N, D) from dL/dy (N, M)."""
        self.parameter_gradient(dy)
        return np.matmul(dy, self.w.T, out=self.dx)

    def parameter_gradient(self, dy: FloatArray) -> None:
        """Write only dW and db, for a first layer, whose input needs no gradient."""
        np.matmul(self.x.T, dy, out=self.dw)
        if self.bias is not None:
            np.dot(self.ones, dy, out=self.bias[1])


class BatchNorm:
    r"""Batch normalisation y = γ (x − μ) / √(σ² + ε) + β, where σ² has divisor N.

    x is centred once, in place. ``running``, of shape (2, D), contains the running mean and variance
    ``r ← momentum · r + (1 − momentum) · batch``, which layers of all batch sizes share.

    A vector over the features is repeated so that it applies to several rows at once. If the contiguous parts of an
    operand are shorter than NumPy's buffer, NumPy first copies the operand, and a pass takes almost twice as long.
    """

    def __init__(
        self,
        batch: int,
        scale: tuple[FloatArray, FloatArray],
        shift: tuple[FloatArray, FloatArray],
        running: FloatArray,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
    ) -> None:
        self.gamma, self.dgamma = scale
        self.beta, self.dbeta = shift
        self.running = running
        dtype, features = self.gamma.dtype, len(self.gamma)
        self.momentum, self.rest = np.array(momentum, dtype), np.array(1 - momentum, dtype)
        self.epsilon, self.mean_weight = np.array(epsilon, dtype), np.array(1 / batch, dtype)
        self.mean_weights = np.full(batch, 1 / batch, dtype)
        self.ones = np.ones(batch, dtype)
        self.statistics = np.empty((2, features), dtype)
        self.std, self.scale = np.empty(features, dtype), np.empty(features, dtype)
        self.centred: FloatArray
        self.y = aligned((batch, features), dtype)
        wide = (rows for rows in range(1, batch) if batch % rows == 0 and rows * features >= np.getbufsize())
        self.repeated = np.empty((next(wide, batch), features), dtype)
        self.y_blocks = self._blocks(self.y)

    def forward(self, x: FloatArray) -> FloatArray:
        """Output (N, D), normalised with the batch statistics. This overwrites ``x``."""
        mean, variance = self.statistics
        np.dot(self.mean_weights, x, out=mean)
        self.centred = self._blocks(x)
        self.centred -= self._repeat(mean)
        np.dot(self.mean_weights, np.square(x, out=self.y), out=variance)
        self.running *= self.momentum
        self.running += self.rest * self.statistics
        np.sqrt(variance + self.epsilon, out=self.std)
        np.divide(self.gamma, self.std, out=self.scale)
        np.multiply(self.centred, self._repeat(self.scale), out=self.y_blocks)
        self.y_blocks += self._repeat(self.beta)
        return self.y

    def _blocks(self, x: FloatArray) -> FloatArray:
        return x.reshape(-1, *self.repeated.shape)

    def _repeat(self, vector: FloatArray) -> FloatArray:
        self.repeated[:] = vector
        return self.repeated

    def infer(self, x: FloatArray) -> FloatArray:
        """Output (N, D), normalised with the running mean and variance, written to ``x``."""
        mean, variance = self.running
        scale = self.gamma / np.sqrt(variance + self.epsilon)
        x *= scale
        x += self.beta - mean * scale
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """Write dγ and dβ, and return dL/dx (N, D), written to ``dy``."""
        np.dot(self.ones, dy, out=self.dbeta)
        dx = self._blocks(dy)
        np.multiply(dx, self.centred, out=self.y_blocks)
        np.dot(self.ones, self.y, out=self.dgamma)
        self.dgamma /= self.std
        self.centred *= self._repeat(self.dgamma / self.std * self.mean_weight)
        dx -= self.centred
        dx -= self._repeat(self.dbeta * self.mean_weight)
        dx *= self._repeat(self.scale)
        return dy


class Dropout:
    """Inverted dropout with the probability ``drop_prob`` of dropping an output.

    One draw of the bit generator decides four outputs with 16 bits each, so the probability is rounded to a multiple of
    1/65536. The division uses the rounded probability, so E[dropout(x)] = x holds exactly.
    """

    def __init__(self, batch: int, units: int, drop_prob: float, rng: np.random.Generator, dtype: DTypeLike) -> None:
        self.rng = rng
        self.threshold = np.uint16(np.clip(round((1 - drop_prob) * 65536), 1, 65535))
        self.scale = 65536 / float(self.threshold)
        self.mask = np.empty((batch, units), bool)
        self.y = aligned((batch, units), dtype)

    def forward(self, x: FloatArray) -> FloatArray:
        """Output (N, H) under a new mask."""
        words = self.rng.bit_generator.random_raw((self.mask.size + 3) // 4)
        draws = words.view(np.uint16)[: self.mask.size].reshape(self.mask.shape)
        np.less(draws, self.threshold, out=self.mask)
        np.multiply(x, self.mask, out=self.y)
        self.y *= self.scale
        return self.y

    def infer(self, x: FloatArray) -> FloatArray:
        """Return ``x`` unchanged, because nothing is dropped at inference time."""
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx (N, H) under the mask of the forward pass, written to ``dy``."""
        dy *= self.mask
        dy *= self.scale
        return dy


class SoftmaxCrossEntropy:
    """Mean softmax cross-entropy, whose gradient overwrites the scores.

    Scores must be in Fortran order. The maximum and the sum over classes then run along contiguous columns, four to
    five times faster than along rows, and one flat index finds the score of each row's correct class.
    """

    def __init__(self, batch: int, dtype: DTypeLike) -> None:
        self.column, self.log_sum = np.empty((batch, 1), dtype), np.empty((batch, 1), dtype)
        self.rows, self.own = np.arange(batch), np.empty(batch, np.intp)
        # Adding and subtracting this number rounds tiny entries to 0. Otherwise later products would be slow denormals.
        self.guard = np.array(1e-8, dtype)

    def __call__(self, scores: FloatArray, y: NDArray[np.integer]) -> tuple[float, FloatArray]:
        """Loss and dL/dscores (N, K)."""
        np.maximum.reduce(scores, axis=1, keepdims=True, out=self.column)
        scores -= self.column
        flat, own = scores.T.reshape(-1), self.own
        # The product may overflow a small integer type, so it is computed as intp.
        np.multiply(y, len(y), out=own, dtype=np.intp, casting="unsafe")
        own += self.rows
        correct = float(np.add.reduce(flat[own]))
        np.exp(scores, out=scores)
        np.add.reduce(scores, axis=1, keepdims=True, out=self.column)
        total = float(np.add.reduce(np.log(self.column, out=self.log_sum), axis=None))
        self.column *= len(y)
        scores /= self.column
        flat[own] -= 1 / len(y)
        scores += self.guard
        scores -= self.guard
        return (total - correct) / len(y), scores


class WeightPenalty:
    """Penalty ½ l2 Σw² + l1 Σ|w|, and its gradient."""

    def __init__(self, w: FloatArray, dw: FloatArray, l2: float, l1: float) -> None:
        self.w, self.dw, self.l2, self.l1 = w, dw, l2, l1
        self.scratch = np.empty_like(w if l1 or l2 else w[:0])

    def __call__(self) -> float:
        """Return the penalty, and add its gradient to ``dw``."""
        penalty = 0.0
        if self.l2:
            penalty += 0.5 * self.l2 * float(np.dot(self.w, self.w))
            self.dw += np.multiply(self.w, self.l2, out=self.scratch)
        if self.l1:
            penalty += self.l1 * float(np.abs(self.w, out=self.scratch).sum())
            np.sign(self.w, out=self.scratch)
            self.scratch *= self.l1
            self.dw += self.scratch
        return penalty
