"""Notification of a student's first answer to a question."""

from collections.abc import Callable

Listener = Callable[[object, bool], None]
"""``listener(question, right)`` receives the answered question and whether the answer was right."""

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call ``listener`` after each first answer."""
    _listeners.append(listener)


def notify(question: object, right: bool) -> None:
    """Notify the listeners of an answer."""
    for listener in _listeners:
        listener(question, right)
