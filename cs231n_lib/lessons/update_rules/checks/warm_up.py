"""What lesson 08 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "The penalty is ½λw² with λ = 0.1, the gradient of the data's loss is 0, and the learning rate is 0.5. By "
            "which factor does one step of SGD multiply w?",
            "The gradient is λw, the step αλw, and what is left is 1 − αλ = 0.95 of w: weight *decay*.",
            0.95,
            {
                0.05: "That is the share which w loses. What is left of it?",
                0.9: "The step is the rate times the gradient: αλw, not λw.",
                0.975: "The ½ cancels the 2 of the square, so that the gradient is λw.",
                1.05: "A step goes against the gradient: the weight gets smaller.",
                0.5: "That leaves λ out.",
            },
            "The gradient of ½λw² is λw. Write w − α · λw as a factor times w.",
        ),
        Choice(
            "A network was trained with inverted dropout, `drop_prob` = 0.2. What do its activations need in use?",
            "What stayed was divided by 0.8 in training already, so the expectation is right as it is.",
            {"a": "A factor of 0.8", "b": "Nothing", "c": "A factor of 1/0.8"},
            "b",
            {
                "a": "That is vanilla dropout. The inverted kind has scaled in training.",
                "c": "That was done in training, to what stayed.",
            },
        ),
        Choice(
            "A loss is a narrow valley: steep across, nearly flat along. What limits the learning rate of gradient "
            "descent?",
            "A step across is the rate times a large curvature; beyond twice its inverse the steps grow.",
            {"a": "The steep direction", "b": "The flat direction", "c": "The mean of the two"},
            "a",
            {
                "b": "Along the valley a larger rate would be welcome: there descent only creeps.",
                "c": "One direction is enough to leap about in, however flat the other is.",
            },
        ),
    )
)
