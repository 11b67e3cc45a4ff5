"""Box of controls that keeps keystrokes from the notebook's own shortcuts.

JupyterLab and Notebook 7 treat a key pressed on a slider or a button as one of their shortcuts. Pressing "d" twice
would delete the cell, and an arrow key would select another one. `KEEP_KEYS` gives keys to the focused control, except
for Escape and for combinations with Ctrl or Meta.
"""

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets

_HERE = Path(__file__).parent
KEEP_KEYS = (_HERE / "keys.js").read_text(encoding="utf-8")
"""JavaScript that defines ``keepKeys(element)``."""


class _KeyGuard(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget's types are not followed
    _esm = KEEP_KEYS + (_HERE / "box.js").read_text(encoding="utf-8")
    _css = (_HERE / "box.css").read_text(encoding="utf-8")


def box_of_controls(*children: Any) -> Any:
    """Vertical box of widgets that keeps keystrokes.

    `box.js` adds accessible names.
    """
    box = ipywidgets.VBox([*children, _KeyGuard()])
    box.add_class("cs-box")
    return box
