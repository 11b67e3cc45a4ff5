"""Compiled passes of a training step (extra ``fast``).

The classes of `cs231n_lib.network.layers`, `activations` and `optimizers` define what each pass computes. NumPy's own
OpenBLAS computes the matrix products. A pass does everything between two products, so that each array is read and
written once. A product of few rows is cut into pieces that OpenBLAS multiplies without packing their operands first. A
rule updates each piece of the weights while the piece's gradient is still in the cache.

Import this module only after `cs231n_lib.network.blas.register` has registered the products.
"""

from collections.abc import Callable, Iterator
from math import log
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import DTypeLike

from cs231n_lib.network.blas import DOUBLE, SINGLE

PLAIN, TRANSPOSED = 111, 112
SGD, MOMENTUM, RMSPROP, ADAM, ADAMW = range(5)
LEAST_ROWS = 30
"""Minimum number of rows that make a piece worth a call."""
PIECE = 131_072
"""Maximum number of entries in a piece, whose gradient then stays in a core's cache."""
LARGE_BATCH = 256
"""Largest batch size whose weight gradient is computed in pieces."""

_int, _size = types.int32, types.int64


def _external(symbol: str, real: Any) -> Any:
    sizes, matrix = (_size,) * 3, (_size,) * 2
    return types.ExternalFunction(symbol, types.void(*(_int,) * 3, *sizes, real, *matrix * 2, real, *matrix))


_sgemm, _dgemm = _external(SINGLE, types.float32), _external(DOUBLE, types.float64)


def _compiled(function: Callable[..., Any]) -> Any:
    # With NumPy's error model, a division by 0 gives infinity. Python's model would test every divisor.
    return njit(function, error_model="numpy", cache=True)


@_compiled
def _product(ta, tb, rows, columns, depth, a, lda, b, ldb, beta, c, ldc, size):  # type: ignore[no-untyped-def]
    """``c = a b + beta c`` for matrices at addresses, with entries of ``size`` bytes."""
    if size == 4:
        _sgemm(101, ta, tb, rows, columns, depth, np.float32(1), a, lda, b, ldb, np.float32(beta), c, ldc)
    else:
        _dgemm(101, ta, tb, rows, columns, depth, np.float64(1), a, lda, b, ldb, np.float64(beta), c, ldc)


@_compiled
def _rows_of_a_piece(limit, area, rows):  # type: ignore[no-untyped-def]
    fit = limit // area
    return min(rows, fit) if fit >= LEAST_ROWS else rows


@_compiled
def affine(limit, x, w, b, y, rectify):  # type: ignore[no-untyped-def]
    """``y = x w + b``, rectified if ``rectify``, or only ``x w`` if b is empty."""
    (batch, features), units, size = x.shape, w.shape[1], w.itemsize
    n = _rows_of_a_piece(limit, batch * units, features)
    for i in range(0, features, n):
        _product(PLAIN, PLAIN, batch, units, min(n, features - i), x.ctypes.data + size * i, features,
                 w.ctypes.data + size * i * units, units, i > 0, y.ctypes.data, units, size)  # fmt: skip
    zero = w.dtype.type(0)
    if b.size and rectify:
        for r in range(batch):
            for j in range(units):
                z = y[r, j] + b[j]
                y[r, j] = z if z > zero else z * zero  # as NumPy's mask, NaN and -inf become NaN
    elif b.size:
        for r in range(batch):
            for j in range(units):
                y[r, j] += b[j]


@_compiled
def normalise(x, y, gamma, beta, running, momentum, rest, epsilon, statistics, rectify):  # type: ignore[no-untyped-def]
    """`BatchNorm.forward`, rectified if ``rectify``. Store mean, std and γ / std."""
    batch, units = x.shape
    zero, share = x.dtype.type(0), x.dtype.type(1) / x.dtype.type(batch)
    mean, std, scale = statistics[0], statistics[1], statistics[2]
    statistics[:] = zero
    for r in range(batch):
        for j in range(units):
            mean[j] += x[r, j]
    for j in range(units):
        mean[j] *= share
    for r in range(batch):
        for j in range(units):
            x[r, j] -= mean[j]
            std[j] += x[r, j] * x[r, j]
    for j in range(units):
        variance = std[j] * share
        running[0, j] = momentum * running[0, j] + rest * mean[j]
        running[1, j] = momentum * running[1, j] + rest * variance
        std[j] = np.sqrt(variance + epsilon)
        scale[j] = gamma[j] / std[j]
    for r in range(batch):
        for j in range(units):
            z = x[r, j] * scale[j] + beta[j]
            y[r, j] = z if z > zero or not rectify else z * zero


