"""The activations of the network: the maths of `cs231n_lib.functions.activations`, in place, as `layers` explains."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import FloatArray
from cs231n_lib.network.memory import aligned


class Activation(ABC):
    """An activation of ``units`` units, in place. Its input has ``pieces * units`` features."""

    pieces: ClassVar[int] = 1

    def __init__(self, batch: int, units: int, dtype: DTypeLike) -> None:
        self.y: FloatArray
        self.slope = aligned((batch, units), dtype)

    @abstractmethod
    def forward(self, x: FloatArray) -> FloatArray:
        """The output; may overwrite ``x``."""

    def infer(self, x: FloatArray) -> FloatArray:
        """The output when the network is used: the same."""
        return self.forward(x)

    @abstractmethod
    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx from dL/dy; may overwrite ``dy``."""


class Sigmoid(Activation):
    """σ(x) = (1 + tanh(x / 2)) / 2: no exponential that could overflow."""

    def forward(self, x: FloatArray) -> FloatArray:
        """The output, in ``x`` itself."""
        x *= 0.5
        np.tanh(x, out=x)
        x += 1
        x *= 0.5
        self.y = x
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx = dL/dy · y (1 − y), in ``dy`` itself."""
        np.subtract(1, self.y, out=self.slope)
        dy *= self.y
        dy *= self.slope
        return dy


class Tanh(Activation):
    """tanh(x), whose slope is 1 − y²."""

    def forward(self, x: FloatArray) -> FloatArray:
        """The output, in ``x`` itself."""
        self.y = np.tanh(x, out=x)
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx = dL/dy · (1 − y²), in ``dy`` itself."""
        np.square(self.y, out=self.slope)
        np.subtract(1, self.slope, out=self.slope)
        dy *= self.slope
        return dy


class ReLU(Activation):
    """max(0, x), with slope 0 at 0. One mask serves both passes: faster than `np.maximum` and a comparison."""

    def __init__(self, batch: int, units: int, dtype: DTypeLike) -> None:
        self.mask = np.empty((batch, units), bool)

    def forward(self, x: FloatArray) -> FloatArray:
        """The output, in ``x`` itself."""
        np.greater(x, 0, out=self.mask)
        x *= self.mask
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dy where the input was above 0, in ``dy`` itself."""
        dy *= self.mask
        return dy


class LeakyReLU(Activation):
    """max(x, 0.01 x), with slope 0.01 at 0."""

    leak: ClassVar[float] = 0.01

    def forward(self, x: FloatArray) -> FloatArray:
        """The output, in ``x`` itself."""
        np.multiply(x, self.leak, out=self.slope)
        self.y = np.maximum(x, self.slope, out=x)
        return x

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dy, times 0.01 where the input was not above 0, in ``dy`` itself."""
        np.greater(self.y, 0, out=self.slope)
        self.slope *= 1 - self.leak
        self.slope += self.leak
        dy *= self.slope
        return dy


class Maxout(Activation):
    """The larger of two affine pieces: features [0, H) against [H, 2H); a tie goes to the first."""

    pieces = 2

    def __init__(self, batch: int, units: int, dtype: DTypeLike) -> None:
        self.units = units
        self.y = aligned((batch, units), dtype)
        self.first = np.empty((batch, units), bool)
        self.dx = aligned((batch, 2 * units), dtype)

    def forward(self, x: FloatArray) -> FloatArray:
        """The larger pieces (N, H) of ``x`` (N, 2H), which stays as it is."""
        a, b = x[:, : self.units], x[:, self.units :]
        np.greater_equal(a, b, out=self.first)
        return np.maximum(a, b, out=self.y)

    def backward(self, dy: FloatArray) -> FloatArray:
        """dL/dx (N, 2H): each dL/dy goes to the piece that was larger."""
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
