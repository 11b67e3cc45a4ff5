"""Timing on one core with one thread, as medians of CPU time of contestants in turns.

Import this module before NumPy, because BLAS reads the number of threads when it loads.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

Work = Callable[[], object]


def pin() -> None:
    """Pin this process to the last core that it may use, if the system supports it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def medians(works: Mapping[str, Work], rounds: int = 30, seconds: float = 0.004) -> dict[str, float]:
    """Median CPU seconds of one call of each function.

    In each round the functions take turns, and each runs often enough to fill ``seconds``. So whatever slows the
    machine for a while slows all of them.
    """
    repeats = {name: _calls_that_fill(work, seconds) for name, work in works.items()}
    samples: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            samples[name].append(_seconds(work, repeats[name]))
    return {name: statistics.median(values) for name, values in samples.items()}


def _calls_that_fill(work: Work, seconds: float) -> int:
    work()
    once = min(_seconds(work, 1) for _ in range(3))
    return max(1, round(seconds / max(once, 1e-7)))


def _seconds(work: Work, repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - start) / repeats


def child_cpu_seconds(code: str) -> tuple[float, "subprocess.CompletedProcess[str]"]:
    """CPU seconds (user and system) of a new Python that runs ``code``, and the completed process (Unix).

    Python writes and reads compiled modules in ``__pycache__``, as for an installed package. Otherwise compiling this
    package at each start would cost more than the training.
    """
    import resource

    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, result


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], described: str = "") -> None:
    """Print a Markdown table and below it a description of the machine, by default of this process."""
    lines = [header, ["---"] * len(header), *rows]
    print(f"### {title}\n")
    print("\n".join(f"| {' | '.join(line)} |" for line in lines))
    print(f"\n{described or machine()}\n", flush=True)


def machine() -> str:
    """Processor, number of cores, versions and BLAS kernel, as far as they are known."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        cpu = next((line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), cpu)
    parts = [f"{cpu}, {os.cpu_count()} cores, one used", f"Python {platform.python_version()}"]
    parts += [
        f"{name} {sys.modules[name].__version__}"
        for name in ("numpy", "sklearn", "jax", "torch")
        if name in sys.modules
    ]
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "; ".join(parts)
    pools = {
        (p["internal_api"], p["version"], p.get("architecture", ""))
        for p in threadpool_info()
        if p["user_api"] == "blas"
    }
    return "; ".join([*parts, *(" ".join(filter(None, map(str, pool))) for pool in sorted(pools, key=str))])
