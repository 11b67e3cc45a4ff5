"""Values that an expression reads, and the lines on which they depend.

A place is proved if another value there makes the answer right and if everything that the expression reads is right.
A value counts as right if the right solution has it too, or if it is an argument that the answer has not changed.
Otherwise the error may also be in the lines that compute this value.
"""

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np

from ..run.agreement import unchanged
from ..run.instrument import FORM_ATTRIBUTES, MAX_VALUES, span
from .lines import modified_names
from .runs import CaseRun, Replacement, Runs, is_new_array
from .values import ROWS, Key, Values, is_all_zero, is_boolean, key_of, keys_of

MAX_TRACES = 3
"""Maximum number of failing cases on which the values are compared."""
MIN_SIZE = 3
"""Smallest size of an array that is recognised when transposed or flattened."""
VIEWS = {"ravel", "reshape", "view", "T", "transpose", "squeeze", "swapaxes"}
"""Methods and attributes whose result shares memory with the array."""

FUNCTIONS = ast.FunctionDef | ast.Lambda
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def doubtful_lines(runs: Runs, *found: Replacement) -> tuple[frozenset[int], ...]:
    """Lines that compute what each place reads and may be wrong themselves."""
    tried = runs.failing[:MAX_TRACES]
    reads = _Reads(runs, tried, [runs.repaired_trace(t, found) for t in tried], found[0], {one.site for one in found})
    lines = [reads.lines(one) for one in found]
    doubtful = set[int]().union(*lines)
    for one, own in zip(found, lines, strict=True):
        line = runs.answer.sites[one.site].lineno
        others = {runs.answer.sites[other.site].lineno for other in found} - {line}
        own |= (doubtful & reads.lines_of_names(one)) | (others & reads.lines_reached(one))
    return tuple(map(frozenset, lines))


def lines_read(runs: Runs, node: ast.expr | ast.stmt) -> frozenset[int]:
    """Lines that compute what an expression reads and may be wrong themselves."""
    (lines,) = doubtful_lines(runs, Replacement(runs.answer_sites[span(node)], -1, frozenset()))
    return lines


def first_wrong_line(runs: Runs, lines: Collection[int]) -> int | None:
    """First of these lines to compute a value that the right solution lacks, if any.

    Of two lines in the same loop, the one whose value is wrong in an earlier round counts as the first.
    """
    wrong: dict[int, int] = {}
    headers = header_lines(runs.answer.text.tree)
    lines = {*lines}
    for site, (whole, _) in runs.answer.enclosing.items():
        line = runs.answer.sites[site].lineno
        if site == whole and line in lines - headers and _is_surely_unknown(runs, site):
            wrong[line] = min(wrong.get(line, MAX_VALUES), _first_unknown_round(runs, site))
    for line in lines:  # a right value may have a wrong key
        if writes_into_dictionary(runs, line):
            wrong.setdefault(line, 0)
    if not wrong:
        return None
    first = min(wrong)
    loops = [n for n in ast.walk(runs.answer.text.tree) if isinstance(n, ast.For | ast.While)]
    around = [set(range(n.lineno, (n.end_lineno or n.lineno) + 1)) for n in loops]
    around = [lines_of for lines_of in around if first in lines_of]
    same = [line for line in wrong if all(line in lines_of for lines_of in around)] if around else [first]
    return min(same, key=lambda line: (wrong[line], line))


def header_lines(tree: ast.AST, kinds: Any = ast.For | ast.While | ast.If) -> set[int]:
    """Lines that begin a loop or an ``if`` statement."""
    return {n.lineno for n in ast.walk(tree) if isinstance(n, kinds)}


def writes_into_dictionary(runs: Runs, line: int) -> bool:
    """Whether a line assigns to an entry of a dictionary."""
    statements = [n for n in ast.walk(runs.answer.text.tree) if isinstance(n, ast.Assign) and n.lineno == line]
    names = [name for one in statements for name in modified_names(one)]
    return any(isinstance(runs.failing[0].final_values.get(name), dict) for name in names)


def is_right_at_first(runs: Runs, node: ast.expr | ast.stmt) -> bool:
    """Whether an expression in a loop has right values at first and wrong ones later."""
    return 0 < _first_unknown_round(runs, runs.answer_sites[span(node)]) < MAX_VALUES


def _first_unknown_round(runs: Runs, site: int) -> int:
    """Index of the first value of a site that the right solution never has."""
    key = runs.failing[0].key(True, site) or ()
    known = set[Any]().union(*runs.reference_value_sets)
    return next((i for i, one in enumerate(key) if one not in known), MAX_VALUES)


