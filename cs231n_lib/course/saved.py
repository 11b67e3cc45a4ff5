"""A student's function from a saved notebook: what it needs is run on its own, and it counts if its check passes."""

import linecache
from pathlib import Path
from typing import Any

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.limit import TimeLimit
from cs231n_lib.checks.passed import is_complete
from cs231n_lib.checks.runner import Function, silence
from cs231n_lib.course.definitions import needed
from cs231n_lib.course.notebook import NotebookError, read
from cs231n_lib.course.plan import Lesson
from cs231n_lib.course.progress import NO_CODE, missing, notebook_path

SECONDS = 5.0
"""For all that is run besides the function itself: imports, constants, helpers."""

_found: dict[tuple[str, Path, int], tuple[Function | None, str]] = {}


def saved_function(exercise: Exercise, lesson: Lesson, course: Path) -> tuple[Function | None, str]:
    """The function that a lesson's saved notebook holds for an exercise, or ``None`` and why, to follow a verb.

    ``course`` is the folder of the lessons' folders. A file is looked at again once it is saved again.
    """
    path = course / notebook_path(lesson)
    try:
        key = exercise.name, path, path.stat().st_mtime_ns
    except OSError:
        return None, f"because {missing(path)}"
    if key not in _found:
        _found[key] = _looked_for(exercise, path)
    return _found[key]


def _looked_for(exercise: Exercise, path: Path) -> tuple[Function | None, str]:
    try:
        notebook = read(path)
    except NotebookError as error:
        return None, f"because {error}"
    answer = notebook.answers.get(exercise.name)
    if answer is None or NO_CODE in answer.source:
        return None, f"because {path.name}, as saved, holds no answer to it"
    source = "\n".join(one.text for one in needed(notebook, exercise.name))
    function = _defined(exercise.name, source, f"<{path.name}: {exercise.name}>")
    if function is None or not is_complete(exercise(function, where=False)):
        return None, f"because the answer in {path.name}, as saved, does not have full marks"
    return function, ""


def _defined(name: str, source: str, file: str) -> Function | None:
    """Run ``source`` in a namespace of its own, silenced and for a limited time, and return what it calls ``name``."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": file}
    limit = TimeLimit(SECONDS)
    with silence():
        try:
            try:
                limit.start()
                exec(compile(source, file, "exec"), names)
            finally:
                limit.stop()
        except KeyboardInterrupt:
            raise
        except BaseException:  # a student's text may raise anything; then there is no function
            limit.stop()
            return None
    return names.get(name)
