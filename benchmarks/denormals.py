"""Does a step slow down as units die and gradients fade? Step time after 10 and after 1000 epochs on the digits.

python -m benchmarks.denormals
"""

from benchmarks.timing import Work, medians, pin, show  # isort: skip  # sets the number of threads before NumPy loads

import numpy as np

from cs231n_lib.datasets import load_digits
from cs231n_lib.network import MLP
from cs231n_lib.network_optimizers import Adam, Momentum, Optimizer

SIZES, BATCH = (64, 100, 10), 128


def trained(optimizer: Optimizer, epochs: int) -> Work:
    """A step on a network whose hidden units a third are dead, after so many epochs."""
    data, rng = load_digits(dtype=np.float32), np.random.default_rng(0)
    network = MLP(SIZES, rng=rng)
    optimizer.bind(network)
    batches = [(data.x_train[i : i + BATCH], data.y_train[i : i + BATCH]) for i in range(0, 1024, BATCH)]

    def epoch() -> None:
        for x, y in batches:
            network.backpropagate(x, y)
            optimizer.step()

    epoch()
    network.biases[0][::3] = -1000.0
    for _ in range(epochs - 1):
        epoch()
    return epoch


def main(late: int = 1000, rounds: int = 60) -> None:
    """Train both networks of each rule, measure them in turns, and print the table."""
    pin()
    rows = []
    for kind in (Adam, Momentum):
        works = {"early": trained(kind(), 10), "late": trained(kind(), late)}
        seconds = medians(works, rounds)
        steps = 1024 // BATCH
        micro = [f"{1e6 * seconds[name] / steps:.1f}" for name in works]
        rows.append([kind.__name__, *micro, f"**{seconds['late'] / seconds['early']:.2f}**"])
    show("Step time as units die", ["rule", "after 10 epochs (µs)", f"after {late} epochs (µs)", "ratio"], rows)


if __name__ == "__main__":
    main()
