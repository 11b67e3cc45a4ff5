"""Exercise on training: a classifier trained with minibatches."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

from . import references

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
        raise Wrong("`w` must have a row for each feature and a column for each class", f"its shape is {w.shape}")
    return w[np.arange(N), y] / (1e-6 * 0.5)


def _each_row_once(call: Function, rng: Generator) -> None:
    seen = np.sort(_batches_of_each_row(call, 1, rng))
    expected = np.repeat([1 / 4, 1 / 2], [8, 2])
    if not np.allclose(seen, expected, atol=1e-4):
        raise Wrong(
            "in an epoch every row must be in one batch, and only the last batch is short",
            f"{N} rows in batches of {BATCH}: shares in an update from {seen[0]:.3g} to {seen[-1]:.3g}",
            apart=tuple(seen.round(4) + 0.0),
        )


def _drawn_anew(call: Function, rng: Generator) -> None:
    seen = _batches_of_each_row(call, 8, rng)
    first, second = (_batches_of_each_row(call, 8, np.random.default_rng(seed)) for seed in (1, 2))
    if all(shares[-2:].min() > shares[:-2].max() for shares in (seen, first, second)):
        raise Wrong("the rows come in their stored order: draw the batches from `rng`")
    if np.allclose(first, second, atol=1e-4):
        raise Wrong("two different generators give the same batches: draw from `rng`")
    if len(np.unique(seen.round(4))) < 3:
        raise Wrong("every epoch has the same batches: draw them anew from `rng`")
    again = _batches_of_each_row(call, 8, np.random.default_rng(1))
    if not np.allclose(first, again, atol=1e-4):
        raise Wrong("equal generators give different batches: draw from `rng`, not from np.random")


train_softmax_classifier = Exercise(
    references.train_softmax_classifier,
    points=14,
    minutes=25,
    difficulty=4,
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
