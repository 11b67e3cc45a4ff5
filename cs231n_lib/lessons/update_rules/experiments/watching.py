"""What becomes of each step of a run on pictures of clothing: its direction, and the rates that it gave."""

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.update_rules.experiments.training import EPOCHS, HIDDEN, PIXELS, train
from cs231n_lib.training import Callback, Run

FEW = slice(0, PIXELS * HIDDEN, 97)
"""Some of the parameters of `train`, all of them weights of the first layer."""


class UpdateMonitor(Callback):
    """Watches a run: how each update points beside the one before it, and the rates that Adagrad or RMSProp gives.

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
        """Note where the parameters start."""
        self._parameters, self._update = run.network.parameters.copy(), np.zeros(0)

    def on_step(self, run: Run) -> None:
        """Compare the step's update with the one before."""
        update = run.network.parameters - self._parameters
        if self._update.size:
            length = float(np.linalg.norm(update) * np.linalg.norm(self._update))
            self.cosines.append(float(update @ self._update) / length)
        if "cache" in run.optimizer.state:
            self.rates.append(run.learning_rate / (np.sqrt(run.optimizer.state["cache"][self._weights]) + 1e-8))
        self._parameters, self._update = run.network.parameters.copy(), update


def watched(rule: str, seed: int = 0, epochs: int = EPOCHS) -> UpdateMonitor:
    """A run of `train` at the rule's rate, watched."""
    steps = UpdateMonitor()
    train(rule, seed, epochs=epochs, callbacks=[steps])
    return steps
