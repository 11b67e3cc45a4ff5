"""An exercise on principal components, whose signs are arbitrary."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import preprocessing

from . import references
from .draws import table


def with_one_sign(values: Iterable[Any]) -> list[Any]:
    """The result of `pca_fit`, with the sign of each component chosen so that its largest entry is positive."""
    found = list(values)
    if len(found) == 3 and np.ndim(found[1]) == 2 and np.asarray(found[1]).dtype.kind == "f":
        u = np.asarray(found[1])
        found[1] = u * np.sign(u[np.abs(u).argmax(axis=0), np.arange(u.shape[1])])
    return found


def _tables(rng: Generator) -> Cases:
    for n, d in ((9, 3), (12, 4)):
        yield case(f"x of shape ({n}, {d})", table(rng, n, d))


def _flat(rng: Generator) -> Cases:
    x = table(rng, 8, 3)
    x[:, 2] = x[:, 0] - 2 * x[:, 1]
    yield case("a flat cloud", x)


def _uncorrelated(call: Function, rng: Generator) -> None:
    x = table(rng, 10, 3)
    mean, components, _ = call(x)
    z = (x - mean) @ components
    covariance = z.T @ z / len(x)
    beside = np.abs(covariance - np.diag(np.diag(covariance))).max()
    if not beside < 1e-9 * np.abs(covariance).max():
        raise Violation("the covariance of z is not diagonal", f"an entry off the diagonal is {beside:.4g}")
    length = np.abs(np.asarray(components).T @ components - np.eye(3)).max()
    if not length < 1e-9:
        raise Violation("the components do not have length 1 or are not at right angles", f"off by {length:.4g}")


pca_fit = Exercise(
    references.pca_fit,
    points=11,
    minutes=18,
    difficulty=3,
    covers="sign",
    importance="core",
    forbidden=(preprocessing.pca_fit,),
    collect=with_one_sign,
    checks=(
        Values("Mean, components, variances", 5, _tables),
        Values("A flat cloud", 1, _flat),
        Property("The covariance of z is diagonal", 2, _uncorrelated),
    ),
    slips="""
        not centred
            x = x - mean → pass
            you do not subtract the mean before you compute the components, so the first component may point along the
            mean. Subtract the mean of each feature first.
        rows for columns
            return mean, components, variances → return mean, components.T, variances
            you return the components as *rows*. Return them as columns by transposing this array with `.T`.
        standard deviations
            return mean, components, variances → return mean, components, np.sqrt(variances)
            you return the standard deviations along the components. Return their squares, the variances.
        singular values of the data
            components, variances, _ = np.linalg.svd(covariance) → _, variances, rows = np.linalg.svd(x)
            return mean, components → return mean, rows.T
            you return the singular values of the centred data. Square them and divide by N to get the variances.
        singular values of the data by N
            components, variances, _ = np.linalg.svd(covariance) → _, variances, rows = np.linalg.svd(x)
            return mean, components, variances → return mean, rows.T, variances / len(x)
            you divide the singular values of the centred data by N. *Square* them first.
        rows of the data's SVD
            components, variances, _ = np.linalg.svd(covariance) → _, s, components = np.linalg.svd(x)
            return mean, components, variances → return mean, components, s**2 / len(x)
            you return the components as *rows*, as the third result of `np.linalg.svd` holds them. Transpose this array
            with `.T`.
        divisor one less
            / len(x) → / (len(x) - 1)
            you divide by N − 1, as `np.cov` and scikit-learn do. Divide by N here.
        not divided
            x.T @ x / len(x) → x.T @ x
            you return sums over the examples, which are N times the variances. Divide the covariance matrix, or the
            squared singular values of the data, by N.
        smallest first
            return mean, components, variances → return mean, components[:, ::-1], variances[::-1]
            you return the smallest variance first. If you use `np.linalg.eigh`, which sorts in this order, reverse the
            variances and the components (their columns, `[:, ::-1]`).
        eig for eigh
            components, variances, _ = np.linalg.svd(covariance) → variances, components = np.linalg.eig(covariance)
            return mean, components, variances → return mean, components + 0j, variances + 0j
            you use `np.linalg.eig`, which does not sort the variances and may return complex numbers. Use
            `np.linalg.svd`, or `np.linalg.eigh` with the variances and the columns in reverse order.
        components and variances in opposite orders
            return mean, components, variances → return mean, components[:, ::-1], variances
            you return components and variances in opposite orders. Put the largest variance and its component first.
        rows turned round
            return mean, components, variances → return mean, components[::-1], variances
            you reverse the *rows* of the components. Keep the rows in order, and after `eigh` reverse only the columns,
            `[:, ::-1]`.
        smallest first, rows turned round
            return mean, components, variances → return mean, components[::-1, ::-1], variances
            you reverse the *rows* of the components, so the component with the smallest variance still comes first.
            Reverse the columns instead, `[:, ::-1]`.
        variances of the features
            return mean, components, variances → return mean, components, np.sort(x.var(axis=0))[::-1]
            you return the variances of the *features*. Return the variances along the components, which are the
            singular values of the covariance matrix.
        variances on a diagonal
            return mean, components, variances → return mean, components, np.diag(variances)
            you return the variances as a matrix. Return its diagonal, of shape (D,).
        results exchanged
            return mean, components, variances → return mean, variances, components
            you return the results in the wrong order. Return (mean, components, variances).
        mean over everything
            x.mean(axis=0) → x.mean()
            you subtract one mean from all features. Compute a mean for each feature with `axis=0`.
        standardised first
            x = x - mean → x = (x - mean) / x.std(axis=0)
            you divide each feature by its standard deviation, so you decompose the *correlation* matrix. Only subtract
            the mean here.
        covariance of the examples
            x.T @ x / len(x) → (x @ x.T / len(x))[: len(mean), : len(mean)]
            you multiply examples by each other, as `x @ x.T` does. Compare features by putting the transposed factor
            first, as in `x.T @ x` for a centred x.
        components times variances
            return mean, components, variances → return mean, components * variances, variances
            you multiply the components by the variances. Return components of length 1.
        divided by D
            / len(x) → / x.shape[1]
            you divide by the number of features. Divide by the number of *examples*, `len(x)`.
        x changed
            x = x - mean → x -= mean
            the values are right, but you change the caller's `x` in place, as `x -= mean` does. Make a new array with
            `x - mean`.
    """,
)
