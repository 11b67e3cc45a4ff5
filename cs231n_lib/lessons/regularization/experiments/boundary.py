"""Decision boundaries of networks that learn two spirals, epoch by epoch."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import Split, spirals
from cs231n_lib.functions.activations import sigmoid_forward
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Adam
from cs231n_lib.training.run import Callback, Run
from cs231n_lib.training.trainer import Trainer

EPOCHS = 300
EVERY = 10
"""Epochs from one snapshot to the next."""

RADIUS = 1.25
"""Largest coordinate at which the boundary is drawn. The spirals end at 1."""

NOISE = 0.7
"""Noise of the angle in radians, enough for the arms to overlap so that a network can fit noise."""


def two_spirals() -> tuple[Split, Split]:
    """120 points to train on and 400 to validate on, drawn alike, in float32."""
    rng = np.random.default_rng(1)
    (x, y), (x_validation, y_validation) = (spirals(n, 2, NOISE, rng) for n in (60, 200))
    return (x.astype(np.float32), y), (x_validation.astype(np.float32), y_validation)


@dataclass
class SpiralRun(Callback):
    """A network trained on `two_spirals`, its parameters every `EVERY` epochs from 0 on, and its accuracy.

    ``accuracy`` (2, snapshots) holds training above validation.
    """

    network: MLP
    snapshots: list[FloatArray] = field(default_factory=list)
    accuracy: FloatArray = field(default_factory=lambda: np.empty((2, 0)))

    def on_start(self, run: Run) -> None:
        """Keep the initial parameters."""
        self.snapshots.append(self.network.parameters.copy())

    def on_step(self, run: Run) -> None:
        """Keep the parameters after every `EVERY` steps, which are epochs of one step each."""
        if run.step % EVERY == 0:
            self.snapshots.append(self.network.parameters.copy())

    def on_end(self, run: Run) -> None:
        """Measure the accuracy of each snapshot."""
        epochs = range(0, EVERY * len(self.snapshots), EVERY)
        splits = two_spirals()
        self.accuracy = np.array(
            [[np.mean(self.scores(x, epoch).argmax(axis=1) == y) for epoch in epochs] for x, y in splits]
        )

    def scores(self, x: FloatArray, epoch: int) -> FloatArray:
        """Scores (N, 2) of the points ``x`` (N, 2) as the network was at ``epoch``, a multiple of `EVERY`."""
        self.network.parameters[:] = self.snapshots[epoch // EVERY]
        return self.network.predict(x)


@lru_cache(maxsize=256)
def train_on_spirals(width: int, depth: int, l2: float, drop_prob: float) -> SpiralRun:
    """Train ``depth`` hidden ReLU layers of ``width`` units with Adam on the full batch, or reuse the run."""
    rng = np.random.default_rng(0)
    run = SpiralRun(MLP((2, *[width] * depth, 2), l2=l2, drop_prob=drop_prob, rng=rng))
    train, _ = two_spirals()
    trainer = Trainer(
        run.network, Adam(lr=0.02), batch_size=len(train[0]), rng=rng, evaluate_every=EPOCHS, progress=False
    )
    trainer.fit(train, epochs=EPOCHS, callbacks=[run])
    return run


def plane(side: int) -> FloatArray:
    """The points of a square grid, row by row from below, (side², 2) in float32."""
    line = np.linspace(-RADIUS, RADIUS, side, dtype=np.float32)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def second_class_probability(scores: FloatArray) -> FloatArray:
    """The softmax probability of class 1 for scores (N, 2); (N,)."""
    probability, _ = sigmoid_forward(scores[:, 1] - scores[:, 0])
    return probability
