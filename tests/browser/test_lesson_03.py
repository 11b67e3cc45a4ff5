"""Lesson 03 in a real JupyterLab: three mistakes that students make are named, and units die while one looks on."""

import pytest
from browser.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "03_activations/03_activations.ipynb"

OVERFLOWING = """def sigmoid_forward(x):
    out = 1 / (1 + np.exp(-x))
    return out, out"""
OPEN_AT_ZERO = """def relu_backward(dout, cache):
    return dout * (cache >= 0)"""
ZEROS_FOR_UNITS = """def dead_fraction(x, w, b):
    return np.mean(x @ w + b <= 0)"""

GELU = """def gelu(x, dout):
    root = np.sqrt(2 / np.pi)
    t = np.tanh(root * (x + 0.044715 * x**3))
    gate = (1 + t) / 2
    return x * gate, dout * (gate + x * (1 - t**2) / 2{slope})"""
INNER_SLOPE = " * root * (1 + 3 * 0.044715 * x**2)"


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("sigmoid_forward", OVERFLOWING, "such as e^1000, that overflows"),
        ("relu_backward", OPEN_AT_ZERO, "you use slope 1 at x = 0"),
        ("dead_fraction", ZEROS_FOR_UNITS, "you compute the fraction of outputs that are 0"),
    ],
)
def test_a_known_mistake_is_named(lesson: Lab, exercise: str, answer: str, said: str) -> None:
    assert said in lesson.answer(exercise, answer)
    lesson.screenshot(f"lesson-03-{exercise}", lesson.outputs(f"check_{exercise}"))


def test_relus_die_in_the_live_plot_and_leaky_relus_do_not(lesson: Lab) -> None:
    cell = lesson.find("experiments.shocked")
    said = lesson.run(cell, timeout=120)
    assert "relu: dead 92%, at the end 92%" in said
    assert "leaky_relu: dead 0%, at the end 0%" in said
    lesson.theme("dark")
    lesson.screenshot("lesson-03-dead-units-dark", lesson.cell(cell))
    assert lesson.errors == []


def test_the_bonus_names_a_mistake_and_ends_with_a_star(lesson: Lab) -> None:
    assert "you stop the chain rule at tanh" in lesson.answer("gelu", GELU.format(slope=""))
    lesson.screenshot("lesson-03-bonus-wrong", lesson.outputs("check_gelu"))
    assert "★ done" in lesson.answer("gelu", GELU.format(slope=INNER_SLOPE))
    lesson.screenshot("lesson-03-bonus-right", lesson.outputs("check_gelu"))
