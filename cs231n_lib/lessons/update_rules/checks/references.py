"""Reference solutions of the exercises whose functions are not in the library."""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray


def decayed_rates(lr: float, epoch: float, half_life: int) -> tuple[float, float, float]:
    r"""Step, exponential and 1/t decay of ``lr`` at an epoch, which may be fractional.

    All three are at half of ``lr`` after ``half_life`` epochs:

    .. math:: lr \cdot 2^{-\lfloor e / h \rfloor}, \quad lr \cdot e^{-k e} \text{ with } k = \ln 2 / h, \quad
              lr / (1 + k e) \text{ with } k = 1 / h

    Examples
    --------
    >>> [round(float(rate), 4) for rate in decayed_rates(1.0, epoch=1, half_life=2)]
    [1.0, 0.7071, 0.6667]
    """
    stepped = lr * 0.5 ** (epoch // half_life)
    exponential = lr * np.exp(-np.log(2) / half_life * epoch)
    inverse_time = lr / (1 + epoch / half_life)
    return stepped, exponential, inverse_time


def annealed_momentum(step: int, steps_per_epoch: int, epochs: int) -> float:
    r""":math:`\mu` at an update, which rises linearly from 0.5 to 0.99 over the first ``epochs`` and then stays.

    Examples
    --------
    >>> annealed_momentum(200, steps_per_epoch=80, epochs=5)
    0.745
    """
    epoch = step / steps_per_epoch
    return 0.5 + (0.99 - 0.5) * min(epoch / epochs, 1)


def scale_effect(rule: Callable[[FloatArray], FloatArray], gradients: FloatArray, scale: float) -> float:
    """Largest change of a rule's steps when all gradients are multiplied by ``scale``, relative to the largest step.

    ``rule`` computes the steps (T, D) from the gradients (T, D).

    Examples
    --------
    >>> gradients = np.array([[1.0], [-2.0]])
    >>> scale_effect(lambda g: -g, gradients, 10.0), scale_effect(np.sign, gradients, 10.0)
    (9.0, 0.0)
    """
    steps = rule(gradients)
    changes = rule(scale * gradients) - steps
    return float(np.max(np.abs(changes)) / np.max(np.abs(steps)))


def range_test(
    step: Callable[[float], float], low: float, high: float, steps: int, beta: float = 0.9, limit: float = 2.0
) -> tuple[FloatArray, FloatArray, float]:
    r"""Learning-rate range test: the loss while the learning rate grows from ``low`` to ``high`` by one factor a step.

    ``step`` trains on one minibatch with the learning rate that it gets, and returns the loss before its update. The
    losses are running means with decay ``beta``, corrected as in Adam. The test ends before the first loss that is not
    at most ``limit`` times the lowest one so far. Return the learning rates (T,), the losses (T,), and a tenth of the
    learning rate at the lowest loss.

    Examples
    --------
    >>> rates, losses, lr = range_test(lambda lr: 1 + (lr - 1) ** 2, 0.01, 100.0, steps=5, beta=0.0)
    >>> rates, losses.round(2), lr  # at 10 and 100 the loss is too high
    (array([0.01, 0.1 , 1.  ]), array([1.98, 1.81, 1.  ]), 0.1)
    """
    rates, losses, mean, lowest = [], [], 0.0, np.inf
    for t in range(steps):
        lr = low * (high / low) ** (t / (steps - 1))
        mean = beta * mean + (1 - beta) * step(lr)
        loss = mean / (1 - beta ** (t + 1))
        if not loss <= limit * lowest:
            break
        rates.append(lr)
        losses.append(loss)
        lowest = min(losses)
    return np.array(rates), np.array(losses), rates[np.argmin(losses)] / 10


def adamw(
    w: FloatArray,
    dw: FloatArray,
    m: FloatArray,
    v: FloatArray,
    t: int,
    lr: float,
    warm_up: int,
    steps: int,
    weight_decay: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """One step of AdamW, whose learning rate rises to ``lr`` in ``warm_up`` of all ``steps``, then falls as a cosine.

    ``w``, ``dw``, ``m`` and ``v`` have one shape, and ``t`` counts the steps before this one. Return new w, m, v and t.

    >>> w, m, v, t = adamw(np.array([1.0]), np.array([5.0]), np.zeros(1), np.zeros(1), 0, 0.1, warm_up=4, steps=10)
    >>> w.round(6), t  # a quarter of the learning rate, times a step of 1 and a decay of 0.01
    (array([0.97475]), 1)
    """
    t = t + 1
    if t <= warm_up:
        rate = lr * t / warm_up
    else:
        done = (t - warm_up) / (steps - warm_up)
        rate = 0.5 * lr * (1 + np.cos(np.pi * done))
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    w = w - rate * (step + weight_decay * w)
    return w, m, v, t
