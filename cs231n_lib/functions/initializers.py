r"""Initial weights of an affine layer ``x @ w + b``: shape (fan_in, fan_out), mean 0, normal unless zero.

All take the same first three arguments, so that one can stand for another. Source: CS231n notes, "Neural Networks
Part 2".

Raises
------
TypeError, ValueError
    In every function: a fan that is not a whole number above 0, an rng that is not a Generator, a dtype that is not
    floating point.
"""

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import FloatArray, contract, count, float_dtype, generator, positive

__all__ = ["glorot", "he", "scaled", "small_random", "zero_bias", "zeros"]

_layer = contract(fan_in=count, fan_out=count, rng=generator, dtype=float_dtype)


@_layer
def zeros(fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> FloatArray:
    """All zero: every hidden unit then computes, and learns, the same. ``rng`` is not used.

    Returns
    -------
    w : (fan_in, fan_out)

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
    """Normal with the standard deviation ``std``, whatever the fan: signals fade through many layers.

    Returns
    -------
    w : (fan_in, fan_out)

    Examples
    --------
    >>> round(float(small_random(300, 300, np.random.default_rng(0)).std()), 3)
    0.01
    """
    return rng.normal(0, std, (fan_in, fan_out)).astype(dtype)


@_layer
def scaled(fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> FloatArray:
    r"""Variance 1/fan_in, so that a linear unit's output varies as much as its inputs.

    Returns
    -------
    w : (fan_in, fan_out)

    Examples
    --------
    >>> round(float(scaled(400, 300, np.random.default_rng(0)).std()), 3)
    0.05
    """
    return rng.normal(0, 1 / np.sqrt(fan_in), (fan_in, fan_out)).astype(dtype)


@_layer
def glorot(fan_in: int, fan_out: int, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> FloatArray:
    r"""Variance 2/(fan_in + fan_out): between what the forward and what the backward pass asks for.

    Returns
    -------
    w : (fan_in, fan_out)

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
    r"""Variance 2/fan_in: ReLU zeroes half of its inputs, and the 2 makes up for it.

    Returns
    -------
    w : (fan_in, fan_out)

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
    """Biases start at 0: the random weights break the symmetry already.

    Returns
    -------
    b : (fan_out,)

    Examples
    --------
    >>> zero_bias(2)
    array([0., 0.])
    """
    return np.zeros(fan_out, dtype)
