"""Right answers of lesson 04, written in other ways than the library's."""

import math
from itertools import pairwise

import numpy as np


def size_by_pairs(sizes):
    pairs = list(pairwise(sizes))
    return len(pairs), sum(m for _, m in pairs), sum((d + 1) * m for d, m in pairs)


def size_by_arrays(sizes):
    shapes = [np.zeros((sizes[i] + 1, sizes[i + 1])) for i in range(len(sizes) - 1)]
    return len(shapes), sum(a.shape[1] for a in shapes), sum(a.size for a in shapes)


def size_by_dot(sizes):
    s = np.asarray(sizes)
    return [len(s) - 1, int(s[1:].sum()), int(s[:-1] @ s[1:] + s[1:].sum())]


def xor_by_differences():
    return np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2), np.ones((2, 1)), np.zeros(1)


def xor_from_above():
    return np.array([[-1.0, 1.0], [-1.0, 1.0]]), np.array([1.0, -1.0]), -np.ones((2, 1)), np.array([1.0])


def xor_scaled():
    w1 = np.array([[3, 2], [3, 2]])
    return w1, np.array([0, -2]), np.array([[1 / 3], [-1]]), np.array([0])


def forward_recursively(x, weights, biases):
    h = x @ weights[0] + biases[0]
    return h if len(weights) == 1 else forward_recursively(np.maximum(h, 0), weights[1:], biases[1:])


def forward_before(x, weights, biases):
    out = x @ weights[0] + biases[0]
    for w, b in zip(weights[1:], biases[1:], strict=True):
        out = np.einsum("nd,dm->nm", out * (out > 0), w) + b
    return out


def forward_with_ones(x, weights, biases):
    a = x
    for w, b in zip(weights, biases, strict=True):
        z = np.hstack([a, np.ones((len(a), 1))]) @ np.vstack([w, b])
        a = np.where(z > 0, z, 0)
    return z


def loss_by_hand(x, y, weights, biases, lam):
    outs, n = [x], len(x)
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        z = outs[-1] @ w + b
        outs.append(np.maximum(z, 0) if i + 1 < len(weights) else z)
    scores = outs.pop()
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean() + 0.5 * lam * sum((w**2).sum() for w in weights)
    d = (p - np.eye(p.shape[1])[y]) / n
    dweights, dbiases = [None] * len(weights), [None] * len(weights)
    for i in range(len(weights) - 1, -1, -1):
        dweights[i], dbiases[i] = outs[i].T @ d + lam * weights[i], d.sum(axis=0)
        d = (d @ weights[i].T) * (outs[i] > 0)
    return loss, dweights, dbiases


def loss_with_ones(x, y, weights, biases, lam):
    stacked = [np.vstack([w, b]) for w, b in zip(weights, biases, strict=True)]
    inputs, one, z = [], np.ones((len(x), 1)), x
    for i, both in enumerate(stacked):
        inputs.append(np.hstack([x if i == 0 else np.maximum(z, 0), one]))
        z = np.einsum("nd,dm->nm", inputs[-1], both)
    logs = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    loss = -np.mean(logs[np.arange(len(y)), y])
    dz, gradients = (np.exp(logs) - (y[:, None] == np.arange(z.shape[1]))) / len(y), []
    for both, a in zip(stacked[::-1], inputs[::-1], strict=True):
        gradients.append(np.einsum("nd,nm->dm", a, dz))
        dz = (dz @ both.T * (a > 0))[:, :-1]
        loss += lam / 2 * np.vdot(both[:-1], both[:-1])
    gradients.reverse()
    return (
        float(loss),
        [g[:-1] + lam * w for g, w in zip(gradients, weights, strict=True)],
        [g[-1] for g in gradients],
    )


def loss_recursively(x, y, weights, biases, lam):
    def below(a, weights, biases):
        z = a @ weights[0] + biases[0]
        if len(weights) == 1:
            shifted = z - z.max(axis=1, keepdims=True)
            logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            loss, dz, dws, dbs = -logs[range(len(y)), y].mean(), np.exp(logs), [], []
            dz[range(len(y)), y] -= 1
            dz /= len(y)
        else:
            loss, dh, dws, dbs = below(np.maximum(z, 0), weights[1:], biases[1:])
            dz = np.where(z > 0, dh, 0)
        loss += lam / 2 * np.sum(np.square(weights[0]))
        return loss, dz @ weights[0].T, [a.T @ dz + lam * weights[0], *dws], [dz.sum(0), *dbs]

    loss, _, dws, dbs = below(x, weights, biases)
    return [loss, tuple(dws), tuple(dbs)]


def train_on_copies(x, y, weights, biases, lr, steps):
    weights, biases, found = [w.copy() for w in weights], [b.copy() for b in biases], np.zeros(steps)
    for t in range(steps):
        found[t], dw, db = loss_by_hand(x, y, weights, biases, 0)
        for parts, gradients in ((weights, dw), (biases, db)):
            for part, gradient in zip(parts, gradients, strict=True):
                part -= lr * gradient
    return found, weights, biases


