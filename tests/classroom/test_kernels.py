"""Every kernel that the project starts computes with one thread, and is given up if it never answers."""

import asyncio
import os
import subprocess
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cs231n_lib.classroom.kernels.client import ONE_THREAD, QuietClient
from cs231n_lib.classroom.nbgrader_course import read_config
from cs231n_lib.classroom.release.build import run

ROOT = Path(__file__).parents[2]
THREADS = """import numpy as np
from threadpoolctl import threadpool_info
_ = np.ones((64, 64)) @ np.ones((64, 64))
print({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})"""


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts the project may ask for more."""
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "2")


@pytest.mark.slow
@pytest.mark.usefixtures("two_threads")
def test_a_lesson_is_built_with_one_thread(tmp_path: Path) -> None:
    notebook = new_notebook(cells=[new_code_cell(THREADS)])
    run(notebook, tmp_path / "page.py")
    assert notebook.cells[0].outputs[0].text == "{1}\n"


@pytest.mark.usefixtures("two_threads")
def test_nbgrader_starts_its_kernels_with_one_thread() -> None:
    read_config(ROOT)
    assert {name: os.environ[name] for name in ONE_THREAD} == ONE_THREAD


@pytest.mark.usefixtures("two_threads")
def test_make_starts_the_lab_and_everything_else_with_one_thread(tmp_path: Path) -> None:
    words = " ".join(f"$${name}" for name in ONE_THREAD)
    (tmp_path / "show.mk").write_text(f"include {ROOT / 'Makefile'}\nshow:\n\t@echo {words}\n")
    command = ["make", "--no-print-directory", "-f", tmp_path / "show.mk", "show"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"] * len(ONE_THREAD)


def test_tests_run_with_one_thread() -> None:
    assert {name: os.environ[name] for name in ONE_THREAD} == ONE_THREAD


class SilentClient(QuietClient):
    """Client of a kernel that is alive but never answers."""

    def kernel_info(self) -> str:
        return "asked"

    async def get_shell_msg(self, **options: Any) -> Any:
        await asyncio.sleep(0.01)
        raise Empty

    async def is_alive(self) -> bool:
        return True


def test_kernel_that_never_answers_is_given_up() -> None:
    with pytest.raises(RuntimeError, match=r"not ready within 0\.05 seconds"):
        asyncio.run(asyncio.wait_for(SilentClient().wait_for_ready(timeout=0.05), 10))
