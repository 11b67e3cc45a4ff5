"""Exercise on the noise of a minibatch's gradient."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case

from . import references


def _some_batches(rng: Generator) -> Cases:
    for n, d, size in ((20, 3, 4), (12, 2, 3)):
        batches = np.stack([rng.permutation(n)[:size] for _ in range(6)])
        yield case(f"batches of {size} of {n} examples", rng.normal(size=(n, d)), batches)


def _extreme_batches(rng: Generator) -> Cases:
    yield case("a batch of all examples has no noise", rng.normal(size=(5, 3)), np.stack([rng.permutation(5)] * 2))
    yield case("batches of one example", rng.normal(size=(6, 2)), rng.integers(0, 6, (4, 1)))


gradient_noise = Exercise(
    references.gradient_noise,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Noise of random batches", 4, _some_batches),
        Values("All examples, and one", 2, _extreme_batches),
    ),
    slips="""
        root forgotten
            np.sqrt(np.mean(np.sum(distances**2, axis=1))) → np.mean(np.sum(distances**2, axis=1))
            this is the mean *squared* distance: take the root at the end.
        mean of the distances
            np.sqrt(np.mean(np.sum(distances**2, axis=1))) → np.mean(np.sqrt(np.sum(distances**2, axis=1)))
            the order matters: square, average over the batches, *then* take the root.
        averaged over the entries too
            np.sum(distances**2, axis=1) → distances**2
            a distance *sums* the squares over the D entries; only over the batches is there a mean.
        summed over the batches
            np.mean(np.sum(distances**2, axis=1)) → np.sum(distances**2)
            the squared distances are summed over the batches: take their mean.
        not compared with the full gradient
            .mean(axis=1) - full → .mean(axis=1)
            this is the length of the batch gradients: subtract the gradient of all examples first.
        batch summed
            [batches].mean(axis=1) → [batches].sum(axis=1)
            the gradient of a batch is the *mean* over its examples, not their sum.
        each example for itself
            per_example[batches].mean(axis=1) → per_example[batches.ravel()]
            the distance is taken for each example of the batches: average the examples of a batch first.
        averaged over the batches
            [batches].mean(axis=1) → [batches].mean(axis=0)
            `per_example[batches]` has the axes batch, example, entry: the mean is over the examples, axis 1.
        spread around the batches' own mean
            full = per_example.mean(axis=0) → full = per_example[batches].mean(axis=(0, 1))
            distances are taken from the mean of the batches drawn: take them from the gradient of *all* examples.
    """,
)
