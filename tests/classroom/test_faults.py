"""Faults of the machine and of the course's files: the cause or the student is named, and the next run goes on."""

import errno
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import nbgrader.api
import pytest
from classroom.test_grade import LESSON, RIGHT, course, hand_in, scores  # noqa: F401  (a fixture)
from distributed import Client, Future, KilledWorker, scheduler
from sqlalchemy import event

from cs231n_lib import storage
from cs231n_lib.__main__ import main
from cs231n_lib.classroom.grading import gradebook, submitted
from cs231n_lib.classroom.grading.gradebook import KEPT_BACKUPS, back_up
from cs231n_lib.classroom.grading.submission import CourseFiles, GradingJob
from cs231n_lib.classroom.grading.workers import connect_workers, describe_failure, map_jobs

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")]

NOTEBOOK = f"{LESSON}/{LESSON}.ipynb"


@pytest.fixture
def klass(course: Path, tmp_path: Path) -> Path:  # noqa: F811  (pytest takes fixtures by name)
    root = tmp_path / "class"
    shutil.copytree(course, root)
    for student in ("ada", "bob"):
        hand_in(root, student, "return 2 * x", RIGHT)
    return root


def grade(root: Path, *more: str) -> int:
    return main(["grade", LESSON, "--root", str(root), "--workers", "1", "--unsafe", *more])


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lose_a_check(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "check_double"]
    nbformat.write(notebook, path)


