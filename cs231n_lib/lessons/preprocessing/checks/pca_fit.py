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
    """What `pca_fit` returns, each component turned so that its largest entry is positive: its sign means nothing."""
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
    yield case("a cloud as flat as a sheet", x)


def _uncorrelated(call: Function, rng: Generator) -> None:
    x = table(rng, 10, 3)
    mean, components, _ = call(x)
    z = (x - mean) @ components
    covariance = z.T @ z / len(x)
    beside = np.abs(covariance - np.diag(np.diag(covariance))).max()
    if not beside < 1e-9 * np.abs(covariance).max():
        raise Violation("the covariance of z is not diagonal", f"an entry beside the diagonal is {beside:.4g}")
    length = np.abs(np.asarray(components).T @ components - np.eye(3)).max()
    if not length < 1e-9:
        raise Violation("the components do not have length 1 or are not at right angles", f"off by {length:.4g}")


pca_fit = Exercise(
    references.pca_fit,
    points=11,
    minutes=18,
    difficulty=3,
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
            the mean is not subtracted before the covariance: the first component then points nearly at the mean, and
            says nothing of how the examples differ.
        rows for columns
            return mean, components, variances → return mean, components.T, variances
            the components are the *rows* of what you return, and columns are asked. `np.linalg.svd` gives U, with them
            in its columns, and Vᵀ, with them in its rows.
        standard deviations
            return mean, components, variances → return mean, components, np.sqrt(variances)
            these are standard deviations along the components. Their squares, the variances, are asked.
        singular values of the data
            components, variances, _ = np.linalg.svd(covariance) → _, variances, rows = np.linalg.svd(x)
            return mean, components → return mean, rows.T
            these are the singular values of the centred data. A variance is their square, divided by N.
        singular values of the data by N
            components, variances, _ = np.linalg.svd(covariance) → _, variances, rows = np.linalg.svd(x)
            return mean, components, variances → return mean, rows.T, variances / len(x)
            these are singular values of the centred data, divided by N. A variance is their *square*, divided by N.
        rows of the data's
            components, variances, _ = np.linalg.svd(covariance) → _, s, components = np.linalg.svd(x)
            return mean, components, variances → return mean, components, s**2 / len(x)
            the third result of `np.linalg.svd` has the components in its *rows*, and columns are asked: turn it, `.T`.
        divisor one less
            / len(x) → / (len(x) - 1)
            the variances are divided by N − 1, as `np.cov` and scikit-learn do. The course divides by N.
        not divided
            x.T @ x / len(x) → x.T @ x
            the variances are sums over the examples, N times too large: divide the covariance by N, or the squares of
            the singular values of the data.
        smallest first
            return mean, components, variances → return mean, components[:, ::-1], variances[::-1]
            the smallest variance comes first. (`np.linalg.eigh` sorts so: turn its results round.)
        variances turned alone
            return mean, components, variances → return mean, components[:, ::-1], variances
            components and variances are in opposite orders: turn both, the largest variance first.
        rows turned round
            return mean, components, variances → return mean, components[::-1], variances
            the *rows* of the components are turned round: `[:, ::-1]` turns the columns.
        smallest first, rows turned round
            return mean, components, variances → return mean, components[::-1, ::-1], variances
            the *rows* of the components are turned round, and the smallest still comes first: `[:, ::-1]` turns the
            columns.
        variances on a diagonal
            return mean, components, variances → return mean, components, np.diag(variances)
            the variances come as a matrix: (D,), the numbers on its diagonal, is asked.
        results exchanged
            return mean, components, variances → return mean, variances, components
            the results are in another order: (mean, components, variances) is asked.
        mean over everything
            x.mean(axis=0) → x.mean()
            this is one mean for everything: each feature has its own, over `axis=0`.
        standardised first
            x = x - mean → x = (x - mean) / x.std(axis=0)
            each feature is divided by its standard deviation. That is PCA of the *correlations*: a choice, but not the
            one asked.
        covariance of the examples
            x.T @ x / len(x) → (x @ x.T / len(x))[: len(mean), : len(mean)]
            `x @ x.T` compares examples. Features are compared by `x.T @ x`.
        components times variances
            return mean, components, variances → return mean, components * variances, variances
            the components are stretched by the variances: they are directions, of length 1.
        divided by D
            / len(x) → / x.shape[1]
            you divide by the number of features: a mean over the *examples* is asked, `len(x)`.
        x changed
            x = x - mean → x -= mean
            the values are right, but `x -= mean` writes into the caller's array. Make a new one.
    """,
)
