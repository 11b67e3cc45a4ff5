"""Right answers of lesson 09, written in other ways than the library's."""

from itertools import pairwise

import numpy as np
from lessons.training import search_alternatives
from sklearn.metrics import confusion_matrix as of_sklearn

from cs231n_lib.course import mine
from cs231n_lib.lessons.training import faults


def checked_one_by_one(loss, parameters, gradients, entries, h=1e-5, floor=1e-4):
    found = []
    for i, chosen in enumerate(entries):
        worst = 0.0
        for j in chosen:
            values = []
            for by in (h, -h):
                arrays = [a.copy() for a in parameters]
                arrays[i].reshape(-1)[j] += by
                values.append(loss(arrays))
            numerical = (values[0] - values[1]) / 2 / h
            a = float(gradients[i].ravel()[j])
            worst = max(worst, abs(a - numerical) / max(floor, abs(a), abs(numerical)))
        found.append(worst)
    return np.array(found)


def checked_by_array(loss, parameters, gradients, entries, h=1e-5, floor=1e-4):
    def slope(i, j):
        nudge = np.zeros(parameters[i].size)
        nudge[j] = h
        nudge = nudge.reshape(parameters[i].shape)
        ends = [loss([a + sign * nudge if k == i else a for k, a in enumerate(parameters)]) for sign in (1, -1)]
        return (ends[0] - ends[1]) / (2 * h)

    worst = []
    for i in range(len(parameters)):
        numerical = np.array([slope(i, j) for j in entries[i]])
        analytic = gradients[i].ravel()[entries[i]]
        size = np.maximum(np.maximum(np.abs(analytic), np.abs(numerical)), floor)
        worst.append(np.max(np.abs(analytic - numerical) / size))
    return np.array(worst)


def checked_into_an_array(loss, parameters, gradients, entries, h=1e-5, floor=1e-4):
    worst = np.zeros(len(parameters))
    for i, array in enumerate(parameters):
        for j in entries[i]:
            place = np.unravel_index(j, array.shape)
            moved = array.copy()
            moved[place] = array[place] + h
            up = loss([*parameters[:i], moved, *parameters[i + 1 :]])
            moved[place] = array[place] - h
            down = loss([*parameters[:i], moved, *parameters[i + 1 :]])
            n, a = (up - down) / (2 * h), gradients[i][place]
            worst[i] = max(worst[i], abs(a - n) / max(abs(a), abs(n), floor))
    return worst


def bug_by_loop(errors, limit=1e-5):
    wrong = [not e <= limit for e in errors]
    places = [i for i, w in enumerate(wrong) if w]
    if not places:
        return 0, 0
    if len(places) == 1:
        return 1, places[0] // 2 + 1
    if places == list(range(0, len(wrong), 2)):
        return 2, 0
    if places == list(range(1, len(wrong), 2)):
        return 3, 0
    return 4, places[-1] // 2 + 2


def bug_by_rows(errors, limit=1e-5):
    right = (errors <= limit).reshape(-1, 2)
    w, b = ~right[:, 0], ~right[:, 1]
    layers = [i + 1 for i in range(len(right)) if not right[i].all()]
    count = int(w.sum() + b.sum())
    if count == 0:
        kind, layer = 0, 0
    elif count == 1:
        kind, layer = 1, layers[0]
    elif count == len(w) and w.all():
        kind, layer = 2, 0
    elif count == len(b) and b.all():
        kind, layer = 3, 0
    else:
        kind, layer = 4, max(layers) + 1
    return kind, layer


def bug_by_sums(errors, limit=1e-5):
    bad = np.where(np.isnan(errors), np.inf, errors) > limit
    of_weights, of_biases, layers = bad[0::2].sum(), bad[1::2].sum(), len(bad) // 2
    last = int(np.max(np.nonzero(bad)[0])) // 2 + 1 if bad.any() else 0
    if of_weights + of_biases <= 1:
        return int(bad.any()), last
    if (of_weights, of_biases) == (layers, 0):
        return 2, 0
    return (3, 0) if (of_weights, of_biases) == (0, layers) else (4, last + 1)


def ratio_by_roots(before, after):
    return np.array([np.sqrt(np.sum((a - b) ** 2)) / np.sqrt(np.sum(b**2)) for b, a in zip(before, after, strict=True)])


def ratio_in_one_root(before, after):
    return np.array([(((after[i] - before[i]) ** 2).sum() / (before[i] ** 2).sum()) ** 0.5 for i in range(len(before))])


