"""Questions about lesson 06 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ()

QUESTIONS = {
    "normalised": Number(
        "In training, a batch has the values 2 and 6 in one feature, with γ = 1, β = 0 and a negligible ε. Which value "
        "does batch norm compute for the 6?",
        "The mean is 4 and the variance is 4, so (6 − 4) / √4 = 1.",
        1,
        {
            0.5: "You divided by the variance. Divide by its square root.",
            0.7071: "You divided the variance by N − 1. In training, batch norm divides by N.",
            2: "You only subtracted the mean.",
            3: "You divided by the standard deviation without subtracting the mean.",
        },
        "Compute the mean and the variance of the two values.",
    ),
    "gamma_and_beta": MultipleChoice(
        "Batch norm has γ = 2 and β = 3 for a feature. Which mean and standard deviation do its outputs have over a "
        "training batch?",
        "The normalised values have mean 0 and standard deviation 1. Then γ scales them, and β shifts them.",
        {
            "a": "Mean 0 and standard deviation 1",
            "b": "Mean 2 and standard deviation 3",
            "c": "Mean 3 and standard deviation 2",
        },
        "c",
        {
            "a": "That describes the normalised values, before γ and β.",
            "b": "γ is the scale and β the shift, not the other way round.",
        },
    ),
    "running_mean": Number(
        "Batch norm keeps a running mean, in which the old value has the weight 0.9. The running mean is 2, and the "
        "next batch has the mean 7. What is the new running mean?",
        "It is 0.9 · 2 + 0.1 · 7 = 2.5.",
        2.5,
        {
            6.5: "You exchanged the weights. The *old* value has the weight 0.9.",
            4.5: "That is the plain mean of the two.",
            8.1: "The weights must add up to 1, so the new value has the weight 0.1.",
        },
        "Take 0.9 of the old value and 0.1 of the new one.",
    ),
}
