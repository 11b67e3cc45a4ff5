"""Right answers of lesson 02, written in other ways than the library's."""

import math

import numpy as np
from scipy.special import expit, log_expit, log_softmax, logsumexp, softmax

from cs231n_lib.functions import losses


def graph_in_one_formula(w, x, b):
    s = 1 / (1 + math.exp(-(w * x + b)))
    dz = s - s * s
    return {
        "out": s, "dd": -s * s, "de": -s * s, "dn": -dz, "dz": dz, "db": dz, "dw": x * dz, "dx": w * dz, "short": dz,
    }  # fmt: skip


def graph_with_upstream_of_one(w, x, b):
    e = np.exp(-w * x - b)
    d = 1 + e
    dout = 1.0
    dd = dout * -(d**-2)
    de = 1 * dd
    dn = np.exp(-w * x - b) * de
    dz = -1 * dn
    db, dp = dz, dz
    return dict(short=1 / d - 1 / d**2, out=1 / d, dd=dd, de=de, dn=dn, dz=dz, db=db, dw=x * dp, dx=w * dp)


def graph_as_arrays_with_more_entries(w, x, b):
    z = np.asarray(w * x + b)
    out = expit(z)
    dd = -np.square(out)
    dn = dd * np.exp(-z)
    return {"z": z, "out": out, "dd": dd, "de": dd, "dn": dn, "dz": -dn, "db": -dn} | {
        "dw": -dn * x, "dx": -dn * w, "short": out * expit(-z),
    }  # fmt: skip


def swish_in_one_formula(dout, cache):
    x, s = cache
    return dout * (s + x * s * (1 - s))


def swish_by_loop(dout, cache):
    x, s = cache
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        dx[i] += dout[i] * s[i]
        dx[i] += dout[i] * x[i] * s[i] * (1 - s[i])
    return dx


def swish_from_its_output(dout, cache):
    out = cache[0] * cache[1]
    return dout * (out + cache[1] * (1 - out))


def residual_by_einsum(dout, cache):
    x, w, t = cache
    dh = dout - dout * t * t
    return dout + np.einsum("ne,de->nd", dh, w), np.einsum("nd,ne->de", x, dh)


def residual_on_copies(dout, cache):
    x, w, t = (array.copy() for array in cache)
    dx = dout.copy()
    t *= t
    dh = (1 - t) * dout
    dx += dh.dot(w.T)
    return [dx, x.T.dot(dh)]


def residual_by_rows(dout, cache):
    x, w, t = cache
    dx, dw = np.empty_like(x), np.zeros_like(w)
    for n in range(len(x)):
        dh = dout[n] / np.cosh(np.arctanh(t[n])) ** 2
        dx[n] = dout[n] + w @ dh
        dw += np.outer(x[n], dh)
    return dx, dw


def affine_by_loop(x, w, b):
    out = np.empty((len(x), len(b)))
    for n, m in np.ndindex(out.shape):
        out[n, m] = sum(x[n, d] * w[d, m] for d in range(len(w))) + b[m]
    return out, (x, w)


def affine_by_einsum(x, w, b):
    return [np.einsum("nd,dm->nm", x, w) + b[None], [x.copy(), w.copy()]]


def affine_with_bias_row(x, w, b):
    ones = np.ones((x.shape[0], 1))
    return np.hstack([x, ones]) @ np.vstack([w, b]), (x, w)


def affine_back_by_einsum(dout, cache):
    x, w = cache
    return np.einsum("nm,dm->nd", dout, w), np.einsum("nd,nm->dm", x, dout), np.einsum("nm->m", dout)


def affine_back_by_rows(dout, cache):
    x, w = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for n, row in enumerate(dout):
        dx[n] = w @ row
        dw += np.outer(x[n], row)
        db += row
    return dx, dw, db


def affine_back_transposed(dout, cache):
    x, w = cache
    return [(w @ dout.T).T, (dout.T @ x).T, np.ones(len(x)) @ dout]


def softmax_by_scipy(scores, y):
    dscores = softmax(scores, axis=1)
    dscores[np.arange(len(y)), y] -= 1
    return -np.mean(log_softmax(scores, axis=1)[np.arange(len(y)), y]), dscores / len(y)


