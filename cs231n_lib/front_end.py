"""Detection of a live front end, and progress bars that suit it."""

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Bar = Callable[[int, str, int], AbstractContextManager[Any]]
"""``bar(total, unit, initial)`` is a context manager that shows a progress bar."""

_replacement: ContextVar[Bar | None] = ContextVar("replacement", default=None)

T = TypeVar("T")


def has_live_front_end() -> bool:
    """Whether a person runs this code in a notebook that shows widgets.

    A front end accepts input, and a program such as nbclient does not. If ``CS231N_STATIC`` is set or nbgrader runs the
    notebook, the result is False, and static figures replace widgets.
    """
    if "CS231N_STATIC" in os.environ or "NBGRADER_EXECUTION" in os.environ:
        return False
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    request = kernel.get_parent("shell") if kernel else {}
    return bool(request.get("content", {}).get("allow_stdin"))


@contextmanager
def progress_bar(total: int, unit: str, initial: int = 0) -> Iterator[Any]:
    """Yield a tqdm bar that is visible only in a terminal or a live front end."""
    replacement = _replacement.get()
    if replacement:
        with replacement(total, unit, initial) as bar:
            yield bar
        return
    if not has_live_front_end():
        from tqdm import tqdm

        with tqdm(total=total, initial=initial, unit=unit, leave=False, disable=None) as bar:
            yield bar
        return
    from IPython.display import display
    from tqdm.notebook import tqdm as widget

    bar = widget(total=total, initial=initial, unit=unit, leave=False, display=False)
    shown = display(bar.container, display_id=True)
    try:
        yield bar
    finally:
        bar.close()
        # A saved notebook would show "Loading widget..." in place of the closed bar.
        shown.update({"text/plain": ""}, raw=True)


def one_by_one(items: Collection[T], unit: str) -> Iterator[T]:
    """Yield the items with a progress bar."""
    with progress_bar(len(items), unit) as bar:
        for item in items:
            yield item
            bar.update()


@contextmanager
def bars_in(bar: Bar) -> Iterator[None]:
    """Use ``bar`` instead of every `progress_bar` within the block."""
    token = _replacement.set(bar)
    try:
        yield
    finally:
        _replacement.reset(token)
