"""What surrounds a lesson's exercises: its warm-up, by keyboard alone; one way to write it; the PyTorch table."""

import pytest
from browser.lab import Lab
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "03_activations/03_activations.ipynb"

LEAKY = """def leaky_relu(x, dout, alpha=0.01):
    slope = np.where(x > 0, 1.0, alpha)
    return slope * x, slope * dout"""


def pictures(lesson: Lab, name: str, cell: int | str) -> None:
    for theme in ("dark", "light"):
        lesson.theme(theme)
        lesson.cell(cell).scroll_into_view_if_needed()
        lesson.screenshot(f"{name}-{theme}", lesson.cell(cell))


def press_button(lesson: Lab, cell: int) -> None:
    """Go on to the first question's button by Tab, and press it by key."""
    button = lesson.cell(cell).get_by_role("button", name="Check my answer").first
    for _ in range(3):  # whether other options are stops on the way is ipywidgets' choice
        if not button.evaluate("button => button === document.activeElement"):
            lesson.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    lesson.page.keyboard.press("Space")


def test_warm_up_can_be_answered_by_keyboard_with_retries(lesson: Lab) -> None:
    cell = lesson.find("checks.warm_up()")
    lesson.run(cell)
    shown, press = lesson.cell(cell), lesson.page.keyboard.press
    shown.get_by_role("radio").nth(1).focus()
    press("Space")
    press_button(lesson, cell)
    expect(shown.get_by_role("alert")).to_contain_text("✗ Not yet. This product has the shape of x, (N, D)")
    pictures(lesson, "warm-up-wrong", cell)
    shown.get_by_role("radio").first.focus()
    press("Space")
    press_button(lesson, cell)
    expect(shown.get_by_role("status").first).to_contain_text("✓ a: x.T @ dout.")
    press("Tab")  # the question is gone, and the next one's field is where Tab goes
    lesson.page.keyboard.type("-6")
    press_button(lesson, cell)
    expect(shown.get_by_role("alert")).to_contain_text("Gradients multiply along a path.")
    for key in ("Shift+Tab", "ControlOrMeta+a"):
        press(key)
    lesson.page.keyboard.type("-1")
    press_button(lesson, cell)
    expect(shown.get_by_role("status").nth(1)).to_contain_text("✓ −1.")
    pictures(lesson, "warm-up-right", cell)
    assert lesson.errors == []


def test_model_answer_unfolds_only_after_full_marks(lesson: Lab) -> None:
    assert "One way to write it" not in lesson.answer("leaky_relu", LEAKY.replace("1.0, alpha", "1.0, 0.01"))
    assert "One way to write it" in lesson.answer("leaky_relu", LEAKY)
    check = lesson.cell("check_leaky_relu")
    assert not check.locator("pre", has_text="def leaky_relu").is_visible()
    check.get_by_text("One way to write it").click()
    assert "def leaky_relu(x, dout, alpha=0.01):\n    slope" in check.locator("pre", has_text="def").inner_text()
    pictures(lesson, "one-way", "check_leaky_relu")


def test_the_pytorch_table_unfolds(lesson: Lab) -> None:
    cell = lesson.find("<strong>PyTorch equivalents</strong>")
    lesson.cell(cell).scroll_into_view_if_needed()
    table = lesson.cell(cell).locator("table")
    assert not table.is_visible()
    lesson.cell(cell).locator("summary").click()
    assert table.is_visible()
    assert table.locator("tr").count() == 8
    pictures(lesson, "pytorch", cell)
