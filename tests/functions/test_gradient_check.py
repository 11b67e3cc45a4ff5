import numpy as np
import pytest
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st

from cs231n_lib.functions.gradient_check import check_gradient, check_gradient_along

X = frozen_normal(3, 4)


def cubes(x):
    return np.sum(x**3)


def cubes_of_stack(stack):
    return np.sum(stack**3, axis=(1, 2))


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("f", "batched"), [(cubes, False), (cubes_of_stack, True)])
def test_a_right_gradient_passes_in_every_mode(f, batched):
    analytic = frozen(3 * X**2)
    full = check_gradient(f, X, analytic, batched=batched)
    some = check_gradient(f, X, analytic, entries=5, rng=rng(), batched=batched)
    along = check_gradient_along(f, X, analytic, directions=7, rng=rng(), batched=batched)
    assert [full.checked, some.checked, along.checked] == [12, 5, 7]
    for report in (full, some, along):
        assert report.passed
        assert report.failed == 0
        assert report.suspicions == ()
        assert report.relative_error < 1e-6
    assert along.index is None
    assert len(full.index) == 2


@pytest.mark.parametrize(("f", "batched"), [(cubes, False), (cubes_of_stack, True)])
@given(i=st.integers(0, 2), j=st.integers(0, 3))
def test_one_wrong_entry_is_found_and_shown(f, batched, i, j):
    analytic = 3 * X**2
    analytic[i, j] = 5.0
    report = check_gradient(f, X, analytic, batched=batched)
    assert not report.passed
    assert report.failed == 1
    assert report.index == (i, j)
    assert report.analytic == 5.0
    assert report.numerical == pytest.approx(3 * X[i, j] ** 2, rel=1e-6)
    assert report.suspicions == ()
    assert not check_gradient_along(f, X, analytic, directions=3, rng=rng(), batched=batched).passed


@given(error=st.floats(1e-5, 1e3))
def test_a_wrong_factor_fails(error):
    report = check_gradient(cubes, X, 3 * X**2 * (1 + error))
    assert report.failed == X.size
    assert report.relative_error == pytest.approx(error / (1 + error), rel=1e-2)


def test_large_stacks_are_cut_and_every_entry_is_visited(monkeypatch):
    monkeypatch.setattr("cs231n_lib.functions.gradient_check._STACK_BYTES", 2 * 5 * X.nbytes)
    sizes = []

    def f(stack):
        sizes.append(len(stack))
        return cubes_of_stack(stack)

    analytic = 3 * X**2
    analytic[2, 3] += 1
    report = check_gradient(f, X, analytic, batched=True)
    assert report.failed == 1
    assert report.index == (2, 3)
    assert sizes[:5] == [1, 1, 10, 10, 4]


def test_entries_are_drawn_without_repeats_and_by_the_generator():
    planted = 3 * X**2
    planted[1, 1] += 1
    for seed in range(5):
        report = check_gradient(cubes, X, planted, entries=99, rng=rng(seed))
        assert (report.checked, report.failed, report.index) == (12, 1, (1, 1))
    one = [check_gradient(cubes, X, 3 * X**2 + 1, entries=1, rng=rng(seed)).index for seed in range(40)]
    assert len(set(one)) > 6
    assert one[3] == check_gradient(cubes, X, 3 * X**2 + 1, entries=1, rng=rng(3)).index


@pytest.mark.parametrize("distance", [0.0, 1e-6, 5e-6, 2e-5 / 3, 9e-6, -9e-6])
def test_a_kink_within_h_is_suspected(distance):
    x = frozen([1.0, distance])
    report = check_gradient(lambda x: np.sum(np.maximum(x, 0)), x, (x > 0).astype(float), h=1e-5)
    assert not report.passed
    assert report.index == (1,)
    assert len(report.suspicions) == 1
    assert report.suspicions[0].startswith("f has a kink, because its slope jumps from ")


@pytest.mark.parametrize("distance", [1.1e-5, 1e-3])
def test_a_kink_out_of_reach_passes(distance):
    x = frozen([distance])
    assert check_gradient(lambda x: np.sum(np.maximum(x, 0)), x, np.ones(1), h=1e-5).passed


def test_kink_excuses_only_subgradients():
    (words,) = check_gradient(lambda x: np.sum(np.abs(x)), frozen([0.0]), np.array([0.5])).suspicions
    assert words.startswith("f has a kink")  # a subgradient, between -1 and 1
    assert check_gradient(lambda x: np.sum(np.abs(x)), frozen([0.0]), np.array([3.0])).suspicions == ()


def test_curvature_is_no_kink():
    # With h = 0.01 the one-sided slopes of x**2 at 1 are 1.99 and 2.01; the wrong 2.004 lies between them.
    report = check_gradient(lambda x: np.sum(x**2), frozen([1.0]), np.array([2.004]), h=0.01)
    assert not report.passed
    assert report.suspicions == ()


@pytest.mark.parametrize("h", [1e-10, 1e-13])
def test_too_small_h_is_suspected_and_fails_the_check(h):
    x = frozen([1.0, 1.5])
    right = check_gradient(lambda x: np.sum(np.exp(x)), x, np.exp(x), h)
    assert not right.passed
    assert right.suspicions[0].startswith(f"h={h:g} is too small, because rounding alone")
    assert not check_gradient(lambda x: np.sum(np.exp(x)), x, np.exp(x) * 1.5, h).passed


