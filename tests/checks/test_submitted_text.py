"""Reports repeat names and lines of a student's process only if the submission contains them."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from checks.across import across, serving
from checks.test_remote import lies, told

from cs231n_lib.checks.remote.protocol import _encoded, send, send_data
from cs231n_lib.checks.remote.submitted_text import SubmittedText
from cs231n_lib.checks.run.flaws import Foreign
from cs231n_lib.lessons.optimization import checks

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process .*multi-threaded:DeprecationWarning", "ignore:os.fork.. was called:RuntimeWarning"
)

ERROR = checks.relative_error
ANSWER = """\
class TooSmall(Exception):
    pass


def relative_error(x, y):
    if NAME == "error":
        raise TooSmall("LE" f"AK {x}")
    if NAME == "new error":
        raise type("LE" "AK", (Exception,), {})("LE" "AK")
    if NAME == "new line":
        linecache.cache["made"] = 10, None, ["raise ValueError  # LE" "AK\\n"], "made"
        exec(compile("raise ValueError", "made", "exec"), globals())
    return TooSmall() if NAME == "type" else type("LE" "AK", (), {})()
"""


def answer(which: str) -> Any:
    import linecache

    names: dict[str, Any] = {"NAME": which, "linecache": linecache}
    source = "answer of this test"
    linecache.cache[source] = len(ANSWER), None, ANSWER.splitlines(keepends=True), source
    exec(compile(ANSWER, source, "exec"), names)
    return names["relative_error"]


def report(student: Callable[[socket.socket], None]) -> str:
    return across(ERROR, student, seconds=5, submitted=SubmittedText([ANSWER]))._repr_html_()


@pytest.mark.parametrize(
    ("which", "shown"),
    [
        ("error", "stops with TooSmall, in your code at line 7: "),
        ("new error", "stops with Exception, in your code at line 9: "),
        ("new line", "stops with ValueError<"),
        ("type", "returns a TooSmall, not"),
        ("new type", "returns an object, not"),
    ],
)
def test_report_names_only_what_the_answer_contains(which: str, shown: str) -> None:
    html = report(serving(ERROR, answer(which)))
    assert shown in html
    assert "LEAK" not in html


def refuses(*facts: str) -> Callable[[socket.socket], None]:
    return lambda line: send_data(line, {"problem": list(facts), "lambda": False})


def foreign(line: socket.socket, asked: Any) -> None:
    """Answer with a value of a type that has another name than any type here."""
    blocks: list[bytes] = []
    encoded = json.dumps(_encoded(told(asked, value=Foreign("LEAK")), blocks, 0))
    send(line, encoded.encode(), *blocks)


LIES: dict[str, Callable[[socket.socket], None]] = {
    "another name": refuses("other_name", "relative_error", "LEAK"),
    "a type": refuses("is_no_function", "relative_error", "LEAK", ERROR.header),
    "parameters": refuses("other_parameters", "LEAK, LEAK", ERROR.header),
    "our own header": refuses("is_none", "relative_error", "LEAK"),
    "an error": lies(lambda line, asked: send_data(line, told(asked, error=["LEAK", False, []]))),
    "a line": lies(
        lambda line, asked: send_data(line, told(asked, error=["KeyError", False, []], line="line 1: `LEAK`"))
    ),
    "the number of a line": lies(
        lambda line, asked: send_data(line, told(asked, error=["KeyError", False, []], line="line 31415"))
    ),
    "a foreign value": lies(foreign),
}


@pytest.mark.parametrize("lie", LIES)
def test_report_repeats_no_invented_word(lie: str) -> None:
    html = report(LIES[lie])
    assert "LEAK" not in html
    assert "31415" not in html
    assert "stops with" in html or "object" in html or "…" in html


def test_facts_about_the_answer_are_repeated() -> None:
    text = SubmittedText(["def f(a, *rest, b=2, **more):\n    return lambda q, r: q\nrelative_err = f"])
    own = ERROR.name, ERROR.header
    known = [*own, "relative_err", "a, rest, b, more", "q, r", "ndarray"]
    assert [text.fact(one, own) for one in known] == known
    assert [text.fact(one, own) for one in ("a, b", "q, f", "0.25", "f f", "")] == ["…"] * 5


def test_line_must_have_its_number_in_the_same_cell() -> None:
    text = SubmittedText(["x = 1\ny = 2", "\n" * 6 + "z = '`'\n" + f"w = {'1' * 300}"])
    right = ["line 2: `y = 2`", "line 7: `z = '''`", f"line 8: `w = {'1' * 196}…`", "line 6"]
    assert [text.line(one) for one in right] == right
    assert [text.line(one) for one in ("line 1: `y = 2`", "line 2: `y = 3`", "line 9", "y = 2", "")] == [""] * 5


def test_unreadable_cells_have_no_parameters() -> None:
    assert SubmittedText(["def f(", "(" * 10_000, "%matplotlib inline", "\0"]).fact("x", ()) == "…"
