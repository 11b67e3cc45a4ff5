"""Reference answers of exercises that only this lesson has.

The others are in the library.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray

Forward = Callable[[FloatArray], tuple[FloatArray, Any]]
Backward = Callable[[FloatArray, Any], FloatArray]


def unit_gradients(
    x: FloatArray, dscores: FloatArray, w_in: FloatArray, w_out: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gradients of one hidden unit's weights.

    The output of the unit is ``a = tanh(x @ w_in)``, and ``a * w_out`` is added to the scores. x is (N, D) and
    dscores is (N, K). The results have the shapes of w_in (D,) and w_out (K,).

    Examples
    --------
    >>> unit_gradients(np.array([[1.0]]), np.array([[2.0]]), np.array([0.0]), np.array([3.0]))
    (array([6.]), array([0.]))
    """
    a = np.tanh(x @ w_in)
    dw_out = a @ dscores
    da = dscores @ w_out
    dh = da * (1 - a**2)
    dw_in = dh @ x
    return dw_in, dw_out


def small_random(fan_in: int, fan_out: int, rng: Generator, std: float = 0.01) -> FloatArray:
    """Normal weights (fan_in, fan_out) of mean 0 and standard deviation ``std``.

    Examples
    --------
    >>> w = small_random(300, 200, np.random.default_rng(0))
    >>> w.shape, round(float(w.std()), 3)
    ((300, 200), 0.01)
    """
    return rng.normal(0, std, (fan_in, fan_out))


def layer_deviations(
    x: FloatArray, weights: Sequence[FloatArray], activation: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Standard deviation (L,) of the activations of each of L layers without biases.

    Examples
    --------
    >>> weights = [np.array([[2.0]]), np.array([[0.5]])]
    >>> layer_deviations(np.array([[-1.0], [1.0]]), weights, lambda z: z)
    array([2., 1.])
    """
    deviations = []
    for w in weights:
        x = activation(x @ w)
        deviations.append(x.std())
    return np.array(deviations)


def scaled_weights(fan_in: int, fan_out: int, rng: Generator) -> dict[str, FloatArray]:
    """Normal weights (fan_in, fan_out) by three rules for the standard deviation.

    The keys are the names of the rules.

    Examples
    --------
    >>> draws = scaled_weights(100, 300, np.random.default_rng(0))
    >>> {name: round(float(w.std()), 2) for name, w in draws.items()}
    {'scaled': 0.1, 'glorot': 0.07, 'he': 0.14}
    """
    shape = (fan_in, fan_out)
    return {
        "scaled": rng.normal(0, np.sqrt(1 / fan_in), shape),
        "glorot": rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape),
        "he": rng.normal(0, np.sqrt(2 / fan_in), shape),
    }


def batchnorm_backward_staged(
    dout: FloatArray, x: FloatArray, gamma: FloatArray, eps: float = 1e-5
) -> dict[str, FloatArray]:
    """Gradient of every intermediate value of batch norm, by name.

    dout and x are (N, D), and gamma is (D,).

    Examples
    --------
    >>> x, dout = np.array([[1.0], [5.0]]), np.array([[2.0], [3.0]])
    >>> gradients = batchnorm_backward_staged(dout, x, np.ones(1))
    >>> [gradients[name].round(3).item() for name in ("dbeta", "dgamma", "dstd", "dvar", "dmu")]
    [5.0, 1.0, -0.5, -0.125, -2.5]
    """
    mu = x.mean(axis=0)
    xc = x - mu
    var = np.mean(xc**2, axis=0)
    std = np.sqrt(var + eps)
    xhat = xc / std

    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dstd = -np.sum(dxhat * xc, axis=0) / std**2
    dvar = dstd / (2 * std)
    dxc = dxhat / std + dvar * 2 * xc / len(x)
    dmu = -dxc.sum(axis=0)
    dx = dxc + dmu / len(x)
    per_feature = {"dbeta": dbeta, "dgamma": dgamma, "dstd": dstd, "dvar": dvar, "dmu": dmu}
    return per_feature | {"dxhat": dxhat, "dxc": dxc, "dx": dx}


def bias_effect(
    forward: Forward, backward: Backward, x: FloatArray, w: FloatArray, b: FloatArray, dout: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Effect (M,) and gradient (M,) of a bias b (M,) in ``x @ w + b``.

    The effect is the largest change of each output of the layer that follows, whose passes are ``forward`` and
    ``backward``.

    Examples
    --------
    >>> forward, backward = lambda z: (2 * z, None), lambda dout, cache: 2 * dout
    >>> x, w, b = np.array([[1.0], [3.0]]), np.array([[1.0]]), np.array([10.0])
    >>> bias_effect(forward, backward, x, w, b, np.array([[1.0], [2.0]]))
    (array([20.]), array([6.]))
    """
    out, cache = forward(x @ w + b)
    without, _ = forward(x @ w)
    effect = np.abs(out - without).max(axis=0)
    db = backward(dout, cache).sum(axis=0)
    return effect, db


def layernorm(
    x: FloatArray, gamma: FloatArray, beta: FloatArray, dout: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Layer norm of ``x`` (N, D), and its gradients for ``dout`` (N, D).

    Returns out (N, D), dx (N, D), dgamma (D,) and dbeta (D,).

    >>> x, dout = np.array([[1.0, 3.0]]), np.array([[1.0, 0.0]])
    >>> layernorm(x, np.array([2.0, 2.0]), np.array([0.0, 1.0]), dout, eps=0.0)[0]
    array([[-2.,  3.]])
    """
    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    normalized = (x - mean) / std
    out = gamma * normalized + beta
    dgamma, dbeta = (dout * normalized).sum(axis=0), dout.sum(axis=0)
    dnormalized = dout * gamma
    along = (dnormalized * normalized).mean(axis=1, keepdims=True)
    dx = (dnormalized - dnormalized.mean(axis=1, keepdims=True) - normalized * along) / std
    return out, dx, dgamma, dbeta
