r"""Schedules of the learning rate or the momentum.

All functions except `plateau_decay` return a function of the epoch, as in ``rate = step_decay(0.1)`` and
``rate(epoch)``. ``lr`` is the learning rate at epoch 0, and ``factor`` in (0, 1] multiplies it at each step of the
schedule. The unit is the epoch, not the update. The epoch is 0 before the first update and 1 after one pass over the
examples. Epochs may be fractional. Source, unless another is given: CS231n notes, "Neural networks part 3".

Raises
------
TypeError, ValueError
    In every function: a rate is not a number of at least 0, or a factor, fraction or number of epochs is out of range.
    In every returned function: the epoch is below 0.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import pairwise
from typing import Any, ParamSpec

import numpy as np

from cs231n_lib.contracts import (
    BoundCall,
    Check,
    FloatArray,
    contract,
    count,
    decay_rate,
    fraction,
    non_negative,
    number,
    positive,
    returning,
)

Schedule = Callable[[float], float]
"""``schedule(epoch)`` is the rate at that epoch, as a Python float so that float32 arrays stay float32."""

P = ParamSpec("P")

factor_up_to_one = number("a factor in (0, 1]", lambda v: 0 < v <= 1)


def _schedule(**checks: Check) -> Callable[[Callable[P, Schedule]], Callable[P, Schedule]]:
    """Check the arguments, and the epoch of the returned schedule."""

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


@_schedule(lr=non_negative)
def constant(lr: float) -> Schedule:
    """Constant learning rate ``lr``.

    Examples
    --------
    >>> constant(0.1)(7)
    0.1
    """
    return lambda epoch: lr


@_schedule(lr=non_negative, factor=factor_up_to_one, every=positive)
def step_decay(lr: float, factor: float = 0.5, every: float = 10) -> Schedule:
    r"""Step decay: :math:`lr \cdot factor^{\lfloor epoch / every \rfloor}`.

    Parameters
    ----------
    every : float
        Epochs between steps.

    Examples
    --------
    >>> rate = step_decay(0.8, factor=0.5, every=10)
    >>> rate(0), rate(9.9), rate(10), rate(25)
    (0.8, 0.8, 0.4, 0.2)
    """
    return lambda epoch: lr * factor ** (epoch // every)


def _increasing_epochs(name: str, value: Any, call: BoundCall) -> None:
    """Require at least one epoch, in increasing order."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. Pass a list of epochs, such as [30, 60]")
    for i, epoch in enumerate(value):
        positive(f"{name}[{i}]", epoch, call)
    if any(late <= early for early, late in pairwise(value)):
        raise ValueError(f"{name} is {value!r:.60}. Each epoch must be later than the one before")


@_schedule(lr=non_negative, at=_increasing_epochs, factor=factor_up_to_one)
def milestones(lr: float, at: Sequence[float], factor: float = 0.1) -> Schedule:
    r"""Decay at given epochs: :math:`lr \cdot factor^m` after m of them.

    Parameters
    ----------
    at : sequence of float
        Increasing epochs, each above 0.

    Examples
    --------
    >>> rate = milestones(0.8, at=[30, 60], factor=0.5)
    >>> rate(0), rate(29.9), rate(30), rate(99)
    (0.8, 0.8, 0.4, 0.2)
    """
    at = tuple(at)
    return lambda epoch: lr * factor ** bisect_right(at, epoch)


def _values_so_far(name: str, value: Any, call: BoundCall) -> None:
    """Require a sequence or array of finite numbers, which may be empty."""
    if isinstance(value, str) or np.ndim(value) != 1 or np.asarray(value).dtype.kind not in "iuf":
        raise TypeError(f"{name} is {type(value).__name__} {value!r:.60}. Pass a list of numbers, one per evaluation")
    if not np.isfinite(value).all():
        raise ValueError(f"{name} holds a value that is not finite. Evaluate on a validation split")


