"""An exercise on Newton's step."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import second_order


def bowl(rng: Generator, size: int) -> FloatArray:
    """A symmetric matrix with curvatures from 0.5 to 4 in directions of its own."""
    axes, _ = np.linalg.qr(rng.normal(size=(size, size)))
    return np.asarray(axes * np.linspace(0.5, 4, size) @ axes.T)


def _bowls(rng: Generator) -> Cases:
    for size in (2, 4):
        yield case(f"{size} weights", rng.normal(size=size), rng.normal(size=size), bowl(rng, size))


def _saddle(rng: Generator) -> Cases:
    hessian = np.array([[1.0, 0.5], [0.5, -2.0]])
    yield case("a saddle: one curvature below 0", rng.normal(size=2), rng.normal(size=2), hessian)


def _one_step_to_the_bottom(call: Function, rng: Generator) -> None:
    hessian, bottom, w = bowl(rng, 3), rng.normal(size=3), 5 * rng.normal(size=3)
    arrived = call(w, hessian @ (w - bottom), hessian)
    if np.shape(arrived) != bottom.shape or not np.allclose(arrived, bottom, rtol=1e-9, atol=1e-9):
        far = np.linalg.norm(w - bottom)
        raise Wrong(
            "one step on a bowl must end at its bottom",
            f"it starts {far:.3g} away from the bottom and ends {np.linalg.norm(arrived - bottom):.3g} away",
        )


newton_step = Exercise(
    second_order.newton_step,
    points=8,
    minutes=10,
    difficulty=2,
    checks=(
        Values("The step on a bowl", 3, _bowls),
        Values("The step on a saddle", 1, _saddle),
        Property("One step to the bottom of a bowl", 2, _one_step_to_the_bottom),
    ),
    slips="""
        multiplied by the curvature
            np.linalg.solve(hessian, dw) → hessian @ dw
            you *multiply* by the Hessian: longest steps where it is steepest. Multiply by its inverse.
        diagonal alone
            np.linalg.solve(hessian, dw) → dw / np.diag(hessian)
            you divide by the diagonal alone. The other entries say how the weights work together: solve the whole
            system.
        entries inverted
            np.linalg.solve(hessian, dw) → (1 / hessian) @ dw
            `1 / hessian` or `hessian ** -1` inverts each *entry*, not the matrix: `np.linalg.solve(hessian, dw)`.
        entries inverted, and multiplied one by one
            np.linalg.solve(hessian, dw) → dw / hessian
            `/ hessian` or `hessian ** -1 *` works entry by entry and makes a matrix. Solve the system:
            `np.linalg.solve(hessian, dw)`.
        star for the matrix product
            np.linalg.solve(hessian, dw) → np.linalg.inv(hessian) * dw
            `*` multiplies entry by entry; the product of matrix and vector is `@`. (Better: `np.linalg.solve`.)
        plus
            w - → w +
            the step goes the wrong way: subtract it.
        the step alone
            w - → -
            this is the step. Return where it leads: add it to `w`.
        the step alone, uphill
            w - →
            this is the step, with its sign turned. Return where it leads: subtract it from `w`.
        w and dw exchanged
            w - np.linalg.solve(hessian, dw) → dw - np.linalg.solve(hessian, w)
            w and dw have changed places: solve for the gradient, and subtract from `w`.
        twice the step
            w - → w - 2 *
            this goes twice as far as the bottom. The ½ of the parabola is gone from its gradient, dw + Hp.
        half the step
            w - → w - 0.5 *
            this goes half the way. The ½ belongs to the parabola; its gradient, dw + Hp, has none.
        the step besides
            dw) → dw), -np.linalg.solve(hessian, dw)
            you return two things. Only the place that the step leads to is asked, `w + p`.
        weights inside the system
            w - np.linalg.solve(hessian, dw) → np.linalg.solve(hessian, w - dw)
            `w` went into the system. Solve for the step alone, Hp = −dw, and add `w` afterwards.
        matrix and gradient exchanged
            solve(hessian, dw) → solve(dw, hessian)
            `np.linalg.solve` takes the matrix first, then the right-hand side.
        all that lstsq returns
            solve → lstsq
            `np.linalg.lstsq` returns four things, of which the first is the solution. `np.linalg.solve` returns it
            alone.
        gradient descent
            np.linalg.solve(hessian, dw) → dw
            this is a plain gradient step: the curvature is not used.
        curvatures made positive
            return → values, axes = np.linalg.eigh(hessian) ⏎ hessian = axes * np.abs(values) @ axes.T ⏎ return
            right on a bowl, but you turned negative curvatures into positive ones. A good idea in practice; here
            write Newton's step as it is, and see where it leads on a saddle.
        inverse of the weights
            solve(hessian, dw) → solve(hessian, w)
            the system is solved for `w`; solve it for the gradient `dw`.
        weights in place
            return w - np.linalg.solve(hessian, dw) → w -= np.linalg.solve(hessian, dw) ⏎ return w
            the place is right, but `w -= …` or `w += …` changes the caller's weights. Return new ones.
    """,
)
