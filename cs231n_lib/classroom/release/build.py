"""Build of the solutions in ``solutions/`` and the release in ``notebooks/``.

``python -m cs231n_lib build`` writes both. ``python -m cs231n_lib build --check`` builds both elsewhere without running
any lesson, and compares the results. The same texts give the same bytes. By default, a lesson runs again only
if its code, settings or locked versions have changed.
"""

import ast
import asyncio
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from platform import machine
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from cs231n_lib.checks import Exercise, Practice
from cs231n_lib.checks.report import PERCENT
from cs231n_lib.course.overview import readme
from cs231n_lib.course.plan import HOME, NOTEBOOKS, checks_of, exercises_of, has_part, slug_of
from cs231n_lib.course.settings import Settings, read_settings
from cs231n_lib.course.student.notebook import CHECK
from cs231n_lib.course.student.notebook import SETTINGS as SET

from ..intake import RELEASES_FILE
from ..kernels.client import kernel_environment
from ..nbgrader_course import nbgrader_api
from .executed import KEY, Snapshot, take_snapshot
from .source import METADATA, TOTAL_POINTS, BuildError, label, read_notebook

MAX_OUTPUT = 300_000
CELL_SECONDS = 300
KERNELS = 2
"""Number of lessons that run at the same time, each in its own process."""

RELEASES = Path("notebooks", RELEASES_FILE)
"""File with the exercises of each version, below the course's folder."""

_NOT_IN_BUILD = ("NBGRADER_EXECUTION", "CS231N_GRADING_SEED", "PYTEST_CURRENT_TEST")
"""Environment variables to remove. The last would keep ipykernel from showing the stderr of compiled code."""

