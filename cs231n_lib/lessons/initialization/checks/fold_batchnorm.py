"""An exercise on batch norm in use: it and the affine layer before it made one."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
from cs231n_lib.functions import layers

from .draws import statistics


def _normed_layers(rng: Generator) -> Cases:
    for d, m in ((4, 3), (2, 5)):
        yield case(f"w of shape ({d}, {m})", rng.normal(size=(d, m)), rng.normal(size=m), *statistics(rng, m))


def _square_layer(rng: Generator) -> Cases:
    yield case("D = M = 3, eps = 0.5", rng.normal(size=(3, 3)), rng.normal(size=3), *statistics(rng, 3), eps=0.5)


def _same_function(call: Function, rng: Generator) -> None:
    x, w, b = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    parameters = statistics(rng, 3)
    folded_w, folded_b = call(w, b, *parameters)
    if np.shape(folded_w) != w.shape:
        raise Wrong("the new weights do not have the shape of w", f"{np.shape(folded_w)}, not {w.shape}")
    two, one = layers.batchnorm_inference(x @ w + b, *parameters), x @ folded_w + folded_b
    if np.shape(one) != two.shape or not np.allclose(one, two, rtol=1e-9, atol=1e-9):
        first, other = np.ravel(two)[0], np.ravel(one)[0]
        raise Wrong(
            "the folded layer does not give what the two layers give", f"for one example {other:.6g}, not {first:.6g}"
        )


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
    slips="""
        running mean forgotten
            (b - running_mean) * scale → b * scale
            the new bias lacks the running mean: batch norm subtracts it *before* it scales, (b − mean) · scale + β.
        mean not scaled
            (b - running_mean) * scale → b * scale - running_mean
            the running mean is subtracted before the scaling, so it is scaled as well: (b − mean) · scale + β.
        old bias forgotten
            (b - running_mean) → -running_mean
            the new bias lacks the old one, `b`: it goes through batch norm as well, (b − mean) · scale + β.
        bias not scaled
            (b - running_mean) * scale → b - running_mean * scale
            the old bias goes through batch norm, too: it is scaled, (b − mean) · scale + β.
        shift forgotten
            * scale + beta → * scale
            β is missing in the new bias.
        mean added
            b - running_mean → b + running_mean
            the running mean is added in the new bias. Batch norm subtracts it: (b − mean) · scale + β.
        shift scaled
            (b - running_mean) * scale + beta → (b - running_mean + beta) * scale
            β is scaled as well. It is added last: (b − mean) · scale + β.
        bias left as it was
            (b - running_mean) * scale + beta → b
            the bias is the old one. Follow a constant through batch norm: it is shifted, scaled, shifted again.
        rows scaled
            w * scale → w * scale[:, np.newaxis]
            the scale belongs to the *outputs*, the columns of w: `w * scale` multiplies column by column.
        weights left as they were
            w * scale → w
            the weights are the old ones. x @ w is scaled by batch norm, so w is, too.
        weights divided
            w * scale → w / scale
            the weights are divided by γ/√(var + ε): batch norm multiplies by it.
        matrix product with the scale
            w * scale → w @ scale
            `w @ scale` adds the outputs up. Each keeps its own column, scaled: `w * scale`.
        results exchanged
            w * scale, (b - running_mean) * scale + beta → (b - running_mean) * scale + beta, w * scale
            the two results are in the other order: (w, b) is asked.
        ε missing
            running_var + eps → running_var
            ε is missing: γ/√(var + ε), or the one layer is not quite the two.
        ε typed in
            + eps → + 1e-5
            1e-5 is typed in: use `eps`, which the caller may set.
        root missing
            np.sqrt(running_var + eps) → (running_var + eps)
            the scale divides by the variance: γ/√(var + ε).
        ε outside the root
            np.sqrt(running_var + eps) → (np.sqrt(running_var) + eps)
            ε belongs inside the root: γ/√(var + ε).
        γ forgotten
            gamma / → 1 /
            γ is missing in the scale: γ/√(var + ε).
        w changed
            return w * scale → w *= scale ⏎ return w
            the values are right, but `w *= …` changes the caller's weights: make new ones.
    """,
)
