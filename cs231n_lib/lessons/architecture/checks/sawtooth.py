"""An exercise on what depth can do: a fold a layer."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.contracts import FloatArray

from . import references

FORM = "Two units in each hidden layer"


def tent(x: FloatArray) -> FloatArray:
    """2x up to ½, then back down: [0, 1] folded once."""
    return np.asarray(1 - np.abs(2 * x - 1))


def sawtooth(x: FloatArray, folds: int) -> FloatArray:
    """[0, 1] folded so many times."""
    for _ in range(folds):
        x = tent(x)
    return x


def _layers(result: Any, folds: int) -> list[tuple[FloatArray, FloatArray]]:
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("two lists are asked: `return weights, biases`")
    for name, found in zip(("weights", "biases"), result, strict=True):
        if not isinstance(found, tuple | list) or len(found) != folds + 1:
            count = len(found) if isinstance(found, tuple | list) else 0
            raise Violation(
                f"`{name}` has not one array for each layer",
                f"{count} for {folds} fold{'s' * (folds > 1)} and the output layer, which is {folds + 1}",
                fingerprint=count - folds - 1,
            )
    sizes = [1, *[2] * folds, 1]
    layers = []
    for i, (w, b) in enumerate(zip(*result, strict=True)):
        if not (isinstance(w, np.ndarray) and isinstance(b, np.ndarray)):
            raise Violation("an entry of the lists is no array: write `np.array(…)`")
        pair = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
        for name, array, shape in zip(
            ("weights", "biases"), pair, ((sizes[i], sizes[i + 1]), (sizes[i + 1],)), strict=True
        ):
            if array.shape != shape:
                detail = f"{array.shape}, not {shape}"
                raise Violation(f"`{name}[{i}]` is asked in another shape", detail, fingerprint=array.shape)
        layers.append(pair)
    return layers


def _in_floats(result: Any, folds: int) -> tuple[list[FloatArray], list[FloatArray]]:
    layers = _layers(result, folds)
    return [w for w, _ in layers], [b for _, b in layers]


def _form(call: Function, rng: Generator) -> None:
    for folds in (1, 3):
        _layers(call(folds), folds)


def _folded(*counts: int) -> Function:
    def test(call: Function, rng: Generator) -> None:
        for folds in counts:
            out = x = rng.integers(0, 1025, 40) / 1024
            for i, (w, b) in enumerate(_layers(call(folds), folds)):
                out = (out[:, np.newaxis] if i == 0 else np.maximum(out, 0)) @ w + b
            off = np.abs(out[:, 0] - sawtooth(x, folds))
            if not off.max() <= 1e-9:
                first = int(np.flatnonzero(~(off <= 1e-9))[0])
                raise Violation(
                    f"this is not [0, 1] folded {folds} times" if folds > 1 else "this is not [0, 1] folded once",
                    f"at {x[first]:.4g} it is {out[first, 0]:.4g}, not {sawtooth(x, folds)[first]:.4g}",
                    fingerprint=tuple(out[:, 0].round(9)),
                )

    return test


sawtooth_network = Exercise(
    references.sawtooth_network,
    points=8,
    minutes=15,
    difficulty=4,
    importance="extra",
    form=_in_floats,
    required_row=FORM,
    checks=(
        Property(FORM, 1, _form),
        Property("One fold", 2, _folded(1)),
        Property("Two folds", 3, _folded(2)),
        Property("Three to ten folds", 2, _folded(3, 6, 10)),
    ),
    slips="""
        kink at 1
            np.array([0.0, -0.5]) → np.array([0.0, -1.0])
            the second unit wakes at 1: the tent has its kink at ½, so its bias is −½.
        second unit without bias
            np.array([0.0, -0.5]) → np.array([0.0, 0.0])
            both units are equal: the second is max(0, t − ½), so its bias is −½.
        no way down
            [-4.0] → [-2.0]
            after ½ the line stays flat: its slope is 2 − 2. To come down with −2 the second unit counts −4.
        kink on the wrong side
            np.array([0.0, -0.5]) → np.array([0.0, 0.5])
            the second unit is awake from the start: max(0, t − ½) has the bias *minus* ½.
        bias in the first layer only
            *[np.array([0.0, -0.5])] * folds → np.array([0.0, -0.5]), *[np.zeros(2)] * (folds - 1)
            only the first hidden layer has the bias −½ in its second unit: each fold needs its own kink.
        slope 1
            [[2.0], [-4.0]] → [[1.0], [-2.0]]
            the tent rises to ½ only: its slopes are 2 and −2.
        never down
            [-4.0] → [4.0]
            the second unit adds where it should take away: its outgoing weight is negative.
        biases exchanged
            np.array([0.0, -0.5]) → np.array([-0.5, 0.0])
            biases and outgoing weights do not fit together: the unit that counts −4 is the one with the bias −½.
        no fold between the layers
            np.hstack([out, out]) → np.eye(2)
            between two hidden layers the fold is missing: both units of the next layer read 2h₁ − 4h₂.
        fold into one unit only
            np.hstack([out, out]) → np.hstack([out, 0 * out])
            only the first unit of the next layer reads the fold: *both* of them need it.
        transposed
            np.hstack([out, out]) → np.hstack([out, out]).T
            the weights between hidden layers are transposed: rows belong to the units that are read, so each *column*
            is (2, −4).
        one fold too few
            *[np.hstack([out, out])] * (folds - 1), out] → *[np.eye(2), *[np.hstack([out, out])] * 9][: folds - 1], out]
            the second layer folds nothing: each hidden layer after the first reads 2h₁ − 4h₂.
        output sums
            (folds - 1), out] → (folds - 1), np.ones((2, 1))]
            the output layer adds up its units. It, too, is 2h₁ − 4h₂: there the last fold is finished.
        one layer too many
            (folds - 1), out] → folds, out]
            *[np.array([0.0, -0.5])] * folds → *[np.array([0.0, -0.5])] * (folds + 1)
            there is a hidden layer too many: each of `folds` hidden layers folds once, the output layer only adds up.
        bias of the output left out
            * folds, np.array([0.0])] → * folds]
            a bias is missing: the output layer has one, too, which is 0.
        weights as a vector
            np.array([[2.0], [-4.0]]) → np.array([2.0, -4.0])
            np.hstack([out, out]) → np.stack([out, out], axis=1)
            the last of `weights` is (2,): two units by one output is (2, 1), `[[…], […]]`.
        below each other
            np.hstack([out, out]) → np.vstack([out, out])
            the weights between hidden layers are (4, 1): put the columns *beside* each other, `np.hstack`, which is (2,
            2).
        biases of a hidden layer left out
            * folds, np.array([0.0])] → * (folds - 1), np.array([0.0])]
            the biases of a hidden layer are missing: there are `folds` of them, and those of the output.
        an output after each fold
            *[np.hstack([out, out])] * (folds - 1), out] → *[out, np.ones((1, 2))] * (folds - 1), out]
            *[np.array([0.0, -0.5])] * folds, np.array([0.0])] → *[np.array([0.0, -0.5]), np.zeros(1)] * folds]
            the fold is put out between two hidden layers, in a layer of its own: write its weights into those of the
            next layer's units, (2, 2).
    """,
)