def _is_surely_unknown(runs: Runs, site: int) -> bool:
    """Whether a site has unknown values other than Booleans, zeros and counters."""
    values = runs.failing[0].answer.get(site, ())
    if keys_of(values) is None or is_boolean(values) or runs.is_known(site):
        return False
    if len(values) == 1 and isinstance(values[0], int | np.integer):
        return True
    return not all(map(is_small, values))


@dataclass
class _Reads:
    runs: Runs
    tried: Sequence[CaseRun]
    traces: Sequence[Values]
    found: Replacement
    sites: set[int]
    """Sites of all places that are reported together."""
    seen: set[tuple[str, int]] = field(default_factory=set)
    root: ast.AST = field(default_factory=ast.Pass)
    definitions: dict[tuple[str, int], list[ast.stmt]] = field(default_factory=dict)
    """Results of `_definitions` by name and function."""

    @cached_property
    def scopes(self) -> dict[int, list[ast.AST]]:
        """Functions around each node, from the innermost to the outermost."""
        found: dict[int, list[ast.AST]] = {}

        def visit(node: ast.AST, around: list[ast.AST]) -> None:
            found[id(node)] = around
            inside = [node, *around] if isinstance(node, FUNCTIONS) else around
            for child in ast.iter_child_nodes(node):
                visit(child, inside)

        visit(self.runs.answer.text.tree, [])
        return found

    @cached_property
    def nodes(self) -> dict[tuple[Any, ...], ast.AST]:
        """Nodes of the answer's tree by their position."""
        return {span(n): n for n in ast.walk(self.runs.answer.text.tree) if isinstance(n, ast.expr | ast.stmt)}

    @cached_property
    def conditions(self) -> dict[int, list[ast.expr]]:
        """Conditions under which each statement runs."""
        found: dict[int, list[ast.expr]] = {}

        def visit(node: ast.AST, around: list[ast.expr]) -> None:
            found[id(node)] = around
            inside = [*around, node.test] if isinstance(node, ast.If | ast.While) else around
            for child in ast.iter_child_nodes(node):
                visit(child, inside)

        visit(self.runs.answer.text.tree, [])
        return found

    def lines(self, found: Replacement) -> set[int]:
        """Lines that compute what a place reads, except the place's own lines."""
        node: ast.AST = self.runs.answer.sites[found.site]
        node = self.nodes.get(span(node), node)
        self.seen, self.root, self.found = set(), node, found
        own = range(node.lineno, (node.end_lineno or node.lineno) + 1) if isinstance(node, ast.expr | ast.stmt) else ()
        return self._lines(node) - set(own)

    def lines_of_names(self, found: Replacement) -> set[int]:
        """Lines that bind the names that a place reads, except the place's own line."""
        node = self.runs.answer.sites[found.site]
        return {s.lineno for s in self._bindings(self.nodes.get(span(node), node))} - {node.lineno}

    def lines_reached(self, found: Replacement) -> set[int]:
        """Lines above a place on which the place depends, directly or indirectly."""
        node = self.runs.answer.sites[found.site]
        reached: dict[int, ast.stmt] = {}
        left: list[ast.AST] = [self.nodes.get(span(node), node)]
        while left:
            new = [s for s in self._bindings(left.pop()) if s.lineno < node.lineno and s.lineno not in reached]
            reached |= {s.lineno: s for s in new}
            left += new
        return set(reached)

    def _bindings(self, node: ast.AST) -> list[ast.stmt]:
        """Statements that bind or change the names in a node."""
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        scopes = [(name, scope) for name in names if (scope := self._scope(name))]
        return [s for name, scope in scopes for s in self._definitions(name.id, scope)]

    def _values(self, node: ast.AST) -> list[Sequence[Any]]:
        """Values of a node by case after the replacement, or before it at the place."""
        site = self.runs.answer_sites.get(span(node), -1)
        if node is self.root:
            return [t.answer.get(site, ()) for t in self.tried]
        return [trace.get(site, ()) for trace in self.traces]

    def _names_read(self, node: ast.AST, bound: set[str]) -> Iterator[ast.Name]:
        """Names that a node reads, except in parts whose values are right."""
        if isinstance(node, ast.Name):
            if node.id not in bound and (isinstance(node.ctx, ast.Load) or node is self.root):
                yield node
            return
        if isinstance(node, ast.FunctionDef | ast.If | ast.While):
            return
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in FORM_ATTRIBUTES:
            return
        if isinstance(node, ast.expr) and node is not self.root:
            every = self._values(node)
            if all(every) and self._are_right(every) and not self._reads_changed_argument(node):
                return
        for child in [node.iter] if isinstance(node, ast.For) else ast.iter_child_nodes(node):
            yield from self._names_read(child, bound)

    def _reads_changed_argument(self, node: ast.AST) -> bool:
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        return any((scope := self._scope(n)) and self._is_changed_argument(n, scope) for n in names)

    def _target_lines(self, node: ast.AST) -> set[int]:
        """Lines that compute what an augmented assignment changes."""
        found: set[int] = set()
        if isinstance(node, ast.AugAssign) and (name := next(iter(modified_names(node)), "")):
            scope = next((s for s in self.scopes[id(node)] if isinstance(s, ast.FunctionDef)), None)
            for statement in self._definitions(name, scope) if scope else ():
                if statement is node or self._is_right_start(statement, name, exactly=True):
                    continue
                found |= {statement.lineno} | self._lines(statement)
        return found

    def _lines(self, node: ast.AST) -> set[int]:
        found: set[int] = self._target_lines(node) if node is self.root else set()
        bound = {
            n.id
            for c in ast.walk(node)
            if isinstance(c, COMPREHENSIONS)
            for g in c.generators
            for n in ast.walk(g.target)
            if isinstance(n, ast.Name)
        }
        for name in self._names_read(node, bound):
            scope = self._scope(name)
            if scope is None or (name.id, id(scope)) in self.seen:
                continue
            definitions, right = self._definitions(name.id, scope), self._is_right(name, scope)
            self.seen.add((name.id, id(scope)))
            found |= self._lines_of_function(name.id, scope)
            if right:
                if name is self.root and not self._is_wrong_name():
                    found |= {line for statement in definitions for line in self._condition_lines(statement)}
                continue
            if scope is not self.runs.answer.text.definition and name.id in _parameters(scope):
                found |= self._lines_of_calls(scope)
            if self._is_dictionary(name):  # right values may have wrong keys
                found |= {s.lineno for s in definitions if not _is_start(s) and not is_empty(s)}
            before = len(found)
            for statement in definitions:
                if _is_size(statement) or self._takes_argument(statement):
                    continue
                if len(definitions) > 1 and self._is_right_start(statement, name.id):
                    continue
                found.add(statement.lineno)
                found |= self._lines(statement) | self._loop_lines(statement, name) | self._order_lines(statement, name)
                for test in self.conditions.get(id(statement), ()):
                    found |= {test.lineno} | self._lines(test)
            if len(found) == before and len(definitions) > 1:  # right values, but a condition may choose wrongly
                found |= {test.lineno for s in definitions for test in self.conditions.get(id(s), ())}
            if len(found) == before:  # right values, but written into the wrong array or at the wrong time
                found |= {s.lineno for s in definitions if not is_empty(s)}
            if name is self.root and not found and not self._is_wrong_name():
                late = [s for s in definitions if not (_is_start(s) or self._takes_argument(s))]
                found |= {s.lineno for s in late} | {line for s in late for line in self._condition_lines(s)}
        return found

    def _takes_argument(self, statement: ast.stmt) -> bool:
        """Whether a statement only renames an unchanged argument or its parts."""
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Name):
            return False
        scope = self._scope(statement.value)
        return scope is not None and statement.value.id in _parameters(scope) and self._is_right(statement.value, scope)

    def _is_dictionary(self, name: ast.Name) -> bool:
        return any(isinstance(v, dict) for values in self._values(name) for v in values)

    def _lines_of_function(self, name: str, scope: ast.FunctionDef) -> set[int]:
        """Lines that compute what a function inside the answer returns."""
        functions = [n for n in ast.walk(scope) if isinstance(n, ast.FunctionDef) and n is not scope and n.name == name]
        if any(self._is_right_call(n, name) for n in ast.walk(scope) if functions):
            return set()
        returns = [n for one in functions for n in ast.walk(one) if isinstance(n, ast.Return)]
        return {r.lineno for r in returns} | {line for r in returns for line in self._lines(r)}

    def _lines_of_calls(self, scope: ast.FunctionDef) -> set[int]:
        """Lines that call an inner function or compute what the calls pass to it."""
        calls = [n for n in ast.walk(self.runs.answer.text.definition) if _is_call_of(n, scope.name)]
        return {n.lineno for n in calls} | {line for n in calls for arg in n.args for line in self._lines(arg)}

    def _is_right_call(self, node: ast.AST, name: str) -> bool:
        """Whether a node calls this function and the right solution has the result."""
        if not _is_call_of(node, name):
            return False
        site = self.runs.answer_sites.get(span(node), -1)
        every = [t.answer.get(site, ()) for t in self.tried]
        parts = {span(part) for part in ast.walk(node) if isinstance(part, ast.expr)}
        if parts & {span(self.runs.answer.sites[one]) for one in self.sites}:
            return False
        return all(every) and not any(is_small(v) for values in every for v in values) and self._are_right(every)

    def _condition_lines(self, statement: ast.stmt) -> set[int]:
        """Lines of the conditions for a statement to run or for a loop around it to end."""
        loops = [
            loop
            for loop in ast.walk(self.runs.answer.text.tree)
            if isinstance(loop, ast.For | ast.While) and loop.lineno < statement.lineno <= (loop.end_lineno or 0)
        ]
        ends = [n for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Break | ast.Continue | ast.Return)]
        return {test.lineno for one in (statement, *ends) for test in self.conditions.get(id(one), ())}

    def _is_right_start(self, statement: ast.stmt, name: str, exactly: bool = False) -> bool:
        """Whether a statement assigns a right value, or an initial one to change later."""
        if isinstance(statement, ast.AugAssign):
            if isinstance(statement.op, ast.Add) and not exactly:
                every = self._values(statement.value)
                if all(every) and self._are_right(every) and not self._reads_changed_argument(statement.value):
                    return True
            every = self._values(statement)
            return all(every) and self._are_right(every, exactly)
        if not isinstance(statement, ast.Assign):
            return False
        names, value = _assigned_value(statement, name)
        if names and (isinstance(value, ast.Constant) or is_empty(statement)):
            return True
        if any(self._is_changed_by_another_name(t, s) for t in names for s in self.scopes[id(statement)]):
            return False
        every = self._values(value)
        empty = ast.unparse(value).startswith(("np.empty(", "np.empty_like(")) or all(map(is_all_zero, every))
        if names and is_new_array(value) and empty and not _holds_integers(every) and not self._has_other_form:
            return True
        return all(every) and self._are_right(every) and not self._reads_changed_argument(value)

    @property
    def _has_other_form(self) -> bool:
        """Whether the value that makes the answer right has a different shape."""
        t = self.tried[0]
        pairs = zip(t.answer.get(self.found.site, ()), t.reference.get(self.found.other, ()), strict=False)
        return any(np.shape(a) != np.shape(b) for a, b in pairs if isinstance(a, np.ndarray))

    def _loop_lines(self, statement: ast.stmt, name: ast.Name) -> set[int]:
        """Lines of loops that set a value read after them and may have a wrong range."""
        return {
            loop.lineno
            for loop in ast.walk(self.runs.answer.text.tree)
            if isinstance(loop, ast.For)
            and loop.lineno <= statement.lineno <= (loop.end_lineno or 0) < name.lineno
            and any(isinstance(n, ast.Constant | ast.BinOp) for n in ast.walk(loop.iter))
        }

    def _order_lines(self, statement: ast.stmt, name: ast.Name) -> set[int]:
        """Lines of loops that carry a value to the next round, perhaps in a wrong order."""
        return {
            loop.lineno
            for loop in ast.walk(self.runs.answer.text.tree)
            if isinstance(loop, ast.For)
            and not _is_size(loop)
            and loop.lineno < name.lineno <= statement.lineno <= (loop.end_lineno or 0)
        }

    def _scope(self, name: ast.Name) -> ast.FunctionDef | None:
        """Function that binds the name, or `None` for a name from outside the answer."""
        for scope in self.scopes.get(id(name), ()):
            if isinstance(scope, ast.FunctionDef) and (
                name.id in _parameters(scope) or any(name.id in _stored_names(n) for n in ast.walk(scope))
            ):
                return scope
        return None

    def _is_right(self, name: ast.Name, scope: ast.FunctionDef) -> bool:
        """Whether a name has right values or those of an unchanged argument."""
        definitions = self._definitions(name.id, scope)
        every = self._values(name)
        if name.id in _parameters(scope) and not any(name.id in _stored_names(n) for n in definitions):
            passed = scope is not self.runs.answer.text.definition and any(map(_is_array, every))
            return not self._is_changed_argument(name, scope) and (not passed or self._are_right(every))
        if name is self.root and not self._is_wrong_name():
            right = self._are_right(every, exactly=True)
            return right and not any(self._reads_changed_argument(n) for n in definitions)
        if any(callable(v) or isinstance(v, np.random.Generator) for values in every for v in values):
            return not any(isinstance(n, ast.Assign) for n in definitions)
        if self._is_changed_by_another_name(name.id, scope):
            return False
        return self._are_right(every)

    def _are_right(self, every: Sequence[Sequence[Any]], exactly: bool = False) -> bool:
        """Whether the right solution has these values, even in another form by default."""
        known = [self._is_known(i, values, exactly) for i, values in enumerate(every)]
        return all(known) and self._is_evidence(every)

    def _is_wrong_name(self) -> bool:
        """Whether the answer ends with the right value in another variable."""
        returned = self.root.id if isinstance(self.root, ast.Name) else ""
        return self.runs.is_held(self.found.other, returned)

    def _is_changed_argument(self, name: ast.Name, scope: ast.FunctionDef) -> bool:
        """Whether a parameter was changed in place and never bound again."""
        if name.id not in _parameters(scope) or not self._definitions(name.id, scope):
            return False
        if any(name.id in _stored_names(n) for n in ast.walk(scope)):
            return False
        return scope is not self.runs.answer.text.definition or not self._is_argument(name)

    def _is_argument(self, name: ast.Name) -> bool:
        """Whether a parameter still has the value that the caller passed."""
        for t, values in zip(self.tried, self._values(name), strict=True):
            passed = self.runs.arguments(t.case)
            if name.id in passed and any(not unchanged(passed[name.id], v) for v in values):
                return False
        return True

    def _is_evidence(self, every: Sequence[Sequence[Any]]) -> bool:
        """Whether equal values are evidence, unlike Booleans or integers that never vary."""
        if all(is_small(v) for values in every for v in values):
            return len({keys_of(values) for values in every}) > 1
        return True

    def _is_known(self, i: int, values: Sequence[Any], exactly: bool) -> bool:
        key = keys_of(values)
        if key is None or key in self._constants[i]:
            return False
        if self.runs.failing[i].is_known(key) or not key:
            return True
        if exactly or any(is_small(v) for v in values):
            return False
        if all(k in self._single[i] for k in key):
            return self._is_part(i, key)
        return all(self._is_in_other_form(i, v) for v in values)

    def _is_part(self, i: int, key: Key) -> bool:
        """Whether one site of the right solution has each value at least as often."""
        if len(set(key)) == 1 and self.runs.failing[i].is_known(key[:1]):
            return True  # the value is constant in a loop
        counts = Counter(key)
        return any(counts <= other for other in self._counts[i])

    def _is_in_other_form(self, i: int, value: Any) -> bool:
        """Whether the right solution has this array, perhaps transposed or flattened."""
        if isinstance(value, list | tuple):
            return not all(map(is_small, value)) and all(key_of(v) in self._single[i] for v in value)
        return next(_forms(value), None) in self._forms[i]

    @cached_property
    def _constants(self) -> list[set[Any]]:
        """Keys found only as literals in the right solution, which prove nothing."""
        sites = self.runs.reference.sites

        def keys(t: CaseRun, constant: bool) -> set[Any]:
            return {t.key(False, o) for o in t.reference if isinstance(sites[o % ROWS], ast.Constant) == constant}

        return [keys(t, True) - keys(t, False) for t in self.tried]

    @cached_property
    def _single(self) -> list[set[Any]]:
        return [{k for key in t.reference_keys if key for k in key} for t in self.tried]

    @cached_property
    def _counts(self) -> list[list[Counter[Any]]]:
        return [[Counter(key) for key in t.reference_keys if key] for t in self.tried]

    @cached_property
    def _forms(self) -> list[set[Any]]:
        return [{f for vs in t.reference.values() for v in vs[:MIN_SIZE] for f in _forms(v)} for t in self.tried]

    def _definitions(self, name: str, scope: ast.AST) -> list[ast.stmt]:
        """Statements of a function that assign to a name or change its value."""
        if (name, id(scope)) not in self.definitions:
            several = self._aliases(name, scope)
            self.definitions[name, id(scope)] = [
                n
                for n in ast.walk(scope)
                if isinstance(n, ast.stmt)
                and not isinstance(n, ast.FunctionDef)
                and (name in _stored_names(n) or modified_names(n) & several)
            ]
        return self.definitions[name, id(scope)]

    def _is_changed_by_another_name(self, name: str, scope: ast.AST) -> bool:
        others = self._aliases(name, scope) - {name}
        return any(modified_names(n) & others for n in ast.walk(scope) if isinstance(n, ast.stmt))

    def _aliases(self, name: str, scope: ast.AST) -> set[str]:
        """Names that may share memory with ``name``."""
        groups = []
        for n in ast.walk(scope):
            if isinstance(n, ast.Assign):
                group = {t.id for t in n.targets if isinstance(t, ast.Name)}
                if source := _viewed(n.value):
                    group.add(source)
                if len(group) > 1:
                    groups.append(group)
        found = {name}
        for _ in groups:
            for group in groups:
                if group & found:
                    found |= group
        return found


