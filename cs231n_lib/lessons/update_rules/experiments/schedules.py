"""Schedules on pictures of clothing: a rate that falls, and a momentum that rises."""

import numpy as np

from cs231n_lib.functions.schedules import (
    Schedule,
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    momentum_annealing,
    step_decay,
)
from cs231n_lib.lessons.update_rules.experiments.training import EPOCHS, Trained, train
from cs231n_lib.network import Momentum
from cs231n_lib.training import Callback, Run

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


_RISING = momentum_annealing(0.5, 0.99, epochs=EPOCHS / 2)

ANNEALED: dict[str, tuple[float, Schedule]] = {
    "μ = 0.5": (0.64, constant(0.5)),
    "μ = 0.9": (0.16, constant(0.9)),
    "μ = 0.99": (0.01, constant(0.99)),
    "0.5 → 0.99": (0.02, _RISING),
    "same pace": (1.6, _RISING),
}
"""Rate and momentum of each setting of `annealed`; of rates a factor of 2 apart that with the lowest training loss."""


def annealed(name: str, seed: int) -> Trained:
    """Train with a momentum that stays or rises, at its best rate in `ANNEALED`.

    The names are "μ = 0.5", "μ = 0.9" and "μ = 0.99"; "0.5 → 0.99" for one that rises; and "same pace" for one that
    rises while the rate falls along with 1 − μ.
    """
    lr, mu = ANNEALED[name]
    along = (lambda epoch: lr * (1 - mu(epoch))) if name == "same pace" else constant(lr)
    return train("momentum", seed, schedule=along, callbacks=[MomentumSchedule(mu)])


class MomentumSchedule(Callback):
    """Sets the momentum of a run's optimizer before each step."""

    def __init__(self, mu: Schedule) -> None:
        self._mu = mu

    def on_start(self, run: Run) -> None:
        """Set it for the first step."""
        self.on_step(run)

    def on_step(self, run: Run) -> None:
        """Set it for the next step."""
        assert isinstance(run.optimizer, Momentum)
        run.optimizer.momentum = self._mu(run.step / run.steps_per_epoch)
