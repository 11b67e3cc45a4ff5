"""Exercise on the forward pass of batch normalisation in training."""

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
    yield case("a batch of one", batch(rng, 1, 3), *statistics(rng, 3))


def _moments(call: Function, rng: Generator) -> None:
    gamma, beta, mean, var = statistics(rng, 4)
    x = batch(rng, 50, 4) / 2  # variances so small that a wrong ε of 1e-5 is noticed
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
    covers="sign features one repeated",
    importance="core",
    forbidden=(layers.batchnorm_inference, layers.fold_batchnorm),
    examples_rows=("Another momentum and a large ε",),
    checks=(
        Values("Output, cache and running statistics", 6.4, _batches),
        Values("Another momentum and a large ε", 1.6, _other_settings),
        Values("A constant feature, N = D, and a batch of one", 1, _edges),
        Property("Output with mean β and standard deviation |γ|", 1, _moments),
    ),
    slips="""
        formula of the summary
            x.var(axis=0) → np.mean(x - x.mean(axis=0), axis=0)
            np.sqrt(var + eps) → np.sqrt(var) + eps
            you use the formula of the summary, which contains two errors. Compute the variance as the mean of the
            *squares* of x − μ, and add ε inside the root.
        square missing
            x.var(axis=0) → np.mean(x - x.mean(axis=0), axis=0)
            you leave out the square in the variance, so it is 0 except for rounding, and you divide by about √ε.
            Compute the variance as the mean of the *squares* of x − μ.
        root missing
            np.sqrt(var + eps) → var + eps
            you divide by σ² + ε. Divide by its root, √(σ² + ε).
        root of the root
            x.var(axis=0) → x.std(axis=0)
            you use the standard deviation in place of the variance, so you take the root twice. Compute the variance
            σ², as `np.var` does.
        mean of the squares
            x.var(axis=0) → np.mean(x**2, axis=0)
            you use the mean of x² as the variance. Use the mean of (x − μ)².
        ε outside the root
            np.sqrt(var + eps) → np.sqrt(var) + eps
            you add ε outside the root. Add it inside, as in √(σ² + ε).
        ε missing
            var + eps → var
            you do not add ε to the variance. Divide by √(σ² + ε), which is never 0.
        divisor one less
            x.var(axis=0) → x.var(axis=0, ddof=1)
            you divide by N − 1 in the variance, as `ddof=1` does. Divide by N, which is NumPy's default.
        over the features
            x.mean(axis=0), x.var(axis=0) → x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
            you average over the *features* of each example, as in layer norm. Average each feature over the batch, with
            axis 0 and without `keepdims=True`.
        over the features, without their axis
            x.mean(axis=0), x.var(axis=0) → x.mean(axis=1), x.var(axis=1)
            you average over the *features* of each example. Average each feature over the batch, with axis 0.
        over everything
            x.mean(axis=0), x.var(axis=0) → x.mean(), x.var()
            you compute one mean and one variance for the whole array. Compute one of each for every feature, over axis
            0.
        one variance for all
            x.var(axis=0) → np.mean((x - x.mean(axis=0)) ** 2)
            you compute one variance for the whole array. Compute one for each feature with `axis=0`.
        momentum and 1 − momentum exchanged
            momentum * running_mean + (1 - momentum) * mean → (1 - momentum) * running_mean + momentum * mean
            momentum * running_var + (1 - momentum) * var → (1 - momentum) * running_var + momentum * var
            your output is right, but you exchange momentum and 1 − momentum in the running statistics. Multiply the old
            values by momentum and the new ones by 1 − momentum.
        running statistics overwritten
            momentum * running_mean + (1 - momentum) * mean → mean
            momentum * running_var + (1 - momentum) * var → var
            you replace the running statistics by those of this batch. Multiply the old ones by momentum, and add 1 −
            momentum times the new ones.
        running statistics returned as they came
            momentum * running_mean + (1 - momentum) * mean → running_mean
            momentum * running_var + (1 - momentum) * var → running_var
            your output is right, but you return the old running statistics. Multiply them by momentum, and add 1 −
            momentum times those of this batch.
        batch not weighted
            (1 - momentum) * mean → mean
            (1 - momentum) * var → var
            you add the statistics of the batch without a weight. Multiply them by 1 − momentum, so that the two weights
            add up to 1.
        momentum typed in
            momentum * running_mean + (1 - momentum) * mean → 0.9 * running_mean + 0.1 * mean
            momentum * running_var + (1 - momentum) * var → 0.9 * running_var + 0.1 * var
            you always use 0.9 as the momentum. Use the argument `momentum`, which the caller may set.
        ε typed in
            var + eps → var + 1e-5
            you always use 1e-5 as ε. Use the argument `eps`, which the caller may set.
        running standard deviation
            (1 - momentum) * var → (1 - momentum) * np.sqrt(var)
            you update `running_var` with the standard deviation. Update it with the *variance*, σ².
        running variance with ε
            (1 - momentum) * var → (1 - momentum) * (var + eps)
            you update `running_var` with σ² + ε. Update it with σ² alone, because ε is added where `running_var` is
            used.
        running variance with another divisor
            (1 - momentum) * var → (1 - momentum) * x.var(axis=0, ddof=1)
            you update `running_var` with a variance whose divisor is N − 1. Use the variance with divisor N, with which
            you normalise the batch.
        running statistics changed in place
            new_mean = momentum → running_mean[...] = momentum
            new_var = momentum → running_var[...] = momentum
            new_mean, new_var → running_mean, running_var
            your values are right, but you change the caller's running statistics in place. Compute the new ones in new
            arrays.
        x centred in place
            (x - mean) / std → np.subtract(x, mean, out=x) / std
            your values are right, but you change the caller's `x` in place. Compute x − μ in a new array.
        a batch of one with the running statistics
            x.mean(axis=0), x.var(axis=0) → (x.mean(0), x.var(0)) if len(x) > 1 else (running_mean, running_var)
            you use the running statistics for a batch of one. In training, always use the mean and variance of the
            *batch*, although a batch of one then gives only β.
        axes kept
            x.mean(axis=0), x.var(axis=0) → x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)
            your numbers are right, but the statistics have the shape (1, D). Remove `keepdims=True` or the step that
            adds the axis, so that they have the shape (D,).
        normalised with the running statistics
            var + eps → running_var + eps
            (x - mean) → (x - running_mean)
            you normalise with the running statistics. In training, use the mean and variance of the *batch*.
        normalised with the new running statistics
            var + eps → momentum * running_var + (1 - momentum) * x.var(axis=0) + eps
            (x - mean) → (x - (momentum * running_mean + (1 - momentum) * x.mean(axis=0)))
            you normalise with the updated running statistics. In training, use the mean and variance of the *batch*.
        out alone
            out, (normalized, gamma / std), new_mean, new_var → out
            you return only `out`. Return four values, which are `out`, the cache and both running statistics.
        cache without γ
            gamma / std → 1 / std
            your `out` and running statistics are right, but the second entry of the cache lacks γ. Store γ/√(σ² + ε)
            there.
        γ alone in the cache
            gamma / std → gamma
            your `out` is right, but you store only γ as the second entry of the cache. Store γ/√(σ² + ε) there.
        root alone in the cache
            gamma / std → std
            your `out` is right, but you store only the root as the second entry of the cache. Store γ/√(σ² + ε) there.
        cache without ε
            gamma / std → gamma / np.sqrt(var)
            your `out` is right, but the second entry of the cache lacks ε. Store γ/√(σ² + ε) there.
        x − μ in the cache
            (normalized, → (x - mean,
            your `out` is right, but you store x − μ as the first entry of the cache. Store x̂, the result of the
            division.
        cache exchanged
            (normalized, gamma / std) → (gamma / std, normalized)
            you exchange the two entries of the cache. Return them in the order (x̂, γ/√(σ² + ε)).
        cache last
            (normalized, gamma / std), new_mean, new_var → new_mean, new_var, (normalized, gamma / std)
            you return the cache last. Return it second, in the order (out, cache, running_mean, running_var).
        shift left out
            gamma * normalized + beta → gamma * normalized
            your `out` lacks β. Compute gamma * x̂ + beta.
        scale left out
            gamma * normalized + beta → normalized + beta
            your `out` lacks γ. Compute gamma * x̂ + beta.
        shift scaled
            gamma * normalized + beta → gamma * (normalized + beta)
            you multiply β by γ. Multiply x̂ by γ first, and then add β.
        scale and shift exchanged
            gamma * normalized + beta → beta * normalized + gamma
            you exchange γ and β. Compute gamma * x̂ + beta.
    """,
)
