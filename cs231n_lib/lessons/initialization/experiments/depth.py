"""Activations and gradients of ten layers before training."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import initializers
from cs231n_lib.functions.activations import (
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from cs231n_lib.functions.layers import affine_backward, affine_forward

LAYERS, UNITS, EXAMPLES = 10, 200, 100

INITIALIZERS = {
    "1/√n": initializers.scaled,
    "He: √(2/n)": initializers.he,
    "small: 0.01": initializers.small_random,
}
ACTIVATIONS = {
    "tanh": (tanh_forward, tanh_backward),
    "ReLU": (relu_forward, relu_backward),
    "sigmoid": (sigmoid_forward, sigmoid_backward),
}


@dataclass(frozen=True)
class Signals:
    """Output of each layer and its gradient, both (LAYERS, EXAMPLES, UNITS)."""

    activations: FloatArray
    gradients: FloatArray


def signals(initializer: str, activation: str, scale: float) -> Signals:
    """Forward and backward pass of ten layers with weights multiplied by ``scale``.

    The inputs and the gradient with respect to the output of the last layer are normal with standard deviation 1.
    The seed is 0 and the dtype float32.
    """
    forward, backward = ACTIVATIONS[activation]
    x, top, weights = _draws(initializer)
    bias, caches = initializers.zero_bias(UNITS, np.float32), []
    activations, gradients = np.empty((2, LAYERS, EXAMPLES, UNITS), np.float32)
    for layer in range(LAYERS):
        z, affine_cache = affine_forward(x, weights[layer] * np.float32(scale), bias)
        x, cache = forward(z)
        activations[layer] = x
        caches.append((affine_cache, cache))
    gradients[-1] = top
    for layer in range(LAYERS - 1, 0, -1):
        affine_cache, cache = caches[layer]
        gradients[layer - 1], _, _ = affine_backward(backward(gradients[layer], cache), affine_cache)
    return Signals(activations, gradients)


@lru_cache(maxsize=len(INITIALIZERS))
def _draws(initializer: str) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
    """Inputs and last gradient, (EXAMPLES, UNITS) each, and the weights of all layers."""
    rng = np.random.default_rng(0)
    x, top = rng.standard_normal((2, EXAMPLES, UNITS), np.float32)
    return x, top, [INITIALIZERS[initializer](UNITS, UNITS, rng, np.float32) for _ in range(LAYERS)]
