"""Command line: ``python -m cs231n_lib COMMAND``."""

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from cs231n_lib.classroom.grading.startup import skip_address_parser

if TYPE_CHECKING:
    from cs231n_lib.classroom.exchange.lms import FilledTable
    from cs231n_lib.classroom.grading.grade import GradingResult


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    skip_address_parser()
    parser = ArgumentParser(prog="python -m cs231n_lib", description="Tools of the course.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    start = commands.add_parser("start", help="copy the lessons to work/ or update them there, and open JupyterLab")
    start.add_argument("folder", nargs="?", default="work", help="folder to work in (default: work)")
    start.add_argument("options", nargs="*", metavar="OPTION", help="options for JupyterLab, after --")
    start.add_argument("--reset", default="", metavar="EXERCISE", help="reset one exercise to its released version")
    start.add_argument("--no-lab", action="store_true", help="do not open JupyterLab")
    start.set_defaults(run=_start)

    def add(name: str, run: Callable[[Namespace], int], description: str) -> ArgumentParser:
        command = commands.add_parser(name, help=description)
        command.add_argument("--root", type=Path, default=Path.cwd(), help="course folder (default: current folder)")
        command.set_defaults(run=run)
        return command

    lesson_help = "number, name or folder of a lesson, such as 1 or optimization"
    build = add("build", _build, "build the notebooks from their source texts")
    build.add_argument("lessons", nargs="*", metavar="LESSON", help="default: all lessons and the start page")
    build.add_argument("--check", action="store_true", help="compare notebooks with their texts, and scan for leaks")
    build.add_argument("--all", action="store_true", help="run every lesson, even if its code has not changed")
    build.add_argument("--stored", action="store_true", help=SUPPRESS)  # has no effect, because nbval runs the cells
    progress = add("progress", _progress, "show your points and the next exercise, from your saved notebooks")
    one_lesson = "show the exercises of one lesson, given by its number, name or folder"
    progress.add_argument("lesson", nargs="?", metavar="LESSON", help=one_lesson)
    add("review", _review, "answer at most three questions a day about lessons you have done")
    library = add("my-library", _my_library, "write your functions that have full marks into one module")
    library.add_argument(
        "folder", nargs="?", type=Path, help="folder to write to (default: my_library/ beside your lessons)"
    )
    library.add_argument("--replace", action="store_true", help="replace existing files without asking")
    grade = add("grade", _grade, "grade the submissions of a class, and write the feedback")
    grade.add_argument("lesson", metavar="LESSON", help=lesson_help)
    parallel = "number of submissions to grade in parallel (default: number of cores plus one)"
    grade.add_argument("--workers", type=int, metavar="N", help=parallel)
    grade.add_argument("--scheduler", metavar="ADDRESS", help="grade on the workers of this Dask scheduler")
    grade.add_argument(
        "--student", action="append", default=[], metavar="ID", help="grade only this student (may be repeated)"
    )
    again = "also grade unchanged submissions, then list changed points and ask before writing anything"
    grade.add_argument("--again", action="store_true", help=again)
    grade.add_argument("--yes", action="store_true", help="with --again, write changed points without asking")
    dry = "only list the submissions to grade with the reasons, or with --again the points that would change"
    grade.add_argument("--dry-run", action="store_true", help=dry)
    grade.add_argument("--unsafe", action="store_true", help="run submissions without a sandbox, with your permissions")
    regrade = add("regrade", _regrade, "rerun an answer that a student objects to, with the seed of its grading")
    regrade.add_argument("code", metavar="CODE", help="code of the answer on the student's feedback page")
    regrade.add_argument("--receipt", action="store_true", help="also write a page with the result for the student")
    regrade.add_argument("--student", default="", metavar="ID", help="student, if several answers have the code")
    regrade.add_argument(
        "--unsafe", action="store_true", help="run the answer without a sandbox, with your permissions"
    )
    marking = add("marking", _marking, "divide written answers among assistants, and show each assistant's progress")
    marking.add_argument("lesson", metavar="LESSON", help=lesson_help)
    names = "names of the assistants (default: those of the last run)"
    marking.add_argument("--assistants", nargs="+", default=[], metavar="NAME", help=names)
    server = "address of JupyterLab to which links lead (default: http://localhost:8888)"
    marking.add_argument("--server", default="http://localhost:8888", metavar="URL", help=server)
    extend = add("extend", _extend, "give one student more time for a lesson")
    extend.add_argument("student", metavar="STUDENT", help="the student's id")
    extend.add_argument("lesson", metavar="LESSON", help=lesson_help)
    extend.add_argument(
        "time", metavar="TIME", help="extra days, hours or minutes, such as 3d, 12h or 90m (0d removes the extension)"
    )
    collect = add("collect", _collect, "import a lesson's submissions from a zip file exported by Canvas or Moodle")
    collect.add_argument("lesson", metavar="LESSON", help=lesson_help)
    collect.add_argument("archive", type=Path, metavar="ZIP", help="zip file of submissions from Canvas or Moodle")
    collect.add_argument("--table", type=Path, help="class list from Canvas's gradebook or Moodle's grading worksheet")
    export = add("export", _export, "write a lesson's points into a table exported from Canvas or Moodle")
    export.add_argument("lesson", metavar="LESSON", help=lesson_help)
    export.add_argument("table", type=Path, metavar="TABLE", help="table exported from Canvas or Moodle")
    export.add_argument("--output", type=Path, help="file to write (default: TABLE with -filled in its name)")
    export.add_argument("--column", default="", metavar="NAME", help="name or number of Canvas's assignment")
    export.add_argument("--partly", action="store_true", help="include students with ungraded manual answers")
    grades = add("grades", _grades, "write a table of a lesson's grades, and fill in the tables from Canvas and Moodle")
    grades.add_argument("lesson", metavar="LESSON", help=lesson_help)
    known = "tables exported from Canvas or Moodle (default: those last passed to collect --table)"
    grades.add_argument("tables", nargs="*", type=Path, metavar="TABLE", help=known)
    grades.add_argument("--column", default="", metavar="NAME", help="name or number of Canvas's assignment")
    grades.add_argument("--partly", action="store_true", help="include students with ungraded manual answers")
    back = add("return", _return, "write the feedback pages as a zip for Canvas or Moodle, or for a mail merge")
    back.add_argument("lesson", metavar="LESSON", help=lesson_help)
    formats = ("canvas", "moodle", "folder")
    back.add_argument("--to", choices=formats, default="", help="default: the system that the submissions came from")
    back.add_argument("--all", action="store_true", help="include pages that have not changed since the last return")
    back.add_argument("--partly", action="store_true", help="include students with ungraded manual answers")
    scope = add("gradescope", _gradescope, "write the autograder zip for a lesson on Gradescope")
    scope.add_argument("lesson", metavar="LESSON", help=lesson_help)
    scope.add_argument("--output", type=Path, default=Path("dist"), help="folder to write to (default: dist)")
    report = add("report", _report, "write a report on a graded class")
    report.add_argument("lesson", nargs="?", metavar="LESSON", help=f"{lesson_help} (default: all graded lessons)")
    report.add_argument("--output", type=Path, default=Path("report"), help="folder to write to (default: report)")
    similar = add("similar", _similar, "list pairs of submissions that share unexpectedly many rare choices")
    similar.add_argument("lesson", metavar="LESSON", help=lesson_help)
    similar.add_argument("--output", type=Path, help="folder to write to (default: similar/ in the course folder)")
    questions = add("questions", _questions, "write up to five questions for each student about their code, and a key")
    questions.add_argument("lesson", metavar="LESSON", help=lesson_help)
    questions.add_argument(
        "--student", action="append", default=[], metavar="ID", help="only for this student (may be repeated)"
    )
    questions.add_argument("--no-names", action="store_true", help="show ids without names")
    questions.add_argument("--unsafe", action="store_true", help="run answers without a sandbox, with your permissions")
    arguments = parser.parse_args(argv)
    # Imported here so that --help starts quickly.
    from cs231n_lib.classroom.errors import ClassroomError, SandboxError, WorkersError
    from cs231n_lib.course.plan import LessonError

    try:
        code: int = arguments.run(arguments)
    except LessonError as error:
        _print_error(str(error))
        return 1
    except (ClassroomError, SandboxError, WorkersError) as error:
        print(error, file=sys.stderr)
        return 1
    return code


def _build(arguments: Namespace) -> int:
    # Imported here because building needs jupytext, which grading does not.
    from cs231n_lib.classroom.release.build import build, lesson_sources
    from cs231n_lib.classroom.release.source import BuildError
    from cs231n_lib.classroom.release.verify import verify
    from cs231n_lib.course.plan import find_folder
    from cs231n_lib.course.settings import SettingsError

    try:
        own = [path.stem for path in lesson_sources(arguments.root)]
        lessons = [find_folder(name, own) for name in arguments.lessons]
        if arguments.check:
            problems = verify(arguments.root, lessons)
        else:
            build(arguments.root, lessons, run_all=arguments.all)
            problems = []
    except (BuildError, SettingsError) as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _start(arguments: Namespace) -> int:
    from cs231n_lib.course.student.folder import released
    from cs231n_lib.course.student.start import EARLIER, StartError, start

    folder, options = Path(arguments.folder), arguments.options
    if arguments.folder.startswith("-"):  # without a folder, everything after `--` is for JupyterLab
        folder, options = Path("work"), [arguments.folder, *options]
    try:
        changes = start(folder, released(), arguments.reset)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    updated = [change for change in changes if change.replaces]
    if any(change.is_new for change in changes):
        print(f"New in {folder}: {', '.join(change.path.name for change in changes if change.is_new)}")
    if updated:
        print(f"Updated, with your work kept: {', '.join(change.path.name for change in updated)}")
        print(f"The earlier versions are in {folder / EARLIER}.")
    if not changes:
        print(f"The lessons in {folder} are up to date.")
    return 0 if arguments.no_lab or arguments.reset else _open_lab(folder, options)


def _open_lab(folder: Path, options: Sequence[str]) -> int:
    import os
    import subprocess
    from importlib.util import find_spec

    from cs231n_lib.course.student import lab

    if not find_spec("jupyterlab"):
        print(f"JupyterLab is not installed. Open {folder / 'index.ipynb'} in another notebook program.")
        return 0
    lab.close_file_list(folder)
    print(f"JupyterLab opens {folder / 'index.ipynb'}. Press Ctrl+C here to end it.", flush=True)
    try:
        done = subprocess.run([sys.executable, *lab.command(folder, options)], env=os.environ | lab.environment())
    except KeyboardInterrupt:
        return 0  # JupyterLab received the interrupt as well
    return done.returncode


def _progress(arguments: Namespace) -> int:
    from cs231n_lib.course.overview.terminal import course_text, lesson_text
    from cs231n_lib.course.plan import find_lesson
    from cs231n_lib.course.score_sheet import rows_of
    from cs231n_lib.course.score_sheet import text as score_text
    from cs231n_lib.course.student.folder import lessons_folder
    from cs231n_lib.course.student.progress import read_course, read_lesson
    from cs231n_lib.course.student.scores import read_scores

    folder = lessons_folder(arguments.root)
    course = read_course(folder)
    if not any(progress.here for progress in course):
        print(f"{arguments.root} has no lessons. Change to the course folder, or pass it with --root.", file=sys.stderr)
        return 1
    chosen = find_lesson(arguments.lesson) if arguments.lesson else None
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # the encoding of a redirected output may lack some symbols
    if chosen:
        print(lesson_text(read_lesson(folder, chosen)))
    else:
        starred = [progress.lesson for progress in course if progress.starred]
        print(score_text(rows_of(read_scores(folder), starred)), course_text(course), sep="\n\n")
    return 0


def _review(arguments: Namespace) -> int:
    from cs231n_lib.course.student.folder import lessons_folder
    from cs231n_lib.course.student.review.terminal import review

    folder = lessons_folder(arguments.root)
    if not any(folder.glob("*_*/*.ipynb")):
        print(f"{arguments.root} has no lessons. Change to the course folder, or pass it with --root.", file=sys.stderr)
        return 1
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # the encoding of a redirected output may lack some symbols
    review(folder)
    return 0


def _my_library(arguments: Namespace) -> int:
    from tqdm import tqdm

    from cs231n_lib.course import mine
    from cs231n_lib.course.library.collect import FOLDER, LibraryError, collect, conflicting_files, write
    from cs231n_lib.course.student.folder import lessons_folder

    lessons = lessons_folder(arguments.root)
    folder: Path = arguments.folder or lessons / FOLDER
    try:
        with tqdm(total=len(mine.exercises()), desc="Checking your answers", leave=False) as bar:
            library = collect(lessons, lambda name: bar.update())
        for problem in library.problems:
            print(f"Left out: {problem}.", file=sys.stderr)
        others = conflicting_files(library, folder)
        if others and not (
            arguments.replace
            or _confirms(f"{folder} already has different versions of {', '.join(others)}. Replace them?")
        ):
            print(f"Nothing was written. Add --replace to replace {', '.join(others)} in {folder}.", file=sys.stderr)
            return 1
        write(library, folder)
    except LibraryError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written to {folder}: {', '.join(library.files)}. {library.says}")
    return 0


def _confirms(question: str) -> bool:
    """Ask a yes-or-no question at the terminal, where the default is no."""
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _folder(arguments: Namespace) -> str:
    """Folder of the named lesson, which may be the instructor's own."""
    from cs231n_lib.course.plan import find_folder

    root: Path = arguments.root
    places = ("solutions", "notebooks", "source", "release")  # the last two are nbgrader's defaults
    own = {path.name for place in places for path in root.glob(f"{place}/*_*/")}
    return find_folder(arguments.lesson, sorted(own))


def _print_error(problem: str) -> None:
    """Print a problem with control characters replaced."""
    print(_printable(problem).replace("\n", "�"), file=sys.stderr)


def _print_reasons(reasons: Mapping[str, str], outcome: str) -> None:
    """Print why students were left out, grouping more than three with one reason."""
    for reason in dict.fromkeys(reasons.values()):
        students = [student for student, own in reasons.items() if own == reason]
        if len(students) > 3:
            _print_error(f"{len(students)} students: {outcome}: {reason}. They are {', '.join(students)}")
        else:
            for student in students:
                _print_error(f"{student}: {outcome}: {reason}")


def _grade(arguments: Namespace) -> int:
    from cs231n_lib.classroom.exchange.lms import display_name
    from cs231n_lib.classroom.grading.grade import Grading
    from cs231n_lib.classroom.kernels.walls import describe
    from cs231n_lib.classroom.report.results import write_results
    from cs231n_lib.course.plan import NOTEBOOKS

    lesson = _folder(arguments)
    if any(one.folder == lesson and not one.graded for one in NOTEBOOKS):
        print(f"{lesson} is optional and has nothing to grade. Pass another lesson.", file=sys.stderr)
        return 1

    def confirm(done: "GradingResult") -> bool:
        _print_changes(done)
        return arguments.yes or _confirms(f"Write the new points of {lesson}?")

    try:
        grading = Grading(arguments.root, lesson, unsafe=arguments.unsafe)
        done = grading.run(
            workers=arguments.workers,
            scheduler=arguments.scheduler,
            students=arguments.student,
            again=arguments.again,
            dry=arguments.dry_run,
            confirm=confirm,
        )
        written: list[Path] = []
        unwritten = ""
        try:
            written += [] if arguments.dry_run or done.declined else write_results(arguments.root, grading.lesson)
        except OSError as error:
            unwritten = f"{error.filename or 'a file'} ({error.strerror})"
    except KeyboardInterrupt:
        print("Stopped. The grades written so far are kept. Run the command again to continue.", file=sys.stderr)
        return 130
    if arguments.dry_run and arguments.again:
        _print_changes(done)
    elif arguments.dry_run:
        for student, reason in done.due.items():
            print(f"{display_name(student, done.names.get(student))}: {reason}")
    for student, reason in sorted(done.failed.items()):
        kept = ". The grade of an earlier file remains" if student in done.graded_before else ""
        _print_error(f"{display_name(student, done.names.get(student))}: not graded: {reason}{kept}")
    for folder in done.of_no_lesson:
        print(f"{folder} is not named after a lesson, so it was not graded. Rename it", file=sys.stderr)
    if done.penalty_changed:
        print(f"The late penalty changed for {', '.join(done.penalty_changed)}.", file=sys.stderr)
    _print_not_in_class(done.not_in_class)
    for student in done.needs_review:
        name = display_name(student, done.names.get(student))
        print(f"{name}: the answers that you graded by hand have changed. Grade them again", file=sys.stderr)
    if grading.unsafe:
        print("Submissions ran without a sandbox, with your permissions.", file=sys.stderr)
    if done.declined:
        remedy = "To write the new points, run the command again and confirm, or add --yes"
        print(f"{lesson}: nothing was written. {remedy}.", file=sys.stderr)
        return 1
    if grading.missing_walls:
        print(f"As class.toml allows, the sandbox lacked {describe(grading.missing_walls)}.", file=sys.stderr)
    counts = f"{len(done.graded)} graded, {len(done.unchanged)} unchanged, {len(done.failed)} not graded"
    need = "answer needs" if done.waiting == 1 else "answers need"
    counts += f". {done.waiting} {need} manual grading in Formgrader" if done.waiting else ""
    print(f"{grading.lesson}: {f'{len(done.due)} to grade' if arguments.dry_run else counts}")
    if written:
        print(f"Table and report: {', '.join(map(str, written))}")
    if unwritten:
        print(f"Grades are saved, but {unwritten} could not be written. Run this command again", file=sys.stderr)
    return 1 if done.failed or unwritten else 0


def _print_changes(done: "GradingResult") -> None:
    """List the points that change, with the mistakes that the checks named."""
    from cs231n_lib.classroom.exchange.lms import display_name

    for change in done.changes:
        before, after = ("; ".join(named) or "none" for named in (change.mistakes_before, change.mistakes_after))
        why = f"named mistake: {before} before, {after} now" if before != after else f"named mistake: {before}"
        kept = f", the {change.by_hand:g} points given by hand remain" if change.by_hand is not None else ""
        whose = display_name(change.student, done.names.get(change.student))
        print(_printable(f"{whose}: {change.exercise}: {change.before:g} → {change.after:g} ({why}{kept})"))
    students = len({change.student for change in done.changes})
    print(f"Points change for {students} of {len(done.due)} students")


def _printable(text: str) -> str:
    """Replace control characters, because students write some of the text."""
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)


