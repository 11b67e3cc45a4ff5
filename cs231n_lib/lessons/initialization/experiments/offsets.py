"""Experiments of lesson 06 on initial weights whose mean is not 0, and on initial biases."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import digits
from cs231n_lib.lessons.initialization.experiments.starts import final_accuracy
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD
from cs231n_lib.training.trainer import Trainer

MEANS = (-0.2, -0.1, 0.0, 0.1, 0.2)
"""Means of the weights, as fractions of their root mean square."""


@dataclass(frozen=True)
class Bias:
    """Initial biases of the hidden layers, all ``size`` or ``random`` with this standard deviation."""

    size: float
    random: bool = False

    def draw(self, units: int, rng: Generator) -> FloatArray:
        """Biases (units,)."""
        return rng.normal(0, self.size, units) if self.random else np.full(units, self.size)


ZERO = Bias(0)
BIASES = {"−0.1": Bias(-0.1), "0": ZERO, "0.01": Bias(0.01), "0.1": Bias(0.1), "random, 0.1": Bias(0.1, random=True)}
"""Compared initial biases by name."""


def weights_with_mean(run: Functions, mean: float, fan_in: int, fan_out: int, rng: Generator) -> FloatArray:
    """Weights (fan_in, fan_out) whose root mean square is He's √(2/fan_in) and whose mean is ``mean`` times that."""
    size = float(np.sqrt(2 / fan_in))
    return np.asarray(mean * size + run.small_random(fan_in, fan_out, rng, size * float(np.sqrt(1 - mean**2))))


def deviations(run: Functions, mean: float, seed: int = 0, depth: int = 10, units: int = 200) -> FloatArray:
    """Standard deviation (depth,) of the activations of each ReLU layer for normal inputs."""
    rng = np.random.default_rng(seed)
    x: FloatArray = rng.normal(size=(100, units))
    weights = [weights_with_mean(run, mean, units, units, rng) for _ in range(depth)]
    return np.asarray(run.layer_deviations(x, weights, lambda z: np.maximum(z, 0)))


def accuracy(run: Functions, mean: float = 0.0, bias: Bias = ZERO, depth: int = 10, seed: int = 0) -> float:
    """Validation accuracy of ``depth`` hidden layers of 32 ReLUs after eight epochs on the digits.

    A run that diverges gives 0.1, the accuracy of a guess.
    """
    rng = np.random.default_rng(seed)
    network = MLP(
        (64, *[32] * depth, 10),
        initializer=lambda *layer: weights_with_mean(run, mean, *layer),
        rng=rng,
        dtype=np.float64,
    )
    for hidden in network.biases[:-1]:
        hidden[:] = bias.draw(len(hidden), rng)
    trainer = Trainer(network, SGD(lr=0.1), batch_size=32, rng=rng, progress=False)
    reached = final_accuracy(trainer.fit(*digits(), epochs=8))
    return 0.1 if np.isnan(reached) else reached
