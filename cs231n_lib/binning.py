r"""Regression as classification: targets become bins, and bins become values again.

Reached through `cs231n_lib.losses`. A network then puts out one score for each bin and is trained with
`softmax_cross_entropy`; ``probabilities @ bin_centers(edges)`` is the value it expects. An outlier weighs no more than
any other example.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import Call, FloatArray, array, contract

_one_axis = array("edges")


def _increasing(name: str, value: Any, call: Call) -> None:
    _one_axis(name, value, call)
    if len(value) < 2 or not (np.diff(value) > 0).all():
        raise ValueError(f"{name} is {value}; it must be at least two numbers, each above the one before")


@contract(y=array("N"), edges=_increasing)
def bin_targets(y: FloatArray, edges: FloatArray) -> NDArray[np.integer]:
    r"""Number of the bin each target falls into; bin k is :math:`[e_k, e_{k+1})`.

    The outer bins take in what lies beyond them.

    Parameters
    ----------
    y : (N,)
        Targets.
    edges : (K + 1,)
        Edges of the K bins, increasing.

    Returns
    -------
    bins : (N,) int
        From 0 to K − 1: labels for `softmax_cross_entropy`.

    Raises
    ------
    TypeError, ValueError
        Edges that do not increase, entries that are not finite.

    References
    ----------
    CS231n notes, "Neural Networks Part 2", on quantising a regression.

    Examples
    --------
    >>> bin_targets(np.array([-9.0, 0.5, 1.0, 9.0]), edges=np.array([0.0, 1.0, 2.0, 3.0]))
    array([0, 0, 1, 2])
    """
    inner_edges = edges[1:-1]
    return np.searchsorted(inner_edges, y, side="right")


@contract(edges=_increasing)
def bin_centers(edges: FloatArray) -> FloatArray:
    r"""The value that stands for each bin, its middle :math:`(e_k + e_{k+1}) / 2`.

    Within the edges, a target and the centre of its bin differ by at most half the bin's width.

    Parameters
    ----------
    edges : (K + 1,)
        Edges of the K bins, increasing.

    Returns
    -------
    centers : (K,)

    Raises
    ------
    TypeError, ValueError
        Edges that do not increase, entries that are not finite.

    Examples
    --------
    >>> edges = np.array([0.0, 1.0, 3.0])
    >>> bin_centers(edges)[bin_targets(np.array([0.9, 1.1]), edges)]
    array([0.5, 2. ])
    """
    return (edges[:-1] + edges[1:]) / 2
