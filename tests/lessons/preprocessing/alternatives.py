"""Right answers of lesson 05, written in other ways than the library's."""

import numpy as np
from scipy import linalg


def mean_by_sum(train, test):
    mean = sum(train) / len(train)
    return np.array([row - mean for row in train]), np.array([row - mean for row in test])


def mean_on_copies(train, test):
    train, test = train.copy(), test.copy()
    mean = np.mean(train, 0, keepdims=True)
    train -= mean
    test -= mean
    return [train, test]


def mean_by_weights(train, test):
    mean = np.tensordot(np.full(len(train), 1 / len(train)), train, axes=1)
    return np.subtract(train, mean), np.subtract(test, mean)


def standardized_by_range(train, test):
    mean, scale = np.mean(train, axis=0), np.std(train, axis=0)
    scale[np.ptp(train, axis=0) == 0] = 1
    return (train - mean) / scale, (test - mean) / scale


def standardized_feature_by_feature(train, test):
    z_train, z_test = np.empty_like(train), np.empty_like(test)
    for d in range(train.shape[1]):
        column = train[:, d]
        mean = column.sum() / len(column)
        scale = 1.0 if np.all(column == column[0]) else np.sqrt(np.mean((column - mean) ** 2))
        z_train[:, d], z_test[:, d] = (column - mean) / scale, (test[:, d] - mean) / scale
    return z_train, z_test


def standardized_with_a_threshold(train, test):
    mean, scale = train.mean(0), train.std(0)
    scale = np.where(scale > 1e-12 * np.maximum(1, np.abs(mean)), scale, 1)
    return tuple((part - mean) / scale for part in (train, test))


def condition_by_singular_values(x):
    return np.linalg.cond(np.hstack([x, np.ones((len(x), 1))])) ** 2


def condition_by_eig(x):
    a = np.ones((x.shape[0], x.shape[1] + 1))
    a[:, 1:] = x
    values = np.linalg.eigvals(np.einsum("ni,nj->ij", a, a)).real
    return values.max() / values.min()


def condition_of_the_hessian(x):
    mean, n = x.mean(axis=0), len(x)
    hessian = np.block([[x.T @ x / n, mean[:, None]], [mean[None, :], np.ones((1, 1))]])
    return float(np.linalg.cond(hessian))


def unscaled_by_matrix(w, b, mean, scale):
    inverse = np.diag(1 / scale)
    return inverse @ w, b - mean @ inverse @ w


def unscaled_by_trying(w, b, mean, scale):
    raw_b = (0 - mean) / scale @ w + b
    return (np.eye(len(w)) - mean) / scale @ w + b - raw_b, raw_b


def unscaled_by_loop(w, b, mean, scale):
    raw_w, raw_b = w.copy(), b.copy()
    for d in range(len(w)):
        raw_w[d] /= scale[d]
        raw_b -= mean[d] / scale[d] * w[d]
    return [raw_w, raw_b]


def range_from_the_middle(train, test):
    low, high = train.min(axis=0), train.max(axis=0)
    span = high - low
    span[span == 0] = 1
    return -1 + (train - low) * (2 / span), -1 + (test - low) * (2 / span)


def range_by_slope(train, test):
    low, span = np.min(train, axis=0), np.ptp(train, axis=0)
    slope = 2 / np.where(span > 0, span, 1)
    shift = -low * slope - 1
    return train * slope + shift, test * slope + shift


def range_column_by_column(train, test):
    scaled = []
    for part in (train, test):
        columns = []
        for column, known in zip(part.T, train.T, strict=True):
            wide = max(known) - min(known)
            columns.append(2 * (column - min(known)) / (wide if wide else 1) - 1)
        scaled.append(np.array(columns).T)
    return scaled[0], scaled[1]


def pca_by_svd_of_the_data(x):
    mean = x.mean(axis=0)
    _, s, rows = np.linalg.svd(x - mean, full_matrices=False)
    return mean, rows.T, s**2 / len(x)


def pca_by_eigenvalues(x):
    mean = np.mean(x, axis=0)
    variances, components = np.linalg.eigh(np.cov(x.T, bias=True))
    return mean, components[:, ::-1], variances[::-1]


def pca_by_sorting(x):
    mean = x.sum(axis=0) / len(x)
    variances, components = linalg.eigh(np.einsum("ni,nj->ij", x - mean, x - mean) / len(x))
    order = np.argsort(variances)[::-1]
    return [mean, -components[:, order], variances[order]]


def kept_by_loop(variances, share):
    total, k = 0, 0
    while total < share * sum(variances):
        total += variances[k]
        k += 1
    return k


def kept_by_search(variances, share):
    return np.searchsorted(np.cumsum(variances), share * np.cumsum(variances)[-1]) + 1


def kept_by_count(variances, share):
    ratios = np.cumsum(variances) / np.cumsum(variances)[-1]
    return int(np.sum(ratios < share)) + 1


def compressed_by_projection(x, mean, components, k):
    u = components[:, 0:k]
    return np.dot(x - mean, u), mean + np.dot(x - mean, np.dot(u, u.T))


def compressed_by_einsum(x, mean, components, k):
    z = np.einsum("nd,dk->nk", x - mean, components)[:, :k]
    return z, np.einsum("nk,dk->nd", z, components[:, :k]) + mean


def compressed_by_parts(x, mean, components, k):
    centred = x - mean
    rebuilt, columns = np.tile(mean, (len(x), 1)), []
    for u in components.T[:k]:
        columns.append(centred @ u)
        rebuilt = rebuilt + np.outer(columns[-1], u)
    return [np.array(columns).T, rebuilt]


