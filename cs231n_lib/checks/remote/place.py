"""Search for a graded answer's error, run in the student's process.

The search runs the answer on correct values, so it uses the cases of the public seed, which the student has also seen.
The process is not trusted, so a reply counts only if its line and expression occur in the submission. The grader may
also request the change that makes the answer right. The new lines of this change are the process's own words, which
only the student reads, so they are limited in length.
"""

import pkgutil
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..exercise import PUBLIC_SEED
from ..locate.change import GRADING_CPU_SECONDS
from ..locate.edited_text import SourceChange
from ..locate.place import Place
from ..report import Result
from ..run.flaws import EndedError
from .protocol import receive_data, send_data

SECONDS = 10.0
"""Wall-clock limit for one answer, in seconds. A search takes about 1.5 s of CPU time."""

MAX_PLACES = 2
MAX_CHANGED_LINES, MAX_COLUMNS = 20, 160


def located(result: Result, connection: socket.socket, sources: Sequence[str], *, change: bool = False) -> Result:
    """Add to the ``result`` of a marked answer the places that `serve_at` sends.

    A place counts only if it occurs in ``sources``, the submission's code cells. ``change`` also adds the change.
    """
    end = time.monotonic() + SECONDS
    try:
        reply = receive_data(connection, end)
        received = reply[:MAX_PLACES] if isinstance(reply, list) else []
        result = replace(result, places=tuple(place for place in (_place(one, sources) for one in received) if place))
        if change:
            result = replace(result, change=_change(receive_data(connection, end), sources))
    except (EndedError, OSError):
        pass
    return result


def _place(reply: Any, sources: Sequence[str]) -> Place | None:
    try:
        line, text, expression = reply
    except (TypeError, ValueError):
        return None
    if not (type(line) is int and type(text) is type(expression) is str and line > 0 and text and expression):
        return None
    for source in sources:
        lines = source.splitlines()
        if lines[line - 1 : line] and lines[line - 1].strip() == text and expression in " ".join(source.split()):
            return Place(line, text, expression)
    return None


def _change(reply: Any, sources: Sequence[str]) -> SourceChange | None:
    """Change of lines that occur in the submission."""
    try:
        line, before, after = reply
    except (TypeError, ValueError):
        return None
    if not (type(line) is int and line > 0 and type(before) is type(after) is list and (before or after)):
        return None
    texts = [*before, *after]
    if len(texts) > MAX_CHANGED_LINES or not all(type(s) is str and len(s) <= MAX_COLUMNS for s in texts):
        return None
    if not all(s.isprintable() for s in texts):
        return None
    for source in sources:
        lines = source.splitlines()[line - 1 : line - 1 + max(len(before), 1)]
        if lines and [s.strip() for s in lines[: len(before)]] == [s.strip() for s in before]:
            return SourceChange(line, tuple(before), tuple(after))
    return None


def serve_at(address: str, checks: str, name: str, *, change: bool = False) -> None:
    """Send the proved places of the notebook's error and, with ``change``, the change."""
    exercise = getattr(sys.modules.get(checks) or pkgutil.resolve_name(checks), name)
    with socket.socket(socket.AF_UNIX) as connection, suppress(EndedError, OSError):
        connection.connect(address)
        function, problem = exercise.find(vars(sys.modules["__main__"]))
        found = () if problem else exercise(function, seed=PUBLIC_SEED, solution=False).places
        proved = [place for place in found if not place.sources]
        send_data(connection, [[place.line, place.text, place.expression] for place in proved])
        if change:
            edit = None if problem else exercise.search_change(function, GRADING_CPU_SECONDS).change
            send_data(connection, [edit.line, list(edit.before), list(edit.after)] if edit else None)
