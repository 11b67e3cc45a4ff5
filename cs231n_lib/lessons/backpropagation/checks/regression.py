"""Exercises on the L2 loss, the L1 loss and a loss over bins."""

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
    yield case("predictions that are almost exact", y + np.array([[1e-9, -1e-9]]), y)
    yield case("one example", rng.normal(size=(1, 3)), rng.normal(size=(1, 3)))


def _regression_gradient(call: Caller, rng: Generator) -> None:
    y = rng.normal(size=(4, 2))
    scores = y + rng.uniform(0.5, 2, (4, 2)) * rng.choice([-1, 1], (4, 2))
    dscores = call(scores, y)[1]
    require_own_gradient("dscores", dscores, call, lambda s: (s, y), itemgetter(0), scores, of="loss")


_ROWS = (
    Values("Loss and gradient", 3, _predictions),
    Values("Exact predictions, and a single example", 0.5, _exact_predictions),
    Property("Gradient against the numerical gradient of the same loss", 0.5, _regression_gradient),
)


l2_loss = Exercise(
    losses.l2_loss,
    points=6,
    minutes=8,
    difficulty=1,
    covers="sign one",
    importance="core",
    checks=_ROWS,
    slips="""
        mean over the outputs too
            float(np.sum(residual**2)) / len(y) → float(np.mean(residual**2))
            2 * residual / len(y) → 2 * residual / y.size
            you compute the mean squared error, which also averages over the M outputs. Sum over the outputs, and divide
            by N only.
        gradient averaged over the outputs too
            2 * residual / len(y) → 2 * residual / y.size
            you divide the gradient by N·M. Divide it by N only, because the loss is a mean over the N examples.
        halved
            float(np.sum(residual**2)) → 0.5 * float(np.sum(residual**2))
            2 * residual → residual
            you halve both the loss and its gradient. Leave out the ½, which this lesson's L2 loss does not have, and
            keep the 2 from the square in the gradient.
        loss halved
            float(np.sum(residual**2)) → 0.5 * float(np.sum(residual**2))
            you halve the loss. Leave out the ½, because this lesson's L2 loss has no such factor.
        2 missing in the gradient
            2 * residual → residual
            you leave the 2 from the square out of the gradient. Use 2r/N, because this loss has no ½ that cancels the
            2.
        sums instead of means
            float(np.sum(residual**2)) / len(y) → float(np.sum(residual**2))
            2 * residual / len(y) → 2 * residual
            you return the sum of the examples' losses and the gradient of this sum. Divide both by N, because the loss
            is a mean over the N examples.
        gradient not averaged
            2 * residual / len(y) → 2 * residual
            you divide only the loss by N. The loss is a mean over the examples, so divide its gradient by N too.
        distance in place of its square
            float(np.sum(residual**2)) → float(np.sum(np.sqrt(np.sum(residual**2, axis=1))))
            2 * residual → residual / np.fmax(np.sqrt(np.sum(residual**2, axis=1, keepdims=True)), 1e-300)
            you compute the mean *length* of the rows of r, and its gradient. Sum the squares without taking the root,
            and use the gradient 2r/N, because the L2 loss averages the *squared* length.
        distance in place of its square, in the loss
            float(np.sum(residual**2)) → float(np.sum(np.sqrt(np.sum(residual**2, axis=1))))
            your loss is the mean *length* of the rows of r, but your gradient is that of the mean squared length.
            Square each length, or sum the squares without taking the root.
        sign of the gradient
            2 * residual → -2 * residual
            your gradient has the wrong sign. Use `2 * (scores - y) / len(y)`, which is positive where a score is above
            its target.
    """,
)

