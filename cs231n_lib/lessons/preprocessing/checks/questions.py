"""Questions of lesson 05, about earlier lessons at its start and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "Gradient descent minimises ½ · 8 · w². Below which learning rate does it converge to 0 from any initial "
            "w?",
            "A step multiplies w by 1 − 8 · lr, which must lie between −1 and 1, so lr < 2/8. The steepest direction "
            "sets the limit for all directions.",
            0.25,
            {
                0.125: "With 1/8, w reaches 0 in one step. A larger lr still converges until 1 − 8 · lr reaches −1.",
                8.0: "That is the curvature. A step subtracts lr · 8 · w, so what becomes of w?",
                4.0: "That is half of the curvature. The steeper the bowl, the *smaller* the learning rate must be.",
                2.0: "That would be the limit for a curvature of 1. Here the curvature is 8.",
            },
            "A step gives w − lr · 8 · w. For which lr does the size of w shrink?",
        ),
        Number(
            "x is (64, 3) and w is (3, 5). You multiply the first feature of x by 100. By which factor does the "
            "gradient of the first row of w change, for the same `dout`?",
            "The gradient is `dw = x.T @ dout`, and its first row is computed from the first column of x.",
            100,
            {
                1: "The gradient is `dw = x.T @ dout`, and its first row is computed from the first column of x.",
                10_000: "The gradient contains x once. The *curvature* contains x twice.",
                0.01: "The best weight is 100 times smaller. Its gradient contains x, so the gradient grows.",
            },
            "Write down `dw` for out = x @ w + b.",
        ),
        MultipleChoice(
            "All inputs of a unit are positive. What do the gradients of its weights have in common for one example?",
            "Each gradient is dout times an input, so all have the sign of dout. The weights increase or decrease "
            "together. A batch mixes the signs.",
            {"a": "They are all positive", "b": "They have the same sign", "c": "They are small"},
            "b",
            {
                "a": "If dout is negative, all of them are negative.",
                "c": "Their size depends on the size of the inputs and not on the sign.",
            },
        ),
    )
)

predict_descent = Prediction(
    "House prices depend on area (40 to 200 m²), rooms (1 to 6) and year (1950 to 2020). With the means subtracted, "
    "gradient descent takes 2,000 steps. How many does it take after you **standardise** the features?",
    {"a": "About 1,000", "b": "About 100", "c": "One or two"},
    "c",
    "After standardising, all three features have the same curvature, so one learning rate suits all of them. Before, "
    "the learning rate had to suit the area, and the weight of the rooms changed slowly.",
)

predict_importance = Prediction(
    "A linear model of house prices has the weight 0.012 per m² of area and 0.4 per room. Which feature is more "
    "important?",
    {"a": "The rooms", "b": "The area", "c": "You cannot tell from the weights"},
    "c",
    "A weight is a price per *unit*. In square feet, the weight of the area would be ten times smaller, although the "
    "model is the same.",
)

predict_outlier = Prediction(
    "One of 200 values lies ten standard deviations out. What fraction of the range from −1 to 1 do the central nine "
    "tenths of the others occupy after **min–max scaling**?",
    {"a": "About nine tenths of it", "b": "About half of it", "c": "About a quarter of it"},
    "c",
    "The outlier has one end of the range to itself. The central nine tenths of the others occupy a width of 0.5 out "
    "of 2.",
)

predict_pixels = Prediction(
    "The summary says that pixels need no scaling, since all lie between 0 and 255. You train the same network on "
    "Fashion-MNIST with pixels of **0–255** and with pixels of **0–1 minus the mean image**, each at its best learning "
    "rate. How do the accuracies differ?",
    {"a": "Not at all", "b": "0–255 is one or two points worse", "c": "0–255 is more than ten points worse"},
    "c",
    "Initial weights are chosen for inputs of size about 1. With inputs up to 255 the first scores are in the "
    "hundreds. With a learning rate that is small enough for such scores, ten epochs are too few.",
)

predict_components = Prediction(
    "An image of Fashion-MNIST has 784 pixels. How many principal components hold **80 %** of the variance?",
    {"a": "23", "b": "About 200", "c": "About 500"},
    "a",
    "Neighbouring pixels are nearly equal, and there are only ten classes of clothes. Noise with as many pixels needs "
    "499 components.",
)

predict_covariance = Prediction(
    "On the **training** digits, the covariance matrix of z is diagonal. What is it on the **validation** digits, with "
    "the same mean and components?",
    {"a": "Diagonal as well", "b": "Nearly diagonal", "c": "As full as that of the pixels"},
    "b",
    "The components make the *training* covariance diagonal. The validation digits are other draws from the same "
    "distribution, so their covariance is similar but not equal.",
)

predict_trained = Prediction(
    "You train a network on the first K coordinates of Fashion-MNIST in place of 784 pixels. How many do you need for "
    "an accuracy **within one point** of that with all 784?",
    {"a": "10", "b": "50", "c": "421, which hold 99 % of the variance"},
    "b",
    "Fifty coordinates hold 87 % of the variance and nearly everything that this network uses to tell the "
    "classes apart. Variance alone does not determine how many you need, so measure.",
)

predict_whitening = Prediction(
    "Whitening gives all directions the same variance. You train 50 hidden units on 1,000 images of Fashion-MNIST. "
    "What does whitening do to **training** and to **validation**?",
    {
        "a": "Both get better",
        "b": "Training takes a few steps, and validation loses half of its accuracy",
        "c": "Neither changes much",
    },
    "b",
    "Directions with almost no variance contain noise. Whitening makes the noise as strong as the image, and the "
    "network memorises it.",
)

predict_leak = Prediction(
    "Labels are coin flips, and 50 examples have 1,000 features of noise. Somebody selects the ten features that are "
    "most correlated with the labels, and *then* splits the data into training and validation. Which validation "
    "accuracy is reported?",
    {"a": "About 50 %, because noise predicts nothing", "b": "About 60 %", "c": "Over 80 %"},
    "c",
    "Among 1,000 features of noise, some are correlated with 50 coin flips by chance, and these 50 include the "
    "labels of the validation part.",
)

predict_statistics = Prediction(
    "Now only the **means and standard deviations** are computed on all data, with 50 digits for training and 50 for "
    "validation. By how much is the accuracy too high?",
    {"a": "Ten points", "b": "Almost nothing", "c": "More than 30 points"},
    "b",
    "Means and standard deviations do not depend on the labels, and on these digits the gain is within the noise. Keep "
    "the rule all the same. It costs nothing, and if the data drift, a leak hides the drift.",
)
