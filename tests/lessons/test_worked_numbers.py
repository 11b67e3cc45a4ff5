"""Numbers of the worked examples of lessons 01 to 09, recomputed with the references.

A `{}` in a sentence stands for a number that is read from the lesson's text. A `10{}` reads the exponent of a power.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from lessons.battery import CHECKS

from cs231n_lib.course.plan import LESSONS
from cs231n_lib.lessons.architecture.checks import references

SOLUTIONS = Path(__file__).parents[2] / "solutions"
TEXTS = {
    lesson.slug: (SOLUTIONS / lesson.folder / f"{lesson.folder}.py").read_text(encoding="utf-8") for lesson in LESSONS
}
NUMBER = r"([-−]?\d+(?:,\d{3})*(?:\.\d+)?)"
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
Values = Iterable[Any]


def array(*values: Any) -> np.ndarray:
    return np.array(values, dtype=float)


def squares(w: np.ndarray) -> float:
    return float(w[0] ** 2 + 3 * w[1])


def wrong_by_one(arrays: list[np.ndarray]) -> tuple[float, list[np.ndarray]]:
    """Linear loss whose second slope, −5, comes out as −4."""
    return float(2 * arrays[0][0] - 5 * arrays[0][1]), [array(2, -4)]


def sigmoid_graph(f: Any) -> Values:
    graph = f(2.0, -1.0, 3.0)
    return graph["out"], graph["dd"], graph["dz"]


def moments(values: np.ndarray, standardized: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation with which the values were standardised."""
    deviation = np.ptp(values) / np.ptp(standardized)
    return values[0] - standardized[0] * deviation, deviation


POINTS = array([1, 0], [2, 2], [3, 4], [4, 1], [5, 3])


def covariance(f: Any) -> np.ndarray:
    _, components, variances = f(POINTS)
    return components * variances @ components.T


def along_the_first_component(f: Any) -> Values:
    mean, components, variances = f(POINTS)
    first = components[:, 0] * np.sign(components[0, 0])
    return [*np.sqrt(2) * ((POINTS - mean) @ first), variances[0]]


