"""A made-up class, composed of the answers in `tests/` and varied as independent students vary them.

Each student chooses one right or wrong answer to each exercise. Popular answers are chosen often, and a student who
likes loops chooses them in most exercises. A student's habits then change names, spelling, spacing and comments.
"""

import ast
import importlib
import inspect
import json
import keyword
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import dedent

from cs231n_lib.checks.evaluate.prerequisites import call_through_mine
from cs231n_lib.checks.slips import Edited
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

ROOT = Path(__file__).parents[1]
COLLECTIONS = ("answers", "published", "unseen", "unseen_again", "unseen_third", "unseen_fourth")


@dataclass
class Student:
    """Answers of one student, by exercise, and the cells that the student added."""

    id: str
    answers: dict[str, str] = field(default_factory=dict)
    own: list[str] = field(default_factory=list)
    chosen: dict[str, int] = field(default_factory=dict)
    """Number of the chosen answer, by exercise."""


@cache
def collected(lesson: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the right and the wrong answers to each exercise of a lesson, from all collections."""
    for folder in (ROOT / "tests", ROOT / "tests" / "checks"):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    read = importlib.import_module("answers").answers
    exercises = exercises_of(checks_of(slug_of(lesson)))
    right: dict[str, list[str]] = {name: [] for name in exercises}
    wrong: dict[str, list[str]] = {name: [] for name in exercises}
    for name, exercise in exercises.items():
        right[name].append(_named(name, call_through_mine(Edited(exercise.reference, ()).source, exercise.builds_on)))
        for mistake in exercise.mistakes:
            if isinstance(mistake.implementation, Edited):
                source = call_through_mine(mistake.implementation.source, exercise.builds_on)
                wrong[name].append(_named(name, source))
    for collection in COLLECTIONS:
        path = ROOT / "tests" / "fixtures" / collection / f"{lesson}.py"
        for answer in read(path) if path.exists() else ():
            if answer.exercise in exercises:
                (wrong if answer.verdict == "wrong" else right)[answer.exercise].append(answer.source)
    alternatives = importlib.import_module(f"lessons.{slug_of(lesson)}.alternatives").ALTERNATIVES
    for name, functions in alternatives.items():
        for function in functions:
            source = dedent(inspect.getsource(function)) if inspect.isfunction(function) else ""
            if name in exercises and source.startswith("def "):
                right[name].append(_named(name, source))
    return {name: (_parsed(right[name]), _parsed(wrong[name])) for name in exercises}


def _named(name: str, source: str) -> str:
    return re.sub(r"^def \w+\(", f"def {name}(", source, count=1, flags=re.MULTILINE)


def _parsed(sources: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct answers that can be parsed, without docstrings and comments."""
    found = {}
    for source in sources:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None and len(node.body) > 1:
                del node.body[0]
        found.setdefault(ast.dump(tree), ast.unparse(tree))
    return tuple(found.values())


@dataclass(frozen=True)
class Habits:
    """What one student does in all answers."""

    loops: float
    """Taste for loops, from 0 to 1."""
    skill: float
    """Probability of a right answer."""
    names: str
    """One of "keep", "short", "long" and "other"."""
    comments: float
    """Probability of a comment above a statement."""
    voice: str
    """Manner of the comments."""
    spelling: dict[str, bool]
    """Rewritings that the student likes."""
    tight: bool
    """Whether there are no spaces around * and **."""
    blank: float
    """Probability of an empty line between statements."""
    ways: float
    """Probability of another way to compute the same, where there is one."""


REWRITINGS = (
    "method sums", "dot", "square", "temporary result", "zeros", "augmented", "flip", "commute", "newaxis", "length",
    "halves", "separate terms",
)  # fmt: skip


def habits(rng: random.Random) -> Habits:
    """Draw the habits of a student."""
    return Habits(
        loops=rng.betavariate(0.6, 0.9),
        skill=rng.betavariate(6, 1.2),
        names=rng.choices(("keep", "short", "long", "other"), (3, 2, 2, 2))[0],
        comments=rng.choice((0, 0, 0.05, 0.15, 0.35)),
        voice=rng.choice(("plain", "capital", "steps", "dots")),
        spelling={name: rng.random() < 0.35 for name in REWRITINGS},
        tight=rng.random() < 0.3,
        blank=rng.choice((0, 0, 0, 0.1, 0.25)),
        ways=rng.betavariate(1.2, 6),
    )


def made_up(lesson: str, students: int, seed: int = 1) -> list[Student]:
    """Return a class of independent students."""
    return [
        _student(lesson, f"s{number:04d}", random.Random(f"{seed} {lesson} {number}")) for number in range(students)
    ]


def _student(lesson: str, name: str, rng: random.Random) -> Student:
    student, own = Student(name), habits(rng)
    for exercise, (right, wrong) in collected(lesson).items():
        is_right = rng.random() < own.skill or not wrong
        pool = right if is_right else wrong
        number = _choice(pool, own.loops, rng, 1.1 if is_right else 0.7, f"{lesson} {exercise} {is_right}")
        student.chosen[exercise] = number if is_right else -1 - number
        student.answers[exercise] = styled(pool[number], own, rng)
    if rng.random() < 0.4:
        student.own = [own_cell(student, rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    return student


def _choice(pool: Sequence[str], loops: float, rng: random.Random, steep: float, key: str) -> int:
    """Draw the number of an answer by its popularity and the student's taste for loops."""
    order = list(range(len(pool)))
    random.Random(key).shuffle(order)
    rank = {number: place for place, number in enumerate(order, 1)}
    weights = []
    for number, source in enumerate(pool):
        taste = loops if re.search(r"\b(for|while)\b", source) else 1 - loops
        weights.append((0.15 + taste) / rank[number] ** steep)
    return rng.choices(range(len(pool)), weights)[0]


# Style --------------------------------------------------------------------------------------------------------------

NAMES = {
    "loss": ("L", "cost", "total_loss", "J", "loss_value"), "dw": ("grad", "dW", "g", "grad_w", "gw"),
    "dx": ("grad", "result", "d_x", "g", "gradient"), "out": ("y", "result", "res", "output", "o"),
    "z": ("t", "a", "arg", "pre", "zz"), "s": ("sig", "sigma", "st", "sg", "sigm"),
    "e": ("ex", "exps", "exp_x", "E", "ee"), "r": ("res", "residual", "resid", "err", "rs"),
    "residual": ("r", "err", "diff", "res", "error"), "error": ("err", "e", "diff", "delta", "difference"),
    "scale": ("denom", "s", "den", "largest", "biggest"), "n": ("N", "num", "count", "n_rows", "size"),
    "m": ("first", "M", "m_new", "mean", "moment1"), "v": ("vel", "V", "second", "v_new", "velocity"),
    "i": ("k", "idx", "ii", "j", "index"), "j": ("k", "jj", "col", "q", "index2"), "k": ("i", "kk", "n", "idx", "it"),
    "t": ("step_no", "tt", "time", "it", "step"), "step": ("delta", "update", "change", "upd", "s"),
    "x_plus": ("xp", "up", "x_up", "plus", "x1"), "moved": ("xh", "shifted", "x_new", "x2", "nudged"),
    "kept": ("old", "saved", "orig", "before", "tmp"), "above": ("fp", "f_plus", "hi", "right", "upper"),
    "below": ("fm", "f_minus", "lo", "left", "lower"), "mask": ("m", "pos", "positive", "keep", "on"),
    "path": ("history", "points", "trace", "ws", "track"), "order": ("perm", "idx", "permutation", "shuffled", "p"),
    "rows": ("idx", "batch", "ids", "b", "sel"), "scores": ("logits", "out", "s", "preds", "z"),
    "grad": ("g", "gradient", "dw", "dx", "gr"), "new": ("nxt", "updated", "n", "fresh", "w_new"),
    "g": ("grad", "dz", "gradient", "gr", "d"), "mean": ("mu", "avg", "average", "m", "center"),
    "pieces_first": ("p", "stacked", "cube", "blocks", "z"), "winner": ("best", "arg", "win", "idx", "w"),
    "f_x": ("fx", "base", "f0", "y0", "here"), "total": ("s", "acc", "tot", "summed", "t"),
    "slope": ("d", "deriv", "slope_x", "dydx", "sl"), "alpha": ("a", "coef", "al", "rate", "c"),
    "rho": ("r", "inv", "rhos", "rh", "scale"), "q": ("d", "direction", "vec", "qq", "p"),
    "w": ("weights", "W", "wt", "ww", "theta"), "b": ("bias", "B", "beta", "bb", "intercept"),
    "rate": ("lr_t", "eta", "r", "step_size", "lrate"), "cache": ("c", "saved", "mem", "state", "cached"),
}  # fmt: skip
"""Natural alternatives to names of variables."""

GENERIC = ("tmp", "val", "res", "arr", "aux", "cur", "part", "term", "tmp1", "tmp2", "x1", "x2", "y1", "A", "B", "C")


def styled(source: str, own: Habits, rng: random.Random) -> str:
    """Return an answer as a student with these habits would write it."""
    tree = _Ways(own, rng).visit(ast.parse(source))
    tree = _Spelling(own, rng).visit(tree)
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)
    if function:
        _Renaming(_renamed(function, own, rng)).visit(function)
    return _formatted(ast.unparse(ast.fix_missing_locations(tree)), own, rng)


def _renamed(function: ast.FunctionDef, own: Habits, rng: random.Random) -> dict[str, str]:
    """Return the new names of a function's variables, which leave its parameters alone."""
    fixed = {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]}
    bound = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    free = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} - bound
    bound |= {node.name for node in ast.walk(function) if isinstance(node, ast.FunctionDef)} - {function.name}
    keywords = {node.arg for node in ast.walk(function) if isinstance(node, ast.keyword)}
    taken, names = fixed | free | set(dir(__builtins__)) | set(keyword.kwlist), {}
    for name in sorted(bound - fixed - keywords):
        chance = {"keep": 0.35, "short": 0.7, "long": 0.7, "other": 0.85}[own.names]
        options = [name]
        if rng.random() < chance:
            options = [*NAMES.get(name, ()), *rng.sample(GENERIC, 4), f"{name}_", f"my_{name}"]
            if own.names == "short":
                options = sorted(options, key=lambda option: len(option) + rng.random())
            elif own.names == "long":
                options = sorted(options, key=lambda option: -len(option) + 4 * rng.random())
            else:
                options = sorted(options[:5], key=lambda _: rng.random()) + options[5:]
        new = next((option for option in options if option not in taken), f"{name}{rng.randrange(2, 9)}")
        names[name] = new
        taken.add(new)
    return names


