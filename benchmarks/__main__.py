"""The benchmarks, one after another: ``python -m benchmarks`` for all, or the names of some: ``imports layers``."""

from argparse import ArgumentParser

from benchmarks import (
    checks,
    denormals,
    digits,
    first_minutes,
    imports,
    layers,
    lessons,
    numerical_gradient,
    training_step,
)

ALL = {
    module.__name__.partition(".")[2]: module
    for module in (training_step, digits, denormals, numerical_gradient, imports, layers, checks)
}

parser = ArgumentParser(prog="python -m benchmarks", description="Measure the library beside others.")
parser.add_argument(
    "names", nargs="*", metavar="NAME", help=f"default: all of {', '.join(ALL)}; or lessons, first_minutes"
)
parser.add_argument("--beside", type=int, default=0, metavar="N", help="with lessons: run beside N busy processes")
parser.add_argument("--cold", action="store_true", help="with first_minutes: with empty caches of packages")
arguments = parser.parse_args()
names = arguments.names or list(ALL)
unknown = [name for name in names if name not in (*ALL, "lessons", "first_minutes")]
if unknown:
    parser.error(f"no benchmark {', '.join(unknown)}; name some of: {', '.join(ALL)}, lessons, first_minutes")
for name in names:
    if name == "lessons":
        lessons.main(arguments.beside)
    elif name == "first_minutes":
        first_minutes.main(cold=arguments.cold)
    else:
        ALL[name].main()
