"""Update ratios of three rules on Fashion-MNIST, each at its best learning rate (about 10⁻³ in the CS231n notes)."""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import clothes
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD, Adam, Momentum, Optimizer
from cs231n_lib.training import Callback, Trainer
from cs231n_lib.training import Run as Training

EPOCHS, BATCH, EVERY = 4, 50, 8
SIZES = (196, 64, 32, 10)
RULES: dict[str, Callable[[], Optimizer]] = {
    "SGD": lambda: SGD(0.3),
    "momentum": lambda: Momentum(0.03),
    "Adam": lambda: Adam(0.003),
}
"""Each rule with its best learning rate on three other seeds, among values about a factor of 3 apart."""
BAND = (3e-4, 1e-2)


class _Watch(Callback):
    """Callback that measures one step in eight."""

    def __init__(self, run: Functions) -> None:
        self.run, self.found, self.before = run, list[FloatArray](), list[FloatArray]()

    def on_step(self, run: Training) -> None:
        """Keep the weights, or compare them with those of the step before."""
        if self.before:
            self.found.append(self.run.update_ratio(self.before, [w.copy() for w in run.network.weights]))
        self.before = [w.copy() for w in run.network.weights] if run.step % EVERY == 0 else []


def ratios(run: Functions, rule: str, seed: int = 0) -> tuple[FloatArray, float]:
    """Update ratio of each layer in one step of eight (S, 3), and the final validation accuracy."""
    training, validation = clothes()
    rng, watch = np.random.default_rng(seed), _Watch(run)
    network = MLP(SIZES, rng=rng, dtype=np.float64)
    trainer = Trainer(network, RULES[rule](), batch_size=BATCH, rng=rng, progress=False)
    history = trainer.fit(training, validation, epochs=EPOCHS, callbacks=[watch])
    return np.array(watch.found), float(history.validation_accuracy[-1])
