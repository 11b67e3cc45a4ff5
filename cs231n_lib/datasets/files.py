"""What every data set is made of: a file that is checked before it is opened, scaled pixels, stratified splits."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import FloatArray, contract, count, generator, labels

LabelArray = NDArray[np.int64]
Split = tuple[FloatArray, NDArray[np.integer]]
"""Examples (N, D), and the class of each (N,)."""


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


@contract(y=labels(), held_out=count, rng=generator)
def stratified_split(y: NDArray[Any], held_out: int, rng: np.random.Generator) -> tuple[LabelArray, LabelArray]:
    """Split at random, with every class in proportion.

    Every class gets its share of the held-out rows, rounded up or down: take the rows class by class, and hold out
    rows at equal distances.

    Parameters
    ----------
    y : (N,) int
        Labels; any integers, as they are only sorted.
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


def with_validation(
    train: tuple[FloatArray, LabelArray], test: tuple[FloatArray, LabelArray], held_out: int, **about: Any
) -> Dataset:
    """A data set whose validation split is held out from ``train``, always the same rows."""
    x, y = train
    kept, held = stratified_split(y, held_out, np.random.default_rng(1))
    return Dataset(x[kept], y[kept], x[held], y[held], *test, **about)


def scaled_pixels(raw: NDArray[np.uint8], largest: int, dtype: DTypeLike) -> FloatArray:
    """Pixels in [0, 1] from whole numbers in [0, largest]."""
    scaled: FloatArray = raw.astype(dtype)
    scaled /= largest
    return scaled


def read_verified(path: Path, sha256: str, remedy: str) -> bytes:
    """The bytes of a file, checked before anything takes them apart."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"cannot read {path} ({error.strerror}); {remedy}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DatasetError(f"{path} is damaged (SHA-256 {found[:12]}…, not {sha256[:12]}…); {remedy}")
    return content


def downloaded(url: str, known_hash: str, what: str, instead: str, progress: bool) -> Path:
    """Where a file lies in the user's cache, which is filled the first time.

    ``known_hash`` is what it must have, such as ``"sha256:c4a3…"``, ``what`` its name for people, ``instead`` the call
    that loads a copy at hand.

    Raises
    ------
    DatasetError
        The download fails.
    ModuleNotFoundError
        It is not there yet, and pooch is not installed.
    """
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f'downloading {what} needs pooch: pip install "cs231n_lib[cifar]"') from error
    name = url.rpartition("/")[2]
    folder = pooch.os_cache("cs231n_lib")
    try:
        return Path(pooch.retrieve(url, known_hash, fname=name, path=folder, progressbar=progress))
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"cannot download {url}: {error}. Look at the network and try again, or fetch the file elsewhere "
            f"and pass it: {instead}"
        ) from error
