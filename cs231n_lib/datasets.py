r"""The data that lessons and experiments run on: shipped with the package, or made from a seed.

A loader checks the file against its SHA-256 before it opens it, and returns fresh arrays, so a caller may write into
them. Pixels are scaled to [0, 1]; labels are integers in ``[0, K)``. The splits are stratified and always the same.

>>> digits = load_digits()
>>> digits.x_train.shape, digits.x_validation.shape, digits.x_test.shape
((1197, 64), (300, 64), (300, 64))
"""

import hashlib
import io
import tarfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import FloatArray, contract, count, generator, labels, non_negative

LabelArray = NDArray[np.int64]


class DatasetError(RuntimeError):
    """A data file is missing, damaged or out of reach; the message names it and says what to do."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images as rows of pixels, with labels, in three splits.

    Attributes
    ----------
    x_train, x_validation, x_test : (N, D)
        Pixels in [0, 1]; ``x.reshape(-1, *image_shape)`` gives pictures.
    y_train, y_validation, y_test : (N,) int64
        Labels in ``[0, K)``.
    class_names : tuple of str
        K names: ``class_names[y]``.
    image_shape : tuple of int
        Height, width, and 3 where there is colour. Its product is D.
    source, licence : str
        Where the images come from, and on which terms.
    """

    x_train: FloatArray
    y_train: LabelArray
    x_validation: FloatArray
    y_validation: LabelArray
    x_test: FloatArray
    y_test: LabelArray
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...]
    source: str
    licence: str


_SHA256 = {
    "digits.npz": "f10b077e7e3037d11006b85b6b71a63e15b2bf746d91c4e4122e42d304e5e54b",
    "fashion_mnist.npz": "d9375d319a9f4592f6850f96f72cb0bc5a72f393ce90e73eb1989587474289f3",
}

_CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
_CIFAR10_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"


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
    stored = _shipped("digits.npz")
    x, y = _pixels(stored["x"], 16, dtype), stored["y"].astype(np.int64)
    rest, test = stratified_split(y, 300, np.random.default_rng(0))
    return _with_validation(
        (x[rest], y[rest]),
        (x[test], y[test]),
        held_out=300,
        class_names=tuple("0123456789"),
        image_shape=(8, 8),
        source="Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository",
        licence="CC BY 4.0",
    )


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
    stored = _shipped("fashion_mnist.npz")
    names = "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot"
    return _with_validation(
        (_pixels(stored["x_train"], 255, dtype), stored["y_train"].astype(np.int64)),
        (_pixels(stored["x_test"], 255, dtype), stored["y_test"].astype(np.int64)),
        held_out=1000,
        class_names=tuple(names.split(",")),
        image_shape=(28, 28),
        source="Xiao, Rasul and Vollgraf, Fashion-MNIST, Zalando Research",
        licence="MIT",
    )


def load_cifar10(
    archive: Path | None = None, *, validation: int = 1000, dtype: DTypeLike = np.float32, progress: bool = True
) -> Dataset:
    """60,000 colour pictures of 32×32 pixels: 49,000 to train on, 1,000 to validate, 10,000 to test.

    Downloads 170 MB the first time and keeps them in the user's cache. Needs the extra ``cifar``. In float32 the
    pixels take 740 MB of memory.

    Parameters
    ----------
    archive : Path, optional
        A copy of ``cifar-10-binary.tar.gz``, to load without a network or the extra.
    validation : int
        Examples to take from the training set for validation.
    dtype : float64 or float32
        Of the pixels.
    progress : bool
        Show a progress bar while it downloads.

    Returns
    -------
    Dataset
        D = 3072, in the order row, column, colour; K = 10.

    Raises
    ------
    DatasetError
        The download fails, or the archive is missing or damaged.
    ModuleNotFoundError
        The archive must be downloaded and pooch is not installed.
    TypeError
        ``dtype`` is not a float type.

    References
    ----------
    A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009.
    """
    path = _downloaded_cifar10(progress) if archive is None else Path(archive)
    content = _verified(path, _CIFAR10_SHA256, f"download it again from {_CIFAR10_URL}")
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        names, train, test = _cifar10_members(tar)
    return _with_validation(
        _cifar10_examples(train, dtype),
        _cifar10_examples(test, dtype),
        held_out=validation,
        class_names=names,
        image_shape=(32, 32, 3),
        source="Krizhevsky, Nair and Hinton, CIFAR-10, University of Toronto",
        licence="none stated; cite Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
    )


@contract(n=count, classes=count, noise=non_negative, rng=generator)
def spirals(n: int, classes: int, noise: float, rng: np.random.Generator) -> tuple[FloatArray, LabelArray]:
    r"""Points on spiral arms in the plane: no straight line separates the classes.

    Arm k has radius t and angle :math:`4(k + t) + \text{noise}\cdot\varepsilon` radians, for n values of t from 0 to 1
    and :math:`\varepsilon \sim \mathcal{N}(0, 1)`.

    Parameters
    ----------
    n : int
        Points a class.
    classes : int
        Number of arms.
    noise : float
        Standard deviation of the angle, in radians.
    rng : numpy.random.Generator
        Draws the noise.

    Returns
    -------
    x : (n * classes, 2)
        Inside the unit disk, class by class.
    y : (n * classes,) int64
        Labels.

    Raises
    ------
    TypeError, ValueError
        A count below 1, negative noise, or ``rng`` is no generator.

    References
    ----------
    CS231n notes, "Putting it together: Minimal Neural Network Case Study".

    Examples
    --------
    >>> x, y = spirals(100, 3, 0.2, np.random.default_rng(0))
    >>> x.shape, y.shape
    ((300, 2), (300,))
    """
    y = np.repeat(np.arange(classes), n)
    t = np.tile(np.linspace(0, 1, n), classes)
    angle = 4 * (y + t) + noise * rng.standard_normal(n * classes)
    return np.column_stack([t * np.sin(angle), t * np.cos(angle)]), y


