"""Exercises on batch norm at inference time and on folding it into a layer."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import layers

from .draws import batch, statistics


def _in_use(rng: Generator) -> Cases:
    for n, d in ((5, 3), (3, 3)):
        yield case(f"x of shape ({n}, {d})", batch(rng, n, d), *statistics(rng, d))
    for eps in (0.5, 4.0):  # below and above all variances
        yield case(f"eps = {eps:g}", batch(rng, 4, 2), *statistics(rng, 2), eps=eps)


def _company(call: Function, rng: Generator) -> None:
    x, parameters = batch(rng, 6, 3), statistics(rng, 3)
    together, alone = np.asarray(call(x, *parameters)), np.asarray(call(x[:1], *parameters))
    if not np.allclose(together[0], alone[0], rtol=1e-9, atol=1e-9):
        raise Violation(
            "the output for one example depends on the other examples in its batch",
            f"{together[0, 0]:.4g} in a batch of six, {alone[0, 0]:.4g} alone",
        )


batchnorm_inference = Exercise(
    layers.batchnorm_inference,
    points=6,
    minutes=7,
    difficulty=1,
    covers="sign one",
    importance="core",
    forbidden=(layers.batchnorm_forward, layers.fold_batchnorm),
    checks=(
        Values("Output with the running statistics", 3, _in_use),
        Values("A single example", 0.5, lambda rng: [case("one example", batch(rng, 1, 3), *statistics(rng, 3))]),
        Property("Each example independent of the others", 0.5, _company),
    ),
    slips="""
        as in training
            running_var + eps → x.var(axis=0) + eps
            running_mean → x.mean(axis=0)
            you use the mean and variance of the batch, as in training. At inference time use the running statistics,
            because a batch of one has variance 0.
        root missing
            (running_var + eps) ** 0.5 → running_var + eps
            you divide by `running_var` + ε. Divide by its root, √(running_var + ε).
        root and ε missing
            (running_var + eps) ** 0.5 → running_var
            you divide by the running variance. Divide by √(running_var + ε), with the root and ε.
        ε outside the root
            (running_var + eps) ** 0.5 → running_var**0.5 + eps
            you add ε outside the root. Add it inside, √(running_var + ε), as in training.
        ε as a floor
            running_var + eps → np.maximum(running_var, eps)
            you use ε only where a variance is smaller than ε. *Add* it to every variance, as in √(running_var + ε).
        ε missing
            running_var + eps → running_var
            you do not add ε to `running_var`. Divide by √(running_var + ε), because inference must compute the function
            that was trained.
        ε subtracted
            running_var + eps → running_var - eps
            you subtract ε, which makes a very small variance negative. Add it, as in √(running_var + ε).
        scale and shift left out
            gamma * (x - running_mean) / std + beta → (x - running_mean) / std
            you leave out γ and β. Compute gamma * x̂ + beta, because the next layer was trained with this output.
        scale left out
            gamma * (x → (x
            you leave out γ. Compute gamma * x̂ + beta.
        shift left out
            / std + beta → / std
            you leave out β. Compute gamma * x̂ + beta.
        scale and shift exchanged
            gamma * (x - running_mean) / std + beta → beta * (x - running_mean) / std + gamma
            you exchange γ and β. Compute gamma * x̂ + beta.
        brackets of the difference
            (x - running_mean) → x - running_mean
            you divide only the mean by the root, as `gamma * x - running_mean / …` does. Put x − mean in brackets.
        brackets of the difference in x̂
            (x - running_mean) / std → (x - running_mean / std)
            you divide only the mean by the root, as `x - running_mean / …` does. Put x − mean in brackets.
        mean added
            x - running_mean → x + running_mean
            you add the running mean. Subtract it from x.
        ε typed in
            + eps → + 1e-5
            you always use 1e-5 as ε. Use the argument `eps`, which the caller may set.
        out and cache
            + beta → + beta, None
            you return two values. Return only `out`, because inference has no backward pass and needs no cache.
        shift before scale
            gamma * (x - running_mean) / std + beta → gamma * ((x - running_mean) / std + beta)
            you multiply β by γ. Multiply x̂ by γ first, and then add β.
        statistics of the batch, if it has several examples
            running_var + eps → (x.var(0) if len(x) > 1 else running_var) + eps
            x - running_mean → x - (x.mean(0) if len(x) > 1 else running_mean)
            you use the statistics of the batch if it has several examples. At inference time always use the running
            ones, so that no example depends on the others.
        running statistics moved first
            running_var + eps → 0.9 * running_var + 0.1 * x.var(0) + eps
            x - running_mean → x - (0.9 * running_mean + 0.1 * x.mean(0))
            you move the running statistics towards this batch before you use them. At inference time leave them as they
            are, because nothing is learned then.
        mean subtracted after the division
            gamma * (x - running_mean) / std → gamma * x / std - running_mean
            you subtract the mean after the division. Subtract it from x first, in brackets.
        mean of the batch
            running_mean → x.mean(axis=0)
            you use the running variance but the mean of the batch. Use the running mean, too.
        variance of the batch
            running_var → x.var(axis=0)
            you use the running mean but the variance of the batch. Use the running variance, too.
        x changed
            (x - running_mean) → np.subtract(x, running_mean, out=x)
            your values are right, but you change the caller's `x` in place. Compute x − `running_mean` in a new array.
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
            "the output of the folded layer differs from that of the two layers",
            f"one entry is {other:.6g}, not {first:.6g}",
        )


fold_batchnorm = Exercise(
    layers.fold_batchnorm,
    points=8,
    minutes=15,
    difficulty=3,
    covers="sign one",
    checks=(
        Values("Weights and biases", 4, _normed_layers),
        Values("A square layer and a large ε", 1, _square_layer),
        Property("Same output as the two layers", 1, _same_function),
    ),
    slips="""
        running mean forgotten
            (b - running_mean) * scale → b * scale
            you leave the running mean out of the new bias. Subtract it *before* you scale, as in (b − mean) · scale +
            β.
        mean not scaled
            (b - running_mean) * scale → b * scale - running_mean
            you subtract the running mean without scaling it. Subtract it before you scale, as in (b − mean) · scale +
            β.
        old bias forgotten
            (b - running_mean) → -running_mean
            you leave the old bias `b` out of the new one. Include it, as in (b − mean) · scale + β, because it passes
            through batch norm, too.
        bias not scaled
            (b - running_mean) * scale → b - running_mean * scale
            you add the old bias without scaling it. Scale it, as in (b − mean) · scale + β, because it passes through
            batch norm, too.
        shift forgotten
            * scale + beta → * scale
            you leave β out of the new bias. Add it last, as in (b − mean) · scale + β.
        mean added
            b - running_mean → b + running_mean
            you add the running mean in the new bias. Subtract it, as in (b − mean) · scale + β.
        shift scaled
            (b - running_mean) * scale + beta → (b - running_mean + beta) * scale
            you scale β. Add it last, as in (b − mean) · scale + β.
        bias left as it was
            (b - running_mean) * scale + beta → b
            you return the old bias. Subtract the running mean from it, scale it, and add β, as batch norm does.
        rows scaled
            w * scale → w * scale[:, np.newaxis]
            you scale the rows of w. Scale its columns with `w * scale`, because they belong to the *outputs*.
        weights left as they were
            w * scale → w
            you return the old weights. Scale them, because batch norm scales x @ w.
        weights divided
            w * scale → w / scale
            you divide the weights by γ/√(var + ε). Multiply by it, as batch norm does.
        rows scaled, as scale * w
            w * scale → scale[:, np.newaxis] * w
            you scale the rows of w. Scale its columns with `w * scale`, because they belong to the *outputs*.
        γ forgotten in the bias
            (b - running_mean) * scale → (b - running_mean) / np.sqrt(running_var + eps)
            you leave γ out of the new bias. Multiply b − mean by γ/√(var + ε), as you do with the weights.
        matrix product with the scale
            w * scale → w @ scale
            you add up the scaled columns of w, as `w @ scale` does. Keep the columns separate with `w * scale`.
        results exchanged
            w * scale, (b - running_mean) * scale + beta → (b - running_mean) * scale + beta, w * scale
            you return the two results in the wrong order. Return first the new w and then the new b.
        ε missing
            running_var + eps → running_var
            you do not add ε to `running_var`, so the folded layer differs slightly from the two layers. Use γ/√(var +
            ε).
        ε typed in
            + eps → + 1e-5
            you always use 1e-5 as ε. Use the argument `eps`, which the caller may set.
        root missing
            np.sqrt(running_var + eps) → (running_var + eps)
            you divide γ by the variance. Divide by the root, as in γ/√(var + ε).
        ε outside the root
            np.sqrt(running_var + eps) → (np.sqrt(running_var) + eps)
            you add ε outside the root. Add it inside, as in γ/√(var + ε).
        γ forgotten
            gamma / → 1 /
            you leave γ out of the scale. Use γ/√(var + ε).
        w changed
            return w * scale → w *= scale ⏎ return w
            your values are right, but you change the caller's `w` in place. Compute the new weights in a new array.
    """,
)
