"""Exercises on maxout, the largest of several pieces, and its gradient."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import activations

Cache = tuple[NDArray[np.int64], int]


def _with_a_negative_row(rng: Generator, n: int, d: int) -> FloatArray:
    """Inputs (n, d) of either sign, but all below 0 in the first example, whose last pieces are the largest."""
    x = rng.normal(size=(n, d))
    x[0] = np.sort(-rng.uniform(0.5, 2, d))
    return x


def _two_pieces(rng: Generator) -> Cases:
    yield case("4 examples, 3 units of 2 pieces", _with_a_negative_row(rng, 4, 6))
    yield case("1 example, 2 units of 2 pieces", rng.normal(size=(1, 4)), pieces=2)


def _more_pieces(rng: Generator) -> Cases:
    yield case("5 examples, 2 units of 3 pieces", _with_a_negative_row(rng, 5, 6), pieces=3)
    yield case("3 examples, 1 unit of 4 pieces", rng.normal(size=(3, 4)), pieces=4)
    yield case("inputs of about ±10⁶", 1e6 * _with_a_negative_row(rng, 3, 6), pieces=3)


def _ties(rng: Generator) -> Cases:
    yield case("all pieces equal", np.repeat(np.array([[-1.0], [0.5], [2.0]]), 6, axis=1) * rng.uniform(1, 2), pieces=3)
    # Two units in each case, so that an answer that always cuts x into two halves does not stop with an error.
    yield case(
        "two of three pieces equal and largest",
        np.array([[1.0, 3.0, 2.0, 7.0, 2.0, 7.0], [5.0, 6.0, 4.0, 6.0, 5.0, 0.0]]),
        pieces=3,
    )
    yield case("two of three pieces almost equal", np.array([[1.0, 4.0, 2.0, 3.0, 2.0 + 1e-9, 4.0 + 1e-9]]), pieces=3)


maxout_forward = Exercise(
    activations.maxout_forward,
    points=10,
    minutes=15,
    difficulty=3,
    covers="tie sign huge one",
    checks=(
        Values("Two pieces", 3.5, _two_pieces, central=True),
        Values("More pieces", 2.25, _more_pieces, central=True),
        Values("First of equal pieces wins", 1.25, _ties),
    ),
    slips="""
        neighbours taken for pieces
            x.reshape(len(x), pieces, -1) → x.reshape(len(x), -1, pieces).swapaxes(1, 2)
            you compare neighbouring columns. Reshape to (N, pieces, H) in this order, because the first pieces of all
            units come before the second pieces, and take `max` and `argmax` over axis 1.
        examples mixed
            x.reshape(len(x), pieces, -1) → x.reshape(pieces, len(x), -1).swapaxes(0, 1)
            you mix the entries of different examples, as a reshape to (pieces, N, H) does. Reshape to (N, pieces, H),
            because each example is a row, and take `max` and `argmax` over axis 1.
        last of equals
            candidates.argmax(axis=1) → pieces - 1 - candidates[:, ::-1].argmax(axis=1)
            your output is right, but the last of several equal pieces wins. Let the *first* one win, as with `argmax`.
        over the units
            candidates.argmax(axis=1) → candidates.argmax(axis=2)
            candidates.max(axis=1) → candidates.max(axis=2)
            you take the largest *unit* of each piece. Take the largest *piece* of each unit, over axis 1 of the array
            of shape (N, pieces, H).
        sum of the pieces
            candidates.max(axis=1) → candidates.sum(axis=1)
            you add up the pieces, so the unit is affine. Take the largest piece.
        mean of the pieces
            candidates.max(axis=1) → candidates.mean(axis=1)
            you average the pieces, so the unit is affine. Take the largest piece.
        smallest piece
            candidates.argmax(axis=1) → candidates.argmin(axis=1)
            candidates.max(axis=1) → candidates.min(axis=1)
            you take the smallest piece. Take the largest one.
        ReLU on top
            candidates.max(axis=1), → np.maximum(0, candidates.max(axis=1)),
            you set negative outputs to 0. Return the largest piece even if it is negative, because 0 is not one of the
            pieces.
        always two pieces
            x.reshape(len(x), pieces, -1) → x.reshape(len(x), 2, -1)
            you always use two pieces. Use the argument `pieces`.
        cache is x
            (winner, pieces) → x
            your output is right, but you return `x` as the cache. Return the pair `(winner, pieces)`, where winner (N,
            H) comes from `argmax`.
        winner alone in the cache
            (winner, pieces) → winner
            your output is right, but your cache holds only the winners. Return the pair `(winner, pieces)`, because the
            backward pass needs both.
    """,
)


def _won(rng: Generator, n: int, h: int, pieces: int) -> tuple[FloatArray, Cache]:
    """Upstream gradient, and winners that include each piece."""
    winner = rng.permutation(np.arange(n * h) % pieces).reshape(n, h)
    return rng.normal(size=(n, h)), (winner, pieces)


def _two_piece_gradients(rng: Generator) -> Cases:
    yield case("4 examples, 3 units", *_won(rng, 4, 3, 2))
    yield case("1 example in which the second pieces win", rng.normal(size=(1, 2)), (np.ones((1, 2), np.int64), 2))


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
            "the sum of dx is not the sum of `dout`", f"dx adds up to {dx.sum():.4g}, dout to {dout.sum():.4g}"
        )


maxout_backward = Exercise(
    activations.maxout_backward,
    points=12,
    minutes=20,
    difficulty=3,
    covers="sign one",
    checks=(
        Values("Two pieces", 3, _two_piece_gradients, central=True),
        Values("More pieces", 2, _more_piece_gradients, central=True),
        Property("Sum of dx equals that of dout", 1, _nothing_lost),
        Property("Gradient against the numerical gradient", 2, _is_gradient_of_maxout),
    ),
    slips="""
        to every piece
            np.where(wins, dout[:, np.newaxis, :], 0) → np.where(wins | True, dout[:, np.newaxis, :], 0)
            you give the gradient to every piece. Give it only to the winner and 0 to the others, because only the
            winner affects the output.
        to every row
            dx = np.where(wins, dout[:, np.newaxis, :], 0) → dx = np.zeros((len(dout), pieces * dout.shape[1]))
            return → for h in range(dout.shape[1]): dx[:, winner[:, h] * dout.shape[1] + h] = dout[:, h] ⏎ return
            you write the gradient of each example into the rows of all examples, as the row index `:` does. Write it
            only into its own row. Use the row index `np.arange(N)[:, np.newaxis]` with the whole array `winner`,
            `np.arange(N)` in a loop over the units, or the number of the example in a loop over the examples.
        split evenly
            np.where(wins, dout[:, np.newaxis, :], 0) → np.where(wins | True, dout[:, np.newaxis, :] / pieces, 0)
            you give each piece an equal part of the gradient. Give all of it to the winner, because only the winner
            affects the output.
        to the losers
            np.where(wins, → np.where(~wins,
            you give the gradient to the losers and nothing to the winner. Give it to the winner, and 0 to the losers.
        pieces of a unit put side by side
            dx.reshape(len(dout), -1) → dx.swapaxes(1, 2).reshape(len(dout), -1)
            your numbers are right, but they are in the wrong columns. Fill an array of shape (N, pieces, H) and merge
            its last two axes, so that the first pieces of all units come first.
        winner times pieces
            dx = np.where(wins, dout[:, np.newaxis, :], 0) → dx = np.zeros((len(dout), pieces * dout.shape[1]))
            return → for n, h in np.ndindex(dout.shape): dx[n, winner[n, h] * pieces + h] = dout[n, h] ⏎ return
            you multiply the winner by the number of pieces to find its column. Multiply it by the number of units H,
            because the first pieces of all H units come before the second pieces.
        always to the first piece
            winner[:, np.newaxis, :] == → 0 * winner[:, np.newaxis, :] ==
            you give the gradient to the first piece, even if another piece has won. Compare `winner` with the number of
            each piece.
        pieces counted from 1
            np.arange(pieces)[:, np.newaxis] → np.arange(1, pieces + 1)[:, np.newaxis]
            you count the pieces from 1. Count them from 0, as `argmax` does when it finds the winners.
        upstream left out
            np.where(wins, dout[:, np.newaxis, :], 0) → np.where(wins, 1.0, 0)
            you return only the mask of the winners. Put the entries of `dout` in place of the ones, as multiplying a
            mask of shape (N, pieces, H) by `dout[:, np.newaxis, :]` does.
        pieces counted in the winners
            winner, pieces = cache → winner, pieces = cache ⏎ pieces = winner.max() + 1
            you infer the number of pieces from the winners, so columns are missing if the last piece never wins. Take
            the number from the cache.
        decimals cut off
            dout[:, np.newaxis, :], 0) → dout[:, np.newaxis, :], 0).astype(int)
            you store the gradient in an array of integers, which cuts off the decimals. Use an array of floats, which
            `np.zeros_like(winner)` is not.
        not flattened
            return dx.reshape(len(dout), -1) → return dx
            your numbers are right, but their shape is not. Reshape (N, pieces, H) to the shape of x, (N, pieces · H).
    """,
)