def _assigned_value(statement: ast.Assign, name: str) -> tuple[list[str], ast.expr]:
    """Names to which a statement binds the value of ``name``, and this value."""
    target = statement.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
        for one, value in zip(target.elts, statement.value.elts, strict=False):
            if isinstance(one, ast.Name) and one.id == name:
                return [name], value
    return [t.id for t in statement.targets if isinstance(t, ast.Name)], statement.value


def _stored_names(node: ast.AST) -> set[str]:
    """Names that a statement itself binds, without those in nested statements."""
    targets: list[ast.AST] = []
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For):
        targets = [node.target]
    elif isinstance(node, ast.FunctionDef):
        return {node.name}
    elements = [e for t in targets for e in ast.walk(t)]
    return {e.id for e in elements if isinstance(e, ast.Name) and isinstance(e.ctx, ast.Store)}


def _parameters(scope: ast.FunctionDef) -> set[str]:
    a = scope.args
    return {one.arg for one in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg) if one}


def _viewed(value: ast.expr) -> str:
    """Name of the array that an expression is a view of, or an empty string."""
    while True:
        if isinstance(value, ast.Name):
            return value.id
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in VIEWS:
            value = value.func.value
        elif (isinstance(value, ast.Attribute) and value.attr in VIEWS) or (
            isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice)
        ):
            value = value.value
        else:
            return ""


