"""Script that makes the package's data files from the original data sets.

Run ``python tests/datasets/make_data.py FASHION_MNIST_FOLDER``. The digits come from scikit-learn's `load_digits`.
The folder contains the four ``*-ubyte.gz`` files of Fashion-MNIST. On Debian, ``apt-get install dataset-fashion-mnist``
puts them into ``/usr/share/datasets/fashion-mnist``.
"""

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits  # type: ignore[import-untyped]

from cs231n_lib import datasets

Arrays = dict[str, NDArray[np.uint8]]


def digits() -> NDArray[np.uint8]:
    """Table (1797, 65) of the 64 pixels (0 to 16) and the label of each digit."""
    return np.column_stack(load_digits(return_X_y=True)).astype(np.uint8)


def fashion_mnist(folder: Path) -> Arrays:
    """Balanced samples ``x_train`` (5000, 784) and ``x_test`` (1000, 784)."""
    arrays: Arrays = {}
    for split, prefix, size in [("train", "train", 5000), ("test", "t10k", 1000)]:
        x = idx(folder / f"{prefix}-images-idx3-ubyte.gz", header=16).reshape(-1, 784)
        y = idx(folder / f"{prefix}-labels-idx1-ubyte.gz", header=8)
        _, chosen = datasets.stratified_split(y, size, np.random.default_rng(0))
        arrays |= {f"x_{split}": x[chosen], f"y_{split}": y[chosen]}
    return arrays


def idx(path: Path, header: int) -> NDArray[np.uint8]:
    """Bytes after the header of an IDX file."""
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header)


if __name__ == "__main__":
    folder = Path(datasets.__file__).parent
    np.save(folder / "digits.npy", digits(), allow_pickle=False)
    np.savez_compressed(folder / "fashion_mnist.npz", allow_pickle=False, **fashion_mnist(Path(sys.argv[1])))
    for path in (folder / "digits.npy", folder / "fashion_mnist.npz"):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, path.name)
