"""Several files, written all or none."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write all of the files, or none: first beside their places, then into them, which needs no more room.

    Raises
    ------
    OSError
        If a folder cannot be made, or a file cannot be written. No file is replaced then.
    """
    for folder in dict.fromkeys(path.parent for path in files):
        folder.mkdir(parents=True, exist_ok=True)
    temporary = {path: path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in files}
    try:
        for path, content in files.items():
            with temporary[path].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path in files:
            temporary[path].replace(path)
    finally:
        for left in temporary.values():
            left.unlink(missing_ok=True)