class _Renaming(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.names.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.names.get(node.name, node.name)
        self.generic_visit(node)
        return node


def _numpy(function: str, *arguments: ast.expr, **keywords: ast.expr) -> ast.Call:
    name = ast.Attribute(ast.Name("np", ast.Load()), function, ast.Load())
    return ast.Call(name, list(arguments), [ast.keyword(key, value) for key, value in keywords.items()])


def _calls_numpy(node: ast.AST, *functions: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "np"
        and node.func.attr in functions
    )


class _Ways(ast.NodeTransformer):
    """Compute the same in another way here and there, as no two students write a longer function alike."""

    def __init__(self, own: Habits, rng: random.Random) -> None:
        self.own, self.rng = own, rng

    def chance(self, factor: float = 1.0) -> bool:
        """Tell whether the student takes another way here."""
        return self.rng.random() < factor * self.own.ways

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        arrays = [
            argument.arg for argument in node.args.args if argument.arg in ("x", "w", "a", "b", "y", "dout", "dw")
        ]
        self.generic_visit(node)
        if not arrays:
            return node
        array = self.rng.choice(arrays)
        begin = (
            f"{array} = np.asarray({array})",
            f"{array} = np.array({array}, dtype=float)",
            f"if {array}.size == 0:\n    return {array}",
            f"assert {array}.ndim >= 1",
            f"rows = {array}.shape[0]",
            f"shape = {array}.shape",
            f"{array} = {array}.copy()",
            f"print({array}.shape)",
        )
        for text in self.rng.sample(begin, 2):
            if self.chance(0.6):
                node.body[:0] = ast.parse(text).body
        return node

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        loop = node.iter
        if (
            isinstance(loop, ast.Call)
            and isinstance(loop.func, ast.Name)
            and loop.func.id == "range"
            and len(loop.args) == 1
            and isinstance(node.target, ast.Name)
            and not any(isinstance(part, ast.Continue) for part in ast.walk(node))
            and self.chance(0.6)
        ):
            counter = node.target.id
            test = ast.Compare(ast.Name(counter, ast.Load()), [ast.Lt()], [loop.args[0]])
            after = ast.parse(f"{counter} += 1").body
            return [*ast.parse(f"{counter} = 0").body, ast.While(test, [*node.body, *after], [])]
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if node.orelse and not isinstance(node.orelse[0], ast.If) and self.chance():
            return ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if _calls_numpy(node, "mean") and len(node.args) == 1 and not node.keywords and self.chance(1.5):
            return ast.BinOp(_numpy("sum", node.args[0]), ast.Div(), _numpy("size", node.args[0]))
        if _calls_numpy(node, "maximum") and isinstance(node.args[0], ast.Name) and self.chance(1.5):
            test = ast.Compare(node.args[0], [ast.Gt()], [node.args[1]])
            return _numpy("where", test, node.args[0], node.args[1])
        if _calls_numpy(node, "where") and len(node.args) == 3 and self.chance():
            return _numpy("where", ast.UnaryOp(ast.Invert(), node.args[0]), node.args[2], node.args[1])
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        left, right = node.left, node.right
        if (
            isinstance(node.op, ast.Div)
            and isinstance(right, ast.BinOp)
            and isinstance(right.op, ast.Mult)
            and self.chance(2)
        ):
            return ast.BinOp(ast.BinOp(left, ast.Div(), right.left), ast.Div(), right.right)
        if (
            isinstance(node.op, ast.Div)
            and isinstance(left, ast.BinOp)
            and isinstance(left.op, ast.Add | ast.Sub)
            and self.chance()
        ):
            return ast.BinOp(ast.BinOp(left.left, ast.Div(), right), left.op, ast.BinOp(left.right, ast.Div(), right))
        if isinstance(node.op, ast.Div) and not isinstance(right, ast.Constant) and self.chance(0.5):
            return ast.BinOp(left, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Div(), right))
        if isinstance(node.op, ast.Sub) and self.chance(0.5):
            return ast.BinOp(left, ast.Add(), ast.UnaryOp(ast.USub(), right))
        if (
            isinstance(node.op, ast.Mult)
            and isinstance(right, ast.BinOp)
            and isinstance(right.op, ast.Sub)
            and self.chance()
        ):
            return ast.BinOp(
                ast.BinOp(left, ast.Mult(), right.left), ast.Sub(), ast.BinOp(left, ast.Mult(), right.right)
            )
        return node


