"""Six update rules race over three surfaces, schedules end on a noisy bowl, and Adam fails on an example."""

from functools import partial
from typing import Any

import numpy as np

from cs231n_lib.checks.run.messages import listed
from cs231n_lib.lessons.update_rules.experiments import failure
from cs231n_lib.lessons.update_rules.experiments.annealing import EPOCHS, epochs, expected_loss, rates, schedules
from cs231n_lib.lessons.update_rules.experiments.race import STEPS, SURFACES, excess
from cs231n_lib.lessons.update_rules.experiments.race import race as run_race
from cs231n_lib.lessons.update_rules.experiments.rules import RULES
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
from cs231n_lib.widgets.style import INK, PAPER, label, line, paper

__all__ = ["adam_failure", "race", "schedule"]

RADIUS = 2.0
FLOOR = 1e-8
"""Lowest height above the minimum in the right plot."""


class _Race(Stage):
    def __init__(self) -> None:
        from matplotlib.colors import LogNorm

        self.figure, (map_, curve) = paper(9.4, 4.4, columns=2)
        side = np.linspace(-RADIUS, RADIUS, 80)
        grid = np.stack(np.meshgrid(side, side), axis=-1)
        look: dict[str, Any] = {"levels": np.geomspace(3e-3, 10, 15), "norm": LogNorm(), "cmap": "Greys", "alpha": 0.35}
        self.maps: dict[str, list[Any]] = {
            name: [map_.contourf(side, side, excess(name, grid), extend="both", **look)] for name in SURFACES
        }
        for name, ground in SURFACES.items():
            self.maps[name] += map_.plot(*np.transpose(ground.minima), "+", color=INK, markersize=12)
        map_.set(xlim=(-RADIUS, RADIUS), ylim=(-RADIUS, RADIUS), aspect="equal")
        label(map_, "Paths with minimum (+) and ends (★)", "w₁", "w₂")
        curve.set(xlim=(0, STEPS + 2), ylim=(FLOOR, 300), yscale="log")
        label(curve, "Height above the minimum", "step", "loss − its minimum")
        self.outlines = [map_.plot([], [], color=PAPER, linewidth=3.4)[0] for _ in RULES]
        self.paths = [map_.plot([], [], **line(i), linewidth=1.7)[0] for i in range(len(RULES))]
        self.ends = [
            map_.plot([], [], marker="*", markersize=14, color=line(i)["color"], markeredgecolor=PAPER)[0]
            for i in range(len(RULES))
        ]
        self.curves = [curve.plot([], [], **line(i), linewidth=1.8, label=name)[0] for i, name in enumerate(RULES)]
        curve.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper right", ncols=3)
        everywhere = [artist for artists in self.maps.values() for artist in artists]
        self.moving = [*everywhere, *map_.spines.values(), *self.outlines, *self.paths, *self.ends, *self.curves]

    def update(self, surface: str, lr: float, adaptive_lr: float, mu: float, steps: int) -> str:
        for name, artists in self.maps.items():
            for artist in artists:
                artist.set_visible(name == surface)
        heights = {}
        for i, (rule, points) in enumerate(
            run_race(surface, round(lr, 6), round(adaptive_lr, 6), round(mu, 3)).items()
        ):
            points = points[: steps + 1]
            height = excess(surface, points)
            self.outlines[i].set_data(*points.T)
            self.paths[i].set_data(*points.T)
            self.ends[i].set_data(points[-1:, 0], points[-1:, 1])
            self.curves[i].set_data(np.arange(steps + 1), np.maximum(height, FLOOR / 10))
            heights[rule] = float(np.nan_to_num(height[-1], nan=np.inf))
        alike = "With μ = 0, SGD, momentum and Nesterov are one line. " if mu < 0.005 else ""
        return alike + _who_leads(heights, steps)


def _who_leads(heights: dict[str, float], steps: int) -> str:
    first, second, *_, last = sorted(heights, key=lambda rule: heights[rule])
    said = [f"{rule} ({_height(heights[rule])})" for rule in (first, second, last)]
    after = f"After {steps} step{'s' * (steps > 1)}, the height above the minimum is"
    low = [rule for rule in heights if heights[rule] < FLOOR]
    if len(low) > 1:
        return f"{after} {_height(0)} for {listed(low)}, and highest for {said[2]}."
    return f"{after} lowest for {said[0]}, second lowest for {said[1]} and highest for {said[2]}."


def _height(height: float) -> str:
    if np.isinf(height):
        return "diverged"
    return f"{height:.2g}" if height >= FLOOR else f"under {FLOOR:.0e}"


def race() -> Explorable:
    """Paths of six update rules on a ravine, a saddle and Rosenbrock's function (lesson 08)."""
    return Explorable(
        _Race,
        [
            Menu("surface", "Surface", tuple(SURFACES)),
            Slider("lr", "Learning rate", 0.1, 0.001, 1.0, 0.05, log=True),
            Slider("adaptive_lr", "Adaptive lr", 0.1, 0.001, 1.0, 0.05, log=True),
            Slider("mu", "Momentum μ", 0.9, 0.0, 0.99, 0.01),
            Slider("steps", "Steps", 60, 1, STEPS, 1),
        ],
        "All rules start at the same point and take the same number of steps. Adagrad, RMSProp (decay 0.9) and Adam "
        "have a separate learning rate, because for these rules it sets the length of the first step, whatever the "
        "slope.",
        {
            "No momentum": {"lr": 10**-0.35, "mu": 0.0},
            "Overshoot": {"mu": 0.98, "steps": 120},
            "Thrown out": {"lr": 10**-0.25},
            "Off the saddle": {"surface": "saddle", "steps": 40},
            "Along the valley": {"surface": "Rosenbrock", "steps": 200},
        },
    )


