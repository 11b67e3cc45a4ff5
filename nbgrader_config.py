"""How nbgrader runs this course; nbgrader reads it in the directory where it is started."""

import os
import secrets
import sys
from pathlib import Path

from cs231n_lib.classroom.kernels import ONE_THREAD
from cs231n_lib.course.settings import read_settings

# nbgrader calls `alembic`, which is beside Python but on the path only while the environment is active.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

# Checks draw their cases from a seed. While nbgrader grades it is that of class.toml, or one that nobody knows
# beforehand; one in the environment comes first.
settings = read_settings(Path(__file__).parent)
os.environ.setdefault("CS231N_GRADING_SEED", settings.seed or secrets.token_hex(16))

# On a busy machine the threads of BLAS wait for one another.
os.environ.update(ONE_THREAD)

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "cs231n"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# nbgrader releases every file of a lesson's folder: the lesson's text, which holds the answers, must stay.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.py", "*.pyc"]

c.ClearSolutions.code_stub = {"python": "# Your code goes here, in place of the next line.\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer goes here: double-click, write, and press Shift+Enter.*"

# One cell may take two minutes; then it is interrupted and the next one runs.
c.Execute.timeout = 120
# On a busy machine the interrupted kernel needs a moment to say so; without its word the whole submission would fail.
c.Execute.iopub_timeout = 30
# Otherwise each kernel warns that it talks to nbgrader unencrypted, which on one machine is no news.
c.Execute.extra_arguments = ["--log-level=ERROR"]

# What still runs at the end has nothing left to say.
c.Execute.shutdown_kernel = "immediate"
# A notebook's form is looked at once, not after each of the steps below.
c.Exporter.optimistic_validation = True

# Experiments that no answer can reach are not run again: their outputs come from here.
c.JudgeChecks.solutions = str(Path(__file__).with_name("solutions"))

# Without these walls of the sandbox grading goes on; class.toml names them.
c.JudgeChecks.allow_missing_walls = list(settings.allow_missing_walls)

# Of a submission only answers and the student's own cells are taken over, into the release.
c.Autograde.pre_convert_hook = "cs231n_lib.classroom.intake.give_its_name"
c.Autograde.exporter_class = "cs231n_lib.classroom.intake.SubmissionExporter"
c.SubmissionExporter.releases = str(Path(__file__).with_name("notebooks"))
# Its metadata are therefore the release's own: nbgrader's steps that look at them are left out, which saves a tenth.
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.OverwriteCells"]
c.Autograde.autograde_preprocessors = [
    "cs231n_lib.classroom.grading.JudgeChecks",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "cs231n_lib.classroom.clean.Clean",
    "cs231n_lib.classroom.grading.ShowRubric",
    "cs231n_lib.classroom.grading.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]

# Formgrader shows the rubric below a written answer. Feedback pages leave it out.
c.ShowRubric.solutions = str(Path(__file__).with_name("solutions"))

# What lateness costs is in class.toml; another plug-in of nbgrader may take its place here.
c.AssignLatePenalties.plugin_class = "cs231n_lib.classroom.late.PerDay"
c.PerDay.percent_a_day = settings.late_percent_a_day
c.PerDay.free_minutes = settings.late_free_minutes

# On a page of feedback, points that a person has still to give are no zeros.
c.GenerateFeedback.exporter_class = "cs231n_lib.classroom.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "cs231n_lib.classroom.feedback.GetMarks",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# Nothing that a student wrote runs in the browser that shows formgrader or a page of feedback.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "clean_html": "cs231n_lib.classroom.clean.clean",
    "markdown2html": "cs231n_lib.classroom.clean.markdown2html",
    "strip_files_prefix": "cs231n_lib.classroom.clean.as_it_is",
}
# Nothing that a cell shows covers another one, and reports of checks bear a seal that a submission cannot know.
c.HTMLExporter.preprocessors = ["cs231n_lib.classroom.clean.CleanPage"]

# The table of grades says of each score what it is: graded, waiting for a person, or why there is none.
c.ExportApp.plugin_class = "cs231n_lib.classroom.table.GradesTable"
