"""Dropout and batch normalisation in place against the way a textbook writes them, float32, forward and backward.

python -m benchmarks layers
"""

from benchmarks.timing import medians, pin, show  # isort: skip  # sets the number of threads before NumPy loads

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.network.layers import BatchNorm, Dropout

Array = NDArray[np.float32]
SHAPES = ((128, 256), (512, 512))


def textbook_dropout(x: Array, dy: Array, drop_prob: float) -> tuple[Array, Array]:
    """A float64 mask of the global generator, as lecture notes have it, cast so that the rest stays float32."""
    kept = np.random.rand(*x.shape) >= drop_prob  # noqa: NPY002  (as textbooks have it)
    mask = (kept / (1 - drop_prob)).astype(x.dtype)
    return x * mask, dy * mask


def textbook_batch_norm(x: Array, dy: Array, gamma: Array, beta: Array) -> tuple[Array, Array, Array, Array]:
    """Mean, variance, normalise; and the gradient in one line."""
    std = np.sqrt(x.var(axis=0) + np.float32(1e-5))
    normal = (x - x.mean(axis=0)) / std
    y = gamma * normal + beta
    dgamma, dbeta = np.sum(dy * normal, axis=0), dy.sum(axis=0)
    return y, gamma / std / len(x) * (len(x) * dy - dbeta - normal * dgamma), dgamma, dbeta


def measure(shape: tuple[int, int], rounds: int = 30) -> dict[str, float]:
    """Median CPU seconds of a forward and a backward pass."""
    rng = np.random.default_rng(0)
    x, dy = (rng.standard_normal(shape).astype(np.float32) for _ in range(2))
    scale, shift, running = (rng.random((2, shape[1]), np.float32) for _ in range(3))
    dropout = Dropout(*shape, 0.2, np.random.Generator(np.random.SFC64(0)), np.float32)
    norm = BatchNorm(shape[0], (scale[0], scale[1]), (shift[0], shift[1]), running)
    work_x, work_dy = x.copy(), dy.copy()

    def own_dropout() -> None:
        dropout.forward(work_x)
        dropout.backward(work_dy)
        work_dy[:] = dy

    def own_batch_norm() -> None:
        work_x[:], work_dy[:] = x, dy
        norm.forward(work_x)
        norm.backward(work_dy)

    def restore_one() -> None:
        work_dy[:] = dy

    def restore_both() -> None:
        work_x[:], work_dy[:] = x, dy

    seconds = medians(
        {
            "restore one": restore_one,
            "restore both": restore_both,
            "dropout": own_dropout,
            "dropout, textbook": lambda: textbook_dropout(x, dy, 0.2),
            "batch norm": own_batch_norm,
            "batch norm, textbook": lambda: textbook_batch_norm(x, dy, scale[0], shift[0]),
        },
        rounds,
    )
    # In a network the next matrix product overwrites these arrays; here they are copied back, which is no part of it.
    seconds["dropout"] -= seconds["restore one"]
    seconds["batch norm"] -= seconds["restore both"]
    return seconds


def main() -> None:
    """Measure both shapes and print the table."""
    pin()
    # Once a large block was freed, malloc stops giving memory back, and the textbook's temporaries cost a half to a
    # quarter. A notebook that has loaded data is in that state, so measure there.
    np.ones(3_000_000).sum()
    rows = []
    for shape in SHAPES:
        seconds = measure(shape)
        for name in ("dropout", "batch norm"):
            own, textbook = seconds[name], seconds[f"{name}, textbook"]
            size = "×".join(map(str, shape))
            rows.append([name, size, f"{1e6 * own:.0f}", f"{1e6 * textbook:.0f}", f"**{own / textbook:.2f}**"])
    show("Layers against their textbook versions", ["layer", "size", "in place (µs)", "textbook (µs)", "ratio"], rows)


if __name__ == "__main__":
    main()
