"""Widgets whose messages are heard while a cell runs."""

from typing import Any


def heard_beside_cells(*widgets: Any) -> None:
    """Have the messages of these widgets answered in the kernel's subshell that the page asked for.

    ipykernel answers a widget in the shell that last wrote to it, most often the one in which cells run: a button would
    be heard when there is nothing left to stop. ``docs/decisions/ipykernel-pin.md`` has more.
    """
    for widget in widgets:
        widget.comm._reply_subshell_for = lambda data, asked: asked
