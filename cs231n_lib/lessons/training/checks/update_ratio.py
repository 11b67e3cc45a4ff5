"""An exercise on how far a step moves the weights of each layer."""

from collections.abc import Iterator

from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Values, case
from cs231n_lib.functions import metrics

from . import references


def _layers(rng: Generator, label: str, *shapes: tuple[int, ...], step: float = 0.01) -> Case:
    before = [rng.normal(0, i + 1, shape) for i, shape in enumerate(shapes)]
    after = [w + step * (i + 1) * rng.normal(0, 1 + i, w.shape) for i, w in enumerate(before)]
    return case(label, before, after)


def _usual(rng: Generator) -> Iterator[Case]:
    yield _layers(rng, "three layers", (5, 4), (4, 3), (3, 2))
    yield _layers(rng, "one layer", (6, 2), step=0.3)


def _other(rng: Generator) -> Iterator[Case]:
    yield _layers(rng, "weights with one axis, and with four", (7,), (2, 3, 2, 2), step=0.001)
    before = [rng.normal(size=(3, 3)), rng.normal(size=(3, 2))]
    yield case("a layer that does not move", before, [before[0].copy(), 1.5 * before[1]])


update_ratio = Exercise(
    references.update_ratio,
    points=4,
    minutes=6,
    difficulty=1,
    forbidden=(metrics.update_ratio,),
    checks=(
        Values("Layers of several sizes", 3, _usual),
        Values("Other shapes; a layer that does not move", 1, _other),
    ),
    slips="""
        relative to the new weights
            / np.linalg.norm(w)) → / np.linalg.norm(w_new))
            you divide by the length of the *new* weights. Divide by that of the weights before the step.
        not relative
            / np.linalg.norm(w)) → )
            this is the length of the update itself: divide it by that of the weights.
        upside down
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.linalg.norm(w) / np.linalg.norm(w_new - w)
            the quotient is upside down: the update belongs above the line.
        new weights for the update
            np.linalg.norm(w_new - w) → np.linalg.norm(w_new)
            this is the length of the new weights. Asked is that of the *difference*.
        difference of the lengths
            np.linalg.norm(w_new - w) → abs(np.linalg.norm(w_new) - np.linalg.norm(w))
            you subtract the lengths: weights that only turn would not have moved. Subtract first, then take the length.
        squares
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.sum((w_new - w) ** 2) / np.sum(w**2)
            these are squares of lengths: the root is missing.
        largest entries
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.max(np.abs(w_new - w)) / np.max(np.abs(w))
            these are the largest entries. The length is the root of the sum of the squares: `np.linalg.norm`.
        sizes added up
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.sum(np.abs(w_new - w)) / np.sum(np.abs(w))
            these are sums of sizes. The length is the root of the sum of the squares: `np.linalg.norm`.
        largest stretch
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.linalg.norm(w_new - w, 2) / np.linalg.norm(w, 2)
            `norm(…, 2)` of a matrix is how far it stretches a vector at most. Without the 2 it is the length asked.
        one ratio for all
            ratios = [] → moved, length = [], []
            ratios.append( → moved, length = [*moved, *(w_new - w).flat], [*length, *w.flat] ⏎ ratios.append(
            np.array(ratios) → np.array([np.linalg.norm(moved) / np.linalg.norm(length)] * len(before))
            this is the ratio of all layers together, once for each. Divide layer by layer: they may differ tenfold.
        entry by entry
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.mean(np.abs(w_new - w) / np.abs(w))
            you divide entry by entry, where a tiny weight makes a huge ratio. Take both lengths first.
        mean of the layers
            np.array(ratios) → np.array([np.mean(ratios)])
            this is one number for all. A ratio for each layer is asked: they may differ tenfold.
        first layer alone
            np.array(ratios) → np.array(ratios[:1])
            only the first layer is in it: is the `return` inside the loop?
        a list
            np.array(ratios) → ratios
            the numbers are right, but they come in a list: return `np.array(…)` of it.
    """,
)
