"""A student's own functions at work: half of lesson 01 answered, its milestone, the score sheet, the next lesson."""

import shutil
from collections.abc import Iterator

import nbformat
import pytest
from browser.answers import DIVIDED_BY_H
from browser.lab import REPOSITORY, Lab
from nbformat.v4 import new_code_cell

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "01_optimization/01_optimization.ipynb"
RIGHT = ("numerical_gradient", "relative_error", "least_squares_loss", "minibatches", "gradient_noise",
         "train_softmax_classifier")  # fmt: skip
WRONG = {
    "numerical_gradient_centered": DIVIDED_BY_H,
    "gradient_descent": "def gradient_descent(gradient, w, lr, steps):\n    return w, [w]",
}
NEXT_LESSON = "02_backpropagation/next.ipynb"
NEXT = """from cs231n_lib.course import mine
run = mine.run()
run.relative_error, run.gradient_descent, run.affine_forward
print(run.says)"""


def solutions() -> dict[str, str]:
    """The right answers of lesson 01, as the build wrote them."""
    notebook = nbformat.read(REPOSITORY / "solutions" / LESSON, as_version=4)
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata}


@pytest.fixture
def course(lab: Lab) -> Iterator[Lab]:
    """The course as released, which later tests find so again."""
    written = lab.root / "score_sheet.json", lab.root / NEXT_LESSON
    shutil.copy(REPOSITORY / "notebooks" / LESSON, lab.root / LESSON)
    yield lab
    shutil.copy(REPOSITORY / "notebooks" / LESSON, lab.root / LESSON)
    for path in written:
        path.unlink(missing_ok=True)


def test_what_a_student_wrote_trains_and_its_score_is_on_the_sheet(course: Lab) -> None:
    lab = course
    lab.page.set_viewport_size({"width": 1280, "height": 1200})
    lab.open(LESSON)
    lab.run(1)
    milestone = lab.find("milestones.run(1, use=mine)")
    shown = lab.run(milestone)
    assert "Running on the library's functions" in shown
    assert "nothing was written on it" in shown
    right = solutions()
    for name in RIGHT:
        assert "✓ Right" in lab.answer(name, right[name])
    for name, source in WRONG.items():
        assert "Right ·" not in lab.answer(name, source)
    assert "`gradient_descent`" not in lab.run(lab.find("explorables.descent("))  # marked up, not as typed
    assert "gradient_descent is the library's until yours passes" in lab.output(lab.find("explorables.descent("))
    shown = lab.run(milestone)
    assert "Running on your train_softmax_classifier. It is on the score sheet of the start page." in shown
    for theme in ("light", "dark"):
        lab.theme(theme)
        lab.cell(milestone).scroll_into_view_if_needed()
        lab.screenshot(f"milestone-{theme}", lab.cell(milestone))
    lab.run(lab.find("digits = datasets.load_digits()"))
    dashboard = lab.find("experiments.same_numbers(mine, digits)")
    shown = lab.run(dashboard)
    assert "Over 20 steps train_softmax_classifier and the fast network give the same numbers" in shown
    lab.save()
    lab.open("index.ipynb")
    sheet = lab.find("ScoreSheet()")
    assert "81.7 %" in lab.run(sheet)
    for theme in ("light", "dark"):
        lab.theme(theme)
        lab.screenshot(f"score-sheet-{theme}", lab.cell(sheet))
    lab.write(NEXT_LESSON, [new_code_cell(NEXT)])
    lab.open(NEXT_LESSON)
    shown = lab.run(0)
    assert "Running on **your** `relative_error`; `gradient_descent` is the library's because the answer in" in shown
    assert "`affine_forward` is the library's until yours passes" in shown
    assert lab.errors == []
