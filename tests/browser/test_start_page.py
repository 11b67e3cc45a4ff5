"""A newcomer's first minutes: mend the function on the start page, then follow the link to lesson 01."""

import pytest
from browser.lab import Lab
from PIL import Image

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FUNCTION, CHECK = 3, 4
TWICE_TOO_LARGE = """def numerical_gradient_centered(f, x, h=1e-5):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        dx[i] = (f(above) - f(below)) / h
    return dx"""


def test_the_first_mistake_is_named_and_mended_and_the_map_leads_on(lab: Lab) -> None:
    lab.open("index.ipynb")
    assert lab.outputs(1).locator("a").count() >= 1  # as committed, before anything is run
    lab.run(FUNCTION)
    assert "Likely mistake: you square x" in lab.run(CHECK)
    lab.type(FUNCTION, lab.source(FUNCTION).replace("x * x", "2 * x"))
    lab.run(FUNCTION)
    assert "Right" in lab.run(CHECK)
    lab.run(1)
    lab.outputs(1).locator("a").first.click()
    lab.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.context?.path === '01_optimization/01_optimization.ipynb'"
    )
    assert lab.errors == []


def test_picture_for_the_readme(lab: Lab) -> None:
    """Lesson 01 with a mistake named, as ``artefacts/lesson_01.png``; README shows a copy of it from ``docs/``."""
    lab.page.set_viewport_size({"width": 1060, "height": 1010})
    lab.open("01_optimization/01_optimization.ipynb")
    lab.command("application:toggle-left-area")
    lab.run(1)
    lab.type("numerical_gradient_centered", TWICE_TOO_LARGE)
    lab.run("numerical_gradient_centered")
    assert "Likely mistake" in lab.run("check_numerical_gradient_centered")
    exercise = lab.cell("numerical_gradient_centered")
    exercise.evaluate("cell => cell.previousElementSibling.scrollIntoView({block: 'start'})")
    path = lab.screenshot("lesson_01")
    Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)
    assert path.stat().st_size < 300_000
