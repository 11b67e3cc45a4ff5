r"""Update rules: pure functions from a weight, its gradient and a state to the next weight and state.

All share one form, ``w, state... = rule(w, dw, state..., lr, ...)``: ``lr`` is the learning rate of this step, and each
state starts at zeros of the shape of ``w``. Results have the dtype of ``w``: a gradient or state in another precision
is taken in that of ``w`` first.

Raises
------
TypeError, ValueError
    In every function: arrays of two shapes, a gradient function that returns another, entries that are not finite
    floats, a negative rate, a share outside [0, 1).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from cs231n_lib.contracts import (
    Call,
    Check,
    FloatArray,
    alike,
    array,
    contract,
    count,
    decay_rate,
    non_negative,
    positive,
    returning_like,
    whole,
)

__all__ = ["adagrad", "adam", "gradient_descent", "momentum", "nesterov", "nesterov_lookahead", "rmsprop", "sgd"]


@contract(w=array(), gradient=returning_like("w"), lr=non_negative, steps=count)
def gradient_descent(
    gradient: Callable[[FloatArray], FloatArray], w: FloatArray, lr: float, steps: int
) -> tuple[FloatArray, FloatArray]:
    r"""Walk down the slope: :math:`w \leftarrow w - lr \cdot \nabla f(w)`, ``steps`` times.

    Parameters
    ----------
    gradient : callable
        ``gradient(w)`` returns the gradient at ``w``, in its shape.
    w : (...)
        Where to start; not changed.
    lr : float
        Learning rate.
    steps : int
        How many updates.

    Returns
    -------
    w : (...)
        Where the walk ended.
    path : (steps + 1, ...)
        Every point on the way, the first and the last included.

    Examples
    --------
    >>> w, path = gradient_descent(lambda w: 2 * w, np.array([1.0]), lr=0.25, steps=2)
    >>> path
    array([[1.  ],
           [0.5 ],
           [0.25]])
    """
    path = [w]
    for _ in range(steps):
        w = w - lr * gradient(w)
        path.append(w)
    return w, np.stack(path)


@contract(w=array(), dw=alike("w"), lr=non_negative)
def sgd(w: FloatArray, dw: FloatArray, lr: float) -> FloatArray:
    r"""Stochastic gradient descent: :math:`w \leftarrow w - lr \cdot dw`.

    Parameters
    ----------
    w, dw : (...)
        Weights and the gradient of the loss in them.
    lr : float
        Learning rate.

    Returns
    -------
    w : (...)
        The new weights; shape and dtype of ``w``.

    Examples
    --------
    >>> sgd(np.array([1.0, 2.0]), np.array([4.0, -4.0]), lr=0.25)
    array([0., 3.])
    """
    return w - lr * dw


@contract(w=array(), dw=alike("w"), v=alike("w"), lr=non_negative, mu=decay_rate)
def momentum(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> tuple[FloatArray, FloatArray]:
    r"""Momentum: the gradient changes a velocity, the velocity moves the weights.

    .. math:: v \leftarrow \mu v - lr \cdot dw, \qquad w \leftarrow w + v

    Under a constant gradient the velocity tends to :math:`-lr \cdot dw / (1 - \mu)`, ten `sgd` steps at 0.9.

    Parameters
    ----------
    w, dw : (...)
        Weights and the gradient of the loss in them.
    v : (...)
        Velocity; zeros before the first step.
    lr : float
        Learning rate.
    mu : float
        Momentum: the share of the velocity that is left after one step, in [0, 1).

    Returns
    -------
    w, v : (...)
        The new weights and velocity.

    References
    ----------
    CS231n notes, "Neural networks part 3"; Polyak (1964).

    Examples
    --------
    >>> momentum(np.array([1.0]), np.array([2.0]), np.array([0.5]), lr=0.25, mu=0.5)
    (array([0.75]), array([-0.25]))
    """
    v = mu * v - lr * dw
    return w + v, v


@contract(w=array(), dw=alike("w"), v=alike("w"), lr=non_negative, mu=decay_rate)
def nesterov(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> tuple[FloatArray, FloatArray]:
    r"""Nesterov momentum in the form that needs the gradient only where the weights are.

    .. math:: v' = \mu v - lr \cdot dw, \qquad w' = w - \mu v + (1 + \mu) v'

    Here ``w`` stands for the look-ahead point :math:`\theta + \mu v` of `nesterov_lookahead`: both forms visit the same
    points, and their velocities are equal.

    Parameters
    ----------
    w, dw : (...)
        Weights and the gradient of the loss in them.
    v : (...)
        Velocity; zeros before the first step.
    lr : float
        Learning rate.
    mu : float
        Momentum, in [0, 1).

    Returns
    -------
    w, v : (...)
        The new weights and velocity.

    References
    ----------
    CS231n notes, "Neural networks part 3"; Bengio, Boulanger-Lewandowski and Pascanu (2012), section 3.5.

    Examples
    --------
    >>> nesterov(np.array([1.0]), np.array([2.0]), np.array([0.5]), lr=0.25, mu=0.5)
    (array([0.375]), array([-0.25]))
    """
    v_previous = v
    v = mu * v - lr * dw
    return w - mu * v_previous + (1 + mu) * v, v


@contract(w=array(), gradient=returning_like("w"), v=alike("w"), lr=non_negative, mu=decay_rate)
def nesterov_lookahead(
    w: FloatArray, gradient: Callable[[FloatArray], FloatArray], v: FloatArray, lr: float, mu: float = 0.9
) -> tuple[FloatArray, FloatArray]:
    r"""Nesterov momentum as it is explained: take the gradient where the velocity is about to carry the weights.

    .. math:: v \leftarrow \mu v - lr \cdot \nabla f(w + \mu v), \qquad w \leftarrow w + v

    Parameters
    ----------
    w : (...)
        Weights.
    gradient : callable
        ``gradient(w)`` returns the gradient at ``w``.
    v : (...)
        Velocity; zeros before the first step.
    lr : float
        Learning rate.
    mu : float
        Momentum, in [0, 1).

    Returns
    -------
    w, v : (...)
        The new weights and velocity.

    References
    ----------
    CS231n notes, "Neural networks part 3"; Sutskever et al. (2013).

    Examples
    --------
    >>> nesterov_lookahead(np.array([1.0]), lambda w: 2 * w, np.array([0.5]), lr=0.25, mu=0.5)
    (array([0.625]), array([-0.375]))
    """
    v = mu * v - lr * gradient(w + mu * v)
    return w + v, v


updates_so_far = whole("the number of updates so far, a whole number of at least 0", 0)


def sum_of_squares(other: str) -> Check:
    """An array of the shape of ``other`` with no entry below zero."""
    shaped = alike(other)

    def check(name: str, value: Any, call: Call) -> None:
        shaped(name, value, call)
        if (value < 0).any():
            raise ValueError(
                f"{name} holds {value.min()}; it is made of squares: start it at zeros, pass on what is returned"
            )

    return check


@contract(w=array(), dw=alike("w"), cache=sum_of_squares("w"), lr=non_negative, eps=positive)
def adagrad(
    w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, eps: float = 1e-8
) -> tuple[FloatArray, FloatArray]:
    r"""Adagrad: each weight divides its rate by the root of the sum of all its squared gradients.

    .. math:: cache \leftarrow cache + dw^2, \qquad w \leftarrow w - lr \cdot \frac{dw}{\sqrt{cache} + \epsilon}

    A weight that is seldom updated keeps large steps. The sum only grows, so the steps stall in the end.

    Parameters
    ----------
    w, dw : (...)
        Weights and the gradient of the loss in them.
    cache : (...)
        Sum of squared gradients; zeros before the first step.
    lr : float
        Learning rate, about the size of the first step.
    eps : float
        Keeps 0/0 away; outside the root.

    Returns
    -------
    w, cache : (...)
        The new weights and sum.

    References
    ----------
    CS231n notes, "Neural networks part 3"; Duchi, Hazan and Singer (2011).

    Examples
    --------
    >>> w, cache = adagrad(np.array([1.0]), np.array([4.0]), np.array([9.0]), lr=0.5)
    >>> w.round(6), cache
    (array([0.6]), array([25.]))
    """
    cache = cache + dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@contract(w=array(), dw=alike("w"), cache=sum_of_squares("w"), lr=non_negative, decay=decay_rate, eps=positive)
def rmsprop(
    w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, decay: float = 0.99, eps: float = 1e-8
) -> tuple[FloatArray, FloatArray]:
    r"""RMSProp: Adagrad with a running mean for the sum, so that the steps need not shrink.

    .. math:: cache \leftarrow decay \cdot cache + (1 - decay)\, dw^2, \qquad
              w \leftarrow w - lr \cdot \frac{dw}{\sqrt{cache} + \epsilon}

    Parameters
    ----------
    w, dw : (...)
        Weights and the gradient of the loss in them.
    cache : (...)
        Running mean of squared gradients; zeros before the first step, which therefore has length
        :math:`lr / \sqrt{1 - decay}`.
    lr : float
        Learning rate.
    decay : float
        Share of the mean that is left after one step, in [0, 1): 0.9, 0.99 or 0.999.
    eps : float
        Keeps 0/0 away; outside the root.

    Returns
    -------
    w, cache : (...)
        The new weights and mean.

    References
    ----------
    CS231n notes, "Neural networks part 3"; Tieleman and Hinton (2012), lecture 6e.

    Examples
    --------
    >>> w, cache = rmsprop(np.array([1.0]), np.array([7.0]), np.array([1.0]), lr=0.5, decay=0.5)
    >>> w.round(6), cache
    (array([0.3]), array([25.]))
    """
    cache = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@contract(
    w=array(),
    dw=alike("w"),
    m=alike("w"),
    v=sum_of_squares("w"),
    t=updates_so_far,
    lr=non_negative,
    beta1=decay_rate,
    beta2=decay_rate,
    eps=positive,
)
def adam(
    w: FloatArray,
    dw: FloatArray,
    m: FloatArray,
    v: FloatArray,
    t: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    r"""Adam: the mean of recent gradients over the root of the mean of their squares.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1)\, dw, \quad v \leftarrow \beta_2 v + (1 - \beta_2)\, dw^2, \quad
              w \leftarrow w - lr \cdot \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    The division by :math:`1 - \beta^t` corrects both means for their start at zero. Multiplying the loss by a constant
    leaves the steps as they are (but for :math:`\epsilon`).

    Parameters
    ----------
    w, dw : (...)
        Weights and the gradient of the loss in them.
    m, v : (...)
        Running means of the gradient and of its square; zeros before the first step.
    t : int
        Number of updates so far: 0 before the first step. The update itself counts, so the first divides by
        :math:`1 - \beta^1`.
    lr : float
        Learning rate, the size of the first step in every weight.
    beta1, beta2 : float
        Share of each mean that is left after one step, in [0, 1).
    eps : float
        Keeps 0/0 away; outside the root.

    Returns
    -------
    w, m, v : (...)
        The new weights and means.
    t : int
        The count, one higher.

    References
    ----------
    CS231n notes, "Neural networks part 3"; Kingma and Ba (2015).

    Examples
    --------
    >>> zeros = np.zeros(2)
    >>> w, m, v, t = adam(np.array([1.0, 1.0]), np.array([1e3, -1e-3]), zeros, zeros, t=0, lr=0.1)
    >>> w.round(4), t
    (array([0.9, 1.1]), 1)
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t