def gain_a_check(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    more = nbformat.from_dict(next(cell for cell in notebook.cells if cell.id == "check_double"))
    more.id = more.metadata.nbgrader.grade_id = "check_more"
    notebook.cells.append(more)
    nbformat.write(notebook, path)


def have_a_seed_and_no_folder(path: Path) -> None:
    path.write_text("")
    (path.parent / "class.toml").write_text('[grading]\nseed = "of the class"\n')


DAMAGES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "a truncated release": (f"notebooks/{NOTEBOOK}", halve, f"notebooks/{NOTEBOOK} is damaged, so it cannot be"),
    "an empty release": (f"notebooks/{NOTEBOOK}", lambda path: path.write_text("{}"), "is damaged, so it cannot be"),
    "no release": (f"notebooks/{NOTEBOOK}", Path.unlink, f"notebooks/{NOTEBOOK} is missing. Run make notebooks"),
    "a release without a check": (f"notebooks/{NOTEBOOK}", lose_a_check, "lacks the cell check_double, unlike the"),
    "a release with one more": (f"notebooks/{NOTEBOOK}", gain_a_check, "also has the cell check_more, unlike the"),
    "a truncated solution": (f"solutions/{NOTEBOOK}", halve, f"solutions/{NOTEBOOK} is damaged"),
    "a gradebook of other bytes": ("gradebook.db", lambda path: path.write_bytes(b"x" * 9999), "is damaged (file is"),
    "a truncated gradebook": ("gradebook.db", halve, "is damaged (database disk image is malformed). Replace it with"),
    "no folder for copies": ("backups", lambda path: path.write_text(""), "backups could not be written (File exists)"),
    "no folder for records": ("grading", lambda path: path.write_text(""), "could not be written (File exists)"),
    "no folder for codes": ("grading", have_a_seed_and_no_folder, "could not be written (File exists)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGES)
def test_damaged_course_is_named_before_anybody_is_graded(
    klass: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    monkeypatch.delenv("CS231N_GRADING_SEED", raising=False)  # reading the configuration has set it
    name, damage, said = DAMAGES[kind]
    gradebook_before = (klass / "gradebook.db").read_bytes()
    if name.startswith(("backups", "grading")):
        shutil.rmtree(klass / name, ignore_errors=True)
    damage(klass / name)
    assert grade(klass) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert ", and run this command again" in told
    assert not (klass / "autograded").exists()
    if name != "gradebook.db":
        assert (klass / "gradebook.db").read_bytes() == gradebook_before


@pytest.mark.audit
def test_read_only_gradebook_is_named_before_grading(
    klass: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Root may write everything, so the connection itself is read-only here."""

    def connect(path: Path, **options: float) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, **options)  # type: ignore[call-overload,no-any-return]

    errors = {name: getattr(sqlite3, name) for name in ("OperationalError", "DatabaseError")}
    monkeypatch.setattr(gradebook, "sqlite3", SimpleNamespace(connect=connect, **errors))
    assert grade(klass) == 1
    assert "gradebook.db cannot be written (attempt to write a readonly database). Fix the" in capsys.readouterr().err
    monkeypatch.undo()
    assert grade(klass) == 0
    assert scores(klass) == {"ada": 90, "bob": 90}


def limited(monkeypatch: pytest.MonkeyPatch, root: Path, statement: str) -> None:
    """Let each connection to the class's gradebook start with a statement."""
    create = nbgrader.api.create_engine

    def engine(url: str, **options: object) -> object:
        made = create(url, **options)
        if str(root) in url:
            event.listen(made, "connect", lambda connection, _: connection.execute(statement))
        return made

    monkeypatch.setattr(nbgrader.api, "create_engine", engine)


@pytest.mark.audit
def test_gradebook_that_becomes_read_only_is_named(
    klass: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    limited(monkeypatch, klass, "PRAGMA query_only = 1")
    assert grade(klass) == 1
    told = capsys.readouterr().err
    for student in ("ada", "bob"):
        assert f"{student}: not graded: the gradebook could not be read or written (attempt to write a readonly" in told
        assert not (klass / "autograded" / student / LESSON / f"{LESSON}.ipynb").exists()
    monkeypatch.undo()
    assert grade(klass) == 0
    assert scores(klass) == {"ada": 90, "bob": 90}


@pytest.mark.audit
def test_disk_full_while_the_gradebook_is_written(
    klass: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite says the same if its file may have no further page."""
    limited(monkeypatch, klass, "PRAGMA max_page_count = 1")
    long_ids = ["student-" + "x" * 50 + str(number) for number in range(12)]
    for student in long_ids:
        hand_in(klass, student, "return 2 * x", RIGHT)
    assert grade(klass) == 1
    told = capsys.readouterr().err
    assert "the gradebook could not be read or written (database or disk is full). Fix the problem, and" in told
    graded = scores(klass)
    assert set(graded.values()) == {90}
    for student in ["ada", "bob", *long_ids]:
        assert (student in graded) == (klass / "autograded" / student / LESSON / f"{LESSON}.ipynb").exists()
    assert len(graded) < 14
    monkeypatch.undo()
    assert grade(klass) == 0
    assert len(scores(klass)) == 14


FULL = ["autograded/bob", "grading/01_demo/.bob", "feedback/bob", "summaries", "report"]
"""Parts of the paths that a full disk concerns."""


def full_disk(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """Fail to write files whose path contains ``part``."""
    sync = os.fsync

    def fail(file: int) -> None:
        path = str(Path("/proc/self/fd", str(file)).readlink())
        if part in path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        sync(file)

    monkeypatch.setattr(storage.os, "fsync", fail)


@pytest.mark.audit
@pytest.mark.parametrize("place", FULL)
def test_full_disk_costs_only_what_is_written_there(
    klass: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    (klass / "report").mkdir(exist_ok=True)
    full_disk(monkeypatch, place)
    code = grade(klass)
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert ("No space left on device" in told) == (code == 1)
    if "bob" in place:
        assert "bob: not graded: " in told
        assert "ada: " not in told
    files = klass / "autograded" / "bob" / LESSON
    assert ("bob" in scores(klass)) == (files / f"{LESSON}.ipynb").exists()
    assert list(klass.rglob("*.tmp*")) == []
    monkeypatch.undo()
    assert grade(klass) == 0
    assert scores(klass) == {"ada": 90, "bob": 90}
    assert (klass / "feedback" / "bob" / LESSON / f"{LESSON}.html").exists()


@pytest.mark.audit
def test_report_that_cannot_be_written_keeps_the_grades(klass: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (klass / "report").write_text("not a folder")
    assert grade(klass) == 1
    assert "Grades are saved, but " in capsys.readouterr().err
    (klass / "report").unlink()
    assert grade(klass) == 0
    assert "2 unchanged" in capsys.readouterr().out


@pytest.mark.audit
def test_folder_in_a_files_place_leaves_row_and_files_alone(klass: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (klass / "autograded" / "bob" / NOTEBOOK).mkdir(parents=True)
    assert grade(klass) == 1
    assert "bob: not graded: " in capsys.readouterr().err
    assert scores(klass) == {"ada": 90}


def test_new_copy_stays_if_the_clock_was_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gradebook.db").touch()
    for _ in range(KEPT_BACKUPS):
        back_up(tmp_path / "gradebook.db")

    class Past:
        @staticmethod
        def now(zone: object) -> datetime:
            return datetime(1970, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(gradebook, "datetime", Past)
    assert back_up(tmp_path / "gradebook.db").exists()
    assert len(list((tmp_path / "backups").iterdir())) == KEPT_BACKUPS


def test_wrong_clock_is_named_beside_a_late_timestamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Past:
        @staticmethod
        def now(zone: object) -> datetime:
            return datetime(1970, 1, 1, tzinfo=UTC)

    stamp = tmp_path / "timestamp.txt"
    stamp.write_text(f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d %H:%M:%S} UTC")
    assert submitted._timestamp_problem(stamp) == ""
    monkeypatch.setattr(submitted, "datetime", Past)
    assert "more than a year after this computer's time, 1970-01-01 00:00 UTC" in submitted._timestamp_problem(stamp)


@pytest.mark.audit
def test_clock_that_jumps_by_an_hour_costs_nobody(klass: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler runs in the grader, and there the time of day jumps ahead and back."""
    for number in range(4):
        hand_in(klass, f"more-{number}", "return 2 * x", RIGHT)
    now, start = time.time, time.monotonic()
    monkeypatch.setattr(scheduler, "time", lambda: now() + 3600 * (int(time.monotonic() - start) % 4 - 2))
    assert grade(klass) == 0
    assert len(scores(klass)) == 6


def end_worker(shared: CourseFiles, job: GradingJob) -> str:
    if job.student == "greedy" or (job.student == "searched" and shared.places):
        os.kill(os.getpid(), signal.SIGKILL)  # as the kernel does if memory runs out
    return job.student


@pytest.fixture
def ends_in_time() -> Iterator[None]:
    """Fail after two minutes, because the grader once hung on a lost result."""

    def fail(*_: object) -> None:
        raise TimeoutError("no result for two minutes")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.audit
@pytest.mark.usefixtures("ends_in_time")
def test_job_that_ends_its_workers_costs_no_neighbour(tmp_path: Path) -> None:
    jobs = [GradingJob(LESSON, student, {}, "") for student in ("ada", "greedy", "bob", "searched", "cleo", "dan")]
    with connect_workers(None, 1, str(tmp_path)) as client:
        done = {
            job.student: result for job, result in map_jobs(client, end_worker, CourseFiles({}, b"", "", True), jobs)
        }
    failure = done.pop("greedy")
    assert isinstance(failure, BaseException)
    assert "the worker ended each time, probably because the computer ran out of memory" in describe_failure(failure)
    assert done == {student: student for student in ("ada", "bob", "searched", "cleo", "dan")}


@pytest.mark.audit
@pytest.mark.usefixtures("ends_in_time")
def test_result_that_is_lost_with_its_worker_is_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job had finished, but its result was gone, and the workers ended each time when Dask ran the job again."""
    gather, lost = Client._gather, list[str]()

    async def lose_first(self: Client, futures: Sequence[Future], *args: Any, **kwargs: Any) -> Any:
        if not lost:
            lost.append(futures[0].key)
            raise KilledWorker(futures[0].key, None, 3)
        return await gather(self, futures, *args, **kwargs)

    monkeypatch.setattr(Client, "_gather", lose_first)
    jobs = [GradingJob(LESSON, student, {}, "") for student in ("ada", "bob")]
    with connect_workers(None, 1, str(tmp_path)) as client:
        done = {
            job.student: result for job, result in map_jobs(client, end_worker, CourseFiles({}, b"", "", True), jobs)
        }
    assert lost
    assert done == {"ada": "ada", "bob": "bob"}
