"""How to draw the picture of lesson 03 that needs arguments, and quickly the one that takes times."""

ARGUMENTS = {"learning": [({"leaky ReLU": [1.0, 0.5], "sigmoid": [2.0, 1.5]},)]}

STAND_INS = {"cs231n_lib.lessons.activations.experiments.networks.milliseconds": lambda function, repeats: 1.0}
