"""The report: a number for nbgrader, words for the student, and nothing of theirs that formats or runs."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from IPython.core.formatters import DisplayFormatter

from cs231n_lib.checks import Result, Reward, Row
from cs231n_lib.checks.locate.place import Place
from cs231n_lib.checks.report import inline
from cs231n_lib.checks.run.flaws import Refusal, RefusedAnswer

ATTACK = "<script>alert('x')</script>"
RIGHT = Result("relu", 10, 10, (Row("Means", True, 10, 10),))
WRONG = Result(
    "relu",
    5,
    10,
    (Row("Shape", True, 5, 5), Row("Means", False, 5, 0, "the sign is flipped", "expected 3, got -3")),
    mistakes=(("sign", "You forget a `-`."),),
    notes=("A note",),
)


ROWS = (Row("Shape", True, 30, 30), Row("Means", False, 70, 10, "the sign is flipped"))
BONUS = Result("gelu", 40.0, 100.0, ROWS, mistakes=(("sign", "You forget a `-`."),), reward=Reward.STAR)
STARRED = Result("gelu", 100.0, 100.0, (Row("Shape", True, 100, 100),), reward=Reward.STAR)


class Reader(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(result):
    reader = Reader(result._repr_html_())
    assert not reader.open
    return reader


@pytest.mark.parametrize(
    "result", [RIGHT, WRONG, Result("relu", 0, 10, problem=RefusedAnswer(Refusal.NOT_THERE, ("relu",)))]
)
def test_plain_text_is_the_points_as_a_float(result):
    assert float(repr(result)) == float(result) == result.points
    assert "." in repr(result)  # nbgrader reads a whole number such as 10 too, but one form is enough


@pytest.mark.parametrize("result", [RIGHT, WRONG])
def test_only_inline_styles_and_no_script(result):
    tags = read(result).tags
    assert {name for name, _ in tags} <= {
        "div",
        "span",
        "strong",
        "table",
        "tr",
        "td",
        "br",
        "code",
        "details",
        "summary",
    }
    assert {a for _, attributes in tags for a in attributes} <= {"style", "open"}


def test_saved_report_keeps_mistake_names_but_no_case_numbers():
    data, metadata = DisplayFormatter().format(WRONG)
    assert data == {"text/plain": "5.0", "text/html": WRONG._repr_html_()}
    assert metadata == {"cs231n_lib": {"headline": "Partly right", "mistakes": ["sign"], "failed": ["Means"]}}
    assert DisplayFormatter().format(RIGHT)[1] == {}


def test_readable_without_colour():
    words = " ".join(read(WRONG).words)
    for expected in (
        "✗ Partly right",
        "5 of 10 points",
        "✓ passed",
        "✗ failed",
        "Likely mistake:",
        "expected 3, got -3",
        "0 of 5",
    ):
        assert expected in words
    assert "✓ Right" in " ".join(read(RIGHT).words)


def test_lines_that_may_contain_the_error_are_numbered():
    place = Place(2, "a = x\nb = a - x", "a = x", statement="with a different value for `b`, …", sources=(10,))
    shown = replace(WRONG, places=(place,))
    assert "  2  a = x\n 10  b = a - x" in "".join(read(shown).words)
    assert "Where: line 2 or 10: with a different value for `b`, …" in shown.text()


def test_one_way_to_write_it_is_folded_with_its_margins():
    result = replace(RIGHT, model_answer="def f(x):\n    return x < 0")
    assert "<details" in result._repr_html_().partition("One way to write it")[0]
    assert "def f(x):\n    return x < 0" in "".join(read(result).words)
    assert "One way to write it:\ndef f(x):\n    return x < 0" in result.text()
    assert "One way" not in RIGHT.text() + RIGHT._repr_html_()


@pytest.mark.parametrize(
    "result",
    [
        Result(ATTACK, 0, 1, problem=RefusedAnswer(Refusal.NOT_THERE, (ATTACK,))),
        Result("f", 0, 1, (Row(ATTACK, False, 1, 0, ATTACK, ATTACK),), mistakes=((ATTACK, ATTACK),), notes=(ATTACK,)),
    ],
)
def test_text_of_others_is_escaped(result):
    reader = read(result)
    assert "script" not in {name for name, _ in reader.tags}
    assert ATTACK in "".join(reader.words)


def test_text_tells_the_same():
    lines = WRONG.text().splitlines()
    assert lines[:2] == ["Partly right: relu, 5 of 10 points", "Likely mistake: You forget a `-`."]
    assert lines[-1] == "Note: A note"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a **b** c", "a <strong>b</strong> c"),
        ("a *b* c", "a <em>b</em> c"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_inline(text, html):
    assert inline(text) == html


def test_markup_within_code_is_not_formatted():
    assert Reader(inline("see `x**2 + y**2`")).tags[0][0] == "code"
    assert "strong" not in inline("see `x**2 + y**2`")


def test_a_bonus_has_a_star_in_place_of_points():
    for words in (" ".join(read(BONUS).words), BONUS.text()):
        assert "☆ bonus, 40 % right" in words
        assert "10 of 70 %" in words
        assert "You forget a" in words
        assert "points" not in words
    for words in (" ".join(read(STARRED).words), STARRED.text()):
        assert "★ done" in words
        assert "points" not in words
