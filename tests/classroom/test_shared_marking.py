"""Several programs that write one gradebook at the same time: nothing is lost, and a busy gradebook is named."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from classroom.demo_class import LESSON, gradebook_of
from classroom.test_marking import COMMENTS, add, comment_on, course, mark, released, table  # noqa: F401  (fixtures)

from cs231n_lib.__main__ import main
from cs231n_lib.classroom import nbgrader_course
from cs231n_lib.classroom.grading import gradebook as gradebook_module
from cs231n_lib.classroom.grading.manual import assistants
from cs231n_lib.classroom.grading.manual.rubric import update_rubrics
from cs231n_lib.classroom.late import extend

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

STUDENTS = 12
ROUNDS = 5

ASSISTANT = """
import sys
from nbgrader.api import Gradebook
root, name, first, last, rounds = sys.argv[1:]
for number in range(int(rounds)):
    for student in range(int(first), int(last)):
        with Gradebook(f"sqlite:///{root}/gradebook.db", "cs231n") as gradebook:  # as Formgrader does for each request
            at = ("reflection", "01_demo", "01_demo", f"student-{student}")
            grade = gradebook.find_grade(*at)
            grade.manual_score, grade.needs_manual_grade = float(number), False
            gradebook.db.commit()
        with Gradebook(f"sqlite:///{root}/gradebook.db", "cs231n") as gradebook:
            gradebook.find_comment(*at).manual_comment = f"{name} {number} @reason"
            gradebook.db.commit()
"""


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Keep the gradebook locked, as a program does that writes to it."""
    with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def started(call: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (nbgrader_course, gradebook_module):
        monkeypatch.setattr(module, "LOCK_SECONDS", 0.2)


@pytest.mark.audit
def test_assistants_and_commands_lose_no_comment(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    for number in range(7, STUDENTS):
        add(course, f"student-{number}")
    (course / "comments.toml").write_text(COMMENTS)
    marking = [sys.executable, "-m", "cs231n_lib", "marking", LESSON, "--root", str(course)]
    half = STUDENTS // 2
    people = [
        started([sys.executable, "-c", ASSISTANT, str(course), name, str(first), str(last), str(ROUNDS)])
        for name, first, last in (("Ada", 0, half), ("Ben", half, STUDENTS))
    ]
    runs = 0
    while runs < 2 or any(one.poll() is None for one in people):
        both = [started([*marking, *names]) for names in ([], ["--assistants", "Ada", "Ben"])]
        for one in both:
            said, _ = one.communicate()
            assert one.returncode == 0, said
        runs += 1
    for one in people:
        said, _ = one.communicate()
        assert one.returncode == 0, said
    assert main(marking[3:]) == 0
    for number in range(STUDENTS):
        name = "Ada" if number < half else "Ben"
        assert comment_on(course, f"student-{number}") == f"{name} {ROUNDS - 1} Give a <reason>."
    with gradebook_of(course) as gradebook:
        points = {
            gradebook.find_grade("reflection", LESSON, LESSON, f"student-{n}").manual_score for n in range(STUDENTS)
        }
    assert points == {ROUNDS - 1}
    assert {row["assistant"] for row in table(course)} == {"Ada", "Ben"}


def test_comment_that_changes_meanwhile_is_kept(
    course: Path,  # noqa: F811  (pytest takes fixtures by name)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (course / "comments.toml").write_text(COMMENTS)
    for number in (1, 2):
        mark(course, f"student-{number}", 4, "@reason")
    find = assistants.find_keys

    def find_while_somebody_writes(*arguments: Any) -> Any:
        found = find(*arguments)
        mark(course, "student-1", 5, "@units Better.")
        return found

    monkeypatch.setattr(assistants, "find_keys", find_while_somebody_writes)
    assert assistants.mark_together(course, LESSON).comments == 1
    assert comment_on(course, "student-1") == "@units Better."
    assert comment_on(course, "student-2") == "Give a <reason>."
    monkeypatch.undo()
    assert assistants.mark_together(course, LESSON).comments == 1
    assert comment_on(course, "student-1") == "State the units of $x$. Better."


def test_notebook_that_is_graded_meanwhile_is_kept(
    course: Path,  # noqa: F811  (pytest takes fixtures by name)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = course / "autograded" / "student-0" / LESSON / f"{LESSON}.ipynb"
    read = Path.read_bytes
    graded = path.read_bytes() + b" "
    texts = iter([path.read_bytes(), graded])
    monkeypatch.setattr(Path, "read_bytes", lambda self: next(texts) if self == path else read(self))
    assert not update_rubrics(path, {"reflection": "Another rubric."}, {})
    monkeypatch.undo()
    assert "Another rubric." not in path.read_text()
    assert update_rubrics(path, {"reflection": "Another rubric."}, {})
    assert "Another rubric." in path.read_text()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("command", [["marking", LESSON], ["extend", "student-1", LESSON, "1d"], ["grades", LESSON]])
def test_busy_gradebook_is_named_and_unchanged(
    course: Path,  # noqa: F811  (pytest takes fixtures by name)
    command: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (course / "class.toml").write_text(f"[lessons.{LESSON}]\ndue = 2026-02-01T18:00:00Z\n")
    before = (course / "gradebook.db").read_bytes()
    with writing(course):
        assert main([*command, "--root", str(course)]) == 1
        assert (course / "gradebook.db").read_bytes() == before
    told = capsys.readouterr().err
    assert "Another program is writing to the gradebook and did not finish within 0.2 seconds. Run this comm" in told
    assert main([*command, "--root", str(course)]) == 0


@pytest.mark.usefixtures("impatient")
def test_second_marking_waits_and_is_named(course: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811  (pytest takes fixtures by name)
    lock = course / "grading" / f"{LESSON}.marking.lock"
    with nbgrader_course.one_at_a_time(lock):
        assert main(["marking", LESSON, "--root", str(course)]) == 1
    assert "The same command is already running and did not finish within 0.2 seconds." in capsys.readouterr().err
    assert not (course / "report").exists()
    assert main(["marking", LESSON, "--root", str(course)]) == 0


@pytest.mark.audit
def test_short_writing_by_another_program_is_awaited(course: Path) -> None:  # noqa: F811  (pytest takes fixtures by name)
    (course / "class.toml").write_text(f"[lessons.{LESSON}]\ndue = 2026-02-01T18:00:00Z\n")
    code = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); time.sleep(6); c.execute('COMMIT')"
    )  # longer than the five seconds that SQLite waits unless told otherwise
    call = [sys.executable, "-c", code, str(course / "gradebook.db")]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "locked\n"
        assert extend(course, LESSON, "student-1", "1d").endswith("is due 2026-02-02 18:00 UTC")
        assert other.wait() == 0
