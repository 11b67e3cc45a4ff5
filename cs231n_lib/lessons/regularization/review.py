"""Questions about lesson 07 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ()

QUESTIONS = {
    "kept_activation": Number(
        "In training, inverted dropout with `drop_prob` = 0.2 keeps an activation of 4. What does the "
        "activation become?",
        "The activations that are kept are divided by the probability 0.8 of keeping them, and 4 / 0.8 = 5.",
        5,
        {
            4: "That is vanilla dropout. Inverted dropout scales the activations that it keeps.",
            3.2: "You multiplied by 0.8, as vanilla dropout does at inference.",
            20: "You divided by the probability of dropping. Divide by the probability of keeping.",
        },
        "Divide by the probability of keeping an activation.",
    ),
    "max_norm": Number(
        "The weights of a unit are (3, 4), and a max-norm constraint limits their length to 2. What is the first "
        "weight afterwards?",
        "The length is 5, so both weights are multiplied by 2/5, and 3 · 2/5 = 1.2.",
        1.2,
        {
            2: "The constraint limits the length of the whole vector, not each weight.",
            3: "The length is 5, which is more than 2, so both weights must shrink.",
            0.6: "That is the first weight for a length of 1.",
            1.6: "That is the second weight, 4 · 2/5.",
        },
        "How long is (3, 4), and by which factor must it shrink?",
    ),
    "soft_threshold": Number(
        "You apply a soft threshold of τ = 0.3 to each weight. What does a weight of −0.2 become?",
        "The weight is less than 0.3 away from 0, so it becomes exactly 0. L1 yields weights of exactly 0 in this way.",
        0,
        {
            0.1: "The step stops at 0 and does not cross it.",
            -0.5: "The step goes towards 0, not away from it.",
            -0.2: "Soft-thresholding changes every weight except 0.",
        },
        "Can the weight move by 0.3 without crossing 0?",
    ),
    "early_stopping": MultipleChoice(
        "Early stopping ends training after the validation loss has not improved for ten epochs. Which weights do "
        "you keep?",
        "The last ten epochs brought no improvement, so you keep the weights of the epoch before them, which has the "
        "lowest validation loss.",
        {
            "a": "Those of the last epoch",
            "b": "Those with the lowest training loss",
            "c": "Those with the lowest validation loss",
        },
        "c",
        {
            "a": "These weights were trained for ten epochs after the best ones.",
            "b": "The training loss often falls while the validation loss rises.",
        },
    ),
}
