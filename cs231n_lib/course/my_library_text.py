"""What is written for a student to take home: the module, and a README; `my_library_tests` has the tests."""

import ast
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent, wrap

from cs231n_lib.course.definitions import Statement
from cs231n_lib.course.joined import ITSELF, Joined
from cs231n_lib.course.plan import Lesson
from cs231n_lib.course.progress import STUB
from cs231n_lib.course.score_sheet import Row, text

MODULE = "my_nn"
WIDTH = 110


@dataclass(frozen=True)
class Book:
    """What the texts tell.

    Parameters
    ----------
    functions : dict of Lesson to list of str
        Which functions are there.
    missing : dict of Lesson to dict of str to str
        Which are not, and why, as the end of a sentence.
    docstrings : dict of str to str
        As the course hands them out.
    calls : dict of str to set of str
        Which other exercises' functions each one calls.
    """

    functions: Mapping[Lesson, Sequence[str]]
    missing: Mapping[Lesson, Mapping[str, str]]
    docstrings: Mapping[str, str]
    calls: Mapping[str, set[str]]

    @property
    def names(self) -> list[str]:
        """The functions that are there, lesson after lesson."""
        return [name for lesson in sorted(self.functions, key=_number) for name in self.functions[lesson]]

    @property
    def all_missing(self) -> set[str]:
        """The functions that are not there."""
        return {name for names in self.missing.values() for name in names}

    def lacks(self, name: str) -> set[str]:
        """What a function needs, itself or by what it calls, and what is not there."""
        seen, wanted = set(), [name]
        while wanted:
            one = wanted.pop()
            if one not in seen:
                seen.add(one)
                wanted += self.calls.get(one, ())
        return seen - set(self.names)


def _number(lesson: Lesson) -> int:
    return lesson.number


def docstring_of(source: str, name: str) -> str:
    """The docstring of the function ``name`` in the text of its cell; empty where it has none."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
    return ""


def module_text(joined: Joined, book: Book) -> tuple[str, list[tuple[int, int, Statement]]]:
    """The module, and in which of its lines each statement is, from first to last."""
    count = sum(map(len, book.missing.values()))
    lines = [
        '"""My neural networks in NumPy: what I wrote in the course cs231n_lib.',
        "",
        f"{len(book.names)} functions whose checks gave full marks"
        + (f"; {count} are missing still, and say so when they are called." if count else ", all that there are."),
        "Letters, shapes and factors are the course's: examples are rows, x is (N, D) and w is (D, M).",
        '"""',
        "",
        *_sorted_imports([*joined.imports, "import sys"]),
        "",
        "__all__ = [",
        *wrap(", ".join(f'"{name}"' for name in book.names), WIDTH, initial_indent="    ", subsequent_indent="    "),
        "]",
        "",
        f"{ITSELF} = sys.modules[__name__]  # so that mine.adam is adam, as it was in the lessons",
    ]
    places = []
    lessons = {lesson.number: lesson for lesson in book.functions}
    for number, parts in joined.parts.items():
        if not parts:
            continue
        lines += ["", "", f"# {number:02d} · {lessons[number].title}"]
        after: Statement | None = None
        for written, statement in parts:
            plain = _is_plain(statement) and after is not None and _is_plain(after)
            lines += [] if plain else ["", ""] if after is not None else [""]
            first = len(lines) + 1
            lines += _finished(written, statement, book).splitlines()
            places.append((first, len(lines), statement))
            after = statement
    return "\n".join([*lines, *_missing(book), ""]), places


def _is_plain(statement: Statement) -> bool:
    return not isinstance(statement.node, ast.FunctionDef | ast.ClassDef)


def _sorted_imports(lines: Sequence[str]) -> list[str]:
    """The imports in the usual order: the standard library's, then others."""
    standard = [line for line in lines if line.split()[1].partition(".")[0] in sys.stdlib_module_names]
    others = [line for line in lines if line not in standard]
    order = sorted(standard, key=lambda line: (line.startswith("from"), line))
    return [
        *order,
        *([""] if order and others else []),
        *sorted(others, key=lambda line: (line.startswith("from"), line)),
    ]


