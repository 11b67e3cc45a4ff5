"""Network made of the student's functions, for milestones from lesson 06 onwards.

A hidden layer consists of an affine layer, optional batch norm, ReLU and optional dropout. Softmax cross-entropy
follows the last layer. All functions come from the run passed in.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Functions
from cs231n_lib.lessons.waiting import training_steps

Start = Callable[[int, int, Generator], FloatArray]
"""Function that draws weights (fan_in, fan_out) from the generator."""

Rule = Callable[[int, FloatArray, FloatArray, float], FloatArray]
"""``rule(i, w, dw, done)`` returns the new parameter ``i`` after a fraction ``done`` of all steps."""


def prepared(x: FloatArray) -> Callable[[FloatArray], FloatArray]:
    """Function that subtracts the mean image of ``x`` (N, D) and divides by one scale."""
    mean = x.mean(axis=0)
    scale = (x - mean).std()
    return lambda pixels: (pixels - mean) / scale


def he_start(run: Functions) -> Start:
    """He initialisation with the run's `scaled_weights`."""
    return lambda *layer: run.scaled_weights(*layer)["he"]


def descent(lr: float) -> Rule:
    """Update rule of SGD with a constant learning rate."""
    return lambda i, w, dw, done: w - lr * dw


class Layered:
    """Network of these ``sizes``, with weights from ``start`` and biases of 0."""

    def __init__(
        self,
        run: Functions,
        sizes: Sequence[int],
        start: Start,
        rng: Generator,
        *,
        batch_norm: bool = False,
        drop_prob: float = 0.0,
    ) -> None:
        self.run, self.rng, self.batch_norm, self.drop_prob = run, rng, batch_norm, drop_prob
        self.weights = [start(fan_in, fan_out, rng) for fan_in, fan_out in pairwise(sizes)]
        self.biases: list[FloatArray] = [np.zeros(units) for units in sizes[1:]]
        """With batch norm, a hidden layer's bias is β, because a bias before the normalisation has no effect."""
        self.gammas: list[FloatArray] = [np.ones(units) for units in sizes[1:-1]] if batch_norm else []
        self.statistics = [(np.zeros(units), np.ones(units)) for units in sizes[1:-1]]

    def train(
        self, x: FloatArray, y: NDArray[np.int64], rule: Rule, *, epochs: int = 20, batch_size: int = 64
    ) -> list[float]:
        """Train on ``x`` (N, D) and ``y`` (N,), and return the loss of each step."""
        losses: list[float] = []
        steps = epochs * -(-len(x) // batch_size)
        with training_steps(self.run, len(x), batch_size, epochs, self.rng) as all_rows:
            for rows in all_rows:
                loss, gradients = self._gradients(x[rows], y[rows])
                self._step(rule, gradients, len(losses) / steps)
                losses.append(float(loss))
        return losses

    def _step(self, rule: Rule, gradients: Sequence[FloatArray], done: float) -> None:
        parameters = [*self.weights, *self.biases, *self.gammas]
        new = [rule(i, w, dw, done) for i, (w, dw) in enumerate(zip(parameters, gradients, strict=True))]
        n = len(self.weights)
        self.weights, self.biases, self.gammas = new[:n], new[n : 2 * n], new[2 * n :]

    def _gradients(self, x: FloatArray, y: NDArray[np.int64]) -> tuple[float, list[FloatArray]]:
        """Loss, and its gradients with respect to all weights, all biases and all γ."""
        run, caches = self.run, []
        for i in range(len(self.weights) - 1):
            x, cache = self._hidden(i, x)
            caches.append(cache)
        scores, last = run.affine_forward(x, self.weights[-1], self.biases[-1])
        loss, dscores = run.softmax_cross_entropy(scores, y)
        dx, dw, db = run.affine_backward(dscores, last)
        weights, biases, gammas = [dw], [db], []
        for affine, normed, relu, mask in reversed(caches):
            dx = run.relu_backward(dx if mask is None else dx * mask, relu)
            if self.batch_norm:
                dx, dgamma, dbeta = run.batchnorm_backward(dx, normed)
                gammas.append(dgamma)
            dx, dw, db = run.affine_backward(dx, affine)
            weights.append(dw)
            biases.append(dbeta if self.batch_norm else db)
        return loss, [*weights[::-1], *biases[::-1], *gammas[::-1]]

    def _hidden(self, i: int, x: FloatArray) -> tuple[FloatArray, Any]:
        run, normed, mask, b = self.run, None, None, self.biases[i]
        h, affine = run.affine_forward(x, self.weights[i], np.zeros_like(b) if self.batch_norm else b)
        if self.batch_norm:
            h, normed, *statistics = run.batchnorm_forward(h, self.gammas[i], b, *self.statistics[i])
            self.statistics[i] = statistics[0], statistics[1]
        out, relu = run.relu_forward(h)
        if self.drop_prob:
            # With an upstream gradient of ones, the gradient is the mask itself, which the backward pass needs.
            out, mask = run.inverted_dropout(out, np.ones_like(out), self.drop_prob, self.rng)
        return out, (affine, normed, relu, mask)

    def scores(self, x: FloatArray) -> FloatArray:
        """Scores (N, K) at inference time, without dropout and with running statistics."""
        for i, b in enumerate(self.biases[:-1]):
            h, _ = self.run.affine_forward(x, self.weights[i], np.zeros_like(b) if self.batch_norm else b)
            if self.batch_norm:
                h = self.run.batchnorm_inference(h, self.gammas[i], b, *self.statistics[i])
            x, _ = self.run.relu_forward(h)
        return self._last(x)

    def folded_scores(self, x: FloatArray) -> FloatArray:
        """Scores (N, K) at inference time, with batch norm folded into affine layers."""
        for i, b in enumerate(self.biases[:-1]):
            w, folded = self.run.fold_batchnorm(
                self.weights[i], np.zeros_like(b), self.gammas[i], b, *self.statistics[i]
            )
            h, _ = self.run.affine_forward(x, w, folded)
            x, _ = self.run.relu_forward(h)
        return self._last(x)

    def _last(self, x: FloatArray) -> FloatArray:
        scores, _ = self.run.affine_forward(x, self.weights[-1], self.biases[-1])
        return np.asarray(scores)
