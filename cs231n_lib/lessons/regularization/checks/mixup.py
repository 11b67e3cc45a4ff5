"""Bonus exercise of lesson 07 on mixup, which mixes images and labels in pairs."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Caller, Cases, Function, Property, Values, Violation, case
from cs231n_lib.checks.randomness import require_advance
from cs231n_lib.contracts import FloatArray

from . import references

N, D = 12, 15
CALLS = 60
ALLOWED = {0.1: 0.05, 8.0: 0.02}
"""Allowed error of the proportion's variance over the batches, by alpha; five standard errors."""


def _alone(rng: Generator) -> Cases:
    yield case("a batch of one", rng.normal(size=(1, 4)), np.array([2]), 4, 0.4, rng)
    x = np.tile(rng.normal(size=3), (5, 1))
    yield case("five times the same example", x, np.full(5, 1), 3, 1.5, rng)


def _batch(rng: Generator, alpha: float = 1.0, classes: int = N) -> tuple[Any, ...]:
    """Arguments, without the generator, for a batch in which each example has its own class, and the last may lack."""
    return rng.normal(size=(N, D)), rng.permutation(N), classes, alpha


def _shares(result: Any, batch: tuple[Any, ...]) -> tuple[FloatArray, FloatArray]:
    """Mixed inputs, and proportions (N, N) of the class of example j in the target of example i."""
    x, y, classes, _ = batch
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("your function does not return two arrays. Return the mixed inputs and their targets")
    mixed, targets = (np.asarray(part, dtype=float) for part in result)
    if mixed.shape != (N, D) or targets.shape != (N, classes):
        shapes = f"{mixed.shape} and {targets.shape} for x {x.shape} and {classes} classes"
        raise Violation("the two arrays do not have the shapes (N, D) and (N, classes)", shapes)
    return mixed, targets[:, y]


def _alike(call: Function, rng: Generator) -> None:
    for classes in (N, N + 5) * 5:  # in one of ten batches, some example is surely its own partner
        batch = _batch(rng, classes=classes)
        x, (mixed, shares) = batch[0], _shares(call(*batch, rng), batch)
        if not np.allclose(shares.sum(axis=1), 1, rtol=1e-9):
            raise Violation("the targets of an example do not add up to 1", f"their sum is {shares.sum(axis=1)[0]:.3g}")
        if np.allclose(mixed, shares @ x, rtol=1e-9, atol=1e-9):
            continue
        if np.allclose(mixed, x):
            raise Violation("you mix the targets but not the inputs. Mix both in the same way")
        if np.allclose(shares, np.eye(N)):
            raise Violation("you mix the inputs but not the targets. Mix both in the same way")
        of_inputs = mixed @ np.linalg.pinv(x)
        if not np.allclose(of_inputs @ x, mixed):
            raise Violation(
                "the inputs of an example are not a mixture of whole examples. Use the same proportion for all entries"
            )
        if not np.array_equal(of_inputs > 1e-9, shares > 1e-9):
            raise Violation(
                "the inputs and the targets are mixed with different examples. Use the same partners for both"
            )
        own = f"an example keeps {of_inputs[0, 0]:.3g} of its inputs and {shares[0, 0]:.3g} of its target"
        swapped = np.allclose(of_inputs + shares, (of_inputs + shares > 1e-9) * (1 + np.eye(N) * (shares == 1)))
        verdict = (
            "you swap the proportions of the targets" if swapped else "you mix the targets in different proportions"
        )
        raise Violation(f"{verdict}. Use the proportions of the inputs", own)


def _pairs(call: Function, rng: Generator) -> None:
    batch = _batch(rng)
    _, shares = _shares(call(*batch, rng), batch)
    own, others = np.diag(shares), shares - np.diag(np.diag(shares))
    if not np.any(others):
        raise Violation("you do not mix the examples. Mix each of them with a partner")
    if (np.count_nonzero(others, axis=1) > 1).any():
        raise Violation("you mix an example with several others. Mix it with one partner")
    if np.ptp(own[np.any(others, axis=1)]) > 1e-9:
        raise Violation("the examples of a batch have different mixing proportions. Draw one for the batch")
    if np.count_nonzero(np.any(others, axis=0)) == 1:
        raise Violation("all examples have the same partner. Use the shuffled batch as partners")
    if (np.count_nonzero(others, axis=0) > 1).any():
        raise Violation("some examples are partners of several others. Use the shuffled batch as partners")


def _share(shares: FloatArray) -> float:
    """Mixing proportion of one batch, which the examples keep of themselves."""
    mixed = np.flatnonzero(np.count_nonzero(shares, axis=1) > 1)
    return float(shares[mixed[0], mixed[0]]) if len(mixed) else 1.0


