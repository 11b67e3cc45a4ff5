"""The whole training set of Fashion-MNIST, downloaded on first use."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import contract, float_dtype
from cs231n_lib.datasets.files import LABEL_DTYPE, Dataset, DatasetError, download, scaled_pixels
from cs231n_lib.datasets.loaders import load_fashion_mnist

_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
_IMAGES, _LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
_MD5 = {_IMAGES: "8d4fb7e6c68d591d4c3dfef9ec88bf0d", _LABELS: "25c81989df183df01b3e8a0aad5dffbe"}
"""Hashes of the original compressed files."""

_SHA256 = {
    _IMAGES: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    _LABELS: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
}
"""Hashes of the uncompressed content, because Debian and others compress the files differently."""


@contract(dtype=float_dtype)
def load_whole_fashion_mnist(
    folder: Path | None = None, *, dtype: DTypeLike = np.float32, progress: bool = True
) -> Dataset:
    """Load the whole training set of Fashion-MNIST without the validation images.

    The validation and test splits are those of `load_fashion_mnist`, 1,000 images each, so accuracies are comparable.
    The extra ``cifar`` is required, and the first call downloads 26 MB to the user's cache. In float32 the pixels take
    190 MB of memory.

    Parameters
    ----------
    folder : Path, optional
        Folder of the original files ``train-*-ubyte.gz``. With it, the call needs neither a network nor the extra. The
        Debian package ``dataset-fashion-mnist`` installs the files in ``/usr/share/datasets/fashion-mnist``.

    Returns
    -------
    Dataset
        Greyscale images with D = 784 pixels and K = 10 classes.

    References
    ----------
    H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
    Algorithms*, arXiv:1708.07747, 2017.
    """
    x, y = (_read(name, header, folder, progress) for name, header in ((_IMAGES, 16), (_LABELS, 8)))
    part = load_fashion_mnist(dtype=dtype)
    validation = {row.tobytes() for row in np.rint(255 * part.x_validation).astype(np.uint8)}
    pixels = x.reshape(len(y), -1)
    kept = np.array([row.tobytes() not in validation for row in pixels])
    return replace(part, x_train=scaled_pixels(pixels[kept], 255, dtype), y_train=y[kept].astype(LABEL_DTYPE))


def _read(name: str, header: int, folder: Path | None, progress: bool) -> NDArray[np.uint8]:
    """Bytes after the header of an IDX file."""
    import gzip
    import zlib

    url, local_call = f"{_URL}/{name}", "load_whole_fashion_mnist(folder)"
    known = f"md5:{_MD5[name]}"
    path = download(url, known, "Fashion-MNIST", local_call, progress) if folder is None else Path(folder) / name
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError as error:
        raise DatasetError(f"cannot read {path} ({error.strerror}). Download it from {url}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} is damaged ({error}). Download it again from {url}") from error
    if hashlib.sha256(content).hexdigest() != _SHA256[name]:
        raise DatasetError(f"{path} is damaged or is another file. Download it again from {url}")
    return np.frombuffer(content, np.uint8, offset=header)
