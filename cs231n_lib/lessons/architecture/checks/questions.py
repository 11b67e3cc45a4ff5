"""What lesson 04 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "What is the slope of ReLU, 0 for negative inputs and the input itself for positive ones, at −3?",
            "Left of 0 it is flat: nothing changes when its input does.",
            {"a": "0", "b": "−3", "c": "1"},
            "a",
            {
                "b": "That is the input. The slope says how fast the *output* changes, and left of 0 it is always 0.",
                "c": "That is the slope right of 0. What does ReLU put out for −3, and for −2.9?",
            },
        ),
        Number(
            "x is (8, 5), w is (5, 3), and `out = x @ w + b`. The gradient of the loss with respect to w, `dw`: how "
            "many numbers are in it?",
            "A gradient has the shape of what it belongs to: (5, 3).",
            15,
            {
                24: "That is `out`, (8, 3). `dw` has the shape of w.",
                40: "That is x, (8, 5). `dw` has the shape of w.",
                3: "That is `db`. `dw` has the shape of w.",
                120: "The examples add up: `dw = x.T @ dout` has the shape of w alone.",
            },
            "Which shape has the gradient of w?",
        ),
        MultipleChoice(
            "An analytic gradient and a centred numerical one, in float64, differ by a relative error of 0.3. What do "
            "you believe?",
            "Rounding and the step leave errors of 10⁻⁶ or less: 0.3 is a bug, if no kink is near.",
            {
                "a": "The numerical one is rough; that is normal",
                "b": "The step h is too large",
                "c": "The analytic one has a bug",
            },
            "c",
            {
                "a": "A centred difference is right to about ten digits. Such an error comes from elsewhere.",
                "b": "With h = 10⁻⁵ the step is worth an error of about 10⁻¹⁰.",
            },
        ),
    )
)

predict_found = Prediction(
    "Two units of ReLU are enough for XOR: you have just written the weights. Now 200 random starts train the same "
    "network by descent. How many of them end with all four points right?",
    {"a": "All: the weights are there to be found", "b": "About one in four", "c": "None"},
    "b",
    "That a network *can* do it does not mean that descent finds it: with two units most starts end on a shelf, with a "
    "dead unit or three points right. With eight units nearly all get there.",
)

predict_bugs = Prediction(
    "A good test of a training loop is whether it memorises fifty images. Which of these bugs does it **not** uncover?",
    {
        "a": "The pictures are shuffled in each step, the labels are not",
        "b": "There is a ReLU on the scores",
        "c": "The gradients of the biases are missing",
        "d": "The rate is 100 times too large",
    },
    "c",
    "784 pixels separate 50 pictures without any bias. The other three are seen at once. So overfitting shows that the "
    "loop can fit, and not that its gradients are right: that is what your gradient check is for.",
)

predict_outside = Prediction(
    "Your network stays within ε = 0.1 of sin πx on [−1, 1]. How far from it may it be at x = 4?",
    {"a": "0.1, too: the theorem says for all x", "b": "A little more than 0.1", "c": "Any distance: here, about 9"},
    "c",
    "Beyond the last knot no unit bends any more, so the network goes on as a straight line, and sin comes back "
    "down. The theorem speaks of a bounded interval alone.",
)

predict_pieces = Prediction(
    "Cut a square into smaller squares, and replace a function by its value in the middle of each. From 4 to 16 to 64 "
    "squares the error falls by half each time. For a function of **ten** inputs, how many times as many pieces "
    "does a grid need for half of the error?",
    {"a": "2 times", "b": "20 times", "c": "1,024 times"},
    "c",
    "Half of the error needs twice as many cuts along *each* of the ten inputs, so 2¹⁰ = 1,024 times as many pieces.",
)

predict_depth = Prediction(
    "[0, 1] folded ten times is a line with 1,024 pieces. A network with ten hidden layers of two ReLUs draws it. How "
    "many units does a single hidden layer need?",
    {"a": "20, the same number", "b": "About 100", "c": "At least 1,023"},
    "c",
    "Each unit of a single layer bends the line once, at its own knot, and 1,024 pieces have 1,023 bends. With one "
    "more for the first slope it takes 1,024. A layer on top of another folds all that is below, so each *doubles* "
    "the number.",
)

predict_trained = Prediction(
    "Now let descent find it: four folds, networks with 1 and with 5 hidden layers and about 1,000 parameters each. "
    "And with **three** folds and 300 parameters?",
    {
        "a": "Depth wins both times",
        "b": "Depth wins at four folds; at three it is a draw, or the single layer is ahead",
        "c": "Neither learns anything",
    },
    "b",
    "Which functions a network can be is one thing, which it finds is another. With few folds one layer was "
    "easier to train here.",
)

predict_starts = Prediction(
    "Networks with 4 and with 64 hidden units train on the same spirals, from 40 random starts each. How do their "
    "final training losses compare?",
    {
        "a": "Both scatter equally, and the larger network ends lower",
        "b": "With 4 units about half get stuck at a high loss, and with 64 all reach the same low loss",
        "c": "All end in the same place",
    },
    "b",
    "With 4 units the good end is there, too, and about half of the starts find it. Of the others, 95 % are still "
    "stuck after 20,000 more steps.",
)

predict_double = Prediction(
    "500 digits, of which 30 % have a wrong label. Networks of 2 to 128 hidden units learn them as well as they can. "
    "How does the accuracy on new digits go as the network grows?",
    {
        "a": "Up, then down: the large ones overfit",
        "b": "Always up",
        "c": "Up, down, and up again",
    },
    "c",
    "The accuracy rises up to 8 units and dips at about 16, where a network can *just* memorise all wrong labels. "
    "Beyond that it rises again, which is the *double descent* of the error.",
)

predict_layers = Prediction(
    "The summary calls a network of two layers weak and useless in practice. At equal parameters: what does a third "
    "layer bring on digits?",
    {"a": "4 points", "b": "1 point", "c": "Nothing, or a little less"},
    "c",
    "Two layers are 4 points better than one, which has only 650 parameters; the third brings −0.2 ± 0.4. CS231n calls "
    "the *theorem* on two layers weak and useless in practice, not the network.",
)
