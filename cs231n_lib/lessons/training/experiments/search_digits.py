"""Fast trials on digits, and searches of equal budget (claims C33 to C35).

The seed of a trial is computed from its point, so a point gives the same accuracy in every search.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.lessons.training.given import grid_search
from cs231n_lib.lessons.use import Functions
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD, Adam, Optimizer
from cs231n_lib.search import LogUniform, Uniform


@lru_cache(maxsize=1)
def _data() -> tuple[Any, ...]:
    data = load_digits()
    mean, scale = data.x_train.mean(), data.x_train.std()
    return (data.x_train - mean) / scale, data.y_train, (data.x_validation - mean) / scale, data.y_validation


def accuracy(
    optimizer: Optimizer,
    rng: Generator,
    *,
    l2: float = 0.0,
    width: int = 32,
    drop_prob: float = 0.0,
    epochs: int = 6,
    batch_size: int = 64,
    examples: int = 1197,
    wrong: float = 0.0,
) -> float:
    """Validation accuracy of one hidden layer of ReLUs after training on digits, or NaN if it diverges.

    The training set has ``examples`` images, whose labels are replaced by random ones with probability ``wrong``.
    """
    x, y, x_validation, y_validation = _data()
    rows = rng.permutation(len(x))[:examples]
    x, y = x[rows], np.where(rng.random(examples) < wrong, rng.integers(0, 10, examples), y[rows])
    network = MLP((64, width, 10), l2=l2, drop_prob=drop_prob, rng=rng, dtype=np.float64)
    optimizer.bind(network)
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            order = rng.permutation(examples)
            for start in range(0, examples, batch_size):
                batch = order[start : start + batch_size]
                if not network.backpropagate(x[batch], y[batch]) < 1e4:
                    return float("nan")
                optimizer.step()
        scores = network.predict(x_validation)
    return float(np.mean(scores.argmax(axis=1) == y_validation)) if np.isfinite(scores).all() else float("nan")


@lru_cache(maxsize=20_000)
def _one_matters(lr: float, l2: float, again: int) -> float:
    return accuracy(SGD(lr), _chance(lr, l2, again), l2=l2)


@lru_cache(maxsize=20_000)
def _both_matter(lr: float, l2: float, again: int) -> float:
    chance = _chance(lr, l2, again)
    return accuracy(Adam(lr), chance, l2=l2, epochs=25, batch_size=50, examples=200, wrong=0.3)


def _chance(lr: float, l2: float, again: int) -> Generator:
    return np.random.default_rng([again, *np.array([lr, l2]).view(np.uint64)])


@dataclass(frozen=True)
class Problem:
    """A training run to search, with the ranges of its learning rate and of its λ in powers of ten.

    Attributes
    ----------
    train : callable
        ``train(lr, l2, again)`` returns a validation accuracy. Each number ``again`` gives another seed.
    centre, decades : tuple of two numbers
        Approximate place of the best values, and widths of the ranges.
    """

    train: Callable[[float, float, int], float]
    centre: tuple[float, float]
    decades: tuple[float, float]

    def objective(self, point: FloatArray) -> float:
        """Accuracy at a learning rate and a λ (2,), or NaN if the training diverges."""
        return self.train(float(point[0]), float(point[1]), 0)

    def again(self, point: FloatArray) -> float:
        """Mean accuracy of four more training runs at a point, where a diverged run counts as 0."""
        return float(np.mean([np.nan_to_num(self.train(float(point[0]), float(point[1]), i)) for i in range(1, 5)]))


PROBLEMS = {
    "only the learning rate matters": Problem(_one_matters, (-0.2, -6), (4, 3)),
    "both matter": Problem(_both_matter, (-2, -1.5), (4, 4)),
}
"""SGD on all digits, where a small λ has almost no effect, and Adam on 200 digits, 30 % with a random label."""

GRIDS = ("grid with the ends", "grid of middles", "random")


def same_budget(run: Functions, problem: Problem, seed: int, side: int = 3) -> dict[str, float]:
    """Accuracy, trained again, of the settings that grids and random search find in ``side`` ** 2 trials (claim C33).

    The best values lie at a random place of the ranges, as they do when somebody guesses the ranges.
    """
    rng = np.random.default_rng([seed, 33])
    decades = np.array(problem.decades, dtype=float)
    start = np.array(problem.centre) + decades * (rng.uniform(-0.3, 0.3, 2) - 0.5)
    found = {}
    for name, places in zip(GRIDS, (np.linspace(0, 1, side), (np.arange(side) + 0.5) / side), strict=False):
        values = [list(10 ** (start[i] + places * decades[i])) for i in range(2)]
        found[name] = grid_search(problem.objective, values)[0]
    found[GRIDS[2]] = run.random_search(problem.objective, 10**start, 10 ** (start + decades), side**2, rng)[0]
    return {name: problem.again(best) for name, best in found.items()}


WIDE = np.array([1e-6, 1e-8]), np.array([1e2, 1.0])
"""Ranges of eight decades for the learning rate and for λ."""

ROUNDS = ("coarse to fine", "random")


def in_rounds(run: Functions, problem: Problem, seed: int) -> dict[str, float]:
    """Accuracy, trained again, of the settings found by 24 trials in three rounds or in one (claim C34)."""
    narrowed = run.coarse_to_fine(problem.objective, *WIDE, 8, 3, np.random.default_rng([seed, 1]))[0]
    drawn = run.random_search(problem.objective, *WIDE, 24, np.random.default_rng([seed, 2]))[0]
    return {name: problem.again(best) for name, best in zip(ROUNDS, (narrowed, drawn), strict=True)}


@lru_cache(maxsize=20_000)
def for_epochs(lr: float, l2: float, epochs: int, again: int = 0) -> float:
    """Validation accuracy after some epochs of SGD, or NaN if the training diverges."""
    return accuracy(SGD(lr), _chance(lr, l2, again), l2=l2, epochs=epochs)


SHORT = ("successive halving", "short rounds first", "equal rounds", "random, 27 × 3", "random, 9 × 9")
"""Five searches of 81 epochs each. The second and third go from coarse to fine."""

LENGTHS = ((27, 1), (9, 3), (3, 9))
"""Number of trials and of epochs in each round, if later rounds train longer."""

LAST = 9
"""Number of epochs in the longest trials, and in the training runs that evaluate the selected settings."""


def short_rounds(run: Functions, seed: int) -> dict[str, float]:
    """Mean accuracy, in four more training runs, of the settings that five searches of 81 epochs find (claim C34)."""
    low, high = WIDE
    drawn = [np.random.default_rng([seed, way]) for way in range(len(SHORT))]
    points = np.asarray(run.log_uniform(drawn[0].random((LENGTHS[0][0], 2)), low, high))
    found = [
        run.successive_halving(lambda point, epochs: for_epochs(*map(float, point), int(epochs)), points, 1, 3)[0],
        _narrowed(run, LENGTHS, drawn[1]),
        _narrowed(run, ((9, 3),) * 3, drawn[2]),
        run.random_search(_trained_for(3), low, high, 27, drawn[3])[0],
        run.random_search(_trained_for(LAST), low, high, 9, drawn[4])[0],
    ]
    return {name: _judged(best) for name, best in zip(SHORT, found, strict=True)}


def _trained_for(epochs: int) -> Callable[[FloatArray], float]:
    """Objective that counts a diverged training as 0, because all trials of a small round may diverge."""
    return lambda point: float(np.nan_to_num(for_epochs(float(point[0]), float(point[1]), epochs)))


def _narrowed(run: Functions, rounds: Sequence[tuple[int, int]], rng: Generator, share: float = 0.3) -> FloatArray:
    """Best point of the last of several rounds of random search, each around the best point of the previous one.

    Rounds of different lengths cannot be compared, so only the last round counts.
    """
    left, right = low, high = WIDE
    for i, (n, epochs) in enumerate(rounds):
        best = run.random_search(_trained_for(epochs), left, right, n, rng)[0]
        reach = (high / low) ** (share ** (i + 1) / 2)
        left, right = np.maximum(low, best / reach), np.minimum(high, best * reach)
    return np.asarray(best)


def _judged(point: FloatArray) -> float:
    lr, l2 = map(float, point)
    return float(np.mean([np.nan_to_num(for_epochs(lr, l2, LAST, again)) for again in range(1, 5)]))


BY_MODEL = ("Parzen ratio", "random")
TRIALS, AT_RANDOM, CANDIDATES = 24, 8, 64
"""Numbers of trials in a search, of random trials among them, and of candidates for each later trial of the model."""


def by_model(run: Functions, problem: Problem, seed: int) -> dict[str, tuple[FloatArray, float]]:
    """Best accuracy so far after each trial of two searches, and the accuracy of their settings trained again (C35).

    The model is the student's `parzen_ratio` on logarithmic axes from 0 to 1. Candidates lie near the best quarter of
    the trials. Both searches begin with the same random trials.
    """
    low, high = (10.0 ** np.array(exponents) for exponents in _ends(problem))
    rng = np.random.default_rng([seed, 35])
    places = rng.random((AT_RANDOM, 2))
    results = np.array([problem.objective(low * (high / low) ** place) for place in places])
    for _ in range(TRIALS - AT_RANDOM):
        best = places[np.argsort(-results)[: max(1, len(places) // 4)]]
        near = best[rng.integers(len(best), size=CANDIDATES)] + rng.normal(0, 0.1, (CANDIDATES, 2))
        candidates = np.clip(near, 0, 1)
        place = candidates[np.argmax(np.nan_to_num(run.parzen_ratio(candidates, places, results, 0.1)))]
        places = np.vstack([places, place])
        results = np.append(results, problem.objective(low * (high / low) ** place))
    drawn = np.vstack([places[:AT_RANDOM], np.random.default_rng([seed, 36]).random((TRIALS - AT_RANDOM, 2))])
    points = {BY_MODEL[0]: low * (high / low) ** places, BY_MODEL[1]: low * (high / low) ** drawn}
    others = np.array([problem.objective(point) for point in points[BY_MODEL[1]]])
    found = {}
    for name, values in zip(BY_MODEL, (results, others), strict=True):
        best_so_far = np.maximum.accumulate(np.nan_to_num(values))
        found[name] = best_so_far, problem.again(points[name][np.nanargmax(values)])
    return found


def _ends(problem: Problem) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Exponents of the ends of ranges that are twice as wide as the problem's own."""
    low = tuple(centre - decades for centre, decades in zip(problem.centre, problem.decades, strict=True))
    high = tuple(centre + decades for centre, decades in zip(problem.centre, problem.decades, strict=True))
    return low, high


FOUR = {
    "lr": LogUniform(1e-5, 1.0),
    "l2": LogUniform(1e-6, 1.0),
    "width": LogUniform(4, 128),
    "drop_prob": Uniform(0.0, 0.8),
}
"""Four hyperparameters of one hidden layer."""


def four(lr: float, l2: float, width: float, drop_prob: float, seed: int) -> float:
    """Validation accuracy after six epochs of Adam on all digits, at a point of `FOUR`."""
    rng = np.random.default_rng(seed)
    return accuracy(Adam(lr), rng, l2=l2, width=round(width), drop_prob=drop_prob)
