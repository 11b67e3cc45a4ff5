"""Control group that limits a submission's memory, if the grader can create one.

For such a group Linux also counts memory that a monitor of processes cannot see, such as the buffers of sockets and
pipes. A group needs cgroup v2 with the memory controller, and permission to create groups beside or below the grader's
own. The command ``systemd-run --user --scope`` provides both. On other systems, only the monitor in `sandbox` limits
the total memory.
"""

import os
import subprocess
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

SETTINGS = {"memory.swap.max": "0", "memory.oom.group": "1"}
"""Further settings, if Linux has them. Swapped memory would not count, and all processes should end together."""

JOIN = ["sh", "-c", 'echo $$ > "$0"/cgroup.procs && exec "$@"']
"""Start of a command line that joins the group given next and runs the rest."""

_NUMBERS = count()


def create_group(memory: int) -> Path | None:
    """Create a group limited to ``memory`` bytes, or return None if that fails."""
    base = _usable_base()
    return _create(base, memory) if base else None


def remove_group(group: Path) -> bool:
    """Remove a group unless it still has processes, and tell whether it is gone."""
    with suppress(OSError):
        group.rmdir()
    return not group.exists()


@cache
def _usable_base() -> Path | None:
    """Return a group in which this process can create limited groups, or None."""
    for base in _bases():
        if group := _create(base, 2**30):
            try:
                if subprocess.run([*JOIN, str(group), "true"], capture_output=True, check=False).returncode == 0:
                    return base
            finally:
                remove_group(group)
    return None


def _bases() -> list[Path]:
    """Return the groups to try. Root tries only its own, because all others belong to the system."""
    own = _own_group()
    if own is None:
        return []
    return [own] if os.geteuid() == 0 else [own, own.parent]


def _own_group(proc: Path = Path("/proc/self")) -> Path | None:
    """Return the folder of this process's group in cgroup v2."""
    with suppress(OSError, StopIteration):
        mounts = (line.split() for line in (proc / "mounts").read_text().splitlines())
        mount = next(mount[1] for mount in mounts if mount[2] == "cgroup2")
        groups = (proc / "cgroup").read_text().splitlines()
        return Path(mount + next(line for line in groups if line.startswith("0::")).removeprefix("0::").rstrip())
    return None


def _create(base: Path, memory: int) -> Path | None:
    group = base / f"cs231n-{os.getpid()}-{next(_NUMBERS)}"
    try:
        _make(group)
    except OSError:
        return None
    try:
        if (group / "memory.max").exists():
            (group / "memory.max").write_text(str(memory))
            for name, value in SETTINGS.items():
                if (group / name).exists():
                    (group / name).write_text(value)
            return group
    except OSError:
        pass
    remove_group(group)
    return None


def _make(group: Path) -> None:
    """Create a group's folder, to which Linux then adds files with the settings."""
    group.mkdir()
