"""Exercises on softmax cross-entropy and binary cross-entropy."""

from operator import itemgetter

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Caller, Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.functions import losses

Labels = NDArray[np.integer]


def _labels(rng: Generator, n: int, k: int) -> Labels:
    """Labels among which the last class occurs."""
    return rng.permutation(np.append(rng.integers(0, k, n - 1), k - 1))


def _scores(rng: Generator) -> Cases:
    yield case("scores (5, 3)", rng.normal(size=(5, 3)), _labels(rng, 5, 3))
    yield case("scores (3, 6), no label of the last class", rng.normal(size=(3, 6)), _labels(rng, 3, 5))


def _extreme_scores(rng: Generator) -> Cases:
    yield case("scores of ±1,000", np.array([[1000.0, 0, -1000], [-1000, 1000, 1000]]), np.array([2, 1]))
    yield case(
        "rows of very different scores", np.array([[2000.0, 1999, 1998], [-2000, -1999, -2001]]), _labels(rng, 2, 3)
    )
    yield case("scores around −2,000", rng.permutation([-2000.0, -1999, -2001])[np.newaxis], np.array([1]))


def _chance(call: Function, rng: Generator) -> None:
    for k in (2, 10):
        loss = call(np.full((4, k), rng.normal()), _labels(rng, 4, k))[0]
        if not np.isclose(loss, np.log(k), rtol=1e-9):
            raise Violation(
                "with equal scores the loss is not ln K", f"K = {k}: {float(loss):.6g}, not {np.log(k):.6g}"
            )


def _softmax_gradient(call: Caller, rng: Generator) -> None:
    scores, y = rng.normal(size=(4, 3)), _labels(rng, 4, 3)
    dscores = call(scores, y)[1]
    require_own_gradient("dscores", dscores, call, lambda s: (s, y), itemgetter(0), scores, of="loss")


