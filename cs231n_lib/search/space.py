"""Ranges of hyperparameters: what to draw from, how to narrow it, and where its border lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, isfinite, log
from typing import Any

import numpy as np

from cs231n_lib.contracts import Call, finite


@dataclass(frozen=True)
class Uniform:
    """Any number from ``low`` to ``high``, each as likely as another."""

    low: float
    high: float

    def __post_init__(self) -> None:
        kind = type(self).__name__
        for name, end in (("low", self.low), ("high", self.high)):
            try:
                finite(name, end, Call({}))
            except (TypeError, ValueError) as error:
                raise type(error)(f"{kind}: {error}") from None
        if not (self.low < self.high and isfinite(self.high - self.low)):
            raise ValueError(f"{self}: low must be below high, and the distance of the two no larger than any float")

    def position(self, value: float) -> float:
        """Where ``value`` lies between ``low`` at 0 and ``high`` at 1."""
        return (value - self.low) / (self.high - self.low)

    def at(self, position: float) -> float:
        """The value at a position, the inverse of `position`."""
        return self.low + position * (self.high - self.low)

    def sample(self, rng: np.random.Generator) -> float:
        """Draw one value."""
        return self.at(rng.random())

    def narrowed(self, centre: float, share: float) -> "Uniform":
        """The part around ``centre`` that is ``share`` as wide, cut off at the ends of this range."""
        middle = self.position(centre)
        below, above = middle - share / 2, middle + share / 2
        return replace(
            self,
            low=self.at(below) if below > 0 else self.low,
            high=self.at(above) if above < 1 else self.high,
        )


@dataclass(frozen=True)
class LogUniform(Uniform):
    """A number from ``low`` to ``high`` whose logarithm is uniform: every decade is as likely as another."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low <= 0:
            raise ValueError(f"{self}: low must be above 0, as it has a logarithm; for a range from 0 use Uniform")
        if not isfinite(self.high / self.low):
            raise ValueError(f"{self}: high / low is larger than any float; narrow the range")

    def position(self, value: float) -> float:
        """Where the logarithm of ``value`` lies between that of ``low`` at 0 and of ``high`` at 1."""
        return log(value / self.low) / log(self.high / self.low)

    def at(self, position: float) -> float:
        """The value at a position, the inverse of `position`."""
        return min(self.low * exp(position * log(self.high / self.low)), self.high)


@dataclass(frozen=True)
class Choice:
    """One of several options, without an order."""

    options: tuple[Any, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.options, Sequence) or isinstance(self.options, str):
            raise TypeError(f"Choice: options is {type(self.options).__name__} {self.options!r:.60}; pass a tuple")
        if len(self.options) == 0:
            raise ValueError("Choice: options is empty; give at least one")

    def sample(self, rng: np.random.Generator) -> Any:
        """Draw one option."""
        return self.options[rng.integers(len(self.options))]


Space = Mapping[str, Uniform | Choice]


def on_border(parameters: Mapping[str, Any], space: Space, margin: float = 0.05) -> list[str]:
    """The hyperparameters that lie within a share ``margin`` of an end of their range.

    Parameters
    ----------
    parameters : dict
        One point.
    space : dict
        The range of each hyperparameter; a `Choice` has no border.
    margin : float
        As a share of the range, in decades for `LogUniform`.

    Returns
    -------
    list of str
        Names.

    Examples
    --------
    >>> on_border({"lr": 0.9, "l2": 0.5}, {"lr": LogUniform(1e-4, 1.0), "l2": Uniform(0.0, 1.0)})
    ['lr']
    """
    ranges = {name: values for name, values in space.items() if isinstance(values, Uniform)}
    positions = {name: values.position(parameters[name]) for name, values in ranges.items()}
    return [name for name, position in positions.items() if min(position, 1 - position) <= margin]
