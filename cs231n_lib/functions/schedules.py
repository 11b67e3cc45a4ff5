r"""Schedules: how the learning rate, or momentum, changes as training goes on.

All functions here but `plateau_decay` return a function of the epoch: ``rate = step_decay(0.1)``, then
``rate(epoch)``. The unit is the epoch, never the step: 0 before the first update, 1 when every example was seen once.
Fractions are welcome: updates so far divided by updates per epoch. Source, unless another is named: CS231n notes,
"Neural networks part 3".

Raises
------
TypeError, ValueError
    In every function: a rate that is no number of at least 0, a factor, share or number of epochs out of range. In
    every function returned: an epoch below 0.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import pairwise
from typing import Any, ParamSpec

import numpy as np

from cs231n_lib.contracts import (
    Call,
    Check,
    FloatArray,
    contract,
    count,
    decay_rate,
    non_negative,
    number,
    positive,
    returning,
)

__all__ = [
    "Schedule",
    "constant",
    "cosine_decay",
    "exponential_decay",
    "inverse_time_decay",
    "milestones",
    "momentum_annealing",
    "plateau_decay",
    "step_decay",
    "warmup",
]

Schedule = Callable[[float], float]
"""``schedule(epoch)`` is the rate at that epoch, a Python float, so that it leaves float32 arrays as they are."""

P = ParamSpec("P")

factor_up_to_one = number("a factor in (0, 1]", lambda v: 0 < v <= 1)
share = number("a share in [0, 1]", lambda v: 0 <= v <= 1)


def schedule(**checks: Check) -> Callable[[Callable[P, Schedule]], Callable[P, Schedule]]:
    """Like `contract`; the schedule that the function returns checks its epoch as well."""

    def decorate(build: Callable[P, Schedule]) -> Callable[P, Schedule]:
        @contract(**checks)
        @wraps(build)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Schedule:
            rate = build(*args, **kwargs)

            def at(epoch: float) -> float:
                return float(rate(epoch))

            at.__name__ = build.__name__
            return contract(epoch=non_negative)(at)

        return checked

    return decorate


@schedule(lr=non_negative)
def constant(lr: float) -> Schedule:
    """The same rate for ever.

    Parameters
    ----------
    lr : float
        Learning rate.

    Examples
    --------
    >>> constant(0.1)(7)
    0.1
    """
    return lambda epoch: lr


@schedule(lr=non_negative, factor=factor_up_to_one, every=positive)
def step_decay(lr: float, factor: float = 0.5, every: float = 10) -> Schedule:
    r"""Step decay: :math:`lr \cdot factor^{\lfloor epoch / every \rfloor}`.

    Parameters
    ----------
    lr : float
        Learning rate at epoch 0.
    factor : float
        What a step multiplies the rate by, in (0, 1].
    every : float
        Epochs from one step to the next.

    Examples
    --------
    >>> rate = step_decay(0.8, factor=0.5, every=10)
    >>> rate(0), rate(9.9), rate(10), rate(25)
    (0.8, 0.8, 0.4, 0.2)
    """
    return lambda epoch: lr * factor ** (epoch // every)


def increasing_epochs(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: one or more epochs, each later than the one before."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}; pass a list of epochs, such as [30, 60]")
    for i, epoch in enumerate(value):
        positive(f"{name}[{i}]", epoch, call)
    if any(late <= early for early, late in pairwise(value)):
        raise ValueError(f"{name} is {value!r:.60}; each epoch must be later than the one before")


@schedule(lr=non_negative, at=increasing_epochs, factor=factor_up_to_one)
def milestones(lr: float, at: Sequence[float], factor: float = 0.1) -> Schedule:
    r"""A step at each epoch that is named: :math:`lr \cdot factor^m` once m of them have been reached.

    Parameters
    ----------
    lr : float
        Learning rate at epoch 0.
    at : sequence of float
        The epochs, increasing, each above 0.
    factor : float
        What a step multiplies the rate by, in (0, 1].

    Examples
    --------
    >>> rate = milestones(0.8, at=[30, 60], factor=0.5)
    >>> rate(0), rate(29.9), rate(30), rate(99)
    (0.8, 0.8, 0.4, 0.2)
    """
    at = tuple(at)
    return lambda epoch: lr * factor ** bisect_right(at, epoch)


def values_so_far(name: str, value: Any, call: Call) -> None:
    """Check for `contract`: finite numbers, one an evaluation, in a sequence or an array; there may be none yet."""
    if isinstance(value, str) or np.ndim(value) != 1 or np.asarray(value).dtype.kind not in "iuf":
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}; pass a list of numbers, one an evaluation")
    if not np.isfinite(value).all():
        raise ValueError(f"{name} holds a value that is not finite; evaluate on a validation split")


@contract(lr=non_negative, accuracies=values_so_far, patience=count, factor=factor_up_to_one)
def plateau_decay(lr: float, accuracies: Sequence[float] | FloatArray, patience: int = 3, factor: float = 0.5) -> float:
    r"""Halve the rate whenever validation stops improving: the rate after these evaluations.

    Each time ``patience`` evaluations in a row have brought nothing better than the best before them, the rate is
    multiplied by ``factor``, and counting begins anew. Unlike the other functions here it looks at the course of the
    training, so it is called after each evaluation; `PlateauDecay` does that for `Trainer`.

    Parameters
    ----------
    lr : float
        Learning rate at the start.
    accuracies : sequence of float
        Validation accuracies so far, oldest first; may be empty. For a loss, pass its negative.
    patience : int
        Evaluations without a better one.
    factor : float
        In (0, 1].

    Returns
    -------
    lr : float

    References
    ----------
    CS231n notes, "Neural networks part 3: annealing the learning rate", on step decay in practice.

    Examples
    --------
    >>> plateau_decay(0.8, [0.5, 0.7, 0.7, 0.6], patience=2)
    0.4
    >>> plateau_decay(0.8, [0.5, 0.7, 0.7, 0.71], patience=2)
    0.8
    """
    best, stale = -np.inf, 0
    for accuracy in accuracies:
        best, stale = (accuracy, 0) if accuracy > best else (best, stale + 1)
        if stale == patience:
            lr, stale = lr * factor, 0
    return lr


@schedule(lr=non_negative, k=non_negative)
def exponential_decay(lr: float, k: float) -> Schedule:
    r"""Exponential decay: :math:`lr \cdot e^{-k \cdot epoch}`.

    Parameters
    ----------
    lr : float
        Learning rate at epoch 0.
    k : float
        Decay per epoch; the rate halves every :math:`\ln 2 / k` epochs.

    Examples
    --------
    >>> rate = exponential_decay(0.8, k=np.log(2) / 10)
    >>> round(rate(10), 9), round(rate(20), 9)
    (0.4, 0.2)
    """
    return lambda epoch: lr * np.exp(-k * epoch)


@schedule(lr=non_negative, k=non_negative)
def inverse_time_decay(lr: float, k: float) -> Schedule:
    r"""1/t decay: :math:`lr / (1 + k \cdot epoch)`. Not exponential, though often called so.

    Parameters
    ----------
    lr : float
        Learning rate at epoch 0.
    k : float
        Decay per epoch; the rate is halved at epoch :math:`1 / k`, and again at :math:`3 / k`.

    Examples
    --------
    >>> rate = inverse_time_decay(0.8, k=0.125)
    >>> rate(8), rate(24)
    (0.4, 0.2)
    """
    return lambda epoch: lr / (1 + k * epoch)


@schedule(lr=non_negative, epochs=positive, end=non_negative)
def cosine_decay(lr: float, epochs: float, end: float = 0.0) -> Schedule:
    r"""Cosine decay: :math:`end + (lr - end) \cdot \tfrac{1}{2} (1 + \cos(\pi \cdot epoch / epochs))`, then ``end``.

    Parameters
    ----------
    lr : float
        Learning rate at epoch 0.
    epochs : float
        Epochs until ``end`` is reached.
    end : float
        Learning rate from then on.

    References
    ----------
    Loshchilov and Hutter, "SGDR" (2017), without the restarts.

    Examples
    --------
    >>> rate = cosine_decay(0.8, epochs=10)
    >>> rate(0), round(rate(5), 9), rate(10), rate(11)
    (0.8, 0.4, 0.0, 0.0)
    """
    return lambda epoch: end + (lr - end) * (1 + np.cos(np.pi * min(epoch / epochs, 1))) / 2


@schedule(after=returning(non_negative), epochs=positive, start=share)
def warmup(after: Schedule, epochs: float, start: float = 0.1) -> Schedule:
    r"""Linear warm-up, then the schedule ``after``, whose own epochs count from the end of the warm-up.

    Parameters
    ----------
    after : callable
        A schedule; the warm-up rises to its rate at epoch 0.
    epochs : float
        Length of the warm-up.
    start : float
        Share of that rate at epoch 0, in [0, 1]. With 0 the first update, or the whole first epoch where the rate is
        set once an epoch, changes nothing.

    References
    ----------
    Goyal et al., "Accurate, large minibatch SGD" (2017), section 2.2.

    Examples
    --------
    >>> rate = warmup(step_decay(0.5, every=10), epochs=4, start=0.0)
    >>> rate(0), rate(2), rate(4), rate(14)
    (0.0, 0.25, 0.5, 0.25)
    """
    return lambda epoch: after(0) * (start + (1 - start) * epoch / epochs) if epoch < epochs else after(epoch - epochs)


@schedule(start=decay_rate, end=decay_rate, epochs=positive)
def momentum_annealing(start: float = 0.5, end: float = 0.99, epochs: float = 10) -> Schedule:
    r"""Momentum that grows in a straight line from ``start`` to ``end`` over the first epochs, then stays.

    Little momentum while the gradient still turns, much of it once it points along the valley.

    Parameters
    ----------
    start, end : float
        Momentum :math:`\mu` at epoch 0, and from ``epochs`` on; both in [0, 1).
    epochs : float
        Epochs in between.

    Examples
    --------
    >>> mu = momentum_annealing(0.5, 0.75, epochs=10)
    >>> mu(0), mu(5), mu(10), mu(100)
    (0.5, 0.625, 0.75, 0.75)
    """
    return lambda epoch: start + (end - start) * min(epoch / epochs, 1)
