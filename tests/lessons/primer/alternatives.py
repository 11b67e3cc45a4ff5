"""Right answers to the primer's exercises, written in other ways than the references."""

import numpy as np


def centre_by_transposing(x):
    return (x.T - x.mean(axis=1)).T


def centre_in_a_loop(x):
    return np.array([row - row.sum() / len(row) for row in x])


def differences_of_reshaped(a, b):
    return a.reshape(-1, 1) - b.reshape(1, -1)


def differences_in_a_loop(a, b):
    return np.array([[one - other for other in b] for one in a])


def scores_taken_along_the_axis(scores, y):
    return np.take_along_axis(scores, y[:, None], axis=1)[:, 0]


def scores_in_a_loop(scores, y):
    return np.array([row[label] for row, label in zip(scores, y, strict=True)])


def maximum_with_zero(x):
    return np.maximum(x, 0)


def where_positive(x):
    return np.where(x > 0, x, 0)


def slopes_one_by_one(x):
    first, second = x
    out = np.empty(2)
    out[0], out[1] = 3 * second + first + first, first * 3
    return out


def slopes_in_an_array_of_the_same_shape(x):
    dx = np.zeros_like(x)
    dx[0] += 2 * x[0]
    dx += 3 * x[::-1]
    return dx


def slope_of_the_expanded_square(w, x, y):
    return 2 * w * x**2 - 2 * x * y


def slope_in_steps(w, x, y):
    r = w * x - y
    dr = 2 * r
    return dr * x


def products_by_einsum(a, b):
    return np.einsum("nd,nm->dm", a, b)


def products_of_rows(a, b):
    return sum(np.outer(one, other) for one, other in zip(a, b, strict=True))


def error_by_the_formula(x):
    squares = ((x - x.mean()) ** 2).sum()
    return np.sqrt(squares / (len(x) - 1) / len(x))


def error_from_the_variance(x):
    return (np.var(x, ddof=1) / x.size) ** 0.5


ALTERNATIVES = {
    "centre_rows": [centre_by_transposing, centre_in_a_loop],
    "difference_table": [differences_of_reshaped, differences_in_a_loop],
    "scores_of_labels": [scores_taken_along_the_axis, scores_in_a_loop],
    "without_negatives": [maximum_with_zero, where_positive],
    "partial_derivatives": [slopes_one_by_one, slopes_in_an_array_of_the_same_shape],
    "squared_error_slope": [slope_of_the_expanded_square, slope_in_steps],
    "summed_products": [products_by_einsum, products_of_rows],
    "standard_error": [error_by_the_formula, error_from_the_variance],
}
