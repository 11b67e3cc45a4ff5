"""A term with one lesson, from the downloads of the school's systems to the table of grades.

``python -m benchmarks term --keep FOLDER`` demonstrates the commands of ``docs/instructor.md`` on an invented class and
explains each step. Without a folder it grades a class without damaged files, and prints only the times.

Every command runs in a process of its own, as an instructor starts it.
"""

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook

from benchmarks.made_up_class import Student, hand_in, made_up
from cs231n_lib.classroom.grading.ledger import Ledger, answer_code, class_secret, spell_code
from cs231n_lib.classroom.nbgrader_course import nbgrader_api
from cs231n_lib.course.plan import slug_of

ROOT = Path(__file__).parents[1]
ASSISTANTS = ("Ada", "Ben", "Cem")
DUE = datetime(2026, 2, 2, 18, tzinfo=UTC)
FAULTY = {"01_optimization": "numerical_gradient"}
"""Exercise whose check the demonstration makes wrong at first, by lesson."""

FAULT = """
# The demonstration plants a fault here and mends it later. This check allows for no rounding.
from cs231n_lib.checks import Tolerance
from cs231n_lib.lessons.{slug} import checks
object.__setattr__(checks.{exercise}, "tolerance", Tolerance(0, 0))
"""
SETTINGS = """\
[grading]
seed = "of the demonstration"

[late]
percent_a_day = 10
slip_days = 1

[lessons.{lesson}]
due = {due}
"""
COMMENTS = """\
[{lesson}.reflection]
kinks = "You name kinks, and how you would find out, which is what the question asks for."
decide = "You name kinks, which is right. Say also whether you would let the network train on."
"""
REFLECTION = "Some inputs of a ReLU may be within h of 0. I would repeat the check with a smaller h."
TABLE_OF_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
TABLE_OF_MOODLE = (
    "Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
    "Last modified (submission)", "Last modified (grade)", "Feedback comments",
)  # fmt: skip
ACCIDENTS: dict[int, Callable[[bytes], bytes]] = {
    3: lambda content: content[:-300],
    7: lambda content: b"<!DOCTYPE html><title>Sign in</title>",
    12: lambda content: _with_a_cell(content, "exit()"),
    16: lambda content: _with_a_cell(content, "from IPython.display import HTML\nHTML('<script>alert(1)</script>')"),
}
"""What happens to the files of some students in the demonstration, by the student's number."""


def _with_a_cell(content: bytes, source: str) -> bytes:
    notebook = json.loads(content)
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    notebook["cells"].insert(2, cell)
    return json.dumps(notebook).encode()


