"""The clothes' test pictures stay closed until the last lesson, which opens them once."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cs231n_lib import datasets
from cs231n_lib.course.plan import LESSONS

ROOT = Path(__file__).parents[2]
OPENS = LESSONS[-1]
PLACES = {
    lesson.slug: [
        *(ROOT / "cs231n_lib/lessons" / lesson.slug).rglob("*.py"),
        *(ROOT / "solutions" / lesson.folder).glob("*.py"),
    ]
    for lesson in LESSONS
}
SHARED = [*(ROOT / "cs231n_lib/lessons").glob("*.py"), *(ROOT / "cs231n_lib/course").rglob("*.py")]


def opened(source: str) -> list[int]:
    """Lines on which a test split is read off clothes, by a name that `load_fashion_mnist` was given, or at once."""
    nodes = [*ast.walk(ast.parse(source))]
    loads = re.compile(r"load_fashion_mnist\(")
    clothes = {
        ast.unparse(target)
        for node in nodes
        if isinstance(node, ast.Assign) and loads.search(ast.unparse(node.value))
        for target in node.targets
    }
    return [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr in ("x_test", "y_test", "test")
        and (ast.unparse(node.value) in clothes or loads.search(ast.unparse(node.value)))
    ]


def found(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        yield from (f"{path.relative_to(ROOT)}:{line}" for line in opened(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("slug", [lesson.slug for lesson in LESSONS if lesson != OPENS])
def test_no_lesson_before_the_last_opens_the_test_images(slug: str) -> None:
    assert PLACES[slug]
    assert [*found(PLACES[slug])] == []


def test_shared_lesson_code_does_not_open_the_test_images() -> None:
    assert [*found(SHARED)] == []
    assert len(datasets.clothes()) == 2  # training and validation: the prepared pictures have no others


def test_search_finds_code_that_opens_the_test_images() -> None:
    assert opened("data = datasets.load_fashion_mnist()\nx = data.x_train\ny = data.y_test") == [3]
    assert opened("x = load_fashion_mnist().x_test") == [1]
    assert opened("data = load_digits()\nx = data.x_test") == []
