"""Exercise on the kind and the layer of a bug, from the gradient check of a network."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Cases, Exercise, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _errors(rng: Generator, layers: int, *wrong: int) -> FloatArray:
    """Errors of w1, b1, …, from 3e-5 to 1 at the wrong places and from 1e-10 to 3e-6 elsewhere."""
    errors = 10.0 ** rng.uniform(-10, -5.5, 2 * layers)
    errors[list(wrong)] = 10.0 ** rng.uniform(-4.5, 0, len(wrong))
    return errors


def _shuffled(rng: Generator, *cases: Case) -> Cases:
    """The cases in random order, so that no fixed sequence of answers is right."""
    yield from (cases[i] for i in rng.permutation(len(cases)))


def _of_weights(rng: Generator) -> Cases:
    return _shuffled(
        rng,
        case("every weight, three layers", _errors(rng, 3, 0, 2, 4)),
        case("every bias, three layers", _errors(rng, 3, 1, 3, 5)),
        case("every bias, two layers", _errors(rng, 2, 1, 3)),
        case("nothing", _errors(rng, 3)),
        case("the weights of layer 2 of 3 alone", _errors(rng, 3, 2)),
    )


def _alone(rng: Generator) -> Cases:
    layers, others = (int(number) for number in rng.integers(3, 7, 2))
    i, j = int(rng.integers(2, layers + 1)), int(rng.integers(2, others + 1))
    return _shuffled(
        rng,
        case(f"the weights of layer {i} of {layers}", _errors(rng, layers, 2 * i - 2)),
        case(f"the biases of layer {j} of {others}", _errors(rng, others, 2 * j - 1)),
        case("the weights of layer 1 of 2", _errors(rng, 2, 0)),
        case("the weights of a single layer", _errors(rng, 1, 0)),
        case("every bias", _errors(rng, layers, *range(1, 2 * layers, 2))),
    )


def _way_back(rng: Generator) -> Cases:
    top, others = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    layers = 2 * top  # so that their arrays are the first half of all
    two = np.sort(rng.choice(layers, 2, replace=False))
    return _shuffled(
        rng,
        case(f"all of layers 1 to {top} of {layers}", _errors(rng, layers, *range(2 * top))),
        case(f"all of layer 1 of {others + 1}", _errors(rng, others + 1, 0, 1)),
        case(f"all {others} layers", _errors(rng, others, *range(2 * others))),
        case("every weight and a bias", _errors(rng, others, *range(0, 2 * others, 2), 1)),
        case("every bias and a weight", _errors(rng, others, *range(1, 2 * others, 2), 0)),
        case(f"two weights of {layers}", _errors(rng, layers, *2 * two)),
        case(f"two biases of {layers}", _errors(rng, layers, *2 * two + 1)),
        case("nothing", _errors(rng, layers)),
    )


def _special(rng: Generator) -> Cases:
    layers = int(rng.integers(3, 6))
    errors = _errors(rng, layers)
    errors[2 * rng.integers(1, layers)] = np.nan
    yield case("a NaN", errors)
    errors = 1e-2 * rng.uniform(0.1, 0.4, 2 * layers)
    errors[0] = 1e-2
    errors[2 * int(rng.integers(layers - 1)) + 1] = 2e-2
    yield case("another limit", errors, 1e-2)


find_the_bug = Exercise(
    references.find_the_bug,
    points=6,
    minutes=15,
    difficulty=3,
    covers="threshold tiny",
    examples_rows=("The backward pass, and its layer",),
    checks=(
        Values("Every weight, every bias, and nothing", 4, _of_weights, central=True),
        Values("One array alone, and its layer", 1.5, _alone),
        Values("The backward pass, and its layer", 2.5, _way_back, central=True),
        Values("A NaN; another limit", 1, _special),
    ),
    slips="""
        NaN is right
            ~(errors <= limit) → errors > limit
            your code counts NaN as right, because both `<` and `>` are False for NaN. Find the errors that are at most
            `limit` and count all others as wrong.
        the limit itself
            errors <= limit → errors < limit
            your code counts an error that equals the limit as wrong. Count it as right, because an error may be at most
            `limit`.
        limit typed in
            errors <= limit → errors <= 1e-5
            your limit is a fixed number. Use the argument `limit`.
        right for wrong
            ~(errors <= limit) → errors <= limit
            you count the errors that are at most `limit` as wrong. Count all *other* errors as wrong, including NaN.
        kinds 2 and 3 exchanged
            wrong[::2], wrong[1::2] → wrong[1::2], wrong[::2]
            you exchange kinds 2 and 3. The order of the errors is w1, b1, w2, b2, …, and kind 2 means every weight and
            kind 3 every bias.
        weights first, then biases
            wrong[::2], wrong[1::2] → wrong[: len(wrong) // 2], wrong[len(wrong) // 2 :]
            you take the first half of the errors as weights and the second as biases. The order is w1, b1, w2, b2, …
        layer counted from 0
            np.flatnonzero(weights | biases) + 1 → np.flatnonzero(weights | biases)
            you count the layers from 0. Count them from 1.
        array for layer
            return 1, int(highest) → return 1, int(np.argmax(wrong)) + 1
            you return the number of the array. Return the number of its layer, because each layer has two arrays.
        lowest layer
            max(np.flatnonzero → min(np.flatnonzero
            you take the *lowest* wrong layer. Take the highest, which is nearest to the bug because a wrong gradient
            spoils all layers below.
        the wrong layer for the one above
            return 4, int(highest) + 1 → return 4, int(highest)
            you return the highest wrong layer, which already receives a wrong gradient. Return the layer *above* it.
        penalty called kind 3
            return 2, 0 → return 3, 0
            every weight is wrong, but you return kind 3. Return kind 2, because the penalty acts on the weights alone.
        single layer called kind 2
            if wrong.sum() == 1: → if wrong.sum() == 1 and len(errors) > 2:
            you look for kind 2 or 3 before you check for a single array, so in a network with only one layer a single
            wrong array can get that kind. Check first whether only one array is wrong.
        any weight
            weights.all() and not biases.any() → weights.any() and not biases.any() and wrong.sum() > 0
            wrong.sum() == 1 → False
            you count a single wrong weight array as kind 2. Return kind 1 for a single array, and kind 2 only if *all*
            weights are wrong.
        biases not looked at
            weights.all() and not biases.any() → weights.all()
            you return kind 2 even if biases are wrong too. Return it only if no bias is wrong.
        others not looked at
            weights.all() and not biases.any() → weights.all()
            biases.all() and not weights.any() → biases.all()
            you return kinds 2 and 3 even if the other arrays are wrong too. Return them only if none of the others is
            wrong.
        some for all
            weights.all() and not biases.any() → weights.any() and not biases.any()
            biases.all() and not weights.any() → biases.any() and not weights.any()
            you return kinds 2 and 3 even if only some weights or biases are wrong. Return these kinds only if *all* of
            them are wrong.
        biases ignored in the highest layer
            return 4, int(highest) + 1 → return 4, int(max(np.flatnonzero(weights) + 1, default=1)) + 1
            you look for the highest wrong layer among the weights alone. Look among the biases too.
        never above the last
            return 4, int(highest) + 1 → return 4, min(int(highest) + 1, len(weights))
            your layer never exceeds L. If the highest layer itself is wrong, the bug is in the loss, so return L + 1.
        one layer for one array
            wrong.sum() == 1 → (weights | biases).sum() == 1
            you count two wrong arrays of one layer as kind 1. That kind needs exactly one wrong *array*.
        bug reported where nothing is wrong
            return 0, 0 → return 4, 1
            you report a bug although no array is wrong. Return `0, 0`.
        kind alone
            return 4, int(highest) + 1 → return 4, 0
            return 1, int(highest) → return 1, 0
            you always return layer 0. Return the layer of the bug for kinds 1 and 4.
    """,
)
