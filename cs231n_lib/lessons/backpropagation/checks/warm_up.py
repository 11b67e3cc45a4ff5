"""What lesson 02 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Choice(
            "Which numerical gradient of f at x comes nearest to the slope, all at the same small h?",
            "It looks to both sides, so the curvature drops out, and the error shrinks like h².",
            {
                "a": "`(f(x + h) - f(x)) / h`",
                "b": "`(f(x + h) - f(x - h)) / (2 * h)`",
                "c": "`(f(x + h) - f(x - h)) / h`",
            },
            "b",
            {
                "a": "That is the forward difference: it looks to one side only, and its error shrinks like h.",
                "c": "The two points are 2h apart, so this is twice the slope.",
            },
        ),
        Number(
            "The loss is L(w) = w², and w is 3. What is w after one step of gradient descent at the learning rate 0.1?",
            "The gradient is 2w = 6, and 3 − 0.1 · 6 = 2.4.",
            2.4,
            {
                2.7: "The slope of w² at 3 is 2 · 3 = 6, not 3.",
                3.6: "That is uphill. A step goes *against* the gradient.",
                2.1: "That is 3 − 0.1 · 9: the step is made of the loss. It should be made of its slope.",
            },
            "First the gradient of w² at 3; then subtract 0.1 times that from 3.",
        ),
        Choice(
            "You replace batches of 64 examples by batches of 256. How much noise is left in their gradients?",
            "It falls as 1/√B, and √4 is 2: four times the work for half the noise.",
            {"a": "A quarter", "b": "Half", "c": "As much as before"},
            "b",
            {
                "a": "The *variance* is a quarter. Noise is a standard deviation, and falls as 1/√B.",
                "c": "A mean over more examples scatters less: as 1/√B.",
            },
        ),
    )
)
