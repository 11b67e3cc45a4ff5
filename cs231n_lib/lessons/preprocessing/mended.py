"""Questions of lesson 05 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("components_to_keep", "more than the share"): MultipleChoice(
        "Three components hold exactly 90 % of the variance. How many are needed to hold at least 90 %?",
        "At least 90 % includes 90 % itself, so three are enough.",
        {"a": "3", "b": "4", "c": "2"},
        "a",
        {
            "b": "A fourth would be needed for *more than* 90 %.",
            "c": "Two hold less than 90 %, because the third adds its own variance.",
        },
    ),
    ("condition_number", "bias forgotten"): MultipleChoice(
        "Why does the bias belong in the condition number of the loss?",
        "Gradient descent updates the bias together with the weights, and features with a large mean couple the two.",
        {
            "a": "It makes the matrix square",
            "b": "It keeps the condition number above 1",
            "c": "The loss is curved in the direction of the bias, too",
        },
        "c",
        {
            "a": "The product of a matrix and its transpose is square in any case.",
            "b": "A condition number is at least 1 in any case.",
        },
    ),
    ("unscale_weights", "mean not scaled"): MultipleChoice(
        "On standardised data a model computes ((x − mean) / scale) @ w + b. Which bias does it have on raw data?",
        "Expand the product. The part without x is b − (mean / scale) @ w.",
        {"a": "b", "b": "b − (mean / scale) @ w", "c": "b − mean @ w"},
        "b",
        {
            "a": "Subtracting the mean shifts every prediction, and the new bias must contain this shift.",
            "c": "The mean is divided by the scale before it is multiplied by w.",
        },
    ),
}
