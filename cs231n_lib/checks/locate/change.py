"""The one small edit that makes a wrong answer right, as a student's last resort.

The search tries edits until one makes the answer pass all cases of the check. The edited text, which the student would
see, must then pass the check on the cases of five other seeds. An edit that suits only the drawn cases is therefore
not shown.
"""

import ast
import copy
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from cs231n_lib.browser import SLOWNESS, cpu_time

from ..declare import ExerciseSpec, RowKind
from ..evaluate.rows import DrawnRow, Evaluation, draw, evaluation_of_reference
from ..run.instrument import Instrumented, Text, instrumented_reference, text_of
from ..run.result_names import result_names
from ..run.runner import Case, LocalRunner, collected, copied_arguments, silence
from ..run.time_limit import TimeLimit, TimeLimitReached, attempt, memory_limit
from .additions import added_statements, guards_of_empty, guards_of_zero, literals, parameters, safe_divisors
from .edited_text import SourceChange, bare, change_between, edited_lines
from .repairs import (
    Edit,
    changed_bodies,
    definition,
    exchangeable,
    exchanged,
    expression_edits,
    has_side_effects,
    statement_edits,
    variables,
    wrapped,
)
from .values import is_boolean, keys_of, outputs_of, right_outputs, split_arrays

FRESH_SEEDS = tuple(f"change {i}" for i in range(1, 6))
"""Seeds of the further cases on which an edited answer must pass."""
FIRST_CPU_SECONDS = 0.5 * SLOWNESS
"""CPU seconds for the search that a check starts by itself."""
ASKED_CPU_SECONDS = 10.0 * SLOWNESS
"""CPU seconds for a search that the student requests."""
GRADING_CPU_SECONDS = 2.0
"""CPU seconds for the search that gives feedback on a graded answer."""
RUN_SECONDS = 0.25 * SLOWNESS
"""Wall-clock limit of one run of an edited answer on one case, in seconds."""
WALL_FACTOR = 6.0
"""Wall-clock seconds allowed per second of CPU time."""
MAX_MEMORY_BYTES = 1 << 30
MAX_EVIDENCE = 2
"""Maximum number of cases on which an edited answer is compared with the right solution."""
MAX_CONDITION_CASES = 20
"""Maximum number of cases among which the value of an edited condition must vary."""
TRIVIAL = (0.0, 1.0, -1.0)
"""Numbers so common that they prove nothing."""


@dataclass(frozen=True)
class ChangeSearch:
    """Result of a search for a change."""

    change: SourceChange | None = None
    complete: bool = True
    """Whether the search ended before its time ran out."""
    passes: bool = False
    """Whether the answer needs no edit."""


def find_change(
    student: Evaluation, rows: Sequence[DrawnRow], function: Any, lines: Collection[int], seconds: float
) -> ChangeSearch:
    """Find the small edit that makes an evaluated answer right.

    Edits of expressions in ``lines``, such as those of a proved place, come before similar edits elsewhere. Like a
    check, the search runs the edited answer silently, on copies of the arguments and within time limits.
    """
    text = text_of(function)
    if text is None or _may_not_run_edited(text):
        return ChangeSearch()
    trial = _Trial(student, rows, text)
    found: list[SourceChange] = []

    def search() -> None:
        for edit, tree, original in _edits(trial, lines):
            if trial.is_promising(edit.code) and (change := trial.confirmed(edit, tree, original)):
                found.append(change)
                return

    wall = TimeLimit(WALL_FACTOR * seconds, line_by_line=False)
    cpu = TimeLimit(seconds, cpu_time=True, line_by_line=False)
    with silence(), warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"), memory_limit(MAX_MEMORY_BYTES):
        trial.cpu_deadline = cpu_time() + seconds
        within, error = attempt(wall, lambda: attempt(cpu, search))
        error = error or within[1]
    return ChangeSearch(found[0] if found else None, not isinstance(error, TimeLimitReached))


def _may_not_run_edited(text: Text) -> bool:
    imports = (isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(text.tree))
    return has_side_effects(text) or any(imports)


def _edits(trial: "_Trial", lines: Collection[int]) -> Iterator[tuple[Edit, ast.Module, Collection[int]]]:
    """Edits in search order, with the edited tree and the ids of its original nodes."""
    text = trial.text
    tree = copy.deepcopy(text.tree)
    original = {id(node) for node in ast.walk(tree)}
    main = definition(tree, text.name)
    functions = [main, *(f for f in tree.body if isinstance(f, ast.FunctionDef) and f is not main)]
    near = _near(lines, True)
    for at in (near, _near(lines, False)) if lines else (_near((), False),):
        for function in functions:
            names = exchangeable(function)
            yield from ((e, tree, original) for e in expression_edits(tree, function, at(exchanged), names))
    for function in functions:
        yield from ((e, tree, original) for e in statement_edits(tree, function, changed_bodies))
    yield from ((e, tree, original) for e in _additions(trial, tree, main))
    for at in (near, _near(lines, False)) if lines else (_near((), False),):
        for function in functions:
            names = variables(function)
            yield from ((e, tree, original) for e in expression_edits(tree, function, at(wrapped), names))


