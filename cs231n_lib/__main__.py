"""The command line: ``python -m cs231n_lib COMMAND``."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = ArgumentParser(prog="python -m cs231n_lib", description="Tools of the course.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    start = commands.add_parser(
        "start", help="copy the lessons to work/, or bring yours up to date, and open JupyterLab"
    )
    start.add_argument("folder", nargs="?", default="work", help="where to work (default: work)")
    start.add_argument("options", nargs="*", metavar="OPTION", help="for JupyterLab, after --")
    start.add_argument("--reset", default="", metavar="EXERCISE", help="put one exercise back as it was handed out")
    start.add_argument("--no-lab", action="store_true", help="do not open JupyterLab")
    start.set_defaults(run=_start)
    build = commands.add_parser("build", help="build the notebooks from their texts")
    build.add_argument("lessons", nargs="*", metavar="NN_slug", help="default: all lessons and the start page")
    build.add_argument("--check", action="store_true", help="build elsewhere, compare, and scan for leaks")
    build.add_argument("--stored", action="store_true", help="with --check: run nothing, take the outputs as they are")
    build.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    build.set_defaults(run=_build)
    progress = commands.add_parser("progress", help="show your points and what is next, from your saved notebooks")
    progress.add_argument("lesson", nargs="?", metavar="LESSON", help="show its exercises: 1, or optimization")
    progress.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    progress.set_defaults(run=_progress)
    library = commands.add_parser("my-library", help="write your own functions, those with full marks, into one module")
    library.add_argument(
        "folder", nargs="?", type=Path, help="where to write (default: my_library/ beside your lessons)"
    )
    library.add_argument("--replace", action="store_true", help="replace what is there already, without asking")
    library.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    library.set_defaults(run=_my_library)
    grade = commands.add_parser("grade", help="grade what a class handed in, and write its feedback")
    grade.add_argument("lesson", metavar="LESSON", help="1, or optimization")
    at_a_time = "submissions at a time (default: one more than this machine's cores)"
    grade.add_argument("--workers", type=int, metavar="N", help=at_a_time)
    grade.add_argument("--scheduler", metavar="ADDRESS", help="have the workers of this Dask scheduler grade, not here")
    grade.add_argument("--student", action="append", default=[], metavar="ID", help="only this one; may be repeated")
    grade.add_argument("--again", action="store_true", help="also what is graded and has not changed")
    grade.add_argument("--dry-run", action="store_true", help="only list what would be graded, and why")
    grade.add_argument("--unsafe", action="store_true", help="run submissions without a sandbox, as you")
    grade.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    grade.set_defaults(run=_grade)
    collect = commands.add_parser("collect", help="take a lesson's submissions out of a zip of Canvas or Moodle")
    collect.add_argument("lesson", metavar="LESSON", help="1, or optimization")
    collect.add_argument("archive", type=Path, metavar="ZIP", help="as the system made it")
    collect.add_argument("--table", type=Path, help="Canvas's gradebook or Moodle's grading worksheet: who is in class")
    collect.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    collect.set_defaults(run=_collect)
    export = commands.add_parser("export", help="put a lesson's points into a table of Canvas or Moodle")
    export.add_argument("lesson", metavar="LESSON", help="1, or optimization")
    export.add_argument("table", type=Path, metavar="TABLE", help="as the system exported it")
    export.add_argument("--output", type=Path, help="where to write (default: TABLE with -filled in its name)")
    export.add_argument("--column", default="", metavar="NAME", help="Canvas's assignment, or its number")
    export.add_argument("--partly", action="store_true", help="also where a part still waits for a person")
    export.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    export.set_defaults(run=_export)
    scope = commands.add_parser("gradescope", help="write the zip by which Gradescope grades a lesson")
    scope.add_argument("lesson", metavar="LESSON", help="1, or optimization")
    scope.add_argument("--output", type=Path, default=Path("dist"), help="where to write (default: dist)")
    scope.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    scope.set_defaults(run=_gradescope)
    report = commands.add_parser("report", help="show how a class did, once it is graded")
    report.add_argument("lesson", nargs="?", metavar="LESSON", help="1, or optimization; default: all that are graded")
    report.add_argument("--output", type=Path, default=Path("report"), help="where to write (default: report)")
    report.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    report.set_defaults(run=_report)
    arguments = parser.parse_args(argv)
    code: int = arguments.run(arguments)
    return code


def _build(arguments: Namespace) -> int:
    # Imported here: building needs jupytext, which those who only grade need not have.
    from cs231n_lib.classroom.build import build
    from cs231n_lib.classroom.source import BuildError
    from cs231n_lib.classroom.verify import verify
    from cs231n_lib.course.settings import SettingsError

    if arguments.stored and not arguments.check:
        print("--stored goes with --check: a build runs what it writes", file=sys.stderr)
        return 2
    try:
        if arguments.check:
            problems = verify(arguments.root, arguments.lessons, stored=arguments.stored)
        else:
            build(arguments.root, arguments.lessons)
            problems = []
    except (BuildError, SettingsError) as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _start(arguments: Namespace) -> int:
    from cs231n_lib.course.folder import released
    from cs231n_lib.course.start import EARLIER, StartError, start

    folder, options = Path(arguments.folder), arguments.options
    if arguments.folder.startswith("-"):  # none is named: all that follows `--` is JupyterLab's
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
        print(f"Brought up to date, with what you wrote: {', '.join(change.path.name for change in updated)}")
        print(f"What they were before is in {folder / EARLIER}.")
    if not changes:
        print(f"The lessons in {folder} are up to date.")
    return 0 if arguments.no_lab or arguments.reset else _open_lab(folder, options)


def _open_lab(folder: Path, options: Sequence[str]) -> int:
    import os
    import subprocess
    from importlib.util import find_spec

    from cs231n_lib.course import lab

    if not find_spec("jupyterlab"):
        print(f"JupyterLab is not installed: open {folder / 'index.ipynb'} in the program that you use.")
        return 0
    lab.close_file_list(folder)
    print(f"JupyterLab opens {folder / 'index.ipynb'}. To end it, press Ctrl+C here.", flush=True)
    try:
        done = subprocess.run([sys.executable, *lab.command(folder, options)], env=os.environ | lab.environment())
    except KeyboardInterrupt:
        return 0  # JupyterLab got it too, and has ended
    return done.returncode


def _progress(arguments: Namespace) -> int:
    from cs231n_lib.course.folder import lessons_folder
    from cs231n_lib.course.plan import LESSONS
    from cs231n_lib.course.progress import read_course, read_lesson
    from cs231n_lib.course.score_sheet import rows_of
    from cs231n_lib.course.score_sheet import text as score_text
    from cs231n_lib.course.scores import read_scores
    from cs231n_lib.course.text import course_text, find_lesson, lesson_text

    folder = lessons_folder(arguments.root)
    course = read_course(folder)
    if not any(progress.here for progress in course):
        print(f"No lesson in {arguments.root}: go to the course's folder, or name it with --root.", file=sys.stderr)
        return 1
    chosen = find_lesson(arguments.lesson) if arguments.lesson else None
    if arguments.lesson and not chosen:
        print(f"No lesson {arguments.lesson}: name one by its number, 1 to {LESSONS[-1].number}.", file=sys.stderr)
        return 1
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a file's encoding may lack the marks
    if chosen:
        print(lesson_text(read_lesson(folder, chosen)))
    else:
        starred = [progress.lesson for progress in course if progress.starred]
        print(score_text(rows_of(read_scores(folder), starred)), course_text(course), sep="\n\n")
    return 0


def _my_library(arguments: Namespace) -> int:
    from tqdm import tqdm

    from cs231n_lib.course import mine
    from cs231n_lib.course.folder import lessons_folder
    from cs231n_lib.course.my_library import FOLDER, LibraryError, collect, differing, write

    lessons = lessons_folder(arguments.root)
    folder: Path = arguments.folder or lessons / FOLDER
    try:
        with tqdm(total=len(mine.exercises()), desc="Checking your answers", leave=False) as bar:
            library = collect(lessons, lambda name: bar.update())
        for problem in library.problems:
            print(f"Left out: {problem}.", file=sys.stderr)
        others = differing(library, folder)
        if others and not (
            arguments.replace or _agrees(f"Already in {folder}, with other contents: {', '.join(others)}.")
        ):
            print(f"Nothing was written. To replace {', '.join(others)} in {folder}, add --replace.", file=sys.stderr)
            return 1
        write(library, folder)
    except LibraryError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written to {folder}: {', '.join(library.files)}. {library.says}")
    return 0


def _agrees(said: str) -> bool:
    """Whether someone at a terminal says yes; where there is none, no."""
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"{said} Replace? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _say(problem: str) -> None:
    """Print it on one line, without what would command the terminal: names of files and folders may hold that."""
    print("".join(one if one.isprintable() else "�" for one in problem), file=sys.stderr)


def _grade(arguments: Namespace) -> int:
    from cs231n_lib.classroom.grade import Grading
    from cs231n_lib.classroom.report_class import ReportError
    from cs231n_lib.classroom.results import write_results
    from cs231n_lib.classroom.sandbox import SandboxError
    from cs231n_lib.classroom.school import called
    from cs231n_lib.classroom.workers import WorkersError
    from cs231n_lib.course.text import find_lesson

    chosen = find_lesson(arguments.lesson)
    if chosen and not chosen.graded:
        print(f"{chosen.folder} is optional: there is nothing to grade in it.", file=sys.stderr)
        return 1
    try:
        grading = Grading(arguments.root, chosen.folder if chosen else arguments.lesson, unsafe=arguments.unsafe)
        done = grading.run(
            workers=arguments.workers,
            scheduler=arguments.scheduler,
            students=arguments.student,
            again=arguments.again,
            dry=arguments.dry_run,
        )
        written = [] if arguments.dry_run else [*write_results(arguments.root, grading.lesson)]
    except (ReportError, SandboxError, WorkersError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What is graded is kept; run this again to go on.", file=sys.stderr)
        return 130
    if arguments.dry_run:
        for student, why in done.due.items():
            print(f"{called(student, done.names.get(student))}: {why}")
    for student, why in sorted(done.failed.items()):
        stays = "; the grade of an earlier file stays" if student in done.had_grade else ""
        _say(f"{called(student, done.names.get(student))}: not graded: {why}{stays}")
    if done.settled:
        print(f"The penalty for lateness changed: {', '.join(done.settled)}", file=sys.stderr)
    for student in done.look_again:
        told = "what you marked by hand has changed: look at it again"
        print(f"{called(student, done.names.get(student))}: {told}", file=sys.stderr)
    if grading.unsafe:
        print("Submissions ran without a sandbox, as you.", file=sys.stderr)
    counts = f"{len(done.graded)} graded, {len(done.unchanged)} unchanged, {len(done.failed)} not graded"
    counts += f"; {done.waiting} answers wait for you: formgrader, Manual Grading" if done.waiting else ""
    print(f"{grading.lesson}: {f'{len(done.due)} to grade' if arguments.dry_run else counts}")
    if written:
        print(f"Table and report: {', '.join(map(str, written))}")
    return 1 if done.failed else 0


def _collect(arguments: Namespace) -> int:
    from cs231n_lib.classroom.collect import collect
    from cs231n_lib.classroom.report_class import ReportError
    from cs231n_lib.classroom.school import called, read_table
    from cs231n_lib.course.text import find_lesson

    chosen = find_lesson(arguments.lesson)
    lesson = chosen.folder if chosen else arguments.lesson
    try:
        table = read_table(arguments.table) if arguments.table else None
        done = collect(arguments.root, lesson, arguments.archive, table)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 1
    for whom, why in done.problems.items():
        _say(f"{called(whom, done.names.get(whom))}: not taken: {why}")
    if done.late:
        told = "Late, as Canvas says, which does not tell when, so nothing is taken off here"
        print(f"{told}: {', '.join(called(s, done.names.get(s)) for s in done.late)}", file=sys.stderr)
    if done.undated:
        told = "Counted as in time, since the date in the table is not understood (export it in English)"
        print(f"{told}: {', '.join(done.undated)}", file=sys.stderr)
    print(f"{lesson}: {len(done.new)} new, {len(done.changed)} changed, {len(done.same)} as before")
    return 1 if done.problems else 0


def _export(arguments: Namespace) -> int:
    from cs231n_lib.classroom.report_class import ReportError
    from cs231n_lib.classroom.school import export
    from cs231n_lib.course.text import find_lesson

    chosen = find_lesson(arguments.lesson)
    lesson, title = (chosen.folder, chosen.title) if chosen else (arguments.lesson, arguments.lesson)
    table: Path = arguments.table
    output = arguments.output or table.with_stem(f"{table.stem}-filled")
    try:
        filled = export(arguments.root, lesson, title, table, output, column=arguments.column, partly=arguments.partly)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 1
    for whom, why in filled.left.items():
        _say(f"{whom}: left as it was: {why}")
    if filled.note:
        print(filled.note, file=sys.stderr)
    print(f"{lesson}: points of {filled.written} in {output}, {len(filled.left)} left as they were")
    return 0


def _gradescope(arguments: Namespace) -> int:
    from cs231n_lib.classroom.gradescope_zip import write_zip
    from cs231n_lib.classroom.report_class import ReportError
    from cs231n_lib.course.text import find_lesson

    chosen = find_lesson(arguments.lesson)
    try:
        path = write_zip(arguments.root, chosen.folder if chosen else arguments.lesson, arguments.output)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path}: upload it to Gradescope; docs/gradescope.md says how, and what it protects")
    return 0


def _report(arguments: Namespace) -> int:
    from cs231n_lib.classroom.report import report
    from cs231n_lib.classroom.report_class import ReportError
    from cs231n_lib.course.text import find_lesson

    chosen = find_lesson(arguments.lesson) if arguments.lesson else None
    try:
        for graded in report(arguments.root, chosen.folder if chosen else arguments.lesson, arguments.output):
            for remark in graded.remarks:
                _say(f"{graded.lesson}: {remark}")
            print(f"{graded.lesson}: {len(graded.marks)} students, {arguments.output / graded.lesson}.html and .csv")
    except ReportError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
