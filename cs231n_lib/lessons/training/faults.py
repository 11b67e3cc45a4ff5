"""Training runs on digits with one fault or none, six of which are the curves of `name_curves`.

A kind of fault comes in several settings, so that no curve can be memorised. Faults that a curve does not
show are left out, which are a leak, dead units, and batches of two.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD, Adam, Momentum, Optimizer
from cs231n_lib.training import History, Trainer

SHOWN = 6
NUMBERS = range(10_000)
"""Numbers that select six curves."""

Setting = Callable[[Generator], History]


class _InOrder(np.random.Generator):
    """Generator that leaves the rows in their stored order."""

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """Return the rows in their order."""
        return np.arange(x)


@lru_cache(maxsize=1)
def digits() -> tuple[Any, Any]:
    """Training and validation split, with one mean and one scale for all pixels, as lesson 05 advises."""
    data = load_digits()
    mean, scale = data.x_train.mean(), data.x_train.std()
    return ((data.x_train - mean) / scale, data.y_train), ((data.x_validation - mean) / scale, data.y_validation)


def _rows(rng: Generator, n: int | None = None, wrong: float = 0.0) -> Any:
    """Training rows in this number, of which a fraction has random labels."""
    x, y = digits()[0]
    rows = rng.permutation(len(x))[:n]
    y = y[rows].copy()
    changed = rng.random(len(y)) < wrong
    y[changed] = rng.integers(0, 10, changed.sum())
    return x[rows], y


def _run(
    rng: Generator,
    optimizer: Optimizer,
    sizes: tuple[int, ...] = (64, 64, 10),
    *,
    epochs: int = 12,
    data: Any = None,
    order: Generator | None = None,
    **network: Any,
) -> History:
    made = MLP(sizes, rng=rng, **network)
    trainer = Trainer(made, optimizer, batch_size=64, rng=order or rng, progress=False)
    return trainer.fit(data or digits()[0], digits()[1], epochs=epochs)


def _normal(deviation: float) -> Callable[[int, int, Generator], FloatArray]:
    return lambda fan_in, fan_out, rng: deviation * rng.standard_normal((fan_in, fan_out))


def _wide(share: float) -> Callable[[int, int, Generator], FloatArray]:
    return lambda fan_in, fan_out, rng: share * rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)


def _sorted(rng: Generator, optimizer: Optimizer) -> History:
    x, y = digits()[0]
    order = np.argsort(y, kind="stable")
    in_order = _InOrder(np.random.PCG64(int(rng.integers(2**32))))
    return _run(rng, optimizer, data=(x[order], y[order]), order=in_order)


def _between(rng: Generator, low: float, high: float) -> float:
    """Log-uniform random number."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


