"""Questions of lesson 04 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("gradient_errors", "relative to the analytic one"): MultipleChoice(
        "Why is the error measured relative to the *numerical* gradient?",
        "The numerical gradient is the reference. If you divided by an analytic gradient that is far "
        "too large, the error could never exceed about 1.",
        {
            "a": "The analytic gradient is the one in doubt",
            "b": "The numerical gradient is faster to compute",
            "c": "The analytic gradient is never 0",
        },
        "a",
        {
            "b": "It is far slower, because it needs two losses for each entry.",
            "c": "It can be 0 like any gradient.",
        },
    ),
    ("sawtooth_network", "transposed"): MultipleChoice(
        "In `x @ w`, what do the rows and the columns of w belong to?",
        "Entry (i, j) multiplies input i and contributes to output j.",
        {
            "a": "Rows to the outputs, columns to the inputs",
            "b": "Rows to the inputs, columns to the outputs",
            "c": "Rows to the examples, columns to the inputs",
        },
        "b",
        {
            "a": "That is the layout for `w @ x`, which PyTorch uses for its weights.",
            "c": "The rows of *x* belong to the examples.",
        },
    ),
    ("train_mlp", "in place"): MultipleChoice(
        "A caller trains twice from the same initial weights, and your function changes them in place. From which "
        "weights does the second run start?",
        "The caller's arrays now hold the trained weights, so a comparison of the two runs is worthless.",
        {
            "a": "The same initial weights",
            "b": "The weights at the end of the first run",
            "c": "Random weights",
        },
        "b",
        {
            "a": "`-=` writes into the caller's arrays, so the initial weights no longer exist.",
            "c": "Nothing draws new weights.",
        },
    ),
}
