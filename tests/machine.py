"""Parts that a machine may lack. Tests ask a fixture here, which skips them where the part does not work."""

import os
import shutil
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from cs231n_lib.classroom.errors import SandboxError
from cs231n_lib.classroom.kernels.walls import self_test

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_OPTIONS = [
    "--no-sandbox",  # Chromium's own sandbox refuses root, and root runs the tests in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def lacking(reason: str) -> NoReturn:
    """Skip the test for what this machine lacks; where ``CI`` is set, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A sandbox for submissions that holds."""
    try:
        self_test(tmp_path_factory.mktemp("sandbox") / "gradebook.db", ["cs231n_lib"])
    except SandboxError as error:
        lacking(f"{error.reason}. To try this, {error.remedy}")


@pytest.fixture(scope="session")
def program() -> str:
    """Path of a Chromium that opens a page."""
    found = [path for path in map(shutil.which, BROWSERS) if path]
    for path in found:
        blank = [path, "--headless", *BROWSER_OPTIONS, "--dump-dom", "about:blank"]
        with suppress(OSError, subprocess.TimeoutExpired):
            if "<html" in subprocess.run(blank, capture_output=True, text=True, timeout=60, check=False).stdout:
                return path
    reason = f"{found[0]} opens no page" if found else "none is installed"
    lacking(f"no browser: {reason}. To try this, install Chromium (Debian: apt-get install chromium)")


def tracked() -> list[Path]:
    """Files of this clone that git holds and that are there."""
    list_files = ["git", "ls-files", "-z"]
    try:
        listing = subprocess.run(list_files, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        lacking("no clone that git can read. To try this, clone the course with git (Debian: apt-get install git)")
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def list_skipped(reporter: pytest.TerminalReporter) -> None:
    """End the output with the reasons of all skips, and how often each occurred."""
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in reporter.stats.get("skipped", []))
    if reasons:
        reporter.section("not tried on this machine")
        for reason, times in reasons.most_common():
            reporter.line(f"{times:5} {'test' if times == 1 else 'tests'}: {reason}")
