"""Pictures from few numbers: how much of them the first k principal components keep (claim C18)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits, load_fashion_mnist
from cs231n_lib.lessons.use import Functions

KINDS = ("digits", "digits upside down", "shuffled pixels", "clothes")


@dataclass(frozen=True)
class Components:
    """Mean (D,), components (D, D) and variances (D,) of training pictures, as `pca_fit` returns them."""

    mean: FloatArray
    components: FloatArray
    variances: FloatArray

    def kept(self) -> FloatArray:
        """Share of the training pictures' variance that the first 1, 2, … components hold; (D,)."""
        return np.asarray(np.cumsum(self.variances) / self.variances.sum())


def components_of(run: Functions, x: FloatArray) -> Components:
    """The components of training pictures ``x`` (N, D)."""
    return Components(*run.pca_fit(x))


def numerals() -> FloatArray:
    """The training digits, (1197, 64)."""
    return load_digits().x_train


def garments() -> FloatArray:
    """The training clothes at 14×14 pixels, (4000, 196)."""
    return _halved(load_fashion_mnist().x_train)


def _halved(x: FloatArray) -> FloatArray:
    """Pictures of 28×28 pixels (N, 784), each square of four pixels made one; (N, 196)."""
    return np.asarray(x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196))


def pictures(kind: str) -> FloatArray:
    """Ten validation pictures, one of each class, that the components have not seen; (10, 64) or (10, 196).

    Of digits there are also those on their heads, and those whose pixels are shuffled, each in its own way.
    """
    data = load_fashion_mnist() if kind == "clothes" else load_digits()
    x = data.x_validation[[int(np.flatnonzero(data.y_validation == k)[0]) for k in range(10)]]
    if kind == "clothes":
        return _halved(x)
    if kind == "digits upside down":
        return x[:, ::-1]  # turned by half a circle: the last pixel comes first
    if kind == "shuffled pixels":
        return np.random.default_rng(0).permuted(x, axis=1)
    return x


def pixel_error(x: FloatArray, rebuilt: FloatArray) -> float:
    """Root mean squared difference of a pixel, where black is 0 and white is 1."""
    return float(np.sqrt(np.mean((x - rebuilt) ** 2)))


def _shuffled(x: FloatArray) -> FloatArray:
    """Each pixel shuffled over the examples: the same variances, no correlations."""
    return np.random.default_rng(0).permuted(x, axis=0)


def _noise(x: FloatArray) -> FloatArray:
    return np.random.default_rng(0).uniform(size=x.shape)


CONTROLS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "the pictures": lambda x: x,
    "each pixel shuffled": _shuffled,
    "noise": _noise,
}


def variances_of(run: Functions, name: str, control: str) -> FloatArray:
    """Variances along the components of the training digits or clothes (784 pixels), or of one of `CONTROLS`."""
    data = load_digits() if name == "digits" else load_fashion_mnist()
    return np.asarray(run.pca_fit(CONTROLS[control](data.x_train))[2])


@lru_cache(maxsize=2)
def mean_image(name: str) -> tuple[FloatArray, float, float]:
    """Mean picture, its share of the mean square of a picture, and its cosine with the first uncentred direction."""
    x = (load_digits() if name == "digits" else load_fashion_mnist()).x_train
    mean = x.mean(axis=0)
    share = float(mean @ mean / np.mean(np.sum(x**2, axis=1)))
    first = np.linalg.eigh(x.T @ x)[1][:, -1]
    return mean, share, float(abs(first @ mean) / np.linalg.norm(mean))
