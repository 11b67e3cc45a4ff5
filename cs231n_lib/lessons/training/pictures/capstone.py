"""Figures of the capstone: the confusion matrix, the most confident mistakes, and the weights of the first layer."""

import numpy as np

from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.lessons.training.experiments.capstone import Decided
from cs231n_lib.lessons.use import Use
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import INK, image, label, paper

SURE, FILTERS, PER_CLASS = 20, 32, 12


def images() -> Picture:
    """Some training images of each class."""
    data = load_fashion_mnist()
    figure, axes = paper(7.4, 5.8)
    rows = [np.flatnonzero(data.y_train == k)[:PER_CLASS] for k in range(len(data.class_names))]
    strips = [np.hstack([data.x_train[i].reshape(28, 28) for i in row]) for row in rows]
    greys = np.round(12 * np.vstack(strips)) / 12  # few, so that the figure stays small
    axes[0].grid(visible=False)
    axes[0].imshow(greys, cmap="Greys", interpolation="none")
    axes[0].set_yticks(14 + 28 * np.arange(len(strips)), data.class_names)
    axes[0].set_xticks([])
    counts = np.bincount(data.y_train)
    label(axes[0], f"{PER_CLASS} training images of each class", "image", "class")
    return Picture(
        figure,
        f"Each row shows {PER_CLASS} images of one class, of which the training set has "
        f"{counts.min()}. Compare the rows of T-shirts, pullovers, coats and shirts. Which of them would you confuse?",
    )


def confusion(decided: Decided, use: Use) -> Picture:
    """Confusion matrix of the networks on the validation images."""
    run = use.run()
    matrix = run.confusion_matrix(decided.predicted, decided.labels, len(decided.names))
    figure, (ax,) = paper(5.6, 5.2)
    ax.grid(visible=False)
    ax.imshow(np.sqrt(matrix), cmap="Blues", vmax=13)
    for (i, j), count in np.ndenumerate(matrix):
        if count:
            ax.text(j, i, str(count), ha="center", va="center", fontsize=8, color="white" if count > 60 else INK)
    ax.set_xticks(range(len(decided.names)), decided.names, rotation=40, ha="right")
    ax.set_yticks(range(len(decided.names)), decided.names)
    label(ax, "Classes of 1,000 validation images", "predicted", "true")
    share = np.diag(matrix) / np.maximum(matrix.sum(axis=1), 1)
    worst = int(np.argmin(share))
    taken = int(np.argmax(np.where(np.arange(len(share)) == worst, -1, matrix[worst])))
    return Picture(
        figure,
        f"Rows are true classes and columns predicted ones. {decided.names[worst]} has the lowest accuracy, and its "
        f"images are most often misclassified as {decided.names[taken]}.",
        run.says,
    )


def surest_mistakes(decided: Decided) -> Picture:
    """Validation images (20) that the networks misclassify with the highest probability."""
    probabilities = decided.validation.mean(axis=0)
    wrong = np.flatnonzero(decided.predicted != decided.labels)
    chosen = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:SURE]
    figure, axes = paper(9.4, 6.4, rows=4, columns=5)
    pictures = load_fashion_mnist().x_validation
    for ax, i in zip(axes, [*chosen, *[None] * (SURE - len(chosen))], strict=True):
        ax.set_axis_off()
        if i is not None:
            ax.imshow(pictures[i].reshape(28, 28), cmap="Greys")
            names = decided.names
            ax.set_title(f"{names[decided.predicted[i]]}?\n{names[decided.labels[i]]}", fontsize=8.5, color=INK)
    return Picture(
        figure,
        f"These are the {len(chosen)} most confident mistakes of the networks on validation images. Above each image "
        "are the predicted class, with a question mark, and the true class. Would you have recognised the class?",
    )


def first_weights(decided: Decided) -> Picture:
    """Weights, as images, of the units of the first layer whose weights are longest."""
    w = np.asarray(decided.w1, dtype=float)
    longest = np.argsort(-np.linalg.norm(w, axis=0))[:FILTERS]
    figure, axes = paper(9.4, 4.4, rows=4, columns=8)
    for ax, unit in zip(axes, longest, strict=False):
        largest = np.abs(w[:, unit]).max() or 1.0
        image(ax, w[:, unit].reshape(28, 28), f"{unit}", 8, cmap="PuOr_r", vmin=-largest, vmax=largest)
    return Picture(
        figure,
        "These are the 32 units of the first layer with the longest weights. Orange pixels increase the output of a "
        "unit and purple ones decrease it. The weights still resemble the initial noise, although training with the "
        "course's settings changed them by about their initial length. The weights of pixels that are almost always "
        "empty changed just as much, because Adam divides by the size of even a tiny gradient.",
    )
