"""The exercise that puts layers and losses together: a network of two layers, its loss and all gradients."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import losses

from . import references


def _network(rng: Generator, n: int, d: int, h: int, k: int) -> list[Any]:
    """x, y, w1, b1, w2, b2, with no input of a ReLU so near 0 that a difference would step over its kink."""
    while True:
        x, w1, b1 = rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h)
        if np.abs(x @ w1 + b1).min() > 1e-3:
            return [x, rng.integers(0, k, n), w1, b1, rng.normal(size=(h, k)), rng.normal(size=k)]


def _networks(rng: Generator) -> Iterator[Case]:
    for n, d, h, k, lam in ((6, 3, 5, 4, 0.3), (4, 2, 6, 3, 1.5)):
        yield case(f"layers {d}-{h}-{k}, λ = {lam:g}", *_network(rng, n, d, h, k), lam)


def _plain_networks(rng: Generator) -> Iterator[Case]:
    yield case("λ = 0", *_network(rng, 5, 3, 4, 3), 0.0)
    yield case("one example", *_network(rng, 1, 2, 5, 3), 0.0)


def _network_gradients(call: Callable[..., Any], rng: Generator) -> None:
    x, y, *parameters = _network(rng, 5, 3, 4, 3)
    _, *gradients = call(x, y, *parameters, 0.4)
    if len(gradients) != 4:
        raise Wrong(f"returns {1 + len(gradients)} values where 5 are asked")
    for i, name in enumerate(("dw1", "db1", "dw2", "db2")):

        def loss(p: FloatArray, i: int = i) -> float:
            return float(_two_layers()(x, y, *parameters[:i], p, *parameters[i + 1 :], 0.4)[0])

        require_gradient(name, gradients[i], loss, parameters[i])


def _chance(call: Callable[..., Any], rng: Generator) -> None:
    x, y, *parameters = _network(rng, 7, 3, 4, 5)
    loss = call(x, y, *(np.zeros_like(p) for p in parameters), 1.0)[0]
    if not np.isclose(loss, np.log(5), rtol=1e-9):
        raise Wrong("with all weights 0 the loss is not ln K", f"K = 5: {float(loss):.6g}, not {np.log(5):.6g}")


def _two_layers(
    relu: Callable[[FloatArray], FloatArray] = lambda h: np.maximum(h, 0),
    mask: Callable[[FloatArray, FloatArray], Any] = lambda h, da: h > 0,
    penalty: float = 0.5,
    decay: float = 1.0,
    keep: float = 1.0,
    bias_decay: float = 0.0,
) -> Callable[..., Any]:
    """The network with one part changed: its ReLU, its mask, and the factors of the penalty and of its gradient."""

    def implementation(
        x: FloatArray,
        y: NDArray[np.integer],
        w1: FloatArray,
        b1: FloatArray,
        w2: FloatArray,
        b2: FloatArray,
        lam: float,
    ) -> Any:
        h = x @ w1 + b1
        a = relu(h)
        loss, dscores = losses.softmax_cross_entropy(a @ w2 + b2, y)
        da = dscores @ w2.T
        dh = da * mask(h, da)
        loss += penalty * lam * float(np.sum(w1**2) + np.sum(w2**2))
        loss += 0.5 * bias_decay * lam * float(np.sum(b1**2) + np.sum(b2**2))
        dw1, dw2 = keep * x.T @ dh + decay * lam * w1, keep * a.T @ dscores + decay * lam * w2
        return loss, dw1, dh.sum(axis=0) + bias_decay * lam * b1, dw2, dscores.sum(axis=0) + bias_decay * lam * b2

    return implementation


two_layer_loss = Exercise(
    references.two_layer_loss,
    points=15,
    minutes=30,
    difficulty=4,
    checks=(
        Values("Loss and gradients with a penalty", 5, _networks),
        Values("Without penalty, and a single example", 3, _plain_networks),
        Property("Each gradient against the numerical one", 4, _network_gradients),
        Property("Loss ln K while all weights are 0", 1, _chance),
    ),
    mistakes=(
        Mistake(
            "ReLU forgotten on the way back",
            _two_layers(mask=lambda h, da: 1.0),
            "the gradient passes ReLU unhindered: where h was negative, ReLU put out 0 whatever h was, so `dh` is 0 "
            "there.",
        ),
        Mistake(
            "mask from the gradient",
            _two_layers(mask=lambda h, da: da > 0),
            "the mask looks at the sign of the *gradient*: what counts is the sign of h, in the forward pass.",
        ),
        Mistake(
            "ReLU forgotten altogether",
            _two_layers(relu=lambda h: h, mask=lambda h, da: 1.0),
            "there is no ReLU: two affine layers in a row are one affine layer.",
        ),
        Mistake(
            "gradient overwritten by the penalty",
            _two_layers(keep=0.0),
            "the penalty's gradient has overwritten that of the data. w is used twice, by the layer and by the "
            "penalty: add both.",
        ),
        Mistake(
            "penalty left out of the gradient",
            _two_layers(decay=0.0),
            "the penalty is in the loss and not in the gradient: `dw1` and `dw2` each need λ·w.",
        ),
        Mistake(
            "factor 2 in the penalty's gradient",
            _two_layers(decay=2.0),
            "the ½ of the penalty cancels the 2 of the square: its gradient is λ·w.",
        ),
        Mistake(
            "½ missing in the penalty",
            _two_layers(penalty=1.0),
            "the penalty is too large in the loss: it is *half* λ times the sum of the squares.",
        ),
        Mistake(
            "penalty left out of the loss",
            _two_layers(penalty=0.0),
            "the gradients hold the penalty, the loss does not: add ½λ times the squares of both weights.",
        ),
        Mistake(
            "biases penalised",
            _two_layers(bias_decay=1.0),
            "the biases are penalised too: only the weights are.",
        ),
    ),
)
