"""Exercises on losses of numbers: squared, absolute, and over bins."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import losses

from . import references


def _predictions(rng: Generator) -> Iterator[Case]:
    for n, m in ((5, 3), (4, 1)):
        yield case(f"scores ({n}, {m})", rng.normal(size=(n, m)), rng.normal(size=(n, m)))


def _exact_predictions(rng: Generator) -> Iterator[Case]:
    y = rng.normal(size=(4, 2))
    yield case("some predictions are exact", y + np.array([[0, 1.5], [-2, 0], [0, 0], [0.5, -1]]), y)
    yield case("one example", rng.normal(size=(1, 3)), rng.normal(size=(1, 3)))


def _regression_gradient(call: Callable[..., Any], rng: Generator) -> None:
    y = rng.normal(size=(4, 2))
    scores = y + rng.uniform(0.5, 2, (4, 2)) * rng.choice([-1, 1], (4, 2))
    require_gradient("dscores", call(scores, y)[1], lambda s: float(call(s, y)[0]), scores)


_ROWS = (
    Values("Loss and gradient", 2, _predictions),
    Values("Exact predictions, and a single example", 1, _exact_predictions),
    Property("Gradient against the numerical gradient of the same loss", 1, _regression_gradient),
)


def _of_residual(loss: Callable[[FloatArray], Any], dscores: Callable[[FloatArray], Any]) -> Callable[..., Any]:
    return lambda scores, y: (float(loss(scores - y)), dscores(scores - y))


def _mean_square(r: FloatArray) -> Any:
    return np.sum(r**2) / len(r)


def _mean_distance(r: FloatArray) -> Any:
    return np.sum(np.abs(r)) / len(r)


l2_loss = Exercise(
    losses.l2_loss,
    points=6,
    minutes=8,
    difficulty=1,
    checks=_ROWS,
    mistakes=(
        Mistake(
            "mean over the outputs too",
            _of_residual(lambda r: np.mean(r**2), lambda r: 2 * r / r.size),
            "this is the mean squared error: it divides by N·M. The L2 loss sums over the M outputs and divides by N "
            "only.",
        ),
        Mistake(
            "halved",
            _of_residual(lambda r: 0.5 * _mean_square(r), lambda r: r / len(r)),
            "consistent in itself, but halved: there is no ½ here, and so the 2 of the square stays in the gradient.",
        ),
        Mistake(
            "2 missing in the gradient",
            _of_residual(_mean_square, lambda r: r / len(r)),
            "the gradient lacks the 2 of the square: this loss has no ½ that would cancel it.",
        ),
        Mistake(
            "sums instead of means",
            _of_residual(lambda r: np.sum(r**2), lambda r: 2 * r),
            "loss and gradient are sums over the examples: divide both by N.",
        ),
        Mistake(
            "gradient not averaged",
            _of_residual(_mean_square, lambda r: 2 * r),
            "the loss is a mean over the examples, so the gradient is divided by N too.",
        ),
        Mistake(
            "not squared",
            _of_residual(
                lambda r: np.mean(np.sqrt(np.sum(r**2, axis=1))),
                lambda r: r / np.maximum(np.sqrt(np.sum(r**2, axis=1, keepdims=True)), 1e-300) / len(r),
            ),
            "this is the mean *distance*: the L2 loss is its square, so take no root.",
        ),
        Mistake(
            "sign of the gradient",
            _of_residual(_mean_square, lambda r: -2 * r / len(r)),
            "the sign is turned: with the residual `scores - y`, the gradient has the residual's own sign.",
        ),
    ),
)

l1_loss = Exercise(
    losses.l1_loss,
    points=6,
    minutes=8,
    difficulty=2,
    checks=_ROWS,
    mistakes=(
        Mistake(
            "gradient 1 where the residual is 0",
            _of_residual(_mean_distance, lambda r: np.where(r >= 0, 1.0, -1.0) / len(r)),
            "an exact prediction gets a gradient. At its kink |r| has none; 0 is the choice that leaves well alone: "
            "`np.sign`.",
        ),
        Mistake(
            "0/0 at exact predictions",
            _of_residual(_mean_distance, lambda r: r / np.abs(r) / len(r)),
            "r / |r| is the sign of r, except at 0, where it is NaN. `np.sign` knows that case.",
        ),
        Mistake(
            "mean over the outputs too",
            _of_residual(lambda r: np.mean(np.abs(r)), lambda r: np.sign(r) / r.size),
            "this divides by N·M: sum over the outputs, and divide by N only.",
        ),
        Mistake(
            "gradient of the L2 loss",
            _of_residual(_mean_distance, lambda r: 2 * r / len(r)),
            "the gradient is that of the *squared* residual: the slope of |r| is only its sign, however large r is.",
        ),
        Mistake(
            "sums instead of means",
            _of_residual(lambda r: np.sum(np.abs(r)), np.sign),
            "loss and gradient are sums over the examples: divide both by N.",
        ),
        Mistake(
            "gradient not averaged",
            _of_residual(_mean_distance, np.sign),
            "the loss is a mean over the examples, so the gradient is divided by N too.",
        ),
        Mistake(
            "distances cancel",
            _of_residual(lambda r: np.abs(np.sum(r)) / len(r), lambda r: np.sign(r) / len(r)),
            "the absolute value comes too late: residuals of unlike sign have cancelled. Take it of each, then sum.",
        ),
    ),
)

Labels = NDArray[np.integer]


def _edges(rng: Generator, bins: int) -> FloatArray:
    return np.cumsum(rng.uniform(0.5, 3, bins + 1))


def _binned(rng: Generator) -> Iterator[Case]:
    for n, bins in ((6, 4), (9, 5)):
        edges = _edges(rng, bins)
        inside = rng.uniform(edges[0], edges[-1], n)
        inside[:2] = edges[0] + 1e-3, edges[-1] - 1e-3  # the outer bins occur
        inside[2:4] = edges[2] - 1e-3, edges[2] + 1e-3  # one of the two is nearer to the other bin's centre
        yield case(f"{bins} bins of unlike width", rng.normal(size=(n, bins)), inside, edges)


def _beyond(rng: Generator) -> Iterator[Case]:
    edges = _edges(rng, 3)
    yield case("targets far beyond the edges", rng.normal(size=(3, 3)), np.array([-50.0, 200.0, edges[1] + 0.1]), edges)


def _on_edges(rng: Generator) -> Iterator[Case]:
    edges = _edges(rng, 4)
    yield case("targets on the edges", rng.normal(size=(5, 4)), edges.copy(), edges)


def _pull_is_bounded(call: Callable[..., Any], rng: Generator) -> None:
    edges, scores, y = _edges(rng, 4), rng.normal(size=(3, 4)), np.array([1e3, 2.0, 3.0])
    near, far = call(scores, y, edges), call(scores, y * np.array([1e3, 1, 1]), edges)
    if not np.isclose(near[0], far[0]) or not np.allclose(near[1], far[1]):
        raise Wrong("an outlier a thousand times as far away pulls harder")


def _bins(
    labels: Callable[[FloatArray, FloatArray], Labels] = lambda y, e: np.searchsorted(e[1:-1], y, side="right"),
    centers: Callable[[FloatArray], FloatArray] = lambda e: (e[:-1] + e[1:]) / 2,
    predict: Callable[[FloatArray, FloatArray, FloatArray], FloatArray] = lambda p, c, s: p @ c,
) -> Callable[..., Any]:
    """The binned loss with other labels, other values for the bins, or another reading of the probabilities."""

    def implementation(scores: FloatArray, y: FloatArray, edges: FloatArray) -> Any:
        loss, dscores = losses.softmax_cross_entropy(scores, labels(y, edges))
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        return loss, dscores, predict(probabilities, centers(edges), scores)

    return implementation


def _nearest(y: FloatArray, edges: FloatArray) -> Labels:
    centers = (edges[:-1] + edges[1:]) / 2
    return np.asarray(np.abs(y[:, np.newaxis] - centers).argmin(axis=1))


binned_loss = Exercise(
    references.binned_loss,
    points=6,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Loss, gradient and predictions", 1, _binned),
        Values("Targets beyond the edges", 1, _beyond),
        Values("Targets on the edges", 1, _on_edges),
        Property("The pull of an outlier is bounded", 1, _pull_is_bounded),
    ),
    forbidden=(losses.bin_targets, losses.bin_centers, losses.softmax, losses.log_softmax),
    mistakes=(
        Mistake(
            "outliers have no bin",
            _bins(labels=lambda y, e: np.digitize(y, e) - 1),
            "targets beyond the edges get a label that does not exist. The outer bins take them in: look them up among "
            "the *inner* edges, `edges[1:-1]`.",
        ),
        Mistake(
            "labels from 1",
            _bins(labels=lambda y, e: np.digitize(y, e[1:-1]) + 1),
            "the labels begin at 1: the first bin is 0, as for any class.",
        ),
        Mistake(
            "edge in the lower bin",
            _bins(labels=lambda y, e: np.searchsorted(e[1:-1], y)),
            "a target on an edge belongs to the bin that *begins* there: `side='right'`.",
        ),
        Mistake(
            "nearest centre",
            _bins(labels=_nearest),
            "each target goes to the nearest centre. That is its bin only where all bins are equally wide: go by the "
            "edges.",
        ),
        Mistake(
            "left edges for centres",
            _bins(centers=lambda e: e[:-1]),
            "a bin is read as its left edge: its value is its middle, (left + right) / 2.",
        ),
        Mistake(
            "most likely bin",
            _bins(predict=lambda p, c, s: c[p.argmax(axis=1)]),
            "the prediction is the centre of the most likely bin: asked is the mean of the centres, weighted by the "
            "probabilities.",
        ),
        Mistake(
            "scores for probabilities",
            _bins(predict=lambda p, c, s: s @ c),
            "the centres are weighted by the scores: take their softmax first, which adds up to 1 in each row.",
        ),
    ),
)
