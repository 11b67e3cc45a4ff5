"""Right answers of lesson 07, written in other ways than the library's."""

import math

import numpy as np


def l2_by_dot(w, strength):
    return strength * np.dot(w.ravel(), w.ravel()) / 2, w * strength


def l2_by_norm(w, strength):
    return 0.5 * strength * np.linalg.norm(w) ** 2, strength * w.copy()


def l2_by_loop(w, strength):
    penalty, dw = 0.0, np.zeros_like(w)
    for i in np.ndindex(w.shape):
        penalty += strength * w[i] * w[i] / 2
        dw[i] = strength * w[i]
    return [penalty, dw]


def l1_by_norm(w, strength):
    return strength * np.linalg.norm(w.ravel(), ord=1), np.sign(w) * strength


def l1_by_masks(w, strength):
    return strength * (w[w > 0].sum() - w[w < 0].sum()), strength * (1.0 * (w > 0) - (w < 0))


def l1_by_loop(w, strength):
    dw = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        if w[i]:
            dw[i] = math.copysign(strength, w[i])
    return math.fsum(abs(w.ravel())) * strength, dw


def elastic_of_two(w, strength, l1_ratio):
    (a, da), (b, db) = l1_by_norm(w, strength), l2_by_dot(w, strength)
    return l1_ratio * a + (1 - l1_ratio) * b, l1_ratio * da + (1 - l1_ratio) * db


def elastic_entry_by_entry(w, strength, l1_ratio):
    each = l1_ratio * abs(w) + (1 - l1_ratio) * w**2 / 2
    return strength * each.sum(), strength * (l1_ratio * np.sign(w) + (1 - l1_ratio) * w)


def elastic_by_loop(w, strength, l1_ratio):
    penalty, dw = 0.0, np.empty_like(w)
    for i in np.ndindex(w.shape):
        penalty += strength * (l1_ratio * abs(w[i]) + 0.5 * (1 - l1_ratio) * w[i] ** 2)
        dw[i] = strength * (l1_ratio * np.sign(w[i]) + (1 - l1_ratio) * w[i])
    return [penalty, dw]


def proximal_by_two_hinges(w, dw, lr, strength):
    moved, threshold = w - lr * dw, lr * strength
    return np.maximum(moved - threshold, 0) - np.maximum(-moved - threshold, 0)


def proximal_by_clipping(w, dw, lr, strength):
    moved = w - lr * dw
    return moved - np.clip(moved, -lr * strength, lr * strength)


def proximal_by_loop(w, dw, lr, strength):
    shrunk = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        v = w[i] - lr * dw[i]
        if v > lr * strength:
            shrunk[i] = v - lr * strength
        elif v < -lr * strength:
            shrunk[i] = v + lr * strength
    return shrunk


def on_weights_by_helper(names, parameters, gradients, strength):
    chosen = [name[0] == "w" for name in names]
    squares = [np.vdot(p, p) for p, c in zip(parameters, chosen, strict=True) if c]
    return strength / 2 * sum(squares), [
        dp + c * strength * p for p, dp, c in zip(parameters, gradients, chosen, strict=True)
    ]


def on_weights_by_position(names, parameters, gradients, strength):
    penalized = [dp.copy() for dp in gradients]
    penalty = 0.0
    for i, name in enumerate(names):
        if name[:1] == "w":
            penalized[i] += strength * parameters[i]
            penalty += 0.5 * strength * (parameters[i] ** 2).sum()
    return penalty, penalized


def on_weights_as_tuple(names, parameters, gradients, strength):
    by_name = dict(zip(names, parameters, strict=True))
    weights = {name: p for name, p in by_name.items() if name.startswith("w")}
    penalized = tuple(
        dp if name not in weights else dp + strength * by_name[name] for name, dp in zip(names, gradients, strict=True)
    )
    return [0.5 * strength * math.fsum(np.sum(p * p) for p in weights.values()), penalized]


def vanilla_by_keeping(x, drop_prob, rng):
    keep = 1 - drop_prob
    return np.where(rng.random(x.shape) < keep, x, 0.0), keep * x


def vanilla_by_coins(x, drop_prob, rng):
    return x * rng.binomial(1, 1 - drop_prob, size=x.shape), x - drop_prob * x


def vanilla_on_a_copy(x, drop_prob, rng):
    train = x.copy()
    train[rng.uniform(0, 1, x.shape) < drop_prob] = 0
    return [train, (1 - drop_prob) * x.copy()]


def inverted_by_dropping(x, dout, drop_prob, rng):
    dropped = rng.random(x.shape) < drop_prob
    scale = 1 / (1 - drop_prob)
    return np.where(dropped, 0.0, x * scale), np.where(dropped, 0.0, dout * scale)


def inverted_by_coins(x, dout, drop_prob, rng):
    mask = rng.binomial(1, 1 - drop_prob, size=x.shape)
    return x * mask / (1 - drop_prob), dout * mask / (1 - drop_prob)


