"""The exercise that puts layers and losses together: a network of two layers, its loss and all gradients."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def _network(rng: Generator, n: int, d: int, h: int, k: int) -> list[Any]:
    """x, y, w1, b1, w2, b2, with no input of a ReLU so near 0 that a difference would step over its kink."""
    while True:
        x, w1, b1 = rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h)
        if np.abs(x @ w1 + b1).min() > 1e-3:
            return [x, rng.integers(0, k, n), w1, b1, rng.normal(size=(h, k)), rng.normal(size=k)]


def _networks(rng: Generator) -> Cases:
    for n, d, h, k, lam in ((6, 3, 5, 4, 0.3), (4, 2, 6, 3, 1.5)):
        yield case(f"layers {d}-{h}-{k}, λ = {lam:g}", *_network(rng, n, d, h, k), lam)


def _plain_networks(rng: Generator) -> Cases:
    yield case("λ = 0", *_network(rng, 5, 3, 4, 3), 0.0)
    yield case("one example", *_network(rng, 1, 2, 5, 3), 0.0)


def _network_gradients(call: Function, rng: Generator) -> None:
    x, y, *parameters = _network(rng, 5, 3, 4, 3)
    _, *gradients = call(x, y, *parameters, 0.4)
    if len(gradients) != 4:
        raise Violation(f"returns {1 + len(gradients)} values where 5 are asked")
    for i, name in enumerate(("dw1", "db1", "dw2", "db2")):

        def loss(p: FloatArray, i: int = i) -> float:
            changed = [*parameters]
            changed[i] = p
            return references.two_layer_loss(x, y, changed[0], changed[1], changed[2], changed[3], 0.4)[0]

        require_gradient(name, gradients[i], loss, parameters[i])


def _chance(call: Function, rng: Generator) -> None:
    x, y, *parameters = _network(rng, 7, 3, 4, 5)
    loss = call(x, y, *(np.zeros_like(p) for p in parameters), 1.0)[0]
    if not np.isclose(loss, np.log(5), rtol=1e-9):
        raise Violation("with all weights 0 the loss is not ln K", f"K = 5: {float(loss):.6g}, not {np.log(5):.6g}")


two_layer_loss = Exercise(
    references.two_layer_loss,
    points=15,
    minutes=30,
    difficulty=4,
    importance="core",
    builds_on=("affine_forward", "affine_backward", "softmax_cross_entropy"),
    checks=(
        Values("Loss and gradients with a penalty", 5, _networks),
        Values("Without penalty, and a single example", 3, _plain_networks),
        Property("Each gradient against the numerical one", 4, _network_gradients),
        Property("Loss ln K while all weights are 0", 1, _chance),
    ),
    slips="""
        ReLU forgotten on the way back
            dh = da * (h > 0) → dh = da
            the gradient passes ReLU unhindered: where h was negative, ReLU put out 0 whatever h was, so `dh` is 0
            there.
        mask from the gradient
            da * (h > 0) → da * (da > 0)
            the mask looks at the sign of the *gradient*: what counts is the sign of h, in the forward pass.
        ReLU forgotten altogether
            np.maximum(h, 0) → h
            dh = da * (h > 0) → dh = da
            there is no ReLU: two affine layers in a row are one affine layer.
        h in place of the mask
            da * (h > 0) → da * np.maximum(h, 0)
            the gradient is multiplied by ReLU's output. It passes where h is positive, as it is: multiply by the mask.
        ReLU's output forgotten
            np.maximum(h, 0) → h
            the second layer gets h, before ReLU: give it `np.maximum(h, 0)`.
        ReLU on the scores
            w2, b2) → w2, b2) ⏎ above, scores = scores > 0, np.maximum(scores, 0)
            da, dw2 → dscores = dscores * above ⏎ da, dw2
            there is a ReLU on the scores too. Scores may be negative, and nothing comes between them and softmax.
        ReLU on the scores, one way
            w2, b2) → w2, b2) ⏎ scores = np.maximum(scores, 0)
            there is a ReLU on the scores too. Scores may be negative, and nothing comes between them and softmax.
        hidden bias missing
            (x, w1, b1) → (x, w1, 0 * b1)
            the hidden layer lacks its bias: h = x·w1 + b1.
        bias of the scores missing
            w2, b2) → w2, 0 * b2)
            the scores lack their bias: add b2.
        dw2 before ReLU
            (dscores, cache2) → (dscores, (h, w2))
            `dw2` is made of h before ReLU. The second layer's input is what ReLU put out: `np.maximum(h, 0)`.
        gradient overwritten by the penalty
            dw1 + lam * w1 → lam * w1
            dw2 + lam * w2 → lam * w2
            the penalty's gradient has overwritten that of the data. w is used twice, by the layer and by the penalty:
            add both.
        penalty left out of the gradient
            dw1 + lam * w1 → dw1
            dw2 + lam * w2 → dw2
            the penalty is in the loss and not in the gradient: `dw1` and `dw2` each need λ·w.
        factor 2 in the penalty's gradient
            dw1 + lam * w1 → dw1 + 2 * lam * w1
            dw2 + lam * w2 → dw2 + 2 * lam * w2
            the ½ of the penalty cancels the 2 of the square: its gradient is λ·w.
        half of the penalty's gradient
            dw1 + lam * w1 → dw1 + 0.5 * lam * w1
            dw2 + lam * w2 → dw2 + 0.5 * lam * w2
            the ½ of the penalty cancels against the 2 of the square: its gradient is λ·w, not ½λ·w.
        ½ missing in the penalty
            0.5 * lam → lam
            the penalty is twice too large in the loss: it is *half* λ times the sum of the squares, added once.
        penalty without ½, in itself
            0.5 * lam → lam
            dw1 + lam * w1 → dw1 + 2 * lam * w1
            dw2 + lam * w2 → dw2 + 2 * lam * w2
            this penalty has no ½, in the loss as in the gradient. Here it is ½λ times the squares.
        lengths in the penalty
            np.sum(w1**2) + np.sum(w2**2) → np.linalg.norm(w1) + np.linalg.norm(w2)
            these are the lengths of the weights, roots of sums of squares: the penalty has the squares, without a root.
        penalty left out of the loss
            loss += 0.5 * lam * float(np.sum(w1**2) + np.sum(w2**2)) → pass
            the gradients hold the penalty, the loss does not: add ½λ times the squares of both weights.
        no penalty at all
            loss += 0.5 * lam * float(np.sum(w1**2) + np.sum(w2**2)) → pass
            dw1 + lam * w1 → dw1
            dw2 + lam * w2 → dw2
            the penalty is missing, in the loss and in the gradients of both weights.
        one weight penalised
            np.sum(w1**2) + np.sum(w2**2) → np.sum(w2**2)
            dw1 + lam * w1 → dw1
            the penalty is on one of the two weights: both belong to it.
        biases penalised
            np.sum(w1**2) + np.sum(w2**2) → np.sum(w1**2) + np.sum(w2**2) + np.sum(b1**2) + np.sum(b2**2)
            return loss, dw1, db1, dw2, db2 → return loss, dw1, db1 + lam * b1, dw2, db2 + lam * b2
            the biases are penalised too: only the weights are.
        divided by N once more
            layers.affine_backward(dscores, cache2) → layers.affine_backward(dscores / len(x), cache2)
            the gradients are divided by N once more: `dscores` is that of a mean already.
    """,
)
