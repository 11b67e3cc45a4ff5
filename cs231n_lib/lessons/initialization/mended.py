"""Questions of lesson 06 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("bias_effect", "not through the layer"): MultipleChoice(
        "Batch norm follows a bias. What is the gradient of the bias, and why?",
        "Batch norm subtracts the mean over the batch, and with it the bias.",
        {
            "a": "0, because batch norm removes every shift",
            "b": "The sum of `dout`, as in any affine layer",
            "c": "1, because the bias is added",
        },
        "a",
        {
            "b": "`dout` belongs to the output of batch norm. It must pass through batch norm first.",
            "c": "That is the slope of the affine layer alone.",
        },
    ),
    ("batchnorm_backward", "variance path missing"): MultipleChoice(
        "One value x of a batch grows. Through how many paths does it change the outputs of batch norm?",
        "x appears in its own output, in the mean and in the variance, and the gradient adds up all three paths.",
        {"a": "1", "b": "2", "c": "3"},
        "c",
        {
            "a": "The mean and the variance of the batch contain x as well.",
            "b": "Count x itself, the mean *and* the variance.",
        },
    ),
    ("batchnorm_forward", "momentum and 1 − momentum exchanged"): MultipleChoice(
        "Why does the running mean keep most of its old value in each step?",
        "A batch gives a noisy mean. A running mean over many batches reduces the noise.",
        {
            "a": "The mean of one batch is noisy",
            "b": "The old value is exact",
            "c": "The newest weights matter least",
        },
        "a",
        {
            "b": "The running mean starts at 0 and later averages earlier batches, so it is not exact.",
            "c": "The newest weights matter most, so old values fade. But the mean of one batch alone is too noisy.",
        },
    ),
}
