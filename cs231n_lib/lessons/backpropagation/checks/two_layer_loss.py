"""Exercise on the loss of a two-layer network and all its gradients."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def _network(rng: Generator, n: int, d: int, h: int, k: int) -> list[Any]:
    """x, y, w1, b1, w2 and b2, with no input of ReLU so close to 0 that a step crosses the kink."""
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
    x, y, w1, _, *above = _network(rng, 4, 3, 4, 3)
    x[0] = 0
    yield case("inputs of ReLU that are exactly 0", x, y, w1, np.zeros(4), *above, 0.0)
    *network, b2 = _network(rng, 5, 3, 4, 3)
    yield case("scores around −2,000", *network, b2 - 2000, 0.0)


def _network_gradients(call: Function, rng: Generator) -> None:
    x, y, *parameters = _network(rng, 5, 3, 4, 3)
    _, *gradients = call(x, y, *parameters, 0.4)
    if len(gradients) != 4:
        raise Violation(f"returns {1 + len(gradients)} values instead of 5")
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
    covers="threshold sign one",
    importance="core",
    builds_on=("affine_forward", "affine_backward", "softmax_cross_entropy"),
    checks=(
        Values("Loss and gradients with a penalty", 7.5, _networks),
        Values("Without penalty, and a single example", 0.5, _plain_networks),
        Property("Each gradient against the numerical one", 4, _network_gradients),
        Property("Loss ln K if all weights are 0", 1, _chance),
    ),
    slips="""
        ReLU forgotten in the backward pass
            dh = da * (h > 0) → dh = da
            you pass the gradient through ReLU unchanged. Multiply the gradient by the mask `h > 0`, because the output
            of ReLU is constant where h is negative.
        mask from the gradient
            da * (h > 0) → da * (da > 0)
            you make the mask from the sign of the *gradient*. Make it from the sign of h in the forward pass.
        ReLU forgotten altogether
            np.maximum(h, 0) → h
            dh = da * (h > 0) → dh = da
            you leave out ReLU, so your two affine layers act as one. Apply `np.maximum(h, 0)` in the forward pass and
            the mask `h > 0` in the backward pass.
        h in place of the mask
            da * (h > 0) → da * np.maximum(h, 0)
            you multiply the gradient by the output of ReLU. Multiply it by the mask `h > 0`, which leaves the gradient
            unchanged where h is positive.
        ReLU's output forgotten
            np.maximum(h, 0) → h
            you pass h to the second layer. Pass the output of ReLU, `np.maximum(h, 0)`.
        ReLU on the scores
            w2, b2) → w2, b2) ⏎ above, scores = scores > 0, np.maximum(scores, 0)
            da, dw2 → dscores = dscores * above ⏎ da, dw2
            you apply ReLU to the scores, and its mask to their gradient. Leave out both, because scores may be
            negative.
        ReLU on the scores, forward only
            w2, b2) → w2, b2) ⏎ scores = np.maximum(scores, 0)
            you apply ReLU to the scores. Pass them to softmax unchanged, because scores may be negative.
        hidden bias missing
            (x, w1, b1) → (x, w1, 0 * b1)
            you leave the bias out of the hidden layer. Compute h as `x @ w1 + b1`.
        bias of the scores missing
            w2, b2) → w2, 0 * b2)
            you leave the bias out of the scores. Add `b2`.
        dw2 before ReLU
            (dscores, cache2) → (dscores, (h, w2))
            you compute `dw2` from h, the input of ReLU. Use the *output* of ReLU, `np.maximum(h, 0)`, which is the
            input of the second layer.
        gradient overwritten by the penalty
            dw1 + lam * w1 → lam * w1
            dw2 + lam * w2 → lam * w2
            your `dw1` and `dw2` contain only the gradient of the penalty. Add it to the gradient of the cross-entropy,
            because the layer and the penalty both use the weights.
        penalty left out of the gradient
            dw1 + lam * w1 → dw1
            dw2 + lam * w2 → dw2
            you leave the penalty out of the gradient. Add λ·w1 to `dw1` and λ·w2 to `dw2`.
        factor 2 in the penalty's gradient
            dw1 + lam * w1 → dw1 + 2 * lam * w1
            dw2 + lam * w2 → dw2 + 2 * lam * w2
            your gradient of the penalty is 2λ·w. Use λ·w, because the ½ of the penalty cancels the 2 from the square.
        half of the penalty's gradient
            dw1 + lam * w1 → dw1 + 0.5 * lam * w1
            dw2 + lam * w2 → dw2 + 0.5 * lam * w2
            your gradient of the penalty is ½λ·w. Use λ·w, because the ½ of the penalty cancels the 2 from the square.
        ½ missing in the penalty
            0.5 * lam → lam
            in the loss, your penalty is twice as large as it should be. Add ½λ times the sum of the squares, and add it
            only once.
        ½ missing in the penalty and its gradient
            0.5 * lam → lam
            dw1 + lam * w1 → dw1 + 2 * lam * w1
            dw2 + lam * w2 → dw2 + 2 * lam * w2
            you leave the ½ out of the penalty, in the loss and in the gradient. Add ½λ times the sum of the squared
            weights to the loss, λ·w1 to `dw1` and λ·w2 to `dw2`.
        lengths in the penalty
            np.sum(w1**2) + np.sum(w2**2) → np.linalg.norm(w1) + np.linalg.norm(w2)
            you penalise the norms of the weight matrices, which are square roots. Square each norm, because the penalty
            is a sum of squares.
        penalty left out of the loss
            loss += 0.5 * lam * float(np.sum(w1**2) + np.sum(w2**2)) → pass
            you leave the penalty out of the loss. Add ½λ times the sum of the squares of both weight matrices, because
            `dw1` and `dw2` already include the gradient of the penalty.
        no penalty at all
            loss += 0.5 * lam * float(np.sum(w1**2) + np.sum(w2**2)) → pass
            dw1 + lam * w1 → dw1
            dw2 + lam * w2 → dw2
            you leave out the penalty. Add ½λ times the sum of the squares to the loss, λ·w1 to `dw1` and λ·w2 to `dw2`.
        one weight penalised
            np.sum(w1**2) + np.sum(w2**2) → np.sum(w2**2)
            dw1 + lam * w1 → dw1
            you penalise only `w2`. Penalise `w1` in the same way, in the loss and in `dw1`.
        biases penalised
            np.sum(w1**2) + np.sum(w2**2) → np.sum(w1**2) + np.sum(w2**2) + np.sum(b1**2) + np.sum(b2**2)
            return loss, dw1, db1, dw2, db2 → return loss, dw1, db1 + lam * b1, dw2, db2 + lam * b2
            you also penalise the biases. Penalise only the weights.
        softmax without shift
            loss, dscores = → p = np.exp(scores) ⏎ p = p / p.sum(axis=1, keepdims=True) ⏎ loss, dscores =
            losses.softmax_cross_entropy(scores, y) → -np.log(p[range(len(y)), y]).mean(), p / len(y)
            loss += 0.5 * lam → dscores[range(len(y)), y] -= 1 / len(y) ⏎ loss += 0.5 * lam
            you pass the scores to `np.exp` unchanged, so scores in the thousands give NaN. Use
            `mine.softmax_cross_entropy`, or first subtract the largest score of each row.
        divided by N once more
            layers.affine_backward(dscores, cache2) → layers.affine_backward(dscores / len(x), cache2)
            you divide the gradient of the cross-entropy by N a second time. Leave out this second division, because the
            gradient of the scores is already that of a mean.
    """,
)
