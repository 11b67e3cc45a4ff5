"""Tiny inputs of exercises, with which students can compute by hand.

``inputs.toml`` gives an exercise one input, as the keywords of a call, or a list of inputs from which one is drawn. A
list of numbers stands for an array. The numbers of each array are shuffled for each student, except in the exercises
and arguments that the file lists as ``fixed``.
"""

import ast
import random
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

MAX_LINE = 100
FIXED = "fixed"
"""Key of a lesson's list of exercises and arguments whose numbers are not shuffled."""


@dataclass(frozen=True)
class TinyInput:
    """Arguments of one call, as names and Python expressions."""

    arguments: tuple[tuple[str, str], ...]

    def values(self) -> dict[str, Any]:
        """Evaluate the arguments."""
        return {name: eval(text, {"np": np}) for name, text in self.arguments}  # the texts come from our own file

    def call(self, name: str) -> str:
        """Return the call as text, broken after arguments to fit `MAX_LINE` if possible."""
        lines = [f"{name}("]
        for i, (argument, text) in enumerate(self.arguments):
            written = f"{argument}={text}" + (", " if i < len(self.arguments) - 1 else ")")
            if len(lines[-1]) + len(written) > MAX_LINE and lines[-1].strip():
                lines.append("    ")
            lines[-1] += written
        return "\n".join(line.rstrip() for line in lines)


@cache
def _all_texts() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("inputs.toml").read_text(encoding="utf-8"))


def lessons_with_inputs() -> list[str]:
    """Return the names of the lessons that have tiny inputs."""
    return list(_all_texts())


def input_texts(slug: str) -> dict[str, list[str]]:
    """Return the tiny inputs of a lesson by exercise, as written in the file."""
    texts = {name: text for name, text in _all_texts().get(slug, {}).items() if name != FIXED}
    return {name: [text] if isinstance(text, str) else text for name, text in texts.items()}


def tiny_input(slug: str, exercise: str, rng: random.Random) -> TinyInput | None:
    """Return a student's input for an exercise, or None if the exercise has none."""
    texts = input_texts(slug).get(exercise)
    if texts is None:
        return None
    text = rng.choice(texts)
    fixed: list[str] = _all_texts()[slug].get(FIXED, [])
    kept = {name.rpartition(".")[2] for name in fixed if name.startswith(f"{exercise}.")}
    return read_input(text, None if exercise in fixed else rng, kept)


def read_input(text: str, rng: random.Random | None, kept: Collection[str] = ()) -> TinyInput:
    """Read the keywords of a call, and shuffle arrays except in ``kept`` arguments.

    >>> read_input("w=[1.0], lr=0.5", None).arguments
    (('w', 'np.array([1.0])'), ('lr', '0.5'))
    """
    call = ast.parse(f"f({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = []
    for keyword in call.keywords:
        assert keyword.arg
        if rng and keyword.arg not in kept:
            for array in _number_lists(keyword.value):
                _shuffle_numbers(array, rng)
        arguments.append((keyword.arg, ast.unparse(_WithArrays().visit(keyword.value))))
    return TinyInput(tuple(arguments))


class _WithArrays(ast.NodeTransformer):
    """Transformer that turns lists into arrays, and ``list((...))`` into lists."""

    def visit_List(self, node: ast.List) -> ast.AST:
        return ast.Call(ast.Attribute(ast.Name("np"), "array"), [node], [])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "list" and isinstance(node.args[0], ast.Tuple):
            return ast.List(node.args[0].elts)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node


def _number_lists(node: ast.AST) -> Iterator[ast.List]:
    """Yield the outermost lists, except those within lambda functions."""
    if isinstance(node, ast.List):
        yield node
    elif not isinstance(node, ast.Lambda):
        for inner in ast.iter_child_nodes(node):
            yield from _number_lists(inner)


def _shuffle_numbers(array: ast.List, rng: random.Random) -> None:
    places = []
    waiting: list[ast.List] = [array]
    while waiting:
        current = waiting.pop()
        for i, entry in enumerate(current.elts):
            if isinstance(entry, ast.List):
                waiting.append(entry)
            else:
                places.append((current.elts, i))
    numbers = [entries[i] for entries, i in places]
    rng.shuffle(numbers)
    for (entries, i), number in zip(places, numbers, strict=True):
        entries[i] = number
