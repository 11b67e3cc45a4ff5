"""Widgets whose messages the kernel handles while a cell runs."""

from typing import Any


def handle_in_subshell(*widgets: Any) -> None:
    """Handle the messages of these widgets in the subshell that the page requested.

    By default ipykernel handles the messages in the shell that last wrote to the widget, usually the shell that runs
    cells. A Stop button would then take effect only after the cell has ended. ``docs/decisions/ipykernel-pin.md``
    explains the details.
    """
    for widget in widgets:
        widget.comm._reply_subshell_for = lambda data, requested: requested
