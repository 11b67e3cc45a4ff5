"""Plausible edits of one line of a student's code.

Most edits replace one expression and leave the rest of the line as the student wrote it. Edits of weight 0 are only
used for questions on named mistakes. For example, they flip a sign, drop a factor or call the opposite function, so
students would guess their effect on the result without reading the code.
"""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .answer_code import AnswerCode, called_name, is_one_line, names_in, owners

SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}
OTHER_SYMBOLS = {"+": "-", "-": "+", "*": "/", "/": "*", "@": "*", "**": "*"}
COMPARISONS = {">": ">=", ">=": ">", "<": "<=", "<=": "<", "==": "!=", "!=": "=="}
OTHER_CALLS = {
    "sum": "mean", "mean": "sum", "max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum",
    "argmax": "argmin", "argmin": "argmax", "any": "all", "all": "any", "std": "var", "var": "std",
    "zeros_like": "ones_like", "zeros": "ones", "floor": "ceil", "ceil": "floor",
}  # fmt: skip
ASKED_CALLS = ("any", "all", "std", "var", "floor", "ceil")
"""Functions that students often confuse with their counterparts, so that a question on the effect is useful."""
REMOVABLE_CALLS = {
    "sqrt": 1,
    "abs": 1,
    "copy": 3,
    "array": 2,
    "zeros_like": 0,
    "exp": 0,
    "log": 0,
    "log2": 0,
    "square": 0,
    "float": 0,
}
"""Functions that an edit replaces by their argument, with the weight of the edit."""
ELEMENTWISE = {"sqrt", "abs", "std", "var", "floor", "ceil"}
"""Functions whose removal or replacement by an edit keeps the shape of the result."""


@dataclass(frozen=True)
class LineEdit:
    """New text of a line, or None if the line is deleted."""

    line: int
    text: str | None
    weight: float = 1.0
    """Suitability of the edit for a question about its effect."""


def line_edits(code: AnswerCode, arrays: Collection[str] = ()) -> list[LineEdit]:
    """Return the distinct edits of a function's lines.

    ``arrays`` are the names of the parameters and variables that hold arrays. An edit may store a result in them.
    """
    found: dict[tuple[int, str | None], LineEdit] = {}
    for edit in [*_edits_of_expressions(code, arrays), *_edits_of_statements(code, arrays)]:
        old = code.lines[edit.line - 1].strip()
        if edit.text is None or (edit.text != old and _is_sensible(edit.text) and not _is_odd(edit.text, old)):
            found.setdefault((edit.line, edit.text), edit)
    return list(found.values())


_ODD = re.compile(r"(?<![\w\])])\([\w.]+\)|\*=? 1\b(?!\.)|\b1 \*|\*\* 1\b|/=? 1\b(?!\.)")


def _is_odd(text: str, old: str) -> bool:
    """Tell whether an edit adds useless brackets or an operation without effect."""
    return len(_ODD.findall(text)) > len(_ODD.findall(old))


def _is_sensible(text: str) -> bool:
    """Tell whether code is valid and contains nothing like ``x - x`` or ``x = x``."""
    try:
        tree = ast.parse(text if not text.endswith(":") else _with_body(text))
    except SyntaxError:
        return False
    for node in ast.walk(tree):
        operation = node.op if isinstance(node, ast.BinOp) and ast.dump(node.left) == ast.dump(node.right) else None
        if isinstance(operation, ast.Sub | ast.Div | ast.Add):
            return False
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == ast.unparse(node.value):
            return False
        if isinstance(node, ast.Compare) and ast.dump(node.left) == ast.dump(node.comparators[0]):
            return False
    return True


def _with_body(text: str) -> str:
    return f"if 1:\n    pass\n{text}\n    pass" if text.startswith("el") else f"{text}\n    pass"


