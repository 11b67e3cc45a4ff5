"""Instrumented functions, which record or replace the values of expressions."""

import ast
import copy
import linecache
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import unwrap
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

from .flaws import Foreign
from .plain_data import MAX_DEPTH

BYTES_PER_ENTRY = 64
"""Estimated size of a list entry in bytes."""

MAX_TRACE_BYTES = 256 << 20
"""Maximum size of the recorded values of one run, in bytes."""

MAX_VALUES = 200
"""Maximum number of values recorded at a site. A site with that many values is not compared."""

FORM_ATTRIBUTES = ("shape", "dtype", "ndim", "size")
"""Attributes that depend only on an array's form. Where one is read, the array itself is never replaced."""

FIXED_KEYWORDS = ("axis", "keepdims", "dtype", "ddof")
"""Keywords whose arguments are never replaced."""

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Text:
    """Source of a function and of its helper functions in the same cell or file."""

    name: str
    lines: tuple[str, ...]
    tree: ast.Module
    namespace: Mapping[str, Any]

    @property
    def definition(self) -> ast.FunctionDef:
        """Definition of the function itself."""
        return next(n for n in self.tree.body if isinstance(n, ast.FunctionDef) and n.name == self.name)

    def line(self, number: int) -> str:
        """Line with this number, without its margin."""
        return self.lines[number - 1].strip()

    def segment(self, node: ast.AST) -> str:
        """Source of ``node`` on one line."""
        return " ".join((ast.get_source_segment("\n".join(self.lines), node) or ast.unparse(node)).split())


def copied_tree(node: Node) -> Node:
    """Deep copy of a syntax tree, five times as fast as ``copy.deepcopy``."""
    new = type(node).__new__(type(node))
    for name, value in vars(node).items():
        setattr(new, name, _copied_field(value))
    return new


def _copied_field(value: Any) -> Any:
    if isinstance(value, ast.AST):
        return copied_tree(value)
    return [_copied_field(one) for one in value] if isinstance(value, list) else value


def text_of(function: Any) -> Text | None:
    """Source of ``function``, or `None` if it is missing or cannot run on its own."""
    function = unwrap(function) if callable(function) else None
    if not isinstance(function, FunctionType) or function.__closure__ or function.__name__ == "<lambda>":
        return None
    lines = [line.rstrip("\n") for line in linecache.getlines(function.__code__.co_filename)]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return None
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    own = defined.get(function.__code__.co_name)
    if own is None or min([own.lineno, *(d.lineno for d in own.decorator_list)]) != function.__code__.co_firstlineno:
        return None
    needed, waiting = dict[str, ast.FunctionDef](), [own.name]
    while waiting:
        name = waiting.pop()
        if name in defined and name not in needed:
            needed[name] = defined[name]
            waiting += [n.id for n in ast.walk(defined[name]) if isinstance(n, ast.Name)]
    return Text(own.name, tuple(lines), _stripped(list(needed.values())), function.__globals__)


@cache
def text_of_reference(function: Any) -> Text | None:
    """Source of a library function, cached. Do not change its tree."""
    return text_of(function)


def _stripped(functions: Sequence[ast.FunctionDef]) -> ast.Module:
    """Module of these functions without decorators and annotations."""
    functions = [copied_tree(function) for function in functions]
    for node in (n for f in functions for n in ast.walk(f)):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list, node.returns = [], None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return ast.Module(list(functions), [])


