"""Right answers to the start page's exercise, written in other ways than the library's."""

import numpy as np


def by_sum(x):
    return x + x


def by_einsum(x):
    return np.einsum("...,->...", x, 2.0)


def by_list(x):
    return np.array([2 * entry for entry in x])


ALTERNATIVES = {"double": [by_sum, by_einsum, by_list]}
