"""How kernels that the course starts are to compute: with one thread.

BLAS would take a thread for each core, and on a busy machine these wait for one another: beside four busy processes
lesson 07 takes over 120 s with two threads and 29 s with one. On an idle one its small matrices gain nothing by more.
"""

import math
import os
import time
from collections.abc import Container
from contextlib import suppress
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""What each BLAS, and OpenMP, read when they load."""


LIGHT_KERNEL = """
import gc, sys
gc.disable()
sys.path.remove("")  # as ipykernel's own launcher; it comes back behind the standard library
sys.modules["debugpy"] = sys.modules["ssl"] = None
import ipykernel.ipkernel
del sys.modules["ssl"]
from ipykernel.kernelapp import launch_new_instance
gc.freeze()
gc.enable()
launch_new_instance()
"""
"""A program that starts a kernel without the debugger, which takes longer to load than NumPy, and without looking for
garbage in what it loads, all of which is there to stay. Where there is no network, asyncio needs no encryption either.
"""


def kernel_environment(*without: str) -> dict[str, str]:
    """Return this process's environment with `ONE_THREAD`, and without the variables of these names."""
    return {name: value for name, value in os.environ.items() if name not in without} | ONE_THREAD


class Channel(AsyncZMQSocketChannel):  # type: ignore[misc]  # the same
    """Hears messages alone: code in a kernel can send whatever it likes, unsigned or without its parts."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for a message, for so many seconds where that is given.

        Raises
        ------
        queue.Empty
            If there is none within that time.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = None if end is None else max(0.0, end - time.monotonic())
            with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
                said: dict[str, Any] = await super().get_msg(left)
                if all(isinstance(said[part], dict) for part in ("header", "parent_header", "content")):
                    return said
            if left == 0:
                raise Empty


class QuietClient(AsyncKernelClient):  # type: ignore[misc]  # jupyter_client's types are not looked at
    """A client that does not ask its kernel each second whether it lives: who started it knows, and need not wait."""

    shell_channel_class = iopub_channel_class = stdin_channel_class = control_channel_class = Type(Channel)

    def start_channels(self, **channels: Any) -> None:
        """Start the channels, all but that for the heartbeat."""
        super().start_channels(**(channels | {"hb": False}))

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and is heard to be idle; the base class then waits for more that never comes.

        Raises
        ------
        RuntimeError
            If it does not within ``timeout`` seconds, or has ended.
        """
        end = math.inf if timeout is None else time.monotonic() + timeout
        asked = set()
        while time.monotonic() < end:
            asked.add(self.kernel_info())
            with suppress(Empty):
                while not _answers(await self.get_shell_msg(timeout=1), asked, "kernel_info_reply"):
                    pass
                # What it says to all is heard only once it has noticed that somebody listens.
                while True:
                    said = await self.get_iopub_msg(timeout=0.2)
                    if _answers(said, asked, "status") and said["content"]["execution_state"] == "idle":
                        return
            if not await self.is_alive():
                raise RuntimeError("the kernel ended before it was ready")
        raise RuntimeError(f"the kernel was not ready within {timeout:g} seconds")


def _answers(message: dict[str, Any], asked: Container[str], kind: str) -> bool:
    return message["msg_type"] == kind and message["parent_header"].get("msg_id") in asked
