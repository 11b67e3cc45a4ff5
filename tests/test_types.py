"""The library's types, checked in the one pool with the other tests, because mypy uses only one core."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_types_hold() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=Path(__file__).parents[1], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
