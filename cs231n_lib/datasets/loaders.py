r"""The data that lessons and experiments run on: shipped with the package, or made from a seed.

A loader checks the file against its SHA-256 before it opens it, and returns fresh arrays, so a caller may write into
them. Pixels are scaled to [0, 1]; labels are integers in ``[0, K)``. The splits are stratified and always the same.

>>> digits = load_digits()
>>> digits.x_train.shape, digits.x_validation.shape, digits.x_test.shape
((1197, 64), (300, 64), (300, 64))
"""

import io
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import contract, float_dtype
from cs231n_lib.datasets.files import (
    Dataset,
    read_verified,
    scaled_pixels,
    stratified_split,
    with_validation,
)

_FOLDER = Path(__file__).parent
_SHA256 = {
    "digits.npy": "c45cf27f9e6d1507aa17aa9949fab3d046c8ffa373a108f49991e27f232ad83b",
    "fashion_mnist.npz": "d9375d319a9f4592f6850f96f72cb0bc5a72f393ce90e73eb1989587474289f3",
}


@contract(dtype=float_dtype)
def load_digits(*, dtype: DTypeLike = np.float64) -> Dataset:
    """1,797 handwritten digits of 8×8 pixels: 1,197 to train on, 300 to validate, 300 to test.

    Parameters
    ----------
    dtype : float64 or float32
        Of the pixels.

    Returns
    -------
    Dataset
        D = 64, K = 10.

    Raises
    ------
    DatasetError
        The file is missing or damaged.
    TypeError
        ``dtype`` is not a float type.

    References
    ----------
    E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998.

    Examples
    --------
    >>> digits = load_digits()
    >>> float(digits.x_train.min()), float(digits.x_train.max())
    (0.0, 1.0)
    """
    table = np.load(_shipped("digits.npy"), allow_pickle=False)
    x, y = scaled_pixels(table[:, :-1], 16, dtype), table[:, -1].astype(np.int64)
    rest, test = stratified_split(y, 300, np.random.default_rng(0))
    return with_validation(
        (x[rest], y[rest]),
        (x[test], y[test]),
        held_out=300,
        class_names=tuple("0123456789"),
        image_shape=(8, 8),
        source="Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository",
        licence="CC BY 4.0",
    )


@contract(dtype=float_dtype)
def load_fashion_mnist(*, dtype: DTypeLike = np.float64) -> Dataset:
    """6,000 pictures of clothing, 28×28 grey pixels: 4,000 to train on, 1,000 to validate, 1,000 to test.

    A stratified tenth of Fashion-MNIST; the test images come from its test set.

    Parameters
    ----------
    dtype : float64 or float32
        Of the pixels.

    Returns
    -------
    Dataset
        D = 784, K = 10.

    Raises
    ------
    DatasetError
        The file is missing or damaged.
    TypeError
        ``dtype`` is not a float type.

    References
    ----------
    H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
    Algorithms*, arXiv:1708.07747, 2017.

    Examples
    --------
    >>> clothes = load_fashion_mnist(dtype=np.float32)
    >>> clothes.x_train.shape, clothes.x_train.dtype, clothes.class_names[9]
    ((4000, 784), dtype('float32'), 'Ankle boot')
    """
    with np.load(_shipped("fashion_mnist.npz"), allow_pickle=False) as file:
        stored = dict(file)
    names = "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot"
    return with_validation(
        (scaled_pixels(stored["x_train"], 255, dtype), stored["y_train"].astype(np.int64)),
        (scaled_pixels(stored["x_test"], 255, dtype), stored["y_test"].astype(np.int64)),
        held_out=1000,
        class_names=tuple(names.split(",")),
        image_shape=(28, 28),
        source="Xiao, Rasul and Vollgraf, Fashion-MNIST, Zalando Research",
        licence="MIT",
    )


def _shipped(name: str) -> io.BytesIO:
    remedy = "install the package again: pip install --force-reinstall --no-deps"
    return io.BytesIO(read_verified(_FOLDER / name, _SHA256[name], remedy))
