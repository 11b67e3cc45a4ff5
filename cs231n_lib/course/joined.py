"""Functions from several notebooks in the text of one module: what they use comes along, and names keep apart.

Where two lessons mean different things by one name, the later one's gets the number of its lesson: ``scale_05``. A name
of this package becomes the student's own function, where one has this name; another cannot come along.
"""

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cs231n_lib.course.definitions import Statement, closure, statements
from cs231n_lib.course.notebook import Notebook

PACKAGE = "cs231n_lib"
ITSELF = "mine"
"""What the module is called within itself: in a lesson, ``mine.adam`` is the student's ``adam``; so it is there."""
RESERVED = (ITSELF, "sys", "_missing", "__all__")


class CannotComeAlong(Exception):  # noqa: N818  (it reads as a verdict)
    """Why a statement cannot be part of the module: the end of a sentence about the function that needs it."""

    def __init__(self, why: str, statement: Statement | None = None) -> None:
        super().__init__(why)
        self.statement = statement


@dataclass
class Source:
    """The notebook of one lesson, and those of its functions that are wanted.

    Parameters
    ----------
    exercises : collection of str
        The names of all exercises of the course.
    own : collection of str
        Those of this lesson.
    wanted : list of str
        Those of this lesson whose answers are to come along.
    """

    number: int
    notebook: Notebook
    exercises: Collection[str]
    own: Collection[str]
    wanted: list[str] = field(default_factory=list)

    @cached_property
    def among(self) -> list[Statement]:
        """All that the notebook defines; by an exercise's name only what is in the cell of its answer."""
        cells = [cell for cell in self.notebook.cells if cell.kind == "code" and not cell.graded]
        return [
            one
            for cell in cells
            for one in statements(cell.source)
            if all(cell is self.notebook.answers.get(name) for name in one.binds if name in self.own)
        ]

    def of(self, name: str) -> list[Statement]:
        """The statements of a name and of what it uses, without other exercises."""
        return closure(self.among, [name], set(self.own) - {name})

    @cached_property
    def imported(self) -> dict[str, "Imported"]:
        """What the notebook imports, by the name that it gets."""
        nodes = [one.node for one in self.among if isinstance(one.node, ast.Import | ast.ImportFrom)]
        return {one.name: one for node in nodes for one in _imports(node)}

    def imports_of(self, found: Sequence[Statement]) -> list["Imported"]:
        """The imports that these statements need."""
        used = {name for one in found if not _is_import(one) for name in one.uses}
        return [one for name, one in self.imported.items() if name in used]

    def calls(self, name: str) -> set[str]:
        """The other exercises' functions that this one uses.

        Raises
        ------
        CannotComeAlong
            If it uses something else of this package.
        """
        found = self.of(name)
        called = {used for one in found for used in one.uses if used in self.own}
        for one in self.imports_of(found):
            if one.module.partition(".")[0] == PACKAGE:
                called |= self._called(one, found)
        within = (node for statement in found if not _is_import(statement) for node in ast.walk(statement.node))
        for node in within:
            if isinstance(node, ast.Import | ast.ImportFrom) and PACKAGE in ast.unparse(node):
                raise CannotComeAlong(f"it imports {PACKAGE} within: import it in a cell of its own")
        return called - {name}

    def _called(self, imported: "Imported", found: Sequence[Statement]) -> set[str]:
        if imported.original in self.exercises:
            return {imported.original}
        called = set()
        for one in found:
            if _is_import(one) or imported.name not in one.uses:
                continue
            attributes = [
                node.attr
                for node in ast.walk(one.node)
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == imported.name
            ]
            called |= set(attributes)
            plain = sum(isinstance(node, ast.Name) and node.id == imported.name for node in ast.walk(one.node))
            strange = [name for name in attributes if name not in self.exercises]
            if strange or plain > len(attributes):
                what = f"{imported.name}.{strange[0]}" if strange else imported.name
                raise CannotComeAlong(f"it uses `{what}` of {PACKAGE}, which stays there: write it without", one)
        return called


