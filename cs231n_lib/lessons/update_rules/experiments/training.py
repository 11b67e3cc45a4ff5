"""Lesson 08 on real data: six update rules on pictures of clothing, schedules, L-BFGS; and what `update_steps` offers.

Everything is float64, so that what is printed can be repeated.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import clothes
from cs231n_lib.functions.schedules import (
    Schedule,
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    momentum_annealing,
    step_decay,
)
from cs231n_lib.lessons.update_rules.experiments.steps import notes_adam, notes_rmsprop, steps_of
from cs231n_lib.network import MLP
from cs231n_lib.network import optimizers as rules
from cs231n_lib.training.history import History
from cs231n_lib.training.run import Callback, Run
from cs231n_lib.training.trainer import Trainer

__all__ = ["EPOCHS", "RATES", "clothes", "notes_adam", "notes_rmsprop", "steps_of", "table", "train"]

HIDDEN, BATCH, EPOCHS = 32, 50, 10

RULES: dict[str, Callable[[float], rules.Optimizer]] = {
    "SGD": rules.SGD,
    "momentum": rules.Momentum,
    "Nesterov": rules.Nesterov,
    "Adagrad": rules.Adagrad,
    "RMSProp": rules.RMSProp,
    "Adam": rules.Adam,
}

RATES = {"SGD": 0.8, "momentum": 0.08, "Nesterov": 0.16, "Adagrad": 0.16, "RMSProp": 0.008, "Adam": 0.008}
"""The rate of each rule with the best validation accuracy, mean of `TUNING_SEEDS`; rates were a factor of 2 apart."""

TUNING_SEEDS = range(100, 105)


@dataclass(frozen=True)
class Trained:
    """A run's history, and what became of it: loss on the training split, accuracy on the test split."""

    history: History
    train_loss: float
    test_accuracy: float


def train(
    rule: str,
    seed: int = 0,
    *,
    lr: float | None = None,
    schedule: Schedule | None = None,
    epochs: int = EPOCHS,
    callbacks: Sequence[Callback] = (),
) -> Trained:
    """Train 32 hidden ReLUs on `clothes` with a rule, at its rate in `RATES` unless another is given."""
    training, validation, (x, y) = clothes()
    rng = np.random.default_rng(seed)
    network = MLP((196, HIDDEN, 10), rng=rng, dtype=np.float64)
    optimizer = RULES[rule](RATES[rule] if lr is None else lr)
    trainer = Trainer(network, optimizer, batch_size=BATCH, schedule=schedule, rng=rng, progress=False)
    history = trainer.fit(training, validation, epochs=epochs, callbacks=callbacks)
    with np.errstate(all="ignore"):  # a run that blew up
        loss, _ = network.loss_and_gradient(*training)
        return Trained(history, loss, float(np.mean(network.predict(x).argmax(axis=1) == y)))


def table(results: Mapping[str, Sequence[Trained]]) -> str:
    """Each rule's rate, loss and test accuracy, mean ± standard deviation over its runs; the best first."""
    rows = [f"{'rule':9} {'rate':>6} {'training loss':>15} {'test accuracy':>15}"]
    for rule in sorted(results, key=lambda rule: -np.mean([run.test_accuracy for run in results[rule]])):
        losses, accuracies = (
            np.array([getattr(run, name) for run in results[rule]]) for name in ("train_loss", "test_accuracy")
        )
        loss = f"{losses.mean():.2f} ± {losses.std(ddof=1):.2f}"
        accuracy = f"{100 * accuracies.mean():.1f} ± {100 * accuracies.std(ddof=1):.1f} %"
        rows.append(f"{rule:9} {RATES[rule]:6} {loss:>15} {accuracy:>15}")
    return "\n".join([*rows, "Mean ± standard deviation over the runs; the loss is that of all training pictures."])


def tune(rule: str, rates: Iterable[float], seeds: Sequence[int]) -> FloatArray:
    """Mean validation accuracy over ``seeds`` at each of ``rates``; 0 where a run diverged."""
    runs = [[train(rule, seed, lr=lr).history.validation_accuracy for seed in seeds] for lr in rates]
    return np.array([np.mean([accuracy[-1] if len(accuracy) == EPOCHS else 0.0 for accuracy in row]) for row in runs])


