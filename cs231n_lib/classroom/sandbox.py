"""Where a submission's code runs: no network, nothing but a folder of its own to write, and bounded in all it takes.

bubblewrap gives the kernel a file system in which only the system, the environment's packages and the course's can be
read. Memory, processors, processes and files are limited for each process, and all memory together is watched.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterable, Sequence
from compileall import compile_dir
from contextlib import suppress
from importlib import import_module
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from stat import S_ISREG
from typing import Any

import matplotlib as mpl
import psutil
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from .kernels import LIGHT_KERNEL, ONE_THREAD, QuietClient

MEMORY, DISK = 3_000_000_000, 1_000_000_000
"""Bytes, of all processes of a submission together, and of all its files, each of which counts for a block."""
BLOCK = 4096
ADDRESSES, FILE, OPEN, PROCESSES, SECONDS = 8_000_000_000, 100_000_000, 256, 128, 900
"""Limits of each process: address space and size of a file in bytes; open files, processes, and CPU time."""
LIMITS = {"as": ADDRESSES, "cpu": SECONDS, "fsize": FILE, "nofile": OPEN, "nproc": PROCESSES, "core": 0}

_LISTED = Path("/proc/thread-self/children").exists()
"""Whether the system lists the children of each process, so that not all that run on the machine are looked at."""

NOBODY = 65534
KEPT = ("LANG", "LC_ALL", "TZ", "NBGRADER_EXECUTION", *ONE_THREAD)
"""The variables of the environment that code in the sandbox sees."""

REMEDY = (
    "install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap), or grade on a machine that has it. "
    "With --unsafe (nbgrader autograde: --JudgeChecks.unsafe=True) submissions run as you, and can read, change and "
    "send whatever you can"
)

_PROBE = """
import socket, sys
gradebook, outside, port = sys.argv[1:]
def tried(what, how):
    try: how()
    except OSError: return
    print(what)
tried("read the gradebook", lambda: open(gradebook, "rb").read(1))
try: open(outside, "w").write("x")  # in a file system of its own it may
except OSError: pass
tried("write into the course", lambda: open(__import__("cs231n_lib").__file__, "a"))
tried("reach the network", lambda: socket.create_connection(("127.0.0.1", int(port)), 2))
"""


_IMPORTS = (
    "import ipykernel.kernelapp, ipykernel.ipkernel, IPython.core.debugger, IPython.core.oinspect, tornado.queues, "
    "tornado.platform.asyncio, numpy.random, matplotlib.pyplot, contourpy, tqdm, ipywidgets, anywidget"
)
"""What a kernel in the sandbox imports beside the course's packages."""