l1_loss = Exercise(
    losses.l1_loss,
    points=6,
    minutes=8,
    difficulty=2,
    covers="threshold sign one",
    examples_rows=("Exact predictions, and a single example",),
    checks=_ROWS,
    slips="""
        gradient 1 where the residual is 0
            np.sign(residual) → np.where(residual >= 0, 1.0, -1.0)
            you use a slope of +1 for an exact prediction. Use `np.sign`, which is 0 at the kink of |r|, because an
            exact prediction needs no correction.
        gradient −1 where the residual is 0
            np.sign(residual) → np.where(residual > 0, 1.0, -1.0)
            you use a slope of −1 for an exact prediction. Use `np.sign`, which is 0 at the kink of |r|, because an
            exact prediction needs no correction.
        0/0 at exact predictions
            np.sign(residual) → residual / np.abs(residual)
            you divide r by |r|, which gives NaN where r is 0. Use `np.sign`, which is 0 there.
        small number beside |r|
            np.sign(residual) → residual / (np.abs(residual) + 1e-8)
            you divide r by |r| plus a small number, so each slope is slightly smaller than 1 in magnitude, and much
            smaller where r is close to 0. Use `np.sign`, which needs no division.
        mean over the outputs too
            float(np.sum(np.abs(residual))) / len(y) → float(np.mean(np.abs(residual)))
            np.sign(residual) / len(y) → np.sign(residual) / y.size
            you divide the loss and the gradient by N·M. Sum over the outputs, and divide by N only.
        gradient averaged over the outputs too
            np.sign(residual) / len(y) → np.sign(residual) / y.size
            you divide the gradient by N·M. Divide it by N only, because the loss is a mean over the N examples.
        gradient of the L2 loss
            np.sign(residual) → 2 * residual
            you return the gradient of the *squared* residual. Replace 2r by the sign of r, which is the slope of |r|.
        residual for sign
            np.sign(residual) → residual
            your gradient grows with the residual. Replace r by its sign, which is the slope of |r|.
        sums instead of means
            float(np.sum(np.abs(residual))) / len(y) → float(np.sum(np.abs(residual)))
            np.sign(residual) / len(y) → np.sign(residual)
            you return the sum of the examples' losses and the gradient of this sum. Divide both by N, because the loss
            is a mean over the N examples.
        gradient not averaged
            np.sign(residual) / len(y) → np.sign(residual)
            you divide only the loss by N. The loss is a mean over the examples, so divide its gradient by N too.
        distances cancel
            np.sum(np.abs(residual)) → abs(np.sum(residual))
            in your loss, residuals of different signs cancel. Take the absolute value of each residual before you sum.
        sign of the gradient
            np.sign(residual) → np.sign(-residual)
            your gradient has the wrong sign. With the residual `scores - y`, give the gradient the sign of the
            residual.
    """,
)


def _edges(rng: Generator, bins: int) -> FloatArray:
    """Edges of growing bins, so that the nearest centre may belong to another bin."""
    return np.cumsum(np.cumsum(rng.uniform(0.5, 1, bins + 1)))


def _binned(rng: Generator) -> Cases:
    for n, bins in ((6, 4), (9, 5)):
        edges = _edges(rng, bins)
        inside = rng.uniform(edges[0], edges[-1], n)
        inside[:2] = edges[0] + 1e-3, edges[-1] - 1e-3  # the outer bins occur
        inside[2:4] = edges[2] - 1e-3, edges[2] + 1e-3  # one of the two is nearer to the other bin's centre
        yield case(f"{bins} bins of different widths", rng.normal(size=(n, bins)), inside, edges)


def _beyond(rng: Generator) -> Cases:
    edges = _edges(rng, 3)
    yield case("targets far beyond the edges", rng.normal(size=(3, 3)), np.array([-50.0, 200.0, edges[1] + 0.1]), edges)


def _on_edges(rng: Generator) -> Cases:
    edges = _edges(rng, 4) - 3  # of either sign
    yield case("targets on the edges", rng.normal(size=(5, 4)), edges.copy(), edges)


def _large_scores(rng: Generator) -> Cases:
    edges = _edges(rng, 3)
    scores = np.array([[1000.0, 999.0, -1000.0], [-800.0, -801.0, -799.0]])
    yield case("scores of ±1,000", scores, np.array([edges[1] + 0.1, edges[2] + 0.1]), edges)


