"""Canonical form of code, which is the same for many spellings of a computation.

Spelling means the names of variables, temporary variables, the order of operands, and the choice between operators,
functions of NumPy and methods. The canonical form is a tree, which is hashed in small pieces.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b

VARIABLE = "·"
"""Label of every local variable. Names do not count because they are easily changed."""

MAX_NODES = 4000
"""Maximum number of nodes of a syntax tree to compare. The longest answers of the course have about 500 nodes."""

MAX_PIECE = 60
"""Maximum number of nodes of a piece that is hashed as a whole. All pieces are also hashed to depths of 1 to 3."""

Lines = tuple[int, int]
"""First and last line of a piece of code."""

_OPERATORS = {
    "add": "Add", "subtract": "Sub", "multiply": "Mult", "divide": "Div", "true_divide": "Div", "power": "Pow",
    "matmul": "MatMult", "dot": "MatMult", "greater": "Gt", "less": "Lt", "greater_equal": "GtE", "less_equal": "LtE",
    "logical_and": "BitAnd", "logical_or": "BitOr",
}  # fmt: skip
_COMMUTATIVE = {"Add", "Mult", "BitAnd", "BitOr", "Eq", "NotEq", "maximum", "minimum"}
_FLIPPED = {"Gt": "Lt", "GtE": "LtE"}
_CONVERSIONS = {
    "asarray", "array", "float", "int", "bool", "item", "copy", "float64", "ascontiguousarray", "astype", "list",
    "tuple",
}  # fmt: skip
"""Functions that only convert or copy their argument. The canonical form leaves out their calls."""

_SYNONYMS = {
    "abs": "absolute", "fabs": "absolute", "max": "amax", "min": "amin", "concatenate": "stack", "vstack": "stack",
    "hstack": "stack", "column_stack": "stack", "append": "stack", "extend": "stack", "ravel": "reshape",
    "flatten": "reshape", "zeros_like": "zeros", "empty_like": "zeros", "empty": "zeros", "ones_like": "ones",
    "full_like": "full", "fmax": "maximum", "fmin": "minimum", "ndindex": "range", "ndenumerate": "enumerate",
    "conj": "conjugate", "transpose": "T", "count_nonzero": "sum",
}  # fmt: skip
_NUMPY = ("np.", "numpy.", "math.")


def pieces(source: str) -> dict[int, Lines]:
    """Map the hash of each piece of code to the lines of the piece.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        If Python cannot parse the code, or the code is too large or too deeply nested.
    """
    tree = ast.parse(source)
    size = sum(1 for _ in ast.walk(tree))
    if size > MAX_NODES:
        raise ValueError(f"its syntax tree has {size:,} nodes, but at most {MAX_NODES:,} are compared")
    found: dict[int, Lines] = {}
    for form in _forms(tree):
        for part in form.walk():
            if part.children:
                keys = {_digest(part.text(depth)) for depth in (1, 2, 3)} | (
                    {part.key} if part.size <= MAX_PIECE else set()
                )
                for key in keys:
                    found.setdefault(key, part.lines)
    return found


def local_names(tree: ast.Module) -> set[str]:
    """Return names that the author chose, without top-level functions' parameters."""
    fixed = {a.arg for node in tree.body if isinstance(node, ast.FunctionDef) for a in _arguments(node)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n not in tree.body}
    return names - fixed


def _arguments(node: ast.FunctionDef) -> list[ast.arg]:
    return [argument for argument in ast.walk(node.args) if isinstance(argument, ast.arg)]


def _digest(text: str) -> int:
    """Return a hash that is the same in every process."""
    return int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest(), "big")


class _Form:
    """Labelled tree of a canonical expression or statement.

    ``key`` is a hash of the whole tree, and ``lines`` are its lines in the source.
    """

    __slots__ = ("children", "key", "label", "lines", "size")

    key: int
    size: int

    def __init__(self, label: str, children: "list[_Form]", lines: Lines) -> None:
        if label in _COMMUTATIVE:
            children = sorted(children, key=lambda child: child.key)
        self.label, self.children, self.lines = label, children, lines
        self.key = _digest(f"{label} {[child.key for child in children]}")
        self.size = 1 + sum(child.size for child in children)

    def text(self, depth: int) -> str:
        """Return the tree as text, down to a depth."""
        if not self.children or not depth:
            return self.label
        return f"{self.label}({','.join(child.text(depth - 1) for child in self.children)})"

    def walk(self) -> "Iterator[_Form]":
        yield self
        for child in self.children:
            yield from child.walk()


