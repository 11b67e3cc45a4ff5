"""What ends Python, stops it, or cannot be interrupted costs the cell or the exercise at hand, and no other point."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from unittest.mock import AsyncMock

import nbformat
import pytest
from classroom.demo_class import released_course
from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from cs231n_lib.classroom.grading import judge as grading
from cs231n_lib.classroom.grading.judge import JudgeChecks
from cs231n_lib.classroom.grading.submission import (
    GradedSubmission,
    GradingJob,
    blank_gradebook,
    grade_submission,
    read_course_files,
)
from cs231n_lib.classroom.kernels import budget as own_cells
from cs231n_lib.classroom.kernels import execute, sandbox
from cs231n_lib.classroom.kernels.budget import Budget, is_stopped
from cs231n_lib.classroom.kernels.execute import RunCells
from cs231n_lib.classroom.kernels.sandbox import SandboxedKernelManager

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

LESSON = "01_demo"
STUB = "    # Your code goes here, in place of the next line.\n    raise NotImplementedError"
DOUBLE, MEAN = "return 2 * x", "return scale * float(np.mean(x ** 2))"
ALL = {"check_double": 40.0, "check_mean_square": 50.0}

NEVER = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
STOPS = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"
ENDS = "import os\nos._exit(3)"


@pytest.fixture(scope="module")
def course(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("class") / "course"
    return released_course(built, root, "c.JudgeChecks.own_seconds = c.JudgeChecks.own_waits = 2.0")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_REPLAY_SECONDS", 4.0)
    monkeypatch.setattr(own_cells, "INTERRUPT_SECONDS", 1.0)


def grade(
    course: Path, own: Sequence[str] = (), double: str = DOUBLE, mean: str = MEAN
) -> tuple[GradedSubmission, NotebookNode]:
    """Grade a submission whose own cells come before its answers."""
    notebook = nbformat.read(course / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        body = {"double": double, "mean_square": mean}.get(cell.id, "")
        cell.source = cell.source.replace(STUB, "\n".join(f"    {line}" for line in body.splitlines()))
    notebook.cells[2:2] = map(new_code_cell, own)
    with Gradebook(f"sqlite:///{course}/gradebook.db", "cs231n") as gradebook:
        packed = read_course_files(course, LESSON, blank_gradebook(gradebook, LESSON), "a seed", unsafe=False)
    graded = grade_submission(
        packed, GradingJob(LESSON, "ada", {f"{LESSON}.ipynb": nbformat.writes(notebook).encode()}, "")
    )
    assert not graded.problem
    return graded, nbformat.reads(graded.files[f"{LESSON}.ipynb"].decode(), as_version=4)


def points(graded: GradedSubmission) -> dict[str, float | None]:
    return {name: points for name, (points, _) in graded.scores.items() if name.startswith("check_")}


def told(notebook: NotebookNode, source: str) -> str:
    """The last thing that stands below the cell of this source."""
    (cell,) = [cell for cell in notebook.cells if cell.source == source]
    return str(cell.outputs[-1].evalue)


@pytest.mark.audit
@pytest.mark.parametrize("source", [NEVER, STOPS, ENDS])
def test_a_cell_of_the_students_own_costs_nothing_and_is_named(course: Path, source: str) -> None:
    graded, notebook = grade(course, ["factor = 2", source], double="return factor * x")
    assert points(graded) == ALL
    assert "Grading went on without it" in told(notebook, source)


@pytest.mark.audit
@pytest.mark.parametrize(("which", "body"), [("double", NEVER), ("mean", STOPS)])
def test_an_answer_costs_its_own_points(course: Path, which: str, body: str) -> None:
    graded, _ = grade(course, **{which: body})
    assert points(graded) == {"double": ALL | {"check_double": 0.0}, "mean": ALL | {"check_mean_square": 0.0}}[which]


@pytest.mark.slow
@pytest.mark.usefixtures("sandbox")
def test_submission_that_used_up_its_time_gets_no_more(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute.RunCells, "submission_seconds", 1.0)
    rest = "print('never')"
    graded, notebook = grade(course, ["import time\ntime.sleep(1.2)", rest])
    assert points(graded) == dict.fromkeys(ALL, 0.0)
    assert told(notebook, rest) == "This cell did not run, because the submission has used its 1 seconds."


FORKS = "import os\n[os.fork() for _ in range(12)]"
COUNTS = """\
from pathlib import Path
states = [path.read_text().rpartition(")")[2].split()[0] for path in Path("/proc").glob("[0-9]*/stat")]
running = sum(state != "Z" for state in states)
"""


@pytest.mark.audit
def test_what_a_cell_has_started_ends_with_it(course: Path) -> None:
    """In the sandbox there are then bubblewrap's first process and the kernel."""
    graded, _ = grade(course, [FORKS, COUNTS], double="return 2 * x if running == 2 else x")
    assert points(graded) == ALL


