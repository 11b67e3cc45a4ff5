"""Gradient check of the student's whole network on a few digits, with each part off and on."""

from itertools import pairwise
from typing import Any

import numpy as np

from cs231n_lib.datasets import digits
from cs231n_lib.lessons.use import Use

SIZES = (64, 16, 12, 10)
ROWS, ENTRIES, STEPS, RATE = 16, 10, 20, 0.003
SETTINGS = (
    ("penalty and dropout off", 0.0, 0.0),
    ("penalty on, λ = 0.01", 0.01, 0.0),
    ("penalty and dropout on, the mask fixed", 0.01, 0.3),
)
SMALL = 1e-5


def prove(use: Use, seed: int = 0) -> str:
    """Report the largest error in the gradients of `network_loss` after some steps of Adam."""
    run, rng = use.run(), np.random.default_rng(seed)
    (x, y), _ = digits()
    x, y = x[:ROWS], y[:ROWS]
    parameters: list[Any] = []
    statistics: list[Any] = []
    for fan_in, fan_out in pairwise(SIZES[:-1]):
        parameters += [rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.ones(fan_out), np.zeros(fan_out)]
        statistics.append((np.zeros(fan_out), np.ones(fan_out)))
    parameters += [rng.normal(0, np.sqrt(2 / SIZES[-2]), SIZES[-2:]), np.zeros(SIZES[-1])]
    memory: list[Any] = [(np.zeros_like(a), np.zeros_like(a), 0) for a in parameters]
    for _ in range(STEPS):
        _, gradients, statistics = run.network_loss(x, y, parameters, statistics, 0.3, 0.01, rng)
        for i, da in enumerate(gradients):
            parameters[i], *memory[i] = run.adam(parameters[i], da, *memory[i], RATE)
    entries = [rng.permutation(a.size)[:ENTRIES] for a in parameters]
    lines = []
    for words, strength, drop_prob in SETTINGS:

        def network(arrays: Any, strength: float = strength, drop_prob: float = drop_prob) -> Any:
            return run.network_loss(x, y, arrays, statistics, drop_prob, strength, np.random.default_rng(seed))

        def loss(arrays: Any, network: Any = network) -> float:
            return float(network(arrays)[0])

        errors = run.gradient_check_network(loss, parameters, network(parameters)[1], entries)
        worst = float(np.max(errors))
        verdict = f"all below {SMALL:.0e}" if worst < SMALL else f"WRONG, up to {worst:.0e}"
        lines.append(f"{words:40} {verdict}")
    return "\n".join([*lines, *([run.says.replace("**", "")] if run.says else [])])
