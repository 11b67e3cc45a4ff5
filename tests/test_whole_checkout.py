"""Programs that check the whole checkout, run in the one pool with the other tests, because each uses only one core."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def run(*module: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *module], cwd=ROOT, capture_output=True, text=True)


def test_types_hold() -> None:
    checked = run("mypy")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_notebooks_are_built_from_their_texts_and_leak_nothing() -> None:
    compared = run("cs231n_lib", "build", "--check")
    assert compared.returncode == 0, compared.stdout + compared.stderr
