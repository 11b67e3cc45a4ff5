"""Exercises on losses of classes: softmax cross-entropy, and its sibling for two classes."""

from operator import itemgetter

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Caller, Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.functions import losses

Labels = NDArray[np.integer]


def _scores(rng: Generator) -> Cases:
    for n, k in ((5, 3), (3, 6)):
        yield case(f"scores ({n}, {k})", rng.normal(size=(n, k)), rng.integers(0, k, n))


def _extreme_scores(rng: Generator) -> Cases:
    yield case("scores of ±1000", np.array([[1000.0, 0, -1000], [-1000, 1000, 1000]]), np.array([2, 1]))
    yield case("rows of unlike size", np.array([[2000.0, 1999, 1998], [-2000, -1999, -2001]]), rng.integers(0, 3, 2))


def _chance(call: Function, rng: Generator) -> None:
    for k in (2, 10):
        loss = call(np.full((4, k), rng.normal()), rng.integers(0, k, 4))[0]
        if not np.isclose(loss, np.log(k), rtol=1e-9):
            raise Violation(
                "with equal scores the loss is not ln K", f"K = {k}: {float(loss):.6g}, not {np.log(k):.6g}"
            )


def _softmax_gradient(call: Caller, rng: Generator) -> None:
    scores, y = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    dscores = call(scores, y)[1]
    require_own_gradient("dscores", dscores, call, lambda s: (s, y), itemgetter(0), scores, of="loss")


softmax_cross_entropy = Exercise(
    losses.softmax_cross_entropy,
    points=12,
    minutes=25,
    difficulty=4,
    importance="core",
    forbidden=(losses.softmax, losses.log_softmax),
    checks=(
        Values("Loss and gradient", 5, _scores),
        Values("Large scores", 2, _extreme_scores),
        Property("Loss ln K where all scores are equal", 1, _chance),
        Property("Gradient against the numerical gradient of the same loss", 2, _softmax_gradient),
    ),
    slips="""
        no shift
            scores - scores.max(axis=1, keepdims=True) → scores
            a score of 1000 overflows in `np.exp`. Subtract each row's largest score first: the probabilities stay the
            same.
        one shift for all rows
            scores.max(axis=1, keepdims=True) → scores.max()
            one maximum is taken for the whole batch: rows far below it underflow to 0, and the log of 0 is −∞. Take
            each row's own: `axis=1, keepdims=True`.
        one shift for all rows, probabilities by division
            scores.max(axis=1, keepdims=True) → scores.max()
            dscores = np.exp(log_probabilities) → dscores = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
            one maximum is taken for the whole batch: rows far below it underflow to 0, whose log is −∞, and 0/0 is NaN.
            Take each row's own: `axis=1, keepdims=True`.
        log of a rounded probability
            shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) → np.log(np.exp(shifted) / T)
            log_probabilities = → T = np.exp(shifted).sum(axis=1, keepdims=True) ⏎ log_probabilities =
            the shift is right, but a probability that rounds to 0 has the log −∞. Take the log before you divide: log
            p = shifted score − log of the sum.
        small number in the logarithm
            log_probabilities[rows, y].mean() → np.log(np.exp(log_probabilities[rows, y]) + 1e-12).mean()
            a small number in the logarithm holds the loss at 27.6 where it should go on rising. Take the log before you
            divide: log p = shifted score − log of the sum.
        probability held at 10⁻¹⁵
            log_probabilities[rows, y].mean() → np.log(np.maximum(np.exp(log_probabilities[rows, y]), 1e-15)).mean()
            the probability is held above a small number, so that the loss stops where it should go on rising. Take the
            log before you divide: log p = shifted score − log of the sum.
        no shift, log of a quotient
            scores - scores.max(axis=1, keepdims=True) → scores
            shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) → np.log(np.exp(shifted) / T)
            log_probabilities = → T = np.exp(shifted).sum(axis=1, keepdims=True) ⏎ log_probabilities =
            a score of 1000 overflows in `np.exp`: subtract each row's largest score first. And take the log before you
            divide, since the log of a probability that rounds to 0 is −∞: log p = shifted score − log of the sum.
        one shift for all rows, log of a quotient
            scores.max(axis=1, keepdims=True) → scores.max()
            shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) → np.log(np.exp(shifted) / T)
            log_probabilities = → T = np.exp(shifted).sum(axis=1, keepdims=True) ⏎ log_probabilities =
            one maximum is taken for the whole batch: rows far below it underflow to 0. Take each row's own, and take
            the log before you divide: log p = shifted score − log of the sum.
        logarithm to base 10
            log_probabilities[rows, y].mean() → log_probabilities[rows, y].mean() / np.log(10)
            the loss is too small by the factor ln 10: `np.log10` was used. Nats are asked, `np.log`.
        softmax over the batch
            np.exp(shifted).sum(axis=1, keepdims=True) → np.exp(shifted).sum(axis=0, keepdims=True)
            the exponentials are summed over the examples: each *row* must add up to 1, so sum over axis 1.
        softmax over everything
            np.exp(shifted).sum(axis=1, keepdims=True) → np.exp(shifted).sum()
            the exponentials are summed over the whole batch: each *row* must add up to 1, so sum over axis 1.
        gradient not divided by N
            dscores / len(y) → dscores
            the loss is a mean over the examples, so its gradient is divided by N too.
        loss summed
            .mean() → .sum()
            the loss is a sum over the examples: take the mean. The gradient is that of the mean already.
        both summed
            .mean() → .sum()
            dscores / len(y) → dscores
            loss and gradient are sums over the examples: divide both by N, or the right learning rate depends on the
            batch size.
        divided by N·K
            dscores / len(y) → dscores / scores.size
            the gradient is divided by the number of all scores: the mean is over the N examples only.
        one-hot missing
            dscores[rows, y] -= 1 → pass
            the gradient is softmax alone: subtract 1 at the right class of each example, before dividing by N.
        one-hot added
            dscores[rows, y] -= 1 → dscores[rows, y] += 1
            1 is *subtracted* at the right class: a larger score there lowers the loss.
        one-hot after the mean
            dscores[rows, y] -= 1 → dscores[rows, y] -= len(y)
            1 is subtracted after the division by N. Subtract it first, then divide: it is part of the mean too.
        whole columns, loss and gradient
            log_probabilities[rows, y] → log_probabilities[:, y]
            dscores[rows, y] → dscores[:, y]
            `[:, y]` takes whole columns. Each example has one right class: `[np.arange(N), y]`.
        whole columns in the loss
            log_probabilities[rows, y] → log_probabilities[:, y]
            `[:, y]` takes whole columns, N of them for each example: its right class is `[np.arange(N), y]`.
        1 subtracted in whole columns
            dscores[rows, y] -= 1 → dscores[:, y] -= 1
            `[:, y]` takes whole columns. Each example has one right class: `[np.arange(N), y]`.
        sign of the loss
            loss = -float → loss = float
            the loss is negative: it is *minus* the log of a probability.
        sign of the gradient
            return loss, dscores / len(y) → return loss, -dscores / len(y)
            the gradient has the wrong sign: it is softmax *minus* the one-hot labels.
        gradient of all classes' logs
            log_probabilities[rows, y] → log_probabilities
            the loss averages the logs of all classes: take that of the right class, `[np.arange(N), y]`.
    """,
)


