r"""The data that lessons and experiments run on: shipped with the package, or made from a seed.

A loader checks the file against its SHA-256 before it opens it, and returns fresh arrays, so a caller may write into
them. Pixels are scaled to [0, 1]; labels are integers in ``[0, K)``. The splits are stratified and always the same.
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
