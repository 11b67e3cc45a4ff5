"""An exercise on RMSProp, as the notes should have it."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Slips, Values, Wrong, case
from cs231n_lib.functions import optimizers

from .adagrad import SHARED, first_step, large_eps, under_way
from .draws import squares, weights_and_gradient


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
        raise Wrong(
            "under a constant gradient each weight's step must settle at `lr`",
            f"after 12 steps the first weight's is {last[0]:.3g}, not 0.1",
        )


rmsprop = Exercise(
    optimizers.rmsprop,
    points=10,
    minutes=15,
    difficulty=2,
    checks=(
        Values("A step under way", 3, under_way),
        Values("Other decays", 2, _other_decays),
        Values("The first step, and a gradient of 0", 1, first_step),
        Values("ε is added to the root", 1, large_eps),
        Property("Steps that do not stall", 1, _steps_do_not_stall),
    ),
    mistakes=Slips(optimizers.rmsprop, SHARED),
    slips="""
        cahce as in the notes
            decay * cache → decay * cahce
            the notes' typing error is left: `cahce` for `cache`.
        dx as in the notes
            lr * dw → lr * dx
            one of the notes' slips is left: they step by `dx`, which does not exist here. The gradient is `dw`.
        the notes' line as it is
            cache = decay * cache + (1 - decay) * dw**2 → cache += decay * cache + (1 - decay * dw**2)
            two slips of the notes are left: `+=` adds the cache to itself, and the bracket closes too late.
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
