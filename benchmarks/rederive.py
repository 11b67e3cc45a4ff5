"""Keys of question pages, derived again from the printed pages alone.

Nothing here uses the code that made the pages. Values and counts come from a trace function, edits are made in the
printed lines, and mistakes are named by the exercise's check with new inputs.
"""

import copy
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.evaluate.prerequisites import checking
from cs231n_lib.checks.run.runner import silence
from cs231n_lib.checks.run.time_limit import TimeLimit, attempt

SECONDS = 1.0
CHANGES = {
    "The result stays the same, and so do the caller's arrays.": "same",
    "The result keeps its shape, but its numbers are different.": "numbers",
    "The result, or an array in it, has a different shape.": "shape",
    "The call stops with an error.": "error",
    "The result stays the same, but one of the caller's arrays has changed.": "changed",
}


@dataclass
class Printed:
    """Question as printed: the function, its numbered code, the call and the sentence."""

    exercise: str
    code: str
    call: str
    asked: str = ""
    options: list[str] = field(default_factory=list)


class PageReader(HTMLParser):
    """Reader of the pages of a class, which lists the questions of each student."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.students: list[list[Printed]] = []
        self.parts: list[str] = []
        self.exercise = self.code = self.call = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin a new part of the document."""
        kind = dict(attributes).get("class", "")
        if tag == "section":
            self.students.append([])
        elif tag == "code":
            self.parts.append("`")
        elif tag == "em":
            self.parts.append("*")
        elif tag in ("h2", "pre", "li") or kind == "asked":
            self.parts = []
        if kind == "asked":
            self.students[-1].append(Printed(self.exercise, self.code, self.call))
        self.kind = kind if tag in ("pre", "span") else self.kind if hasattr(self, "kind") else ""

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Store the text of a finished part."""
        text = "".join(self.parts)
        if tag == "code":
            self.parts.append("`")
        elif tag == "em":
            self.parts.append("*")
        elif tag == "h2":
            self.exercise = text.strip()
        elif tag == "pre" and self.kind == "code":
            self.code = "\n".join(line[5:] for line in text.splitlines())
        elif tag == "pre":
            self.call = text
        elif tag == "span" and self.kind == "asked":
            self.students[-1][-1].asked = text
        elif tag == "li" and self.students[-1]:
            self.students[-1][-1].options.append(text.partition(" ")[2])


class KeyReader(HTMLParser):
    """Reader of the key, which lists the answers of each student."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.students: list[list[str]] = []
        self.parts: list[str] = []
        self.cells = 0
        self.feed(document)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin a new part of the document."""
        if tag == "h2":
            self.students.append([])
        if tag == "tr":
            self.cells = 0
        if tag == "td":
            self.cells += 1
            self.parts = []
        self.parts += ["`"] if tag == "code" else ["*"] if tag == "em" else []

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Store the text of a finished part."""
        self.parts += ["`"] if tag == "code" else ["*"] if tag == "em" else []
        if tag == "td" and self.cells == 4:
            self.students[-1].append("".join(self.parts))


def function_of(code: str, name: str, names: Mapping[str, Any]) -> Any:
    """Function that the printed code defines."""
    space = dict(names)
    exec(compile(code, "<printed>", "exec"), space)
    return space[name]


def arguments_of(call: str, name: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments of the printed call."""
    found: tuple[tuple[Any, ...], dict[str, Any]] = eval(call, {"np": np, name: lambda *args, **kwargs: (args, kwargs)})
    return found


def run(function: Any, arguments: tuple[Any, ...], exercise: Exercise) -> tuple[Any, Any, BaseException | None]:
    """Result, arguments afterwards and error of a call."""
    args, kwargs = copy.deepcopy(arguments)

    def called() -> Any:
        value = function(*args, **kwargs)
        return exercise.collect(value) if exercise.collect else value

    with silence(), np.errstate(all="ignore"):
        value, error = attempt(TimeLimit(SECONDS), called)
    return value, (args, kwargs), error


def flat(value: Any) -> list[np.ndarray]:
    """Numbers and arrays in a result."""
    if isinstance(value, dict):
        return [array for name in sorted(value) for array in flat(value[name])]
    if isinstance(value, list | tuple):
        return [array for inner in value for array in flat(inner)]
    return [] if value is None or isinstance(value, str) or callable(value) else [np.asarray(value)]


def change(before: Any, after: Any, given: Any) -> str:
    """What an edit changed."""
    if after[2] is not None:
        return "error"
    old, new = flat(before[0]), flat(after[0])
    if [a.shape for a in old] != [a.shape for a in new]:
        return "shape"
    if not all(np.allclose(a, b, rtol=1e-6, atol=1e-8, equal_nan=True) for a, b in zip(old, new, strict=True)):
        return "numbers"
    kept, left = flat([*given[0], given[1]]), flat([*after[1][0], after[1][1]])
    unchanged = all(a.shape == b.shape and np.array_equal(a, b) for a, b in zip(kept, left, strict=True))
    return "same" if unchanged else "changed"


def observe(function: Any, arguments: tuple[Any, ...], exercise: Exercise, line: int, text: str) -> list[Any]:
    """Values of a name after each run of a line, or of an expression before it, by a trace function."""
    seen: list[Any] = []
    last = 0  # the line that runs, because a comprehension on one line is traced as the same line again

    def local(frame: Any, event: str, _: Any) -> Any:
        nonlocal last
        here = frame.f_lineno if event == "line" else 0
        if event == "line" and here == last:
            return local
        if event in ("line", "return"):
            if text.isidentifier() and last == line:
                seen.append(copy.deepcopy(frame.f_locals.get(text)))
            elif not text.isidentifier() and here == line:
                seen.append(copy.deepcopy(eval(text or "None", {**frame.f_globals, **frame.f_locals})))
            last = here
        return local

    def traced(*args: Any, **kwargs: Any) -> Any:
        sys.settrace(lambda frame, *_: local if frame.f_code is function.__code__ else None)
        try:
            return function(*args, **kwargs)
        finally:
            sys.settrace(None)

    run(traced, arguments, exercise)
    return seen


TIMES = {"": 1, "second": 2, "third": 3}
VALUE = re.compile(
    r"What is the (?P<what>value|shape) of `(?P<text>.+)` (?:after line (?P<after>\d+) has run|in line (?P<line>\d+))"
    r"(?:, when the line runs)?(?: for the (?P<time>second|third) time)?\?"
)
LINE = re.compile(
    r"Line (\d+) (?:becomes `(.*)`|is deleted)\. (What changes|Which sentence describes the effect)\?", re.DOTALL
)


def is_right(printed: Printed, answer: str, exercise: Exercise, names: Mapping[str, Any], seed: str) -> bool:
    """Whether the answer in the key is what the printed question asks for.

    Raises
    ------
    ValueError
        If the question cannot be read.
    """
    with checking(exercise.builds_on):
        return _is_right(printed, answer, exercise, names, seed)


def _is_right(printed: Printed, answer: str, exercise: Exercise, names: Mapping[str, Any], seed: str) -> bool:
    function = function_of(printed.code, printed.exercise, names)
    arguments = arguments_of(printed.call, printed.exercise)
    lines = printed.code.splitlines()
    asked = printed.asked
    if found := re.fullmatch(r"How many times does line (\d+) run\?", asked):
        return str(len(observe(function, arguments, exercise, int(found[1]), ""))) == answer
    if asked in ("What does the call return?", "What is the shape of the call's result?"):
        value = run(function, arguments, exercise)[0]
        return _agrees("value" if "return" in asked else "shape", value, answer)
    if found := VALUE.fullmatch(asked):
        seen = observe(function, arguments, exercise, int(found["after"] or found["line"]), found["text"])
        return _agrees(found["what"], seen[TIMES[found["time"] or ""] - 1], answer)
    letter, _, sentence = answer.partition(" ")
    if found := re.fullmatch(r"Lines (\d+) and (\d+) trade places\. What changes\?", asked):
        first, second = int(found[1]) - 1, int(found[2]) - 1
        lines[first], lines[second] = lines[second], lines[first]
    elif found := LINE.fullmatch(asked):
        number = int(found[1]) - 1
        old = lines[number]
        lines[number] = old[: len(old) - len(old.lstrip())] + (found[2] or "pass")
        if found[3] == "Which sentence describes the effect":
            edited = function_of("\n".join(lines), printed.exercise, names)
            return printed.options["ABCDE".index(letter)] == sentence and _names(
                exercise, edited, printed, letter, seed
            )
    else:
        raise ValueError(asked)
    edited = function_of("\n".join(lines), printed.exercise, names)
    before, after = run(function, arguments, exercise), run(edited, arguments, exercise)
    return CHANGES[sentence] == change(before, after, arguments) and list(CHANGES)["ABCDE".index(letter)] == sentence


def _agrees(what: str, value: Any, answer: str) -> bool:
    if what == "shape":
        return str(np.shape(value)) == answer
    expected = np.array(eval(answer), dtype=float)
    return np.shape(value) == expected.shape and bool(np.allclose(np.asarray(value, float), expected, 0, 0.00501))


def _names(exercise: Exercise, edited: Any, printed: Printed, letter: str, seed: str) -> bool:
    """Whether the check names the mistake of this letter and none of the others."""
    with silence():
        result = exercise(edited, seed=seed, where=False, solution=False)
    said = [explanation[:1].upper() + explanation[1:] for _, explanation in result.mistakes]
    plain = [one.replace("*", "") for one in said]  # the page has no italics
    named = [option for option in printed.options if any(one.startswith(option.replace("*", "")) for one in plain)]
    return not result.passed and named == [printed.options["ABCDE".index(letter)]]


def each_question(pages: str, key: str) -> Iterator[tuple[int, Printed, str]]:
    """Students by number, with their printed questions and the answers in the key."""
    students: Sequence[list[Printed]] = PageReader(pages).students
    for number, (questions, answers) in enumerate(zip(students, KeyReader(key).students, strict=True)):
        for printed, answer in zip(questions, answers, strict=True):
            yield number, printed, answer
