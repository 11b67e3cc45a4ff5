"""Right answers of lesson 03, written in other ways than the library's."""

import math

import numpy as np
from scipy.special import expit


def sigmoid_by_scipy(x):
    out = expit(x)
    return out, out


def sigmoid_by_masks(x):
    out = np.empty_like(x)
    positive = x >= 0
    out[positive] = 1 / (1 + np.exp(-x[positive]))
    tail = np.exp(x[~positive])
    out[~positive] = tail / (1 + tail)
    return out, out.copy()


def sigmoid_by_tanh(x):
    out = (np.tanh(x / 2) + 1) / 2
    return [out, out]


def sigmoid_clipped(x):
    out = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    return out, out


def sigmoid_back_expanded(dout, cache):
    return (cache - cache**2) * dout


def sigmoid_back_by_loop(dout, cache):
    dx = np.empty_like(dout)
    for i in np.ndindex(dout.shape):
        dx[i] = dout[i] * cache[i] * (1 - cache[i])
    return dx


def sigmoid_back_from_the_middle(dout, cache):
    return dout * (0.25 - np.square(cache - 0.5))


def tanh_mirrored(x, sigmoid):
    return 1 - 2 * sigmoid(-2 * x)


def tanh_as_difference(x, sigmoid):
    return sigmoid(2 * x) - sigmoid(-2 * x)


def tanh_in_steps(x, sigmoid):
    s = sigmoid(x + x).copy()
    s -= 0.5
    s *= 2
    return s


def share_by_loop(x, dz):
    count = 0
    for n in range(len(x)):
        signs = {float(s) for s in np.sign(x[n] * dz[n])} - {0.0}
        count += len(signs) <= 1
    return count / len(x)


def share_by_products_of_extremes(x, dz):
    g = x * dz[:, None]
    return np.mean(g.min(axis=1) * g.max(axis=1) >= 0)


def share_by_counting_signs(x, dz):
    signs = np.sign(np.einsum("nd,n->nd", x, dz))
    return (np.abs(signs.sum(axis=1)) == np.abs(signs).sum(axis=1)).mean()


def relu_by_mask(x):
    return x * (x > 0), x


def relu_by_where(x):
    return np.where(x < 0, 0.0, x), x.copy()


def relu_by_absolute_value(x):
    return (x + abs(x)) / 2, x


