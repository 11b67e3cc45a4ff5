"""Each column of a table has a name: a screen reader says it before every cell, and axe asks for it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = ("*.md", "benchmarks/*.md", "docs/**/*.md", "website/*.md", "cs231n_lib/**/*.md", "solutions/**/*.py")
PAGES = [path for pattern in TEXTS for path in sorted(ROOT.glob(pattern))]
TABLE = re.compile(r"^(?:# )?\|(?P<names>.*)\|\n(?:# )?\|(?: *:?-+:? *\|)+$", re.MULTILINE)


def heads(text: str) -> list[str]:
    """The line of names of each table, in Markdown or in a lesson's text."""
    return [table["names"] for table in TABLE.finditer(text)]


def unnamed(text: str) -> list[str]:
    """The heads that leave a column without a name."""
    return [names for names in heads(text) if not all(name.strip() for name in re.split(r"(?<!\\)\|", names))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_column_of_a_table_has_a_name(page: Path) -> None:
    assert unnamed(page.read_text(encoding="utf-8")) == []


def test_tables_are_found() -> None:
    assert sum(len(heads(page.read_text(encoding="utf-8"))) for page in PAGES) > 40


@pytest.mark.parametrize("before", ["", "# "])
def test_a_column_without_a_name_is_found(before: str) -> None:
    for names, good in ((" | rate ", False), (" rate | ", False), (r" a \| b | rate ", True)):
        table = f"{before}|{names}|\n{before}|---|:-:|\n{before}| | 3 |\n"
        assert (unnamed(table) == []) is good
