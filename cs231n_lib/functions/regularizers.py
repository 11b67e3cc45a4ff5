r"""Regularizers: each penalty comes with its gradient, ``(penalty, dw)``; nothing is averaged over examples.

Apply them to weights, never to biases, γ or β. ``strength`` is λ. Source: CS231n notes, "Neural Networks Part 2".

Raises
------
TypeError, ValueError
    In every function: entries that are not finite floats, an empty array, a strength, threshold or ratio out of range.
"""

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract, non_negative, number, positive

__all__ = ["elastic_net", "l1", "l2", "max_norm", "soft_threshold"]

_share = number("a share in [0, 1]", lambda v: 0 <= v <= 1)


@contract(w=array(), strength=non_negative)
def l2(w: FloatArray, strength: float) -> tuple[float, FloatArray]:
    r"""Half the sum of squares, :math:`\tfrac12 \lambda \sum w^2`, with gradient :math:`\lambda w`.

    Parameters
    ----------
    w : (...)
        Weights of any shape.
    strength : float
        λ, at least 0.

    Returns
    -------
    penalty : float
    dw : (...)

    Examples
    --------
    >>> l2(np.array([3.0, -4.0]), strength=2.0)
    (25.0, array([ 6., -8.]))
    """
    penalty = 0.5 * strength * float(np.sum(w**2))
    return penalty, strength * w


@contract(w=array(), strength=non_negative)
def l1(w: FloatArray, strength: float) -> tuple[float, FloatArray]:
    r"""Sum of magnitudes, :math:`\lambda \sum |w|`, with gradient :math:`\lambda\, \mathrm{sign}(w)`, 0 at w = 0.

    Parameters
    ----------
    w : (...)
        Weights of any shape.
    strength : float
        λ, at least 0.

    Returns
    -------
    penalty : float
    dw : (...)

    Examples
    --------
    >>> l1(np.array([3.0, -4.0, 0.0]), strength=2.0)
    (14.0, array([ 2., -2.,  0.]))
    """
    penalty = strength * float(np.sum(np.abs(w)))
    return penalty, strength * np.sign(w)


@contract(w=array(), strength=non_negative, l1_ratio=_share)
def elastic_net(w: FloatArray, strength: float, l1_ratio: float) -> tuple[float, FloatArray]:
    r"""L1 and L2 mixed, :math:`\lambda \bigl(\rho \sum |w| + (1 - \rho) \tfrac12 \sum w^2\bigr)`.

    Parameters
    ----------
    w : (...)
        Weights of any shape.
    strength : float
        λ, at least 0.
    l1_ratio : float
        ρ in [0, 1]: 1 is pure L1, 0 is pure L2 (with its ½).

    Returns
    -------
    penalty : float
    dw : (...)

    References
    ----------
    Zou and Hastie, "Regularization and variable selection via the elastic net", 2005.

    Examples
    --------
    >>> elastic_net(np.array([3.0, -4.0]), strength=2.0, l1_ratio=0.5)
    (19.5, array([ 4., -5.]))
    """
    l1_share, l2_share = strength * l1_ratio, strength * (1 - l1_ratio)
    penalty = l1_share * float(np.sum(np.abs(w))) + 0.5 * l2_share * float(np.sum(w**2))
    return penalty, l1_share * np.sign(w) + l2_share * w


@contract(w=array(), threshold=non_negative)
def soft_threshold(w: FloatArray, threshold: float) -> FloatArray:
    r"""Move every weight towards 0 by ``threshold``, and stop there: L1 sets weights exactly to zero.

    It solves :math:`\arg\min_v \tfrac12 (v - w)^2 + t\,|v|`. After a gradient step of rate η on the data loss, the
    threshold ηλ takes the step for L1.

    Parameters
    ----------
    w : (...)
        Weights of any shape.
    threshold : float
        t, at least 0.

    Returns
    -------
    shrunk : (...)

    Examples
    --------
    >>> soft_threshold(np.array([3.0, -0.5, -2.0]), threshold=1.0) + 0.0
    array([ 2.,  0., -1.])
    """
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0)


@contract(w=array("D M"), limit=positive)
def max_norm(w: FloatArray, limit: float) -> FloatArray:
    r"""Scale back every unit whose incoming weights are too long, to :math:`\|w_m\|_2 \le c`; done after an update.

    Parameters
    ----------
    w : (D, M)
        One column for each unit.
    limit : float
        c, above 0; the notes name 3 or 4.

    Returns
    -------
    limited : (D, M)
        All 0 where a column is so long that its square is no float (1e19 in float32): scale such weights first.

    Examples
    --------
    >>> max_norm(np.array([[3.0, 0.3], [4.0, 0.4]]), limit=2.5)
    array([[1.5, 0.3],
           [2. , 0.4]])
    """
    norms = np.linalg.norm(w, axis=0)
    return w * (limit / np.maximum(norms, limit))