@_compiled
def drop(y, draws, threshold, scale):  # type: ignore[no-untyped-def]
    """`Dropout.forward` in place."""
    zero = y.dtype.type(0)
    for i in range(y.size):
        y[i] = y[i] * (scale if draws[i] < threshold else zero)


@_compiled
def scores(x, w, b, y, s, top):  # type: ignore[no-untyped-def]
    """Write scores (K, N) minus column maxima, and return the correct classes' sum."""
    (batch, features), classes = x.shape, b.size
    _product(TRANSPOSED, TRANSPOSED, classes, batch, features, w.ctypes.data, classes, x.ctypes.data, features,
             False, s.ctypes.data, batch, w.itemsize)  # fmt: skip
    top[:] = -np.inf
    for k in range(classes):
        for i in range(batch):
            s[k, i] += b[k]
            top[i] = top[i] if top[i] >= s[k, i] else s[k, i]
    for k in range(classes):
        for i in range(batch):
            s[k, i] -= top[i]
    correct = 0.0
    for i in range(batch):
        correct += s[y[i], i]
    return correct


@_compiled
def softmax_gradient(s, y, total, db, guard):  # type: ignore[no-untyped-def]
    """Turn exponentials (K, N) into dL/dscores, and return the sum of log column sums."""
    classes, batch = s.shape
    one = s.dtype.type(1)
    share = one / s.dtype.type(batch)
    total[:] = s.dtype.type(0)
    for k in range(classes):
        for i in range(batch):
            total[i] += s[k, i]
    logarithms = 0.0
    for i in range(batch):
        logarithms += log(total[i])
        total[i] = share / total[i]
    for k in range(classes):
        for i in range(batch):
            s[k, i] *= total[i]
    for i in range(batch):
        s[y[i], i] -= share
    for k in range(classes):
        db[k] = s.dtype.type(0)
        for i in range(batch):
            s[k, i] = (s[k, i] + guard) - guard  # as in `SoftmaxCrossEntropy`
            db[k] += s[k, i]
    return logarithms


@_compiled
def backward(limit, dy, transposed, w, y, dx, db, rectified, draws, threshold, scale):  # type: ignore[no-untyped-def]
    """``dx = dy w.T`` times the slopes of activation and dropout, and its sums ``db``."""
    (batch, features), units, size = y.shape, w.shape[1], w.itemsize
    n = _rows_of_a_piece(limit, batch * units, features)
    for i in range(0, features, n):
        _product(TRANSPOSED if transposed else PLAIN, TRANSPOSED, batch, min(n, features - i), units,
                 dy.ctypes.data, batch if transposed else units, w.ctypes.data + size * i * units, units, False,
                 dx.ctypes.data + size * i, features, size)  # fmt: skip
    zero, one = w.dtype.type(0), w.dtype.type(1)
    db[:] = zero
    if rectified:
        for r in range(batch):
            for j in range(features):
                z = dx[r, j] * (scale if y[r, j] > zero else zero)
                dx[r, j] = z
                db[j] += z
    elif draws.size:
        for r in range(batch):
            for j in range(features):
                a = y[r, j] / scale
                z = dx[r, j] * (scale * (one - a * a) if draws[r, j] < threshold else zero)
                dx[r, j] = z
                db[j] += z
    else:
        for r in range(batch):
            for j in range(features):
                z = dx[r, j] * (one - y[r, j] * y[r, j])
                dx[r, j] = z
                db[j] += z


