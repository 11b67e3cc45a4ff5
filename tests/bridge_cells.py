"""The code of the notebook 10_bridge, run as a script: ``python tests/bridge_cells.py`` prints what its cells print.

With torch installed it shows what the committed notebook cannot.
"""

import re
from pathlib import Path
from typing import Any

TEXT = Path(__file__).parents[1] / "solutions/10_bridge/10_bridge.py"
CELL = re.compile(r"^# %%(?: \[markdown\])?\n(.*?)(?=^# %%|\Z)", re.DOTALL | re.MULTILINE)


def cells(text: str) -> list[str]:
    """The code cells; comments are what texts consist of."""
    return [cell for cell in CELL.findall(text) if any(line and line[0] != "#" for line in cell.splitlines())]


def run(text: str) -> dict[str, Any]:
    """The names that the cells leave behind."""
    names: dict[str, Any] = {"__name__": "bridge"}
    for number, cell in enumerate(cells(text)):
        exec(compile(cell, f"<cell {number}>", "exec"), names)
    return names


if __name__ == "__main__":
    names = run(TEXT.read_text(encoding="utf-8"))
    if names["torch"]:
        scores, parameters = names["apart"]
        print(f"scores: apart by {scores:.0e}; parameters: by {parameters:.0e}")
