"""Grading step of nbgrader that runs a submission and judges its check cells.

The submission's cells run in a kernel, and its checks run in this process. For a check, the kernel only calls the
student's functions over a socket. Nothing else that the kernel reports, shows or changes reaches a check or its points.
"""

import ast
import hmac
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_locked
from traitlets import Bool, List, Unicode

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.exercise import PUBLIC_SEED
from cs231n_lib.checks.marking import Marking
from cs231n_lib.checks.remote.place import located
from cs231n_lib.checks.remote.runner import GRACE_SECONDS, judge
from cs231n_lib.checks.remote.submitted_text import SubmittedText
from cs231n_lib.checks.report import Result
from cs231n_lib.checks.run.flaws import Refusal, RefusedAnswer, Trouble
from cs231n_lib.course.plan import HOME, checks_of, exercises_of, has_part, slug_of

from ..clean import SEAL
from ..errors import SandboxError
from ..kernels.client import kernel_environment
from ..kernels.execute import RunCells
from ..kernels.reachability import shortened_sources, unreachable_cells
from ..kernels.sandbox import SandboxedKernelManager, give_to_sandbox_user, precompile
from ..kernels.walls import self_test
from ..nbgrader_course import read_solution

SEED_VARIABLE = "CS231N_GRADING_SEED"

_SERVE = (
    "__import__('cs231n_lib.checks.remote.{module}', fromlist='x').serve_at({address!r}, {checks!r}, {name!r}{more})"
)
_CONNECT_SECONDS = 20.0
"""Maximum seconds for the kernel to import the checks and connect."""
_POLL_SECONDS = 0.1
"""Seconds between two tests of whether the kernel has finished without connecting."""


class JudgeChecks(RunCells):
    """Run a submission as nbgrader's ``Execute`` does, and judge its check cells."""

    home = Unicode(HOME, help="Package that contains a package for each lesson.").tag(config=True)
    unsafe = Bool(False, help="Run submissions without a sandbox, with the grader's permissions.").tag(config=True)
    allow_missing_walls = List(
        Unicode(), help="Walls of the sandbox that may be missing, as class.toml sets them."
    ).tag(config=True)
    places = Bool(True, help="Search for the place where a wrong answer fails.").tag(config=True)
    changes = Bool(False, help="Show a small change that corrects a wrong answer.").tag(config=True)
    solutions = Unicode(help="Folder of the solutions. Without this setting every cell runs.").tag(config=True)

    def preprocess(self, nb: NotebookNode, *args: Any, **kwargs: Any) -> tuple[NotebookNode, Any]:
        """Run the cells that an answer affects or needs, and copy the others' outputs."""
        resources = args[0] if args else kwargs["resources"]
        lesson = resources["nbgrader"]["assignment"]
        known = read_solution(Path(self.solutions), lesson) if self.solutions else None
        self._wrong: list[tuple[NotebookNode, Result, Exercise]] = []
        self._judged: set[int] = set()
        self._text = SubmittedText([cell.source for cell in nb.cells if cell.cell_type == "code"])
        self._seal = _seal(lesson, str(resources["nbgrader"].get("student")), [cell.source for cell in nb.cells])
        if not self.unsafe:
            self._use_sandbox(resources["nbgrader"]["db_url"])
        self._stored: dict[int, list[NotebookNode]] = {}
        self._shortened: dict[int, str] = {}
        if known:
            self._stored = unreachable_cells(nb, known)
            self._shortened = shortened_sources(nb, known, self._stored)
        nb, resources = super().preprocess(nb, *args, **kwargs)
        for index, cell in enumerate(nb.cells):
            if index not in self._judged and cell.cell_type == "code":
                _remove_seals(cell)
        return nb, resources

    _tested: ClassVar[set[str]] = set()

    def _use_sandbox(self, gradebook: str) -> None:
        """Make kernels start in a sandbox, which is tested once beforehand."""
        packages = ("cs231n_lib", self.home.partition(".")[0])
        if gradebook not in self._tested:
            try:
                self_test(Path(gradebook.removeprefix("sqlite:///")), packages, self.allow_missing_walls)
            except SandboxError as error:
                # nbgrader continues with the next student after any error except an interrupt, which ends its run.
                raise KeyboardInterrupt(str(error)) from None
            precompile(packages)
            self._tested.add(gradebook)
        self.kernel_manager_class = type("Manager", (SandboxedKernelManager,), {"packages": packages})

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel without the secret seed, which reveals the checks' cases."""
        await super().async_start_new_kernel(**({"env": kernel_environment(SEED_VARIABLE)} | kwargs))

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run or judge one cell, unless its outputs are known."""
        lesson = resources["nbgrader"]["assignment"]
        checks = f"{self.home}.{slug_of(lesson)}.checks"
        if index in self._stored:
            cell.outputs = self._stored[index]
        elif check := self._check(cell, slug_of(lesson)):
            exercise, where = check
            result = self._judge(exercise, checks)
            cell.outputs = [result_output(result, self._seal)]
            self._judged.add(index)
            if where and self.places and result.rows and not result.passed:
                self._wrong.append((cell, result, exercise))
        else:
            self._run_cell(cell, index, self._shortened.get(index, cell.source))
        if index == len(self.nb.cells) - 1 and self._seconds_left():  # all points are fixed
            for wrong, result, exercise in self._wrong:
                try:
                    wrong.outputs = [result_output(self._locate(result, exercise, checks), self._seal)]
                except Exception:  # a failed search must not cost a grade
                    self.log.warning("The search for places of %s failed.", exercise.name, exc_info=True)
        return cell, resources

    def _check(self, cell: NotebookNode, slug: str) -> tuple[Exercise, bool] | None:
        """Return the exercise of a locked check cell, and whether it shows places.

        The exercise has the cell's points, because an earlier release may have given different points.
        """
        found = exercise_of(cell.source, slug, self.home) if cell.cell_type == "code" and is_locked(cell) else None
        points = cell.metadata["nbgrader"].get("points") if found else None
        return (_with_points(found[0], points), found[1]) if found and points else found

    def inspect(self, marking: Marking) -> None:
        """Receive the marking of each check. A subclass can override this method."""

    def _judge(self, exercise: Exercise, checks: str) -> Result:
        """Return the result of an exercise, and restart a dead or busy kernel."""
        if not self._seconds_left():
            return replace(exercise.refuse(RefusedAnswer(Refusal.NO_ANSWER_IN_TIME)), trouble=Trouble.ENDED)
        with self._connection(exercise, checks, "runner") as connection:
            return judge(
                exercise,
                connection,
                os.environ.get(SEED_VARIABLE, PUBLIC_SEED),
                time.monotonic() + exercise.wall_seconds + GRACE_SECONDS,
                self._text,
                self.inspect,
            )

    def _locate(self, result: Result, exercise: Exercise, checks: str) -> Result:
        with self._connection(exercise, checks, "place", ", change=True" if self.changes else "") as connection:
            return located(result, connection, self._text.sources, change=self.changes)

    @contextmanager
    def _connection(self, exercise: Exercise, checks: str, module: str, more: str = "") -> Iterator[socket.socket]:
        """Connect to the kernel while it serves an exercise, and leave it idle afterwards."""
        with _listener(getattr(self.km, "folder", None)) as (address, listener):
            self._heard_cases = True
            code = _SERVE.format(module=module, address=address, checks=checks, name=exercise.name, more=more)
            asked = self._send(code)
            connection, done = self._answer(listener, asked)
            with connection:
                yield connection
        done = done or self._is_done(asked, GRACE_SECONDS)
        if not done:
            run_sync(self.km.interrupt_kernel)()
            done = self._is_done(asked, GRACE_SECONDS)
        if not done or self._exit_requested or not self._answers_alone():  # a function may call `exit()`
            self._exit_requested = False
            self._restart_kernel()

    def _answer(self, listener: socket.socket, asked: str) -> tuple[socket.socket, bool]:
        """Return the kernel's connection, and whether the kernel has already finished."""
        listener.settimeout(_POLL_SECONDS)
        end, done = time.monotonic() + _CONNECT_SECONDS, False
        while True:
            with suppress(TimeoutError):
                return listener.accept()[0], done
            if done or time.monotonic() > end:
                break
            done = self._is_done(asked, _POLL_SECONDS)
        connection, other = socket.socketpair()  # closed, so the report says that the kernel did not answer
        other.close()
        return connection, done


