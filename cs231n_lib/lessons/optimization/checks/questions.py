"""What lesson 01 asks before its experiments."""

from cs231n_lib.widgets.prediction import Prediction

predict_precision = Prediction(
    "In float64 the best centred step is near 1e-5. You change to float32: 7 digits in place of 16. What happens to "
    "the error at the best step?",
    {
        "a": "It stays about the same: the best step only moves to the left",
        "b": "It doubles, as half of the digits are gone",
        "c": "It grows by a factor of a million or so, and the best step moves to the right",
    },
    "c",
    "The rounding is some 10⁹ times coarser, so a larger h is needed to drown it, and that costs accuracy on the other "
    "side of the V.",
)

predict_times = Prediction(
    "A least-squares loss of 100 examples has 300 weights. How much longer does its centred numerical gradient take "
    "than the analytic one?",
    {
        "a": "About twice as long: it looks to both sides",
        "b": "About 300 times as long: once for each weight",
        "c": "About a thousand times as long, or more",
    },
    "c",
    "It needs 600 losses, two for each weight, and a loss costs about as much as the whole analytic gradient; copies "
    "of the weights and the loop come on top.",
)

predict_check = Prediction(
    "A friend penalises the bias as well, which the task forbids, in the loss *and* in the gradient. What does the "
    "gradient check say?",
    {
        "a": "It fails at the bias",
        "b": "It fails everywhere, a little",
        "c": "It passes",
    },
    "c",
    "The check compares the gradient with the loss that it is given, and the two agree. Whether it is the loss that "
    "was meant, no gradient check can know: for that you need values worked out by hand.",
)

predict_scaling = Prediction(
    "A rent depends on the area in m² (25 to 140) and the number of rooms (1 to 6). Gradient descent on both as "
    "they are, only with their means subtracted, at the best constant rate: what does the path look like?",
    {
        "a": "A straight line to the minimum",
        "b": "It leaps back and forth in the weight of the area, and creeps in the weight of the rooms",
        "c": "It leaps back and forth in the weight of the rooms, and creeps in the weight of the area",
    },
    "b",
    "The loss is steepest in the weight that meets the largest numbers, the area. That direction sets the largest rate "
    "which does not diverge, and it is far too small for the other.",
)

predict_noise = Prediction(
    "A batch of 64 examples has a certain noise in its gradient. How large must a batch be for half the noise?",
    {"a": "91, about √2 times as large", "b": "128, twice as large", "c": "256, four times as large"},
    "c",
    "The noise falls as 1/√B, as for any mean of independent draws.",
)

predict_powers = Prediction(
    "Batches of 64 against batches of 63 and 65: which takes the least time for one example?",
    {"a": "64, by far", "b": "No difference that one could see", "c": "63, as it is the smallest"},
    "b",
    "The matrix product works through a batch in small blocks and finishes the rest: one row more or less hardly "
    "shows.",
)
