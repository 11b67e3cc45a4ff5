"""Text of a submission, which limits the words that a report may repeat.

The submission's process has received the cases of a check. A name or a line that this process makes up could therefore
show the cases to the student. A report repeats only names of Python and well-known libraries, and submitted text.
"""

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..run.runner import literal

OTHER_TYPE, OTHER_ERROR, LEFT_OUT = "object", "Exception", "…"
"""Replacements for the name of a type, the name of an error and any other fact."""

_TYPES = (
    "function method module dict_keys dict_values dict_items zip map filter DataFrame Series Tensor Array ArrayImpl"
)
KNOWN = {*dir(builtins), *dir(np), *dir(np.linalg), *dir(np.exceptions), *_TYPES.split()}
"""Names of types and errors that a report may always repeat."""

_LINE = re.compile(r"line (\d{1,6})(?:: (`.*`))?", re.DOTALL)


@dataclass(frozen=True)
class SubmittedText:
    r"""Code cells of a submission.

    >>> text = SubmittedText(["def double(x, n=1):\n    return x + y"])
    >>> text.line("line 2: `return x + y`"), text.line("line 2: `0.25`"), text.type_name("Vector")
    ('line 2: `return x + y`', '', 'object')
    """

    sources: Sequence[str]

    def type_name(self, said: str) -> str:
        """Return the name of a known or submitted type, or else `OTHER_TYPE`."""
        return said if self._has(said) else OTHER_TYPE

    def error_name(self, said: str) -> str:
        """Return the name of a known or submitted error, or else `OTHER_ERROR`."""
        return said if self._has(said) else OTHER_ERROR

    def line(self, said: str) -> str:
        """Return the line in which an error was raised, or "" if no cell contains it."""
        found = _LINE.fullmatch(said)
        return said if found and (int(found[1]), found[2] or "``") in self._lines else ""

    def fact(self, said: str, own: Sequence[str]) -> str:
        """Return a fact about the answer, or `LEFT_OUT` if the process made it up.

        A fact may be one of our ``own`` facts, a known or submitted name, or the parameters of a submitted function.
        """
        return said if said in own or self._has(said) or said in self._parameters else LEFT_OUT

    def _has(self, name: str) -> bool:
        return name in KNOWN or name in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for source in self.sources for name in re.findall(r"\w+", source))

    @cached_property
    def _lines(self) -> frozenset[tuple[int, str]]:
        """Numbers and texts of the lines, as an error's traceback gives them."""
        return frozenset(
            (number, literal(line.strip()))
            for source in self.sources
            for number, line in enumerate(source.splitlines(), 1)
        )

    @cached_property
    def _parameters(self) -> frozenset[str]:
        """Names of the parameters of each function in the cells."""
        return frozenset(", ".join(names) for source in self.sources for names in _parameters(source))


def _parameters(source: str) -> Iterator[list[str]]:
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                given = node.args
                several = [given.vararg] if given.vararg else []
                rest = [given.kwarg] if given.kwarg else []
                yield [one.arg for one in (*given.posonlyargs, *given.args, *several, *given.kwonlyargs, *rest)]