def inverted_by_loop(x, dout, drop_prob, rng):
    out, dx = np.zeros_like(x), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        if rng.random() >= drop_prob:
            out[i], dx[i] = x[i] / (1 - drop_prob), dout[i] / (1 - drop_prob)
    return [out, dx]


def moments_by_formula(x, w, drop_prob, scale):
    keep = 1 - drop_prob
    return scale * keep * (x @ w), scale**2 * keep * drop_prob * np.sum(x**2 * w**2)


def moments_by_bits(x, w, drop_prob, scale):
    d = len(x)
    masks = np.arange(2**d)[:, None] >> np.arange(d) & 1
    probability = np.prod(np.where(masks, 1 - drop_prob, drop_prob), axis=1)
    scores = scale * masks @ (x * w)
    mean = probability @ scores
    return mean, probability @ (scores - mean) ** 2


def moments_by_recursion(x, w, drop_prob, scale):
    outcomes = [(1.0, 0.0)]
    for part in scale * x * w:
        outcomes = [
            (p * q, score + part * kept) for p, score in outcomes for q, kept in ((1 - drop_prob, 1), (drop_prob, 0))
        ]
    mean = sum(p * score for p, score in outcomes)
    return [mean, sum(p * (score - mean) ** 2 for p, score in outcomes)]


def max_norm_by_loop(w, limit):
    limited = w.copy()
    for m in range(w.shape[1]):
        length = math.sqrt(sum(v * v for v in w[:, m]))
        if length > limit:
            limited[:, m] *= limit / length
    return limited


def max_norm_by_where(w, limit):
    length = np.sqrt((w**2).sum(axis=0, keepdims=True))
    return np.where(length > limit, w * limit / np.where(length > 0, length, 1), w)


def max_norm_by_minimum(w, limit):
    return w * np.minimum(1, limit / (np.linalg.norm(w, axis=0) + 1e-300))


def stopping_by_count(losses, patience):
    best, best_loss, bad = 0, math.inf, 0
    for epoch in range(len(losses)):
        if losses[epoch] < best_loss:
            best, best_loss, bad = epoch, losses[epoch], 0
        else:
            bad += 1
        if bad == patience:
            return [best, epoch]
    return [best, len(losses) - 1]


def stopping_by_search(losses, patience):
    for epoch in range(len(losses)):
        best = np.argmin(losses[: epoch + 1])
        if epoch - best >= patience:
            break
    return best, epoch


def stopping_by_running_minimum(losses, patience):
    best = [int(np.argmin(losses[: e + 1])) for e in range(len(losses))]
    waited = np.arange(len(losses)) - best
    ends = np.flatnonzero(waited >= patience)
    last = int(ends[0]) if len(ends) else len(losses) - 1
    return best[last], last


def mixup_partners_first(x, y, classes, alpha, rng):
    order = np.arange(len(x))
    rng.shuffle(order)
    share = float(rng.beta(alpha, alpha))
    onehot = np.zeros((len(y), classes))
    onehot[np.arange(len(y)), y] = 1
    return x[order] + share * (x - x[order]), onehot[order] + share * (onehot - onehot[order])


def mixup_by_a_matrix(x, y, classes, alpha, rng):
    share, n = rng.beta(alpha, alpha), len(x)
    mix = share * np.eye(n) + (1 - share) * np.eye(n)[rng.permutation(n)]
    return mix @ x, mix @ (y[:, None] == np.arange(classes))


def mixup_by_loop(x, y, classes, alpha, rng):
    a, b = rng.gamma(alpha), rng.gamma(alpha)
    share = a / (a + b)
    mixed, targets = np.empty_like(x), np.zeros((len(x), classes))
    for i, j in enumerate(rng.permutation(len(x))):
        mixed[i] = share * x[i] + (1 - share) * x[j]
        targets[i, y[i]] += share
        targets[i, y[j]] += 1 - share
    return [mixed, targets]


ALTERNATIVES = {
    "l2": [l2_by_dot, l2_by_norm, l2_by_loop],
    "l1": [l1_by_norm, l1_by_masks, l1_by_loop],
    "elastic_net": [elastic_of_two, elastic_entry_by_entry, elastic_by_loop],
    "proximal_step": [proximal_by_two_hinges, proximal_by_clipping, proximal_by_loop],
    "l2_on_weights": [on_weights_by_helper, on_weights_by_position, on_weights_as_tuple],
    "vanilla_dropout": [vanilla_by_keeping, vanilla_by_coins, vanilla_on_a_copy],
    "inverted_dropout": [inverted_by_dropping, inverted_by_coins, inverted_by_loop],
    "moments_over_masks": [moments_by_formula, moments_by_bits, moments_by_recursion],
    "max_norm": [max_norm_by_loop, max_norm_by_where, max_norm_by_minimum],
    "early_stopping": [stopping_by_count, stopping_by_search, stopping_by_running_minimum],
    "mixup": [mixup_partners_first, mixup_by_a_matrix, mixup_by_loop],
}