def relu_back_by_where(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def relu_back_on_a_copy(dout, cache):
    dx = dout.copy()
    dx[cache <= 0] = 0
    return dx


def relu_back_by_step(dout, cache):
    return np.heaviside(cache, 0) * dout


def leaky_by_maximum(x, dout, alpha=0.01):
    dx = dout.copy()
    dx[x <= 0] *= alpha
    return np.maximum(x, alpha * x), dx


def leaky_as_line_and_relu(x, dout, alpha=0.01):
    return alpha * x + (1 - alpha) * np.maximum(0, x), dout * (alpha + (1 - alpha) * (x > 0))


def leaky_by_loop(x, dout, alpha=0.01):
    out, dx = np.empty_like(x), np.empty_like(x)
    for i in np.ndindex(x.shape):
        slope = 1 if x[i] > 0 else alpha
        out[i], dx[i] = slope * x[i], slope * dout[i]
    return [out, dx]


def maxout_by_split(x, pieces=2):
    candidates = np.stack(np.split(x, pieces, axis=1))
    return candidates.max(axis=0), (candidates.argmax(axis=0), pieces)


def maxout_by_loop(x, pieces=2):
    units = x.shape[1] // pieces
    out, winner = np.full((len(x), units), -np.inf), np.zeros((len(x), units), int)
    for j in range(pieces):
        for n, h in np.ndindex(out.shape):
            if x[n, j * units + h] > out[n, h]:
                out[n, h], winner[n, h] = x[n, j * units + h], j
    return out, (winner, pieces)


def maxout_by_taking(x, pieces=2):
    candidates = x.reshape(x.shape[0], pieces, x.shape[1] // pieces)
    winner = np.argmax(candidates, axis=1)
    return np.take_along_axis(candidates, winner[:, None], axis=1)[:, 0], [winner, pieces]


def maxout_back_by_putting(dout, cache):
    winner, pieces = cache
    dx = np.zeros((len(dout), pieces, dout.shape[1]))
    np.put_along_axis(dx, winner[:, None], dout[:, None], axis=1)
    return dx.reshape(len(dout), -1)


def maxout_back_by_loop(dout, cache):
    winner, pieces = cache
    n, units = dout.shape
    dx = np.zeros((n, pieces * units))
    for i, h in np.ndindex(n, units):
        dx[i, winner[i, h] * units + h] = dout[i, h]
    return dx


def maxout_back_piece_by_piece(dout, cache):
    winner, pieces = cache
    return np.hstack([dout * (winner == j) for j in range(pieces)])


def dead_by_outputs(x, w, b):
    return 1 - np.mean(np.maximum(0, x @ w + b).any(axis=0))


def dead_by_largest(x, w, b):
    largest = np.max(x.dot(w) + b, axis=0)
    return np.count_nonzero(largest <= 0) / len(b)


def dead_by_loop(x, w, b):
    alive = set()
    for row in x:
        for h in range(w.shape[1]):
            if math.fsum(row * w[:, h]) + b[h] > 0:
                alive.add(h)
    return (len(b) - len(alive)) / len(b)


def gelu_by_a_sigmoid(x, dout):
    c = np.sqrt(8 / np.pi)
    gate = expit(c * (x + 0.044715 * x**3))
    return x * gate, dout * (gate + x * gate * (1 - gate) * c * (1 + 0.134145 * np.square(x)))


def gelu_by_loop(x, dout):
    out, dx = np.empty_like(x), np.empty_like(x)
    k = math.sqrt(2 / math.pi)
    for i in np.ndindex(x.shape):
        v = float(x[i])
        t = math.tanh(k * v * (1 + 0.044715 * v * v))
        out[i] = v * (1 + t) / 2
        dx[i] = dout[i] * ((1 + t) / 2 + v / 2 * (1 - t) * (1 + t) * k * (1 + 3 * 0.044715 * v * v))
    return out, dx


def gelu_in_pieces(x, dout):
    u = (2 / np.pi) ** 0.5 * (x + 0.044715 * np.power(x, 3))
    gate = 0.5 + 0.5 * np.tanh(u)
    dgate = 0.5 * (1 - np.tanh(u) ** 2)
    du = (2 / np.pi) ** 0.5 * (1 + 0.044715 * 3 * x * x)
    through_x, through_gate = dout * gate, dout * x * dgate * du
    return [gate * x, through_x + through_gate]


ALTERNATIVES = {
    "sigmoid_forward": [sigmoid_by_scipy, sigmoid_by_masks, sigmoid_by_tanh, sigmoid_clipped],
    "sigmoid_backward": [sigmoid_back_expanded, sigmoid_back_by_loop, sigmoid_back_from_the_middle],
    "tanh_from_sigmoid": [tanh_mirrored, tanh_as_difference, tanh_in_steps],
    "one_sided_share": [share_by_loop, share_by_products_of_extremes, share_by_counting_signs],
    "relu_forward": [relu_by_mask, relu_by_where, relu_by_absolute_value],
    "relu_backward": [relu_back_by_where, relu_back_on_a_copy, relu_back_by_step],
    "leaky_relu": [leaky_by_maximum, leaky_as_line_and_relu, leaky_by_loop],
    "dead_fraction": [dead_by_outputs, dead_by_largest, dead_by_loop],
    "maxout_forward": [maxout_by_split, maxout_by_loop, maxout_by_taking],
    "maxout_backward": [maxout_back_by_putting, maxout_back_by_loop, maxout_back_piece_by_piece],
    "gelu": [gelu_by_a_sigmoid, gelu_by_loop, gelu_in_pieces],
}
