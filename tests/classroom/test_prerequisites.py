"""Each prerequisite in the box of a lesson is a link to an existing section of the primer."""

import re
from pathlib import Path

import pytest

from cs231n_lib.classroom.release.prerequisites import SECTIONS, prerequisite_links
from cs231n_lib.course.plan import LESSONS, PRIMER, Lesson, Prerequisite

SOLUTIONS = Path(__file__).parents[2] / "solutions"
LINK = re.compile(r"\[([^]]+)\]\(\.\./(.+?)#(.+?)\)")


def anchors(page: Path) -> set[str]:
    """Anchors that JupyterLab gives the headings of a lesson's text."""
    headings = re.findall(r"^# #+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {heading.replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_links_lead_to_headings_of_the_primer(lesson: Lesson) -> None:
    links = LINK.findall(prerequisite_links(lesson))
    assert [topic for topic, _, _ in links] == [str(one) for one in lesson.needs]
    assert links
    for _, page, anchor in links:
        assert page == f"{PRIMER.folder}/{PRIMER.folder}.ipynb"
        assert anchor in anchors((SOLUTIONS / page).with_suffix(".py"))


def test_every_prerequisite_has_its_own_section() -> None:
    assert set(SECTIONS) == set(Prerequisite)
    assert len(set(SECTIONS.values())) == len(SECTIONS)
