r"""Data sets that are shipped, downloaded or generated.

A loader verifies the SHA-256 of its data before decoding images. It returns new arrays, so callers may modify them.
Pixels are scaled to [0, 1], and labels are integers in ``[0, K)``. The splits are stratified and always the same.

All loaders take ``dtype``, the float type of the pixels. Those that download show a progress bar if ``progress``.

Raises
------
DatasetError
    A file is missing or damaged, or its download fails.
ModuleNotFoundError
    A loader that downloads is called without a local copy, and pooch is not installed.
TypeError
    ``dtype`` is not a float type.
"""

from cs231n_lib.datasets.cifar10 import load_cifar10
from cs231n_lib.datasets.files import Dataset, DatasetError, Split, stratified_split
from cs231n_lib.datasets.folds import k_folds
from cs231n_lib.datasets.loaders import load_digits, load_fashion_mnist
from cs231n_lib.datasets.prepared import clothes, digits
from cs231n_lib.datasets.synthetic import blobs, spirals
from cs231n_lib.datasets.whole_fashion import load_whole_fashion_mnist

__all__ = [
    "Dataset",
    "DatasetError",
    "Split",
    "blobs",
    "clothes",
    "digits",
    "k_folds",
    "load_cifar10",
    "load_digits",
    "load_fashion_mnist",
    "load_whole_fashion_mnist",
    "spirals",
    "stratified_split",
]
