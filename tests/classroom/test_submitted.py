"""What is told of a student's folder before anything in it is read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cs231n_lib.classroom.grading.submitted import reason_ungradable, submitted_files
from cs231n_lib.classroom.intake import MAX_BYTES

LESSON = "01_demo"
NO_ID = "the folder's name cannot be a student's id. Rename the folder, using only letters, digits and . @ + - _"
NO_NOTEBOOK = f"there is no notebook in {LESSON}"
NO_TIME = "timestamp.txt contains no time. Write one such as 2027-02-03 12:00:00 UTC, or delete the file"


def handed_in(root: Path, student: str = "ada") -> Path:
    folder = root / student / LESSON
    folder.mkdir(parents=True)
    (folder / f"{LESSON}.ipynb").write_text("{}")
    return folder


@pytest.mark.parametrize("student", ["ada", "ada.lovelace+1@example.org", "-rf", "..a", "ünï", "x" * 100])
def test_names_that_may_be_ids(tmp_path: Path, student: str) -> None:
    assert reason_ungradable(handed_in(tmp_path, student)) == ""


@pytest.mark.parametrize("student", ["a b", "o'brien", "new\nline", "<b>", "${7*7}", "x" * 101, "..."])
def test_names_that_may_not(tmp_path: Path, student: str) -> None:
    assert reason_ungradable(handed_in(tmp_path, student)) == NO_ID


def test_missing_or_wrong_folder_has_no_notebook(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    assert reason_ungradable(tmp_path / "ada" / LESSON) == NO_NOTEBOOK
    (tmp_path / "ada" / LESSON).write_text("a file in the folder's place")
    assert reason_ungradable(tmp_path / "ada" / LESSON) == NO_NOTEBOOK


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    folder = handed_in(tmp_path)
    (folder / f"{LESSON}.ipynb").rename(folder / f"{LESSON}.html")
    told = f"{NO_NOTEBOOK}. It contains {LESSON}.html. The name of a notebook ends in .ipynb"
    assert reason_ungradable(folder) == told
    (folder / f"{LESSON}.html").rename(folder / f"{LESSON}.IPYNB")
    assert reason_ungradable(folder) == ""


def test_time_far_in_the_future_is_refused(tmp_path: Path) -> None:
    folder = handed_in(tmp_path)
    (folder / "timestamp.txt").write_text("2099-01-01 00:00:00 UTC")
    assert reason_ungradable(folder).startswith(
        "timestamp.txt contains 2099-01-01 00:00:00 UTC, which is more than a year after this computer's time, 20"
    )


def test_missing_read_permission_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read anything, so it is the answer to the question that is exchanged."""
    folder = handed_in(tmp_path)
    may = os.access

    def closed(shut: Path) -> Callable[[Path, int], bool]:
        return lambda path, mode: path != shut and may(path, mode)

    monkeypatch.setattr(os, "access", closed(folder / f"{LESSON}.ipynb"))
    assert reason_ungradable(folder) == f"you have no permission to read {LESSON}.ipynb"
    monkeypatch.setattr(os, "access", closed(folder))
    assert reason_ungradable(folder) == NO_NOTEBOOK


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    folder = handed_in(tmp_path)
    with (folder / f"{LESSON}.ipynb").open("wb") as file:
        file.truncate(MAX_BYTES)
        assert reason_ungradable(folder) == ""
        file.truncate(MAX_BYTES + 1)
    assert reason_ungradable(folder) == f"{LESSON}.ipynb has 50,000,001 bytes, but at most 50,000,000 are read"


@pytest.mark.parametrize(
    "time", ["", " \n", "2027-02-03 12:00:00 UTC", "2027-02-03 12:00:00.5 +0100\n", "2027-02-03T12:00Z"]
)
def test_times_that_can_be_read(tmp_path: Path, time: str) -> None:
    folder = handed_in(tmp_path)
    (folder / "timestamp.txt").write_text(time)
    assert reason_ungradable(folder) == ""


@pytest.mark.parametrize(
    "time",
    [
        b"soon", b"\xff\xfe\x00", b"99999-01-01 00:00:00 UTC", b"2" * 10_000_000, b"2027-02-03 12:00:00 " + b"9" * 30,
        b"9" * 21 + b":" + b"9" * 40,
    ],
)  # fmt: skip
def test_times_that_cannot(tmp_path: Path, time: bytes) -> None:
    """A time of ten million digits kept a worker busy for over ten minutes."""
    folder = handed_in(tmp_path)
    (folder / "timestamp.txt").write_bytes(time)
    assert reason_ungradable(folder) == NO_TIME


def test_only_regular_known_files_count_as_submitted(tmp_path: Path) -> None:
    folder = handed_in(tmp_path)
    for name in ("timestamp.txt", "submission_secret.txt", "numpy.py", "data.csv"):
        (folder / name).write_text("")
    (folder / "up").symlink_to("/")
    (folder / "other.ipynb").symlink_to(folder / f"{LESSON}.ipynb")
    os.mkfifo(folder / "pipe.ipynb")
    assert [path.name for path in submitted_files(folder)] == [
        f"{LESSON}.ipynb",
        "submission_secret.txt",
        "timestamp.txt",
    ]
