"""Questions about lesson 01 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ()

QUESTIONS = {
    "one_step": Number(
        "At w = (1, 1) a loss has the gradient (4, −2). What is the first entry of w after one step of gradient "
        "descent with a learning rate of 0.1?",
        "The step is −0.1 · 4 = −0.4, and 1 − 0.4 = 0.6.",
        0.6,
        {
            1.4: "You added the step. Descent goes *against* the gradient.",
            0.9: "You subtracted the learning rate alone. The step is the learning rate times the gradient.",
            -3: "You subtracted the whole gradient. Multiply it by the learning rate first.",
            1.2: "That is the second entry, 1 + 0.1 · 2.",
        },
        "Subtract the learning rate times the first entry of the gradient from 1.",
    ),
    "direction": MultipleChoice(
        "The gradient of a loss at a point is (3, −4). In which direction does the loss fall fastest there?",
        "The gradient points in the direction of the steepest rise, and its negative points in the direction of the "
        "steepest fall.",
        {"a": "(3, −4)", "b": "(−3, 4)", "c": "(4, 3)"},
        "b",
        {
            "a": "That is the gradient itself. The loss *rises* fastest in this direction.",
            "c": "That is perpendicular to the gradient. To first order the loss does not change in this direction.",
        },
    ),
    "halved_step": Number(
        "You halve the step h of a centred difference. Rounding errors are still negligible. By which factor does the "
        "error of the difference become smaller?",
        "The error of a centred difference is proportional to h², and halving h divides h² by 4.",
        4,
        {
            2: "That holds for the forward difference, whose error is proportional to h.",
            0.25: "That is the fraction of the error that is left. By which factor is the error smaller?",
            8: "That holds for an error proportional to h³. The error of the centred difference is proportional to h².",
            1: "Then the error would not depend on h. It shrinks with h as long as rounding errors are negligible.",
        },
        "Which power of h is the error proportional to?",
    ),
    "relative_error": Number(
        "The relative error of a and b is |a − b| divided by the larger of |a| and |b|. What is it for 0.002 "
        "and 0.001?",
        "The difference is 0.001, and 0.001 / 0.002 = 0.5. The absolute error looks small only because both numbers "
        "are small.",
        0.5,
        {
            0.001: "That is the absolute error. Divide it by the larger of the two numbers.",
            1: "You divided by the smaller number.",
            1 / 3: "You divided by the sum of the two numbers.",
            2 / 3: "You divided by the mean of the two numbers.",
        },
        "Divide the difference by the larger number.",
    ),
    "both_zero": MultipleChoice(
        "An analytic gradient and a numerical one both have the entry 0. What should the relative error of this entry "
        "be?",
        "The two agree, so the error is 0. The plain formula divides 0 by 0, so this case needs a guard.",
        {"a": "0", "b": "nan", "c": "1"},
        "a",
        {
            "b": "That is the result of the plain formula, 0 / 0. A check that compares nan with a tolerance "
            "would fail.",
            "c": "Two equal numbers have a relative error of 0.",
        },
    ),
    "short_batch": Number(
        "You divide 1,000 examples into minibatches of 64 and use every example once. How many steps does this epoch "
        "have?",
        "Fifteen full batches hold 960 examples, and the last 40 examples make one short batch.",
        16,
        {
            15: "Fifteen batches hold only 960 examples. What happens to the other 40?",
            15.625: "The number of steps is an integer. The rest of the examples makes a short batch.",
            64: "That is the number of examples in a batch.",
            1000: "That would be a step for each example, or batches of one.",
        },
        "Divide 1,000 by 64, and count the rest as one more batch.",
    ),
    "kink": Number(
        "What is the centred difference of f(x) = |x| at x = 0.0004, with the step h = 0.001?",
        "It is (0.0014 − 0.0006) / 0.002 = 0.4, although the slope is 1. The step reaches across the kink at 0.",
        0.4,
        {
            1: "That is the slope. But x − h lies on the other side of the kink.",
            0.8: "The two points are 2h apart, so divide by 0.002.",
            0: "That would be the result at x = 0, where both sides are equal.",
            -1: "That is the slope to the left of 0.",
        },
        "Compute |x + h| and |x − h|. The second number is |−0.0006|.",
    ),
}
