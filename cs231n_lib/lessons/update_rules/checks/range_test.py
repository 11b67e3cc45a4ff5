"""Exercise on the learning-rate range test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references

GROWTH = "Learning rates that grow from `low` to `high` by one factor"


@dataclass(frozen=True, eq=False)
class Curve:
    """Loss of a minibatch, lowest at the learning rate ``best``, with waves, and NaN from ``diverges`` on."""

    best: float
    waves: float = 0.0
    diverges: float = np.inf
    unit: float = 1.0

    def __call__(self, lr: float) -> float:
        if not lr < self.diverges:
            return float("nan")
        away = np.log10(lr / self.best)
        rise = max(0.0, away - 0.5) ** 2 * lr / self.best
        return float(self.unit * (1 + 0.3 * away**2 + self.waves * np.sin(29 * away) + rise))


@dataclass(frozen=True, eq=False)
class AtTheLimit:
    """Loss that is exactly at the limit twice and lowest twice, at learning rates ten times apart from ``low`` on."""

    low: float

    def __call__(self, lr: float) -> float:
        return (1.0, 2.0, 0.5, 1.0, 0.5)[round(float(np.log10(lr / self.low)))]


def _lowest(rng: Generator) -> float:
    """First learning rate, the only number that differs between seeds, so that all end a test at the same step."""
    return float(10 ** rng.uniform(-3.4, -3.2))


def _to_the_end(rng: Generator) -> Cases:
    for steps, beta, waves in ((7, 0.0, 0.0), (12, 0.5, 0.1), (40, 0.9, 0.2)):
        low = _lowest(rng)
        yield case(f"{steps} steps, beta = {beta}", Curve(70 * low, waves), low, 140 * low, steps, beta)
    low = _lowest(rng)
    yield case("a loss exactly at the limit, and two that are lowest", AtTheLimit(low), low, 1e4 * low, 5, 0.0, 2.0)


def _explodes(rng: Generator) -> Cases:
    for steps, beta, limit in ((30, 0.5, 2.0), (50, 0.9, 1.5), (40, 0.7, 4.0)):
        low = _lowest(rng)
        yield case(f"{steps} steps, limit = {limit}", Curve(70 * low, 0.1), low, 1e6 * low, steps, beta, limit)
    low = _lowest(rng)  # a rise so early that the correction still matters
    yield case("14 steps from the lowest loss", Curve(low, 0.1), low, 70 * low, 14, 0.9, 1.3)


def _diverges(rng: Generator) -> Cases:
    low = _lowest(rng)
    unit = float(rng.uniform(0.9, 1.1))  # otherwise a table of the losses in practice would be right in grading
    yield case("a loss that becomes NaN", Curve(70 * low, 0.1, 105 * low, unit), low, 1e4 * low, 40, 0.5)
    millions = Curve(70 * low, 0.1, 105 * low, unit=1e6)
    yield case("a loss in the millions that becomes NaN", millions, low, 1e4 * low, 12, 0.5)


def _parts(result: Any, apart: object = None) -> tuple[FloatArray, FloatArray, float]:
    if not isinstance(result, tuple | list) or len(result) != 3:
        raise Violation("the answer does not have three parts. Return the learning rates, the losses and a suggestion")
    rates, losses = (np.asarray(part, dtype=float) for part in result[:2])
    if rates.ndim != 1 or rates.shape != losses.shape or not len(rates):
        words = f"the learning rates have shape {rates.shape} and the losses {losses.shape}"
        raise Violation(f"{words}. Return two arrays (T,), with one loss for each learning rate", fingerprint=apart)
    return rates, losses, float(result[2])


def _form(value: Any, *args: Any, **kwargs: Any) -> tuple[FloatArray, FloatArray, float]:
    rates, losses, lr = _parts(value)
    if not (np.isfinite(rates).all() and lr > 0):
        raise Violation("a learning rate is not a positive number")
    return rates, losses, lr


def watched(curve: Curve) -> tuple[Callable[[float], float], list[float]]:
    """A training step with the loss of ``curve``, and the learning rates with which it was called."""
    asked: list[float] = []

    def step(lr: float) -> float:
        asked.append(float(lr))
        return curve(lr)

    return step, asked


def _grows(call: Function, rng: Generator) -> None:
    low = _lowest(rng)
    rates, *_ = _parts(call(Curve(1e3 * low), low, 1e3 * low, 13))
    if len(rates) != 13:
        raise Violation("the loss never rises, but some learning rates are missing", fingerprint=len(rates))
    if not np.isclose(rates[0], low):
        raise Violation("the first learning rate is not `low`", fingerprint=rates[0] / low)
    if not np.isclose(rates[-1], 1e3 * low):
        raise Violation("the last learning rate is not `high`", fingerprint=rates[-1] / low)
    factors = rates[1:] / rates[:-1]
    if not np.allclose(factors, factors[0]):
        raise Violation(
            "the learning rates do not grow by the same factor in each step",
            f"the first factors are {factors[0]:.3g} and {factors[1]:.3g}",
            fingerprint=factors[0],
        )


def _trains_once(call: Function, rng: Generator) -> None:
    for diverges in (np.inf, 0.2):
        step, asked = watched(Curve(0.1, diverges=diverges))
        rates, *_ = _parts(call(step, 1e-3, 1e3, 25, 0.0))
        if len(set(asked)) < len(asked):
            raise Violation(
                "`step` is called more than once with a learning rate. Each call trains, so keep its result",
                fingerprint=len(asked),
            )
        if not np.allclose(asked[: len(rates)], rates):
            raise Violation("`step` did not receive the learning rates that are returned", fingerprint=diverges)
        if len(asked) > len(rates) + 1:
            raise Violation(
                "`step` is still called after the loss has risen too far. End the loop", fingerprint=diverges
            )


range_test = Exercise(
    references.range_test,
    points=16,
    minutes=25,
    difficulty=3,
    covers="threshold tiny",
    importance="useful",
    form=_form,
    required_row=GROWTH,
    examples_rows=("A loss that rises too far",),
    checks=(
        Values("A loss that never rises too far", 3.5, _to_the_end, central=True),
        Values("A loss that rises too far", 3.5, _explodes, central=True),
        Values("A loss that becomes NaN", 1, _diverges),
        Property(GROWTH, 2, _grows),
        Property("One training step for each learning rate, and none after the end", 1, _trains_once),
    ),
    slips="""
        grown by addition
            low * (high / low) ** (t / (steps - 1)) → low + (high - low) * t / (steps - 1)
            you add the same amount in each step, so nearly all learning rates lie near `high`. Multiply by the same
            factor in each step.
        high never reached
            (steps - 1) → steps
            your last learning rate is below `high`. Divide t by `steps - 1`, the number of times that the learning rate
            grows.
        one step ahead
            (t / (steps - 1)) → ((t + 1) / steps)
            your first learning rate is already above `low`. Use the exponent t / (steps − 1) with t counted from 0,
            which starts with `low` itself.
        from high to low
            low * (high / low) → high * (low / high)
            your learning rate falls from `high` to `low`, so the first steps ruin the weights. Let it grow.
        never corrected
            mean / (1 - beta ** (t + 1)) → mean
            you do not correct the running mean, so the first losses are far too small. Divide by 1 − βᵗ, with t counted
            from 1.
        no mean
            beta * mean + (1 - beta) * step(lr) → step(lr)
            mean / (1 - beta ** (t + 1)) → mean
            you use the loss of a single minibatch, in which noise may look like a rise. Use the corrected running mean.
        correction one step late
            (t + 1) → max(t, 1)
            you count t from 0 in the correction. Count the losses in the mean, which is one more.
        correction without the power
            beta ** (t + 1) → beta
            you always divide by 1 − β. Use the power, 1 − βᵗ, because the part that the mean lacks shrinks with each
            loss.
        corrected mean kept
            loss = mean → mean = loss = mean
            you continue with the *corrected* mean, which the next step corrects again. Keep the uncorrected one.
        fractions exchanged
            beta * mean + (1 - beta) * step(lr) → (1 - beta) * mean + beta * step(lr)
            you give the new loss the fraction β. Give it 1 − β, and the old mean β.
        correction with 0.9
            beta ** (t + 1) → 0.9 ** (t + 1)
            you correct with 0.9, which is only the default. Divide by 1 − βᵗ with the argument `beta`.
        sum of losses
            (1 - beta) * step(lr) → step(lr)
            you add the whole loss to the mean. Multiply it by 1 − β.
        a single loss ends it
            mean = beta * mean + (1 - beta) * step(lr) → raw = step(lr) ⏎ mean = beta * mean + (1 - beta) * raw
            not loss <= → not raw <=
            you compare the loss of one minibatch with the limit. Compare the corrected running mean.
        uncorrected mean compared
            not loss <= → not mean <=
            you compare the uncorrected mean with the limit, so a test that should end early ends too late. Compare the
            corrected one.
        NaN goes on
            not loss <= limit * lowest → loss > limit * lowest
            you go on after a NaN, because every inequality with NaN is False. Test `not … <= …` instead, which is True
            for NaN.
        NaN goes on, lowest loss right
            not loss <= limit * lowest → loss > limit * lowest
            lowest = min(losses) → best, lowest = (lr, loss) if loss < lowest else (best, lowest)
            rates[np.argmin(losses)] / 10 → best / 10
            you go on after a NaN, because every inequality with NaN is False. Test `not … <= …` instead, which is True
            for NaN.
        compared with the last
            lowest = min(losses) → lowest = losses[-1]
            you compare with the mean of the step before, but a running mean rarely doubles in one step. Compare with
            the *lowest* loss so far.
        compared with the first
            lowest = min(losses) → lowest = losses[0]
            you compare with the first loss. Compare with the lowest so far, or the test goes on for too long after the
            lowest loss.
        ends at the limit itself
            not loss <= limit * lowest → not loss < limit * lowest
            you end the test at a loss of exactly `limit` times the lowest. End it only above that.
        limit added
            limit * lowest → limit + lowest
            you add the limit to the lowest loss. Multiply this loss by the limit.
        limit fixed
            limit * → 2.0 *
            you write the limit as a number. Use the argument `limit`.
        β fixed
            mean, lowest = [], [], 0.0, np.inf → mean, lowest, beta = [], [], 0.0, np.inf, 0.9
            you write β as a number. Use the argument `beta`.
        never ends
            break → pass
            you go on after the loss has risen too far. Leave the loop there with `break`, before you store this loss.
        last loss kept
            rates.append(lr) → pass
            losses.append(loss) → pass
            if not → rates.append(lr) ⏎ losses.append(loss) ⏎ if not
            you also return the loss that ended the test, with its learning rate. Leave the loop before you store them.
        left out and gone on
            break → continue
            you leave out the losses that are too high, but you still call `step` after the first of them, and each call
            trains. Call `step` inside the loop, and leave the loop at the first loss that is too high.
        trained twice
            rates.append(lr) → step(lr) ⏎ rates.append(lr)
            you call `step` twice with a learning rate, and each call trains. Call it once for each learning rate, and
            keep its result.
        rate at the lowest loss
            rates[np.argmin(losses)] / 10 → rates[np.argmin(losses)]
            you suggest the learning rate at the lowest loss, which is nearly too high. Divide it by 10.
        rate at the highest loss
            np.argmin → np.argmax
            you take the learning rate at the *highest* loss. Take it at the lowest.
        last of several lowest
            np.argmin(losses) → len(losses) - 1 - np.argmin(losses[::-1])
            if several means are lowest, you take the last of them. Take the first, as `<` or `np.argmin` does.
        losses of single batches returned
            mean = beta * mean + (1 - beta) * step(lr) → raw = step(lr) ⏎ mean = beta * mean + (1 - beta) * raw
            losses.append(loss) → losses.append(raw)
            lowest = min(losses) → best, lowest = (lr, loss) if loss < lowest else (best, lowest)
            rates[np.argmin(losses)] / 10 → best / 10
            you return the losses of single minibatches. Return the corrected running means, which you also compare with
            the limit.
        last rate
            rates[np.argmin(losses)] → rates[-1]
            you take the last learning rate. Take the one at the lowest loss.
        loss for rate
            rates[np.argmin(losses)] / 10 → min(losses) / 10
            you return a tenth of the lowest *loss*. Return a tenth of the learning rate that belongs to it.
        rates and losses exchanged
            np.array(rates), np.array(losses), → np.array(losses), np.array(rates),
            you swap the first two results. Return the learning rates first.
    """,
)
