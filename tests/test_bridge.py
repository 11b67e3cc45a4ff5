"""The notebook beyond the lessons: ten lines differentiate what was derived by hand, and PyTorch agrees."""

from importlib.util import find_spec

import numpy as np
import pytest
from bridge_cells import TEXT, cells, run

SOURCE = TEXT.read_text(encoding="utf-8")
WITHOUT = "PyTorch is not installed here"


@pytest.fixture(scope="module")
def names() -> dict:
    return run(SOURCE)


def test_ten_lines_reproduce_the_gradients_of_the_lessons(capsys: pytest.CaptureFixture) -> None:
    run(SOURCE)
    said = capsys.readouterr().out
    assert said.count("equal to 12 digits") == 8  # loss and four gradients of lesson 02, three of lesson 06
    assert "apart" not in said
    assert "gradient: 7.0" in said


def test_there_are_ten() -> None:
    (engine,) = [cell for cell in cells(SOURCE) if "class Value" in cell]
    assert len([line for line in engine.splitlines() if line.strip()]) == 10


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("(w, lambda g: x.data.T @ g)", "(w, lambda g: x.data.T @ g / 2)", "dw1"),
        ("source.grad = source.grad + back(value.grad)", "source.grad = back(value.grad)", "dw1"),
        ("g * p * a.data ** (p - 1)", "g * a.data ** (p - 1)", "dx"),
    ],
)
def test_a_slip_in_it_shows(right: str, wrong: str, what: str, capsys: pytest.CaptureFixture) -> None:
    assert SOURCE.count(right) == 1
    run(SOURCE.replace(right, wrong))
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.strip().startswith(f"{what}:") and "apart by" in line]


def test_a_gradient_is_that_of_differences(names: dict) -> None:
    x = np.array([[0.3, -1.2], [2.0, 0.7]])

    def loss(x):
        value = names["Value"](x)
        total = names["total"](names["log"](names["add"](names["exp"](value), names["power"](value, 2.0))))
        return value, names["times"](total, total)

    value, out = loss(x)
    out.backward()
    for at in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[at] = 1e-6
        slope = (loss(x + step)[1].data - loss(x - step)[1].data).item() / 2e-6
        assert value.grad[at] == pytest.approx(slope, rel=1e-6)


@pytest.mark.skipif(bool(find_spec("torch")), reason="with torch it shows more")
def test_without_pytorch_it_says_what_it_would_show(capsys: pytest.CaptureFixture) -> None:
    run(SOURCE)
    said = capsys.readouterr().out
    assert WITHOUT in said
    assert said.count("With PyTorch: ") == 2


@pytest.mark.skipif(not find_spec("torch"), reason="the course does not need torch; the weekly workflow installs it")
def test_with_pytorch_scores_and_ten_steps_of_adam_agree(capsys: pytest.CaptureFixture) -> None:
    names = run(SOURCE)
    said = capsys.readouterr().out
    assert said.count("below 1e-6: True") == 2
    assert WITHOUT not in said
    assert names["their_losses"] == pytest.approx(names["your_losses"], rel=1e-12)
    assert names["your_losses"][-1] < 0.6 * names["your_losses"][0]
