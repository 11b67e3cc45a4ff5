"""Tests for a student's module, from the course's examples."""

import ast
from doctest import DocTestParser
from textwrap import dedent, indent

from cs231n_lib.course.library.text import MODULE, Contents


def tests_text(contents: Contents) -> str:
    """Return tests from the course's examples that call only included functions."""
    tests = []
    for name in contents.names:
        shown = example(contents.docstrings.get(name, ""))
        if shown and not contents.missing_calls(name) | (_used(shown) & contents.all_missing):
            body = indent(shown, "    ")
            tests.append(f'def test_{name}():\n    r"""\n{body}    """\n    try_example(test_{name})\n')
    return TESTS_HEAD + "\n\n".join(tests) + TESTS_END


def _used(shown: str) -> set[str]:
    examples = DocTestParser().get_examples(shown)
    trees = [ast.parse(one.source) for one in examples]
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def example(docstring: str) -> str:
    """Return the example in a docstring without margin, or an empty string."""
    lines = docstring.splitlines()
    start = next((i for i, line in enumerate(lines) if line.lstrip().startswith(">>>")), len(lines))
    return dedent("\n".join(lines[start:])).rstrip() + "\n" if lines[start:] else ""


TESTS_HEAD = f'''"""Tests of {MODULE}.py with the course's examples. Run python test_{MODULE}.py, or pytest."""

import doctest

import numpy as np

import {MODULE}


class SameNumbers(doctest.OutputChecker):
    """Accept results that have the same text or the same numbers."""

    def check_output(self, want, got, flags):
        if super().check_output(want, got, flags):
            return True
        names = vars(np) | {{"np": np}}
        try:
            return same(eval(want, dict(names)), eval(got, dict(names)))
        except Exception:
            return False


def same(a, b):
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-6, equal_nan=True)


def try_example(test):
    names = vars({MODULE}) | {{"np": np}}
    example = doctest.DocTestParser().get_doctest(test.__doc__, names, test.__name__, None, None)
    said = []
    doctest.DocTestRunner(SameNumbers(), verbose=False).run(example, out=said.append)
    assert not said, "".join(said)


'''
TESTS_END = """

if __name__ == "__main__":
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    failed = 0
    for name, test in tests.items():
        try:
            test()
        except AssertionError as error:
            failed += 1
            print(error)
    print(f"{len(tests) - failed} of {len(tests)} examples pass")
    raise SystemExit(failed > 0)
"""
