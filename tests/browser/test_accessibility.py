"""axe finds nothing in what the course wrote: every lesson as it is solved, and the start page, in light and dark."""

import shutil

import pytest
from browser.accessibility import OURS, findings
from browser.lab import REPOSITORY, Lab

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSONS = sorted(path.name for path in REPOSITORY.glob("solutions/[0-9][0-9]_*"))
AUDITED = ("00_primer", "03_activations", "08_update_rules")
"""Lessons that the audit looks at. The weekly run looks at all."""


@pytest.mark.parametrize(
    "folder", [one if one in AUDITED else pytest.param(one, marks=pytest.mark.seeds) for one in LESSONS]
)
def test_axe_finds_nothing_in_a_lesson(lab: Lab, folder: str) -> None:
    name = f"{folder}.ipynb"
    shutil.copy(REPOSITORY / "solutions" / folder / name, lab.root / name)
    lab.open(name)
    lab.run_all()
    found = {}
    for theme in ("light", "dark"):
        lab.theme(theme)
        found[theme] = findings(lab.page, *OURS)
    (lab.root / name).unlink()
    assert found == {"light": [], "dark": []}


def test_axe_finds_nothing_on_the_start_page(lab: Lab) -> None:
    lab.open("index.ipynb")
    lab.run(1)
    found = {}
    for theme in ("light", "dark"):
        lab.theme(theme)
        found[theme] = findings(lab.page, *OURS)
    assert found == {"light": [], "dark": []}
