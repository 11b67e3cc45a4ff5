"""What lesson 05 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "Descent on ½ · 8 · w², from anywhere: up to which learning rate does it come to rest at 0?",
            "A step multiplies w by 1 − 8 · rate, and that must lie between −1 and 1: the rate below 2/8. The steepest "
            "direction sets the limit for all.",
            0.25,
            {
                0.125: "At 1/8 it is there in one step. It may be larger: up to where 1 − 8 · rate reaches −1.",
                8.0: "That is the curvature. A step is rate · 8 · w: what becomes of w?",
                4.0: "Half the curvature. The steeper the bowl, the *smaller* the rate has to be.",
                2.0: "That would be the limit for a curvature of 1. Here it is 8.",
            },
            "A step is w − rate · 8 · w. For which rates does its size shrink?",
        ),
        Number(
            "x is (64, 3), w is (3, 5). The first feature of x is multiplied by 100. By how much is the gradient of "
            "the first row of w multiplied, for the same `dout`?",
            "`dw = x.T @ dout`: its first row is made of the first column of x.",
            100,
            {
                1: "`dw = x.T @ dout`: its first row is made of the first column of x.",
                10_000: "The gradient has x once. Its *curvature* has x twice.",
                0.01: "The weight that fits is a hundredth. Its gradient is made of x, and grows.",
            },
            "Write down `dw` for out = x @ w + b.",
        ),
        Choice(
            "All inputs of a unit are positive. What does that do to the gradients of its weights, for one example?",
            "Each is dout times an input, so all have the sign of dout: the weights rise or fall together, and so "
            "zig-zag.",
            {"a": "They are all positive", "b": "They have one sign", "c": "They are small"},
            "b",
            {
                "a": "dout may be negative, and then they are all negative.",
                "c": "Their size depends on the inputs' size, not on their sign.",
            },
        ),
    )
)
