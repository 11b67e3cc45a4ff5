"""Writes the zip that is uploaded to Gradescope: the course, one lesson, and what sets them up and runs them there."""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from .grade import class_seed
from .gradescope import ABOUT, BLANK
from .intake import ASKED
from .nbgrader_course import CONFIG, nbgrader_api
from .one import blank_gradebook
from .report_class import ReportError

_JUDGE = """
# What a student wrote runs as another user: Gradescope's container is itself thrown away.
c.Autograde.autograde_preprocessors[0] = "cs231n_lib.classroom.gradescope.JudgeByAnotherUser"
"""
_SCRIPTS = {"setup.sh": "gradescope_setup.sh", "run_autograder": "gradescope_run.sh"}


def write_zip(root: Path, lesson: str, output: Path) -> Path:
    """Write the zip for a released lesson of the course at ``root`` into the folder ``output``.

    Raises
    ------
    ReportError
        If the lesson is not there, or the package cannot be built.
    """
    release, solution = (root / step / lesson / f"{lesson}.ipynb" for step in ("notebooks", "solutions"))
    for path in (root / CONFIG, release, solution):
        if not path.exists():
            raise ReportError(f"{path} is missing: name a lesson that is built, and start this in the course's folder")
    project = Path(__file__).parents[2]
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"gradescope-{lesson}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for file in (release, solution):
            shutil.copytree(file.parent, folder / file.parent.relative_to(root), ignore=shutil.ignore_patterns("*.py"))
        shutil.copy(release.parents[1] / ASKED, folder / "notebooks")
        (folder / CONFIG).write_text((root / CONFIG).read_text() + _JUDGE)
        seed = class_seed(root, lesson)
        (folder / ABOUT).write_text(json.dumps({"lesson": lesson, "seed": seed, "parts": _enter(folder, lesson)}))
        for name, script in _SCRIPTS.items():
            shutil.copy(Path(__file__).with_name(script), folder / name)
            (folder / name).chmod(0o755)
        shutil.copy(project / "requirements.lock", folder)
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        built = subprocess.run(build, cwd=project, capture_output=True, text=True)
        if built.returncode:
            raise ReportError(f"the package cannot be built: {built.stderr.strip()}")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(folder))
    return path


def _enter(folder: Path, lesson: str) -> dict[str, float]:
    """Enter the lesson into a gradebook, and return its graded parts in order, with their points."""
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        for step in ("notebooks", "solutions"):
            shutil.copytree(folder / step, course / step)
        shutil.copy(folder / CONFIG, course)
        done = nbgrader_api(course, course / "gradebook.db").generate_assignment(lesson, force=True)
        if not done["success"]:
            raise ReportError(f"{lesson} cannot be released: {done.get('log') or done.get('error')}")
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "cs231n") as gradebook:
            (folder / BLANK).write_bytes(blank_gradebook(gradebook, lesson))
            points = {cell.name: float(cell.max_score) for cell in gradebook.find_notebook(lesson, lesson).grade_cells}
    cells = nbformat.read(folder / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4).cells
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    return {name: points[name] for name in names if name in points}
