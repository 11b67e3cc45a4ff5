"""Text of an edited answer, which keeps the student's own formatting."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, product
from typing import Any

from .repairs import Edit

OPERATOR = re.compile(r"not\s+in\b|is\s+not\b|\bin\b|\bis\b|//|\*\*|[<>=!]=|[-+*/@%<>&|^]")
ATOM = ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript | ast.Tuple | ast.List


@dataclass(frozen=True)
class SourceChange:
    """Lines of an answer before and after an edit, without their common margin.

    ``line`` is the number of the first line. If ``before`` is empty, the new lines belong above this line.
    """

    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def edited_lines(lines: Sequence[str], edit: Edit, tree: ast.Module, original: Collection[int]) -> list[str] | None:
    """Lines of the answer after an edit, or `None` if no text has the edited tree.

    ``tree`` contains the edit, and ``original`` holds the ids of the nodes from before the edit.
    """
    try:
        wanted = {f.name: ast.unparse(bare(f)) for f in tree.body if isinstance(f, ast.FunctionDef)}
        texts = _with_body(lines, edit, original) if edit.body else _with_expression(lines, edit, original)
        for text in texts:
            if _has(text, wanted):
                return text
    except (SyntaxError, ValueError, IndexError, RecursionError):
        pass
    return None


def change_between(old: Sequence[str], new: Sequence[str]) -> SourceChange:
    """Change that turns the old lines into the new ones."""
    spans = [code[1:] for code in SequenceMatcher(None, old, new, False).get_opcodes() if code[0] != "equal"]
    first, last = spans[0][0], spans[-1][1]
    start, end = spans[0][2], spans[-1][3]
    before, after = old[first:last], new[start:end]
    margin = min((len(s) - len(s.lstrip()) for s in (*before, *after) if s.strip()), default=0)
    return SourceChange(first + 1, tuple(s[margin:] for s in before), tuple(s[margin:] for s in after))


def _has(lines: Sequence[str], wanted: Mapping[str, str]) -> bool:
    """Whether the text defines these functions."""
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    found = {f.name: ast.unparse(bare(f)) for f in tree.body if isinstance(f, ast.FunctionDef) and f.name in wanted}
    return found == wanted


def bare(function: ast.FunctionDef) -> ast.FunctionDef:
    """Function without decorators and annotations."""
    for node in ast.walk(function):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list, node.returns = [], None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return function


def _with_expression(lines: Sequence[str], edit: Edit, original: Collection[int]) -> Iterator[list[str]]:
    node, new = edit.node, edit.new
    assert isinstance(new, ast.expr)
    source = "\n".join(lines)
    first, last = _offsets(lines, node)
    for text in _texts(source, lines, node, new, original):
        for shown in (*((text[1:-1],) if isinstance(new, ast.Tuple) else ()), text, f"({text})"):
            if source[first - 1 : first] + source[last : last + 1] == "()":
                yield (source[: first - 1] + shown + source[last + 1 :]).split("\n")
            yield (source[:first] + shown + source[last:]).split("\n")


def _texts(
    source: str, lines: Sequence[str], node: ast.expr | ast.stmt, new: ast.expr | ast.stmt, original: Collection[int]
) -> Iterator[str]:
    """Candidates for the text of a new node."""
    if operator := _other_operator(source, lines, node, new):
        yield operator
    parts: dict[str, ast.expr] = {}
    template = ast.unparse(ast.fix_missing_locations(_template(new, original, parts)))

    def fill(with_brackets: Collection[str]) -> str:
        text = template
        for name, part in parts.items():
            segment = source[slice(*_offsets(lines, part))]
            text = text.replace(name, f"({segment})" if name in with_brackets else segment)
        return text

    compound = [name for name, part in parts.items() if not isinstance(part, ATOM)]
    for chosen in (
        product((False, True), repeat=len(compound)) if len(compound) < 4 else [(False,), (True,) * len(compound)]
    ):
        yield fill([name for name, takes in zip(compound, chosen, strict=False) if takes])


def _other_operator(source: str, lines: Sequence[str], node: ast.AST, new: ast.AST) -> str | None:
    """Text of a node in which only the operator changes."""
    if isinstance(node, ast.BinOp) and isinstance(new, ast.BinOp) and (node.left, node.right) == (new.left, new.right):
        left, right = node.left, node.right
    elif isinstance(node, ast.Compare) and isinstance(new, ast.Compare) and node.left is new.left:
        left, right = node.left, node.comparators[0]
    else:
        return None
    (first, last), end, start = _offsets(lines, node), _offsets(lines, left)[1], _offsets(lines, right)[0]
    between = source[end:start]
    operator = ast.unparse(ast.fix_missing_locations(_with_names(new))).removeprefix("a").removesuffix("b").strip()
    found = OPERATOR.search(between)
    if not found:
        return None
    return source[first:end] + between[: found.start()] + operator + between[found.end() :] + source[start:last]


def _with_names(node: ast.BinOp | ast.Compare) -> ast.expr:
    left, right = ast.Name("a", ast.Load()), ast.Name("b", ast.Load())
    return ast.BinOp(left, node.op, right) if isinstance(node, ast.BinOp) else ast.Compare(left, node.ops, [right])


def _template(node: Any, original: Collection[int], parts: dict[str, ast.expr]) -> Any:
    """Copy of a node in which a name stands for each original expression."""
    if isinstance(node, ast.expr) and id(node) in original:
        name = f"__part{len(parts)}__"
        parts[name] = node
        return ast.Name(name, getattr(node, "ctx", ast.Load()))
    if isinstance(node, ast.AST):
        return type(node)(**{name: _template(value, original, parts) for name, value in ast.iter_fields(node)})
    return [_template(one, original, parts) for one in node] if isinstance(node, list) else node


def _with_body(lines: Sequence[str], edit: Edit, original: Collection[int]) -> Iterator[list[str]]:
    body, first = edit.body, edit.body[0].lineno
    last = body[-1].end_lineno or 0
    margin = lines[first - 1][: body[0].col_offset]
    if margin.strip() or any(a.end_lineno == b.lineno for a, b in pairwise(body)):
        return  # several statements on one line
    new: list[str] = []
    assert not isinstance(edit.new, ast.expr)
    for statement in edit.new:
        new += _statement(lines, statement, _blocks(body), original, margin)
    yield [*lines[: first - 1], *new, *lines[last:]]


def _blocks(body: Sequence[ast.stmt]) -> dict[int, range]:
    """Lines of each statement, with the comments above it."""
    ends = [body[0].lineno - 1, *(statement.end_lineno or 0 for statement in body)]
    return {id(s): range(*span) for s, span in zip(body, pairwise(ends), strict=True)}


def _statement(
    lines: Sequence[str], new: ast.stmt, blocks: Mapping[int, range], original: Collection[int], margin: str
) -> list[str]:
    """Lines of one statement of an edited body."""
    if id(new) in blocks:
        return [lines[i] for i in blocks[id(new)]]
    if id(new) in original:  # moved out of a loop
        start, end = new.lineno - 1, new.end_lineno or 0
        return [margin + lines[i][new.col_offset :] for i in range(start, end)]
    if isinstance(new, ast.For | ast.While):
        inner = list(map(lines.__getitem__, range(new.lineno - 1, _header_end(new, lines))))
        return inner + [lines[i] for s in new.body for i in range(s.lineno - 1, s.end_lineno or 0)]
    source = "\n".join(lines)
    text = next(_texts(source, lines, new, new, original))
    return [margin + line for line in text.split("\n")]


def _header_end(loop: ast.For | ast.While, lines: Sequence[str]) -> int:
    """Number of the last line of a loop's header."""
    last = loop.test if isinstance(loop, ast.While) else loop.iter
    return last.end_lineno or 0


def _offsets(lines: Sequence[str], node: ast.AST) -> tuple[int, int]:
    """Positions in the whole text at which a node begins and ends."""
    assert isinstance(node, ast.expr | ast.stmt)
    return _offset(lines, node.lineno, node.col_offset), _offset(lines, node.end_lineno or 0, node.end_col_offset or 0)


def _offset(lines: Sequence[str], line: int, column: int) -> int:
    return sum(len(s) + 1 for s in lines[: line - 1]) + len(lines[line - 1].encode()[:column].decode())
