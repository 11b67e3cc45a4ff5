"""What lesson 03 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "A layer computes `out = x @ w + b`, with x (N, D) and w (D, M); `dout` is (N, M). What is `dw`?",
            "It must be (D, M) like w, and N, over which the examples add up, must be the inner size: (D, N) @ (N, M).",
            {"a": "`x.T @ dout`", "b": "`dout @ w.T`", "c": "`dout.T @ x`"},
            "a",
            {
                "b": "That is (N, D), the shape of x: it is `dx`.",
                "c": "That is (M, D). A gradient has the shape of what it belongs to, and w is (D, M).",
            },
        ),
        Number(
            "x goes into two parts of a network. On the way back one of them hands it the gradient 2, the other −3. "
            "What is dL/dx?",
            "Gradients that meet where the road forked add up: 2 − 3 = −1. In code that is `+=`.",
            -1,
            {
                -6: "Gradients multiply *along* a path. Where two paths meet, they add.",
                2: "That is the first alone. Where is the second?",
                -3: "That is what `=` leaves, where `+=` belongs: the second overwrites the first.",
                -0.5: "Gradients that meet add up; there is no mean.",
            },
            "Both ways count. What happens to gradients that meet at a fork?",
        ),
        MultipleChoice(
            "A gradient check of a network with kinks, in float64, fails in 2 of 10,000 entries. With a smaller h both "
            "of them pass. What was it?",
            "Near a kink the difference is wrong as long as h reaches across, and the analytic gradient is right.",
            {"a": "A bug in the backward pass", "b": "Two kinks close by", "c": "Rounding"},
            "b",
            {
                "a": "A bug stays where it is, whatever h you take.",
                "c": "Rounding grows when h shrinks: a smaller h would have made it worse.",
            },
        ),
    )
)

predict_fading = Prediction(
    "A network has ten hidden layers of sigmoids and ordinary first weights. How long is the gradient of the *first* "
    "layer's weights, beside that of the tenth?",
    {"a": "About as long", "b": "About a tenth", "c": "About a millionth"},
    "c",
    "Each layer on the way back multiplies by a slope of at most ¼, and by its weights, which at first keep a length "
    "about as it is: nine layers, (¼)⁹, four millionths. Larger weights win some of it back, until units saturate.",
)

predict_zigzag = Prediction(
    "A unit's two weights must go from (0, 0) to (3, −3). Its inputs are outputs of sigmoids, all positive, and each "
    "step uses **one** example. Which way can a single step go?",
    {
        "a": "Towards (3, −3), roughly",
        "b": "Only up in both weights, or down in both",
        "c": "Any way: it depends on the example",
    },
    "b",
    "The gradient is a number times x, and x has no two signs. To raise one weight and lower the other it must tack, "
    "like a boat against the wind.",
)

predict_death = Prediction(
    "A network of 64 ReLUs trains for one epoch at a rate that is far too large (2.5), and fourteen epochs at a sound "
    "one (0.3). What becomes of the units that died in the first epoch?",
    {
        "a": "Nearly all stay dead",
        "b": "About half come back",
        "c": "All come back once the rate is sound",
    },
    "a",
    "A unit that is off for every example has a gradient of exactly 0: no rate moves its weights. Only a change in the "
    "layers below could wake it, and here there is none.",
)

predict_race = Prediction(
    "Sigmoid, tanh, ReLU, leaky ReLU and maxout train the same network, each with first weights that suit it and at a "
    "learning rate near its own best. Which are still above a training loss of 0.1 after six epochs?",
    {"a": "None", "b": "The sigmoid", "c": "The sigmoid and tanh"},
    "b",
    "Even with weights four times as large, which suit it, the sigmoid's gradients fade through three layers. tanh at "
    "a rate of its own keeps up with the rectifiers.",
)

predict_costs = Prediction(
    "One forward pass over 64,000 numbers in NumPy: what does your sigmoid, the safe one, cost beside ReLU?",
    {
        "a": "About the same",
        "b": "Some five times as much, for the exponential",
        "c": "Far more than the exponential explains",
    },
    "c",
    "The plain formula, exponential and division, costs about five times ReLU, as tanh does. The safe form costs four "
    "times that again, for choosing a branch: what you time is an implementation, not a formula. In a whole network "
    "the matrix products hide most of it.",
)
