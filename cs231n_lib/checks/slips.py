"""Mistakes written as edits of the right answer's own text: what a student would have typed in its place.

    slips='''
        divided by 2h
            / h → / (2 * h)
            the two points are `h` apart, not `2 * h`: divide by `h`.
    '''

A line at the margin names a mistake. Of the lines below it, those with an arrow are edits, ``right → wrong``: what is
on the left must occur exactly once in the body of the reference; ⏎ is a line break, at the margin of the line that is
edited. The other lines are the sentence for the student.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from inspect import Signature, getsource, getsourcelines, signature, unwrap
from textwrap import dedent, indent
from typing import Any, overload

from .declare import Mistake
from .place_sites import Text
from .runner import SLIP, Function

ARROW, LINE_BREAK = "→", "⏎"


@dataclass(frozen=True)
class Edited:
    """The function ``reference`` with pieces of its text replaced; compiled when it is first called.

    Parameters
    ----------
    edits : tuple of (str, str)
        What is right, and what a student writes in its place.
    """

    reference: Function
    edits: tuple[tuple[str, str], ...]

    @property
    def source(self) -> str:
        """The wrong function's text.

        Raises
        ------
        ValueError
            For an edit whose right side does not occur exactly once in the reference.
        """
        name, arguments, body = parts(self.reference)
        for right, wrong in self.edits:
            if body.count(right) != 1:
                raise ValueError(f"{name}: {right!r} occurs {body.count(right)} times in the reference, not once")
            start = body.index(right)
            line = body[body.rfind("\n", 0, start) + 1 : start]
            margin = line[: len(line) - len(line.lstrip())]
            body = body.replace(right, wrong.replace(f" {LINE_BREAK} ", "\n" + margin))
        return f"def {name}({arguments}):\n{indent(body, '    ')}\n"

    @property
    def text(self) -> Text:
        """The wrong function, for whoever wants to look into it."""
        return Text(self.reference.__name__, (), ast.parse(self.source), self.function.__globals__)

    @property
    def changed(self) -> frozenset[int]:
        """The lines of ``source`` that are not the reference's; where one is missing, the next."""
        right, wrong = Edited(self.reference, ()).source.splitlines(), self.source.splitlines()
        spans = [code[3:] for code in SequenceMatcher(None, right, wrong, False).get_opcodes() if code[0] != "equal"]
        return frozenset(line + 1 for first, last in spans for line in range(first, max(last, first + 1)))

    @property
    def lines(self) -> frozenset[int]:
        """The lines of the reference's file that the edits change."""
        first = getsourcelines(unwrap(self.reference))[1]
        body, start = parts(self.reference)[2], first + _body_start(self.reference)
        spans = [(body[: body.index(right)].count("\n"), right.count("\n")) for right, _ in self.edits]
        return frozenset(start + line + i for line, more in spans for i in range(more + 1))

    @cached_property
    def function(self) -> Function:
        """The wrong function, with the names that the reference's module knows."""
        known = dict(unwrap(self.reference).__globals__)
        exec(compile(self.source, f"{SLIP}{self.reference.__name__}>", "exec"), known)
        made: Function = known[self.reference.__name__]
        return made

    @property
    def __signature__(self) -> Signature:
        return signature(self.reference)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the wrong function returns."""
        return self.function(*args, **kwargs)


class Slips(Sequence[Mistake]):
    """The mistakes of ``table``, in its order, behind others; the module's text says how it is written.

    It is read when the first is asked for, which for a right answer is never: an answer of lesson 09 may need the
    exercises of eight lessons, and reading all their tables would take as long as the rest of these.
    """

    def __init__(self, reference: Function, table: str, before: Sequence[Mistake] = ()) -> None:
        self.reference = reference
        self.table = table
        self.before = before

    @cached_property
    def _all(self) -> tuple[Mistake, ...]:
        return (*self.before, *(_slip(self.reference, name, lines) for name, lines in _blocks(self.table)))

    @overload
    def __getitem__(self, at: int) -> Mistake: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Mistake]: ...

    def __getitem__(self, at: int | slice) -> Mistake | Sequence[Mistake]:
        return self._all[at]

    def __len__(self) -> int:
        return len(self._all)


@cache
def parts(function: Function) -> tuple[str, str, str]:
    """Name, parameters without annotations, and body without docstring of the function that ``function`` wraps."""
    source, node = _written(function)
    start = _body_start(function)
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return node.name, ast.unparse(node.args), dedent("\n".join(source.splitlines()[start : node.end_lineno]))


def _written(function: Function) -> tuple[str, ast.FunctionDef]:
    source = dedent(getsource(unwrap(function)))
    return source, next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef))


@cache
def _body_start(function: Function) -> int:
    """How many lines come before the body without its docstring."""
    _, node = _written(function)
    return (node.body[0].end_lineno or 0) if ast.get_docstring(node) is not None else node.body[0].lineno - 1


def _blocks(table: str) -> Iterator[tuple[str, list[str]]]:
    name, lines = "", list[str]()
    for line in dedent(table).strip().splitlines():
        if line.startswith(" "):
            lines.append(line.strip())
        elif line:
            if name:
                yield name, lines
            name, lines = line, []
    yield name, lines


def _slip(reference: Function, name: str, lines: Sequence[str]) -> Mistake:
    edits = tuple(
        (right.strip(), wrong.strip()) for right, arrow, wrong in (e.partition(ARROW) for e in lines) if arrow
    )
    sentence = " ".join(line for line in lines if ARROW not in line)
    if not edits or not sentence:
        raise ValueError(
            f"{reference.__name__}, mistake {name!r}: it needs an edit `right {ARROW} wrong` and a sentence"
        )
    return Mistake(name, Edited(reference, edits), sentence)
