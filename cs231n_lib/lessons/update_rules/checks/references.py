"""The right answers of the exercises that belong to this lesson alone; the others are in the library."""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray


def decayed_rates(lr: float, epoch: float, half_life: int) -> tuple[float, float, float]:
    r"""Step, exponential and 1/t decay of ``lr`` at an epoch, which may have a fraction.

    All three are at half of ``lr`` after ``half_life`` epochs:

    .. math:: lr \cdot 2^{-\lfloor e / h \rfloor}, \quad lr \cdot e^{-k e} \text{ with } k = \ln 2 / h, \quad
              lr / (1 + k e) \text{ with } k = 1 / h
    """
    stepped = lr * 0.5 ** (epoch // half_life)
    exponential = lr * np.exp(-np.log(2) / half_life * epoch)
    inverse_time = lr / (1 + epoch / half_life)
    return stepped, exponential, inverse_time


def annealed_momentum(step: int, steps_per_epoch: int, epochs: int) -> float:
    r""":math:`\mu` at an update: in a straight line from 0.5 to 0.99 over the first ``epochs``, then it stays."""
    epoch = step / steps_per_epoch
    return 0.5 + (0.99 - 0.5) * min(epoch / epochs, 1)


def scale_effect(rule: Callable[[FloatArray], FloatArray], gradients: FloatArray, scale: float) -> float:
    """How much a rule's steps change when all gradients are multiplied by ``scale``, relative to the largest step.

    ``rule`` makes the steps (T, D) of the gradients (T, D); the result is the largest change over the largest step.
    """
    steps = rule(gradients)
    changes = rule(scale * gradients) - steps
    return float(np.max(np.abs(changes)) / np.max(np.abs(steps)))