class _Spelling(ast.NodeTransformer):
    """Rewrite expressions into other spellings of the same values."""

    def __init__(self, own: Habits, rng: random.Random) -> None:
        self.own, self.rng = own, rng

    def likes(self, name: str, usually: float = 0.85, seldom: float = 0.06) -> bool:
        """Tell whether the student rewrites here."""
        return self.rng.random() < (usually if self.own.spelling[name] else seldom)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if _calls_numpy(node, "sum", "mean", "max", "min", "any", "all", "argmax") and self.likes("method sums"):
            return ast.Call(
                ast.Attribute(node.args[0], node.func.attr, ast.Load()),
                node.args[1:],
                node.keywords,  # type: ignore[attr-defined]
            )
        if _calls_numpy(node, "zeros_like") and len(node.args) == 1 and not node.keywords and self.likes("zeros"):
            return _numpy("zeros", ast.Attribute(node.args[0], "shape", ast.Load()))
        if (
            isinstance(node.func, ast.Name)
            and node.func.id == "len"
            and isinstance(node.args[0], ast.Name)
            and self.likes("length")
        ):
            return ast.Subscript(ast.Attribute(node.args[0], "shape", ast.Load()), ast.Constant(0), ast.Load())
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        left, right = node.left, node.right
        if isinstance(node.op, ast.MatMult) and self.likes("dot"):
            plain = isinstance(left, ast.Name) and self.rng.random() < 0.5
            return (
                ast.Call(ast.Attribute(left, "dot", ast.Load()), [right], []) if plain else _numpy("dot", left, right)
            )
        if (
            isinstance(node.op, ast.Pow)
            and isinstance(right, ast.Constant)
            and right.value == 2
            and self.likes("square")
        ):
            return ast.BinOp(left, ast.Mult(), left) if isinstance(left, ast.Name) else _numpy("square", left)
        if (
            isinstance(node.op, ast.Mult)
            and isinstance(left, ast.Constant)
            and left.value == 0.5
            and self.likes("halves")
        ):
            return ast.BinOp(right, ast.Div(), ast.Constant(2))
        if isinstance(node.op, ast.Mult | ast.Add) and self.likes("commute", 0.5, 0.03):
            return ast.BinOp(right, node.op, left)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        other = {ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE}
        if len(node.ops) == 1 and type(node.ops[0]) in other and self.likes("flip", 0.6, 0.03):
            return ast.Compare(node.comparators[0], [other[type(node.ops[0])]()], [node.left])
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.slice, ast.Tuple) and self.likes("newaxis"):
            for place, part in enumerate(node.slice.elts):
                if isinstance(part, ast.Constant) and part.value is None:
                    node.slice.elts[place] = ast.Attribute(ast.Name("np", ast.Load()), "newaxis", ast.Load())
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and self.likes("augmented", 0.7, 0.05):
            load = ast.Name(node.target.id, ast.Load())
            return ast.Assign([node.target], ast.BinOp(load, node.op, node.value))
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        value = node.value
        if isinstance(value, ast.BinOp | ast.Call) and self.likes("temporary result", 0.7, 0.08):
            return [ast.Assign([ast.Name("out", ast.Store())], value), ast.Return(ast.Name("out", ast.Load()))]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        value = node.value
        if (
            isinstance(value, ast.BinOp)
            and isinstance(value.left, ast.BinOp | ast.Call)
            and not any(isinstance(part, ast.comprehension | ast.Lambda) for part in ast.walk(value.left))
            and self.likes("separate terms", 0.5, 0.05)
        ):
            name = self.rng.choice(("tmp", "top", "num", "part", "first_term", "a1"))
            first = ast.Assign([ast.Name(name, ast.Store())], value.left)
            node.value = ast.BinOp(ast.Name(name, ast.Load()), value.op, value.right)
            return [first, node]
        return node


