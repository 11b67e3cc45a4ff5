"""Questions on one function, with keys computed by running the function.

An instrumented copy of the function records the values of its expressions.
"""

import ast
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.declare import Mistake
from cs231n_lib.checks.run.instrument import MAX_VALUES, Instrumented, span, text_of
from cs231n_lib.checks.run.runner import Outcome, silence
from cs231n_lib.checks.slips import Edited

from .answer_code import AnswerCode, Lines, called_name, is_one_line, names_in
from .inputs import TinyInput
from .line_edits import LineEdit, changed_names, line_edits, only_changes_numbers, swaps
from .mistakes import Candidate, choose_options, first_sentence, is_clear, is_obvious, share_a_line
from .outcome import (
    CLOSE,
    FIRST_SECONDS,
    LineLimit,
    arrays_in,
    call,
    changes_arguments,
    effect_of,
    is_finite,
    is_like,
    numbers_in,
    types_of,
)
from .question import CodeQuestion, Effect, QuestionKind

MAX_ENTRIES, MAX_NUMBER = 4, 100
"""Limits on the number and the size of the entries in a value that students write by hand."""

MAX_EXPRESSION, MAX_LINE = 60, 100
MAX_COUNT = 9
CONFIRMED, TRIED = 3, 6
"""Maximum number of a function's edits that become questions on a named mistake, and of those that are checked."""
SEEDS = ("a", "b")
"""Seeds of the check's inputs. The check must name the same mistakes with each seed."""
MIN_WORK, MAX_WORK = 2, 16
"""Minimum and maximum `AnswerCode.work` of a value. Putting numbers into a formula counts as 0."""
MORE_LINES = 3
"""Maximum number of lines that an edited function may run, relative to the answer. A longer run may never end."""
VARIATIONS = 8
"""Number of varied inputs on which an edit and a mistake are compared."""

MAX_STEPS = 24
"""Maximum number of steps from an edited line to the end of the call. Students can follow them in half a minute."""

_BUILDERS = re.compile(
    r"(np\.)?(zeros|ones|empty|full|arange|array|asarray|eye|copy|zeros_like|ones_like|len|float|int|range)\b"
)
_IMPURE = re.compile(r"random|rng|next\(|pop\(|append|sort\(|shuffle|input|open|lambda|:=")


@dataclass
class Subject:
    """Answer with a tiny input, and the outcome of calling it."""

    code: AnswerCode
    exercise: Exercise
    tiny: TinyInput
    rng: random.Random

    def __post_init__(self) -> None:
        self.arguments = self.tiny.values()
        self.function = self.code.function()
        self.right = call(self.function, self.arguments, self.exercise, FIRST_SECONDS)
        self.call = self.tiny.call(self.exercise.name)
        self.steps: list[int] = []
        """Numbers of the lines in the order in which they run."""
        self.arrays = {name for name, value in self.arguments.items() if isinstance(value, np.ndarray)}
        """Names of the parameters and variables that hold arrays."""
        call(self._traced, self.arguments, self.exercise)
        counted = LineLimit(self.function)
        call(counted, self.arguments, self.exercise)
        self.max_lines = MORE_LINES * counted.lines + MORE_LINES

    def _traced(self, *args: Any, **kwargs: Any) -> Any:
        def local(frame: Any, event: str, value: Any) -> Any:
            if event == "line":
                self.steps.append(frame.f_lineno)
            if event == "return":
                self.arrays |= {n for n, v in frame.f_locals.items() if isinstance(v, np.ndarray) and v.ndim}
            return local

        code = getattr(self.function, "__code__", None)
        sys.settrace(lambda frame, *_: local if frame.f_code is code else None)
        try:
            return self.function(*args, **kwargs)
        finally:
            sys.settrace(None)

    def edited(self, lines: Lines) -> Outcome | None:
        """Return the outcome of an edited function, or None if its code does not compile."""
        try:
            function = LineLimit(self.code.function(lines), self.max_lines)
        except Exception:
            return None
        return call(function, self.arguments, self.exercise)

    def has_equal_loops(self, statement: ast.stmt) -> bool:
        """Tell whether a loop around a statement runs as often as a different loop."""
        loops = [node for node in self.code.statements if isinstance(node, ast.For) and not is_one_line(node)]
        lengths = {loop: self._length(loop) for loop in loops}
        around = [loop for loop in loops if statement in set(ast.walk(loop))]
        return any(
            lengths[one] == lengths[other] and ast.unparse(one.iter) != ast.unparse(other.iter)
            for one in around
            for other in loops
            if lengths[one] is not None
        )

    def _length(self, loop: ast.For) -> float | None:
        """Return the mean number of rounds per run of a loop, or None if it is unknown."""
        body = range(loop.body[0].lineno, (loop.body[-1].end_lineno or 0) + 1)
        after = [then for line, then in pairwise([*self.steps, 0]) if line == loop.lineno]
        rounds = sum(line in body for line in after)
        entered = len(after) - rounds
        jumps = any(isinstance(node, ast.Break) for node in ast.walk(loop))
        return rounds / entered if entered > 0 and not jumps else None

    def is_long(self, line: int) -> bool:
        """Tell whether a line is more than `MAX_STEPS` steps from the end of the call."""
        return line in self.steps and len(self.steps) - self.steps.index(line) > MAX_STEPS

    @property
    def has_only_numbers(self) -> bool:
        """Whether all arguments are numbers, so that students only put them into formulas."""
        return all(isinstance(value, int | float) for value in self.arguments.values())

    @property
    def problem(self) -> str:
        """Reason why there are no questions on the answer, or ""."""
        reference = call(self.exercise.reference, self.arguments, self.exercise, FIRST_SECONDS)
        if self.right.error is not None:
            return "the call with a tiny input stops with an error"
        if not is_finite(self.right.value) or not is_like(self.right, reference):
            return "the result for a tiny input differs from the reference or is not finite"
        return ""

    def question(self, kind: QuestionKind, line: int, key: str, score: float, **more: Any) -> CodeQuestion:
        """Create a question on this answer."""
        return CodeQuestion(self.exercise.name, kind, self.call, line, key, score=score, **more)


