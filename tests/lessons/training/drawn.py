"""How to draw the pictures of lesson 09 that need arguments."""

from lessons.training.uses import decided

ARGUMENTS = {
    "curves": [(419,), (8,)],
    "confusion": [(decided(),)],
    "surest_mistakes": [(decided(),)],
    "first_weights": [(decided(),)],
}

LONG = {"same_budget", "in_rounds", "short_rounds", "by_model", "curves", "gallery", "suspects", "first_weights"}
"""Pictures that train for long all the same, left to the audit."""
