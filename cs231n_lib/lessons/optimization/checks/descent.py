"""Exercise on descent: the loop that follows a gradient."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers


def _bowl(rng: Generator, shape: tuple[int, ...]) -> Callable[[FloatArray], FloatArray]:
    a, centre = rng.uniform(0.5, 2, shape), rng.normal(size=shape)
    return lambda w: a * (w - centre)


def _walks(rng: Generator) -> Cases:
    for shape in ((2,), (2, 3)):
        yield case(f"w of shape {shape}", _bowl(rng, shape), rng.normal(size=shape), 0.1, 7)


def _short_walks(rng: Generator) -> Cases:
    yield case("a single step", _bowl(rng, (2,)), rng.normal(size=2), 0.3, 1)
    yield case("learning rate 0 stays where it is", _bowl(rng, (2,)), rng.normal(size=2), 0.0, 3)


def _odd_walks(rng: Generator) -> Cases:
    """Nothing ends the walk early, the last point counts even if it is the worst; gradients stay as they are."""
    yield case("a start at the minimum takes all its steps", lambda w: 2 * w, np.zeros(2), 0.1, 4)
    yield case("a rate so high that it climbs", lambda w: 2 * w, rng.uniform(0.5, 1, 2), 1.4, 4)
    slope = rng.uniform(1, 2, 3)
    yield case("a gradient that is the same array each time", lambda w: slope, rng.normal(size=3), 0.5, 3)


gradient_descent = Exercise(
    optimizers.gradient_descent,
    points=8,
    minutes=10,
    difficulty=2,
    checks=(
        Values("The walk and where it ends", 4, _walks),
        Values("One step, and a learning rate of 0", 2, _short_walks),
        Values("All its steps, wherever they lead", 1, _odd_walks),
    ),
    slips="""
        uphill
            w - lr → w + lr
            this climbs: the gradient points uphill, so *subtract* it.
        w changed in place
            w = w - lr * gradient(w) → w -= lr * gradient(w)
            `w -= …` changes the one array that the path holds many times over, and the caller's too. Write
            `w = w - …`, which makes a new one.
        gradient taken once
            path = [w] → path, dw = [w], gradient(w)
            lr * gradient(w) → lr * dw
            the gradient is that of the start throughout: take it anew at each w.
        start left out
            path = [w] → path = []
            the path begins with the start: `steps + 1` points in all.
        end left out
            w = w - lr * gradient(w) → pass
            path.append(w) → w = w - lr * gradient(w) ⏎ path += [w] * (len(path) < steps)
            the last point is missing from the path: `steps + 1` points in all, the start and one after each step.
        one step too few
            range(steps) → range(steps - 1)
            np.stack(path) → np.stack([*path, w])
            the loop makes one update too few: `for _ in range(steps)`.
        learning rate unused
            lr * gradient(w) → gradient(w)
            the step is the whole gradient: multiply it by `lr`.
        step of unit length
            lr * gradient(w) → lr * gradient(w) / np.linalg.norm(gradient(w))
            the gradient was divided by its length: here a steep slope makes a large step.
        stops when it is flat
            path.append(w) → path.append(w) ⏎ if np.allclose(gradient(w), 0): break
            the walk ends early where the slope is 0. Here it takes all its steps, so that the path has `steps + 1`
            points.
    """,
)