SAID: dict[type[ast.stmt] | None, tuple[str, ...]] = {
    ast.For: (
        "loop over {it}", "go through {it}", "for each {target}", "one {target} at a time", "iterate over {it}",
        "visit every {target}", "all of {it}",
    ),
    ast.Return: ("return the result", "done", "give back both", "that's it", "final answer", "return everything"),
    ast.If: ("special case", "check the condition", "only if needed", "handle this case first", "avoid a crash here"),
    ast.Assign: (
        "compute {target}", "{target}", "the {target}", "get {target}", "set up {target}", "{target} from the formula",
        "calculate {target} first", "this is {target}", "now {target}", "{target}, see the text above",
        "store {target}", "need {target} below", "as in the lesson", "formula from the lesson",
        "copy so that the input stays the same",
    ),
    ast.AugAssign: ("update {target}", "add to {target}", "accumulate", "next {target}", "in place is fine here"),
    None: (
        "not sure about this", "works", "numpy does the rest", "vectorised", "shapes must match", "check the shape",
        "careful with the sign", "same as before", "hope this is right", "this took me a while", "no loop needed",
    ),
}  # fmt: skip
"""Comments by the kind of the statement below them. ``{target}`` is its variable, and ``{it}`` what it loops over."""


def _formatted(source: str, own: Habits, rng: random.Random) -> str:
    """Insert comments and empty lines, and change the spacing."""
    tree = ast.parse(source)
    above: dict[int, str] = {}
    steps = 0
    for node in sorted((n for n in ast.walk(tree) if isinstance(n, ast.stmt)), key=lambda n: n.lineno):
        if not isinstance(node, ast.FunctionDef) and rng.random() < own.comments:
            steps += 1
            above[node.lineno] = _voiced(_said(node, rng), own.voice, steps)
    lines = []
    for number, line in enumerate(source.splitlines(), 1):
        margin = line[: len(line) - len(line.lstrip())]
        if number > 2 and margin and rng.random() < own.blank:
            lines.append("")
        if number in above:
            lines.append(f"{margin}# {above[number]}")
        if own.tight:
            line = re.sub(r"(?<=[\w)\]]) (\*\*|\*|/) (?=[\w(])", r"\1", line)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _said(node: ast.stmt, rng: random.Random) -> str:
    target = getattr(node, "target", None) or next(iter(getattr(node, "targets", ())), None)
    words = {
        "target": ast.unparse(target).split("[")[0].strip("()") if target is not None else "value",
        "it": ast.unparse(node.iter)[:24] if isinstance(node, ast.For) else "it",
    }
    kind = type(node) if type(node) in SAID and rng.random() < 0.8 else None
    return rng.choice(SAID[kind]).format(**words)


