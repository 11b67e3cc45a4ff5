"""Keys pressed in a widget are the widget's, and a box of controls that keeps its keys.

JupyterLab and Notebook 7 take a key pressed on a slider or a button for a command of their own: twice "d" deletes the
cell, an arrow leaves it. With `KEEP_KEYS` keys belong to the control in focus; those with Ctrl or Meta, and Escape,
still get through.
"""

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets

_HERE = Path(__file__).parent
KEEP_KEYS = (_HERE / "keys.js").read_text(encoding="utf-8")
"""JavaScript: ``keepKeys(element)``."""


class _Keys(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget's types are not followed
    _esm = KEEP_KEYS + (_HERE / "box.js").read_text(encoding="utf-8")
    _css = (_HERE / "box.css").read_text(encoding="utf-8")


def box_of_controls(*children: Any) -> Any:
    """The widgets ``children`` below one another; keys pressed in them are theirs, and `box.js` says what they are."""
    box = ipywidgets.VBox([*children, _Keys()])
    box.add_class("cs-box")
    return box
