"""What the tests of several lessons share."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from cs231n_lib.widgets.picture import Picture

HERE = Path(__file__).parent
FIRST_SEEDS = 3


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave a claim's seeds beyond the first few to `make audit`."""
    for item in items:
        seed = item.callspec.params.get("seed") if hasattr(item, "callspec") else None
        if HERE in item.path.parents and isinstance(seed, int) and seed >= FIRST_SEEDS:
            item.add_marker(pytest.mark.audit)


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are made into pictures."""
    made: list[Figure] = []
    make = Picture.__init__

    def keep(self: Picture, figure: Figure, caption: str) -> None:
        made.append(figure)
        make(self, figure, caption)

    monkeypatch.setattr(Picture, "__init__", keep)
    return made
