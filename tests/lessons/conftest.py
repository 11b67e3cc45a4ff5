"""What the tests of several lessons share."""

import pytest
from matplotlib.figure import Figure

from cs231n_lib.widgets.picture import Picture


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are made into pictures."""
    made: list[Figure] = []
    make = Picture.__init__

    def keep(self: Picture, figure: Figure, caption: str, note: str = "") -> None:
        made.append(figure)
        make(self, figure, caption, note)

    monkeypatch.setattr(Picture, "__init__", keep)
    return made
