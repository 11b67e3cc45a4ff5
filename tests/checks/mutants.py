"""One-token slips of the references: each must lose points, and its place is known."""

import ast
import contextlib
import copy
import importlib
import linecache
import multiprocessing
import resource
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from inspect import unwrap
from multiprocessing.connection import Connection
from typing import Any

from cs231n_lib.checks import Exercise, Result
from cs231n_lib.checks.evaluate.rows import Evaluation
from cs231n_lib.checks.marking import Marking
from cs231n_lib.checks.run.instrument import text_of
from cs231n_lib.checks.run.runner import LocalRunner, Runner

SLUGS = (
    "optimization",
    "backpropagation",
    "activations",
    "architecture",
    "preprocessing",
    "initialization",
    "regularization",
    "update_rules",
    "training",
)
SEEDS = ("1", "2", "3")
LONGEST = 10.0
"""Seconds of an exercise: each slip of one that takes longer would train networks for up to a minute."""
MEMORY = 4 << 30
SECONDS = 2.0
UNLIMITED = 1e6
"""The seconds of the right solution, which computes each result once for all slips."""
LOAD = ast.Load()

OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
}
CALLS = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "all": "any",
    "any": "all",
    "std": "var",
    "var": "std",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "argmin": "argmax",
    "zeros": "ones",
    "normal": "uniform",
}
COMMUTE = ("maximum", "minimum", "max", "min", "logaddexp")
NUMBERS = {0: (1,), 1: (0, 2), 2: (1, 3), 0.5: (1, 2)}

Path = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Mutant:
    """``text`` differs from that of the right function ``of`` at ``path``.

    Where a name was put for another, ``exchanged`` holds both; where that was in ``len(name)``, ``name.shape`` or
    ``name.dtype``, both as they stand there.
    """

    text: str
    path: Path
    of: Any
    exchanged: tuple[str, ...] = ()

    @property
    def node(self) -> Any:
        """What is wrong, in the tree of the text."""
        node: Any = ast.parse(self.text)
        for name, position in self.path:
            node = getattr(node, name) if position is None else getattr(node, name)[position]
        return node

    @property
    def line(self) -> str:
        """The wrong line, or its beginning where it is a block."""
        return self.text.splitlines()[self.node.lineno - 1].strip()

    def function(self) -> Any:
        return typed(self.text, self.of)


def typed(text: str, like: Any) -> Any:
    """The function in ``text`` as a notebook would have it, with the names that ``like`` knows."""
    file = f"<mutant {abs(hash(text))}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space = dict(unwrap(like).__globals__)
    exec(compile(text, file, "exec"), space)
    return space[unwrap(like).__name__]


def mutants(function: Any) -> Iterator[Mutant]:
    """The slips of one token in the text of ``function``."""
    text = text_of(function)
    assert text is not None
    own = next(n for n in text.tree.body if isinstance(n, ast.FunctionDef) and n.name == text.name)
    if ast.get_docstring(own) is not None:
        own.body = own.body[1:]
    tree = ast.Module([own], [])
    made = _made(own)
    names = sorted(made)
    seen = {ast.unparse(tree)}
    for path, parent, node in list(_nodes(tree)):
        if any(name in ("args", "decorator_list") and position is None for name, position in path):
            continue
        if isinstance(getattr(node, "ctx", LOAD), ast.Store):
            continue
        name, position = path[-1]
        old = getattr(parent, name)
        for new in _slips(node, [name for name in names if made[name] <= getattr(node, "lineno", 0)]):
            if _no_slip(node, new, parent):
                continue
            changed: Any = new
            if position is not None:
                changed = list(old)
                changed[position] = new
            setattr(parent, name, changed)
            written = ast.unparse(ast.fix_missing_locations(tree))
            setattr(parent, name, old)
            if written not in seen:
                seen.add(written)
                yield Mutant(written + "\n", path, function, _exchanged(node, new, parent))


def _made(function: ast.FunctionDef) -> dict[str, int]:
    """The names of a function, and the first line on which each has a value: before it, it would only raise."""
    made = {n.arg: 0 for n in ast.walk(function) if isinstance(n, ast.arg)}
    inner = {n for c in ast.walk(function) if isinstance(c, ast.comprehension) for n in ast.walk(c.target)}
    for n in ast.walk(function):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            made[n.id] = min(made.get(n.id, n.lineno), 0 if n in inner else n.lineno)
    return made


def _nodes(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST, ast.AST]]:
    for name, value in ast.iter_fields(node):
        for position, inner in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(inner, ast.AST):
                here = (*path, (name, position))
                yield here, node, inner
                yield from _nodes(inner, here)


