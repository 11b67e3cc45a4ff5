"""Variables that are overwritten although the answer still needs their values."""

import ast
from collections.abc import Sequence
from typing import Any

from ..run.instrument import span
from .lines import bound_names, modified_names
from .runs import CaseRun, Runs
from .values import right_outputs


def overwriting_statement(runs: Runs, site: int) -> tuple[ast.stmt, ast.Name] | None:
    """Statement that overwrites a variable read by a site, and the variable's name.

    The answer is right on every case if the site reads an earlier value of the variable instead. If no statement
    changes the variable by name, the last one that changes another array counts, because that array shares its memory.
    """
    for name in (n for n in ast.walk(runs.answer.sites[site]) if isinstance(n, ast.Name)):
        read = runs.answer_sites.get(span(name))
        if read is None:
            continue
        statements = _changing(runs, name)
        parameters = {a.arg for a in runs.answer.text.definition.args.args}
        versions: list[ast.stmt | None] = [None, *statements] if name.id in parameters else [*statements]
        for earlier in reversed(versions):
            line = earlier.lineno if earlier else 0
            later = [n for n in statements if n.lineno > line] or _changing_others(runs, line, name.lineno)[-1:]
            if later and all(_is_right_with(runs, t, read, name.id, earlier) for t in (*runs.failing, *runs.passing)):
                return later[0], name
    return None


def _changing_others(runs: Runs, after: int, before: int) -> list[ast.stmt]:
    """Statements between two lines that change a value in place, in order."""
    found = [n for n in ast.walk(runs.answer.text.definition) if isinstance(n, ast.stmt) and modified_names(n)]
    return sorted((n for n in found if after < n.lineno < before), key=lambda n: n.lineno)


def _changing(runs: Runs, name: ast.Name) -> list[ast.stmt]:
    """Statements above a read of a name that bind it or change its value, in order."""
    function = runs.answer.text.definition
    shared = {name.id}
    for n in ast.walk(function):
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.Name):
            group = {n.value.id, *(t.id for t in n.targets if isinstance(t, ast.Name))}
            shared |= group if group & shared else set()
    found = [
        n
        for n in ast.walk(function)
        if isinstance(n, ast.Assign | ast.AugAssign | ast.Expr)
        and n.lineno < name.lineno
        and (name.id in bound_names(n) or modified_names(n) & shared)
    ]
    return sorted(found, key=lambda n: n.lineno)


def _is_right_with(runs: Runs, t: CaseRun, read: int, name: str, earlier: ast.stmt | None) -> bool:
    count, values = len(t.answer.get(read, ())), _values_after(runs, t, name, earlier)
    if not count or len(values) not in (1, count):
        return False
    runs.answer.replacements, runs.answer.used = {read: list(values) * (count // len(values))}, {}
    value = runs.value_of(runs.answer, t.case)
    runs.answer.replacements = {}
    return right_outputs(t.expected, value, runs.spec.tolerance) == t.all_outputs


def _values_after(runs: Runs, t: CaseRun, name: str, statement: ast.stmt | None) -> Sequence[Any]:
    """Values of a variable after a statement, or on entry if there is no statement."""
    if statement is None:
        given = runs.arguments(t.case)
        return [given[name]] if name in given else []
    node: ast.AST = statement
    if isinstance(statement, ast.Assign):
        node = statement.value
        values = t.answer.get(runs.answer_sites.get(span(node), -1), ())
        for target in statement.targets:
            if isinstance(target, ast.Name) and target.id == name:
                return values
            elements = target.elts if isinstance(target, ast.Tuple) else []
            for i, one in enumerate(elements):
                if isinstance(one, ast.Name) and one.id == name:
                    return [v[i] for v in values if isinstance(v, tuple | list) and len(v) == len(elements)]
        return []
    return t.answer.get(runs.answer_sites.get(span(node), -1), ())