_COMMON_ARITHMETIC = {
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_L2_SIZE": "512",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
"""Instructions of every x86 processor with AVX2. With AVX-512, float32 sums round differently, and training with too
high a learning rate amplifies the difference. The accuracy in lesson 06 is 9 % with one set of
instructions and 49 % with the other.

On AMD's Zen 4 and 5, OpenBLAS 0.3.34 uses block sizes for AVX-512, which overflow the buffers of the chosen kernel and
end Python (OpenBLAS issue 6021). OpenBLAS does so only if the level-2 cache has 1,024 kB, so another size is set here.
"""


@dataclass(frozen=True)
class Earlier:
    """Earlier runs whose outputs may be reused."""

    snapshot: Snapshot
    """State of the files, which shows whether code has changed since a lesson ran."""
    stored: Path | None = None
    """Folder of a course whose outputs the build uses even if the code has changed."""
    run_all: bool = False
    """Whether to run lessons whose code has not changed."""


def lesson_sources(root: Path) -> list[Path]:
    """Return the paths of all lessons' source texts, in order."""
    return sorted(path for path in root.glob("solutions/[0-9][0-9]_*/*.py") if path.stem == path.parent.name)


def build(
    root: Path, lessons: Sequence[str] = (), home: str = HOME, stored: Path | None = None, run_all: bool = False
) -> None:
    """Build the named lessons under ``root``, or all of them and the start page.

    ``home`` is the package that contains a package ``<home>.<slug>`` for each lesson ``NN_slug``. A lesson whose
    fingerprint has not changed keeps its outputs, unless ``run_all`` is set. If ``stored`` names another course's
    folder, nothing runs and the outputs come from its notebooks.

    Raises
    ------
    BuildError
        If a text breaks a rule or does not run.
    SettingsError
        If a setting in ``class.toml`` cannot be used.
    """
    sources = lesson_sources(root)
    unknown = set(lessons) - {path.stem for path in sources}
    if unknown:
        known = ", ".join(path.stem for path in sources) or "none"
        raise BuildError(root / "solutions", ", ".join(sorted(unknown)), "no such lesson", f"name one of: {known}")
    chosen = [path for path in sources if not lessons or path.stem in lessons]
    settings = read_settings(root)
    chosen.reverse()  # the later lessons take longer, so a short one should come last
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(KERNELS) as pool:
        gradebook = Path(scratch, "gradebook.db")  # shared, because creating one takes nbgrader a second or more
        earlier = Earlier(take_snapshot(root, home), stored, run_all)
        solved = pool.map(partial(solve, settings=settings, earlier=earlier, home=home), chosen)
        for path, notebook in zip(chosen, solved, strict=True):
            keep_measured_figures(notebook, path.with_suffix(".ipynb"))
            executed = notebook.metadata.pop(KEY, None)
            write(notebook, path.with_suffix(".ipynb"))
            release(root, path.stem, gradebook)
            if executed:  # written last, so that the release does not have it
                notebook.metadata[KEY] = executed
                write(notebook, path.with_suffix(".ipynb"))
            if is_graded(path):
                record_exercises(root, path.stem, notebook)
    page = root / "solutions" / "index.py"
    if page.exists() and not lessons:
        shown = stored and stored / "notebooks" / "index.ipynb"
        write(_with_outputs(read_notebook(page), page, shown), root / "notebooks" / "index.ipynb")
    if (root / "README.md").exists():
        (root / "README.md").write_text(readme_text(root), encoding="utf-8")


def is_graded(path: Path) -> bool:
    """Tell whether a lesson is graded. A lesson outside the plan counts as graded."""
    return not any(one.folder == path.stem and not one.graded for one in NOTEBOOKS)


def readme_text(root: Path) -> str:
    """Return the README under ``root`` with its current list of lessons and links.

    Raises
    ------
    BuildError
        If the README has no place for the list.
    """
    try:
        return readme.written(root)
    except ValueError as error:
        remedy = f"write these two lines where the list belongs:\n{readme.BEGIN}\n{readme.END}"
        raise BuildError(root / "README.md", "the list of lessons", str(error), remedy) from None


def solve(path: Path, settings: Settings, earlier: Earlier, home: str = HOME) -> NotebookNode:
    """Make the solution of one lesson from its text, with its outputs.

    The solution must earn all points. Exercises have the points that the class gives them, and the notebook's metadata
    hold the settings that students may know. An ungraded notebook has no settings but may have exercises.
    """
    graded = is_graded(path)
    exercises = _exercises(path, home)
    in_class = _worth(exercises, settings, path.stem) if graded else exercises
    notebook = read_notebook(path, in_class, TOTAL_POINTS if graded else 0)
    asked = {f"checks.{name}()": name for name in exercises}
    for cell in notebook.cells:
        if name := asked.get(cell.source):
            cell.source = f"checks.{name}({_check_arguments(exercises[name], in_class[name], settings)})"
    for_students = settings.for_students(path.stem) if graded else {}
    notebook = _executed(notebook, path, earlier, for_students)
    if exercises:
        _add_install_hint(notebook, readme.wheel(path.parents[2]))
    notebook.metadata[SET] = {"version": version("cs231n_lib"), **for_students}
    for cell in notebook.cells:
        _check_full_points(cell, path)
    return notebook


def _exercises(path: Path, home: str) -> dict[str, Exercise]:
    """Return the exercises of a lesson by name.

    Only an ungraded notebook may have no checks.
    """
    slug = slug_of(path.stem)
    if not is_graded(path) and not has_part(slug, "checks", home):
        return {}
    try:
        return exercises_of(checks_of(slug, home))
    except ModuleNotFoundError as error:
        remedy = f"create the package {home.replace('.', '/')}/{slug}/checks/"
        raise BuildError(path, "whole lesson", f"its checks are missing ({error})", remedy) from None


def _add_install_hint(notebook: NotebookNode, wheel: str) -> None:
    """Tell students who open the notebook alone, as in Colab, what to install."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    how = "Run this" if "/" in wheel else f"Put {wheel} into the notebook's folder. Then run this"
    how = f"{how} in a new cell: %pip install {wheel}"
    first.source = f"# No module named cs231n_lib? {how}\n{first.source}"


def _check_arguments(exercise: Exercise, in_class: Exercise, settings: Settings) -> str:
    """Return the arguments of a check that differ from the course's own settings."""
    told = [] if in_class.points in (0, exercise.points) else [f"points={in_class.points:g}"]
    told += [] if settings.show_places else ["where=False"]
    told += [] if settings.show_solutions else ["solution=False"]
    return ", ".join(told + ([] if settings.show_changes else ["change=False"]))


def _worth(exercises: dict[str, Exercise], settings: Settings, folder: str) -> dict[str, Exercise]:
    points = settings.share_points(
        folder, {name: e.points for name, e in exercises.items() if not isinstance(e, Practice)}
    )
    return exercises | {name: replace(exercises[name], points=worth) for name, worth in points.items()}


def _executed(notebook: NotebookNode, path: Path, earlier: Earlier, settings: Mapping[str, Any]) -> NotebookNode:
    """Return a notebook with outputs and fingerprint, and run it if its code changed."""
    if earlier.stored:
        stored = earlier.stored / "solutions" / path.stem / f"{path.stem}.ipynb"
        notebook = _with_outputs(notebook, path, stored)
        known = nbformat.read(stored, as_version=4).metadata.get(KEY)
        notebook.metadata |= {KEY: known} if known else {}
        return notebook
    snapshot, facts = earlier.snapshot, {"class": settings, "arithmetic": _COMMON_ARITHMETIC}
    old = path.with_suffix(".ipynb")
    ran = nbformat.read(old, as_version=4) if old.exists() and not earlier.run_all else NotebookNode(metadata={})
    known = ran.metadata.get(KEY)
    if known and known["sha256"] == snapshot.fingerprint(notebook, facts, known["packages"]):
        for cell, same in zip(_code_cells(notebook), _code_cells(ran), strict=True):  # an inserted cell changes the ids
            cell.outputs, cell.execution_count = same.outputs, same.execution_count
    else:
        packages = snapshot.packages(run(notebook, path), slug_of(path.stem))
        known = {"packages": packages, "sha256": snapshot.fingerprint(notebook, facts, packages)}
    notebook.metadata[KEY] = known
    return _checked(notebook, path)


def _with_outputs(notebook: NotebookNode, path: Path, stored: Path | None) -> NotebookNode:
    """Run the notebook or copy stored outputs, and check their size."""
    if stored is None:
        run(notebook, path)
    else:
        known = {cell.id: cell for cell in nbformat.read(stored, as_version=4).cells} if stored.exists() else {}
        for cell in _code_cells(notebook):
            if cell.id not in known:
                problem = f"the cell has no outputs, because {stored} does not contain it"
                raise BuildError(path, label(cell), problem, "run `make notebooks`")
            ran = known[cell.id]
            cell.outputs, cell.execution_count = ran.get("outputs", []), ran.get("execution_count")
    return _checked(notebook, path)


def _checked(notebook: NotebookNode, path: Path) -> NotebookNode:
    notebook.metadata.language_info = NotebookNode(METADATA["language_info"])
    for cell in notebook.cells:
        _check_output(cell, path)
    return notebook


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def build_environment() -> dict[str, str]:
    """Return the environment for running notebooks, ungraded and without live widgets."""
    common = _COMMON_ARITHMETIC if machine() in ("x86_64", "AMD64") else {}
    return kernel_environment(*_NOT_IN_BUILD) | {"CS231N_STATIC": "1"} | common


def run(notebook: NotebookNode, path: Path) -> list[str]:
    """Execute a notebook in a fresh kernel, with still images instead of widgets.

    Return the names of the modules that the kernel loaded.
    """
    code_cells = _code_cells(notebook)
    started: list[NotebookNode] = []
    loaded: list[str] = []

    async def ask_for_modules(**_: Any) -> None:
        asked = {"modules": "' '.join(__import__('sys').modules)"}
        reply = await client.kc.execute("", silent=True, user_expressions=asked, reply=True)
        answer = reply["content"]["user_expressions"]["modules"]["data"]["text/plain"]
        loaded[:] = ast.literal_eval(answer).split()

    with tqdm(total=len(code_cells), desc=path.stem, unit="cell", leave=False) as bar:
        client = NotebookClient(
            notebook,
            kernel_name=METADATA["kernelspec"]["name"],
            timeout=CELL_SECONDS,
            extra_arguments=["--log-level=ERROR"],
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,  # the messages of a stream depend on timing
            resources={"metadata": {"path": str(path.parent)}},
            on_cell_start=lambda cell, cell_index: started.append(cell),
            on_cell_complete=lambda cell, cell_index: bar.update(cell.cell_type == "code"),
            on_cell_executed=ask_for_modules,
        )
        try:
            asyncio.run(client.async_execute(env=build_environment()))
        except CellTimeoutError:
            problem = f"the cell ran for more than {CELL_SECONDS} s"
            remedy = "make the cell or the library that it calls faster, or build again when the machine is less busy"
            raise BuildError(path, label(started[-1]), problem, remedy) from None
        except (CellExecutionError, DeadKernelError) as error:
            problem = f"the cell raised an error\n{error}"
            raise BuildError(
                path, label(started[-1]), problem, "correct the cell or the library that it calls"
            ) from None
    return loaded


def keep_measured_figures(notebook: NotebookNode, stored: Path) -> None:
    """Keep stored figures of measured times if cell and caption are unchanged.

    To measure again, delete the stored notebook before the build.
    """
    if not stored.exists():
        return
    old = nbformat.read(stored, as_version=4)
    pictures = {key: output.data for key, output in _measured(old)}
    for key, output in _measured(notebook):
        output.data = pictures.get(key, output.data)


def _measured(notebook: NotebookNode) -> Iterator[tuple[tuple[str, str], NotebookNode]]:
    """Yield each measured figure with its cell's source and its caption as the key."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("measured"):
                yield (cell.source, output.data["text/plain"]), output


def write(notebook: NotebookNode, path: Path) -> None:
    """Validate a notebook and write it."""
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def release(root: Path, lesson: str, gradebook: Path) -> None:
    """Make the release of a lesson with nbgrader, in a temporary gradebook."""
    result = nbgrader_api(root, gradebook).generate_assignment(lesson)
    if not result["success"]:
        problem = f"nbgrader could not make the release\n{result.get('log', '')}{result.get('error', '')}"
        raise BuildError(root / "solutions" / lesson, "whole lesson", problem, "read the last lines above")


def record_exercises(root: Path, lesson: str, notebook: NotebookNode) -> None:
    """Record a lesson's graded parts in this version, to grade old releases later."""
    file = root / RELEASES
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    asked = [mark["grade_id"].removeprefix(CHECK) for mark in marks if mark.get("grade")]
    known.setdefault(notebook.metadata[SET]["version"], {})[lesson] = asked
    file.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _check_output(cell: NotebookNode, path: Path) -> None:
    outputs = cell.get("outputs", [])
    size = len(json.dumps(outputs))
    if size > MAX_OUTPUT:
        remedy = "print less, or draw the figure with fewer points or dots per inch"
        too_large = f"the output has {size // 1000} kB, but at most {MAX_OUTPUT // 1000} kB are allowed"
        raise BuildError(path, label(cell), too_large, remedy)
    if any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in outputs):
        remedy = "show a still image if the environment has CS231N_STATIC"
        problem = "the output contains a live widget, which a saved notebook cannot show"
        raise BuildError(path, label(cell), problem, remedy)


def _check_full_points(cell: NotebookNode, path: Path) -> None:
    """Check that the solution earns all points and prints nothing else."""
    marks = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code" or not marks or marks["solution"]:
        return
    points = marks.get("points", PERCENT)  # an exercise without points shows a percentage
    shown = [output.get("data", {}).get("text/plain", output.get("text", "")) for output in cell.outputs]
    if len(shown) != 1 or shown[0] != str(points):
        problem = f"the reference should earn {points} points, but the check shows {shown}"
        remedy = "correct the check or the code around the placeholder, and run `make notebooks`"
        raise BuildError(path, label(cell), problem, remedy)
