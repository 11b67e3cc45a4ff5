"""Prepared data for experiments: centred digits and downsampled Fashion-MNIST."""

from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets.files import Split
from cs231n_lib.datasets.loaders import load_digits, load_fashion_mnist


def digits(scale: float = 1.0, centred: bool = True) -> tuple[Split, Split]:
    """Training and validation split of the digits, with pixels scaled by ``scale``.

    If ``centred``, the mean image of the training split is subtracted.

    >>> (x, y), _ = digits(scale=2.0)
    >>> x.shape, bool(abs(x.mean()) < 1e-12)
    ((1197, 64), True)
    """
    data = load_digits()
    mean = data.x_train.mean(axis=0) if centred else 0.0
    return (scale * (data.x_train - mean), data.y_train), (scale * (data.x_validation - mean), data.y_validation)


@lru_cache(maxsize=1)
def clothes() -> tuple[Split, Split]:
    """Training and validation split of centred Fashion-MNIST at 14×14 pixels.

    The arrays are read-only, because all callers share them. Only the last lesson uses the test images, which it takes
    from `load_fashion_mnist`.

    >>> [x.shape for x, _ in clothes()]
    [(4000, 196), (1000, 196)]
    """
    data = load_fashion_mnist()
    small = [_downsample(x) for x in (data.x_train, data.x_validation)]
    train, validation = (np.ascontiguousarray(x - small[0].mean(axis=0)) for x in small)
    for array in (train, validation):
        array.flags.writeable = False
    return (train, data.y_train), (validation, data.y_validation)


def _downsample(x: FloatArray) -> FloatArray:
    """Average 2×2 pixels of images (N, 784), giving (N, 196)."""
    return np.asarray(x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196))
