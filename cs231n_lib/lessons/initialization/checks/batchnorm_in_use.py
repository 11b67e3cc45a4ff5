"""Exercises on batch norm in use: an example must not depend on its company, and the layer before it can hold it."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import layers

from .draws import batch, statistics


def _in_use(rng: Generator) -> Cases:
    for n, d in ((5, 3), (3, 3)):
        yield case(f"x of shape ({n}, {d})", batch(rng, n, d), *statistics(rng, d))
    yield case("eps = 0.5", batch(rng, 4, 2), *statistics(rng, 2), eps=0.5)


def _company(call: Function, rng: Generator) -> None:
    x, parameters = batch(rng, 6, 3), statistics(rng, 3)
    together, alone = np.asarray(call(x, *parameters)), np.asarray(call(x[:1], *parameters))
    if not np.allclose(together[0], alone[0], rtol=1e-9, atol=1e-9):
        raise Violation(
            "what comes out for one example depends on the others in its batch",
            f"{together[0, 0]:.4g} among six examples, {alone[0, 0]:.4g} alone",
        )


batchnorm_inference = Exercise(
    layers.batchnorm_inference,
    points=6,
    minutes=7,
    difficulty=1,
    importance="core",
    forbidden=(layers.batchnorm_forward, layers.fold_batchnorm),
    checks=(
        Values("With the running statistics", 2, _in_use),
        Values("A single example", 1, lambda rng: [case("one example", batch(rng, 1, 3), *statistics(rng, 3))]),
        Property("An example does not depend on its company", 1, _company),
    ),
    slips="""
        as in training
            running_var + eps → x.var(axis=0) + eps
            running_mean → x.mean(axis=0)
            this takes the mean and variance of the batch at hand, as in training. In use take the running ones: a
            single example has no variance.
        root missing
            (running_var + eps) ** 0.5 → running_var + eps
            you divide by the running variance: take its root.
        root and ε missing
            (running_var + eps) ** 0.5 → running_var
            you divide by the running variance: take the root, √(running_var + ε).
        ε outside the root
            (running_var + eps) ** 0.5 → running_var**0.5 + eps
            ε belongs inside the root, as in training: √(running_var + ε).
        ε missing
            running_var + eps → running_var
            ε is missing: what runs in use must be the function that was trained.
        ε subtracted
            running_var + eps → running_var - eps
            ε is subtracted, and a small variance becomes negative: add it, √(running_var + ε).
        scale and shift left out
            gamma * (x - running_mean) / std + beta → (x - running_mean) / std
            γ and β are missing. They were learned, and the next layer counts on them.
        scale left out
            gamma * (x → (x
            γ is missing: gamma * x̂ + beta.
        shift left out
            / std + beta → / std
            β is missing: gamma * x̂ + beta.
        scale and shift exchanged
            gamma * (x - running_mean) / std + beta → beta * (x - running_mean) / std + gamma
            γ and β are exchanged: gamma * x̂ + beta.
        brackets of the difference
            (x - running_mean) → x - running_mean
            `gamma * x - running_mean / …` divides the mean alone: put x − mean in brackets.
        brackets of the difference in x̂
            (x - running_mean) / std → (x - running_mean / std)
            `x - running_mean / …` divides the mean alone: put x − mean in brackets.
        mean added
            x - running_mean → x + running_mean
            the mean is added where it should be subtracted: x − mean.
        ε typed in
            + eps → + 1e-5
            1e-5 is typed in: use `eps`, which the caller may set.
        out and cache
            + beta → + beta, None
            two values come back. In use there is no way back, so no cache: return `out` alone.
        shift before scale
            gamma * (x - running_mean) / std + beta → gamma * ((x - running_mean) / std + beta)
            β is scaled as well: first multiply by γ, then add β.
        mean of the batch
            running_mean → x.mean(axis=0)
            the variance is the running one, the mean that of the batch: both must be the running ones.
        variance of the batch
            running_var → x.var(axis=0)
            the mean is the running one, the variance that of the batch: both must be the running ones.
        x changed
            (x - running_mean) → np.subtract(x, running_mean, out=x)
            the values are right, but `x -= …` changes the caller's examples: write `x - mean` into a new array.
    """,
)


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
        raise Violation("the new weights do not have the shape of w", f"{np.shape(folded_w)}, not {w.shape}")
    two, one = layers.batchnorm_inference(x @ w + b, *parameters), x @ folded_w + folded_b
    if np.shape(one) != two.shape or not np.allclose(one, two, rtol=1e-9, atol=1e-9):
        first, other = np.ravel(two)[0], np.ravel(one)[0]
        raise Violation(
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