def questions_on(subject: Subject) -> Iterator[CodeQuestion]:
    """Yield all questions on an answer without a `Subject.problem`."""
    yield from _questions_on_values(subject)
    found = line_edits(subject.code, subject.arrays)
    edits = [(edit, outcome) for edit in found if (outcome := subject.edited({edit.line: edit.text}))]
    yield from _questions_on_edits(subject, edits)
    yield from _questions_on_swaps(subject)
    yield from _questions_on_mistakes(subject, edits)


def number_text(number: Any) -> str:
    """Format a number with at most two decimals and no trailing zeros.

    >>> number_text(2.0), number_text(-0.25), number_text(True)
    ('2', '-0.25', 'True')
    """
    if isinstance(number, bool | np.bool_):
        return str(bool(number))
    return f"{round(float(number), 2) + 0:g}"


def value_text(value: Any) -> str:
    """Format an array or a number."""
    if np.ndim(value) == 0:
        return number_text(np.asarray(value)[()])
    return f"[{', '.join(value_text(entry) for entry in np.asarray(value))}]"


def _is_short(value: Any) -> bool:
    """Tell whether students can write a value by hand."""
    if not isinstance(value, int | float | np.generic | np.ndarray):
        return False
    array = np.asarray(value)
    if array.dtype.kind not in "fiub" or not 1 <= array.size <= MAX_ENTRIES:
        return False
    array = array.astype(float)
    rounded = np.round(array, 2)
    return bool(
        np.isfinite(array).all() and (np.abs(array) < MAX_NUMBER).all() and np.allclose(array, rounded, 0, 1e-6)
    )


def _is_trivial(value: Any, arguments: Mapping[str, Any]) -> bool:
    """Tell whether a value is 0, 1, -1 or constant, or equals an argument."""
    array = np.asarray(value, dtype=float)
    if array.size == 1 and float(array.reshape(-1)[0]) in (0.0, 1.0, -1.0):
        return True
    if array.size > 1 and not np.ptp(array):
        return True
    given = [value for value in arguments.values() if isinstance(value, float | int)]
    return any(np.array_equal(array, a) for a in [*given, *arrays_in(list(arguments.values()))])


def _operations(node: ast.AST) -> int:
    kinds = ast.BinOp | ast.Call | ast.Compare | ast.Subscript
    return sum(isinstance(inner, kinds) for inner in ast.walk(node))


