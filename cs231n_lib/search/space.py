"""Ranges of hyperparameters that can be sampled and narrowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, isfinite, log
from typing import Any

import numpy as np

from cs231n_lib.contracts import BoundCall, finite


@dataclass(frozen=True)
class Uniform:
    """Uniform distribution from ``low`` to ``high``."""

    low: float
    high: float

    def __post_init__(self) -> None:
        kind = type(self).__name__
        for name, end in (("low", self.low), ("high", self.high)):
            try:
                finite(name, end, BoundCall({}))
            except (TypeError, ValueError) as error:
                raise type(error)(f"{kind}: {error}") from None
        if not (self.low < self.high and isfinite(self.high - self.low)):
            raise ValueError(f"{self}: low must be below high, and high - low must not overflow. Change one of them")

    def position(self, value: float) -> float:
        """Position of ``value`` on a scale from 0 at ``low`` to 1 at ``high``."""
        return (value - self.low) / (self.high - self.low)

    def at(self, position: float) -> float:
        """Value at a position, as the inverse of `position`."""
        return self.low + position * (self.high - self.low)

    def sample(self, rng: np.random.Generator) -> float:
        """Draw one value."""
        return self.at(rng.random())

    def narrowed(self, centre: float, share: float) -> "Uniform":
        """Subrange around ``centre``, ``share`` times as wide and clipped to this one."""
        middle = self.position(centre)
        below, above = middle - share / 2, middle + share / 2
        return replace(
            self,
            low=self.at(below) if below > 0 else self.low,
            high=self.at(above) if above < 1 else self.high,
        )


@dataclass(frozen=True)
class LogUniform(Uniform):
    """Log-uniform distribution, in which every decade is equally likely."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low <= 0:
            raise ValueError(f"{self}: low has no logarithm. Pass low above 0, or use Uniform for a range from 0")
        if not isfinite(self.high / self.low):
            raise ValueError(f"{self}: high / low overflows a float. Narrow the range")

    def position(self, value: float) -> float:
        """Position of ``value`` on a logarithmic scale from 0 at ``low`` to 1 at ``high``."""
        return log(value / self.low) / log(self.high / self.low)

    def at(self, position: float) -> float:
        """Value at a position, as the inverse of `position`."""
        return min(self.low * exp(position * log(self.high / self.low)), self.high)


@dataclass(frozen=True)
class Choice:
    """Uniform choice among unordered options."""

    options: tuple[Any, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.options, Sequence) or isinstance(self.options, str):
            raise TypeError(f"Choice: options is {type(self.options).__name__} {self.options!r:.60}. Pass a tuple")
        if len(self.options) == 0:
            raise ValueError("Choice: options is empty. Pass at least one")

    def sample(self, rng: np.random.Generator) -> Any:
        """Draw one option."""
        return self.options[rng.integers(len(self.options))]


Space = Mapping[str, Uniform | Choice]


def on_border(parameters: Mapping[str, Any], space: Space, margin: float = 0.05) -> list[str]:
    """Names of the hyperparameters that lie near an end of their range.

    Parameters
    ----------
    parameters : dict
        One point of the space.
    space : dict
        Range of each hyperparameter. A `Choice` has no border.
    margin : float
        Largest distance from an end, as a fraction of the range (in decades for `LogUniform`).

    Examples
    --------
    >>> on_border({"lr": 0.9, "l2": 0.5}, {"lr": LogUniform(1e-4, 1.0), "l2": Uniform(0.0, 1.0)})
    ['lr']
    """
    ranges = {name: values for name, values in space.items() if isinstance(values, Uniform)}
    positions = {name: values.position(parameters[name]) for name, values in ranges.items()}
    return [name for name, position in positions.items() if min(position, 1 - position) <= margin]
