"""An exercise that measures how much the steps of a rule depend on the scale of the gradients."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _plain(gradients: FloatArray) -> FloatArray:
    return -0.1 * gradients


def _bounded(gradients: FloatArray) -> FloatArray:
    return np.asarray(-np.tanh(gradients))


def _signs(gradients: FloatArray) -> FloatArray:
    return np.asarray(-0.1 * np.sign(gradients))


def _accumulated(gradients: FloatArray) -> FloatArray:
    return np.asarray(-0.1 * gradients / (np.sqrt(np.cumsum(gradients**2, axis=0)) + 0.3))


def _remembering(gradients: FloatArray) -> FloatArray:
    return np.asarray(-0.1 * np.cumsum(gradients * np.abs(gradients), axis=0))


def _rules(rng: Generator) -> Iterator[Case]:
    for rule, scale in ((_bounded, 5.0), (_accumulated, 0.1), (_remembering, 3.0)):
        yield case(f"a rule that is neither, scale {scale}", rule, rng.normal(size=(6, 3)), scale)


def _proportional(rng: Generator) -> Iterator[Case]:
    yield case("steps in proportion to the gradient", _plain, rng.normal(size=(6, 3)), 100.0)
    yield case("a smaller scale", _plain, rng.normal(size=(6, 3)), 0.25)


def _invariant(rng: Generator) -> Iterator[Case]:
    yield case("steps that ask for the sign alone", _signs, rng.normal(size=(6, 3)), 100.0)


def _effect(measure: Callable[[FloatArray, FloatArray], Any]) -> Callable[..., float]:
    """A measure of the steps and the steps for scaled gradients."""
    return lambda rule, gradients, scale: float(measure(rule(gradients), rule(scale * gradients)))


def _size(steps: FloatArray) -> Any:
    return np.max(np.abs(steps))


def _effect_scaled_back(rule: Callable[[FloatArray], FloatArray], gradients: FloatArray, scale: float) -> float:
    steps = rule(gradients)
    return float(_size(rule(scale * gradients) / scale - steps) / _size(steps))


def _by_rows(rule: Callable[[FloatArray], FloatArray], gradients: FloatArray) -> FloatArray:
    return np.array([rule(row) for row in gradients])


scale_effect = Exercise(
    references.scale_effect,
    points=6,
    minutes=10,
    difficulty=2,
    checks=(
        Values("Rules of several kinds", 3, _rules),
        Values("Steps in proportion to the gradient", 2, _proportional),
        Values("Steps that do not depend on the scale", 1, _invariant),
    ),
    mistakes=(
        Mistake(
            "steps scaled too",
            lambda rule, gradients, scale: float(
                _size(scale * rule(gradients) - rule(gradients)) / _size(rule(gradients))
            ),
            "you multiply the *steps* by `scale`. Multiply the gradients, and let the rule make new steps of them.",
        ),
        Mistake(
            "not relative",
            _effect(lambda steps, scaled: _size(scaled - steps)),
            "this is the change itself: divide it by the largest step.",
        ),
        Mistake(
            "relative to the new steps",
            _effect(lambda steps, scaled: _size(scaled - steps) / _size(scaled)),
            "you divide by the largest *new* step. Compare with the steps before the scaling.",
        ),
        Mistake(
            "last step alone",
            _effect(lambda steps, scaled: _size(scaled[-1] - steps[-1]) / _size(steps[-1])),
            "only the last step is compared: take the largest change over all steps.",
        ),
        Mistake(
            "mean for largest",
            _effect(lambda steps, scaled: np.mean(np.abs(scaled - steps)) / np.mean(np.abs(steps))),
            "these are means or sums: the *largest* change over the *largest* step is asked.",
        ),
        Mistake(
            "entry by entry",
            _effect(lambda steps, scaled: np.max(np.abs(scaled - steps) / np.abs(steps))),
            "you divide entry by entry, where a tiny step makes a huge ratio. Take both maxima first, then divide.",
        ),
        Mistake(
            "magnitudes forgotten",
            _effect(lambda steps, scaled: np.max(scaled - steps) / np.max(steps)),
            "steps may be negative: take `np.abs` before the maximum.",
        ),
        Mistake(
            "sizes compared",
            _effect(lambda steps, scaled: np.abs(_size(scaled) - _size(steps)) / _size(steps)),
            "you compare the largest step with the largest step, which may be different ones. Subtract step from "
            "step first.",
        ),
        Mistake(
            "largest steps subtracted",
            _effect(lambda steps, scaled: (_size(scaled) - _size(steps)) / _size(steps)),
            "you subtract the largest step from the largest step, which may be different ones. Subtract step from "
            "step first, then take the magnitude and the maximum.",
        ),
        Mistake(
            "norms",
            _effect(lambda steps, scaled: np.linalg.norm(scaled - steps) / np.linalg.norm(steps)),
            "these are norms, in which all entries count. Asked is the *largest* entry: `np.max(np.abs(…))`.",
        ),
        Mistake(
            "relative to the gradients",
            lambda rule, gradients, scale: float(_size(rule(scale * gradients) - rule(gradients)) / _size(gradients)),
            "you divide by the largest *gradient*. Divide by the largest step.",
        ),
        Mistake(
            "scaled back",
            _effect_scaled_back,
            "you divide the new steps by `scale`, which takes out what was to be measured. Compare them as they are.",
        ),
        Mistake(
            "divided by the scale",
            lambda rule, gradients, scale: float(
                _size(rule(gradients / scale) - rule(gradients)) / _size(rule(gradients))
            ),
            "the gradients are *divided* by `scale`. Multiply them.",
        ),
        Mistake(
            "scale added",
            lambda rule, gradients, scale: float(
                _size(rule(gradients + scale) - rule(gradients)) / _size(rule(gradients))
            ),
            "`scale` is *added* to the gradients. Multiply them by it.",
        ),
        Mistake(
            "scale not used",
            lambda rule, gradients, scale: 0.0,
            "both times the rule gets the same gradients, so nothing can change. Multiply them by `scale` the second "
            "time.",
        ),
        Mistake(
            "quotient upside down",
            _effect(lambda steps, scaled: _size(steps) / _size(scaled - steps)),
            "the quotient is upside down: the change stands above the line.",
        ),
        Mistake(
            "row by row",
            lambda rule, gradients, scale: float(
                _size(_by_rows(rule, scale * gradients) - _by_rows(rule, gradients)) / _size(_by_rows(rule, gradients))
            ),
            "you call the rule for each row anew, so it forgets what came before. Give it all the gradients at once.",
        ),
        Mistake(
            "a number for each weight",
            lambda rule, gradients, scale: (
                np.max(np.abs(rule(scale * gradients) - rule(gradients)), axis=0)
                / np.max(np.abs(rule(gradients)), axis=0)
            ),
            "`axis=0` makes a maximum for each weight. One number is asked: the largest of all entries.",
        ),
        Mistake(
            "Python's max",
            lambda rule, gradients, scale: max(abs(rule(scale * gradients) - rule(gradients))) / max(rule(gradients)),
            "Python's `max` compares whole rows. `np.max` looks at every entry.",
        ),
        Mistake(
            "a ratio",
            _effect(lambda steps, scaled: _size(scaled) / _size(steps)),
            "this is the ratio of the sizes, 1 where nothing changes. Asked is the *change*: 0 where nothing changes.",
        ),
    ),
)
