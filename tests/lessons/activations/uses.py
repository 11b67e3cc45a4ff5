"""What lesson 03 makes of the student's functions: each cell that takes ``use=mine``."""

from cs231n_lib.lessons.activations import experiments, explorables, pictures

OUTPUTS = {
    "saturation": explorables.saturation,
    "zigzag": pictures.zigzag,
    "hinges": pictures.hinges,
    "dead_units": pictures.dead_units,
    "same_numbers": experiments.same_numbers,
}
