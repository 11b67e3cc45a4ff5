"""An exercise on schedules: three decays with one half-life, and a momentum that grows, in epochs and in steps."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
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
    lr, steps, half_life = 0.4, 2 * int(rng.integers(10, 30)), int(rng.integers(3, 9))
    for lives, share in expected.items():
        value = call(lr, round(lives * half_life * steps), steps, half_life)[position]
        if not np.isclose(value, lr * share):
            said = f"{value:.4g}, not {lr * share:.4g}, from a rate of {lr}"
            raise Wrong(f"the rate is wrong {lives:g} half-li{'fe' if lives == 1 else 'ves'} after the start", said)


def _momentum_grows(call: Callable[..., Any], rng: Generator) -> None:
    steps = 2 * int(rng.integers(10, 30))
    for epochs, expected in ((0, 0.5), (2, 0.745), (4, 0.99), (9, 0.99)):
        mu = call(0.1, epochs * steps, steps, 4)[3]
        if not np.isclose(mu, expected):
            raise Wrong(f"μ is wrong at epoch {epochs} with a half-life of 4 epochs", f"{mu:.4g}, not {expected}")


def _stepped(lr: float, epoch: float, h: int) -> float:
    return float(lr * 0.5 ** (epoch // h))


def _exponential(lr: float, epoch: float, h: int) -> float:
    return float(lr * 2.0 ** (-epoch / h))


def _inverse_time(lr: float, epoch: float, h: int) -> float:
    return lr / (1 + epoch / h)


def _growing(epoch: float, h: int) -> float:
    return 0.5 + 0.49 * min(epoch / h, 1)


def _schedules(
    stepped: Callable[[float, float, int], float] = _stepped,
    exponential: Callable[[float, float, int], float] = _exponential,
    inverse_time: Callable[[float, float, int], float] = _inverse_time,
    mu: Callable[[float, int], float] = _growing,
    epoch: Callable[[int, int], float] = lambda step, steps: step / steps,
) -> Callable[..., Any]:
    """The four values, each with its own rule of ``(lr, epoch, half_life)``."""

    def implementation(lr: float, step: int, steps_per_epoch: int, half_life: int) -> Any:
        e = epoch(step, steps_per_epoch)
        rates = (f(lr, e, half_life) for f in (stepped, exponential, inverse_time))
        return *rates, mu(e, half_life)

    return implementation


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
    mistakes=(
        Mistake(
            "steps for epochs",
            _schedules(epoch=lambda step, steps: step),
            "you count in *steps*, the half-life is in *epochs*: the rate is gone within the first epoch. "
            "Divide the step by `steps_per_epoch` first.",
        ),
        Mistake(
            "multiplied by the steps",
            _schedules(epoch=lambda step, steps: step * steps),
            "you *multiply* the step by `steps_per_epoch`. There are fewer epochs than steps: divide.",
        ),
        Mistake(
            "whole epochs",
            _schedules(epoch=lambda step, steps: step // steps),
            "the epoch is rounded down. Only step decay has steps; the others change with every update: "
            "`step / steps_per_epoch`.",
        ),
        Mistake(
            "1/t for exponential",
            _schedules(exponential=_inverse_time),
            "your second value is 1/t decay, which is often *called* exponential and is not. Exponential is "
            "lr · e^(−kt).",
        ),
        Mistake(
            "exponential for 1/t",
            _schedules(inverse_time=_exponential),
            "your third value is exponential decay. 1/t decay is lr / (1 + kt): it never gets as low.",
        ),
        Mistake(
            "k is one over the half-life",
            _schedules(exponential=lambda lr, e, h: float(lr * np.exp(-e / h))),
            "exponential decay with k = 1/h is at 37 % after h epochs, not at ½. Solve e^(−kh) = ½ for k.",
        ),
        Mistake(
            "ln 2 in 1/t",
            _schedules(inverse_time=lambda lr, e, h: float(lr / (1 + np.log(2) * e / h))),
            "1/t decay got the k of exponential decay. Solve 1/(1 + kh) = ½ for its own k.",
        ),
        Mistake(
            "step and exponential exchanged",
            _schedules(stepped=_exponential, exponential=_stepped),
            "the first two have changed places: step decay comes first, then the exponential.",
        ),
        Mistake(
            "exponential and 1/t exchanged",
            _schedules(exponential=_inverse_time, inverse_time=_exponential),
            "the second and the third have changed places: exponential decay comes before 1/t.",
        ),
        Mistake(
            "k without the half-life",
            _schedules(exponential=lambda lr, e, h: float(lr * 2.0**-e)),
            "your exponential halves with every *epoch*: k is ln 2 *over the half-life*.",
        ),
        Mistake(
            "k is the half-life",
            _schedules(inverse_time=lambda lr, e, h: lr / (1 + h * e)),
            "1/t decay with k = h falls ever faster the *longer* the half-life. Solve 1/(1 + kh) = ½ for k.",
        ),
        Mistake(
            "halved each epoch",
            _schedules(stepped=lambda lr, e, h: float(lr * 0.5**e)),
            "your first value halves with every epoch, and without steps. Count whole half-lives: `epoch // "
            "half_life`.",
        ),
        Mistake(
            "bracket forgotten",
            _schedules(inverse_time=lambda lr, e, h: lr / 1 + e / h),
            "the bracket is missing: `lr / 1 + k * t` grows. Write `lr / (1 + k * t)`.",
        ),
        Mistake(
            "exponential grows",
            _schedules(exponential=lambda lr, e, h: float(lr * 2.0 ** (e / h))),
            "your exponential *grows*: a sign is wrong. With k = ln 2 / h, which is above 0, it is e^(−kt).",
        ),
        Mistake(
            "decimal logarithm",
            _schedules(exponential=lambda lr, e, h: float(lr * np.exp(-np.log10(2) * e / h))),
            "`np.log10` is the logarithm to base 10. The k of e^(−kt) needs the natural one, `np.log`.",
        ),
        Mistake(
            "step decay grows",
            _schedules(stepped=lambda lr, e, h: float(lr * 2.0 ** (e // h))),
            "your step decay *doubles* the rate at each half-life. The exponent of 2 is negative; or take powers of ½.",
        ),
        Mistake(
            "step decay without steps",
            _schedules(stepped=_exponential),
            "step decay has no steps: the exponent must be a whole number, `epoch // half_life`.",
        ),
        Mistake(
            "one over t",
            _schedules(inverse_time=lambda lr, e, h: float(lr * h / e) if e else np.inf),
            "1/t as it stands is infinite at the start: the 1 in lr / (1 + kt) is missing.",
        ),
        Mistake(
            "momentum goes on",
            _schedules(mu=lambda e, h: 0.5 + 0.49 * e / h),
            "μ goes on growing after the half-life and passes 1: nothing brakes any more. Stop at 0.99.",
        ),
        Mistake(
            "momentum grows by 0.99",
            _schedules(mu=lambda e, h: 0.5 + 0.99 * min(e / h, 1)),
            "μ goes *to* 0.99, not up *by* 0.99: from 0.5 it has 0.49 to go.",
        ),
        Mistake(
            "the greater for the smaller",
            _schedules(mu=lambda e, h: 0.5 + 0.49 * max(e / h, 1)),
            "with `max(…, 1)` μ starts at 0.99 and grows on. The share of the way is at *most* 1: `min`.",
        ),
        Mistake(
            "momentum grown in one epoch",
            _schedules(mu=lambda e, h: 0.5 + 0.49 * min(e, 1)),
            "μ arrives after one *epoch*. It takes a half-life: the share of the way is `epoch / half_life`.",
        ),
        Mistake(
            "momentum too steep",
            _schedules(mu=lambda e, h: min(0.5 + e / h, 0.99)),
            "μ goes up by 1 in a half-life and is cut off. From 0.5 to 0.99 it has 0.49 to go: `0.5 + 0.49 * …`.",
        ),
        Mistake(
            "momentum from 0",
            _schedules(mu=lambda e, h: 0.99 * min(e / h, 1)),
            "μ starts at 0. It starts at 0.5, and has 0.49 to go.",
        ),
        Mistake(
            "momentum in steps",
            _schedules(mu=lambda e, h: 0.5 + 0.49 * min(e // h, 1)),
            "μ jumps after a half-life. `//` is for step decay alone; μ goes in a straight line: `epoch / half_life`.",
        ),
        Mistake(
            "momentum falls",
            _schedules(mu=lambda e, h: 0.99 - 0.49 * min(e / h, 1)),
            "μ falls. It begins at 0.5, while the gradient still turns, and *grows* to 0.99.",
        ),
    ),
)
