"""What an import costs: CPU time of a whole process, against ``import numpy``.

python -m benchmarks.imports
"""

import statistics

from benchmarks.timing import child_cpu_seconds, pin, show

STATEMENTS = ("pass", "import numpy", "import cs231n_lib", "import cs231n_lib.training.trainer")


def main(rounds: int = 15) -> None:
    """Run the statements in turns and print the table."""
    pin()
    samples: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(rounds):
        for statement, values in samples.items():
            values.append(child_cpu_seconds(statement)[0])
    seconds = {statement: statistics.median(values) for statement, values in samples.items()}
    rows = [[f"`{s}`", f"{1e3 * t:.0f}", f"{t / seconds['import numpy']:.2f}"] for s, t in seconds.items()]
    show("Imports, Python's own start included", ["statement", "CPU ms", "÷ import numpy"], rows)


if __name__ == "__main__":
    main()
