"""Numbers of worked examples in the texts of lessons 01 to 04, computed again with the references.

A `{}` in a sentence stands for a number that is read from the lesson's text.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lessons.battery import CHECKS

from cs231n_lib.course.plan import LESSONS
from cs231n_lib.lessons.architecture.checks import references

SOLUTIONS = Path(__file__).parents[2] / "solutions"
TEXTS = {
    lesson.slug: (SOLUTIONS / lesson.folder / f"{lesson.folder}.py").read_text(encoding="utf-8")
    for lesson in LESSONS
    if lesson.number <= 4
}
NUMBER = r"([-−]?\d+(?:,\d{3})*(?:\.\d+)?)"
Values = Iterable[Any]


def array(*values: Any) -> np.ndarray:
    return np.array(values, dtype=float)


def squares(w: np.ndarray) -> float:
    return float(w[0] ** 2 + 3 * w[1])


def wrong_by_one(arrays: list[np.ndarray]) -> tuple[float, list[np.ndarray]]:
    """Linear loss whose second slope, −5, comes out as −4."""
    return float(2 * arrays[0][0] - 5 * arrays[0][1]), [array(2, -4)]


def sigmoid_graph(f: Any) -> Values:
    graph = f(2.0, -1.0, 3.0)
    return graph["out"], graph["dd"], graph["dz"]


EXAMPLES: tuple[tuple[str, str, str, Callable[[Any], Values]], ...] = (
    (
        "optimization", "numerical_gradient", "= {}$ and $(8.5 - 7)/0.5 = {}$, and the exact slopes",
        lambda f: f(squares, array(2, 1), 0.5),
    ),
    (
        "optimization", "numerical_gradient_centered", "the centred difference gives $(9.25 - 5.25)/1 = {}$",
        lambda f: f(squares, array(2, 1), 0.5)[:1],
    ),
    (
        "optimization", "relative_error",
        "For 0.0 against 0.0 the formula asks for 0/0, but your function must return {}. For $10^{-11}$ against 0.0 "
        "the formula gives {},",
        lambda f: f(array(0, 1e-11), array(0, 0)),
    ),
    (
        "optimization", "least_squares_loss", "(0.5 + 2)/2 = {}$ and the gradient $(1 \\cdot 1 - 2 \\cdot 2)/2 = {}$",
        lambda f: np.hstack(f(array(3), array([1], [2]), array(2, 8))),
    ),
    (
        "optimization", "gradient_descent", "from 1 with $\\alpha = 0.25$ goes through {}, {}, {},",
        lambda f: f(lambda w: 2 * w, array(1), 0.25, 2)[1].ravel(),
    ),
    (
        "optimization", "minibatches", "With a batch size of 4, ten rows make batches of {}, {} and {}.",
        lambda f: map(len, f(10, 4, np.random.default_rng(0))),
    ),
    (
        "optimization", "gradient_noise", "noise is $\\sqrt{(0^2 + 1^2)/2} = {}$",
        lambda f: [f(array([1], [3], [2]), np.array([[0, 1], [1, 1]]))],
    ),
    (
        "optimization", "complex_step_gradient", "and 1.199/0.1 = {}, whereas the slope is 12",
        lambda f: f(lambda z: z[0] ** 3, array(2), 0.1),
    ),
    (
        "backpropagation", "sigmoid_graph", "d = 1.368, out = {}, `dd` = {} and `dz` = {}.", sigmoid_graph,
    ),
    (
        "backpropagation", "swish_backward", "the sigmoid 2 · 0.88 · 0.12 = 0.21, so dx is {}.",
        lambda f: f(array(1), (array(2), array(0.88))),
    ),
    (
        "backpropagation", "binary_cross_entropy", "For a logit of 0 the loss is ln 2 = {}, whatever the label",
        lambda f: [f(array(0, 0), np.array([0, 1]))[0]],
    ),
    (
        "backpropagation", "softmax_cross_entropy", "is infinite although the loss is {}.",
        lambda f: [f(array([1000, 0]), np.array([1]))[0]],
    ),
    (
        "activations", "relu_backward", "For $x$ = (−1, 0, 2) and $dout$ = (5, 6, −7), $dx$ is ({}, {}, {}).",
        lambda f: f(array(5, 6, -7), array(-1, 0, 2)),
    ),
    (
        "activations", "leaky_relu", "With a leak of 0.1, x = −3 gives out = {}.",
        lambda f: f(array(-3), array(1), 0.1)[0],
    ),
    (
        "activations", "maxout_forward", "has 7 and 2, so out = ({}, {}) and winner = ({}, {}).",
        lambda f: np.hstack([f(array([1, 7, 4, 2]))[0][0], f(array([1, 7, 4, 2]))[1][0][0]]),
    ),
    (
        "activations", "maxout_backward", "with winner = (1, 0), $dout$ = (5, 6) gives $dx$ = ({}, {}, {}, {}).",
        lambda f: f(array([5, 6]), (np.array([[1, 0]]), 2))[0],
    ),
    (
        "activations", "gelu", "out = {} and, for dout = 1, dx = {}, which", lambda f: np.ravel(f(array(1), array(1))),
    ),
    (
        "activations", "gelu", "For x = −1 and dout = 1, out is {} and dx is {}.",
        lambda f: np.ravel(f(array(-1), array(1))),
    ),
    (
        "architecture", "network_size", "one output) give {} layers and 4 + 4 + 1 = {} units.",
        lambda f: f([3, 4, 4, 1])[:2],
    ),
    (
        "architecture", "network_size", "32 weights and 9 biases are {} parameters", lambda f: f([3, 4, 4, 1])[2:],
    ),
    (
        "architecture", "mlp_forward", "The scores are ({}, {}), and no ReLU",
        lambda f: f(array([2, -1]), [np.eye(2), -np.eye(2)], [np.zeros(2), np.ones(2)])[0],
    ),
    (
        "architecture", "train_mlp", "The losses are {} (ln 2) and {}, and after two steps the weights are {} and {}.",
        lambda f: np.hstack(
            [(one := f(array([1], [-1]), np.array([0, 1]), [np.zeros((1, 2))], [np.zeros(2)], 1.0, 2))[0], one[1][0][0]]
        ),
    ),
    (
        "architecture", "gradient_errors", "the numerical gradient (2, −5) give the error 1/5 = {}.",
        lambda f: f(wrong_by_one, [array(1, 1)]),
    ),
    (
        "architecture", "units_needed",
        "so you need {} pieces. For ε = 0.3 the bound requires $H\\ge3.33$, so you need {} pieces.",
        lambda f: [f(2.0, 0.1, 0.0, 1.0), f(2.0, 0.3, 0.0, 1.0)],
    ),
    (
        "architecture", "relu_approximation", "So $b_1$ = ({}, {}), $w_2$ = ({}, {}) and $b_2$ = {}.",
        lambda f: np.hstack([a.ravel() for a in f(np.abs, 1.0, 0.5, -1.0, 1.0)[1:]]),
    ),
    (
        "architecture", "sawtooth_network", "$h$ = (0.6, 0.1) gives 1.2 − 0.4 = {}.",
        lambda f: references.mlp_forward(array([0.3]), *f(2))[0],
    ),
    (
        "architecture", "width_for_budget", "A budget of 40 allows a width of {}.", lambda f: [f(2, 1, 1, 40)],
    ),
    (
        "architecture", "split_unit", "weight of 8 and a fraction of 0.25 give {} to the original and {} to the copy.",
        lambda f: f(array([1]), array(1), array([8]), 0, 0.25)[2].ravel(),
    ),
)  # fmt: skip
"""Lesson, exercise, words around the numbers in the text, and the same numbers from the exercise's reference."""


