"""One module with functions from several notebooks and the code that they use.

If two lessons give one name different meanings, the name in the later lesson gets that lesson's number, as in
``scale_05``. A function imported from this package is replaced by the student's own function of that name. Functions
that use other names of the package cannot be bundled.
"""

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cs231n_lib.course.student.definitions import Statement, closure, statements
from cs231n_lib.course.student.notebook import Notebook

PACKAGE = "cs231n_lib"
MINE = "mine"
"""The module's name for itself, so that ``mine.adam`` works as in a lesson."""
RESERVED = (MINE, "sys", "_missing", "__all__")


class BundleError(Exception):
    """Raised if the module cannot contain a function or a statement.

    The message is the reason, as the end of a sentence.
    """

    def __init__(self, reason: str, statement: Statement | None = None) -> None:
        super().__init__(reason)
        self.statement = statement


@dataclass
class LessonSource:
    """Notebook of one lesson, and the functions to bundle from it."""

    number: int
    notebook: Notebook
    exercises: Collection[str]
    """Names of all exercises of the course."""
    own: Collection[str]
    """Names of this lesson's exercises."""
    wanted: list[str] = field(default_factory=list)
    """Exercises of this lesson whose answers are bundled."""

    @cached_property
    def definitions(self) -> list[Statement]:
        """Definitions in the notebook, with exercises only from their answer cells."""
        cells = [cell for cell in self.notebook.cells if cell.kind == "code" and not cell.graded]
        return [
            one
            for cell in cells
            for one in statements(cell.source)
            if all(cell is self.notebook.answers.get(name) for name in one.binds if name in self.own)
        ]

    def of(self, name: str) -> list[Statement]:
        """Return the statements for a name and everything it uses, except other exercises."""
        return closure(self.definitions, [name], set(self.own) - {name})

    @cached_property
    def imported(self) -> dict[str, "Imported"]:
        """Imports of the notebook, by the name that each binds."""
        nodes = [one.node for one in self.definitions if isinstance(one.node, ast.Import | ast.ImportFrom)]
        return {one.name: one for node in nodes for one in _imports(node)}

    def imports_of(self, found: Sequence[Statement]) -> list["Imported"]:
        """Return the imports that these statements need."""
        used = {name for one in found if not _is_import(one) for name in one.uses}
        return [one for name, one in self.imported.items() if name in used]

    def calls(self, name: str) -> set[str]:
        """Return the other exercises whose functions this function uses.

        Raises
        ------
        BundleError
            If the function imports this package, or uses parts of it other than exercises.
        """
        found = self.of(name)
        called = {used for one in found for used in one.uses if used in self.own}
        for one in self.imports_of(found):
            if one.module.partition(".")[0] == PACKAGE:
                called |= self._called(one, found)
        within = (node for statement in found if not _is_import(statement) for node in ast.walk(statement.node))
        for node in within:
            if isinstance(node, ast.Import | ast.ImportFrom) and PACKAGE in ast.unparse(node):
                raise BundleError(f"it imports {PACKAGE} inside a function. Import the package in a separate cell")
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
                raise BundleError(
                    f"it uses `{what}` of {PACKAGE}, which cannot be copied. Write the function without it", one
                )
        return called


@dataclass(frozen=True)
class Imported:
    """Name bound by ``from module import original as name`` or ``import module``."""

    name: str
    module: str
    original: str = ""

    @property
    def target(self) -> str:
        """Full name of the imported object, which is ``a`` for ``import a.b``."""
        if self.original:
            return f"{self.module}.{self.original}"
        return self.name if self.module.partition(".")[0] == self.name else self.module

    def text(self, name: str) -> str:
        """Return the import statement that binds the target to this name."""
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
class ModuleParts:
    """Parts of the module's text."""

    imports: list[str]
    """Import statements, sorted."""
    parts: dict[int, list[tuple[str, Statement]]]
    """Definitions by the lesson's number, each with its new text."""


def join(sources: Sequence[LessonSource]) -> ModuleParts:
    """Bundle everything that the wanted functions need, in the order of the lessons.

    Raises
    ------
    BundleError
        If a name in a statement has to be replaced but cannot be.
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
                    reason = f"`{error}` has a different meaning in another lesson. Rename it in one of the two lessons"
                    raise BundleError(reason, one) from None
    return ModuleParts(sorted(imports), parts)


def _in_order(source: LessonSource) -> list[Statement]:
    """Return the statements that a lesson's wanted functions need, without imports."""
    needed = {id(one) for name in source.wanted for one in source.of(name)}
    return [one for one in source.definitions if id(one) in needed and not _is_import(one)]


def _imported_names(
    source: LessonSource, found: Sequence[Statement], taken: dict[str, object], imports: dict[str, None]
) -> dict[str, str]:
    """Return new names for a lesson's imports, and add the statements to ``imports``."""
    names = {}
    for one in source.imports_of(found):
        if one.module.partition(".")[0] == PACKAGE:
            names[one.name] = one.original if one.original in source.exercises else MINE
            continue
        name = one.name
        if taken.setdefault(name, one.target) != one.target:
            name = _unused_name(name, source.number, taken)
            taken[name] = one.target
        imports[one.text(name)] = None
        names[one.name] = name
    return names


def _new_names(
    source: LessonSource, found: Sequence[Statement], taken: dict[str, object]
) -> tuple[set[str], Mapping[str, str]]:
    """Return the helpers that equal an earlier lesson's, and names for all helpers."""
    bound = sorted({name for one in found for name in one.binds} - set(source.own))
    meanings = {name: _meaning(source, name) for name in bound}
    shared = {name for name in bound if taken.get(name) == meanings[name]}
    while torn := [one for one in found if one.binds & shared and not one.binds <= shared]:
        shared -= {name for one in torn for name in one.binds}
    names = {name: name for name in shared}
    for name in bound:
        if name not in shared:
            names[name] = _unused_name(name, source.number, taken) if name in taken else name
            taken[names[name]] = meanings[name]
    return shared, names


def _meaning(source: LessonSource, name: str) -> tuple[object, ...]:
    """Return a key that is equal for names with equal definitions."""
    found = closure(source.definitions, [name], source.own)
    texts = tuple(one.text for one in found if not _is_import(one))
    return texts, tuple(sorted((one.name, one.target) for one in source.imports_of(found)))


def _unused_name(name: str, number: int, taken: Collection[str]) -> str:
    name = f"{name}_{number:02d}"
    while name in taken:
        name += "_"
    return name