def test_question_after_forks_waits_for_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measurement of memory that has seen the forks can end the kernel after they were killed."""
    happened: list[str] = []
    cells = RunCells()
    cells.km = SandboxedKernelManager()
    monkeypatch.setattr(cells, "_kill_child_processes", lambda: True)
    monkeypatch.setattr(cells, "_send", happened.append)
    monkeypatch.setattr(cells, "_is_done", lambda message, seconds: True)
    monkeypatch.setattr(cells.km, "is_alive", AsyncMock(return_value=True))
    measuring = Event()

    def measure() -> None:
        with cells.km.measuring:
            measuring.set()
            time.sleep(0.2)
            happened.append("measured")

    limiter = Thread(target=measure)
    limiter.start()
    measuring.wait()
    assert cells._answers_alone()
    limiter.join()
    assert happened == ["measured", "pass"]


@pytest.mark.slow
@pytest.mark.usefixtures("sandbox")
def test_answer_after_a_killed_kernel_keeps_its_points(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel ends after it has answered the check, so the next cell must not be the one that finds it dead."""
    alone = JudgeChecks._answers_alone

    def end_sandbox(cells: JudgeChecks) -> bool:
        if cells._heard_cases and not cells._restarts:
            os.kill(cells.km.provisioner.pid, signal.SIGKILL)
            while run_sync(cells.km.is_alive)():
                pass
        return alone(cells)

    monkeypatch.setattr(JudgeChecks, "_answers_alone", end_sandbox)
    graded, _ = grade(course)
    assert points(graded) == ALL


