"""Text of a student's module and of its README."""

import ast
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from textwrap import indent, wrap

from cs231n_lib.course.library.bundle import MINE, ModuleParts
from cs231n_lib.course.plan import Lesson
from cs231n_lib.course.score_sheet import Row, text
from cs231n_lib.course.student.definitions import Statement
from cs231n_lib.course.student.progress import STUB

MODULE = "my_nn"
WIDTH = 110


@dataclass(frozen=True)
class Contents:
    """Contents of the module and its README."""

    functions: Mapping[Lesson, Sequence[str]]
    """Functions that are included."""
    missing: Mapping[Lesson, Mapping[str, str]]
    """Functions that are missing, each with the reason as the end of a sentence."""
    docstrings: Mapping[str, str]
    """Docstrings of the released exercises."""
    calls: Mapping[str, set[str]]
    """Functions of other exercises that each function calls."""

    @property
    def names(self) -> list[str]:
        """Included functions, in the order of the lessons."""
        return [name for lesson in sorted(self.functions, key=_number) for name in self.functions[lesson]]

    @property
    def all_missing(self) -> set[str]:
        """Functions that are not included."""
        return {name for names in self.missing.values() for name in names}

    def missing_calls(self, name: str) -> set[str]:
        """Return the missing functions that a function calls, directly or not."""
        seen, wanted = set(), [name]
        while wanted:
            one = wanted.pop()
            if one not in seen:
                seen.add(one)
                wanted += self.calls.get(one, ())
        return seen - set(self.names)


_number = attrgetter("number")


def docstring_of(source: str, name: str) -> str:
    """Return the docstring of the function ``name`` in a cell's source, or ""."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
    return ""


def module_text(joined: ModuleParts, contents: Contents) -> tuple[str, list[tuple[int, int, Statement]]]:
    """Return the module's text, and the first and last line of each statement in it."""
    total = len(contents.names) + len(contents.all_missing)
    lines = [
        '"""My neural networks in NumPy, written in the course cs231n_lib.',
        "",
        f"This file contains {len(contents.names)} of the {total} functions that the course asks for, with full marks.",
        *(["The others raise an error when called."] if contents.all_missing else []),
        "Letters, shapes and factors are as in the course. Examples are rows, x is (N, D) and w is (D, M).",
        '"""',
        "",
        *_sorted_imports([*joined.imports, "import sys"]),
        "",
        "__all__ = [",
        *wrap(
            ", ".join(f'"{name}"' for name in contents.names), WIDTH, initial_indent="    ", subsequent_indent="    "
        ),
        "]",
        "",
        f"{MINE} = sys.modules[__name__]  # so that mine.adam is adam, as it was in the lessons",
    ]
    places = []
    lessons = {lesson.number: lesson for lesson in contents.functions}
    for number, parts in joined.parts.items():
        if not parts:
            continue
        lines += ["", "", f"# {number:02d} · {lessons[number].title}"]
        after: Statement | None = None
        for written, statement in parts:
            plain = _is_plain(statement) and after is not None and _is_plain(after)
            lines += [] if plain else ["", ""] if after is not None else [""]
            first = len(lines) + 1
            lines += _finished(written, statement, contents).splitlines()
            places.append((first, len(lines), statement))
            after = statement
    return "\n".join([*lines, *_missing(contents), ""]), places


def _is_plain(statement: Statement) -> bool:
    return not isinstance(statement.node, ast.FunctionDef | ast.ClassDef)


def _sorted_imports(lines: Sequence[str]) -> list[str]:
    """Sort imports, with the standard library before other packages."""
    ordered = sorted(lines, key=lambda line: (line.startswith("from"), line))
    standard = [line for line in ordered if line.split()[1].partition(".")[0] in sys.stdlib_module_names]
    others = [line for line in ordered if line not in standard]
    return [*standard, *([""] if standard and others else []), *others]


