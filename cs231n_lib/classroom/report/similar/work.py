"""Submission of a student, divided into the parts that can be compared."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from warnings import catch_warnings

from cs231n_lib.checks.report import METADATA
from cs231n_lib.course.student.notebook import Cell, Notebook

from .canonical import Lines, local_names, pieces

OWN_CELLS = "own cells"
"""Title of the part with the code cells that a student added."""

MAX_CHARACTERS = 20_000
"""Maximum number of characters in a part to compare. The longest answers of the course have about 3,000."""

MAX_TOKENS = 3000
"""Maximum number of tokens in a part to compare in order. The rest are ignored."""

_TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|[^\w\s]")
_WORD = re.compile(r"\w+")
_SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Code:
    """Code of one part, such as an answer, which is parsed and never run."""

    source: str

    @cached_property
    def _parsed(self) -> tuple[ast.Module | None, Mapping[int, Lines], str]:
        """Syntax tree, hashed pieces, and the reason if the pieces are missing."""
        if len(self.source) > MAX_CHARACTERS:
            problem = f"it has {len(self.source):,} characters, but at most {MAX_CHARACTERS:,} are compared"
            return None, {}, problem
        try:
            with catch_warnings(action="ignore"):  # Python warns about strange but valid code
                return ast.parse(self.source), pieces(self.source), ""
        except SyntaxError:
            return None, {}, ""  # an answer that does not run is compared by its tokens
        except (RecursionError, MemoryError):
            return None, {}, "it is nested too deeply"
        except ValueError as error:
            return None, {}, str(error)

    @property
    def problem(self) -> str:
        """Reason why the structure of valid code cannot be compared, or ""."""
        return self._parsed[2]

    @property
    def pieces(self) -> Mapping[int, Lines]:
        """Hashed pieces of the canonical form, with their lines."""
        return self._parsed[1]

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that the student chose."""
        tree = self._parsed[0]
        return frozenset(local_names(tree)) if tree else frozenset()

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Tokens without comments, with each name that the student chose replaced by ·."""
        found = (text for kind, text in self._tokens if kind not in _SKIPPED)
        return tuple("·" if text in self.names else text for text in found)[:MAX_TOKENS]

    @cached_property
    def comments(self) -> tuple[str, ...]:
        """Words of each comment, in lower case."""
        texts = (text for kind, text in self._tokens if kind == tokenize.COMMENT)
        return tuple(filter(None, (" ".join(_WORD.findall(text.lower())) for text in texts)))

    @cached_property
    def _tokens(self) -> list[tuple[int, str]]:
        source = self.source[:MAX_CHARACTERS]
        try:
            return [(token.type, token.string) for token in tokenize.generate_tokens(io.StringIO(source).readline)]
        except (tokenize.TokenError, SyntaxError, ValueError):
            lines = (line.partition("#") for line in source.splitlines())
            return [
                pair
                for code, mark, said in lines
                for pair in [
                    *((tokenize.NAME, text) for text in _TOKEN.findall(code)),
                    *([(tokenize.COMMENT, mark + said)] if mark else []),
                ]
            ]


@dataclass(frozen=True)
class Work:
    """Submission of one student.

    ``answers`` holds code by exercise, and ``own`` the code of all cells that the student added. ``words`` is what the
    student wrote in text cells, and ``mistakes`` are the named mistakes and errors in the saved outputs.
    """

    student: str
    answers: Mapping[str, Code]
    own: Code = field(default_factory=lambda: Code(""))
    words: str = ""
    mistakes: frozenset[str] = frozenset()

    def problems(self) -> Iterator[str]:
        """Yield a sentence for each part whose structure could not be compared."""
        for name, code in {**self.answers, OWN_CELLS: self.own}.items():
            if code.problem:
                yield f"{name} could not be compared by structure ({code.problem})"

    @property
    def names(self) -> frozenset[str]:
        """Names that the student chose, each with its exercise."""
        return frozenset(f"{exercise}: {name}" for exercise, code in self.answers.items() for name in code.names)

    @property
    def comments(self) -> frozenset[str]:
        """Comments in all answers and own cells."""
        return frozenset(comment for code in [*self.answers.values(), self.own] for comment in code.comments)

    @property
    def phrases(self) -> frozenset[str]:
        """Sequences of four words in the text cells."""
        words = _WORD.findall(self.words.lower())
        return frozenset(" ".join(words[at : at + 4]) for at in range(len(words) - 3))


def work_of(student: str, handed_in: Notebook, release: Notebook) -> Work:
    """Return a student's work, without the content of the release."""
    answers = {
        name: Code(cell.source if cell.text != release.marked[name].text else "")
        for name, cell in handed_in.answers.items()
        if name in release.marked
    }
    own = handed_in.own(release)
    written = [cell for name, cell in handed_in.reflections.items() if cell.text != release.marked[name].text]
    texts = [cell.source for cell in [*written, *own] if cell.kind == "markdown"]
    return Work(
        student,
        answers,
        Code("\n\n".join(cell.source for cell in own if cell.kind == "code")),
        "\n\n".join(texts)[:MAX_CHARACTERS],
        frozenset(_mistakes(handed_in.cells)),
    )


def _mistakes(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield named mistakes and errors in outputs, which students could also fake."""
    for cell in cells:
        for output in cell.outputs:
            said = _mapping(_mapping(output.get("metadata")).get(METADATA)).get("mistakes")
            for name in said if isinstance(said, list) else ():
                yield f"{cell.exercise}: {str(name)[:80]}"
            if output.get("output_type") == "error":
                yield f"{str(output.get('ename'))[:40]}: {str(output.get('evalue'))[:80]}"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
