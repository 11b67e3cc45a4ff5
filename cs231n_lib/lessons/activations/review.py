"""Questions about lesson 03 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ()

QUESTIONS = {
    "sigmoid_slope": Number(
        "The output of a sigmoid is 0.9. What is its slope there?",
        "The slope is out · (1 − out) = 0.9 · 0.1 = 0.09.",
        0.09,
        {
            0.19: "That is 1 − out², the slope of tanh.",
            0.1: "That is 1 − out. Multiply it by out.",
            0.25: "That is the largest slope, which belongs to the output 0.5.",
            0.9: "That is the output itself.",
        },
        "The slope of the sigmoid is a product of two factors that depend on the output alone.",
    ),
    "tanh_slope": Number(
        "The output of tanh is 0.8. What is its slope there?",
        "The slope is 1 − out² = 1 − 0.64 = 0.36.",
        0.36,
        {
            0.16: "That is out · (1 − out), the slope of the sigmoid.",
            0.2: "That is 1 − out. Square the output first.",
            0.64: "That is out². Subtract it from 1.",
        },
        "The slope of tanh depends on the square of its output.",
    ),
    "tanh_from_sigmoid": MultipleChoice(
        "Which expression equals tanh(x), where σ is the sigmoid?",
        "tanh is a sigmoid that is stretched to the range (−1, 1) and compressed to half its width.",
        {"a": "2σ(x) − 1", "b": "2σ(2x) − 1", "c": "σ(2x) − ½"},
        "b",
        {
            "a": "This has the right range but is too wide. It equals tanh(x/2).",
            "c": "This has the range (−½, ½). tanh reaches from −1 to 1.",
        },
    ),
    "leaky_gradient": Number(
        "Leaky ReLU has the slope 0.01 for negative inputs. Its input is −5, and the upstream gradient is 2. What is "
        "the gradient with respect to the input?",
        "The input is negative, so the local slope is 0.01, and 0.01 · 2 = 0.02.",
        0.02,
        {
            0: "That is the result of ReLU. Leaky ReLU lets a hundredth of the gradient through.",
            2: "That is the result for a positive input.",
            -0.05: "That is the output. The gradient is the slope times the upstream gradient.",
            -0.1: "You multiplied the upstream gradient by the output. Multiply it by the slope.",
        },
        "Which slope belongs to the input −5?",
    ),
    "maxout_parameters": Number(
        "A maxout layer has 20 inputs and 30 units, and each unit takes the largest of 2 affine functions. How many "
        "parameters does the layer have, biases included?",
        "Each unit has 2 affine functions with 20 weights and a bias, so there are 30 · 2 · 21 = 1,260 parameters.",
        1260,
        {
            630: "That is the number for one affine function in each unit. With two in each unit, the layer has twice "
            "as many parameters.",
            1200: "Each affine function also has a bias.",
            600: "Count both affine functions of each unit, and their biases.",
        },
        "Count the parameters of one affine function, then multiply.",
    ),
}