class _Line:
    """Line of code whose parts can be read or replaced. Columns are byte offsets."""

    def __init__(self, text: str) -> None:
        self.bytes = text.encode()

    def part(self, start: int, end: int) -> str:
        return self.bytes[start:end].decode()

    def replaced(self, start: int, end: int, new: str) -> str:
        return (self.bytes[:start] + new.encode() + self.bytes[end:]).decode().strip()


def _edits_of_expressions(code: AnswerCode, arrays: Collection[str]) -> Iterator[LineEdit]:
    parents = {child: parent for parent in ast.walk(code.definition) for child in ast.iter_child_nodes(parent)}
    arguments = [argument.arg for argument in code.definition.args.args]
    for statement in code.statements:
        for node in ast.walk(statement):
            if not isinstance(node, ast.expr) or not is_one_line(node) or node.lineno < statement.lineno:
                continue
            if any(inner is not statement and node in set(ast.walk(inner)) for inner in _inner_statements(statement)):
                continue
            line = _Line(code.lines[node.lineno - 1])
            for text, weight in _variants(node, parents[node], line, arguments, arrays):
                yield LineEdit(node.lineno, line.replaced(node.col_offset, node.end_col_offset or 0, text), weight)


def only_changes_numbers(old: str, new: str) -> bool:
    """Tell whether an edit obviously keeps the shapes and changes the numbers.

    It removes or replaces a function of `ELEMENTWISE`, stores a term instead of adding it, or drops a ``[1:]``.

    >>> only_changes_numbers("s = np.sqrt(v)", "s = v"), only_changes_numbers("s = x.sum(0)", "s = x.sum()")
    (True, False)
    """
    if old.replace("+=", "=", 1).strip() == new.strip() or ("[1:])" in old and "[1:])" not in new):
        return True
    before, after = (Counter(re.findall(r"\w+", text)) for text in (old, new))
    changed = {*(before - after), *(after - before)} - {"np", "math"}
    return bool(changed) and changed <= ELEMENTWISE


def _inner_statements(statement: ast.stmt) -> list[ast.stmt]:
    return [node for node in ast.walk(statement) if isinstance(node, ast.stmt) and node is not statement]


def _variants(
    node: ast.expr, parent: ast.AST, line: _Line, arguments: Collection[str], arrays: Collection[str]
) -> Iterator[tuple[str, float]]:
    """Yield alternative texts of an expression, each with a weight."""
    text = line.part(node.col_offset, node.end_col_offset or 0)
    if isinstance(node, ast.BinOp) and type(node.op) in SYMBOLS:
        yield from _other_operations(node, line)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield line.part(node.operand.col_offset, node.operand.end_col_offset or 0), 0
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        right = node.comparators[0]
        between = line.part(node.left.end_col_offset or 0, right.col_offset)
        symbol = between.strip(" ()")
        if symbol in COMPARISONS:
            left = line.part(node.col_offset, node.left.end_col_offset or 0)
            rest = line.part(right.col_offset, node.end_col_offset or 0)
            yield left + between.replace(symbol, COMPARISONS[symbol]) + rest, 2 if symbol[0] in "<>" else 0
            if symbol[0] in "<>":
                yield left + between.replace(symbol, {"<": ">", ">": "<"}[symbol[0]]) + rest, 0
    elif isinstance(node, ast.Call):
        yield from _other_calls(node, parent, line, arrays)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield text.removesuffix(".T"), 2
    elif isinstance(node, ast.Subscript):
        yield from _other_subscripts(node, line)
    elif isinstance(node, ast.Constant) and type(node.value) is int and isinstance(parent, ast.BinOp):
        if isinstance(parent.op, ast.Pow):
            yield str(node.value + 1), 0
    elif isinstance(node, ast.Name) and node.id in arguments and isinstance(parent, ast.BinOp | ast.Call):
        yield from ((other, 0) for other in arguments if other != node.id)


