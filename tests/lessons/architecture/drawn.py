"""How to draw quickly the pictures of lesson 04 that train networks."""

import numpy as np

from cs231n_lib.lessons.architecture.experiments.overfit import OverfitResult

_HOME = "cs231n_lib.lessons.architecture.experiments"


def _flat(run, bug, seed=0):
    return OverfitResult(np.full(200, 0.5), 1.0, 0.6)


STAND_INS = {
    f"{_HOME}.xor.share_found": lambda hidden, *, tanh=False, seeds=range(200): 0.5,
    f"{_HOME}.overfit.curve": _flat,
    f"{_HOME}.folds.errors": lambda run, folds, budget, depth, seeds, steps=10: np.full(len(seeds), 0.3),
    f"{_HOME}.digits.by_layers": lambda run, hidden_layers, seed: 0.9,
    f"{_HOME}.digits.by_width": lambda hidden, wrong, seeds: (np.full(len(seeds), 0.9), np.full(len(seeds), 0.7)),
}

LONG = {"bugs", "outside", "starts", "wrong_labels", "xor_found"}
"""Pictures that train for long all the same, left to the audit."""
