"""Execution of a submission's cells, which restarts a kernel that ends or hangs."""

import time
from collections import Counter
from contextlib import suppress
from queue import Empty
from typing import Any

import psutil
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool, Float

from cs231n_lib.course.student.notebook import OWN

from .budget import MAX_IDLE_SECONDS, OWN_SECONDS, Budget
from .sandbox import SandboxedKernelManager, is_running, process_tree
from .submitted_outputs import take_outputs

MAX_RESTARTS = 5
"""Number of restarts of a kernel above which the student's own cells are skipped."""

MAX_RECEIVED = 20_000_000
"""Maximum characters of a cell's output to receive into memory. Graded notebooks store fewer."""

_KERNEL_ERRORS = (
    DeadKernelError,
    CellTimeoutError,
    ValidationError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
)
"""Errors caused by a kernel that has ended or gives a malformed answer."""

_REPLAY_SECONDS = 60.0
"""Maximum seconds for a cell that ran before to run again after a restart."""

_FORKED_SECONDS = 10.0
"""Maximum seconds for a kernel to answer after its forks were killed. They may have taken its messages."""

CUT_SHORT = (
    "The number of cells below the first check that were interrupted, ended Python or did not run in grading is {}. "
    "In grading, the cells that a student added may compute for {:g} seconds in all."
)

_ROUNDS, _ROUND = 40, 0.05
"""Maximum rounds of killing other processes, and seconds between rounds. Processes may start new ones meanwhile."""


