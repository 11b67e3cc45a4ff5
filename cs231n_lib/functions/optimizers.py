r"""Update rules as pure functions ``w, state... = rule(w, dw, state..., lr, ...)``.

``w`` are the weights, in any shape, and ``dw`` is the gradient of the loss. ``lr`` is the learning rate of this step.
``eps`` prevents a division 0/0 and is outside the square root. Each state has the shape of ``w`` and starts at zeros.
A momentum rule has the velocity ``v`` as its state, of which it keeps the fraction ``mu`` in [0, 1) at each step.
New weights and states have the shape and dtype of ``w``. A gradient or state of another precision is converted first.

Raises
------
TypeError, ValueError
    In every function: shapes differ, an array has entries that are not finite floats, a learning rate is negative, or
    a decay rate is outside [0, 1).
"""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import (
    FloatArray,
    array,
    contract,
    count,
    decay_rate,
    entries,
    like,
    non_negative,
    positive,
    returning_like,
    whole,
)


@contract(w=array(), gradient=returning_like("w"), lr=non_negative, steps=count)
def gradient_descent(
    gradient: Callable[[FloatArray], FloatArray], w: FloatArray, lr: float, steps: int
) -> tuple[FloatArray, FloatArray]:
    r"""Gradient descent, ``steps`` times :math:`w \leftarrow w - lr \nabla f(w)`.

    Parameters
    ----------
    gradient : callable
        ``gradient(w)`` returns the gradient at ``w``, with the same shape.
    w : (...)
        Initial weights, which are not changed.
    steps : int
        Number of updates.

    Returns
    -------
    w : (...)
        Final weights.
    path : (steps + 1, ...)
        All weights from the initial to the final ones.

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


@contract(w=array(), dw=like("w"), lr=non_negative)
def sgd(w: FloatArray, dw: FloatArray, lr: float) -> FloatArray:
    r"""Stochastic gradient descent: :math:`w \leftarrow w - lr \cdot dw`.

    Examples
    --------
    >>> sgd(np.array([1.0, 2.0]), np.array([4.0, -4.0]), lr=0.25)
    array([0., 3.])
    """
    return w - lr * dw


@contract(w=array(), dw=like("w"), v=like("w"), lr=non_negative, mu=decay_rate)
def momentum(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> tuple[FloatArray, FloatArray]:
    r"""Momentum, in which the gradient changes a velocity, which changes the weights.

    .. math:: v \leftarrow \mu v - lr \cdot dw, \qquad w \leftarrow w + v

    Under a constant gradient the velocity tends to :math:`-lr \cdot dw / (1 - \mu)`, or ten `sgd` steps if μ is 0.9.

    Returns
    -------
    w, v : (...)
        New weights and velocity.

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


@contract(w=array(), dw=like("w"), v=like("w"), lr=non_negative, mu=decay_rate)
def nesterov(w: FloatArray, dw: FloatArray, v: FloatArray, lr: float, mu: float = 0.9) -> tuple[FloatArray, FloatArray]:
    r"""Nesterov momentum, with the gradient at the current weights.

    .. math:: v' = \mu v - lr \cdot dw, \qquad w' = w - \mu v + (1 + \mu) v'

    Here ``w`` is the look-ahead point :math:`\theta + \mu v` of `nesterov_lookahead`. Both forms visit the same points
    with the same velocities.

    Returns
    -------
    w, v : (...)
        New weights and velocity.

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


@contract(w=array(), gradient=returning_like("w"), v=like("w"), lr=non_negative, mu=decay_rate)
def nesterov_lookahead(
    w: FloatArray, gradient: Callable[[FloatArray], FloatArray], v: FloatArray, lr: float, mu: float = 0.9
) -> tuple[FloatArray, FloatArray]:
    r"""Nesterov momentum, with the gradient at the look-ahead point.

    .. math:: v \leftarrow \mu v - lr \cdot \nabla f(w + \mu v), \qquad w \leftarrow w + v

    Parameters
    ----------
    gradient : callable
        ``gradient(w)`` returns the gradient at ``w``.

    Returns
    -------
    w, v : (...)
        New weights and velocity.

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


_updates_so_far = whole("the number of updates so far, a whole number of at least 0", 0)
_remedy = " but its entries are squares. Start at zeros and pass the returned state on"
_squares = entries(like("w"), lambda v: v >= 0, _remedy)


@contract(w=array(), dw=like("w"), cache=_squares, lr=non_negative, eps=positive)
def adagrad(
    w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, eps: float = 1e-8
) -> tuple[FloatArray, FloatArray]:
    r"""Adagrad, which divides each step by the root of a sum of squares.

    .. math:: cache \leftarrow cache + dw^2, \qquad w \leftarrow w - lr \cdot \frac{dw}{\sqrt{cache} + \epsilon}

    A rarely updated weight keeps large steps. The sum only grows, so the steps eventually become very small.

    Parameters
    ----------
    cache : (...)
        Sum of squared gradients.
    lr : float
        Learning rate, about the size of the first step.

    Returns
    -------
    w, cache : (...)
        New weights and sum.

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


@contract(w=array(), dw=like("w"), cache=_squares, lr=non_negative, decay=decay_rate, eps=positive)
def rmsprop(
    w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, decay: float = 0.99, eps: float = 1e-8
) -> tuple[FloatArray, FloatArray]:
    r"""RMSProp, which is Adagrad with a running mean instead of the sum.

    .. math:: cache \leftarrow decay \cdot cache + (1 - decay)\, dw^2, \qquad
              w \leftarrow w - lr \cdot \frac{dw}{\sqrt{cache} + \epsilon}

    Parameters
    ----------
    cache : (...)
        Running mean of squared gradients. The mean starts at zeros, so the first step of a weight has the size
        :math:`lr / \sqrt{1 - decay}`.
    decay : float
        Fraction of the mean that each step keeps, in [0, 1), usually 0.9, 0.99 or 0.999.

    Returns
    -------
    w, cache : (...)
        New weights and mean.

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
    dw=like("w"),
    m=like("w"),
    v=_squares,
    t=_updates_so_far,
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
    r"""Adam, which combines running means of the gradient and its square.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1)\, dw, \quad v \leftarrow \beta_2 v + (1 - \beta_2)\, dw^2, \quad
              w \leftarrow w - lr \cdot \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    The division by :math:`1 - \beta^t` corrects both means for their start at zero. Apart from :math:`\epsilon`, the
    steps do not change if the loss is multiplied by a positive constant.

    Parameters
    ----------
    m, v : (...)
        Running means of the gradient and of its square.
    t : int
        Number of updates before this one, initially 0. The first update divides by :math:`1 - \beta^1`.
    lr : float
        Learning rate, the size of the first step in every weight.
    beta1, beta2 : float
        Fraction of each mean that a step keeps, in [0, 1).

    Returns
    -------
    w, m, v : (...)
        New weights and means.
    t : int
        Number of updates including this one.

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
