"""An exercise on whitening, along the components and back in the axes of the data."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import preprocessing

from . import references
from .draws import away_from_0, components, table


def _fitted(rng: Generator, d: int, k: int, n: int = 6) -> tuple[FloatArray, ...]:
    """x (n, d), a mean that is not its own, k orthonormal columns, and variances that fall."""
    falling = np.sort(rng.uniform(1.5, 9, k))[::-1].copy()
    return table(rng, n, d), away_from_0(rng, d), components(rng, d)[:, :k].copy(), falling


def _all(rng: Generator) -> Cases:
    yield case("4 features, 4 components", *_fitted(rng, 4, 4))
    yield case("3 features, 3 components, eps = 0.5", *_fitted(rng, 3, 3), eps=0.5)


def _some(rng: Generator) -> Cases:
    yield case("the first 2 of 4 components, eps = 0.3", *_fitted(rng, 4, 2), eps=0.3)


def _no_variance(rng: Generator) -> Cases:
    x, mean, u, variances = _fitted(rng, 3, 3)
    yield case("a direction without variance", x, mean, u, variances * [1, 1, 0], eps=0.1)


def _white(call: Function, rng: Generator) -> None:
    x = table(rng, 12, 3)
    centred = x - x.mean(axis=0)
    u, variances, _ = np.linalg.svd(centred.T @ centred / len(x))
    pca, zca = call(x, x.mean(axis=0), u, variances, eps=1e-12)
    for name, white in (("pca", np.asarray(pca, dtype=float)), ("zca", np.asarray(zca, dtype=float))):
        if white.shape != x.shape:
            raise Violation(f"`{name}` does not have the shape of x", f"{white.shape}, not {x.shape}")
        off = np.abs(white.T @ white / len(x) - np.eye(3)).max()
        if not off < 1e-6:
            raise Violation(f"the covariance of `{name}` is not the identity", f"off by {off:.4g}")


whiten = Exercise(
    references.whiten,
    points=9,
    minutes=12,
    difficulty=3,
    forbidden=(preprocessing.pca_whiten, preprocessing.zca_whiten),
    checks=(
        Values("All components", 4, _all),
        Values("The first of them", 2, _some),
        Values("A direction without variance", 1, _no_variance),
        Property("What comes out is white", 1, _white),
    ),
    slips="""
        root missing
            np.sqrt(variances + eps) → (variances + eps)
            you divide by the variance. Divide by its root, and the variance becomes 1.
        ε missing
            variances + eps → variances
            ε is missing: a direction without variance is divided by 0.
        ε outside the root
            np.sqrt(variances + eps) → (np.sqrt(variances) + eps)
            ε is added outside the root; the text has √(S + ε).
        ε typed in
            variances + eps → variances + 1e-5
            1e-5 is typed in: use `eps`, which the caller may set.
        mean not subtracted
            (x - mean) @ components → x @ components
            the mean is not subtracted: white data lie around 0.
        own mean
            (x - mean) @ components → (x - x.mean(axis=0)) @ components
            you subtract the mean of these examples. They may be one test picture: subtract the `mean` that was fitted.
        multiplied
            z / np.sqrt → z * np.sqrt
            you multiply by the standard deviation: that makes long directions longer. Divide.
        scaled by its own deviation
            z / np.sqrt(variances + eps) → z / np.sqrt(z.var(axis=0) + eps)
            you divide by what these examples deviate: use the `variances` that were fitted.
        not divided
            z / np.sqrt(variances + eps) → z
            these are the coordinates of PCA. Whitening divides each by its standard deviation.
        zca without the way back
            zca = pca @ components.T → zca = pca
            `zca` is `pca`: turn it back into the axes of the data, `@ components.T`.
        turned twice
            pca @ components.T → pca @ components
            ZCA turns *back*: multiply by the transposed components.
        mean added back
            pca @ components.T → pca @ components.T + mean
            the mean is added to `zca`: white data lie around 0.
        zca without the division
            zca = pca @ components.T → zca = z @ components.T
            `zca` turns the coordinates back before they were divided, so x comes out again.
        divided twice
            pca @ components.T → pca / np.sqrt(variances + eps) @ components.T
            `zca` divides by the standard deviation once more. It only turns `pca` back.
        divided in the axes of the data
            zca = pca @ components.T → zca = z @ components.T / np.sqrt(np.resize(variances, len(mean)) + eps)
            `zca` is divided after it was turned back. The variances belong to the components: divide before.
        only pca
            return pca, zca → return pca
            only the first is returned: `pca, zca` are asked.
        results exchanged
            return pca, zca → return zca, pca
            the two results are in the other order: (pca, zca) is asked.
        x changed
            z = (x - mean) @ components → x -= mean ⏎ z = x @ components
            the values are right, but `x -= mean` writes into the caller's array.
    """,
)