def softmax_by_one_hot(scores, y):
    one_hot = np.eye(scores.shape[1])[y]
    normaliser = logsumexp(scores, axis=1, keepdims=True)
    loss = np.sum(one_hot * (normaliser - scores)) / len(y)
    return float(loss), (np.exp(scores - normaliser) - one_hot) / len(y)


def softmax_by_rows(scores, y):
    loss, dscores = 0.0, np.empty_like(scores)
    for n, row in enumerate(scores):
        shifted = row - max(row)
        total = sum(math.exp(s) for s in shifted)
        loss += math.log(total) - shifted[y[n]]
        dscores[n] = np.exp(shifted) / total
        dscores[n, y[n]] -= 1
    return loss / len(y), dscores / len(y)


def binary_by_log_expit(scores, y):
    return -np.mean(np.where(y == 1, log_expit(scores), log_expit(-scores))), (expit(scores) - y) / len(y)


def binary_by_max(scores, y):
    loss = np.maximum(scores, 0) - y * scores + np.log1p(np.exp(-abs(scores)))
    return loss.mean(), (expit(scores) - y) / scores.size


def binary_as_two_classes(scores, y):
    two = np.stack([np.zeros_like(scores), scores], axis=1)
    loss, dtwo = softmax_by_scipy(two, y)
    return loss, dtwo[:, 1]


def network_by_hand(x, y, w1, b1, w2, b2, lam):
    h = x @ w1 + b1
    a = h * (h > 0)
    loss, dscores = softmax_by_scipy(a @ w2 + b2, y)
    dw2 = a.T @ dscores
    dw2 += lam * w2
    dh = dscores @ w2.T
    dh[h <= 0] = 0
    dw1 = lam * w1 + x.T @ dh
    return loss + lam / 2 * (np.sum(w1 * w1) + np.sum(w2 * w2)), dw1, dh.sum(0), dw2, dscores.sum(0)


def network_with_mask_from_output(x, y, w1, b1, w2, b2, lam):
    a = np.where(x @ w1 + b1 > 0, x @ w1 + b1, 0)
    loss, dscores = softmax_by_one_hot(a @ w2 + b2, y)
    dh = np.where(a > 0, dscores @ w2.T, 0)
    penalty = np.linalg.norm(w1) ** 2 / 2 + np.linalg.norm(w2) ** 2 / 2
    return [
        loss + lam * penalty,
        x.T @ dh + lam * w1,
        np.ones(len(x)) @ dh,
        a.T @ dscores + lam * w2,
        np.ones(len(x)) @ dscores,
    ]


def network_by_example(x, y, w1, b1, w2, b2, lam):
    loss, dw1, db1, dw2, db2 = 0.0, np.zeros_like(w1), np.zeros_like(b1), np.zeros_like(w2), np.zeros_like(b2)
    for row, label in zip(x, y, strict=True):
        a = np.maximum(0, row @ w1 + b1)
        one, dscores = losses.softmax_cross_entropy((a @ w2 + b2)[None], np.array([label]))
        dh = (w2 @ dscores[0]) * np.sign(a)
        loss += one / len(y)
        for total, part in ((dw1, np.outer(row, dh)), (db1, dh), (dw2, np.outer(a, dscores[0])), (db2, dscores[0])):
            total += part / len(y)
    return loss + 0.5 * lam * ((w1**2).sum() + (w2**2).sum()), dw1 + lam * w1, db1, dw2 + lam * w2, db2


def l2_by_loop(scores, y):
    loss, dscores = 0.0, np.zeros_like(scores)
    for n, m in np.ndindex(scores.shape):
        loss += (scores[n, m] - y[n, m]) ** 2 / len(y)
        dscores[n, m] = 2 * (scores[n, m] - y[n, m]) / len(y)
    return loss, dscores


def l2_by_norm(scores, y):
    return np.mean(np.linalg.norm(scores - y, axis=1) ** 2), (scores - y) * (2 / scores.shape[0])


def l2_by_einsum(scores, y):
    r = y - scores
    return np.einsum("nm,nm", r, r) / len(r), -2 * r / len(r)


def l1_by_loop(scores, y):
    loss, dscores = 0.0, np.zeros_like(scores)
    for i in np.ndindex(scores.shape):
        loss += abs(scores[i] - y[i]) / len(y)
        dscores[i] = ((scores[i] > y[i]) * 1.0 - (scores[i] < y[i])) / len(y)
    return loss, dscores


