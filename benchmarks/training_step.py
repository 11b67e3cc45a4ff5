"""One training step (forward, loss, backward, Adam) against its bare matrix products and against other libraries.

python -m benchmarks.training_step
"""

from itertools import pairwise

from benchmarks.timing import Work, medians, pin, show  # isort: skip  # sets the number of threads before NumPy loads

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import BATCHES_A_CALL, jax_step, sklearn_step, torch_step
from cs231n_lib.network import MLP
from cs231n_lib.network_optimizers import Adam

NETWORKS = ((64, 100, 10), (784, 256, 128, 10), (3072, 512, 512, 10))
BATCHES = (32, 128, 512)
PEERS = {"scikit-learn": sklearn_step, "JAX jit": jax_step, "PyTorch": torch_step}


def bare_products(sizes: tuple[int, ...], batch: int) -> Work:
    """The matrix products that a step cannot do without, into buffers made before; the first layer needs no dx."""
    rng = np.random.default_rng(0)

    def make(*shape: int) -> NDArray[np.float32]:
        return rng.standard_normal(shape).astype(np.float32)

    weights, gradients = [[make(i, o) for i, o in pairwise(sizes)] for _ in range(2)]
    inputs, outputs, upstream = ([make(batch, width) for width in sizes] for _ in range(3))

    def work() -> None:
        for i, w in enumerate(weights):
            np.matmul(inputs[i], w, out=outputs[i + 1])
        for i in reversed(range(len(weights))):
            np.matmul(inputs[i].T, upstream[i + 1], out=gradients[i])
            if i:
                np.matmul(upstream[i + 1], weights[i].T, out=outputs[i])

    return work


def own_step(sizes: tuple[int, ...], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work:
    """The step that `Trainer` takes."""
    network, optimizer = MLP(sizes, rng=np.random.default_rng(0)), Adam()
    optimizer.bind(network)

    def work() -> None:
        network.backpropagate(x, y)
        optimizer.step()

    return work


def measure(sizes: tuple[int, ...], batch: int, rounds: int = 30) -> dict[str, float]:
    """Median CPU seconds of a step by contestant; ``products`` are the bare matrix products."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((batch, sizes[0])).astype(np.float32), rng.integers(0, sizes[-1], batch)
    y[: sizes[-1]] = np.arange(sizes[-1])
    works = {"products": bare_products(sizes, batch), "cs231n_lib": own_step(sizes, x, y)}
    works |= {name: step for name, build in PEERS.items() if (step := build(sizes, x, y))}
    seconds = medians(works, rounds)
    if "scikit-learn" in seconds:
        seconds["scikit-learn"] /= BATCHES_A_CALL
    return seconds


def main() -> None:
    """Measure the nine rows and print the table."""
    pin()
    header, rows = ["network", "batch", "products (µs)", "cs231n_lib (µs)", "÷ products"], []
    header += [f"{name} (µs)" for name in PEERS]
    for sizes in NETWORKS:
        for batch in BATCHES:
            seconds = measure(sizes, batch)
            micro = {name: f"{1e6 * value:.0f}" for name, value in seconds.items()}
            ratio = f"**{seconds['cs231n_lib'] / seconds['products']:.2f}**"
            row = ["-".join(map(str, sizes)), str(batch), micro["products"], micro["cs231n_lib"], ratio]
            rows.append(row + [micro.get(name, "–") for name in PEERS])
    show("One training step", header, rows)


if __name__ == "__main__":
    main()
