"""Student's function from a saved notebook, used if its check passes."""

import linecache
from pathlib import Path
from typing import Any

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.passed import is_complete
from cs231n_lib.checks.run.runner import Function, silence
from cs231n_lib.checks.run.time_limit import TimeLimit, attempt
from cs231n_lib.course.plan import Lesson
from cs231n_lib.course.student.definitions import needed
from cs231n_lib.course.student.notebook import NotebookError, read
from cs231n_lib.course.student.progress import NO_CODE, missing, notebook_path

SECONDS = 5.0
"""Time limit for the function's imports, constants and helpers, in seconds."""

_found: dict[tuple[str, Path, int], tuple[Function | None, str]] = {}


def saved_function(exercise: Exercise, lesson: Lesson, course: Path) -> tuple[Function | None, str]:
    """Return the function in a saved notebook and "", or None and the reason.

    ``course`` is the folder that contains the lessons' folders. A notebook is read again if it has been saved since it
    was last read.
    """
    path = course / notebook_path(lesson)
    try:
        key = exercise.name, path, path.stat().st_mtime_ns
    except OSError:
        return None, f"because {missing(path)}"
    if key not in _found:
        _found[key] = _find_function(exercise, path)
    return _found[key]


def _find_function(exercise: Exercise, path: Path) -> tuple[Function | None, str]:
    try:
        notebook = read(path)
    except NotebookError as error:
        return None, f"because {error}"
    answer = notebook.answers.get(exercise.name)
    if answer is None or NO_CODE in answer.source:
        return None, f"because the saved {path.name} contains no answer to this exercise"
    source = "\n".join(one.text for one in needed(notebook, exercise.name))
    function = _define(exercise.name, source, f"<{path.name}: {exercise.name}>")
    if function is None or not is_complete(exercise(function, where=False)):
        return None, f"because the answer in the saved {path.name} does not have full marks"
    return function, ""


def _define(name: str, source: str, file: str) -> Function | None:
    """Run ``source`` silently within `SECONDS`, and return its function or None."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": file}
    with silence():
        _, error = attempt(TimeLimit(SECONDS), lambda: exec(compile(source, file, "exec"), names))
    return names.get(name) if error is None else None
