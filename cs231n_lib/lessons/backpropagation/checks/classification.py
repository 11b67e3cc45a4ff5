"""Exercises on losses of classes: softmax cross-entropy, and its sibling for two classes."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import losses

Labels = NDArray[np.integer]


def _scores(rng: Generator) -> Iterator[Case]:
    for n, k in ((5, 3), (3, 6)):
        yield case(f"scores ({n}, {k})", rng.normal(size=(n, k)), rng.integers(0, k, n))


def _extreme_scores(rng: Generator) -> Iterator[Case]:
    yield case("scores of ±1000", np.array([[1000.0, 0, -1000], [-1000, 1000, 1000]]), np.array([2, 1]))
    yield case("rows of unlike size", np.array([[2000.0, 1999, 1998], [-2000, -1999, -2001]]), rng.integers(0, 3, 2))


def _chance(call: Callable[..., Any], rng: Generator) -> None:
    for k in (2, 10):
        loss = call(np.full((4, k), rng.normal()), rng.integers(0, k, 4))[0]
        if not np.isclose(loss, np.log(k), rtol=1e-9):
            raise Wrong("with equal scores the loss is not ln K", f"K = {k}: {float(loss):.6g}, not {np.log(k):.6g}")


def _softmax_gradient(call: Callable[..., Any], rng: Generator) -> None:
    scores, y = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    require_gradient("dscores", call(scores, y)[1], lambda s: float(call(s, y)[0]), scores)


def _softmax(
    shift: Callable[[FloatArray], Any] = lambda s: s.max(axis=1, keepdims=True),
    axis: int = 1,
    reduce: Callable[[FloatArray], Any] = np.mean,
    divisor: Callable[[FloatArray], int] = len,
    target: float = 1.0,
    sign: float = -1.0,
) -> Callable[..., Any]:
    """Softmax cross-entropy with one part changed."""

    def implementation(scores: FloatArray, y: Labels) -> Any:
        rows = np.arange(len(y))
        exponentials = np.exp(scores - shift(scores))
        probabilities = exponentials / exponentials.sum(axis=axis, keepdims=True)
        dscores = probabilities.copy()
        dscores[rows, y] -= target
        return float(sign * reduce(np.log(probabilities[rows, y]))), dscores / divisor(scores)

    return implementation


softmax_cross_entropy = Exercise(
    losses.softmax_cross_entropy,
    points=12,
    minutes=25,
    difficulty=4,
    forbidden=(losses.softmax, losses.log_softmax),
    checks=(
        Values("Loss and gradient", 5, _scores),
        Values("Large scores", 2, _extreme_scores),
        Property("Loss ln K where all scores are equal", 1, _chance),
        Property("Gradient against the numerical gradient of the same loss", 2, _softmax_gradient),
    ),
    mistakes=(
        Mistake(
            "no shift",
            _softmax(shift=lambda s: 0.0),
            "a score of 1000 overflows in `np.exp`. Subtract each row's largest score first: the probabilities stay "
            "the same.",
        ),
        Mistake(
            "one shift for all rows",
            _softmax(shift=np.max),
            "one maximum is taken for the whole batch: rows far below it underflow to 0, and the log of 0 is −∞. Take "
            "each row's own: `axis=1, keepdims=True`.",
        ),
        Mistake(
            "log of a rounded probability",
            _softmax(),
            "the shift is right, but a probability that rounds to 0 has the log −∞. Take the log before you divide: "
            "log p = shifted score − log of the sum.",
        ),
        Mistake(
            "softmax over the batch",
            _softmax(axis=0),
            "the exponentials are summed over the examples: each *row* must add up to 1, so sum over axis 1.",
        ),
        Mistake(
            "gradient not divided by N",
            _softmax(divisor=lambda s: 1),
            "the loss is a mean over the examples, so its gradient is divided by N too.",
        ),
        Mistake(
            "loss summed",
            _softmax(reduce=np.sum),
            "the loss is a sum over the examples: take the mean. The gradient is that of the mean already.",
        ),
        Mistake(
            "both summed",
            _softmax(reduce=np.sum, divisor=lambda s: 1),
            "loss and gradient are sums over the examples: divide both by N, or the right learning rate depends on "
            "the batch size.",
        ),
        Mistake(
            "divided by N·K",
            _softmax(divisor=np.size),
            "the gradient is divided by the number of all scores: the mean is over the N examples only.",
        ),
        Mistake(
            "one-hot missing",
            _softmax(target=0.0),
            "the gradient is softmax alone: subtract 1 at the right class of each example, before dividing by N.",
        ),
        Mistake(
            "sign of the loss",
            _softmax(sign=1.0),
            "the loss is negative: it is *minus* the log of a probability.",
        ),
    ),
)


def _logits(rng: Generator) -> Iterator[Case]:
    for n in (5, 8):
        y = rng.permutation(np.arange(n) % 2)
        yield case(f"{n} logits", rng.normal(scale=2, size=n), y)


def _extreme_logits(rng: Generator) -> Iterator[Case]:
    yield case("logits of ±1000", np.array([1000.0, -1000, 1000, -1000]), np.array([1, 0, 0, 1]))
    yield case("zero, one example", np.zeros(1), np.array([1]))


def _binary_gradient(call: Callable[..., Any], rng: Generator) -> None:
    scores, y = rng.normal(size=6), rng.permutation(np.arange(6) % 2)
    require_gradient("dscores", call(scores, y)[1], lambda s: float(call(s, y)[0]), scores)


def _stable(scores: FloatArray, y: Labels) -> float:
    return float(np.mean(np.logaddexp(0, np.where(y == 1, -scores, scores))))


def _probability(scores: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-scores)))


def _binary(
    loss: Callable[[FloatArray, Labels], Any], dscores: Callable[[FloatArray, Labels], Any]
) -> Callable[..., Any]:
    """A loss of the scores, and a gradient of the probabilities; both of the labels."""
    return lambda scores, y: (float(loss(scores, y)), dscores(_probability(scores), y))


def _direct(scores: FloatArray, y: Labels) -> Any:
    p = _probability(scores)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


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
    mistakes=(
        Mistake(
            "log of a rounded probability",
            _binary(_direct, lambda p, y: (p - y) / len(y)),
            "for a logit of 1000 the sigmoid rounds to 1, and the log of 1 − 1 is −∞ (and 0 times that is NaN). Use "
            "`np.logaddexp(0, …)`, which never forms the probability.",
        ),
        Mistake(
            "labels the wrong way round",
            _binary(lambda s, y: _stable(s, 1 - y), lambda p, y: (p - y) / len(y)),
            "the loss rewards the wrong class: for the label 1 it is log(1 + e^(−s)), with a *minus*.",
        ),
        Mistake(
            "gradient not divided by N",
            _binary(_stable, lambda p, y: p - y),
            "the loss is a mean over the examples, so its gradient is divided by N too.",
        ),
        Mistake(
            "both summed",
            _binary(lambda s, y: _stable(s, y) * len(y), lambda p, y: p - y),
            "loss and gradient are sums over the examples: divide both by N.",
        ),
        Mistake(
            "gradient with σ′ once more",
            _binary(_stable, lambda p, y: (p - y) * p * (1 - p) / len(y)),
            "there is a factor p(1 − p) too many: it cancels against the denominators of the log's derivative, and "
            "p − y remains.",
        ),
        Mistake(
            "gradient with respect to the probability",
            _binary(_stable, lambda p, y: ((1 - y) / (1 - p) - y / p) / len(y)),
            "this is the gradient with respect to p, the sigmoid's output. Go one step further, through the sigmoid: "
            "times p(1 − p).",
        ),
        Mistake(
            "sign of the gradient",
            _binary(_stable, lambda p, y: (y - p) / len(y)),
            "the gradient has the wrong sign: where the label is 1 a larger score *lowers* the loss, so p − y.",
        ),
    ),
)
