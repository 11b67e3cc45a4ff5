"""Figures of lesson 08 on SGD, momentum, Nesterov and Newton, and the ravine for all rules."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cs231n_lib.checks.run.messages import listed
from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.update_rules.experiments import race
from cs231n_lib.lessons.update_rules.experiments import steps as experiments
from cs231n_lib.lessons.update_rules.experiments.rules import RULES, WITH_VELOCITY
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, PAPER, Axes, label, line, paper

LOOKS = {rule: i for i, rule in enumerate([*RULES, "Newton"])} | {"L-BFGS": 2}
"""Line style of a rule in every figure of the ravine, as in the race."""

ON_GREY: dict[str, Any] = {"facecolor": PAPER, "edgecolor": "none", "fontsize": 8.5, "labelcolor": INK}
"""Style of a legend that is legible on a shaded loss."""

MINIMUM: dict[str, Any] = {"markersize": 13, "markeredgewidth": 2.5, "color": INK}


def ravine(*rules: str, use: Use) -> Picture:
    """Paths and heights of rules on a ravine, "Newton", "L-BFGS" or any of `experiments.RATES`."""
    figure, (where, height) = paper(8.8, 3.2, columns=2)
    shade(where, race.SURFACES["ravine"].loss, (-2.1, 1.3), (-1.05, 1.05))
    run = use.run()
    paths = {rule: experiments.ravine_path(run, rule) for rule in rules or ("SGD", "momentum")}
    for path in paths.values():  # all outlines lie under all lines, so that two rules on one path are both visible
        where.plot(*path[:61].T, color=PAPER, linewidth=3.5)
    for rule, path in paths.items():
        heights = race.excess("ravine", path)
        words, look = _named(rule), line(LOOKS[rule])
        where.plot(*path[:61].T, **look, linewidth=1.5, marker=".", markersize=4)
        height.semilogy(np.maximum(heights, 1e-30), **look, linewidth=1.8, label=words)
    where.plot(0, 0, "+", **MINIMUM)
    for rule, path in paths.items():
        end = {"marker": "*", "markersize": 12, "markeredgecolor": PAPER, "color": line(LOOKS[rule])["color"]}
        where.plot(*path[:61][-1:].T, **end)
    label(where, "Sixty steps on one ravine, up to ★", "w₁ (curvature 0.05)", "w₂ (curvature 4)")
    height.set_ylim(1e-6, 5)
    label(height, "Height above the minimum", "step", "height (log)", legend="best")
    return Picture(figure, _low({rule: race.excess("ravine", path) for rule, path in paths.items()}), run.says)


def _low(heights: dict[str, FloatArray]) -> str:
    """Steps from which the heights of each rule stay below a thousandth of their first, and rules that end above it."""
    low, others = [], []
    for rule, path in heights.items():
        high = path >= 1e-3 * path[0]
        first, last = int(np.argmin(high)), int(np.flatnonzero(high)[-1]) + 1
        if last == len(path):
            verb = "does not reach it" if high.all() else "does not stay below it"
            others.append(f" {rule} {verb} in {last - 1} steps.")
        else:
            low.append(f"from step {last} with {rule}" + (f" (first reached at step {first})" if first < last else ""))
    if not low:
        return f"The target is a thousandth of the initial height.{''.join(others)}"
    return f"The height stays below a thousandth of its initial value {listed(low)}.{''.join(others)}"


def _named(rule: str) -> str:
    """Name of a rule with its settings."""
    rate = f", lr {experiments.RATES[rule]}" if rule in experiments.RATES else ""
    return rule + rate + (f", μ {experiments.MU}" if rule in WITH_VELOCITY else "")


def shade(
    ax: Axes, loss: Callable[[FloatArray], Any], x: tuple[float, float], y: tuple[float, float], power: float = 0.5
) -> None:
    """Shade a loss, darker where it is higher."""
    points = np.stack(np.meshgrid(np.linspace(*x, 121), np.linspace(*y, 121)), axis=-1)
    heights = loss(points)
    ax.contourf(points[..., 0], points[..., 1], (heights - heights.min()) ** power, levels=9, cmap="Greys", alpha=0.5)
    ax.set(xlim=x, ylim=y)


def draw_path(ax: Axes, path: FloatArray, index: int, words: str) -> None:
    """Draw a path (steps, 2) in the style of line ``index`` with a pale outline."""
    ax.plot(*path.T, color=PAPER, linewidth=3.5)
    ax.plot(*path.T, **line(index), linewidth=1.5, marker=".", markersize=4, label=words)


def velocity(use: Use) -> Picture:
    """Length of momentum's steps under a constant and an alternating gradient (claim C27)."""
    figure, (gradients, steps) = paper(8.8, 2.8, columns=2)
    run = use.run()
    signs = {"along the ravine, always +1": np.ones(50), "across it, +1, −1, +1, …": (-1.0) ** np.arange(50)}
    for i, (words, dw) in enumerate(signs.items()):
        gradients.plot(dw[:12], **line(i), linewidth=1.5, marker="o", markersize=4, label=words)
        steps.plot(np.arange(1, 51), experiments.velocities(run, dw), **line(i), linewidth=2, label=words)
    for limit, name in ((10, "1 / (1 − μ) = 10"), (1 / 1.9, "1 / (1 + μ) ≈ 0.53")):
        steps.axhline(limit, color=INK, linewidth=0.8, linestyle=":")
        steps.annotate(name, (50, limit), (0, 3), textcoords="offset points", ha="right", color=INK, fontsize=9)
    gradients.set_ylim(-1.3, 2.1)
    steps.set_ylim(0, 11.5)
    label(steps, "Steps of momentum with μ = 0.9", "step", "length / SGD step")
    label(gradients, "Two sequences of gradients", "step", "gradient", legend="upper left")
    return Picture(
        figure,
        "Gradients that always point the same way add up, and the steps grow to ten SGD steps. Gradients that change "
        "sign in each step largely cancel, and the steps settle at about half an SGD step.",
        run.says,
    )


