"""Hints lead to an answer and do not contain it.

The one exception is the change that a report offers from the third failed check with the same fault, which is no hint
of a lesson (docs/decisions/show-the-change.md).

No hint contains a line of the reference, and no code in a hint earns more than half of the points as an answer. A
*line* is a statement, the header of a block, or the value that a statement assigns or returns. If the value is a tuple,
its entries count as well. Lines with fewer than 12 characters are ignored, and so are those that only unpack a name,
such as ``x, w = cache``. Prefixes of modules, such as ``mine.``, make no difference.
"""

import ast
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from inspect import unwrap
from pathlib import Path
from textwrap import indent
from typing import Any

import jupytext
import numpy as np
import pytest
from lessons.battery import CHECKS

from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.checks.slips import parts
from cs231n_lib.classroom.release.source import BOX_LINE
from cs231n_lib.course import mine
from cs231n_lib.course.plan import NOTEBOOKS

SOLUTIONS = Path(__file__).parents[2] / "solutions"
SHORTEST_LINE, MOST_POINTS = 12, 0.5

_HINT = re.compile(r"<details><summary>Hint (\d): (.*?)</summary>(.*?)</details>", re.DOTALL)
_CODE = re.compile(r"<code>(.*?)</code>|^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_PREFIX = re.compile(r"\b(?:mine|layers|losses|activations|gradients|batches|optimizers|regularizers)\.(?=\w)")

EACH = pytest.mark.parametrize("slug", [one.slug for one in NOTEBOOKS])


@dataclass(frozen=True)
class Hint:
    exercise: str
    number: int
    title: str
    code: tuple[str, ...]
    """Code in the hint's text, fragment by fragment."""


def hints_in(text: str) -> Iterator[Hint]:
    """Hints below each exercise's box in the source text of a lesson."""
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        boxes = list(BOX_LINE.finditer(cell.source))
        ends = [*(box.start() for box in boxes[1:]), len(cell.source)]
        for box, end in zip(boxes, ends, strict=False):  # a cell without a box has an end, too
            for number, title, body in _HINT.findall(cell.source[box.end() : end]):
                fragments = (re.sub("<.*?>", "", inline or block) for inline, block in _CODE.findall(body))
                yield Hint(box[2], int(number), title, tuple(html.unescape(one).strip() for one in fragments))


@cache
def hints_of(slug: str) -> tuple[Hint, ...]:
    lesson = next(one for one in NOTEBOOKS if one.slug == slug)
    return tuple(hints_in((SOLUTIONS / lesson.folder / f"{lesson.folder}.py").read_text(encoding="utf-8")))


def parsed(code: str) -> ast.Module | None:
    """Syntax tree of code, with an empty body for the header of a block, or None if it is not Python."""
    for text in (code, f"{code} pass", f"{code}: pass"):
        try:
            return ast.parse(_PREFIX.sub("", text))
        except SyntaxError:
            continue
    return None


def lines_in(tree: ast.AST) -> set[str]:
    """Lines of code as the module docstring defines them, in a uniform layout."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef):
            continue
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign) and isinstance(value, ast.Name):
            continue
        found.add(ast.unparse(node).splitlines()[0])
        if value is not None:
            found |= {ast.unparse(one) for one in (value, *(value.elts if isinstance(value, ast.Tuple) else ()))}
    return {line for line in found if len(line) >= SHORTEST_LINE}


def contained(code: str) -> set[str]:
    """Everything in a fragment that could be a line: its statements and all of its expressions."""
    tree = parsed(code)
    if tree is None:
        return set()
    return {ast.unparse(node).splitlines()[0] for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.expr)}


def given_away(hint: Hint, exercise: Exercise) -> set[str]:
    """Lines of the reference that a hint contains."""
    tree = parsed(parts(exercise.reference)[2])
    assert tree, exercise.name
    return lines_in(tree) & set().union(*map(contained, hint.code))


def answers_from(fragments: Iterable[str], parameters: set[str]) -> Iterator[str]:
    """Bodies of functions made of code fragments, alone and all together, which mention an argument.

    Statements come first. The body returns the expressions, or what the last statement assigns.
    """
    trees = [tree for tree in map(parsed, fragments) if tree and tree.body]
    for chosen in dict.fromkeys([*((tree,) for tree in trees), tuple(trees)]):
        names = {node.id for tree in chosen for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if not names & parameters:
            continue
        body = [statement for tree in chosen for statement in tree.body]
        lines = [ast.unparse(one) for one in body if not isinstance(one, ast.Expr)]
        results = [ast.unparse(one.value) for one in body if isinstance(one, ast.Expr)]
        assigned = [ast.unparse(one.targets[0]) for one in body if isinstance(one, ast.Assign)]
        if "return" not in " ".join(lines):
            lines.append(f"return {', '.join(results) or ''.join(assigned[-1:]) or None}")
        yield "\n".join(lines)


def points_of(body: str, exercise: Exercise) -> float:
    """Proportion of the points that a function with this body earns."""
    name, arguments, _ = parts(exercise.reference)
    prerequisites = {one: getattr(mine, one) for one in exercise.builds_on}
    known: dict[str, Any] = dict(unwrap(exercise.reference).__globals__) | {"np": np} | prerequisites
    try:
        exec(compile(f"def {name}({arguments}):\n{indent(body, '    ')}", "<hint>", "exec"), known)
    except SyntaxError:  # such as a break outside of a loop
        return 0.0
    return replace(exercise, mistakes=())(known[name], where=False).points / exercise.points


@EACH
def test_no_hint_contains_a_line_of_the_reference(slug: str) -> None:
    found = {
        f"{hint.exercise}, hint {hint.number}": lines
        for hint in hints_of(slug)
        if (lines := given_away(hint, CHECKS[slug][hint.exercise]))
    }
    assert found == {}


@EACH
def test_code_in_hints_earns_at_most_half_of_the_points(slug: str) -> None:
    earned = {}
    for hint in hints_of(slug):
        exercise = CHECKS[slug][hint.exercise]
        arguments = ast.parse(f"lambda {parts(exercise.reference)[1]}: 0")
        parameters = {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}
        for body in answers_from(hint.code, parameters):
            if (points := points_of(body, exercise)) > MOST_POINTS:
                earned[f"{hint.exercise}, hint {hint.number}: {body}"] = points
    assert earned == {}


@EACH
def test_hints_of_graded_exercises_are_numbered_from_0(slug: str) -> None:
    numbers: dict[str, list[int]] = {}
    for hint in hints_of(slug):
        numbers.setdefault(hint.exercise, []).append(hint.number)
    for name, exercise in CHECKS[slug].items():
        expected = [list(range(1, 4)), list(range(4))] if isinstance(exercise, Bonus) else [list(range(4))]
        assert numbers.get(name) in expected, name


@EACH
def test_hint_0_names_a_strategy_without_code(slug: str) -> None:
    for hint in hints_of(slug):
        if hint.number == 0:
            assert hint.title == "how to begin"
            assert not [code for code in hint.code if len(code) >= SHORTEST_LINE]


TEXT = """# %% [markdown]
# [[exercise affine_backward]]
#
# <details><summary>Hint 3: all three</summary>
# <code>x, w = cache</code>, then <code>dout @ w.T, x.T @ dout, {code}</code></details>
"""


@pytest.mark.parametrize(
    ("code", "lines", "points"),
    [("dout.sum(axis=0)", {"dout.sum(axis=0)"}, 1.0), ("dout.sum(axis=1)", set(), 4.0 / 10)],
)
def test_hint_with_the_answer_is_found(code: str, lines: set[str], points: float) -> None:
    exercise = CHECKS["backpropagation"]["affine_backward"]
    (hint,) = hints_in(TEXT.format(code=code))
    assert {line for line in given_away(hint, exercise) if not line.startswith("(")} == lines
    *_, together = answers_from(hint.code, {"dout", "cache"})
    assert points_of(together, exercise) == points
