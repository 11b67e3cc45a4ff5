"""A full numerical gradient check of 64-100-10: all 7,510 parameters, 8 examples, float64.

python -m benchmarks numerical_gradient
"""

from collections.abc import Callable

from benchmarks.timing import medians, pin, show  # isort: skip  # sets the number of threads before NumPy loads

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.functions.gradient_check import check_gradient
from cs231n_lib.network import MLP

Loss = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def losses(network: MLP, x: NDArray[np.float64], y: NDArray[np.int64]) -> list[Loss]:
    """The loss as a function of each parameter array in turn; it takes stacks of them as well as one."""
    (w1, w2), (b1, b2) = network.weights, network.biases
    hidden_before = x @ w1

    def upper(before: NDArray[np.float64]) -> NDArray[np.float64]:
        return cross_entropy(np.maximum(before, 0) @ w2 + b2, y)

    hidden = np.maximum(hidden_before + b1, 0)
    return [
        lambda w: upper(x @ w + b1),
        lambda w: cross_entropy(hidden @ w + b2, y),
        lambda b: upper(hidden_before + b[..., None, :]),
        lambda b: cross_entropy(hidden @ w2 + b[..., None, :], y),
    ]


def cross_entropy(scores: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean over N of the softmax cross-entropy; scores (..., N, K)."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    own = shifted[..., np.arange(len(y)), y]
    loss: NDArray[np.float64] = (np.log(np.exp(shifted).sum(axis=-1)) - own).mean(axis=-1)
    return loss


def main(sizes: tuple[int, int, int] = (64, 100, 10), rounds: int = 15) -> None:
    """Check every parameter, stacked and one at a time, and print the table."""
    pin()
    rng = np.random.default_rng(0)
    network = MLP(sizes, dtype=np.float64, rng=rng)
    x, y = rng.standard_normal((8, sizes[0])), rng.integers(0, sizes[-1], 8)
    network.loss_and_gradient(x, y)
    gradients, start = [], 0
    arrays = [*network.weights, *network.biases]
    for value in arrays:
        gradients.append(network.gradient[start : start + value.size].reshape(value.shape).copy())
        start += value.size

    def check(batched: bool) -> None:
        for f, value, gradient in zip(losses(network, x, y), arrays, gradients, strict=True):
            report = check_gradient(f, value, gradient, batched=batched)
            assert report.passed, report

    seconds = medians({"stacked": lambda: check(True), "one entry at a time": lambda: check(False)}, rounds)
    rows = [[name, f"{1e3 * value:.0f}"] for name, value in seconds.items()]
    show(f"Numerical gradient check of {network.parameters.size} parameters", ["mode", "CPU ms"], rows)


if __name__ == "__main__":
    main()
