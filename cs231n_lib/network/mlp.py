r"""Fast multilayer perceptron for the experiments of the course.

A hidden layer consists of an affine layer, optional batch norm, an activation and optional dropout. The last layer is
affine, and the loss is the mean softmax cross-entropy of its scores. The results equal those of the pure functions in
`layers`, `activations`, `losses` and `regularizers` up to rounding, but are computed in place and in float32 by
default. `cs231n_lib.network.layers` explains the differences.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import (
    BoundCall,
    FloatArray,
    Size,
    array,
    contract,
    drop_probability,
    float_dtype,
    function,
    generator,
    labels,
    non_negative,
)
from cs231n_lib.functions.initializers import glorot, he
from cs231n_lib.network.activations import ACTIVATIONS, Activation
from cs231n_lib.network.layers import Affine, BatchNorm, Dropout, Layer, SoftmaxCrossEntropy, WeightPenalty
from cs231n_lib.network.memory import aligned, views
from cs231n_lib.storage import pack_generator, unpack_generator

Initializer = Callable[[int, int, np.random.Generator], FloatArray]
"""``initializer(fan_in, fan_out, rng)`` returns a weight matrix (fan_in, fan_out), as in `initializers`."""

INFERENCE_ROWS = 512
MAX_CACHED_BATCH_SIZES = 8
"""Training uses two batch sizes (the last batch is smaller) and an evaluation two per split, so all stay cached."""

T = TypeVar("T")


class _Parts(NamedTuple, Generic[T]):
    """One item for each weight, bias and scale, in the order of the parameters."""

    weights: list[T]
    biases: list[T]
    scales: list[T]


class _Pass(NamedTuple):
    """Layers of a network with buffers for one batch size."""

    first: Affine
    rest: list[Layer]
    loss: SoftmaxCrossEntropy


class MLP:
    r"""Multilayer perceptron with a softmax cross-entropy loss.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of features D, of hidden units in each layer, and of classes K.
    activation : str or type
        Name in `ACTIVATIONS` or subclass of `Activation`. A maxout layer has weights for twice as many outputs.
    batch_norm : bool
        Normalise before each activation. The shift β then replaces the bias, which the normalisation would cancel.
    drop_prob : float
        Probability of dropping a hidden output during training (inverted dropout).
    l2, l1 : float
        Strengths λ of ½λ Σw² and λ Σ|w|. They apply to weights and never to biases, γ or β.
    initializer : callable, optional
        ``(fan_in, fan_out, rng) -> (fan_in, fan_out)``. The default is He's initialisation for ReLU, leaky ReLU and
        maxout, and Glorot's for sigmoid and tanh. Biases start at 0 and γ at 1.
    dtype : float32 or float64
        Precision of all arrays and computations.
    rng : numpy.random.Generator
        Generator of the weights and of the seed of the dropout masks.

    Attributes
    ----------
    parameters, gradient : (P,)
        All parameters and their gradient, weights first. The lists and vectors of parameters below are views of
        ``parameters``.
    weights, biases : list of (D, M), list of (M,)
        Weights and biases of every layer. With batch norm, the bias of a hidden layer is its β.
    weight_vector : (W,)
        All weights, without biases and scales.
    scales : list of (M,)
        γ of every hidden layer with batch norm.
    running : (R,)
        Running mean and variance of every batch norm.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or is out of range.

    Examples
    --------
    >>> network = MLP((4, 8, 3), rng=np.random.default_rng(0))
    >>> network
    MLP(4-8-3, relu, float32, 67 parameters)
    >>> network.predict(np.zeros((2, 4), np.float32)).shape
    (2, 3)
    >>> loss, _ = network.loss_and_gradient(np.zeros((2, 4), np.float32), np.array([0, 2]))
    >>> round(loss, 4), round(float(np.log(3)), 4)
    (1.0986, 1.0986)
    """

    @contract(
        dtype=float_dtype,
        drop_prob=drop_probability,
        l2=non_negative,
        l1=non_negative,
        initializer=function,
        rng=generator,
    )
    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | type[Activation] = "relu",
        *,
        batch_norm: bool = False,
        drop_prob: float = 0.0,
        l2: float = 0.0,
        l1: float = 0.0,
        initializer: Initializer | None = None,
        dtype: DTypeLike = np.float32,
        rng: np.random.Generator,
    ) -> None:
        self.sizes = _sizes(sizes)
        self.activation = _activation(activation)
        self.batch_norm, self.drop_prob, self.l2, self.l1 = batch_norm, drop_prob, l2, l1
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise TypeError(f"MLP: dtype is {self.dtype}. It must be float32 or float64")
        self._allocate_parameters()
        self._penalty = WeightPenalty(self.weight_vector, self.gradient[: self.weight_vector.size], l2, l1)
        self._passes: dict[int, _Pass] = {}
        self._initialize(initializer or _default_initializer(self.activation), rng)
        self._mask_rng = np.random.Generator(np.random.SFC64(int(rng.integers(2**63))))

    def _allocate_parameters(self) -> None:
        """Allocate the flat vectors and their views, in the order weights, biases, scales."""
        outputs = [width * self.activation.pieces for width in self.sizes[1:-1]] + [self.sizes[-1]]
        normed = outputs[:-1] if self.batch_norm else []
        shapes = _Parts[tuple[int, ...]](
            list(zip(self.sizes[:-1], outputs, strict=True)), [(n,) for n in outputs], [(n,) for n in normed]
        )
        total = sum(prod(shape) for part in shapes for shape in part)
        self.parameters, self.gradient = aligned((total,), self.dtype), aligned((total,), self.dtype)
        self.weights, self.biases, self.scales = parts = _part_views(self.parameters, shapes)
        gradients = _part_views(self.gradient, shapes)
        self._pairs = _Parts(*(list(zip(*pair, strict=True)) for pair in zip(parts, gradients, strict=True)))
        self.weight_vector = self.parameters[: sum(w.size for w in self.weights)]
        self.running = np.zeros(2 * sum(scale.size for scale in self.scales), self.dtype)
        self._running = views(self.running, [(2, scale.size) for scale in self.scales])

    def __repr__(self) -> str:
        extras = [name for name, on in (("batch norm", self.batch_norm), ("dropout", self.drop_prob)) if on]
        name = next((name for name, kind in ACTIVATIONS.items() if kind is self.activation), self.activation.__name__)
        shape = "-".join(map(str, self.sizes))
        return f"MLP({', '.join([shape, name, *extras, str(self.dtype)])}, {self.parameters.size} parameters)"

    def predict(self, x: FloatArray) -> FloatArray:
        """Scores (N, K) of ``x`` (N, D) with running statistics and without dropout.

        Raises
        ------
        TypeError, ValueError
            ``x`` is not a finite float array of shape (N, D).
        """
        return np.concatenate([self._infer(rows)[-1].copy() for rows in self._blocks(self.check_inputs("predict", x))])

    def loss_and_gradient(self, x: FloatArray, y: NDArray[np.integer]) -> tuple[float, FloatArray]:
        """Training loss with the penalty, and ``gradient``, which later calls overwrite.

        Parameters
        ----------
        x : (N, D)
            Examples, which are not changed.
        y : (N,)
            Integer labels in [0, K).

        Raises
        ------
        TypeError, ValueError
            ``x`` or ``y`` has the wrong shape or type, entries that are not finite, or labels outside [0, K).
        """
        x = self.check_inputs("loss_and_gradient", x, y)
        return self.backpropagate(x, y), self.gradient

    def backpropagate(self, x: FloatArray, y: NDArray[np.integer]) -> float:
        """Compute the gradient without checking the arguments, and return the loss."""
        first, rest, loss_layer = self._pass(len(x))
        x = first.forward(x)
        for layer in rest:
            x = layer.forward(x)
        loss, dy = loss_layer(x, y)
        for layer in reversed(rest):
            dy = layer.backward(dy)
        first.parameter_gradient(dy)
        return loss + self._penalty()

    def dead_fraction(self, x: FloatArray) -> float:
        """Fraction of hidden units (0 if none) that are 0 on every row of ``x`` (N, D)."""
        return self.predict_and_dead_fraction(x, "dead_fraction")[1]

    def predict_and_dead_fraction(
        self, x: FloatArray, caller: str = "predict_and_dead_fraction"
    ) -> tuple[FloatArray, float]:
        """Results of `predict` and `dead_fraction` from one pass."""
        alive, scores = [np.zeros(width, bool) for width in self.sizes[1:-1]], []
        for rows in self._blocks(self.check_inputs(caller, x)):
            *hidden, last = self._infer(rows)
            for unit_alive, outputs in zip(alive, hidden, strict=True):
                unit_alive |= outputs.any(axis=0)
            scores.append(last.copy())
        return np.concatenate(scores), 1 - float(np.concatenate(alive).mean()) if alive else 0.0

    def check_inputs(self, caller: str, x: FloatArray, y: NDArray[np.integer] | None = None) -> FloatArray:
        """Check the arguments of ``caller``, and return ``x`` in the network's dtype."""
        d, k = self.sizes[0], self.sizes[-1]
        network = "the network", self.sizes
        call = BoundCall({"x": x, "y": y}, {"D": Size(d, *network), "K": Size(k, *network)})
        try:
            array("N D")("x", x, call)
            if y is not None:
                labels("N", "K")("y", y, call)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{caller}: {error}") from None
        if x.dtype == self.dtype:
            return np.ascontiguousarray(x)
        with np.errstate(over="ignore"):
            taken = np.ascontiguousarray(x, self.dtype)
        if not np.isfinite(taken).all():
            raise ValueError(f"{caller}: x holds {np.abs(x).max()}, too large for {self.dtype}. Scale the inputs down")
        return taken

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Parameters, running statistics and state of the dropout generator."""
        return {"parameters": self.parameters, "running": self.running, "masks": pack_generator(self._mask_rng)}

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a state that `state_dict` of a network with the same arguments returned.

        Raises
        ------
        ValueError
            The arrays of the state have other names or shapes than those of this network.
        """
        expected = {name: value.shape for name, value in self.state_dict().items()}
        given = {name: value.shape for name, value in state.items()}
        if expected != given:
            raise ValueError(
                f"load_state_dict: {self} has arrays of shape {expected} but the saved state has {given}. "
                "Make the network with the arguments of the saved one"
            )
        self.parameters[:] = state["parameters"]
        unpack_generator(state["masks"], self._mask_rng)
        self.running[:] = state["running"]

    def _initialize(self, initializer: Initializer, rng: np.random.Generator) -> None:
        for w in self.weights:
            values = np.asarray(initializer(w.shape[0], w.shape[1], rng))
            if values.shape != w.shape:
                raise ValueError(f"MLP: initializer returned shape {values.shape}. It must return shape {w.shape}")
            if values.dtype.kind not in "iuf":
                raise TypeError(f"MLP: initializer returned dtype {values.dtype}. It must return numbers")
            with np.errstate(over="ignore"):
                w[:] = values
            if not np.isfinite(w).all():
                raise ValueError(
                    f"MLP: initializer returned values that are not finite in {self.dtype}. Return finite values"
                )
        for scale, (_, variance) in zip(self.scales, self._running, strict=True):
            scale[:] = variance[:] = 1

    def _pass(self, batch: int) -> _Pass:
        """Layers with buffers for ``batch`` rows, cached for recent batch sizes."""
        layers = self._passes.pop(batch, None)
        if layers is None:
            layers = _Pass(*self._layers(batch), SoftmaxCrossEntropy(batch, self.dtype))
            if len(self._passes) >= MAX_CACHED_BATCH_SIZES:
                self._passes.pop(next(iter(self._passes)))
        self._passes[batch] = layers
        return layers

    def _layers(self, batch: int) -> tuple[Affine, list[Layer]]:
        """First layer, which needs no gradient of its input, and the other layers."""
        weights, biases, scales = self._pairs
        hidden = len(weights) - 1
        affine = [Affine(batch, weights[i], None if self.batch_norm else biases[i]) for i in range(hidden)]
        affine.append(Affine(batch, weights[-1], biases[-1], order="F"))
        layers: list[Layer] = []
        for i, units in enumerate(self.sizes[1:-1]):
            if self.batch_norm:
                layers.append(BatchNorm(batch, scales[i], biases[i], self._running[i]))
            layers.append(self.activation(batch, units, self.dtype))
            if self.drop_prob:
                layers.append(Dropout(batch, units, self.drop_prob, self._mask_rng, self.dtype))
            layers.append(affine[i + 1])
        return affine[0], layers

    def _blocks(self, x: FloatArray) -> Iterator[FloatArray]:
        """Split the rows into blocks of bounded size, so that buffers stay small."""
        return (x[i : i + INFERENCE_ROWS] for i in range(0, len(x), INFERENCE_ROWS))

    def _infer(self, x: FloatArray) -> list[FloatArray]:
        """Outputs of all activations, and scores, in buffers that later calls overwrite."""
        outputs = []
        first, rest, _ = self._pass(len(x))
        x = first.infer(x)
        for layer in rest:
            x = layer.infer(x)
            if isinstance(layer, Activation):
                outputs.append(x)
        return [*outputs, x]


