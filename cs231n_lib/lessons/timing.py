"""Timing for experiments that compare speeds."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any


def milliseconds(function: Callable[[], Any], repeats: int = 7) -> float:
    """Median wall-clock time of one call, in ms, over repeats of about 1 ms each."""
    function()
    start = perf_counter()
    function()
    number = max(1, int(1e-3 / max(perf_counter() - start, 1e-7)))
    times = []
    for _ in range(repeats):
        start = perf_counter()
        for _ in range(number):
            function()
        times.append((perf_counter() - start) / number)
    return 1000 * median(times)
