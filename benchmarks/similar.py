"""Pairs that `cs231n similar` finds in a made-up class with disguised copies, and what it costs.

python -m benchmarks similar
"""

import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from benchmarks.made_up_class import Student, collected, from_text, made_up
from cs231n_lib.classroom.similar.compare import Comparison, compare
from cs231n_lib.classroom.similar.work import Code, Work

LESSONS = ("01_optimization", "03_activations", "08_update_rules")
STUDENTS = 1000

COPIES = Path(__file__).parents[1] / "tests" / "fixtures" / "disguised.zip"
"""Archive with ``sources/NN_ID.py``, and ``disguised/NN_ID.py`` by somebody who had not seen the comparison."""


@dataclass(frozen=True)
class Outcome:
    """Figures of one class: what is listed, and what should be."""

    copies: int
    found: int
    other_pairs: int
    other_students: int
    others: int
    seconds: float


def work(student: Student) -> Work:
    """Return a made-up student's submission."""
    return Work(
        student.id, {name: Code(text) for name, text in student.answers.items()}, Code("\n\n".join(student.own))
    )


def class_with_copies(
    lesson: str, copies: Path = COPIES, students: int = STUDENTS
) -> tuple[list[Student], set[frozenset[str]]]:
    """Return a class in which the copies of an archive replace the submissions of students, and the true pairs."""
    made = {student.id: student for student in made_up(lesson, students)}
    with ZipFile(copies) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    files = sorted(Path(name).name for name in texts if name.startswith(f"disguised/{lesson[:2]}_"))
    sources = [Path(name).stem.partition("_")[2] for name in files]
    free = sorted(made.keys() - set(sources))
    pairs = set()
    for name, source, host in zip(files, sources, random.Random(lesson).sample(free, len(files)), strict=True):
        made[source] = from_text(source, texts[f"sources/{name}"])
        made[host] = from_text(host, texts[f"disguised/{name}"])
        pairs.add(frozenset((source, host)))
    return list(made.values()), pairs


def outcome(students: Sequence[Student], lesson: str, true: set[frozenset[str]]) -> Outcome:
    """Compare a class and count what is listed."""
    start = time.process_time()
    published = {name: [Code(right[0])] for name, (right, _) in collected(lesson).items()}
    compared: Comparison = compare([work(student) for student in students], published, lambda: None)
    listed = {frozenset((students[pair.first].id, students[pair.second].id)) for pair in compared.pairs}
    concerned = {name for pair in true for name in pair}
    others = {name for pair in listed - true for name in pair} - concerned
    return Outcome(
        len(true), len(listed & true), len(listed - true), len(others), len(students) - len(concerned),
        time.process_time() - start,
    )  # fmt: skip


def main() -> None:
    """Print how many copies are found in each lesson, and how many other students are listed."""
    print("| lesson | copies | found | other pairs listed | other students listed | CPU (s) | peak memory (MB) |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    done = []
    for lesson in LESSONS:
        students, pairs = class_with_copies(lesson)
        result = outcome(students, lesson, pairs)
        done.append(result)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(_row(lesson[:2], [result], f"{result.seconds:.0f} | {memory:.0f}"), flush=True)
    print(_row("all", done, f"{sum(one.seconds for one in done):.0f} | "))


def _row(name: str, results: Sequence[Outcome], cost: str) -> str:
    copies, found, pairs, students, others = (
        sum(getattr(one, key) for one in results)
        for key in ("copies", "found", "other_pairs", "other_students", "others")
    )
    said = f"{found} ({100 * found / max(1, copies):.0f} %) | {pairs} | {students} ({100 * students / others:.1f} %)"
    return f"| {name} | {copies} | {said} | {cost} |"