def train_recursively(x, y, weights, biases, lr, steps):
    loss, dw, db = loss_recursively(x, y, weights, biases, 0)
    weights = [w - lr * d for w, d in zip(weights, dw, strict=True)]
    biases = [b - lr * d for b, d in zip(biases, db, strict=True)]
    if steps == 1:
        return np.array([loss]), weights, biases
    found, weights, biases = train_recursively(x, y, weights, biases, lr, steps - 1)
    return np.append(loss, found), weights, biases


def train_with_sums(x, y, weights, biases, lr, steps):
    found = []
    while len(found) < steps:
        loss, dw, db = loss_by_hand(x, y, weights, biases, 0)
        found += [loss]
        weights = tuple(np.add(w, -lr * d) for w, d in zip(weights, dw, strict=True))
        biases = tuple(np.add(b, -lr * d) for b, d in zip(biases, db, strict=True))
    return np.array(found), weights, biases


def _centred(f, x, h=1e-5):
    x, slopes = np.array(x, dtype=float), np.zeros(np.shape(x))
    for i in np.ndindex(slopes.shape):
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        slopes[i] = (up - f(x)) / (2 * h)
        x[i] = old
    return slopes


def errors_in_place(loss_and_gradients, arrays):
    changed = [np.array(a) for a in arrays]
    found = [np.array(g) for g in loss_and_gradients(changed)[1]]
    errors = np.zeros(len(arrays))
    for i, a in enumerate(changed):
        numerical = np.zeros_like(a)
        for j in np.ndindex(a.shape):
            old = a[j]
            a[j] = old + 1e-5
            up = loss_and_gradients(changed)[0]
            a[j] = old - 1e-5
            numerical[j] = (up - loss_and_gradients(changed)[0]) / 2e-5
            a[j] = old
        errors[i] = np.max(np.abs(found[i] - numerical)) / np.max(np.abs(numerical))
    return errors


def errors_by_dictionary(loss_and_gradients, arrays):
    parts = dict(enumerate(arrays))
    gradients = loss_and_gradients(list(parts.values()))[1]
    found = {}
    for i, part in parts.items():

        def loss(a, i=i):
            return loss_and_gradients(list((parts | {i: a}).values()))[0]

        numerical = _centred(loss, part)
        off = (gradients[i] - numerical).ravel()
        found[i] = np.linalg.norm(off, np.inf) / np.linalg.norm(numerical.ravel(), np.inf)
    return np.array(list(found.values()))


def errors_by_one_vector(loss_and_gradients, arrays):
    cuts, shapes = np.cumsum([a.size for a in arrays])[:-1], [a.shape for a in arrays]

    def unpacked(vector):
        return [part.reshape(shape) for part, shape in zip(np.split(vector, cuts), shapes, strict=True)]

    vector = np.concatenate([a.ravel() for a in arrays])
    numerical = unpacked(_centred(lambda v: loss_and_gradients(unpacked(v))[0], vector))
    analytic = loss_and_gradients(list(arrays))[1]
    return np.array([abs(a - n).max() / abs(n).max() for a, n in zip(analytic, numerical, strict=True)])


def needed_by_math(lipschitz, eps, low, high):
    return max(1, math.ceil(0.5 * lipschitz * (high - low) / eps))


