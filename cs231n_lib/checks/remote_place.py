"""Where a graded answer goes wrong, looked for in the student's process: asked for once all its points are fixed.

The search runs the answer on right values, so it has the public seed's cases, of which the student has seen the same.
What comes back is believed only as far as it is in the submission's own text: a line, and a piece of it.
"""

import pkgutil
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from .exercise import PUBLIC_SEED
from .place import Place
from .report import Result
from .wire import EndedError, receive_data, send_data

SECONDS = 10.0
"""Wall time of one search; it takes some 1.5 s of CPU."""

MOST = 2


def located(result: Result, line: socket.socket, sources: Sequence[str]) -> Result:
    """``result`` with the places that `serve_at` finds at the other end of ``line``, as far as ``sources`` have them.

    Parameters
    ----------
    result : Result
        Of an answer that was marked.
    line : socket
        To the process that holds the answer.
    sources : sequence of str
        The submission's code cells.
    """
    try:
        said = receive_data(line, time.monotonic() + SECONDS)
    except (EndedError, OSError):
        return result
    told = said[:MOST] if isinstance(said, list) else []
    return replace(result, places=tuple(place for place in (_place(one, sources) for one in told) if place))


def _place(said: Any, sources: Sequence[str]) -> Place | None:
    try:
        line, text, expression = said
    except (TypeError, ValueError):
        return None
    if not (type(line) is int and type(text) is type(expression) is str and line > 0 and text and expression):
        return None
    for source in sources:
        lines = source.splitlines()
        if lines[line - 1 : line] and lines[line - 1].strip() == text and expression in " ".join(source.split()):
            return Place(line, text, expression)
    return None


def serve_at(address: str, checks: str, name: str) -> None:
    """Look for the places of this notebook's answer, and tell them at a socket's address."""
    exercise = getattr(sys.modules.get(checks) or pkgutil.resolve_name(checks), name)
    with socket.socket(socket.AF_UNIX) as line, suppress(EndedError, OSError):
        line.connect(address)
        function, problem = exercise.find(vars(sys.modules["__main__"]))
        found = () if problem else exercise(function, seed=PUBLIC_SEED, solution=False).places
        send_data(line, [[place.line, place.text, place.expression] for place in found])
