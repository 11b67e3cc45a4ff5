"""docs/sandbox.md states how many attacks of each class are tried, and these are the numbers of the tests."""

import re
from pathlib import Path

from checks import test_submitted_text
from checks.strange import KINDS
from classroom import corpora, test_faults, test_feedback_leaks, test_sandbox, test_system_calls, test_walls

from cs231n_lib.classroom.kernels.system_calls import MACHINES, Action, numbers

ROOT = Path(__file__).parents[2]
REFUSED_ARGUMENTS = [one for one in test_system_calls.ARGUMENTS if one[2] != Action.ALLOW]
INJECTIONS = (ROOT / "tests/fixtures/injections.txt").read_text().splitlines()
FILES_BY_ACCIDENT = 7
"""Accidents in `test_files_changed_by_other_programs_keep_full_points` besides those of the corpora."""

CLASSES = {
    "cells that break or attack the grader": len(corpora.CELLS),
    "cells that try to take protected data": len(corpora.TAKES),
    "functions that hang, crash or fork endlessly": len(corpora.FUNCTIONS) + 1,
    "files changed by programs and accidents": len(corpora.NOTEBOOKS) + len(corpora.FILES) + FILES_BY_ACCIDENT,
    "files that nobody can read": len(corpora.UNREADABLE),
    "attacks combined with wrong answers": len(corpora.ATTACKS) + len(corpora.FORGED_FILES),
    "attacks on the protocol": len(corpora.PROTOCOL),
    "a published solution under another name": len(corpora.BORROWED),
    "values of unusual types": len(KINDS),
    "programs that leave the sandbox or its limits": len(test_sandbox.FORBIDDEN) + len(test_sandbox.WRITES) + 1,
    "system calls": len(numbers(" ".join(test_system_calls.REFUSED.split()), MACHINES["x86_64"])),
    "system calls with forbidden arguments": len(REFUSED_ARGUMENTS) + 1,
    "a wall that is missing": len(test_walls.BREAKS) + 1,
    "HTML and Markdown that run, send or load": len(INJECTIONS),
    "HTML that covers or imitates a report": len(corpora.COVERS),
    "outputs that show the cases of a check": len(test_feedback_leaks.BELOW) + 2,
    "replies that make a report show the cases of a check": len(test_submitted_text.LIES) + 3,
    "faults of the course and of the machine": len(test_faults.DAMAGES) + len(test_faults.FULL) + 9,
}


def test_table_of_attacks_has_the_numbers_of_the_tests() -> None:
    text = (ROOT / "docs/sandbox.md").read_text()
    rows = dict(re.findall(r"^\| ([^|]+?) \| (\d+) \|", text, re.MULTILINE))
    assert {name: int(number) for name, number in rows.items()} == CLASSES
    total = re.search(r"These are (\d+) attacks and accidents in (\d+) classes", text)
    assert total is not None
    assert [int(part) for part in total.groups()] == [sum(CLASSES.values()), len(CLASSES)]
    assert sum(CLASSES.values()) >= 150
    assert len(CLASSES) >= 15