def _regrade(arguments: Namespace) -> int:
    from cs231n_lib.classroom.grading.manual.receipt import text_of, write_receipt
    from cs231n_lib.classroom.grading.manual.regrade import regrade

    asked = {"student": arguments.student, "unsafe": arguments.unsafe, "receipt": arguments.receipt}
    done = regrade(arguments.root, arguments.code, **asked)
    print(_printable(text_of(done)))
    if arguments.receipt:
        print(f"Receipt: {write_receipt(arguments.root, done)}")
        if done.still_open:
            until = f"until {done.last_deadline:%Y-%m-%d %H:%M} UTC" if done.last_deadline else "(no due date is set)"
            warning = f"Students can still hand in {done.answer.lesson} {until}, and the receipt shows a test case"
            print(f"{warning}. Send the receipt after the last deadline.", file=sys.stderr)
    return 0


def _marking(arguments: Namespace) -> int:
    from cs231n_lib.classroom.grading.manual.assistants import mark_together

    lesson = _folder(arguments)
    marking = mark_together(arguments.root, lesson, arguments.assistants, arguments.server)
    for number, key, close in marking.unknown:
        remedy = f". Did you mean @{close}?" if close else ""
        _print_error(f"Submission {number}: comments.toml has no comment @{key}{remedy}")
    for name, own in marking.assistants.items():
        done = sum(one.done for one in own)
        print(f"{name or 'Not assigned'}: {done} of {len(own)} done, {len(own) - done} left")
    count = f"{marking.comments} comment{'s' * (marking.comments != 1)}"
    print(f"{lesson}: replaced keys in {count}. The progress is in {', '.join(map(str, marking.files))}")
    return 1 if marking.unknown else 0


