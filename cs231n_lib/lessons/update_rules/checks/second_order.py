"""Exercises on Newton's step and on the two-loop recursion of L-BFGS."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import second_order


def bowl(rng: Generator, size: int) -> FloatArray:
    """Symmetric matrix with eigenvalues from 0.5 to 4 and random eigenvectors."""
    axes, _ = np.linalg.qr(rng.normal(size=(size, size)))
    return np.asarray(axes * np.linspace(0.5, 4, size) @ axes.T)


def _bowls(rng: Generator) -> Cases:
    for size in (2, 4):
        yield case(f"{size} weights", rng.normal(size=size), rng.normal(size=size), bowl(rng, size))


def _saddle(rng: Generator) -> Cases:
    hessian = np.array([[1.0, 0.5], [0.5, -2.0]])
    yield case("a saddle with one negative curvature", rng.normal(size=2), rng.normal(size=2), hessian)


def _one_step_to_the_bottom(call: Function, rng: Generator) -> None:
    hessian, bottom, w = bowl(rng, 3), rng.normal(size=3), 5 * rng.normal(size=3)
    arrived = call(w, hessian @ (w - bottom), hessian)
    if np.shape(arrived) != bottom.shape or not np.allclose(arrived, bottom, rtol=1e-9, atol=1e-9):
        far = np.linalg.norm(w - bottom)
        raise Violation(
            "one step on a bowl does not end at its minimum",
            f"it starts {far:.3g} away from the minimum and ends {np.linalg.norm(arrived - bottom):.3g} away",
        )


newton_step = Exercise(
    second_order.newton_step,
    points=8,
    minutes=10,
    difficulty=2,
    covers="sign",
    checks=(
        Values("The step on a bowl", 4, _bowls),
        Values("The step on a saddle", 1, _saddle),
        Property("One step to the minimum of a bowl", 1, _one_step_to_the_bottom),
    ),
    slips="""
        multiplied by the curvature
            np.linalg.solve(hessian, dw) → hessian @ dw
            you *multiply* by the Hessian, so the steps are longest along the largest curvature. Multiply by its
            inverse.
        damped
            np.linalg.solve(hessian, dw) → np.linalg.solve(hessian + 1e-3 * np.eye(len(w)), dw)
            you add a small number to the diagonal, so one step misses the minimum of a bowl. Use the Hessian as it is.
        diagonal alone
            np.linalg.solve(hessian, dw) → dw / np.diag(hessian)
            you divide by the diagonal of the Hessian. Solve the whole system, because the other entries describe how
            the weights interact.
        entries inverted
            np.linalg.solve(hessian, dw) → (1 / hessian) @ dw
            you invert each *entry* instead of the matrix, as `1 / hessian` or `hessian ** -1` does. Use
            `np.linalg.solve(hessian, dw)`.
        entries inverted, and multiplied one by one
            np.linalg.solve(hessian, dw) → dw / hessian
            you divide by the Hessian entry by entry, as `dw / hessian` does, which returns a matrix. Solve the system
            with `np.linalg.solve(hessian, dw)`.
        star for the matrix product
            np.linalg.solve(hessian, dw) → np.linalg.inv(hessian) * dw
            you multiply entry by entry with `*`. Use the matrix product `@`, or better `np.linalg.solve`.
        sums of columns
            np.linalg.solve(hessian, dw) → (np.linalg.inv(hessian) * dw).sum(axis=0)
            you multiply each entry of `dw` by the sum of a column of the inverse, because you add over the wrong axis.
            Use the matrix product `@`, or better `np.linalg.solve`.
        plus
            w - → w +
            your step goes in the wrong direction. Subtract it.
        the step alone
            w - → -
            you return only the step. Add it to `w`, and return the new weights.
        the step alone, uphill
            w - →
            you return only the step, with the wrong sign. Subtract it from `w`, and return the new weights.
        w and dw exchanged
            w - np.linalg.solve(hessian, dw) → dw - np.linalg.solve(hessian, w)
            you swap w and dw. Solve the system for the gradient, and subtract the solution from `w`.
        twice the step
            w - → w - 2 *
            you go twice as far as the minimum of a quadratic loss. Solve dw + Hs = 0, because the ½ disappears in the
            gradient.
        half the step
            w - → w - 0.5 *
            you go only half of the way. Take the whole step s, without a factor ½ or 2, because the gradient dw + Hs
            contains neither.
        the step besides
            dw) → dw), -np.linalg.solve(hessian, dw)
            you return two values. Return only the new weights, `w + s`.
        weights inside the system
            w - np.linalg.solve(hessian, dw) → np.linalg.solve(hessian, w - dw)
            you put `w` into the system. Solve only for the step, Hs = −dw, and then add `w`.
        matrix and gradient exchanged
            solve(hessian, dw) → solve(dw, hessian)
            you swap the arguments of `np.linalg.solve`. Pass the matrix first and the right-hand side second.
        all that lstsq returns
            solve → lstsq
            you use all four values that `np.linalg.lstsq` returns. Use only the first, or `np.linalg.solve`, which
            returns only the solution.
        gradient descent
            np.linalg.solve(hessian, dw) → dw
            you take a plain gradient step, without the curvature. Solve Hs = −dw for the step s.
        curvatures made positive
            return → values, axes = np.linalg.eigh(hessian) ⏎ hessian = axes * np.abs(values) @ axes.T ⏎ return
            your step is right on a bowl, but you turn negative curvatures into positive ones. This is a good idea in
            practice, but here use the Hessian as it is and see where Newton's step leads on a saddle.
        inverse of the weights
            solve(hessian, dw) → solve(hessian, w)
            you solve the system for `w`. Solve it for the gradient `dw`.
        weights in place
            return w - np.linalg.solve(hessian, dw) → w -= np.linalg.solve(hessian, dw) ⏎ return w
            the new weights are right, but you change the caller's weights in place, as `w -= …` does. Return new ones.
    """,
)


def _pairs(rng: Generator, size: int, count: int) -> tuple[FloatArray, list[FloatArray], list[FloatArray]]:
    """Gradient, ``count`` steps, and the changes of the gradient over these steps on one bowl."""
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
    except IndexError as error:  # reported without its line, so that all answers with this mistake get the same message
        raise Violation(
            "your function fails before the first pair, because both lists are empty and `s[-1]` does not exist",
            str(error),
        ) from None
    if not np.array_equal(direction, -dw):
        raise Violation("before the first pair your direction is not `-dw`", f"it is {direction}, not {-dw}")


def _knows_the_last_step(call: Function, rng: Generator) -> None:
    _, s, y = _pairs(rng, 5, 3)
    direction = call(y[-1].copy(), s, y)
    if not np.allclose(direction, -s[-1], rtol=1e-9, atol=1e-9):
        off = np.linalg.norm(direction + s[-1]) / np.linalg.norm(s[-1])
        raise Violation(
            "if the gradient is the newest y, your direction is not minus the newest s",
            f"it is off by {off:.3g} times the length of s",
        )


lbfgs_direction = Bonus(
    second_order.lbfgs_direction,
    minutes=30,
    difficulty=4,
    covers="sign one",
    checks=(
        Values("Several pairs", 5.5, _several),
        Values("One pair", 1.25, lambda rng: [case("1 pair of 4 weights", *_pairs(rng, 4, 1))]),
        Property("No pairs yet", 0.75, _no_pairs),
        Property("Direction −s for the newest y as the gradient", 1.5, _knows_the_last_step),
    ),
    slips="""
        gradient in place
            q = q - c → q -= c
            your direction is right, but you change the caller's gradient in place, as `q -= …` does after `q = dw`,
            which makes no copy. Write `q = q - …`.
        stops without pairs
            if len(s) else q →
            you use `s[-1]` even if there are no pairs, and an empty list has no last entry. Set `r = q` in that case,
            so that the direction is `-dw`.
        first loop from the oldest
            zip(reversed(s), reversed(y), → zip(s, y,
            reversed(kept) → kept
            you start the first loop with the oldest pair. Start it with the *newest*, for example with `reversed(s)`
            and `reversed(y)`, or with `reversed(range(len(s)))`.
        both loops the wrong way
            zip(reversed(s), reversed(y), → zip(s, y,
            zip(s, y, reversed(kept) → zip(reversed(s), reversed(y), reversed(kept)
            you run both loops in the wrong order. Run the first from the newest pair to the oldest, and the second from
            the oldest to the newest.
        second loop from the newest
            zip(s, y, reversed(kept) → zip(reversed(s), reversed(y), kept
            you start the second loop with the newest pair. Start it with the *oldest*, because it undoes the first loop
            in the opposite order.
        c in the wrong order
            reversed(kept) → kept
            you use the c of other pairs in the second loop. Reverse the list of c there, because the first loop stored
            the c of the newest pair first.
        no scaling in the middle
            q * (s[-1] @ y[-1]) / (y[-1] @ y[-1]) if len(s) else q → q
            you leave out the factor sᵀy / yᵀy between the loops. Multiply q by it, because `r = q` is right only before
            the first pair.
        middle upside down
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (y[-1] @ y[-1]) / (s[-1] @ y[-1])
            you use the reciprocal of the factor between the loops. Use sᵀy / yᵀy, which estimates *one over* the
            curvature.
        middle with sᵀs / sᵀy
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (s[-1] @ s[-1]) / (s[-1] @ y[-1])
            between the loops you use sᵀs / sᵀy, another estimate of the inverse curvature. Use sᵀy / yᵀy.
        middle of s alone
            (y[-1] @ y[-1]) → (s[-1] @ s[-1])
            you divide by sᵀs between the loops, which estimates the curvature itself. Divide by yᵀy, which estimates
            one over the curvature.
        middle of the oldest pair
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (s[0] @ y[0]) / (y[0] @ y[0])
            you use the oldest pair for the factor between the loops. Use the newest one, `s[-1]` and `y[-1]`, which
            describes the curvature at the current weights.
        middle times the gradient
            r = q → r = dw
            you multiply the original `dw` by the factor between the loops. Multiply q, the result of the first loop.
        uphill
            -r → r
            you return G·dw, which points uphill. Return minus this direction.
        s for y in the first loop
            c * y_i → c * s_i
            in the first loop you subtract c times s from q. Subtract c times *y*, because q is a gradient and y is a
            change of the gradient.
        y for s in c
            s_i @ q → y_i @ q
            you compute c from y and q. Compute it from *s* and q, c = sᵀq / yᵀs, because y belongs to the second loop.
        c of the gradient
            s_i @ q → s_i @ dw
            you compute each c from the original `dw`. Compute it from q, from which the terms of the newer pairs are
            already subtracted.
        q raised
            q - c → q + c
            you add c y to q in the first loop. *Subtract* it, q ← q − c y.
        q never lowered
            q = q - c * y_i → pass
            you compute each c in the first loop but leave q unchanged. After each c, set q ← q − c y.
        s for y in the second loop's measure
            y_i @ r → s_i @ r
            in the second loop you use sᵀr. Use yᵀr / yᵀs, because s belongs to the c of the first loop.
        second loop measures q
            y_i @ r → y_i @ q
            in the second loop you use yᵀq, which never changes. Use r as it is at that point, yᵀr / yᵀs.
        bracket added
            c - along → c + along
            you add yᵀr / yᵀs in the bracket. *Subtract* it, because r already contains this multiple of s.
        bracket the wrong way round
            c - along → along - c
            you subtract in the wrong order. Add (c − yᵀr / yᵀs) s to r, not (yᵀr / yᵀs − c) s.
        c left out of the bracket
            c - along → -along
            you leave out the c of the first loop. Add (c − yᵀr / yᵀs) s to r.
        c alone in the bracket
            (c - along) → c
            you do not use yᵀr / yᵀs. Add (c − yᵀr / yᵀs) s to r, because r already contains yᵀr / yᵀs times s.
        y for s in the second loop
            along) * s_i → along) * y_i
            in the second loop you add a multiple of y to r. Add a multiple of *s*, because r and s are both steps.
        one c for all
            reversed(kept) → kept[-1:] * len(kept)
            you use one c for all pairs in the second loop. Keep the c of each pair in a list.
        yᵀs of another pair
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y[0] @ s[0])
            in the second loop you divide by the last yᵀs of the first loop. Divide by the yᵀs of each pair.
        not divided by yᵀs
            (s_i @ q) / (y_i @ s_i) → s_i @ q
            (y_i @ r) / (y_i @ s_i) → y_i @ r
            you leave out the division by yᵀs in both loops. Divide by it, c = sᵀq / yᵀs in the first loop and yᵀr / yᵀs
            in the second.
        multiplied by yᵀs
            (s_i @ q) / → (s_i @ q) *
            (y_i @ r) / → (y_i @ r) *
            you *multiply* by yᵀs in both loops. Divide by it.
        star for the inner product
            (s_i @ q) / (y_i @ s_i) → (s_i @ q) / (y_i * s_i)
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y_i * s_i)
            you multiply y and s entry by entry with `y * s`. Use the inner product `y @ s`, which is one number.
        divided by yᵀy
            (s_i @ q) / (y_i @ s_i) → (s_i @ q) / (y_i @ y_i)
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y_i @ y_i)
            you divide by yᵀy in both loops. Divide by yᵀ*s*, because yᵀy belongs to the factor between them.
        q returned
            -r → -q
            you return −q, the result of the first loop. Return −r, the result of the second.
        zero without pairs
            else q → else 0 * q
            you return zeros if there are no pairs, so the descent would never begin. Return `-dw`, because G is the
            identity in this case.
        no loops
            -r → -dw
            you return the direction of gradient descent and use no pair. Compute r from `dw` with the two loops, and
            return −r.
        newest pair alone
            q = dw → q, s, y = dw, s[-1:], y[-1:]
            you use only the newest pair. Loop over all of them.
    """,
)