def _questions_on_values(subject: Subject) -> Iterator[CodeQuestion]:
    """Yield questions on values, shapes and counts."""
    text = text_of(subject.function)
    if text is None or subject.exercise.name in names_in(
        subject.code.definition
    ):  # recursive calls run lines out of order
        return
    instrumented = Instrumented(text)
    instrumented.trace = {}
    outcome = call(instrumented, subject.arguments, subject.exercise)
    trace, instrumented.trace = instrumented.trace, None
    if not is_like(outcome, subject.right):
        return
    within = _statement_of(subject.code)
    unknown = _unknown_names(subject)
    sites = {span(node): site for site, node in enumerate(instrumented.sites)}
    counted = set[int]()
    for site, node in enumerate(instrumented.sites):
        statement = within.get(span(node))
        values = trace.get(site, [])
        if statement is None or not values or len(values) >= MAX_VALUES:
            continue
        tests = [_test_of(block) for block in _blocks_around(subject.code, statement)]
        if unknown & {name for test in tests for name in names_in(test)}:
            continue
        if statement.lineno not in counted and _in_loop(subject.code, statement):
            counted.add(statement.lineno)
            interesting = _count_is_interesting(subject, statement, len(values))
            if 2 <= len(values) <= MAX_COUNT and interesting and not subject.has_equal_loops(statement):
                yield subject.question(QuestionKind.COUNT, statement.lineno, str(len(values)), 2.0)
        if not unknown & set(names_in(node)):
            inner = [span(n) for n in ast.walk(node) if isinstance(n, ast.expr)]
            parts = [value for s in inner for value in trace.get(sites.get(s, -1), [])]
            yield from _questions_on_site(subject, node, statement, values, parts)


def _statement_of(code: AnswerCode) -> dict[tuple[Any, ...], ast.stmt]:
    """Map each expression to its one-line statement, if both always run together."""
    kinds = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr
    optional = ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp | ast.Lambda | ast.IfExp | ast.BoolOp
    nested = [node for node in code.statements if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    inside = {inner for node in nested for inner in ast.walk(node)}
    found: dict[tuple[Any, ...], ast.stmt] = {}
    for statement in code.statements:
        if not isinstance(statement, kinds) or not is_one_line(statement) or statement in inside:
            continue
        inner = [n for n in ast.walk(statement) if isinstance(n, optional)]
        left_out = {span(n) for one in inner for n in ast.walk(one) if isinstance(n, ast.expr)}
        sites = [n for n in ast.walk(statement) if isinstance(n, ast.expr) and span(n) not in left_out]
        found.update({span(node): statement for node in sites})
        if isinstance(statement, ast.AugAssign):
            found[span(statement)] = statement
    return found


def _unknown_names(subject: Subject) -> set[str]:
    """Return names whose values depend on hidden functions or cannot be found by hand."""
    code, known = subject.code, sys.stdlib_module_names | {"numpy", "answer"}
    unknown = set()
    for name in set(names_in(code.definition)):
        value = subject.function.__globals__.get(name)
        module = getattr(value, "__module__", None) or getattr(value, "__name__", "numpy")
        if value is not None and str(module).partition(".")[0] not in known:
            unknown.add(name)
    for statement in code.statements:
        if any(isinstance(node, ast.Call) and called_name(node) in _NOT_BY_HAND for node in ast.walk(statement)):
            unknown |= set(changed_names(statement))
    before = -1
    while unknown and len(unknown) > before:
        before = len(unknown)
        for statement in code.statements:
            if isinstance(statement, ast.For) and unknown & set(names_in(statement.iter)):
                unknown |= set(names_in(statement.target))
            elif isinstance(statement, ast.FunctionDef) and unknown & set(names_in(statement)):
                unknown.add(statement.name)
            elif not isinstance(statement, ast.For | ast.While | ast.If):
                tests = [_test_of(block) for block in _blocks_around(code, statement)]
                if unknown & {name for part in [statement, *tests] for name in names_in(part)}:
                    unknown |= set(changed_names(statement))
    return unknown


def _given_names(code: AnswerCode) -> set[str]:
    """Return the parameters and the names that hold copies or parts of other values."""
    given, computed = {argument.arg for argument in code.definition.args.args}, set[str]()
    for statement in code.statements:
        if isinstance(statement, ast.For):
            given |= set(names_in(statement.target))
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name | ast.Subscript | ast.Tuple):
            given |= {name for target in statement.targets for name in names_in(target)}
        else:
            computed |= set(changed_names(statement))
    return given - computed