HALF_LIFE = EPOCHS / 4
"""Epochs after which the decays of `decays` have halved the rate."""

HIGH, MIDDLE, LOW = 1.6, 0.8, 0.4
"""Full rates to decay from: twice the best constant rate of SGD, that rate, and half of it."""


def decays(lr: float) -> dict[str, Schedule]:
    """A constant rate and four that fall: three halve it by `HALF_LIFE`, cosine reaches 0 with the last epoch."""
    return {
        "constant": constant(lr),
        "step": step_decay(lr, factor=0.5, every=HALF_LIFE),
        "exponential": exponential_decay(lr, k=float(np.log(2) / HALF_LIFE)),
        "1/t": inverse_time_decay(lr, k=1 / HALF_LIFE),
        "cosine": cosine_decay(lr, EPOCHS),
    }


def annealed(name: str, seed: int) -> Trained:
    """Train with a momentum that stays or rises, at its best rate in `ANNEALED`.

    The names are "μ = 0.5", "μ = 0.9" and "μ = 0.99"; "0.5 → 0.99" for one that rises; and "same pace" for one that
    rises while the rate falls along with 1 − μ.
    """
    lr, mu = ANNEALED[name]
    along = (lambda epoch: lr * (1 - mu(epoch))) if name == "same pace" else constant(lr)
    return train("momentum", seed, schedule=along, callbacks=[_MomentumSchedule(mu)])


_RISING = momentum_annealing(0.5, 0.99, epochs=EPOCHS / 2)

ANNEALED: dict[str, tuple[float, Schedule]] = {
    "μ = 0.5": (0.64, constant(0.5)),
    "μ = 0.9": (0.16, constant(0.9)),
    "μ = 0.99": (0.01, constant(0.99)),
    "0.5 → 0.99": (0.02, _RISING),
    "same pace": (1.6, _RISING),
}
"""Rate and momentum of each setting of `annealed`; of rates a factor of 2 apart that with the lowest training loss."""


class _MomentumSchedule:
    """Sets the momentum of a run's optimizer before each step."""

    def __init__(self, mu: Schedule) -> None:
        self._mu = mu

    def on_start(self, run: Run) -> None:
        self.on_step(run)

    def on_step(self, run: Run) -> None:
        assert isinstance(run.optimizer, rules.Momentum)
        run.optimizer.momentum = self._mu(run.step / run.steps_per_epoch)

    def on_end(self, run: Run) -> None:
        pass


class Steps:
    """Watches a run: how each update points beside the one before it, and the rates that Adagrad or RMSProp gives.

    Attributes
    ----------
    cosines : list of float
        Cosine between each update of all parameters and the next.
    rates : list of (weights,)
        lr / √cache of a few weights after each step, for a rule with a cache.
    """

    def __init__(self, weights: slice = slice(None, None, 97)) -> None:
        self.cosines: list[float] = []
        self.rates: list[FloatArray] = []
        self._weights = weights

    def on_start(self, run: Run) -> None:
        self._parameters, self._update = run.network.parameters.copy(), np.zeros(0)

    def on_step(self, run: Run) -> None:
        update = run.network.parameters - self._parameters
        if self._update.size:
            length = float(np.linalg.norm(update) * np.linalg.norm(self._update))
            self.cosines.append(float(update @ self._update) / length)
        if "cache" in run.optimizer.state:
            cache = run.optimizer.state["cache"][: run.network.weights[0].size][self._weights]
            self.rates.append(run.learning_rate / (np.sqrt(cache) + 1e-8))
        self._parameters, self._update = run.network.parameters.copy(), update

    def on_end(self, run: Run) -> None:
        pass


def watched(rule: str, seed: int = 0, epochs: int = EPOCHS) -> Steps:
    """A run of `train` at the rule's rate, watched."""
    steps = Steps()
    train(rule, seed, epochs=epochs, callbacks=[steps])
    return steps
