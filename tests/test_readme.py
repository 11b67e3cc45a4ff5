"""The README's examples run, its lessons are those of the course, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from cs231n_lib.course.plan import LESSONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SAYS = ("Likely mistake: the denominator", "gradient check passed, 15 entries", "190 steps, training loss")
PAGES = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("number", range(len(SAYS)))
def test_examples_run_and_say_what_they_are_for(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(EXAMPLES) == len(SAYS)
    exec(EXAMPLES[number], {"__name__": "example"})
    assert SAYS[number] in capsys.readouterr().out


def test_lessons_and_which_of_them_are_ready() -> None:
    rows = re.findall(r"^\| (\d\d) \| ([\w ]+?) \| .+ \| ([\w ]+) \|$", README, re.MULTILINE)
    ready = {True: "ready", False: "being written"}
    there = [(ROOT / "notebooks" / lesson.folder / f"{lesson.folder}.ipynb").exists() for lesson in LESSONS]
    assert rows == [
        (f"{lesson.number:02d}", lesson.title, ready[has]) for lesson, has in zip(LESSONS, there, strict=True)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []
