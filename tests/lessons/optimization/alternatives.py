"""Right answers of lesson 01, written in other ways than the library's."""

import numpy as np
from scipy.special import log_softmax, softmax


def forward_on_flat_copy(f, x, h=1e-5):
    dx, f_x = [], f(x)
    for i in range(x.size):
        moved = x.copy().reshape(-1)
        moved[i] += h
        dx.append((f(moved.reshape(x.shape)) - f_x) / h)
    return np.array(dx).reshape(x.shape)


def forward_in_place_and_back(f, x, h=1e-5):
    dx, f_x = np.empty_like(x), f(x)
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        kept = x[i]
        x[i] = kept + h
        dx[i] = f(x) / h - f_x / h
        x[i] = kept
    return dx


def forward_with_basis(f, x, h=1e-5):
    basis = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + h * e) - f(x)) / h for e in basis]).reshape(x.shape)


def centred_with_basis(f, x, h=1e-5):
    basis = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in basis]).reshape(x.shape)


def centred_as_mean_of_one_sided(f, x, h=1e-5):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        dx[i] = 0.5 * ((f(x + step) - f(x)) / h + (f(x) - f(x - step)) / h)
    return dx


def centred_in_place_and_back(f, x, h=1e-5):
    dx = np.zeros_like(x)
    flat, dflat = x.ravel(), dx.ravel()
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + h
        above = f(x)
        flat[i] = kept - h
        below = f(x)
        flat[i] = kept
        dflat[i] = (above - below) / 2 / h
    return dx


def relative_by_loop(a, b):
    error = np.zeros(a.shape)
    for i in np.ndindex(a.shape):
        if a[i] != b[i]:
            error[i] = abs(a[i] - b[i]) / max(abs(a[i]), abs(b[i]))
    return error


def relative_with_where(a, b):
    scale = np.maximum(abs(a), abs(b))
    return np.divide(abs(a - b), scale, out=np.zeros_like(scale), where=scale > 0)


def relative_that_warns(a, b):
    return np.nan_to_num(np.abs(a - b) / np.fmax(np.abs(a), np.abs(b)))


def least_squares_by_loop(w, x, y):
    loss, dw = 0.0, np.zeros_like(w)
    for row, target in zip(x, y, strict=True):
        r = row.dot(w) - target
        loss += 0.5 * r * r / len(y)
        dw += r * row / len(y)
    return loss, dw


def least_squares_by_einsum(w, x, y):
    r = y - np.einsum("nd,d->n", x, w)
    return r.dot(r) / (2 * len(r)), -np.einsum("nd,n->d", x, r) / len(r)


def least_squares_as_list(w, x, y):
    r = x @ w - y
    return [np.mean(r**2) / 2, np.mean(r[:, None] * x, axis=0)]


def descent_into_array(gradient, w, lr, steps):
    path = np.empty((steps + 1, *w.shape))
    path[0] = w
    for t in range(steps):
        path[t + 1] = path[t] - lr * gradient(path[t])
    return path[-1], path


def descent_in_place_on_copy(gradient, w, lr, steps):
    w = w.copy()
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * gradient(w)
        path.append(w.copy())
    return w, np.array(path)


def descent_recursive(gradient, w, lr, steps):
    if steps == 0:
        return w, w[np.newaxis]
    last, path = descent_recursive(gradient, w - lr * gradient(w), lr, steps - 1)
    return last, np.concatenate([w[np.newaxis], path])


def batches_by_split(n, batch_size, rng):
    yield from np.split(rng.permutation(n), range(batch_size, n, batch_size))


def batches_by_shuffle(n, batch_size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    while len(order):
        yield order[:batch_size]
        order = order[batch_size:]


def batches_as_list_by_argsort(n, batch_size, rng):
    order = np.argsort(rng.random(n))
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


def classifier_with_bias_column(x, y, classes, lr, epochs, batch_size, rng):
    ones = np.hstack([x, np.ones((len(x), 1))])
    weights = np.zeros((x.shape[1] + 1, classes))
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            error = softmax(ones[rows] @ weights, axis=1) - np.eye(classes)[y[rows]]
            weights = weights - lr * ones[rows].T @ error / len(rows)
    return weights[:-1], weights[-1]


def classifier_by_example(x, y, classes, lr, epochs, batch_size, rng):
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for _ in range(epochs):
        for rows in batches_by_split(len(x), batch_size, rng):
            dw, db = np.zeros_like(w), np.zeros_like(b)
            for n in rows:
                error = np.exp(log_softmax(x[n] @ w + b))
                error[y[n]] -= 1
                dw += np.outer(x[n], error)
                db += error
            w, b = w - lr / len(rows) * dw, b - lr / len(rows) * db
    return w, b


def classifier_returning_list(x, y, classes, lr, epochs, batch_size, rng):
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for batch in (rows for _ in range(epochs) for rows in batches_by_shuffle(len(x), batch_size, rng)):
        p = np.exp(x[batch] @ w + b)
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(batch)), y[batch]] -= 1
        w -= lr * np.einsum("nd,nk->dk", x[batch], p) / len(batch)
        b -= lr * p.mean(axis=0)
    return [w, b]


def ridge_with_mask(w, x, y, lam):
    mask = np.arange(len(w)) > 0
    r = x @ w - y
    return r @ r / (2 * len(y)) + lam / 2 * np.sum(mask * w**2), r @ x / len(y) + lam * mask * w


