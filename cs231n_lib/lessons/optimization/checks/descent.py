"""Exercises on descent: a loss with its gradient, and the loop."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import losses, optimizers
from cs231n_lib.functions.gradients import numerical_gradient_centered, relative_error


def _line_fits(rng: Generator) -> Iterator[Case]:
    for n, d in ((5, 3), (8, 2)):
        yield case(f"x of shape ({n}, {d})", rng.normal(size=d), rng.normal(size=(n, d)), rng.normal(size=n))


def _exact_fit(rng: Generator) -> Iterator[Case]:
    w, x = rng.normal(size=2), rng.normal(size=(4, 2))
    yield case("a perfect fit has loss 0 and gradient 0", w, x, x @ w)
    yield case("one example", rng.normal(size=2), rng.normal(size=(1, 2)), rng.normal(size=1))


def _agrees_with_itself(call: Callable[..., Any], rng: Generator) -> None:
    w, x, y = rng.normal(size=3), rng.normal(size=(6, 3)), rng.normal(size=6)
    numerical = numerical_gradient_centered(lambda w: call(w, x, y)[0], w)
    worst = np.max(relative_error(np.asarray(call(w, x, y)[1], dtype=float), numerical))
    if not worst < 1e-6:
        raise Wrong("the gradient is not that of the loss beside it", f"largest relative error {worst:.2g}")


def _least_squares(
    loss: Callable[[FloatArray], Any], dw: Callable[[FloatArray, FloatArray], Any]
) -> Callable[[FloatArray, FloatArray, FloatArray], Any]:
    """A loss and a gradient that are functions of the residual (and of x)."""

    def implementation(w: FloatArray, x: FloatArray, y: FloatArray) -> Any:
        return loss(x @ w - y), dw(x @ w - y, x)

    return implementation


def _half_mean(r: FloatArray) -> Any:
    return 0.5 * np.mean(r**2)


least_squares_loss = Exercise(
    losses.least_squares_loss,
    points=10,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Loss and gradient", 4, _line_fits),
        Values("A perfect fit, and a single example", 2, _exact_fit),
        Property("Gradient against the numerical gradient of the same loss", 2, _agrees_with_itself),
    ),
    mistakes=(
        Mistake(
            "½ missing in the loss",
            _least_squares(lambda r: np.mean(r**2), lambda r, x: x.T @ r / len(r)),
            "the loss is twice too large: here it is the mean of *half* the squared residual.",
        ),
        Mistake(
            "½ missing, doubled gradient",
            _least_squares(lambda r: np.mean(r**2), lambda r, x: 2 * x.T @ r / len(r)),
            "this is the plain mean squared error, consistent in itself; here each square is halved, so that the "
            "gradient "
            "carries no 2.",
        ),
        Mistake(
            "gradient twice too large",
            _least_squares(_half_mean, lambda r, x: 2 * x.T @ r / len(r)),
            "the 2 from the square cancels the ½ of the loss: the gradient carries no 2.",
        ),
        Mistake(
            "gradient not averaged",
            _least_squares(_half_mean, lambda r, x: x.T @ r),
            "the loss is a mean over the examples, so the gradient is one too: divide it by N.",
        ),
        Mistake(
            "sums instead of means",
            _least_squares(lambda r: 0.5 * np.sum(r**2), lambda r, x: x.T @ r),
            "both are sums over the examples: divide by N, or the right learning rate will depend on the batch size.",
        ),
        Mistake(
            "sign of the gradient",
            _least_squares(_half_mean, lambda r, x: -x.T @ r / len(r)),
            "the gradient points downhill. With the residual `x @ w - y` its sign is plus: the gradient points "
            "*uphill*.",
        ),
        Mistake(
            "gradient averaged over features",
            _least_squares(_half_mean, lambda r, x: x.T @ r / x.shape[1]),
            "the mean is over the N examples, not over the D features: divide by `len(y)`.",
        ),
    ),
)


def _bowl(rng: Generator, shape: tuple[int, ...]) -> Callable[[FloatArray], FloatArray]:
    a, centre = rng.uniform(0.5, 2, shape), rng.normal(size=shape)
    return lambda w: a * (w - centre)


def _walks(rng: Generator) -> Iterator[Case]:
    for shape in ((2,), (2, 3)):
        yield case(f"w of shape {shape}", _bowl(rng, shape), rng.normal(size=shape), 0.1, 7)


def _short_walks(rng: Generator) -> Iterator[Case]:
    yield case("a single step", _bowl(rng, (2,)), rng.normal(size=2), 0.3, 1)
    yield case("learning rate 0 stays where it is", _bowl(rng, (2,)), rng.normal(size=2), 0.0, 3)


def _walk(step: Callable[[FloatArray, FloatArray, float], FloatArray]) -> Callable[..., Any]:
    def implementation(gradient: Any, w: FloatArray, lr: float, steps: int) -> Any:
        path = [w]
        for _ in range(steps):
            w = step(w, gradient(w), lr)
            path.append(w)
        return w, np.stack(path)

    return implementation


def _in_place(gradient: Any, w: FloatArray, lr: float, steps: int) -> Any:
    path = [w]
    for _ in range(steps):
        w -= lr * gradient(w)
        path.append(w)
    return w, np.stack(path)


def _one_gradient(gradient: Any, w: FloatArray, lr: float, steps: int) -> Any:
    path, dw = [w], gradient(w)
    for _ in range(steps):
        w = w - lr * dw
        path.append(w)
    return w, np.stack(path)


def _without_start(gradient: Any, w: FloatArray, lr: float, steps: int) -> Any:
    path = []
    for _ in range(steps):
        w = w - lr * gradient(w)
        path.append(w)
    return w, np.stack(path)


def _one_step_short(gradient: Any, w: FloatArray, lr: float, steps: int) -> Any:
    path = [w]
    for _ in range(steps - 1):
        w = w - lr * gradient(w)
        path.append(w)
    return w, np.stack([*path, w])


gradient_descent = Exercise(
    optimizers.gradient_descent,
    points=8,
    minutes=10,
    difficulty=2,
    checks=(
        Values("The walk and where it ends", 4, _walks),
        Values("One step, and a learning rate of 0", 2, _short_walks),
    ),
    mistakes=(
        Mistake(
            "uphill", _walk(lambda w, dw, lr: w + lr * dw), "this climbs: the gradient points uphill, so *subtract* it."
        ),
        Mistake(
            "w changed in place",
            _in_place,
            "`w -= …` changes the one array that the path holds many times over, and the caller's too. Write `w = w - "
            "…`, "
            "which makes a new one.",
        ),
        Mistake(
            "gradient taken once",
            _one_gradient,
            "the gradient is that of the start throughout: take it anew at each w.",
        ),
        Mistake("start left out", _without_start, "the path begins with the start: `steps + 1` points in all."),
        Mistake("one step too few", _one_step_short, "the loop makes one update too few: `for _ in range(steps)`."),
        Mistake(
            "learning rate unused",
            _walk(lambda w, dw, lr: w - dw),
            "the step is the whole gradient: multiply it by `lr`.",
        ),
        Mistake(
            "step of unit length",
            _walk(lambda w, dw, lr: w - lr * dw / np.linalg.norm(dw)),
            "the gradient was divided by its length: here a steep slope makes a large step.",
        ),
    ),
)
