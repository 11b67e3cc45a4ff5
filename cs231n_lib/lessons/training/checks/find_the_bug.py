"""An exercise on reading what a gradient check of a network says: which kind of bug, and where."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _errors(rng: Generator, layers: int, *wrong: int) -> FloatArray:
    """Errors of w1, b1, …: those at these places wrong, from 3e-5 to 1, the others from 1e-10 to 3e-6."""
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
        Values("The way back, and its layer", 3, _way_back),
        Values("A NaN; another limit", 1, _special),
    ),
    slips="""
        NaN is right
            ~(errors <= limit) → errors > limit
            NaN counts as right here, since every comparison with it is False. Ask for what *is* small, and negate that.
        the limit itself
            errors <= limit → errors < limit
            an error that equals the limit is right: wrong is what is not *at most* limit.
        limit typed in
            errors <= limit → errors <= 1e-5
            the limit is typed in: use `limit`.
        right for wrong
            ~(errors <= limit) → errors <= limit
            the sign is turned round: wrong are the errors *above* the limit.
        weights and biases exchanged
            wrong[::2], wrong[1::2] → wrong[1::2], wrong[::2]
            weights and biases are exchanged: the order is w1, b1, w2, b2, …
        weights first, then biases
            wrong[::2], wrong[1::2] → wrong[: len(wrong) // 2], wrong[len(wrong) // 2 :]
            the arrays do not lie weights first. The order is w1, b1, w2, b2, …
        layer counted from 0
            np.flatnonzero(weights | biases) + 1 → np.flatnonzero(weights | biases)
            layers count from 1 here.
        array for layer
            return 1, int(highest) → return 1, int(np.argmax(wrong)) + 1
            this is the number of the array. Two arrays make a layer.
        lowest layer
            max(np.flatnonzero → min(np.flatnonzero
            you take the *lowest* wrong layer. The gradient comes from above, so the highest one is nearest to the bug.
        the wrong layer for the one above
            return 4, int(highest) + 1 → return 4, int(highest)
            the highest layer that is wrong gets a wrong gradient already: the bug is in the step out of the
            one *above* it.
        penalty called kind 3
            return 2, 0 → return 3, 0
            where every weight is wrong it is kind 2: the penalty acts on the weights alone.
        any weight
            weights.all() and not biases.any() → weights.any() and not biases.any() and wrong.sum() > 0
            wrong.sum() == 1 → False
            one wrong weight array alone is kind 1. Kind 2 asks for *all* weights.
        biases not looked at
            weights.all() and not biases.any() → weights.all()
            where weights *and* biases of every layer are wrong it is the way back: kind 2 asks for no wrong bias.
        others not looked at
            weights.all() and not biases.any() → weights.all()
            biases.all() and not weights.any() → biases.all()
            where weights *and* biases of every layer are wrong it is the way back: kinds 2 and 3 ask that none of the
            other arrays be wrong.
        some for all
            weights.all() and not biases.any() → weights.any() and not biases.any()
            biases.all() and not weights.any() → biases.any() and not weights.any()
            some weights of a network, or some biases, are no kind of their own: 2 and 3 ask for *all* of them.
        never above the last
            return 4, int(highest) + 1 → return 4, min(int(highest) + 1, len(weights))
            where the highest layer is wrong itself the bug is above it, in the loss: the number of layers, and 1.
        one layer for one array
            wrong.sum() == 1 → (weights | biases).sum() == 1
            kind 1 is one wrong *array*. Where both arrays of layer 1 are wrong the gradient was wrong when
            it came there.
        nothing is not told
            return 0, 0 → return 4, 1
            where no array is wrong the answer is `0, 0`.
        kind alone
            return 4, int(highest) + 1 → return 4, 0
            return 1, int(highest) → return 1, 0
            the layer is missing.
    """,
)
