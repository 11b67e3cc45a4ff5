"""What lesson 05 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "Descent on ½ · 8 · w², from anywhere: up to which learning rate does it come to rest at 0?",
            "A step multiplies w by 1 − 8 · rate, and that must lie between −1 and 1: the rate below 2/8. The steepest "
            "direction sets the limit for all.",
            0.25,
            {
                0.125: "At 1/8 it is there in one step. It may be larger: up to where 1 − 8 · rate reaches −1.",
                8.0: "That is the curvature. A step is rate · 8 · w: what becomes of w?",
                4.0: "Half the curvature. The steeper the bowl, the *smaller* the rate has to be.",
                2.0: "That would be the limit for a curvature of 1. Here it is 8.",
            },
            "A step is w − rate · 8 · w. For which rates does its size shrink?",
        ),
        Number(
            "x is (64, 3), w is (3, 5). The first feature of x is multiplied by 100. By how much is the gradient of "
            "the first row of w multiplied, for the same `dout`?",
            "`dw = x.T @ dout`: its first row is made of the first column of x.",
            100,
            {
                1: "`dw = x.T @ dout`: its first row is made of the first column of x.",
                10_000: "The gradient has x once. Its *curvature* has x twice.",
                0.01: "The weight that fits is a hundredth. Its gradient is made of x, and grows.",
            },
            "Write down `dw` for out = x @ w + b.",
        ),
        MultipleChoice(
            "All inputs of a unit are positive. What does that do to the gradients of its weights, for one example?",
            "Each is dout times an input, so all have the sign of dout: the weights rise or fall together. A batch "
            "mixes the signs.",
            {"a": "They are all positive", "b": "They have one sign", "c": "They are small"},
            "b",
            {
                "a": "dout may be negative, and then they are all negative.",
                "c": "Their size depends on the inputs' size, not on their sign.",
            },
        ),
    )
)

predict_descent = Prediction(
    "House prices from area (40 to 200 m²), rooms (1 to 6) and year (1950 to 2020), all less their mean. Descent takes "
    "2,000 steps. How many once the features are **standardised**?",
    {"a": "About 1,000", "b": "About 100", "c": "One or two"},
    "c",
    "All three features then have the same curvature, so one rate fits all. Before, the rate had to suit the area, and "
    "the rooms crept.",
)

predict_importance = Prediction(
    "A linear model of house prices gives the area the weight 0.012 per m², and the rooms 0.4 each. Which of the two "
    "is more important?",
    {"a": "The rooms", "b": "The area", "c": "The weights do not say"},
    "c",
    "A weight is a price per *unit*. In square feet the area's weight would be ten times smaller, and the model the "
    "same.",
)

predict_outlier = Prediction(
    "Of 200 values, one lies ten standard deviations out. On how much of the way from −1 to 1 do nine tenths of the "
    "others lie after **min–max**?",
    {"a": "About nine tenths of it", "b": "About half of it", "c": "About a quarter of it"},
    "c",
    "The outlier takes one end of the range for itself: the others share a width of 0.5 of 2.",
)

predict_pixels = Prediction(
    "The summary says that pixels need no scaling, since all lie between 0 and 255. Clothes, the same network, the "
    "learning rate chosen anew each time: pixels of **0–255** as they are against **0–1 less the mean image**?",
    {"a": "No difference", "b": "0–255 is one or two points worse", "c": "0–255 is more than ten points worse"},
    "c",
    "Initial weights are drawn for inputs of about 1. At 255 the first scores are in the hundreds, and with a learning "
    "rate small enough for that ten epochs do not catch up.",
)

predict_components = Prediction(
    "A piece of clothing has 784 pixels. How many principal components hold **80 %** of the variance?",
    {"a": "23", "b": "about 200", "c": "about 500"},
    "a",
    "Neighbouring pixels are nearly equal, and there are only ten kinds of pieces. In noise of the same size it takes "
    "499.",
)

predict_whitening = Prediction(
    "Whitening makes every direction equally long. 1,000 clothes, 50 hidden units: what does it do to **training** and "
    "to **validation**?",
    {
        "a": "Both get better",
        "b": "Training takes a few steps only, validation loses half of its accuracy",
        "c": "Neither changes much",
    },
    "b",
    "Directions of hardly any variance hold noise. Whitening makes it as loud as the picture, and the network "
    "memorises it.",
)

predict_leak = Prediction(
    "Labels are coin flips, 50 examples with 1,000 features of noise. Somebody looks for the ten features that go best "
    "with the labels, *then* splits into training and validation. What validation accuracy is reported?",
    {"a": "About 50 %: noise is noise", "b": "About 60 %", "c": "Over 80 %"},
    "c",
    "Among 1,000 features of noise some go with 50 coin flips by chance, those of the validation part as well.",
)

predict_statistics = Prediction(
    "And if only **means and standard deviations** are taken from all data? Digits, 50 to train and 50 to validate.",
    {"a": "Ten points too good", "b": "Hardly any difference", "c": "Over 80 % too good"},
    "b",
    "They do not depend on the labels, and on these digits the gain is within the noise. Keep the rule all the same, "
    "because it costs nothing, and where data drift the leak hides it.",
)
