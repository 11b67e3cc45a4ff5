"""CPU time of a process that runs one import, as a multiple of ``import numpy``.

python -m benchmarks imports
"""

import statistics
from pathlib import Path

from benchmarks.timing import child_cpu_seconds, pin, show

LESSONS = Path(__file__).parents[1] / "cs231n_lib/lessons"
STATEMENTS = (
    "pass",
    "import numpy",
    "import cs231n_lib",
    "from cs231n_lib import Trainer",
    *(f"from cs231n_lib.lessons.{path.parent.name} import checks" for path in sorted(LESSONS.glob("*/checks"))),
)
LIMIT = 2.5
"""Limit for the checks of a lesson, as a multiple of ``import numpy``."""


def main(rounds: int = 15) -> None:
    """Run the statements in turns and print the table."""
    pin()
    samples: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(rounds):
        for statement, values in samples.items():
            values.append(child_cpu_seconds(statement)[0])
    seconds = {statement: statistics.median(values) for statement, values in samples.items()}
    ratios = {statement: cpu / seconds["import numpy"] for statement, cpu in seconds.items()}
    rows = [[f"`{statement}`", f"{1e3 * cpu:.0f}", f"{ratios[statement]:.2f}"] for statement, cpu in seconds.items()]
    show("Imports, including the start of Python", ["statement", "CPU (ms)", "ratio to `import numpy`"], rows)
    dear = [statement for statement, ratio in ratios.items() if "checks" in statement and ratio > LIMIT]
    print(f"Checks above {LIMIT:g} times `import numpy`: {', '.join(dear) or 'none'}\n")


if __name__ == "__main__":
    main()