class SandboxError(KeyboardInterrupt):
    """There is no sandbox, or it does not hold: why, and what to do.

    nbgrader goes on to the next student after any error but an interrupt, which ends its run.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}: {REMEDY}")


def command(folder: Path, packages: Iterable[str], program: Sequence[str], env: dict[str, str]) -> list[str]:
    """The command line that runs a program in the sandbox.

    Parameters
    ----------
    folder : Path
        The only one in which it may write; it is handed over to whom the program runs as.
    packages : iterable of str
        Those of the course, to be imported from where they are.
    env : dict of str to str
        The environment, of which it sees what is in `KEPT`.

    Raises
    ------
    SandboxError
        If a program that is needed is missing.
    """
    root = os.geteuid() == 0
    programs = {name: shutil.which(name) for name in ("bwrap", "prlimit", *(["setpriv"] if root else []))}
    missing = [name for name, path in programs.items() if path is None]
    if missing:
        raise SandboxError(f"there is no sandbox for submissions, since {', '.join(missing)} is missing")
    homes = homes_of(packages)
    readable = sorted({Path(sys.prefix), Path(sys.base_prefix), *homes} - {Path("/usr")})
    seen = variables(folder, homes, env)
    system = [path for path in ("/bin", "/lib", "/lib64", "/etc/ssl", "/etc/fonts") if Path(path).exists()]
    # A limit on processes does not bind root, and what root may do should not depend on the sandbox alone.
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if root else []
    return [
        *as_nobody, "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
        *(part for name, value in seen.items() for part in ("--setenv", name, value)),
        "--ro-bind", "/usr", "/usr", *(part for path in system for part in ("--ro-bind", path, path)),
        "--proc", "/proc", "--dev", "/dev", "--size", str(FILE), "--tmpfs", "/tmp",
        *(part for path in readable for part in ("--ro-bind", str(path), str(path))),
        "--bind", str(folder), str(folder), "--chdir", str(folder),
        "prlimit", *(f"--{name}={value}" for name, value in LIMITS.items()), "--", *program,
    ]  # fmt: skip


def homes_of(packages: Iterable[str]) -> list[Path]:
    """Where packages are."""
    return sorted({Path(str(import_module(name).__file__)).resolve().parent for name in packages})


def compile_beforehand(packages: Iterable[str]) -> None:
    """Compile what kernels in the sandbox import: there nothing that is compiled can be kept, and each would do it.

    uv, and pip when told so, leave to the first import what they have installed; a kernel then takes 1.4 s longer.
    """
    for home in homes_of(packages):
        compile_dir(home, quiet=2)
    kernel = find_spec("ipykernel.kernelapp")
    if kernel and kernel.origin and not Path(cache_from_source(kernel.origin)).exists():
        keeps = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run([sys.executable, "-c", _IMPORTS], env=keeps, stdout=subprocess.DEVNULL, check=False)


def variables(folder: Path, homes: Iterable[Path], env: dict[str, str]) -> dict[str, str]:
    """The whole environment of a submission that may write in ``folder``."""
    return {name: env[name] for name in KEPT if name in env} | {
        "HOME": str(folder), "PATH": "/usr/bin:/bin", "MPLCONFIGDIR": str(folder),
        "PYTHONPATH": os.pathsep.join(sorted({str(home.parent) for home in homes})), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def hand_over(folder: Path) -> None:
    """Give a folder, and what is in it, to whom programs in the sandbox run as; never what a link in it points to."""
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def self_test(gradebook: Path, packages: Iterable[str]) -> None:
    """Try from within the sandbox what it must prevent.

    Raises
    ------
    SandboxError
        If the sandbox cannot be started, or something succeeds.
    """
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as server:
        folder = Path(name, "own")
        folder.mkdir()
        hand_over(folder)
        Path(name).chmod(0o711)
        port = str(server.getsockname()[1])
        program = [sys.executable, "-c", _PROBE, str(gradebook.resolve()), str(Path(name, "outside")), port]
        tried = subprocess.run(command(folder, packages, program, {}), capture_output=True, text=True, timeout=60)
        did = [*tried.stdout.splitlines(), *(["write outside"] if Path(name, "outside").exists() else [])]
    if tried.returncode:
        last = (tried.stderr.strip().splitlines() or ["no word"])[-1]
        raise SandboxError(f"the sandbox for submissions does not start ({last})")
    if did:
        raise SandboxError(f"the sandbox for submissions does not hold: it can {' and '.join(did)}")


class SandboxedKernelManager(AsyncKernelManager):  # type: ignore[misc]  # jupyter_client's types are not looked at
    """Starts each kernel in a sandbox, with sockets in its own folder in place of the network."""

    packages: tuple[str, ...] = ("cs231n_lib",)
    client_factory = Type(QuietClient)

    def __init__(self, **kwargs: Any) -> None:
        self.folder = Path(tempfile.mkdtemp())
        # Not before the manager goes too: a kernel that is restarted finds its sockets there.
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        # Once: later the folder is the submission's own, and a file in it may be a link to one of ours.
        for fonts in Path(mpl.get_cachedir()).glob("fontlist-*.json"):
            shutil.copy(fonts, self.folder)  # finding the machine's fonts takes a second
        file = str(self.folder / "kernel.json")
        super().__init__(**{**kwargs, "transport": "ipc", "connection_file": file})

    def command(self, program: Sequence[str], env: dict[str, str]) -> list[str]:
        """The command line that starts a kernel."""
        return command(self.folder, self.packages, program, env)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        assert self.kernel_spec is not None
        self.kernel_spec.interrupt_mode = "message"  # a signal from outside would meet bubblewrap
        hand_over(self.folder)
        wrapped = self.command(_with_light_kernel(kernel_cmd), kw.get("env") or dict(os.environ))
        # What it shows comes by its sockets; what it writes besides must not fill the instructor's terminal.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        # bubblewrap's own environment can be read from within, under /proc: it gets none but the path.
        bare = {"PATH": os.environ.get("PATH", os.defpath)}
        await super()._async_launch_kernel(wrapped, **{**kw, **quiet, "env": bare})
        pid = getattr(self.provisioner, "pid", None)
        if pid:
            threading.Thread(target=watch, args=(pid, self.folder, MEMORY, DISK), daemon=True).start()

    _launch_kernel = _async_launch_kernel

    def others(self) -> list[psutil.Process]:
        """What runs in the sandbox beside the kernel, which comes after the two processes of bubblewrap."""
        return processes(pids_of(self.provisioner.pid)[3:]) if self.has_kernel else []


def _with_light_kernel(program: Sequence[str]) -> list[str]:
    """A kernel's command line, as its specification has it, with `LIGHT_KERNEL` for ipykernel's own launcher."""
    usual = ["-m", "ipykernel_launcher"]
    at = next((i for i in range(len(program)) if list(program[i : i + 2]) == usual), None)
    return list(program) if at is None else [*program[:at], "-c", LIGHT_KERNEL, *program[at + 2 :]]


def watch(pid: int, folder: Path, memory: int, disk: int, every: float = 0.2) -> None:
    """End a process once it and its descendants hold more bytes than ``memory``, or their files more than ``disk``.

    Return when it has ended. What it wrote into its folder is removed if that was too much.
    """
    ended, there = threading.Event(), set(folder.iterdir())
    too_much = False
    try:
        top = psutil.Process(pid)
        while top.is_running() and top.status() != psutil.STATUS_ZOMBIE:
            all_of_it = family(pid)
            too_much = too_much or _on_disk(folder, [process.pid for process in all_of_it], disk) > disk
            if too_much or sum(_resident(process) for process in all_of_it) > memory:
                top.kill()  # bubblewrap takes all with it
            ended.wait(every)
    except psutil.NoSuchProcess:
        pass
    with suppress(OSError):  # the folder may be removed meanwhile, with all that is in it
        for path in set(folder.iterdir()) - there if too_much else ():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _on_disk(folder: Path, pids: Iterable[int], enough: int) -> int:
    """Bytes of the files in a folder, and of removed ones that processes still hold; counted up to ``enough``."""
    total, folders = 0, [str(folder)]
    while folders and total <= enough:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    total += 512 * entry.stat(follow_symlinks=False).st_blocks + BLOCK
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    for pid in pids:
        with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as held:
            for entry in held:
                with suppress(OSError):
                    file = entry.stat()
                    total += 512 * file.st_blocks if S_ISREG(file.st_mode) and not file.st_nlink else 0
    return total


def family(pid: int) -> list[psutil.Process]:
    """A process and its descendants, those of each process from the oldest on.

    Raises
    ------
    psutil.NoSuchProcess
        If the process has ended.
    """
    top = psutil.Process(pid)
    if not _LISTED:
        return [top, *sorted(top.children(recursive=True), key=psutil.Process.create_time)]
    return [top, *processes(pids_of(pid)[1:])]


def pids_of(pid: int) -> list[int]:
    """The numbers of a process and of its descendants, in the order of `family`, at a tenth of its cost."""
    if not _LISTED:
        with suppress(psutil.NoSuchProcess):
            return [one.pid for one in family(pid)]
        return [pid]
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task"):  # noqa: PTH208  (paths as objects take twice as long)
                with open(f"/proc/{one}/task/{task}/children", "rb") as children:  # noqa: PTH123  (the same)
                    found += map(int, children.read().split())
    return found


def processes(pids: Iterable[int]) -> list[psutil.Process]:
    """Those of these processes that have not ended."""
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
