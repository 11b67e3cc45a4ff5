"""Build the course: texts in ``solutions/`` become executed notebooks there, and nbgrader's release in ``notebooks/``.

``python -m cs231n_lib build`` writes them; ``python -m cs231n_lib build --check`` builds them elsewhere and compares,
with ``--stored`` without running them.
The same texts give the same bytes.
"""

import asyncio
import json
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.checks.report import BONUS_POINTS
from cs231n_lib.course import readme
from cs231n_lib.course.notebook import CHECK
from cs231n_lib.course.notebook import SETTINGS as SET
from cs231n_lib.course.plan import HOME, NOTEBOOKS, checks_of, exercises_of, slug_of
from cs231n_lib.course.settings import Settings, read_settings

from .intake import ASKED
from .kernels import kernel_environment
from .nbgrader_course import nbgrader_api
from .source import METADATA, BuildError, label, read_notebook

MAX_OUTPUT = 300_000
CELL_SECONDS = 300
KERNELS = 2
"""Lessons that run at a time, each in a process of its own."""

RELEASES = Path("notebooks", ASKED)
"""The file of what each version asked, below the course's folder."""

_NOT_IN_BUILD = ("NBGRADER_EXECUTION", "CS231N_GRADING_SEED")


def lesson_sources(root: Path) -> list[Path]:
    """The texts of all lessons, in order."""
    return sorted(path for path in root.glob("solutions/[0-9][0-9]_*/*.py") if path.stem == path.parent.name)


def build(root: Path, lessons: Sequence[str] = (), home: str = HOME, stored: Path | None = None) -> None:
    """Build the named lessons under ``root``, or all of them and the start page.

    ``home`` is the package in which each lesson has its own: ``<home>.<slug>`` for ``NN_slug``. Nothing is run where
    ``stored`` names another course's folder: outputs are then those of its notebooks.

    Raises
    ------
    BuildError
        For a text that breaks a rule or does not run.
    SettingsError
        For the first setting in ``class.toml`` that cannot be used.
    """
    sources = lesson_sources(root)
    unknown = set(lessons) - {path.stem for path in sources}
    if unknown:
        known = ", ".join(path.stem for path in sources) or "none"
        raise BuildError(root / "solutions", ", ".join(sorted(unknown)), "no such lesson", f"name one of: {known}")
    chosen = [path for path in sources if not lessons or path.stem in lessons]
    settings = read_settings(root)
    chosen.reverse()  # the later lessons take longer: what is left to one kernel at the end should be short
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(KERNELS) as pool:
        gradebook = Path(scratch, "gradebook.db")  # one for all: to make one takes nbgrader a second or more
        solved = pool.map(partial(solve, settings=settings, home=home, stored=stored), chosen)
        for path, notebook in zip(chosen, solved, strict=True):
            keep_measured(notebook, path.with_suffix(".ipynb"))
            write(notebook, path.with_suffix(".ipynb"))
            release(root, path.stem, gradebook)
            if is_graded(path):
                remember_asked(root, path.stem, notebook)
    page = root / "solutions" / "index.py"
    if page.exists() and not lessons:
        shown = stored and stored / "notebooks" / "index.ipynb"
        write(_with_outputs(read_notebook(page), page, shown), root / "notebooks" / "index.ipynb")
    if (root / "README.md").exists():
        (root / "README.md").write_text(readme_text(root), encoding="utf-8")


def is_graded(path: Path) -> bool:
    """Whether the text is that of a lesson; what the plan does not know is one."""
    return not any(one.folder == path.stem and not one.graded for one in NOTEBOOKS)


def readme_text(root: Path) -> str:
    """The README under ``root`` with its list of lessons, and its links if it has a place for them.

    Raises
    ------
    BuildError
        If it has no place for the list.
    """
    try:
        return readme.written(root)
    except ValueError as error:
        remedy = f"write these two lines where it belongs:\n{readme.BEGIN}\n{readme.END}"
        raise BuildError(root / "README.md", "the list of lessons", str(error), remedy) from None


def solve(path: Path, settings: Settings, home: str = HOME, stored: Path | None = None) -> NotebookNode:
    """Make the solution of one lesson from its text, and run it: it must earn all points. Or take ``stored`` outputs.

    The exercises have the points that the class gives them, and the notebook's metadata say what students may know of
    the class's settings. A notebook that is not graded has neither exercises nor settings.
    """
    known = stored and stored / "solutions" / path.stem / f"{path.stem}.ipynb"
    if not is_graded(path):
        notebook = _with_outputs(read_notebook(path), path, known)
        notebook.metadata[SET] = {"version": version("cs231n_lib")}
        return notebook
    slug = slug_of(path.stem)
    try:
        checks = checks_of(slug, home)
    except ModuleNotFoundError as error:
        remedy = f"write {home.replace('.', '/')}/{slug}/checks/"
        raise BuildError(path, "whole lesson", f"its checks are missing ({error})", remedy) from None
    exercises = exercises_of(checks)
    in_class = _worth(exercises, settings, path.stem)
    notebook = read_notebook(path, in_class)
    asked = {f"checks.{name}()": name for name in exercises}
    for cell in notebook.cells:
        if name := asked.get(cell.source):
            cell.source = f"checks.{name}({_set_in_class(exercises[name], in_class[name], settings)})"
    notebook = _with_outputs(notebook, path, known)
    _say_how_to_install(notebook, readme.wheel(path.parents[2]))
    notebook.metadata[SET] = {"version": version("cs231n_lib"), **settings.for_students(path.stem)}
    if stored is None:
        for cell in notebook.cells:
            _check_full_points(cell, path)
    return notebook


