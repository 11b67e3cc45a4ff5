"""Cross-validation, in which each example is used for validation exactly once."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import BoundCall, contract, count, generator, whole

_at_least_two = whole("a whole number of at least 2", 2)


def _at_most_examples(name: str, value: Any, call: BoundCall) -> None:
    _at_least_two(name, value, call)
    if value > call.arguments["n"]:
        raise ValueError(
            f"{name} is {value} but there are {call.arguments['n']} examples. Pass at most one fold per example"
        )


@contract(n=count, folds=_at_most_examples, rng=generator)
def k_folds(n: int, folds: int, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Split n examples at random into folds, each used for validation once.

    The mean validation accuracy compares hyperparameters more reliably than one small split, at ``folds`` times the
    cost.

    Parameters
    ----------
    n : int
        Number of examples.
    folds : int
        Number of folds, between 2 and n and usually 3, 5 or 10. Fold sizes differ by at most one.
    rng : numpy.random.Generator
        Generator that assigns examples to folds.

    Yields
    ------
    train, validation : (n - n / folds,) and (n / folds,) int64
        Row numbers, which together cover all rows.

    Raises
    ------
    TypeError, ValueError
        A count is not a whole number or is out of range, or ``rng`` is not a generator. The call itself raises
        the error, not the first split.

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