def needs(module: str) -> list[str]:
    """The packages that the text of a module imports, those of Python itself left out."""
    nodes = [node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return sorted({name.partition(".")[0] for name in names} - set(sys.stdlib_module_names))


def _finished(written: str, statement: Statement, book: Book) -> str:
    """A statement as it is written, without the course's own comment, and a function with its docstring."""
    written = "\n".join(line for line in written.splitlines() if line.strip() != STUB)
    node = statement.node
    if not isinstance(node, ast.FunctionDef) or not book.docstrings.get(node.name) or ast.get_docstring(node):
        return written
    (now,) = ast.parse(written).body
    assert isinstance(now, ast.FunctionDef)
    first, lines = now.body[0], written.splitlines()
    line = lines[first.lineno - 1]
    head = line.encode()[: first.col_offset].decode()
    docstring = f'"""{book.docstrings[node.name]}\n"""'.replace("\\", "\\\\")
    if head.strip():  # def f(x): return x
        body = ["", *indent(docstring, "    ").splitlines(), f"    {line[len(head) :]}"]
        return "\n".join([*lines[: first.lineno - 1], head.rstrip(), *body[1:], *lines[first.lineno :]])
    begin = now.body[0].lineno - 1
    while begin > 1 and lines[begin - 1].strip().startswith("#"):
        begin -= 1
    return "\n".join([*lines[:begin], *indent(docstring, head).splitlines(), *lines[begin:]])


def _missing(book: Book) -> list[str]:
    if not any(book.missing.values()):
        return []
    lines = [
        "",
        "",
        "# What is missing still",
        "",
        "",
        "def _missing(name, lesson):",
        '    """A function that says which exercise is to be done, once it is called."""',
        "",
        "    def function(*args, **kwargs):",
        "        raise NotImplementedError(",
        '            f"{name} is missing in this file: it is an exercise of lesson {lesson}, and had no answer "',
        '            "with full marks yet. Write it, save, and run: python -m cs231n_lib my-library"',
        "        )",
        "",
        "    return function",
        "",
        "",
    ]
    for lesson in sorted(book.missing, key=_number):
        title = f"{lesson.number:02d}, {lesson.title}"
        lines += [f'{name} = _missing("{name}", "{title}")' for name in book.missing[lesson]]
    return lines


def readme_text(book: Book, module: str, rows: Sequence[Row]) -> str:
    """What is there, how to use it, the score sheet, and what is missing still."""
    all_of_them = len(book.names) + len(book.all_missing)
    others = [name for name in needs(module) if name != "numpy"]
    lines = [
        "# My neural networks in NumPy",
        "",
        f"`{MODULE}.py` holds what I wrote in the course cs231n_lib: {len(book.names)} of its {all_of_them} functions, "
        "each with full marks in its check. It needs NumPy 2"
        + (f" and {', '.join(others)}" if others else "")
        + ", and nothing of the course.",
        "",
        "    import numpy as np",
        f"    import {MODULE}",
        "",
        f"`python test_{MODULE}.py` tries the course's examples on it; so does `pytest`.",
        "",
        "## What is in it",
        "",
        "| lesson | functions |",
        "|---|---|",
    ]
    for lesson in sorted(book.functions, key=_number):
        if book.functions[lesson]:
            names = ", ".join(f"`{name}`" for name in book.functions[lesson])
            lines.append(f"| {lesson.number:02d} {lesson.title} | {names} |")
    lines += ["", "## What is missing still", "", *_what_is_missing(book)]
    lines += [*([""] if lines[-1] else []), "## Score sheet", "", indent(text(rows), "    ")]
    lines += [
        "",
        "## Whose it is",
        "",
        "The code is mine. Docstrings and examples are the course's, under its licences: MIT, and CC BY 4.0 for texts.",
        "",
    ]
    return "\n".join(lines)


def _what_is_missing(book: Book) -> list[str]:
    lines = []
    for lesson in sorted(book.missing, key=_number):
        reasons: dict[str, list[str]] = {}
        for name, why in book.missing[lesson].items():
            reasons.setdefault(why, []).append(f"`{name}`")
        lines += [f"- {lesson.number:02d} {lesson.title}: {', '.join(n)} – {why}." for why, n in reasons.items()]
    if lines:
        lines += ["", "A missing function raises an error that names its exercise.", ""]
    for name in book.names:
        lacks = ", ".join(f"`{one}`" for one in sorted(book.lacks(name)))
        lines += [f"- `{name}` is there, but calls {lacks}."] if lacks else []
    return lines or ["Nothing."]