def numbers_in(text: str, words: str) -> list[str]:
    """Numbers in the place of each ``{}`` of ``words``, which must occur once in the text."""
    pattern = re.escape(words).replace(r"\{\}", NUMBER)
    found = [match.groups() for match in re.finditer(pattern, text)]
    assert len(found) == 1, f"the text has {len(found)} sentences with {words!r}. Change EXAMPLES with the text"
    return [number.replace("−", "-").replace(",", "") for number in found[0]]


@pytest.mark.parametrize(("slug", "name", "words", "compute"), EXAMPLES)
def test_numbers_in_the_text_are_the_references(
    slug: str, name: str, words: str, compute: Callable[[Any], Values]
) -> None:
    shown = numbers_in(TEXTS[slug].replace("\n# ", " "), words)
    computed = list(compute(CHECKS[slug][name].reference))
    assert len(shown) == len(computed)
    for number, value in zip(shown, computed, strict=True):
        decimals = len(number.partition(".")[2])
        assert abs(float(number) - float(value)) <= 0.5 * 10**-decimals + 1e-9, f"{number} is {value} by the reference"


@pytest.mark.parametrize("slug", TEXTS)
def test_each_worked_example_above_an_exercise_is_listed(slug: str) -> None:
    cells = re.split(r"^# %%.*\n", TEXTS[slug], flags=re.MULTILINE)
    boxes = {re.findall(r"\[\[exercise (\w+)\]\]", cell)[0]: cell for cell in cells if "[[exercise " in cell}
    with_example = {name for name, cell in boxes.items() if "or example, " in cell.partition("[[exercise ")[0]}
    listed = {name for lesson, name, *_ in EXAMPLES if lesson == slug}
    assert with_example <= listed | {"choose_size"}, "add the example to EXAMPLES"  # whose result is in words


def test_a_wrong_number_is_found() -> None:
    assert numbers_in("The loss is 1.25, not −3.", "loss is {}, not {}.") == ["1.25", "-3"]
    with pytest.raises(AssertionError, match="0 sentences"):
        numbers_in("The loss is unknown.", "loss is {}.")
