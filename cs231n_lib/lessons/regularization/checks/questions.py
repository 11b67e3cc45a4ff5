"""What lesson 07 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "A layer has 50 inputs, and ReLU follows. Which standard deviation does He's rule give its first weights?",
            "√(2/50): the 2 makes up for the half of the mean square that ReLU takes away.",
            0.2,
            {
                0.04: "That is the variance, 2/50. The standard deviation is its root.",
                0.02: "That is 1/50. Which rule belongs to ReLU, and is it a variance?",
                0.1414: "That is √(1/50), which suits a layer without ReLU. ReLU takes half of the mean square away.",
            },
            "He's rule gives the variance: 2 over the number of inputs.",
        ),
        MultipleChoice(
            "A network with batch norm is in use. With which mean and variance does it normalise?",
            "So its answer to one example depends on that example alone.",
            {
                "a": "Those of the batch that it is given",
                "b": "The running ones that it kept in training",
                "c": "0 and 1",
            },
            "b",
            {
                "a": "Then an answer would depend on the example's company, and a batch of one would always give β.",
                "c": "With these nothing would be normalised: activations have a mean and a variance of their own.",
            },
        ),
        Number(
            "w is −3. What is the derivative of |w| there?",
            "Left of 0 |w| falls by 1 for each step to the right. Its slope has one size everywhere but at 0.",
            -1,
            {
                3: "That is |w| itself.",
                1: "That is the slope to the right of 0. At −3 |w| *falls* as w grows.",
                -3: "That is the derivative of ½w². The slope of |w| does not depend on how large w is.",
            },
            "Draw |w|. What is its slope left of 0?",
        ),
    )
)

predict_strength = Prediction(
    "You train with ½λ Σw² and λ = 0.2. A friend's library writes the penalty as λ Σw², without the ½. Which λ must "
    "she set to get your weights?",
    {"a": "0.1", "b": "0.2", "c": "0.4"},
    "a",
    "½ · 0.2 Σw² is 0.1 Σw²: the same penalty, and so the same weights, to the last digit.",
)

predict_zeros = Prediction(
    "A weight should be 0 under L1. You take ordinary steps of rate α along the gradient, λ sign(w) included. After a "
    "thousand steps the weight is …",
    {"a": "exactly 0", "b": "jumping across 0, by about αλ", "c": "ever nearer to 0, but not there"},
    "b",
    "The pull has its full size λ however small w is, so a step crosses 0, and the next one comes back.",
)

predict_winner = Prediction(
    "Fifty features, sixty examples. In which case does L1 come nearer to the true weights than L2?",
    {"a": "When few features matter", "b": "When all of them matter a little", "c": "Always: it selects features"},
    "a",
    "L1 bets that most weights are 0, L2 that all are small. Each wins where its bet is right.",
)

predict_masks = Prediction(
    "drop_prob = ½. A score is computed with a new mask each time, once with vanilla and once with inverted dropout. "
    "How large is the *variance* of the inverted one, beside the vanilla one?",
    {"a": "The same", "b": "Twice as large", "c": "Four times as large"},
    "c",
    "Every score is multiplied by 1 / (1 − ½) = 2, and a variance grows with the square. Relative to its mean, each "
    "spreads as wide as the other.",
)

predict_gap = Prediction(
    "Next: 1,000 pictures of clothes, **30 % of the training labels wrong**, 128 hidden units. What does dropout do to "
    "the accuracy on the *training* labels and on the validation pictures, whose labels are right?",
    {
        "a": "Both fall",
        "b": "Training falls, validation rises",
        "c": "Both rise",
    },
    "b",
    'To get more than 70 % of these training labels "right" it must learn wrong ones by heart. Dropout makes that '
    "hard, and what is left to learn is what holds for other pictures too.",
)

predict_sizes = Prediction(
    "The same clothes and three networks: 8 hidden units; 128; and 128 with dropout and L2. With 30 % of the labels "
    "wrong, which comes *last* on the validation pictures?",
    {"a": "8 units: too small", "b": "128 units, not regularised", "c": "128 units with dropout and L2"},
    "b",
    "It has room for every wrong label. The small one has not, and so is regularised by its size; but size is a crude "
    "tool, and the large one with dropout and L2 beats both.",
)
