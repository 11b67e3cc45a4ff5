"""Exercises on gradient descent and on training a classifier with minibatches."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import losses, optimizers

from . import references


def _bowl(rng: Generator, shape: tuple[int, ...]) -> Callable[[FloatArray], FloatArray]:
    a, centre = rng.uniform(0.5, 2, shape), rng.normal(size=shape)
    return lambda w: a * (w - centre)


def _walks(rng: Generator) -> Cases:
    for shape in ((2,), (2, 3)):
        yield case(f"w of shape {shape}", _bowl(rng, shape), rng.normal(size=shape), 0.1, 7)


def _short_walks(rng: Generator) -> Cases:
    yield case("one step", _bowl(rng, (2,)), rng.normal(size=2), 0.3, 1)
    yield case("a learning rate of 0", _bowl(rng, (2,)), rng.normal(size=2), 0.0, 3)


def _odd_walks(rng: Generator) -> Cases:
    """Walks whose every step counts, and a gradient array that must stay unchanged."""
    yield case("an initial point at the minimum", lambda w: 2 * w, np.zeros(2), 0.1, 4)
    yield case("a learning rate so high that the loss grows", lambda w: 2 * w, rng.uniform(0.5, 1, 2), 1.4, 4)
    slope = rng.uniform(1, 2, 3)
    yield case("a gradient function that always returns the same array", lambda w: slope, rng.normal(size=3), 0.5, 3)


gradient_descent = Exercise(
    optimizers.gradient_descent,
    points=8,
    minutes=10,
    difficulty=2,
    covers="sign one smallest",
    importance="core",
    checks=(
        Values("The path and its last point", 4.75, _walks),
        Values("One step, and a learning rate of 0", 1.25, _short_walks),
        Values("All steps, even at the minimum or uphill", 1, _odd_walks),
    ),
    slips="""
        uphill
            w - lr → w + lr
            you add the gradient, so the walk climbs. *Subtract* `lr` times the gradient, because the gradient points
            uphill.
        w changed in place
            w = w - lr * gradient(w) → w -= lr * gradient(w)
            you change the caller's `w` in place, and every entry of the path refers to this one array. Write `w = w -
            …`, which makes a new array.
        copy of w changed in place
            path = [w] → w = w.copy() ⏎ path = [w]
            w = w - lr * gradient(w) → w -= lr * gradient(w)
            you change one array in place, and every entry of the path refers to it. Write `w = w - …`, which makes a
            new array.
        gradient taken once
            path = [w] → path, dw = [w], gradient(w)
            lr * gradient(w) → lr * dw
            you use the gradient at the initial point in every step. Compute the gradient again at each new `w`.
        start left out
            path = [w] → path = []
            you leave the initial point out of the path. Begin the path with it, so that the path has `steps + 1`
            points.
        end left out
            w = w - lr * gradient(w) → pass
            path.append(w) → w = w - lr * gradient(w) ⏎ path += [w] * (len(path) < steps)
            you leave the last point out of the path. Store the initial point and the point after each step, `steps + 1`
            in all.
        one step too few
            range(steps) → range(steps - 1)
            np.stack(path) → np.stack([*path, w])
            you make one update too few, so the last point is in the path twice. Make `steps` updates, and add one point
            to the path after each.
        last point beyond the path
            return w, → return w - lr * gradient(w),
            your path is right, but the `w` that you return is one step beyond its last point. Make `steps` updates, and
            return the last point of the path.
        learning rate unused
            lr * gradient(w) → gradient(w)
            you subtract the whole gradient. Multiply the gradient by the learning rate `lr`.
        step of unit length
            lr * gradient(w) → lr * gradient(w) / np.linalg.norm(gradient(w))
            you divide the gradient by its length, so every step is equally long. Use the gradient as it is, so that a
            steeper slope makes a larger step.
        stops when it is flat
            path.append(w) → path.append(w) ⏎ if np.allclose(gradient(w), 0): break
            you end the walk early where the slope is 0. Take all `steps` steps, so that the path has `steps + 1`
            points.
        stops before a flat step
            w = w - lr * gradient(w) → if np.allclose(gradient(w), 0): break ⏎ w = w - lr * gradient(w)
            you end the walk early where the slope is 0. Take all `steps` steps, so that the path has `steps + 1`
            points.
    """,
)


Rows = NDArray[np.int64]


def _clouds(rng: Generator, n: int = 60, d: int = 4, classes: int = 3) -> tuple[FloatArray, Rows]:
    y = rng.permutation(np.arange(n) % classes)
    return rng.normal(scale=2.0, size=(classes, d))[y] + rng.normal(size=(n, d)), y


def _loss(x: FloatArray, y: Rows, lr: float, epochs: int, rng: Generator) -> float:
    """Loss after training with one batch per epoch."""
    w, b = references.train_softmax_classifier(x, y, 3, lr, epochs, len(x), rng)
    return losses.softmax_cross_entropy(x @ w + b, y)[0]


def _full_batches(rng: Generator) -> Cases:
    """A single batch of all rows, whose order does not change the result."""
    for classes, epochs in ((3, 4), (2, 1)):
        x, y = _clouds(rng, classes=classes)
        yield case(f"{classes} classes, one batch per epoch, epochs = {epochs}", x, y, classes, 0.1, epochs, 60, rng)
    while True:  # until the loss rises in the last epoch
        x, y = _clouds(rng, n=12)
        first, second = (_loss(x, y, 8.0, epochs, rng) for epochs in (2, 3))
        if second > first + 0.1:
            break
    yield case("a learning rate at which the loss rises, epochs = 3", x, y, 3, 8.0, 3, 12, rng)


def _equal_examples(rng: Generator) -> Cases:
    """Identical examples, whose order does not matter, while each update changes the next gradient."""
    for n, batch_size, words in ((12, 4, "three batches per epoch"), (10, 4, "a short last batch")):
        x, y = np.tile(rng.normal(size=3), (n, 1)), np.full(n, 1)
        yield case(f"{n} identical examples, {words}", x, y, 3, 0.5, 2, batch_size, rng)


N, BATCH = 10, 4


def _batches_of_each_row(call: Function, epochs: int, rng: Generator) -> FloatArray:
    """Sum of 1 / size over the batches of each of N rows.

    Every example has a feature of its own, and the learning rate is tiny. Its row of w is therefore the sum of
    -lr / size times its own dscores over the batches that contain it.
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
            "each row must be in exactly one batch of an epoch, and only the last batch may be short",
            f"{N} rows in batches of {BATCH}: expected a weight of 0.25 for 8 rows and 0.5 for 2 in the updates of an "
            f"epoch, got {seen[0]:.3g} to {seen[-1]:.3g}",
            fingerprint=tuple(seen.round(4) + 0.0),
        )


def _drawn_anew(call: Function, rng: Generator) -> None:
    seen = _batches_of_each_row(call, 8, rng)
    first, second = (_batches_of_each_row(call, 8, np.random.default_rng(seed)) for seed in (1, 2))
    if all(fractions[-2:].min() > fractions[:-2].max() for fractions in (seen, first, second)):
        raise Violation("the rows come in their stored order. Draw the batches with `rng`")
    if np.allclose(first, second, atol=1e-4):
        raise Violation("two different generators give the same batches. Draw the batches with `rng`")
    if len(np.unique(seen.round(4))) < 3:
        raise Violation("every epoch has the same batches. Draw new ones with `rng` in each epoch")
    again = _batches_of_each_row(call, 8, np.random.default_rng(1))
    if not np.allclose(first, again, atol=1e-4):
        raise Violation("equal generators give different batches. Draw with `rng`, not with `np.random`")


train_softmax_classifier = Exercise(
    references.train_softmax_classifier,
    points=14,
    minutes=25,
    difficulty=4,
    covers="sign smallest repeated",
    importance="core",
    checks=(
        Values("Updates with one batch of all rows", 4, _full_batches, central=True),
        Values("One update for each batch, with the current weights", 2, _equal_examples, central=True),
        Property("Each row once per epoch, in batches of the given size", 2, _each_row_once),
        Property("New batches in each epoch, drawn with the given generator", 1, _drawn_anew),
    ),
    slips="""
        uphill
            w -= lr → w += lr
            b -= lr → b += lr
            you add the gradients, so the loss grows. Subtract `lr` times each gradient.
        bias not trained
            b -= lr * dscores.sum(axis=0) → pass
            your `b` stays at zero. For each batch, subtract `lr` times the sum of `dscores` over the rows,
            `dscores.sum(axis=0)`, because a sum over *all* of its entries is 0.
        averaged twice
            x[rows].T @ dscores → x[rows].T @ dscores / len(rows)
            dscores.sum(axis=0) → dscores.mean(axis=0)
            you divide both gradients by the batch size a second time. Leave out this division, and *sum* `dscores` over
            the rows for the bias, because `softmax_cross_entropy` already returns the gradient of a *mean*.
        weights' gradient averaged
            x[rows].T @ dscores → x[rows].T @ dscores / len(rows)
            you divide the gradient of `w` by the batch size a second time. Leave out the division, because `dscores` is
            already the gradient of a *mean*.
        bias gradient averaged
            dscores.sum(axis=0) → dscores.mean(axis=0)
            you average `dscores` for the bias. *Sum* it over the examples, because `dscores` is already the gradient of
            a mean.
        one epoch only
            range(epochs) → range(1)
            you train for only one epoch. Repeat the pass over the batches `epochs` times, and return after the last
            one.
        first batch only
            b -= lr * dscores.sum(axis=0) → b -= lr * dscores.sum(axis=0) ⏎ break
            you use only the first batch of each epoch. Make an update for every batch, without a `break` in the loop
            over the batches.
        last batch only
            batches.minibatches(len(x), batch_size, rng) → list(batches.minibatches(len(x), batch_size, rng))[-1:]
            you update the weights only once per epoch, after its last batch. Move the update into the loop over the
            batches.
        bias left out of the scores
            x[rows] @ w + b → x[rows] @ w
            you train `b` but leave it out of the scores. Compute the scores as `x[rows] @ w + b`.
        short batch skipped
            _, dscores → if len(rows) < batch_size: continue ⏎ _, dscores
            you skip the short batch at the end of an epoch. Make an update with it too, so that every row is used.
        labels not shuffled with the rows
            y[rows] → y[: len(rows)]
            you pair the rows of `x` with labels of other rows. Index `x` and `y` with the same `rows`.
        all rows for every update
            x[rows] @ w + b, y[rows] → x @ w + b, y
            x[rows].T → x.T
            you use all examples in every update. Use only those of the batch, `x[rows]` and `y[rows]`.
        scores from the initial weights
            _, dscores → w_now, b_now = np.zeros_like(w), np.zeros_like(b) ⏎ _, dscores
            x[rows] @ w + b → x[rows] @ w_now + b_now
            you compute all scores with the initial weights. Compute the scores of each batch with the current `w` and
            `b`.
        scores with outdated weights
            for rows in → scores = x @ w + b ⏎ for rows in
            x[rows] @ w + b → scores[rows]
            you compute all scores of an epoch with the weights from its start. Update `w` and `b` after each batch, and
            compute the scores of the next batch with the new values.
        same batches each epoch
            in batches.minibatches(len(x), batch_size, rng) → in order
            for _ in range(epochs) → order = list(batches.minibatches(len(x), batch_size, rng)) ⏎ for _ in range(epochs)
            you use the same batches in every epoch. Call `minibatches` inside the loop over the epochs, with `rng`
            itself and not with a copy.
        own seed
            batch_size, rng) → batch_size, np.random.default_rng(0))
            your batches do not depend on `rng`, for example because you draw from a generator of your own with a fixed
            seed. Use the generator `rng` that your function receives.
        not shuffled
            batches.minibatches(len(x), batch_size, rng) → np.split(np.arange(N), range(batch_size, N, batch_size))
            for _ in range(epochs) → N = len(x) ⏎ for _ in range(epochs)
            you take the rows in their stored order in every epoch. Draw the batches with `batches.minibatches`.
    """,
)
