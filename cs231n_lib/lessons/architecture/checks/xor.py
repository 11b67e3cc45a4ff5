"""Exercise on XOR with two hidden units whose weights are set by hand."""

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
        raise Violation("the function must return four arrays. Write `return w1, b1, w2, b2`")
    arrays = []
    for (name, shape), value in zip(SHAPES.items(), result, strict=True):
        if not isinstance(value, np.ndarray):
            raise Violation(f"`{name}` is not an array. Write `np.array(…)`")
        array = np.asarray(value, dtype=float)
        if array.shape != shape:
            raise Violation(f"`{name}` has the wrong shape", f"{array.shape}, not {shape}", fingerprint=array.shape)
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
                raise Violation(
                    f"for ({a}, {b}) the network does not output {a ^ b}", f"it outputs {out:g}", fingerprint=apart
                )

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
        Property("Correct output if at most one input is 1", 3.5, _outputs((0, 0), (0, 1), (1, 0))),
        Property("Correct output for all four inputs", 4.5, _outputs((0, 0), (0, 1), (1, 0), (1, 1)), central=True),
    ),
    slips="""
        OR
            [-2.0] → [-1.0]
            you compute OR, which gives 1 for (1, 1) too. Give the second unit, which outputs 1 for (1, 1), the outgoing
            weight −2.
        second unit left out
            [-2.0] → [0.0]
            you use only the first unit, which outputs 2 for (1, 1). Let the second unit subtract 2 for this input.
        second unit without threshold
            np.array([0.0, -1.0]) → np.array([0.0, 0.0])
            you make both units equal. Give the second unit the bias −1, so that it is active only for (1, 1).
        threshold too high
            np.array([0.0, -1.0]) → np.array([0.0, -2.0])
            you keep the second unit at 0, because even for (1, 1) its inputs and its bias add up to 1 + 1 − 2 = 0. Give
            it the bias −1.
        threshold too low
            np.array([0.0, -1.0]) → np.array([0.0, -0.5])
            you make the second unit active for (0, 1) and (1, 0) too. Give it the bias −1, so that it is active only
            for (1, 1).
        threshold of the wrong sign
            np.array([0.0, -1.0]) → np.array([0.0, 1.0])
            you make the second unit active even for (0, 0). Give it the bias *minus* 1, so that only a sum of 2 makes
            it active.
        biases exchanged
            np.array([0.0, -1.0]) → np.array([-1.0, 0.0])
            you give the bias −1 to the first unit and the outgoing weight −2 to the second. Give both to the second
            unit.
        added instead of subtracted
            [-2.0] → [2.0]
            you add the second unit to the output. Subtract it with a negative outgoing weight.
        subtracted three times
            [-2.0] → [-3.0]
            you subtract the second unit three times, so the network outputs 2 − 3 = −1 for (1, 1). Subtract it twice,
            because the output has no ReLU to turn −1 into 0.
        one input each
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 0.0], [0.0, 1.0]]
            you let each unit read only one input. Let *both* units read both inputs, so that the first counts the ones
            and the second detects that both inputs are 1.
        units for the difference, transposed
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 1.0], [-1.0, -1.0]]
            np.array([0.0, -1.0]) → np.zeros(2)
            [[1.0], [-2.0]] → [[1.0], [1.0]]
            you let both units compute x₁ − x₂. For |x₁ − x₂| the second must compute x₂ − x₁, so write the weights of
            each unit in a *column* of `w1`.
        units for the difference, subtracted
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, -1.0], [-1.0, 1.0]]
            np.array([0.0, -1.0]) → np.zeros(2)
            [[1.0], [-2.0]] → [[1.0], [-1.0]]
            you subtract max(0, x₂ − x₁) from max(0, x₁ − x₂), which gives −1 for (0, 1). Add the two, with an outgoing
            weight of 1 for each unit.
        units for two thresholds, transposed
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 1.0], [-1.0, -1.0]]
            np.array([0.0, -1.0]) → np.array([-1.0, 1.0])
            [[1.0], [-2.0]] → [[-1.0], [-1.0]]
            b2 = np.array([0.0]) → b2 = np.array([1.0])
            you write the weights of each unit in a row of `w1`. Write them in a *column*, because the rows of `w1`
            belong to the inputs.
        units for two thresholds exchanged, transposed
            [[1.0, 1.0], [1.0, 1.0]] → [[-1.0, -1.0], [1.0, 1.0]]
            np.array([0.0, -1.0]) → np.array([1.0, -1.0])
            [[1.0], [-2.0]] → [[-1.0], [-1.0]]
            b2 = np.array([0.0]) → b2 = np.array([1.0])
            you write the weights of each unit in a row of `w1`. Write them in a *column*, because the rows of `w1`
            belong to the inputs.
        units for the sum and its double, transposed
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 1.0], [2.0, 2.0]]
            np.array([0.0, -1.0]) → np.array([0.0, -2.0])
            [[1.0], [-2.0]] → [[1.0], [-1.0]]
            you write the weights of each unit in a row of `w1`. Write them in a *column*, because the rows of `w1`
            belong to the inputs.
        second unit reads one input
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, 1.0], [1.0, 0.0]]
            you let the second unit read only one input. Give it the column (1, 1), so that it can detect that *both*
            inputs are 1.
        XNOR
            b2 = np.array([0.0]) → b2 = np.array([1.0])
            [[1.0], [-2.0]] → [[-1.0], [2.0]]
            you compute 1, 0, 0, 1, which is the opposite of XOR. Change the signs in `w2`, and replace `b2` with
            1 − `b2`.
        output bias
            b2 = np.array([0.0]) → b2 = np.array([0.5])
            you shift all four outputs with the bias of the output. Set this bias to 0.
        weights as a vector
            [[1.0], [-2.0]] → [1.0, -2.0]
            you give `w2` the shape (2,). Give it shape (2, 1), for two units and one output, with `[[…], […]]`.
        weights as a row
            [[1.0], [-2.0]] → [[1.0, -2.0]]
            you make `w2` a row with shape (1, 2). Give it shape (2, 1), for two units and one output, with `[[…],
            […]]`.
        b2 without axes
            b2 = np.array([0.0]) → b2 = np.array(0.0)
            you give `b2` the shape (). Give it shape (1,), for one output, with `np.array([…])`.
        b2 without axes, units for the difference
            [[1.0, 1.0], [1.0, 1.0]] → [[1.0, -1.0], [-1.0, 1.0]]
            np.array([0.0, -1.0]) → np.zeros(2)
            [[1.0], [-2.0]] → [[1.0], [1.0]]
            b2 = np.array([0.0]) → b2 = np.array(0.0)
            you give `b2` the shape (). Give it shape (1,), for one output, with `np.array([…])`.
        lists
            w1 = np.array([[1.0, 1.0], [1.0, 1.0]]) → w1 = [[1.0, 1.0], [1.0, 1.0]]
            b1 = np.array([0.0, -1.0]) → b1 = [0.0, -1.0]
            w2 = np.array([[1.0], [-2.0]]) → w2 = [[1.0], [-2.0]]
            b2 = np.array([0.0]) → b2 = [0.0]
            you return lists. Convert each one with `np.array(…)`.
    """,
)
