"""The benchmarks, one after another: ``python -m benchmarks`` for all, or the names of some: ``imports layers``."""

from argparse import ArgumentParser
from pathlib import Path

from benchmarks import (
    capstone,
    checks,
    claims,
    denormals,
    digits,
    first_minutes,
    gradebook,
    grading,
    imports,
    kills,
    layers,
    lessons,
    mutants,
    numerical_gradient,
    report,
    search,
    training_step,
)

ALL = {
    module.__name__.partition(".")[2]: module
    for module in (training_step, digits, denormals, numerical_gradient, imports, layers, checks)
}

ASKED_FOR = (
    "lessons",
    "grading",
    "report",
    "gradebook",
    "kills",
    "first_minutes",
    "search",
    "capstone",
    "mutants",
    "claims",
)
"""What runs only where it is named."""

parser = ArgumentParser(prog="python -m benchmarks", description="Measure the library beside others.")
parser.add_argument(
    "names", nargs="*", metavar="NAME", help=f"default: all of {', '.join(ALL)}; or {', '.join(ASKED_FOR)}"
)
parser.add_argument("--beside", type=int, default=0, metavar="N", help="with lessons: run beside N busy processes")
parser.add_argument("--only", default="", metavar="LESSON", help="with lessons: run this one alone")
parser.add_argument("--cold", action="store_true", help="with first_minutes: with empty caches of packages")
parser.add_argument(
    "--students",
    default="24",
    metavar="N,N",
    help="with grading, report, gradebook: of the class, or of some (default: 24)",
)
parser.add_argument("--long", action="store_true", help="with capstone: its longer forms, of which two download data")
parser.add_argument("--data", type=Path, metavar="FOLDER", help="with --long: take the data from here")
parser.add_argument("--times", type=int, default=20, metavar="N", help="with kills: of each (default: 20)")
parser.add_argument("--wrong", type=int, default=3, metavar="K", help="with grading: every K-th answer (default: 3)")
parser.add_argument(
    "--lesson", default="01_optimization", help="with grading, or some with mutants, claims (default: 01_optimization)"
)
parser.add_argument("--no-places", action="store_true", help="with grading: do not look for places")
parser.add_argument("--without", default="", metavar="EXERCISE", help="with grading: nobody answers this one")
parser.add_argument("--workers", type=int, metavar="N", help="with grading: submissions at a time (cores + 1)")
parser.add_argument("--keep", type=Path, metavar="FOLDER", help="with grading: leave the graded class there")
parser.add_argument(
    "--seeds",
    type=int,
    default=0,
    metavar="N",
    help="with capstone (default: 10), claims (default: 20); with search: TPE against chance",
)
arguments = parser.parse_args()
names = arguments.names or list(ALL)
unknown = [name for name in names if name not in (*ALL, *ASKED_FOR)]
if unknown:
    parser.error(f"no benchmark {', '.join(unknown)}; name some of: {', '.join((*ALL, *ASKED_FOR))}")
students = [int(number) for number in arguments.students.split(",")]
for name in names:
    if name == "lessons":
        lessons.main(arguments.beside, arguments.only)
    elif name == "first_minutes":
        first_minutes.main(cold=arguments.cold)
    elif name == "capstone":
        capstone.main(arguments.seeds or 10, long=arguments.long, data=arguments.data)
    elif name == "mutants":
        mutants.main(arguments.lesson.split(","))
    elif name == "claims":
        claims.main(arguments.lesson.split(","), arguments.seeds or 20)
    elif name == "grading":
        places = not arguments.no_places
        grading.main(
            students, arguments.wrong, arguments.lesson, places, arguments.keep, arguments.workers, arguments.without
        )
    elif name == "report":
        report.main(max(students), arguments.lesson)
    elif name == "search":
        search.main(arguments.seeds)
    elif name == "gradebook":
        gradebook.main(max(students))
    elif name == "kills":
        kills.main(arguments.times)
    else:
        ALL[name].main()
