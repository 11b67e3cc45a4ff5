"""An exercise on batch normalisation in use, where an example must not depend on its company."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
from cs231n_lib.functions import layers

from .draws import batch, statistics


def _in_use(rng: Generator) -> Cases:
    for n, d in ((5, 3), (3, 3)):
        yield case(f"x of shape ({n}, {d})", batch(rng, n, d), *statistics(rng, d))
    yield case("eps = 0.5", batch(rng, 4, 2), *statistics(rng, 2), eps=0.5)


def _single(rng: Generator) -> Cases:
    yield case("one example", batch(rng, 1, 3), *statistics(rng, 3))


def _company(call: Function, rng: Generator) -> None:
    x, parameters = batch(rng, 6, 3), statistics(rng, 3)
    together, alone = np.asarray(call(x, *parameters)), np.asarray(call(x[:1], *parameters))
    if not np.allclose(together[0], alone[0], rtol=1e-9, atol=1e-9):
        raise Wrong(
            "what comes out for one example depends on the others in its batch",
            f"{together[0, 0]:.4g} among six examples, {alone[0, 0]:.4g} alone",
        )


batchnorm_inference = Exercise(
    layers.batchnorm_inference,
    points=6,
    minutes=7,
    difficulty=1,
    forbidden=(layers.batchnorm_forward, layers.fold_batchnorm),
    checks=(
        Values("With the running statistics", 2, _in_use),
        Values("A single example", 1, _single),
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
