"""Digits rebuilt from k components, against scikit-learn."""

import re

import numpy as np
import pytest
from sklearn.decomposition import PCA

from cs231n_lib.datasets import load_digits
from cs231n_lib.functions.preprocessing import components_to_keep
from cs231n_lib.lessons.preprocessing.experiments import KINDS, digit_components, pictures, pixel_error
from cs231n_lib.lessons.preprocessing.explorables import components


@pytest.fixture(scope="module")
def peer() -> PCA:
    return PCA().fit(load_digits().x_train)


@pytest.mark.parametrize("k", [1, 10, 41, 64])
@pytest.mark.parametrize("kind", KINDS)
def test_rebuilt_as_scikit_learn_does_and_said_so(peer: PCA, kind: str, k: int) -> None:
    x = pictures(kind)
    z = peer.transform(x)
    z[:, k:] = 0
    rebuilt = peer.inverse_transform(z)
    assert digit_components().reconstruct(x, k) == pytest.approx(rebuilt, abs=1e-9)
    sentence = components()._stage().update(k=k, kind=kind)
    kept, off = re.findall(r"(\d+\.\d+)%? ?(?:%|\(|of)", sentence)
    assert float(kept) == pytest.approx(100 * peer.explained_variance_ratio_[:k].sum(), abs=0.051)
    assert float(off) == pytest.approx(np.sqrt(np.mean((x - rebuilt) ** 2)), abs=0.00051)


def test_the_presets_keep_what_their_names_say() -> None:
    variances = digit_components().variances
    for name, share in (("90 % kept", 0.9), ("99 % kept", 0.99)):
        assert components().presets[name]["k"] == components_to_keep(variances, share)


def test_the_pictures_are_unseen_digits_turned_or_shuffled() -> None:
    plain, turned, shuffled = (pictures(kind) for kind in KINDS)
    digits = load_digits()
    rows = [int(np.flatnonzero((digits.x_test == picture).all(axis=1))[0]) for picture in plain]
    assert digits.y_test[rows].tolist() == list(range(10))
    assert np.array_equal(turned.reshape(-1, 8, 8), np.rot90(plain.reshape(-1, 8, 8), 2, axes=(1, 2)))
    assert np.array_equal(np.sort(shuffled), np.sort(plain))
    assert not np.array_equal(shuffled, plain)


def test_pixel_error_by_hand() -> None:
    assert pixel_error(np.array([[3.0, 0.0]]), np.array([[0.0, 4.0]])) == pytest.approx(np.sqrt(12.5))


def test_the_sheet_holds_picture_rebuilt_and_what_is_lost() -> None:
    stage = components()._stage()
    stage.update(k=64, kind=KINDS[0])
    sheet = np.asarray(stage.sheet.get_array())
    digits = pictures(KINDS[0]).reshape(-1, 8, 8)
    assert sheet[:8, 9:17] == pytest.approx(digits[1])
    assert sheet[9:17, 9:17] == pytest.approx(digits[1])
    assert sheet[18:26, 9:17] == pytest.approx(np.full((8, 8), 0.5))
