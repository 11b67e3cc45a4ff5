"""Training on whitened clothes: fewer steps, and what they cost in accuracy."""

from dataclasses import dataclass

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.datasets.files import Dataset
from cs231n_lib.lessons.use import Run
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD

TARGET = 0.4
FORMS = {"0–1": 0.1, "one scale": 0.1, "whitened": 0.3, "whitened, ε = 0.01": 0.3, "50 components, whitened": 0.3}
"""What is done to the pixels, and the learning rate: the best of six, counted in steps to a loss of `TARGET`."""


def prepared(run: Run, form: str, data: Dataset) -> tuple[FloatArray, FloatArray]:
    """Every fourth training picture, and the validation pictures, in one of `FORMS`."""
    x, v = data.x_train[::4], data.x_validation
    if form == "0–1":
        return x, v
    if form == "one scale":
        scale = x.std()
        centred, others = run.subtract_mean(x, v)
        return centred / scale, others / scale
    k = 50 if form.startswith("50") else x.shape[1]
    mean, components, variances = run.pca_fit(x)
    eps = 0.01 if form.endswith("0.01") else 1e-5
    white, others = (run.whiten(p, mean, components[:, :k], variances[:k], eps)[0] for p in (x, v))
    return white, others


@dataclass(frozen=True)
class Curve:
    """Training loss before each step, validation accuracy after every tenth, and the steps to a loss of `TARGET`."""

    loss: FloatArray
    accuracy: FloatArray
    steps: int


def curve(run: Run, form: str, seed: int = 0, steps: int = 150, lr: float | None = None) -> Curve:
    """Descent on the full batch of 1,000 clothes, with 50 hidden units; by default at the best rate of the form."""
    data = load_fashion_mnist()
    x, v = (part.astype(np.float32) for part in prepared(run, form, data))
    y = data.y_train[::4]
    network = MLP((x.shape[1], 50, 10), rng=np.random.default_rng(seed))
    optimizer = SGD(lr=FORMS[form] if lr is None else lr)
    optimizer.bind(network)
    losses, accuracies = [], []
    for t in range(1, steps + 1):
        loss, _ = network.loss_and_gradient(x, y)
        optimizer.step()
        losses.append(loss)
        if t % 10 == 0:
            accuracies.append(np.mean(network.predict(v).argmax(axis=1) == data.y_validation))
    below = np.flatnonzero(np.array(losses) < TARGET)
    return Curve(np.array(losses), np.array(accuracies), int(below[0]) if below.size else steps)