def _voiced(text: str, voice: str, steps: int) -> str:
    manner: dict[str, Callable[[], str]] = {
        "plain": lambda: text,
        "capital": lambda: text[:1].upper() + text[1:],
        "steps": lambda: f"{steps}. {text}",
        "dots": lambda: f"{text}...",
    }
    return manner[voice]()


def own_cell(student: Student, rng: random.Random) -> str:
    """Return a cell that a student adds to try something."""
    name = rng.choice(sorted(student.answers))
    low, high, size = -rng.randrange(1, 9), rng.randrange(2, 9), rng.choice((5, 7, 10, 20, 50, 100))
    x = rng.choice(("x", "a", "xs", "test", "t", "inp"))
    return rng.choice(
        (
            f"{x} = np.linspace({low}, {high}, {size})\nprint({x}.shape, {x}.mean())",
            f"help({name})",
            f"{x} = np.random.default_rng({rng.randrange(100)})"
            f".standard_normal(({rng.randrange(2, 6)}, {rng.randrange(2, 6)}))\n{x}",
            f"# trying {name} again\n{x} = np.array([{low}.0, 0.0, {high}.0])\nprint({x})",
            f"import matplotlib.pyplot as plt\n{x} = np.linspace({low}, {high}, {size})\n"
            f"plt.plot({x}, {x}**2)\nplt.show()",
            f"np.arange({size}).reshape(-1, 1).shape",
            f"checks.{name}()",
            f"for i in range({high}):\n    print(i, i**2)",
            f"print({name}.__doc__)",
        )
    )


