"""A feedback page in Chromium without a network: it asks for nothing, draws its formulas, and its links work."""

from pathlib import Path

import pytest
from browser.accessibility import findings
from browser.lab import ARTEFACTS
from classroom.test_feedback import WRONG, answer, feedback_html, graded_cell, reflection
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Browser, Route

pytestmark = [pytest.mark.browser, pytest.mark.audit]


@pytest.mark.parametrize("width", [1100, 390])
def test_feedback_page_works_without_a_network(browser: Browser, tmp_path: Path, width: int) -> None:
    cells = [
        new_markdown_cell("# The lesson\n\nA slope is $\\frac{f(x+h)-f(x)}{h}$, and\n\n$$\\sum_{i=1}^{n} x_i^2$$"),
        answer("relative_error", "Compare with $\\epsilon$."),
        graded_cell("relative_error", 4.2, 6.0, WRONG),
        *(new_markdown_cell("More of the lesson.\n\n" * 20) for _ in range(3)),
        graded_cell("minibatches", 2.0, 10.0, WRONG | {"mistakes": ["stored order"]}),
        reflection("not given yet"),
    ]
    path = tmp_path / "feedback.html"
    path.write_text(feedback_html(cells, penalty=0.62, lateness="1 day late, at 10 % a day."))
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, asked = context.new_page(), list[str]()

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(lambda url: not url.startswith(("file:", "data:")), refuse)
    page.goto(path.as_uri())
    page.locator(".summary").wait_for()
    page.screenshot(path=ARTEFACTS / f"feedback-{width}.png")
    assert asked == []
    above, below = (page.locator(f"math mfrac > :nth-child({n})").first.bounding_box() for n in (1, 2))
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"] + 2  # the browser draws the fraction, and does not print its text
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".summary a", has_text="minibatches").first.click()
    place = page.locator("a[name=check_minibatches]").bounding_box()
    assert place
    assert 0 <= place["y"] < 900
    assert findings(page, ".summary") == []
    context.close()
