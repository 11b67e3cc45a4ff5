"""Features for students, such as progress, review and their own functions."""

from importlib import import_module
from types import ModuleType

from cs231n_lib.widgets import answered

_HOMES = {"progress": "student.progress", "readme": "overview.readme", "text": "overview.terminal"}  # from 0.1


def __getattr__(name: str) -> ModuleType:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{_HOMES[name]}")


def _record_answer(question: object, right: bool) -> None:
    from cs231n_lib.course.student.review.in_lesson import record_answer  # imported on use, because it needs ``fsrs``

    record_answer(question, right)


answered.listen(_record_answer)
