"""Exercises of the primer, which are worth no points."""

from .arrays import centre_rows as centre_rows
from .arrays import difference_table as difference_table
from .arrays import scores_of_labels as scores_of_labels
from .arrays import without_negatives as without_negatives
from .mathematics import partial_derivatives as partial_derivatives
from .mathematics import squared_error_slope as squared_error_slope
from .mathematics import standard_error as standard_error
from .mathematics import summed_products as summed_products
from .questions import questions as questions
