"""How kernels that the course starts are to compute: with one thread.

BLAS would take a thread for each core, and on a busy machine these wait for one another: beside four busy processes
lesson 07 takes over 120 s with two threads and 29 s with one. On an idle one its small matrices gain nothing by more.
"""

import os
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient

ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""What each BLAS, and OpenMP, read when they load."""


def kernel_environment(*without: str) -> dict[str, str]:
    """Return this process's environment with `ONE_THREAD`, and without the variables of these names."""
    return {name: value for name, value in os.environ.items() if name not in without} | ONE_THREAD


class QuietClient(AsyncKernelClient):  # type: ignore[misc]  # jupyter_client's types are not looked at
    """A client that does not ask its kernel each second whether it lives: who started it knows, and need not wait."""

    def start_channels(self, **channels: Any) -> None:
        """Start the channels, all but that for the heartbeat."""
        super().start_channels(**(channels | {"hb": False}))
