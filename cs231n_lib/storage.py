"""Files on disk, written whole or not at all.

Reading arrays runs no code, because files with pickled objects are refused.

JSON and NumPy are imported where they are used, because training does not need JSON and ``start`` does not need NumPy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@contextmanager
def staged_files(files: Mapping[Path, bytes | Callable[[BinaryIO], object]]) -> Iterator[None]:
    """Write files under temporary names, and rename them if the block succeeds.

    A full disk or a read-only folder therefore raises its error before the block runs. Inside the block, a database
    may commit data that belongs to the files. Renaming needs no further space.

    Parameters
    ----------
    files
        For each path, the content or a function that writes it into an open file.

    Raises
    ------
    OSError
        If a folder cannot be made or a file cannot be written. Then no file is replaced.
    """
    # Temporary names keep the suffix, because a browser's storage recognises a notebook by it.
    temporary = {path: path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}") for path in files}
    try:
        for folder in dict.fromkeys(path.parent for path in files):
            folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            with temporary[path].open("wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    content(file)
                file.flush()
                os.fsync(file.fileno())
        for path in files:
            if path.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
        yield
        for path in files:
            temporary[path].replace(path)
    finally:
        for left in temporary.values():
            with suppress(OSError):
                left.unlink(missing_ok=True)


def write_files(files: Mapping[Path, bytes | Callable[[BinaryIO], object]]) -> None:
    """Write all of these files, or none of them, as `staged_files` does.

    Raises
    ------
    OSError
        If a folder cannot be made or a file cannot be written. Then no file is replaced.
    """
    with staged_files(files):
        pass


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object, or return {} if the file is missing or contains none."""
    import json

    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_arrays(path: str | Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays atomically to an npz file.

    Raises
    ------
    TypeError
        An array contains Python objects, which would need pickle.
    """
    import numpy as np

    objects = [name for name, array in arrays.items() if array.dtype.hasobject]
    if objects:
        raise TypeError(f"write_arrays: {', '.join(objects)} must not contain Python objects. Pass numbers or text")
    # NumPy's stubs confuse the name of an array with `allow_pickle`.
    write_files({Path(path): lambda file: np.savez(file, **arrays)})  # type: ignore[arg-type]


def read_arrays(path: str | Path) -> dict[str, NDArray[Any]]:
    """Read a file written by `write_arrays`.

    Raises
    ------
    FileNotFoundError, ValueError
        The file does not exist, is not an npz file, or needs pickle.
    """
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(
            f"read_arrays: {path} is not an npz file of plain arrays ({error}). Pass a file that write_arrays wrote"
        ) from None


def pack_generator(rng: np.random.Generator) -> NDArray[np.str_]:
    """State of a random generator as JSON text.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> state = pack_generator(rng)
    >>> first = rng.random()
    >>> unpack_generator(state, rng)
    >>> rng.random() == first
    True
    """
    import json

    import numpy as np

    return np.array(json.dumps(rng.bit_generator.state, default=lambda array: {"array": array.tolist()}))


def unpack_generator(state: NDArray[np.str_], rng: np.random.Generator) -> None:
    """Set ``rng`` to a state returned by `pack_generator`.

    Raises
    ------
    ValueError
        ``rng`` has a different kind of bit generator.
    """
    import json

    import numpy as np

    def restore(entry: dict[str, Any]) -> Any:
        return np.array(entry["array"], np.uint64) if "array" in entry else entry

    saved = json.loads(str(state), object_hook=restore)
    kind = rng.bit_generator.state["bit_generator"]
    if saved["bit_generator"] != kind:
        raise ValueError(
            f"unpack_generator: the state belongs to {saved['bit_generator']} but rng uses {kind}. Pass the same kind"
        )
    rng.bit_generator.state = saved
