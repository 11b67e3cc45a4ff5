"""Warm-up questions and predictions of lesson 09."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "A network with softmax cross-entropy and 10 classes is untrained, and all its scores are near 0. What is "
            "its loss? (Give two decimal places.)",
            "Each class has the probability 1/10, and −ln(1/10) = ln 10 = 2.30.",
            2.3026,
            {
                10.0: "That is the number of classes. The loss is its natural logarithm.",
                1.0: "That is log₁₀ 10. The loss takes the natural logarithm.",
                0.1: "That is the probability of the right class. The loss is minus its logarithm.",
                -2.3026: "The logarithm of a probability is negative, and the loss is *minus* this logarithm.",
            },
            "What is the probability of the right class, and how does cross-entropy turn it into a loss?",
        ),
        MultipleChoice(
            "Which statistics does batch norm use to classify a single image at inference time?",
            "A single image has no spread, and its class must not depend on the other images of a batch.",
            {"a": "Those of the image", "b": "The running ones, from training", "c": "Those of the last batch"},
            "b",
            {
                "a": "The variance of one image is 0 in each unit.",
                "c": "That batch was a random one. The running statistics are a mean over many batches.",
            },
        ),
        MultipleChoice(
            "Suppose that every gradient at Adam's first step were 100 times as large. Then the step would be …",
            "The bias correction makes m̂ the gradient and √v̂ its size, so their quotient is ±1.",
            {"a": "100 times as large", "b": "10 times as large", "c": "the same"},
            "c",
            {
                "a": "That holds for SGD. Adam divides by the size of the gradient.",
                "b": "The root of v is proportional to the gradient, and so is m.",
            },
        ),
    )
)

predict_bug = Prediction(
    "By mistake, a training loop with Adam halves the gradient of the first layer. How does this mistake show in the "
    "loss and the validation accuracy a few epochs later?",
    {
        "a": "The loss falls half as fast",
        "b": "The validation accuracy is a few points lower",
        "c": "It does not show beyond the differences between seeds",
    },
    "c",
    "Adam divides by the size of the gradient, so a factor has almost no effect. With SGD the first layer learns at "
    "half the learning rate. At a learning rate of 0.3 this raised the loss after eight epochs by 17 % and lowered "
    "the validation accuracy by 0.8 points (means over 20 seeds). The gradient check shows a relative error of ½.",
)

predict_ratio = Prediction(
    "SGD, momentum and Adam train the same network, each at its best learning rate. Which changes the weights most in "
    "one step, relative to their length?",
    {"a": "SGD", "b": "Adam", "c": "All three by about a thousandth"},
    "a",
    "Momentum and Adam average the gradients of many batches, so the noise of the batches partly cancels. Plain SGD "
    "has no such memory, so its steps are longer and mostly undo each other. Its median ratio is 0.017, and those of "
    "momentum and Adam are 0.004 (means over 20 seeds).",
)

predict_difference = Prediction(
    "On the same 1,000 test images one network is right on 85.5 % and another on 84.5 %. Exactly one of them is right "
    "on 90 images. Is the first one better?",
    {
        "a": "Yes, because it is right on ten images more",
        "b": "You cannot tell, because the difference is about one standard error",
        "c": "No, they are equal",
    },
    "b",
    "The first is right on 50 of the 90 images and the second on 40. A fair coin shows 50 or more heads in about one "
    "of six series of 90 tosses. The standard error of the difference is √90 / 1,000, or about 0.95 points.",
)

predict_people = Prediction(
    "Crowd workers without fashion expertise classified 83.5 % of 1,000 such images correctly. Your network trains "
    "on 4,000 others. What accuracy will it reach on the 1,000 test images?",
    {"a": "About 75 %", "b": "About 80 %", "c": "About 85 %", "d": "About 95 %"},
    "c",
    "The network has all the parts by now, but it learns from few images, and it confuses shirts with other classes, "
    "as the confusion matrix shows.",
)

predict_grid = Prediction(
    "Two searches have nine trials each for a learning rate and a λ, one on a grid of 3 × 3 and one at random. The "
    "setting that each finds is trained again with other seeds. Where does random search do better than the grid?",
    {
        "a": "Always",
        "b": "Where only one of the two matters",
        "c": "Where both matter",
    },
    "b",
    "A grid of nine points tries only three learning rates, and random search tries nine. If both matter, the nine "
    "points of a grid lie well apart, while random points leave gaps and form clusters.",
)

predict_rounds = Prediction(
    "Two searches have 24 trials over eight powers of ten of the learning rate and of λ. One makes three rounds of "
    "eight, each three tenths as wide as the one before. The other draws all 24 at random from the whole range. Which "
    "finds the better setting?",
    {
        "a": "Coarse to fine, nearly always",
        "b": "They are usually about equal, but now and then coarse to fine is far behind",
        "c": "Random search, nearly always",
    },
    "b",
    "Eight trials over so wide a range may miss the good part, and then two rounds search closely around a bad point. "
    "The whole search depends on the first round.",
)

predict_halving = Prediction(
    "Two searches may train for 81 epochs each, over eight powers of ten of the learning rate and of λ. Successive "
    "halving starts with 27 settings for one epoch. Random search trains nine settings for nine epochs each. Which "
    "one finds the better setting?",
    {
        "a": "Random search, because one epoch says almost nothing about the end",
        "b": "They are usually about equal, but nine trials sometimes miss the good range",
        "c": "Successive halving, in nearly every search",
    },
    "b",
    "A bad learning rate shows after one epoch, so short trials lose little, and 27 of them almost never miss the "
    "good range. Among the good settings the luck of a single training run decides in both searches.",
)

predict_model = Prediction(
    "A search by Parzen ratios and random search have the same first 8 trials and then 16 more. The learning rate and "
    "λ both matter. What will the model-based search do with its 16 trials?",
    {
        "a": "The same as random search, because 8 trials are too few for a model",
        "b": "Find better settings on average, although not in every search",
        "c": "Stay near its first good trial and fall behind",
    },
    "b",
    "The best quarter of 8 trials consists of only two points, but trials near them are better on average than trials "
    "elsewhere. As new good trials join the best quarter, the search moves.",
)
