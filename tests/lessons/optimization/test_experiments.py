"""The claims of lesson 01, measured. A margin here is one that 20 seeds passed; times are never asserted."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from claims import ALL, SEEDS

from cs231n_lib import datasets
from cs231n_lib.course import mine
from cs231n_lib.functions.gradient_check import check_gradient
from cs231n_lib.functions.gradients import numerical_gradient_centered, relative_error
from cs231n_lib.functions.losses import least_squares_loss
from cs231n_lib.lessons.optimization import experiments

LESSON = Path(__file__).parents[3] / "notebooks/01_optimization/01_optimization.ipynb"


@pytest.mark.parametrize("weights", [1, 7, 30])
def test_c01_numerical_gradient_takes_two_losses_per_weight(weights: int) -> None:
    rng = np.random.default_rng(weights)
    x, y, w = rng.normal(size=(40, weights)), rng.normal(size=40), rng.normal(size=weights)
    calls: Counter[str] = Counter()

    def loss_and_gradient(w: Any, by: str) -> Any:
        calls[by] += 1
        return least_squares_loss(w, x, y)

    numerical = numerical_gradient_centered(lambda w: loss_and_gradient(w, "numerical")[0], w)
    _, analytic = loss_and_gradient(w, "analytic")
    assert relative_error(analytic, numerical).max() < 1e-6
    assert calls == {"numerical": 2 * weights, "analytic": 1}


def test_gradient_times_are_measured_for_each_number_of_features() -> None:
    numerical, analytic = experiments.gradient_times([2, 3, 4], np.random.default_rng(0))
    assert len(numerical) == len(analytic) == 3
    assert min(numerical + analytic) > 0


@pytest.fixture(scope="module")
def buggy_ridge_loss() -> Any:
    """The function with the planted bug, as students meet it in the lesson."""
    cells = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text())["cells"]]
    source = next(cell for cell in cells if cell.startswith("def buggy_ridge_loss"))
    namespace: dict[str, Any] = {"np": np}
    exec(source.partition("\n\n\n")[0], namespace)
    return namespace["buggy_ridge_loss"]


@pytest.mark.parametrize("seed", SEEDS)
def test_c02_gradient_check_locates_the_planted_bug(buggy_ridge_loss: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, w = np.hstack([np.ones((8, 1)), rng.normal(size=(8, 3))]), rng.normal(size=8), rng.normal(size=4)
    report = check_gradient(lambda w: buggy_ridge_loss(w, x, y, 0.5)[0], w, buggy_ridge_loss(w, x, y, 0.5)[1])
    assert "FAILED at 1 of 4 entries" in str(report)
    assert "at index (0,)" in str(report)


@pytest.mark.parametrize("seed", SEEDS)
def test_c02_a_wrong_loss_with_its_own_gradient_passes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, w = np.hstack([np.ones((8, 1)), rng.normal(size=(8, 3))]), rng.normal(size=8), rng.normal(size=4)

    def penalises_the_bias(w: Any) -> Any:
        loss, dw = least_squares_loss(w, x, y)
        return loss + 0.25 * np.sum(w**2), dw + 0.5 * w

    assert check_gradient(lambda w: penalises_the_bias(w)[0], w, penalises_the_bias(w)[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_c02_figure_has_a_penalised_bias_that_passes(seed: int) -> None:
    checked = {one.name: one for one in experiments.checked_gradients(mine.run(), np.random.default_rng(seed))}
    ridge, penalised = checked["ridge"], checked["ridge, bias penalised"]
    assert penalised.centred.max() < 1e-7
    assert penalised.centred[0] != ridge.centred[0]  # another gradient, and still right


class _Counted(np.ndarray[Any, Any]):
    """An array that counts the matrix products it takes part in."""

    products = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        _Counted.products += ufunc is np.matmul
        plain = [np.asarray(i) if isinstance(i, _Counted) else i for i in inputs]
        return getattr(ufunc, method)(*plain, **kwargs)


def test_c03_batch_gradient_is_the_mean_in_two_products() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 20)).view(_Counted)
    w, y = rng.normal(size=(20, 10)), rng.integers(0, 10, 100)
    _Counted.products = 0
    at_once = experiments.classifier_gradient(w, x, y)
    assert _Counted.products == 2
    one_by_one = [experiments.classifier_gradient(w, x[n : n + 1], y[n : n + 1]) for n in range(100)]
    assert _Counted.products == 2 + 200
    np.testing.assert_allclose(at_once, np.mean(one_by_one, axis=0), rtol=1e-10, atol=1e-14)


def test_batch_times_are_measured_for_each_size() -> None:
    times = experiments.batch_times([1, 3], np.random.default_rng(0), features=4, classes=2)
    assert len(times) == 2
    assert min(times) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_c05_raw_features_take_over_a_hundred_times_the_steps(seed: int) -> None:
    x, y = experiments.rooms(np.random.default_rng(seed))
    standardised = x / x.std(axis=0)
    raw, even = (experiments.steps_to_fit(f, y, 0.98 * experiments.best_rate(f)) for f in (x, standardised))
    assert even <= 10
    assert 150 * even < raw < 300 * even


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_to_fit_are_the_steps_of_gradient_descent(seed: int) -> None:
    x, y = experiments.rooms(np.random.default_rng(seed))
    x = x / x.std(axis=0)
    lr, w, losses = experiments.best_rate(x), np.zeros(2), []
    for _ in range(20):
        loss, dw = least_squares_loss(w, x, y)
        losses.append(loss)
        w = w - lr * dw
    least = least_squares_loss(np.linalg.lstsq(x, y, rcond=None)[0], x, y)[0]
    reached = next(i for i, loss in enumerate(losses) if loss - least <= 1e-3 * (losses[0] - least))
    assert experiments.steps_to_fit(x, y, lr) == reached


def test_steps_to_fit_gives_up_at_its_limit() -> None:
    x, y = experiments.rooms(np.random.default_rng(0))
    assert experiments.steps_to_fit(x, y, lr=1e-9, limit=5) == 5


@pytest.mark.parametrize("seed", SEEDS)
def test_best_rate_is_stable_and_a_tenth_above_largest_is_not(seed: int) -> None:
    x, y = experiments.rooms(np.random.default_rng(seed))
    x = x / x.std(axis=0)
    largest = 2 / np.linalg.norm(x.T @ x / len(x), 2)
    assert experiments.best_rate(x) < largest
    assert experiments.steps_to_fit(x, y, 1.1 * largest, limit=200) == 200


def test_c25_float32_check_is_far_worse_at_usual_and_best_step() -> None:
    steps = 10.0 ** np.arange(-0.5, -8.01, -0.25)
    usual = int(np.argmin(np.abs(steps - 1e-5)))
    points = [np.random.default_rng(seed).uniform(0.3, 1.2) for seed in ALL]
    fine, coarse = (
        np.array([experiments.difference_curves(mine.run(), precision, steps, at)[1] for at in points])
        for precision in (np.float64, np.float32)
    )
    assert fine[:, usual].max() < 1e-9
    assert coarse[:, usual].min() > 5e-5
    assert np.median(coarse[:, usual]) > 1e-3
    ratios = coarse.min(axis=1) / fine.min(axis=1)
    assert ratios.min() > 5e4
    assert 2e5 < np.median(ratios) < 5e6  # "about a million times"


@pytest.mark.parametrize("precision", [np.float64, np.float32])
def test_difference_curves_follow_taylor_where_steps_are_large(precision: Any) -> None:
    steps = np.array([0.1, 0.05])
    forward, centred = experiments.difference_curves(mine.run(), precision, steps)
    np.testing.assert_allclose(forward, steps / 2 * np.tan(1), rtol=0.05)
    np.testing.assert_allclose(centred, steps**2 / 6, rtol=0.05)


@pytest.fixture(scope="module")
def per_example() -> Any:
    digits = datasets.load_digits()
    return experiments.gradients_of_examples(digits.x_train, digits.y_train, 10)


def test_gradients_of_examples_average_to_the_gradient_of_all(per_example: Any) -> None:
    digits = datasets.load_digits()
    zeros = np.zeros((64, 10))
    full = experiments.classifier_gradient(zeros, digits.x_train, digits.y_train)
    np.testing.assert_allclose(per_example.mean(axis=0).reshape(64, 10), full, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_falls_as_one_over_the_root_of_the_batch_size(per_example: Any, seed: int) -> None:
    sizes = [1, 4, 16, 64]
    noise, of_an_epoch = experiments.noise_by_batch_size(mine.run(), per_example, sizes, np.random.default_rng(seed))
    slope = np.polyfit(np.log(sizes), np.log(noise), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.03)
    # The noise of one example is the spread of the examples' gradients.
    assert noise[0] == pytest.approx(np.sqrt(per_example.var(axis=0).sum()), rel=0.05)
    assert of_an_epoch[0] == pytest.approx(noise[0], rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_minibatch_noise_has_finite_population_correction(per_example: Any, seed: int) -> None:
    n, size = len(per_example), 256
    sizes, rng = [1, size], np.random.default_rng(seed)
    _, (one, many) = experiments.noise_by_batch_size(mine.run(), per_example, sizes, rng)
    spread = np.sqrt(per_example.var(axis=0).sum())
    assert many == pytest.approx(spread / np.sqrt(size) * np.sqrt((n - size) / (n - 1)), rel=0.05)
    assert one == pytest.approx(spread, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_surface_gradient_equals_the_numerical_one(seed: int) -> None:
    w = np.random.default_rng(seed).uniform(-3, 3, 2)
    numerical = numerical_gradient_centered(lambda w: float(experiments.surface(w)), w)
    np.testing.assert_allclose(experiments.surface_gradient(w), numerical, rtol=1e-6, atol=1e-8)


def test_the_deeper_valley_is_on_the_right() -> None:
    left, right = (experiments.descent(mine.run(), np.array([a, 0.0]), 0.1, 500)[-1] for a in (-1.0, 2.0))
    assert left[0] < 0 < right[0]
    assert experiments.surface(right) < experiments.surface(left)


START = np.array([-2.3, 1.9])


@pytest.mark.parametrize("dimensions", [2, 10])
@pytest.mark.parametrize("seed", SEEDS)
def test_searches_never_climb(seed: int, dimensions: int) -> None:
    rng = np.random.default_rng(seed)
    for path in (
        experiments.random_search(rng, 50, dimensions),
        experiments.random_local_search(np.resize(START, dimensions), rng, 50, step=0.3),
        np.tile(experiments.descent(mine.run(), START, 0.1, 50), dimensions // 2),
    ):
        assert path.shape == (50, dimensions)
        assert np.all(np.diff(experiments.mean_surface(path)) <= 1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_search_wins_in_2_dimensions_and_fails_in_1000(seed: int) -> None:
    def ends(dimensions: int) -> list[float]:
        rng = np.random.default_rng(seed)
        guessed = experiments.random_search(rng, 200, dimensions)
        staggered = experiments.random_local_search(np.resize(START, dimensions), rng, 200, step=0.3)
        return [float(experiments.mean_surface(path[-1])) for path in (guessed, staggered)]

    down = experiments.surface(experiments.descent(mine.run(), START, 0.3, 200)[-1])
    assert ends(2)[0] < 0.9 < 1.05 < down < 1.1
    assert min(ends(10)) > down
    guessed, staggered = ends(1000)
    points = np.random.default_rng(seed).uniform(-experiments.RADIUS, experiments.RADIUS, (4000, 2))
    assert experiments.surface(points).mean() - 0.3 < guessed < experiments.surface(points).mean()
    assert experiments.surface(START) - 0.1 < staggered < experiments.surface(START)


def test_each_pair_of_weights_descends_like_the_first() -> None:
    w = np.tile(START, 3)
    for _ in range(20):
        w = w - 0.3 * 3 * numerical_gradient_centered(lambda w: float(experiments.mean_surface(w)), w)
    np.testing.assert_allclose(w, np.tile(experiments.descent(mine.run(), START, 0.3, 21)[-1], 3), rtol=1e-6)


def test_local_search_step_length_is_independent_of_dimension() -> None:
    lengths = []
    for dimensions in (2, 10, 1000):
        rng, start = np.random.default_rng(0), np.full(dimensions, 3.0)  # a corner: half of the tries are kept
        path = np.concatenate([experiments.random_local_search(start, rng, 2, step=0.01) for _ in range(2000)])
        moved = np.linalg.norm(path[1::2] - start, axis=1)
        lengths.append(np.sqrt(np.mean(moved[moved > 0] ** 2)))
    assert lengths == pytest.approx([0.01 * np.sqrt(2)] * 3, rel=0.1)


def test_random_search_keeps_the_best_point_it_drew() -> None:
    drawn = np.random.default_rng(4).uniform(-experiments.RADIUS, experiments.RADIUS, (30, 2))
    best = min(drawn, key=experiments.surface)
    np.testing.assert_array_equal(experiments.random_search(np.random.default_rng(4), 30)[-1], best)
