"""Warm-up questions of lesson 04 and predictions before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "ReLU is 0 for negative inputs and equals its input for positive ones. What is its slope at −3?",
            "ReLU is flat left of 0, so a small change of its input does not change its output.",
            {"a": "0", "b": "−3", "c": "1"},
            "a",
            {
                "b": "That is the input. The slope says how fast the *output* changes, and left of 0 the output does "
                "not change.",
                "c": "That is the slope right of 0. What does ReLU output for −3, and for −2.9?",
            },
        ),
        Number(
            "x has shape (8, 5), w has shape (5, 3), and `out = x @ w + b`. How many numbers does `dw`, the gradient "
            "of the loss with respect to w, contain?",
            "A gradient has the shape of its array, so `dw` has shape (5, 3) and contains 5 · 3 = 15 numbers.",
            15,
            {
                24: "That is the size of `out`, 8 · 3. `dw` has the shape of w.",
                40: "That is the size of x, 8 · 5. `dw` has the shape of w.",
                3: "That is the size of `db`. `dw` has the shape of w.",
                120: "The contributions of the examples are added, so `dw = x.T @ dout` has only the shape of w.",
            },
            "What shape does the gradient of w have?",
        ),
        MultipleChoice(
            "An analytic gradient and a centred numerical one, in float64, differ by a relative error of 0.3. What "
            "is the most likely cause?",
            "With h = 10⁻⁵, rounding and the step cause relative errors of 10⁻⁶ or less, so an error of 0.3 means a "
            "bug unless a kink is near.",
            {
                "a": "The numerical gradient is only a rough estimate, so this is normal",
                "b": "The step h is too large",
                "c": "The analytic gradient has a bug",
            },
            "c",
            {
                "a": "A centred difference is correct to about ten digits, so it does not cause an error of 0.3.",
                "b": "With h = 10⁻⁵ the step causes an error of only about 10⁻¹⁰.",
            },
        ),
    )
)

predict_found = Prediction(
    "Two ReLU units are enough for XOR, as the weights that you have just written show. Now gradient descent trains "
    "such a network, with a score for each class, from 200 random initialisations. How many of the 200 runs end with "
    "all four points classified correctly?",
    {"a": "All, because suitable weights exist", "b": "About one in four", "c": "None"},
    "b",
    "A network that *can* compute XOR need not learn it by gradient descent. With two ReLU units, most runs end on a "
    "plateau of the loss, with a dead unit or with only three points correct. With eight units nearly all runs "
    "succeed.",
)

predict_bugs = Prediction(
    "Overfitting 50 images to an accuracy of 100 % is a good test of a training loop. Which of these bugs does it "
    "**not** uncover?",
    {
        "a": "The images are shuffled in each step, but the labels are not",
        "b": "ReLU is applied to the scores",
        "c": "The gradients of the biases are left at 0",
        "d": "The learning rate is 100 times too large",
    },
    "c",
    "With 784 pixels, the network can separate 50 images without any bias. The loss reveals the other three bugs, "
    "because it ends higher than without a bug. Overfitting shows only that the loop can fit. To test whether the "
    "gradients are correct, use your gradient check.",
)

predict_outside = Prediction(
    "Your network stays within ε = 0.1 of sin πx on [−1, 1]. How far from sin πx may the network be at x = 4?",
    {
        "a": "Also at most 0.1, because the bound holds for all x",
        "b": "A little more than 0.1",
        "c": "There is no limit, and here it is more than 9 away",
    },
    "c",
    "Beyond the last knot no further unit becomes active, so the network continues as a straight line, whereas the "
    "sine stays between −1 and 1. The bound holds only on [−1, 1].",
)

predict_pieces = Prediction(
    "Cut a square into smaller squares, and in each of them replace a function by its value in the middle. If you use "
    "16 squares instead of 4, or 64 instead of 16, the largest error halves. For a function of **ten** inputs, how "
    "many times as many pieces does a grid need to halve the error?",
    {"a": "2 times", "b": "20 times", "c": "1,024 times"},
    "c",
    "To halve the error, you need twice as many pieces along *each* of the ten inputs, so the grid has 2¹⁰ = 1,024 "
    "times as many pieces.",
)

predict_depth = Prediction(
    "Folding [0, 1] ten times gives a line with 1,024 pieces. A network with ten hidden layers of two ReLUs computes "
    "this line. How many units does a single hidden layer need?",
    {"a": "20, the same number", "b": "About 100", "c": "1,024"},
    "c",
    "Each unit of a single hidden layer bends the line once, at its own knot, and 1,024 pieces have 1,023 bends. One "
    "more unit sets the first slope, which makes 1,024 units. In a deep network, each hidden layer folds everything "
    "that the layers before it compute, so it *doubles* the number of pieces.",
)

predict_trained = Prediction(
    "Now let training find the function. For four folds, the networks have 1 or 5 hidden layers and about 1,000 "
    "parameters each. For **three** folds, they have about 300 parameters. Which depth learns the function better?",
    {
        "a": "The deep network is ahead both times",
        "b": "The deep network is ahead at four folds, but at three folds the two are level or the single hidden layer "
        "is ahead",
        "c": "Neither learns the function",
    },
    "b",
    "A network does not learn every function that it can represent. With three folds, the single hidden layer was "
    "easier to train in this experiment.",
)

predict_starts = Prediction(
    "Networks with 4 and with 64 hidden units are trained on the same spirals, each size from 40 random "
    "initialisations. How do their final training losses compare?",
    {
        "a": "The losses vary equally at both sizes, but the larger networks end with lower losses",
        "b": "With 4 units, about half of the runs get stuck at a high loss, but with 64 units, all end at about the "
        "same low loss",
        "c": "All networks end at the same loss",
    },
    "b",
    "Networks with 4 units can reach a low loss too, and about half of the runs do. Of the other runs, 95 % are still "
    "stuck after 20,000 more steps.",
)

predict_double = Prediction(
    "Networks with 2 to 128 hidden units are trained on 500 digits, of which 30 % have a wrong label. How does the "
    "accuracy on new digits change as the network grows?",
    {
        "a": "It rises and then falls, because large networks overfit",
        "b": "It always rises",
        "c": "It rises, falls, and rises again",
    },
    "c",
    "The accuracy rises up to 8 units. It is lower at about 16 units, where a network memorises *nearly all* labels, "
    "and rises again beyond this width. So the error falls, rises and falls again, which is called *double descent*.",
)

predict_layers = Prediction(
    "The summary calls a network of two layers (one of them hidden) weak and useless in practice. How much accuracy "
    "does a third layer add on digits if the number of parameters stays the same?",
    {"a": "4 percentage points", "b": "1 percentage point", "c": "None, or it even lowers the accuracy a little"},
    "c",
    "With two layers, the accuracy is 4 percentage points higher than with one layer, which has only 650 parameters. "
    "The third layer changes the accuracy by −0.2 ± 0.4 percentage points (mean and standard deviation over 20 "
    "seeds). CS231n calls the *theorem* on two-layer networks, and not the networks themselves, "
    '"a relatively weak and useless statement in practice".',
)
