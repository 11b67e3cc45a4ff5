r"""In-place versions of the update rules in `cs231n_lib.functions.optimizers`.

An optimizer is bound to a network and updates its flat vectors in chunks that fit into the processor's cache:

>>> from cs231n_lib.network import MLP
>>> network = MLP((2, 3, 2), rng=np.random.default_rng(0))
>>> optimizer = Adam(lr=0.01)
>>> optimizer.bind(network)
>>> loss, _ = network.loss_and_gradient(np.ones((1, 2), np.float32), np.array([1]))
>>> optimizer.step()
>>> network.loss_and_gradient(np.ones((1, 2), np.float32), np.array([1]))[0] < loss
True
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray, contract, decay_rate, non_negative, positive
from cs231n_lib.network.fused import MIN_PARAMETERS, Kernel, adam_kernel, compiled_code_allowed
from cs231n_lib.network.memory import aligned

CHUNK = 32_768
"""Number of parameters in a chunk. With their gradient and state, they fit into a core's cache of 0.5 to 1 MB."""


class Parametrised(Protocol):
    """Interface of a model with two flat vectors of equal dtype and size."""

    parameters: FloatArray
    gradient: FloatArray


class Optimizer(ABC):
    """Base class of update rules. Subclasses implement `_update`.

    Attributes
    ----------
    lr : float
        Learning rate, which may change between steps.
    steps : int
        Number of steps taken.
    flush_every : int
        Number of steps between roundings of tiny state values to 0. Decaying values would otherwise become denormal
        numbers, which never reach 0 and are slow on many processors.
    state : dict of str to (P,)
        Arrays of the rule's state, with one entry per parameter.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    flush_every: ClassVar[int] = 128

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self.steps = 0
        self.state: dict[str, FloatArray] = {}
        self._chunks: list[tuple[FloatArray, ...]] = []
        self._network: Parametrised | None = None

    def bind(self, network: Parametrised) -> None:
        """Bind the optimizer to ``network``, and reset the state for a new network."""
        if network is self._network:
            return
        self._network, self.steps = network, 0
        parameters, gradient = network.parameters, network.gradient
        self.state = {name: aligned(parameters.shape, parameters.dtype) for name in self.slots}
        scratch = aligned((min(CHUNK, parameters.size),), parameters.dtype)
        vectors = (parameters, gradient, *self.state.values())
        starts = range(0, parameters.size, CHUNK)
        self._chunks = [
            (*(v[i : i + CHUNK] for v in vectors), scratch[: parameters[i : i + CHUNK].size]) for i in starts
        ]
        self._dtype = parameters.dtype
        limits = np.finfo(parameters.dtype)
        # Adding and subtracting this rounds to 0 values that could be denormal before the next flush (0.9¹²⁸ ≈ 2⁻²⁰).
        self._flush = np.array(float(limits.tiny) / float(limits.eps) * 2.0**22, parameters.dtype)

    def step(self) -> None:
        """Take one step.

        Raises
        ------
        RuntimeError
            The optimizer is not bound to a network.
        """
        if self._network is None:
            raise RuntimeError(f"{type(self).__name__}.step: the optimizer has no network. Call bind(network) first")
        self.steps += 1
        constants = [np.array(value, self._dtype) for value in self._constants()]
        for chunk in self._chunks:
            self._update(constants, *chunk)
        self._flush_state()

    def _flush_state(self) -> None:
        """Round tiny values of the state to 0 after every ``flush_every`` steps."""
        if self.steps % self.flush_every == 0:
            for memory in self.state.values():
                memory += self._flush
                memory -= self._flush

    def _constants(self) -> tuple[float, ...]:
        """Scalars of this step for `_update`, which receives them as 0-d arrays."""
        return (self.lr,)

    @abstractmethod
    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        """Update one chunk, where ``memory`` is the state and a scratch array."""

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Step counter and arrays of the state, which are not copied."""
        return {"steps": np.array(self.steps), **self.state}

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a state returned by `state_dict` in a bound optimizer.

        Raises
        ------
        ValueError
            The state belongs to another rule or to a network of another size.
        """
        shapes = {name: memory.shape for name, memory in self.state.items()}
        given = {name: memory.shape for name, memory in state.items() if name != "steps"}
        if shapes != given:
            raise ValueError(
                f"load_state_dict: {type(self).__name__} has state of shape {shapes} but the saved state has {given}. "
                "Use the same optimizer and network"
            )
        self.steps = int(state["steps"])
        for name, memory in self.state.items():
            memory[:] = state[name]


class SGD(Optimizer):
    """Stochastic gradient descent, ``w ← w − lr · dw``."""

    @contract(lr=positive)
    def __init__(self, lr: float = 1e-2) -> None:
        super().__init__(lr)

    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        (scratch,) = memory
        np.multiply(dw, constants[0], out=scratch)
        w -= scratch


class Momentum(Optimizer):
    """Momentum, ``v ← μ v − lr · dw`` and then ``w ← w + v``."""

    slots = ("v",)

    @contract(lr=positive, momentum=decay_rate)
    def __init__(self, lr: float = 1e-2, momentum: float = 0.9) -> None:
        super().__init__(lr)
        self.momentum = momentum

    def _constants(self) -> tuple[float, ...]:
        return (self.lr, self.momentum)

    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        lr, momentum = constants
        v, scratch = memory
        np.multiply(dw, lr, out=scratch)
        v *= momentum
        v -= scratch
        w += v


class Nesterov(Momentum):
    """Nesterov momentum, ``v ← μ v − lr · dw`` and then ``w ← w + μ v − lr · dw``.

    The update equals ``w + (1 + μ) v − μ v_before`` in the CS231n notes and saves a pass.
    """

    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        lr, momentum = constants
        v, scratch = memory
        np.multiply(dw, lr, out=scratch)
        v *= momentum
        v -= scratch
        w -= scratch
        np.multiply(v, momentum, out=scratch)
        w += scratch


class Adagrad(Optimizer):
    """Adagrad, ``c ← c + dw²`` and then ``w ← w − lr · dw / (√c + ε)``."""

    slots = ("cache",)

    @contract(lr=positive, eps=positive)
    def __init__(self, lr: float = 1e-2, eps: float = 1e-8) -> None:
        super().__init__(lr)
        self.eps = eps

    def _constants(self) -> tuple[float, ...]:
        return (self.lr, self.eps)

    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        lr, eps = constants
        cache, scratch = memory
        np.square(dw, out=scratch)
        cache += scratch
        _subtract_scaled(w, dw, cache, lr, eps, scratch)


class RMSProp(Optimizer):
    """RMSProp, ``c ← ρ c + (1 − ρ) dw²`` and then ``w ← w − lr · dw / (√c + ε)``."""

    slots = ("cache",)

    @contract(lr=positive, decay=decay_rate, eps=positive)
    def __init__(self, lr: float = 1e-3, decay: float = 0.99, eps: float = 1e-8) -> None:
        super().__init__(lr)
        self.decay, self.eps = decay, eps

    def _constants(self) -> tuple[float, ...]:
        return (self.lr, self.eps, self.decay, 1 - self.decay)

    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        lr, eps, decay, rest = constants
        cache, scratch = memory
        np.square(dw, out=scratch)
        scratch *= rest
        cache *= decay
        cache += scratch
        _subtract_scaled(w, dw, cache, lr, eps, scratch)


class Adam(Optimizer):
    r"""Adam with bias correction, ``w ← w − lr · m̂ / (√v̂ + ε)``.

    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015.

    The state stores m / (1 − β₁) and v / (1 − β₂), which saves a pass per moment. Two scalars per step contain these
    factors and the bias correction. With r = √((1 − β₂ᵗ) / (1 − β₂)), the step is
    lr · r (1 − β₁) / (1 − β₁ᵗ) · m / (√v + ε r).
    """

    slots = ("m", "v")

    @contract(lr=positive, beta1=decay_rate, beta2=decay_rate, eps=positive)
    def __init__(self, lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> None:
        super().__init__(lr)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self._fused: Kernel | None = None

    def bind(self, network: Parametrised) -> None:
        """Bind the optimizer, and compile the fused kernel for a large network."""
        super().bind(network)
        large = network.parameters.size >= MIN_PARAMETERS
        self._fused = adam_kernel() if large and compiled_code_allowed() else None

    def _constants(self) -> tuple[float, ...]:
        root = float(((1 - self.beta2**self.steps) / (1 - self.beta2)) ** 0.5)
        lr = self.lr * root * (1 - self.beta1) / (1 - self.beta1**self.steps)
        return (lr, self.eps * root, self.beta1, self.beta2)

    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        lr, eps, beta1, beta2 = constants
        m, v, scratch = memory
        if self._fused is not None:
            self._fused(w, dw, m, v, lr[()], eps[()], beta1[()], beta2[()])
            return
        m *= beta1
        m += dw
        np.square(dw, out=scratch)
        v *= beta2
        v += scratch
        _subtract_scaled(w, m, v, lr, eps, scratch)


class AdamW(Adam):
    """Adam with decoupled weight decay.

    Before the step of Adam, ``w ← (1 − lr · weight_decay) w``. The decay applies to all parameters, as in PyTorch.

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
    """

    @contract(lr=positive, beta1=decay_rate, beta2=decay_rate, eps=positive, weight_decay=non_negative)
    def __init__(
        self,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(lr, beta1, beta2, eps)
        self.weight_decay = weight_decay

    def _constants(self) -> tuple[float, ...]:
        return (*super()._constants(), 1 - self.lr * self.weight_decay)

    def _update(self, constants: list[NDArray[Any]], w: FloatArray, dw: FloatArray, *memory: FloatArray) -> None:
        *rest, keep = constants
        w *= keep
        super()._update(rest, w, dw, *memory)


def _subtract_scaled(
    w: FloatArray, direction: FloatArray, squares: FloatArray, lr: NDArray[Any], eps: NDArray[Any], scratch: FloatArray
) -> None:
    """Compute ``w −= lr · direction / (√squares + ε)`` in place."""
    np.sqrt(squares, out=scratch)
    scratch += eps
    np.divide(direction, scratch, out=scratch)
    scratch *= lr
    w -= scratch