def _extend(arguments: Namespace) -> int:
    from cs231n_lib.classroom.late import extend

    print(extend(arguments.root, _folder(arguments), arguments.student, arguments.time))
    return 0


def _collect(arguments: Namespace) -> int:
    from cs231n_lib.classroom.exchange.collect import collect
    from cs231n_lib.classroom.exchange.lms import display_name, read_table

    lesson = _folder(arguments)
    table = read_table(arguments.table) if arguments.table else None
    done = collect(arguments.root, lesson, arguments.archive, table)
    for whom, reason in done.problems.items():
        _print_error(f"{display_name(whom, done.names.get(whom))}: not imported: {reason}")
    if done.late:
        late = "Late according to Canvas, which gives no time, so no penalty is applied"
        print(f"{late}: {', '.join(display_name(s, done.names.get(s)) for s in done.late)}", file=sys.stderr)
    if done.undated:
        undated = "Counted as on time, because the date in the table cannot be read (export the table in English)"
        print(f"{undated}: {', '.join(done.undated)}", file=sys.stderr)
    print(f"{lesson}: {len(done.new)} new, {len(done.changed)} changed, {len(done.same)} unchanged")
    return 1 if done.problems else 0


def _export(arguments: Namespace) -> int:
    from cs231n_lib.classroom.exchange.lms import export

    lesson = _folder(arguments)
    table: Path = arguments.table
    output = arguments.output or table.with_stem(f"{table.stem}-filled")
    partly, column = arguments.partly, arguments.column
    _print_filled(
        lesson, output, export(arguments.root, lesson, _title(lesson), table, output, column=column, partly=partly)
    )
    return 0


