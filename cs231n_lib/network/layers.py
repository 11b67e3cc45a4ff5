r"""The layers of `cs231n_lib.network`: the maths of `layers` and `losses`, written for speed.

A layer is made for one batch size and owns its buffers, so a training step allocates nothing. What differs from the
pure functions, and why: results overwrite arguments (memory traffic is the cost of everything but the matrix products);
masks multiply, because boolean indexing is some ten times slower; column sums are products with a vector of ones, which
BLAS does. The tests compose the pure functions and compare.
"""

from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.network.memory import aligned


class Layer(Protocol):
    """One stage of a network. Every method may overwrite its argument."""

    def forward(self, x: FloatArray) -> FloatArray:
        """The output while training."""

    def infer(self, x: FloatArray) -> FloatArray:
        """The output when the network is used."""

    def backward(self, dy: FloatArray) -> FloatArray:
        """From dL/dy of the last `forward` to dL/dx; parameter gradients are written on the way."""


class Affine:
    """``y = x W + b``. ``order`` is the memory order of y; ``bias=None`` leaves b out, as batch norm wants it."""

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
        """The output (N, M) for ``x`` (N, D), which is kept for the way back."""
        self.x = x
        np.matmul(x, self.w, out=self.y)
        if self.bias is not None:
            np.add(self.y, self.bias[0], out=self.y)
        return self.y

    infer = forward

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx (N, D) from dL/dy (N, M); dW and db are written on the way."""
        self.parameter_gradient(dy)
        return np.matmul(dy, self.w.T, out=self.dx)

    def parameter_gradient(self, dy: FloatArray) -> None:
        """Only dW and db: all that a first layer needs, as nobody trains the input."""
        np.matmul(self.x.T, dy, out=self.dw)
        if self.bias is not None:
            np.dot(self.ones, dy, out=self.bias[1])


class BatchNorm:
    r"""Batch normalisation over the batch axis: y = γ (x − μ) / √(σ² + ε) + β, σ² with divisor N.

    x is centred once, in place; the scale γ/√(σ² + ε) is a vector, so one pass gives y. ``running``, of shape (2, D),
    holds the mean and variance that follow ``r ← momentum · r + (1 − momentum) · batch``, for all batch sizes.

    A vector over the features meets several rows at once, repeated: NumPy copies an operand whose runs are shorter than
    its buffer before it uses it, and a pass then takes almost twice as long.
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
        """The output (N, D), normalised with the mean and variance of the batch; overwrites ``x``."""
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
        """The output (N, D), normalised with the running mean and variance, in ``x`` itself."""
        mean, variance = self.running
        scale = self.gamma / np.sqrt(variance + self.epsilon)
        x *= scale
        x += self.beta - mean * scale
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx (N, D), in ``dy`` itself; dγ and dβ are written on the way."""
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
    """Inverted dropout: an output is kept with the probability ``1 - drop_prob`` and then divided by it.

    One draw of the bit generator decides four outputs, 16 bits each, so the probability is rounded to 1/65536;
    the division uses the rounded one, and E[dropout(x)] = x holds exactly.
    """

    def __init__(self, batch: int, units: int, drop_prob: float, rng: np.random.Generator, dtype: DTypeLike) -> None:
        self.rng = rng
        self.threshold = np.uint16(np.clip(round((1 - drop_prob) * 65536), 1, 65535))
        self.scale = 65536 / float(self.threshold)
        self.mask = np.empty((batch, units), bool)
        self.y = aligned((batch, units), dtype)

    def forward(self, x: FloatArray) -> FloatArray:
        """The output (N, H) under a new mask."""
        words = self.rng.bit_generator.random_raw((self.mask.size + 3) // 4)
        draws = words.view(np.uint16)[: self.mask.size].reshape(self.mask.shape)
        np.less(draws, self.threshold, out=self.mask)
        np.multiply(x, self.mask, out=self.y)
        self.y *= self.scale
        return self.y

    def infer(self, x: FloatArray) -> FloatArray:
        """``x`` as it is: nothing is dropped when the network is used."""
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx (N, H) under the mask of the way forward, in ``dy`` itself."""
        dy *= self.mask
        dy *= self.scale
        return dy


class SoftmaxCrossEntropy:
    """The mean cross-entropy of softmax scores, whose gradient overwrites the scores.

    Scores must be in Fortran order: the maximum and the sum over classes then run along contiguous batches, four to
    five times faster than row by row, and the score of a row's own class is found by one flat index.
    """

    def __init__(self, batch: int, dtype: DTypeLike) -> None:
        self.column, self.log_sum = np.empty((batch, 1), dtype), np.empty((batch, 1), dtype)
        self.rows, self.own = np.arange(batch), np.empty(batch, np.intp)
        # Added and subtracted, it rounds tiny entries to 0: their products further down would be slow denormals.
        self.guard = np.array(1e-8, dtype)

    def __call__(self, scores: FloatArray, y: NDArray[np.integer]) -> tuple[float, FloatArray]:
        """Return the loss and dL/dscores, of shape (N, K)."""
        np.maximum.reduce(scores, axis=1, keepdims=True, out=self.column)
        scores -= self.column
        flat, own = scores.T.reshape(-1), self.own
        np.multiply(y, len(y), out=own, dtype=np.intp, casting="unsafe")  # a small integer type could not hold it
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
    """½ l2 Σw² + l1 Σ|w| over the weights ``w``; a call returns it and adds its gradient to ``dw``."""

    def __init__(self, w: FloatArray, dw: FloatArray, l2: float, l1: float) -> None:
        self.w, self.dw, self.l2, self.l1 = w, dw, l2, l1
        self.scratch = np.empty_like(w if l1 or l2 else w[:0])

    def __call__(self) -> float:
        """Return the penalty."""
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