def _slips(n: Any, names: list[str]) -> Iterator[Any]:
    if isinstance(n, ast.BinOp):
        if type(n.op) in OPERATORS:
            yield ast.BinOp(n.left, OPERATORS[type(n.op)](), n.right)
        yield n.left
        if not isinstance(n.op, ast.Pow):
            yield n.right
        if isinstance(n.op, ast.Sub | ast.Div | ast.MatMult):
            yield ast.BinOp(n.right, n.op, n.left)
    elif isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.USub):
        yield n.operand
    elif isinstance(n, ast.Constant) and isinstance(n.value, int | float) and not isinstance(n.value, bool):
        yield from map(ast.Constant, NUMBERS.get(n.value, (n.value * 2,)))
    elif isinstance(n, ast.Compare) and len(n.ops) == 1:
        yield from (ast.Compare(n.left, [o()], n.comparators) for o in COMPARISONS.get(type(n.ops[0]), ()))
    elif isinstance(n, ast.Call):
        if isinstance(n.func, ast.Attribute):
            if n.func.attr in CALLS:
                yield ast.Call(ast.Attribute(n.func.value, CALLS[n.func.attr], LOAD), n.args, n.keywords)
            if n.func.attr in ("copy", "astype", "mean", "sum", "max"):
                yield n.func.value
            if len(n.args) == 1 and not n.keywords and getattr(n.func.value, "id", "") == "np":
                yield n.args[0]
        elif len(n.args) == 1:
            yield n.args[0]
        for i, keyword in enumerate(n.keywords):
            if keyword.arg != "strict":
                yield ast.Call(n.func, n.args, n.keywords[:i] + n.keywords[i + 1 :])
        if len(n.args) == 2:
            yield ast.Call(n.func, n.args[::-1], n.keywords)
    elif isinstance(n, ast.Tuple) and len(n.elts) >= 2:
        yield ast.Tuple([n.elts[1], n.elts[0], *n.elts[2:]], LOAD)
    elif isinstance(n, ast.AugAssign):
        yield ast.Assign([n.target], n.value)
    elif isinstance(n, ast.IfExp):
        yield from (n.body, n.orelse)
    elif isinstance(n, ast.Name) and n.id in names:
        yield from (ast.Name(other, LOAD) for other in names if other != n.id)


def _exchanged(old: Any, new: Any, parent: Any) -> tuple[str, ...]:
    if not (isinstance(old, ast.Name) and isinstance(new, ast.Name)):
        return ()
    within = "len({})" if isinstance(parent, ast.Call) and ast.unparse(parent.func) == "len" else "{}"
    if isinstance(parent, ast.Attribute) and parent.attr in ("shape", "dtype"):
        within = f"{{}}.{parent.attr}"
    return within.format(old.id), within.format(new.id)


def _no_slip(old: Any, new: Any, parent: Any) -> bool:
    """Whether nothing can come of it: a NumPy number for a float, arguments that commute, a sign that is lost next."""
    if isinstance(old, ast.Call):
        name = getattr(old.func, "attr", getattr(old.func, "id", ""))
        commuted = isinstance(new, ast.Call) and len(new.args) == 2 and new.args == old.args[::-1]
        return (name == "float" and new is old.args[0]) or (name in COMMUTE and commuted)
    if isinstance(old, ast.BinOp) and isinstance(old.op, ast.Sub) and isinstance(new, ast.BinOp):
        squared = isinstance(parent, ast.BinOp) and ast.unparse(parent).endswith("** 2")
        size = isinstance(parent, ast.Call) and ast.unparse(parent.func) in ("abs", "np.abs", "np.linalg.norm")
        return new.left is old.right and new.right is old.left and (squared or size)
    return False


@dataclass(frozen=True)
class Judged:
    """One mutant that runs to an end, and its points by seed."""

    line: str
    exchanged: tuple[str, ...]
    points: tuple[float, ...]


def judged(exercise: Exercise) -> list[Judged]:
    """The mutants of an exercise that run to an end, with a limit on the time of each."""
    return in_process(_judge, exercise)


def in_process(work: Callable[..., Iterator[Any]], *arguments: Any) -> list[Any]:
    """What a generator yields in a process of its own, with a limit on its memory and without warnings."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_send, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    found = []
    with contextlib.suppress(EOFError):
        while True:
            found.append(ours.recv())
    process.join()
    assert process.exitcode == 0, f"the process of {work.__name__} ended with {process.exitcode}"
    return found


def _send(line: Connection, work: Callable[..., Iterator[Any]], arguments: tuple[Any, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    for one in work(*arguments):
        line.send(one)


def _judge(exercise: Exercise) -> Iterator[Judged]:
    exercise = replace(exercise, seconds=SECONDS, cpu_time=True)
    unnamed = replace(exercise, mistakes=(), seconds=UNLIMITED)
    markings = [unnamed.mark(LocalRunner(unnamed.reference, UNLIMITED), seed) for seed in SEEDS]
    for mutant in mutants(exercise.reference):
        if points := _points(exercise, markings, mutant):
            yield Judged(mutant.line, mutant.exchanged, points)


def _points(exercise: Exercise, markings: Sequence[Marking], mutant: Mutant) -> tuple[float, ...]:
    """The points by seed; none where it raises an error."""
    function = mutant.function()
    first, *others = markings
    student, result = _marked(first, LocalRunner(function, SECONDS, exercise.collect, cpu_time=True))
    if any(o.error for o in student.all_outcomes) and not result.passed:
        return ()
    return result.points, *(_marked(marking, exercise.runner(function))[1].points for marking in others)


def _marked(marking: Marking, runner: Runner) -> tuple[Evaluation, Result]:
    """What another answer does on the cases of ``marking``: neither they nor the right results are made again."""
    again = copy.copy(marking)
    again.student = Evaluation(marking.spec, runner, marking.student.expected)
    return again.student, again.result(show_numbers=True)


def exercises(slug: str) -> list[Exercise]:
    """Those of a lesson whose slips are tried, where no answer trains for longer than a moment."""
    module = importlib.import_module(f"cs231n_lib.lessons.{slug}.checks")
    return [v for v in vars(module).values() if isinstance(v, Exercise) and v.seconds <= LONGEST]
