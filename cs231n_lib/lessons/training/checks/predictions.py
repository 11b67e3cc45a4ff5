"""What students predict before the experiments of lesson 09, but for those on search."""

from cs231n_lib.widgets.prediction import Prediction

predict_bug = Prediction(
    "In a training loop by Adam the gradient of the first layer is halved by mistake. Some epochs later, what do loss "
    "and validation accuracy show of it?",
    {
        "a": "The loss falls half as fast",
        "b": "A validation accuracy some points lower",
        "c": "Nothing that stands out from one seed to the next",
    },
    "c",
    "Adam divides by the size of the gradient, so it does not feel a factor; under SGD the first layer would learn at "
    "half the rate, and the others make up for most of it. The numerical gradient shows it: a relative error of ½.",
)

predict_ratio = Prediction(
    "SGD, momentum and Adam train the same network, each at its best rate. Which changes the weights most in one step, "
    "relative to their length?",
    {"a": "SGD", "b": "Adam", "c": "All three by about a thousandth"},
    "a",
    "Plain SGD has no memory in which the noise of batches could cancel: its steps are long, and mostly undo each "
    "other. Momentum and Adam lie between 3 · 10⁻⁴ and 10⁻², SGD above.",
)

predict_difference = Prediction(
    "On the same 1,000 test pictures one network names 85.5 % correctly, another 84.5 %. They disagree on 90 of them. "
    "Is the first one better?",
    {
        "a": "Yes: ten pictures are ten pictures",
        "b": "One cannot say: the difference is about one standard error",
        "c": "No: they are equal",
    },
    "b",
    "Of the 90 pictures 50 went to the first and 40 to the second. As many heads in 90 throws of a coin, or more, come "
    "in one of six series: the standard error of the difference is √90 / 1,000, about 0.95 points.",
)

predict_people = Prediction(
    "People who are not in the trade name 83.5 % of such pictures correctly. Your network has seen 4,000 of them. What "
    "will it reach on the 1,000 test pictures?",
    {"a": "About 75 %", "b": "About 80 %", "c": "About 85 %", "d": "About 95 %"},
    "c",
    "It has all the parts by now. What keeps it from 95 % is the 4,000 pictures and the shirts; see the confusion "
    "matrix.",
)
