"""Falling learning rates and rising momentum on Fashion-MNIST."""

from collections.abc import Callable

from cs231n_lib.functions.schedules import Schedule, constant, cosine_decay
from cs231n_lib.lessons.update_rules.experiments.training import EPOCHS, STEPS_PER_EPOCH, TrainingResult, train
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import Momentum
from cs231n_lib.training import Callback
from cs231n_lib.training import Run as Training

HALF_LIFE = EPOCHS / 4
"""Epochs after which the decays of `decays` have halved the learning rate."""

HIGH, MIDDLE, LOW = 1.6, 0.8, 0.4
"""Full learning rates, which are twice, once and half the best constant learning rate of SGD."""


def decays(run: Functions, lr: float) -> dict[str, Schedule]:
    """Constant learning rate and four decays; three halve it by `HALF_LIFE`, cosine reaches 0 at the end."""

    def decayed(which: int) -> Schedule:
        return lambda epoch: float(run.decayed_rates(lr, epoch, HALF_LIFE)[which])

    falling = {name: decayed(which) for which, name in enumerate(("step", "exponential", "1/t"))}
    return {"constant": constant(lr), **falling, "cosine": cosine_decay(lr, EPOCHS)}


ANNEALED: dict[str, tuple[float, float | None]] = {
    "μ = 0.5": (0.64, 0.5),
    "μ = 0.9": (0.16, 0.9),
    "μ = 0.99": (0.01, 0.99),
    "0.5 → 0.99": (0.02, None),
    "same pace": (1.6, None),
}
"""Learning rate with the lowest training loss on a grid of factors of 2, and momentum in `annealed`.

The momentum is ``None`` if it rises over the first half of the epochs.
"""


def annealed(run: Functions, name: str, seed: int) -> TrainingResult:
    """Train with a momentum that stays or rises, at its best learning rate in `ANNEALED`.

    The names are "μ = 0.5", "μ = 0.9" and "μ = 0.99", "0.5 → 0.99" for a rising momentum, and "same pace" for one that
    rises while the learning rate falls along with 1 − μ.
    """
    lr, mu = ANNEALED[name]

    def at(step: int, steps_per_epoch: int) -> float:
        return float(run.annealed_momentum(step, steps_per_epoch, EPOCHS // 2)) if mu is None else mu

    def along(epoch: float) -> float:
        return lr * (1 - at(round(epoch * STEPS_PER_EPOCH), STEPS_PER_EPOCH))

    schedule = along if name == "same pace" else constant(lr)
    return train("momentum", seed, schedule=schedule, callbacks=[MomentumSchedule(at)])


class MomentumSchedule(Callback):
    """Callback that sets the momentum before each step to ``mu(step, steps_per_epoch)``."""

    def __init__(self, mu: Callable[[int, int], float]) -> None:
        self._mu = mu

    def on_start(self, run: Training) -> None:
        """Set the momentum for the first step."""
        self.on_step(run)

    def on_step(self, run: Training) -> None:
        """Set the momentum for the next step."""
        assert isinstance(run.optimizer, Momentum)
        run.optimizer.momentum = self._mu(run.step, run.steps_per_epoch)
