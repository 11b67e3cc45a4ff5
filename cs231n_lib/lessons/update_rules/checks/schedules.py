"""Exercises on schedules: momentum that grows by epochs, and three decays of the learning rate with one half-life."""

from functools import partial

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import schedules

from . import references


def _updates(rng: Generator) -> Cases:
    steps, epochs = int(rng.integers(20, 60)), int(rng.integers(5, 9))
    yield case(f"update 3, {steps} an epoch, over {epochs} epochs", 3, steps, epochs)  # where few have arrived too soon
    for share in (0.3, 0.6):
        steps, epochs = int(rng.integers(20, 60)), int(rng.integers(3, 9))
        step = int(share * epochs * steps) + 1  # never the end of an epoch: there a rounded one would be right
        step += step % steps == 0
        yield case(f"update {step}, {steps} an epoch, over {epochs} epochs", step, steps, epochs)


def _ends(rng: Generator) -> Cases:
    steps = int(rng.integers(20, 60))
    yield case("before the first update", 0, steps, 5)
    yield case("long after", 12 * steps, steps, 5)


def _grows(call: Function, rng: Generator) -> None:
    steps = 2 * int(rng.integers(10, 30))
    for epochs, expected in ((0, 0.5), (2, 0.745), (2.5, 0.80625), (4, 0.99), (9, 0.99)):
        mu = call(round(epochs * steps), steps, 4)
        if not np.isclose(mu, expected):
            raise Violation(f"μ is wrong at epoch {epochs}, with 4 epochs to grow in", f"{mu:.4g}, not {expected}")


annealed_momentum = Exercise(
    references.annealed_momentum,
    points=5,
    minutes=8,
    difficulty=1,
    importance="extra",
    forbidden=(schedules.momentum_annealing,),
    checks=(
        Values("On the way", 2, _updates),
        Values("At the start, and after the end", 1, _ends),
        Property("From 0.5 to 0.99, in a straight line", 1, _grows),
    ),
    slips="""
        steps for epochs
            step / steps_per_epoch → step
            you count in *steps*, `epochs` counts in epochs: μ is at 0.99 after a handful of updates. Divide the step by
            `steps_per_epoch` first.
        multiplied by the steps
            / steps_per_epoch → * steps_per_epoch
            you *multiply* the step by `steps_per_epoch`. There are fewer epochs than steps: divide.
        whole epochs
            step / → step //
            the epoch is rounded down, and μ climbs by stairs. It changes with every update: `step / steps_per_epoch`.
        steps in an epoch divided by the step
            step / steps_per_epoch → steps_per_epoch / max(step, 1)
            the fraction is upside down: the epoch is the step over `steps_per_epoch`.
        goes on
            min(epoch / epochs, 1) → epoch / epochs
            μ goes on growing after `epochs` and passes 1: nothing brakes any more. Stop at 0.99.
        grows by 0.99
            (0.99 - 0.5) → 0.99
            μ goes *to* 0.99, not up *by* 0.99: from 0.5 it has 0.49 to go.
        up by 0.99, cut off
            0.5 + (0.99 - 0.5) * min(epoch / epochs, 1) → min(0.99, 0.5 + 0.99 * epoch / epochs)
            μ goes up by 0.99 in `epochs` and is cut off half-way. From 0.5 to 0.99 it has 0.49 to go: `0.5 + 0.49 * …`.
        the greater for the smaller
            min → max
            with `max(…, 1)` μ starts at 0.99 and grows on. The share of the way is at *most* 1: `min`.
        grown in one epoch
            min(epoch / epochs → min(epoch
            μ arrives after one *epoch*. It takes `epochs` of them: the share of the way is `epoch / epochs`.
        too steep
            0.5 + (0.99 - 0.5) * min(epoch / epochs, 1) → min(0.5 + epoch / epochs, 0.99)
            μ goes up by 1 in `epochs` and is cut off. From 0.5 to 0.99 it has 0.49 to go: `0.5 + 0.49 * …`.
        from 0
            0.5 + (0.99 - 0.5) → 0.99
            μ starts at 0. It must start at 0.5, and has 0.49 to go.
        jumps at the end
            min(epoch / → min(epoch //
            μ stays at 0.5 and jumps at the end. It goes in a straight line: `/`, not `//`.
        falls
            0.5 + (0.99 - 0.5) → 0.99 - 0.49
            μ falls. It begins at 0.5, while the gradient still turns, and *grows* to 0.99.
    """,
)


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
            raise Violation(f"the rate is wrong {lives:g} half-li{'fe' if lives == 1 else 'ves'} after the start", said)


decayed_rates = Exercise(
    references.decayed_rates,
    points=7,
    minutes=12,
    difficulty=2,
    importance="core",
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
            your step decay falls to a tenth, the summary's rule of thumb. Here it is a *half* at each half-life.
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
