"""The experiments of lesson 08: update rules step by step and in races, schedules, L-BFGS, six rules on pictures."""

from cs231n_lib.lessons.update_rules.experiments.steps import notes_adam, notes_rmsprop, scale_effects, steps_under
from cs231n_lib.lessons.update_rules.experiments.training import EPOCHS, RATES, same_numbers, table, train

__all__ = [
    "EPOCHS",
    "RATES",
    "notes_adam",
    "notes_rmsprop",
    "same_numbers",
    "scale_effects",
    "steps_under",
    "table",
    "train",
]