def _logits(rng: Generator) -> Cases:
    for n in (5, 8):
        y = rng.permutation(np.arange(n) % 2)
        yield case(f"{n} logits", rng.normal(scale=2, size=n), y)


def _extreme_logits(rng: Generator) -> Cases:
    yield case("logits of ±1000", np.array([1000.0, -1000, 1000, -1000]), np.array([1, 0, 0, 1]))
    yield case("zero, one example", np.zeros(1), np.array([1]))


def _binary_gradient(call: Caller, rng: Generator) -> None:
    scores, y = rng.normal(size=6), rng.permutation(np.arange(6) % 2)
    dscores = call(scores, y)[1]
    require_own_gradient("dscores", dscores, call, lambda s: (s, y), itemgetter(0), scores, of="loss")


binary_cross_entropy = Exercise(
    losses.binary_cross_entropy,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Loss and gradient", 3, _logits),
        Values("Large logits, and 0", 2, _extreme_logits),
        Property("Gradient against the numerical gradient of the same loss", 1, _binary_gradient),
    ),
    slips="""
        log of a rounded probability
            probability, _ = sigmoid_forward(scores) → pass
            np.logaddexp(0, (1 - 2 * targets) * scores) → -y * np.log(p) - (1 - y) * np.log(1 - p)
            targets = y.astype(scores.dtype) → p = probability = 1 / (1 + np.exp(-scores))
            (probability - targets) → (p - y)
            for a logit of 1000 the sigmoid rounds to 1, and the log of 1 − 1 is −∞ (and 0 times that is NaN). Use
            `np.logaddexp(0, …)`, which never forms the probability.
        exp overflows
            np.logaddexp(0, (1 - 2 * targets) * scores) → np.log(1 + np.exp((1 - 2 * targets) * scores))
            the formula is right, but `np.exp` of 1000 overflows: `np.logaddexp(0, …)` is log(1 + e^…) without that.
        small number in the logarithms
            targets = y.astype(scores.dtype) → targets = y.astype(scores.dtype) ⏎ p = sigmoid_forward(scores)[0]
            np.logaddexp(0, (1 - 2 * targets) * scores) → np.log(np.where(y, p, 1 - p) + 1e-12)
            loss = float(np → loss = -float(np
            a small number in the logarithms holds the loss at 27.6 where it should go on rising, and hides small ones.
            Use `np.logaddexp(0, …)`, which never forms the probability.
        labels the wrong way round
            1 - 2 * targets → 2 * targets - 1
            the loss rewards the wrong class: for the label 1 it is log(1 + e^(−s)), with a *minus*.
        labels not turned into signs
            1 - 2 * targets → 1 - targets
            for the label 1 the sign must be −1, not 0: `1 - 2 * y`.
        gradient not divided by N
            (probability - targets) / len(y) → probability - targets
            the loss is a mean over the examples, so its gradient is divided by N too.
        loss summed
            np.mean → np.sum
            the loss is a sum over the examples: take the mean. The gradient is that of the mean already.
        both summed
            np.mean → np.sum
            (probability - targets) / len(y) → probability - targets
            loss and gradient are sums over the examples: divide both by N.
        gradient with σ′ once more
            (probability - targets) → (probability - targets) * probability * (1 - probability)
            there is a factor p(1 − p) too many: it cancels against the denominators of the log's derivative, and p − y
            remains.
        gradient with respect to the probability
            (probability - targets) → ((1 - targets) / (1 - probability) - targets / probability)
            this is the gradient with respect to p, the sigmoid's output. Go one step further, through the sigmoid:
            times p(1 − p).
        sign of the gradient
            (probability - targets) → (targets - probability)
            the gradient has the wrong sign: where the label is 1 a larger score *lowers* the loss, so p − y.
        scores for probabilities
            (probability - targets) → (scores - targets)
            the gradient takes the scores for probabilities: put them through the sigmoid first.
    """,
)
