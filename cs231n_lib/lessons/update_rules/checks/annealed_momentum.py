"""An exercise on momentum that grows: by epochs, while the code counts steps."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
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
            raise Wrong(f"μ is wrong at epoch {epochs}, with 4 epochs to grow in", f"{mu:.4g}, not {expected}")


annealed_momentum = Exercise(
    references.annealed_momentum,
    points=5,
    minutes=8,
    difficulty=1,
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
