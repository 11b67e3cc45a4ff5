"""nbgrader as a course's ``nbgrader_config.py`` sets it up, wherever this process was started."""

from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config, PyFileConfigLoader

CONFIG = "nbgrader_config.py"

NOTES = "grading"
"""Below the course's folder: which content of which student is graded, one file each, and the seed of each lesson."""


def read_config(root: Path) -> Config:
    """The configuration of the course at ``root``, whose folders are then those below ``root``."""
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(root.resolve())
    return config


def nbgrader_api(root: Path, gradebook: Path) -> Any:
    """Start nbgrader for the course at ``root``, but with the database ``gradebook``."""
    config = read_config(root)
    config.CourseDirectory.db_url = f"sqlite:///{gradebook}"
    return NbGraderAPI(config=config)
