r"""Maxout, the activation that takes several affine pieces for each unit.

Reached through `cs231n_lib.activations`, where the conventions stand.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import Call, FloatArray, array, contract, upstream, whole

MaxoutCache = tuple[NDArray[np.integer[Any]], int]

_several = whole("a whole number of at least 2", 2)


def _divides_features(name: str, value: Any, call: Call) -> None:
    _several(name, value, call)
    features = call.arguments["x"].shape[1]
    if features % value:
        raise ValueError(f"{name} is {value} but x has {features} features; give each unit {value} of them")


@contract(x=array("N D"), pieces=_divides_features)
def maxout_forward(x: FloatArray, pieces: int = 2) -> tuple[FloatArray, MaxoutCache]:
    r"""Maxout: each of H units puts out the largest of its k pieces, :math:`out_h = \max_j x_{jH + h}`.

    Parameters
    ----------
    x : (N, k·H)
        All units' first pieces, then all their second pieces, and so on: the outputs of one affine layer.
    pieces : int
        k, at least 2.

    Returns
    -------
    out : (N, H)
    cache : opaque

    References
    ----------
    Goodfellow et al., "Maxout Networks", 2013.

    Examples
    --------
    >>> maxout_forward(np.array([[1.0, 5.0, 4.0, 2.0]]))[0]
    array([[4., 5.]])
    """
    candidates = x.reshape(len(x), pieces, -1)
    winner = candidates.argmax(axis=1)
    return candidates.max(axis=1), (winner, pieces)


@contract(dout=upstream(lambda cache: cache[0].shape))
def maxout_backward(dout: FloatArray, cache: MaxoutCache) -> FloatArray:
    r"""Gradient of maxout: each unit's ``dout`` goes to its largest piece alone; of equal pieces, to the first.

    Parameters
    ----------
    dout : (N, H)
        dL/d(out).
    cache : opaque
        From `maxout_forward`.

    Returns
    -------
    dx : (N, k·H)

    Examples
    --------
    >>> maxout_backward(np.array([[7.0, 7.0]]), maxout_forward(np.array([[1.0, 5.0, 1.0, 6.0]]))[1])
    array([[7., 0., 0., 7.]])
    """
    winner, pieces = cache
    wins = winner[:, np.newaxis, :] == np.arange(pieces)[:, np.newaxis]
    dx = np.where(wins, dout[:, np.newaxis, :], 0)
    return dx.reshape(len(dout), -1)
