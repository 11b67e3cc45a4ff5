"""Warm-up questions and predictions of lesson 02."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "All three formulas use the same small h. Which one comes closest to the slope of f at x?",
            "Formula b steps to both sides, so the curvature cancels, and the error is proportional to h².",
            {
                "a": "`(f(x + h) - f(x)) / h`",
                "b": "`(f(x + h) - f(x - h)) / (2 * h)`",
                "c": "`(f(x + h) - f(x - h)) / h`",
            },
            "b",
            {
                "a": "That is the forward difference. It steps to only one side, and its error is proportional to h.",
                "c": "The two points are 2h apart, so this is twice the slope.",
            },
        ),
        Number(
            "The loss is L(w) = w², and w is 3. What is w after one step of gradient descent with a learning rate of "
            "0.1?",
            "The gradient is 2w = 6, and 3 − 0.1 · 6 = 2.4.",
            2.4,
            {
                2.7: "The slope of w² at 3 is 2 · 3 = 6, not 3.",
                3.6: "You added the gradient. A step goes *against* the gradient.",
                2.1: "That is 3 − 0.1 · 9, where 9 is the loss. Subtract 0.1 times the slope of the loss.",
            },
            "Compute the gradient of w² at 3. Then subtract 0.1 times the gradient from 3.",
        ),
        MultipleChoice(
            "You use batches of 256 examples instead of 64. How much of the noise in the gradient remains?",
            "The noise falls as 1/√B with the batch size B, and √4 = 2. Halving the noise takes four times as many "
            "examples.",
            {"a": "A quarter", "b": "Half", "c": "As much as before"},
            "b",
            {
                "a": "That is true of the *variance*. The noise is a standard deviation, so it falls as 1/√B.",
                "c": "A mean over more examples varies less. Its standard deviation falls as 1/√B.",
            },
        ),
    )
)

predict_second_call = Prediction(
    "You call the function above twice with the same cache, each time with a new copy of the same `dout`. What does "
    "the gradient check report about `dw`?",
    {
        "a": "Right both times",
        "b": "Right the first time, wrong the second",
        "c": "Wrong both times",
    },
    "b",
    "The first call squares the t in the cache and computes 1 − t² correctly. The second call squares this t² again "
    "and computes 1 − t⁴. A test with a single call does not detect this bug.",
)

predict_start = Prediction(
    "A network for ten classes has small random weights and is not trained yet. About how large is its loss?",
    {
        "a": "0, because the network has made no error yet",
        "b": "2.3",
        "c": "10, one for each class",
        "d": "It cannot be predicted",
    },
    "b",
    "Small weights give almost equal scores, so each class gets a probability of about 1/10, and −ln(1/10) = ln 10 = "
    "2.303. An initial loss far from ln K points to a bug or to weights that are too large.",
)

predict_pull = Prediction(
    "A misplaced decimal point in the target of an example raises the residual from 3 to 30. By how much does the "
    "gradient with respect to the example's score grow under the L2 loss and under the L1 loss?",
    {
        "a": "By a factor of 10 under both",
        "b": "By a factor of 10 under L2, and not at all under L1",
        "c": "By a factor of 100 under L2, and of 10 under L1",
    },
    "b",
    "The *loss* grows by a factor of 100 under L2 and of 10 under L1. But an update uses the "
    "gradient, which is 2r under L2 and only the sign of r under L1.",
)

predict_robustness = Prediction(
    "A fifth of the targets are far too high. You fit a line under L2, a line under L1, and a classifier of bins that "
    "predicts the weighted mean of their centres. Which of the three stays closest to the true line?",
    {
        "a": "L1, then the bins, with L2 far away",
        "b": "L2, because a few outliers cancel among so many points",
        "c": "The bins, because an outlier is only one more example of a class",
    },
    "a",
    "Bins limit the effect of an outlier. But a fifth of the probability is now in the top bin, so the mean of the "
    "bins moves a fifth of the way towards that bin. Predicting the most likely bin is no better. The correct points "
    "are spread over five or six bins, so the outliers in their single bin outnumber the points in every other bin.",
)
