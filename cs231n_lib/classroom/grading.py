"""What grading a class needs beyond nbgrader's own steps: a check cell earns what its check says, and nothing else.

A submission's cells run in a kernel, its checks run here: the kernel only calls the student's functions, for the checks
at the other end of a socket. What the kernel says, shows or changes reaches no check and no point.
"""

import ast
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

import nbformat
from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_locked
from traitlets import Bool, Unicode

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.exercise import PUBLIC_SEED
from cs231n_lib.checks.remote import GRACE, judge
from cs231n_lib.checks.remote_place import located
from cs231n_lib.checks.report import Result
from cs231n_lib.course.plan import HOME, checks_of, exercises_of, has_part, slug_of

from .kernels import kernel_environment
from .lesson_cells import shortened, unreached
from .running import RunCells
from .sandbox import SandboxedKernelManager, compile_beforehand, hand_over, self_test

SEED = "CS231N_GRADING_SEED"

_SERVE = "__import__('cs231n_lib.checks.{module}', fromlist='x').serve_at({address!r}, {checks!r}, {name!r})"
_ANSWERS_WITHIN = 20.0
"""Seconds in which the kernel takes up the call for a check: a busy machine may need some to import the checks."""
_LOOKS_EVERY = 0.1
"""Seconds after which it is asked whether it has answered without taking it up, as where imports are broken."""


class JudgeChecks(RunCells):
    """Runs a submission as nbgrader's ``Execute`` does, but for the check cells, a bonus's too, which it judges."""

    home = Unicode(HOME, help="The package in which each lesson has its own.").tag(config=True)
    unsafe = Bool(False, help="Run submissions without a sandbox, as whoever grades.").tag(config=True)
    places = Bool(True, help="Look for the place where a wrong answer goes wrong.").tag(config=True)
    solutions = Unicode(help="The folder of the solutions; without it every cell is run.").tag(config=True)

    def preprocess(self, nb: NotebookNode, *args: Any, **kwargs: Any) -> tuple[NotebookNode, Any]:
        """Run what an answer can reach, and what it needs; the lesson's other cells get the outputs of the solution."""
        resources = args[0] if args else kwargs["resources"]
        lesson = resources["nbgrader"]["assignment"]
        solution = Path(self.solutions, lesson, f"{lesson}.ipynb")
        self._wrong: list[tuple[NotebookNode, Result, Exercise]] = []
        if not self.unsafe:
            self._close_in(resources["nbgrader"]["db_url"])
        self._stored: dict[int, list[NotebookNode]] = {}
        self._shortened: dict[int, str] = {}
        if self.solutions and solution.exists():
            known = nbformat.read(solution, as_version=4)
            self._stored = unreached(nb, known)
            self._shortened = shortened(nb, known, self._stored)
        return super().preprocess(nb, *args, **kwargs)

    _tested: ClassVar[set[str]] = set()

    def _close_in(self, gradebook: str) -> None:
        """Have the kernel started in a sandbox, which is tried once before the first submission."""
        packages = ("cs231n_lib", self.home.partition(".")[0])
        if gradebook not in self._tested:
            self_test(Path(gradebook.removeprefix("sqlite:///")), packages)
            compile_beforehand(packages)
            self._tested.add(gradebook)
        self.kernel_manager_class = type("Manager", (SandboxedKernelManager,), {"packages": packages})

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel without the secret seed, from which it could tell what the checks will ask."""
        await super().async_start_new_kernel(**({"env": kernel_environment(SEED)} | kwargs))

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run one cell, unless its outputs are known; judge where it is a check."""
        lesson = resources["nbgrader"]["assignment"]
        checks = f"{self.home}.{slug_of(lesson)}.checks"
        if index in self._stored:
            cell.outputs = self._stored[index]
        elif check := self._check(cell, slug_of(lesson)):
            exercise, where = check
            result = self._judged(exercise, checks)
            cell.outputs = [shown(result)]
            if where and self.places and result.rows and not result.passed:
                self._wrong.append((cell, result, exercise))
        else:
            self._run(cell, index, self._shortened.get(index, cell.source))
        if index == len(self.nb.cells) - 1:  # all points are fixed
            for wrong, result, exercise in self._wrong:
                wrong.outputs = [shown(self._located(result, exercise, checks))]
        return cell, resources

    def _check(self, cell: NotebookNode, slug: str) -> tuple[Exercise, bool] | None:
        """What a cell checks, a bonus's too, which is not graded. What is locked has the release's source."""
        return exercise_of(cell.source, slug, self.home) if cell.cell_type == "code" and is_locked(cell) else None

    def _judged(self, exercise: Exercise, checks: str) -> Result:
        """The result of an exercise; a kernel that it leaves dead or busy is started anew."""
        with self._line(exercise, checks, "remote") as line:
            return judge(exercise, line, os.environ.get(SEED, PUBLIC_SEED), time.monotonic() + exercise.longest + GRACE)

    def _located(self, result: Result, exercise: Exercise, checks: str) -> Result:
        """The result with the places where the answer goes wrong."""
        sources = [cell.source for cell in self.nb.cells if cell.cell_type == "code"]
        with self._line(exercise, checks, "remote_place") as line:
            return located(result, line, sources)

    @contextmanager
    def _line(self, exercise: Exercise, checks: str, module: str) -> Iterator[socket.socket]:
        """A line to the kernel, which serves an exercise at its other end; afterwards the kernel is free again."""
        with _door(getattr(self.km, "folder", None)) as (address, door):
            code = _SERVE.format(module=module, address=address, checks=checks, name=exercise.name)
            asked = self._send(code)
            line, done = self._answer(door, asked)
            with line:
                yield line
        done = done or self._is_done(asked, GRACE)
        if not done:
            run_sync(self.km.interrupt_kernel)()
            done = self._is_done(asked, GRACE)
        self._end_others()
        if not done or self._asked_to_end:  # by `exit()` in a function
            self._asked_to_end = False
            self._revive()

    def _answer(self, door: socket.socket, asked: str) -> tuple[socket.socket, bool]:
        """The kernel's line to ``door``, and whether it is through with what it was asked: then nobody will answer."""
        door.settimeout(_LOOKS_EVERY)
        end, done = time.monotonic() + _ANSWERS_WITHIN, False
        while True:
            with suppress(TimeoutError):
                return door.accept()[0], done
            if done or time.monotonic() > end:
                break
            done = self._is_done(asked, _LOOKS_EVERY)
        line, other = socket.socketpair()  # nobody answers, and the report says so
        other.close()
        return line, done


