"""Predictions of lesson 01."""

from collections.abc import Callable
from typing import Any

from cs231n_lib.widgets.prediction import Prediction

predict_precision = Prediction(
    "In float64, which has about 16 digits, the best step of the centred difference is near 1e-5. What happens to the "
    "error at the best step if you change to float32, which has about 7 digits?",
    {
        "a": "It stays about the same, but the best step becomes smaller",
        "b": "It doubles, because half of the digits are lost",
        "c": "It grows by a factor of about a million, and the best step becomes larger",
    },
    "c",
    "Rounding errors are about 5 · 10⁸ times as large in float32 as in float64. A larger h reduces their effect but "
    "increases the error of the formula, so the smallest total error is larger too.",
)

predict_times = Prediction(
    "A least-squares loss of 100 examples has 300 weights. How much longer does its centred numerical gradient take "
    "than its analytic gradient?",
    {
        "a": "About twice as long, because it steps to both sides",
        "b": "About 300 times as long, once for each weight",
        "c": "About 600 times as long or more, twice for each weight",
    },
    "c",
    "The numerical gradient needs 600 losses, two for each weight, and each of them takes about as long as the whole "
    "analytic gradient. Copying the weights and running the loop take additional time.",
)

predict_check = Prediction(
    "A friend penalises the bias in the loss *and* in the gradient, although the task forbids it. What does the "
    "gradient check report?",
    {
        "a": "It fails at the bias",
        "b": "It fails slightly in every entry",
        "c": "It passes",
    },
    "c",
    "The check compares the gradient with the loss that your friend wrote, and the two agree. A gradient check cannot "
    "tell whether the loss is the intended one. For that you need values that you computed by hand.",
)

predict_scaling = Prediction(
    "A rent depends on the area in m² (25 to 140) and the number of rooms (1 to 6). You subtract the means of both "
    "features but do not scale them. What does the path of gradient descent look like at the best constant learning "
    "rate?",
    {
        "a": "A straight line to the minimum",
        "b": "It jumps back and forth in the weight of the area and creeps in the weight of the rooms",
        "c": "It jumps back and forth in the weight of the rooms and creeps in the weight of the area",
    },
    "b",
    "The area has the larger numbers, so the loss is steepest in the direction of its weight. This direction limits "
    "the learning rate, because descent would diverge with a higher one. In the other direction a learning rate as low "
    "as this makes only slow progress.",
)

predict_noise = Prediction(
    "You want half the gradient noise that batches of 64 examples have. How large must your batches be?",
    {"a": "91, about √2 times as large", "b": "128, twice as large", "c": "256, four times as large"},
    "c",
    "The noise falls as 1/√B, as for any mean of B independent draws.",
)

predict_batch = Prediction(
    "You compute the gradient of a linear classifier with 784 features. Compared with the time per example in batches "
    "of 64, how much time does a single example take?",
    {
        "a": "About the same, because an example needs the same operations",
        "b": "About twice as much",
        "c": "Five times as much, or more",
    },
    "c",
    "The code makes as many NumPy calls for a batch as for a single example, and for small arrays the overhead of "
    "these calls takes most of the time. The matrix product also reads each weight once for all examples of the batch.",
)


def predict_powers(experiment: Callable[[], Any] | None = None) -> None:
    """Ask `predict_batch`, which replaced this question in notebooks of later releases."""
    predict_batch(experiment)