def _is_call_of(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _is_array(values: Sequence[Any]) -> bool:
    """Whether there are values, and all are tuples or arrays of several entries."""
    return bool(values) and all(isinstance(v, tuple) or (isinstance(v, np.ndarray) and v.size > 1) for v in values)


def _holds_integers(every: Sequence[Sequence[Any]]) -> bool:
    """Whether values include integer arrays, which truncate what is assigned to them."""
    return any(isinstance(v, np.ndarray) and v.dtype.kind in "iu" for values in every for v in values)


def _is_start(statement: ast.stmt) -> bool:
    """Whether a statement only assigns a constant or a size or counts through a range."""
    return _is_size(statement) or (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant))


def is_empty(statement: ast.stmt) -> bool:
    """Whether a statement only creates empty lists or dictionaries."""
    value = getattr(statement, "value", None)
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(isinstance(one, ast.expr) and ast.unparse(one) in ("[]", "{}") for one in parts)


def _is_size(statement: ast.stmt) -> bool:
    """Whether a statement only reads a size or counts through a range."""
    value = statement.iter if isinstance(statement, ast.For) else getattr(statement, "value", None)
    if isinstance(statement, ast.For):
        called = value.func if isinstance(value, ast.Call) else None
        return isinstance(called, ast.Name | ast.Attribute) and ast.unparse(called) in {"range", "np.ndindex"}
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "len":
        return True
    while isinstance(value, ast.Subscript):
        value = value.value
    return isinstance(value, ast.Attribute) and value.attr in {"shape", "size", "ndim"}


def is_small(value: Any) -> bool:
    """Whether a value is so simple that an equal value may have another meaning."""
    array = np.asarray(value) if isinstance(value, int | float | np.ndarray | np.generic) else None
    if array is None or array.dtype.kind not in "fiub":
        return False
    return array.dtype.kind == "b" or (array.ndim == 0 and array.dtype.kind in "iu") or not array.any()


def _forms(value: Any) -> Iterator[Any]:
    """Keys of an array as floats, of its transpose and of its flattened entries."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.size >= MIN_SIZE:
        numbers = value.astype(float)
        yield key_of(numbers)
        yield key_of(numbers.T)
        yield key_of(numbers.ravel())
