"""Zip for Gradescope with the package, one lesson, and scripts that grade it."""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from ..errors import ClassroomError
from ..grading.grade import class_seed
from ..grading.submission import blank_gradebook
from ..intake import RELEASES_FILE
from ..nbgrader_course import CONFIG, nbgrader_api, require_course
from .gradescope import GRADEBOOK_FILE, LESSON_FILE

_JUDGE = """
# The student's code runs as another user. Gradescope discards the container afterwards.
c.Autograde.autograde_preprocessors[0] = "cs231n_lib.classroom.exchange.gradescope.JudgeByAnotherUser"
"""
_SCRIPTS = {"setup.sh": "gradescope_setup.sh", "run_autograder": "gradescope_run.sh"}


def write_zip(root: Path, lesson: str, output: Path) -> Path:
    """Write the zip for a released lesson of the course at ``root`` into ``output``.

    Raises
    ------
    ClassroomError
        If there is no course or no such lesson, or the package or the release cannot be built.
    """
    require_course(root)
    release, solution = (root / step / lesson / f"{lesson}.ipynb" for step in ("notebooks", "solutions"))
    for path in (release, solution):
        if not path.exists():
            raise ClassroomError(f"{path} is missing. Run `make notebooks`, or pass another lesson")
    project = Path(__file__).parents[3]
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"gradescope-{lesson}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for file in (release, solution):
            shutil.copytree(file.parent, folder / file.parent.relative_to(root), ignore=shutil.ignore_patterns("*.py"))
        shutil.copy(release.parents[1] / RELEASES_FILE, folder / "notebooks")
        (folder / CONFIG).write_text((root / CONFIG).read_text() + _JUDGE)
        seed = class_seed(root, lesson)
        (folder / LESSON_FILE).write_text(json.dumps({"lesson": lesson, "seed": seed, "parts": _enter(folder, lesson)}))
        for name, script in _SCRIPTS.items():
            shutil.copy(Path(__file__).with_name(script), folder / name)
            (folder / name).chmod(0o755)
        shutil.copy(project / "requirements.lock", folder)
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        built = subprocess.run(build, cwd=project, capture_output=True, text=True)
        if built.returncode:
            raise ClassroomError(f"The package cannot be built: {built.stderr.strip()}")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(folder))
    return path


def _enter(folder: Path, lesson: str) -> dict[str, float]:
    """Enter the lesson into a gradebook, and return the points of its parts."""
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        for step in ("notebooks", "solutions"):
            shutil.copytree(folder / step, course / step)
        shutil.copy(folder / CONFIG, course)
        done = nbgrader_api(course, course / "gradebook.db").generate_assignment(lesson, force=True)
        if not done["success"]:
            raise ClassroomError(f"nbgrader cannot release {lesson}: {done.get('log') or done.get('error')}")
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "cs231n") as gradebook:
            (folder / GRADEBOOK_FILE).write_bytes(blank_gradebook(gradebook, lesson))
            points = {cell.name: float(cell.max_score) for cell in gradebook.find_notebook(lesson, lesson).grade_cells}
    cells = nbformat.read(folder / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4).cells
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    return {name: points[name] for name in names if name in points}
