"""The README's examples run, its lessons are those of the course, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from cs231n_lib.course.overview.readme import BEGIN, BEGIN_LINKS, END, END_LINKS, lessons_list, links, wheel, written
from cs231n_lib.course.plan import NOTEBOOKS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
LIBRARY = (ROOT / "docs/library.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```", LIBRARY, re.MULTILINE | re.DOTALL)
SAYS = ("gradient check passed, 15 entries", "190 steps, training loss", "20 trials")
PAGES = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("number", range(len(SAYS)))
def test_examples_run_and_say_what_they_are_for(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(EXAMPLES) == len(SAYS)
    exec(EXAMPLES[number], {"__name__": "example"})
    assert SAYS[number] in capsys.readouterr().out


def test_readme_stays_short() -> None:
    beside_lessons = README.partition(BEGIN)[0] + README.partition(END)[2]
    assert len(beside_lessons.splitlines()) <= 40
    assert len(beside_lessons.split()) <= 260


def test_readme_names_the_commands_of_ci() -> None:
    commands = re.findall(r"^make [a-z-]+", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert len(commands) >= 3
    assert [command for command in commands if f"`{command}`" not in README] == []


def test_readme_points_to_the_browser_the_kit_and_the_reference() -> None:
    pages = ("docs/where-it-runs.md#in-a-browser", "docs/teaching/README.md", "docs/library.md#reference")
    assert [page for page in pages if f"]({page})" not in README] == []


def test_the_list_of_lessons_is_that_of_the_plan() -> None:
    assert written(ROOT) == README
    found = re.findall(r"^\[(\d\d) ([\w ]+)\]\((\S+) \".+\"\)( \(optional\))?(?: ·)?$", README, re.MULTILINE)
    there = [(one.title, f"notebooks/{one.folder}/{one.folder}.ipynb", one.graded) for one in NOTEBOOKS]
    assert [(title, path, not optional) for _, title, path, optional in found] == there
    assert [int(number) for number, *_ in found] == [one.number for one in NOTEBOOKS]


def test_a_lesson_that_is_not_there_yet_is_named_without_a_link(tmp_path: Path) -> None:
    assert "02 Backpropagation (being written)" in lessons_list(tmp_path)


def test_readme_without_a_place_for_the_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(README.replace(BEGIN, ""))
    with pytest.raises(ValueError, match="Add these two lines"):
        written(tmp_path)


def project(folder: Path, urls: str) -> Path:
    about = (ROOT / "pyproject.toml").read_text()
    assert "[project.scripts]" in about
    (folder / "pyproject.toml").write_text(about.replace("[project.scripts]", f"{urls}\n[project.scripts]"))
    (folder / "README.md").write_text(README)
    return folder


def test_readme_links_come_from_one_setting(tmp_path: Path) -> None:
    assert f"{BEGIN_LINKS}\n{END_LINKS}" in written(project(tmp_path, ""))
    setting = '[project.urls]\nRepository = "https://github.com/someone/course"\nDocumentation = "https://course.test"'
    there = links(project(tmp_path, setting))
    assert "https://mybinder.org/v2/gh/someone/course/HEAD?urlpath=lab/tree/work/index.ipynb" in there
    assert "(https://codespaces.new/someone/course)" in there
    assert "(https://course.test)" in there
    text = written(tmp_path)
    assert f"{BEGIN_LINKS}\n{there}{END_LINKS}" in text
    (tmp_path / "README.md").write_text(text)
    assert written(tmp_path) == text
    assert re.fullmatch(
        r"https://github\.com/someone/course/releases/download/v([\d.]+)/cs231n_lib-\1-py3-none-any\.whl",
        wheel(tmp_path),
    )
    assert re.fullmatch(r"cs231n_lib-[\d.]+-py3-none-any\.whl", wheel(ROOT))
    assert "binder" not in links(project(tmp_path, '[project.urls]\nRepository = "https://elsewhere.test/a/b"'))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?(?: \"[^\"]*\")?\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []
