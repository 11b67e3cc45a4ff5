"""Questions about lesson 04 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ("predict_found", "predict_trained", "predict_outside")

QUESTIONS = {
    "parameters": Number(
        "A network has 20 inputs, one hidden layer of 10 units and 3 scores. How many parameters does it have, biases "
        "included?",
        "The first layer has 20 · 10 + 10 = 210 parameters, and the second has 10 · 3 + 3 = 33.",
        243,
        {
            230: "Each unit and each score also has a bias.",
            210: "These are the parameters of the first layer alone.",
            200: "These are the weights of the first layer alone.",
        },
        "Count the weights and the biases of both layers.",
    ),
    "naming": Number(
        "A network has 784 inputs, hidden layers of 100 and of 50 units, and 10 scores. How many layers does it have "
        "in the usual way of counting?",
        "The usual count includes only layers with parameters. These are the two hidden layers and the output layer, "
        "but not the input.",
        3,
        {
            4: "The input has no parameters, so it does not count.",
            2: "The output layer has parameters too, so it counts.",
        },
        "Which of these parts have weights?",
    ),
    "xor": MultipleChoice(
        "Why can no affine function of the two inputs classify XOR?",
        "Its decision boundary is a straight line, and every straight line leaves at least one of the four points on "
        "the wrong side.",
        {
            "a": "It has too few weights for four points",
            "b": "No straight line separates (0, 1) and (1, 0) from (0, 0) and (1, 1)",
            "c": "Gradient descent gets stuck on a plateau",
        },
        "b",
        {
            "a": "AND and OR have four points as well, and an affine function classifies all of them correctly.",
            "c": "There is nothing to find, because no choice of the weights is right for all four points.",
        },
    ),
    "only_affine": MultipleChoice(
        "Ten affine layers follow one another, with no activation between them. What can this stack compute?",
        "An affine function of an affine function is affine again, so the ten matrices could be multiplied into one.",
        {
            "a": "Only what one affine layer can compute, or less",
            "b": "Polynomials of degree ten",
            "c": "Every continuous function, if it is wide enough",
        },
        "a",
        {
            "b": "No layer multiplies one input by another, so no powers arise.",
            "c": "That needs a non-linear activation.",
        },
    ),
    "where_it_holds": MultipleChoice(
        "The universal approximation theorem promises a network whose error is below ε. For which inputs does it "
        "promise this?",
        "The bounded set is chosen first, and the network may depend on it. Outside this set, the error may have any "
        "size.",
        {
            "a": "For all inputs",
            "b": "For all inputs in a bounded, closed set that is chosen in advance, such as [−1, 1]",
            "c": "For the training examples",
        },
        "b",
        {
            "a": "Far away from 0, a network of ReLUs is a straight line, so it cannot follow a sine everywhere.",
            "c": "The theorem is about a function and not about data. It covers all points of the set.",
        },
    ),
}
