"""Reference functions of exercises that only lesson 02 uses."""

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers, losses


def sigmoid_graph(w: float, x: float, b: float) -> dict[str, float]:
    """Output of ``1 / (1 + exp(-(w x + b)))`` and its gradient with respect to each value.

    Examples
    --------
    >>> graph = sigmoid_graph(2.0, -1.0, 3.0)
    >>> [round(float(graph[name]), 3) for name in ("out", "dd", "dz", "dw", "dx")]
    [0.731, -0.534, 0.197, -0.197, 0.393]
    """
    p = w * x
    z = p + b
    n = -z
    e = np.exp(n)
    d = 1 + e
    out = 1 / d

    dd = -1 / d**2
    de = dd
    dn = de * e
    dz = -dn
    dp = dz
    db = dz
    dw = dp * x
    dx = dp * w
    short = out * (1 - out)
    gradients = {"dd": dd, "de": de, "dn": dn, "dz": dz, "db": db, "dw": dw, "dx": dx}
    return {"out": out, "short": short} | gradients


def swish_backward(dout: FloatArray, cache: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Gradient of ``out = x * s`` for ``cache = (x, s)`` with ``s = sigmoid(x)``.

    Examples
    --------
    >>> swish_backward(np.array([1.0]), (np.array([2.0]), np.array([0.88]))).round(2)
    array([1.09])
    """
    x, s = cache
    dx = dout * s
    ds = dout * x
    dx += ds * s * (1 - s)
    return dx


def residual_backward(
    dout: FloatArray, cache: tuple[FloatArray, FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Gradients of ``out = x + t`` for ``cache = (x, w, t)`` with ``t = tanh(x @ w)``.

    Returns
    -------
    dx, dw : (N, D), (D, D)

    Examples
    --------
    >>> x, w = np.array([[2.0]]), np.array([[0.25]])
    >>> dx, dw = residual_backward(np.array([[4.0]]), (x, w, np.tanh(x @ w)))
    >>> dx.round(2), dw.round(2)
    (array([[4.79]]), array([[6.29]]))
    """
    x, w, t = cache
    dh = dout * (1 - t**2)
    return dout + dh @ w.T, x.T @ dh


def two_layer_loss(
    x: FloatArray,
    y: NDArray[np.integer],
    w1: FloatArray,
    b1: FloatArray,
    w2: FloatArray,
    b2: FloatArray,
    lam: float,
) -> tuple[float, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Loss and gradients of affine, ReLU, affine and softmax, with an L2 penalty of ½λ.

    Returns
    -------
    loss : float
    dw1, db1, dw2, db2 : (D, H), (H,), (H, K), (K,)

    Examples
    --------
    >>> x, w1, w2 = np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 2))
    >>> loss, dw1, _, dw2, _ = two_layer_loss(x, np.array([0]), w1, np.zeros(1), w2, np.zeros(2), 2.0)
    >>> round(float(loss), 4), dw1, dw2
    (1.6931, array([[2.]]), array([[-0.5,  0.5]]))
    """
    h, cache1 = layers.affine_forward(x, w1, b1)
    scores, cache2 = layers.affine_forward(np.maximum(h, 0), w2, b2)
    loss, dscores = losses.softmax_cross_entropy(scores, y)
    loss += 0.5 * lam * float(np.sum(w1**2) + np.sum(w2**2))

    da, dw2, db2 = layers.affine_backward(dscores, cache2)
    dh = da * (h > 0)
    _, dw1, db1 = layers.affine_backward(dh, cache1)
    dw1, dw2 = dw1 + lam * w1, dw2 + lam * w2
    return loss, dw1, db1, dw2, db2


def binned_loss(scores: FloatArray, y: FloatArray, edges: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Cross-entropy of the targets' bins, its gradient, and the mean bin centres predicted.

    Returns
    -------
    loss : float
    dscores, predictions : (N, K), (N,)

    Examples
    --------
    >>> scores, edges = np.log([[2.0, 1.0, 1.0]]), np.array([0.0, 1.0, 2.0, 4.0])
    >>> loss, dscores, predictions = binned_loss(scores, np.array([9.0]), edges)
    >>> round(float(loss), 4), dscores.round(2), predictions.round(3)
    (1.3863, array([[ 0.5 ,  0.25, -0.75]]), array([1.375]))
    """
    labels = np.searchsorted(edges[1:-1], y, side="right")
    loss, dscores = losses.softmax_cross_entropy(scores, labels)
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    centers = (edges[:-1] + edges[1:]) / 2
    return loss, dscores, probabilities @ centers


def huber_loss(scores: FloatArray, y: FloatArray, delta: float = 1.0) -> tuple[float, FloatArray]:
    """Huber's loss of ``scores`` (N, M) for the targets ``y`` (N, M), with its gradient (N, M).

    A residual r contributes ½r² up to ``delta``, and beyond that a straight line of slope ``delta``. The loss is the
    sum over the outputs and the mean over N.

    >>> huber_loss(np.array([[0.5, 3.0]]), np.zeros((1, 2)))
    (2.625, array([[0.5, 1. ]]))
    """
    residual = scores - y
    size = np.abs(residual)
    near = size <= delta
    loss = float(np.sum(np.where(near, 0.5 * residual**2, delta * (size - 0.5 * delta)))) / len(y)
    dscores = np.clip(residual, -delta, delta) / len(y)
    return loss, dscores
