"""Minibatches: the rows of one epoch, in random order and in portions."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import contract, count, generator

__all__ = ["minibatches"]


@contract(n=count, batch_size=count, rng=generator)
def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Index arrays that hold every row once: one epoch, shuffled.

    Parameters
    ----------
    n : int
        Number of examples.
    batch_size : int
        Rows a batch; the last batch holds what is left over, so it may be shorter.
    rng : numpy.random.Generator
        Draws the order.

    Yields
    ------
    rows : (batch_size,) int64
        Take the batch with ``X[rows], y[rows]``.

    Raises
    ------
    TypeError, ValueError
        ``n`` or ``batch_size`` is no whole number of at least 1, or ``rng`` is no generator. At once, not at the first
        batch.

    Examples
    --------
    >>> [len(rows) for rows in minibatches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]
