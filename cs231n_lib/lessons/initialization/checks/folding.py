"""An exercise on batch norm in use: it and the affine layer before it made one."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

from .batchnorm import statistics


def _normed_layers(rng: Generator) -> Iterator[Case]:
    for d, m in ((4, 3), (2, 5)):
        yield case(f"w of shape ({d}, {m})", rng.normal(size=(d, m)), rng.normal(size=m), *statistics(rng, m))


def _square_layer(rng: Generator) -> Iterator[Case]:
    yield case("D = M = 3, eps = 0.5", rng.normal(size=(3, 3)), rng.normal(size=3), *statistics(rng, 3), eps=0.5)


def _same_function(call: Callable[..., Any], rng: Generator) -> None:
    x, w, b = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    parameters = statistics(rng, 3)
    folded_w, folded_b = call(w, b, *parameters)
    if np.shape(folded_w) != w.shape:
        raise Wrong("the new weights do not have the shape of w", f"{np.shape(folded_w)}, not {w.shape}")
    two, one = layers.batchnorm_inference(x @ w + b, *parameters), x @ folded_w + folded_b
    if np.shape(one) != two.shape or not np.allclose(one, two, rtol=1e-9, atol=1e-9):
        # The numbers also keep a mistake from being named for what another one did.
        first, other = np.ravel(two)[0], np.ravel(one)[0]
        raise Wrong(
            "the folded layer does not give what the two layers give", f"for one example {other:.6g}, not {first:.6g}"
        )


def _fold(
    scale: Callable[..., Any] = lambda g, v, eps: g / np.sqrt(v + eps),
    weights: Callable[[FloatArray, FloatArray], Any] = lambda w, scale: w * scale,
    bias: Callable[..., Any] = lambda b, scale, mean, beta: scale * (b - mean) + beta,
) -> Callable[..., Any]:
    def implementation(
        w: FloatArray,
        b: FloatArray,
        gamma: FloatArray,
        beta: FloatArray,
        running_mean: FloatArray,
        running_var: FloatArray,
        eps: float = 1e-5,
    ) -> Any:
        factor = scale(gamma, running_var, eps)
        return weights(w, factor), bias(b, factor, running_mean, beta)

    return implementation


fold_batchnorm = Exercise(
    layers.fold_batchnorm,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Weights and biases", 3, _normed_layers),
        Values("A square layer, a large ε", 1, _square_layer),
        Property("The same outputs as the two layers", 2, _same_function),
    ),
    mistakes=(
        Mistake(
            "running mean forgotten",
            _fold(bias=lambda b, scale, mean, beta: scale * b + beta),
            "the new bias lacks the running mean: batch norm subtracts it *before* it scales, (b − mean) · scale + β.",
        ),
        Mistake(
            "mean not scaled",
            _fold(bias=lambda b, scale, mean, beta: scale * b - mean + beta),
            "the running mean is subtracted before the scaling, so it is scaled as well: (b − mean) · scale + β.",
        ),
        Mistake(
            "old bias forgotten",
            _fold(bias=lambda b, scale, mean, beta: beta - scale * mean),
            "the new bias lacks the old one, `b`: it goes through batch norm as well, (b − mean) · scale + β.",
        ),
        Mistake(
            "bias not scaled",
            _fold(bias=lambda b, scale, mean, beta: b - scale * mean + beta),
            "the old bias goes through batch norm, too: it is scaled, (b − mean) · scale + β.",
        ),
        Mistake(
            "shift forgotten",
            _fold(bias=lambda b, scale, mean, beta: scale * (b - mean)),
            "β is missing in the new bias.",
        ),
        Mistake(
            "mean added",
            _fold(bias=lambda b, scale, mean, beta: scale * (b + mean) + beta),
            "the running mean is added in the new bias. Batch norm subtracts it: (b − mean) · scale + β.",
        ),
        Mistake(
            "shift scaled",
            _fold(bias=lambda b, scale, mean, beta: scale * (b - mean + beta)),
            "β is scaled as well. It is added last: (b − mean) · scale + β.",
        ),
        Mistake(
            "bias left as it was",
            _fold(bias=lambda b, scale, mean, beta: b.copy()),
            "the bias is the old one. Follow a constant through batch norm: it is shifted, scaled, shifted again.",
        ),
        Mistake(
            "rows scaled",
            _fold(weights=lambda w, scale: w * np.resize(scale, len(w))[:, np.newaxis]),
            "the scale belongs to the *outputs*, the columns of w: `w * scale` multiplies column by column.",
        ),
        Mistake(
            "weights left as they were",
            _fold(weights=lambda w, scale: w.copy()),
            "the weights are the old ones. x @ w is scaled by batch norm, so w is, too.",
        ),
        Mistake(
            "weights divided",
            _fold(weights=lambda w, scale: w / scale),
            "the weights are divided by γ/√(var + ε): batch norm multiplies by it.",
        ),
        Mistake(
            "matrix product with the scale",
            _fold(weights=lambda w, scale: w @ scale),
            "`w @ scale` adds the outputs up. Each keeps its own column, scaled: `w * scale`.",
        ),
        Mistake(
            "results exchanged",
            lambda *args, **kwargs: _fold()(*args, **kwargs)[::-1],
            "the two results are in the other order: (w, b) is asked.",
        ),
        Mistake(
            "ε missing",
            _fold(scale=lambda g, v, eps: g / np.sqrt(v)),
            "ε is missing: γ/√(var + ε), or the one layer is not quite the two.",
        ),
        Mistake(
            "ε typed in",
            _fold(scale=lambda g, v, eps: g / np.sqrt(v + 1e-5)),
            "1e-5 is typed in: use `eps`, which the caller may set.",
        ),
        Mistake(
            "root missing",
            _fold(scale=lambda g, v, eps: g / (v + eps)),
            "the scale divides by the variance: γ/√(var + ε).",
        ),
        Mistake(
            "ε outside the root",
            _fold(scale=lambda g, v, eps: g / (np.sqrt(v) + eps)),
            "ε belongs inside the root: γ/√(var + ε).",
        ),
        Mistake(
            "γ forgotten",
            _fold(scale=lambda g, v, eps: 1 / np.sqrt(v + eps)),
            "γ is missing in the scale: γ/√(var + ε).",
        ),
    ),
)
