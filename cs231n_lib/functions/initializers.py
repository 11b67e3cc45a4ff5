r"""Initial weights (fan_in, fan_out) of an affine layer ``x @ w + b``.

The random weights are normal with mean 0. All initialisers of weights have the same first three arguments and are
interchangeable. Source: CS231n notes, "Neural Networks Part 2".

Raises
------
TypeError, ValueError
    In every function: a fan is not a whole number above 0, ``rng`` is not a Generator, or the dtype is not floating
    point.
"""

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import FloatArray, contract, count, float_dtype, generator, positive

_layer = contract(fan_in=count, fan_out=count, rng=generator, dtype=float_dtype)


@_layer
def zeros(fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> FloatArray:
    """Zero weights, with which all hidden units learn the same.

    ``rng`` has no effect.

    Examples
    --------
    >>> zeros(1, 2, np.random.default_rng(0))
    array([[0., 0.]])
    """
    return np.zeros((fan_in, fan_out), dtype)


@contract(fan_in=count, fan_out=count, rng=generator, dtype=float_dtype, std=positive)
def small_random(
    fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64, std: float = 0.01
) -> FloatArray:
    """Normal weights with standard deviation ``std``. Signals fade if it is small.

    Examples
    --------
    >>> round(float(small_random(300, 300, np.random.default_rng(0)).std()), 3)
    0.01
    """
    return rng.normal(0, std, (fan_in, fan_out)).astype(dtype)


@_layer
def scaled(fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> FloatArray:
    r"""Weights with variance 1/fan_in, which keep the variance in linear units.

    Examples
    --------
    >>> round(float(scaled(400, 300, np.random.default_rng(0)).std()), 3)
    0.05
    """
    return rng.normal(0, 1 / np.sqrt(fan_in), (fan_in, fan_out)).astype(dtype)


@_layer
def glorot(fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> FloatArray:
    r"""Weights with variance 2/(fan_in + fan_out), a compromise between both passes.

    References
    ----------
    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.

    Examples
    --------
    >>> round(float(glorot(500, 300, np.random.default_rng(0)).std()), 3)
    0.05
    """
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out)).astype(dtype)


@_layer
def he(fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> FloatArray:
    r"""Weights with variance 2/fan_in, because ReLU sets half of its inputs to zero.

    References
    ----------
    He et al., "Delving Deep into Rectifiers", 2015.

    Examples
    --------
    >>> round(float(he(800, 300, np.random.default_rng(0)).std()), 3)
    0.05
    """
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)).astype(dtype)


@contract(fan_out=count, dtype=float_dtype)
def zero_bias(fan_out: int, dtype: DTypeLike = np.float64) -> FloatArray:
    """Zero biases (fan_out,), because the random weights break the symmetry.

    Examples
    --------
    >>> zero_bias(2)
    array([0., 0.])
    """
    return np.zeros(fan_out, dtype)
