"""Cross-validation: every example takes its turn in the validation split."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import Call, contract, count, generator, whole

_at_least_two = whole("a whole number of at least 2", 2)


def _at_most_examples(name: str, value: Any, call: Call) -> None:
    _at_least_two(name, value, call)
    if value > call.arguments["n"]:
        raise ValueError(f"{name} is {value} but there are {call.arguments['n']} examples; each fold needs one")


@contract(n=count, folds=_at_most_examples, rng=generator)
def k_folds(n: int, folds: int, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Split n examples into folds at random; each fold validates once what the others train.

    The mean of the validation accuracies tells hyperparameters apart better than a single small split does, at
    ``folds`` times the cost.

    Parameters
    ----------
    n : int
        Number of examples.
    folds : int
        At least 2 and at most n; the notes name 3, 5 and 10. Their sizes differ by one at most.
    rng : numpy.random.Generator
        Draws which example lies in which fold.

    Yields
    ------
    train, validation : (n - n / folds,) and (n / folds,) int64
        Row numbers; together they are all rows.

    Raises
    ------
    TypeError, ValueError
        A count is no whole number or out of range, or ``rng`` is no generator. At once, not at the first split.

    References
    ----------
    CS231n notes, "Image classification: cross-validation".

    Examples
    --------
    >>> [(len(train), len(validation)) for train, validation in k_folds(10, 4, np.random.default_rng(0))]
    [(7, 3), (7, 3), (8, 2), (8, 2)]
    """
    parts = np.array_split(rng.permutation(n), folds)
    for i, validation in enumerate(parts):
        yield np.concatenate(parts[:i] + parts[i + 1 :]), validation
