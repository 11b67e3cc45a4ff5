"""Question about a mistake that the student has just mended, below the report.

The module ``mended`` of a lesson's package lists the questions in ``QUESTIONS``, by exercise and mistake.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cs231n_lib.course.plan import Lesson, has_part, part_of
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.warm_up import MultipleChoice

PART = "mended"
_asked: set[tuple[str, str]] = set()


def questions_of(lesson: Lesson) -> Mapping[tuple[str, str], MultipleChoice]:
    """Return the questions of a lesson, by exercise and mistake."""
    found: Mapping[tuple[str, str], MultipleChoice] = {}
    return part_of(lesson.slug, PART).QUESTIONS if has_part(lesson.slug, PART) else found


def ask_after(lesson: Lesson, exercise: str, mistakes: Sequence[str]) -> None:
    """In a live front end, ask the first question on these mistakes that is still new."""
    if not has_live_front_end():
        return
    questions = questions_of(lesson)
    for mistake in mistakes:
        key = exercise, mistake
        if key in questions and key not in _asked:
            _asked.add(key)
            _show_below(questions[key])
            return


def _show_below(question: MultipleChoice) -> None:
    """Show the question after the cell has run, which is when the report appears."""
    shell = _shell()

    def show(*_: Any) -> None:
        shell.events.unregister("post_run_cell", show)
        question()

    shell.events.register("post_run_cell", show)


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()