@contextmanager
def _listener(folder: Path | None) -> Iterator[tuple[str, socket.socket]]:
    """Open a socket for one exercise, in the kernel's folder if it has one."""
    with (
        TemporaryDirectory() if folder is None else nullcontext(folder) as place,
        socket.socket(socket.AF_UNIX) as listener,
    ):
        address = Path(place, f"line-{secrets.token_hex(8)}")
        listener.bind(str(address))
        listener.listen(1)
        if folder:
            give_to_sandbox_user(address)
        yield str(address), listener
        with suppress(OSError):  # the submission may have removed or replaced it
            address.unlink()


@lru_cache(256)
def exercise_of(source: str, slug: str, home: str = HOME) -> tuple[Exercise, bool] | None:
    """Return the exercise that a check cell calls, and whether it shows places.

    The exercise has the points in the call, if any. The result is None if the cell calls no check, as in an
    instructor's own assignment, where cells run as in nbgrader itself.

    >>> exercise, where = exercise_of("checks.adam(points=12)", "update_rules")
    >>> exercise.points, where
    (12, True)
    >>> exercise_of("assert adam", "update_rules")
    """
    match _last_statement(source):
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("checks"), name), _, keywords)) if has_part(slug, "checks", home):
            exercise = exercises_of(checks_of(slug, home), retired=True)[name]
            told = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}
            where = told.get("where", True)
            return (exercise.with_points(told["points"]) if "points" in told else exercise), where
    return None


@lru_cache(256)
def _with_points(exercise: Exercise, points: float) -> Exercise:
    """Return a copy of an exercise that is worth ``points`` points."""
    return exercise.with_points(points)  # cached, so all submissions share the copy's answer key


def _last_statement(source: str) -> ast.stmt | None:
    """Return the last statement of a cell, or None if it is not plain Python."""
    with suppress(SyntaxError, IndexError):
        return ast.parse(source).body[-1]
    return None


def result_output(result: Result, seal: str = "") -> NotebookNode:
    """Return a result as the output of its cell, with a seal that pages show above it."""
    _, metadata = result._repr_mimebundle_()
    report = result._repr_html_()
    data = {"text/plain": repr(result), "text/html": f'<div class="seal-{seal}">{report}</div>' if seal else report}
    return new_output("execute_result", data, metadata=metadata)


def _seal(*content: str | list[str]) -> str:
    """Return the seal of a submission's reports, unpredictable without the seed.

    The seal depends on the submission, so a student cannot reuse the seal of an earlier page.
    """
    seed = os.environ.get(SEED_VARIABLE) or secrets.token_hex(16)
    return hmac.new(seed.encode(), json.dumps(content).encode(), "sha256").hexdigest()[:8]


def _remove_seals(cell: NotebookNode) -> None:
    """Remove forged seals from outputs that a submission's code may have written."""
    for output in cell.outputs:
        html = output.get("data", {}).get("text/html")
        if isinstance(html, str):
            output.data["text/html"] = SEAL.sub("", html)
