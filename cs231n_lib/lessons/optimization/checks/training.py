"""Exercise on training: a classifier trained with minibatches."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import batches, losses

from . import references

Rows = NDArray[np.int64]


def _clouds(rng: Generator, n: int = 60, d: int = 4, classes: int = 3) -> tuple[FloatArray, Rows]:
    y = rng.permutation(np.arange(n) % classes)
    return rng.normal(scale=2.0, size=(classes, d))[y] + rng.normal(size=(n, d)), y


def _full_batches(rng: Generator) -> Iterator[Case]:
    """One batch holds all rows: its order changes nothing, so the result must be the reference's."""
    for classes, epochs in ((3, 4), (2, 1)):
        x, y = _clouds(rng, classes=classes)
        yield case(f"{classes} classes, {epochs} epochs of one batch", x, y, classes, 0.1, epochs, 60, rng)


def _updates_each_batch(call: Callable[..., Any], rng: Generator) -> None:
    """With a tiny rate the weights hardly move, so an epoch adds up to -lr times the gradients of its batches."""
    x, y = _clouds(rng)
    lr, batches_an_epoch = 1e-6, 6
    w, b = call(x, y, 3, lr, 2, 60 // batches_an_epoch, rng)
    _, dscores = losses.softmax_cross_entropy(np.zeros((60, 3)), y)
    expected = 2 * batches_an_epoch * np.vstack([x.T @ dscores, dscores.sum(axis=0)])
    moved = -np.vstack([w, b]) / lr
    if moved.shape != expected.shape or not np.allclose(moved, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max()):
        size = float(np.linalg.norm(moved) / np.linalg.norm(expected))
        raise Wrong(
            "two epochs of minibatches do not add up to the gradients of all batches", f"{size:.3g} times as far"
        )


def _learns(call: Callable[..., Any], rng: Generator) -> None:
    x, y = _clouds(rng, n=120)
    w, b = call(x, y, 3, 0.1, 10, 20, rng)
    reached = float(np.mean(np.argmax(x @ w + b, axis=1) == y))
    best_w, best_b = references.train_softmax_classifier(x, y, 3, 0.1, 10, 20, np.random.default_rng(0))
    best = float(np.mean(np.argmax(x @ best_w + best_b, axis=1) == y))
    if reached < best - 0.05:
        raise Wrong("the trained classifier is less accurate than it should be", f"{reached:.0%} instead of {best:.0%}")


def _classifier(
    update: Callable[[FloatArray, FloatArray, FloatArray, Rows, float], None],
    rows_of: Callable[[int, int, Generator], Iterator[Rows]] = batches.minibatches,
    labels_of: Callable[[Rows, Rows], Rows] = lambda y, rows: y[rows],
    epochs_of: Callable[[int], int] = lambda epochs: epochs,
) -> Callable[..., Any]:
    """Training with one part exchanged: the update, the rows of a batch, their labels, the number of epochs."""

    def implementation(
        x: FloatArray, y: Rows, classes: int, lr: float, epochs: int, batch_size: int, rng: Generator
    ) -> Any:
        w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
        for _ in range(epochs_of(epochs)):
            for rows in rows_of(len(x), batch_size, rng):
                update(w, b, x[rows], labels_of(y, rows), lr)
        return w, b

    return implementation


def _dscores(w: FloatArray, b: FloatArray, x: FloatArray, y: Rows) -> FloatArray:
    _, dscores = losses.softmax_cross_entropy(x @ w + b, y)
    return dscores


def _right_update(w: FloatArray, b: FloatArray, x: FloatArray, y: Rows, lr: float) -> None:
    dscores = _dscores(w, b, x, y)
    w -= lr * x.T @ dscores
    b -= lr * dscores.sum(axis=0)


def _climb(w: FloatArray, b: FloatArray, x: FloatArray, y: Rows, lr: float) -> None:
    _right_update(w, b, x, y, -lr)


def _no_bias(w: FloatArray, b: FloatArray, x: FloatArray, y: Rows, lr: float) -> None:
    w -= lr * x.T @ _dscores(w, b, x, y)


def _averaged_twice(w: FloatArray, b: FloatArray, x: FloatArray, y: Rows, lr: float) -> None:
    _right_update(w, b, x, y, lr / len(x))


def _bias_mean(w: FloatArray, b: FloatArray, x: FloatArray, y: Rows, lr: float) -> None:
    dscores = _dscores(w, b, x, y)
    w -= lr * x.T @ dscores
    b -= lr * dscores.mean(axis=0)


def _first_batch_only(n: int, batch_size: int, rng: Generator) -> Iterator[Rows]:
    yield next(iter(batches.minibatches(n, batch_size, rng)))


train_softmax_classifier = Exercise(
    references.train_softmax_classifier,
    points=14,
    minutes=25,
    difficulty=4,
    checks=(
        Values("One batch of all rows: every update is right", 4, _full_batches),
        Property("Minibatches: one update for each", 3, _updates_each_batch),
        Property("It learns", 2, _learns),
    ),
    mistakes=(
        Mistake("uphill", _classifier(_climb), "the loss grows: subtract `lr` times the gradient."),
        Mistake("bias not trained", _classifier(_no_bias), "`b` stays at zero: its gradient is `dscores.sum(axis=0)`."),
        Mistake(
            "averaged twice",
            _classifier(_averaged_twice),
            "the gradient is divided by the batch size twice: `softmax_cross_entropy` returns the gradient of a *mean* "
            "already.",
        ),
        Mistake(
            "bias gradient averaged",
            _classifier(_bias_mean),
            "`dscores` is already that of a mean: *sum* it over the examples for the bias.",
        ),
        Mistake(
            "one epoch only",
            _classifier(_right_update, epochs_of=lambda epochs: 1),
            "only one epoch is run: repeat the pass over the batches `epochs` times.",
        ),
        Mistake(
            "first batch only",
            _classifier(_right_update, rows_of=_first_batch_only),
            "each epoch stops after its first batch: is there a `return` or `break` inside the loop?",
        ),
        Mistake(
            "labels not shuffled along",
            _classifier(_right_update, labels_of=lambda y, rows: y[: len(rows)]),
            "the rows of x and the labels do not belong together: index both with the same `rows`.",
        ),
    ),
)
