"""What lesson 09 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "A network with softmax cross-entropy and 10 classes has just been made, its scores are all near 0. What "
            "is its loss? (Two digits after the point.)",
            "Each class has the probability 1/10, and −ln(1/10) = ln 10 = 2.30.",
            2.3026,
            {
                10.0: "That is the number of classes. The loss is a logarithm.",
                1.0: "That would be log₁₀ 10. The loss takes the natural logarithm.",
                0.1: "That is the probability of the right class. The loss is minus its logarithm.",
                -2.3026: "The logarithm of a probability is negative; the loss is *minus* it.",
            },
            "What is the probability of the right class, and what does cross-entropy make of it?",
        ),
        MultipleChoice(
            "Which statistics does batch norm use when a single picture is to be named?",
            "A single picture has no spread, and an answer must not depend on who else is asked about.",
            {"a": "Those of the picture", "b": "The running ones, from training", "c": "Those of the last batch"},
            "b",
            {
                "a": "One picture has a variance of 0 in each unit.",
                "c": "That batch was drawn by chance. What is kept is a mean over many.",
            },
        ),
        MultipleChoice(
            "Adam is at its first step. Every gradient is 100 times as large as before. Its step is …",
            "The bias correction makes m̂ the gradient, and √v̂ its size: their quotient is ±1.",
            {"a": "100 times as large", "b": "10 times as large", "c": "the same"},
            "c",
            {
                "a": "That is SGD. Adam divides by the size of the gradient.",
                "b": "The root of v is proportional to the gradient, and so is m.",
            },
        ),
    )
)

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
    "Crowd workers without fashion expertise classified 83.5 % of 1,000 such images correctly. Your network has seen "
    "4,000 of them. What will it reach on the 1,000 test images?",
    {"a": "About 75 %", "b": "About 80 %", "c": "About 85 %", "d": "About 95 %"},
    "c",
    "It has all the parts by now. What keeps it from 95 % is the 4,000 pictures and the shirts; see the confusion "
    "matrix.",
)

predict_grid = Prediction(
    "Nine trials for a learning rate and a λ: a grid of 3 × 3, or nine points by chance. The setting that is found is "
    "trained again, with other luck. Where does chance do better than the grid?",
    {
        "a": "Always",
        "b": "Where only one of the two matters",
        "c": "Where both matter",
    },
    "b",
    "A grid of nine tries three rates, chance tries nine. If both matter, nine points of a grid lie well apart, while "
    "chance leaves gaps and heaps.",
)

predict_rounds = Prediction(
    "24 trials over eight powers of ten of the learning rate, and of λ: three rounds of eight, each three tenths as "
    "wide as the one before; or all 24 by chance over the whole range. Which finds the better setting?",
    {
        "a": "Coarse to fine, nearly always",
        "b": "Mostly they are about alike; now and then coarse to fine is far behind",
        "c": "Chance, nearly always",
    },
    "b",
    "Eight trials over so wide a range may miss the good part, and then two rounds look closely at a bad one. It is a "
    "bet on the first round.",
)