def make_course(root: Path, lesson: str) -> Path:
    """Make a course with one released lesson in a folder, and return the folder."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for place in ("notebooks", "solutions"):
        (root / place / lesson).mkdir(parents=True)
        shutil.copy(ROOT / place / lesson / f"{lesson}.ipynb", root / place / lesson)
    return root


def hand_in(root: Path, lesson: str, student: Student) -> Path:
    """Submit a student's answers and own cells in the lesson's release, and return the notebook."""
    notebook = json.loads((root / "notebooks" / lesson / f"{lesson}.ipynb").read_bytes())
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = student.answers.get(name, cell["source"])
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"] += [code | {"source": source} for source in student.own]
    path = root / "submitted" / student.id / lesson / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def as_text(student: Student) -> str:
    """Return a student's submission as one Python file."""
    cells = [f'# %% exercise="{name}"\n{source}' for name, source in student.answers.items()]
    return "\n".join([*cells, *(f"# %% own cell\n{source}\n" for source in student.own)])


def from_text(name: str, text: str) -> Student:
    """Read a student's submission from one Python file, by the markers of `as_text`."""
    student = Student(name)
    for marker, source in _cells(text):
        found = re.search(r'exercise="(\w+)"', marker)
        if found:
            student.answers[found[1]] = source
        else:
            student.own.append(source)
    return student


def _cells(text: str) -> Iterator[tuple[str, str]]:
    pieces = re.split(r"^(# %%.*)\n", text, flags=re.MULTILINE)[1:]
    for marker, source in zip(pieces[::2], pieces[1::2], strict=True):
        yield marker, source.strip() + "\n"
