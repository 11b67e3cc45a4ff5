r"""Update rules: pure functions from a weight, its gradient and a state to the next weight and state.

All share one form, ``w, state... = rule(w, dw, state..., lr, ...)``: ``lr`` is the learning rate of this step, and each
state starts at zeros of the shape of ``w``.

Raises
------
TypeError, ValueError
    In every function: arrays of two shapes, entries that are not finite floats, a negative rate, a share outside
    [0, 1).
"""

from collections.abc import Callable

import numpy as np

from cs231n_lib.adaptive import adagrad, adam, rmsprop
from cs231n_lib.contracts import FloatArray, array, contract, count, decay_rate, non_negative, same_shape
from cs231n_lib.gradients import function

__all__ = ["adagrad", "adam", "gradient_descent", "momentum", "nesterov", "nesterov_lookahead", "rmsprop", "sgd"]


@contract(gradient=function, w=array(), lr=non_negative, steps=count)
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


@contract(w=array(), dw=same_shape("w"), lr=non_negative)
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


@contract(w=array(), dw=same_shape("w"), v=same_shape("w"), lr=non_negative, mu=decay_rate)
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


@contract(w=array(), dw=same_shape("w"), v=same_shape("w"), lr=non_negative, mu=decay_rate)
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


@contract(w=array(), gradient=function, v=same_shape("w"), lr=non_negative, mu=decay_rate)
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