@contract(n=count, classes=count, noise=non_negative, rng=generator)
def blobs(n: int, classes: int, noise: float, rng: np.random.Generator) -> tuple[FloatArray, LabelArray]:
    """Gaussian clouds around centres spread evenly on the unit circle.

    Parameters
    ----------
    n : int
        Points a class.
    classes : int
        Number of clouds.
    noise : float
        Standard deviation of either coordinate.
    rng : numpy.random.Generator
        Draws the points.

    Returns
    -------
    x : (n * classes, 2)
        Class by class.
    y : (n * classes,) int64
        Labels.

    Raises
    ------
    TypeError, ValueError
        A count below 1, negative noise, or ``rng`` is no generator.

    Examples
    --------
    >>> x, y = blobs(1, 4, 0.0, np.random.default_rng(0))
    >>> x.round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]
    """
    y = np.repeat(np.arange(classes), n)
    angle = 2 * np.pi * y / classes
    centres = np.column_stack([np.cos(angle), np.sin(angle)])
    return centres + noise * rng.standard_normal(centres.shape), y


@contract(y=labels(), held_out=count, rng=generator)
def stratified_split(y: NDArray[Any], held_out: int, rng: np.random.Generator) -> tuple[LabelArray, LabelArray]:
    """Split at random, with every class in proportion.

    Every class gets its share of the held-out rows, rounded up or down: take the rows class by class, and hold out
    rows at equal distances.

    Parameters
    ----------
    y : (N,) int
        Labels.
    held_out : int
        Rows to hold out, fewer than N.
    rng : numpy.random.Generator
        Draws which rows.

    Returns
    -------
    kept : (N - held_out,) int64
        Row numbers, shuffled.
    held : (held_out,) int64
        Row numbers, shuffled.

    Raises
    ------
    TypeError, ValueError
        ``y`` holds no labels, ``held_out`` is not between 1 and N - 1, or ``rng`` is no generator.

    Examples
    --------
    >>> y = np.array([0, 0, 1, 1, 1, 1])
    >>> kept, held = stratified_split(y, 3, np.random.default_rng(0))
    >>> sorted(y[held].tolist())
    [0, 1, 1]
    """
    if held_out >= len(y):
        raise ValueError(f"stratified_split: held_out is {held_out} of {len(y)} rows; leave at least one to keep")
    shuffled = rng.permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    at = np.arange(held_out) * len(y) // held_out
    return rng.permutation(np.delete(by_class, at)), rng.permutation(by_class[at])


def _with_validation(
    train: tuple[FloatArray, LabelArray], test: tuple[FloatArray, LabelArray], held_out: int, **about: Any
) -> Dataset:
    x, y = train
    kept, held = stratified_split(y, held_out, np.random.default_rng(1))
    return Dataset(x[kept], y[kept], x[held], y[held], *test, **about)


def _pixels(raw: NDArray[np.uint8], largest: int, dtype: DTypeLike) -> FloatArray:
    if not np.issubdtype(dtype, np.floating):
        raise TypeError(f"dtype is {np.dtype(dtype)}; pixels in [0, 1] need np.float32 or np.float64")
    scaled: FloatArray = raw.astype(dtype)
    scaled /= largest
    return scaled


def _shipped(name: str) -> dict[str, NDArray[np.uint8]]:
    path = Path(str(files("cs231n_lib"))) / "data" / name
    content = _verified(path, _SHA256[name], "install the package again: pip install --force-reinstall --no-deps")
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return dict(stored)


def _verified(path: Path, sha256: str, remedy: str) -> bytes:
    """The bytes of a file, checked before anything takes them apart."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"cannot read {path} ({error.strerror}); {remedy}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DatasetError(f"{path} is damaged (SHA-256 {found[:12]}…, not {sha256[:12]}…); {remedy}")
    return content


def _downloaded_cifar10(progress: bool) -> Path:
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError('downloading CIFAR-10 needs pooch: pip install "cs231n_lib[cifar]"') from error
    try:
        return Path(
            pooch.retrieve(
                _CIFAR10_URL,
                known_hash=f"sha256:{_CIFAR10_SHA256}",
                fname="cifar-10-binary.tar.gz",
                path=pooch.os_cache("cs231n_lib"),
                progressbar=progress,
            )
        )
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"cannot download {_CIFAR10_URL}: {error}. Look at the network and try again, or fetch the file elsewhere "
            f'and pass it: load_cifar10(archive="cifar-10-binary.tar.gz")'
        ) from error


def _cifar10_members(tar: tarfile.TarFile) -> tuple[tuple[str, ...], bytes, bytes]:
    """Class names, training records, test records."""
    contents = {Path(member.name).name: tar.extractfile(member) for member in tar if member.isfile()}
    read = {name: file.read() for name, file in contents.items() if file is not None}
    train = b"".join(read[f"data_batch_{i}.bin"] for i in range(1, 6))
    return tuple(read["batches.meta.txt"].decode().split()), train, read["test_batch.bin"]


def _cifar10_examples(records: bytes, dtype: DTypeLike) -> tuple[FloatArray, LabelArray]:
    """A record is one byte of label, then a red, a green and a blue plane of 32×32 bytes."""
    rows = np.frombuffer(records, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    images = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).reshape(len(rows), -1)
    return _pixels(images, 255, dtype), rows[:, 0].astype(np.int64)
