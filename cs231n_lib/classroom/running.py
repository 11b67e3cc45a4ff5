"""Runs a submission's cells, whatever they do to their kernel: one that ends or hangs is started anew."""

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
from nbgrader.utils import is_solution
from traitlets import Float

from .intake import OWN
from .own_cells import OWN_SECONDS, WAITS, Budget
from .sandbox import SandboxedKernelManager, family

MOST_ENDINGS = 5
"""So often a kernel may be started anew; then the student's own cells are left out."""

MOST_SAID = 20_000_000
"""Characters of what a cell shows that are listened to, in memory; what is kept of them is less."""

_LOST = (DeadKernelError, CellTimeoutError, ValidationError, LookupError, AttributeError, TypeError, ValueError)
"""What becomes of a kernel that has ended, or whose answer is none."""

_REPLAYED_WITHIN = 60.0
"""Seconds in which a cell that ran to its end must do so again."""

_ROUNDS, _ROUND = 40, 0.05
"""So often what a submission started is looked for anew, and ended, and after how many seconds: it may start more."""


class RunCells(Execute):  # type: ignore[misc]  # nbgrader has no types
    """Runs cells as nbgrader's ``Execute`` does, with a budget for what the student wrote."""

    own_seconds = Float(
        OWN_SECONDS, help="Seconds of computing for the cells that a student added, and for each answer's statements."
    ).tag(config=True)
    own_waits = Float(WAITS, help="Seconds that such a cell may wait for something without computing.").tag(config=True)

    def preprocess(self, nb: NotebookNode, *args: Any, **kwargs: Any) -> tuple[NotebookNode, Any]:
        """Run a notebook in a kernel of its own."""
        self._ran: list[tuple[NotebookNode, str]] = []
        self._endings = 0
        self._own = self._budget()
        self._asked_to_end = False
        self._said: Counter[int] = Counter()
        return super().preprocess(nb, *args, **kwargs)  # type: ignore[no-any-return]

    def _budget(self) -> Budget:
        return Budget(self.own_seconds, self.own_waits)

    def _run(self, cell: NotebookNode, index: int, source: str) -> None:
        """Run a cell by ``source``; where that ends the kernel, say so below it and go on with another."""
        budget = self._own if _is_own(cell) else self._budget()
        watched = cell.cell_type == "code" and (budget is self._own or is_solution(cell))
        if watched and _is_own(cell) and self._endings > MOST_ENDINGS:
            cell.outputs = [_told("Left out", "Cells before this one ended Python too often.")]
            return
        try:
            run_sync(self._watched)(cell, index, source, budget if watched else None)
        except _LOST as error:
            told = "This cell ended Python, or could not be interrupted; grading went on without it."
            cell.outputs.append(_told(type(error).__name__, told))
            self._revive()
        else:
            if self._asked_to_end:  # by `exit()`; the kernel answers, and then ends
                self._asked_to_end = False
                self._revive()
            elif cell.cell_type == "code":
                self._ran.append((cell, source))

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Note whether a cell asked its kernel to end."""
        super().on_cell_executed(**kwargs)
        self._asked_to_end = _asks_to_end(kwargs["execute_reply"])

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take what a kernel says of a cell, up to `MOST_SAID`; what cannot be understood is not heard."""
        if msg["msg_type"] != "status":
            if self._said[cell_index] > MOST_SAID:
                return None
            self._said[cell_index] += len(repr(msg["content"])) + sum(len(one) for one in msg.get("buffers") or [])
        with suppress(*_LOST):
            return super().process_message(msg, cell, cell_index)
        return None

    async def _watched(self, cell: NotebookNode, index: int, source: str, budget: Budget | None) -> None:
        """Run a cell within a budget; what it has started beside its kernel ends with it."""
        pid = getattr(getattr(self.km, "provisioner", None), "pid", None)
        written, cell.source = cell.source, source
        try:
            if budget is None or pid is None:
                await self.async_execute_cell(cell, index, store_history=True)
                return
            async with budget.watching(pid, self.km.interrupt_kernel) as spent:
                await self.async_execute_cell(cell, index, store_history=True)
            self._end_others()
        finally:
            cell.source = written
        if spent.interrupted:
            told = f"Interrupted: in grading, a student's own cells have {self.own_seconds:g} seconds of computing"
            told += f" together. None may wait longer than {self.own_waits:g} seconds."
            cell.outputs.append(_told("TimeLimit", told))

    def _send(self, code: str) -> str:
        """Have the kernel run what leaves no trace, without waiting for it; return the message's id."""

        async def send() -> str:
            return str(self.kc.execute(code, silent=True, store_history=False))

        return str(run_sync(send)())

    def _is_done(self, message: str, seconds: float) -> bool:
        """Whether the kernel is through with a message within some seconds."""
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                reply = run_sync(self.kc.get_shell_msg)(timeout=left)
                if reply["parent_header"].get("msg_id") == message:
                    self._asked_to_end = _asks_to_end(reply)
                    return True
        except Empty:
            pass
        return False

    def _revive(self) -> None:
        """Start the kernel anew, and run the cells again that ran to their end, but for one that now does not."""
        self._endings += 1
        self._ran = [ran for ran in self._ran if not (self._endings > MOST_ENDINGS and _is_own(ran[0]))]
        self._end_others()
        run_sync(self.km.restart_kernel)(now=True)
        run_sync(self.kc.wait_for_ready)(timeout=60)
        for ran in self._ran:
            if not self._is_done(self._send(ran[1]), _REPLAYED_WITHIN):
                self._ran = [other for other in self._ran if other is not ran]
                self._revive()
                return

    def _end_others(self) -> None:
        """End what the submission has started beside its kernel.

        A fork of the kernel would take its messages, and what fills the machine would keep it from answering.
        """
        for _ in range(_ROUNDS):
            others = [one for one in self._others() if _is_alive(one)]
            if not others:
                return
            for end in (psutil.Process.suspend, psutil.Process.kill):  # what is stopped cannot start more meanwhile
                for one in others:
                    with suppress(psutil.NoSuchProcess):
                        end(one)
            time.sleep(_ROUND)

    def _others(self) -> list[psutil.Process]:
        if isinstance(self.km, SandboxedKernelManager):
            return self.km.others()
        pid = getattr(getattr(self.km, "provisioner", None), "pid", None)
        with suppress(psutil.NoSuchProcess):
            return family(pid)[1:] if pid else []
        return []


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _is_own(cell: NotebookNode) -> bool:
    return str(cell.get("id", "")).startswith(OWN)


def _told(name: str, why: str) -> NotebookNode:
    """What grading says below a cell."""
    return new_output("error", ename=name, evalue=why, traceback=[why])


def _asks_to_end(reply: dict[str, Any]) -> bool:
    """Whether a kernel's reply says that it will end, as after `exit()`."""
    return any(part.get("source") == "ask_exit" for part in reply["content"].get("payload") or [])
