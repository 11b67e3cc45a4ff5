"""What lesson 09 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "A network with softmax cross-entropy and 10 classes has just been made, its scores are all near 0. What "
            "is its loss? (Two digits after the point.)",
            "Each class has the probability 1/10, and −ln(1/10) = ln 10 = 2.30.",
            2.3026,
            {
                10.0: "That is the number of classes. The loss is a logarithm.",
                1.0: "That would be log₁₀ 10. The loss takes the natural logarithm.",
                0.1: "That is the probability of the right class. The loss is minus its logarithm.",
                -2.3026: "The logarithm of a probability is negative; the loss is *minus* it.",
            },
            "What is the probability of the right class, and what does cross-entropy make of it?",
        ),
        Choice(
            "Which statistics does batch norm use when a single picture is to be named?",
            "A single picture has no spread, and an answer must not depend on who else is asked about.",
            {"a": "Those of the picture", "b": "The running ones, from training", "c": "Those of the last batch"},
            "b",
            {
                "a": "One picture has a variance of 0 in each unit.",
                "c": "That batch was drawn by chance. What is kept is a mean over many.",
            },
        ),
        Choice(
            "Adam is at its first step. Every gradient is 100 times as large as before. Its step is …",
            "The bias correction makes m̂ the gradient, and √v̂ its size: their quotient is ±1.",
            {"a": "100 times as large", "b": "10 times as large", "c": "the same"},
            "c",
            {
                "a": "That is SGD. Adam divides by the size of the gradient.",
                "b": "The root of v is proportional to the gradient, and so is m.",
            },
        ),
    )
)
