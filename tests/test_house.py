"""The house is as it is drawn: imports only go down, no lesson uses another, and every name in the texts exists."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from pkgutil import resolve_name

import pytest

from cs231n_lib import colors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cs231n_lib"
GROUND = ("contracts", "storage", "browser", "front_end", "colors")
ROOMS = (
    "datasets",
    "functions",
    "network",
    "training",
    "search",
    "checks",
    "widgets",
    "lessons",
    "course",
    "classroom",
)
ABOVE_ALL = ("cs231n_lib", "cs231n_lib.__main__")
BY_COMPUTED_NAME = ("course", "classroom")
SPLIT = ("checks", "course", "classroom")
MAX_ROOMS, MAX_FLOORS = 12, 9
MAX_NAME = 60
DOTTED = re.compile(r"\bcs231n_lib(?:\.[A-Za-z_]\w*)+")
FROM = re.compile(r"^\s*from (cs231n_lib[\w.]*) import ([\w, ]+)$", re.MULTILINE)

Trees = dict[str, ast.Module]


def read(package: Path) -> tuple[Trees, set[str]]:
    """Every module of a package by its dotted name, and which of them are packages."""
    trees, packages = {}, set()
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        trees[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
        packages |= {name} if parts[-1] == "__init__" else set()
    return trees, packages


@dataclass(frozen=True)
class Plan:
    """The packages and imports of a house. ``computed`` names those that it forbids."""

    packages: set[str]
    edges: dict[str, set[str]]
    computed: tuple[str, ...]


def drawn(package: Path) -> Plan:
    """The plan of a house."""
    trees, packages = read(package)
    return Plan(packages, {name: imports(name, trees, packages) for name in trees}, tuple(computed(trees)))


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the course, which takes a second and a half to read."""
    return drawn(PACKAGE)


