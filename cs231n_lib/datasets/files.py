"""Verified files, scaled pixels and stratified splits."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.browser import install
from cs231n_lib.contracts import FloatArray, contract, count, generator, labels

LabelArray = NDArray[np.int64]
LABEL_DTYPE: Any = np.intp
"""Dtype of labels, which is int64. In a browser it is int32, because `np.bincount` refuses int64 there."""
Split = tuple[FloatArray, NDArray[np.integer]]
"""Examples (N, D) and their labels (N,)."""


class DatasetError(RuntimeError):
    """Error for a data file that is missing or damaged, or cannot be downloaded."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images as rows of pixels, in three splits.

    Attributes
    ----------
    x_train, x_validation, x_test : (N, D)
        Pixels in [0, 1]. ``x.reshape(-1, *image_shape)`` returns images.
    y_train, y_validation, y_test : (N,) int64
        Labels in ``[0, K)``.
    class_names : tuple of str
        Names of the K classes.
    image_shape : tuple of int
        Height and width, and 3 for colour images. The product is D.
    source, licence : str
        Origin and licence of the images.
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
    """Split rows at random with equal class proportions.

    The rows are sorted by class, and rows at equal distances are held out. Each class thus loses its exact proportion,
    rounded up or down.

    Parameters
    ----------
    y : (N,) int
        Labels, which may be any integers.
    held_out : int
        Number of rows to hold out, less than N.
    rng : numpy.random.Generator
        Generator that selects the rows.

    Returns
    -------
    kept : (N - held_out,) int64
        Shuffled row numbers.
    held : (held_out,) int64
        Shuffled row numbers.

    Raises
    ------
    TypeError, ValueError
        ``y`` does not contain labels, ``held_out`` is not between 1 and N - 1, or ``rng`` is not a generator.

    Examples
    --------
    >>> y = np.array([0, 0, 1, 1, 1, 1])
    >>> kept, held = stratified_split(y, 3, np.random.default_rng(0))
    >>> sorted(y[held].tolist())
    [0, 1, 1]
    """
    if held_out >= len(y):
        raise ValueError(f"stratified_split: held_out is {held_out} of {len(y)} rows. Keep at least one row")
    shuffled = rng.permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    at = np.arange(held_out) * len(y) // held_out
    return rng.permutation(np.delete(by_class, at)), rng.permutation(by_class[at])


def with_validation(
    train: tuple[FloatArray, LabelArray], test: tuple[FloatArray, LabelArray], held_out: int, **about: Any
) -> Dataset:
    """Data set whose validation split always has the same rows of ``train``."""
    x, y = train
    kept, held = stratified_split(y, held_out, np.random.default_rng(1))
    return Dataset(x[kept], y[kept], x[held], y[held], *test, **about)


def scaled_pixels(raw: NDArray[np.uint8], largest: int, dtype: DTypeLike) -> FloatArray:
    """Scale integers in [0, largest] to [0, 1]."""
    scaled: FloatArray = raw.astype(dtype)
    scaled /= largest
    return scaled


def read_verified(path: Path, sha256: str, remedy: str) -> bytes:
    """Read a file and verify its SHA-256 before anything decodes it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"cannot read {path} ({error.strerror}). {remedy}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DatasetError(f"{path} is damaged (SHA-256 {found[:12]}…, not {sha256[:12]}…). {remedy}")
    return content


def download(url: str, known_hash: str, name: str, local_call: str, progress: bool) -> Path:
    """Download a file to the user's cache unless it is there, and return its path.

    Parameters
    ----------
    url, known_hash : str
        Address, and the hash that the file must have, such as ``"sha256:c4a3…"``.
    name, local_call : str
        Name of the data set, and the call that loads a local copy, for error messages.
    progress : bool
        Show a progress bar.

    Raises
    ------
    DatasetError
        The download fails.
    ModuleNotFoundError
        pooch is not installed.
    """
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"downloading {name} needs pooch. {install('cs231n_lib[cifar]')}") from error
    filename, folder = url.rpartition("/")[2], pooch.os_cache("cs231n_lib")
    try:
        return Path(pooch.retrieve(url, known_hash, fname=filename, path=folder, progressbar=progress))
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"cannot download {url}: {error}. Check the network and try again, or download the file elsewhere "
            f"and pass it: {local_call}"
        ) from error
