r"""Regularisers: penalties and their gradients.

Apply them to weights ``w`` of any shape, never to biases, γ or β. ``strength`` is λ, at least 0. Gradients and changed
weights have the shape of ``w``. Source: CS231n notes, "Neural Networks Part 2".

Raises
------
TypeError, ValueError
    In every function: an array is empty or has entries that are not finite floats, or a strength, threshold or ratio is
    out of range.
"""

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract, fraction, non_negative, positive


@contract(w=array(), strength=non_negative)
def l2(w: FloatArray, strength: float) -> tuple[float, FloatArray]:
    r"""L2 penalty :math:`\tfrac12 \lambda \sum w^2`, with gradient :math:`\lambda w`.

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
    r"""L1 penalty :math:`\lambda \sum |w|`.

    Its gradient is :math:`\lambda\, \mathrm{sign}(w)`, which is 0 at w = 0.

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


@contract(w=array(), strength=non_negative, l1_ratio=fraction)
def elastic_net(w: FloatArray, strength: float, l1_ratio: float) -> tuple[float, FloatArray]:
    r"""Elastic net, a mixture of the L1 and L2 penalties.

    The penalty is :math:`\lambda \bigl(\rho \sum |w| + (1 - \rho) \tfrac12 \sum w^2\bigr)`.

    Parameters
    ----------
    l1_ratio : float
        Fraction ρ in [0, 1], where 1 is pure L1 and 0 is pure L2 (with its ½).

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
    r"""Move every weight towards 0 by ``threshold``, but not beyond 0.

    The result is :math:`\arg\min_v \tfrac12 (v - w)^2 + t\,|v|`. After a gradient step with learning rate η on the data
    loss, the threshold ηλ performs the step for L1, which sets small weights exactly to 0.

    Parameters
    ----------
    threshold : float
        Threshold t, at least 0.

    Examples
    --------
    >>> soft_threshold(np.array([3.0, -0.5, -2.0]), threshold=1.0) + 0.0
    array([ 2.,  0., -1.])
    """
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0)


@contract(w=array("D M"), limit=positive)
def max_norm(w: FloatArray, limit: float) -> FloatArray:
    r"""Rescale each unit's incoming weights so that :math:`\|w_m\|_2 \le c`.

    Parameters
    ----------
    w : (D, M)
        Weights, one column per unit.
    limit : float
        Limit c above 0, usually 3 or 4.

    Returns
    -------
    limited : (D, M)
        Rescaled weights. A column becomes 0 if its squared norm overflows (norm above 1e19 in float32).

    Examples
    --------
    >>> max_norm(np.array([[3.0, 0.3], [4.0, 0.4]]), limit=2.5)
    array([[1.5, 0.3],
           [2. , 0.4]])
    """
    norms = np.linalg.norm(w, axis=0)
    return w * (limit / np.maximum(norms, limit))
