import numpy as np
import pytest
from frozen import frozen, frozen_normal
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from cs231n_lib.functions.second_order import lbfgs, lbfgs_direction, line_search, newton_step


def pairs(k, d, seed):
    """Steps, and the changes of the gradient they make on a random convex quadratic."""
    rng = np.random.default_rng(seed)
    a = rng.standard_normal((d, d))
    hessian = a @ a.T + np.eye(d)
    s = rng.standard_normal((k, d))
    return s, s @ hessian, hessian


def test_newton_reaches_the_minimum_of_a_quadratic_in_one_step():
    _, _, hessian = pairs(1, 5, seed=0)
    minimum, w = frozen_normal(5, seed=1), frozen_normal(5, seed=2)
    np.testing.assert_allclose(newton_step(w, frozen(hessian @ (w - minimum)), frozen(hessian)), minimum, atol=1e-12)


def test_newton_squares_the_error_near_a_root():
    # f(w) = exp(w) - 2w has its minimum at ln 2.
    w, errors = np.array([1.0]), []
    for _ in range(4):
        w = newton_step(w, np.exp(w) - 2, np.diag(np.exp(w)))
        errors.append(abs(w[0] - np.log(2)))
    assert errors[1] < errors[0] ** 2
    assert errors[2] < errors[1] ** 2
    assert errors[3] < 1e-12


def test_newton_keeps_float32():
    w = np.ones(2, dtype=np.float32)
    assert newton_step(w, w, np.eye(2, dtype=np.float32)).dtype == np.float32


@given(k=st.integers(1, 6), seed=st.integers(0, 1000))
def test_two_loops_against_scipy(k, seed):
    s, y, _ = pairs(k, 6, seed)
    y *= (s[-1] @ y[-1]) / (y[-1] @ y[-1])  # makes gamma 1: SciPy starts from the identity
    dw = frozen_normal(6, seed=seed + 1)
    expected = -(optimize.LbfgsInvHessProduct(s, y) @ dw)
    np.testing.assert_allclose(lbfgs_direction(dw, frozen(s), frozen(y)), expected, rtol=1e-8, atol=1e-8)


@given(k=st.integers(1, 6), seed=st.integers(0, 1000))
def test_direction_satisfies_the_newest_pair_and_descends(k, seed):
    s, y, _ = pairs(k, 6, seed)
    np.testing.assert_allclose(lbfgs_direction(frozen(y[-1]), s, y), -s[-1], rtol=1e-8, atol=1e-8)
    dw = frozen_normal(6, seed=seed + 1)
    assert lbfgs_direction(dw, s, y) @ dw < 0


def test_gamma_scales_the_direction_off_the_span_of_pairs():
    # One pair s = (2, 0), y = (8, 0): curvature 4 along the first axis, so gamma = 1/4 along the second as well.
    direction = lbfgs_direction(frozen([4.0, 4.0]), [frozen([2.0, 0.0])], [frozen([8.0, 0.0])])
    assert direction.tolist() == [-1.0, -1.0]


def test_without_pairs_the_direction_is_steepest_descent():
    assert lbfgs_direction(frozen([1.0, -2.0]), [], []).tolist() == [-1.0, 2.0]


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_line_search_meets_both_conditions(scale):
    w = frozen([-1.2, 1.0])
    slope = -scale * optimize.rosen_der(w)
    step = line_search(optimize.rosen, optimize.rosen_der, w, slope)
    end, before = w + step * slope, optimize.rosen_der(w) @ slope
    assert optimize.rosen(end) <= optimize.rosen(w) + 1e-4 * step * before
    assert optimize.rosen_der(end) @ slope >= 0.9 * before


def test_line_search_treats_nan_as_too_far():
    def f(w):
        return -w[0] if w[0] < 0.3 else np.nan

    step = line_search(f, lambda w: np.array([-1.0 if w[0] < 0.2 else -0.5]), frozen([0.0]), frozen([1.0]))
    assert 0.2 <= step < 0.3


def test_line_search_uphill_does_not_move():
    assert line_search(lambda w: w[0], lambda w: np.ones(1), frozen([0.0]), frozen([1.0])) == 0


SURFACES = {
    "bowl": (lambda w: float(w @ w), lambda w: 2 * w, [3.0, -4.0], [0.0, 0.0], 3),
    "ravine": (lambda w: float(w @ ([1, 1e4] * w)), lambda w: [2, 2e4] * w, [3.0, -4.0], [0.0, 0.0], 20),
    "Rosenbrock": (optimize.rosen, optimize.rosen_der, [-1.2, 1.0], [1.0, 1.0], 60),
    "Rosenbrock in ten dimensions": (optimize.rosen, optimize.rosen_der, [-1.2, 1.0] * 5, [1.0] * 10, 150),
}


@pytest.mark.parametrize(("f", "gradient", "w", "minimum", "steps"), SURFACES.values(), ids=SURFACES)
def test_lbfgs_reaches_the_minimum_as_scipy_does(f, gradient, w, minimum, steps):
    start = frozen(w)
    w, path = lbfgs(f, gradient, start, steps)
    peer = optimize.minimize(f, start, jac=gradient, method="L-BFGS-B", options={"gtol": 1e-8, "ftol": 0})
    np.testing.assert_allclose(w, minimum, atol=1e-6)
    np.testing.assert_allclose(w, peer.x, atol=1e-5)
    assert np.array_equal(path[0], start)
    assert np.array_equal(path[-1], w)
    assert np.all(np.diff([f(point) for point in path]) < 0)
    assert np.abs(gradient(w)).max() <= 1e-8


def test_lbfgs_stops_at_a_minimum_or_if_nothing_descends():
    w, path = lbfgs(lambda w: float(w @ w), lambda w: 2 * w, frozen([0.0]))
    assert w.tolist() == [0]
    assert path.tolist() == [[0]]
    w, path = lbfgs(lambda w: float(w @ w), lambda w: -2 * w, frozen([1.0]))  # a gradient of the wrong sign
    assert w.tolist() == [1]
    assert path.tolist() == [[1]]


def test_lbfgs_respects_the_limit_of_steps():
    w, path = lbfgs(optimize.rosen, optimize.rosen_der, frozen([-1.2, 1.0]), steps=3)
    assert len(path) == 4
    assert optimize.rosen(w) > 1e-3


def test_memory_is_limited():
    def rosen(memory):
        return len(lbfgs(optimize.rosen, optimize.rosen_der, frozen([-1.2, 1.0] * 5), 500, memory)[1])

    assert rosen(memory=1) > rosen(memory=10)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: newton_step(np.ones(2), np.ones(3), np.eye(2)), r"dw has 3 features \(3,\) but w has 2 \(2,\)"),
        (lambda: newton_step(np.ones(2), np.ones(2), np.eye(3)), r"hessian has 3 features \(3, 3\) but w has 2"),
        (
            lambda: newton_step(np.ones(2), np.ones(2), np.ones((2, 2))),
            "hessian is singular, rank 1 of 2. Add a little",
        ),
        (lambda: lbfgs_direction(np.ones(2), [np.ones(2)], []), "y has 0 vectors but s has 1. Pass one y for each s"),
        (lambda: lbfgs_direction(np.ones(2), [np.ones(3)], [np.ones(2)]), r"s\[0\] has 3 features \(3,\) but dw has 2"),
        (
            lambda: lbfgs_direction(np.ones(2), [np.ones(2)], [-np.ones(2)]),
            r"y\[0\] @ s\[0\] is -2\.0. Omit pairs",
        ),
        (lambda: lbfgs(np.sum, np.ones_like, np.ones(2), steps=0), "steps is 0"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