@_compiled
def denormalise(dy, centred, statistics, dgamma, dbeta):  # type: ignore[no-untyped-def]
    """`BatchNorm.backward`, which overwrites ``dy``, given its sums ``dbeta``."""
    batch, units = dy.shape
    share = dy.dtype.type(1) / dy.dtype.type(batch)
    mean, std, scale = statistics[0], statistics[1], statistics[2]
    dgamma[:] = dy.dtype.type(0)
    for r in range(batch):
        for j in range(units):
            dgamma[j] += dy[r, j] * centred[r, j]
    for j in range(units):
        dgamma[j] /= std[j]
        mean[j] = dgamma[j] / std[j] * share  # the mean is not needed again
    for r in range(batch):
        for j in range(units):
            dy[r, j] = (dy[r, j] - centred[r, j] * mean[j] - dbeta[j] * share) * scale[j]


@_compiled
def update(rule, constants, l2, w, dw, first, second):  # type: ignore[no-untyped-def]
    """Add the gradient of ½ l2 Σw² to dw, and apply ``_update`` of an optimizer."""
    lr = constants[0]
    if l2 > 0:
        for i in range(w.size):
            dw[i] += l2 * w[i]
    if rule == SGD:
        for i in range(w.size):
            w[i] -= lr * dw[i]
    elif rule == MOMENTUM:
        momentum = constants[1]
        for i in range(w.size):
            first[i] = momentum * first[i] - lr * dw[i]
            w[i] += first[i]
    elif rule == RMSPROP:
        eps, decay, rest = constants[1], constants[2], constants[3]
        for i in range(w.size):
            first[i] = decay * first[i] + rest * (dw[i] * dw[i])
            w[i] -= lr * (dw[i] / (np.sqrt(first[i]) + eps))
    else:
        eps, beta1, beta2 = constants[1], constants[2], constants[3]
        keep = constants[4] if rule == ADAMW else w.dtype.type(1)
        for i in range(w.size):
            first[i] = beta1 * first[i] + dw[i]
            second[i] = beta2 * second[i] + dw[i] * dw[i]
            w[i] = keep * w[i] - lr * (first[i] / (np.sqrt(second[i]) + eps))


@_compiled
def learn(limit, x, dy, transposed, rule, constants, l2, w, dw, first, second):  # type: ignore[no-untyped-def]
    """Compute ``dw = x.T dy`` and the rule's update for each piece of the flat w."""
    (batch, features), size = x.shape, w.itemsize
    units = w.size // features
    n = features
    if limit and batch <= LARGE_BATCH:
        n = min(_rows_of_a_piece(limit, batch * units, features), max(1, PIECE // units))
    for i in range(0, features, n):
        rows = min(n, features - i)
        a, b = i * units, (i + rows) * units
        _product(TRANSPOSED, TRANSPOSED if transposed else PLAIN, rows, units, batch, x.ctypes.data + size * i,
                 features, dy.ctypes.data, batch if transposed else units, False, dw.ctypes.data + size * a, units,
                 size)  # fmt: skip
        update(rule, constants, l2, w[a:b], dw[a:b], first[a:b], second[a:b])


PASSES = 9


def compile_for(dtype: DTypeLike) -> Iterator[None]:
    """Compile a pass for ``dtype``, or load it, at each step of the iterator."""
    real = types.float32 if np.dtype(dtype) == np.float32 else types.float64
    matrix, vector, flag, whole = real[:, ::1], real[::1], types.boolean, types.int64
    labels, draws, threshold = types.int64[::1], types.uint16[:, ::1], types.int64
    rule = (whole, vector, real, vector, vector, vector, vector)
    for function, arguments in (
        (affine, (whole, matrix, matrix, vector, matrix, flag)),
        (normalise, (matrix, matrix, vector, vector, matrix, real, real, real, matrix, flag)),
        (drop, (vector, types.uint16[::1], threshold, real)),
        (scores, (matrix, matrix, vector, labels, matrix, vector)),
        (softmax_gradient, (matrix, labels, vector, vector, real)),
        (backward, (whole, matrix, flag, matrix, matrix, matrix, vector, flag, draws, threshold, real)),
        (denormalise, (matrix, matrix, matrix, vector, vector)),
        (update, rule),
        (learn, (whole, matrix, matrix, flag, *rule)),
    ):
        function.compile(arguments)
        yield
