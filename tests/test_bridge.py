"""The notebook beyond the lessons: ten lines differentiate what was derived by hand, and PyTorch agrees."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from bridge_cells import TEXT, cells, run

SOURCE = TEXT.read_text(encoding="utf-8")
MAX_CELLS = 30
EXERCISES = ["unbroadcast", "tanh_rule", "maximum_rule", "train"]


@pytest.fixture(scope="module")
def names() -> dict:
    return run(SOURCE)


def notebook(folder: str) -> list[dict]:
    path = Path(__file__).parents[1] / folder / "10_bridge/10_bridge.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_ten_lines_reproduce_the_gradients_of_the_lessons(capsys: pytest.CaptureFixture) -> None:
    run(SOURCE)
    said = capsys.readouterr().out
    assert said.count("equal to 12 digits") == 8  # loss and four gradients of lesson 02, three of lesson 06
    assert said.count("equal to 8 digits") == 2  # two gradients of the student's operations, against differences
    assert "apart by" not in said
    assert "x.grad: 7, values on the tape: 5" in said
    assert "12 operations on the tape" in said


def test_engine_has_ten_lines() -> None:
    (engine,) = [cell for cell in cells(SOURCE) if "class Value" in cell]
    assert len([line for line in engine.splitlines() if line.strip()]) == 10


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("[g @ w.T, x.T @ g]", "[g @ w.T, x.T @ g / 2]", "dw1"),
        ("source.grad = source.grad + mine", "source.grad = mine", "dw1"),
        ("[g * -0.5 * v**-1.5]", "[g * -0.5 * v**-0.5]", "dx"),
        ("[mine.tanh_rule(g, x)]", "[mine.tanh_rule(g, x) ** 2]", "db"),
    ],
)
def test_slip_in_the_engine_is_shown(right: str, wrong: str, what: str, capsys: pytest.CaptureFixture) -> None:
    assert SOURCE.count(right) == 1
    run(SOURCE.replace(right, wrong))
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.strip().startswith(f"{what}:") and "apart by" in line]


def test_a_gradient_is_that_of_differences(names: dict) -> None:
    x = np.array([[0.3, -1.2], [2.0, 0.7]])

    def loss(x):
        value = names["Value"](x)
        total = names["total"](names["log"](names["add"](names["exp"](value), names["times"](value, value))))
        return value, names["times"](total, total)

    value, out = loss(x)
    out.backward()
    for at in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[at] = 1e-6
        slope = (loss(x + step)[1].data - loss(x - step)[1].data).item() / 2e-6
        assert value.grad[at] == pytest.approx(slope, rel=1e-6)


def test_predictions_say_what_the_cells_measure(names: dict) -> None:
    checks = names["checks"]
    assert "x.grad: 21," in names["parabola"](2)
    assert checks.predict_twice.options[checks.predict_twice.answer].startswith("21")
    assert names["gradient_check"]().data.startswith("The gradient check passes. The gradient is 3.4 % away")


def test_loop_lowers_the_loss_from_that_of_chance(names: dict) -> None:
    first, *_, last = names["your_losses"]
    assert first == pytest.approx(np.log(10), abs=0.2)
    assert last < 0.6 * first


def test_students_write_four_functions_in_at_most_30_cells() -> None:
    solution, released = notebook("solutions"), notebook("notebooks")
    assert len(solution) == len(released) <= MAX_CELLS
    answers = {cell["id"]: "".join(cell["source"]) for cell in released if cell["id"] in EXERCISES}
    assert list(answers) == EXERCISES
    assert all("raise NotImplementedError" in text and "Example:" in text for text in answers.values())
    assert not any(cell["metadata"].get("nbgrader", {}).get("grade") for cell in solution + released)


def test_nothing_that_needs_pytorch_is_stored() -> None:
    (cell,) = [cell for cell in notebook("solutions") if "import torch" in "".join(cell["source"])]
    assert cell["outputs"] == []


@pytest.mark.skipif(bool(find_spec("torch")), reason="with torch it shows more")
def test_without_pytorch_the_last_cell_shows_nothing(capsys: pytest.CaptureFixture) -> None:
    assert run(SOURCE)["torch"] is None
    assert "their losses" not in capsys.readouterr().out


@pytest.mark.skipif(not find_spec("torch"), reason="the course does not need torch; the weekly workflow installs it")
def test_with_pytorch_scores_and_ten_steps_of_adam_agree(capsys: pytest.CaptureFixture) -> None:
    names = run(SOURCE)
    assert capsys.readouterr().out.count("below 1e-6: True") == 2
    assert names["their_losses"] == pytest.approx(names["your_losses"], rel=1e-12)