def _near(lines: Collection[int], wanted: bool) -> Callable[[Any], Any]:
    """Limit edits of expressions to these lines, or to all other lines."""

    def limited(variants: Any) -> Any:
        def some(node: ast.expr, *rest: Any) -> Iterator[ast.expr]:
            return variants(node, *rest) if (node.lineno in lines) == wanted else iter(())

        return some

    return limited


def _additions(trial: "_Trial", tree: ast.Module, function: ast.FunctionDef) -> Iterator[Edit]:
    results = literals(trial.failing_results)
    outputs, names, given = trial.outputs, variables(function), parameters(trial.text)

    def of_function(body: list[ast.stmt]) -> Iterator[tuple[list[ast.stmt], ast.stmt]]:
        if body is not function.body:
            return
        for new in added_statements(body, outputs, names):
            yield new, body[-1]
        for new in guards_of_empty(body, given, results):
            yield new, body[0]

    yield from statement_edits(tree, function, of_function)
    yield from statement_edits(tree, function, lambda body: guards_of_zero(body, results))
    yield from expression_edits(tree, function, safe_divisors, names)


def _is_trivial(value: Any) -> bool:
    """Whether a value, such as 1 or an array of zeros, is too common to be evidence."""
    if isinstance(value, np.ndarray) and value.ndim:
        return value.dtype.kind in "biuf" and not value.any()
    return isinstance(value, int | float | np.number) and value in TRIVIAL


def _only_rearranges(node: ast.AST, new: ast.expr) -> bool:
    """Whether an edit, such as a copy or a changed argument, needs no evidence."""
    if isinstance(new, ast.BoolOp | ast.Tuple | ast.List):
        return True
    if not isinstance(new, ast.Call):
        return False
    if isinstance(node, ast.Call) and new.func is node.func:
        return True
    name = new.func.attr if isinstance(new.func, ast.Attribute) else ""
    return name == "copy" or (name == "where" and len(new.args) == 3 and new.args[2] is node)


