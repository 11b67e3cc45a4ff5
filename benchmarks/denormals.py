"""Does a step slow down as units die and gradients fade? Step time after 10 and after 1000 epochs on the digits.

python -m benchmarks denormals
"""

import sys

from benchmarks.timing import Work, medians, pin, show  # isort: skip  # sets the number of threads before NumPy loads

import numpy as np

from cs231n_lib.datasets import load_digits
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Adam, Momentum, Optimizer

SIZES, BATCH, STEPS = (64, 100, 10), 128, 8


class UnguardedAdam(Adam):
    """Adam that never flushes its state."""

    flush_every = sys.maxsize


def trained(optimizer: Optimizer, epochs: int) -> Work:
    """An epoch of steps for a network that has had so many; from the second on every third hidden unit is dead."""
    data, rng = load_digits(dtype=np.float32), np.random.default_rng(0)
    network = MLP(SIZES, rng=rng)
    optimizer.bind(network)
    batches = [(data.x_train[i : i + BATCH], data.y_train[i : i + BATCH]) for i in range(0, STEPS * BATCH, BATCH)]

    def epoch() -> None:
        for x, y in batches:
            network.backpropagate(x, y)
            optimizer.step()

    epoch()
    network.biases[0][::3] = -1000.0
    for _ in range(epochs - 1):
        epoch()
    return epoch


def denormals(optimizer: Optimizer) -> int:
    """How many numbers of the optimizer's state are denormal."""
    tiny = np.finfo(np.float32).tiny
    return sum(int(np.count_nonzero((v != 0) & (np.abs(v) < tiny))) for v in optimizer.state.values())


def main(late: int = 1000, rounds: int = 60) -> None:
    """Train both networks of each rule, measure them in turns, and print the table."""
    pin()
    rows = []
    for kind in (Adam, UnguardedAdam, Momentum):
        optimizers = {"early": kind(), "late": kind()}
        works = {name: trained(optimizers[name], n) for name, n in (("early", 10), ("late", late))}
        seconds = medians(works, rounds)
        micro = [f"{1e6 * seconds[name] / STEPS:.1f}" for name in works]
        ratio = f"**{seconds['late'] / seconds['early']:.2f}**"
        rows.append([kind.__name__, *micro, ratio, str(denormals(optimizers["late"]))])
    header = ["rule", "after 10 epochs (µs)", f"after {late} epochs (µs)", "ratio", "denormals in its state"]
    show("Step time as units die", header, rows)


if __name__ == "__main__":
    main()