def needs(module: str) -> list[str]:
    """Return the packages outside the standard library that a module imports."""
    nodes = [node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return sorted({name.partition(".")[0] for name in names} - set(sys.stdlib_module_names))


def _finished(written: str, statement: Statement, contents: Contents) -> str:
    """Return a statement with the course's docstring, but without its stub comment."""
    written = "\n".join(line for line in written.splitlines() if line.strip() != STUB)
    node = statement.node
    if not isinstance(node, ast.FunctionDef) or not contents.docstrings.get(node.name) or ast.get_docstring(node):
        return written
    (now,) = ast.parse(written).body
    assert isinstance(now, ast.FunctionDef)
    first, lines = now.body[0], written.splitlines()
    line = lines[first.lineno - 1]
    head = line.encode()[: first.col_offset].decode()
    docstring = f'"""{contents.docstrings[node.name]}\n"""'.replace("\\", "\\\\")
    if head.strip():  # def f(x): return x
        body = ["", *indent(docstring, "    ").splitlines(), f"    {line[len(head) :]}"]
        return "\n".join([*lines[: first.lineno - 1], head.rstrip(), *body[1:], *lines[first.lineno :]])
    begin = now.body[0].lineno - 1
    while begin > 1 and lines[begin - 1].strip().startswith("#"):
        begin -= 1
    return "\n".join([*lines[:begin], *indent(docstring, head).splitlines(), *lines[begin:]])


def _missing(contents: Contents) -> list[str]:
    if not any(contents.missing.values()):
        return []
    lines = [
        "",
        "",
        "# Missing functions",
        "",
        "",
        "def _missing(name, lesson):",
        '    """Return a function that raises an error with the name of its exercise."""',
        "",
        "    def function(*args, **kwargs):",
        "        raise NotImplementedError(",
        '            f"{name} is missing in this file, because its exercise in lesson {lesson} had no answer "',
        '            "with full marks that could be copied. README.md says why. Save one, and make this file again."',
        "        )",
        "",
        "    return function",
        "",
        "",
    ]
    for lesson in sorted(contents.missing, key=_number):
        title = f"{lesson.number:02d}, {lesson.title}"
        lines += [f'{name} = _missing("{name}", "{title}")' for name in contents.missing[lesson]]
    return lines


def readme_text(contents: Contents, module: str, rows: Sequence[Row]) -> str:
    """Return the README: contents, usage, score sheet and missing functions."""
    all_of_them = len(contents.names) + len(contents.all_missing)
    others = [name for name in needs(module) if name != "numpy"]
    lines = [
        "# My neural networks in NumPy",
        "",
        f"`{MODULE}.py` contains {len(contents.names)} of the {all_of_them} functions that the course cs231n_lib "
        "asks for. I wrote the code, and it has full marks in the checks. The module needs NumPy 2"
        + (f" and {', '.join(others)}" if others else "")
        + ", and nothing from the course.",
        "",
        "    import numpy as np",
        f"    import {MODULE}",
        "",
        f"`python test_{MODULE}.py` and `pytest` test the module with the course's examples.",
        "",
        "## Contents",
        "",
        "| lesson | functions |",
        "|---|---|",
    ]
    for lesson in sorted(contents.functions, key=_number):
        if contents.functions[lesson]:
            names = ", ".join(f"`{name}`" for name in contents.functions[lesson])
            lines.append(f"| {lesson.number:02d} {lesson.title} | {names} |")
    lines += ["", "## Missing functions", "", *_missing_lines(contents)]
    lines += [*([""] if lines[-1] else []), "## Score sheet", "", indent(text(rows), "    ")]
    lines += [
        "",
        "## Licence",
        "",
        "The code is mine. Docstrings and examples are the course's, licensed under MIT (texts under CC BY 4.0).",
        "",
    ]
    return "\n".join(lines)


def _missing_lines(contents: Contents) -> list[str]:
    lines = []
    for lesson in sorted(contents.missing, key=_number):
        reasons: dict[str, list[str]] = {}
        for name, reason in contents.missing[lesson].items():
            reasons.setdefault(reason, []).append(f"`{name}`")
        lines += [f"- {lesson.number:02d} {lesson.title}: {', '.join(n)}, {reason}." for reason, n in reasons.items()]
    if lines:
        lines += ["", "A missing function raises an error that names its exercise.", ""]
    for name in contents.names:
        missing_calls = ", ".join(f"`{one}`" for one in sorted(contents.missing_calls(name)))
        lines += [f"- `{name}` is included, but calls {missing_calls}."] if missing_calls else []
    return lines or ["No function is missing."]
