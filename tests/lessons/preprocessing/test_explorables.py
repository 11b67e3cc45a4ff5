"""The explorables of lesson 05, against scikit-learn and against what they say."""

import re

import numpy as np
import pytest
from sklearn.decomposition import PCA

from cs231n_lib.course import mine
from cs231n_lib.datasets import load_digits
from cs231n_lib.functions.preprocessing import components_to_keep
from cs231n_lib.lessons.preprocessing.experiments import (
    KINDS,
    components_of,
    garments,
    numerals,
    pictures,
    pixel_error,
)
from cs231n_lib.lessons.preprocessing.experiments.outliers import with_outlier
from cs231n_lib.lessons.preprocessing.explorables import STEPS, cloud, cloud_of, components, scalings


@pytest.fixture(scope="module")
def stage():
    return components(mine)._stage()


@pytest.fixture(scope="module")
def peers() -> dict[str, PCA]:
    digits, clothes = PCA().fit(numerals()), PCA().fit(garments())
    return {kind: clothes if kind == "Fashion-MNIST" else digits for kind in KINDS}


@pytest.mark.parametrize("k", [1, 10, 41, 64])
@pytest.mark.parametrize("kind", KINDS)
def test_reconstruction_and_sentence_match_scikit_learn(stage, peers: dict[str, PCA], kind: str, k: int) -> None:
    x = pictures(kind)
    z = peers[kind].transform(x)
    z[:, k:] = 0
    rebuilt = peers[kind].inverse_transform(z)
    sentence = stage.update(k=k, kind=kind)
    kept, off = re.findall(r"\d+\.\d+", sentence)
    assert float(kept) == pytest.approx(100 * peers[kind].explained_variance_ratio_[:k].sum(), abs=0.051)
    assert float(off) == pytest.approx(np.sqrt(np.mean((x - rebuilt) ** 2)), abs=0.00051)


def test_digits_have_no_more_components_than_pixels(stage) -> None:
    assert stage.update(k=196, kind="digits").startswith("64 of 64 numbers per image keep 100.0%")
    assert stage.update(k=196, kind="Fashion-MNIST").startswith("196 of 196")


def test_preset_keeps_the_fraction_in_its_name() -> None:
    variances = components_of(mine.run(), numerals()).variances
    assert components(mine).presets["90 % kept"]["k"] == components_to_keep(variances, 0.9)


def test_images_are_validation_digits_rotated_or_shuffled() -> None:
    plain, turned, shuffled = (pictures(kind) for kind in KINDS[:3])
    digits = load_digits()
    rows = [int(np.flatnonzero((digits.x_validation == picture).all(axis=1))[0]) for picture in plain]
    assert digits.y_validation[rows].tolist() == list(range(10))
    assert np.array_equal(turned.reshape(-1, 8, 8), np.rot90(plain.reshape(-1, 8, 8), 2, axes=(1, 2)))
    assert np.array_equal(np.sort(shuffled), np.sort(plain))
    assert not np.array_equal(shuffled, plain)


def test_pixel_error_by_hand() -> None:
    assert pixel_error(np.array([[3.0, 0.0]]), np.array([[0.0, 4.0]])) == pytest.approx(np.sqrt(12.5))


def test_sheet_shows_image_reconstruction_and_residual(stage) -> None:
    stage.update(k=64, kind=KINDS[0])
    sheet = np.asarray(stage.sheet.get_array())
    one = np.kron(pictures(KINDS[0]).reshape(-1, 8, 8)[1], np.ones((7, 7)))
    assert sheet[:56, 62:118] == pytest.approx(one)
    assert sheet[62:118, 62:118] == pytest.approx(one)
    assert sheet[124:, 62:118] == pytest.approx(np.full((56, 56), 0.5))


def said(sentence: str) -> tuple[float, ...]:
    """Standard deviations and correlation, as the sentence gives them."""
    numbers = re.search(r"deviations of (\S+) and (\S+) and a correlation of (-?\d\.\d\d)\.", sentence)
    assert numbers
    return tuple(map(float, numbers.groups()))


@pytest.mark.parametrize(
    ("step", "deviations", "correlated"),
    [("standardised", (1, 1), True), ("PCA", None, False), ("PCA-whitened", (1, 1), False),
     ("ZCA-whitened", (1, 1), False)],
)  # fmt: skip
def test_each_step_gives_the_cloud_its_expected_statistics(
    step: str, deviations: tuple | None, correlated: bool
) -> None:
    sentence = cloud(mine)._stage().update(step=step, correlation=0.8, spread=1.5)
    *found, together = said(sentence)
    assert "around the origin" in sentence
    assert deviations is None or found == list(deviations)
    assert (abs(together) > 0.5) is correlated


def test_the_raw_cloud_stays_and_the_star_is_one_point() -> None:
    stage = cloud(mine)._stage()
    x = cloud_of(0.8, 1.5)
    for step in STEPS:
        stage.update(step=step, correlation=0.8, spread=1.5)
        (before, star), (after, image) = stage.clouds
        assert np.array_equal(np.stack(before.get_data(), axis=1), x)
        for dots, mark in ((before, star), (after, image)):
            assert np.stack(mark.get_data(), axis=1)[0] in np.stack(dots.get_data(), axis=1)


@pytest.mark.parametrize("size", [3.0, 10.0, 100.0])
def test_the_widths_are_those_of_the_values(size: float) -> None:
    sentence = scalings(mine)._stage().update(size=size)
    x = with_outlier(np.random.default_rng(2), size)[:, 0]
    width = np.diff(np.quantile(x[1:], [0.05, 0.95]))[0]
    low, high = np.quantile(x, [0.25, 0.75])
    numbers = [float(v) for v in re.findall(r"\d\.\d\d", sentence)]
    assert numbers == pytest.approx([2 * width / np.ptp(x), width / x.std(), 1.349 * width / (high - low)], abs=0.006)
