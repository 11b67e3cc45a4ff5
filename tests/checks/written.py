"""Functions written as text, whose source can be looked up as in a notebook."""

import linecache
from typing import Any

import numpy as np


def written(source: str, name: str, **names: Any) -> Any:
    """The function ``name`` of a source, which may use NumPy and these ``names``."""
    file = f"<cell {abs(hash(source))}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = {"np": np, **names}
    exec(compile(source, file, "exec"), space)
    return space[name]