def test_h_lost_beside_a_large_x_is_suspected():
    report = check_gradient(lambda x: np.sum(x) - 1e12, frozen([1e12]), np.ones(1), h=1e-5)
    assert not report.passed
    assert report.suspicions[0].startswith("h=1e-05 is too small")


def test_float32_is_suspected_inside_f_and_in_x():
    x = frozen([1.0, 2.0])
    inside = check_gradient(lambda x: np.sum(x.astype(np.float32) ** 2), x, 2 * x)
    outside = check_gradient(lambda x: np.sum(x**2), x.astype(np.float32), (2 * x).astype(np.float32))
    for report in (inside, outside):
        assert not report.passed
        assert report.suspicions[0].startswith("float32 holds 7 digits")


def test_a_random_f_is_suspected():
    noise = rng()
    report = check_gradient(lambda x: np.sum(x) + noise.standard_normal(), X, np.ones_like(X))
    assert not report.passed
    assert len(report.suspicions) == 1
    assert report.suspicions[0].startswith("f is random, because two calls gave ")


@pytest.mark.parametrize("batched", [False, True])
def test_an_f_that_changes_its_input_is_suspected_and_harmless(monkeypatch, batched):
    monkeypatch.setattr("cs231n_lib.functions.gradient_check._STACK_BYTES", 2 * 5 * X.nbytes)  # used three times

    def f(x):
        x *= 2
        return cubes_of_stack(x) if batched else cubes(x)

    x = X.copy()
    report = check_gradient(f, x, 24 * X**2, batched=batched)
    assert report.passed
    assert report.suspicions == ("f changes its input. Let f work on a copy",)
    np.testing.assert_array_equal(x, X)


def test_a_gap_in_f_fails():
    with np.errstate(invalid="ignore"):
        report = check_gradient(lambda x: np.sum(np.sqrt(x)), frozen([1.0, 0.0]), np.array([0.5, 0.0]))
    assert not report.passed
    assert report.index == (1,)
    assert np.isnan(report.numerical)
    assert report.suspicions == ("f is not finite within 2e-05 of x",)


def test_a_gradient_too_small_for_differences_passes():
    # d/dx of 1e3 + 1e-12 x: the analytic 1e-12 is far below what rounding in f lets differences see.
    assert check_gradient(lambda x: 1e3 + 1e-12 * x[0], frozen([1.0]), np.array([1e-12])).passed


def test_any_shape():
    assert check_gradient(lambda x: float(x**2), frozen(3.0), np.array(6.0)).index == ()
    assert check_gradient_along(lambda x: float(x**2), frozen(3.0), np.array(6.0), 2, rng()).passed
    x = frozen_normal(2, 1, 3)
    assert check_gradient_along(lambda x: np.sum(x**2), x, 2 * x, 4, rng()).passed


def test_directions_have_length_1():
    # The slope of sum(w * x) along u is w @ u; for all entries of w equal to 1 it is at most sqrt(12).
    slopes = [
        check_gradient_along(np.sum, X, np.zeros_like(X), 1, rng(seed)).numerical for seed in range(50)
    ]  # against zeros each fails and shows its slope
    assert np.max(np.abs(slopes)) < np.sqrt(12)
    assert np.mean(np.square(slopes)) == pytest.approx(1, abs=0.6)  # E[(w @ u)**2] = |w|**2 / 12 = 1


def test_report_states_result_location_and_suspicion():
    analytic = 3 * frozen([1.0, 2.0]) ** 2
    text = str(check_gradient(cubes, frozen([1.0, 2.0]), analytic))
    assert text.startswith("gradient check passed, 2 entries\n  at index (")
    text = str(check_gradient_along(cubes, frozen([1.0, 2.0]), -analytic, 3, rng()))
    assert text.startswith("gradient check FAILED at 3 of 3 directions\n  at the worst direction: analytic ")
    text = str(check_gradient(lambda x: np.abs(x).sum(), frozen([0.0]), np.ones(1)))
    assert "relative error 1.0e+00\n  suspect: f has a kink, because its slope jumps from -1 to 1 within h" in text


ONES = np.ones(2)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: check_gradient(np.sum, ONES, np.ones(3)), ValueError, r"analytic has shape \(3,\) but x has \(2,\)"),
        (lambda: check_gradient(np.sum, ONES, ONES * np.nan), ValueError, "analytic holds nan"),
        (
            lambda: check_gradient(np.sum, ONES, ONES, entries=1),
            ValueError,
            "rng is None but entries are random. Pass rng=",
        ),
        (lambda: check_gradient(np.sum, ONES, ONES, entries=0, rng=rng()), ValueError, "entries is 0"),
        (
            lambda: check_gradient(np.exp, ONES, ONES),
            ValueError,
            r"f returned array.* for one point. It must return one",
        ),
        (
            lambda: check_gradient(lambda x: np.inf, ONES, ONES),
            ValueError,
            r"f returned array\(\[inf\]\) for one point",
        ),
        (lambda: check_gradient(np.sum, ONES, ONES, batched=True), ValueError, r"for one point. It must return one"),
        (
            lambda: check_gradient(lambda stack: stack[:1, 0], ONES, ONES, batched=True),
            ValueError,
            r"f returned shape \(1,\) for 4 points. It must return one number per point",
        ),
        (lambda: check_gradient_along(np.sum, ONES, ONES, 2, None), TypeError, "rng is NoneType. Pass np"),
        (lambda: check_gradient_along(np.sum, ONES, ONES, 0, rng()), ValueError, "directions is 0"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
