"""Questions of lesson 07 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("l2_on_weights", "γ penalised"): MultipleChoice(
        "What would an L2 penalty on γ of batch norm do?",
        "The penalty pulls γ towards 0, and γ multiplies the normalised feature.",
        {
            "a": "Nothing, because batch norm normalises",
            "b": "It would shrink the scale of the normalised features",
            "c": "It would shift the features",
        },
        "b",
        {
            "a": "γ is applied *after* the normalisation, so nothing undoes the shrinking.",
            "c": "β shifts the features, whereas γ scales them.",
        },
    ),
    ("inverted_dropout", "divided by drop_prob"): MultipleChoice(
        "drop_prob is 0.2. By which factor must the activations that are kept grow, so that an activation's "
        "expectation stays the same?",
        "On average four of five activations are kept, and 0.8 · 1.25 = 1.",
        {"a": "5", "b": "1.25", "c": "1.2"},
        "b",
        {
            "a": "That is 1 / 0.2, the reciprocal of the fraction that is dropped. This factor would make the "
            "expectation four times as large.",
            "c": "0.8 · 1.2 is 0.96, not 1.",
        },
    ),
    ("early_stopping", "count reset by any fall"): MultipleChoice(
        "The validation losses are 1.0, 1.4, 1.3, 1.2. How many epochs without improvement are there at the end?",
        "Improvement means a loss below the best one, 1.0, and none of the last three losses is below it.",
        {"a": "0", "b": "1", "c": "3"},
        "c",
        {
            "a": "The loss falls, but it is still above the best loss, 1.0.",
            "b": "In each of the last three epochs the loss is above the best one.",
        },
    ),
}
