"""What lesson 01 makes of the student's functions: each cell that takes ``use=mine``, in short."""

from cs231n_lib import datasets
from cs231n_lib.lessons.optimization import experiments, explorables, pictures

_DIGITS = datasets.load_digits()

OUTPUTS = {
    "descent": explorables.descent,
    "rounding": pictures.rounding,
    "checked_gradients": pictures.checked_gradients,
    "zigzag": pictures.zigzag,
    "noise": lambda use: pictures.noise(_DIGITS.x_train[:300], _DIGITS.y_train[:300], 10, use=use),
    "same_numbers": lambda use: experiments.same_numbers(use, _DIGITS),
}