@pytest.mark.audit
def test_restarted_kernel_does_not_write_through_a_link(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which the submission has put in the place of a file that the grader had laid into its folder."""
    fonts = "fontlist-of-this-machine.json"
    (tmp_path / fonts).write_text("{}")
    monkeypatch.setattr(sandbox.mpl, "get_cachedir", lambda: str(tmp_path))
    ours = tmp_path / "gradebook.db"
    ours.write_text("all grades")
    links = f"import os\nos.remove({fonts!r})\nos.symlink({str(ours)!r}, {fonts!r})\nos._exit(0)"
    graded, _ = grade(course, [links])
    assert points(graded) == ALL
    assert ours.read_text() == "all grades"
    assert ours.stat().st_uid == os.geteuid()


@pytest.mark.audit
def test_cell_that_breaks_imports_costs_no_points(course: Path) -> None:
    """The kernel cannot even answer then, and would be waited for until the limit for any cell, two minutes."""
    source = "import builtins\nbuiltins.__import__ = lambda *a, **k: checks"
    graded, notebook = grade(course, [source])
    assert points(graded) == ALL
    assert "Grading went on without it" in told(notebook, source)


SEND = """\
kernel = get_ipython().kernel
def send(kind, content, stream=kernel.iopub_socket, **more):
    kernel.session.send(stream, kind, content, parent=more.pop("parent", get_ipython().get_parent()), **more)
"""
SAYS = {
    "a display of numbers": "send('display_data', {'data': 7, 'metadata': []})",
    "a display of nothing": "send('display_data', {})",
    "a text that is a number": "send('stream', {'name': 'stdout', 'text': 7})",
    "an error without words": "send('error', {})",
    "a status that is none": "send('status', {})",
    "a widget that is none": "send('comm_open', {'comm_id': 7})",
    "no parent": "send('stream', [], parent={'header': 7})",
    "an empty reply": "send('execute_reply', {}, kernel.shell_stream, ident=kernel._parent_ident['shell'])",
    "unsigned": "kernel.session.key = b'another'\nsend('stream', {'name': 'stdout', 'text': 'x'})",
}


@pytest.mark.audit
@pytest.mark.parametrize("kind", SAYS)
def test_malformed_kernel_messages_cost_nothing(course: Path, kind: str) -> None:
    """Even where the kernel cannot be understood any more, as without its signature."""
    graded, _ = grade(course, ["factor = 2", SEND + SAYS[kind]], double="return factor * x")
    assert points(graded) == ALL


@pytest.mark.audit
def test_endless_output_is_dropped_beyond_a_limit(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "MAX_RECEIVED", 10**6)
    held = []
    monkeypatch.setattr(
        execute.Execute, "process_message", lambda self, msg, *_: held.append(len(repr(msg["content"])))
    )
    judge = execute.RunCells()
    judge._received, judge._heard_cases = execute.Counter(), False
    for _ in range(100):
        judge.process_message({"msg_type": "stream", "content": {"text": "x" * 10**5}}, NotebookNode(), 0)
    judge.process_message({"msg_type": "status", "content": {}}, NotebookNode(), 0)
    assert sum(held) < 1.2e6
    assert held[-1] == len("{}")  # that a cell has ended is heard


@pytest.mark.parametrize("connects", [True, False])
def test_kernel_that_ends_silently_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connects: bool
) -> None:
    judge = grading.JudgeChecks()
    monkeypatch.setattr(judge, "_is_done", lambda *_: True)
    address = str(tmp_path / "line")
    with socket.socket(socket.AF_UNIX) as door, socket.socket(socket.AF_UNIX) as kernel:
        door.bind(address)
        door.listen(1)
        if connects:
            kernel.connect(address)
            kernel.send(b"!")
        line, done = judge._answer(door, "asked")
        with line:
            assert (line.recv(1), done) == ((b"!", False) if connects else (b"", True))


@pytest.mark.audit
def test_cell_that_hangs_on_its_second_run_is_skipped(course: Path) -> None:
    second = "import pathlib\nif pathlib.Path('ran').exists():\n    while True: pass\npathlib.Path('ran').touch()"
    graded, _ = grade(course, ["factor = 2", second, ENDS], double="return factor * x")
    assert points(graded) == ALL


@pytest.mark.audit
def test_own_cells_that_end_python_again_and_again_are_left_out(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "MAX_RESTARTS", 1)
    graded, notebook = grade(course, [f"{ENDS} + {i}" for i in range(4)])
    assert points(graded) == ALL
    assert [told(notebook, f"{ENDS} + {i}").startswith("This cell did not run") for i in range(4)] == [
        False, False, True, True
    ]  # fmt: skip


def test_uninterruptible_process_is_killed_and_uses_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_cells, "INTERRUPT_SECONDS", 0.1)
    budget, asked = Budget(0.3), []

    async def interrupt() -> None:
        asked.append(True)

    async def run(process: "subprocess.Popen[bytes]") -> None:
        async with budget.enforce(process.pid, interrupt):
            while process.poll() is None:
                await own_cells.asyncio.sleep(0.02)

    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        run_sync(run)(process)
    assert asked
    assert budget.remaining <= 0


def test_idle_process_is_interrupted_and_killed(
    sleeper: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_cells, "INTERRUPT_SECONDS", 0.1)
    budget, asked = Budget(20, max_idle=0.1), []

    async def interrupt() -> None:
        asked.append(True)

    async def run() -> None:
        async with budget.enforce(sleeper.pid, interrupt):
            while sleeper.poll() is None:
                await own_cells.asyncio.sleep(0.02)

    run_sync(run)()
    assert asked
    assert budget.interrupted
    assert budget.remaining > 19


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def test_a_process_that_was_stopped_is_known(sleeper: "subprocess.Popen[bytes]") -> None:
    assert not is_stopped(sleeper.pid)
    sleeper.send_signal(19)
    os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED | os.WNOWAIT)
    assert is_stopped(sleeper.pid)
    assert is_stopped(os.getpid())
