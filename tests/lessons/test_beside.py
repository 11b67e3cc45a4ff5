"""The fast network beside a student's step: equal numbers are told, and so is a step that is not the same."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from cs231n_lib.functions.activations import relu_backward, relu_forward
from cs231n_lib.functions.layers import affine_backward, affine_forward
from cs231n_lib.functions.losses import softmax_cross_entropy
from cs231n_lib.lessons.beside import STEPS, Agreement, beside
from cs231n_lib.network import MLP, SGD


def batches() -> Iterator[Any]:
    rng = np.random.default_rng(0)
    for _ in range(STEPS):
        yield rng.normal(size=(16, 5)), rng.integers(0, 3, 16)


def step(parameters: list[Any], x: Any, y: Any, lr: float = 0.1) -> list[Any]:
    w1, b1, w2, b2 = parameters
    hidden, first = affine_forward(x, w1, b1)
    active, kink = relu_forward(hidden)
    scores, second = affine_forward(active, w2, b2)
    _, dscores = softmax_cross_entropy(scores, y)
    dactive, dw2, db2 = affine_backward(dscores, second)
    _, dw1, db1 = affine_backward(relu_backward(dactive, kink), first)
    return [p - lr * dp for p, dp in zip(parameters, (dw1, db1, dw2, db2), strict=True)]


def network(dtype: Any = np.float64) -> MLP:
    return MLP((5, 8, 3), dtype=dtype, rng=np.random.default_rng(1))


def test_the_textbook_s_step_gives_the_fast_network_s_numbers() -> None:
    agreement = beside(network(), SGD(0.1), step, batches(), "your step", "Running on **your** `affine_forward`.")
    assert agreement
    assert agreement.difference < 1e-12
    assert str(agreement).startswith("Over 20 steps your step and the fast network give the same numbers: they differ")
    assert str(agreement).endswith("at most. Running on **your** `affine_forward`.")
    assert "<strong>your</strong>" in agreement._repr_mimebundle_()["text/html"]
    assert repr(agreement) == "Over 20 steps your step and the fast network agree."


def test_step_off_by_one_part_in_a_hundred_million_is_detected() -> None:
    agreement = beside(network(), SGD(0.1), lambda *args: step(*args, lr=0.1 * (1 + 1e-8)), batches())
    assert not agreement
    assert "do not give the same numbers: they differ by 1e-0" in str(agreement)
    assert repr(agreement).endswith("differ.")


def test_single_precision_cannot_show_it() -> None:
    with pytest.raises(ValueError, match=r"Make it with dtype=np\.float64"):
        beside(network(np.float32), SGD(0.1), step, batches())


def test_equal_parameters_differ_by_nothing() -> None:
    assert str(Agreement.of([np.zeros(2)], [np.zeros(2)], 3, "x")).endswith("they differ by 0e+00 at most.")
