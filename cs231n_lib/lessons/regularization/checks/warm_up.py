"""What lesson 07 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "A layer has 50 inputs, and ReLU follows. Which standard deviation does He's rule give its first weights?",
            "√(2/50): the 2 makes up for the half of the mean square that ReLU takes away.",
            0.2,
            {
                0.04: "That is the variance, 2/50. The standard deviation is its root.",
                0.02: "That is 1/50. Which rule belongs to ReLU, and is it a variance?",
                0.1414: "That is √(1/50), which suits a layer without ReLU. ReLU takes half of the mean square away.",
            },
            "He's rule gives the variance: 2 over the number of inputs.",
        ),
        Choice(
            "A network with batch norm is in use. With which mean and variance does it normalise?",
            "So its answer to one example depends on that example alone.",
            {
                "a": "Those of the batch that it is given",
                "b": "The running ones that it kept in training",
                "c": "0 and 1",
            },
            "b",
            {
                "a": "Then an answer would depend on the example's company, and a batch of one would always give β.",
                "c": "With these nothing would be normalised: activations have a mean and a variance of their own.",
            },
        ),
        Number(
            "w is −3. What is the derivative of |w| there?",
            "Left of 0 |w| falls by 1 for each step to the right. Its slope has one size everywhere but at 0.",
            -1,
            {
                3: "That is |w| itself.",
                1: "That is the slope to the right of 0. At −3 |w| *falls* as w grows.",
                -3: "That is the derivative of ½w². The slope of |w| does not depend on how large w is.",
            },
            "Draw |w|. What is its slope left of 0?",
        ),
    )
)
