"""Questions about lesson 08 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ("predict_annealing", "predict_table")

QUESTIONS = {
    "momentum_two_steps": Number(
        "Momentum computes v ← 0.9v − 0.1 · dw and w ← w + v. Both start at 0, and dw is 1 in both of the first two "
        "steps. What is w after them?",
        "v is −0.1 and then −0.9 · 0.1 − 0.1 = −0.19, so w is −0.1 − 0.19 = −0.29.",
        -0.29,
        {
            -0.2: "That is plain SGD. The second step also contains 0.9 of the first.",
            -0.19: "That is v after two steps. w adds up both values of v.",
            -0.1: "That is w after one step.",
            0.29: "A step goes against the gradient, so w becomes negative.",
        },
        "Compute v for both steps, and add up the two values.",
    ),
    "nesterov": MultipleChoice(
        "At which point does Nesterov momentum evaluate the gradient, if v is the velocity and μ its factor?",
        "The step will move the weights by μv in any case, so Nesterov evaluates the gradient where they will be.",
        {"a": "At w", "b": "At w + μv", "c": "At w − μv"},
        "b",
        {
            "a": "That is plain momentum.",
            "c": "That point lies behind the weights. Nesterov looks *ahead*.",
        },
    ),
    "step_decay": Number(
        "A learning rate of 0.1 is multiplied by 0.1 after every 20 epochs. What is it in epoch 45, counted from 0?",
        "In epoch 45 two full periods of 20 epochs are over, so the learning rate is 0.1 · 0.1² = 0.001.",
        0.001,
        {
            0.01: "That is its value in epochs 20 to 39.",
            0.0001: "That is its value from epoch 60 on. Only two periods are over.",
            0.1: "That is its value in the first 20 epochs.",
        },
        "How many full periods of 20 epochs are over?",
    ),
    "adagrad_steps": Number(
        "Adagrad receives the same gradient in every step. How large is its fourth step, compared with its first?",
        "After four steps the sum of the squares is 4g², and Adagrad divides by its root. So the fourth step is "
        "1/√4 = ½ of the first.",
        0.5,
        {
            0.25: "The sum of the squares is four times as large, but Adagrad divides by its *root*.",
            1: "That would hold for SGD. The sum in Adagrad keeps growing.",
            2: "The sum grows, so the steps become smaller.",
        },
        "By which factor has the sum of the squares grown, and what does Adagrad divide by?",
    ),
    "bias_correction": Number(
        "Adam with β₁ = 0.9 starts at m = 0, and the first gradient is 5. What is the corrected mean m̂ after "
        "this step?",
        "m is 0.1 · 5 = 0.5. The correction divides by 1 − 0.9¹ = 0.1, which gives the gradient itself.",
        5,
        {
            0.5: "That is m before the correction.",
            0.05: "You multiplied by 1 − β₁. The correction divides by it.",
            4.5: "In m, the new gradient has the weight 1 − β₁ = 0.1.",
        },
        "Compute m first. Then divide it by 1 − β₁ to the power of the step's number.",
    ),
    "decoupled_decay": MultipleChoice(
        "What distinguishes decoupled weight decay (AdamW) from an L2 penalty in the loss that Adam minimises?",
        "Adam divides the gradient of an L2 penalty by √v̂ as well. So weights with large gradients decay less, unless "
        "the decay is decoupled.",
        {
            "a": "The decay is not divided by the size of the gradients",
            "b": "The decay has no strength to choose",
            "c": "The decay applies only to the biases",
        },
        "a",
        {
            "b": "Decoupled decay has a strength too.",
            "c": "Biases are often left out of the decay, with Adam as well as with AdamW.",
        },
    ),
}
