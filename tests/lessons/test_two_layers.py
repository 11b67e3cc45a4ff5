"""A network of a run's functions, piece by piece: the fast network's numbers, and gradients like numerical ones."""

from typing import Any

import numpy as np
import pytest
from lessons.test_uses import Use

from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.course import mine
from cs231n_lib.datasets import load_digits
from cs231n_lib.lessons import two_layers
from cs231n_lib.lessons.activations import experiments as activations
from cs231n_lib.lessons.activations.experiments.made import NAMES, made_of
from cs231n_lib.lessons.backpropagation import experiments as backpropagation


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_the_numerical_ones(name: str) -> None:
    run, rng = mine.run(), np.random.default_rng(1)
    activation, pieces = made_of(run, name, leak=0.1), 2 if name == "maxout" else 1
    x, y = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    shapes: list[Any] = [(4, 5 * pieces), 5 * pieces, (5, 3), 3]
    parameters = [rng.normal(size=shape) for shape in shapes]
    _, gradients = two_layers.gradients(run, activation, parameters, x, y)
    for i, gradient in enumerate(gradients):

        def loss(p: Any, i: int = i) -> float:
            changed = [*parameters[:i], p, *parameters[i + 1 :]]
            return two_layers.gradients(run, activation, changed, x, y)[0]

        require_gradient(f"parameter {i}", gradient, loss, parameters[i])


def test_the_steps_are_those_of_the_fast_network() -> None:
    assert backpropagation.same_numbers(mine, load_digits())
    assert activations.same_numbers(mine)


@pytest.mark.parametrize("name", ["relu_backward", "maxout_backward", "sigmoid_backward"])
def test_one_wrong_activation_is_detected(name: str) -> None:
    assert not activations.same_numbers(Use(name))


def test_each_activation_uses_only_its_own_functions() -> None:
    use = Use()
    made_of(use, "relu")
    assert use.used == {"relu_forward", "relu_backward"}
