"""Kills of the grader, a worker or the scheduler at random moments, and workers that share no disk with the grader."""

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import interrupted
from benchmarks.kills import VICTIMS, Cluster, Row, cluster_in, disturbed, graded, make_class

pytestmark = [
    pytest.mark.audit,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]


@pytest.fixture(scope="module")
def ready(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("class") / "ready"
    shutil.copytree(built, root)
    make_class(root, students=2)
    return root


@pytest.fixture(scope="module")
def cluster(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster_in(tmp_path_factory.mktemp("cluster"), hidden=ready.parent) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def undisturbed(ready: Path, cluster: Cluster) -> tuple[list[Row], float]:
    """The gradebook's rows, and how many seconds it took."""
    root = ready.with_name("undisturbed")
    shutil.copytree(ready, root)
    start = time.monotonic()
    return graded(root, cluster), time.monotonic() - start


def test_workers_that_share_no_disk_grade_and_make_feedback(undisturbed: tuple[list[Row], float]) -> None:
    found, _ = undisturbed
    # Of the second, whose `double` squares, only the other exercise counts; the mark of the first was there before.
    scores = [row for row in found if row[0] == "score"]
    assert scores == [("score", "student-0", 97.0, 0.0, True), ("score", "student-1", 50.0, 0.0, True)]


@pytest.mark.parametrize("moment", [1, *(pytest.param(later, marks=pytest.mark.seeds) for later in (2, 3))])
@pytest.mark.parametrize("victim", VICTIMS)
def test_rerun_after_a_kill_gives_an_undisturbed_gradebook(
    ready: Path, cluster: Cluster, undisturbed: tuple[list[Row], float], victim: str, moment: int
) -> None:
    expected, seconds = undisturbed
    after = random.Random(f"{victim} {moment}").uniform(0, seconds)
    assert disturbed(ready, cluster, victim, after) == expected


def test_class_with_hostile_students_survives_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process is killed once in one run of lesson 07, and the same command runs again after it."""
    monkeypatch.setattr(interrupted, "HOSTILE", 3)
    monkeypatch.setattr(interrupted, "DRAW", 60)  # two attacks that end soon
    expected, found, done = interrupted.compare(tmp_path, "07_regularization", students=9, times=1)
    assert done.during + done.after == 3
    assert done.commands >= 4
    assert len({row[1] for row in expected}) == 9
    assert [row for row in expected if row[0] == "reason" and row[2]] == [
        ("reason", "student-0007", "the file ends in the middle")
    ]
    assert found == expected
    said = (tmp_path / "class" / "course" / "log" / "log").read_text()
    assert "Traceback" not in said
