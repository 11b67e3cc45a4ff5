"""An exercise that measures how much the steps of a rule depend on the scale of the gradients."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
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


def _gradients(rng: Generator) -> FloatArray:
    """Gradients (6, 3) whose largest steps, and largest changes, are where a slip would not look for them.

    The steps go against the gradient, so the largest, in the fourth row, is negative, and memory matters there. Of a
    bounded rule the medium ones change most, in another weight. The last row and the third weight are small throughout.
    """
    gradients = -rng.uniform(0.02, 0.1, (6, 3))
    medium, large, _ = rng.permutation(3)
    gradients[:5, medium] = rng.uniform(0.3, 0.5, 5)
    gradients[3, large] = 2
    return gradients


def _rules(rng: Generator) -> Cases:
    for rule, scale in ((_bounded, 5.0), (_accumulated, 0.1), (_remembering, 3.0)):
        yield case(f"a rule that is neither, scale {scale}", rule, _gradients(rng), scale)


def _proportional(rng: Generator) -> Cases:
    yield case("steps in proportion to the gradient", _plain, _gradients(rng), 100.0)
    yield case("a smaller scale", _plain, _gradients(rng), 0.25)


def _invariant(call: Function, rng: Generator) -> None:
    effect = call(_signs, rng.normal(size=(6, 3)), 100.0)
    if not abs(effect) < 1e-12:
        raise Violation("steps that do not change at all have the effect 0", f"got {effect:.4g}")


scale_effect = Exercise(
    references.scale_effect,
    points=6,
    minutes=10,
    difficulty=2,
    checks=(
        Values("Rules of several kinds", 4, _rules),
        Values("Steps in proportion to the gradient", 1, _proportional),
        Property("Steps that do not depend on the scale", 1, _invariant),
    ),
    slips="""
        gradients in place
            changes = rule(scale * gradients) - steps → gradients *= scale ⏎ changes = rule(gradients) - steps
            the number is right, but `gradients *= …` changes the caller's array. Pass `scale * gradients`.
        steps scaled too
            rule(scale * gradients) → scale * rule(gradients)
            you multiply the *steps* by `scale`. Multiply the gradients, and let the rule make new steps of them.
        not relative
            / np.max(np.abs(steps)) →
            this is the change itself: divide it by the largest step.
        relative to the new steps
            np.abs(steps) → np.abs(steps + changes)
            you divide by the largest *new* step. Compare with the steps before the scaling.
        relative to the gradients
            np.abs(steps) → np.abs(gradients)
            you divide by the largest *gradient*. Divide by the largest step.
        last step alone
            np.abs(changes) → np.abs(changes[-1])
            np.abs(steps) → np.abs(steps[-1])
            only the last step is compared: take the largest change over all steps.
        mean for largest
            np.max(np.abs(changes)) → np.mean(np.abs(changes))
            np.max(np.abs(steps)) → np.mean(np.abs(steps))
            these are means or sums: the *largest* change over the *largest* step is asked.
        norms
            np.max(np.abs(changes)) → np.linalg.norm(changes)
            np.max(np.abs(steps)) → np.linalg.norm(steps)
            these are norms, in which all entries count. Asked is the *largest* entry: `np.max(np.abs(…))`.
        entry by entry
            np.max(np.abs(changes)) / np.max(np.abs(steps)) → np.max(np.abs(changes) / np.abs(steps))
            you divide entry by entry, where a tiny step makes a huge ratio. Take both maxima first, then divide.
        magnitudes forgotten
            np.abs(changes) → changes
            np.abs(steps) → steps
            steps may be negative: take `np.abs` before the maximum.
        magnitude of the change forgotten
            np.abs(changes) → changes
            changes may be negative: take `np.abs` before the maximum, above the line as well.
        magnitude of the step forgotten
            np.abs(steps) → steps
            steps may be negative: take `np.abs` before the maximum, below the line as well.
        sizes compared
            np.max(np.abs(changes)) → np.abs(np.max(np.abs(steps + changes)) - np.max(np.abs(steps)))
            you compare the largest step with the largest step, which may be different ones. Subtract step from step
            first.
        largest steps subtracted
            np.max(np.abs(changes)) → (np.max(np.abs(steps + changes)) - np.max(np.abs(steps)))
            you subtract the largest step from the largest step, which may be different ones. Subtract step from step
            first, then take the magnitude and the maximum.
        a ratio
            np.abs(changes) → np.abs(steps + changes)
            this is the ratio of the sizes, 1 where nothing changes. Asked is the *change*: 0 where nothing changes.
        scaled back
            rule(scale * gradients) → rule(scale * gradients) / scale
            you divide the new steps by `scale`, which takes out what was to be measured. Compare them as they are.
        divided by the scale
            scale * gradients → gradients / scale
            the gradients are *divided* by `scale`. Multiply them.
        scale added
            scale * gradients → scale + gradients
            `scale` is *added* to the gradients. Multiply them by it.
        scale not used
            scale * gradients → gradients
            both times the rule gets the same gradients, so nothing can change. Multiply them by `scale` the second
            time.
        quotient upside down
            np.max(np.abs(changes)) / np.max(np.abs(steps)) → np.max(np.abs(steps)) / np.max(np.abs(changes))
            the quotient is upside down: the change belongs above the line.
        row by row
            rule(gradients) → np.array([rule(row) for row in gradients])
            rule(scale * gradients) → np.array([rule(scale * row) for row in gradients])
            you call the rule for each row anew, so it forgets what came before. Give it all the gradients at once.
        a number for each weight
            float(np.max(np.abs(changes)) / np.max(np.abs(steps))) → np.abs(changes).max(0) / np.abs(steps).max(0)
            `axis=0` makes a maximum for each weight. One number is asked: the largest of all entries.
        Python's max
            float(np.max(np.abs(changes)) / np.max(np.abs(steps))) → max(abs(changes)) / max(abs(steps))
            Python's `max` compares whole rows. `np.max` looks at every entry.
    """,
)
