"""A network on Fashion-MNIST with pixels in six units, at the best learning rates (claim C36)."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.datasets.files import Split
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD
from cs231n_lib.training.history import History
from cs231n_lib.training.run import Callback
from cs231n_lib.training.trainer import Trainer

SCALINGS = {
    "0–255": 1e-4,
    "0–255, mean image off": 0.003,
    "0–1": 0.1,
    "0–1, mean image off": 0.3,
    "one scale": 0.1,
    "per pixel": 0.3,
}
"""Units of the pixels with the best of 13 learning rates from 10⁻⁶ to 1, chosen on seeds used for nothing else."""


def scaled(run: Functions, scaling: str, train: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Training and other images with pixels from 0 to 1, converted to one of `SCALINGS`."""
    if scaling.startswith("0–255"):
        train, other = 255 * train, 255 * other
    if scaling == "per pixel":
        return run.standardize(train, other)  # type: ignore[no-any-return]
    if scaling.endswith("mean image off") or scaling == "one scale":
        train, other = run.subtract_mean(train, other)
    spread = train.std() if scaling == "one scale" else 1.0
    return train / spread, other / spread


def splits(run: Functions, scaling: str) -> tuple[Split, Split]:
    """Training and validation images of Fashion-MNIST in one of `SCALINGS`."""
    data = load_fashion_mnist()
    x, v = scaled(run, scaling, data.x_train, data.x_validation)
    return (x, data.y_train), (v, data.y_validation)


@cache
def labels() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Labels of the training and validation images of Fashion-MNIST."""
    data = load_fashion_mnist()
    return data.y_train, data.y_validation


def train(
    data: tuple[Split, Split],
    lr: float,
    seed: int = 0,
    epochs: int = 10,
    callbacks: Sequence[Callback] = (),
    divisor: float = 1.0,
) -> History:
    """Train D-100-10 with ReLU on Fashion-MNIST by plain descent in batches of 100.

    The initial weights of the first layer are divided by ``divisor``.
    """
    rng = np.random.default_rng(seed)
    (x, y), (v, labels) = data
    network = MLP((x.shape[1], 100, 10), rng=rng)
    network.weights[0][:] /= divisor
    every = None if callbacks else 10**6
    trainer = Trainer(network, SGD(lr=lr), batch_size=100, rng=rng, progress=False, evaluate_every=every)
    single = (x.astype(np.float32), y), (v.astype(np.float32), labels)
    return trainer.fit(*single, epochs=epochs, callbacks=callbacks)


def final_accuracy(history: History) -> float:
    """Final validation accuracy, or 0 if the run diverged."""
    return float(history.validation_accuracy[-1]) if history.stopped == "finished" else 0.0


def accuracy(run: Functions, scaling: str, seed: int = 0, lr: float | None = None) -> float:
    """Validation accuracy of one run, by default at the best learning rate of the scaling."""
    return final_accuracy(train(splits(run, scaling), SCALINGS[scaling] if lr is None else lr, seed))
