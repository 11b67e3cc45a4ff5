"""What lesson 09's checks say of answers that deserve a word of their own, and references beside other oracles."""

import linecache
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lessons.battery import CHECKS
from lessons.training.alternatives import curves_in_a_list
from scipy.stats import gaussian_kde

from cs231n_lib.checks import Exercise, Property, Violation
from cs231n_lib.datasets import load_digits, load_fashion_mnist
from cs231n_lib.lessons.training import faults
from cs231n_lib.lessons.training.checks import name_curves, references, searches

jax.config.update("jax_enable_x64", True)
EXERCISES = CHECKS["training"]


def test_gradients_of_the_network_are_jaxs() -> None:
    rng = np.random.default_rng(0)
    x, y, drop_prob, strength = rng.normal(size=(8, 5)), rng.integers(0, 3, 8), 0.3, 0.2
    parameters = [
        rng.normal(size=(5, 6)),
        rng.uniform(1, 2, 6),
        rng.normal(size=6),
        rng.normal(size=(6, 3)),
        np.ones(3),
    ]
    mask = (np.random.default_rng(1).random((8, 6)) < 0.7) / 0.7

    def loss(arrays: list[jax.Array]) -> jax.Array:
        w1, gamma, beta, w2, b2 = arrays
        h = x @ w1
        normed = gamma * (h - h.mean(0)) / jnp.sqrt(h.var(0) + 1e-5) + beta
        scores = jnp.maximum(normed, 0) * mask @ w2 + b2
        picked = jax.nn.log_softmax(scores)[jnp.arange(8), y]
        return -picked.mean() + strength / 2 * ((w1**2).sum() + (w2**2).sum())

    value, gradients = jax.value_and_grad(loss)([jnp.asarray(a) for a in parameters])
    statistics = [(np.zeros(6), np.ones(6))]
    found, ours, _ = references.network_loss(
        x, y, parameters, statistics, drop_prob, strength, np.random.default_rng(1)
    )
    assert found == pytest.approx(float(value), rel=1e-12)
    for one, other in zip(ours, gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_accuracy_error_is_the_spread_over_test_sets() -> None:
    rng = np.random.default_rng(0)
    a = rng.random((4000, 1000)) < 0.85
    b = np.where(rng.random(a.shape) < 0.9, a, rng.random(a.shape) < 0.7)
    error, _, difference_error = references.accuracy_error(a[0], b[0])
    assert error == pytest.approx(a.mean(axis=1).std(), rel=0.06)
    assert difference_error == pytest.approx((a.mean(axis=1) - b.mean(axis=1)).std(), rel=0.12)


def test_halving_keeps_the_best_of_objectives_that_do_not_cross() -> None:
    """If no setting overtakes another, the best of all is left, and each round costs 27 epochs."""
    points = np.random.default_rng(0).permutation(np.arange(27.0))[:, np.newaxis]
    best, rounds = searches.successive_halving(lambda point, epochs: point[0] - 30 / epochs, points, 1, 3)
    assert best.tolist() == [26.0]
    assert rounds.tolist() == [[1, 27], [3, 9], [9, 3]]
    assert rounds.prod(axis=1).tolist() == [27, 27, 27]


def test_halving_keeps_a_diverged_setting_only_if_all_diverged() -> None:
    points = np.arange(9.0)[:, np.newaxis]
    best, _ = searches.successive_halving(lambda point, _: -1.0 if point[0] == 7 else np.nan, points, 1, 3)
    assert best.tolist() == [7.0]


def test_parzen_ratio_is_scipys_ratio_of_kernel_densities() -> None:
    rng = np.random.default_rng(0)
    candidates, points, results, width = rng.random((5, 1)), rng.random((12, 1)), rng.permutation(12) / 12, 0.2
    best = points[np.argsort(results)[-3:], 0]
    rest = points[np.argsort(results)[:-3], 0]
    densities = [gaussian_kde(part, bw_method=width / np.std(part, ddof=1))(candidates[:, 0]) for part in (best, rest)]
    found = searches.parzen_ratio(candidates, points, results, width)
    np.testing.assert_allclose(found, densities[0] / densities[1], rtol=1e-9)


def test_parzen_ratio_multiplies_kernels_of_hyperparameters() -> None:
    points, results = np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([1.0, 0.0])
    found = searches.parzen_ratio(np.zeros((1, 2)), points, results, 1.0)
    assert found.tolist() == pytest.approx([np.exp(2.5)])


def test_half_of_the_names_earn_half_and_two_earn_nothing() -> None:
    number, names = curves_in_a_list()
    wrong = [*names[3:], *names[:3]]
    for right, share in ((3, 0.5), (5, 5 / 6), (2, 0)):
        given = [*names[:right], *wrong[right:]]

        def answer(given: list[str] = given) -> tuple[int, list[str]]:
            return number, given

        if sum(a == b for a, b in zip(given, names, strict=True)) == right:
            assert name_curves(answer).points == pytest.approx(share * name_curves.points, abs=0.01)


def test_each_number_draws_six_kinds_and_every_setting_occurs() -> None:
    seen = set()
    for number in range(400):
        drawn = faults.drawn(number)
        assert len({kind for kind, _ in drawn}) == faults.SHOWN
        seen |= set(drawn)
    assert len(seen) == sum(map(len, faults.SETTINGS.values())) >= 18
    assert set(faults.SIGNS) == set(faults.KINDS)


def test_property_can_give_partial_credit() -> None:
    def one() -> int:
        """1.

        >>> one()
        1
        """
        return 1

    def test(call, rng):
        if call() != 1:
            raise Violation("nearly", credit=0.75)

    exercise = Exercise(one, points=4, minutes=1, difficulty=1, checks=(Property("Is 1", 1, test),), mistakes=())
    assert exercise(lambda: 2).points == 3
    assert exercise(lambda: 1).points == 4


@pytest.mark.parametrize(("accuracy", "points"), [(0.834, 2), (0.836, 12), (0.849, 12), (0.851, 15)])
def test_fit_earns_points_by_its_test_accuracy(accuracy: float, points: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever scores so many test pictures right earns the points for it; the pictures' labels are the check's."""

    clothes, digits = load_fashion_mnist(), load_digits()
    monkeypatch.setenv("CS231N_GRADING_SEED", "a seed of this test")

    def knowing(x, y, new, lr=0.1, drop_prob=0.0, strength=0.0, epochs=1, seed=0):
        """Knows the labels, and gets as many wrong as is asked."""
        labels = clothes.y_test.copy() if x.shape[1] == 784 else digits.y_validation[: len(new)]
        if x.shape[1] == 784:
            wrong = round(1000 * (1 - accuracy))
            labels[:wrong] = (labels[:wrong] + 1) % 10
        return np.eye(10)[labels] + lr + epochs + seed, np.full((x.shape[1], 3), lr + epochs + seed)

    result = replace(EXERCISES["fit"], mistakes=())(knowing)
    assert result.points == points, result.text()


def test_preparing_images_in_place_fails_only_the_purity_row() -> None:
    mistake = next(m for m in EXERCISES["fit"].mistakes if m.name == "training images prepared in place")
    text = "import numpy as np\n" + mistake.implementation.source
    linecache.cache["<in place>"] = (len(text), None, text.splitlines(keepends=True), "<in place>")
    space = dict(vars(references))
    exec(compile(text, "<in place>", "exec"), space)
    without_clothes = replace(EXERCISES["fit"], checks=EXERCISES["fit"].checks[:-1])  # which would train for long
    result = without_clothes(space["fit"])
    assert result.points == 0.75 * 15, result.text()
    assert [row.title for row in result.rows if not row.passed] == ["Leaves its arguments unchanged"]
    assert [name for name, _ in result.mistakes] == ["training images prepared in place"]
    assert [place.text for place in result.places] == ["x -= mean"]
