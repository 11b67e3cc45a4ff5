"""One-token slips of the references of some lessons: how many lose points, are named and placed, and which survive.

python -m benchmarks mutants --lesson 04_architecture,05_preprocessing
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from cs231n_lib.course.plan import LESSONS

COLUMNS = (
    "exercise", "made", "raise", "survive", "without a reason", "lose points", "looked at", "named", "placed", "truly"
)  # fmt: skip
MOST = 20
"""So many of those that lose points are drawn, and their names and places looked at."""


def row(made: int, judged: Sequence, points: float, known: Sequence[str]) -> list[int]:
    """What became of the slips of one exercise, in the order of `COLUMNS`; ``known`` survive with a reason."""
    full = [j for j in judged if points in j.points]
    return [
        made,
        made - len(judged),
        len(full),
        sum(j.line not in known for j in full),
        sum(j.points[0] < points for j in judged),
        sum(j.looked_at for j in judged),
        sum(j.named for j in judged),
        sum(j.placed for j in judged),
        sum(j.true for j in judged),
    ]


def main(folders: Sequence[str]) -> None:
    """Print a table for the lessons in these folders, and their sum."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from checks.mutants import exercises, judged, mutants
    from checks.test_mutants import EQUIVALENT, covers

    print(f"| {' | '.join(COLUMNS)} |\n|---{'|--:' * (len(COLUMNS) - 1)}|")
    total = [0] * (len(COLUMNS) - 1)
    for slug in (lesson.slug for lesson in LESSONS if lesson.folder in folders):
        for exercise in exercises(slug):
            every, entries = judged(exercise, MOST), EQUIVALENT.get(exercise.name, {})
            known = [j.line for j in every if any(covers(entry, j) for entry in entries)]
            made = sum(1 for _ in mutants(exercise.reference))
            counts = row(made, every, exercise.points, known)
            total = [a + b for a, b in zip(total, counts, strict=True)]
            print(f"| `{exercise.name}` | {' | '.join(map(str, counts))} |", flush=True)
    print(f"| **all** | {' | '.join(f'**{count}**' for count in total)} |")