def _other_operations(node: ast.BinOp, line: _Line) -> Iterator[tuple[str, float]]:
    symbol = SYMBOLS[type(node.op)]
    start, end = node.left.end_col_offset or 0, node.right.col_offset
    if not (is_one_line(node.left) and is_one_line(node.right)):
        return
    before, found, after = line.part(start, end).partition(symbol)
    if not found:
        return
    # Parentheses around the operands are not part of their nodes.
    left = line.part(node.col_offset, start) + before.rstrip()
    right = after.lstrip() + line.part(end, node.end_col_offset or 0)
    space = " " if before.endswith(" ") or symbol != "**" else ""
    yield f"{left}{space}{OTHER_SYMBOLS[symbol]}{space}{right}", 1.5 if symbol == "@" else 0
    if symbol in ("-", "/", "@"):
        chained = isinstance(node.left, ast.BinOp) and not left.endswith(")")
        if not chained:  # in a chain, the swap would also regroup the operands
            yield f"{right} {symbol} {left}", 1.5 if symbol == "@" else 0
    if symbol != "@":
        yield left, 0
    if symbol in ("*", "-", "+"):
        yield right, 0


def _other_calls(node: ast.Call, parent: ast.AST, line: _Line, arrays: Collection[str]) -> Iterator[tuple[str, float]]:
    function, name = node.func, called_name(node)
    start, end = node.col_offset, node.end_col_offset or 0
    if not is_one_line(function):
        return
    called = line.part(start, function.end_col_offset or 0)
    inside = line.part(function.end_col_offset or 0, end)
    of_module = (
        isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "np"
    )
    if name in OTHER_CALLS:
        yield called.removesuffix(name) + OTHER_CALLS[name] + inside, 1 if name in ASKED_CALLS else 0
    for keyword in node.keywords:
        if not is_one_line(keyword.value):
            continue
        value = line.part(keyword.value.col_offset, keyword.value.end_col_offset or 0)
        written = f"{keyword.arg}={value}"
        if keyword.arg == "axis" and value in ("0", "1", "-1"):
            others = {"0": "1", "1": "0", "-1": "0"}[value]
            yield called + inside.replace(written, f"axis={others}", 1), 2
            yield called + _without(inside, written), 1.5
        if keyword.arg in ("keepdims", "ddof"):
            yield called + _without(inside, written), 3
    if len(node.args) == 1 and not node.keywords and is_one_line(node.args[0]):
        argument = line.part(node.args[0].col_offset, node.args[0].end_col_offset or 0)
        if (of_module or isinstance(function, ast.Name)) and name in REMOVABLE_CALLS:
            inner = isinstance(node.args[0], ast.BinOp | ast.UnaryOp | ast.Compare)
            if inner and isinstance(parent, ast.BinOp | ast.UnaryOp | ast.Compare | ast.Subscript | ast.Attribute):
                argument = f"({argument})"
            yield argument, REMOVABLE_CALLS[name] if name != "array" or argument in arrays else 0
        if name == "range" and isinstance(node.args[0], ast.Name | ast.Call | ast.Subscript | ast.Attribute):
            yield f"range({argument} - 1)", 0
            yield f"range(1, {argument})", 1 if isinstance(parent, ast.For) else 0
    if not node.args and not node.keywords and name == "copy" and isinstance(function, ast.Attribute):
        yield called.removesuffix(".copy"), 3
    if name == "where" and len(node.args) == 3 and all(is_one_line(argument) for argument in node.args):
        test, second, third = (line.part(a.col_offset, a.end_col_offset or 0) for a in node.args)
        yield f"{called}({test}, {third}, {second})", 0


def _without(inside: str, argument: str) -> str:
    """Remove an argument from the text between the parentheses of a call."""
    for written in (f", {argument}", f"{argument}, ", argument):
        if written in inside:
            return inside.replace(written, "", 1)
    return inside


def _other_subscripts(node: ast.Subscript, line: _Line) -> Iterator[tuple[str, float]]:
    whole = line.part(node.col_offset, node.end_col_offset or 0)
    value = line.part(node.col_offset, node.value.end_col_offset or 0)
    index = whole.removeprefix(value)
    if not isinstance(node.ctx, ast.Load):
        return
    if "None" in index or "newaxis" in index:
        yield value, 3
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape" and index in ("[0]", "[1]"):
        yield value + {"[0]": "[1]", "[1]": "[0]"}[index], 1
    if index in ("[1:]", "[:-1]", "[-1:]", "[::-1]"):
        yield value, 1 if index == "[1:]" else 0