def _grades(arguments: Namespace) -> int:
    from cs231n_lib.classroom.exchange.grades import write_grades

    lesson = _folder(arguments)
    partly, column = arguments.partly, arguments.column
    written = write_grades(arguments.root, lesson, _title(lesson), arguments.tables, column=column, partly=partly)
    _print_not_in_class(written.not_in_class)
    print(f"{lesson}: wrote {written.table}")
    for output, filled in written.copies.items():
        _print_filled(lesson, output, filled)
    for problem in written.problems:
        _print_error(f"Not filled: {problem}")
    return 1 if written.problems else 0


def _print_not_in_class(students: Sequence[str]) -> None:
    for student in students:
        _print_error(f"{student}: has an extension in students.csv, but is not in the gradebook. Check the id")


def _title(lesson: str) -> str:
    """Title of a lesson, which identifies its column in a table from Canvas."""
    from cs231n_lib.course.plan import NOTEBOOKS

    return next((one.title for one in NOTEBOOKS if one.folder == lesson), lesson)


def _print_filled(lesson: str, output: Path, filled: "FilledTable") -> None:
    _print_reasons(filled.skipped, "not filled in")
    if filled.note:
        print(filled.note, file=sys.stderr)
    total = filled.written + len(filled.skipped)
    print(f"{lesson}: filled in the points of {filled.written} of {total} students in {output}")


