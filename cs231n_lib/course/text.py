"""A student's progress as text for a terminal: a line for each lesson, or for each answer of one."""

from collections.abc import Sequence

from cs231n_lib.checks.report import NO_STAR, STAR
from cs231n_lib.course.plan import NOTEBOOKS, Lesson
from cs231n_lib.course.progress import BY_HAND, TOTAL, Answer, Progress, State, what_is_next

OPTIONAL = "optional, no points"
WIDTH = 25
"""Of a bar, in characters: each stands for four points."""


def course_text(course: Sequence[Progress]) -> str:
    """A line with a bar for each lesson, then what is wrong with notebooks, and what is next."""
    lines = [_lesson_line(progress) for progress in course]
    lines += [_problem_line(problem) for progress in course for problem in progress.problems]
    return "\n".join(["Your points, by what each check said when it last ran", "", *lines, "", next_text(course)])


def lesson_text(progress: Progress) -> str:
    """A line for each answer of a lesson, then what is wrong with its notebook, and what is next in it."""
    problems = [_problem_line(problem) for problem in progress.problems]
    if not progress.answers:
        return "\n".join([_lesson_line(progress), *problems])
    width = max(len(answer.name) for answer in progress.answers)
    lines = [_answer_line(answer, width) for answer in progress.answers]
    return "\n".join([_lesson_line(progress), "", *lines, *problems, "", next_text([progress])])


def find_lesson(name: str) -> Lesson | None:
    """The lesson that is meant by its number, its slug or its folder.

    >>> find_lesson("2") == find_lesson("02") == find_lesson("backpropagation") == find_lesson("02_backpropagation")
    True
    """
    names = {key: one for one in NOTEBOOKS for key in (str(one.number), f"{one.number:02d}", one.slug, one.folder)}
    return names.get(name)


def standing(progress: Progress) -> str:
    """How a lesson stands, in a few words."""
    if not progress.here:
        return "being written"
    if not progress.lesson.graded:
        return OPTIONAL
    if not progress.answers:
        return "cannot be read"
    words = [f"{progress.right} of {len(progress.exercises)} exercises right"]
    if all(answer.state is State.NOT_BEGUN for answer in progress.exercises):
        words = [f"{len(progress.exercises)} exercises, not begun"]
    words += [f"{progress.by_hand:g} points by hand"] if progress.by_hand else []
    if progress.bonus:
        words += [f"{STAR} bonus done" if progress.starred else f"{NO_STAR} bonus open"]
    return " · ".join(words)


def next_text(course: Sequence[Progress]) -> str:
    """What there is to do next, or that nothing is left."""
    found = what_is_next(course)
    if found:
        lesson, answer = found
        return f"Next: {answer.name} in lesson {lesson.number:02d}, {lesson.title} ({answer.state.words})"
    if any(progress.answers for progress in course):
        return "Next: nothing, all of it is done"
    return "Next: nothing, for no answers were found"


def _lesson_line(progress: Progress) -> str:
    title = f"{progress.lesson.number:02d} {progress.lesson.title:<15}"
    if not progress.answers:
        return f"{title}  {standing(progress)}"
    full = int(progress.points * WIDTH / TOTAL)
    return f"{title}  {'█' * full:░<{WIDTH}} {progress.points:5g} of {TOTAL} · {standing(progress)}"


def _answer_line(answer: Answer, width: int) -> str:
    reached = "" if answer.state in BY_HAND else f"{answer.points:g} of"
    points = f"{'bonus':>12}" if answer.bonus else f"{reached:>8} {answer.out_of:<3g}"
    return f"  {answer.mark} {answer.name:<{width}} {points} {answer.state.words}"


def _problem_line(problem: str) -> str:
    return f"  ! {problem}"
