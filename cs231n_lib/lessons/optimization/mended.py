"""Questions of lesson 01 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("gradient_descent", "gradient taken once"): MultipleChoice(
        "Why must the gradient be computed again at each new point?",
        "The gradient is a local slope. It changes along the path and is 0 at the minimum, where the descent ends.",
        {
            "a": "It describes the slope only near the point at which it was computed",
            "b": "Rounding errors would add up otherwise",
            "c": "The learning rate changes from step to step",
        },
        "a",
        {
            "b": "Rounding errors are far too small to matter here. The loss itself has another slope at the next "
            "point.",
            "c": "The learning rate is constant in this exercise.",
        },
    ),
    ("minibatches", "batches evened out"): MultipleChoice(
        "Which part of the contract of `minibatches` do batches of nearly equal size break?",
        "Code that uses the batches may rely on their size, for example if it reserves memory for `batch_size` rows.",
        {
            "a": "Every row is used once in an epoch",
            "b": "Every batch except the last has `batch_size` rows",
            "c": "The order of the rows is random",
        },
        "b",
        {
            "a": "`np.array_split` uses every row once, too.",
            "c": "The rows are shuffled before they are split.",
        },
    ),
    ("difference_errors", "exact slope rounded"): MultipleChoice(
        "Why must the exact slope stay in float64 if x is float32?",
        "A rounded reference has an error of its own, so the measured error would be partly that of the reference.",
        {
            "a": "float32 cannot hold slopes above 1",
            "b": "NumPy cannot subtract a float32 from a float64",
            "c": "The error of the reference would hide the error that you measure",
        },
        "c",
        {
            "a": "float32 holds numbers up to about 3 · 10³⁸. Its limit is precision, 7 digits instead of 16.",
            "b": "NumPy converts the float32 and computes in float64.",
        },
    ),
}
