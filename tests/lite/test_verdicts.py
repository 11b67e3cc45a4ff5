"""The checks judge students' answers in Pyodide as in this Python: equal points, names of mistakes and places."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from machine import ROOT, lacking

from website import LITE

TESTS = ROOT / "tests"
sys.path.append(str(TESTS / "checks"))  # the script that reads the answers imports nothing of the tests

from lite.verdicts import chosen, different, verdicts  # noqa: E402  (found by the line above)

FEW, MANY = ("unseen_fourth",), ("answers", "unseen_third", "unseen_fourth")
"""Folders in ``tests/fixtures``. The first has answers to all nine lessons."""
ALL = [TESTS / "fixtures" / folder for folder in MANY]
LESSONS = sorted(path.stem for path in ALL[-1].glob("*.py"))
pytestmark = [pytest.mark.audit, pytest.mark.slow]


def here(folders: tuple[str, ...], every: int) -> list[dict[str, Any]]:
    return verdicts(chosen([TESTS / "fixtures" / folder for folder in folders], every))


def in_pyodide(
    pyodide: Path, site: Path, folders: tuple[str, ...], every: int, seconds: float, lesson: str = "*"
) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if not node:
        lacking("no Node. To try this, install it (Debian: apt-get install nodejs)")
    script = [
        node,
        TESTS / "lite/verdicts.mjs",
        pyodide / "pyodide/pyodide.mjs",
        site / LITE,
        TESTS,
        str(every),
        lesson,
    ]
    paths = [f"fixtures/{folder}" for folder in folders]
    done = subprocess.run([*script, *paths], capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_thirty_answers_have_equal_verdicts(pyodide: Path, offline_site: Path) -> None:
    ours = here(FEW, every=2)
    assert len(ours) >= 30
    assert len({one["answer"][:2] for one in ours}) == 9
    assert min(sum(bool(one.get(part)) for one in ours) for part in ("names", "places")) >= 5
    assert different(ours, in_pyodide(pyodide, offline_site, FEW, 2, seconds=240)) == []


def test_answers_of_the_weekly_run_are_many() -> None:
    answers = chosen(ALL)
    assert {answer.file for answer in answers} == set(LESSONS)
    assert sum(answer.verdict == "wrong" for answer in answers) >= 400
    assert sum(answer.verdict == "right" for answer in answers) >= 150


@pytest.mark.seeds
@pytest.mark.parametrize("lesson", LESSONS)
def test_all_answers_have_equal_verdicts(pyodide: Path, offline_site: Path, lesson: str) -> None:
    ours = verdicts(chosen(ALL, lesson=lesson))
    assert len(ours) >= 40
    assert different(ours, in_pyodide(pyodide, offline_site, MANY, 1, seconds=3600, lesson=lesson)) == []
