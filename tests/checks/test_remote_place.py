"""Of what a submission's process says of places and changes, only what fits the submission's text is believed."""

import socket
import threading
import time
from typing import Any

import pytest

from cs231n_lib.checks.locate.edited_text import SourceChange
from cs231n_lib.checks.locate.place import Place
from cs231n_lib.checks.remote import place
from cs231n_lib.checks.remote.place import located
from cs231n_lib.checks.remote.protocol import receive, send_data
from cs231n_lib.checks.report import Result
from cs231n_lib.checks.run.flaws import EndedError

SOURCES = ["import numpy as np", "def double(x):\n    y = x * x\n    return y"]
WRONG = Result("double", 0.0, 4.0)


def told(said: Any) -> tuple[Place, ...]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_data(theirs, said)
        return located(WRONG, ours, SOURCES).places


def change_told(said: Any, *, asked: bool = True) -> SourceChange | None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_data(theirs, [[2, "y = x * x", "x * x"]])
        send_data(theirs, said)
        result = located(WRONG, ours, SOURCES, change=asked)
    assert result.places
    return result.change


@pytest.mark.parametrize(("before", "after"), [(["y = x * x"], ["y = x + x"]), ([], ["if x == 0:", "    return 0"])])
def test_change_of_the_text_is_taken_over(before: list[str], after: list[str]) -> None:
    assert change_told([2, before, after]) == SourceChange(2, tuple(before), tuple(after))
    assert change_told([2, before, after], asked=False) is None


@pytest.mark.parametrize(
    "said",
    [
        None, [], [2], [2, "y", "z"], [0, ["y = x * x"], []], [True, ["import numpy as np"], []], [2, [], []],
        [2, ["y = x"], ["y"]], [9, [], ["y"]], [2, ["y = x * x"], ["\x1b[31m"]], [2, ["y = x * x"], ["y" * 200]],
        [2, ["y = x * x"], ["y"] * 30], [2, ["y = x * x"], [3]],
    ],
)  # fmt: skip
def test_any_other_change_is_ignored(said: Any) -> None:
    assert change_told(said) is None


def test_a_place_in_the_text_is_taken_over() -> None:
    assert told([[2, "y = x * x", "x * x"]]) == (Place(2, "y = x * x", "x * x"),)


@pytest.mark.parametrize(
    "said",
    [
        [], None, "line 2", [2, "y = x * x", "x * x"], [[2, "y = x * x"]], [["2", "y = x * x", "x"]],
        [[3, "y = x * x", "x * x"]], [[0, "y = x * x", "x"]], [[-2, "y = x * x", "x"]], [[2, "<script>", "x"]],
        [[2, "y = x * x", "<b>"]], [[2, "", ""]], [[True, "import numpy as np", "np"]], {"places": 1},
    ],
)  # fmt: skip
def test_anything_else_is_no_place(said: Any) -> None:
    assert told(said) == ()


def test_there_are_never_more_than_two() -> None:
    assert len(told([[2, "y = x * x", "x * x"]] * 5)) == 2


def test_closed_connection_gives_no_place() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        assert located(WRONG, ours, SOURCES) == WRONG


def test_slow_trickle_of_bytes_ends_at_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "SECONDS", 0.3)
    ours, theirs = socket.socketpair()
    done = threading.Event()

    def drip() -> None:
        theirs.sendall(b"\x01\0\0\0\xff\0\0\0\0\0\0\0")
        while not done.wait(0.05):
            theirs.sendall(b" ")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        assert located(WRONG, ours, SOURCES) == WRONG
    finally:
        done.set()
        dripping.join()
        ours.close()
        theirs.close()


def test_past_deadline_raises_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises((TimeoutError, EndedError)):
        receive(ours, time.monotonic() - 1)
