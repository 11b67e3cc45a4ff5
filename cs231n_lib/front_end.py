"""Whether someone is there to move a slider, and how far long work is."""

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Bar = Callable[[int, str, int], AbstractContextManager[Any]]
"""Shows a bar, given its total, its unit and where it begins."""

_elsewhere: ContextVar[Bar | None] = ContextVar("elsewhere", default=None)

T = TypeVar("T")


def has_live_front_end() -> bool:
    """Whether this runs in a notebook with a person before it, who sees widgets.

    A program that runs a notebook, such as nbclient, says that it takes no input; a front end does take some. Where
    ``CS231N_STATIC`` is set, or nbgrader runs the notebook, the answer is no: pictures are shown in place of widgets.
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
    """Yield a bar of tqdm's, which goes when the work ends; nobody sees one but in a terminal or a live front end."""
    elsewhere = _elsewhere.get()
    if elsewhere:
        with elsewhere(total, unit, initial) as bar:
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
        # A notebook that is saved with the closed widget says "Loading widget..." in its place when it is opened.
        shown.update({"text/plain": ""}, raw=True)


def one_by_one(things: Collection[T], unit: str) -> Iterator[T]:
    """Yield each thing, with a bar that moves on when the next is asked for."""
    with progress_bar(len(things), unit) as bar:
        for thing in things:
            yield thing
            bar.update()


@contextmanager
def bars_in(bar: Bar) -> Iterator[None]:
    """Within the body ``bar`` shows what else `progress_bar` would show below the cell."""
    token = _elsewhere.set(bar)
    try:
        yield
    finally:
        _elsewhere.reset(token)
