"""A copy of the small fixture course in a temporary directory, built once for all tests that only read it."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbgrader.api
import pytest

from cs231n_lib.classroom.kernels.sandbox import give_to_sandbox_user
from cs231n_lib.classroom.release.build import build

TESTS = Path(__file__).parents[1]
COURSE = TESTS / "fixtures" / "course"
sys.path.insert(0, str(COURSE))  # before the test modules, which import the fixture's check module, are collected


@pytest.fixture(scope="session", autouse=True)
def importable_checks() -> Iterator[None]:
    """Let the kernels that the tests start import the fixture's check module too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(COURSE), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session", autouse=True)
def version_of_gradebooks() -> Iterator[None]:
    """Ask once for what nbgrader writes into each new gradebook: each time it would start a program, for a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nbgrader.api, "get_alembic_version", cache(nbgrader.api.get_alembic_version))
        yield


def copy_course(to: Path) -> Path:
    """The fixture course with the configuration of the real one."""
    shutil.copytree(COURSE / "solutions", to / "solutions")
    shutil.copy(TESTS.parent / "nbgrader_config.py", to)
    return to


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return copy_course(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, importable_checks: None) -> Path:
    root = copy_course(tmp_path_factory.mktemp("course"))
    build(root, home="course_lessons")
    return root


@pytest.fixture
def folder(sandbox: None) -> Iterator[Path]:
    """A folder that the sandbox's user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        own = Path(name, "own")
        own.mkdir()
        give_to_sandbox_user(own)
        yield own