def needed_by_floor(lipschitz, eps, low, high):
    pieces = -int(-lipschitz * (high - low) / (2 * eps) // 1)
    return pieces if pieces > 0 else 1


def needed_by_width(lipschitz, eps, low, high):
    if lipschitz == 0:
        return 1
    return int(np.maximum(1, np.ceil((high - low) / (2 * eps / lipschitz))))


def approximated_by_solving(f, lipschitz, eps, low, high):
    n = needed_by_math(lipschitz, eps, low, high)
    knots = low + (high - low) / n * np.arange(n + 1)
    hidden = np.maximum(knots[1:, None] - knots[None, :-1], 0)
    return np.ones((1, n)), -knots[:n], np.linalg.solve(hidden, f(knots[1:, None]) - f(knots[:1])), f(knots[:1])


def approximated_from_the_right(f, lipschitz, eps, low, high):
    n = needed_by_math(lipschitz, eps, low, high)
    knots = np.linspace(high, low, n + 1)
    slopes = (f(knots[1:]) - f(knots[:-1])) * n / (high - low)
    return -np.ones((1, n)), knots[:-1], np.diff(np.append(0, slopes))[:, None], np.array([f(np.array([high]))[0]])


def approximated_unit_by_unit(f, lipschitz, eps, low, high):
    n = needed_by_math(lipschitz, eps, low, high)
    width, before, out = (high - low) / n, 0.0, np.zeros((n, 1))
    for j in range(n):
        left, right = f(np.array([low + j * width, low + (j + 1) * width]))
        out[j, 0] = (right - left) / width - before
        before += out[j, 0]
    return [np.ones((1, n)), -low - width * np.arange(n), out, f(np.array([low]))]


def saw_with_other_units(folds):
    weights = [np.array([[2.0, 2.0]])] + [np.array([[2.0, 2.0], [-4.0, -4.0]])] * (folds - 1)
    return [*weights, np.array([[1.0], [-2.0]])], [np.array([0.0, -1.0])] * folds + [np.zeros(1)]


def saw_from_the_right(folds):
    first, middle = np.array([[-1.0, -1.0]]), -np.array([[2.0, 2.0], [-4.0, -4.0]])
    biases = [np.array([1.0, 0.5]) for _ in range(folds)]
    return [first] + [middle] * (folds - 1) + [np.array([[2.0], [-4.0]])], [*biases, np.zeros(1)]


def saw_by_outer(folds):
    fold, read = np.array([2.0, -4.0]), np.array([1.0, 1.0])
    weights = tuple(np.outer([1.0] if i == 0 else fold, read if i < folds else [1.0]) for i in range(folds + 1))
    return weights, tuple(np.array([0, -0.5]) if i < folds else np.array([0.0]) for i in range(folds + 1))


def _parameters(inputs, outputs, depth, width):
    return (inputs + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * outputs


def width_by_formula(inputs, outputs, depth, budget):
    return max(w for w in range(budget) if w == 0 or _parameters(inputs, outputs, depth, w) <= budget)


def width_by_halving(inputs, outputs, depth, budget):
    low, high = 0, budget
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _parameters(inputs, outputs, depth, middle) <= budget else (low, middle)
    return low


def width_by_root(inputs, outputs, depth, budget):
    b, c = inputs + depth + outputs, outputs - budget
    if depth == 1:
        return -c // b
    width = int((-b + math.sqrt(b * b - 4 * (depth - 1) * c)) / (2 * (depth - 1))) + 1
    while _parameters(inputs, outputs, depth, width) > budget:
        width -= 1
    return width


def split_by_index(w1, b1, w2, unit, share):
    order = [*range(len(b1)), unit]
    scale = np.ones(len(order))
    scale[unit], scale[-1] = 1 - share, share
    return w1[:, order], b1[order], w2[order] * scale[:, None]


def split_by_matrix(w1, b1, w2, unit, share):
    copy = np.hstack([np.eye(len(b1)), np.eye(len(b1))[:, [unit]]])
    give = copy.T.copy()
    give[unit] *= 1 - share
    give[-1] *= share
    return w1 @ copy, b1 @ copy, give @ w2


def split_in_new_arrays(w1, b1, w2, unit, share):
    (d, h), k = w1.shape, w2.shape[1]
    wide1, wide_b, wide2 = np.empty((d, h + 1)), np.empty(h + 1), np.empty((h + 1, k))
    wide1[:, :h], wide_b[:h], wide2[:h] = w1, b1, w2
    wide1[:, h], wide_b[h], wide2[h] = w1[:, unit], b1[unit], share * w2[unit]
    wide2[unit] -= wide2[h]
    return [wide1, wide_b, wide2]


def size_by_loop(parameters, accuracies, errors):
    best = max(range(len(accuracies)), key=lambda i: accuracies[i])
    chosen = best
    for i in range(len(accuracies)):
        limit = 2 * math.sqrt(errors[i] ** 2 + errors[best] ** 2)
        if accuracies[best] - accuracies[i] <= limit and parameters[i] < parameters[chosen]:
            chosen = i
    return chosen


def size_by_sorting(parameters, accuracies, errors):
    best = np.argsort(accuracies)[-1]
    for i in np.argsort(parameters):
        if accuracies[i] + 2 * np.hypot(errors[i], errors[best]) >= accuracies[best]:
            return int(i)
    raise AssertionError


def size_by_squares(parameters, accuracies, errors):
    gaps = accuracies.max() - accuracies
    draws = np.flatnonzero(gaps**2 <= 4 * (errors**2 + errors[accuracies.argmax()] ** 2))
    return min((parameters[i], int(i)) for i in draws)[1]


ALTERNATIVES = {
    "network_size": [size_by_pairs, size_by_arrays, size_by_dot],
    "xor_weights": [xor_by_differences, xor_from_above, xor_scaled],
    "mlp_forward": [forward_recursively, forward_before, forward_with_ones],
    "mlp_loss": [loss_by_hand, loss_with_ones, loss_recursively],
    "train_mlp": [train_on_copies, train_recursively, train_with_sums],
    "gradient_errors": [errors_in_place, errors_by_dictionary, errors_by_one_vector],
    "units_needed": [needed_by_math, needed_by_floor, needed_by_width],
    "relu_approximation": [approximated_by_solving, approximated_from_the_right, approximated_unit_by_unit],
    "sawtooth_network": [saw_with_other_units, saw_from_the_right, saw_by_outer],
    "width_for_budget": [width_by_formula, width_by_halving, width_by_root],
    "choose_size": [size_by_loop, size_by_sorting, size_by_squares],
    "split_unit": [split_by_index, split_by_matrix, split_in_new_arrays],
}
