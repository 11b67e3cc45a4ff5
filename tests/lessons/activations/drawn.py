"""How to draw quickly the picture of lesson 03 that takes times."""

STAND_INS = {"cs231n_lib.lessons.activations.experiments.networks.milliseconds": lambda function, repeats: 1.0}
