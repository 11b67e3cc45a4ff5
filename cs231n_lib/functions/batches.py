"""Random minibatches of one epoch."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import contract, count, generator


@contract(n=count, batch_size=count, rng=generator)
def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield index arrays of one shuffled epoch, which contain every row once.

    Parameters
    ----------
    n : int
        Number of examples.
    batch_size : int
        Rows per batch. The last batch may be smaller.
    rng : numpy.random.Generator
        Generator that shuffles the rows.

    Yields
    ------
    rows : (batch_size,) int64
        Row numbers of the batch ``X[rows], y[rows]``.

    Raises
    ------
    TypeError, ValueError
        ``n`` or ``batch_size`` is not a whole number of at least 1, or ``rng`` is not a generator. The call itself
        raises the error, not the first batch.

    Examples
    --------
    >>> [len(rows) for rows in minibatches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]
