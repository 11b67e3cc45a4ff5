"""Each row of docs/conventions.md: ours and theirs differ as it says, and agree once converted."""

import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.optimize
import sklearn.metrics
from frozen import frozen, frozen_normal
from sklearn.decomposition import PCA
from sklearn.model_selection import ParameterSampler
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from cs231n_lib.functions.activations import maxout_forward
from cs231n_lib.functions.layers import batchnorm_forward
from cs231n_lib.functions.losses import hinge_loss, l1_loss, l2_loss, least_squares_loss, softmax_cross_entropy
from cs231n_lib.functions.optimizers import adagrad, adam, momentum
from cs231n_lib.functions.preprocessing import (
    components_to_keep,
    min_max_fit,
    min_max_transform,
    pca_fit,
    standardize_fit,
)
from cs231n_lib.functions.regularizers import l2
from cs231n_lib.functions.second_order import line_search
from cs231n_lib.search import Choice, random_search

jax.config.update("jax_enable_x64", True)

W, DW, ZEROS = frozen_normal(5), frozen_normal(5, seed=1), frozen(np.zeros(5))
X, Y = frozen_normal(8, 3), frozen_normal(8, 3, seed=1)


def adam_epsilon():
    eps, rate = 0.1, 0.01
    peer = [W.copy()]
    AdamOptimizer(peer, rate, epsilon=eps * np.sqrt(1 - 0.999)).update_params(peer, [DW])
    np.testing.assert_allclose(adam(W, DW, ZEROS, ZEROS, 0, rate, eps=eps)[0], peer[0], rtol=1e-12)
    unconverted = [W.copy()]
    AdamOptimizer(unconverted, rate, epsilon=eps).update_params(unconverted, [DW])
    assert np.abs(unconverted[0] - peer[0]).max() > 1e-3
    update, _ = optax.adam(rate, eps=eps).update(DW, optax.adam(rate).init(W))
    np.testing.assert_allclose(W + update, peer[0], rtol=1e-12)


def adagrad_epsilon():
    eps = 0.1
    ours = adagrad(W, DW, ZEROS, 0.1, eps)[0]
    np.testing.assert_allclose(ours, W - 0.1 * DW / (np.abs(DW) + eps))
    inside, _ = (peer := optax.adagrad(0.1, 0.0, eps)).update(DW, peer.init(W))
    np.testing.assert_allclose(W + inside, W - 0.1 * DW / np.sqrt(DW**2 + eps))
    np.testing.assert_allclose(peer.init(W)[0].sum_of_squares, 0)
    np.testing.assert_allclose(optax.adagrad(0.1).init(W)[0].sum_of_squares, 0.1)


def momentum_velocity():
    first, v = momentum(W, DW, ZEROS, lr=0.1, mu=0.5)
    trace = optax.trace(0.5)
    t, state = trace.update(DW, trace.init(W))
    np.testing.assert_allclose(first, W - 0.1 * t)
    t, _ = trace.update(ZEROS, state)
    # The rate falls to a tenth: what ours still carries was made at the old one.
    np.testing.assert_allclose(momentum(first, ZEROS, v, lr=0.01, mu=0.5)[0] - first, -0.1 * t, rtol=1e-9)


def dampening():
    average = optax.ema(0.9, debias=False)
    damped, _ = average.update(DW, average.init(W))
    np.testing.assert_allclose(momentum(W, DW, ZEROS, lr=0.1, mu=0.9)[0], W - 0.1 * damped / (1 - 0.9))


def running_variance():
    d = X.shape[1]
    _, _, _, var = batchnorm_forward(X, np.ones(d), np.zeros(d), np.zeros(d), np.zeros(d), momentum=0.9)
    np.testing.assert_allclose(var, 0.1 * np.var(X, axis=0, ddof=1) * 7 / 8)


def batchnorm_momentum():
    d = X.shape[1]
    _, _, mean, _ = batchnorm_forward(X, np.ones(d), np.zeros(d), np.ones(d), np.ones(d), momentum=0.9)
    np.testing.assert_allclose(mean, optax.incremental_update(X.mean(axis=0), np.ones(d), step_size=1 - 0.9))


def sum_over_outputs():
    assert l2_loss(X, Y)[0] == pytest.approx(3 * sklearn.metrics.mean_squared_error(Y, X))
    assert l1_loss(X, Y)[0] == pytest.approx(3 * sklearn.metrics.mean_absolute_error(Y, X))


