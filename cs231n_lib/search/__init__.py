"""Spaces, algorithms and results of hyperparameter searches.

`HowToRun` is the former name of `SearchOptions` and still works.
"""

from cs231n_lib.search.algorithms import BorderWarning, coarse_to_fine, grid_search, random_search, tpe_search
from cs231n_lib.search.space import Choice, LogUniform, Uniform, on_border
from cs231n_lib.search.trials import Results, SearchOptions, Trial

HowToRun = SearchOptions

__all__ = [
    "BorderWarning",
    "Choice",
    "HowToRun",
    "LogUniform",
    "Results",
    "SearchOptions",
    "Trial",
    "Uniform",
    "coarse_to_fine",
    "grid_search",
    "on_border",
    "random_search",
    "tpe_search",
]
