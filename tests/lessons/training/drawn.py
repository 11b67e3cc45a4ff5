"""How to draw the pictures of lesson 09 that need arguments."""

from lessons.training.uses import decided

ARGUMENTS = {
    "curves": [(419,), (8,)],
    "confusion": [(decided(),)],
    "surest_mistakes": [(decided(),)],
    "first_weights": [(decided(),)],
}

LONG = {
    "against_chance",
    "by_model",
    "curves",
    "first_weights",
    "gallery",
    "in_rounds",
    "ratios",
    "same_budget",
    "short_rounds",
    "surest_mistakes",
    "suspects",
    "trial_map",
}
"""Pictures that train for long all the same, left to the audit."""
