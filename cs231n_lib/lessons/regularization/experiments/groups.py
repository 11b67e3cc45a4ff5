"""Experiment of lesson 07 on L1, L2 and the elastic net with groups of correlated features."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Functions

FEATURES, MEMBERS, RELEVANT = 50, 5, 10
"""Features, features in a group, and features in the first two groups, which determine the targets."""

CORRELATION = 0.95
"""Correlation of two features of a group, unless another one is given."""

RATIOS = {"L1": 1.0, "elastic net": 0.5, "L2": 0.0}
"""Proportion ρ of L1, by name of the penalty."""

STRENGTHS: FloatArray = np.geomspace(3, 0.01, 14)

Data = tuple[FloatArray, FloatArray]


def grouped_problem(
    seed: int, correlation: float = CORRELATION, active: int = MEMBERS, n: int = 60
) -> tuple[FloatArray, tuple[Data, Data]]:
    """True weights (50,), and training and validation data with noise of size 1.

    The features have variance 1 and the given correlation with the others of their group. In each of the first two
    groups the first ``active`` features share a weight of 2 equally. All other weights are 0.
    """
    rng = np.random.default_rng(seed)
    w: FloatArray = np.zeros(FEATURES)
    for first in range(0, RELEVANT, MEMBERS):
        w[first : first + active] = 2 / active

    def data() -> Data:
        common = np.repeat(rng.normal(size=(n, FEATURES // MEMBERS)), MEMBERS, axis=1)
        x: FloatArray = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.normal(size=common.shape)
        return x, x @ w + rng.normal(size=n)

    return w, (data(), data())


def solutions(x: FloatArray, y: FloatArray, strengths: FloatArray, l1_ratio: float, steps: int = 1000) -> FloatArray:
    """Minima (L, D) of ½ mean r² plus the elastic net, one for each of the L ``strengths``.

    The method is accelerated proximal gradient descent (Beck and Teboulle, 2009).
    """
    gram, target = x.T @ x / len(y), x.T @ y / len(y)
    lasso, ridge = (share * strengths[:, np.newaxis] for share in (l1_ratio, 1 - l1_ratio))
    lr = 1 / (float(np.linalg.eigvalsh(gram)[-1]) + ridge)
    w: FloatArray = np.zeros((len(strengths), len(target)))
    ahead = w
    for step in range(steps):
        u = ahead - lr * (ahead @ gram - target + ridge * ahead)
        last, w = w, np.sign(u) * np.maximum(np.abs(u) - lr * lasso, 0)
        ahead = w + step / (step + 3) * (w - last)
    return w


def best_strength(splits: tuple[Data, Data], l1_ratio: float) -> float:
    """Strength of `STRENGTHS` with the least squared error on the validation data."""
    fit, (x, y) = splits
    fitted = solutions(*fit, STRENGTHS, l1_ratio)
    return float(STRENGTHS[np.argmin(np.mean((fitted @ x.T - y) ** 2, axis=1))])


def fitted_weights(
    run: Functions, x: FloatArray, y: FloatArray, strength: float, l1_ratio: float, steps: int = 1000
) -> FloatArray:
    """Weights (D,) that the method of `solutions` finds with the run's `elastic_net` and `proximal_step`."""
    gram, target = x.T @ x / len(y), x.T @ y / len(y)
    lr = 1 / (float(np.linalg.eigvalsh(gram)[-1]) + strength * (1 - l1_ratio))
    w: FloatArray = np.zeros(len(target))
    ahead = w
    for step in range(steps):
        dw = gram @ ahead - target + run.elastic_net(ahead, strength * (1 - l1_ratio), 0.0)[1]
        last, w = w, run.proximal_step(ahead, dw, lr, strength * l1_ratio)
        ahead = w + step / (step + 3) * (w - last)
    return w


def tuned_weights(
    run: Functions, seed: int, l1_ratio: float, active: int = MEMBERS, correlation: float = CORRELATION
) -> FloatArray:
    """Weights (D,) fitted to the training data of `grouped_problem` with the best strength."""
    _, splits = grouped_problem(seed, correlation, active)
    return fitted_weights(run, *splits[0], best_strength(splits, l1_ratio), l1_ratio)


def prediction_error(w: FloatArray, truth: FloatArray, correlation: float = CORRELATION) -> float:
    """Expected squared error of the predictions of ``w`` (D,) on new data of `grouped_problem`, without the noise."""
    off = (w - truth).reshape(-1, MEMBERS)
    return float((1 - correlation) * np.sum(off**2) + correlation * np.sum(off.sum(axis=1) ** 2))
