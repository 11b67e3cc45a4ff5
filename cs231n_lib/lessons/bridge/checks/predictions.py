"""Predictions of lesson 10."""

from cs231n_lib.widgets.prediction import Prediction

predict_twice = Prediction(
    "The tape holds L = x² + 3x at x = 2, and `loss.backward()` has put the right gradient, 7, into `x.grad`. You call "
    "`loss.backward()` once more on the same tape. What does `x.grad` hold then?",
    {"a": "7, because the gradient of L is 7", "b": "14, which is 7 + 7", "c": "21, which is 7 + 14"},
    "c",
    "Each call adds to the gradient of every value that L depends on, including x² and 3x. In the second call the "
    "gradients of these two are 2 instead of 1, so they pass 14 on to x, whose gradient is already 7. PyTorch adds up "
    "only the gradients of parameters, so b would be right there if the first call had `retain_graph=True`, which "
    "allows a second call. With the tape and with PyTorch, clear the gradients before a backward pass.",
)

predict_bug = Prediction(
    "A loss function divides the sum over a batch of N examples by N − 1 by mistake. The tape computes the gradient of "
    "this loss. The gradient check of lesson 01 compares that gradient with finite differences of the same loss. What "
    "does the check report?",
    {
        "a": "It reports an error, because the gradient differs from the right one",
        "b": "It reports nothing, because the gradient fits the loss that was written",
        "c": "It reports an error only for large batches",
    },
    "b",
    "The check compares the gradient with the loss that you wrote, and both have the same mistake. With N = 30 every "
    "gradient is 30/29 of the right one, about 3.4 % too large. Only a comparison with an independent result finds the "
    "mistake.",
)

predict_apart = Prediction(
    "Two networks start from the same weights and take ten steps of Adam on the same 200 digits. One runs on your tape "
    "and your `adam`, the other on PyTorch, both in float64. How far apart are their parameters after ten steps?",
    {
        "a": "About 10⁻¹⁶, the rounding of float64",
        "b": "About 10⁻⁷, the rounding of float32",
        "c": "About 10⁻², because small differences grow from step to step",
    },
    "a",
    "Both compute the same formulas in the same precision. In ten steps, rounding errors have too little time to "
    "grow. PyTorch computes in float32 by default, and then b would be right.",
)
