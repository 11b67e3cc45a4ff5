"""Training step in compiled passes (extra ``fast``), and the choice to use it.

`CompiledStep` computes the same as `MLP.backpropagate` and `Optimizer.step`, on the same arrays and up to rounding. The
tests compare every covered combination with these methods.
"""

import sys
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import progress_bar
from cs231n_lib.network.activations import ReLU, Tanh
from cs231n_lib.network.fused import compiled_code_allowed
from cs231n_lib.network.layers import BatchNorm, Dropout, SoftmaxCrossEntropy
from cs231n_lib.network.memory import aligned, views
from cs231n_lib.network.mlp import MLP
from cs231n_lib.network.optimizers import SGD, Adam, AdamW, Momentum, Optimizer, RMSProp

RULES: tuple[type[Optimizer], ...] = (SGD, Momentum, RMSProp, Adam, AdamW)
"""Covered update rules, in the order of their numbers in `kernels`."""

WORTH_SECONDS = 1.0
"""Minimum time that the compiled step must be expected to save. Loading it takes less than half of this time."""
SAVED_PER_STEP, SAVED_PER_PARAMETER = 20e-6, 1e-9
"""Seconds that a compiled step with Adam saves, plus those per parameter, from ``benchmarks training_step``."""


class CompiledStep:
    """Training step of a network and its bound optimizer, as `loss`, then `learn`."""

    def __init__(self, network: MLP, optimizer: Optimizer, kernels: ModuleType) -> None:
        from cs231n_lib.network.blas import small_product

        self.network, self.optimizer, self.kernels = network, optimizer, kernels
        self.rule, self.rectify = RULES.index(type(optimizer)), network.activation is ReLU
        self.limit = small_product() if network.dtype == np.float32 else 0
        vectors = [network.parameters, network.gradient, *optimizer.state.values()]
        vectors += [network.parameters] * (4 - len(vectors))  # placeholders for states that the rule lacks
        shapes = [(w.size,) for w in network.weights]
        self.flat_weights = list(zip(*(views(vector, shapes) for vector in vectors), strict=True))
        self.rest = [vector[network.weight_vector.size :] for vector in vectors]
        self.d_biases, self.d_scales = ([d for _, d in pairs] for pairs in network._pairs[1:])
        real: Any = network.dtype.type
        # Like the layers, this step keeps the settings that the network has now.
        self.penalty = network._penalty
        self.l2, self.no_l2, self.constants = real(self.penalty.l2), real(0), np.zeros(5, network.dtype)
        self.no_bias = np.empty(0, network.dtype)
        layers = network._layers(1)[1]
        self.norm_constants = [(b.momentum[()], b.rest[()], b.epsilon[()]) for b in layers if isinstance(b, BatchNorm)]
        dropout = [layer for layer in layers if isinstance(layer, Dropout)]
        self.threshold = int(dropout[0].threshold) if dropout else 0
        self.keep_scale = real(dropout[0].scale if dropout else 1)
        self.guard = SoftmaxCrossEntropy(1, network.dtype).guard[()]
        self._buffers: dict[int, _Buffers] = {}

    def loss(self, x: FloatArray, y: NDArray[np.integer]) -> float:
        """Training loss with the penalty for a C-contiguous ``x`` in the network's dtype."""
        network, kernels = self.network, self.kernels
        if len(x) not in self._buffers:
            self._buffers[len(x)] = _Buffers(network, len(x))
        self.batch = batch = self._buffers[len(x)]
        batch.outputs[0], batch.labels[:] = x, y
        for i, output in enumerate(batch.outputs[1:]):
            w, b = network.weights[i], network.biases[i]
            if network.batch_norm:
                kernels.affine(self.limit, batch.outputs[i], w, self.no_bias, batch.centred[i], False)
                kernels.normalise(
                    batch.centred[i], output, network.scales[i], b, network._running[i], *self.norm_constants[i],
                    batch.statistics[i], self.rectify,
                )  # fmt: skip
            else:
                kernels.affine(self.limit, batch.outputs[i], w, b, output, self.rectify)
            if not self.rectify:
                np.tanh(output, out=output)
            if self.threshold:
                words = network._mask_rng.bit_generator.random_raw((output.size + 3) // 4)
                draws = words.view(np.uint16)[: output.size]
                batch.draws[i] = draws.reshape(output.shape)
                kernels.drop(output.reshape(-1), draws, self.threshold, self.keep_scale)
        scores, last = batch.scores, batch.outputs[-1]
        correct = kernels.scores(last, network.weights[-1], network.biases[-1], batch.labels, scores, batch.row)
        np.exp(scores, out=scores)
        log_sums = kernels.softmax_gradient(scores, batch.labels, batch.row, self.d_biases[-1], self.guard)
        loss = (log_sums - correct) / len(x)
        if self.penalty.l2:
            loss += 0.5 * self.penalty.l2 * float(np.dot(self.penalty.w, self.penalty.w))
        return float(loss)

    def learn(self) -> None:
        """Write the gradient of the latest `loss`, and take the optimizer's step."""
        network, kernels, batch = self.network, self.kernels, self.batch
        self.optimizer.steps += 1
        constants = self.optimizer._constants()
        self.constants[: len(constants)] = constants
        dy, transposed = batch.scores, True
        for i in reversed(range(len(network.weights))):
            x, dx = batch.outputs[i], batch.dx[i - 1] if i else dy
            if i:
                db = self.d_biases[i - 1]
                kernels.backward(
                    self.limit, dy, transposed, network.weights[i], x, dx, db, self.rectify, batch.draws[i - 1],
                    self.threshold, self.keep_scale,
                )  # fmt: skip
                if network.batch_norm:
                    centred, statistics = batch.centred[i - 1], batch.statistics[i - 1]
                    kernels.denormalise(dx, centred, statistics, self.d_scales[i - 1], db)
            kernels.learn(self.limit, x, dy, transposed, self.rule, self.constants, self.l2, *self.flat_weights[i])
            dy, transposed = dx, False
        kernels.update(self.rule, self.constants, self.no_l2, *self.rest)
        self.optimizer._flush_state()


class _Buffers:
    """Arrays of a `CompiledStep` for one batch size."""

    def __init__(self, network: MLP, batch: int) -> None:
        hidden, classes, dtype = network.sizes[1:-1], network.sizes[-1], network.dtype
        self.labels, self.row = np.empty(batch, np.int64), aligned((batch,), dtype)
        self.scores = aligned((classes, batch), dtype)
        self.dx = [aligned((batch, units), dtype) for units in hidden]
        self.outputs = [np.empty((0, 0), dtype), *(aligned((batch, units), dtype) for units in hidden)]
        self.draws = [np.empty((0, 0), np.uint16)] * len(hidden)
        normed = hidden if network.batch_norm else ()
        self.centred = [aligned((batch, units), dtype) for units in normed]
        self.statistics = [aligned((3, units), dtype) for units in normed]


def compiled_step(network: MLP, optimizer: Optimizer, steps: int) -> CompiledStep | None:
    """Compiled step for a run of ``steps`` steps, or None if NumPy should be used.

    The choice depends on the run and on what is installed, but not on what ran before, so a resumed run makes the same
    choice. The first compiled step of a process is reported in a line on standard error.
    """
    if not (compiled_code_allowed() and covers(network, optimizer) and pays(network, steps)):
        return None
    kernels = load_kernels(network.dtype)
    if kernels is None:
        return None
    _report_once()
    return CompiledStep(network, optimizer, kernels)


def covers(network: MLP, optimizer: Optimizer) -> bool:
    """Whether compiled passes exist. Subclasses and replaced methods are not covered."""
    return (
        type(network) is MLP
        and "backpropagate" not in vars(network)
        and network.activation in (ReLU, Tanh)
        and not network._penalty.l1
        and type(optimizer) in RULES
        and optimizer._network is network
        and "step" not in vars(optimizer)
    )


def pays(network: MLP, steps: int) -> bool:
    """Whether the compiled steps are expected to save more than `WORTH_SECONDS`."""
    return steps * (SAVED_PER_STEP + SAVED_PER_PARAMETER * network.parameters.size) > WORTH_SECONDS


@cache
def load_kernels(dtype: DTypeLike) -> ModuleType | None:
    """Passes compiled for ``dtype`` under a progress bar, or None if this fails."""
    try:
        from cs231n_lib.network.blas import register

        if not register():
            return None
        from cs231n_lib.network import kernels

        with progress_bar(kernels.PASSES, "compiled pass") as bar:
            for _ in kernels.compile_for(dtype):
                bar.update()
    except Exception:  # numba may be missing, not support this NumPy, or have no folder for its cache
        return None
    return kernels


@cache
def _report_once() -> None:
    sys.stderr.write(
        "Training uses compiled code, which rounds differently from NumPy (CS231N_COMPILED=0 avoids it).\n"
    )
