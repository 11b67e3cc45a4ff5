"""Self-test of the sandbox, in which a program tries to do what the walls prevent.

Grading stops if a wall is missing. The class's settings may allow the walls in `OPTIONAL_WALLS` to be missing, but not
those around files, the network, other processes and the program's rights.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from stat import S_IXOTH
from threading import Thread

from cs231n_lib.course.settings import OPTIONAL_WALLS

from ..errors import SandboxError
from .sandbox import (
    ADDRESSES,
    DISK,
    FILE,
    OPEN,
    PROCESSES,
    START_SECONDS,
    command,
    enforce_limits,
    give_to_sandbox_user,
    package_folders,
)

ALLOW = (
    "allow user namespaces (on Ubuntu with sysctl kernel.apparmor_restrict_unprivileged_userns=0, in a container "
    "through its settings)"
)

_MEMORY = 60_000_000
"""Bytes of memory that the program takes. This test has the same limit, so the monitor must end the program."""

_WATCH_SECONDS = 5.0
"""Maximum seconds for the monitor to end the program."""

_PROBE = """
import ctypes, mmap, os, socket, sys
gradebook, outside, port, namespaces, memory, addresses, size, opened, processes = sys.argv[1:]
call = ctypes.CDLL(None, use_errno=True)
def tried(wall, what, attempt):
    try: worked = attempt()
    except OSError: return
    if worked is not False: print(wall, what, sep="\\t", flush=True)
def write(path): open(path, "w").close()
def touch(path): write(path), os.remove(path)
def reserve(path, count):
    try:
        with open(path, "w") as file: os.posix_fallocate(file.fileno(), 0, count)
    except OSError:
        os.path.exists(path) and os.remove(path)
        raise
    return path
