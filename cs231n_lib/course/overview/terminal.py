"""Progress of a student as text for a terminal, by lesson or by answer."""

from collections.abc import Sequence

from cs231n_lib.checks.report import NO_STAR, STAR
from cs231n_lib.course.student.progress import BY_HAND, TOTAL, Answer, AnswerState, Progress, next_answer

OPTIONAL = "optional, no points"
WIDTH = 25
"""Width of a bar in characters, each of which stands for four points."""


def course_text(course: Sequence[Progress]) -> str:
    """Return a line with a bar for each lesson, then problems and the next step."""
    lines = [_lesson_line(progress) for progress in course]
    lines += [_problem_line(problem) for progress in course for problem in progress.problems]
    return "\n".join(["Your points, from the last run of each check", "", *lines, "", next_text(course)])


def lesson_text(progress: Progress) -> str:
    """Return a line for each answer of a lesson, then problems and the next step."""
    problems = [_problem_line(problem) for problem in progress.problems]
    if not progress.answers:
        return "\n".join([_lesson_line(progress), *problems])
    width = max(len(answer.name) for answer in progress.answers)
    lines = [_answer_line(answer, width) for answer in progress.answers]
    return "\n".join([_lesson_line(progress), "", *lines, *problems, "", next_text([progress])])


def describe_progress(progress: Progress) -> str:
    """Describe the progress in a lesson in a few words."""
    if not progress.here:
        return "being written"
    if not progress.lesson.graded:
        return OPTIONAL
    if not progress.answers:
        return "cannot be read"
    words = [f"{progress.right} of {len(progress.exercises)} exercises right"]
    if all(answer.state is AnswerState.NOT_BEGUN for answer in progress.exercises):
        words = [f"{len(progress.exercises)} exercises, not begun"]
    words += [f"{progress.by_hand:g} points by hand"] if progress.by_hand else []
    if progress.bonuses:
        words += [_stars(progress)]
    return " · ".join(words)


def _stars(progress: Progress) -> str:
    star, count = STAR if progress.starred else NO_STAR, len(progress.bonuses)
    if count == 1:
        return f"{star} bonus {'done' if progress.starred else 'open'}"
    return f"{star} {progress.stars} of {count} bonuses done"


def next_text(course: Sequence[Progress]) -> str:
    """Name the next answer, or say that nothing is left."""
    found = next_answer(course)
    if found:
        lesson, answer = found
        return f"Next: {answer.name} in lesson {lesson.number:02d}, {lesson.title} ({answer.state.words})"
    if any(progress.answers for progress in course):
        return "Next: nothing, because everything is done"
    return "Next: nothing, because no answers were found"


def _lesson_line(progress: Progress) -> str:
    title = f"{progress.lesson.number:02d} {progress.lesson.title:<15}"
    if not progress.answers:
        return f"{title}  {describe_progress(progress)}"
    full = int(progress.points * WIDTH / TOTAL)
    return f"{title}  {'█' * full:░<{WIDTH}} {progress.points:5g} of {TOTAL} · {describe_progress(progress)}"


def _answer_line(answer: Answer, width: int) -> str:
    reached = "" if answer.state in BY_HAND else f"{answer.points:g} of"
    points = f"{'bonus':>12}" if answer.bonus else f"{reached:>8} {answer.out_of:<3g}"
    return f"  {answer.mark} {answer.name:<{width}} {points} {answer.state.words}"


def _problem_line(problem: str) -> str:
    return f"  ! {problem}"
