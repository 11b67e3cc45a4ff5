"""Questions of lesson 03 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("dead_fraction", "examples for units"): MultipleChoice(
        "A unit is off for 99 of 100 examples. Is it dead?",
        "The one example for which it is on gives it a gradient, so it can still learn. A dead unit is off for *every* "
        "example.",
        {"a": "Yes, because it is off nearly always", "b": "No", "c": "Only if the learning rate is small"},
        "b",
        {
            "a": "One example for which it is on is enough for a gradient.",
            "c": "The learning rate scales the gradient. It does not decide whether there is one.",
        },
    ),
    ("maxout_forward", "last of equals"): MultipleChoice(
        "Two pieces of a maxout unit are equal. Why does the course fix which one wins?",
        "The output is the same either way, but only one piece may receive the gradient. A rule makes results "
        "reproducible.",
        {
            "a": "The output depends on it",
            "b": "The gradient goes to the winner",
            "c": "Equal pieces would divide by 0",
        },
        "b",
        {
            "a": "Both pieces have the same value, so the output is the same.",
            "c": "Maxout does not divide.",
        },
    ),
    ("one_sided_share", "zeros counted as opposed"): MultipleChoice(
        "The gradient of a unit's weights is (0.3, 0, 0.1). Is it one-sided?",
        "The weight with the gradient 0 stays where it is, and the other two move in the same direction.",
        {
            "a": "No, because 0 is not positive",
            "b": "It cannot be decided",
            "c": "Yes, because none moves against the others",
        },
        "c",
        {
            "a": "A gradient of 0 does not move its weight, so it counts as agreeing with the others.",
            "b": "The signs of the three entries decide it.",
        },
    ),
}
