"""Clients and settings of kernels that compute with one thread.

By default BLAS uses a thread for each core, and on a busy machine the threads wait for one another. While four other
processes are busy, lesson 07 takes over 120 s with two threads and 29 s with one. The lesson's matrices are too small
to gain from more threads even on an idle machine.
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
"""Environment variables that BLAS libraries and OpenMP read when they are loaded."""

INSTRUCTIONS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NPY_DISABLE_CPU_FEATURES")
"""Environment variables that choose processor instructions and so affect rounding."""

LIGHT_KERNEL = """
import gc, sys
gc.disable()
sys.path.remove("")  # as ipykernel's own launcher does. IPython adds it after the standard library
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
spec = PathFinder.find_spec("jupyter_client")
sys.modules["jupyter_client"] = package = module_from_spec(spec)
def load(name):
    del package.__getattr__
    spec.loader.exec_module(package)
    return getattr(package, name)
package.__getattr__ = load
sys.modules["debugpy"] = sys.modules["ssl"] = None
import jupyter_client.connect as connect
for name in ("write_connection_file", "find_connection_file"): setattr(package, name, getattr(connect, name))
client = getattr(connect.ConnectionFileMixin, "blocking_class", None)  # a setting that kernels do not use
if client: client.default_value = object  # its default is a name, which would be looked up
import ipykernel.ipkernel, cs231n_lib.checks.remote.runner
del sys.modules["ssl"]
from ipykernel.kernelapp import launch_new_instance
gc.freeze()
gc.enable()
launch_new_instance()
"""
"""Program that starts a kernel in less time. It omits the debugger, which takes longer to load than NumPy, and the
encryption of asyncio, which is unnecessary without a network. Modules that stay loaded, such as NumPy and the checks,
are exempt from garbage collection. A kernel needs only two modules of jupyter_client, so the package itself, with all
clients and managers, is loaded when it is first used.
"""


def kernel_environment(*without: str) -> dict[str, str]:
    """Return the environment with `ONE_THREAD` and without the named variables."""
    return {name: value for name, value in os.environ.items() if name not in without} | ONE_THREAD


class TolerantChannel(AsyncZMQSocketChannel):  # type: ignore[misc]  # jupyter_client's types are not checked
    """Channel that skips malformed messages, because kernels can send anything."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for a message, at most ``timeout`` seconds if it is given.

        Raises
        ------
        queue.Empty
            If no message arrives in time.
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


class QuietClient(AsyncKernelClient):  # type: ignore[misc]  # jupyter_client's types are not checked
    """Client without a heartbeat, because the kernel's manager knows its state."""

    shell_channel_class = iopub_channel_class = stdin_channel_class = control_channel_class = Type(TolerantChannel)

    def start_channels(self, **channels: Any) -> None:
        """Start all channels except the heartbeat."""
        super().start_channels(**(channels | {"hb": False}))

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and reports that it is idle.

        Raises
        ------
        RuntimeError
            If it takes longer than ``timeout`` seconds or the kernel has ended.
        """
        end = math.inf if timeout is None else time.monotonic() + timeout
        asked = set()
        while time.monotonic() < end:
            asked.add(self.kernel_info())
            with suppress(Empty):
                while not _answers(await self.get_shell_msg(timeout=1), asked, "kernel_info_reply"):
                    pass
                # The kernel's broadcasts arrive only after it has noticed the subscription.
                while True:
                    said = await self.get_iopub_msg(timeout=0.2)
                    if _answers(said, asked, "status") and said["content"]["execution_state"] == "idle":
                        return
            if not await self.is_alive():
                raise RuntimeError("The kernel ended before it was ready")
        raise RuntimeError(f"The kernel was not ready within {timeout:g} seconds")


def _answers(message: dict[str, Any], asked: Container[str], kind: str) -> bool:
    return message["msg_type"] == kind and message["parent_header"].get("msg_id") in asked
