"""Exercises on Adagrad and on RMSProp with the errors of the summary corrected."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Slips, Values, Violation, case
from cs231n_lib.functions import optimizers

from .draws import squares, weights_and_gradient


def under_way(rng: Generator) -> Cases:
    for shape, lr in (((4,), 0.1), ((2, 3), 0.5)):
        yield case(f"shape {shape}, after some steps", *weights_and_gradient(rng, *shape), squares(rng, *shape), lr)


def first_step(rng: Generator) -> Cases:
    w, dw = weights_and_gradient(rng, 4)
    dw[1] = 0
    yield case("the first step, with one gradient of 0", w, dw, np.zeros(4), 0.03)


def large_eps(rng: Generator) -> Cases:
    for eps in (0.5, 10.0):  # below and above the root
        yield case(f"ε = {eps:g}", *weights_and_gradient(rng, 3), squares(rng, 3), 0.1, eps=eps)


SHARED = """
    cache in place
        cache = → cache[...] =
        the numbers are right, but you change the caller's cache in place. Compute a new array with
        `cache = …`.
    weights in place
        return w - lr * dw / (np.sqrt(cache) + eps), cache → w -= lr * dw / (np.sqrt(cache) + eps) ⏎ return w, cache
        the numbers are right, but you change the caller's weights in place, as `w -= …` does. Return new ones.
    both in place
        cache = → cache[...] =
        return w - lr * dw / (np.sqrt(cache) + eps), cache → w -= lr * dw / (np.sqrt(cache) + eps) ⏎ return w, cache
        the numbers are right, but you change the caller's cache and weights in place, as the summary does. Make a new
        cache with `cache = …`, and return new weights.
    ε inside the root
        np.sqrt(cache) + eps → np.sqrt(cache + eps)
        you add ε inside the square root. Add it to the root, `np.sqrt(cache) + eps`, so that ε itself is the smallest
        divisor.
    ε left out
        (np.sqrt(cache) + eps) → np.sqrt(cache)
        your divisor has no ε, which gives 0/0 for a weight that has had no gradient yet. Divide by the root plus `eps`.
    ε as a floor
        (np.sqrt(cache) + eps) → np.maximum(np.sqrt(cache), eps)
        you use ε only in place of smaller roots. *Add* it to every root, `np.sqrt(cache) + eps`.
    ε fixed
        + eps → + 1e-8
        you do not add the argument `eps` to the root, perhaps because you write ε as a number. Add it to every root,
        `np.sqrt(cache) + eps`.
    ε in the cache
        dw**2 → dw**2 + eps
        (np.sqrt(cache) + eps) → np.sqrt(cache)
        you add ε to the cache, so each call adds it again. Add it only in the step, `np.sqrt(cache) + eps`.
    root and ε apart
        (np.sqrt(cache) + eps) → np.sqrt(cache) + eps
        you add ε to the weights after the division. Add it in the denominator, `/ (np.sqrt(cache) + eps)`.
    quotient and ε added
        lr * dw / (np.sqrt(cache) + eps) → (lr * dw / np.sqrt(cache) + eps)
        you add ε to the quotient. Add it to the root, in brackets, `/ (np.sqrt(cache) + eps)`, so that the divisor is
        never 0.
    root forgotten
        np.sqrt(cache) → cache
        you leave out the square root, although the cache contains squares. Divide by `np.sqrt(cache) + eps`.
    old cache
        cache = → new =
        , cache → , new
        you divide the step by the cache from *before* this gradient. Update the cache first, and then take the step
        with the new one.
    cache not kept
        cache = → new =
        np.sqrt(cache) → np.sqrt(new)
        your step is right, but you return the *old* cache, so this gradient is missing from the next call. Return the
        new one.
    one rate for all
        dw**2 → np.mean(dw**2)
        you take a mean over the entries, so all weights have the same learning rate. Keep a square for *each* weight.
    one sum for all
        dw**2 → np.sum(dw**2)
        you take a sum over the entries, so all weights have the same learning rate. Keep a square for *each* weight.
    not squared
        dw**2 → dw
        you add the gradient itself to the cache, where positive and negative ones cancel. Add its square, `dw**2`.
    magnitudes for squares
        dw**2 → np.abs(dw)
        you add magnitudes to the cache. Add *squares*, `dw**2`, because the root of their sum has the unit of a
        gradient.
    doubled for squared
        dw**2 → dw * 2
        you double the gradient instead of squaring it. Use its square, `dw**2`.
    subtracted
        cache + → cache -
        you *subtract* the new square, so the cache can fall below 0, where its root is NaN. Add it.
    rate in the cache
        dw**2 → lr * dw**2
        you multiply the square by the learning rate. Leave this factor out of the cache, because the learning rate
        belongs to the step.
    gradient squared in the step
        dw / → dw**2 /
        you *square* the gradient in the step, which loses its sign. Multiply `lr` by `dw` itself.
    no gradient in the step
        dw / → 1 /
        you leave the gradient out of the step, so each weight moves by `lr / root`, always in the same direction.
        Multiply by `dw`.
    multiplied by the root
        dw / → dw *
        you *multiply* by the root, so the weights with the largest gradients so far take the longest steps. Divide by
        it.
    SGD's step
        dw / (np.sqrt(cache) + eps) → dw
        your cache is right, but you do not use it in the step. Divide `lr * dw` by `np.sqrt(cache) + eps`, with the new
        cache.
    no rate
        lr * dw → dw
        you leave out the learning rate. Multiply the quotient by `lr`.
    uphill
        w - lr → w + lr
        you add the step, which goes uphill. Subtract it.