def ridge_by_concatenation(w, x, y, lam):
    r = x @ w - y
    free = np.concatenate([[0.0], w[1:]])
    return np.mean(r**2) / 2 + lam * free.dot(free) / 2, np.mean(x * r[:, None], axis=0) + lam * free


def ridge_by_loop(w, x, y, lam):
    loss, dw = least_squares_by_loop(w, x, y)
    for d in range(1, len(w)):
        loss += 0.5 * lam * w[d] ** 2
        dw[d] += lam * w[d]
    return loss, dw


def errors_at_once(f, exact, x, steps):
    h = steps.astype(x.dtype)
    return np.abs((f(x + h) - f(x)) / h - exact) / abs(exact)


def errors_by_comprehension(f, exact, x, steps):
    cast = type(x)
    return np.array([abs((f(x + cast(h)) - f(x)) / cast(h) - exact) for h in steps]) / abs(exact)


def errors_in_float64_after(f, exact, x, steps):
    errors = np.empty_like(steps)
    for i, h in enumerate(np.asarray(steps, dtype=x.dtype)):
        errors[i] = np.abs(1 - np.float64((f(x + h) - f(x)) / h) / exact)
    return errors


def kinks_at_once(f, x, h=1e-5):
    basis = h * np.eye(x.size).reshape(x.size, *x.shape)
    right = np.array([f(x + e) - f(x) for e in basis]) / h
    left = np.array([f(x) - f(x - e) for e in basis]) / h
    threshold = 0.01 * np.maximum(1, np.maximum(np.abs(right), np.abs(left)))
    return (np.abs(right - left) > threshold).reshape(x.shape)


def kinks_by_second_difference(f, x, h=1e-5):
    kinks = np.full(x.shape, False)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        bend = abs(f(above) - 2 * f(x) + f(below))
        kinks[i] = bend > 0.01 * max(h, abs(f(above) - f(x)), abs(f(x) - f(below)))
    return kinks


def kinks_in_place_and_back(f, x, h=1e-5):
    kinks = []
    for i in np.ndindex(x.shape):
        kept, middle = x[i], f(x)
        x[i] = kept + h
        right = (f(x) - middle) / h
        x[i] = kept - h
        left = (middle - f(x)) / h
        x[i] = kept
        kinks.append(abs(right - left) > 0.01 * max(1.0, abs(right), abs(left)))
    return np.array(kinks).reshape(x.shape)


def noise_by_loop(per_example, batches):
    full, total = per_example.mean(axis=0), 0.0
    for rows in batches:
        total += np.linalg.norm(per_example[rows].mean(axis=0) - full) ** 2
    return (total / len(batches)) ** 0.5


def noise_by_norm(per_example, batches):
    distance = np.mean(per_example[batches], axis=1) - np.mean(per_example, axis=0)
    return np.linalg.norm(distance) / np.sqrt(len(batches))


def noise_by_einsum(per_example, batches):
    centred = per_example - per_example.mean(axis=0)
    means = np.einsum("tbd->td", centred[batches]) / batches.shape[1]
    return np.sqrt(np.einsum("td,td->", means, means) / len(means))


def complex_both_ways(f, x, h=1e-20):
    dx = np.empty_like(x)
    flat = dx.reshape(-1)
    for k in range(x.size):
        step = np.zeros(x.size, dtype=complex)
        step[k] = 1j * h
        step = step.reshape(x.shape)
        flat[k] = np.imag(f(x + step) - f(x - step)) / (2 * h)
    return dx


def complex_less_the_value(f, x, h=1e-20):
    z, dx = np.array(x, dtype=np.complex128), np.zeros_like(x)
    for index, value in np.ndenumerate(x):
        z[index] = complex(value, h)
        dx[index] = ((f(z) - f(x)) / (1j * h)).real
        z[index] = value
    return dx


def complex_by_unit_vectors(f, x, h=1e-20):
    units = np.eye(x.size).reshape(-1, *x.shape)
    return np.array([f(x + 1j * h * unit).imag / h for unit in units]).reshape(x.shape)


ALTERNATIVES = {
    "numerical_gradient": [forward_on_flat_copy, forward_in_place_and_back, forward_with_basis],
    "numerical_gradient_centered": [centred_with_basis, centred_as_mean_of_one_sided, centred_in_place_and_back],
    "relative_error": [relative_by_loop, relative_with_where, relative_that_warns],
    "least_squares_loss": [least_squares_by_loop, least_squares_by_einsum, least_squares_as_list],
    "gradient_descent": [descent_into_array, descent_in_place_on_copy, descent_recursive],
    "minibatches": [batches_by_split, batches_by_shuffle, batches_as_list_by_argsort],
    "train_softmax_classifier": [classifier_with_bias_column, classifier_by_example, classifier_returning_list],
    "ridge_loss": [ridge_with_mask, ridge_by_concatenation, ridge_by_loop],
    "difference_errors": [errors_at_once, errors_by_comprehension, errors_in_float64_after],
    "find_kinks": [kinks_at_once, kinks_by_second_difference, kinks_in_place_and_back],
    "gradient_noise": [noise_by_loop, noise_by_norm, noise_by_einsum],
    "complex_step_gradient": [complex_both_ways, complex_less_the_value, complex_by_unit_vectors],
}


def ridge_with_a_least_penalty(w, x, y, lam):
    return ridge_with_mask(w, x, y, max(lam, 0.1))


WRONG = {"ridge_loss": [ridge_with_a_least_penalty]}
