r"""A multilayer perceptron that trains fast: the experiments of the course run on it.

Each hidden layer is affine → batch norm (optional) → activation → dropout (optional); the last layer is affine, and its
scores go through softmax into the mean cross-entropy. It computes what the pure functions of `layers`, `activations`,
`losses` and `regularizers` compute, in place and in float32 by default; `cs231n_lib.network.layers` says how.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import (
    Call,
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
"""``initializer(fan_in, fan_out, rng)`` returns a weight matrix (fan_in, fan_out), as those of `initializers` do."""

INFERENCE_ROWS = 512
KEPT_BATCH_SIZES = 8
"""Training takes two (the last batch is shorter), an evaluation two for each split: enough that none is made anew."""

T = TypeVar("T")


class _Parts(NamedTuple, Generic[T]):
    """One thing for each weight, each bias and each scale of a network, in the order in which the parameters lie."""

    weights: list[T]
    biases: list[T]
    scales: list[T]


class _Pass(NamedTuple):
    """The layers of a network, with buffers for one batch size."""

    first: Affine
    rest: list[Layer]
    loss: SoftmaxCrossEntropy


class MLP:
    r"""A multilayer perceptron with a softmax cross-entropy loss.

    Parameters
    ----------
    sizes : sequence of int
        Features D, hidden units of each layer, classes K.
    activation : str or type
        A name in `ACTIVATIONS` or a subclass of `Activation`. Maxout has two pieces: twice the outputs in each weight.
    batch_norm : bool
        Normalise before each activation. The shift β then takes the place of the bias, which it would cancel.
    drop_prob : float
        Probability of dropping a hidden output while training (inverted dropout).
    l2, l1 : float
        Strengths λ of ½λ Σw² and λ Σ|w|, over the weights and never over biases, γ or β.
    initializer : callable, optional
        ``(fan_in, fan_out, rng) -> (fan_in, fan_out)``. By default He's for ReLU, leaky ReLU and maxout, and Glorot's
        for sigmoid and tanh. Biases start at 0 and γ at 1.
    dtype : float32 or float64
        Of everything the network computes.
    rng : numpy.random.Generator
        Draws the weights, and the seed of the dropout masks.

    Attributes
    ----------
    parameters, gradient : (P,)
        All parameters and their gradient, weights first. The arrays below are views into ``parameters``.
    weights, biases : list of (D, M), list of (M,)
        One each for every layer; with batch norm the bias of a hidden layer is its β.
    weight_vector : (W,)
        The weights in ``parameters``, without biases and scales.
    scales : list of (M,)
        γ of every hidden layer with batch norm.
    running : (R,)
        Running mean and variance of every batch norm.

    Raises
    ------
    TypeError, ValueError
        Name the argument and say what it must be.

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
            raise TypeError(f"MLP: dtype is {self.dtype}; it must be float32 or float64")
        self._place_parameters()
        self._penalty = WeightPenalty(self.weight_vector, self.gradient[: self.weight_vector.size], l2, l1)
        self._passes: dict[int, _Pass] = {}
        self._initialize(initializer or _default_initializer(self.activation), rng)
        self._mask_rng = np.random.Generator(np.random.SFC64(int(rng.integers(2**63))))

    def _place_parameters(self) -> None:
        """Make the flat vectors and their views: weights, then biases, then scales."""
        outputs = [width * self.activation.pieces for width in self.sizes[1:-1]] + [self.sizes[-1]]
        normed = outputs[:-1] if self.batch_norm else []
        shapes = _Parts[tuple[int, ...]](
            list(zip(self.sizes[:-1], outputs, strict=True)), [(n,) for n in outputs], [(n,) for n in normed]
        )
        total = sum(prod(shape) for part in shapes for shape in part)
        self.parameters, self.gradient = aligned((total,), self.dtype), aligned((total,), self.dtype)
        self.weights, self.biases, self.scales = parts = _placed(self.parameters, shapes)
        gradients = _placed(self.gradient, shapes)
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
        """Scores (N, K) of the rows of ``x`` (N, D), with running statistics and without dropout.

        Raises
        ------
        TypeError, ValueError
            If ``x`` is not a finite float array of shape (N, D).
        """
        return np.concatenate([self._infer(rows)[-1].copy() for rows in self._blocks(self.check_inputs("predict", x))])

    def loss_and_gradient(self, x: FloatArray, y: NDArray[np.integer]) -> tuple[float, FloatArray]:
        """The training loss with its penalty, and ``gradient``, which the next call overwrites.

        Parameters
        ----------
        x : (N, D)
            Examples; they are not changed.
        y : (N,)
            Integer labels in [0, K).

        Raises
        ------
        TypeError, ValueError
            If ``x`` or ``y`` have a wrong shape or type, entries that are not finite, or labels outside [0, K).
        """
        x = self.check_inputs("loss_and_gradient", x, y)
        return self.backpropagate(x, y), self.gradient

    def backpropagate(self, x: FloatArray, y: NDArray[np.integer]) -> float:
        """`loss_and_gradient` for arguments known to be sound and of the network's dtype: returns only the loss."""
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
        """The share of hidden units whose output is exactly 0 on every row of ``x`` (N, D); 0 without hidden units."""
        return self.predict_and_dead_fraction(x, "dead_fraction")[1]

    def predict_and_dead_fraction(
        self, x: FloatArray, caller: str = "predict_and_dead_fraction"
    ) -> tuple[FloatArray, float]:
        """`predict` and `dead_fraction` in one pass."""
        alive, scores = [np.zeros(width, bool) for width in self.sizes[1:-1]], []
        for rows in self._blocks(self.check_inputs(caller, x)):
            *hidden, last = self._infer(rows)
            for unit_alive, outputs in zip(alive, hidden, strict=True):
                unit_alive |= outputs.any(axis=0)
            scores.append(last.copy())
        return np.concatenate(scores), 1 - float(np.concatenate(alive).mean()) if alive else 0.0

    def check_inputs(self, caller: str, x: FloatArray, y: NDArray[np.integer] | None = None) -> FloatArray:
        """Return ``x`` in the network's dtype, or raise an error that begins with ``caller`` and names the argument."""
        d, k = self.sizes[0], self.sizes[-1]
        network = "the network", self.sizes
        call = Call({"x": x, "y": y}, {"D": Size(d, *network), "K": Size(k, *network)})
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
            raise ValueError(f"{caller}: x holds {np.abs(x).max()}, too large for {self.dtype}; scale the inputs down")
        return taken

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Parameters, running statistics and the state of the dropout masks (not copied)."""
        return {"parameters": self.parameters, "running": self.running, "masks": pack_generator(self._mask_rng)}

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take up a state written by `state_dict` of a network made in the same way.

        Raises
        ------
        ValueError
            If it has other parameters.
        """
        expected = {name: value.shape for name, value in self.state_dict().items()}
        given = {name: value.shape for name, value in state.items()}
        if expected != given:
            raise ValueError(f"load_state_dict: {self} has the state {expected} but the saved one is {given}")
        self.parameters[:] = state["parameters"]
        unpack_generator(state["masks"], self._mask_rng)
        self.running[:] = state["running"]

    def _initialize(self, initializer: Initializer, rng: np.random.Generator) -> None:
        for w in self.weights:
            values = np.asarray(initializer(w.shape[0], w.shape[1], rng))
            if values.shape != w.shape:
                raise ValueError(f"MLP: initializer returned shape {values.shape} for a weight of shape {w.shape}")
            if values.dtype.kind not in "iuf":
                raise TypeError(f"MLP: initializer returned dtype {values.dtype}; it must return numbers")
            with np.errstate(over="ignore"):
                w[:] = values
            if not np.isfinite(w).all():
                raise ValueError(f"MLP: initializer returned values that are not finite in {self.dtype}")
        for scale, (_, variance) in zip(self.scales, self._running, strict=True):
            scale[:] = variance[:] = 1

    def _pass(self, batch: int) -> _Pass:
        """Layers with buffers for ``batch`` rows: made once, kept for the batch sizes used last."""
        found = self._passes.pop(batch, None)
        if found is None:
            found = _Pass(*self._layers(batch), SoftmaxCrossEntropy(batch, self.dtype))
            if len(self._passes) >= KEPT_BATCH_SIZES:
                self._passes.pop(next(iter(self._passes)))
        self._passes[batch] = found
        return found

    def _layers(self, batch: int) -> tuple[Affine, list[Layer]]:
        """The first layer, which needs no gradient of its input, and all others."""
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
        """Rows a bounded number at a time, so that buffers stay small."""
        return (x[i : i + INFERENCE_ROWS] for i in range(0, len(x), INFERENCE_ROWS))

    def _infer(self, x: FloatArray) -> list[FloatArray]:
        """Outputs of every activation, then the scores: buffers, which the next pass overwrites."""
        outputs = []
        first, rest, _ = self._pass(len(x))
        x = first.infer(x)
        for layer in rest:
            x = layer.infer(x)
            if isinstance(layer, Activation):
                outputs.append(x)
        return [*outputs, x]