def ratio_by_products(before, after):
    found = np.zeros(len(before))
    for i, w in enumerate(before):
        step = (after[i] - w).ravel()
        found[i] = np.sqrt(step @ step / (w.ravel() @ w.ravel()))
    return found


def curves_of_another_number():
    return 137, [kind for kind, _ in faults.drawn(137)]


def curves_in_a_tuple():
    return (419, ("bad start", "no shuffling", "rate too low", "overfitting", "healthy", "rate too high"))


def curves_in_a_list():
    number = 419
    return [number, [kind for kind, _ in faults.drawn(number)]]


def confused_by_loop(y_pred, y, classes):
    matrix = np.zeros((classes, classes), dtype=np.int64)
    for true, named in zip(y, y_pred, strict=True):
        matrix[true, named] += 1
    return matrix


def confused_by_counting(y_pred, y, classes):
    return np.bincount(classes * y + y_pred, minlength=classes**2).reshape(classes, classes)


def confused_by_sklearn(y_pred, y, classes):
    return of_sklearn(y, y_pred, labels=range(classes))


def errors_by_variances(right_a, right_b):
    p, n = right_a.mean(), right_a.size
    d = right_a * 1 - right_b * 1
    return np.sqrt(p * (1 - p)) / np.sqrt(n), d.mean(), np.sqrt(d.var() / n)


def errors_by_counts(right_a, right_b):
    n = len(right_a)
    only_a, only_b = np.sum(right_a & ~right_b), np.sum(right_b & ~right_a)
    gain = (only_a - only_b) / n
    return np.std(right_a) / n**0.5, gain, np.sqrt(((only_a + only_b) / n - gain**2) / n)


def errors_by_means(right_a, right_b):
    d = np.array([int(a) - int(b) for a, b in zip(right_a, right_b, strict=True)])
    spread = np.mean(d**2) - np.mean(d) ** 2
    a = np.array(right_a, dtype=float)
    return float(np.sqrt(a.var() / len(a))), float(a.mean() - np.mean(right_b)), float(np.sqrt(spread / len(d)))


def opened_by_get(record, measure):
    asked = record.get("asked", 0)
    accuracy = record["accuracy"] if asked else measure()
    return {"accuracy": accuracy, "asked": asked + 1}


def opened_on_a_copy(record, measure):
    record = dict(record)
    if not record:
        record["accuracy"] = measure()
    record["asked"] = record.get("asked", 0) + 1
    return record


def opened_by_exception(record, measure):
    try:
        return {**record, "asked": record["asked"] + 1}
    except KeyError:
        return {"accuracy": measure(), "asked": 1}


def loss_by_dropout_of_lesson_7(x, y, parameters, statistics, drop_prob, strength, rng):
    out, way, kept = x, [], []
    hidden = len(statistics)
    for i in range(hidden):
        w, gamma, beta = parameters[3 * i], parameters[3 * i + 1], parameters[3 * i + 2]
        h, affine = mine.affine_forward(out, w, 0 * beta)
        h, norm, *new = mine.batchnorm_forward(h, gamma, beta, *statistics[i])
        h, relu = mine.relu_forward(h)
        keep = 1 - drop_prob
        mask = (rng.random(h.shape) < keep) / keep
        out = h * mask
        way.insert(0, (affine, norm, relu, mask))
        kept.append(tuple(new))
    scores, last = mine.affine_forward(out, *parameters[3 * hidden :])
    loss, dout = mine.softmax_cross_entropy(scores, y)
    dout, *found = mine.affine_backward(dout, last)
    for affine, norm, relu, mask in way:
        dout, dgamma, dbeta = mine.batchnorm_backward(mine.relu_backward(mask * dout, relu), norm)
        dout, dw, _ = mine.affine_backward(dout, affine)
        found[:0] = [dw, dgamma, dbeta]
    loss += sum(0.5 * strength * np.sum(w**2) for w in parameters[::3])
    return (
        loss,
        [g + strength * p if i % 3 == 0 else g for i, (g, p) in enumerate(zip(found, parameters, strict=True))],
        kept,
    )


