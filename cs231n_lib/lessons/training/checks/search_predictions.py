"""What students predict before the experiments on search."""

from cs231n_lib.widgets.prediction import Prediction

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
