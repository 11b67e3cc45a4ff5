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

from cs231n_lib.classroom import sandbox
from cs231n_lib.classroom.kernels import QuietClient
from cs231n_lib.classroom.sandbox import (
    SandboxedKernelManager,
    SandboxError,
    command,
    family,
    hand_over,
    self_test,
    watch,
)

PACKAGES = ("cs231n_lib",)


@pytest.fixture(autouse=True)
def there() -> None:
    """Without bubblewrap the tests are skipped, or fail where CI is set."""
    if shutil.which("bwrap"):
        return
    missing = "no bubblewrap found; on Debian: apt-get install bubblewrap"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that whoever runs in the sandbox can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        own = Path(name, "own")
        own.mkdir()
        hand_over(own)
        yield own


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    program = command(folder, PACKAGES, [sys.executable, "-c", code], dict(os.environ))
    return subprocess.run(program, capture_output=True, text=True, timeout=60)


def test_it_holds_and_the_course_can_be_imported(folder: Path) -> None:
    self_test(folder.parent / "gradebook.db", PACKAGES)
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
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_it_cannot(folder: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setenv("CS231N_GRADING_SEED", "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = FORBIDDEN[what].replace("PID", str(os.getpid())).replace("PORT", str(server.getsockname()[1]))
        done = run(folder, code)
    if what == "write beside its folder":
        assert not (folder.parent / "x").exists()
    else:
        assert done.returncode != 0
    assert "secret" not in done.stdout


def test_what_a_link_points_to_is_not_handed_over(folder: Path) -> None:
    """A submission may put one in the place of any file in its folder."""
    ours = folder.parent / "ours"
    ours.touch()
    (folder / "link").symlink_to(ours)
    hand_over(folder)
    assert ours.stat().st_uid == os.geteuid()
    assert folder.stat().st_uid == (folder / "link").lstat().st_uid != os.geteuid() or os.geteuid()


def test_what_holds_too_much_memory_is_ended(folder: Path) -> None:
    code = "import os, time\nfor i in range(3): os.fork()\nx = bytearray(30_000_000)\ntime.sleep(60)"
    program = command(folder, PACKAGES, [sys.executable, "-c", code], {})
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        watcher = threading.Thread(target=watch, args=(process.pid, folder, 150_000_000, 10**9))
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
}


@pytest.mark.parametrize("kind", WRITES)
def test_what_fills_the_disk_is_ended_and_its_files_go(folder: Path, kind: str) -> None:
    (folder / "ours").touch()
    program = command(folder, PACKAGES, [sys.executable, "-c", f"import time\n{WRITES[kind]}\ntime.sleep(60)"], {})
    with subprocess.Popen(program) as process:
        start = time.monotonic()
        watch(process.pid, folder, 10**9, 100_000_000)
        assert time.monotonic() - start < 50
        assert process.wait(1) != 0
    assert [path.name for path in folder.iterdir()] == ["ours"]


def test_a_family_is_a_process_and_all_below_it() -> None:
    # Popen returns when `sleep` has taken the place of the forked Python; before that, the child bears Python's name.
    code = "import subprocess\nwith subprocess.Popen(['sleep', '60']): print('it sleeps', flush=True)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "it sleeps\n"
        found = family(process.pid)
        assert [one.name() for one in found[1:]] == ["sleep"]
        for one in reversed(found):
            one.kill()


def test_what_does_not_hold_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "command", lambda folder, packages, program, env: list(program))
    (tmp_path / "gradebook.db").write_text("x")
    monkeypatch.setattr(sandbox, "_PROBE", sandbox._PROBE.replace('__import__("cs231n_lib").__file__', "outside"))
    with pytest.raises(SandboxError, match=r"it can read the gradebook and .*reach the network and write outside"):
        self_test(tmp_path / "gradebook.db", PACKAGES)


def test_without_bubblewrap_it_refuses_and_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match=r"bwrap.* is missing: install bubblewrap .*unsafe=True"):
        command(tmp_path, PACKAGES, ["python"], {})


@pytest.mark.audit
def test_what_kernels_import_is_compiled_beforehand_wherever_that_is_kept(tmp_path: Path) -> None:
    """As after an installation that compiles nothing, in a shell that forbids to keep what is compiled."""
    code = "from cs231n_lib.classroom.sandbox import compile_beforehand; compile_beforehand(['cs231n_lib'])"
    env = dict(os.environ) | {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=120)
    compiled = {path.parent.name + "/" + path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")}
    assert {"checks/remote", "ipykernel/kernelapp", "core/interactiveshell", "matplotlib/pyplot"} <= compiled


def test_its_client_asks_no_kernel_whether_it_lives() -> None:
    assert SandboxedKernelManager().client_factory is QuietClient


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
