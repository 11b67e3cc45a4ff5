"""Figure of lesson 07 on mixup, with its caption."""

from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.style import image, paper

SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)
FIRST, SECOND = 1, 9
"""Classes that are mixed, trousers and ankle boots."""


def mixtures() -> Picture:
    """Two training images of Fashion-MNIST and three mixtures of them, each with its target."""
    clothes = load_fashion_mnist()
    one, other = (clothes.x_train[clothes.y_train == label][0].reshape(28, 28) for label in (FIRST, SECOND))
    names = [clothes.class_names[label].lower() for label in (FIRST, SECOND)]
    figure, axes = paper(8.6, 2.0, columns=len(SHARES))
    for ax, share in zip(axes, SHARES, strict=True):
        target = [f"{part:g} {name}" for part, name in zip((share, 1 - share), names, strict=True) if part]
        image(ax, share * one + (1 - share) * other, "\n".join(target), 9, cmap="Greys", vmin=0, vmax=1)
    return Picture(
        figure,
        f"The three images in the middle are mixtures of the outer two ({names[0]} and {names[1]}). The target above "
        "each image shows its classes and their proportions.",
    )