class _Rewrite(ast.NodeTransformer):
    """Transformer that wraps each expression to be recorded in a call of ``__at``.

    It changes the tree. ``originals`` holds the nodes of the unchanged tree by the identity of their copies.
    """

    def __init__(self, fixed: set[str], originals: Mapping[int, ast.AST]) -> None:
        self.fixed, self.originals, self.sites = fixed, originals, list[ast.expr | ast.stmt]()

    def _add_site(self, node: ast.expr | ast.stmt) -> None:
        original = self.originals[id(node)]
        assert isinstance(original, ast.expr | ast.stmt)
        self.sites.append(original)

    def _wrapped(self, old: ast.expr, new: ast.expr) -> ast.expr:
        self._add_site(old)
        call = ast.Call(ast.Name("__at", ast.Load()), [ast.Constant(len(self.sites) - 1), new], [])
        return ast.copy_location(call, old)

    def _expression(self, node: Any) -> ast.AST:
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return self.generic_visit(node)
        new = self.generic_visit(node)
        assert isinstance(new, ast.expr)
        return self._wrapped(node, new)

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.JoinedStr | ast.Lambda):
            return node
        kinds = ast.BinOp | ast.UnaryOp | ast.Compare | ast.IfExp | ast.BoolOp | ast.Subscript
        kinds |= ast.List | ast.ListComp
        return self._expression(node) if isinstance(node, kinds) else super().visit(node)

    def _is_fixed(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id in self.fixed

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if self._is_fixed(node.value):
            return node
        plain = isinstance(node.value, ast.Name) and node.attr in FORM_ATTRIBUTES
        return self._wrapped(node, node) if plain else self._expression(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        loaded = isinstance(node.ctx, ast.Load) and not self._is_fixed(node)
        return self._wrapped(node, node) if loaded else node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return self._wrapped(node, node) if number else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [self.visit(a) for a in node.args]
        node.keywords = [
            k if k.arg in FIXED_KEYWORDS else ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords
        ]
        if isinstance(node.func, ast.Attribute) and not self._is_fixed(node.func.value):
            node.func = ast.Attribute(self.visit(node.func.value), node.func.attr, ast.Load())
        return self._wrapped(node, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [new for old in node.body for new in _as_list(self.visit(old))]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        node.value = self.visit(node.value)
        if isinstance(node.target, ast.Attribute):
            return node
        target, read = copied_tree(node.target), copied_tree(node.target)
        node.target = self.visit(node.target)  # wraps the indices, while both copies keep the original ones
        self._add_site(node)
        read.ctx = ast.Load()
        now = ast.Call(ast.Name("__at", ast.Load()), [ast.Constant(len(self.sites) - 1), read], [])
        return [node, ast.copy_location(ast.Assign([target], now), node)]

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if node.value is None:
            return node
        names = ast.Call(ast.Name("locals", ast.Load()), [], [])
        node.value = ast.Call(ast.Name("__end", ast.Load()), [names, self.visit(node.value)], [])
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node
        assigned: ast.AST = self.visit(ast.copy_location(ast.Assign([node.target], node.value), node))
        return assigned


def _as_list(statements: Any) -> list[ast.stmt]:
    return statements if isinstance(statements, list) else [statements]


class Instrumented:
    """Function that can record its sites' values in ``trace`` and replace them."""

    def __init__(self, text: Text) -> None:
        bound = {n.id for n in ast.walk(text.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        bound |= {n.arg for n in ast.walk(text.tree) if isinstance(n, ast.arg)}
        read = {n.id for n in ast.walk(text.tree) if isinstance(n, ast.Name)}
        tree = copied_tree(text.tree)
        originals = {id(new): old for new, old in zip(ast.walk(tree), ast.walk(text.tree), strict=True)}
        rewrite = _Rewrite({name for name in read - bound if not _is_value(text.namespace.get(name))}, originals)
        tree = ast.fix_missing_locations(rewrite.visit(tree))
        self.text, self.sites = text, rewrite.sites
        used = _roles(text.tree)
        self.roles = [used.get(span(site), "") for site in self.sites]
        self.enclosing = _enclosing_expressions(text.tree, {span(site): i for i, site in enumerate(self.sites)})
        self.trace: dict[int, list[Any]] | None = None
        self.replacements: Mapping[int, Sequence[Any]] = {}
        self.used: dict[int, int] = {}
        self.final_values: dict[str, Any] = {}
        self.trace_bytes = 0
        """Size of the values in ``trace``."""
        space = {**text.namespace, "__at": self._at, "__end": self._end}
        exec(compile(tree, "<place>", "exec"), space)
        self.function: Any = space[text.name]

    def _at(self, site: int, value: Any) -> Any:
        if site in self.replacements:
            i = self.used.get(site, 0)
            self.used[site] = i + 1
            value = copy.copy(self.replacements[site][i]) if i < len(self.replacements[site]) else value
        if self.trace is not None:
            seen = self.trace.setdefault(site, [])
            if len(seen) < MAX_VALUES:
                seen.append(self._snapshot(value))
        return value

    def _end(self, names: Mapping[str, Any], value: Any) -> Any:
        if self.trace is not None:
            self.final_values = {name: self._snapshot(v) for name, v in names.items()}
        return value

    def _snapshot(self, value: Any, depth: int = 0) -> Any:
        """Copy a value, since later assignments may change it.

        Values beyond the limits are cut or replaced by a `Foreign`.
        """
        if isinstance(value, list | tuple):
            self.trace_bytes += BYTES_PER_ENTRY * len(value[:MAX_VALUES])
            if depth > MAX_DEPTH or self.trace_bytes > MAX_TRACE_BYTES:
                return Foreign(type(value).__name__)
            kept = [self._snapshot(v, depth + 1) for v in value[:MAX_VALUES]]
            return kept if isinstance(value, list) else tuple(kept)
        if isinstance(value, np.ndarray):
            self.trace_bytes += value.nbytes
            return copy.copy(value) if self.trace_bytes <= MAX_TRACE_BYTES else Foreign("ndarray")
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function."""
        return self.function(*args, **kwargs)


@cache
def instrumented_reference(function: Any) -> Instrumented | None:
    """Instrumented library function, cached. Only one search at a time may use it."""
    text = text_of_reference(function)
    return Instrumented(text) if text else None


def span(node: Any) -> tuple[Any, ...]:
    """Position of a node, which identifies the node in other copies of the tree."""
    return type(node), node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def interchangeable(tree: ast.AST) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
    """Tuples, and calls in loop headers, each with its elements or arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
            yield node, node.elts
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Call):
            yield node.iter, node.iter.args


def matching_names(first: Any, second: Any) -> list[tuple[ast.Name, ast.Name]] | None:
    """Pairs of names in two expressions, or `None` if anything but the names differs.

    >>> pair = (ast.parse(text, mode="eval").body for text in ("d - d.mean()", "e - e.mean()"))
    >>> [(a.id, b.id) for a, b in matching_names(*pair)]
    [('d', 'e'), ('d', 'e')]
    """
    if isinstance(first, ast.Name) and isinstance(second, ast.Name):
        return [(first, second)]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        parts = [matching_names(a, b) for a, b in zip(first, second, strict=True)]
    elif isinstance(first, ast.AST) and type(first) is type(second):
        parts = [matching_names(getattr(first, name), getattr(second, name)) for name in first._fields]
    else:
        return [] if type(first) is type(second) and first == second else None
    found: list[tuple[ast.Name, ast.Name]] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found


def _roles(tree: ast.AST) -> dict[tuple[Any, ...], str]:
    """Type of the parent of each expression."""
    return {
        span(node): type(parent).__name__
        for parent in ast.walk(tree)
        for node in ast.iter_child_nodes(parent)
        if isinstance(node, ast.expr)
    }


def _enclosing_expressions(tree: ast.AST, number: Mapping[tuple[Any, ...], int]) -> dict[int, tuple[int, str]]:
    """Whole expression around each site, and the name that gets its value."""
    enclosing = dict[int, tuple[int, str]]()
    for statement in (n for n in ast.walk(tree) if isinstance(n, ast.stmt) and not isinstance(n, ast.FunctionDef)):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if span(statement) in number:
            enclosing[number[span(statement)]] = number[span(statement)], _target_name(target)
        several = [n for n in _expressions(statement) if span(n) in number]
        each = target.elts if isinstance(target, ast.Tuple) else [target]
        names = (
            [_target_name(one) for one in each] if len(each) == len(several) else [_target_name(target)] * len(several)
        )
        for whole, name in zip(several, names, strict=True):
            parts = [number[span(n)] for n in ast.walk(whole) if isinstance(n, ast.expr) and span(n) in number]
            enclosing.update({part: (number[span(whole)], name) for part in parts})
    return enclosing


def _target_name(target: ast.AST | None) -> str:
    """Name whose value an assignment changes, entirely or in part."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions of a statement, with each entry of a tuple, list or dictionary."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Tuple | ast.List | ast.Dict):
            yield from _expressions(inner)
        elif isinstance(inner, ast.expr):
            yield inner


def _is_value(value: Any) -> bool:
    return isinstance(value, int | float | np.ndarray)