softmax_cross_entropy = Exercise(
    losses.softmax_cross_entropy,
    points=12,
    minutes=25,
    difficulty=4,
    covers="tie sign huge one repeated",
    importance="core",
    forbidden=(losses.softmax, losses.log_softmax),
    checks=(
        Values("Loss and gradient", 6, _scores),
        Values("Large scores", 1.5, _extreme_scores),
        Property("Loss ln K for equal scores", 1, _chance),
        Property("Gradient against the numerical gradient of the same loss", 1.5, _softmax_gradient),
    ),
    slips="""
        no shift
            scores - scores.max(axis=1, keepdims=True) → scores
            you pass the scores to `np.exp` unchanged, so a score of 1,000 overflows. Subtract the largest score of
            each row first, which leaves the probabilities unchanged.
        no shift, one-hot labels in the loss
            scores - scores.max(axis=1, keepdims=True) → scores
            log_probabilities[rows, y].mean() → np.sum(np.eye(scores.shape[1])[y] * log_probabilities) / len(y)
            you pass the scores to `np.exp` unchanged, so a score of 1,000 overflows. Subtract the largest score of
            each row first, which leaves the probabilities unchanged.
        one shift for all rows
            scores.max(axis=1, keepdims=True) → scores.max()
            you subtract the maximum of the whole batch from every row, so all exponentials of a row with much
            lower scores underflow to 0, and the log of their sum is −∞. Subtract each row's own maximum,
            `scores.max(axis=1, keepdims=True)`.
        one shift for all rows, probabilities by division
            scores.max(axis=1, keepdims=True) → scores.max()
            dscores = np.exp(log_probabilities) → dscores = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
            you subtract the maximum of the whole batch from every row, so all exponentials of a row with much
            lower scores underflow to 0, which leads to −∞ and NaN. Subtract each row's own maximum,
            `scores.max(axis=1, keepdims=True)`.
        log of a rounded probability
            shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) → np.log(np.exp(shifted) / T)
            log_probabilities = → T = np.exp(shifted).sum(axis=1, keepdims=True) ⏎ log_probabilities =
            you shift the scores correctly, but you take the log of a probability that may round to 0, and the log of 0
            is −∞. Compute the log of the probability as the shifted score minus the log of the sum of the exponentials
            of the shifted scores.
        small number in the logarithm
            log_probabilities[rows, y].mean() → np.log(np.exp(log_probabilities[rows, y]) + 1e-12).mean()
            you add a small number inside the logarithm, which caps the loss (at 27.6 if the number is 10⁻¹²). Compute
            the log of the probability as the shifted score minus the log of the sum of the exponentials of the shifted
            scores.
        probability held at 10⁻¹⁵
            log_probabilities[rows, y].mean() → np.log(np.maximum(np.exp(log_probabilities[rows, y]), 1e-15)).mean()
            you keep the probability from falling below a small number, so the loss levels off where it should keep
            rising. Compute the log of the probability as the shifted score minus the log of the sum of the exponentials
            of the shifted scores.
        no shift, log of a quotient
            scores - scores.max(axis=1, keepdims=True) → scores
            shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) → np.log(np.exp(shifted) / T)
            log_probabilities = → T = np.exp(shifted).sum(axis=1, keepdims=True) ⏎ log_probabilities =
            you pass the scores to `np.exp` unchanged, so a score of 1,000 overflows, and you take the log of a
            probability that may round to 0. Subtract the largest score of each row first, and compute the log of the
            probability as the shifted score minus the log of the sum of the exponentials of the shifted scores.
        one shift for all rows, log of a quotient
            scores.max(axis=1, keepdims=True) → scores.max()
            shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) → np.log(np.exp(shifted) / T)
            log_probabilities = → T = np.exp(shifted).sum(axis=1, keepdims=True) ⏎ log_probabilities =
            you subtract the maximum of the whole batch from every row, so all exponentials of a row with much
            lower scores underflow to 0, which leads to −∞ and NaN. Subtract each row's own maximum, and compute the log
            of the probability as the shifted score minus the log of the sum of the exponentials of the shifted scores.
        logarithm to base 10
            log_probabilities[rows, y].mean() → log_probabilities[rows, y].mean() / np.log(10)
            you use the logarithm to base 10, so your loss is too small by a factor of ln 10. Use the natural logarithm,
            `np.log`.
        softmax over the batch
            np.exp(shifted).sum(axis=1, keepdims=True) → np.exp(shifted).sum(axis=0, keepdims=True)
            you sum the exponentials over the examples. Sum over the classes with `axis=1, keepdims=True`, so that the
            probabilities of each *row* add up to 1.
        softmax over everything
            np.exp(shifted).sum(axis=1, keepdims=True) → np.exp(shifted).sum()
            you sum the exponentials over the whole batch. Sum over the classes only, with `axis=1, keepdims=True`, so
            that the probabilities of each *row* add up to 1.
        gradient not divided by N
            dscores / len(y) → dscores
            you divide only the loss by N. The loss is a mean over the examples, so divide its gradient by N too.
        loss summed
            .mean() → .sum()
            you sum the loss over the examples. Take the mean, because your gradient is already that of the mean.
        both summed
            .mean() → .sum()
            dscores / len(y) → dscores
            you return the sum of the examples' losses and the gradient of this sum. Divide both by N, because the loss
            is a mean over the N examples.
        divided by N·K
            dscores / len(y) → dscores / scores.size
            you divide the gradient by N·K, the number of scores. Divide it by N only, because the loss is a mean over
            the N examples.
        one-hot with too few columns
            log_probabilities[rows, y].mean() → np.sum(np.eye(np.max(y) + 1)[y] * log_probabilities) / len(y)
            your one-hot labels have only as many columns as the largest label needs, so they do not fit the scores if
            the last class does not occur. Use `scores.shape[1]` as the number of classes.
        one-hot missing
            dscores[rows, y] -= 1 → pass
            your gradient is the softmax alone. Subtract 1 at the right class of each example before you divide by N.
        one-hot added
            dscores[rows, y] -= 1 → dscores[rows, y] += 1
            you add 1 at the right class. *Subtract* 1, because a larger score there lowers the loss.
        one-hot after the mean
            dscores[rows, y] -= 1 → dscores[rows, y] -= len(y)
            you subtract 1 after the division by N. Subtract it before the division, because the gradient is (p −
            one-hot)/N.
        whole columns, loss and gradient
            log_probabilities[rows, y] → log_probabilities[:, y]
            dscores[rows, y] → dscores[:, y]
            you select whole columns in the loss and in the gradient, as `[:, y]` does. Select the right class of each
            example with `[np.arange(N), y]`.
        whole columns in the loss
            log_probabilities[rows, y] → log_probabilities[:, y]
            you select whole columns in the loss, as `[:, y]` does. Select the right class of each example with
            `[np.arange(N), y]`.
        1 subtracted in whole columns
            dscores[rows, y] -= 1 → dscores[:, y] -= 1
            you subtract 1 from whole columns, as with `[:, y]`. Subtract it only at the right class of each example,
            `[np.arange(N), y]`.
        sign of the loss
            loss = -float → loss = float
            your loss is negative. Return *minus* the mean of the log-probabilities.
        sign of the gradient
            return loss, dscores / len(y) → return loss, -dscores / len(y)
            your gradient has the wrong sign. Use the softmax *minus* the one-hot labels, divided by N.
        all classes in the loss
            log_probabilities[rows, y] → log_probabilities
            you average the log-probabilities of all classes in the loss. Select the log-probability of each example's
            right class with `[np.arange(N), y]`.
    """,
)


def _logits(rng: Generator) -> Cases:
    for n in (5, 8):
        y = rng.permutation(np.arange(n) % 2)
        yield case(f"{n} logits", rng.normal(scale=2, size=n), y)