def loss_by_hand(x, y, parameters, statistics, drop_prob, strength, rng):
    """Without a function of an earlier lesson; batch norm and softmax written out."""
    layers, out, kept, eps = [], x, [], 1e-5
    for i, (mean, var) in enumerate(statistics):
        w, gamma, beta = parameters[3 * i : 3 * i + 3]
        h = out @ w
        mu, s2 = h.mean(axis=0), h.var(axis=0)
        kept.append((0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * s2))
        root = np.sqrt(s2 + eps)
        hat = (h - mu) / root
        active = gamma * hat + beta
        mask = (rng.random(h.shape) < 1 - drop_prob) / (1 - drop_prob)
        layers.append((out, hat, root, active > 0, mask))
        out = np.maximum(active, 0) * mask
    scores = out @ parameters[-2] + parameters[-1]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    n = len(x)
    loss = -np.log(p[np.arange(n), y]).mean()
    d = p.copy()
    d[np.arange(n), y] -= 1
    d /= n
    grads = [out.T @ d, d.sum(axis=0)]
    d = d @ parameters[-2].T
    for i in range(len(layers) - 1, -1, -1):
        below, hat, root, on, mask = layers[i]
        d = d * mask * on
        dgamma, dbeta = (d * hat).sum(axis=0), d.sum(axis=0)
        d = parameters[3 * i + 1] / root * (d - dbeta / n - hat * dgamma / n)
        grads = [below.T @ d, dgamma, dbeta, *grads]
        d = d @ parameters[3 * i].T
    for i in range(0, len(parameters), 3):
        loss = loss + strength / 2 * np.sum(parameters[i] ** 2)
        grads[i] = grads[i] + strength * parameters[i]
    return loss, grads, kept


def loss_in_two_functions(x, y, parameters, statistics, drop_prob, strength, rng):
    def forth(i, out):
        w, gamma, beta = parameters[3 * i : 3 * i + 3]
        h, affine = mine.affine_forward(out, w, np.zeros(len(beta)))
        h, norm, mean, var = mine.batchnorm_forward(h, gamma, beta, *statistics[i])
        h, relu = mine.relu_forward(h)
        mask = np.where(rng.random(h.shape) < 1 - drop_prob, 1 / (1 - drop_prob), 0.0)
        return h * mask, (affine, norm, relu, mask), (mean, var)

    def back(dout, cache):
        affine, norm, relu, mask = cache
        dh, dgamma, dbeta = mine.batchnorm_backward(mine.relu_backward(dout * mask, relu), norm)
        dx, dw, _ = mine.affine_backward(dh, affine)
        return dx, [dw, dgamma, dbeta]

    caches, kept = [], []
    for i in range(len(statistics)):
        x, cache, new = forth(i, x)
        caches.append(cache)
        kept.append(new)
    scores, last = mine.affine_forward(x, parameters[-2], parameters[-1])
    loss, dscores = mine.softmax_cross_entropy(scores, y)
    dout, dw, db = mine.affine_backward(dscores, last)
    found = [dw, db]
    while caches:
        dout, more = back(dout, caches.pop())
        found = more + found
    for i, w in enumerate(parameters):
        if i % 3 == 0:
            penalty, dpenalty = mine.l2(w, strength)
            loss += penalty
            found[i] = found[i] + dpenalty
    return loss, found, kept


def _softmax_step(x, y, w, b):
    e = np.exp(x @ w + b - np.max(x @ w + b, axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(x)), y] -= 1
    return p / len(x)


