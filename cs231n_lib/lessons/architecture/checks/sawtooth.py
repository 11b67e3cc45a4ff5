"""Exercise on what depth can represent, where each layer adds a fold."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.contracts import FloatArray

from . import references

FORM = "Two units in each hidden layer"


def tent(x: FloatArray) -> FloatArray:
    """The tent, which is [0, 1] folded once: 2x up to ½, and 2 − 2x beyond."""
    return np.asarray(1 - np.abs(2 * x - 1))


def sawtooth(x: FloatArray, folds: int) -> FloatArray:
    """[0, 1] folded ``folds`` times."""
    for _ in range(folds):
        x = tent(x)
    return x


def _layers(result: Any, folds: int) -> list[tuple[FloatArray, FloatArray]]:
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("the function must return two lists. Write `return weights, biases`")
    for name, found in zip(("weights", "biases"), result, strict=True):
        if not isinstance(found, tuple | list) or len(found) != folds + 1:
            count = len(found) if isinstance(found, tuple | list) else 0
            raise Violation(
                f"`{name}` does not have one array for each layer",
                f"it has {count}, but {folds} fold{'s' * (folds > 1)} and the output layer need {folds + 1}",
                fingerprint=count - folds - 1,
            )
    sizes = [1, *[2] * folds, 1]
    layers = []
    for i, (w, b) in enumerate(zip(*result, strict=True)):
        if not (isinstance(w, np.ndarray) and isinstance(b, np.ndarray)):
            raise Violation("an entry of the lists is not an array. Write `np.array(…)`")
        pair = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
        for name, array, shape in zip(
            ("weights", "biases"), pair, ((sizes[i], sizes[i + 1]), (sizes[i + 1],)), strict=True
        ):
            if array.shape != shape:
                detail = f"{array.shape}, not {shape}"
                raise Violation(f"`{name}[{i}]` has the wrong shape", detail, fingerprint=array.shape)
        layers.append(pair)
    return layers


def _in_floats(result: Any, folds: int) -> tuple[list[FloatArray], list[FloatArray]]:
    layers = _layers(result, folds)
    return [w for w, _ in layers], [b for _, b in layers]


def _form(call: Function, rng: Generator) -> None:
    for folds in (1, 3):
        _layers(call(folds), folds)


def _folded(*counts: int, drawn: int = 0) -> Function:
    """Test of networks with ``counts`` folds, or with ``drawn`` numbers of 3 to 12 folds."""

    def test(call: Function, rng: Generator) -> None:
        for folds in counts or np.sort(rng.choice(np.arange(3, 13), drawn, replace=False)).tolist():
            out = x = rng.integers(0, 1025, 40) / 1024
            for i, (w, b) in enumerate(_layers(call(folds), folds)):
                out = (out[:, np.newaxis] if i == 0 else np.maximum(out, 0)) @ w + b
            off = np.abs(out[:, 0] - sawtooth(x, folds))
            if not off.max() <= 1e-9:
                first = int(np.flatnonzero(~(off <= 1e-9))[0])
                raise Violation(
                    f"the output is not [0, 1] folded {folds} times"
                    if folds > 1
                    else "the output is not [0, 1] folded once",
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
        Property("One fold", 2, _folded(1), central=True),
        Property("Two folds", 3, _folded(2), central=True),
        Property("Three to twelve folds", 2, _folded(drawn=3), central=True),
    ),
    slips="""
        kink at 1
            np.array([0.0, -0.5]) → np.array([0.0, -1.0])
            you put the kink of the tent at 1, where the second unit becomes active. Put it at ½ with the bias −½.
        second unit without bias
            np.array([0.0, -0.5]) → np.array([0.0, 0.0])
            the bias of your second unit is 0, so both units are equal. Give it the bias −½ in an array of floats,
            because an array of integers turns −½ into 0.
        flat after ½
            [-4.0] → [-2.0]
            you make the line flat after ½, where its slope is 2 − 2 = 0. Give the second unit the outgoing weight −4,
            so that the slope becomes −2.
        kink on the wrong side
            np.array([0.0, -0.5]) → np.array([0.0, 0.5])
            you make the second unit active on all of [0, 1]. Give it the bias *minus* ½, so that it is max(0, t − ½).
        bias in the first layer only
            *[np.array([0.0, -0.5])] * folds → np.array([0.0, -0.5]), *[np.zeros(2)] * (folds - 1)
            you use the bias −½ only in the first hidden layer. Give it to the second unit of every hidden layer,
            because each fold needs its own kink.
        slope 1
            [[2.0], [-4.0]] → [[1.0], [-2.0]]
            you let the tent rise only to ½. Use the outgoing weights 2 and −4, which give the tent the slopes 2 and −2.
        second unit added
            [-4.0] → [4.0]
            you add the second unit to the output. Subtract it with a negative outgoing weight.
        biases exchanged
            np.array([0.0, -0.5]) → np.array([-0.5, 0.0])
            you give the bias −½ to the first unit and the outgoing weight −4 to the second. Give both to the second
            unit.
        no fold between the layers
            np.hstack([out, out]) → np.eye(2)
            you leave out the fold between two hidden layers. Let both units of the next layer compute 2h₁ − 4h₂ before
            they add their biases.
        fold into one unit only
            np.hstack([out, out]) → np.hstack([out, 0 * out])
            you pass the folded value 2h₁ − 4h₂ only to the first unit of the next layer. Pass it to *both* units.
        transposed
            np.hstack([out, out]) → np.hstack([out, out]).T
            you transpose the weights between hidden layers. A column holds the incoming weights of one unit, so
            make each *column* (2, −4).
        one fold too few
            *[np.hstack([out, out])] * (folds - 1), out] → *[np.eye(2), *[np.hstack([out, out])] * 9][: folds - 1], out]
            you leave out the fold in the second layer. Let both units of each hidden layer after the first compute 2h₁
            − 4h₂ before they add their biases.
        output sums
            (folds - 1), out] → (folds - 1), np.ones((2, 1))]
            you let the output layer add up the outputs of the two units. Let the output compute 2h₁ − 4h₂ as well,
            because this completes the last fold.
        one layer too many
            (folds - 1), out] → folds, out]
            *[np.array([0.0, -0.5])] * folds → *[np.array([0.0, -0.5])] * (folds + 1)
            you use one hidden layer too many. Use `folds` hidden layers, because each one folds once.
        bias of the output left out
            * folds, np.array([0.0])] → * folds]
            you leave out the bias of the output layer. Add it to `biases` with the value 0.
        weights as a vector
            np.array([[2.0], [-4.0]]) → np.array([2.0, -4.0])
            np.hstack([out, out]) → np.stack([out, out], axis=1)
            you give the last array in `weights` the shape (2,). Give it shape (2, 1), for two units and one output,
            with `[[…], […]]`.
        columns stacked vertically
            np.hstack([out, out]) → np.vstack([out, out])
            you stack the columns vertically, so the weights between hidden layers have shape (4, 1). Put the columns
            *side by side* with `np.hstack`, which gives shape (2, 2).
        biases of a hidden layer left out
            * folds, np.array([0.0])] → * (folds - 1), np.array([0.0])]
            you leave out the biases of one hidden layer. Return the biases of all `folds` hidden layers and the bias of
            the output.
        an output after each fold
            *[np.hstack([out, out])] * (folds - 1), out] → *[out, np.ones((1, 2))] * (folds - 1), out]
            *[np.array([0.0, -0.5])] * folds, np.array([0.0])] → *[np.array([0.0, -0.5]), np.zeros(1)] * folds]
            you compute the fold between two hidden layers in a layer of its own. Combine its weights with those of the
            next hidden layer into one array of shape (2, 2).
    """,
)