def _placed(flat: FloatArray, shapes: _Parts[tuple[int, ...]]) -> _Parts[FloatArray]:
    """Views of consecutive pieces of ``flat``, of these shapes."""
    arrays = iter(views(flat, [shape for part in shapes for shape in part]))
    return _Parts(*([next(arrays) for _ in part] for part in shapes))


def _sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    if (
        not isinstance(sizes, Sequence | np.ndarray)
        or len(sizes) < 2
        or any(isinstance(s, bool) or not isinstance(s, int | np.integer) or s < 1 for s in sizes)
    ):
        raise ValueError(f"MLP: sizes is {sizes!r}; give whole numbers of at least 1: features, hidden units…, classes")
    return tuple(int(s) for s in sizes)


def _activation(activation: str | type[Activation]) -> type[Activation]:
    if isinstance(activation, type) and issubclass(activation, Activation):
        return activation
    if isinstance(activation, str) and activation in ACTIVATIONS:
        return ACTIVATIONS[activation]
    raise ValueError(f"MLP: activation is {activation!r}; it must be one of {', '.join(ACTIVATIONS)}, or a class")


def _default_initializer(activation: type[Activation]) -> Initializer:
    """He's weights where half of the input is cut off, Glorot's for the activations that are steepest around 0."""
    return glorot if activation in (ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"]) else he
