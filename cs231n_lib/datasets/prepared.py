"""The two shipped sets as experiments take them: less the mean of the training split, small enough to train live."""

from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets.files import Split
from cs231n_lib.datasets.loaders import load_digits, load_fashion_mnist


def digits(scale: float = 1.0, centred: bool = True) -> tuple[Split, Split]:
    """Training and validation split of the digits, pixels from 0 to ``scale``, less their mean where ``centred``.

    >>> (x, y), _ = digits(scale=2.0)
    >>> x.shape, bool(abs(x.mean()) < 1e-12)
    ((1197, 64), True)
    """
    data = load_digits()
    mean = data.x_train.mean(axis=0) if centred else 0.0
    return (scale * (data.x_train - mean), data.y_train), (scale * (data.x_validation - mean), data.y_validation)


@lru_cache(maxsize=1)
def clothes() -> tuple[Split, Split]:
    """Fashion-MNIST at 14×14 pixels, less the mean image of the training split: training and validation split.

    The test pictures are for the last lesson alone, which takes them from `load_fashion_mnist`.

    The arrays are read-only, since every caller gets the same ones.

    >>> [x.shape for x, _ in clothes()]
    [(4000, 196), (1000, 196)]
    """
    data = load_fashion_mnist()
    halved = [_halved(x) for x in (data.x_train, data.x_validation)]
    train, validation = (np.ascontiguousarray(x - halved[0].mean(axis=0)) for x in halved)
    for array in (train, validation):
        array.flags.writeable = False
    return (train, data.y_train), (validation, data.y_validation)


def _halved(x: FloatArray) -> FloatArray:
    """Pictures of 28×28 pixels (N, 784), each square of four pixels made one; (N, 196)."""
    return np.asarray(x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196))