def _in_loop(code: AnswerCode, statement: ast.stmt) -> bool:
    return any(isinstance(block, ast.For | ast.While) for block in _blocks_around(code, statement))


def _blocks_around(code: AnswerCode, statement: ast.stmt) -> list[ast.For | ast.While | ast.If]:
    """Return the loops and conditions that contain a statement."""
    blocks = [node for node in code.statements if isinstance(node, ast.For | ast.While | ast.If)]
    return [block for block in blocks if statement is not block and statement in set(ast.walk(block))]


def _test_of(block: ast.For | ast.While | ast.If) -> ast.expr:
    """Return the expression that determines how often a block runs."""
    return block.iter if isinstance(block, ast.For) else block.test


def _count_is_interesting(subject: Subject, statement: ast.stmt, count: int) -> bool:
    """Tell whether a count depends on a condition, or equals no length or argument."""
    around = _blocks_around(subject.code, statement)
    jumps = [node for block in around for node in ast.walk(block) if isinstance(node, ast.Break | ast.Continue)]
    lengths = {size for array in arrays_in(list(subject.arguments.values())) for size in array.shape}
    lengths |= {value for value in subject.arguments.values() if isinstance(value, int)}
    depends = any(isinstance(block, ast.While | ast.If) for block in around) or bool(jumps)
    return depends or count not in lengths


def _questions_on_site(
    subject: Subject, node: ast.expr | ast.stmt, statement: ast.stmt, values: list[Any], parts: list[Any]
) -> Iterator[CodeQuestion]:
    """Yield the questions on one expression, or on the name to which it is assigned.

    ``values`` are its values, one for each run, and ``parts`` are the values of the expressions in it.
    """
    shapes = list(dict.fromkeys(np.shape(value) for value in values if isinstance(value, np.ndarray)))
    if all(_is_same(value, values[0]) for value in values):  # then all runs have the same answer
        values = values[:1]
    at = len(values) if len(values) < 4 else 2
    value = values[at - 1]
    line, source = statement.lineno, subject.code.source
    name = ""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        name = statement.targets[0].id if span(node) == span(statement.value) else ""
    elif isinstance(node, ast.AugAssign):
        name = node.target.id if isinstance(node.target, ast.Name) else ""
        if not name or isinstance(node.value, ast.Constant):  # a counter
            return
    returned = isinstance(statement, ast.Return) and statement.value and span(statement.value) == span(node)
    expression = " ".join((ast.get_source_segment(source, node) or "").split())
    if _IMPURE.search(expression) or len(expression) > MAX_EXPRESSION or not is_one_line(node):
        return
    if not isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.Subscript | ast.UnaryOp | ast.AugAssign):
        return
    kind_of_text = {"text": name or expression, "at": at}
    if returned and len(values) == 1:
        line, kind_of_text = 0, {"text": "", "at": 1}
    operations = _operations(node)
    built = _BUILDERS.match(expression) and operations < 3
    simple = _is_simple(node) and set(names_in(node)) <= _given_names(subject.code) | {"np"} and np.ndim(value) < 2
    subject_value = ast.BinOp(node.target, node.op, node.value) if isinstance(node, ast.AugAssign) else node
    easy = (
        built or simple or _is_one_call(subject, node) or not (MIN_WORK <= subject.code.work(subject_value) <= MAX_WORK)
    )
    easy |= subject.has_only_numbers and not _in_loop(subject.code, statement)
    if _is_short(value) and not easy and not _is_trivial(value, subject.arguments):
        part = isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple) and operations
        if name or returned or part or operations >= 2:
            entries = np.size(value)
            hard = min(operations, 4) * 0.5 + (name != "") + (at > 1) - 0.2 * max(0, entries - 2)
            yield subject.question(QuestionKind.VALUE, line, value_text(value), hard, **kind_of_text)
    distinct = all(
        len(set(np.shape(part))) == np.ndim(part) for part in [value, *parts] if isinstance(part, np.ndarray)
    )
    if len(shapes) == 1:
        kind_of_text = kind_of_text | {"at": 1}
    cut = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and np.ndim(value) == 1
    cut |= operations == 1 and bool(_STATED.search(expression))
    grows = len(shapes) > 1 and all(_is_longer(new, old) for old, new in pairwise(shapes))
    interesting = isinstance(value, np.ndarray) and _shape_is_interesting(expression, value, subject.arguments)
    if interesting and distinct and not grows and not cut:
        hard = 1.0 + 0.5 * min(operations, 3) + (name != "")
        yield subject.question(QuestionKind.SHAPE, line, str(np.shape(value)), hard, **kind_of_text)


