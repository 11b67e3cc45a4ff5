"""Named mistakes, written as edits of the reference's source.

    slips='''
        divided by 2h
            / h → / (2 * h)
            you divide by `2 * h`, but the two points are `h` apart. Divide by `h`.
    '''

An unindented line names a mistake. Below it, each line with an arrow is an edit, ``right → wrong``. The left side
must occur exactly once in the body of the reference. ⏎ is a line break with the indentation of the edited line. The
other lines are the explanation for the student.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from inspect import Signature, getsourcelines, signature, unwrap
from textwrap import dedent, indent
from typing import Any

from .declare import Mistake
from .run.instrument import Text, copied_tree
from .run.result_names import source_of, tree_of
from .run.runner import Function
from .run.watch import SLIP_FILENAME, report_calls

ARROW, LINE_BREAK = "→", "⏎"


@dataclass(frozen=True)
class Edited:
    """Function ``reference`` with edited source, compiled at its first call."""

    reference: Function
    edits: tuple[tuple[str, str], ...]
    """For each edit, the right text and the text that a student writes instead."""

    @property
    def source(self) -> str:
        """Source of the wrong function.

        Raises
        ------
        ValueError
            If the right text of an edit does not occur exactly once in the reference.
        """
        name, arguments, body = parts(self.reference)
        for right, wrong in self.edits:
            start = _only_place(name, body, right)
            line = body[body.rfind("\n", 0, start) + 1 : start]
            margin = line[: len(line) - len(line.lstrip())]
            body = body.replace(right, wrong.replace(f" {LINE_BREAK} ", "\n" + margin))
        return f"def {name}({arguments}):\n{indent(body, '    ')}\n"

    @property
    def text(self) -> Text:
        """Parsed source of the wrong function."""
        return Text(self.reference.__name__, (), ast.parse(self.source), self.function.__globals__)

    @property
    def changed(self) -> frozenset[int]:
        """Lines of ``source`` that differ from the reference, or follow a missing line."""
        right, wrong = Edited(self.reference, ()).source.splitlines(), self.source.splitlines()
        spans = [code[3:] for code in SequenceMatcher(None, right, wrong, False).get_opcodes() if code[0] != "equal"]
        return frozenset(line + 1 for first, last in spans for line in range(first, max(last, first + 1)))

    @property
    def lines(self) -> frozenset[int]:
        """Lines of the reference's file that the edits change."""
        first = getsourcelines(unwrap(self.reference))[1] + _body_start(self.reference)
        name, _, body = parts(self.reference)
        spans = [(body[: _only_place(name, body, right)].count("\n"), right.count("\n")) for right, _ in self.edits]
        return frozenset(first + line + i for line, more in spans for i in range(more + 1))

    @cached_property
    def function(self) -> Function:
        """The wrong function, compiled in the namespace of the reference's module."""
        known = dict(unwrap(self.reference).__globals__)
        exec(compile(self.source, f"{SLIP_FILENAME}{self.reference.__name__}>", "exec"), known)
        made: Function = known[self.reference.__name__]
        report_calls(made.__code__)
        return made

    @property
    def __signature__(self) -> Signature:
        return signature(self.reference)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the wrong function."""
        return self.function(*args, **kwargs)


class Slips(Sequence[Mistake]):
    """Sequence of the mistakes in ``before``, followed by those in ``table``.

    The module docstring describes the format of the table.

    The table is parsed at the first access. A right answer never needs the table, and lesson 09 may load the exercises
    of eight lessons, whose tables would double the loading time.
    """

    def __init__(self, reference: Function, table: str, before: Sequence[Mistake] = ()) -> None:
        self.reference = reference
        self.table = table
        self.before = before

    @cached_property
    def _all(self) -> tuple[Mistake, ...]:
        mistakes = (*self.before, *(_slip(self.reference, name, lines) for name, lines in _blocks(self.table)))
        twice = [name for name, count in Counter(mistake.name for mistake in mistakes).items() if count > 1]
        if twice:
            raise ValueError(f"{self.reference.__name__}: two mistakes have the name {twice[0]!r}. Rename one of them.")
        return mistakes

    def __getitem__(self, at: Any) -> Any:
        return self._all[at]

    def __len__(self) -> int:
        return len(self._all)


def _only_place(name: str, body: str, right: str) -> int:
    """Position of an edit's right text in the body of the function ``name``.

    Raises
    ------
    ValueError
        If the text does not occur exactly once.
    """
    if body.count(right) != 1:
        problem = f"{name}: {right!r} occurs {body.count(right)} times in the reference, not once"
        raise ValueError(f"{problem}. Copy enough of the reference's line to the left of {ARROW}.")
    return body.index(right)


@cache
def parts(function: Function) -> tuple[str, str, str]:
    """Name, bare parameters, and body without docstring of ``function``, unwrapped."""
    source, node = _source(function)
    body = source.splitlines()[_body_start(function) : node.end_lineno]
    return node.name, bare_parameters(node), dedent("\n".join(body))


def bare_parameters(function: ast.FunctionDef) -> str:
    """Names and defaults of a function's parameters, without annotations."""
    arguments = copied_tree(function.args)
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(arguments)


@cache
def _source(function: Function) -> tuple[str, ast.FunctionDef]:
    return source_of(function), next(n for n in ast.walk(tree_of(function)) if isinstance(n, ast.FunctionDef))


@cache
def _body_start(function: Function) -> int:
    """Number of lines before the body, docstring included."""
    _, node = _source(function)
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
    mistake = f"{reference.__name__}, mistake {name!r}"
    if not edits:
        raise ValueError(f"{mistake}: no line contains {ARROW}. Write the edit as `right {ARROW} wrong`.")
    if not sentence:
        raise ValueError(f"{mistake}: the sentence for the student is missing. Write it below the edit.")
    return Mistake(name, Edited(reference, edits), sentence)