def _say_how_to_install(notebook: NotebookNode, wheel: str) -> None:
    """Where a notebook is opened alone, as in Colab, its first code fails: there it says what to do."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = f"# No module named cs231n_lib? Install it first: %pip install {wheel}\n{first.source}"


def _set_in_class(exercise: Exercise, in_class: Exercise, settings: Settings) -> str:
    """What a check is told of the class's settings; nothing where they are the course's own."""
    told = [] if in_class.points in (0, exercise.points) else [f"points={in_class.points:g}"]
    told += [] if settings.show_places else ["where=False"]
    return ", ".join(told + ([] if settings.show_solutions else ["solution=False"]))


def _worth(exercises: dict[str, Exercise], settings: Settings, folder: str) -> dict[str, Exercise]:
    points = settings.share_points(
        folder, {name: e.points for name, e in exercises.items() if not isinstance(e, Bonus)}
    )
    return exercises | {name: replace(exercises[name], points=worth) for name, worth in points.items()}


def _with_outputs(notebook: NotebookNode, path: Path, stored: Path | None) -> NotebookNode:
    """The notebook after it was run, or with the outputs of a stored one; they are of bounded size."""
    if stored is None:
        run(notebook, path)
    else:
        known = {cell.id: cell for cell in nbformat.read(stored, as_version=4).cells} if stored.exists() else {}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                if cell.id not in known:
                    raise BuildError(
                        path, label(cell), f"it was never run: {stored} has it not", "run `make notebooks`"
                    )
                ran = known[cell.id]
                cell.outputs, cell.execution_count = ran.get("outputs", []), ran.get("execution_count")
    notebook.metadata.language_info = NotebookNode(METADATA["language_info"])
    for cell in notebook.cells:
        _check_output(cell, path)
    return notebook


def run(notebook: NotebookNode, path: Path) -> None:
    """Execute a notebook in a fresh kernel, with still pictures in place of widgets."""
    environment = kernel_environment(*_NOT_IN_BUILD) | {"CS231N_STATIC": "1"}
    code_cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    started: list[NotebookNode] = []
    with tqdm(total=code_cells, desc=path.stem, unit="cell", leave=False) as bar:
        client = NotebookClient(
            notebook,
            kernel_name=METADATA["kernelspec"]["name"],
            timeout=CELL_SECONDS,
            extra_arguments=["--log-level=ERROR"],
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,  # how a stream is cut into messages depends on time
            resources={"metadata": {"path": str(path.parent)}},
            on_cell_start=lambda cell, cell_index: started.append(cell),
            on_cell_complete=lambda cell, cell_index: bar.update(cell.cell_type == "code"),
        )
        try:
            asyncio.run(client.async_execute(env=environment))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            problem = f"the cell fails\n{error}"
            raise BuildError(path, label(started[-1]), problem, "correct the cell or the library it calls") from None


def keep_measured(notebook: NotebookNode, stored: Path) -> None:
    """Keep the stored pictures of measured times where cell and caption are the same, so that two builds are alike.

    Remove the stored notebook before building to measure anew.
    """
    if not stored.exists():
        return
    old = nbformat.read(stored, as_version=4)
    pictures = {key: output.data for key, output in _measured(old)}
    for key, output in _measured(notebook):
        output.data = pictures.get(key, output.data)


def _measured(notebook: NotebookNode) -> Iterator[tuple[tuple[str, str], NotebookNode]]:
    """Each measured picture, with the source of its cell and its caption."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("measured"):
                yield (cell.source, output.data["text/plain"]), output


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, once it is seen to be valid."""
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def release(root: Path, lesson: str, gradebook: Path) -> None:
    """Make ``notebooks/<lesson>`` from ``solutions/<lesson>`` with nbgrader, in a gradebook that is not the class's."""
    result = nbgrader_api(root, gradebook).generate_assignment(lesson)
    if not result["success"]:
        problem = f"nbgrader made no release\n{result.get('log', '')}{result.get('error', '')}"
        raise BuildError(root / "solutions" / lesson, "whole lesson", problem, "read the last lines above")


def remember_asked(root: Path, lesson: str, notebook: NotebookNode) -> None:
    """Note which parts of a lesson this version of the course asks, so that grading knows it of older releases."""
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
        raise BuildError(path, label(cell), f"output of {size // 1000} kB, at most {MAX_OUTPUT // 1000}", remedy)
    if any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in outputs):
        remedy = "show a picture when the environment has CS231N_STATIC"
        raise BuildError(path, label(cell), "a live widget in the output, which a saved notebook cannot show", remedy)


def _check_full_points(cell: NotebookNode, path: Path) -> None:
    """The solution must earn what it asks for, and say nothing on stderr, which costs marks in nbgrader."""
    marks = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code" or not marks or marks["solution"]:
        return
    points = marks.get("points", BONUS_POINTS)  # a bonus is worth none
    shown = [output.get("data", {}).get("text/plain", output.get("text", "")) for output in cell.outputs]
    if len(shown) != 1 or shown[0] != str(points):
        problem = f"the reference does not earn {points} points here: the check shows {shown}"
        raise BuildError(path, label(cell), problem, "correct the check, or what is around the placeholder")
