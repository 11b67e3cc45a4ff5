"""Exercises on momentum that grows and on three decays of the learning rate with one half-life."""

from functools import partial

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import schedules

from . import references


def _updates(rng: Generator) -> Cases:
    steps, epochs = int(rng.integers(20, 60)), int(rng.integers(5, 9))
    # In update 3 few wrong answers have reached 0.99 yet.
    yield case(f"update 3, with {steps} per epoch and {epochs} epochs", 3, steps, epochs)
    for share in (0.3, 0.6):
        steps, epochs = int(rng.integers(20, 60)), int(rng.integers(3, 9))
        step = int(share * epochs * steps) + 1  # never the end of an epoch, where a rounded epoch would be right
        step += step % steps == 0
        yield case(f"update {step}, with {steps} per epoch and {epochs} epochs", step, steps, epochs)


def _ends(rng: Generator) -> Cases:
    steps = int(rng.integers(20, 60))
    yield case("before the first update", 0, steps, 5)
    yield case("long after the last epoch", 12 * steps, steps, 5)
    yield case("one update before the last epoch ends", 5 * steps - 1, steps, 5)


def _grows(call: Function, rng: Generator) -> None:
    steps = 2 * int(rng.integers(10, 30))
    for epochs, expected in rng.permutation([(0, 0.5), (2, 0.745), (2.5, 0.80625), (4, 0.99), (9, 0.99)]):
        mu = call(round(epochs * steps), steps, 4)
        if not np.isclose(mu, expected):
            raise Violation(
                f"μ is wrong at epoch {epochs} if it grows over 4 epochs", f"it is {mu:.4g}, not {expected}"
            )


