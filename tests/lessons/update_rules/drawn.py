"""How to draw the pictures of lesson 08 that need arguments, and quickly those that train networks."""

from types import SimpleNamespace
from typing import Any

from cs231n_lib.lessons.update_rules.experiments.training import RATES

RULES = ("SGD", "momentum", "Nesterov", "Newton", "L-BFGS", "Adagrad", "RMSProp", "Adam")


def made_up_results() -> Any:
    """Two runs a rule: the k-th rule has 80 + k ± 1 per cent."""
    return {
        rule: [SimpleNamespace(train_loss=0.3, accuracy=0.8 + k / 100 + by) for by in (-0.01, 0.01)]
        for k, rule in enumerate(RATES)
    }


ARGUMENTS = {"ravine": [(), RULES], "tuning": [([100],)], "six_rules": [(made_up_results(),)]}

STAND_INS = {
    "cs231n_lib.lessons.update_rules.pictures.training.SEEDS": [0],
    "cs231n_lib.lessons.update_rules.experiments.cost.milliseconds": lambda function: 1.0,
}

LONG = {"annealing", "lbfgs", "scaling", "schedules", "stall", "tuning"}
"""Pictures that train for long all the same, left to the audit."""
