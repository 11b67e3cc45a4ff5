"""CPU time of a whole process, imports included, that trains to 97 % accuracy on digits.

python -m benchmarks digits

Each contestant runs in its own process, which imports this module. To keep that import cheap, functions import what
only the measurement needs.
"""

from collections.abc import Callable

SIZES, BATCH, RATE, GOAL, EPOCHS = (64, 100, 10), 64, 5e-3, 0.97, 100


def train_own(seed: int) -> int:
    """Train with this library and return the number of epochs."""
    import numpy as np

    from cs231n_lib.datasets import load_digits
    from cs231n_lib.network import MLP
    from cs231n_lib.network.optimizers import Adam
    from cs231n_lib.training.run import Run
    from cs231n_lib.training.trainer import Trainer

    class StopAtGoal:
        def on_start(self, run: Run) -> None: ...

        def on_step(self, run: Run) -> None:
            accuracy = run.history.validation_accuracy
            if accuracy.size and accuracy[-1] >= GOAL:
                run.stop()

        def on_end(self, run: Run) -> None: ...

    data, rng = load_digits(dtype=np.float32), np.random.default_rng(seed)
    trainer = Trainer(MLP(SIZES, rng=rng), Adam(RATE), batch_size=BATCH, rng=rng, progress=False)
    train, validation = (data.x_train, data.y_train), (data.x_validation, data.y_validation)
    history = trainer.fit(train, validation, epochs=EPOCHS, callbacks=[StopAtGoal()])
    assert history.validation_accuracy[-1] >= GOAL
    return len(history.evaluations)


def train_sklearn(seed: int) -> int:
    """Train with `MLPClassifier`, one `partial_fit` per epoch, and return the number of epochs."""
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    from cs231n_lib.datasets import load_digits

    data = load_digits(dtype=np.float32)
    model = MLPClassifier(SIZES[1:-1], alpha=0.0, batch_size=BATCH, learning_rate_init=RATE, random_state=seed)
    for epoch in range(1, EPOCHS + 1):
        model.partial_fit(data.x_train, data.y_train, classes=np.arange(10))
        if model.score(data.x_validation, data.y_validation) >= GOAL:
            return epoch
    raise AssertionError("97 % was not reached")


def train_jax(seed: int) -> int:
    """Train with a jitted step and return the number of epochs.

    The rows left over by full batches are skipped, because their shape would compile the step again.
    """
    import jax
    import jax.numpy as jnp
    import numpy as np
    import optax

    from cs231n_lib.datasets import load_digits

    data, rng, adam = load_digits(dtype=np.float32), np.random.default_rng(seed), optax.adam(RATE)
    (d, h, k), zeros = SIZES, jnp.zeros
    w = [jnp.asarray(rng.standard_normal(s) * np.sqrt(2 / s[0]), jnp.float32) for s in ((d, h), (h, k))]
    parameters = (w[0], zeros(h), w[1], zeros(k))
    state = adam.init(parameters)

    def scores(parameters, x):  # type: ignore[no-untyped-def]
        w1, b1, w2, b2 = parameters
        return jax.nn.relu(x @ w1 + b1) @ w2 + b2

    def loss(parameters, x, y):  # type: ignore[no-untyped-def]
        return optax.softmax_cross_entropy_with_integer_labels(scores(parameters, x), y).mean()

    @jax.jit
    def step(parameters, state, x, y):  # type: ignore[no-untyped-def]
        updates, state = adam.update(jax.grad(loss)(parameters, x, y), state)
        return optax.apply_updates(parameters, updates), state

    accuracy = jax.jit(lambda parameters, x, y: jnp.mean(scores(parameters, x).argmax(axis=1) == y))
    for epoch in range(1, EPOCHS + 1):
        order = rng.permutation(len(data.x_train))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            parameters, state = step(parameters, state, data.x_train[rows], data.y_train[rows])
        if accuracy(parameters, data.x_validation, data.y_validation) >= GOAL:
            return epoch
    raise AssertionError("97 % was not reached")


CONTESTANTS: dict[str, Callable[[int], int]] = {
    "cs231n_lib": train_own,
    "scikit-learn": train_sklearn,
    "JAX": train_jax,
}


def cpu_seconds_of_numpy() -> float:
    """CPU seconds of a new process that only imports NumPy."""
    from benchmarks.timing import child_cpu_seconds

    return child_cpu_seconds("import numpy")[0]


def cpu_seconds(contestant: str, seed: int) -> tuple[float, int] | None:
    """CPU seconds and epochs of a new process, or None if its library is missing."""
    from benchmarks.timing import child_cpu_seconds

    function = CONTESTANTS[contestant].__name__
    seconds, result = child_cpu_seconds(f"from benchmarks.digits import {function}; print({function}({seed}))")
    if result.returncode:
        if "ModuleNotFoundError" in result.stderr:
            return None
        raise RuntimeError(result.stderr)
    return seconds, int(result.stdout)


def main(seeds: int = 7) -> None:
    """Run the contestants in turns on each seed, and print the table."""
    import statistics

    from benchmarks.timing import pin, show

    pin()
    numpy_alone: list[float] = []
    results: dict[str, list[tuple[float, int]]] = {name: [] for name in CONTESTANTS}
    for seed in range(seeds):
        numpy_alone.append(cpu_seconds_of_numpy())
        for name, found in results.items():
            if measured := cpu_seconds(name, seed):
                found.append(measured)
    rows = []
    for name, found in results.items():
        if found:
            seconds, epochs = zip(*found, strict=True)
            beyond = statistics.median(seconds) - statistics.median(numpy_alone)
            spread = f"{min(seconds):.3f} to {max(seconds):.3f}"
            rows.append(
                [name, f"{statistics.median(seconds):.3f}", f"{beyond:.3f}", spread, f"{statistics.median(epochs):.0f}"]
            )
    header = ["library", "CPU seconds (median)", "minus `import numpy` (s)", "range (s)", "epochs (median)"]
    show(f"Digits to 97 % validation accuracy, {seeds} seeds", header, rows)


if __name__ == "__main__":
    main()
