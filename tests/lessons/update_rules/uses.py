"""What lesson 08 makes of the student's functions: each cell that takes ``use=mine``, in short."""

from functools import partial

import numpy as np

from cs231n_lib.lessons.update_rules import experiments, explorables, pictures

OUTPUTS = {
    "velocity": pictures.velocity,
    "ravine": lambda use: pictures.ravine("momentum", "Nesterov", "Newton", "L-BFGS", "RMSProp", use=use),
    "schedules": pictures.schedules,
    "annealing": pictures.annealing,
    "newton": pictures.newton,
    "lbfgs": pictures.lbfgs,
    "rare": pictures.rare,
    "notes_rmsprop": pictures.notes_rmsprop,
    "stall": pictures.stall,
    "notes_adam": pictures.notes_adam,
    "scaling": pictures.scaling,
    "scale_effects": partial(experiments.scale_effects, np.random.default_rng(0).normal(size=(100, 3)), 100),
    "steps_under": partial(experiments.steps_under, np.array([1.0, 1.0, -1.0])),
    "same_numbers": experiments.same_numbers,
    "range_tests": pictures.range_tests,
    "adam_failure": explorables.adam_failure,
}
