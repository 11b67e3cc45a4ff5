"""What lesson 02 makes of the student's functions: each cell that takes ``use=mine``."""

from lessons.backpropagation.drawn import through_tanh

from cs231n_lib import datasets
from cs231n_lib.lessons.backpropagation import experiments, explorables, pictures

_DIGITS = datasets.load_digits()

OUTPUTS = {
    "explore_circuit": pictures.explore_circuit,
    "fork": pictures.fork,
    "second_call": lambda use: pictures.second_call(through_tanh, use),
    "softmax": pictures.softmax,
    "regression_losses": pictures.regression_losses,
    "outlier": explorables.outlier,
    "same_numbers": lambda use: experiments.same_numbers(use, _DIGITS),
}
