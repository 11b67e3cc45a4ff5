"""Exercises on losses of numbers: squared, absolute, and over bins."""

from operator import itemgetter

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import losses

from . import references

NEARLY = 0.01
"""A small residual."""


def _predictions(rng: Generator) -> Cases:
    for n, m in ((5, 3), (4, 1)):
        scores, y = rng.normal(size=(n, m)), rng.normal(size=(n, m))
        scores[0, 0] = y[0, 0] + NEARLY  # a number added to |r| shows where r is small
        yield case(f"scores ({n}, {m})", scores, y)


def _exact_predictions(rng: Generator) -> Cases:
    y = rng.normal(size=(4, 2))
    yield case("some predictions are exact", y + np.array([[0, 1.5], [-2, 0], [0, 0], [NEARLY, -1]]), y)
    yield case("one example", rng.normal(size=(1, 3)), rng.normal(size=(1, 3)))


def _regression_gradient(call: Caller, rng: Generator) -> None:
    y = rng.normal(size=(4, 2))
    scores = y + rng.uniform(0.5, 2, (4, 2)) * rng.choice([-1, 1], (4, 2))
    dscores = call(scores, y)[1]
    require_own_gradient("dscores", dscores, call, lambda s: (s, y), itemgetter(0), scores, of="loss")


_ROWS = (
    Values("Loss and gradient", 2, _predictions),
    Values("Exact predictions, and a single example", 1, _exact_predictions),
    Property("Gradient against the numerical gradient of the same loss", 1, _regression_gradient),
)


l2_loss = Exercise(
    losses.l2_loss,
    points=6,
    minutes=8,
    difficulty=1,
    importance="core",
    checks=_ROWS,
    slips="""
        mean over the outputs too
            float(np.sum(residual**2)) / len(y) → float(np.mean(residual**2))
            2 * residual / len(y) → 2 * residual / y.size
            this is the mean squared error: it divides by N·M. The L2 loss sums over the M outputs and divides by N
            only.
        gradient averaged over the outputs too
            2 * residual / len(y) → 2 * residual / y.size
            the gradient is divided by N·M. The loss divides by the N examples only, and so does its gradient.
        halved
            float(np.sum(residual**2)) → 0.5 * float(np.sum(residual**2))
            2 * residual → residual
            consistent in itself, but halved: there is no ½ here, and so the 2 of the square stays in the gradient.
        loss halved
            float(np.sum(residual**2)) → 0.5 * float(np.sum(residual**2))
            the loss is halved: there is no ½ here.
        2 missing in the gradient
            2 * residual → residual
            the gradient lacks the 2 of the square: this loss has no ½ that would cancel it.
        sums instead of means
            float(np.sum(residual**2)) / len(y) → float(np.sum(residual**2))
            2 * residual / len(y) → 2 * residual
            loss and gradient are sums over the examples: divide both by N.
        gradient not averaged
            2 * residual / len(y) → 2 * residual
            the loss is a mean over the examples, so the gradient is divided by N too.
        distance in place of its square
            float(np.sum(residual**2)) → float(np.sum(np.sqrt(np.sum(residual**2, axis=1))))
            2 * residual → residual / np.fmax(np.sqrt(np.sum(residual**2, axis=1, keepdims=True)), 1e-300)
            this is the mean *distance*: the L2 loss is its square, so take no root.
        distance in place of its square, in the loss
            float(np.sum(residual**2)) → float(np.sum(np.sqrt(np.sum(residual**2, axis=1))))
            the loss is the mean *distance*: the L2 loss is its square, so take no root. The gradient is that of the
            square.
        sign of the gradient
            2 * residual → -2 * residual
            the sign is turned: with the residual `scores - y`, the gradient has the residual's own sign.
    """,
)

l1_loss = Exercise(
    losses.l1_loss,
    points=6,
    minutes=8,
    difficulty=2,
    checks=_ROWS,
    slips="""
        gradient 1 where the residual is 0
            np.sign(residual) → np.where(residual >= 0, 1.0, -1.0)
            an exact prediction gets a gradient. At its kink |r| has none; 0 is the choice that leaves well alone:
            `np.sign`.
        gradient −1 where the residual is 0
            np.sign(residual) → np.where(residual > 0, 1.0, -1.0)
            an exact prediction gets the gradient −1. At its kink |r| has none; 0 is the choice that leaves well alone:
            `np.sign`.
        0/0 at exact predictions
            np.sign(residual) → residual / np.abs(residual)
            r / |r| is the sign of r, except at 0, where it is NaN. `np.sign` knows that case.
        small number beside |r|
            np.sign(residual) → residual / (np.abs(residual) + 1e-8)
            the small number beside |r| makes each slope a little less than ±1, and much less where r is small:
            `np.sign` has no 0/0 to keep away.
        mean over the outputs too
            float(np.sum(np.abs(residual))) / len(y) → float(np.mean(np.abs(residual)))
            np.sign(residual) / len(y) → np.sign(residual) / y.size
            this divides by N·M: sum over the outputs, and divide by N only.
        gradient averaged over the outputs too
            np.sign(residual) / len(y) → np.sign(residual) / y.size
            the gradient is divided by N·M. The loss divides by the N examples only, and so does its gradient.
        gradient of the L2 loss
            np.sign(residual) → 2 * residual
            the gradient is that of the *squared* residual: the slope of |r| is only its sign, however large r is.
        residual for sign
            np.sign(residual) → residual
            the gradient grows with the residual. The slope of |r| is only its sign, however large r is.
        sums instead of means
            float(np.sum(np.abs(residual))) / len(y) → float(np.sum(np.abs(residual)))
            np.sign(residual) / len(y) → np.sign(residual)
            loss and gradient are sums over the examples: divide both by N.
        gradient not averaged
            np.sign(residual) / len(y) → np.sign(residual)
            the loss is a mean over the examples, so the gradient is divided by N too.
        distances cancel
            np.sum(np.abs(residual)) → abs(np.sum(residual))
            the absolute value comes too late: residuals of unlike sign have cancelled. Take it of each, then sum.
        sign of the gradient
            np.sign(residual) → np.sign(-residual)
            the sign is turned: with the residual `scores - y`, the gradient is the residual's own sign.
    """,
)


