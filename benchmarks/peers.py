"""One training step of other libraries.

Each builder returns a function to time, or None if its library is missing. All train the same network (float32, ReLU,
softmax cross-entropy, Adam at 1e-3, no regulariser) on the same batch.
"""

import warnings
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Work

BATCHES_A_CALL = 20


def sklearn_step(sizes: tuple[int, ...], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work | None:
    """`MLPClassifier.partial_fit` on 20 batches, because it has no public method for a single step."""
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return None
    model = MLPClassifier(sizes[1:-1], alpha=0.0, batch_size=len(x), random_state=0)
    many, labels = np.tile(x, (BATCHES_A_CALL, 1)), np.tile(y, BATCHES_A_CALL)
    model.partial_fit(many, labels, classes=np.arange(sizes[-1]))
    return lambda: model.partial_fit(many, labels)


def jax_step(sizes: tuple[int, ...], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work | None:
    """Jitted step with optax's Adam that waits for its result."""
    try:
        import jax
        import jax.numpy as jnp
        import optax
    except ImportError:
        return None
    rng, adam = np.random.default_rng(0), optax.adam(1e-3)
    parameters = [
        (jnp.asarray(rng.standard_normal((i, o)) * np.sqrt(2 / i), jnp.float32), jnp.zeros(o, jnp.float32))
        for i, o in pairwise(sizes)
    ]

    def loss(parameters, x, y):  # type: ignore[no-untyped-def]
        for w, b in parameters[:-1]:
            x = jax.nn.relu(x @ w + b)
        scores = x @ parameters[-1][0] + parameters[-1][1]
        return optax.softmax_cross_entropy_with_integer_labels(scores, y).mean()

    @jax.jit
    def step(parameters, state, x, y):  # type: ignore[no-untyped-def]
        value, gradient = jax.value_and_grad(loss)(parameters, x, y)
        updates, state = adam.update(gradient, state)
        return optax.apply_updates(parameters, updates), state, value

    inputs, labels = jnp.asarray(x), jnp.asarray(y, jnp.int32)
    kept = [parameters, adam.init(parameters)]

    def work() -> None:
        kept[0], kept[1], value = step(kept[0], kept[1], inputs, labels)
        value.block_until_ready()
        jax.block_until_ready(kept)

    return work


def torch_step(sizes: tuple[int, ...], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work | None:
    """Eager step with PyTorch's default Adam."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layers: list[torch.nn.Module] = []
    for i, o in pairwise(sizes):
        layers += [torch.nn.Linear(i, o), torch.nn.ReLU()]
    model, criterion = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)

    def work() -> None:
        optimizer.zero_grad()
        criterion(model(inputs), labels).backward()
        optimizer.step()

    return work