@dataclass
class Term:
    """One lesson of an invented class in a folder, with the time of each command.

    Two of three students hand in through Canvas, and the others through Moodle.
    """

    root: Path
    lesson: str
    size: int
    talks: bool = True
    times: list[tuple[str, float]] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.number = str(int(self.lesson[:2]))
        self.width = max(2, len(str(self.size)))
        self.in_canvas = self.size - self.size // 3

    def name(self, number: int) -> str:
        """Name of a student, such as student-07."""
        return f"student-{number:0{self.width}}"

    def id(self, number: int) -> str:
        """Id under which the course keeps a student, as `collect` chooses it."""
        return str(4700 + number) if number <= self.in_canvas else f"{self.name(number)}@example.org"

    def say(self, text: str) -> None:
        """Explain the next step."""
        if self.talks:
            print(f"\n{text}", flush=True)

    def run(self, *command: str) -> str:
        """Run a command of the course in its folder, print it with its output and time, and return what it printed."""
        shown = f"cs231n {' '.join(command)}"
        if self.talks:
            print(f"$ {shown}", flush=True)
        start = time.perf_counter()
        call = [sys.executable, "-m", "cs231n_lib", *command]
        errors = None if self.talks else subprocess.DEVNULL  # progress bars and remarks, shown while they are written
        done = subprocess.run(call, cwd=self.root, stdout=subprocess.PIPE, stderr=errors, text=True)
        seconds = time.perf_counter() - start
        self.times.append((shown, seconds))
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{shown} ended with {done.returncode}: {done.stdout}")
        if self.talks:
            print(f"{done.stdout}({seconds:.1f} s)", flush=True)
        return done.stdout

    def prepare(self) -> None:
        """Release the lesson with a fault in one check, and write the settings, comments and downloads of the class."""
        self.root.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / "solutions" / self.lesson, self.root / "solutions" / self.lesson)
        config = (ROOT / "nbgrader_config.py").read_text()
        fault = FAULT.format(slug=slug_of(self.lesson), exercise=FAULTY[self.lesson])
        (self.root / "nbgrader_config.py").write_text(config + fault)
        (self.root / "class.toml").write_text(SETTINGS.format(lesson=self.lesson, due=DUE.isoformat()))
        (self.root / "comments.toml").write_text(COMMENTS.format(lesson=self.lesson))
        own_rules = f"id,slip_days\n{self.id(self.in_canvas + 4)},3\n"
        (self.root / "students.csv").write_text(own_rules)
        released = nbgrader_api(self.root, self.root / "gradebook.db").generate_assignment(self.lesson)
        if not released["success"]:
            raise RuntimeError(released.get("log") or released["error"])
        self.students = made_up(self.lesson, self.size)
        (self.root / "downloads").mkdir()
        self._download("canvas", range(1, self.in_canvas + 1))
        self._download("moodle", range(self.in_canvas + 1, self.size + 1))

    def _download(self, system: str, numbers: Sequence[int]) -> None:
        """Write the zip and the table that a system offers. The last student of Canvas has handed in nothing."""
        with zipfile.ZipFile(self.root / "downloads" / f"{system}.zip", "w", zipfile.ZIP_DEFLATED) as opened:
            for number in numbers:
                if number == self.in_canvas:
                    continue
                student = self.students[number - 1]
                student.answers["reflection"] = REFLECTION
                path = hand_in(self.root, self.lesson, student)
                content = path.read_bytes()
                shutil.rmtree(path.parents[1])
                if self.talks and number in ACCIDENTS:
                    content = ACCIDENTS[number](content)
                opened.writestr(self._original_name(system, number), content)
        text = io.StringIO(newline="")
        table = csv.writer(text)
        if system == "canvas":
            table.writerow((*TABLE_OF_CANVAS, f"Lesson {self.number} (1)"))
            table.writerow(("    Points Possible", "", "", "", "", "100.0"))
            table.writerows((self.name(n), self.id(n), "", f"{self.name(n)}@example.org", "A", "") for n in numbers)
        else:
            table.writerow(TABLE_OF_MOODLE)
            about = ("Submitted for grading - ", "", "100.00", "Yes")
            for n in numbers:
                row = (f"Participant {n}", self.name(n), "", self.id(n), *about, self._handed_in(n), "-", "")
                table.writerow(row)
        (self.root / "downloads" / f"{system}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

    def _original_name(self, system: str, number: int) -> str:
        """Name of a student's file in the zip of a system."""
        file = f"{self.lesson}.ipynb"
        if system == "moodle":
            return f"{self.name(number)}_{number}_assignsubmission_file_/{file}"
        return f"{self.name(number).replace('-', '')}_{self.id(number)}_{90000 + number}_{file}"

    def _handed_in(self, number: int) -> str:
        """Time of submission as Moodle writes it, in the local zone. The first four students of Moodle are late."""
        days = {1: 1.7, 2: 0.7, 3: 1.7, 4: 1.7}.get(number - self.in_canvas, -0.5)
        return f"{(DUE + timedelta(days=days)).astimezone():%A, %d %B %Y, %I:%M %p}"

    def mark(self, *, leave: int = 0) -> int:
        """Mark the written answers as assistants do in Formgrader, except the last ``leave``, and return how many."""
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            waiting = sorted(
                (str(one.student.id), grade.name)
                for one in gradebook.notebook_submissions(self.lesson, self.lesson)
                for grade in one.grades
                if grade.needs_manual_grade
            )
            chosen = waiting[: len(waiting) - leave]
            for place, (student, cell) in enumerate(chosen):
                grade = gradebook.find_grade(cell, self.lesson, self.lesson, student)
                key = ("kinks", "decide")[place % 2]
                grade.manual_score, grade.needs_manual_grade = float(grade.max_score) / (1 + place % 2), False
                gradebook.find_comment(cell, self.lesson, self.lesson, student).manual_comment = f"@{key}"
            gradebook.db.commit()
        return len(chosen)

    def code(self, number: int, exercise: str) -> str:
        """Code of a student's answer, as on the feedback page."""
        digest = Ledger(self.root, self.lesson).read(self.id(number))["submission"]
        code = answer_code(class_secret(self.root), self.lesson, f"check_{exercise}", self.id(number), digest)
        return spell_code(code)

    def objector(self, exercise: str) -> int:
        """Number of a student whose right answer to an exercise lost points."""
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            for number, student in enumerate(self.students, 1):
                if number in ACCIDENTS or number == self.in_canvas or student.chosen[exercise] < 0:
                    continue
                grade = gradebook.find_grade(f"check_{exercise}", self.lesson, self.lesson, self.id(number))
                if grade.auto_score < grade.max_score:
                    return number
        raise RuntimeError(f"The faulty check of {exercise} took off no points of a right answer.")

    def wrong(self) -> tuple[int, str]:
        """Number of a student with a wrong answer, and its exercise."""
        return next(
            (number, exercise)
            for number, student in enumerate(self.students, 1)
            for exercise, chosen in student.chosen.items()
            if number not in ACCIDENTS and number != self.in_canvas and chosen < 0 and exercise != FAULTY[self.lesson]
        )

    def mend(self) -> None:
        """Take the planted fault out of the course's configuration."""
        file = self.root / "nbgrader_config.py"
        file.write_text(file.read_text().partition("\n# The demonstration plants")[0])


def play(term: Term) -> None:
    """Run all steps of a term in their order."""
    lesson, number, say, run = term.lesson, term.number, term.say, term.run
    canvas, moodle, exercise = term.in_canvas, term.size - term.in_canvas, FAULTY[lesson]
    say(
        f"{term.size} students take lesson {number}. {canvas} hand in through Canvas and {moodle} through Moodle. "
        "You have downloaded the submissions and a table from each system.\n"
        "First collect them. Each command enrols its students and keeps the names for the way back to the system."
    )
    run("collect", number, "downloads/canvas.zip", "--table", "downloads/canvas.csv")
    run("collect", number, "downloads/moodle.zip", "--table", "downloads/moodle.csv")
    say(
        f"The lesson was due on {DUE:%Y-%m-%d %H:%M} UTC. Each day costs 10 %, and everybody has one slip day. "
        f"In students.csv, {term.name(canvas + 4)} has three. Give {term.name(canvas + 1)} two days more."
    )
    run("extend", term.id(canvas + 1), number, "2d")
    say("Grade the class. The submissions run in the sandbox, and the last lines name the files that cannot be graded.")
    run("grade", number)
    say("Divide the written answers among three assistants.")
    run("marking", number, "--assistants", *ASSISTANTS)
    marked = term.mark(leave=2)
    say(
        f"In Formgrader, the assistants have now marked {marked} answers. As comments they wrote @kinks or @decide. "
        "This run replaces these keys by their texts from comments.toml, and shows the progress."
    )
    run("marking", number)
    term.mark()
    run("marking", number)
    say("Return the feedback through each system, and as a folder for a mail merge.")
    for system in ("canvas", "moodle", "folder"):
        run("return", number, "--to", system)
    first = term.objector(exercise)
    say(
        f"{term.name(first)} objects to the points for {exercise}, and sends the code from the feedback page. "
        "Run the answer again with the seed that graded it, and write a receipt."
    )
    run("regrade", term.code(first, exercise), "--receipt")
    say(
        "The results differ only by rounding, so the student is right and the check is wrong. (The demonstration made "
        "the check too strict in nbgrader_config.py.) It is now mended. List whose points change."
    )
    term.mend()
    run("grade", number, "--again", "--dry-run")
    say("Write the new points. A further run finds nothing to change.")
    run("grade", number, "--again", "--yes")
    if "Points change for 0 of" not in run("grade", number, "--again", "--dry-run"):
        raise RuntimeError("Points changed again, although no check has changed since.")
    second, other = term.wrong()
    say(f"{term.name(second)} objects as well, but the answer to {other} is wrong. The receipt shows the failed case.")
    run("regrade", term.code(second, other), "--receipt")
    say("Return the pages that have changed, and no others.")
    run("return", number, "--to", "canvas")
    run("return", number, "--to", "moodle")
    say("Write the table of grades, and fill the tables of both systems.")
    run("grades", number)


def main(students: int = 200, lesson: str = "01_optimization", keep: Path | None = None) -> None:
    """Play a term with a class of this size, explained and in a folder if one is given.

    Raises
    ------
    SystemExit
        If the demonstration knows no fault to plant in the lesson, or the class is too small.
    """
    if lesson not in FAULTY or students < 18:
        raise SystemExit(f"Choose a lesson of {', '.join(FAULTY)} and at least 18 students.")
    with tempfile.TemporaryDirectory() as scratch:
        term = Term((keep or Path(scratch, "class")).resolve(), lesson, students, talks=keep is not None)
        term.prepare()
        play(term)
    print(f"\n| command, for {students} students | seconds |\n| --- | --: |")
    for command, seconds in term.times:
        print(f"| `{command}` | {seconds:.1f} |")
    print(f"| all | {sum(seconds for _, seconds in term.times):.1f} |")
    if keep:
        places = {
            f"feedback/{term.id(1)}/{lesson}/{lesson}.html": "a feedback page",
            "returned/": "the zips for Canvas and Moodle, and the folder for a mail merge",
            "report/receipts/": "the receipts of the two objections",
            f"report/{lesson}-marking.html": "the progress of the assistants",
            f"report/{lesson}.html": "the report on the class",
            f"grades/{lesson}/": "the table of grades, and the filled tables of both systems",
        }
        print(f"\nLook at these in {keep}:")
        for place, what in places.items():
            print(f"  {place}  {what}")