def fit_without_batch_norm(x, y, new, lr=0.002, drop_prob=0.2, strength=0.0, epochs=40, seed=3):
    """ReLU, dropout, Adam with a cosine, all written out in float32."""
    rng = np.random.default_rng(seed)
    mean, scale = x.mean(axis=0), x.std()
    x, new = ((pixels - mean) / scale for pixels in (x, new))
    x, new = x.astype(np.float32), new.astype(np.float32)
    sizes = (x.shape[1], 128, 64, 10)
    weights = [rng.normal(0, (2 / a) ** 0.5, (a, b)).astype(np.float32) for a, b in pairwise(sizes)]
    biases = [np.zeros(b, np.float32) for b in sizes[1:]]
    m, v, t = [0.0] * 6, [0.0] * 6, 0
    steps = epochs * -(-len(x) // 100)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 100):
            rows = order[start : start + 100]
            outs, masks = [x[rows]], []
            for w, b in zip(weights[:-1], biases[:-1], strict=True):
                h = np.maximum(outs[-1] @ w + b, 0)
                masks.append((rng.random(h.shape, np.float32) >= drop_prob) / np.float32(1 - drop_prob) * (h > 0))
                outs.append((h * masks[-1]).astype(np.float32))
            d, found = _softmax_step(outs[-1], y[rows], weights[-1], biases[-1]), []
            for i in (2, 1, 0):
                found = [outs[i].T @ d, d.sum(axis=0), *found]
                d = (d @ weights[i].T * masks[i - 1]).astype(np.float32) if i else d
            rate = np.float32(lr * (1 + np.cos(np.pi * t / steps)) / 2)
            t += 1
            for i, g in enumerate(found):
                m[i], v[i] = 0.9 * m[i] + 0.1 * g, 0.999 * v[i] + 0.001 * g * g
                step = rate * (m[i] / (1 - 0.9**t)) / (np.sqrt(v[i] / (1 - 0.999**t)) + 1e-8)
                (weights if i % 2 == 0 else biases)[i // 2] -= step
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        new = np.maximum(new @ w + b, 0)
    return new @ weights[-1] + biases[-1], weights[0]


def fit_with_other_settings(x, y, new, lr=0.003, drop_prob=0.3, strength=0.0, epochs=21, seed=2):
    return fit_of_the_course(x, y, new, lr, drop_prob, strength, epochs, seed)


def fit_of_the_course(x, y, new, lr=0.003, drop_prob=0.3, strength=1e-5, epochs=20, seed=6):
    rng = np.random.default_rng(seed)
    mean = x.mean(axis=0)
    scale = (x - mean).std()
    x, out = (x - mean) / scale, (new - mean) / scale
    parameters, statistics = [], []
    for a, b in ((x.shape[1], 256), (256, 128)):
        parameters += [rng.normal(0, np.sqrt(2 / a), (a, b)), np.ones(b), np.zeros(b)]
        statistics.append((np.zeros(b), np.ones(b)))
    parameters += [rng.normal(0, np.sqrt(2 / 128), (128, 10)), np.zeros(10)]
    state = [(0 * p, 0 * p, 0) for p in parameters]
    batches, t = -(-len(x) // 64), 0
    for _ in range(epochs):
        for rows in mine.minibatches(len(x), 64, rng):
            _, dparameters, statistics = mine.network_loss(
                x[rows], y[rows], parameters, statistics, drop_prob, strength, rng
            )
            rate = lr / 2 * (1 + np.cos(np.pi * t / (epochs * batches)))
            moved = [mine.adam(p, dp, *s, rate) for p, dp, s in zip(parameters, dparameters, state, strict=True)]
            parameters, state = [p for p, *_ in moved], [s for _, *s in moved]
            t += 1
    for i, (mu, var) in enumerate(statistics):
        w, gamma, beta = parameters[3 * i : 3 * i + 3]
        out = np.maximum(mine.batchnorm_inference(out @ w, gamma, beta, mu, var), 0)
    return out @ parameters[-2] + parameters[-1], parameters[0]


def averaged_in_one_line(w, mean, t, decay=0.99):
    return (decay * mean + (1 - decay) * w) / (1 - decay ** (t + 1)), decay * mean + (1 - decay) * w, t + 1


def averaged_by_difference(w, mean, t, decay=0.99):
    mean = mean + (1 - decay) * (w - mean)
    return mean / (1 - np.power(decay, t + 1)), mean, t + 1


def averaged_entry_by_entry(w, mean, t, decay=0.99):
    new = np.empty_like(mean)
    for i in np.ndindex(w.shape):
        new[i] = decay * mean[i] + (1 - decay) * w[i]
    return new / (1 - decay ** (t + 1)), new, t + 1


ALTERNATIVES = {
    "gradient_check_network": [checked_one_by_one, checked_by_array, checked_into_an_array],
    "find_the_bug": [bug_by_loop, bug_by_rows, bug_by_sums],
    "update_ratio": [ratio_by_roots, ratio_in_one_root, ratio_by_products],
    "name_curves": [curves_of_another_number, curves_in_a_tuple, curves_in_a_list],
    "confusion_matrix": [confused_by_loop, confused_by_counting, confused_by_sklearn],
    "accuracy_error": [errors_by_variances, errors_by_counts, errors_by_means],
    "open_test_set": [opened_by_get, opened_on_a_copy, opened_by_exception],
    "network_loss": [loss_by_dropout_of_lesson_7, loss_by_hand, loss_in_two_functions],
    "fit": [fit_of_the_course, fit_without_batch_norm, fit_with_other_settings],
    "averaged_weights": [averaged_in_one_line, averaged_by_difference, averaged_entry_by_entry],
}

ALTERNATIVES |= search_alternatives.ALTERNATIVES


def loss_with_masks_of_its_own(x, y, parameters, statistics, drop_prob, strength, rng):
    return loss_by_hand(x, y, parameters, statistics, drop_prob, strength, np.random.default_rng())


WRONG = {"network_loss": [loss_with_masks_of_its_own]}