NAMES = tuple(schedules(1.0, 1, 0))


class _Schedule(Stage):
    def __init__(self) -> None:
        self.figure, (rate, loss) = paper(9.4, 3.9, columns=2)
        self.epochs = epochs()
        rate.set(xlim=(0, EPOCHS), ylim=(0, 1.05))
        label(rate, "Schedules", "epoch", "fraction of the full learning rate")
        loss.set(xlim=(0, EPOCHS), ylim=(1e-5, 30), yscale="log")
        label(loss, "Expected loss of SGD", "epoch", "expected loss / initial loss")
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
            "noisy gradients. A high learning rate makes fast progress until the noise stops it, and the loss falls "
            "further only after the learning rate falls."
            if noise
            else "exact gradients, which have no noise to reduce."
        )
        return (
            f"On the right, SGD runs on a bowl with ten curvatures and with {noisy} After {EPOCHS} epochs, "
            f"{NAMES[low]} has the lowest expected loss, {last[low]:.2g} of the initial loss, and {NAMES[high]} the "
            f"highest, {last[high]:.2g}. The remaining fractions of the full learning rate are {ends}."
        )


def schedule() -> Explorable:
    """Five learning-rate schedules and the expected loss of SGD with each (lesson 08)."""
    return Explorable(
        _Schedule,
        [
            Slider("lr", "Full learning rate", 0.5, 0.01, 1.5, 0.01),
            Slider("half_life", "Half-life, epochs", 10, 1, 40, 1),
            Slider("warm_up", "Warm-up, epochs", 5, 0, 20, 1),
            Slider("noise", "Gradient noise σ", 0.3, 0.0, 1.0, 0.05),
        ],
        "Step, exponential and 1/t decay have halved the learning rate after one half-life. The cosine schedule first "
        "rises, which is called warm-up, and then falls along half a wave to 0.",
        {
            "Too low": {"lr": 0.02},
            "Decays too early": {"half_life": 2},
            "No noise": {"noise": 0.0},
            "Strong noise": {"lr": 1.0, "noise": 1.0},
            "Long warm-up": {"warm_up": 20},
        },
    )


class _Failure(Stage):
    def __init__(self, use: Use) -> None:
        self.run = use.frames()
        self.figure, (path, ends) = paper(9.4, 3.6, columns=2)
        for ax in (path, ends):
            ax.axhline(-1, color=INK, linestyle=":", linewidth=0.9)
            ax.set_ylim(-1.12, 1.12)
        path.set_xlim(0, failure.STEPS)
        label(path, f"First {failure.STEPS} steps of Adam (minimum dotted)", "step", "weight")
        (self.path,) = path.plot([], [], color=line(5)["color"], linewidth=1.3)
        ends.set_xlim(-0.02, 1.02)
        label(ends, f"After {failure.LONG:,} steps", "β₂", "weight, mean of the last n steps")
        self.ends = [
            ends.plot([], [], **line(i), linewidth=1.8, label=name)[0] for i, name in ((5, "Adam"), (0, "AMSGrad"))
        ]
        (self.now,) = ends.plot([], [], "o", color=line(5)["color"], markersize=8)
        ends.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="center left")
        self.moving = [self.path, *self.ends, self.now]

    def update(self, beta2: float, period: int) -> str:
        curves = [failure.ends(period, amsgrad) for amsgrad in (False, True)]
        for curve, values in zip(self.ends, curves, strict=True):
            curve.set_data(failure.BETAS, values)
        end = float(np.interp(beta2, failure.BETAS, curves[0]))
        self.now.set_data([beta2], [end])
        self.run.begin()
        points = failure.path(self.run, beta2, period)
        self.path.set_data(np.arange(len(points)), points)
        says = f" {self.run.says}" if self.run.says else ""
        where = "to the minimum" if end < 0 else "away from the minimum, to the worst point"
        limit = failure.threshold(period)
        return f"With β₂ = {beta2:.3g} and n = {period}, Adam moves {where}. It fails for β₂ below {limit:.3g}.{says}"


def adam_failure(use: Use) -> Explorable:
    """Adam and AMSGrad on the example of Reddi, Kale and Kumar, by β₂ (lesson 08)."""
    return Explorable(
        partial(_Failure, use),
        [
            Slider("beta2", "β₂", 0.1, 0.0, 0.999, 0.001),
            Slider("period", "One large gradient in n", 3, 3, 20, 1),
        ],
        "The gradient is n in one of n steps and −1 in the others, so the mean loss is lowest at −1. On the right, "
        "AMSGrad divides by the root of the largest v so far instead of the current v.",
        {
            "β₂ = 0.9": {"beta2": 0.9},
            "The default 0.999": {"beta2": 0.999},
            "Rarer and larger": {"beta2": 0.9, "period": 10},
            "Default, rarest": {"beta2": 0.999, "period": 20},
        },
    )
