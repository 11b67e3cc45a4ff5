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
    covers="sign features one",
    forbidden=(preprocessing.pca_whiten, preprocessing.zca_whiten),
    examples_rows=("The first of them",),
    checks=(
        Values("All components", 4, _all, central=True),
        Values("The first of them", 2, _some, central=True),
        Values("A direction without variance", 1, _no_variance),
        Property("The result is white", 1, _white),
    ),
    slips="""
        root missing
            np.sqrt(variances + eps) → (variances + eps)
            you divide by the variance. Divide by its square root, so that the variance becomes 1.
        ε as a floor
            variances + eps → np.maximum(variances, eps)
            you use ε only where a variance is smaller than ε. *Add* it to every variance, as in √(S + ε).
        ε missing
            variances + eps → variances
            you leave out ε, so a direction without variance is divided by 0. Add `eps` under the root.
        ε outside the root
            np.sqrt(variances + eps) → (np.sqrt(variances) + eps)
            you add ε outside the root. Divide by √(S + ε).
        ε typed in
            variances + eps → variances + 1e-5
            you use a fixed 1e-5. Use `eps`, which the caller may set.
        mean not subtracted
            (x - mean) @ components → x @ components
            you do not subtract the mean, but white data are centred on 0. Subtract `mean` first.
        own mean
            (x - mean) @ components → (x - x.mean(axis=0)) @ components
            you subtract the mean of `x`, which may be a single test image. Subtract the argument `mean`, which comes
            from the training part.
        multiplied
            z / np.sqrt → z * np.sqrt
            you multiply by the standard deviation, which makes large variances even larger. Divide by the standard
            deviation.
        scaled by its own deviation
            z / np.sqrt(variances + eps) → z / np.sqrt(z.var(axis=0) + eps)
            you divide by the standard deviation of these examples. Compute it from the argument `variances`, which
            comes from the training part.
        not divided
            z / np.sqrt(variances + eps) → z
            you return the coordinates of PCA without dividing them. Divide each coordinate by √(S + ε), and rotate the
            result back to get `zca`.
        zca not rotated back
            zca = pca @ components.T → zca = pca
            you return `pca` as `zca`. Rotate it back to the axes of the data with `@ components.T`.
        rotated twice
            pca @ components.T → pca @ components
            you multiply by the components again. Multiply by their transpose, because ZCA rotates *back*.
        mean added back
            pca @ components.T → pca @ components.T + mean
            you add the mean to `zca`. Leave it out, because white data are centred on 0.
        zca without the division
            zca = pca @ components.T → zca = z @ components.T
            you rotate the undivided coordinates back, which undoes the rotation without whitening. Rotate `pca` back.
        divided twice
            pca @ components.T → pca / np.sqrt(variances + eps) @ components.T
            you divide by the standard deviation once more in `zca`. Only rotate `pca` back.
        divided in the axes of the data
            zca = pca @ components.T → zca = z @ components.T / np.sqrt(np.resize(variances, len(mean)) + eps)
            you rotate back before you divide, but the variances belong to the components. Divide before you rotate
            back.
        only pca
            return pca, zca → return pca
            you return only the first result. Return `pca, zca`.
        results exchanged
            return pca, zca → return zca, pca
            you return the results in the wrong order. Return `pca, zca`.
        x changed
            z = (x - mean) @ components → x -= mean ⏎ z = x @ components
            the values are right, but you change the caller's `x` in place, as `x -= mean` does. Make a new array with
            `x - mean`.
    """,
)