def conventions() -> Picture:
    """Distance covered under three conventions of momentum, before and after conversion."""
    figure, axes = paper(9.8, 2.9, columns=3)
    steady, falling = np.full(60, 0.1), np.repeat([0.1, 0.01], 30)
    panels = (
        (steady, False, "Same learning rate 0.1"),
        (steady, True, "Average with lr ÷ (1 − μ)"),
        (falling, True, "Learning rate ÷ 10 at step 30"),
    )
    for ax, (rates, converted, title) in zip(axes, panels, strict=True):
        for i, (name, way) in enumerate(experiments.conventions(rates, converted=converted).items()):
            ax.plot(way, **line(i), linewidth=(5.5, 3.2, 1.6)[i], label=name)
        label(ax, title, "step", "distance down the slope")
    axes[2].axvline(30, color=INK, linewidth=0.8, linestyle=":")
    axes[0].legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return Picture(
        figure,
        "At the same learning rate the average settles at a tenth of the others' speed. If its learning rate is "
        "divided by 1 − μ, all three agree in every step, as long as the learning rate is constant. When the learning "
        "rate falls, CS231n's velocity takes some steps to slow down, whereas the others slow down at once.",
    )


def look_ahead() -> Picture:
    """One step of momentum and one of Nesterov momentum, from the same point and velocity."""
    figure, axes = paper(8.8, 3.2, columns=2)
    w, v, lr, mu = np.array([-1.5, 0.55]), np.array([0.7, -0.95]), 0.12, 0.9
    for ax, name, there in zip(axes, ("Momentum", "Nesterov"), (w, w + mu * v), strict=True):
        shade(ax, race.SURFACES["ravine"].loss, (-1.8, 0.3), (-0.85, 0.85))
        push = -lr * race.SURFACES["ravine"].gradient(there)
        _arrow(ax, w, w + mu * v, 0, "μ v")
        _arrow(ax, w + mu * v, w + mu * v + push, 2, "−lr · gradient")
        _arrow(ax, w, w + mu * v + push, 1, "the step")
        ax.plot(*there, "o", markersize=9, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.8)
        ax.axhline(0, color=INK, linewidth=0.8, linestyle=":")
        label(ax, f"{name}, with the gradient at the ring", "w₁", "w₂")
        ax.legend(**ON_GREY, loc="upper right")
    return Picture(
        figure,
        "Momentum takes the gradient at the current point, on the near side of the valley floor (dotted), so the "
        "gradient pushes the step further up the far side. Nesterov takes the gradient at the point to which the "
        "velocity leads, so the gradient pushes the step back.",
    )


