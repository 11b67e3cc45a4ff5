"""Keys pressed in a widget are the widget's, and a box of controls that keeps its keys.

JupyterLab and Notebook 7 take a key pressed on a slider or a button for a command of their own: twice "d" deletes the
cell, an arrow leaves it. With `KEEP_KEYS` keys belong to the control in focus; those with Ctrl or Meta, and Escape,
still get through.
"""

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets

KEEP_KEYS = Path(__file__).with_name("keys.js").read_text(encoding="utf-8")
"""JavaScript: ``keepKeys(element)``."""

_ESM = """
function guard(box) {
  keepKeys(box);
  for (const handle of box.querySelectorAll("[role=slider]")) {  // ipywidgets gives a slider no name to read out
    handle.setAttribute("aria-label", handle.closest(".widget-inline-hbox").querySelector(".widget-label").textContent);
  }
}

export default {
  render({ el }) {
    el.style.display = "none";
    const onceShown = () => el.isConnected ? guard(el.closest(".widget-vbox")) : requestAnimationFrame(onceShown);
    onceShown();
  }
};
"""


class _Keys(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget's types are not followed
    _esm = KEEP_KEYS + _ESM


def box_of_controls(*children: Any) -> Any:
    """The widgets ``children`` below one another; keys pressed in them are theirs, and sliders have spoken names."""
    return ipywidgets.VBox([*children, _Keys()])
