"""Reference functions of the exercises of lesson 10."""

from typing import Any, Protocol

import numpy as np

from cs231n_lib.contracts import FloatArray


class Loss(Protocol):
    """Loss at the end of a forward pass, of this lesson's tape or of PyTorch."""

    data: FloatArray

    def backward(self) -> None:
        """Add the gradient of the loss to each parameter's gradient."""


class ForwardPass(Protocol):
    """Function without arguments that computes the loss with the present parameters."""

    def __call__(self) -> Loss:
        """Return the loss."""


class UpdateRule(Protocol):
    """Update rule with the parameters that it changes."""

    def zero_grad(self) -> None:
        """Set the gradient of each parameter to zero."""

    def step(self) -> None:
        """Take one step with the gradients as they are."""


def unbroadcast(grad: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Gradient summed over the axes along which an array of ``shape`` was broadcast.

    Examples
    --------
    >>> grad = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    >>> unbroadcast(grad, (3,))
    array([11., 22., 33.])
    >>> unbroadcast(grad, (2, 1))
    array([[ 6.],
           [60.]])
    """
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n < grad.shape[i])
    grad = grad.sum(axis=stretched, keepdims=True)
    return grad


def tanh_rule(grad: FloatArray, x: FloatArray) -> Any:
    """Gradient with respect to x of a loss whose gradient with respect to tanh(x) is ``grad``.

    Examples
    --------
    >>> tanh_rule(np.array([2.0, 2.0]), np.array([0.0, 1.0])).round(4)
    array([2.    , 0.8399])
    """
    return grad * (1 - np.tanh(x) ** 2)


def maximum_rule(grad: FloatArray, a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gradients with respect to a and b of a loss whose gradient with respect to maximum(a, b) is ``grad``.

    Examples
    --------
    >>> to_a, to_b = maximum_rule(np.array([8.0, 8.0, 8.0]), np.array([1.0, 5.0, 2.0]), np.array([3.0, 4.0, 2.0]))
    >>> to_a
    array([0., 8., 4.])
    >>> to_b
    array([8., 0., 4.])
    """
    part = (a > b) + 0.5 * (a == b)
    to_a, to_b = grad * part, grad * (1 - part)
    return to_a, to_b


def train(compute_loss: ForwardPass, optimizer: UpdateRule, steps: int) -> list[float]:
    """Losses of ``steps`` training steps, each measured before its step.

    Examples
    --------
    >>> class Parabola:
    ...     w = grad = np.array(0.0)
    ...     data = property(lambda self: (self.w - 1) ** 2)
    ...     def backward(self):
    ...         self.grad = self.grad + 2 * (self.w - 1)
    ...     def zero_grad(self):
    ...         self.grad = np.array(0.0)
    ...     def step(self):
    ...         self.w = self.w - 0.25 * self.grad
    >>> parabola = Parabola()
    >>> train(lambda: parabola, parabola, 3)
    [1.0, 0.25, 0.0625]
    """
    losses = []
    for _ in range(steps):
        loss = compute_loss()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.data.item())
        optimizer.step()
    return losses