@contract(lr=non_negative, accuracies=_values_so_far, patience=count, factor=factor_up_to_one)
def plateau_decay(lr: float, accuracies: Sequence[float] | FloatArray, patience: int = 3, factor: float = 0.5) -> float:
    r"""Learning rate that falls whenever validation stops improving.

    After each ``patience`` consecutive evaluations without a new best, the rate is multiplied by ``factor``, and the
    count restarts. The rate depends on the training, unlike in the other schedules, so call this function after each
    evaluation. The callback `PlateauDecay` calls it for `Trainer`.

    Parameters
    ----------
    lr : float
        Initial learning rate.
    accuracies : sequence of float
        Validation accuracies so far, oldest first, possibly none. For a loss, pass its negative.
    patience : int
        Evaluations without a new best before the rate falls.

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


@_schedule(lr=non_negative, k=non_negative)
def exponential_decay(lr: float, k: float) -> Schedule:
    r"""Exponential decay: :math:`lr \cdot e^{-k \cdot epoch}`.

    Parameters
    ----------
    k : float
        Decay per epoch. The rate halves every :math:`\ln 2 / k` epochs.

    Examples
    --------
    >>> rate = exponential_decay(0.8, k=np.log(2) / 10)
    >>> round(rate(10), 9), round(rate(20), 9)
    (0.4, 0.2)
    """
    return lambda epoch: lr * np.exp(-k * epoch)


@_schedule(lr=non_negative, k=non_negative)
def inverse_time_decay(lr: float, k: float) -> Schedule:
    r"""1/t decay, :math:`lr / (1 + k \cdot epoch)`.

    Parameters
    ----------
    k : float
        Decay per epoch. The rate halves at epoch :math:`1 / k` and again at :math:`3 / k`.

    Examples
    --------
    >>> rate = inverse_time_decay(0.8, k=0.125)
    >>> rate(8), rate(24)
    (0.4, 0.2)
    """
    return lambda epoch: lr / (1 + k * epoch)


@_schedule(lr=non_negative, epochs=positive, end=non_negative)
def cosine_decay(lr: float, epochs: float, end: float = 0.0) -> Schedule:
    r"""Cosine decay from ``lr`` to ``end``.

    At an epoch before ``epochs`` the rate is :math:`end + (lr - end) \cdot \tfrac{1}{2} (1 + \cos(\pi \cdot epoch /
    epochs))`.

    Parameters
    ----------
    epochs : float
        Epochs until the rate reaches ``end``.
    end : float
        Final learning rate.

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


@_schedule(after=returning(non_negative), epochs=positive, start=fraction)
def warmup(after: Schedule, epochs: float, start: float = 0.1) -> Schedule:
    r"""Linear warm-up, followed by the schedule ``after``.

    Parameters
    ----------
    after : callable
        Schedule, whose rate at epoch 0 ends the warm-up.
    epochs : float
        Length of the warm-up in epochs.
    start : float
        Initial rate as a fraction of that rate, in [0, 1]. With 0, the first update changes nothing, nor does the whole
        first epoch if the rate is set once per epoch.

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


@_schedule(start=decay_rate, end=decay_rate, epochs=positive)
def momentum_annealing(start: float = 0.5, end: float = 0.99, epochs: float = 10) -> Schedule:
    r"""Momentum that grows linearly from ``start`` to ``end``.

    The momentum is small while the gradient still changes direction, and large once it points along the valley.

    Parameters
    ----------
    start, end : float
        Momentum :math:`\mu` at epoch 0 and from epoch ``epochs`` on, both in [0, 1).
    epochs : float
        Number of epochs of the growth.

    Examples
    --------
    >>> mu = momentum_annealing(0.5, 0.75, epochs=10)
    >>> mu(0), mu(5), mu(10), mu(100)
    (0.5, 0.625, 0.75, 0.75)
    """
    return lambda epoch: start + (end - start) * min(epoch / epochs, 1)