def fill(place):
    names = []
    try:
        for n in range(2): names.append(reserve(f"{place}/self-test-{n}", int(size) * 6 // 10))
    finally:
        for name in names: os.remove(name)
def hold():
    held = []
    try:
        while len(held) < int(opened): held.append(os.dup(0))
    finally:
        for one in held: os.close(one)
def fork():
    read, write = os.pipe()
    started = 0
    try:
        while started < int(processes):
            if os.fork() == 0:
                os.close(write), os.read(read, 1), os._exit(0)
            started += 1
    finally:
        os.close(write)
        for _ in range(started): os.wait()
tried("files", "read the gradebook", lambda: open(gradebook, "rb").read(1))
try: write(outside)  # allowed inside its own file system
except OSError: pass
tried("files", "write into the course", lambda: open(__import__("cs231n_lib").__file__, "a"))
tried("network", "reach the network", lambda: socket.create_connection(("127.0.0.1", int(port)), 2))
for name, theirs in (pair.split("=") for pair in namespaces.split(",") if pair):
    tried("namespaces", f"use the grader's {name} namespace", lambda: os.readlink(f"/proc/self/ns/{name}") == theirs)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
tried("rights", "gain or use more rights", lambda: int(status["CapEff"], 16) != 0 or int(status["NoNewPrivs"]) != 1)
for place in ("/", "/etc", "/dev"):
    tried("read-only-places", f"write into {place}", lambda: touch(f"{place}/self-test"))
for place in ("/tmp", "/dev/shm"):
    tried("small-places", f"fill {place}", lambda: fill(place))
tried("file-size", "write a huge file", lambda: os.remove(reserve("self-test", int(size) + 1)))
tried("open-files", f"open {opened} files", hold)
tried("address-space", "reserve all memory at once",
      lambda: mmap.mmap(-1, int(addresses), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_NORESERVE).close())
tried("process-count", f"start {processes} processes", fork)
tried("seccomp", "use system calls that no lesson needs", lambda: call.shmget(0, 4096, 0o1600) != -1)
tried("user-namespaces", "create namespaces", lambda: call.unshare(0x10000000) == 0)
print("ready", flush=True)
sys.stdin.readline()
held = bytearray(b"x") * int(memory)
sys.stdin.readline()
"""


def self_test(gradebook: Path, packages: Iterable[str], allowed: Container[str] = ()) -> dict[str, list[str]]:
    """Try from inside the sandbox to do what the sandbox must prevent.

    Returns what code in the sandbox can do, by the name of the missing wall, if all of these walls are ``allowed`` to
    be missing.

    Raises
    ------
    SandboxError
        If the sandbox cannot start, or a required wall is missing.
    """
    try:
        did = _attempts(gradebook, tuple(packages))
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", None) or error).strip().splitlines()
        raise _does_not_start(said[-1], _closed_to_nobody(packages)) from None
    missing = {wall: [what for other, what in did if other == wall] for wall, _ in did}
    if escapes := [what for wall, what in did if wall not in OPTIONAL_WALLS]:
        escape = f"the sandbox for submissions can be escaped, because code in it can {' and '.join(escapes)}"
        raise SandboxError(escape, "close this gap")
    if refused := {wall: what for wall, what in missing.items() if wall not in allowed}:
        lacks = f"the sandbox for submissions lacks {describe(refused)}"
        names = ", ".join(f'"{wall}"' for wall in missing)
        accept = f"close this gap, accept it with allow_missing_walls = [{names}] under [grading] in class.toml"
        raise SandboxError(lacks, accept)
    return missing


def describe(missing: dict[str, list[str]]) -> str:
    """Describe missing walls.

    >>> describe({"seccomp": ["use system calls that no lesson needs"]})
    'the wall seccomp, so code in it can use system calls that no lesson needs'
    """
    walls, able = " and ".join(missing), " and ".join(what for can in missing.values() for what in can)
    return f"the wall{'s' if len(missing) > 1 else ''} {walls}, so code in it can {able}"


def _does_not_start(said: str, closed: Path | None) -> SandboxError:
    if closed is None:
        return SandboxError(f"the sandbox for submissions does not start ({said})", ALLOW)
    reason = f"the sandbox for submissions does not start, because root starts it as nobody, who cannot open {closed}"
    return SandboxError(
        reason, f"move the course elsewhere, or let others pass through that folder (chmod o+x {closed})"
    )


def _closed_to_nobody(packages: Iterable[str]) -> Path | None:
    """Return the first folder in a package's path that the user ``nobody`` cannot enter."""
    needed = [Path(sys.prefix), *package_folders(packages)] if os.geteuid() == 0 else []
    on_the_way = (folder for path in needed for folder in [*reversed(path.parents), path])
    return next((folder for folder in on_the_way if not folder.stat().st_mode & S_IXOTH), None)


def _attempts(gradebook: Path, packages: Sequence[str]) -> list[tuple[str, str]]:
    """Return the walls that a program could pass, each with what it could do."""
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as server:
        folder, outside = Path(name, "own"), Path(name, "outside")
        folder.mkdir()
        give_to_sandbox_user(folder)
        Path(name).chmod(0o711)
        given = [gradebook.resolve(), outside, server.getsockname()[1], _namespaces(), _MEMORY]
        limits = [ADDRESSES + 2**30, FILE, 2 * OPEN, PROCESSES + 1]
        program = [sys.executable, "-c", _PROBE, *map(str, given + limits)]
        piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command(folder, packages, program, {}), text=True, **piped) as process:  # type: ignore[call-overload]
            did, is_watched = _heard(process, folder)
        if outside.exists():
            did.append(("files", "write outside"))
        return did if is_watched else [*did, ("memory", "use more memory than the limit")]


def _heard(process: "subprocess.Popen[str]", folder: Path) -> tuple[list[tuple[str, str]], bool]:
    """Return what the program could do, and whether the memory limit ended it.

    Raises
    ------
    subprocess.CalledProcessError
        If the program ends before its memory is tested.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    impatient = Thread(target=_end_after, args=(process, START_SECONDS), daemon=True)
    impatient.start()
    did = []
    for line in process.stdout:
        if line == "ready\n":
            break
        wall, _, what = line.strip().partition("\t")
        did.append((wall, what))
    else:
        raise subprocess.CalledProcessError(process.wait(), "bwrap", stderr=process.stderr.read())
    watch = Thread(target=enforce_limits, args=(process.pid, folder, _MEMORY, DISK, 0.02), daemon=True)
    watch.start()
    process.stdin.write("\n")
    process.stdin.flush()
    try:
        process.wait(_WATCH_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return did, False
    watch.join(_WATCH_SECONDS)
    return did, True


def _end_after(process: "subprocess.Popen[str]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()


def _namespaces() -> str:
    """Return the namespaces that the program must not share, or "" without /proc."""
    found = {}
    for kind in ("pid", "net", "ipc", "mnt", "user"):
        try:
            found[kind] = str(Path("/proc/self/ns", kind).readlink())
        except OSError:
            continue
    return ",".join(f"{kind}={name}" for kind, name in found.items())
