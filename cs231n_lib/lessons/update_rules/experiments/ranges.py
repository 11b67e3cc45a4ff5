"""Learning-rate range tests of the six rules on Fashion-MNIST."""

from dataclasses import dataclass

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import clothes
from cs231n_lib.lessons.one_step import training_step
from cs231n_lib.lessons.update_rules.experiments.training import BATCH, HIDDEN, PIXELS, RULES
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP

LOW, HIGH, STEPS = 1e-5, 10.0, 240
"""Lowest and highest learning rate, which grows tenfold in 40 steps, and number of steps (three epochs)."""


@dataclass(frozen=True)
class RangeTest:
    """Learning rates of a range test with the smoothed losses, and the suggested learning rate."""

    rates: FloatArray
    losses: FloatArray
    suggested: float


def range_test(run: Functions, rule: str, seed: int = 0) -> RangeTest:
    """Range test of a rule on the network and the minibatches of `experiments.training.train`."""
    rng = np.random.default_rng(seed)
    network = MLP((PIXELS, HIDDEN, 10), rng=rng, dtype=np.float64)
    step = training_step(network, RULES[rule](LOW), clothes()[0], BATCH, rng)
    rates, losses, suggested = run.range_test(step, LOW, HIGH, STEPS)
    return RangeTest(np.asarray(rates), np.asarray(losses), float(suggested))
