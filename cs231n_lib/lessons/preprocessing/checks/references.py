"""Short right answers of the exercises. The library's functions also validate their arguments."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray

Rows = NDArray[np.int64]
Prepare = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


def subtract_mean(train: FloatArray, test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both parts, (N, ...) and (M, ...), minus the mean example of the training part.

    Returns
    -------
    train, test : array
        The prepared parts, in the shapes of the arguments.

    >>> subtract_mean(np.array([[1.0, 10.0], [3.0, 30.0]]), np.array([[4.0, 4.0]]))
    (array([[ -1., -10.],
           [  1.,  10.]]), array([[  2., -16.]]))
    """
    mean = train.mean(axis=0)
    return train - mean, test - mean


def standardize(train: FloatArray, test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both parts, (N, D) and (M, D), with the training part's mean at 0 and its standard deviation at 1.

    A feature that never varies in the training part is divided by 1.

    Returns
    -------
    train, test : array
        The prepared parts, in the shapes of the arguments.

    >>> standardize(np.array([[1.0, 5.0], [3.0, 5.0], [8.0, 5.0]]), np.array([[7.0, 9.0]]))[1].round(3)
    array([[1.019, 4.   ]])
    """
    mean, scale = train.mean(axis=0), train.std(axis=0)
    scale[train.max(axis=0) == train.min(axis=0)] = 1
    return (train - mean) / scale, (test - mean) / scale


def condition_number(x: FloatArray) -> float:
    """Largest curvature of a least-squares loss divided by the smallest, for inputs x (N, D) and a bias.

    >>> round(condition_number(np.array([[3.0], [-3.0]])), 6)
    9.0
    """
    a = np.column_stack([x, np.ones(len(x))])
    curvatures = np.linalg.eigvalsh(a.T @ a)
    return float(curvatures[-1] / curvatures[0])


def unscale_weights(w: FloatArray, b: FloatArray, mean: FloatArray, scale: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weights (D, M) and biases (M,) for raw inputs of the layer ``(x - mean) / scale @ w + b``.

    >>> unscale_weights(np.array([[6.0]]), np.array([1.0]), mean=np.array([5.0]), scale=np.array([2.0]))
    (array([[3.]]), array([-14.]))
    """
    raw_w = w / scale[:, np.newaxis]
    raw_b = b - mean @ raw_w
    return raw_w, raw_b


def min_max(train: FloatArray, test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both parts, (N, D) and (M, D), scaled so that the training part reaches from -1 to 1.

    Returns
    -------
    train, test : array
        The prepared parts, in the shapes of the arguments.

    >>> min_max(np.array([[1.0], [2.0], [3.0]]), np.array([[4.0]]))
    (array([[-1.],
           [ 0.],
           [ 1.]]), array([[2.]]))
    """
    low, high = train.min(axis=0), train.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    return 2 * (train - low) / span - 1, 2 * (test - low) / span - 1


def pca_fit(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean (D,), components (D, D) in columns, variances (D,) along them, largest first.

    >>> mean, components, variances = pca_fit(np.array([[3.0, 4.0], [-3.0, -4.0], [0.0, 0.0]]))
    >>> abs(components[:, 0]).round(6), abs(variances).round(6)
    (array([0.6, 0.8]), array([16.666667,  0.      ]))
    """
    mean = x.mean(axis=0)
    x = x - mean
    covariance = x.T @ x / len(x)
    components, variances, _ = np.linalg.svd(covariance)
    return mean, components, variances


def components_to_keep(variances: FloatArray, share: float) -> np.signedinteger[Any]:
    """Smallest k whose first k variances are at least this proportion of all of them.

    >>> int(components_to_keep(np.array([6.0, 3.0, 1.0]), share=0.75))
    2
    """
    kept = np.cumsum(variances)
    too_small = np.count_nonzero(kept < share * kept[-1])
    return too_small + 1


def compress(x: FloatArray, mean: FloatArray, components: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    """Coordinates (N, k) of x (N, D) along the first k components, and their reconstruction (N, D).

    >>> mean, components = np.array([1.0, 1.0]), np.array([[0.6, -0.8], [0.8, 0.6]])
    >>> z, rebuilt = compress(np.array([[4.0, 6.0]]), mean, components, k=1)
    >>> z.round(6), rebuilt.round(6)
    (array([[5.8]]), array([[4.48, 5.64]]))
    """
    first = components[:, :k]
    z = (x - mean) @ first
    rebuilt = z @ first.T + mean
    return z, rebuilt


def whiten(
    x: FloatArray, mean: FloatArray, components: FloatArray, variances: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, FloatArray]:
    """PCA-whitened (N, k) and ZCA-whitened (N, D) examples x (N, D), for the first k components and variances.

    >>> mean, components, variances = np.zeros(2), np.array([[0.0], [1.0]]), np.array([4.0])
    >>> pca, zca = whiten(np.array([[3.0, 5.0]]), mean, components, variances, eps=0.0)
    >>> pca, zca
    (array([[2.5]]), array([[0. , 2.5]]))
    """
    z = (x - mean) @ components
    pca = z / np.sqrt(variances + eps)
    zca = pca @ components.T
    return pca, zca


def leakage(prepare: Prepare, train: FloatArray, test: FloatArray) -> tuple[float, float]:
    """Influence of the test part on the prepared training part and on its own first row.

    Returns
    -------
    on_train, on_row : float
        Largest change of each if the test part is reduced to its first row.

    >>> def by_all(train, test):
    ...     mean = np.concatenate([train, test]).mean(axis=0)
    ...     return train - mean, test - mean
    >>> leakage(by_all, np.array([[0.0], [2.0]]), np.array([[1.0], [9.0]]))
    (2.0, 2.0)
    """
    train_all, test_all = prepare(train, test)
    train_one, test_one = prepare(train, test[:1])
    on_train = np.abs(train_all - train_one).max()
    on_row = np.abs(test_all[:1] - test_one).max()
    return float(on_train), float(on_row)


def select_features(
    x_train: FloatArray, y_train: FloatArray, x_test: FloatArray, y_test: FloatArray, k: int
) -> tuple[FloatArray, FloatArray]:
    """The k features most correlated with the target in the training part, (N, k) and (M, k).

    Returns
    -------
    train, test : array
        The chosen columns of both parts, the most correlated first.

    >>> x = np.array([[1.0, 0.0], [2.0, 5.0], [3.0, 1.0]])
    >>> select_features(x, np.array([10.0, 20.0, 30.0]), x[:1], np.array([0.0]), k=1)[1]
    array([[1.]])
    """
    x = x_train - x_train.mean(axis=0)
    correlations = y_train @ x / np.linalg.norm(x, axis=0)
    chosen = np.argsort(-np.abs(correlations))[:k]
    return x_train[:, chosen], x_test[:, chosen]


def k_fold(n: int, k: int, rng: Generator) -> list[tuple[Rows, Rows]]:
    """Training and validation rows of each of the k folds of n examples.

    >>> pairs = k_fold(10, 4, np.random.default_rng(0))
    >>> sorted(len(validation) for _, validation in pairs)
    [2, 2, 3, 3]
    """
    folds = np.array_split(rng.permutation(n), k)
    pairs = []
    for i, validation in enumerate(folds):
        train = np.concatenate(folds[:i] + folds[i + 1 :])
        pairs.append((train, validation))
    return pairs


def merged_moments(
    n1: int, mean1: FloatArray, var1: FloatArray, n2: int, mean2: FloatArray, var2: FloatArray
) -> tuple[int, FloatArray, FloatArray]:
    """Number, mean (D,) and variance (D,) of two chunks of examples together, from those of each.

    >>> merged_moments(2, np.array([2.0]), np.array([1.0]), 1, np.array([8.0]), np.array([0.0]))
    (3, array([4.]), array([8.66666667]))
    """
    n = n1 + n2
    apart = mean2 - mean1
    mean = mean1 + apart * n2 / n
    var = (n1 * var1 + n2 * var2) / n + apart**2 * n1 * n2 / n**2
    return n, mean, var