def _pull_is_bounded(call: Function, rng: Generator) -> None:
    edges, scores, y = _edges(rng, 4), rng.normal(size=(3, 4)), np.array([1e3, 2.0, 3.0])
    near, far = call(scores, y, edges), call(scores, y * np.array([1e3, 1, 1]), edges)
    if not np.isclose(near[0], far[0]) or not np.allclose(near[1], far[1]):
        raise Violation("the loss or the gradient changes if an outlier is a thousand times as far away")


binned_loss = Exercise(
    references.binned_loss,
    builds_on=("softmax_cross_entropy",),
    points=6,
    minutes=15,
    difficulty=3,
    covers="threshold sign huge one sorted",
    examples_rows=("Targets beyond the edges",),
    checks=(
        Values("Loss, gradient and predictions", 1.25, _binned, central=True),
        Values("Targets beyond the edges", 2, _beyond, central=True),
        Values("Targets on the edges", 0.5, _on_edges),
        Values("Large scores", 0.25, _large_scores),
        Property("Bounded gradient of an outlier", 0.5, _pull_is_bounded),
    ),
    forbidden=(losses.bin_targets, losses.bin_centers, losses.softmax, losses.log_softmax),
    slips="""
        outliers have no bin
            np.searchsorted(edges[1:-1], y, side="right") → np.digitize(y, edges) - 1
            you give targets beyond the edges a label that does not exist. Use the number of *inner* edges,
            `edges[1:-1]`, that are at most y as the label, and subtract nothing, so that the outer bins also hold these
            targets.
        no bin from the last edge on
            np.searchsorted(edges[1:-1], y, side="right") → np.digitize(np.maximum(y, edges[0]), edges) - 1
            you give a target at or beyond the last edge the label K, which does not exist. Use the number of *inner*
            edges, `edges[1:-1]`, that are at most y as the label, and subtract nothing, so that the last bin also holds
            these targets.
        labels from 1
            np.searchsorted(edges[1:-1], y, side="right") → np.searchsorted(edges[1:-1], y, side="right") + 1
            your labels begin at 1. Give the first bin the label 0, because labels run from 0 to K − 1.
        edge in the lower bin
            , side="right") → )
            you put a target that lies on an inner edge into the bin that ends there. Count the inner edges that are at
            most y, as `np.searchsorted` with `side='right'` does, so that the target belongs to the bin that *begins*
            there.
        bins of one width
            , side="right") → ) ⏎ labels = (y - edges[0]) / (edges[-1] - edges[0]) * (len(edges) - 1)
            loss, dscores = → labels = np.clip(labels, 0, len(edges) - 2).astype(int) ⏎ loss, dscores =
            you compute the bin from a single width, which is right only if all bins have the same width. Find the bin
            of each target from the edges.
        nearest centre
            np.searchsorted(edges[1:-1], y, side="right") → abs(y - (edges[:-1, None] + edges[1:, None]) / 2).argmin(0)
            you assign each target to the nearest centre, which may be that of another bin. Find the bin of each target
            from the edges.
        left edges for centres
            (edges[:-1] + edges[1:]) / 2 → edges[:-1]
            you use the left edge as the value of a bin. Use the centre, (left + right) / 2.
        width for centre
            (edges[:-1] + edges[1:]) / 2 → (edges[1:] - edges[:-1]) / 2
            you use half the width of a bin as its centre. *Add* the two edges instead of subtracting them.
        most likely bin
            probabilities @ centers → centers[probabilities.argmax(axis=1)]
            you predict the centre of the most likely bin. Predict the mean of all centres, weighted by the
            probabilities.
        scores for probabilities
            probabilities @ centers → scores @ centers
            you weight the centres by the scores. Apply softmax first, so that the weights of each row add up to 1.
        probabilities that add up to more
            probabilities /= probabilities.sum(axis=1, keepdims=True) → pass
            you weight the centres by exponentials that do not add up to 1. Divide the exponentials of each row by their
            sum.
        overflow in the prediction
            np.exp(scores - scores.max(axis=1, keepdims=True)) → np.exp(scores)
            you pass the scores to `np.exp` unchanged, so a score of 1,000 overflows in the prediction. Subtract the
            largest score of each row first, which leaves the probabilities unchanged.
    """,
)
