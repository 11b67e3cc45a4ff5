r"""Numerical gradients, which are slow but verify analytic gradients.

``f`` is a function of an array with the shape of ``x`` and returns one number. Each call gets its own copy. ``x`` is a
point of any shape, which is not changed. A gradient has the shape and dtype of ``x``. For centred differences, ``h`` is
half the distance between the two points. Sources: CS231n notes, "Optimization: stochastic gradient descent" for forward
differences, and "Neural networks part 3: gradient checks" for the others.

Raises
------
TypeError, ValueError
    In every function: ``f`` is not callable or returns anything but finite numbers of the right shape, an array is
    empty or has entries that are not finite floats, shapes differ, or ``h`` is not above 0.
"""

from collections.abc import Callable
from math import isfinite

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract, finite, positive, returning, returning_like, same_shape


@contract(f=returning(finite, isfinite), x=array(), h=positive)
def numerical_gradient(f: Callable[[FloatArray], float], x: FloatArray, h: float = 1e-5) -> FloatArray:
    r"""Gradient of ``f`` at ``x`` by forward differences, one entry of ``x`` at a time.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x)}{h}

    The error :math:`\tfrac{h}{2} f''` is :math:`O(h)`. The function calls ``f`` ``x.size + 1`` times.

    Parameters
    ----------
    h : float
        Step added to one entry. Truncation error dominates if the step is too large, and rounding error in ``f``
        divided by ``h`` if the step is too small.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -2.0])).round(4)
    array([ 2., -4.])
    """
    f_x = f(x.copy())
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x_plus = x.copy()
        x_plus[i] += h
        dx[i] = (f(x_plus) - f_x) / h
    return dx


@contract(f=returning(finite, isfinite), x=array(), h=positive)
def numerical_gradient_centered(f: Callable[[FloatArray], float], x: FloatArray, h: float = 1e-5) -> FloatArray:
    r"""Gradient of ``f`` at ``x`` by centred differences, one entry of ``x`` at a time.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}

    The error is :math:`O(h^2)`, because the even terms of the Taylor series cancel. The function calls ``f``
    ``2 * x.size`` times.

    Examples
    --------
    >>> numerical_gradient_centered(lambda x: np.sum(x**3), np.array([1.0, -2.0])).round(6)
    array([ 3., 12.])
    """
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x_plus, x_minus = x.copy(), x.copy()
        x_plus[i] += h
        x_minus[i] -= h
        dx[i] = (f(x_plus) - f(x_minus)) / (2 * h)
    return dx


@contract(x=array(), dout=array(), f=returning_like("dout"), h=positive)
def numerical_vjp(
    f: Callable[[FloatArray], FloatArray], x: FloatArray, dout: FloatArray, h: float = 1e-5
) -> FloatArray:
    r"""Numerical vector-Jacobian product of an array-valued ``f`` at ``x``.

    .. math:: dx_i = \sum_j dout_j \frac{\partial f_j}{\partial x_i}

    The two values of ``f`` are subtracted before they are weighted and summed, because the difference of two sums would
    lose digits. Draw ``dout`` at random. A ``dout`` of ones hides mistakes. In batch norm, for example, it makes the
    gradient zero.

    Parameters
    ----------
    f : callable
        Function that returns an array with the shape of ``dout``.
    dout : (...)
        Upstream gradient.

    Examples
    --------
    >>> numerical_vjp(lambda x: x**2, np.array([1.0, 2.0]), np.array([10.0, 1.0])).round(6)
    array([20.,  4.])
    """
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x_plus, x_minus = x.copy(), x.copy()
        x_plus[i] += h
        x_minus[i] -= h
        dx[i] = np.sum((f(x_plus) - f(x_minus)) * dout) / (2 * h)
    return dx


@contract(a=array(), b=same_shape("a"))
def relative_error(a: FloatArray, b: FloatArray) -> FloatArray:
    r"""Elementwise difference of ``a`` and ``b`` relative to the larger magnitude.

    .. math:: \frac{|a - b|}{\max(|a|, |b|)}, \qquad \text{and } 0 \text{ where both are } 0

    Returns
    -------
    error : (...)
        Error between 0 (equal entries) and 2 (opposite signs), which is 1 if only one of the two is zero. It is ``inf``
        if the difference overflows, which needs an entry above half the largest float.

    Examples
    --------
    >>> relative_error(np.array([1.0, 0.0, 0.0]), np.array([1.25, 3.0, 0.0]))
    array([0.2, 1. , 0. ])
    """
    scale = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(scale == 0, 1, scale)
