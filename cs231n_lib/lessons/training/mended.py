"""Questions of lesson 09 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("accuracy_error", "as if on other images"): MultipleChoice(
        "Two networks classify the *same* images. Why does the standard error use the differences image by image?",
        "Most images are easy or hard for both, and this part cancels in the difference.",
        {
            "a": "Both are right on many of the same images, so their accuracies vary together",
            "b": "The differences are always positive",
            "c": "It is faster to compute",
        },
        "a",
        {
            "b": "The difference is −1 where only the second network is right.",
            "c": "It needs the results of every image, so it is no faster.",
        },
    ),
    ("gradient_check_network", "floor added"): MultipleChoice(
        "What purpose does the floor in the denominator of a relative error serve?",
        "Where both gradients are almost 0, rounding would dominate the quotient. Elsewhere the floor must "
        "not change the error.",
        {
            "a": "It makes every error a little smaller",
            "b": "It replaces the denominator where both gradients are almost 0",
            "c": "It keeps the error above 0",
        },
        "b",
        {
            "a": "An added floor does this. A maximum leaves large gradients as they are.",
            "c": "An error of 0 is welcome.",
        },
    ),
    ("random_search", "one number for all hyperparameters"): MultipleChoice(
        "A search draws one random number for a trial and uses it for all hyperparameters. Which settings can it try?",
        "All settings lie on one curve through the space, so a small learning rate never meets a large λ.",
        {
            "a": "All settings, but more slowly",
            "b": "Only the corners of the space",
            "c": "Only settings in which all hyperparameters are small, medium or large together",
        },
        "c",
        {
            "a": "Most settings are never tried, however long the search runs.",
            "b": "It tries points between the corners, too, on one line from the lowest corner to the highest.",
        },
    ),
}
