"""Configuration of nbgrader, which reads this file from its current directory."""

import os
import secrets
import sys
from pathlib import Path

from cs231n_lib.classroom.kernels import ONE_THREAD
from cs231n_lib.course.settings import read_settings

# nbgrader calls `alembic`, which is in Python's folder but on the path only while the environment is active.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

# Checks draw their cases from a seed. In grading, nbgrader takes this seed from the environment. If there is none, the
# seed comes from class.toml, or is random.
settings = read_settings(Path(__file__).parent)
os.environ.setdefault("CS231N_GRADING_SEED", settings.seed or secrets.token_hex(16))

# On a busy machine several threads of BLAS would wait for one another.
os.environ.update(ONE_THREAD)

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "cs231n"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# nbgrader would release every file of a lesson's folder, even the lesson's text, which contains the answers.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.py", "*.pyc"]

c.ClearSolutions.code_stub = {"python": "# Your code goes here, in place of the next line.\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer goes here: double-click, write, and press Shift+Enter.*"

# After two minutes a cell is interrupted, and the next one runs.
c.Execute.timeout = 120
# On a busy machine an interrupted kernel may take this long to reply. Without a reply the whole submission would fail.
c.Execute.iopub_timeout = 30
# Otherwise each kernel warns that its connection to nbgrader is not encrypted, which is harmless on one machine.
c.Execute.extra_arguments = ["--log-level=ERROR"]

# After the last cell no outputs are expected, so the kernel can be killed.
c.Execute.shutdown_kernel = "immediate"
# Validate a notebook once, not after each of the steps below.
c.Exporter.optimistic_validation = True

# Experiments that no answer affects do not run again. Their outputs come from this folder.
c.JudgeChecks.solutions = str(Path(__file__).with_name("solutions"))

# Walls of the sandbox that may be missing, as class.toml sets them.
c.JudgeChecks.allow_missing_walls = list(settings.allow_missing_walls)

# Only the answers and the student's own cells are taken from a submission. Everything else comes from the release.
c.Autograde.pre_convert_hook = "cs231n_lib.classroom.intake.give_its_name"
c.Autograde.exporter_class = "cs231n_lib.classroom.intake.SubmissionExporter"
c.SubmissionExporter.releases = str(Path(__file__).with_name("notebooks"))
# Metadata therefore come from the release. Omitting nbgrader's steps that check them saves a tenth of the time.
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

# class.toml sets the late penalty. You can use another nbgrader plug-in here instead.
c.AssignLatePenalties.plugin_class = "cs231n_lib.classroom.late.PerDay"
c.PerDay.percent_a_day = settings.late_percent_a_day
c.PerDay.free_minutes = settings.late_free_minutes

# Feedback pages do not show points that a person still has to give as zeros.
c.GenerateFeedback.exporter_class = "cs231n_lib.classroom.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "cs231n_lib.classroom.feedback.GetMarks",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# No code that a student wrote runs in a browser that shows Formgrader or a feedback page.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "clean_html": "cs231n_lib.classroom.clean.clean",
    "markdown2html": "cs231n_lib.classroom.clean.markdown2html",
    "strip_files_prefix": "cs231n_lib.classroom.clean.as_it_is",
}
# No output can cover another cell, and the checks' reports have a seal that a submission cannot know.
c.HTMLExporter.preprocessors = ["cs231n_lib.classroom.clean.CleanPage"]

# The table of grades says for each score whether it is final or waits for a person, or why there is none.
c.ExportApp.plugin_class = "cs231n_lib.classroom.table.GradesTable"
