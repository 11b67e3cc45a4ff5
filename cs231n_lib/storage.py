"""Arrays on disk: written whole or not at all, and read back without running anything (no pickle).

JSON is imported where it is used: training alone never needs it, and starts sooner without.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_arrays(path: str | Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays as one npz file, which replaces ``path`` only once it is complete and on disk.

    Raises
    ------
    TypeError
        If an array holds objects: those would need pickle.
    """
    path = Path(path)
    objects = [name for name, array in arrays.items() if array.dtype.hasobject]
    if objects:
        raise TypeError(f"write_arrays: {objects} hold Python objects; only numbers and text can be saved")
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # the stubs take a name for `allow_pickle`
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_arrays(path: str | Path) -> dict[str, NDArray[Any]]:
    """Read what `write_arrays` wrote.

    Raises
    ------
    FileNotFoundError, ValueError
        No file; or one that is not an npz file, or needs pickle.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(f"read_arrays: {path} is not an npz file of plain arrays ({error})") from None


def pack_generator(rng: np.random.Generator) -> NDArray[np.str_]:
    """The state of a random generator as text.

    >>> rng = np.random.default_rng(0)
    >>> state = pack_generator(rng)
    >>> first = rng.random()
    >>> unpack_generator(state, rng)
    >>> rng.random() == first
    True
    """
    import json

    return np.array(json.dumps(rng.bit_generator.state, default=lambda array: {"array": array.tolist()}))


def unpack_generator(state: NDArray[np.str_], rng: np.random.Generator) -> None:
    """Set ``rng`` to a state written by `pack_generator`.

    Raises
    ------
    ValueError
        If ``rng`` is of another kind.
    """

    def restore(entry: dict[str, Any]) -> Any:
        return np.array(entry["array"], np.uint64) if "array" in entry else entry

    import json

    saved = json.loads(str(state), object_hook=restore)
    kind = rng.bit_generator.state["bit_generator"]
    if saved["bit_generator"] != kind:
        raise ValueError(f"unpack_generator: the state is one of {saved['bit_generator']} but rng is a {kind}")
    rng.bit_generator.state = saved