def _edits_of_statements(code: AnswerCode, arrays: Collection[str]) -> Iterator[LineEdit]:
    for statement in code.statements:
        if not is_one_line(statement) or isinstance(statement, ast.Return | ast.Pass | ast.Import | ast.ImportFrom):
            continue
        line = _Line(code.lines[statement.lineno - 1])
        text = line.part(statement.col_offset, statement.end_col_offset or 0)
        if text != code.lines[statement.lineno - 1].split("#")[0].strip():
            continue  # several statements share the line
        if isinstance(statement, ast.AugAssign):
            changed, found, added = text.partition(f"{SYMBOLS.get(type(statement.op), '?')}=")
            if found:
                sums = found == "+=" and not isinstance(statement.value, ast.Constant)
                yield LineEdit(statement.lineno, f"{changed.rstrip()} = {added.strip()}", 1 if sums else 0)
                other = OTHER_SYMBOLS[found[:-1]]
                yield LineEdit(statement.lineno, f"{changed.rstrip()} {other}= {added.strip()}", 0)
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp):
            name = ast.unparse(statement.targets[0])
            symbol = SYMBOLS.get(type(statement.value.op), "?")
            if ast.unparse(statement.value.left) == name and name in arrays and symbol in "+-*/":
                right = text.rpartition(f" {symbol} ")[2] if text.count(f" {symbol} ") == 1 else ""
                if right:
                    yield LineEdit(statement.lineno, f"{name} {symbol}= {right}", 3)
        if isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
            value = line.part(statement.value.col_offset, statement.value.end_col_offset or 0)
            if target.id in arrays and isinstance(statement.value, ast.BinOp):
                yield LineEdit(statement.lineno, f"{target.id}[:] = {value}", 3)
        if len(code.statements) > 2 and isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
            yield LineEdit(statement.lineno, None, 1.5)


def swaps(code: AnswerCode) -> Iterator[tuple[int, int]]:
    """Yield pairs of neighbouring lines that mention a name which one of them changes."""
    simple = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr
    for block in code.bodies:
        for first, second in pairwise(block):
            if isinstance(first, simple) and isinstance(second, simple) and is_one_line(first) and is_one_line(second):
                changed = set(changed_names(first)) & set(names_in(second))
                changed |= set(changed_names(second)) & set(names_in(first))
                entries = _dictionary_entries(first), _dictionary_entries(second)
                apart = {name for name, _ in entries[0]} - {name for name, _ in entries[0] & entries[1]}
                if first.lineno < second.lineno and changed - (apart & {name for name, _ in entries[1]}):
                    yield first.lineno, second.lineno


def _dictionary_entries(statement: ast.stmt) -> set[tuple[str, str]]:
    """Return the dictionary entries in a statement, as pairs of name and key."""
    found = [node for node in ast.walk(statement) if isinstance(node, ast.Subscript)]
    return {
        (node.value.id, node.slice.value)
        for node in found
        if isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant) and type(node.slice.value) is str
    }


def changed_names(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement may change, by assignments and calls.

    A name in an index is only read, and the names in a comprehension are its own.
    """
    loops = [inner for node in ast.walk(statement) if isinstance(node, ast.comprehension) for inner in ast.walk(node)]
    for node in ast.walk(statement):
        if (
            node not in loops
            and isinstance(node, ast.Attribute | ast.Subscript | ast.Name)
            and not isinstance(node.ctx, ast.Load)
        ):
            yield from owners(node)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        method = statement.value.func
        objects = list(owners(method)) if isinstance(method, ast.Attribute) else []
        yield from objects or [name for argument in statement.value.args[:1] for name in owners(argument)]
