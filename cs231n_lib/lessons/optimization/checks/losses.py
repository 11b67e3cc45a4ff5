"""Exercises on the least-squares loss, and on ridge regression with a bug to find."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import losses
from cs231n_lib.functions.gradients import numerical_gradient_centered, relative_error

from . import references


def _line_fits(rng: Generator) -> Cases:
    for n, d in ((5, 3), (8, 2)):
        yield case(f"x of shape ({n}, {d})", rng.normal(size=d), rng.normal(size=(n, d)), rng.normal(size=n))


def _exact_fit(rng: Generator) -> Cases:
    w, x = rng.normal(size=2), rng.normal(size=(4, 2))
    yield case("a perfect fit, with loss 0 and gradient 0", w, x, x @ w)
    yield case("one example", rng.normal(size=2), rng.normal(size=(1, 2)), rng.normal(size=1))


def _agrees(call: Function, w: FloatArray, *rest: Any) -> None:
    """Compare the gradient with centred differences of the same function's loss."""
    numerical = numerical_gradient_centered(lambda w: call(w, *rest)[0], w)
    error = relative_error(np.asarray(call(w, *rest)[1], dtype=float), numerical)
    if not error.max() < 1e-6:
        bad = [int(i) for i in np.flatnonzero(~(error < 1e-6))]
        raise Violation(
            "the gradient is not that of your own loss", f"entries {bad} of {len(w)} differ from the numerical gradient"
        )


def _least_squares_agrees(call: Function, rng: Generator) -> None:
    _agrees(call, rng.normal(size=3), rng.normal(size=(6, 3)), rng.normal(size=6))


least_squares_loss = Exercise(
    losses.least_squares_loss,
    points=10,
    minutes=15,
    difficulty=2,
    covers="sign one",
    importance="core",
    checks=(
        Values("Loss and gradient", 5, _line_fits),
        Values("A perfect fit, and a single example", 1.5, _exact_fit),
        Property("Gradient against the numerical gradient of the same loss", 1.5, _least_squares_agrees),
    ),
    slips="""
        ½ missing in the loss
            0.5 * residual → residual
            your loss is twice as large as it should be. Take the mean of *half* the squared residuals.
        ½ missing, doubled gradient
            0.5 * residual → residual
            x.T @ residual → 2 * x.T @ residual
            you return the mean squared error and its gradient. Halve each square, so that the gradient has no factor 2.
        gradient twice too large
            x.T @ residual → 2 * x.T @ residual
            your gradient is twice as large as it should be. Leave out the 2, because the ½ of the loss cancels the 2
            from the square.
        gradient halved
            x.T @ residual → 0.5 * x.T @ residual
            your gradient is half as large as it should be. Leave out the ½, because the 2 from the square cancels it.
        gradient not averaged
            x.T @ residual / len(y) → x.T @ residual
            you sum the gradient over the examples. Divide it by N, because the loss is a mean.
        sums instead of means
            np.mean → np.sum
            x.T @ residual / len(y) → x.T @ residual
            you sum the loss and the gradient over the examples. Divide both by N, because the best learning rate would
            otherwise depend on the batch size.
        loss not averaged
            np.mean → np.sum
            you sum the loss over the examples. Take the mean, as in your gradient.
        sign of the gradient
            x.T @ residual → -x.T @ residual
            your gradient points downhill, but a gradient points *uphill*. Compute it from the residual `x @ w - y`
            without a minus, or from `y - x @ w` with a minus.
        gradient averaged over features
            len(y) → x.shape[1]
            you divide the gradient by the number of features D. Divide it by the number of examples N, `len(y)`.
        not squared
            residual**2 → np.abs(residual)
            you halve and average the magnitudes of the residuals. Halve and average their *squares*.
        x missing in the gradient
            x.T @ residual / len(y) → np.full(len(w), np.mean(residual))
            you leave `x` out of the gradient. Multiply each residual by its row of `x` before you average over the
            examples, as `x.T @ r / len(y)` does for residuals `r`.
    """,
)


def _with_ones(rng: Generator, n: int, d: int) -> FloatArray:
    return np.hstack([np.ones((n, 1)), rng.normal(size=(n, d - 1))])


