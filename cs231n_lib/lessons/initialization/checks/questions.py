"""Warm-up questions and predictions of lesson 06."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "By which factor does a sigmoid multiply the gradient in the backward pass, at most?",
            "The slope is out · (1 − out). It is largest at out = ½, where it is ½ · ½ = ¼.",
            {"a": "1", "b": "½", "c": "¼"},
            "c",
            {
                "a": "That is the largest slope of tanh and of ReLU. The slope of the sigmoid is out · (1 − out).",
                "b": "½ is the output at the steepest point. The slope there is out · (1 − out).",
            },
        ),
        MultipleChoice(
            "A ReLU unit is off for every example of the training set. What is the gradient of its weights?",
            "The slope of ReLU is 0 for negative inputs, so each example contributes 0 · x. The unit is dead, and no "
            "learning rate changes its weights.",
            {"a": "Exactly 0", "b": "Small, but not 0", "c": "The same as for a unit that is on"},
            "a",
            {
                "b": "That is true of leaky ReLU. The slope of ReLU is exactly 0 for negative inputs.",
                "c": "The upstream gradient is multiplied by the slope, and the slope of a unit that is off is 0.",
            },
        ),
        Number(
            "x is (32, 200), w is (200, 50), and `out = x @ w + b`. How many numbers are in `db`?",
            "`db` has the shape of b, with one number for each of the 50 outputs. You compute it by "
            "`dout.sum(axis=0)`.",
            50,
            {
                1600: "That is the size of `dout`. b is added to every row, so you add up the rows.",
                32: "You added up over the outputs. b is added to every *row*, so you sum over the rows.",
                10_000: "That is the size of `dw`. What is the shape of b?",
                200: "That is the number of inputs. b has one number for each output.",
            },
            "A gradient has the shape of its array. What is the shape of b?",
        ),
    )
)

predict_twins = Prediction(
    "A network with 32 hidden tanh units trains on digits for ten epochs from weights that are **all 0.1**. How "
    "many different hidden units does it have afterwards?",
    {"a": "32, because training makes them differ", "b": "A few", "c": "Only one, 32 times"},
    "c",
    "Units with equal weights get equal gradients, so their weights stay equal after every step. The network can do "
    "only what it could do with a single hidden unit.",
)

predict_fading = Prediction(
    "A network has ten layers of 200 tanh units, and its weights are drawn from a normal distribution with standard "
    "deviation 0.01. The inputs have standard deviation 1. What is the standard deviation of the activations of layer "
    "10?",
    {"a": "About 1, because of tanh", "b": "About 0.01", "c": "About 0.00000001 or less"},
    "c",
    "Each layer multiplies the standard deviation by about 0.01 · √200 = 0.14, and 0.14¹⁰ is about 3 · 10⁻⁹. The "
    "network cannot learn from a signal that does not arrive, and the gradient fades in the same way in the backward "
    "pass.",
)

predict_relu = Prediction(
    "A network has ten layers of ReLU and weights of variance **1/fan_in**. How much of the signal's standard "
    "deviation is left after the tenth layer?",
    {"a": "All of it, because of 1/√n", "b": "About a thirtieth", "c": "About a thousandth"},
    "b",
    "ReLU keeps half of the mean square, so each layer multiplies the root mean square by √½. Ten layers leave "
    "(√½)¹⁰ = 1/32 of it, and so about a thirtieth of the standard deviation and a thousandth of the *variance*.",
)

predict_mean = Prediction(
    "Ten layers of 200 ReLU units have He's weights with mean 0. Now the weights get a **mean** of a tenth of their "
    "root mean square √(2/n), and their standard deviation shrinks so that the mean square stays the same. What "
    "happens to the activations of layer 10?",
    {
        "a": "Nothing, because the mean square of the weights decides",
        "b": "They become about twice as large",
        "c": "They become hundreds of times as large",
    },
    "c",
    "The random parts of 200 terms partly cancel, and add up to the size of about √200 = 14 terms. The means of 200 "
    "terms do not cancel. From layer 2 on, where no input is negative, these means about double the signal in every "
    "layer.",
)

predict_shape = Prediction(
    "A feature has two separate peaks. Half of the examples lie around 2 and half around 8. What does its distribution "
    "look like after batch norm?",
    {
        "a": "A bell curve with mean 0 and standard deviation 1",
        "b": "Two peaks, with mean 0 and standard deviation 1 over both",
        "c": "Two peaks, each with mean 0",
    },
    "b",
    "Batch norm subtracts one number from all values and divides them by another, which does not change the "
    "shape of the distribution.",
)

predict_ones = Prediction(
    "Each of three backward passes of batch norm has a bug. A friend checks them against numerical gradients, with an "
    "array of **ones** as `dout`. How many of the three bugs does this check find?",
    {"a": "All three", "b": "One or two", "c": "None"},
    "c",
    "The outputs of a feature always add up to N·β. With `dout` = 1 the loss is the sum of the outputs, which does not "
    "depend on x. So the true gradient is 0, and each of the three wrong passes returns 0, too.",
)

predict_bias = Prediction(
    "A layer computes x @ w + b, and batch norm follows. In training, how much does the output of the network change "
    "if you add 1000 to every entry of b?",
    {"a": "Not at all", "b": "It saturates", "c": "A little, until batch norm has adapted"},
    "a",
    "The mean over the batch increases by 1000 as well, and batch norm subtracts it. Because b does not change the "
    "output, its gradient is 0.",
)

predict_rescue = Prediction(
    "From which bad initial weights can a network with batch norm still learn: far too **small** (0.01), far too "
    "**large** (1), or all **zero**?",
    {
        "a": "All three",
        "b": "From small and large weights, but not from zero",
        "c": "Only from small weights",
        "d": "From none of them",
    },
    "b",
    "Batch norm scales any signal whose σ is well above √ε to standard deviation 1. But units with equal weights stay "
    "equal, even when normalised.",
)

predict_batch_size = Prediction(
    "With batch norm, at which batch size does the network learn nothing?",
    {"a": "1", "b": "128", "c": "At none, because only the speed differs"},
    "a",
    "In training, the mean of a batch of one *is* the example. So x − μ = 0, and the output is β for every example. In "
    "a batch of two, x̂ is +1 and −1 for any two different inputs if ε is negligible.",
)

predict_noise = Prediction(
    "A network trains on 256 digits, a fifth of them with wrong labels. Each step uses 128 of them, which batch norm "
    "normalises either all together or in groups of **four**. In which case does the network classify more validation "
    "digits correctly?",
    {
        "a": "All together, because their mean and variance are more accurate",
        "b": "In groups of four, because their noise makes memorising harder",
        "c": "It makes no difference",
    },
    "b",
    "In groups of four, a digit's normalised values depend strongly on the three others, which change from step to "
    "step. The network cannot rely on details, so it memorises fewer of the wrong labels.",
)
