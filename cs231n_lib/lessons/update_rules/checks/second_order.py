"""Exercises on Newton's step, and on the direction of L-BFGS by the two-loop recursion."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
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
        raise Violation(
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


def _pairs(rng: Generator, size: int, count: int) -> tuple[FloatArray, list[FloatArray], list[FloatArray]]:
    """A gradient, ``count`` steps, and the changes of the gradient over them on one bowl."""
    hessian = bowl(rng, size)
    steps = list(rng.normal(size=(count, size)))
    return rng.normal(size=size), steps, [hessian @ step for step in steps]


def _several(rng: Generator) -> Cases:
    yield case("3 pairs of 5 weights", *_pairs(rng, 5, 3))
    yield case("4 pairs of 6 weights", *_pairs(rng, 6, 4))


def _no_pairs(call: Function, rng: Generator) -> None:
    dw = rng.normal(size=4)
    try:
        direction = call(dw, [], [])
    except IndexError as error:  # said without the line it came from, so that it is the same for all who forget this
        raise Violation(
            "before the first pair it stops: both lists are empty, and `s[-1]` does not exist", str(error)
        ) from None
    if not np.array_equal(direction, -dw):
        raise Violation("before the first pair the direction must be `-dw`", f"at {-dw} it is {direction}")


def _knows_the_last_step(call: Function, rng: Generator) -> None:
    _, s, y = _pairs(rng, 5, 3)
    direction = call(y[-1].copy(), s, y)
    if not np.allclose(direction, -s[-1], rtol=1e-9, atol=1e-9):
        off = np.linalg.norm(direction + s[-1]) / np.linalg.norm(s[-1])
        raise Violation(
            "given the newest y as the gradient, the direction must be minus the newest s",
            f"it is off by {off:.3g} times the length of s",
        )


lbfgs_direction = Exercise(
    second_order.lbfgs_direction,
    points=16,
    minutes=30,
    difficulty=4,
    importance="extra",
    checks=(
        Values("Several pairs", 4, _several),
        Values("One pair", 2, lambda rng: [case("1 pair of 4 weights", *_pairs(rng, 4, 1))]),
        Property("No pairs yet", 1, _no_pairs),
        Property("It knows the last step: G y = s", 2, _knows_the_last_step),
    ),
    slips="""
        gradient in place
            q = q - c → q -= c
            the direction is right, but `q -= …` changes the caller's gradient, for `q = dw` is no copy. Write
            `q = q - …`.
        stops without pairs
            if len(s) else q →
            before the first step there is no pair, and `s[-1]` does not exist: then `r = q`, and the direction is
            `-dw`.
        first loop from the oldest
            zip(reversed(s), reversed(y), → zip(s, y,
            reversed(kept) → kept
            the first loop goes from the *newest* pair back to the oldest: `reversed(s)`.
        both loops the wrong way
            zip(reversed(s), reversed(y), → zip(s, y,
            zip(s, y, reversed(kept) → zip(reversed(s), reversed(y), reversed(kept)
            both loops go the wrong way: first from the newest pair to the oldest, then back to the newest.
        second loop from the newest
            zip(s, y, reversed(kept) → zip(reversed(s), reversed(y), kept
            the second loop goes from the *oldest* pair to the newest: what the first took apart, put together in the
            other order.
        c in the wrong order
            reversed(kept) → kept
            each pair needs its own c. The first loop kept them newest first, the second starts with the oldest:
            `reversed(kept)`.
        no scaling in the middle
            q * (s[-1] @ y[-1]) / (y[-1] @ y[-1]) if len(s) else q → q
            between the loops the factor sᵀy / yᵀy is missing: `r = q` is only right before the first pair.
        middle upside down
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (y[-1] @ y[-1]) / (s[-1] @ y[-1])
            the factor in the middle is upside down: it estimates *one over* the curvature, sᵀy / yᵀy.
        middle of the steps
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (s[-1] @ s[-1]) / (s[-1] @ y[-1])
            in the middle you took sᵀs / sᵀy, another estimate of the same thing. Here it is sᵀy / yᵀy.
        middle of s alone
            (y[-1] @ y[-1]) → (s[-1] @ s[-1])
            the factor in the middle divides by sᵀs: that is about the curvature itself. Divided by yᵀy it is one over
            the curvature.
        middle of the oldest pair
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (s[0] @ y[0]) / (y[0] @ y[0])
            the factor in the middle comes from the oldest pair. The newest one, `s[-1]` and `y[-1]`, knows the
            curvature here.
        middle times the gradient
            r = q → r = dw
            the factor in the middle multiplies `dw` as it came in. It must multiply what the first loop left, q.
        uphill
            -r → r
            this is G·dw, which points uphill. The direction is minus that.
        s for y in the first loop
            c * y_i → c * s_i
            in the first loop q loses c times *y*: q is a gradient, and y is a change of gradients.
        y for s in c
            s_i @ q → y_i @ q
            c measures q with *s*: c = sᵀq / yᵀs. (With y one measures r, in the second loop.)
        c of the gradient
            s_i @ q → s_i @ dw
            each c is measured with `dw` as it came in. Measure q, which has lost the newer pairs already.
        q raised
            q - c → q + c
            the first loop *takes away*: q ← q − c y.
        q never lowered
            q = q - c * y_i → pass
            the first loop measures, but takes nothing away: after each c, q ← q − c y.
        s for y in the second loop's measure
            y_i @ r → s_i @ r
            the second loop measures r with *y*: yᵀr / yᵀs. (With s it was c, in the first loop.)
        second loop measures q
            y_i @ r → y_i @ q
            the second loop measures q, which it does not change. Measure r, as it is by then: yᵀr / yᵀs.
        bracket added
            c - along → c + along
            r gains c − yᵀr / yᵀs times s: what it already has along this pair is *taken off*, not added again.
        bracket the wrong way round
            c - along → along - c
            the bracket is the wrong way round: r gains c − yᵀr / yᵀs times s, not yᵀr / yᵀs − c.
        c left out of the bracket
            c - along → -along
            the c of the first loop is missing: r gains c − yᵀr / yᵀs times s.
        c alone in the bracket
            (c - along) → c
            yᵀr / yᵀs is not used: r gains c − yᵀr / yᵀs times s, for what it already has along this pair is not added
            again.
        y for s in the second loop
            along) * s_i → along) * y_i
            in the second loop r gains a multiple of *s*: r is a step, and s is one.
        one c for all
            reversed(kept) → kept[-1:] * len(kept)
            the second loop uses one c for all pairs. Keep the c of each in a list.
        yᵀs of another pair
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y[0] @ s[0])
            the second loop still divides by the yᵀs that the first loop ended with. Each pair has its own.
        not divided by yᵀs
            (s_i @ q) / (y_i @ s_i) → s_i @ q
            (y_i @ r) / (y_i @ s_i) → y_i @ r
            the division by yᵀs is missing, in both loops: c = sᵀq / yᵀs.
        multiplied by yᵀs
            (s_i @ q) / → (s_i @ q) *
            (y_i @ r) / → (y_i @ r) *
            you *multiply* by yᵀs. In both loops the inner products are divided by it.
        star for the inner product
            (s_i @ q) / (y_i @ s_i) → (s_i @ q) / (y_i * s_i)
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y_i * s_i)
            `y * s` multiplies entry by entry. yᵀs is one number: `y @ s`.
        divided by yᵀy
            (s_i @ q) / (y_i @ s_i) → (s_i @ q) / (y_i @ y_i)
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y_i @ y_i)
            both loops divide by yᵀ*s*. (yᵀy belongs to the middle.)
        q returned
            -r → -q
            you return −q, which the first loop left behind. The direction is −r, after the second.
        zero without pairs
            else q → else 0 * q
            without pairs you return zeros, and the walk would never begin. G is the identity then: the direction is
            `-dw`.
        no loops
            -r → -dw
            this is descent's direction: no pair is used. Two loops turn `dw` into r.
        newest pair alone
            q = dw → q, s, y = dw, s[-1:], y[-1:]
            only the newest pair is used: loop over all of them.
    """,
)
