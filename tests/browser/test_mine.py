"""A student's own functions at work: half of a lesson answered, its milestone, the score sheet, the next lesson."""

import shutil
from collections.abc import Iterator

import nbformat
import pytest
from browser.answers import DIVIDED_BY_H
from browser.lab import REPOSITORY, Lab
from nbformat.v4 import new_code_cell

pytestmark = [pytest.mark.browser, pytest.mark.audit]

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


LATER = ("02_backpropagation/02_backpropagation.ipynb", "03_activations/03_activations.ipynb")
RIGHT_LATER = {
    LATER[0]: (
        "sigmoid_graph",
        "affine_forward",
        "affine_backward",
        "softmax_cross_entropy",
        "two_layer_loss",
        "l2_loss",
    ),
    LATER[1]: ("sigmoid_forward", "sigmoid_backward", "relu_forward", "relu_backward", "leaky_relu"),
}
WRONG_LATER = {
    LATER[0]: {
        "l1_loss": "def l1_loss(scores, y):\n    return np.mean(np.abs(scores - y)), np.sign(scores - y)",
        "swish_backward": "def swish_backward(dout, cache):\n    x, s = cache\n    return dout * s",
    },
    LATER[1]: {
        "tanh_from_sigmoid": "def tanh_from_sigmoid(x, sigmoid):\n    return 2 * sigmoid(x) - 1",
        "dead_fraction": "def dead_fraction(x, w, b):\n    return np.mean(x @ w + b <= 0)",
    },
}


def solutions(lesson: str = LESSON) -> dict[str, str]:
    """The right answers of a lesson, as the build wrote them."""
    notebook = nbformat.read(REPOSITORY / "solutions" / lesson, as_version=4)
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata}


@pytest.fixture
def course(lab: Lab) -> Iterator[Lab]:
    """The course as released, which later tests find so again."""
    written, released = (lab.root / "score_sheet.json", lab.root / NEXT_LESSON), (LESSON, *LATER)
    for lesson in released:
        shutil.copy(REPOSITORY / "notebooks" / lesson, lab.root / lesson)
    yield lab
    for lesson in released:
        shutil.copy(REPOSITORY / "notebooks" / lesson, lab.root / lesson)
    for path in written:
        path.unlink(missing_ok=True)


def test_student_functions_train_and_their_score_is_recorded(course: Lab) -> None:
    lab = course
    lab.page.set_viewport_size({"width": 1280, "height": 1200})
    lab.open(LESSON)
    lab.run(1)
    milestone = lab.find("milestones.run(1, use=mine)")
    shown = lab.run(milestone)
    assert "Running on the library's functions" in shown
    assert "The score sheet is unchanged" in shown
    right = solutions()
    for name in RIGHT:
        assert "✓ Right" in lab.answer(name, right[name])
    for name, source in WRONG.items():
        assert "Right ·" not in lab.answer(name, source)
    assert "`gradient_descent`" not in lab.run(lab.find("explorables.descent("))  # marked up, not as typed
    assert "gradient_descent is the library's until yours passes" in lab.output(lab.find("explorables.descent("))
    shown = lab.run(milestone)
    assert "Running on your train_softmax_classifier. The accuracy is on the score sheet of the start page." in shown
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
    assert "Running on **your** `relative_error`. `gradient_descent` is the library's because the answer in" in shown
    assert "`affine_forward` is the library's until yours passes" in shown
    assert lab.errors == []


@pytest.mark.audit
def test_lesson_trains_with_functions_saved_in_earlier_lessons(course: Lab) -> None:
    lab, sheet = course, {}
    lab.page.set_viewport_size({"width": 1280, "height": 1200})
    for number, lesson in enumerate(LATER, start=2):
        lab.open(lesson)
        lab.restart()
        lab.run(1)
        right = solutions(lesson)
        for name in RIGHT_LATER[lesson]:
            assert "✓ Right" in lab.answer(name, right[name])
        for name, source in WRONG_LATER[lesson].items():
            assert "Right ·" not in lab.answer(name, source)
        milestone = lab.find(f"milestones.run({number}, use=mine)")
        sheet[number] = lab.run(milestone, timeout=180)
        assert "The accuracy is on the score sheet of the start page." in sheet[number]
        for theme in ("light", "dark"):
            lab.theme(theme)
            lab.screenshot(f"milestone-{number:02d}-{theme}", lab.cell(milestone))
        lab.save()
    assert (
        "Running on your two_layer_loss, affine_forward, softmax_cross_entropy and affine_backward. minibatches is"
        in sheet[2]
    )
    assert (
        "Running on your affine_forward, leaky_relu, softmax_cross_entropy and affine_backward. minibatches is"
        in sheet[3]
    )
    same = lab.run(lab.find("experiments.same_numbers("), timeout=180)
    assert "Over 20 steps the network of your functions, once with each activation, and the fast network give" in same
    lab.open("index.ipynb")
    cell = lab.find("ScoreSheet()")
    shown = lab.run(cell)
    lab.screenshot("score-sheet-three-lessons", lab.cell(cell))
    assert all(told.split("Your network classifies ")[1].split(" of")[0] in shown for told in sheet.values())
    assert lab.errors == []
