"""What students predict before the experiments of lesson 02."""

from cs231n_lib.widgets.prediction import Prediction

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
