"""The self-test names each wall that the sandbox lacks, and grading stops unless the class accepts that."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.errors import SandboxError
from cs231n_lib.classroom.grading.grade import Grading, GradingResult
from cs231n_lib.classroom.grading.judge import JudgeChecks
from cs231n_lib.classroom.kernels import sandbox as module
from cs231n_lib.classroom.kernels import walls
from cs231n_lib.classroom.kernels.walls import self_test
from cs231n_lib.course.settings import OPTIONAL_WALLS

PACKAGES = ("cs231n_lib",)
Break = Callable[[list[str]], list[str]]


def without(*options: str) -> Break:
    """A command line without these neighbouring parts, wherever they stand."""

    def changed(command: list[str]) -> list[str]:
        kept, at = [], 0
        while at < len(command):
            found = tuple(command[at : at + len(options)]) == options
            kept += [] if found else [command[at]]
            at += len(options) if found else 1
        assert kept != command
        return kept

    return changed


def without_filter(command: list[str]) -> list[str]:
    return without("--seccomp", "9")(command)


def with_network(command: list[str]) -> list[str]:
    return [part for one in command for part in ([one, "--share-net"] if one == "--unshare-all" else [one])]


def with_grader_processes(command: list[str]) -> list[str]:
    parts = ["--unshare-user", "--unshare-ipc", "--unshare-net"]
    return [part for one in command for part in (parts if one == "--unshare-all" else [one])]


BREAKS: dict[str, tuple[Break, str]] = {
    "seccomp": (without_filter, "use system calls that no lesson needs"),
    "user-namespaces": (lambda line: without("--disable-userns")(without_filter(line)), "create namespaces"),
    "read-only-places": (without("--remount-ro", "/"), "write into / and write into /etc"),
    "small-places": (without("--size", str(module.FILE)), "fill /tmp and fill /dev/shm"),
    "file-size": (without(f"--fsize={module.FILE}"), "write a huge file"),
    "open-files": (without(f"--nofile={module.OPEN}"), "open 512 files"),
    "address-space": (without(f"--as={module.ADDRESSES}"), "reserve all memory at once"),
    "process-count": (without(f"--nproc={module.PROCESSES}"), "start 129 processes"),
    "network": (with_network, "reach the network and use the grader's net namespace"),
    "namespaces": (with_grader_processes, "use the grader's pid namespace"),
}
USUAL = ("seccomp", "network")
"""Walls that are tried outside the audit, too."""


def broken_by(monkeypatch: pytest.MonkeyPatch, change: Break) -> None:
    def command(folder: Path, packages: Iterable[str], program: Sequence[str], env: dict[str, str]) -> list[str]:
        return change(module.command(folder, packages, program, env))

    monkeypatch.setattr(walls, "command", command)


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("wall", [w if w in USUAL else pytest.param(w, marks=pytest.mark.audit) for w in BREAKS])
def test_missing_wall_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wall: str) -> None:
    change, what = BREAKS[wall]
    broken_by(monkeypatch, change)
    with pytest.raises(SandboxError, match=what) as raised:
        self_test(tmp_path / "gradebook.db", PACKAGES)
    optional = wall in OPTIONAL_WALLS
    assert ("can be escaped" in raised.value.reason) == (not optional)
    assert (f'"{wall}"' in raised.value.remedy) == optional


@pytest.mark.usefixtures("sandbox")
def test_memory_that_nobody_watches_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "enforce_limits", lambda *args: None)
    monkeypatch.setattr(walls, "_WATCH_SECONDS", 0.5)
    with pytest.raises(SandboxError, match="lacks the wall memory, so code in it can use more memory than the limit"):
        self_test(tmp_path / "gradebook.db", PACKAGES)


@pytest.mark.audit
@pytest.mark.usefixtures("sandbox")
def test_accepted_wall_may_be_missing_and_others_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_by(monkeypatch, lambda line: without("--remount-ro", "/")(without_filter(line)))
    gradebook = tmp_path / "gradebook.db"
    both = ["seccomp", "read-only-places"]
    assert sorted(self_test(gradebook, PACKAGES, both)) == sorted(both)
    with pytest.raises(SandboxError, match=r"lacks the wall read-only-places, so code in it can write into / and"):
        self_test(gradebook, PACKAGES, ["seccomp"])
    broken_by(monkeypatch, with_network)
    with pytest.raises(SandboxError, match="can be escaped"):
        self_test(gradebook, PACKAGES, [*OPTIONAL_WALLS, "network"])


def test_tested_walls_are_those_that_settings_may_name() -> None:
    assert {*BREAKS, "memory"} - {"network", "namespaces"} == set(OPTIONAL_WALLS)


@pytest.mark.usefixtures("sandbox")
def test_grade_says_which_accepted_wall_is_missing(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken_by(monkeypatch, without_filter)
    monkeypatch.setattr(Grading, "run", lambda *args, **options: GradingResult())
    assert main(["grade", "01_demo", "--root", str(course), "--dry-run"]) == 1
    assert 'allow_missing_walls = ["seccomp"] under [grading] in class.toml' in capsys.readouterr().err
    (course / "class.toml").write_text('[grading]\nallow_missing_walls = ["seccomp"]\n')
    assert main(["grade", "01_demo", "--root", str(course), "--dry-run"]) == 0
    said = "As class.toml allows, the sandbox lacked the wall seccomp, so code in it can use system calls that no"
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("sandbox")
def test_workers_accept_the_walls_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_by(monkeypatch, without_filter)
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with pytest.raises(KeyboardInterrupt, match="lacks the wall seccomp"):
        JudgeChecks()._use_sandbox(url)
    JudgeChecks(allow_missing_walls=["seccomp"])._use_sandbox(url)


@pytest.mark.usefixtures("sandbox")
def test_a_hole_in_the_sandbox_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "command", lambda folder, packages, program, env: list(program))
    monkeypatch.chdir(tmp_path)  # where the program now writes
    (tmp_path / "gradebook.db").write_text("x")
    monkeypatch.setattr(walls, "_PROBE", walls._PROBE.replace('__import__("cs231n_lib").__file__', "outside"))
    with pytest.raises(
        SandboxError, match=r"it can read the gradebook and .*reach the network and .* and write outside"
    ):
        self_test(tmp_path / "gradebook.db", PACKAGES)
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root, for whom the system refuses what the sandbox needs."""

    def refuse(*args: object, **options: object) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "chown", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(walls, "package_folders", lambda packages: [])


def test_sandbox_that_cannot_start_reports_the_remedy(
    broken: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "prefix", "/usr")
    with pytest.raises(SandboxError, match=r"does not start \(\[Errno 22\] Invalid argument\)\. Allow user namespaces"):
        self_test(tmp_path / "gradebook.db", PACKAGES)


def test_a_folder_closed_to_nobody_is_named(broken: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as closed:  # pytest's own folder is closed as well
        Path(closed, "course").mkdir()
        monkeypatch.setattr(sys, "prefix", f"{closed}/course")
        with pytest.raises(SandboxError, match=rf"nobody, who cannot open {closed}\. Move the course elsewhere, or"):
            self_test(tmp_path / "gradebook.db", PACKAGES)
