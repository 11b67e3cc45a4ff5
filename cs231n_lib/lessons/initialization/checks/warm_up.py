"""What lesson 06 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Choice(
            "By how much does a sigmoid multiply the gradient on its way back, at the very most?",
            "Its slope is out · (1 − out), largest at out = ½, where it is ½ · ½.",
            {"a": "1", "b": "½", "c": "¼"},
            "c",
            {
                "a": "That is the largest slope of tanh and of ReLU. The sigmoid's is out · (1 − out).",
                "b": "½ is what it puts out at its steepest point. Its slope there is out · (1 − out).",
            },
        ),
        Choice(
            "A ReLU unit is off for every example of the training set. What is the gradient of its weights?",
            "The slope is 0 on the left, so each example adds 0 · x. The unit is dead: no rate moves it.",
            {"a": "Exactly 0", "b": "Small, but not 0", "c": "The same as for a unit that is on"},
            "a",
            {
                "b": "That would be leaky ReLU. ReLU's slope on the left is exactly 0.",
                "c": "What comes from above is multiplied by the slope, and the slope of a unit that is off is 0.",
            },
        ),
        Number(
            "x is (32, 200), w is (200, 50), and `out = x @ w + b`. How many numbers are in `db`?",
            "It has the shape of b, one number for each of the 50 outputs: `dout.sum(axis=0)`.",
            50,
            {
                1600: "That is `dout`. b is added in every row, so the rows add up.",
                32: "You added up over the outputs. b is added in every *row*: sum over these.",
                10_000: "That is `dw`.",
                200: "That is the number of inputs. b has one number for each output.",
            },
            "A gradient has the shape of what it belongs to: what is the shape of b?",
        ),
    )
)
