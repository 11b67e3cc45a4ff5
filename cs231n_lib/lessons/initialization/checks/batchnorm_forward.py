"""An exercise on batch normalisation while training."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import layers

from .draws import batch, statistics


def _batches(rng: Generator) -> Cases:
    for n, d in ((6, 3), (4, 5)):
        yield case(f"x of shape ({n}, {d})", batch(rng, n, d), *statistics(rng, d))


def _other_settings(rng: Generator) -> Cases:
    yield case("momentum 0.7, eps 0.5", batch(rng, 5, 3), *statistics(rng, 3), momentum=0.7, eps=0.5)


def _edges(rng: Generator) -> Cases:
    x = batch(rng, 5, 3)
    x[:, 1] = 2
    yield case("a constant feature", x, *statistics(rng, 3))
    yield case("N = D = 3", batch(rng, 3, 3), *statistics(rng, 3))


def _moments(call: Function, rng: Generator) -> None:
    gamma, beta, mean, var = statistics(rng, 4)
    x = batch(rng, 50, 4) / 2  # of variances so small that an ε of 1e-5 in place of this one shows
    out = np.asarray(call(x, gamma, beta, mean, var, eps=1e-12)[0], dtype=float)
    if not np.allclose(out.mean(axis=0), beta, rtol=0, atol=1e-9):
        raise Violation(
            "the mean of `out` over the batch is not beta", f"off by {np.abs(out.mean(axis=0) - beta).max():.3g}"
        )
    ratio = out.std(axis=0) / np.abs(gamma)
    if not np.allclose(ratio, 1, rtol=0, atol=1e-6):
        raise Violation(
            "the standard deviation of `out` is not |gamma|", f"it is {ratio[0]:.4g} times that in feature 0"
        )


batchnorm_forward = Exercise(
    layers.batchnorm_forward,
    points=12,
    minutes=20,
    difficulty=3,
    importance="core",
    forbidden=(layers.batchnorm_inference, layers.fold_batchnorm),
    checks=(
        Values("Output, cache and running statistics", 5, _batches),
        Values("Another momentum, a large ε", 2, _other_settings),
        Values("A constant feature; as many examples as features", 2, _edges),
        Property("Mean β and standard deviation |γ|", 1, _moments),
    ),
    slips="""
        formula of the summary
            x.var(axis=0) → np.mean(x - x.mean(axis=0), axis=0)
            np.sqrt(var + eps) → np.sqrt(var) + eps
            this is the formula of the summary, and it has two slips: the variance is the mean of the *squares* of
            x − μ, and ε belongs inside the root.
        square missing
            x.var(axis=0) → np.mean(x - x.mean(axis=0), axis=0)
            the variance is the mean of the *squares* of x − μ. Without the square it is 0 but for rounding, and you
            divide by little more than ε.
        root missing
            np.sqrt(var + eps) → var + eps
            you divide by the variance: divide by its root, the standard deviation.
        root of the root
            x.var(axis=0) → x.std(axis=0)
            a root too many: `std` is the root of the variance already. Take `var`.
        mean of the squares
            x.var(axis=0) → np.mean(x**2, axis=0)
            the variance is the mean of (x − μ)², and not of x².
        ε outside the root
            np.sqrt(var + eps) → np.sqrt(var) + eps
            ε is added to the root. It belongs inside: √(σ² + ε).
        ε missing
            var + eps → var
            ε is missing: √(σ² + ε). Without it a feature that is constant in a batch is divided by 0.
        divisor one less
            x.var(axis=0) → x.var(axis=0, ddof=1)
            the variance is divided by N − 1 (ddof=1). Over a batch divide by N, NumPy's default.
        over the features
            x.mean(axis=0), x.var(axis=0) → x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
            you average over the *features* of each example. Each feature has its own mean over the batch: axis 0.
            (Over the features it would be layer norm.)
        over the features, without their axis
            x.mean(axis=0), x.var(axis=0) → x.mean(axis=1), x.var(axis=1)
            `axis=1` averages over the features of each example. Each feature has its own mean over the batch: axis 0.
        over everything
            x.mean(axis=0), x.var(axis=0) → x.mean(), x.var()
            one mean for the whole array: take one for each feature, over axis 0.
        one variance for all
            x.var(axis=0) → np.mean((x - x.mean(axis=0)) ** 2)
            the variance is one number for the whole array: take one for each feature, `axis=0`.
        shares exchanged
            momentum * running_mean + (1 - momentum) * mean → (1 - momentum) * running_mean + momentum * mean
            momentum * running_var + (1 - momentum) * var → (1 - momentum) * running_var + momentum * var
            the output is right. In the running statistics the shares are exchanged: momentum is what *stays*, 0.9 of
            the old.
        running statistics overwritten
            momentum * running_mean + (1 - momentum) * mean → mean
            momentum * running_var + (1 - momentum) * var → var
            the running statistics are those of this batch alone: they must *follow* the batches, slowly.
        running statistics returned as they came
            momentum * running_mean + (1 - momentum) * mean → running_mean
            momentum * running_var + (1 - momentum) * var → running_var
            the output is right, but the running statistics are the old ones: let them follow this batch.
        batch not weighed
            (1 - momentum) * mean → mean
            (1 - momentum) * var → var
            the running statistics add the whole batch: its share is (1 − momentum), so that the shares make 1.
        momentum typed in
            momentum * running_mean + (1 - momentum) * mean → 0.9 * running_mean + 0.1 * mean
            momentum * running_var + (1 - momentum) * var → 0.9 * running_var + 0.1 * var
            0.9 is typed in: use `momentum`, which the caller may set.
        ε typed in
            var + eps → var + 1e-5
            1e-5 is typed in: use `eps`, which the caller may set.
        running standard deviation
            (1 - momentum) * var → (1 - momentum) * np.sqrt(var)
            `running_var` follows the standard deviation: it is the *variance*, σ², that it follows.
        running variance with ε
            (1 - momentum) * var → (1 - momentum) * (var + eps)
            `running_var` follows σ² + ε. It follows σ² alone; ε is added where it is used.
        running variance with another divisor
            (1 - momentum) * var → (1 - momentum) * x.var(axis=0, ddof=1)
            `running_var` follows a variance divided by N − 1. Here it follows the one that the batch is divided by, σ².
        in place
            new_mean = momentum → running_mean[...] = momentum
            new_var = momentum → running_var[...] = momentum
            new_mean, new_var → running_mean, running_var
            all values are right, but `*=` and `+=` write into the caller's arrays. Return new ones.
        x centred in place
            (x - mean) / std → np.subtract(x, mean, out=x) / std
            all values are right, but `x -= …` changes the caller's examples: write `x - mean` into a new array.
        normalised with the running statistics
            var + eps → running_var + eps
            (x - mean) → (x - running_mean)
            you normalise with the running statistics. While training it is the *batch's* own mean and variance.
        normalised with the new running statistics
            var + eps → momentum * running_var + (1 - momentum) * x.var(axis=0) + eps
            (x - mean) → (x - (momentum * running_mean + (1 - momentum) * x.mean(axis=0)))
            you normalise with the running statistics. While training it is the *batch's* own mean and variance.
        out alone
            out, (normalized, gamma / std), new_mean, new_var → out
            this returns `out` alone. Four values are asked: out, the cache, and both running statistics.
        cache without γ
            gamma / std → 1 / std
            `out` is right, and so are the statistics. The second entry of the cache is γ/√(σ² + ε), with γ.
        γ alone in the cache
            gamma / std → gamma
            `out` is right. The second entry of the cache is γ/√(σ² + ε), and not γ alone.
        root alone in the cache
            gamma / std → std
            `out` is right. The second entry of the cache is γ/√(σ² + ε), and not the root alone.
        cache without ε
            gamma / std → gamma / np.sqrt(var)
            `out` is right. The second entry of the cache lacks the ε: γ/√(σ² + ε).
        x − μ in the cache
            (normalized, → (x - mean,
            `out` is right. The first entry of the cache is x̂, after the division, and not x − μ.
        cache exchanged
            (normalized, gamma / std) → (gamma / std, normalized)
            the two entries of the cache are in the other order: (x̂, γ/√(σ² + ε)).
        cache last
            (normalized, gamma / std), new_mean, new_var → new_mean, new_var, (normalized, gamma / std)
            the cache comes second: (out, cache, running_mean, running_var).
        shift left out
            gamma * normalized + beta → gamma * normalized
            β is missing: gamma * x̂ + beta.
        scale left out
            gamma * normalized + beta → normalized + beta
            `out` lacks γ: gamma * x̂ + beta.
        shift scaled
            gamma * normalized + beta → gamma * (normalized + beta)
            β is scaled as well: first multiply by γ, then add β.
        scale and shift exchanged
            gamma * normalized + beta → beta * normalized + gamma
            γ and β are exchanged: gamma * x̂ + beta.
    """,
)
