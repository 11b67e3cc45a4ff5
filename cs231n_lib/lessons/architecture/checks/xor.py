"""An exercise on the least that a hidden layer can do: XOR with two units, by hand."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.contracts import FloatArray

from . import references

SHAPES = {"w1": (2, 2), "b1": (2,), "w2": (2, 1), "b2": (1,)}
FORM = "Four arrays of the right shapes"


def _arrays(result: Any) -> list[FloatArray]:
    if not isinstance(result, tuple | list) or len(result) != 4:
        raise Violation("four arrays are asked: `return w1, b1, w2, b2`")
    arrays = []
    for (name, shape), value in zip(SHAPES.items(), result, strict=True):
        if not isinstance(value, np.ndarray):
            raise Violation(f"`{name}` is no array: write `np.array(…)`")
        array = np.asarray(value, dtype=float)
        if array.shape != shape:
            raise Violation(
                f"`{name}` is asked in another shape", f"{array.shape}, not {shape}", fingerprint=array.shape
            )
        arrays.append(array)
    return arrays


def _form(call: Function, rng: Generator) -> None:
    _arrays(call())


def _outputs(*points: tuple[int, int]) -> Function:
    def test(call: Function, rng: Generator) -> None:
        w1, b1, w2, b2 = _arrays(call())
        found = (np.maximum(np.array(points) @ w1 + b1, 0) @ w2 + b2)[:, 0]
        for (a, b), out in zip(points, found, strict=True):
            if not abs(out - (a ^ b)) <= 1e-9:
                apart = tuple(found.round(9))
                raise Violation(f"for ({a}, {b}) the network does not put out {a ^ b}", f"{out:g}", fingerprint=apart)

    return test


xor_weights = Exercise(
    references.xor_weights,
    points=8,
    minutes=12,
    difficulty=3,
    importance="core",
    form=_arrays,
    required_row=FORM,
    checks=(
        Property(FORM, 1, _form),
        Property("Right where at most one input is 1", 4, _outputs((0, 0), (0, 1), (1, 0))),
        Property("Right for all four", 4, _outputs((0, 0), (0, 1), (1, 0), (1, 1))),
    ),
    slips="""
        OR
            [-2.0] → [-1.0]
            this is OR: (1, 1) gives 1, too. The second unit is 1 there, and has to take 2 away.
        second unit left out
            [-2.0] → [0.0]
            only the first unit reaches the output, so it is a + b: (1, 1) gives 2. Let the second take it away.
        second unit without threshold
            np.array([0.0, -1.0]) → np.array([0.0, 0.0])
            both units are equal. Give the second the bias −1, so that it wakes for (1, 1) alone.
        threshold too high
            np.array([0.0, -1.0]) → np.array([0.0, -2.0])
            the second unit never wakes: for (1, 1) it gets 2 − 2 = 0. Its bias is −1.
        threshold too low
            np.array([0.0, -1.0]) → np.array([0.0, -0.5])
            the second unit wakes for (0, 1) and (1, 0), too. With the bias −1 it does so for (1, 1) alone.
        threshold of the wrong sign
            np.array([0.0, -1.0]) → np.array([0.0, 1.0])
            the second unit is awake for (0, 0) already. Its bias is *minus* 1: only a sum of 2 overcomes it.
        biases exchanged
            np.array([0.0, -1.0]) → np.array([-1.0, 0.0])
            biases and outgoing weights do not fit together: the unit that counts −2 is the one with the bias −1.
        added for taken away
            [-2.0] → [2.0]
            the second unit adds where it should take away: its outgoing weight is negative.
        one input each
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 0.0], [0.0, 1.0]]
            each unit reads one input only. To see that *both* are 1 a unit has to read both.
        units for the difference, transposed
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 1.0], [-1.0, -1.0]]
            np.array([0.0, -1.0]) → np.zeros(2)
            [[1.0], [-2.0]] → [[1.0], [1.0]]
            both units are x₁ − x₂. For |x₁ − x₂| the second is x₂ − x₁: a unit is a *column* of `w1`.
        second unit reads one input
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 1.0], [1.0, 0.0]]
            the second unit reads one of the inputs only. To see that *both* are 1 it has to read both: its column is
            (1, 1).
        XNOR
            b2 = np.array([0.0]) → b2 = np.array([1.0])
            [[1.0], [-2.0]] → [[-1.0], [2.0]]
            the outputs are 1, 0, 0, 1: exactly the other way round.
        output bias
            b2 = np.array([0.0]) → b2 = np.array([0.5])
            the bias of the output shifts all four results: it is 0 here.
        weights as a vector
            [[1.0], [-2.0]] → [1.0, -2.0]
            `w2` is (2,): two units by one output is a (2, 1), `[[…], […]]`.
        weights as a row
            [[1.0], [-2.0]] → [[1.0, -2.0]]
            `w2` is a row, (1, 2): inputs by outputs is (2, 1), `[[…], […]]`.
        lists
            w1 = np.array([[1.0, 1.0], [1.0, 1.0]]) → w1 = [[1.0, 1.0], [1.0, 1.0]]
            b1 = np.array([0.0, -1.0]) → b1 = [0.0, -1.0]
            w2 = np.array([[1.0], [-2.0]]) → w2 = [[1.0], [-2.0]]
            b2 = np.array([0.0]) → b2 = [0.0]
            these are lists: `np.array(…)` makes an array of each.
    """,
)
