"""Search for a graded answer's error, run in the student's process.

The search runs the answer on correct values, so it uses the cases of the public seed, which the student has also seen.
The process is not trusted, so a reply counts only if its line and expression occur in the submission.
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
from ..locate.place import Place
from ..report import Result
from ..run.flaws import EndedError
from .protocol import receive_data, send_data

SECONDS = 10.0
"""Wall-clock limit of one search, which takes about 1.5 s of CPU time."""

MAX_PLACES = 2


def located(result: Result, connection: socket.socket, sources: Sequence[str]) -> Result:
    """Add to the ``result`` of a marked answer the places that `serve_at` sends.

    The ``sources``, which are the submission's code cells, must confirm a place.
    """
    try:
        reply = receive_data(connection, time.monotonic() + SECONDS)
    except (EndedError, OSError):
        return result
    received = reply[:MAX_PLACES] if isinstance(reply, list) else []
    return replace(result, places=tuple(place for place in (_place(one, sources) for one in received) if place))


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


def serve_at(address: str, checks: str, name: str) -> None:
    """Find where this notebook's answer goes wrong, and send these places to a socket's address."""
    exercise = getattr(sys.modules.get(checks) or pkgutil.resolve_name(checks), name)
    with socket.socket(socket.AF_UNIX) as connection, suppress(EndedError, OSError):
        connection.connect(address)
        function, problem = exercise.find(vars(sys.modules["__main__"]))
        found = () if problem else exercise(function, seed=PUBLIC_SEED, solution=False).places
        proved = [place for place in found if not place.sources]
        send_data(connection, [[place.line, place.text, place.expression] for place in proved])
