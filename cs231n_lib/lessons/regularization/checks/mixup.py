"""The bonus of lesson 07: pictures and labels mixed in pairs."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Caller, Cases, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references

N, D = 12, 15
CALLS = 60
ALLOWED = {0.1: 0.05, 8.0: 0.02}
"""How far the share's variance in so many batches may be from the distribution's, by alpha: five standard errors."""


def _alone(rng: Generator) -> Cases:
    yield case("a batch of one", rng.normal(size=(1, 4)), np.array([2]), 4, 0.4, rng)
    x = np.tile(rng.normal(size=3), (5, 1))
    yield case("five times the same example", x, np.full(5, 1), 3, 1.5, rng)


def _batch(rng: Generator, alpha: float = 1.0, classes: int = N) -> tuple[Any, ...]:
    """The arguments for a batch in which each example has a class of its own, but for the generator."""
    return rng.normal(size=(N, D)), rng.permutation(classes)[:N], classes, alpha


def _shares(result: Any, batch: tuple[Any, ...]) -> tuple[FloatArray, FloatArray]:
    """The mixed inputs, and the shares (N, N): ``shares[i, j]`` is what example i has of the class of example j."""
    x, y, classes, _ = batch
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("two arrays are asked: the mixed inputs and their targets")
    mixed, targets = (np.asarray(part, dtype=float) for part in result)
    if mixed.shape != (N, D) or targets.shape != (N, classes):
        shapes = f"{mixed.shape} and {targets.shape} for x {x.shape} and {classes} classes"
        raise Violation("the two arrays do not have the shapes (N, D) and (N, classes)", shapes)
    return mixed, targets[:, y]


def _alike(call: Function, rng: Generator) -> None:
    for classes in (N, N + 5):
        batch = _batch(rng, classes=classes)
        x, (mixed, shares) = batch[0], _shares(call(*batch, rng), batch)
        if not np.allclose(shares.sum(axis=1), 1, rtol=1e-9):
            raise Violation("the targets of an example do not add up to 1", f"but to {shares.sum(axis=1)[0]:.3g}")
        if np.allclose(mixed, shares @ x, rtol=1e-9, atol=1e-9):
            continue
        if np.allclose(mixed, x):
            raise Violation("the targets are mixed, the inputs are not")
        if np.allclose(shares, np.eye(N)):
            raise Violation("the inputs are mixed, the targets are not")
        of_inputs = mixed @ np.linalg.pinv(x)
        if not np.allclose(of_inputs @ x, mixed):
            raise Violation("an example's inputs are not one mixture of whole examples")
        if not np.array_equal(of_inputs > 1e-9, shares > 1e-9):
            raise Violation("the inputs are mixed with other examples than the targets")
        own = f"an example keeps {of_inputs[0, 0]:.3g} of its inputs and {shares[0, 0]:.3g} of its target"
        swapped = np.allclose(of_inputs + shares, (of_inputs + shares > 1e-9) * (1 + np.eye(N) * (shares == 1)))
        raise Violation(f"the inputs are mixed with other shares than the targets{': exchanged' * swapped}", own)


def _pairs(call: Function, rng: Generator) -> None:
    batch = _batch(rng)
    _, shares = _shares(call(*batch, rng), batch)
    own, others = np.diag(shares), shares - np.diag(np.diag(shares))
    if not np.any(others):
        raise Violation("no example is mixed with another")
    if (np.count_nonzero(others, axis=1) > 1).any():
        raise Violation("an example is mixed with more than one other")
    if np.ptp(own[np.any(others, axis=1)]) > 1e-9:
        raise Violation("examples of one batch have different shares: draw one share for the batch")
    if np.count_nonzero(np.any(others, axis=0)) == 1:
        raise Violation("all examples have the same partner: put the batch in another order")
    if not np.allclose(shares.sum(axis=0), 1, rtol=1e-9):
        raise Violation("some examples are the partner of several, and others of none: put the batch in another order")


def _share(shares: FloatArray) -> float:
    """The share that the examples keep in one batch."""
    mixed = np.flatnonzero(np.count_nonzero(shares, axis=1) > 1)
    return float(shares[mixed[0], mixed[0]]) if len(mixed) else 1.0


def _distribution(call: Caller, rng: Generator) -> None:
    for alpha, allowed in ALLOWED.items():
        batches = [_batch(rng, alpha) for _ in range(CALLS)]
        results = call.each((*batch, own) for batch, own in zip(batches, rng.spawn(CALLS), strict=True))
        share = np.array([_share(_shares(*both)[1]) for both in zip(results, batches, strict=True)])
        variance = 1 / (4 * (2 * alpha + 1))
        found = f"alpha = {alpha:g}: in {CALLS} batches mean {share.mean():.2f}, variance {share.var():.3f}"
        first = float(share[0])
        if np.ptp(share) < 1e-9:
            raise Violation("the share is the same in every batch: draw it anew from `rng`", found, fingerprint=first)
        if share.min() < 0 or share.max() > 1:
            raise Violation("the share is not between 0 and 1", found, fingerprint=first)
        if share.min() > 0.499:
            raise Violation("the share is never below ½", found, fingerprint=first)
        if abs(share.mean() - 0.5) > 5 * np.sqrt(variance / CALLS):
            raise Violation("the share is not ½ in the mean", f"{found}; it must be 0.5", fingerprint=first)
        if abs(share.var() - variance) > allowed:
            wide = f"{found}; the variance must be {variance:.3f}"
            raise Violation(
                "the share does not scatter as the beta distribution with both parameters `alpha`", wide, first
            )


def _chance(call: Function, rng: Generator) -> None:
    batches = [_batch(rng) for _ in range(3)]
    partners = [_shares(call(*batch, rng), batch)[1] > 0 for batch in batches]
    if all(np.array_equal(partners[0], other) for other in partners):
        raise Violation("the partners are the same in every batch: draw a new order from `rng`")
    seed = int(rng.integers(2**32))
    x, y = rng.normal(size=(N, D)), rng.permutation(N)
    one, other = (call(x, y, N, 1.0, np.random.default_rng(seed))[0] for _ in range(2))
    if not np.array_equal(one, other):
        raise Violation("equal generators give different batches: draw from `rng`, not from np.random")


mixup = Bonus(
    references.mixup,
    minutes=20,
    difficulty=3,
    required_row="Inputs and targets are mixed alike",
    checks=(
        Values("An example mixed with its like stays what it is", 1, _alone),
        Property("Inputs and targets are mixed alike", 4, _alike),
        Property("In pairs, with one share for the batch", 3, _pairs),
        Property("The share follows the beta distribution", 2, _distribution),
        Property("Partners by chance, from the generator given", 2, _chance),
    ),
    slips="""
        global random state
            rng.beta → np.random.beta
            rng.permutation → np.random.permutation
            `np.random.…` draws from a state that everybody shares, so a run cannot be repeated: use `rng`.
        own seed
            share = rng.beta(alpha, alpha) → rng = np.random.default_rng(0) ⏎ share = rng.beta(alpha, alpha)
            a generator made inside the function starts anew each time, so share and partners never change: use the one
            given.
        targets not mixed
            share * onehot + (1 - share) * onehot[partners] → onehot
            the inputs are mixed, the targets are not: a picture that is 70 % shirt has the target 70 % shirt.
        target of the larger share
            share * onehot + (1 - share) * onehot[partners] → onehot if share > 0.5 else onehot[partners]
            the target is that of the larger share alone: mix the one-hot rows as the inputs are mixed.
        inputs not mixed
            share * x + (1 - share) * x[partners] → x.copy()
            the targets are mixed, the inputs are not: both are, with the same share and the same partners.
        shares exchanged in the targets
            share * onehot + (1 - share) * onehot[partners] → (1 - share) * onehot + share * onehot[partners]
            the shares of the targets are exchanged: the one drawn is the example's own, as in the inputs.
        another order for the targets
            (1 - share) * onehot[partners] → (1 - share) * onehot[rng.permutation(len(x))]
            the targets are mixed with another order than the inputs: draw one order, and use it twice.
        another share for the targets
            targets = share → share = rng.beta(alpha, alpha) ⏎ targets = share
            the targets have a share of their own: draw it once, and use it for both.
        one share an example
            share = rng.beta(alpha, alpha) → share = rng.beta(alpha, alpha, (len(x), 1))
            each example has a share of its own. Here the batch has one.
        one share an entry
            share * x + (1 - share) * x[partners] → x + rng.beta(alpha, alpha, x.shape) * (x[partners] - x)
            each entry of x has a share of its own, and no target fits that: draw one for the batch.
        partners drawn with repeats
            rng.permutation(len(x)) → rng.integers(0, len(x), len(x))
            some examples come twice as a partner, and others never. Put the batch in another order: `rng.permutation`.
        neighbours for partners
            rng.permutation(len(x)) → np.arange(len(x))[::-1]
            the partners are always the same ones: draw a new order each time, `rng.permutation`.
        partners are the examples themselves
            rng.permutation(len(x)) → np.arange(len(x))
            each example is mixed with itself, which changes nothing: draw another order, `rng.permutation`.
        one partner for all
            rng.permutation(len(x)) → np.full(len(x), rng.integers(len(x)))
            all examples are mixed with the same one: draw another order of the batch, `rng.permutation`.
        uniform share
            rng.beta(alpha, alpha) → rng.uniform()
            the share is uniform, whatever `alpha` is: draw `rng.beta(alpha, alpha)`.
        always ½
            rng.beta(alpha, alpha) → 0.5
            the share is always ½: draw it, `rng.beta(alpha, alpha)`. For a small alpha most shares are near 0 or 1.
        alpha for the share
            rng.beta(alpha, alpha) → alpha
            the share is `alpha` itself, which is the parameter of the distribution from which it is drawn.
        one parameter
            rng.beta(alpha, alpha) → rng.beta(alpha, 1)
            only the first parameter is `alpha`. The beta distribution has two: if both are `alpha`, the mean is ½.
        the other parameter
            rng.beta(alpha, alpha) → rng.beta(1, alpha)
            only the second parameter is `alpha`. The beta distribution has two: if both are `alpha`, the mean is ½.
        alpha typed in
            rng.beta(alpha, alpha) → rng.beta(0.2, 0.2)
            the parameter is typed in: use `alpha`.
        parameters upside down
            rng.beta(alpha, alpha) → rng.beta(1 / alpha, 1 / alpha)
            the parameters are 1/alpha: they are `alpha`, both.
        larger share kept
            share = rng.beta(alpha, alpha) → share = rng.beta(alpha, alpha) ⏎ share = max(share, 1 - share)
            the example always keeps the larger share. Some programs do that; here the share is what was drawn.
        shares that add up to more
            (1 - share) * x[partners] → x[partners]
            (1 - share) * onehot[partners] → onehot[partners]
            the partner comes in whole: it has what is left of 1.
        difference of the shares
            + (1 - share) * x[partners] → - (1 - share) * x[partners]
            the partner's inputs are subtracted: the two are added, with shares that make 1.
        labels in place of targets
            onehot = np.eye(classes)[y] → onehot = y.astype(float)
            the *numbers* of the classes are mixed: between class 2 and class 4 would be class 3. Make one-hot rows.
    """,
)
