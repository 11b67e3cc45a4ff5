"""Record of the answers given in a lesson, for the schedule of the review."""

from cs231n_lib.course.plan import LESSONS, is_loaded
from cs231n_lib.course.student.folder import lessons_folder
from cs231n_lib.course.student.review.questions import questions_of
from cs231n_lib.course.student.review.schedule import record


def record_answer(question: object, right: bool) -> None:
    """Record the answer to a question of a loaded lesson, if its folder exists."""
    course = lessons_folder()
    for lesson in LESSONS:
        if not (is_loaded(lesson.slug, "checks") and (course / lesson.folder).is_dir()):
            continue
        for one in questions_of(lesson):
            if one.ask is question:
                try:
                    record(course, one.key, right, in_review=False)
                except OSError:
                    return  # the lesson goes on without the record