def l1_by_norm(scores, y):
    return np.linalg.norm(scores - y, ord=1, axis=1).mean(), np.sign(scores - y) / scores.shape[0]


def l1_by_where(scores, y):
    r = scores - y
    return np.where(r < 0, -r, r).sum() / len(r), np.where(r > 0, 1.0, np.where(r < 0, -1.0, 0.0)) / len(r)


def bins_by_digitize(scores, y, edges):
    labels = np.clip(np.digitize(y, edges) - 1, 0, len(edges) - 2)
    loss, dscores = softmax_by_scipy(scores, labels)
    return loss, dscores, softmax(scores, axis=1) @ (edges[:-1] + np.diff(edges) / 2)


def bins_by_comparison(scores, y, edges):
    labels = (y[:, None] >= edges[None, 1:-1]).sum(axis=1)
    loss, dscores = losses.softmax_cross_entropy(scores, labels)
    probabilities = np.exp(log_softmax(scores, axis=1))
    return [loss, dscores, np.sum(probabilities * (edges[1:] + edges[:-1]) * 0.5, axis=1)]


def bins_from_the_gradient(scores, y, edges):
    labels = np.array([sum(1 for edge in edges[1:-1] if edge <= value) for value in y])
    loss, dscores = losses.softmax_cross_entropy(scores, labels)
    probabilities = len(y) * dscores
    probabilities[np.arange(len(y)), labels] += 1
    return loss, dscores, probabilities.dot(np.convolve(edges, [0.5, 0.5], "valid"))


def huber_by_branches(scores, y, delta=1.0):
    loss, dscores = 0.0, np.zeros_like(scores)
    for i, r in np.ndenumerate(scores - y):
        if abs(r) < delta:
            loss += r * r / 2
            dscores[i] = r
        else:
            loss += delta * abs(r) - delta**2 / 2
            dscores[i] = delta if r > 0 else -delta
    return loss / scores.shape[0], dscores / scores.shape[0]


def huber_by_the_pull(scores, y, delta=1.0):
    residual = y - scores
    pull = np.clip(residual, -delta, delta)
    return np.sum(pull * (residual - pull / 2), axis=1).mean(), -pull / len(scores)


def huber_by_masks(scores, y, delta=1.0):
    r = scores - y
    loss, dr = r**2 / 2, r.copy()
    far = np.abs(r) > delta
    loss[far] = delta * np.abs(r[far]) - 0.5 * delta * delta
    dr[far] = delta * np.sign(r[far])
    return [loss.sum() / r.shape[0], dr / r.shape[0]]


ALTERNATIVES = {
    "sigmoid_graph": [graph_in_one_formula, graph_with_upstream_of_one, graph_as_arrays_with_more_entries],
    "swish_backward": [swish_in_one_formula, swish_by_loop, swish_from_its_output],
    "residual_backward": [residual_by_einsum, residual_on_copies, residual_by_rows],
    "affine_forward": [affine_by_loop, affine_by_einsum, affine_with_bias_row],
    "affine_backward": [affine_back_by_einsum, affine_back_by_rows, affine_back_transposed],
    "softmax_cross_entropy": [softmax_by_scipy, softmax_by_one_hot, softmax_by_rows],
    "binary_cross_entropy": [binary_by_log_expit, binary_by_max, binary_as_two_classes],
    "two_layer_loss": [network_by_hand, network_with_mask_from_output, network_by_example],
    "l2_loss": [l2_by_loop, l2_by_norm, l2_by_einsum],
    "l1_loss": [l1_by_loop, l1_by_norm, l1_by_where],
    "binned_loss": [bins_by_digitize, bins_by_comparison, bins_from_the_gradient],
    "huber_loss": [huber_by_branches, huber_by_the_pull, huber_by_masks],
}


def network_with_summed_loss(x, y, *parameters):
    loss, *gradients = network_by_hand(x, y, *parameters)
    return loss * len(y), *gradients


def graph_with_another_output(w, x, b):
    return graph_in_one_formula(w, x, b) | {"out": 0.5}


WRONG = {"two_layer_loss": [network_with_summed_loss], "sigmoid_graph": [graph_with_another_output]}
