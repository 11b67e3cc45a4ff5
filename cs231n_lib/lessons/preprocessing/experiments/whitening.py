"""Training on whitened images, which takes fewer steps and costs accuracy."""

from dataclasses import dataclass

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.lessons.preprocessing.experiments.pixels import labels
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD

TARGET = 0.4
FORMS = {"0–1": 0.3, "one scale": 0.3, "whitened": 3.0, "whitened, ε = 0.01": 3.0, "50 components, whitened": 3.0}
"""Forms of the pixels with the learning rate, of 0.1, 0.3, 1 and 3, that takes the fewest steps to `TARGET`."""


Pixels = dict[str, tuple[FloatArray, FloatArray]]


def prepared(run: Functions) -> Pixels:
    """Every fourth training image of Fashion-MNIST and the validation images, in all `FORMS` and in float32."""
    data = load_fashion_mnist()
    x, v = data.x_train[::4], data.x_validation
    centred, others = run.subtract_mean(x, v)
    mean, components, variances = run.pca_fit(x)

    def white(eps: float, k: int) -> tuple[FloatArray, FloatArray]:
        x_white, v_white = (run.whiten(part, mean, components[:, :k], variances[:k], eps)[0] for part in (x, v))
        return x_white, v_white

    pairs = (x, v), (centred / x.std(), others / x.std()), white(1e-5, 784), white(0.01, 784), white(1e-5, 50)
    return {form: (a.astype(np.float32), b.astype(np.float32)) for form, (a, b) in zip(FORMS, pairs, strict=True)}


@dataclass(frozen=True)
class TrainingCurve:
    """Training loss before each step, validation accuracy after every tenth, and the steps to a loss of `TARGET`."""

    loss: FloatArray
    accuracy: FloatArray
    steps: int


def curve(pixels: Pixels, form: str, seed: int = 0, steps: int = 150) -> TrainingCurve:
    """Descent on the full batch with 50 hidden units, at the best learning rate of the form."""
    (train_labels, validation_labels), (x, v) = labels(), pixels[form]
    y = train_labels[::4]
    network = MLP((x.shape[1], 50, 10), rng=np.random.default_rng(seed))
    optimizer = SGD(lr=FORMS[form])
    optimizer.bind(network)
    losses, accuracies = [], []
    for t in range(1, steps + 1):
        loss, _ = network.loss_and_gradient(x, y)
        optimizer.step()
        losses.append(loss)
        if t % 10 == 0:
            accuracies.append(np.mean(network.predict(v).argmax(axis=1) == validation_labels))
    below = np.flatnonzero(np.array(losses) < TARGET)
    return TrainingCurve(np.array(losses), np.array(accuracies), int(below[0]) if below.size else steps)
