"""Two checks before long training, the loss of an untrained network and the memorising of 50 images."""

from itertools import pairwise

import numpy as np

from cs231n_lib.datasets import digits
from cs231n_lib.lessons.use import Use

FEW, STEPS, RATE = 50, 300, 0.3
SIZES = (64, 32, 32, 10)


def sanity(use: Use) -> str:
    """Report the initial loss and the accuracy on 50 digits of the student's network, beside the expected values."""
    run = use.run()
    (x, y), _ = digits()
    rng = np.random.default_rng(0)
    weights = [run.small_random(a, b, rng) for a, b in pairwise(SIZES)]
    biases = [np.zeros(b) for b in SIZES[1:]]
    first, _, _ = run.mlp_loss(x, y, weights, biases, 0.0)
    penalised, _, _ = run.mlp_loss(x, y, weights, biases, 1.0)
    he = [run.scaled_weights(a, b, rng)["he"] for a, b in pairwise(SIZES)]
    _, weights, biases = run.train_mlp(x[:FEW], y[:FEW], he, biases, RATE, STEPS)
    right = np.mean(run.mlp_forward(x[:FEW], weights, biases).argmax(axis=1) == y[:FEW])
    lines = [
        f"loss of the untrained network  {first:.3f}   should be ln 10 = {np.log(10):.3f}",
        f"the same with a penalty, λ = 1 {penalised:.3f}   should be more",
        f"{FEW} digits after {STEPS} steps      {right:.0%}    should be 100%",
    ]
    return "\n".join([*lines, *([run.says.replace("**", "")] if run.says else [])])
