"""A submission's kernel runs in a control group with a memory limit where the system offers one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from cs231n_lib.classroom.kernels import memory_group as module
from cs231n_lib.classroom.kernels import sandbox
from cs231n_lib.classroom.kernels.memory_group import create_group, remove_group


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder that looks like a group with the memory controller. In the real one the kernel adds these files."""

    def make(group: Path) -> None:
        group.mkdir()
        for name in ("memory.max", "memory.swap.max", "memory.oom.group", "cgroup.procs"):
            (group / name).write_text("")

    def remove(group: Path) -> bool:
        left = (group / "cgroup.procs").read_text()
        removed.append((group.name, left))
        for path in group.iterdir():
            path.unlink()
        group.rmdir()
        return True

    removed: list[tuple[str, str]] = []
    monkeypatch.setattr(module, "_make", make)
    monkeypatch.setattr(module, "_bases", lambda: [tmp_path])
    monkeypatch.setattr(module, "remove_group", remove)
    monkeypatch.setattr(sandbox, "remove_group", remove)
    module._usable_base.cache_clear()
    yield tmp_path
    module._usable_base.cache_clear()


def test_group_limits_memory_and_dies_as_a_whole(base: Path) -> None:
    group = create_group(3_000_000_000)
    assert group is not None
    assert group.parent == base
    found = {path.name: path.read_text() for path in group.iterdir()}
    assert found == {
        "memory.max": "3000000000", "memory.swap.max": "0", "memory.oom.group": "1", "cgroup.procs": ""
    }  # fmt: skip


@pytest.mark.usefixtures("sandbox")
def test_kernel_joins_a_group_of_its_own(base: Path) -> None:
    notebook = new_notebook(cells=[new_code_cell("print(1)")])
    client = NotebookClient(notebook, kernel_manager_class=sandbox.SandboxedKernelManager)
    with client.setup_kernel():
        (group,) = base.iterdir()
        assert (group / "memory.max").read_text() == str(sandbox.MEMORY)
        assert int((group / "cgroup.procs").read_text()) == client.km.provisioner.pid
        client.execute_cell(notebook.cells[0], 0)
    assert notebook.cells[0].outputs[0].text == "1\n"
    del client


def test_without_the_memory_controller_there_is_no_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_bases", lambda: [tmp_path / "absent", tmp_path])
    module._usable_base.cache_clear()
    assert create_group(10**9) is None
    assert list(tmp_path.iterdir()) == []
    module._usable_base.cache_clear()


def test_group_that_nobody_may_join_is_not_used(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "JOIN", ["sh", "-c", "exit 1"])
    assert create_group(10**9) is None
    assert list(base.iterdir()) == []


def test_own_group_is_read_from_the_mount_of_version_2(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text(
        "tmpfs / tmpfs rw 0 0\ncgroup /sys/fs/a cgroup rw 0 0\nx /sys/fs/b cgroup2 rw 0 0\n"
    )
    (tmp_path / "cgroup").write_text("4:memory:/other\n0::/user.slice/run-1.scope\n")
    assert module._own_group(tmp_path) == Path("/sys/fs/b/user.slice/run-1.scope")
    (tmp_path / "mounts").write_text("tmpfs / tmpfs rw 0 0\n")
    assert module._own_group(tmp_path) is None


def test_root_tries_no_group_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_own_group", lambda: Path("/c/a/b"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert module._bases() == [Path("/c/a/b")]
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert module._bases() == [Path("/c/a/b"), Path("/c/a")]


def test_group_in_use_is_kept(tmp_path: Path) -> None:
    (tmp_path / "group").mkdir()
    (tmp_path / "group" / "process").touch()
    assert not remove_group(tmp_path / "group")
    (tmp_path / "group" / "process").unlink()
    assert remove_group(tmp_path / "group")


def test_real_group_or_none() -> None:
    """On a system that offers groups the kernel limits memory, and on others nothing happens."""
    module._usable_base.cache_clear()
    group = create_group(10**9)
    if group is None:
        pytest.skip("this system offers no memory groups (try systemd-run --user --scope)")
    assert int((group / "memory.max").read_text()) == 10**9 // os.sysconf("SC_PAGESIZE") * os.sysconf("SC_PAGESIZE")
    assert remove_group(group)
