"""How to draw quickly the picture of lesson 06 that trains networks."""

STAND_INS = {"cs231n_lib.lessons.initialization.experiments.starts.by_batch_size": lambda size, batch_norm, seed: 0.5}

LONG = {"normalized"}
"""Figures that train for long all the same, left to the audit."""
