"""What students predict before the experiments of lesson 03."""

from cs231n_lib.widgets.prediction import Prediction

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
