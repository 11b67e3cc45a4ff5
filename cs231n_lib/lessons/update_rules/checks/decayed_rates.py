"""An exercise on learning-rate decay: by steps, exponential and 1/t, with one half-life."""

from functools import partial

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
from cs231n_lib.functions import schedules

from . import references


def _epochs(rng: Generator) -> Cases:
    for lives in (0.3, 1.7, 4.6):
        lr, half_life = float(rng.uniform(0.05, 0.5)), int(rng.integers(3, 9))
        epoch = round(lives * half_life, 1)
        yield case(f"epoch {epoch}, half-life {half_life} epochs", lr, epoch, half_life)


def _start(rng: Generator) -> Cases:
    yield case("before the first update", float(rng.uniform(0.05, 0.5)), 0.0, 5)


def _falls(position: int, expected: dict[float, float], call: Function, rng: Generator) -> None:
    """Whether value ``position`` is as ``expected``, a dict from half-lives gone by to a share of the start."""
    lr = 0.4
    half_life = 2 * int(rng.integers(1, 4)) + 1  # odd, so that half of one ends within an epoch
    for lives, share in expected.items():
        value = call(lr, lives * half_life, half_life)[position]
        if not np.isclose(value, lr * share):
            said = f"{value:.4g}, not {lr * share:.4g}, from a rate of {lr}"
            raise Wrong(f"the rate is wrong {lives:g} half-li{'fe' if lives == 1 else 'ves'} after the start", said)


decayed_rates = Exercise(
    references.decayed_rates,
    points=7,
    minutes=12,
    difficulty=2,
    forbidden=(
        schedules.step_decay,
        schedules.milestones,
        schedules.exponential_decay,
        schedules.inverse_time_decay,
    ),
    checks=(
        Values("All three, at several epochs", 2, _epochs),
        Values("Before the first update", 1, _start),
        Property("Step decay", 1, partial(_falls, 0, {1: 1 / 2, 1.5: 1 / 2, 3: 1 / 8})),
        Property("Exponential decay", 1, partial(_falls, 1, {1: 1 / 2, 1.5: 2**-1.5, 3: 1 / 8})),
        Property("1/t decay", 1, partial(_falls, 2, {1: 1 / 2, 1.5: 2 / 5, 3: 1 / 4})),
    ),
    slips="""
        step and exponential exchanged
            return stepped, exponential → return exponential, stepped
            the first two have changed places: step decay comes first, then the exponential.
        exponential and 1/t exchanged
            exponential, inverse_time → inverse_time, exponential
            the second and the third have changed places: exponential decay comes before 1/t.
        halved each epoch
            epoch // half_life → epoch
            your first value halves with every epoch, and without steps. Count whole half-lives:
            `epoch // half_life`.
        step decay without steps
            epoch // → epoch /
            step decay has no steps: the exponent must be a whole number, `epoch // half_life`.
        step decay rounded
            epoch // half_life → round(epoch / half_life)
            your step decay falls half a half-life too early: it is rounded to the nearest, and not *down*, `//`.
        step decay grows
            0.5 ** → 2.0 **
            your step decay *doubles* the rate at each half-life. The exponent of 2 is negative; or take powers of ½.
        a tenth for a half
            0.5 ** → 0.1 **
            your step decay falls to a tenth, the notes' rule of thumb. Here it is a *half* at each half-life.
        1/t for exponential
            lr * np.exp(-np.log(2) / half_life * epoch) → lr / (1 + epoch / half_life)
            your second value is 1/t decay, which is often *called* exponential and is not. Exponential is
            lr · e^(−kt).
        k is one over the half-life
            np.log(2) → 1
            exponential decay with k = 1/h is at 37 % after h epochs, not at ½. Solve e^(−kh) = ½ for k.
        k without the half-life
            np.log(2) / half_life → np.log(2)
            your exponential halves with every *epoch*: k is ln 2 *over the half-life*.
        power of 2 with k
            np.exp( → 2.0 ** (
            with k = ln 2 / h the base is e: e^(−kt). With base 2 the exponent is just −t/h.
        exponential grows
            -np.log(2) → np.log(2)
            your exponential *grows*: a sign is wrong. With k = ln 2 / h, which is above 0, it is e^(−kt).
        decimal logarithm
            np.log( → np.log10(
            `np.log10` is the logarithm to base 10. The k of e^(−kt) needs the natural one, `np.log`.
        exponential for 1/t
            lr / (1 + epoch / half_life) → lr * np.exp(-np.log(2) / half_life * epoch)
            your third value is exponential decay. 1/t decay is lr / (1 + kt): it never gets as low.
        ln 2 in 1/t
            1 + epoch → 1 + np.log(2) * epoch
            1/t decay got the k of exponential decay. Solve 1/(1 + kh) = ½ for its own k.
        k is the half-life
            (1 + epoch / → (1 + epoch *
            1/t decay with k = h falls ever faster the *longer* the half-life. Solve 1/(1 + kh) = ½ for k.
        bracket forgotten
            (1 + epoch / half_life) → 1 + epoch / half_life
            the bracket is missing: `lr / 1 + k * t` grows. Write `lr / (1 + k * t)`.
        one over t
            lr / (1 + epoch / half_life) → lr * half_life / epoch if epoch else np.inf
            `1/t` as it is written is infinite at the start: the 1 in lr / (1 + kt) is missing.
    """,
)
