"""Pairs that `cs231n similar` finds in a made-up class with disguised copies, and what it costs.

python -m benchmarks similar --lesson 1,3,8
"""

import csv
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from benchmarks.made_up_class import Student, from_text, hand_in, made_up, make_course
from cs231n_lib.classroom.report.similar.write import FOLDER, similar

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


def outcome(lesson: str, students: Sequence[Student], true: set[frozenset[str]]) -> Outcome:
    """Hand in the submissions of a class, run the command, and count what it lists."""
    with tempfile.TemporaryDirectory() as folder:
        root = make_course(Path(folder), lesson)
        for student in students:
            hand_in(root, lesson, student)
        start = time.process_time()
        written = similar(root, lesson, root / FOLDER)
        seconds = time.process_time() - start
        rows = csv.DictReader(written.files[1].read_text(encoding="utf-8").splitlines())
        listed = {frozenset((row["first"], row["second"])) for row in rows}
    concerned = {name for pair in true for name in pair}
    others = {name for pair in listed - true for name in pair} - concerned
    return Outcome(
        len(true), len(listed & true), len(listed - true), len(others), len(students) - len(concerned), seconds
    )


def main(lessons: Sequence[str]) -> None:
    """Print how many copies are found in each lesson, and how many other students are listed."""
    print("| lesson | copies | found | other pairs listed | other students listed | CPU (s) | peak memory (MB) |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    done = []
    for lesson in lessons:
        students, pairs = class_with_copies(lesson)
        result = outcome(lesson, students, pairs)
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
