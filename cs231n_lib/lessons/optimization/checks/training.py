"""Exercises on training: the loop that follows a gradient, and a classifier trained with minibatches."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers

from . import references


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
    importance="core",
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


Rows = NDArray[np.int64]


def _clouds(rng: Generator, n: int = 60, d: int = 4, classes: int = 3) -> tuple[FloatArray, Rows]:
    y = rng.permutation(np.arange(n) % classes)
    return rng.normal(scale=2.0, size=(classes, d))[y] + rng.normal(size=(n, d)), y


def _full_batches(rng: Generator) -> Cases:
    """One batch holds all rows: its order changes nothing, so the result must be the reference's."""
    for classes, epochs in ((3, 4), (2, 1)):
        x, y = _clouds(rng, classes=classes)
        yield case(f"{classes} classes, {epochs} epochs of one batch", x, y, classes, 0.1, epochs, 60, rng)


def _equal_examples(rng: Generator) -> Cases:
    """All examples are the same one, so their order changes nothing, but each update changes the next gradient."""
    for n, batch_size, words in ((12, 4, "three batches an epoch"), (10, 4, "the last batch is short")):
        x, y = np.tile(rng.normal(size=3), (n, 1)), np.full(n, 1)
        yield case(f"{n} equal examples, {words}", x, y, 3, 0.5, 2, batch_size, rng)


N, BATCH = 10, 4


def _batches_of_each_row(call: Function, epochs: int, rng: Generator) -> FloatArray:
    """For each of N rows the sum of 1 / size over the batches it was in.

    Every example has a feature of its own, and the rate is tiny, so its row of w is -lr / size times its own dscores
    for each batch that it was in.
    """
    y = np.arange(N) % 2
    w, _ = call(np.eye(N), y, 2, 1e-6, epochs, BATCH, rng)
    w = np.asarray(w, dtype=float)
    if w.shape != (N, 2):
        raise Violation("`w` must have a row for each feature and a column for each class", f"its shape is {w.shape}")
    return w[np.arange(N), y] / (1e-6 * 0.5)


def _each_row_once(call: Function, rng: Generator) -> None:
    seen = np.sort(_batches_of_each_row(call, 1, rng))
    expected = np.repeat([1 / 4, 1 / 2], [8, 2])
    if not np.allclose(seen, expected, atol=1e-4):
        raise Violation(
            "in an epoch every row must be in one batch, and only the last batch is short",
            f"{N} rows in batches of {BATCH}: shares in an update from {seen[0]:.3g} to {seen[-1]:.3g}",
            fingerprint=tuple(seen.round(4) + 0.0),
        )


def _drawn_anew(call: Function, rng: Generator) -> None:
    seen = _batches_of_each_row(call, 8, rng)
    first, second = (_batches_of_each_row(call, 8, np.random.default_rng(seed)) for seed in (1, 2))
    if all(shares[-2:].min() > shares[:-2].max() for shares in (seen, first, second)):
        raise Violation("the rows come in their stored order: draw the batches from `rng`")
    if np.allclose(first, second, atol=1e-4):
        raise Violation("two different generators give the same batches: draw from `rng`")
    if len(np.unique(seen.round(4))) < 3:
        raise Violation("every epoch has the same batches: draw them anew from `rng`")
    again = _batches_of_each_row(call, 8, np.random.default_rng(1))
    if not np.allclose(first, again, atol=1e-4):
        raise Violation("equal generators give different batches: draw from `rng`, not from np.random")


train_softmax_classifier = Exercise(
    references.train_softmax_classifier,
    points=14,
    minutes=25,
    difficulty=4,
    importance="core",
    checks=(
        Values("One batch of all rows: every update is right", 4, _full_batches),
        Values("Batches: one update for each, from the weights as they are then", 2, _equal_examples),
        Property("Every row once an epoch, in batches of the size asked", 2, _each_row_once),
        Property("Batches drawn anew each epoch, from the generator given", 1, _drawn_anew),
    ),
    slips="""
        uphill
            w -= lr → w += lr
            b -= lr → b += lr
            the loss grows: subtract `lr` times the gradient.
        bias not trained
            b -= lr * dscores.sum(axis=0) → pass
            `b` stays at zero: its gradient is `dscores.sum(axis=0)`.
        averaged twice
            x[rows].T @ dscores → x[rows].T @ dscores / len(rows)
            dscores.sum(axis=0) → dscores.mean(axis=0)
            the gradient is divided by the batch size twice: `softmax_cross_entropy` returns the gradient of a *mean*
            already.
        weights' gradient averaged
            x[rows].T @ dscores → x[rows].T @ dscores / len(rows)
            the gradient of `w` is divided by the batch size twice: `dscores` is that of a *mean* already.
        bias gradient averaged
            dscores.sum(axis=0) → dscores.mean(axis=0)
            `dscores` is already that of a mean: *sum* it over the examples for the bias.
        one epoch only
            range(epochs) → range(1)
            only one epoch is run: repeat the pass over the batches `epochs` times.
        first batch only
            b -= lr * dscores.sum(axis=0) → b -= lr * dscores.sum(axis=0) ⏎ break
            each epoch stops after its first batch: is there a `return` or `break` inside the loop?
        last batch only
            batches.minibatches(len(x), batch_size, rng) → list(batches.minibatches(len(x), batch_size, rng))[-1:]
            the weights are updated once an epoch, after its last batch: the update belongs inside the loop over the
            batches.
        bias left out of the scores
            x[rows] @ w + b → x[rows] @ w
            the scores lack `b`, so that it is trained without ever being used: `x[rows] @ w + b`.
        short batch skipped
            _, dscores → if len(rows) < batch_size: continue ⏎ _, dscores
            the short batch at the end of an epoch is skipped: its rows count as much as all others.
        labels not shuffled along
            y[rows] → y[: len(rows)]
            the rows of x and the labels do not belong together: index both with the same `rows`.
        all rows for every update
            x[rows] @ w + b, y[rows] → x @ w + b, y
            x[rows].T → x.T
            every update uses all examples: take those of the batch, `x[rows]` and `y[rows]`.
        scores of the start
            _, dscores → w_now, b_now = np.zeros_like(w), np.zeros_like(b) ⏎ _, dscores
            x[rows] @ w + b → x[rows] @ w_now + b_now
            the scores are those of the weights at the start: compute them anew for each batch.
        same batches each epoch
            in batches.minibatches(len(x), batch_size, rng) → in order
            for _ in range(epochs) → order = list(batches.minibatches(len(x), batch_size, rng)) ⏎ for _ in range(epochs)
            the batches are drawn once and used in every epoch: call `minibatches` inside the loop over epochs.
        own seed
            batch_size, rng) → batch_size, np.random.default_rng(0))
            a generator made inside the function starts anew each time, so all epochs are alike: use the one given.
        not shuffled
            batches.minibatches(len(x), batch_size, rng) → np.split(np.arange(N), range(batch_size, N, batch_size))
            for _ in range(epochs) → N = len(x) ⏎ for _ in range(epochs)
            the rows come in their stored order in every epoch: draw the batches with `batches.minibatches`.
    """,
)
