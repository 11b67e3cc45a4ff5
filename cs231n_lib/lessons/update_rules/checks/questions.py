"""Warm-up questions and predictions of lesson 08."""

from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

warm_up = WarmUp(
    (
        Number(
            "The penalty is ½λw² with λ = 0.1, the gradient of the data loss is 0, and the learning rate is 0.5. By "
            "which factor does one step of SGD multiply w?",
            "The gradient is λw and the step is αλw, so the fraction 1 − αλ = 0.95 of w is left. This is weight "
            "*decay*.",
            0.95,
            {
                0.05: "That is the fraction that w loses. Which fraction is left?",
                0.9: "The step is the learning rate times the gradient, αλw and not λw.",
                0.975: "The ½ cancels the 2 of the square, so the gradient is λw.",
                1.05: "A step goes against the gradient, so the weight gets smaller.",
                0.5: "That leaves out λ.",
            },
            "The gradient of ½λw² is λw. Write w − α · λw as a factor times w.",
        ),
        MultipleChoice(
            "A network was trained with inverted dropout and `drop_prob` = 0.2. By which factor do you multiply its "
            "activations at test time?",
            "Training already divides the kept activations by 0.8, so their expectation is right as it is.",
            {"a": "By 0.8", "b": "By none", "c": "By 1/0.8"},
            "b",
            {
                "a": "That is vanilla dropout. Inverted dropout already scales in training.",
                "c": "Training has already applied this factor to the activations that were kept.",
            },
        ),
        MultipleChoice(
            "A loss has the form of a narrow valley, steep across and nearly flat along. What limits the learning rate "
            "of gradient descent?",
            "Across the valley the curvature is large. If the learning rate is more than 2 divided by this curvature, "
            "the steps grow.",
            {"a": "The steep direction", "b": "The flat direction", "c": "The mean of the two"},
            "a",
            {
                "b": "Along the valley a larger learning rate would help, because descent is slow there.",
                "c": "Descent diverges as soon as the learning rate is too large for one direction, however flat the "
                "other is.",
            },
        ),
    )
)

predict_decay = Prediction(
    "You train a small network on Fashion-MNIST by SGD for ten epochs, once with a constant learning rate and once "
    "with a learning rate that starts at the same value and falls. When does the falling learning rate end "
    "with the lower training loss?",
    {
        "a": "Always, because a small learning rate reduces the noise near the end",
        "b": "When it starts high, above the best constant learning rate",
        "c": "When it starts low",
    },
    "b",
    "A falling learning rate reduces the noise but also the distance that the steps cover. If the constant learning "
    "rate is low, there is little noise to reduce, and in ten epochs the shorter steps cost more than they gain.",
)

predict_annealing = Prediction(
    "You train the same network with momentum. Either μ stays at 0.9, or it grows from 0.5 to 0.99 at a fixed learning "
    "rate, as the summary advises. Each uses its own best learning rate. Which ends with the lower training loss?",
    {"a": "The growing μ", "b": "The constant 0.9", "c": "Neither, they end at the same loss"},
    "b",
    "Under a constant gradient the steps of momentum grow to α/(1 − μ) times the gradient, a factor that is 50 times "
    "as large for μ = 0.99 as for 0.5. With the noise of minibatches, a learning rate that is small enough at the end "
    "is far too small at the start. Without noise the result differs, as the right half of the figure shows.",
)

predict_lbfgs = Prediction(
    "Softmax regression on the digits has a convex loss of 640 weights. On the full batch, L-BFGS is far faster than "
    "gradient descent. Now you give it a new batch of 32 examples in each step, as for SGD. How well does it do?",
    {
        "a": "As well as before, and each step is cheaper",
        "b": "About as well as SGD",
        "c": "Worse than SGD, because it jumps about and does not settle",
    },
    "c",
    "Here y is the difference between gradients of two *different* batches, which is mostly noise if the step is "
    "short. L-BFGS treats this noise as curvature and steps to the minimum of a wrong quadratic.",
)

predict_rare = Prediction(
    "Every weight of a model should become 1. The weights belong to features that are on in every example, in one of "
    "ten or in one of a hundred. SGD has a learning rate at which the weights of the frequent features are stable, and "
    "Adagrad takes the same number of steps. Where is the weight of the rarest feature in the end?",
    {
        "a": "At 1 with both",
        "b": "Well below 1 with SGD, nearly at 1 with Adagrad",
        "c": "Nearly at 1 with SGD, well below 1 with Adagrad",
    },
    "b",
    "The weight of a rare feature gets few gradients. The frequent features limit the learning rate of SGD, whereas "
    "Adagrad divides each weight's learning rate by the root of the sum of that weight's own squared gradients.",
)

predict_stall = Prediction(
    "The loss falls down a steep cliff and then along a wide plain, whose slope is a hundredth of the cliff's. Adagrad "
    "and RMSProp start at the top with the same learning rate. How fast do they move on the plain?",
    {
        "a": "Both move slowly, because they remember the cliff",
        "b": "Adagrad stays slow, and RMSProp is soon as fast as before",
        "c": "Both are as fast as before",
    },
    "b",
    "The sum in Adagrad keeps the large gradients of the cliff permanently. The mean in RMSProp forgets them at the "
    "pace of its decay.",
)

predict_failure = Prediction(
    "One weight from −1 to 1 has the gradient 3 in every third step and −1 in the others, so its mean loss is lowest "
    "at −1. Adam, with β₁ = 0 and step sizes that fall as 1/√t, ends at 1, the worst point, if β₂ is below about 0.48. "
    "Now the large gradient is n, in one of n steps. How does this limit of β₂ change when n grows?",
    {"a": "It rises towards 1", "b": "It stays near ½", "c": "It falls towards 0"},
    "a",
    "If v forgets the large gradient before the next one, each of the many small gradients makes a step of almost full "
    "length. The rarer the large gradient is, the longer v must remember it.",
)

predict_smoothness = Prediction(
    "How similar are successive updates on minibatches? Take the cosine of the angle between them, which is 1 for the "
    "same direction, 0 for a right angle and −1 for the opposite direction.",
    {
        "a": "RMSProp about 0 or a little below, Adam near 0.9",
        "b": "Both near 0.9",
        "c": "Both about 0, because the batches are independent",
    },
    "a",
    "RMSProp steps along the gradient of one batch, and Adam along a running mean of about ten gradients.",
)

predict_table = Prediction(
    "Finally, you train on real data with six rules (SGD, momentum, Nesterov, Adagrad, RMSProp and Adam). Each runs "
    "for ten epochs with five seeds, at the best learning rate that the same search found. How far apart are the best "
    "and the worst mean validation accuracy?",
    {
        "a": "Ten percentage points or more, with Adam ahead",
        "b": "About two percentage points, with Adam among the others",
        "c": "Less than half a percentage point",
    },
    "b",
    "With a well-chosen learning rate for each rule, the rules differ little here, and the accuracy varies by about "
    "one percentage point between seeds. Adaptive rules have an advantage if the gradients of the weights "
    "differ much in size, as with rare features.",
)
