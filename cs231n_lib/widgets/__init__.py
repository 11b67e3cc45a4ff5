"""Live plots and explorables for the notebooks, and the look that all pictures share.

Importing this costs nothing: matplotlib and the widgets load with the first name that needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cs231n_lib.widgets.dashboard import LiveDashboard

__all__ = ["LiveDashboard"]

_HOMES = {"LiveDashboard": "dashboard"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