def _distribution(call: Caller, rng: Generator) -> None:
    for alpha, allowed in ALLOWED.items():
        batches = [_batch(rng, alpha) for _ in range(CALLS)]
        results = call.each((*batch, own) for batch, own in zip(batches, rng.spawn(CALLS), strict=True))
        share = np.array([_share(_shares(*both)[1]) for both in zip(results, batches, strict=True)])
        variance = 1 / (4 * (2 * alpha + 1))
        found = f"alpha = {alpha:g}, mean {share.mean():.2f} and variance {share.var():.3f} over {CALLS} batches"
        first = float(share[0])
        if np.ptp(share) < 1e-9:
            sentence = "the mixing proportion is the same in every batch. Draw a new one from `rng` in each call"
            raise Violation(sentence, found, fingerprint=first)
        if share.min() < 0 or share.max() > 1:
            sentence = "the mixing proportion is not between 0 and 1. Draw it from the beta distribution"
            raise Violation(sentence, found, fingerprint=first)
        if share.min() > 0.499:
            sentence = "the mixing proportion is never below ½. Use it as you draw it"
            raise Violation(sentence, found, fingerprint=first)
        if abs(share.mean() - 0.5) > 5 * np.sqrt(variance / CALLS):
            sentence = (
                "the mean of the mixing proportion is not ½. Use `alpha` for both parameters of the beta distribution"
            )
            raise Violation(sentence, f"{found}, but the mean must be 0.5", fingerprint=first)
        if abs(share.var() - variance) > allowed:
            wide = f"{found}, but the variance must be {variance:.3f}"
            raise Violation(
                "the mixing proportion does not have the variance of the beta distribution. Use `alpha` for both of "
                "its parameters",
                wide,
                first,
            )


def _chance(call: Function, rng: Generator) -> None:
    batches = [_batch(rng) for _ in range(3)]
    partners = [_shares(call(*batch, rng), batch)[1] > 0 for batch in batches]
    if all(np.array_equal(partners[0], other) for other in partners):
        raise Violation("the partners are the same in every batch. Draw a new order from `rng` in each call")
    seed = int(rng.integers(2**32))
    x, y = rng.normal(size=(N, D)), rng.permutation(N)
    one, other = (call(x, y, N, 1.0, np.random.default_rng(seed))[0] for _ in range(2))
    if not np.array_equal(one, other):
        raise Violation(
            "two generators with the same seed give different batches. Draw from `rng`, not from `np.random`"
        )
    require_advance(lambda own: call(x, y, N, 1.0, own), rng)


