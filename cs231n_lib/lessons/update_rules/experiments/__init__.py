"""Experiments of lesson 08 on update rules, schedules, L-BFGS and training on Fashion-MNIST."""

from cs231n_lib.lessons.update_rules.experiments.steps import notes_adam as notes_adam
from cs231n_lib.lessons.update_rules.experiments.steps import notes_rmsprop as notes_rmsprop
from cs231n_lib.lessons.update_rules.experiments.steps import scale_effects as scale_effects
from cs231n_lib.lessons.update_rules.experiments.steps import steps_under as steps_under
from cs231n_lib.lessons.update_rules.experiments.training import EPOCHS as EPOCHS
from cs231n_lib.lessons.update_rules.experiments.training import RATES as RATES
from cs231n_lib.lessons.update_rules.experiments.training import same_numbers as same_numbers
from cs231n_lib.lessons.update_rules.experiments.training import table as table
from cs231n_lib.lessons.update_rules.experiments.training import train as train
