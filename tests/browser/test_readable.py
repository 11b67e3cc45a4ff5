"""Reports, captions and controls can be read on any ground, and zooming in makes no picture's words smaller."""

import pytest
from browser.accessibility import findings
from browser.lab import ARTEFACTS, REPOSITORY, Lab, explorable_cell
from browser.test_keys import DASHBOARD, PREDICTION
from nbformat.v4 import new_code_cell
from playwright.sync_api import Browser, expect

from cs231n_lib.checks import Result, Row
from cs231n_lib.checks.locate.place import Place
from cs231n_lib.checks.run.flaws import Refusal, RefusedAnswer
from cs231n_lib.course.map import CourseMap
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.prediction import Prediction, folded_answer
from cs231n_lib.widgets.style import paper

pytestmark = [pytest.mark.browser, pytest.mark.audit]

VSCODE_DARK = """
    --vscode-foreground: #cccccc; --vscode-descriptionForeground: #9d9d9d; --vscode-editor-background: #1f1f1f;
    --vscode-panel-border: #2b2b2b; --vscode-textLink-foreground: #4daafc;"""
"""VS Code's theme "Dark Modern"."""
JUPYTER_LIGHT = """
    --jp-ui-font-color1: rgba(0, 0, 0, 0.87); --jp-ui-font-color2: rgba(0, 0, 0, 0.54);
    --jp-layout-color0: white; --jp-layout-color1: white;"""
GROUNDS = {
    "no variables": "",
    "no variables, dark": ":root { color-scheme: dark; background: Canvas; color: CanvasText; }",
    "no variables, dark without saying so": "body { background: #1e1e1e; color: #d4d4d4; }",
    "light": f":root {{ {JUPYTER_LIGHT} }}",
    "vscode": f":root {{ {VSCODE_DARK} }} body {{ background: #1f1f1f; color: #ccc; }}",
    "vscode, with the variables of ipywidgets": f"""
        :root {{ {VSCODE_DARK} {JUPYTER_LIGHT} }} body {{ background: #1f1f1f; color: #ccc; }}""",
}


WRONG = Result(
    "relu",
    5,
    10,
    (Row("Shape", True, 5, 5), Row("Means", False, 5, 0, "the `sign` is flipped", "expected 3, got -3")),
    mistakes=(("sign", "You forget a `-`."),),
    notes=("A **note**",),
    places=(Place(2, "return x * y", "x", "step 2", "0.9", "1.9"),),
)


@pytest.fixture(scope="module")
def shown() -> str:
    """One of each thing that the course writes as HTML."""
    figure, (ax,) = paper(6, 3)
    ax.plot([0, 1], [0, 1])
    question = Prediction("Which `x`?", {"a": "this", "b": "that"}, "a", "Because.")
    parts = [
        Result("relu", 10, 10, (Row("Means", True, 10, 10),))._repr_html_(),
        Result("relu", 0, 10, problem=RefusedAnswer(Refusal.NOT_STARTED))._repr_html_(),
        WRONG._repr_html_(),
        Picture(figure, "A line.")._html(),
        question.verdict("b"),
        folded_answer("Predict: ", question.question, question.options, question.because),
        CourseMap(REPOSITORY / "notebooks")._repr_mimebundle_()["text/html"],
    ]
    return "".join(f"<div>{part}</div>" for part in parts).replace("<details", "<details open")


@pytest.mark.parametrize("ground", GROUNDS)
def test_html_output_is_legible_on_any_background(browser: Browser, shown: str, ground: str) -> None:
    page = browser.new_page()
    page.set_content(f"<html lang=en><title>x</title><style>{GROUNDS[ground]}</style><main>{shown}</main></html>")
    page.screenshot(path=ARTEFACTS / f"ground-{ground.replace(', ', '-').replace(' ', '-')}.png", full_page=True)
    assert findings(page, "main", rule="color-contrast") == []
    page.close()


NO_VARIABLES = """() => {
    const names = new Set();
    for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) for (const name of rule.style ?? [])
        if (name.startsWith("--jp-")) names.add(name);
    const style = document.createElement("style");
    const unset = [...names].map(name => `${name}: initial !important;`).join(" ");
    style.textContent = `.jp-OutputArea-output * { ${unset} }`;
    document.head.append(style);
    return names.size;
}"""


def test_controls_can_be_read_in_every_theme(lab: Lab) -> None:
    lab.write("readable.ipynb", [explorable_cell("outlier"), new_code_cell(PREDICTION), new_code_cell(DASHBOARD)])
    lab.open("readable.ipynb")
    page = lab.page
    lab.run(0)
    lab.run(1)
    lab.start(2)
    expect(page.locator(".cs-live .cs-status")).to_contain_text("steps/s", timeout=30_000)
    page.locator(".cs-live").get_by_role("button", name="validation").click()
    page.locator(".cs-live").get_by_role("button", name="Log scale").click()
    found = {}
    for theme in ("light", "dark"):
        lab.theme(theme)
        lab.screenshot(f"readable-{theme}")
        found[theme] = findings(page, ".cs-box", ".cs-live", rule="color-contrast")
    lab.theme("light")
    # VS Code lays a white paper under widgets, and ipywidgets brings the variables of a light JupyterLab.
    page.add_style_tag(content=f":root {{ {VSCODE_DARK} }} .jp-OutputArea-output {{ background: white !important; }}")
    lab.screenshot("readable-vscode")
    found["vscode"] = findings(page, ".cs-box", ".cs-live", rule="color-contrast")
    page.evaluate("() => document.head.lastElementChild.remove()")
    assert page.evaluate(NO_VARIABLES) > 200
    lab.screenshot("readable-no-variables")
    found["no variables"] = findings(page, ".cs-box", ".cs-live", rule="color-contrast")
    assert found == {ground: [] for ground in found}


def test_zooming_in_makes_no_figure_text_smaller(lab: Lab) -> None:
    picture = "from cs231n_lib.lessons.backpropagation import pictures\npictures.robustness()"
    lab.write("zoomed.ipynb", [explorable_cell("outlier"), new_code_cell(picture)])
    lab.open("zoomed.ipynb")
    lab.run(0)
    lab.run(1)
    pictures = lab.page.locator(".jp-OutputArea-output img")
    before = pictures.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert len(before) == 2
    lab.page.set_viewport_size({"width": 640, "height": 450})  # what is left of 1280 × 900 at 200 %
    lab.page.wait_for_timeout(500)
    after = pictures.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    lab.screenshot("zoomed")
    assert all(2 * now >= then for now, then in zip(after, before, strict=True)), (before, after)
