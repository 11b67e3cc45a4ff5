"""A pytest plugin that orders the tests for the pool of worker processes."""

import os

import pytest

LONG = ("test_nbval.py", "test_whole_checkout.py")
CLASSROOM = "classroom"


@pytest.hookimpl(trylast=True)  # after tests were deselected
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first in the shares of three workers.

    The first share begins with the browser tests, the second with whole notebooks and the programs that check the whole
    checkout, and the third with graded classes.

    pytest-xdist gives each worker an equal share of the list, in order. A worker that has finished its share takes half
    of what waits at the end of the longest queue. So what takes longest begins first, and no worker waits long at the
    end. One worker runs nearly all browser tests with one Chromium and one JupyterLab, and another grades each class
    that several tests of a module look at only once.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first: list[list[pytest.Item]] = [[], [], []]
    others = []
    for item in items:
        if item.get_closest_marker("browser"):
            first[0].append(item)
        elif item.path.name in LONG:
            first[1].append(item)
        elif item.path.parent.name == CLASSROOM:
            first[2].append(item)
        else:
            others.append(item)
    share, ordered = len(items) // workers, []
    for group in first:
        rest = max(0, share - len(group))
        ordered += [*group, *others[:rest]]
        others = others[rest:]
    items[:] = [*ordered, *others]