def _return(arguments: Namespace) -> int:
    from cs231n_lib.classroom.exchange.feedback import MAIL_TABLE, FeedbackReturn
    from cs231n_lib.classroom.exchange.lms import display_name

    lesson = _folder(arguments)
    feedback = FeedbackReturn(arguments.root, lesson, arguments.to)
    done = feedback.run(everything=arguments.all, partly=arguments.partly)
    skipped = {display_name(one, done.names.get(one)): reason for one, reason in sorted(done.skipped.items())}
    _print_reasons(skipped, "not returned")
    if done.updated:
        print(f"Pages made again, because points or comments had changed: {len(done.updated)}", file=sys.stderr)
    if done.replaced:
        newer = f"Pages that are newer than those returned before: {len(done.replaced)}"
        print(f"{newer}. Do not upload an earlier file after this one", file=sys.stderr)
    counts = f"{len(done.returned)} returned, {len(done.unchanged)} unchanged, {len(done.skipped)} not returned"
    print(f"{lesson}: {counts}")
    if done.path:
        print(f"Wrote {done.path / MAIL_TABLE if done.path.is_dir() else done.path}")
    return 1 if done.skipped else 0


def _gradescope(arguments: Namespace) -> int:
    from cs231n_lib.classroom.exchange.gradescope_zip import write_zip

    path = write_zip(arguments.root, _folder(arguments), arguments.output)
    print(f"Wrote {path}. Upload it to Gradescope as docs/gradescope.md describes.")
    return 0


