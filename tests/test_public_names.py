"""Names that released notebooks import, and that copies of ``nbgrader_config.py`` hold, stay where they are."""

import pytest
from traitlets.utils.importstring import import_item

IN_CONFIGURATIONS = [
    "classroom.clean.Clean",
    "classroom.clean.as_it_is",
    "classroom.clean.clean",
    "classroom.clean.markdown2html",
    "classroom.feedback.FeedbackExporter",
    "classroom.feedback.GetMarks",
    "classroom.grading.JudgeChecks",
    "classroom.grading.SaveGrades",
    "classroom.grading.ShowRubric",
    "classroom.intake.SubmissionExporter",
    "classroom.intake.give_its_name",
    "classroom.kernels.ONE_THREAD",
    "classroom.late.PerDay",
    "classroom.table.GradesTable",
    "course.settings.read_settings",
]
IN_NOTEBOOKS = [
    "course.map.CourseMap",
    "course.milestones",
    "course.mine",
    "course.practice",
    "course.score_sheet.ScoreSheet",
    "course.student.backup.MyWork",
    "course.student.review.page.Review",
    "course.take_home.TakeHome",
]
OFFERED = ["classroom.build", "classroom.source", "classroom.verify", "course.progress", "course.readme", "course.text"]


@pytest.mark.parametrize("name", [*IN_CONFIGURATIONS, *IN_NOTEBOOKS, *OFFERED])
def test_an_old_name_can_be_imported(name: str) -> None:
    assert import_item(f"cs231n_lib.{name}")


def test_unknown_public_name_raises_import_error() -> None:
    for package in ("classroom", "classroom.grading", "course"):
        with pytest.raises(ImportError, match="nothing"):
            import_item(f"cs231n_lib.{package}.nothing")
