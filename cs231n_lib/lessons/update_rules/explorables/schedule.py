"""Learning-rate schedules, and where each of them ends on a noisy bowl."""

import numpy as np

from cs231n_lib.lessons.update_rules.experiments.annealing import EPOCHS, epochs, expected_loss, rates, schedules
from cs231n_lib.widgets.explorable import Explorable, Slider, Stage
from cs231n_lib.widgets.style import INK, label, line, paper

NAMES = tuple(schedules(1.0, 1, 0))


class _Schedule(Stage):
    def __init__(self) -> None:
        self.figure, (rate, loss) = paper(9.4, 3.9, columns=2)
        self.epochs = epochs()
        rate.set(xlim=(0, EPOCHS), ylim=(0, 1.05))
        label(rate, "Schedules", "epoch", "rate as a share of the full rate")
        loss.set(xlim=(0, EPOCHS), ylim=(1e-5, 30), yscale="log")
        label(loss, "What SGD makes of them", "epoch", "expected loss as a share of the first")
        self.rates, self.losses = (
            [ax.plot([], [], **line(i), linewidth=2, label=name)[0] for i, name in enumerate(NAMES)]
            for ax in (rate, loss)
        )
        loss.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper right", ncols=3)
        self.moving = [*self.rates, *self.losses]

    def update(self, lr: float, half_life: int, warm_up: int, noise: float) -> str:
        rate = rates(schedules(lr, half_life, warm_up))
        losses = expected_loss(rate, noise)
        for i in range(len(NAMES)):
            self.rates[i].set_data(self.epochs, rate[i] / lr)
            self.losses[i].set_data(self.epochs, losses[i])
        last = losses[:, -1]
        low, high = int(np.argmin(last)), int(np.argmax(last))
        ends = ", ".join(f"{name} {share:.0%}" for name, share in zip(NAMES, rate[:, -1] / lr, strict=True))
        noisy = (
            "noisy gradients: a high rate gets ahead, then the noise holds it up, until the rate goes down."
            if noise
            else "exact gradients: there is no noise to calm."
        )
        return (
            f"Right: SGD on a bowl of ten curvatures, with {noisy} "
            f"After {EPOCHS} epochs {NAMES[low]} has the lowest expected loss, {last[low]:.2g} of the first, "
            f"and {NAMES[high]} the highest, {last[high]:.2g}. Shares of the full rate left: {ends}."
        )


def schedule() -> Explorable:
    """Constant, step, exponential, 1/t and cosine with warm-up, and where SGD ends with each (lesson 08)."""
    return Explorable(
        _Schedule,
        [
            Slider("lr", "Full rate", 0.5, 0.01, 1.5, 0.01),
            Slider("half_life", "Half-life, epochs", 10, 1, 40, 1),
            Slider("warm_up", "Warm-up, epochs", 5, 0, 20, 1),
            Slider("noise", "Gradient noise σ", 0.3, 0.0, 1.0, 0.05),
        ],
        "Step, exponential and 1/t are at half the full rate after one half-life. Cosine rises first, which is called "
        "warm-up, then falls along half a wave to 0.",
        {
            "Too low": {"lr": 0.02},
            "Decays too soon": {"half_life": 2},
            "No noise": {"noise": 0.0},
            "Much noise": {"lr": 1.0, "noise": 1.0},
            "Long warm-up": {"warm_up": 20},
        },
    )
