"""Questions of lesson 08 that follow a mended mistake, by exercise and by name of the mistake."""

from cs231n_lib.widgets.warm_up import MultipleChoice

QUESTIONS = {
    ("adagrad", "ε inside the root"): MultipleChoice(
        "With ε = 10⁻⁸ and a cache of 0, what is the divisor if ε is inside the root?",
        "√10⁻⁸ is 10⁻⁴, ten thousand times as large as ε itself. So the place of ε changes the first steps under "
        "small gradients.",
        {"a": "10⁻⁸", "b": "10⁻⁴", "c": "10⁻¹⁶"},
        "b",
        {
            "a": "That is the divisor if ε is added *after* the root.",
            "c": "That is the square of ε. Inside the root, ε becomes larger.",
        },
    ),
    ("momentum", "PyTorch's convention"): MultipleChoice(
        "The learning rate falls to a tenth. What does our velocity, which contains the learning rate, do in the next "
        "step?",
        "The old velocity was built with the old learning rate and fades by the factor μ in each step. In PyTorch's "
        "convention the whole step shrinks at once.",
        {
            "a": "It falls to a tenth at once",
            "b": "It still contains steps of the old learning rate",
            "c": "It becomes 0",
        },
        "b",
        {
            "a": "That is PyTorch's convention, in which the learning rate multiplies the whole velocity.",
            "c": "Nothing resets the velocity.",
        },
    ),
    ("rmsprop", "shares exchanged"): MultipleChoice(
        "RMSProp has a decay of 0.9. About how many gradients does its mean remember?",
        "The weights of past squares fall as 0.9ᵗ and, without the factor 1 − 0.9, add up to 1 / (1 − 0.9) = 10.",
        {"a": "About 1", "b": "About 10", "c": "All of them equally"},
        "b",
        {
            "a": "That would be the case for a decay of 0.1, with the two factors exchanged.",
            "c": "That is Adagrad, whose sum forgets nothing.",
        },
    ),
}
