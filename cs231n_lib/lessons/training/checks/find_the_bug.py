"""Exercise on the kind and the layer of a bug, from the gradient check of a network."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _errors(rng: Generator, layers: int, *wrong: int) -> FloatArray:
    """Errors of w1, b1, …, from 3e-5 to 1 at the wrong places and from 1e-10 to 3e-6 elsewhere."""
    errors = 10.0 ** rng.uniform(-10, -5.5, 2 * layers)
    errors[list(wrong)] = 10.0 ** rng.uniform(-4.5, 0, len(wrong))
    return errors


def _of_weights(rng: Generator) -> Cases:
    yield case("every weight, three layers", _errors(rng, 3, 0, 2, 4))
    yield case("every bias, three layers", _errors(rng, 3, 1, 3, 5))
    yield case("every bias, two layers", _errors(rng, 2, 1, 3))
    yield case("nothing", _errors(rng, 3))


def _alone(rng: Generator) -> Cases:
    yield case("the weights of layer 2 of 3", _errors(rng, 3, 2))
    yield case("the biases of layer 3 of 4", _errors(rng, 4, 5))
    yield case("the weights of layer 1 of 2", _errors(rng, 2, 0))
    yield case("the weights of a single layer", _errors(rng, 1, 0))


def _way_back(rng: Generator) -> Cases:
    yield case("all of layers 1 and 2 of 4", _errors(rng, 4, 0, 1, 2, 3))
    yield case("all of layer 1 of 3", _errors(rng, 3, 0, 1))
    yield case("all three layers", _errors(rng, 3, *range(6)))
    yield case("every weight and a bias", _errors(rng, 3, 0, 2, 4, 1))
    yield case("every bias and a weight", _errors(rng, 3, 1, 3, 5, 0))
    yield case("two weights of three", _errors(rng, 3, 0, 2))
    yield case("two biases of three", _errors(rng, 3, 1, 3))


def _special(rng: Generator) -> Cases:
    errors = _errors(rng, 3)
    errors[4] = np.nan
    yield case("a NaN", errors)
    yield case("another limit", np.array([1e-2, 2e-2, 4e-3, 3e-3, 1e-3, 2e-3]), 1e-2)


find_the_bug = Exercise(
    references.find_the_bug,
    points=6,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Every weight, every bias, and nothing", 3, _of_weights),
        Values("One array alone, and its layer", 2, _alone),
        Values("The backward pass, and its layer", 3, _way_back),
        Values("A NaN; another limit", 1, _special),
    ),
    slips="""
        NaN is right
            ~(errors <= limit) → errors > limit
            your code counts NaN as right, because `>` is False for every comparison with NaN. Ask which errors are
            small and negate the answer.
        the limit itself
            errors <= limit → errors < limit
            an error that equals the limit counts as wrong. Only errors *above* the limit are wrong.
        limit typed in
            errors <= limit → errors <= 1e-5
            your limit is a fixed number. Use the argument `limit`.
        right for wrong
            ~(errors <= limit) → errors <= limit
            you count the small errors as wrong. Count the errors *above* the limit.
        weights and biases exchanged
            wrong[::2], wrong[1::2] → wrong[1::2], wrong[::2]
            weights and biases are exchanged. The order is w1, b1, w2, b2, …
        weights first, then biases
            wrong[::2], wrong[1::2] → wrong[: len(wrong) // 2], wrong[len(wrong) // 2 :]
            the first half counts as weights and the second as biases. The order is w1, b1, w2, b2, …
        layer counted from 0
            np.flatnonzero(weights | biases) + 1 → np.flatnonzero(weights | biases)
            you count the layers from 0. Count them from 1.
        array for layer
            return 1, int(highest) → return 1, int(np.argmax(wrong)) + 1
            you return the number of the array. Return its layer, which has two arrays.
        lowest layer
            max(np.flatnonzero → min(np.flatnonzero
            you take the *lowest* wrong layer. Take the highest, which is nearest to the bug because a layer passes its
            upstream gradient down.
        the wrong layer for the one above
            return 4, int(highest) + 1 → return 4, int(highest)
            you return the highest wrong layer, which already receives a wrong gradient. Return the layer *above* it.
        penalty called kind 3
            return 2, 0 → return 3, 0
            every weight is wrong and you return kind 3. Return kind 2, because the penalty acts on the weights alone.
        any weight
            weights.all() and not biases.any() → weights.any() and not biases.any() and wrong.sum() > 0
            wrong.sum() == 1 → False
            one wrong weight array counts as kind 2. Return kind 1 for a single array, and kind 2 only if *all* weights
            are wrong.
        biases not looked at
            weights.all() and not biases.any() → weights.all()
            kind 2 is returned even if biases are wrong too. Return it only if no bias is wrong.
        others not looked at
            weights.all() and not biases.any() → weights.all()
            biases.all() and not weights.any() → biases.all()
            kinds 2 and 3 are returned even if the other arrays are wrong too. Return them only if none of the others is
            wrong.
        some for all
            weights.all() and not biases.any() → weights.any() and not biases.any()
            biases.all() and not weights.any() → biases.any() and not weights.any()
            you return kinds 2 and 3 for some wrong weights or biases. Return them only if *all* are wrong.
        never above the last
            return 4, int(highest) + 1 → return 4, min(int(highest) + 1, len(weights))
            the layer never exceeds L. If the highest layer itself is wrong, the bug is in the loss, so return L + 1.
        one layer for one array
            wrong.sum() == 1 → (weights | biases).sum() == 1
            two wrong arrays of one layer count as kind 1. That kind needs exactly one wrong *array*.
        nothing is not told
            return 0, 0 → return 4, 1
            you report a bug although no array is wrong. Return `0, 0`.
        kind alone
            return 4, int(highest) + 1 → return 4, 0
            return 1, int(highest) → return 1, 0
            you always return the layer 0. Return the layer of the bug for kinds 1 and 4.
    """,
)
