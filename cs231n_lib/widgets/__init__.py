"""Live plots, explorables, predictions and static figures in a common style.

Importing this package loads neither matplotlib nor ipywidgets. They load when a name that needs them is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cs231n_lib.widgets.dashboard import LiveDashboard
    from cs231n_lib.widgets.explorable import Explorable, Menu, Slider, Stage
    from cs231n_lib.widgets.picture import MeasuredPicture, Picture
    from cs231n_lib.widgets.prediction import Prediction

__all__ = ["Explorable", "LiveDashboard", "MeasuredPicture", "Menu", "Picture", "Prediction", "Slider", "Stage"]

_HOMES = {
    "Menu": "explorable",
    "Explorable": "explorable",
    "LiveDashboard": "dashboard",
    "MeasuredPicture": "picture",
    "Picture": "picture",
    "Prediction": "prediction",
    "Slider": "explorable",
    "Stage": "explorable",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