def _ridge_fits(rng: Generator) -> Cases:
    for n, d, lam in ((6, 3, 0.5), (9, 4, 2.0)):
        yield case(f"λ = {lam:g}", rng.normal(size=d), _with_ones(rng, n, d), rng.normal(size=n), lam)


def _no_penalty(rng: Generator) -> Cases:
    yield case("λ = 0", rng.normal(size=3), _with_ones(rng, 5, 3), rng.normal(size=5), 0.0)


def _ridge_agrees(call: Function, rng: Generator) -> None:
    w = rng.uniform(0.5, 1.5, 4)  # no weight so small that its penalty has no visible effect
    _agrees(call, w, _with_ones(rng, 6, 4), rng.normal(size=6), 0.7)


ridge_loss = Exercise(
    references.ridge_loss,
    points=8,
    minutes=15,
    difficulty=3,
    covers="sign features one",
    checks=(
        Values("Loss and gradient with a penalty", 5, _ridge_fits),
        Values("No penalty", 0.5, _no_penalty),
        Property("Gradient against the numerical gradient of the same loss", 2.5, _ridge_agrees),
    ),
    slips="""
        the planted bug
            dw[1:] += lam * w[1:] → dw += lam * w
            your gradient still has the bug. The numerical gradient disagrees only in entry 0, so ask yourself what is
            special about `w[0]`.
        bias penalised in the loss too
            np.sum(w[1:] ** 2) → np.sum(w**2)
            dw[1:] += lam * w[1:] → dw += lam * w
            the loss and the gradient agree now, but you changed the loss so that it penalises the bias `w[0]`. Restore
            the loss, and correct the gradient instead.
        bias penalised in the loss alone
            np.sum(w[1:] ** 2) → np.sum(w**2)
            you changed the loss so that it penalises the bias `w[0]`. Restore the loss, because only the gradient had a
            bug.
        penalty gone from the gradient
            dw[1:] += lam * w[1:] → pass
            you leave out the gradient of the penalty. Add `lam * w[1:]` to `dw[1:]`.
        penalty in place of the data's gradient
            dw[1:] += → dw[1:] =
            in `dw[1:]`, you replace the gradient of the squared residuals (the data term) by that of the penalty. *Add*
            the two, with `dw[1:] += …`.
        factor 2
            lam * w[1:] → 2 * lam * w[1:]
            your gradient of the penalty is 2λ·w. Use λ·w, because the ½ of the penalty cancels the 2 from the square.
        half of the penalty's gradient
            lam * w[1:] → 0.5 * lam * w[1:]
            your gradient of the penalty is ½λ·w. Use λ·w, because the ½ of the penalty cancels the 2 from the square.
        ½ missing in the penalty
            0.5 * lam → lam
            you leave the ½ out of the penalty. Multiply the sum of the squares by ½λ.
        only the bias penalised in the gradient
            dw[1:] += lam * w[1:] → dw[0] += lam * w[0]
            you add the gradient of the penalty only to the entry of the bias. Add `lam * w[1:]` to `dw[1:]`, and add
            nothing to `dw[0]`.
        penalty's gradient subtracted
            dw[1:] += → dw[1:] -=
            you subtract λ·w. Add it, because the penalty rises with the size of the weights.
        gradient of the bias set to 0
            dw[1:] += lam * w[1:] → dw += lam * w ⏎ dw[0] = 0
            your `dw[0]` is 0, but the squared residuals (the data term) depend on the bias too. Give `dw[0]` only the
            gradient of this term, and add `lam * w[1:]` to `dw[1:]`.
        λ subtracted for the bias
            dw[1:] += lam * w[1:] → dw += lam * w ⏎ dw[0] -= lam
            you add `lam * w` to all of `dw` and then subtract only `lam` from `dw[0]`. Subtract `lam * w[0]`, or add
            `lam * w[1:]` only to `dw[1:]`.
        last entry spared
            dw[1:] += lam * w[1:] → dw[:-1] += lam * w[:-1]
            you exempt the last entry from the penalty. Exempt the *first* one, `w[0]`, because it is the bias.
        penalty averaged
            lam * w[1:] → lam * w[1:] / len(y)
            you divide λ·w by N. Divide only the gradient of the data term, because the penalty does not depend on the
            number of examples.
    """,
)