def _forms(tree: ast.Module) -> list[_Form]:
    """Return the canonical statements of code. This changes ``tree``."""
    variables = local_names(tree)
    _inline_temporaries(tree)
    reader = _Reader(variables)
    return [form for node in tree.body for form in reader.statement(node)]


def _inline_temporaries(tree: ast.Module) -> None:
    """Replace each variable that is assigned once and read once by its value."""
    for _ in range(12):
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        stores = Counter(node.id for node in names if isinstance(node.ctx, ast.Store))
        loads = Counter(node.id for node in names if isinstance(node.ctx, ast.Load))
        values: dict[str, ast.expr] = {}
        _Removal({name for name, count in stores.items() if count == 1 and loads[name] == 1}, values).visit(tree)
        if not values:
            return
        _Insertion(values).visit(tree)


class _Removal(ast.NodeTransformer):
    """Remove assignments to variables in ``once``, and keep the values in ``values``."""

    def __init__(self, once: set[str], values: dict[str, ast.expr]) -> None:
        self.once, self.values = once, values

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.AST] | None:
        target, value = node.targets[0], node.value
        pairs: list[tuple[ast.expr, ast.expr]] = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs = list(zip(target.elts, value.elts, strict=True))
        kept = [pair for pair in pairs if not (isinstance(pair[0], ast.Name) and pair[0].id in self.once)]
        starred = any(isinstance(part, ast.Starred) for pair in pairs for part in pair)
        if len(node.targets) > 1 or starred or len(kept) == len(pairs):
            return node
        self.values |= {name.id: one for name, one in pairs if isinstance(name, ast.Name) and name.id in self.once}
        return [ast.copy_location(ast.Assign([name], one), node) for name, one in kept] or None


