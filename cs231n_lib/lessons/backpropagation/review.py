"""Questions about lesson 02 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ("predict_second_call",)

QUESTIONS = {
    "multiply_gate": Number(
        "A graph computes z = x · y with x = 3 and y = −2, and dL/dz is 5. What is dL/dx?",
        "The local slope of z with respect to x is y = −2. Multiply it by the upstream gradient 5.",
        -10,
        {
            15: "That is dL/dy. The local slope with respect to x is y.",
            5: "That is the upstream gradient. Multiply it by the local slope.",
            -2: "That is the local slope. Multiply it by the upstream gradient.",
            -6: "That is z itself.",
        },
        "Multiply the upstream gradient by the local slope dz/dx.",
    ),
    "input_gradient": MultipleChoice(
        "A layer computes `out = x @ w + b` with x (N, D) and w (D, M), and `dout` is (N, M). What is `dx`?",
        "`dx` has the shape of x. The sum over the outputs makes M the inner size, so the product is (N, M) @ (M, D).",
        {"a": "`x.T @ dout`", "b": "`dout @ w`", "c": "`dout @ w.T`"},
        "c",
        {
            "a": "This product has the shape of w. It is `dw`.",
            "b": "The inner sizes are M and D, so NumPy refuses this product unless they happen to be equal.",
        },
    ),
    "softmax_shift": MultipleChoice(
        "You add 100 to all scores of an example. What happens to its softmax probabilities?",
        "Every exponential is multiplied by the same factor, which cancels in the quotient. This is why a stable "
        "softmax may subtract the largest score.",
        {"a": "They stay the same", "b": "The largest one comes closer to 1", "c": "All of them grow"},
        "a",
        {
            "b": "That happens if you *multiply* the scores by 2. A common shift leaves their differences unchanged.",
            "c": "Probabilities add up to 1, so they cannot all grow.",
        },
    ),
    "softmax_gradient": Number(
        "Softmax returns the probabilities (0.2, 0.5, 0.3), and the second class is the right one. The loss is the "
        "cross-entropy of this one example. What is the gradient of the loss with respect to the second *score*?",
        "The gradient with respect to a score is the probability of its class, minus 1 if the class is the right one. "
        "Here this is 0.5 − 1 = −0.5.",
        -0.5,
        {
            0.5: "To lower the loss, the score of the right class must rise, so its gradient is negative.",
            -2: "That is the gradient with respect to the *probability*, −1/p.",
            0.6931: "That is the loss, −ln 0.5.",
        },
        "Subtract 1 from the probability of the right class.",
    ),
    "not_divided": Number(
        "A loss is the mean over 10 examples, but the code computes the gradient of the sum. What relative error does "
        "a gradient check report (the difference of the analytic and the numerical gradient, divided by the larger "
        "one)?",
        "The analytic gradient is 10 times the numerical one, and (10 − 1) / 10 = 0.9.",
        0.9,
        {
            9: "You divided by the smaller of the two.",
            10: "That is the factor between the two. Divide their difference by the larger one.",
            1: "The relative error is a little less, because the smaller gradient is not 0.",
            0.1: "That is the quotient of the two gradients. The error is their difference divided by the larger one.",
        },
        "Call the numerical gradient g. Then the analytic one is 10g.",
    ),
    "binary_cross_entropy": Number(
        "A sigmoid predicts 0.9 for an example with the label 0. What is its binary cross-entropy? (Give two decimal "
        "places.)",
        "The right label has the probability 1 − 0.9 = 0.1, and −ln 0.1 = 2.30.",
        2.3026,
        {
            0.10536: "That is −ln 0.9, the loss for the label 1.",
            0.9: "That is the prediction. The loss is minus the logarithm of the right label's probability.",
            -2.3026: "The logarithm of a probability is negative, and the loss is *minus* this logarithm.",
            1: "That uses the decimal logarithm. The loss uses the natural one.",
        },
        "Which probability does the prediction give to the label 0?",
    ),
    "in_place": MultipleChoice(
        "The backward pass of a layer computes `dout *= slope` in place and returns `dout`. Its result is right. Why "
        "is this still a bug?",
        "The array belongs to the caller. If another branch of the network receives the same array, that branch uses a "
        "gradient that was already multiplied by this slope.",
        {
            "a": "It is slower than making a new array",
            "b": "It changes an array that another part of the network may still need",
            "c": "It loses precision",
        },
        "b",
        {
            "a": "It saves a copy, so it tends to be faster.",
            "c": "The product is rounded in the same way in place and in a new array.",
        },
    ),
}