"""
"""Slips that Adagrad and RMSProp share."""

adagrad = Exercise(
    optimizers.adagrad,
    points=8,
    minutes=10,
    difficulty=2,
    covers="sign one",
    importance="core",
    checks=(
        Values("A step after some others", 4.75, under_way),
        Values("The first step, with a gradient of 0", 1.25, first_step),
        Values("ε added to the root", 1, large_eps),
    ),
    mistakes=Slips(optimizers.adagrad, SHARED),
    slips="""
        not accumulated
            cache + dw**2 → dw**2
            you keep only the last square in the cache. Add it to the old cache.
        leaky
            cache + dw**2 → 0.9 * cache + 0.1 * dw**2
            you let old gradients fade, which is RMSProp, the next exercise. Add up all squares without a decay.
        root kept
            cache + dw**2 → np.sqrt(cache + dw**2)
            np.sqrt(cache) + eps → cache + eps
            you return the *root* of the sum as the cache, so the next call adds squares to a root. Return the sum, and
            take its root only in the step.
    """,
)


def _other_decays(rng: Generator) -> Cases:
    for decay in (0.9, 0.6):
        yield case(f"decay {decay}", *weights_and_gradient(rng, 5), squares(rng, 5), 0.1, decay=decay)


def _steps_do_not_stall(call: Function, rng: Generator) -> None:
    w, dw, cache = np.zeros(3), rng.uniform(1, 5, 3), np.zeros(3)
    for _ in range(12):
        before = w
        w, cache = call(w, dw, cache, 0.1, decay=0.2)
    if not np.allclose(before - w, 0.1, rtol=1e-6):
        last = before - w
        raise Violation(
            "the steps under a constant gradient do not settle at the length `lr`",
            f"after 12 steps the step of the first weight is {last[0]:.3g}, not 0.1",
        )


rmsprop = Exercise(
    optimizers.rmsprop,
    points=10,
    minutes=15,
    difficulty=2,
    covers="sign one",
    importance="core",
    examples_rows=("Other decays",),
    checks=(
        Values("A step after some others", 3, under_way, central=True),
        Values("Other decays", 2, _other_decays, central=True),
        Values("The first step, with a gradient of 0", 1, first_step),
        Values("ε added to the root", 1, large_eps),
        Property("Steps of constant length under a constant gradient", 1, _steps_do_not_stall),
    ),
    mistakes=Slips(optimizers.rmsprop, SHARED),
    slips="""
        cahce as in the summary
            decay * cache → decay * cahce
            you kept the summary's typing error, `cahce`. Write `cache`.
        dx as in the summary
            lr * dw → lr * dx
            you kept the summary's `dx`, which does not exist here. Use the gradient `dw`.
        the summary's line as it is
            cache = decay * cache + (1 - decay) * dw**2 → cache += decay * cache + (1 - decay * dw**2)
            you kept two errors of the summary, because you also add the whole old cache and your bracket closes too
            late. Write `cache = decay * cache + …`, and close the bracket before `* dw**2`.
        plus-equals kept
            cache = → cache +=
            you add the whole old cache as well, as the summary's `+=` does, so it counts 1 + decay times. Let the new
            mean *replace* the old one, `cache = decay * cache + …`.
        bracket closes too late
            (1 - decay) * dw**2 → (1 - decay * dw**2)
            you close the bracket too late, so you subtract decay · dw² from 1 and a large gradient makes the cache
            negative. Use `(1 - decay)` as the factor of dw².
        shares exchanged
            decay * cache + (1 - decay) * dw**2 → (1 - decay) * cache + decay * dw**2
            you swap the two factors. Multiply the *old* mean by `decay`, and the new square by 1 − decay.
        still Adagrad
            decay * cache + (1 - decay) * dw**2 → cache + dw**2
            you add up all squares, which is Adagrad, so the cache only grows. Let the old mean decay in each step.
        leaky sum
            (1 - decay) * dw**2 → dw**2
            you add the new square without a factor, which gives 1/(1 − decay) times a mean. Multiply it by `(1 -
            decay)`.
        nothing leaks
            decay * cache → cache
            you keep the whole old mean, so the cache only grows. Multiply it by `decay`, `cache = decay * cache + …`.
        last square alone
            decay * cache + (1 → (1
            you drop the old mean. Add `decay` times the old mean.
        decay for both
            (1 - decay) → decay
            you use `decay` as both factors. Multiply the new square by `(1 - decay)`, so that the factors add up to 1.
        1 − decay for both
            decay * cache → (1 - decay) * cache
            you use 1 − decay as both factors. Multiply the old mean by `decay`, so that the factors add up to 1.
        share squared too
            (1 - decay) * dw**2 → ((1 - decay) * dw) ** 2
            you square the factor along with the gradient. Square only the gradient, `(1 - decay) * dw**2`.
        decay squared
            (1 - decay) → (1 - decay**2)
            you square `decay`. Use the factors `decay` and `1 - decay`, which add up to 1.
        decay of everything
            cache + (1 - decay) * dw**2 → (cache + (1 - decay) * dw**2)
            you multiply the new square by `decay` too. Multiply only the old mean by `decay`, and the new square only
            by `(1 - decay)`.
        product of old and new
            cache + (1 - decay) → (cache + (1 - decay))
            you multiply the old mean by the new square, perhaps because of a bracket in the wrong place. Add two
            products, `decay` times the old mean and `(1 - decay)` times the new square.
        decay fixed at 0.99
            decay * cache + (1 - decay) → 0.99 * cache + 0.01
            you write `decay` as the number 0.99. Use the argument `decay`, of which 0.99 is only the default.
        decay fixed at 0.9
            decay * cache + (1 - decay) → 0.9 * cache + 0.1
            you write `decay` as the number 0.9. Use the argument `decay`.
        root kept
            decay * cache + (1 - decay) * dw**2 → np.sqrt(decay * cache + (1 - decay) * dw**2)
            np.sqrt(cache) + eps → cache + eps
            you return the *root* of the mean as the cache, so the next call mixes a root with squares. Return the mean,
            and take its root only in the step.
    """,
)
