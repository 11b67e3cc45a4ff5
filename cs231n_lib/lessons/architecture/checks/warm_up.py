"""What lesson 04 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Choice(
            "What is the slope of ReLU, 0 for negative inputs and the input itself for positive ones, at −3?",
            "Left of 0 it is flat: nothing changes when its input does.",
            {"a": "0", "b": "−3", "c": "1"},
            "a",
            {
                "b": "That is the input. The slope says how fast the *output* changes, and left of 0 it is always 0.",
                "c": "That is the slope right of 0. What does ReLU put out for −3, and for −2.9?",
            },
        ),
        Number(
            "x is (8, 5), w is (5, 3), and `out = x @ w + b`. The gradient of the loss with respect to w, `dw`: how "
            "many numbers are in it?",
            "A gradient has the shape of what it belongs to: (5, 3).",
            15,
            {
                24: "That is `out`, (8, 3). `dw` has the shape of w.",
                40: "That is x, (8, 5). `dw` has the shape of w.",
                3: "That is `db`. `dw` has the shape of w.",
                120: "The examples add up: `dw = x.T @ dout` has the shape of w alone.",
            },
            "Which shape has the gradient of w?",
        ),
        Choice(
            "An analytic gradient and a centred numerical one, in float64, differ by a relative error of 0.3. What do "
            "you believe?",
            "Rounding and the step leave errors of 10⁻⁶ or less: 0.3 is a bug, if no kink is near.",
            {
                "a": "The numerical one is rough; that is normal",
                "b": "The step h is too large",
                "c": "The analytic one has a bug",
            },
            "c",
            {
                "a": "A centred difference is right to about ten digits. Such an error comes from elsewhere.",
                "b": "With h = 10⁻⁵ the step is worth an error of about 10⁻¹⁰.",
            },
        ),
    )
)
