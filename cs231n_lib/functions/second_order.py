r"""Second-order methods for full batches: Newton's method and L-BFGS.

``f`` is the loss and ``gradient`` its gradient, both as functions of the weights ``w`` (D,) on the full batch, because
noise would corrupt the curvature. ``dw`` (D,) is the gradient at ``w``, and ``direction`` (D,) is a descent direction.
New weights have the shape of ``w``.

Raises
------
TypeError, ValueError
    In every function: sizes differ, entries are not finite, a gradient has the wrong shape, ``f`` does not return a
    number, the Hessian is singular, a pair has no positive curvature, or ``f`` is not finite at the start.
"""

from collections import deque
from collections.abc import Callable, Sequence, Sized
from typing import Any

import numpy as np

from cs231n_lib.contracts import (
    BoundCall,
    FloatArray,
    array,
    contract,
    count,
    double,
    non_negative,
    returning,
    returning_like,
)

_vector = array("D")
_square = double("D D")


def _one_number(name: str, value: Any, call: BoundCall) -> None:
    """Require one real number, which may be infinite or NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. It must be one number")


def _invertible(name: str, value: Any, call: BoundCall) -> None:
    """Require a finite (D, D) matrix of full rank."""
    _square(name, value, call)
    if np.abs(value).max() < np.finfo(value.dtype).tiny:
        raise ValueError(f"{name} has entries up to {np.abs(value).max()}, too small to divide by. Scale the loss up")
    rank, size = np.linalg.matrix_rank(value), len(value)
    if rank < size:
        raise ValueError(
            f"{name} is singular, rank {rank} of {size}. Add a little curvature: {name} + 1e-3 * np.eye({size})"
        )


def _curvature_pairs(name: str, value: Any, call: BoundCall) -> None:
    """Require a gradient change of positive curvature for each step in ``s``."""
    s = call.arguments["s"]
    for kind, pairs in (("s", s), (name, value)):
        if not isinstance(pairs, Sized) or isinstance(pairs, str):
            raise TypeError(f"{kind} is {type(pairs).__name__}. Pass a list of arrays, one per step")
    if len(s) != len(value):
        raise ValueError(f"{name} has {len(value)} vectors but s has {len(s)}. Pass one {name} for each s")
    for i, (s_i, y_i) in enumerate(zip(s, value, strict=True)):
        _vector(f"s[{i}]", s_i, call)
        _vector(f"{name}[{i}]", y_i, call)
        if not y_i @ s_i > 0:
            raise ValueError(f"{name}[{i}] @ s[{i}] is {y_i @ s_i}. Omit pairs whose curvature is not positive")


@contract(w=double("D"), dw=double("D"), hessian=_invertible)
def newton_step(w: FloatArray, dw: FloatArray, hessian: FloatArray) -> FloatArray:
    r"""Newton's step to the stationary point of the local quadratic approximation.

    .. math:: w \leftarrow w - H^{-1} dw

    One step reaches the minimum of a quadratic of any scaling and needs no learning rate. If the Hessian has a negative
    eigenvalue, the stationary point is a saddle or a maximum. The cost is :math:`O(D^3)`.

    Parameters
    ----------
    hessian : (D, D)
        Second derivatives at ``w``.

    References
    ----------
    CS231n notes, "Neural networks part 3: second order methods".

    Examples
    --------
    >>> newton_step(np.array([8.0, 3.0]), np.array([16.0, 600.0]), np.diag([2.0, 200.0]))
    array([0., 0.])
    """
    return w - np.linalg.solve(hessian, dw)


@contract(dw=array("D"), y=_curvature_pairs)
def lbfgs_direction(dw: FloatArray, s: Sequence[FloatArray], y: Sequence[FloatArray]) -> FloatArray:
    r"""Direction :math:`-G dw` of L-BFGS, by the two-loop recursion.

    :math:`G` approximates the inverse Hessian. It starts as :math:`(s^T y / y^T y) I` with the newest pair. Each pair,
    oldest first, corrects :math:`G` so that :math:`G y_i = s_i`. The cost is :math:`O(D)` per pair.

    Parameters
    ----------
    s : sequence of (D,)
        Last steps :math:`w_{k+1} - w_k`, oldest first. Without any, the direction is ``-dw``.
    y : sequence of (D,)
        Changes of the gradient over these steps, each with :math:`y_i^T s_i > 0`.

    References
    ----------
    Nocedal and Wright, "Numerical Optimization" (2006), algorithm 7.4.

    Examples
    --------
    On :math:`2 w^2` one pair determines the curvature, and the direction from 3 leads to the minimum:

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


@contract(w=array("D"), f=returning(_one_number), gradient=returning_like("w"), direction=array("D"))
def line_search(
    f: Callable[[FloatArray], float],
    gradient: Callable[[FloatArray], FloatArray],
    w: FloatArray,
    direction: FloatArray,
) -> float:
    r"""Step size along ``direction`` that satisfies the weak Wolfe conditions.

    .. math:: f(w + \alpha p) \le f(w) + 10^{-4} \alpha \nabla f(w)^T p, \qquad
              \nabla f(w + \alpha p)^T p \ge 0.9\, \nabla f(w)^T p

    A step that violates the first condition is too long, and one that violates the second is too short. Bisection finds
    a step in between. The second condition ensures that the new pair has positive curvature.

    Returns
    -------
    step : float
        Factor :math:`\alpha`. If 50 attempts find none, the step is the longest attempt that satisfies the first
        condition, or 0 if there is none, as along a direction that does not descend.

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
    f=returning(_one_number),
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
    w : (D,)
        Initial point, which is not changed.
    steps : int
        Maximum number of updates.
    memory : int
        Number of stored pairs.
    tolerance : float
        Largest absolute gradient entry at which the minimisation stops.

    Returns
    -------
    w : (D,)
        Final point.
    path : (steps taken + 1, D)
        All points from the initial to the final one. The path ends early if no step along the direction decreases
        ``f``, which rounding causes at a minimum. If the path has only one point and this is not a minimum,
        ``gradient`` is not the gradient of ``f`` (use `check_gradient`), or ``f`` decreases linearly without a bound.

    Examples
    --------
    >>> w, path = lbfgs(lambda w: float(w @ w), lambda w: 2 * w, np.array([3.0, -1.0]))
    >>> w, len(path)
    (array([0., 0.]), 2)
    """
    s: deque[FloatArray] = deque(maxlen=memory)
    y: deque[FloatArray] = deque(maxlen=memory)
    if not np.isfinite(f(w)):
        raise ValueError(f"lbfgs: f is {f(w)} at the initial point. Start where f is finite")
    path, dw = [w], gradient(w)
    for _ in range(steps):
        if np.abs(dw).max() <= tolerance:
            break
        direction = lbfgs_direction(dw, s, y)
        w_next = w + line_search(f, gradient, w, direction) * direction
        dw_next = gradient(w_next)
        if not (dw_next - dw) @ (w_next - w) > 0:
            break  # rounding ends the descent, so no step along the direction goes down
        s.append(w_next - w)
        y.append(dw_next - dw)
        w, dw = w_next, dw_next
        path.append(w)
    return w, np.stack(path)
