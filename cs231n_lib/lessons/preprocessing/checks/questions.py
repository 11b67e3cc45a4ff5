"""Questions of lesson 05, about earlier lessons at its start and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "Gradient descent minimises ½ · 8 · w². Below which learning rate does w converge to 0 from any initial "
            "value?",
            "A step multiplies w by 1 − 8 · lr, which must lie between −1 and 1, so lr < 2/8. With several "
            "directions, the steepest one sets this limit for all of them.",
            0.25,
            {
                0.125: "With 1/8, w reaches 0 in one step. A larger lr still converges until 1 − 8 · lr reaches −1.",
                8.0: "That is the curvature. A step subtracts lr · 8 · w, so by what does it multiply w?",
                4.0: "That is half of the curvature. The steeper the bowl, the *smaller* the learning rate must be.",
                2.0: "That would be the limit for a curvature of 1. Here the curvature is 8.",
            },
            "A step changes w to w − lr · 8 · w. For which lr does |w| shrink?",
        ),
        Number(
            "x is (64, 3) and w is (3, 5). You multiply the first feature of x by 100. By which factor does the "
            "gradient of the first row of w change, for the same `dout`?",
            "The gradient is `dw = x.T @ dout`, and its first row is computed from the first column of x.",
            100,
            {
                1: "The gradient is `dw = x.T @ dout`, and its first row is computed from the first column of x.",
                10_000: "The gradient contains x only once. It is the *curvature* that contains x twice.",
                0.01: "The best weight becomes 100 times smaller, but the gradient contains x and grows.",
            },
            "Write down `dw` for out = x @ w + b.",
        ),
        MultipleChoice(
            "All inputs of a unit are positive. What do the gradients of its weights have in common for one example?",
            "Each gradient is dout times an input, so all have the sign of dout, and the weights increase or "
            "decrease together. Over a batch the signs may differ, because dout can change its sign between examples.",
            {"a": "They are all positive", "b": "They have the same sign", "c": "They are small"},
            "b",
            {
                "a": "If dout is negative, all of them are negative.",
                "c": "Their size depends on the size of the inputs and not on their sign.",
            },
        ),
    )
)

predict_descent = Prediction(
    "House prices depend on area (40 to 200 m²), rooms (1 to 6) and year (1950 to 2020). With the means subtracted, "
    "gradient descent at its best learning rate takes 2,000 steps to remove 99 % of the reducible loss. How many steps "
    "does it take after you **standardise** the features?",
    {"a": "About 1,000", "b": "About 100", "c": "One or two"},
    "c",
    "After standardising, the loss has nearly the same curvature along all three weights, so one learning rate suits "
    "all of them. Before, the learning rate had to suit the area, so the weight of the rooms changed slowly.",
)

predict_importance = Prediction(
    "A linear model of house prices in units of 100,000 euros has the weights 0.012 per m² of area and 0.4 per room. "
    "Which feature is more important?",
    {"a": "The rooms", "b": "The area", "c": "You cannot tell from the weights"},
    "c",
    "A weight is a price per *unit* of its feature. Per square foot, the weight of the area would be about a tenth as "
    "large, although the model is the same.",
)

predict_outlier = Prediction(
    "One of 200 values lies ten standard deviations from the mean. What fraction of the range from −1 to 1 do the "
    "central 90 % of the other values occupy after **min–max scaling**?",
    {"a": "About 90 %", "b": "About half", "c": "About a quarter"},
    "c",
    "The outlier alone determines one end of the range, so the central 90 % of the other values occupy a width of "
    "only 0.5 out of 2.",
)

predict_pixels = Prediction(
    "The summary says that pixels need no scaling, because all lie between 0 and 255. You train the same network on "
    "Fashion-MNIST with pixels of **0–255** and with pixels of **0–1 minus the mean image**, each at its best "
    "learning rate. How do the validation accuracies differ?",
    {
        "a": "Not at all",
        "b": "With 0–255 it is one or two percentage points lower",
        "c": "With 0–255 it is more than ten percentage points lower",
    },
    "c",
    "Initial weights are chosen for inputs of size about 1. With inputs up to 255, the initial scores are in the "
    "hundreds. With a learning rate that is small enough for such scores, ten epochs are too few.",
)

predict_components = Prediction(
    "An image of Fashion-MNIST has 784 pixels. How many principal components hold **80 %** of the variance?",
    {"a": "23", "b": "About 200", "c": "About 500"},
    "a",
    "Neighbouring pixels are nearly equal, and there are only ten classes of clothes. Noise with as many pixels needs "
    "499 components for 80 %.",
)

predict_covariance = Prediction(
    "On the **training** digits, the covariance matrix of the coordinates z is diagonal. What form does this matrix "
    "have on the **validation** digits, with the same mean and components?",
    {"a": "Diagonal as well", "b": "Nearly diagonal", "c": "As full as that of the pixels"},
    "b",
    "The components make the *training* covariance diagonal. The validation digits are other draws from the same "
    "distribution, so their covariance is similar but not equal.",
)

predict_trained = Prediction(
    "You train a network on the first K coordinates of Fashion-MNIST instead of the 784 pixels. How many "
    "coordinates do you need for a validation accuracy **within one percentage point** of that with all 784?",
    {"a": "10", "b": "50", "c": "421, which hold 99 % of the variance"},
    "b",
    "Fifty coordinates hold 87 % of the variance and nearly everything that this network uses to tell the classes "
    "apart. The variance alone does not determine how many you need, so measure the accuracy.",
)

predict_whitening = Prediction(
    "Whitening gives all directions the same variance. You train a network of 50 hidden units on 1,000 images of "
    "Fashion-MNIST. How does whitening affect **training** and **validation**?",
    {
        "a": "Both get better",
        "b": "Training takes only a few steps, but the validation accuracy falls by almost half",
        "c": "Neither changes much",
    },
    "b",
    "Directions with almost no variance contain mostly noise. Whitening makes this noise as strong as the image, and "
    "the network memorises the noise.",
)

predict_leak = Prediction(
    "A data set has 50 examples with 1,000 features of noise, and its labels are coin flips. Somebody selects the "
    "ten features that are most correlated with the labels, and *then* splits the data into a training and a "
    "validation part. What validation accuracy do they report?",
    {"a": "About 50 %, because noise predicts nothing", "b": "About 60 %", "c": "Over 80 %"},
    "c",
    "Among 1,000 features of noise, some are correlated with the 50 coin flips by chance, and the coin flips "
    "include the labels of the validation part.",
)

predict_statistics = Prediction(
    "Now only the **means and standard deviations** are computed on all data, with 50 digits for training and 50 "
    "for validation. By how much is the validation accuracy too high?",
    {"a": "Ten percentage points", "b": "Almost nothing", "c": "More than 30 percentage points"},
    "b",
    "Means and standard deviations do not depend on the labels, and on these digits the gain is within the noise. "
    "Keep the rule all the same, because it costs nothing and a leak can hide a drift of the data.",
)
