"""An exercise on schedules: three decays with one half-life, and a momentum that grows, in epochs and in steps."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case, slips
from cs231n_lib.functions import schedules

from . import references


def _moments(rng: Generator) -> Iterator[Case]:
    for epochs in (0.3, 1.7, 4.6):
        lr, steps, half_life = float(rng.uniform(0.05, 0.5)), int(rng.integers(20, 60)), int(rng.integers(3, 9))
        step = round(epochs * half_life * steps)
        yield case(f"update {step}, {steps} an epoch, half-life {half_life} epochs", lr, step, steps, half_life)


def _start(rng: Generator) -> Iterator[Case]:
    yield case("before the first update", float(rng.uniform(0.05, 0.5)), 0, int(rng.integers(20, 60)), 5)


def _falls(position: int, expected: dict[float, float], call: Callable[..., Any], rng: Generator) -> None:
    """Whether value ``position`` is as ``expected``, a dict from half-lives gone by to a share of the start."""
    lr, steps = 0.4, 2 * int(rng.integers(10, 30))
    half_life = 2 * int(rng.integers(1, 4)) + 1  # odd, so that half of one ends within an epoch
    for lives, share in expected.items():
        value = call(lr, round(lives * half_life * steps), steps, half_life)[position]
        if not np.isclose(value, lr * share):
            said = f"{value:.4g}, not {lr * share:.4g}, from a rate of {lr}"
            raise Wrong(f"the rate is wrong {lives:g} half-li{'fe' if lives == 1 else 'ves'} after the start", said)


def _momentum_grows(call: Callable[..., Any], rng: Generator) -> None:
    steps = 2 * int(rng.integers(10, 30))
    for epochs, expected in ((0, 0.5), (2, 0.745), (2.5, 0.80625), (4, 0.99), (9, 0.99)):
        mu = call(0.1, round(epochs * steps), steps, 4)[3]
        if not np.isclose(mu, expected):
            raise Wrong(f"μ is wrong at epoch {epochs} with a half-life of 4 epochs", f"{mu:.4g}, not {expected}")


scheduled = Exercise(
    references.scheduled,
    points=12,
    minutes=20,
    difficulty=2,
    forbidden=(
        schedules.step_decay,
        schedules.milestones,
        schedules.exponential_decay,
        schedules.inverse_time_decay,
        schedules.momentum_annealing,
    ),
    checks=(
        Values("All four, at several updates", 2, _moments),
        Values("Before the first update", 1, _start),
        Property("Step decay", 1, partial(_falls, 0, {1: 1 / 2, 1.5: 1 / 2, 3: 1 / 8})),
        Property("Exponential decay", 1, partial(_falls, 1, {1: 1 / 2, 1.5: 2**-1.5, 3: 1 / 8})),
        Property("1/t decay", 1, partial(_falls, 2, {1: 1 / 2, 1.5: 2 / 5, 3: 1 / 4})),
        Property("Momentum from 0.5 to 0.99", 1, _momentum_grows),
    ),
    mistakes=slips(
        references.scheduled,
        """
        steps for epochs
            step / steps_per_epoch → step
            you count in *steps*, the half-life is in *epochs*: the rate is gone within the first epoch. Divide the
            step by `steps_per_epoch` first.
        multiplied by the steps
            / steps_per_epoch → * steps_per_epoch
            you *multiply* the step by `steps_per_epoch`. There are fewer epochs than steps: divide.
        whole epochs
            step / → step //
            the epoch is rounded down. Only step decay has steps; the others change with every update:
            `step / steps_per_epoch`.
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
        step decay grows
            0.5 ** → 2.0 **
            your step decay *doubles* the rate at each half-life. The exponent of 2 is negative; or take powers of ½.
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
        momentum goes on
            min(epoch / half_life, 1) → epoch / half_life
            μ goes on growing after the half-life and passes 1: nothing brakes any more. Stop at 0.99.
        momentum grows by 0.99
            (0.99 - 0.5) → 0.99
            μ goes *to* 0.99, not up *by* 0.99: from 0.5 it has 0.49 to go.
        the greater for the smaller
            min → max
            with `max(…, 1)` μ starts at 0.99 and grows on. The share of the way is at *most* 1: `min`.
        momentum grown in one epoch
            min(epoch / half_life → min(epoch
            μ arrives after one *epoch*. It takes a half-life: the share of the way is `epoch / half_life`.
        momentum too steep
            0.5 + (0.99 - 0.5) * min(epoch / half_life, 1) → min(0.5 + epoch / half_life, 0.99)
            μ goes up by 1 in a half-life and is cut off. From 0.5 to 0.99 it has 0.49 to go: `0.5 + 0.49 * …`.
        momentum from 0
            0.5 + (0.99 - 0.5) → 0.99
            μ starts at 0. It must start at 0.5, and has 0.49 to go.
        momentum in steps
            min(epoch / → min(epoch //
            μ jumps after a half-life. `//` is for step decay alone; μ goes in a straight line: `epoch / half_life`.
        momentum falls
            0.5 + (0.99 - 0.5) → 0.99 - 0.49
            μ falls. It begins at 0.5, while the gradient still turns, and *grows* to 0.99.
        """,
    ),
)
