"""Exercise on choosing the size of a network from measured accuracies and their standard errors."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Cases, Exercise, Property, Values, case
from cs231n_lib.contracts import FloatArray

from . import references
from .sizes import an_int

_TABLE = (
    (10.0, 0.8),  # the smallest of all, far behind
    (2.9, 0.8),  # within two standard errors only if these are added
    (2.4, 0.8),  # within two standard errors only without the square root
    (1.9, 0.8),  # the right answer
    (3.0, 1.6),  # may be as good, because of its own large error
    (1.3, 0.8),
    (0.5, 0.8),
    (0.0, 0.8),  # the best
    (0.6, 0.8),
)
"""Distance to the best accuracy and standard error of networks from small to large.

For each known mistake another one of them is the answer.
"""


def _shuffled(
    rng: Generator, name: str, table: Sequence[tuple[float, float]], scatter: float = 0.02, scale: int = 1
) -> Case:
    """Case with these networks in random order, of which none of the first two is the answer.

    They have about a thousand times ``scale`` parameters.
    """
    gaps, errors = (np.array(column) for column in zip(*table, strict=True))
    parameters = scale * np.sort(rng.choice(np.arange(30, 3000), len(table), replace=False))
    accuracies = rng.uniform(88, 92) - gaps + rng.uniform(-scatter, scatter, len(gaps))
    while True:
        order = rng.permutation(len(table))
        arguments = parameters[order], accuracies[order], errors[order]
        answer = references.choose_size(*arguments)
        if answer > 1 and order[answer] != answer:  # its place among the sorted networks is another one
            return case(name, *arguments)


_OTHER_SPREADS: tuple[Callable[[FloatArray, float], FloatArray], ...] = (
    lambda errors, best: np.sqrt(errors + best**2),
    lambda errors, best: np.sqrt(errors**3 + best**2),
    lambda errors, best: np.sqrt(errors**2 + best),
    lambda errors, best: np.sqrt(errors**2 + best**3),
    lambda errors, best: np.ones(len(errors)),
)
"""Spreads with one wrong power, and no spread at all. A case of its own shows each of them to be wrong."""


def _draws(rng: Generator) -> Cases:
    for number in range(3):
        yield _shuffled(rng, f"networks {number + 1}", _TABLE)
    for number, spread in enumerate(_OTHER_SPREADS):
        while True:
            gaps, errors = np.append(rng.uniform(0.3, 6, 11), 0), rng.uniform(0.2, 1.8, 12)
            allowed = 2 * np.sqrt(errors**2 + errors[-1] ** 2)
            right, wrong = np.argmax(gaps <= allowed), np.argmax(gaps <= 2 * spread(errors, errors[-1]))
            if right != wrong and np.abs(gaps - allowed).min() > 0.02:
                break
        yield _shuffled(rng, f"networks {number + 4}", list(zip(gaps, errors, strict=True)), scatter=0)
    # The last network is more than one standard error of the best one behind, but within one of the difference.
    exact = np.array([80, 50, 120, 70]), np.array([95.0, 92.5, 90.0, 93.8]), np.array([1.0, 0.75, 1.0, 1.0])
    yield case("a gap of exactly two standard errors", *exact)
    ordered = np.array([30, 100, 400]), np.array([88.0, 93.0, 94.0]), np.array([2.0, 0.5, 0.5])
    yield case("networks from small to large", *ordered)
    yield case("networks from large to small", *(column[::-1].copy() for column in ordered))


def _clear_winners(rng: Generator) -> Cases:
    for number in range(2):
        gaps = [8.0, *rng.permutation([6.0, 4.0, 0.0])]  # the smallest is never the best
        yield _shuffled(rng, f"networks {number + 1}", [(gap, 0.3) for gap in gaps], scale=10 ** (5 * number))


choose_size = Exercise(
    references.choose_size,
    points=6,
    minutes=8,
    difficulty=2,
    covers="threshold sorted reversed",
    checks=(
        Values("Several networks may be as good as the best", 4, _draws),
        Values("One network is clearly the best", 1, _clear_winners),
        Property("An int", 1, an_int(np.array([30, 100]), np.array([88.0, 93.0]), np.array([0.5, 0.5]))),
    ),
    slips="""
        most accurate network
            return int(np.argmin(np.where(draws, parameters, np.inf))) → return best
            you return the network with the highest accuracy. Return the smallest one that may be as good.
        smallest of all
            np.where(draws, parameters, np.inf) → parameters
            you return the smallest network, however low its accuracy is. Choose only among those that may be as good as
            the best.
        most accurate of the others
            return int( → draws[best] = draws.sum() == 1 ⏎ return int(
            np.argmin(np.where(draws, parameters, np.inf)) → np.argmax(np.where(draws, accuracies, -np.inf))
            you return the most accurate of the other networks that may be as good as the best. Return the smallest,
            which may also be the best itself.
        largest of the draws
            np.argmin(np.where(draws, parameters, np.inf)) → np.argmax(np.where(draws, parameters, 0))
            you return the largest network that may be as good as the best. Return the smallest.
        first of the draws
            np.argmin(np.where(draws, parameters, np.inf)) → np.argmax(draws)
            you return the first network that may be as good as the best, as if the networks were sorted by size. Return
            the one with the fewest parameters.
        stops at the first gap
            return int( → order = np.argsort(-parameters) ⏎ order = order[np.argmax(order == best) :] ⏎ return int(
            np.argmin(np.where(draws, parameters, np.inf)) → order[np.argmin(np.append(draws[order], False)) - 1]
            you stop at the first smaller network that is too far behind. Try all of them, because an even smaller one
            may still be as good as the best one, if its accuracy is higher than that of the network at which you stop,
            or its standard error larger.
        parameters for the index
            np.argmin(np.where → np.min(np.where
            you return the number of parameters. Return the network's index in the arrays.
        a float
            return int( → return float(
            the index is right, but you return it as a float, which no list or array accepts as an index. Return an
            `int`.
        one standard error
            2 * spreads → spreads
            you allow one standard error of the difference. Allow two standard errors.
        one standard error of the best
            2 * spreads → spreads
            np.sqrt(errors**2 + errors[best] ** 2) → errors[best]
            you allow one standard error of the best network. Allow two standard errors of the *difference*, because
            both accuracies are uncertain.
        error of the best alone
            np.sqrt(errors**2 + errors[best] ** 2) → errors[best]
            you use only the standard error of the best network. Use that of the difference, √(s₁² + s₂²), because
            the accuracies of the other networks are uncertain too.
        own error alone
            np.sqrt(errors**2 + errors[best] ** 2) → errors
            you use only each network's own standard error. Use that of the difference, √(s₁² + s₂²), because the
            best accuracy is uncertain too.
        errors added
            np.sqrt(errors**2 + errors[best] ** 2) → errors + errors[best]
            you allow twice the *sum* of the two standard errors, as you also do if you ask whether two intervals
            overlap. Allow twice the square root of the sum of their *squares*.
        no root
            np.sqrt(errors**2 + errors[best] ** 2) → errors**2 + errors[best] ** 2
            you add the squares of the two standard errors and leave out the square root. Take the square root of the
            sum.
    """,
)
