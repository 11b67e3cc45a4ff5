"""The exercises of the primer, which are worth no points."""

from .arrays import centre_rows, difference_table, scores_of_labels, without_negatives
from .mathematics import partial_derivatives, squared_error_slope, standard_error, summed_products
from .questions import questions

__all__ = [
    "centre_rows",
    "difference_table",
    "partial_derivatives",
    "questions",
    "scores_of_labels",
    "squared_error_slope",
    "standard_error",
    "summed_products",
    "without_negatives",
]
