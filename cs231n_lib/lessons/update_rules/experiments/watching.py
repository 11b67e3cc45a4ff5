"""Directions and learning rates of the steps of a run on Fashion-MNIST."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.update_rules.experiments.training import EPOCHS, HIDDEN, PIXELS, train
from cs231n_lib.training import Callback, Run

FEW = slice(0, PIXELS * HIDDEN, 97)
"""Some of the first layer's weights in `train`."""


class UpdateMonitor(Callback):
    """Callback that records cosines of successive updates and learning rates of Adagrad or RMSProp.

    Attributes
    ----------
    cosines : list of float
        Cosine between each update of all parameters and the next.
    rates : list of (weights,)
        lr / √cache of the parameters in ``weights`` after each step, for a rule with a cache.
    """

    def __init__(self, weights: slice = FEW) -> None:
        self.cosines: list[float] = []
        self.rates: list[FloatArray] = []
        self._weights = weights

    def on_start(self, run: Run) -> None:
        """Store the initial parameters."""
        self._parameters, self._update = run.network.parameters.copy(), np.zeros(0)

    def on_step(self, run: Run) -> None:
        """Compare the update of this step with the previous one."""
        update = run.network.parameters - self._parameters
        if self._update.size:
            length = float(np.linalg.norm(update) * np.linalg.norm(self._update))
            self.cosines.append(float(update @ self._update) / length)
        if "cache" in run.optimizer.state:
            self.rates.append(run.learning_rate / (np.sqrt(run.optimizer.state["cache"][self._weights]) + 1e-8))
        self._parameters, self._update = run.network.parameters.copy(), update


def watched(rule: str, seed: int = 0, epochs: int = EPOCHS) -> UpdateMonitor:
    """Train with `train` at the rule's learning rate, and return its `UpdateMonitor`."""
    steps = UpdateMonitor()
    train(rule, seed, epochs=epochs, callbacks=[steps])
    return steps