@dataclass(frozen=True)
class Imported:
    """One name that an import gives: ``from module import original as name``; ``original`` is empty for a module."""

    name: str
    module: str
    original: str = ""

    @property
    def target(self) -> str:
        """What it stands for; of ``import a.b`` the whole ``a``."""
        if self.original:
            return f"{self.module}.{self.original}"
        return self.name if self.module.partition(".")[0] == self.name else self.module

    def text(self, name: str) -> str:
        """The import that gives it this name."""
        text = f"from {self.module} import {self.original}" if self.original else f"import {self.module}"
        return text if name in (self.original, self.module.partition(".")[0]) else f"{text} as {name}"


def _is_import(statement: Statement) -> bool:
    return isinstance(statement.node, ast.Import | ast.ImportFrom)


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Imported]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield Imported(alias.asname or alias.name, "." * node.level + (node.module or ""), alias.name)
        else:
            yield Imported(alias.asname or alias.name.partition(".")[0], alias.name)


@dataclass
class Joined:
    """The parts of the module's text.

    Parameters
    ----------
    imports : list of str
        A line each, sorted.
    parts : dict of int to list of (str, Statement)
        For each lesson its definitions, as they are to be written.
    """

    imports: list[str]
    parts: dict[int, list[tuple[str, Statement]]]


def join(sources: Sequence[Source]) -> Joined:
    """Put together what the wanted functions need, lesson after lesson.

    Raises
    ------
    CannotComeAlong
        With the first statement that cannot be written with the names it has to have.
    """
    exercises = {name for source in sources for name in source.exercises}
    taken: dict[str, object] = dict.fromkeys([*dir(builtins), *RESERVED, *exercises])
    imports: dict[str, None] = {}
    parts: dict[int, list[tuple[str, Statement]]] = {}
    for source in sources:
        found = _in_order(source)
        names = _imported_names(source, found, taken, imports)
        shared, new = _new_names(source, found, taken)
        names |= new
        parts[source.number] = []
        for one in found:
            if not one.binds <= shared:
                try:
                    parts[source.number].append((one.renamed(names), one))
                except ValueError as error:
                    why = f"`{error}` in it has another meaning in another lesson: rename it in one of them"
                    raise CannotComeAlong(why, one) from None
    return Joined(sorted(imports), parts)


def _in_order(source: Source) -> list[Statement]:
    """What all wanted functions of a lesson need, imports left out, in the order of the notebook."""
    needed = {id(one) for name in source.wanted for one in source.of(name)}
    return [one for one in source.among if id(one) in needed and not _is_import(one)]


def _imported_names(
    source: Source, found: Sequence[Statement], taken: dict[str, object], imports: dict[str, None]
) -> dict[str, str]:
    """New names for what a lesson imports, where it needs some; its imports join ``imports``."""
    names = {}
    for one in source.imports_of(found):
        if one.module.partition(".")[0] == PACKAGE:
            names[one.name] = one.original if one.original in source.exercises else ITSELF
            continue
        name = one.name
        if taken.setdefault(name, one.target) != one.target:
            name = _free(name, source.number, taken)
            taken[name] = one.target
        imports[one.text(name)] = None
        names[one.name] = name
    return names


def _new_names(
    source: Source, found: Sequence[Statement], taken: dict[str, object]
) -> tuple[set[str], Mapping[str, str]]:
    """The names of a lesson's helpers that mean what an earlier lesson's do; and new ones for those that do not."""
    bound = sorted({name for one in found for name in one.binds} - set(source.own))
    meanings = {name: _meaning(source, name) for name in bound}
    shared = {name for name in bound if taken.get(name) == meanings[name]}
    while torn := [one for one in found if one.binds & shared and not one.binds <= shared]:
        shared -= {name for one in torn for name in one.binds}
    names = {name: name for name in shared}
    for name in bound:
        if name not in shared:
            names[name] = _free(name, source.number, taken) if name in taken else name
            taken[names[name]] = meanings[name]
    return shared, names


def _meaning(source: Source, name: str) -> tuple[object, ...]:
    """What a name stands for: equal where all that it is made of is equal."""
    found = closure(source.among, [name], source.own)
    texts = tuple(one.text for one in found if not _is_import(one))
    return texts, tuple(sorted((one.name, one.target) for one in source.imports_of(found)))


def _free(name: str, number: int, taken: Collection[str]) -> str:
    name = f"{name}_{number:02d}"
    while name in taken:
        name += "_"
    return name
