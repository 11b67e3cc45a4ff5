"""Exercise on measuring how much the steps of a rule depend on the scale of the gradients."""

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
    """Gradients (6, 3) whose largest steps and changes are in places that distinguish the slips.

    The largest gradient is in the fourth row, where memory matters, and negative. Under a bounded rule the medium
    gradients of another weight change most. The last row and the third weight are small throughout.
    """
    gradients = -rng.uniform(0.02, 0.1, (6, 3))
    medium, large, _ = rng.permutation(3)
    gradients[:5, medium] = rng.uniform(0.3, 0.5, 5)
    gradients[3, large] = 2
    return gradients


def _rules(rng: Generator) -> Cases:
    for rule, scale in ((_bounded, 5.0), (_accumulated, 0.1), (_remembering, 3.0)):
        yield case(f"a partly scale-dependent rule, scale {scale}", rule, _gradients(rng), scale)


def _proportional(rng: Generator) -> Cases:
    yield case("steps in proportion to the gradient", _plain, _gradients(rng), 100 * rng.uniform(0.8, 1.2))
    yield case("a smaller scale", _plain, _gradients(rng), rng.uniform(0.2, 0.3))


def _invariant(call: Function, rng: Generator) -> None:
    effect = call(_signs, rng.normal(size=(6, 3)), 100.0)
    if not abs(effect) < 1e-12:
        raise Violation("the effect is not 0 although the steps do not change", f"it is {effect:.4g}")


scale_effect = Exercise(
    references.scale_effect,
    points=6,
    minutes=10,
    difficulty=2,
    covers="sign features",
    checks=(
        Values("Rules of several kinds", 4, _rules),
        Values("Steps in proportion to the gradient", 1, _proportional),
        Property("Steps that do not depend on the scale", 1, _invariant),
    ),
    slips="""
        gradients in place
            changes = rule(scale * gradients) - steps → gradients *= scale ⏎ changes = rule(gradients) - steps
            the number is right, but you change the caller's array in place, as `gradients *= …` does. Pass `scale *
            gradients`.
        steps scaled too
            rule(scale * gradients) → scale * rule(gradients)
            you multiply the *steps* by `scale`. Multiply the gradients, and let the rule compute new steps from them.
        not relative
            / np.max(np.abs(steps)) →
            you return the change itself. Divide it by the largest step.
        relative to the new steps
            np.abs(steps) → np.abs(steps + changes)
            you divide by the largest *new* step. Divide by the largest step before the scaling.
        relative to the gradients
            np.abs(steps) → np.abs(gradients)
            you divide by the largest *gradient*. Divide by the largest step.
        last step alone
            np.abs(changes) → np.abs(changes[-1])
            np.abs(steps) → np.abs(steps[-1])
            you compare only the last step. Take both maxima over all steps.
        mean for largest
            np.max(np.abs(changes)) → np.mean(np.abs(changes))
            np.max(np.abs(steps)) → np.mean(np.abs(steps))
            you use means or sums. Divide the *largest* change by the *largest* step.
        norms
            np.max(np.abs(changes)) → np.linalg.norm(changes)
            np.max(np.abs(steps)) → np.linalg.norm(steps)
            you use norms, to which all entries contribute. Use the *largest* entry, `np.max(np.abs(…))`.
        lengths of rows
            np.max(np.abs(changes)) → np.max(np.linalg.norm(changes, axis=1))
            np.max(np.abs(steps)) → np.max(np.linalg.norm(steps, axis=1))
            you take the lengths of whole rows. Take the absolute value of each entry.
        entry by entry
            np.max(np.abs(changes)) / np.max(np.abs(steps)) → np.max(np.abs(changes) / np.abs(steps))
            you divide entry by entry, so a tiny step gives a huge ratio. Take both maxima first, and then divide.
        magnitudes forgotten
            np.abs(changes) → changes
            np.abs(steps) → steps
            you take the maximum of signed values, although changes and steps may be negative. Apply `np.abs` before
            each maximum.
        magnitude of the change forgotten
            np.abs(changes) → changes
            you take the maximum of the signed changes, which may be negative. Apply `np.abs` in the numerator as well.
        magnitude of the step forgotten
            np.abs(steps) → steps
            you take the maximum of the signed steps, which may be negative. Apply `np.abs` in the denominator as well.
        sizes compared
            np.max(np.abs(changes)) → np.abs(np.max(np.abs(steps + changes)) - np.max(np.abs(steps)))
            you compare the largest steps before and after the scaling, which may be in different entries. Subtract the
            steps entry by entry first.
        largest steps subtracted
            np.max(np.abs(changes)) → (np.max(np.abs(steps + changes)) - np.max(np.abs(steps)))
            you subtract the largest steps before and after the scaling, which may be in different entries. Subtract the
            steps entry by entry first, and then take the magnitude and the maximum.
        a ratio
            np.abs(changes) → np.abs(steps + changes)
            you return the ratio of the largest steps, which is 1 if nothing changes. Put the largest *change* of an
            entry in the numerator, which is 0 if nothing changes.
        scaled back
            rule(scale * gradients) → rule(scale * gradients) / scale
            you divide the new steps by `scale`, which removes the effect that you want to measure. Compare the new
            steps as they are.
        divided by the scale
            scale * gradients → gradients / scale
            you *divide* the gradients by `scale`. Multiply them.
        scale added
            scale * gradients → scale + gradients
            you *add* `scale` to the gradients. Multiply them by it.
        scale not used
            scale * gradients → gradients
            you give the rule the same gradients twice, so nothing can change. Multiply them by `scale` the second time.
        quotient upside down
            np.max(np.abs(changes)) / np.max(np.abs(steps)) → np.max(np.abs(steps)) / np.max(np.abs(changes))
            you divide the step by the change. Divide the largest change by the largest step.
        row by row
            rule(gradients) → np.array([rule(row) for row in gradients])
            rule(scale * gradients) → np.array([rule(scale * row) for row in gradients])
            you call the rule separately for each row, so it forgets the earlier rows. Pass all gradients at once.
        a number for each weight
            float(np.max(np.abs(changes)) / np.max(np.abs(steps))) → np.abs(changes).max(0) / np.abs(steps).max(0)
            you take a maximum for each weight with `axis=0`. Take the maximum over all entries, which gives one number.
        Python's max
            float(np.max(np.abs(changes)) / np.max(np.abs(steps))) → max(abs(changes)) / max(abs(steps))
            you use Python's `max`, which compares whole rows. Use `np.max`, which compares all entries.
    """,
)
