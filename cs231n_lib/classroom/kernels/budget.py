"""CPU time that a student's own cells may use in grading."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import psutil

from .sandbox import process_tree

OWN_SECONDS = 20.0
"""CPU seconds for all of a student's own cells together, and for the statements of each answer."""

MIN_SECONDS = 0.5
"""Minimum CPU seconds for a cell after others used up the budget. An answer may need this cell."""

MAX_IDLE_SECONDS, IDLE_CPU_SECONDS = 20.0, 0.2
"""A cell that computes for less than `IDLE_CPU_SECONDS` in `MAX_IDLE_SECONDS` counts as waiting forever."""

POLL_SECONDS = 0.2
INTERRUPT_SECONDS = 5.0
"""Seconds that an interrupted cell has to end before its kernel is killed."""


class Budget:
    """CPU seconds shared by several cells, with a limit on idle time."""

    def __init__(self, seconds: float, max_idle: float = MAX_IDLE_SECONDS) -> None:
        self.remaining = seconds
        self.max_idle = max_idle
        self.interrupted = False
        """Whether the last cell was interrupted."""
        self._used = 0.0

    @asynccontextmanager
    async def enforce(self, pid: int, interrupt: Callable[[], Awaitable[None]]) -> AsyncIterator["Budget"]:
        """Interrupt a cell that runs under ``pid`` if it exceeds the budget or only waits.

        If a cell ignores the interrupt or has stopped itself, its kernel is killed.
        """
        self.interrupted = False
        before = self._used = cpu_seconds(pid)
        watch = asyncio.ensure_future(self._watch(pid, before + max(self.remaining, MIN_SECONDS), interrupt))
        try:
            yield self
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            self.remaining -= max(self._used, cpu_seconds(pid)) - before  # a killed process no longer reports its time

    async def _watch(self, pid: int, end: float, interrupt: Callable[[], Awaitable[None]]) -> None:
        since, then = time.monotonic(), self._used
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self._used = max(self._used, cpu_seconds(pid))
            if self._used - then > IDLE_CPU_SECONDS:
                since, then = time.monotonic(), self._used
            if self._used >= end or time.monotonic() - since > self.max_idle:
                self.interrupted = True
                await interrupt()
                await asyncio.sleep(INTERRUPT_SECONDS)
                break
            if is_stopped(pid):
                break
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


def is_stopped(pid: int) -> bool:
    """Tell whether a signal has stopped a process or one of its descendants."""
    with suppress(psutil.NoSuchProcess):
        return any(process.status() == psutil.STATUS_STOPPED for process in process_tree(pid))
    return False


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and its descendants, including ended ones."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        for process in process_tree(pid):
            with suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])
    return total
