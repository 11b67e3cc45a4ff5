"""The claims of lesson 05, measured. A margin here is one that 20 seeds passed; times are never asserted."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from claims import ALL, SEEDS, SETS
from sklearn.preprocessing import RobustScaler

from cs231n_lib.course import mine
from cs231n_lib.datasets import load_digits, load_fashion_mnist
from cs231n_lib.lessons.preprocessing import pictures
from cs231n_lib.lessons.preprocessing.experiments import components, descent, leaks, outliers, pixels, whitening

pytestmark = pytest.mark.slow


def needed(form: str, seed: int, correlated: bool = False) -> descent.DescentSteps:
    x, y = descent.houses(np.random.default_rng(seed), correlated)
    return descent.steps_needed(mine.run(), descent.prepared(mine.run(), form, x), y)


@pytest.mark.parametrize("seed", SEEDS)
def test_c05_each_step_of_preparation_saves_powers_of_ten(seed: int) -> None:
    raw, centred, standardised, whitened = (
        needed(form, seed) for form in ("raw", "centred", "standardised", "whitened")
    )
    assert raw.condition > 1e10
    assert raw.steps > 1e9
    assert 1500 < centred.condition < 2600
    assert 1400 < centred.steps < 2600
    assert standardised.condition < 1.7
    assert standardised.steps <= 2
    assert whitened.condition == pytest.approx(1, abs=1e-6)
    assert whitened.steps == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_c05_only_whitening_removes_correlation(seed: int) -> None:
    standardised, whitened = (needed(form, seed, correlated=True) for form in ("standardised", "whitened"))
    assert 50 < standardised.condition < 90
    assert 50 < standardised.steps < 100
    assert whitened.steps == 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("form", ["centred", "min–max", "standardised", "whitened"])
def test_c05_theory_bounds_the_steps(form: str, seed: int) -> None:
    for correlated in (False, True):
        found = needed(form, seed, correlated)
        assert found.steps <= np.ceil(found.bound)


def test_the_steps_are_those_of_the_loop() -> None:
    x, y = descent.houses(np.random.default_rng(3), correlated=True)
    z = descent.prepared(mine.run(), "standardised", x)
    a = np.column_stack([z, np.ones(len(z))])
    curvatures = np.linalg.eigvalsh(a.T @ a / len(a))
    found = descent.steps_needed(mine.run(), z, y)
    path = descent.descend(z, y, int(found.steps), rate=2 / (1 + curvatures[0] / curvatures[-1]))
    losses = np.mean((path @ a.T - y) ** 2, axis=1)
    least = np.mean((a @ np.linalg.lstsq(a, y, rcond=None)[0] - y) ** 2)
    share = (losses - least) / (losses[0] - least)
    assert share[-1] <= descent.EXCESS < share[-2]


@pytest.mark.parametrize("seed", SEEDS)
def test_c05_weight_of_the_small_feature_learns_late(seed: int) -> None:
    x, y = descent.houses(np.random.default_rng(seed))
    area, rooms, _ = descent.share_of_the_way(descent.prepared(mine.run(), "centred", x), y, 10)
    assert area > 0.8
    assert rooms < 0.02
    standardised = descent.share_of_the_way(descent.prepared(mine.run(), "standardised", x), y, 10)
    np.testing.assert_allclose(standardised, 1, atol=0.02)


def kept(name: str, control: str, share: float) -> int:
    return mine.components_to_keep(variances(name, control), share)


@cache
def variances(name: str, control: str) -> np.ndarray:
    return components.variances_of(mine.run(), name, control)


@pytest.mark.parametrize(
    ("name", "share", "expected"),
    [("digits", 0.8, (13, 29, 47)), ("digits", 0.9, (21, 35, 55)), ("digits", 0.99, (41, 45, 63)),
     ("clothes", 0.8, (23, 401, 499)), ("clothes", 0.9, (79, 500, 615)), ("clothes", 0.99, (421, 655, 762))],
)  # fmt: skip
def test_c18_fraction_of_variance_needs_the_stated_components(
    name: str, share: float, expected: tuple[int, ...]
) -> None:
    assert tuple(kept(name, control, share) for control in components.CONTROLS) == expected


def test_c18_validation_images_keep_slightly_less_variance() -> None:
    data = load_fashion_mnist()
    mean, u, _ = mine.pca_fit(data.x_train)
    _, rebuilt = mine.compress(data.x_validation, mean, u, 23)
    lost = np.mean((data.x_validation - rebuilt) ** 2) / np.mean((data.x_validation - mean) ** 2)
    assert 1 - lost == pytest.approx(0.79, abs=0.005)


@pytest.mark.parametrize(("name", "share", "cosine"), [("digits", 0.69, 1.0), ("clothes", 0.58, 0.998)])
def test_c18_without_centring_the_first_direction_is_the_mean(name: str, share: float, cosine: float) -> None:
    _, holds, along = components.mean_image(name)
    assert holds == pytest.approx(share, abs=0.005)
    assert along == pytest.approx(cosine, abs=0.0006)


@pytest.mark.parametrize(("name", "k"), [("digits", 12), ("Fashion-MNIST", 50)])
def test_covariance_of_z_is_diagonal_on_training_images_only(name: str, k: int) -> None:
    data = load_digits() if name == "digits" else load_fashion_mnist()
    mean, u, variances = mine.pca_fit(data.x_train)
    z, other = (components.covariance(mine.compress(x, mean, u, k)[0]) for x in (data.x_train, data.x_validation))
    np.testing.assert_allclose(np.diag(z), variances[:k], rtol=1e-9)
    assert components.off_diagonal(z) < 1e-12
    assert 0.01 < components.off_diagonal(other) < 0.1


@cache
def coordinates() -> components.Coordinates:
    return components.coordinates(mine.run())


@pytest.mark.parametrize("seeds", SETS)
def test_50_components_are_within_about_a_point_of_all(seeds: Sequence[int]) -> None:
    mean = {k: np.mean([coordinates().accuracy(k, seed) for seed in seeds]) for k in (2, 10, 50, 784)}
    assert 0.4 < mean[2] < 0.55
    assert 0.05 < mean[784] - mean[10] < 0.13
    assert abs(mean[784] - mean[50]) < 0.02


@cache
def accuracy(scaling: str, seed: int) -> float:
    return pixels.accuracy(mine.run(), scaling, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_c36_pixels_of_0_to_255_reach_a_lower_accuracy(seed: int) -> None:
    assert accuracy("0–1, mean image off", seed) - accuracy("0–255", seed) > 0.07


@pytest.mark.parametrize("seeds", SETS)
def test_c36_one_scale_for_all_pixels_is_enough(seeds: Sequence[int]) -> None:
    mean = {scaling: np.mean([accuracy(scaling, seed) for seed in seeds]) for scaling in pixels.SCALINGS}
    assert mean["0–255"] < 0.73
    assert mean["0–255, mean image off"] < 0.82
    assert mean["0–1"] < 0.83
    assert min(mean["0–1, mean image off"], mean["one scale"]) > 0.83
    assert mean["one scale"] > mean["per pixel"] - 0.01


@pytest.mark.audit
def test_c36_smaller_initial_weights_repair_large_pixels() -> None:
    data = pixels.splits(mine.run(), "0–255, mean image off")
    small = [pixels.final_accuracy(pixels.train(data, 1e-5, seed, divisor=255.0)) for seed in ALL]
    assert np.mean(small) > 0.83


@cache
def white_pixels() -> whitening.Pixels:
    return whitening.prepared(mine.run())


@pytest.mark.parametrize("seed", SEEDS)
def test_whitening_saves_steps_and_costs_accuracy(seed: int) -> None:
    raw, scaled, white, damped, few = (whitening.curve(white_pixels(), form, seed) for form in whitening.FORMS)
    assert raw.steps > 90
    assert scaled.steps < 35
    assert white.steps < 9
    assert white.accuracy[-1] < 0.5
    assert damped.accuracy[-1] > white.accuracy[-1] + 0.2
    assert few.accuracy[-1] > 0.76


@pytest.mark.parametrize("seeds", SETS)
def test_features_chosen_on_all_data_predict_coin_flips(seeds: Sequence[int]) -> None:
    found = np.array([leaks.chosen_features(mine.run(), seed) for seed in seeds])
    leaked, fair = found.mean(axis=0)
    assert leaked > 0.8
    assert 0.38 < fair < 0.6
    assert (found[:, 0] > found[:, 1]).all()
    more = np.array([leaks.chosen_features(mine.run(), seed, n=1000) for seed in list(seeds)[:3]]).mean(axis=0)
    assert 0.03 < more[0] - more[1] < 0.15


@pytest.mark.parametrize("seeds", SETS)
def test_cross_validation_hides_a_choice_made_before_it(seeds: Sequence[int]) -> None:
    def found(n: int, chosen: int) -> tuple[float, float]:
        rngs = (np.random.default_rng(seed) for seed in seeds)
        before, inside = np.mean([leaks.cross_validated(mine.run(), rng, n, 1000, chosen, 5) for rng in rngs], axis=0)
        return before, inside

    before, inside = found(50, 10)
    assert before > 0.8
    assert 0.38 < inside < 0.6
    assert found(50, 100)[0] > before
    before, inside = found(50, 1000)
    assert before == inside


def subtract_first(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return train - test[0], test - test[0]


def without_first(prepare: Callable[..., tuple[np.ndarray, np.ndarray]], train: np.ndarray, test: np.ndarray) -> float:
    return float(np.abs(prepare(train, test)[0] - prepare(train, test[1:])[0]).max())


@pytest.mark.parametrize(
    ("prepare", "third_call", "verdict"),
    [
        (mine.subtract_mean, without_first, "does not depend on the test part yet."),
        (leaks.before_the_split, without_first, "leaks, and the detector finds it."),
        (subtract_first, lambda *_: 0.0, "does not expose it yet."),
        (subtract_first, lambda *_: 1.0, "is not 0 for an honest function."),
        (subtract_first, without_first, "fools the detector, and `third_call` exposes it."),
    ],
)
def test_fooled_detector_is_judged(
    prepare: Callable[..., tuple[np.ndarray, np.ndarray]], third_call: Callable[..., float], verdict: str
) -> None:
    assert pictures.detector(mine, prepare, third_call).note.endswith(verdict)


@pytest.mark.audit
def test_leaked_statistics_matter_only_if_the_data_drift() -> None:
    gains = {
        name: [np.subtract(*leaks.leaked_statistics(mine.run(), name, seed)) for seed in range(40)]
        for name in leaks.SETS
    }
    assert abs(np.mean(gains["digits"])) < 0.02
    assert 0.07 < np.mean(gains["data that drift"]) < 0.13


def test_quartiles_are_those_of_scikit_learn() -> None:
    x, other = np.random.default_rng(0).normal(size=(2, 50, 3))
    peer = RobustScaler(unit_variance=True).fit(x)
    for ours, part in zip(outliers.by_quartiles(x, other), (x, other), strict=True):
        np.testing.assert_allclose(ours, peer.transform(part), rtol=1e-3)


@pytest.mark.parametrize("seeds", SETS)
def test_outlier_harms_min_max_first_and_the_median_never(seeds: Sequence[int]) -> None:
    found = {
        (way, size): np.mean([outliers.accuracy(mine.run(), way, size, seed) for seed in seeds])
        for way in outliers.WAYS
        for size in (0, 10, 100)
    }
    min_max, standardised, median = outliers.WAYS
    assert found[min_max, 0] - found[min_max, 10] > 0.04
    assert abs(found[standardised, 0] - found[standardised, 10]) < 0.01
    assert found[standardised, 0] - found[standardised, 100] > 0.06
    assert abs(found[median, 0] - found[median, 100]) < 0.01


@pytest.mark.parametrize("size", [5.0, 10.0, 1e6])
def test_a_standardised_outlier_lies_within_the_root_of_n_less_1(size: float) -> None:
    x = outliers.with_outlier(np.random.default_rng(0), size)
    z, _ = outliers.scaled(mine.run(), "standardised", x, x)
    assert z.max() <= np.sqrt(199) + 1e-9