def minus_mean_of_all(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = np.vstack([train, test]).mean(axis=0)
    return train - mean, test - mean


def means_and_leakage(f: Any) -> Values:
    train, test = array([0], [2]), array([1], [9])
    means = [train[0, 0] - minus_mean_of_all(train, part)[0][0, 0] for part in (test, test[:1])]
    on_train, on_row = f(minus_mean_of_all, train, test)
    return [*means, on_train, on_train, on_row]


def sizes_of_folds(f: Any) -> Values:
    folds = f(10, 4, np.random.default_rng(0))
    train, validation = folds[0]
    return [*(len(rows) for _, rows in folds), len(validation), len(train)]


def correlations(f: Any) -> Values:
    """Correlations by the formula, in the order that the reference finds, because it returns no numbers."""
    x, y = array([0, 1], [5, 2], [1, 3]), array(10, 20, 30)
    for feature in f(x, y, x, y, 2)[0].T:
        centred = feature - feature.mean()
        yield y @ centred / np.linalg.norm(centred)


SPREAD: Any = SimpleNamespace(normal=lambda mean, deviation, shape: np.full(shape, deviation))
"""Generator whose normal numbers are all one standard deviation above the mean."""


def batch_of_three(f: Any) -> Values:
    x = array([1], [2], [6])
    out, _, mean, variance = f(x, array(1), array(0), array(0), array(1), momentum=0.0)
    return np.hstack([mean, (x - mean).ravel(), variance, np.sqrt(variance), out.ravel()])


def amplified_noise(f: Any) -> Values:
    variance = f(array([1e-6], [2e-6], [6e-6]), array(1), array(0), array(0), array(1), momentum=0.0)[3]
    _, (_, inside), *_ = f(array([0], [0]), array(1), array(0), array(0), array(1))
    return np.hstack([1 / (np.sqrt(variance) + 1e-5), inside])


def drawn(*numbers: float) -> Any:
    """Generator that draws these numbers."""
    return SimpleNamespace(random=lambda shape: array(*numbers).reshape(shape))


def masks(f: Any) -> np.ndarray:
    """Scores of the masks 11, 10, 01 and 00, and their probabilities in sixteenths, from moments alone."""
    scores = [f(array(*x), array(1, 1), 0.0, 1.0)[0] for x in ((1, 2), (1, 0), (0, 2), (0, 0))]
    first, second = (f(array(*x), array(1, 1), 0.25, 1.0)[0] for x in ((1, 0), (0, 1)))
    mean, variance = f(array(1, 1), array(1, 1), 0.25, 1.0)
    both = (variance + mean**2 - first - second) / 2
    return array(scores, [16 * both, 16 * (first - both), 16 * (second - both), 16 * (1 - first - second + both)])


def sums_over_masks(f: Any) -> Values:
    mean, variance = f(array(1, 2), array(1, 1), 0.25, 1.0)
    scores, sixteenths = masks(f)
    return [*scores * sixteenths, mean, *(scores**2 * sixteenths)[:3], mean, variance]


def limited_columns(f: Any) -> Values:
    w = array([3, 1], [4, 2])
    limited, lengths = f(w, 2.5), w[0] / f(w, 1.0)[0]
    return [lengths[0], *limited[:, 0], *limited[:, 1], lengths[1]]


LOSSES = array(5, 4, 4.5, 3, 3.2, 3.1, 2)


def velocities(f: Any) -> Values:
    v = array(0)
    for _ in range(3):
        _, v = f(array(0), array(1), v, 0.1, 0.9)
        yield v[0]


def highest_rate(f: Any) -> Values:
    """Learning rate above which steps at a curvature of 4 grow, with a momentum of 0.9."""

    def growth(lr: float) -> float:
        return max(abs(np.linalg.eigvals(f(array(1, 0), array(4, 0), array(0, 1), lr, 0.9))))

    return [max(lr for lr in np.arange(0.001, 1.5, 0.001) if growth(lr) <= 1 + 1e-9)]


def adagrad_steps(f: Any) -> Values:
    w, cache, caches, steps = array(0), array(0), [], []
    for gradient in (1, 0.01, 100):
        before = w
        w, cache = f(w, array(gradient), cache, 1.0)
        caches.append(cache[0])
        steps.append(before[0] - w[0])
    return caches + steps


def first_step_of_adam(f: Any) -> Values:
    w, m, v = np.hstack(f(array(0), array(5), array(0), array(0), 0, 1.0)[:3])
    return m, v, m / (1 - 0.9), v / (1 - 0.999), m / np.sqrt(v) / -w


def scheduled_rates(f: Any) -> Values:
    """Learning rates of steps 1 to 6 and of the last, which are the steps themselves if every gradient is 1."""
    w, m, v, t, steps = array(0), array(0), array(0), 0, []
    for _ in range(12):
        before = w
        w, m, v, t = f(w, array(1), m, v, t, 0.1, 4, 12, weight_decay=0.0)
        steps.append(before[0] - w[0])
    return [*steps[:6], steps[-1]]


def slope_error(f: Any, analytic: float, numerical: float, floor: float = 1e-4) -> float:
    return float(f(lambda arrays: numerical * arrays[0][0], [array(0)], [array(analytic)], [[0]], floor=floor)[0])


def kinds_of_bugs(f: Any) -> Values:
    one_array, lower_layer = f(array(1, 0, 0, 0)), f(array(1, 1, 0, 0))
    return [*f(array(0, 0, 0, 0)), one_array[0], *f(array(1, 0, 1, 0)), *f(array(0, 1, 0, 1)), lower_layer[0]]


RIGHT_A, RIGHT_B = np.array([True, True, True, False]), np.array([True, False, True, False])


def widths_of_rounds(f: Any) -> Values:
    def near_the_middle(point: np.ndarray) -> float:
        return -float(abs(np.log10(point[0]) + 3))

    _, points, *_ = f(near_the_middle, array(1e-6), array(1), 3, 3, drawn(0, 0.5, 1), share=0.3)
    return np.ptp(np.log10(points).reshape(3, 3), axis=1)


def rounds_of_halving(f: Any, settings: int = 27) -> np.ndarray:
    """Epochs and number of settings of each round."""
    return np.array(f(lambda point, epochs: point[0], np.arange(settings, dtype=float)[:, np.newaxis], 1)[1])


def costs_of_halving(f: Any) -> Values:
    rounds = rounds_of_halving(f)
    costs = rounds.prod(axis=1)
    return costs.mean(), costs.sum(), rounds[0, 1], rounds[-1, 0], rounds[0, 1] * rounds[-1, 0]


def bumps(f: Any) -> Values:
    """Heights at 0.2, each from two trials of which the better is there, and the mean and ratio of all four."""
    heights = [1 / f(array([0.2]), array([0.2], [point]), array(1, 0), 0.3)[0] for point in (0.2, 0.5, 0.6, 0.9)]
    ratio = f(array([0.2]), array([0.2], [0.5], [0.6], [0.9]), array(0.9, 0.4, 0.3, 0.1), 0.3)[0]
    return [*heights, 1 / ratio, ratio]


EXAMPLES: tuple[tuple[str, str, str, Callable[[Any], Values]], ...] = (
    (
        "optimization", "numerical_gradient", "= {}$ and $(8.5 - 7)/0.5 = {}$, and the exact slopes",
        lambda f: f(squares, array(2, 1), 0.5),
    ),
    (
        "optimization", "numerical_gradient_centered", "the centred difference gives $(9.25 - 5.25)/1 = {}$",
        lambda f: f(squares, array(2, 1), 0.5)[:1],
    ),
    (
        "optimization", "relative_error",
        "For 0.0 against 0.0 the formula asks for 0/0, but your function must return {}. For $10^{-11}$ against 0.0 "
        "the formula gives {},",
        lambda f: f(array(0, 1e-11), array(0, 0)),
    ),
    (
        "optimization", "least_squares_loss", "(0.5 + 2)/2 = {}$ and the gradient $(1 \\cdot 1 - 2 \\cdot 2)/2 = {}$",
        lambda f: np.hstack(f(array(3), array([1], [2]), array(2, 8))),
    ),
    (
        "optimization", "gradient_descent", "from 1 with $\\alpha = 0.25$ goes through {}, {}, {},",
        lambda f: f(lambda w: 2 * w, array(1), 0.25, 2)[1].ravel(),
    ),
    (
        "optimization", "minibatches", "With a batch size of 4, ten rows make batches of {}, {} and {}.",
        lambda f: map(len, f(10, 4, np.random.default_rng(0))),
    ),
    (
        "optimization", "gradient_noise", "noise is $\\sqrt{(0^2 + 1^2)/2} = {}$",
        lambda f: [f(array([1], [3], [2]), np.array([[0, 1], [1, 1]]))],
    ),
    (
        "optimization", "complex_step_gradient", "and 1.199/0.1 = {}, whereas the slope is 12",
        lambda f: f(lambda z: z[0] ** 3, array(2), 0.1),
    ),
    (
        "backpropagation", "sigmoid_graph", "d = 1.368, out = {}, `dd` = {} and `dz` = {}.", sigmoid_graph,
    ),
    (
        "backpropagation", "swish_backward", "the sigmoid 2 · 0.88 · 0.12 = 0.21, so dx is {}.",
        lambda f: f(array(1), (array(2), array(0.88))),
    ),
    (
        "backpropagation", "binary_cross_entropy", "For a logit of 0 the loss is ln 2 = {}, whatever the label",
        lambda f: [f(array(0, 0), np.array([0, 1]))[0]],
    ),
    (
        "backpropagation", "softmax_cross_entropy", "is infinite although the loss is {}.",
        lambda f: [f(array([1000, 0]), np.array([1]))[0]],
    ),
    (
        "activations", "relu_backward", "For $x$ = (−1, 0, 2) and $dout$ = (5, 6, −7), $dx$ is ({}, {}, {}).",
        lambda f: f(array(5, 6, -7), array(-1, 0, 2)),
    ),
    (
        "activations", "leaky_relu", "With a leak of 0.1, x = −3 gives out = {}.",
        lambda f: f(array(-3), array(1), 0.1)[0],
    ),
    (
        "activations", "maxout_forward", "has 7 and 2, so out = ({}, {}) and winner = ({}, {}).",
        lambda f: np.hstack([f(array([1, 7, 4, 2]))[0][0], f(array([1, 7, 4, 2]))[1][0][0]]),
    ),
    (
        "activations", "maxout_backward", "with winner = (1, 0), $dout$ = (5, 6) gives $dx$ = ({}, {}, {}, {}).",
        lambda f: f(array([5, 6]), (np.array([[1, 0]]), 2))[0],
    ),
    (
        "activations", "gelu", "out = {} and, for dout = 1, dx = {}, which", lambda f: np.ravel(f(array(1), array(1))),
    ),
    (
        "activations", "gelu", "For x = −1 and dout = 1, out is {} and dx is {}.",
        lambda f: np.ravel(f(array(-1), array(1))),
    ),
    (
        "architecture", "network_size", "one output) give {} layers and 4 + 4 + 1 = {} units.",
        lambda f: f([3, 4, 4, 1])[:2],
    ),
    (
        "architecture", "network_size", "32 weights and 9 biases are {} parameters", lambda f: f([3, 4, 4, 1])[2:],
    ),
    (
        "architecture", "mlp_forward", "The scores are ({}, {}), and no ReLU",
        lambda f: f(array([2, -1]), [np.eye(2), -np.eye(2)], [np.zeros(2), np.ones(2)])[0],
    ),
    (
        "architecture", "train_mlp", "The losses are {} (ln 2) and {}, and after two steps the weights are {} and {}.",
        lambda f: np.hstack(
            [(one := f(array([1], [-1]), np.array([0, 1]), [np.zeros((1, 2))], [np.zeros(2)], 1.0, 2))[0], one[1][0][0]]
        ),
    ),
    (
        "architecture", "gradient_errors", "the numerical gradient (2, −5) give the error 1/5 = {}.",
        lambda f: f(wrong_by_one, [array(1, 1)]),
    ),
    (
        "architecture", "units_needed",
        "so you need {} pieces. For ε = 0.3 the bound requires $H\\ge3.33$, so you need {} pieces.",
        lambda f: [f(2.0, 0.1, 0.0, 1.0), f(2.0, 0.3, 0.0, 1.0)],
    ),
    (
        "architecture", "relu_approximation", "So $b_1$ = ({}, {}), $w_2$ = ({}, {}) and $b_2$ = {}.",
        lambda f: np.hstack([a.ravel() for a in f(np.abs, 1.0, 0.5, -1.0, 1.0)[1:]]),
    ),
    (
        "architecture", "sawtooth_network", "$h$ = (0.6, 0.1) gives 1.2 − 0.4 = {}.",
        lambda f: references.mlp_forward(array([0.3]), *f(2))[0],
    ),
    (
        "architecture", "width_for_budget", "A budget of 40 allows a width of {}.", lambda f: [f(2, 1, 1, 40)],
    ),
    (
        "architecture", "split_unit", "weight of 8 and a fraction of 0.25 give {} to the original and {} to the copy.",
        lambda f: f(array([1]), array(1), array([8]), 0, 0.25)[2].ravel(),
    ),
    (
        "preprocessing", "subtract_mean", "values 1 and 3 have the mean {}, so a test value of 7 becomes {}.",
        lambda f: [7 - (test := f(array(1, 3), array(7))[1][0]), test],
    ),
    (
        "preprocessing", "standardize",
        "values 1, 3 and 8 have the mean {} and the standard deviation $\\sqrt{(9 + 1 + 16)/3} = {}$, "
        "so a test value of 7 becomes {}.",
        lambda f: np.hstack(
            [moments(array(1, 3, 8), (parts := f(array([1], [3], [8]), array([7])))[0].ravel()), parts[1].ravel()]
        ),
    ),
    (
        "preprocessing", "condition_number", "with the values 3 and −3, $A^T A/2$ has 9 and 1 on the diagonal and "
        "zeros elsewhere, so $\\kappa = {}$.",
        lambda f: [f(array([3], [-3]))],
    ),
    (
        "preprocessing", "unscale_weights", "$6\\,(x - 5)/2 + 1 = {}x - {}$, so $w' = {}$ and $b' = {}$.",
        lambda f: array(1, -1, 1, 1) * np.hstack([a.ravel() for a in f(array([6]), array(1), array(5), array(2))] * 2),
    ),
    (
        "preprocessing", "min_max",
        "range from 1 to 3, then 2 becomes {} and a test value of 4 becomes {}. Do not clip this {} to {},",
        lambda f: [(parts := f(array([1], [2], [3]), array([4])))[0][1, 0], *[parts[1][0, 0]] * 2, parts[0][2, 0]],
    ),
    (
        "preprocessing", "min_max", "a constant feature becomes {} in the training part.",
        lambda f: f(array([5]), array([5]))[0].ravel(),
    ),
    (
        "preprocessing", "pca_fit",
        "Their mean is ({}, {}), so the centred points are ({}, {}), ({}, {}), ({}, {}), ({}, {}) and ({}, {}).",
        lambda f: [*(mean := f(POINTS)[0]), *(POINTS - mean).ravel()],
    ),
    (
        "preprocessing", "pca_fit", "here $(4 + 0 + 0 - 1 + 2)/5 = {}$.", lambda f: covariance(f)[0, 1:],
    ),
    (
        "preprocessing", "pca_fit", "here $(4 + 1 + 0 + 1 + 4)/5 = {}$ for both features.",
        lambda f: covariance(f)[0, :1],
    ),
    (
        "preprocessing", "pca_fit", "\\begin{pmatrix} {} & {} \\\\ {} & {} \\end{pmatrix}",
        lambda f: covariance(f).ravel(),
    ),
    (
        "preprocessing", "pca_fit", "maps (1, 1) to ({}, {}) and (−1, 1) to itself",
        lambda f: covariance(f) @ array(1, 1),
    ),
    (
        "preprocessing", "pca_fit", "The factors {} and {}, called **eigenvalues**", lambda f: f(POINTS)[2],
    ),
    (
        "preprocessing", "pca_fit", "the centred points lie at {}, {}, {}, {} and {}, each divided by √2, so the "
        "variance is $(16 + 1 + 4 + 0 + 9)/(2 \\cdot 5) = {}$.",
        along_the_first_component,
    ),
    (
        "preprocessing", "components_to_keep",
        "with the variances 6, 3 and 1 the first component holds {} of the variance and the first two hold {}.",
        lambda f: [max(n for n in range(1, 11) if f(array(6, 3, 1), n / 10) == k) / 10 for k in (1, 2)],
    ),
    (
        "preprocessing", "components_to_keep", "So k = {} for a `share` of 0.75,",
        lambda f: [f(array(6, 3, 1), 0.75)],
    ),
    (
        "preprocessing", "components_to_keep", "So k = {} for a `share` of 0.75, 0.85 or",
        lambda f: [f(array(6, 3, 1), 0.85)],
    ),
    (
        "preprocessing", "components_to_keep",
        "So k = {} for a `share` of 0.75, 0.85 or 0.6001, and k = {} for exactly 0.6.",
        lambda f: [f(array(6, 3, 1), 0.6001), f(array(6, 3, 1), 0.6)],
    ),
    (
        "preprocessing", "compress", "is $3 \\cdot 0.6 + 5 \\cdot 0.8 = {}$. From this coordinate alone you "
        "reconstruct ${} \\cdot (0.6, 0.8) + (1, 1) = ({}, {})$.",
        lambda f: np.hstack(
            [(both := f(array([4, 6]), array(1, 1), array([0.6, -0.8], [0.8, 0.6]), 1))[0][0], *(a[0] for a in both)]
        ),
    ),
    (
        "preprocessing", "whiten", "the example (3, 5) gives ({}) as pca and ({}, {}) as zca.",
        lambda f: np.hstack([a[0] for a in f(array([3, 5]), array(0, 0), array([0], [1]), array(4), 0.0)]),
    ),
    (
        "preprocessing", "leakage", "This mean is {} with both test values and {} with the first alone, so "
        "all prepared values change by {}, and `leakage` returns ({}, {}).",
        means_and_leakage,
    ),
    (
        "preprocessing", "select_features",
        "(1, 2, 3) gets $20/\\sqrt2 = {}$, and (0, 5, 1) gets $10/\\sqrt{14} = {}$.", correlations,
    ),
    (
        "preprocessing", "k_fold", "10 rows and k = 4 give folds of {}, {}, {} and {} rows, and a model validated on "
        "{} rows is trained on the other {}.",
        sizes_of_folds,
    ),
    (
        "preprocessing", "merged_moments",
        "make three examples of mean {} and variance $2/3 + 36 \\cdot 2/9 = {}$.",
        lambda f: np.hstack(f(2, array(2), array(1), 1, array(8), array(0))[1:]),
    ),
    (
        "initialization", "scaled_weights", "100 inputs of variance 1 and weights of standard deviation {} give an "
        "output of variance $100 \\cdot {} \\cdot 1 = {}$.",
        lambda f: [(w := f(100, 1, SPREAD)["scaled"])[0, 0], w[0, 0] ** 2, np.sum(w**2)],
    ),
    (
        "initialization", "scaled_weights", "With n = 200 and m a tenth of √(2/n), the shift is "
        "$0.1 \\sqrt{2n}\\;\\overline{x} = {}\\,\\overline{x}$.",
        lambda f: [np.sum(0.1 * f(200, 1, SPREAD)["he"])],
    ),
    (
        "initialization", "batchnorm_forward", "Its mean is {}, the deviations are {}, {} and {}, and their mean "
        "square is 14/3 = {}, whose root is {}. So the values become {}, {} and {}.",
        batch_of_three,
    ),
    (
        "initialization", "batchnorm_forward", "changes a running mean of 5 to 0.9 · 5 + 0.1 · 3 = {}.",
        lambda f: f(array([2], [4]), array(1), array(0), array(5), array(1), 0.9)[2],
    ),
    (
        "initialization", "batchnorm_forward",
        "({} times in line 3), but with ε inside the root at most $1/\\sqrt\\varepsilon = {}$ times", amplified_noise,
    ),
    (
        "initialization", "batchnorm_forward", "a batch of one gives x̂ = {}, so batch norm returns only β (here {}).",
        lambda f: [(one := f(array([5]), array(1), array(0), array(0), array(1)))[1][0][0, 0], one[0][0, 0]],
    ),
    (
        "initialization", "batchnorm_backward_staged", "increasing β by 1 increases `out` by {} in each of N rows",
        lambda f: f(array([1], [0]), array([1], [5]), array(1))["dbeta"],
    ),
    (
        "initialization", "fold_batchnorm", "The two layers give $3\\,(2x + 1 - 5)/2 + 7 = {}x + {}$, which",
        lambda f: np.hstack([a.ravel() for a in f(array([2]), array(1), array(3), array(7), array(5), array(4), 1e-9)]),
    ),
    (
        "initialization", "layernorm", "the example (1, 3) has μ = {}, σ = {} and x̂ = ({}, {}) if ε = 0.",
        lambda f: [
            *moments(array(1, 3), x := f(array([1, 3]), array(1, 1), array(0, 0), array([0, 0]), 0.0)[0][0]), *x
        ],
    ),
    (
        "initialization", "layernorm", "With γ = (2, 2) and β = (0, 1), the output is ({}, {}).",
        lambda f: f(array([1, 3]), array(2, 2), array(0, 1), array([0, 0]), 0.0)[0][0],
    ),
    (
        "regularization", "l2",
        "weights 3 and −1 cost ½ · 0.1 · (9 + 1) = {}, and the penalty's gradients are {} and {}.",
        lambda f: np.hstack(f(array(3, -1), 0.1)),
    ),
    (
        "regularization", "l1", "weights 3 and −1 cost 0.1 · (3 + 1) = {}, and the penalty's gradients are {} and {}.",
        lambda f: np.hstack(f(array(3, -1), 0.1)),
    ),
    (
        "regularization", "elastic_net", "weights 3 and −1 cost 0.1 · (½ · 4 + ½ · 5) = {}.",
        lambda f: f(array(3, -1), 0.1, 0.5)[:1],
    ),
    (
        "regularization", "proximal_step",
        "With τ = 0.5, the values 1.3, −1.3 and 0.3 of u become {}, {} and exactly {}.",
        lambda f: f(array(1.3, -1.3, 0.3), array(0, 0, 0), 0.5, 1.0),
    ),
    (
        "regularization", "proximal_step", "With τ = 0.2, u = 0.1 must become exactly {}.",
        lambda f: f(array(0.1), array(0), 0.5, 0.4),
    ),
    (
        "regularization", "l2_on_weights",
        "the penalty is ½ · 0.1 · 4 = {}, and the new gradients are 1 + 0.1 · 2 = {} and {}.",
        lambda f: np.hstack(
            [(both := f(["w1", "b1"], [array(2), array(5)], [array(1), array(1)], 0.1))[0], *both[1]]
        ),
    ),
    (
        "regularization", "vanilla_dropout", "the outputs 2 and 4 into, say, {} and {} in one training step and {} and "
        "{} in another, but always into {} and {} at inference.",
        lambda f: np.hstack([f(array(2, 4), 0.25, drawn(0.9, 0.1))[0], *f(array(2, 4), 0.25, drawn(0.9, 0.9))]),
    ),
    (
        "regularization", "inverted_dropout", "2 and 4 into, say, 2/0.75 = {} and {} in one training step,",
        lambda f: f(array(2, 4), array(1, 1), 0.25, drawn(0.1, 0.9))[0],
    ),
    (
        "regularization", "inverted_dropout", "multiply the kept entries by 1 / 0.8 = {} in both passes.",
        lambda f: f(array(1), array(1), 0.2, drawn(0.1))[0],
    ),
    (
        "regularization", "inverted_dropout", "kept entries by 1 / 0.8 = {} in both passes.",
        lambda f: f(array(1), array(1), 0.2, drawn(0.1))[1],
    ),
    (
        "regularization", "moments_over_masks", "| 1, 1 | {} | ¾ · ¾ = {}/16 | | 1, 0 | {} | ¾ · ¼ = {}/16 | "
        "| 0, 1 | {} | ¼ · ¾ = {}/16 | | 0, 0 | {} | ¼ · ¼ = {}/16 |",
        lambda f: masks(f).T.ravel(),
    ),
    (
        "regularization", "moments_over_masks", "The mean is ({} + {} + {} + {})/16 = {}. The variance is the mean of "
        "the squares minus the square of the mean, ({} + {} + {})/16 − {}² = {}.",
        sums_over_masks,
    ),
    (
        "regularization", "max_norm",
        "the column (3, 4) of length {} becomes ({}, {}), and the column ({}, {}) of length {} does not change.",
        limited_columns,
    ),
    (
        "regularization", "early_stopping", "| validation loss | 5 | 4 | 4.5 | 3 | 3.2 | 3.1 | 2 | "
        "| | best | best | {} without | best | {} without | {} without, stop |",
        lambda f: [epoch - f(LOSSES[: epoch + 1], 9)[0] for epoch in (2, 4, 5)],
    ),
    (
        "regularization", "early_stopping", "So `best` is {} and `last` is {}.", lambda f: f(LOSSES, 2),
    ),
    (
        "regularization", "mixup", "0.7 shirt and 0.3 coat has the target {} at *shirt* and {} at *coat*.",
        lambda f: f(
            np.eye(2), np.array([0, 1]), 2, 0.2, SimpleNamespace(beta=lambda *_: 0.7, permutation=lambda n: [1, 0])
        )[1][0],
    ),
    (
        "update_rules", "momentum", "so each step of SGD multiplies $w_2$ by 1 − 0.56 · 4 = {}.",
        lambda f: f(array(1), array(4), array(0), 0.56, 0.0)[0],
    ),
    (
        "update_rules", "nesterov", "With $\\mu = 0.9$ the limit here is {} for Nesterov", highest_rate,
    ),
    (
        "update_rules", "momentum", "for Nesterov and {} for momentum.", highest_rate,
    ),
    (
        "update_rules", "momentum",
        "a gradient of 1 in each step, $v$ is {}, then 0.9 · (−0.1) − 0.1 = {}, then {}.", velocities,
    ),
    (
        "update_rules", "nesterov",
        "With w = 1, v = −0.1, dw = 1, α = 0.1 and μ = 0.9 the rule gives v′ = {} and w′ = 1 + 0.09 − 1.9 · 0.19 = {}.",
        lambda f: np.hstack(f(array(1), array(1), array(-0.1), 0.1, 0.9)[::-1]),
    ),
    (
        "update_rules", "decayed_rates", "for example {} for a half-life of 5 epochs.",
        lambda f: [-np.log(f(1.0, 1, 5)[1])],
    ),
    (
        "update_rules", "decayed_rates",
        "After ten half-lives the learning rate is α/{} with 1/t decay and α/{} with exponential decay.",
        lambda f: [1 / rate for rate in f(1.0, 50, 5)[:0:-1]],
    ),
    (
        "update_rules", "decayed_rates",
        "| 0 | {} | {} | {} | | 5 | {} | {} | {} | | 7.5 | {} | {} | {} | | 10 | {} | {} | {} |",
        lambda f: [rate for epoch in (0, 5, 7.5, 10) for rate in f(0.8, epoch, 5)],
    ),
    (
        "update_rules", "annealed_momentum", "With 80 steps per epoch, step 200 is at epoch {}.",
        lambda f: [5 * (f(200, 80, 5) - 0.5) / 0.49],
    ),
    (
        "update_rules", "annealed_momentum", "it is {} at step 0, {} at step 200, and {} at steps 400",
        lambda f: [f(step, 80, 5) for step in (0, 200, 400)],
    ),
    (
        "update_rules", "annealed_momentum", "and {} at steps 400 and 1,000.", lambda f: [f(1000, 80, 5)],
    ),
    (
        "update_rules", "newton_step", "a slope of 6 that changes by 3 per unit becomes 0 after a step of {}/3.",
        lambda f: 3 * f(array(0), array(6), array([3])),
    ),
    (
        "update_rules", "lbfgs_direction", "so the curvature is about $y/s = {}$, and the step to where the gradient "
        "would be 0 is $-dw \\cdot s/y = {}/4 = {}$.",
        lambda f: [-4 / (step := f(array(4), [array(-0.5)], [array(-2)])[0]), 4 * step, step],
    ),
    (
        "update_rules", "adagrad",
        "make the cache {}, {} and {}, and the steps 1/1 = {}, 0.01/1 = {} and 100/100 = {}.", adagrad_steps,
    ),
    (
        "update_rules", "rmsprop",
        "an old mean of 4 and a gradient of 10, the new mean is 0.99 · 4 + 0.01 · 100 = {}.",
        lambda f: f(array(0), array(10), array(4), 0.1, 0.99)[1],
    ),
    (
        "update_rules", "adam", "a first gradient of 5 makes $m = {}$ and $v = {}$. Corrected, $\\hat m = {}$ and "
        "$\\hat v = {}$, so the step is $\\alpha \\cdot 5/5 = \\alpha$. Without the correction the first step is "
        "$(1 - \\beta_1)/\\sqrt{1 - \\beta_2} = {}$ times as long.",
        first_step_of_adam,
    ),
    (
        "update_rules", "scale_effect", "If the steps 0.1 and −0.2 become 0.1 and −0.5, the largest change is 0.3, the "
        "largest step was 0.2, and the effect is {}.",
        lambda f: [f(lambda gradients: array([0.1, 0.1 - 0.3 * gradients[0, 0]]), array([1, 1]), 2.0)],
    ),
    (
        "update_rules", "scale_effect", "SGD, momentum and Nesterov change by up to {} times the largest step,",
        lambda f: [f(np.negative, array([1], [-2]), 100.0)],
    ),
    (
        "update_rules", "range_test", "From 0.001 to 10 in five steps the learning rates are {}, {}, {}, {} and {}.",
        lambda f: f(lambda lr: 1.0, 0.001, 10.0, 5)[0],
    ),
    (
        "update_rules", "range_test", "losses of 4 and 1 make the mean {} and then {}, which the correction turns into "
        "2/0.5 = {} and 1.5/0.75 = {}.",
        lambda f: np.outer([1, 1], f(lambda lr: 5 - lr, 1.0, 4.0, 2, 0.5)[1]).ravel() * array(0.5, 0.75, 1, 1),
    ),
    (
        "update_rules", "adamw", "4 steps of warm-up and 12 steps in all, the learning rates are {}, {}, {}, {}, "
        "then {}, {}, …, and {} in the last step.",
        scheduled_rates,
    ),
    (
        "update_rules", "adamw", "a weight of 1 whose first gradient is 5 becomes 1 − 0.025 · (1 + 0.01) = {}.",
        lambda f: f(array(1), array(5), array(0), array(0), 0, 0.1, 4, 12)[0],
    ),
    (
        "update_rules", "lbfgs_direction", "+ 1.2 · (1, 1) = ({}, {}). The direction is ({}, {}).",
        lambda f: np.outer([-1, 1], f(array(2, 2), [array(1, 1)], [array(1, 3)])).ravel(),
    ),
    (
        "training", "network_loss", "is about $\\ln K$ ({} for ten classes).",
        lambda f: f(array([1]), np.array([0]), [np.zeros((1, 10)), np.zeros(10)], [], 0.0, 0.0, drawn())[:1],
    ),
    (
        "training", "gradient_check_network", "2.0 and a numerical one of 2.5 give the error 0.5/2.5 = {}. For 0 and "
        "10⁻¹¹ the error is 10⁻¹¹/10⁻⁴ = 10{} with a floor of 10⁻⁴, and {} without one.",
        lambda f: [slope_error(f, 2, 2.5), np.log10(slope_error(f, 0, 1e-11)), slope_error(f, 0, 1e-11, floor=0)],
    ),
    (
        "training", "find_the_bug", "| none | no bug that this check can find | {}, {} | | only one array | in this "
        "array's own gradient | {}, its layer | | every weight, no bias | in the penalty, which acts only on weights | "
        "{}, {} | | every bias, no weight | in the biases, such as a mean instead of a sum | {}, {} | "
        "| anything else | in the backward pass of the layer above the highest wrong one | {}, that layer |",
        kinds_of_bugs,
    ),
    (
        "training", "find_the_bug",
        "of layers 1 and 2 are wrong but w₃ and b₃ are right, layer 3 passed down a wrong gradient, and the answer is "
        "`({}, {})`.",
        lambda f: f(array(1, 1, 1, 1, 0, 0)),
    ),
    (
        "training", "find_the_bug", "the bug is in the loss, and the answer is `({}, L + 1)`.",
        lambda f: f(array(1, 1, 1, 1, 1, 1))[:1],
    ),
    (
        "training", "update_ratio", "A step of length 0.03 on weights of length 10 has a ratio of {}.",
        lambda f: f([array(10)], [array(10.03)]),
    ),
    (
        "training", "confusion_matrix", "Six examples of the classes 0, 0, 0, 1, 1, 2, classified as 0, 0, 1, 1, 1, 0, "
        "give the matrix rows [{}, {}, {}], [{}, {}, {}] and [{}, {}, {}]. The diagonal counts the correct "
        "classifications, and all entries add up to {}.",
        lambda f: [*(m := f(np.array([0, 0, 1, 1, 1, 0]), np.array([0, 0, 0, 1, 1, 2]), 3)).ravel(), m.sum()],
    ),
    (
        "training", "accuracy_error",
        "the standard error is $\\sqrt{0.85 \\cdot 0.15 / 1000}$, or {} percentage points.",
        lambda f: [100 * f(right := np.arange(1000) < 850, right)[0]],
    ),
    (
        "training", "accuracy_error", "The accuracy of a is {} ± {} (standard error).",
        lambda f: f(RIGHT_A, np.zeros(4, dtype=bool))[1::-1],
    ),
    (
        "training", "accuracy_error", "The differences 0, 1, 0, 0 have mean {} and standard deviation {}, so a leads "
        "by {} ± {} (standard error).",
        lambda f: [(lead := f(RIGHT_A, RIGHT_B)[1:])[0], lead[1] * np.sqrt(4), *lead],
    ),
    (
        "training", "log_uniform",
        "In a range from 10⁻⁴ to 1, the values 0, 0.25, 0.5 and 1 of $u$ give 10{}, 10{}, 10{} and {}.",
        lambda f: [*np.log10((numbers := f(array(0, 0.25, 0.5, 1), 1e-4, 1.0))[:3]), numbers[3]],
    ),
    (
        "training", "coarse_to_fine",
        "With `share` = 0.3, a width of {} powers of ten is followed by {} and {}.", widths_of_rounds,
    ),
    (
        "training", "successive_halving", "- {} settings for {} epoch and keeps the best {}, - these {} for {} epochs "
        "and keeps the best {}, - these {} for {} epochs and keeps the best one.",
        lambda f: rounds_of_halving(f)[[0, 0, 1, 1, 1, 2, 2, 2], [1, 0, 1, 1, 0, 1, 1, 0]],
    ),
    (
        "training", "successive_halving", "so each round costs {} epochs and the search costs {}. Training all {} "
        "settings for {} epochs would cost {}.",
        costs_of_halving,
    ),
    (
        "training", "successive_halving", "Round a third of 10 settings down to {}.",
        lambda f: rounds_of_halving(f, settings=10)[1, 1:],
    ),
    (
        "training", "parzen_ratio", "At the candidate 0.2 the bump of the first point has height {}, and the others "
        "have {}, {} and {} with mean {}, so the ratio is about {}.",
        bumps,
    ),
    (
        "training", "averaged_weights",
        "With decay 0.9 and weights of 2 at the first step, $m$ is {} and the average is 0.2/0.1 = {}.",
        lambda f: np.hstack(f(array(2), array(0), 0, 0.9)[1::-1]),
    ),
)  # fmt: skip
"""Lesson, exercise, words around the numbers in the text, and the same numbers from the exercise's reference."""


def numbers_in(text: str, words: str) -> list[str]:
    """Numbers in the place of each ``{}`` of ``words``, which must occur once in the text."""
    pattern = re.escape(words.translate(SUPERSCRIPTS)).replace(r"\{\}", NUMBER)
    found = [match.groups() for match in re.finditer(pattern, text.translate(SUPERSCRIPTS))]
    assert len(found) == 1, f"the text has {len(found)} sentences with {words!r}. Change EXAMPLES with the text"
    return [number.replace("−", "-").replace(",", "") for number in found[0]]


@pytest.mark.parametrize(("slug", "name", "words", "compute"), EXAMPLES)
def test_numbers_in_the_text_are_the_references(
    slug: str, name: str, words: str, compute: Callable[[Any], Values]
) -> None:
    shown = numbers_in(TEXTS[slug].replace("\n# ", " "), words)
    computed = list(compute(CHECKS[slug][name].reference))
    assert len(shown) == len(computed)
    for number, value in zip(shown, computed, strict=True):
        decimals = len(number.partition(".")[2])
        assert abs(float(number) - float(value)) <= 0.5 * 10**-decimals + 1e-9, f"{number} is {value} by the reference"


@pytest.mark.parametrize("slug", TEXTS)
def test_each_worked_example_above_an_exercise_is_listed(slug: str) -> None:
    cells = re.split(r"^# %%.*\n", TEXTS[slug], flags=re.MULTILINE)
    boxes = {re.findall(r"\[\[exercise (\w+)\]\]", cell)[0]: cell for cell in cells if "[[exercise " in cell}
    with_example = {name for name, cell in boxes.items() if "or example, " in cell.partition("[[exercise ")[0]}
    listed = {name for lesson, name, *_ in EXAMPLES if lesson == slug}
    missing = with_example - listed - {"choose_size"}  # whose result is in words
    assert not missing, f"Add the example above {missing} to EXAMPLES in tests/lessons/test_worked_numbers.py."


def test_a_wrong_number_is_found() -> None:
    assert numbers_in("The loss is 1.25, not −3.", "loss is {}, not {}.") == ["1.25", "-3"]
    assert numbers_in("The error is 10⁻⁷, not 2.5².", "error is 10{}, not {}².") == ["-7", "2.5"]
    with pytest.raises(AssertionError, match="0 sentences"):
        numbers_in("The loss is unknown.", "loss is {}.")
