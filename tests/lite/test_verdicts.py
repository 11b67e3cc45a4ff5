"""The checks judge students' answers in Pyodide as in this Python: equal points, names of mistakes and places.

By default Pyodide is the one that needs no network. With the folder of a published site in ``CS231N_SITE``, and the
folder of npm's package ``pyodide`` in ``CS231N_NODE_PYODIDE``, it is the one that the site names.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from machine import ROOT, lacking

from website import LITE

TESTS = ROOT / "tests"
sys.path.append(str(TESTS / "checks"))  # the script that reads the answers imports nothing of the tests

from lite.verdicts import chosen, different  # noqa: E402  (found by the line above)

FEW, MANY = ("unseen_fourth",), ("answers", "unseen_third", "unseen_fourth")
"""Folders in ``tests/fixtures``. The first has answers to all nine lessons."""
ALL = [TESTS / "fixtures" / folder for folder in MANY]
LESSONS = sorted(path.stem for path in ALL[-1].glob("*.py"))
pytestmark = [pytest.mark.audit, pytest.mark.slow]


def run(*command: str | Path, seconds: float) -> list[dict[str, Any]]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


class Sample(NamedTuple):
    """Every n-th answer in folders of the fixtures, or those with some titles, and the seconds for all of them."""

    folders: tuple[str, ...]
    every: int
    seconds: float
    lesson: str = "*"
    only: tuple[str, ...] = ()

    @property
    def arguments(self) -> list[str]:
        return [str(self.every), self.lesson, json.dumps(self.only), *(f"fixtures/{one}" for one in self.folders)]


def here(sample: Sample) -> list[dict[str, Any]]:
    return run(sys.executable, TESTS / "lite/patient.py", *sample.arguments, seconds=sample.seconds)


class Pyodide(NamedTuple):
    """The script that loads Pyodide in Node, and the built site whose packages it loads."""

    module: Path
    site: Path


@pytest.fixture(scope="session")
def pyodide_in_node(request: pytest.FixtureRequest) -> Pyodide:
    if site := os.environ.get("CS231N_SITE"):
        return Pyodide(Path(os.environ["CS231N_NODE_PYODIDE"], "pyodide.mjs").resolve(), Path(site).resolve())
    folder = request.getfixturevalue("pyodide")
    return Pyodide(folder / "pyodide/pyodide.mjs", request.getfixturevalue("offline_site"))


def in_pyodide(pyodide: Pyodide, sample: Sample) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if not node:
        lacking("no Node. To try this, install it (Debian: apt-get install nodejs)")
    script = [node, TESTS / "lite/verdicts.mjs", pyodide.module, pyodide.site / LITE, TESTS]
    return run(*script, *sample.arguments, seconds=sample.seconds)


def assert_equal_in(pyodide: Pyodide, ours: list[dict[str, Any]], sample: Sample) -> None:
    """Compare verdicts. Answers whose verdicts differ are tried once more, without the others and with more patience.

    Pyodide has no clock of CPU time, so there the limits of the search for a place include the time of other processes.
    """
    if apart := different(ours, in_pyodide(pyodide, sample)):
        again = sample._replace(only=tuple(one["answer"] for one, _ in apart))
        assert different(here(again), in_pyodide(pyodide, again)) == []


def test_thirty_answers_have_equal_verdicts(pyodide_in_node: Pyodide) -> None:
    sample = Sample(FEW, every=2, seconds=240)
    ours = here(sample)
    assert len(ours) >= 30
    assert len({one["answer"][:2] for one in ours}) == 9
    assert min(sum(bool(one.get(part)) for one in ours) for part in ("names", "places")) >= 5
    assert_equal_in(pyodide_in_node, ours, sample)


def test_answers_of_the_weekly_run_are_many() -> None:
    answers = chosen(ALL)
    assert {answer.file for answer in answers} == set(LESSONS)
    assert sum(answer.verdict == "wrong" for answer in answers) >= 400
    assert sum(answer.verdict == "right" for answer in answers) >= 150


@pytest.mark.seeds
@pytest.mark.parametrize("lesson", LESSONS)
def test_all_answers_have_equal_verdicts(pyodide_in_node: Pyodide, lesson: str) -> None:
    sample = Sample(MANY, every=1, seconds=3600, lesson=lesson)
    ours = here(sample)
    assert len(ours) >= 40
    assert_equal_in(pyodide_in_node, ours, sample)
