"""Questions about lesson 09 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ("predict_people",)

QUESTIONS = {
    "standard_error": Number(
        "A network is right on 900 of 1,000 test images. What is the standard error of its accuracy, in percentage "
        "points? (Give two decimal places.)",
        "It is √(0.9 · 0.1 / 1000) = 0.0095, or 0.95 percentage points.",
        0.9487,
        {
            0.0095: "That is a fraction. Multiply it by 100 for percentage points.",
            9.487: "That is in images. Divide by the 1,000 images, and multiply by 100.",
            0.3: "That is √(0.9 · 0.1), the standard deviation of a single image's result. Divide it by √1,000.",
            0.009: "Take the root of 0.9 · 0.1 / 1000, and multiply it by 100.",
        },
        "The standard error of a fraction p of n images is √(p(1 − p)/n).",
    ),
    "log_uniform": Number(
        "A learning rate is drawn log-uniformly between 10⁻⁴ and 1. What is the probability that it is below 10⁻³?",
        "The logarithm is uniform over four powers of ten, and one of them lies below 10⁻³.",
        0.25,
        {
            0.001: "That is about the probability for a *uniform* distribution.",
            0.0009: "That is the probability for a *uniform* distribution.",
            0.75: "That is the probability that it lies above 10⁻³.",
            0.2: "From 10⁻⁴ to 1 there are four powers of ten, not five.",
        },
        "How many powers of ten does the whole range cover, and how many lie below 10⁻³?",
    ),
    "on_the_border": MultipleChoice(
        "A search over learning rates finds its best trial at the upper end of the range. What do you do next?",
        "The loss may fall further beyond the end, and a trial at the border cannot show this.",
        {
            "a": "Search again over a range that reaches further up",
            "b": "Take this learning rate, because it is the best",
            "c": "Search again close around it, within the old range",
        },
        "a",
        {
            "b": "It is the best of the trials. A better one may lie beyond the end of the range.",
            "c": "That leaves out the side on which a better learning rate may lie.",
        },
    ),
    "tiny_set": MultipleChoice(
        "With regularisation switched off, a network does not reach a training accuracy of 100 % on 20 images, even "
        "after many steps and at several learning rates. What do you suspect first?",
        "A network with thousands of weights can memorise 20 images. If it does not, something in the loop is wrong.",
        {
            "a": "A bug in the loss, the gradients or the update",
            "b": "Too few images to learn from",
            "c": "Overfitting",
        },
        "a",
        {
            "b": "Fewer images are easier to memorise. Too few would show in the *validation* accuracy.",
            "c": "Overfitting means a *high* training accuracy.",
        },
    ),
    "wide_gap": MultipleChoice(
        "The training accuracy is 99 %, and the validation accuracy is 80 % and no longer rises. What is most likely "
        "to raise it?",
        "The network fits the training set but generalises badly, so it needs more data or more regularisation.",
        {"a": "A larger network", "b": "More epochs", "c": "More data or more regularisation"},
        "c",
        {
            "a": "The network already fits nearly all of the training set.",
            "b": "There is almost nothing left to learn from the training set, and the validation accuracy "
            "has stopped.",
        },
    ),
}