def _edges(rng: Generator, bins: int) -> FloatArray:
    """Each bin is wider than the one before: the target at an edge is nearer to the centre of the wrong one."""
    return np.cumsum(np.cumsum(rng.uniform(0.5, 1, bins + 1)))


def _binned(rng: Generator) -> Cases:
    for n, bins in ((6, 4), (9, 5)):
        edges = _edges(rng, bins)
        inside = rng.uniform(edges[0], edges[-1], n)
        inside[:2] = edges[0] + 1e-3, edges[-1] - 1e-3  # the outer bins occur
        inside[2:4] = edges[2] - 1e-3, edges[2] + 1e-3  # one of the two is nearer to the other bin's centre
        yield case(f"{bins} bins of unlike width", rng.normal(size=(n, bins)), inside, edges)


def _beyond(rng: Generator) -> Cases:
    edges = _edges(rng, 3)
    yield case("targets far beyond the edges", rng.normal(size=(3, 3)), np.array([-50.0, 200.0, edges[1] + 0.1]), edges)


def _on_edges(rng: Generator) -> Cases:
    edges = _edges(rng, 4)
    yield case("targets on the edges", rng.normal(size=(5, 4)), edges.copy(), edges)


def _large_scores(rng: Generator) -> Cases:
    edges = _edges(rng, 3)
    scores = np.array([[1000.0, 999.0, -1000.0], [-800.0, -801.0, -799.0]])
    yield case("scores of ±1000", scores, np.array([edges[1] + 0.1, edges[2] + 0.1]), edges)


def _pull_is_bounded(call: Function, rng: Generator) -> None:
    edges, scores, y = _edges(rng, 4), rng.normal(size=(3, 4)), np.array([1e3, 2.0, 3.0])
    near, far = call(scores, y, edges), call(scores, y * np.array([1e3, 1, 1]), edges)
    if not np.isclose(near[0], far[0]) or not np.allclose(near[1], far[1]):
        raise Violation("an outlier a thousand times as far away pulls harder")


binned_loss = Exercise(
    references.binned_loss,
    builds_on=("softmax_cross_entropy",),
    points=6,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Loss, gradient and predictions", 1, _binned),
        Values("Targets beyond the edges", 1, _beyond),
        Values("Targets on the edges", 1, _on_edges),
        Values("Large scores", 0.5, _large_scores),
        Property("The pull of an outlier is bounded", 1, _pull_is_bounded),
    ),
    forbidden=(losses.bin_targets, losses.bin_centers, losses.softmax, losses.log_softmax),
    slips="""
        outliers have no bin
            np.searchsorted(edges[1:-1], y, side="right") → np.digitize(y, edges) - 1
            targets beyond the edges get a label that does not exist. The outer bins take them in: look them up among
            the *inner* edges, `edges[1:-1]`.
        labels from 1
            np.searchsorted(edges[1:-1], y, side="right") → np.searchsorted(edges[1:-1], y, side="right") + 1
            the labels begin at 1: the first bin is 0, as for any class.
        edge in the lower bin
            , side="right") → )
            a target on an edge belongs to the bin that *begins* there: `side='right'`.
        nearest centre
            np.searchsorted(edges[1:-1], y, side="right") → abs(y - (edges[:-1, None] + edges[1:, None]) / 2).argmin(0)
            each target goes to the nearest centre. That is its bin only where all bins are equally wide: go by the
            edges.
        left edges for centres
            (edges[:-1] + edges[1:]) / 2 → edges[:-1]
            a bin is read as its left edge: its value is its middle, (left + right) / 2.
        width for centre
            (edges[:-1] + edges[1:]) / 2 → (edges[1:] - edges[:-1]) / 2
            half of a bin's width is not its middle: *add* the two edges.
        most likely bin
            probabilities @ centers → centers[probabilities.argmax(axis=1)]
            the prediction is the centre of the most likely bin: asked is the mean of the centres, weighted by the
            probabilities.
        scores for probabilities
            probabilities @ centers → scores @ centers
            the centres are weighted by the scores: take their softmax first, which adds up to 1 in each row.
        probabilities that add up to more
            probabilities /= probabilities.sum(axis=1, keepdims=True) → pass
            the exponentials are not divided by their sum: in each row the probabilities must add up to 1.
        overflow in the prediction
            np.exp(scores - scores.max(axis=1, keepdims=True)) → np.exp(scores)
            a score of 1000 overflows in `np.exp`. Subtract each row's largest score first, as in the loss.
    """,
)
