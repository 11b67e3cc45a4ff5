"""A function's text, rewritten so that each expression that it reads can be seen, and given another value."""

import ast
import copy
import linecache
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import unwrap
from types import FunctionType
from typing import Any

import numpy as np

MOST_VALUES = 200
"""A site within a longer loop is not compared any further."""

OF_FORM = ("shape", "dtype", "ndim", "size")
"""Of an array whose form alone is asked no value is wrong."""

FIXED = ("axis", "keepdims", "dtype", "ddof")
"""What is given by these names is no value that could be replaced."""


@dataclass(frozen=True)
class Text:
    """The definitions that make up a function: its own, and those of the same cell or file that it calls by name."""

    name: str
    lines: tuple[str, ...]
    tree: ast.Module
    known: Mapping[str, Any]

    @property
    def own(self) -> ast.FunctionDef:
        """The definition of the function itself."""
        return next(n for n in self.tree.body if isinstance(n, ast.FunctionDef) and n.name == self.name)

    def segment(self, node: ast.AST) -> str:
        """What was typed for ``node``, in one line."""
        return " ".join((ast.get_source_segment("\n".join(self.lines), node) or ast.unparse(node)).split())


def text_of(function: Any) -> Text | None:
    """The text of ``function``; `None` where there is none, or where it would not run by itself."""
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
    return Text(own.name, tuple(lines), _bare(list(needed.values())), function.__globals__)


def _bare(functions: Sequence[ast.FunctionDef]) -> ast.Module:
    """A module of these functions without decorators, annotations and docstrings."""
    functions = copy.deepcopy(functions)
    for node in (n for f in functions for n in ast.walk(f)):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list, node.returns = [], None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return ast.Module(list(functions), [])


