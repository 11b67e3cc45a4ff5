"""Digits from few numbers: how much of a picture the first k principal components keep."""

from dataclasses import dataclass

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.functions.preprocessing import pca_fit, pca_reconstruct, pca_transform

KINDS = ("test digits", "digits upside down", "shuffled pixels")


@dataclass(frozen=True)
class DigitComponents:
    """Mean (64,), components (64, 64) and variances (64,) of the training digits, as `pca_fit` returns them."""

    mean: FloatArray
    components: FloatArray
    variances: FloatArray

    def reconstruct(self, x: FloatArray, k: int) -> FloatArray:
        """Pictures ``x`` (N, 64) rebuilt from their coordinates along the first ``k`` components."""
        first = self.components[:, :k]
        return pca_reconstruct(pca_transform(x, self.mean, first), self.mean, first)

    def kept(self) -> FloatArray:
        """Share of the training digits' variance that the first 1, 2, … components hold; (64,)."""
        return np.asarray(np.cumsum(self.variances) / self.variances.sum())


def digit_components() -> DigitComponents:
    """The components of the training digits."""
    return DigitComponents(*pca_fit(load_digits().x_train))


def pictures(kind: str) -> FloatArray:
    """Ten pictures (10, 64) that the components have not seen.

    They are one test digit of each class, those on their heads, or the pixels of each shuffled.
    """
    digits = load_digits()
    x = digits.x_test[[int(np.flatnonzero(digits.y_test == k)[0]) for k in range(10)]]
    if kind == KINDS[1]:
        return x[:, ::-1]  # turned by half a circle: the last pixel comes first
    if kind == KINDS[2]:
        return np.random.default_rng(0).permuted(x, axis=1)
    return x


def pixel_error(x: FloatArray, rebuilt: FloatArray) -> float:
    """Root mean squared difference of a pixel, where black is 0 and white is 1."""
    return float(np.sqrt(np.mean((x - rebuilt) ** 2)))
