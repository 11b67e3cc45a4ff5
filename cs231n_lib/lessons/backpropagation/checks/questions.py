"""What lesson 02 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "Which numerical gradient of f at x comes nearest to the slope, all at the same small h?",
            "It looks to both sides, so the curvature drops out, and the error shrinks like h².",
            {
                "a": "`(f(x + h) - f(x)) / h`",
                "b": "`(f(x + h) - f(x - h)) / (2 * h)`",
                "c": "`(f(x + h) - f(x - h)) / h`",
            },
            "b",
            {
                "a": "That is the forward difference: it looks to one side only, and its error shrinks like h.",
                "c": "The two points are 2h apart, so this is twice the slope.",
            },
        ),
        Number(
            "The loss is L(w) = w², and w is 3. What is w after one step of gradient descent at the learning rate 0.1?",
            "The gradient is 2w = 6, and 3 − 0.1 · 6 = 2.4.",
            2.4,
            {
                2.7: "The slope of w² at 3 is 2 · 3 = 6, not 3.",
                3.6: "That is uphill. A step goes *against* the gradient.",
                2.1: "That is 3 − 0.1 · 9: the step is made of the loss. It should be made of its slope.",
            },
            "First the gradient of w² at 3; then subtract 0.1 times that from 3.",
        ),
        MultipleChoice(
            "You replace batches of 64 examples by batches of 256. How much noise is left in their gradients?",
            "It falls as 1/√B, and √4 is 2: four times the work for half the noise.",
            {"a": "A quarter", "b": "Half", "c": "As much as before"},
            "b",
            {
                "a": "The *variance* is a quarter. Noise is a standard deviation, and falls as 1/√B.",
                "c": "A mean over more examples scatters less: as 1/√B.",
            },
        ),
    )
)

predict_second_call = Prediction(
    "The function above is called twice with the same cache and a fresh copy of the same `dout`. What does the "
    "gradient check say of `dw`?",
    {
        "a": "Right both times",
        "b": "Right the first time, wrong the second",
        "c": "Wrong both times",
    },
    "b",
    "The first call squares the t that the cache holds, and uses it well. The second call finds the square and squares "
    "it again: 1 − t⁴ in place of 1 − t². A test that calls once sees nothing.",
)

predict_start = Prediction(
    "A network for ten classes has small random weights and has seen nothing yet. What is its loss, about?",
    {"a": "0, as it has made no error yet", "b": "2.3", "c": "10, one for each class", "d": "Nobody can know"},
    "b",
    "Small weights give almost equal scores, so each class gets a probability of about 1/10, and −ln(1/10) = ln 10 = "
    "2.303. A first loss far from ln K points to a bug or to weights that are too large.",
)

predict_pull = Prediction(
    "An example's residual grows from 3 to 30: its target has slipped by a decimal place. How much harder does it now "
    "pull at its score, under the L2 and under the L1 loss?",
    {
        "a": "10 times under both",
        "b": "10 times under L2, just as hard as before under L1",
        "c": "100 times under L2, 10 times under L1",
    },
    "b",
    "The *loss* grows 100 and 10 times. What moves the weights is the gradient: 2r under L2, and only the sign of r "
    "under L1.",
)

predict_robustness = Prediction(
    "A fifth of the targets are replaced by values far too high. Three models are fitted: under L2, under L1, and as "
    "classes of bins, read as the mean of the bins. Which stays nearest to the truth?",
    {
        "a": "L1, then bins; L2 is far off",
        "b": "L2: a few outliers cancel among so many points",
        "c": "bins: an outlier is only a class like any other",
    },
    "a",
    "Bins bound what an outlier can do, but a fifth of the probability now lies in the outermost bin, and the mean of "
    "the bins moves there by a fifth of the way. Their most likely bin fares no better: where the honest points share "
    "five or six bins, the outliers, all in one, outvote them.",
)
