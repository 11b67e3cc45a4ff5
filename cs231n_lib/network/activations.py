"""In-place versions of `cs231n_lib.functions.activations`."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import FloatArray
from cs231n_lib.network.memory import aligned


class Activation(ABC):
    """Base class of in-place activations, with ``pieces`` inputs per unit."""

    pieces: ClassVar[int] = 1

    def __init__(self, batch: int, units: int, dtype: DTypeLike) -> None:
        self.y: FloatArray
        self.slope = aligned((batch, units), dtype)

    @abstractmethod
    def forward(self, x: FloatArray) -> FloatArray:
        """Output of the activation, which may overwrite ``x``."""

    def infer(self, x: FloatArray) -> FloatArray:
        """Output at inference time, which equals the output during training."""
        return self.forward(x)

    @abstractmethod
    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx from dL/dy, which may overwrite ``dy``."""


class Sigmoid(Activation):
    """Sigmoid (1 + tanh(x / 2)) / 2, which has no exponential that could overflow."""

    def forward(self, x: FloatArray) -> FloatArray:
        """Output, written to ``x``."""
        x *= 0.5
        np.tanh(x, out=x)
        x += 1
        x *= 0.5
        self.y = x
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx = dL/dy · y (1 − y), written to ``dy``."""
        np.subtract(1, self.y, out=self.slope)
        dy *= self.y
        dy *= self.slope
        return dy


class Tanh(Activation):
    """Hyperbolic tangent, whose slope is 1 − y²."""

    def forward(self, x: FloatArray) -> FloatArray:
        """Output, written to ``x``."""
        self.y = np.tanh(x, out=x)
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx = dL/dy · (1 − y²), written to ``dy``."""
        np.square(self.y, out=self.slope)
        np.subtract(1, self.slope, out=self.slope)
        dy *= self.slope
        return dy


class ReLU(Activation):
    """Rectified linear unit max(0, x), with slope 0 at 0.

    Both passes use one mask, which is faster than `np.maximum` followed by a comparison.
    """

    def __init__(self, batch: int, units: int, dtype: DTypeLike) -> None:
        self.mask = np.empty((batch, units), bool)

    def forward(self, x: FloatArray) -> FloatArray:
        """Output, written to ``x``."""
        np.greater(x, 0, out=self.mask)
        x *= self.mask
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dy where the input was above 0 and 0 elsewhere, written to ``dy``."""
        dy *= self.mask
        return dy


class LeakyReLU(Activation):
    """Leaky ReLU max(x, 0.01 x), with slope 0.01 at 0."""

    leak: ClassVar[float] = 0.01

    def forward(self, x: FloatArray) -> FloatArray:
        """Output, written to ``x``."""
        np.multiply(x, self.leak, out=self.slope)
        self.y = np.maximum(x, self.slope, out=x)
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dy, multiplied by 0.01 where the input was not above 0, written to ``dy``."""
        np.greater(self.y, 0, out=self.slope)
        self.slope *= 1 - self.leak
        self.slope += self.leak
        dy *= self.slope
        return dy


class Maxout(Activation):
    """Maxout over features [0, H) and [H, 2H). In a tie, the first one wins."""

    pieces = 2

    def __init__(self, batch: int, units: int, dtype: DTypeLike) -> None:
        self.units = units
        self.y = aligned((batch, units), dtype)
        self.first = np.empty((batch, units), bool)
        self.dx = aligned((batch, 2 * units), dtype)

    def forward(self, x: FloatArray) -> FloatArray:
        """Larger pieces (N, H) of ``x`` (N, 2H), which is not changed."""
        a, b = x[:, : self.units], x[:, self.units :]
        np.greater_equal(a, b, out=self.first)
        return np.maximum(a, b, out=self.y)

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx (N, 2H), in which each dL/dy goes to the larger piece."""
        da, db = self.dx[:, : self.units], self.dx[:, self.units :]
        np.multiply(dy, self.first, out=da)
        np.subtract(dy, da, out=db)
        return self.dx


ACTIVATIONS: dict[str, type[Activation]] = {
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "maxout": Maxout,
}
