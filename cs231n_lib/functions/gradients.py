r"""Numerical gradients, and the check of an analytic gradient against them.

A numerical gradient is slow and approximate but needs no calculus, so it is the referee for every backward pass.
"""

from collections.abc import Callable
from math import isfinite

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract, finite, positive, returning, returning_like, same_shape

__all__ = ["numerical_gradient", "numerical_gradient_centered", "numerical_vjp", "relative_error"]


@contract(f=returning(finite, isfinite), x=array(), h=positive)
def numerical_gradient(f: Callable[[FloatArray], float], x: FloatArray, h: float = 1e-5) -> FloatArray:
    r"""Gradient of ``f`` at ``x`` by forward differences, one entry of ``x`` at a time.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x)}{h}

    The error is :math:`O(h)`: Taylor leaves :math:`\tfrac{h}{2} f''`. It takes ``x.size + 1`` calls of ``f``.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns one number. Each call gets its own copy.
    x : (...)
        The point; any shape, not changed.
    h : float
        Step added to one entry. Too large: Taylor's remainder; too small: rounding in ``f`` divided by ``h``.

    Returns
    -------
    dx : (...)
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError, ValueError
        ``f`` cannot be called or returns anything but one finite number, ``x`` is no finite float array, or ``h`` is
        not above 0.

    References
    ----------
    CS231n notes, "Optimization: stochastic gradient descent".

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

    The error is :math:`O(h^2)`, for the even terms of Taylor's series cancel. It takes ``2 * x.size`` calls of ``f``.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns one number. Each call gets its own copy.
    x : (...)
        The point; any shape, not changed.
    h : float
        Half the distance of the two points.

    Returns
    -------
    dx : (...)
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError, ValueError
        ``f`` cannot be called or returns anything but one finite number, ``x`` is no finite float array, or ``h`` is
        not above 0.

    References
    ----------
    CS231n notes, "Neural networks part 3: gradient checks".

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
    r"""Vector-Jacobian product of an array-valued ``f`` at ``x``: what its backward pass returns for ``dout``.

    .. math:: dx_i = \sum_j dout_j \frac{\partial f_j}{\partial x_i}

    The two values of ``f`` are subtracted before they are weighed and summed: the difference of two sums would have
    fewer digits. Draw ``dout`` at random: a ``dout`` of ones hides mistakes, such as every one in batch norm, whose
    gradient it makes zero.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns an array of the shape of ``dout``.
    x : (...)
        The point; any shape, not changed.
    dout : (...)
        Upstream gradient.
    h : float
        Half the distance of the two points.

    Returns
    -------
    dx : (...)
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError, ValueError
        For a bad argument, or where ``f(x)`` and ``dout`` differ in shape.

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
    r"""Difference of ``a`` and ``b`` relative to the larger of the two magnitudes, entry by entry.

    .. math:: \frac{|a - b|}{\max(|a|, |b|)}, \qquad \text{and } 0 \text{ where both are } 0

    Parameters
    ----------
    a, b : (...)
        Arrays of one shape.

    Returns
    -------
    error : (...)
        0 for equal entries, 1 where one of them is zero, 2 at most (opposite signs); ``inf`` where the difference of
        two entries is larger than any float, as only entries beyond half the largest float can make it.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, or the shapes differ.

    References
    ----------
    CS231n notes, "Neural networks part 3: gradient checks".

    Examples
    --------
    >>> relative_error(np.array([1.0, 0.0, 0.0]), np.array([1.25, 3.0, 0.0]))
    array([0.2, 1. , 0. ])
    """
    scale = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(scale == 0, 1, scale)
