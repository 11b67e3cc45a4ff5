"""Right answers to lesson 09's exercises on search, written in other ways than the library's."""

from itertools import product

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import norm

from cs231n_lib.course import mine


def log_uniform_by_powers(u, low, high):
    return low * (np.asarray(high) / low) ** u


def log_uniform_by_exp(u, low, high):
    return np.exp(np.log(low) * (1 - u) + np.log(high) * u)


def log_uniform_by_loop(u, low, high):
    flat = np.broadcast_arrays(u, np.log2(low), np.log2(high))
    return np.array([2 ** (a + (b - a) * x) for x, a, b in zip(*map(np.ravel, flat), strict=True)]).reshape(u.shape)


def grid_by_product(objective, values):
    points = np.array(list(product(*values)), dtype=float)
    results = np.array([objective(point) for point in points])
    return points[np.argmax(np.where(np.isnan(results), -np.inf, results))], points, results


def grid_by_growing(objective, values):
    rows = [[]]
    for options in values:
        rows = [[*row, option] for row in rows for option in options]
    best, highest, results = None, -np.inf, []
    for row in rows:
        results.append(objective(np.array(row)))
        if results[-1] > highest:
            best, highest = np.array(row), results[-1]
    return best, np.array(rows), np.array(results)


def grid_by_repeat_and_tile(objective, values):
    n = np.prod([len(options) for options in values])
    columns, inner = [], n
    for options in values:
        inner //= len(options)
        columns.append(np.tile(np.repeat(options, inner), n // (inner * len(options))))
    points = np.column_stack(columns)
    results = np.empty(n)
    for i in range(n):
        results[i] = objective(points[i])
    order = np.argsort(-results)  # NaN comes last
    return [points[order[0]], points, results]


def grid_by_lists(objective, values):
    points = list(product(*values))
    results = [objective(np.array(point)) for point in points]
    best = max(range(len(points)), key=lambda i: -np.inf if np.isnan(results[i]) else results[i])
    return np.array(points[best]), np.array(points), np.array(results)


def random_by_columns(objective, low, high, n, rng):
    columns = [mine.log_uniform(rng.random(n), a, b) for a, b in zip(low, high, strict=True)]
    points = np.stack(columns, axis=1)
    results = np.apply_along_axis(objective, 1, points)
    return points[np.nanargmax(results)], points, results


def random_one_by_one(objective, low, high, n, rng):
    points, results = [], []
    for _ in range(n):
        point = np.exp(rng.uniform(np.log(low), np.log(high)))
        points.append(point)
        results.append(objective(point))
    best = max(range(n), key=lambda i: (not np.isnan(results[i]), results[i]))
    return points[best], np.array(points), np.array(results)


def random_by_powers(objective, low, high, n, rng):
    points = low * (high / low) ** rng.random((n, low.size))
    results = np.fromiter(map(objective, points), float)
    return points[np.flatnonzero(results == np.nanmax(results))[0]], points, results


def coarse_in_logarithms(objective, low, high, n, rounds, rng, share=0.3):
    start, end = np.log10(low), np.log10(high)
    centre, width = (start + end) / 2, end - start
    points, results, best, highest = [], [], None, -np.inf
    for _ in range(rounds):
        left, right = np.clip(centre - width / 2, start, end), np.clip(centre + width / 2, start, end)
        for point in 10 ** rng.uniform(left, right, (n, len(low))):
            points.append(point)
            results.append(objective(point))
            if results[-1] > highest:
                best, highest = point, results[-1]
        centre, width = np.log10(best), width * share
    margin = (end - start) / 20
    border = (np.log10(best) < start + margin) | (np.log10(best) > end - margin)
    return best, np.array(points), np.array(results), border


def coarse_by_lists(objective, low, high, n, rounds, rng, share=0.3):
    tried, found, left, right, decades = [], [], low, high, np.log10(high / low)
    for _ in range(rounds):
        _, new, results = mine.random_search(objective, left, right, n, rng)
        tried += list(new)
        found += list(results)
        best = tried[int(np.nanargmax(found))]
        decades = decades * share
        left = [max(a, x * 10 ** (-d / 2)) for a, x, d in zip(low, best, decades, strict=True)]
        right = [min(b, x * 10 ** (d / 2)) for b, x, d in zip(high, best, decades, strict=True)]
        left, right = np.array(left), np.array(right)
    border = [abs(np.log(x / np.sqrt(a * b))) > 0.45 * np.log(b / a) for x, a, b in zip(best, low, high, strict=True)]
    return best, np.array(tried), np.array(found), np.array(border)


def coarse_by_recursion(objective, low, high, n, rounds, rng, share=0.3):
    def position(point):
        return np.log(point / low) / np.log(high / low)

    def search(left, right, i, points, results):
        new = mine.log_uniform(rng.random((n, len(low))), left, right)
        points, results = [*points, *new], [*results, *(objective(point) for point in new)]
        best = points[np.nanargmax(results)]
        if i == rounds:
            edge = np.minimum(position(best), 1 - position(best))
            return best, np.array(points), np.array(results), edge < 0.05
        ends = (np.clip(position(best) + sign * share**i / 2, 0, 1) for sign in (-1, 1))
        return search(*(low * (high / low) ** end for end in ends), i + 1, points, results)

    return search(low, high, 1, [], [])


def halving_by_sorted(objective, points, epochs, factor=3):
    left, rounds = list(points), []
    while len(left) >= 2:
        scored = [(objective(point, epochs), i) for i, point in enumerate(left)]
        rounds.append((epochs, len(left)))
        scored.sort(key=lambda pair: (np.isnan(pair[0]), -pair[0]))
        left = [left[i] for _, i in scored[: max(len(left) // factor, 1)]]
        epochs *= factor
    return left[0], np.array(rounds)


def halving_with_infinities(objective, points, epochs, factor=3):
    rounds = np.empty((0, 2), dtype=int)
    while len(points) != 1:
        results = np.empty(len(points))
        for i in range(len(points)):
            results[i] = objective(points[i], epochs)
        results[np.isnan(results)] = -np.inf
        rounds = np.vstack([rounds, [epochs, len(points)]])
        keep = len(points) // factor or 1
        points = points[np.argsort(results)[::-1][:keep]]
        epochs = factor * epochs
    return points.squeeze(axis=0), rounds


def halving_by_recursion(objective, points, epochs, factor=3):
    if len(points) == 1:
        return points[0], np.empty((0, 2), dtype=int)
    results = np.array([objective(point, epochs) for point in points])
    kept = max(1, int(np.floor(len(points) / factor)))
    best = sorted(range(len(points)), key=lambda i: np.inf if np.isnan(results[i]) else -results[i])[:kept]
    last, later = halving_by_recursion(objective, points[best], epochs * factor, factor)
    return last, np.concatenate([[[epochs, len(points)]], later])


def parzen_by_loops(candidates, points, results, width=0.1):
    order = sorted(range(len(points)), key=lambda i: (np.isnan(results[i]), -results[i]))
    n = max(1, len(points) // 4)

    def density(candidate, rows):
        return sum(np.prod(np.exp(-0.5 * ((candidate - points[i]) / width) ** 2)) for i in rows) / len(rows)

    return np.array([density(c, order[:n]) / density(c, order[n:]) for c in candidates])


def parzen_by_scipy(candidates, points, results, width=0.1):
    distances = cdist(candidates, points)
    kernels = norm.pdf(distances, scale=width)
    ranked = np.argsort(np.where(np.isnan(results), -np.inf, results))[::-1]
    n = max(len(points) // 4, 1)
    return kernels[:, ranked[:n]].mean(1) / kernels[:, ranked[n:]].mean(1)


def parzen_by_weights(candidates, points, results, width=0.1):
    values = np.where(np.isnan(results), -np.inf, results)
    n = max(1, len(points) // 4)
    is_best = np.zeros(len(points), dtype=bool)
    is_best[np.argpartition(-values, n - 1)[:n]] = True
    squares = (candidates**2).sum(1)[:, None] + (points**2).sum(1) - 2 * candidates @ points.T
    kernels = np.exp(squares / (-2 * width**2))
    return (kernels @ is_best / n) / (kernels @ ~is_best / (len(points) - n))


RETIRED = {"grid_search": [grid_by_product, grid_by_growing, grid_by_repeat_and_tile, grid_by_lists]}
"""Right answers to exercises that the lesson no longer has."""

ALTERNATIVES = {
    "log_uniform": [log_uniform_by_powers, log_uniform_by_exp, log_uniform_by_loop],
    "random_search": [random_by_columns, random_one_by_one, random_by_powers],
    "coarse_to_fine": [coarse_in_logarithms, coarse_by_lists, coarse_by_recursion],
    "successive_halving": [halving_by_sorted, halving_with_infinities, halving_by_recursion],
    "parzen_ratio": [parzen_by_loops, parzen_by_scipy, parzen_by_weights],
}