def _extreme_logits(rng: Generator) -> Cases:
    size, order = 1000 * rng.uniform(0.9, 1.1), rng.permutation(4)
    yield case("logits around ±1,000", size * np.array([1.0, -1, 1, -1])[order], np.array([1, 0, 0, 1])[order])
    yield case("one example with a logit of 0", np.zeros(1), np.array([1]))


def _binary_gradient(call: Caller, rng: Generator) -> None:
    scores, y = rng.normal(size=6), rng.permutation(np.arange(6) % 2)
    dscores = call(scores, y)[1]
    require_own_gradient("dscores", dscores, call, lambda s: (s, y), itemgetter(0), scores, of="loss")


binary_cross_entropy = Exercise(
    losses.binary_cross_entropy,
    points=8,
    minutes=15,
    difficulty=3,
    covers="sign huge one",
    checks=(
        Values("Loss and gradient", 4, _logits),
        Values("Large logits, and a logit of 0", 1, _extreme_logits),
        Property("Gradient against the numerical gradient of the same loss", 1, _binary_gradient),
    ),
    slips="""
        log of a rounded probability
            probability, _ = sigmoid_forward(scores) → pass
            np.logaddexp(0, (1 - 2 * targets) * scores) → -y * np.log(p) - (1 - y) * np.log(1 - p)
            targets = y.astype(scores.dtype) → p = probability = 1 / (1 + np.exp(-scores))
            (probability - targets) → (p - y)
            you compute log(1 − p), which is −∞ when the sigmoid rounds to 1, and 0 · (−∞) is NaN. Use `np.logaddexp(0,
            …)`, which does not need the probability.
        exp overflows
            np.logaddexp(0, (1 - 2 * targets) * scores) → np.log(1 + np.exp((1 - 2 * targets) * scores))
            your formula is right, but `np.exp` of 1,000 overflows. Use `np.logaddexp(0, …)`, which computes log(1 +
            e^…) without overflow.
        small number in the logarithms
            targets = y.astype(scores.dtype) → targets = y.astype(scores.dtype) ⏎ p = sigmoid_forward(scores)[0]
            np.logaddexp(0, (1 - 2 * targets) * scores) → np.log(np.where(y, p, 1 - p) + 1e-12)
            loss = float(np → loss = -float(np
            you add a small number inside the logarithms, which caps the loss (at 27.6 if the number is 10⁻¹²) and hides
            very small losses. Use `np.logaddexp(0, …)`, which does not need the probability.
        labels the wrong way round
            1 - 2 * targets → 2 * targets - 1
            your loss rewards the wrong class. The exponent in log(1 + e^…) is −s for the label 1 and +s for the label
            0, so use `(1 - 2 * y) * scores`.
        labels as row numbers
            targets = y.astype(scores.dtype) → targets = y.astype(scores.dtype) ⏎ L = np.logaddexp(0, scores)
            loss = float( → L[y] = np.logaddexp(0, -scores[y]) ⏎ loss = float(
            np.logaddexp(0, (1 - 2 * targets) * scores) → L
            you index with `y` itself, so the labels 0 and 1 select the rows 0 and 1. Select the examples of label 1
            with a mask, `y == 1`.
        labels not turned into signs
            1 - 2 * targets → 1 - targets
            you multiply the score by 0 for the label 1. Use the sign `1 - 2 * y`, which is −1 for the label 1 and 1 for
            the label 0.
        gradient not divided by N
            (probability - targets) / len(y) → probability - targets
            you divide only the loss by N. The loss is a mean over the examples, so divide its gradient by N too.
        loss summed
            np.mean → np.sum
            you sum the loss over the examples. Take the mean, because your gradient is already that of the mean.
        both summed
            np.mean → np.sum
            (probability - targets) / len(y) → probability - targets
            you return the sum of the examples' losses and the gradient of this sum. Divide both by N, because the loss
            is a mean over the N examples.
        gradient with σ′ once more
            (probability - targets) → (probability - targets) * probability * (1 - probability)
            you multiply the gradient by an extra p(1 − p). Use (p − y)/N without this factor, because the sigmoid's p(1
            − p) has already cancelled the denominator.
        gradient with respect to the probability
            (probability - targets) → ((1 - targets) / (1 - probability) - targets / probability)
            you return the gradient with respect to the probability p. Use (p − y)/N, the closed form of the gradient
            with respect to the *score*.
        sign of the gradient
            (probability - targets) → (targets - probability)
            your gradient has the wrong sign. Use (p − y)/N, because a larger score *lowers* the loss where the label is
            1.
        scores for probabilities
            (probability - targets) → (scores - targets)
            you use the scores as probabilities in the gradient. Apply the sigmoid to the scores first.
    """,
)
