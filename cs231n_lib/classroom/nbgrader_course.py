"""nbgrader as configured by a course's ``nbgrader_config.py``."""

from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from .errors import ClassroomError

CONFIG = "nbgrader_config.py"


def require_course(root: Path) -> None:
    """Check that ``root`` is the folder of a course.

    Raises
    ------
    ClassroomError
        If the folder has no ``nbgrader_config.py``.
    """
    if not (root / CONFIG).exists():
        raise ClassroomError(f"{root / CONFIG} is missing. Change to the course's folder, or pass it with --root")


def require_gradebook(directory: CourseDirectory) -> None:
    """Check that a course has a gradebook, which nbgrader would otherwise create.

    Raises
    ------
    ClassroomError
        If it has none.
    """
    file = Path(directory.db_url.removeprefix("sqlite:///"))
    if directory.db_url.startswith("sqlite:") and not file.exists():
        raise ClassroomError(f"{file} is missing. Run the command in the folder of a class that was graded")


def read_config(root: Path) -> Config:
    """Read the configuration of the course at ``root``."""
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(root.resolve())
    return config


def nbgrader_api(root: Path, gradebook: Path) -> Any:
    """Return nbgrader's interface to a course with the database ``gradebook``."""
    config = read_config(root)
    config.CourseDirectory.db_url = f"sqlite:///{gradebook}"
    return NbGraderAPI(config=config)
