r"""Ensembles: several networks, or one network at many steps, taken together.

Source: CS231n notes, "Neural networks part 3".
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cs231n_lib.contracts import Call, FloatArray, alike, array, contract, decay_rate
from cs231n_lib.functions.losses import softmax

__all__ = ["average_predictions", "running_average"]

_scores = array("N K")


def _several_scores(name: str, value: Any, call: Call) -> None:
    if not isinstance(value, Sequence | np.ndarray) or isinstance(value, str) or len(value) == 0:
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}; pass a list of arrays (N, K), one a network")
    for i, scores in enumerate(value):
        _scores(f"{name}[{i}]", scores, call)


@contract(scores=_several_scores)
def average_predictions(scores: Sequence[FloatArray]) -> FloatArray:
    r"""Probabilities of an ensemble: the mean of its members', :math:`\frac{1}{M} \sum_m \mathrm{softmax}(s_m)`.

    Probabilities are averaged, not scores: a member that is sure of itself does not outvote the others by the scale
    of its scores. The mean cross-entropy of an ensemble is at most the mean of its members'.

    Parameters
    ----------
    scores : sequence of (N, K)
        The scores of each member for the same examples, such as ``[network.predict(x) for network in networks]``.

    Returns
    -------
    probabilities : (N, K)
        Each row adds up to 1; ``probabilities.argmax(axis=1)`` is the ensemble's answer.

    Raises
    ------
    TypeError, ValueError
        No scores, entries that are not finite floats, or shapes that differ.

    Examples
    --------
    >>> average_predictions([np.array([[0.0, np.log(3.0)]]), np.array([[0.0, 0.0]])]).round(6)
    array([[0.375, 0.625]])
    """
    probabilities = sum((softmax(member) for member in scores[1:]), start=softmax(scores[0]))
    return probabilities / len(scores)


@contract(average=array(), w=alike("average"), decay=decay_rate)
def running_average(average: FloatArray, w: FloatArray, decay: float = 0.99) -> FloatArray:
    r"""Running average of the weights, :math:`a \leftarrow decay \cdot a + (1 - decay)\, w`, after each update.

    The average lies nearer to the middle of the valley across which the last steps bounce. It reaches back some
    1 / (1 - decay) steps.

    Parameters
    ----------
    average : (...)
        The average so far; at first the weights themselves, so that nothing draws it to 0.
    w : (...)
        The weights after this update.
    decay : float
        Share of the average that stays, in [0, 1).

    Returns
    -------
    average : (...)

    Raises
    ------
    TypeError, ValueError
        Entries that are not finite floats, shapes that differ, or a decay out of range.

    References
    ----------
    CS231n notes, "Neural networks part 3: model ensembles, running average of parameters"; Polyak and Juditsky (1992)
    average all steps alike.

    Examples
    --------
    >>> running_average(np.array([1.0, 2.0]), np.array([3.0, 2.0]), decay=0.75)
    array([1.5, 2. ])
    """
    return decay * average + (1 - decay) * w