def _part_views(flat: FloatArray, shapes: _Parts[tuple[int, ...]]) -> _Parts[FloatArray]:
    """Views of consecutive pieces of ``flat`` with these shapes."""
    arrays = iter(views(flat, [shape for part in shapes for shape in part]))
    return _Parts(*([next(arrays) for _ in part] for part in shapes))


def _sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    if (
        not isinstance(sizes, Sequence | np.ndarray)
        or len(sizes) < 2
        or any(isinstance(s, bool) or not isinstance(s, int | np.integer) or s < 1 for s in sizes)
    ):
        raise ValueError(f"MLP: sizes is {sizes!r}. Pass at least two positive integers: features, hidden…, classes")
    return tuple(int(s) for s in sizes)


def _activation(activation: str | type[Activation]) -> type[Activation]:
    if isinstance(activation, type) and issubclass(activation, Activation):
        return activation
    if isinstance(activation, str) and activation in ACTIVATIONS:
        return ACTIVATIONS[activation]
    raise ValueError(
        f"MLP: activation is {activation!r}. Pass one of {', '.join(ACTIVATIONS)}, or a subclass of Activation"
    )


def _default_initializer(activation: type[Activation]) -> Initializer:
    """He's initialiser, or Glorot's for the saturating activations sigmoid and tanh."""
    return glorot if activation in (ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"]) else he