def white_by_matrices(x, mean, components, variances, eps=1e-5):
    scaled = components * (variances + eps) ** -0.5
    return (x - mean) @ scaled, (x - mean) @ (scaled @ components.T)


def white_by_einsum(x, mean, components, variances, eps=1e-5):
    pca = np.einsum("nd,dk->nk", x - mean, components) / (variances + eps) ** 0.5
    return pca, np.einsum("nk,dk->nd", pca, components)


def white_by_diagonal(x, mean, components, variances, eps=1e-5):
    pca = x @ components - mean @ components
    pca = pca @ np.diag(1 / np.sqrt(eps + variances))
    return [pca, (components @ pca.T).T]


def leak_by_differences(prepare, train, test):
    several, alone = prepare(train, test), prepare(train, test[0:1])
    on_train = np.max(np.abs(np.subtract(several[0], alone[0])))
    return on_train, np.max(np.abs(several[1][0] - alone[1][0]))


def leak_by_norm(prepare, train, test):
    alone = prepare(train, test[:1].copy())
    both = prepare(train, test)
    return [np.linalg.norm((a - b[: len(a)]).ravel(), np.inf) for a, b in zip(alone, both, strict=True)]


def leak_by_loop(prepare, train, test):
    first, rows = prepare(train, test)
    again, row = prepare(train, test[:1])
    on_train = max(abs(float(v)) for v in (again - first).ravel())
    return on_train, max(abs(float(a) - float(b)) for a, b in zip(rows[0], row[0], strict=True))


def chosen_by_corrcoef(x_train, y_train, x_test, y_test, k):
    r = [abs(np.corrcoef(column, y_train)[0, 1]) for column in x_train.T]
    best = np.argsort(r)[::-1][:k]
    return x_train[:, best], x_test[:, best]


def chosen_by_squares(x_train, y_train, x_test, y_test, k):
    z = (x_train - x_train.mean(axis=0)) / x_train.std(axis=0)
    r = (z * (y_train - y_train.mean())[:, None]).mean(axis=0)
    order = (r**2).argsort()[: -k - 1 : -1]
    return x_train.take(order, axis=1), x_test.take(order, axis=1)


def chosen_one_by_one(x_train, y_train, x_test, y_test, k):
    r = list(np.abs(np.corrcoef(x_train, y_train, rowvar=False)[-1, :-1]))
    best = []
    while len(best) < k:
        best.append(int(np.argmax(r)))
        r[best[-1]] = -1
    return np.stack([x_train[:, d] for d in best], axis=1), np.stack([x_test[:, d] for d in best], axis=1)


def folds_by_masks(n, k, rng):
    fold_of = rng.permutation(np.arange(n) % k)
    return [(np.flatnonzero(fold_of != i), np.flatnonzero(fold_of == i)) for i in range(k)]


def folds_one_by_one(n, k, rng):
    order = np.arange(n)
    rng.shuffle(order)
    for i in range(k):
        yield [int(row) for row in order if row not in order[i::k]], list(map(int, order[i::k]))


def folds_by_slices(n, k, rng):
    order, start, pairs = rng.permutation(n), 0, []
    for i in range(k):
        end = start + n // k + (i < n % k)
        pairs.append([np.setdiff1d(order, order[start:end]), order[start:end]])
        start = end
    return tuple(pairs)


def merged_by_weights(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    mean = (n1 * mean1 + n2 * mean2) / n
    return n, mean, (n1 * (var1 + (mean1 - mean) ** 2) + n2 * (var2 + (mean2 - mean) ** 2)) / n


def merged_by_sums(n1, mean1, var1, n2, mean2, var2):
    squares = n1 * var1 + n2 * var2 + np.square(mean1 - mean2) / (1 / n1 + 1 / n2)
    return [n1 + n2, np.average([mean1, mean2], axis=0, weights=[n1, n2]), squares / (n1 + n2)]


def merged_feature_by_feature(n1, mean1, var1, n2, mean2, var2):
    share = n2 / (n1 + n2)
    mean, var = np.empty_like(mean1), np.empty_like(var1)
    for d in range(len(mean)):
        mean[d] = (1 - share) * mean1[d] + share * mean2[d]
        var[d] = (1 - share) * var1[d] + share * var2[d] + share * (1 - share) * (mean1[d] - mean2[d]) ** 2
    return n1 + n2, mean, var


ALTERNATIVES = {
    "merged_moments": [merged_by_weights, merged_by_sums, merged_feature_by_feature],
    "subtract_mean": [mean_by_sum, mean_on_copies, mean_by_weights],
    "standardize": [standardized_by_range, standardized_feature_by_feature, standardized_with_a_threshold],
    "condition_number": [condition_by_singular_values, condition_by_eig, condition_of_the_hessian],
    "unscale_weights": [unscaled_by_matrix, unscaled_by_trying, unscaled_by_loop],
    "min_max": [range_from_the_middle, range_by_slope, range_column_by_column],
    "pca_fit": [pca_by_svd_of_the_data, pca_by_eigenvalues, pca_by_sorting],
    "components_to_keep": [kept_by_loop, kept_by_search, kept_by_count],
    "compress": [compressed_by_projection, compressed_by_einsum, compressed_by_parts],
    "whiten": [white_by_matrices, white_by_einsum, white_by_diagonal],
    "leakage": [leak_by_differences, leak_by_norm, leak_by_loop],
    "k_fold": [folds_by_masks, folds_one_by_one, folds_by_slices],
    "select_features": [chosen_by_corrcoef, chosen_by_squares, chosen_one_by_one],
}
