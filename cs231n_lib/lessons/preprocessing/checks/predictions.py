"""What students predict before the experiments of lesson 05."""

from cs231n_lib.widgets.prediction import Prediction

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
    "The notes say that pixels need no scaling, since all lie between 0 and 255. Clothes, the same network, the "
    "learning rate chosen anew each time: pixels of **0–255** as they are against **0–1 less the mean image**?",
    {"a": "No difference", "b": "0–255 is one or two points worse", "c": "0–255 is more than ten points worse"},
    "c",
    "First weights are made for inputs of about 1. At 255 the first scores are in the hundreds, and a rate small "
    "enough for that never makes it good.",
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
    "Directions of hardly any variance hold noise. Whitening makes it as loud as the picture, and the network learns "
    "it by heart.",
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
    "They know nothing of the labels. The rule holds all the same: it costs nothing, and where data drift the leak "
    "hides it.",
)
