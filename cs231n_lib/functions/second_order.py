r"""Second-order methods: steps that know the curvature, for full batches."""

from collections import deque
from collections.abc import Callable, Sequence, Sized
from typing import Any

import numpy as np

from cs231n_lib.contracts import (
    Call,
    FloatArray,
    array,
    contract,
    count,
    double,
    non_negative,
    returning,
    returning_like,
)

__all__ = ["lbfgs", "lbfgs_direction", "line_search", "newton_step"]

_vector = array("D")
_square = double("D D")


def one_number(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: one real number, which may be infinite or NaN far from where the function is sound."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}; it must be one number")


def invertible(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: a finite (D, D) matrix of full rank."""
    _square(name, value, call)
    if np.abs(value).max() < np.finfo(value.dtype).tiny:
        raise ValueError(f"{name} holds nothing above {np.abs(value).max()}, too small to divide by; scale the loss up")
    rank, size = np.linalg.matrix_rank(value), len(value)
    if rank < size:
        raise ValueError(
            f"{name} is singular, rank {rank} of {size}; add a little curvature: {name} + 1e-3 * np.eye({size})"
        )


def curvature_pairs(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: changes of the gradient over the steps ``s``, each of them positive along its step."""
    s = call.arguments["s"]
    for kind, pairs in (("s", s), (name, value)):
        if not isinstance(pairs, Sized) or isinstance(pairs, str):
            raise TypeError(f"{kind} is {type(pairs).__name__}; pass a list of arrays, one a step")
    if len(s) != len(value):
        raise ValueError(f"{name} holds {len(value)} vectors but s has {len(s)}; they come in pairs")
    for i, (s_i, y_i) in enumerate(zip(s, value, strict=True)):
        _vector(f"s[{i}]", s_i, call)
        _vector(f"{name}[{i}]", y_i, call)
        if not y_i @ s_i > 0:
            raise ValueError(
                f"{name}[{i}] @ s[{i}] is {y_i @ s_i}; leave out pairs along which the slope does not grow"
            )


@contract(w=double("D"), dw=double("D"), hessian=invertible)
def newton_step(w: FloatArray, dw: FloatArray, hessian: FloatArray) -> FloatArray:
    r"""Newton's step: to where the local parabola has its stationary point.

    .. math:: w \leftarrow w - H^{-1} dw

    One step reaches the minimum of a quadratic, whatever its scaling, and needs no learning rate. Where the Hessian has
    a negative eigenvalue the step leads to a saddle or a maximum. It costs :math:`O(D^3)`.

    Parameters
    ----------
    w, dw : (D,)
        Weights and the gradient of the loss in them.
    hessian : (D, D)
        Second derivatives at ``w``.

    Returns
    -------
    w : (D,)
        The new weights.

    Raises
    ------
    TypeError, ValueError
        Sizes that differ, arrays not finite, or a singular Hessian.

    References
    ----------
    CS231n notes, "Neural networks part 3: second order methods".

    Examples
    --------
    >>> newton_step(np.array([8.0, 3.0]), np.array([16.0, 600.0]), np.diag([2.0, 200.0]))
    array([0., 0.])
    """
    return w - np.linalg.solve(hessian, dw)


@contract(dw=array("D"), y=curvature_pairs)
def lbfgs_direction(dw: FloatArray, s: Sequence[FloatArray], y: Sequence[FloatArray]) -> FloatArray:
    r"""Direction of L-BFGS by the two-loop recursion: :math:`-G dw` without ever building :math:`G`.

    :math:`G` approximates the inverse Hessian. It starts as :math:`(s^T y / y^T y) I`, with the newest pair; each pair
    corrects it, oldest first, so that :math:`G y_i = s_i`. It costs :math:`O(D)` a pair.

    Parameters
    ----------
    dw : (D,)
        Gradient at the current point.
    s : sequence of (D,)
        Last steps, :math:`w_{k+1} - w_k`, oldest first; may be empty, and the direction is then ``-dw``.
    y : sequence of (D,)
        Changes of the gradient over these steps, each with :math:`y_i^T s_i > 0`.

    Returns
    -------
    direction : (D,)
        A direction of descent.

    Raises
    ------
    TypeError, ValueError
        For sizes that differ, or a pair without positive curvature.

    References
    ----------
    Nocedal and Wright, "Numerical Optimization" (2006), algorithm 7.4.

    Examples
    --------
    On :math:`2 w^2` one pair tells the curvature, and the direction leads from 3 right to the minimum:

    >>> lbfgs_direction(np.array([12.0]), s=[np.array([1.0])], y=[np.array([4.0])])
    array([-3.])
    """
    q = dw
    kept = []
    for s_i, y_i in zip(reversed(s), reversed(y), strict=True):
        c = (s_i @ q) / (y_i @ s_i)
        q = q - c * y_i
        kept.append(c)
    r = q * (s[-1] @ y[-1]) / (y[-1] @ y[-1]) if len(s) else q
    for s_i, y_i, c in zip(s, y, reversed(kept), strict=True):
        along = (y_i @ r) / (y_i @ s_i)
        r = r + (c - along) * s_i
    return -r


@contract(w=array("D"), f=returning(one_number), gradient=returning_like("w"), direction=array("D"))
def line_search(
    f: Callable[[FloatArray], float],
    gradient: Callable[[FloatArray], FloatArray],
    w: FloatArray,
    direction: FloatArray,
) -> float:
    r"""Length of a step along ``direction`` that goes down enough and far enough: the weak Wolfe conditions.

    .. math:: f(w + \alpha p) \le f(w) + 10^{-4} \alpha \nabla f(w)^T p, \qquad
              \nabla f(w + \alpha p)^T p \ge 0.9\, \nabla f(w)^T p

    A step that breaks the first is too long, one that breaks the second too short; bisection finds one between. The
    second makes sure that the pair the step yields has positive curvature.

    Parameters
    ----------
    f, gradient : callable
        The function and its gradient.
    w : (D,)
        Where to start.
    direction : (D,)
        A direction of descent.

    Returns
    -------
    step : float
        The factor :math:`\alpha`; the longest that went down enough where 50 tries find none. It is 0 if no step did,
        as along a direction that does not descend.

    Raises
    ------
    TypeError, ValueError
        For a bad argument, an ``f`` that returns no number, or a gradient of another shape.

    References
    ----------
    Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods" (2013), algorithm 2.6.

    Examples
    --------
    >>> line_search(lambda w: float(w @ w), lambda w: 2 * w, np.array([1.0]), np.array([-2.0]))
    0.5
    """
    f_w, slope = f(w), gradient(w) @ direction
    low, high, step = 0.0, np.inf, 1.0
    for _ in range(50):
        there = w + step * direction
        if not f(there) <= f_w + 1e-4 * step * slope:  # `not <=`, so that NaN counts as too long
            high = step
        elif gradient(there) @ direction < 0.9 * slope:
            low = step
        else:
            return step
        step = 2 * low if high == np.inf else (low + high) / 2
    return low


@contract(
    w=array("D"),
    f=returning(one_number),
    gradient=returning_like("w"),
    steps=count,
    memory=count,
    tolerance=non_negative,
)
def lbfgs(
    f: Callable[[FloatArray], float],
    gradient: Callable[[FloatArray], FloatArray],
    w: FloatArray,
    steps: int = 100,
    memory: int = 10,
    tolerance: float = 1e-8,
) -> tuple[FloatArray, FloatArray]:
    r"""Minimise ``f`` by L-BFGS with a line search.

    Parameters
    ----------
    f, gradient : callable
        The function and its gradient, of the full batch: with noise the pairs no longer measure curvature.
    w : (D,)
        Where to start; not changed.
    steps : int
        At most so many updates.
    memory : int
        How many pairs are kept.
    tolerance : float
        Stops where no entry of the gradient is larger.

    Returns
    -------
    w : (D,)
        Where it ended.
    path : (steps taken + 1, D)
        Every point on the way, the first and the last included. It ends early where no step along the direction goes
        down: rounding ends the descent so at a minimum. A path of one point from a start that is no minimum means that
        ``gradient`` is not that of ``f`` (`check_gradient` tells), or that ``f`` falls for ever in a straight line.

    Raises
    ------
    TypeError, ValueError
        For a bad argument, an ``f`` that returns no number, a start where ``f`` is not finite, or a gradient that is
        not finite or of another shape than ``w``.

    Examples
    --------
    >>> w, path = lbfgs(lambda w: float(w @ w), lambda w: 2 * w, np.array([3.0, -1.0]))
    >>> w, len(path)
    (array([0., 0.]), 2)
    """
    s: deque[FloatArray] = deque(maxlen=memory)
    y: deque[FloatArray] = deque(maxlen=memory)
    if not np.isfinite(f(w)):
        raise ValueError(f"lbfgs: f is {f(w)} at the start; begin where it is finite")
    path, dw = [w], gradient(w)
    for _ in range(steps):
        if np.abs(dw).max() <= tolerance:
            break
        direction = lbfgs_direction(dw, s, y)
        w_next = w + line_search(f, gradient, w, direction) * direction
        dw_next = gradient(w_next)
        if not (dw_next - dw) @ (w_next - w) > 0:
            break  # rounding ends the descent: no step along the direction goes down
        s.append(w_next - w)
        y.append(dw_next - dw)
        w, dw = w_next, dw_next
        path.append(w)
    return w, np.stack(path)
