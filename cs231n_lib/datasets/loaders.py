r"""Loaders of the data sets that the package contains.

>>> digits = load_digits()
>>> digits.x_train.shape, digits.x_validation.shape, digits.x_test.shape
((1197, 64), (300, 64), (300, 64))
"""

import io
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib import browser
from cs231n_lib.contracts import contract, float_dtype
from cs231n_lib.datasets.files import (
    LABEL_DTYPE,
    Dataset,
    DatasetError,
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
    """Load 1,197 training, 300 validation and 300 test images of digits (8×8 pixels).

    Returns
    -------
    Dataset
        Images with D = 64 pixels and K = 10 classes.

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
    x, y = scaled_pixels(table[:, :-1], 16, dtype), table[:, -1].astype(LABEL_DTYPE)
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
    """Load a sample of Fashion-MNIST.

    The stratified sample has 4,000 training, 1,000 validation and 1,000 test images of 28×28 pixels. The test images
    come from the test set of Fashion-MNIST.

    Returns
    -------
    Dataset
        Greyscale images with D = 784 pixels and K = 10 classes.

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
        (scaled_pixels(stored["x_train"], 255, dtype), stored["y_train"].astype(LABEL_DTYPE)),
        (scaled_pixels(stored["x_test"], 255, dtype), stored["y_test"].astype(LABEL_DTYPE)),
        held_out=1000,
        class_names=tuple(names.split(",")),
        image_shape=(28, 28),
        source="Xiao, Rasul and Vollgraf, Fashion-MNIST, Zalando Research",
        licence="MIT",
    )


def _shipped(name: str) -> io.BytesIO:
    path, sha256 = _FOLDER / name, _SHA256[name]
    remedy = "Install the package again: pip install --force-reinstall --no-deps"
    if browser.IN_BROWSER:
        remedy = "Check the network, then run the cell again"
        if not path.exists():
            _fetch(path, sha256, remedy)
    return io.BytesIO(read_verified(path, sha256, remedy))


def _fetch(path: Path, sha256: str, remedy: str) -> None:
    """Download a file from the site. The hash in its address avoids a stale copy."""
    try:
        path.write_bytes(browser.read_from_site(f"{path.name}?{sha256[:12]}"))
    except OSError as error:
        raise DatasetError(f"cannot load {path.name} ({error.strerror}). {remedy}") from error
