"""Exercises on maxout: the largest of several pieces wins, and the gradient goes to the winner."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations

Cache = tuple[NDArray[np.int64], int]


def _with_a_negative_row(rng: Generator, n: int, d: int) -> FloatArray:
    """Inputs (n, d) of either sign, but all of the first example's below 0: so is its largest."""
    x = rng.normal(size=(n, d))
    x[0] = -rng.uniform(0.5, 2, d)
    return x


def _two_pieces(rng: Generator) -> Cases:
    yield case("4 examples, 3 units of 2 pieces", _with_a_negative_row(rng, 4, 6))
    yield case("1 example, 2 units of 2 pieces", rng.normal(size=(1, 4)), pieces=2)


def _more_pieces(rng: Generator) -> Cases:
    yield case("5 examples, 2 units of 3 pieces", _with_a_negative_row(rng, 5, 6), pieces=3)
    yield case("3 examples, 1 unit of 4 pieces", rng.normal(size=(3, 4)), pieces=4)


def _ties(rng: Generator) -> Cases:
    yield case("all pieces equal", np.repeat(np.array([[-1.0], [0.5], [2.0]]), 6, axis=1) * rng.uniform(1, 2), pieces=3)
    yield case("two of three equal, and the largest", np.array([[1.0, 2.0, 2.0], [5.0, 4.0, 5.0]]), pieces=3)


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
    slips="""
        pieces taken for neighbours
            x.reshape(len(x), pieces, -1) → x.reshape(len(x), -1, pieces).swapaxes(1, 2)
            you compare neighbours. All units' first pieces come first, then all second ones: reshape to
            (N, pieces, H), in this order.
        last of equals
            candidates.argmax(axis=1) → pieces - 1 - candidates[:, ::-1].argmax(axis=1)
            the output is right, but of equal pieces the *first* must win, as with `argmax`.
        over the units
            candidates.argmax(axis=1) → candidates.argmax(axis=2)
            candidates.max(axis=1) → candidates.max(axis=2)
            you took the largest *unit* of each piece. Take the largest *piece* of each unit: axis 1.
        sum of the pieces
            candidates.max(axis=1) → candidates.sum(axis=1)
            the pieces are added up. Sums of affine maps are affine: the unit would be linear. Take the largest.
        mean of the pieces
            candidates.max(axis=1) → candidates.mean(axis=1)
            the pieces are averaged, and the unit is linear. Take the largest.
        smallest piece
            candidates.argmax(axis=1) → candidates.argmin(axis=1)
            candidates.max(axis=1) → candidates.min(axis=1)
            you take the smallest piece: maxout takes the largest.
        ReLU on top
            candidates.max(axis=1), → np.maximum(0, candidates.max(axis=1)),
            there is a `max` with 0 on top. Maxout's output may be negative: 0 is none of its pieces.
        always two pieces
            x.reshape(len(x), pieces, -1) → x.reshape(len(x), 2, -1)
            there are always two pieces: use the argument `pieces`.
        cache is x
            (winner, pieces) → x
            the output is right; as cache return the pair `(winner, pieces)`, with winner (N, H) from `argmax`.
        winner alone in the cache
            (winner, pieces) → winner
            the output is right; as cache return the pair `(winner, pieces)`: the backward pass needs both.
    """,
)


def _won(rng: Generator, n: int, h: int, pieces: int) -> tuple[FloatArray, Cache]:
    """An upstream, and winners among which each piece occurs."""
    winner = rng.permutation(np.arange(n * h) % pieces).reshape(n, h)
    return rng.normal(size=(n, h)), (winner, pieces)


def _two_piece_gradients(rng: Generator) -> Cases:
    yield case("4 examples, 3 units", *_won(rng, 4, 3, 2))
    yield case("1 example whose second pieces win", rng.normal(size=(1, 2)), (np.ones((1, 2), np.int64), 2))


def _more_piece_gradients(rng: Generator) -> Cases:
    yield case("5 examples, 2 units of 3 pieces", *_won(rng, 5, 2, 3))
    yield case("the last of 3 pieces never wins", rng.normal(size=(4, 2)), (rng.permutation([[0, 1]] * 4), 3))


def _is_gradient_of_maxout(call: Function, rng: Generator) -> None:
    x, dout = rng.permutation(np.arange(24.0)).reshape(4, 6), rng.normal(size=(4, 2))  # far from any tie
    x[0, -1] = 30  # the last piece wins somewhere
    candidates = x.reshape(4, 3, 2)
    dx = call(dout, (candidates.argmax(axis=1), 3))
    require_gradient("dx", dx, lambda x: float(np.sum(dout * x.reshape(4, 3, 2).max(axis=1))), x)


def _nothing_lost(call: Function, rng: Generator) -> None:
    dout, cache = _won(rng, 5, 2, 3)
    dx = np.asarray(call(dout, cache), dtype=float)
    if not np.isclose(dx.sum(), dout.sum()):
        raise Violation(
            "all of `dout` must arrive, and once", f"dx adds up to {dx.sum():.4g}, dout to {dout.sum():.4g}"
        )


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
    slips="""
        to every piece
            np.where(wins, dout[:, np.newaxis, :], 0) → np.where(wins | True, dout[:, np.newaxis, :], 0)
            every piece gets the gradient. Only the winner has moved the output; to the others it owes 0.
        shared out evenly
            np.where(wins, dout[:, np.newaxis, :], 0) → np.where(wins | True, dout[:, np.newaxis, :] / pieces, 0)
            each piece gets an equal part. The output follows the winner alone: it gets all.
        to the losers
            np.where(wins, → np.where(~wins,
            the losers get the gradient and the winner nothing: turn the mask around.
        pieces put side by side
            dx.reshape(len(dout), -1) → dx.swapaxes(1, 2).reshape(len(dout), -1)
            the right numbers are in the wrong columns: all first pieces come first. Fill an array of shape
            (N, pieces, H), then flatten it.
        always to the first piece
            winner[:, np.newaxis, :] == → 0 * winner[:, np.newaxis, :] ==
            the first piece gets the gradient, whoever has won. Compare `winner` with the number of each piece.
        pieces counted from 1
            np.arange(pieces)[:, np.newaxis] → np.arange(1, pieces + 1)[:, np.newaxis]
            `winner` counts the pieces from 0, as `argmax` does, and you count from 1.
        upstream left out
            np.where(wins, dout[:, np.newaxis, :], 0) → np.where(wins, 1.0, 0)
            this is the mask of the winners alone: multiply it by `dout`.
        pieces counted in the winners
            winner, pieces = cache → winner, pieces = cache ⏎ pieces = winner.max() + 1
            you read the number of pieces off the winners: where the last piece never wins, its zeros are missing. It
            is in the cache.
        not flattened
            return dx.reshape(len(dout), -1) → return dx
            the numbers are right, the shape is not: `reshape` (N, pieces, H) to that of x, (N, pieces · H).
    """,
)
