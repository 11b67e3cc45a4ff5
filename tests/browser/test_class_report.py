"""The report on a class in Chromium: it loads nothing, fits a phone, and is legible light and dark."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from browser.lab import ARTEFACTS
from playwright.sync_api import Browser

from cs231n_lib.checks import Bonus
from cs231n_lib.checks.run.flaws import Trouble
from cs231n_lib.classroom.report.graded_class import GradedClass, Part, PartResult
from cs231n_lib.classroom.report.grades import LessonSummary
from cs231n_lib.classroom.report.page import page as report
from cs231n_lib.course.plan import exercises_of
from cs231n_lib.lessons.optimization import checks

pytestmark = [pytest.mark.browser, pytest.mark.audit]


def made_up_class(students: int) -> GradedClass:
    rng = np.random.default_rng(3)
    parts = [Part(name, e.points, e) for name, e in exercises_of(checks).items() if not isinstance(e, Bonus)]

    def mark(part: Part, ability: float) -> PartResult:
        if rng.random() < ability:
            return PartResult(part.out_of)
        names = list(part.explanations)
        return PartResult(
            0.0,
            headline="Not right yet",
            mistakes=(names[int(rng.integers(len(names)))],),
            places=((int(rng.integers(3, 6)), "(f(x + h) - f(x)) / h * np.ones_like(x) + some_long_name"),),
            trouble=str(rng.choice(["", "", "", *list(Trouble)[1:]])),
        )

    marks = {
        f"id-{i}": {part.name: mark(part, a) for part in parts} for i, a in enumerate(rng.uniform(0.2, 1, students))
    }
    return GradedClass(
        "01_optimization",
        tuple(parts),
        marks,
        absent=2,
        ungraded=Counter({"the file ends in the middle": 1, "it is empty": 1}),
        limited=1,
        died=2,
        unsafe=3,
        progress=(
            LessonSummary("01_optimization", students, 0.7),
            LessonSummary("02_backpropagation", students - 4, 0.6),
        ),
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_class_report_hides_no_text_in_the_browser(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_text(report(made_up_class(30)), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.screenshot(path=ARTEFACTS / f"class_report_{scheme}_{width}.png", full_page=True)
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert not said
    # Tables may scroll in their own frames; the page itself never sideways.
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for told in (
        "30 of 32 submissions are graded.",
        "ran without a sandbox",
        "Time-outs and crashes",
        "Over the lessons",
    ):
        assert page.get_by_text(told).first.is_visible()
    hidden = page.evaluate(
        "[...document.querySelectorAll('td, th, p, li, dd, dt')].filter(e => e.closest('details:not([open])') === null"
        " && e.textContent.trim() && getComputedStyle(e).display !== 'none'"
        " && e.getBoundingClientRect().width === 0 && !e.closest('.words thead')).map(e => e.textContent)"
    )
    assert hidden == []
    page.close()
