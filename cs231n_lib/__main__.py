"""The command line: ``python -m cs231n_lib COMMAND``."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = ArgumentParser(prog="python -m cs231n_lib", description="Tools for those who teach the course.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="build the notebooks from their texts")
    build.add_argument("lessons", nargs="*", metavar="NN_slug", help="default: all lessons and the start page")
    build.add_argument("--check", action="store_true", help="build elsewhere, compare, and scan for leaks")
    build.add_argument("--root", type=Path, default=Path.cwd(), help="of the course (default: here)")
    build.set_defaults(run=_build)
    arguments = parser.parse_args(argv)
    code: int = arguments.run(arguments)
    return code


def _build(arguments: Namespace) -> int:
    # Imported here: building needs jupytext, which those who only grade need not have.
    from cs231n_lib.classroom.build import build
    from cs231n_lib.classroom.source import BuildError
    from cs231n_lib.classroom.verify import verify

    try:
        if arguments.check:
            problems = verify(arguments.root, arguments.lessons)
        else:
            build(arguments.root, arguments.lessons)
            problems = []
    except BuildError as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