def no_half():
    assert l2_loss(X, Y)[0] == pytest.approx(2 * float(optax.l2_loss(X, Y).sum()) / 8)
    w = frozen_normal(3)
    assert least_squares_loss(w, X, Y[:, 0])[0] == pytest.approx(float(optax.l2_loss(X @ w, Y[:, 0]).mean()))
    assert l2(w, 1.0)[0] == pytest.approx(float(optax.tree_utils.tree_norm(w, squared=True)) / 2)


def hinge_all_classes():
    scores, y = frozen([[0.0, 0.5, 0.8]]), frozen([0], int)
    assert hinge_loss(scores, y)[0] == pytest.approx(1.5 + 1.8)
    assert sklearn.metrics.hinge_loss(y, scores, labels=[0, 1, 2]) == pytest.approx(1.8)


def at_least_the_share():
    x = frozen([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    assert components_to_keep(frozen([1.0, 1.0]), 0.5) == 1
    assert PCA(0.5, svd_solver="full").fit(x).n_components_ == 2


def pca_divisor():
    np.testing.assert_allclose(pca_fit(X)[2] * 8 / 7, PCA().fit(X).explained_variance_)


def constant_feature():
    x = frozen([[1.0], [1 + 2e-16], [1.0]])
    assert 0 < standardize_fit(x)[1][0] < 1e-15
    assert StandardScaler().fit(x).scale_ == 1


def min_max_range():
    ours = min_max_transform(X, *min_max_fit(X))
    np.testing.assert_allclose(ours, MinMaxScaler((-1, 1)).fit_transform(X))
    np.testing.assert_allclose(ours, 2 * MinMaxScaler().fit_transform(X) - 1)


def maxout_pieces():
    x = frozen_normal(2, 6)
    neighbours = jnp.asarray(x).reshape(2, 3, 2).max(axis=2)
    ours = maxout_forward(frozen(x[:, [0, 2, 4, 1, 3, 5]]))[0]
    np.testing.assert_array_equal(ours, neighbours)
    assert not np.array_equal(maxout_forward(x)[0], neighbours)


def sure_gradient():
    scores, y = frozen([[40.0, 0.0]]), frozen([0], int)
    assert softmax_cross_entropy(scores, y)[1][0, 0] == 0
    assert jax.grad(lambda s: optax.softmax_cross_entropy_with_integer_labels(s, y).sum())(scores)[0, 0] == 0


def drawn_anew():
    tried = random_search(lambda a: a, {"a": Choice((1, 2, 3))}, 12, np.random.default_rng(0), progress=False)
    assert len(tried.trials) == 12
    with pytest.warns(UserWarning, match="smaller than n_iter"):
        assert len(list(ParameterSampler({"a": [1, 2, 3]}, 12, random_state=0))) == 3


def weak_wolfe():
    def f(w):
        return float(np.cos(w[0]))

    def slope(w):
        return -np.sin(w)

    start, along = frozen([0.1]), frozen([6.0])
    ours, theirs = line_search(f, slope, start, along), scipy.optimize.line_search(f, slope, start, along)[0]
    for step in (ours, theirs):
        assert f(start + step * along) <= f(start) + 1e-4 * step * slope(start) @ along
        assert slope(start + step * along) @ along >= 0.9 * slope(start) @ along
    strong = [abs(slope(start + step * along) @ along) <= 0.9 * abs(slope(start) @ along) for step in (ours, theirs)]
    assert strong == [False, True]


ASSERTED = {
    check.__name__.replace("_", "-"): check
    for check in (
        adam_epsilon, adagrad_epsilon, momentum_velocity, dampening, running_variance, batchnorm_momentum,
        sum_over_outputs, no_half, hinge_all_classes, at_least_the_share, pca_divisor, constant_feature, min_max_range,
        maxout_pieces, sure_gradient,
    )
} | {"random-search": drawn_anew, "line-search": weak_wolfe}  # fmt: skip


def test_table_of_conventions_lists_the_asserted_ones():
    table = (Path(__file__).parents[2] / "docs" / "conventions.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == list(ASSERTED)


@pytest.mark.parametrize("row", ASSERTED)
def test_row(row):
    ASSERTED[row]()
