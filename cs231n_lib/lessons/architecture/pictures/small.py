"""Figures of small networks, XOR, bugs in a training loop, and errors outside the interval."""

from itertools import pairwise
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.front_end import one_by_one
from cs231n_lib.lessons.architecture.experiments import fits, overfit, xor
from cs231n_lib.lessons.architecture.pictures.maps import answers, classes
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, LINES, PAPER, label, line, paper


def counted(use: Use) -> Picture:
    """The network 3-4-4-1 with its units and connections, and its three sizes."""
    run = use.run()
    sizes = [3, 4, 4, 1]
    count, units, parameters = run.network_size(sizes)
    figure, (ax,) = paper(7.2, 2.9)
    ax.set_axis_off()
    places = [[(2.0 * i, j - (size - 1) / 2) for j in range(size)] for i, size in enumerate(sizes)]
    for left, right in pairwise(places):
        for a in left:
            for b in right:
                ax.plot(*zip(a, b, strict=True), color=LINES[6].color, linewidth=0.7, zorder=1)
    words = (
        "inputs\n(not a layer)",
        "hidden layer 1\n3·4 + 4 = 16",
        "hidden layer 2\n4·4 + 4 = 20",
        "output layer\n4·1 + 1 = 5",
    )
    for i, (column, below) in enumerate(zip(places, words, strict=True)):
        look: dict[str, Any] = {"marker": "s" if i == 0 else "o", "color": LINES[6].color if i == 0 else LINES[0].color}
        ax.plot(*zip(*column, strict=True), **look, linestyle="", markersize=15, markeredgecolor=PAPER)
        ax.text(2.0 * i, -2.0, below, ha="center", va="top", color=INK, fontsize=9)
    ax.set(xlim=(-1, 7), ylim=(-3.1, 1.9))
    return Picture(
        figure,
        "In the network 3-4-4-1, squares are inputs, circles are units and each line is a weight. The network has "
        f"{count} layers, {units} units and {parameters} parameters.",
        run.says,
    )


def xor_hidden(use: Use) -> Picture:
    """XOR in the plane of the inputs, and in that of the two hidden units, where one line separates it."""
    run = use.run()
    w1, b1, w2, b2 = run.xor_weights()
    weights, biases = [w1, np.hstack([-w2, w2])], [b1, np.concatenate([0.5 - b2, b2 - 0.5])]
    figure, (inputs, hidden) = paper(8.2, 3.4, columns=2)
    answers(inputs, lambda x: np.diff(run.mlp_forward(x, weights, biases), axis=1)[:, 0], -0.5, 1.5)
    classes(inputs, xor.X, xor.Y, 11)
    label(inputs, "The inputs", "first input", "second input")
    h = np.maximum(xor.X @ w1 + b1, 0)
    reach = max(1.0, float(h.max()))
    answers(hidden, lambda a: (a @ w2)[:, 0] + b2[0] - 0.5, -0.4 * reach, 1.3 * reach)
    classes(hidden, h, xor.Y, 11)
    for (u, v), name in zip(h, ("(0, 0)", "(0, 1), (1, 0)", "", "(1, 1)"), strict=True):
        hidden.annotate(name, (u, v), xytext=(7, 7), textcoords="offset points", color=INK, fontsize=8.5)
    label(hidden, "The outputs of the hidden units", "unit 1", "unit 2")
    return Picture(
        figure,
        "The network must output 0 for circles and 1 for triangles. On the left, no single line separates circles from "
        "triangles, and the network's boundary consists of two lines. On the right, the axes are the outputs of the "
        "two hidden units, and one line separates the classes.",
        run.says,
    )


def xor_found(use: Use) -> Picture:
    """Fraction of 200 initialisations that learn XOR, and maps of one run that succeeds and one that is stuck."""
    run = use.run()
    figure, (shares, found, stuck) = paper(9.6, 3.1, columns=3)
    widths = (2, 3, 4, 8)
    kinds = ((False, "ReLU"), (True, "tanh"))
    asked = one_by_one([(h, tanh) for tanh, _ in kinds for h in widths], "width")
    found_by = [xor.share_found(h, tanh=tanh) for h, tanh in asked]
    for i, (_, name) in enumerate(kinds):
        share = found_by[4 * i : 4 * i + 4]
        shares.bar(np.arange(4) + 0.38 * i, share, 0.36, color=LINES[i].color, hatch="//" * i, label=name)
        for j, s in enumerate(share):
            shares.text(j + 0.38 * i, s + 0.02, f"{s:.0%}", ha="center", color=INK, fontsize=7.5)
    shares.set_xticks(np.arange(4) + 0.19, [str(h) for h in widths])
    shares.set_ylim(0, 1.3)
    shares.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left", ncols=2)
    label(shares, "Runs that end with all four correct", "hidden units", "fraction of 200 runs")
    ends = []
    for seed in range(40):
        losses, weights, biases = run.train_mlp(xor.X, xor.Y, *xor.first_weights(2, seed), 0.3, 300)
        ends.append((float(losses[-1]), weights, biases))
        if min(e[0] for e in ends) < 0.1 and 0.3 < max(e[0] for e in ends[:-1] or ends) < 0.6:
            break
    good = min(ends, key=lambda e: e[0])
    bad = max((e for e in ends if e[0] < 0.6), key=lambda e: e[0])
    for ax, (loss, weights, biases), name in ((found, good, "learnt"), (stuck, bad, "stuck")):
        answers(ax, lambda x, w=weights, b=biases: np.diff(run.mlp_forward(x, w, b), axis=1)[:, 0], -0.5, 1.5)  # type: ignore[misc]
        classes(ax, xor.X, xor.Y, 10)
        label(ax, f"{name}: loss {loss:.2f}", "first input", "second input")
    return Picture(
        figure,
        "Two hidden units are enough for XOR, but most runs with two ReLU units do not learn it. The bars show the "
        "fraction of 200 runs that classify all four points correctly after 500 steps. The learning rate is 0.3, and "
        "the initial weights suit each activation (lesson 06). The maps show two runs with two ReLU units after 300 "
        "steps of your own gradient descent.",
        run.says,
    )