def _report(arguments: Namespace) -> int:
    from cs231n_lib.classroom.report.write import report

    lesson = _folder(arguments) if arguments.lesson else None
    for graded in report(arguments.root, lesson, arguments.output):
        for remark in graded.remarks:
            _print_error(f"{graded.lesson}: {remark}")
        files = f"{arguments.output / graded.lesson}.html and .csv"
        students = f"{len(graded.marks)} student{'s' * (len(graded.marks) != 1)}"
        print(f"{graded.lesson}: wrote the report on {students} to {files}")
    return 0


def _similar(arguments: Namespace) -> int:
    from cs231n_lib.classroom.report.similar.write import FOLDER, similar
    from cs231n_lib.course.plan import NOTEBOOKS

    lesson = _folder(arguments)
    if any(one.folder == lesson and not one.graded for one in NOTEBOOKS):
        print(f"{lesson} is optional and has no submissions. Pass another lesson.", file=sys.stderr)
        return 1
    try:
        written = similar(arguments.root, lesson, arguments.output or arguments.root / FOLDER)
    except KeyboardInterrupt:
        print("Stopped. Nothing was written.", file=sys.stderr)
        return 130
    for student, reason in written.unread.items():
        _print_error(f"{student}: not compared: {reason}")
    for student, note in written.notes.items():
        _print_error(f"{student}: {note}. The rest was compared")
    pairs = "1 pair" if written.pairs == 1 else f"{written.pairs} pairs"
    print(
        f"{lesson}: {written.compared} submissions compared, {pairs} to look at in "
        f"{' and '.join(map(str, written.files))}. A listed pair is not proof of copying"
    )
    return 0


def _questions(arguments: Namespace) -> int:
    from cs231n_lib.classroom.report.questions.write import write_questions
    from cs231n_lib.course.plan import NOTEBOOKS

    lesson = _folder(arguments)
    known = next((one for one in NOTEBOOKS if one.folder == lesson), None)
    if known and not known.graded:
        print(f"{lesson} is optional and is not graded, so it has no questions. Pass another lesson.", file=sys.stderr)
        return 1
    done = write_questions(
        arguments.root,
        lesson,
        students=arguments.student,
        show_names=not arguments.no_names,
        unsafe=arguments.unsafe,
        title=known.title if known else lesson,
    )
    for student, reasons in done.reasons.items():
        number = done.questions[student]
        _print_error(f"{student}: {number} question{'s' * (number != 1)}, because {'; '.join(reasons)}")
    if done.unsafe:
        print("Answers ran without a sandbox, with your permissions.", file=sys.stderr)
    count = f"{len(done.questions)} student{'s' * (len(done.questions) != 1)}"
    print(f"{lesson}: wrote the questions for {count}: {', '.join(map(str, done.files))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
