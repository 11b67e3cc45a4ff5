"""What a project that others can join needs is there, and the checklists name tests that exist."""

import json
import re
from pathlib import Path

import pytest
import yaml

from cs231n_lib.course.plan import NOTEBOOKS
from website import ROOT
from website.metadata import FILE, codemeta, course, script, written

PAGE = (ROOT / "docs/checklists.md").read_text(encoding="utf-8")
NEED = (ROOT / "docs/need.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (.+\?) \| (done|open) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`((?:tests|docs|benchmarks|\.ci)/[\w./]+|[A-Z][A-Z_-]+(?:\.md)?)(?:::(\w+))?`")


def missing(page: str) -> list[str]:
    """Files and tests that a page names and that are not there."""
    found = []
    for name, test in NAMED.findall(page):
        path = ROOT / name
        if not path.exists():
            found.append(name)
        elif test and f"def {test}(" not in path.read_text(encoding="utf-8"):
            found.append(f"{name}::{test}")
    return found


def test_checklists_name_files_and_tests_that_exist() -> None:
    assert len(NAMED.findall(PAGE)) > 25
    assert missing(PAGE) == []
    wrong = "`tests/test_kit.py::test_nothing`, `tests/test_none.py` and `LICENCE`"
    assert missing(wrong) == ["tests/test_kit.py::test_nothing", "tests/test_none.py", "LICENCE"]


def test_each_line_has_evidence_or_a_task_for_the_maintainers() -> None:
    rows = ROW.findall(PAGE)
    assert len(rows) == PAGE.count("\n| ") - 3  # without the three headings
    for question, state, evidence in rows:
        assert evidence.startswith("maintainers: ") == (state == "open"), question
        assert state == "open" or re.search(r"`.+`|\]\(", evidence), question


def test_statement_of_need_has_its_parts() -> None:
    headings = re.findall(r"^## (.+)$", NEED, re.MULTILINE)
    assert {"The problem", "What this course contributes", "What it does not contribute", "References"} <= set(headings)
    assert "The audience is" in NEED


def test_statement_of_need_counts_the_claims() -> None:
    coverage = (ROOT / "docs/coverage.md").read_text(encoding="utf-8")
    claims = set(re.findall(r"^\| (C\d\d) \|", coverage, re.MULTILINE))
    assert f"The course took {len(claims)} claims from" in NEED


def test_each_peer_is_cited() -> None:
    cited = re.findall(r"^\|.*?\[(\d+)\]", NEED, re.MULTILINE)
    listed = re.findall(r"^(\d+)\. .*\]\(https://", NEED.partition("## References")[2], re.MULTILINE)
    assert cited == listed
    assert len(cited) >= 5


@pytest.mark.parametrize("page", ["CODE_OF_CONDUCT.md", "SUPPORT.md"])
def test_contact_is_blank_or_an_address(page: str) -> None:
    (contact,) = re.findall(r"^Contact of the maintainers: (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.M)
    assert contact == "*not yet filled in*." or "@" in contact or "https://" in contact


def test_codemeta_is_made_from_the_project() -> None:
    assert (ROOT / FILE).read_text(encoding="utf-8") == written(), f"{FILE} is old: run python -m website.metadata"
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    found = json.loads(written())
    assert found["version"] == citation["version"]
    assert [author["name"] for author in found["author"]] == [author["name"] for author in citation["authors"]]
    assert "codeRepository" not in found


def test_addresses_and_people_are_described_once_there_are_any(tmp_path: Path) -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    address = '[project.urls]\nRepository = "https://code.test/course"\n\n[project.scripts]'
    (tmp_path / "pyproject.toml").write_text(project.replace("[project.scripts]", address))
    (tmp_path / "CITATION.cff").write_text(
        "title: A course\nauthors:\n  - given-names: A.\n    family-names: Person\n    orcid: https://orcid.org/0\n"
    )
    found = codemeta(tmp_path)
    assert found["codeRepository"] == "https://code.test/course"
    assert found["author"] == [
        {"@type": "Person", "givenName": "A.", "familyName": "Person", "@id": "https://orcid.org/0"}
    ]


def test_course_is_described_with_all_its_lessons() -> None:
    found = course()
    assert [(part["position"], part["name"]) for part in found["hasPart"]] == [(o.number, o.title) for o in NOTEBOOKS]
    assert all(
        part["timeRequired"] == f"PT{int(60 * o.hours)}M" for part, o in zip(found["hasPart"], NOTEBOOKS, strict=True)
    )
    text = script().removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(text) == found
    assert "</" not in text