def bugs(use: Use) -> Picture:
    """Fifty images and seven training loops, six of them with a bug, and the gradient check of each."""
    run = use.run()
    curves = {bug: overfit.curve(run, bug) for bug in one_by_one(overfit.BUGS, "loop")}
    figure, (seen, unseen, check) = paper(10.2, 3.6, columns=3)
    for ax, names, title in (
        (seen, overfit.BUGS[:4], "Bugs that the loss reveals"),
        (unseen, (overfit.BUGS[0], *overfit.BUGS[4:]), "Bugs that the loss hides"),
    ):
        for i, bug in enumerate(names):
            curve = curves[bug]
            text = f"{bug}: {curve.accuracy:.0%}"
            ax.semilogy(np.minimum(curve.loss, 60), **line(i), linewidth=1.8, label=text)
        ax.axhline(np.log(10), color=INK, linewidth=0.7)
        ax.text(198, np.log(10) * 1.06, "ln 10", color=INK, fontsize=8, ha="right")
        ax.set_ylim(0.008, 300)
        ax.legend(frameon=False, fontsize=7.5, labelcolor=INK, loc="upper right", handlelength=1.2, borderaxespad=0)
        label(ax, title, "step", "training loss (log)")
    largest = [float(np.max(overfit.checked(run, bug))) for bug in overfit.BUGS]
    check.barh(overfit.BUGS, np.maximum(largest, 1e-11), color=[LINES[1 if e > 1e-5 else 2].color for e in largest])
    check.set(xscale="log", xlim=(1e-12, 10))
    check.set_xticks([1e-10, 1e-5, 1])
    check.minorticks_off()
    check.invert_yaxis()
    check.tick_params(axis="y", labelsize=7.5)
    label(check, "Your gradient check", "largest error (log)", "")
    check.set_ylabel("bug", color=INK, fontsize=9)
    return Picture(
        figure,
        "A 784-100-10 network is trained on 50 Fashion-MNIST images for 200 steps. Each legend entry gives the "
        "accuracy on these images. The loss reveals three of the bugs, because it ends higher than without a bug. With "
        "the other three, the loop memorises the 50 images nevertheless. The gradient check finds two of these three. "
        "It cannot find wrong labels, which are a bug in the data that only new images reveal.",
        run.says,
    )


def _sine(x: FloatArray) -> FloatArray:
    return np.asarray(np.sin(np.pi * x))


def outside(use: Use) -> Picture:
    """A hand-built network within 0.1 of sin πx, and errors of hand-built and trained networks (C14)."""
    run = use.run()
    figure, (far, errors) = paper(9.4, 3.4, columns=2)
    x, fine = np.linspace(-4, 4, 801), np.linspace(-1, 1, 4001)

    def by_hand(eps: float, x: FloatArray) -> FloatArray:
        w1, b1, w2, b2 = run.relu_approximation(_sine, np.pi, eps, -1.0, 1.0)
        return np.asarray(run.mlp_forward(x[:, np.newaxis], [w1, w2], [b1, b2])[:, 0])

    far.axvspan(-1, 1, color=LINES[2].color, alpha=0.15)
    far.plot(x, _sine(x), **line(0), linewidth=1.8, label="sin πx")
    far.plot(x, by_hand(0.1, x), **line(1), linewidth=1.8, label="network")
    far.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    label(far, "Within 0.1 on [−1, 1] (shaded)", "x", "value")
    steps = 1.0 / np.array([2, 4, 8, 16, 32, 64])
    units = [run.units_needed(np.pi, eps, -1.0, 1.0) for eps in steps]
    errors.loglog(units, steps, **line(2), linewidth=1.8, label="guaranteed, ε")
    by = [float(np.abs(by_hand(eps, fine) - _sine(fine)).max()) for eps in steps]
    errors.loglog(units, by, **line(1), linewidth=1.8, marker="s", markersize=4, label="by hand")
    for i, hidden in enumerate(one_by_one((4, 8, 16, 32, 128), "width")):
        off = fits.largest_errors(_sine, hidden, range(3), steps=1000)
        named = {"label": "trained, 3 seeds"} if i == 0 else {}
        errors.loglog(np.full(3, hidden), off, "o", color=LINES[0].color, alpha=0.7, markersize=5, **named)
    errors.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    label(errors, "Largest error on [−1, 1]", "hidden units (log)", "largest error (log)")
    return Picture(
        figure,
        "No unit has a kink outside the interval. So in the left panel the network is constant to the left of the "
        "interval and keeps its last slope to the right. In the right panel, the error of the network with weights set "
        "by hand stays far below ε, because this function is smooth. The errors of trained networks vary "
        "from seed to seed.",
        run.says,
    )
