"""Comparison of notebook files by content, and their adaptation to a kernel.

JupyterLab and browsers write the same notebook with different line breaks, and a browser's kernel has a different name.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cs231n_lib.course.student.notebook import Cell, NotebookError, parse
from cs231n_lib.storage import read_json

Kernel = Mapping[str, Any]
"""Kernel of a notebook, as described in its metadata."""


def is_same(content: bytes, other: bytes) -> bool:
    """Tell whether two files are equal or have the same cells, outputs and version."""
    if content == other:
        return True
    try:
        ours, theirs = parse(content), parse(other)
    except NotebookError:
        return False
    return ours.version == theirs.version and list(map(_key, ours.cells)) == list(map(_key, theirs.cells))


def kernel_of(start_page: Path) -> Kernel | None:
    """Return the kernel of a folder's start page, or None if it names none."""
    metadata = read_json(start_page).get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    return kernel if isinstance(kernel, dict) and isinstance(kernel.get("name"), str) else None


def with_kernel(content: bytes, kernel: Kernel | None) -> bytes:
    """Return a notebook's file with this kernel, or unchanged if ``kernel`` is None."""
    if kernel is None:
        return content
    document = json.loads(content)
    metadata = document.setdefault("metadata", {})
    if metadata.get("kernelspec", {}).get("name") == kernel["name"]:
        return content
    metadata["kernelspec"] = dict(kernel)
    return write(document)


def write(document: Mapping[str, Any]) -> bytes:
    """Return the content of a notebook's file in UTF-8, with lone surrogates replaced."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode(errors="replace")


def _key(cell: Cell) -> tuple[Any, ...]:
    outputs, attachments = _joined(cell.outputs), dict(cell.attachments)
    return cell.kind, cell.text, cell.name, cell.graded, cell.solution, cell.points, cell.run, outputs, attachments


def _joined(value: Any) -> Any:
    """Join lists of lines at any depth, because some programs write them as one text."""
    if isinstance(value, Mapping):
        return {key: _joined(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        lines = list(value)
        return "".join(lines) if lines and all(isinstance(line, str) for line in lines) else list(map(_joined, lines))
    return value