mixup = Bonus(
    references.mixup,
    minutes=20,
    difficulty=3,
    covers="one repeated",
    required_row="The same mixture for inputs and targets",
    checks=(
        Values("A batch of one, and a batch of equal examples", 1, _alone),
        Property("The same mixture for inputs and targets", 4, _alike),
        Property("Pairs, with one proportion for the batch", 3, _pairs),
        Property("A proportion from the beta distribution", 2, _distribution),
        Property("Random partners from the given generator", 2, _chance),
        Property("Leaves a shuffled batch unchanged", 1, lambda call, rng: call(*_batch(rng), rng), pure=True),
    ),
    slips="""
        batch shuffled in place
            mixed = share * x → before = x.copy() ⏎ x[:] = x[partners] ⏎ mixed = share * before
            (1 - share) * x[partners] → (1 - share) * x
            the values are right, but you change the caller's `x`, perhaps because you shuffle it in place. Index `x`
            with the random order, and write the mixture to a new array.
        draws from another generator
            rng.beta → np.random.beta
            rng.permutation → np.random.permutation
            two generators `rng` with the same seed give different mixtures, perhaps because you draw with `np.random.…`
            or from a generator of your own. Draw from `rng`.
        own seed
            share = rng.beta(alpha, alpha) → rng = np.random.default_rng(0) ⏎ share = rng.beta(alpha, alpha)
            you create a generator inside the function, so the mixing proportion and the partners never change. Use the
            generator `rng` that is passed in.
        targets not mixed
            share * onehot + (1 - share) * onehot[partners] → onehot
            you mix the inputs but not the targets. Mix the targets too, because an image that is 70 % shirt needs a
            target that is 70 % shirt.
        target of the larger proportion
            share * onehot + (1 - share) * onehot[partners] → onehot if share > 0.5 else onehot[partners]
            you use only the target of the example with the larger proportion. Mix the one-hot rows in the same way as
            the inputs.
        inputs not mixed
            share * x + (1 - share) * x[partners] → x.copy()
            you mix the targets but not the inputs. Mix both with the same proportion and the same partners.
        proportions exchanged in the targets
            share * onehot + (1 - share) * onehot[partners] → (1 - share) * onehot + share * onehot[partners]
            you swap the proportions in the targets. Give an example's own label the proportion s and its partner's
            label 1 − s, as for the inputs.
        proportions of equal labels not added
            share * onehot + (1 - share) * onehot[partners] → np.where(onehot[partners], 1 - share, share * onehot)
            you overwrite an example's own proportion with its partner's if both have the same label. Add the two, so
            that each row of the targets adds up to 1.
        another order for the targets
            (1 - share) * onehot[partners] → (1 - share) * onehot[rng.permutation(len(x))]
            you draw one order of partners for the inputs and another for the targets. Draw one order, and use it for
            both.
        another proportion for the targets
            targets = share → share = rng.beta(alpha, alpha) ⏎ targets = share
            you draw a second proportion for the targets. Draw one proportion, and use it for the inputs and the
            targets.
        one proportion per example
            share = rng.beta(alpha, alpha) → share = rng.beta(alpha, alpha, (len(x), 1))
            you draw a mixing proportion for each example. Draw one for the whole batch.
        one proportion per entry
            share * x + (1 - share) * x[partners] → x + rng.beta(alpha, alpha, x.shape) * (x[partners] - x)
            you draw a mixing proportion for each entry of x, so no target fits the mixture. Draw one for the whole
            batch.
        partners drawn with repeats
            rng.permutation(len(x)) → rng.integers(0, len(x), len(x))
            you draw the partners with replacement, so some examples are used several times and others never. Reorder
            the batch with `rng.permutation`.
        same partners in every call
            rng.permutation(len(x)) → np.arange(len(x))[::-1]
            you use the same partners in every call. Draw a new order with `rng.permutation` in each call.
        partners are the examples themselves
            rng.permutation(len(x)) → np.arange(len(x))
            you mix each example with itself, which changes nothing. Draw a random order with `rng.permutation`.
        one partner for all
            rng.permutation(len(x)) → np.full(len(x), rng.integers(len(x)))
            you mix all examples with the same partner. Draw a random order of the batch with `rng.permutation`.
        uniform proportion
            rng.beta(alpha, alpha) → rng.uniform()
            you draw the mixing proportion from a uniform distribution, whatever `alpha` is. Draw it with
            `rng.beta(alpha, alpha)`.
        always ½
            rng.beta(alpha, alpha) → 0.5
            you always use the mixing proportion ½. Draw it with `rng.beta(alpha, alpha)`, whose values are mostly near
            0 or 1 for a small alpha.
        alpha for the proportion
            rng.beta(alpha, alpha) → alpha
            you use `alpha` itself as the mixing proportion. Draw the proportion with `rng.beta(alpha, alpha)`.
        one parameter
            rng.beta(alpha, alpha) → rng.beta(alpha, 1)
            you use `alpha` only as the first parameter of the beta distribution. Use it for both parameters, so that
            the mean proportion is ½.
        the other parameter
            rng.beta(alpha, alpha) → rng.beta(1, alpha)
            you use `alpha` only as the second parameter of the beta distribution. Use it for both parameters, so that
            the mean proportion is ½.
        alpha typed in
            rng.beta(alpha, alpha) → rng.beta(0.2, 0.2)
            you use a fixed number for the parameters of the beta distribution. Use `alpha` for both.
        parameters upside down
            rng.beta(alpha, alpha) → rng.beta(1 / alpha, 1 / alpha)
            you use 1/alpha for the parameters of the beta distribution. Use `alpha` for both.
        larger proportion kept
            share = rng.beta(alpha, alpha) → share = rng.beta(alpha, alpha) ⏎ share = max(share, 1 - share)
            you always give the example itself the larger proportion, as some implementations do. Use the proportion as
            you draw it, even if it is below ½.
        proportions that add up to more than 1
            (1 - share) * x[partners] → x[partners]
            (1 - share) * onehot[partners] → onehot[partners]
            you add the partner without a factor. Multiply it by 1 minus the mixing proportion.
        difference of the proportions
            + (1 - share) * x[partners] → - (1 - share) * x[partners]
            you subtract the partner's inputs. Add them, so that the two proportions add up to 1.
        classes of the batch counted
            np.eye(classes) → np.eye(y.max() + 1)
            you take the number of columns from the labels of the batch. Use `classes` columns, because a batch may lack
            the last classes.
        labels in place of targets
            onehot = np.eye(classes)[y] → onehot = y.astype(float)
            you mix the *numbers* of the classes, so the mean of class 2 and class 4 would be class 3. Mix one-hot rows.
    """,
)
