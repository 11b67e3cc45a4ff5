"""Student's side of the course: plan, settings, progress and own functions."""

from importlib import import_module
from types import ModuleType

_HOMES = {"progress": "student.progress", "readme": "overview.readme", "text": "overview.terminal"}  # as in 0.1


def __getattr__(name: str) -> ModuleType:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{_HOMES[name]}")
