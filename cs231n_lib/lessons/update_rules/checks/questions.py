"""What lesson 08 asks: about earlier lessons before it begins, and before its experiments."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "The penalty is ½λw² with λ = 0.1, the gradient of the data's loss is 0, and the learning rate is 0.5. By "
            "which factor does one step of SGD multiply w?",
            "The gradient is λw, the step αλw, and what is left is 1 − αλ = 0.95 of w: weight *decay*.",
            0.95,
            {
                0.05: "That is the share which w loses. What is left of it?",
                0.9: "The step is the rate times the gradient: αλw, not λw.",
                0.975: "The ½ cancels the 2 of the square, so that the gradient is λw.",
                1.05: "A step goes against the gradient: the weight gets smaller.",
                0.5: "That leaves λ out.",
            },
            "The gradient of ½λw² is λw. Write w − α · λw as a factor times w.",
        ),
        MultipleChoice(
            "A network was trained with inverted dropout, `drop_prob` = 0.2. What do its activations need in use?",
            "What stayed was divided by 0.8 in training already, so the expectation is right as it is.",
            {"a": "A factor of 0.8", "b": "Nothing", "c": "A factor of 1/0.8"},
            "b",
            {
                "a": "That is vanilla dropout. The inverted kind has scaled in training.",
                "c": "That was done in training, to what stayed.",
            },
        ),
        MultipleChoice(
            "A loss is a narrow valley: steep across, nearly flat along. What limits the learning rate of gradient "
            "descent?",
            "A step across is the rate times a large curvature; beyond twice its inverse the steps grow.",
            {"a": "The steep direction", "b": "The flat direction", "c": "The mean of the two"},
            "a",
            {
                "b": "Along the valley a larger rate would be welcome: there descent only creeps.",
                "c": "One direction is enough to leap about in, however flat the other is.",
            },
        ),
    )
)

predict_decay = Prediction(
    "A small network learns to recognise clothes by SGD, for ten epochs: once at a constant rate, once at a rate that "
    "starts there and falls. When does the falling rate end at the lower training loss?",
    {
        "a": "Always: near the end a small rate settles down",
        "b": "When the rate starts high, higher than is good for a constant one",
        "c": "When the rate starts low",
    },
    "b",
    "Falling trades distance for calm. Where the constant rate is low already there is little noise to calm, and ten "
    "epochs are too few to waste.",
)

predict_annealing = Prediction(
    "The same network, by momentum. μ stays at 0.9; or it grows from 0.5 to 0.99 as the summary advises, with the "
    "learning rate as it is. Each at its own best rate: which ends at the lower training loss?",
    {"a": "The growing μ", "b": "The constant 0.9", "c": "Neither: they end equal"},
    "b",
    "Momentum takes steps of α/(1 − μ): from 0.5 to 0.99 they grow by a factor of 50. Under the noise of minibatches a "
    "rate that the end can bear is far too small for the start. Without noise it is another story: see the right half.",
)

predict_lbfgs = Prediction(
    "Softmax regression of the digits, a convex loss of 640 weights. On the full batch L-BFGS leaves descent far "
    "behind. Now give it a fresh batch of 32 examples at each step, as SGD gets. What will it do?",
    {
        "a": "As well as before, and each step is cheaper",
        "b": "About as well as SGD",
        "c": "Worse than SGD: it is thrown about and does not settle",
    },
    "c",
    "Its y is a difference of gradients of two *different* batches: mostly noise. It takes the noise for curvature, "
    "and leaps to the bottom of a parabola that is not there.",
)

predict_rare = Prediction(
    "Every weight of a model should become 1. Its feature is on in each example, or in one of ten, or in one of a "
    "hundred. SGD takes the largest rate that the frequent features bear; Adagrad takes as many steps. Where is the "
    "rarest weight in the end?",
    {
        "a": "At 1 with both",
        "b": "On its way with SGD, nearly there with Adagrad",
        "c": "Nearly there with SGD, on its way with Adagrad",
    },
    "b",
    "A rare feature gives its weight few gradients. SGD's rate is set by the frequent ones; Adagrad divides each "
    "weight's by what that weight has seen.",
)

predict_stall = Prediction(
    "The way down is a steep cliff first, and then a long plain whose slope is a hundredth of it. Adagrad and RMSProp "
    "start at the top with one rate. How do they fare on the plain?",
    {
        "a": "Both creep: they remember the cliff",
        "b": "Adagrad creeps for good; RMSProp soon walks as before",
        "c": "Both walk as before",
    },
    "b",
    "Adagrad's sum never forgets the cliff. RMSProp's mean does, at the pace of its decay.",
)

predict_smoothness = Prediction(
    "How alike are one update and the next, on minibatches? Take the cosine of the angle between them: 1 is straight "
    "on, 0 is unrelated, −1 is back.",
    {
        "a": "RMSProp about 0, or a little below; Adam near 0.9",
        "b": "Both near 0.9",
        "c": "Both about 0: the batches are independent",
    },
    "a",
    "RMSProp steps along the gradient of one batch, Adam along a running mean of about ten.",
)

predict_table = Prediction(
    "Last, all six on real data: SGD, momentum, Nesterov, Adagrad, RMSProp, Adam, each at the best rate that the same "
    "search found, ten epochs, five seeds. How far apart are the best and the worst in validation accuracy?",
    {
        "a": "Ten points or more, with Adam ahead",
        "b": "About two points, with Adam among the others",
        "c": "Less than half a point",
    },
    "b",
    "A well-chosen rate does most of it, and chance, from seed to seed, is worth about a point. The adaptive rules "
    "shine where the gradients of the weights differ much in size, as with rare features.",
)
