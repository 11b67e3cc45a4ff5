"""Six update rules on Fashion-MNIST, each at its best learning rate.

Everything is float64, so that the printed numbers are reproducible.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cs231n_lib.datasets import clothes
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.functions.schedules import Schedule
from cs231n_lib.lessons.beside import STEPS, Agreement
from cs231n_lib.lessons.update_rules.experiments import rules as pure
from cs231n_lib.lessons.use import Use
from cs231n_lib.network import MLP
from cs231n_lib.network import optimizers as rules
from cs231n_lib.training import Callback, History, Trainer

PIXELS, HIDDEN, BATCH, EPOCHS = 196, 32, 50, 10
STEPS_PER_EPOCH = 4000 // BATCH

RULES: dict[str, Callable[[float], rules.Optimizer]] = {
    "SGD": rules.SGD,
    "momentum": rules.Momentum,
    "Nesterov": rules.Nesterov,
    "Adagrad": rules.Adagrad,
    "RMSProp": rules.RMSProp,
    "Adam": rules.Adam,
}

RATES = {"SGD": 0.8, "momentum": 0.08, "Nesterov": 0.16, "Adagrad": 0.16, "RMSProp": 0.008, "Adam": 0.008}
"""Learning rate of each rule with the best mean accuracy over five other seeds, on a grid of factors of 2."""


@dataclass(frozen=True)
class TrainingResult:
    """History of a run with its final training loss and validation accuracy."""

    history: History
    train_loss: float
    accuracy: float


def train(
    rule: str,
    seed: int = 0,
    *,
    lr: float | None = None,
    schedule: Schedule | None = None,
    epochs: int = EPOCHS,
    callbacks: Sequence[Callback] = (),
) -> TrainingResult:
    """Train 32 hidden ReLUs on `clothes` with a rule, by default at its learning rate in `RATES`.

    Without callbacks, the history holds only the evaluation at the end.
    """
    training, validation = clothes()
    x, y = validation
    rng = np.random.default_rng(seed)
    network = MLP((PIXELS, HIDDEN, 10), rng=rng, dtype=np.float64)
    optimizer = RULES[rule](RATES[rule] if lr is None else lr)
    trainer = Trainer(
        network,
        optimizer,
        batch_size=BATCH,
        schedule=schedule,
        rng=rng,
        evaluate_every=None if callbacks else 10**6,
        progress=False,
    )
    history = trainer.fit(training, validation, epochs=epochs, callbacks=callbacks)
    with np.errstate(all="ignore"):  # a run that diverged
        loss, _ = network.loss_and_gradient(*training)
        return TrainingResult(history, loss, float(np.mean(network.predict(x).argmax(axis=1) == y)))


def table(results: Mapping[str, Sequence[TrainingResult]]) -> str:
    """Table of learning rate, training loss and validation accuracy of each rule, the best first."""
    rows = [f"{'rule':9} {'learning rate':>13} {'training loss':>15} {'accuracy':>15}"]
    for rule in sorted(results, key=lambda rule: -np.mean([run.accuracy for run in results[rule]])):
        losses, accuracies = (
            np.array([getattr(run, name) for run in results[rule]]) for name in ("train_loss", "accuracy")
        )
        loss = f"{losses.mean():.2f} ± {losses.std(ddof=1):.2f}"
        accuracy = f"{100 * accuracies.mean():.1f} ± {100 * accuracies.std(ddof=1):.1f} %"
        rows.append(f"{rule:9} {RATES[rule]:13} {loss:>15} {accuracy:>15}")
    note = "Mean ± standard deviation over the runs, for the loss on all training images and the validation accuracy."
    return "\n".join([*rows, note])


def same_numbers(use: Use) -> Agreement:
    """Compare 20 steps of each rule except SGD with the fast optimizer's steps on the same batches."""
    run, (x, y) = use.run(), clothes()[0]
    theirs, fast = [], []
    for rule in pure.RULES:
        if rule == "SGD":
            continue
        network, peer = (MLP((PIXELS, HIDDEN, 10), rng=np.random.default_rng(0), dtype=np.float64) for _ in range(2))
        optimizer, update = RULES[rule](RATES[rule]), pure.update_of(rule, run)
        optimizer.bind(network)
        w = peer.parameters.copy()
        state = pure.RULES[rule].fresh_state(w)
        for rows in minibatches(STEPS * BATCH, BATCH, np.random.default_rng(1)):
            network.loss_and_gradient(x[rows], y[rows])
            optimizer.step()
            peer.parameters[:] = w
            w, *state = update(w, peer.loss_and_gradient(x[rows], y[rows])[1].copy(), *state, lr=RATES[rule])
        theirs.append(w)
        fast.append(network.parameters)
    return Agreement.of(theirs, fast, STEPS, "each of the five rules", run.says)