class _Rewrite(ast.NodeTransformer):
    """Hands every expression that is read through ``__at(site, value)``, but for names of modules and functions."""

    def __init__(self, fixed: set[str]) -> None:
        self.fixed, self.sites = fixed, list[ast.expr | ast.stmt]()

    def _wrapped(self, old: ast.expr, new: ast.expr) -> ast.expr:
        self.sites.append(old)
        call = ast.Call(ast.Name("__at", ast.Load()), [ast.Constant(len(self.sites) - 1), new], [])
        return ast.copy_location(call, old)

    def _expression(self, node: Any) -> ast.AST:
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return self.generic_visit(node)
        old = copy.deepcopy(node)
        new = self.generic_visit(node)
        assert isinstance(new, ast.expr)
        return self._wrapped(old, new)

    def visit(self, node: ast.AST) -> Any:
        kinds = ast.BinOp | ast.UnaryOp | ast.Compare | ast.IfExp | ast.BoolOp | ast.Subscript | ast.List
        return self._expression(node) if isinstance(node, kinds) else super().visit(node)

    def _is_fixed(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id in self.fixed

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if self._is_fixed(node.value):
            return node
        plain = isinstance(node.value, ast.Name) and node.attr in OF_FORM
        return self._wrapped(copy.deepcopy(node), node) if plain else self._expression(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        loaded = isinstance(node.ctx, ast.Load) and not self._is_fixed(node)
        return self._wrapped(copy.deepcopy(node), node) if loaded else node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return self._wrapped(node, node) if number else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        old = copy.deepcopy(node)
        node.args = [self.visit(a) for a in node.args]
        node.keywords = [k if k.arg in FIXED else ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        if isinstance(node.func, ast.Attribute) and not self._is_fixed(node.func.value):
            node.func = ast.Attribute(self.visit(node.func.value), node.func.attr, ast.Load())
        return self._wrapped(old, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [new for old in node.body for new in _listed(self.visit(old))]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        old = copy.deepcopy(node)
        node.value = self.visit(node.value)
        if isinstance(node.target, ast.Attribute):
            return node
        target, read = copy.deepcopy(node.target), copy.deepcopy(node.target)
        node.target = self.visit(node.target)  # what its indices are; below they are as they were written
        self.sites.append(old)
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

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node


def _listed(statements: Any) -> list[ast.stmt]:
    return statements if isinstance(statements, list) else [statements]


class Instrumented:
    """A function whose sites are recorded in ``trace`` or given the values in ``put`` while it runs."""

    def __init__(self, text: Text) -> None:
        bound = {n.id for n in ast.walk(text.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        bound |= {n.arg for n in ast.walk(text.tree) if isinstance(n, ast.arg)}
        read = {n.id for n in ast.walk(text.tree) if isinstance(n, ast.Name)}
        rewrite = _Rewrite({name for name in read - bound if not _is_value(text.known.get(name))})
        tree = ast.fix_missing_locations(rewrite.visit(copy.deepcopy(text.tree)))
        self.text, self.sites = text, rewrite.sites
        used = _roles(text.tree)
        self.roles = [used.get(span(site), "") for site in self.sites]
        self.wholes = _wholes(text.tree, {span(site): i for i, site in enumerate(self.sites)})
        self.trace: dict[int, list[Any]] | None = None
        self.put: Mapping[int, Sequence[Any]] = {}
        self.used: dict[int, int] = {}
        self.left: list[Any] = []
        space = {**text.known, "__at": self._at, "__end": self._end}
        exec(compile(tree, "<place>", "exec"), space)
        self.function: Any = space[text.name]

    def _at(self, site: int, value: Any) -> Any:
        if site in self.put:
            i = self.used.get(site, 0)
            self.used[site] = i + 1
            value = copy.copy(self.put[site][i]) if i < len(self.put[site]) else value
        if self.trace is not None:
            seen = self.trace.setdefault(site, [])
            if len(seen) < MOST_VALUES:
                seen.append(_kept(value))
        return value

    def _end(self, names: Mapping[str, Any], value: Any) -> Any:
        if self.trace is not None:
            self.left = [_kept(v) for v in names.values()]
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function."""
        return self.function(*args, **kwargs)


def _kept(value: Any) -> Any:
    """A value as it is now, whatever is written into an array or a list later."""
    if isinstance(value, list):
        return [_kept(v) for v in value[:MOST_VALUES]]
    return copy.copy(value) if isinstance(value, np.ndarray) else value


def span(node: Any) -> tuple[Any, ...]:
    """Where a node is in the text, by which it is known in another copy of the tree."""
    return type(node), node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def beside_one_another(tree: ast.AST) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
    """What is in a tuple, and the arguments of a loop's call, whose order may be a slip."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
            yield node, node.elts
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Call):
            yield node.iter, node.iter.args


def same_but_for_names(first: Any, second: Any) -> list[tuple[ast.Name, ast.Name]] | None:
    """The names in two expressions that do the same with them, in pairs; `None` where they do not.

    >>> pair = (ast.parse(text, mode="eval").body for text in ("d - d.mean()", "e - e.mean()"))
    >>> [(a.id, b.id) for a, b in same_but_for_names(*pair)]
    [('d', 'e'), ('d', 'e')]
    """
    if isinstance(first, ast.Name) and isinstance(second, ast.Name):
        return [(first, second)]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        parts = [same_but_for_names(a, b) for a, b in zip(first, second, strict=True)]
    elif isinstance(first, ast.AST) and type(first) is type(second):
        parts = [same_but_for_names(getattr(first, name), getattr(second, name)) for name in first._fields]
    else:
        return [] if type(first) is type(second) and first == second else None
    found: list[tuple[ast.Name, ast.Name]] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found


def _roles(tree: ast.AST) -> dict[tuple[Any, ...], str]:
    """What each expression is for: part of which kind of expression or statement it is."""
    return {
        span(node): type(parent).__name__
        for parent in ast.walk(tree)
        for node in ast.iter_child_nodes(parent)
        if isinstance(node, ast.expr)
    }


def _wholes(tree: ast.AST, number: Mapping[tuple[Any, ...], int]) -> dict[int, tuple[int, str]]:
    """For each site the one that is the whole expression of its statement, and the name that gets its value."""
    wholes = dict[int, tuple[int, str]]()
    for statement in (n for n in ast.walk(tree) if isinstance(n, ast.stmt) and not isinstance(n, ast.FunctionDef)):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if span(statement) in number:
            wholes[number[span(statement)]] = number[span(statement)], _name(target)
        several = [n for n in _expressions(statement) if span(n) in number]
        each = target.elts if isinstance(target, ast.Tuple) else [target]
        names = [_name(one) for one in each] if len(each) == len(several) else [_name(target)] * len(several)
        for whole, name in zip(several, names, strict=True):
            parts = [number[span(n)] for n in ast.walk(whole) if isinstance(n, ast.expr) and span(n) in number]
            wholes.update({part: (number[span(whole)], name) for part in parts})
    return wholes


def _name(target: ast.AST | None) -> str:
    """The name that is given a value, or of which a part is."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a statement: of a tuple, a list or a dictionary each entry."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Tuple | ast.List | ast.Dict):
            yield from _expressions(inner)
        elif isinstance(inner, ast.expr):
            yield inner


def _is_value(value: Any) -> bool:
    return isinstance(value, int | float | np.ndarray)
