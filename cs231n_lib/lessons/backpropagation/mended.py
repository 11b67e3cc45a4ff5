"""Questions of lesson 02 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("affine_backward", "bias summed over the outputs"): MultipleChoice(
        "Why does `db` sum `dout` over the examples?",
        "`b[j]` is added to column j of every row, so its gradient is the sum of column j of `dout`.",
        {
            "a": "The same bias is added to every example",
            "b": "The loss is a mean over the examples",
            "c": "The sum is more stable than the mean",
        },
        "a",
        {
            "b": "The division by N is already in `dout`. The sum would be needed for any loss.",
            "c": "Stability is not the reason. Each example contributes one term to the gradient.",
        },
    ),
    ("affine_backward", "weights' gradient averaged"): MultipleChoice(
        "Where does the 1/N of a mean loss enter the backward pass?",
        "The loss is the only function that averages. The layers pass the factor 1/N on.",
        {
            "a": "In every layer",
            "b": "Once, in the gradient of the loss",
            "c": "In the update of the weights",
        },
        "b",
        {
            "a": "Then a network of five layers would divide by N five times.",
            "c": "The update multiplies the gradient by the learning rate and does not use N.",
        },
    ),
    ("binary_cross_entropy", "gradient with respect to the probability"): MultipleChoice(
        "Why is σ(s) − y a better gradient to pass on than the gradient with respect to the probability?",
        "The factor p(1 − p) of the sigmoid cancels the denominator, so the result stays between −1 and 1.",
        {
            "a": "It is larger, so the network learns faster",
            "b": "It needs no labels",
            "c": "It belongs to the score, and it stays finite even if the probability rounds to 0 or 1",
        },
        "c",
        {
            "a": "σ(s) − y is smaller, because the factor p(1 − p) is at most ¼.",
            "b": "It contains y, which is the label.",
        },
    ),
}