SETTINGS: dict[str, tuple[Setting, ...]] = {
    "healthy": (
        lambda r: _run(r, Adam(_between(r, 1e-3, 3e-3)), (64, int(r.integers(32, 129)), 10)),
        lambda r: _run(r, Momentum(_between(r, 0.01, 0.04)), (64, int(r.integers(32, 129)), 10)),
        lambda r: _run(r, SGD(_between(r, 0.1, 0.3)), (64, int(r.integers(32, 129)), 10)),
    ),
    "rate too low": (
        lambda r: _run(r, SGD(_between(r, 3e-4, 1e-3))),
        lambda r: _run(r, Adam(_between(r, 1e-5, 5e-5))),
    ),
    "rate too high": (
        lambda r: _run(r, Momentum(r.uniform(0.5, 1))),
        lambda r: _run(r, SGD(r.uniform(1.5, 2.5))),
        lambda r: _run(r, Adam(r.uniform(0.1, 0.3))),
    ),
    "diverged": (
        lambda r: _run(r, SGD(r.uniform(30, 100))),
        lambda r: _run(r, SGD(r.uniform(8, 20)), (64, 64, 64, 10)),
    ),
    "overfitting": (
        lambda r: _run(r, Adam(3e-3), (64, 128, 10), data=_rows(r, int(r.integers(60, 121))), epochs=120),
        lambda r: _run(r, Momentum(0.05), (64, 256, 10), data=_rows(r, int(r.integers(60, 121))), epochs=120),
    ),
    "underfitting": (
        lambda r: _run(r, Adam(0.01), (64, 1, 10), activation="tanh", epochs=40),
        lambda r: _run(r, Adam(0.01), (64, 2, 10), epochs=40),
    ),
    "bad start": (
        lambda r: _run(r, SGD(0.05), (64, 64, 64, 64, 64, 64, 10), initializer=_normal(0.001)),
        lambda r: _run(r, Momentum(0.05), (64, 64, 64, 64, 10), initializer=_normal(0.03), epochs=20),
        lambda r: _run(r, Adam(1e-3), initializer=_wide(r.uniform(3, 6))),
        lambda r: _run(r, Momentum(0.01), initializer=_normal(1.0)),
    ),
    "no shuffling": (
        lambda r: _sorted(r, SGD(r.uniform(0.05, 0.2))),
        lambda r: _sorted(r, Adam(_between(r, 1e-3, 3e-3))),
    ),
    "wrong labels": (
        lambda r: _run(r, Momentum(0.02), (64, 32, 10), data=_rows(r, wrong=0.25), l2=0.01),
        lambda r: _run(r, Momentum(0.02), data=_rows(r, wrong=0.4)),
    ),
    "penalty too large": (
        lambda r: _run(r, Momentum(0.02), l2=r.uniform(0.2, 0.5)),
        lambda r: _run(r, Adam(2e-3), l2=r.uniform(1, 2)),
    ),
}
"""Settings of each kind, 24 in all."""

SIGNS = {
    "healthy": "a healthy loss falls fast and then slowly, and both accuracies end high and close together",
    "rate too low": "with too low a learning rate, the loss still falls in a nearly straight line at the end",
    "rate too high": "with too high a learning rate, the loss jumps up and down to the end and stays high",
    "diverged": "a run that diverged ends within a few steps, with a huge loss",
    "overfitting": "overfitting shows as a training accuracy near 1 and a validation accuracy well below it",
    "underfitting": "underfitting shows as two accuracies close together that stop rising far too low",
    "bad start": "a bad start shows in the first steps, as a loss far above ln 10 or one that does not move at first",
    "no shuffling": "without shuffling the loss of the batches rises and falls once in each epoch, class by class",
    "wrong labels": "with wrong labels the training accuracy stays below that of validation, whose labels are right",
    "penalty too large": "a penalty that is too large keeps the loss high and the accuracies low",
}
"""Sign by which each kind is recognised."""

KINDS = tuple(SETTINGS)

RATES = {"rate too low": 6e-4, "healthy": 0.2, "rate too high": 1.5, "diverged": 50.0}
"""Learning rates of plain SGD, in increasing order, for the kinds that differ only in them."""

SHOWN_SETTING = {"bad start": 2, "wrong labels": 1}
"""Setting of a kind in the gallery, if it is not the first."""


@lru_cache(maxsize=1)
def examples() -> dict[str, History]:
    """One run of each kind for the gallery. The runs of `RATES` differ only in the learning rate."""
    found = {}
    for place, (kind, settings) in enumerate(SETTINGS.items()):
        if kind in RATES:
            found[kind] = _run(np.random.default_rng(28), SGD(RATES[kind]))
        else:
            found[kind] = settings[SHOWN_SETTING.get(kind, 0)](np.random.default_rng([26, place]))
    return found


def drawn(number: int) -> list[tuple[str, int]]:
    """Six different kinds selected by a number, with a setting of each."""
    rng = np.random.default_rng([number, 26])
    kinds = [KINDS[i] for i in rng.permutation(len(KINDS))[:SHOWN]]
    return [(kind, int(rng.integers(len(SETTINGS[kind])))) for kind in kinds]


@lru_cache(maxsize=8)
def histories(number: int) -> tuple[History, ...]:
    """Runs selected by a number, with the faults that `drawn` returns."""
    return tuple(
        SETTINGS[kind][setting](np.random.default_rng([number, place]))
        for place, (kind, setting) in enumerate(drawn(number))
    )