class RunCells(Execute):  # type: ignore[misc]  # nbgrader has no types
    """Run cells like nbgrader's ``Execute``, with a budget for a student's own code.

    After the kernel has received the cases of a check, cells without points show the outputs of the submitted file.
    """

    store_widget_state = Bool(False, help="Widgets are not shown, and their state could contain a check's cases.")

    own_seconds = Float(
        OWN_SECONDS, help="CPU seconds for all cells that a student added, and for the statements of each answer."
    ).tag(config=True)
    submission_seconds = Float(300.0, help="Maximum seconds to run and check a submission.").tag(config=True)
    own_waits = Float(MAX_IDLE_SECONDS, help="Maximum seconds that a student's own cell may be idle.").tag(config=True)

    def preprocess(self, nb: NotebookNode, *args: Any, **kwargs: Any) -> tuple[NotebookNode, Any]:
        """Run a notebook in a kernel of its own."""
        self._end = time.monotonic() + self.submission_seconds
        self._ran: list[tuple[NotebookNode, str]] = []
        self._restarts = 0
        self._own = self._budget()
        self._exit_requested = False
        self._received: Counter[int] = Counter()
        self._heard_cases = False
        self._submitted = take_outputs(nb)
        self._below: list[NotebookNode] = []
        self._cut_short = 0
        nb, resources = super().preprocess(nb, *args, **kwargs)
        if self._cut_short:  # only their number, because a cell's end may depend on the cases
            told = CUT_SHORT.format(self._cut_short, self.own_seconds)
            (list(filter(_is_own, self._below)) or self._below)[-1].outputs.append(_error_output("TimeLimit", told))
        return nb, resources

    def _budget(self) -> Budget:
        return Budget(self.own_seconds, self.own_waits)

    def _run_cell(self, cell: NotebookNode, index: int, source: str) -> None:
        """Run ``source`` as a cell, and show the outputs of this run or of the submission."""
        withholds = self._withholds(cell)
        self._run_watched(cell, index, source)
        if withholds and cell.cell_type == "code":
            self._below.append(cell)
            self._cut_short += bool(cell.outputs)  # outputs of grading itself, because no others are accepted
            cell.outputs, cell.execution_count = self._submitted[index], None

    def _run_watched(self, cell: NotebookNode, index: int, source: str) -> None:
        """Run ``source`` as a cell, and restart the kernel if the cell ends it."""
        budget = self._own if _is_own(cell) else self._budget()
        watched = cell.cell_type == "code" and (budget is self._own or is_solution(cell))
        if cell.cell_type == "code" and not self._seconds_left():
            late = f"This cell did not run, because the submission has used its {self.submission_seconds:g} seconds."
            cell.outputs = [_error_output("Left out", late)]
            return
        if watched and _is_own(cell) and self._restarts > MAX_RESTARTS:
            cell.outputs = [
                _error_output("Left out", "This cell did not run, because cells before it ended Python too often.")
            ]
            return
        try:
            run_sync(self._run_within)(cell, index, source, budget if watched else None)
            if watched and not self._answers_alone():
                raise DeadKernelError("the kernel no longer answers")
        except _KERNEL_ERRORS as error:
            message = "This cell ended Python or could not be interrupted. Grading went on without it."
            cell.outputs.append(_error_output(type(error).__name__, message))
            self._restart_kernel()
        else:
            if self._exit_requested:  # after `exit()` the kernel answers first and then ends
                self._exit_requested = False
                self._restart_kernel()
            elif cell.cell_type == "code":
                self._ran.append((cell, source))

    def _seconds_left(self) -> float:
        left: float = self._end - time.monotonic()
        return max(0.0, left)

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Note whether a cell asked its kernel to end."""
        if not self._withholds(kwargs["cell"]):  # nbgrader would add the error from the reply
            super().on_cell_executed(**kwargs)
        self._exit_requested = _requests_exit(kwargs["execute_reply"])

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Process a kernel's message, unless it is malformed or exceeds `MAX_RECEIVED`."""
        if msg["msg_type"] != "status":
            if self._received[cell_index] > MAX_RECEIVED:
                return None
            self._received[cell_index] += len(repr(msg["content"])) + sum(len(one) for one in msg.get("buffers") or [])
            if msg["msg_type"] == "update_display_data" and self._heard_cases:
                return None  # it could change the output of an earlier cell
            if self._withholds(cell):
                return None
        with suppress(*_KERNEL_ERRORS):
            return super().process_message(msg, cell, cell_index)
        return None

    def _withholds(self, cell: NotebookNode) -> bool:
        """Tell whether a cell has no points and could show cases that the kernel received."""
        return self._heard_cases and not is_grade(cell)

    async def _run_within(self, cell: NotebookNode, index: int, source: str, budget: Budget | None) -> None:
        """Run a cell within a budget."""
        pid = getattr(getattr(self.km, "provisioner", None), "pid", None)
        written, cell.source = cell.source, source
        try:
            if budget is None or pid is None:
                await self.async_execute_cell(cell, index, store_history=True)
                return
            async with budget.enforce(pid, self.km.interrupt_kernel) as spent:
                await self.async_execute_cell(cell, index, store_history=True)
        finally:
            cell.source = written
        if spent.interrupted:
            message = (
                f"This cell was interrupted. In grading, a student's own cells may compute for {self.own_seconds:g} "
                f"seconds in all, and none may wait longer than {self.own_waits:g} seconds."
            )
            cell.outputs.append(_error_output("TimeLimit", message))

    def _send(self, code: str) -> str:
        """Send code to the kernel without waiting, and return the message's id."""

        async def send() -> str:
            return str(self.kc.execute(code, silent=True, store_history=False))

        return str(run_sync(send)())

    def _is_done(self, message: str, seconds: float) -> bool:
        """Tell whether the kernel finishes a message within this many seconds."""
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                reply = run_sync(self.kc.get_shell_msg)(timeout=left)
                if reply["parent_header"].get("msg_id") == message:
                    self._exit_requested = _requests_exit(reply)
                    return True
        except Empty:
            pass
        return False

    def _restart_kernel(self) -> None:
        """Restart the kernel, and rerun finished cells except those that now hang."""
        self._restarts += 1
        self._ran = [ran for ran in self._ran if not (self._restarts > MAX_RESTARTS and _is_own(ran[0]))]
        self._kill_child_processes()
        run_sync(self.km.restart_kernel)(now=True)
        run_sync(self.kc.wait_for_ready)(timeout=60)
        for ran in self._ran:
            if not self._is_done(self._send(ran[1]), min(_REPLAY_SECONDS, 1 + self._seconds_left())):
                self._ran = [other for other in self._ran if other is not ran]
                self._restart_kernel()
                return

    def _answers_alone(self) -> bool:
        """Kill the processes that cells started, and tell if the kernel still answers.

        A memory measurement that included them can still end the kernel, so this method waits until the
        measurement has finished.
        """
        if self._kill_child_processes():
            if isinstance(self.km, SandboxedKernelManager):
                with self.km.measuring:
                    pass
            if not self._is_done(self._send("pass"), _FORKED_SECONDS):
                return False
        return bool(run_sync(self.km.is_alive)())

    def _kill_child_processes(self) -> bool:
        """Kill a submission's processes except its kernel, and tell if there were any.

        A fork of the kernel would take the kernel's messages, and a full machine would keep the kernel from answering.
        """
        rounds_without = 0
        for round_number in range(_ROUNDS):
            other_processes = [one for one in self._other_processes() if is_running(one)]
            rounds_without = 0 if other_processes else rounds_without + 1
            if rounds_without > (round_number > 0):  # while processes end, Linux can leave others out of its list
                return round_number > 0
            for end in (psutil.Process.suspend, psutil.Process.kill):  # a suspended process cannot start another
                for one in other_processes:
                    with suppress(psutil.NoSuchProcess):
                        end(one)
            time.sleep(_ROUND)
        return True

    def _other_processes(self) -> list[psutil.Process]:
        if isinstance(self.km, SandboxedKernelManager):
            return self.km.other_processes()
        pid = getattr(getattr(self.km, "provisioner", None), "pid", None)
        with suppress(psutil.NoSuchProcess):
            return process_tree(pid)[1:] if pid else []
        return []


def _is_own(cell: NotebookNode) -> bool:
    return str(cell.get("id", "")).startswith(OWN)


def _error_output(name: str, reason: str) -> NotebookNode:
    """Return an error output that grading writes below a cell."""
    return new_output("error", ename=name, evalue=reason, traceback=[reason])


def _requests_exit(reply: dict[str, Any]) -> bool:
    """Tell whether a kernel's reply announces its end, as after `exit()`."""
    return any(part.get("source") == "ask_exit" for part in reply["content"].get("payload") or [])