@dataclass
class _Trial:
    """Trial of edited answers on the check's cases, and then on those of fresh seeds."""

    student: Evaluation
    rows: Sequence[DrawnRow]
    text: Text
    cpu_deadline: float = 0.0
    fresh: dict[str, tuple[list[DrawnRow], Evaluation]] = field(default_factory=dict)

    @property
    def spec(self) -> ExerciseSpec:
        """Declaration of the exercise."""
        return self.student.spec

    @cached_property
    def outputs(self) -> Sequence[str]:
        """Names of the values that the exercise asks for."""
        return result_names(self.spec.reference)

    @cached_property
    def failed(self) -> list[DrawnRow]:
        """Rows in which the answer fails, with rows of values first."""
        failed = [row for row in self.rows if self.student.verdict(row).difference]
        return sorted(failed, key=lambda row: row.kind is not RowKind.VALUES)

    @cached_property
    def failing(self) -> list[tuple[Case, Any]]:
        """Failing cases in rows of values, each with the right result."""
        assert self.student.expected is not None
        cases = {id(case): case for row in self.failed if row.kind is RowKind.VALUES for case in row.cases}
        known = [(case, self.student.expected.outcome(case).value) for case in cases.values()]
        return [
            (case, right)
            for case, right in known
            if right_outputs(right, right, self.spec.tolerance) == outputs_of(right)
            and right_outputs(right, self.student.outcome(case).value, self.spec.tolerance) != outputs_of(right)
        ]

    @property
    def failing_results(self) -> list[Any]:
        """Right results of the failing cases."""
        return [right for _, right in self.failing]

    def is_promising(self, code: Any) -> bool:
        """Whether an edit mends the failing cases or, without any, the first failed row."""
        if cpu_time() > self.cpu_deadline:
            raise TimeLimitReached
        function = self._function(code)
        if function is None:
            return False
        if not self.failing:
            return not self._evaluation(function, self.student.expected).verdict(self.failed[0]).difference
        return all(self._is_right(function, case, right) for case, right in self.failing)

    def confirmed(self, edit: Edit, tree: ast.Module, original: Collection[int]) -> SourceChange | None:
        """The change as text, if this text passes on the drawn cases and on fresh ones."""
        lines = edited_lines(self.text.lines, edit, tree, original)
        if lines is None or tuple(lines) == self.text.lines:
            return None
        function = self._function(compile(self._tree(lines), "<edit>", "exec"))
        if function is None or not self._passes(function, self.rows, self.student.expected):
            return None
        if isinstance(edit.new, ast.expr) and not self._is_founded(edit, edit.new, lines):
            return None
        for seed in FRESH_SEEDS:
            if seed not in self.fresh:
                self.fresh[seed] = draw(self.spec, seed), evaluation_of_reference(self.spec)
            if not self._passes(function, *self.fresh[seed]):
                return None
        return change_between(self.text.lines, lines)

    def _tree(self, lines: Sequence[str]) -> ast.Module:
        """Tree of the answer's functions in the edited text."""
        needed = {f.name for f in self.text.tree.body if isinstance(f, ast.FunctionDef)}
        tree = ast.parse("\n".join(lines))
        return ast.Module([bare(f) for f in tree.body if isinstance(f, ast.FunctionDef) and f.name in needed], [])

    def _is_founded(self, edit: Edit, new: ast.expr, lines: Sequence[str]) -> bool:
        """Whether the new expression has values that the right solution also computes.

        An expression that only happens to give right results, such as ``np.exp(c).argmax()``, has other values. A copy
        or a change of arguments needs no such evidence, and neither does a comparison, because two right answers may
        compare different things. A comparison must not disable a branch, however.
        """
        edited, text = Instrumented(replace(self.text, tree=self._tree(lines))), ast.unparse(new)
        sites = [i for i, s in enumerate(edited.sites) if s.lineno == edit.node.lineno and ast.unparse(s) == text]
        if isinstance(new, ast.Compare):
            return not any(self._is_constant(edited, site) for site in sites)
        if _only_rearranges(edit.node, new):
            return True
        if self.reference is None or not self.evidence:
            return False
        strict = not isinstance(new, ast.Constant)
        return any(all(self._is_known(edited, site, case, strict) for case in self.evidence) for site in sites)

    def _is_constant(self, edited: Instrumented, site: int) -> bool:
        """Whether a condition is always true, or always false, on the cases of values."""
        cases = [case for row in self.rows if row.kind is RowKind.VALUES for case in row.cases][:MAX_CONDITION_CASES]
        seen = [value for case in cases for value in self._traced(edited, case).get(site, ())]
        return bool(seen) and is_boolean(seen) and len(set(map(bool, seen))) == 1

    def _is_known(self, edited: Instrumented, site: int, case: Case, strict: bool) -> bool:
        values = self._traced(edited, case).get(site, ())
        if strict and all(_is_trivial(v) for v in values):
            return False
        mine = keys_of(values)
        theirs = self._traced(self.reference, case)
        known = [keys_of(one) or () for one in {**theirs, **dict(split_arrays(theirs))}.values()]
        return bool(mine) and any(mine == key or set(mine or ()) <= set(key) for key in known)

    def _traced(self, function: Any, case: Case) -> Any:
        function.trace, function.trace_bytes = {}, 0
        self._result(function, case)
        trace, function.trace = function.trace, None
        return trace

    @cached_property
    def reference(self) -> Instrumented | None:
        """The right solution, instrumented to record its values."""
        return instrumented_reference(self.spec.reference)

    @cached_property
    def evidence(self) -> list[Case]:
        """Cases on which an edited answer is compared with the right solution."""
        calls = [call.case for row in self.failed for call in self.student.verdict(row).calls[-1:]]
        return [case for case, _ in self.failing][:MAX_EVIDENCE] or calls[:1]

    def _function(self, code: Any) -> Any:
        space = dict(self.text.namespace)
        _, error = attempt(None, lambda: exec(code, space))
        return space[self.text.name] if error is None else None

    def _is_right(self, function: Any, case: Case, right: Any) -> bool:
        value, error = self._result(function, case)
        return error is None and right_outputs(right, value, self.spec.tolerance) == outputs_of(right)

    def _result(self, function: Any, case: Case) -> tuple[Any, BaseException | None]:
        args, kwargs = copied_arguments(case)
        return attempt(TimeLimit(RUN_SECONDS), lambda: collected(function(*args, **kwargs), self.spec.collect))

    def _evaluation(self, function: Any, expected: Evaluation | None) -> Evaluation:
        watched = self.student.runner
        options = (watched.forbidden, watched.cpu_time, watched.watch_slips) if isinstance(watched, LocalRunner) else ()
        left = max(self.cpu_deadline - cpu_time(), 0.0)
        runner = LocalRunner(function, min(left, self.spec.seconds), self.spec.collect, *options)
        return Evaluation(self.spec, runner, expected)

    def _passes(self, function: Any, rows: Sequence[DrawnRow], expected: Evaluation | None) -> bool:
        """Whether a function passes all rows without calling a forbidden function."""
        evaluation = self._evaluation(function, expected)
        first = [row for row in rows if row.title in {failed.title for failed in self.failed}]
        passes = all(not evaluation.verdict(row).difference for row in dict.fromkeys(chain(first, rows)))
        return passes and not any(o.used_forbidden for o in evaluation.all_outcomes)