def secant() -> Picture:
    """Gradient of a loss of one weight at two points, and zero of the line through both."""
    figure, (ax,) = paper(6.6, 3.1)
    w = np.linspace(-0.3, 2.3, 100)
    ax.plot(w, (5 * w + 2 * w**2) / 3, **line(0), linewidth=2, label="gradient of the loss")
    ax.plot([0.5, 2], [0, 6], **line(1), linewidth=1.5, label="line through two of its points")
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.plot([2, 1.5], [6, 4], "o", color=INK, markersize=6)
    ax.plot(0.5, 0, "*", color=LINES[1].color, markersize=14, markeredgecolor=PAPER)
    ax.plot([2, 2, 1.5], [6, 4, 4], color=INK, linewidth=0.9, linestyle=":")
    for words, at in (("s = −0.5", (1.75, 3.4)), ("y = −2", (2.17, 4.9)), ("next w = 0.5", (0.62, -0.9))):
        ax.annotate(words, at, ha="center", color=INK, fontsize=9)
    ax.set(xlim=(-0.3, 2.4), ylim=(-1.4, 7))
    label(ax, "Next step from two gradients", "w", "dw", legend="upper left")
    return Picture(
        figure,
        "The gradient was 6 at w = 2 and is 4 at w = 1.5, so the line through both has the slope y/s = 4. This line is "
        "0 one unit further to the left, at w = 0.5. The true zero is at w = 0, and the next pair comes closer to it.",
    )


def _arrow(ax: Axes, start: FloatArray, end: FloatArray, index: int, words: str) -> None:
    look = {"arrowstyle": "-|>", "color": LINES[index].color, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", tuple(end), tuple(start), arrowprops=look)
    ax.plot([], [], color=LINES[index].color, linewidth=2, label=words)


def newton(use: Use) -> Picture:
    """One Newton step from each of several points on the ravine and on a saddle."""
    figure, axes = paper(9.0, 3.5, columns=2)
    run, saddle = use.run(), race.SURFACES["saddle"]
    panels = (
        ("The ravine", race.SURFACES["ravine"], [(-1.8, 0.9), (-1, -0.8), (1, 0.7), (1.6, -0.3)]),
        ("A saddle", saddle, [(-1.6, 0.3), (1.4, -0.35), (-1.4, 0.9), (1.2, -1.3)]),
    )
    for ax, (title, surface, starts) in zip(axes, panels, strict=True):
        shade(ax, surface.loss, (-2.1, 2.1), (-1.6, 1.6))
        for start in starts:
            w = np.array(start)
            hessian = np.diag([1.0, 3 * w[1] ** 2 - 1] if surface is saddle else race.CURVATURES)
            end = run.newton_step(w, surface.gradient(w), hessian)
            _arrow(ax, w, end, int(surface is saddle and abs(start[1]) < 0.57), "")
            ax.plot(*w, "o", color=INK, markersize=4)
        ax.plot(*np.array(surface.minima).T, "+", **MINIMUM)
        label(ax, title, "w₁", "w₂")
    return Picture(
        figure,
        "On a quadratic loss each Newton step ends at the minimum (+) and needs no learning rate. On the saddle, steps "
        "from points where the loss curves downwards along w₂ (orange) end near the saddle in the middle, because "
        "Newton's method looks for a gradient of 0 and not for a low loss.",
        run.says,
    )
