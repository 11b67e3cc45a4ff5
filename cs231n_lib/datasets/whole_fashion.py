"""All of Fashion-MNIST's training pictures, downloaded when they are first asked for."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import contract, float_dtype
from cs231n_lib.datasets.files import Dataset, DatasetError, downloaded, scaled_pixels
from cs231n_lib.datasets.loaders import load_fashion_mnist

_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
_PICTURES, _LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
_MD5 = {_PICTURES: "8d4fb7e6c68d591d4c3dfef9ec88bf0d", _LABELS: "25c81989df183df01b3e8a0aad5dffbe"}
"""Of the files as their makers offer them."""

_SHA256 = {
    _PICTURES: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    _LABELS: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
}
"""Of what is in them: others, such as Debian, have compressed them anew."""


@contract(dtype=float_dtype)
def load_whole_fashion_mnist(
    folder: Path | None = None, *, dtype: DTypeLike = np.float32, progress: bool = True
) -> Dataset:
    """All 60,000 training pictures of Fashion-MNIST but for the validation pictures; these and the test pictures stay.

    Validation and test split are those of `load_fashion_mnist`, 1,000 pictures each, so accuracies can be compared.
    Downloads 26 MB the first time and keeps them in the user's cache. Needs the extra ``cifar``. In float32 the pixels
    take 190 MB of memory.

    Parameters
    ----------
    folder : Path, optional
        Of the originals, ``train-*-ubyte.gz``, to load them without a network or the extra. Debian's package
        ``dataset-fashion-mnist`` puts them into ``/usr/share/datasets/fashion-mnist``.
    dtype : float64 or float32
        Of the pixels.
    progress : bool
        Show a progress bar while it downloads.

    Returns
    -------
    Dataset
        D = 784, K = 10.

    Raises
    ------
    DatasetError
        The download fails, or a file is missing or damaged.
    ModuleNotFoundError
        The files must be downloaded and pooch is not installed.
    TypeError
        ``dtype`` is not a float type.

    References
    ----------
    H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
    Algorithms*, arXiv:1708.07747, 2017.
    """
    x, y = (_read(name, header, folder, progress) for name, header in ((_PICTURES, 16), (_LABELS, 8)))
    part = load_fashion_mnist(dtype=dtype)
    closed = {row.tobytes() for row in np.rint(255 * part.x_validation).astype(np.uint8)}
    pixels = x.reshape(len(y), -1)
    kept = np.array([row.tobytes() not in closed for row in pixels])
    return replace(part, x_train=scaled_pixels(pixels[kept], 255, dtype), y_train=y[kept].astype(np.int64))


def _read(name: str, header: int, folder: Path | None, progress: bool) -> NDArray[np.uint8]:
    """The bytes after the header of an IDX file."""
    import gzip
    import zlib

    url, instead = f"{_URL}/{name}", "load_whole_fashion_mnist(folder)"
    known = f"md5:{_MD5[name]}"
    path = downloaded(url, known, "Fashion-MNIST", instead, progress) if folder is None else Path(folder) / name
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError as error:
        raise DatasetError(f"cannot read {path} ({error.strerror}); download it from {url}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} is damaged ({error}); download it again from {url}") from error
    if hashlib.sha256(content).hexdigest() != _SHA256[name]:
        raise DatasetError(f"{path} is damaged, or holds something else; download it again from {url}")
    return np.frombuffer(content, np.uint8, offset=header)