class _Insertion(ast.NodeTransformer):
    """Replace variables by their ``values``, and remove these from ``values``."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self.values:
            inserted: ast.AST = self.visit(self.values.pop(node.id))
            return inserted
        return node


class _Reader:
    """Reader of syntax trees that gives all names in ``variables`` the same label."""

    def __init__(self, variables: set[str]) -> None:
        self.variables = variables

    def statement(self, node: ast.stmt) -> list[_Form]:
        """Return the canonical forms of a statement and of the statements in it."""
        match node:
            case ast.FunctionDef():
                return [_form("def", node, self.block(node.body))]
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Assert():
                return []
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
                return []
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                return [_form("=", node, [self.expression(target), self.expression(value)])]
            case ast.AugAssign(target=target, op=operator, value=value):
                left = self.expression(target)
                changed = self.operation(type(operator).__name__, [left, self.expression(value)], node)
                return [_form("=", node, [left, changed])]
            case ast.For():
                return [_head("for", node, [self.expression(node.iter)]), *self.block(node.body)]
            case ast.While() | ast.If():
                head = _head(type(node).__name__, node, [self.expression(node.test)])
                return [head, *self.block(node.body), *self.block(node.orelse)]
            case _:
                children = list(ast.iter_child_nodes(node))
                values = [self.expression(child) for child in children if isinstance(child, ast.expr)]
                inner = self.block([child for child in children if isinstance(child, ast.stmt)])
                return [*([_head(type(node).__name__, node, values)] if values else []), *inner]

    def block(self, statements: list[ast.stmt]) -> list[_Form]:
        return [form for node in statements for form in self.statement(node)]

    def expression(self, node: ast.AST) -> _Form:
        match node:
            case ast.Name(id=name):
                return _form(VARIABLE if name in self.variables else name, node, [])
            case ast.Constant(value=value):
                return _form(_constant(value), node, [])
            case ast.BinOp():
                return self.operation(type(node.op).__name__, self.all(node.left, node.right), node)
            case ast.UnaryOp(op=operator, operand=operand):
                return _unary(type(operator).__name__, self.expression(operand), node)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self.operation(type(operator).__name__, self.all(left, right), node)
            case ast.BoolOp():
                return _form("BitAnd" if isinstance(node.op, ast.And) else "BitOr", node, self.all(*node.values))
            case ast.IfExp():
                return _form("where", node, self.all(node.test, node.body, node.orelse))
            case ast.Call():
                return self.call(node)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Subscript():
                return _form("[]", node, self.all(node.value, node.slice))
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                loops = [_form("for", node, self.all(loop.iter)) for loop in node.generators]
                return _form("each", node, [self.expression(node.elt), *loops])
            case ast.Lambda():
                return _form("def", node, self.all(node.body))
            case ast.Tuple() | ast.List():
                return _form("()", node, self.all(*node.elts))
            case _:
                children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context)]
                return _form(type(node).__name__, node, self.all(*children))

    def all(self, *nodes: ast.AST) -> list[_Form]:
        return [self.expression(node) for node in nodes]

    def operation(self, label: str, operands: list[_Form], node: ast.AST) -> _Form:
        """Return the form of an operation, with nested sums and nested products merged."""
        left, right = operands
        if label == "Div" and right.label.startswith("#"):
            return self.operation("Mult", [left, _changed(right, lambda value: 1 / value)], node)
        if label == "Sub":
            return self.operation("Add", [left, _form("USub", node, [right])], node)
        if label == "Pow" and right.label == "#0.5":
            return _form("sqrt", node, [left])
        if label == "Mult" and left.key == right.key:
            return _form("Pow", node, [left, _form("#2", node, [])])
        if label in ("Add", "Mult"):
            return _form(
                label, node, [part for one in operands for part in (one.children if one.label == label else [one])]
            )
        if label in _FLIPPED:
            return _form(_FLIPPED[label], node, operands[::-1])
        return _form(label, node, operands)

    def attribute(self, node: ast.Attribute) -> _Form:
        """Return the canonical form of an attribute, without NumPy's own name."""
        path = _path(node)
        if path in ("np.newaxis", "numpy.newaxis"):
            return _form("#None", node, [])
        if path.startswith(_NUMPY):
            return _form(_SYNONYMS.get(node.attr, node.attr), node, [])
        return _form(f".{node.attr}", node, self.all(node.value))

    def call(self, node: ast.Call) -> _Form:
        """Return the form of a call. The object of a method becomes its first argument."""
        arguments = self.all(*node.args)
        keywords = [
            self.expression(one.value) if one.arg == "axis" else _form(f"{one.arg}=", node, self.all(one.value))
            for one in node.keywords
            if one.arg != "dtype"
        ]
        if isinstance(node.func, ast.Name) and node.func.id not in self.variables:
            name = node.func.id
        elif isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if not _path(node.func).startswith(_NUMPY):
                arguments = [self.expression(node.func.value), *arguments]
        else:
            return _form("call", node, [self.expression(node.func), *arguments, *keywords])
        if name in _CONVERSIONS and arguments:
            return arguments[0]
        if name == "len" and arguments:
            return _form("[]", node, [_form(".shape", node, arguments), _form("#0", node, [])])
        if name == "square" and arguments:
            return _form("Pow", node, [arguments[0], _form("#2", node, [])])
        if name == "negative" and arguments:
            return _form("USub", node, arguments)
        if name in _OPERATORS and len(arguments) == 2:
            return self.operation(_OPERATORS[name], arguments, node)
        if name in ("zeros_like", "empty_like", "ones_like"):
            arguments = [_form(".shape", node, arguments[:1])]
        return _form(_SYNONYMS.get(name, name), node, [*arguments, *keywords])


def _form(label: str, node: ast.AST, children: list[_Form]) -> _Form:
    first = getattr(node, "lineno", 0) or (children[0].lines[0] if children else 1)
    last = getattr(node, "end_lineno", 0) or (children[-1].lines[1] if children else first)
    return _Form(label, children, (first, last))


def _head(label: str, node: ast.stmt, children: list[_Form]) -> _Form:
    """Return the form of the first line of a compound statement."""
    return _Form(label, children, (node.lineno, node.lineno))


def _unary(operator: str, inner: _Form, node: ast.AST) -> _Form:
    if operator == "USub" and inner.label.startswith("#"):
        return _changed(inner, lambda value: -value)
    return inner if operator == "UAdd" else _form("Invert" if operator == "Not" else operator, node, [inner])


def _path(node: ast.AST) -> str:
    """Return a dotted name, or "" for any other expression."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


def _constant(value: object) -> str:
    """Return the label of a constant. All texts share a label, and so do 2 and 2.0."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        try:
            return f"#{float(value):g}"
        except OverflowError:
            return "#inf"
    return "text" if isinstance(value, str | bytes) else f"#{value}"


def _changed(form: _Form, change: Callable[[float], float]) -> _Form:
    """Return the form of a changed number, or a negation if the change is impossible."""
    try:
        return _Form(f"#{change(float(form.label[1:])):g}", [], form.lines)
    except (ValueError, ArithmeticError):
        return _Form("USub", [form], form.lines)
