"""One training step of other libraries.

Each builder returns a function to time, which takes one step and returns its loss, or None if its library is missing.
All train the same network from the same weights (float32, ReLU, softmax cross-entropy, Adam at 1e-3, no regulariser)
on the same batch. Only scikit-learn draws its own weights.
"""

import warnings
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Work

STEPS_A_CALL = 20
"""Steps of one call of `sklearn_step` and of `jax_scan`."""


def sklearn_step(weights: list[NDArray[np.float32]], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work | None:
    """`MLPClassifier.partial_fit` on 20 batches, because it has no public method for a single step."""
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return None
    hidden = [w.shape[1] for w in weights[:-1]]
    model = MLPClassifier(hidden, alpha=0.0, batch_size=len(x), random_state=0)
    many, labels = np.tile(x, (STEPS_A_CALL, 1)), np.tile(y, STEPS_A_CALL)
    model.partial_fit(many, labels, classes=np.arange(weights[-1].shape[1]))
    return lambda: model.partial_fit(many, labels).loss_


def jax_step(
    weights: list[NDArray[np.float32]], x: NDArray[np.float32], y: NDArray[np.int64], *, donate: bool = False
) -> Work | None:
    """Jitted step with optax's Adam that waits for its result. With ``donate``, JAX reuses its arguments' memory."""
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return None
    kept, one = _jax_start(weights)
    inputs, labels = jnp.asarray(x), jnp.asarray(y, jnp.int32)
    step = jax.jit(one, donate_argnums=(0, 1) if donate else ())

    def work() -> Any:
        kept[0], kept[1], loss = step(*kept, inputs, labels)
        return jax.block_until_ready((loss, kept))[0]

    return work


def jax_scan(weights: list[NDArray[np.float32]], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work | None:
    """Twenty steps in one compiled loop with donated arguments, for programs that decide nothing between steps."""
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return None
    kept, one = _jax_start(weights)
    batches = jnp.stack([jnp.asarray(x)] * STEPS_A_CALL), jnp.stack([jnp.asarray(y, jnp.int32)] * STEPS_A_CALL)

    @partial(jax.jit, donate_argnums=(0, 1))
    def steps(parameters, state):  # type: ignore[no-untyped-def]
        def body(carried, batch):  # type: ignore[no-untyped-def]
            *carried, loss = one(*carried, *batch)
            return tuple(carried), loss

        (parameters, state), losses = jax.lax.scan(body, (parameters, state), batches)
        return parameters, state, losses[-1]

    def work() -> Any:
        kept[0], kept[1], loss = steps(*kept)
        return jax.block_until_ready((loss, kept))[0]

    return work


def _jax_start(weights: list[NDArray[np.float32]]) -> tuple[list[Any], Any]:
    """Parameters with Adam's state, and the function of one step."""
    import jax
    import jax.numpy as jnp
    import optax

    adam = optax.adam(1e-3)
    parameters = [(jnp.array(w), jnp.zeros(w.shape[1], jnp.float32)) for w in weights]

    def loss(parameters, x, y):  # type: ignore[no-untyped-def]
        for w, b in parameters[:-1]:
            x = jax.nn.relu(x @ w + b)
        scores = x @ parameters[-1][0] + parameters[-1][1]
        return optax.softmax_cross_entropy_with_integer_labels(scores, y).mean()

    def step(parameters, state, x, y):  # type: ignore[no-untyped-def]
        value, gradient = jax.value_and_grad(loss)(parameters, x, y)
        updates, state = adam.update(gradient, state)
        return optax.apply_updates(parameters, updates), state, value

    return [parameters, adam.init(parameters)], step


def torch_step(
    weights: list[NDArray[np.float32]], x: NDArray[np.float32], y: NDArray[np.int64], *, compiled: bool = False
) -> Work | None:
    """Eager step with the fused Adam. With ``compiled``, PyTorch compiles the forward and the backward pass."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layers: list[torch.nn.Module] = []
    for w in weights:
        linear = torch.nn.Linear(*w.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w.T))
            linear.bias.zero_()
        layers += [linear, torch.nn.ReLU()]
    model, criterion = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)

    def forward() -> Any:
        return criterion(model(inputs), labels)

    if compiled:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                forward = torch.compile(forward)
                forward().backward()  # compiles both passes
        except Exception:  # its errors have many types, such as for a missing C++ compiler
            return None

    def work() -> Any:
        optimizer.zero_grad()
        loss = forward()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return work
