"""How long a student's own cells may compute in grading, all together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import psutil

OWN_SECONDS = 20.0
"""Of CPU, for all cells that a student added; each answer's own statements have as much again."""

LEAST = 0.5
"""Seconds that a cell has even where others used up all: an answer may need what a short one defines."""

EVERY = 0.2
PATIENCE = 5.0
"""Seconds in which an interrupted cell must end; then its processes are killed."""


class Budget:
    """Seconds of CPU that several cells share."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self.interrupted = False
        """Whether the cell that ran last was interrupted."""

    @asynccontextmanager
    async def watching(self, pid: int, interrupt: Callable[[], Awaitable[None]]) -> AsyncIterator["Budget"]:
        """While a cell runs in the processes under ``pid``, interrupt it once the budget is spent."""
        self.interrupted = False
        before = cpu_seconds(pid)
        watch = asyncio.ensure_future(self._watch(pid, before + max(self.left, LEAST), interrupt))
        try:
            yield self
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            self.left -= max(0.0, cpu_seconds(pid) - before)

    async def _watch(self, pid: int, end: float, interrupt: Callable[[], Awaitable[None]]) -> None:
        while cpu_seconds(pid) < end:
            await asyncio.sleep(EVERY)
        self.interrupted = True
        await interrupt()
        await asyncio.sleep(PATIENCE)
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


def cpu_seconds(pid: int) -> float:
    """What a process, its descendants, and those of them that have ended have computed so far."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        top = psutil.Process(pid)
        for process in [top, *top.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])
    return total
