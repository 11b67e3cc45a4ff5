"""Reconstruction of images from their first k principal components (claim C18)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits, load_fashion_mnist
from cs231n_lib.lessons.preprocessing.experiments import pixels
from cs231n_lib.lessons.use import Functions

KINDS = ("digits", "digits upside down", "shuffled pixels", "Fashion-MNIST")


@dataclass(frozen=True)
class Components:
    """Mean (D,), components (D, D) and variances (D,) of training images, as `pca_fit` returns them."""

    mean: FloatArray
    components: FloatArray
    variances: FloatArray

    def kept(self) -> FloatArray:
        """Proportion of the training images' variance that the first 1, 2, … components hold; (D,)."""
        return np.asarray(np.cumsum(self.variances) / self.variances.sum())


def components_of(run: Functions, x: FloatArray) -> Components:
    """Fit the components of training images ``x`` (N, D)."""
    return Components(*run.pca_fit(x))


def numerals() -> FloatArray:
    """The training digits, (1197, 64)."""
    return load_digits().x_train


def garments() -> FloatArray:
    """The training images of Fashion-MNIST at 14×14 pixels, (4000, 196)."""
    return _halved(load_fashion_mnist().x_train)


def _halved(x: FloatArray) -> FloatArray:
    """Images of 28×28 pixels (N, 784) with each square of four pixels averaged; (N, 196)."""
    return np.asarray(x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196))


def pictures(kind: str) -> FloatArray:
    """Ten validation images, one of each class; (10, 64) or (10, 196).

    The controls are the digits upside down, and with the pixels of each image shuffled differently.
    """
    data = load_fashion_mnist() if kind == "Fashion-MNIST" else load_digits()
    x = data.x_validation[[int(np.flatnonzero(data.y_validation == k)[0]) for k in range(10)]]
    if kind == "Fashion-MNIST":
        return _halved(x)
    if kind == "digits upside down":
        return x[:, ::-1]  # rotated by 180 degrees
    if kind == "shuffled pixels":
        return np.random.default_rng(0).permuted(x, axis=1)
    return x


def pixel_error(x: FloatArray, rebuilt: FloatArray) -> float:
    """Root mean squared difference of a pixel, where black is 0 and white is 1."""
    return float(np.sqrt(np.mean((x - rebuilt) ** 2)))


def _shuffled(x: FloatArray) -> FloatArray:
    """Each pixel shuffled over the examples, which keeps the variances and removes the correlations."""
    return np.random.default_rng(0).permuted(x, axis=0)


def _noise(x: FloatArray) -> FloatArray:
    return np.random.default_rng(0).uniform(size=x.shape)


COUNTS = (2, 5, 10, 23, 50, 100, 784)
"""Numbers of components on which a network is trained. 23 components hold 80 % of the variance."""


@dataclass(frozen=True)
class Coordinates:
    """Fashion-MNIST in the coordinates of all its components, divided by one scale, with labels."""

    train: FloatArray
    validation: FloatArray

    def accuracy(self, k: int, seed: int = 0) -> float:
        """Validation accuracy of K-100-10 on the first K coordinates, trained as in `pixels`."""
        y, y_validation = pixels.labels()
        splits = (self.train[:, :k], y), (self.validation[:, :k], y_validation)
        return pixels.final_accuracy(pixels.train(splits, pixels.SCALINGS["one scale"], seed))


def coordinates(run: Functions) -> Coordinates:
    """All coordinates of the training and the validation images of Fashion-MNIST."""
    data = load_fashion_mnist()
    mean, components, _ = run.pca_fit(data.x_train)
    train, validation = (run.compress(x, mean, components, len(mean))[0] for x in (data.x_train, data.x_validation))
    scale = train.std()
    return Coordinates(train / scale, validation / scale)


def covariance(z: FloatArray) -> FloatArray:
    """Covariance matrix of z (N, D), divided by N; (D, D)."""
    z = z - z.mean(axis=0)
    return np.asarray(z.T @ z / len(z))


def off_diagonal(matrix: FloatArray) -> float:
    """Largest magnitude off the diagonal, relative to the largest entry on it."""
    diagonal = np.diag(matrix)
    return float(np.abs(matrix - np.diag(diagonal)).max() / max(diagonal.max(), 1e-300))


CONTROLS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "the images": lambda x: x,
    "each pixel shuffled": _shuffled,
    "noise": _noise,
}


def variances_of(run: Functions, name: str, control: str) -> FloatArray:
    """Variances along the components of the training digits, of Fashion-MNIST, or of one of `CONTROLS`."""
    data = load_digits() if name == "digits" else load_fashion_mnist()
    return np.asarray(run.pca_fit(CONTROLS[control](data.x_train))[2])


@lru_cache(maxsize=2)
def mean_image(name: str) -> tuple[FloatArray, float, float]:
    """Mean image, its fraction of the mean square, and its cosine with the first uncentred direction."""
    x = (load_digits() if name == "digits" else load_fashion_mnist()).x_train
    mean = x.mean(axis=0)
    share = float(mean @ mean / np.mean(np.sum(x**2, axis=1)))
    first = np.linalg.eigh(x.T @ x)[1][:, -1]
    return mean, share, float(abs(first @ mean) / np.linalg.norm(mean))
