"""The right answers of the exercises that belong to this lesson alone; the others stand in the library."""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray


def scheduled(lr: float, step: int, steps_per_epoch: int, half_life: int) -> tuple[float, float, float, float]:
    r"""Step, exponential and 1/t decay of ``lr`` at an update, and a momentum that grows meanwhile.

    All three rates are at half of ``lr`` after ``half_life`` epochs:

    .. math:: lr \cdot 2^{-\lfloor e / h \rfloor}, \quad lr \cdot e^{-k e} \text{ with } k = \ln 2 / h, \quad
              lr / (1 + k e) \text{ with } k = 1 / h

    and :math:`\mu` goes in a straight line from 0.5 to 0.99 over ``half_life`` epochs, then stays.

    Examples
    --------
    >>> rates = scheduled(1.0, step=10, steps_per_epoch=10, half_life=2)
    >>> [round(float(rate), 4) for rate in rates]
    [1.0, 0.7071, 0.6667, 0.745]
    """
    epoch = step / steps_per_epoch
    stepped = lr * 0.5 ** (epoch // half_life)
    exponential = lr * np.exp(-np.log(2) / half_life * epoch)
    inverse_time = lr / (1 + epoch / half_life)
    mu = 0.5 + (0.99 - 0.5) * min(epoch / half_life, 1)
    return stepped, exponential, inverse_time, mu


def scale_effect(rule: Callable[[FloatArray], FloatArray], gradients: FloatArray, scale: float) -> float:
    """How much a rule's steps change when all gradients are multiplied by ``scale``, relative to the largest step.

    ``rule`` makes the steps (T, D) of the gradients (T, D); the result is the largest change over the largest step.

    Examples
    --------
    >>> gradients = np.array([[1.0], [-2.0]])
    >>> scale_effect(lambda g: -g, gradients, 10.0), scale_effect(np.sign, gradients, 10.0)
    (9.0, 0.0)
    """
    steps = rule(gradients)
    changes = rule(scale * gradients) - steps
    return float(np.max(np.abs(changes)) / np.max(np.abs(steps)))
