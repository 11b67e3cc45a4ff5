"""What lesson 06 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        MultipleChoice(
            "By how much does a sigmoid multiply the gradient on its way back, at the very most?",
            "Its slope is out · (1 − out), largest at out = ½, where it is ½ · ½.",
            {"a": "1", "b": "½", "c": "¼"},
            "c",
            {
                "a": "That is the largest slope of tanh and of ReLU. The sigmoid's is out · (1 − out).",
                "b": "½ is what it puts out at its steepest point. Its slope there is out · (1 − out).",
            },
        ),
        MultipleChoice(
            "A ReLU unit is off for every example of the training set. What is the gradient of its weights?",
            "The slope is 0 on the left, so each example adds 0 · x. The unit is dead: no rate moves it.",
            {"a": "Exactly 0", "b": "Small, but not 0", "c": "The same as for a unit that is on"},
            "a",
            {
                "b": "That would be leaky ReLU. ReLU's slope on the left is exactly 0.",
                "c": "What comes from above is multiplied by the slope, and the slope of a unit that is off is 0.",
            },
        ),
        Number(
            "x is (32, 200), w is (200, 50), and `out = x @ w + b`. How many numbers are in `db`?",
            "It has the shape of b, one number for each of the 50 outputs: `dout.sum(axis=0)`.",
            50,
            {
                1600: "That is `dout`. b is added in every row, so the rows add up.",
                32: "You added up over the outputs. b is added in every *row*: sum over these.",
                10_000: "That is `dw`.",
                200: "That is the number of inputs. b has one number for each output.",
            },
            "A gradient has the shape of what it belongs to: what is the shape of b?",
        ),
    )
)

predict_twins = Prediction(
    "A network with 32 hidden units of tanh trains on digits for ten epochs from weights that are **all 0.1**. How "
    "many different hidden units has it afterwards?",
    {"a": "32: training makes them differ", "b": "A few", "c": "One, 32 times"},
    "c",
    "Equal weights get equal gradients, and so stay equal after every step. The network has the power of a single "
    "hidden unit.",
)

predict_fading = Prediction(
    "Ten layers of 200 tanh units, all weights normal with standard deviation 0.01. The inputs have standard deviation "
    "1. What is that of layer 10?",
    {"a": "About 1: that is what tanh is for", "b": "About 0.01", "c": "About 0.00000001 or less"},
    "c",
    "Each layer multiplies it by about 0.01 · √200 = 0.14, and 0.14¹⁰ is about 3 · 10⁻⁹. What does not "
    "arrive cannot be learned from; and the gradient fades in the same way on its way down.",
)

predict_relu = Prediction(
    "Ten layers of ReLU, weights of variance **1/fan_in**. What is left of the signal's standard deviation after the "
    "tenth?",
    {"a": "All of it: that is what 1/√n is for", "b": "About a thirtieth", "c": "About a thousandth"},
    "b",
    "ReLU keeps half of the mean square, so each layer multiplies the standard deviation by √½: (√½)¹⁰ = 1/32. A "
    "thousandth is what is left of the *variance*.",
)

predict_shape = Prediction(
    "A feature has two humps, far apart: half of the examples lie around 2, half around 8. What does batch norm make "
    "of it?",
    {
        "a": "A bell curve of mean 0 and standard deviation 1",
        "b": "Two humps, with mean 0 and standard deviation 1 over both",
        "c": "Two humps, each of mean 0",
    },
    "b",
    "It subtracts one number and divides by another: a ruler with another zero and another unit. The shape stays.",
)

predict_ones = Prediction(
    "Three backward passes of batch norm have a bug each. A friend checks them against numerical gradients and takes "
    "for `dout` an array of **ones**. How many of the three does he find?",
    {"a": "All three", "b": "One or two", "c": "None"},
    "c",
    "The outputs of a feature always add up to N·β. With `dout` = 1 their sum is the loss, and it does not depend on "
    "x: the true gradient is 0, and so is that of each bug.",
)

predict_bias = Prediction(
    "A layer computes x @ w + b, and batch norm follows. In training, how much does the network change if all of b is "
    "raised by 1000?",
    {"a": "Not at all", "b": "It saturates", "c": "A little, until batch norm has caught up"},
    "a",
    "The mean over the batch is raised by 1000 as well, and batch norm subtracts it. What makes no difference gets no "
    "gradient, either.",
)

predict_rescue = Prediction(
    "Which bad starts does batch norm repair: weights far too **small** (0.01), far too **large** (1), or all "
    "**zero**?",
    {"a": "All three", "b": "Small and large, but not zero", "c": "Only small", "d": "None"},
    "b",
    "Batch norm brings any *size* back to 1. But twins stay twins, whatever they are divided by.",
)

predict_batch_size = Prediction(
    "With batch norm, which batch size learns nothing at all?",
    {"a": "1", "b": "128", "c": "None: only the speed differs"},
    "a",
    "A batch of one *is* its own mean: x − μ = 0, so all examples come out as β. With two, x̂ is +1 and −1 (but for ε) "
    "whatever the inputs are.",
)
