"""Random arrays for the cases of lesson 06."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray


def both_signs(rng: Generator, d: int, low: float = 0.5, high: float = 2.0) -> FloatArray:
    """Numbers (D,) of either sign and of size ``low`` to ``high``."""
    return np.asarray(rng.uniform(low, high, d) * rng.permutation(np.resize([1.0, -1.0], d)))


def statistics(rng: Generator, d: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """γ, β, running mean and running variance of d features.

    No standard deviation is ½, because there ε has about the same effect inside and outside the root.
    """
    return both_signs(rng, d), both_signs(rng, d), both_signs(rng, d), rng.uniform(0.5, 3, d)


def batch(rng: Generator, n: int, d: int) -> FloatArray:
    """Examples (N, D) whose features differ in mean and standard deviation."""
    return rng.normal(both_signs(rng, d, 1, 4), rng.uniform(0.5, 3, d), (n, d))


EPS = 0.3
"""An ε so large that the checks notice σ used instead of √(σ² + ε)."""


def draw(rng: Generator, n: int = 5, d: int = 3) -> tuple[FloatArray, FloatArray, FloatArray]:
    """dout, x and γ for the backward pass of batch norm."""
    return rng.normal(size=(n, d)), rng.normal(1, 2, (n, d)), both_signs(rng, d)


def normalize(x: FloatArray, eps: float) -> dict[str, FloatArray]:
    """Values of the forward pass of batch norm, by name."""
    xc = x - np.mean(x, axis=0)
    var = np.square(xc).sum(axis=0) / len(x)
    std = np.sqrt(var + eps)
    return {"x": x, "xc": xc, "var": var, "std": std, "xhat": xc / std}


def pull(dout: FloatArray, x: FloatArray, gamma: FloatArray, eps: float) -> float:
    """Sum of dout times the output of batch norm (β = 0).

    The backward pass must return its gradient.
    """
    return float(np.sum(dout * gamma * normalize(x, eps)["xhat"]))
