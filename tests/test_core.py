"""The package needs few others: what it imports is declared, and lessons run where nothing more is found."""

import ast
import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import bare
import pytest
from long import LONG
from packaging.utils import canonicalize_name

from cs231n_lib.course.plan import LESSONS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cs231n_lib"
CORE = {"numpy", "matplotlib", "contourpy", "ipywidgets", "traitlets", "anywidget", "tqdm", "pillow", "ipython", "fsrs"}
WITH_EXTRAS = ("classroom/", "search/tpe.py", "network/kernels.py")
"""Parts that are loaded only by those who have the extra for it."""
OWN = {
    *sys.stdlib_module_names,
    *("cs231n_lib", "benchmarks", "website", "course_lessons"),
    *(path.stem for path in ROOT.glob("tests/*")),
    "answers",  # of tests/checks, under the name that it has in Pyodide
}
"""What is no package of others: Python's own, and the project's."""
OF_PYODIDE = {"js", "pyodide"}
"""What only Python in a browser has."""
NOT_NEEDED = {"torch"}
"""What tests and benchmarks import only where it is installed."""


distributions = cache(packages_distributions)
"""Which distributions bring a package: asked when a test needs it, because each worker imports this module."""


def imported(tree: ast.AST, *, at_once: bool) -> Iterator[str]:
    """The packages from elsewhere that a module imports: ``at_once`` when it is loaded itself, or anywhere."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if not node.level else []
        elif at_once and (isinstance(node, ast.FunctionDef) or "TYPE_CHECKING" in ast.unparse(node).split(":")[0]):
            continue
        else:
            yield from imported(node, at_once=at_once)
            continue
        for name in names:
            package = name.partition(".")[0]
            if package not in OWN:
                yield canonicalize_name(distributions().get(package, [package])[0])


def declared(*extras: str) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in bare.core(*extras)}


def undeclared(package: Path) -> list[str]:
    """A line for each import that pyproject.toml does not account for."""
    core, every = declared(), declared(*bare.PROJECT["optional-dependencies"])
    found = []
    for path in sorted(package.rglob("*.py")):
        name = str(path.relative_to(package))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        needed = every if name.startswith(WITH_EXTRAS) else core
        found += [f"{name} imports {one}" for one in imported(tree, at_once=True) if one not in needed]
        known = every | (OF_PYODIDE if name == "browser.py" else set())
        found += [f"{name} imports {one} in a function" for one in imported(tree, at_once=False) if one not in known]
    return found


def test_what_is_imported_is_declared() -> None:
    assert declared() == CORE
    assert undeclared(PACKAGE) == []


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "website"])
def test_what_the_tools_import_is_declared(folder: str) -> None:
    needed = declared(*bare.PROJECT["optional-dependencies"]) | NOT_NEEDED
    paths = [path for path in (ROOT / folder).rglob("*.py") if "fixtures" not in path.parts]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    assert {one for tree in trees for one in imported(tree, at_once=False)} - needed == set()


def test_undeclared_import_is_reported(tmp_path: Path) -> None:
    (tmp_path / "classroom").mkdir()
    text = "import os, optuna\nimport PIL.Image\nif True:\n    import nbgrader\ndef f():\n    import optuna, bokeh\n"
    (tmp_path / "module.py").write_text(text)
    (tmp_path / "classroom/report.py").write_text("import nbgrader.api")
    assert undeclared(tmp_path) == [
        "module.py imports optuna",
        "module.py imports nbgrader",
        "module.py imports bokeh in a function",
    ]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is found: what the package needs, without a Jupyter front end and without a kernel."""
    return bare.link(bare.core(), tmp_path_factory.mktemp("core") / "packages")


def test_core_environment_contains_no_other_package(packages: Path) -> None:
    code = "from importlib.util import find_spec as f; print([n for n in {names} if f(n)])"
    names = ["numpy", "PIL", "ipykernel", "jupyterlab", "nbgrader", "nbformat", "jinja2", "scipy", "optuna", "pytest"]
    command = [sys.executable, "-P", "-S", "-c", code.replace("{names}", str(names))]
    assert bare.run(*command, path=[packages], cwd=packages).strip() == "['numpy', 'PIL']"


def worth(notebook: Path) -> dict[str, float]:
    """What each check of a notebook is worth."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    marked = {cell["id"]: cell["metadata"].get("nbgrader", {}) for cell in cells if cell["cell_type"] == "code"}
    return {name: marks["points"] for name, marks in marked.items() if marks.get("grade")}


def solutions() -> list[object]:
    """The solution of each lesson: the first runs always, others in the audit, the longest in `make seeds`."""
    folders = [lesson.folder for lesson in LESSONS if (ROOT / "solutions" / lesson.folder).is_dir()]
    first, *others = folders
    return [
        pytest.param(first, marks=pytest.mark.slow),
        *(
            pytest.param(other, marks=[pytest.mark.audit, *([pytest.mark.seeds] if other in LONG else [])])
            for other in others
        ),
    ]


@pytest.mark.parametrize("lesson", solutions())
def test_a_lesson_runs_with_the_core_alone(lesson: str, packages: Path) -> None:
    notebook = ROOT / "solutions" / lesson / f"{lesson}.ipynb"
    expected = worth(notebook)
    assert sum(expected.values()) > 90
    assert bare.run_cells(notebook, path=[packages, ROOT]) == expected
