"""Exercises on maxout: the largest of several pieces wins, and the gradient goes to the winner."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations

Cache = tuple[NDArray[np.int64], int]


def _two_pieces(rng: Generator) -> Iterator[Case]:
    yield case("4 examples, 3 units of 2 pieces", rng.normal(size=(4, 6)))
    yield case("1 example, 2 units of 2 pieces", rng.normal(size=(1, 4)), pieces=2)


def _more_pieces(rng: Generator) -> Iterator[Case]:
    yield case("5 examples, 2 units of 3 pieces", rng.normal(size=(5, 6)), pieces=3)
    yield case("3 examples, 1 unit of 4 pieces", rng.normal(size=(3, 4)), pieces=4)


def _ties(rng: Generator) -> Iterator[Case]:
    yield case("all pieces equal", np.repeat(rng.normal(size=(3, 1)), 6, axis=1), pieces=3)
    yield case("two of three equal, and the largest", np.array([[1.0, 2.0, 2.0], [5.0, 4.0, 5.0]]), pieces=3)


def _forward(
    of_pieces: Callable[[FloatArray], Any] = lambda c: c.max(axis=1),
    winner: Callable[[FloatArray], Any] = lambda c: c.argmax(axis=1),
) -> Callable[..., Any]:
    """A forward pass that makes ``of_pieces`` and ``winner`` of the candidates (N, k, H)."""

    def implementation(x: FloatArray, pieces: int = 2) -> Any:
        candidates = x.reshape(len(x), pieces, -1)
        return of_pieces(candidates), (winner(candidates), pieces)

    return implementation


def _interleaved(x: FloatArray, pieces: int = 2) -> Any:
    candidates = x.reshape(len(x), -1, pieces)
    return candidates.max(axis=2), (candidates.argmax(axis=2), pieces)


def _with_input_as_cache(x: FloatArray, pieces: int = 2) -> Any:
    return x.reshape(len(x), pieces, -1).max(axis=1), x


def _over_units(x: FloatArray, pieces: int = 2) -> Any:
    candidates = x.reshape(len(x), pieces, -1)
    return candidates.max(axis=2), (candidates.argmax(axis=2), pieces)


maxout_forward = Exercise(
    activations.maxout_forward,
    points=10,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Two pieces", 3, _two_pieces),
        Values("More pieces", 2, _more_pieces),
        Values("Of equal pieces the first wins", 2, _ties),
    ),
    mistakes=(
        Mistake(
            "pieces taken for neighbours",
            _interleaved,
            "you compare neighbours. All units' first pieces come first, then all second ones: reshape to "
            "(N, pieces, H), in this order.",
        ),
        Mistake(
            "last of equals",
            _forward(winner=lambda c: c.shape[1] - 1 - c[:, ::-1].argmax(axis=1)),
            "the output is right, but of equal pieces the *first* must win, as with `argmax`.",
        ),
        Mistake(
            "over the units",
            _over_units,
            "you took the largest *unit* of each piece. Take the largest *piece* of each unit: axis 1.",
        ),
        Mistake(
            "sum of the pieces",
            _forward(of_pieces=lambda c: c.sum(axis=1)),
            "the pieces are added up. Sums of affine maps are affine: the unit would be linear. Take the largest.",
        ),
        Mistake(
            "mean of the pieces",
            _forward(of_pieces=lambda c: c.mean(axis=1)),
            "the pieces are averaged, and the unit is linear. Take the largest.",
        ),
        Mistake(
            "ReLU on top",
            _forward(of_pieces=lambda c: np.maximum(0, c.max(axis=1))),
            "there is a `max` with 0 on top. Maxout's output may be negative: 0 is none of its pieces.",
        ),
        Mistake(
            "cache is x",
            _with_input_as_cache,
            "the output is right; as cache return the pair `(winner, pieces)`, with winner (N, H) from `argmax`.",
        ),
    ),
)


def _won(rng: Generator, n: int, h: int, pieces: int) -> tuple[FloatArray, Cache]:
    return rng.normal(size=(n, h)), (rng.integers(0, pieces, (n, h)), pieces)


def _two_piece_gradients(rng: Generator) -> Iterator[Case]:
    yield case("4 examples, 3 units", *_won(rng, 4, 3, 2))
    yield case("1 example whose second pieces win", rng.normal(size=(1, 2)), (np.ones((1, 2), np.int64), 2))


def _more_piece_gradients(rng: Generator) -> Iterator[Case]:
    yield case("5 examples, 2 units of 3 pieces", *_won(rng, 5, 2, 3))


def _is_gradient_of_maxout(call: Callable[..., Any], rng: Generator) -> None:
    x, dout = rng.permutation(np.arange(24.0)).reshape(4, 6), rng.normal(size=(4, 2))  # far from any tie
    candidates = x.reshape(4, 3, 2)
    dx = call(dout, (candidates.argmax(axis=1), 3))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * x.reshape(4, 3, 2).max(axis=1))), x)


def _nothing_lost(call: Callable[..., Any], rng: Generator) -> None:
    dout, cache = _won(rng, 5, 2, 3)
    dx = np.asarray(call(dout, cache), dtype=float)
    if not np.isclose(dx.sum(), dout.sum()):
        raise Wrong("all of `dout` must arrive, and once", f"dx adds up to {dx.sum():.4g}, dout to {dout.sum():.4g}")


def _backward(shares: Callable[[NDArray[np.bool_]], Any]) -> Callable[[FloatArray, Cache], Any]:
    """A backward pass that multiplies dout by ``shares(wins)``, with wins (N, k, H)."""

    def implementation(dout: FloatArray, cache: Cache) -> Any:
        winner, pieces = cache
        wins = winner[:, np.newaxis, :] == np.arange(pieces)[:, np.newaxis]
        return (shares(wins) * dout[:, np.newaxis, :]).reshape(len(dout), -1)

    return implementation


def _backward_interleaved(dout: FloatArray, cache: Cache) -> Any:
    winner, pieces = cache
    return ((winner[..., np.newaxis] == np.arange(pieces)) * dout[..., np.newaxis]).reshape(len(dout), -1)


def _pieces_apart(dout: FloatArray, cache: Cache) -> Any:
    winner, pieces = cache
    return (winner[:, np.newaxis, :] == np.arange(pieces)[:, np.newaxis]) * dout[:, np.newaxis, :]


def _upstream_left_out(dout: FloatArray, cache: Cache) -> Any:
    return _backward(lambda wins: wins)(np.ones_like(dout), cache)


maxout_backward = Exercise(
    activations.maxout_backward,
    points=12,
    minutes=20,
    difficulty=3,
    checks=(
        Values("Two pieces", 3, _two_piece_gradients),
        Values("More pieces", 2, _more_piece_gradients),
        Property("Nothing is lost or doubled", 1, _nothing_lost),
        Property("Gradient against the numerical gradient", 2, _is_gradient_of_maxout),
    ),
    mistakes=(
        Mistake(
            "to every piece",
            _backward(np.ones_like),
            "every piece gets the gradient. Only the winner has moved the output; to the others it owes 0.",
        ),
        Mistake(
            "shared out evenly",
            _backward(lambda wins: np.full(wins.shape, 1 / wins.shape[1])),
            "each piece gets an equal part. The output follows the winner alone: it gets all.",
        ),
        Mistake(
            "to the losers",
            _backward(lambda wins: ~wins),
            "the losers get the gradient and the winner nothing: turn the mask around.",
        ),
        Mistake(
            "pieces put side by side",
            _backward_interleaved,
            "the right numbers stand in the wrong columns: all first pieces come first. Fill an array of shape "
            "(N, pieces, H), then flatten it.",
        ),
        Mistake(
            "always to the first piece",
            _backward(lambda wins: np.arange(wins.shape[1])[:, np.newaxis] == 0 * wins),
            "the first piece gets the gradient, whoever has won. Compare `winner` with the number of each piece.",
        ),
        Mistake(
            "upstream left out",
            _upstream_left_out,
            "this is the mask of the winners alone: multiply it by `dout`.",
        ),
        Mistake(
            "not flattened",
            _pieces_apart,
            "the numbers are right, the shape is not: `reshape` (N, pieces, H) to that of x, (N, pieces · H).",
        ),
    ),
)
