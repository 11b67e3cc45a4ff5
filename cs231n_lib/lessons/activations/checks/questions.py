"""Warm-up questions and predictions of lesson 03."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "A layer computes `out = x @ w + b` with x (N, D) and w (D, M), and `dout` is (N, M). What is `dw`?",
            "`dw` must have the shape of w, (D, M). The sum over the examples makes N the inner size, so the product "
            "is (D, N) @ (N, M).",
            {"a": "`x.T @ dout`", "b": "`dout @ w.T`", "c": "`dout.T @ x`"},
            "a",
            {
                "b": "This product has the shape of x, (N, D). It is `dx`.",
                "c": "This product has the shape (M, D). A gradient has the shape of its array, and w is (D, M).",
            },
        ),
        Number(
            "x is the input of two parts of a network. In the backward pass x receives the gradient 2 from one part "
            "and −3 from the other. What is dL/dx?",
            "If a value is used twice, its gradients add up, so dL/dx is 2 − 3 = −1. In code you write `+=`.",
            -1,
            {
                -6: "Gradients multiply *along* a path. Where two paths meet, they add.",
                2: "That is only the first gradient. Add the second one.",
                -3: "That is the result of `=` instead of `+=`, because the second gradient then overwrites the first.",
                -0.5: "That is the mean of the two gradients. They add up instead.",
            },
            "Both paths count. What happens to the gradients if a value is used twice?",
        ),
        MultipleChoice(
            "In a gradient check of a network with kinks, in float64, 2 of 10,000 entries fail. With a smaller h both "
            "pass. What was the cause?",
            "If the step h reaches across a kink, the numerical gradient is wrong and the analytic gradient is right.",
            {"a": "A bug in the backward pass", "b": "Two kinks nearby", "c": "Rounding"},
            "b",
            {
                "a": "An error caused by a bug does not disappear with a smaller h.",
                "c": "The rounding error grows as h shrinks, so a smaller h would have made it worse.",
            },
        ),
    )
)

predict_fading = Prediction(
    "A network has ten hidden layers of sigmoids and the usual initial weights. How long is the gradient of the "
    "*first* layer's weights, compared with that of the tenth layer's?",
    {"a": "About as long", "b": "About a tenth as long", "c": "About a millionth as long"},
    "c",
    "In the backward pass each layer multiplies the gradient by a slope of at most ¼. It also multiplies by the "
    "usual initial weights, which change the length little. Over nine layers this gives about (¼)⁹, four millionths. "
    "Larger weights make the gradient longer but saturate the units.",
)

predict_zigzag = Prediction(
    "A unit's two weights must go from (0, 0) to (3, −3). Its inputs are outputs of sigmoids, so all of them are "
    "positive, and each step uses **one** example. In which direction can a single step go?",
    {
        "a": "Roughly towards (3, −3)",
        "b": "Only up in both weights, or down in both",
        "c": "In any direction, depending on the example",
    },
    "b",
    "The gradient is a number times x. All entries of x are positive, so all entries of the gradient have the same "
    "sign. To raise one weight and lower the other, descent must zigzag.",
)

predict_death = Prediction(
    "A network of 64 ReLUs trains for one epoch at a learning rate that is far too large (2.5), and then for fourteen "
    "epochs at a suitable one (0.3). What happens to the units that died in the first epoch?",
    {
        "a": "All stay dead",
        "b": "About half come back",
        "c": "All come back at the suitable learning rate",
    },
    "a",
    "A unit that is off for every example has a gradient of exactly 0, so its weights do not change at any learning "
    "rate. Only a change in the layers below could revive it, and this network has no layers below. The printed "
    "fraction may change slightly, because it is measured on every second training example.",
)

predict_race = Prediction(
    "The same network is trained with sigmoid, tanh, ReLU, leaky ReLU and maxout, each with suitable initial weights "
    "and a learning rate near its own best. Which still have a training loss above 0.1 after six epochs?",
    {"a": "None", "b": "The sigmoid", "c": "The sigmoid and tanh"},
    "b",
    "Even with initial weights four times as large, which suit the sigmoid, its gradients fade through three layers. "
    "With a learning rate near its best, tanh keeps up with ReLU, leaky ReLU and maxout.",
)

predict_costs = Prediction(
    "How much time does one forward pass of your safe sigmoid over 64,000 numbers take in NumPy, compared with ReLU?",
    {
        "a": "About the same time",
        "b": "About five times as much, because of the exponential",
        "c": "Far more than the exponential explains",
    },
    "c",
    "In our measurement the plain formula of the sigmoid, with an exponential and a division, took about five times as "
    "long as ReLU, and so did tanh. The safe form took about four times as long as the plain one, because it chooses "
    "between two branches. A timing depends on the implementation and not only on the formula. In a whole network the "
    "matrix products take most of the time.",
)