@contextmanager
def _door(folder: Path | None) -> Iterator[tuple[str, socket.socket]]:
    """A socket of its own for one exercise, and its address, in the kernel's folder where it has one."""
    with (
        TemporaryDirectory() if folder is None else nullcontext(folder) as place,
        socket.socket(socket.AF_UNIX) as door,
    ):
        address = Path(place, f"line-{secrets.token_hex(8)}")
        door.bind(str(address))
        door.listen(1)
        if folder:
            hand_over(address)
        yield str(address), door
        with suppress(OSError):  # the submission may have removed it, or put something else there
            address.unlink()


@lru_cache(256)
def exercise_of(source: str, slug: str, home: str = HOME) -> tuple[Exercise, bool] | None:
    """The exercise that a released check cell calls, with the points that the class gives it, and if it shows places.

    None for a cell that calls none, such as those of an instructor's own assignment: it is run as nbgrader would.

    >>> exercise, where = exercise_of("checks.adam(points=12)", "update_rules")
    >>> exercise.points, where
    (12, True)
    >>> exercise_of("assert adam", "update_rules")
    """
    match _last_statement(source):
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("checks"), name), _, keywords)) if has_part(slug, "checks", home):
            exercise = exercises_of(checks_of(slug, home))[name]
            told = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}
            where = told.get("where", True)
            return (replace(exercise, points=told["points"]) if "points" in told else exercise), where
    return None


def _last_statement(source: str) -> ast.stmt | None:
    """The last statement of a cell; none of one that is empty, or not plain Python, such as one with a magic."""
    with suppress(SyntaxError, IndexError):
        return ast.parse(source).body[-1]
    return None


def shown(result: Result) -> NotebookNode:
    """A result as the one output of its cell, from which nbgrader reads the points."""
    _, metadata = result._repr_mimebundle_()
    data = {"text/plain": repr(result), "text/html": result._repr_html_()}
    return new_output("execute_result", data, metadata=metadata)
