r"""Ensembles of several networks, or of one network at many steps.

Source: CS231n notes, "Neural networks part 3".

Raises
------
TypeError, ValueError
    In every function: shapes differ, entries are not finite floats, there are no scores, or the decay is out of range.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cs231n_lib.contracts import BoundCall, FloatArray, array, contract, decay_rate, like
from cs231n_lib.functions.losses import softmax

_scores = array("N K")


def _several_scores(name: str, value: Any, call: BoundCall) -> None:
    if not isinstance(value, Sequence | np.ndarray) or isinstance(value, str) or len(value) == 0:
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. Pass one array (N, K) per network in a list")
    for i, scores in enumerate(value):
        _scores(f"{name}[{i}]", scores, call)


@contract(scores=_several_scores)
def average_predictions(scores: Sequence[FloatArray]) -> FloatArray:
    r"""Mean of the probabilities of an ensemble's members.

    A mean of scores would give more weight to a member with larger scores. The cross-entropy of an ensemble is at most
    the mean cross-entropy of its members.

    Parameters
    ----------
    scores : sequence of (N, K)
        Scores of each member for the same examples, such as ``[network.predict(x) for network in networks]``.

    Returns
    -------
    probabilities : (N, K)
        Rows that add up to 1. ``probabilities.argmax(axis=1)`` is the prediction of the ensemble.

    Examples
    --------
    >>> average_predictions([np.array([[0.0, np.log(3.0)]]), np.array([[0.0, 0.0]])]).round(6)
    array([[0.375, 0.625]])
    """
    probabilities = sum((softmax(member) for member in scores[1:]), start=softmax(scores[0]))
    return probabilities / len(scores)


@contract(average=array(), w=like("average"), decay=decay_rate)
def running_average(average: FloatArray, w: FloatArray, decay: float = 0.99) -> FloatArray:
    r"""Exponential moving average of the weights.

    The update is :math:`a \leftarrow decay \cdot a + (1 - decay)\, w`, and the average covers about 1 / (1 - decay)
    steps. If the last steps oscillate across a valley, the average is closer to its centre than they are.

    Parameters
    ----------
    average : (...)
        Average so far. Start with the weights themselves, because zeros would bias the average.
    w : (...)
        Weights after the latest update.
    decay : float
        Fraction of the average that each step keeps, in [0, 1).

    References
    ----------
    CS231n notes, "Neural networks part 3: model ensembles, running average of parameters"; Polyak and Juditsky (1992),
    who give all steps equal weight.

    Examples
    --------
    >>> running_average(np.array([1.0, 2.0]), np.array([3.0, 2.0]), decay=0.75)
    array([1.5, 2. ])
    """
    return decay * average + (1 - decay) * w
