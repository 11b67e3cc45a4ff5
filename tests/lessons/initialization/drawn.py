"""How to draw quickly the pictures of lesson 06 that train networks."""

_EXPERIMENTS = "cs231n_lib.lessons.initialization.experiments"

STAND_INS = {
    f"{_EXPERIMENTS}.starts.by_batch_size": lambda size, batch_norm, seed: 0.5,
    f"{_EXPERIMENTS}.offsets.accuracy": lambda run, mean=0.0, **start: 0.5 + mean,
    f"{_EXPERIMENTS}.noise.accuracies": lambda run, size, seed: (0.9, 0.8),
}

LONG = {"normalized"}
"""Figures that train for long all the same, left to the audit."""
