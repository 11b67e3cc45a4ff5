"""Time of one training step, against its matrix products alone and against other libraries.

A step is the forward pass, the loss, the backward pass and Adam. The comparison with other libraries is the median of
seven processes, in each of which all libraries take turns.

python -m benchmarks training_step
"""

import json
import math
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise, product
from unittest.mock import patch

from benchmarks.timing import Work, machine, medians, pin, show  # isort: skip  # sets the number of threads before NumPy loads

import numpy as np
from numpy.typing import NDArray

from benchmarks.floor import floor_step
from benchmarks.peers import STEPS_A_CALL, jax_scan, jax_step, sklearn_step, torch_step
from cs231n_lib.network import MLP, optimizers
from cs231n_lib.network.compiled import CompiledStep, load_kernels
from cs231n_lib.network.fused import adam_kernel
from cs231n_lib.network.optimizers import Adam

NETWORKS = ((64, 100, 10), (784, 256, 128, 10), (3072, 512, 512, 10))
BATCHES = (32, 128, 512)
CASES = tuple(product(NETWORKS, BATCHES))
PEERS: dict[str, Callable[..., Work | None]] = {
    "scikit-learn": sklearn_step,
    "JAX jit": jax_step,
    "JAX donated": partial(jax_step, donate=True),
    "JAX scan": jax_scan,
    "PyTorch": torch_step,
    "PyTorch compiled": partial(torch_step, compiled=True),
    "C++": floor_step,
}
PROCESSES, ROUNDS = 7, 5
SEVERAL_STEPS = ("scikit-learn", "JAX scan")


def bare_products(sizes: tuple[int, ...], batch: int) -> Work:
    """Matrix products that a step cannot avoid, written to preallocated buffers. The first layer needs no dx."""
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


def own_step(sizes: tuple[int, ...], x: NDArray[np.float32], y: NDArray[np.int64], *, numba: bool = False) -> Work:
    """Step of `Trainer`. With ``numba``, Adam is compiled for networks of any size."""
    network, optimizer = MLP(sizes, rng=np.random.default_rng(0)), Adam()
    with (
        patch.object(optimizers, "MIN_PARAMETERS", 0 if numba else math.inf),
        patch.object(optimizers, "compiled_code_allowed", lambda: True),  # the lessons turn it off
    ):
        optimizer.bind(network)

    def work() -> float:
        loss = network.backpropagate(x, y)
        optimizer.step()
        return loss

    return work


def compiled_step(sizes: tuple[int, ...], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work | None:
    """Step of `Trainer` in a long run with the extra ``fast``, or None where NumPy takes its place."""
    kernels = load_kernels(np.dtype(np.float32))
    if kernels is None:
        return None
    network, optimizer = MLP(sizes, rng=np.random.default_rng(0)), Adam()
    optimizer.bind(network)
    step = CompiledStep(network, optimizer, kernels)

    def work() -> float:
        loss = step.loss(x, y)
        step.learn()
        return loss

    return work


def weights_of(sizes: tuple[int, ...]) -> list[NDArray[np.float32]]:
    """Initial weights of `own_step`."""
    return [w.copy() for w in MLP(sizes, rng=np.random.default_rng(0)).weights]


def batch_of(sizes: tuple[int, ...], batch: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Random inputs, and labels that include every class."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, sizes[-1], batch)
    y[: sizes[-1]] = np.arange(sizes[-1])
    return rng.standard_normal((batch, sizes[0])).astype(np.float32), y


def measure(sizes: tuple[int, ...], batch: int, rounds: int = 30) -> tuple[float, float]:
    """Median CPU seconds of the matrix products alone and of a step, timed in turns."""
    works = {"products": bare_products(sizes, batch), "step": own_step(sizes, *batch_of(sizes, batch))}
    seconds = medians(works, rounds)
    return seconds["products"], seconds["step"]


def measure_peers(sizes: tuple[int, ...], batch: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Median CPU seconds of a step of each library and of this one, timed in turns of 20 steps.

    A single step of a large network would be timed with caches that the others have filled, but a loop of 20 only in
    its first step.
    """
    x, y = batch_of(sizes, batch)
    works = {"cs231n_lib": own_step(sizes, x, y)}
    if adam_kernel() is not None:
        works["Adam by numba"] = own_step(sizes, x, y, numba=True)
    if compiled := compiled_step(sizes, x, y):
        works["compiled"] = compiled
    works |= {name: step for name, build in PEERS.items() if (step := build(weights_of(sizes), x, y))}
    turns = {name: work if name in SEVERAL_STEPS else partial(_turn, work) for name, work in works.items()}
    return {name: seconds / STEPS_A_CALL for name, seconds in medians(turns, rounds).items()}


def _turn(step: Work) -> None:
    for _ in range(STEPS_A_CALL):
        step()


def of_a_process() -> tuple[list[dict[str, float]], str]:
    """Seconds of `measure_peers` for all cases from a new process, and its description of the machine."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training_step"], stdout=subprocess.PIPE, text=True, check=True
    )
    cases, described = json.loads(done.stdout)
    return cases, described


def main() -> None:
    """Print the steps against the matrix products, then against the other libraries."""
    pin()
    rows = []
    for sizes, batch in CASES:
        products, step = measure(sizes, batch)
        micro = [f"{1e6 * value:.0f}" for value in (products, step)]
        rows.append(["-".join(map(str, sizes)), str(batch), *micro, f"**{step / products:.2f}**"])
    show(
        "Training step against its matrix products",
        ["network", "batch", "products (µs)", "step (µs)", "ratio"],
        rows,
    )
    processes, machines = zip(*(of_a_process() for _ in range(PROCESSES)), strict=True)
    names = ["cs231n_lib", "Adam by numba", "compiled", *PEERS]
    rows = []
    for (sizes, batch), *found in zip(CASES, *processes, strict=True):
        seconds = {name: statistics.median(one[name] for one in found) for name in found[0]}
        micro = [f"{1e6 * seconds[name]:.0f}" if name in seconds else "–" for name in names]
        rows.append(["-".join(map(str, sizes)), str(batch), *micro])
    show("Training step by library, in µs", ["network", "batch", *names], rows, machines[0])


if __name__ == "__main__":
    pin()
    print(json.dumps([[measure_peers(*case) for case in CASES], machine()]))
