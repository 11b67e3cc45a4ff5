"""Exercises on the rules that divide by the root of past squares: Adagrad, and RMSProp as the notes should have it."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Slips, Values, Violation, case
from cs231n_lib.functions import optimizers

from .draws import squares, weights_and_gradient


def under_way(rng: Generator) -> Cases:
    for shape, lr in (((4,), 0.1), ((2, 3), 0.5)):
        yield case(f"shape {shape}, under way", *weights_and_gradient(rng, *shape), squares(rng, *shape), lr)


def first_step(rng: Generator) -> Cases:
    w, dw = weights_and_gradient(rng, 4)
    dw[1] = 0
    yield case("the first step; one gradient is 0", w, dw, np.zeros(4), 0.03)


def large_eps(rng: Generator) -> Cases:
    yield case("ε = 0.5", *weights_and_gradient(rng, 3), squares(rng, 3), 0.1, eps=0.5)


SHARED = """
    cache in place
        cache = → cache[...] =
        the numbers are right, but `cache += …`, `cache *= …` or `cache[:] = …` changes the caller's array. Make a new
        one: `cache = …`.
    weights in place
        return w - lr * dw / (np.sqrt(cache) + eps), cache → w -= lr * dw / (np.sqrt(cache) + eps) ⏎ return w, cache
        the numbers are right, but `w -= …` or `w += …` changes the caller's weights. Return new ones.
    both in place
        cache = → cache[...] =
        return w - lr * dw / (np.sqrt(cache) + eps), cache → w -= lr * dw / (np.sqrt(cache) + eps) ⏎ return w, cache
        the numbers are right, but the summary's lines, with `cache += …` and `w += …`, change the caller's arrays. Make
        new ones: `cache = …`, and return new weights.
    ε inside the root
        np.sqrt(cache) + eps → np.sqrt(cache + eps)
        ε is inside the root. Outside, `np.sqrt(cache) + eps`, it bounds the step by what it says.
    ε left out
        (np.sqrt(cache) + eps) → np.sqrt(cache)
        where no gradient has come yet this is 0/0. Add `eps` to the root.
    ε fixed
        + eps → + 1e-8
        ε is written into the rule as a number. It is an argument, and 1e-8 only its default: use `eps`.
    ε in the cache
        dw**2 → dw**2 + eps
        (np.sqrt(cache) + eps) → np.sqrt(cache)
        ε went into the cache, where each call adds it again. It belongs to the step alone: `np.sqrt(cache) + eps`.
    root and ε apart
        (np.sqrt(cache) + eps) → np.sqrt(cache) + eps
        ε is added after the division, to the weights. It belongs below the line: `/ (np.sqrt(cache) + eps)`.
    root forgotten
        np.sqrt(cache) → cache
        the root is missing: the cache is made of squares. Divide by `np.sqrt(cache) + eps`.
    old cache
        cache = → new =
        , cache → , new
        the step divides by the cache from *before* this gradient. Update the cache first, then step.
    cache not kept
        cache = → new =
        np.sqrt(cache) → np.sqrt(new)
        the step is right, but you return the *old* cache, so nothing is remembered. Return the new one.
    one rate for all
        dw**2 → np.mean(dw**2)
        you took a mean over the entries: one rate for all. The point is a rate for *each* weight.
    one sum for all
        dw**2 → np.sum(dw**2)
        you took the sum over the entries: one rate for all. The point is a rate for *each* weight.
    not squared
        dw**2 → dw
        the gradient itself comes into the cache, where positive and negative ones cancel. It must be its square,
        `dw**2`.
    magnitudes for squares
        dw**2 → np.abs(dw)
        the cache is made of magnitudes. It must be the *squares*, `dw**2`, whose root has the unit of a gradient.
    doubled for squared
        dw**2 → dw * 2
        `dw * 2` doubles; the square is `dw**2`.
    subtracted
        cache + → cache -
        the new square is *subtracted*: the cache falls below 0, and its root is no number. Add it.
    rate in the cache
        dw**2 → lr * dw**2
        the learning rate went into the cache. The cache holds plain squares; the rate belongs to the step.
    gradient squared in the step
        dw / → dw**2 /
        the step takes the *square* of the gradient, and so its sign is lost. Above the line is `dw`.
    no gradient in the step
        dw / → 1 /
        the gradient is missing from the step: each weight moves by `lr / root`, always in one direction.
    multiplied by the root
        dw / → dw *
        you *multiply* by the root: the weight that has seen most takes the longest steps. Divide.
    SGD's step
        dw / (np.sqrt(cache) + eps) → dw
        the cache is right, but the step does not use it: divide by its root.
    no rate
        lr * dw → dw
        the learning rate is missing: the step is `lr` times the quotient.
    uphill
        w - lr → w + lr
        this climbs: subtract the step.
