"""Zip of a student's lessons, and a reader of picked files, which may be harmful.

The zip has the same layout as the folder of the lessons, so a student can also unpack it and work in the result.
"""

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cs231n_lib.course.plan import NOTEBOOKS
from cs231n_lib.course.student import closing, scores
from cs231n_lib.course.student.progress import notebook_path
from cs231n_lib.course.student.review import schedule
from cs231n_lib.course.student.start import EARLIER, RELEASED

RECORDS = (scores.FILE, closing.FILE, schedule.FILE)
"""Files beside the lessons, with entries by lesson or, in the review, by question."""

MAX_FILE, MAX_TOTAL, MAX_FILES = 50_000_000, 200_000_000, 1000
"""Maximum bytes per file and per unpacked zip, and maximum files in a zip."""

_ZIP = b"PK"
_FIRST_YEAR = (1980, 1, 1, 0, 0, 0)
"""Earliest date that a zip can contain. Files from a site have no date."""


class BackupError(Exception):
    """Raised if lessons cannot be packed or written, or a picked file cannot be used.

    The message gives the reason.
    """


@dataclass(frozen=True)
class PickedFile:
    """File that a student picked, by itself or in a zip."""

    name: str
    content: bytes
    released: bool = False
    """Whether it is a released lesson, which the zip contains for comparison."""
    time: tuple[int, ...] = ()
    """Date in the zip. The latest copy of a lesson counts."""


def pack(folder: Path) -> bytes:
    """Return a zip of the saved lessons in a folder, their releases and records.

    Raises
    ------
    BackupError
        If there is no lesson, or a file cannot be read.
    """
    lessons = [path for path in map(notebook_path, NOTEBOOKS) if (folder / path).is_file()]
    if not lessons:
        raise BackupError("This folder has no lessons to download yet. *Bring my lessons up to date* copies them here.")
    releases = [Path(RELEASED, path.name) for path in lessons]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in [*lessons, *releases, *map(Path, RECORDS)]:
            if not (folder / path).is_file():
                continue
            try:
                content, modified = (folder / path).read_bytes(), (folder / path).stat().st_mtime
            except OSError as error:
                raise BackupError(f"{path.name} cannot be read ({error.strerror}), so nothing was packed.") from None
            info = zipfile.ZipInfo(path.as_posix(), max(time.localtime(modified)[:6], _FIRST_YEAR))
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(name: str, content: bytes) -> list[PickedFile]:
    """Return the notebooks and records in a zip, or a file that is not a zip.

    Raises
    ------
    BackupError
        If the file is empty or too large, or if a zip is damaged, encrypted, unsafe, too large or without any work.
    """
    if not content:
        raise BackupError(f"`{name}` is empty. Download it again.")
    if not content.startswith(_ZIP):
        return [PickedFile(name, _limited(name, content))]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = list(_members(name, archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error):
        raise BackupError(f"`{name}` is damaged, or its download was interrupted. Download it again.") from None
    except (RuntimeError, NotImplementedError):
        raise BackupError(
            f"`{name}` is encrypted or compressed in an unusual way. Pick the zip as you downloaded it."
        ) from None
    if all(file.released for file in found):
        raise BackupError(f"`{name}` contains no lesson. Pick the zip that *Download my work* made.")
    return sorted(found, key=lambda file: file.time)


def _members(name: str, archive: zipfile.ZipFile) -> Iterator[PickedFile]:
    infos = archive.infolist()
    if len(infos) > MAX_FILES:
        raise BackupError(f"`{name}` contains {len(infos):,} files, but the limit is {MAX_FILES:,}. Pick another zip.")
    total = 0
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0].endswith(":")):
            raise BackupError(
                f"`{name}` was not unpacked, because its entry `{info.filename:.60}` lies outside the zip's folder. "
                "Pick the zip that *Download my work* made."
            )
        if info.is_dir() or not _is_wanted(path):
            continue
        with archive.open(info) as member:
            content = _limited(f"{path.name} in {name}", member.read(MAX_FILE + 1))
        total += len(content)
        if total > MAX_TOTAL:
            raise BackupError(f"`{name}` unpacks to more than {MAX_TOTAL:,} bytes and is too large. Pick another zip.")
        yield PickedFile(path.name, content, RELEASED in path.parts, info.date_time)


def _is_wanted(path: PurePosixPath) -> bool:
    """Tell whether a file in a zip may be a lesson, its release or a record."""
    if path.name.startswith(".") or {EARLIER, "__MACOSX", ".ipynb_checkpoints"} & set(path.parts):
        return False
    return path.suffix == ".ipynb" or path.name in RECORDS


def _limited(name: str, content: bytes) -> bytes:
    if len(content) > MAX_FILE:
        raise BackupError(f"`{name}` has more than {MAX_FILE:,} bytes, so it cannot be a lesson. Pick another file.")
    return content
