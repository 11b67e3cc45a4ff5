"""The pictures of lesson 08 on AdamW and on gradient clipping, each with the sentence that says what it shows."""

import numpy as np

from cs231n_lib.lessons.update_rules.experiments import habits as experiments
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import label, line, paper


def weight_decay() -> Picture:
    """Three weights under Adam with λw in the gradient, and with AdamW."""
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
        "Three weights that start at 1; their gradients only alternate, so nothing but the decay should move them. "
        f"Left, Adam divides λw by the size of the gradient: after 300 steps {ends[0]:.2f}, {ends[1]:.2f} and "
        f"{ends[2]:.2f} are left. Right, AdamW takes the same share of each: {ends[-1]:.2f}.",
    )


def clipping() -> Picture:
    """A noisy descent that meets two gradients far too long, with and without clipping."""
    figure, (ax,) = paper(7.2, 2.9)
    losses = {limit: experiments.clipped(limit) for limit in (np.inf, 1.0)}
    for i, (limit, words) in enumerate(((np.inf, "as they come"), (1.0, "clipped to length 1"))):
        ax.semilogy(losses[limit], **line(i), linewidth=1.8, label=words)
    label(ax, "Two bad batches, at steps 60 and 120", "step", "loss (log)", legend="best")
    highest, kept = (losses[limit][experiments.SPIKES[0] :].max() for limit in losses)
    return Picture(
        figure,
        "Two gradients are 200 times too long and point anywhere. As they come each throws the weights out, to a loss "
        f"of up to {highest:.0f}; clipped, they cost one step in a wrong direction, and it stays below {kept:.2f}.",
    )