def imports(name: str, trees: Trees, packages: set[str]) -> set[str]:
    """What a module imports of the package: anywhere in it, for types alone too, and from its table on use."""
    found = {f"{name}.{home}" for home in homes(trees[name])}
    here = [*name.split("."), ""] if name in packages else name.split(".")
    for node in ast.walk(trees[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(filter(None, [*(here[: -node.level] if node.level else []), node.module]))
            found |= {f"{start}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and loads(node) and isinstance(node.args[0], ast.Constant):
            found.add(str(node.args[0].value))
    return {module for one in found if (module := nearest(one, trees)) and module != name}


def homes(tree: ast.Module) -> list[str]:
    """The modules in the table ``_HOMES`` of an ``__init__`` that loads its own names on use."""
    tables = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOMES"]
    return [home for node in tables for home in ast.literal_eval(node.value).values()]


def loads(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] in ("import_module", "__import__")


def nearest(name: str, trees: Trees) -> str:
    while name and name not in trees:
        name = name.rpartition(".")[0]
    return name


def room(name: str) -> str:
    return name.split(".")[1] if name not in ABOVE_ALL else ""


def height(name: str) -> int:
    if name in ABOVE_ALL:
        return len(ROOMS) + 1
    return 0 if room(name) in GROUND else ROOMS.index(room(name)) + 1


def problems(plan: Plan) -> list[str]:
    """What is wrong with a house, a line each."""
    edges = plan.edges
    strange = sorted({room(name) for name in edges} - {"", *GROUND, *ROOMS})
    if strange:
        return [f"{name}: no place in the order of imports" for name in strange]
    lessons = {name for name in plan.packages if name.startswith("cs231n_lib.lessons.") and name.count(".") == 2}
    found = []
    for name, target in sorted((name, target) for name, targets in edges.items() for target in targets):
        home = ".".join(target.split(".")[:3])
        if height(target) > height(name):
            found.append(f"{name} imports {target}, which is above it")
        elif room(name) == "lessons" and home in lessons and not f"{name}.".startswith(f"{home}."):
            found.append(f"{name} imports {target}, which is another lesson's")
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        found.append(f"{' imports '.join(reversed(error.args[1]))}: a cycle")
    return [*found, *plan.computed]


def crowded(plan: Plan) -> Iterator[str]:
    """Packages of `SPLIT`, and those within them, with too many modules, too many floors or a circle, a line each."""
    for home in sorted(name for name in plan.packages if room(name) in SPLIT):
        graph = inside(home, plan.edges)
        if len(graph) > MAX_ROOMS:
            yield f"{home}: {len(graph)} modules and packages"
        try:
            if floors(graph) > MAX_FLOORS:
                yield f"{home}: {floors(graph)} floors"
        except CycleError as error:
            yield f"{home}: {' imports '.join(reversed(error.args[1]))}: a cycle"


def inside(home: str, edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """The public modules and packages of a package, each with those beside it that anything in it imports."""

    def child(name: str) -> str:
        first = name.removeprefix(f"{home}.").partition(".")[0] if name.startswith(f"{home}.") else "_"
        return first if f"{home}.{first}" in edges and not first.startswith("_") else ""

    graph: dict[str, set[str]] = {child(name): set() for name in edges if child(name)}
    for name in edges:
        if child(name):
            graph[child(name)] |= {child(target) for target in edges[name]} - {"", child(name)}
    return graph


def floors(graph: dict[str, set[str]]) -> int:
    """How many rooms the longest chain of imports goes through."""
    levels: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        levels[name] = 1 + max((levels[other] for other in graph[name]), default=0)
    return max(levels.values(), default=0)


def computed(trees: Trees) -> Iterator[str]:
    """Imports by a computed name, but for those of one function in each place that may have one."""
    functions = defaultdict(set)
    for name, tree in trees.items():
        for outer in tree.body:
            calls = [node for node in ast.walk(outer) if isinstance(node, ast.Call) and loads(node)]
            where = getattr(outer, "name", f"line {outer.lineno}")
            if any(not isinstance(call.args[0], ast.Constant) for call in calls):
                from_table = where == "__getattr__" and homes(tree)
                functions[room(name)] |= set() if from_table else {f"{name}: {where}"}
    for place, found in functions.items():
        if found and (place not in BY_COMPUTED_NAME or len(found) > 1):
            yield f"{', '.join(sorted(found))}: imports by a computed name"


def unknown(text: str) -> list[str]:
    """The names of the package in a text that cannot be imported."""
    named = set(DOTTED.findall(text))
    named |= {f"{module}.{name.split()[0]}" for module, names in FROM.findall(text) for name in names.split(",")}
    return sorted(name for name in named if not exists(name))


def exists(name: str) -> bool:
    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_imports_follow_the_architecture(plan: Plan) -> None:
    assert problems(plan) == []


def test_no_package_is_crowded(plan: Plan) -> None:
    assert list(crowded(plan)) == []


def repeated_classes(package: Path) -> dict[str, list[str]]:
    """Public classes that several modules define, with these modules."""
    homes = defaultdict(list)
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(path.relative_to(package).as_posix())
    return {name: found for name, found in homes.items() if len(found) > 1}


def test_no_two_public_classes_have_one_name() -> None:
    assert repeated_classes(PACKAGE) == {}


def test_few_modules_are_in_the_root() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 7


def long_test_names(folder: Path) -> list[str]:
    """Names of tests that are longer than `MAX_NAME` characters."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return [
        f"{path.relative_to(folder)}: {node.name}"
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, functions) and node.name.startswith("test_") and len(node.name) > MAX_NAME
    ]


def test_test_names_are_short() -> None:
    assert long_test_names(ROOT / "tests") == []


SOUND = {
    "__init__": "_HOMES = {'MLP': 'network'}\ndef __getattr__(name):\n    return import_module(_HOMES[name])",
    "__main__": "from cs231n_lib.course import plan",
    "contracts": "import numpy",
    "network/__init__": "from cs231n_lib.network.mlp import MLP",
    "network/mlp": "from ..contracts import array",
    "network/layers": "",
    "lessons/__init__": "",
    "lessons/timing": "",
    "lessons/one/__init__": "from cs231n_lib.lessons import timing",
    "lessons/one/pictures": "from . import checks",
    "lessons/one/checks": "",
    "lessons/two/__init__": "",
    "course/__init__": "",
    "course/plan": "def checks_of(slug):\n    return import_module(f'cs231n_lib.lessons.{slug}')",
}


def house(folder: Path, changed: dict[str, str]) -> Plan:
    """The plan of a sound house with changed modules."""
    for name, text in (SOUND | changed).items():
        path = folder / "cs231n_lib" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return drawn(folder / "cs231n_lib")


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("contracts", "from cs231n_lib import course", "contracts imports cs231n_lib.course, which is above it"),
        ("network/layers", "def f():\n    from ..lessons import timing", "imports cs231n_lib.lessons.timing, which"),
        ("network/layers", "if TYPE_CHECKING:\n    import cs231n_lib.course.plan", "imports cs231n_lib.course.plan, "),
        ("network/layers", "from cs231n_lib import MLP", "network.layers imports cs231n_lib, which is above it"),
        ("network/layers", "importlib.import_module('cs231n_lib.course')", "imports cs231n_lib.course, which is"),
        ("lessons/two/checks", "from ..one import pictures", "imports cs231n_lib.lessons.one.pictures, which is a"),
        ("lessons/timing", "from .one import checks", "imports cs231n_lib.lessons.one.checks, which is another"),
        ("network/layers", "from cs231n_lib.network import mlp, MLP", None),
        ("network/mlp", "from . import MLP", "a cycle"),
        ("lessons/two/checks", "__import__(name)", "cs231n_lib.lessons.two.checks: line 1: imports by a"),
        ("network/__init__", "def __getattr__(name):\n    import_module(name)", "__getattr__: imports by a computed"),
        ("course/text", "def other(slug):\n    import_module(slug)", "checks_of, cs231n_lib.course.text: other: "),
        ("helpers/__init__", "", "helpers: no place in the order of imports"),
    ],
)  # fmt: skip
def test_each_violation_of_the_architecture_is_reported(tmp_path: Path, file: str, text: str, told: str | None) -> None:
    assert problems(house(tmp_path, {})) == []
    found = problems(house(tmp_path, {file: text}))
    assert len(found) == (told is not None)
    assert told is None or told in found[0]


def test_an_init_that_loads_on_use_imports_what_its_table_says(tmp_path: Path) -> None:
    table = "_HOMES = {'x': 'mlp'}\ndef __getattr__(name):\n    return import_module(_HOMES[name])"
    circle = {"network/__init__": table, "network/mlp": "from cs231n_lib.network import x"}
    (found,) = problems(house(tmp_path, circle))
    assert found.endswith("a cycle")


NAMES = [f"m{i}" for i in range(13)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({f"course/{name}": "" for name in NAMES[:11]}, []),
        ({f"course/{name}": "" for name in NAMES}, ["cs231n_lib.course: 14 modules and packages"]),
        ({f"network/{name}": "" for name in NAMES}, []),
        ({f"course/a/{name}": "" for name in ["__init__", *NAMES]}, ["cs231n_lib.course.a: 13 modules and packages"]),
        ({f"course/{one}": f"from . import {other}" for one, other in pairwise(NAMES[:9])}, []),
        ({f"course/{one}": f"from . import {other}" for one, other in pairwise(NAMES[:11])}, ["course: 10 floors"]),
        ({"course/a/__init__": "", "course/b/__init__": "", "course/a/x": "from ..b import y", "course/b/y": "",
          "course/b/z": "from ..a import w", "course/a/w": ""}, ["a cycle"]),
    ],
)  # fmt: skip
def test_crowded_package_is_reported(tmp_path: Path, changed: dict[str, str], told: list[str]) -> None:
    plan = house(tmp_path, changed)
    found = list(crowded(plan))
    assert problems(plan) == []
    assert len(found) == len(told)
    assert all(expected in line for expected, line in zip(told, found, strict=True))


def painted(text: str) -> set[str]:
    """The codes of the shared colours that a text writes out."""
    codes = {code.lower() for code in vars(colors).values() if str(code).startswith("#")}
    return codes & set(re.findall(r"#[0-9a-f]{6}\b", text.lower()))


def test_a_shared_colour_is_written_down_once() -> None:
    folders = [ROOT / name for name in ("cs231n_lib", "solutions", "benchmarks", "tests")]
    programs = [path for folder in folders for path in folder.rglob("*.py")]
    assert [str(path.relative_to(ROOT)) for path in programs if painted(path.read_text(encoding="utf-8"))] == [
        "cs231n_lib/colors.py"
    ]


def documents() -> list[Path]:
    texts = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("solutions/**/*.py"), *PACKAGE.rglob("*.py")]
    programs = [*ROOT.glob("benchmarks/*"), *ROOT.glob("tests/**/*.py")]  # some are handed to a kernel as text
    here = [page for page in programs if page.is_file() and "tenth" not in page.parts and page != Path(__file__)]
    return [*texts, *here]


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_dotted_name_can_be_imported(page: Path) -> None:
    assert unknown(page.read_text(encoding="utf-8")) == []


def test_names_that_cannot_be_imported_are_reported() -> None:
    text = (
        "`cs231n_lib.training.Trainer.fit`, once `cs231n_lib.trainer`:\n    from cs231n_lib.checks import case, nothing"
    )
    assert unknown(text) == ["cs231n_lib.checks.nothing", "cs231n_lib.trainer"]


def packages() -> list[str]:
    return sorted(".".join(path.parent.relative_to(ROOT).parts) for path in PACKAGE.rglob("__init__.py"))


def listed(package: str) -> list[str]:
    """What a package offers: its `__all__`, or what it imports in the form `from .module import name as name`."""
    home = resolve_name(package)
    imports = [node for node in ast.parse(Path(home.__file__).read_text()).body if isinstance(node, ast.ImportFrom)]
    return getattr(home, "__all__", [a.name for node in imports for a in node.names if a.asname == a.name])


@pytest.mark.parametrize("package", [name for name in packages() if listed(name)])
def test_a_package_lists_what_it_offers(package: str) -> None:
    offered = listed(package)
    assert sorted(offered) == sorted(set(offered))
    assert [name for name in offered if not exists(f"{package}.{name}")] == []


@pytest.mark.parametrize("checks", [name for name in packages() if name.endswith(".checks")])
def test_checks_load_without_pictures_widgets_and_grading(checks: str) -> None:
    heavy = {
        "matplotlib",
        "scipy",
        "nbgrader",
        "nbformat",
        "ipywidgets",
        "anywidget",
        "jupytext",
        "PIL",
        "tqdm",
        "IPython",
    }
    code = f"import sys, {checks}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in loaded
    assert heavy & set(loaded) == set()


def rooms(package: Path) -> set[str]:
    found = {path.parent.name for path in package.glob("*/__init__.py")}
    return found | {path.stem for path in package.glob("[!_]*.py")}


def misdrawn(page: str, there: set[str]) -> list[str]:
    """The rooms that are on the page in vain, or missing from its picture or its table."""
    (picture,) = re.findall(r"^```mermaid\nflowchart TB\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    drawn = set(re.findall(r"\w+", picture)) - {"subgraph", "ground", "end"}
    listed = set(re.findall(r"^\| `(\w+)/?` \|", page, re.MULTILINE))
    return sorted((drawn ^ there) | (listed ^ there))


def test_architecture_and_package_name_the_same_rooms() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    there = rooms(PACKAGE)
    assert misdrawn(page, there) == []
    assert misdrawn(page, {*there, "attic"}) == ["attic"]
    assert misdrawn(page, there - {"search"}) == ["search"]


def arrows(plan: Plan) -> set[tuple[str, str]]:
    """The imports between rooms that no longer way stands for, with the modules on the ground as one room."""
    graph = defaultdict(set)
    for name in plan.edges.keys() - set(ABOVE_ALL):
        for target in plan.edges[name] - set(ABOVE_ALL):
            above, below = ("ground" if room(one) in GROUND else room(one) for one in (name, target))
            graph[above] |= {below} - {above}
    reached = {one: reachable(one, graph) for one in graph}
    return {
        (above, below)
        for above, targets in graph.items()
        for below in targets
        if not any(below in reached.get(other, ()) for other in targets)
    }


def reachable(start: str, graph: dict[str, set[str]]) -> set[str]:
    found, waiting = set(), [*graph[start]]
    while waiting:
        one = waiting.pop()
        waiting += graph.get(one, set()) - found
        found.add(one)
    return found


def test_the_picture_draws_the_imports_between_rooms(plan: Plan) -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    written = re.findall(r"^    (\w+) --> (\w+)$", page, re.MULTILINE)
    assert len(set(written)) == len(written)
    assert set(written) == arrows(plan)


def test_an_arrow_is_an_import_that_no_other_way_replaces(tmp_path: Path) -> None:
    direct = {"network/mlp": "from ..contracts import array\nfrom ..functions import losses"}
    functions = {"functions/__init__": "", "functions/losses": "from cs231n_lib import contracts"}
    plan = house(tmp_path, direct | functions)
    assert {("network", "functions"), ("functions", "ground")} <= arrows(plan)
    assert ("network", "ground") not in arrows(plan)
