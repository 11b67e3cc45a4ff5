"""Warm-up questions and predictions of lesson 07."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "A layer has 50 inputs and is followed by ReLU. Which standard deviation does He's rule give the layer's "
            "initial weights?",
            "The standard deviation is √(2/50). The 2 makes up for the half of the mean square that ReLU removes.",
            0.2,
            {
                0.04: "That is the variance, 2/50. The standard deviation is its square root.",
                0.02: "That is 1/50. Which rule belongs to ReLU, and does it give a variance or a standard deviation?",
                0.1414: "That is √(1/50), which suits a layer without ReLU. ReLU removes half of the mean square.",
            },
            "He's rule gives the variance, which is 2 divided by the number of inputs.",
        ),
        MultipleChoice(
            "You use a network with batch norm at inference. With which mean and variance does batch norm normalise?",
            "With the running mean and variance, the output for an example depends on that example alone.",
            {
                "a": "Those of the batch that it is given",
                "b": "The running ones that it kept in training",
                "c": "0 and 1",
            },
            "b",
            {
                "a": "Then the output for an example would depend on the rest of the batch, and for a batch of one it "
                "would always be β.",
                "c": "Subtracting a mean of 0 and dividing by a standard deviation of 1 would normalise nothing.",
            },
        ),
        Number(
            "w is −3. What is the derivative of |w| there?",
            "To the left of 0, |w| falls by 1 when w grows by 1. The magnitude of its slope is 1 everywhere except "
            "at 0.",
            -1,
            {
                3: "That is |w| itself.",
                1: "That is the slope to the right of 0. At −3, |w| *falls* as w grows.",
                -3: "That is the derivative of ½w². The slope of |w| does not depend on the size of w.",
            },
            "Draw |w|. What is its slope to the left of 0?",
        ),
    )
)

predict_strength = Prediction(
    "You train with the penalty ½λ Σw² and λ = 0.2. A friend's library writes the penalty as λ Σw², without the ½. "
    "Which λ must she set to get your weights?",
    {"a": "0.1", "b": "0.2", "c": "0.4"},
    "a",
    "½ · 0.2 Σw² equals 0.1 Σw². The penalties are the same, so training leads to the same weights.",
)

predict_zeros = Prediction(
    "The best value of a weight under L1 is 0. You take ordinary gradient steps with learning rate α and with "
    "λ sign(w) in the gradient. After a thousand steps the weight is …",
    {"a": "exactly 0", "b": "jumping back and forth across 0, by about αλ", "c": "approaching 0 without reaching it"},
    "b",
    "The gradient of the penalty has the magnitude λ however close w is to 0, so a step near 0 crosses 0, and a later "
    "step crosses back.",
)

predict_winner = Prediction(
    "A model has 50 features and 60 examples. When does L1 find weights closer to the true ones than L2 does?",
    {
        "a": "When few features matter",
        "b": "When all of them matter a little",
        "c": "Always, because it selects features",
    },
    "a",
    "L1 assumes that most weights are 0, and L2 assumes that all are small. Each penalty does better when its "
    "assumption holds.",
)

predict_groups = Prediction(
    "Five features are almost alike (each pair has a correlation of 0.95), and all five matter equally. You train with "
    "L1 on one data set, and then on another one from the same source. Which of the five weights are not 0?",
    {
        "a": "All five, both times",
        "b": "About three, and often different ones the second time",
        "c": "The same one, both times",
    },
    "b",
    "Under L1 one weight of 2 costs as much as five weights of 0.4, so chance decides which of the five are not 0. "
    "The squares in L2 and in the elastic net make five weights of 0.4 cheaper, so both penalties keep all or almost "
    "all features of the group.",
)

predict_masks = Prediction(
    "drop_prob is ½. You compute a score many times with vanilla dropout and many times with inverted dropout, each "
    "time with a new mask. How large is the *variance* with inverted dropout, compared with vanilla dropout?",
    {"a": "The same", "b": "Twice as large", "c": "Four times as large"},
    "c",
    "Inverted dropout multiplies the scores of vanilla dropout by 1 / (1 − ½) = 2 and their variance by 2² = 4. "
    "Relative to the mean, the standard deviation is the same for both.",
)

predict_gap = Prediction(
    "You train a network with 128 hidden units on 1,000 images of Fashion-MNIST, with **30 % of the training labels "
    "wrong**. What does dropout do to the accuracy on the *training* labels and on the validation images, whose labels "
    "are correct?",
    {
        "a": "Both accuracies fall",
        "b": "Training accuracy falls, and validation accuracy rises",
        "c": "Both accuracies rise",
    },
    "b",
    "To predict more than 70 % of these training labels, the network must memorise wrong ones. Dropout makes this "
    "hard, so the network mostly learns patterns that other images share.",
)

predict_sizes = Prediction(
    "On 1,000 images of Fashion-MNIST you train three networks. One has 8 hidden units, one has 128, and one has 128 "
    "with dropout and L2. With 30 % of the training labels wrong, which network has the *lowest* validation accuracy?",
    {
        "a": "8 units, which are too few",
        "b": "128 units, not regularised",
        "c": "128 units with dropout and L2",
    },
    "b",
    "The unregularised large network can memorise many wrong labels. The small one cannot, because its size "
    "regularises it. But size is a crude regulariser, and the large network with dropout and L2 has a higher "
    "accuracy than both others.",
)
