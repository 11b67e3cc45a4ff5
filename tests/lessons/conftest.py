"""What the tests of several lessons share."""

import pytest
from lessons.battery import EXERCISES
from matplotlib.figure import Figure

from cs231n_lib.widgets.picture import Picture


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what the battery tries of one exercise together: one process judges its mistakes once for several tests."""
    of_battery = {i: item for i, item in enumerate(items) if item.path.name == "test_battery.py"}
    for i, item in zip(of_battery, sorted(of_battery.values(), key=_exercise), strict=True):
        items[i] = item


def _exercise(item: pytest.Item) -> int:
    """The number of a test's exercise; of a test of something else, 0."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return 1 + EXERCISES.index((given["slug"], given["name"])) if {"slug", "name"} <= set(given) else 0


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
