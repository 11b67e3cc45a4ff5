"""Hyperparameter search: the spaces, four ways to search them, and what came of each trial."""

from cs231n_lib.search.algorithms import BorderWarning, coarse_to_fine, grid_search, random_search, tpe_search
from cs231n_lib.search.space import Choice, LogUniform, Uniform, on_border
from cs231n_lib.search.trials import HowToRun, Results, Trial

__all__ = [
    "BorderWarning",
    "Choice",
    "HowToRun",
    "LogUniform",
    "Results",
    "Trial",
    "Uniform",
    "coarse_to_fine",
    "grid_search",
    "on_border",
    "random_search",
    "tpe_search",
]
