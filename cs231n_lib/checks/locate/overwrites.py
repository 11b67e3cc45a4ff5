"""Values of a variable that a later statement overwrites although the answer still needs them."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from ..run.instrument import span
from .lines import modified_names
from .runs import CaseRun, Runs
from .values import right_outputs


def overwriting_statement(runs: Runs, site: int) -> tuple[ast.stmt, ast.Name] | None:
    """Statement that overwrites a variable which a site reads, and the read name.

    The answer is right on every case if the site reads an earlier value of the variable instead.
    """
    for name in (n for n in ast.walk(runs.answer.sites[site]) if isinstance(n, ast.Name)):
        read = runs.answer_sites.get(span(name))
        if read is None:
            continue
        statements = _changing(runs, name)
        parameters = {a.arg for a in runs.answer.text.definition.args.args}
        for i in reversed(range(-1 if name.id in parameters else 0, len(statements) - 1)):
            earlier = statements[i] if i >= 0 else None
            if all(_is_right_with(runs, t, read, name.id, earlier) for t in (*runs.failing, *runs.passing)):
                return statements[i + 1], name
    return None


def _changing(runs: Runs, name: ast.Name) -> list[ast.stmt]:
    """Statements above the one that reads a name which bind it or change its value, in order."""
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
        and (name.id in set(_bound(n)) or modified_names(n) & shared)
    ]
    return sorted(found, key=lambda n: n.lineno)


def _bound(statement: ast.stmt) -> Iterator[str]:
    for target in statement.targets if isinstance(statement, ast.Assign) else ():
        yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _is_right_with(runs: Runs, t: CaseRun, read: int, name: str, earlier: ast.stmt | None) -> bool:
    count, values = len(t.answer.get(read, ())), _values_after(runs, t, name, earlier)
    if not count or len(values) not in (1, count):
        return False
    runs.answer.replacements, runs.answer.used = {read: list(values) * (count // len(values))}, {}
    value = runs.value_of(runs.answer, t.case)
    runs.answer.replacements = {}
    return right_outputs(t.expected, value, runs.spec.tolerance) == t.all_outputs


def _values_after(runs: Runs, t: CaseRun, name: str, statement: ast.stmt | None) -> Sequence[Any]:
    """Values of a variable after a statement, or the argument with its name if there is none."""
    if statement is None:
        names = [a.arg for a in runs.answer.text.definition.args.args]
        given = {**dict(zip(names, t.case.args, strict=False)), **t.case.kwargs}
        return [given[name]] if name in given else []
    node: ast.AST = statement
    if isinstance(statement, ast.Assign):
        if not any(isinstance(target, ast.Name) and target.id == name for target in statement.targets):
            return []
        node = statement.value
    return t.answer.get(runs.answer_sites.get(span(node), -1), ())