annealed_momentum = Exercise(
    references.annealed_momentum,
    points=5,
    minutes=8,
    difficulty=1,
    covers="smallest above-99",
    importance="extra",
    forbidden=(schedules.momentum_annealing,),
    checks=(
        Values("Updates during the rise", 3, _updates),
        Values("At the start and after the end", 0.5, _ends),
        Property("A straight line from 0.5 to 0.99", 0.5, _grows),
    ),
    slips="""
        steps for epochs
            step / steps_per_epoch → step
            you count in *steps* although `epochs` counts in epochs, so μ reaches 0.99 after a few updates. Divide the
            step by `steps_per_epoch` first.
        multiplied by the steps
            / steps_per_epoch → * steps_per_epoch
            you *multiply* the step by `steps_per_epoch`. Divide, because there are fewer epochs than steps.
        whole epochs
            step / → step //
            you round the epoch down, so μ rises only once per epoch. Use `step / steps_per_epoch`, so that μ changes in
            every update.
        steps in an epoch divided by the step
            step / steps_per_epoch → steps_per_epoch / max(step, 1)
            you divide `steps_per_epoch` by the step. Divide the step by `steps_per_epoch`.
        goes on
            min(epoch / epochs, 1) → epoch / epochs
            you let μ grow after `epochs`, until it exceeds 1 and the velocity no longer fades. Let μ stay at 0.99.
        limited to 1
            0.5 + (0.99 - 0.5) * min(epoch / epochs, 1) → min(0.5 + 0.49 * epoch / epochs, 1)
            you limit μ to 1, so it still grows after `epochs`. Let it stay at 0.99.
        grows by 0.99
            (0.99 - 0.5) → 0.99
            you let μ rise *by* 0.99. Let it rise by 0.49, from 0.5 *to* 0.99.
        up by 0.99, cut off
            0.5 + (0.99 - 0.5) * min(epoch / epochs, 1) → min(0.99, 0.5 + 0.99 * epoch / epochs)
            you let μ rise by 0.99 over `epochs`, so it reaches 0.99 after only about half of them. Let it rise by 0.49,
            from 0.5 to 0.99, `0.5 + 0.49 * …`.
        the greater for the smaller
            min → max
            your fraction of `epochs` is at *least* 1, as `max(…, 1)` makes it, so μ starts at 0.99 and grows further.
            Limit it to at *most* 1, as `min(…, 1)` does.
        by the same factor each epoch
            0.5 + (0.99 - 0.5) * min(epoch / epochs, 1) → 0.5 * (0.99 / 0.5) ** min(epoch / epochs, 1)
            your μ grows by the same *factor* each epoch. Let it rise in a straight line, by the same *amount* each
            epoch.
        end counted in steps
            return 0.5 → if step > epochs: ⏎     return 0.99 ⏎ return 0.5
            you compare the *step* with `epochs`, so μ reaches 0.99 after a few updates. Compare the epoch with it.
        grown in one epoch
            min(epoch / epochs → min(epoch
            you let μ reach 0.99 after one *epoch*. Divide the epoch by `epochs`, so that it takes `epochs` epochs.
        too steep
            0.5 + (0.99 - 0.5) * min(epoch / epochs, 1) → min(0.5 + epoch / epochs, 0.99)
            you let μ rise by 1 over `epochs` and cut it off at 0.99. Let it rise by 0.49, from 0.5 to 0.99, `0.5 + 0.49
            * …`.
        one step early
            min(epoch / epochs → min(step / (steps_per_epoch * epochs - 1)
            your μ reaches 0.99 one step too early. Divide `step` by all `steps_per_epoch * epochs` steps. With
            `np.linspace`, you need one point more than that, and the last one for the last step.
        from 0
            0.5 + (0.99 - 0.5) → 0.99
            you start μ at 0. Start it at 0.5, and let it rise by 0.49.
        jumps at the end
            min(epoch / → min(epoch //
            you keep μ at 0.5 until it jumps to 0.99. Use the exact fraction of `epochs` that has passed, with `/` and
            not `//`, so that μ rises in a straight line.
        falls
            0.5 + (0.99 - 0.5) → 0.99 - 0.49
            you let μ fall. Start it at 0.5, when the gradient still changes direction, and let it *rise* to 0.99.
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
    """Require of value ``position`` the ``expected`` fraction of the initial one, by half-lives since the start."""
    lr = 0.4
    half_life = 2 * int(rng.integers(1, 4)) + 1  # odd, so that half of a half-life ends within an epoch
    for lives, share in expected.items():
        value = call(lr, lives * half_life, half_life)[position]
        if not np.isclose(value, lr * share):
            said = f"with lr = {lr} it is {value:.4g}, not {lr * share:.4g}"
            when = f"{lives:g} half-li{'fe' if lives == 1 else 'ves'}"
            raise Violation(f"the learning rate is wrong {when} after the start", said)


decayed_rates = Exercise(
    references.decayed_rates,
    points=7,
    minutes=12,
    difficulty=2,
    covers="threshold smallest",
    importance="core",
    forbidden=(
        schedules.step_decay,
        schedules.milestones,
        schedules.exponential_decay,
        schedules.inverse_time_decay,
    ),
    checks=(
        Values("All three decays at several epochs", 2, _epochs, central=True),
        Values("Before the first update", 1, _start),
        Property("Step decay", 1, partial(_falls, 0, {1: 1 / 2, 1.5: 1 / 2, 3: 1 / 8}), central=True),
        Property("Exponential decay", 1, partial(_falls, 1, {1: 1 / 2, 1.5: 2**-1.5, 3: 1 / 8}), central=True),
        Property("1/t decay", 1, partial(_falls, 2, {1: 1 / 2, 1.5: 2 / 5, 3: 1 / 4}), central=True),
    ),
    slips="""
        step and exponential exchanged
            return stepped, exponential → return exponential, stepped
            you swap the first two values. Return step decay first and exponential decay second.
        exponential and 1/t exchanged
            exponential, inverse_time → inverse_time, exponential
            you swap the second and the third value. Return exponential decay before 1/t decay.
        halved each epoch
            epoch // half_life → epoch
            you halve your first value in every epoch. Halve it once per half-life, with the exponent `epoch //
            half_life`.
        step decay without steps
            epoch // → epoch /
            your step decay falls continuously. Use a whole number as the exponent, `epoch // half_life`.
        step decay rounded
            epoch // half_life → round(epoch / half_life)
            your step decay halves the learning rate after 0.5, 1.5, … half-lives instead of 1, 2, …, because you round
            to the nearest number. Round *down* with `//`.
        step decay rounded up
            epoch // half_life → np.ceil(epoch / half_life)
            you round the number of half-lives *up*, as `-epoch // half_life` does. Round it down with `epoch //
            half_life`, or with `-(epoch // half_life)` if you need the negative exponent.
        late at a whole half-life
            epoch // half_life → max(np.ceil(epoch / half_life) - 1, 0)
            your step decay is one halving short at exactly 1, 2, … half-lives. Halve the learning rate as soon as a
            half-life is complete, so `epoch // half_life` times.
        epoch rounded down in exponential decay
            half_life * epoch) → half_life * int(epoch))
            your exponential decay counts only whole epochs, so it changes only once per epoch. Use `epoch` with its
            fraction.
        epoch rounded down
            stepped = → epoch = int(epoch) ⏎ stepped =
            you round the epoch down, so exponential and 1/t decay change only once per epoch. Use `epoch` with its
            fraction.
        halved once
            0.5 ** (epoch // half_life) → 0.5 ** (epoch >= half_life)
            your step decay halves only once. Halve again after each half-life, `epoch // half_life` times.
        rounded down
            lr * 0.5 ** (epoch // half_life) → lr // 2 ** (epoch // half_life)
            you round the learning rate down to 0, as `lr // …` does. Divide it with `/`, and use `//` only to count
            half-lives.
        step decay grows
            0.5 ** → 2.0 **
            your step decay *doubles* the learning rate in each half-life. Use powers of ½, or negative powers of 2.
        a tenth for a half
            0.5 ** → 0.1 **
            your step decay falls to a tenth, as in the summary's rule of thumb. Let it fall to a *half* in each
            half-life.
        1/t for exponential
            lr * np.exp(-np.log(2) / half_life * epoch) → lr / (1 + epoch / half_life)
            your second value is 1/t decay. Use `lr * exp(-k * epoch)` with k = ln 2 / `half_life`.
        k is one over the half-life
            np.log(2) → 1
            your exponential decay uses k = 1 / `half_life`, so it falls to 37 % in one half-life and not to ½. Use a
            separate k for this decay, which solves `exp(-k * half_life) = 1/2`.
        k without the half-life
            np.log(2) / half_life → np.log(2)
            your exponential decay halves the learning rate in every *epoch*. Use k = ln 2 / `half_life`.
        power of 2 with k
            np.exp( → 2.0 ** (
            you use base 2 with k = ln 2 / `half_life`. Use base e, `exp(-k * epoch)`, or base 2 with the exponent
            `-epoch / half_life`.
        exponential grows
            -np.log(2) → np.log(2)
            your exponential decay *grows* because of a wrong sign. Use `exp(-k * epoch)` with k = ln 2 / `half_life`,
            which is positive.
        decimal logarithm
            np.log( → np.log10(
            you use the logarithm to base 10, as `np.log10` does. Use the natural logarithm, `np.log`, for the k of
            exponential decay.
        exponential for 1/t
            lr / (1 + epoch / half_life) → lr * np.exp(-np.log(2) / half_life * epoch)
            your third value is exponential decay. Use 1/t decay, `lr / (1 + k * epoch)`, with a k of its own.
        ln 2 in 1/t
            1 + epoch → 1 + np.log(2) * epoch
            you use the k of exponential decay in 1/t decay. Solve `1 / (1 + k * half_life) = 1/2` for the k of 1/t
            decay.
        k is the half-life
            (1 + epoch / → (1 + epoch *
            you use k = `half_life`, so 1/t decay falls faster the *longer* the half-life is. Solve `1 / (1 + k *
            half_life) = 1/2` for k.
        bracket forgotten
            (1 + epoch / half_life) → 1 + epoch / half_life
            you leave out the brackets, so `lr / 1 + k * epoch` grows. Write `lr / (1 + k * epoch)`.
        one over t
            lr / (1 + epoch / half_life) → lr * half_life / epoch if epoch else np.inf
            you use `1/t` itself, which is infinite at the start. Use `lr / (1 + k * epoch)`, which is `lr` at the
            start.
    """,
)
