"""Grading of single submissions and of a class.

A course's ``nbgrader_config.py`` uses the names `JudgeChecks`, `SaveGrades` and `ShowRubric`, which are imported on
first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .gradebook import SaveGrades
    from .judge import JudgeChecks
    from .manual.rubric import ShowRubric

__all__ = ["JudgeChecks", "SaveGrades", "ShowRubric"]

_HOMES = {"JudgeChecks": "judge", "SaveGrades": "gradebook", "ShowRubric": "manual.rubric"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