def _is_longer(new: tuple[int, ...], old: tuple[int, ...]) -> bool:
    """Tell whether two shapes differ by one entry along one axis."""
    return len(new) == len(old) and sum(abs(a - b) for a, b in zip(new, old, strict=True)) == 1


_RESHAPES = re.compile(r"axis|@|dot|einsum|None|newaxis|reshape|\.T\b|stack|outer|\[:|where|repeat|arange|keepdims")

_UP_TO_SIGN = {"svd", "eig", "eigh", "qr"}
"""Functions that determine their results only up to the sign, which students cannot know."""

_NOT_BY_HAND = _UP_TO_SIGN | {"corrcoef"}

_STATED = re.compile(r"reshape|arange")
"""Functions whose arguments state the shape of their result."""

_FLATTENS = re.compile(r"reshape\(-1\)|ravel|flatten|\.flat\b")


def _is_same(first: Any, second: Any) -> bool:
    if not all(isinstance(value, int | float | np.generic | np.ndarray) for value in (first, second)):
        return False
    return np.shape(first) == np.shape(second) and bool(np.array_equal(first, second))


def _is_simple(node: ast.AST) -> bool:
    """Tell whether an expression has at most one elementwise operation or comparison."""
    inner = [one for one in ast.walk(node) if isinstance(one, ast.BinOp | ast.Call | ast.Compare)]
    calls = [one for one in inner if isinstance(one, ast.Call)]
    copies = [one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr in ("copy", "astype")]
    product = any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.MatMult) for one in inner)
    return len(inner) - len(copies) <= 1 and len(calls) == len(copies) and not product


def _is_one_call(subject: Subject, node: ast.AST) -> bool:
    """Tell whether an expression only calls one function, on given values.

    The values must be flat unless the function is itself an argument.
    """
    given = _given_names(subject.code) | {"np"}
    calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call) and called_name(inner) != "copy"]
    others = any(isinstance(inner, ast.BinOp | ast.Compare) for inner in ast.walk(node))
    if not isinstance(node, ast.Call) or len(calls) > 1 or others:
        return False
    passed = isinstance(node.func, ast.Name) and callable(subject.arguments.get(node.func.id))
    names = {name for argument in node.args for name in names_in(argument)}
    flat = all(np.ndim(subject.arguments.get(name, 0)) < 2 for name in names)
    return names <= given and not node.keywords and (flat or passed)


def _shape_is_interesting(expression: str, value: np.ndarray, arguments: Mapping[str, Any]) -> bool:
    """Tell whether an expression changes a shape and has the shape of no argument."""
    shapes = {np.shape(a) for a in arguments.values() if isinstance(a, np.ndarray)}
    if value.ndim == 1 and _FLATTENS.search(expression):
        return False
    return bool(_RESHAPES.search(expression)) and value.ndim > 0 and value.shape not in shapes and value.size < 100


_WEIGHTS = {Effect.SAME: 1.0, Effect.NUMBERS: 0.0, Effect.SHAPE: 1.5, Effect.ERROR: 1.0, Effect.CHANGED: 2.5}
"""Difficulty that each effect adds to a question. The obvious guess, `Effect.NUMBERS`, adds none."""


