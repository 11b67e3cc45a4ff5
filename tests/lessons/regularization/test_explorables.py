"""Two spirals: the runs behind the picture, and what it says about them."""

import re
from itertools import pairwise

import numpy as np
import pytest

from cs231n_lib.lessons.regularization.experiments.boundary import (
    EPOCHS,
    EVERY,
    plane,
    second_class_probability,
    train_on_spirals,
    two_spirals,
)
from cs231n_lib.lessons.regularization.explorables import boundary

PLAIN = (16, 2, 1e-4, 0.0)


def scores_by_hand(x: np.ndarray, width: int, depth: int, l2: float, drop_prob: float, epoch: int) -> np.ndarray:
    """Scores from the snapshot's own numbers: ReLU layers of ``width``, weights first in the vector, then biases."""
    sizes = [2, *[width] * depth, 2]
    vector = train_on_spirals(width, depth, l2, drop_prob).snapshots[epoch // EVERY].astype(float)
    shapes = list(pairwise(sizes))
    ends = np.cumsum([a * b for a, b in shapes] + sizes[1:])
    parts = np.split(vector, ends[:-1])
    weights = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=False)]
    for i, (w, b) in enumerate(zip(weights, parts[len(weights) :], strict=True)):
        x = x @ w + b
        if i < depth:
            x = x * (x > 0)
    return x


@pytest.mark.parametrize("epoch", [0, 150, EPOCHS])
@pytest.mark.parametrize("setting", [PLAIN, (3, 1, 0.01, 0.3), (8, 0, 1e-4, 0.0)])
def test_sentence_gives_the_accuracies_of_the_snapshot(setting: tuple[int, int, float, float], epoch: int) -> None:
    width, depth, l2, drop_prob = setting
    stage = boundary()._stage()
    sentence = stage.update(epoch=epoch, width=width, depth=depth, l2=l2, drop_prob=drop_prob)
    said = [int(number) for number in re.findall(r"(\d+)%", sentence)]
    accuracies = [np.mean(scores_by_hand(x, *setting, epoch).argmax(axis=1) == y) for x, y in two_spirals()]
    assert said == pytest.approx([100 * a for a in accuracies], abs=0.51)
    mistakes = len(stage.wrong.get_xdata())
    assert mistakes == round(len(two_spirals()[0][0]) * (1 - accuracies[0]))


def test_parameters_counted_by_hand() -> None:
    stage = boundary()._stage()
    sentence = stage.update(epoch=0, width=16, depth=2, l2=1e-4, drop_prob=0.0)
    assert f"2-16-16-2 has {2 * 16 + 16 + 16 * 16 + 16 + 16 * 2 + 2} parameters" in sentence


def test_viewing_earlier_epochs_does_not_change_a_run() -> None:
    run, points = train_on_spirals(*PLAIN), plane(7)
    last = run.scores(points, EPOCHS)
    first = run.scores(points, 0)
    assert not np.array_equal(first, last)
    assert np.array_equal(run.scores(points, EPOCHS), last)


def test_without_a_hidden_layer_the_boundary_is_a_straight_line() -> None:
    stage = boundary()._stage()
    stage.update(epoch=EPOCHS, width=16, depth=0, l2=1e-4, drop_prob=0.0)
    (line,) = stage.edge.get_segments()
    _, singular_values, _ = np.linalg.svd(line - line.mean(axis=0), full_matrices=False)
    assert singular_values[1] < 1e-2 * singular_values[0]


def test_classes_are_equally_likely_on_the_boundary() -> None:
    stage = boundary()._stage()
    stage.update(epoch=50, width=16, depth=2, l2=1e-4, drop_prob=0.0)
    points = np.concatenate(stage.edge.get_segments())
    scores = scores_by_hand(points, *PLAIN, 50)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert len(points) > 50
    assert np.median(abs(probabilities[:, 1] - 0.5)) < 0.02  # the map between grid points is interpolated
    assert second_class_probability(scores) == pytest.approx(probabilities[:, 1])


def test_a_penalty_keeps_weights_small_and_new_points_are_new() -> None:
    weak, strong = (train_on_spirals(16, 2, l2, 0.0).snapshots[-1] for l2 in (1e-4, 0.01))
    assert np.linalg.norm(strong) < 0.9 * np.linalg.norm(weak)
    (x, _), (x_new, _) = two_spirals()
    assert np.intersect1d(x[:, 0], x_new[:, 0]).tolist() == [0]  # where all arms begin
