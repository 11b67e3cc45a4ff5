"""Figures of lesson 08 on AdamW and gradient clipping, with their captions."""

import numpy as np

from cs231n_lib.lessons.update_rules.experiments import habits as experiments
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import label, line, paper


def weight_decay() -> Picture:
    """Three weights under Adam with λw in the gradient and under AdamW."""
    figure, axes = paper(9.2, 3.0, columns=2)
    ends = []
    for ax, decoupled, title in zip(axes, (False, True), ("Adam, λw in the gradient", "AdamW"), strict=True):
        for i, (size, way) in enumerate(zip(experiments.SIZES, experiments.decayed(decoupled).T, strict=True)):
            ax.plot(way, **line(i), linewidth=(4, 2.6, 1.4)[i], label=f"gradient ±{size:g}")
            ends.append(way[-1])
        ax.set_ylim(-0.1, 1.05)
        label(ax, title, "step", "weight", legend="lower left")
    return Picture(
        figure,
        "Three weights start at 1. Their data gradients only alternate in sign, so only the decay should move them. On "
        f"the left, Adam divides λw by the size of the gradient, so after 300 steps the weights are {ends[0]:.2f}, "
        f"{ends[1]:.2f} and {ends[2]:.2f}. On the right, AdamW reduces all of them by the same fraction, to "
        f"{ends[-1]:.2f}.",
    )


def clipping() -> Picture:
    """Loss of a noisy descent in which two gradients are far too long, with and without clipping."""
    figure, (ax,) = paper(7.2, 2.9)
    losses = {limit: experiments.clipped(limit) for limit in (np.inf, 1.0)}
    for i, (limit, words) in enumerate(((np.inf, "not clipped"), (1.0, "clipped to length 1"))):
        ax.semilogy(losses[limit], **line(i), linewidth=1.8, label=words)
    label(ax, "Two bad batches, at steps 60 and 120", "step", "loss (log)", legend="best")
    highest, kept = (losses[limit][experiments.SPIKES[0] :].max() for limit in losses)
    return Picture(
        figure,
        "Two gradients are 200 times too long and have random directions. Without clipping each of them throws the "
        f"weights far off, to a loss of up to {highest:.0f}. With clipping each costs one step in a wrong direction, "
        f"and the loss stays below {kept:.2f}.",
    )
