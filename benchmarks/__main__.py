"""Command line of the benchmarks.

``python -m benchmarks`` runs the default ones, and ``python -m benchmarks imports checks`` only those named.
"""

from argparse import ArgumentParser
from pathlib import Path

from benchmarks import (
    capstone,
    checks,
    claims,
    digits,
    first_minutes,
    gradebook,
    grading,
    imports,
    interrupted,
    kills,
    questions,
    report,
    search,
    similar,
    term,
    training_step,
    waits,
)
from cs231n_lib.course.plan import LessonError, find_folder

ALL = {module.__name__.partition(".")[2]: module for module in (training_step, digits, imports, checks)}

ASKED_FOR = (
    "grading",
    "term",
    "report",
    "questions",
    "similar",
    "gradebook",
    "kills",
    "interrupted",
    "first_minutes",
    "search",
    "capstone",
    "claims",
    "waits",
)
"""Benchmarks that run only if they are named."""

parser = ArgumentParser(
    prog="python -m benchmarks", description="Measure the speed of the library and compare it with others."
)
parser.add_argument(
    "names",
    nargs="*",
    metavar="NAME",
    help=f"choose from {', '.join((*ALL, *ASKED_FOR))} (default: the first {len(ALL)})",
)
parser.add_argument("--cold", action="store_true", help="with first_minutes: start with empty package caches")
parser.add_argument(
    "--students",
    default="24",
    metavar="N,N",
    help="with grading, term, report, questions, gradebook, interrupted: size of the class; grading takes several "
    "sizes (default: 24)",
)
parser.add_argument(
    "--long", action="store_true", help="with capstone: run the longer forms, two of which download data"
)
parser.add_argument("--data", type=Path, metavar="FOLDER", help="with --long: read the data from this folder")
parser.add_argument(
    "--times", type=int, default=20, metavar="N", help="with kills, interrupted: kills of each process (default: 20)"
)
parser.add_argument(
    "--wrong", type=int, default=3, metavar="K", help="with grading: make every K-th answer wrong (default: 3)"
)
parser.add_argument(
    "--lesson",
    default="1",
    metavar="LESSON,LESSON",
    help="with grading, term, report, questions, claims, similar, interrupted: number or name, such as 1 or "
    "optimization; questions, claims and similar take several (default: 1; claims needs 4, 5 or 9, and similar 1, 3 or "
    "8)",
)
parser.add_argument("--every", action="store_true", help="with questions: print every question that can be made")
parser.add_argument("--no-places", action="store_true", help="with grading: skip the search for the places of faults")
parser.add_argument(
    "--without", default="", metavar="EXERCISE", help="with grading: leave this exercise unanswered in all submissions"
)
parser.add_argument(
    "--workers", type=int, metavar="N", help="with grading: number of worker processes (default: cores + 1)"
)
parser.add_argument(
    "--keep",
    type=Path,
    metavar="FOLDER",
    help="with term, interrupted: keep the class in this folder; term also explains the steps",
)
parser.add_argument(
    "--seeds",
    type=int,
    default=0,
    metavar="N",
    help="with capstone (default: 10), claims (default: 20); with search: compare TPE with random search",
)
parser.add_argument("--against", type=Path, metavar="FOLDER", help="with waits: take turns with this other checkout")
parser.add_argument(
    "--only", default="", metavar="PART,PART", help=f"with waits: choose from {', '.join(waits.PARTS)} (default: all)"
)
parser.add_argument(
    "--rounds", type=int, default=0, metavar="N", help="with waits: rounds of each measurement (default: 1 to 15)"
)
arguments = parser.parse_args()
names = arguments.names or list(ALL)
unknown = [name for name in names if name not in (*ALL, *ASKED_FOR)]
if unknown:
    parser.error(f"There is no benchmark {', '.join(unknown)}. Choose from {', '.join((*ALL, *ASKED_FOR))}.")
try:
    chosen = [find_folder(lesson) for lesson in arguments.lesson.split(",")]
except LessonError as error:
    parser.error(str(error))
unknown = [part for part in filter(None, arguments.only.split(",")) if part not in waits.PARTS]
if unknown:
    parser.error(f"There is no part {', '.join(unknown)}. Choose from {', '.join(waits.PARTS)}.")
students = [int(number) for number in arguments.students.split(",")]
for name in names:
    if name == "first_minutes":
        first_minutes.main(cold=arguments.cold)
    elif name == "capstone":
        capstone.main(arguments.seeds or 10, long=arguments.long, data=arguments.data)
    elif name == "claims":
        claims.main(chosen, arguments.seeds or 20)
    elif name == "grading":
        places = not arguments.no_places
        grading.main(students, arguments.wrong, chosen[0], places, arguments.workers, arguments.without)
    elif name == "term":
        term.main(max(students), chosen[0], arguments.keep)
    elif name == "report":
        report.main(max(students), chosen[0])
    elif name == "questions":
        questions.main(max(students), chosen, whole=arguments.every)
    elif name == "search":
        search.main(arguments.seeds)
    elif name == "similar":
        similar.main(chosen)
    elif name == "gradebook":
        gradebook.main(max(students))
    elif name == "waits":
        waits.main(arguments.against, [part for part in arguments.only.split(",") if part], arguments.rounds)
    elif name == "kills":
        kills.main(arguments.times)
    elif name == "interrupted":
        interrupted.main(chosen[0], max(students), arguments.times, arguments.keep)
    else:
        ALL[name].main()