def _questions_on_edits(subject: Subject, edits: list[tuple[LineEdit, Outcome]]) -> Iterator[CodeQuestion]:
    calls = [node for node in ast.walk(subject.code.definition) if isinstance(node, ast.Call)]
    unsigned = any(called_name(node) in _UP_TO_SIGN for node in calls)
    for edit, outcome in edits:
        effect = effect_of(subject.right, outcome, subject.arguments)
        if effect is None or not edit.weight or (edit.text is not None and len(edit.text) > MAX_LINE):
            continue
        if edit.text is None and effect not in (Effect.SAME, Effect.CHANGED):  # the others are obvious
            continue
        if effect is Effect.SAME and types_of(outcome.value) != types_of(subject.right.value):
            continue  # students need not distinguish 1 from 1.0
        if unsigned and effect in (Effect.NUMBERS, Effect.SAME):
            continue
        if effect is Effect.NUMBERS and only_changes_numbers(subject.code.lines[edit.line - 1], edit.text or ""):
            continue
        if subject.is_long(edit.line):
            continue
        score = edit.weight + _WEIGHTS[effect]
        yield subject.question(
            QuestionKind.EDIT, edit.line, effect.value, score, text=edit.text or "", options=tuple(Effect)
        )


def _questions_on_swaps(subject: Subject) -> Iterator[CodeQuestion]:
    for first, second in swaps(subject.code):
        lines = subject.code.lines
        outcome = subject.edited({first: lines[second - 1], second: lines[first - 1]})
        if outcome is None:
            continue
        effect = effect_of(subject.right, outcome, subject.arguments)
        early = outcome.error and not isinstance(outcome.error, ValueError)  # a name is obviously read too early
        if effect is not None and not early and not subject.is_long(first):
            score = 2.5 + _WEIGHTS[effect]
            yield subject.question(
                QuestionKind.SWAP, first, effect.value, score, other_line=second, options=tuple(Effect)
            )


def _questions_on_mistakes(subject: Subject, edits: list[tuple[LineEdit, Outcome]]) -> Iterator[CodeQuestion]:
    """Yield questions on edits that the exercise's check names as a mistake."""
    exercise = subject.exercise
    if exercise.cpu_time:
        return
    wrong = [(m, call(m.implementation, subject.arguments, exercise)) for m in exercise.mistakes]
    own = _edits_of_mistakes(subject)
    edits = edits + [(edit, outcome) for edit in own if (outcome := subject.edited({edit.line: edit.text}))]
    confirmed = 0
    tried = set[tuple[str, int]]()
    subject.rng.shuffle(edits)
    for edit, outcome in edits:
        if changes_arguments(outcome, subject.arguments) or not edit.text or len(edit.text) > MAX_LINE:
            continue
        matching = [m for m, made in wrong if is_like(made, outcome)]
        if is_like(outcome, subject.right) or not any(is_clear(first_sentence(m.explanation)) for m in matching):
            continue
        if (matching[0].name, edit.line) in tried or confirmed == CONFIRMED or len(tried) == TRIED:
            continue
        old = subject.code.lines[edit.line - 1]
        if is_obvious(old, edit.text) or only_changes_numbers(old, edit.text) or _only_returns_less(old, edit.text):
            continue
        places = _places_changed(subject.right, outcome)
        others = [(m, bool(places & _places_changed(subject.right, made))) for m, made in wrong if m not in matching]
        if not any(_options(subject, edit, m, others, certain=False) for m in matching):
            continue
        tried.add((matching[0].name, edit.line))
        named = _named(subject, edit)
        mistake = next((m for m in matching if named[:1] == [m.name]), None)
        if mistake is None or not _agree_elsewhere(subject, edit, mistake):
            continue
        others = [(m, near) for m, near in others if m.name not in named]
        if options := _options(subject, edit, mistake, others, certain=True):
            confirmed += 1
            yield subject.question(
                QuestionKind.MISTAKE,
                edit.line,
                first_sentence(mistake.explanation),
                3.0 + 0.3 * edit.weight,
                text=edit.text,
                options=tuple(options),
            )


def _options(
    subject: Subject,
    edit: LineEdit,
    mistake: Mistake,
    others: Sequence[tuple[Mistake, bool]],
    *,
    certain: bool,
) -> Sequence[str]:
    """Return the options, or none. If ``certain``, calls prove wrong ones false."""
    key = first_sentence(mistake.explanation)
    if not is_clear(key):
        return ()
    candidates = []
    for other, near in others:
        is_false = partial(_differs_everywhere, subject, edit, other) if certain else lambda: True
        sentence = first_sentence(other.explanation)
        if near and share_a_line(mistake, other):
            candidates.append(Candidate(sentence, is_false))
    return choose_options(key, candidates, subject.code.lines[edit.line - 1], edit.text or "", subject.rng)