"""
"""Slips in what Adagrad and RMSProp have in common."""

adagrad = Exercise(
    optimizers.adagrad,
    points=8,
    minutes=10,
    difficulty=2,
    importance="core",
    checks=(
        Values("A step under way", 4, under_way),
        Values("The first step, and a gradient of 0", 2, first_step),
        Values("ε is added to the root", 1, large_eps),
    ),
    mistakes=Slips(optimizers.adagrad, SHARED),
    slips="""
        not accumulated
            cache + dw**2 → dw**2
            the cache holds the last square alone: add it to what is there.
        leaky
            cache + dw**2 → 0.9 * cache + 0.1 * dw**2
            this forgets old gradients: it is RMSProp, the next exercise. Adagrad adds up all of them.
        root kept
            cache + dw**2 → np.sqrt(cache + dw**2)
            np.sqrt(cache) + eps → cache + eps
            the cache that you return is the *root* of the sum, to which the next call would add squares. Keep the
            sum, and take the root in the step.
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
            "under a constant gradient each weight's step must settle at `lr`",
            f"after 12 steps the first weight's is {last[0]:.3g}, not 0.1",
        )


rmsprop = Exercise(
    optimizers.rmsprop,
    points=10,
    minutes=15,
    difficulty=2,
    importance="core",
    checks=(
        Values("A step under way", 3, under_way),
        Values("Other decays", 2, _other_decays),
        Values("The first step, and a gradient of 0", 1, first_step),
        Values("ε is added to the root", 1, large_eps),
        Property("Steps that do not stall", 1, _steps_do_not_stall),
    ),
    mistakes=Slips(optimizers.rmsprop, SHARED),
    slips="""
        cahce as in the summary
            decay * cache → decay * cahce
            the summary's typing error is left: `cahce` for `cache`.
        dx as in the summary
            lr * dw → lr * dx
            one of the summary's slips is left: it steps by `dx`, which does not exist here. The gradient is `dw`.
        the summary's line as it is
            cache = decay * cache + (1 - decay) * dw**2 → cache += decay * cache + (1 - decay * dw**2)
            two slips of the summary are left: `+=` adds the cache to itself, and the bracket closes too late.
        plus-equals kept
            cache = → cache +=
            `+=` is still there: the old cache counts 1 + decay times, and doubles with each step. A mean *replaces*
            it: `=`.
        bracket closes too late
            (1 - decay) * dw**2 → (1 - decay * dw**2)
            the bracket closes too late: this subtracts decay · dw² from 1, and a large gradient makes the cache
            negative. The weight is `(1 - decay)`.
        shares exchanged
            decay * cache + (1 - decay) * dw**2 → (1 - decay) * cache + decay * dw**2
            the shares are exchanged: `decay` of the *old* mean is left, and 1 − decay of the new square comes in.
        still Adagrad
            decay * cache + (1 - decay) * dw**2 → cache + dw**2
            this is Adagrad: the cache only grows. Let a share of it leak at each step.
        leaky sum
            (1 - decay) * dw**2 → dw**2
            the new square comes in whole: a leaky *sum*, 1/(1 − decay) times a mean. Multiply by `(1 - decay)`.
        nothing leaks
            decay * cache → cache
            the whole old mean stays, which then only grows. Only `decay` of it is left:
            `cache = decay * cache + …`.
        last square alone
            decay * cache + (1 → (1
            the old mean is gone: `decay` of it must be left.
        decay for both
            (1 - decay) → decay
            both shares are `decay`. For a mean they add up to 1: the new square's is `(1 - decay)`.
        1 − decay for both
            decay * cache → (1 - decay) * cache
            both shares are 1 − decay. For a mean they add up to 1: the old mean's is `decay`.
        share squared too
            (1 - decay) * dw**2 → ((1 - decay) * dw) ** 2
            the share is squared along with the gradient: square first, `(1 - decay) * dw**2`.
        decay squared
            (1 - decay) → (1 - decay**2)
            `decay` is squared. The shares of old and new add up to 1: `decay` and `1 - decay`.
        decay of everything
            cache + (1 - decay) * dw**2 → (cache + (1 - decay) * dw**2)
            `decay` multiplies the new square too. Only the old mean fades: close the bracket earlier.
        product of old and new
            cache + (1 - decay) → (cache + (1 - decay))
            the bracket is around the wrong two: it multiplies the old mean by the new square. Add two products:
            `decay` times the one, `(1 - decay)` times the other.
        decay fixed at 0.99
            decay * cache + (1 - decay) → 0.99 * cache + 0.01
            0.99 is written into the rule. It is only the default: use the argument `decay`.
        decay fixed at 0.9
            decay * cache + (1 - decay) → 0.9 * cache + 0.1
            0.9 is written into the rule. The share that is left is an argument: use `decay`.
        root kept
            decay * cache + (1 - decay) * dw**2 → np.sqrt(decay * cache + (1 - decay) * dw**2)
            np.sqrt(cache) + eps → cache + eps
            the cache that you return is the *root* of the mean, which the next call would mix with squares. Keep
            the mean, and take the root in the step.
    """,
)
