"""Exercises on a loss with its gradient: least squares, and ridge regression with a bug to find."""

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
    yield case("a perfect fit has loss 0 and gradient 0", w, x, x @ w)
    yield case("one example", rng.normal(size=2), rng.normal(size=(1, 2)), rng.normal(size=1))


def _agrees(call: Function, w: FloatArray, *rest: Any) -> None:
    """The gradient must be that of the loss beside it, by centred differences."""
    numerical = numerical_gradient_centered(lambda w: call(w, *rest)[0], w)
    error = relative_error(np.asarray(call(w, *rest)[1], dtype=float), numerical)
    if not error.max() < 1e-6:
        bad = [int(i) for i in np.flatnonzero(~(error < 1e-6))]
        raise Violation("the gradient is not that of the loss beside it", f"wrong in entries {bad} of {len(w)}")


def _least_squares_agrees(call: Function, rng: Generator) -> None:
    _agrees(call, rng.normal(size=3), rng.normal(size=(6, 3)), rng.normal(size=6))


least_squares_loss = Exercise(
    losses.least_squares_loss,
    points=10,
    minutes=15,
    difficulty=2,
    importance="core",
    checks=(
        Values("Loss and gradient", 4, _line_fits),
        Values("A perfect fit, and a single example", 2, _exact_fit),
        Property("Gradient against the numerical gradient of the same loss", 2, _least_squares_agrees),
    ),
    slips="""
        ½ missing in the loss
            0.5 * residual → residual
            the loss is twice too large: here it is the mean of *half* the squared residual.
        ½ missing, doubled gradient
            0.5 * residual → residual
            x.T @ residual → 2 * x.T @ residual
            this is the plain mean squared error, consistent in itself; here each square is halved, so that the
            gradient carries no 2.
        gradient twice too large
            x.T @ residual → 2 * x.T @ residual
            the 2 from the square cancels the ½ of the loss: the gradient carries no 2.
        gradient halved
            x.T @ residual → 0.5 * x.T @ residual
            the ½ of the loss is gone from the gradient, since the square brings a 2: leave it out.
        gradient not averaged
            x.T @ residual / len(y) → x.T @ residual
            the loss is a mean over the examples, so the gradient is one too: divide it by N.
        sums instead of means
            np.mean → np.sum
            x.T @ residual / len(y) → x.T @ residual
            both are sums over the examples: divide by N, or the right learning rate will depend on the batch size.
        loss not averaged
            np.mean → np.sum
            the loss is a sum over the examples: it must be their mean, as the gradient is.
        sign of the gradient
            x.T @ residual → -x.T @ residual
            the gradient points downhill. With the residual `x @ w - y` its sign is plus: the gradient points *uphill*.
        gradient averaged over features
            len(y) → x.shape[1]
            the mean is over the N examples, not over the D features: divide by `len(y)`.
        not squared
            residual**2 → np.abs(residual)
            the loss takes the size of each residual. It is the *square* that is halved and averaged.
        x missing in the gradient
            x.T @ residual / len(y) → np.full(len(w), np.mean(residual))
            each residual reaches `w` through its example: multiply by x, `x.T @ residual`.
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
    w = rng.uniform(0.5, 1.5, 4)  # no weight so small that its penalty cannot be seen
    _agrees(call, w, _with_ones(rng, 6, 4), rng.normal(size=6), 0.7)


ridge_loss = Exercise(
    references.ridge_loss,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Loss and gradient with a penalty", 4, _ridge_fits),
        Values("Without penalty", 1, _no_penalty),
        Property("Gradient against the numerical gradient of the same loss", 3, _ridge_agrees),
    ),
    slips="""
        the planted bug
            dw[1:] += lam * w[1:] → dw += lam * w
            the bug is still there. The numerical gradient disagrees in entry 0 only: what is special about `w[0]`?
        bias penalised in the loss too
            np.sum(w[1:] ** 2) → np.sum(w**2)
            dw[1:] += lam * w[1:] → dw += lam * w
            loss and gradient agree now, but the loss changed: the bias `w[0]` is not to be penalised. Mend the
            gradient.
        bias penalised in the loss alone
            np.sum(w[1:] ** 2) → np.sum(w**2)
            the loss penalises the bias `w[0]` too. It was right before: only the gradient has the bug.
        penalty gone from the gradient
            dw[1:] += lam * w[1:] → pass
            the penalty has no gradient any more: all entries but the first need λ·w.
        penalty in place of the data's gradient
            dw[1:] += → dw[1:] =
            `=` overwrites the gradient of the data: *add* the penalty's, `dw[1:] += …`.
        factor 2
            lam * w[1:] → 2 * lam * w[1:]
            the ½ in the penalty cancels the 2 of the square: its gradient is λ·w, not 2λ·w.
        half of the penalty's gradient
            lam * w[1:] → 0.5 * lam * w[1:]
            the ½ of the penalty cancels against the 2 of the square: its gradient is λ·w, not ½λ·w.
        ½ missing in the penalty
            0.5 * lam → lam
            the penalty in the loss is ½λ times the squares: the ½ is missing.
        gradient of the bias set to 0
            dw[1:] += lam * w[1:] → dw += lam * w ⏎ dw[0] = 0
            the bias has no penalty, but the data still have a gradient for it: `dw[0]` is not 0. Add λ·w to the others.
        last entry spared
            dw[1:] += lam * w[1:] → dw[:-1] += lam * w[:-1]
            the wrong entry is spared: the bias is the *first*, `w[0]`, which meets the column of ones.
        penalty averaged
            lam * w[1:] → lam * w[1:] / len(y)
            the penalty does not depend on how many examples there are: do not divide λ·w by N.
    """,
)