def _only_returns_less(old: str, new: str) -> bool:
    """Tell whether an edit only removes or moves parts of a returned expression."""
    parts = []
    for text in (old, new):
        try:
            statement = ast.parse(text.strip()).body[0]
        except SyntaxError:
            return False
        if not isinstance(statement, ast.Return) or statement.value is None:
            return False
        nodes = [node for node in ast.walk(statement) if isinstance(node, ast.expr) and not isinstance(node, ast.Tuple)]
        parts.append({ast.dump(node) for node in nodes})
    return parts[1] <= parts[0]


def _places_changed(right: Outcome, wrong: Outcome) -> set[int]:
    """Return the positions of a result's arrays and numbers that a mistake changes."""
    if wrong.error is not None:
        return set()
    before, after = list(numbers_in(right.value)), list(numbers_in(wrong.value))
    if len(before) != len(after):
        return set(range(len(before)))
    pairs = enumerate(zip(before, after, strict=True))
    return {i for i, (a, b) in pairs if a.shape != b.shape or not np.allclose(a, b, CLOSE, CLOSE, equal_nan=True)}


def _agree_elsewhere(subject: Subject, edit: LineEdit, mistake: Mistake) -> bool:
    """Tell whether an edit and a mistake give the same results for varied arrays."""
    for _, made, expected in _pairs_elsewhere(subject, edit, mistake):
        usable = made.error is None and expected.error is None and is_finite(expected.value)
        if usable and not is_like(made, expected):
            return False
    return True


def _differs_everywhere(subject: Subject, edit: LineEdit, mistake: Mistake) -> bool:
    """Tell whether an edit and a mistake share no wrong result for varied arrays."""
    return not any(
        is_like(made, expected) and not is_like(right, made)
        for right, made, expected in _pairs_elsewhere(subject, edit, mistake)
    )


def _pairs_elsewhere(subject: Subject, edit: LineEdit, mistake: Mistake) -> Iterator[tuple[Outcome, Outcome, Outcome]]:
    """Yield outcomes of the answer, its edited copy and a mistake for varied arrays."""
    functions = subject.function, subject.code.function({edit.line: edit.text}), mistake.implementation
    rng = np.random.default_rng(0)
    for _ in range(VARIATIONS):
        other = {name: _varied(value, rng) for name, value in subject.arguments.items()}
        right, made, expected = (call(one, other, subject.exercise) for one in functions)
        yield right, made, expected


def _varied(value: Any, rng: np.random.Generator) -> Any:
    """Return an argument with the floats in its arrays multiplied by random factors."""
    if isinstance(value, list | tuple):
        return type(value)(_varied(inner, rng) for inner in value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * rng.choice([-2.0, -1.0, 1.0, 3.0], value.shape)
    return value


def _named(subject: Subject, edit: LineEdit) -> list[str]:
    """Return the mistakes that the check names for an edit, or none if seeds disagree."""
    function = subject.code.function({edit.line: edit.text})
    found = []
    for seed in SEEDS:
        with silence():
            result = subject.exercise(function, seed=seed, where=False, solution=False)
        found.append([name for name, _ in result.mistakes] if not result.passed else [])
    return found[0] if all(names == found[0] for names in found) else []


def _edits_of_mistakes(subject: Subject) -> Iterator[LineEdit]:
    """Yield edits of named mistakes that fit exactly one line of the answer."""
    mistakes: list[Mistake] = list(subject.exercise.mistakes)
    for mistake in mistakes:
        edited = mistake.implementation
        if not isinstance(edited, Edited) or len(edited.edits) != 1:
            continue
        old, new = edited.edits[0]
        first, last = subject.code.definition.lineno, subject.code.definition.end_lineno or 0
        lines = [n for n in range(first + 1, last + 1) if old in subject.code.lines[n - 1]]
        if len(lines) == 1 and "⏎" not in old + new and subject.code.lines[lines[0] - 1].count(old) == 1:
            yield LineEdit(lines[0], subject.code.lines[lines[0] - 1].replace(old, new).strip(), 0)
